//! Real coverage of intervals: of all outcomes at once, at every look, at a stopping time, and pooled.

#![expect(clippy::cast_precision_loss, clippy::print_stdout, reason = "counts are far below 2^53; what was measured is printed")]

use escalade::rng::{AddressedRng, DrawKey, SiteId};
use escalade::stats::laws::binomial_band;
use escalade::stats::{ConfidenceSequence, Interval, IntervalMethod, Opinion, Precision, pool, simultaneous, wilson};
use rand_distr::{Binomial, Distribution};
use rayon::prelude::*;

/// False-alarm rate of each comparison.
pub(crate) const FAIL: f64 = 1e-9;
const LEVEL: f64 = 0.95;

/// The stream of a repetition under a name; the repetition is the seed.
pub(crate) fn stream(name: &str, repetition: u64) -> AddressedRng {
    AddressedRng::new(repetition, DrawKey { trial: 0, time: 0, site: SiteId::of_path(name), nth: 0 })
}

/// Hits in `n` trials of chance `p`.
fn hits(rng: &mut AddressedRng, n: u64, p: f64) -> u64 {
    Binomial::new(n, p).expect("a chance").sample(rng)
}

/// How often something holds in repetitions 0 to `n - 1`.
fn often(n: u64, holds: impl Fn(u64) -> bool + Sync) -> u64 {
    (0..n).into_par_iter().map(|seed| u64::from(holds(seed))).sum()
}

/// Fails if coverage is below the level: if a coverage of exactly the level gives so few with chance `FAIL`.
fn assert_covers(covered: u64, of: u64, what: &str) {
    let (low, _) = binomial_band(of, LEVEL, 2.0 * FAIL);
    println!("{what}: covered {:.4} of {of}", covered as f64 / of as f64);
    assert!(covered >= low, "{what}, seeds 0 to {}: covered {covered} of {of}, at least {low} expected", of - 1);
}

/// Fails unless coverage is visibly below the level, so that the test would have seen it.
fn assert_under_covers(covered: u64, of: u64, what: &str) {
    let (low, _) = binomial_band(of, LEVEL, 2.0 * FAIL);
    println!("{what}: covered only {:.4} of {of}", covered as f64 / of as f64);
    assert!(covered < low, "{what}, seeds 0 to {}: covered {covered} of {of}, fewer than {low} expected", of - 1);
}

#[test]
fn intervals_of_all_outcomes_hold_at_once() {
    const SEEDS: u64 = 20_000;
    let cases: [(&str, &[f64], u64); 3] = [
        ("five outcomes", &[0.5, 0.3, 0.14, 0.05, 0.01], 2_000),
        ("eight alike", &[0.125; 8], 500),
        ("two rare", &[0.98, 0.015, 0.005], 1_000),
    ];
    for (name, shares, n) in cases {
        let draw = |seed: u64| {
            let mut rng = stream(name, seed);
            let (mut left, mut rest) = (n, 1.0);
            let mut counts = Vec::new();
            for &share in shares {
                counts.push(hits(&mut rng, left, (share / rest).min(1.0)));
                left -= counts[counts.len() - 1];
                rest -= share;
            }
            counts
        };
        let all = |intervals: &[Interval]| intervals.iter().zip(shares).all(|(i, &p)| i.contains(p));
        for method in [IntervalMethod::Wilson, IntervalMethod::ClopperPearson] {
            let covered = often(SEEDS, |seed| all(&simultaneous(method, &draw(seed), n, LEVEL)));
            let what = format!("{name}, {method}");
            if method == IntervalMethod::ClopperPearson {
                assert_covers(covered, SEEDS, &what);
            } else {
                // Goodman's is an approximation, as each of its intervals is.
                println!("{what}: covered {:.4} of {SEEDS}", covered as f64 / SEEDS as f64);
                assert!(covered as f64 > 0.94 * SEEDS as f64, "{what}, seeds 0 to {}: covered {covered}", SEEDS - 1);
            }
        }
        let alone = |counts: &[u64]| counts.iter().map(|&k| wilson(k, n, LEVEL)).collect::<Vec<_>>();
        assert_under_covers(often(SEEDS, |seed| all(&alone(&draw(seed)))), SEEDS, &format!("{name}, each at 95 % for itself"));
    }
}

/// Share, looks every so many trials, and the rule.
const RULES: [(f64, u64, Precision); 7] = [
    (0.5, 64, Precision::Absolute(0.02)),
    (0.5, 1024, Precision::Relative(0.05)),
    (0.1, 64, Precision::Absolute(0.01)),
    (0.1, 256, Precision::Relative(0.1)),
    (0.01, 64, Precision::Absolute(0.005)),
    (0.01, 256, Precision::Relative(0.2)),
    (0.01, 1024, Precision::Relative(0.5)),
];

/// Looks every `every` trials until the rule is reached: trials, and whether the interval then holds the share.
fn until(rng: &mut AddressedRng, p: f64, every: u64, rule: Precision, interval: impl Fn(u64, u64) -> Interval) -> (u64, bool) {
    let (mut k, mut n) = (0, 0);
    loop {
        k += hits(rng, every, p);
        n += every;
        let found = interval(k, n);
        if rule.reached(k, n, found) {
            return (n, found.contains(p));
        }
    }
}

/// Trials after which Wilson's interval of the expected count reaches the rule: what a run needs that is planned
/// by someone who knows the share.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
fn planned(p: f64, rule: Precision) -> u64 {
    let reached = |n: &u64| {
        let k = (p * *n as f64).round() as u64;
        rule.reached(k, *n, wilson(k, *n, LEVEL))
    };
    (50..10_000_000).find(reached).expect("in the end")
}

#[test]
fn sequences_cover_at_the_stopping_time() {
    const SEEDS: u64 = 4_000;
    let sequence = ConfidenceSequence::new(LEVEL);
    for (p, every, rule) in RULES {
        let name = format!("share {p}, looks every {every}, {rule:?}");
        let run = |seed: u64| until(&mut stream(&name, seed), p, every, rule, |k, n| sequence.interval(k, n));
        let stops: Vec<(u64, bool)> = (0..SEEDS).into_par_iter().map(run).collect();
        let mean = stops.iter().map(|s| s.0).sum::<u64>() as f64 / SEEDS as f64;
        println!("{name}: stops after {mean:.0} on average; Wilson at a number fixed beforehand {}", planned(p, rule));
        assert_covers(stops.iter().filter(|s| s.1).count() as u64, SEEDS, &name);
    }
}

#[test]
fn sequences_cover_at_all_looks_and_repeated_wilson_does_not() {
    const SEEDS: u64 = 4_000;
    const EVERY: u64 = 64;
    let sequence = ConfidenceSequence::new(LEVEL);
    for p in [0.5, 0.1, 0.01, 1e-4] {
        let at_all = |seed: u64, name: &str, interval: &dyn Fn(u64, u64) -> Interval| {
            let mut rng = stream(name, seed);
            let mut k = 0;
            (1..=500).all(|look| {
                k += hits(&mut rng, EVERY, p);
                interval(k, look * EVERY).contains(p)
            })
        };
        let name = format!("share {p}, 500 looks");
        assert_covers(often(SEEDS, |s| at_all(s, &name, &|k, n| sequence.interval(k, n))), SEEDS, &name);
        let naive = often(SEEDS, |s| at_all(s, &name, &|k, n| wilson(k, n, LEVEL)));
        assert_under_covers(naive, SEEDS, &format!("{name}, repeated Wilson"));
    }
}

#[test]
fn repeated_wilson_under_covers_at_the_stopping_time() {
    // The power of the test of stopping times: a loose rule and Wilson's interval, short by luck where hits came early.
    const SEEDS: u64 = 20_000;
    let sequence = ConfidenceSequence::new(LEVEL);
    for (p, every, rule) in [(0.1, 1, Precision::Relative(0.5)), (0.03, 64, Precision::Relative(1.0)), (0.01, 64, Precision::Relative(1.0))]
    {
        let name = format!("share {p}, looks every {every}, {rule:?}");
        let run = |seed, interval: &dyn Fn(u64, u64) -> Interval| until(&mut stream(&name, seed), p, every, rule, interval).1;
        assert_covers(often(4_000, |s| run(s, &|k, n| sequence.interval(k, n))), 4_000, &name);
        assert_under_covers(often(SEEDS, |s| run(s, &|k, n| wilson(k, n, LEVEL))), SEEDS, &format!("{name}, repeated Wilson"));
    }
    // With the stricter rules of above it keeps its level, nearly: Chow and Robbins (1965).
    for (p, every, rule) in RULES {
        let name = format!("share {p}, looks every {every}, {rule:?}");
        let covered = often(SEEDS, |s| until(&mut stream(&name, s), p, every, rule, |k, n| wilson(k, n, LEVEL)).1);
        println!("{name}, repeated Wilson: covered {:.4} of {SEEDS}", covered as f64 / SEEDS as f64);
        assert!(covered as f64 > 0.93 * SEEDS as f64, "{name}, seeds 0 to {}: covered {covered}", SEEDS - 1);
    }
}

#[test]
fn pooled_intervals_cover() {
    const SEEDS: u64 = 20_000;
    type Runs<'a> = &'a [(f64, f64, u64)];
    let cases: [(&str, Runs<'_>); 3] = [
        ("three runs", &[(0.5, 0.3, 400), (0.3, 0.5, 400), (0.2, 0.1, 1000)]),
        ("a rare one", &[(1.0, 0.02, 500), (1.0, 0.002, 500)]),
        ("unequal lengths", &[(1.0, 0.2, 50), (3.0, 0.25, 5000)]),
    ];
    for (name, runs) in cases {
        let total: f64 = runs.iter().map(|r| r.0).sum();
        let truth: f64 = runs.iter().map(|r| r.0 / total * r.1).sum();
        let covers = |seed: u64| {
            let mut rng = stream(name, seed);
            let drawn: Vec<Opinion> =
                runs.iter().map(|&(weight, p, trials)| Opinion { weight, hits: hits(&mut rng, trials, p), trials }).collect();
            pool(&drawn, LEVEL).expect("weights").interval.contains(truth)
        };
        let covered = often(SEEDS, covers) as f64 / SEEDS as f64;
        println!("pool of {name}: covered {covered:.4} of {SEEDS}");
        // An approximation as Wilson's own is: near its level, not above it everywhere.
        assert!((0.94..0.97).contains(&covered), "pool of {name}, seeds 0 to {}: covered {covered}", SEEDS - 1);
    }
}
