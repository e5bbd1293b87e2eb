//! Functions of the past: what is remembered of a track, and what is read from it.
//!
//! All trials of a row are in one step, so places in rings and lengths of windows are the same for all.

use super::kernels::{map, truth, zip, zip3};
use super::row::Row;
use crate::program::{Past, TrackPlan};

/// Where in the trial a row is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Clock {
    /// The present step.
    pub(super) step: u32,
    /// Minutes from the start to its end.
    pub(super) now: u32,
    /// Length of a step in minutes.
    pub(super) length: u32,
    /// The last step.
    pub(super) steps: u32,
}

impl Clock {
    pub(super) fn at(step: u32, length: u32, steps: u32) -> Self {
        Self { step, now: step * length, length, steps }
    }
}

/// The value of a function of the past; `now` is the track's value now, `other` that of another track.
#[inline(always)]
pub(super) fn past<const W: usize>(
    d: &mut [f64; W],
    now: &[f64; W],
    other: &[f64; W],
    function: Past,
    plan: &TrackPlan,
    (kept, rings): (&[Row<W>], &[Row<W>]),
    clock: Clock,
) {
    let t = clock.step;
    let length = f64::from(clock.length);
    let minutes = f64::from(t) * length;
    let steps = f64::from(t);
    let ring = |ring: (usize, usize), step: u32| &rings[ring.0 + step as usize % ring.1].0;
    let row = |row: Option<usize>| &kept[row.unwrap_or(0)].0;
    match function {
        Past::Was(0) => *d = *now,
        Past::Was(_) if t == 0 => *d = *now,
        Past::Was(k) => zip(d, now, ring(plan.values, t.saturating_sub(k)), |now, x| if now.is_nan() { now } else { x }),
        Past::Sum(k) => sum(d, now, k, plan, (kept, rings), t, |s| s),
        Past::Ever(k) => sum(d, now, k, plan, (kept, rings), t, |s| truth(s > 0.0)),
        Past::Always(k) => {
            let n = f64::from(samples(t, k));
            sum(d, now, k, plan, (kept, rings), t, |s| truth(s == n));
        }
        Past::Held(k) => {
            let (long, n) = (t >= k, f64::from(k));
            sum(d, now, Some(k), plan, (kept, rings), t, |s| truth(long & (s == n)));
        }
        Past::Mean(_) if t == 0 => *d = *now,
        Past::Mean(k) => {
            let n = f64::from(samples(t, k));
            sum(d, now, k, plan, (kept, rings), t, |s| s / n);
        }
        Past::Highest(None) if t >= 2 => zip(d, now, row(plan.highest), |now, x| if x > now { x } else { now }),
        Past::Lowest(None) if t >= 2 => zip(d, now, row(plan.lowest), |now, x| if x < now { x } else { now }),
        Past::Highest(Some(k)) => {
            *d = *now;
            for step in (t + 1).saturating_sub(k).max(1)..t {
                let x = ring(plan.values, step);
                for i in 0..W {
                    d[i] = if x[i] > d[i] { x[i] } else { d[i] };
                }
            }
        }
        Past::Lowest(Some(k)) => {
            *d = *now;
            for step in (t + 1).saturating_sub(k).max(1)..t {
                let x = ring(plan.values, step);
                for i in 0..W {
                    d[i] = if x[i] < d[i] { x[i] } else { d[i] };
                }
            }
        }
        Past::Highest(None) | Past::Lowest(None) => *d = *now,
        Past::First => {
            let here = if t > 0 { steps } else { f64::INFINITY };
            zip(d, now, row(plan.first), |now, first| {
                let step = if now == 1.0 { here } else { f64::INFINITY };
                let step = if first < f64::INFINITY { first } else { step };
                let at = if step < f64::INFINITY { step * length } else { f64::INFINITY };
                if now.is_nan() { now } else { at }
            });
        }
        Past::Since => {
            let started = t > 0;
            zip(d, now, row(plan.last), |now, last| {
                let since = if last < f64::INFINITY { minutes - last * length } else { f64::INFINITY };
                let since = if started & (now == 1.0) { 0.0 } else { since };
                if now.is_nan() { now } else { since }
            });
        }
        Past::AtFirst(value) => {
            let first = row(plan.first);
            let value = &kept[value].0;
            let started = t > 0;
            let mut here = [0.0; W];
            zip(&mut here, now, other, |now, x| if started & (now == 1.0) { x } else { f64::INFINITY });
            zip3(d, first, value, &here, |first, value, here| if first < f64::INFINITY { value } else { here });
            for i in 0..W {
                d[i] = if now[i].is_nan() { now[i] } else { d[i] };
            }
        }
    }
}

/// Number of samples in a window that is cut at the start.
fn samples(t: u32, window: Option<u32>) -> u32 {
    window.map_or(t, |k| t.min(k))
}

/// A function of the sum over samples max(1, t-k+1)..t.
#[inline(always)]
fn sum<const W: usize>(
    d: &mut [f64; W],
    now: &[f64; W],
    window: Option<u32>,
    plan: &TrackPlan,
    (kept, rings): (&[Row<W>], &[Row<W>]),
    t: u32,
    f: impl Fn(f64) -> f64,
) {
    let then = |now: f64, s: f64| {
        let value = f(s);
        if now.is_nan() { now } else { value }
    };
    if t == 0 {
        map(d, now, |now| then(now, 0.0));
        return;
    }
    let so_far = &kept[plan.sum.unwrap_or(0)].0;
    let before = window.map_or(0, |k| t.saturating_sub(k));
    if before == 0 {
        zip(d, now, so_far, |now, p| then(now, p + now));
    } else if before == t {
        zip(d, now, so_far, |now, p| then(now, (p + now) - (p + now)));
    } else {
        let old = &rings[plan.sums.0 + before as usize % plan.sums.1].0;
        zip3(d, now, so_far, old, |now, p, old| then(now, (p + now) - old));
    }
}

/// Records a track's value of this step; `other` gives the values of the tracks that are kept at its first true
/// step.
#[inline(always)]
pub(super) fn record<'r, const W: usize>(
    value: &[f64; W],
    plan: &TrackPlan,
    kept: &mut [Row<W>],
    rings: &mut [Row<W>],
    t: u32,
    other: impl Fn(usize) -> &'r [f64; W],
) {
    if plan.values.1 > 0 {
        rings[plan.values.0 + t as usize % plan.values.1].0 = *value;
    }
    if t == 0 {
        return;
    }
    let step = f64::from(t);
    if let Some(row) = plan.sum {
        let sum = &mut kept[row].0;
        for i in 0..W {
            sum[i] += value[i];
        }
        if plan.sums.1 > 0 {
            rings[plan.sums.0 + t as usize % plan.sums.1].0 = *sum;
        }
    }
    if let Some(first) = plan.first {
        for (place, row) in plan.at_first.iter().enumerate() {
            let other = other(place);
            for i in 0..W {
                let newly = (value[i] == 1.0) & (kept[first].0[i] == f64::INFINITY);
                kept[*row].0[i] = if newly { other[i] } else { kept[*row].0[i] };
            }
        }
        let first = &mut kept[first].0;
        for i in 0..W {
            let now = if value[i] == 1.0 { step } else { f64::INFINITY };
            first[i] = if first[i] < f64::INFINITY { first[i] } else { now };
        }
    }
    if let Some(row) = plan.last {
        let last = &mut kept[row].0;
        for i in 0..W {
            last[i] = if value[i] == 1.0 { step } else { last[i] };
        }
    }
    let begins = t == 1;
    if let Some(row) = plan.highest {
        let most = &mut kept[row].0;
        for i in 0..W {
            most[i] = if begins | (value[i] > most[i]) { value[i] } else { most[i] };
        }
    }
    if let Some(row) = plan.lowest {
        let least = &mut kept[row].0;
        for i in 0..W {
            least[i] = if begins | (value[i] < least[i]) { value[i] } else { least[i] };
        }
    }
}
