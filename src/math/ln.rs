//! Natural logarithm, plain, of `1 + x`, and as a pair for `pow`.
//!
//! Method: `x = 2^k m` with `m` in `[sqrt(1/2), sqrt(2))`, then a series in
//! `s = (m - 1) / (m + 1)`, of which only the part beyond the first terms is a polynomial.

use super::dd::{fast_two_sum, two_prod, two_sum};
use super::poly::horner;

/// The first 42 bits of ln 2: a product with an integer below 2^11 is exact.
pub(crate) const LN_2_HI: f64 = 0.693_147_180_559_890_3;
/// ln 2 less [`LN_2_HI`].
pub(crate) const LN_2_LO: f64 = 5.497_923_018_708_371e-14;
/// One third as a pair.
const THIRD: (f64, f64) = (0.333_333_333_333_333_3, 1.850_371_707_708_594e-17);

/// `(ln((1 + s) / (1 - s)) / s - 2) / s^2` in powers of `s^2`, `|s| <= 0.1716`.
#[rustfmt::skip]
const LN: [f64; 8] = [
    0.666_666_666_666_666_6,
    0.400_000_000_000_008_8,
    0.285_714_285_708_024_04,
    0.222_222_223_919_877_28,
    0.181_817_956_108_790_42,
    0.153_862_412_937_343_57,
    0.132_687_305_391_008_95,
    0.130_870_715_800_673_8,
];

/// `((ln((1 + s) / (1 - s)) / (2 s) - 1) / s^2 - 1/3) / s^2` in powers of `s^2`.
#[rustfmt::skip]
const LN_TAIL: [f64; 7] = [
    0.200_000_000_000_000_12,
    0.142_857_142_856_691_93,
    0.111_111_111_355_780_94,
    0.090_909_041_193_778_74,
    0.076_927_877_183_384_85,
    0.066_429_680_793_908_25,
    0.064_569_403_025_498_71,
];

/// `x` as `2^k m` with `m` in `[sqrt(1/2), sqrt(2))`, for positive finite `x`.
#[inline(always)]
fn decompose(x: f64) -> (f64, f64) {
    /// Bits of `sqrt(1/2)`, rounded down.
    const ROOT_HALF: u64 = 0x3fe6_a09e_667f_3bcd;
    /// Bits of 1.
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    let small = x < f64::MIN_POSITIVE;
    let scaled = if small { x * 18_014_398_509_481_984.0 } else { x }; // 2^54
    let shift = if small { 1023.0 + 54.0 } else { 1023.0 };
    let bits = scaled.to_bits().wrapping_add(ONE - ROOT_HALF);
    let m = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + ROOT_HALF);
    // An integer below 2^52 as a float, by its bits: no conversion instruction is needed.
    let k = f64::from_bits(0x4330_0000_0000_0000 | (bits >> 52)) - 4_503_599_627_370_496.0;
    (k - shift, m)
}

/// Natural logarithm, within 1 ulp.
///
/// NaN for `x <= 0`, **also for 0**: in the rule language the logarithm of 0 is an undefined
/// number, not minus infinity. Infinity gives infinity; NaN stays NaN.
///
/// ```
/// use escalade::math::ln;
/// assert_eq!(ln(1.0), 0.0);
/// assert!(ln(0.0).is_nan());
/// ```
#[inline(always)]
#[must_use]
pub fn ln(x: f64) -> f64 {
    let (k, m) = decompose(x);
    let f = m - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let half = 0.5 * f * f;
    let r = z * horner(&LN, z);
    let y = k * LN_2_HI - ((half - (s * (half + r) + k * LN_2_LO)) - f);
    let y = if x < f64::INFINITY { y } else { x };
    if x > 0.0 { y } else { f64::NAN }
}

/// `ln(1 + x)` without the cancellation near 0, within 3 ulp.
///
/// NaN for `x <= -1`. The formula of W. Kahan: the logarithm of the rounded `1 + x`, corrected
/// by what rounding took away.
#[inline(always)]
#[must_use]
pub fn ln_1p(x: f64) -> f64 {
    let u = 1.0 + x;
    let lost = if x.abs() < 1.0 { x - (u - 1.0) } else { 1.0 - (u - x) };
    let y = ln(u) + lost / u;
    if u == 1.0 || x == f64::INFINITY { x } else { y }
}

/// `ln(x)` as an unevaluated sum `(high, low)`, relative error below 2^-64; `x` positive, finite.
///
/// The terms `2s` and `2/3 s^3` of the series are carried as pairs, the rest (below 1/5000 of the
/// whole) as one number.
#[inline(always)]
pub(crate) fn ln_pair(x: f64) -> (f64, f64) {
    let (k, m) = decompose(x);
    let f = m - 1.0;
    let (dh, dl) = two_sum(m, 1.0);
    let sh = f / dh;
    let (p, e) = two_prod(sh, dh);
    let sl = (((f - p) - e) - sh * dl) / dh;
    let (zh, zl) = two_prod(sh, sh);
    let zl = zl + 2.0 * sh * sl;
    let (uh, ul) = fast_two_sum(THIRD.0, zh * horner(&LN_TAIL, zh));
    let ul = ul + THIRD.1;
    let (wh, wl) = two_prod(zh, uh);
    let wl = wl + (zh * ul + zl * uh);
    let (vh, vl) = two_prod(sh, wh);
    let vl = vl + (sh * wl + sl * wh);
    let (ah, al) = fast_two_sum(sh, vh);
    let al = al + (sl + vl);
    let (ch, cl) = two_sum(k * LN_2_HI, 2.0 * ah);
    fast_two_sum(ch, cl + (2.0 * al + k * LN_2_LO))
}
