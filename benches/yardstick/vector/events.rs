//! Phase 2: events.

use super::*;

/// Whether 1 - (1 - p)^s is above u: surely (1), surely not (0), or to be computed (2).
#[inline(always)]
fn likely(u: f64, p: f64, share: f64) -> f64 {
    let yes = if u < share * (1.0 - 1e-9) * p { 1.0 } else { 2.0 };
    if u * (1.0 - p) >= share * (1.0 + 1e-9) * p { 0.0 } else { yes }
}

impl Group {
    /// What of `hit` really happens.
    #[inline(always)]
    fn happen(hit: &mut Lane, u: &Lane, p: &Lane, share: f64) -> u64 {
        let mut unsure = 0u64;
        for i in 0..W {
            unsure |= u64::from(hit[i] == 2.0);
        }
        if unsure != 0 {
            for i in 0..W {
                if hit[i] == 2.0 {
                    hit[i] = truth(within(u[i], p[i], share));
                }
            }
        }
        bits(hit)
    }

    #[inline(always)]
    pub(super) fn events(&mut self) {
        self.attacks();
        self.fighters();
        self.border_events();
        self.streets();
        self.outside();
        let autonomy = self.dirty[AUTONOMY];
        self.settle();
        if autonomy {
            self.renew_control();
        }
    }

    #[inline(always)]
    fn attacks(&mut self) {
        self.renew_overload();
        let mut rate = ZERO;
        for i in 0..W {
            self.opening[i] = self.outer_opening[i] * (1.0 + self.p.opportunism[i] * self.overload[i]);
            let spoiler = if self.r.truce[i] == 1.0 { self.p.spoiler[i] } else { 1.0 };
            let v = &self.v;
            let push = v[DRIVE][i] * v[FIGHTERS][i] * math::exp(v[RECRUITS][i] - v[DAMAGE][i]) * self.opening[i] * spoiler;
            let held = 1.0 - self.control[i] * self.r.hold[i];
            rate[i] = (self.p.base_rate[i] * push + v[HEAT][i]) * held;
        }
        let u = self.units(self.sites.attack);
        self.attacks = counts(&u, &rate);
        let mut n = self.attacks;
        let mut nth = 0;
        let mut set = bits(&n);
        while set != 0 {
            self.ttp_attacks(set, nth);
            nth += 1;
            for i in Each(set) {
                n[i] -= 1.0;
            }
            set = bits(&n);
        }
        let groups = [(SHARE_GUL, HEAT_GUL, 0.3 * 0.8), (SHARE_ISKP, HEAT_ISKP, 0.0), (SHARE_BALOCH, HEAT_BALOCH, 0.3 * 0.3)];
        for (which, (share, heat, shelter)) in groups.into_iter().enumerate() {
            let u = self.units(self.sites.militant[which][0]);
            for i in 0..W {
                let own = self.p.other_rate[i] * self.v[share][i] * self.opening[i] + self.v[heat][i];
                rate[i] = own * (0.7 + shelter * self.v[SANCTUARY][i]);
            }
            let mut attacks = counts(&u, &rate);
            let (mut set, mut nth) = (bits(&attacks), 0);
            while set != 0 {
                self.militant_attacks(which, heat, set, nth);
                nth += 1;
                for i in Each(set) {
                    attacks[i] -= 1.0;
                }
                set = bits(&attacks);
            }
        }
    }

    /// One attack of each trial of a set.
    #[inline(always)]
    fn ttp_attacks(&mut self, mut set: u64, nth: u32) {
        while set != 0 {
            let (at, n) = next_block(&mut set);
            let target = self.some_units(&at, self.sites.attack_target, nth);
            let killed = self.some_units(&at, self.sites.attack_killed, nth);
            let traced = self.some_units(&at, self.sites.attack_traced, nth);
            let (mut skill, mut tail, mut power, mut share) = ([0.0; B], [0.0; B], [0.0; B], [0.0; B]);
            for j in 0..B {
                let i = at[j];
                (skill[j], tail[j], power[j], share[j]) = (self.v[SKILL][i], self.p.tail[i], self.p.harm_power[i], self.p.attribution[i]);
            }
            let (mut dead, mut harm) = ([0.0; B], [0.0; B]);
            let (mut military, mut works) = ([0.0; B], [0.0; B]);
            for j in 0..B {
                let point = target[j] * (5.0 + 3.0 * skill[j] + 1.5 + 0.5 * skill[j]);
                let (a, b) = (5.0 + 3.0 * skill[j], 5.0 + 3.0 * skill[j] + 1.5);
                military[j] = truth((point > 5.0) & (point <= a));
                works[j] = truth((point > a) & (point <= b));
                let least = if point > b { 4.0 } else { 1.5 } * skill[j];
                dead[j] = least * math::exp(-math::ln_1p(-killed[j]) / tail[j]);
            }
            for j in 0..B {
                harm[j] = math::pow(dead[j], power[j]);
            }
            for j in 0..n {
                let i = at[j];
                let seen = 1.0 - traced[j] < share[j];
                let p = &self.p;
                let anger = if seen { 1.2 } else { 0.6 } * harm[j] * p.per_harm[i];
                self.sums[HEAT][i] += p.branching[i] * p.echo[i];
                self.sums[TEMPO][i] += if seen { 0.5 / share[j] } else { 0.0 };
                self.sums[PRESSURE][i] += anger;
                self.sums[STANDING][i] -= 0.002 * dead[j].sqrt();
                self.sums[SOLDIERS_LOST][i] += 0.7 * military[j] * dead[j];
                self.sums[STRAIN][i] += 0.005 * works[j];
                self.killed[i] += dead[j];
            }
        }
        for n in [HEAT, TEMPO, PRESSURE, STANDING, SOLDIERS_LOST, STRAIN] {
            self.dirty[n] = true;
        }
    }

    #[inline(always)]
    fn militant_attacks(&mut self, which: usize, heat: usize, mut set: u64, nth: u32) {
        let [_, dead_site, blamed_site, shia_site] = self.sites.militant[which];
        let taste = [0.05, 0.6, 0.02][which];
        while set != 0 {
            let (at, n) = next_block(&mut set);
            let killed = self.some_units(&at, dead_site, nth);
            let blamed = self.some_units(&at, blamed_site, nth);
            let shia = self.some_units(&at, shia_site, nth);
            let mut dead = [0.0; B];
            let mut tail = [0.0; B];
            for j in 0..B {
                tail[j] = self.p.tail[at[j]];
            }
            for j in 0..B {
                dead[j] = 1.5 * math::exp(-math::ln_1p(-killed[j]) / tail[j]);
            }
            for j in 0..n {
                let i = at[j];
                self.sums[heat][i] += 0.4 * self.p.echo[i];
                self.sums[STANDING][i] -= 0.001 * dead[j].sqrt();
                self.m.killed_total[i] += dead[j];
                if 1.0 - blamed[j] < self.p.false_blame[i] {
                    let harm = math::pow(dead[j], self.p.harm_power[i]) * self.p.per_harm[i];
                    self.add(TEMPO, i, 0.5);
                    self.add(PRESSURE, i, harm);
                }
                if 1.0 - shia[j] < taste {
                    self.add(SHIA, i, 0.08);
                    self.add(SUNNI, i, 0.01);
                }
            }
        }
        (self.dirty[heat], self.dirty[STANDING]) = (true, true);
    }

    #[inline(always)]
    fn fighters(&mut self) {
        let mut hit = ZERO;
        let u = self.units(self.sites.cross);
        for i in 0..W {
            // 1 - 0.7^(1/14)
            hit[i] = truth(u[i] < 0.025_154_987_062_717_24);
        }
        for i in Each(bits(&hit)) {
            let moved = self.sample(i, self.sites.cross_moved, Family::Exponential, &[0.03]);
            let moved = smaller(moved, 0.2 * self.v[FIGHTERS][i]);
            self.add(FIGHTERS, i, -moved);
            self.add(SHARE_GUL, i, moved);
        }
        for i in 0..W {
            hit[i] = truth(self.r.policy[i] >= 2.0);
        }
        let mut set = bits(&hit);
        while set != 0 {
            let (at, n) = next_block(&mut set);
            let u = self.some_units(&at, self.sites.defect, 0);
            for j in 0..n {
                let i = at[j];
                if u[j] < self.p.defect[i] {
                    let moved = smaller(0.05, self.v[FIGHTERS][i]);
                    self.add(FIGHTERS, i, -moved);
                    self.add(SHARE_ISKP, i, moved);
                }
            }
        }
        if self.day.is_multiple_of(7) {
            let z = self.normals(self.sites.wander);
            for i in 0..W {
                self.sums[AUTONOMY][i] += 0.006 + 0.02 * self.r.policy_pressure[i] + 0.015 * z[i];
            }
            self.dirty[AUTONOMY] = true;
        }
    }

    #[inline(always)]
    fn border_events(&mut self) {
        let mut hit = ZERO;
        let u = self.units(self.sites.clash);
        for i in 0..W {
            // exp(-1.2 / 7)
            hit[i] = truth((u[i] > 0.842_460_441_616_771_4) & (self.r.border[i] >= 3.0) & (self.r.kabul[i] >= 3.0));
        }
        for i in Each(bits(&hit)) {
            for nth in 0..count(u[i], 1.2 / 7.0, 0.842_460_441_616_771_4) as u32 {
                let fallen = count(self.block(i, self.sites.fallen, nth).unit(), 1.0, 0.367_879_441_171_442_33);
                let bystanders = count(self.block(i, self.sites.bystanders, nth).unit(), 0.6, 0.548_811_636_094_026_4);
                self.add(HURT, i, 0.03 * fallen);
                self.add(SOLDIERS_LOST, i, fallen);
                self.add(LOSSES, i, 1.5 * fallen);
                self.add(REPORTED, i, bystanders);
            }
        }
        for i in 0..W {
            hit[i] = truth(self.r.kabul[i] == 4.0);
        }
        for i in Each(bits(&hit)) {
            let sorties = if self.v[DRONES][i] >= 3.0 {
                count(self.unit(i, self.sites.sortie), 1.0 / 7.0, 0.866_877_899_750_181_6) as u32
            } else {
                0
            };
            for nth in 0..sorties {
                let flown = Family::UniformInt.sample(&[1.0, 3.0], self.block(i, self.sites.flown, nth));
                let p = bound(0.8 - 0.5 * self.overload[i], 0.2, 0.95);
                let stopped = Family::Binomial.sample(&[flown, p], self.block(i, self.sites.stopped, nth));
                self.add(DRONES, i, -flown);
                self.add(HURT, i, 0.05 + 0.1 * (flown - stopped));
                self.add(PRESSURE, i, 0.02 * (flown - stopped));
                self.add(COHESION, i, 0.005);
            }
            // 1 - 0.55^(1/7)
            if self.unit(i, self.sites.raid) < 0.081_859_900_179_294_56 {
                let taken = self.sample(i, self.sites.taken, Family::Lognormal, &[5.0, 0.7]);
                self.add(HURT, i, 0.04 * taken);
                self.add(SOLDIERS_LOST, i, taken);
                self.add(LOSSES, i, 2.0 * taken);
                self.add(STANDING, i, -0.01);
                self.add(KABUL_HURT, i, -0.5);
            }
        }
    }

    #[inline(always)]
    fn streets(&mut self) {
        let (mut hit, mut p) = (ZERO, ZERO);
        let share = 1.0 / 7.0;
        let u = self.units(self.sites.protest);
        for i in 0..W {
            let mood = self.p.unrest_coupling[i] * (self.outer[i] + 0.8 * self.v[SHIA][i] - 0.6);
            p[i] = smaller(0.12 * math::exp(mood), 0.9);
        }
        for i in 0..W {
            hit[i] = likely(u[i], p[i], share);
        }
        for i in Each(Self::happen(&mut hit, &u, &p, share)) {
            let dead = self.sample(i, self.sites.protesters, Family::Lognormal, &[5.0, 0.8]);
            self.add(UNREST, i, 0.1);
            self.add(PRESSURE, i, 0.02);
            self.add(SHIA, i, 0.01 * dead);
            self.add(POLARIZATION, i, 0.03);
            self.seldom[i].protests += 1;
        }
        let u = self.units(self.sites.riot);
        for i in 0..W {
            let mood = self.p.unrest_coupling[i] * (self.outer[i] + larger(self.v[WITH_US][i], 0.0) - 0.5);
            p[i] = smaller(0.05 * math::exp(mood), 0.9);
        }
        for i in 0..W {
            hit[i] = likely(u[i], p[i], share);
        }
        self.embassy = Self::happen(&mut hit, &u, &p, share);
        for i in Each(self.embassy) {
            self.add(UNREST, i, 0.12);
            self.add(WITH_US, i, -0.02);
        }
        let share = 1.0 / 14.0;
        let u = self.units(self.sites.sectarian);
        for i in 0..W {
            p[i] = smaller(0.02 + 0.5 * self.v[SHIA][i] * (self.v[SUNNI][i] + self.v[POLARIZATION][i]), 0.7);
            hit[i] = likely(u[i], p[i], share);
        }
        for i in Each(Self::happen(&mut hit, &u, &p, share)) {
            self.add(POLARIZATION, i, 0.07);
            self.add(SUNNI, i, 0.06);
            self.add(SHIA, i, 0.06);
            self.add(UNREST, i, 0.05);
            let (day, s) = (self.day, &mut self.seldom[i]);
            s.clashes = [s.clashes[1], s.clashes[2], day as i32];
            if day as i32 - s.clashes[0] < 60 {
                set_first(&mut s.sectarian_since, day);
            }
        }
    }

    #[inline(always)]
    fn outside(&mut self) {
        let (mut hit, mut p) = (ZERO, ZERO);
        let share = 1.0 / 30.0;
        let u = self.units(self.sites.spill);
        for i in 0..W {
            p[i] = smaller(self.outer_spill[i] * (0.6 + self.v[SHARE_ISKP][i] + self.v[REACH][i]), 0.6);
            hit[i] = likely(u[i], p[i], share);
        }
        for i in Each(Self::happen(&mut hit, &u, &p, share)) {
            self.add(WITH_US, i, 0.03);
            self.add(TIES, i, 0.05 * 0.7);
            self.add(PRECEDENT, i, 0.02);
            set_first(&mut self.seldom[i].spill_since, self.day);
        }
        let u = self.units(self.sites.frontier);
        for i in 0..W {
            p[i] = smaller(self.p.border_exposure[i] * 0.25 * self.outer[i], 0.5);
            hit[i] = likely(u[i], p[i], share);
        }
        for i in Each(Self::happen(&mut hit, &u, &p, share)) {
            self.add(FRICTION, i, 0.2);
            self.add(WITH_IRAN, i, -0.05);
        }
        let share = 1.0 / 14.0;
        for i in 0..W {
            hit[i] = truth(self.tension[i] > 0.4);
        }
        let tense = bits(&hit);
        if tense != 0 {
            let u = self.units_of(tense, self.sites.china);
            for i in 0..W {
                p[i] = 0.3 * self.v[CONCERN][i] * (0.5 + 0.5 * self.v[WITH_CHINA][i]);
                hit[i] = if self.tension[i] > 0.4 { likely(u[i], p[i], share) } else { 0.0 };
            }
            for i in Each(Self::happen(&mut hit, &u, &p, share)) {
                self.add(MEDIATION, i, 0.08);
                self.add(PAIN, i, 0.03);
            }
        }
    }
}

/// Poisson numbers by inversion.
///
/// exp(-m) lies between two sums of its series, which decide between none and one for nearly all trials; the others
/// are computed one by one.
#[inline(always)]
fn counts(u: &Lane, mean: &Lane) -> Lane {
    let mut n = ZERO;
    let mut unsure = 0u64;
    for i in 0..W {
        let m = mean[i];
        let high = 1.0 + m * (-1.0 + m * (1.0 / 2.0 + m * (-1.0 / 6.0 + m * (1.0 / 24.0))));
        let low = (high - m * m * m * m * m * (1.0 / 120.0)) * (1.0 - 1e-14);
        let high = high * (1.0 + 1e-14);
        // One where exp(-m) < u <= (1 + m) exp(-m).
        let one = if (u[i] > high) & (u[i] <= low * (1.0 + m)) { 1.0 } else { -1.0 };
        n[i] = if u[i] <= low { 0.0 } else { one };
        unsure |= u64::from(n[i] < 0.0);
    }
    if unsure != 0 {
        for i in 0..W {
            if n[i] < 0.0 {
                n[i] = count(u[i], mean[i], math::exp(-mean[i]));
            }
        }
    }
    n
}

/// A small Poisson number by inversion; `mass` is exp(-mean).
#[inline(never)]
pub(super) fn count(u: f64, mean: f64, mut mass: f64) -> f64 {
    let (mut sum, mut n) = (mass, 0.0);
    while u > sum && n < 1000.0 {
        n += 1.0;
        mass *= mean / n;
        sum += mass;
    }
    n
}
