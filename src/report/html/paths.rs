//! 4. By which path.

use super::answer::{called, outcome_label};
use super::figure::{Size, Table, figure, spoken};
use super::unfold::{LADDERS, ladder_of};
use super::{Input, Part};
use crate::chart::{Chart, Flow, FlowMove, FlowRung, Markup, Path, Steps};
use crate::report::plain::of_some;
use crate::report::shares::share_words;
use crate::report::words::{counted, number, percent, whole};
use crate::results::{LadderResult, PathsResult, ReportData, Summary};

/// Rows of a table of paths.
const ROWS: usize = 24;
/// Rows of a table of moves.
const MOVES: usize = 400;
/// A path that fewer trials take is nothing to go by.
const FEW: u64 = 5;

pub(super) fn part(input: Input<'_>) -> Option<Part> {
    let s = input.summary;
    let moved: Vec<&LadderResult> = s.ladders.iter().filter(|l| !l.moves.is_empty()).collect();
    if moved.is_empty() {
        return None;
    }
    let mut body = Markup::new();
    for (at, ladder) in moved.iter().take(LADDERS).enumerate() {
        flow(&mut body, at, ladder, s, input.data);
        steps(&mut body, at, ladder, s);
    }
    let sentence = sentence(&moved, s);
    Some(Part { id: "paths", title: "By which path", sentence, body })
}

#[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
fn per_trial(count: u64, s: &Summary) -> f64 {
    count as f64 / s.plan.trials.max(1) as f64
}

fn name<'a>(ladder: &'a LadderResult, rung: &'a str) -> &'a str {
    ladder.rungs.iter().find(|r| r.id == rung).map_or(rung, |r| &r.label)
}

fn flow(m: &mut Markup, at: usize, ladder: &LadderResult, s: &Summary, data: Option<&ReportData>) {
    let place = |rung: &str| ladder.rungs.iter().position(|r| r.id == rung);
    let part = data.and_then(|d| ladder_of(d, &ladder.id));
    let threshold = |at: usize| part.and_then(|p| p.rungs.get(at)).and_then(|r| r.threshold.clone());
    let rung = |(at, r): (usize, &crate::results::RungResult)| FlowRung {
        label: spoken(&r.label),
        note: format!("{} d", short(r.mean_days)),
        threshold: threshold(at),
    };
    let step =
        |m: &crate::results::MoveResult| Some(FlowMove { from: place(&m.from)?, to: place(&m.to)?, per_trial: per_trial(m.count, s) });
    let chart = Flow { rungs: ladder.rungs.iter().enumerate().map(rung).collect(), moves: ladder.moves.iter().filter_map(step).collect() };
    let mut table = Table::new(&["Move", "Per 100 trials", "In all trials"]);
    let mut moves: Vec<_> = ladder.moves.iter().collect();
    moves.sort_by_key(|m| std::cmp::Reverse(m.count));
    for m in moves.iter().take(MOVES) {
        let words = format!("{} → {}", spoken(name(ladder, &m.from)), spoken(name(ladder, &m.to)));
        table.rows.push(vec![words, number(per_trial(m.count, s) * 100.0), whole(m.count)]);
    }
    let said = moves.first().map_or_else(String::new, |m| {
        let (from, to) = (spoken(name(ladder, &m.from)), spoken(name(ladder, &m.to)));
        let often = number(per_trial(m.count, s) * 100.0);
        let left = chart.left_out();
        let left = match left {
            0 => String::new(),
            n => format!(
                " {} drawn, but in the table.",
                if n == 1 { "1 rarer move is not".to_owned() } else { format!("{n} rarer moves are not") }
            ),
        };
        format!("The commonest move is from “{from}” to “{to}”: {often} times in 100 trials. In the boxes: mean days on the rung; a trial that has ended stays on its rung to the horizon.{left}")
    });
    figure(m, &format!("flow-{at}"), (&spoken(&ladder.label), &said), (&Chart::Flow(chart), Size::Full), Some(&table));
}

/// Days beside a rung.
fn short(days: f64) -> String {
    if days >= 9.95 { format!("{days:.0}") } else { format!("{days:.1}") }
}

fn paths_of<'a>(ladder: &'a LadderResult, s: &'a Summary) -> Vec<(usize, &'a PathsResult)> {
    let mut all: Vec<(usize, &PathsResult)> =
        ladder.paths.iter().filter_map(|p| Some((s.outcomes.iter().position(|o| o.id == p.outcome)?, p))).collect();
    all.sort_by_key(|(at, _)| *at);
    all
}

fn steps(m: &mut Markup, at: usize, ladder: &LadderResult, s: &Summary) {
    let place = |rung: &String| ladder.rungs.iter().position(|r| r.id == *rung).unwrap_or(0);
    let mut paths = Vec::new();
    let mut table = Table::of_words(&["Ends as", "Path", "Share of these", "Interval", "Trials"]);
    for (series, of) in paths_of(ladder, s) {
        for (rank, path) in of.commonest.iter().enumerate() {
            let share = format!("{} %", percent((path.share * 1000.0).round() / 1000.0));
            let outcome = outcome_label(&s.outcomes[series]);
            let interval = if path.count > of.trials {
                String::new()
            } else {
                share_words(path.count, of.trials, &s.plan.intervals.one(path.count, of.trials)).interval
            };
            if rank == 0 {
                let note = format!("{share} ({} of {})", whole(path.count), whole(of.trials));
                paths.push(Path { label: outcome.clone(), note, rungs: path.rungs.iter().map(place).collect(), series });
            }
            let words: Vec<String> = path.rungs.iter().map(|r| spoken(name(ladder, r))).collect();
            table.rows.push(vec![outcome, words.join(" → "), share, interval, format!("{} of {}", whole(path.count), whole(of.trials))]);
        }
    }
    // An actor that goes one way only needs no picture of it.
    if paths.iter().all(|p| p.rungs.len() < 2) {
        return;
    }
    table.rows.truncate(ROWS);
    let paths_drawn = paths.len();
    let chart = Chart::Steps(Steps { rungs: ladder.rungs.iter().map(|r| spoken(&r.label)).collect(), paths });
    let title = format!("{}: the commonest path to each end", spoken(&ladder.label));
    let few = paths_of(ladder, s).iter().filter(|(_, of)| of.trials > 1 && of.commonest.first().is_some_and(|p| p.count < FEW)).count();
    let few = match few {
        0 => String::new(),
        n if n == paths_drawn => " Hardly any path is taken twice: each is one of many, none is typical.".to_owned(),
        n => format!(
            " {} drawn although fewer than {FEW} trials took just this path: no typical one.",
            if n == 1 { "1 is".to_owned() } else { format!("{n} are") }
        ),
    };
    let said = format!("Rungs in the order in which they were held, not to scale in time; the table has the next ones too.{few}");
    figure(m, &format!("path-{at}"), (&title, &said), (&chart, Size::Full), Some(&table));
}

/// The commonest path to the commonest end, of the first actor.
pub(in crate::report) fn sentence(ladders: &[&LadderResult], s: &Summary) -> String {
    let Some(ladder) = ladders.first() else { return String::new() };
    let best = s.outcomes.iter().filter(|o| o.count > 0).max_by_key(|o| o.count);
    let found = best.and_then(|b| {
        let of = ladder.paths.iter().find(|p| p.outcome == b.id)?;
        Some((b, of, of.commonest.first()?))
    });
    let Some((outcome, of, path)) = found else { return format!("“{}” moves in many ways.", spoken(&ladder.label)) };
    let words: Vec<String> = path.rungs.iter().map(|r| spoken(name(ladder, r))).collect();
    let (who, end, often) = (spoken(&ladder.label), called(outcome), of_some(path.count, of.trials, s));
    let these = format!("Of {} that end as “{end}”", counted(of.trials, "trial"));
    // A path of a single trial, or of very few, is not the way in which things go.
    if of.trials > 1 && path.count == 1 {
        return format!("{these}, no two take the same way of “{who}”: there is no typical one.");
    }
    if of.trials > FEW && path.count < FEW {
        return format!("{these}, no more than {} take the same way of “{who}”: there is no typical one.", path.count);
    }
    if words.len() < 2 {
        return format!("{these}, “{who}” most often never leaves “{}”: {often}.", words.concat());
    }
    let rule = if path.share < 0.25 { "no way is the rule; the commonest" } else { "the commonest way" };
    format!("{these}, {rule} of “{who}” is {}: {often}.", words.join(" → "))
}
