//! The start of a row: addresses of draws, the state of the first day.

use super::parameters::{PARAMETERS, Params};
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
    pub(super) parameters: [SiteId; PARAMETERS.len()],
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
}
