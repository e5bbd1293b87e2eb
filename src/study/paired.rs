//! Several things on the same trials: variants, points of a design, a scenario with parts switched off.
//!
//! Draws have addresses, so trial k of one and trial k of another share all luck that both have: differences between them are
//! differences within pairs (common random numbers). Trials run in blocks; a block is run by every arm in turn, and what is
//! gathered is joined in the order of blocks, so that it depends on neither threads nor blocks.

use std::ops::Range;

use rayon::prelude::*;

use super::plain::{Cancel, Progress};
use super::runner::Runner;
use crate::results::{Stop, record};

/// Rows of one arm in a block of trials, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    numbers: Vec<f64>,
    length: usize,
}

impl Rows {
    /// Each trial as [`record`] writes it.
    pub fn iter(&self) -> std::slice::ChunksExact<'_, f64> {
        self.numbers.chunks_exact(self.length.max(1))
    }

    /// The outcome of each trial, by place in the arm's scenario.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among few outcomes")]
    pub fn outcomes(&self) -> impl Iterator<Item = usize> {
        self.iter().map(|row| row[0] as usize)
    }
}

impl<'r> IntoIterator for &'r Rows {
    type Item = &'r [f64];
    type IntoIter = std::slice::ChunksExact<'r, f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Gathers what arms yield on the same trials.
pub trait Gather: Send {
    /// The trials from number `first` on, in every arm: `arms[a]` holds the same trials as `arms[b]`.
    fn add(&mut self, first: u64, arms: &[Rows]);
    /// Joins what was gathered from the trials that come next.
    fn merge(&mut self, later: Self);
}

/// A trial of an arm that could not be run.
#[derive(Clone, Debug, PartialEq)]
pub struct ArmStop {
    /// Which arm.
    pub arm: usize,
    /// Why.
    pub stop: Stop,
}

/// Blocks per thread between two looks at what was gathered.
const WAVE: usize = 16;

/// Fewest trials of a block, unless the trials end.
const SMALL: u64 = crate::engine::WIDTH as u64;

/// Runs every arm on the trials of a range, on all threads of the present rayon pool; gives what was gathered, and the first
/// trial that was not run.
///
/// A block holds a whole number of groups of `grain` trials, so that trials that share something stay together. The range begins
/// at a multiple of `grain`. Where `cancel` is asked, blocks under way are given up; what was gathered are the first trials
/// without a gap. Progress counts trials of all arms.
///
/// # Errors
/// The first block's first arm that could not run a trial.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn paired<G: Gather>(
    arms: &[Runner<'_>],
    (seed, trials, grain): (u64, Range<u64>, u64),
    empty: impl Fn() -> G + Sync,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<(G, u64), ArmStop> {
    let _ = cancel.flag();
    let threads = rayon::current_num_threads() as u64;
    let grain = grain.max(1);
    let count = trials.end.saturating_sub(trials.start);
    let chunk = arms.iter().map(Runner::chunk).min().unwrap_or(SMALL);
    // As long as a chunk of one arm takes, so that a wish to stop costs little; every thread has something to do.
    let size = (chunk / arms.len().max(1) as u64).min(count.div_ceil(threads)).max(1);
    let size = size.next_multiple_of(SMALL).next_multiple_of(grain);
    let mut gathered = empty();
    let mut next = trials.start;
    while next < trials.end && !cancel.asked() {
        let left = usize::try_from((trials.end - next).div_ceil(size)).unwrap_or(usize::MAX);
        let wave = (WAVE * rayon::current_num_threads()).min(left);
        let block = |index: usize| {
            let from = next + index as u64 * size;
            run_block(arms, (seed, from..(from + size).min(trials.end)), &empty, progress, cancel)
        };
        let parts: Vec<Result<Option<G>, ArmStop>> = (0..wave).into_par_iter().with_max_len(1).map(block).collect();
        for part in parts {
            match part? {
                Some(part) => gathered.merge(part),
                None => return Ok((gathered, next)),
            }
            next = (next + size).min(trials.end);
        }
    }
    Ok((gathered, next))
}

fn run_block<G: Gather>(
    arms: &[Runner<'_>],
    (seed, trials): (u64, Range<u64>),
    empty: &(impl Fn() -> G + Sync),
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Option<G>, ArmStop> {
    let mut all = Vec::with_capacity(arms.len());
    for (arm, runner) in arms.iter().enumerate() {
        let mut rows = Rows::default();
        let add = &mut |row: &crate::results::TrialRow| {
            let before = rows.numbers.len();
            record(row, &mut rows.numbers);
            rows.length = rows.numbers.len() - before;
        };
        let mut worker = runner.worker();
        let whole = worker.run(seed, trials.clone(), add).map_err(|stop| ArmStop { arm, stop })?;
        if !whole || cancel.asked() {
            return Ok(None);
        }
        progress.advance(trials.end - trials.start);
        all.push(rows);
    }
    let mut gathered = empty();
    gathered.add(trials.start, &all);
    Ok(Some(gathered))
}

/// How long `trials` trials take on the threads of the present rayon pool, in seconds: measured on the first ones, and rough.
#[must_use]
pub fn estimate(runner: &Runner<'_>, seed: u64, trials: u64) -> Option<f64> {
    let sample = runner.chunk().min(SMALL).min(trials).max(1);
    let mut worker = runner.worker();
    // Memory that is touched for the first time is slow; what is measured is the second time.
    let mut run = |range: Range<u64>| worker.run(seed, range, &mut |_| {}).ok().filter(|all| *all);
    run(0..sample)?;
    let began = std::time::Instant::now();
    run(0..sample)?;
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let share = trials as f64 / sample as f64 / rayon::current_num_threads() as f64;
    Some(began.elapsed().as_secs_f64() * share)
}
