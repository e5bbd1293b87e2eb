//! All integers between two ends alike, both included.

use super::params::{at_least, at_most, ordered, whole};
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::UniformInt,
        name: "uniform_int",
        summary: "all integers from min to max alike, both included",
        formula: "1 / (max - min + 1) at k = min, ..., max",
        source: "by definition",
        params: &[
            ParamSpec::new("min", ParamRole::Count, "smallest value; whole, sizes up to 2^31"),
            ParamSpec::new("max", ParamRole::Count, "largest value, not below min; whole, sizes up to 2^31"),
        ],
        variadic: false,
        gives: Gives::Integer,
    },
    check,
    sample,
    quantile,
    cdf,
    mean,
    sd,
    support,
};

/// Largest size of an end: so many values that their chances still differ by less than 1e-6 of each.
const LIMIT: f64 = 2_147_483_648.0; // 2^31

fn check(params: &[f64]) -> Result<(), ParamError> {
    for (name, end) in [("min", params[0]), ("max", params[1])] {
        at_least(-LIMIT, name, end)?;
        at_most(LIMIT, name, end)?;
        whole(name, end)?;
    }
    ordered(("min", params[0]), ("max", params[1]))
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

fn quantile(params: &[f64], p: f64) -> f64 {
    let (min, max) = (params[0], params[1]);
    // ceil - 1: the smallest k whose share of the interval reaches p.
    let k = (p * (max - min + 1.0)).ceil() - 1.0;
    (min + k.max(0.0)).min(max)
}

fn cdf(params: &[f64], x: f64) -> f64 {
    (x.floor() - params[0] + 1.0) / (params[1] - params[0] + 1.0)
}

fn mean(params: &[f64]) -> f64 {
    0.5 * (params[0] + params[1])
}

fn sd(params: &[f64]) -> f64 {
    let n = params[1] - params[0] + 1.0;
    ((n * n - 1.0) / 12.0).sqrt()
}

fn support(params: &[f64]) -> (f64, f64) {
    (params[0], params[1])
}
