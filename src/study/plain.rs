//! The plain study: run trials in parallel, tally them, summarise.
//!
//! Trials run in fixed chunks of [`CHUNK`]; what a trial gives depends on its number only, and tallies
//! are counts and exact sums, so that results do not depend on threads or chunks.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use crate::reference::{self, run_trial};
use crate::results::{About, Plan, ScenarioRef, Shape, Stop, Summary, Tally};
use crate::scenario::Scenario;

/// Trials in a chunk.
pub const CHUNK: u64 = 64;

/// What to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The seed.
    pub seed: u64,
    /// First trial.
    pub first: u64,
    /// Number of trials.
    pub trials: u64,
    /// `base`, or the name of a variant.
    pub variant: String,
    /// Level of the intervals.
    pub level: f64,
}

/// Is told how far a study is. Called from several threads.
pub trait Progress: Sync {
    /// So many more trials are done.
    fn advance(&self, trials: u64);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn advance(&self, _: u64) {}
}

/// A wish to stop early; looked at between chunks.
#[derive(Debug, Default)]
pub struct Cancel(AtomicBool);

impl Cancel {
    /// Asks to stop.
    pub fn ask(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether to stop.
    #[must_use]
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The result of a study.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The tally.
    pub tally: Tally,
    /// The summary.
    pub summary: Summary,
}

/// The shape of a scenario's tallies.
#[must_use]
pub fn shape(scenario: &Scenario) -> Shape {
    Shape {
        outcomes: scenario.outcomes.len(),
        indicator_given: scenario.indicators.iter().map(|i| i.given).collect(),
        metric_given: scenario.metrics.iter().map(|m| m.given).collect(),
    }
}

/// The names that a summary needs.
#[must_use]
pub fn about(scenario: &Scenario) -> About {
    let label = |label: &Option<String>, id: &str| label.clone().unwrap_or_else(|| id.to_owned());
    let given = |g: Option<usize>| g.map(|g| scenario.indicators[g].id.clone());
    About {
        scenario: Some(ScenarioRef {
            id: scenario.id.clone(),
            title: scenario.about.title.clone(),
            question: scenario.about.question.clone(),
            sha256: scenario.sha256.clone(),
        }),
        outcomes: scenario.outcomes.iter().map(|o| (o.id.clone(), label(&o.label, &o.id), o.unresolved)).collect(),
        indicators: scenario.indicators.iter().map(|i| (i.id.clone(), label(&i.label, &i.id), given(i.given))).collect(),
        metrics: scenario
            .metrics
            .iter()
            .map(|m| (m.id.clone(), label(&m.label, &m.id), m.unit.clone(), given(m.given)))
            .collect(),
        step_days: f64::from(scenario.clock.step) / 1440.0,
        dated: scenario.clock.start.is_some(),
    }
}

/// Runs trials and summarises them.
///
/// Where `cancel` is asked, the chunks that were done from the first on without a gap are kept, and the
/// summary says that it is not complete.
///
/// # Errors
/// The [`Stop`] of the first trial (by number) that could not be run.
pub fn plain(scenario: &Scenario, request: &Request, progress: &dyn Progress, cancel: &Cancel) -> Result<Outcome, Stop> {
    let shape = shape(scenario);
    let chunks = request.trials.div_ceil(CHUNK);
    let mut total = Tally::new(&shape);
    // Rounds bound the memory that unmerged chunks take, whatever the number of trials.
    let round = 4_096;
    let mut next = 0;
    while next < chunks && !cancel.asked() {
        let end = (next + round).min(chunks);
        let done: Vec<Option<Result<Tally, Stop>>> = (next..end)
            .into_par_iter()
            .map(|chunk| (!cancel.asked()).then(|| run_chunk(scenario, request, &shape, chunk, progress)))
            .collect();
        for tally in done {
            match tally {
                None => return Ok(finish(scenario, request, total, false)),
                Some(tally) => total.merge(&tally?),
            }
        }
        next = end;
    }
    let complete = total.trials == request.trials;
    Ok(finish(scenario, request, total, complete))
}

fn run_chunk(scenario: &Scenario, request: &Request, shape: &Shape, chunk: u64, progress: &dyn Progress) -> Result<Tally, Stop> {
    let from = request.first + chunk * CHUNK;
    let to = (from + CHUNK).min(request.first + request.trials);
    let mut tally = Tally::new(shape);
    for trial in from..to {
        tally.add(&run_trial(scenario, request.seed, trial, &mut reference::Silent)?, shape);
    }
    progress.advance(to - from);
    Ok(tally)
}

fn finish(scenario: &Scenario, request: &Request, tally: Tally, complete: bool) -> Outcome {
    let plan = Plan {
        variant: request.variant.clone(),
        seed: request.seed,
        first_trial: request.first,
        trials: tally.trials,
        overrides: scenario.overrides.iter().cloned().collect(),
        complete,
    };
    let date = |step: u32| scenario.clock.date(step * scenario.clock.step);
    let summary = Summary::new(&tally, &about(scenario), plan, request.level, date);
    Outcome { tally, summary }
}
