//! What a trial tells while it runs.

use super::Trial;
use crate::lang::check::ActorId;
use crate::lang::template::Piece;
use crate::lang::{History, HistoryKind, Node, Type};
pub use crate::results::{Cause, Considered, Happening, Late, Worth};
use crate::scenario::model::{Decision, DecisionOption, Draw, Rule, Scenario, Seen, Template};
use crate::scenario::names::called;

/// Listens to a trial.
pub trait Watch {
    /// Whether it wants to be told anything; words are made only then.
    fn listens(&self) -> bool;
    /// Something happened.
    fn see(&mut self, happening: Happening);
}

/// Listens to nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Watch for Silent {
    fn listens(&self) -> bool {
        false
    }
    fn see(&mut self, _: Happening) {}
}

impl Watch for Vec<Happening> {
    fn listens(&self) -> bool {
        true
    }
    fn see(&mut self, happening: Happening) {
        self.push(happening);
    }
}

/// Most memory for what [`Heard`] keeps, in bytes: a file of ten kilobytes can ask for gigabytes of happenings.
pub const MOST_HEARD: usize = 64 << 20;

/// Listens to the first happenings of a trial, as many as fit into bounded memory, and to how it ends.
#[derive(Clone, Debug)]
pub struct Heard {
    /// What was heard, in order.
    pub happenings: Vec<Happening>,
    /// Bytes that are left.
    room: usize,
    /// The last step that was heard, where it was not all.
    cut: Option<u32>,
    step: u32,
}

impl Default for Heard {
    fn default() -> Self {
        Self::within(MOST_HEARD)
    }
}

impl Heard {
    /// Keeps so many bytes at most.
    #[must_use]
    pub fn within(bytes: usize) -> Self {
        Self { happenings: Vec::new(), room: bytes, cut: None, step: 0 }
    }

    /// The last step of which anything was heard, where something after it was not.
    #[must_use]
    pub fn cut(&self) -> Option<u32> {
        self.cut
    }
}

impl Watch for Heard {
    fn listens(&self) -> bool {
        self.cut.is_none()
    }

    fn see(&mut self, happening: Happening) {
        if self.cut.is_some() {
            return;
        }
        let size = happening.size();
        if size > self.room {
            self.cut = Some(self.step);
            return;
        }
        if let Happening::Step { step, .. } = happening {
            self.step = step;
        }
        self.room -= size;
        self.happenings.push(happening);
    }
}

impl Trial<'_, '_> {
    /// A sentence with its values.
    pub(super) fn sentence(&mut self, template: &Template, draws: &[f64]) -> String {
        let mut text = String::new();
        for piece in template {
            match piece {
                Piece::Text(part) => text.push_str(part),
                Piece::Value(formula, digits) => {
                    let value = self.eval(formula.expr, draws);
                    match digits {
                        Some(digits) => text.push_str(&format!("{value:.digits$}")),
                        None => text.push_str(&self.scenario.value(value, formula.ty)),
                    }
                }
            }
        }
        text
    }

    /// Draws by name.
    pub(super) fn draw_words(&self, all: &[Draw], values: &[f64]) -> Vec<(String, Worth)> {
        let word = |(draw, value): (&Draw, &f64)| (draw.name.clone(), worth(self.scenario, *value, draw.ty));
        all.iter().zip(values).map(word).collect()
    }

    /// What an actor is called.
    pub(super) fn actor_label(&self, id: ActorId) -> String {
        let actor = &self.scenario.actors[id.0 as usize];
        called(actor.label.as_ref(), &actor.id)
    }

    /// A rule as the cause of changes.
    pub(super) fn rule_cause(&self, rule: &Rule) -> Cause {
        let label = rule_label(rule);
        let label = rule.member.map_or_else(|| label.clone(), |m| format!("{}: {label}", self.actor_label(m)));
        Cause { rule: rule.path.clone(), label }
    }

    /// An option as the cause of changes.
    pub(super) fn option_cause(&self, decision: &Decision, option: &DecisionOption) -> Cause {
        Cause { rule: option.path.clone(), label: format!("{}: {}", self.actor_label(decision.actor), option_label(option)) }
    }

    /// How late a perception is, and what the truth is now; `None` where it is not late.
    ///
    /// The truth behind a lag is recorded in a track, so that its value now exists already.
    pub(super) fn late(&mut self, seen: &Seen) -> Option<Late> {
        let scenario = self.scenario;
        let Node::History(History { kind: HistoryKind::Was(lag), track }) = scenario.pool.node(seen.of.expr) else { return None };
        let now = self.eval(scenario.pool.tracks()[track.0 as usize], &[]);
        Some(Late { steps: (*lag).min(self.step), now })
    }
}

/// What a rule is called.
pub(super) fn rule_label(rule: &Rule) -> String {
    called(rule.label.as_ref(), &rule.id)
}

/// What an option is called.
pub(super) fn option_label(option: &DecisionOption) -> String {
    called(option.label.as_ref(), &option.id)
}

/// A value as it is told.
pub(super) fn worth(scenario: &Scenario, value: f64, ty: Type) -> Worth {
    if ty == Type::Number && value.is_finite() { Worth::Number(value) } else { Worth::Words(scenario.value(value, ty)) }
}
