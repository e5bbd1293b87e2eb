//! The plain study: run trials in parallel, tally them, summarise.
//!
//! Trials run in chunks; what a trial gives depends on its number only, and tallies
//! are counts and exact sums, so that results do not depend on threads or chunks.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::runner::{EngineKind, Runner, Worker};
use super::stopping::Look;
use crate::results::{About, Intervals, Plan, ScenarioRef, SeriesShape, Shape, Stop, Summary, Tally};
use crate::scenario::Scenario;

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
    /// Which intervals the shares carry.
    pub intervals: Intervals,
    /// Which engine runs the trials; the results do not depend on it.
    pub engine: EngineKind,
}

/// Is told how far a study is. Called from several threads.
pub trait Progress: Sync {
    /// So many more trials are done.
    fn advance(&self, trials: u64);

    /// A run that stops by itself has looked at its intervals.
    fn look(&self, _: &Look) {}
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
        series: SeriesShape {
            rungs: scenario.followed_stands().iter().map(|s| scenario.ladders[s.ladder.0 as usize].rungs.len()).collect(),
            variables: scenario.followed_variables().count(),
            steps: scenario.clock.steps,
        },
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
        metrics: scenario.metrics.iter().map(|m| (m.id.clone(), label(&m.label, &m.id), m.unit.clone(), given(m.given))).collect(),
        step_days: f64::from(scenario.clock.step) / 1440.0,
        steps: scenario.clock.steps,
        dated: scenario.clock.start.is_some(),
    }
}

/// Runs trials and summarises them, on all threads of the present rayon pool.
///
/// Where `cancel` is asked, chunks that were begun are finished and kept, and the summary says that it is
/// not complete. Trials are taken in order, so that what is kept are the first ones without a gap.
///
/// # Errors
/// The [`Stop`] of the first trial (by number) that could not be run.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn plain(scenario: &Scenario, request: &Request, progress: &dyn Progress, cancel: &Cancel) -> Result<Outcome, Stop> {
    let shape = shape(scenario);
    let runner = Runner::new(scenario, request.engine);
    // Every thread has something to do, and rows are full where there are trials enough.
    let share = request.trials.div_ceil(rayon::current_num_threads() as u64).next_multiple_of(64);
    let size = runner.chunk().min(share).max(1);
    let chunks = request.trials.div_ceil(size);
    let next = AtomicU64::new(0);
    // No chunk from this one on is begun: a trial before it could not be run.
    let end = AtomicU64::new(chunks);
    let fold = Mutex::new(Fold { total: Tally::new(&shape), next: 0, early: BTreeMap::new() });
    rayon::broadcast(|_| {
        let mut worker = runner.worker();
        while !cancel.asked() {
            let chunk = next.fetch_add(1, Ordering::Relaxed);
            if chunk >= end.load(Ordering::Relaxed) {
                break;
            }
            let from = request.first + chunk * size;
            let to = (from + size).min(request.first + request.trials);
            let result = run_chunk(&mut worker, request.seed, from..to, &shape, progress);
            if result.is_err() {
                end.fetch_min(chunk, Ordering::Relaxed);
            }
            fold.lock().expect(UNPOISONED).add(chunk, result);
        }
    });
    // Every chunk before the first that failed was begun before it, and is finished: what is left over
    // begins with that one.
    let fold = fold.into_inner().expect(UNPOISONED);
    if let Some(Err(stop)) = fold.early.into_values().find(Result::is_err) {
        return Err(stop);
    }
    let complete = fold.total.trials == request.trials;
    Ok(finish(scenario, request, fold.total, complete))
}

const UNPOISONED: &str = "no trial panics";

/// Tallies of chunks, merged in the order of their numbers.
struct Fold {
    total: Tally,
    /// The chunk that comes next.
    next: u64,
    /// Chunks that were done before their turn; at most a few per thread. One that failed stays.
    early: BTreeMap<u64, Result<Tally, Stop>>,
}

impl Fold {
    fn add(&mut self, chunk: u64, result: Result<Tally, Stop>) {
        self.early.insert(chunk, result);
        while matches!(self.early.get(&self.next), Some(Ok(_))) {
            if let Some(Ok(tally)) = self.early.remove(&self.next) {
                self.total.merge(tally);
            }
            self.next += 1;
        }
    }
}

fn run_chunk(worker: &mut Worker<'_>, seed: u64, trials: Range<u64>, shape: &Shape, progress: &dyn Progress) -> Result<Tally, Stop> {
    let mut tally = Tally::new(shape);
    let count = trials.end - trials.start;
    worker.run(seed, trials, &mut |row| tally.add(row, shape))?;
    progress.advance(count);
    Ok(tally)
}

/// The result of trials that were run.
pub(super) fn finish(scenario: &Scenario, request: &Request, tally: Tally, complete: bool) -> Outcome {
    let plan = Plan {
        variant: request.variant.clone(),
        seed: request.seed,
        first_trial: request.first,
        trials: tally.trials,
        overrides: scenario.overrides.iter().cloned().collect(),
        complete,
        intervals: request.intervals,
        stopping: None,
    };
    let date = |step: u32| scenario.clock.date(step * scenario.clock.step);
    let summary = Summary::new(&tally, &about(scenario), plan, date);
    Outcome { tally, summary }
}
