//! The Weibull distribution.

use super::params::{at_least, at_most, positive};
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::math::{exp, exp_m1, ln_1p, ln_gamma, pow};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Weibull,
        name: "weibull",
        summary: "a waiting time whose rate falls (shape below 1) or rises (above 1) with age",
        formula: "(shape / scale) (x / scale)^(shape - 1) exp(-(x / scale)^shape) for x >= 0",
        source: "Weibull (1951), Journal of Applied Mechanics 18, 293-297",
        params: &[
            ParamSpec::new("shape", ParamRole::Shape, "1 is exponential; 0.01 to 1e6"),
            ParamSpec::new("scale", ParamRole::Scale, "63 % of the draws are below; above 0"),
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
    // With 0.01 the largest draw is scale * 1e156; below, it would overflow.
    at_least(0.01, "shape", params[0])?;
    at_most(1e6, "shape", params[0])?;
    positive("scale", params[1])
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

fn quantile(params: &[f64], p: f64) -> f64 {
    params[1] * pow(-ln_1p(-p), 1.0 / params[0])
}

fn cdf(params: &[f64], x: f64) -> f64 {
    -exp_m1(-pow(x / params[1], params[0]))
}

fn mean(params: &[f64]) -> f64 {
    params[1] * exp(ln_gamma(1.0 + 1.0 / params[0]))
}

/// Infinite where the second moment overflows (shapes below about 0.012).
fn sd(params: &[f64]) -> f64 {
    let inverse = 1.0 / params[0];
    let first = ln_gamma(1.0 + inverse);
    // Var / mean^2 = Gamma(1 + 2/k) / Gamma(1 + 1/k)^2 - 1, without cancellation for large k.
    let excess = exp_m1(ln_gamma(1.0 + 2.0 * inverse) - 2.0 * first);
    mean(params) * excess.max(0.0).sqrt()
}

fn support(_: &[f64]) -> (f64, f64) {
    (0.0, f64::INFINITY)
}
