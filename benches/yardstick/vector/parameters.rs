//! Parameters of a row of trials.

use super::*;

/// Parameters with their distributions; the order is that of [`Params::rows`].
#[rustfmt::skip]
pub(super) const PARAMETERS: [(&str, Family, [f64; 3]); 60] = [
    ("branching", Family::Uniform, [0.5, 0.8, 0.0]),
    ("echo_days", Family::Uniform, [10.0, 20.0, 0.0]),
    ("attribution", Family::Uniform, [0.5, 0.95, 0.0]),
    ("false_blame", Family::Uniform, [0.02, 0.2, 0.0]),
    ("spoiler", Family::Uniform, [1.2, 2.2, 0.0]),
    ("opportunism", Family::Uniform, [0.0, 1.0, 0.0]),
    ("degrading", Family::Uniform, [0.0, 0.4, 0.0]),
    ("backlash", Family::Uniform, [0.1, 0.47, 0.0]),
    ("precision", Family::Uniform, [0.8, 1.3, 0.0]),
    ("harm_power", Family::Uniform, [0.5, 1.0, 0.0]),
    ("anger_days", Family::Uniform, [10.0, 60.0, 0.0]),
    ("rally", Family::Uniform, [0.0, 0.1, 0.0]),
    ("audience_cost", Family::Uniform, [0.3, 1.5, 0.0]),
    ("wariness", Family::Uniform, [0.3, 1.2, 0.0]),
    ("weary", Family::Uniform, [0.05, 0.25, 0.0]),
    ("air_lead", Family::Uniform, [1.0, 7.0, 0.0]),
    ("strike_tempo", Family::Uniform, [0.4, 0.7, 0.0]),
    ("erosion", Family::Uniform, [0.3, 0.8, 0.0]),
    ("claim_fog", Family::Uniform, [1.5, 5.0, 0.0]),
    ("coercion", Family::Uniform, [0.2, 2.0, 0.0]),
    ("ratio_centre", Family::Uniform, [-0.3, 0.3, 0.0]),
    ("ratio_spread", Family::Uniform, [0.3, 0.8, 0.0]),
    ("face_saving", Family::Uniform, [0.1, 0.4, 0.0]),
    ("reply_days", Family::Uniform, [2.0, 6.0, 0.0]),
    ("split_hazard", Family::Uniform, [0.0003, 0.002, 0.0]),
    ("split_slope", Family::Uniform, [0.5, 2.0, 0.0]),
    ("patience", Family::Uniform, [0.5, 0.95, 0.0]),
    ("cheat_gain", Family::Uniform, [0.2, 1.0, 0.0]),
    ("detection", Family::Uniform, [0.1, 0.7, 0.0]),
    ("distraction", Family::Uniform, [0.0, 0.8, 0.0]),
    ("mediation_gain", Family::Uniform, [1.3, 3.0, 0.0]),
    ("truce_shape", Family::Uniform, [0.5, 0.9, 0.0]),
    ("fade", Family::Uniform, [0.03, 0.15, 0.0]),
    ("coupling", Family::Uniform, [0.1, 0.9, 0.0]),
    ("unrest_coupling", Family::Uniform, [0.2, 1.5, 0.0]),
    ("border_exposure", Family::Uniform, [0.2, 0.8, 0.0]),
    ("us_leverage", Family::Uniform, [0.2, 1.0, 0.0]),
    ("hedge", Family::Uniform, [0.3, 1.5, 0.0]),
    ("role_reversal", Family::Uniform, [0.0, 0.5, 0.0]),
    ("lesson", Family::Uniform, [0.05, 0.2, 0.0]),
    ("arena", Family::Uniform, [0.0, 0.02, 0.0]),
    ("error_rate", Family::Uniform, [0.02, 0.1, 0.0]),
    ("slip_rate", Family::Uniform, [0.01, 0.1, 0.0]),
    ("tail", Family::Triangular, [1.5, 1.64, 1.8]),
    ("army_weight", Family::Triangular, [0.5, 0.8, 0.95]),
    ("loss_aversion", Family::Triangular, [1.5, 2.25, 3.0]),
    ("force_budget", Family::Triangular, [0.6, 0.75, 0.95]),
    ("resolve", Family::Beta, [4.0, 3.0, 0.0]),
    ("believed_control", Family::Beta, [5.0, 2.0, 0.0]),
    ("belief0", Family::Beta, [1.5, 5.0, 0.0]),
    ("control0", Family::Beta, [2.5, 3.0, 0.0]),
    ("debt", Family::Beta, [4.0, 3.0, 0.0]),
    ("match_odds", Family::Beta, [11.0, 9.0, 0.0]),
    ("mediator_effort", Family::Beta, [4.0, 4.0, 0.0]),
    ("campaign_pull", Family::Beta, [3.0, 3.0, 0.0]),
    ("attack_level", Family::Lognormal, [3.5, 0.25, 0.0]),
    ("other_level", Family::Lognormal, [1.1, 0.3, 0.0]),
    ("truce_scale", Family::Lognormal, [60.0, 0.6, 0.0]),
    ("strike_bias", Family::Normal, [-0.6, 0.9, 0.0]),
    ("restraint_bias", Family::Normal, [-2.3, 0.7, 0.0]),
];

/// Parameters, and what follows from them alone.
#[derive(Clone)]
pub(super) struct Params {
    pub(super) branching: Lane,
    pub(super) echo_days: Lane,
    pub(super) attribution: Lane,
    pub(super) false_blame: Lane,
    pub(super) spoiler: Lane,
    pub(super) opportunism: Lane,
    pub(super) degrading: Lane,
    pub(super) backlash: Lane,
    pub(super) precision: Lane,
    pub(super) harm_power: Lane,
    pub(super) anger_days: Lane,
    pub(super) rally: Lane,
    pub(super) audience_cost: Lane,
    pub(super) wariness: Lane,
    pub(super) weary: Lane,
    pub(super) air_lead: Lane,
    pub(super) strike_tempo: Lane,
    pub(super) erosion: Lane,
    pub(super) claim_fog: Lane,
    pub(super) coercion: Lane,
    pub(super) ratio_centre: Lane,
    pub(super) ratio_spread: Lane,
    pub(super) face_saving: Lane,
    pub(super) reply_days: Lane,
    pub(super) split_hazard: Lane,
    pub(super) split_slope: Lane,
    pub(super) patience: Lane,
    pub(super) cheat_gain: Lane,
    pub(super) detection: Lane,
    pub(super) distraction: Lane,
    pub(super) mediation_gain: Lane,
    pub(super) truce_shape: Lane,
    pub(super) fade: Lane,
    pub(super) coupling: Lane,
    pub(super) unrest_coupling: Lane,
    pub(super) border_exposure: Lane,
    pub(super) us_leverage: Lane,
    pub(super) hedge: Lane,
    pub(super) role_reversal: Lane,
    pub(super) lesson: Lane,
    pub(super) arena: Lane,
    pub(super) error_rate: Lane,
    pub(super) slip_rate: Lane,
    pub(super) tail: Lane,
    pub(super) army_weight: Lane,
    pub(super) loss_aversion: Lane,
    pub(super) force_budget: Lane,
    pub(super) resolve: Lane,
    pub(super) believed_control: Lane,
    pub(super) belief0: Lane,
    pub(super) control0: Lane,
    pub(super) debt: Lane,
    pub(super) match_odds: Lane,
    pub(super) mediator_effort: Lane,
    pub(super) campaign_pull: Lane,
    pub(super) attack_level: Lane,
    pub(super) other_level: Lane,
    pub(super) truce_scale: Lane,
    pub(super) strike_bias: Lane,
    pub(super) restraint_bias: Lane,
    pub(super) echo: Lane,
    pub(super) base_rate: Lane,
    pub(super) other_rate: Lane,
    pub(super) per_harm: Lane,
    pub(super) control_logit: Lane,
    pub(super) deal_enforced: Lane,
    pub(super) defect: Lane,
    pub(super) split: [Lane; 4],
}

impl Params {
    pub(super) fn new() -> Self {
        Self {
            branching: ZERO,
            echo_days: ZERO,
            attribution: ZERO,
            false_blame: ZERO,
            spoiler: ZERO,
            opportunism: ZERO,
            degrading: ZERO,
            backlash: ZERO,
            precision: ZERO,
            harm_power: ZERO,
            anger_days: ZERO,
            rally: ZERO,
            audience_cost: ZERO,
            wariness: ZERO,
            weary: ZERO,
            air_lead: ZERO,
            strike_tempo: ZERO,
            erosion: ZERO,
            claim_fog: ZERO,
            coercion: ZERO,
            ratio_centre: ZERO,
            ratio_spread: ZERO,
            face_saving: ZERO,
            reply_days: ZERO,
            split_hazard: ZERO,
            split_slope: ZERO,
            patience: ZERO,
            cheat_gain: ZERO,
            detection: ZERO,
            distraction: ZERO,
            mediation_gain: ZERO,
            truce_shape: ZERO,
            fade: ZERO,
            coupling: ZERO,
            unrest_coupling: ZERO,
            border_exposure: ZERO,
            us_leverage: ZERO,
            hedge: ZERO,
            role_reversal: ZERO,
            lesson: ZERO,
            arena: ZERO,
            error_rate: ZERO,
            slip_rate: ZERO,
            tail: ZERO,
            army_weight: ZERO,
            loss_aversion: ZERO,
            force_budget: ZERO,
            resolve: ZERO,
            believed_control: ZERO,
            belief0: ZERO,
            control0: ZERO,
            debt: ZERO,
            match_odds: ZERO,
            mediator_effort: ZERO,
            campaign_pull: ZERO,
            attack_level: ZERO,
            other_level: ZERO,
            truce_scale: ZERO,
            strike_bias: ZERO,
            restraint_bias: ZERO,
            echo: ZERO,
            base_rate: ZERO,
            other_rate: ZERO,
            per_harm: ZERO,
            control_logit: ZERO,
            deal_enforced: ZERO,
            defect: ZERO,
            split: [ZERO; 4],
        }
    }

    fn rows(&mut self) -> [&mut Lane; PARAMETERS.len()] {
        [
            &mut self.branching,
            &mut self.echo_days,
            &mut self.attribution,
            &mut self.false_blame,
            &mut self.spoiler,
            &mut self.opportunism,
            &mut self.degrading,
            &mut self.backlash,
            &mut self.precision,
            &mut self.harm_power,
            &mut self.anger_days,
            &mut self.rally,
            &mut self.audience_cost,
            &mut self.wariness,
            &mut self.weary,
            &mut self.air_lead,
            &mut self.strike_tempo,
            &mut self.erosion,
            &mut self.claim_fog,
            &mut self.coercion,
            &mut self.ratio_centre,
            &mut self.ratio_spread,
            &mut self.face_saving,
            &mut self.reply_days,
            &mut self.split_hazard,
            &mut self.split_slope,
            &mut self.patience,
            &mut self.cheat_gain,
            &mut self.detection,
            &mut self.distraction,
            &mut self.mediation_gain,
            &mut self.truce_shape,
            &mut self.fade,
            &mut self.coupling,
            &mut self.unrest_coupling,
            &mut self.border_exposure,
            &mut self.us_leverage,
            &mut self.hedge,
            &mut self.role_reversal,
            &mut self.lesson,
            &mut self.arena,
            &mut self.error_rate,
            &mut self.slip_rate,
            &mut self.tail,
            &mut self.army_weight,
            &mut self.loss_aversion,
            &mut self.force_budget,
            &mut self.resolve,
            &mut self.believed_control,
            &mut self.belief0,
            &mut self.control0,
            &mut self.debt,
            &mut self.match_odds,
            &mut self.mediator_effort,
            &mut self.campaign_pull,
            &mut self.attack_level,
            &mut self.other_level,
            &mut self.truce_scale,
            &mut self.strike_bias,
            &mut self.restraint_bias,
        ]
    }
}

impl Group {
    /// Draws them; what follows from them is computed once.
    #[inline(always)]
    pub(super) fn parameters(&mut self) {
        let (seed, trials) = (self.seed, self.trials);
        for (((_, family, [a, b, c]), site), row) in PARAMETERS.into_iter().zip(self.sites.parameters).zip(self.p.rows()) {
            match family {
                Family::Normal | Family::Lognormal => {
                    let (mut u, mut w) = (ZERO, ZERO);
                    two_units_row(seed, &trials, 0, site, 0, [&mut u, &mut w]);
                    for i in 0..W {
                        u[i] = (-2.0 * math::ln(u[i])).sqrt() * math::sin_cos_turn(w[i]).1;
                    }
                    for i in 0..W {
                        row[i] = if family == Family::Normal { a + b * u[i] } else { a * math::exp(b * u[i]) };
                    }
                }
                Family::Beta => {
                    unit_row(seed, &trials, 0, site, 0, row);
                    for i in 0..W {
                        row[i] = Family::Beta.quantile(&[a, b], row[i]);
                    }
                }
                _ => {
                    unit_row(seed, &trials, 0, site, 0, row);
                    let straight = family == Family::Uniform;
                    for i in 0..W {
                        let low = a + (row[i] * (c - a)).sqrt() * (b - a).sqrt();
                        let high = c - ((1.0 - row[i]) * (c - a)).sqrt() * (c - b).sqrt();
                        let bent = if row[i] * (c - a) < b - a { low } else { high };
                        row[i] = if straight { a + (b - a) * row[i] } else { bent };
                    }
                }
            }
        }
        let p = &mut self.p;
        for i in 0..W {
            p.echo[i] = 1.0 / p.echo_days[i];
            p.base_rate[i] = p.attack_level[i] / 7.0 * (1.0 - p.branching[i]);
            p.other_rate[i] = p.other_level[i] / 7.0 * 0.5;
            p.per_harm[i] = 1.0 / (p.attack_level[i] * p.anger_days[i]);
            let control = bound(p.control0[i], 0.02, 0.98);
            p.control_logit[i] = math::ln(control / (1.0 - control));
            p.deal_enforced[i] = p.patience[i] - p.cheat_gain[i] / (p.cheat_gain[i] + p.detection[i]);
            p.defect[i] = -math::exp_m1(math::ln_1p(-(0.1 + 0.2 * p.debt[i])) / 14.0);
        }
        for (rung, row) in p.split.iter_mut().enumerate() {
            for i in 0..W {
                row[i] = p.split_hazard[i] * math::exp(p.split_slope[i] * rungs::STRAIN[rung]);
            }
        }
    }
}
