//! Differences between two runs that share nothing.

use super::interval::{Interval, clopper_pearson};
use crate::math::normal_quantile;

/// Interval of `arm share - base share` of two independent runs, each given as hits and trials, at a two-sided `level`, within
/// [-1, 1]; without trials on a side all that the other leaves open.
///
/// Exact limits (Clopper and Pearson) of both shares, joined by squaring and adding: holds the truth with chance `level` or more,
/// also where nothing was hit, and at the strict levels that many differences at once ask for.
///
/// # Panics
/// If there are more hits than trials, or `level` is not in (0, 1).
///
/// # Notes
/// R. G. Newcombe (1998), "Interval estimation for the difference between independent proportions: comparison of eleven methods",
/// Statistics in Medicine 17, 873-890, method 10, with exact limits in place of Wilson's; G. Y. Zou and A. Donner (2008),
/// Statistics in Medicine 27, 1693-1702, section 2, for any limits.
#[must_use]
pub fn difference_interval(base: (u64, u64), arm: (u64, u64), level: f64) -> Interval {
    let (b, a) = (clopper_pearson(base.0, base.1, level), clopper_pearson(arm.0, arm.1, level));
    if base.1 == 0 || arm.1 == 0 {
        return Interval { low: a.low - b.high, high: a.high - b.low };
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
    let share = |(k, n): (u64, u64)| k as f64 / n as f64;
    let (q, p) = (share(base), share(arm));
    let joined = |u: f64, v: f64| (u * u + v * v).sqrt();
    let low = p - q - joined(p - a.low, b.high - q);
    let high = p - q + joined(a.high - p, q - b.low);
    Interval { low: low.max(-1.0), high: high.min(1.0) }
}

/// Interval of a difference that is normally distributed about the truth with this standard error.
///
/// # Panics
/// If `level` is not in (0, 1).
#[must_use]
pub fn normal_interval(difference: f64, standard_error: f64, level: f64) -> Interval {
    assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
    let half = normal_quantile(0.5 + level / 2.0) * standard_error;
    Interval { low: difference - half, high: difference + half }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_on_either_side_is_not_certain() {
        let interval = difference_interval((0, 1000), (0, 1000), 0.95);
        let limit = clopper_pearson(0, 1000, 0.95).high;
        assert_eq!((interval.low, interval.high), (-limit, limit));
        let all = difference_interval((0, 0), (5, 10), 0.95);
        assert!(all.low < -0.7 && all.high > 0.8);
    }

    #[test]
    fn mirrored_runs_have_mirrored_intervals() {
        let (a, b) = (difference_interval((30, 100), (50, 120), 0.99), difference_interval((50, 120), (30, 100), 0.99));
        assert!((a.low + b.high).abs() < 1e-15 && (a.high + b.low).abs() < 1e-15);
        // Newcombe's example (a), 56/70 - 48/80: method 10 gives 0.0524 to 0.3339; exact limits are a little wider.
        let wide = difference_interval((48, 80), (56, 70), 0.95);
        assert!(wide.low > 0.03 && wide.low < 0.0524 && wide.high > 0.3339 && wide.high < 0.36, "{wide:?}");
    }

    /// Exact coverage over all pairs of results, for small runs: never below the level.
    #[test]
    fn it_covers_at_least_as_often_as_it_says() {
        // Chances of 0, 1, ..., n hits.
        let binomial = |n: u32, p: f64| -> Vec<f64> {
            let mut term = (0..n).fold(1.0, |term, _| term * (1.0 - p));
            let mut terms = vec![term];
            for k in 0..n {
                term *= f64::from(n - k) / f64::from(k + 1) * p / (1.0 - p);
                terms.push(term);
            }
            terms
        };
        let (n, m) = (40_u32, 60_u32);
        for level in [0.95, 0.999] {
            for (p, q) in [(0.02, 0.02), (0.02, 0.2), (0.3, 0.35), (0.5, 0.5), (0.9, 0.6)] {
                let (base, arm) = (binomial(n, q), binomial(m, p));
                let mut covered = 0.0;
                for (i, chance) in (0..).zip(&base) {
                    for (j, other) in (0..).zip(&arm) {
                        if difference_interval((i, u64::from(n)), (j, u64::from(m)), level).contains(p - q) {
                            covered += chance * other;
                        }
                    }
                }
                assert!(covered >= level, "{level} {p} {q}: {covered}");
            }
        }
    }
}
