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

impl Happening {
    /// About how many bytes it takes: its words, and a fixed part for each of its strings and lists.
    #[must_use]
    pub fn size(&self) -> usize {
        // A string or an entry of a list takes room beside its words.
        const EACH: usize = 32;
        let drawn = |draws: &[(String, Worth)]| draws.iter().map(|(name, value)| 2 * EACH + name.len() + value.size()).sum::<usize>();
        let said = |says: &Option<String>| says.as_ref().map_or(0, |s| EACH + s.len());
        let words = |all: &[&String]| all.iter().map(|s| s.len()).sum::<usize>();
        size_of::<Self>()
            + match self {
                Self::Parameter { id, label, value } => words(&[id, label]) + value.size(),
                Self::Step { date, .. } => date.len(),
                Self::RegimeMoved { regime, from, to, says } => words(&[regime, from, to]) + said(says),
                Self::Happened { rule, label, member, says, draws } => words(&[rule, label]) + said(member) + said(says) + drawn(draws),
                Self::Perceived { actor, name, .. } => words(&[actor, name]),
                Self::Decided { actor, decision, label, options, chosen } => {
                    let options = options.iter().map(|o| size_of::<Considered>() + words(&[&o.option, &o.label]));
                    words(&[actor, decision, label]) + options.sum::<usize>() + said(chosen)
                }
                Self::Ordered { actor, option, label, .. } => words(&[actor, option, label]),
                Self::CarriedOut { actor, option, label, says, draws, .. } => words(&[actor, option, label]) + said(says) + drawn(draws),
                Self::Dropped { actor, option, label, because, .. } => words(&[actor, option, label, because]),
                Self::Changed { name, before, after, by, .. } => {
                    let by = by.iter().map(|cause| size_of::<Cause>() + words(&[&cause.rule, &cause.label]));
                    name.len() + before.size() + after.size() + by.sum::<usize>()
                }
                Self::Ended { outcome, label } => words(&[outcome, label]),
            }
    }
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

impl Worth {
    /// Bytes of its words.
    fn size(&self) -> usize {
        match self {
            Self::Number(_) => 0,
            Self::Words(words) => words.len(),
        }
    }
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
