//! The table of a comparison: one row for each arm and outcome, indicator or metric.

use super::table::{Cell, Column, Kind, Schema};
use crate::results::{ArmResult, Comparison, MeanDifference, ShareDifference};

const KINDS: [&str; 3] = ["outcome", "indicator", "metric"];

/// The table `compare`.
#[must_use]
pub fn compare_schema() -> Schema {
    let number = |name: &str, about: &str| Column::new(name, Kind::Number, about);
    let columns = vec![
        Column::new("arm", Kind::Text, "variant, `set`, or second file"),
        Column::new("kind", Kind::Category(KINDS.map(str::to_owned).to_vec()), "what is compared"),
        Column::new("id", Kind::Text, "its name"),
        Column::new("label", Kind::Text, "what it is called"),
        Column::new("trials", Kind::Count, "trials; of a metric those in which both sides have a value"),
        Column::new("changed", Kind::Count, "trials of these in which the two sides differ"),
        Column::new("base_count", Kind::OptionalCount, "trials of the base in which it holds; missing for a metric"),
        Column::new("arm_count", Kind::OptionalCount, "trials of the arm in which it holds"),
        Column::new("base_only", Kind::OptionalCount, "trials in which it holds in the base only"),
        Column::new("arm_only", Kind::OptionalCount, "trials in which it holds in the arm only"),
        number("base_value", "share or mean in the base"),
        number("arm_value", "share or mean in the arm"),
        number("difference", "arm less base"),
        number("low", "lower end of the difference's interval; all of the table hold at once"),
        number("high", "upper end"),
        Column::new("beyond_noise", Kind::Truth, "whether the interval leaves out 0"),
        number("ratio", "share in the arm over share in the base; missing for a metric, and where it never holds in the base"),
        number("ratio_low", "lower end of the ratio's interval"),
        number("ratio_high", "upper end"),
        number("pairing_gain", "how many times as many trials independent runs would need; missing where nothing varies"),
    ];
    Schema { name: "compare".to_owned(), columns }
}

/// Its rows.
#[must_use]
pub fn compare_rows(comparison: &Comparison) -> Vec<Vec<Cell<'_>>> {
    let mut rows = Vec::new();
    for arm in &comparison.arms {
        rows.extend(arm.outcomes.iter().map(|o| share(arm, 0, o)));
        rows.extend(arm.indicators.iter().map(|i| share(arm, 1, i)));
        rows.extend(arm.metrics.iter().map(|m| mean(arm, m)));
    }
    rows
}

fn share<'a>(arm: &'a ArmResult, kind: u32, d: &'a ShareDifference) -> Vec<Cell<'a>> {
    let ratio = |end: fn(&crate::results::RatioResult) -> f64| Cell::from(d.ratio.as_ref().map(end).filter(|x| x.is_finite()));
    vec![
        Cell::Text(&arm.name),
        Cell::Category(kind),
        Cell::Text(&d.id),
        Cell::Text(&d.label),
        Cell::Count(d.trials.trials()),
        Cell::Count(d.trials.changed()),
        Cell::Count(d.base.count),
        Cell::Count(d.arm.count),
        Cell::Count(d.trials.base_only),
        Cell::Count(d.trials.arm_only),
        Cell::Number(d.base.share),
        Cell::Number(d.arm.share),
        Cell::Number(d.difference),
        Cell::Number(d.low),
        Cell::Number(d.high),
        Cell::Truth(d.beyond_noise),
        ratio(|r| r.ratio),
        ratio(|r| r.low),
        ratio(|r| r.high),
        Cell::from(d.pairing_gain),
    ]
}

fn mean<'a>(arm: &'a ArmResult, d: &'a MeanDifference) -> Vec<Cell<'a>> {
    let mut row = vec![Cell::Text(&arm.name), Cell::Category(2), Cell::Text(&d.id), Cell::Text(&d.label)];
    row.extend([Cell::Count(d.trials), Cell::Count(d.changed)]);
    row.extend([Cell::Missing; 4]);
    row.extend([d.base, d.arm, d.difference, d.low, d.high].map(Cell::from));
    row.push(Cell::Truth(d.beyond_noise));
    row.extend([Cell::Missing; 3]);
    row.push(Cell::from(d.pairing_gain));
    row
}
