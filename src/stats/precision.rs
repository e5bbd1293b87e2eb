//! When a share is known well enough.

use super::Interval;

/// How precisely a share should be known: a limit for half the length of its interval.
///
/// Intervals of shares are not symmetric about the share; "half width" is half their length.
///
/// With the intervals of a [`ConfidenceSequence`](super::ConfidenceSequence) a run may stop by this, or by anything
/// else, and keep the level. Wilson's interval keeps it only as the limit grows strict (Y. S. Chow, H. Robbins 1965,
/// "On the asymptotic theory of fixed-width sequential confidence intervals", Annals of Mathematical Statistics
/// 36, 457-462); with loose limits it held in 85 to 93 of 100 runs instead of 95 (`tests/laws/intervals.rs`). The
/// price of the guarantee is about four times as many trials.
///
/// ```
/// use escalade::stats::{ConfidenceSequence, Precision};
/// let sequence = ConfidenceSequence::new(0.95);
/// let wanted = Precision::Absolute(0.01);
/// assert!(!wanted.reached(500, 1000, sequence.interval(500, 1000)));
/// assert!(wanted.reached(50_000, 100_000, sequence.interval(50_000, 100_000)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Precision {
    /// Half the length is at most this.
    Absolute(f64),
    /// Half the length is at most this times the share `k / n`. Never reached while `k` is 0: of an
    /// outcome that never happens no relative precision is ever known, so a run needs a limit of trials,
    /// too.
    Relative(f64),
}

impl Precision {
    /// Whether `interval`, made from `k` hits in `n` trials, is short enough; never without trials.
    ///
    /// # Panics
    /// If `k > n`.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
    pub fn reached(self, k: u64, n: u64, interval: Interval) -> bool {
        assert!(k <= n, "{k} hits in {n} trials");
        let half = 0.5 * interval.width();
        match self {
            _ if n == 0 => false,
            Self::Absolute(limit) => half <= limit,
            Self::Relative(limit) => k > 0 && half <= limit * (k as f64 / n as f64),
        }
    }
}
