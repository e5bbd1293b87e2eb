//! The end of a run in a directory: tables and summary, put in place together.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use escalade::report::{html, json, markdown};
use escalade::results::{About, Recipe, ReportData, Shape, Summary, Tally, Why, over_time, series};
use escalade::scenario::Scenario;
use escalade::store::place::{REPORT_DATA, REPORT_HTML, REPORT_MD, SCENARIO, SUMMARY};
use escalade::store::result::{series_cells, series_schema, trial_cells, trials_schema};
use escalade::store::{Format, OutDir, Rows, Sealed, StoreError, TableFile};
use escalade::study::claims::RunClaims;
use escalade::study::portrait;
use serde::{Deserialize, Serialize};

use super::tales::Chooser;
use super::{Spool, discard_rows};
use crate::cli::studies::studies_in;

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
    /// Names.
    pub(in crate::cli) about: &'a About,
    /// Shape.
    pub(in crate::cli) shape: &'a Shape,
    /// How it can be made again.
    pub(in crate::cli) recipe: &'a Recipe,
    /// What was run.
    pub(in crate::cli) scenario: &'a Scenario,
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
    let mut chooser = done.recipe.wants_report().then(|| Chooser::new(done.summary, done.about));
    let mut claims = RunClaims::new(done.scenario, done.recipe.variant.as_deref(), !done.recipe.set.is_empty());
    if !tables.is_empty() || chooser.is_some() {
        while let Some(row) = rows.next_row()? {
            if !tables.is_empty() {
                trial_cells(trial, row, done.about, done.shape, &mut cells);
                tables.iter_mut().try_for_each(|table| table.row(&cells))?;
            }
            if let Some(chooser) = &mut chooser {
                chooser.see(trial, row);
                claims.see(row);
            }
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
    sealed.push(whole(dir, SCENARIO, &json::document(&entries))?);
    if let Some(chooser) = chooser {
        let data = report_data(&chooser, &claims, done);
        let studies = studies_in(dir.path(), Some(&done.summary.scenario));
        sealed.push(whole(dir, REPORT_DATA, &json::document(&data))?);
        sealed.push(whole(dir, REPORT_HTML, &html::page(done.summary, Some(&data), &studies))?);
        sealed.push(whole(dir, REPORT_MD, &markdown::page(done.summary, Some(&data), &studies))?);
    }
    sealed.push(whole(dir, SUMMARY, &json::document(done.summary))?);
    dir.publish(sealed)
}

/// A file with this text, still under another name.
fn whole(dir: &OutDir, name: &str, text: &str) -> Result<Sealed, StoreError> {
    let mut file = dir.create(name)?;
    let path = file.path().to_owned();
    file.write_all(text.as_bytes()).map_err(|error| StoreError::io("write", &path, error))?;
    file.seal()
}

/// What a report shows beside the summary.
fn report_data(chooser: &Chooser, claims: &RunClaims<'_>, done: &Finished<'_>) -> ReportData {
    let portrait = portrait(done.scenario, &chooser.sample);
    let stories = chooser.tales(done.scenario, done.recipe, (done.about, &portrait));
    ReportData {
        format: done.summary.format,
        tool: done.summary.tool.clone(),
        scenario: done.summary.scenario.clone(),
        portrait,
        over_time: over_time(done.tally, done.about),
        stories,
        verdicts: claims.verdicts(),
    }
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
        outcomes: Vec<Counted>,
        recipe: Option<Recipe>,
    }
    #[derive(Deserialize)]
    struct Counted {
        count: u64,
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
    let part: Part = crate::cli::kept::document(&directory.join(SUMMARY), SUMMARY)?;
    let recipe = part.recipe.ok_or("`summary.json` does not say how it was made")?;
    let why = part.plan.stopping.map(|s| s.stopped);
    let trials = part.plan.trials;
    let counted = part.outcomes.iter().try_fold(0_u64, |sum, outcome| sum.checked_add(outcome.count));
    let stops_early = !part.plan.complete || recipe.until.is_some();
    if counted != Some(trials) || trials > recipe.trials || (trials < recipe.trials && !stops_early) {
        return Err("`summary.json` has counts of trials that no run has".to_owned());
    }
    Ok(Told { recipe, trials: part.plan.trials, complete: part.plan.complete, why })
}
