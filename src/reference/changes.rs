//! Changes of stored numbers: summed over a simultaneous phase, clamped once.

use std::collections::HashMap;

use super::watch::{Cause, worth};
use super::{Happening, Trial};
use crate::lang::CellId;
use crate::results::{Crowded, Stop, Undefined};
use crate::scenario::model::{CellKind, Change, Effect};

/// Most delayed effects on their way in a trial.
pub(super) const MAX_PENDING: usize = 200_000;

/// A change that takes place in the present phase.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    cell: CellId,
    /// Becomes the value instead of growing by it.
    set: bool,
    /// Who made it: a place in the list of those who did, from 1; 0 where nobody asks.
    by: u16,
    value: f64,
}

impl Now {
    /// Grows by.
    pub(super) fn add(cell: CellId, value: f64) -> Self {
        Self { cell, set: false, by: 0, value }
    }

    /// Becomes.
    pub(super) fn set(cell: CellId, value: f64) -> Self {
        Self { cell, set: true, by: 0, value }
    }
}

/// Changes of a phase that are kept one by one. A rule may happen tens of thousands of times in a step, and there may be thousands
/// of rules: beyond this many, what is done to a cell is summed up.
pub(super) const MANY: usize = 1 << 16;

/// Sums up what is done to each cell, in order: the same sums, bit for bit, and the same causes.
fn sum_by_cell(changes: &mut Vec<Now>) {
    struct Sum {
        cell: CellId,
        set: Option<f64>,
        sum: f64,
        by: Vec<u16>,
    }
    let mut places: HashMap<u32, usize> = HashMap::new();
    let mut sums: Vec<Sum> = Vec::new();
    for change in changes.iter() {
        let at = *places.entry(change.cell.0).or_insert_with(|| {
            sums.push(Sum { cell: change.cell, set: None, sum: 0.0, by: Vec::new() });
            sums.len() - 1
        });
        let of = &mut sums[at];
        if change.set {
            (of.set, of.sum) = (Some(change.value), 0.0);
        } else {
            of.sum += change.value;
        }
        // Those of one rule come together.
        if of.by.last() != Some(&change.by) && !of.by.contains(&change.by) {
            of.by.push(change.by);
        }
    }
    changes.clear();
    for Sum { cell, set, sum, by } in sums {
        let first = by.first().copied().unwrap_or(0);
        changes.extend(set.map(|value| Now { by: first, ..Now::set(cell, value) }));
        changes.push(Now { by: first, ..Now::add(cell, sum) });
        // Minus zero changes nothing when it is added.
        changes.extend(by.iter().skip(1).map(|by| Now { by: *by, ..Now::add(cell, -0.0) }));
    }
}

/// Values before they were set, for the cells of one phase; few at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Before(Vec<(usize, f64)>);

impl Before {
    fn keep(&mut self, at: usize, value: f64) {
        if !self.0.iter().any(|b| b.0 == at) {
            self.0.push((at, value));
        }
    }

    fn take(&mut self, at: usize) -> Option<f64> {
        let index = self.0.iter().position(|b| b.0 == at)?;
        Some(self.0.swap_remove(index).1)
    }
}

/// A change on its way.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pending {
    due: u32,
    change: Now,
}

impl Trial<'_, '_> {
    /// Phase 0: what falls due arrives, in the order in which it was fired.
    pub(super) fn arrive(&mut self) -> Result<(), Stop> {
        let step = self.step;
        let due: Vec<Now> = self.pending.iter().filter(|p| p.due == step).map(|p| p.change).collect();
        if due.is_empty() {
            return Ok(());
        }
        self.pending.retain(|p| p.due != step);
        self.apply(&due, "arrival")
    }

    /// Applies the changes of a phase: the state first becomes what was set, then grows by the sum of
    /// what was added (from zero, in order), then is clamped.
    pub(super) fn apply(&mut self, changes: &[Now], phase: &'static str) -> Result<(), Stop> {
        if changes.is_empty() {
            return Ok(());
        }
        self.sum_up(changes);
        for at in &self.touched {
            let sum = self.cells[*at] + self.sums[*at];
            if !sum.is_finite() {
                return Err(Stop::undefined(Undefined {
                    what: format!("`{}`", self.scenario.cells[*at].name),
                    value: sum,
                    trial: self.trial,
                    step: self.step,
                    date: self.scenario.clock.date(self.now()),
                    expression: format!("{:?} + {:?}", self.cells[*at], self.sums[*at]),
                    place: String::new(),
                }));
            }
        }
        self.store(phase, changes)
    }

    /// Keeps the list of a phase's changes short.
    pub(super) fn shorten(&mut self, changes: &mut Vec<Now>) {
        if changes.len() >= self.many {
            sum_by_cell(changes);
            // Many cells may be changed.
            self.many = MANY.max(2 * changes.len());
        }
    }

    /// Writes on changes who made them, where somebody listens.
    pub(super) fn sign(&mut self, changes: &mut [Now], cause: impl FnOnce(&Self) -> Cause) {
        if !self.watch.listens() || changes.iter().all(|c| c.by > 0) {
            return;
        }
        let cause = cause(self);
        let at = self.causes.iter().position(|c| *c == cause).unwrap_or_else(|| {
            self.causes.push(cause);
            self.causes.len() - 1
        });
        // Beyond so many rules the rest stay unsigned.
        let by = u16::try_from(at + 1).unwrap_or(0);
        for change in changes.iter_mut().filter(|c| c.by == 0) {
            change.by = by;
        }
    }

    /// Who made the changes of a cell.
    fn causes_of(&self, at: usize, changes: &[Now]) -> Vec<Cause> {
        let mut causes = Vec::new();
        for change in changes.iter().filter(|c| c.cell.0 as usize == at && c.by > 0) {
            let cause = &self.causes[change.by as usize - 1];
            if !causes.contains(cause) {
                causes.push(cause.clone());
            }
        }
        causes
    }

    fn sum_up(&mut self, changes: &[Now]) {
        self.touched.clear();
        for change in changes {
            let at = change.cell.0 as usize;
            if !self.touched.contains(&at) {
                self.touched.push(at);
                self.sums[at] = 0.0;
            }
            if change.set {
                self.set_quietly(at, change.value);
                self.sums[at] = 0.0;
            } else {
                self.sums[at] += change.value;
            }
        }
    }

    /// A value that is set is still to be clamped; what was there before is told by [`Self::store`].
    fn set_quietly(&mut self, at: usize, value: f64) {
        self.before.keep(at, self.cells[at]);
        self.cells[at] = value;
    }

    fn store(&mut self, phase: &'static str, changes: &[Now]) -> Result<(), Stop> {
        let touched = std::mem::take(&mut self.touched);
        for at in &touched {
            let at = *at;
            let before = self.before.take(at).unwrap_or(self.cells[at]);
            let (low, high) = self.bounds[at];
            let value = (self.cells[at] + self.sums[at]).min(high).max(low);
            self.sums[at] = 0.0;
            self.cells[at] = value;
            if let CellKind::Regime(regime) = self.scenario.cells[at].kind
                && value != before
            {
                self.enter(regime)?;
            }
            self.tell_change(at, before, value, phase, changes);
        }
        self.touched = touched;
        self.changed();
        Ok(())
    }

    fn tell_change(&mut self, at: usize, before: f64, after: f64, phase: &'static str, changes: &[Now]) {
        let kind = self.scenario.cells[at].kind;
        let shown = matches!(kind, CellKind::Variable(_) | CellKind::Rung(_) | CellKind::Regime(_));
        if !shown || before == after || !self.watch.listens() {
            return;
        }
        let id = CellId(u32::try_from(at).unwrap_or(u32::MAX));
        let ty = self.scenario.cell_type(id);
        self.watch.see(Happening::Changed {
            name: self.scenario.cells[at].name.clone(),
            before: worth(self.scenario, before, ty),
            after: worth(self.scenario, after, ty),
            phase,
            rung: matches!(kind, CellKind::Rung(_)),
            by: self.causes_of(at, changes),
        });
    }

    /// Computes the effects of one occurrence on the present state: those at once are added to `now`,
    /// delayed ones to the pending list.
    pub(super) fn fire(
        &mut self,
        effects: &[Effect],
        draws: &[f64],
        who: &str,
        now: &mut Vec<Now>,
        cause: impl Fn(&Self) -> Cause,
    ) -> Result<(), Stop> {
        for effect in effects {
            if let Some(guard) = &effect.guard
                && !self
                    .truth(guard, draws, || format!("the condition of an effect of `{who}`"))
                    .map_err(|stop| stop.in_words(&effect.text))?
            {
                continue;
            }
            let what = || format!("`{}`, by an effect of `{who}`", self.scenario.cells[effect.target.0 as usize].name);
            let value = self.finite(&effect.value, draws, what).map_err(|stop| stop.in_words(&effect.text))?;
            let rung = matches!(self.scenario.cells[effect.target.0 as usize].kind, CellKind::Rung(_));
            // `-= x` is `+= -x`, also where a rung is rounded.
            let value = if effect.change == Change::Subtract { -value } else { value };
            let value = if rung { (value + 0.5).floor() } else { value };
            let mut change = match effect.change {
                Change::Set => Now::set(effect.target, value),
                Change::Add | Change::Subtract => Now::add(effect.target, value),
            };
            match &effect.delay {
                None => {
                    self.sign(std::slice::from_mut(&mut change), &cause);
                    now.push(change);
                }
                Some(delay) => {
                    let minutes = self.eval(delay.expr, draws);
                    if minutes.is_nan() {
                        let stop = self.stop(delay, minutes, format!("the delay of an effect of `{who}`"), &[]);
                        return Err(stop.in_words(&effect.text));
                    }
                    if let Some(due) = self.due(minutes, 1) {
                        if self.pending.len() >= MAX_PENDING {
                            return Err(self.crowded(who));
                        }
                        self.sign(std::slice::from_mut(&mut change), &cause);
                        self.pending.push(Pending { due, change });
                    }
                }
            }
        }
        Ok(())
    }

    fn crowded(&self, who: &str) -> Stop {
        Stop::Crowded(Crowded { rule: who.to_owned(), most: MAX_PENDING, trial: self.trial, date: self.scenario.clock.date(self.now()) })
    }

    /// The step at which something due in `minutes` takes place: at least `least` steps from now; `None`
    /// beyond the horizon.
    pub(super) fn due(&self, minutes: f64, least: u32) -> Option<u32> {
        let steps = (minutes / f64::from(self.scenario.clock.step)).ceil().max(f64::from(least));
        let due = f64::from(self.step) + steps;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be in range")]
        (due <= f64::from(self.scenario.clock.steps)).then_some(due as u32)
    }
}
