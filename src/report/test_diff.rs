//! What changed in a test against earlier results: for a terminal and for a job summary.

use super::diff::{body, sentence};
use super::diff_markdown::figures;
use super::index::edit;
use super::verdicts::known;
use super::verdicts_markdown::safe;
use super::words::{ALARM, FAINT, STRONG, counted, harmless, paint, paragraph, quiet, whole};
use crate::results::Verdict;
use crate::results::diff::{self, ClaimChange, ClaimsDiff, FileDiff, TestDiff};

/// Claims and figures of a file that are shown.
const SHOWN: usize = 20;
/// Claims of a file that are told in a line beside it.
const BRIEF: usize = 3;
/// Entries of a scenario that a job summary names, and characters of their values.
const EDITED: usize = 3;
const VALUE: usize = 60;
/// Bytes of a job summary, which has a limit.
const MOST: usize = 200_000;

/// The answer after the `verdicts` in a sentence, with which it shares its first; in at most `columns` columns (80 or more). Texts of scenarios in it are harmless also to runners of workflows.
#[must_use]
pub fn answer(diff: &TestDiff, verdicts: &str, columns: usize) -> String {
    let columns = columns.max(80);
    let style = if diff.changed { ALARM } else { STRONG };
    let mut text: String =
        paragraph("", 2, &format!("{verdicts}; {}", overall(diff)), columns).lines().map(|l| paint(style, l) + "\n").collect();
    for file in diff.files.iter().filter(|f| f.changed || !f.not_compared.is_empty()) {
        text.push('\n');
        let of = harmless(&file.file);
        text.extend(paragraph("", 2, &of, columns).lines().map(|l| paint(STRONG, l) + "\n"));
        if let Some(claims) = &file.claims {
            text += &claims_words(claims, columns);
        }
        for one in &file.not_compared {
            let words = format!("not compared: {}: {}", harmless(&one.what), harmless(&one.why));
            text.extend(paragraph("  ", 4, &words, columns).lines().map(|l| paint(FAINT, l) + "\n"));
        }
        if let Some(run) = &file.run {
            // Beside annotations, which a runner is to obey, two colons stand nowhere else, not only not at the start of a line.
            text += &quiet(&body(run, columns)).replace("::", ": :");
        }
    }
    text
}

/// What changed, in a sentence.
fn overall(diff: &TestDiff) -> String {
    let changed = diff.files.iter().filter(|f| f.changed).count() as u64;
    let all = counted(diff.files.len() as u64, "file");
    let path = harmless(&diff.path);
    let compared = diff.files.iter().filter(|f| f.claims.is_some() || f.run.is_some()).count();
    let all = if compared == diff.files.len() {
        all
    } else {
        format!("{all}, {} of them not compared", whole((diff.files.len() - compared) as u64))
    };
    // What is damaged on one side must not pass for the same.
    let partly = diff.files.iter().filter(|f| (f.claims.is_some() || f.run.is_some()) && !f.not_compared.is_empty()).count();
    let all = if partly > 0 { format!("{all}; NOT ALL COMPARED of {}", counted(partly as u64, "file")) } else { all };
    let text = match (compared, changed) {
        (0, _) => format!("NOTHING COMPARED with {path}"),
        (_, 0) if diff.gone.is_empty() => format!("UNCHANGED against {path}: {all}"),
        (_, n) => format!("CHANGED against {path}: {} of {all}", whole(n)),
    };
    if diff.gone.is_empty() {
        return text;
    }
    let few: Vec<String> = diff.gone.iter().take(SHOWN).map(|name| harmless(name)).collect();
    let more = diff.gone.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!(" and {} more", whole(more as u64)) } else { String::new() };
    format!("{text}; only in {path}: {}{more}", few.join(", "))
}

/// What changed in a file, in a sentence for a line beside it.
pub(super) fn brief(file: &FileDiff) -> String {
    let mut all = Vec::new();
    if let Some(claims) = &file.claims {
        all.extend(claims.changes.iter().filter(|c| c.changed).map(change_words));
        all.extend(claims.only_old.iter().map(|n| format!("no longer claimed: {}", harmless(n))));
        all.extend(claims.only_new.iter().map(|n| format!("newly claimed: {}", harmless(n))));
    }
    let more = all.len().saturating_sub(BRIEF);
    all.truncate(BRIEF);
    if more > 0 {
        all.push(format!("{} of claims", counted(more as u64, "more change")));
    }
    all.extend(file.run.iter().filter(|run| run.diff.changed).map(|run| harmless(sentence(run).trim_end_matches('.'))));
    all.iter().map(|words| cut(words)).collect::<Vec<_>>().join("; ")
}

fn claims_words(claims: &ClaimsDiff, columns: usize) -> String {
    let mut text = String::new();
    let mut line = |words: &str| text += &paragraph("  ", 4, words, columns);
    for change in claims.changes.iter().take(SHOWN) {
        line(&change_words(change));
    }
    for (which, names) in [("no longer claimed", &claims.only_old), ("newly claimed", &claims.only_new)] {
        for name in names.iter().take(SHOWN) {
            line(&format!("{which}: {}", harmless(name)));
        }
    }
    let longest = [claims.changes.len(), claims.only_old.len(), claims.only_new.len()].into_iter().max().unwrap_or(0);
    if longest > SHOWN {
        line("and more; `--json` has all");
    }
    line(&format!("{} as before", counted(claims.same, "claim")));
    text
}

/// A claim that changed, in a sentence.
fn change_words(change: &ClaimChange) -> String {
    let variant = change.variant.as_ref().map_or_else(String::new, |v| format!(" (variant {})", harmless(v)));
    let verdict = if change.old == change.new {
        change.new.word().to_owned()
    } else {
        let word = |v: Verdict| if v == Verdict::Fail { "FAIL".to_owned() } else { v.word().to_owned() };
        format!("{} -> {}", word(change.old), word(change.new))
    };
    let was = change.old_finding.as_ref().map_or_else(|| "not known".to_owned(), known);
    let is = change.new_finding.as_ref().map_or_else(|| "not known".to_owned(), known);
    let beyond = match change.quantity {
        diff::Verdict::Changed => "; beyond noise",
        diff::Verdict::Tolerated => "; beyond noise, within the tolerance",
        diff::Verdict::Same | diff::Verdict::Noise => "; not told from noise",
    };
    format!("{verdict}: {}{variant}: was {was}, is {is}{beyond}", harmless(&change.that))
}

/// The part of a job summary: what changed, file by file; below 250,000 bytes.
#[must_use]
pub fn markdown(diff: &TestDiff) -> String {
    let mark = if diff.changed { "❌" } else { "✅" };
    let mut text = format!("## {mark} {}\n\n", safe(&overall(diff)));
    let some: Vec<&FileDiff> = diff.files.iter().filter(|f| f.changed || !f.not_compared.is_empty()).collect();
    let mut left_out = 0;
    for file in some {
        let part = of_file(file);
        if text.len() + part.len() > MOST { left_out += 1 } else { text += &part }
    }
    if left_out > 0 {
        text += &format!("{} more left out: a summary may not be longer. The JSON has all.\n\n", counted(left_out, "file"));
    }
    text
}

fn of_file(file: &FileDiff) -> String {
    let mut text = format!("<details open><summary><code>{}</code></summary>\n<ul>\n", safe(&cut(&file.file)));
    let mut item = |words: &str| text += &format!("<li>{}</li>\n", safe(&cut(words)));
    if let Some(claims) = &file.claims {
        claims.changes.iter().take(SHOWN).for_each(|c| item(&change_words(c)));
        claims.only_old.iter().take(SHOWN).for_each(|n| item(&format!("no longer claimed: {n}")));
        claims.only_new.iter().take(SHOWN).for_each(|n| item(&format!("newly claimed: {n}")));
    }
    file.not_compared.iter().for_each(|n| item(&format!("not compared: {}: {}", n.what, n.why)));
    if let Some(run) = &file.run {
        item(&sentence(run));
        let entries = run.diff.entries.as_deref().unwrap_or_default();
        for entry in entries.iter().take(EDITED) {
            item(&edit(&entry.path, entry.old.as_deref(), entry.new.as_deref(), VALUE));
        }
        match entries.len().saturating_sub(EDITED) {
            0 => {}
            1 => item("1 other entry of the scenario differs"),
            n => item(&format!("{} other entries of the scenario differ", whole(n as u64))),
        }
    }
    text += "</ul>\n";
    text += &file.run.as_ref().map_or_else(String::new, |run| figures(run, SHOWN));
    text + "</details>\n\n"
}

/// A text of at most 300 characters: a job summary has a limit.
fn cut(text: &str) -> String {
    text.chars().take(300).collect()
}
