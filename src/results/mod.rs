//! What a run yields: rows of trials, tallies that merge, a summary to report.
//!
//! The border between running and reporting: reports see only what is here. Tallies are counts and
//! exact sums, so that they merge in any grouping to the same bits.

mod incidence;
mod intervals;
mod stop;
mod stopping;
mod story;
mod summary;
mod tally;

pub use incidence::{IncidenceResult, WhenResult};
pub use intervals::{IntervalResult, Intervals, Method};
pub use stop::{Crowded, Stop, TooOften, Undefined};
pub use stopping::{StoppingResult, Why};
pub use story::{Cause, Considered, Happening, Late, Worth};
pub use summary::{
    About, ClampedReport, IndicatorResult, MetricResult, OutcomeResult, Plan, Quantiles, ScenarioRef, Summary, TimeResult, ToolRef,
};
pub use tally::{Shape, Tally};

/// The result of one trial.
#[derive(Clone, Debug, PartialEq)]
pub struct TrialRow {
    /// Its number.
    pub trial: u64,
    /// Its outcome, by place in the scenario.
    pub outcome: usize,
    /// The step at which the outcome was established.
    pub established: u32,
    /// The last step.
    pub end: u32,
    /// Which indicators hold.
    pub indicators: Vec<bool>,
    /// The step since which each indicator holds; `None` where it does not.
    pub indicator_since: Vec<Option<u32>>,
    /// Metrics; `None` is missing (never).
    pub metrics: Vec<Option<f64>>,
    /// Numbers that left their range and were clamped.
    pub clamped: Vec<Clamped>,
}

/// A probability, rate or weight that left its range.
#[derive(Clone, Debug, PartialEq)]
pub struct Clamped {
    /// The rule.
    pub path: String,
    /// How often in this trial.
    pub count: u64,
    /// The first trial.
    pub trial: u64,
    /// The first step in that trial.
    pub step: u32,
    /// The first value.
    pub value: f64,
}
