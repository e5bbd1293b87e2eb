//! `test --out`: the verdicts of each file in a directory, and in the report of the run that is there.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use escalade::report::json;
use escalade::report::words::counted;
use escalade::results::{FileState, TestSummary};
use escalade::store::place::{INDEX_HTML, TEST};
use escalade::store::{OutDir, StoreError};

use super::super::exit::Exit;
use super::super::find::Found;
use super::super::index;
use super::super::kept::document;
use super::super::names::names;
use super::super::out::{store_exit, store_fault};
use super::super::output::{caution, fault, hint};
use super::super::scenario::shown;
use super::super::studies::{page_of, show_in_run};
use super::FileArgs;

/// Where the verdicts of a suite go.
pub(super) struct Places {
    /// The folder of all of them, where there are several.
    all: Option<PathBuf>,
    /// A directory for each file, in their order; none where none was asked for.
    each: Vec<PathBuf>,
}

impl Places {
    /// Where verdicts go; `None` where two files would share a place, which has been said. A file that stands alone has the directory
    /// itself, several and those of a folder have folders in it, called as those of a run.
    pub(super) fn of(files: &[Found], out: Option<&Path>, single: bool) -> Option<Self> {
        let Some(out) = out else { return Some(Self { all: None, each: Vec::new() }) };
        if single {
            return Some(Self { all: None, each: vec![out.to_owned()] });
        }
        match names(files) {
            Ok(names) => Some(Self { all: Some(out.to_owned()), each: names.into_iter().map(|name| out.join(name)).collect() }),
            Err((a, b)) => {
                fault(&format!("`{}` and `{}` have one name: their verdicts would go to one folder", shown(&a), shown(&b)));
                hint(&"test them one by one, each with a directory of its own");
                None
            }
        }
    }

    /// Tries all of them before anything is run. None is kept locked: a suite may have more files than a process may hold open.
    pub(super) fn check(&self, force: bool) -> Result<(), StoreError> {
        self.each.iter().try_for_each(|place| OutDir::prepare_for(place, TEST, force || holds_no_verdict(place)).map(drop))
    }

    /// Where there is something to look at, in words.
    pub(super) fn page(&self) -> Option<String> {
        let (what, page) = match &self.all {
            Some(all) => ("index of all results", all.join(INDEX_HTML)),
            None => ("verdicts to look at", self.each.first()?.join(TEST.page)),
        };
        if page.exists() {
            return Some(format!("{what}: {}", shown(&page)));
        }
        self.all.as_ref().map(|all| format!("verdicts of each file: {}", shown(all)))
    }

    /// Stores what came of each file; one that cannot be stored does not keep the others from it.
    pub(super) fn write(&self, summary: &TestSummary, args: &FileArgs, quiet: bool) -> Exit {
        let mut exit = Exit::Done;
        let mut left = 0;
        for (place, one) in self.each.iter().zip(summary.each()) {
            // An interrupted test says nothing of files that it had not begun, and takes no place of verdicts that are complete.
            let open = one.files.iter().any(|f| f.state == FileState::Interrupted && (f.trials == 0 || place.join(TEST.main).exists()));
            if open {
                left += 1;
                continue;
            }
            if let Err(error) = store(place, &one, args, quiet) {
                store_fault(&error);
                exit = exit.max(store_exit(&error)).max(Exit::Incomplete);
            }
        }
        if left > 0 && !quiet {
            caution(&format!("the verdicts of {} are left as they were, or are not there", counted(left, "file")));
        }
        // The index over the runs of the folder has a column of verdicts.
        if let Some(all) = self.all.as_ref().filter(|all| !args.no_report && all.join(INDEX_HTML).exists())
            && let Some(found) = index::stored(all, quiet)
            && let Err(error) = index::make(all, &found)
        {
            store_fault(&error);
            exit = exit.max(store_exit(&error)).max(Exit::Incomplete);
        }
        exit
    }
}

/// Whether the document that is there says only that a file was wrong, or claimed nothing: it may be replaced unasked.
fn holds_no_verdict(place: &Path) -> bool {
    document::<TestSummary>(&place.join(TEST.main), TEST.main).is_ok_and(|there| there.test.claims == 0)
}

fn store(place: &Path, one: &TestSummary, args: &FileArgs, quiet: bool) -> Result<(), StoreError> {
    let dir = OutDir::prepare_for(place, TEST, args.force || holds_no_verdict(place))?;
    let text = json::document(one);
    // A file that makes no claims, or is wrong, leaves nothing to look at; that it was so is stored all the same.
    let page = if args.no_report || one.test.claims == 0 { None } else { page_of(TEST, &text, quiet) };
    let mut sealed = Vec::new();
    for (name, text) in page.iter().map(|(name, text)| (*name, text)).chain([(TEST.main, &text)]) {
        let mut file = dir.create(name)?;
        let path = file.path().to_owned();
        file.write_all(text.as_bytes()).map_err(|error| StoreError::io("write", &path, error))?;
        sealed.push(file.seal()?);
    }
    dir.publish(sealed)?;
    if args.no_report { Ok(()) } else { show_in_run(place, quiet) }
}
