//! Luck and ignorance apart: what trials that share their parameters tell.

use serde::Serialize;

use super::intervals::IntervalResult;
use super::summary::{Plan, ScenarioRef, ToolRef};
use crate::stats::NestedShares;

/// How much of the distribution of P(outcome | parameters) a band holds.
pub const BAND: f64 = 0.9;

/// What a nested design yields.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct UncertaintySummary {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// Of which scenario.
    pub scenario: ScenarioRef,
    /// What was run.
    pub plan: Plan,
    /// Luck and ignorance.
    pub uncertainty: Uncertainty,
}

/// Luck and ignorance in a run whose trials share parameters in blocks.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Uncertainty {
    /// Parameter points.
    pub points: u64,
    /// Trials at each point, which share its parameters and nothing else.
    pub trials_per_point: u64,
    /// Cost in trials.
    pub trials: u64,
    /// Parameters that are drawn.
    pub drawn_parameters: usize,
    /// Outcomes.
    pub outcomes: Vec<UncertainShare>,
    /// Indicators that are conditional on nothing.
    pub indicators: Vec<UncertainShare>,
}

/// A share, and where its uncertainty comes from.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct UncertainShare {
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
    /// Its interval: Wilson's, for as many independent trials as tell as much.
    pub interval: IntervalResult,
    /// Share of the variance that is due to the parameters; absent where all trials ended alike, or no parameter is drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_to_parameters: Option<Due>,
    /// The part of the distribution of P(this | parameters) without its tails.
    pub given_parameters: Band,
}

/// A share of variance.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Due {
    /// Estimate, moved to where it can be.
    pub share: f64,
    /// As estimated: without bias, perhaps below 0.
    pub raw: f64,
    /// Variance of P(this | parameters), as estimated: without bias, perhaps below 0.
    pub variance: f64,
    /// Lower end of its interval; absent, like the upper one, where the points tell too little.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Level of the interval.
    pub level: f64,
}

/// The band of P(something | parameters).
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Band {
    /// How much of the distribution it holds.
    pub mass: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How much of the scatter of the shares at the points is that of the chances; below 0.8 the band has the right width, and
    /// the shape of noise.
    pub reliability: f64,
}

impl UncertainShare {
    /// From the hits at each point, of so many trials each.
    ///
    /// # Panics
    /// With fewer than two points or trials, or more hits than trials.
    #[must_use]
    pub fn new((id, label, unresolved): (String, String, bool), hits: &[u64], trials: u64, level: f64) -> Self {
        let nested = NestedShares::new(hits, trials);
        let count: u64 = hits.iter().sum();
        let all = hits.len() as u64 * trials;
        let ends = nested.share_interval(level);
        let explained = nested.explained_interval(level);
        let due = |e: crate::stats::Estimate| Due {
            share: e.clamped,
            raw: e.raw,
            variance: nested.variance().raw,
            low: explained.map(|i| i.low),
            high: explained.map(|i| i.high),
            level,
        };
        // Where all ended alike each point counts as one trial: its parameters may decide all.
        let points = hits.len() as u64;
        let bound = match count {
            0 => IntervalResult::new(0, points, level).bound,
            _ if count == all => IntervalResult::new(points, points, level).bound,
            _ => None,
        };
        let band = nested.band(BAND);
        Self {
            id,
            label,
            unresolved,
            count,
            share: nested.share(),
            interval: IntervalResult { low: ends.low, high: ends.high, level, method: "wilson-effective", simultaneous: None, bound },
            due_to_parameters: nested.explained().map(due),
            given_parameters: Band { mass: BAND, low: band.low, high: band.high, reliability: nested.reliability() },
        }
    }

    /// The same where no parameter is drawn: all is luck by construction, and all trials are independent.
    ///
    /// # Panics
    /// As [`Self::new`].
    #[must_use]
    pub fn of_luck(name: (String, String, bool), hits: &[u64], trials: u64, level: f64) -> Self {
        let one = Self::new(name, hits, trials, level);
        let interval = IntervalResult::new(one.count, hits.len() as u64 * trials, level);
        let given_parameters = Band { low: one.share, high: one.share, reliability: 0.0, ..one.given_parameters };
        Self { interval, due_to_parameters: None, given_parameters, ..one }
    }
}
