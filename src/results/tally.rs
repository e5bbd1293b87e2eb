//! Tallies: counts and exact sums of rows, mergeable in any grouping to the same bits.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Clamped, SeriesShape, SeriesTally, TrialRow};
use crate::stats::{Moments, QuantileSketch, StepHistogram};

/// How many of each there are, and which indicator a reading is conditional on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Shape {
    /// Number of outcomes.
    pub outcomes: usize,
    /// `given` of each indicator.
    pub indicator_given: Vec<Option<usize>>,
    /// `given` of each metric.
    pub metric_given: Vec<Option<usize>>,
    /// What is followed over time.
    pub series: SeriesShape,
}

/// The tally of a set of trials.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Number of trials.
    pub trials: u64,
    /// Trials per outcome.
    pub outcomes: Vec<u64>,
    /// Step at which each outcome was established.
    pub outcome_times: Vec<StepHistogram>,
    /// Per indicator: trials on which it is read, and on which it holds.
    pub indicators: Vec<(u64, u64)>,
    /// Step since which each indicator holds.
    pub indicator_times: Vec<StepHistogram>,
    /// Per metric.
    pub metrics: Vec<MetricTally>,
    /// Last steps.
    pub ends: StepHistogram,
    /// Clamped numbers by rule.
    pub clamped: BTreeMap<String, ClampTally>,
    /// Per indicator, trials with each outcome on which it holds.
    pub joint: Vec<Vec<u64>>,
    /// What happens over time.
    pub series: SeriesTally,
}

/// The tally of a metric.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MetricTally {
    /// Trials on which it is missing (never).
    pub missing: u64,
    /// Mean and standard deviation of the others.
    pub moments: Moments,
    /// Their quantiles.
    pub sketch: QuantileSketch,
}

/// Clamped numbers of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClampTally {
    /// How often.
    pub count: u64,
    /// In how many trials.
    pub trials: u64,
    /// The first one: trial, step, value.
    pub first: (u64, u32, f64),
}

impl Tally {
    /// An empty tally.
    #[must_use]
    pub fn new(shape: &Shape) -> Self {
        let indicators = shape.indicator_given.len();
        Self {
            outcomes: vec![0; shape.outcomes],
            outcome_times: vec![StepHistogram::new(); shape.outcomes],
            indicators: vec![(0, 0); indicators],
            indicator_times: vec![StepHistogram::new(); indicators],
            metrics: vec![MetricTally::default(); shape.metric_given.len()],
            joint: vec![vec![0; shape.outcomes]; indicators],
            series: SeriesTally::new(&shape.series, shape.outcomes),
            ..Self::default()
        }
    }

    /// Adds a trial.
    pub fn add(&mut self, row: &TrialRow, shape: &Shape) {
        self.trials += 1;
        self.outcomes[row.outcome] += 1;
        self.outcome_times[row.outcome].add(row.established);
        self.ends.add(row.end);
        let read = |given: &Option<usize>| given.is_none_or(|g| row.indicators[g]);
        for (index, given) in shape.indicator_given.iter().enumerate().filter(|(_, g)| read(g)) {
            debug_assert!(read(given));
            self.indicators[index].0 += 1;
            if row.indicators[index] {
                self.indicators[index].1 += 1;
                self.joint[index][row.outcome] += 1;
                self.indicator_times[index].add(row.indicator_since[index].unwrap_or(row.end));
            }
        }
        for (index, _) in shape.metric_given.iter().enumerate().filter(|(_, g)| read(g)) {
            let tally = &mut self.metrics[index];
            match row.metrics[index] {
                None => tally.missing += 1,
                Some(value) => {
                    tally.moments.add(value);
                    tally.sketch.add(value);
                }
            }
        }
        for clamped in &row.clamped {
            self.clamp(clamped);
        }
        self.series.add(row, &shape.series);
    }

    /// Whether this is a tally of such a shape: of one that was read from a file.
    #[must_use]
    pub fn fits(&self, shape: &Shape) -> bool {
        let indicators = shape.indicator_given.len();
        self.outcomes.len() == shape.outcomes
            && self.outcome_times.len() == shape.outcomes
            && self.outcomes.iter().sum::<u64>() == self.trials
            && [self.indicators.len(), self.indicator_times.len(), self.joint.len()].iter().all(|n| *n == indicators)
            && self.joint.iter().all(|joint| joint.len() == shape.outcomes)
            && self.metrics.len() == shape.metric_given.len()
            && self.series.fits(&shape.series, shape.outcomes)
    }

    fn clamp(&mut self, clamped: &Clamped) {
        let first = (clamped.trial, clamped.step, clamped.value);
        let one = ClampTally { count: clamped.count, trials: 1, first };
        self.merge_clamp(&clamped.path, &one);
    }

    fn merge_clamp(&mut self, path: &str, other: &ClampTally) {
        match self.clamped.get_mut(path) {
            None => {
                self.clamped.insert(path.to_owned(), other.clone());
            }
            Some(tally) => {
                tally.count += other.count;
                tally.trials += other.trials;
                if other.first.0 < tally.first.0 {
                    tally.first = other.first;
                }
            }
        }
    }

    /// Adds another tally of the same shape.
    pub fn merge(&mut self, other: Self) {
        self.trials += other.trials;
        self.outcomes.iter_mut().zip(&other.outcomes).for_each(|(a, b)| *a += b);
        self.outcome_times.iter_mut().zip(&other.outcome_times).for_each(|(a, b)| a.merge(b));
        self.indicator_times.iter_mut().zip(&other.indicator_times).for_each(|(a, b)| a.merge(b));
        self.ends.merge(&other.ends);
        for (a, b) in self.indicators.iter_mut().zip(&other.indicators) {
            *a = (a.0 + b.0, a.1 + b.1);
        }
        for (a, b) in self.joint.iter_mut().zip(&other.joint) {
            a.iter_mut().zip(b).for_each(|(a, b)| *a += b);
        }
        for (a, b) in self.metrics.iter_mut().zip(&other.metrics) {
            a.missing += b.missing;
            a.moments.merge(&b.moments);
            a.sketch.merge(&b.sketch);
        }
        for (path, tally) in &other.clamped {
            self.merge_clamp(path, tally);
        }
        self.series.merge(other.series);
    }
}
