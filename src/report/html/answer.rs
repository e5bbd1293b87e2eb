//! 1. The question and the answer.

use super::figure::{Size, Table, figure, label};
use super::{Input, Part};
use crate::chart::{Chart, Intervals, Markup, Row, Unit};
use crate::report::plain::{about, alike};
use crate::report::shares::{in_words, of_trials, share_words};
use crate::report::words::{and, number, percent, whole, with_unit};
use crate::results::{IntervalResult, MetricResult, OutcomeResult, Summary};

pub(super) fn part(input: Input<'_>) -> Option<Part> {
    let s = input.summary;
    if s.plan.trials == 0 || s.outcomes.is_empty() {
        return None;
    }
    let mut body = Markup::new();
    outcomes(&mut body, s);
    indicators(&mut body, s);
    metrics(&mut body, s);
    Some(Part { id: "answer", title: "How it can end", sentence: answer(s), body })
}

/// Values that are named at the head.
const CHANGED: usize = 4;

/// Under which supposition this was run: a variant, values that were set for the run; `None` for the scenario as it stands.
pub(in crate::report) fn supposed(s: &Summary) -> Option<String> {
    let plan = &s.plan;
    let set: Vec<String> = plan.overrides.iter().take(CHANGED).map(|(path, value)| label(&format!("{path} = {value}"))).collect();
    let more = plan.overrides.len().saturating_sub(CHANGED);
    let more = if more > 0 { format!(" and {} more", whole(more as u64)) } else { String::new() };
    let set = format!("{}{more}", set.join(", "));
    match (plan.variant.as_str(), plan.overrides.is_empty()) {
        ("base", true) => None,
        ("base", false) => Some(format!("Not the scenario as it stands: run with {set}.")),
        (id, empty) => {
            let name = label(plan.variant_label.as_deref().unwrap_or(id));
            Some(if empty { format!("What if: {name}") } else { format!("What if: {name} ({set})") })
        }
    }
}

/// The answer in a sentence or two.
pub(in crate::report) fn answer(s: &Summary) -> String {
    let mut ranked: Vec<&OutcomeResult> = s.outcomes.iter().filter(|o| o.count > 0 && !o.unresolved).collect();
    ranked.sort_by_key(|o| std::cmp::Reverse(o.count));
    let name = |o: &OutcomeResult| format!("“{}”", called(o));
    let mut text = open_before(s, &ranked) + &order(&ranked);
    let never: Vec<String> = s.outcomes.iter().filter(|o| o.count == 0).map(name).take(5).collect();
    if !never.is_empty() {
        let bound = s.outcomes.iter().find(|o| o.count == 0).map_or_else(String::new, |o| in_words(0.0, &o.interval).share);
        text.push_str(&format!(" Never seen: {} ({bound}).", and(&never)));
    }
    for one in s.outcomes.iter().filter(|o| o.unresolved && o.count > 0 && !said_first(o, &ranked)) {
        text.push_str(&format!(" Not resolved{}: {}.", named(one), about(one.share, &one.interval)));
    }
    text
}

/// What an open end is called, in brackets, unless that says no more than that it is open.
fn named(open: &OutcomeResult) -> String {
    let says_so = outcome_label(open) == called(open);
    if says_so { String::new() } else { format!(" (“{}”)", called(open)) }
}

/// Whether what is no end is told before the ends: it comes as often as the commonest of them, or more often.
fn said_first(open: &OutcomeResult, ranked: &[&OutcomeResult]) -> bool {
    ranked.first().is_some_and(|first| open.count >= first.count || alike(first, open))
}

/// What is no end, where it is as common as any.
fn open_before(s: &Summary, ranked: &[&OutcomeResult]) -> String {
    let mut text = String::new();
    for open in s.outcomes.iter().filter(|o| o.unresolved && o.count > 0 && said_first(o, ranked)) {
        let as_often = ranked.first().is_some_and(|first| alike(first, open));
        let how = if as_often { "as often as in any one way" } else { "more often than in any one way" };
        text.push_str(&format!("It stays open{} {how}: {}. ", named(open), about(open.share, &open.interval)));
    }
    text
}

/// Most ends that are named with one verb.
const NAMED: usize = 4;

/// The ends from the commonest on, in an order only as far as their intervals tell one.
fn order(ranked: &[&OutcomeResult]) -> String {
    let [first, ..] = ranked else { return "No trial came to a decision.".to_owned() };
    let told = |some: &[&OutcomeResult]| {
        let names: Vec<String> = some.iter().take(NAMED).map(|o| format!("“{}”", called(o))).collect();
        let shares: Vec<String> = some.iter().take(NAMED).map(|o| about(o.share, &o.interval)).collect();
        let more = some.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
        (format!("{}{more}", and(&names)), and(&shares))
    };
    let (top, rest) = ranked.split_at(together(ranked));
    let (names, shares) = told(top);
    let mut text = match (top.len(), rest.len()) {
        (1, 0) => format!("“{}”: {}.", called(first), about(first.share, &first.interval)),
        (1, _) => format!("The commonest end is {names}: {shares}."),
        (_, 0) => format!("{names} come about as often, and which is commoner cannot be told: {shares}."),
        _ => format!("{names} are the commonest ends and cannot be told apart: {shares}."),
    };
    let (next, rest) = rest.split_at(together(rest));
    let (names, shares) = told(next);
    match next.len() {
        0 => {}
        1 => text.push_str(&format!(" Next comes {names}: {shares}.")),
        _ => text.push_str(&format!(" Next come {names}, about as often as each other: {shares}.")),
    }
    // The last ones are those that cannot be told from the very last.
    let last = rest.iter().rev().take_while(|o| rest.last().is_some_and(|last| alike(o, last))).count();
    let last_ones = &rest[rest.len() - last..];
    let (names, shares) = told(last_ones);
    // They may be apart from the first of those before them and yet not from the last.
    let before = ranked.len() - last;
    let blurred = last > 0 && last_ones.iter().any(|o| ranked[..before].iter().any(|other| alike(other, o)));
    if blurred {
        text.push_str(&format!(" Fewest trials end as {names}, though this is not told apart from all others: {shares}."));
        return text;
    }
    let rare = rest.last().is_some_and(|o| o.interval.high < RARE);
    match (last, rare) {
        (0, _) => {}
        (1, true) => text.push_str(&format!(" The rarest that was seen is {names}: {shares}.")),
        (1, false) => text.push_str(&format!(" Least often comes {names}: {shares}.")),
        (_, true) => text.push_str(&format!(" The rarest that were seen are {names}: {shares}.")),
        (_, false) => text.push_str(&format!(" Least often come {names}, about as often as each other: {shares}.")),
    }
    text
}

/// What is called rare is surely below this share.
const RARE: f64 = 0.1;

/// How many of these cannot be told from the first.
fn together(ranked: &[&OutcomeResult]) -> usize {
    ranked.iter().take_while(|o| ranked.first().is_some_and(|first| alike(first, o))).count()
}

/// Number and interval as they stand beside a bar.
fn beside(count: u64, trials: u64, interval: &IntervalResult) -> String {
    let words = share_words(count, trials, interval);
    if words.interval.is_empty() { words.share } else { format!("{}  {}", words.share, words.interval) }
}

/// The row of a share; a bound is drawn as one.
fn row(name: String, (count, trials): (u64, u64), interval: &IntervalResult, series: usize) -> Row {
    #[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
    let share = if trials == 0 { 0.0 } else { count as f64 / trials as f64 };
    let bound = interval.bound.filter(|_| count == 0).map(|b| (0.0, b));
    Row {
        label: name,
        value: (bound.is_none() && trials > 0).then_some(share),
        interval: if trials == 0 { None } else { bound.or(Some((interval.low, interval.high))) },
        words: beside(count, trials, interval),
        series,
        limits: Vec::new(),
    }
}

fn outcomes(m: &mut Markup, s: &Summary) {
    let n = s.plan.trials;
    let rows = s.outcomes.iter().enumerate().take(60).map(|(at, o)| row(outcome_label(o), (o.count, n), &o.interval, at));
    let chart = Intervals { rows: rows.collect(), unit: Unit::Share, bars: true, zero: false, range: None };
    let level = percent(s.plan.intervals.level);
    let mut table = Table::new(&["Outcome", "Share", &format!("{level} % interval"), "Trials", "Median day", "Day (5 % to 95 %)"]);
    for o in &s.outcomes {
        let words = share_words(o.count, n, &o.interval);
        let at = |q: &str| o.time.as_ref().and_then(|t| t.quantiles.get(q)).map_or_else(|| "–".to_owned(), |d| number(*d));
        let span = if o.time.is_some() { format!("{} to {}", at("0.05"), at("0.95")) } else { "–".to_owned() };
        table.rows.push(vec![outcome_label(o), words.share, words.interval, whole(o.count), at("0.5"), span]);
    }
    let said = format!("Share of {} trials, with the {level} % interval that the number of trials leaves open.", whole(n));
    figure(m, "outcomes", ("Outcomes", &said), (&Chart::Intervals(chart), Size::Full), Some(&table));
}

/// What an outcome is called.
pub(super) fn called(o: &OutcomeResult) -> String {
    label(&o.label)
}

/// An outcome's label, which says that nothing was decided.
pub(in crate::report) fn outcome_label(o: &OutcomeResult) -> String {
    label(&crate::report::terminal::outcome_label(&o.label, o.unresolved))
}

fn indicators(m: &mut Markup, s: &Summary) {
    if s.indicators.is_empty() {
        return;
    }
    let named = |id: &str| s.indicators.iter().find(|i| i.id == id).map_or_else(|| id.to_owned(), |i| label(&i.label));
    let called = |i: &crate::results::IndicatorResult| {
        let name = label(&i.label);
        match &i.given {
            Some(given) => format!("{name} (where “{}” holds)", named(given)),
            None => name,
        }
    };
    let rows = s.indicators.iter().map(|i| row(called(i), (i.count, i.trials), &i.interval, 0)).take(40);
    let chart = Intervals { rows: rows.collect(), unit: Unit::Share, bars: false, zero: false, range: Some((0.0, 1.0)) };
    let mut table = Table::new(&["What", "Share", "Interval", "Of trials", "Median day since", "Day (5 % to 95 %)"]);
    for i in &s.indicators {
        let words = share_words(i.count, i.trials, &i.interval);
        let at = |q: &str| i.time.as_ref().and_then(|t| t.quantiles.get(q)).map_or_else(|| "–".to_owned(), |d| number(*d));
        let span = if i.time.is_some() { format!("{} to {}", at("0.05"), at("0.95")) } else { "–".to_owned() };
        table.rows.push(vec![called(i), words.share, words.interval, of_trials(i.count, i.trials), at("0.5"), span]);
    }
    let said = "Facts about a trial at its end; several may hold at once.";
    figure(m, "indicators", ("What else holds", said), (&Chart::Intervals(chart), Size::Full), Some(&table));
}

fn metrics(m: &mut Markup, s: &Summary) {
    if s.metrics.is_empty() {
        return;
    }
    m.open("section", &[("class", &"block")]);
    m.leaf("h3", &[], "In numbers");
    m.leaf("p", &[], "Each trial gives one number; the middle half of the trials lies between the 25 % and the 75 % column.");
    let mut table = Table::new(&["What", "Mean", "5 %", "25 %", "Median", "75 %", "95 %", "Trials"]);
    for metric in &s.metrics {
        table.rows.push(metric_row(metric, s));
    }
    table.put(m, "In numbers");
    m.close();
}

fn metric_row(metric: &MetricResult, s: &Summary) -> Vec<String> {
    let at = |q: &str| metric.quantiles.get(q).map_or_else(|| "–".to_owned(), |x| number(*x));
    let mut name = label(&with_unit(&metric.label, metric.unit.as_deref()));
    if let Some(given) = &metric.given {
        let given = s.indicators.iter().find(|i| i.id == *given).map_or(given, |i| &i.label);
        name.push_str(&format!(" (where “{}” holds)", label(given)));
    }
    let missing = if metric.missing > 0 { format!(" ({} never)", whole(metric.missing)) } else { String::new() };
    let trials = format!("{}{missing}", whole(metric.trials));
    let mean = metric.mean.map_or_else(|| "–".to_owned(), number);
    vec![name, mean, at("0.05"), at("0.25"), at("0.5"), at("0.75"), at("0.95"), trials]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Intervals;

    fn told(counts: &[u64]) -> String {
        let n = counts.iter().sum();
        let ends: Vec<OutcomeResult> = counts
            .iter()
            .zip(["A", "B", "C", "D"])
            .map(|(count, name)| OutcomeResult {
                id: name.to_owned(),
                label: format!("end {name}"),
                count: *count,
                #[expect(clippy::cast_precision_loss, reason = "small counts")]
                share: *count as f64 / n as f64,
                interval: Intervals::default().one(*count, n),
                unresolved: false,
                time: None,
                when: None,
            })
            .collect();
        order(&ends.iter().collect::<Vec<_>>()).replace(['\u{2060}', '“', '”'], "").replace('\u{a0}', " ")
    }

    #[test]
    fn an_order_is_told_only_where_intervals_are_apart() {
        assert_eq!(
            told(&[560, 226, 214]),
            "The commonest end is end A: about 11 in 20 (53–59 %). Next come end B and end C, about as often as each other: about 1 in 4 (20–25 %) and about 1 in 5 (19–24 %)."
        );
        assert_eq!(
            told(&[510, 490]),
            "end A and end B come about as often, and which is commoner cannot be told: about half (48–54 %) and about half (46–52 %)."
        );
        assert!(told(&[600, 250, 150]).contains(" Least often comes end C: about 3 in 20 ("));
        assert!(told(&[600, 250, 110, 40]).contains(" The rarest that was seen is end D: about 1 in 25 ("));
        assert!(told(&[600, 220, 180, 140]).contains(" Fewest trials end as end D, though this is not told apart from all others: "));
        assert!(told(&[5000, 3000, 12, 10]).contains("The rarest that were seen are end C and end D: "));
    }
}
