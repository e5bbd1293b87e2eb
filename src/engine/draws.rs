//! Draws of a row of trials: those that all need, as vector code; those that few need, one by one.

use super::kernels::truth;
use super::past::Clock;
use super::row::View;
use crate::dist::Family;
use crate::math;
use crate::program::{Src, at_least_one, hazard};
use crate::rng::{DrawKey, MAX_NTH, SiteId, block};

/// Numbers beyond this are handed back, so that sums of draws need no check.
const HUGE: f64 = 1e300;

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

/// A draw in every trial of a row, where so many need it that this is faster than one by one; whether it was made.
///
/// The formulas are those of `dist`, in the same order of operations.
#[inline(always)]
pub(super) fn dense<const W: usize>(
    d: &mut [f64; W],
    bad: &mut [f64; W],
    mask: &[f64; W],
    (family, site): (Family, SiteId),
    (view, list): (&View<'_, W>, &[Src]),
    address: Address<'_, W>,
) -> bool {
    let mut needed = 0u32;
    for m in mask {
        needed += u32::from(*m != 0.0);
    }
    let whole =
        family != Family::Normal || (view.constant(list[2]) == Some(f64::NEG_INFINITY) && view.constant(list[3]) == Some(f64::INFINITY));
    let known =
        matches!(family, Family::Bernoulli | Family::Uniform | Family::Exponential | Family::Pareto | Family::Normal | Family::Lognormal);
    if !known || !whole || 10 * (needed as usize) < W {
        return false;
    }
    let (mut u, mut v) = ([0.0; W], [0.0; W]);
    let (seed, time, nth) = (address.seed, address.clock.now, address.nth);
    if matches!(family, Family::Normal | Family::Lognormal) {
        crate::rng::two_units_row(seed, address.trials, time, site, nth, [&mut u, &mut v]);
        for i in 0..W {
            u[i] = (-2.0 * math::ln(u[i])).sqrt() * math::sin_cos_turn(v[i]).1;
        }
    } else {
        crate::rng::unit_row(seed, address.trials, time, site, nth, &mut u);
    }
    let (mut room_a, mut room_b) = ([0.0; W], [0.0; W]);
    let a = view.row(list[0], &mut room_a);
    let b = if list.len() > 1 { view.row(list[1], &mut room_b) } else { a };
    // The values, and in v whether the parameters are right.
    match family {
        Family::Bernoulli => {
            for i in 0..W {
                d[i] = truth(1.0 - u[i] < a[i]);
                v[i] = truth((a[i] >= 0.0) & (a[i] <= 1.0));
            }
        }
        Family::Uniform => {
            for i in 0..W {
                let x = a[i] + (b[i] - a[i]) * u[i];
                d[i] = if x > b[i] { b[i] } else { x };
                v[i] = truth((a[i] <= b[i]) & (b[i] - a[i] < f64::INFINITY));
            }
        }
        Family::Exponential => {
            for i in 0..W {
                d[i] = -a[i] * math::ln_1p(-u[i]) + 0.0;
                v[i] = truth((a[i] >= 0.0) & (a[i] < f64::INFINITY));
            }
        }
        Family::Pareto => {
            for i in 0..W {
                d[i] = a[i] * math::exp(-math::ln_1p(-u[i]) / b[i]);
                v[i] = truth((a[i] > 0.0) & (a[i] < f64::INFINITY) & (b[i] >= 0.1) & (b[i] <= 1e6));
            }
        }
        Family::Normal => {
            for i in 0..W {
                d[i] = a[i] + b[i] * u[i];
                v[i] = truth((a[i].abs() < f64::INFINITY) & (b[i] >= 0.0) & (b[i] < f64::INFINITY));
            }
        }
        _ => {
            for i in 0..W {
                d[i] = a[i] * math::exp(b[i] * u[i]);
                v[i] = truth((a[i] > 0.0) & (a[i] < f64::INFINITY) & (b[i] >= 0.0) & (b[i] <= 50.0));
            }
        }
    }
    for i in 0..W {
        let fine = (v[i] == 1.0) & (d[i].abs() < HUGE);
        let wrong = if mask[i] == 0.0 { bad[i] } else { 1.0 };
        bad[i] = if fine { bad[i] } else { wrong };
    }
    true
}

/// A draw in every trial of `mask`; notes in `bad` where its parameters are wrong or the result is huge.
pub(super) fn sample<const W: usize>(
    d: &mut [f64; W],
    bad: &mut [f64; W],
    mask: &[f64; W],
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
    for lane in 0..W {
        if mask[lane] == 0.0 {
            continue;
        }
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
    for lane in 0..W {
        if mask[lane] == 0.0 {
            continue;
        }
        let params: Vec<f64> = list.iter().map(|src| view.one(*src, lane)).collect();
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
    bad: &mut [f64; W],
    (mask, rate, share): (&[f64; W], &[f64; W], f64),
    (site, once): (SiteId, bool),
    address: Address<'_, W>,
) {
    let mut u = [0.0; W];
    crate::rng::unit_row(address.seed, address.trials, address.clock.now, site, 0, &mut u);
    let mut some = 0u64;
    for i in 0..W {
        let none = u[i] + rate[i] * share <= 1.0 - 1e-6;
        let x = if (mask[i] == 0.0) | none { 0.0 } else { 1.0 };
        some |= u64::from(x == 1.0);
        d[i] = x;
    }
    if some != 0 {
        count(d, bad, rate, share, (site, once), address);
    }
}

#[inline(never)]
fn count<const W: usize>(
    d: &mut [f64; W],
    bad: &mut [f64; W],
    rate: &[f64; W],
    share: f64,
    (site, once): (SiteId, bool),
    address: Address<'_, W>,
) {
    for lane in 0..W {
        if d[lane] == 0.0 {
            continue;
        }
        let mean = rate[lane] * share;
        if mean == 0.0 {
            d[lane] = 0.0;
            continue;
        }
        let known = Family::Poisson.check(&[mean]).is_ok();
        let n = if known { Family::Poisson.sample(&[mean], address.block(lane, site, 0)) } else { f64::INFINITY };
        if n > f64::from(MAX_NTH - 1) {
            (d[lane], bad[lane]) = (0.0, 1.0);
        } else {
            d[lane] = if once { n.min(1.0) } else { n };
        }
    }
}
