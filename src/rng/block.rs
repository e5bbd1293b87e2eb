//! One block of random words, alone and for a row of trials.

use super::key::{DrawKey, SiteId, halves};
use super::philox::philox4x32_10;

/// The four random words of one draw.
///
/// A draw uses one block and no more, whatever its distribution, so that a change of one parameter
/// leaves all other draws in place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block(pub [u32; 4]);

impl Block {
    /// A uniform number in the open interval (0, 1), from words 0 and 1.
    ///
    /// One of the 2^52 midpoints `(m + 1/2) / 2^52`: never 0, never 1, and `1 - u` is exact. (With
    /// 53 bits the largest midpoint would round to 1.)
    #[inline]
    #[must_use]
    pub fn unit(self) -> f64 {
        unit_of(self.0[0], self.0[1])
    }

    /// A second uniform number, independent of [`unit`](Self::unit), from words 2 and 3.
    #[inline]
    #[must_use]
    pub fn second_unit(self) -> f64 {
        unit_of(self.0[2], self.0[3])
    }
}

/// The top 52 bits of `high << 32 | low` as a midpoint.
///
/// By way of the bits of a number in [1, 2), which is exact and needs no integer conversion, for
/// which common vector units have no instruction.
#[inline]
fn unit_of(high: u32, low: u32) -> f64 {
    const ONE: u64 = 0x3ff0_0000_0000_0000;
    const HALF_STEP: f64 = 1.0 / 9_007_199_254_740_992.0; // 2^-53
    let bits = u64::from(high) << 20 | u64::from(low) >> 12;
    (f64::from_bits(ONE | bits) - 1.0) + HALF_STEP
}

/// The block of one draw.
///
/// Philox4x32-10 with the low word of `seed` as key word 0 and the high word as key word 1; the
/// counter is [`DrawKey::counter`].
#[inline]
#[must_use]
pub fn block(seed: u64, key: DrawKey) -> Block {
    Block(philox4x32_10(key.counter(), halves(seed)))
}

/// The blocks of a row of trials: `words[w][lane]` is word `w` of the trial in that lane.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BlockRow<const N: usize> {
    /// Random words; the first index is the word (0 to 3), the second the lane.
    pub words: [[u32; N]; 4],
}

impl<const N: usize> BlockRow<N> {
    /// The block of one lane.
    ///
    /// # Panics
    /// If `lane >= N`.
    #[inline]
    #[must_use]
    pub fn lane(&self, lane: usize) -> Block {
        Block(std::array::from_fn(|w| self.words[w][lane]))
    }

    /// [`Block::unit`] of every lane.
    #[inline]
    #[must_use]
    pub fn units(&self) -> [f64; N] {
        std::array::from_fn(|i| unit_of(self.words[0][i], self.words[1][i]))
    }

    /// [`Block::second_unit`] of every lane.
    #[inline]
    #[must_use]
    pub fn second_units(&self) -> [f64; N] {
        std::array::from_fn(|i| unit_of(self.words[2][i], self.words[3][i]))
    }
}

/// [`block()`] for a row of trials that draw at one time and site; bit-equal to it in every lane.
///
/// `trials[lane]` and `nth[lane]` are the trial and the occurrence in that lane.
///
/// # Panics
/// In debug builds, if a part is beyond its limit.
#[inline]
#[must_use]
pub fn block_row<const N: usize>(seed: u64, trials: &[u64; N], time: u32, site: SiteId, nth: &[u32; N]) -> BlockRow<N> {
    let key = halves(seed);
    let mut words = [[0; N]; 4];
    for lane in 0..N {
        let draw = DrawKey { trial: trials[lane], time, site, nth: nth[lane] };
        let block = philox4x32_10(draw.counter(), key);
        for (row, word) in words.iter_mut().zip(block) {
            row[lane] = word;
        }
    }
    BlockRow { words }
}
