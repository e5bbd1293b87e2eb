//! What a scenario's results depend on: sensitivity to its parameters.

use serde::{Deserialize, Serialize};

use super::study::StudyPlan;
use super::summary::{ScenarioRef, ToolRef};
use crate::stats::{Interval, JACKKNIFE_GROUPS, Jackknife};

/// The JSON Schema of the document (draft 2020-12).
pub const SENSITIVITY_SCHEMA: &str = include_str!("../../schema/sensitivity.schema.json");

/// The document that `sensitivity` writes.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct SensitivitySummary {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// Of which scenario.
    pub scenario: ScenarioRef,
    /// What was run.
    pub plan: StudyPlan,
    /// What was found.
    pub sensitivity: Sensitivity,
}

/// How a sensitivity was found.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum SensitivityMethod {
    /// Sobol indices, first order and total.
    Sobol,
    /// Elementary effects.
    Morris,
    /// First-order shares from ordinary trials.
    Given,
}

impl SensitivityMethod {
    /// In a word, as `--method` takes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Sobol => "sobol",
            Self::Morris => "morris",
            Self::Given => "given",
        }
    }
}

/// What was found.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Sensitivity {
    /// How.
    pub method: SensitivityMethod,
    /// Base points (`sobol`), trajectories (`morris`) or trials (`given`) that were done.
    pub points: u64,
    /// Trials at each row of a base point or step of a trajectory; 1 for `given`.
    pub replicates: u64,
    /// Whether trials can differ whose factors agree; where they cannot, one trial at each point tells all. Absent for `given`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub luck: Option<bool>,
    /// Part of a parameter's distribution that a move of `morris` crosses; absent for other methods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// What was varied.
    pub factors: Vec<FactorName>,
    /// Drawn parameters that are no factor; they count as luck.
    pub others: Vec<String>,
    /// Drawn parameters that nothing reads.
    pub unread: Vec<String>,
    /// Results that were left out, and why.
    pub left_out: Vec<LeftOut>,
    /// What was found of each result.
    pub outputs: Vec<OutputResult>,
}

/// A parameter, or a group of correlated ones that are varied together.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct FactorName {
    /// Its name; those of a group joined by `+`.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Its parameters: one, or those of the group.
    pub parameters: Vec<String>,
}

/// A result that was left out.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct LeftOut {
    /// What it is.
    pub kind: OutputKind,
    /// Its name.
    pub id: String,
    /// Why.
    pub why: String,
}

/// What a result is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum OutputKind {
    /// The chance of an outcome.
    Outcome,
    /// The chance of an indicator.
    Indicator,
    /// The expectation of a metric.
    Metric,
}

impl OutputKind {
    /// All kinds with their names, in order.
    pub const NAMES: [(Self, &'static str); 3] = [(Self::Outcome, "outcome"), (Self::Indicator, "indicator"), (Self::Metric, "metric")];

    /// In a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::NAMES.iter().find(|n| n.0 == self).map_or("", |n| n.1)
    }
}

/// A number that was estimated. It may lie where the true one cannot: below 0, for example, which is noise about a small one.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq)]
pub struct Estimated {
    /// The estimate.
    pub estimate: f64,
    /// Lower end of its interval; absent, like the upper one, where too little is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// The estimate without each of 32 parts of the points, less the mean of these: what its standard error is made of, and that of its
    /// difference from another at the same points. Three digits. Absent where there are too few points, and in older documents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviations: Option<[f32; JACKKNIFE_GROUPS]>,
}

impl Estimated {
    /// An estimate with its interval; `None` where it is no finite number.
    #[must_use]
    pub fn new(estimate: f64, interval: Option<Interval>, jackknife: Option<Jackknife>) -> Option<Self> {
        let (low, high) = (interval.map(|i| i.low), interval.map(|i| i.high));
        let deviations = jackknife.map(|j| j.deviations.map(three_digits));
        estimate.is_finite().then_some(Self { estimate, low, high, deviations })
    }

    /// How it differs where points are left out, where that was stored.
    #[must_use]
    pub fn jackknife(&self) -> Option<Jackknife> {
        self.deviations.map(|d| Jackknife { deviations: d.map(f64::from) })
    }
}

/// Three digits: as many as a standard error needs, at a third of the length.
#[expect(clippy::cast_possible_truncation, reason = "three digits are kept")]
fn three_digits(x: f64) -> f32 {
    if x == 0.0 {
        return 0.0;
    }
    format!("{x:.2e}").parse().unwrap_or(x as f32)
}

/// What a result depends on.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct OutputResult {
    /// What it is.
    pub kind: OutputKind,
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Unit of a metric.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Share of all trials, or mean; over the points of the design.
    pub mean: f64,
    /// Whether it was the same in all trials: there is nothing to explain.
    pub constant: bool,
    /// Variance of one trial; absent for `morris`, whose points are not distributed as the parameters are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variance: Option<f64>,
    /// Variance that is due to the factors, luck averaged out (`sobol`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variance_of_factors: Option<Estimated>,
    /// The same as a share of `variance`; the rest is luck (`sobol`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_to_factors: Option<Estimated>,
    /// Each factor, in the order of `factors`; empty where `constant`.
    pub factors: Vec<FactorResult>,
}

/// What a factor does to a result.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct FactorResult {
    /// Which.
    pub id: String,
    /// Whether it changed nothing in any trial (`sobol`, `morris`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inert: bool,
    /// First-order index. `sobol`: share of the variance that is due to the factors. `given`: share of the whole variance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<Estimated>,
    /// Total index (`sobol`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<Estimated>,
    /// Mean change by a move (`morris`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mu: Option<Estimated>,
    /// Mean size of the observed changes, noise included (`morris`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mu_star: Option<Estimated>,
    /// What `mu_star` would be by noise alone (`morris`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noise: Option<f64>,
    /// Mean squared change, noise taken out (`morris`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_square: Option<Estimated>,
    /// Standard deviation of the changes over trajectories, noise taken out; absent where the estimate of its square is below 0
    /// (`morris`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sigma: Option<f64>,
    /// Bins of a parameter's values (`given`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bins: Option<usize>,
}

impl FactorResult {
    /// Nothing but a name.
    #[must_use]
    pub fn new(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            inert: false,
            first: None,
            total: None,
            mu: None,
            mu_star: None,
            noise: None,
            mean_square: None,
            sigma: None,
            bins: None,
        }
    }

    /// By which it is ranked: the total index, the mean size of changes, or the first-order share.
    #[must_use]
    pub fn weight(&self) -> f64 {
        self.total.or(self.mu_star).or(self.first).map_or(f64::NEG_INFINITY, |e| e.estimate)
    }

    /// Whether it can be told from nothing: the lower end of the interval of what it is ranked by (for `morris`, of the mean
    /// square) is above 0, rounding aside.
    #[must_use]
    pub fn told(&self) -> bool {
        self.total.or(self.mean_square).or(self.first).and_then(|e| e.low).is_some_and(|low| low > 1e-12)
    }
}
