//! Estimators on models with known answers: incidence under competing causes with censoring, and variance
//! between parameter points.

#![expect(clippy::cast_precision_loss, clippy::print_stdout, reason = "counts are far below 2^53; what was measured is printed")]

use crate::intervals::{FAIL, stream};
use escalade::math::normal_quantile;
use escalade::stats::{CumulativeIncidence, Moments, NestedShares, StepHistogram};
use rand::RngExt;
use rand_distr::{Beta, Binomial, Distribution};
use rayon::prelude::*;
use statrs::distribution::ContinuousCDF;

const SEEDS: u64 = 4_000;

/// Mean and standard deviation.
fn moments(values: impl Iterator<Item = f64>) -> Moments {
    let mut m = Moments::new();
    values.for_each(|x| m.add(x));
    m
}

/// Asserts that a mean over seeds is the expected one: within as many standard errors as a normal number leaves
/// with chance `FAIL`. Returns the smallest bias that would be seen every time but one in 10^9.
fn assert_unbiased(values: impl Iterator<Item = f64>, expected: f64, what: &str) {
    let m = moments(values);
    let limit = -normal_quantile(0.5 * FAIL);
    let z = (m.mean() - expected) / m.standard_error();
    println!(
        "{what}: {:.6}, expected {expected:.6}, {z:+.2} standard errors; sees a bias of {:.1e}",
        m.mean(),
        2.0 * limit * m.standard_error()
    );
    assert!(z.abs() < limit, "{what}, seeds 0 to {}: {} is not {expected}, {z} standard errors", m.count() - 1, m.mean());
}

#[test]
fn incidence_is_unbiased_under_censoring() {
    const TRIALS: u64 = 200;
    // Chances per step, of the two causes and of being censored after the causes had their turn.
    let (first, second, lost) = (0.03, 0.02, 0.03);
    let hazard: f64 = first + second;
    let simulate = |seed: u64| {
        let mut rng = stream("laws.incidence", seed);
        let mut kinds = [StepHistogram::new(), StepHistogram::new(), StepHistogram::new()];
        for _ in 0..TRIALS {
            for step in 1..=40 {
                let (u, v): (f64, f64) = (rng.random(), rng.random());
                let kind = if u < first {
                    Some(0)
                } else if u < hazard {
                    Some(1)
                } else if v < lost {
                    Some(2)
                } else {
                    None
                };
                if let Some(kind) = kind {
                    kinds[kind].add(step);
                    break;
                }
            }
        }
        let [a, b, censored] = kinds;
        let naive = [10, 25].map(|t| a.iter().filter(|&(s, _)| s <= t).map(|(_, c)| c).sum::<u64>() as f64 / TRIALS as f64);
        (CumulativeIncidence::new(&[a, b], Some(&censored), TRIALS), naive)
    };
    let runs: Vec<_> = (0..SEEDS).into_par_iter().map(simulate).collect();
    for (place, step) in [10_u32, 25].into_iter().enumerate() {
        for (cause, chance) in [(0, first), (1, second)] {
            let truth = chance / hazard * (1.0 - (0..step).map(|_| 1.0 - hazard).product::<f64>());
            let shares = || runs.iter().map(|r| r.0.at(cause, step).share);
            assert_unbiased(shares(), truth, &format!("incidence of cause {cause} by step {step}"));
            // The variance is that of the estimates; its own expectation is right to a few percent only.
            let real = moments(shares()).sd();
            let claimed = moments(runs.iter().map(|r| r.0.at(cause, step).variance)).mean().sqrt();
            println!("  standard deviation {real:.5}, claimed {claimed:.5}");
            assert!((claimed / real - 1.0).abs() < 0.05);
            let covered = runs.iter().filter(|r| r.0.at(cause, step).interval(0.95).contains(truth)).count();
            println!("  covered {:.4}", covered as f64 / SEEDS as f64);
            assert!(covered as f64 > 0.935 * SEEDS as f64, "{covered}");
        }
        // Power: the plain share of all trials is visibly too low.
        let truth = first / hazard * (1.0 - (0..step).map(|_| 1.0 - hazard).product::<f64>());
        let naive = moments(runs.iter().map(|r| r.1[place]));
        assert!((naive.mean() - truth) / naive.standard_error() < -20.0);
    }
}

/// A beta distribution of P, with points and trials per point.
const NESTS: [(f64, f64, usize, u64); 5] =
    [(2.0, 6.0, 100, 20), (0.5, 0.5, 60, 50), (5.0, 5.0, 200, 100), (1.0, 20.0, 200, 20), (300.0, 300.0, 200, 50)];

#[test]
fn luck_and_ignorance_are_told_apart() {
    for (a, b, points, trials) in NESTS {
        let what = format!("beta({a}, {b}), {points} points of {trials}");
        let simulate = |seed: u64| {
            let mut rng = stream(&what, seed);
            let law = Beta::new(a, b).expect("shapes");
            let hits: Vec<u64> =
                (0..points).map(|_| Binomial::new(trials, law.sample(&mut rng)).expect("a chance").sample(&mut rng)).collect();
            NestedShares::new(&hits, trials)
        };
        let runs: Vec<NestedShares> = (0..SEEDS).into_par_iter().map(simulate).collect();
        let (mean, share) = (a / (a + b), 1.0 / (a + b + 1.0));
        let variance = mean * (1.0 - mean) * share;
        assert_unbiased(runs.iter().map(NestedShares::share), mean, &format!("{what}: share"));
        assert_unbiased(runs.iter().map(|r| r.variance().raw), variance, &format!("{what}: variance"));
        let explained = moments(runs.iter().map(|r| r.explained().expect("it happens").raw));
        let error = moments(runs.iter().map(|r| r.standard_error() * r.standard_error())).mean().sqrt();
        let real = moments(runs.iter().map(NestedShares::share)).sd();
        println!("  explained {:.5}, really {share:.5}; standard error {error:.5}, really {real:.5}", explained.mean());
        assert!((explained.mean() - share).abs() < 0.03 * share.max(0.05) && (error / real - 1.0).abs() < 0.05);

        let intervals: Vec<_> = runs.iter().filter_map(|r| r.explained_interval(0.95)).collect();
        let covered = intervals.iter().filter(|i| i.contains(share)).count() as f64 / SEEDS as f64;
        println!("  interval of the share explained: {} of {SEEDS}, covered {covered:.4}", intervals.len());
        assert!((0.92..0.985).contains(&covered), "{what}: {covered}");

        // Quantiles: those of the shares as they are, and those pulled in.
        let law = statrs::distribution::Beta::new(a, b).expect("shapes");
        for q in [0.05, 0.5, 0.95] {
            let truth = law.inverse_cdf(q);
            let pulled = moments(runs.iter().map(|r| r.quantile(q))).mean();
            let naive = moments(runs.iter().map(|r| r.share() + (r.quantile(q) - r.share()) / r.reliability().sqrt().max(1e-9))).mean();
            println!("  quantile {q}: {pulled:.4}, as they are {naive:.4}, really {truth:.4}");
            assert!((pulled - truth).abs() < 0.03, "{what}: quantile {q}: {pulled}, not {truth}");
        }
    }
}
