//! Special functions against the values in `reference`, inverses by round trips, edges.

use super::super::*;
use super::reference::{BETA_INC, ERFC, GAMMA_P, LN_GAMMA, NORMAL_CDF, NORMAL_QUANTILE};
use super::{relative, spread};

/// Largest relative error over a table of arguments and values.
fn worst(table: &[[f64; 2]], f: fn(f64) -> f64) -> f64 {
    let errors = table.iter().map(|&[x, y]| relative(f(x), y));
    errors.fold(0.0, |a: f64, e| if e > a || e.is_nan() { e } else { a })
}

#[test]
fn error_functions_keep_their_precision_in_the_tail() {
    let (e, n) = (worst(ERFC, erfc), worst(NORMAL_CDF, normal_cdf));
    println!("erfc: {e:.2e}, normal_cdf: {n:.2e}");
    assert!(e < 4.0 * f64::EPSILON && n < 4.0 * f64::EPSILON, "{e:e} {n:e}");
    assert_eq!((erfc(0.0), erfc(f64::INFINITY), erfc(f64::NEG_INFINITY)), (1.0, 0.0, 2.0));
    assert_eq!((normal_cdf(0.0), normal_cdf(f64::INFINITY)), (0.5, 1.0));
    assert_eq!(normal_cdf(f64::NEG_INFINITY), 0.0);
    assert!(erfc(f64::NAN).is_nan() && normal_cdf(f64::NAN).is_nan());
}

#[test]
fn normal_quantile_is_relatively_precise() {
    let n = worst(NORMAL_QUANTILE, normal_quantile);
    println!("normal_quantile: {n:.2e}");
    assert!(n < 2e-15, "{n:e}");
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    assert_eq!(normal_quantile(1.0), f64::INFINITY);
    for undefined in [-0.1, 1.1, f64::NAN] {
        assert!(normal_quantile(undefined).is_nan());
    }
    for p in spread(10_000, 1e-6, 0.5) {
        assert!(relative(normal_cdf(normal_quantile(p)), p) < 1e-14, "{p}");
        let p = p * 0.125;
        // 1 - p is exact for multiples of 2^-53 only, so begin with it.
        let q = 1.0 - p;
        assert_eq!(normal_quantile(q), -normal_quantile(1.0 - q));
    }
}

#[test]
fn ln_gamma_is_precise_also_near_its_zeros() {
    let worst = worst(LN_GAMMA, ln_gamma);
    println!("ln_gamma: {worst:.2e}");
    assert!(worst < 1e-15, "{worst:e}");
    assert_eq!((ln_gamma(1.0), ln_gamma(2.0)), (0.0, 0.0));
    assert_eq!(ln_gamma(f64::INFINITY), f64::INFINITY);
    for undefined in [0.0, -1.5, f64::NAN] {
        assert!(ln_gamma(undefined).is_nan());
    }
}

#[test]
fn incomplete_gamma_is_precise_in_the_smaller_tail() {
    let mut worst = 0.0_f64;
    for &[a, x, p, q] in GAMMA_P {
        let error = if p < q { relative(gamma_p(a, x), p) } else { relative(gamma_q(a, x), q) };
        let allowed = if a < 0.05 { 1e-11 } else { 1e-12 };
        assert!(error < allowed, "P({a}, {x}): {error:e}");
        worst = worst.max(error);
    }
    println!("gamma_p: {worst:.2e}");
    assert_eq!((gamma_p(2.0, 0.0), gamma_p(2.0, -1.0), gamma_p(2.0, f64::INFINITY)), (0.0, 0.0, 1.0));
    assert!(gamma_p(0.0, 1.0).is_nan() && gamma_p(1.0, f64::NAN).is_nan());
}

#[test]
fn incomplete_beta_is_precise_in_the_smaller_tail() {
    let mut worst = 0.0_f64;
    for &[a, b, x, p, q] in BETA_INC {
        let y = 1.0 - x;
        let error = if p < q { relative(beta_inc(a, b, x), p) } else { relative(beta_pair(a, b, x, y).1, q) };
        assert!(error < 1e-11, "I_{x}({a}, {b}): {error:e}");
        worst = worst.max(error);
    }
    println!("beta_inc: {worst:.2e}");
    assert_eq!((beta_inc(2.0, 3.0, 0.0), beta_inc(2.0, 3.0, 1.0)), (0.0, 1.0));
    assert!(beta_inc(0.0, 1.0, 0.5).is_nan() && beta_inc(1.0, 1.0, f64::NAN).is_nan());
}

/// Tail probabilities from 1e-300 to a half.
fn tails() -> impl Iterator<Item = f64> {
    spread(60, -12.0, -0.302).chain([-300.0, -100.0, -30.0]).map(|e| exp(e * std::f64::consts::LN_10))
}

#[test]
fn incomplete_gamma_and_its_inverse_go_round() {
    let mut worst = 0.0_f64;
    for a in [0.001, 0.05, 0.3, 0.5, 1.0, 1.7, 4.0, 30.0, 100.0, 1e3, 1e5, 1e6] {
        for tail in tails() {
            for (p, q) in [(tail, 1.0 - tail), (1.0 - tail, tail)] {
                let x = gamma_inverse_pair(a, p, q);
                if x < 1e-290 {
                    continue; // underflows for small shapes, as documented
                }
                let back = gamma_pair(a, x);
                let error = if p < q { relative(back.0, p) } else { relative(back.1, q) };
                // The rounding of x itself moves the tail by this much.
                assert!(error < 1e-12 * (1.0 + a.sqrt()), "a {a}, p {p:e}, q {q:e}: {error:e}");
                worst = worst.max(error);
            }
        }
    }
    println!("gamma_p_inverse: round trip {worst:.2e}");
    assert_eq!((gamma_p_inverse(2.0, 0.0), gamma_p_inverse(2.0, 1.0)), (0.0, f64::INFINITY));
    assert!(gamma_p_inverse(0.0, 0.5).is_nan() && gamma_p_inverse(1.0, -0.1).is_nan());
    assert!(gamma_p_inverse(1.0, 1.1).is_nan() && gamma_p_inverse(1.0, f64::NAN).is_nan());
}

#[test]
fn incomplete_beta_and_its_inverse_go_round() {
    let shapes = [0.001, 0.03, 0.5, 1.0, 1.5, 4.0, 60.0, 1e3, 1e6];
    let mut worst = 0.0_f64;
    for (a, b) in shapes.iter().flat_map(|&a| shapes.map(|b| (a, b))) {
        for tail in tails() {
            for (p, q) in [(tail, 1.0 - tail), (1.0 - tail, tail)] {
                let (x, y) = beta_inverse_pair(a, b, p, q);
                if x < 1e-290 || y < 1e-290 {
                    continue; // beyond what the pair can hold
                }
                let back = beta_pair(a, b, x, y);
                let error = if p < q { relative(back.0, p) } else { relative(back.1, q) };
                let slack = 1.0 + a.max(b).sqrt();
                assert!(error < 1e-12 * slack, "({a}, {b}), p {p:e}, q {q:e}: {error:e}");
                worst = worst.max(error);
            }
        }
    }
    println!("beta_inc_inverse: round trip {worst:.2e}");
    assert_eq!((beta_inc_inverse(2.0, 3.0, 0.0), beta_inc_inverse(2.0, 3.0, 1.0)), (0.0, 1.0));
    assert!(beta_inc_inverse(0.0, 1.0, 0.5).is_nan() && beta_inc_inverse(1.0, 1.0, 2.0).is_nan());
}

#[test]
fn beta_quantiles_of_a_pack_are_those_of_each_alone() {
    // Numbers whose solutions take different numbers of terms and steps, both sides of the middle, and far out.
    let p = [0.3679, 1.125e-7, 6.6e-36, 6.6e-112, 0.042, 0.125, 0.21, 0.29, 0.31, 0.62, 0.93, 0.999_999, 0.5, 0.77, 0.9, 0.5];
    for (a, b) in [(0.001, 0.03), (0.3, 0.4), (0.5, 7.0), (1.0, 1.0), (2.0, 5.0), (400.0, 3.0), (1e6, 1e6)] {
        let together = BetaShape::new(a, b).inverses(p);
        for (p, x) in p.iter().zip(together) {
            assert_eq!(beta_inc_inverse(a, b, *p).to_bits(), x.to_bits(), "({a}, {b}), p {p:e}");
        }
    }
}
