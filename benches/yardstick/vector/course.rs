//! What happens by itself: phases 0, 1 and 5.

use std::f64::consts::LN_2;

use super::*;

impl Group {
    /// Phase 0.
    #[inline(always)]
    pub(super) fn arrive(&mut self) {
        let day = self.day as f64;
        for i in 0..W {
            let by = if self.m.mediation_due[i] == day { 0.06 * (1.0 + self.p.role_reversal[i]) } else { 0.0 };
            self.v[MEDIATION][i] = smaller(self.v[MEDIATION][i] + by, 1.0);
        }
        (self.killed, self.attacks) = (ZERO, ZERO);
        (self.embassy, self.strike_order, self.in_kind) = (0, 0, 0);
    }

    /// Phase 1.
    #[inline(always)]
    pub(super) fn regimes(&mut self) {
        let day = self.day as f64;
        let mut hit = ZERO;
        for i in 0..W {
            hit[i] = truth(self.r.intent[i] != 1.0);
        }
        let open = bits(&hit);
        if open != 0 {
            let u = self.units_of(open, self.sites.intent);
            for i in 0..W {
                let undecided = if self.r.intent[i] == 0.0 { 0.113_079_563_282_842_52 } else { 0.0 };
                // 1 - exp(-0.015)
                let leaves = if self.r.intent[i] == 2.0 { 0.014_888_060_396_937_353 } else { undecided };
                hit[i] = truth(u[i] < leaves);
            }
            for i in Each(bits(&hit)) {
                let long = self.r.intent[i] == 0.0 && u[i] < 0.113_079_563_282_842_52 * self.p.campaign_pull[i];
                self.r.intent[i] = if long { 2.0 } else { 1.0 };
            }
        }
        let u = self.units(self.sites.gulf);
        for i in 0..W {
            let outer = self.outer[i];
            let divided = 0.08 * outer * outer + 0.05 * (1.0 - outer);
            let other = if self.r.gulf[i] == 0.0 { 0.04 * outer } else { 0.06 * (1.0 - outer) };
            hit[i] = truth(u[i] < if self.r.gulf[i] == 1.0 { divided } else { other });
        }
        for i in Each(bits(&hit)) {
            self.gulf_moves(i, u[i]);
        }
        let u = self.units(self.sites.arena);
        for i in 0..W {
            self.r.truce[i] = if day >= self.r.truce_ends[i] { 0.0 } else { self.r.truce[i] };
            let rate = self.p.arena[i] * self.outer[i] * (0.5 + self.v[ARMS][i]);
            hit[i] = truth((u[i] < rate) & (self.r.contested[i] == 0.0));
        }
        for i in Each(bits(&hit)) {
            let rate = self.p.arena[i] * self.outer[i] * (0.5 + self.v[ARMS][i]);
            self.r.contested[i] = truth(u[i] < -math::exp_m1(-rate));
        }
        for i in 0..W {
            hit[i] = truth((self.r.line[i] == 1.0) & (self.v[TRUST][i] > 0.45));
        }
        for i in Each(bits(&hit)) {
            // 1 - exp(-0.02)
            if self.unit(i, self.sites.line) < 0.019_801_326_693_244_747 {
                self.r.line[i] = 0.0;
            }
        }
    }

    fn gulf_moves(&mut self, i: usize, u: f64) {
        let outer = self.outer[i];
        match self.r.gulf[i] as usize {
            0 if u < -math::exp_m1(-0.04 * outer) => self.set_gulf(i, 1),
            2 if u < -math::exp_m1(-0.06 * (1.0 - outer)) => self.set_gulf(i, 1),
            1 => {
                let (absorbed, free) = (0.08 * outer * outer, 0.05 * (1.0 - outer));
                let leaves = -math::exp_m1(-(absorbed + free));
                if u < leaves {
                    self.set_gulf(i, if u < leaves * (absorbed / (absorbed + free)) { 2 } else { 0 });
                }
            }
            _ => {}
        }
    }

    /// Phase 5.
    #[inline(always)]
    pub(super) fn drift(&mut self) {
        self.renew_tension();
        let (p, r, outer, tension) = (&self.p, &self.r, &self.outer, &self.tension);
        let v = &mut self.v;
        /// `x += share * (goal - x)` in every trial.
        macro_rules! toward {
            ($($name:ident $share:literal $i:ident $goal:expr;)+) => {
                $(for $i in 0..W {
                    v[$name][$i] += $share * ($goal - v[$name][$i]);
                })+
            };
        }
        // What others read of the state at the start of the phase comes after its readers.
        toward! {
            MEDIATION 0.1 i p.mediator_effort[i] * (1.0 - p.distraction[i] * r.attention[i]);
            FIREBREAK 0.004 i 1.0;
            PRECEDENT 0.01 i 0.3;
            STRAIN 0.02 i 0.4 + 0.35 * outer[i] + 0.2 * r.border_severity[i];
            STANDING 0.01 i 0.6;
            USED_TO 0.02 i v[PRESSURE][i];
            UNREST 0.05 i 0.0;
            POLARIZATION 0.005 i 0.35;
            SUNNI 0.03 i 0.2;
            SHIA 0.05 i 0.8 * outer[i];
            COHESION 0.01 i 0.8 - 0.2 * r.policy_strain[i];
            HARD_LINE 0.02 i 0.5 + 0.4 * v[FRAME][i];
            KINSHIP 0.003 i 0.0;
            FIGHTERS 0.003 i 1.0;
            DRIVE 0.1 i 1.0;
            EXHAUSTION 0.01 i 0.8 * r.us_intensity[i];
            ARMS 0.01 i 0.2 + 0.5 * outer[i];
            INDIA 0.005 i 0.5 * (1.0 - v[TRUST][i]);
            CONCERN 0.05 i tension[i];
            CREDIT 0.01 i 0.5;
            TRUST 0.01 i 0.8 * v[BELIEF][i];
            SANCTUARY 0.01 i 0.85 - 0.4 * r.hold[i];
            WITH_CHINA 0.01 i 0.5 - 0.3 * larger(v[WITH_US][i], 0.0);
            WITH_US 0.01 i 0.2;
            WITH_IRAN 0.01 i 0.1;
            FRICTION 0.03 i 0.2;
            COMMITMENT 0.02 i 0.0;
            FRUSTRATION 0.015 i 0.0;
            HURT 0.1 i 0.0;
            KABUL_HURT 0.03 i 0.0;
            PAIN 0.03 i 0.0;
            FRAME 0.01 i 0.0;
        }
        for i in 0..W {
            v[BELIEF][i] = bound(v[BELIEF][i] + 0.005 * (p.belief0[i] - v[BELIEF][i]), 0.02, 0.98);
            v[PRESSURE][i] -= LN_2 / p.anger_days[i] * v[PRESSURE][i];
        }
        for i in 0..W {
            v[DRONES][i] = smaller(v[DRONES][i] + 0.5 + v[TIES][i], 200.0);
            v[TIES][i] += 0.01 * (0.25 + 0.4 * outer[i] - v[TIES][i]);
            v[SKILL][i] += 0.001 * v[REACH][i];
            v[REACH][i] += 0.01 * (0.3 + 0.2 * outer[i] - v[REACH][i]);
        }
        for i in 0..W {
            v[TEMPO][i] -= v[TEMPO][i] / 14.0;
            v[DAMAGE][i] -= v[DAMAGE][i] / 45.0;
            v[RECRUITS][i] -= v[RECRUITS][i] / 60.0;
        }
        for n in [HEAT, HEAT_GUL, HEAT_ISKP, HEAT_BALOCH] {
            for i in 0..W {
                v[n][i] -= v[n][i] * p.echo[i];
            }
        }
    }
}
