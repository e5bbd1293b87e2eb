//! Paired differences against known values and their own definitions.

use super::super::{PairedCounts, PairedMoments, clopper_pearson};

fn table(both: u64, base_only: u64, arm_only: u64, neither: u64) -> PairedCounts {
    PairedCounts { both, base_only, arm_only, neither }
}

#[test]
fn a_table_that_changes_nothing_differs_by_exactly_nothing() {
    for n in [1, 10, 100_000] {
        let same = table(n, 0, 0, 3 * n);
        let bound = clopper_pearson(0, 4 * n, 0.95).high;
        let interval = same.interval(0.95);
        assert_eq!((same.difference(), same.changed(), same.ratio(), same.gain()), (0.0, 0, Some(1.0), None));
        assert!(same.difference().is_sign_positive());
        assert!((interval.high - bound).abs() < 1e-15 && interval.low == -interval.high);
        assert!(same.ratio_interval(0.95).unwrap().contains(1.0));
    }
    let balanced = table(5, 7, 7, 100);
    assert_eq!(balanced.difference(), 0.0);
    assert!(balanced.interval(0.95).contains(0.0) && balanced.interval(0.95).width() > 0.0);
}

#[test]
fn edges() {
    let none = PairedCounts::default();
    assert_eq!((none.difference(), none.ratio(), none.gain()), (0.0, None, None));
    assert_eq!((none.interval(0.9).low, none.interval(0.9).high), (-1.0, 1.0));
    let all = table(0, 0, 50, 0);
    assert_eq!((all.difference(), all.interval(0.95).high, all.ratio(), all.gain()), (1.0, 1.0, None, None));
    assert!(all.interval(0.95).low > 0.8 && all.interval(0.95).low < 1.0);
    let gone = table(0, 30, 0, 70);
    let ratio = gone.ratio_interval(0.95).unwrap();
    assert_eq!((gone.difference(), gone.ratio(), ratio.low), (-0.3, Some(0.0), 0.0));
    assert!(ratio.high > 0.05 && ratio.high < 0.2, "{ratio:?}");
}

#[test]
fn swapping_the_arms_mirrors_the_interval() {
    for (both, b, c, neither) in [(4, 0, 3, 20), (0, 9, 2, 1), (300, 20, 31, 9000), (7, 5, 5, 0), (0, 1, 0, 0)] {
        let (one, other) = (table(both, b, c, neither), table(both, c, b, neither));
        for level in [0.9, 0.999_9] {
            let (x, y) = (one.interval(level), other.interval(level));
            assert!((x.low + y.high).abs() < 1e-14 && (x.high + y.low).abs() < 1e-14, "{x:?} {y:?}");
            assert!(x.contains(one.difference()) && x.low >= -1.0 && x.high <= 1.0);
            if let (Some(x), Some(y)) = (one.ratio_interval(level), other.ratio_interval(level))
                && one.arm() > 0
            {
                assert!((x.low * y.high - 1.0).abs() < 1e-9 && (x.high * y.low - 1.0).abs() < 1e-9, "{x:?} {y:?}");
            }
        }
    }
}

/// With many trials the interval is that of the normal approximation: `z sqrt(((b + c) / n - d^2) / n)` on each side.
#[test]
fn many_trials_give_the_normal_interval() {
    let many = table(3_000_000, 400_000, 700_000, 5_900_000);
    let (n, d) = (1e7_f64, 0.03);
    let half = 1.959_963_984_540_054 * ((0.11 - d * d) / n).sqrt();
    let interval = many.interval(0.95);
    assert!((interval.low - (d - half)).abs() < 1e-3 * half && (interval.high - (d + half)).abs() < 1e-3 * half, "{interval:?}");
    let unpaired = 0.34 * 0.66 + 0.37 * 0.63;
    assert!((many.gain().unwrap() - unpaired / (0.11 - d * d)).abs() < 1e-12);
}

/// Where no trial changed the score is `-sqrt(x (r - 1))` for a ratio `r` above 1, with `x` trials in both.
#[test]
fn ratios_of_equal_arms_have_the_known_interval() {
    let z2 = 1.959_963_984_540_054_f64.powi(2);
    let found = table(40, 0, 0, 60).ratio_interval(0.95).unwrap();
    assert!((found.high - (1.0 + z2 / 40.0)).abs() < 1e-9 && (found.low - 1.0 / (1.0 + z2 / 40.0)).abs() < 1e-9, "{found:?}");
}

/// Ends of the ratio's interval satisfy the score equation, here solved for independently: with (a, b, c, d) = (10, 5, 12, 73).
#[test]
fn ratios_have_ends_at_the_root_of_the_score() {
    let found = table(10, 5, 12, 73).ratio_interval(0.95).unwrap();
    assert!(found.low < 22.0 / 15.0 && found.high > 22.0 / 15.0);
    for end in [found.low, found.high] {
        // The likelihood under the restriction, maximised over the one free parameter by brute force.
        let (mut best, mut variance) = (f64::NEG_INFINITY, 0.0);
        for step in 1..400_000 {
            let only_base = f64::from(step) * 1e-6;
            // From p11 + p01 = (p11 + p10) r with the sum of the three fixed at 27 of 100.
            let any = 0.27;
            let only_arm = (only_base + (end - 1.0) * any) / end;
            let both = any - only_arm - only_base;
            if both > 0.0 && only_arm > 0.0 {
                let fit = 10.0 * both.ln() + 5.0 * only_base.ln() + 12.0 * only_arm.ln();
                if fit > best {
                    (best, variance) = (fit, end * (only_arm + only_base));
                }
            }
        }
        let score = 10.0 * (0.22 - end * 0.15) / variance.sqrt();
        assert!((score.abs() - 1.959_964).abs() < 1e-3, "{end}: {score}");
    }
}

#[test]
fn means_of_differences_have_students_interval() {
    let mut pairs = PairedMoments::default();
    // Student's own data: additional hours of sleep by two drugs; t = 4.0621 with 9 degrees of freedom.
    let first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
    let second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
    for (base, arm) in first.into_iter().zip(second) {
        pairs.add(base, arm);
    }
    pairs.add(f64::NAN, 1.0);
    pairs.add(1.0, f64::NAN);
    assert_eq!((pairs.count(), pairs.changed()), (10, 9));
    assert!((pairs.difference() - 1.58).abs() < 1e-12);
    assert!((pairs.difference() / pairs.standard_error() - 4.0621).abs() < 1e-4);
    // R: t.test(second, first, paired = TRUE): 0.7001142 2.4598858.
    let interval = pairs.interval(0.95).unwrap();
    assert!((interval.low - 0.700_114_2).abs() < 1e-6 && (interval.high - 2.459_885_8).abs() < 1e-6, "{interval:?}");
}

#[test]
fn numbers_that_did_not_change_differ_by_exactly_nothing() {
    let (mut first, mut second, mut whole) = (PairedMoments::default(), PairedMoments::default(), PairedMoments::default());
    for k in 0..100 {
        let x = f64::from(k) * 0.1;
        (if k < 37 { &mut first } else { &mut second }).add(x, x);
        whole.add(x, x);
    }
    second.merge(&first);
    assert_eq!(second, whole);
    assert_eq!((whole.difference(), whole.gain(), whole.changed()), (0.0, None, 0));
    // A rare change of any size may just not have been seen: an interval without a width would say that there is none.
    assert!(whole.interval(0.999).is_none());
    whole.add(1.0, 2.0);
    assert!(whole.interval(0.999).unwrap().contains(0.0));
    assert!(PairedMoments::default().interval(0.95).is_none());
}
