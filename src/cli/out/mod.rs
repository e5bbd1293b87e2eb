//! Runs whose results go to a directory: rows and checkpoints while they run, tables and summary at the end.

mod finish;
mod run;
mod state;
mod tales;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use escalade::results::{Recipe, Shape, Tally, record_length};
use escalade::scenario::Scenario;
use escalade::store::{Fault, OutDir, RowFile, StoreError};
use escalade::study::{Keeper, shape};

pub(super) use finish::{Finished, publish, recipe_of};
pub(super) use run::{Course, Ended, Job, recipe, request_of, summary_of};
pub(super) use state::{State, bytes, tally};

use super::exit::Exit;
use super::output::{caution, fault, hint, talk};
use super::scenario::shown;

/// Where a run keeps what it needs to go on after a break; goes away at the end.
const UNFINISHED: &str = ".unfinished";

/// Says what is wrong with a file, and how to mend it.
pub(super) fn store_fault(error: &StoreError) {
    fault(error);
    if let Some(help) = error.help() {
        hint(&help);
    }
}

/// The exit code for such an error: results that are there are the caller's to decide about, the rest could not be completed.
pub(super) fn store_exit(error: &StoreError) -> Exit {
    match error.fault {
        Fault::Missing if error.doing != "read" => Exit::Incomplete,
        Fault::NotAFile(_) if error.doing == "read" => Exit::Input,
        Fault::Occupied(_)
        | Fault::Foreign(_)
        | Fault::OtherVersion { .. }
        | Fault::Damaged(_)
        | Fault::TooShort { .. }
        | Fault::Missing => Exit::Input,
        _ => Exit::Incomplete,
    }
}

/// A directory, and a run that is on its way in it.
pub(super) struct Spool {
    dir: OutDir,
    rows: RowFile,
    /// As it was when it was last written, but for the tally.
    state: State,
    every: Duration,
    last: Instant,
}

/// How to begin.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Begin {
    /// Replace what is there.
    pub(super) force: bool,
    /// Go on with what is there.
    pub(super) resume: bool,
    /// Time between checkpoints.
    pub(super) every: Duration,
    /// Say nothing but errors.
    pub(super) quiet: bool,
}

/// Why a run cannot begin.
pub(super) enum Refused {
    /// The files.
    Store(StoreError),
    /// What is there is something else: a sentence and a way to mend it.
    Words(String, String),
    /// It is all done already.
    Done,
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Refused {
    /// Says it.
    pub(super) fn exit(&self, quiet: bool, directory: &Path) -> Exit {
        match self {
            Self::Store(error) => {
                store_fault(error);
                store_exit(error)
            }
            Self::Words(text, help) => {
                fault(text);
                hint(help);
                Exit::Input
            }
            Self::Done => {
                if !quiet {
                    talk(&format!("{}: complete already; nothing to do", shown(directory)));
                }
                Exit::Done
            }
        }
    }
}

/// Removes what was kept of a run, unless the run can go on with it.
fn discard_rows(folder: &Path) {
    if !folder.join("state").is_file() {
        let _ = fs::remove_dir_all(folder);
    }
}

/// Whether a directory holds a run that can go on.
pub(super) fn is_unfinished(directory: &Path) -> bool {
    directory.join(UNFINISHED).join("state").is_file()
}

/// Forgets a run that could have gone on.
pub(super) fn forget(directory: &Path) {
    let _ = fs::remove_file(directory.join(UNFINISHED).join("state"));
    let _ = fs::remove_dir_all(directory.join(UNFINISHED));
}

/// What was kept of a run is not as it was written: the run cannot go on.
fn lost(name: &str, error: &StoreError) -> Refused {
    match error.fault {
        Fault::InUse | Fault::NoPermission => {
            Refused::Words(format!("`{name}` cannot be taken up: {error}"), error.help().unwrap_or_default())
        }
        _ => Refused::Words(format!("`{name}` cannot be taken up: {error}"), "`--force` begins anew".to_owned()),
    }
}

impl Spool {
    /// Tries a directory and begins, or goes on after a break.
    pub(super) fn begin(path: &Path, recipe: Recipe, scenario: &Scenario, how: Begin) -> Result<Self, Refused> {
        let shape = shape(scenario);
        let stride = record_length(scenario.indicators.len(), scenario.metrics.len(), scenario.params.len());
        let folder = path.join(UNFINISHED);
        let (state_at, rows_at) = (folder.join("state"), folder.join("rows"));
        let begun = state_at.is_file();
        let name = shown(path);
        if how.resume && !begun && escalade::store::place::is_result(path) {
            match Self::is_done(path, &recipe) {
                // What is there is to be replaced, and was not begun before the break.
                Err(Refused::Words(..)) if how.force => {}
                other => return other,
            }
        }
        if begun && !how.resume && !how.force {
            let text = format!("`{name}` holds a run that is not finished");
            return Err(Refused::Words(text, "`--resume` goes on with it, `--force` begins anew".to_owned()));
        }
        if how.resume && !begun && !how.force && state_at.exists() {
            let text = format!("`{name}` cannot be taken up: `{UNFINISHED}/state` is not a file");
            return Err(Refused::Words(text, "`--force` begins anew".to_owned()));
        }
        let dir = OutDir::prepare(path, how.force || (how.resume && begun))?;
        if how.resume && !begun && rows_at.exists() && !how.quiet {
            caution(&format!("{name}: nothing tells how far the run was (`{UNFINISHED}/state` is missing); it begins anew"));
        }
        if how.resume && begun {
            let state = State::read(&state_at).map_err(|error| lost(&name, &error))?;
            let other = state.recipe.difference(&recipe).or_else(|| {
                let (a, b) = (&state.recipe, &recipe);
                (a.first_trial != b.first_trial || a.trials != b.trials).then(|| format!("{} and {} trials", a.trials, b.trials))
            });
            if how.force && other.is_some() {
                return Self::anew(dir, recipe, &folder, (stride, &shape), how.every);
            }
            if let Some(difference) = other {
                let text = format!("`{name}` holds another run: {difference}");
                return Err(Refused::Words(
                    text,
                    "give the same arguments to go on, another directory, or `--force` to begin anew".to_owned(),
                ));
            }
            if !state.tally.fits(&shape) {
                let text = format!("`{name}` cannot be taken up: its state does not fit the scenario");
                return Err(Refused::Words(text, "`--force` begins anew".to_owned()));
            }
            let kept = RowFile::open_to_resume(&rows_at, stride, state.next - state.recipe.first_trial);
            let rows = kept.map_err(|error| lost(&name, &error))?;
            if rows.sum() != state.rows {
                let fault = Fault::Damaged("its rows are not those that the state was written for".to_owned());
                return Err(lost(&name, &StoreError::new("resume", &rows_at, fault)));
            }
            return Ok(Self { dir, rows, state, every: how.every, last: Instant::now() });
        }
        Self::anew(dir, recipe, &folder, (stride, &shape), how.every)
    }

    /// Begins with nothing.
    fn anew(dir: OutDir, recipe: Recipe, folder: &Path, (stride, shape): (usize, &Shape), every: Duration) -> Result<Self, Refused> {
        let make = fs::create_dir_all(folder);
        make.map_err(|error| StoreError::io("write", folder, error))?;
        let state_at = folder.join("state");
        if state_at.is_dir() {
            fs::remove_dir_all(&state_at).map_err(|error| StoreError::io("replace", &state_at, error))?;
        }
        let _ = fs::remove_file(state_at);
        let rows = RowFile::create(&folder.join("rows"), stride)?;
        let next = recipe.first_trial;
        let state = State { recipe, next, rows: rows.sum(), tally: Tally::new(shape) };
        Ok(Self { dir, rows, state, every, last: Instant::now() })
    }

    /// Whether a finished result is of the same run.
    fn is_done(path: &Path, recipe: &Recipe) -> Result<Self, Refused> {
        let name = shown(path);
        let there = finish::recipe_of(path).map_err(|text| {
            Refused::Words(format!("`{name}`: {text}"), "give another directory, or `--force` to replace that result".to_owned())
        })?;
        let same = there.recipe == *recipe && there.complete;
        if same {
            // Killed while it was cleared away.
            if path.join(UNFINISHED).is_dir()
                && let Ok(_alone) = OutDir::prepare(path, true)
            {
                discard_rows(&path.join(UNFINISHED));
            }
            return Err(Refused::Done);
        }
        let what = there.recipe.difference(recipe).unwrap_or_else(|| "other trials".to_owned());
        let text = format!("`{name}` holds the result of another run: {what}");
        Err(Refused::Words(text, "give another directory, or `--force` to replace that result".to_owned()))
    }

    /// Takes the tally with which to go on, and the first trial that is not in it.
    pub(super) fn take(&mut self) -> (Tally, u64) {
        (std::mem::take(&mut self.state.tally), self.state.next)
    }

    /// What is run.
    pub(super) fn recipe(&self) -> &Recipe {
        &self.state.recipe
    }

    /// Notes how far the run is.
    pub(super) fn checkpoint(&mut self, tally: &Tally, next: u64) -> Result<(), StoreError> {
        self.rows.sync()?;
        self.state.next = next;
        self.state.rows = self.rows.sum();
        self.state.tally = tally.clone();
        self.state.write(&self.folder().join("state"))?;
        self.state.tally = Tally::default();
        self.last = Instant::now();
        Ok(())
    }

    /// The directory.
    pub(super) fn place(&self) -> &Path {
        self.dir.path()
    }

    /// Whether a complete result of another run still is in the directory.
    pub(super) fn holds_complete(&self) -> bool {
        finish::recipe_of(self.dir.path()).is_ok_and(|told| told.complete)
    }

    /// Ends without a result. What was kept stays only where a run can go on with it.
    pub(super) fn give_up(self) {
        discard_rows(&self.folder());
    }

    fn folder(&self) -> PathBuf {
        self.dir.file(UNFINISHED)
    }

    /// The directory and the rows, to be finished.
    fn into_parts(self) -> (OutDir, RowFile, PathBuf) {
        let folder = self.folder();
        (self.dir, self.rows, folder)
    }
}

impl Keeper for Spool {
    type Error = StoreError;

    fn wants_rows(&self) -> bool {
        true
    }

    fn rows(&mut self, numbers: &[f64]) -> Result<(), StoreError> {
        self.rows.append(numbers)
    }

    fn reached(&mut self, tally: &Tally, next: u64) -> Result<(), StoreError> {
        if self.last.elapsed() < self.every {
            return Ok(());
        }
        self.checkpoint(tally, next)
    }
}

/// The shape and the names that tables need.
pub(super) fn named(scenario: &Scenario) -> (Shape, escalade::results::About) {
    (shape(scenario), escalade::study::about(scenario))
}
