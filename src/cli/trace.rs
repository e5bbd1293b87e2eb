//! `escalade trace`: tells one trial, day by day.

use std::sync::Arc;

use escalade::diag::{did_you_mean, list_of};
use escalade::lang::Type;
use escalade::reference::{Happening, Heard, Silent, run_trial, run_trial_heeding};
use escalade::report::trace::{End, Head, Telling, reasons, story};
use escalade::report::words::{number, whole, with_unit};
use escalade::report::{json, terminal};
use escalade::results::{ScenarioRef, Stop, TrialRow, WhyResult};
use escalade::scenario::Scenario;
use escalade::scenario::names::called;
use escalade::study::{self, Cancel, MOST_OCCURRENCES, WhyNot};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::{Map, Value};

use super::args::TraceArgs;
use super::exit::Exit;
use super::interrupt::on_interrupt;
use super::output::{Lost, fault, hint, say};
use super::progress::Meter;
use super::run::stopped;
use super::scenario::{load, shown};
use super::workers::workers;

/// One trial as data.
#[derive(Serialize)]
struct Trace<'a> {
    format: u32,
    tool: Tool,
    scenario: Option<ScenarioRef>,
    plan: Plan<'a>,
    happenings: &'a [Happening],
    /// The last step of which happenings are known, where the trial has more of them than are kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    cut_at_step: Option<u32>,
    result: Option<Ended<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<&'a WhyResult>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Plan<'a> {
    variant: &'a str,
    seed: u64,
    trial: u64,
    overrides: Map<String, Value>,
}

/// How the trial ended, as data.
#[derive(Serialize)]
struct Ended<'a> {
    outcome: &'a str,
    established_step: u32,
    last_step: u32,
    step_days: f64,
    indicators: Map<String, Value>,
    metrics: Map<String, Value>,
}

/// Tells the trial that was asked for.
#[expect(clippy::unnecessary_wraps, reason = "every command has this form")]
pub(super) fn trace(args: &TraceArgs) -> Result<Exit, Lost> {
    let scenario = match load(&args.file, &args.changes, args.quiet) {
        Ok(scenario) => scenario,
        Err(failure) => return Ok(failure.answer(args.json)),
    };
    // One wish to stop for the search and for what follows: a second handler cannot be set.
    let cancel = if args.outcome.is_some() || args.reasons.why { on_interrupt(args.quiet) } else { Arc::default() };
    let trial = match &args.outcome {
        None => args.trial,
        Some(id) => match search(args, &scenario, id, &cancel) {
            Ok(trial) => trial,
            Err(exit) => return Ok(exit),
        },
    };
    let mut heard = Heard::default();
    let row = run_trial(&scenario, args.seed, trial, &mut heard);
    if let (Some(_), Ok(row)) = (heard.cut(), &row) {
        // How it ends is told in any case.
        let outcome = &scenario.outcomes[row.outcome];
        heard.happenings.push(Happening::Ended { outcome: outcome.id.clone(), label: called(outcome.label.as_ref(), &outcome.id) });
    }
    let why = match (args.reasons.why, &row) {
        (true, Ok(_)) => match reason(args, &scenario, trial, &cancel) {
            Ok(why) => Some(why),
            Err(exit) => return Ok(exit),
        },
        _ => None,
    };
    let head = || head_of(&scenario, format!("Trial {trial} of seed {}, variant {}", args.seed, args.changes.name()));
    let text = if args.json {
        json::document(&Trace { why: why.as_ref(), ..as_data(args, &scenario, trial, &heard, row.as_ref().ok()) })
    } else if let Some(why) = &why {
        reasons(&head(), why, terminal::COLUMNS)
    } else {
        let end = row.as_ref().ok().map(|row| end_of(&scenario, row));
        story(&head(), &heard.happenings, end.as_ref(), Telling { columns: terminal::COLUMNS, all: args.all, cut: heard.cut() })
    };
    let exit = match (&row, &why) {
        (Err(_), _) => Exit::Incomplete,
        (_, Some(why)) if !why.complete => Exit::Interrupted,
        _ => Exit::Done,
    };
    if let Err(lost) = say(&text, args.json) {
        return Ok(lost.exit(exit));
    }
    if let Err(stop) = row {
        stopped(&args.file, &stop, args.seed, &args.changes);
    }
    Ok(exit)
}

/// Why the trial ended as it did.
fn reason(args: &TraceArgs, scenario: &Scenario, trial: u64, cancel: &Cancel) -> Result<WhyResult, Exit> {
    let pool = workers(None).ok_or(Exit::Incomplete)?;
    let meter = Meter::new("re-runs", args.reasons.max_reruns, args.quiet);
    let result = pool.install(|| study::why(scenario, (args.seed, trial), args.reasons.max_reruns, &meter, cancel));
    meter.end();
    result.map_err(|not| match not {
        WhyNot::Stop(stop) => {
            stopped(&args.file, &stop, args.seed, &args.changes);
            Exit::Incomplete
        }
        WhyNot::TooMany(found) => {
            let (found, most) = (whole(found), whole(MOST_OCCURRENCES as u64));
            fault(&format!("{}: {found} things occur in trial {trial}, too many to ask each whether it was necessary", shown(&args.file)));
            hint(&format!("`--why` takes {most} at most: let fewer rules fire, or ask of a shorter horizon, for example `--set clock.horizon='30 days'`"));
            Exit::Incomplete
        }
        WhyNot::GivenUp => Exit::Interrupted,
    })
}

/// The first trial that ends with the outcome.
fn search(args: &TraceArgs, scenario: &Scenario, id: &str, cancel: &Cancel) -> Result<u64, Exit> {
    let known = || scenario.outcomes.iter().map(|o| o.id.as_str());
    let Some(wanted) = scenario.outcomes.iter().position(|o| o.id == id) else {
        let file = shown(&args.file);
        if scenario.indicators.iter().any(|i| i.id == id) {
            fault(&format!("{file}: `{id}` is an indicator, not an outcome"));
            hint(&format!("trials are searched by how they end: {}", list_of(known(), 20)));
            return Err(Exit::Input);
        }
        if scenario.metrics.iter().any(|m| m.id == id) {
            fault(&format!("{file}: `{id}` is a metric, not an outcome"));
            hint(&format!("trials are searched by how they end: {}", list_of(known(), 20)));
            return Err(Exit::Input);
        }
        fault(&format!("{file}: there is no outcome `{id}`"));
        match did_you_mean(id, known()) {
            Some(close) => hint(&format!("did you mean `{close}`?")),
            None => hint(&format!("its outcomes are {}", list_of(known(), 20))),
        }
        return Err(Exit::Input);
    };
    let pool = workers(None).ok_or(Exit::Incomplete)?;
    match pool.install(|| first_trial(scenario, args, wanted, cancel)) {
        _ if cancel.asked() => Err(Exit::Interrupted),
        Some(Ok(trial)) => Ok(trial),
        Some(Err(stop)) => {
            stopped(&args.file, &stop, args.seed, &args.changes);
            Err(Exit::Incomplete)
        }
        None => {
            fault(&format!("{}: none of the first {} trials ends as `{id}`", shown(&args.file), whole(args.trials)));
            hint(&"search more with `--trials N`, or another seed with `--seed S`");
            Err(Exit::Input)
        }
    }
}

fn first_trial(scenario: &Scenario, args: &TraceArgs, wanted: usize, cancel: &Cancel) -> Option<Result<u64, Stop>> {
    let look = |trial: u64| {
        if cancel.asked() {
            return Some(Ok(trial));
        }
        match run_trial_heeding(scenario, (args.seed, trial), (None, trial), Some(cancel.flag()), &mut Silent) {
            Ok(None) => Some(Ok(trial)),
            Ok(Some(row)) => (row.outcome == wanted).then_some(Ok(trial)),
            Err(stop) => Some(Err(stop)),
        }
    };
    // Blocks in order, so that an early trial is found without running all.
    let block = 256;
    (0..args.trials.div_ceil(block)).find_map(|b| {
        let range = b * block..((b + 1) * block).min(args.trials);
        range.into_par_iter().map(look).find_first(Option::is_some).flatten()
    })
}

/// What a story is about.
pub(super) fn head_of(scenario: &Scenario, trial: String) -> Head {
    Head {
        title: if scenario.about.title.is_empty() { scenario.id.clone() } else { scenario.about.title.clone() },
        trial,
        overrides: scenario.overrides.clone(),
        step_days: f64::from(scenario.clock.step) / 1440.0,
        dated: scenario.clock.start.is_some(),
        reads: super::reads::params(scenario),
    }
}

/// What is known at the end of a trial.
pub(super) fn end_of(scenario: &Scenario, row: &TrialRow) -> End {
    let about = study::about(scenario);
    let holds =
        about.indicators.iter().enumerate().filter(|(i, _)| read(scenario, row, *i) == Some(true)).map(|(_, (_, label, _))| label.clone());
    let metrics = about.metrics.iter().zip(&row.metrics).zip(&scenario.metrics);
    let metrics = metrics.filter(|(_, m)| m.given.is_none_or(|g| row.indicators[g])).map(|(((_, label, unit, _), value), metric)| {
        let words = match value {
            None => "never".to_owned(),
            Some(x) if metric.value.ty == Type::Truth => if *x == 1.0 { "yes" } else { "no" }.to_owned(),
            Some(x) => number(*x),
        };
        (with_unit(label, unit.as_deref()), words)
    });
    End { holds: holds.collect(), metrics: metrics.collect() }
}

/// Whether an indicator holds; `None` where it is not read, because what it is conditional on does not hold.
fn read(scenario: &Scenario, row: &TrialRow, index: usize) -> Option<bool> {
    scenario.indicators[index].given.is_none_or(|g| row.indicators[g]).then_some(row.indicators[index])
}

fn as_data<'a>(args: &'a TraceArgs, scenario: &'a Scenario, trial: u64, heard: &'a Heard, row: Option<&TrialRow>) -> Trace<'a> {
    let text = |(path, value): &(String, String)| (path.clone(), Value::from(value.as_str()));
    let result = row.map(|row| Ended {
        outcome: &scenario.outcomes[row.outcome].id,
        established_step: row.established,
        last_step: row.end,
        step_days: f64::from(scenario.clock.step) / 1440.0,
        indicators: scenario.indicators.iter().enumerate().map(|(at, i)| (i.id.clone(), Value::from(read(scenario, row, at)))).collect(),
        metrics: scenario.metrics.iter().zip(&row.metrics).map(|(m, x)| (m.id.clone(), Value::from(*x))).collect(),
    });
    Trace {
        format: 1,
        tool: Tool { name: "escalade", version: env!("CARGO_PKG_VERSION") },
        scenario: study::about(scenario).scenario,
        plan: Plan {
            variant: args.changes.variant.as_deref().unwrap_or(super::scenario::BASE),
            seed: args.seed,
            trial,
            overrides: scenario.overrides.iter().map(text).collect(),
        },
        happenings: &heard.happenings,
        cut_at_step: heard.cut(),
        result,
        why: None,
    }
}
