//! Differences between two arms that were run on the same trials, as results.

use serde::{Deserialize, Serialize};

use super::intervals::IntervalResult;
use crate::stats::{PairedCounts, PairedMoments};

/// How intervals of differences are made: of shares, of their ratio, of means. See `docs/statistics.md`.
pub const NAMES_OF_METHODS: [&str; 3] = ["square-and-add", "nam-blackwelder", "student"];

/// What a share is, in the base and in an arm, and how they differ.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ShareDifference {
    /// The name of the outcome or indicator.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Nothing was decided.
    pub unresolved: bool,
    /// Trials by whether it holds in the base and in the arm.
    pub trials: PairedCounts,
    /// In the base.
    pub base: ShareOfArm,
    /// In the arm.
    pub arm: ShareOfArm,
    /// Share in the arm less share in the base.
    pub difference: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Whether the interval leaves out 0.
    pub beyond_noise: bool,
    /// Share in the arm over share in the base; absent where it never holds in the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<RatioResult>,
    /// How many times as many trials independent runs would need to tell the difference as well; absent where no trial changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairing_gain: Option<f64>,
}

/// A share in one arm.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ShareOfArm {
    /// Trials in which it holds.
    pub count: u64,
    /// Share of all trials.
    pub share: f64,
    /// Its interval, for itself.
    pub interval: IntervalResult,
}

/// A ratio of two shares.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq)]
pub struct RatioResult {
    /// Share in the arm over share in the base.
    pub ratio: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl ShareOfArm {
    /// `count` of `trials`, with an interval of this level.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
    pub fn new(count: u64, trials: u64, level: f64) -> Self {
        let share = if trials == 0 { 0.0 } else { count as f64 / trials as f64 };
        Self { count, share, interval: IntervalResult::new(count, trials, level) }
    }
}

impl ShareDifference {
    /// From the counts of a paired table.
    ///
    /// `each` is the level of the intervals of the difference and of the ratio, strict enough that all of a study hold at once;
    /// `level` that of the two shares, each for itself.
    ///
    /// # Panics
    /// If a level is not in (0, 1).
    #[must_use]
    pub fn new((id, label, unresolved): (String, String, bool), table: PairedCounts, level: f64, each: f64) -> Self {
        let interval = table.interval(each);
        let ratio = table.ratio().zip(table.ratio_interval(each));
        Self {
            id,
            label,
            unresolved,
            trials: table,
            base: ShareOfArm::new(table.base(), table.trials(), level),
            arm: ShareOfArm::new(table.arm(), table.trials(), level),
            difference: table.difference(),
            low: interval.low,
            high: interval.high,
            beyond_noise: !interval.contains(0.0),
            ratio: ratio.map(|(ratio, i)| RatioResult { ratio, low: i.low, high: i.high }),
            pairing_gain: table.gain(),
        }
    }
}

/// What a metric is on average, in the base and in an arm, and how they differ; over the trials in which both have a value.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct MeanDifference {
    /// The name of the metric.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Trials in which both have a value.
    pub trials: u64,
    /// Trials of these in which the two differ.
    pub changed: u64,
    /// Mean in the base; absent, as all below, where there is no such trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<f64>,
    /// Mean in the arm.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arm: Option<f64>,
    /// Mean of arm less base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<f64>,
    /// Its standard error; absent with one trial.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// Lower end of its interval; absent with one trial, and where no trial changed: a change that was never seen may be of any size.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Whether there is an interval and it leaves out 0.
    pub beyond_noise: bool,
    /// How many times as many trials independent runs would need; absent where the differences do not vary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pairing_gain: Option<f64>,
}

impl MeanDifference {
    /// From sums over pairs; `each` as for [`ShareDifference::new`].
    ///
    /// # Panics
    /// If the level is not in (0, 1).
    #[must_use]
    pub fn new((id, label, unit): (String, String, Option<String>), pairs: &PairedMoments, each: f64) -> Self {
        let interval = pairs.interval(each).filter(|i| i.low.is_finite() && i.high.is_finite());
        let known = |x: f64| x.is_finite().then_some(x);
        Self {
            id,
            label,
            unit,
            trials: pairs.count(),
            changed: pairs.changed(),
            base: known(pairs.base_mean()),
            arm: known(pairs.arm_mean()),
            difference: known(pairs.difference()),
            standard_error: known(pairs.standard_error()),
            low: interval.map(|i| i.low),
            high: interval.map(|i| i.high),
            beyond_noise: interval.is_some_and(|i| !i.contains(0.0)),
            pairing_gain: pairs.gain().filter(|g| g.is_finite()),
        }
    }
}
