//! Rows of the series: one number at one time each.

use super::summary::LEVELS;
use super::{About, IntervalResult, Tally, stride};

/// What a row of the series is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Share of trials on a rung, or in a state of a regime.
    Occupancy,
    /// Share of trials in which an outcome (that the trial ends with) or an indicator has held since then, to the end.
    Established,
    /// Quantile of a variable.
    Quantile,
}

impl Over {
    /// Names, in order.
    pub const NAMES: [&'static str; 3] = ["occupancy", "established", "quantile"];
}

/// A number at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesRow<'a> {
    /// What it is.
    pub over: Over,
    /// Of whom: `pakistan.border`, `outcomes.war`, `pakistan.pressure`.
    pub subject: &'a str,
    /// Of what: the rung; `share`; the level of the quantile.
    pub item: &'a str,
    /// The step.
    pub step: u32,
    /// Days since the start.
    pub day: f64,
    /// The share or the quantile.
    pub value: f64,
    /// Interval of a share.
    pub interval: Option<(f64, f64)>,
    /// Trials that it rests on.
    pub trials: u64,
}

/// Calls `visit` with each row: subject by subject, item by item, in order of time.
///
/// # Errors
/// What `visit` returns.
pub fn series<E>(tally: &Tally, about: &About, level: f64, mut visit: impl FnMut(SeriesRow<'_>) -> Result<(), E>) -> Result<(), E> {
    let shape = &about.series;
    let grid: Vec<u32> = shape.grid().collect();
    let day = |step: u32| f64::from(step) * about.step_days;
    for (stand, name) in about.stands.iter().chain(&about.regimes).enumerate() {
        for (counts, (rung, _)) in tally.series.occupancy(stand, shape).iter().zip(&name.rungs) {
            for (count, step) in counts.iter().zip(&grid) {
                visit(share((Over::Occupancy, &name.id, rung), (*step, day(*step)), (*count, tally.trials), level))?;
            }
        }
    }
    let outcomes =
        about.outcomes.iter().map(|o| format!("outcomes.{}", o.0)).zip(&tally.outcome_times).map(|(id, h)| (id, h, tally.trials));
    let indicators = about.indicators.iter().map(|i| format!("indicators.{}", i.0));
    let indicators = indicators.zip(&tally.indicator_times).zip(&tally.indicators).map(|((id, h), n)| (id, h, n.0));
    for (id, histogram, trials) in outcomes.chain(indicators) {
        let mut counts = histogram.iter().peekable();
        let mut so_far = 0;
        for step in &grid {
            while let Some((_, n)) = counts.next_if(|(at, _)| at <= step) {
                so_far += n;
            }
            visit(share((Over::Established, &id, "share"), (*step, day(*step)), (so_far, trials), level))?;
        }
    }
    debug_assert_eq!(stride(shape.steps), grid.get(1).copied().unwrap_or(1));
    for (variable, (id, _)) in about.variables.iter().enumerate() {
        let values: Vec<Vec<f64>> = (0..grid.len()).map(|point| tally.series.values(variable, point, shape)).collect();
        for (name, level) in LEVELS {
            for (values, step) in values.iter().zip(&grid) {
                let Some(value) = quantile(values, level) else { continue };
                let trials = values.len() as u64;
                visit(SeriesRow {
                    over: Over::Quantile,
                    subject: id,
                    item: name,
                    step: *step,
                    day: day(*step),
                    value,
                    interval: None,
                    trials,
                })?;
            }
        }
    }
    Ok(())
}

/// A share with its interval.
#[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
fn share<'a>((over, subject, item): (Over, &'a str, &'a str), (step, day): (u32, f64), (k, n): (u64, u64), level: f64) -> SeriesRow<'a> {
    let i = IntervalResult::new(k, n, level);
    let value = if n == 0 { f64::NAN } else { k as f64 / n as f64 };
    SeriesRow { over, subject, item, step, day, value, interval: Some((i.low, i.high)), trials: n }
}

/// The number of rank `ceil(q n)` among sorted ones.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let rank = ((q * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len().max(1));
    sorted.get(rank - 1).copied()
}
