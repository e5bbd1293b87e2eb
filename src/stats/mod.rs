//! Intervals, and tallies that can be merged in any order with the same bits.
//!
//! Knows no scenario: plain numbers in, plain numbers out. Every tally here is a function of the
//! multiset of what was added, so shards, threads and chunks may be merged in any grouping; that is
//! why sums are exact and quantiles come from integer counts.
//!
//! | item | answers |
//! |---|---|
//! | [`wilson`], [`clopper_pearson`], [`jeffreys`] | how sure is a share of `k` in `n`? |
//! | [`Moments`], [`ExactSum`] | mean and standard deviation |
//! | [`QuantileSketch`] | quantiles of a metric, to 1 part in 256 |
//! | [`StepHistogram`] | when: counts per step, exact |
//! | [`laws`] | is this sampler right? acceptance bands with stated error rates, for tests |

mod exact_sum;
mod interval;
pub mod laws;
mod moments;
mod sketch;
mod steps;

pub use exact_sum::ExactSum;
pub use interval::{Interval, clopper_pearson, jeffreys, wilson};
pub use moments::Moments;
pub use sketch::QuantileSketch;
pub use steps::StepHistogram;

#[cfg(test)]
mod tests;
