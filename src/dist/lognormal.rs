//! The lognormal distribution, by its median and the spread of its logarithm.

use super::params::{at_least, at_most, positive};
use super::normal::box_muller;
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::math::{exp, exp_m1, ln, normal_cdf, normal_quantile};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Lognormal,
        name: "lognormal",
        summary: "a positive number uncertain by a factor; two thirds within a factor exp(sigma) of the median",
        formula: "exp(-(ln(x / median))^2 / (2 sigma^2)) / (x sigma sqrt(2 pi)) for x > 0",
        source: "Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions 1, chapter 14",
        params: &[
            ParamSpec::new("median", ParamRole::Scale, "half of the draws are below; above 0"),
            ParamSpec::new("sigma", ParamRole::Shape, "standard deviation of the logarithm; 0 to 50"),
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
    positive("median", params[0])?;
    at_least(0.0, "sigma", params[1])?;
    // The largest draw is median * exp(8.6 sigma).
    at_most(50.0, "sigma", params[1])
}

fn sample(params: &[f64], block: Block) -> f64 {
    params[0] * exp(params[1] * box_muller(block))
}

fn quantile(params: &[f64], p: f64) -> f64 {
    params[0] * exp(params[1] * normal_quantile(p))
}

fn cdf(params: &[f64], x: f64) -> f64 {
    if params[1] == 0.0 {
        return if x >= params[0] { 1.0 } else { 0.0 };
    }
    if x <= 0.0 {
        return 0.0;
    }
    normal_cdf(ln(x / params[0]) / params[1])
}

fn mean(params: &[f64]) -> f64 {
    params[0] * exp(0.5 * params[1] * params[1])
}

fn sd(params: &[f64]) -> f64 {
    let square = params[1] * params[1];
    mean(params) * exp_m1(square).sqrt()
}

fn support(params: &[f64]) -> (f64, f64) {
    if params[1] == 0.0 { (params[0], params[0]) } else { (0.0, f64::INFINITY) }
}
