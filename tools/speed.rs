//! Nanoseconds per call (scratch).
use escalade::dist::Family;
use escalade::rng::{DrawKey, SiteId, block, block_row};
use std::hint::black_box;
use std::time::Instant;
fn row(name: &str, f: impl Fn(&mut [f64; 64])) {
    let x: [f64; 64] = std::array::from_fn(|i| 0.01 + i as f64 * 0.015);
    let t = Instant::now();
    let n = 200_000;
    for _ in 0..n {
        let mut y = black_box(x);
        f(&mut y);
        black_box(&y);
    }
    println!(
        "{name:20} {:.2} ns/lane",
        t.elapsed().as_nanos() as f64 / (n * 64) as f64
    );
}
fn main() {
    use escalade::math::*;
    row("exp", |x| exp_row(x));
    row("ln", |x| ln_row(x));
    row("pow", |x| pow_row(x, &[1.7; 64]));
    row("logistic", |x| logistic_row(x));
    row("normal_quantile", |x| normal_quantile_row(x));
    row("sincos", |x| {
        let mut c = [0.0; 64];
        sin_cos_turn_row(x, &mut c);
        black_box(&c);
    });
    row("libm exp", |x| {
        x.iter_mut().for_each(|v| *v = libm::exp(*v))
    });
    row("libm ln", |x| x.iter_mut().for_each(|v| *v = libm::log(*v)));
    row("libm pow", |x| {
        x.iter_mut().for_each(|v| *v = libm::pow(*v, 1.7))
    });
    let trials: [u64; 64] = std::array::from_fn(|i| i as u64);
    let site = SiteId::of_path("a");
    row("block_row units", |x| {
        *x = block_row(black_box(1), black_box(&trials), 5, site, &[0; 64]).units();
    });
    let inf = f64::INFINITY;
    let cases: &[(Family, &[f64])] = &[
        (Family::Uniform, &[0.0, 1.0]),
        (Family::Normal, &[0.0, 1.0, -inf, inf]),
        (Family::Normal, &[0.0, 1.0, -1.0, inf]),
        (Family::Lognormal, &[1.0, 1.0]),
        (Family::Exponential, &[1.0]),
        (Family::Weibull, &[2.0, 1.0]),
        (Family::Pareto, &[1.0, 2.0]),
        (Family::Triangular, &[0.0, 1.0, 2.0]),
        (Family::Pert, &[0.0, 1.0, 3.0]),
        (Family::Beta, &[2.0, 5.0]),
        (Family::Beta, &[0.3, 0.4]),
        (Family::Gamma, &[0.3, 1.0]),
        (Family::Gamma, &[3.0, 1.0]),
        (Family::Gamma, &[1e5, 1.0]),
        (Family::Poisson, &[3.0]),
        (Family::Poisson, &[30.0]),
        (Family::Poisson, &[100.0]),
        (Family::Poisson, &[1e4]),
        (Family::Poisson, &[1e6]),
        (Family::Binomial, &[20.0, 0.3]),
        (Family::Binomial, &[1000.0, 0.3]),
        (Family::Binomial, &[1e6, 0.3]),
        (Family::Bernoulli, &[0.3]),
        (Family::UniformInt, &[1.0, 6.0]),
    ];
    for (f, p) in cases {
        let n = 3000;
        let t = Instant::now();
        for trial in 0..n {
            black_box(f.sample(
                black_box(p),
                block(
                    1,
                    DrawKey {
                        trial,
                        time: 1,
                        site,
                        nth: 0,
                    },
                ),
            ));
        }
        println!(
            "{f:?} {p:?} {:.0} ns",
            t.elapsed().as_nanos() as f64 / n as f64
        );
    }
}
