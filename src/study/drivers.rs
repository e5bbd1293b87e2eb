//! Parts of a scenario switched off, one at a time, on the same trials.

use std::ops::Range;

use super::paired::{Gather, Rows, paired};
use super::plain::{Cancel, Progress};
use super::runner::Runner;
use crate::results::{PartTally, Stop};
use crate::scenario::Scenario;

/// Most parts of one study: each is a scenario of its own that is kept in memory.
pub const MOST_PARTS: usize = 500;

/// Most parts times what each takes: parts of formulas, stored numbers, numbers of a trial, and several times what changes.
const MOST_SIZE: usize = 4_000_000;

/// Whether so many copies of a scenario find room, and their trials.
#[must_use]
pub fn finds_room(scenario: &Scenario, parts: usize) -> bool {
    let row = crate::results::record_length(scenario.indicators.len(), scenario.metrics.len(), scenario.params.len());
    let told = 8 * (scenario.outcomes.len() + scenario.indicators.len());
    let size = scenario.pool.nodes().len() + scenario.cells.len() + row + told;
    parts <= MOST_PARTS && size.saturating_mul(parts) <= MOST_SIZE
}

/// What was counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DriversTally {
    /// Trials, of each part.
    pub trials: u64,
    /// How often each outcome, and each indicator that is conditional on nothing, occurred as the scenario stands.
    pub base: [Vec<u64>; 2],
    /// The parts, in order; without those that could not be run.
    pub parts: Vec<(usize, PartTally)>,
    /// Parts without which a trial could not be run, and the first such trial.
    pub stopped: Vec<(usize, Stop)>,
}

/// Counts while trials are run.
struct Counter<'p> {
    /// Which part each arm after the first is.
    arms: &'p [usize],
    outcomes: usize,
    /// Indicators that are conditional on nothing.
    free: &'p [usize],
    tally: DriversTally,
}

impl<'p> Counter<'p> {
    fn new(arms: &'p [usize], outcomes: usize, free: &'p [usize]) -> Self {
        let tally = DriversTally {
            base: [vec![0; outcomes], vec![0; free.len()]],
            parts: arms.iter().map(|part| (*part, PartTally::default())).collect(),
            ..DriversTally::default()
        };
        Self { arms, outcomes, free, tally }
    }
}

impl Gather for Counter<'_> {
    fn add(&mut self, _: u64, arms: &[Rows]) {
        let Some((base, others)) = arms.split_first() else { return };
        for (outcome, row) in base.outcomes().zip(base) {
            self.tally.trials += 1;
            self.tally.base[0][outcome] += 1;
            for (at, count) in self.free.iter().zip(&mut self.tally.base[1]) {
                *count += u64::from(row[3 + 2 * at] == 1.0);
            }
        }
        for ((_, tally), rows) in self.tally.parts.iter_mut().zip(others) {
            base.iter().zip(rows).for_each(|(mine, theirs)| tally.add(mine, theirs, self.free));
        }
    }

    fn merge(&mut self, later: Self) {
        debug_assert_eq!((self.arms, self.outcomes), (later.arms, later.outcomes));
        self.tally.merge(&later.tally);
    }
}

impl DriversTally {
    fn merge(&mut self, later: &Self) {
        self.trials += later.trials;
        for (mine, theirs) in self.base.iter_mut().zip(&later.base) {
            mine.resize(mine.len().max(theirs.len()), 0);
            mine.iter_mut().zip(theirs).for_each(|(a, b)| *a += b);
        }
        for (part, theirs) in &later.parts {
            match self.parts.iter_mut().find(|p| p.0 == *part) {
                Some((_, mine)) => mine.merge(theirs),
                None => self.parts.push((*part, theirs.clone())),
            }
        }
    }
}

/// Slices of the trials between which a part that cannot be run is left out.
const SLICES: u64 = 8;

/// Runs the scenario and each of `without`, the same scenario without a part, on the same trials; on all threads of the
/// present rayon pool. What is counted depends on neither threads nor blocks.
///
/// A part without which a trial cannot be run is left out, and the others go on. Where `cancel` is asked, what was counted are
/// the first trials, of every part.
///
/// # Errors
/// The [`Stop`] of the first trial of the scenario as it stands that could not be run.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn drivers(
    scenario: &Scenario,
    (base, without): (&Runner<'_>, &[Runner<'_>]),
    (seed, trials): (u64, Range<u64>),
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<DriversTally, Stop> {
    let free: Vec<usize> = (0..scenario.indicators.len()).filter(|i| scenario.indicators[*i].given.is_none()).collect();
    let mut alive: Vec<usize> = (0..without.len()).collect();
    let mut stopped = Vec::new();
    let mut all = Counter::new(&alive, scenario.outcomes.len(), &free).tally;
    let size = (trials.end - trials.start).div_ceil(SLICES).next_multiple_of(crate::engine::WIDTH as u64);
    let mut next = trials.start;
    while next < trials.end && !cancel.asked() {
        let slice = next..(next + size).min(trials.end);
        let arms: Vec<Runner<'_>> = std::iter::once(base.clone()).chain(alive.iter().map(|part| without[*part].clone())).collect();
        let empty = || Counter::new(&alive, scenario.outcomes.len(), &free);
        match paired(&arms, (seed, slice.clone(), 1), empty, progress, cancel) {
            Ok((counter, reached)) => {
                all.merge(&counter.tally);
                next = reached;
            }
            Err(stop) if stop.arm == 0 => return Err(stop.stop),
            // The slice is run again without it.
            Err(stop) => stopped.push((alive.remove(stop.arm - 1), stop.stop)),
        }
    }
    all.parts.retain(|(part, _)| alive.contains(part));
    stopped.sort_by_key(|s| s.0);
    all.stopped = stopped;
    Ok(all)
}
