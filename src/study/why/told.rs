//! Occurrences in words: those of the scenario, with what the trial said.

use std::collections::HashMap;

use crate::reference::{Happening, Occurrence, Source};
use crate::results::Occurred;
use crate::scenario::Scenario;
use crate::scenario::model::Rule;

/// What a trial said, to be found by step and path.
pub(super) struct Teller<'s> {
    scenario: &'s Scenario,
    /// Sentences by step and path; an option's by the step in which it was chosen, with that in which it was carried out.
    said: HashMap<(u32, &'s str), (Vec<String>, Option<u32>)>,
    /// What was seen, by step, actor and name.
    seen: HashMap<(u32, String, String), (f64, f64)>,
    /// Sentences of moves, by step, regime and states.
    moved: HashMap<(u32, String, String, String), String>,
}

impl<'s> Teller<'s> {
    pub(super) fn new(scenario: &'s Scenario, happenings: &'s [Happening]) -> Self {
        let mut new = Self { scenario, said: HashMap::new(), seen: HashMap::new(), moved: HashMap::new() };
        let mut now = 0;
        for happening in happenings {
            match happening {
                Happening::Step { step, .. } => now = *step,
                Happening::Happened { rule, says, .. } => {
                    new.said.entry((now, rule)).or_default().0.extend(says.clone());
                }
                Happening::CarriedOut { option, says, ordered, .. } => {
                    let entry = new.said.entry((ordered.unwrap_or(now), option)).or_default();
                    entry.0.extend(says.clone());
                    entry.1 = ordered.map(|_| now);
                }
                Happening::Perceived { actor, name, truth, value, .. } => {
                    new.seen.insert((now, actor.clone(), name.clone()), (*truth, *value));
                }
                Happening::RegimeMoved { regime, from, to, says: Some(says) } => {
                    new.moved.insert((now, regime.clone(), from.clone(), to.clone()), says.clone());
                }
                _ => {}
            }
        }
        new
    }

    pub(super) fn tell(&self, occurrence: Occurrence) -> Occurred {
        let step = occurrence.step;
        let date = |step: u32| self.scenario.clock.date(step * self.scenario.clock.step);
        let (kind, path, words, carried_out) = self.words(step, occurrence.of);
        Occurred { step, date: date(step), kind: kind.to_owned(), path, words, carried_out: carried_out.map(date) }
    }

    fn words(&self, step: u32, of: Source) -> (&'static str, String, String, Option<u32>) {
        let scenario = self.scenario;
        let actor = |id| {
            // As the trial calls it.
            let actor: &crate::scenario::model::Actor = scenario.actor(id);
            actor.label.clone().unwrap_or_else(|| actor.id.clone())
        };
        match of {
            Source::Event(at) => ("event", scenario.events[at].path.clone(), self.rule(step, &scenario.events[at]), None),
            Source::Reaction(at) => ("reaction", scenario.reactions[at].path.clone(), self.rule(step, &scenario.reactions[at]), None),
            Source::Option(decision, option) => {
                let decision = &scenario.decisions[decision];
                let option = &decision.options[option];
                let (said, carried_out) = self.said.get(&(step, option.path.as_str())).cloned().unwrap_or_default();
                let plain = format!("{}: {}", actor(decision.actor), or_spoken(option.label.as_ref(), &option.id));
                let words = if said.is_empty() { plain } else { format!("{plain} ({})", said.join("; ")) };
                ("option", option.path.clone(), words, carried_out)
            }
            Source::Move(regime, at) => {
                let regime = &scenario.regimes[regime];
                let moved = &regime.moves[at];
                let label = |s: u32| {
                    let state = &regime.states[s as usize];
                    state.label.clone().unwrap_or_else(|| state.id.clone())
                };
                let name = regime.label.clone().unwrap_or_else(|| regime.id.clone());
                let (from, to) = (label(moved.from), label(moved.to));
                let plain = format!("{}: from {from} to {to}", or_spoken(regime.label.as_ref(), &regime.id));
                let said = self.moved.get(&(step, name, from, to));
                ("move", moved.path.clone(), said.map_or(plain.clone(), |says| format!("{says} ({plain})")), None)
            }
            Source::Perception(at) => {
                let seen = &scenario.seen[at];
                let name = seen.label.clone().unwrap_or_else(|| seen.name.clone());
                let who = actor(seen.actor);
                let numbers = self.seen.get(&(step, who.clone(), name.clone()));
                let spoken = or_spoken(seen.label.as_ref(), &seen.name);
                let words = match numbers {
                    Some((truth, value)) => format!("{who} sees {spoken} as {value:.2}, not {truth:.2}"),
                    None => format!("{who} misperceives {spoken}"),
                };
                let path = format!("actors.{}.sees.{}", scenario.actor(seen.actor).id, seen.name);
                ("perception", path, words, None)
            }
        }
    }

    /// Its sentences; what it is called, where it has none.
    fn rule(&self, step: u32, rule: &Rule) -> String {
        let said = self.said.get(&(step, rule.path.as_str())).map(|s| s.0.clone()).unwrap_or_default();
        let who = rule.member.map(|m| {
            let actor = self.scenario.actor(m);
            actor.label.clone().unwrap_or_else(|| actor.id.clone())
        });
        let words = if said.is_empty() { or_spoken(rule.label.as_ref(), &rule.id) } else { said.join("; ") };
        match who {
            Some(who) if !words.starts_with(&who) => format!("{who}: {words}"),
            _ => words,
        }
    }
}

fn or_spoken(label: Option<&String>, id: &str) -> String {
    label.cloned().unwrap_or_else(|| id.replace('_', " "))
}
