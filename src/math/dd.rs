//! Sums and products carried as a pair `(high, low)`: about 106 bits without FMA.
//!
//! T. J. Dekker (1971), "A floating-point technique for extending the available precision",
//! Numerische Mathematik 18, 224-242; D. E. Knuth, TAOCP 2, section 4.2.2.

/// Sum of two numbers and its rounding error; exact.
#[inline(always)]
pub(crate) fn two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    let bb = s - a;
    (s, (a - (s - bb)) + (b - bb))
}

/// As [`two_sum`], for `|a| >= |b|` (or `a == 0`).
#[inline(always)]
pub(crate) fn fast_two_sum(a: f64, b: f64) -> (f64, f64) {
    let s = a + b;
    (s, b - (s - a))
}

/// Splits into 26 high and 27 low bits by masking.
///
/// Unlike Veltkamp's multiplication it cannot overflow.
#[inline(always)]
fn split(a: f64) -> (f64, f64) {
    let high = f64::from_bits(a.to_bits() & 0xffff_ffff_f800_0000);
    (high, a - high)
}

/// Product of two numbers and its rounding error.
///
/// The pair is within 2^-105 of the product, relatively, unless a partial product is subnormal.
#[inline(always)]
pub(crate) fn two_prod(a: f64, b: f64) -> (f64, f64) {
    let p = a * b;
    let (ah, al) = split(a);
    let (bh, bl) = split(b);
    (p, ((ah * bh - p) + ah * bl + al * bh) + al * bl)
}
