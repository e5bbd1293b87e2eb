//! Laws: samples of every family against independent distribution functions (statrs), and the
//! correlations of the copula.
//!
//! Heavy; run in release (`cargo test --release --test laws_dist`). Each comparison has a false-alarm
//! rate of 1e-9 for a correct sampler (Dvoretzky-Kiefer-Wolfowitz, or chi-square), and 400 000 draws
//! see any distribution function that is wrong by 1.1 points. The seed is fixed and printed; a law
//! that fails is never mended by another seed or a wider band.
#![cfg(not(debug_assertions))]
#![expect(clippy::float_cmp, clippy::cast_precision_loss, reason = "draws repeat exactly; counts are far below 2^53")]

use escalade::dist::Family;
use escalade::dist::copula::{Cholesky, correlate};
use escalade::math::{normal_cdf, normal_quantile};
use escalade::rng::{AddressedRng, Block, DrawKey, SiteId, block};
use escalade::stats::laws::{assert_share, chi_square_limit, dkw_band, smallest_visible_bias};
use rand_distr::Distribution;
use statrs::distribution::{self as oracle, ContinuousCDF, Discrete, DiscreteCDF};

const SEED: u64 = 20_261_122;
const DRAWS: u32 = 400_000;
const FAIL: f64 = 1e-9;
const INF: f64 = f64::INFINITY;

/// The block of one trial at a site named after the case.
fn draw_block(site: SiteId, trial: u32) -> Block {
    block(SEED, DrawKey { trial: u64::from(trial), time: 60, site, nth: 0 })
}

/// Draws of one case, in rising order.
fn sorted(family: Family, params: &[f64]) -> Vec<f64> {
    family.check(params).expect("parameters");
    let site = SiteId::of_path(&format!("law.{family:?}.{params:?}"));
    let mut draws: Vec<f64> = (0..DRAWS).map(|trial| family.sample(params, draw_block(site, trial))).collect();
    draws.sort_by(f64::total_cmp);
    draws
}

/// Largest distance between the empirical distribution function of sorted draws and another.
///
/// `below(x)` is the chance to be less than `x`, `upto(x)` to be at most `x`.
fn distance(draws: &[f64], below: impl Fn(f64) -> f64, upto: impl Fn(f64) -> f64) -> f64 {
    let n = f64::from(DRAWS);
    let mut worst = 0.0_f64;
    let mut i = 0;
    while i < draws.len() {
        let x = draws[i];
        let mut j = i;
        while j < draws.len() && draws[j] == x {
            j += 1;
        }
        worst = worst.max((i as f64 / n - below(x)).abs()).max((j as f64 / n - upto(x)).abs());
        i = j;
    }
    worst
}

fn agree(family: Family, params: &[f64], distance: f64) {
    let band = dkw_band(u64::from(DRAWS), FAIL);
    assert!(distance <= band, "{family:?} {params:?}, seed {SEED}: distribution functions differ by {distance}, accepted {band}");
}

fn continuous(family: Family, params: &[f64], cdf: impl Fn(f64) -> f64) {
    let draws = sorted(family, params);
    agree(family, params, distance(&draws, &cdf, &cdf));
    // Our own cdf is the oracle's, too.
    for x in draws.iter().step_by(997) {
        let (ours, theirs) = (family.cdf(params, *x), cdf(*x));
        assert!((ours - theirs).abs() < 1e-9, "{family:?} {params:?} at {x}: {ours} {theirs}");
    }
}

#[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "whole numbers")]
fn discrete(family: Family, params: &[f64], oracle: &(impl DiscreteCDF<u64, f64> + Discrete<u64, f64>)) {
    let draws = sorted(family, params);
    let upto = |x: f64| oracle.cdf(x as u64);
    let below = |x: f64| {
        if x < 1.0 { 0.0 } else { oracle.cdf(x as u64 - 1) }
    };
    agree(family, params, distance(&draws, below, upto));

    // Chi-square over the values that are expected at least 50 times; the rest in one class.
    let n = f64::from(DRAWS);
    let mut statistic = 0.0;
    let mut classes = 0;
    let (mut rest_found, mut rest_expected) = (n, n);
    let mut i = 0;
    while i < draws.len() {
        let count = draws[i..].partition_point(|&x| x == draws[i]);
        let expected = n * oracle.pmf(draws[i] as u64);
        if expected >= 50.0 {
            statistic += (count as f64 - expected).powi(2) / expected;
            classes += 1;
            rest_found -= count as f64;
            rest_expected -= expected;
        }
        i += count;
    }
    if rest_expected >= 50.0 {
        statistic += (rest_found - rest_expected).powi(2) / rest_expected;
        classes += 1;
    }
    if classes > 1 {
        let limit = chi_square_limit(classes - 1, FAIL);
        assert!(statistic < limit, "{family:?} {params:?}, seed {SEED}: chi-square {statistic} of {classes} classes, accepted {limit}");
    }
}

#[test]
fn there_are_enough_draws() {
    assert!(smallest_visible_bias(u64::from(DRAWS), FAIL, FAIL) < 0.011);
}

#[test]
fn uniform_triangular_pert() {
    let uniform = oracle::Uniform::new(-1.0, 3.0).unwrap();
    continuous(Family::Uniform, &[-1.0, 3.0], |x| uniform.cdf(x));
    let triangular = oracle::Triangular::new(1.0, 7.0, 2.0).unwrap();
    continuous(Family::Triangular, &[1.0, 2.0, 7.0], |x| triangular.cdf(x));
    // Known moments of PERT (1, 2, 7): alpha = 5/3, beta = 13/3.
    let pert = oracle::Beta::new(5.0 / 3.0, 13.0 / 3.0).unwrap();
    continuous(Family::Pert, &[1.0, 2.0, 7.0], |x| pert.cdf((x - 1.0) / 6.0));
}

#[test]
fn normal_whole_and_truncated() {
    let normal = oracle::Normal::new(5.0, 2.0).unwrap();
    continuous(Family::Normal, &[5.0, 2.0, -INF, INF], |x| normal.cdf(x));
    for [min, max] in [[4.0, 6.0], [9.0, INF], [-INF, 3.0], [6.0, 30.0]] {
        let (low, high) = (normal.cdf(min), normal.cdf(max));
        let cut = |x: f64| (normal.cdf(x) - low) / (high - low);
        continuous(Family::Normal, &[5.0, 2.0, min, max], cut);
    }
    let lognormal = oracle::LogNormal::new(5.0_f64.ln(), 0.8).unwrap();
    continuous(Family::Lognormal, &[5.0, 0.8], |x| lognormal.cdf(x));
}

#[test]
fn waiting_times_and_tails() {
    for (shape, scale) in [(0.3, 2.0), (1.0, 1.0), (7.5, 0.1), (5000.0, 1.0)] {
        let gamma = oracle::Gamma::new(shape, 1.0 / scale).unwrap();
        continuous(Family::Gamma, &[shape, scale], |x| gamma.cdf(x));
    }
    let exponential = oracle::Exp::new(1.0 / 3.0).unwrap();
    continuous(Family::Exponential, &[3.0], |x| exponential.cdf(x));
    for (shape, scale) in [(0.7, 10.0), (3.0, 1.0)] {
        let weibull = oracle::Weibull::new(shape, scale).unwrap();
        continuous(Family::Weibull, &[shape, scale], |x| weibull.cdf(x));
    }
    for (min, alpha) in [(1.0, 2.5), (10.0, 0.8)] {
        let pareto = oracle::Pareto::new(min, alpha).unwrap();
        continuous(Family::Pareto, &[min, alpha], |x| pareto.cdf(x));
    }
}

#[test]
fn shares() {
    for (alpha, beta) in [(2.0, 5.0), (0.3, 0.4), (1.0, 1.0), (400.0, 3.0)] {
        let law = oracle::Beta::new(alpha, beta).unwrap();
        continuous(Family::Beta, &[alpha, beta], |x| law.cdf(x));
    }
}

#[test]
fn counts() {
    for mean in [0.01, 0.7, 3.7, 31.9, 32.1, 1234.5] {
        discrete(Family::Poisson, &[mean], &oracle::Poisson::new(mean).unwrap());
    }
    for (n, p) in [(1, 0.3), (20, 0.7), (20, 0.05), (500, 0.5), (1_000_000, 1e-5)] {
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let params = [n as f64, p];
        discrete(Family::Binomial, &params, &oracle::Binomial::new(p, n).unwrap());
    }
}

#[test]
fn truth_categories_and_integers() {
    for p in [0.0, 1e-3, 0.3, 0.999, 1.0] {
        let hits = sorted(Family::Bernoulli, &[p]).iter().filter(|&&x| x == 1.0).count();
        assert_share(hits as u64, u64::from(DRAWS), p, FAIL, &format!("bernoulli {p}, seed {SEED}"));
    }
    let shares = |family: Family, params: &[f64], expected: &[f64]| {
        let draws = sorted(family, params);
        for (k, &p) in expected.iter().enumerate() {
            let hits = draws.iter().filter(|&&x| x == k as f64).count() as u64;
            let what = format!("{family:?} {params:?} at {k}, seed {SEED}");
            assert_share(hits, u64::from(DRAWS), p, FAIL, &what);
        }
    };
    shares(Family::Categorical, &[1.0, 0.0, 2.0, 5.0], &[0.125, 0.0, 0.25, 0.625]);
    shares(Family::UniformInt, &[0.0, 15.0], &[1.0 / 16.0; 16]);
    shares(Family::UniformInt, &[-2.0, 2.0], &[0.2; 3]);
}

/// Small means are drawn by another method than large ones; rejection samplers of `rand_distr`, drawn
/// from addresses, are the oracle that shares neither.
#[test]
fn large_counts_agree_with_rejection_samplers() {
    let draws = 60_000_u32;
    let site = SiteId::of_path("law.rejection");
    let compare = |family: Family, params: &[f64], theirs: &dyn Fn(&mut AddressedRng) -> f64| {
        let (mut ours, mut other) = (0_u64, 0_u64);
        let middle = family.quantile(params, 0.7);
        for trial in 0..draws {
            ours += u64::from(family.sample(params, draw_block(site, trial)) <= middle);
            let key = DrawKey { trial: u64::from(trial), time: 120, site, nth: 0 };
            other += u64::from(theirs(&mut AddressedRng::new(SEED, key)) <= middle);
        }
        let p = family.cdf(params, middle);
        for hits in [ours, other] {
            assert_share(hits, u64::from(draws), p, FAIL, &format!("{family:?} {params:?}, seed {SEED}"));
        }
    };
    let poisson = rand_distr::Poisson::new(54_321.0).unwrap();
    compare(Family::Poisson, &[54_321.0], &|rng| poisson.sample(rng));
    let binomial = rand_distr::Binomial::new(300_000, 0.4).unwrap();
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    compare(Family::Binomial, &[300_000.0, 0.4], &|rng| binomial.sample(rng) as f64);
}

#[test]
fn copula_keeps_margins_and_gives_the_rank_correlation() {
    let rho = 0.6;
    let factor = Cholesky::from_spearman(&[vec![1.0, rho], vec![rho, 1.0]]).unwrap();
    let site = SiteId::of_path("law.copula");
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for trial in 0..DRAWS {
        let block = draw_block(site, trial);
        let mut z = [normal_quantile(block.unit()), normal_quantile(block.second_unit())];
        correlate(&factor, &mut z);
        first.push(Family::Exponential.quantile(&[2.0], normal_cdf(z[0])));
        second.push(Family::Beta.quantile(&[2.0, 5.0], normal_cdf(z[1])));
    }
    let ranks = |draws: &[f64]| {
        let mut order: Vec<usize> = (0..draws.len()).collect();
        order.sort_by(|&a, &b| draws[a].total_cmp(&draws[b]));
        let mut ranks = vec![0.0; draws.len()];
        for (rank, &i) in order.iter().enumerate() {
            ranks[i] = rank as f64;
        }
        ranks
    };
    let (a, b) = (ranks(&first), ranks(&second));
    let n = f64::from(DRAWS);
    let middle = (n - 1.0) / 2.0;
    let product: f64 = a.iter().zip(&b).map(|(x, y)| (x - middle) * (y - middle)).sum();
    let spearman = product / (n * (n * n - 1.0) / 12.0);
    // Standard error below 1 / sqrt(n) = 0.0016; 6.1 of them are a false alarm of 1e-9.
    assert!((spearman - rho).abs() < 0.0097, "seed {SEED}: {spearman}, asked for {rho}");
    let law = oracle::Beta::new(2.0, 5.0).unwrap();
    second.sort_by(f64::total_cmp);
    agree(Family::Beta, &[2.0, 5.0], distance(&second, |x| law.cdf(x), |x| law.cdf(x)));
}
