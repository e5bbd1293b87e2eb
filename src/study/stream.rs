//! Trials in parallel, handed on in the order of their numbers.
//!
//! Trials run in chunks; what a trial gives depends on its number only, and tallies are counts and exact sums, so
//! that results do not depend on threads or chunks. Chunks are folded in order: whoever keeps rows sees them as one thread
//! would have made them, and may stop after any of them with the first trials, without a gap.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};

use super::plain::{Cancel, Progress};
use super::runner::{Runner, Worker};
use crate::results::{Shape, Stop, Tally, record};

/// Keeps what a run yields.
pub trait Keeper: Send {
    /// What can go wrong.
    type Error: Send;
    /// Whether rows are wanted.
    fn wants_rows(&self) -> bool;
    /// The rows of the next trials, in order, each as [`record`] writes it.
    ///
    /// # Errors
    /// They cannot be kept; the run ends.
    fn rows(&mut self, numbers: &[f64]) -> Result<(), Self::Error>;
    /// All trials before `next` are in `tally`, and their rows have been given.
    ///
    /// # Errors
    /// As for rows.
    fn reached(&mut self, tally: &Tally, next: u64) -> Result<(), Self::Error>;
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

impl Keeper for Nothing {
    type Error = std::convert::Infallible;
    fn wants_rows(&self) -> bool {
        false
    }
    fn rows(&mut self, _: &[f64]) -> Result<(), Self::Error> {
        Ok(())
    }
    fn reached(&mut self, _: &Tally, _: u64) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Why a run ended early.
#[derive(Clone, Debug, PartialEq)]
pub enum Halt<E> {
    /// A trial could not be run.
    Stop(Stop),
    /// What it yields could not be kept.
    Keeper(E),
}

/// Most chunks per thread that may wait for an earlier one.
const AHEAD: u64 = 16;

/// Runs the trials of a range on all threads of the present rayon pool and adds them to `tally`; gives the first
/// trial that was not run.
///
/// Where `cancel` is asked, chunks that were begun are finished and kept, unless the runner heeds such a wish itself.
///
/// # Errors
/// The [`Stop`] of the first trial (by number) that could not be run, or what the keeper says. `tally` and the keeper then have
/// all trials before it, whatever the number of threads and the engine.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn stream<K: Keeper>(
    runner: &Runner<'_>,
    (seed, trials): (u64, Range<u64>),
    (tally, shape): (&mut Tally, &Shape),
    keeper: &mut K,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<u64, Halt<K::Error>> {
    let threads = rayon::current_num_threads() as u64;
    let count = trials.end.saturating_sub(trials.start);
    // Chunks of one size, as many for one thread as for another, so that none waits for the last; rows are full where there
    // are trials enough.
    let rounds = count.div_ceil(threads * runner.chunk()).max(1);
    let share = count.div_ceil(threads * rounds).next_multiple_of(crate::engine::WIDTH as u64);
    let size = runner.chunk().min(share).max(1);
    let chunks = count.div_ceil(size);
    let wants_rows = keeper.wants_rows();
    let next = AtomicU64::new(0);
    let turn = Condvar::new();
    let fold = Mutex::new(Fold {
        tally,
        keeper,
        next: 0,
        end: chunks,
        early: BTreeMap::new(),
        failed: None,
        from: trials.start,
        size,
        to: trials.end,
    });
    rayon::broadcast(|_| {
        let mut worker = runner.worker();
        while !cancel.asked() {
            let chunk = next.fetch_add(1, Ordering::Relaxed);
            {
                let waits = |fold: &mut Fold<'_, K>| chunk < fold.end && chunk >= fold.next + AHEAD * threads;
                let fold = turn.wait_while(lock(&fold), waits).unwrap_or_else(std::sync::PoisonError::into_inner);
                if chunk >= fold.end {
                    break;
                }
            }
            let from = trials.start + chunk * size;
            let to = (from + size).min(trials.end);
            let result = run_chunk(&mut worker, seed, from..to, shape, wants_rows);
            if matches!(result, Ok(Some(_))) {
                progress.advance(to - from);
            }
            lock(&fold).add(chunk, result);
            turn.notify_all();
        }
        // Whoever waits for a chunk that nobody will run must not wait forever.
        if cancel.asked() {
            let mut fold = lock(&fold);
            fold.end = fold.end.min(next.load(Ordering::Relaxed));
            turn.notify_all();
        }
    });
    let fold = fold.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(halt) = fold.failed {
        return Err(halt);
    }
    // Every chunk before the first that failed was begun before it, and is finished: what is left over begins with that
    // one, unless one before it was given up.
    let Fold { next, mut early, tally, keeper, .. } = fold;
    if let Some(Err(failed)) = early.remove(&next) {
        let (stop, before) = *failed;
        let reached = stop.trial();
        tally.merge(before.0);
        keeper.rows(&before.1).and_then(|()| keeper.reached(tally, reached)).map_err(Halt::Keeper)?;
        return Err(Halt::Stop(stop));
    }
    Ok((trials.start + next * size).min(trials.end))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Trials: their tally and their rows.
type Trials = (Tally, Vec<f64>);

/// What a chunk gives: all of its trials, or why one could not be run, with those before it.
type Part = Result<Trials, Box<(Stop, Trials)>>;

/// The same, or nothing where it was given up.
type Perhaps = Result<Option<Trials>, Box<(Stop, Trials)>>;

/// Results of chunks, folded in the order of their numbers.
struct Fold<'f, K: Keeper> {
    tally: &'f mut Tally,
    keeper: &'f mut K,
    /// The chunk that comes next.
    next: u64,
    /// No chunk from this one on is begun.
    end: u64,
    /// Chunks that were done before their turn. One that failed stays.
    early: BTreeMap<u64, Part>,
    failed: Option<Halt<K::Error>>,
    from: u64,
    size: u64,
    to: u64,
}

impl<K: Keeper> Fold<'_, K> {
    fn add(&mut self, chunk: u64, part: Perhaps) {
        if !matches!(part, Ok(Some(_))) {
            self.end = self.end.min(chunk);
        }
        if let Some(part) = part.transpose() {
            self.early.insert(chunk, part);
        }
        while self.failed.is_none() && matches!(self.early.get(&self.next), Some(Ok(_))) {
            let Some(Ok((tally, rows))) = self.early.remove(&self.next) else { return };
            self.next += 1;
            let reached = (self.from + self.next * self.size).min(self.to);
            self.tally.merge(tally);
            let kept = self.keeper.rows(&rows).and_then(|()| self.keeper.reached(self.tally, reached));
            if let Err(error) = kept {
                self.failed = Some(Halt::Keeper(error));
                self.end = 0;
            }
        }
    }
}

fn run_chunk(worker: &mut Worker<'_>, seed: u64, trials: Range<u64>, shape: &Shape, wants_rows: bool) -> Perhaps {
    let mut tally = Tally::new(shape);
    let mut numbers = Vec::new();
    let all = worker.run(seed, trials, &mut |row| {
        tally.add(row, shape);
        if wants_rows {
            record(row, &mut numbers);
        }
    });
    match all {
        Ok(all) => Ok(all.then_some((tally, numbers))),
        Err(stop) => Err(Box::new((stop, (tally, numbers)))),
    }
}
