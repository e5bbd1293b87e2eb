//! Draws of a row of trials: those that all need, as vector code; those that few need, one by one.

use super::kernels::truth;
use super::packed::{GRAIN, Part, Picked};
use super::past::Clock;
use super::row::View;
use crate::dist::Family;
use crate::dist::counting::{SMALL_MEAN, UPPER_TAIL};
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

    /// Uniform numbers of a pack.
    #[inline(always)]
    fn units(&self, part: Part<'_>, site: SiteId) -> [f64; GRAIN] {
        let mut u = [0.0; GRAIN];
        crate::rng::unit_row(self.seed, &part.fetch(self.trials), self.clock.now, site, self.nth, &mut u);
        u
    }

    /// Standard normal numbers of a pack (Box and Muller).
    #[inline(always)]
    fn normals(&self, part: Part<'_>, site: SiteId) -> [f64; GRAIN] {
        let (mut u, mut v) = ([0.0; GRAIN], [0.0; GRAIN]);
        crate::rng::two_units_row(self.seed, &part.fetch(self.trials), self.clock.now, site, self.nth, [&mut u, &mut v]);
        for i in 0..GRAIN {
            u[i] = (-2.0 * math::ln(u[i])).sqrt() * math::sin_cos_turn(v[i]).1;
        }
        u
    }
}

/// The uniform number of a site in the trials of a mask, or in all.
#[inline(always)]
pub(super) fn units<const W: usize>(d: &mut [f64; W], mask: Option<&[f64; W]>, site: SiteId, address: Address<'_, W>) {
    let picked = Picked::of(mask);
    if picked.is_whole() {
        crate::rng::unit_row(address.seed, address.trials, address.clock.now, site, address.nth, d);
        return;
    }
    for part in picked.parts() {
        part.put(&address.units(part, site), d);
    }
}

/// A draw in every trial of `mask`; notes in `bad` where its parameters are wrong or the result is huge.
///
/// Families with a short formula are computed in packs; the formulas are those of `dist`, in the same order of
/// operations. The others are drawn one by one.
#[inline(always)]
pub(super) fn sample<const W: usize>(
    d: &mut [f64; W],
    bad: &mut [f64; W],
    mask: &[f64; W],
    (family, site, known): (Family, SiteId, bool),
    (view, list): (&View<'_, W>, &[Src]),
    address: Address<'_, W>,
) {
    if let (Family::Beta, true, [a, b]) = (family, known, list)
        && let (Some(a), Some(b)) = (view.constant(*a), view.constant(*b))
    {
        let shape = math::BetaShape::new(a, b);
        for part in Picked::of(Some(mask)).parts() {
            part.put(&shape.inverses(address.units(part, site)), d);
        }
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
        one_by_one(d, bad, &Picked::exactly(mask), (family, site, known), (view, list), address);
        return;
    }
    let picked = Picked::of(Some(mask));
    let second = list[list.len().min(2) - 1];
    for part in picked.parts() {
        let (a, b) = (part.operand(view, list[0]), part.operand(view, second));
        let (mut x, mut fine) = ([0.0; GRAIN], [0.0; GRAIN]);
        // The values, and in `fine` whether the parameters are right: 0 wrong, 1 right, 2 not for this formula.
        macro_rules! formula {
            ($units:expr, |$u:ident, $a:ident, $b:ident| $x:expr, $right:expr) => {{
                let u = $units;
                for i in 0..GRAIN {
                    let ($u, $a, $b) = (u[i], a[i], b[i]);
                    x[i] = $x;
                    fine[i] = truth($right);
                }
            }};
        }
        match family {
            Family::Bernoulli => formula!(address.units(part, site), |u, a, _b| truth(1.0 - u < a), (a >= 0.0) & (a <= 1.0)),
            Family::Uniform => formula!(
                address.units(part, site),
                |u, a, b| {
                    let y = a + (b - a) * u;
                    if y > b { b } else { y }
                },
                (a <= b) & (b - a < f64::INFINITY)
            ),
            Family::Exponential => {
                formula!(address.units(part, site), |u, a, _b| -a * math::ln_1p(-u) + 0.0, (a >= 0.0) & (a < f64::INFINITY));
            }
            Family::Pareto => formula!(
                address.units(part, site),
                |u, a, b| a * math::exp(-math::ln_1p(-u) / b),
                (a > 0.0) & (a < f64::INFINITY) & (b >= 0.1) & (b <= 1e6)
            ),
            Family::Normal => {
                formula!(address.normals(part, site), |u, a, b| a + b * u, (a.abs() < f64::INFINITY) & (b >= 0.0) & (b < f64::INFINITY));
            }
            Family::Lognormal => formula!(
                address.normals(part, site),
                |u, a, b| a * math::exp(b * u),
                (a > 0.0) & (a < f64::INFINITY) & (b >= 0.0) & (b <= 50.0)
            ),
            Family::Poisson => (x, fine) = poisson(&address.units(part, site), &a),
            _ => (x, fine) = category(&address.units(part, site), part, (view, list)),
        }
        // Also drawn for trials that nobody asked about: what they give is nobody's business.
        let asked = part.fetch(mask);
        let mut unusual = 0;
        for i in 0..GRAIN {
            unusual |= u64::from(!((fine[i] == 1.0) & (x[i].abs() < HUGE)) & (asked[i] != 0.0));
        }
        part.put(&x, d);
        if unusual != 0 {
            for (i, lane) in part.places().filter(|(i, _)| asked[*i] != 0.0) {
                if fine[i] == 2.0 {
                    d[lane] = family.sample(&[a[i]], address.block(lane, site, address.nth));
                } else if fine[i] == 0.0 || !(x[i].abs() < HUGE) {
                    bad[lane] = 1.0;
                }
            }
        }
    }
}

/// Poisson numbers of a pack, as the running sum of `dist::poisson` gives them, all looked for together; and whether
/// they are right: 2 where another method is used there, 0 where the mean is wrong.
#[inline(always)]
fn poisson(u: &[f64; GRAIN], mean: &[f64; GRAIN]) -> ([f64; GRAIN], [f64; GRAIN]) {
    let (mut mass, mut sum, mut goal, mut fine) = ([0.0; GRAIN], [0.0; GRAIN], [-1.0; GRAIN], [0.0; GRAIN]);
    for i in 0..GRAIN {
        mass[i] = math::exp(-mean[i]);
        sum[i] = mass[i];
    }
    for i in 0..GRAIN {
        let right = (mean[i] >= 0.0) & (mean[i] <= 1e6);
        let running = (mean[i] <= SMALL_MEAN) & (u[i] < UPPER_TAIL);
        let method = if running | (mean[i] == 0.0) { 1.0 } else { 2.0 };
        fine[i] = if right { method } else { 0.0 };
        // Nothing is summed where nothing is to be found.
        goal[i] = if (fine[i] == 1.0) & (mean[i] > 0.0) { u[i] } else { -1.0 };
    }
    let mut found = [0.0; GRAIN];
    let mut k = 0.0;
    loop {
        let mut more = 0;
        for i in 0..GRAIN {
            more |= u64::from(goal[i] > sum[i]);
        }
        if more == 0 {
            return (found, fine);
        }
        k += 1.0;
        for i in 0..GRAIN {
            let below = goal[i] > sum[i];
            let next_mass = mass[i] * (mean[i] / k);
            let next = sum[i] + next_mass;
            // Nothing more will be added; only rounding keeps the sum below u.
            let ends = (next == sum[i]) & (next_mass < f64::EPSILON * sum[i]);
            found[i] = if below { k } else { found[i] };
            mass[i] = next_mass;
            goal[i] = if below & ends { -1.0 } else { goal[i] };
            sum[i] = if below & !ends { next } else { sum[i] };
        }
    }
}

/// Categories of a pack by weight, as `dist::categorical` gives them, and whether the weights are right.
#[inline(always)]
fn category<const W: usize>(u: &[f64; GRAIN], part: Part<'_>, (view, list): (&View<'_, W>, &[Src])) -> ([f64; GRAIN], [f64; GRAIN]) {
    let (mut x, mut fine) = ([-1.0; GRAIN], [1.0; GRAIN]);
    let (mut total, mut sum, mut last) = ([0.0; GRAIN], [0.0; GRAIN], [0.0; GRAIN]);
    for src in list {
        let w = part.operand(view, *src);
        for i in 0..GRAIN {
            total[i] += w[i];
            fine[i] = if w[i] >= 0.0 { fine[i] } else { 0.0 };
        }
    }
    let mut number = 0.0;
    for src in list {
        let w = part.operand(view, *src);
        for i in 0..GRAIN {
            sum[i] += w[i];
            let some = w[i] > 0.0;
            x[i] = if some & (x[i] == -1.0) & (u[i] * total[i] <= sum[i]) { number } else { x[i] };
            last[i] = if some { number } else { last[i] };
        }
        number += 1.0;
    }
    for i in 0..GRAIN {
        x[i] = if x[i] == -1.0 { last[i] } else { x[i] };
        fine[i] = if (total[i] > 0.0) & (total[i] < f64::INFINITY) { fine[i] } else { 0.0 };
    }
    (x, fine)
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
    for lane in picked.lanes() {
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

/// Bounds of exp(-m) for m of 0 and above: of the alternating series of Taylor, cut after the fifth and after the fourth power.
#[inline(always)]
fn bounds_of_none(m: f64) -> (f64, f64) {
    let high = 1.0 - m * (1.0 - m * (1.0 / 2.0) * (1.0 - m * (1.0 / 3.0) * (1.0 - m * (1.0 / 4.0))));
    let square = m * m;
    (high - square * square * m * (1.0 / 120.0), high)
}

/// More than rounding makes of the bounds and of the sums that they stand for, means up to 1 or so.
const MARGIN: f64 = 1e-9;

/// The smallest k whose Poisson distribution function with mean `m` reaches `u`, if bounds tell it and it is at most 2; else -1.
#[inline(always)]
fn few(m: f64, u: f64) -> f64 {
    let (low, high) = bounds_of_none(m);
    // The distribution function at 0, 1 and 2 is exp(-m) times 1, 1 + m and 1 + m + m^2 / 2.
    let (to_one, to_two) = (1.0 + m, 1.0 + m + 0.5 * m * m);
    let none = u <= low - MARGIN;
    let one = (u > high + MARGIN) & (u <= to_one * low - MARGIN);
    let two = (u > to_one * high + MARGIN) & (u <= to_two * low - MARGIN);
    let known = (m <= 1.0) & (one | two);
    let some = if one { 1.0 } else { 2.0 };
    let x = if known { some } else { -1.0 };
    if none { 0.0 } else { x }
}

/// Numbers of occurrences. Mostly 0, 1 or 2, which bounds of the distribution function decide without an
/// exponential.
#[inline(always)]
pub(super) fn occurrences<const W: usize>(
    d: &mut [f64; W],
    bad: &mut [f64; W],
    (mask, rate, share): (&[f64; W], &[f64; W], f64),
    (site, once): (SiteId, bool),
    address: Address<'_, W>,
) {
    let address = Address { nth: 0, ..address };
    let mut unsure = 0u64;
    units(d, Some(mask), site, address);
    for i in 0..W {
        let x = few(rate[i] * share, d[i]);
        let x = if mask[i] == 0.0 { 0.0 } else { x };
        unsure |= u64::from(x < 0.0);
        d[i] = if once & (x > 1.0) { 1.0 } else { x };
    }
    if unsure == 0 {
        return;
    }
    let mut open = [0.0; W];
    for i in 0..W {
        open[i] = truth(d[i] < 0.0);
    }
    for part in Picked::exactly(&open).parts() {
        let mean = part.fetch(rate).map(|rate| rate * share);
        let (x, fine) = poisson(&address.units(part, site), &mean);
        for (i, lane) in part.places() {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_occurrences_are_those_of_the_quantile() {
        let means = [0.0, 1e-300, 1e-12, 1e-6, 0.001, 0.01, 0.1, 0.114, 0.3, 0.5, 0.7, 0.9, 1.0, 1.01, 2.0, 31.0];
        for m in means {
            let mut points: Vec<f64> = (0..2000).map(|i| (f64::from(i) + 0.5) / 2000.0).collect();
            // Around each step of the distribution function, and as high as uniform numbers go.
            let mut mass = math::exp(-m);
            let mut below = mass;
            for k in 1..5 {
                for off in [0.0, 1e-16, 1e-12, 0.9e-9, 1.1e-9, 1e-7, 1e-4] {
                    points.extend([below - off, below + off]);
                }
                mass *= m / f64::from(k);
                below += mass;
            }
            points.extend([f64::EPSILON / 4.0, 1.0 - f64::EPSILON / 2.0, 1.0 - 1e-9]);
            for u in points.into_iter().filter(|u| (0.0..1.0).contains(u)) {
                let (got, expected) = (few(m, u), Family::Poisson.quantile(&[m], u));
                assert!(got == -1.0 || got == expected, "mean {m}, u {u}: {got}, not {expected}");
            }
        }
        // Else the bounds would save nothing.
        let open = (0..10_000).filter(|i| few(0.3, (f64::from(*i) + 0.5) / 10_000.0) < 0.0).count();
        assert!(open < 60, "{open} of 10,000 are left open");
        assert_eq!(few(f64::NAN, 0.5), -1.0);
    }
}
