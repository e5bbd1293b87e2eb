//! Tests of designs.

#![expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "parts of the unit interval")]

use super::*;
use crate::rng::{DrawKey, Points, SiteId, block};

/// Drawn points, to compare with.
#[derive(Debug)]
struct Drawn(u64);

impl Points for Drawn {
    fn unit(&self, point: u64, input: usize) -> f64 {
        block(self.0, DrawKey { trial: point, time: 0, site: SiteId::of_path("test"), nth: input as u32 }).unit()
    }
}

#[test]
fn a_latin_hypercube_has_each_part_once() {
    for (points, inputs) in [(1, 1), (2, 3), (7, 5), (100, 12), (4096, 2)] {
        let design = LatinHypercube::new(5, points, inputs).unwrap();
        for input in 0..inputs {
            let mut parts: Vec<u64> = (0..points).map(|k| (design.unit(k, input) * points as f64).floor() as u64).collect();
            parts.sort_unstable();
            assert!(parts.into_iter().eq(0..points), "{points} points, input {input}");
        }
    }
}

#[test]
fn every_box_of_scrambled_sobol_points_has_its_share() {
    for seed in 0..20 {
        let design = ScrambledSobol::new(seed, 1 << 10, 2).unwrap();
        // A (0, m, 2)-net: of 2^10 points exactly one lies in each of the 2^a x 2^(10 - a) boxes.
        for a in 0..=10 {
            let mut count = vec![0; 1 << 10];
            for k in 0..1 << 10 {
                let x = (design.unit(k, 0) * f64::from(1 << a)) as usize;
                let y = (design.unit(k, 1) * f64::from(1 << (10 - a))) as usize;
                count[x << (10 - a) | y] += 1;
            }
            assert!(count.iter().all(|&c| c == 1), "seed {seed}, {a} digits of the first input");
        }
    }
}

#[test]
fn each_of_256_inputs_is_stratified() {
    let design = ScrambledSobol::new(3, 512, 256).unwrap();
    for input in 0..256 {
        let mut parts: Vec<u64> = (0..512).map(|k| (design.unit(k, input) * 512.0) as u64).collect();
        parts.sort_unstable();
        assert!(parts.into_iter().eq(0..512), "input {input}");
    }
}

#[test]
fn numbers_are_inside_and_repeat() {
    let (latin, sobol) = (LatinHypercube::new(9, 65_536, 3).unwrap(), ScrambledSobol::new(9, 65_536, 3).unwrap());
    for design in [&latin as &dyn Points, &sobol] {
        for input in 0..3 {
            assert!((0..65_536).all(|k| design.unit(k, input) > 0.0 && design.unit(k, input) < 1.0));
        }
        assert_eq!(design.unit(77, 1).to_bits(), design.unit(77, 1).to_bits());
        assert_ne!(design.unit(77, 1), design.unit(77, 2));
    }
    // The same in every release: values were written down when the designs were made.
    assert_eq!([latin.unit(0, 0), latin.unit(65_535, 2)], LATIN);
    assert_eq!([sobol.unit(0, 0), sobol.unit(65_535, 2)], SOBOL);
    // More points or inputs leave the old ones as they were.
    assert_eq!(ScrambledSobol::new(9, 10, 1).unwrap().unit(3, 0), sobol.unit(3, 0));
    assert_ne!(ScrambledSobol::new(8, 10, 1).unwrap().unit(3, 0), sobol.unit(3, 0));
}

const LATIN: [f64; 2] = [0.595_574_459_447_382_4, 0.252_268_727_242_293_9];
const SOBOL: [f64; 2] = [0.011_496_610_357_426_107, 0.917_072_442_709_468_3];

/// Root mean square error of the mean of a function over 256 points, of 200 seeds.
fn error(make: impl Fn(u64) -> Box<dyn Points>, f: impl Fn(&[f64]) -> f64, truth: f64, inputs: usize) -> f64 {
    let square = |seed| {
        let design = make(seed);
        let at = |k| f(&(0..inputs).map(|i| design.unit(k, i)).collect::<Vec<_>>());
        let mean = (0..256).map(at).sum::<f64>() / 256.0;
        (mean - truth) * (mean - truth)
    };
    ((0..200).map(square).sum::<f64>() / 200.0).sqrt()
}

#[test]
fn designs_are_nearer_to_known_integrals_than_drawn_points() {
    let latin = |seed| Box::new(LatinHypercube::new(seed, 256, 5).unwrap()) as Box<dyn Points>;
    let sobol = |seed| Box::new(ScrambledSobol::new(seed, 256, 5).unwrap()) as Box<dyn Points>;
    let drawn = |seed| Box::new(Drawn(seed)) as Box<dyn Points>;
    let sum = |x: &[f64]| x.iter().map(|x| x * x).sum::<f64>();
    let product = |x: &[f64]| x.iter().map(|x| 0.5 + x).product::<f64>();
    let errors = |f: &dyn Fn(&[f64]) -> f64, truth| [error(drawn, f, truth, 5), error(latin, f, truth, 5), error(sobol, f, truth, 5)];
    let [drawn_sum, latin_sum, sobol_sum] = errors(&sum, 5.0 / 3.0);
    let [drawn_product, latin_product, sobol_product] = errors(&product, 1.0);
    println!("sum: {drawn_sum:.2e} {latin_sum:.2e} {sobol_sum:.2e}; product: {drawn_product:.2e} {latin_product:.2e} {sobol_product:.2e}");
    // Drawn points have known errors: sqrt(5 * 4 / 45 / 256) and sqrt((13/12)^5 - 1) / 16. With 200 seeds a ratio of two such
    // errors is off by a factor of 1.4 less than once in 10^5; these are far larger.
    assert!((drawn_sum / 0.0417 - 1.0).abs() < 0.25 && (drawn_product / 0.0439 - 1.0).abs() < 0.35);
    assert!(latin_sum < drawn_sum / 50.0 && sobol_sum < drawn_sum / 50.0);
    assert!(latin_product < drawn_product / 2.0 && sobol_product < drawn_product / 10.0);
}

#[test]
fn what_is_too_large_is_refused() {
    assert_eq!(ScrambledSobol::new(1, 65_537, 1).unwrap_err(), TooLarge::SobolPoints(65_537));
    assert_eq!(ScrambledSobol::new(1, 8, 257).unwrap_err(), TooLarge::SobolInputs(257));
    assert!(ScrambledSobol::new(1, 65_536, 256).is_ok());
    assert_eq!(LatinHypercube::new(1, 1 << 24, 3).unwrap_err(), TooLarge::Latin(1 << 24, 3));
    assert!(LatinHypercube::new(1, u64::MAX, 0).is_err() && LatinHypercube::new(1, 1, 70_000).is_err());
    assert!(LatinHypercube::new(1, 0, 0).is_ok());
}
