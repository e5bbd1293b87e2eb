//! What a run yields: rows of trials, tallies that merge, a summary to report.
//!
//! The border between running and reporting: reports see only what is here. Tallies are counts and
//! exact sums, so that they merge in any grouping to the same bits.

mod compare;
pub mod diff;
mod difference;
mod drivers;
mod ensemble;
mod flaw;
mod format;
mod incidence;
mod index;
mod intervals;
mod ladders;
mod over_time;
mod recipe;
mod report_data;
mod sensitivity;
mod series;
mod stop;
mod stopping;
mod story;
mod studies;
mod study;
mod summary;
mod sweep;
mod tally;
mod uncertainty;
mod verdicts;
mod why;

pub use compare::{
    ArmAbout, ArmResult, COMPARE_SCHEMA, CompareSummary, CompareTally, Comparison, Family, Layout, Matched, MetricName, TransitionTo,
    TransitionsFrom,
};
pub use difference::{MeanDifference, NAMES_OF_METHODS, RatioResult, ShareDifference, ShareOfArm};
pub use drivers::{
    BaseShares, DRIVERS_SCHEMA, Drivers, DriversFamily, DriversSummary, NamedShare, PartName, PartNotRun, PartResult, PartTally,
    ShareChange,
};
pub use ensemble::{EnsembleSummary, PooledShare, PooledShares, Theory};
pub use flaw::Flaw;
pub use format::{READ_FORMATS, parse};
pub use incidence::{IncidenceResult, WhenResult};
pub use index::{Batch, BatchDocument, BatchFile, BatchState, ChangesSeen, ClaimsSeen, Edited, INDEX_SCHEMA, Moved};
pub use intervals::{IntervalResult, Intervals, Method};
pub use ladders::{LadderResult, MoveResult, PathResult, PathsResult, RungResult, StandName, ladders};
pub use over_time::{Over, SeriesRow, series};
pub use recipe::{REPORT, Recipe, Rule, quoted};
pub use report_data::{
    ActorPart, BarPart, DistributionPart, ExpectPart, LadderPart, OverShares, OverTime, ParameterPart, Picked, Portrait, REPORT_SCHEMA,
    RelationPart, ReportData, RungPart, Scene, SceneLine, SpilloverPart, StandPart, Tale, Thinned, VariantPart, over_time, thinned,
};
pub use sensitivity::{
    Estimated, FactorName, FactorResult, LeftOut, OutputKind, OutputResult, SENSITIVITY_SCHEMA, Sensitivity, SensitivityMethod,
    SensitivitySummary,
};
pub use series::{PATH_LENGTH, PATH_STANDS, SeriesShape, SeriesTally};
pub use stop::{Crowded, Stop, TooOften, Undefined};
pub use stopping::{StoppingResult, Why};
pub use story::{Cause, Considered, Happening, Late, Worth};
pub use studies::Studies;
pub use study::StudyPlan;
pub use summary::{
    About, ClampedReport, FORMAT, IndicatorResult, MetricResult, OutcomeResult, Plan, Quantiles, SUMMARY_SCHEMA, ScenarioRef, Summary,
    TimeResult, ToolRef,
};
pub use sweep::{
    RankCorrelation, SWEEP_SCHEMA, Sweep, SweepDesign, SweepDifference, SweepInput, SweepMean, SweepPoint, SweepShare, SweepSummary, Swing,
};
pub use tally::{Shape, Tally};
pub use uncertainty::{BAND, Band, Due, UncertainShare, Uncertainty, UncertaintySummary};
pub use verdicts::{
    ClaimResult, FileState, Finding, RunVerdicts, TEST_SCHEMA, TestCounts, TestPlan, TestSummary, TestedFile, Unit, Verdict,
};
pub use why::{Ending, EnoughResult, Necessary, NecessaryResult, NecessaryWhole, Occurred, WhyResult};

/// The result of one trial.
#[derive(Clone, Debug, Default, PartialEq)]
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
    /// Value of each parameter, in the scenario's order of evaluation; categories by place, spans in minutes.
    pub parameters: Vec<f64>,
    /// Where actors and regimes came to stand, in order of time, from where they stood at the start; of those that are
    /// followed.
    pub path: Vec<Stood>,
    /// Values of the followed variables at each time of the grid that the trial reached, time by time; only
    /// of the first [`COURSES`] trials.
    pub course: Vec<f64>,
}

/// Variables are followed over time in trials with numbers below this.
pub const COURSES: u64 = 1000;

/// Paths are counted in trials with numbers below this.
pub const PATHS: u64 = 10_000;

/// Most steps between start and end at which something is reported over time.
const TIMES: u32 = 120;

/// Steps between two times of the grid on which something is reported over time: the smallest that gives at most 121 times,
/// the start among them.
#[must_use]
pub fn stride(steps: u32) -> u32 {
    steps.div_ceil(TIMES).max(1)
}

/// An actor came to stand on a rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stood {
    /// Since which step; 0 is the start.
    pub step: u32,
    /// Which actor on which ladder: the place among those that are followed.
    pub stand: u16,
    /// Rung, from 0.
    pub rung: u16,
}

impl Stood {
    /// From the number that is stored for a rung.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 256 stands; rungs are small whole numbers")]
    pub fn new(step: u32, stand: usize, rung: f64) -> Self {
        Self { step, stand: stand as u16, rung: rung as u16 }
    }
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

/// Appends a trial as numbers: outcome, established, end; per indicator whether it holds and since when (0: it
/// does not); metrics (NaN: missing); parameters.
pub fn record(row: &TrialRow, numbers: &mut Vec<f64>) {
    #[expect(clippy::cast_precision_loss, reason = "few outcomes")]
    numbers.extend([row.outcome as f64, f64::from(row.established), f64::from(row.end)]);
    for (holds, since) in row.indicators.iter().zip(&row.indicator_since) {
        numbers.extend([f64::from(u8::from(*holds)), f64::from(since.unwrap_or(0))]);
    }
    numbers.extend(row.metrics.iter().map(|m| m.unwrap_or(f64::NAN)));
    numbers.extend(&row.parameters);
}

/// How many numbers [`record`] appends.
#[must_use]
pub fn record_length(indicators: usize, metrics: usize, parameters: usize) -> usize {
    3 + 2 * indicators + metrics + parameters
}
