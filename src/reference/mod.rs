//! The reference interpreter: slow, plain, and the meaning of a scenario.
//!
//! It runs one trial at a time, step by step and phase by phase, exactly as `docs/semantics.md` says.
//! The fast engine must equal it bit for bit; `trace` tells what it does.
//!
//! A step has seven phases: 0 delayed effects arrive; 1 regimes move; 2 events happen; 3 actors see and
//! decide; 4 reactions follow; 5 variables drift; 6 the step is recorded and ending outcomes are
//! tested. Phases 1, 2, 3 (simultaneous) and 5 read the state as it was at their own start; their
//! effects are summed and clamped once.

mod chance;
mod changes;
mod decide;
mod evaluate;
mod history;
mod permit;
mod regimes;
mod rules;
mod start;
mod watch;

use std::sync::atomic::{AtomicBool, Ordering};

use crate::lang::ExprId;
use crate::results::{self, Clamped, Stood, Stop, TrialRow, Undefined};
use crate::rng::Points;
use crate::scenario::model::{Draw, Formula, Scenario};
use crate::scenario::names::{Context, called};

pub use permit::{Occurrence, Permit, Source, outcome_permitting, permitting, run_trial_permitting};
pub use watch::{Cause, Considered, Happening, Heard, Late, MOST_HEARD, Silent, Watch, Worth};

use changes::Pending;
use history::Track;

/// Most occurrences of one rule in one step: they are part of a draw's address.
pub const MAX_OCCURRENCES: f64 = crate::rng::MAX_NTH as f64 - 1.0;

/// Runs trial number `trial` of a scenario with `seed`.
///
/// The row depends on the scenario, the seed and the trial number only. `watch` is told what happens.
///
/// # Errors
/// [`Stop`] where a number that is stored or decides something is undefined, or a rule happens too often.
pub fn run_trial(scenario: &Scenario, seed: u64, trial: u64, watch: &mut dyn Watch) -> Result<TrialRow, Stop> {
    run_trial_at(scenario, seed, trial, trial, watch)
}

/// As [`run_trial`], but with the parameters of trial number `point`: what share parameters differ by luck alone.
///
/// # Errors
/// As [`run_trial`].
pub fn run_trial_at(scenario: &Scenario, seed: u64, trial: u64, point: u64, watch: &mut dyn Watch) -> Result<TrialRow, Stop> {
    Trial::new(scenario, seed, trial, (point, None), watch)?.unasked()
}

/// As [`run_trial`], but with the parameters of a design at a point.
///
/// # Errors
/// As [`run_trial`].
pub fn run_trial_given(
    scenario: &Scenario,
    seed: u64,
    trial: u64,
    (points, point): (&dyn Points, u64),
    watch: &mut dyn Watch,
) -> Result<TrialRow, Stop> {
    Trial::new(scenario, seed, trial, (point, Some(points)), watch)?.unasked()
}

/// As [`run_trial_at`], or as [`run_trial_given`] where there is a design; nothing where `wish` became true meanwhile and the
/// trial was given up. It is looked at in every step and, where a rule occurs often in one, between its occurrences.
///
/// # Errors
/// As [`run_trial`].
pub fn run_trial_heeding(
    scenario: &Scenario,
    (seed, trial): (u64, u64),
    (points, point): (Option<&dyn Points>, u64),
    wish: Option<&AtomicBool>,
    watch: &mut dyn Watch,
) -> Result<Option<TrialRow>, Stop> {
    let mut run = Trial::new(scenario, seed, trial, (point, points), watch)?;
    run.wish = wish;
    run.run()
}

/// One trial under way.
struct Trial<'s, 'w> {
    scenario: &'s Scenario,
    seed: u64,
    trial: u64,
    /// Under which number draws are made: that of the trial, but for parameters, which other trials may share.
    drawn_as: u64,
    /// The design that parameters follow, if they are not drawn.
    given: Option<&'s dyn Points>,
    watch: &'w mut dyn Watch,
    /// Who has a say in what occurs, if anybody has.
    permit: Option<&'w mut dyn Permit>,
    /// Where somebody says that it is to be given up.
    wish: Option<&'w AtomicBool>,
    /// The present step; 0 is the start.
    step: u32,
    /// Value of each parameter.
    params: Vec<f64>,
    /// Numbers of rungs and states.
    tables: Vec<Vec<f64>>,
    /// Stored numbers.
    cells: Vec<f64>,
    /// Lowest and highest value of each cell.
    bounds: Vec<(f64, f64)>,
    /// What is perceived, per quantity, as of the last time that it was computed.
    seen: Vec<f64>,
    /// The past of each track.
    tracks: Vec<Track>,
    /// `rises`: the condition when it was last looked at, and the answer of the present look.
    rises_before: Vec<f64>,
    rises_now: Vec<f64>,
    /// Delayed effects, in the order in which they were fired.
    pending: Vec<Pending>,
    events: Vec<Fired>,
    reactions: Vec<Fired>,
    decisions: Vec<Deciding>,
    /// Step at which each regime leaves its present state, where that has a dwell time.
    leaves: Vec<Option<u32>>,
    /// Step since which each outcome and each indicator has held without a break.
    outcome_since: Vec<Option<u32>>,
    indicator_since: Vec<Option<u32>>,
    clamped: Vec<Clamped>,
    /// Where actors came to stand, and where they stand now.
    path: Vec<Stood>,
    stood: Vec<f64>,
    /// Variables at the times of the grid, where they are wanted.
    course: Vec<f64>,
    /// Values of nodes that have been computed since the state last changed.
    memo: Vec<f64>,
    stamps: Vec<u32>,
    stamp: u32,
    /// Sums of a simultaneous phase, zero outside of it.
    sums: Vec<f64>,
    touched: Vec<usize>,
    before: changes::Before,
    /// Length at which a list of changes is summed up.
    many: usize,
    /// Who made changes so far; empty where nobody listens.
    causes: Vec<Cause>,
}

/// What is remembered of a rule.
#[derive(Clone, Copy, Debug, Default)]
struct Fired {
    /// It has happened.
    spent: bool,
    /// It is silent before this time, in minutes.
    silent_until: f64,
}

/// What is remembered of a decision.
#[derive(Clone, Debug, Default)]
struct Deciding {
    /// An option that was chosen and is not yet carried out.
    waiting: Option<Waiting>,
    /// Per option: unavailable before this time, in minutes.
    silent_until: Vec<f64>,
}

/// An option on its way.
#[derive(Clone, Debug)]
struct Waiting {
    option: usize,
    /// Step of the choice.
    ordered: u32,
    due: u32,
    draws: Vec<f64>,
}

impl Trial<'_, '_> {
    /// The row of a trial that nobody asks to give up.
    fn unasked(self) -> Result<TrialRow, Stop> {
        self.run().map(|row| row.expect("nobody asks to give it up"))
    }

    /// The row; nothing where it is given up.
    fn run(mut self) -> Result<Option<TrialRow>, Stop> {
        let steps = self.scenario.clock.steps;
        for step in 1..=steps {
            let row = self.step(step, step == steps);
            // A step that was given up may stop for want of what it left out.
            if self.given_up() {
                return Ok(None);
            }
            if let Some(row) = row? {
                return Ok(Some(row));
            }
        }
        unreachable!("a scenario has at least one step, and the last one gives a row")
    }

    /// One step; the row if the trial ends in it.
    fn step(&mut self, step: u32, last: bool) -> Result<Option<TrialRow>, Stop> {
        self.begin(step);
        self.arrive()?;
        self.move_regimes()?;
        self.events()?;
        self.decide()?;
        self.react()?;
        self.drift()?;
        self.record(last)
    }

    /// Whether it is to be given up.
    fn given_up(&self) -> bool {
        self.wish.is_some_and(|wish| wish.load(Ordering::Relaxed))
    }

    /// Minutes from the start to the end of the present step.
    fn now(&self) -> u32 {
        self.step * self.scenario.clock.step
    }

    /// A new step: nothing has happened in it yet.
    fn begin(&mut self, step: u32) {
        self.step = step;
        for (cell, model) in self.cells.iter_mut().zip(&self.scenario.cells) {
            use crate::scenario::model::CellKind;
            if matches!(model.kind, CellKind::Count | CellKind::Mark) {
                *cell = 0.0;
            }
        }
        self.changed();
        if self.watch.listens() {
            let date = self.scenario.clock.date(self.now());
            self.watch.see(Happening::Step { step, date });
        }
    }

    /// Phase 5: Euler steps of all drifts, on one state.
    fn drift(&mut self) -> Result<(), Stop> {
        let mut changes = Vec::new();
        for variable in &self.scenario.variables {
            let Some((drift, per)) = &variable.drift else { continue };
            let rate = self.finite(drift, &[], || format!("the drift of `{}`", self.scenario.cells[variable.cell.0 as usize].name))?;
            let by = rate * (f64::from(self.scenario.clock.step) / f64::from(*per));
            changes.push(changes::Now::add(variable.cell, by));
        }
        self.apply(&changes, "drift")
    }

    /// Phase 6: records the step; the row if the trial ends here.
    fn record(&mut self, last: bool) -> Result<Option<TrialRow>, Stop> {
        self.follow();
        let values = self.track_values()?;
        let outcomes = &self.scenario.outcomes;
        let mut ends = last;
        let mut holds = Vec::with_capacity(outcomes.len());
        for (index, outcome) in outcomes.iter().enumerate() {
            let held = match &outcome.when {
                None => true,
                Some(when) if outcome.ends => self.truth(when, &[], || format!("the condition of the outcome `{}`", outcome.id))?,
                // Read in the last state only; before it, what is undefined does not hold.
                Some(when) => self.eval(when.expr, &[]) == 1.0,
            };
            ends |= held && outcome.ends;
            self.outcome_since[index] = since(self.outcome_since[index], held, self.step);
            holds.push(held);
        }
        for (index, indicator) in self.scenario.indicators.iter().enumerate() {
            let held = self.eval(indicator.when.expr, &[]) == 1.0;
            self.indicator_since[index] = since(self.indicator_since[index], held, self.step);
        }
        if !ends {
            self.keep(&values);
            return Ok(None);
        }
        let outcome = self.outcome(&holds)?;
        let indicators = self.indicators()?;
        let established = match outcomes[outcome].when {
            None => self.step,
            Some(_) => self.outcome_since[outcome].unwrap_or(self.step),
        };
        let metrics = self.metrics(&indicators)?;
        if self.watch.listens() {
            let named = &outcomes[outcome];
            let label = called(named.label.as_ref(), &named.id);
            self.watch.see(Happening::Ended { outcome: named.id.clone(), label });
        }
        Ok(Some(TrialRow {
            trial: self.trial,
            outcome,
            established,
            end: self.step,
            indicators,
            indicator_since: self.indicator_since.clone(),
            metrics,
            clamped: std::mem::take(&mut self.clamped),
            parameters: self.params.clone(),
            path: std::mem::take(&mut self.path),
            course: std::mem::take(&mut self.course),
        }))
    }

    /// Notes where actors and regimes have come to stand in this step, and the variables of the grid.
    fn follow(&mut self) {
        let scenario = self.scenario;
        for (index, (cell, _)) in scenario.followed_places().enumerate() {
            let rung = self.cells[cell.0 as usize];
            if self.stood[index] != rung {
                self.stood[index] = rung;
                self.path.push(Stood::new(self.step, index, rung));
            }
        }
        if self.trial < results::COURSES && self.step.is_multiple_of(results::stride(scenario.clock.steps)) {
            self.course.extend(scenario.followed_variables().map(|variable| self.cells[variable.cell.0 as usize]));
        }
    }

    /// The first outcome that holds in the last state; those before it must be defined.
    fn outcome(&mut self, holds: &[bool]) -> Result<usize, Stop> {
        let outcomes = &self.scenario.outcomes;
        let first = holds.iter().position(|h| *h).expect("the last outcome takes the rest");
        for outcome in &outcomes[..first] {
            if let Some(when) = &outcome.when {
                self.truth(when, &[], || format!("the condition of the outcome `{}`", outcome.id))?;
            }
        }
        Ok(first)
    }

    /// Indicators in the last state; one that is conditional is read, and must be defined, only where its
    /// condition holds.
    fn indicators(&mut self) -> Result<Vec<bool>, Stop> {
        let all = &self.scenario.indicators;
        let mut holds = vec![false; all.len()];
        // A condition has no condition of its own, so those without come first.
        let order = (0..all.len()).filter(|i| all[*i].given.is_none()).chain((0..all.len()).filter(|i| all[*i].given.is_some()));
        for index in order {
            let indicator = &all[index];
            if indicator.given.is_none_or(|g| holds[g]) {
                holds[index] = self.truth(&indicator.when, &[], || format!("the condition of the indicator `{}`", indicator.id))?;
            }
        }
        Ok(holds)
    }

    /// Metrics in the last state; `None` where a value is missing (never), or not read in this trial because
    /// the indicator that it is conditional on does not hold.
    fn metrics(&mut self, indicators: &[bool]) -> Result<Vec<Option<f64>>, Stop> {
        let mut metrics = Vec::with_capacity(self.scenario.metrics.len());
        for metric in &self.scenario.metrics {
            if metric.given.is_some_and(|g| !indicators[g]) {
                metrics.push(None);
                continue;
            }
            let value = self.eval(metric.value.expr, &[]);
            let may_miss = metric.may_miss && value == f64::INFINITY;
            if !value.is_finite() && !may_miss {
                return Err(self.stop(&metric.value, value, format!("the metric `{}`", metric.id), &[]));
            }
            let days = metric.value.ty == crate::lang::Type::Span;
            let value = if days { value / 1440.0 } else { value };
            metrics.push(value.is_finite().then_some(value));
        }
        Ok(metrics)
    }

    /// The value of a formula that must be finite.
    fn finite(&mut self, formula: &Formula, draws: &[f64], what: impl FnOnce() -> String) -> Result<f64, Stop> {
        let value = self.eval(formula.expr, draws);
        if value.is_finite() { Ok(value) } else { Err(self.stop(formula, value, what(), &[])) }
    }

    /// The truth of a condition.
    fn truth(&mut self, formula: &Formula, draws: &[f64], what: impl FnOnce() -> String) -> Result<bool, Stop> {
        let value = self.eval(formula.expr, draws);
        if value.is_nan() { Err(self.stop(formula, value, what(), &[])) } else { Ok(value == 1.0) }
    }

    fn stop(&self, formula: &Formula, value: f64, what: String, draws: &[Draw]) -> Stop {
        let stop = self.stop_at(formula.expr, value, what, draws);
        let Stop::Undefined(undefined) = stop else { return stop };
        let expression = if formula.text.is_empty() { undefined.expression } else { formula.text.clone() };
        Stop::Undefined(Box::new(Undefined { expression, place: formula.at.clone(), ..*undefined }))
    }

    fn stop_at(&self, expr: ExprId, value: f64, what: String, draws: &[Draw]) -> Stop {
        Stop::undefined(Undefined {
            what,
            value,
            trial: self.trial,
            step: self.step,
            date: self.scenario.clock.date(self.now()),
            expression: Context::with(self.scenario, draws).text(expr),
            place: String::new(),
        })
    }
}

/// The first step of the unbroken run that ends at `step`.
fn since(before: Option<u32>, held: bool, step: u32) -> Option<u32> {
    if held { before.or(Some(step)) } else { None }
}
