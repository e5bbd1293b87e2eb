//! What provably changes nothing when it occurs: it need not be left out to know.

use crate::reference::Source;
use crate::scenario::Scenario;
use crate::scenario::model::{DecisionOption, Rule};
use crate::scenario::visit::read_cells;

/// Rules and options that leave no trace: no effect, no move, nothing that is remembered, and nobody reads that they occurred.
pub(super) struct Inert {
    events: Vec<bool>,
    reactions: Vec<bool>,
    options: Vec<Vec<bool>>,
}

impl Inert {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let read = read_cells(scenario);
        // A draw may be undefined, and stop the trial: what makes none cannot.
        let rule = |r: &Rule| {
            r.effects.is_empty()
                && r.draws.is_empty()
                && !r.once
                && r.cooldown.is_none()
                && !read.contains(&r.occurred)
                && !r.marks.iter().flatten().any(|m| read.contains(m))
        };
        let option = |o: &DecisionOption| {
            let acts = !o.effects.is_empty() || !o.moves.is_empty() || !o.draws.is_empty() || o.lead.is_some() || o.cooldown.is_some();
            !acts && !read.contains(&o.occurred) && !o.marks.iter().flatten().any(|m| read.contains(m))
        };
        Self {
            events: scenario.events.iter().map(rule).collect(),
            reactions: scenario.reactions.iter().map(rule).collect(),
            options: scenario.decisions.iter().map(|d| d.options.iter().map(option).collect()).collect(),
        }
    }

    /// Whether it changes nothing.
    pub(super) fn holds(&self, source: Source) -> bool {
        match source {
            Source::Event(at) => self.events[at],
            Source::Reaction(at) => self.reactions[at],
            Source::Option(decision, option) => self.options[decision][option],
            Source::Move(..) | Source::Perception(_) => false,
        }
    }
}
