//! The solver behind the inverse incomplete gamma and beta functions.

use super::ln;

/// Finds the `t` at which a log-concave distribution has `p` below and `q = 1 - p` above.
///
/// `at(t)` gives the chance below, the chance above and the density. Newton's method on the
/// logarithm of the smaller tail: the logarithm of a log-concave distribution function is concave,
/// so from one side the steps never overshoot; a bracket guards the other side.
pub(crate) fn solve(start: f64, p: f64, q: f64, at: impl Fn(f64) -> (f64, f64, f64)) -> f64 {
    let lower = p <= q;
    let goal = ln(if lower { p } else { q });
    let (mut low, mut high) = (-700.0_f64, 700.0_f64);
    let mut t = start.clamp(low, high);
    for _ in 0..200 {
        let (below, above, density) = at(t);
        let tail = if lower { below } else { above };
        let miss = if tail > 0.0 { ln(tail) - goal } else { f64::NEG_INFINITY };
        let too_far = if lower { miss > 0.0 } else { miss < 0.0 };
        if too_far {
            high = t;
        } else {
            low = t;
        }
        let slope = density / tail;
        let step = if lower { -miss / slope } else { miss / slope };
        let newton = t + step;
        if step.abs() < 1e-9 {
            // Convergence is quadratic: the next step would be below one ulp.
            return newton;
        }
        // A NaN step fails both comparisons and is bisected.
        t = if newton > low && newton < high { newton } else { 0.5 * (low + high) };
        if high - low < 1e-15 * t.abs() {
            return t;
        }
    }
    t
}
