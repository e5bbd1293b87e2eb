//! What happens in one trial, in words and numbers: what `trace` tells.

use serde::Serialize;

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
