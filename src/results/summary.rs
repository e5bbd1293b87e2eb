//! The summary of a run: what is printed, and what `--json` writes. `docs/results.md` lists its fields.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::incidence::{WhenResult, when};
use super::intervals::{IntervalResult, Intervals};
use super::ladders::{LadderResult, StandName, ladders};
use super::recipe::Recipe;
use super::series::SeriesShape;
use super::stopping::StoppingResult;
use super::tally::{ClampTally, MetricTally, Tally};
use crate::stats::StepHistogram;

/// Version of the format of results.
pub const FORMAT: u32 = 1;

/// The JSON Schema of a summary (draft 2020-12), with every field described.
pub const SUMMARY_SCHEMA: &str = include_str!("../../schema/summary.schema.json");

/// A summary.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Summary {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// Of which scenario.
    pub scenario: ScenarioRef,
    /// What was run.
    pub plan: Plan,
    /// Shares of outcomes, in the order of the scenario.
    pub outcomes: Vec<OutcomeResult>,
    /// Shares of indicators.
    pub indicators: Vec<IndicatorResult>,
    /// Metrics.
    pub metrics: Vec<MetricResult>,
    /// Length of trials, in days.
    pub duration: TimeResult,
    /// Since when the outcome was settled, over all trials, whichever it is.
    pub settled: TimeResult,
    /// Probabilities, rates and weights that left their range.
    pub clamped: Vec<ClampedReport>,
    /// Where actors stood.
    pub ladders: Vec<LadderResult>,
    /// How these results can be made again; absent where they were not written to a directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipe: Option<Recipe>,
    /// The command that makes them, for a shell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

/// What made a summary.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct ToolRef {
    /// `escalade`.
    pub name: String,
    /// Its version.
    pub version: String,
}

impl ToolRef {
    /// This program.
    #[must_use]
    pub fn this() -> Self {
        Self { name: "escalade".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// The scenario of a summary.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct ScenarioRef {
    /// Its short name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Its question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// SHA-256 of its texts.
    pub sha256: String,
}

/// What was run.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Plan {
    /// `base`, or the name of a variant.
    pub variant: String,
    /// What the variant is called; absent for `base`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant_label: Option<String>,
    /// The seed.
    pub seed: u64,
    /// First trial.
    pub first_trial: u64,
    /// Number of trials that were done.
    pub trials: u64,
    /// Paths and values that were changed, by the variant or by `--set`.
    pub overrides: BTreeMap<String, String>,
    /// Whether all trials that were asked for were done.
    pub complete: bool,
    /// Which intervals the shares carry.
    pub intervals: Intervals,
    /// By which rule the run stopped; absent where the number of trials was fixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stopping: Option<StoppingResult>,
    /// So many trials, one after the other, share their parameters; absent where each has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sharing: Option<u64>,
}

/// The share of an outcome.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct OutcomeResult {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Nothing was decided.
    pub unresolved: bool,
    /// Trials.
    pub count: u64,
    /// Share of all trials.
    pub share: f64,
    /// Interval of the share.
    pub interval: IntervalResult,
    /// When it was established; absent where there is no such trial.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeResult>,
    /// When, over all trials; absent without trials.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub when: Option<WhenResult>,
}

/// The share of an indicator.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct IndicatorResult {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// The indicator that it is conditional on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// Trials on which it was read.
    pub trials: u64,
    /// Trials on which it holds.
    pub count: u64,
    /// Share; absent where it was never read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// Interval of the share.
    pub interval: IntervalResult,
    /// Since when it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<TimeResult>,
    /// When, over all trials; absent without trials.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub when: Option<WhenResult>,
}

/// Quantiles by level.
pub type Quantiles = BTreeMap<String, f64>;

/// A distribution of times, in days since the start.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct TimeResult {
    /// Mean.
    pub mean: f64,
    /// Quantiles 0.05, 0.25, 0.5, 0.75, 0.95.
    pub quantiles: Quantiles,
    /// Calendar date of the median; absent where the clock has no start date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_date: Option<String>,
}

/// A metric.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct MetricResult {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The indicator that it is conditional on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// Trials on which it has a value.
    pub trials: u64,
    /// Trials on which it is missing (never).
    pub missing: u64,
    /// Mean; absent where there is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Standard error of the mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
    /// Standard deviation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sd: Option<f64>,
    /// Quantiles 0.05, 0.25, 0.5, 0.75, 0.95; relative error at most 1/256.
    pub quantiles: Quantiles,
}

/// A number that left its range.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ClampedReport {
    /// The rule.
    pub path: String,
    /// How often.
    pub count: u64,
    /// In how many trials.
    pub trials: u64,
    /// First trial.
    pub first_trial: u64,
    /// Date of the first one.
    pub first_date: String,
    /// The first value.
    pub first_value: f64,
}

/// The levels of quantiles in a summary.
pub const LEVELS: [(&str, f64); 5] = [("0.05", 0.05), ("0.25", 0.25), ("0.5", 0.5), ("0.75", 0.75), ("0.95", 0.95)];

/// What is called what: the names of a scenario, as far as a summary needs them.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct About {
    /// Scenario.
    pub scenario: Option<ScenarioRef>,
    /// Outcomes: id, label, unresolved.
    pub outcomes: Vec<(String, String, bool)>,
    /// Indicators: id, label, given.
    pub indicators: Vec<(String, String, Option<String>)>,
    /// Metrics: id, label, unit, given.
    pub metrics: Vec<(String, String, Option<String>, Option<String>)>,
    /// Actors on ladders that are followed.
    pub stands: Vec<StandName>,
    /// Regimes that are followed; their states are what rungs are to actors.
    pub regimes: Vec<StandName>,
    /// Variables that are followed: path, label.
    pub variables: Vec<(String, String)>,
    /// Parameters: name, label.
    pub parameters: Vec<(String, String)>,
    /// What is followed over time.
    pub series: SeriesShape,
    /// Length of a step in days.
    pub step_days: f64,
    /// Number of steps up to the horizon.
    pub steps: u32,
    /// The clock has a start date.
    pub dated: bool,
}

impl Summary {
    /// Says how the results can be made again.
    pub fn made_by(&mut self, recipe: &Recipe) {
        self.command = Some(recipe.command());
        self.recipe = Some(recipe.clone());
    }

    /// The summary of a tally; `date` names the end of a step.
    #[must_use]
    pub fn new(tally: &Tally, about: &About, plan: Plan, date: impl Fn(u32) -> String) -> Self {
        let intervals = plan.intervals;
        let of_outcome = |k: u64| intervals.outcome(k, tally.trials, tally.outcomes.len());
        let outcome_whens = when(&tally.outcome_times, tally.trials, about.steps, about.step_days, of_outcome);
        let indicator_when = |i: usize| {
            let n = tally.indicators[i].0;
            let times = std::slice::from_ref(&tally.indicator_times[i]);
            when(times, n, about.steps, about.step_days, |k| intervals.one(k, n)).remove(0)
        };
        let dated = |step: u32| about.dated.then(|| date(step));
        let times = |h: &StepHistogram| time_result(h, about.step_days, &dated);
        let outcomes = about.outcomes.iter().enumerate().map(|(i, (id, label, unresolved))| OutcomeResult {
            id: id.clone(),
            label: label.clone(),
            unresolved: *unresolved,
            count: tally.outcomes[i],
            share: share(tally.outcomes[i], tally.trials).unwrap_or(0.0),
            interval: of_outcome(tally.outcomes[i]),
            time: times(&tally.outcome_times[i]),
            when: outcome_whens[i].clone(),
        });
        let indicators = about.indicators.iter().enumerate().map(|(i, (id, label, given))| IndicatorResult {
            id: id.clone(),
            label: label.clone(),
            given: given.clone(),
            trials: tally.indicators[i].0,
            count: tally.indicators[i].1,
            share: share(tally.indicators[i].1, tally.indicators[i].0),
            interval: intervals.one(tally.indicators[i].1, tally.indicators[i].0),
            time: times(&tally.indicator_times[i]),
            when: indicator_when(i),
        });
        let metrics = about.metrics.iter().enumerate().map(|(i, m)| metric_result(m, &tally.metrics[i]));
        let clamped = tally.clamped.iter().map(|(path, c): (&String, &ClampTally)| ClampedReport {
            path: path.clone(),
            count: c.count,
            trials: c.trials,
            first_trial: c.first.0,
            first_date: date(c.first.1),
            first_value: c.first.2,
        });
        Self {
            format: FORMAT,
            tool: ToolRef::this(),
            scenario: about.scenario.clone().unwrap_or_default(),
            plan,
            outcomes: outcomes.collect(),
            indicators: indicators.collect(),
            metrics: metrics.collect(),
            duration: times(&tally.ends).unwrap_or_else(TimeResult::none),
            settled: times(&merged(&tally.outcome_times)).unwrap_or_else(TimeResult::none),
            clamped: clamped.collect(),
            ladders: ladders(tally, about),
            recipe: None,
            command: None,
        }
    }
}

impl TimeResult {
    /// Of no trials.
    fn none() -> Self {
        Self { mean: 0.0, quantiles: Quantiles::new(), median_date: None }
    }
}

fn merged(histograms: &[StepHistogram]) -> StepHistogram {
    let mut all = StepHistogram::new();
    for histogram in histograms {
        all.merge(histogram);
    }
    all
}

fn share(k: u64, n: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
    (n > 0).then(|| k as f64 / n as f64)
}

fn time_result(histogram: &StepHistogram, step_days: f64, date: &dyn Fn(u32) -> Option<String>) -> Option<TimeResult> {
    let mean = histogram.mean()?;
    let quantile = |q: f64| histogram.quantile(q).map(|s| f64::from(s) * step_days);
    let quantiles = LEVELS.iter().filter_map(|(name, q)| Some(((*name).to_owned(), quantile(*q)?)));
    let median_date = histogram.quantile(0.5).and_then(date);
    Some(TimeResult { mean: mean * step_days, quantiles: quantiles.collect(), median_date })
}

fn metric_result((id, label, unit, given): &(String, String, Option<String>, Option<String>), tally: &MetricTally) -> MetricResult {
    let n = tally.moments.count();
    let some = |x: f64| (n > 0 && x.is_finite()).then_some(x);
    let quantiles = LEVELS.iter().filter_map(|(name, q)| Some(((*name).to_owned(), tally.sketch.quantile(*q)?)));
    MetricResult {
        id: id.clone(),
        label: label.clone(),
        unit: unit.clone(),
        given: given.clone(),
        trials: n,
        missing: tally.missing,
        mean: some(tally.moments.mean()),
        standard_error: if n > 1 { some(tally.moments.standard_error()) } else { None },
        sd: if n > 1 { some(tally.moments.sd()) } else { None },
        quantiles: quantiles.collect(),
    }
}
