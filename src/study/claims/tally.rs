//! What is counted for a claim: a few numbers, whatever the number of trials.

use super::reading::Reading;
use crate::stats::{Moments, PairedCounts, PairedMoments, QuantileSketch};

/// Of one quantity.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum One {
    /// Trials in which it holds, of those in which it is read.
    Share(u64, u64),
    /// Of a mean.
    Mean(Moments),
    /// Of a quantile: the values, and how many lie below and up to each cut.
    Spread(QuantileSketch, Vec<(f64, u64, u64)>),
}

impl One {
    /// Nothing yet.
    pub(super) fn new(reading: &Reading, cuts: &[f64]) -> Self {
        match (reading.level, reading.is_mean()) {
            (Some(_), _) => Self::Spread(QuantileSketch::new(), cuts.iter().map(|c| (*c, 0, 0)).collect()),
            (None, true) => Self::Mean(Moments::new()),
            (None, false) => Self::Share(0, 0),
        }
    }

    /// Adds the number of a trial, if it is read there.
    pub(super) fn add(&mut self, number: Option<f64>) {
        let Some(x) = number else { return };
        match self {
            Self::Share(k, n) => {
                *k += u64::from(x == 1.0);
                *n += 1;
            }
            Self::Mean(moments) => moments.add(x),
            Self::Spread(values, cuts) => {
                values.add(x);
                for (cut, below, up_to) in cuts {
                    *below += u64::from(x < *cut);
                    *up_to += u64::from(x <= *cut);
                }
            }
        }
    }

    fn merge(&mut self, later: &Self) {
        match (self, later) {
            (Self::Share(k, n), Self::Share(more_k, more_n)) => {
                *k += more_k;
                *n += more_n;
            }
            (Self::Mean(moments), Self::Mean(more)) => moments.merge(more),
            (Self::Spread(values, cuts), Self::Spread(more, more_cuts)) => {
                values.merge(more);
                for (cut, more) in cuts.iter_mut().zip(more_cuts) {
                    cut.1 += more.1;
                    cut.2 += more.2;
                }
            }
            _ => unreachable!("one claim is counted in one way"),
        }
    }

    /// How many trials it is read in.
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Share(_, n) => *n,
            Self::Mean(moments) => moments.count(),
            Self::Spread(values, _) => values.count(),
        }
    }
}

/// Of a claim.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tally {
    /// About one quantity.
    One(One),
    /// Two shares of all trials: the first is the arm, the second the base of the table.
    Pairs(PairedCounts),
    /// Two means: each, the differences where both are read, and in how many trials only one is.
    Means(Box<(Moments, Moments, PairedMoments, u64)>),
    /// Two quantities of any other kind.
    Apart(One, One),
}

impl Tally {
    /// Adds the numbers of a trial; the second is that of the right side, if there is one.
    pub(super) fn add(&mut self, left: Option<f64>, right: Option<f64>) {
        match self {
            Self::One(one) => one.add(left),
            Self::Pairs(pairs) => pairs.add(right == Some(1.0), left == Some(1.0)),
            Self::Means(means) => {
                let (of_left, of_right, both, single) = &mut **means;
                if let Some(x) = left {
                    of_left.add(x);
                }
                if let Some(x) = right {
                    of_right.add(x);
                }
                match (left, right) {
                    (Some(left), Some(right)) => both.add(right, left),
                    (None, None) => {}
                    _ => *single += 1,
                }
            }
            Self::Apart(first, second) => {
                first.add(left);
                second.add(right);
            }
        }
    }

    /// Adds what was counted in the trials that come next.
    pub(super) fn merge(&mut self, later: &Self) {
        match (self, later) {
            (Self::One(one), Self::One(more)) => one.merge(more),
            (Self::Pairs(pairs), Self::Pairs(more)) => pairs.merge(more),
            (Self::Means(means), Self::Means(more)) => {
                means.0.merge(&more.0);
                means.1.merge(&more.1);
                means.2.merge(&more.2);
                means.3 += more.3;
            }
            (Self::Apart(first, second), Self::Apart(more_first, more_second)) => {
                first.merge(more_first);
                second.merge(more_second);
            }
            _ => unreachable!("one claim is counted in one way"),
        }
    }
}
