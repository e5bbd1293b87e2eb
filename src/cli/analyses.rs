//! What `run` does beside plain runs: rival theories, luck and ignorance.

use std::path::Path;
use std::time::{Duration, Instant};

use clap::Args;
use escalade::report::{ensemble, json, terminal, uncertainty};
use escalade::results::EnsembleSummary;
use escalade::rng::MAX_TRIALS;
use escalade::study::{self, Cancel, Design, Request};

use super::args::{ChangeArgs, RunArgs, whole};
use super::exit::Exit;
use super::output::fault;
use super::progress::Meter;
use super::run::stopped;
use super::scenario::{Failure, load, shown};

/// Most theories of an ensemble.
const MOST_THEORIES: usize = 20;

/// Other questions.
#[derive(Debug, Args)]
pub(super) struct AnalysisArgs {
    /// Run these variants on the same trials and show each and their weighted pool: `base,hawks` (equal weights) or
    /// `base=0.7,hawks=0.3`. `base` is the scenario as it stands
    #[arg(long, value_name = "NAME=WEIGHT,..", value_parser = theories, conflicts_with_all = ["variant", "precision", "relative_precision", "split_uncertainty", "out"])]
    ensemble: Option<Theories>,
    /// Tell luck from ignorance: R parameter points, M trials at each that share its parameters and nothing else. Costs R times M
    /// trials [default where no value is given: 500x20]
    #[arg(long, value_name = "RxM", num_args = 0..=1, default_missing_value = "500x20", value_parser = design, conflicts_with_all = ["trials", "precision", "relative_precision", "interval", "simultaneous", "out"])]
    split_uncertainty: Option<Design>,
}

/// Variants and their weights.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Theories(Vec<(String, f64)>);

/// What a run has to say.
pub(super) struct Answer {
    pub(super) text: String,
    pub(super) trials: u64,
    pub(super) took: Duration,
    /// Whether it changed against a baseline; none where it was not compared.
    pub(super) changed: Option<bool>,
}

/// Runs what was asked for; `None` if it is a plain run.
///
/// Several files share the meter `all`, and their answers are lines.
pub(super) fn analysis(
    args: &RunArgs,
    file: &Path,
    all: Option<&Meter>,
    pool: &rayon::ThreadPool,
    cancel: &Cancel,
) -> Option<(Exit, Result<Answer, Failure>)> {
    if let Some(Theories(theories)) = &args.analyses.ensemble {
        return Some(rivals(args, theories, file, all, pool, cancel));
    }
    args.analyses.split_uncertainty.map(|design| split(args, design, file, all, pool, cancel))
}

impl AnalysisArgs {
    /// How many trials one file takes; none if nothing of the kind was asked for.
    pub(super) fn trials(&self, each: u64) -> Option<u64> {
        let rivals = self.ensemble.as_ref().map(|Theories(theories)| each * theories.len() as u64);
        rivals.or_else(|| self.split_uncertainty.map(|design| design.points * design.trials))
    }
}

/// The meter of one file: its own, or that of all.
struct Shown<'a> {
    own: Option<Meter>,
    all: Option<&'a Meter>,
}

impl<'a> Shown<'a> {
    fn new(all: Option<&'a Meter>, name: &str, trials: u64, quiet: bool) -> Self {
        Self { own: all.is_none().then(|| Meter::new(name, trials, quiet)), all }
    }

    fn meter(&self) -> &Meter {
        self.own.as_ref().or(self.all).unwrap_or(&Meter::Hidden)
    }

    fn end(&self) {
        if let Some(own) = &self.own {
            own.end();
        }
    }
}

fn request(args: &RunArgs, changes: &ChangeArgs) -> Request {
    Request {
        seed: args.seed,
        first: 0,
        trials: args.trials,
        variant: changes.name(),
        intervals: args.intervals.intervals(),
        engine: args.engine.into(),
    }
}

fn interrupted(file: &Path, what: &str) -> (Exit, Result<Answer, Failure>) {
    let error = format!("interrupted before {what}");
    fault(&format!("{}: {error}", shown(file)));
    (Exit::Interrupted, Err(Failure::new(file, error)))
}

fn rivals(
    args: &RunArgs,
    theories: &[(String, f64)],
    file: &Path,
    all: Option<&Meter>,
    pool: &rayon::ThreadPool,
    cancel: &Cancel,
) -> (Exit, Result<Answer, Failure>) {
    let mut loaded = Vec::new();
    for (variant, weight) in theories {
        let changes = ChangeArgs { variant: Some(variant.clone()), set: args.changes.set.clone() };
        match load(file, &changes, args.quiet || !loaded.is_empty()) {
            Ok(scenario) => loaded.push((scenario, changes, *weight)),
            Err(failure) => return (Exit::Input, Err(failure)),
        }
    }
    let trials = args.trials * theories.len() as u64;
    let meter = Shown::new(all, &loaded[0].0.id, trials, args.quiet);
    let began = Instant::now();
    let mut summaries = Vec::new();
    for (scenario, changes, weight) in &loaded {
        match pool.install(|| study::plain(scenario, &request(args, changes), meter.meter(), cancel)) {
            Err(stop) => {
                meter.end();
                return (Exit::Incomplete, Err(stopped(file, &stop, args.seed, changes)));
            }
            // Theories on different trials cannot be compared.
            Ok(outcome) if !outcome.summary.plan.complete => {
                meter.end();
                return interrupted(file, "every theory was run");
            }
            Ok(outcome) => summaries.push((outcome.summary, *weight)),
        }
    }
    meter.end();
    let took = began.elapsed();
    let Some(summary) = EnsembleSummary::new(summaries) else { return interrupted(file, "any theory was run") };
    let text = match (args.json, all.is_some()) {
        (false, _) => ensemble::answer(&summary, terminal::COLUMNS),
        (true, false) => json::document(&summary),
        (true, true) => json::line(&summary),
    };
    (Exit::Done, Ok(Answer { text, trials, took, changed: None }))
}

fn split(
    args: &RunArgs,
    design: Design,
    file: &Path,
    all: Option<&Meter>,
    pool: &rayon::ThreadPool,
    cancel: &Cancel,
) -> (Exit, Result<Answer, Failure>) {
    let scenario = match load(file, &args.changes, args.quiet) {
        Ok(scenario) => scenario,
        Err(failure) => return (Exit::Input, Err(failure)),
    };
    let meter = Shown::new(all, &scenario.id, design.points * design.trials, args.quiet);
    let began = Instant::now();
    let result = pool.install(|| study::split(&scenario, &request(args, &args.changes), design, meter.meter(), cancel));
    let took = began.elapsed();
    meter.end();
    let summary = match result {
        Err(stop) => {
            return (Exit::Incomplete, Err(stopped(file, &stop, args.seed, &args.changes)));
        }
        Ok(None) => return interrupted(file, "two parameter points were done"),
        Ok(Some(summary)) => summary,
    };
    let exit = if summary.plan.complete { Exit::Done } else { Exit::Interrupted };
    let text = match (args.json, all.is_some()) {
        (false, _) => uncertainty::answer(&summary, terminal::COLUMNS),
        (true, false) => json::document(&summary),
        (true, true) => json::line(&summary),
    };
    (exit, Ok(Answer { text, trials: summary.uncertainty.trials, took, changed: None }))
}

/// `base,hawks` or `base=0.7,hawks=0.3`.
fn theories(text: &str) -> Result<Theories, String> {
    const EXAMPLE: &str = "write the names of variants, for example base,hawks or base=0.7,hawks=0.3";
    let mut found: Vec<(String, Option<f64>)> = Vec::new();
    for entry in text.split(',') {
        let (name, weight) = entry.split_once('=').map_or((entry, None), |(name, weight)| (name, Some(weight)));
        let name = name.trim();
        if name.is_empty() {
            return Err(EXAMPLE.to_owned());
        }
        if found.iter().any(|f| f.0 == name) {
            return Err(format!("`{name}` stands twice"));
        }
        let weight = weight.map(|w| match w.trim().parse::<f64>() {
            Ok(x) if x > 0.0 && x <= 1e12 => Ok(x),
            Ok(_) => Err(format!("the weight of `{name}` must be above 0")),
            Err(_) => Err(format!("the weight of `{name}` is no number, found `{}`", w.trim())),
        });
        found.push((name.to_owned(), weight.transpose()?));
    }
    if found.len() < 2 {
        return Err(format!("an ensemble needs two variants or more; {EXAMPLE}"));
    }
    if found.len() > MOST_THEORIES {
        return Err(format!("there are at most {MOST_THEORIES} variants in an ensemble"));
    }
    let given = found.iter().filter(|f| f.1.is_some()).count();
    if given > 0 && given < found.len() {
        let without = found.iter().find(|f| f.1.is_none()).map_or("", |f| f.0.as_str());
        return Err(format!("give every variant a weight or none: `{without}` has none"));
    }
    Ok(Theories(found.into_iter().map(|(name, weight)| (name, weight.unwrap_or(1.0))).collect()))
}

/// `500x20`.
fn design(text: &str) -> Result<Design, String> {
    let example = "write points x trials, for example 500x20; the scenario file stands before this option";
    let (points, trials) = text.split_once(['x', 'X', '×']).ok_or(example)?;
    let read = |text: &str| whole(text.trim()).map_err(|_| example.to_owned());
    let (points, trials) = (read(points)?, read(trials)?);
    if points < 5 {
        return Err("there must be at least 5 parameter points".to_owned());
    }
    if trials < 2 {
        return Err("there must be at least 2 trials at each point".to_owned());
    }
    match points.checked_mul(trials) {
        Some(all) if all <= MAX_TRIALS => Ok(Design { points, trials }),
        _ => Err(format!("there are at most {MAX_TRIALS} trials")),
    }
}
