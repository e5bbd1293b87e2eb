//! A sweep as a tidy table: one row for each point and number.

use escalade::results::{SweepDifference, SweepMean, SweepPoint, SweepShare, SweepSummary};
use escalade::store::{Cell, Column, Kind, Schema};

use crate::cli::study::Table;

const KINDS: [&str; 3] = ["outcome", "indicator", "metric"];

/// The table; the base is point 0, those of the sweep count from 1.
pub(super) fn table(summary: &SweepSummary) -> Table<'_> {
    let sweep = &summary.sweep;
    let numeric: Vec<bool> = (0..sweep.inputs.len()).map(|input| sweep.points.iter().all(|p| p.numbers[input].is_some())).collect();
    let mut columns = vec![Column::new("point", Kind::Count, "Place of the point, from 1; 0 is the scenario as it stands.")];
    for (input, numeric) in sweep.inputs.iter().zip(&numeric) {
        let unit = input.unit.as_ref().map_or_else(String::new, |u| format!(" in {u}"));
        let kind = if *numeric { Kind::Number } else { Kind::Text };
        columns.push(Column::new(input.path.clone(), kind, format!("Value of `{}` at the point{unit}; missing for point 0.", input.path)));
    }
    let kinds = KINDS.iter().map(|k| (*k).to_owned()).collect();
    columns.extend([
        Column::new("kind", Kind::Category(kinds), "What the row is about."),
        Column::new("id", Kind::Text, "Name of the outcome, indicator or metric."),
        Column::new("trials", Kind::Count, "Trials; for a metric those on which it has a value."),
        Column::new("count", Kind::OptionalCount, "Trials that ended so, or in which it holds; missing for metrics."),
        Column::new("value", Kind::Number, "Share of the trials, or mean of the metric."),
        Column::new("low", Kind::Number, "Lower end of the share's interval; missing for metrics."),
        Column::new("high", Kind::Number, "Upper end."),
        Column::new("standard_error", Kind::Number, "Standard error of the mean; missing for shares."),
        Column::new("difference", Kind::Number, "Share minus that of point 0, on the same trials; outcomes only."),
        Column::new("difference_low", Kind::Number, "Lower end of the difference's interval."),
        Column::new("difference_high", Kind::Number, "Upper end."),
    ]);
    let mut rows = Vec::new();
    for (place, point) in std::iter::once(&sweep.base).chain(&sweep.points).enumerate() {
        let outcomes = point.outcomes.iter().map(|share| of_share(0, share, point.trials));
        let indicators = point.indicators.iter().map(|share| of_share(1, share, point.trials));
        for cells in outcomes.chain(indicators).chain(point.metrics.iter().map(of_mean)) {
            let mut row = vec![Cell::Count(place as u64)];
            row.extend(numeric.iter().enumerate().map(|(input, numeric)| value(point, input, *numeric)));
            row.extend(cells);
            rows.push(row);
        }
    }
    Table { schema: Schema { name: "sweep".to_owned(), columns }, rows }
}

fn value(point: &SweepPoint, input: usize, numeric: bool) -> Cell<'_> {
    if numeric {
        Cell::from(point.numbers.get(input).copied().flatten())
    } else {
        Cell::Text(point.values.get(input).map_or("", String::as_str))
    }
}

fn of_share(kind: u32, share: &SweepShare, trials: u64) -> [Cell<'_>; 11] {
    let difference = |end: fn(&SweepDifference) -> f64| Cell::from(share.difference.as_ref().map(end));
    [
        Cell::Category(kind),
        Cell::Text(&share.id),
        Cell::Count(trials),
        Cell::Count(share.count),
        Cell::Number(share.share),
        Cell::Number(share.interval.low),
        Cell::Number(share.interval.high),
        Cell::Missing,
        difference(|d| d.difference),
        difference(|d| d.low),
        difference(|d| d.high),
    ]
}

fn of_mean(mean: &SweepMean) -> [Cell<'_>; 11] {
    let mut cells = [Cell::Missing; 11];
    cells[0] = Cell::Category(2);
    cells[1] = Cell::Text(&mean.id);
    cells[2] = Cell::Count(mean.trials);
    cells[4] = mean.mean.into();
    cells[7] = mean.standard_error.into();
    cells
}
