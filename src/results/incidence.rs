//! By when: the share of all trials in which something holds for good, over time.
//!
//! Outcomes exclude each other, so their curves are cumulative incidences of competing causes; indicators do
//! not, and each has a curve of its own. Every trial is seen to its end, so nothing is censored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::intervals::IntervalResult;
use super::stride;
use super::summary::LEVELS;
use crate::stats::{CumulativeIncidence, StepHistogram};

/// The curve of an outcome or indicator, at no more than 121 times from the start to the horizon.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct IncidenceResult {
    /// Days since the start.
    pub day: Vec<f64>,
    /// Share of the trials in which it holds for good by then.
    pub share: Vec<f64>,
    /// Lower ends of the intervals of these shares, each for itself.
    pub low: Vec<f64>,
    /// Upper ends.
    pub high: Vec<f64>,
}

/// When something comes to hold for good, over all trials: those in which it never does included.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct WhenResult {
    /// By level: the day by which that share of all trials has it; `None` where it stays below.
    pub reached: BTreeMap<String, Option<f64>>,
    /// Mean number of days, of those up to the horizon, that come after it; none in a trial without it.
    pub mean_days_after: f64,
    /// The curve.
    pub incidence: IncidenceResult,
}

/// Steps of the grid: those on which everything over time is reported, and the last one.
#[must_use]
pub fn grid(steps: u32) -> Vec<u32> {
    let mut grid: Vec<u32> = (0..steps).step_by(stride(steps) as usize).collect();
    grid.push(steps);
    grid
}

/// The curves of several things that exclude each other (or of one), among `n` trials.
///
/// `steps` is the horizon in steps of `step_days` days; `interval` is that of a count of `n`.
///
/// # Panics
/// If the histograms hold more than `n` trials.
#[must_use]
pub fn when(
    times: &[StepHistogram],
    n: u64,
    steps: u32,
    step_days: f64,
    interval: impl Fn(u64) -> IntervalResult,
) -> Vec<Option<WhenResult>> {
    if n == 0 {
        return vec![None; times.len()];
    }
    let incidence = CumulativeIncidence::new(times, None, n);
    let days = |step: u32| f64::from(step) * step_days;
    let grid = grid(steps);
    let one = |(cause, histogram): (usize, &StepHistogram)| {
        let ends: Vec<IntervalResult> = counts(histogram, &grid).into_iter().map(&interval).collect();
        let curve = IncidenceResult {
            day: grid.iter().map(|s| days(*s)).collect(),
            share: grid.iter().map(|s| incidence.at(cause, *s).share).collect(),
            low: ends.iter().map(|i| i.low).collect(),
            high: ends.iter().map(|i| i.high).collect(),
        };
        let reached = |q: f64| incidence.first_reaching(cause, q).map(days);
        Some(WhenResult {
            reached: LEVELS.iter().map(|(name, q)| ((*name).to_owned(), reached(*q))).collect(),
            mean_days_after: incidence.mean_time_lost(cause, steps) * step_days,
            incidence: curve,
        })
    };
    times.iter().enumerate().map(one).collect()
}

/// How many there are up to each step of the grid.
fn counts(histogram: &StepHistogram, grid: &[u32]) -> Vec<u64> {
    let mut all = histogram.iter().peekable();
    let mut sum = 0;
    let up_to = |step: &u32| {
        while let Some((_, times)) = all.next_if(|(s, _)| s <= step) {
            sum += times;
        }
        sum
    };
    grid.iter().map(up_to).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Intervals;

    #[test]
    fn the_grid_has_both_ends_and_few_points() {
        assert_eq!(grid(3), [0, 1, 2, 3]);
        assert_eq!(grid(120).len(), 121);
        for steps in [1, 119, 120, 121, 179, 240, 241, 1000, 8760] {
            let grid = grid(steps);
            assert!(grid.len() <= 121 && grid[0] == 0 && grid.last() == Some(&steps), "{steps}: {}", grid.len());
            assert!(grid.is_sorted_by(|a, b| a < b));
        }
    }

    #[test]
    fn a_curve_ends_in_the_share_and_its_interval() {
        let (mut war, mut truce) = (StepHistogram::new(), StepHistogram::new());
        war.add_many(3, 20);
        war.add_many(10, 5);
        truce.add_many(6, 30);
        let intervals = Intervals::default();
        let curves = when(&[war, truce], 100, 10, 0.5, |k| intervals.one(k, 100));
        let [Some(war), Some(truce)] = &curves[..] else { panic!("two curves") };
        assert_eq!(war.incidence.day[10], 5.0);
        assert_eq!((war.incidence.share[2], war.incidence.share[3], war.incidence.share[10]), (0.0, 0.2, 0.25));
        let end = intervals.one(25, 100);
        assert_eq!((war.incidence.low[10], war.incidence.high[10]), (end.low, end.high));
        assert_eq!((war.reached["0.05"], war.reached["0.25"], war.reached["0.5"]), (Some(1.5), Some(5.0), None));
        // 20 trials with 7 steps after it and 5 with none; 30 with 4.
        assert!((war.mean_days_after - 0.2 * 7.0 * 0.5).abs() < 1e-12);
        assert!((truce.mean_days_after - 0.3 * 4.0 * 0.5).abs() < 1e-12);
        assert_eq!(when(&[StepHistogram::new()], 0, 10, 1.0, |k| intervals.one(k, 0)), [None]);
    }
}
