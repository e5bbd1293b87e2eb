//! The start of a row: addresses, parameters, the state of the first day.

use super::*;

/// Addresses of draws.
#[derive(Clone, Copy)]
pub(super) struct Sites {
    pub(super) intent: SiteId,
    pub(super) gulf: SiteId,
    pub(super) line: SiteId,
    pub(super) arena: SiteId,
    pub(super) dwell: SiteId,
    pub(super) tempo_seen: SiteId,
    pub(super) threat_seen: SiteId,
    pub(super) losses_seen: SiteId,
    pub(super) attack: SiteId,
    pub(super) attack_target: SiteId,
    pub(super) attack_killed: SiteId,
    pub(super) attack_traced: SiteId,
    pub(super) cross: SiteId,
    pub(super) cross_moved: SiteId,
    pub(super) defect: SiteId,
    pub(super) wander: SiteId,
    pub(super) clash: SiteId,
    pub(super) fallen: SiteId,
    pub(super) bystanders: SiteId,
    pub(super) sortie: SiteId,
    pub(super) flown: SiteId,
    pub(super) stopped: SiteId,
    pub(super) raid: SiteId,
    pub(super) taken: SiteId,
    pub(super) protest: SiteId,
    pub(super) protesters: SiteId,
    pub(super) riot: SiteId,
    pub(super) sectarian: SiteId,
    pub(super) spill: SiteId,
    pub(super) frontier: SiteId,
    pub(super) china: SiteId,
    pub(super) border: SiteId,
    pub(super) veto: SiteId,
    pub(super) strike: SiteId,
    pub(super) deepen: SiteId,
    pub(super) incursion: SiteId,
    pub(super) all_out: SiteId,
    pub(super) words: SiteId,
    pub(super) lets: SiteId,
    pub(super) balance: SiteId,
    pub(super) answer: SiteId,
    pub(super) answer_lead: SiteId,
    pub(super) size: SiteId,
    pub(super) policy: SiteId,
    pub(super) faction_veto: SiteId,
    pub(super) ttp: SiteId,
    pub(super) us: SiteId,
    pub(super) israel: SiteId,
    pub(super) iran: SiteId,
    pub(super) air: SiteId,
    pub(super) soldiers: SiteId,
    pub(super) civilians: SiteId,
    pub(super) error: SiteId,
    pub(super) victims: SiteId,
    pub(super) slip: SiteId,
    pub(super) breach: SiteId,
    pub(super) truce: SiteId,
    pub(super) massacre: SiteId,
    pub(super) stands_down: SiteId,
    pub(super) fades: SiteId,
    pub(super) split: SiteId,
    pub(super) old_policy: SiteId,
    /// Per group: attacks, deaths, blame, whom they hit.
    pub(super) militant: [[SiteId; 4]; 3],
    pub(super) watcher: [SiteId; 2],
    parameters: [SiteId; PARAMETERS.len()],
}

impl Sites {
    fn new() -> Self {
        let site = |path: &str| SiteId::of_path(path);
        let group = |member: &str| ["", ".dead", ".blamed", ".on_shia"].map(|d| site(&format!("events.militant_attack@{member}{d}")));
        Self {
            intent: site("regimes.us_intent"),
            gulf: site("regimes.gulf_attention"),
            line: site("regimes.kabul_line"),
            arena: site("regimes.afghan_arena"),
            dwell: site("regimes.truce.holding:dwell"),
            tempo_seen: site("actors.pakistan.sees.tempo_seen:factor"),
            threat_seen: site("actors.pakistan.sees.threat_seen:noise"),
            losses_seen: site("actors.pakistan.sees.losses_seen:factor"),
            attack: site("events.ttp_attack"),
            attack_target: site("events.ttp_attack.target"),
            attack_killed: site("events.ttp_attack.killed"),
            attack_traced: site("events.ttp_attack.traced"),
            cross: site("events.fighters_cross"),
            cross_moved: site("events.fighters_cross.moved"),
            defect: site("events.hard_men_defect"),
            wander: site("events.aims_drift.wander"),
            clash: site("events.border_clash"),
            fallen: site("events.border_clash.fallen"),
            bystanders: site("events.border_clash.bystanders"),
            sortie: site("events.drone_sortie"),
            flown: site("events.drone_sortie.flown"),
            stopped: site("events.drone_sortie.stopped"),
            raid: site("events.post_raid"),
            taken: site("events.post_raid.taken"),
            protest: site("events.deadly_protest"),
            protesters: site("events.deadly_protest.protesters"),
            riot: site("events.embassy_riot"),
            sectarian: site("events.sectarian_clash"),
            spill: site("events.spillover_attack"),
            frontier: site("events.iran_border_incident"),
            china: site("events.china_presses"),
            border: site("decisions.pakistan_border"),
            veto: site("decisions.pakistan_border.cabinet_veto"),
            strike: site("decisions.pakistan_border.options.strike:lead"),
            deepen: site("decisions.pakistan_border.options.deepen:lead"),
            incursion: site("decisions.pakistan_border.options.incursion:lead"),
            all_out: site("decisions.pakistan_border.options.all_out:lead"),
            words: site("decisions.cabinet_words"),
            lets: site("decisions.cabinet_words.army_lets"),
            balance: site("decisions.pakistan_balance"),
            answer: site("decisions.kabul_answer"),
            answer_lead: site("decisions.kabul_answer.options.in_kind:lead"),
            size: site("decisions.kabul_answer.options.in_kind.size"),
            policy: site("decisions.kabul_policy"),
            faction_veto: site("decisions.kabul_policy.faction_veto"),
            ttp: site("decisions.ttp_choice"),
            us: site("decisions.us_moves"),
            israel: site("decisions.israel_moves"),
            iran: site("decisions.iran_moves"),
            air: site("reactions.air_strike"),
            soldiers: site("reactions.air_strike.soldiers"),
            civilians: site("reactions.air_strike.civilians"),
            error: site("reactions.civilian_error"),
            victims: site("reactions.civilian_error.victims"),
            slip: site("reactions.line_crossed_unmeant"),
            breach: site("reactions.mission_breached"),
            truce: site("reactions.truce_agreed"),
            massacre: site("reactions.massacre_breaks_truce"),
            stands_down: site("reactions.kabul_stands_down"),
            fades: site("reactions.quarrel_fades"),
            split: site("reactions.taliban_split"),
            old_policy: site("reactions.old_policy_ends"),
            militant: ["hafiz_gul_bahadur", "iskp", "baloch_groups"].map(group),
            watcher: ["turkey", "central_asia"].map(|member| site(&format!("decisions.watchers_move@{member}"))),
            parameters: PARAMETERS.map(|(name, _, _)| site(&format!("parameters.{name}"))),
        }
    }
}

/// Parameters with their distributions; the order is that of [`Params::rows`].
#[rustfmt::skip]
const PARAMETERS: [(&str, Family, [f64; 3]); 60] = [
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
    fn new() -> Self {
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

/// Variables that start alike in every trial.
#[rustfmt::skip]
const STARTS: [(usize, f64); 49] = [
    (PRECEDENT, 0.3),
    (COMMITMENT, 0.6),
    (FRUSTRATION, 0.2),
    (HURT, 0.3),
    (SOLDIERS_LOST, 12.0),
    (STRAIN, 0.55),
    (STANDING, 0.55),
    (PRESSURE, 0.6),
    (USED_TO, 0.5),
    (UNREST, 0.35),
    (POLARIZATION, 0.4),
    (SUNNI, 0.25),
    (SHIA, 0.5),
    (KABUL_HURT, 0.5),
    (PAIN, 0.35),
    (FRAME, 0.35),
    (LOSSES, 55.0),
    (COHESION, 0.75),
    (DRONES, 30.0),
    (HARD_LINE, 0.6),
    (KINSHIP, 0.7),
    (FIGHTERS, 1.0),
    (SKILL, 1.0),
    (AUTONOMY, 0.4),
    (DRIVE, 1.0),
    (DAMAGE, 0.1),
    (RECRUITS, 0.1),
    (SHARE_GUL, 0.8),
    (SHARE_ISKP, 0.3),
    (SHARE_BALOCH, 1.2),
    (HEAT_GUL, 0.05),
    (HEAT_ISKP, 0.02),
    (HEAT_BALOCH, 0.08),
    (REACH, 0.3),
    (EXHAUSTION, 0.1),
    (ARMS, 0.2),
    (INDIA, 0.25),
    (CONCERN, 0.3),
    (CREDIT, 0.5),
    (REPORTED, 40.0),
    (BOLD_TURKEY, 0.3),
    (BOLD_ASIA, 0.1),
    (TRUST, 0.25),
    (SANCTUARY, 0.8),
    (WITH_US, 0.25),
    (WITH_CHINA, 0.5),
    (WITH_IRAN, 0.1),
    (FRICTION, 0.25),
    (TIES, 0.4),
];

impl Rungs {
    fn new() -> Self {
        Self {
            border: ZERO,
            border_load: ZERO,
            border_severity: ZERO,
            targets: ZERO,
            kabul: ZERO,
            kabul_severity: ZERO,
            policy: ZERO,
            hold: ZERO,
            policy_pressure: ZERO,
            policy_strain: ZERO,
            us: ZERO,
            us_intensity: ZERO,
            israel: ZERO,
            iran: ZERO,
            intent: ZERO,
            gulf: ZERO,
            attention: ZERO,
            truce: ZERO,
            truce_ends: ZERO,
            line: ZERO,
            contested: ZERO,
        }
    }
}

impl Memory {
    fn new() -> Self {
        Self {
            ordered: ZERO,
            due: ZERO,
            answer_due: ZERO,
            mediation_due: ZERO,
            report_silent: ZERO,
            unanswered_silent: ZERO,
            split: ZERO,
            above_air: ZERO,
            above_deep: ZERO,
            was_cracked: ZERO,
            was_truce: ZERO,
            was_contested: ZERO,
            was_striking: ZERO,
            last_strike: ZERO,
            last_blood: ZERO,
            last_lost: ZERO,
            truce_run: ZERO,
            restraint_run: ZERO,
            hold_run: ZERO,
            top: ZERO,
            kabul_top: ZERO,
            attacks: ZERO,
            fortnight: ZERO,
            worst: ZERO,
            killed_fortnight: ZERO,
            killed_total: ZERO,
            truce_days: ZERO,
            tension_sum: ZERO,
        }
    }
}

impl Seldom {
    const NEW: Self = Self {
        strikes_on: 0,
        clashes: [NEVER as i32; 3],
        strike_days: 0,
        rounds: 0,
        first_answer: 0,
        answers: 0,
        civilians: 0.0,
        protests: 0,
        campaign_since: 0,
        pause_since: 0,
        hold_since: 0,
        restrained_since: 0,
        first_strike: 0,
        missed_since: 0,
        truce_since: 0,
        massacre_since: 0,
        spill_since: 0,
        sectarian_since: 0,
        widening_since: 0,
        embassy_since: 0,
        split_since: 0,
        iran_since: 0,
    };
}

impl Group {
    #[expect(clippy::large_stack_arrays, reason = "made once, and moved to the heap")]
    pub(super) fn new() -> Box<Self> {
        Box::new(Self {
            sites: Sites::new(),
            seed: 0,
            trials: [0; W],
            day: 0,
            alive: [false; W],
            left: 0,
            p: Params::new(),
            v: [ZERO; COUNT],
            sums: [ZERO; COUNT],
            dirty: [false; COUNT],
            r: Rungs::new(),
            m: Memory::new(),
            seldom: [const { Seldom::NEW }; W],
            outer: ZERO,
            outer_opening: ZERO,
            outer_spill: ZERO,
            overload: ZERO,
            opening: ZERO,
            control: ZERO,
            weariness: ZERO,
            tension: ZERO,
            killed: ZERO,
            attacks: ZERO,
            embassy: 0,
            strike_order: 0,
            in_kind: 0,
            tempos: [ZERO; 8],
            losses: [ZERO; 4],
            reports: [ZERO; 16],
            killed_on: [ZERO; 16],
            tensions: [ZERO; 32],
            attacks_on: [[0; W]; DAYS + 1],
            rows: [None; W],
        })
    }

    /// `n` trials from `first` on; the lanes beyond them are run and forgotten.
    pub(super) fn reset(&mut self, seed: u64, first: u64, n: usize) {
        self.seed = seed;
        self.day = 0;
        for i in 0..W {
            self.trials[i] = first + i as u64;
            self.alive[i] = i < n;
        }
        self.left = n;
        self.rows = [None; W];
    }

    /// Draws parameters and sets up the first day.
    #[inline(always)]
    pub(super) fn start(&mut self) {
        self.parameters();
        for (variable, start) in STARTS {
            self.v[variable] = [start; W];
        }
        let (p, v) = (&self.p, &mut self.v);
        for i in 0..W {
            v[MEDIATION][i] = 0.6 * p.mediator_effort[i];
            v[FIREBREAK][i] = 1.0 - 0.5 * p.erosion[i];
            v[BELIEF][i] = bound(p.belief0[i], 0.02, 0.98);
            v[HEAT][i] = smaller(p.attack_level[i] / 7.0 * p.branching[i], 5.0);
            v[TEMPO][i] = p.attack_level[i];
        }
        let (r, m) = (&mut self.r, &mut self.m);
        *m = Memory::new();
        for row in [&mut m.last_strike, &mut m.last_blood, &mut m.last_lost] {
            *row = [NEVER; W];
        }
        r.targets = [2.0; W];
        for row in [&mut r.us, &mut r.israel, &mut r.iran] {
            *row = [3.0; W];
        }
        (r.intent, r.truce, r.truce_ends, r.line, r.contested) = (ZERO, ZERO, ZERO, [1.0; W], ZERO);
        for i in 0..W {
            self.set_border(i, 3);
            self.set_kabul(i, 3);
            self.set_policy(i, 1);
            self.set_gulf(i, 1);
            self.seldom[i] = Seldom::NEW;
        }
        self.renew_outer();
        self.renew_control();
        for i in 0..W {
            self.weariness[i] = self.p.weary[i] * math::ln(1.0 + 12.0) / LN_10;
        }
        self.renew_tension();
        // The start state stands for all days before it.
        self.tempos = [self.v[TEMPO]; 8];
        self.losses = [self.v[LOSSES]; 4];
        self.reports = [self.v[REPORTED]; 16];
        self.killed_on = [ZERO; 16];
        self.tensions = [ZERO; 32];
    }

    #[inline(always)]
    fn parameters(&mut self) {
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
