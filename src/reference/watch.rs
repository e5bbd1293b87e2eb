//! What a trial tells while it runs.

use serde::Serialize;

use super::Trial;
use crate::lang::check::ActorId;
use crate::lang::template::Piece;
use crate::scenario::model::{Draw, Template};

/// One thing that happened, in words and numbers.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Happening {
    /// A parameter got its value.
    Parameter {
        /// Its name.
        id: String,
        /// What it is called.
        label: String,
        /// Its value.
        value: String,
    },
    /// A step begins.
    Step {
        /// Its number.
        step: u32,
        /// Its date.
        date: String,
    },
    /// A regime moved.
    RegimeMoved {
        /// What it is called.
        regime: String,
        /// From which state.
        from: String,
        /// To which state.
        to: String,
        /// The move's own sentence.
        says: Option<String>,
    },
    /// An event or reaction happened.
    Happened {
        /// Its path.
        rule: String,
        /// What it is called.
        label: String,
        /// Its own sentence.
        says: Option<String>,
        /// Its draws.
        draws: Vec<(String, String)>,
    },
    /// An actor perceived a quantity.
    Perceived {
        /// Who.
        actor: String,
        /// What.
        name: String,
        /// The truth that it is a picture of.
        truth: f64,
        /// The picture.
        value: f64,
    },
    /// An actor decided.
    Decided {
        /// Who.
        actor: String,
        /// The decision's path.
        decision: String,
        /// What it is called.
        label: String,
        /// The options with their probabilities.
        options: Vec<Considered>,
        /// The option that was chosen.
        chosen: Option<String>,
    },
    /// An option was carried out.
    CarriedOut {
        /// Who.
        actor: String,
        /// Its path.
        option: String,
        /// What it is called.
        label: String,
        /// Its own sentence.
        says: Option<String>,
        /// Its draws.
        draws: Vec<(String, String)>,
    },
    /// A pending option was dropped.
    Dropped {
        /// Who.
        actor: String,
        /// Its path.
        option: String,
        /// What it is called.
        label: String,
    },
    /// A stored number changed.
    Changed {
        /// Its path.
        name: String,
        /// Value before.
        before: String,
        /// Value after.
        after: String,
        /// Of which phase.
        phase: &'static str,
        /// Whether it is a rung.
        rung: bool,
    },
    /// The trial ended.
    Ended {
        /// The outcome.
        outcome: String,
        /// What it is called.
        label: String,
    },
}

/// An option as it was considered.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Considered {
    /// Its name.
    pub option: String,
    /// What it is called.
    pub label: String,
    /// Whether it could be chosen.
    pub available: bool,
    /// Its utility, weight or chance.
    pub value: Option<f64>,
    /// The probability with which it was chosen.
    pub probability: f64,
}

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
