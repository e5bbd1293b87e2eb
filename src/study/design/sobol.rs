//! Sobol points with Owen's scrambling.

use sobol_burley::parts::{owen_scramble_rev, sobol_rev};

use super::TooLarge;
use crate::rng::{DrawKey, Points, SiteId, block};

/// Points of the Sobol sequence, scrambled: of the first 2^m points, every box with sides 2^-a, 2^-b, ... of volume 2^-(m-t)
/// has its share (t is 0 for the first two inputs and grows slowly with their number), and each point alone is uniform on the
/// cube.
///
/// Direction numbers of Joe and Kuo; scrambling of the tree of digits by a hash (Laine and Karras, as mended by Vegdahl), with
/// a random word for each input from escalade's own generator: 16 bits of the sequence and 16 that only the scrambling fills.
/// A number is the middle of one of 2^32 equal parts, so never 0 or 1. Numbers are not rounded to single precision, as those of
/// the crate's own `sample` are. The sequence has 2^16 points and 256 inputs; beyond that there is none.
///
/// # Notes
/// S. Joe, F. Y. Kuo (2008), "Constructing Sobol sequences with better two-dimensional projections", SIAM J. Sci. Comput. 30,
/// 2635-2654. A. B. Owen (1997), "Scrambled net variance for integrals of smooth functions", Ann. Statist. 25, 1541-1562.
/// B. Burley (2020), "Practical hash-based Owen scrambling", J. Comput. Graph. Tech. 9(4), 1-20.
///
/// ```
/// use escalade::{rng::Points, study::design::ScrambledSobol};
/// let design = ScrambledSobol::new(1, 256, 3).unwrap();
/// let mean: f64 = (0..256).map(|k| design.unit(k, 0) * design.unit(k, 1)).sum::<f64>() / 256.0;
/// assert!((mean - 0.25).abs() < 0.005);
/// ```
#[derive(Clone, Debug)]
pub struct ScrambledSobol {
    points: u64,
    /// A random word for each input.
    scrambles: Vec<u32>,
}

impl ScrambledSobol {
    /// Most points.
    pub const MOST_POINTS: u64 = 1 << 16;
    /// Most inputs.
    pub const MOST_INPUTS: usize = 256;

    /// The design of a seed. `points` is best a power of 2; points of a longer design begin with those of a shorter one.
    ///
    /// # Errors
    /// [`TooLarge`] beyond [`MOST_POINTS`](Self::MOST_POINTS) or [`MOST_INPUTS`](Self::MOST_INPUTS).
    pub fn new(seed: u64, points: u64, inputs: usize) -> Result<Self, TooLarge> {
        if points > Self::MOST_POINTS {
            return Err(TooLarge::SobolPoints(points));
        }
        if inputs > Self::MOST_INPUTS {
            return Err(TooLarge::SobolInputs(inputs));
        }
        let site = SiteId::of_path("design.sobol");
        let scramble = |nth| block(seed, DrawKey { trial: 0, time: 0, site, nth }).0[0];
        Ok(Self { points, scrambles: (0..).take(inputs).map(scramble).collect() })
    }
}

impl Points for ScrambledSobol {
    /// # Panics
    /// If there is no such point or input.
    #[expect(clippy::cast_possible_truncation, reason = "points and inputs are few")]
    fn unit(&self, point: u64, input: usize) -> f64 {
        assert!(point < self.points, "point {point} of {}", self.points);
        let reversed = sobol_rev((point as u32).reverse_bits(), input as u32);
        let digits = owen_scramble_rev(reversed, self.scrambles[input]).reverse_bits();
        (f64::from(digits) + 0.5) / 4_294_967_296.0
    }
}
