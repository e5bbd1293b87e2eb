//! Sums, moments, sketches and histograms: exactness and merging in any grouping.

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::{ExactSum, Moments, QuantileSketch, StepHistogram};

/// Any finite number, all sizes alike.
fn finite() -> impl Strategy<Value = f64> {
    any::<u64>().prop_map(f64::from_bits).prop_filter("finite", |x| x.is_finite())
}

/// Numbers as a metric gives them.
fn metric() -> impl Strategy<Value = f64> {
    prop_oneof![-1e3..1e3, 0.0..1.0, (0..400_i32).prop_map(f64::from), Just(0.0), Just(-0.0)]
}

/// Adds a column to a fresh tally.
fn tally<T: Default>(column: &[f64], mut add: impl FnMut(&mut T, f64)) -> T {
    let mut t = T::default();
    for &x in column {
        add(&mut t, x);
    }
    t
}

/// The exact sum of a few numbers by big integers, rounded by dashu.
fn oracle(column: &[f64]) -> f64 {
    use dashu_float::{FBig, round::mode::HalfEven};
    let big = |x: f64| FBig::<HalfEven, 2>::try_from(x).expect("finite").with_precision(4500).value();
    column.iter().fold(big(0.0), |sum, &x| sum + big(x)).to_f64().value()
}

proptest! {
    #[test]
    fn a_sum_is_rounded_once(column in vec(-1e250_f64..1e250, 0..40), tiny in vec(-1e-200_f64..1e-200, 0..5)) {
        let column: Vec<f64> = column.iter().chain(&tiny).copied().collect();
        let sum = tally(&column, |s: &mut ExactSum, x| { s.add(x); });
        prop_assert_eq!(sum.value(), oracle(&column));
    }

    #[test]
    fn sums_do_not_depend_on_order_or_grouping(column in vec(finite(), 0..60), cut in 0.0..1.0_f64) {
        let add = |s: &mut ExactSum, x| { s.add(x); };
        let whole = tally(&column, add);
        let backwards: Vec<f64> = column.iter().rev().copied().collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place in a short column")]
        let place = (cut * column.len() as f64) as usize;
        let (mut left, right) = (tally(&column[..place], add), tally(&column[place..], add));
        left.merge(&right);
        prop_assert_eq!(&whole, &left);
        prop_assert_eq!(&whole, &tally(&backwards, add));
    }

    #[test]
    fn a_number_and_its_opposite_leave_nothing(column in vec(finite(), 0..40), x in finite()) {
        let mut sum = tally(&column, |s: &mut ExactSum, x| { s.add(x); });
        for y in &column {
            sum.add(-y);
        }
        prop_assert_eq!(sum.value(), 0.0);
        sum.add(x);
        prop_assert_eq!(sum.value(), x);
    }

    #[test]
    fn moments_merge_in_any_grouping(column in vec(metric(), 2..80), chunk in 1..20_usize) {
        let whole = tally(&column, Moments::add);
        let mut merged = Moments::new();
        for part in column.chunks(chunk).rev() {
            merged.merge(&tally(part, Moments::add));
        }
        prop_assert_eq!(&whole, &merged);
        prop_assert_eq!(whole.mean().to_bits(), merged.mean().to_bits());
        prop_assert_eq!(whole.sd().to_bits(), merged.sd().to_bits());
        // Against the plain two-pass formula.
        #[expect(clippy::cast_precision_loss, reason = "a short column")]
        let n = column.len() as f64;
        let mean = column.iter().sum::<f64>() / n;
        let sd = (column.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt();
        prop_assert!((whole.mean() - mean).abs() <= 1e-12 * (1.0 + mean.abs()));
        prop_assert!((whole.sd() - sd).abs() <= 1e-11 * (1.0 + sd));
    }

    #[test]
    fn moments_do_not_care_for_a_power_of_two(column in vec(metric(), 2..30), e in -400..400_i32) {
        let factor = f64::from_bits(u64::try_from(e + 1023).expect("normal") << 52);
        let scaled: Vec<f64> = column.iter().map(|x| x * factor).collect();
        let (one, two) = (tally(&column, Moments::add), tally(&scaled, Moments::add));
        // Exact unless the scaling itself lost bits to the subnormal range.
        prop_assert_eq!(one.sd() * factor, two.sd());
        prop_assert_eq!(one.mean() * factor, two.mean());
    }

    #[test]
    fn sketches_merge_in_any_grouping_and_keep_their_bound(
        column in vec(metric(), 1..300), chunk in 1..40_usize, q in 0.0..=1.0_f64,
    ) {
        let whole = tally(&column, QuantileSketch::add);
        let mut merged = QuantileSketch::new();
        for part in column.chunks(chunk).rev() {
            merged.merge(&tally(part, QuantileSketch::add));
        }
        prop_assert_eq!(&whole, &merged);
        let mut sorted = column.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a rank in a short column")]
        let rank = ((q * sorted.len() as f64).ceil() as usize).max(1);
        let (found, exact) = (whole.quantile(q).expect("not empty"), sorted[rank - 1]);
        prop_assert!((found - exact).abs() <= exact.abs() / 256.0, "{} {}", found, exact);
        prop_assert_eq!(whole.quantile(0.0), Some(sorted[0]));
        prop_assert_eq!(whole.quantile(1.0), sorted.last().copied());
        prop_assert_eq!((whole.min(), whole.max()), (Some(sorted[0]), sorted.last().copied()));
    }

    #[test]
    fn whole_numbers_up_to_512_have_exact_quantiles(column in vec(-512..=512_i32, 1..200), q in 0.0..=1.0_f64) {
        let column: Vec<f64> = column.into_iter().map(f64::from).collect();
        let mut sorted = column.clone();
        sorted.sort_by(f64::total_cmp);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a rank in a short column")]
        let rank = ((q * sorted.len() as f64).ceil() as usize).max(1);
        prop_assert_eq!(tally(&column, QuantileSketch::add).quantile(q), Some(sorted[rank - 1]));
    }

    #[test]
    fn histograms_merge_and_agree_with_the_sorted_steps(mut steps in vec(0..50_u32, 1..200), cut in 0..200_usize, q in 0.0..=1.0_f64) {
        let count = |steps: &[u32]| {
            let mut h = StepHistogram::new();
            for &step in steps {
                h.add(step);
            }
            h
        };
        let whole = count(&steps);
        let cut = cut.min(steps.len());
        let mut merged = count(&steps[cut..]);
        merged.merge(&count(&steps[..cut]));
        prop_assert_eq!(&whole, &merged);
        steps.sort_unstable();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a rank in a short column")]
        let rank = ((q * steps.len() as f64).ceil() as usize).max(1);
        prop_assert_eq!(whole.quantile(q), Some(steps[rank - 1]));
        #[expect(clippy::cast_precision_loss, reason = "a short column")]
        let mean = steps.iter().map(|&s| f64::from(s)).sum::<f64>() / steps.len() as f64;
        prop_assert_eq!(whole.mean(), Some(mean));
    }
}

#[test]
fn sums_round_to_even_and_reach_the_ends_of_the_range() {
    let value = |column: &[f64]| {
        tally(column, |s: &mut ExactSum, x| {
            s.add(x);
        })
        .value()
    };
    let half = f64::EPSILON / 2.0;
    assert_eq!(value(&[1.0, half]), 1.0);
    assert_eq!(value(&[1.0 + f64::EPSILON, half]), 1.0 + 2.0 * f64::EPSILON);
    assert_eq!(value(&[1.0, half, 1e-300]), 1.0 + f64::EPSILON);
    assert_eq!(value(&[-1.0, -half, -1e-300]), -1.0 - f64::EPSILON);
    assert_eq!(value(&[1.0, half, -1e-300]), 1.0);
    assert_eq!(value(&[5e-324, 5e-324]), 1e-323);
    assert_eq!(value(&[f64::MAX, f64::MAX]), f64::INFINITY);
    assert_eq!(value(&[f64::MAX, f64::MAX, -f64::MAX]), f64::MAX);
    assert_eq!(value(&[f64::MIN_POSITIVE, -5e-324]), f64::MIN_POSITIVE - 5e-324);
    assert_eq!(value(&[]), 0.0);
}

#[test]
fn what_is_not_finite_is_counted_apart() {
    let column = [1.0, f64::NAN, 3.0, f64::INFINITY, f64::NEG_INFINITY];
    let moments = tally(&column, Moments::add);
    assert_eq!((moments.count(), moments.not_finite(), moments.mean()), (2, 3, 2.0));
    let sketch = tally(&column, QuantileSketch::add);
    assert_eq!((sketch.count(), sketch.not_finite(), sketch.max()), (2, 3, Some(3.0)));
}

#[test]
fn moments_survive_large_means_and_large_numbers() {
    let shifted = tally(&[1e15, 1e15 + 1.0, 1e15 + 2.0], Moments::add);
    assert_eq!((shifted.mean(), shifted.sd()), (1e15 + 1.0, 1.0));
    let huge = tally(&[1.5e308, 1.7e308], Moments::add);
    assert_eq!(huge.mean(), 1.6e308);
    assert!((huge.sd() / 1.414_213_562_373_095e307 - 1.0).abs() < 1e-14, "{}", huge.sd());
    let tiny = tally(&[1e-310, 3e-310], Moments::add);
    assert!((tiny.sd() / 1.414_213_562_373_1e-310 - 1.0).abs() < 1e-12, "{}", tiny.sd());
    let same = tally(&[0.1; 1000], Moments::add);
    assert_eq!((same.mean(), same.sd(), same.standard_error()), (0.1, 0.0, 0.0));
    assert!(Moments::new().mean().is_nan() && tally(&[1.0], Moments::add).sd().is_nan());
    assert_eq!(tally(&[0.0, 0.0], Moments::add).sd(), 0.0);
}

#[test]
fn empty_tallies_have_no_quantiles() {
    assert_eq!(QuantileSketch::new().quantile(0.5), None);
    assert_eq!(StepHistogram::new().quantile(0.5), None);
    assert_eq!(StepHistogram::new().mean(), None);
    let one = tally(&[2.0], QuantileSketch::add);
    assert_eq!((one.quantile(-0.1), one.quantile(f64::NAN), one.quantile(1.0)), (None, None, Some(2.0)));
}

#[test]
fn a_sketch_stays_small() {
    let mut sketch = QuantileSketch::new();
    let mut x = 1.0;
    while x < 1e6 {
        sketch.add(x);
        sketch.add(-x);
        x *= 1.000_01;
    }
    // 256 bins for each of 20 doublings, on both sides.
    assert!(sketch.bins() <= 2 * 20 * 256, "{}", sketch.bins());
}
