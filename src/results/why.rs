//! Why one trial ended as it did: what was necessary, and what was enough.

use serde::{Deserialize, Serialize};

/// How a trial ends.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Ending {
    /// The outcome.
    pub id: String,
    /// What it is called.
    pub label: String,
}

/// Something that occurred in a trial.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Occurred {
    /// Step in which it occurred; an option: in which it was chosen.
    pub step: u32,
    /// Date of that step, or `day 3`.
    pub date: String,
    /// `event`, `option`, `reaction`, `move` or `perception`.
    pub kind: String,
    /// Path of the rule, option, move or perception.
    pub path: String,
    /// In words.
    pub words: String,
    /// Date on which an option was carried out, where that was later.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub carried_out: Option<String>,
}

/// An occurrence without which the trial ends otherwise.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct Necessary {
    /// What occurred.
    #[serde(flatten)]
    pub occurred: Occurred,
    /// How the trial ends without it.
    pub without: Ending,
}

/// All that one rule, option, move or perception did, without which the trial ends otherwise.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct NecessaryWhole {
    /// `event`, `option`, `reaction`, `move` or `perception`.
    pub kind: String,
    /// Path of the rule, option, move or perception.
    pub path: String,
    /// What it is called, with who did it.
    pub words: String,
    /// In how many steps it occurred.
    pub times: u64,
    /// How the trial ends if it never occurs.
    pub without: Ending,
}

/// What was necessary for the end of a trial.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct NecessaryResult {
    /// Occurrences that were left out, one at a time.
    pub tested: u64,
    /// Occurrences that were not tested, because the bound on the work was reached or somebody interrupted.
    pub untested: u64,
    /// Without so many, the trial could not be run to its end (a number became undefined).
    pub failed: u64,
    /// Without each of these it ends otherwise; by time.
    pub occurrences: Vec<Necessary>,
    /// Without all that one rule, option, move or perception did it ends otherwise; by the first time.
    pub wholes: Vec<NecessaryWhole>,
    /// Rules, options, moves and perceptions of which this was not tested.
    pub untested_wholes: u64,
}

/// What was enough for the end of a trial.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct EnoughResult {
    /// Whether it was found that the trial needs each of them, given the others.
    pub minimal: bool,
    /// If only these are let occur, it ends as it did; by time.
    pub occurrences: Vec<Occurred>,
}

/// Why one trial ended as it did.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct WhyResult {
    /// How it ended.
    pub ended: Ending,
    /// Occurrences in the trial.
    pub occurrences: u64,
    /// Those of them that provably changed nothing and were left aside.
    pub inert: u64,
    /// How often the trial was run again.
    pub reruns: u64,
    /// How often it could be at most.
    pub most_reruns: u64,
    /// Whether the bound on the work was reached.
    pub bound_reached: bool,
    /// Whether nobody interrupted.
    pub complete: bool,
    /// What was necessary: each alone.
    pub necessary: NecessaryResult,
    /// What was enough: together. One such set, not the only one.
    pub enough: EnoughResult,
}
