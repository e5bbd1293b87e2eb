//! The triangular distribution; `min = max` is that one value.

use super::params::{finite, ordered};
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Triangular,
        name: "triangular",
        summary: "a rough guess with ends and a most likely value",
        formula: "rises in a straight line from 0 at min to 2 / (max - min) at mode, falls to 0 at max",
        source: "Kotz and van Dorp (2004), Beyond Beta, section 1.2",
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

/// Shared with the PERT distribution: three finite numbers that do not fall.
pub(super) fn check(params: &[f64]) -> Result<(), ParamError> {
    finite("min", params[0])?;
    finite("mode", params[1])?;
    finite("max", params[2])?;
    ordered(("min", params[0]), ("max", params[2]))?;
    ordered(("min", params[0]), ("mode", params[1]))?;
    ordered(("mode", params[1]), ("max", params[2]))
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

fn quantile(params: &[f64], p: f64) -> f64 {
    let (min, mode, max) = (params[0], params[1], params[2]);
    let width = max - min;
    if p * width < mode - min {
        // Two roots, since the product under one could overflow.
        min + (p * width).sqrt() * (mode - min).sqrt()
    } else {
        max - ((1.0 - p) * width).sqrt() * (max - mode).sqrt()
    }
}

fn cdf(params: &[f64], x: f64) -> f64 {
    let (min, mode, max) = (params[0], params[1], params[2]);
    let width = max - min;
    if x < mode {
        ((x - min) / width) * ((x - min) / (mode - min))
    } else {
        1.0 - ((max - x) / width) * ((max - x) / (max - mode))
    }
}

fn mean(params: &[f64]) -> f64 {
    params[0] + ((params[1] - params[0]) / 3.0 + (params[2] - params[0]) / 3.0)
}

fn sd(params: &[f64]) -> f64 {
    let width = params[2] - params[0];
    if width == 0.0 {
        return 0.0;
    }
    // In units of the width the variance is (1 - c + c^2) / 18.
    let c = (params[1] - params[0]) / width;
    width * ((1.0 - c + c * c) / 18.0).sqrt()
}

fn support(params: &[f64]) -> (f64, f64) {
    (params[0], params[2])
}
