//! The engine: runs a [`Program`] over rows of trials.
//!
//! The same bits as the reference interpreter, for every width of the rows, every division into chunks and
//! every processor. What the engine does not do itself it *hands back*: a trial in which a number is undefined
//! or was clamped (which stops the run, or must be reported with its path) is run again by the reference.
//!
//! | file | does |
//! |---|---|
//! | `row` | rows, and access to operands |
//! | `kernels` | loops over rows |
//! | `packed` | dear operations on few trials |
//! | `lookup` | tables by rung |
//! | `draws`, `past` | random numbers; functions of the past |
//! | `state` | what is kept of trials between steps; moving trials together |
//! | `ready` | the program as it is run: the most frequent operations with all that they need |
//! | `step` | the interpreter: those operations |
//! | `rare` | all others |
//! | `choice` | choices among options |
//! | `finish` | the end of a trial |
//! | `level` | which kind of vector code |

// A call inside a loop over a row would stop vectorisation, and helpers must become part of the code for each
// kind of processor.

#![allow(
    clippy::neg_cmp_op_on_partial_ord,
    clippy::if_not_else,
    clippy::manual_range_contains,
    clippy::eq_op,
    clippy::explicit_counter_loop,
    clippy::collapsible_match,
    reason = "loops over rows are written for the compiler: no branches, and what is undefined takes the side that it must"
)]

mod choice;
mod draws;
mod finish;
mod kernels;
mod level;
mod lookup;
mod packed;
mod past;
mod rare;
mod ready;
mod row;
mod state;
mod step;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::atomic::AtomicBool;

pub use level::Level;

use crate::program::Program;
use crate::results::{Stop, TrialRow};
use crate::rng::Points;
use ready::Readied;
use state::Group;
use step::{Scratch, Work};

/// Width of the rows unless a test asks for another.
pub const WIDTH: usize = 256;

/// Most trials that are under way together.
pub const MOST: u64 = 4096;

/// Operations on single trials in a chunk: some 50 milliseconds.
const WORK: u64 = 80_000_000;

/// How many trials of a program to run at a time.
///
/// Many, so that rows can be filled up when trials end early; but a chunk takes some 50 milliseconds at most, and
/// its state a few megabytes.
#[must_use]
pub fn chunk(program: &Program) -> u64 {
    let work = (program.each.len() as u64).max(1) * u64::from(program.steps).max(1);
    let state = 8 * (program.kept + program.registers + program.rings) as u64 + 24 * u64::from(program.steps) / 64;
    let most = (WORK / work).min((16 << 20) / state.max(1)).min(MOST);
    (most / WIDTH as u64 * WIDTH as u64).max(WIDTH as u64)
}

/// Most memory of one thread's rows, in bytes. A scenario file is untrusted: windows over thousands of steps, times the trials of a
/// row, could ask for gigabytes.
const MOST_MEMORY: usize = 256 << 20;

/// Whether a row of a program's trials and what a thread needs beside it fit into memory that any machine has; a program that
/// does not fit is left to the reference, which keeps one trial at a time.
#[must_use]
pub fn fits(program: &Program) -> bool {
    let rows = program.kept + program.registers + program.rings + 2 * program.cells;
    rows.saturating_mul(WIDTH * size_of::<f64>()) <= MOST_MEMORY
}

/// Most steps between two looks at whether trials can be moved together and whether to stop.
const SPELL: u32 = 16;

/// Operations of a row between two such looks: some milliseconds.
const SPELL_WORK: usize = 100_000;

/// Steps between two such looks for a program.
fn spell(program: &Program) -> u32 {
    u32::try_from(SPELL_WORK / program.each.len().max(1)).unwrap_or(SPELL).clamp(1, SPELL)
}

/// Runs trials of one program on one thread.
pub struct Engine<'p, const W: usize = WIDTH> {
    work: Work<'p, W>,
    readied: Readied,
    groups: Vec<Group<W>>,
    level: Level,
}

impl<'p, const W: usize> Engine<'p, W> {
    /// An engine for a program and a kind of processor.
    #[must_use]
    pub fn new(program: &'p Program, level: Level) -> Self {
        let scratch = Scratch::new(program);
        let work = Work { program, seed: 0, sharing: 1, given: None, scratch, answers: finish::Answers::default(), first: 0, wish: None };
        Self { work, readied: Readied::new(program), groups: Vec::new(), level }
    }

    /// Lets so many trials, one after the other, share their parameters: trial k has those of trial k / `trials` (rounded down).
    pub fn share_parameters(&mut self, trials: u64) {
        self.work.sharing = trials.max(1);
    }

    /// Lets the parameters of a program made by [`Program::for_points`] follow a design.
    pub fn follow_points(&mut self, points: &'p dyn Points) {
        self.work.given = Some(points);
    }

    /// Gives up where this becomes true: it is looked at in every step of a row, and between occurrences where a step has many.
    pub fn heed(&mut self, wish: &'p AtomicBool) {
        self.work.wish = Some(wish);
    }

    /// Runs trials and gives their rows, in order; whether all of them were run. `other` runs the trials that are handed back, and
    /// gives nothing where it is asked to give up itself.
    ///
    /// # Errors
    /// What `other` stops with.
    pub fn run<R: Into<Option<TrialRow>>>(
        &mut self,
        seed: u64,
        trials: Range<u64>,
        other: &mut dyn FnMut(u64) -> Result<R, Stop>,
        sink: &mut dyn FnMut(&TrialRow),
    ) -> Result<bool, Stop> {
        self.work.seed = seed;
        // At most 64 rows at a time.
        let most = chunk(self.work.program).min(64 * W as u64);
        let mut row = TrialRow::default();
        let mut from = trials.start;
        while from < trials.end {
            let to = (from + most).min(trials.end);
            if !self.chunk(from, to) {
                return Ok(false);
            }
            for (place, trial) in (from..to).enumerate() {
                if self.work.answers.read(place, &self.work.program.ending, &mut row) {
                    row.trial = trial;
                    sink(&row);
                } else if self.work.given_up() {
                    return Ok(false);
                } else {
                    let Some(row) = other(trial)?.into() else { return Ok(false) };
                    sink(&row);
                }
            }
            from = to;
        }
        Ok(true)
    }

    /// Runs a chunk; whether to its end.
    fn chunk(&mut self, from: u64, to: u64) -> bool {
        let program = self.work.program;
        let width = W as u64;
        let count = usize::try_from((to - from).div_ceil(width)).unwrap_or(0);
        while self.groups.len() < count {
            self.groups.push(Group::new(program));
        }
        self.work.first = from;
        self.work.answers.clear(usize::try_from(to - from).unwrap_or(0), &program.ending);
        let mut first = from;
        for group in &mut self.groups[..count] {
            group.reset(program, first, to, self.work.sharing);
            first += width;
        }
        let mut live: Vec<usize> = (0..count).collect();
        let spell = spell(program);
        let mut step = 0;
        while step <= program.steps && !live.is_empty() {
            let last = (step + spell - 1).min(program.steps);
            for at in &live {
                self.level.steps(&mut self.work, &mut self.groups[*at], &self.readied, step, last);
                // The row that was under way is of no use then.
                if self.work.given_up() {
                    return false;
                }
            }
            live.retain(|at| self.groups[*at].alive > 0);
            self.gather(&mut live, last);
            step = last + 1;
        }
        true
    }

    /// Moves trials together, so that rows are full again and there are fewer of them.
    fn gather(&mut self, live: &mut Vec<usize>, step: u32) {
        live.sort_by_key(|at| std::cmp::Reverse(self.groups[*at].alive));
        while live.len() > 1 {
            let last = live[live.len() - 1];
            let room: usize = live[..live.len() - 1].iter().map(|at| W - self.groups[*at].alive).sum();
            if room < self.groups[last].alive {
                return;
            }
            for at in &live[..live.len() - 1] {
                let [to, from] = self.groups.get_disjoint_mut([*at, last]).expect("two different rows");
                if to.alive < W && from.alive > 0 {
                    to.take(from, self.work.program, step);
                }
            }
            live.pop();
        }
    }
}
