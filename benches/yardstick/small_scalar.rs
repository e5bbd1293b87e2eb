//! The model of `benches/small.toml`, written by hand for it alone: the yardstick of the engine.
//!
//! What a careful engineer would write who needs this one model and no other: a fast sequential generator
//! (xoshiro256++), the distributions of `rand_distr`, the `exp` of the platform, state in local variables, constants
//! worked out beforehand. It has no addressed draws, so one more draw anywhere moves all that follow, and its results
//! depend on the platform's `exp`. It keeps counts, times and sums; no quantiles of metrics.
//!
//! `tests/laws/small_yardstick.rs` compares its shares and means with the engine's.

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, LogNormal};

/// Days of a trial.
pub const HORIZON: usize = 60;
/// Outcomes in the order of the scenario.
pub const OUTCOMES: [&str; 4] = ["war", "calm", "bloodshed", "standoff"];
/// Indicators in the order of the scenario.
pub const INDICATORS: [&str; 2] = ["first_blood", "envoy_came"];
/// Metrics in the order of the scenario.
pub const METRICS: [&str; 4] = ["dead", "blood_days", "peak", "mediation_end"];

// Rungs.
const PROTESTS: usize = 1;
const SANCTIONS: usize = 2;
const RAIDS: usize = 4;
const WAR: usize = 6;
/// What it costs to stand on each rung.
const COST: [f64; 7] = [0.0, 0.1, 0.3, 0.6, 1.3, 1.1, 1.8];
/// Most pressure of a public.
const MOST: f64 = 3.0;
/// Days of quiet that make calm.
const QUIET: usize = 21;

/// Days of something, counted.
pub type Days = [u64; HORIZON + 1];

/// What is kept of many trials.
#[derive(Clone, Debug)]
pub struct Results {
    /// Number of trials.
    pub trials: u64,
    /// Trials per outcome.
    pub outcomes: [u64; 4],
    /// Days on which each outcome was established.
    pub established: [Days; 4],
    /// Last days.
    pub ends: Days,
    /// Trials on which each indicator holds.
    pub indicators: [u64; 2],
    /// Days since which each indicator holds.
    pub since: [Days; 2],
    /// Sums of each metric.
    pub sums: [f64; 4],
    /// Sums of its squares.
    pub squares: [f64; 4],
}

/// Plays trials and adds them up.
pub fn run(seed: u64, trials: u64) -> Results {
    let mut results = Results {
        trials,
        outcomes: [0; 4],
        established: [[0; HORIZON + 1]; 4],
        ends: [0; HORIZON + 1],
        indicators: [0; 2],
        since: [[0; HORIZON + 1]; 2],
        sums: [0.0; 4],
        squares: [0.0; 4],
    };
    let mut rng = SmallRng::seed_from_u64(seed);
    let constants = Constants::new();
    for _ in 0..trials {
        trial(&mut rng, &constants, &mut results);
    }
    results
}

/// What does not change between trials.
struct Constants {
    dead: LogNormal<f64>,
    /// Chance of a leak on a day.
    leak: f64,
    /// Mean number of envoys on a day, and the chance of none.
    envoys: f64,
    no_envoy: f64,
    /// exp(2 * 0.6), the weight of holding.
    hold: f64,
}

impl Constants {
    fn new() -> Self {
        let envoys: f64 = 0.8 / 7.0;
        Self {
            dead: LogNormal::new(6.0_f64.ln(), 0.9).expect("0.9 is positive"),
            leak: 1.0 - (1.0_f64 - 0.6).powf(1.0 / 14.0),
            envoys,
            no_envoy: (-envoys).exp(),
            hold: 1.2_f64.exp(),
        }
    }

    /// A Poisson number by inversion: nearly always 0, so that one comparison decides.
    fn envoys(&self, rng: &mut SmallRng) -> u32 {
        let u: f64 = rng.random();
        let (mut n, mut term, mut below) = (0, self.no_envoy, self.no_envoy);
        while u >= below && n < 100 {
            n += 1;
            term *= self.envoys / f64::from(n);
            below += term;
        }
        n
    }

    /// The rung on which an actor stands after its choice.
    #[inline]
    fn choose(&self, rng: &mut SmallRng, resolve: f64, pressure: f64, mediation: f64, own: usize, other: usize) -> usize {
        let ahead = other as f64 - own as f64;
        let up = (2.0 * (resolve * pressure + 0.2 * ahead - COST[own + 1] - 0.5 * mediation)).exp();
        let down = if own > 0 { (2.0 * (0.5 * mediation + 0.3 * COST[own] - 0.4 * pressure)).exp() } else { 0.0 };
        let u = rng.random::<f64>() * (up + self.hold + down);
        if u < up {
            own + 1
        } else if u < up + self.hold || own == 0 {
            own
        } else {
            own - 1
        }
    }
}

#[inline]
fn trial(rng: &mut SmallRng, constants: &Constants, results: &mut Results) {
    let resolve = 0.6 + 0.8 * rng.random::<f64>();
    let friction = 0.04 + 0.12 * rng.random::<f64>();
    let (mut red, mut blue) = (SANCTIONS, PROTESTS);
    let (mut red_pressure, mut blue_pressure, mut mediation) = (0.6_f64, 0.4_f64, 0.3_f64);

    let mut dead = 0.0;
    let mut peak = 0;
    let mut blood_days = 0_u32;
    let mut quiet_days = 0;
    // Days since which something holds; 0 is never.
    let (mut blood_since, mut first_blood, mut first_envoy) = (0, 0, 0);
    let mut day = 0;
    let mut ended = None;
    while day < HORIZON && ended.is_none() {
        day += 1;
        // Events, on the state of the day before.
        if rng.random::<f64>() < friction {
            let killed = constants.dead.sample(rng);
            dead += killed;
            red_pressure = (red_pressure + (0.05 * killed).min(0.9)).min(MOST);
        }
        if rng.random::<f64>() < constants.leak {
            blue_pressure = (blue_pressure + 0.4).min(MOST);
        }
        if red >= SANCTIONS || blue >= SANCTIONS {
            let n = constants.envoys(rng);
            if n > 0 {
                mediation = (mediation + 0.2 * f64::from(n)).min(1.0);
                if first_envoy == 0 {
                    first_envoy = day;
                }
            }
        }
        // Decisions, all on the same state.
        let red_next = constants.choose(rng, resolve, red_pressure, mediation, red, blue);
        let blue_next = constants.choose(rng, resolve, blue_pressure, mediation, blue, red);
        let threatens = day % 7 == 0 && rng.random::<f64>() < 0.25 * red_pressure;
        let mut change = if threatens { -0.1 } else { 0.0 };
        if day % 3 == 0 {
            let (welcome, rebuff) = (1.0 + 2.0 * mediation, 0.5 + blue_pressure);
            let u = rng.random::<f64>() * (welcome + rebuff + 2.0);
            if u < welcome {
                change += 0.1;
            } else if u < welcome + rebuff {
                change -= 0.15;
            }
        }
        if threatens {
            blue_pressure = (blue_pressure + 0.3).min(MOST);
        }
        mediation = (mediation + change).clamp(0.0, 1.0);
        (red, blue) = (red_next, blue_next);
        // Reactions.
        if red >= RAIDS && rng.random::<f64>() < 0.3 {
            blue_pressure = (blue_pressure + 0.4).min(MOST);
        }
        let quiet = red <= PROTESTS && blue <= PROTESTS;
        if quiet && rng.random::<f64>() < 0.4 {
            red_pressure = (red_pressure - 0.2).max(0.0);
            blue_pressure = (blue_pressure - 0.2).max(0.0);
        }
        // Drift.
        red_pressure -= 0.05 * red_pressure;
        blue_pressure -= 0.05 * blue_pressure;
        mediation -= 0.03 * mediation;
        // What is recorded.
        let highest = red.max(blue);
        peak = peak.max(highest);
        if highest >= RAIDS {
            blood_days += 1;
            if blood_since == 0 {
                blood_since = day;
            }
            if first_blood == 0 {
                first_blood = day;
            }
        } else {
            blood_since = 0;
        }
        quiet_days = if quiet { quiet_days + 1 } else { 0 };
        if highest == WAR {
            ended = Some((0, day));
        } else if quiet_days >= QUIET {
            ended = Some((1, day));
        }
    }
    let (outcome, established) = ended.unwrap_or(if blood_since > 0 { (2, blood_since) } else { (3, day) });

    results.outcomes[outcome] += 1;
    results.established[outcome][established] += 1;
    results.ends[day] += 1;
    for (indicator, since) in [first_blood, first_envoy].into_iter().enumerate() {
        if since > 0 {
            results.indicators[indicator] += 1;
            results.since[indicator][since] += 1;
        }
    }
    for (metric, value) in [dead, f64::from(blood_days), peak as f64, mediation].into_iter().enumerate() {
        results.sums[metric] += value;
        results.squares[metric] += value * value;
    }
}
