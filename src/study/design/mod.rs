//! Designs: points of the unit cube that fill it more evenly than drawn ones.
//!
//! Each is a function of (seed, point, input), so that a study can run any point on any thread: they are
//! [`Points`](crate::rng::Points). All numbers lie strictly between 0 and 1, so that every quantile of them is defined.
//!
//! | design | each input alone | several inputs together | any number of points | size |
//! |---|---|---|---|---|
//! | [`LatinHypercube`] | one point in each of N equal parts | as drawn | yes | N x inputs up to 2^25 |
//! | [`ScrambledSobol`] | the same, for N a power of 2 | evenly too, the better the earlier the inputs | best with powers of 2 | 65,536 points, 256 inputs |
//!
//! Points of one design depend on each other: a mean over them is nearer to the truth than one over drawn points where the
//! outcome depends smoothly on few inputs, and about as good where it does not; formulas for the standard error of independent
//! draws are then too wide, not too narrow.

mod latin;
mod sobol;

pub use latin::LatinHypercube;
pub use sobol::ScrambledSobol;

/// A design that is larger than it can be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// More points than the sequence has.
    #[error("Sobol points are at most 65,536, found {0}; take fewer, or a Latin hypercube")]
    SobolPoints(u64),
    /// More inputs than the sequence has dimensions.
    #[error("Sobol points have at most 256 inputs, found {0}; take fewer, or a Latin hypercube")]
    SobolInputs(usize),
    /// Its table would not fit.
    #[error("a Latin hypercube has at most 33,554,432 numbers, found {0} points x {1} inputs; take fewer")]
    Latin(u64, usize),
}

#[cfg(test)]
mod tests;
