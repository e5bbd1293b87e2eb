//! `exp` and what follows from it: `logistic`, `exp_m1`.
//!
//! Method: `x = k ln 2 + r` with `|r| <= ln(2) / 2`, a polynomial for `exp(r)`, and a scaling by
//! `2^k` in two steps, so that results below the normal range are rounded only once. The leading
//! `1 + r` is carried exactly; that is what keeps the error near half a unit.

use super::dd::two_sum;
use super::ln::{LN_2_HI, LN_2_LO};
use super::poly::horner;

/// `(exp(r) - 1 - r) / r^2` on `|r| <= 0.3467`; made by `tools/math_coefficients.py`.
#[rustfmt::skip]
const EXP: [f64; 11] = [
    0.5,
    0.166_666_666_666_666_7,
    0.041_666_666_666_666_67,
    0.008_333_333_333_326_12,
    0.001_388_888_888_888_373_7,
    0.000_198_412_698_748_739_75,
    2.480_158_732_558_584e-05,
    2.755_725_533_255_441e-06,
    2.755_727_359_479_941_3e-07,
    2.510_524_515_390_137e-08,
    2.091_470_706_961_235_5e-09,
];

/// Adding this rounds a number below 2^51 to an integer, which then sits in the low bits.
pub(crate) const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52

/// Exponential function, within 1 ulp.
///
/// Below about -745.2 the result is 0, above about 709.8 it is infinite; NaN stays NaN.
///
/// ```
/// use escalade::math::exp;
/// assert_eq!(exp(0.0), 1.0);
/// assert_eq!(exp(-1000.0), 0.0);
/// ```
#[inline(always)]
#[must_use]
pub fn exp(x: f64) -> f64 {
    exp_pair(x, 0.0)
}

/// `exp(high + low)` for a `low` that is a rounding error of `high`.
///
/// If `high` is beyond the range of `exp`, `low` must be finite or `high` NaN.
#[inline(always)]
pub(crate) fn exp_pair(high: f64, low: f64) -> f64 {
    // Comparisons that keep NaN, unlike `f64::clamp`'s panic-free relatives `min` and `max`. What is certainly 0
    // takes no way through subnormal numbers, on which processors stumble.
    let gone = high < -746.0;
    let x = if high > 720.0 { 720.0 } else { high };
    let x = if gone { 0.0 } else { x };
    let t = x * std::f64::consts::LOG2_E + ROUND;
    let k = t - ROUND;
    // k has 11 bits and LN_2_HI 42, so the product and the difference are exact.
    let (r, low) = two_sum(x - k * LN_2_HI, low - k * LN_2_LO);
    let one_r = 1.0 + r;
    let lost = r - (one_r - 1.0);
    let tail = r * r * horner(&EXP, r);
    let y = one_r + (lost + (low + r * low + tail));
    // The low 12 bits of t + 2048 are k + 2048; halved, they give 2^k as a product of two powers.
    let biased = t.to_bits().wrapping_add(2048) & 0xfff;
    let half = biased >> 1;
    let first = f64::from_bits(half.wrapping_sub(1) << 52);
    let second = f64::from_bits((biased - half).wrapping_sub(1) << 52);
    let y = y * first * second;
    if gone { 0.0 } else { y }
}

/// `exp(x) - 1` without the cancellation near 0, within 4 ulp.
///
/// W. Kahan's formula `(u - 1) x / ln u` with `u = exp(x)`; Higham, "Accuracy and Stability of
/// Numerical Algorithms" (2002), section 1.14.1.
#[inline(always)]
#[must_use]
pub fn exp_m1(x: f64) -> f64 {
    let u = exp(x);
    let near = (u - 1.0) * (x / super::ln(u));
    let y = if x.abs() < 0.7 { near } else { u - 1.0 };
    if u == 1.0 { x } else { y }
}

/// Logistic function `1 / (1 + exp(-x))`, within 2.5 ulp.
///
/// Never overflows: 0 far below and 1 far above; for `x < 0` it keeps its relative precision.
#[inline(always)]
#[must_use]
pub fn logistic(x: f64) -> f64 {
    let e = exp(-x.abs());
    let top = if x < 0.0 { e } else { 1.0 };
    top / (1.0 + e)
}
