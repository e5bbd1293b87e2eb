//! What provably changes nothing when it occurs: it need not be left out to know.

use std::collections::HashSet;

use crate::lang::{CellId, Node};
use crate::reference::Source;
use crate::scenario::Scenario;
use crate::scenario::model::{DecisionOption, Rule};
use crate::scenario::visit::each_formula;

/// Rules and options that leave no trace: no effect, no move, nothing that is remembered, and nobody reads that they occurred.
pub(super) struct Inert {
    events: Vec<bool>,
    reactions: Vec<bool>,
    options: Vec<Vec<bool>>,
}

impl Inert {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let mut roots = HashSet::new();
        each_formula(scenario, false, &mut |formula, _| {
            roots.insert(formula.expr);
        });
        roots.extend(scenario.rises.iter().map(|r| r.condition));
        // Tracks too, read or not: what is undefined in one stops the trial.
        roots.extend(scenario.pool.tracks());
        let mut read: HashSet<CellId> = HashSet::new();
        let mut seen = HashSet::new();
        let mut open: Vec<_> = roots.into_iter().collect();
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                let node = scenario.pool.node(id);
                if let Node::Cell(cell) = node {
                    read.insert(*cell);
                }
                scenario.pool.each_operand(node, |e| open.push(e));
            }
        }
        let unread =
            |occurred: CellId, marks: &[Option<CellId>]| !read.contains(&occurred) && !marks.iter().flatten().any(|m| read.contains(m));
        // A draw may be undefined, and stop the trial: what makes none cannot.
        let rule = |r: &Rule| r.effects.is_empty() && r.draws.is_empty() && !r.once && r.cooldown.is_none() && unread(r.occurred, &r.marks);
        let option = |o: &DecisionOption| {
            let acts = !o.effects.is_empty() || !o.moves.is_empty() || !o.draws.is_empty() || o.lead.is_some() || o.cooldown.is_some();
            !acts && unread(o.occurred, &o.marks)
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
