//! Claims about a number, decided while trials are run.
//!
//! A claim says that a number lies beyond a limit, or between two. It is decided by a confidence sequence of the number, an
//! interval that holds at every look: shown as soon as the interval leaves no room for a number that is off by the margin,
//! refuted as soon as it leaves none for one that is right by the margin. Both errors have the chance that the sequence
//! leaves out the truth at some look.

use super::Interval;

/// One end of what is claimed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// The limit.
    pub limit: f64,
    /// Whether the limit itself is meant.
    pub closed: bool,
    /// The claim is shown where the whole interval lies beyond this.
    pub shown: f64,
    /// The claim is refuted where the whole interval lies short of this.
    pub refuted: f64,
}

/// What is claimed of a number: not below one edge, not above the other.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Region {
    /// The number is above this.
    pub lower: Option<Edge>,
    /// The number is below this.
    pub upper: Option<Edge>,
}

/// Rounding is no difference: what a number may be off by.
fn rounding(limit: f64) -> f64 {
    1e-9 * limit.abs().max(1.0)
}

impl Region {
    /// The number is above `limit` (or at it, if `closed`).
    #[must_use]
    pub fn above(limit: f64, closed: bool, margin: f64) -> Self {
        let lower = Edge { limit, closed, shown: limit - margin, refuted: limit + margin };
        Self { lower: Some(lower), upper: None }
    }

    /// The number is below `limit` (or at it, if `closed`).
    #[must_use]
    pub fn below(limit: f64, closed: bool, margin: f64) -> Self {
        let upper = Edge { limit, closed, shown: limit + margin, refuted: limit - margin };
        Self { lower: None, upper: Some(upper) }
    }

    /// The number lies between two others, both included. The margins at the lower and the upper one are at most a quarter of
    /// their distance.
    #[must_use]
    pub fn between((low, high): (f64, f64), margins: (f64, f64)) -> Self {
        let room = 0.25 * (high - low).max(0.0);
        Self { lower: Self::above(low, true, margins.0.min(room)).lower, upper: Self::below(high, true, margins.1.min(room)).upper }
    }

    /// The number is this one. It can be refuted at any distance, and is shown where no room is left beyond the margin.
    #[must_use]
    pub fn exactly(value: f64, margin: f64) -> Self {
        // Whole numbers are not rounded: one hit in a million refutes "never".
        let tiny = if value == value.trunc() { 0.0 } else { rounding(value) };
        let margin = margin.max(rounding(value));
        let edge = |sign: f64| Edge { limit: value, closed: true, shown: value + sign * margin, refuted: value + sign * tiny };
        Self { lower: Some(edge(-1.0)), upper: Some(edge(1.0)) }
    }

    /// The number is above `limit`, by however little; where it is not by `margin`, the claim may be refuted.
    ///
    /// Unlike [`Self::above`] it is never shown, but by error, of a number at the limit: a what-if that changes nothing does not raise anything.
    #[must_use]
    pub fn strictly_above(limit: f64, margin: f64) -> Self {
        let lower = Edge { limit, closed: false, shown: limit, refuted: limit + margin };
        Self { lower: Some(lower), upper: None }
    }

    /// The number is below `limit`, by however little: the mirror image of [`Self::strictly_above`].
    #[must_use]
    pub fn strictly_below(limit: f64, margin: f64) -> Self {
        let upper = Edge { limit, closed: false, shown: limit, refuted: limit - margin };
        Self { lower: None, upper: Some(upper) }
    }

    /// Whether a number is as claimed.
    #[must_use]
    pub fn holds(&self, number: f64) -> bool {
        let above = |e: &Edge| number > e.limit || (e.closed && number == e.limit);
        let below = |e: &Edge| number < e.limit || (e.closed && number == e.limit);
        self.lower.as_ref().is_none_or(above) && self.upper.as_ref().is_none_or(below)
    }

    /// Whether the claim is shown or refuted, from an estimate and an interval of a confidence sequence; `None` where neither.
    ///
    /// Where the interval lies within the margins on both sides of a limit both would do, and the estimate decides.
    #[must_use]
    pub fn judge(&self, estimate: f64, interval: Interval) -> Option<bool> {
        let shown = self.lower.is_none_or(|e| interval.low > e.shown) && self.upper.is_none_or(|e| interval.high < e.shown);
        // Nothing that is not above a limit is left of an interval that ends at it.
        let short = |e: Edge| interval.high < e.refuted || (!e.closed && interval.high <= e.limit);
        let beyond = |e: Edge| interval.low > e.refuted || (!e.closed && interval.low >= e.limit);
        let refuted = self.lower.is_some_and(short) || self.upper.is_some_and(beyond);
        match (shown, refuted) {
            (true, true) => Some(self.holds(estimate)),
            (true, false) => Some(true),
            (false, true) => Some(false),
            (false, false) => None,
        }
    }
}

/// The margin of a limit of a share: at most half the distance to the nearer of 0 and 1, so that rare things are told from
/// things twice as rare; a tenth of the margin where the limit is 0 or 1.
#[must_use]
pub fn share_margin(limit: f64, margin: f64) -> f64 {
    let room = limit.min(1.0 - limit);
    if room <= 0.0 { 0.1 * margin } else { margin.min(0.5 * room) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(region: Region, low: f64, high: f64) -> Option<bool> {
        region.judge(0.5 * (low + high), Interval { low, high })
    }

    #[test]
    fn a_threshold_is_decided_from_the_far_side_of_its_margin() {
        let above = Region::above(0.3, false, 0.01);
        assert_eq!(judge(above, 0.295, 0.5), Some(true));
        assert_eq!(judge(above, 0.28, 0.5), None);
        assert_eq!(judge(above, 0.1, 0.305), Some(false));
        // Both would do: the estimate decides.
        assert_eq!(judge(above, 0.2915, 0.3095), Some(true));
        assert_eq!(judge(above, 0.2915, 0.308), Some(false));
        let below = Region::below(0.3, false, 0.01);
        for (low, high) in [(0.295, 0.5), (0.1, 0.305), (0.28, 0.5), (0.1, 0.2), (0.4, 0.5)] {
            assert_eq!(judge(below, low, high), judge(Region::above(-0.3, false, 0.01), -high, -low), "{low} {high}");
        }
    }

    #[test]
    fn a_band_needs_both_ends_and_falls_by_either() {
        let band = Region::between((0.2, 0.4), (0.01, 0.01));
        assert_eq!(judge(band, 0.25, 0.35), Some(true));
        assert_eq!(judge(band, 0.15, 0.35), None);
        assert_eq!((judge(band, 0.1, 0.19), judge(band, 0.41, 0.6)), (Some(false), Some(false)));
        // The margin does not swallow a narrow band.
        assert_eq!(judge(Region::between((0.30, 0.31), (0.05, 0.05)), 0.27, 0.34), None);
    }

    #[test]
    fn an_exact_answer_is_refuted_at_any_distance_but_rounding() {
        let exact = Region::exactly(0.25, 0.01);
        assert_eq!((judge(exact, 0.245, 0.255), judge(exact, 0.2501, 0.2502), judge(exact, 0.2, 0.3)), (Some(true), Some(false), None));
        assert_eq!(Region::exactly(2.0, 0.0).judge(2.0, Interval { low: 2.0, high: 2.0 }), Some(true));
        assert_eq!(Region::exactly(0.3, 0.0).judge(0.1 + 0.2, Interval { low: 0.1 + 0.2, high: 0.1 + 0.2 }), Some(true));
        assert_eq!(Region::exactly(0.0, 0.001).judge(1e-6, Interval { low: 5e-15, high: 2e-5 }), Some(false));
        assert_eq!(Region::exactly(2.0, 0.1).judge(2.05, Interval { low: 2.05, high: 2.05 }), Some(false));
    }

    #[test]
    fn a_direction_is_never_shown_of_nothing() {
        let rises = Region::strictly_above(0.0, 0.01);
        assert_eq!(judge(rises, 0.0, 0.0), Some(false));
        assert_eq!((judge(rises, 0.001, 0.2), judge(rises, -0.1, 0.2), judge(rises, -0.1, 0.009)), (Some(true), None, Some(false)));
        assert_eq!(judge(Region::strictly_below(0.0, 0.01), -0.2, -0.001), Some(true));
        // Also without a margin.
        assert_eq!(judge(Region::strictly_above(0.0, 0.0), 0.0, 0.0), Some(false));
        assert_eq!(judge(Region::strictly_above(0.0, 0.0), -0.1, 0.1), None);
    }

    #[test]
    fn rare_things_have_small_margins() {
        assert_eq!((share_margin(0.5, 0.01), share_margin(0.01, 0.01), share_margin(0.99, 0.01)), (0.01, 0.005, 0.5 * (1.0 - 0.99)));
        assert_eq!((share_margin(0.0, 0.01), share_margin(1.0, 0.01)), (0.001, 0.001));
    }
}
