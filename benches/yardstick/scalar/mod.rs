//! The scalar yardstick: one trial of the Durand Line after the other.
//!
//! Phases and formulas are those of the scenario, with what its author's engineer would see: numbers of rungs are arrays,
//! what depends on the outer war is computed when that war moves, events that seldom happen are first asked whether their
//! random number could suffice, windows are a day to look back to, and nothing is allocated but the record.

mod course;
mod decide;
mod events;
mod react;

use rand::RngExt;
use rand::SeedableRng;
use rand::rngs::SmallRng;
use rand_distr::Poisson;

use super::numbers::*;
use super::priors::{Params, Priors};
use super::tally::{DAYS, Row, Tally};

/// Long before the first day.
const NEVER: i32 = -1000;

/// Stored numbers, and sums of changes to them.
#[derive(Clone, Copy, Debug, Default)]
struct Vars {
    mediation: f64,
    firebreak: f64,
    precedent: f64,
    belief: f64,
    commitment: f64,
    frustration: f64,
    hurt: f64,
    soldiers_lost: f64,
    strain: f64,
    standing: f64,
    pressure: f64,
    used_to: f64,
    unrest: f64,
    polarization: f64,
    sunni: f64,
    shia: f64,
    kabul_hurt: f64,
    pain: f64,
    frame: f64,
    losses: f64,
    cohesion: f64,
    drones: f64,
    hard_line: f64,
    kinship: f64,
    heat: f64,
    tempo: f64,
    fighters: f64,
    skill: f64,
    autonomy: f64,
    drive: f64,
    damage: f64,
    recruits: f64,
    share: [f64; 3],
    other_heat: [f64; 3],
    reach: f64,
    exhaustion: f64,
    arms: f64,
    india: f64,
    concern: f64,
    credit: f64,
    reported: f64,
    boldness: [f64; 2],
    trust: f64,
    sanctuary: f64,
    with_us: f64,
    with_china: f64,
    with_iran: f64,
    friction: f64,
    ties: f64,
}

/// Adds sums to numbers, within bounds.
macro_rules! settle {
    ($vars:expr, $sums:expr, $low:expr, $high:expr; $($name:ident)+) => {
        $($vars.$name = bound($vars.$name + $sums.$name, $low, $high);)+
    };
}

use settle;

/// Without a care for NaN, which cannot come: two instructions.
#[inline]
fn bound(x: f64, low: f64, high: f64) -> f64 {
    let x = if x > high { high } else { x };
    if x < low { low } else { x }
}

#[inline]
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

/// What Pakistan has ordered and not yet done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Strike,
    Deepen,
    Incursion,
    AllOut,
}

/// What follows from the parameters alone.
struct Derived {
    /// TTP attacks a day that do not follow from attacks, per push.
    base_rate: f64,
    /// Attacks of others, a day, per share and opening.
    other_rate: f64,
    echo: f64,
    anger: f64,
    /// Anger per (death toll to its power).
    per_harm: f64,
    cooling: f64,
    control: f64,
    deal_enforced: f64,
    defect: f64,
    /// Daily chance of a split per policy, but for cohesion.
    split: [f64; 4],
    gain_squared: f64,
}

/// What is drawn from again and again.
pub struct Model {
    priors: Priors,
    fallen: Poisson<f64>,
    bystanders: Poisson<f64>,
    soldiers: [Poisson<f64>; 4],
    civilians: [Poisson<f64>; 4],
}

impl Default for Model {
    fn default() -> Self {
        let poisson = |mean: f64| Poisson::new(mean).expect("a mean above 0");
        Self {
            priors: Priors::default(),
            fallen: poisson(1.0),
            bystanders: poisson(0.6),
            soldiers: PAIN.map(|pain| poisson(4.0 * pain)),
            civilians: CIV_RISK.map(|risk| poisson(5.0 * risk)),
        }
    }
}

impl Model {
    /// Runs trials and records them.
    pub fn run(&self, seed: u64, trials: u64, tally: &mut Tally) {
        let mut rng = Self::generator(seed);
        for _ in 0..trials {
            tally.add(&self.trial(&mut rng));
        }
    }

    /// The generator (xoshiro256++) of a seed.
    #[must_use]
    pub fn generator(seed: u64) -> SmallRng {
        SmallRng::seed_from_u64(seed)
    }

    /// One trial.
    pub fn trial(&self, rng: &mut SmallRng) -> Row {
        let params = self.priors.draw(rng);
        let mut trial = Trial::new(self, params, rng);
        for day in 1..=DAYS {
            trial.day = day;
            trial.arrive();
            trial.regimes();
            trial.events();
            trial.decide();
            trial.react();
            trial.drift();
            trial.record();
            if trial.border == OPEN_WAR {
                break;
            }
        }
        trial.finish()
    }
}

/// One trial under way.
struct Trial<'m, 'r> {
    model: &'m Model,
    rng: &'r mut SmallRng,
    p: Params,
    k: Derived,
    day: usize,
    v: Vars,

    // Rungs.
    border: usize,
    targets: usize,
    kabul: usize,
    policy: usize,
    us: usize,
    israel: usize,
    iran: usize,

    // Regimes.
    intent: usize,
    gulf: usize,
    truce: bool,
    truce_ends: usize,
    line: usize,
    contested: bool,

    // Follow from the above; renewed where that changes.
    outer: f64,
    outer_opening: f64,
    outer_spill: f64,
    control: f64,
    weariness: f64,
    tension: f64,

    // What rules remember.
    ordered: Option<(Order, usize)>,
    answer_due: Option<usize>,
    mediation_due: usize,
    report_silent: usize,
    unanswered_silent: usize,
    split: bool,
    above_air: bool,
    above_deep: bool,
    was_cracked: bool,
    was_truce: bool,
    was_contested: bool,

    // What happened today.
    killed: f64,
    attacks: u32,
    embassy: bool,
    strike_order: bool,
    in_kind: bool,

    // The past.
    tempo: [f64; DAYS + 1],
    losses: [f64; DAYS + 1],
    reported: [f64; DAYS + 1],
    tensions: [f64; DAYS + 1],
    killed_on: [f64; DAYS + 1],
    attacks_on: [u16; DAYS + 1],
    strikes_on: u128,
    killed_fortnight: f64,
    attacks_fortnight: u32,
    last_strike: i32,
    last_blood: i32,
    last_truce_lost: i32,
    clashes: [i32; 3],
    truce_run: u32,
    restraint_run: u32,
    hold_run: u32,

    // What is read at the end.
    strike_days: u32,
    rounds: u32,
    was_striking: bool,
    first_strike: usize,
    first_answer: usize,
    answers: u32,
    top: usize,
    kabul_top: usize,
    attacks_total: u32,
    worst_fortnight: u32,
    killed_total: f64,
    civilians: f64,
    truce_days: u32,
    protests: u32,
    campaign_since: usize,
    pause_since: usize,
    hold_since: usize,
    restrained_since: usize,
    missed_since: usize,
    truce_since: usize,
    massacre_since: usize,
    spill_since: usize,
    sectarian_since: usize,
    widening_since: usize,
    embassy_since: usize,
    split_since: usize,
    iran_since: usize,
}

/// Notes the first day of something.
#[inline]
fn first(since: &mut usize, day: usize) {
    if *since == 0 {
        *since = day;
    }
}

impl<'m, 'r> Trial<'m, 'r> {
    fn new(model: &'m Model, p: Params, rng: &'r mut SmallRng) -> Self {
        let control = bound(p.control0, 0.02, 0.98);
        let split = |policy: usize| p.split_hazard * (p.split_slope * STRAIN[policy]).exp();
        let k = Derived {
            base_rate: p.attack_level / 7.0 * (1.0 - p.branching),
            other_rate: p.other_level / 7.0 * 0.5,
            echo: 1.0 / p.echo_days,
            anger: std::f64::consts::LN_2 / p.anger_days,
            per_harm: 1.0 / (p.attack_level * p.anger_days),
            cooling: 1.0 / p.attack_level,
            control: (control / (1.0 - control)).ln(),
            deal_enforced: p.patience - p.cheat_gain / (p.cheat_gain + p.detection),
            defect: 1.0 - (0.9 - 0.2 * p.debt).powf(1.0 / 14.0),
            split: [p.split_hazard, split(1), split(2), split(3)],
            gain_squared: p.mediation_gain * p.mediation_gain,
        };
        let v = Vars {
            mediation: 0.6 * p.mediator_effort,
            firebreak: 1.0 - 0.5 * p.erosion,
            precedent: 0.3,
            belief: bound(p.belief0, 0.02, 0.98),
            commitment: 0.6,
            frustration: 0.2,
            hurt: 0.3,
            soldiers_lost: 12.0,
            strain: 0.55,
            standing: 0.55,
            pressure: 0.6,
            used_to: 0.5,
            unrest: 0.35,
            polarization: 0.4,
            sunni: 0.25,
            shia: 0.5,
            kabul_hurt: 0.5,
            pain: 0.35,
            frame: 0.35,
            losses: 55.0,
            cohesion: 0.75,
            drones: 30.0,
            hard_line: 0.6,
            kinship: 0.7,
            heat: smaller(p.attack_level / 7.0 * p.branching, 5.0),
            tempo: p.attack_level,
            fighters: 1.0,
            skill: 1.0,
            autonomy: 0.4,
            drive: 1.0,
            damage: 0.1,
            recruits: 0.1,
            share: [0.8, 0.3, 1.2],
            other_heat: [0.05, 0.02, 0.08],
            reach: 0.3,
            exhaustion: 0.1,
            arms: 0.2,
            india: 0.25,
            concern: 0.3,
            credit: 0.5,
            reported: 40.0,
            boldness: [0.3, 0.1],
            trust: 0.25,
            sanctuary: 0.8,
            with_us: 0.25,
            with_china: 0.5,
            with_iran: 0.1,
            friction: 0.25,
            ties: 0.4,
        };
        let mut trial = Self {
            model,
            rng,
            p,
            k,
            day: 0,
            v,
            border: BORDER_FIRE,
            targets: GARRISONS,
            kabul: BORDER_FIRE,
            policy: TOLERATE,
            us: STRIKES,
            israel: STRIKES,
            iran: STRIKES,
            intent: 0,
            gulf: 1,
            truce: false,
            truce_ends: 0,
            line: 1,
            contested: false,
            outer: 0.0,
            outer_opening: 0.0,
            outer_spill: 0.0,
            control: 0.0,
            weariness: 0.0,
            tension: 0.0,
            ordered: None,
            answer_due: None,
            mediation_due: 0,
            report_silent: 0,
            unanswered_silent: 0,
            split: false,
            above_air: false,
            above_deep: false,
            was_cracked: false,
            was_truce: false,
            was_contested: false,
            killed: 0.0,
            attacks: 0,
            embassy: false,
            strike_order: false,
            in_kind: false,
            tempo: [0.0; DAYS + 1],
            losses: [0.0; DAYS + 1],
            reported: [0.0; DAYS + 1],
            tensions: [0.0; DAYS + 1],
            killed_on: [0.0; DAYS + 1],
            attacks_on: [0; DAYS + 1],
            strikes_on: 0,
            killed_fortnight: 0.0,
            attacks_fortnight: 0,
            last_strike: NEVER,
            last_blood: NEVER,
            last_truce_lost: NEVER,
            clashes: [NEVER; 3],
            truce_run: 0,
            restraint_run: 0,
            hold_run: 0,
            strike_days: 0,
            rounds: 0,
            was_striking: false,
            first_strike: 0,
            first_answer: 0,
            answers: 0,
            top: 0,
            kabul_top: 0,
            attacks_total: 0,
            worst_fortnight: 0,
            killed_total: 0.0,
            civilians: 0.0,
            truce_days: 0,
            protests: 0,
            campaign_since: 0,
            pause_since: 0,
            hold_since: 0,
            restrained_since: 0,
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
        trial.outer_war();
        trial.renew_control();
        trial.renew_weariness();
        trial.tension = trial.tension_now();
        trial.tempo[0] = v.tempo;
        trial.losses[0] = v.losses;
        trial.reported[0] = v.reported;
        trial
    }

    #[inline]
    fn unit(&mut self) -> f64 {
        self.rng.random()
    }

    #[inline]
    fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// A constant hazard that gives probability `p` over a span of which a day is `share`; `most` is the largest that a
    /// day's chance can become, so that most days need no more than a random number.
    #[inline]
    fn within(&mut self, share: f64, most: f64, p: impl FnOnce(&Self) -> f64) -> bool {
        let u = self.unit();
        if u >= most {
            return false;
        }
        let p = p(self);
        // 1 - (1 - p)^s lies between s p and s p / (1 - p).
        if u < share * p {
            return true;
        }
        u * (1.0 - p) < share * p && u < 1.0 - (1.0 - p).powf(share)
    }

    /// A small Poisson number.
    #[inline]
    fn poisson(&mut self, mean: f64) -> u32 {
        let u = self.unit();
        // Below exp(-mean).
        if u <= 1.0 - mean {
            return 0;
        }
        let mut mass = (-mean).exp();
        let (mut sum, mut n) = (mass, 0);
        while u >= sum && n < 1000 {
            n += 1;
            mass *= mean / f64::from(n);
            sum += mass;
        }
        n
    }

    /// A power law above `min`.
    #[inline]
    fn pareto(&mut self, min: f64) -> f64 {
        let u = 1.0 - self.unit();
        min * (-u.ln() / self.p.tail).exp()
    }

    /// Whether a rate a day moves a regime today.
    #[inline]
    fn moves(&mut self, rate: f64) -> bool {
        let u = self.unit();
        // 1 - exp(-r) is below r.
        u < rate && u < 1.0 - (-rate).exp()
    }

    /// A choice by utilities; what is not available has minus infinity.
    #[inline]
    fn logit<const N: usize>(&mut self, sharpness: f64, utilities: [f64; N]) -> usize {
        let best = utilities.iter().copied().fold(f64::NEG_INFINITY, larger);
        self.pick(utilities.map(|u| if u == f64::NEG_INFINITY { 0.0 } else { (sharpness * (u - best)).exp() }))
    }

    /// A choice by weights.
    #[inline]
    fn pick<const N: usize>(&mut self, weights: [f64; N]) -> usize {
        let total: f64 = weights.iter().sum();
        let mut point = self.unit() * total;
        let mut last = 0;
        for (index, weight) in weights.into_iter().enumerate() {
            if weight > 0.0 {
                last = index;
                if point < weight {
                    return index;
                }
                point -= weight;
            }
        }
        last
    }

    /// The war in Iran has moved.
    fn outer_war(&mut self) {
        self.outer = 0.5 * INTENSITY[self.us] + 0.2 * INTENSITY[self.israel] + 0.3 * INTENSITY[self.iran];
        self.outer_opening = (self.p.coupling * (self.outer - 0.6)).exp();
        self.outer_spill = 0.05 * (2.0 * self.p.coupling * (self.outer - 0.4)).exp();
    }

    /// Kabul's policy or the TTP's autonomy has changed.
    fn renew_control(&mut self) {
        let x = self.k.control + PRESSURE[self.policy] - 1.5 * (self.v.autonomy - 0.4);
        self.control = 1.0 / (1.0 + (-x).exp());
    }

    /// More soldiers have died.
    fn renew_weariness(&mut self) {
        self.weariness = self.p.weary / std::f64::consts::LN_10 * (1.0 + self.v.soldiers_lost).ln();
    }

    #[inline]
    fn tension_now(&self) -> f64 {
        0.35 * SEVERITY[self.border] + 0.25 * SEVERITY[self.kabul] + 0.25 * self.outer + 0.15 * self.v.unrest
    }

    #[inline]
    fn overload(&self) -> f64 {
        let load = LOAD[self.border]
            + 0.25 * smaller(self.v.tempo * self.k.cooling, 2.0)
            + 0.3 * self.p.border_exposure * self.outer
            + 0.2 * self.v.unrest;
        larger(load - self.p.force_budget, 0.0)
    }

    #[inline]
    fn since(&self, day: i32) -> i32 {
        self.day as i32 - day
    }
}
