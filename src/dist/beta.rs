//! The beta distribution.

use super::params::{at_least, at_most};
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::math::{beta_inc, beta_inc_inverse};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Beta,
        name: "beta",
        summary: "an uncertain share; like having seen alpha - 1 successes and beta - 1 failures",
        formula: "x^(alpha - 1) (1 - x)^(beta - 1) / B(alpha, beta) on [0, 1]",
        source: "Johnson, Kotz and Balakrishnan (1995), Continuous Univariate Distributions 2, chapter 25",
        params: &[
            ParamSpec::new("alpha", ParamRole::Shape, "weight of 1; 0.001 to 1e6"),
            ParamSpec::new("beta", ParamRole::Shape, "weight of 0; 0.001 to 1e6"),
        ],
        variadic: false,
        gives: Gives::Real,
    },
    check,
    sample,
    quantile,
    cdf,
    mean,
    sd,
    support,
};

/// Smallest shape: below it nearly every draw rounds to 0 or 1.
const MIN_SHAPE: f64 = 1e-3;
/// Largest shape: up to here the inverse keeps its stated precision.
const MAX_SHAPE: f64 = 1e6;

fn check(params: &[f64]) -> Result<(), ParamError> {
    for (name, shape) in [("alpha", params[0]), ("beta", params[1])] {
        at_least(MIN_SHAPE, name, shape)?;
        at_most(MAX_SHAPE, name, shape)?;
    }
    Ok(())
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

/// Also of use to the PERT distribution.
pub(super) fn quantile(params: &[f64], p: f64) -> f64 {
    beta_inc_inverse(params[0], params[1], p)
}

/// Also of use to the PERT distribution.
pub(super) fn cdf(params: &[f64], x: f64) -> f64 {
    beta_inc(params[0], params[1], x)
}

fn mean(params: &[f64]) -> f64 {
    params[0] / (params[0] + params[1])
}

/// Also of use to the PERT distribution.
pub(super) fn sd(params: &[f64]) -> f64 {
    let (a, b) = (params[0], params[1]);
    let n = a + b;
    (a / n * (b / n) / (n + 1.0)).sqrt()
}

fn support(_: &[f64]) -> (f64, f64) {
    (0.0, 1.0)
}
