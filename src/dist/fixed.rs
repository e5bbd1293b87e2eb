//! A value that does not vary: for switching uncertainty off.

use super::params::finite;
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Fixed,
        name: "fixed",
        summary: "a number that does not vary",
        formula: "all mass at value",
        source: "by definition",
        params: &[
            ParamSpec::new("value", ParamRole::Location, "the value"),
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
    finite("value", params[0])
}

fn sample(params: &[f64], _: Block) -> f64 {
    params[0]
}

fn quantile(params: &[f64], _: f64) -> f64 {
    params[0]
}

fn cdf(params: &[f64], x: f64) -> f64 {
    if x >= params[0] { 1.0 } else { 0.0 }
}

fn mean(params: &[f64]) -> f64 {
    params[0]
}

fn sd(_: &[f64]) -> f64 {
    0.0
}

fn support(params: &[f64]) -> (f64, f64) {
    (params[0], params[0])
}
