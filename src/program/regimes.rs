//! Phase 1: regimes move, and enter states that last a while.

use super::ops::{Code, Must, Narrow, Src, hazard};
use super::rules::Touched;
use super::values::{Gate, Maker};
use crate::lang::Binary;
use crate::scenario::model::{Move, MoveTrigger, Regime, Span};

/// A move that is open, where its mask is 1.
type Open<'m> = Vec<(&'m Move, Src)>;

impl Maker<'_> {
    /// Phase 1.
    pub(super) fn regimes(&mut self) {
        let scenario = self.scenario;
        let mut touched = Touched::default();
        for (index, regime) in scenario.regimes.iter().enumerate() {
            if regime.moves.is_empty() {
                continue;
            }
            touched.add(regime.cell.0 as usize);
            for state in 0..u32::try_from(regime.states.len()).unwrap_or(0) {
                let moves: Vec<&Move> = regime.moves.iter().filter(|m| m.from == state).collect();
                if moves.is_empty() {
                    continue;
                }
                let gate = self.moves_look(&moves);
                let here = self.is(self.alive, Self::cell(regime.cell.0 as usize), f64::from(state));
                let some = self.if_any(here);
                self.moves(index, regime, &moves, here, &mut touched);
                self.close(some);
                self.close(gate);
            }
        }
        self.store(&mut touched, true);
    }

    /// Skips the moves from a state where none of them looks.
    fn moves_look(&mut self, moves: &[&Move]) -> Gate {
        match &moves[0].trigger {
            MoveTrigger::Chance(_, every) if moves.iter().all(|m| matches!(&m.trigger, MoveTrigger::Chance(_, e) if e == every)) => {
                self.if_looks(*every)
            }
            MoveTrigger::At(times, _) if moves.iter().all(|m| matches!(&m.trigger, MoveTrigger::At(t, _) if t == times)) => {
                self.if_at(times)
            }
            _ => Gate::Always,
        }
    }

    fn moves(&mut self, index: usize, regime: &Regime, moves: &[&Move], here: Src, touched: &mut Touched) {
        let none = Src::NONE;
        self.set_draws(Vec::new());
        let (mut dated, mut open): (Open<'_>, Open<'_>) = (Vec::new(), Vec::new());
        for moved in moves {
            let mut mask = here;
            match &moved.trigger {
                MoveTrigger::Chance(_, every) if *every > self.scenario.clock.step => {
                    let looks = self.push(Code::Looks(*every), [none; 3], &[]);
                    mask = self.narrow(Narrow::True, mask, looks, none);
                }
                MoveTrigger::At(times, _) => {
                    let place = self.dates(times);
                    let looks = self.push(Code::OnDate(place), [none; 3], &[]);
                    mask = self.narrow(Narrow::True, mask, looks, none);
                }
                MoveTrigger::Weight(_) => {
                    if let Some(leaves) = self.leaves[index] {
                        mask = self.narrow(Narrow::StepReached, mask, Self::cell(leaves), none);
                    } else {
                        // A state without a dwell time is never left by weight.
                        continue;
                    }
                }
                _ => {}
            }
            self.look(&moved.rises, mask);
            if let Some(when) = &moved.when {
                mask = self.condition(when, mask);
            }
            if matches!(moved.trigger, MoveTrigger::At(..)) {
                dated.push((moved, mask));
            } else {
                open.push((moved, mask));
            }
        }
        let mut rest = here;
        if !dated.is_empty() {
            let u = self.unit(regime.at_site, here);
            let weights = self.exclusive(&dated, here);
            let choice = self.push(Code::PickBelow, [here, u, none], &weights);
            self.carry_moves(&dated, choice, here, regime, touched);
            rest = self.is(here, choice, -1.0);
        }
        if open.is_empty() {
            return;
        }
        for entry in &mut open {
            entry.1 = if rest == here { entry.1 } else { self.narrow(Narrow::True, rest, entry.1, none) };
        }
        let u = self.unit(regime.site, rest);
        let sort = |m: &Move| match m.trigger {
            MoveTrigger::Chance(..) | MoveTrigger::At(..) => 0,
            MoveTrigger::Rate(..) | MoveTrigger::Within(..) => 1,
            MoveTrigger::Weight(_) => 2,
        };
        let first = sort(open[0].0);
        if open.iter().any(|(m, _)| sort(m) != first) {
            // The first open one would decide how the others are read; the checker does not let this through.
            for (_, mask) in open {
                self.act(Code::HandBack, [mask, none, none], &[]);
            }
            return;
        }
        let choice = match first {
            0 => {
                let weights = self.exclusive(&open, rest);
                self.push(Code::PickBelow, [rest, u, none], &weights)
            }
            1 => {
                self.competing(&open, (rest, u), regime, touched);
                return;
            }
            _ => {
                let mut weights = Vec::new();
                for (moved, mask) in &open {
                    let MoveTrigger::Weight(weight) = &moved.trigger else { continue };
                    self.must_be(Must::BeWeight, *mask, weight.expr);
                    let weight = self.value(weight.expr);
                    weights.push(self.push(Code::Guard, [*mask, weight, none], &[]));
                }
                self.push(Code::PickShare, [rest, u, none], &weights)
            }
        };
        self.carry_moves(&open, choice, rest, regime, touched);
    }

    fn carry_moves(&mut self, moves: &Open<'_>, choice: Src, mask: Src, regime: &Regime, touched: &mut Touched) {
        let cell = regime.cell.0 as usize;
        for (place, (moved, _)) in moves.iter().enumerate() {
            let takes = self.is(mask, choice, f64::from(u32::try_from(place).unwrap_or(u32::MAX)));
            let gate = self.if_any(takes);
            let to = self.constant(f64::from(moved.to));
            self.act(Code::Set(cell), [takes, to, Src::NONE], &[]);
            let one = self.constant(1.0);
            self.count(moved.occurred.0 as usize, takes, one, touched);
            self.close(gate);
        }
    }

    /// Exclusive chances, each 0 where its move is not open; rescaled where rounding leads beyond 1.
    fn exclusive(&mut self, moves: &Open<'_>, mask: Src) -> Vec<Src> {
        let mut weights = Vec::new();
        for (moved, open) in moves {
            weights.push(match &moved.trigger {
                MoveTrigger::Chance(p, _) | MoveTrigger::At(_, Some(p)) => {
                    let p = self.chance(p, *open);
                    self.push(Code::Guard, [*open, p, Src::NONE], &[])
                }
                _ => *open,
            });
        }
        self.rescaled(weights, mask)
    }

    /// Chances that add up to more than 1 are handed back, unless rounding explains it.
    pub(super) fn rescaled(&mut self, weights: Vec<Src>, mask: Src) -> Vec<Src> {
        if weights.len() == 1 {
            return weights;
        }
        let total = self.push(Code::Sum, [Src::NONE; 3], &weights);
        self.must(Must::BeAtMostOne, mask, total);
        weights.into_iter().map(|w| self.push(Code::Rescale, [w, total, Src::NONE], &[])).collect()
    }

    /// Moves with a rate each: the first of them that comes about, if any does in this step.
    fn competing(&mut self, moves: &Open<'_>, (mask, u): (Src, Src), regime: &Regime, touched: &mut Touched) {
        let none = Src::NONE;
        let mut rates = Vec::new();
        for (moved, open) in moves {
            let rate = match &moved.trigger {
                MoveTrigger::Rate(rate, per) => {
                    self.must_be(Must::BeWeight, *open, rate.expr);
                    let rate = self.value(rate.expr);
                    let share = self.share_of(*per);
                    let share = self.constant(share);
                    self.binary(Binary::Mul, rate, share)
                }
                MoveTrigger::Within(p, within) => {
                    let p = self.chance(p, *open);
                    let share = self.share_of(*within);
                    match self.constant_of(p) {
                        Some(p) => self.constant(hazard(p) * share),
                        None => {
                            let wanted = self.part();
                            self.push(Code::Hazard(share), [p, none, wanted], &[])
                        }
                    }
                }
                _ => self.constant(0.0),
            };
            rates.push(self.push(Code::Guard, [*open, rate, none], &[]));
        }
        let total = self.push(Code::Sum, [none; 3], &rates);
        // 1 - exp(-total) is at most total, so that mostly no exponential is needed to see that nothing moves.
        let slack = self.constant(1.0 + 1e-9);
        let most = self.binary(Binary::Mul, total, slack);
        let perhaps = self.narrow(Narrow::Below, mask, u, most);
        let gate = self.if_any(perhaps);
        let certain = self.push(Code::AnyInfinite, [none; 3], &rates);
        let leaves = self.push(Code::AtLeastOne, [total, none, perhaps], &[]);
        let infinite = self.constant(f64::INFINITY);
        let mut shares = Vec::new();
        let mut sure = Vec::new();
        for rate in &rates {
            let part = self.binary(Binary::Div, *rate, total);
            shares.push(self.binary(Binary::Mul, leaves, part));
            sure.push(self.binary(Binary::Eq, *rate, infinite));
        }
        let below = self.push(Code::PickBelow, [perhaps, u, none], &shares);
        let share = self.push(Code::PickShare, [perhaps, u, none], &sure);
        let choice = self.push(Code::Choose, [certain, share, below], &[]);
        self.carry_moves(moves, choice, perhaps, regime, touched);
        self.close(gate);
    }

    /// A regime has entered its present state in the trials of `mask`: how long it stays is drawn now.
    pub(super) fn enter(&mut self, index: usize, mask: Src, touched: &[usize]) {
        let Some(leaves) = self.leaves[index] else { return };
        let regime = &self.scenario.regimes[index];
        let gate = self.if_any(mask);
        self.set_draws(Vec::new());
        let never = self.constant(f64::INFINITY);
        self.put(leaves, mask, never);
        for (state, model) in regime.states.iter().enumerate() {
            let Some(dwell) = &model.dwell else { continue };
            let here = self.is(mask, Self::cell(regime.cell.0 as usize), f64::from(u32::try_from(state).unwrap_or(u32::MAX)));
            let reads = match dwell {
                Span::Given(formula) => self.reads(formula.expr, touched),
                Span::Drawn(draw) => draw.params.iter().any(|p| self.reads(p.expr, touched)),
            };
            if reads {
                // Which of the changes of this phase have been stored by now may differ from trial to trial.
                self.act(Code::HandBack, [here, Src::NONE, Src::NONE], &[]);
                continue;
            }
            let some = self.if_any(here);
            let minutes = self.span(dwell, here);
            let due = self.push(Code::Due(1.0), [minutes, Src::NONE, Src::NONE], &[]);
            self.put(leaves, here, due);
            self.close(some);
        }
        self.close(gate);
    }
}
