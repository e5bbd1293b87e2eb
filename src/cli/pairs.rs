//! The trials that two results share, compared one by one from their tables.

use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use escalade::results::diff::{Pairs, Stored, StoredShare, days};
use escalade::stats::PairedCounts;
use escalade::store::{Column, Kind, Schema, StoreError, read_trials, trials_columns, trials_file};

use super::diff::Read;

/// Rows that are handed over at a time, and how many such batches may wait.
const BATCH: usize = 1024;
const AHEAD: usize = 4;

/// What a column is read for.
enum What {
    /// The outcome, with the days since which it was established.
    Outcome { old: usize, new: usize },
    /// Whether an indicator holds, with the days since which it does; by which days it is compared.
    Indicator { id: String, since: (usize, usize), days: Vec<f64> },
    /// A metric.
    Metric(String),
}

/// A column that both tables have: where it is in each, among the numbers of a row.
struct Both {
    what: What,
    old: usize,
    new: usize,
}

/// An outcome of the new result: its name, its places in both, by which days it is compared.
struct Outcome {
    id: String,
    old: f64,
    new: f64,
    days: Vec<f64>,
}

/// Compares trial by trial. The error says why not: the results are not of the same trials, or have no tables, or these cannot be read.
/// Then they are compared as runs that share nothing, which is less sharp and as true.
pub(super) fn pairs(old: &Read, new: &Read) -> Result<Pairs, &'static str> {
    let (a, b) = (&old.stored().plan, &new.stored().plan);
    if a.seed != b.seed {
        return Err("their seeds differ");
    }
    if (a.first_trial, a.trials) != (b.first_trial, b.trials) {
        return Err("they have not the same trials");
    }
    if a.sharing != b.sharing {
        return Err("their trials share parameters in other ways");
    }
    let file = |read: &Read| trials_file(read.directory()?);
    match (file(old), file(new)) {
        (Some(old_file), Some(new_file)) => {
            read(old, new, (old_file, new_file)).ok_or("a table of trials cannot be read, or is of another scenario")
        }
        (None, Some(_)) => Err("the old result has no table of trials beside it"),
        (Some(_), None) => Err("the new result has no table of trials beside it"),
        (None, None) => Err("neither result has a table of trials beside it"),
    }
}

fn read(old: &Read, new: &Read, (old_file, new_file): (PathBuf, PathBuf)) -> Option<Pairs> {
    let (a, b) = (old.stored(), new.stored());
    let (old_schema, new_schema) = (schema(&old_file, a).ok()?, schema(&new_file, b).ok()?);
    let both = shared((&old_schema, a), (&new_schema, b));
    let outcomes = outcomes(a, b);
    let mut pairs = Pairs::default();
    both.iter().any(|b| matches!(b.what, What::Outcome { .. })).then_some(())?;
    let (old_width, new_width) = (old_schema.columns.len() - 1, new_schema.columns.len() - 1);
    // Two tables are read side by side: neither is held in memory.
    let (send, receive) = sync_channel::<Vec<f64>>(AHEAD);
    let done = std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut batch = Vec::with_capacity(BATCH * old_width);
            let read = read_trials(&old_file, &old_schema, &mut |row| {
                batch.extend_from_slice(row);
                if batch.len() >= BATCH * old_width {
                    // Nobody listens where the other table has failed.
                    let _ = send.send(std::mem::take(&mut batch));
                }
            });
            let _ = send.send(batch);
            read
        });
        let (mut waiting, mut at): (Vec<f64>, usize) = (Vec::new(), 0);
        let mut short = false;
        let read = read_trials(&new_file, &new_schema, &mut |row| {
            if at >= waiting.len() {
                waiting = receive.recv().unwrap_or_default();
                at = 0;
            }
            match waiting.get(at..at + old_width) {
                Some(before) if row.len() == new_width => add(&mut pairs, (&both, &outcomes), before, row),
                _ => short = true,
            }
            at += old_width;
        });
        drop(receive);
        let other = reader.join().ok()?;
        let (new_rows, old_rows) = (read.ok()?, other.ok()?);
        (!short && new_rows == old_rows && new_rows == b.plan.trials).then_some(())
    });
    done?;
    Some(pairs)
}

/// The columns of a table, with what is known of them from the summary.
fn schema(file: &Path, stored: &Stored) -> Result<Schema, StoreError> {
    let outcomes: Vec<String> = stored.outcomes.iter().map(|o| o.id.clone()).collect();
    let kind = |name: &str| match name {
        "trial" => Kind::Count,
        "outcome" => Kind::Category(outcomes.clone()),
        indicator if indicator.starts_with("indicator.") && !indicator.ends_with(".since_day") => Kind::OptionalTruth,
        _ => Kind::Number,
    };
    let columns = trials_columns(file)?.into_iter().map(|name| Column::new(name.clone(), kind(&name), String::new()));
    Ok(Schema { name: "trials".to_owned(), columns: columns.collect() })
}

/// The outcomes that both results have. One that only one of them has is told beside.
fn outcomes(old: &Stored, new: &Stored) -> Vec<Outcome> {
    #[expect(clippy::cast_precision_loss, reason = "a place among few outcomes")]
    let both = |(place, outcome): (usize, &StoredShare)| {
        let (there, before) = old.outcomes.iter().enumerate().find(|(_, o)| o.id == outcome.id)?;
        Some(Outcome { id: outcome.id.clone(), old: there as f64, new: place as f64, days: days(before, outcome) })
    };
    new.outcomes.iter().enumerate().filter_map(both).collect()
}

/// What both tables have, but for parameters. The first column is the trial's number, which is no number of a row.
fn shared((old, a): (&Schema, &Stored), (new, b): (&Schema, &Stored)) -> Vec<Both> {
    let place = |schema: &Schema, name: &str| schema.columns.iter().position(|c| c.name == name).and_then(|at| at.checked_sub(1));
    let places = |name: &str| Some((place(old, name)?, place(new, name)?));
    let both = |column: &Column| {
        let name = column.name.as_str();
        let what = if name == "outcome" {
            let (old, new) = places("established_day")?;
            What::Outcome { old, new }
        } else if let Some(id) = name.strip_prefix("indicator.") {
            let find = |s: &'_ Stored| s.indicators.iter().find(|i| i.id == id).cloned();
            let (before, after) = (find(a)?, find(b)?);
            let since = places(&format!("{name}.since_day"))?;
            What::Indicator { id: id.to_owned(), since, days: days(&before, &after) }
        } else {
            What::Metric(name.strip_prefix("metric.")?.to_owned())
        };
        let (old, new) = places(name)?;
        Some(Both { what, old, new })
    };
    new.columns.iter().filter_map(both).collect()
}

/// Counts one thing at the end and by each day: `old` and `new` say whether it holds, and since when.
fn count(pairs: &mut Pairs, (kind, id): (&'static str, &str), days: &[f64], old: (bool, f64), new: (bool, f64)) {
    let counts = pairs.shares.entry((kind, id.to_owned())).or_default();
    counts.resize(days.len() + 1, PairedCounts::default());
    let by = |(holds, since): (bool, f64), day: f64| holds && since <= day;
    for (counts, day) in counts.iter_mut().zip(std::iter::once(f64::INFINITY).chain(days.iter().copied())) {
        counts.add(by(old, day), by(new, day));
    }
}

fn add(pairs: &mut Pairs, (both, outcomes): (&[Both], &[Outcome]), before: &[f64], after: &[f64]) {
    pairs.trials += 1;
    for column in both {
        let (x, y) = (before[column.old], after[column.new]);
        match &column.what {
            What::Outcome { old, new } => {
                let since = (before[*old], after[*new]);
                for o in outcomes {
                    count(pairs, ("outcome", &o.id), &o.days, (x == o.old, since.0), (y == o.new, since.1));
                }
            }
            What::Indicator { .. } | What::Metric(_) if x.is_nan() || y.is_nan() => {}
            What::Indicator { id, since, days } => {
                count(pairs, ("indicator", id), days, (x == 1.0, before[since.0]), (y == 1.0, after[since.1]));
            }
            What::Metric(id) => pairs.metrics.entry(id.clone()).or_default().add(x, y),
        }
    }
}
