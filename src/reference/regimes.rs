//! Phase 1: regimes move.

use super::chance::{at_least_one, hazard, pick};
use super::changes::Now;
use super::{Happening, Source, Trial};
use crate::lang::RegimeId;
use crate::results::Stop;
use crate::scenario::model::{Move, MoveTrigger, Regime};
use crate::scenario::names::called;

impl Trial<'_, '_> {
    /// Phase 1: all regimes look at the state as it is, then move together.
    pub(super) fn move_regimes(&mut self) -> Result<(), Stop> {
        let scenario = self.scenario;
        let mut changes = Vec::new();
        for (index, regime) in scenario.regimes.iter().enumerate() {
            let Some((at, chosen)) = self.move_of(index, regime)? else { continue };
            if !self.permits(Source::Move(index, at)) {
                if matches!(chosen.trigger, MoveTrigger::Weight(_)) {
                    self.leaves[index] = None;
                }
                continue;
            }
            changes.push(Now::set(regime.cell, f64::from(chosen.to)));
            changes.push(Now::add(chosen.occurred, 1.0));
            if self.watch.listens() {
                let label = |s: u32| {
                    let state = &regime.states[s as usize];
                    called(state.label.as_ref(), &state.id)
                };
                let says = chosen.says.as_ref().map(|t| self.sentence(t, &[]));
                let name = called(regime.label.as_ref(), &regime.id);
                self.watch.see(Happening::RegimeMoved { regime: name, from: label(chosen.from), to: label(chosen.to), says });
            }
        }
        self.apply(&changes, "regime")
    }

    fn state_of(&self, regime: &Regime) -> u32 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
        let state = self.cells[regime.cell.0 as usize] as u32;
        state
    }

    /// The move that takes place, with its place among the moves of the regime.
    fn move_of<'r>(&mut self, index: usize, regime: &'r Regime) -> Result<Option<(usize, &'r Move)>, Stop> {
        let state = self.state_of(regime);
        let now = self.now();
        let mut on_date = Vec::new();
        let mut open = Vec::new();
        for (at, moved) in regime.moves.iter().enumerate().filter(|(_, m)| m.from == state) {
            let (looks, dated) = match &moved.trigger {
                MoveTrigger::Chance(_, every) => (now.is_multiple_of(*every), false),
                MoveTrigger::Rate(..) | MoveTrigger::Within(..) => (true, false),
                MoveTrigger::At(times, _) => (times.contains(&now), true),
                MoveTrigger::Weight(_) => (self.leaves[index].is_some_and(|l| self.step >= l), false),
            };
            if !looks {
                continue;
            }
            self.look(&moved.rises, || format!("a condition of `{}`", moved.path))?;
            let allowed = match &moved.when {
                None => true,
                Some(when) => self.truth(when, &[], || format!("the condition of `{}`", moved.path))?,
            };
            if allowed {
                if dated { on_date.push((at, moved)) } else { open.push((at, moved)) }
            }
        }
        if !on_date.is_empty() {
            let weights = self.chances(&on_date)?;
            let u = self.block(regime.at_site, 0).unit();
            if u < weights.iter().sum::<f64>() {
                return Ok(pick(&weights, u).map(|i| on_date[i]));
            }
        }
        if open.is_empty() {
            return Ok(None);
        }
        let u = self.block(regime.site, 0).unit();
        let choice = match open[0].1.trigger {
            MoveTrigger::Chance(..) | MoveTrigger::At(..) => Choice::Exclusive(self.chances(&open)?),
            MoveTrigger::Rate(..) | MoveTrigger::Within(..) => self.competing(&open)?,
            MoveTrigger::Weight(_) => Choice::Certain(self.weighted(&open)?),
        };
        let chosen = match choice {
            Choice::Exclusive(weights) if u < weights.iter().sum::<f64>() => pick(&weights, u),
            Choice::Exclusive(_) => None,
            Choice::Certain(weights) => pick(&weights, u * weights.iter().sum::<f64>()),
        };
        Ok(chosen.map(|i| open[i]))
    }

    /// Exclusive chances; where they add up to more than 1 they are rescaled and reported.
    fn chances(&mut self, moves: &[(usize, &Move)]) -> Result<Vec<f64>, Stop> {
        let mut weights = Vec::with_capacity(moves.len());
        for (_, moved) in moves {
            weights.push(match &moved.trigger {
                MoveTrigger::Chance(p, _) | MoveTrigger::At(_, Some(p)) => self.probability(p, &[], &moved.path)?,
                _ => 1.0,
            });
        }
        self.at_most_one(&mut weights, &moves[0].1.path);
        Ok(weights)
    }

    /// Rescales exclusive chances that add up to more than 1.
    pub(super) fn at_most_one(&mut self, weights: &mut [f64], path: &str) {
        let total: f64 = weights.iter().sum();
        // A sum that is 1 but for rounding is what the author meant.
        if total > 1.0 {
            if total > 1.0 + 1e-12 {
                self.clamp(path, total);
            }
            for weight in weights {
                *weight /= total;
            }
        }
    }

    /// Competing hazards r_i with sum R over the step: (1 - exp(-R)) r_i / R each. A certain move (an
    /// infinite hazard) leaves nothing to the others.
    fn competing(&mut self, moves: &[(usize, &Move)]) -> Result<Choice, Stop> {
        let mut rates = Vec::with_capacity(moves.len());
        for (_, moved) in moves {
            rates.push(match &moved.trigger {
                MoveTrigger::Rate(rate, per) => self.not_negative(rate, &[], &moved.path, "rate")? * self.share_of(*per),
                MoveTrigger::Within(p, within) => hazard(self.probability(p, &[], &moved.path)?) * self.share_of(*within),
                _ => 0.0,
            });
        }
        if rates.contains(&f64::INFINITY) {
            let certain = |r: &f64| f64::from(u8::from(*r == f64::INFINITY));
            return Ok(Choice::Certain(rates.iter().map(certain).collect()));
        }
        let total: f64 = rates.iter().sum();
        if total == 0.0 {
            return Ok(Choice::Exclusive(rates));
        }
        let leaves = at_least_one(total);
        Ok(Choice::Exclusive(rates.iter().map(|r| leaves * (r / total)).collect()))
    }

    /// Weights at the end of a dwell.
    fn weighted(&mut self, moves: &[(usize, &Move)]) -> Result<Vec<f64>, Stop> {
        let mut weights = Vec::with_capacity(moves.len());
        for (_, moved) in moves {
            if let MoveTrigger::Weight(w) = &moved.trigger {
                weights.push(self.not_negative(w, &[], &moved.path, "weight")?);
            }
        }
        Ok(weights)
    }

    /// A regime has entered its present state: how long it stays is drawn now.
    pub(super) fn enter(&mut self, id: RegimeId) -> Result<(), Stop> {
        let scenario = self.scenario;
        let index = id.0 as usize;
        let regime = &scenario.regimes[index];
        let state = self.state_of(regime);
        self.leaves[index] = match &regime.states[state as usize].dwell {
            None => None,
            Some(dwell) => {
                self.changed();
                let minutes = self.span(dwell, &[], &format!("the dwell time of a state of `{}`", regime.id))?;
                Some(self.due(minutes, 1).unwrap_or(u32::MAX))
            }
        };
        Ok(())
    }
}

/// Weights of the moves that are open, and whether one of them certainly takes place.
enum Choice {
    /// Each has its probability; the rest is to stay.
    Exclusive(Vec<f64>),
    /// One takes place, in proportion.
    Certain(Vec<f64>),
}
