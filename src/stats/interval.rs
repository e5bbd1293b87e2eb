//! Intervals for a share of `k` hits in `n` trials.
//!
//! All take a two-sided `level` in (0, 1), such as 0.95, and give ends in `[0, 1]`. With no trials
//! the interval is `[0, 1]`; with no hits `low` is exactly 0, with nothing but hits `high` is exactly 1.
//!
//! Which one: Wilson's for reports (close to its level on average, never empty); Clopper and Pearson's
//! where the level is a guarantee; Jeffreys' where a Bayesian reading is wanted. L. D. Brown, T. T. Cai,
//! A. `DasGupta` (2001), "Interval estimation for a binomial proportion", Statistical Science 16, 101-133.

use crate::math::{beta_inverse_pair, exp, exp_m1, ln, normal_quantile};

/// A closed interval: of shares within `[0, 1]`, unless what gives it says otherwise.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end, at least `low`.
    pub high: f64,
}

impl Interval {
    /// All shares: what no trials tell.
    pub(super) const EVERYTHING: Self = Self { low: 0.0, high: 1.0 };

    /// Whether a number lies within, ends included.
    #[must_use]
    pub fn contains(&self, share: f64) -> bool {
        self.low <= share && share <= self.high
    }

    /// `high - low`.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.high - self.low
    }
}

/// Number of trials as a float.
///
/// # Panics
/// If there are more hits than trials, or the level is no level.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
fn checked(k: u64, n: u64, level: f64) -> (f64, f64) {
    assert!(k <= n, "{k} hits in {n} trials");
    assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
    (k as f64, n as f64)
}

/// Wilson score interval for a share of `k` hits in `n` trials.
///
/// The shares that a test by the normal approximation would not reject. `level` is two-sided, in
/// (0, 1); `n == 0` gives `[0, 1]`.
///
/// # Panics
/// If `k > n`, or `level` is not in (0, 1).
///
/// # Notes
/// E. B. Wilson (1927), "Probable inference", J. Am. Stat. Assoc. 22, 209-212.
///
/// ```
/// use escalade::stats::wilson;
/// let none = wilson(0, 1000, 0.95);
/// assert_eq!(none.low, 0.0);
/// assert!((none.high - 0.003_826_8).abs() < 1e-7);
/// ```
#[must_use]
pub fn wilson(k: u64, n: u64, level: f64) -> Interval {
    let (hits, trials) = checked(k, n, level);
    if n == 0 {
        return Interval::EVERYTHING;
    }
    wilson_of_reals(hits, trials - hits, level)
}

/// Wilson's interval for hits and misses that need not be whole, such as effective numbers; at least
/// one of them above 0.
pub(super) fn wilson_of_reals(hits: f64, misses: f64, level: f64) -> Interval {
    let trials = hits + misses;
    let z = -normal_quantile(0.5 * (1.0 - level));
    let z2 = z * z;
    // Ends by way of the product of the roots, which cancels nowhere: with
    // root = z sqrt(k (n - k) / n + z^2 / 4) the low end is k^2 / n over (k + z^2/2 + root).
    let root = z * (hits * misses / trials + 0.25 * z2).sqrt();
    let low = hits * (hits / trials) / (hits + 0.5 * z2 + root);
    // The high end is the mirror image; a small one is written without the difference from 1, which would cost
    // it digits.
    let high = if hits < misses {
        (hits + 0.5 * z2 + root) / (trials + z2)
    } else {
        1.0 - misses * (misses / trials) / (misses + 0.5 * z2 + root)
    };
    Interval { low, high }
}

/// Clopper-Pearson interval for a share of `k` hits in `n` trials: the exact one.
///
/// Holds the true share with chance `level` or more, whatever it is; wider than necessary on
/// average. `n == 0` gives `[0, 1]`.
///
/// # Panics
/// If `k > n`, or `level` is not in (0, 1).
///
/// # Notes
/// C. J. Clopper, E. S. Pearson (1934), "The use of confidence or fiducial limits illustrated in the
/// case of the binomial", Biometrika 26, 404-413.
#[must_use]
pub fn clopper_pearson(k: u64, n: u64, level: f64) -> Interval {
    let (hits, trials) = checked(k, n, level);
    if n == 0 {
        return Interval::EVERYTHING;
    }
    let tail = 0.5 * (1.0 - level);
    // Without hits, P(no hit) = (1 - high)^n is the tail; likewise without misses.
    let low = match k {
        0 => 0.0,
        _ if k == n => exp(ln(tail) / trials),
        _ => beta_low(hits, trials - hits + 1.0, tail),
    };
    let high = match k {
        0 => -exp_m1(ln(tail) / trials),
        _ if k == n => 1.0,
        _ => beta_high(hits + 1.0, trials - hits, tail),
    };
    Interval { low, high }
}

/// Jeffreys interval for a share of `k` hits in `n` trials: the central part of the posterior under
/// the prior beta(1/2, 1/2).
///
/// `k == 0` gives `low = 0` and `k == n` gives `high = 1` (the modification of Brown, Cai and
/// `DasGupta` 2001). `n == 0` gives `[0, 1]`.
///
/// # Panics
/// If `k > n`, or `level` is not in (0, 1).
///
/// # Notes
/// H. Jeffreys (1946), "An invariant form for the prior probability in estimation problems", Proc.
/// Royal Society A 186, 453-461.
#[must_use]
pub fn jeffreys(k: u64, n: u64, level: f64) -> Interval {
    let (hits, trials) = checked(k, n, level);
    if n == 0 {
        return Interval::EVERYTHING;
    }
    let tail = 0.5 * (1.0 - level);
    let (a, b) = (hits + 0.5, trials - hits + 0.5);
    let low = if k == 0 { 0.0 } else { beta_low(a, b, tail) };
    let high = if k == n { 1.0 } else { beta_high(a, b, tail) };
    Interval { low, high }
}

/// The share below which beta(a, b) has this much.
fn beta_low(a: f64, b: f64, tail: f64) -> f64 {
    beta_inverse_pair(a, b, tail, 1.0 - tail).0
}

/// The share above which beta(a, b) has this much.
fn beta_high(a: f64, b: f64, tail: f64) -> f64 {
    beta_inverse_pair(a, b, 1.0 - tail, tail).0
}
