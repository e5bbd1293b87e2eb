//! `index.html`: one page over the results of a folder, a row for each.

use super::Part;
use super::figure::label;
use super::page::styled;
use crate::chart::Markup;
use crate::chart::strip::strip;
use crate::report::index::{Index, IndexRow, mend, place, reason, shown};
use crate::report::words::{counted, whole};
use crate::results::ToolRef;

const STYLE: &str = include_str!("index.css");

/// Rows are drawn up to here; later ones are told in short.
const DRAWN: usize = 1_000_000;
/// Room for rows and files, so that the page stays below 2 MB; what comes later is counted.
const ROOM: usize = 1_900_000;

/// The index as one HTML file. Equal inputs give equal bytes.
#[must_use]
pub fn index_page(index: &Index) -> String {
    let mut head = Markup::new();
    head.open("header", &[]).leaf("h1", &[], "Results");
    let warnings = index.warnings();
    if !warnings.is_empty() {
        head.open("aside", &[("class", &"warnings"), ("aria-label", &"Warnings")]).open("ul", &[]);
        for warning in warnings {
            head.leaf("li", &[], &warning);
        }
        head.close().close();
    }
    head.leaf("p", &[("class", &"verdict")], &index.sentence());
    head.close();
    let wrong = wrong(index);
    let mut parts = vec![results(index, ROOM - wrong.as_ref().map_or(0, |part| part.body.len()))];
    parts.extend(wrong);
    let tool = ToolRef::this();
    let mut foot = Markup::new();
    foot.open("footer", &[]).leaf("p", &[], &format!("{} {}", label(&tool.name), label(&tool.version))).close();
    styled("Results", &head, &parts, &foot, STYLE)
}

fn results(index: &Index, room: usize) -> Part {
    let mut body = Markup::new();
    if index.rows.is_empty() {
        body.leaf("p", &[("class", &"soft")], "There are none.");
    } else {
        // A column that is empty in every row is not there.
        let claims = index.rows.iter().any(|r| r.claims.is_some());
        let changes = index.rows.iter().any(|r| r.changes.is_some());
        let mut listed = 0;
        body.open("table", &[("class", &"results")]).open("thead", &[]).open("tr", &[]);
        for (head, there) in
            [("Scenario", true), ("How it ends", true), ("Claims", claims), ("Against the baseline", changes), ("To note", true)]
        {
            if there {
                body.leaf("th", &[("scope", &"col")], head);
            }
        }
        body.close().close().open("tbody", &[]);
        for row in &index.rows {
            if body.len() > room {
                break;
            }
            let drawn = body.len() < DRAWN;
            body.open("tr", &[]);
            put(&mut body, row, drawn);
            if claims {
                list(&mut body, "Claims", &row.claims_words(), &row.failing(), row.claims.as_ref().is_some_and(|c| !c.fail.is_empty()));
            }
            if changes {
                list(&mut body, "Baseline", &row.changes_words(), &row.changed(), row.changes.as_ref().is_some_and(|c| c.changed));
            }
            notes(&mut body, row, drawn);
            body.close();
            listed += 1;
        }
        body.close().close();
        let more = (index.rows.len() - listed) as u64 + index.left_out;
        if more > 0 {
            let text = format!("Not listed here: {}; look into the folder.", counted(more, "more result"));
            body.leaf("p", &[("class", &"soft")], &text);
        }
    }
    let sentence = "The commonest ends of each scenario: the bar is the share of trials, the whisker how far their number leaves it open. \
        The report of each has the rest."
        .to_owned();
    Part { id: "results", title: "All results", sentence, body }
}

/// What it is, and how it ends.
fn put(m: &mut Markup, row: &IndexRow, drawn: bool) {
    m.open("th", &[("scope", &"row")]);
    match &row.link {
        Some(link) => m.open("a", &[("href", link)]),
        None => m.open("span", &[("class", &"title")]),
    };
    m.leaf("bdi", &[], &row.title).close();
    if let Some(question) = row.question.as_ref().filter(|_| drawn) {
        m.leaf("bdi", &[], question);
    }
    m.open("span", &[("class", &"where")]).leaf("bdi", &[], &shown(&row.name)).leaf("bdi", &[], &row.plan).close();
    m.close().open("td", &[]);
    if drawn {
        m.open("ul", &[("class", &"ends")]);
        for end in &row.ends {
            m.open("li", &[]).put(&strip(end.share, end.interval));
            m.leaf("bdi", &[], &end.label).say(&format!(": {}", end.words)).close();
        }
        if row.more > 0 {
            m.leaf("li", &[("class", &"soft")], &format!("and {}", counted(row.more as u64, "rarer end")));
        }
        m.close();
    } else if let Some(end) = row.ends.first() {
        m.leaf("bdi", &[], &end.label).say(&format!(": {}", end.words));
    }
    m.close();
}

fn list(m: &mut Markup, of: &'static str, words: &str, named: &[String], bad: bool) {
    if words.is_empty() {
        m.open("td", &[]);
    } else {
        m.open("td", &[("data-of", &of)]);
        m.leaf("span", &[("class", &if bad { "bad" } else { "well" })], words);
    }
    items(m, named);
    m.close();
}

fn items(m: &mut Markup, named: &[String]) {
    if named.is_empty() {
        return;
    }
    m.open("ul", &[("class", &"notes")]);
    for name in named {
        m.open("li", &[]).leaf("bdi", &[], name).close();
    }
    m.close();
}

fn notes(m: &mut Markup, row: &IndexRow, drawn: bool) {
    let mut all: Vec<String> = row.error.iter().map(|e| format!("This is an earlier result: {}", shown(e))).collect();
    if drawn {
        all.extend(row.warnings.iter().cloned());
    } else if !row.warnings.is_empty() {
        all.push(format!("{} in its report", counted(row.warnings.len() as u64, "warning")));
    }
    m.open("td", &[]);
    items(m, &all);
    m.close();
}

/// Files without a result.
fn wrong(index: &Index) -> Option<Part> {
    /// Longest list, in bytes.
    const MOST: usize = 300_000;
    let all: Vec<_> = index.wrong().collect();
    if all.is_empty() {
        return None;
    }
    let mut body = Markup::new();
    body.open("dl", &[]);
    let mut listed = 0;
    for file in &all {
        if body.len() > MOST {
            break;
        }
        listed += 1;
        body.open("dt", &[]).leaf("bdi", &[], &place(file)).say(&format!(": {}", file.state.words())).close();
        body.open("dd", &[]).leaf("bdi", &[], &reason(file)).close();
        if let Some(help) = mend(file) {
            body.open("dd", &[]).say("help: ").leaf("bdi", &[], &help).close();
        }
    }
    body.close();
    if all.len() > listed {
        body.leaf("p", &[("class", &"soft")], &format!("{} more are not listed.", whole((all.len() - listed) as u64)));
    }
    let sentence = "The others were run all the same; “escalade check” shows all that is wrong with a file.".to_owned();
    Some(Part { id: "wrong", title: "Files that could not be run", sentence, body })
}
