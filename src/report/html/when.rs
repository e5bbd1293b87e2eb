//! 2. When.

use super::answer::{called, outcome_label};
use super::figure::{Size, Table, figure};
use super::{Input, Part};
use crate::chart::{Chart, Line, Lines, Markup, Unit};
use crate::report::words::{days, percent};
use crate::results::{OutcomeResult, Summary};

/// Most lines.
const LINES: usize = 12;
/// Times in a table.
const ROWS: usize = 13;

pub(super) fn part(input: Input<'_>) -> Option<Part> {
    let s = input.summary;
    let mut timed: Vec<(usize, &OutcomeResult)> = s.outcomes.iter().enumerate().filter(|(_, o)| o.count > 0 && o.when.is_some()).collect();
    // More lines cannot be told apart: the commonest ones.
    timed.sort_by_key(|(at, o)| (std::cmp::Reverse(o.count), *at));
    timed.truncate(LINES);
    timed.sort_by_key(|(at, _)| *at);
    let grid = timed.first()?.1.when.as_ref()?.incidence.day.clone();
    let line = |(at, o): &(usize, &OutcomeResult)| {
        let curve = &o.when.as_ref()?.incidence;
        Some(Line { label: outcome_label(o), values: curve.share.clone(), band: (curve.low.clone(), curve.high.clone()), series: *at })
    };
    let lines: Vec<Line> = timed.iter().filter_map(line).collect();
    let mut table = Table::new(&["Day"]);
    table.head.extend(lines.iter().map(|l| l.label.clone()));
    let count = grid.len();
    for at in (0..count).step_by((count.saturating_sub(1)).div_ceil(ROWS - 1).max(1)) {
        let mut row = vec![days(grid[at])];
        row.extend(lines.iter().map(|l| l.values.get(at).map_or_else(|| "–".to_owned(), |x| format!("{} %", percent_one(*x)))));
        table.rows.push(row);
    }
    let level = percent(s.plan.intervals.level);
    let said = format!("Share of all trials in which the outcome holds for good by that day; bands are {level} % intervals.");
    let chart = Chart::Lines(Lines { days: grid, along: None, lines, unit: Unit::Share });
    let mut body = Markup::new();
    figure(&mut body, "incidence", ("By when each end is settled", &said), (&chart, Size::Full), Some(&table));
    Some(Part { id: "when", title: "When", sentence: sentence(s), body })
}

/// A share in percent with one digit.
fn percent_one(share: f64) -> String {
    let x = share * 100.0;
    if x > 0.0 && x < 0.05 { "<0.1".to_owned() } else { format!("{x:.1}") }
}

/// When the commonest ends are settled.
pub(in crate::report) fn sentence(s: &Summary) -> String {
    // The last outcome takes the rest, so it is settled on the last day.
    let last = s.outcomes.last().map(|o| o.id.as_str());
    let mut timed: Vec<&OutcomeResult> = s.outcomes.iter().filter(|o| o.count > 0 && Some(o.id.as_str()) != last).collect();
    timed.sort_by_key(|o| std::cmp::Reverse(o.count));
    let mut said = Vec::new();
    for o in timed.iter().take(2) {
        let Some(time) = &o.time else { continue };
        let at = |q: &str| time.quantiles.get(q).copied();
        let (Some(early), Some(middle), Some(late)) = (at("0.05"), at("0.5"), at("0.95")) else { continue };
        let date = time.median_date.as_ref().filter(|d| !d.starts_with("day")).map_or_else(String::new, |d| format!(", {d}"));
        let name = called(o);
        if early == late {
            said.push(format!("Where it ends as “{name}”, that is settled on day {}{date}.", days(middle)));
        } else {
            let span = format!("in 9 of 10 such trials between day {} and day {}", days(early), days(late));
            said.push(format!("Where it ends as “{name}”, half of the trials have it by day {}{date}; {span}.", days(middle)));
        }
    }
    if said.is_empty() {
        said.push("What happened is known at the end only.".to_owned());
    }
    said.extend(hindsight(s));
    said.join(" ")
}

/// What a reader of the curves must know: they look back from the end.
fn hindsight(s: &Summary) -> Vec<String> {
    let quantile = |o: &OutcomeResult, q: &str| o.time.as_ref().and_then(|t| t.quantiles.get(q).copied());
    let mut said = Vec::new();
    let rest = s.outcomes.last().filter(|o| o.count > 0);
    let named = s.outcomes.iter().filter(|o| o.count > 0 && rest.is_none_or(|r| r.id != o.id));
    // The end that is settled first is the one that looks as if it were foreseen.
    let first = named.filter_map(|o| Some((o, quantile(o, "0.5")?))).min_by(|a, b| a.1.total_cmp(&b.1));
    if let Some((o, day)) = first {
        let name = called(o);
        said.push(format!("All this is hindsight: that nothing undoes “{name}” after day {} is known at the end only.", days(day)));
    }
    if let Some(o) = rest
        && let (Some(low), Some(high)) = (quantile(o, "0.05"), quantile(o, "0.95"))
        && low == high
        && s.outcomes.len() > 1
    {
        said.push(format!(
            "“{}” is what is left where nothing else has come, so it is settled on the last day, day {}.",
            called(o),
            days(high)
        ));
    }
    said
}
