//! Phase 3: decisions.

use super::super::priors::{lognormal, normal};
use super::*;

impl Trial<'_, '_> {
    /// Phase 3: all decide on the same state; what they change is summed.
    pub(super) fn decide(&mut self) {
        let mut sums = Vars::default();
        let (border, targets, kabul, policy) = (self.border, self.targets, self.kabul, self.policy);
        let mut next = (border, targets, kabul, policy);
        let week = self.day.is_multiple_of(7);
        let mut any = week;
        let looks = self.ordered.is_none() && self.day.is_multiple_of(2);
        let tempo_seen = if looks || week { lognormal(self.rng, self.tempo[self.day.saturating_sub(7)], 0.2) } else { 0.0 };
        let excess = tempo_seen * self.k.cooling - 1.0;
        if looks {
            any |= self.islamabad_chooses(excess, &mut next, &mut sums);
        } else {
            any |= self.islamabad_waits(&mut next, &mut sums);
        }
        any |= self.kabul_answers(&mut next, &mut sums);
        if week {
            self.islamabad_reads(excess, &mut sums);
            self.cabinet_speaks(&mut sums);
            self.islamabad_balances(&mut sums);
            next.3 = self.kabul_policy();
            self.ttp_chooses(&mut sums);
            if self.day.is_multiple_of(14) {
                self.watchers_choose(&mut sums);
            }
        }
        if self.day.is_multiple_of(4) {
            self.iran_war();
        }
        if !any {
            return;
        }
        (self.border, self.targets, self.kabul, self.policy) = next;
        let (v, d) = (&mut self.v, &sums);
        settle!(v, d, 0.0, 1.0; mediation precedent commitment frustration strain standing unrest shia frame cohesion trust friction);
        settle!(v, d, 0.0, 4.0; pressure hurt);
        settle!(v, d, 0.0, 5.0; kabul_hurt);
        settle!(v, d, -1.0, 1.0; with_us with_iran);
        settle!(v, d, 0.5, 2.0; drive);
        if self.policy != policy {
            self.renew_control();
        }
    }

    /// Weariness of the cabinet and its fears.
    fn caution(&self) -> f64 {
        let v = &self.v;
        let hedging = self.p.hedge * (v.with_us * v.with_us + v.with_iran * v.with_iran);
        let fear = v.strain
            + self.p.us_leverage * v.mediation
            + self.p.wariness * v.polarization
            + 2.0 * self.overload()
            + self.weariness
            + hedging;
        fear * (1.0 - 0.6 * v.unrest)
    }

    /// The decision on the border looks.
    fn islamabad_chooses(&mut self, excess: f64, next: &mut (usize, usize, usize, usize), sums: &mut Vars) -> bool {
        let (p, v) = (&self.p, &self.v);
        let anger = v.pressure - v.used_to;
        let loss = if anger > 0.0 { p.loss_aversion * anger.powf(0.88) } else { 0.0 };
        let caution = self.caution();
        let urge = p.resolve * (loss + 1.5 * (1.0 - v.standing)) + 0.7 * v.hurt + 0.5 * v.frustration + HOSTILITY[self.line];
        let appetite = p.army_weight * urge - (1.0 - p.army_weight) * caution + 0.5 * v.precedent;
        let depth = 0.5 * v.india + 0.3 * v.trust;
        let sharpness = p.precision;
        if self.border < AIR_STRIKES {
            let mut strike = f64::NEG_INFINITY;
            if !self.truce {
                let calm = p.strike_bias + appetite + 0.9 * excess - 1.5 * v.belief - 0.6 * depth - 0.9 - v.firebreak;
                // Yesterday's rung, which is today's: nothing has moved it yet.
                let threat = SEVERITY[self.kabul] - 0.35;
                strike = calm + 2.0 * normal(self.rng, threat, 0.1);
            }
            let (p, v) = (&self.p, &self.v);
            let mut cool = f64::NEG_INFINITY;
            if self.border > CALM {
                cool = -2.2 + v.belief + v.mediation - 0.5 * loss - 0.5 * p.audience_cost * v.commitment - COST_DOWN[self.border];
            }
            return match self.logit(sharpness, [strike, 0.6 - 0.5 * loss, cool]) {
                0 => {
                    // Triangular from 1 to 7 days.
                    let (u, mode) = (self.unit(), self.p.air_lead);
                    let lead = if 6.0 * u < mode - 1.0 {
                        1.0 + (u * 6.0 * (mode - 1.0)).sqrt()
                    } else {
                        7.0 - ((1.0 - u) * 6.0 * (7.0 - mode)).sqrt()
                    };
                    self.order(Order::Strike, lead);
                    false
                }
                1 => false,
                _ => {
                    next.0 = self.border - 1;
                    true
                }
            };
        }
        let veto = 1.2 * (1.0 - p.army_weight) * caution / (1.0 + caution);
        let deeper = match self.border {
            AIR_STRIKES => (-1.1 + appetite + 0.8 * v.frustration - v.belief - 1.2 - 1.6 * v.firebreak, Order::Deepen, 1.0, 3.0),
            DEEP_STRIKES => (appetite + 0.8 * v.frustration - 1.6 - 2.4 * v.firebreak, Order::Incursion, 5.0, 9.0),
            _ => (1.1 + appetite - 1.6 - 2.4 * v.firebreak, Order::AllOut, 10.0, 10.0),
        };
        let halt = -1.7 + 1.2 * (1.0 - p.army_weight) * caution + 1.5 * v.belief + 0.8 * v.mediation + self.weariness + 0.5 * depth
            - 0.6 * excess
            - p.audience_cost * v.commitment
            - COST_DOWN[self.border]
            - 0.3 * p.army_weight * urge
            - 0.5 * v.hurt;
        let claimed = lognormal(self.rng, self.p.claim_fog * self.losses[self.day.saturating_sub(2)], 0.3);
        let halt = halt + 0.1 * (1.0 + claimed).ln();
        let vetoed = self.chance(bound(veto, 0.0, 0.9));
        let deep = if vetoed { f64::NEG_INFINITY } else { deeper.0 };
        match self.logit(sharpness, [deep, 0.6, halt]) {
            0 => {
                let lead = deeper.2 + deeper.3 * self.unit();
                self.order(deeper.1, lead);
                false
            }
            1 => false,
            _ => {
                next.0 = BORDER_FIRE;
                next.1 = self.targets.saturating_sub(1);
                sums.standing -= 0.1 * self.v.commitment;
                sums.commitment -= 0.5 * self.v.commitment;
                true
            }
        }
    }

    fn order(&mut self, order: Order, lead: f64) {
        self.ordered = Some((order, self.day + lead.ceil() as usize));
    }

    /// What was ordered is dropped, carried out, or waits on.
    fn islamabad_waits(&mut self, next: &mut (usize, usize, usize, usize), sums: &mut Vars) -> bool {
        let Some((order, due)) = self.ordered else { return false };
        let least = match order {
            Order::Strike => CALM,
            Order::Deepen | Order::Incursion => AIR_STRIKES,
            Order::AllOut => GROUND_INCURSION,
        };
        if self.truce || self.border < least {
            self.ordered = None;
            return false;
        }
        if due != self.day {
            return false;
        }
        self.ordered = None;
        match order {
            Order::Strike => {
                next.0 = AIR_STRIKES;
                sums.trust -= 0.03;
                sums.standing += self.p.rally;
                sums.commitment += 0.1;
                self.strike_order = true;
            }
            Order::Deepen => {
                next.0 = DEEP_STRIKES;
                next.1 = (self.targets + 1).min(CITIES);
                sums.commitment += 0.1;
            }
            Order::Incursion => next.0 = GROUND_INCURSION,
            Order::AllOut => next.0 = OPEN_WAR,
        }
        true
    }

    fn islamabad_reads(&mut self, excess: f64, sums: &mut Vars) {
        let held = excess + 0.6 * self.p.believed_control;
        let (under, otherwise) = ((-(held * held) / 0.3).exp(), (-(excess * excess) / 0.3).exp());
        let (yes, no) = (self.v.belief * under, (1.0 - self.v.belief) * otherwise);
        if yes + no > 0.0 {
            // At once: of what looks at the same state, only the choice on the border reads it, and that has been made.
            self.v.belief = bound(yes / (yes + no), 0.02, 0.98);
        }
        if excess > -0.2 && self.since(self.last_strike) < 21 {
            sums.frustration += 0.12;
        }
    }

    fn cabinet_speaks(&mut self, sums: &mut Vars) {
        let talk = -1.2 + 1.5 * self.v.pressure + self.v.hurt;
        let lets = self.chance(1.0 - self.p.army_weight);
        let reassure = if lets { 0.2 + 0.5 * self.caution() } else { f64::NEG_INFINITY };
        match self.logit(1.0, [talk, reassure, 0.5]) {
            0 => {
                sums.commitment += 0.25;
                sums.pressure -= 0.03;
                sums.frame += 0.03;
            }
            1 => {
                sums.commitment -= 0.15;
                sums.mediation += 0.05;
                sums.frame -= 0.03;
            }
            _ => {}
        }
    }

    fn islamabad_balances(&mut self, sums: &mut Vars) {
        let (p, v) = (&self.p, &self.v);
        let west = p.us_leverage * self.outer + 0.3 * v.strain - p.hedge * 3.0 * larger(v.with_us, 0.0) - v.shia;
        let tehran = -0.4 + 0.6 * self.outer + v.friction + 0.4 * ISKP_HOSTILITY - p.hedge * 3.0 * larger(v.with_iran, 0.0);
        let even = 0.5 + p.hedge * 0.5;
        match self.logit(1.0, [west, tehran, even]) {
            0 => {
                sums.with_us += 0.08;
                sums.with_iran -= 0.05;
                sums.shia += 0.04;
                sums.unrest += 0.03;
                sums.strain -= 0.02;
            }
            1 => {
                sums.with_iran += 0.06;
                sums.friction -= 0.1;
                sums.with_us -= 0.03;
            }
            _ => {}
        }
    }

    fn kabul_answers(&mut self, next: &mut (usize, usize, usize, usize), sums: &mut Vars) -> bool {
        let hurt = self.v.kabul_hurt;
        if let Some(due) = self.answer_due {
            if self.truce {
                self.answer_due = None;
                return false;
            }
            if due != self.day {
                return false;
            }
            self.answer_due = None;
            self.in_kind = true;
            let size = lognormal(self.rng, self.p.ratio_centre.exp(), self.p.ratio_spread);
            let by = smaller(larger(size * (self.border as f64 - self.kabul as f64), 0.0), RAIDS_AND_DRONES as f64 - self.kabul as f64);
            next.2 = (self.kabul as f64 + (by + 0.5).floor()) as usize;
            sums.kabul_hurt -= hurt;
            sums.cohesion += 0.01;
            sums.hurt += 0.8;
            return true;
        }
        if hurt < 1.0 {
            return false;
        }
        let mut in_kind = 0.0;
        if !self.truce {
            let bloodless = self.since(self.last_blood) >= 3;
            let saving = if bloodless { 1.0 - self.p.face_saving } else { 1.0 };
            in_kind = bound(self.p.match_odds * saving * (0.85 + 0.3 * self.v.frame), 0.0, 0.75);
        }
        let display = if self.kabul < BORDER_FIRE { 0.1 } else { 0.0 };
        let u = self.unit();
        if u < in_kind {
            let lead = lognormal(self.rng, self.p.reply_days, 0.9);
            self.answer_due = Some(self.day + lead.ceil() as usize);
            return false;
        }
        sums.kabul_hurt -= 0.7 * hurt;
        if u < in_kind + display {
            next.2 = SHOW_OF_FORCE;
        } else if u < in_kind + display + 0.12 {
            sums.frame += 0.03;
        }
        true
    }

    fn kabul_policy(&mut self) -> usize {
        let (p, v) = (&self.p, &self.v);
        let unity_cost = 0.5 * v.hard_line + 0.5 * v.kinship;
        let veto = bound(unity_cost * (1.2 - 0.5 * v.cohesion), 0.0, 0.95);
        let truce = if self.truce { 1.0 } else { 0.0 };
        let enforced = self.k.deal_enforced;
        let loosen = if self.policy > 0 {
            -2.8 + 1.2 * v.frame + 0.6 * p.debt - 0.4 * (p.restraint_bias + 2.3) - v.pain - truce * enforced
        } else {
            f64::NEG_INFINITY
        };
        let leave = 0.6 + 0.4 * p.debt;
        let tighten = match self.policy {
            CRACK_DOWN => f64::NEG_INFINITY,
            RESTRAIN => p.restraint_bias - 0.3 + p.coercion * v.pain + 0.5 * v.mediation - 1.2 * v.frame - p.debt,
            _ => {
                p.restraint_bias + p.coercion * v.pain + 0.8 * v.mediation + truce * (1.0 + enforced)
                    - 1.2 * v.frame
                    - 0.6 * p.debt
                    - 0.3 * v.india
            }
        };
        let tighten = if self.chance(veto) { f64::NEG_INFINITY } else { tighten };
        match self.logit(1.0, [loosen, leave, tighten]) {
            0 => self.policy - 1,
            1 => self.policy,
            _ if self.policy == RESTRAIN => CRACK_DOWN,
            _ => RESTRAIN,
        }
    }

    fn ttp_chooses(&mut self, sums: &mut Vars) {
        let low = 0.3 + 1.5 * self.control * larger(HOLD[self.policy], 0.0);
        let surge = 0.3 + 0.6 * self.v.autonomy + 0.5 * self.overload() + if self.truce { 0.4 } else { 0.0 };
        match self.pick([1.0, low, surge]) {
            0 => {}
            1 => sums.drive -= 0.25,
            _ => sums.drive += 0.3,
        }
    }

    fn watchers_choose(&mut self, sums: &mut Vars) {
        let offer = 0.6 + 0.5 * self.p.role_reversal;
        let base = 0.2 + 0.5 * self.v.precedent + if self.us >= CAMPAIGN { 0.2 } else { 0.0 };
        for watcher in 0..2 {
            match self.pick([base + self.v.boldness[watcher], offer, 1.0]) {
                0 => {
                    self.v.boldness[watcher] = smaller(self.v.boldness[watcher] + self.p.lesson, 1.0);
                    sums.precedent += 0.2 * self.p.lesson;
                }
                1 => sums.mediation += 0.04,
                _ => {}
            }
        }
    }

    fn iran_war(&mut self) {
        let (us, israel, iran) = (self.us, self.israel, self.iran);
        let (ahead, push) = (iran as f64 - us as f64, PUSH[self.intent]);
        let exhaustion = self.v.exhaustion;
        let only = |open: bool, utility: f64| if open { utility } else { f64::NEG_INFINITY };
        let up = only(us < REGIONAL_WAR, -1.4 + push + 1.2 * ahead - if us >= CAMPAIGN { 1.6 } else { 0.0 });
        let down = only(us > 0, -1.5 - push - 0.6 * ahead + 0.8 * exhaustion);
        match self.logit(1.0, [up, 0.6, down]) {
            0 => self.us = us + 1,
            1 => {}
            _ => self.us = us - 1,
        }
        let u = self.unit();
        if u < 0.5 {
            self.israel = us;
        } else if u < 0.55 && israel < CAMPAIGN {
            self.israel = israel + 1;
        }
        let hit = only(iran < REGIONAL_WAR, -1.5 - 0.9 * ahead - exhaustion);
        let terms = only(iran > 0, -1.4 + 0.6 * ahead + 1.2 * exhaustion);
        match self.logit(1.0, [hit, 0.6, terms]) {
            0 => self.iran = iran + 1,
            1 => {}
            _ => self.iran = iran - 1,
        }
        if (us, israel, iran) != (self.us, self.israel, self.iran) {
            self.outer_war();
        }
        if self.us >= CAMPAIGN {
            first(&mut self.iran_since, self.day);
        }
    }
}
