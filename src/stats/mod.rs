//! Intervals, and tallies that can be merged in any order with the same bits.
//!
//! Knows no scenario: plain numbers in, plain numbers out. Every tally here is a function of the
//! multiset of what was added, so shards, threads and chunks may be merged in any grouping; that is
//! why sums are exact and quantiles come from integer counts.
//!
//! | item | answers |
//! |---|---|
//! | [`wilson`], [`clopper_pearson`], [`jeffreys`], [`IntervalMethod`] | how sure is a share of `k` in `n`? |
//! | [`simultaneous`], [`simultaneous_level`] | how sure are the shares of all outcomes at once? |
//! | [`ConfidenceSequence`], [`Precision`] | may this run stop now? intervals that hold at every look |
//! | [`Region`] | is a claim about a number shown or refuted? |
//! | [`MeanSequence`], [`quantile_sequence`], [`difference_sequence`] | intervals that hold at every look, of means, quantiles and paired differences |
//! | [`CumulativeIncidence`] | which outcome by when, where outcomes exclude each other |
//! | [`NestedShares`] | luck or ignorance: how much of the uncertainty is in the parameters? |
//! | [`PairedCounts`], [`PairedMoments`] | what differs between two arms run on the same trials, and how sure is it? |
//! | [`SobolSums`], [`SobolIndices`] | which factor: Sobol indices from a Saltelli design, luck taken out |
//! | [`EffectSums`], [`Effects`] | which factor: Morris's elementary effects, with their noise |
//! | [`GivenData`] | which factor: first-order indices from ordinary trials |
//! | [`Jackknife`], [`jackknife_difference`] | standard errors of indices, and whether two indices differ |
//! | [`pool()`] | one share from several runs with weights |
//! | [`spearman`] | do two numbers rise together? |
//! | [`Moments`], [`ExactSum`] | mean and standard deviation |
//! | [`QuantileSketch`] | quantiles of a metric, to 1 part in 256 |
//! | [`StepHistogram`] | when: counts per step, exact |
//! | [`laws`] | is this sampler right? acceptance bands with stated error rates, for tests |

mod elementary;
mod exact_sum;
mod given_data;
mod incidence;
mod interval;
mod jackknife;
pub mod laws;
mod method;
mod moments;
mod nested;
mod paired;
mod pool;
mod precision;
mod rank;
mod sequence;
mod sequences;
mod sequential;
mod simultaneous;
mod sketch;
mod sobol_indices;
mod steps;
mod student;
mod unpaired;

pub use elementary::{EffectIntervals, EffectSums, Effects};
pub use exact_sum::ExactSum;
pub use given_data::{GivenData, GivenShare};
pub use incidence::{CumulativeIncidence, Incidence};
pub use interval::{Interval, clopper_pearson, jeffreys, wilson};
pub use jackknife::{JACKKNIFE_GROUPS, Jackknife, jackknife_difference};
pub use method::IntervalMethod;
pub use moments::Moments;
pub use nested::{Estimate, NestedShares};
pub use paired::{PairedCounts, PairedMoments};
pub use pool::{Opinion, Pooled, pool};
pub use precision::Precision;
pub use rank::{spearman, spearman_interval};
pub use sequence::ConfidenceSequence;
pub use sequences::{FEWEST_VALUES, MeanSequence, apart, difference_sequence, quantile_sequence};
pub use sequential::{Edge, Region, share_margin};
pub use simultaneous::{simultaneous, simultaneous_level};
pub use sketch::QuantileSketch;
pub use sobol_indices::{SobolIndices, SobolIntervals, SobolSums};
pub use steps::StepHistogram;
pub use unpaired::{difference_interval, normal_interval};

#[cfg(test)]
mod tests;
