//! What is read of a stored summary.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is read of a stored summary: fields that were added later are not missed, and those that are unknown are passed over.
#[derive(Clone, Debug, Deserialize)]
pub struct Stored {
    /// Version of the format.
    pub format: u32,
    /// What made it.
    pub tool: StoredTool,
    /// Of which scenario.
    pub scenario: StoredScenario,
    /// What was run.
    pub plan: StoredPlan,
    /// Outcomes.
    pub outcomes: Vec<StoredShare>,
    /// Indicators.
    #[serde(default)]
    pub indicators: Vec<StoredShare>,
    /// Metrics.
    #[serde(default)]
    pub metrics: Vec<StoredMean>,
}

/// More trials than anybody can run.
const MOST: u64 = 1 << 53;

impl Stored {
    /// Whether its numbers are such as a run has: what is stored may be damaged, or made to do damage.
    #[must_use]
    pub fn sound(&self) -> bool {
        let plan = &self.plan;
        let share = |s: &StoredShare| {
            let trials = s.trials.unwrap_or(plan.trials);
            s.count <= trials && trials <= plan.trials && s.incidence.as_ref().is_none_or(|c| c.day.len() == c.share.len())
        };
        let mean = |m: &StoredMean| m.trials <= plan.trials && m.standard_error.is_none_or(|e| e >= 0.0);
        plan.trials < MOST
            && plan.first_trial < MOST
            && self.outcomes.iter().chain(&self.indicators).all(share)
            && self.metrics.iter().all(mean)
    }
}

/// What made a stored result.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct StoredTool {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// The scenario of a stored result.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct StoredScenario {
    /// Its short name.
    pub id: String,
    /// Its title.
    #[serde(default)]
    pub title: String,
    /// SHA-256 of its texts.
    pub sha256: String,
}

/// What was run for a stored result.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
pub struct StoredPlan {
    /// The variant.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// First trial.
    pub first_trial: u64,
    /// Number of trials.
    pub trials: u64,
    /// Whether these are all that were asked for.
    pub complete: bool,
    /// What was changed.
    #[serde(default)]
    pub overrides: BTreeMap<String, String>,
    /// Trials share their parameters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<u64>,
}

/// A share of a stored result.
#[derive(Clone, Debug, Deserialize)]
pub struct StoredShare {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// The indicator that it is conditional on.
    pub given: Option<String>,
    /// Trials among which it is counted; all where absent.
    pub trials: Option<u64>,
    /// Trials.
    pub count: u64,
    /// By when.
    pub incidence: Option<StoredCurve>,
}

/// A curve of a stored result.
#[derive(Clone, Debug, Deserialize)]
pub struct StoredCurve {
    /// Days since the start.
    pub day: Vec<f64>,
    /// Share of the trials by then.
    pub share: Vec<f64>,
}

/// A metric of a stored result.
#[derive(Clone, Debug, Deserialize)]
pub struct StoredMean {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Its unit.
    pub unit: Option<String>,
    /// Trials on which it has a value.
    pub trials: u64,
    /// Its mean.
    pub mean: Option<f64>,
    /// Standard error of the mean.
    pub standard_error: Option<f64>,
}
