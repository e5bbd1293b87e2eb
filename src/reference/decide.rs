//! Phase 3: actors see and decide.

use super::chance::pick;
use super::changes::Now;
use super::watch::{Considered, option_label};
use super::{Happening, Source, Trial, Waiting};
use crate::lang::SeenId;
use crate::math;
use crate::results::Stop;
use crate::scenario::model::{Choose, Decision, MoveTo};
use crate::scenario::names::called;

impl Trial<'_, '_> {
    /// Phase 3: all on one state, or in file order.
    pub(super) fn decide(&mut self) -> Result<(), Stop> {
        let scenario = self.scenario;
        let mut changes = Vec::new();
        for (index, decision) in scenario.decisions.iter().enumerate() {
            self.one_decision(index, decision, &mut changes)?;
            if scenario.clock.sequential {
                self.apply(&changes, "decision")?;
                changes.clear();
            }
        }
        self.apply(&changes, "decision")
    }

    fn one_decision(&mut self, index: usize, decision: &Decision, changes: &mut Vec<Now>) -> Result<(), Stop> {
        if let Some(waiting) = self.decisions[index].waiting.clone() {
            return self.wait(index, decision, waiting, changes);
        }
        if !self.now().is_multiple_of(decision.every) {
            return Ok(());
        }
        self.perceive(&decision.sees)?;
        self.look(&decision.rises, || format!("a condition of `{}`", decision.path))?;
        let mut draws = Vec::with_capacity(decision.draws.len());
        self.sample_all(&decision.draws, &mut draws, 0)?;
        if let Some(when) = &decision.when
            && !self.truth(when, &draws, || format!("the condition of `{}`", decision.path))?
        {
            self.changed();
            return Ok(());
        }
        let chosen = self.choose(index, decision, &draws)?;
        let Some(chosen) = chosen.filter(|option| self.permits(Source::Option(index, *option))) else {
            self.changed();
            return Ok(());
        };
        let option = &decision.options[chosen];
        let due = match &option.lead {
            None => Some(self.step),
            Some(lead) => {
                let minutes = self.span(lead, &draws, &format!("the lead time of `{}`", option.path))?;
                self.due(minutes, 0)
            }
        };
        self.changed();
        match due {
            Some(due) if due == self.step => self.carry_out(index, decision, chosen, None, draws, changes),
            due => {
                if self.watch.listens() {
                    let (actor, label) = (self.actor_label(decision.actor), option_label(option));
                    self.watch.see(Happening::Ordered { actor, option: option.path.clone(), label, due });
                }
                // Beyond the horizon it is never carried out, but its decision still waits for it.
                let due = due.unwrap_or(u32::MAX);
                self.decisions[index].waiting = Some(Waiting { option: chosen, ordered: self.step, due, draws });
                Ok(())
            }
        }
    }

    /// A pending option is dropped, carried out, or waits on; the decision does not look.
    fn wait(&mut self, index: usize, decision: &Decision, waiting: Waiting, changes: &mut Vec<Now>) -> Result<(), Stop> {
        let option = &decision.options[waiting.option];
        if option.abort.is_some() || waiting.due == self.step {
            // `abort` and the effects of the option may read what the actor perceives now.
            self.perceive(&decision.sees)?;
        }
        if let Some(abort) = &option.abort {
            self.changed();
            let dropped = self.truth(abort, &waiting.draws, || format!("`abort` of `{}`", option.path))?;
            self.changed();
            if dropped {
                self.decisions[index].waiting = None;
                if self.watch.listens() {
                    let (actor, label) = (self.actor_label(decision.actor), option_label(option));
                    let because = abort.text.clone();
                    self.watch.see(Happening::Dropped { actor, option: option.path.clone(), label, ordered: waiting.ordered, because });
                }
                return Ok(());
            }
        }
        if waiting.due == self.step {
            self.decisions[index].waiting = None;
            return self.carry_out(index, decision, waiting.option, Some(waiting.ordered), waiting.draws, changes);
        }
        Ok(())
    }

    /// Perceptions as of now: the truth some time ago, times a factor, plus noise.
    fn perceive(&mut self, sees: &[SeenId]) -> Result<(), Stop> {
        let scenario = self.scenario;
        for id in sees {
            let seen = &scenario.seen[id.0 as usize];
            let what = || format!("what `{}` perceives as `{}`", self.scenario.actors[seen.actor.0 as usize].id, seen.name);
            let truth = self.finite(&seen.of, &[], what)?;
            let mut value = truth;
            if let Some(factor) = &seen.factor {
                value *= self.sample(factor, &[], 0)?;
            }
            if let Some(noise) = &seen.noise {
                value += self.sample(noise, &[], 0)?;
            }
            if value != truth && !self.permits(Source::Perception(id.0 as usize)) {
                value = truth;
            }
            self.seen[id.0 as usize] = value;
            if self.watch.listens() {
                let name = called(seen.label.as_ref(), &seen.name);
                let (actor, late) = (self.actor_label(seen.actor), self.late(seen));
                self.watch.see(Happening::Perceived { actor, name, truth, value, late });
            }
        }
        if !sees.is_empty() {
            self.changed();
        }
        Ok(())
    }

    /// The option that is chosen now; `None` where none is available or nothing is chosen.
    fn choose(&mut self, index: usize, decision: &Decision, draws: &[f64]) -> Result<Option<usize>, Stop> {
        let now = f64::from(self.now());
        let mut available = Vec::with_capacity(decision.options.len());
        for (o, option) in decision.options.iter().enumerate() {
            let ready = now >= self.decisions[index].silent_until[o];
            let holds = match &option.when {
                Some(when) if ready => self.truth(when, draws, || format!("the condition of `{}`", option.path))?,
                _ => true,
            };
            available.push(ready && holds);
        }
        let (weights, values) = self.weights(decision, &available, draws)?;
        let total: f64 = weights.iter().sum();
        let u = self.block(decision.site, 0).unit();
        let chosen = match decision.choose {
            _ if total <= 0.0 => None,
            // The rest belongs to an option that is not available: nothing is done.
            Choose::Chances => {
                if u < total {
                    pick(&weights, u)
                } else {
                    None
                }
            }
            _ => pick(&weights, u * total),
        };
        if self.watch.listens() {
            self.tell_choice(decision, &available, &values, &weights, chosen);
        }
        Ok(chosen)
    }

    /// Weight of each option, not yet divided by their sum, and the utility, weight or chance behind it.
    fn weights(&mut self, decision: &Decision, available: &[bool], draws: &[f64]) -> Result<(Vec<f64>, Vec<Option<f64>>), Stop> {
        let mut values: Vec<Option<f64>> = vec![None; available.len()];
        for (o, option) in decision.options.iter().enumerate().filter(|(o, _)| available[*o]) {
            let Some(formula) = &option.value else { continue };
            values[o] = Some(match decision.choose {
                Choose::Logit | Choose::Best => self.finite(formula, draws, || format!("the utility of `{}`", option.path))?,
                Choose::Weights => self.not_negative(formula, draws, &option.path, "weight")?,
                Choose::Chances | Choose::First => self.probability(formula, draws, &option.path)?,
            });
        }
        let sharpness = match (&decision.sharpness, decision.choose) {
            (Some(formula), Choose::Logit) => self.not_negative(formula, draws, &decision.path, "sharpness")?,
            _ => 1.0,
        };
        let best = (0..available.len()).filter(|o| available[*o]).filter_map(|o| values[o]).fold(f64::NEG_INFINITY, f64::max);
        let only = |chosen: Option<usize>| (0..available.len()).map(|o| f64::from(u8::from(chosen == Some(o)))).collect();
        let weights: Vec<f64> = match decision.choose {
            Choose::Logit => values.iter().map(|v| v.map_or(0.0, |v| math::exp(sharpness * (v - best)))).collect(),
            Choose::Weights => values.iter().map(|v| v.unwrap_or(0.0)).collect(),
            Choose::Best => only(values.iter().position(|v| *v == Some(best))),
            Choose::First => only(available.iter().position(|a| *a)),
            Choose::Chances => {
                let mut weights: Vec<f64> = values.iter().map(|v| v.unwrap_or(0.0)).collect();
                self.at_most_one(&mut weights, &decision.path);
                let rest = 1.0 - weights.iter().sum::<f64>();
                let taker = decision.options.iter().position(|o| o.otherwise);
                if let Some(taker) = taker.filter(|t| available[*t]) {
                    weights[taker] = rest.max(0.0);
                }
                weights
            }
        };
        Ok((weights, values))
    }

    fn carry_out(
        &mut self,
        index: usize,
        decision: &Decision,
        chosen: usize,
        ordered: Option<u32>,
        mut draws: Vec<f64>,
        changes: &mut Vec<Now>,
    ) -> Result<(), Stop> {
        let option = &decision.options[chosen];
        let base = draws.len();
        self.sample_all(&option.draws, &mut draws, 0)?;
        if self.watch.listens() {
            let says = option.says.as_ref().map(|t| self.sentence(t, &draws));
            let words = self.draw_words(&option.draws, &draws[base..]);
            let (actor, label) = (self.actor_label(decision.actor), option_label(option));
            self.watch.see(Happening::CarriedOut { actor, option: option.path.clone(), label, ordered, says, draws: words });
        }
        let from = changes.len();
        for step in &option.moves {
            let change = match &step.to {
                MoveTo::Rung(rung) => Now::set(step.target, f64::from(*rung)),
                MoveTo::By(by) => {
                    let by = self.finite(by, &draws, || format!("the move of `{}`", option.path))?;
                    Now::add(step.target, (by + 0.5).floor())
                }
            };
            changes.push(change);
        }
        self.sign(&mut changes[from..], |t| t.option_cause(decision, option));
        self.fire(&option.effects, &draws, &option.path, changes, |t| t.option_cause(decision, option))?;
        for (mark, value) in option.marks.iter().zip(&draws[base..]) {
            changes.extend(mark.map(|cell| Now::add(cell, *value)));
        }
        changes.push(Now::add(option.occurred, 1.0));
        if let Some(cooldown) = &option.cooldown {
            let minutes = self.span(cooldown, &draws, &format!("the cooldown of `{}`", option.path))?;
            self.decisions[index].silent_until[chosen] = f64::from(self.now()) + minutes;
        }
        self.changed();
        Ok(())
    }

    fn tell_choice(&mut self, decision: &Decision, available: &[bool], values: &[Option<f64>], weights: &[f64], chosen: Option<usize>) {
        let total: f64 = weights.iter().sum();
        let whole = if decision.choose == Choose::Chances { 1.0 } else { total };
        let options = decision.options.iter().enumerate().map(|(o, option)| Considered {
            option: option.id.clone(),
            label: option_label(option),
            available: available[o],
            value: values[o],
            probability: if whole > 0.0 { weights[o] / whole } else { 0.0 },
        });
        let options = options.collect();
        let actor = self.actor_label(decision.actor);
        let label = called(decision.label.as_ref(), &decision.id);
        let chosen = chosen.map(|c| decision.options[c].id.clone());
        self.watch.see(Happening::Decided { actor, decision: decision.path.clone(), label, options, chosen });
    }
}
