//! Phase 3: decisions.

use super::*;

/// A utility that cannot be had.
const NONE: f64 = f64::NEG_INFINITY;

/// The option at a point of the weights.
#[inline(always)]
fn pick(u: f64, a: f64, b: f64, c: f64) -> f64 {
    let point = u * (a + b + c);
    let second = if point < a + b { 1.0 } else { 2.0 };
    if point < a { 0.0 } else { second }
}

/// Choices by utilities.
#[inline(always)]
fn logit(u: &Lane, sharpness: Option<&Lane>, [a, b, c]: [&Lane; 3]) -> Lane {
    let mut out = ZERO;
    let (mut x, mut y, mut z) = (ZERO, ZERO, ZERO);
    for i in 0..W {
        let s = if let Some(s) = sharpness { s[i] } else { 1.0 };
        let best = larger(larger(a[i], b[i]), c[i]);
        // What cannot be had is far below.
        x[i] = larger(s * (a[i] - best), -700.0);
        y[i] = larger(s * (b[i] - best), -700.0);
        z[i] = larger(s * (c[i] - best), -700.0);
    }
    for row in [&mut x, &mut y, &mut z] {
        for i in 0..W {
            row[i] = math::exp(row[i]);
        }
    }
    for i in 0..W {
        out[i] = pick(u[i], x[i], y[i], z[i]);
    }
    out
}

impl Group {
    #[inline(always)]
    pub(super) fn decide(&mut self) {
        self.renew_overload();
        let week = self.day.is_multiple_of(7);
        let even = self.day.is_multiple_of(2);
        let border = self.r.border;
        let mut excess = ZERO;
        let mut urge = ZERO;
        let mut caution = ZERO;
        if even || week {
            let z = self.normals(self.sites.tempo_seen);
            let past = &self.tempos[(self.day.saturating_sub(7)) % 8];
            for i in 0..W {
                excess[i] = past[i] * math::exp(0.2 * z[i]) / self.p.attack_level[i] - 1.0;
            }
            let (p, v) = (&self.p, &self.v);
            for i in 0..W {
                let hedging = p.hedge[i] * (v[WITH_US][i] * v[WITH_US][i] + v[WITH_IRAN][i] * v[WITH_IRAN][i]);
                let fear = v[STRAIN][i] + p.us_leverage[i] * v[MEDIATION][i] + p.wariness[i] * v[POLARIZATION][i];
                let fear = fear + 2.0 * self.overload[i] + self.weariness[i] + hedging;
                caution[i] = fear * (1.0 - 0.6 * v[UNREST][i]);
            }
        }
        // Whoever waits does not look: orders as they were before today's choice.
        self.orders_wait();
        let mut chosen = ZERO;
        if even {
            chosen = self.border_choice(&border, &excess, &caution, &mut urge);
        }
        self.kabul_answers(&border);
        if week {
            self.week(&excess, &caution);
        }
        if even {
            self.border_moves(&chosen, &border);
        }
        if self.day.is_multiple_of(4) {
            self.iran_war();
        }
        self.settle();
    }

    /// What was ordered is dropped, carried out, or waits on; a mark of -1 keeps a trial from looking today.
    #[inline(always)]
    fn orders_wait(&mut self) {
        let day = self.day as f64;
        let mut now = ZERO;
        for i in 0..W {
            let order = larger(self.m.ordered[i], 0.0);
            let least = if order >= 4.0 { 7.0 } else { 5.0 };
            let low = (order >= 2.0) & (self.r.border[i] < least);
            let dropped = (order > 0.0) & ((self.r.truce[i] == 1.0) | low);
            let due = (order > 0.0) & !dropped & (self.m.due[i] == day);
            now[i] = if due { order } else { 0.0 };
            self.m.ordered[i] = if dropped | due { -1.0 } else { order };
        }
        for i in Each(bits(&now)) {
            let moved = match now[i] as usize {
                1 => {
                    self.add(TRUST, i, -0.03);
                    let rally = self.p.rally[i];
                    self.add(STANDING, i, rally);
                    self.add(COMMITMENT, i, 0.1);
                    self.strike_order |= 1 << i;
                    5
                }
                2 => {
                    self.add(COMMITMENT, i, 0.1);
                    self.r.targets[i] = smaller(self.r.targets[i] + 1.0, 3.0);
                    6
                }
                3 => 7,
                _ => 8,
            };
            self.set_border(i, moved);
        }
    }

    /// The choice on the border: 1 to go deeper, 2 to stop or come down, 0 to go on.
    #[inline(always)]
    fn border_choice(&mut self, border: &Lane, excess: &Lane, caution: &Lane, urge: &mut Lane) -> Lane {
        let (p, v, r) = (&self.p, &self.v, &self.r);
        let mut loss = ZERO;
        for i in 0..W {
            loss[i] = p.loss_aversion[i] * math::pow(larger(v[PRESSURE][i] - v[USED_TO][i], 0.0), 0.88);
        }
        let mut deep = 0u64;
        let mut shallow = 0u64;
        for i in 0..W {
            deep |= u64::from(border[i] >= 5.0);
            shallow |= u64::from(border[i] < 5.0);
        }
        let (mut a, mut b, mut c) = (ZERO, ZERO, ZERO);
        let threat = if shallow != 0 { self.normals(self.sites.threat_seen) } else { ZERO };
        for i in 0..W {
            let hostility = if r.line[i] == 0.0 { -0.5 } else { if r.line[i] == 1.0 { 0.0 } else { 0.4 } };
            urge[i] = p.resolve[i] * (loss[i] + 1.5 * (1.0 - v[STANDING][i])) + 0.7 * v[HURT][i] + 0.5 * v[FRUSTRATION][i] + hostility;
            let weight = p.army_weight[i];
            let appetite = weight * urge[i] - (1.0 - weight) * caution[i] + 0.5 * v[PRECEDENT][i];
            let depth = 0.5 * v[INDIA][i] + 0.3 * v[TRUST][i];
            let seen = r.kabul_severity[i] + 0.1 * threat[i] - 0.35;
            let strike = p.strike_bias[i] + appetite + 0.9 * excess[i] + 2.0 * seen - 1.5 * v[BELIEF][i] - 0.6 * depth;
            let strike = if r.truce[i] == 0.0 { strike - 0.9 - v[FIREBREAK][i] } else { NONE };
            let deepen = -1.1 + appetite + 0.8 * v[FRUSTRATION][i] - v[BELIEF][i] - 1.2 - 1.6 * v[FIREBREAK][i];
            let incursion = appetite + 0.8 * v[FRUSTRATION][i] - 1.6 - 2.4 * v[FIREBREAK][i];
            let all_out = 1.1 + appetite - 1.6 - 2.4 * v[FIREBREAK][i];
            let further = if border[i] == 6.0 { incursion } else { all_out };
            let further = if border[i] == 5.0 { deepen } else { further };
            a[i] = if border[i] < 5.0 { strike } else { further };
            b[i] = 0.6 - if border[i] < 5.0 { 0.5 * loss[i] } else { 0.0 };
            let cost_down = if border[i] < 1.0 { 0.0 } else { if border[i] < 3.0 { 0.1 } else { 0.2 } };
            let cool = -2.2 + v[BELIEF][i] + v[MEDIATION][i] - 0.5 * loss[i] - 0.5 * p.audience_cost[i] * v[COMMITMENT][i] - cost_down;
            c[i] = if border[i] > 0.0 { cool } else { NONE };
        }
        if deep != 0 {
            let veto = self.units(self.sites.veto);
            let fog = self.normals(self.sites.losses_seen);
            let past = &self.losses[self.day.saturating_sub(2) % 4];
            let mut claimed = ZERO;
            for i in 0..W {
                claimed[i] = past[i] * (p.claim_fog[i] * math::exp(0.3 * fog[i]));
            }
            for i in 0..W {
                let weight = p.army_weight[i];
                let cost_down = if border[i] == 5.0 { 0.3 } else { if border[i] == 6.0 { 0.4 } else { 0.6 } };
                let halt = -1.7
                    + 1.2 * (1.0 - weight) * caution[i]
                    + 1.5 * v[BELIEF][i]
                    + 0.8 * v[MEDIATION][i]
                    + self.weariness[i]
                    + 0.5 * (0.5 * v[INDIA][i] + 0.3 * v[TRUST][i])
                    + 0.1 * math::ln(1.0 + claimed[i])
                    - 0.6 * excess[i]
                    - p.audience_cost[i] * v[COMMITMENT][i]
                    - cost_down
                    - 0.3 * weight * urge[i]
                    - 0.5 * v[HURT][i];
                let chance = bound(1.2 * (1.0 - weight) * caution[i] / (1.0 + caution[i]), 0.0, 0.9);
                let on = border[i] >= 5.0;
                a[i] = if on & (1.0 - veto[i] < chance) { NONE } else { a[i] };
                c[i] = if on { halt } else { c[i] };
            }
        }
        let u = self.units(self.sites.border);
        let mut chosen = logit(&u, Some(&p.precision), [&a, &b, &c]);
        for i in 0..W {
            let up = if chosen[i] == 0.0 { 1.0 } else { chosen[i] };
            let up = if chosen[i] == 1.0 { 0.0 } else { up };
            chosen[i] = if self.m.ordered[i] == 0.0 { up } else { 0.0 };
        }
        chosen
    }

    /// What was chosen is ordered or done.
    #[inline(always)]
    fn border_moves(&mut self, chosen: &Lane, border: &Lane) {
        for i in Each(bits(chosen)) {
            let rung = border[i] as usize;
            if chosen[i] == 1.0 {
                let (order, lead) = match rung {
                    5 => (2.0, self.sample(i, self.sites.deepen, Family::Uniform, &[1.0, 4.0])),
                    6 => (3.0, self.sample(i, self.sites.incursion, Family::Uniform, &[5.0, 14.0])),
                    7 => (4.0, self.sample(i, self.sites.all_out, Family::Uniform, &[10.0, 20.0])),
                    _ => (1.0, self.sample(i, self.sites.strike, Family::Triangular, &[1.0, self.p.air_lead[i], 7.0])),
                };
                (self.m.ordered[i], self.m.due[i]) = (order, self.day as f64 + lead.ceil());
            } else if rung >= 5 {
                let commitment = self.v[COMMITMENT][i];
                self.add(STANDING, i, -0.1 * commitment);
                self.add(COMMITMENT, i, -0.5 * commitment);
                self.r.targets[i] = larger(self.r.targets[i] - 1.0, 0.0);
                self.set_border(i, 3);
            } else {
                self.set_border(i, rung - 1);
            }
        }
    }

    #[inline(always)]
    fn kabul_answers(&mut self, border: &Lane) {
        let day = self.day as f64;
        let mut looks = ZERO;
        let mut waits = ZERO;
        for i in 0..W {
            let due = self.m.answer_due[i];
            waits[i] = truth((due > 0.0) & ((due == day) | (self.r.truce[i] == 1.0)));
            looks[i] = truth((due == 0.0) & (self.v[KABUL_HURT][i] >= 1.0));
        }
        for i in Each(bits(&waits)) {
            self.m.answer_due[i] = 0.0;
            if self.r.truce[i] == 1.0 {
                continue;
            }
            self.in_kind |= 1 << i;
            let size = self.sample(i, self.sites.size, Family::Lognormal, &[math::exp(self.p.ratio_centre[i]), self.p.ratio_spread[i]]);
            let kabul = self.r.kabul[i];
            let by = smaller(larger(size * (border[i] - kabul), 0.0), 4.0 - kabul);
            let hurt = self.v[KABUL_HURT][i];
            self.set_kabul(i, (kabul + (by + 0.5).floor()) as usize);
            self.add(KABUL_HURT, i, -hurt);
            self.add(COHESION, i, 0.01);
            self.add(HURT, i, 0.8);
        }
        let mut set = bits(&looks);
        while set != 0 {
            let (at, n) = next_block(&mut set);
            let u = self.some_units(&at, self.sites.answer, 0);
            for j in 0..n {
                self.kabul_answer(at[j], u[j]);
            }
        }
    }

    #[inline(always)]
    fn kabul_answer(&mut self, i: usize, u: f64) {
        let hurt = self.v[KABUL_HURT][i];
        let mut in_kind = 0.0;
        if self.r.truce[i] == 0.0 {
            let saving = if self.day as f64 - self.m.last_blood[i] >= 3.0 { 1.0 - self.p.face_saving[i] } else { 1.0 };
            in_kind = bound(self.p.match_odds[i] * saving * (0.85 + 0.3 * self.v[FRAME][i]), 0.0, 0.75);
        }
        let display = if self.r.kabul[i] < 3.0 { 0.1 } else { 0.0 };
        if u < in_kind {
            let lead = self.sample(i, self.sites.answer_lead, Family::Lognormal, &[self.p.reply_days[i], 0.9]);
            self.m.answer_due[i] = self.day as f64 + lead.ceil();
            return;
        }
        self.add(KABUL_HURT, i, -0.7 * hurt);
        if u < in_kind + display {
            self.set_kabul(i, 2);
        } else if u < in_kind + display + 0.12 {
            self.add(FRAME, i, 0.03);
        }
    }

    #[inline(always)]
    fn week(&mut self, excess: &Lane, caution: &Lane) {
        let (mut a, mut b, mut c) = (ZERO, ZERO, ZERO);
        let day = self.day as f64;

        // The cabinet's words.
        let lets = self.units(self.sites.lets);
        let u = self.units(self.sites.words);
        for i in 0..W {
            a[i] = -1.2 + 1.5 * self.v[PRESSURE][i] + self.v[HURT][i];
            b[i] = if 1.0 - lets[i] < 1.0 - self.p.army_weight[i] { 0.2 + 0.5 * caution[i] } else { NONE };
            c[i] = 0.5;
        }
        let chosen = logit(&u, None, [&a, &b, &c]);
        for i in 0..W {
            let (war, calm) = (truth(chosen[i] == 0.0), truth(chosen[i] == 1.0));
            self.sums[COMMITMENT][i] += 0.25 * war - 0.15 * calm;
            self.sums[PRESSURE][i] -= 0.03 * war;
            self.sums[FRAME][i] += 0.03 * war - 0.03 * calm;
            self.sums[MEDIATION][i] += 0.05 * calm;
        }

        // Between Washington and Tehran.
        let u = self.units(self.sites.balance);
        for i in 0..W {
            let (p, v) = (&self.p, &self.v);
            let west = p.us_leverage[i] * self.outer[i] + 0.3 * v[STRAIN][i] - v[SHIA][i];
            a[i] = west - p.hedge[i] * 3.0 * larger(v[WITH_US][i], 0.0);
            let tehran = -0.4 + 0.6 * self.outer[i] + v[FRICTION][i] + 0.4 * 0.7;
            b[i] = tehran - p.hedge[i] * 3.0 * larger(v[WITH_IRAN][i], 0.0);
            c[i] = 0.5 + p.hedge[i] * 0.5;
        }
        let chosen = logit(&u, None, [&a, &b, &c]);
        for i in 0..W {
            let (west, tehran) = (truth(chosen[i] == 0.0), truth(chosen[i] == 1.0));
            self.sums[WITH_US][i] += 0.08 * west - 0.03 * tehran;
            self.sums[WITH_IRAN][i] += 0.06 * tehran - 0.05 * west;
            self.sums[SHIA][i] += 0.04 * west;
            self.sums[UNREST][i] += 0.03 * west;
            self.sums[STRAIN][i] -= 0.02 * west;
            self.sums[FRICTION][i] -= 0.1 * tehran;
        }

        // Kabul's policy.
        let veto = self.units(self.sites.faction_veto);
        let u = self.units(self.sites.policy);
        for i in 0..W {
            let (p, v) = (&self.p, &self.v);
            let policy = self.r.policy[i];
            let unity = 0.5 * v[HARD_LINE][i] + 0.5 * v[KINSHIP][i];
            let vetoed = 1.0 - veto[i] < bound(unity * (1.2 - 0.5 * v[COHESION][i]), 0.0, 0.95);
            let (truce, enforced) = (self.r.truce[i], p.deal_enforced[i]);
            let loosen = -2.8 + 1.2 * v[FRAME][i] + 0.6 * p.debt[i] - 0.4 * (p.restraint_bias[i] + 2.3) - v[PAIN][i] - truce * enforced;
            a[i] = if policy > 0.0 { loosen } else { NONE };
            b[i] = 0.6 + 0.4 * p.debt[i];
            let pain = p.restraint_bias[i] + p.coercion[i] * v[PAIN][i] - 1.2 * v[FRAME][i];
            let rein = pain + 0.8 * v[MEDIATION][i] + truce * (1.0 + enforced) - 0.6 * p.debt[i] - 0.3 * v[INDIA][i];
            let crack = pain - 0.3 + 0.5 * v[MEDIATION][i] - p.debt[i];
            let tighten = if policy == 2.0 { crack } else { rein };
            c[i] = if vetoed | (policy == 3.0) { NONE } else { tighten };
        }
        let moves = logit(&u, None, [&a, &b, &c]);

        // The TTP.
        let u = self.units(self.sites.ttp);
        for i in 0..W {
            let low = 0.3 + 1.5 * self.control[i] * larger(self.r.hold[i], 0.0);
            let surge = 0.3 + 0.6 * self.v[AUTONOMY][i] + 0.5 * self.overload[i] + 0.4 * self.r.truce[i];
            let chosen = pick(u[i], 1.0, low, surge);
            self.sums[DRIVE][i] += 0.3 * truth(chosen == 2.0) - 0.25 * truth(chosen == 1.0);
        }

        // The watchers.
        if self.day.is_multiple_of(14) {
            for (who, bold) in [BOLD_TURKEY, BOLD_ASIA].into_iter().enumerate() {
                let u = self.units(self.sites.watcher[who]);
                for i in 0..W {
                    let loud = if self.r.us[i] >= 4.0 { 0.2 } else { 0.0 };
                    let hard = 0.2 + self.v[bold][i] + 0.5 * self.v[PRECEDENT][i] + loud;
                    let chosen = pick(u[i], hard, 0.6 + 0.5 * self.p.role_reversal[i], 1.0);
                    let lesson = self.p.lesson[i] * truth(chosen == 0.0);
                    self.sums[bold][i] += lesson;
                    self.sums[PRECEDENT][i] += 0.2 * lesson;
                    self.sums[MEDIATION][i] += 0.04 * truth(chosen == 1.0);
                }
                self.dirty[bold] = true;
            }
            self.dirty[PRECEDENT] = true;
        }

        // Islamabad reads Kabul.  Nobody else in this phase reads what it believes, but for the border choice, made above.
        for i in 0..W {
            let held = excess[i] + 0.6 * self.p.believed_control[i];
            let yes = self.v[BELIEF][i] * math::exp(-(held * held) / 0.3);
            let no = (1.0 - self.v[BELIEF][i]) * math::exp(-(excess[i] * excess[i]) / 0.3);
            let belief = if yes + no > 0.0 { yes / (yes + no) } else { self.v[BELIEF][i] };
            self.v[BELIEF][i] = bound(belief, 0.02, 0.98);
            let struck = day - self.m.last_strike[i] < 21.0;
            self.sums[FRUSTRATION][i] += if (excess[i] > -0.2) & struck { 0.12 } else { 0.0 };
        }
        let touched = [COMMITMENT, PRESSURE, FRAME, MEDIATION, WITH_US, WITH_IRAN, SHIA, UNREST, STRAIN, FRICTION, DRIVE, FRUSTRATION];
        for n in touched {
            self.dirty[n] = true;
        }
        for i in 0..W {
            a[i] = truth(moves[i] != 1.0);
        }
        let moved = bits(&a);
        for i in Each(moved) {
            let policy = self.r.policy[i] as usize;
            let tighter = if policy == 2 { 3 } else { 2 };
            self.set_policy(i, if moves[i] == 0.0 { policy - 1 } else { tighter });
        }
        if moved != 0 {
            self.renew_control();
        }
    }

    #[inline(always)]
    fn iran_war(&mut self) {
        let (mut a, b, mut c) = (ZERO, [0.6; W], ZERO);
        let (mut d, mut e) = (ZERO, ZERO);
        for i in 0..W {
            let (us, iran) = (self.r.us[i], self.r.iran[i]);
            let intent = self.r.intent[i];
            let push = if intent == 0.0 { 0.0 } else { if intent == 1.0 { -0.9 } else { 1.0 } };
            let tired = self.v[EXHAUSTION][i];
            let up = -1.4 + push + 1.2 * (iran - us) - if us >= 4.0 { 1.6 } else { 0.0 };
            a[i] = if us < 5.0 { up } else { NONE };
            c[i] = if us > 0.0 { -1.5 - push + 0.6 * (us - iran) + 0.8 * tired } else { NONE };
            d[i] = if iran < 5.0 { -1.5 + 0.9 * (us - iran) - tired } else { NONE };
            e[i] = if iran > 0.0 { -1.4 + 0.6 * (iran - us) + 1.2 * tired } else { NONE };
        }
        let us = logit(&self.units(self.sites.us), None, [&a, &b, &c]);
        let iran = logit(&self.units(self.sites.iran), None, [&d, &b, &e]);
        let u = self.units(self.sites.israel);
        for i in 0..W {
            let israel = self.r.israel[i];
            let alone = if (u[i] < 0.55) & (israel < 4.0) { israel + 1.0 } else { israel };
            self.r.israel[i] = if u[i] < 0.5 { self.r.us[i] } else { alone };
            self.r.us[i] += 1.0 - us[i];
            self.r.iran[i] += 1.0 - iran[i];
            a[i] = truth(self.r.us[i] >= 4.0);
        }
        for i in Each(bits(&a)) {
            set_first(&mut self.seldom[i].iran_since, self.day);
        }
        self.renew_outer();
    }
}
