//! The state of a row of trials, and how trials are moved together when others have ended.

use super::past::Clock;
use super::row::{Row, View};
use crate::program::{Program, Src};
use crate::results::{COURSES, Stood, stride};

/// A trial that posts so many changes is handed back.
const CROWDED: u32 = 100_000;

/// A change on its way in one trial.
#[derive(Clone, Copy, Debug)]
pub(super) struct Late {
    pub(super) lane: usize,
    pub(super) cell: usize,
    pub(super) set: bool,
    pub(super) value: f64,
}

/// A row of trials between two steps.
pub(super) struct Group<const W: usize> {
    pub(super) trials: [u64; W],
    /// What is kept from step to step, then registers, which are good within a step.
    pub(super) rows: Vec<Row<W>>,
    pub(super) rings: Vec<Row<W>>,
    /// Changes by the step in which they arrive, in the order in which they were made.
    pub(super) calendar: Vec<Vec<Late>>,
    /// How many changes each trial has posted.
    posted: [u32; W],
    /// Under which number parameters are drawn.
    pub(super) points: [u64; W],
    /// Per followed stand: the rung that was last noted.
    stood: Vec<Row<W>>,
    /// Per trial, where actors came to stand, and the variables of the grid.
    pub(super) paths: Vec<Vec<Stood>>,
    pub(super) courses: Vec<Vec<f64>>,
    /// Number of trials under way.
    pub(super) alive: usize,
}

impl<const W: usize> Group<W> {
    pub(super) fn new(program: &Program) -> Self {
        Self {
            trials: [0; W],
            rows: vec![Row::of(0.0); program.kept + program.registers],
            rings: vec![Row::of(0.0); program.rings],
            calendar: vec![Vec::new(); program.steps as usize + 1],
            posted: [0; W],
            points: [0; W],
            stood: vec![Row::of(f64::NAN); program.stands.len()],
            paths: vec![Vec::new(); W],
            courses: vec![Vec::new(); W],
            alive: 0,
        }
    }

    /// All of its rows, to be read.
    #[inline(always)]
    pub(super) fn view<'r>(&'r self, program: &'r Program) -> View<'r, W> {
        let (kept, registers) = self.rows.split_at(program.kept);
        View::all(kept, registers, &program.constants)
    }

    /// The trials `from..to`, not yet started.
    pub(super) fn reset(&mut self, program: &Program, from: u64, to: u64, sharing: u64) {
        self.rows.fill(Row::of(0.0));
        for (row, value) in &program.first {
            self.rows[*row] = Row::of(*value);
        }
        self.calendar.iter_mut().for_each(Vec::clear);
        self.posted = [0; W];
        self.alive = 0;
        self.stood.fill(Row::of(f64::NAN));
        self.paths.iter_mut().for_each(Vec::clear);
        self.courses.iter_mut().for_each(Vec::clear);
        let mut trial = from;
        for lane in 0..W {
            let there = trial < to;
            self.trials[lane] = if there { trial } else { from };
            self.points[lane] = self.trials[lane] / sharing;
            self.rows[program.alive].0[lane] = if there { 1.0 } else { 0.0 };
            self.alive += usize::from(there);
            trial += 1;
        }
    }

    /// Moves all trials of `other`, which is in the same step, to places where trials have ended.
    pub(super) fn take(&mut self, other: &mut Self, program: &Program, step: u32) {
        let mut place = 0;
        for lane in 0..W {
            if other.rows[program.alive].0[lane] == 0.0 {
                continue;
            }
            while place < W && self.rows[program.alive].0[place] != 0.0 {
                place += 1;
            }
            if place == W {
                return;
            }
            self.trials[place] = other.trials[lane];
            self.posted[place] = other.posted[lane];
            for (to, from) in self.rows[..program.kept].iter_mut().zip(&other.rows) {
                to.0[place] = from.0[lane];
            }
            for (to, from) in self.rings.iter_mut().zip(&other.rings) {
                to.0[place] = from.0[lane];
            }
            for (to, from) in self.stood.iter_mut().zip(&other.stood) {
                to.0[place] = from.0[lane];
            }
            std::mem::swap(&mut self.paths[place], &mut other.paths[lane]);
            std::mem::swap(&mut self.courses[place], &mut other.courses[lane]);
            for due in step as usize + 1..self.calendar.len() {
                self.calendar[due].retain(|late| late.lane != place);
                let moved = other.calendar[due].iter().filter(|late| late.lane == lane);
                self.calendar[due].extend(moved.map(|late| Late { lane: place, ..*late }));
            }
            other.rows[program.alive].0[lane] = 0.0;
            self.alive += 1;
            other.alive -= 1;
        }
    }

    /// Notes where actors have come to stand in this step, and the variables of the grid.
    #[inline(always)]
    pub(super) fn follow(&mut self, program: &Program, step: u32) {
        for (stood, cell) in self.stood.iter().zip(&program.stands) {
            let now = &self.rows[*cell].0;
            let mut changed = 0;
            for lane in 0..W {
                changed |= stood.0[lane].to_bits() ^ now[lane].to_bits();
            }
            if changed != 0 {
                self.follow_all(program, step);
                break;
            }
        }
        if step.is_multiple_of(stride(program.steps)) && self.trials.iter().any(|trial| *trial < COURSES) {
            for lane in 0..W {
                if self.rows[program.alive].0[lane] != 0.0 {
                    self.course(program, lane);
                }
            }
        }
    }

    /// Stand by stand, so that the few trials that moved are found a row at a time; within a trial this is the order of stands all the same.
    #[inline(never)]
    fn follow_all(&mut self, program: &Program, step: u32) {
        let alive = &self.rows[program.alive].0;
        for (index, (stood, cell)) in self.stood.iter_mut().zip(&program.stands).enumerate() {
            let now = &self.rows[*cell].0;
            let mut from = 0;
            while from < W {
                let mut moved = 0u64;
                for lane in from..W.min(from + 64) {
                    moved |= u64::from((stood.0[lane] != now[lane]) & (alive[lane] != 0.0)) << (lane - from);
                }
                while moved != 0 {
                    let lane = from + moved.trailing_zeros() as usize;
                    self.paths[lane].push(Stood::new(step, index, now[lane]));
                    moved &= moved - 1;
                }
                from += 64;
            }
            *stood = self.rows[*cell];
        }
    }

    /// As [`Self::follow`], of one trial, at its end.
    pub(super) fn follow_one(&mut self, program: &Program, lane: usize, step: u32) {
        self.stand(program, lane, step);
        if step.is_multiple_of(stride(program.steps)) {
            self.course(program, lane);
        }
    }

    fn stand(&mut self, program: &Program, lane: usize, step: u32) {
        for (index, (stood, cell)) in self.stood.iter_mut().zip(&program.stands).enumerate() {
            let now = self.rows[*cell].0[lane];
            if stood.0[lane] != now {
                stood.0[lane] = now;
                self.paths[lane].push(Stood::new(step, index, now));
            }
        }
    }

    fn course(&mut self, program: &Program, lane: usize) {
        if self.trials[lane] < COURSES {
            self.courses[lane].extend(program.followed.iter().map(|cell| self.rows[*cell].0[lane]));
        }
    }

    /// Posts a change in every trial of `mask`, to arrive in so many minutes; never beyond the horizon.
    pub(super) fn post(
        &mut self,
        (cell, set): (usize, bool),
        (mask, bad): (&[f64; W], &mut [f64; W]),
        value: &[f64; W],
        minutes: &[f64; W],
        clock: Clock,
    ) {
        for lane in 0..W {
            if mask[lane] == 0.0 {
                continue;
            }
            let due = due(minutes[lane], 1.0, clock);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a step of the trial")]
            if due < f64::INFINITY {
                self.posted[lane] += 1;
                if self.posted[lane] >= CROWDED {
                    // So many may be too many for the reference.
                    bad[lane] = 1.0;
                    continue;
                }
                self.calendar[due as usize].push(Late { lane, cell, set, value: value[lane] });
            }
        }
    }

    /// What falls due arrives, trial by trial in the order in which it was posted.
    pub(super) fn arrive(&mut self, bad: &mut [f64; W], program: &Program, clock: Clock) {
        let mut due = std::mem::take(&mut self.calendar[clock.step as usize]);
        due.sort_by_key(|late| late.lane);
        for changes in due.chunk_by(|a, b| a.lane == b.lane) {
            let lane = changes[0].lane;
            if self.rows[program.alive].0[lane] == 0.0 {
                continue;
            }
            let mut touched: Vec<(usize, f64, f64)> = Vec::new();
            for late in changes {
                let at = touched.iter().position(|t| t.0 == late.cell).unwrap_or_else(|| {
                    touched.push((late.cell, self.rows[late.cell].0[lane], 0.0));
                    touched.len() - 1
                });
                if late.set {
                    (touched[at].1, touched[at].2) = (late.value, 0.0);
                } else {
                    touched[at].2 += late.value;
                }
            }
            for (cell, base, sum) in touched {
                let value = base + sum;
                let (low, high) = program.bounds[cell];
                let (low, high) = (self.one(program, low, lane), self.one(program, high, lane));
                let stored = value.min(high).max(low);
                if !value.is_finite() || (program.special[cell] && stored != self.rows[cell].0[lane]) {
                    bad[lane] = 1.0;
                }
                self.rows[cell].0[lane] = stored;
            }
        }
        due.clear();
        self.calendar[clock.step as usize] = due;
    }

    /// A number that is the same throughout the trial.
    fn one(&self, program: &Program, src: Src, lane: usize) -> f64 {
        match src.place() {
            crate::program::Place::Kept(row) => self.rows[row].0[lane],
            crate::program::Place::Constant(i) => program.constants[i],
            crate::program::Place::Register(_) => f64::NAN,
        }
    }
}

/// The step that `minutes` lead to, at least `least` steps from now; infinite beyond the horizon.
#[inline(always)]
pub(super) fn due(minutes: f64, least: f64, clock: Clock) -> f64 {
    let steps = (minutes / f64::from(clock.length)).ceil();
    let steps = if steps > least { steps } else { least };
    let due = f64::from(clock.step) + steps;
    if due <= f64::from(clock.steps) { due } else { f64::INFINITY }
}
