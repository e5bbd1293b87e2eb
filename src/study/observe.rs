//! How one arm's trials ended, one by one: what differences within pairs are made of.

use super::paired::{Gather, Rows};
use crate::results::Shape;
use crate::stats::Moments;

/// Counts of one arm, and the outcome of each of its trials.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// Trials.
    pub trials: u64,
    /// Per outcome, by place in the scenario: trials that ended so.
    pub outcomes: Vec<u64>,
    /// Per indicator: trials in which it holds.
    pub indicators: Vec<u64>,
    /// Per metric: its values, where it has one.
    pub metrics: Vec<Moments>,
    /// The outcome of each trial, in order of their numbers: 2 bytes a trial.
    pub ended: Vec<u16>,
}

impl Observed {
    /// Nothing yet, of a scenario with this shape.
    #[must_use]
    pub fn new(shape: &Shape) -> Self {
        Self {
            trials: 0,
            outcomes: vec![0; shape.outcomes],
            indicators: vec![0; shape.indicator_given.len()],
            metrics: vec![Moments::new(); shape.metric_given.len()],
            ended: Vec::new(),
        }
    }

    fn row(&mut self, row: &[f64]) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among few outcomes")]
        let outcome = row[0] as u16;
        self.trials += 1;
        self.ended.push(outcome);
        self.outcomes[usize::from(outcome)] += 1;
        let (held, rest) = row[3..].split_at(2 * self.indicators.len());
        for (count, held) in self.indicators.iter_mut().zip(held.chunks_exact(2)) {
            *count += u64::from(held[0] == 1.0);
        }
        for (moments, value) in self.metrics.iter_mut().zip(rest) {
            if !value.is_nan() {
                moments.add(*value);
            }
        }
    }
}

impl Gather for Observed {
    fn add(&mut self, _: u64, arms: &[Rows]) {
        for row in &arms[0] {
            self.row(row);
        }
    }

    fn merge(&mut self, later: Self) {
        self.trials += later.trials;
        self.ended.extend(later.ended);
        let add = |to: &mut [u64], from: &[u64]| to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
        add(&mut self.outcomes, &later.outcomes);
        add(&mut self.indicators, &later.indicators);
        self.metrics.iter_mut().zip(&later.metrics).for_each(|(to, from)| to.merge(from));
    }
}
