//! 3. How it unfolds.

use super::figure::{Size, Table, figure, label, spoken};
use super::{Input, Part};
use crate::chart::{Chart, Fan, Layer, Markup, Stacks};
use crate::report::plain::of_all;
use crate::report::words::{counted, days, number};
use crate::results::{LadderPart, LadderResult, OverShares, OverTime, ReportData, Summary};

/// Most charts of one kind; the rest is in the series table.
pub(super) const LADDERS: usize = 12;
const REGIMES: usize = 8;
const VARIABLES: usize = 12;
/// Times in a table.
const ROWS: usize = 13;

pub(super) fn part(input: Input<'_>) -> Option<Part> {
    let data = input.data?;
    let over = &data.over_time;
    if over.day.len() < 2 || (over.rungs.is_empty() && over.regimes.is_empty() && over.variables.is_empty()) {
        return None;
    }
    let mut body = Markup::new();
    for (at, one) in over.rungs.iter().take(LADDERS).enumerate() {
        let ladder = ladder_of(data, &one.id);
        let result = input.summary.ladders.iter().find(|l| l.id == one.id);
        let said = result.map_or_else(String::new, |r| most_days(r, data, input.summary));
        stacks(&mut body, &format!("rungs-{at}"), (one, ladder), &over.day, (&said, true));
    }
    more(&mut body, over.rungs.len(), LADDERS, "ladder");
    if !over.regimes.is_empty() {
        body.leaf("h3", &[("class", &"group")], "Outside states of affairs");
        body.open("div", &[("class", &"grid")]);
        for (at, one) in over.regimes.iter().take(REGIMES).enumerate() {
            stacks(&mut body, &format!("regime-{at}"), (one, None), &over.day, (&commonest_state(one, input.summary), false));
        }
        body.close();
        more(&mut body, over.regimes.len(), REGIMES, "state of affairs");
    }
    variables(&mut body, over);
    Some(Part { id: "unfold", title: "How it unfolds", sentence: sentence(input.summary, data), body })
}

/// The ladder on which an actor stands.
pub(super) fn ladder_of<'a>(data: &'a ReportData, stand: &str) -> Option<&'a LadderPart> {
    let name = stand.rsplit('.').next()?;
    data.portrait.ladders.iter().find(|l| l.id == name)
}

fn more(m: &mut Markup, there: usize, shown: usize, what: &str) {
    if there > shown {
        let rest = counted((there - shown) as u64, what);
        m.leaf("p", &[("class", &"soft")], &format!("{rest} more: in the table “series” beside this report."));
    }
}

fn stacks(m: &mut Markup, id: &str, (one, ladder): (&OverShares, Option<&LadderPart>), day: &[f64], (said, ordered): (&str, bool)) {
    let threshold = |at: usize| ladder.and_then(|l| l.rungs.get(at)).and_then(|r| r.threshold.clone());
    let layer = |(at, (name, shares)): (usize, (&String, &Vec<f64>))| Layer {
        label: spoken(name),
        shares: shares.clone(),
        threshold: threshold(at),
    };
    let layers: Vec<Layer> = one.of.iter().zip(&one.values).enumerate().map(layer).collect();
    let mut table = Table::new(&["Day"]);
    table.head.extend(one.of.iter().map(|l| spoken(l)));
    for at in places(day.len()) {
        let mut row = vec![days(day[at])];
        row.extend(one.values.iter().map(|v| v.get(at).map_or_else(|| "–".to_owned(), |x| share(*x))));
        table.rows.push(row);
    }
    let chart = Chart::Stacks(Stacks { days: day.to_vec(), layers, ordered });
    let size = if ordered { Size::Full } else { Size::Small };
    figure(m, id, (&spoken(&one.label), said), (&chart, size), Some(&table));
}

fn share(x: f64) -> String {
    let x = x * 100.0;
    if x > 0.0 && x < 0.05 { "<0.1 %".to_owned() } else { format!("{x:.1} %") }
}

/// Times of a table.
fn places(count: usize) -> impl Iterator<Item = usize> {
    (0..count).step_by(count.saturating_sub(1).div_ceil(ROWS - 1).max(1))
}

/// Where an actor spends its days, and how often it has crossed a threshold at the end.
fn most_days(ladder: &LadderResult, data: &ReportData, s: &Summary) -> String {
    let Some(most) = ladder.rungs.iter().max_by(|a, b| a.mean_days.total_cmp(&b.mean_days)) else { return String::new() };
    let all: f64 = ladder.rungs.iter().map(|r| r.mean_days).sum();
    let mut text = format!(
        "Most days on “{}”: {} of {} on average (a trial that has ended stays where it is).",
        spoken(&most.label),
        number(most.mean_days),
        days(all.round())
    );
    if let Some((rung, threshold, share)) = beyond(ladder, data) {
        text.push_str(&format!(" At the end at or above “{rung}”, beyond {threshold}: {}.", of_all(share, s)));
    }
    text
}

fn commonest_state(one: &OverShares, s: &Summary) -> String {
    let last = |v: &Vec<f64>| v.last().copied().unwrap_or(0.0);
    let best = one.of.iter().zip(&one.values).max_by(|a, b| last(a.1).total_cmp(&last(b.1)));
    best.map_or_else(String::new, |(name, v)| format!("At the end most often “{}”: {}.", spoken(name), of_all(last(v), s)))
}

fn variables(m: &mut Markup, over: &OverTime) {
    // What never changes has nothing to show.
    let moves = |v: &&OverShares| {
        let all = v.values.iter().flatten();
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
        high > low
    };
    let shown: Vec<&OverShares> = over.variables.iter().filter(moves).collect();
    if shown.is_empty() {
        return;
    }
    m.leaf("h3", &[("class", &"group")], "Numbers that change");
    let said = format!(
        "Median (line), middle half (dark) and nine tenths (light) of the first {}.",
        counted(over.variable_trials as u64, "trial")
    );
    m.leaf("p", &[], &said);
    m.open("div", &[("class", &"grid")]);
    for (at, one) in shown.iter().take(VARIABLES).enumerate() {
        let Ok(quantiles) = <[Vec<f64>; 5]>::try_from(one.values.clone()) else { continue };
        let end = |level: usize| quantiles[level].last().map_or_else(String::new, |x| number(*x));
        let said = format!("At the end {} in the median; nine tenths between {} and {}.", end(2), end(0), end(4));
        let mut table = Table::new(&["Day", "5 %", "25 %", "Median", "75 %", "95 %"]);
        for place in places(over.day.len()) {
            let mut row = vec![days(over.day[place])];
            row.extend(quantiles.iter().map(|v| v.get(place).map_or_else(|| "–".to_owned(), |x| number(*x))));
            table.rows.push(row);
        }
        let chart = Chart::Fan(Fan { days: over.day.clone(), quantiles, series: 0 });
        let title = label(&one.label);
        figure(m, &format!("variable-{at}"), (&title, &said), (&chart, Size::Small), Some(&table));
    }
    m.close();
    more(m, shown.len(), VARIABLES, "number");
}

/// What comes of the first number that changes.
fn grown(over: &OverTime) -> String {
    let moves = |v: &&OverShares| v.values.iter().flatten().any(|x| Some(x) != v.values.iter().flatten().next());
    let Some(one) = over.variables.iter().find(moves).or(over.variables.first()) else { return String::new() };
    let end = |level: usize| one.values.get(level).and_then(|v| v.last()).map_or_else(|| "–".to_owned(), |x| number(*x));
    let name = label(&one.label);
    format!("At the end “{name}” is {} in the median trial; in nine of ten it lies between {} and {}.", end(2), end(0), end(4))
}

/// Where the first actor begins, and where it stands at the end.
fn sentence(s: &Summary, data: &ReportData) -> String {
    let Some(one) = data.over_time.rungs.first().or(data.over_time.regimes.first()) else { return grown(&data.over_time) };
    let most = |time: fn(&Vec<f64>) -> Option<f64>| {
        let at = |v: &Vec<f64>| time(v).unwrap_or(0.0);
        let best = one.of.iter().zip(&one.values).max_by(|a, b| at(a.1).total_cmp(&at(b.1)));
        best.map(|(name, v)| (spoken(name), at(v)))
    };
    let (Some(first), Some(last)) = (most(|v| v.first().copied()), most(|v| v.last().copied())) else { return String::new() };
    let name = spoken(&one.label);
    let begins = if first.1 >= 0.9995 {
        format!("“{name}” begins on “{}”", first.0)
    } else {
        format!("“{name}” begins most often on “{}”", first.0)
    };
    let mut text = format!("{begins}; at the end it stands most often on “{}”: {}", last.0, of_all(last.1, s));
    let above = s.ladders.iter().find(|l| l.id == one.id).and_then(|l| beyond(l, data));
    if let Some((rung, threshold, share)) = above {
        text.push_str(&format!(". At or above “{rung}”, beyond {threshold}: {}", of_all(share, s)));
    }
    text + "."
}

/// The first rung beyond a threshold, what that is called, and the share of trials at or above it at the end.
fn beyond(ladder: &LadderResult, data: &ReportData) -> Option<(String, String, f64)> {
    let part = ladder_of(data, &ladder.id)?;
    let first = part.rungs.iter().skip(1).position(|r| r.threshold.is_some())? + 1;
    let rung = ladder.rungs.get(first)?;
    let name = part.rungs.get(first)?.threshold.as_deref().map(label).unwrap_or_default();
    let which = if part.rungs.iter().filter(|r| r.threshold.is_some()).count() > 1 { "the first threshold" } else { "the threshold" };
    let threshold = if name.is_empty() { which.to_owned() } else { format!("{which} (“{name}”)") };
    Some((spoken(&rung.label), threshold, ladder.rungs[first..].iter().map(|r| r.share_at_horizon).sum()))
}
