//! Exact cases of the families: parameters that are refused, degenerate ones, pinned draws, coupling.
//!
//! The laws (samples against independent formulas) are in `tests/laws_dist.rs`.

mod copula;
mod degenerate;
mod moments;
mod params;
mod pinned;

use super::Family;

/// Without an end, a normal has these.
const INF: f64 = f64::INFINITY;

/// Accepted parameters of every family, ordinary and extreme.
fn examples() -> Vec<(Family, Vec<f64>)> {
    use Family::*;
    let list: &[(Family, &[f64])] = &[
        (Fixed, &[-2.5]),
        (Uniform, &[-1.0, 3.0]),
        (Triangular, &[1.0, 2.0, 7.0]),
        (Triangular, &[1.0, 1.0, 7.0]),
        (Triangular, &[1.0, 7.0, 7.0]),
        (Pert, &[1.0, 2.0, 7.0]),
        (Pert, &[0.0, 0.0, 1.0]),
        (Normal, &[5.0, 2.0, -INF, INF]),
        (Normal, &[5.0, 2.0, 4.0, 6.0]),
        (Normal, &[0.0, 1.0, 8.0, INF]),
        (Normal, &[0.0, 1.0, -INF, -8.0]),
        (Normal, &[0.0, 1.0, 0.0, INF]),
        (Normal, &[0.0, 1.0, 3.0, 3.5]),
        (Lognormal, &[5.0, 0.8]),
        (Lognormal, &[1e-3, 3.0]),
        (Beta, &[2.0, 5.0]),
        (Beta, &[0.3, 0.4]),
        (Beta, &[400.0, 3.0]),
        (Gamma, &[0.3, 2.0]),
        (Gamma, &[7.5, 0.1]),
        (Gamma, &[5000.0, 1.0]),
        (Exponential, &[3.0]),
        (Weibull, &[0.7, 10.0]),
        (Weibull, &[3.0, 1.0]),
        (Pareto, &[1.0, 2.5]),
        (Pareto, &[10.0, 0.8]),
        (Poisson, &[0.01]),
        (Poisson, &[3.7]),
        (Poisson, &[31.9]),
        (Poisson, &[32.1]),
        (Poisson, &[1234.5]),
        (Poisson, &[1e6]),
        (Binomial, &[1.0, 0.3]),
        (Binomial, &[20.0, 0.7]),
        (Binomial, &[500.0, 0.5]),
        (Binomial, &[1e6, 1e-5]),
        (Binomial, &[1e6, 0.9]),
        (Bernoulli, &[0.3]),
        (Categorical, &[1.0, 0.0, 2.0, 5.0]),
        (UniformInt, &[-3.0, 12.0]),
    ];
    list.iter().map(|(f, p)| (*f, p.to_vec())).collect()
}

/// Probabilities from far in one tail to far in the other, rising.
fn ladder() -> Vec<f64> {
    let tail = (1..=52).map(|e| f64::from_bits((1023 - e) << 52));
    let mut p: Vec<f64> = tail.clone().chain(tail.map(|t| 1.0 - t)).collect();
    p.extend((1..500).map(|i| f64::from(i) / 500.0));
    p.sort_by(f64::total_cmp);
    p
}

#[test]
fn every_family_is_found_by_its_name_and_describes_itself() {
    let mut names = std::collections::BTreeSet::new();
    for &family in Family::ALL {
        let spec = family.spec();
        assert_eq!((spec.family, Family::by_name(spec.name)), (family, Some(family)));
        assert!(names.insert(spec.name));
        assert!(!spec.summary.is_empty() && !spec.formula.is_empty() && !spec.source.is_empty());
        assert!(!spec.params.is_empty() && spec.params.iter().all(|p| !p.summary.is_empty()));
    }
    assert_eq!(names.len(), 16);
    assert_eq!(Family::by_name("gauss"), None);
}

#[test]
fn examples_are_accepted_and_cover_every_family() {
    for (family, params) in examples() {
        assert_eq!(family.check(&params), Ok(()), "{family:?} {params:?}");
    }
    for &family in Family::ALL {
        assert!(examples().iter().any(|(f, _)| *f == family), "{family:?}");
    }
}

#[test]
fn quantile_rises_and_stays_in_the_support() {
    for (family, params) in examples() {
        let (low, high) = family.support(&params);
        let mut last = f64::NEG_INFINITY;
        for p in ladder() {
            let x = family.quantile(&params, p);
            assert!(x >= low && x <= high, "{family:?} {params:?} at {p}: {x}");
            // Continuous families may step back by rounding.
            let slack = 1e-12 * last.abs().min(1e300);
            assert!(x >= last - slack, "{family:?} {params:?} at {p}: {x} after {last}");
            last = x;
        }
        assert_eq!((family.quantile(&params, 0.0), family.quantile(&params, 1.0)), (low, high));
        assert!(family.quantile(&params, -0.1).is_nan() && family.quantile(&params, f64::NAN).is_nan());
    }
}

#[test]
fn cdf_and_quantile_go_round() {
    for (family, params) in examples() {
        // A truncated normal computes with the share of the whole curve.
        let rounding = if family == Family::Normal { 2e-14 } else { 2e-16 };
        let discrete = family.spec().gives != super::Gives::Real || family == Family::Fixed;
        for p in ladder() {
            let x = family.quantile(&params, p);
            let back = family.cdf(&params, x);
            if discrete {
                let below = family.cdf(&params, x - 1.0);
                let slack = 1e-12;
                assert!(back >= p - slack && below <= p + slack, "{family:?} {params:?} at {p}: {x}");
            } else {
                // What rounding x to a float can change: steep densities have few floats.
                let moved = |by: f64| (family.cdf(&params, x * (1.0 + by)) - back).abs();
                let grain = moved(1e-15).max(moved(-1e-15));
                let slack = 1e-11 * p.min(1.0 - p) + 8.0 * grain + rounding;
                assert!((back - p).abs() <= slack, "{family:?} {params:?} at {p}: {x}, back {back}");
            }
        }
        assert!(family.cdf(&params, f64::NAN).is_nan(), "{family:?}");
        assert_eq!(family.cdf(&params, -INF), 0.0);
        assert_eq!(family.cdf(&params, INF), 1.0);
    }
}
