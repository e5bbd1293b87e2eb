//! The program written by hand for the Durand Line is the Durand Line.
//!
//! Benches measure the engine against it, so it must do the same work: on 200,000 trials each, with random numbers of their
//! own, every share, every share together with an outcome, every mean day, every mean of a metric and its shares
//! below three thresholds must agree. A comparison fails by chance with a probability of 1e-9 (two-sided normal tail at
//! 6.11; metrics with heavy tails have none beyond that either, since the difference of two like samples is symmetric).
//!
//! The program over rows of trials draws from the engine's addresses, so it is held to more: its trials must be the engine's,
//! one by one, but for one in a thousand, where numbers that are rounded otherwise fall on two sides of a limit.
//!
//! When the scenario changes this law fails, and `benches/yardstick` must follow.

use std::path::{Path, PathBuf};

use crate::claims::{SEED, scenario};
use escalade::engine::{Engine, Level};
use escalade::program::Program;
use escalade::reference::{Silent, run_trial};
use escalade::results::TrialRow;
use rayon::prelude::*;

use crate::yardstick::scalar::Model;
use crate::yardstick::tally::{INDICATORS, METRICS, OUTCOMES, Row, Tally};
use crate::yardstick::vector::Vector;

const TRIALS: u64 = 200_000;
/// Trials that one task runs.
const CHUNK: u64 = 2_000;
/// Standard errors that a difference may reach.
const BAR: f64 = 6.11;

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/durand-line.toml")
}

/// A row of the engine as one of the yardstick.
fn like(row: &TrialRow) -> Row {
    let day = |step: u32| u8::try_from(step).expect("at most 120 days");
    Row {
        outcome: u8::try_from(row.outcome).expect("a few outcomes"),
        established: day(row.established),
        end: day(row.end),
        since: std::array::from_fn(|i| if row.indicators[i] { day(row.indicator_since[i].unwrap_or(row.end)) } else { 0 }),
        metrics: std::array::from_fn(|i| row.metrics[i].unwrap_or(f64::INFINITY)),
    }
}

fn tally(run: impl Fn(u64) -> Vec<Row> + Sync + Send) -> Tally {
    let mut tally = Tally::default();
    let rows: Vec<Vec<Row>> = (0..TRIALS / CHUNK).into_par_iter().map(run).collect();
    rows.iter().flatten().for_each(|row| tally.add(row));
    tally
}

fn engine() -> Tally {
    let scenario = scenario(&file(), None, &[]);
    let named = |names: &[&str], ids: Vec<&str>| assert_eq!(names, ids, "the yardstick must follow the scenario");
    named(&OUTCOMES, scenario.outcomes.iter().map(|o| o.id.as_str()).collect());
    named(&INDICATORS, scenario.indicators.iter().map(|o| o.id.as_str()).collect());
    named(&METRICS.map(|m| m.0), scenario.metrics.iter().map(|o| o.id.as_str()).collect());
    assert_eq!(METRICS.map(|m| m.1).to_vec(), scenario.metrics.iter().map(|m| m.given).collect::<Vec<_>>());
    assert!(scenario.indicators.iter().all(|i| i.given.is_none()));
    let program = Program::new(&scenario);
    tally(|chunk| {
        let mut rows = Vec::new();
        let mut engine: Engine<'_> = Engine::new(&program, Level::best());
        let mut reference = |trial| run_trial(&scenario, SEED, trial, &mut Silent);
        let trials = chunk * CHUNK..(chunk + 1) * CHUNK;
        engine.run(SEED, trials, &mut reference, &mut |row| rows.push(like(&row))).expect("the scenario runs");
        rows
    })
}

/// Mean and variance of a sample, and its size.
#[derive(Clone, Copy)]
struct Sample(f64, f64, f64);

impl Sample {
    fn of(values: impl Iterator<Item = (f64, u64)>) -> Self {
        let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
        for (value, times) in values {
            let times = times as f64;
            n += times;
            sum += times * value;
            squares += times * value * value;
        }
        let mean = sum / n;
        Self(mean, squares / n - mean * mean, n)
    }

    fn share(k: u64, n: u64) -> Self {
        Self::of([(1.0, k), (0.0, n - k)].into_iter())
    }
}

/// What differs.
#[derive(Default)]
struct Differences {
    compared: usize,
    worst: f64,
    wrong: Vec<String>,
}

impl Differences {
    fn compare(&mut self, what: &str, a: Sample, b: Sample) {
        // Two samples of one law have one variance: that of both together.
        let variance = (a.1 * a.2 + b.1 * b.2) / (a.2 + b.2) + (a.0 - b.0) * (a.0 - b.0) * a.2 * b.2 / ((a.2 + b.2) * (a.2 + b.2));
        let error = (variance * (1.0 / a.2 + 1.0 / b.2)).sqrt();
        let z = if error > 0.0 { (a.0 - b.0) / error } else { 0.0 };
        println!("{what:<52} {:>12.5} {:>12.5}  z {z:>6.2}", a.0, b.0);
        self.compared += 1;
        self.worst = self.worst.max(z.abs());
        if !(z.abs() < BAR) {
            self.wrong.push(format!("{what}: engine {:.6}, yardstick {:.6}, z {z:.2}", a.0, b.0));
        }
    }

    /// Days on which something was first so; few of them say nothing about a mean.
    fn days(&mut self, what: &str, a: &[u32], b: &[u32]) {
        let sample = |days: &[u32]| Sample::of(days.iter().enumerate().map(|(day, n)| (day as f64, u64::from(*n))));
        let (a, b) = (sample(a), sample(b));
        if a.2 >= 100.0 && b.2 >= 100.0 {
            self.compare(&format!("mean day of {what}"), a, b);
        }
    }

    fn tallies(&mut self, a: &Tally, b: &Tally) {
        for (i, name) in OUTCOMES.iter().enumerate() {
            self.compare(&format!("P({name})"), Sample::share(a.outcomes[i], a.trials), Sample::share(b.outcomes[i], b.trials));
            self.days(name, &a.outcome_days[i], &b.outcome_days[i]);
        }
        self.days("the end", &a.ends, &b.ends);
        for (i, name) in INDICATORS.iter().enumerate() {
            self.compare(&format!("P({name})"), Sample::share(a.indicators[i], a.trials), Sample::share(b.indicators[i], b.trials));
            self.days(name, &a.indicator_days[i], &b.indicator_days[i]);
            for (o, outcome) in OUTCOMES.iter().enumerate() {
                let (with, without) = (a.outcomes[o], b.outcomes[o]);
                let (x, y) = (Sample::share(a.joint[i][o], with), Sample::share(b.joint[i][o], without));
                self.compare(&format!("P({name} | {outcome})"), x, y);
            }
        }
        for (i, (name, _)) in METRICS.iter().enumerate() {
            let (x, y) = (&a.metrics[i], &b.metrics[i]);
            let read = |m: &crate::yardstick::tally::MetricTally| m.missing + m.values.len() as u64;
            self.compare(&format!("missing {name}"), Sample::share(x.missing, read(x)), Sample::share(y.missing, read(y)));
            let mean = |values: &[f64]| Sample::of(values.iter().map(|v| (*v, 1)));
            self.compare(&format!("mean({name})"), mean(&x.values), mean(&y.values));
            let mut both: Vec<f64> = x.values.iter().chain(&y.values).copied().collect();
            both.sort_by(f64::total_cmp);
            for q in [0.1, 0.5, 0.9] {
                let limit = both[(q * both.len() as f64) as usize];
                let below = |values: &[f64]| Sample::of(values.iter().map(|v| (f64::from(u8::from(*v < limit)), 1)));
                self.compare(&format!("P({name} < {limit:.4})"), below(&x.values), below(&y.values));
            }
        }
    }
}

fn agree(engine: &Tally, other: &Tally) {
    let mut differences = Differences::default();
    differences.tallies(engine, other);
    println!("{} comparisons, the largest difference {:.2} standard errors", differences.compared, differences.worst);
    assert!(differences.compared > 200);
    assert!(differences.wrong.is_empty(), "{} of {}:\n{}", differences.wrong.len(), differences.compared, differences.wrong.join("\n"));
}

#[test]
fn the_program_written_by_hand_is_the_scenario() {
    println!("engine: seed {SEED}; yardstick: seed {SEED} + chunk");
    let model = Model::default();
    let by_hand = tally(|chunk| {
        let mut rng = Model::generator(SEED + chunk);
        (0..CHUNK).map(|_| model.trial(&mut rng)).collect()
    });
    agree(&engine(), &by_hand);
}

/// What differs between two rows of one trial.
fn different(a: &Row, b: &Row) -> Vec<&'static str> {
    let mut names = Vec::new();
    let mut note = |name, same: bool| {
        if !same {
            names.push(name)
        }
    };
    note("outcome", a.outcome == b.outcome);
    note("established", a.established == b.established);
    note("end", a.end == b.end);
    for (i, name) in INDICATORS.into_iter().enumerate() {
        note(name, a.since[i] == b.since[i]);
    }
    for (i, (name, given)) in METRICS.into_iter().enumerate() {
        let (x, y) = (a.metrics[i], b.metrics[i]);
        let read = given.is_none_or(|g| a.since[g] > 0);
        note(name, !read || x == y || (x - y).abs() <= 1e-9 * (1.0 + x.abs()));
    }
    names
}

#[test]
fn rows_written_by_hand_are_the_engines_trials() {
    let trials = 20_000;
    let scenario = scenario(&file(), None, &[]);
    let engine = crate::claims::rows(&scenario, trials);
    for level in Level::available() {
        let by_hand = Vector::new(level).rows(SEED, 0..trials);
        assert_eq!(engine.len(), by_hand.len());
        let differing = engine.iter().zip(&by_hand).filter_map(|(a, b)| {
            let names = different(&like(a), b);
            (!names.is_empty()).then(|| format!("trial {}: {}", a.trial, names.join(", ")))
        });
        let differing: Vec<String> = differing.collect();
        println!("{level:?}: {} of {trials} trials differ", differing.len());
        let most = usize::try_from(trials / 1_000).expect("a small number");
        assert!(differing.len() <= most, "{} of {trials}:\n{}", differing.len(), differing[..differing.len().min(20)].join("\n"));
    }
}
