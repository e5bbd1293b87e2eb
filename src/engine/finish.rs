//! The end of a trial: its row.

use super::past::Clock;
use super::row::View;
use super::state::Group;
use super::step::Work;
use crate::program::{Ending, Src};
use crate::results::{Stood, TrialRow};

/// What became of the trials of a chunk, as numbers: no memory is asked for at the end of a trial.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// Per trial: whether it has a row. Those that have none are left to the reference.
    done: Vec<bool>,
    /// Per trial: outcome, established, end; per indicator whether it holds and since when (0: never);
    /// metrics (NaN: missing); parameters.
    numbers: Vec<f64>,
    /// Per trial, where actors came to stand, and the variables of the grid. Lists change places with empty ones that
    /// have been used before, so that nothing is copied.
    paths: Vec<Vec<Stood>>,
    courses: Vec<Vec<f64>>,
    /// Numbers of one trial.
    stride: usize,
}

impl Answers {
    /// Room for the trials of a chunk, none of them done.
    pub(super) fn clear(&mut self, trials: usize, ending: &Ending) {
        self.stride = 3 + 2 * ending.indicators + ending.metrics.len() + ending.parameters;
        self.done.clear();
        self.done.resize(trials, false);
        self.numbers.resize(trials * self.stride, 0.0);
        if self.paths.len() < trials {
            self.paths.resize(trials, Vec::new());
            self.courses.resize(trials, Vec::new());
        }
    }

    /// Fills in the row of the trial at a place; whether there is one.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "steps and places, kept as numbers")]
    pub(super) fn read(&mut self, place: usize, ending: &Ending, row: &mut TrialRow) -> bool {
        if !self.done[place] {
            return false;
        }
        let numbers = &self.numbers[place * self.stride..(place + 1) * self.stride];
        let (first, rest) = numbers.split_at(3);
        let (indicators, rest) = rest.split_at(2 * ending.indicators);
        let (metrics, parameters) = rest.split_at(ending.metrics.len());
        (row.outcome, row.established, row.end) = (first[0] as usize, first[1] as u32, first[2] as u32);
        row.indicators.clear();
        row.indicators.extend(indicators.chunks_exact(2).map(|pair| pair[0] == 1.0));
        row.indicator_since.clear();
        row.indicator_since.extend(indicators.chunks_exact(2).map(|pair| (pair[1] > 0.0).then_some(pair[1] as u32)));
        row.metrics.clear();
        row.metrics.extend(metrics.iter().map(|x| x.is_finite().then_some(*x)));
        row.parameters.clear();
        row.parameters.extend(parameters);
        std::mem::swap(&mut row.path, &mut self.paths[place]);
        std::mem::swap(&mut row.course, &mut self.courses[place]);
        true
    }
}

/// Ends the trials of `mask`, but for those that are handed back.
#[inline(never)]
pub(super) fn finish<const W: usize>(work: &mut Work<'_, W>, group: &mut Group<W>, mask: &[f64; W], list: &[Src], clock: Clock) {
    let program = work.program;
    for lane in 0..W {
        if mask[lane] == 0.0 || group.rows[program.alive].0[lane] == 0.0 || work.scratch.bad.0[lane] != 0.0 {
            continue;
        }
        group.follow_one(program, lane, clock.step);
        let view = group.view(program);
        let place = usize::try_from(group.trials[lane] - work.first).unwrap_or(usize::MAX);
        let answers = &mut work.answers;
        if place < answers.done.len() {
            answers.done[place] = true;
            let numbers = &mut answers.numbers[place * answers.stride..(place + 1) * answers.stride];
            write(numbers, &view, &program.ending, lane, list, f64::from(clock.step));
            std::mem::swap(&mut answers.paths[place], &mut group.paths[lane]);
            std::mem::swap(&mut answers.courses[place], &mut group.courses[lane]);
        }
        group.rows[program.alive].0[lane] = 0.0;
        group.alive -= 1;
    }
}

fn write<const W: usize>(numbers: &mut [f64], view: &View<'_, W>, ending: &Ending, lane: usize, list: &[Src], step: f64) {
    let (outcomes, rest) = list.split_at(2 * ending.outcomes);
    let (indicators, rest) = rest.split_at(2 * ending.indicators);
    let (metrics, parameters) = rest.split_at(ending.metrics.len());
    let holds = |pair: &[Src]| view.one(pair[0], lane) == 1.0;
    // The last outcome takes the rest.
    let outcome = outcomes.chunks_exact(2).position(holds).unwrap_or(ending.outcomes.saturating_sub(1));
    let since = outcomes[2 * outcome + 1];
    let since = if since.is_some() { view.one(since, lane) } else { 0.0 };
    let (first, rest) = numbers.split_at_mut(3);
    #[expect(clippy::cast_precision_loss, reason = "few outcomes")]
    let outcome = outcome as f64;
    first.copy_from_slice(&[outcome, if since > 0.0 { since } else { step }, step]);
    let (held, rest) = rest.split_at_mut(2 * ending.indicators);
    let (values, drawn) = rest.split_at_mut(ending.metrics.len());
    for (to, from) in drawn.iter_mut().zip(parameters) {
        *to = view.one(*from, lane);
    }
    for (to, from) in held.iter_mut().zip(indicators) {
        *to = view.one(*from, lane);
    }
    for ((to, from), (given, span)) in values.iter_mut().zip(metrics).zip(&ending.metrics) {
        let value = view.one(*from, lane);
        let value = if *span { value / 1440.0 } else { value };
        *to = if given.is_some_and(|g| held[2 * g] != 1.0) { f64::NAN } else { value };
    }
}
