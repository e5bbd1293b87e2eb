//! A share with its interval in the words that a planner reads.

use super::words::{TENS, whole};
use crate::results::IntervalResult;

/// What stands beside all shares, wherever they are shown to many.
pub const SIMULATED: &str = "All shares are of simulated histories: what the scenario’s rules and numbers imply, not a forecast.";

/// A share in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareWords {
    /// `41.3 %`, or `below 0.03 %` where there was none.
    pub share: String,
    /// `[40.3, 42.3]`; empty where `share` is a bound.
    pub interval: String,
}

/// `count` of `trials`, in words.
///
/// None of them is an upper bound and all of them a lower bound, each exact and one-sided (Clopper and
/// Pearson; at 95 % it is 1 - 0.05^(1/n)); no number of trials shows that something is impossible.
#[must_use]
pub fn share_words(count: u64, trials: u64, interval: &IntervalResult) -> ShareWords {
    if trials == 0 {
        return ShareWords { share: "no trials".to_owned(), interval: String::new() };
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
    let share = count as f64 / trials as f64;
    in_words(share, interval)
}

/// A share in words.
#[must_use]
pub fn in_words(share: f64, interval: &IntervalResult) -> ShareWords {
    if let Some(limit) = interval.bound {
        let (word, limit) = if share == 0.0 { ("below", rounded_up(limit * 100.0)) } else { ("above", above(limit)) };
        return ShareWords { share: format!("{word} {limit} %"), interval: String::new() };
    }
    let (low, high) = (interval.low * 100.0, interval.high * 100.0);
    let (digits, share) = (digits(low, high), share * 100.0);
    ShareWords { share: format!("{share:.digits$} %"), interval: format!("[{low:.digits$}, {high:.digits$}]") }
}

/// Digits after the point: one, or as many as the interval needs to be seen; its ends never look like
/// "never" or "always".
fn digits(low: f64, high: f64) -> usize {
    let half = (high - low) / 2.0;
    let shows = |unit: f64| half >= unit && low >= unit / 2.0 && 100.0 - high > unit / 2.0;
    (1..9).find(|digits| shows(1.0 / TENS[*digits])).unwrap_or(9)
}

/// Two significant digits, rounded up, so that it stays a bound.
fn rounded_up(percent: f64) -> String {
    let (scale, digits) = scale(percent);
    let value = ((percent * scale).ceil() / scale).min(100.0);
    format!("{value:.digits$}")
}

/// The lower bound of a share near 1, rounded down by two significant digits of what is missing.
fn above(low: f64) -> String {
    let missing = (1.0 - low) * 100.0;
    let (scale, digits) = scale(missing);
    let value = 100.0 - (missing * scale).ceil() / scale;
    format!("{:.digits$}", value.max(0.0))
}

/// A power of ten that leaves two digits before the point, and how many digits that shows.
fn scale(percent: f64) -> (f64, usize) {
    let digits = (0..12).find(|d| percent * TENS[*d] >= 9.999_999).unwrap_or(12);
    (TENS[digits], digits)
}

/// `3,880 of 10,000 trials`.
#[must_use]
pub fn of_trials(count: u64, trials: u64) -> String {
    format!("{} of {} trials", whole(count), whole(trials))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(k: u64, n: u64) -> (String, String) {
        let words = share_words(k, n, &crate::results::Intervals::default().one(k, n));
        (words.share, words.interval)
    }

    #[test]
    fn a_share_shows_as_many_digits_as_its_interval_needs() {
        assert_eq!(words(4130, 10_000), ("41.3 %".into(), "[40.3, 42.3]".into()));
        assert_eq!(words(1, 10_000), ("0.010 %".into(), "[0.002, 0.057]".into()));
        assert_eq!(words(9999, 10_000), ("99.990 %".into(), "[99.943, 99.998]".into()));
        assert_eq!(words(1, 2), ("50.0 %".into(), "[9.5, 90.5]".into()));
        assert_eq!(words(413_000, 1_000_000), ("41.30 %".into(), "[41.20, 41.40]".into()));
    }

    #[test]
    fn none_and_all_are_bounds() {
        assert_eq!(words(0, 10_000), ("below 0.030 %".into(), String::new()));
        assert_eq!(words(10_000, 10_000), ("above 99.970 %".into(), String::new()));
        assert_eq!(words(0, 1), ("below 95 %".into(), String::new()));
        assert_eq!(words(1, 1), ("above 5 %".into(), String::new()));
        assert_eq!(words(0, 0), ("no trials".into(), String::new()));
    }
}
