//! What all studies say of themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What a study ran.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct StudyPlan {
    /// The variant that it starts from; `base` is the scenario as it stands.
    pub variant: String,
    /// What that variant is called; absent for `base`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_label: Option<String>,
    /// Paths and values that were changed, by the variant or by `--set`.
    pub overrides: BTreeMap<String, String>,
    /// The seed.
    pub seed: u64,
    /// Trials of each thing that was run; all on the same trial numbers, from 0.
    pub trials: u64,
    /// Trials in all.
    pub trials_in_all: u64,
    /// Two-sided level of intervals.
    pub level: f64,
    /// Whether all that was asked for was done.
    pub complete: bool,
    /// The command that makes it again.
    pub command: String,
}
