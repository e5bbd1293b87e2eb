//! Choices among options: by logit, by weight, by chance.

use super::lookup::index;
use super::packed::{GRAIN, Part, Picked};
use super::row::{Row, View};
use crate::math;
use crate::program::Src;

/// The entry of a list in which a point lies; -1 where none does, or the mask is 0.
#[inline(always)]
pub(super) fn pick<const W: usize>(d: &mut [f64; W], (mask, u): (&[f64; W], &[f64; W]), view: &View<'_, W>, list: &[Src], share: bool) {
    *d = [-1.0; W];
    for part in Picked::of(Some(mask)).parts() {
        let (asked, u) = (part.fetch(mask), part.fetch(u));
        let mut total = [0.0; GRAIN];
        for src in list {
            let w = part.operand(view, *src);
            for i in 0..GRAIN {
                total[i] += w[i];
            }
        }
        // -2: not found yet.
        let (mut so_far, mut last, mut found) = ([0.0; GRAIN], [-1.0; GRAIN], [-2.0; GRAIN]);
        for (place, src) in list.iter().enumerate() {
            let place = index(place);
            let w = part.operand(view, *src);
            for i in 0..GRAIN {
                let point = if share { u[i] * total[i] } else { u[i] };
                so_far[i] += w[i];
                found[i] = if (found[i] == -2.0) & (point < so_far[i]) { place } else { found[i] };
                last[i] = if w[i] > 0.0 { place } else { last[i] };
            }
        }
        for i in 0..GRAIN {
            let x = if found[i] == -2.0 { last[i] } else { found[i] };
            let there = (share | (u[i] < total[i])) & !(total[i] <= 0.0);
            found[i] = if (asked[i] != 0.0) & there { x } else { -1.0 };
        }
        part.put(&found, d);
    }
}

/// Room for the weights of a choice: of a row, and of a pack.
pub(super) struct Weights<const W: usize> {
    best: Row<W>,
    total: Row<W>,
    rows: Vec<Row<W>>,
    packs: Vec<[f64; GRAIN]>,
}

impl<const W: usize> Weights<W> {
    pub(super) fn new() -> Self {
        Self { best: Row::of(0.0), total: Row::of(0.0), rows: Vec::new(), packs: Vec::new() }
    }
}

/// The option that a logit choice takes in every trial of `mask`: of pairs (utility, whether it is available) the
/// place at which the point `u` lies; -1 where none is available. The order of operations is that of the reference.
#[inline(always)]
pub(super) fn logit<const W: usize>(
    d: &mut [f64; W],
    weights: &mut Weights<W>,
    (mask, u, sharpness): (&[f64; W], &[f64; W], Src),
    (view, list): (&View<'_, W>, &[Src]),
) {
    let options = list.len() / 2;
    if weights.rows.len() < options {
        weights.rows.resize(options, Row::of(0.0));
        weights.packs.resize(options, [0.0; GRAIN]);
    }
    let Weights { best: Row(best), total: Row(total), rows, packs } = weights;
    let picked = Picked::of(Some(mask));
    if !picked.is_whole() {
        *d = [-1.0; W];
        for part in picked.parts() {
            let (u, sharp) = (part.fetch(u), part.operand(view, sharpness));
            part.put(&logit_part(part, &mut packs[..options], (&u, &sharp), (view, list)), d);
        }
        return;
    }
    let mut room = [0.0; W];
    let mut other = [0.0; W];
    *best = [f64::NEG_INFINITY; W];
    for pair in list.chunks_exact(2) {
        let (x, ready) = (view.row(pair[0], &mut room), view.row(pair[1], &mut other));
        for i in 0..W {
            best[i] = if (ready[i] != 0.0) & (x[i] > best[i]) { x[i] } else { best[i] };
        }
    }
    let mut sharp = [0.0; W];
    let sharp = view.row(sharpness, &mut sharp);
    *total = [0.0; W];
    for (pair, Row(weight)) in list.chunks_exact(2).zip(rows.iter_mut()) {
        let (x, ready) = (view.row(pair[0], &mut room), view.row(pair[1], &mut other));
        for i in 0..W {
            let power = math::exp(sharp[i] * (x[i] - best[i]));
            let w = if ready[i] != 0.0 { power } else { 0.0 };
            weight[i] = w;
            total[i] += w;
        }
    }
    // -2: not found yet.
    let (mut so_far, mut last, mut place) = ([0.0; W], [-1.0; W], 0.0);
    *d = [-2.0; W];
    for Row(weight) in &rows[..options] {
        for i in 0..W {
            so_far[i] += weight[i];
            d[i] = if (d[i] == -2.0) & (u[i] * total[i] < so_far[i]) { place } else { d[i] };
            last[i] = if weight[i] > 0.0 { place } else { last[i] };
        }
        place += 1.0;
    }
    for i in 0..W {
        let x = if d[i] == -2.0 { last[i] } else { d[i] };
        d[i] = if (mask[i] != 0.0) & !(total[i] <= 0.0) { x } else { -1.0 };
    }
}

/// [`logit`] of a pack.
#[inline(always)]
fn logit_part<const W: usize>(
    part: Part<'_>,
    weights: &mut [[f64; GRAIN]],
    (u, sharp): (&[f64; GRAIN], &[f64; GRAIN]),
    (view, list): (&View<'_, W>, &[Src]),
) -> [f64; GRAIN] {
    let mut best = [f64::NEG_INFINITY; GRAIN];
    for (pair, weight) in list.chunks_exact(2).zip(weights.iter_mut()) {
        let (x, ready) = (part.operand(view, pair[0]), part.operand(view, pair[1]));
        for i in 0..GRAIN {
            weight[i] = x[i];
            best[i] = if (ready[i] != 0.0) & (x[i] > best[i]) { x[i] } else { best[i] };
        }
    }
    let mut total = [0.0; GRAIN];
    for (pair, weight) in list.chunks_exact(2).zip(weights.iter_mut()) {
        let ready = part.operand(view, pair[1]);
        for i in 0..GRAIN {
            let power = math::exp(sharp[i] * (weight[i] - best[i]));
            let w = if ready[i] != 0.0 { power } else { 0.0 };
            weight[i] = w;
            total[i] += w;
        }
    }
    let (mut so_far, mut last, mut found, mut place) = ([0.0; GRAIN], [-1.0; GRAIN], [-2.0; GRAIN], 0.0);
    for weight in weights.iter() {
        for i in 0..GRAIN {
            so_far[i] += weight[i];
            found[i] = if (found[i] == -2.0) & (u[i] * total[i] < so_far[i]) { place } else { found[i] };
            last[i] = if weight[i] > 0.0 { place } else { last[i] };
        }
        place += 1.0;
    }
    for i in 0..GRAIN {
        let x = if found[i] == -2.0 { last[i] } else { found[i] };
        found[i] = if total[i] <= 0.0 { -1.0 } else { x };
    }
    found
}
