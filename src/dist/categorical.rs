//! One of several categories, by weight: the index of the category, from 0.
//!
//! The parameters are the weights; they need not add up to 1. A category of weight 0 is never drawn.

use super::params::{at_least, finite};
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Categorical,
        name: "categorical",
        summary: "one of several categories, by weight",
        formula: "weight_k / sum of weights at k",
        source: "by definition",
        params: &[
            ParamSpec::new("weights", ParamRole::Shape, "one weight per category, in order; none below 0, not all 0"),
        ],
        variadic: true,
        gives: Gives::Category,
    },
    check,
    sample,
    quantile,
    cdf,
    mean,
    sd,
    support,
};

fn check(params: &[f64]) -> Result<(), ParamError> {
    for &weight in params {
        at_least(0.0, "weights", weight)?;
    }
    let total = total(params);
    finite("weights", total)?;
    if total > 0.0 { Ok(()) } else { Err(ParamError::NoWeight) }
}

/// Sum of the weights, in their order.
fn total(params: &[f64]) -> f64 {
    params.iter().fold(0.0, |sum, weight| sum + weight)
}

/// Position of a category as a number.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 categories")]
fn index(k: usize) -> f64 {
    k as f64
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

fn quantile(params: &[f64], p: f64) -> f64 {
    let goal = p * total(params);
    let mut sum = 0.0;
    let mut last = 0;
    for (k, &weight) in params.iter().enumerate() {
        sum += weight;
        if weight > 0.0 {
            if goal <= sum {
                return index(k);
            }
            last = k;
        }
    }
    // The whole sum is the total, bit for bit, and p <= 1: not reached with checked weights.
    index(last)
}

fn cdf(params: &[f64], x: f64) -> f64 {
    let below = params.iter().enumerate().filter(|&(k, _)| index(k) <= x);
    let sum = below.fold(0.0, |sum, (_, weight)| sum + weight);
    sum / total(params)
}

fn mean(params: &[f64]) -> f64 {
    let total = total(params);
    params.iter().enumerate().fold(0.0, |sum, (k, weight)| sum + index(k) * (weight / total))
}

fn sd(params: &[f64]) -> f64 {
    let total = total(params);
    let mean = mean(params);
    let spread = |k| (index(k) - mean) * (index(k) - mean);
    params.iter().enumerate().fold(0.0, |sum, (k, w)| sum + spread(k) * (w / total)).sqrt()
}

/// First and last category with a weight.
fn support(params: &[f64]) -> (f64, f64) {
    let first = params.iter().position(|&w| w > 0.0).unwrap_or(0);
    let last = params.iter().rposition(|&w| w > 0.0).unwrap_or(0);
    (index(first), index(last))
}
