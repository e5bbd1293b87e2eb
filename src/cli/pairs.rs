//! The trials that two results share, compared one by one from their tables.

use std::path::Path;
use std::sync::mpsc::sync_channel;

use escalade::results::diff::{Pairs, Stored};
use escalade::store::{Column, Kind, Schema, StoreError, read_trials, trials_columns, trials_file};

use super::diff::Read;

/// Rows that are handed over at a time, and how many such batches may wait.
const BATCH: usize = 1024;
const AHEAD: usize = 4;

/// What a column is read for.
enum What {
    Outcome,
    Indicator(String),
    Metric(String),
}

/// A column that both tables have: where it is in each, among the numbers of a row.
struct Both {
    what: What,
    old: usize,
    new: usize,
}

/// Compares trial by trial; `None` where the results are not of the same trials, or have no tables, or these cannot be read: then they
/// are compared as runs that share nothing, which is less sharp and as true.
pub(super) fn pairs(old: &Read, new: &Read) -> Option<Pairs> {
    let (a, b) = (old.stored(), new.stored());
    let same = (a.plan.seed, a.plan.first_trial, a.plan.trials, a.plan.sharing)
        == (b.plan.seed, b.plan.first_trial, b.plan.trials, b.plan.sharing);
    if !same {
        return None;
    }
    let (old_file, new_file) = (trials_file(old.directory()?)?, trials_file(new.directory()?)?);
    let (old_schema, new_schema) = (schema(&old_file, a).ok()?, schema(&new_file, b).ok()?);
    let both = shared(&old_schema, &new_schema);
    let mut pairs = Pairs::default();
    both.iter().any(|b| matches!(b.what, What::Outcome)).then_some(())?;
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
                Some(before) if row.len() == new_width => add(&mut pairs, &both, (a, b), before, row),
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
    // An outcome that one of them does not have happened in none of its trials: that is told beside.
    pairs.outcomes.retain(|id, _| a.outcomes.iter().any(|o| o.id == *id) && b.outcomes.iter().any(|o| o.id == *id));
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

/// What both tables have, but for parameters and times. The first column is the trial's number, which is no number of a row.
fn shared(old: &Schema, new: &Schema) -> Vec<Both> {
    let place = |schema: &Schema, name: &str| schema.columns.iter().position(|c| c.name == name).and_then(|at| at.checked_sub(1));
    let both = |column: &Column| {
        let name = column.name.as_str();
        let what = if name == "outcome" {
            What::Outcome
        } else if name.ends_with(".since_day") {
            return None;
        } else if let Some(id) = name.strip_prefix("indicator.") {
            What::Indicator(id.to_owned())
        } else {
            What::Metric(name.strip_prefix("metric.")?.to_owned())
        };
        Some(Both { what, old: place(old, name)?, new: place(new, name)? })
    };
    new.columns.iter().filter_map(both).collect()
}

fn add(pairs: &mut Pairs, both: &[Both], (old, new): (&Stored, &Stored), before: &[f64], after: &[f64]) {
    pairs.trials += 1;
    for column in both {
        let (x, y) = (before[column.old], after[column.new]);
        match &column.what {
            What::Outcome => {
                for (place, outcome) in new.outcomes.iter().enumerate() {
                    let there = old.outcomes.iter().position(|o| o.id == outcome.id);
                    #[expect(clippy::cast_precision_loss, reason = "a place among few outcomes")]
                    let is = |x: f64, place: Option<usize>| place.is_some_and(|p| x == p as f64);
                    pairs.outcomes.entry(outcome.id.clone()).or_default().add(is(x, there), is(y, Some(place)));
                }
            }
            // What is conditional is missing where its condition does not hold: not the same trials, so not compared in pairs.
            What::Indicator(id) => {
                let given = |s: &Stored| s.indicators.iter().any(|i| i.id == *id && i.given.is_some());
                if !given(old) && !given(new) && !x.is_nan() && !y.is_nan() {
                    pairs.indicators.entry(id.clone()).or_default().add(x == 1.0, y == 1.0);
                }
            }
            What::Metric(id) => {
                if !x.is_nan() && !y.is_nan() {
                    pairs.metrics.entry(id.clone()).or_default().add(x, y);
                }
            }
        }
    }
}
