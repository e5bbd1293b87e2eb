//! Phase 4: reactions.

use rand_distr::{Distribution, Exp1};

use super::super::priors::lognormal;
use super::*;

impl Trial<'_, '_> {
    /// Phase 4, in file order, each on the state as the one before left it.
    pub(super) fn react(&mut self) {
        self.strikes();
        let massacre = self.blood();
        self.truce(massacre);
        self.fading();
        self.division();
    }

    fn strikes(&mut self) {
        let striking = self.border >= AIR_STRIKES;
        let rises = striking && !self.above_air;
        self.above_air = striking;
        if striking && (rises || self.chance(bound(self.p.strike_tempo * (1.0 - 0.5 * self.overload()), 0.0, 1.0))) {
            self.air_strike();
        }
        let deep = self.border >= DEEP_STRIKES;
        if deep && !self.above_deep {
            self.v.firebreak -= 0.5 * self.p.erosion * self.v.firebreak;
            self.v.precedent = smaller(self.v.precedent + self.p.lesson, 1.0);
            self.v.trust = larger(self.v.trust - 0.1, 0.0);
        }
        self.above_deep = deep;
        let before = self.reported[self.day.saturating_sub(14)];
        if before + 15.0 < self.v.reported && self.day >= self.report_silent {
            self.report_silent = self.day + 14;
            self.mediation_due = self.day + 2;
            self.v.frame = smaller(self.v.frame + 0.06, 1.0);
            self.v.strain = smaller(self.v.strain + 0.01, 1.0);
        }
    }

    fn air_strike(&mut self) {
        let soldiers: f64 = self.model.soldiers[self.targets].sample(self.rng);
        let civilians: f64 = self.model.civilians[self.targets].sample(self.rng);
        let (p, v) = (&self.p, &mut self.v);
        v.kabul_hurt = smaller(v.kabul_hurt + 0.6, 5.0);
        v.pain = smaller(v.pain + 0.1 * PAIN[self.targets], 2.0);
        v.losses += soldiers;
        v.frame = smaller(v.frame + 0.01 * civilians.sqrt(), 1.0);
        v.damage = smaller(v.damage + 0.06 * p.degrading, 0.6);
        v.recruits = smaller(v.recruits + 0.01 * p.backlash * civilians, 1.0);
        v.reported += civilians;
        v.pressure = larger(v.pressure - 0.02, 0.0);
        v.firebreak -= 0.05 * p.erosion * v.firebreak;
        v.precedent = smaller(v.precedent + 0.05 * p.lesson, 1.0);
        self.civilians += civilians;
        self.strike_days += 1;
        self.strikes_on |= 1 << self.day;
        self.last_strike = self.day as i32;
        if soldiers >= 1.0 {
            self.last_blood = self.day as i32;
        }
        first(&mut self.first_strike, self.day);
        // A campaign: ten days within thirty, counted on strike days only, since only they add to it.
        if self.strike_days >= 10 {
            let window = self.strikes_on >> (self.day as i32 - 29).max(0);
            if window.count_ones() >= 10 {
                first(&mut self.campaign_since, self.day);
            }
        }
        if self.chance(self.p.error_rate * CIV_RISK[self.targets]) {
            let victims = lognormal(self.rng, 30.0, 0.6);
            let (p, v) = (&self.p, &mut self.v);
            v.frame = smaller(v.frame + 0.3, 1.0);
            v.kabul_hurt = smaller(v.kabul_hurt + 1.5, 5.0);
            v.recruits = smaller(v.recruits + p.backlash, 1.0);
            v.reported += victims;
            v.mediation = smaller(v.mediation + 0.05, 1.0);
            v.precedent = larger(v.precedent - p.lesson, 0.0);
            self.civilians += victims;
        }
        if self.border == AIR_STRIKES && self.chance(self.p.slip_rate) {
            self.targets = (self.targets + 1).min(CITIES);
            let v = &mut self.v;
            v.kabul_hurt = smaller(v.kabul_hurt + 1.5, 5.0);
            v.frame = smaller(v.frame + 0.1, 1.0);
            v.firebreak -= 0.3 * self.p.erosion * v.firebreak;
        }
    }

    /// Whether there was a massacre.
    fn blood(&mut self) -> bool {
        let day = self.day;
        let massacre = self.killed >= 25.0;
        if massacre {
            self.v.pressure = smaller(self.v.pressure + 0.3, 4.0);
            self.v.standing = larger(self.v.standing - 0.06, 0.0);
            self.v.trust = larger(self.v.trust - 0.05, 0.0);
            first(&mut self.massacre_since, day);
        }
        self.killed_on[day] = self.killed;
        self.killed_fortnight += self.killed - if day > 14 { self.killed_on[day - 14] } else { 0.0 };
        if self.killed_fortnight >= 30.0 && day >= self.unanswered_silent && self.since(self.last_strike) >= 14 {
            self.unanswered_silent = day + 14;
            self.v.standing = larger(self.v.standing - 0.1, 0.0);
            self.v.pressure = smaller(self.v.pressure + 0.1, 4.0);
        }
        if self.embassy && self.chance(smaller(0.15 + 0.4 * self.overload(), 0.6)) {
            self.v.with_us = larger(self.v.with_us - 0.1, -1.0);
            self.v.strain = smaller(self.v.strain + 0.04, 1.0);
            self.v.polarization = smaller(self.v.polarization + 0.02, 1.0);
            first(&mut self.embassy_since, day);
        }
        massacre
    }

    fn truce(&mut self, massacre: bool) {
        if !self.truce && (self.border >= BORDER_FIRE || self.kabul >= BORDER_FIRE) {
            let v = &self.v;
            let cost = 0.5 * v.strain + 0.5 * self.overload() + self.weariness;
            let space = 0.5 * cost + 0.5 * v.pain - 0.5 * v.frame + 0.3 * v.belief - 0.15;
            if space > 0.0 {
                let ease = 0.0045 * (0.4 + v.credit) * (1.0 + 2.0 * space);
                let u = self.unit();
                let agreed = u < smaller(ease * self.k.gain_squared, 0.3) && u < ease * self.p.mediation_gain.powf(2.0 * self.v.mediation);
                if agreed {
                    self.begin_truce();
                }
            }
        }
        if self.truce && massacre && self.chance(0.25 + 0.3 * self.p.resolve) {
            self.truce = false;
        }
        if self.was_truce && !self.truce {
            self.v.credit = larger(self.v.credit - 0.15, 0.0);
            self.border = BORDER_FIRE;
            self.kabul = BORDER_FIRE;
            self.v.trust = larger(self.v.trust - 0.05, 0.0);
            self.v.frustration = smaller(self.v.frustration + 0.1, 1.0);
            self.last_truce_lost = self.day as i32;
        }
        self.was_truce = self.truce;
    }

    fn begin_truce(&mut self) {
        // Weibull; beyond the horizon it does not matter when.
        let life: f64 = Exp1.sample(self.rng);
        let life = self.p.truce_scale * life.powf(1.0 / self.p.truce_shape);
        self.truce = true;
        self.truce_ends = self.day + (smaller(life, 1000.0).ceil() as usize).max(1);
        self.border = WORDS;
        self.kabul = WORDS;
        self.v.kabul_hurt = 0.0;
        self.v.commitment -= 0.5 * self.v.commitment;
        self.v.trust = smaller(self.v.trust + 0.08, 1.0);
        first(&mut self.truce_since, self.day);
    }

    fn fading(&mut self) {
        let quiet = self.since(self.last_strike);
        if self.kabul > WORDS && quiet >= 7 && self.chance(0.04) {
            self.kabul -= 1;
        }
        if self.day.is_multiple_of(7)
            && self.day >= 21
            && quiet >= 21
            && self.since(self.last_truce_lost) >= 21
            && self.border > WORDS
            && self.border < AIR_STRIKES
            && self.chance(self.p.fade)
        {
            self.border = WORDS;
            self.kabul = self.kabul.min(WORDS);
            self.v.commitment -= 0.5 * self.v.commitment;
            self.v.frustration -= 0.5 * self.v.frustration;
            self.v.used_to = smaller(self.v.used_to + 0.2, 4.0);
        }
    }

    fn division(&mut self) {
        if !self.split && self.chance(self.k.split[self.policy] * (2.0 - 1.2 * self.v.cohesion)) {
            self.split = true;
            self.split_since = self.day;
            self.v.cohesion = larger(self.v.cohesion - 0.3, 0.0);
            self.v.fighters = smaller(self.v.fighters + 0.15, 2.0);
            self.v.autonomy = smaller(self.v.autonomy + 0.15, 1.0);
            self.v.share[1] = smaller(self.v.share[1] + 0.1, 3.0);
            self.policy = TOLERATE;
            self.renew_control();
        }
        let cracked = self.policy == CRACK_DOWN;
        if cracked && !self.was_cracked {
            self.v.belief = smaller(self.v.belief + 0.25, 0.98);
            self.v.trust = smaller(self.v.trust + 0.1, 1.0);
            self.v.credit = smaller(self.v.credit + 0.05, 1.0);
        }
        self.was_cracked = cracked;
        if self.line != 2 && self.v.trust < 0.15 && self.chance(0.05) {
            self.line = 2;
            self.v.india = smaller(self.v.india + 0.05, 1.0);
        }
        if self.contested && !self.was_contested {
            self.was_contested = true;
            self.v.ties = larger(self.v.ties - 0.1, 0.0);
            self.v.cohesion = larger(self.v.cohesion - 0.05, 0.0);
            self.v.autonomy = smaller(self.v.autonomy + 0.05, 1.0);
            self.v.mediation = larger(self.v.mediation - 0.05, 0.0);
            self.renew_control();
        }
    }
}
