//! `index.md`: the index over many results for a job summary. No links: a summary is shown far from the files.

use super::index::{Index, IndexRow, mend, place, reason, shown};
use super::markdown::{MOST, plain, said, warned};
use super::words::{bar, counted, whole};

/// Columns of a bar.
const BAR: usize = 10;
/// Room for files without a result, and for what is said at the end.
const REST: usize = 200_000;

/// The index as Markdown, below 1 MiB. Equal inputs give equal bytes.
#[must_use]
pub fn index(index: &Index) -> String {
    let claims = index.rows.iter().any(|r| r.claims.is_some());
    let changes = index.rows.iter().any(|r| r.changes.is_some());
    let mut text = format!("# Results\n\n{}**{}**\n", warned(&index.warnings()), said(&index.sentence()));
    if !index.rows.is_empty() {
        let columns = [("Scenario", true), ("How it ends", true), ("Claims", claims), ("Against the baseline", changes), ("To note", true)];
        let heads: Vec<&str> = columns.iter().filter(|c| c.1).map(|c| c.0).collect();
        text.push_str(&format!("\n| {} |\n|{}\n", heads.join(" | "), ":---|".repeat(heads.len())));
    }
    let mut listed = 0;
    for row in &index.rows {
        let line = line_of(row, claims, changes);
        if text.len() + line.len() > MOST - REST {
            break;
        }
        text.push_str(&line);
        listed += 1;
    }
    let more = (index.rows.len() - listed) as u64 + index.left_out;
    if more > 0 {
        text.push_str(&format!("\nNot listed here: {}.\n", counted(more, "more result")));
    }
    let wrong: Vec<String> = index
        .wrong()
        .map(|f| {
            let help = mend(f).map_or_else(String::new, |help| format!("<br>help: {}", said(&help)));
            format!("- {}, {}: {}{help}\n", plain(&place(f)), f.state.words(), said(&reason(f)))
        })
        .collect();
    if !wrong.is_empty() {
        text.push_str("\n## Files that could not be run\n\n");
        let mut left = wrong.len();
        for line in &wrong {
            if text.len() + line.len() > MOST {
                break;
            }
            text.push_str(line);
            left -= 1;
        }
        if left > 0 {
            text.push_str(&format!("\n{} more are not listed here.\n", whole(left as u64)));
        }
    }
    text
}

fn line_of(row: &IndexRow, claims: bool, changes: bool) -> String {
    let end = |end: &super::index::End| format!("{} {}: {}", bar(end.share.unwrap_or(0.0), BAR), plain(&end.label), said(&end.words));
    let mut ends: Vec<String> = row.ends.iter().map(end).collect();
    if row.more > 0 {
        ends.push(format!("and {}", counted(row.more as u64, "rarer end")));
    }
    let mut cells = vec![format!("**{}**<br>{}<br>{}", plain(&row.title), plain(&shown(&row.name)), plain(&row.plan)), ends.join("<br>")];
    let with = |words: String, named: Vec<String>| {
        let mut lines: Vec<String> = (!words.is_empty()).then(|| said(&words)).into_iter().collect();
        lines.extend(named.iter().map(|n| said(n)));
        lines.join("<br>")
    };
    if claims {
        cells.push(with(row.claims_words(), row.failing()));
    }
    if changes {
        cells.push(with(row.changes_words(), row.changed()));
    }
    let earlier = row.error.as_ref().map_or_else(String::new, |e| format!("This is an earlier result: {}", shown(e)));
    cells.push(with(earlier, row.warnings.clone()));
    format!("| {} |\n", cells.join(" | "))
}
