//! Functions of the past: what is remembered of a track, and what is read from it.
//!
//! All trials of a row are in one step, so places in rings and lengths of windows are the same for all.

use super::kernels::{map, truth, zip, zip3};
use super::row::Row;
use crate::program::{Extreme, Past, TrackPlan};

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
        Past::Highest(Some(k)) => window(d, now, plan, (k, true), (kept, rings), t, |a, b| a > b),
        Past::Lowest(Some(k)) => window(d, now, plan, (k, false), (kept, rings), t, |a, b| a < b),
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

/// The extreme of the present value and the samples max(1, t-k+1)..t-1, in two or three comparisons whatever the
/// length of the window: the method of van Herk (1992) and of Gil and Werman (1993). Samples are cut into blocks as
/// long as the window's past; a window covers the end of one block and the beginning of the next.
///
/// Of equal numbers (0 and -0) the present one counts, else the earliest, as in the reference.
#[inline(always)]
fn window<const W: usize>(
    d: &mut [f64; W],
    now: &[f64; W],
    plan: &TrackPlan,
    (k, highest): (u32, bool),
    (kept, rings): (&[Row<W>], &[Row<W>]),
    t: u32,
    better: impl Fn(f64, f64) -> bool,
) {
    let found = plan.extremes.iter().find(|e| (e.window, e.highest) == (k, highest));
    let Some(extreme) = found.filter(|_| t > 1) else {
        *d = *now;
        return;
    };
    let (samples, length) = (t - 1, k - 1);
    let place = (samples - 1) % length;
    let block = &kept[extreme.block].0;
    if samples > length && place + 1 < length {
        let end = &rings[extreme.ring + place as usize + 1].0;
        zip3(d, now, block, end, |now, block, end| {
            let past = if better(block, end) { block } else { end };
            if better(past, now) { past } else { now }
        });
    } else {
        zip(d, now, block, |now, past| if better(past, now) { past } else { now });
    }
}

/// Takes a sample into the extreme of a window; at the end of a block, its samples become the extremes from each of
/// them to the end. So that is two comparisons a step.
#[inline(always)]
fn extend<const W: usize>(
    value: &[f64; W],
    extreme: &Extreme,
    kept: &mut [Row<W>],
    rings: &mut [Row<W>],
    t: u32,
    better: impl Fn(f64, f64) -> bool,
) {
    let length = extreme.window as usize - 1;
    let place = (t as usize - 1) % length;
    let begins = place == 0;
    let block = &mut kept[extreme.block].0;
    for i in 0..W {
        block[i] = if begins | better(value[i], block[i]) { value[i] } else { block[i] };
    }
    let ring = &mut rings[extreme.ring..extreme.ring + length];
    ring[place].0 = *value;
    if place + 1 == length {
        for at in (1..length).rev() {
            let (before, after) = ring.split_at_mut(at);
            let (sample, later) = (&mut before[at - 1].0, &after[0].0);
            for i in 0..W {
                sample[i] = if better(later[i], sample[i]) { later[i] } else { sample[i] };
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
    for extreme in &plan.extremes {
        if extreme.highest {
            extend(value, extreme, kept, rings, t, |a, b| a > b);
        } else {
            extend(value, extreme, kept, rings, t, |a, b| a < b);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extreme_of_a_window_is_the_earliest_of_the_best() {
        // Few different numbers, so that many are equal; zeros of both signs.
        let numbers = [0.0, -0.0, 1.0, -1.0, 2.0, f64::INFINITY];
        let sample = |t: u32, lane: usize| {
            numbers[(t as usize * (7 + lane) + t as usize / 3 + lane * lane) * 2_654_435_761 % 4_294_967_296 % numbers.len()]
        };
        for k in [2, 3, 4, 5, 8, 13, 40] {
            for highest in [true, false] {
                let better = |a: f64, b: f64| if highest { a > b } else { a < b };
                let extreme = Extreme { window: k, highest, ring: 0, block: 0 };
                let plan = TrackPlan { extremes: vec![extreme], ..TrackPlan::default() };
                let (mut kept, mut rings) = (vec![Row::<5>::of(0.0)], vec![Row::of(0.0); k as usize - 1]);
                for t in 0..100 {
                    let now = std::array::from_fn(|lane| sample(t, lane));
                    let mut d = [0.0; 5];
                    window(&mut d, &now, &plan, (k, highest), (&kept, &rings), t, better);
                    for lane in 0..5 {
                        let mut best = now[lane];
                        for step in (t + 1).saturating_sub(k).max(1)..t {
                            best = if better(sample(step, lane), best) { sample(step, lane) } else { best };
                        }
                        assert_eq!(d[lane].to_bits(), best.to_bits(), "{k} {highest} {t} {lane}");
                    }
                    record(&now, &plan, &mut kept, &mut rings, t, |_| &[0.0; 5]);
                }
            }
        }
    }
}
