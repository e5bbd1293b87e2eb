//! The Pareto distribution (type I).

use super::params::{at_least, at_most, positive};
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::math::{exp_m1, exp, ln, ln_1p};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Pareto,
        name: "pareto",
        summary: "a power-law tail above a minimum: losses, casualties, fortunes",
        formula: "alpha min^alpha / x^(alpha + 1) for x >= min",
        source: "Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions 1, chapter 20",
        params: &[
            ParamSpec::new("min", ParamRole::Scale, "smallest value; above 0"),
            ParamSpec::new("alpha", ParamRole::Shape, "weight of the tail: the smaller the heavier; no mean up to 1, no variance up to 2; 0.1 to 1e6"),
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
    positive("min", params[0])?;
    // With 0.1 the largest draw is min * 1e160.
    at_least(0.1, "alpha", params[1])?;
    at_most(1e6, "alpha", params[1])
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

fn quantile(params: &[f64], p: f64) -> f64 {
    params[0] * exp(-ln_1p(-p) / params[1])
}

fn cdf(params: &[f64], x: f64) -> f64 {
    -exp_m1(-params[1] * ln(x / params[0]))
}

fn mean(params: &[f64]) -> f64 {
    let (min, alpha) = (params[0], params[1]);
    if alpha > 1.0 { min * (alpha / (alpha - 1.0)) } else { f64::INFINITY }
}

fn sd(params: &[f64]) -> f64 {
    let (min, alpha) = (params[0], params[1]);
    if alpha > 2.0 {
        min / (alpha - 1.0) * (alpha / (alpha - 2.0)).sqrt()
    } else {
        f64::INFINITY
    }
}

fn support(params: &[f64]) -> (f64, f64) {
    (params[0], f64::INFINITY)
}
