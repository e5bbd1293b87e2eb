//! First-order shares from ordinary trials, run for it or read from files.

use super::Question;
use crate::results::{Estimated, FactorResult, OutputResult, Sensitivity, SensitivityMethod, Stop, Tally, record_length};
use crate::scenario::Scenario;
use crate::stats::{GivenData, Moments};
use crate::study::plain::{Cancel, Progress, shape};
use crate::study::runner::{EngineKind, Runner};
use crate::study::stream::{Halt, Keeper, stream};

/// Trials that come one by one.
#[derive(Debug)]
pub struct GivenRows<'q> {
    question: &'q Question,
    data: GivenData,
    /// Places of the factors' parameters in a row.
    places: Vec<usize>,
    /// Per output: a value was missing; moments.
    seen: Vec<(bool, Moments)>,
    inputs: Vec<f64>,
    values: Vec<f64>,
}

impl<'q> GivenRows<'q> {
    /// No trial yet; `expected` is how many there will be. Factors are single parameters.
    #[must_use]
    pub fn new(question: &'q Question, expected: u64) -> Self {
        let places = question.parameter_places();
        let outputs = question.outputs.len();
        Self {
            question,
            data: GivenData::new(places.len(), outputs, expected),
            places,
            seen: vec![(false, Moments::new()); outputs],
            inputs: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Adds a trial as [`crate::results::record`] writes it. A parameter without a value (a span that is never over) counts as
    /// infinite.
    pub fn add(&mut self, row: &[f64]) {
        let number = |x: f64| if x.is_nan() { f64::INFINITY } else { x };
        self.inputs.clear();
        self.inputs.extend(self.places.iter().map(|at| number(row[*at])));
        self.values.clear();
        for (output, (missing, moments)) in self.question.outputs.iter().zip(&mut self.seen) {
            let y = output.value(row);
            *missing |= !y.is_finite();
            let y = if y.is_finite() { y } else { 0.0 };
            moments.add(y);
            self.values.push(y);
        }
        self.data.add(&self.inputs, &self.values);
    }

    /// What is known; `None` with fewer than two trials.
    #[must_use]
    pub fn finish(mut self) -> Option<Sensitivity> {
        if self.data.trials() < 2 {
            return None;
        }
        let shares = self.data.shares(self.question.level);
        let mut found = self.question.found(SensitivityMethod::Given, (self.data.trials(), 1), None);
        for ((output, (missing, moments)), shares) in self.question.outputs.iter().zip(&self.seen).zip(shares) {
            if *missing {
                found.left_out.push(Question::valueless(output));
                continue;
            }
            let mut result: OutputResult = output.result(moments.mean());
            let sd = moments.sd();
            result.variance = Some(sd * sd);
            result.constant = sd == 0.0;
            for (factor, share) in self.question.factors.iter().zip(shares).filter(|_| sd > 0.0) {
                let mut one = FactorResult::new(&factor.name.id);
                one.first = share.and_then(|s| Estimated::new(s.raw, s.interval, s.jackknife));
                one.bins = share.map(|s| s.bins);
                result.factors.push(one);
            }
            found.outputs.push(result);
        }
        Some(found)
    }
}

/// Feeds trials of a run.
struct Feed<'g, 'q> {
    rows: &'g mut GivenRows<'q>,
    length: usize,
}

impl Keeper for Feed<'_, '_> {
    type Error = std::convert::Infallible;

    fn wants_rows(&self) -> bool {
        true
    }

    fn rows(&mut self, numbers: &[f64]) -> Result<(), Self::Error> {
        numbers.chunks_exact(self.length).for_each(|row| self.rows.add(row));
        Ok(())
    }

    fn reached(&mut self, _: &Tally, _: u64) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Runs so many ordinary trials, on all threads of the present rayon pool; `None` where it was stopped before there were two.
///
/// # Errors
/// The first trial that could not be run.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn given(
    scenario: &Scenario,
    question: &Question,
    trials: u64,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Option<Sensitivity>, Stop> {
    let runner = Runner::new(scenario, EngineKind::Columns).heeding(cancel);
    let shape = shape(scenario);
    let mut tally = Tally::new(&shape);
    let mut rows = GivenRows::new(question, trials);
    let length = record_length(scenario.indicators.len(), scenario.metrics.len(), scenario.params.len());
    let mut feed = Feed { rows: &mut rows, length };
    match stream(&runner, (question.seed, 0..trials), (&mut tally, &shape), &mut feed, progress, cancel) {
        Ok(_) => Ok(rows.finish()),
        Err(Halt::Stop(stop)) => Err(stop),
        Err(Halt::Keeper(never)) => match never {},
    }
}
