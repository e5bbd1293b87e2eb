//! The plain study: run trials in parallel, tally them, summarise.
//!
//! Trials run in chunks; what a trial gives depends on its number only, and tallies
//! are counts and exact sums, so that results do not depend on threads or chunks.

use std::sync::atomic::{AtomicBool, Ordering};

use super::runner::{EngineKind, Runner};
use super::stopping::Look;
use super::stream::{Halt, Nothing, stream};
use crate::results::{About, Intervals, Plan, ScenarioRef, SeriesShape, Shape, StandName, Stop, Summary, Tally};
use crate::scenario::Scenario;
use crate::scenario::model::{Regime, Stand};
use crate::scenario::names::{called, spoken};

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

/// A wish to stop early; looked at between chunks, and within them by a runner that heeds it.
#[derive(Debug, Default)]
pub struct Cancel {
    asked: AtomicBool,
    heeded: AtomicBool,
}

impl Cancel {
    /// Asks to stop.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// Whether to stop.
    #[must_use]
    pub fn asked(&self) -> bool {
        self.asked.load(Ordering::Relaxed)
    }

    /// Whether somebody runs trials and looks here: before that, while a scenario is read and compiled, there is nothing to
    /// save.
    #[must_use]
    pub fn heeded(&self) -> bool {
        self.heeded.load(Ordering::Relaxed)
    }

    /// The flag, for who looks at it from now on.
    #[must_use]
    pub fn flag(&self) -> &AtomicBool {
        self.heeded.store(true, Ordering::Relaxed);
        &self.asked
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
            rungs: scenario.followed_places().map(|(_, count)| count).collect(),
            ladders: scenario.followed_stands().len(),
            variables: scenario.followed_variables().count(),
            steps: scenario.clock.steps,
        },
    }
}

/// The names that a summary needs.
#[must_use]
pub fn about(scenario: &Scenario) -> About {
    let given = |g: Option<usize>| g.map(|g| scenario.indicators[g].id.clone());
    About {
        scenario: Some(ScenarioRef {
            id: scenario.id.clone(),
            title: scenario.about.title.clone(),
            question: scenario.about.question.clone(),
            sha256: scenario.sha256.clone(),
        }),
        outcomes: scenario.outcomes.iter().map(|o| (o.id.clone(), called(o.label.as_ref(), &o.id), o.unresolved)).collect(),
        indicators: scenario.indicators.iter().map(|i| (i.id.clone(), called(i.label.as_ref(), &i.id), given(i.given))).collect(),
        metrics: scenario.metrics.iter().map(|m| (m.id.clone(), called(m.label.as_ref(), &m.id), m.unit.clone(), given(m.given))).collect(),
        stands: scenario.followed_stands().iter().map(|stand| stand_name(scenario, stand)).collect(),
        regimes: scenario.followed_regimes().iter().map(|regime| regime_name(scenario, regime)).collect(),
        variables: scenario
            .followed_variables()
            .map(|v| {
                let name = &scenario.cells[v.cell.0 as usize].name;
                (name.clone(), v.label.clone().unwrap_or_else(|| spoken(name).replace('.', ": ")))
            })
            .collect(),
        parameters: scenario.params.iter().map(|p| (p.id.clone(), called(p.label.as_ref(), &p.id))).collect(),
        series: shape(scenario).series,
        step_days: f64::from(scenario.clock.step) / 1440.0,
        steps: scenario.clock.steps,
        dated: scenario.clock.start.is_some(),
    }
}

fn stand_name(scenario: &Scenario, stand: &Stand) -> StandName {
    let (actor, ladder) = (&scenario.actors[stand.actor.0 as usize], &scenario.ladders[stand.ladder.0 as usize]);
    StandName {
        id: scenario.cells[stand.cell.0 as usize].name.clone(),
        label: format!("{}: {}", called(actor.label.as_ref(), &actor.id), called(ladder.label.as_ref(), &ladder.id)),
        rungs: ladder.rungs.iter().map(|rung| (rung.id.clone(), called(rung.label.as_ref(), &rung.id))).collect(),
    }
}

fn regime_name(scenario: &Scenario, regime: &Regime) -> StandName {
    StandName {
        id: scenario.cells[regime.cell.0 as usize].name.clone(),
        label: called(regime.label.as_ref(), &regime.id),
        rungs: regime.states.iter().map(|state| (state.id.clone(), called(state.label.as_ref(), &state.id))).collect(),
    }
}

/// Runs trials and summarises them, on all threads of the present rayon pool.
///
/// Where `cancel` is asked, chunks that are under way are given up, and the summary says that it is not complete. Trials are taken in order, so that what is kept are the first ones without a gap.
///
/// # Errors
/// The [`Stop`] of the first trial (by number) that could not be run.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn plain(scenario: &Scenario, request: &Request, progress: &dyn Progress, cancel: &Cancel) -> Result<Outcome, Stop> {
    let shape = shape(scenario);
    let runner = Runner::new(scenario, request.engine).heeding(cancel);
    let mut tally = Tally::new(&shape);
    let range = request.first..request.first + request.trials;
    match stream(&runner, (request.seed, range), (&mut tally, &shape), &mut Nothing, progress, cancel) {
        Ok(_) => {
            let complete = tally.trials == request.trials;
            Ok(finish(scenario, request, tally, complete))
        }
        Err(Halt::Stop(stop)) => Err(stop),
        Err(Halt::Keeper(never)) => match never {},
    }
}

/// The summary of what was run.
#[must_use]
pub fn finish(scenario: &Scenario, request: &Request, tally: Tally, complete: bool) -> Outcome {
    let plan = Plan {
        variant: request.variant.clone(),
        variant_label: scenario.variant_label(&request.variant),
        seed: request.seed,
        first_trial: request.first,
        trials: tally.trials,
        overrides: scenario.overrides.iter().cloned().collect(),
        complete,
        intervals: request.intervals,
        stopping: None,
        sharing: None,
    };
    let date = |step: u32| scenario.clock.date(step * scenario.clock.step);
    let summary = Summary::new(&tally, &about(scenario), plan, date);
    Outcome { tally, summary }
}
