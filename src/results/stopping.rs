//! By which rule a run stopped, and whether it got what was asked for.

use serde::{Deserialize, Serialize};

/// Why a run that looks for a precision stopped.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Every outcome is known as precisely as was asked for.
    Precision,
    /// There were as many trials as were allowed.
    MaxTrials,
    /// It took as long as was allowed: another machine may get further.
    MaxTime,
    /// Somebody stopped it.
    Interrupted,
}

/// The rule of a run that stops by itself, and what came of it.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct StoppingResult {
    /// Half the length of an interval must not exceed this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// Or not exceed this times the share. Where both are given, an outcome needs one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relative_precision: Option<f64>,
    /// Most trials.
    pub max_trials: u64,
    /// Most time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<f64>,
    /// How often the intervals were looked at.
    pub looks: u32,
    /// Why it stopped.
    pub stopped: Why,
    /// Whether every outcome is known as precisely as was asked for.
    pub reached: bool,
    /// Outcomes that are not.
    pub missed: Vec<String>,
    /// Half the length of the longest interval of an outcome.
    pub half_width: f64,
}
