//! Latin hypercube: every input is stratified.

use rand::Rng as _;

use super::TooLarge;
use crate::rng::{AddressedRng, DrawKey, Points, SiteId, block};

/// `N` points; of each input, one number in each of the `N` equal parts of the unit interval.
///
/// Parts are matched at random (a random permutation per input), and the number lies at random within its part, so that each
/// point alone is uniform on the cube. Inputs have addresses of their own: with more inputs, the first ones stay as they were.
///
/// # Notes
/// M. D. McKay, R. J. Beckman, W. J. Conover (1979), "A comparison of three methods for selecting values of input
/// variables in the analysis of output from a computer code", Technometrics 21, 239-245.
///
/// ```
/// use escalade::{rng::Points, study::design::LatinHypercube};
/// let design = LatinHypercube::new(1, 4, 2).unwrap();
/// let mut quarters: Vec<u64> = (0..4).map(|k| (design.unit(k, 1) * 4.0) as u64).collect();
/// quarters.sort();
/// assert_eq!(quarters, [0, 1, 2, 3]);
/// ```
#[derive(Clone, Debug)]
pub struct LatinHypercube {
    seed: u64,
    site: SiteId,
    points: usize,
    /// `parts[input * points + point]`: in which part the point lies.
    parts: Vec<u32>,
}

impl LatinHypercube {
    /// Most numbers, points times inputs: 128 MiB.
    pub const MOST_NUMBERS: u64 = 1 << 25;

    /// The design of a seed.
    ///
    /// # Errors
    /// [`TooLarge`] beyond [`MOST_NUMBERS`](Self::MOST_NUMBERS).
    pub fn new(seed: u64, points: u64, inputs: usize) -> Result<Self, TooLarge> {
        let large = || TooLarge::Latin(points, inputs);
        // Inputs are told apart by the occurrence in an address.
        let fits = inputs < usize::from(u16::MAX) && points.saturating_mul(inputs as u64) <= Self::MOST_NUMBERS;
        let (Some(count), true) = (u32::try_from(points).ok(), fits) else { return Err(large()) };
        let site = SiteId::of_path("design.latin");
        let mut parts = Vec::with_capacity(count as usize * inputs);
        for input in (0..).take(inputs) {
            let first = parts.len();
            parts.extend(0..count);
            // Fisher and Yates, from a stream of its own: time 1, where the places within parts have time 0.
            let mut words = AddressedRng::new(seed, DrawKey { trial: 0, time: 1, site, nth: input });
            for last in (1..count as usize).rev() {
                parts.swap(first + last, first + below(last + 1, words.next_u64()));
            }
        }
        Ok(Self { seed, site, points: count as usize, parts })
    }
}

/// A whole number below `n`, from 64 random bits; each comes as often as the others, but for 1 part in 2^64 / `n`.
#[expect(clippy::cast_possible_truncation, reason = "below n")]
fn below(n: usize, word: u64) -> usize {
    ((u128::from(word) * n as u128) >> 64) as usize
}

impl Points for LatinHypercube {
    /// # Panics
    /// If there is no such point or input.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "below 2^25")]
    fn unit(&self, point: u64, input: usize) -> f64 {
        assert!(point < self.points as u64, "point {point} of {}", self.points);
        let part = self.parts[input * self.points + point as usize];
        let word = block(self.seed, DrawKey { trial: point, time: 0, site: self.site, nth: input as u32 }).0[0];
        // 32 bits within the part: no sum is rounded, so none leaves its part.
        let within = (f64::from(word) + 0.5) / 4_294_967_296.0;
        (f64::from(part) + within) / self.points as f64
    }
}
