//! Intervals that hold at every look, of means, of quantiles and of differences.

use super::{ConfidenceSequence, Interval, PairedCounts, QuantileSketch};
use crate::math::ln;

/// A mean is not judged from fewer values than this: its sequence holds for many.
pub const FEWEST_VALUES: u64 = 1000;

/// Number of values for which the sequence of a mean is tuned.
const TUNED_FOR: f64 = 10_000.0;

/// An asymptotic confidence sequence for a mean: nearly as [`ConfidenceSequence`], for numbers whose range nobody knows.
///
/// After `n` values with standard deviation `s` its half width is
///
/// ```text
/// s sqrt( 2 (n r^2 + 1) / (n^2 r^2)  ln( sqrt(n r^2 + 1) / rate ) )
/// ```
///
/// It asks for independent values with a finite variance (more precisely, a little more than two moments) and holds, at all
/// looks from some number of values on, as nearly as the normal approximation does: the chance of an error tends to `rate`
/// or less. From [`FEWEST_VALUES`] on it kept its level with the skewed distributions of `tests/laws/expectations.rs`. It does not hold
/// where the mean is made by values so rare that none has been seen; no method does that does not know the range.
///
/// # Notes
/// I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas (2024), "Time-uniform central limit theory and asymptotic
/// confidence sequences", Annals of Statistics 52, 2613-2640: theorem 2.2, with `r` chosen for 10,000 values as in their appendix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MeanSequence {
    ln_limit: f64,
    /// r^2.
    scale: f64,
}

impl MeanSequence {
    /// The sequence of which any interval leaves out the mean with chance `rate`, or about so.
    ///
    /// # Panics
    /// If `rate` is not in (0, 1).
    #[must_use]
    pub fn with_rate(rate: f64) -> Self {
        assert!(rate > 0.0 && rate < 1.0, "a rate must be between 0 and 1, found {rate}");
        let ln_limit = -ln(rate);
        let scale = (2.0 * ln_limit + ln(2.0 * ln_limit + 1.0) + 1.0) / TUNED_FOR;
        Self { ln_limit, scale }
    }

    /// The interval of a mean of `n` values with standard deviation `sd`; `None` with fewer than [`FEWEST_VALUES`]. It has no width
    /// where all values are the same.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 values")]
    pub fn interval(&self, n: u64, mean: f64, sd: f64) -> Option<Interval> {
        if n < FEWEST_VALUES || !mean.is_finite() || !sd.is_finite() {
            return None;
        }
        let n = n as f64;
        let grown = n * self.scale + 1.0;
        let half = sd * (2.0 * grown / (n * n * self.scale) * (self.ln_limit + 0.5 * ln(grown))).sqrt();
        Some(Interval { low: mean - half, high: mean + half })
    }
}

/// The quantile of level `q` and an interval from a confidence sequence; `None` without values.
///
/// The interval holds every number `v` that is not ruled out as the quantile: `v` is too low where the share of values up to
/// `v` is known to be below `q`, and too high where the share below `v` is known to be above it. At the true quantile both are shares
/// of one event, so each has an ordinary sequence; they are taken at half the error each. An end that the values do not tell is infinite. Exact but for the sketch,
/// which keeps numbers to 1 part in 256 (whole numbers to 512 exactly).
///
/// # Panics
/// If `rate` is not in (0, 1).
///
/// # Notes
/// S. R. Howard, A. Ramdas (2022), "Sequential estimation of quantiles with applications to A/B testing and best-arm
/// identification", Bernoulli 28, 1704-1728: section 3.1, a fixed quantile; here with the sequence for Bernoulli trials.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 values")]
pub fn quantile_sequence(values: &QuantileSketch, q: f64, rate: f64) -> Option<(f64, Interval)> {
    let n = values.count();
    let estimate = values.quantile(q)?;
    let sequence = ConfidenceSequence::with_rate(0.5 * rate);
    // How many values there can be up to a number that is too low, and fewest below one that is too high.
    let too_few = last(n, |k| sequence.interval(k, n).high < q);
    let too_many = last(n, |k| sequence.interval(k, n).low <= q).map_or(0, |k| k + 1);
    let ranked = |rank: u64| values.quantile((rank as f64 - 0.5) / n as f64);
    let low = too_few.map_or(Some(f64::NEG_INFINITY), |k| ranked(k + 1)).unwrap_or(f64::NEG_INFINITY);
    let high = if too_many > n { f64::INFINITY } else { ranked(too_many.max(1)).unwrap_or(f64::INFINITY) };
    Some((estimate, Interval { low, high }))
}

/// The largest number from 0 to `n` of which something holds that ceases to hold somewhere; `None` where it never does.
fn last(n: u64, holds: impl Fn(u64) -> bool) -> Option<u64> {
    if !holds(0) {
        return None;
    }
    let (mut yes, mut no) = (0, n + 1);
    while no - yes > 1 {
        let middle = yes + (no - yes) / 2;
        *(if holds(middle) { &mut yes } else { &mut no }) = middle;
    }
    Some(yes)
}

/// The difference of the shares of a paired table (arm less base), with an interval that holds at every look.
///
/// `d`, the share of trials that changed, and `w`, the arm's part of those, have a sequence each, at half the error: the
/// second runs on the changed trials only. The difference is `d (2 w - 1)`, and its interval holds all that both allow. Whether it lies above
/// 0 is decided by `w` alone: a sign test (J. Arbuthnott 1710; for paired shares Q. `McNemar` 1947, Psychometrika 12, 153-157), looked at
/// as often as one likes.
///
/// # Panics
/// If `rate` is not in (0, 1).
#[must_use]
pub fn difference_sequence(pairs: &PairedCounts, rate: f64) -> Interval {
    let sequence = ConfidenceSequence::with_rate(0.5 * rate);
    let changed = sequence.interval(pairs.changed(), pairs.trials());
    let won = sequence.interval(pairs.arm_only, pairs.changed());
    let (worst, best) = (2.0 * won.low - 1.0, 2.0 * won.high - 1.0);
    let low = if worst < 0.0 { changed.high } else { changed.low } * worst;
    let high = if best < 0.0 { changed.low } else { changed.high } * best;
    Interval { low, high }
}

/// The difference between two numbers, each in its interval.
#[must_use]
pub fn apart(of: Interval, less: Interval) -> Interval {
    Interval { low: of.low - less.high, high: of.high - less.low }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_told_from_many_values() {
        let sequence = MeanSequence::with_rate(0.05);
        assert_eq!(sequence.interval(FEWEST_VALUES - 1, 1.0, 1.0), None);
        let [few, many] = [1000, 100_000].map(|n| sequence.interval(n, 1.0, 2.0).unwrap());
        assert!(few.width() > 5.0 * many.width() && few.contains(1.0));
        // At the number for which it is tuned: 1.5 times what a fixed number of trials would give.
        let half = 0.5 * sequence.interval(10_000, 0.0, 1.0).unwrap().width() * 100.0;
        assert!((2.7..3.4).contains(&half), "{half}");
        assert_eq!(sequence.interval(2000, 3.0, 0.0), Some(Interval { low: 3.0, high: 3.0 }));
    }

    #[test]
    fn a_quantile_lies_between_two_of_the_values() {
        let mut values = QuantileSketch::default();
        assert_eq!(quantile_sequence(&values, 0.5, 0.05), None);
        for x in 1..=400 {
            values.add(f64::from(x));
        }
        let (median, interval) = quantile_sequence(&values, 0.5, 0.05).unwrap();
        assert_eq!(median, 200.0);
        assert!(interval.low > 150.0 && interval.low < 180.0 && interval.high > 220.0 && interval.high < 250.0, "{interval:?}");
        // A few values rule out nothing.
        let mut few = QuantileSketch::default();
        few.add(7.0);
        assert_eq!(quantile_sequence(&few, 0.9, 0.001).unwrap().1, Interval { low: f64::NEG_INFINITY, high: f64::INFINITY });
        // Where all are the same, so is the quantile.
        let mut same = QuantileSketch::default();
        (0..100).for_each(|_| same.add(3.0));
        assert_eq!(quantile_sequence(&same, 0.5, 0.001).unwrap().1, Interval { low: 3.0, high: 3.0 });
    }

    #[test]
    fn a_difference_has_the_sign_of_those_who_won() {
        let pairs = |won, lost, rest| PairedCounts { both: 0, base_only: lost, arm_only: won, neither: rest };
        let none = difference_sequence(&pairs(0, 0, 5000), 0.05);
        assert!(none.low < 0.0 && none.high > 0.0 && none.high < 0.003, "{none:?}");
        let some = difference_sequence(&pairs(60, 2, 9938), 0.001);
        assert!(some.low > 0.0 && some.contains(0.0058) && some.high < 0.02, "{some:?}");
        let mirrored = difference_sequence(&pairs(2, 60, 9938), 0.001);
        assert!((mirrored.low + some.high).abs() < 1e-12 && (mirrored.high + some.low).abs() < 1e-12);
        assert!(difference_sequence(&PairedCounts::default(), 0.05) == Interval { low: -1.0, high: 1.0 });
    }
}
