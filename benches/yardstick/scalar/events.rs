//! Phase 2: events.

use rand_distr::{Distribution, Exp1};

use super::super::priors::{lognormal, normal};
use super::*;

impl Trial<'_, '_> {
    /// Phase 2: all events see the state as it is; what they change is summed.
    pub(super) fn events(&mut self) {
        let mut sums = Vars::default();
        let mut any = self.attacks_and_fighters(&mut sums);
        any |= self.border_events(&mut sums);
        any |= self.streets_and_outside(&mut sums);
        if !any {
            return;
        }
        let (v, d) = (&mut self.v, &sums);
        settle!(v, d, 0.0, 1.0; mediation precedent strain standing unrest polarization sunni shia cohesion autonomy friction ties);
        settle!(v, d, 0.0, 4.0; pressure hurt);
        settle!(v, d, -1.0, 1.0; with_us with_iran);
        settle!(v, d, 0.0, 5.0; heat kabul_hurt);
        settle!(v, d, 0.0, 2.0; fighters pain);
        settle!(v, d, 0.0, 200.0; drones);
        settle!(v, d, 0.0, f64::INFINITY; tempo losses reported soldiers_lost);
        for i in 0..3 {
            v.share[i] = bound(v.share[i] + d.share[i], 0.0, 3.0);
            v.other_heat[i] = bound(v.other_heat[i] + d.other_heat[i], 0.0, 3.0);
        }
        if d.soldiers_lost != 0.0 {
            self.renew_weariness();
        }
        if d.autonomy != 0.0 {
            self.renew_control();
        }
    }

    fn attacks_and_fighters(&mut self, sums: &mut Vars) -> bool {
        let mut any = false;
        let opening = self.outer_opening * (1.0 + self.p.opportunism * self.overload());
        let spoiler = if self.truce { self.p.spoiler } else { 1.0 };
        let push = self.v.drive * self.v.fighters * (self.v.recruits - self.v.damage).exp() * opening * spoiler;
        let rate = (self.k.base_rate * push + self.v.heat) * (1.0 - self.control * HOLD[self.policy]);
        let attacks = self.poisson(rate);
        for _ in 0..attacks {
            self.ttp_attack(sums);
        }
        self.attacks = attacks;
        any |= attacks > 0;
        let sanctuary = self.v.sanctuary;
        for group in 0..3 {
            let rate = (self.k.other_rate * self.v.share[group] * opening + self.v.other_heat[group]) * (0.7 + SHELTER[group] * sanctuary);
            let attacks = self.poisson(rate);
            for _ in 0..attacks {
                self.militant_attack(group, sums);
            }
            any |= attacks > 0;
        }
        // 1 - 0.7^(1/14)
        if self.chance(0.025_154_987_062_717_24) {
            let mean: f64 = Exp1.sample(self.rng);
            let moved = smaller(0.03 * mean, 0.2 * self.v.fighters);
            sums.fighters -= moved;
            sums.share[0] += moved;
            any = true;
        }
        if self.policy >= RESTRAIN && self.chance(self.k.defect) {
            let moved = smaller(0.05, self.v.fighters);
            sums.fighters -= moved;
            sums.share[1] += moved;
            any = true;
        }
        if self.day.is_multiple_of(7) {
            sums.autonomy += normal(self.rng, 0.006 + 0.02 * PRESSURE[self.policy], 0.015);
            any = true;
        }
        any
    }

    fn ttp_attack(&mut self, sums: &mut Vars) {
        let skill = self.v.skill;
        let point = self.unit() * (6.5 + 3.5 * skill);
        let military = point >= 5.0 && point < 5.0 + 3.0 * skill;
        let infrastructure = point >= 5.0 + 3.0 * skill && point < 6.5 + 3.0 * skill;
        let city = point >= 6.5 + 3.0 * skill;
        let killed = self.pareto(if city { 4.0 } else { 1.5 } * skill);
        let traced = self.chance(self.p.attribution);
        sums.heat += self.p.branching * self.k.echo;
        if traced {
            sums.tempo += 0.5 / self.p.attribution;
        }
        sums.pressure += if traced { 1.2 } else { 0.6 } * killed.powf(self.p.harm_power) * self.k.per_harm;
        sums.standing -= 0.002 * killed.sqrt();
        if military {
            sums.soldiers_lost += 0.7 * killed;
        }
        if infrastructure {
            sums.strain += 0.005;
        }
        self.killed += killed;
    }

    fn militant_attack(&mut self, group: usize, sums: &mut Vars) {
        let dead = self.pareto(1.5);
        let blamed = self.chance(self.p.false_blame);
        let on_shia = self.chance(ON_SHIA[group]);
        sums.other_heat[group] += 0.4 * self.k.echo;
        if blamed {
            sums.tempo += 0.5;
            sums.pressure += dead.powf(self.p.harm_power) * self.k.per_harm;
        }
        sums.standing -= 0.001 * dead.sqrt();
        if on_shia {
            sums.shia += 0.08;
            sums.sunni += 0.01;
        }
        self.killed_total += dead;
    }

    fn border_events(&mut self, sums: &mut Vars) -> bool {
        let mut any = false;
        if self.border >= BORDER_FIRE && self.kabul >= BORDER_FIRE {
            let clashes = self.poisson(1.2 / 7.0);
            for _ in 0..clashes {
                let fallen: f64 = self.model.fallen.sample(self.rng);
                let bystanders: f64 = self.model.bystanders.sample(self.rng);
                sums.hurt += 0.03 * fallen;
                sums.soldiers_lost += fallen;
                sums.losses += 1.5 * fallen;
                sums.reported += bystanders;
            }
            any |= clashes > 0;
        }
        if self.kabul != RAIDS_AND_DRONES {
            return any;
        }
        if self.v.drones >= 3.0 {
            let sorties = self.poisson(1.0 / 7.0);
            for _ in 0..sorties {
                let flown = 1.0 + (self.unit() * 3.0).floor();
                let p = bound(0.8 - 0.5 * self.overload(), 0.2, 0.95);
                let mut through = 0.0;
                for _ in 0..flown as u32 {
                    through += if self.chance(p) { 0.0 } else { 1.0 };
                }
                sums.drones -= flown;
                sums.hurt += 0.05 + 0.1 * through;
                sums.pressure += 0.02 * through;
                sums.cohesion += 0.005;
            }
            any |= sorties > 0;
        }
        // 1 - 0.55^(1/7)
        if self.chance(0.081_859_900_179_294_56) {
            let taken = lognormal(self.rng, 5.0, 0.7);
            sums.hurt += 0.04 * taken;
            sums.soldiers_lost += taken;
            sums.losses += 2.0 * taken;
            sums.standing -= 0.01;
            sums.kabul_hurt -= 0.5;
            any = true;
        }
        any
    }

    fn streets_and_outside(&mut self, sums: &mut Vars) -> bool {
        let mut any = false;
        let outer = self.outer;
        // Largest daily chances: 1 - (1 - p)^s at the largest p.
        let mood = |t: &Self, x: f64| (t.p.unrest_coupling * x).exp();
        if self.within(1.0 / 7.0, 0.2804, |t| smaller(0.12 * mood(t, outer + IRAN_PULL * t.v.shia - 0.6), 0.9)) {
            let dead = lognormal(self.rng, 5.0, 0.8);
            sums.unrest += 0.1;
            sums.pressure += 0.02;
            sums.shia += 0.01 * dead;
            sums.polarization += 0.03;
            self.protests += 1;
            any = true;
        }
        if self.within(1.0 / 7.0, 0.2804, |t| smaller(0.05 * mood(t, outer + larger(t.v.with_us, 0.0) - 0.5), 0.9)) {
            sums.unrest += 0.12;
            sums.with_us -= 0.02;
            self.embassy = true;
            any = true;
        }
        if self.within(1.0 / 14.0, 0.0825, |t| smaller(0.02 + 0.5 * t.v.shia * (t.v.sunni + t.v.polarization), 0.7)) {
            sums.polarization += 0.07;
            sums.sunni += 0.06;
            sums.shia += 0.06;
            sums.unrest += 0.05;
            self.clashes = [self.clashes[1], self.clashes[2], self.day as i32];
            if self.since(self.clashes[0]) < 60 {
                first(&mut self.sectarian_since, self.day);
            }
            any = true;
        }
        if self.within(1.0 / 30.0, 0.0302, |t| smaller(t.outer_spill * (0.6 + t.v.share[1] + t.v.reach), 0.6)) {
            sums.with_us += 0.03;
            sums.ties += 0.05 * ISKP_HOSTILITY;
            sums.precedent += 0.02;
            first(&mut self.spill_since, self.day);
            any = true;
        }
        if self.within(1.0 / 30.0, 0.0229, |t| smaller(t.p.border_exposure * 0.25 * outer, 0.5)) {
            sums.friction += 0.2;
            sums.with_iran -= 0.05;
            any = true;
        }
        // As it was at the end of yesterday: nothing that it reads has changed since.
        if self.tension > 0.4 && self.within(1.0 / 14.0, 0.0252, |t| 0.3 * t.v.concern * (0.5 + 0.5 * t.v.with_china)) {
            sums.mediation += 0.08;
            sums.pain += 0.03;
            any = true;
        }
        any
    }
}
