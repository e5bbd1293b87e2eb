//! Inverse of the normal distribution function.

use super::ln;
use super::poly::horner;

/// Numerator for `|p - 0.5| <= 0.425`.
const A: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
/// Denominator to [`A`].
const B: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
/// Numerator for tails with `sqrt(-ln p) <= 5`.
const C: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    7.745_450_142_783_414e-4,
];
/// Denominator to [`C`].
const D: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
/// Numerator for tails beyond.
const E: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    0.001_242_660_947_388_078_4,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288_1e-7,
];
/// Denominator to [`E`].
const F: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_7e-15,
];

/// Value below which a standard normal number falls with chance `p`; relative error below 2e-15.
///
/// Minus infinity for 0, infinity for 1, NaN outside `[0, 1]`. Exactly odd about 0.5 wherever
/// `1 - p` is exact.
///
/// # Notes
/// M. J. Wichura (1988), "Algorithm AS 241: the percentage points of the normal distribution",
/// Applied Statistics 37, 477-484 (routine PPND16).
///
/// ```
/// use escalade::math::normal_quantile;
/// assert_eq!(normal_quantile(0.5), 0.0);
/// assert!((normal_quantile(0.975) - 1.959_963_984_540_054).abs() < 1e-15);
/// ```
#[inline(always)]
#[must_use]
pub fn normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    let central = q.abs() <= 0.425;
    let middle = {
        let r = 0.180_625 - q * q;
        q * horner(&A, r) / horner(&B, r)
    };
    let outside = if q < 0.0 { p } else { 1.0 - p };
    // Where the tail formula is not used it is fed a harmless number.
    let r = (-ln(if central { 0.05 } else { outside })).sqrt();
    let far = r > 5.0;
    let x = if far { r - 5.0 } else { r - 1.6 };
    let mut top = [0.0; 8];
    let mut bottom = [0.0; 8];
    for i in 0..8 {
        top[i] = if far { E[i] } else { C[i] };
        bottom[i] = if far { F[i] } else { D[i] };
    }
    let size = horner(&top, x) / horner(&bottom, x);
    // ln(0) is NaN here, so the ends are put in by hand.
    let size = if outside == 0.0 { f64::INFINITY } else { size };
    let tail = if q < 0.0 { -size } else { size };
    if central { middle } else { tail }
}
