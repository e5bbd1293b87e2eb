//! What a trial tells while it runs.

use super::Trial;
pub use crate::results::{Considered, Happening};
use crate::lang::check::ActorId;
use crate::lang::template::Piece;
use crate::scenario::model::{Draw, Template};

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

    /// Draws by name, in words.
    pub(super) fn draw_words(&self, all: &[Draw], values: &[f64]) -> Vec<(String, String)> {
        let word = |(draw, value): (&Draw, &f64)| (draw.name.clone(), self.scenario.value(*value, draw.ty));
        all.iter().zip(values).map(word).collect()
    }

    /// What an actor is called.
    pub(super) fn actor_label(&self, id: ActorId) -> String {
        let actor = &self.scenario.actors[id.0 as usize];
        actor.label.clone().unwrap_or_else(|| actor.id.clone())
    }
}

/// An id as it is spoken, where nothing better is given: `let_pass` is "let pass".
pub(super) fn spoken(id: &str) -> String {
    id.replace('_', " ")
}
