//! The uniform distribution on an interval; `min = max` is that one value.

use super::params::{finite, ordered};
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Uniform,
        name: "uniform",
        summary: "all values between min and max alike",
        formula: "1 / (max - min) on [min, max]",
        source: "by definition",
        params: &[
            ParamSpec::new("min", ParamRole::Location, "lower end"),
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
    finite("min", params[0])?;
    finite("max", params[1])?;
    ordered(("min", params[0]), ("max", params[1]))
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

fn quantile(params: &[f64], p: f64) -> f64 {
    let (min, max) = (params[0], params[1]);
    // Rounding may lead an ulp beyond the end.
    (min + (max - min) * p).min(max)
}

fn cdf(params: &[f64], x: f64) -> f64 {
    (x - params[0]) / (params[1] - params[0])
}

fn mean(params: &[f64]) -> f64 {
    0.5 * params[0] + 0.5 * params[1]
}

fn sd(params: &[f64]) -> f64 {
    (params[1] - params[0]) / 12.0_f64.sqrt()
}

fn support(params: &[f64]) -> (f64, f64) {
    (params[0], params[1])
}
