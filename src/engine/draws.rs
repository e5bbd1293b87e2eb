//! Draws of a row of trials: those that all need, as vector code; those that few need, one by one.

use super::kernels::truth;
use super::packed::Picked;
use super::past::Clock;
use super::row::{Row, View};
use crate::dist::Family;
use crate::dist::counting::{SMALL_MEAN, UPPER_TAIL};
use crate::math;
use crate::program::{Src, at_least_one, hazard};
use crate::rng::{DrawKey, MAX_NTH, SiteId, block};

/// Numbers beyond this are handed back, so that sums of draws need no check.
const HUGE: f64 = 1e300;

/// Room for the numbers of packs; what is in it before does not matter.
pub(super) struct Rooms<const W: usize> {
    trials: [u64; W],
    a: Row<W>,
    b: Row<W>,
    u: Row<W>,
    v: Row<W>,
    x: Row<W>,
    spread: [Row<W>; 2],
}

impl<const W: usize> Rooms<W> {
    pub(super) fn new() -> Self {
        let row = Row::of(0.0);
        Self { trials: [0; W], a: row, b: row, u: row, v: row, x: row, spread: [row; 2] }
    }
}

/// What the draws of a row have in common.
#[derive(Clone, Copy)]
pub(super) struct Address<'r, const W: usize> {
    pub(super) seed: u64,
    pub(super) trials: &'r [u64; W],
    pub(super) clock: Clock,
    pub(super) nth: u32,
}

impl<const W: usize> Address<'_, W> {
    fn block(&self, lane: usize, site: SiteId, nth: u32) -> crate::rng::Block {
        block(self.seed, DrawKey { trial: self.trials[lane], time: self.clock.now, site, nth })
    }
}

/// The uniform number of a site in the trials of a mask, or in all.
#[inline(always)]
pub(super) fn units<const W: usize>(
    d: &mut [f64; W],
    rooms: &mut Rooms<W>,
    mask: Option<&[f64; W]>,
    site: SiteId,
    address: Address<'_, W>,
) {
    let picked = Picked::of(mask);
    if picked.is_whole() {
        crate::rng::unit_row(address.seed, address.trials, address.clock.now, site, address.nth, d);
        return;
    }
    let Rooms { trials, u: Row(u), .. } = rooms;
    picked.fill(address.trials, trials);
    crate::rng::units(address.seed, &trials[..picked.len()], address.clock.now, site, address.nth, u);
    picked.scatter(u, d);
}

/// A draw in every trial of `mask`; notes in `bad` where its parameters are wrong or the result is huge.
///
/// Families with a short formula are computed in packs; the formulas are those of `dist`, in the same order of
/// operations. The others are drawn one by one.
#[inline(always)]
pub(super) fn sample<const W: usize>(
    d: &mut [f64; W],
    (bad, rooms): (&mut [f64; W], &mut Rooms<W>),
    mask: &[f64; W],
    (family, site, known): (Family, SiteId, bool),
    (view, list): (&View<'_, W>, &[Src]),
    address: Address<'_, W>,
) {
    let picked = Picked::exactly(mask);
    if let (Family::Beta, true, [a, b]) = (family, known, list)
        && let (Some(a), Some(b)) = (view.constant(*a), view.constant(*b))
    {
        beta(d, rooms, &picked, (a, b), site, address);
        return;
    }
    let whole_curve = || view.constant(list[2]) == Some(f64::NEG_INFINITY) && view.constant(list[3]) == Some(f64::INFINITY);
    let short = match family {
        Family::Bernoulli | Family::Uniform | Family::Exponential | Family::Pareto => true,
        Family::Lognormal | Family::Poisson | Family::Categorical => true,
        Family::Normal => whole_curve(),
        _ => false,
    };
    if !short {
        one_by_one(d, bad, &picked, (family, site, known), (view, list), address);
        return;
    }
    let (seed, time, nth) = (address.seed, address.clock.now, address.nth);
    let Rooms { trials, a: Row(room_a), b: Row(room_b), u: Row(u), v: Row(v), x: Row(x), spread: [Row(spread_a), Row(spread_b)] } = rooms;
    let trials = picked.gather(address.trials, trials);
    let n = trials.len();
    let a = picked.gather(view.row(list[0], spread_a), room_a);
    let b = if list.len() > 1 { picked.gather(view.row(list[1], spread_b), room_b) } else { a };
    if matches!(family, Family::Normal | Family::Lognormal) {
        crate::rng::two_units(seed, trials, time, site, nth, [u, v]);
        for (u, v) in u[..n].iter_mut().zip(&v[..n]) {
            *u = (-2.0 * math::ln(*u)).sqrt() * math::sin_cos_turn(*v).1;
        }
    } else {
        crate::rng::units(seed, trials, time, site, nth, u);
    }
    // The values, and in v whether the parameters are right: 0 wrong, 1 right, 2 not for this formula.
    macro_rules! formula {
        (|$u:ident, $a:ident, $b:ident| $x:expr, $right:expr) => {
            for ((x, v), ($u, ($a, $b))) in x[..n].iter_mut().zip(&mut v[..n]).zip(u[..n].iter().zip(a.iter().zip(b))) {
                let ($u, $a, $b) = (*$u, *$a, *$b);
                *x = $x;
                *v = truth($right);
            }
        };
    }
    match family {
        Family::Bernoulli => formula!(|u, a, _b| truth(1.0 - u < a), (a >= 0.0) & (a <= 1.0)),
        Family::Uniform => formula!(
            |u, a, b| {
                let y = a + (b - a) * u;
                if y > b { b } else { y }
            },
            (a <= b) & (b - a < f64::INFINITY)
        ),
        Family::Exponential => formula!(|u, a, _b| -a * math::ln_1p(-u) + 0.0, (a >= 0.0) & (a < f64::INFINITY)),
        Family::Pareto => {
            formula!(|u, a, b| a * math::exp(-math::ln_1p(-u) / b), (a > 0.0) & (a < f64::INFINITY) & (b >= 0.1) & (b <= 1e6))
        }
        Family::Normal => formula!(|u, a, b| a + b * u, (a.abs() < f64::INFINITY) & (b >= 0.0) & (b < f64::INFINITY)),
        Family::Lognormal => formula!(|u, a, b| a * math::exp(b * u), (a > 0.0) & (a < f64::INFINITY) & (b >= 0.0) & (b <= 50.0)),
        Family::Poisson => poisson(&mut x[..n], &mut v[..n], &u[..n], a),
        _ => category(x, v, u, n, &picked, (view, list)),
    }
    let mut unusual = 0;
    for (x, v) in x[..n].iter().zip(&v[..n]) {
        unusual |= u64::from(!((*v == 1.0) & (x.abs() < HUGE)));
    }
    picked.scatter(x, d);
    if unusual != 0 {
        for (i, lane) in picked.lanes() {
            if v[i] == 2.0 {
                d[lane] = family.sample(&[a[i]], address.block(lane, site, nth));
            } else if v[i] == 0.0 || !(x[i].abs() < HUGE) {
                bad[lane] = 1.0;
            }
        }
    }
}

/// Beta numbers of one distribution, as `dist::beta` gives them, with what depends on the shapes computed once.
#[inline(always)]
fn beta<const W: usize>(
    d: &mut [f64; W],
    rooms: &mut Rooms<W>,
    picked: &Picked<W>,
    (a, b): (f64, f64),
    site: SiteId,
    address: Address<'_, W>,
) {
    let shape = math::BetaShape::new(a, b);
    let Rooms { trials, u: Row(u), x: Row(x), .. } = rooms;
    let trials = picked.gather(address.trials, trials);
    let n = trials.len();
    crate::rng::units(address.seed, trials, address.clock.now, site, address.nth, u);
    for from in (0..n).step_by(PART) {
        let count = PART.min(n - from);
        // Filled up with a harmless number.
        let mut part = [0.5; PART];
        part[..count].copy_from_slice(&u[from..from + count]);
        x[from..from + count].copy_from_slice(&shape.inverses(part)[..count]);
    }
    picked.scatter(x, d);
}

/// Poisson numbers of a pack, as the running sum of `dist::poisson` gives them; `fine` is 2 where another method
/// is used there, 0 where the mean is wrong.
#[inline(always)]
fn poisson(x: &mut [f64], fine: &mut [f64], u: &[f64], mean: &[f64]) {
    for (first, mean) in x.iter_mut().zip(mean) {
        *first = math::exp(-*mean);
    }
    for from in (0..x.len()).step_by(PART) {
        let to = x.len().min(from + PART);
        let part = from..to;
        running_sums(&mut x[part.clone()], &mut fine[part.clone()], &u[part.clone()], &mean[part]);
    }
}

/// Poisson numbers that are looked for together, until all of them are found.
const PART: usize = 16;

/// [`poisson`] of a part; `x` holds the masses at 0 before.
#[inline(always)]
fn running_sums(x: &mut [f64], fine: &mut [f64], u: &[f64], mean: &[f64]) {
    let n = x.len();
    let (mut mass, mut sum, mut goal, mut rate) = ([0.0; PART], [0.0; PART], [-1.0; PART], [0.0; PART]);
    for i in 0..n {
        let right = (mean[i] >= 0.0) & (mean[i] <= 1e6);
        let running = (mean[i] <= SMALL_MEAN) & (u[i] < UPPER_TAIL);
        let method = if running | (mean[i] == 0.0) { 1.0 } else { 2.0 };
        fine[i] = if right { method } else { 0.0 };
        // Nothing is summed where nothing is to be found.
        goal[i] = if (fine[i] == 1.0) & (mean[i] > 0.0) { u[i] } else { -1.0 };
        (mass[i], sum[i], rate[i]) = (x[i], x[i], mean[i]);
    }
    let mut found = [0.0; PART];
    let mut k = 0.0;
    loop {
        let mut more = 0;
        for i in 0..PART {
            more |= u64::from(goal[i] > sum[i]);
        }
        if more == 0 {
            break;
        }
        k += 1.0;
        for i in 0..PART {
            let below = goal[i] > sum[i];
            let next_mass = mass[i] * (rate[i] / k);
            let next = sum[i] + next_mass;
            // Nothing more will be added; only rounding keeps the sum below u.
            let ends = (next == sum[i]) & (next_mass < f64::EPSILON * sum[i]);
            found[i] = if below { k } else { found[i] };
            mass[i] = next_mass;
            goal[i] = if below & ends { -1.0 } else { goal[i] };
            sum[i] = if below & !ends { next } else { sum[i] };
        }
    }
    x.copy_from_slice(&found[..n]);
}

/// Categories of a pack by weight, as `dist::categorical` gives them.
#[inline(always)]
fn category<const W: usize>(
    x: &mut [f64; W],
    fine: &mut [f64; W],
    u: &[f64; W],
    n: usize,
    picked: &Picked<W>,
    (view, list): (&View<'_, W>, &[Src]),
) {
    let (mut room, mut spread) = ([0.0; W], [0.0; W]);
    let (mut total, mut sum, mut last) = ([0.0; W], [0.0; W], [0.0; W]);
    for i in 0..n {
        fine[i] = 1.0;
        // Not found yet.
        x[i] = -1.0;
    }
    for src in list {
        let w = picked.gather(view.row(*src, &mut spread), &mut room);
        for i in 0..n {
            total[i] += w[i];
            fine[i] = if w[i] >= 0.0 { fine[i] } else { 0.0 };
        }
    }
    let mut number = 0.0;
    for src in list {
        let w = picked.gather(view.row(*src, &mut spread), &mut room);
        for i in 0..n {
            sum[i] += w[i];
            let some = w[i] > 0.0;
            x[i] = if some & (x[i] == -1.0) & (u[i] * total[i] <= sum[i]) { number } else { x[i] };
            last[i] = if some { number } else { last[i] };
        }
        number += 1.0;
    }
    for i in 0..n {
        x[i] = if x[i] == -1.0 { last[i] } else { x[i] };
        fine[i] = if (total[i] > 0.0) & (total[i] < f64::INFINITY) { fine[i] } else { 0.0 };
    }
}

/// Draws trial by trial.
#[inline(never)]
fn one_by_one<const W: usize>(
    d: &mut [f64; W],
    bad: &mut [f64; W],
    picked: &Picked<W>,
    (family, site, known): (Family, SiteId, bool),
    (view, list): (&View<'_, W>, &[Src]),
    address: Address<'_, W>,
) {
    let mut few = [0.0; 8];
    let mut many = Vec::new();
    let params: &mut [f64] = if list.len() <= 8 {
        &mut few[..list.len()]
    } else {
        many.resize(list.len(), 0.0);
        &mut many
    };
    for (_, lane) in picked.lanes() {
        for (param, src) in params.iter_mut().zip(list) {
            *param = view.one(*src, lane);
        }
        if !known && family.check(params).is_err() {
            (d[lane], bad[lane]) = (0.0, 1.0);
            continue;
        }
        let x = family.sample(params, address.block(lane, site, address.nth));
        d[lane] = x;
        if !known && !(x.abs() < HUGE) {
            bad[lane] = 1.0;
        }
    }
}

/// Quantiles of the numbers `u` in every trial of `mask`.
pub(super) fn quantile<const W: usize>(
    d: &mut [f64; W],
    bad: &mut [f64; W],
    (mask, u): (&[f64; W], &[f64; W]),
    family: Family,
    (view, list): (&View<'_, W>, &[Src]),
) {
    let mut params = vec![0.0; list.len()];
    for lane in 0..W {
        if mask[lane] == 0.0 {
            continue;
        }
        for (param, src) in params.iter_mut().zip(list) {
            *param = view.one(*src, lane);
        }
        if family.check(&params).is_ok() {
            d[lane] = family.quantile(&params, u[lane]);
            if !(d[lane].abs() < HUGE) {
                bad[lane] = 1.0;
            }
        } else {
            (d[lane], bad[lane]) = (0.0, 1.0);
        }
    }
}

/// Whether `u < 1 - exp(hazard(p) * share)`, mostly without computing it: for a share s of at most 1
/// the right side lies between s p and s p / (1 - p) (Bernoulli's inequality).
#[inline(always)]
pub(super) fn within<const W: usize>(d: &mut [f64; W], mask: &[f64; W], p: &[f64; W], u: &[f64; W], share: f64) {
    let (low, high) = if share <= 1.0 { (share * (1.0 - 1e-9), share * (1.0 + 1e-9)) } else { (0.0, f64::INFINITY) };
    let mut unsure = 0u64;
    for i in 0..W {
        let yes = u[i] < low * p[i];
        let no = u[i] * (1.0 - p[i]) >= high * p[i];
        let sure = if yes { 1.0 } else { 0.0 };
        let x = if yes | no { sure } else { 2.0 };
        let x = if mask[i] == 0.0 { 0.0 } else { x };
        unsure |= u64::from(x == 2.0);
        d[i] = x;
    }
    if unsure != 0 {
        decide(d, p, u, share);
    }
}

/// The trials that bounds leave undecided.
#[cold]
#[inline(never)]
fn decide<const W: usize>(d: &mut [f64; W], p: &[f64; W], u: &[f64; W], share: f64) {
    for i in 0..W {
        if d[i] == 2.0 {
            d[i] = truth(u[i] < at_least_one(hazard(p[i]) * share));
        }
    }
}

/// Numbers of occurrences; mostly 0, which needs no exponential: 1 - m is below exp(-m).
#[inline(always)]
pub(super) fn occurrences<const W: usize>(
    d: &mut [f64; W],
    (bad, rooms): (&mut [f64; W], &mut Rooms<W>),
    (mask, rate, share): (&[f64; W], &[f64; W], f64),
    (site, once): (SiteId, bool),
    address: Address<'_, W>,
) {
    units(d, rooms, Some(mask), site, Address { nth: 0, ..address });
    let Rooms { a: Row(mean), b: Row(room), u: Row(u), v: Row(fine), x: Row(x), .. } = rooms;
    // Of all trials, whether they were asked for or not.
    *u = *d;
    let mut some = 0u64;
    for i in 0..W {
        let none = u[i] + rate[i] * share <= 1.0 - 1e-6;
        let x = if (mask[i] == 0.0) | none { 0.0 } else { 1.0 };
        some |= u64::from(x == 1.0);
        d[i] = x;
    }
    if some == 0 {
        return;
    }
    let picked = Picked::exactly(d);
    let n = picked.len();
    for (mean, rate) in mean[..n].iter_mut().zip(picked.gather(rate, room)) {
        *mean = rate * share;
    }
    poisson(&mut x[..n], &mut fine[..n], picked.gather(u, room), &mean[..n]);
    for (i, lane) in picked.lanes() {
        let number = match fine[i] {
            1.0 => x[i],
            2.0 => Family::Poisson.sample(&[mean[i]], address.block(lane, site, 0)),
            _ => f64::INFINITY,
        };
        if number > f64::from(MAX_NTH - 1) {
            (d[lane], bad[lane]) = (0.0, 1.0);
        } else {
            d[lane] = if once { number.min(1.0) } else { number };
        }
    }
}
