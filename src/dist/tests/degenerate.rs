//! Parameters without spread, and draws at the ends of the unit interval.

use super::super::Family::{self, *};
use super::INF;
use crate::rng::Block;

#[test]
fn parameters_without_spread_give_one_value() {
    let cases: &[(Family, &[f64], f64)] = &[
        (Fixed, &[4.0], 4.0),
        (Uniform, &[4.0, 4.0], 4.0),
        (Triangular, &[4.0, 4.0, 4.0], 4.0),
        (Pert, &[4.0, 4.0, 4.0], 4.0),
        (Normal, &[4.0, 0.0, -INF, INF], 4.0),
        (Normal, &[4.0, 0.0, 3.0, 5.0], 4.0),
        (Normal, &[0.0, 1.0, 4.0, 4.0], 4.0),
        (Lognormal, &[4.0, 0.0], 4.0),
        (Exponential, &[0.0], 0.0),
        (Poisson, &[0.0], 0.0),
        (Binomial, &[0.0, 0.5], 0.0),
        (Binomial, &[7.0, 0.0], 0.0),
        (Binomial, &[7.0, 1.0], 7.0),
        (Bernoulli, &[0.0], 0.0),
        (Bernoulli, &[1.0], 1.0),
        (Categorical, &[0.0, 3.0, 0.0], 1.0),
        (Categorical, &[1e-300], 0.0),
        (UniformInt, &[-4.0, -4.0], -4.0),
    ];
    let blocks = [Block([0; 4]), Block([u32::MAX; 4]), Block([1 << 31, 5, 99, 1 << 30])];
    for &(family, params, value) in cases {
        assert_eq!(family.check(params), Ok(()), "{family:?} {params:?}");
        for block in blocks {
            assert_eq!(family.sample(params, block), value, "{family:?} {params:?}");
        }
        assert_eq!(family.mean(params), value, "{family:?} {params:?}");
        assert_eq!(family.sd(params), 0.0, "{family:?} {params:?}");
        assert_eq!(family.support(params), (value, value), "{family:?} {params:?}");
        assert_eq!(family.quantile(params, 0.5), value, "{family:?} {params:?}");
        assert_eq!(family.cdf(params, value), 1.0, "{family:?} {params:?}");
        assert_eq!(family.cdf(params, value - 1e-9), 0.0, "{family:?} {params:?}");
    }
}

#[test]
fn draws_at_the_ends_of_the_unit_interval_are_finite() {
    for (family, params) in super::examples() {
        for block in [Block([0; 4]), Block([u32::MAX; 4]), Block([0, 0, u32::MAX, u32::MAX])] {
            let x = family.sample(&params, block);
            let (low, high) = family.support(&params);
            assert!(x.is_finite() && x >= low && x <= high, "{family:?} {params:?}: {x}");
        }
    }
    // The most extreme shapes that are accepted.
    let extremes: &[(Family, &[f64])] = &[
        (Lognormal, &[1.0, 50.0]),
        (Weibull, &[0.01, 1.0]),
        (Weibull, &[1e6, 1.0]),
        (Pareto, &[1.0, 0.1]),
        (Gamma, &[1e-3, 1.0]),
        (Gamma, &[1e6, 1.0]),
        (Beta, &[1e-3, 1e-3]),
        (Beta, &[1e-3, 1e6]),
        (Beta, &[1e6, 1e6]),
        (Binomial, &[1e6, 0.5]),
        (UniformInt, &[-2_147_483_648.0, 2_147_483_648.0]),
    ];
    for (family, params) in extremes {
        assert_eq!(family.check(params), Ok(()), "{family:?} {params:?}");
        for word in [0, 1 << 20, 1 << 31, u32::MAX] {
            let x = family.sample(params, Block([word, word, word, word]));
            assert!(x.is_finite(), "{family:?} {params:?}: {x}");
        }
    }
}

#[test]
fn integers_reach_both_ends_and_categories_of_no_weight_never_come() {
    let mut seen = std::collections::BTreeSet::new();
    let mut drawn = std::collections::BTreeSet::new();
    for i in 0..4096_u32 {
        let block = Block([i << 20, 0, 0, 0]);
        #[expect(clippy::cast_possible_truncation, reason = "small whole numbers")]
        {
            seen.insert(Family::UniformInt.sample(&[-2.0, 3.0], block) as i64);
            drawn.insert(Family::Categorical.sample(&[0.0, 1.0, 0.0, 2.0, 0.0], block) as i64);
        }
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-2, -1, 0, 1, 2, 3]);
    assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn every_family_but_the_normals_draws_its_quantile() {
    for (family, params) in super::examples() {
        let curve = params.get(2..4) == Some(&[-INF, INF]);
        if family == Family::Lognormal || (family == Family::Normal && curve) {
            continue;
        }
        for word in [0, 123_456_789, 1 << 31, u32::MAX] {
            let block = Block([word, !word, 0, 0]);
            let quantile = family.quantile(&params, block.unit());
            assert_eq!(family.sample(&params, block).to_bits(), quantile.to_bits(), "{family:?}");
        }
    }
}

#[test]
fn counts_are_coupled_to_their_parameters() {
    let units: Vec<f64> = (0..200).map(|i| (f64::from(i) + 0.5) / 200.0).collect();
    for &u in &units {
        let mut last = 0.0;
        // Across the mean of 32, where the method changes.
        for i in 0..160 {
            let k = Family::Poisson.quantile(&[0.25 * f64::from(i)], u);
            assert!(k >= last, "mean {} at {u}: {k} after {last}", 0.25 * f64::from(i));
            last = k;
        }
        let mut last = 0.0;
        for i in 0..=100 {
            let k = Family::Binomial.quantile(&[90.0, f64::from(i) / 100.0], u);
            assert!(k >= last, "p {i} % at {u}: {k} after {last}");
            last = k;
        }
        let mut last = 0.0;
        for n in 0..150 {
            let k = Family::Binomial.quantile(&[f64::from(n), 0.4], u);
            assert!(k >= last && k <= last + 1.0, "n {n} at {u}: {k} after {last}");
            last = k;
        }
    }
}
