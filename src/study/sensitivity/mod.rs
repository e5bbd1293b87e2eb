//! What results depend on: parameters varied, luck averaged out.
//!
//! What is explained is `f(x) = E[Y | parameters x]`: the chance of an outcome or indicator, or the expectation of a metric, given
//! the parameters. A trial observes it with luck. Luck has the same addresses at all points that are compared (common random
//! numbers), and is told from the effect of parameters by replicates: `docs/sensitivity.md` has the formulas.
//!
//! | module | what |
//! |---|---|
//! | [`factors`](self) | which parameters are varied, alone or as a correlated group; which results are read |
//! | [`sobol()`] | first-order and total indices from a Saltelli design |
//! | [`morris()`] | elementary effects |
//! | [`given()`], [`GivenRows`] | first-order shares from ordinary trials, run or stored |

mod factors;
mod given;
mod morris;
mod sobol;

pub use factors::{Factor, FactorError, Output, factors, luck, outputs, unread};
pub use given::{GivenRows, given};
pub use morris::{LEVELS, Trajectories, morris, morris_points};
pub use sobol::{Saltelli, saltelli, sobol};

use crate::results::{LeftOut, Sensitivity, SensitivityMethod};
use crate::rng::{AddressedRng, DrawKey, SiteId};
use rand::Rng as _;

/// What is asked of a design.
#[derive(Clone, Debug)]
pub struct Question {
    /// What is varied.
    pub factors: Vec<Factor>,
    /// What is read.
    pub outputs: Vec<Output>,
    /// Results that are not read in all trials.
    pub left_out: Vec<LeftOut>,
    /// Drawn parameters that are no factor.
    pub others: Vec<String>,
    /// Drawn parameters that nothing reads.
    pub unread: Vec<String>,
    /// The seed.
    pub seed: u64,
    /// Two-sided level of intervals.
    pub level: f64,
    /// Whether the rows of the design are to be kept.
    pub keep: bool,
}

/// Rows of a design, with what came out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluations {
    /// Numbers in a row: values of the factors' parameters, then means of the outputs over replicates.
    pub stride: usize,
    /// Rows of each point.
    pub rows: usize,
    /// Point by point, row by row.
    pub numbers: Vec<f64>,
}

/// Most numbers that a study keeps at a time: half a gigabyte.
pub const MOST_NUMBERS: u64 = 1 << 26;

/// Resamples for intervals.
const RESAMPLES: u64 = 1000;

/// How often each of `groups` stands in each resample.
fn resamples(seed: u64, groups: usize) -> Vec<Vec<u32>> {
    let site = SiteId::of_path("sensitivity.resamples");
    let one = |trial| {
        let mut words = AddressedRng::new(seed, DrawKey { trial, time: 0, site, nth: 0 });
        let mut counts = vec![0; groups];
        for _ in 0..groups {
            #[expect(clippy::cast_possible_truncation, reason = "below `groups`")]
            let pick = ((u128::from(words.next_u64()) * groups as u128) >> 64) as usize;
            counts[pick] += 1;
        }
        counts
    };
    (0..RESAMPLES).map(one).collect()
}

impl Question {
    /// What was found, nothing in it yet.
    fn found(&self, method: SensitivityMethod, (points, replicates): (u64, u64), luck: Option<bool>) -> Sensitivity {
        Sensitivity {
            method,
            points,
            replicates,
            luck,
            step: None,
            factors: self.factors.iter().map(|f| f.name.clone()).collect(),
            others: self.others.clone(),
            unread: self.unread.clone(),
            left_out: self.left_out.clone(),
            outputs: Vec::new(),
        }
    }

    /// An output that cannot be explained, since it has no value in some trials.
    fn valueless(output: &Output) -> LeftOut {
        LeftOut { kind: output.kind, id: output.id.clone(), why: "it has no value in some of the trials".to_owned() }
    }

    /// Per input, the factor that it belongs to.
    fn membership(&self, inputs: usize) -> Vec<Option<usize>> {
        let of = |input| self.factors.iter().position(|f| f.inputs.contains(&input));
        (0..inputs).map(of).collect()
    }

    /// Places in a row of a trial of the factors' parameters, in the order of factors.
    fn parameter_places(&self) -> Vec<usize> {
        self.factors.iter().flat_map(|f| f.places.iter().copied()).collect()
    }
}

#[cfg(test)]
mod tests;
