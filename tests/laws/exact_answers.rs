//! Every abstract scenario carries exact answers beside its question; the program must agree.
//!
//! Shares: an exact binomial band with a false-alarm rate of 1e-9 per claim. Means: a normal band of the
//! same rate around the sample mean, which a sample of this size justifies for the bounded metrics used
//! here; where nothing varies, agreement to rounding.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::claims::{SEED, rows, sample, scenario};
use escalade::lang::claim::{Claim, Quantity};
use escalade::math::normal_quantile;
use escalade::results::TrialRow;
use escalade::scenario::Scenario;
use escalade::stats::laws::{binomial_band, smallest_visible_bias};

const TRIALS: u64 = 60_000;
const FAIL: f64 = 1e-9;

fn abstract_scenarios() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/abstract");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "toml"));
    paths.sort();
    paths
}

/// What is wrong with an exact claim, if anything.
fn disagreement(scenario: &Scenario, quantity: &Quantity<String>, expected: f64, rows: &[TrialRow]) -> Option<String> {
    let values = sample(scenario, quantity, rows);
    let n = values.len() as u64;
    let sum: f64 = values.iter().sum();
    let mean = sum / values.len() as f64;
    if n < 100 {
        return Some(format!("only {n} trials to read it from"));
    }
    match quantity {
        Quantity::Share { .. } => {
            let (low, high) = binomial_band(n, expected, FAIL);
            let k = sum as u64;
            (k < low || k > high).then(|| format!("{k} of {n} = {mean:.5}, outside {low}..{high}"))
        }
        Quantity::Mean(_) | Quantity::MeanDay(_) => {
            let square: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
            let error = (square / (values.len() as f64 - 1.0) / values.len() as f64).sqrt();
            let band = normal_quantile(1.0 - FAIL / 2.0) * error + 1e-9 * expected.abs().max(1.0);
            ((mean - expected).abs() > band).then(|| format!("mean {mean:.6}, outside +- {band:.6}"))
        }
        Quantity::Quantile(_, level) => quantile_disagreement(&values, *level, expected),
        Quantity::MedianDay(_) => quantile_disagreement(&values, 0.5, expected),
    }
}

/// A value is the q-quantile where P(X < v) <= q <= P(X <= v); both shares are tested in binomial bands.
fn quantile_disagreement(values: &[f64], level: f64, expected: f64) -> Option<String> {
    let n = values.len() as u64;
    let below = values.iter().filter(|v| **v < expected).count() as u64;
    let up_to = values.iter().filter(|v| **v <= expected).count() as u64;
    let (low, high) = binomial_band(n, level, FAIL);
    (below > high || up_to < low).then(|| format!("{below} below and {up_to} up to it, of {n}"))
}

#[test]
fn exact_answers_are_met() {
    println!("seed {SEED}, {TRIALS} trials, false alarm {FAIL:e} per claim, visible bias {:.4}", smallest_visible_bias(TRIALS, FAIL, FAIL));
    let mut checked = 0;
    let mut wrong = Vec::new();
    for path in abstract_scenarios() {
        let base = scenario(&path, None, &[]);
        let mut samples: BTreeMap<Option<String>, (Scenario, Vec<TrialRow>)> = BTreeMap::new();
        let exact = base.expectations.iter().filter(|e| matches!(e.claim, Claim::Exactly(..)));
        let own: Vec<_> = exact.clone().collect();
        assert!(!own.is_empty(), "{} has no exact answer", path.display());
        for expectation in own {
            let (_, _) = samples.entry(expectation.variant.clone()).or_insert_with(|| {
                let changed = scenario(&path, expectation.variant.as_deref(), &[]);
                let rows = rows(&changed, TRIALS);
                (changed, rows)
            });
            let (changed, rows) = &samples[&expectation.variant];
            let Claim::Exactly(quantity, expected) = &expectation.claim else { unreachable!("filtered") };
            checked += 1;
            if let Some(how) = disagreement(changed, quantity, *expected, rows) {
                wrong.push(format!("{} {:?}: {}: {how}", base.id, expectation.variant, expectation.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {checked} claims fail:\n{}", wrong.len(), wrong.join("\n"));
    assert!(checked >= 280, "only {checked} claims were found");
}

#[test]
fn claims_of_direction_hold_on_paired_trials() {
    let n = 20_000;
    for path in abstract_scenarios() {
        let base = scenario(&path, None, &[]);
        for expectation in &base.expectations {
            let (quantity, variant, sign) = match &expectation.claim {
                Claim::Rises(q, v) => (q, v, 1.0),
                Claim::Falls(q, v) => (q, v, -1.0),
                _ => continue,
            };
            let pushed = scenario(&path, Some(variant), &[]);
            let mean = |s: &Scenario| {
                let values = sample(s, quantity, &rows(s, n));
                values.iter().sum::<f64>() / values.len() as f64
            };
            let change = mean(&pushed) - mean(&base);
            assert!(change * sign > 0.0, "{}: {}: changed by {change}", base.id, expectation.text);
        }
    }
}
