//! The table of `drivers`: one row for each part and outcome or indicator.

use super::table::{Cell, Column, Kind, Schema};
use crate::results::{Drivers, PartResult, ShareChange};

const PARTS: [&str; 6] = ["event", "option", "reaction", "move", "spillover", "perception"];
const KINDS: [&str; 2] = ["outcome", "indicator"];

/// The table `drivers`.
#[must_use]
pub fn drivers_schema() -> Schema {
    let number = |name: &str, about: &str| Column::new(name, Kind::Number, about);
    let category = |names: &[&str]| Kind::Category(names.iter().map(|n| (*n).to_owned()).collect());
    let columns = vec![
        Column::new("rank", Kind::Count, "place of the part, from 1"),
        Column::new("part_kind", category(&PARTS), "what kind of part is switched off"),
        Column::new("part", Kind::Text, "its path"),
        Column::new("part_label", Kind::Text, "what it is called"),
        Column::new("kind", category(&KINDS), "what changes"),
        Column::new("id", Kind::Text, "its name"),
        Column::new("trials", Kind::Count, "trials"),
        Column::new("trials_changed", Kind::Count, "trials in which it holds on one side only"),
        Column::new("base_count", Kind::Count, "trials in which it holds as the scenario stands"),
        Column::new("without_count", Kind::Count, "trials in which it holds without the part"),
        number("difference", "share without the part less share as it stands"),
        number("low", "lower end of its interval; all of the table hold at once"),
        number("high", "upper end"),
        Column::new("beyond_noise", Kind::Truth, "whether the interval leaves out 0"),
        Column::new("part_changed", Kind::Count, "trials of which anything is another without the part"),
        Column::new("part_ends_otherwise", Kind::Count, "trials that end otherwise without the part"),
    ];
    Schema { name: "drivers".to_owned(), columns }
}

/// Its rows.
#[must_use]
pub fn drivers_rows(drivers: &Drivers) -> Vec<Vec<Cell<'_>>> {
    let mut rows = Vec::new();
    for (rank, part) in (1..).zip(&drivers.parts) {
        rows.extend(part.outcomes.iter().map(|change| row((rank, part), 0, change)));
        rows.extend(part.indicators.iter().map(|change| row((rank, part), 1, change)));
    }
    rows
}

fn row<'a>((rank, part): (u64, &'a PartResult), kind: u32, change: &'a ShareChange) -> Vec<Cell<'a>> {
    let of = PARTS.iter().position(|name| *name == part.part.kind).and_then(|at| u32::try_from(at).ok());
    vec![
        Cell::Count(rank),
        Cell::Category(of.unwrap_or(0)),
        Cell::Text(&part.part.path),
        Cell::Text(&part.part.label),
        Cell::Category(kind),
        Cell::Text(&change.id),
        Cell::Count(change.trials.trials()),
        Cell::Count(change.trials.changed()),
        Cell::Count(change.trials.base()),
        Cell::Count(change.trials.arm()),
        Cell::Number(change.difference),
        Cell::Number(change.low),
        Cell::Number(change.high),
        Cell::Truth(change.beyond_noise),
        Cell::Count(part.changed),
        Cell::Count(part.ends_otherwise.count),
    ]
}
