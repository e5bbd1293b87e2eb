//! What changed between two folders of results: for a terminal and for a job summary.

use super::diff::{answer as of_one, otherwise, sentence as one_sentence, unchanged};
use super::diff_markdown::{figures, text_of};
use super::verdicts_markdown::safe;
use super::words::{counted, one_line, paragraph, whole};
use crate::results::diff::{FoldersDiff, NotRead, ResultDiff};

/// Names that are listed in a sentence.
const NAMES: usize = 20;
/// Figures of a result that a job summary shows.
const FIGURES: usize = 20;
/// Bytes of a job summary, which has a limit.
const MOST: usize = 200_000;

/// The whole in a sentence: `1 of 34 changed: first-crisis; 1 file wrong: broken.toml`. What else is to be told comes with its names.
#[must_use]
pub fn sentence(changed: &[&str], compared: usize, also: &[(String, Vec<&str>)]) -> String {
    let list = |names: &[&str]| {
        let few: Vec<String> = names.iter().take(NAMES).map(|name| one_line(name)).collect();
        let more = names.len().saturating_sub(NAMES);
        let more = if more > 0 { format!(" and {} more", whole(more as u64)) } else { String::new() };
        format!(": {}{more}", few.join(", "))
    };
    let names = if changed.is_empty() { String::new() } else { list(changed) };
    let mut text = format!("{} of {} changed{names}", whole(changed.len() as u64), whole(compared as u64));
    for (what, names) in also.iter().filter(|(_, names)| !names.is_empty()) {
        text += &format!("; {what}{}", list(names));
    }
    text
}

/// The whole in a sentence.
fn overall(diff: &FoldersDiff) -> String {
    fn texts(names: &[String]) -> Vec<&str> {
        names.iter().map(String::as_str).collect()
    }
    let also = [
        (format!("{} cannot be read", whole(diff.not_read.len() as u64)), diff.not_read.iter().map(|one| one.name.as_str()).collect()),
        (format!("only in {}", one_line(&diff.old_folder)), texts(&diff.only_old)),
        (format!("only in {}", one_line(&diff.new_folder)), texts(&diff.only_new)),
    ];
    sentence(&diff.names_changed().collect::<Vec<_>>(), diff.results.len(), &also)
}

/// A result of which no more is told, in a few words.
fn brief(result: &ResultDiff) -> String {
    let words = if result.changed { "changed".to_owned() } else { unchanged(result.family, result.paired_trials, result.tolerated > 0) };
    format!("{}: {words}", one_line(&result.name))
}

/// The answer in at most `columns` columns (80 or more): all of what changed, a line for what did not, and the whole in a sentence.
#[must_use]
pub fn answer(diff: &FoldersDiff, columns: usize) -> String {
    let columns = columns.max(80);
    let mut text = String::new();
    for result in &diff.results {
        text += &match &result.document {
            Some(document) => format!("\n{}\n", of_one(document, columns)),
            None => paragraph("", 2, &brief(result), columns),
        };
    }
    format!("{text}\n{}", paragraph("", 2, &overall(diff), columns))
}

/// A job summary, below 250,000 bytes: what changed, result by result.
#[must_use]
pub fn markdown(diff: &FoldersDiff) -> String {
    let mark = if diff.changed || !diff.not_read.is_empty() { "❌" } else { "✅" };
    let mut text = format!("## {mark} What changed\n\n<p>{}</p>\n\n", safe(&overall(diff)));
    let mut left_out = 0;
    for result in diff.results.iter().filter(|r| r.changed) {
        let inside = result.document.as_ref().map_or_else(String::new, |document| {
            let otherwise = otherwise(document).map_or_else(String::new, |words| format!("<p><b>{}</b></p>\n", text_of(&words)));
            format!("<p>{}</p>\n{otherwise}{}", text_of(&one_sentence(document)), figures(document, FIGURES))
        });
        let part = format!("<details open><summary><code>{}</code></summary>\n{inside}</details>\n\n", text_of(&result.name));
        if text.len() + part.len() > MOST { left_out += 1 } else { text += &part }
    }
    if left_out > 0 {
        text += &format!(
            "<p>{} more that changed left out: a summary may not be longer. The JSON has all.</p>\n\n",
            counted(left_out, "result")
        );
    }
    let fault = |one: &NotRead| {
        let why: Vec<String> = one.why.iter().map(|why| text_of(why)).collect();
        format!("<li><code>{}</code>: {}</li>\n", text_of(&one.name), why.join("; "))
    };
    let faults: String = diff.not_read.iter().take(NAMES).map(fault).collect();
    if faults.is_empty() { text } else { format!("{text}<ul>\n{faults}</ul>\n") }
}
