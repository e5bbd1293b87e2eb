//! Differences between two arms in the words that a planner reads.

use super::shares::in_words;
use super::words::{TENS, number};
use crate::results::{MeanDifference, ShareChange, ShareDifference, ShareOfArm};

/// A difference in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DifferenceWords {
    /// `-16.7`, in percentage points or in the metric's unit; `0` where nothing differs.
    pub difference: String,
    /// `[-18.1, -15.3]`; `< 0.04` where no trial changed.
    pub interval: String,
}

/// A share in few columns: `41.3 %`, `<0.03 %`.
#[must_use]
pub fn short_share(share: &ShareOfArm) -> String {
    let words = in_words(share.share, &share.interval).share;
    let short = words.replace("below ", "<").replace("above ", ">");
    // A bound with fewer digits where the last ones are 0.
    match short.split_once(' ') {
        Some((bound, unit)) if short != words && bound.contains('.') => {
            format!("{} {unit}", bound.trim_end_matches('0').trim_end_matches('.'))
        }
        _ => short,
    }
}

/// A difference of shares in percentage points, with as many digits as its interval needs.
///
/// Where no trial changed it is 0 with the bound that its interval gives: that no trial changed does not show that none can.
#[must_use]
pub fn share_difference(d: &ShareDifference) -> DifferenceWords {
    points(d.trials.changed(), d.difference, (d.low, d.high), d.beyond_noise)
}

/// A change of a share, as [`share_difference`].
#[must_use]
pub fn share_change(c: &ShareChange) -> DifferenceWords {
    points(c.trials.changed(), c.difference, (c.low, c.high), c.beyond_noise)
}

fn points(changed: u64, difference: f64, (low, high): (f64, f64), beyond: bool) -> DifferenceWords {
    let (low, high) = (low * 100.0, high * 100.0);
    if changed == 0 {
        let bound = bound(low.abs().max(high.abs()));
        return DifferenceWords { difference: "0".to_owned(), interval: format!("less than {bound}") };
    }
    let half = (high - low) / 2.0;
    let digits = (1..6).find(|digits| half >= 1.0 / TENS[*digits]).unwrap_or(6);
    let digits = fitting(digits, beyond, (low, high));
    let difference = signed(difference * 100.0, digits);
    DifferenceWords { difference, interval: format!("[{}, {}]", signed(low, digits), signed(high, digits)) }
}

/// More digits where an end that is not 0 would look like it.
fn fitting(digits: usize, beyond: bool, (low, high): (f64, f64)) -> usize {
    let near = low.abs().min(high.abs());
    (digits..8).find(|d| !beyond || near * TENS[*d] >= 0.5).unwrap_or(8)
}

/// With its sign, unless it looks like 0.
fn signed(x: f64, digits: usize) -> String {
    let text = format!("{x:+.digits$}");
    if text.chars().any(|c| ('1'..='9').contains(&c)) { text } else { text[1..].to_owned() }
}

/// A number in the metric's unit, with its sign.
pub(super) fn with_sign(x: f64) -> String {
    if x > 0.0 { format!("+{}", number(x)) } else { number(x) }
}

/// A change of a share beyond noise in percentage points with at least so many digits: no end of its interval looks like 0.
pub(super) fn points_beyond(digits: usize, [difference, low, high]: [f64; 3]) -> [String; 3] {
    let digits = fitting(digits, true, (low * 100.0, high * 100.0));
    [difference, low, high].map(|x| signed(x * 100.0, digits))
}

/// Two significant digits, rounded up.
fn bound(x: f64) -> String {
    let digits = (0..12).find(|d| x * TENS[*d] >= 9.999_999).unwrap_or(12);
    format!("{:.digits$}", (x * TENS[digits]).ceil() / TENS[digits])
}

/// The ends of a ratio's interval: `0.53-0.59`; `-` where there is none.
#[must_use]
pub fn ratio_words(d: &ShareDifference) -> String {
    // Two digits where three would be long.
    let short = |x: f64| if x > 0.0 && x < 0.1 { two_digits(x) } else { number(x) };
    d.ratio.map_or_else(|| "-".to_owned(), |r| format!("{}-{}", short(r.low), short(r.high)))
}

fn two_digits(x: f64) -> String {
    let digits = (0..12).find(|d| x * TENS[*d] >= 9.95).unwrap_or(12);
    format!("{x:.digits$}")
}

/// A difference of means in the metric's unit; `None` where no trial has a value in both.
#[must_use]
pub fn mean_difference(d: &MeanDifference) -> Option<DifferenceWords> {
    let whole = d.difference?;
    let sign = if whole < 0.0 { "-" } else { "+" };
    // Two digits where three would be long.
    let small = whole.abs() >= 1e-4 && whole.abs() < 1e-3;
    let difference = if small { format!("{sign}{}", two_digits(whole.abs())) } else { with_sign(whole) };
    let interval = match (d.low, d.high) {
        _ if d.changed == 0 => "no trial changed".to_owned(),
        (Some(low), Some(high)) => format!("[{}, {}]", with_sign(low), with_sign(high)),
        _ => String::new(),
    };
    Some(DifferenceWords { difference, interval })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::PairedCounts;

    fn words(both: u64, base_only: u64, arm_only: u64, neither: u64) -> (String, String) {
        let table = PairedCounts { both, base_only, arm_only, neither };
        let words = share_difference(&ShareDifference::new((String::new(), String::new(), false), table, 0.95, 0.95));
        (words.difference, words.interval)
    }

    #[test]
    fn differences_have_signs_and_as_many_digits_as_they_need() {
        // 1.96 sqrt((0.21 - 0.17^2) / 10,000) = 0.0083.
        assert_eq!(words(2000, 1900, 200, 5900), ("-17.0".into(), "[-17.8, -16.2]".into()));
        // Exact limits of 8 in 10,000 are 3.45 and 15.76, of none 3.69: 8 - sqrt(4.55^2 + 3.69^2) and 15.76 of 10,000.
        assert_eq!(words(0, 0, 8, 9992), ("+0.08".into(), "[+0.02, +0.16]".into()));
        assert_eq!(words(0, 7, 7, 9986).0, "0.00");
    }

    #[test]
    fn no_end_beyond_noise_looks_like_nothing() {
        assert_eq!(points_beyond(1, [-0.004, -0.011, -0.0003]), ["-0.40", "-1.10", "-0.03"]);
        assert_eq!(points_beyond(1, [0.2, 0.1, 0.3]), ["+20.0", "+10.0", "+30.0"]);
        assert_eq!([with_sign(0.831), with_sign(-2.0), with_sign(0.0)], ["+0.831", "-2", "0"]);
    }

    #[test]
    fn nothing_changed_is_a_bound() {
        assert_eq!(words(500, 0, 0, 9500), ("0".into(), "less than 0.037".into()));
    }
}
