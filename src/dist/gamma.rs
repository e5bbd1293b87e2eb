//! The gamma distribution.

use super::params::{at_least, at_most, positive};
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::math::{gamma_p, gamma_p_inverse};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Gamma,
        name: "gamma",
        summary: "a waiting time made of several steps; shape 1 is exponential, large shapes are nearly normal",
        formula: "x^(shape - 1) exp(-x / scale) / (Gamma(shape) scale^shape) for x > 0",
        source: "Johnson, Kotz and Balakrishnan (1994), Continuous Univariate Distributions 1, chapter 17",
        params: &[
            ParamSpec::new("shape", ParamRole::Shape, "number of steps, need not be whole; 0.001 to 1e6"),
            ParamSpec::new("scale", ParamRole::Scale, "mean of one step; above 0"),
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
    // Below 0.001 nearly every draw underflows; above 1e6 the inverse loses its stated precision.
    at_least(1e-3, "shape", params[0])?;
    at_most(1e6, "shape", params[0])?;
    positive("scale", params[1])
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

fn quantile(params: &[f64], p: f64) -> f64 {
    params[1] * gamma_p_inverse(params[0], p)
}

fn cdf(params: &[f64], x: f64) -> f64 {
    gamma_p(params[0], x / params[1])
}

fn mean(params: &[f64]) -> f64 {
    params[0] * params[1]
}

fn sd(params: &[f64]) -> f64 {
    params[0].sqrt() * params[1]
}

fn support(_: &[f64]) -> (f64, f64) {
    (0.0, f64::INFINITY)
}
