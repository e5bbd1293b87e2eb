//! An endless stream of words from one address.

use std::convert::Infallible;

use rand::rand_core::TryRng;

use super::block::block;
use super::key::{DrawKey, halves};
use super::philox::philox4x32_10;

/// Separates the keys of streams from seeds: the first 64 bits of the fraction of the golden ratio.
const STREAM: u64 = 0x9e37_79b9_7f4a_7c15;

/// A random number generator that starts at one address and never ends.
///
/// For samplers that use a varying number of words, such as those of `rand_distr`, and as an oracle
/// in tests. The four words of the draw's own [`block()`] come first.
///
/// # How streams stay apart from draws
/// All 2^128 counters of a seed belong to draws, so the continuation uses another key: the first two
/// words of the address under the seed xor a constant. Its counter holds the number of the block
/// (64 bits), the site and the occurrence. Two streams meet only at one site and occurrence, and
/// then with chance 2^-64 per pair of (trial, time); a stream meets the draws of its seed with the
/// same chance. Within one stream the words repeat after 2^66.
///
/// ```
/// use escalade::rng::{AddressedRng, DrawKey, SiteId};
/// use rand::Rng;
/// let key = DrawKey { trial: 7, time: 1440, site: SiteId::of_path("events.raid.killed"), nth: 0 };
/// let mut a = AddressedRng::new(1, key);
/// let mut b = AddressedRng::new(1, key);
/// assert_eq!(a.next_u64(), b.next_u64());
/// ```
#[derive(Clone, Debug)]
pub struct AddressedRng {
    /// Words of the current block.
    words: [u32; 4],
    /// How many of them have been handed out.
    used: usize,
    /// Key of the continuation.
    stream: [u32; 2],
    /// Number of the next block of the continuation.
    next: u64,
    /// The last two words of the address's counter: site and occurrence.
    place: [u32; 2],
}

impl AddressedRng {
    /// The stream of the address `key` under `seed`.
    #[must_use]
    pub fn new(seed: u64, key: DrawKey) -> Self {
        let [_, _, site_low, site_high] = key.counter();
        let [k0, k1, _, _] = block(seed ^ STREAM, key).0;
        Self { words: block(seed, key).0, used: 0, stream: [k0, k1], next: 0, place: [site_low, site_high] }
    }

    /// The next word.
    fn word(&mut self) -> u32 {
        if self.used == 4 {
            let [low, high] = halves(self.next);
            self.words = philox4x32_10([low, high, self.place[0], self.place[1]], self.stream);
            self.next = self.next.wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }
}

impl TryRng for AddressedRng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    /// Two words, the first as the high half, as in [`Block::unit`](super::Block::unit).
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let high = self.word();
        Ok(u64::from(high) << 32 | u64::from(self.word()))
    }

    /// Words in little-endian order; a short end takes the leading bytes of one more word.
    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(4) {
            chunk.copy_from_slice(&self.word().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}
