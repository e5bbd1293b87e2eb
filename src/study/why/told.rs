//! Occurrences in words: those of the scenario, with what the trial said.

use std::collections::HashMap;

use crate::reference::{Happening, Occurrence, Source};
use crate::results::Occurred;
use crate::scenario::Scenario;
use crate::scenario::model::{Actor, Rule};
use crate::scenario::names::called;

/// Sentences, and the step in which an option was carried out.
type Said = (Vec<String>, Option<u32>);

/// What a trial said, to be found by step and path.
pub(super) struct Teller<'s> {
    scenario: &'s Scenario,
    /// Sentences by step and path; an option's by the step in which it was chosen, with that in which it was carried out.
    said: HashMap<(u32, &'s str), Said>,
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

    /// Kind, path and name of a source, with who does it.
    pub(super) fn source(&self, of: Source) -> (&'static str, String, String) {
        let scenario = self.scenario;
        let rule = |rule: &Rule| {
            let name = called(rule.label.as_ref(), &rule.id);
            let words = rule.member.map_or_else(|| name.clone(), |m| format!("{}: {name}", actor_name(scenario.actor(m))));
            (rule.path.clone(), words)
        };
        let (kind, (path, words)) = match of {
            Source::Event(at) => ("event", rule(&scenario.events[at])),
            Source::Reaction(at) => ("reaction", rule(&scenario.reactions[at])),
            Source::Option(decision, option) => {
                let decision = &scenario.decisions[decision];
                let option = &decision.options[option];
                let who = scenario.chooser(decision, option);
                ("option", (option.path.clone(), format!("{who}: {}", called(option.label.as_ref(), &option.id))))
            }
            Source::Move(regime, at) => {
                let regime = &scenario.regimes[regime];
                let moved = &regime.moves[at];
                let name = |s: u32| {
                    let state = &regime.states[s as usize];
                    called(state.label.as_ref(), &state.id)
                };
                let words = format!("{}: from {} to {}", called(regime.label.as_ref(), &regime.id), name(moved.from), name(moved.to));
                ("move", (moved.path.clone(), words))
            }
            Source::Perception(at) => {
                let seen = &scenario.seen[at];
                let actor = scenario.actor(seen.actor);
                let words = format!("{} misperceives {}", actor_name(actor), called(seen.label.as_ref(), &seen.name));
                ("perception", (format!("actors.{}.sees.{}", actor.id, seen.name), words))
            }
        };
        (kind, path, words)
    }

    fn words(&self, step: u32, of: Source) -> (&'static str, String, String, Option<u32>) {
        let scenario = self.scenario;
        let (kind, path, plain) = self.source(of);
        match of {
            Source::Event(at) => (kind, path, self.rule(step, &scenario.events[at]), None),
            Source::Reaction(at) => (kind, path, self.rule(step, &scenario.reactions[at]), None),
            Source::Option(..) => {
                let (said, carried_out) = self.said.get(&(step, path.as_str())).cloned().unwrap_or_default();
                let words = if said.is_empty() { plain } else { format!("{plain} ({})", said.join("; ")) };
                (kind, path, words, carried_out)
            }
            Source::Move(regime, at) => {
                let regime = &scenario.regimes[regime];
                let moved = &regime.moves[at];
                // As the trial calls them.
                let label = |s: u32| {
                    let state = &regime.states[s as usize];
                    called(state.label.as_ref(), &state.id)
                };
                let name = called(regime.label.as_ref(), &regime.id);
                let said = self.moved.get(&(step, name, label(moved.from), label(moved.to)));
                (kind, path, said.map_or(plain.clone(), |says| format!("{says} ({plain})")), None)
            }
            Source::Perception(at) => {
                let seen = &scenario.seen[at];
                let who = actor_name(scenario.actor(seen.actor));
                let name = called(seen.label.as_ref(), &seen.name);
                let words = match self.seen.get(&(step, who.clone(), name)) {
                    Some((truth, value)) => {
                        format!("{who} sees {} as {value:.2}, not {truth:.2}", called(seen.label.as_ref(), &seen.name))
                    }
                    None => plain,
                };
                (kind, path, words, None)
            }
        }
    }

    /// Its sentences; what it is called, where it has none.
    fn rule(&self, step: u32, rule: &Rule) -> String {
        let said = self.said.get(&(step, rule.path.as_str())).map(|s| s.0.clone()).unwrap_or_default();
        let who = rule.member.map(|m| actor_name(self.scenario.actor(m)));
        let words = if said.is_empty() { called(rule.label.as_ref(), &rule.id) } else { said.join("; ") };
        match who {
            Some(who) if !words.starts_with(&who) => format!("{who}: {words}"),
            _ => words,
        }
    }
}

fn actor_name(actor: &Actor) -> String {
    called(actor.label.as_ref(), &actor.id)
}
