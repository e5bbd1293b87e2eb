//! The exponential distribution; `mean = 0` is the value 0.

use super::params::at_least;
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::math::{exp_m1, ln_1p};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Exponential,
        name: "exponential",
        summary: "a waiting time without memory: the chance to happen now does not depend on the time waited",
        formula: "exp(-x / mean) / mean for x >= 0",
        source: "Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions 1, chapter 19",
        params: &[
            ParamSpec::new("mean", ParamRole::Scale, "mean; 0 or above"),
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

fn check(params: &[f64]) -> Result<(), ParamError> {
    at_least(0.0, "mean", params[0])
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

fn quantile(params: &[f64], p: f64) -> f64 {
    -params[0] * ln_1p(-p) + 0.0
}

fn cdf(params: &[f64], x: f64) -> f64 {
    -exp_m1(-x / params[0])
}

fn mean(params: &[f64]) -> f64 {
    params[0]
}

fn sd(params: &[f64]) -> f64 {
    params[0]
}

fn support(params: &[f64]) -> (f64, f64) {
    if params[0] == 0.0 { (0.0, 0.0) } else { (0.0, f64::INFINITY) }
}
