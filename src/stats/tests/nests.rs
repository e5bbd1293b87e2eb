//! Nested designs and pools: known numbers, edges, and slow calculations. Laws are in `tests/laws`.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::student::student_quantile;
use super::super::{Interval, NestedShares, Opinion, pool, wilson};

#[test]
fn variance_components_by_hand() {
    // Three points of four trials: shares 1/4, 2/4, 4/4; mean 7/12. Sum of squared deviations 7/24;
    // between 4 (7/24) / 2 = 7/12; within (3/4 + 1 + 0) / 9 = 7/36.
    let nested = NestedShares::new(&[4, 1, 2], 4);
    assert!((nested.share() - 7.0 / 12.0).abs() < 1e-15);
    assert!((nested.variance().raw - (7.0 / 12.0 - 7.0 / 36.0) / 4.0).abs() < 1e-15);
    assert!((nested.explained().expect("known").raw - 1.0 / 3.0).abs() < 1e-15);
    assert!((nested.reliability() - 2.0 / 3.0).abs() < 1e-15);
    assert!((nested.standard_error() - (7.0_f64 / 144.0).sqrt()).abs() < 1e-15);
    assert!((nested.quantile(0.5) - (7.0 / 12.0 - (2.0_f64 / 3.0).sqrt() / 12.0)).abs() < 1e-15);
    assert!(nested.quantile(-0.1).is_nan() && nested.quantile(f64::NAN).is_nan());
    assert_eq!(nested.explained_interval(0.95), None);
}

#[test]
fn luck_alone_and_ignorance_alone() {
    // All points alike: less scatter than luck makes, so the raw estimate is below 0.
    let luck = NestedShares::new(&[5; 20], 10);
    assert!(luck.variance().raw < 0.0 && luck.variance().clamped == 0.0);
    assert_eq!(luck.explained().expect("known").clamped, 0.0);
    assert_eq!((luck.reliability(), luck.band(0.9)), (0.0, Interval { low: 0.5, high: 0.5 }));
    assert_eq!(luck.explained_interval(0.95), None);
    // The parameters decide.
    let fate = NestedShares::new(&[0, 0, 0, 10, 10, 10, 10, 0], 10);
    assert_eq!(fate.explained().expect("known").raw, 1.0);
    assert_eq!(fate.band(0.9), Interval { low: 0.0, high: 1.0 });
    assert_eq!(fate.explained_interval(0.95), None);
    // Nothing happens.
    let never = NestedShares::new(&[0; 9], 10);
    assert_eq!((never.explained(), never.explained_interval(0.9), never.variance().raw), (None, None, 0.0));
    // It happened at one point only.
    assert_eq!(NestedShares::new(&[0, 0, 0, 0, 0, 0, 1], 10).explained_interval(0.9), None);
}

#[test]
#[should_panic(expected = "11 hits in 10 trials")]
fn more_hits_than_trials_at_a_point() {
    let _ = NestedShares::new(&[1, 11], 10);
}

#[test]
#[should_panic(expected = "1 points of 10 trials: two of each are needed")]
fn one_point_has_no_scatter() {
    let _ = NestedShares::new(&[1], 10);
}

#[test]
fn student_has_the_known_quantiles() {
    // By mpmath; R: qt(0.975, c(4, 10, 99)).
    for (freedom, known) in [(4.0, 2.776_445_105_197_793), (10.0, 2.228_138_851_986_274), (99.0, 1.984_216_951_586_417)] {
        assert!((student_quantile(0.975, freedom) - known).abs() < 1e-12);
        assert!((student_quantile(0.025, freedom) + known).abs() < 1e-12);
    }
    assert_eq!(student_quantile(0.5, 7.0), 0.0);
}

#[test]
fn pools_at_their_edges() {
    let run = |weight, hits, trials| Opinion { weight, hits, trials };
    assert_eq!(pool(&[], 0.95), None);
    assert_eq!(pool(&[run(0.0, 1, 2)], 0.95), None);
    // One run, also among others without weight or trials, is itself.
    let one = pool(&[run(0.0, 0, 0), run(7.0, 3, 10)], 0.95).expect("a weight");
    assert_eq!((one.share, one.interval, one.disagreement), (0.3, wilson(3, 10, 0.95), 0.0));
    // No hits anywhere: a one-sided bound, lower than that of either run, not lower than that of all trials.
    let none = pool(&[run(1.0, 0, 100), run(1.0, 0, 100)], 0.95).expect("weights");
    assert_eq!((none.share, none.variance, none.interval.low), (0.0, 0.0, 0.0));
    assert!(none.interval.high < wilson(0, 100, 0.95).high && none.interval.high > wilson(0, 200, 0.95).high);
    let all = pool(&[run(0.1, 100, 100), run(0.2, 100, 100), run(0.7, 9, 9)], 0.95).expect("weights");
    assert_eq!((all.share, all.interval.high), (1.0, 1.0));
    assert!(all.interval.low > 0.5 && all.interval.low < 1.0);
    // Enormous weights.
    let huge = pool(&[run(f64::MAX, 1, 4), run(f64::MAX, 3, 4)], 0.95).expect("weights");
    assert_eq!((huge.share, huge.disagreement), (0.5, 0.25));
    assert!((huge.variance - 2.0 * 0.25 * 0.1875 / 4.0).abs() < 1e-16);
}

#[test]
#[should_panic(expected = "a run without trials has no share")]
fn a_run_without_trials_cannot_be_pooled() {
    let _ = pool(&[Opinion { weight: 1.0, hits: 0, trials: 0 }], 0.95);
}

#[test]
#[should_panic(expected = "a weight must be 0 or more, found -1")]
fn weights_are_not_negative() {
    let _ = pool(&[Opinion { weight: -1.0, hits: 0, trials: 1 }], 0.95);
}

proptest! {
    #[test]
    fn pools_stay_in_range(runs in vec((0.0..5.0_f64, 1..2000_u64, 0.0..=1.0_f64), 1..8), level in 0.5..0.999_f64) {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small counts")]
        let runs: Vec<Opinion> =
            runs.into_iter().map(|(weight, n, p)| Opinion { weight, hits: (p * n as f64) as u64, trials: n }).collect();
        if let Some(pooled) = pool(&runs, level) {
            let Interval { low, high } = pooled.interval;
            prop_assert!(0.0 <= low && low <= pooled.share && pooled.share <= high && high <= 1.0 && low < high);
            prop_assert!(pooled.variance >= 0.0 && pooled.disagreement <= 0.5 + 1e-12);
        }
    }

    #[test]
    fn shares_explained_agree_with_plain_sums(hits in vec(0..=12_u64, 5..30)) {
        let nested = NestedShares::new(&hits, 12);
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let (r, m, p) = (hits.len() as f64, 12.0, hits.iter().map(|&k| k as f64 / 12.0).collect::<Vec<_>>());
        let mean = p.iter().sum::<f64>() / r;
        let between = m * p.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (r - 1.0);
        let within = m * p.iter().map(|x| x * (1.0 - x)).sum::<f64>() / (r * (m - 1.0));
        prop_assert!((nested.variance().raw - (between - within) / m).abs() < 1e-14);
        if let Some(share) = nested.explained() {
            prop_assert!((share.raw - (between - within) / (between - within + m * within)).abs() < 1e-11);
        }
        if let Some(interval) = nested.explained_interval(0.9) {
            prop_assert!(0.0 <= interval.low && interval.low <= interval.high && interval.high <= 1.0);
        }
        // The variance of the pulled shares is the unbiased estimate.
        let last = hits.len() - 1;
        #[expect(clippy::cast_precision_loss, reason = "small counts")]
        let pulled: Vec<f64> = (0..=last).map(|i| nested.quantile(i as f64 / last as f64)).collect();
        let variance = pulled.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (r - 1.0);
        prop_assert!((variance - nested.variance().clamped).abs() < 1e-13);
        let mut reversed = hits.clone();
        reversed.reverse();
        prop_assert_eq!(nested, NestedShares::new(&reversed, 12));
    }
}
