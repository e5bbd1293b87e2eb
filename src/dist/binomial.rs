//! The binomial distribution, by exact inversion.

use super::params::{at_least, at_most, chance, whole};
use super::counting::{SMALL_MEAN, UPPER_TAIL, by_running_sum, smallest_reaching};
use super::spec::{FamilySpec, Gives, Law, ParamRole, ParamSpec};
use super::{Family, ParamError};
use crate::math::{beta_pair, exp, ln_1p, normal_quantile};
use crate::rng::Block;

/// Description and functions of the family.
pub(super) static LAW: Law = Law {
    spec: FamilySpec {
        family: Family::Binomial,
        name: "binomial",
        summary: "a number of successes in n independent tries",
        formula: "n! / (k! (n - k)!) p^k (1 - p)^(n - k) for k = 0, ..., n",
        source: "Johnson, Kemp and Kotz (2005), Univariate Discrete Distributions, chapter 3",
        params: &[
            ParamSpec::new("n", ParamRole::Count, "number of tries; whole, 0 to 1e6"),
            ParamSpec::new("p", ParamRole::Probability, "chance of one success"),
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
    at_least(0.0, "n", params[0])?;
    at_most(1e6, "n", params[0])?;
    whole("n", params[0])?;
    chance("p", params[1])
}

fn sample(params: &[f64], block: Block) -> f64 {
    quantile(params, block.unit())
}

/// The smallest `k` with `F(k) >= p`.
///
/// # Numerics
/// A chance above 1/2 is mirrored. Otherwise as for the Poisson distribution, with
/// `F(k) = I_{1 - p}(n - k, k + 1)`; coupled in the same sense, also in `n` and `p`.
fn quantile(params: &[f64], u: f64) -> f64 {
    let (n, p) = (params[0], params[1]);
    if p > 0.5 { n - successes(n, 1.0 - p, 1.0 - u) } else { successes(n, p, u) }
}

/// The smallest `k` with `F(k) >= u`, for `p <= 1/2`.
fn successes(n: f64, p: f64, u: f64) -> f64 {
    let mean = n * p;
    if mean == 0.0 {
        return 0.0;
    }
    if mean <= SMALL_MEAN && u < UPPER_TAIL {
        let odds = p / (1.0 - p);
        return by_running_sum(u, exp(n * ln_1p(-p)), n, |k| odds * ((n - k + 1.0) / k));
    }
    let z = normal_quantile(u);
    let guess = mean + (mean * (1.0 - p)).sqrt() * z + (1.0 - 2.0 * p) * (z * z - 1.0) / 6.0;
    smallest_reaching(u, guess, n, |k| tails(n, p, k))
}

/// `(F(k), 1 - F(k))` for `0 <= k < n`.
fn tails(n: f64, p: f64, k: f64) -> (f64, f64) {
    beta_pair(n - k, k + 1.0, 1.0 - p, p)
}

fn cdf(params: &[f64], x: f64) -> f64 {
    tails(params[0], params[1], x.floor()).0
}

fn mean(params: &[f64]) -> f64 {
    params[0] * params[1]
}

fn sd(params: &[f64]) -> f64 {
    (params[0] * params[1] * (1.0 - params[1])).sqrt()
}

fn support(params: &[f64]) -> (f64, f64) {
    let (n, p) = (params[0], params[1]);
    (if p == 1.0 { n } else { 0.0 }, if p == 0.0 { 0.0 } else { n })
}
