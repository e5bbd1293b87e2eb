//! Estimators on models with known answers: incidence under competing causes with censoring, and variance
//! between parameter points.

#![expect(clippy::cast_precision_loss, clippy::print_stdout, reason = "counts are far below 2^53; what was measured is printed")]

use crate::intervals::{FAIL, stream};
use escalade::math::normal_quantile;
use escalade::stats::{CumulativeIncidence, Moments, NestedShares, StepHistogram};
use rand::RngExt;
use rand_distr::{Beta, Binomial, Distribution};
use rayon::prelude::*;

use crate::claims::scenario;
use escalade::results::{Intervals, UncertainShare, UncertaintySummary};
use escalade::scenario::Scenario;
use escalade::stats::laws::binomial_band;
use escalade::study::{self, Cancel, Design, EngineKind, Halt, Nothing, Request, Until};
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

/// Readiness ~ beta(2, 3), a strike each day with that chance.
fn beta_prior() -> Scenario {
    scenario(concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/abstract/beta-prior.toml").as_ref(), None, &[])
}

fn request(seed: u64) -> Request {
    Request { seed, first: 0, trials: 1, variant: "base".to_owned(), intervals: Intervals::default(), engine: EngineKind::Columns }
}

type Reading = fn(&UncertaintySummary) -> UncertainShare;

/// From the scenario to the answer: chance given the parameters, its variance, and what it explains, all known.
///
/// P(strike on day 1) = r ~ beta(2, 3): mean 2/5, variance 1/25, explained 1/6. P(no strike in 10 days) = (1 - r)^10: mean
/// 6/91, mean square B(2, 23) / B(2, 3) = 12/552. The false-alarm rate of each comparison is `FAIL`.
#[test]
fn luck_and_ignorance_of_a_known_scenario() {
    const RUNS: u64 = 1_000;
    let scenario = beta_prior();
    let design = Design { points: 100, trials: 20 };
    let run = |seed| study::split(&scenario, &request(seed), design, &study::Silent, &Cancel::default()).unwrap().unwrap();
    let runs: Vec<UncertaintySummary> = (0..RUNS).map(run).collect();
    let rare = 6.0 / 91.0;
    let rare_variance = 12.0 / 552.0 - rare * rare;
    let day_one: Reading = |s| s.uncertainty.indicators[0].clone();
    let no_strike: Reading = |s| s.uncertainty.outcomes[0].clone();
    // What the interval of the explained share is said to hold: its level, but for rare outcomes whose chance is very skewed,
    // where the jackknife is too short (docs/statistics.md).
    let cases = [("day_one", day_one, 0.4, 0.04, 0.95), ("no_strike", no_strike, rare, rare_variance, 0.85)];
    for (name, of, mean, variance, said) in cases {
        let shares: Vec<_> = runs.iter().map(of).collect();
        assert!(shares.iter().all(|s| s.id == name));
        assert_unbiased(shares.iter().map(|s| s.share), mean, &format!("share of {name}"));
        let variances = shares.iter().map(|s| s.due_to_parameters.as_ref().map_or(0.0, |d| d.variance));
        assert_unbiased(variances, variance, &format!("variance of P({name} | parameters)"));
        let explained = variance / (mean * (1.0 - mean));
        let due = shares.iter().filter(|s| {
            let due = s.due_to_parameters.as_ref().unwrap();
            due.low.unwrap() <= explained && explained <= due.high.unwrap()
        });
        let share = shares.iter().filter(|s| s.interval.low <= mean && mean <= s.interval.high);
        for (what, covered, said) in [("share", share.count() as u64, 0.95), ("explained", due.count() as u64, said)] {
            println!("{name}: interval of the {what} holds in {covered} of {RUNS}");
            let (low, _) = binomial_band(RUNS, said, FAIL);
            assert!(covered >= low, "{name}, {what}: {covered} of {RUNS}, fewer than {low}");
        }
    }
    // The band of day_one: quantiles of beta(2, 3), within what 100 points of 20 trials blur.
    let truth = statrs::distribution::Beta::new(2.0, 3.0).unwrap();
    for (what, q) in [("low", 0.05), ("high", 0.95)] {
        let end = moments(runs.iter().map(day_one).map(|s| if q < 0.5 { s.given_parameters.low } else { s.given_parameters.high })).mean();
        println!("band, {what}: {end:.4}, really {:.4}", truth.inverse_cdf(q));
        assert!((end - truth.inverse_cdf(q)).abs() < 0.03);
    }
}

/// From the scenario to the answer: intervals of a run that stopped by what it saw, for all outcomes at once.
///
/// They hold with chance 0.95 or more; a program for which that is so fails with chance `FAIL` at most.
#[test]
fn intervals_hold_where_a_run_stops_by_itself() {
    const RUNS: u64 = 2_000;
    let scenario = beta_prior();
    let none = 6.0 / 91.0;
    let daily = 0.094_905_094_905_094_91;
    let truth = [none, daily, 1.0 - none - daily];
    let until = Until { precision: Some(0.03), relative: None, max_trials: 1_000_000, max_time: None };
    let mut trials = Moments::new();
    let mut held = 0;
    for seed in 0..RUNS {
        let tally = escalade::results::Tally::new(&study::shape(&scenario));
        let run = study::until(&scenario, &request(seed), &until, (&mut Nothing, tally), &study::Silent, &Cancel::default());
        let summary = match run {
            Ok(outcome) => outcome.summary,
            Err(Halt::Stop(stop)) => panic!("{stop}"),
            Err(Halt::Keeper(never)) => match never {},
        };
        assert!(summary.plan.stopping.as_ref().is_some_and(|s| s.reached && s.half_width <= 0.03));
        trials.add(summary.plan.trials as f64);
        held += u64::from(summary.outcomes.iter().zip(truth).all(|(o, p)| o.interval.low <= p && p <= o.interval.high));
    }
    println!("all intervals hold in {held} of {RUNS} runs of {:.0} trials on average", trials.mean());
    let (low, _) = binomial_band(RUNS, 0.95, FAIL);
    assert!(held >= low, "seeds 0 to {}: {held} of {RUNS}, fewer than {low}", RUNS - 1);
}
