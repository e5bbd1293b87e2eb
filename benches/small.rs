//! The small scenario: the engine against a program written by hand for it alone.
//!
//! Both do what a run needs: trials, and counts, times and sums of them (the engine's side also sorts metrics into
//! bins for quantiles, as `escalade run` does). One thread. The sides take turns, so that what else the machine does
//! falls on all of them; the ratio is that of their medians. For information only: nothing is asserted here.

#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    missing_docs,
    reason = "a bench prints what it measured"
)]

#[path = "yardstick/small_scalar.rs"]
#[expect(dead_code, reason = "names and numbers of trials are read by the law that compares it with the engine")]
mod small_scalar;

use std::hint::black_box;
use std::time::Instant;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group};
use escalade::engine::{Engine, Level, chunk};
use escalade::program::Program;
use escalade::reference::{Silent, run_trial};
use escalade::results::{Shape, Tally};
use escalade::scenario::{Changes, Scenario, load};
use escalade::study::shape;

/// Trials of one turn: some 50 milliseconds.
const TRIALS: u64 = 16_384;
/// Turns of each side.
const ROUNDS: usize = 41;
/// The ratio that is asked for, with AVX2.
const ASKED: f64 = 0.75;

fn scenario() -> Scenario {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/small.toml");
    load(path.as_ref(), &Changes::default()).scenario.expect("a scenario that checks")
}

/// Trials `0..TRIALS` by the engine, tallied chunk by chunk as a study does.
fn by_engine(engine: &mut Engine<'_>, scenario: &Scenario, chunk: u64, shape: &Shape) -> Tally {
    let mut total = Tally::new(shape);
    let mut from = 0;
    while from < TRIALS {
        let to = (from + chunk).min(TRIALS);
        let mut tally = Tally::new(shape);
        let mut other = |trial| run_trial(scenario, 1, trial, &mut Silent);
        engine.run(1, from..to, &mut other, &mut |row| tally.add(row, shape)).expect("it runs");
        total.merge(tally);
        from = to;
    }
    total
}

/// The same without tallying, to see what it costs.
fn rows_only(engine: &mut Engine<'_>, scenario: &Scenario) {
    let mut other = |trial| run_trial(scenario, 1, trial, &mut Silent);
    engine
        .run(1, 0..TRIALS, &mut other, &mut |row| {
            black_box(row);
        })
        .expect("it runs");
}

/// The turns, and the ratios of their medians.
fn side_by_side() {
    let scenario = scenario();
    let (program, shape) = (Program::new(&scenario), shape(&scenario));
    let chunk = chunk(&program);
    let levels = Level::available();
    let best = Level::best();
    let mut engines: Vec<Engine<'_>> = levels.iter().map(|level| Engine::new(&program, *level)).collect();
    let mut bare = Engine::new(&program, best);
    let mut times = vec![Vec::new(); levels.len() + 2];
    for round in 0..=ROUNDS {
        let mut timed = |side: usize, turn: &mut dyn FnMut()| {
            let begun = Instant::now();
            turn();
            // The first round only warms up.
            if round > 0 {
                times[side].push(begun.elapsed().as_secs_f64());
            }
        };
        timed(0, &mut || {
            black_box(small_scalar::run(round as u64, TRIALS));
        });
        for (at, engine) in engines.iter_mut().enumerate() {
            timed(at + 1, &mut || {
                black_box(by_engine(engine, &scenario, chunk, &shape));
            });
        }
        timed(levels.len() + 1, &mut || rows_only(&mut bare, &scenario));
    }
    let medians: Vec<f64> = times.iter_mut().map(|t| median(t)).collect();
    println!("small scenario, {TRIALS} trials a turn, medians of {ROUNDS} turns; asked: at most {ASKED} with Avx2");
    let mut names = vec!["by hand".to_owned()];
    names.extend(levels.iter().map(|level| format!("engine, {level:?}")));
    names.push(format!("engine, {best:?}, not tallied"));
    for (name, time) in names.iter().zip(&medians) {
        println!("  {name:<30} {:7.3} us/trial   ratio {:.3}", time / TRIALS as f64 * 1e6, time / medians[0]);
    }
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The same sides one after the other, with criterion's statistics.
fn one_by_one(c: &mut Criterion) {
    let scenario = scenario();
    let (program, shape) = (Program::new(&scenario), shape(&scenario));
    let mut group = c.benchmark_group("small");
    group.sample_size(10).throughput(Throughput::Elements(TRIALS));
    group.bench_function("by hand", |b| b.iter(|| small_scalar::run(1, TRIALS)));
    for level in Level::available() {
        let mut engine = Engine::new(&program, level);
        let chunk = chunk(&program);
        group.bench_function(BenchmarkId::new("columns", format!("{level:?}")), |b| {
            b.iter(|| by_engine(&mut engine, &scenario, chunk, &shape));
        });
    }
    group.finish();
}

criterion_group!(benches, one_by_one);

fn main() {
    // `cargo test` runs benches to see that they work: no turns then.
    if std::env::args().any(|argument| argument == "--bench") {
        side_by_side();
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
