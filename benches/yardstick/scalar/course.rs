//! What happens by itself: delays, regimes, drift, the record and the end.

use super::super::tally::{INDICATORS, METRICS};
use super::*;

impl Trial<'_, '_> {
    /// Phase 0: the mediators' answer to the UN's count.
    pub(super) fn arrive(&mut self) {
        if self.day == self.mediation_due {
            self.v.mediation = bound(self.v.mediation + 0.06 * (1.0 + self.p.role_reversal), 0.0, 1.0);
        }
        self.killed = 0.0;
        self.attacks = 0;
        self.embassy = false;
        self.strike_order = false;
        self.in_kind = false;
    }

    /// Phase 1.
    pub(super) fn regimes(&mut self) {
        match self.intent {
            0 => {
                // 1 - exp(-0.12)
                let leaves = 0.113_079_563_282_842_52;
                let u = self.unit();
                if u < leaves {
                    self.intent = if u < leaves * self.p.campaign_pull { 2 } else { 1 };
                }
            }
            2 => {
                if self.moves(0.015) {
                    self.intent = 1;
                }
            }
            _ => {}
        }
        let outer = self.outer;
        match self.gulf {
            0 => {
                if self.moves(0.04 * outer) {
                    self.gulf = 1;
                }
            }
            1 => {
                let absorbed = 0.08 * outer * outer;
                let rate = absorbed + 0.05 * (1.0 - outer);
                let u = self.unit();
                if u < rate {
                    let leaves = 1.0 - (-rate).exp();
                    if u < leaves {
                        self.gulf = if u < leaves * (absorbed / rate) { 2 } else { 0 };
                    }
                }
            }
            _ => {
                if self.moves(0.06 * (1.0 - outer)) {
                    self.gulf = 1;
                }
            }
        }
        if self.truce && self.day >= self.truce_ends {
            self.truce = false;
        }
        if self.line == 1 && self.v.trust > 0.45 && self.moves(0.02) {
            self.line = 0;
        }
        if !self.contested && self.moves(self.p.arena * outer * (0.5 + self.v.arms)) {
            self.contested = true;
        }
    }

    /// Phase 5.  Most numbers are drawn toward one within their bounds, and need none.
    pub(super) fn drift(&mut self) {
        let (p, k, outer) = (&self.p, &self.k, self.outer);
        let tension = self.tension_now();
        let s = self.v;
        let v = &mut self.v;
        v.mediation += 0.1 * (p.mediator_effort * (1.0 - p.distraction * ATTENTION[self.gulf]) - s.mediation);
        v.firebreak += 0.004 * (1.0 - s.firebreak);
        v.precedent += 0.01 * (0.3 - s.precedent);
        v.belief = bound(s.belief + 0.005 * (p.belief0 - s.belief), 0.02, 0.98);
        v.commitment -= 0.02 * s.commitment;
        v.frustration -= 0.015 * s.frustration;
        v.hurt -= 0.1 * s.hurt;
        v.strain += 0.02 * (0.4 + 0.35 * outer + 0.2 * SEVERITY[self.border] - s.strain);
        v.standing += 0.01 * (0.6 - s.standing);
        v.pressure -= k.anger * s.pressure;
        v.used_to += 0.02 * (s.pressure - s.used_to);
        v.unrest -= 0.05 * s.unrest;
        v.polarization += 0.005 * (0.35 - s.polarization);
        v.sunni += 0.03 * (0.2 - s.sunni);
        v.shia += 0.05 * (IRAN_PULL * outer - s.shia);
        v.kabul_hurt -= 0.03 * s.kabul_hurt;
        v.pain -= 0.03 * s.pain;
        v.frame -= 0.01 * s.frame;
        v.cohesion += 0.01 * (0.8 - 0.2 * STRAIN[self.policy] - s.cohesion);
        v.drones = smaller(s.drones + 0.5 + s.ties, 200.0);
        v.hard_line += 0.02 * (0.5 + 0.4 * s.frame - s.hard_line);
        v.kinship -= 0.003 * s.kinship;
        v.heat -= k.echo * s.heat;
        v.tempo -= s.tempo * (1.0 / 14.0);
        v.fighters += 0.003 * (1.0 - s.fighters);
        v.skill += 0.001 * s.reach;
        v.drive += 0.1 * (1.0 - s.drive);
        v.damage -= s.damage * (1.0 / 45.0);
        v.recruits -= s.recruits * (1.0 / 60.0);
        for heat in &mut v.other_heat {
            *heat -= k.echo * *heat;
        }
        v.reach += 0.01 * (0.3 + 0.2 * outer - s.reach);
        v.exhaustion += 0.01 * (0.8 * INTENSITY[self.us] - s.exhaustion);
        v.arms += 0.01 * (0.2 + 0.5 * outer - s.arms);
        v.india += 0.005 * (0.5 * (1.0 - s.trust) - s.india);
        v.concern += 0.05 * (tension - s.concern);
        v.credit += 0.01 * (0.5 - s.credit);
        v.trust += 0.01 * (0.8 * s.belief - s.trust);
        v.sanctuary += 0.01 * (0.85 - 0.4 * HOLD[self.policy] - s.sanctuary);
        v.with_us += 0.01 * (0.2 - s.with_us);
        v.with_china += 0.01 * (0.5 - 0.3 * larger(s.with_us, 0.0) - s.with_china);
        v.with_iran += 0.01 * (0.1 - s.with_iran);
        v.friction += 0.03 * (0.2 - s.friction);
        v.ties += 0.01 * (0.25 + 0.4 * outer - s.ties);
    }

    /// Phase 6: what the past and the end need.
    pub(super) fn record(&mut self) {
        let day = self.day;
        self.tempo[day] = self.v.tempo;
        self.losses[day] = self.v.losses;
        self.reported[day] = self.v.reported;
        self.tension = self.tension_now();
        self.tensions[day] = self.tension;

        self.attacks_on[day] = self.attacks as u16;
        self.attacks_total += self.attacks;
        self.attacks_fortnight += self.attacks;
        if day > 14 {
            self.attacks_fortnight -= u32::from(self.attacks_on[day - 14]);
        }
        self.worst_fortnight = self.worst_fortnight.max(self.attacks_fortnight);
        self.killed_total += self.killed;

        self.top = self.top.max(self.border);
        self.kabul_top = self.kabul_top.max(self.kabul);
        let striking = self.border >= AIR_STRIKES;
        self.rounds += u32::from(striking && !self.was_striking);
        self.was_striking = striking;
        if self.in_kind {
            self.answers += 1;
            if self.first_strike > 0 {
                first(&mut self.first_answer, day);
            }
        }
        if self.truce {
            self.truce_days += 1;
            self.truce_run += 1;
            if self.truce_run == 30 {
                first(&mut self.pause_since, day);
            }
        } else {
            self.truce_run = 0;
        }
        if self.policy >= RESTRAIN {
            self.restraint_run += 1;
            if self.restraint_run >= 21 {
                first(&mut self.restrained_since, day);
            }
            if self.restraint_run >= 14 && self.strike_order {
                first(&mut self.missed_since, day);
            }
            self.hold_run = if self.control * HOLD[self.policy] >= 0.2 { self.hold_run + 1 } else { 0 };
            if self.hold_run >= 21 {
                first(&mut self.hold_since, day);
            }
        } else {
            self.restraint_run = 0;
            self.hold_run = 0;
        }
        let theatres = u32::from(striking) + u32::from(self.outer >= 0.6) + u32::from(self.contested) + u32::from(self.v.friction >= 0.6);
        if theatres >= 3 {
            first(&mut self.widening_since, day);
        }
    }

    /// The first day of the run up to the end on which attacks have fallen through Kabul's doing; 0 where they have not.
    fn coercion_worked(&self) -> usize {
        if self.hold_since == 0 {
            return 0;
        }
        let limit = 0.67 * 4.0 * self.p.attack_level;
        let on = |day: usize| u32::from(self.attacks_on[day]);
        let mut count: u32 = (self.day.saturating_sub(27).max(1)..=self.day).map(on).sum();
        let mut since = 0;
        for day in (self.hold_since..=self.day).rev() {
            if f64::from(count) >= limit {
                break;
            }
            since = day;
            count -= on(day);
            if day > 28 {
                count += on(day - 28);
            }
        }
        since
    }

    pub(super) fn finish(&self) -> Row {
        let (day, v) = (self.day, &self.v);
        let (outcome, established) = if self.border == OPEN_WAR {
            (0, day)
        } else if self.campaign_since > 0 {
            (1, self.campaign_since)
        } else if self.pause_since > 0 {
            (2, self.pause_since)
        } else if self.first_strike == 0 {
            (3, 1)
        } else if self.since(self.last_strike) >= 14 {
            (4, self.last_strike as usize + 14)
        } else {
            (5, day)
        };
        let unmoved = if self.restrained_since == 0 { self.first_strike } else { 0 };
        let since: [usize; INDICATORS.len()] = [
            self.first_strike,
            self.coercion_worked(),
            unmoved,
            self.missed_since,
            self.truce_since,
            self.massacre_since,
            self.spill_since,
            self.sectarian_since,
            self.widening_since,
            self.embassy_since,
            self.split_since,
            self.iran_since,
        ];
        let day_of = |first: usize| if first > 0 { first as f64 } else { f64::INFINITY };
        let attacks = f64::from(self.attacks_total);
        let worst = f64::from(self.worst_fortnight);
        let from = (day.saturating_sub(29)).max(1);
        let tension: f64 = self.tensions[from..=day].iter().sum();
        let strikes = f64::from(self.strike_days);
        let metrics: [f64; METRICS.len()] = [
            strikes,
            f64::from(self.rounds),
            day_of(self.first_strike),
            self.top as f64,
            day_of(self.first_answer) - if self.first_strike > 0 { self.first_strike as f64 } else { 0.0 },
            f64::from(self.answers),
            self.kabul_top as f64,
            attacks,
            worst,
            worst / (larger(attacks, 1.0) * (14.0 / day as f64)),
            self.killed_total,
            v.reported - 40.0,
            self.civilians / strikes,
            v.belief,
            v.polarization,
            v.with_us - v.with_iran,
            tension / (day + 1 - from) as f64,
            f64::from(self.truce_days),
            f64::from(self.protests),
            larger(v.boldness[0], v.boldness[1]),
        ];
        Row { outcome, established: established as u8, end: day as u8, since: since.map(|s| s as u8), metrics }
    }
}
