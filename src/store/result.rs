//! The tables of a run: one row per trial, and what happens over time.

use super::table::{Cell, Column, Kind, Schema};
use crate::results::{About, Over, SeriesRow, Shape};

/// The table `trials`: one row per trial.
#[must_use]
pub fn trials_schema(about: &About) -> Schema {
    let mut columns = vec![
        Column::new("trial", Kind::Count, "number of the trial"),
        Column::new("outcome", Kind::Category(about.outcomes.iter().map(|o| o.0.clone()).collect()), "how it ended"),
        Column::new("established_day", Kind::Number, "day since which the outcome's condition held to the end"),
        Column::new("end_day", Kind::Number, "last day of the trial"),
    ];
    for (id, label, given) in &about.indicators {
        let read = given.as_ref().map_or_else(String::new, |g| format!("; missing where `{g}` does not hold"));
        columns.push(Column::new(format!("indicator.{id}"), Kind::OptionalTruth, format!("whether it holds: {label}{read}")));
        columns.push(Column::new(format!("indicator.{id}.since_day"), Kind::Number, "day since which it holds; missing where it does not"));
    }
    for (id, label, unit, given) in &about.metrics {
        let unit = unit.as_ref().map_or_else(String::new, |u| format!(", in {u}"));
        let read = given.as_ref().map_or_else(String::new, |g| format!(", or `{g}` does not hold"));
        columns.push(Column::new(format!("metric.{id}"), Kind::Number, format!("{label}{unit}; missing where it never happens{read}")));
    }
    for (id, label) in &about.parameters {
        let about = format!("parameter: {label}; a category by its place from 0, a span in minutes, never as missing");
        columns.push(Column::new(format!("parameter.{id}"), Kind::Number, about));
    }
    Schema { name: "trials".to_owned(), columns }
}

/// The cells of a trial, from the numbers of [`crate::results::record`].
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places in short lists")]
pub fn trial_cells(trial: u64, numbers: &[f64], about: &About, shape: &Shape, cells: &mut Vec<Cell<'static>>) {
    let day = |step: f64| Cell::Number(step * about.step_days);
    let finite = |x: f64| if x.is_finite() { Cell::Number(x) } else { Cell::Missing };
    let (first, rest) = numbers.split_at(3);
    let (indicators, rest) = rest.split_at(2 * about.indicators.len());
    cells.clear();
    cells.extend([Cell::Count(trial), Cell::Category(first[0] as u32), day(first[1]), day(first[2])]);
    for (pair, given) in indicators.chunks_exact(2).zip(&shape.indicator_given) {
        let read = given.is_none_or(|g| indicators[2 * g] == 1.0);
        let holds = read && pair[0] == 1.0;
        cells.push(if read { Cell::Truth(holds) } else { Cell::Missing });
        cells.push(if holds { day(pair[1]) } else { Cell::Missing });
    }
    cells.extend(rest.iter().map(|x| finite(*x)));
}

/// The table `series`: one row per thing and time.
#[must_use]
pub fn series_schema() -> Schema {
    let kinds = Over::NAMES.map(str::to_owned).to_vec();
    let columns = vec![
        Column::new(
            "kind",
            Kind::Category(kinds),
            "occupancy: share of trials on a rung or in a state of a regime; established: share of trials in which it has held since then, to the end; quantile: of a variable",
        ),
        Column::new("subject", Kind::Text, "actor and ladder, regime, outcome, indicator or variable"),
        Column::new("item", Kind::Text, "the rung or state; `share`; the level of the quantile"),
        Column::new("step", Kind::Count, "step since the start"),
        Column::new("day", Kind::Number, "days since the start"),
        Column::new("value", Kind::Number, "the share or the quantile"),
        Column::new("low", Kind::Number, "lower end of the interval of a share"),
        Column::new("high", Kind::Number, "upper end"),
        Column::new("trials", Kind::Count, "number of trials that it rests on"),
    ];
    Schema { name: "series".to_owned(), columns }
}

/// The cells of a row of the series.
#[must_use]
pub fn series_cells<'a>(row: &SeriesRow<'a>) -> [Cell<'a>; 9] {
    let number = |x: f64| if x.is_finite() { Cell::Number(x) } else { Cell::Missing };
    let (low, high) = row.interval.map_or((Cell::Missing, Cell::Missing), |(low, high)| (number(low), number(high)));
    [
        Cell::Category(row.over as u32),
        Cell::Text(row.subject),
        Cell::Text(row.item),
        Cell::Count(u64::from(row.step)),
        Cell::Number(row.day),
        number(row.value),
        low,
        high,
        Cell::Count(row.trials),
    ]
}
