//! Phases 4 and 6, and the end.

use super::events::count;
use super::*;

/// exp(-mean) of the dead of a strike, by target.
const NO_SOLDIERS: [f64; 4] = [0.301_194_211_912_202_14, 0.090_717_953_289_412_51, 0.018_315_638_888_734_18, 0.005_516_564_420_760_771_6];
const NO_CIVILIANS: [f64; 4] = [0.472_366_552_741_014_7, 0.286_504_796_860_190_1, 0.082_084_998_623_898_8, 0.006_737_946_999_085_467];

impl Group {
    /// Phase 4.
    #[inline(always)]
    pub(super) fn react(&mut self) {
        self.strikes();
        self.blood();
        self.truce();
        self.fading();
        self.division();
    }

    #[inline(always)]
    fn strikes(&mut self) {
        let day = self.day as f64;
        let (mut air, mut deep) = (ZERO, ZERO);
        for i in 0..W {
            air[i] = truth(self.r.border[i] >= 5.0);
            let is_deep = truth(self.r.border[i] >= 6.0);
            deep[i] = if self.m.above_deep[i] == 0.0 { is_deep } else { 0.0 };
            self.m.above_deep[i] = is_deep;
        }
        let mut set = bits(&air);
        while set != 0 {
            let (at, n) = next_block(&mut set);
            let u = self.some_units(&at, self.sites.air, 0);
            let mut chance = [0.0; B];
            for j in 0..B {
                let i = at[j];
                let p = bound(self.p.strike_tempo[i] * (1.0 - 0.5 * self.overload_of(i)), 0.0, 1.0);
                chance[j] = if self.m.above_air[i] == 0.0 { 1.0 } else { p };
            }
            for j in 0..n {
                if u[j] < chance[j] {
                    self.air_strike(at[j]);
                }
            }
        }
        self.m.above_air = air;
        for i in Each(bits(&deep)) {
            self.v[FIREBREAK][i] -= 0.5 * self.p.erosion[i] * self.v[FIREBREAK][i];
            let lesson = self.p.lesson[i];
            self.change(PRECEDENT, i, lesson);
            self.change(TRUST, i, -0.1);
        }
        let before = &self.reports[self.day.saturating_sub(14) % 16];
        let mut report = ZERO;
        for i in 0..W {
            report[i] = truth((before[i] + 15.0 < self.v[REPORTED][i]) & (day >= self.m.report_silent[i]));
        }
        for i in Each(bits(&report)) {
            self.m.report_silent[i] = day + 14.0;
            self.m.mediation_due[i] = day + 2.0;
            self.change(FRAME, i, 0.06);
            self.change(STRAIN, i, 0.01);
        }
    }

    fn air_strike(&mut self, i: usize) {
        let day = self.day;
        let targets = self.r.targets[i] as usize;
        let soldiers = count(self.unit(i, self.sites.soldiers), 4.0 * rungs::PAIN[targets], NO_SOLDIERS[targets]);
        let civilians = count(self.unit(i, self.sites.civilians), 5.0 * rungs::CIV_RISK[targets], NO_CIVILIANS[targets]);
        let (degrading, backlash) = (self.p.degrading[i], self.p.backlash[i]);
        let (erosion, lesson) = (self.p.erosion[i], self.p.lesson[i]);
        self.change(KABUL_HURT, i, 0.6);
        self.change(PAIN, i, 0.1 * rungs::PAIN[targets]);
        self.change(LOSSES, i, soldiers);
        self.change(FRAME, i, 0.01 * civilians.sqrt());
        self.change(DAMAGE, i, 0.06 * degrading);
        self.change(RECRUITS, i, 0.01 * backlash * civilians);
        self.change(REPORTED, i, civilians);
        self.change(PRESSURE, i, -0.02);
        self.v[FIREBREAK][i] -= 0.05 * erosion * self.v[FIREBREAK][i];
        self.change(PRECEDENT, i, 0.05 * lesson);
        self.m.last_strike[i] = day as f64;
        if soldiers >= 1.0 {
            self.m.last_blood[i] = day as f64;
        }
        let s = &mut self.seldom[i];
        s.civilians += civilians;
        s.strike_days += 1;
        s.strikes_on |= 1 << day;
        set_first(&mut s.first_strike, day);
        if s.strike_days >= 10 && (s.strikes_on >> (day as i32 - 29).max(0)).count_ones() >= 10 {
            set_first(&mut s.campaign_since, day);
        }
        if self.unit(i, self.sites.error) < self.p.error_rate[i] * rungs::CIV_RISK[targets] {
            let victims = self.sample(i, self.sites.victims, Family::Lognormal, &[30.0, 0.6]);
            self.change(FRAME, i, 0.3);
            self.change(KABUL_HURT, i, 1.5);
            self.change(RECRUITS, i, backlash);
            self.change(REPORTED, i, victims);
            self.change(MEDIATION, i, 0.05);
            self.change(PRECEDENT, i, -lesson);
            self.seldom[i].civilians += victims;
        }
        if self.r.border[i] == 5.0 && self.unit(i, self.sites.slip) < self.p.slip_rate[i] {
            self.r.targets[i] = smaller(self.r.targets[i] + 1.0, 3.0);
            self.change(KABUL_HURT, i, 1.5);
            self.change(FRAME, i, 0.1);
            self.v[FIREBREAK][i] -= 0.3 * erosion * self.v[FIREBREAK][i];
        }
    }

    #[inline(always)]
    fn blood(&mut self) {
        let day = self.day as f64;
        let mut hit = ZERO;
        for i in 0..W {
            hit[i] = truth(self.killed[i] >= 25.0);
        }
        for i in Each(bits(&hit)) {
            self.change(PRESSURE, i, 0.3);
            self.change(STANDING, i, -0.06);
            self.change(TRUST, i, -0.05);
            set_first(&mut self.seldom[i].massacre_since, self.day);
        }
        let old = self.killed_on[(self.day + 2) % 16];
        for i in 0..W {
            self.m.killed_fortnight[i] += self.killed[i] - old[i];
            let due = (day >= self.m.unanswered_silent[i]) & (day - self.m.last_strike[i] >= 14.0);
            hit[i] = truth((self.m.killed_fortnight[i] >= 30.0) & due);
        }
        self.killed_on[self.day % 16] = self.killed;
        for i in Each(bits(&hit)) {
            self.m.unanswered_silent[i] = day + 14.0;
            self.change(STANDING, i, -0.1);
            self.change(PRESSURE, i, 0.1);
        }
        for i in Each(self.embassy) {
            if self.unit(i, self.sites.breach) < smaller(0.15 + 0.4 * self.overload_of(i), 0.6) {
                self.change(WITH_US, i, -0.1);
                self.change(STRAIN, i, 0.04);
                self.change(POLARIZATION, i, 0.02);
                set_first(&mut self.seldom[i].embassy_since, self.day);
            }
        }
    }

    #[inline(always)]
    fn truce(&mut self) {
        let day = self.day as f64;
        self.renew_overload();
        let (mut hit, mut ease) = (ZERO, ZERO);
        let v = &self.v;
        for i in 0..W {
            let cost = 0.5 * v[STRAIN][i] + 0.5 * self.overload[i] + self.weariness[i];
            let space = 0.5 * cost + 0.5 * v[PAIN][i] - 0.5 * v[FRAME][i] + 0.3 * v[BELIEF][i] - 0.15;
            ease[i] = 0.0045 * (0.4 + v[CREDIT][i]) * (1.0 + 2.0 * space);
            let fought = (self.r.border[i] >= 3.0) | (self.r.kabul[i] >= 3.0);
            let open = (self.r.truce[i] == 0.0) & (space > 0.0) & fought;
            hit[i] = truth(open);
        }
        let open = bits(&hit);
        let u = self.units_of(open, self.sites.truce);
        for i in 0..W {
            let gain = self.p.mediation_gain[i];
            hit[i] *= truth(u[i] < smaller(ease[i] * gain * gain, 0.3));
        }
        for i in Each(bits(&hit)) {
            if u[i] < ease[i] * math::pow(self.p.mediation_gain[i], 2.0 * self.v[MEDIATION][i]) {
                let life = self.sample(i, self.sites.dwell, Family::Weibull, &[self.p.truce_shape[i], self.p.truce_scale[i]]);
                self.r.truce[i] = 1.0;
                self.r.truce_ends[i] = day + larger(life.ceil(), 1.0);
                self.set_border(i, 1);
                self.set_kabul(i, 1);
                self.v[KABUL_HURT][i] = 0.0;
                self.v[COMMITMENT][i] *= 0.5;
                self.change(TRUST, i, 0.08);
                set_first(&mut self.seldom[i].truce_since, self.day);
            }
        }
        for i in 0..W {
            hit[i] = truth((self.r.truce[i] == 1.0) & (self.killed[i] >= 25.0));
        }
        for i in Each(bits(&hit)) {
            if self.unit(i, self.sites.massacre) < 0.25 + 0.3 * self.p.resolve[i] {
                self.r.truce[i] = 0.0;
            }
        }
        for i in 0..W {
            hit[i] = truth(self.m.was_truce[i] > self.r.truce[i]);
        }
        for i in Each(bits(&hit)) {
            self.change(CREDIT, i, -0.15);
            self.set_border(i, 3);
            self.set_kabul(i, 3);
            self.change(TRUST, i, -0.05);
            self.change(FRUSTRATION, i, 0.1);
            self.m.last_lost[i] = day;
        }
        self.m.was_truce = self.r.truce;
    }

    #[inline(always)]
    fn fading(&mut self) {
        let day = self.day as f64;
        let mut hit = ZERO;
        for i in 0..W {
            hit[i] = truth((self.r.kabul[i] > 1.0) & (day - self.m.last_strike[i] >= 7.0));
        }
        let high = bits(&hit);
        let u = self.units_of(high, self.sites.stands_down);
        for i in 0..W {
            hit[i] *= truth(u[i] < 0.04);
        }
        for i in Each(bits(&hit)) {
            self.set_kabul(i, self.r.kabul[i] as usize - 1);
        }
        if !self.day.is_multiple_of(7) || self.day < 21 {
            return;
        }
        let u = self.units(self.sites.fades);
        for i in 0..W {
            let quiet = (day - self.m.last_strike[i] >= 21.0) & (day - self.m.last_lost[i] >= 21.0);
            let between = (self.r.border[i] > 1.0) & (self.r.border[i] < 5.0);
            hit[i] = truth((u[i] < self.p.fade[i]) & quiet & between);
        }
        for i in Each(bits(&hit)) {
            self.set_border(i, 1);
            self.set_kabul(i, (self.r.kabul[i] as usize).min(1));
            self.v[COMMITMENT][i] *= 0.5;
            self.v[FRUSTRATION][i] *= 0.5;
            self.change(USED_TO, i, 0.2);
        }
    }

    #[inline(always)]
    fn division(&mut self) {
        let mut hit = ZERO;
        let u = self.units(self.sites.split);
        for i in 0..W {
            let policy = self.r.policy[i];
            let open = if policy < 2.0 { if policy < 1.0 { self.p.split[0][i] } else { self.p.split[1][i] } } else { 0.0 };
            let tight = if policy == 2.0 { self.p.split[2][i] } else { self.p.split[3][i] };
            let p = if policy < 2.0 { open } else { tight } * (2.0 - 1.2 * self.v[COHESION][i]);
            hit[i] = truth((u[i] < p) & (self.m.split[i] == 0.0));
        }
        let mut control = false;
        for i in Each(bits(&hit)) {
            self.m.split[i] = 1.0;
            self.seldom[i].split_since = self.day as u32;
            self.change(COHESION, i, -0.3);
            self.change(FIGHTERS, i, 0.15);
            self.change(AUTONOMY, i, 0.15);
            self.change(SHARE_ISKP, i, 0.1);
            self.set_policy(i, 1);
            control = true;
        }
        for i in 0..W {
            let cracked = truth(self.r.policy[i] == 3.0);
            hit[i] = truth(cracked > self.m.was_cracked[i]);
            self.m.was_cracked[i] = cracked;
        }
        for i in Each(bits(&hit)) {
            self.change(BELIEF, i, 0.25);
            self.change(TRUST, i, 0.1);
            self.change(CREDIT, i, 0.05);
        }
        for i in 0..W {
            hit[i] = truth((self.r.line[i] != 2.0) & (self.v[TRUST][i] < 0.15));
        }
        let mut set = bits(&hit);
        while set != 0 {
            let (at, n) = next_block(&mut set);
            let u = self.some_units(&at, self.sites.old_policy, 0);
            for j in 0..n {
                if u[j] < 0.05 {
                    self.r.line[at[j]] = 2.0;
                    self.change(INDIA, at[j], 0.05);
                }
            }
        }
        for i in 0..W {
            hit[i] = truth(self.r.contested[i] > self.m.was_contested[i]);
        }
        for i in Each(bits(&hit)) {
            self.m.was_contested[i] = 1.0;
            self.change(TIES, i, -0.1);
            self.change(COHESION, i, -0.05);
            self.change(AUTONOMY, i, 0.05);
            self.change(MEDIATION, i, -0.05);
            control = true;
        }
        if control {
            self.renew_control();
        }
    }

    /// Phase 6.
    #[inline(always)]
    pub(super) fn record(&mut self) {
        let day = self.day;
        self.renew_tension();
        self.tempos[day % 8] = self.v[TEMPO];
        self.losses[day % 4] = self.v[LOSSES];
        self.reports[day % 16] = self.v[REPORTED];
        let old = self.tensions[(day + 2) % 32];
        for i in 0..W {
            self.m.tension_sum[i] += self.tension[i] - old[i];
        }
        self.tensions[day % 32] = self.tension;
        let out = if day > 14 { self.attacks_on[day - 14] } else { [0; W] };
        for i in 0..W {
            self.attacks_on[day][i] = self.attacks[i] as u8;
        }
        let (mut rises, mut pause, mut restrained, mut wide) = (ZERO, ZERO, ZERO, ZERO);
        let m = &mut self.m;
        for i in 0..W {
            m.attacks[i] += self.attacks[i];
            m.fortnight[i] += self.attacks[i] - f64::from(out[i]);
            m.worst[i] = larger(m.worst[i], m.fortnight[i]);
            m.killed_total[i] += self.killed[i];
        }
        for i in 0..W {
            let (border, truce) = (self.r.border[i], self.r.truce[i]);
            m.top[i] = larger(m.top[i], border);
            m.kabul_top[i] = larger(m.kabul_top[i], self.r.kabul[i]);
            let striking = truth(border >= 5.0);
            rises[i] = truth(striking > m.was_striking[i]);
            m.was_striking[i] = striking;
            m.truce_days[i] += truce;
            m.truce_run[i] = if truce == 1.0 { m.truce_run[i] + 1.0 } else { 0.0 };
            pause[i] = truth(m.truce_run[i] == 30.0);
            let restrains = self.r.policy[i] >= 2.0;
            m.restraint_run[i] = if restrains { m.restraint_run[i] + 1.0 } else { 0.0 };
            let holds = self.control[i] * self.r.hold[i] >= 0.2;
            m.hold_run[i] = if restrains & holds { m.hold_run[i] + 1.0 } else { 0.0 };
            restrained[i] = truth((m.restraint_run[i] == 21.0) | (m.hold_run[i] == 21.0));
            let theatres = striking + truth(self.outer[i] >= 0.6) + self.r.contested[i] + truth(self.v[FRICTION][i] >= 0.6);
            wide[i] = truth(theatres >= 3.0);
        }
        for i in Each(bits(&rises)) {
            self.seldom[i].rounds += 1;
        }
        for i in Each(bits(&pause)) {
            set_first(&mut self.seldom[i].pause_since, day);
        }
        for i in Each(bits(&restrained)) {
            if self.m.restraint_run[i] >= 21.0 {
                set_first(&mut self.seldom[i].restrained_since, day);
            }
            if self.m.hold_run[i] >= 21.0 {
                set_first(&mut self.seldom[i].hold_since, day);
            }
        }
        for i in Each(bits(&wide)) {
            set_first(&mut self.seldom[i].widening_since, day);
        }
        for i in Each(self.strike_order) {
            if self.m.restraint_run[i] >= 14.0 {
                set_first(&mut self.seldom[i].missed_since, day);
            }
        }
        for i in Each(self.in_kind) {
            let s = &mut self.seldom[i];
            s.answers += 1;
            if s.first_strike > 0 {
                set_first(&mut s.first_answer, day);
            }
        }
        for i in 0..W {
            wide[i] = truth(self.r.border[i] == 8.0);
        }
        let ended = if day == DAYS { u64::MAX >> (64 - W) } else { bits(&wide) };
        for i in Each(ended) {
            if self.alive[i] {
                self.alive[i] = false;
                self.left -= 1;
                self.rows[i] = Some(self.finish(i));
            }
        }
    }

    fn coercion_worked(&self, i: usize) -> u32 {
        let from = self.seldom[i].hold_since as usize;
        if from == 0 {
            return 0;
        }
        let limit = 0.67 * 4.0 * self.p.attack_level[i];
        let on = |day: usize| u32::from(self.attacks_on[day][i]);
        let mut attacks: u32 = (self.day.saturating_sub(27).max(1)..=self.day).map(on).sum();
        let mut since = 0;
        for day in (from..=self.day).rev() {
            if f64::from(attacks) >= limit {
                break;
            }
            since = day as u32;
            attacks -= on(day);
            if day > 28 {
                attacks += on(day - 28);
            }
        }
        since
    }

    fn finish(&self, i: usize) -> Row {
        let (day, s, m) = (self.day, &self.seldom[i], &self.m);
        let last = m.last_strike[i];
        let (outcome, established) = if self.r.border[i] == 8.0 {
            (0, day as u32)
        } else if s.campaign_since > 0 {
            (1, s.campaign_since)
        } else if s.pause_since > 0 {
            (2, s.pause_since)
        } else if s.first_strike == 0 {
            (3, 1)
        } else if day as f64 - last >= 14.0 {
            (4, last as u32 + 14)
        } else {
            (5, day as u32)
        };
        let since: [u32; INDICATORS.len()] = [
            s.first_strike,
            self.coercion_worked(i),
            if s.restrained_since == 0 { s.first_strike } else { 0 },
            s.missed_since,
            s.truce_since,
            s.massacre_since,
            s.spill_since,
            s.sectarian_since,
            s.widening_since,
            s.embassy_since,
            s.split_since,
            s.iran_since,
        ];
        let day_of = |first: u32| if first > 0 { f64::from(first) } else { f64::INFINITY };
        let answer = if s.first_answer > 0 { f64::from(s.first_answer) - f64::from(s.first_strike) } else { f64::INFINITY };
        let metrics: [f64; METRICS.len()] = [
            f64::from(s.strike_days),
            f64::from(s.rounds),
            day_of(s.first_strike),
            m.top[i],
            answer,
            f64::from(s.answers),
            m.kabul_top[i],
            m.attacks[i],
            m.worst[i],
            m.worst[i] / (larger(m.attacks[i], 1.0) * (14.0 / day as f64)),
            m.killed_total[i],
            self.v[REPORTED][i] - 40.0,
            s.civilians / f64::from(s.strike_days),
            self.v[BELIEF][i],
            self.v[POLARIZATION][i],
            self.v[WITH_US][i] - self.v[WITH_IRAN][i],
            m.tension_sum[i] / day.min(30) as f64,
            m.truce_days[i],
            f64::from(s.protests),
            larger(self.v[BOLD_TURKEY][i], self.v[BOLD_ASIA][i]),
        ];
        Row { outcome, established: established as u8, end: day as u8, since: since.map(|s| s as u8), metrics }
    }
}
