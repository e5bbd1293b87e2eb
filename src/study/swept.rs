//! From what was observed at the points of a sweep to its results.

use super::observe::Observed;
use super::sweep::{Input, Point, Values};
use crate::results::{About, IntervalResult, RankCorrelation, SweepDifference, SweepInput, SweepMean, SweepPoint, SweepShare, Swing};
use crate::scenario::Scenario;
use crate::stats::{Moments, PairedCounts, spearman, spearman_interval};

/// What a result says of an input.
#[must_use]
pub fn described(input: &Input, scenario: &Scenario) -> SweepInput {
    let path = input.path.clone();
    let label = path.strip_prefix("parameters.").and_then(|id| scenario.params.iter().find(|p| p.id == id)?.label.clone());
    match &input.values {
        Values::Range(range) => SweepInput {
            path,
            label,
            from: Some(range.from),
            to: Some(range.to),
            unit: Some(range.unit.clone()).filter(|u| !u.is_empty()),
            log: range.log,
            list: Vec::new(),
        },
        Values::List(list) => SweepInput { path, label, from: None, to: None, unit: None, log: false, list: list.clone() },
    }
}

/// What came of one point, or of the base where there is none to compare it with.
#[must_use]
pub fn observed_at(point: Option<&Point>, about: &About, seen: &Observed, base: Option<(&About, &Observed)>, level: f64) -> SweepPoint {
    let share = |id: &str, label: &str, count: u64| SweepShare {
        id: id.to_owned(),
        label: label.to_owned(),
        count,
        share: part(count, seen.trials),
        interval: IntervalResult::new(count, seen.trials, level),
        difference: None,
    };
    let outcomes = about.outcomes.iter().enumerate().map(|(place, (id, label, _))| SweepShare {
        difference: base.map(|base| difference((place, id), seen, base, level)),
        ..share(id, label, seen.outcomes[place])
    });
    let free = about.indicators.iter().zip(&seen.indicators).filter(|((_, _, given), _)| given.is_none());
    let mean = |(metric, moments): (usize, &Moments)| {
        let (id, label, unit, given) = &about.metrics[metric];
        given.is_none().then(|| SweepMean {
            id: id.clone(),
            label: label.clone(),
            unit: unit.clone(),
            trials: moments.count(),
            mean: Some(moments.mean()).filter(|x| x.is_finite()),
            standard_error: Some(moments.standard_error()).filter(|x| x.is_finite()),
        })
    };
    SweepPoint {
        values: point.map(|p| p.texts.clone()).unwrap_or_default(),
        numbers: point.map(|p| p.numbers.clone()).unwrap_or_default(),
        trials: seen.trials,
        outcomes: outcomes.collect(),
        indicators: free.map(|((id, label, _), count)| share(id, label, *count)).collect(),
        metrics: seen.metrics.iter().enumerate().filter_map(mean).collect(),
    }
}

/// Against the base, trial by trial. An outcome that the base does not have never happens there.
fn difference((place, id): (usize, &str), seen: &Observed, (about, base): (&About, &Observed), level: f64) -> SweepDifference {
    let there = about.outcomes.iter().position(|o| o.0 == id);
    let mut pairs = PairedCounts::default();
    for (now, before) in seen.ended.iter().zip(&base.ended) {
        pairs.add(there == Some(usize::from(*before)), usize::from(*now) == place);
    }
    let interval = pairs.interval(level);
    SweepDifference {
        difference: pairs.difference(),
        low: interval.low,
        high: interval.high,
        gained: pairs.arm_only,
        lost: pairs.base_only,
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
fn part(count: u64, of: u64) -> f64 {
    count as f64 / of.max(1) as f64
}

/// How far each outcome goes over the points, the widest first.
#[must_use]
pub fn swings(points: &[SweepPoint], about: &About) -> Vec<Swing> {
    let one = |(id, label, unresolved): &(String, String, bool)| {
        let share = |point: &SweepPoint| point.outcomes.iter().find(|o| o.id == *id).map_or(0.0, |o| o.share);
        let shares: Vec<f64> = points.iter().map(share).collect();
        let (mut low_at, mut high_at) = (0, 0);
        for (at, share) in shares.iter().enumerate() {
            if *share < shares[low_at] {
                low_at = at;
            }
            if *share > shares[high_at] {
                high_at = at;
            }
        }
        let ends = shares.get(low_at).copied().zip(shares.get(high_at).copied());
        ends.map(|(low, high)| Swing { id: id.clone(), label: label.clone(), unresolved: *unresolved, low, low_at, high, high_at })
    };
    let mut swings: Vec<Swing> = about.outcomes.iter().filter_map(one).collect();
    // Two outcomes that mirror each other differ in the last bit: they stay in the scenario's order.
    let width = |s: &Swing| ((s.high - s.low) * 1e9).round();
    swings.sort_by(|a, b| width(b).total_cmp(&width(a)));
    swings
}

/// Rank correlations of every numeric input with every outcome that varies, in the order of `swings`.
#[must_use]
pub fn correlations(points: &[SweepPoint], swings: &[Swing], inputs: usize, level: f64) -> Vec<RankCorrelation> {
    let mut found = Vec::new();
    for swing in swings {
        let share = |point: &SweepPoint| point.outcomes.iter().find(|o| o.id == swing.id).map_or(0.0, |o| o.share);
        let shares: Vec<f64> = points.iter().map(share).collect();
        for input in 0..inputs {
            let values: Option<Vec<f64>> = points.iter().map(|p| p.numbers[input]).collect();
            let Some(rho) = values.and_then(|values| spearman(&values, &shares)) else { continue };
            let interval = spearman_interval(rho, points.len(), level);
            found.push(RankCorrelation { outcome: swing.id.clone(), input, rho, low: interval.low, high: interval.high });
        }
    }
    found
}
