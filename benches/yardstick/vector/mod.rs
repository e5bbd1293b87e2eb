//! The vector yardstick: the Durand Line over rows of 64 trials, written by hand.
//!
//! What vector code and addressed random numbers can give on this scenario when nothing is interpreted: one body for all kinds
//! of processors, loops over lanes that the compiler vectorises, blocks that no lane needs are skipped, and what seldom
//! happens is done trial by trial or for eight at a time. Draws have the addresses that the engine gives them, and come
//! from the same `rng`, `math` and `dist`: they are the ground that both stand on. So nearly every trial is, but for
//! rounding, the engine's.

mod choices;
mod events;
mod names;
mod reactions;
mod start;

use std::f64::consts::{LN_2, LN_10};
use std::ops::Range;

use escalade::dist::Family;
use escalade::engine::Level;
use escalade::math;
use escalade::rng::{Block, DrawKey, SiteId, block, two_units_row, unit_row};

use super::numbers as rungs;
use super::tally::{DAYS, INDICATORS, METRICS, Row, Tally};
use names::*;
use start::{Params, Sites};

/// Trials of a row.
pub const W: usize = 64;
/// Trials of a block: what few trials need is done for so many at a time.
const B: usize = 8;

/// A number of every trial.
type Lane = [f64; W];
const ZERO: Lane = [0.0; W];

/// A step that does not come.
const NEVER: f64 = -1000.0;

/// Runs rows of trials on one thread.
pub struct Vector {
    level: Level,
    group: Box<Group>,
}

/// What is kept per rung or state of a trial, beside its place: its numbers.
#[derive(Clone)]
struct Rungs {
    border: Lane,
    border_load: Lane,
    border_severity: Lane,
    targets: Lane,
    kabul: Lane,
    kabul_severity: Lane,
    policy: Lane,
    hold: Lane,
    policy_pressure: Lane,
    policy_strain: Lane,
    us: Lane,
    us_intensity: Lane,
    israel: Lane,
    iran: Lane,
    intent: Lane,
    gulf: Lane,
    attention: Lane,
    truce: Lane,
    truce_ends: Lane,
    line: Lane,
    contested: Lane,
}

/// What rules remember and what was seen so far.
#[derive(Clone)]
struct Memory {
    /// 0 nothing, 1 strike, 2 deepen, 3 incursion, 4 all out.
    ordered: Lane,
    due: Lane,
    answer_due: Lane,
    mediation_due: Lane,
    report_silent: Lane,
    unanswered_silent: Lane,
    split: Lane,
    above_air: Lane,
    above_deep: Lane,
    was_cracked: Lane,
    was_truce: Lane,
    was_contested: Lane,
    was_striking: Lane,
    last_strike: Lane,
    last_blood: Lane,
    last_lost: Lane,
    truce_run: Lane,
    restraint_run: Lane,
    hold_run: Lane,
    top: Lane,
    kabul_top: Lane,
    attacks: Lane,
    fortnight: Lane,
    worst: Lane,
    killed_fortnight: Lane,
    killed_total: Lane,
    truce_days: Lane,
    tension_sum: Lane,
}

/// What happens to few trials on a day, trial by trial.
#[derive(Clone)]
struct Seldom {
    strikes_on: u128,
    clashes: [i32; 3],
    strike_days: u32,
    rounds: u32,
    first_answer: u32,
    answers: u32,
    civilians: f64,
    protests: u32,
    campaign_since: u32,
    pause_since: u32,
    hold_since: u32,
    restrained_since: u32,
    first_strike: u32,
    missed_since: u32,
    truce_since: u32,
    massacre_since: u32,
    spill_since: u32,
    sectarian_since: u32,
    widening_since: u32,
    embassy_since: u32,
    split_since: u32,
    iran_since: u32,
}

/// A row of trials under way.
struct Group {
    sites: Sites,
    seed: u64,
    trials: [u64; W],
    day: usize,
    alive: [bool; W],
    left: usize,
    p: Params,
    v: [Lane; COUNT],
    sums: [Lane; COUNT],
    dirty: [bool; COUNT],
    r: Rungs,
    m: Memory,
    seldom: [Seldom; W],
    outer: Lane,
    outer_opening: Lane,
    outer_spill: Lane,
    overload: Lane,
    opening: Lane,
    control: Lane,
    weariness: Lane,
    tension: Lane,
    killed: Lane,
    attacks: Lane,
    embassy: u64,
    strike_order: u64,
    in_kind: u64,
    // Rings, by day.
    tempos: [Lane; 8],
    losses: [Lane; 4],
    reports: [Lane; 16],
    killed_on: [Lane; 16],
    tensions: [Lane; 32],
    attacks_on: [[u8; W]; DAYS + 1],
    rows: [Option<Row>; W],
}

/// Trials in which something holds.
#[inline(always)]
fn bits(mask: &Lane) -> u64 {
    let mut some = 0u64;
    for i in 0..W {
        some |= mask[i].to_bits();
    }
    if some == 0 {
        return 0;
    }
    let mut bits = 0;
    for i in 0..W {
        bits |= u64::from(mask[i] != 0.0) << i;
    }
    bits
}

/// The trials of a set.
struct Each(u64);

impl Iterator for Each {
    type Item = usize;
    #[inline(always)]
    fn next(&mut self) -> Option<usize> {
        if self.0 == 0 {
            return None;
        }
        let i = self.0.trailing_zeros() as usize;
        self.0 &= self.0 - 1;
        Some(i)
    }
}

/// Blocks of trials of a set; the last one is filled up by repetition, and its true length given.
#[inline(always)]
fn next_block(set: &mut u64) -> ([usize; B], usize) {
    let mut at = [0; B];
    let mut n = 0;
    while n < B && *set != 0 {
        at[n] = set.trailing_zeros() as usize;
        *set &= *set - 1;
        n += 1;
    }
    for j in n..B {
        at[j] = at[0];
    }
    (at, n)
}

#[inline(always)]
fn truth(b: bool) -> f64 {
    if b { 1.0 } else { 0.0 }
}

#[inline(always)]
fn bound(x: f64, low: f64, high: f64) -> f64 {
    let x = if x > high { high } else { x };
    if x < low { low } else { x }
}

#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline(always)]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[inline(always)]
fn set_first(since: &mut u32, day: usize) {
    if *since == 0 {
        *since = day as u32;
    }
}

/// Whether a constant hazard that gives `p` over a span strikes in a share of it, exactly.
#[inline(never)]
fn within(u: f64, p: f64, share: f64) -> bool {
    u < -math::exp_m1(math::ln_1p(-p) * share)
}

impl Vector {
    #[must_use]
    pub fn new(level: Level) -> Self {
        Self { level, group: Group::new() }
    }

    /// Runs trials and records them.
    pub fn run(&mut self, seed: u64, trials: Range<u64>, tally: &mut Tally) {
        let mut from = trials.start;
        while from < trials.end {
            let n = usize::try_from(trials.end - from).unwrap_or(W).min(W);
            self.group.reset(seed, from, n);
            #[allow(unsafe_code, reason = "calls of code for a kind of processor, as in the engine")]
            match self.level {
                // SAFETY: a level is one that this machine can run; see `Level::available`.
                #[cfg(target_arch = "x86_64")]
                Level::Avx512 => unsafe { avx512(&mut self.group) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                Level::Avx2 => unsafe { avx2(&mut self.group) },
                _ => course(&mut self.group),
            }
            self.group.rows.iter().flatten().for_each(|row| tally.add(row));
            from += n as u64;
        }
    }

    /// The rows of trials.
    pub fn rows(&mut self, seed: u64, trials: Range<u64>) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut from = trials.start;
        let mut sink = Tally::default();
        while from < trials.end {
            let to = (from + W as u64).min(trials.end);
            self.run(seed, from..to, &mut sink);
            rows.extend(self.group.rows.iter().flatten());
            from = to;
        }
        rows
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn avx2(group: &mut Group) {
    course(group);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2")]
fn avx512(group: &mut Group) {
    course(group);
}

/// All days of a row.
#[inline(always)]
fn course(g: &mut Group) {
    g.start();
    for day in 1..=DAYS {
        g.day = day;
        g.arrive();
        g.regimes();
        g.events();
        g.decide();
        g.react();
        g.drift();
        g.record();
        if g.left == 0 {
            break;
        }
    }
}

impl Group {
    #[inline(always)]
    fn minutes(&self) -> u32 {
        self.day as u32 * 1440
    }

    /// A uniform number of every trial.
    #[inline(always)]
    fn units(&self, site: SiteId) -> Lane {
        let mut out = ZERO;
        unit_row(self.seed, &self.trials, self.minutes(), site, 0, &mut out);
        out
    }

    /// A standard normal number of every trial.
    #[inline(always)]
    fn normals(&self, site: SiteId) -> Lane {
        let (mut u, mut w) = (ZERO, ZERO);
        two_units_row(self.seed, &self.trials, self.minutes(), site, 0, [&mut u, &mut w]);
        for i in 0..W {
            u[i] = (-2.0 * math::ln(u[i])).sqrt() * math::sin_cos_turn(w[i]).1;
        }
        u
    }

    /// Uniform numbers of a block of trials.
    #[inline(always)]
    fn some_units(&self, at: &[usize; B], site: SiteId, nth: u32) -> [f64; B] {
        let (mut out, mut trials) = ([0.0; B], [0; B]);
        for j in 0..B {
            trials[j] = self.trials[at[j]];
        }
        unit_row(self.seed, &trials, self.minutes(), site, nth, &mut out);
        out
    }

    fn block(&self, i: usize, site: SiteId, nth: u32) -> Block {
        block(self.seed, DrawKey { trial: self.trials[i], time: self.minutes(), site, nth })
    }

    fn unit(&self, i: usize, site: SiteId) -> f64 {
        self.block(i, site, 0).unit()
    }

    fn sample(&self, i: usize, site: SiteId, family: Family, params: &[f64]) -> f64 {
        family.sample(params, self.block(i, site, 0))
    }

    /// Adds to what a phase changes.
    #[inline(always)]
    fn add(&mut self, variable: usize, i: usize, by: f64) {
        self.sums[variable][i] += by;
        self.dirty[variable] = true;
    }

    /// Changes at once, within bounds.
    #[inline(always)]
    fn change(&mut self, variable: usize, i: usize, by: f64) {
        let (low, high) = BOUNDS[variable];
        self.v[variable][i] = bound(self.v[variable][i] + by, low, high);
    }

    /// What a phase changed is added, within bounds.
    #[inline(always)]
    fn settle(&mut self) {
        if self.dirty[SOLDIERS_LOST] {
            for i in 0..W {
                let lost = self.v[SOLDIERS_LOST][i] + self.sums[SOLDIERS_LOST][i];
                self.weariness[i] = self.p.weary[i] * math::ln(1.0 + lost) / LN_10;
            }
        }
        for n in 0..COUNT {
            if self.dirty[n] {
                let (low, high) = BOUNDS[n];
                let (v, sums) = (&mut self.v[n], &mut self.sums[n]);
                for i in 0..W {
                    v[i] = bound(v[i] + sums[i], low, high);
                    sums[i] = 0.0;
                }
                self.dirty[n] = false;
            }
        }
    }

    fn set_border(&mut self, i: usize, rung: usize) {
        self.r.border[i] = rung as f64;
        self.r.border_load[i] = rungs::LOAD[rung];
        self.r.border_severity[i] = rungs::SEVERITY[rung];
    }

    fn set_kabul(&mut self, i: usize, rung: usize) {
        self.r.kabul[i] = rung as f64;
        self.r.kabul_severity[i] = rungs::SEVERITY[rung];
    }

    fn set_policy(&mut self, i: usize, rung: usize) {
        self.r.policy[i] = rung as f64;
        self.r.hold[i] = rungs::HOLD[rung];
        self.r.policy_pressure[i] = rungs::PRESSURE[rung];
        self.r.policy_strain[i] = rungs::STRAIN[rung];
    }

    fn set_gulf(&mut self, i: usize, state: usize) {
        self.r.gulf[i] = state as f64;
        self.r.attention[i] = rungs::ATTENTION[state];
    }

    /// Kabul's hold on the TTP, where policy or autonomy may have changed.
    #[inline(always)]
    fn renew_control(&mut self) {
        for i in 0..W {
            let x = self.p.control_logit[i] + self.r.policy_pressure[i] - 1.5 * (self.v[AUTONOMY][i] - 0.4);
            self.control[i] = 1.0 / (1.0 + math::exp(-x));
        }
    }

    /// What follows from the war in Iran.
    #[inline(always)]
    fn renew_outer(&mut self) {
        for i in 0..W {
            let of = |rung: f64| rungs::INTENSITY[rung as usize];
            self.r.us_intensity[i] = of(self.r.us[i]);
            self.outer[i] = 0.5 * self.r.us_intensity[i] + 0.2 * of(self.r.israel[i]) + 0.3 * of(self.r.iran[i]);
        }
        for i in 0..W {
            self.outer_opening[i] = math::exp(self.p.coupling[i] * (self.outer[i] - 0.6));
        }
        for i in 0..W {
            self.outer_spill[i] = 0.05 * math::exp(2.0 * self.p.coupling[i] * (self.outer[i] - 0.4));
        }
    }

    #[inline(always)]
    fn renew_tension(&mut self) {
        for i in 0..W {
            self.tension[i] =
                0.35 * self.r.border_severity[i] + 0.25 * self.r.kabul_severity[i] + 0.25 * self.outer[i] + 0.15 * self.v[UNREST][i];
        }
    }

    #[inline(always)]
    fn renew_overload(&mut self) {
        for i in 0..W {
            self.overload[i] = self.overload_of(i);
        }
    }

    #[inline(always)]
    fn overload_of(&self, i: usize) -> f64 {
        let load = self.r.border_load[i]
            + 0.25 * smaller(self.v[TEMPO][i] / self.p.attack_level[i], 2.0)
            + 0.3 * self.p.border_exposure[i] * self.outer[i]
            + 0.2 * self.v[UNREST][i];
        larger(load - self.p.force_budget[i], 0.0)
    }

    /// Phase 0.
    #[inline(always)]
    fn arrive(&mut self) {
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
    fn regimes(&mut self) {
        let day = self.day as f64;
        let mut hit = ZERO;
        let mut open = 0u64;
        for i in 0..W {
            open |= u64::from(self.r.intent[i] != 1.0);
        }
        if open != 0 {
            let u = self.units(self.sites.intent);
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
    fn drift(&mut self) {
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
