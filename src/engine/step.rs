//! The interpreter: applies operations to a row of trials.

use std::sync::atomic::{AtomicBool, Ordering};

use super::kernels::{any, note, scalar, truth, update};
use super::past::Clock;
use super::ready::{self, Kind, Readied, Ready};
use super::row::Row;
use super::state::Group;
use super::{choice, finish, rare};
use crate::program::{Binary, Op, Program};
use crate::rng::Points;

/// What is needed within a step only, shared by all rows of a thread.
pub(super) struct Scratch<const W: usize> {
    /// Per cell: sum of a phase, and what it was set to.
    pub(super) sums: Vec<Row<W>>,
    pub(super) bases: Vec<Row<W>>,
    /// Per cell: whether there is a sum (1), a setting (2).
    pub(super) touched: Vec<u8>,
    /// Trials that are to be handed back.
    pub(super) bad: Row<W>,
    /// Constants spread over a row.
    pub(super) rooms: [Row<W>; 3],
    /// Weights of a choice.
    pub(super) weights: choice::Weights<W>,
    pub(super) nth: u32,
}

impl<const W: usize> Scratch<W> {
    pub(super) fn new(program: &Program) -> Self {
        Self {
            sums: vec![Row::of(0.0); program.cells],
            bases: vec![Row::of(0.0); program.cells],
            touched: vec![0; program.cells],
            bad: Row::of(0.0),
            rooms: [Row::of(0.0); 3],
            weights: choice::Weights::new(),
            nth: 0,
        }
    }

    /// The sum of a cell, and what has touched it.
    #[inline(always)]
    fn sum(&mut self, cell: u32) -> (&mut [f64; W], &mut u8) {
        (&mut self.sums[cell as usize].0, &mut self.touched[cell as usize])
    }
}

/// What a thread works with.
pub(super) struct Work<'p, const W: usize> {
    pub(super) program: &'p Program,
    pub(super) seed: u64,
    /// How many trials, one after the other, share their parameters.
    pub(super) sharing: u64,
    /// The design that parameters follow, for a program that asks for one.
    pub(super) given: Option<&'p dyn Points>,
    pub(super) scratch: Scratch<W>,
    /// Answers of the chunk, by place.
    pub(super) answers: finish::Answers,
    /// First trial of the chunk.
    pub(super) first: u64,
    /// Where somebody says that all is to be given up.
    pub(super) wish: Option<&'p AtomicBool>,
}

impl<const W: usize> Work<'_, W> {
    /// Whether to give up.
    pub(super) fn given_up(&self) -> bool {
        asked(self.wish)
    }
}

/// Whether somebody asks to give up.
pub(super) fn asked(wish: Option<&AtomicBool>) -> bool {
    wish.is_some_and(|wish| wish.load(Ordering::Relaxed))
}

/// Steps `from..=to` of a row; step 0 is the start.
#[inline(always)]
pub(super) fn steps<const W: usize>(work: &mut Work<'_, W>, group: &mut Group<W>, readied: &Readied, from: u32, to: u32) {
    let program = work.program;
    for step in from..=to {
        if group.alive == 0 || work.given_up() {
            return;
        }
        let clock = Clock::at(step, program.step, program.steps);
        work.scratch.bad = Row::of(0.0);
        let (code, ready) = if step == 0 { (&program.start, &readied.start) } else { (&program.each, &readied.each) };
        run(work, group, code, ready, clock);
        if any(&work.scratch.bad.0) {
            hand_back(work, group);
        }
        group.follow(program, step);
    }
}

/// Trials in which something unusual happened are left to the reference.
#[cold]
#[inline(never)]
fn hand_back<const W: usize>(work: &mut Work<'_, W>, group: &mut Group<W>) {
    let alive = &mut group.rows[work.program.alive].0;
    for lane in 0..W {
        if work.scratch.bad.0[lane] != 0.0 && alive[lane] != 0.0 {
            alive[lane] = 0.0;
            group.alive -= 1;
            return hand_back(work, group);
        }
    }
}

#[inline(always)]
fn run<const W: usize>(work: &mut Work<'_, W>, group: &mut Group<W>, code: &[Op], ready: &[Ready], clock: Clock) {
    let mut at = 0;
    while at < ready.len() {
        let op = &ready[at];
        at += 1;
        let rows = &mut group.rows[..];
        // `d = ...` of the operands that are named; `narrow!`: where `a`; `must!`: `b` where `a`.
        macro_rules! rows {
            (|$($x:ident),+| $f:expr) => {{
                let (d, [$($x),+]) = ready::apart(rows, op.d, [$(op.$x),+]);
                for i in 0..W {
                    $(let $x = $x[i];)+
                    d[i] = $f;
                }
            }};
        }
        macro_rules! narrow {
            (|$($x:ident),+| $f:expr) => {{
                let (d, [mask, $($x),+]) = ready::apart(rows, op.d, [op.a, $(op.$x),+]);
                for i in 0..W {
                    $(let $x = $x[i];)+
                    d[i] = truth((mask[i] != 0.0) & ($f));
                }
            }};
        }
        macro_rules! must {
            (|$x:ident| $f:expr) => {{
                let (mask, $x) = (&rows[op.a as usize].0, &rows[op.b as usize].0);
                note(&mut work.scratch.bad.0, mask, |i| {
                    let $x: f64 = $x[i];
                    $f
                });
            }};
        }
        let k = op.k;
        match op.kind {
            Kind::Rare => at = rare::rare(work, group, code, at, clock),
            Kind::Add => rows!(|a, b| scalar(Binary::Add, a, b)),
            Kind::AddK => rows!(|a| scalar(Binary::Add, a, k)),
            Kind::Sub => rows!(|a, b| scalar(Binary::Sub, a, b)),
            Kind::SubK => rows!(|a| scalar(Binary::Sub, a, k)),
            Kind::KSub => rows!(|b| scalar(Binary::Sub, k, b)),
            Kind::Mul => rows!(|a, b| scalar(Binary::Mul, a, b)),
            Kind::MulK => rows!(|a| scalar(Binary::Mul, a, k)),
            Kind::Div => rows!(|a, b| scalar(Binary::Div, a, b)),
            Kind::DivK => rows!(|a| scalar(Binary::Div, a, k)),
            Kind::KDiv => rows!(|b| scalar(Binary::Div, k, b)),
            Kind::Min => rows!(|a, b| scalar(Binary::Min, a, b)),
            Kind::MinK => rows!(|a| scalar(Binary::Min, a, k)),
            Kind::Max => rows!(|a, b| scalar(Binary::Max, a, b)),
            Kind::MaxK => rows!(|a| scalar(Binary::Max, a, k)),
            Kind::And => rows!(|a, b| scalar(Binary::And, a, b)),
            Kind::Or => rows!(|a, b| scalar(Binary::Or, a, b)),
            Kind::Lt => rows!(|a, b| scalar(Binary::Lt, a, b)),
            Kind::LtK => rows!(|a| scalar(Binary::Lt, a, k)),
            Kind::KLt => rows!(|b| scalar(Binary::Lt, k, b)),
            Kind::Le => rows!(|a, b| scalar(Binary::Le, a, b)),
            Kind::LeK => rows!(|a| scalar(Binary::Le, a, k)),
            Kind::KLe => rows!(|b| scalar(Binary::Le, k, b)),
            Kind::Eq => rows!(|a, b| scalar(Binary::Eq, a, b)),
            Kind::EqK => rows!(|a| scalar(Binary::Eq, a, k)),
            Kind::Ne => rows!(|a, b| scalar(Binary::Ne, a, b)),
            Kind::NeK => rows!(|a| scalar(Binary::Ne, a, k)),
            Kind::Not => rows!(|a| 1.0 - a),
            Kind::Neg => rows!(|a| -a),
            Kind::MulAdd => rows!(|a, b, c| a * b + c),
            Kind::MulKAdd => rows!(|a, c| a * k + c),
            Kind::If => rows!(|a, b, c| choose_by(a, b, c)),
            Kind::IfK => rows!(|b, c| choose_by(k, b, c)),
            Kind::IfElseK => rows!(|a, c| choose_by(a, k, c)),
            Kind::True => narrow!(|b| b == 1.0),
            Kind::False => narrow!(|b| b != 1.0),
            Kind::Equal => narrow!(|b, c| b == c),
            Kind::EqualK => narrow!(|b| b == k),
            Kind::Unequal => narrow!(|b, c| b != c),
            Kind::UnequalK => narrow!(|b| b != k),
            Kind::Below => narrow!(|b, c| b < c),
            Kind::BelowK => narrow!(|b| b < k),
            Kind::KBelow => narrow!(|c| k < c),
            Kind::UpTo => narrow!(|b, c| b <= c),
            Kind::UpToK => narrow!(|b| b <= k),
            Kind::KUpTo => narrow!(|c| k <= c),
            Kind::Reached => {
                let now = f64::from(clock.now);
                narrow!(|b| now >= b);
            }
            Kind::StepReached => {
                let step = f64::from(clock.step);
                narrow!(|b| step >= b);
            }
            Kind::Occurs => {
                let nth = f64::from(work.scratch.nth);
                narrow!(|b| b > nth);
            }
            Kind::Either => rows!(|a, b| truth((a != 0.0) | (b != 0.0))),
            Kind::Guard => rows!(|a, b| if a != 0.0 { b } else { 0.0 }),
            Kind::GuardK => rows!(|a| if a != 0.0 { k } else { 0.0 }),
            Kind::Choose => rows!(|a, b, c| if a != 0.0 { b } else { c }),
            Kind::UnlessAny => {
                if !any(&rows[op.a as usize].0) {
                    at = op.c as usize;
                }
            }
            Kind::UnlessLooks => {
                if !clock.now.is_multiple_of(op.a) {
                    at = op.c as usize;
                }
            }
            Kind::Grow => {
                let (mask, x) = (&rows[op.a as usize].0, &rows[op.b as usize].0);
                grow(work.scratch.sum(op.c), mask, |i| x[i]);
            }
            Kind::Shrink => {
                let (mask, x) = (&rows[op.a as usize].0, &rows[op.b as usize].0);
                grow(work.scratch.sum(op.c), mask, |i| -x[i]);
            }
            Kind::GrowK | Kind::ShrinkK => {
                let mask = &rows[op.a as usize].0;
                grow(work.scratch.sum(op.c), mask, |_| k);
            }
            Kind::BeFinite => must!(|x| x.abs() < f64::INFINITY),
            Kind::BeDefined => must!(|x| x == x),
            Kind::BeChance => must!(|x| (x >= 0.0) & (x <= 1.0)),
            Kind::BeWeight => must!(|x| (x >= 0.0) & (x < f64::INFINITY)),
            Kind::Keep => {
                let (d, [mask, x]) = ready::apart(rows, op.d, [op.a, op.b]);
                update(d, mask, x, |old, m, x| if m != 0.0 { x } else { old });
            }
            Kind::KeepK => {
                let (d, [mask]) = ready::apart(rows, op.d, [op.a]);
                update(d, mask, mask, |old, m, _| if m != 0.0 { k } else { old });
            }
            Kind::Copy => rows!(|b| b),
            Kind::Clear => rows[op.d as usize] = Row::of(0.0),
            Kind::Since => {
                let step = f64::from(clock.step);
                let (since, [held]) = ready::apart(rows, op.d, [op.a]);
                update(since, held, held, |since, held, _| {
                    let begun = if since == 0.0 { step } else { since };
                    if held == 1.0 { begun } else { 0.0 }
                });
            }
        }
    }
}

/// Adds to the sum of a cell in the trials of a mask.
#[inline(always)]
pub(super) fn grow<const W: usize>((sum, touched): (&mut [f64; W], &mut u8), mask: &[f64; W], x: impl Fn(usize) -> f64) {
    // Minus zero is what changes nothing at all when it is added.
    if *touched & 1 == 0 {
        *touched |= 1;
        for i in 0..W {
            sum[i] = if mask[i] != 0.0 { x(i) } else { -0.0 };
        }
    } else {
        for i in 0..W {
            sum[i] = if mask[i] != 0.0 { sum[i] + x(i) } else { sum[i] };
        }
    }
}

/// `a` where `c` is 1, `b` where it is not, undefined where it is.
#[inline(always)]
pub(super) fn choose_by(a: f64, b: f64, c: f64) -> f64 {
    let x = if c == 1.0 { a } else { b };
    if c.is_nan() { c } else { x }
}
