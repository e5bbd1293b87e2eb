//! What results depend on: bars with intervals, luck against ignorance.

use super::super::figure::Table;
use super::{Block, Section, basis, called, minus, of};
use crate::chart::{Chart, Intervals, Row, Unit};
use crate::report::sensitivity::{ends, hundredths};
use crate::report::words::{and, counted, number, whole};
use crate::results::{Estimated, FactorResult, OutputKind, OutputResult, Sensitivity, SensitivityMethod, SensitivitySummary};

/// Outcomes with a picture: those that are most open.
const OUTCOMES: usize = 4;
/// Factors in a picture.
const FACTORS: usize = 6;

pub(super) fn section(s: &SensitivitySummary) -> Option<Section> {
    let found = &s.sensitivity;
    if found.factors.is_empty() || found.outputs.iter().all(|o| o.constant) {
        return None;
    }
    let shown = shown(found);
    let mut blocks: Vec<Block> = luck(found).into_iter().collect();
    blocks.extend(shown.iter().enumerate().map(|(at, o)| bars(found, at, o)));
    blocks.push(everything(found));
    let (method, misleads) = match found.method {
        SensitivityMethod::Sobol => (
            "Sobol indices of the chance of each end, luck averaged out (Saltelli et al. 2010; Jansen 1999).",
            "indices are about these distributions: a parameter that the author fixed cannot matter. Each interval holds for itself; an estimate below 0 is noise about a small one.",
        ),
        SensitivityMethod::Morris => (
            "elementary effects, mean size and mean of changes by a move of half of the distribution (Morris 1991; Campolongo et al. 2007).",
            "the size of a move is no share of anything, and luck makes every size larger than 0; what is not told from noise is grey, or in the table only. Each interval holds for itself.",
        ),
        SensitivityMethod::Given => (
            "first-order shares from ordinary trials, by bins of each parameter (Plischke, Borgonovo and Smith 2013).",
            "what parameters do only together is not seen, and luck counts in the whole. Each interval holds for itself.",
        ),
    };
    let points = match found.method {
        SensitivityMethod::Sobol => counted(found.points, "base point"),
        SensitivityMethod::Morris if found.points == 1 => "1 trajectory".to_owned(),
        SensitivityMethod::Morris => format!("{} trajectories", whole(found.points)),
        SensitivityMethod::Given => counted(found.points, "trial"),
    };
    Some(Section {
        title: "Parameters",
        sentence: sentence(found, &shown),
        basis: basis(&s.plan, &format!("{points}, {}", counted(found.factors.len() as u64, "factor"))),
        blocks,
        misleads,
        method: method.to_owned(),
        command: s.plan.command.clone(),
    })
}

fn name(o: &OutputResult) -> String {
    called(&o.id, &o.label)
}

fn factor(found: &Sensitivity, id: &str) -> String {
    let names: Vec<(&str, &str)> = found.factors.iter().map(|f| (f.id.as_str(), f.label.as_str())).collect();
    of(&names, id)
}

/// The outcomes that are most open, in their order; or, where no outcome depends on anything, the first other results.
fn shown(found: &Sensitivity) -> Vec<&OutputResult> {
    let drawn = found.outputs.iter().enumerate().filter(|(_, o)| !o.constant && !o.factors.is_empty() && explained(found, o));
    let (mut all, others): (Vec<_>, Vec<_>) = drawn.partition(|(_, o)| o.kind == OutputKind::Outcome);
    if all.is_empty() {
        all = others;
    } else {
        all.sort_by(|a, b| (b.1.mean * (1.0 - b.1.mean)).total_cmp(&(a.1.mean * (1.0 - a.1.mean))));
    }
    all.truncate(OUTCOMES);
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, o)| o).collect()
}

/// Whether the parameters are known to explain anything: shares of nothing are noise.
fn explained(found: &Sensitivity, o: &OutputResult) -> bool {
    found.luck == Some(false) || o.due_to_factors.as_ref().is_none_or(|due| due.low.is_some_and(|low| low > 0.0))
}

/// Factors of a result, those that are told from nothing first, then by weight.
fn ranked(o: &OutputResult) -> Vec<&FactorResult> {
    let mut all: Vec<&FactorResult> = o.factors.iter().collect();
    all.sort_by(|a, b| b.told().cmp(&a.told()).then(b.weight().total_cmp(&a.weight())));
    all
}

fn told(o: &OutputResult) -> Vec<&FactorResult> {
    ranked(o).into_iter().filter(|f| f.told()).collect()
}

fn sentence(found: &Sensitivity, shown: &[&OutputResult]) -> String {
    let open = |o: &&&OutputResult| if o.kind == OutputKind::Metric { 0.0 } else { o.mean * (1.0 - o.mean) };
    let Some(o) = shown.iter().rev().max_by(|a, b| open(a).total_cmp(&open(b))) else {
        return "How much of how it ends is about the parameters cannot be told from nothing; more points would tell more.".to_owned();
    };
    let mut text = String::new();
    if let Some(due) = &o.due_to_factors {
        let part = portion(due);
        text = match found.luck {
            Some(false) => "There is no luck: the parameters decide all. ".to_owned(),
            _ => format!("Of the uncertainty of “{}”, {part} is about the parameters, the rest is luck. ", name(o)),
        };
    }
    let strongest = told(o);
    let names: Vec<String> = strongest.iter().take(3).map(|f| format!("“{}”", factor(found, &f.id))).collect();
    match strongest.first() {
        None => format!("{text}No single parameter could be told from nothing for “{}”; more points would tell more.", name(o)),
        Some(first) => {
            let size = size(found, o, first);
            let others = if names.len() > 1 { format!(", then {}", and(&names[1..])) } else { String::new() };
            format!("{text}“{}” depends most on {}: {size}{others}.", name(o), names[0])
        }
    }
}

/// A part of a whole with its interval; as a bound where an end lies outside of what a part can be.
fn portion(e: &Estimated) -> String {
    match (e.low, e.high) {
        (Some(low), Some(high)) if low <= 0.0 && high >= 1.0 => "a part that these points leave open".to_owned(),
        (Some(low), Some(high)) if high >= 1.0 || e.estimate >= 1.0 => {
            if low >= 1.0 {
                "all".to_owned()
            } else {
                format!("more than {}", hundredths(low))
            }
        }
        (Some(low), Some(high)) if low < 0.0 => format!("less than {}", hundredths(high.max(0.0))),
        _ => format!("{} ({})", hundredths(e.estimate), ends(e, hundredths)),
    }
}

/// Wider intervals of a part of a whole say little.
const OPEN: f64 = 0.4;

/// A warning where points are too few to tell what the ends that are shown depend on.
pub(super) fn thin(s: &SensitivitySummary) -> Option<String> {
    let found = &s.sensitivity;
    if found.method == SensitivityMethod::Morris {
        return None;
    }
    let wide = |e: &Estimated| e.low.zip(e.high).is_some_and(|(low, high)| high - low > OPEN || high > 1.0);
    let rough = |o: &&OutputResult| {
        o.due_to_factors.as_ref().is_some_and(wide)
            || told(o).first().is_some_and(|f| f.total.as_ref().or(f.first.as_ref()).is_some_and(wide))
    };
    let names: Vec<String> = shown(found).into_iter().filter(rough).map(|o| format!("“{}”", name(o))).collect();
    (!names.is_empty()).then(|| {
        let points = match found.method {
            SensitivityMethod::Given => counted(found.points, "trial"),
            _ => counted(found.points, "base point"),
        };
        format!(
            "Sensitivity: {points} are too few to say how much {} {} on what; more would tell more.",
            and(&names),
            if names.len() == 1 { "depends" } else { "depend" }
        )
    })
}

/// By how much, in words.
fn size(found: &Sensitivity, o: &OutputResult, f: &FactorResult) -> String {
    let words = |e: &Option<Estimated>| e.as_ref().map_or_else(String::new, portion);
    match found.method {
        SensitivityMethod::Sobol => format!("{} of what the parameters explain", words(&f.total)),
        SensitivityMethod::Given => format!("{} of all its uncertainty, luck included", words(&f.first)),
        SensitivityMethod::Morris => {
            let noise = f.noise.map_or_else(String::new, |n| format!(", of which luck alone makes {}", show(o, n)));
            let e = f.mu_star.map_or_else(String::new, |e| format!("{} ({})", show(o, e.estimate), ends(&e, |x| show(o, x))));
            format!("a move changes it by {e}{noise}")
        }
    }
}

/// A change of a share in points, or of a mean in its unit.
fn show(o: &OutputResult, x: f64) -> String {
    if o.kind == OutputKind::Metric { number(x) } else { points(x) }
}

fn points(x: f64) -> String {
    format!("{} points", hundredths(x).trim_end_matches(" %"))
}

fn bar(label: String, e: &Estimated, series: usize, words: String) -> Row {
    let interval = e.low.zip(e.high);
    Row { label, value: Some(e.estimate), interval, words, series, limits: Vec::new() }
}

/// Share of the uncertainty that is due to parameters.
fn luck(found: &Sensitivity) -> Option<Block> {
    let mut table = Table::new(&["Outcome", "Due to parameters", "Interval", "Luck"]);
    let mut rows = Vec::new();
    for o in found.outputs.iter().filter(|o| o.kind == OutputKind::Outcome && !o.constant) {
        let Some(due) = &o.due_to_factors else { continue };
        let interval = ends(due, hundredths);
        let luck = hundredths((1.0 - due.estimate).clamp(0.0, 1.0));
        rows.push(bar(name(o), due, 0, minus(&format!("{}  [{interval}]", hundredths(due.estimate)))));
        table.rows.push(vec![name(o), minus(&hundredths(due.estimate)), minus(&interval), luck]);
    }
    if rows.is_empty() {
        return None;
    }
    rows.truncate(40);
    Some(Block {
        id: "luck".to_owned(),
        title: "Luck against ignorance".to_owned(),
        said: "The bar is the share of the uncertainty of each end that would go if all parameters were known; the rest is luck."
            .to_owned(),
        chart: Some(Chart::Intervals(Intervals { rows, unit: Unit::Share, bars: true, zero: false, range: Some((0.0, 1.0)) })),
        table,
    })
}

/// The strongest factors of an outcome.
fn bars(found: &Sensitivity, at: usize, o: &OutputResult) -> Block {
    let mut rows = Vec::new();
    let strongest = told(o);
    // Where nothing is told from noise, the largest are shown all the same, in grey: an empty place would say that there is nothing.
    let ranked = ranked(o);
    let drawn: &[&FactorResult] = if strongest.is_empty() { &ranked } else { &strongest };
    let tint = |series: usize| if strongest.is_empty() { 6 } else { series };
    for f in drawn.iter().take(FACTORS) {
        let metric = found.method == SensitivityMethod::Morris && o.kind == OutputKind::Metric;
        let words = |e: &Estimated| {
            if metric {
                minus(&format!("{}  [{}]", number(e.estimate), ends(e, number)))
            } else {
                minus(&format!("{}  [{}]", hundredths(e.estimate), ends(e, hundredths)))
            }
        };
        let named = factor(found, &f.id);
        match found.method {
            SensitivityMethod::Sobol => {
                rows.extend(f.total.map(|e| bar(format!("{named}, in all"), &e, tint(0), words(&e))));
                rows.extend(f.first.map(|e| bar(format!("{named}, alone"), &e, tint(1), words(&e))));
            }
            SensitivityMethod::Given => rows.extend(f.first.map(|e| bar(named, &e, tint(0), words(&e)))),
            SensitivityMethod::Morris => rows.extend(f.mu_star.map(|e| bar(named, &e, tint(0), words(&e).replace(" %", "")))),
        }
    }
    let said = match found.method {
        SensitivityMethod::Sobol => "Share of what the parameters explain: alone (first order), and in all (total), together with others.",
        SensitivityMethod::Given => {
            "Share of the whole uncertainty, luck included, that would go if this parameter were known (first order)."
        }
        SensitivityMethod::Morris => {
            "Mean size of its change (of a chance in percentage points) by a move of half of the parameter’s distribution; luck is in it."
        }
    };
    let rest = o.factors.len() - strongest.len();
    let rest = if strongest.is_empty() && !rows.is_empty() {
        format!(" Grey: of {} none could be told from nothing; the largest are shown.", counted(o.factors.len() as u64, "factor"))
    } else if rest > 0 {
        format!(" {} of {} could not be told from nothing.", whole(rest as u64), counted(o.factors.len() as u64, "factor"))
    } else {
        String::new()
    };
    Block {
        id: format!("depends-{at}"),
        title: name(o),
        said: format!("{said}{rest}"),
        chart: (!rows.is_empty()).then(|| {
            let unit = match (found.method, o.kind) {
                (SensitivityMethod::Morris, OutputKind::Metric) => Unit::Number,
                (SensitivityMethod::Morris, _) => Unit::Points,
                _ => Unit::Share,
            };
            Chart::Intervals(Intervals { rows, unit, bars: true, zero: false, range: None })
        }),
        table: factors(found, o),
    }
}

/// All factors of a result.
fn factors(found: &Sensitivity, o: &OutputResult) -> Table {
    let mut table = Table::new(match found.method {
        SensitivityMethod::Sobol => &["Factor", "In all", "Interval", "Alone", "Interval", "Told from nothing"],
        SensitivityMethod::Given => &["Factor", "Share", "Interval", "Told from nothing"],
        SensitivityMethod::Morris => {
            &["Factor", "Size of changes", "Interval", "By luck alone", "Mean change", "Interval", "Told from nothing"]
        }
    });
    for f in ranked(o) {
        let pair = |e: &Option<Estimated>| match e {
            Some(e) if found.method == SensitivityMethod::Morris => {
                [minus(&show(o, e.estimate)), minus(&ends(e, |x| show(o, x)).replace(" points", ""))]
            }
            Some(e) => [minus(&hundredths(e.estimate)), minus(&ends(e, hundredths))],
            None => ["–".to_owned(), "–".to_owned()],
        };
        let mut cells = vec![factor(found, &f.id)];
        match found.method {
            SensitivityMethod::Sobol => cells.extend(pair(&f.total).into_iter().chain(pair(&f.first))),
            SensitivityMethod::Given => cells.extend(pair(&f.first)),
            SensitivityMethod::Morris => {
                cells.extend(pair(&f.mu_star));
                cells.push(f.noise.map_or_else(|| "–".to_owned(), |n| show(o, n)));
                cells.extend(pair(&f.mu));
            }
        }
        cells.push(
            if f.inert {
                "changes nothing"
            } else if f.told() {
                "yes"
            } else {
                "no"
            }
            .to_owned(),
        );
        table.rows.push(cells);
    }
    table
}

/// Of each result the strongest factor.
fn everything(found: &Sensitivity) -> Block {
    let mut table = Table::of_words(&["Result", "What", "Depends on (strongest first, as far as told from nothing)"]);
    for o in found.outputs.iter().take(200) {
        let kind = OutputKind::NAMES.iter().find(|(k, _)| *k == o.kind).map_or("", |(_, name)| name);
        let names: Vec<String> = told(o).iter().take(5).map(|f| factor(found, &f.id)).collect();
        let names = match (o.constant, names.is_empty()) {
            (true, _) => "the same in all trials".to_owned(),
            _ if !explained(found, o) => "how much is about the parameters cannot be told from nothing".to_owned(),
            (_, true) => "nothing could be told".to_owned(),
            _ => names.join(", "),
        };
        table.rows.push(vec![name(o), kind.to_owned(), names]);
    }
    Block {
        id: "depends-all".to_owned(),
        title: "All results".to_owned(),
        said: "Outcomes, indicators and metrics.".to_owned(),
        chart: None,
        table,
    }
}
