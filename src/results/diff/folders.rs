//! What changed between two folders of results.

use serde::Serialize;

use super::{DiffDocument, Verdict};
use crate::results::summary::ToolRef;

/// Two folders of results compared, each result with that of its name.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct FoldersDiff {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// The folder of old results, as it was named.
    pub old_folder: String,
    /// The folder of new results.
    pub new_folder: String,
    /// Whether a result changed, or only one folder has it.
    pub changed: bool,
    /// What both folders have, in the order of names.
    pub results: Vec<ResultDiff>,
    /// Results that could not be read in one of the folders.
    pub not_read: Vec<NotRead>,
    /// Names of results that only the old folder has.
    pub only_old: Vec<String>,
    /// And only the new one.
    pub only_new: Vec<String>,
}

/// A result that both folders have.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct ResultDiff {
    /// Its name below the folders, with `/` between parts.
    pub name: String,
    /// Whether it changed beyond noise and tolerance.
    pub changed: bool,
    /// How many figures were compared.
    pub family: usize,
    /// How many of them changed beyond noise, but not beyond the tolerance.
    pub tolerated: usize,
    /// Trials that were compared one by one.
    pub paired_trials: u64,
    /// What changed; absent where nothing did, and beyond the first [`WHOLE`] that changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<DiffDocument>,
}

/// A result that could not be read.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct NotRead {
    /// Its name below the folders.
    pub name: String,
    /// What is wrong with it.
    pub why: Vec<String>,
}

/// Results that changed of which all differences are told: memory does not grow with folders without end.
pub const WHOLE: usize = 500;

impl ResultDiff {
    /// What is told of a result; its differences where it changed.
    #[must_use]
    pub fn new(name: String, document: DiffDocument) -> Self {
        let d = &document.diff;
        let indices = d.sensitivity.iter().flat_map(|s| &s.indices).map(|i| i.verdict);
        let verdicts = d.shares.iter().map(|s| s.verdict).chain(d.means.iter().map(|m| m.verdict)).chain(indices);
        let tolerated = verdicts.filter(|v| *v == Verdict::Tolerated).count();
        let (changed, family, paired_trials) = (d.changed, d.family, d.paired_trials);
        Self { name, changed, family, tolerated, paired_trials, document: changed.then_some(document) }
    }
}

impl FoldersDiff {
    /// Names of the results that changed.
    pub fn names_changed(&self) -> impl Iterator<Item = &str> {
        self.results.iter().filter(|r| r.changed).map(|r| r.name.as_str())
    }
}
