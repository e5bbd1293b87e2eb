//! The PERT distribution: a beta distribution stretched between two ends.
//!
//! `min = max` is that one value.

use super::beta;
use super::triangular;
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Pert,
        name: "pert",
        summary: "a smooth guess with ends and a most likely value; less weight at the ends than triangular",
        formula: "beta(1 + 4 (mode - min) / (max - min), 1 + 4 (max - mode) / (max - min)) stretched from min to max",
        source: "Malcolm, Roseboom, Clark and Fazar (1959), Operations Research 7, 646-669; Vose (2008), Risk Analysis",
        params: &[
            ParamSpec::new("min", ParamRole::Location, "lower end"),
            ParamSpec::new("mode", ParamRole::Location, "most likely value, between the ends"),
            ParamSpec::new("max", ParamRole::Location, "upper end, not below min"),
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
    triangular::check(params)
}

/// The shapes of the beta distribution that is stretched.
fn shapes(params: &[f64]) -> [f64; 2] {
    let (min, mode, max) = (params[0], params[1], params[2]);
    let width = max - min;
    if width == 0.0 {
        return [3.0, 3.0];
    }
    [1.0 + 4.0 * ((mode - min) / width), 1.0 + 4.0 * ((max - mode) / width)]
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

fn quantile(params: &[f64], p: f64) -> f64 {
    let (min, max) = (params[0], params[2]);
    (min + (max - min) * beta::quantile(&shapes(params), p)).min(max)
}

fn cdf(params: &[f64], x: f64) -> f64 {
    beta::cdf(&shapes(params), (x - params[0]) / (params[2] - params[0]))
}

fn mean(params: &[f64]) -> f64 {
    params[0] + (4.0 * ((params[1] - params[0]) / 6.0) + (params[2] - params[0]) / 6.0)
}

fn sd(params: &[f64]) -> f64 {
    (params[2] - params[0]) * beta::sd(&shapes(params))
}

fn support(params: &[f64]) -> (f64, f64) {
    (params[0], params[2])
}
