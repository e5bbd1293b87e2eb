//! Intervals and bands against mpmath, statrs and their own definitions.

use statrs::distribution::{Beta, Binomial, ContinuousCDF, DiscreteCDF};

use super::super::laws::{assert_share, binomial_band, chi_square_limit, dkw_band};
use super::super::{Interval, clopper_pearson, jeffreys, wilson};

/// `k, n, level`, and the ends of three intervals.
type Known = (u64, u64, f64, [f64; 2], [f64; 2], [f64; 2]);

/// `k, n, level`, then Wilson, Clopper-Pearson and Jeffreys by mpmath at 50 digits.
#[rustfmt::skip]
const KNOWN: &[Known] = &[
    (0, 10, 0.95, [0.0, 0.277_532_799_862_889_2], [0.0, 0.308_497_107_818_760_8], [0.0, 0.217_196_267_509_210_5]),
    (1, 10, 0.95, [0.017_876_213_095_072_91, 0.404_150_026_795_238_4], [0.002_528_578_544_461_787, 0.445_016_117_028_195_4], [0.011_011_673_763_161_143, 0.381_314_771_066_616_3]),
    (5, 10, 0.9, [0.269_271_821_138_267_14, 0.730_728_178_861_732_8], [0.222_441_101_008_129_06, 0.777_558_898_991_870_9], [0.261_922_004_046_419_24, 0.738_077_995_953_580_7]),
    (10, 10, 0.95, [0.722_467_200_137_110_9, 1.0], [0.691_502_892_181_239_3, 1.0], [0.782_803_732_490_789_5, 1.0]),
    (3, 1000, 0.99, [0.000_758_101_231_061_467_7, 0.011_793_516_682_924_92], [0.000_338_144_529_066_493_4, 0.010_933_777_420_405_24], [0.000_495_124_543_869_655_1, 0.010_100_221_588_172_382]),
    (512, 10000, 0.95, [0.047_049_863_664_017_62, 0.055_694_813_273_501_69], [0.046_961_367_734_575_68, 0.055_702_351_810_159_51], [0.047_009_358_258_367_03, 0.055_650_372_389_721_26]),
];

#[test]
fn intervals_have_the_known_ends() {
    for &(k, n, level, w, c, j) in KNOWN {
        let found = [wilson(k, n, level), clopper_pearson(k, n, level), jeffreys(k, n, level)];
        for (interval, [low, high]) in found.into_iter().zip([w, c, j]) {
            for (end, known) in [(interval.low, low), (interval.high, high)] {
                assert!((end - known).abs() <= 1e-13 * known, "{k} of {n}: {interval:?}, not {known}");
            }
        }
    }
}

#[test]
fn edges_are_exact() {
    for interval in [wilson, clopper_pearson, jeffreys] {
        assert_eq!(interval(0, 0, 0.95), Interval { low: 0.0, high: 1.0 });
        for n in [1, 7, 1000, 1_000_000_000] {
            assert_eq!(interval(0, n, 0.95).low, 0.0);
            assert_eq!(interval(n, n, 0.95).high, 1.0);
            let (none, all) = (interval(0, n, 0.95), interval(n, n, 0.95));
            assert!(none.high > 0.0 && none.high < 1.0 && (all.low - (1.0 - none.high)).abs() < 1e-15);
        }
    }
}

#[test]
fn ends_are_quantiles_of_the_beta_distribution() {
    for n in [1_u32, 2, 9, 40, 333, 5000] {
        for k in (0..=n).step_by(1 + n as usize / 7) {
            let (hits, misses) = (f64::from(k), f64::from(n - k));
            let check = |a: f64, b: f64, x: f64, p: f64| {
                let law = Beta::new(a, b).expect("shapes");
                assert!((law.cdf(x) - p).abs() < 1e-12, "{k} of {n}: {} {p}", law.cdf(x));
            };
            let exact = clopper_pearson(k.into(), n.into(), 0.9);
            let bayes = jeffreys(k.into(), n.into(), 0.9);
            if k > 0 {
                check(hits, misses + 1.0, exact.low, 0.05);
                check(hits + 0.5, misses + 0.5, bayes.low, 0.05);
            }
            if k < n {
                check(hits + 1.0, misses, exact.high, 0.95);
                check(hits + 0.5, misses + 0.5, bayes.high, 0.95);
            }
            let share = hits / f64::from(n);
            let score = wilson(k.into(), n.into(), 0.9);
            assert!(score.contains(share) && exact.contains(share));
            assert!(bayes.width() <= exact.width());
        }
    }
}

#[test]
#[should_panic(expected = "3 hits in 2 trials")]
fn more_hits_than_trials_are_our_mistake() {
    let _ = wilson(3, 2, 0.95);
}

#[test]
fn binomial_band_holds_what_it_promises() {
    for (n, p) in [(10_u64, 0.5), (1000, 0.03), (400_000, 1.0 / 3.0), (50, 1.0), (50, 0.0)] {
        for fail in [0.05, 1e-6] {
            let (low, high) = binomial_band(n, p, fail);
            let law = Binomial::new(p, n).expect("parameters");
            let outside = |k: u64| if k == 0 { 0.0 } else { law.cdf(k - 1) };
            assert!(outside(low) <= 0.5 * fail * 1.001 && law.sf(high) <= 0.5 * fail * 1.001);
            // And no narrower band would do.
            assert!(low == n || outside(low + 1) > 0.5 * fail * 0.999, "{n} {p} {fail}");
            assert!(high == 0 || law.sf(high - 1) > 0.5 * fail * 0.999, "{n} {p} {fail}");
        }
    }
    assert_share(133_000, 400_000, 1.0 / 3.0, 1e-9, "near enough");
}

#[test]
#[should_panic(expected = "a biased coin, seed 1: share 0.6 of 1000, expected 0.5")]
fn a_wrong_share_is_reported_with_its_numbers() {
    assert_share(600, 1000, 0.5, 1e-9, "a biased coin, seed 1");
}

#[test]
fn limits_are_known() {
    // R: qchisq(0.95, 1) and qchisq(1e-9, 10, lower.tail = FALSE); sqrt(log(2 / 0.05) / 200).
    assert!((chi_square_limit(1, 0.05) - 3.841_458_820_694_124).abs() < 1e-12);
    assert!((chi_square_limit(10, 1e-9) - 62.945_457_420_558_57).abs() < 1e-9);
    assert!((dkw_band(100, 0.05) - 0.135_810_151_574_061_95).abs() < 1e-15);
}
