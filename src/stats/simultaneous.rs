//! Intervals for all outcomes of one run that hold all at once.

use super::{Interval, IntervalMethod};

/// The level at which each of `outcomes` intervals must be taken so that all hold at once with chance
/// `level`: `1 - (1 - level) / outcomes`.
///
/// By Bonferroni's inequality, which needs no independence; shares that add up to 1 are not
/// independent. With one outcome, or none, `level` itself.
///
/// # Panics
/// If `level` is not in (0, 1).
///
/// # Notes
/// L. A. Goodman (1965), "On simultaneous confidence intervals for multinomial proportions",
/// Technometrics 7, 247-254: with Wilson's interval this is his formula (the quantile of chi-square
/// with 1 degree of freedom at `1 - (1 - level) / outcomes`). C. P. Quesenberry and D. C. Hurst (1964),
/// Technometrics 6, 191-195, take `outcomes - 1` degrees instead, which is wider.
///
/// ```
/// use escalade::stats::simultaneous_level;
/// assert!((simultaneous_level(0.95, 5) - 0.99).abs() < 1e-15);
/// ```
#[must_use]
pub fn simultaneous_level(level: f64, outcomes: usize) -> f64 {
    assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
    #[expect(clippy::cast_precision_loss, reason = "few outcomes")]
    let parts = outcomes.max(1) as f64;
    if outcomes < 2 { level } else { 1.0 - (1.0 - level) / parts }
}

/// Intervals for the shares of all outcomes, which hold all at once with chance `level` or about so.
///
/// `counts` are the hits of each outcome among the same trials, each trial having at most one outcome.
/// A guarantee with [`IntervalMethod::ClopperPearson`]; with Wilson's, Goodman's approximation.
///
/// # Panics
/// If the counts add up to more than `n`, or `level` is not in (0, 1).
#[must_use]
pub fn simultaneous(method: IntervalMethod, counts: &[u64], n: u64, level: f64) -> Vec<Interval> {
    let sum: u64 = counts.iter().sum();
    assert!(sum <= n, "{sum} outcomes in {n} trials");
    let each = simultaneous_level(level, counts.len());
    counts.iter().map(|&k| method.interval(k, n, each)).collect()
}
