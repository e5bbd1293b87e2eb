//! Powers with a real exponent.

use super::dd::two_prod;
use super::exp::{ROUND, exp_pair};
use super::ln::ln_pair;

/// `x` to the power `y`, within 1.5 ulp.
///
/// | base | exponent | result |
/// |---|---|---|
/// | any number | 0 | 1 |
/// | 0 | above 0 | 0 |
/// | 0 | below 0 | NaN, an undefined number |
/// | below 0 | an integer | `|x|^y`, negative if `y` is odd |
/// | below 0 | anything else | NaN |
/// | NaN | any, also 0 | NaN |
///
/// The sign of a zero base is not looked at. Overflow gives infinity, underflow 0. Infinite
/// arguments give the limit where there is one (`pow(1, inf)` is 1).
///
/// # Notes
/// `exp(y ln x)` with the logarithm and the product carried as pairs, as in the C library of
/// Sun Microsystems (K. C. Ng, 1993), but without tables.
///
/// ```
/// use escalade::math::pow;
/// assert_eq!(pow(2.0, 10.0), 1024.0);
/// assert_eq!(pow(-2.0, 3.0), -8.0);
/// assert_eq!(pow(0.0, 0.0), 1.0);
/// assert!(pow(0.0, -1.0).is_nan() && pow(-8.0, 1.0 / 3.0).is_nan());
/// ```
#[inline(always)]
#[must_use]
pub fn pow(x: f64, y: f64) -> f64 {
    let base = x.abs();
    // ln_pair knows neither 0 nor infinity. 0 is left for later: it would lead through subnormal numbers.
    let (lh, ll) = ln_pair(if base == 0.0 { 1.0 } else { base });
    let lh = if base == f64::INFINITY { f64::INFINITY } else { lh };
    let (ph, pe) = two_prod(y, lh);
    // Out of range the low part may be inf - inf; it no longer matters there.
    let pl = if ph.abs() < 1000.0 { pe + y * ll } else { 0.0 };
    let size = exp_pair(ph, pl);

    let (integer, odd) = parity(y);
    let signed = if odd { -size } else { size };
    let negative = if integer { signed } else { f64::NAN };
    let r = if x < 0.0 { negative } else { size };
    let of_zero = if y < 0.0 { f64::NAN } else { 0.0 };
    let r = if base == 0.0 { of_zero } else { r };
    let r = if y == 0.0 || x == 1.0 { 1.0 } else { r };
    if x.is_nan() || y.is_nan() { f64::NAN } else { r }
}

/// Whether a number is an integer, and whether it is odd. Infinities count as no integers.
#[inline(always)]
fn parity(y: f64) -> (bool, bool) {
    let size = y.abs();
    // Doubles of 2^52 and more are integers, of 2^53 and more even; below, rounding tells.
    let whole = size < f64::INFINITY && (size >= 4_503_599_627_370_496.0 || rounded(size) == size);
    let half = 0.5 * size;
    let odd = size < 9_007_199_254_740_992.0 && rounded(half) != half;
    (whole, whole && odd)
}

/// Nearest integer, for sizes below 2^52.
#[inline(always)]
fn rounded(x: f64) -> f64 {
    // Above 2^51 the trick with 1.5 * 2^52 would round to even numbers only.
    let magic = if x < 2_251_799_813_685_248.0 { ROUND } else { 4_503_599_627_370_496.0 };
    (x + magic) - magic
}
