//! Evaluation of polynomials in a fixed order, so that every caller gets the same bits.

/// `c[0] + c[1] x + ... `, by Horner's rule.
///
/// `N` is known at compile time, so the loop unrolls into straight-line code.
#[inline(always)]
pub(crate) fn horner<const N: usize>(c: &[f64; N], x: f64) -> f64 {
    let mut sum = c[N - 1];
    let mut i = N - 1;
    while i > 0 {
        i -= 1;
        sum = sum * x + c[i];
    }
    sum
}
