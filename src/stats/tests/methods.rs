//! Methods by name, against arbitrary precision; simultaneous levels; confidence sequences; precision.

use statrs::distribution::{Beta, ContinuousCDF};

use super::super::{ConfidenceSequence, Interval, IntervalMethod, Precision, simultaneous, simultaneous_level};
use super::reference::{INTERVALS, SEQUENCES};

/// Error of an end: relative for small shares, absolute near 1, where a double has no more.
fn miss(found: f64, known: f64) -> f64 {
    if found == known { 0.0 } else { (found - known).abs() / known }
}

#[test]
fn names_lead_to_methods_and_back() {
    for method in IntervalMethod::ALL {
        assert_eq!(IntervalMethod::by_name(method.name()), Some(method));
        assert_eq!(method.to_string(), method.name());
    }
    assert_eq!(IntervalMethod::by_name("Wilson"), None);
    assert_eq!(IntervalMethod::default(), IntervalMethod::Wilson);
}

#[test]
fn ends_are_those_of_arbitrary_precision() {
    // Worst relative error of each method, for up to 10^4 trials and for 10^7.
    let mut worst = [[0.0_f64; 3]; 2];
    for &(k, n, level, known) in INTERVALS {
        let many = usize::from(n > 10_000);
        for (i, method) in IntervalMethod::ALL.into_iter().enumerate() {
            let found = method.interval(k, n, level);
            let [low, high] = known[i];
            let error = miss(found.low, low).max(miss(found.high, high));
            worst[many][i] = worst[many][i].max(error);
            let message = || format!("{method}, {k} of {n} at {level}: {found:?}, not {:?}: {error:e}", known[i]);
            assert!((found.low - low).abs() < 1e-15 && (found.high - high).abs() < 1e-15, "{}", message());
            // With 10^7 trials the incomplete beta function loses digits of shares near 0.
            let limit = if many == 0 || method == IntervalMethod::Wilson || k == 0 && i == 1 { 1e-12 } else { 1e-9 };
            assert!(error < limit, "{}", message());
            assert!(k > 0 || found.low == 0.0);
            assert!(k < n || found.high == 1.0);
        }
    }
    println!("worst relative errors up to 10^4 trials {:?}, at 10^7 {:?}", worst[0], worst[1]);
}

#[test]
fn ends_meet_their_definition_by_statrs() {
    // The distribution function of statrs is itself off by 1e-12 at 1000 trials and more beyond; up to 300 it can
    // confirm 1e-12. Beyond, the numbers of `reference` must do.
    for n in [1_u32, 2, 10, 100, 300] {
        for k in [0, 1, n / 3, n / 2, n - 1, n] {
            for level in [0.5, 0.9, 0.95, 0.99, 0.9999] {
                let tail = 0.5 * (1.0 - level);
                let (hits, misses) = (f64::from(k), f64::from(n - k));
                let check = |a: f64, b: f64, x: f64, p: f64| {
                    let found = Beta::new(a, b).expect("shapes").cdf(x);
                    assert!((found - p).abs() < 1e-12, "{k} of {n} at {level}: {found}, not {p}");
                };
                let exact = IntervalMethod::ClopperPearson.interval(k.into(), n.into(), level);
                let bayes = IntervalMethod::Jeffreys.interval(k.into(), n.into(), level);
                if k > 0 {
                    check(hits, misses + 1.0, exact.low, tail);
                    check(hits + 0.5, misses + 0.5, bayes.low, tail);
                }
                if k < n {
                    check(hits + 1.0, misses, exact.high, 1.0 - tail);
                    check(hits + 0.5, misses + 0.5, bayes.high, 1.0 - tail);
                }
            }
        }
    }
}

#[test]
fn simultaneous_intervals_are_single_ones_at_a_higher_level() {
    assert_eq!(simultaneous_level(0.95, 0), 0.95);
    assert_eq!(simultaneous_level(0.95, 1), 0.95);
    assert!((simultaneous_level(0.9, 4) - 0.975).abs() < 1e-15);
    let counts = [70, 30, 0];
    let level = simultaneous_level(0.95, 3);
    let found = simultaneous(IntervalMethod::Jeffreys, &counts, 100, 0.95);
    assert_eq!(found, counts.map(|k| IntervalMethod::Jeffreys.interval(k, 100, level)));
    // Goodman's formula with the quantile of chi-square: R, qchisq(1 - 0.05 / 3, 1) = 5.731 (statrs to more digits).
    let b = statrs::distribution::ChiSquared::new(1.0).expect("freedom").inverse_cdf(1.0 - 0.05 / 3.0);
    let (n, k) = (100.0, 70.0);
    let root = (b * (b + 4.0 * k * (n - k) / n)).sqrt();
    let goodman = [(b + 2.0 * k - root) / (2.0 * (n + b)), (b + 2.0 * k + root) / (2.0 * (n + b))];
    let ours = simultaneous(IntervalMethod::Wilson, &counts, 100, 0.95)[0];
    assert!((ours.low - goodman[0]).abs() < 1e-8 && (ours.high - goodman[1]).abs() < 1e-8, "{ours:?} {goodman:?}");
}

#[test]
#[should_panic(expected = "101 outcomes in 100 trials")]
fn outcomes_exclude_each_other() {
    let _ = simultaneous(IntervalMethod::Wilson, &[70, 31], 100, 0.95);
}

#[test]
fn sequences_have_the_ends_of_arbitrary_precision() {
    let mut worst = 0.0_f64;
    for &(k, n, level, known) in SEQUENCES {
        let found = ConfidenceSequence::new(level).interval(k, n);
        let error = miss(found.low, known[0]).max(miss(found.high, known[1]));
        assert!(error < 1e-12, "{k} of {n} at {level}: {found:?}, not {known:?}: {error:e}");
        worst = worst.max(error);
        let mirror = ConfidenceSequence::new(level).interval(n - k, n);
        assert!((mirror.low - (1.0 - found.high)).abs() < 1e-15);
    }
    println!("relative error: {worst:e}");
}

#[test]
fn sequences_are_wider_than_single_intervals_and_sane_everywhere() {
    let sequence = ConfidenceSequence::new(0.95);
    assert_eq!(sequence.interval(0, 0), Interval { low: 0.0, high: 1.0 });
    assert_eq!(sequence.level(), 0.95);
    assert_eq!(ConfidenceSequence::simultaneous(0.95, 5), ConfidenceSequence::new(simultaneous_level(0.95, 5)));
    for n in [1, 2, 3, 19, 20, 21, 500, 123_456, 1_000_000_000] {
        for k in [0, 1, n / 1000, n / 3, n / 2, n - 1, n] {
            let (found, single) = (sequence.interval(k, n), IntervalMethod::ClopperPearson.interval(k, n, 0.95));
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            let share = k as f64 / n as f64;
            assert!(0.0 <= found.low && found.low <= single.low && single.high <= found.high && found.high <= 1.0, "{k} of {n}");
            assert!(found.contains(share));
            // The promise of the documentation: within n KL < ln(2 sqrt(n) / 0.05).
            #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
            let limit = (40.0 * (n as f64).sqrt()).ln() / (2.0 * n as f64);
            let pinsker = limit.sqrt() * (1.0 + 1e-9);
            assert!(found.high - share <= pinsker && share - found.low <= pinsker, "{k} of {n}: {found:?}");
        }
    }
}

#[test]
fn precision_is_half_the_length() {
    let interval = Interval { low: 0.25, high: 0.75 };
    assert!(Precision::Absolute(0.25).reached(5, 10, interval));
    assert!(!Precision::Absolute(0.249).reached(5, 10, interval));
    assert!(Precision::Relative(0.5).reached(5, 10, interval));
    assert!(!Precision::Relative(0.5).reached(4, 10, interval));
    // Of what never happened no relative precision is known.
    assert!(!Precision::Relative(1e9).reached(0, 10, Interval { low: 0.0, high: 1e-9 }));
    assert!(Precision::Absolute(1e-9).reached(0, 10, Interval { low: 0.0, high: 1e-9 }));
    assert!(!Precision::Absolute(1.0).reached(0, 0, Interval { low: 0.0, high: 1.0 }));
}
