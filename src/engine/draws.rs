//! Draws of a row of trials: those that all need, as vector code; those that few need, one by one.

use super::kernels::truth;
use super::past::Clock;
use super::row::View;
use crate::dist::Family;
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
