//! Parameters that must be refused.

use super::super::Family::{self, *};
use super::super::{Must, ParamError};
use super::{INF, examples};

#[test]
fn nan_and_infinities_are_refused_everywhere() {
    for (family, params) in examples() {
        for place in 0..params.len() {
            for bad in [f64::NAN, INF, -INF] {
                let mut broken = params.clone();
                broken[place] = bad;
                let open_end = family == Family::Normal && ((place == 2 && bad == -INF) || (place == 3 && bad == INF));
                assert_eq!(family.check(&broken).is_ok(), open_end, "{family:?} {broken:?}");
            }
        }
    }
}

#[test]
fn a_wrong_number_of_parameters_is_refused() {
    for (family, params) in examples() {
        let expected = family.spec().params.len();
        let short = family.check(&params[..expected - 1]);
        assert!(matches!(short, Err(ParamError::Count { .. })), "{family:?}");
        let long: Vec<f64> = params.iter().copied().chain([1.0]).collect();
        assert_eq!(family.check(&long).is_ok(), family.spec().variadic, "{family:?}");
    }
}

#[test]
fn numbers_outside_their_domain_are_refused_by_name() {
    let cases: &[(Family, &[f64], &str)] = &[
        (Uniform, &[2.0, 1.0], "`min` must not exceed `max`, found 2 and 1"),
        (Triangular, &[1.0, 0.0, 3.0], "`min` must not exceed `mode`, found 1 and 0"),
        (Triangular, &[1.0, 4.0, 3.0], "`mode` must not exceed `max`, found 4 and 3"),
        (Pert, &[3.0, 2.0, 1.0], "`min` must not exceed `max`, found 3 and 1"),
        (Normal, &[0.0, -1.0, -INF, INF], "`sd` must be at least 0, found -1"),
        (Normal, &[0.0, 1.0, 2.0, 1.0], "`min` must not exceed `max`, found 2 and 1"),
        (Normal, &[0.0, 1.0, INF, INF], "`min` must be a number, found inf"),
        (Lognormal, &[0.0, 1.0], "`median` must be above 0, found 0"),
        (Lognormal, &[1.0, -0.1], "`sigma` must be at least 0, found -0.1"),
        (Lognormal, &[1.0, 51.0], "`sigma` must be at most 50, found 51"),
        (Beta, &[0.0, 1.0], "`alpha` must be at least 0.001, found 0"),
        (Beta, &[1.0, 2e6], "`beta` must be at most 1000000, found 2000000"),
        (Gamma, &[-1.0, 1.0], "`shape` must be at least 0.001, found -1"),
        (Gamma, &[1.0, 0.0], "`scale` must be above 0, found 0"),
        (Exponential, &[-1.0], "`mean` must be at least 0, found -1"),
        (Weibull, &[0.0, 1.0], "`shape` must be at least 0.01, found 0"),
        (Weibull, &[1.0, -1.0], "`scale` must be above 0, found -1"),
        (Pareto, &[0.0, 1.0], "`min` must be above 0, found 0"),
        (Pareto, &[1.0, 0.0], "`alpha` must be at least 0.1, found 0"),
        (Poisson, &[-1.0], "`mean` must be at least 0, found -1"),
        (Poisson, &[1e7], "`mean` must be at most 1000000, found 10000000"),
        (Binomial, &[2.5, 0.5], "`n` must be a whole number, found 2.5"),
        (Binomial, &[-1.0, 0.5], "`n` must be at least 0, found -1"),
        (Binomial, &[1e7, 0.5], "`n` must be at most 1000000, found 10000000"),
        (Binomial, &[2.0, 1.5], "`p` must be at most 1, found 1.5"),
        (Bernoulli, &[-0.1], "`p` must be at least 0, found -0.1"),
        (Categorical, &[0.0, 0.0], "at least one of the weights must be above 0"),
        (Categorical, &[1.0, -1.0], "`weights` must be at least 0, found -1"),
        (UniformInt, &[1.0, 0.0], "`min` must not exceed `max`, found 1 and 0"),
        (UniformInt, &[0.5, 1.0], "`min` must be a whole number, found 0.5"),
        (Beta, &[1.0], "`beta` takes 2 numbers, found 1"),
    ];
    for (family, params, words) in cases {
        let error = family.check(params).expect_err(words);
        assert_eq!(&error.to_string(), words);
    }
    assert_eq!(Family::Gamma.check(&[1.0, -2.0]), Err(ParamError::Domain { name: "scale", found: -2.0, must: Must::Exceed(0.0) }));
}

#[test]
fn a_truncation_that_leaves_nothing_is_refused() {
    for params in [[0.0, 1.0, 38.0, INF], [0.0, 1.0, -INF, -38.0], [0.0, 0.0, 1.0, 2.0], [0.0, 0.0, -2.0, -1.0]] {
        let error = Family::Normal.check(&params);
        assert!(matches!(error, Err(ParamError::NoMass { .. })), "{params:?}");
    }
}

#[test]
fn a_width_beyond_the_range_of_floats_is_refused() {
    assert!(Family::Uniform.check(&[-1e308, 1e308]).is_err());
    assert!(Family::Pert.check(&[-1e308, 0.0, 1e308]).is_err());
}
