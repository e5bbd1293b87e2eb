//! An interval that may be looked at after every trial.

use super::Interval;
use super::simultaneous::simultaneous_level;
use crate::math::{exp, exp_m1, ln, ln_1p, ln_gamma};

/// `ln(2 / pi) / 2`.
const HALF_LN_2_OVER_PI: f64 = -0.225_791_352_644_727_43;

/// A confidence sequence for a share: an interval per number of trials, and with chance `level` **all**
/// of them hold the share.
///
/// So a run may look as often as it likes and stop when it likes the look of it; the interval at the
/// stopping time is as good as any other. An interval for a fixed number of trials, looked at again and
/// again, is not: sooner or later it excludes the truth (law of the iterated logarithm).
///
/// With `k` hits in `n` trials, `m = n - k` misses, it is the set of all shares `p` with
///
/// ```text
/// B(k + 1/2, m + 1/2) / B(1/2, 1/2)
/// ---------------------------------  <  1 / (1 - level)
///           p^k (1 - p)^m
/// ```
///
/// The left side is the likelihood ratio of a mixture, over all shares by Jeffreys' prior, against `p`. For
/// the true `p` it is a martingale that starts at 1 and is never negative, so that it ever reaches
/// `1 / (1 - level)` with chance `1 - level` at most (J. Ville 1939).
///
/// **Why Jeffreys' prior.** The mixture falls short of the likelihood at `k / n` by a factor of
/// `2 sqrt(n)` at most, whatever `k` is (R. E. Krichevsky, V. K. Trofimov 1981, "The performance of
/// universal encoding", IEEE Trans. Information Theory 27, 199-207), and by `sqrt(pi n / 2)` inside. So the
/// width is never more than that of `n KL(k/n, p) < ln(2 sqrt(n) / (1 - level))`, for a share of 1e-4 as
/// for one of 1/2; a uniform prior loses a factor of order `n` at the ends, and a prior that is tuned to one
/// number of trials loses elsewhere. The price over a Wilson interval at a fixed number of trials is a
/// factor of about `sqrt(2 ln(sqrt(pi n / 2) / (1 - level))) / z`: 2.0 for 10,000 trials at 95 %.
///
/// # Notes
/// H. Robbins (1970), "Statistical methods related to the law of the iterated logarithm", Annals of
/// Mathematical Statistics 41, 1397-1409; S. R. Howard, A. Ramdas, J. `McAuliffe`, J. Sekhon (2021),
/// "Time-uniform, nonparametric, nonasymptotic confidence sequences", Annals of Statistics 49, 1055-1080
/// (conjugate mixtures, section 3.2; here the exact likelihood ratio rather than its sub-Gaussian bound).
///
/// ```
/// use escalade::stats::ConfidenceSequence;
/// let sequence = ConfidenceSequence::new(0.95);
/// let (early, late) = (sequence.interval(5, 10), sequence.interval(5000, 10_000));
/// assert!(early.contains(0.5) && late.width() < early.width());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConfidenceSequence {
    level: f64,
    /// `ln(1 / (1 - level))`.
    ln_limit: f64,
}

impl ConfidenceSequence {
    /// The sequence whose intervals hold the share, all of them, with chance `level`.
    ///
    /// # Panics
    /// If `level` is not in (0, 1).
    #[must_use]
    pub fn new(level: f64) -> Self {
        assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
        Self { level, ln_limit: -ln(1.0 - level) }
    }

    /// The sequence of which any interval leaves out the share with chance `rate` at most: for rates so small that a level beside 1 could
    /// not tell them.
    ///
    /// # Panics
    /// If `rate` is not in (0, 1).
    #[must_use]
    pub fn with_rate(rate: f64) -> Self {
        assert!(rate > 0.0 && rate < 1.0, "a rate must be between 0 and 1, found {rate}");
        Self { level: 1.0 - rate, ln_limit: -ln(rate) }
    }

    /// Sequences for several outcomes, such that those of all outcomes hold at all times with chance
    /// `level`: by the union bound, each at [`simultaneous_level`].
    ///
    /// # Panics
    /// If `level` is not in (0, 1).
    #[must_use]
    pub fn simultaneous(level: f64, outcomes: usize) -> Self {
        Self::new(simultaneous_level(level, outcomes))
    }

    /// The level of this one sequence.
    #[must_use]
    pub fn level(&self) -> f64 {
        self.level
    }

    /// The interval after `n` trials with `k` hits.
    ///
    /// `[0, 1]` without trials; `low` is exactly 0 without hits, `high` exactly 1 without misses. Ends are
    /// within 1e-12 relatively (tested up to 10^9 trials), an end near 1 within 1e-15.
    ///
    /// # Panics
    /// If `k > n`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
    pub fn interval(&self, k: u64, n: u64) -> Interval {
        assert!(k <= n, "{k} hits in {n} trials");
        if n == 0 {
            return Interval::EVERYTHING;
        }
        let (hits, misses) = (k as f64, (n - k) as f64);
        // The deviance k ln(k/n / p) + m ln(m/n / (1 - p)) must stay below this.
        let limit = self.ln_limit + ln_shortfall(hits, misses);
        let low = if k == 0 { 0.0 } else { low_end(hits, misses, limit) };
        let high = if k == n { 1.0 } else { high_end(hits, misses, limit) };
        Interval { low, high }
    }
}

/// Logarithm of the likelihood at `k / n` over that of the mixture: at least 0.
///
/// Written with [`gamma_error`], so that nothing large is subtracted:
/// `ln(n) / 2 - ln(2 / pi) / 2 - g(k) - g(m) + s(n)`.
fn ln_shortfall(hits: f64, misses: f64) -> f64 {
    let n = hits + misses;
    0.5 * ln(n) - HALF_LN_2_OVER_PI + stirling_error(n) - gamma_error(hits) - gamma_error(misses)
}

/// `ln Gamma(x + 1/2) - (x ln x - x + ln(2 pi) / 2)` for `x >= 0`: `-1 / (24 x)` and further terms.
fn gamma_error(x: f64) -> f64 {
    if x == 0.0 {
        return -0.5 * std::f64::consts::LN_2;
    }
    if x < 20.0 {
        return ln_gamma(x + 0.5) - (x * ln(x) - x + HALF_LN_TAU);
    }
    let r = 1.0 / (x * x);
    (-1.0 / 24.0 + r * (7.0 / 2880.0 + r * (-31.0 / 40_320.0 + r * (127.0 / 215_040.0)))) / x
}

/// `ln(2 pi) / 2`.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_7;

/// `ln(n!) - ((n + 1/2) ln n - n + ln(2 pi) / 2)` for `n >= 1`: `1 / (12 n)` and further terms.
fn stirling_error(n: f64) -> f64 {
    if n < 20.0 {
        return ln_gamma(n + 1.0) - ((n + 0.5) * ln(n) - n + HALF_LN_TAU);
    }
    let r = 1.0 / (n * n);
    (1.0 / 12.0 + r * (-1.0 / 360.0 + r * (1.0 / 1260.0 - r / 1680.0))) / n
}

/// The deviance of `p = (k / n) e^t`, and its derivative by `t`; hits and misses above 0.
///
/// Both terms keep their precision for small shares and small `t`. Convex in `t`.
fn deviance(hits: f64, misses: f64, t: f64) -> (f64, f64) {
    let odds = hits / misses;
    let grown = exp_m1(t);
    let rest = -odds * grown;
    // e^t / (1 - odds (e^t - 1)) - 1, with the 1 taken off before rounding.
    let slope = hits * grown * (1.0 + odds) / (1.0 + rest);
    (-hits * t - misses * ln_1p(rest), slope)
}

/// The share below `k / n` whose deviance is `limit`.
fn low_end(hits: f64, misses: f64, limit: f64) -> f64 {
    if misses == 0.0 {
        return exp(-limit / hits);
    }
    // There -hits t alone exceeds the limit by as much as the other term can take away.
    let far = -(limit / hits + 1.0);
    hits / (hits + misses) * exp(solve(hits, misses, limit, far))
}

/// The share above `k / n` whose deviance is `limit`.
fn high_end(hits: f64, misses: f64, limit: f64) -> f64 {
    if hits == 0.0 {
        return -exp_m1(-limit / misses);
    }
    let share = hits / (hits + misses);
    (share * exp(solve(hits, misses, limit, -ln(share)))).min(1.0)
}

/// The `t` between 0 and `far` at which the deviance is `limit`: Newton's method, which on a convex function comes
/// from outside and never overshoots; where it would leave the bracket, bisection.
fn solve(hits: f64, misses: f64, limit: f64, far: f64) -> f64 {
    let (mut inside, mut outside) = (0.0, far);
    let normal = (2.0 * limit * misses / (hits * (hits + misses))).sqrt().copysign(far);
    let mut t = if normal.abs() < far.abs() { normal } else { 0.5 * far };
    for _ in 0..200 {
        let (value, slope) = deviance(hits, misses, t);
        // NaN, beyond the last share, is outside.
        if value < limit {
            inside = t;
        } else {
            outside = t;
        }
        let newton = t - (value - limit) / slope;
        let within = (newton - inside) * (outside - newton) > 0.0;
        let next = if within { newton } else { 0.5 * (inside + outside) };
        if (next - t).abs() <= 1e-15 * t.abs() || (outside - inside).abs() <= 1e-15 * outside.abs() {
            return next;
        }
        t = next;
    }
    t
}
