//! Tests of the functions against arbitrary precision, and of their edges.

mod elementary;
#[expect(clippy::unreadable_literal, clippy::approx_constant, reason = "generated")]
mod reference;
mod special;

/// Distance of two numbers relative to the second.
fn relative(found: f64, expected: f64) -> f64 {
    if found == expected { 0.0 } else { ((found - expected) / expected).abs() }
}

/// Numbers spread evenly over the bit patterns of positive finite doubles, subnormal ones too.
fn all_sizes(n: u64) -> impl Iterator<Item = f64> {
    let top = f64::MAX.to_bits();
    (0..n).map(move |i| f64::from_bits(scramble(i) % top + 1))
}

/// `n` numbers spread over an interval without a pattern.
fn spread(n: u64, low: f64, high: f64) -> impl Iterator<Item = f64> {
    #[expect(clippy::cast_precision_loss, reason = "test points need no last bit")]
    (0..n).map(move |i| low + (high - low) * (scramble(i) >> 11) as f64 / 9_007_199_254_740_992.0)
}

/// The output function of `SplitMix64`: a fixed, patternless map of integers.
fn scramble(i: u64) -> u64 {
    let mut z = i.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
