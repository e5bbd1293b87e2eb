//! When did it happen: counts per step.

use std::collections::BTreeMap;

use super::sketch::rank;

/// Steps below this are counted in a row, later ones as they come.
const DENSE: u32 = 4096;

/// How often each step was named; exact, and mergeable in any grouping.
///
/// ```
/// use escalade::stats::StepHistogram;
/// let mut h = StepHistogram::default();
/// for step in [3, 3, 8] {
///     h.add(step);
/// }
/// assert_eq!((h.count(), h.quantile(0.5)), (3, Some(3)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct StepHistogram {
    /// How often each step from 0 was named, up to the last that was of the first [`DENSE`].
    counts: Vec<u64>,
    /// Later steps.
    rest: BTreeMap<u32, u64>,
    total: u64,
}

impl StepHistogram {
    /// Nothing counted yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts one step.
    pub fn add(&mut self, step: u32) {
        self.add_many(step, 1);
    }

    /// Counts a step this often.
    pub fn add_many(&mut self, step: u32, times: u64) {
        if times > 0 {
            if step < DENSE {
                let at = step as usize;
                if at >= self.counts.len() {
                    self.counts.resize(at + 1, 0);
                }
                self.counts[at] += times;
            } else {
                *self.rest.entry(step).or_insert(0) += times;
            }
            self.total += times;
        }
    }

    /// Adds all that another histogram holds.
    pub fn merge(&mut self, other: &Self) {
        for (step, times) in other.iter() {
            self.add_many(step, times);
        }
    }

    /// How many steps were counted, repetitions included.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.total
    }

    /// How often this step was counted.
    #[must_use]
    pub fn count_of(&self, step: u32) -> u64 {
        self.counts.get(step as usize).or_else(|| self.rest.get(&step)).copied().unwrap_or(0)
    }

    /// Steps that were counted, in rising order, each with how often.
    pub fn iter(&self) -> impl Iterator<Item = (u32, u64)> + '_ {
        let first = (0..).zip(&self.counts).filter(|(_, times)| **times > 0).map(|(step, times)| (step, *times));
        first.chain(self.rest.iter().map(|(step, times)| (*step, *times)))
    }

    /// Mean step; `None` if nothing was counted. The sum is exact, the quotient rounded.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "rounded to a float at the end, as documented")]
    pub fn mean(&self) -> Option<f64> {
        let sum: u128 = self.iter().map(|(s, n)| u128::from(s) * u128::from(n)).sum();
        (self.total > 0).then(|| sum as f64 / self.total as f64)
    }

    /// The step of rank `ceil(q n)` (at least 1) among the `n` counted, in rising order; `None` if
    /// nothing was counted, or for `q` outside `[0, 1]`.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<u32> {
        if self.total == 0 || !(0.0..=1.0).contains(&q) {
            return None;
        }
        let rank = rank(q, self.total);
        let mut before = 0;
        self.iter().find_map(|(step, times)| {
            before += times;
            (rank <= before).then_some(step)
        })
    }
}
