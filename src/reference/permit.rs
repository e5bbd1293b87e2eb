//! Occurrences of one trial, and a say in which of them take place.
//!
//! An occurrence is what chance and conditions have brought about in one step: a rule that fires (however often in that step), an
//! option that is chosen, a regime that moves, an actor who sees something else than the truth. Where it is not permitted,
//! nothing takes its place: the rule stays as ready as it was, the actor does nothing (an order is not given), the regime
//! stays, the actor sees the truth (as late as it sees it). A dwell that is over ends once: where the move at its end is not permitted, the state lasts.

use std::sync::atomic::AtomicBool;

use super::{Silent, Trial, Watch};
use crate::results::{Stop, TrialRow};
use crate::scenario::Scenario;

/// What occurs; each by its place in the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A regime makes one of its moves.
    Move(usize, usize),
    /// An event happens.
    Event(usize),
    /// A quantity is seen as it is not.
    Perception(usize),
    /// An option of a decision is chosen.
    Option(usize, usize),
    /// A reaction follows.
    Reaction(usize),
}

/// Something that occurs in a step. In the order of steps, then of phases.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// When; an option when it is chosen, also where it is carried out later.
    pub step: u32,
    /// What.
    pub of: Source,
}

/// Says whether what is about to occur does. It may be asked more than once about the same.
pub trait Permit {
    /// Whether this occurs.
    fn permits(&mut self, occurrence: Occurrence) -> bool;
}

impl<F: FnMut(Occurrence) -> bool> Permit for F {
    fn permits(&mut self, occurrence: Occurrence) -> bool {
        self(occurrence)
    }
}

/// As [`super::run_trial`], but only what is permitted occurs. All else has the luck that it had.
///
/// # Errors
/// As [`super::run_trial`].
pub fn run_trial_permitting(
    scenario: &Scenario,
    (seed, trial): (u64, u64),
    permit: &mut dyn Permit,
    watch: &mut dyn Watch,
) -> Result<TrialRow, Stop> {
    let mut run = Trial::new(scenario, seed, trial, (trial, None), watch)?;
    run.permit = Some(permit);
    run.unasked()
}

/// As [`run_trial_permitting`]; nothing where `wish` became true meanwhile and the trial was given up.
///
/// # Errors
/// As [`super::run_trial`].
pub fn permitting(
    scenario: &Scenario,
    (seed, trial): (u64, u64),
    permit: &mut dyn Permit,
    wish: &AtomicBool,
    watch: &mut dyn Watch,
) -> Result<Option<TrialRow>, Stop> {
    let mut run = Trial::new(scenario, seed, trial, (trial, None), watch)?;
    run.permit = Some(permit);
    run.wish = Some(wish);
    run.run()
}

/// The outcome of [`permitting`], with nobody listening.
///
/// # Errors
/// As [`super::run_trial`].
pub fn outcome_permitting(
    scenario: &Scenario,
    trial: (u64, u64),
    permit: &mut dyn Permit,
    wish: &AtomicBool,
) -> Result<Option<usize>, Stop> {
    Ok(permitting(scenario, trial, permit, wish, &mut Silent)?.map(|row| row.outcome))
}

impl Trial<'_, '_> {
    /// Whether something occurs in this step.
    pub(super) fn permits(&mut self, of: Source) -> bool {
        let step = self.step;
        self.permit.as_mut().is_none_or(|permit| permit.permits(Occurrence { step, of }))
    }
}
