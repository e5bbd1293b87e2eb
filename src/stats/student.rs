//! Quantiles of Student's t.

use crate::math::beta_inverse_pair;

/// Value below which Student's t with `freedom` degrees of freedom falls with chance `p`, in (0, 1).
///
/// By way of the incomplete beta function: with `x` the quantile of beta(freedom / 2, 1/2) at `2 min(p, 1 - p)`,
/// `t = sqrt(freedom (1 - x) / x)` (Abramowitz and Stegun 26.7.1).
pub(super) fn student_quantile(p: f64, freedom: f64) -> f64 {
    let tail = p.min(1.0 - p);
    let (x, rest) = beta_inverse_pair(0.5 * freedom, 0.5, 2.0 * tail, 1.0 - 2.0 * tail);
    let size = (freedom * (rest / x)).sqrt();
    if p < 0.5 { -size } else { size }
}
