//! What each part does to how it ends, for a reader at a terminal.

use super::difference::{DifferenceWords, share_change};
use super::shares::in_words;
use super::terminal::{foot, outcome_label, remark, title};
use super::words::{ALARM, FAINT, STRONG, counted, cut, left, one_line, paint, paragraph, percent, right, whole, width};
use crate::results::{DriversSummary, NamedShare, PartResult, ShareChange};

const OUTCOME: usize = 30;
const POINTS: usize = 8;
const INTERVAL: usize = 17;

/// The answer in at most `columns` columns (80 or more); the first `top` parts are told in full.
#[must_use]
pub fn answer(summary: &DriversSummary, top: usize, columns: usize) -> String {
    let columns = columns.max(80);
    let s = summary;
    let mut head = String::new();
    if !s.plan.complete {
        let note = format!("PARTIAL: stopped after {} of each part; everything below is about these.", counted(s.plan.trials, "trial"));
        head += &(paint(ALARM, &note) + "\n");
    }
    head += &title(&s.scenario, columns);
    let mut sections = vec![head];
    sections.extend(story(s).map(|text| paragraph("", 0, &text, columns)));
    let parts = &s.drivers.parts;
    let movers: Vec<&PartResult> = parts.iter().filter(|p| p.moves_outcomes).collect();
    let (first, rest) = movers.split_at(top.min(movers.len()));
    if !first.is_empty() {
        let level = percent(s.drivers.family.level);
        let beside = format!("{}  {}", right("points", POINTS), left(&format!("{level} % at once"), INTERVAL));
        let mut text = paint(STRONG, &left("Without it, how it ends changes most", 6 + OUTCOME)) + &paint(FAINT, beside.trim_end()) + "\n";
        for (rank, part) in (1..).zip(first) {
            text += &told(s, rank, part, columns);
        }
        sections.push(text);
    }
    if !rest.is_empty() {
        let mut text = paint(STRONG, "Also, of each the largest change beyond noise") + "\n";
        for part in rest {
            text += &line(part, part.most(), &s.drivers.base.outcomes, columns);
        }
        sections.push(text);
    }
    let others: Vec<&PartResult> = parts.iter().filter(|p| !p.moves_outcomes && p.moves_indicators).collect();
    if !others.is_empty() {
        let mut text = paint(STRONG, "Not how it ends, but what else holds") + "\n";
        for part in others {
            text += &line(part, part.most(), &s.drivers.base.indicators, columns);
        }
        sections.push(text);
    }
    sections.extend(unmoved(s, columns));
    sections.push(notes(s, columns));
    sections.push(end(s, columns));
    sections.join("\n")
}

fn label_of<'s>(all: &'s [NamedShare], change: &ShareChange) -> (&'s str, bool) {
    all.iter().find(|o| o.id == change.id).map_or(("", false), |o| (o.label.as_str(), o.unresolved))
}

fn beside(words: &DifferenceWords) -> String {
    format!("{}  {}", right(&words.difference, POINTS), left(&words.interval, INTERVAL))
}

/// The largest in a sentence.
fn story(s: &DriversSummary) -> Option<String> {
    let Some(part) = s.drivers.parts.first().filter(|p| p.moves_outcomes) else {
        return (!s.drivers.parts.is_empty()).then(|| "No part alone moves how it ends beyond noise.".to_owned());
    };
    let most = part.most()?;
    let words = share_change(most);
    let (label, _) = label_of(&s.drivers.base.outcomes, most);
    let how = if most.difference < 0.0 { "falls" } else { "rises" };
    let size = words.difference.trim_start_matches(['+', '-']).to_owned();
    Some(format!(
        "Of {}, \"{}\" moves the answer most: without it \"{}\" {how} by {size}\u{a0}points {}.",
        counted(s.drivers.parts.len() as u64, "part"),
        one_line(&part.part.label),
        one_line(label),
        words.interval
    ))
}

/// A part in full: what it is, and every outcome that changes beyond noise.
fn told(s: &DriversSummary, rank: usize, part: &PartResult, columns: usize) -> String {
    let name = format!("{rank:>2}. {}", one_line(&part.part.label));
    let mut text = paragraph("", 4, &format!("{name} ({})", part.part.kind), columns);
    let share = in_words(part.ends_otherwise.share, &part.ends_otherwise.interval);
    let otherwise = format!("{} {} of trials end otherwise; {}", share.share, share.interval, part.part.path);
    let faint = paragraph("    ", 4, &otherwise.replace("  ", " "), columns);
    text.extend(faint.lines().map(|l| paint(FAINT, l) + "\n"));
    for change in part.outcomes.iter().filter(|c| c.beyond_noise) {
        let (label, unresolved) = label_of(&s.drivers.base.outcomes, change);
        let label = left(&cut(&outcome_label(label, unresolved), OUTCOME), OUTCOME);
        text += format!("      {label}{}", beside(&share_change(change))).trim_end();
        text.push('\n');
    }
    text
}

/// A part in one line, with one change.
fn line(part: &PartResult, change: Option<&ShareChange>, all: &[NamedShare], columns: usize) -> String {
    const NAME: usize = 33;
    const WHAT: usize = 18;
    let name = one_line(&part.part.label);
    let Some(change) = change else { return paragraph("  ", 4, &name, columns) };
    let what = one_line(label_of(all, change).0);
    if width(&name) > NAME || width(&what) > WHAT {
        // Names that are too long for one line have one of their own.
        let what = left(&cut(&what, NAME + WHAT - 3), NAME + WHAT - 3);
        let text = format!("      {what}{}", beside(&share_change(change)));
        return paragraph("  ", 4, &name, columns) + &cut(text.trim_end(), columns) + "\n";
    }
    let (name, what) = (left(&name, NAME), left(&what, WHAT));
    let text = format!("  {name} {what}{}", beside(&share_change(change)));
    cut(text.trim_end(), columns) + "\n"
}

/// Parts whose effect is not told apart from none, those without any, and those that could not be run.
fn unmoved(s: &DriversSummary, columns: usize) -> Vec<String> {
    let names = |parts: &[&PartResult]| parts.iter().map(|p| one_line(&p.part.label)).collect::<Vec<_>>().join("; ");
    let mut sections = Vec::new();
    let still: Vec<&PartResult> = s.drivers.parts.iter().filter(|p| !p.moves_outcomes && !p.moves_indicators && p.changed > 0).collect();
    if !still.is_empty() {
        let ends = still.iter().flat_map(|p| &p.outcomes).map(|c| c.low.abs().max(c.high.abs()));
        let bound = 100.0 * ends.fold(0.0, f64::max);
        let mut text = paint(STRONG, "Not told apart from no change") + "\n";
        text += &paragraph("  ", 2, &format!("{}.", names(&still)), columns);
        let note = format!("If one of these moves an outcome, then by less than {bound:.1} points. More trials would tell more.");
        text += &paragraph("  ", 2, &note, columns);
        sections.push(text);
    }
    let none: Vec<&PartResult> = s.drivers.parts.iter().filter(|p| p.changed == 0).collect();
    if !none.is_empty() {
        let mut text = paint(STRONG, &format!("No trial changed: {} the same in every number", counted(s.plan.trials, "trial"))) + "\n";
        text += &paragraph("  ", 2, &format!("{}.", names(&none)), columns);
        sections.push(text);
    }
    if !s.drivers.not_run.is_empty() {
        let mut text = paint(ALARM, "Could not be run") + "\n";
        for part in &s.drivers.not_run {
            text += &paragraph("  ", 4, &format!("{}: {}", one_line(&part.part.label), one_line(&part.because)), columns);
        }
        sections.push(text);
    }
    sections
}

fn notes(s: &DriversSummary, columns: usize) -> String {
    let level = percent(s.drivers.family.level);
    let words = format!(
        "points: percentage points, without the part less as it stands, on the same trials. All {} differences hold at once in {level} of 100 such studies. Each part is switched off alone: what another part makes up for does not show, and changes do not add up.",
        whole(s.drivers.family.differences as u64)
    );
    remark(&words, FAINT, columns)
}

fn end(s: &DriversSummary, columns: usize) -> String {
    let arms = s.drivers.parts.len() as u64;
    let run = format!(
        "{} x {}, seed {}, variant {}",
        counted(arms, "part"),
        counted(s.plan.trials, "trial"),
        s.plan.seed,
        one_line(&s.plan.variant)
    );
    let mut end = foot(&run, &s.scenario, &s.tool, columns);
    for (path, value) in &s.plan.overrides {
        let with = paragraph("with ", 5, &format!("{} = {}", one_line(path), one_line(value)), columns);
        end.extend(with.lines().map(|l| paint(FAINT, l) + "\n"));
    }
    end
}
