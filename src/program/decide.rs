//! Phase 3: actors see and decide.

use super::ops::{Code, Must, Narrow, Src};
use super::rules::Touched;
use super::values::{Gate, Maker};
use crate::lang::{Binary, SeenId};
use crate::scenario::model::{Choose, Decision, DecisionOption, MoveTo};

/// What is remembered of a decision, in kept rows.
#[derive(Clone, Debug, Default)]
pub(super) struct Deciding {
    /// The option that is on its way (-1: none), and the step in which it is carried out.
    waiting: Option<(usize, usize)>,
    /// The option that is chosen in this step; -1: none.
    chosen: usize,
    /// The draws with which an option was chosen.
    saved: Vec<usize>,
    /// Per option: unavailable before this time.
    silent: Vec<Option<usize>>,
}

impl Maker<'_> {
    pub(super) fn deciding(&mut self, decision: &Decision) -> Deciding {
        let lead = decision.options.iter().any(|o| o.lead.is_some());
        Deciding {
            waiting: lead.then(|| (self.keep(-1.0), self.keep(f64::INFINITY))),
            chosen: self.keep(-1.0),
            saved: decision.draws.iter().map(|_| self.keep(0.0)).collect(),
            silent: decision.options.iter().map(|o| o.cooldown.is_some().then(|| self.keep(f64::NEG_INFINITY))).collect(),
        }
    }

    /// Phase 3.
    pub(super) fn decide(&mut self, memory: &[Deciding]) {
        let scenario = self.scenario;
        let mut touched = Touched::default();
        for (decision, memory) in scenario.decisions.iter().zip(memory) {
            match memory.waiting {
                Some(waiting) => self.with_lead(decision, memory, waiting, &mut touched),
                None => {
                    let looks = self.if_looks(decision.every);
                    let mask = self.alive;
                    let (open, choice) = self.choice(decision, memory, mask);
                    if let Some((mask, choice)) = choice {
                        for option in 0..decision.options.len() {
                            let place = f64::from(u32::try_from(option).unwrap_or(u32::MAX));
                            let takes = self.is(mask, choice, place);
                            self.carry_out(decision, memory, option, takes, &mut touched);
                        }
                    }
                    self.close(open);
                    self.close(looks);
                }
            }
            if scenario.clock.sequential {
                self.store(&mut touched, false);
                self.perceived.clear();
            }
        }
        self.store(&mut touched, false);
        self.perceived.clear();
    }

    fn saved(memory: &Deciding) -> Vec<Src> {
        memory.saved.iter().map(|row| Self::cell(*row)).collect()
    }

    /// A decision some of whose options take time from choice to carrying out.
    fn with_lead(&mut self, decision: &Decision, memory: &Deciding, waiting: (usize, usize), touched: &mut Touched) {
        let (waits, due) = (Self::cell(waiting.0), Self::cell(waiting.1));
        let nobody = self.constant(-1.0);
        let mask = self.alive;
        let free = self.is(mask, waits, -1.0);
        let place = |option: usize| f64::from(u32::try_from(option).unwrap_or(u32::MAX));
        let mut carried: Vec<Option<Src>> = vec![None; decision.options.len()];
        self.set_draws(Self::saved(memory));
        for (index, option) in decision.options.iter().enumerate().filter(|(_, o)| o.lead.is_some()) {
            if let Some(abort) = &option.abort {
                let pending = self.is(mask, waits, place(index));
                let some = self.if_any(pending);
                self.perceive(&decision.sees, pending);
                let dropped = self.condition(abort, pending);
                self.put(waiting.0, dropped, nobody);
                self.close(some);
            }
            let pending = self.is(mask, waits, place(index));
            let now = self.narrow(Narrow::StepReached, pending, due, Src::NONE);
            if option.abort.is_none() && !decision.sees.is_empty() {
                // What is carried out may read what the actor perceives now.
                let some = self.if_any(now);
                self.perceive(&decision.sees, now);
                self.close(some);
            }
            self.put(waiting.0, now, nobody);
            carried[index] = Some(now);
        }
        self.put(memory.chosen, Src::NONE, nobody);
        let looks = self.if_looks(decision.every);
        let some = self.if_any(free);
        let (open, choice) = self.choice(decision, memory, free);
        if let Some((mask, choice)) = choice {
            self.put(memory.chosen, mask, choice);
        }
        self.close(open);
        self.close(some);
        self.close(looks);
        self.set_draws(Self::saved(memory));
        for (index, option) in decision.options.iter().enumerate() {
            let mut takes = self.is(mask, Self::cell(memory.chosen), place(index));
            if let Some(lead) = &option.lead {
                let some = self.if_any(takes);
                let minutes = self.span(lead, takes);
                let step = self.push(Code::Due(0.0), [minutes, Src::NONE, Src::NONE], &[]);
                self.put(waiting.1, takes, step);
                let which = self.constant(place(index));
                self.put(waiting.0, takes, which);
                let at_once = self.narrow(Narrow::StepReached, takes, due, Src::NONE);
                self.put(waiting.0, at_once, nobody);
                self.close(some);
                takes = self.narrow(Narrow::Equal, takes, waits, nobody);
            }
            if let Some(now) = carried[index] {
                takes = self.push(Code::Either, [takes, now, Src::NONE], &[]);
            }
            self.carry_out(decision, memory, index, takes, touched);
        }
    }

    /// Perceptions as of now: the truth some time ago, times a factor, plus noise.
    fn perceive(&mut self, sees: &[SeenId], mask: Src) {
        let scenario = self.scenario;
        for id in sees {
            let at = id.0 as usize;
            let seen = &scenario.seen[at];
            let stamp = self.last_write(seen.of.expr);
            if self.perceived.iter().any(|p| p.0 == id.0 && p.1 == mask && p.2 >= stamp) {
                continue;
            }
            let mut value = self.value(seen.of.expr);
            self.must_be(Must::BeFinite, mask, seen.of.expr);
            if let Some(factor) = &seen.factor {
                let factor = self.sample(factor, mask);
                value = self.binary(Binary::Mul, value, factor);
            }
            if let Some(noise) = &seen.noise {
                let noise = self.sample(noise, mask);
                value = self.binary(Binary::Add, value, noise);
            }
            let Some(row) = self.seen_row(at) else { continue };
            self.put(row, mask, value);
            self.wrote_seen(at);
            let (stamp, depth) = (self.stamp(), self.depth());
            // What somebody else perceives of the same in other trials does not undo this.
            self.perceived.push((id.0, mask, stamp, depth));
        }
    }

    fn seen_row(&self, at: usize) -> Option<usize> {
        match self.seen[at].place() {
            super::Place::Kept(row) => Some(row),
            _ => None,
        }
    }

    /// The choice of trials in `mask`, and those of them in which the decision is open; the part that is skipped
    /// where it is open in none is left open for what follows from the choice.
    fn choice(&mut self, decision: &Decision, memory: &Deciding, mask: Src) -> (Gate, Option<(Src, Src)>) {
        self.set_draws(Vec::new());
        self.perceive(&decision.sees, mask);
        self.look(&decision.rises, mask);
        for (index, draw) in decision.draws.iter().enumerate() {
            let value = self.sample(draw, mask);
            self.push_draw(value);
            if memory.waiting.is_some() {
                self.put(memory.saved[index], mask, value);
            }
        }
        let (mask, open) = match &decision.when {
            None => (mask, Gate::Always),
            Some(when) => {
                let mask = self.condition(when, mask);
                (mask, self.if_any(mask))
            }
        };
        let mut available = Vec::with_capacity(decision.options.len());
        for (index, option) in decision.options.iter().enumerate() {
            let mut ready = mask;
            if let Some(silent) = memory.silent[index] {
                ready = self.narrow(Narrow::Reached, ready, Self::cell(silent), Src::NONE);
            }
            if let Some(when) = &option.when {
                ready = self.condition(when, ready);
            }
            available.push(ready);
        }
        let choice = self.pick(decision, &available, mask);
        (open, choice.map(|choice| (mask, choice)))
    }

    #[expect(clippy::unnecessary_wraps, reason = "a decision without options would have no choice")]
    fn pick(&mut self, decision: &Decision, available: &[Src], mask: Src) -> Option<Src> {
        let none = Src::NONE;
        let must = match decision.choose {
            Choose::Logit | Choose::Best => Must::BeFinite,
            Choose::Weights => Must::BeWeight,
            Choose::Chances | Choose::First => Must::BeChance,
        };
        let mut values: Vec<Option<Src>> = Vec::with_capacity(available.len());
        for (option, ready) in decision.options.iter().zip(available) {
            let value = option.value.as_ref().map(|formula| self.value(formula.expr));
            if let Some(formula) = &option.value {
                self.must_be(must, *ready, formula.expr);
            }
            values.push(value);
        }
        let zero = self.constant(0.0);
        let pairs: Vec<Src> = values.iter().zip(available).filter_map(|(v, a)| v.map(|v| [v, *a])).flatten().collect();
        let weights: Vec<Src> = match decision.choose {
            Choose::First => return Some(self.push(Code::FirstOf, [mask, none, none], available)),
            Choose::Best => {
                let best = self.push(Code::Best, [none; 3], &pairs);
                let mut wins = Vec::new();
                for (value, ready) in values.iter().zip(available) {
                    wins.push(match value {
                        Some(value) => self.narrow(Narrow::Equal, *ready, *value, best),
                        None => zero,
                    });
                }
                return Some(self.push(Code::FirstOf, [mask, none, none], &wins));
            }
            Choose::Logit => {
                let sharpness = match &decision.sharpness {
                    Some(formula) => {
                        self.must_be(Must::BeWeight, mask, formula.expr);
                        self.value(formula.expr)
                    }
                    None => self.constant(1.0),
                };
                // An option without a utility is never taken; it keeps its place.
                let pairs: Vec<Src> = values.iter().zip(available).flat_map(|(v, a)| v.map_or([zero, zero], |v| [v, *a])).collect();
                let u = self.unit(decision.site, mask);
                return Some(self.push(Code::Logit, [mask, u, sharpness], &pairs));
            }
            Choose::Weights | Choose::Chances => {
                let mut weights = Vec::new();
                for (value, ready) in values.iter().zip(available) {
                    weights.push(match value {
                        Some(value) => self.push(Code::Guard, [*ready, *value, none], &[]),
                        None => zero,
                    });
                }
                if decision.choose == Choose::Chances { self.with_rest(decision, weights, available, mask) } else { weights }
            }
        };
        let u = self.unit(decision.site, mask);
        let code = if decision.choose == Choose::Chances { Code::PickBelow } else { Code::PickShare };
        Some(self.push(code, [mask, u, none], &weights))
    }

    /// Chances, the rest of which one option takes.
    fn with_rest(&mut self, decision: &Decision, weights: Vec<Src>, available: &[Src], mask: Src) -> Vec<Src> {
        let taker = decision.options.iter().position(|o| o.otherwise);
        let mut weights = self.rescaled(weights, mask);
        if let Some(taker) = taker {
            let none = Src::NONE;
            let total = self.push(Code::Sum, [none; 3], &weights);
            let one = self.constant(1.0);
            let rest = self.binary(Binary::Sub, one, total);
            let zero = self.constant(0.0);
            let rest = self.binary(Binary::Max, rest, zero);
            weights[taker] = self.push(Code::Choose, [available[taker], rest, weights[taker]], &[]);
        }
        weights
    }

    /// Carries an option out in the trials of `mask`.
    fn carry_out(&mut self, decision: &Decision, memory: &Deciding, index: usize, mask: Src, touched: &mut Touched) {
        let option = &decision.options[index];
        if self.does_nothing(option) {
            return;
        }
        let gate = self.if_any(mask);
        let base = decision.draws.len();
        let kept: Vec<Src> = self.draws[..base.min(self.draws.len())].to_vec();
        self.set_draws(kept.clone());
        let moves: Vec<_> = option.moves.iter().filter_map(|m| if let MoveTo::By(by) = &m.to { Some(by) } else { None }).collect();
        let wanted = self.wanted(&option.draws, &option.effects, &moves, option.cooldown.as_ref());
        self.sample_all(&option.draws, &option.marks, &wanted, mask);
        for step in &option.moves {
            let target = step.target.0 as usize;
            match &step.to {
                MoveTo::Rung(rung) => {
                    let rung = self.constant(f64::from(*rung));
                    self.act(Code::Set(target), [mask, rung, Src::NONE], &[]);
                }
                MoveTo::By(by) => {
                    self.must_be(Must::BeFinite, mask, by.expr);
                    let by = self.value(by.expr);
                    let by = self.rounded(by);
                    self.act(Code::Add(target), [mask, by, Src::NONE], &[]);
                }
            }
            touched.add(target);
        }
        self.effects(&option.effects, mask, touched);
        self.marks(&option.marks, base, mask, touched);
        let one = self.constant(1.0);
        self.count(option.occurred.0 as usize, mask, one, touched);
        if let (Some(cooldown), Some(silent)) = (&option.cooldown, memory.silent[index]) {
            let minutes = self.span(cooldown, mask);
            let until = self.after(minutes);
            self.put(silent, mask, until);
        }
        self.close(gate);
        self.set_draws(kept);
    }

    /// Whether carrying an option out leaves no trace.
    fn does_nothing(&self, option: &DecisionOption) -> bool {
        option.moves.is_empty()
            && option.effects.is_empty()
            && option.draws.is_empty()
            && option.cooldown.is_none()
            && !self.live[option.occurred.0 as usize]
    }
}
