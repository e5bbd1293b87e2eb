//! Acceptance bands for tests of random things, each with a stated false-alarm rate.
//!
//! A correct sampler leaves a band with chance `fail` at most; how wrong a sampler must be for the
//! test to see it is the other half, and [`smallest_visible_bias`] tells it. Both belong into a test.
//! Write the seed into the message; never mend a failing law by another seed or a wider band.
//!
//! The scheme is that of TensorFlow Probability's `statistical_testing` (`false_fail_rate`,
//! `false_pass_rate`).

use crate::math::{beta_pair, gamma_inverse_pair, ln, normal_quantile};

/// The hits that `n` trials of chance `p` give, but for a chance of `fail` at most.
///
/// Returns `(low, high)`, both included; at most `fail / 2` lies on either side. Exact, by the
/// incomplete beta function.
///
/// # Panics
/// If `p` is not in `[0, 1]` or `fail` not in (0, 1).
///
/// ```
/// use escalade::stats::laws::binomial_band;
/// assert_eq!(binomial_band(100, 0.5, 0.05), (40, 60));
/// assert_eq!(binomial_band(100, 0.0, 1e-9), (0, 0));
/// ```
#[must_use]
pub fn binomial_band(n: u64, p: f64, fail: f64) -> (u64, u64) {
    assert!((0.0..=1.0).contains(&p), "a chance must be between 0 and 1, found {p}");
    assert!(fail > 0.0 && fail < 1.0, "a rate of failure must be between 0 and 1, found {fail}");
    // Smallest k with P(X <= k) > fail / 2, so that P(X < k) <= fail / 2.
    let low = smallest(n, |k| tails(n, p, k).0 > 0.5 * fail);
    // Smallest k with P(X > k) <= fail / 2.
    let high = smallest(n, |k| tails(n, p, k).1 <= 0.5 * fail);
    (low, high)
}

/// `(P(X <= k), P(X > k))` for `n` trials of chance `p`.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
fn tails(n: u64, p: f64, k: u64) -> (f64, f64) {
    if k >= n {
        return (1.0, 0.0);
    }
    beta_pair((n - k) as f64, k as f64 + 1.0, 1.0 - p, p)
}

/// Smallest `k` in `0..=n` for which a condition holds that stays true once it is, and is at `n`.
fn smallest(n: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// How far from the claimed share a sampler must be for `n` trials to show it, at worst.
///
/// With a band that a correct sampler leaves with chance `fail`, one whose share is wrong by this much
/// stays inside with chance `pass` at most. By the normal approximation for a share of 1/2, where the
/// noise is greatest; shares near 0 or 1 show less than this.
///
/// # Panics
/// If `fail` or `pass` is not in (0, 1).
///
/// ```
/// use escalade::stats::laws::smallest_visible_bias;
/// assert!(smallest_visible_bias(400_000, 1e-9, 1e-9) < 0.011);
/// ```
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
pub fn smallest_visible_bias(n: u64, fail: f64, pass: f64) -> f64 {
    for rate in [fail, pass] {
        assert!(rate > 0.0 && rate < 1.0, "a rate must be between 0 and 1, found {rate}");
    }
    -(normal_quantile(0.5 * fail) + normal_quantile(pass)) * 0.5 / (n as f64).sqrt()
}

/// Largest distance between the empirical and the true distribution function that `n` draws show, but
/// for a chance of `fail` at most: `sqrt(ln(2 / fail) / (2 n))`.
///
/// Valid for every `n` and every distribution, discrete ones too.
///
/// # Notes
/// P. Massart (1990), "The tight constant in the Dvoretzky-Kiefer-Wolfowitz inequality", Annals of
/// Probability 18, 1269-1283.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 draws")]
pub fn dkw_band(n: u64, fail: f64) -> f64 {
    (ln(2.0 / fail) / (2.0 * n as f64)).sqrt()
}

/// The chi-square statistic with `freedom` degrees of freedom exceeds this with chance `fail`.
///
/// Holds well if every expected count is above 50 or so; the chance is that of the limit.
#[must_use]
pub fn chi_square_limit(freedom: u32, fail: f64) -> f64 {
    2.0 * gamma_inverse_pair(0.5 * f64::from(freedom), 1.0 - fail, fail)
}

/// Asserts that `k` hits in `n` trials agree with the chance `p`, at false-alarm rate `fail`.
///
/// `what` should name the share and the seed; it is part of the message.
///
/// # Panics
/// If they do not agree; with share, expected share, band and `what`.
#[expect(clippy::cast_precision_loss, reason = "shares for a message")]
pub fn assert_share(k: u64, n: u64, p: f64, fail: f64, what: &str) {
    let (low, high) = binomial_band(n, p, fail);
    let share = |hits: u64| hits as f64 / n as f64;
    assert!(
        (low..=high).contains(&k),
        "{what}: share {} of {n}, expected {p}, accepted {} to {} at false-alarm rate {fail:e}",
        share(k),
        share(low),
        share(high),
    );
}
