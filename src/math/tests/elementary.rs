//! `exp`, `ln`, `pow`, `logistic`, `sin_cos_turn` against dashu at 200 bits; edges; columns.

use dashu_float::FBig;
use dashu_float::round::mode::HalfEven;

use super::super::*;
use super::{all_sizes, spread};

type Big = FBig<HalfEven, 2>;

/// Precision of the oracle in bits.
const BITS: usize = 200;

/// Test points per function; an unoptimised oracle gets fewer.
const POINTS: u64 = if cfg!(debug_assertions) { 1_000 } else { 15_000 };

fn big(x: f64) -> Big {
    Big::try_from(x).expect("finite").with_precision(BITS).value()
}

/// Error of `found` in units in the last place of the true value.
fn ulps(found: f64, exact: &Big) -> f64 {
    let near = exact.to_f64().value();
    if near.is_infinite() {
        return if found == near { 0.0 } else { f64::INFINITY };
    }
    let size = near.abs().max(f64::MIN_POSITIVE);
    let ulp = f64::from_bits(size.to_bits() & 0x7ff0_0000_0000_0000) * f64::EPSILON;
    let ulp = if ulp == 0.0 { f64::from_bits(1) } else { ulp };
    // Divide before converting: the difference itself may be too small for f64.
    ((big(found) - exact) / big(ulp)).to_f64().value().abs()
}

/// Largest error over some points.
fn worst(points: impl Iterator<Item = (f64, f64, Big)>) -> f64 {
    let mut worst = 0.0;
    for (x, found, exact) in points {
        let error = ulps(found, &exact);
        assert!(!error.is_nan(), "at {x:e}: {found}");
        if error > worst {
            worst = error;
        }
    }
    worst
}

#[test]
fn exp_is_within_one_ulp() {
    let points = spread(POINTS, -745.0, 709.7)
        .chain(spread(POINTS, -1.0, 1.0))
        .chain(spread(POINTS / 4, -745.2, -707.0))
        .chain((-1074..1024).map(|k| f64::from(k) * std::f64::consts::LN_2))
        .chain([0.0, 1e-300, -1e-300, 1e-17, 709.78, -745.13]);
    let worst = worst(points.map(|x| (x, exp(x), big(x).exp())));
    println!("exp: {worst:.4} ulp");
    assert!(worst < 0.75, "{worst}");
}

#[test]
fn ln_is_within_one_ulp() {
    let near = spread(POINTS, 0.4, 2.1);
    let ends = [f64::MIN_POSITIVE, f64::from_bits(1), f64::MAX, 1.0 + f64::EPSILON, 0.5];
    let points = all_sizes(POINTS).chain(near).chain(spread(POINTS, 0.99, 1.01)).chain(ends);
    let worst = worst(points.filter(|&x| x != 1.0).map(|x| (x, ln(x), big(x).ln())));
    println!("ln: {worst:.4} ulp");
    assert!(worst < 0.95, "{worst}");
}

#[test]
fn pow_is_within_one_and_a_half_ulp() {
    let bases = all_sizes(POINTS).chain(spread(POINTS, 0.0, 3.0)).chain(spread(POINTS, 0.97, 1.03));
    // Exponents that bring the power anywhere in the range of f64, subnormal results included.
    let goals = spread(3 * POINTS, -744.0, 709.0);
    let points = bases.zip(goals).filter(|&(x, _)| x != 1.0 && x > 0.0);
    let points = points.map(|(x, goal)| (x, goal / ln(x)));
    let worst = worst(points.map(|(x, y)| (x, pow(x, y), (big(x).ln() * big(y)).exp())));
    println!("pow: {worst:.4} ulp");
    assert!(worst < 1.5, "{worst}");
}

#[test]
fn logistic_is_within_two_and_a_half_ulp() {
    let one = || big(1.0);
    let points = spread(POINTS, -740.0, 40.0).chain(spread(POINTS, -3.0, 3.0));
    let worst = worst(points.map(|x| (x, logistic(x), one() / (one() + big(-x).exp()))));
    println!("logistic: {worst:.4} ulp");
    assert!(worst < 2.5, "{worst}");
}

#[test]
fn differences_from_one_keep_their_precision() {
    let points = || spread(POINTS, -2.0, 2.0).chain(spread(POINTS, -1e-3, 1e-3)).chain([1e-30, 40.0]);
    let exact = |x: f64| big(x).exp() - big(1.0);
    let m1 = worst(points().map(|x| (x, exp_m1(x), exact(x))));
    let inside = points().filter(|&x| x > -0.999 && x.abs() > 1e-30);
    let p1 = worst(inside.map(|x| (x, ln_1p(x), (big(1.0) + big(x)).ln())));
    println!("exp_m1: {m1:.4} ulp, ln_1p: {p1:.4} ulp");
    assert!(m1 < 4.0 && p1 < 3.0, "{m1} {p1}");
}

#[test]
fn sine_and_cosine_of_a_turn_are_within_one_ulp() {
    let tau = dashu_pi() * big(2.0);
    let points = || spread(POINTS, 0.0, 1.0).chain(spread(POINTS / 8, 0.0, 1e-6)).chain([1e-300]);
    let sin = worst(points().map(|u| (u, sin_cos_turn(u).0, (big(u) * &tau).sin())));
    let cos = worst(points().map(|u| (u, sin_cos_turn(u).1, (big(u) * &tau).cos())));
    println!("sin: {sin:.4} ulp, cos: {cos:.4} ulp");
    assert!(sin < 1.0 && cos < 1.0, "{sin} {cos}");
    assert_eq!(sin_cos_turn(0.0), (0.0, 1.0));
    assert_eq!(sin_cos_turn(0.25), (1.0, 0.0));
    assert_eq!(sin_cos_turn(0.5), (0.0, -1.0));
    assert_eq!(sin_cos_turn(0.75), (-1.0, 0.0));
    assert!(sin_cos_turn(f64::NAN).0.is_nan() && sin_cos_turn(f64::INFINITY).1.is_nan());
}

/// Pi to more than 200 bits.
fn dashu_pi() -> Big {
    let digits = "3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803";
    let decimal: dashu_float::DBig = digits.parse().expect("a number");
    decimal.with_base_and_precision::<2>(BITS).value().with_rounding()
}

#[test]
fn exp_at_its_edges() {
    assert_eq!(exp(0.0), 1.0);
    assert_eq!(exp(-0.0), 1.0);
    assert_eq!(exp(f64::INFINITY), f64::INFINITY);
    assert_eq!(exp(f64::NEG_INFINITY), 0.0);
    assert_eq!(exp(709.8), f64::INFINITY);
    assert_eq!(exp(f64::MAX), f64::INFINITY);
    assert_eq!(exp(-745.2), 0.0);
    assert_eq!(exp(-745.1), f64::from_bits(1));
    assert!(exp(f64::NAN).is_nan());
}

#[test]
fn ln_at_its_edges() {
    assert_eq!(ln(1.0), 0.0);
    assert_eq!(ln(f64::INFINITY), f64::INFINITY);
    for undefined in [0.0, -0.0, -1.0, f64::NEG_INFINITY, f64::NAN] {
        assert!(ln(undefined).is_nan(), "{undefined}");
    }
    assert_eq!(ln_1p(0.0), 0.0);
    assert_eq!(ln_1p(f64::INFINITY), f64::INFINITY);
    assert!(ln_1p(-1.0).is_nan() && ln_1p(f64::NAN).is_nan());
    assert_eq!(exp_m1(0.0), 0.0);
    assert_eq!(exp_m1(f64::INFINITY), f64::INFINITY);
    assert_eq!(exp_m1(f64::NEG_INFINITY), -1.0);
    assert!(exp_m1(f64::NAN).is_nan());
}

#[test]
fn logistic_at_its_edges() {
    assert_eq!(logistic(0.0), 0.5);
    assert_eq!(logistic(f64::INFINITY), 1.0);
    assert_eq!(logistic(f64::NEG_INFINITY), 0.0);
    assert!(logistic(-740.0) > 0.0);
    assert!(logistic(f64::NAN).is_nan());
}

#[test]
fn pow_at_its_edges() {
    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    let big = 9_007_199_254_740_993.0; // 2^53 rounds to even
    #[rustfmt::skip]
    let cases = [
        (0.0, 0.0, 1.0), (5.0, 0.0, 1.0), (-5.0, 0.0, 1.0), (INF, 0.0, 1.0), (-INF, 0.0, 1.0),
        (0.0, 2.0, 0.0), (-0.0, 3.0, 0.0), (0.0, INF, 0.0), (0.0, -1.0, NAN), (-0.0, -2.0, NAN), (0.0, -INF, NAN),
        (1.0, 1e300, 1.0), (1.0, INF, 1.0), (1.0, -INF, 1.0),
        (2.0, 10.0, 1024.0), (2.0, -1074.0, 5e-324), (2.0, 1024.0, INF), (10.0, -400.0, 0.0), (10.0, 2.0, 100.0),
        (-2.0, 3.0, -8.0), (-2.0, 4.0, 16.0), (-2.0, -1.0, -0.5), (-2.0, 0.5, NAN), (-8.0, 1.0 / 3.0, NAN),
        (-1.0, 1e300, 1.0), (-1.0, 4_503_599_627_370_497.0, -1.0), (-1.0, 2_251_799_813_685_249.0, -1.0),
        (-1.0, 2_251_799_813_685_248.5, NAN), (-1.0, big, 1.0), (-1.0, INF, NAN), (-1.0, -3.0, -1.0),
        (INF, 1.0, INF), (INF, -1.0, 0.0), (-INF, 3.0, -INF), (-INF, 2.0, INF), (-INF, -3.0, 0.0), (-INF, 0.5, NAN),
        (2.0, INF, INF), (2.0, -INF, 0.0), (0.5, INF, 0.0), (0.5, -INF, INF),
        (NAN, 0.0, NAN), (NAN, 1.0, NAN), (1.0, NAN, NAN), (0.0, NAN, NAN), (-2.0, NAN, NAN),
        (2.0, 1e308, INF), (0.5, 1e308, 0.0), (1.5, f64::MAX, INF), (f64::from_bits(1), 1.0, 5e-324),
        (f64::MAX, 1.0, f64::MAX), (2.0, 5e-324, 1.0),
    ];
    for (x, y, expected) in cases {
        let found = pow(x, y);
        assert!(found == expected || (found.is_nan() && expected.is_nan()), "pow({x}, {y}) = {found}");
    }
}

#[test]
fn columns_give_the_bits_of_scalars() {
    let bits = |v: &[f64]| v.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
    for width in [1, 7, 64, 100] {
        let specials = [0.0, -0.0, f64::NAN, f64::INFINITY, -1.0, 1e-310, 800.0, -800.0];
        let mut x: Vec<f64> = spread(width, -30.0, 30.0).chain(specials).collect();
        let mut y: Vec<f64> = x.iter().rev().copied().collect();
        let check = |row: fn(&mut [f64]), scalar: fn(f64) -> f64, x: &[f64]| {
            let mut column = x.to_vec();
            row(&mut column);
            assert_eq!(bits(&column), bits(&x.iter().map(|&v| scalar(v)).collect::<Vec<_>>()));
        };
        check(exp_row, exp, &x);
        check(ln_row, ln, &x);
        check(logistic_row, logistic, &x);
        let unit: Vec<f64> = x.iter().map(|v| logistic(0.2 * v)).collect();
        check(normal_quantile_row, normal_quantile, &unit);
        let powers: Vec<f64> = x.iter().zip(&y).map(|(&a, &b)| pow(a, b)).collect();
        let turns: Vec<(f64, f64)> = x.iter().map(|&u| sin_cos_turn(u)).collect();
        let mut p = x.clone();
        pow_row(&mut p, &y);
        assert_eq!(bits(&p), bits(&powers));
        sin_cos_turn_row(&mut x, &mut y);
        assert_eq!(bits(&x), bits(&turns.iter().map(|t| t.0).collect::<Vec<_>>()));
        assert_eq!(bits(&y), bits(&turns.iter().map(|t| t.1).collect::<Vec<_>>()));
    }
}
