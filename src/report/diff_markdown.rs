//! What changed between two results, for a job summary.
//!
//! Tables are HTML, in which Markdown has no say; every text of a scenario is escaped.

use super::diff::{index_words, otherwise, sentence};
use super::difference::{points_beyond, with_sign};
use super::verdicts_markdown::safe;
use super::words::{counted, number, whole};
use crate::results::diff::{DiffDocument, Verdict};

/// Rows of a table.
const ROWS: usize = 100;

/// The document, below 200,000 bytes whatever the results.
#[must_use]
pub fn document(document: &DiffDocument) -> String {
    let (old, new) = (&document.old, &document.new);
    let title = if new.scenario.title.is_empty() { &new.scenario.id } else { &new.scenario.title };
    let mark = if document.diff.changed { "❌" } else { "✅" };
    let mut text = format!("## {mark} {}: what changed\n\n<p>{}</p>\n\n", text_of(title), text_of(&sentence(document)));
    if let Some(words) = otherwise(document) {
        text += &format!("<p><b>{}</b></p>\n\n", text_of(&words));
    }
    text += &figures(document, ROWS);
    let missing = |which: &str, names: &[String]| -> String {
        let item = |name: &String| format!("<li>only the {which} result has the {}</li>\n", text_of(name));
        names.iter().take(ROWS).map(item).collect()
    };
    let mut items = missing("old", &document.diff.only_old) + &missing("new", &document.diff.only_new);
    for one in document.diff.sensitivity.iter().flat_map(|s| &s.not_compared).take(ROWS) {
        items += &format!("<li>not compared: {}: {}</li>\n", text_of(&one.what), text_of(&one.why));
    }
    if !items.is_empty() {
        text += &format!("<ul>\n{items}</ul>\n\n");
    }
    text += &entries(document);
    for (which, side) in [("old", old), ("new", new)] {
        let p = &side.plan;
        let of = format!("{}: {}, seed {}, variant {}", side.path, counted(p.trials, "trial"), p.seed, p.variant);
        text +=
            &format!("{which}: {}, sha256 {}, escalade {}\n", text_of(&of), text_of(&side.scenario.sha256), text_of(&side.tool.version));
    }
    text
}

/// A short text that is only text: each of a few hundred must fit.
pub(super) fn text_of(text: &str) -> String {
    safe(&text.chars().take(150).collect::<String>())
}

/// Figures that changed, as a table; nothing where there is none.
pub(super) fn figures(document: &DiffDocument, most: usize) -> String {
    let d = &document.diff;
    let share = |old: f64, new: f64, ends: [f64; 3]| {
        let [difference, low, high] = points_beyond(1, ends);
        (format!("{:.1} %", old * 100.0), format!("{:.1} %", new * 100.0), format!("{difference} [{low}, {high}]"))
    };
    let plain = |old: f64, new: f64, ends: [f64; 3]| {
        let [difference, low, high] = ends.map(with_sign);
        (number(old), number(new), format!("{difference} [{low}, {high}]"))
    };
    let changed = |v: Verdict| v == Verdict::Changed;
    let shares = d.shares.iter().filter(|s| changed(s.verdict)).map(|s| {
        let by = s.day.map_or_else(String::new, |day| format!(" by day {}", number(day)));
        (format!("{}{by}", s.label), share(s.old, s.new, [s.difference, s.low, s.high]))
    });
    let means =
        d.means.iter().filter(|m| changed(m.verdict)).map(|m| (m.label.clone(), plain(m.old, m.new, [m.difference, m.low, m.high])));
    let indices = d.sensitivity.iter().flat_map(|s| &s.indices).filter(|i| changed(i.verdict)).map(|i| {
        let show = if i.is_share() {
            share(i.old, i.new, [i.difference, i.low, i.high])
        } else {
            plain(i.old, i.new, [i.difference, i.low, i.high])
        };
        (format!("{}: {}", i.label, index_words(i)), show)
    });
    let all: Vec<_> = shares.chain(means).chain(indices).collect();
    if all.is_empty() {
        return String::new();
    }
    let row = |(label, (old, new, ends)): &(String, (String, String, String))| {
        format!("<tr><td>{}</td><td>{old}</td><td>{new}</td><td>{ends}</td></tr>\n", text_of(label))
    };
    let rows: String = all.iter().take(most).map(row).collect();
    let more = all.len().saturating_sub(most);
    let more = if more > 0 { format!("<p>and {} more; the JSON has all</p>\n", whole(more as u64)) } else { String::new() };
    format!("<table>\n<tr><th>Changed</th><th>old</th><th>new</th><th>difference</th></tr>\n{rows}</table>\n{more}\n")
}

/// What differs in the scenario, folded.
fn entries(document: &DiffDocument) -> String {
    let Some(entries) = document.diff.entries.as_ref().filter(|e| !e.is_empty()) else { return String::new() };
    let value = |v: &Option<String>| v.as_ref().map_or_else(|| "(not there)".to_owned(), |v| text_of(v));
    let row = |e: &crate::results::diff::EntryChange| {
        let (old, new) = (value(&e.old), value(&e.new));
        format!("<tr><td>{}</td><td><code>{}</code></td><td>{old}</td><td>{new}</td></tr>\n", e.kind, text_of(&e.path))
    };
    let rows: String = entries.iter().take(ROWS).map(row).collect();
    let more = entries.len().saturating_sub(ROWS);
    let more = if more > 0 { format!("<p>and {} more; the JSON has all</p>\n", whole(more as u64)) } else { String::new() };
    let head = "<tr><th></th><th>Entry</th><th>old</th><th>new</th></tr>";
    let count = counted(entries.len() as u64, "entry").replace("entrys", "entries");
    format!("<details><summary>In the scenario: {count}</summary>\n<table>\n{head}\n{rows}</table>\n{more}</details>\n\n")
}
