//! Sine and cosine of a whole turn: what Box-Muller needs, with an exact reduction.

use super::dd::two_prod;
use super::exp::ROUND;
use super::poly::horner;

/// 2 pi as a pair.
const TAU: (f64, f64) = (std::f64::consts::TAU, 2.449_293_598_294_706_4e-16);

/// `(sin(t) / t - 1) / t^2` in powers of `t^2`, `|t| <= pi / 4`.
#[rustfmt::skip]
const SIN: [f64; 6] = [
    -0.166_666_666_666_666_66,
    0.008_333_333_333_330_948,
    -0.000_198_412_698_367_567_74,
    2.755_731_610_161_787_4e-06,
    -2.505_113_165_023_518e-08,
    1.591_811_526_326_597_4e-10,
];

/// `(cos(t) - 1 + t^2 / 2) / t^4` in powers of `t^2`, `|t| <= pi / 4`.
#[rustfmt::skip]
const COS: [f64; 6] = [
    0.041_666_666_666_666_664,
    -0.001_388_888_888_888_739_8,
    2.480_158_729_876_456e-05,
    -2.755_731_727_114_514_4e-07,
    2.087_614_614_655_861e-09,
    -1.138_262_364_747_460_4e-11,
];

/// `(sin 2 pi u, cos 2 pi u)`, each within 1 ulp.
///
/// `u` is in turns, meant for `[0, 1)`; any `|u| < 2^49` is right, beyond that the result is
/// unspecified. NaN and infinities give NaN. Quarter turns are exact: 0, 1 and -1.
///
/// ```
/// assert_eq!(escalade::math::sin_cos_turn(0.25), (1.0, 0.0));
/// ```
#[inline(always)]
#[must_use]
pub fn sin_cos_turn(u: f64) -> (f64, f64) {
    let t = 4.0 * u + ROUND;
    // The nearest quarter turn; the rest is exact and at most 1/8.
    let rest = u - 0.25 * (t - ROUND);
    let (a, b) = two_prod(rest, TAU.0);
    let b = b + rest * TAU.1;
    let z = a * a;

    let tail = horner(&[SIN[1], SIN[2], SIN[3], SIN[4], SIN[5]], z);
    let sin = a - ((z * (0.5 * b - a * z * tail) - b) - a * z * SIN[0]);

    let half = 0.5 * z;
    let w = 1.0 - half;
    let cos = w + (((1.0 - w) - half) + (z * z * horner(&COS, z) - a * b));

    let quarter = t.to_bits();
    let swap = quarter & 1 == 1;
    let (s, c) = if swap { (cos, sin) } else { (sin, cos) };
    // The sign bits: sine is negative in the third and fourth quarter, cosine in the second and
    // third. `+ 0.0` makes -0 a plain 0.
    let s_sign = (quarter & 2) << 62;
    let c_sign = (quarter.wrapping_add(1) & 2) << 62;
    let s = f64::from_bits(s.to_bits() ^ s_sign) + 0.0;
    let c = f64::from_bits(c.to_bits() ^ c_sign) + 0.0;
    (s, c)
}
