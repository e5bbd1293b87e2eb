//! Phases 2 and 4: events, simultaneously; reactions, in file order.

use super::chance::{at_least_one, hazard};
use super::changes::Now;
use super::{Fired, Happening, MAX_OCCURRENCES, Source, Trial};
use crate::dist::Family;
use crate::lang::RisesId;
use crate::results::{Stop, TooOften};
use crate::scenario::model::{Rule, Trigger};

/// Occurrences of a rule between two looks at whether to give up, and at how many changes there are.
const SPELL: u32 = 1024;

impl Trial<'_, '_> {
    /// Phase 2.
    pub(super) fn events(&mut self) -> Result<(), Stop> {
        let scenario = self.scenario;
        let mut changes = Vec::new();
        for (index, rule) in scenario.events.iter().enumerate() {
            let mut fired = self.events[index];
            self.rule(rule, Source::Event(index), &mut fired, &mut changes)?;
            self.events[index] = fired;
        }
        self.apply(&changes, "event")
    }

    /// Phase 4.
    pub(super) fn react(&mut self) -> Result<(), Stop> {
        let scenario = self.scenario;
        for (index, rule) in scenario.reactions.iter().enumerate() {
            let mut changes = Vec::new();
            let mut fired = self.reactions[index];
            self.rule(rule, Source::Reaction(index), &mut fired, &mut changes)?;
            self.reactions[index] = fired;
            self.apply(&changes, "reaction")?;
        }
        Ok(())
    }

    /// Lets a rule look and, if it fires, adds what it changes.
    fn rule(&mut self, rule: &Rule, of: Source, fired: &mut Fired, changes: &mut Vec<Now>) -> Result<(), Stop> {
        let now = self.now();
        let looks = match &rule.trigger {
            Trigger::Always(every) | Trigger::Chance(_, every) => now.is_multiple_of(*every),
            Trigger::Within(..) | Trigger::Rate(..) => true,
            Trigger::At(times, _) => times.contains(&now),
        };
        if !looks {
            return Ok(());
        }
        self.look(&rule.rises, || format!("a condition of `{}`", rule.path))?;
        if (rule.once && fired.spent) || f64::from(now) < fired.silent_until {
            return Ok(());
        }
        if let Some(when) = &rule.when
            && !self.truth(when, &[], || format!("the condition of `{}`", rule.path))?
        {
            return Ok(());
        }
        let n = self.occurrences(rule)?;
        if n == 0 || !self.permits(of) {
            return Ok(());
        }
        fired.spent = true;
        let mut first = Vec::new();
        for nth in 0..n {
            // The step is thrown away then.
            if nth % SPELL == 0 {
                if self.given_up() {
                    break;
                }
                self.shorten(changes);
            }
            let mut draws = Vec::with_capacity(rule.draws.len());
            self.sample_all(&rule.draws, &mut draws, nth)?;
            self.tell(rule, &draws);
            self.fire(&rule.effects, &draws, &rule.path, changes, |t| t.rule_cause(rule))?;
            for (mark, value) in rule.marks.iter().zip(&draws) {
                changes.extend(mark.map(|cell| Now::add(cell, *value)));
            }
            if nth == 0 {
                first = draws;
            }
        }
        changes.push(Now::add(rule.occurred, f64::from(n)));
        if let Some(cooldown) = &rule.cooldown {
            self.changed();
            let minutes = self.span(cooldown, &first, &format!("the cooldown of `{}`", rule.path))?;
            fired.silent_until = f64::from(now) + minutes;
        }
        self.changed();
        Ok(())
    }

    /// How often a rule that may fire does so in this step.
    fn occurrences(&mut self, rule: &Rule) -> Result<u32, Stop> {
        let p = match &rule.trigger {
            Trigger::Always(_) | Trigger::At(_, None) => return Ok(1),
            Trigger::Chance(p, _) | Trigger::At(_, Some(p)) => self.probability(p, &[], &rule.path)?,
            Trigger::Within(p, within) => {
                let p = self.probability(p, &[], &rule.path)?;
                at_least_one(hazard(p) * self.share_of(*within))
            }
            Trigger::Rate(rate, per) => {
                let mean = self.not_negative(rate, &[], &rule.path, "rate")? * self.share_of(*per);
                let n = if mean == 0.0 { 0.0 } else { self.poisson(mean, rule)? };
                let single = rule.once || rule.cooldown.is_some();
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most MAX_OCCURRENCES")]
                return Ok(if single { n.min(1.0) } else { n } as u32);
            }
        };
        Ok(u32::from(self.block(rule.site, 0).unit() < p))
    }

    fn poisson(&mut self, mean: f64, rule: &Rule) -> Result<f64, Stop> {
        let known = Family::Poisson.check(&[mean]).is_ok();
        let n = if known { Family::Poisson.sample(&[mean], self.block(rule.site, 0)) } else { f64::INFINITY };
        if n > MAX_OCCURRENCES {
            return Err(Stop::TooOften(TooOften {
                rule: rule.path.clone(),
                mean,
                trial: self.trial,
                date: self.scenario.clock.date(self.now()),
            }));
        }
        Ok(n)
    }

    /// `rises` at the places of a rule: compared with its last look, whatever else the rule finds.
    pub(super) fn look(&mut self, places: &[RisesId], what: impl Fn() -> String) -> Result<(), Stop> {
        if places.is_empty() {
            return Ok(());
        }
        // All conditions are read before any answer changes, so that one `rises` inside another sees
        // the answers of the same look in the order in which they stand.
        for place in places {
            let at = place.0 as usize;
            let condition = self.scenario.rises[at].condition;
            let holds = self.eval(condition, &[]);
            if holds.is_nan() {
                return Err(self.stop_at(condition, holds, what(), &[]));
            }
            self.rises_now[at] = f64::from(u8::from(holds == 1.0 && self.rises_before[at] == 0.0));
            self.rises_before[at] = holds;
            self.changed();
        }
        Ok(())
    }

    fn tell(&mut self, rule: &Rule, draws: &[f64]) {
        if !self.watch.listens() {
            return;
        }
        let says = rule.says.as_ref().map(|t| self.sentence(t, draws));
        let draws = self.draw_words(&rule.draws, draws);
        let (label, member) = (super::watch::rule_label(rule), rule.member.map(|m| self.actor_label(m)));
        self.watch.see(Happening::Happened { rule: rule.path.clone(), label, member, says, draws });
    }
}
