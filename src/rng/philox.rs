//! The generator: a keyed bijection of 128-bit counters.

/// Multiplier of the first and of the second pair of words.
pub(super) const MULTIPLIER: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
/// What is added to the key words after each round.
pub(super) const WEYL: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];

/// Philox4x32-10: the block of four words that belongs to a counter under a key.
///
/// For one key a bijection of counters, so no two draws of a seed share a block.
///
/// # Notes
/// J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw (2011), "Parallel random numbers: as easy as
/// 1, 2, 3", SC '11. Passes `TestU01` `BigCrush`; not for cryptography.
#[inline]
#[must_use]
pub fn philox4x32_10(counter: [u32; 4], key: [u32; 2]) -> [u32; 4] {
    let mut c = counter;
    let mut k = key;
    for _ in 0..10 {
        let [l0, h0] = super::key::halves(u64::from(MULTIPLIER[0]) * u64::from(c[0]));
        let [l1, h1] = super::key::halves(u64::from(MULTIPLIER[1]) * u64::from(c[2]));
        c = [h1 ^ c[1] ^ k[0], l1, h0 ^ c[3] ^ k[1], l0];
        k = [k[0].wrapping_add(WEYL[0]), k[1].wrapping_add(WEYL[1])];
    }
    c
}
