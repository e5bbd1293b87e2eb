//! Reading files with claims, as work of the schedule.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use escalade::results::{FileState, ScenarioRef, TestedFile};
use escalade::scenario::Scenario;
use escalade::study::about;
use escalade::study::claims::{not_run, variants};

use crate::cli::args::ChangeArgs;
use crate::cli::output::overheard;
use crate::cli::scenario::{Failure, load, shown};
use crate::cli::schedule::{Leave, Work};

/// A scenario and the variants of which it claims something, in their order; `None` among these stands for the scenario as written.
type Claimed = (Scenario, Vec<Option<Scenario>>);

/// A file that was read.
pub(super) struct ReadFile {
    /// What is known of it.
    pub(super) file: TestedFile,
    /// What is to be tested, if anything.
    pub(super) claiming: Option<Claimed>,
    /// What was said of it.
    pub(super) talk: String,
}

/// Reads files.
pub(super) struct Reading {
    quiet: bool,
    read: Mutex<BTreeMap<usize, ReadFile>>,
}

impl Reading {
    pub(super) fn new(quiet: bool) -> Self {
        Self { quiet, read: Mutex::default() }
    }

    /// The files by their places.
    pub(super) fn into_read(self) -> BTreeMap<usize, ReadFile> {
        self.read.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a scenario and all variants of which it claims something.
    fn scenarios(&self, path: &Path) -> Result<Claimed, Failure> {
        let change = |variant: Option<String>| ChangeArgs { variant, set: Vec::new() };
        let base = load(path, &change(None), self.quiet)?;
        let arm = |variant: Option<String>| variant.map(|v| load(path, &change(Some(v)), true)).transpose();
        let arms = variants(&base.expectations).into_iter().map(arm).collect::<Result<_, _>>()?;
        Ok((base, arms))
    }
}

impl<'p> Work for &'p Reading {
    type Case = &'p Path;
    type Job = ReadFile;

    fn begin(&self, path: &&'p Path) -> ReadFile {
        let mut file = TestedFile {
            file: shown(path),
            state: FileState::Wrong,
            scenario: None,
            error: None,
            flaw: None,
            trials: 0,
            claims: Vec::new(),
        };
        let (read, talk) = overheard(|| self.scenarios(path));
        let claiming = match read {
            Err(failure) => {
                file.error = Some(failure.error().to_owned());
                file.flaw = failure.flaw();
                None
            }
            Ok((base, arms)) => {
                file.scenario = Some(named(&base));
                file.claims = base.expectations.iter().map(|e| not_run(e, &base)).collect();
                file.state = if base.expectations.is_empty() { FileState::NoClaims } else { FileState::Interrupted };
                (!base.expectations.is_empty()).then_some((base, arms))
            }
        };
        ReadFile { file, claiming, talk }
    }

    fn go_on(&self, _: &mut ReadFile, _: Leave<'_>) -> bool {
        true
    }

    fn end(&self, place: usize, file: ReadFile) {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(place, file);
    }
}

fn named(scenario: &Scenario) -> ScenarioRef {
    about(scenario).scenario.unwrap_or_default()
}
