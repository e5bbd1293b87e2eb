//! Shares in plain words that match what is known: `about 2 in 5 (38–42 %)`.

use super::shares::in_words;
use super::words::{JOINT, TENS, whole};
use crate::results::{IntervalResult, OutcomeResult, Summary};

/// A share in words, with its interval; none and all are bounds.
#[must_use]
pub fn about(share: f64, interval: &IntervalResult) -> String {
    if interval.bound.is_some() {
        let words = in_words(share, interval).share;
        return if share == 0.0 { format!("never seen ({words})") } else { format!("every trial ({words})") };
    }
    let (low, high) = (interval.low, interval.high);
    if high - low > 0.4 {
        return format!("somewhere {}: too few trials to say more", between(low, high));
    }
    // One number would say more than is known where the ends are far apart.
    if high <= RARE && high > low * FACTOR {
        return format!("{} ({})", rarely(low, high), range(low, high));
    }
    if low >= 1.0 - RARE && 1.0 - low > (1.0 - high) * FACTOR {
        return format!("all but {} ({})", rarely(1.0 - high, 1.0 - low), range(low, high));
    }
    if high - low > WIDE || high > low * FACTOR || 1.0 - low > (1.0 - high) * FACTOR {
        let near = high - low <= NARROW && (NARROW..=1.0 - NARROW).contains(&share);
        if !near {
            return format!("somewhere {}", between(low, high));
        }
    }
    format!("{} ({})", within(share, low, high), range(low, high))
}

/// A share as people say it, by a number that lies between `low` and `high`: a fraction outside the interval beside it would contradict it.
fn within(share: f64, low: f64, high: f64) -> String {
    let said = |exact: f64| low <= exact && exact <= high;
    if share >= 0.965 {
        let n = [one_in(1.0 - share), nearest(1.0 - share)].into_iter().find(|n| said(1.0 - inverse(*n)));
        return n.map_or_else(|| percentage(share, low, high), |n| format!("all but about 1 in {}", whole(n)));
    }
    if share < 0.045 {
        let n = [one_in(share), nearest(share)].into_iter().find(|n| said(inverse(*n)));
        return n.map_or_else(|| percentage(share, low, high), |n| format!("about 1 in {}", whole(n)));
    }
    let near = SAID.iter().filter(|s| said(s.0)).min_by(|a, b| (a.0 - share).abs().total_cmp(&(b.0 - share).abs()));
    near.map_or_else(|| percentage(share, low, high), |n| n.1.to_owned())
}

/// `about 35.2 %`, with as many digits as the ends beside it.
fn percentage(share: f64, low: f64, high: f64) -> String {
    let digits = digits(low * 100.0, high * 100.0);
    format!("about {:.digits$}{JOINT}%", share * 100.0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "far below 2^53")]
fn nearest(share: f64) -> u64 {
    (1.0 / share).round() as u64
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
fn inverse(n: u64) -> f64 {
    1.0 / n as f64
}

/// Fractions that people say, with how they say them.
const SAID: [(f64, &str); 26] = [
    (0.05, "about 1 in 20"),
    (1.0 / 15.0, "about 1 in 15"),
    (1.0 / 12.0, "about 1 in 12"),
    (0.1, "about 1 in 10"),
    (0.125, "about 1 in 8"),
    (1.0 / 7.0, "about 1 in 7"),
    (0.15, "about 3 in 20"),
    (1.0 / 6.0, "about 1 in 6"),
    (0.2, "about 1 in 5"),
    (0.25, "about 1 in 4"),
    (0.3, "about 3 in 10"),
    (1.0 / 3.0, "about 1 in 3"),
    (0.35, "about 7 in 20"),
    (0.4, "about 2 in 5"),
    (0.45, "about 9 in 20"),
    (0.5, "about half"),
    (0.55, "about 11 in 20"),
    (0.6, "about 3 in 5"),
    (0.65, "about 13 in 20"),
    (2.0 / 3.0, "about 2 in 3"),
    (0.7, "about 7 in 10"),
    (0.75, "about 3 in 4"),
    (0.8, "about 4 in 5"),
    (0.85, "about 17 in 20"),
    (0.9, "about 9 in 10"),
    (0.95, "about 19 in 20"),
];

/// An interval whose ends are further apart than this says where a share lies, not what it is about.
const WIDE: f64 = 0.15;
/// The same for rare shares: this many times the lower end.
const FACTOR: f64 = 2.25;
/// Shares are said as 1 in so many below this.
const RARE: f64 = 0.1;
/// Between this and its complement a factor between the ends does not matter.
const NARROW: f64 = 0.1;

/// `between 1 in 350 and 1 in 10,000`.
fn rarely(low: f64, high: f64) -> String {
    // Below one in a thousand million nothing is known of the lower end.
    if low < 1e-9 {
        return format!("at most 1 in {}", whole(one_in(high)));
    }
    format!("between 1 in {} and 1 in {}", whole(one_in(high)), whole(one_in(low)))
}

/// `between 1 and 13 %`, with as many digits as the ends need to differ.
fn between(low: f64, high: f64) -> String {
    let digits = digits(low * 100.0, high * 100.0);
    format!("between {:.digits$} and {:.digits$}{JOINT}%", low * 100.0, high * 100.0)
}

/// A share of all trials of a run in words, with its interval.
#[must_use]
pub fn of_all(share: f64, s: &Summary) -> String {
    let n = s.plan.trials;
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of trials")]
    let k = ((share.clamp(0.0, 1.0) * n as f64).round() as u64).min(n);
    of_some(k, n, s)
}

/// `k` of `n` trials in words, with the interval of the run's kind.
#[must_use]
pub fn of_some(k: u64, n: u64, s: &Summary) -> String {
    if n == 0 || k > n {
        return "no trials".to_owned();
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
    let share = k as f64 / n as f64;
    about(share, &s.plan.intervals.one(k, n))
}

/// N of "1 in N", to one or two digits.
fn one_in(share: f64) -> u64 {
    let n = 1.0 / share;
    let power = TENS.iter().rev().find(|p| **p * 10.0 <= n).copied().unwrap_or(1.0);
    let step = if n / power < 50.0 { power * 5.0_f64.min((n / power / 4.0).max(1.0).floor()) } else { power * 10.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "far below 2^53")]
    let n = ((n / step).round() * step) as u64;
    n
}

/// `38–42 %`, which is not broken at the end of a line, with as many digits as the ends need to differ.
#[must_use]
pub fn range(low: f64, high: f64) -> String {
    let (low, high) = (low * 100.0, high * 100.0);
    let digits = digits(low, high);
    format!("{low:.digits$}\u{2060}–\u{2060}{high:.digits$}{JOINT}%")
}

/// As many digits as two percentages need to differ from each other, from 0 and from 100.
fn digits(low: f64, high: f64) -> usize {
    let digits = (0..9).find(|d| (high - low) * TENS[*d] >= 2.0 && low * TENS[*d] >= 0.5 && (100.0 - high) * TENS[*d] >= 0.5);
    digits.unwrap_or(if high - low >= 2.0 { 0 } else { 2 })
}

/// Whether the intervals of two outcomes leave open which is commoner.
#[must_use]
pub fn alike(a: &OutcomeResult, b: &OutcomeResult) -> bool {
    a.interval.low <= b.interval.high && b.interval.low <= a.interval.high
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Intervals;

    fn words(k: u64, n: u64) -> String {
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        // A range is held together by marks that nobody sees.
        about(k as f64 / n as f64, &Intervals::default().one(k, n)).replace('\u{2060}', "")
    }

    #[test]
    fn words_match_what_is_known() {
        let words = |k, n| words(k, n).replace(JOINT, " ");
        assert_eq!(range(0.37, 0.43), "37\u{2060}–\u{2060}43\u{a0}%", "no line ends within");
        assert_eq!(words(400, 1000), "about 2 in 5 (37–43 %)");
        assert_eq!(words(3493, 10_000), "about 7 in 20 (34.0–35.9 %)");
        assert_eq!(words(316_000, 1_000_000), "about 31.60 % (31.51–31.69 %)");
        assert_eq!(words(0, 10_000), "never seen (below 0.030 %)");
        assert_eq!(words(10_000, 10_000), "every trial (above 99.970 %)");
        assert_eq!(words(1, 3), "somewhere between 6 and 79 %: too few trials to say more");
        assert_eq!(words(30, 10_000), "about 1 in 350 (0.2–0.4 %)");
        assert_eq!(words(9900, 10_000), "all but about 1 in 100 (98.8–99.2 %)");
    }

    #[test]
    fn where_the_ends_are_far_apart_no_number_stands_for_them() {
        let words = |k, n| words(k, n).replace(JOINT, " ");
        assert_eq!(words(1, 2000), "between 1 in 350 and 1 in 12,000 (0.01–0.28 %)");
        assert_eq!(words(1999, 2000), "all but between 1 in 350 and 1 in 12,000 (99.72–99.99 %)");
        assert_eq!(words(4, 80), "somewhere between 2 and 12 %");
        assert_eq!(words(20, 80), "somewhere between 17 and 35 %");
        assert_eq!(words(36, 120), "somewhere between 23 and 39 %");
        assert_eq!(words(60, 200), "about 3 in 10 (24–37 %)");
    }

    #[test]
    fn a_number_in_words_lies_in_the_interval_beside_it() {
        let number = |text: &str| -> Option<f64> {
            let text = text.split(" (").next()?.replace(',', "").replace(JOINT, " ");
            let (text, rest) = text.strip_prefix("all but ").map_or((text.as_str(), false), |t| (t, true));
            let text = text.strip_prefix("about ")?;
            let share = match text.split(' ').collect::<Vec<_>>()[..] {
                ["half"] => 0.5,
                [a, "in", b] => a.parse::<f64>().ok()? / b.parse::<f64>().ok()?,
                [x, "%"] => x.parse::<f64>().ok()? / 100.0,
                _ => return None,
            };
            Some(if rest { 1.0 - share } else { share })
        };
        let mut told = 0;
        for n in [300_u64, 2000, 10_000, 1_000_000] {
            for k in (1..n).step_by(usize::try_from(n / 300).unwrap()) {
                let interval = Intervals::default().one(k, n);
                #[expect(clippy::cast_precision_loss, reason = "small counts")]
                let text = about(k as f64 / n as f64, &interval);
                // Percentages are rounded as the ends are.
                let slack = 0.5 * 10.0_f64.powi(-2 - i32::try_from(digits(interval.low * 100.0, interval.high * 100.0)).unwrap());
                if let Some(x) = number(&text) {
                    told += 1;
                    assert!(interval.low - slack <= x && x <= interval.high + slack, "{k} of {n}: {text}");
                }
            }
        }
        assert!(told > 800, "{told}");
    }

    #[test]
    fn one_in_so_many_is_round() {
        for (share, n) in [(0.01, 100), (0.04, 25), (0.0033, 300), (0.0001, 10_000), (0.022, 45)] {
            assert_eq!(one_in(share), n, "{share}");
        }
    }
}
