//! How the answer changes along inputs: lines, heat maps, rank correlations.

use super::super::figure::{Table, label};
use super::{Block, Section, basis, called, minus};
use crate::chart::{Along, Chart, Heat, Intervals, Line, Lines, Row, Unit};
use crate::report::shares::in_words;
use crate::report::terminal::outcome_label;
use crate::report::words::{counted, percent, whole};
use crate::results::{Sweep, SweepDesign, SweepPoint, SweepShare, SweepSummary, Swing};

/// Lines in a chart, heat maps, and outcomes whose correlations are drawn.
const LINES: usize = 5;
const MAPS: usize = 2;
/// Rows and columns of a heat map; inputs in a picture of correlations.
const CELLS: usize = 24;
const INPUTS: usize = 12;

pub(super) fn section(s: &SweepSummary) -> Option<Section> {
    let w = &s.sweep;
    if w.points.is_empty() || w.inputs.is_empty() || w.swings.is_empty() {
        return None;
    }
    let blocks = match (w.design, w.inputs.len()) {
        (SweepDesign::Grid, 1) => vec![along(w)],
        (SweepDesign::Grid, 2) => w.swings.iter().take(MAPS).enumerate().map(|(at, swing)| map(w, at, swing)).collect(),
        _ => {
            let mut all = vec![ranges(w)];
            all.extend(w.swings.iter().take(MAPS + 1).enumerate().filter_map(|(at, swing)| correlations(w, at, swing)));
            all
        }
    };
    let chosen = match w.design {
        SweepDesign::Grid => "a grid",
        SweepDesign::Lhs => "a Latin hypercube (McKay, Beckman and Conover 1979)",
        SweepDesign::Sobol => "scrambled Sobol points (Owen 1995)",
    };
    let correlated =
        if w.correlations.is_empty() { "" } else { " Rank correlations are Spearman’s, with intervals by Fisher’s transformation." };
    let level = percent(s.plan.level);
    let points = w.points.len() as u64;
    // The scenario as it stands is run too, unless it is one of the points.
    let base =
        if s.plan.trials_in_all == s.plan.trials.saturating_mul(points.saturating_add(1)) { " and the scenario as it stands" } else { "" };
    let each = format!("{} of {chosen}{base}, {}", counted(points, "point"), counted(s.plan.trials, "trial"));
    Some(Section {
        title: "Along inputs",
        sentence: sentence(w),
        basis: basis(&s.plan, &format!("{each} at each")),
        blocks,
        misleads: "each interval holds for its point alone, and the lowest and the highest of many points are partly luck; what is not varied stays as it stands.",
        method: format!(
            "Wilson score intervals at {level} %; all points share their luck, so that they differ less by chance than their intervals say.{correlated}"
        ),
        command: s.plan.command.clone(),
    })
}

fn name(swing: &Swing) -> String {
    outcome_label(&called(&swing.id, &swing.label), swing.unresolved)
}

fn share_at<'a>(point: &'a SweepPoint, swing: &Swing) -> Option<&'a SweepShare> {
    point.outcomes.iter().find(|o| o.id == swing.id)
}

/// The colour of an end: the same as in the parts before, which count the outcomes in their order.
fn series(w: &Sweep, swing: &Swing) -> usize {
    w.base.outcomes.iter().position(|o| o.id == swing.id).unwrap_or(w.base.outcomes.len())
}

/// A share with its interval; an outcome that a point does not have cannot happen there.
fn words(point: &SweepPoint, swing: &Swing) -> String {
    share_at(point, swing).map_or_else(
        || "none".to_owned(),
        |o| {
            let words = in_words(o.share, &o.interval);
            format!("{} {}", words.share, words.interval).trim_end().to_owned()
        },
    )
}

fn values(w: &Sweep, point: &SweepPoint) -> String {
    let pairs = w.inputs.iter().zip(&point.values).map(|(input, value)| format!("{} = {}", label(input.name()), label(value)));
    pairs.collect::<Vec<_>>().join(", ")
}

fn sentence(w: &Sweep) -> String {
    let ends = |swing: &Swing| Some((w.points.get(swing.low_at)?.clone(), w.points.get(swing.high_at)?.clone()));
    let apart = |swing: &&Swing| match ends(swing).map(|(low, high)| (share_at(&low, swing).cloned(), share_at(&high, swing).cloned())) {
        Some((Some(low), Some(high))) => low.interval.high < high.interval.low,
        Some(_) => true,
        None => false,
    };
    let what =
        if w.inputs.len() == 1 { format!("“{}” varies", label(w.inputs[0].name())) } else { format!("{} inputs vary", w.inputs.len()) };
    let told = w.swings.iter().find(apart);
    let Some((swing, (low, high))) = told.or(w.swings.first()).and_then(|swing| Some((swing, ends(swing)?))) else { return String::new() };
    let few = w.inputs.len() <= 3;
    let at = |point: &SweepPoint| if few { format!(" at {}", values(w, point)) } else { String::new() };
    let (from, to) = (format!("{}{}", words(&low, swing), at(&low)), format!("{}{}", words(&high, swing), at(&high)));
    let name = called(&swing.id, &swing.label);
    let text = if told.is_some() {
        format!("Where {what}, “{name}” changes most: from {from} to {to}.")
    } else {
        format!(
            "Where {what}, no end changes beyond the intervals of its lowest and highest share; the largest change is that of “{name}”, from {from} to {to}."
        )
    };
    let clear = w.correlations.iter().filter(|c| c.low > 0.0 || c.high < 0.0).max_by(|a, b| a.rho.abs().total_cmp(&b.rho.abs()));
    text + &clear.map_or_else(String::new, |c| {
        let outcome = w.swings.iter().find(|x| x.id == c.outcome).map_or_else(|| label(&c.outcome), |x| called(&x.id, &x.label));
        let how = if c.rho > 0.0 { "rises" } else { "falls" };
        let input = w.inputs.get(c.input).map_or_else(String::new, |i| label(i.name()));
        format!(" Most clearly, “{outcome}” {how} with “{input}” (rank correlation {}, {} to {}).", rho(c.rho), rho(c.low), rho(c.high))
    })
}

/// A rank correlation with its sign, unless it looks like 0.
fn rho(x: f64) -> String {
    let text = format!("{x:+.2}");
    if text.ends_with("0.00") { "0.00".to_owned() } else { minus(&text) }
}

/// Numbers of points where all have one and equal distances say something; else their places.
#[expect(clippy::cast_precision_loss, reason = "few points")]
fn places(w: &Sweep) -> Vec<f64> {
    let numbers: Option<Vec<f64>> = w.points.iter().map(|p| p.numbers.first().copied().flatten()).collect();
    let plain = w.inputs.first().is_some_and(|i| !i.log && i.list.is_empty());
    let rises = |all: &[f64]| all.windows(2).all(|x| x[0] < x[1]) || all.windows(2).all(|x| x[0] > x[1]);
    numbers.filter(|n| plain && rises(n)).unwrap_or_else(|| (0..w.points.len()).map(|at| at as f64).collect())
}

/// Lines along one input.
fn along(w: &Sweep) -> Block {
    let path = label(w.inputs[0].name());
    // In rising order, whatever way it was run.
    let mut order: Vec<(f64, &SweepPoint)> = places(w).into_iter().zip(&w.points).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let share = |p: &SweepPoint, swing: &Swing, of: fn(&SweepShare) -> f64| share_at(p, swing).map_or(0.0, of);
    let line = |swing: &Swing| Line {
        label: name(swing),
        values: order.iter().map(|(_, p)| share(p, swing, |o| o.share)).collect(),
        band: (
            order.iter().map(|(_, p)| share(p, swing, |o| o.interval.low)).collect(),
            order.iter().map(|(_, p)| share(p, swing, |o| o.interval.high)).collect(),
        ),
        series: series(w, swing),
    };
    let lines = w.swings.iter().take(LINES).map(line).collect();
    let ticks =
        Along { label: path.clone(), values: order.iter().map(|(_, p)| p.values.first().map_or_else(String::new, |v| label(v))).collect() };
    let chart = Lines { days: order.iter().map(|(at, _)| *at).collect(), along: Some(ticks), lines, unit: Unit::Share };
    let mut table = Table::new(&[&path]);
    table.head.extend(w.swings.iter().map(name));
    for (_, point) in &order {
        let mut cells = vec![point.values.first().map_or_else(String::new, |v| label(v))];
        cells.extend(w.swings.iter().map(|swing| words(point, swing)));
        table.rows.push(cells);
    }
    let more = w.swings.len().saturating_sub(LINES);
    let more = match more {
        0 => String::new(),
        1 => " 1 more end, which changes less, is in the table.".to_owned(),
        n => format!(" {n} more ends, which change less, are in the table."),
    };
    Block {
        id: "sweep".to_owned(),
        title: format!("How it ends along {path}"),
        said: format!("Share of trials at each value of {}, with its interval as a band.{more}", label(&w.inputs[0].path)),
        chart: Some(Chart::Lines(chart)),
        table,
    }
}

/// At most so many of some places, evenly, first and last among them.
fn picked(count: usize, most: usize) -> Vec<usize> {
    if count <= most { (0..count).collect() } else { (0..most).map(|k| k * (count - 1) / (most - 1)).collect() }
}

/// A map of one outcome over two inputs.
fn map(w: &Sweep, at: usize, swing: &Swing) -> Block {
    let (down, across) = (label(w.inputs[0].name()), label(w.inputs[1].name()));
    let count = w.points.iter().take_while(|p| p.values.first() == w.points[0].values.first()).count().max(1);
    let (rows, columns) = (picked(w.points.len().div_ceil(count), CELLS), picked(count, CELLS));
    let value = |point: Option<&SweepPoint>, of: usize| point.and_then(|p| p.values.get(of)).map_or_else(String::new, |v| label(v));
    let point = |row: usize, column: usize| w.points.get(row * count + column);
    let share = |row: usize, column: usize| point(row, column).map(|p| share_at(p, swing).map_or(0.0, |o| o.share));
    let cells = rows.iter().map(|r| columns.iter().map(|c| share(*r, *c)).collect()).collect();
    let short = |x: Option<f64>| x.map_or_else(String::new, |x| format!("{:.0}", x * 100.0));
    let words_of = rows.iter().map(|r| columns.iter().map(|c| short(share(*r, *c))).collect()).collect();
    let chart = Heat {
        x_label: across.clone(),
        y_label: down.clone(),
        x: columns.iter().map(|c| value(point(0, *c), 1)).collect(),
        y: rows.iter().map(|r| value(point(*r, 0), 0)).collect(),
        cells,
        words: words_of,
    };
    let mut table = Table::new(&[&format!("{down}, {across}"), "Share and interval"]);
    for p in &w.points {
        table.rows.push(vec![format!("{}, {}", value(Some(p), 0), value(Some(p), 1)), words(p, swing)]);
    }
    let all = rows.len() * columns.len() >= w.points.len();
    let thinned = if all { "" } else { " Some rows or columns are left out." };
    Block {
        id: format!("map-{at}"),
        title: format!("{} over two inputs", name(swing)),
        said: format!(
            "Share of trials in percent, as a number in each cell, whose interval is in the table; colours go from the lowest to the highest.{thinned}"
        ),
        chart: Some(Chart::Heat(chart)),
        table,
    }
}

/// How far each outcome goes over the points of a design.
fn ranges(w: &Sweep) -> Block {
    let mut table = Table::new(&["Outcome", "Base", "Lowest", "Highest"]);
    let mut rows = Vec::new();
    for swing in &w.swings {
        let (Some(low), Some(high)) = (w.points.get(swing.low_at), w.points.get(swing.high_at)) else { continue };
        let base = share_at(&w.base, swing).map(|o| o.share);
        let said = format!("{:.1} to {:.1}", swing.low * 100.0, swing.high * 100.0);
        rows.push(Row {
            label: name(swing),
            value: base,
            interval: Some((swing.low, swing.high)),
            words: format!("{said} %"),
            ..Row::default()
        });
        table.rows.push(vec![name(swing), words(&w.base, swing), words(low, swing), words(high, swing)]);
    }
    rows.truncate(20);
    Block {
        id: "ranges".to_owned(),
        title: "From the lowest to the highest point".to_owned(),
        said: format!("Lowest and highest share over {} points; the dot is the scenario as it stands.", whole(w.points.len() as u64)),
        chart: Some(Chart::Intervals(Intervals { rows, unit: Unit::Share, bars: false, zero: false, range: Some((0.0, 0.1)) })),
        table,
    }
}

/// How inputs and one outcome go together over a design.
fn correlations(w: &Sweep, at: usize, swing: &Swing) -> Option<Block> {
    let mut all: Vec<_> = w.correlations.iter().filter(|c| c.outcome == swing.id).collect();
    all.sort_by(|a, b| b.rho.abs().total_cmp(&a.rho.abs()));
    let input = |place: usize| w.inputs.get(place).map_or_else(String::new, |i| label(i.name()));
    let mut table = Table::new(&["Input", "Rank correlation", "Interval"]);
    let mut rows = Vec::new();
    for c in &all {
        let (rho, interval) = (rho(c.rho), format!("[{}, {}]", rho(c.low), rho(c.high)));
        rows.push(Row {
            label: input(c.input),
            value: Some(c.rho),
            interval: Some((c.low, c.high)),
            words: format!("{rho}  {interval}"),
            ..Row::default()
        });
        table.rows.push(vec![input(c.input), rho, interval]);
    }
    if rows.is_empty() {
        return None;
    }
    rows.truncate(INPUTS);
    Some(Block {
        id: format!("correlations-{at}"),
        title: format!("{}: what goes with it", name(swing)),
        said: "Rank correlation of each input with the share over the points: right of 0 both rise together, left of 0 one falls as the other rises; ups and downs are not seen.".to_owned(),
        chart: Some(Chart::Intervals(Intervals { rows, unit: Unit::Number, bars: false, zero: true, range: Some((-1.0, 1.0)) })),
        table,
    })
}
