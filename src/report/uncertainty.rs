//! Luck and ignorance apart, for a reader at a terminal.

use super::shares::in_words;
use super::terminal::{foot, heading, outcome_label, remark, row, title};
use super::words::{ALARM, FAINT, left, one_line, paint, paragraph, percent, right, whole};
use crate::results::{UncertainShare, UncertaintySummary};

const LABEL: usize = 23;
const SHARE: usize = 8;
const INTERVAL: usize = 14;
const DUE: usize = 15;
/// A band is worth its name from this reliability on.
const RELIABLE: f64 = 0.8;

/// The answer in at most `columns` columns (80 or more).
#[must_use]
pub fn answer(summary: &UncertaintySummary, columns: usize) -> String {
    let columns = columns.max(80);
    let (s, u) = (summary, &summary.uncertainty);
    let mut head = String::new();
    if !s.plan.complete {
        let note = format!("PARTIAL: stopped after {} parameter points; everything below is about these.", whole(u.points));
        head += &(paint(ALARM, &note) + "\n");
    }
    head += &title(&s.scenario, columns);
    let mut sections = vec![head];
    if let Some(story) = story(u.outcomes.iter().filter(|o| !o.unresolved), u.drawn_parameters) {
        sections.push(paragraph("", 0, &story, columns));
    }
    let level = percent(s.plan.intervals.level);
    for (name, shares) in [("How it can end", &u.outcomes), ("What else holds", &u.indicators)] {
        if shares.is_empty() {
            continue;
        }
        let mid = left(&format!("{level} % interval"), INTERVAL);
        let beside = if u.drawn_parameters == 0 {
            format!("{}  {}", right("share", SHARE), mid.trim_end())
        } else {
            format!("{}  {mid}  {}  in 90 of 100", right("share", SHARE), left("parameters", DUE))
        };
        let mut text = heading(name, LABEL, &beside);
        for share in shares {
            text += &row(&outcome_label(&share.label, share.unresolved), LABEL, &line(share));
        }
        sections.push(text);
    }
    let mut notes = if u.drawn_parameters == 0 {
        String::new()
    } else {
        remark(
            "parameters: how much of the uncertainty is about the parameters, with its interval; the rest is luck. in 90 of 100: the range of P(outcome | parameters) in 90 of 100 parameter points.",
            FAINT,
            columns,
        )
    };
    if u.outcomes.iter().chain(&u.indicators).any(doubtful) {
        let text =
            format!("* The luck of {} trials a point blurs this band. More trials at each point would sharpen it.", u.trials_per_point);
        notes += &remark(&text, FAINT, columns);
    }
    sections.push(notes);
    let (points, each, all) = (whole(u.points), whole(u.trials_per_point), whole(u.trials));
    let run =
        format!("{points} parameter points x {each} trials = {all} trials, seed {}, variant {}", s.plan.seed, one_line(&s.plan.variant));
    let mut end = foot(&run, &s.scenario, &s.tool, columns);
    for (path, value) in &s.plan.overrides {
        let with = paragraph("with ", 5, &format!("{} = {}", one_line(path), one_line(value)), columns);
        end.extend(with.lines().map(|l| paint(FAINT, l) + "\n"));
    }
    sections.push(end);
    sections.join("\n")
}

/// Whether the band's shape is that of noise.
fn doubtful(share: &UncertainShare) -> bool {
    let reliability = share.given_parameters.reliability;
    share.due_to_parameters.is_some() && reliability > 0.0 && reliability < RELIABLE
}

fn line(share: &UncertainShare) -> String {
    let words = in_words(share.share, &share.interval);
    let (first, interval) = if words.interval.is_empty() {
        (left(&format!(" {}", words.share), SHARE + 2 + INTERVAL), String::new())
    } else {
        (right(&words.share, SHARE), format!("  {}", left(&words.interval, INTERVAL)))
    };
    let Some(due) = &share.due_to_parameters else { return format!("{first}{}", interval.trim_end()) };
    let ends = match (due.low, due.high) {
        (Some(low), Some(high)) => format!(" ({} to {})", hundred(low), hundred(high)),
        _ => String::new(),
    };
    let due = left(&format!("{} %{ends}", hundred(due.share)), DUE);
    format!("{first}{interval}  {due}  {}{}", band(share), if doubtful(share) { " *" } else { "" })
}

fn band(share: &UncertainShare) -> String {
    let band = &share.given_parameters;
    if band.reliability == 0.0 {
        return "no spread seen".to_owned();
    }
    let digits = usize::from(band.high - band.low < 0.03 || band.low < 0.01);
    format!("{:.digits$} to {:.digits$} %", band.low * 100.0, band.high * 100.0)
}

/// Whole percent.
fn hundred(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

/// The most uncertain one in a sentence.
fn story<'a>(shares: impl Iterator<Item = &'a UncertainShare>, parameters: usize) -> Option<String> {
    if parameters == 0 {
        return Some("No parameter of this scenario is drawn: all of its uncertainty is luck.".to_owned());
    }
    let spread = |s: &UncertainShare| s.share * (1.0 - s.share);
    let share = shares.filter(|s| s.due_to_parameters.is_some()).max_by(|a, b| spread(a).total_cmp(&spread(b)))?;
    let due = share.due_to_parameters.as_ref()?;
    let ends = match (due.low, due.high) {
        (Some(low), Some(high)) => format!(" ({} to {})", hundred(low), hundred(high)),
        _ => String::new(),
    };
    let label = one_line(&share.label);
    let percent = hundred(due.share);
    let known = format!("Of the uncertainty about \"{label}\", {percent}\u{a0}%{ends} is about the parameters, the rest is luck.");
    if share.given_parameters.reliability == 0.0 {
        return Some(known);
    }
    let band = band(share).replace(" to ", " and ");
    Some(format!("{known} Given the parameters, its chance lies between {band} in 90 of 100 cases."))
}
