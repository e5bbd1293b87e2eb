//! The Poisson distribution, by exact inversion; `mean = 0` is the value 0.

use super::params::{at_least, at_most};
use super::counting::{SMALL_MEAN, UPPER_TAIL, by_running_sum, smallest_reaching};
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::math::{exp, gamma_pair, normal_quantile};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Poisson,
        name: "poisson",
        summary: "a number of independent occurrences",
        formula: "exp(-mean) mean^k / k! for k = 0, 1, 2, ...",
        source: "Johnson, Kemp and Kotz (2005), Univariate Discrete Distributions, chapter 4",
        params: &[
            ParamSpec::new("mean", ParamRole::Count, "expected number; 0 to 1e6"),
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

fn check(params: &[f64]) -> Result<(), ParamError> {
    at_least(0.0, "mean", params[0])?;
    at_most(1e6, "mean", params[0])
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

/// The smallest `k` with `F(k) >= p`.
///
/// # Numerics
/// Up to a mean of 32 the masses are summed from 0: about one division per unit of the result.
/// Above, and in the last millionth of the upper tail, `F(k) = 1 - P(k + 1, mean)` is evaluated at a
/// guess (Cornish and Fisher's first correction) and its neighbours. Both are the same function up
/// to an error in `F` of 1e-14, so that draws are coupled: nondecreasing in `p` (exactly, but for the one
/// point where the method changes) and in the mean, unless `p` lies within that error of a step.
fn quantile(params: &[f64], p: f64) -> f64 {
    let mean = params[0];
    if mean == 0.0 {
        return 0.0;
    }
    if mean <= SMALL_MEAN && p < UPPER_TAIL {
        return by_running_sum(p, exp(-mean), f64::INFINITY, |k| mean / k);
    }
    let z = normal_quantile(p);
    let guess = mean + mean.sqrt() * z + (z * z - 1.0) / 6.0;
    // 1e6 is 1000 standard deviations above the mean, or more than any draw at small means.
    smallest_reaching(p, guess, (mean + 1e6).floor(), |k| {
        let (above, below) = gamma_pair(k + 1.0, mean);
        (below, above)
    })
}

fn cdf(params: &[f64], x: f64) -> f64 {
    gamma_pair(x.floor() + 1.0, params[0]).1
}

fn mean(params: &[f64]) -> f64 {
    params[0]
}

fn sd(params: &[f64]) -> f64 {
    params[0].sqrt()
}

fn support(params: &[f64]) -> (f64, f64) {
    if params[0] == 0.0 { (0.0, 0.0) } else { (0.0, f64::INFINITY) }
}
