//! Rival theories: the results of several variants side by side, and their weighted pool.

use serde::Serialize;
use std::collections::BTreeMap;

use super::intervals::IntervalResult;
use super::summary::{ClampedReport, IndicatorResult, MetricResult, OutcomeResult, Plan, ScenarioRef, Summary, ToolRef};
use crate::stats::{Opinion, pool};

/// What an ensemble yields.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct EnsembleSummary {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// Of which scenario.
    pub scenario: ScenarioRef,
    /// What was run, once for each theory; the variant is the names of all.
    pub plan: Plan,
    /// The theories, in the order in which they were named.
    pub ensemble: Vec<Theory>,
    /// All of them as one.
    pub pooled: PooledShares,
}

/// One theory.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Theory {
    /// Its variant.
    pub variant: String,
    /// Its weight; all weights add up to 1.
    pub weight: f64,
    /// Paths and values that it changes.
    pub overrides: BTreeMap<String, String>,
    /// Shares of outcomes.
    pub outcomes: Vec<OutcomeResult>,
    /// Shares of indicators.
    pub indicators: Vec<IndicatorResult>,
    /// Metrics.
    pub metrics: Vec<MetricResult>,
    /// Probabilities, rates and weights that left their range.
    pub clamped: Vec<ClampedReport>,
}

/// The pool.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct PooledShares {
    /// Outcomes.
    pub outcomes: Vec<PooledShare>,
    /// Indicators that are conditional on nothing.
    pub indicators: Vec<PooledShare>,
}

/// A pooled share.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct PooledShare {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Nothing was decided.
    pub unresolved: bool,
    /// Weighted mean of the shares.
    pub share: f64,
    /// How far more trials would move the share.
    pub interval: IntervalResult,
    /// Standard deviation of the shares about the pooled one, by weight: how far the theories are apart.
    pub disagreement: f64,
}

/// A share of one theory: what is pooled.
struct One<'a> {
    id: &'a str,
    label: &'a str,
    unresolved: bool,
    count: u64,
    interval: &'a IntervalResult,
}

impl EnsembleSummary {
    /// Pools the summaries of variants that were run on the same trials; weights are above 0, not all need add up to 1.
    /// `None` without theories.
    #[must_use]
    pub fn new(theories: Vec<(Summary, f64)>) -> Option<Self> {
        let total: f64 = theories.iter().map(|t| t.1).sum();
        let first = &theories.first()?.0;
        let (format, tool, scenario) = (first.format, first.tool.clone(), first.scenario.clone());
        let names: Vec<&str> = theories.iter().map(|t| t.0.plan.variant.as_str()).collect();
        let complete = theories.iter().all(|t| t.0.plan.complete);
        let plan = Plan { variant: names.join("+"), variant_label: None, overrides: BTreeMap::new(), complete, ..first.plan.clone() };
        let weights: Vec<f64> = theories.iter().map(|t| t.1 / total).collect();
        let outcomes: Vec<Vec<One<'_>>> = theories.iter().map(|t| t.0.outcomes.iter().map(of_outcome).collect()).collect();
        let indicators: Vec<Vec<One<'_>>> =
            theories.iter().map(|t| t.0.indicators.iter().filter(|i| i.given.is_none()).map(of_indicator).collect()).collect();
        let all = |ones: &[Vec<One<'_>>]| pooled(ones, &weights, &plan);
        let pooled = PooledShares { outcomes: all(&outcomes), indicators: all(&indicators) };
        let ensemble = theories
            .into_iter()
            .zip(weights)
            .map(|((s, _), weight)| Theory {
                variant: s.plan.variant,
                weight,
                overrides: s.plan.overrides,
                outcomes: s.outcomes,
                indicators: s.indicators,
                metrics: s.metrics,
                clamped: s.clamped,
            })
            .collect();
        Some(Self { format, tool, scenario, plan, ensemble, pooled })
    }
}

fn of_outcome(o: &OutcomeResult) -> One<'_> {
    One { id: &o.id, label: &o.label, unresolved: o.unresolved, count: o.count, interval: &o.interval }
}

fn of_indicator(i: &IndicatorResult) -> One<'_> {
    One { id: &i.id, label: &i.label, unresolved: false, count: i.count, interval: &i.interval }
}

/// Pools what has the same name. What a theory does not have never happens in it.
fn pooled(theories: &[Vec<One<'_>>], weights: &[f64], plan: &Plan) -> Vec<PooledShare> {
    let mut names: Vec<&One<'_>> = Vec::new();
    for one in theories.iter().flatten() {
        if names.iter().all(|n| n.id != one.id) {
            names.push(one);
        }
    }
    let never = plan.intervals.one(0, plan.trials);
    let pool_one = |name: &&One<'_>| {
        let found: Vec<Option<&One<'_>>> = theories.iter().map(|t| t.iter().find(|o| o.id == name.id)).collect();
        let opinion = |(one, weight): (Option<&One<'_>>, &f64)| Opinion {
            weight: *weight,
            hits: one.map_or(0, |o| o.count),
            trials: plan.trials.max(1),
        };
        let opinions: Vec<Opinion> = found.iter().copied().zip(weights).map(opinion).collect();
        let pool = pool(&opinions, plan.intervals.level)?;
        // The theories ran on the same trials, so their errors may go together: the ends are combined as if they
        // always did, which makes the interval too long rather than too short.
        let intervals: Vec<&IntervalResult> = found.iter().map(|one| one.map_or(&never, |o| o.interval)).collect();
        let mean = |end: fn(&IntervalResult) -> Option<f64>| -> Option<f64> {
            intervals.iter().zip(weights).map(|(i, w)| end(i).map(|x| w * x)).sum::<Option<f64>>().map(|x| x.min(1.0))
        };
        let none = opinions.iter().all(|o| o.hits == 0);
        let all = opinions.iter().all(|o| o.hits == o.trials);
        let interval = IntervalResult {
            low: mean(|i| Some(i.low))?,
            high: if all { 1.0 } else { mean(|i| Some(i.high))? },
            method: "pooled",
            bound: if none || all { mean(|i| i.bound) } else { None },
            ..intervals.first().map_or_else(|| never.clone(), |i| (*i).clone())
        };
        Some(PooledShare {
            id: name.id.to_owned(),
            label: name.label.to_owned(),
            unresolved: name.unresolved,
            share: pool.share,
            interval,
            disagreement: pool.disagreement,
        })
    };
    names.iter().filter_map(pool_one).collect()
}
