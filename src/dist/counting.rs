//! Exact inversion of a distribution of counts.

/// Draws below this use a running sum when the mean is small; the rest of the upper tail needs the
/// relative precision of the incomplete functions.
pub(crate) const UPPER_TAIL: f64 = 1.0 - 1.0 / 1_048_576.0; // 1 - 2^-20
/// Largest mean for which a running sum from 0 is used.
pub(crate) const SMALL_MEAN: f64 = 32.0;

/// The smallest `k` in `0..=top` with `F(k) >= u`, found by galloping from a guess and bisection.
///
/// `tails(k)` is `(F(k), 1 - F(k))` with the smaller of the two relatively precise. Each `k` is
/// compared in its smaller tail, and `1 - u` is exact, so the threshold between `k` and `k + 1` is one
/// number that does not depend on the guess: the result is exactly nondecreasing in `u`.
pub(super) fn smallest_reaching(u: f64, guess: f64, top: f64, tails: impl Fn(f64) -> (f64, f64)) -> f64 {
    let reached = |k: f64| {
        let (below, above) = tails(k);
        if below <= above { below >= u } else { above <= 1.0 - u }
    };
    // Invariant: `low` has not reached u (or is -1), `high` has (or is top, which always does).
    let (mut low, mut high) = (-1.0, top);
    let mut k = guess.floor().max(0.0).min(top);
    let mut stride = 1.0;
    while high - low > 1.0 {
        if k <= low || k >= high {
            k = (0.5 * (low + high)).floor().max(low + 1.0);
        }
        if reached(k) {
            high = k;
            k -= stride;
        } else {
            low = k;
            k += stride;
        }
        stride *= 2.0;
    }
    high
}

/// The smallest `k` at which the running sum of masses reaches `u`.
///
/// `first` is the mass at 0, `ratio(k)` the mass at `k` over that at `k - 1`.
pub(super) fn by_running_sum(u: f64, first: f64, top: f64, ratio: impl Fn(f64) -> f64) -> f64 {
    let mut k = 0.0;
    let mut mass = first;
    let mut sum = first;
    while u > sum && k < top {
        k += 1.0;
        mass *= ratio(k);
        let next = sum + mass;
        if next == sum && mass < f64::EPSILON * sum {
            // Nothing more will be added; only rounding keeps the sum below u.
            break;
        }
        sum = next;
    }
    k
}
