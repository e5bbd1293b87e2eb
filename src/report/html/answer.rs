//! 1. The question and the answer.

use super::figure::{Size, Table, figure, label, spoken};
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

/// The answer in a sentence or two.
pub(in crate::report) fn answer(s: &Summary) -> String {
    let mut ranked: Vec<&OutcomeResult> = s.outcomes.iter().filter(|o| o.count > 0 && !o.unresolved).collect();
    ranked.sort_by_key(|o| std::cmp::Reverse(o.count));
    let name = |o: &OutcomeResult| format!("“{}”", called(o));
    let said = |o: &OutcomeResult| about(o.share, &o.interval);
    let mut text = match &ranked[..] {
        [] => "No trial came to a decision.".to_owned(),
        [one] => format!("{}: {}.", name(one), said(one)),
        [first, second, ..] if alike(first, second) => {
            let both = format!("{} and {} are the commonest ends and cannot be told apart", name(first), name(second));
            format!("{both}: {} and {}.", said(first), said(second))
        }
        [first, second, ..] => {
            format!("The commonest end is {}: {}. Next comes {}: {}.", name(first), said(first), name(second), said(second))
        }
    };
    if ranked.len() > 2
        && let Some(last) = ranked.last()
    {
        text.push_str(&format!(" The rarest that was seen is {}: {}.", name(last), said(last)));
    }
    let never: Vec<String> = s.outcomes.iter().filter(|o| o.count == 0).map(name).take(5).collect();
    if !never.is_empty() {
        let bound = s.outcomes.iter().find(|o| o.count == 0).map_or_else(String::new, |o| in_words(0.0, &o.interval).share);
        text.push_str(&format!(" Never seen: {} ({bound}).", and(&never)));
    }
    let open: Vec<&OutcomeResult> = s.outcomes.iter().filter(|o| o.unresolved && o.count > 0).collect();
    for one in open {
        text.push_str(&format!(" Not resolved: {}.", about(one.share, &one.interval)));
    }
    text
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
    if o.label == o.id { spoken(&o.label) } else { label(&o.label) }
}

/// An outcome's label, which says that nothing was decided.
pub(in crate::report) fn outcome_label(o: &OutcomeResult) -> String {
    let name = if o.label == o.id { spoken(&o.label) } else { o.label.clone() };
    label(&crate::report::terminal::outcome_label(&name, o.unresolved))
}

fn indicators(m: &mut Markup, s: &Summary) {
    if s.indicators.is_empty() {
        return;
    }
    let named = |id: &str| s.indicators.iter().find(|i| i.id == id).map_or_else(|| id.to_owned(), |i| label(&i.label));
    let called = |i: &crate::results::IndicatorResult| {
        let name = if i.label == i.id { spoken(&i.label) } else { label(&i.label) };
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
