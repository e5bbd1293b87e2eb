//! The end of a run in a directory: tables and summary, put in place together.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use escalade::report::json;
use escalade::results::{About, Recipe, Shape, Summary, Tally, Why, series};
use escalade::scenario::Scenario;
use escalade::store::place::SCENARIO;
use escalade::store::result::{series_cells, series_schema, trial_cells, trials_schema};
use escalade::store::{Format, OutDir, Rows, Sealed, StoreError, TableFile};
use serde::{Deserialize, Serialize};

use super::{Spool, discard_rows};

/// The scenario of a result, as it is stored beside it.
#[derive(Serialize)]
struct EntriesDocument<'a> {
    format: u32,
    sha256: &'a str,
    entries: &'a [escalade::scenario::entries::Entry],
}

/// What a run has come to.
pub(in crate::cli) struct Finished<'a> {
    /// Its summary.
    pub(in crate::cli) summary: &'a Summary,
    /// Its tally.
    pub(in crate::cli) tally: &'a Tally,
    /// What was run.
    pub(in crate::cli) scenario: &'a Scenario,
    /// Names.
    pub(in crate::cli) about: &'a About,
    /// Shape.
    pub(in crate::cli) shape: &'a Shape,
    /// How it can be made again.
    pub(in crate::cli) recipe: &'a Recipe,
}

impl Spool {
    /// Writes tables and summary. What was kept to go on goes away where the run is complete.
    pub(in crate::cli) fn finish(self, done: &Finished<'_>) -> Result<(), StoreError> {
        let complete = done.summary.plan.complete;
        let (dir, rows, folder) = self.into_parts();
        let from_disk = rows.into_rows()?;
        if let Err(error) = publish(&dir, from_disk, done) {
            discard_rows(&folder);
            return Err(error);
        }
        if complete {
            // Killed halfway, a state without its rows could not be taken up.
            let _ = fs::remove_file(folder.join("state"));
            let _ = fs::remove_dir_all(folder);
        }
        Ok(())
    }
}

/// Writes the files of a result and puts them in place together.
pub(in crate::cli) fn publish(dir: &OutDir, mut rows: Rows, done: &Finished<'_>) -> Result<(), StoreError> {
    let pairs = done.recipe.pairs(done.tally.trials);
    let level = done.summary.outcomes.first().map_or(0.95, |o| o.interval.level);
    let mut sealed: Vec<Sealed> = Vec::new();
    let formats: Vec<Format> = [("parquet", Format::Parquet), ("csv", Format::Csv)]
        .into_iter()
        .filter(|(name, _)| done.recipe.formats.iter().any(|f| f == name))
        .map(|(_, format)| format)
        .collect();
    let create = |schema| -> Result<Vec<TableFile>, StoreError> {
        formats.iter().map(|format| TableFile::create(dir.path(), *format, schema, &pairs)).collect()
    };
    let (trials, over_time) = (trials_schema(done.about), series_schema());
    let mut tables = create(&trials)?;
    let mut cells = Vec::new();
    let mut trial = done.recipe.first_trial;
    if !tables.is_empty() {
        while let Some(row) = rows.next_row()? {
            trial_cells(trial, row, done.about, done.shape, &mut cells);
            tables.iter_mut().try_for_each(|table| table.row(&cells))?;
            trial += 1;
        }
    }
    for table in tables {
        sealed.extend(table.seal()?);
    }
    let mut tables = create(&over_time)?;
    series(done.tally, done.about, level, |row| tables.iter_mut().try_for_each(|table| table.row(&series_cells(&row))))?;
    for table in tables {
        sealed.extend(table.seal()?);
    }
    let entries = EntriesDocument { format: 1, sha256: &done.recipe.sha256, entries: &done.scenario.entries };
    let mut scenario = dir.create(SCENARIO)?;
    let path = scenario.path().to_owned();
    scenario.write_all(json::document(&entries).as_bytes()).map_err(|error| StoreError::io("write", &path, error))?;
    sealed.push(scenario.seal()?);
    let mut summary = dir.create("summary.json")?;
    let path = summary.path().to_owned();
    summary.write_all(json::document(done.summary).as_bytes()).map_err(|error| StoreError::io("write", &path, error))?;
    sealed.push(summary.seal()?);
    dir.publish(sealed)
}

/// What a finished result says of itself.
pub(in crate::cli) struct Told {
    /// How to make it again.
    pub(in crate::cli) recipe: Recipe,
    /// Number of trials that were done.
    pub(in crate::cli) trials: u64,
    /// Whether these are all that were asked for.
    pub(in crate::cli) complete: bool,
    /// Why a run that stops by itself did so.
    pub(in crate::cli) why: Option<Why>,
}

/// Reads how a result was made.
pub(in crate::cli) fn recipe_of(directory: &Path) -> Result<Told, String> {
    #[derive(Deserialize)]
    struct Part {
        plan: PlanPart,
        recipe: Option<Recipe>,
    }
    #[derive(Deserialize)]
    struct PlanPart {
        trials: u64,
        complete: bool,
        stopping: Option<StoppingPart>,
    }
    #[derive(Deserialize)]
    struct StoppingPart {
        stopped: Why,
    }
    /// Largest summary that is read.
    const MOST: u64 = 1 << 28;
    let path = directory.join("summary.json");
    let size = fs::metadata(&path).map_err(|error| format!("cannot read `summary.json`: {error}"))?.len();
    if size > MOST {
        return Err("`summary.json` is too large to be one of ours".to_owned());
    }
    let text = fs::read_to_string(&path).map_err(|error| format!("cannot read `summary.json`: {error}"))?;
    let part: Part = serde_json::from_str(&text).map_err(|error| format!("`summary.json` is not what escalade writes: {error}"))?;
    let recipe = part.recipe.ok_or("`summary.json` does not say how it was made")?;
    let why = part.plan.stopping.map(|s| s.stopped);
    Ok(Told { recipe, trials: part.plan.trials, complete: part.plan.complete, why })
}
