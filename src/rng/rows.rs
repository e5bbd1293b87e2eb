//! Uniform numbers of a row of trials, in a form that becomes vector code.
//!
//! The same function as [`block()`](super::block()): words are held in 64 bits, so that a lane of a vector holds
//! one trial throughout and the products of a round need no shuffling.

use super::key::{SiteId, halves};
use super::philox::{MULTIPLIER, WEYL};

/// The low half of a lane.
const LOW: u64 = 0xffff_ffff;

/// The four words of one draw, each in 64 bits.
#[inline(always)]
fn words(trial: u64, time: u32, site: [u32; 2], nth: u32, key: [u32; 2]) -> [u64; 4] {
    let mut c =
        [trial & LOW, (u64::from(time) | (trial >> 32) << 28) & LOW, u64::from(site[0]), (u64::from(site[1]) << 16 | u64::from(nth)) & LOW];
    let mut k = key;
    for _ in 0..10 {
        // High halves hold what is left of products; multiplication looks at low halves only, so that nothing need
        // be cleared before the end.
        let p0 = (c[0] & LOW) * u64::from(MULTIPLIER[0]);
        let p1 = (c[2] & LOW) * u64::from(MULTIPLIER[1]);
        c = [(p1 >> 32) ^ c[1] ^ u64::from(k[0]), p1, (p0 >> 32) ^ c[3] ^ u64::from(k[1]), p0];
        k = [k[0].wrapping_add(WEYL[0]), k[1].wrapping_add(WEYL[1])];
    }
    c.map(|word| word & LOW)
}

/// As `Block::unit` of two words.
#[inline(always)]
fn unit_of(high: u64, low: u64) -> f64 {
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    const HALF_STEP: f64 = 1.0 / 9_007_199_254_740_992.0; // 2^-53
    (f64::from_bits(ONE | high << 20 | low >> 12) - 1.0) + HALF_STEP
}

/// [`Block::unit`](super::Block::unit) of every trial, into as many places of `out`.
#[inline(always)]
pub fn units(seed: u64, trials: &[u64], time: u32, site: SiteId, nth: u32, out: &mut [f64]) {
    let (key, site) = (halves(seed), halves(site.get()));
    for (trial, out) in trials.iter().zip(out) {
        let w = words(*trial, time, site, nth, key);
        *out = unit_of(w[0], w[1]);
    }
}

/// [`Block::unit`](super::Block::unit) and [`Block::second_unit`](super::Block::second_unit) of every trial.
#[inline(always)]
pub fn two_units(seed: u64, trials: &[u64], time: u32, site: SiteId, nth: u32, [first, second]: [&mut [f64]; 2]) {
    let (key, site) = (halves(seed), halves(site.get()));
    for (trial, (first, second)) in trials.iter().zip(first.iter_mut().zip(second)) {
        let w = words(*trial, time, site, nth, key);
        *first = unit_of(w[0], w[1]);
        *second = unit_of(w[2], w[3]);
    }
}

/// [`units`] of a row whose length is known.
#[inline(always)]
pub fn unit_row<const N: usize>(seed: u64, trials: &[u64; N], time: u32, site: SiteId, nth: u32, out: &mut [f64; N]) {
    units(seed, trials, time, site, nth, out);
}

/// [`two_units`] of a row whose length is known.
#[inline(always)]
pub fn two_units_row<const N: usize>(seed: u64, trials: &[u64; N], time: u32, site: SiteId, nth: u32, [first, second]: [&mut [f64; N]; 2]) {
    two_units(seed, trials, time, site, nth, [first, second]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng::{DrawKey, block};

    #[test]
    fn rows_equal_single_blocks() {
        let site = SiteId::of_path("events.attack");
        let trials: [u64; 9] = std::array::from_fn(|i| (i as u64) << (4 * i) & ((1 << 36) - 1));
        for (seed, time, nth) in [(0, 0, 0), (u64::MAX, (1 << 28) - 1, 65_535), (0x1234_5678_9abc, 1440, 3)] {
            let (mut only, mut first, mut second) = ([0.0; 9], [0.0; 9], [0.0; 9]);
            units(seed, &trials, time, site, nth, &mut only);
            two_units(seed, &trials, time, site, nth, [&mut first, &mut second]);
            for (i, trial) in trials.iter().enumerate() {
                let block = block(seed, DrawKey { trial: *trial, time, site, nth });
                assert_eq!([only[i], first[i], second[i]], [block.unit(), block.unit(), block.second_unit()]);
            }
        }
    }
}
