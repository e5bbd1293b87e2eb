//! The Durand Line: the engine against programs written by hand for this scenario alone (`yardstick/`).
//!
//! All of them record what `run` records of each trial. Measurements are interleaved, round by round, and the figures are medians:
//! machines are shared, and only what was measured side by side can be compared. One thread. For that reason this is not a
//! criterion bench: criterion measures one thing to the end and then the next.
//!
//! `cargo bench --bench durand` (half a minute), `cargo bench --bench durand -- --quick` (a few seconds, for a look).
//!
//! `--only scalar|engine --trials N` runs N trials of one of them and prints nothing: for counting instructions
//! (`benches/instructions.sh`); the engine takes the level of `ESCALADE_CPU`.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, missing_docs, reason = "a bench prints what it measured")]

use std::hint::black_box;
use std::time::Instant;

use escalade::engine::{Engine, Level, chunk};
use escalade::program::Program;
use escalade::reference::{Silent, run_trial};
use escalade::results::Tally;
use escalade::scenario::{Changes, Scenario, load};
use escalade::study;

mod yardstick;

use yardstick::scalar::Model;
use yardstick::vector::Vector;

/// What the engine may cost, as a share of the scalar program's time.
fn required(level: Level) -> f64 {
    match level {
        Level::Baseline => 1.4,
        Level::Avx2 => 0.75,
        Level::Avx512 => 0.58,
    }
}

/// The engine with the recording of `run`: a tally per chunk, merged.
fn engine(scenario: &Scenario, program: &Program, level: Level, trials: u64) -> Tally {
    let shape = study::shape(scenario);
    let mut total = Tally::new(&shape);
    let mut engine: Engine<'_> = Engine::new(program, level);
    let mut other = |trial| run_trial(scenario, 1, trial, &mut Silent);
    let size = chunk(program);
    let mut from = 0;
    while from < trials {
        let to = (from + size).min(trials);
        let mut tally = Tally::new(&shape);
        engine.run(1, from..to, &mut other, &mut |row| tally.add(row, &shape)).expect("it runs");
        total.merge(tally);
        from = to;
    }
    total
}

fn scalar(model: &Model, trials: u64) -> yardstick::tally::Tally {
    let mut tally = yardstick::tally::Tally::default();
    model.run(1, trials, &mut tally);
    tally
}

fn vector(level: Level, trials: u64) -> yardstick::tally::Tally {
    let mut tally = yardstick::tally::Tally::default();
    Vector::new(level).run(1, 0..trials, &mut tally);
    tally
}

/// Microseconds a trial.
fn time<T>(trials: u64, run: impl FnOnce() -> T) -> f64 {
    let begun = Instant::now();
    black_box(run());
    begun.elapsed().as_secs_f64() * 1e6 / trials as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let after = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1)).map(String::as_str);
    let path = format!("{}/scenarios/durand-line.toml", env!("CARGO_MANIFEST_DIR"));
    let scenario = load(path.as_ref(), &Changes::default()).scenario.expect("a shipped scenario");
    let program = Program::new(&scenario);
    let model = Model::default();
    if let Some(only) = after("--only") {
        let trials = after("--trials").and_then(|t| t.parse().ok()).expect("--trials and a number");
        match only {
            "scalar" => drop(black_box(scalar(&model, trials))),
            "engine" => drop(black_box(engine(&scenario, &program, Level::best(), trials))),
            "vector" => drop(black_box(vector(Level::best(), trials))),
            _ => panic!("--only scalar, vector or engine"),
        }
        return;
    }
    let quick = args.iter().any(|a| a == "--quick");
    let (rounds, trials) = if quick { (5, 512) } else { (21, 2_048) };
    let levels = Level::available();
    // Per program, one time per round; the first round only warms up.
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); 2 * levels.len() + 1];
    for round in 0..=rounds {
        let mut row = vec![time(4 * trials, || scalar(&model, 4 * trials))];
        for level in &levels {
            row.push(time(trials, || vector(*level, trials)));
            row.push(time(trials, || engine(&scenario, &program, *level, trials)));
        }
        if round > 0 {
            times.iter_mut().zip(row).for_each(|(all, one)| all.push(one));
        }
    }
    let ratio = |a: &[f64], b: &[f64]| median(a.iter().zip(b).map(|(a, b)| a / b).collect());
    println!("Durand Line, microseconds a trial, recording included; medians of {rounds} rounds, 1 thread");
    println!("scalar {:.2}", median(times[0].clone()));
    println!(
        "{:<10} {:>8} {:>8} {:>15} {:>10} {:>15} {:>10}",
        "", "vector", "engine", "engine/scalar", "required", "engine/vector", "required"
    );
    for (level, own) in levels.iter().zip(times[1..].chunks_exact(2)) {
        let (vector, engine) = (&own[0], &own[1]);
        println!(
            "{:<10} {:>8.2} {:>8.2} {:>15.3} {:>10.2} {:>15.3} {:>10.2}",
            format!("{level:?}"),
            median(vector.clone()),
            median(engine.clone()),
            ratio(engine, &times[0]),
            required(*level),
            ratio(engine, vector),
            1.25
        );
    }
}
