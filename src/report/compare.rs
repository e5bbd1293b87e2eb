//! Arms against a base on the same trials, for a reader at a terminal.

use super::difference::{DifferenceWords, mean_difference, ratio_words, share_difference, short_share};
use super::shares::in_words;
use super::terminal::{foot, heading, outcome_label, remark, row, title};
use super::words::{ALARM, FAINT, STRONG, and, counted, cut, left, number, one_line, paint, paragraph, percent, right, whole, with_unit};
use crate::results::{ArmResult, CompareSummary, MeanDifference, ShareDifference};

const LABEL: usize = 20;
/// Columns of the share in the base, and of that in the arm with a gap before it.
const BASE: usize = 8;
const HERE: usize = 9;
const DIFFERENCE: usize = 9;
const INTERVAL: usize = 16;
/// From so many arms on each is told in fewer lines.
const MANY: usize = 4;

/// Indicators and metrics of an arm that are shown, and changes from one outcome to another.
fn lines(s: &CompareSummary) -> (usize, usize) {
    if s.compare.arms.len() < MANY { (6, 3) } else { (3, 2) }
}

/// The answer in at most `columns` columns (80 or more).
#[must_use]
pub fn answer(summary: &CompareSummary, columns: usize) -> String {
    let columns = columns.max(80);
    let s = summary;
    let mut head = String::new();
    if !s.plan.complete {
        let note = format!("PARTIAL: stopped after {} of each arm; everything below is about these.", counted(s.plan.trials, "trial"));
        head += &(paint(ALARM, &note) + "\n");
    }
    head += &title(&s.scenario, columns);
    if let Some(other) = &s.compare.other {
        let name = if other.title.is_empty() { &other.id } else { &other.title };
        head += &paragraph("against: ", 9, &one_line(name), columns);
    }
    let mut sections = vec![head];
    if s.compare.arms.len() > 1 {
        sections.push(overview(s, columns));
    }
    sections.extend(s.compare.arms.iter().map(|arm| section(s, arm, columns)));
    sections.push(notes(s, columns));
    sections.push(end(s, columns));
    sections.join("\n")
}

fn name(arm: &ArmResult) -> String {
    match &arm.label {
        Some(label) => format!("{}: {}", one_line(&arm.name), one_line(label)),
        None => one_line(&arm.name),
    }
}

/// Of each arm the outcome that changed most.
fn overview(s: &CompareSummary, columns: usize) -> String {
    const ARM: usize = 26;
    let mut text =
        heading("What each changes most", ARM, &format!("{}  {}  outcome", right("points", DIFFERENCE), left("at once", INTERVAL)));
    for arm in &s.compare.arms {
        let most = arm.outcomes.iter().max_by(|a, b| a.difference.abs().total_cmp(&b.difference.abs()));
        let beside = match most {
            _ if arm.changed.count == 0 => "        0  no trial changed".to_owned(),
            Some(most) if arm.outcomes.iter().any(|o| o.beyond_noise) => {
                format!("{}  {}", beside(&share_difference(most)), one_line(&most.label))
            }
            _ => "        -  none told apart from no change".to_owned(),
        };
        text += &(cut(row(&arm.name, ARM, &beside).trim_end(), columns) + "\n");
    }
    text
}

fn beside(words: &DifferenceWords) -> String {
    format!("{}  {}", right(&words.difference, DIFFERENCE), left(&words.interval, INTERVAL))
}

fn section(s: &CompareSummary, arm: &ArmResult, columns: usize) -> String {
    let mut text: String = paragraph("", 2, &name(arm), columns).lines().map(|l| paint(STRONG, l) + "\n").collect();
    let changed = in_words(arm.changed.share, &arm.changed.interval);
    if arm.changed.count == 0 {
        let bound = changed.share.trim_start_matches("below ").replace(' ', "\u{a0}");
        let all = counted(s.plan.trials, "trial");
        let none = format!("No trial changed: {all}, the same in every number. A change in more than {bound} of trials would have shown.");
        return text + &paragraph("  ", 2, &none, columns);
    }
    let share = changed.share.replace("above", "More than").replace(' ', "\u{a0}");
    let interval = if changed.interval.is_empty() { String::new() } else { format!(" {}", changed.interval) };
    text += &remark(&format!("{share}{interval} of trials changed."), FAINT, columns);
    let level = percent(s.compare.family.level);
    let columns_of = |unit: &str, last: &str| {
        format!(
            "{}{}{}  {}  {last}",
            right("base", BASE),
            right("here", HERE),
            right(unit, DIFFERENCE),
            left(&format!("{level} % at once"), INTERVAL)
        )
    };
    text += &heading("  How it can end", LABEL, &columns_of("points", "ratio"));
    for outcome in &arm.outcomes {
        text += &share_row(outcome);
    }
    text += &verdict(arm, columns);
    let (others, changes) = lines(s);
    text += &self::others((arm, s.plan.trials), others, &columns_of("by", ""), columns);
    text += &moves(arm, changes, columns);
    text + &pairing(arm, columns)
}

fn share_row(d: &ShareDifference) -> String {
    let shares = format!("{}{}", right(&short_share(&d.base), BASE), right(&short_share(&d.arm), HERE));
    row(&outcome_label(&d.label, d.unresolved), LABEL, &format!("{shares}{}  {}", beside(&share_difference(d)), ratio_words(d)))
}

/// What is compared on average; of a metric that not all trials have on both sides, in how many. Its means are of these alone: another base than
/// that of `run`.
pub(super) fn mean_label(d: &MeanDifference, trials: u64) -> String {
    let name = with_unit(&d.label, d.unit.as_deref());
    if d.trials < trials { format!("{name}, in {} that have it in both", counted(d.trials, "trial")) } else { name }
}

fn mean_row(d: &MeanDifference, trials: u64) -> Option<String> {
    let means = format!("{}{}", right(&number(d.base?), BASE), right(&number(d.arm?), HERE));
    Some(row(&mean_label(d, trials), LABEL, &format!("{means}{}", beside(&mean_difference(d)?))))
}

/// Which outcomes changed beyond noise, in a sentence.
fn verdict(arm: &ArmResult, columns: usize) -> String {
    let labels = |wanted: &dyn Fn(&ShareDifference) -> bool| -> Vec<String> {
        arm.outcomes.iter().filter(|o| wanted(o)).map(|o| format!("\"{}\"", one_line(&o.label))).collect()
    };
    let more = labels(&|o| o.beyond_noise && o.difference > 0.0);
    let fewer = labels(&|o| o.beyond_noise && o.difference < 0.0);
    let same = labels(&|o| !o.beyond_noise);
    let mut words = Vec::new();
    if more.is_empty() && fewer.is_empty() {
        words.push("Beyond noise: no outcome.".to_owned());
    } else {
        let parts = [("more often ", more), ("less often ", fewer)];
        let parts: Vec<String> =
            parts.iter().filter(|(_, labels)| !labels.is_empty()).map(|(how, labels)| format!("{how}{}", and(labels))).collect();
        words.push(format!("Beyond noise: {}.", parts.join("; ")));
        if !same.is_empty() {
            words.push(format!("Not told apart from no change: {}.", and(&same)));
        }
    }
    paragraph("  ", 2, &words.join(" "), columns)
}

/// Indicators and metrics that changed beyond noise, those that stand out most.
fn others((arm, trials): (&ArmResult, u64), most: usize, columns_of: &str, columns: usize) -> String {
    let distance = |d: f64, low: f64, high: f64| if high > low { d.abs() / (high - low) } else { f64::INFINITY };
    let shares = arm.indicators.iter().filter(|i| i.beyond_noise);
    let mut found: Vec<(f64, String)> = shares.map(|i| (distance(i.difference, i.low, i.high), share_row(i))).collect();
    let means = arm.metrics.iter().filter(|m| m.beyond_noise);
    found.extend(means.filter_map(|m| Some((distance(m.difference?, m.low?, m.high?), mean_row(m, trials)?))));
    let all = arm.indicators.len() + arm.metrics.len();
    if all == 0 {
        return String::new();
    }
    let beyond = found.len();
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut text = String::new();
    if beyond > 0 {
        text += &heading("  What else differs", LABEL, columns_of.trim_end());
        text.extend(found.into_iter().take(most).map(|(_, row)| row));
    }
    let shown = beyond.min(most);
    let of = format!("{beyond} of {all} indicators and metrics differ beyond noise");
    let note = if shown < beyond { format!("{of}; these stand out most, --json has all.") } else { format!("{of}.") };
    text + &remark(&note, FAINT, columns)
}

/// What becomes of what: the commonest changes.
fn moves(arm: &ArmResult, most: usize, columns: usize) -> String {
    let label = |id: &str| arm.outcomes.iter().find(|o| o.id == id).map_or_else(|| one_line(id), |o| one_line(&o.label));
    let all = arm.transitions.iter().flat_map(|from| from.to.iter().map(move |to| (from, to)));
    let mut found: Vec<_> = all.filter(|(from, to)| from.from != to.id).collect();
    found.sort_by_key(|(_, to)| std::cmp::Reverse(to.count));
    let mut text = String::new();
    for (from, to) in found.into_iter().take(most) {
        let words = in_words(to.share, &to.interval);
        let share = format!("{} {}", words.share, words.interval).trim_end().replace(' ', "\u{a0}");
        let story =
            format!("Of the base's {} \"{}\", {share} become \"{}\".", counted_label(from.trials), label(&from.from), label(&to.id));
        text += &paragraph("  ", 4, &story, columns);
    }
    text
}

fn counted_label(trials: u64) -> String {
    format!("{} of", counted(trials, "trial"))
}

/// What pairing gained.
fn pairing(arm: &ArmResult, columns: usize) -> String {
    let gains: Vec<f64> = arm.outcomes.iter().filter_map(|o| o.pairing_gain).collect();
    let (least, most) = gains.iter().fold((f64::INFINITY, 0.0_f64), |(a, b), g| (a.min(*g), b.max(*g)));
    if gains.is_empty() {
        return String::new();
    }
    if most < 1.05 {
        return remark("Independent runs of as many trials would know this as well.", FAINT, columns);
    }
    let times = |g: f64| if g >= 99.5 { number(g) } else { format!("{g:.1}") };
    let range = if times(least) == times(most) { times(least) } else { format!("{} to {}", times(least), times(most)) };
    remark(&format!("Independent runs would need {range} times as many trials to know this as well."), FAINT, columns)
}

fn notes(s: &CompareSummary, columns: usize) -> String {
    let f = &s.compare.family;
    let level = percent(f.level);
    let others = if f.others > 0 {
        format!(
            " ({} of outcomes, {} of indicators and metrics, with half of the error for each kind)",
            whole(f.outcomes as u64),
            whole(f.others as u64)
        )
    } else {
        String::new()
    };
    let at_once = if f.differences > 1 {
        format!("All {} differences{others} hold at once in {level} of 100 studies (Bonferroni).", whole(f.differences as u64))
    } else {
        format!("The difference holds in {level} of 100 studies.")
    };
    let what = "points: percentage points, here less base. ratio: here over base, with the level of the difference. Beyond noise: the interval \
                leaves out 0. What is certain is the scenario's answer, not the world's.";
    let mut text = remark(&format!("{at_once} {what}"), FAINT, columns);
    if !s.compare.not_compared.is_empty() {
        let names: Vec<String> = s.compare.not_compared.iter().take(10).map(|n| one_line(n)).collect();
        let more = s.compare.not_compared.len().saturating_sub(10);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        text +=
            &remark(&format!("Not compared, since only one side has it or in other units: {}{more}.", names.join(", ")), FAINT, columns);
    }
    text
}

fn end(s: &CompareSummary, columns: usize) -> String {
    let arms = counted(s.compare.arms.len() as u64, "arm");
    let each = counted(s.plan.trials, "trial");
    let base =
        if s.plan.variant == "base" { "the scenario as it stands".to_owned() } else { format!("variant {}", one_line(&s.plan.variant)) };
    let run = format!("{each} of the base ({base}) and of {arms}, the same for all, seed {}", s.plan.seed);
    let mut text = foot(&run, &s.scenario, &s.tool, columns);
    for (path, value) in &s.plan.overrides {
        let with = paragraph("base with ", 5, &format!("{} = {}", one_line(path), one_line(value)), columns);
        text.extend(with.lines().map(|l| paint(FAINT, l) + "\n"));
    }
    text
}
