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
        value: Worth,
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
        /// For whom, where the rule is written for a group.
        #[serde(skip_serializing_if = "Option::is_none")]
        member: Option<String>,
        /// Its own sentence.
        says: Option<String>,
        /// Its draws.
        draws: Vec<(String, Worth)>,
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
        /// How late the picture is.
        #[serde(skip_serializing_if = "Option::is_none")]
        late: Option<Late>,
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
    /// An option was chosen that is carried out later.
    Ordered {
        /// Who.
        actor: String,
        /// Its path.
        option: String,
        /// What it is called.
        label: String,
        /// Step at which it is due; absent beyond the end of the trial.
        #[serde(skip_serializing_if = "Option::is_none")]
        due: Option<u32>,
    },
    /// An option was carried out.
    CarriedOut {
        /// Who.
        actor: String,
        /// Its path.
        option: String,
        /// What it is called.
        label: String,
        /// Step at which it was ordered, where that was earlier.
        #[serde(skip_serializing_if = "Option::is_none")]
        ordered: Option<u32>,
        /// Its own sentence.
        says: Option<String>,
        /// Its draws.
        draws: Vec<(String, Worth)>,
    },
    /// A pending option was dropped.
    Dropped {
        /// Who.
        actor: String,
        /// Its path.
        option: String,
        /// What it is called.
        label: String,
        /// Step at which it was ordered.
        ordered: u32,
        /// The condition of its `abort`, as written.
        because: String,
    },
    /// A stored number changed.
    Changed {
        /// Its path.
        name: String,
        /// Value before.
        before: Worth,
        /// Value after.
        after: Worth,
        /// Of which phase.
        phase: &'static str,
        /// Whether it is a rung.
        rung: bool,
        /// The rules and options that changed it, in the order in which they did.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        by: Vec<Cause>,
    },
    /// The trial ended.
    Ended {
        /// The outcome.
        outcome: String,
        /// What it is called.
        label: String,
    },
}

/// A value: a number, or the name of a rung, state or category, a truth or a span in words.
#[derive(Clone, Debug, Serialize, PartialEq)]
#[serde(untagged)]
pub enum Worth {
    /// A number.
    Number(f64),
    /// Words.
    Words(String),
}

/// How late a picture is.
#[derive(Clone, Copy, Debug, Serialize, PartialEq)]
pub struct Late {
    /// By how many steps.
    pub steps: u32,
    /// What the truth is now.
    pub now: f64,
}

/// What changed something.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Cause {
    /// The path of the rule or option.
    pub rule: String,
    /// What it is called, with who did it.
    pub label: String,
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
