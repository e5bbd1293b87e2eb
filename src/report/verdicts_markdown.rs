//! Verdicts as Markdown for a job summary: what does not hold first, all claims folded per file.
//!
//! Tables are HTML, in which Markdown has no say; every text of a scenario is escaped.

use super::verdicts::{flaw_of, flaw_place, known, overall, title, wrong};
use super::words::{counted, cut, harmless, whole};
use crate::results::{ClaimResult, FileState, TestSummary, TestedFile, Verdict};

/// Most bytes: GitHub refuses a summary of 1 MiB.
const MOST: usize = 1_000_000;
/// Files without claims that are named, and columns of each.
const NAMES: usize = 10;
const NAME: usize = 100;
/// Most bytes of one text of a scenario.
const LONGEST: usize = 2_000;

/// The document, below 1 MiB whatever the suite.
#[must_use]
pub fn document(summary: &TestSummary) -> String {
    document_after(summary, "")
}

/// The same with `before`, of at most 250,000 bytes, before it.
#[must_use]
pub fn document_after(summary: &TestSummary, before: &str) -> String {
    let mark =
        if summary.test.pass == summary.test.claims && summary.test.claims > 0 && summary.test.wrong_files == 0 { "✅" } else { "❌" };
    let mut text = format!("{before}## {mark} Claims: {}\n\n", overall(summary));
    if !summary.plan.complete {
        text += "**Partial**: the test was interrupted.\n\n";
    }
    let item = |(what, file): (&str, &TestedFile)| {
        let (at, line, column) = flaw_place(file);
        format!("<li>❌ {what} {}:{line}:{column}: {}</li>\n", safe(at), flaw_lines(file))
    };
    let wrong: String = wrong(summary).take(100).map(item).collect();
    if !wrong.is_empty() {
        text += &format!("<ul>\n{wrong}</ul>\n\n");
    }
    let open: Vec<&ClaimResult> =
        summary.claims().map(|c| c.1).filter(|c| matches!(c.verdict, Verdict::Fail | Verdict::Undecided)).collect();
    let mut left_out = 0;
    if !open.is_empty() {
        text += &table(open.into_iter(), &mut left_out, 400_000);
    }
    for file in &summary.files {
        let part = of_file(file, &mut left_out, MOST.saturating_sub(text.len() + 2_000));
        text += &part;
    }
    if left_out > 0 {
        text += &format!("{} more left out: a summary may not be longer. The JSON has all.\n\n", counted(left_out, "row"));
    }
    let none: Vec<&str> = summary.files.iter().filter(|f| f.state == FileState::NoClaims).map(|f| f.file.as_str()).collect();
    if !none.is_empty() {
        let few: Vec<String> = none.iter().take(NAMES).map(|name| format!("<code>{}</code>", safe(&cut(name, NAME)))).collect();
        let more = none.len().saturating_sub(NAMES);
        let more = if more > 0 { format!(" and {} more", whole(more as u64)) } else { String::new() };
        text += &format!("<p>Without claims: {}{more}</p>\n\n", few.join(", "));
    }
    let plan = &summary.plan;
    text + &format!(
        "Chance that any verdict is wrong by more than its margin: {} (each {:.2e}); margin {}; seed {}; at most {} a file; escalade {}.\n",
        plan.false_alarms,
        plan.false_alarms_each,
        plan.margin,
        plan.seed,
        counted(plan.max_trials, "trial"),
        safe(&summary.tool.version)
    )
}

fn of_file(file: &TestedFile, left_out: &mut u64, room: usize) -> String {
    let passed = file.claims.iter().filter(|c| c.verdict == Verdict::Pass).count() as u64;
    let state = match file.state {
        FileState::NoClaims => return String::new(),
        FileState::Wrong => "wrong".to_owned(),
        FileState::Stopped => "stopped".to_owned(),
        FileState::Tested | FileState::Interrupted => format!("{} of {} passed", whole(passed), counted(file.claims.len() as u64, "claim")),
    };
    let head = format!("<details><summary><code>{}</code>: {state}</summary>\n", safe(&file.file));
    let error = file.error.as_ref().map_or_else(String::new, |_| format!("<p>{}</p>\n", flaw_lines(file)));
    if room < head.len() + error.len() + 500 {
        *left_out += file.claims.len().max(1) as u64;
        return String::new();
    }
    let rows = if file.claims.is_empty() { String::new() } else { table(file.claims.iter(), left_out, room - head.len() - error.len()) };
    format!("{head}{error}{}</details>\n\n", rows.trim_end_matches('\n').to_owned() + if rows.is_empty() { "" } else { "\n" })
}

/// What is wrong with a file, and how to mend it below.
fn flaw_lines(file: &TestedFile) -> String {
    let (error, help) = flaw_of(file);
    safe(&error) + &help.map_or_else(String::new, |help| format!("<br>help: {}", safe(&help)))
}

fn table<'c>(claims: impl Iterator<Item = &'c ClaimResult>, left_out: &mut u64, room: usize) -> String {
    let mut text = "<table>\n<tr><th>Verdict</th><th>Claim</th><th>Found</th><th>Trials</th><th>Place</th></tr>\n".to_owned();
    for claim in claims {
        let row = row(claim);
        if text.len() + row.len() + 20 > room {
            *left_out += 1;
        } else {
            text += &row;
        }
    }
    text + "</table>\n\n"
}

fn row(claim: &ClaimResult) -> String {
    let mark = match claim.verdict {
        Verdict::Pass => "✅ pass",
        Verdict::Fail => "❌ fail",
        Verdict::Undecided => "❔ undecided",
        Verdict::NotRun => "⏸ not run",
    };
    let because = claim.because.as_ref().map_or_else(String::new, |b| format!("<br>{}", safe(b)));
    let found = claim.finding.as_ref().map_or_else(String::new, known);
    format!(
        "<tr><td>{mark}</td><td><code>{}</code>{because}</td><td>{}</td><td>{}</td><td><code>{}:{}</code></td></tr>\n",
        safe(&title(claim)),
        found,
        whole(claim.trials),
        safe(&claim.file),
        claim.line
    )
}

/// A text that is only text, in HTML: no markup, no link, nobody is called.
pub(super) fn safe(text: &str) -> String {
    let mut line = harmless(text);
    if line.len() > LONGEST {
        let end = (0..=LONGEST).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        line.truncate(end);
        line.push('…');
    }
    let mut out = String::new();
    for c in line.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A joiner that nobody sees keeps names and addresses from becoming links.
            '@' => out.push_str("@\u{2060}"),
            ':' => out.push_str(":\u{2060}"),
            '.' if out.ends_with("www") => out.push_str("\u{2060}."),
            '`' | '*' | '_' | '[' | ']' | '#' | '|' | '~' | '\\' | '$' | '!' => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_only_texts() {
        let hostile = "<script>x</script> [a](javascript:b) **c** `d` @team https://e.org www.e.org | :: \u{1b}[1m\n\n# f";
        let text = safe(hostile);
        for bad in ["<", "](", "**", "`", "@t", "://", "www.", "|", "::", "\u{1b}", "\n"] {
            assert!(!text.contains(bad), "{bad:?} in {text}");
        }
        assert!(safe(&"x".repeat(5_000)).len() < 2_100);
    }
}
