//! `test --out`: the verdicts of each file in a directory, and in the report of the run that is there.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use escalade::report::json;
use escalade::results::TestSummary;
use escalade::store::place::TEST;
use escalade::store::{OutDir, StoreError};

use super::super::exit::Exit;
use super::super::out::{directory, store_exit, store_fault};
use super::super::output::{fault, hint};
use super::super::scenario::shown;
use super::super::studies::{page_of, show_in_run};
use super::FileArgs;

/// A directory for each file of a suite, in its order; none where none was asked for.
pub(super) struct Places(Vec<PathBuf>);

impl Places {
    /// Where verdicts go; `None` where two files would share a place, which has been said. A file that stands alone has the directory
    /// itself, several have folders with their names in it, as those of a run have.
    pub(super) fn of(files: &[PathBuf], out: Option<&Path>) -> Option<Self> {
        let Some(out) = out else { return Some(Self(Vec::new())) };
        let mut seen: BTreeMap<PathBuf, &Path> = BTreeMap::new();
        let mut places = Vec::new();
        for file in files {
            let name = file.file_stem().map_or_else(|| "scenario".to_owned(), |s| s.to_string_lossy().into_owned());
            let place = directory(out, &name, files.len() > 1);
            if let Some(other) = seen.insert(place.clone(), file) {
                fault(&format!("`{}` and `{}` have one name: their verdicts would go to one folder", shown(other), shown(file)));
                hint(&"test them one by one, each with a directory of its own");
                return None;
            }
            places.push(place);
        }
        Some(Self(places))
    }

    /// Tries all of them before anything is run. None is kept locked: a suite may have more files than a process may hold open.
    pub(super) fn check(&self, force: bool) -> Result<(), StoreError> {
        self.0.iter().try_for_each(|place| OutDir::prepare_for(place, TEST, force).map(drop))
    }

    /// Stores what came of each file; one that cannot be stored does not keep the others from it.
    pub(super) fn write(&self, summary: &TestSummary, args: &FileArgs, quiet: bool) -> Exit {
        let mut exit = Exit::Done;
        for (place, one) in self.0.iter().zip(summary.each()) {
            if let Err(error) = store(place, &one, args, quiet) {
                store_fault(&error);
                exit = exit.max(store_exit(&error)).max(Exit::Incomplete);
            }
        }
        exit
    }
}

fn store(place: &Path, one: &TestSummary, args: &FileArgs, quiet: bool) -> Result<(), StoreError> {
    let dir = OutDir::prepare_for(place, TEST, args.force)?;
    let document = json::document(one);
    // A file that makes no claims, or is wrong, leaves nothing to look at; that it was so is stored all the same.
    let page = if args.no_report || one.test.claims == 0 { None } else { page_of(TEST, &document, quiet) };
    let mut sealed = Vec::new();
    for (name, text) in page.iter().map(|(name, text)| (*name, text)).chain([(TEST.main, &document)]) {
        let mut file = dir.create(name)?;
        let path = file.path().to_owned();
        file.write_all(text.as_bytes()).map_err(|error| StoreError::io("write", &path, error))?;
        sealed.push(file.seal()?);
    }
    dir.publish(sealed)?;
    if args.no_report { Ok(()) } else { show_in_run(place, quiet) }
}
