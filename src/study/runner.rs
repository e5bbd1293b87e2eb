//! Which engine runs trials: the reference, one by one, or rows of trials through a program.
//!
//! Both give the same rows, bit for bit. What the rows do not cover (an undefined number, a number that was
//! clamped) they hand back, and the reference runs those trials.

use std::ops::Range;
use std::sync::Arc;

use super::plain::Cancel;
use crate::engine::{Engine, Level};
use crate::program::Program;
use crate::reference::{Silent, run_trial_heeding};
use crate::results::{Stop, TrialRow};
use crate::rng::Points;
use crate::scenario::Scenario;

/// An engine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineKind {
    /// The interpreter that is the meaning of a scenario.
    Reference,
    /// Rows of trials: the same, faster.
    #[default]
    Columns,
}

impl EngineKind {
    /// All engines with their names.
    pub const NAMES: [(&'static str, Self); 2] = [("reference", Self::Reference), ("columns", Self::Columns)];

    /// The engine with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|n| n.0 == name).map(|n| n.1)
    }
}

/// A scenario ready to run, shared by all threads.
#[derive(Clone, Debug)]
pub struct Runner<'s> {
    scenario: &'s Scenario,
    program: Option<Arc<Program>>,
    level: Level,
    sharing: u64,
    cancel: Option<&'s Cancel>,
    points: Option<&'s dyn Points>,
}

impl<'s> Runner<'s> {
    /// Prepares a scenario.
    #[must_use]
    pub fn new(scenario: &'s Scenario, kind: EngineKind) -> Self {
        let program = (kind == EngineKind::Columns).then(|| Arc::new(Program::new(scenario))).filter(|p| crate::engine::fits(p));
        Self { scenario, program, level: Level::best(), sharing: 1, cancel: None, points: None }
    }

    /// Prepares a scenario whose parameters follow a design: trial k is run at point k, or at point k / `trials` where so
    /// many share it (see [`Self::sharing`]).
    #[must_use]
    pub fn at_points(scenario: &'s Scenario, kind: EngineKind, points: &'s dyn Points) -> Self {
        let program = (kind == EngineKind::Columns).then(|| Arc::new(Program::for_points(scenario))).filter(|p| crate::engine::fits(p));
        Self { program, points: Some(points), ..Self::new(scenario, EngineKind::Reference) }
    }

    /// The same, prepared already, at the points of another design.
    ///
    /// # Panics
    /// If this follows no design.
    #[must_use]
    pub fn at_other_points(&self, points: &'s dyn Points) -> Self {
        assert!(self.points.is_some(), "a runner whose parameters are drawn");
        Self { points: Some(points), ..self.clone() }
    }

    /// Lets so many trials, one after the other, share their parameters: trial k has those of trial k / `trials`
    /// (rounded down), and only luck differs between them.
    #[must_use]
    pub fn sharing(mut self, trials: u64) -> Self {
        self.sharing = trials.max(1);
        self
    }

    /// Gives up where this is asked, also in the middle of a chunk; what was begun of that chunk is lost.
    #[must_use]
    pub fn heeding(mut self, cancel: &'s Cancel) -> Self {
        let _ = cancel.flag();
        self.cancel = Some(cancel);
        self
    }

    /// Whether trials with the same parameters can end differently: whether anything but parameters is drawn.
    #[must_use]
    pub fn has_luck(&self) -> bool {
        match &self.program {
            Some(program) => program.has_luck(),
            None => Program::new(self.scenario).has_luck(),
        }
    }

    /// How many trials to run at a time: enough to fill rows, few enough that a wish to stop is soon noticed.
    #[must_use]
    pub fn chunk(&self) -> u64 {
        self.program.as_deref().map_or(64, crate::engine::chunk)
    }

    /// What one thread needs; made once and used for all of its chunks.
    #[must_use]
    pub fn worker(&self) -> Worker<'_> {
        let mut engine = self.program.as_deref().map(|p| Engine::new(p, self.level));
        if let Some(engine) = &mut engine {
            engine.share_parameters(self.sharing);
            if let Some(points) = self.points {
                engine.follow_points(points);
            }
            if let Some(cancel) = self.cancel {
                engine.heed(cancel.flag());
            }
        }
        Worker { scenario: self.scenario, engine, sharing: self.sharing, cancel: self.cancel, points: self.points }
    }
}

/// Runs trials on one thread.
pub struct Worker<'r> {
    scenario: &'r Scenario,
    engine: Option<Engine<'r>>,
    sharing: u64,
    cancel: Option<&'r Cancel>,
    points: Option<&'r dyn Points>,
}

impl Worker<'_> {
    /// Runs trials and gives their rows, in order; whether all of them were run, and it was not asked to give up.
    ///
    /// # Errors
    /// The [`Stop`] of the first trial that could not be run; the rows before it have been given.
    pub fn run(&mut self, seed: u64, trials: Range<u64>, sink: &mut dyn FnMut(&TrialRow)) -> Result<bool, Stop> {
        let scenario = self.scenario;
        let sharing = self.sharing;
        let points = self.points;
        let wish = self.cancel.map(Cancel::flag);
        let mut one = |trial| run_trial_heeding(scenario, (seed, trial), (points, trial / sharing), wish, &mut Silent);
        match &mut self.engine {
            Some(engine) => engine.run(seed, trials, &mut one, sink),
            None => {
                for trial in trials {
                    let Some(row) = one(trial)? else { return Ok(false) };
                    sink(&row);
                }
                Ok(true)
            }
        }
    }
}
