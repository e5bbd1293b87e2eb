//! Time per trial: the reference, the engine at each kind of vector code, and for a small scenario a program written
//! by hand for it alone.
//!
//! Compare figures of one run only: machines differ, and are shared.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, missing_docs, reason = "a bench prints what it measured")]

use std::hint::black_box;
use std::path::Path;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use escalade::engine::{Engine, Level};
use escalade::program::Program;
use escalade::reference::{Silent, run_trial};
use escalade::scenario::{Changes, Scenario, load};

const SCENARIOS: [(&str, u64); 3] = [("durand-line", 256), ("abstract/gamblers-ruin", 4096), ("abstract/tit-for-tat", 4096)];

fn scenario(name: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name).with_extension("toml");
    load(&path, &Changes::default()).scenario.expect("a shipped scenario")
}

fn trials(c: &mut Criterion) {
    for (name, trials) in SCENARIOS {
        let scenario = scenario(name);
        let program = Program::new(&scenario);
        let mut group = c.benchmark_group(name);
        group.sample_size(10).throughput(Throughput::Elements(trials));
        group.bench_function("reference", |b| {
            // A part of the trials is enough to see how slow it is.
            b.iter_custom(|times| {
                let begun = std::time::Instant::now();
                for trial in 0..times * trials / 16 {
                    let _ = black_box(run_trial(&scenario, 1, trial % trials, &mut Silent));
                }
                begun.elapsed() * 16
            });
        });
        for level in Level::available() {
            let mut engine = Engine::<64>::new(&program, level);
            group.bench_function(BenchmarkId::new("columns", format!("{level:?}")), |b| {
                b.iter(|| {
                    let mut other = |trial| run_trial(&scenario, 1, trial, &mut Silent);
                    engine.run(1, 0..trials, &mut other, &mut |row| {
                        black_box(row.outcome);
                    })
                });
            });
        }
        if name.ends_with("gamblers-ruin") {
            group.bench_function("by hand", |b| {
                let mut state = 1;
                b.iter(|| (0..trials).map(|_| gambler(&mut state)).sum::<u32>());
            });
        }
        group.finish();
    }
}

/// The gambler's ruin as an engineer would write it for itself: a fast sequential generator, no addresses.
fn gambler(state: &mut u64) -> u32 {
    let mut rung = 2;
    for day in 1..=30 {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let u = ((z ^ (z >> 31)) >> 11) as f64 / 9_007_199_254_740_992.0;
        if u < 0.4 {
            rung += 1;
        } else if u < 0.7 {
            rung -= 1;
        }
        if rung == 0 || rung == 5 {
            return day;
        }
    }
    30
}

/// From the checked scenario to the program.
fn lowering(c: &mut Criterion) {
    let scenario = scenario("durand-line");
    c.bench_function("lower durand-line", |b| b.iter(|| Program::new(black_box(&scenario))));
}

criterion_group!(benches, trials, lowering);
criterion_main!(benches);
