//! True with a given chance: 1 for true, 0 for false.

use super::params::chance;
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Bernoulli,
        name: "bernoulli",
        summary: "true with chance p",
        formula: "p at 1, 1 - p at 0",
        source: "by definition",
        params: &[
            ParamSpec::new("p", ParamRole::Probability, "chance of true"),
        ],
        variadic: false,
        gives: Gives::Truth,
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
    chance("p", params[0])
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

/// True in the upper part of the unit interval, so that the value does not fall as `u` rises, and
/// true stays true as `p` rises.
fn quantile(params: &[f64], u: f64) -> f64 {
    // `1 - u` is exact for a draw, so a chance of 0 never and a chance of 1 always holds.
    if 1.0 - u < params[0] { 1.0 } else { 0.0 }
}

fn cdf(params: &[f64], x: f64) -> f64 {
    if x < 1.0 { 1.0 - params[0] } else { 1.0 }
}

fn mean(params: &[f64]) -> f64 {
    params[0]
}

fn sd(params: &[f64]) -> f64 {
    (params[0] * (1.0 - params[0])).sqrt()
}

fn support(params: &[f64]) -> (f64, f64) {
    (if params[0] == 1.0 { 1.0 } else { 0.0 }, if params[0] == 0.0 { 0.0 } else { 1.0 })
}
