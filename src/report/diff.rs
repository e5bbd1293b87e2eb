//! What changed between two results, for a reader at a terminal.

use std::collections::{BTreeMap, BTreeSet};

use super::difference::{points_beyond, with_sign};
use super::terminal::{heading, remark, row};
use super::words::{ALARM, FAINT, STRONG, counted, cut, left, number, one_line, paint, paragraph, right, whole, width, with_unit};
use crate::results::diff::{Diff, DiffDocument, EntryChange, IndexChange, MeanChange, SensitivityDiff, ShareChange, Side, Verdict};

const LABEL: usize = 32;
const NARROWEST: usize = 20;
const SHARE: usize = 8;
/// Entries of the scenario that are shown.
const ENTRIES: usize = 40;
/// Indices that are shown, and remarks on what was not compared.
const INDICES: usize = 20;
const REMARKS: usize = 5;

/// The answer in at most `columns` columns (80 or more).
#[must_use]
pub fn answer(document: &DiffDocument, columns: usize) -> String {
    let columns = columns.max(80);
    let title = if document.new.scenario.title.is_empty() { &document.new.scenario.id } else { &document.new.scenario.title };
    let mut head = paint(STRONG, &cut(&one_line(title), columns)) + "\n";
    head += &paragraph("old: ", 5, &side(&document.old), columns);
    head += &paragraph("new: ", 5, &side(&document.new), columns);
    head + "\n" + &body(document, columns)
}

/// The verdict and what changed, without what is compared.
pub(super) fn body(document: &DiffDocument, columns: usize) -> String {
    let d = &document.diff;
    let mut sections =
        vec![verdict(document, columns) + &otherwise(document).map_or_else(String::new, |words| remark(&words, ALARM, columns))];
    let both = [("Changed", Verdict::Changed), ("Within the tolerance", Verdict::Tolerated)];
    for (name, wanted) in both {
        sections.push(shares(d, name, wanted, columns));
        sections.push(means(d, name, wanted, columns));
    }
    // How it ends comes before what that depends on.
    for (name, wanted) in both {
        sections.extend(d.sensitivity.iter().map(|s| indices(s, name, wanted, columns)));
    }
    let missing = |which: &str, names: &[String]| -> String {
        names.iter().map(|name| row(&format!("only the {which} result has the {name}"), columns, "")).collect()
    };
    sections.push(missing("old", &d.only_old) + &missing("new", &d.only_new));
    sections.extend(d.sensitivity.iter().map(|s| not_compared(s, columns)));
    sections.push(entries(document, columns));
    sections.push(notes(d, columns));
    sections.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("\n")
}

fn side(side: &Side) -> String {
    let p = &side.plan;
    let last = p.first_trial + p.trials.max(1) - 1;
    let partial = if p.complete { "" } else { ", PARTIAL" };
    let sha256 = side.scenario.sha256.get(..12).unwrap_or(&side.scenario.sha256);
    format!(
        "{}: {} ({} to {}){partial}, seed {}, variant {}, sha256 {sha256}, {} {}",
        one_line(&side.path),
        counted(p.trials, "trial"),
        whole(p.first_trial),
        whole(last),
        p.seed,
        one_line(&p.variant),
        one_line(&side.tool.name),
        one_line(&side.tool.version)
    )
}

fn verdict(document: &DiffDocument, columns: usize) -> String {
    let style = if document.diff.changed { ALARM } else { STRONG };
    paragraph("", 0, &sentence(document), columns).lines().map(|l| paint(style, l) + "\n").collect()
}

/// What was run otherwise: that may be why something changed.
pub(super) fn otherwise(document: &DiffDocument) -> Option<String> {
    let (old, new) = (&document.old, &document.new);
    let mut all = Vec::new();
    if old.scenario.id != new.scenario.id {
        all.push(format!("scenario {}, now {}", one_line(&old.scenario.id), one_line(&new.scenario.id)));
    }
    if old.plan.variant != new.plan.variant {
        all.push(format!("variant {}, now {}", one_line(&old.plan.variant), one_line(&new.plan.variant)));
    }
    if old.plan.variant == new.plan.variant && old.plan.overrides != new.plan.overrides {
        all.push(set_by_hand(&old.plan.overrides, &new.plan.overrides));
    }
    for (which, side) in [("old", old), ("new", new)] {
        if !side.plan.complete {
            all.push(format!("the {which} run is PARTIAL"));
        }
    }
    (!all.is_empty()).then(|| format!("Not run alike: {}.", all.join("; ")))
}

/// Which entries were set by hand on one side only, or otherwise.
fn set_by_hand(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> String {
    let value = |v: Option<&String>| v.map_or_else(|| "not set".to_owned(), |v| one_line(v));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).filter(|name| old.get(*name) != new.get(*name)).collect();
    let few = names.iter().take(REMARKS).map(|n| format!("{} ({}, now {})", one_line(n), value(old.get(*n)), value(new.get(*n))));
    let more = names.len().saturating_sub(REMARKS);
    let more = (more > 0).then(|| format!("{more} more"));
    format!("other entries were set by hand: {}", few.chain(more).collect::<Vec<_>>().join(", "))
}

/// That nothing changed beyond noise, in a few words, for a line among many.
#[must_use]
pub fn short(document: &DiffDocument) -> String {
    let d = &document.diff;
    let tolerated = d.shares.iter().map(|s| s.verdict).chain(d.means.iter().map(|m| m.verdict)).any(|v| v == Verdict::Tolerated);
    unchanged(d.family, d.paired_trials, tolerated)
}

/// That nothing changed in `family` figures, of `paired_trials` trials that were compared one by one, in a few words.
pub(super) fn unchanged(family: usize, paired_trials: u64, tolerated: bool) -> String {
    let paired = if paired_trials > 0 { ", trial by trial" } else { "" };
    let within = if tolerated { " beyond the tolerance" } else { "" };
    format!("unchanged{within} ({}{paired})", counted(family as u64, "figure"))
}

/// Whether anything changed, and how it was compared.
#[must_use]
pub fn sentence(document: &DiffDocument) -> String {
    let d = &document.diff;
    let indices = || d.sensitivity.iter().flat_map(|s| &s.indices);
    let verdicts = || d.shares.iter().map(|s| s.verdict).chain(d.means.iter().map(|m| m.verdict)).chain(indices().map(|i| i.verdict));
    let count = |wanted: Verdict| verdicts().filter(|v| *v == wanted).count();
    let (changed, tolerated, same) = (count(Verdict::Changed), count(Verdict::Tolerated), count(Verdict::Same));
    let all = verdicts().count();
    let how = if d.paired_trials > 0 {
        format!("Compared trial by trial on {} trials.", whole(d.paired_trials))
    } else {
        let why = d.not_paired.map_or_else(String::new, |why| format!(": {why}"));
        format!("Compared as runs that share nothing{why}.")
    };
    if same == all && d.only_old.is_empty() && d.only_new.is_empty() && all > 0 {
        format!("Nothing changed: all {} figures are the same. {how}", whole(all as u64))
    } else if d.changed {
        let more = d.only_old.len() + d.only_new.len();
        let only = if more > 0 { format!(", and {} are in one result only", whole(more as u64)) } else { String::new() };
        format!("{} of {} figures changed beyond noise{only}. {how}", whole(changed as u64), whole(all as u64))
    } else {
        let within = if tolerated > 0 { format!("; {} changed within the tolerance", whole(tolerated as u64)) } else { String::new() };
        format!("No change beyond noise in {} figures{within}. {how}", whole(all as u64))
    }
}

/// A table of what changed: label and numbers in a line of at most `columns`; labels make room for long numbers, as far as that goes.
fn table(name: &str, rows: &[(String, String)], columns: usize) -> String {
    let widest = rows.iter().map(|(_, beside)| width(beside)).max().unwrap_or(0);
    let label = columns.saturating_sub(widest + 2).clamp(NARROWEST, LABEL);
    let mut text = heading(name, label, &format!("{}  {}  difference", right("old", SHARE), right("new", SHARE)));
    for (words, beside) in rows {
        text += &if label + 2 + width(beside) <= columns {
            row(words, label, beside)
        } else {
            row(words, columns, "") + &paragraph("    ", 4, beside, columns)
        };
    }
    text
}

fn shares(d: &Diff, name: &str, wanted: Verdict, columns: usize) -> String {
    let some: Vec<&ShareChange> = d.shares.iter().filter(|s| s.verdict == wanted).collect();
    if some.is_empty() {
        return String::new();
    }
    let of = |share: &ShareChange| {
        let by = share.day.map_or_else(String::new, |day| format!(" by day {}", number(day)));
        let digits = if share.high - share.low < 0.01 { 2 } else { 1 };
        let [difference, low, high] = points_beyond(digits, [share.difference, share.low, share.high]);
        let percent = |x: f64| right(&format!("{:.digits$} %", x * 100.0), SHARE);
        let beside = format!("{}  {}  {difference} [{low}, {high}]", percent(share.old), percent(share.new));
        (format!("{}{by}", one_line(&share.label)), beside)
    };
    table(name, &some.into_iter().map(of).collect::<Vec<_>>(), columns)
}

fn means(d: &Diff, name: &str, wanted: Verdict, columns: usize) -> String {
    let some: Vec<&MeanChange> = d.means.iter().filter(|m| m.verdict == wanted).collect();
    if some.is_empty() {
        return String::new();
    }
    let of = |mean: &MeanChange| {
        let beside = format!(
            "{}  {}  {} [{}, {}]",
            right(&number(mean.old), SHARE),
            right(&number(mean.new), SHARE),
            with_sign(mean.difference),
            with_sign(mean.low),
            with_sign(mean.high)
        );
        (with_unit(&mean.label, mean.unit.as_deref()), beside)
    };
    table(&format!("{name}: means"), &some.into_iter().map(of).collect::<Vec<_>>(), columns)
}

fn indices(s: &SensitivityDiff, name: &str, wanted: Verdict, columns: usize) -> String {
    let some: Vec<&IndexChange> = s.indices.iter().filter(|i| i.verdict == wanted).collect();
    if some.is_empty() {
        return String::new();
    }
    let of = |index: &&IndexChange| {
        let label = format!("{}: {}", one_line(&index.label), index_words(index));
        let (share, scale) = if index.is_share() { (" %", 100.0) } else { ("", 1.0) };
        let show = |x: f64| number(x * scale);
        let beside = format!(
            "{}  {}  {} [{}, {}]",
            right(&(show(index.old) + share), SHARE),
            right(&(show(index.new) + share), SHARE),
            with_sign(index.difference * scale),
            with_sign(index.low * scale),
            with_sign(index.high * scale)
        );
        (label, beside)
    };
    let rows: Vec<(String, String)> = some.iter().take(INDICES).map(of).collect();
    let mut text = table(&format!("{name}: what it depends on"), &rows, columns);
    if some.len() > INDICES {
        text += &remark(&format!("and {} more; `--json` has all", some.len() - INDICES), FAINT, columns);
    }
    text
}

/// Which index, in words.
pub(super) fn index_words(index: &IndexChange) -> String {
    let factor = index.factor_label.as_ref().or(index.factor.as_ref()).map_or_else(String::new, |f| one_line(f));
    match index.index {
        "due_to_factors" => "due to all parameters".to_owned(),
        "first" => format!("{factor}, alone"),
        "total" => format!("{factor}, in all"),
        "mu" => format!("{factor}, direction"),
        _ => format!("{factor}, moves"),
    }
}

fn not_compared(s: &SensitivityDiff, columns: usize) -> String {
    let mut text = String::new();
    for one in s.not_compared.iter().take(REMARKS) {
        text += &remark(&format!("Not compared: {}: {}.", one_line(&one.what), one_line(&one.why)), FAINT, columns);
    }
    if s.not_compared.len() > REMARKS {
        text += &remark(&format!("and {} more; `--json` has all", s.not_compared.len() - REMARKS), FAINT, columns);
    }
    if let (Some(old), Some(new)) = (&s.old, &s.new)
        && !s.indices.is_empty()
    {
        let how = if s.paired { "point by point" } else { "as studies that share nothing" };
        let changed =
            if (&old.variant, &old.sha256) == (&new.variant, &new.sha256) { "" } else { "; the scenario or the variant is another" };
        let partial = if old.complete && new.complete { "" } else { "; PARTIAL" };
        let all = s.indices.len();
        text +=
            &remark(&format!("Sensitivities ({}): {all} indices, compared {how}{changed}{partial}.", new.method.word()), FAINT, columns);
    }
    text
}

fn entries(document: &DiffDocument, columns: usize) -> String {
    let Some(entries) = &document.diff.entries else {
        let differs = document.old.scenario.sha256 != document.new.scenario.sha256;
        let text = "The scenario differs; what in it cannot be told, since a result does not hold its scenario.";
        return if differs { remark(text, FAINT, columns) } else { String::new() };
    };
    if entries.is_empty() {
        return String::new();
    }
    let many = if entries.len() == 1 { "1 entry differs".to_owned() } else { format!("{} entries differ", whole(entries.len() as u64)) };
    let mut text = paint(STRONG, &format!("In the scenario, {many}")) + "\n";
    for entry in entries.iter().take(ENTRIES) {
        text += &entry_words(entry, columns);
    }
    if entries.len() > ENTRIES {
        text += &remark(&format!("and {} more; `--json` has all", entries.len() - ENTRIES), FAINT, columns);
    }
    text
}

fn entry_words(entry: &EntryChange, columns: usize) -> String {
    let value = |v: &Option<String>| v.as_ref().map_or_else(|| "(not there)".to_owned(), |v| cut(&one_line(v), columns / 2));
    let words = format!("{}: {} -> {}", one_line(&entry.path), value(&entry.old), value(&entry.new));
    paragraph(&format!("  {}", left(entry.kind, 11)), 13, &words, columns)
}

fn indices_counted(n: usize) -> String {
    if n == 1 { "1 index".to_owned() } else { format!("{} indices", whole(n as u64)) }
}

fn notes(d: &Diff, columns: usize) -> String {
    let alarms = number(1.0 / (1.0 - d.level).max(1e-12));
    let text = format!(
        "Intervals of all {} differences hold at once but for 1 in {alarms} such comparisons (Bonferroni{}){}.",
        whole(d.family as u64),
        match d.sensitivity.as_ref().map_or(0, |s| s.indices.len()) {
            0 => String::new(),
            n => format!("; half of that chance is that of the {} of sensitivity", indices_counted(n)),
        },
        if d.tolerance > 0.0 || d.relative_tolerance > 0.0 {
            format!(
                "; changes up to {} points of a share and {} % of a mean are accepted",
                number(d.tolerance * 100.0),
                number(d.relative_tolerance * 100.0)
            )
        } else {
            String::new()
        }
    );
    remark(&text, FAINT, columns)
}
