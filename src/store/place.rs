//! The directory of a run: tried before the run, guarded against overwriting, filled in one go.

use std::fs::{self, File, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::error::{Fault, StoreError};
use super::whole::{Sealed, WholeFile, other_than_file, remove_unfinished, sync_folder};

/// The file that makes a directory a result. It is put in place last: where it is, the rest is.
pub const SUMMARY: &str = "summary.json";

/// The scenario of a result, entry by entry.
pub const SCENARIO: &str = "scenario.json";

/// The report to look at, the one for GitHub, and what they show beside the summary.
pub const REPORT_HTML: &str = "report.html";
/// The report as Markdown.
pub const REPORT_MD: &str = "report.md";
/// What reports show beside the summary.
pub const REPORT_DATA: &str = "report.json";

/// What changed against an earlier result, as `diff --json` writes it. It goes away with the result that it is about.
pub const CHANGES: &str = "changes.json";
/// The same in words.
pub const CHANGES_TEXT: &str = "changes.txt";
/// The index over the results of a folder: the page to look at, the one for a job summary, and what the last run of many files came to.
pub const INDEX_HTML: &str = "index.html";
/// The index as Markdown.
pub const INDEX_MD: &str = "index.md";
/// What the last run of many files came to.
pub const INDEX: &str = "index.json";

/// The names of results. Any of them in a directory makes it one that is not overwritten unasked.
pub const RESULT_FILES: [&str; 11] = [
    SUMMARY,
    SCENARIO,
    "trials.parquet",
    "trials.csv",
    "trials.csv-metadata.json",
    "series.parquet",
    "series.csv",
    "series.csv-metadata.json",
    REPORT_DATA,
    REPORT_HTML,
    REPORT_MD,
];

/// A kind of result: what a command puts into a directory. Different kinds may share one: those of a run and of the studies of the
/// same scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResultKind {
    /// The file that makes a directory a result of this kind.
    pub main: &'static str,
    /// The page to look at.
    pub page: &'static str,
    /// All its files. Any of them makes the directory one that is not overwritten unasked.
    pub files: &'static [&'static str],
}

/// What `run` writes.
pub const RUN: ResultKind = ResultKind { main: SUMMARY, page: REPORT_HTML, files: &RESULT_FILES };

macro_rules! study {
    ($name:literal) => {
        ResultKind {
            main: concat!($name, ".json"),
            page: concat!($name, ".html"),
            files: &[
                concat!($name, ".json"),
                concat!($name, ".html"),
                concat!($name, ".parquet"),
                concat!($name, ".csv"),
                concat!($name, ".csv-metadata.json"),
            ],
        }
    };
}

/// What `compare` writes.
pub const COMPARE: ResultKind = study!("compare");
/// What `sweep` writes.
pub const SWEEP: ResultKind = study!("sweep");
/// What `sensitivity` writes.
pub const SENSITIVITY: ResultKind = ResultKind {
    main: "sensitivity.json",
    page: "sensitivity.html",
    files: &[
        "sensitivity.json",
        "sensitivity.html",
        "sensitivity.parquet",
        "sensitivity.csv",
        "sensitivity.csv-metadata.json",
        "sensitivity_points.parquet",
        "sensitivity_points.csv",
        "sensitivity_points.csv-metadata.json",
    ],
};
/// What `drivers` writes.
pub const DRIVERS: ResultKind = study!("drivers");
/// What `test` writes: for each file the verdicts on its claims.
pub const TEST: ResultKind = ResultKind { main: "test.json", page: "test.html", files: &["test.json", "test.html"] };

/// All kinds of results that studies and tests write.
pub const RESULT_KINDS: [ResultKind; 5] = [COMPARE, SWEEP, SENSITIVITY, DRIVERS, TEST];

/// A directory that has been tried: it exists, can be written, and holds no result that is not to be replaced.
///
/// As long as this lives, no second run can use the directory (where the system can lock directories).
#[derive(Debug)]
pub struct OutDir {
    path: PathBuf,
    kind: ResultKind,
    /// Kept open: closing it ends the lock.
    _lock: Option<File>,
}

/// Whether a directory holds a finished result.
#[must_use]
pub fn is_result(directory: &Path) -> bool {
    fs::symlink_metadata(directory.join(SUMMARY)).is_ok_and(|m| m.is_file())
}

/// The files of results that are in a directory, finished or not.
#[must_use]
pub fn result_files(directory: &Path) -> Vec<String> {
    files_of(directory, RUN)
}

fn files_of(directory: &Path, kind: ResultKind) -> Vec<String> {
    let there = |name: &&str| fs::symlink_metadata(directory.join(name)).is_ok();
    kind.files.iter().copied().filter(there).map(str::to_owned).collect()
}

impl OutDir {
    /// Tries a directory: makes it if it is missing (with those above it), writes a file into it and removes
    /// that again. A directory with a result is refused unless `force`; nothing of it is removed yet.
    ///
    /// The directory may itself be a link to one. Files of others in it are no hindrance, and stay.
    pub fn prepare(path: &Path, force: bool) -> Result<Self, StoreError> {
        Self::prepare_for(path, RUN, force)
    }

    /// As [`Self::prepare`], for a result of another kind: those of different kinds do not hinder each other.
    pub fn prepare_for(path: &Path, kind: ResultKind, force: bool) -> Result<Self, StoreError> {
        let wrong = |fault| StoreError::new("use", path, fault);
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return Err(wrong(Fault::NotADirectory)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if fs::symlink_metadata(path).is_ok() {
                    return Err(wrong(Fault::DanglingLink));
                }
                fs::create_dir_all(path).map_err(|error| create_failed(path, error))?;
            }
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Err(create_failed(path, error)),
            Err(error) => return Err(StoreError::io("use", path, error)),
        }
        let lock = lock(path)?;
        let found = files_of(path, kind);
        if !found.is_empty() && !force {
            return Err(wrong(Fault::Occupied(found)));
        }
        // Replacing would fail at the end of the run: say so now.
        for name in kind.files {
            let file = path.join(name);
            if let Some(what) = fs::symlink_metadata(&file).ok().and_then(|m| other_than_file(m.file_type())) {
                return Err(StoreError::new("replace", &file, Fault::NotAFile(what)));
            }
        }
        remove_unfinished(path);
        probe(path)?;
        Ok(Self { path: path.to_owned(), kind, _lock: lock })
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What it is for.
    #[must_use]
    pub fn kind(&self) -> ResultKind {
        self.kind
    }

    /// The path of a file in it.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Begins a file in it.
    pub fn create(&self, name: &str) -> Result<WholeFile, StoreError> {
        WholeFile::create(&self.file(name))
    }

    /// Puts finished files in place, together: an old summary is removed first, the new one comes last, so
    /// that a summary never stands beside tables of another run. Old results that have no successor
    /// (CSV where only Parquet was asked for) are removed; files of others stay.
    pub fn publish(&self, files: Vec<Sealed>) -> Result<(), StoreError> {
        let summary = self.file(self.kind.main);
        remove(&summary)?;
        sync_folder(&self.path);
        for name in self.kind.files {
            let file = self.file(name);
            if !files.iter().any(|f| f.path() == file) {
                remove(&file)?;
            }
        }
        if self.kind == RUN {
            remove(&self.file(CHANGES))?;
            remove(&self.file(CHANGES_TEXT))?;
        }
        let (last, first): (Vec<_>, Vec<_>) = files.into_iter().partition(|f| f.path() == summary);
        for file in first {
            file.rename()?;
        }
        sync_folder(&self.path);
        for file in last {
            file.rename()?;
        }
        sync_folder(&self.path);
        Ok(())
    }
}

/// Why a directory could not be made: names the part of the path that is in the way.
fn create_failed(path: &Path, error: io::Error) -> StoreError {
    let there = path.ancestors().find(|p| !p.as_os_str().is_empty() && fs::symlink_metadata(p).is_ok());
    match there {
        Some(above) if fs::metadata(above).is_err() => StoreError::new("use", above, Fault::DanglingLink),
        Some(above) if !above.is_dir() => StoreError::new("use", above, Fault::NotADirectory),
        _ => StoreError::io("make the directory", path, error),
    }
}

/// Locks a directory, where that can be done; `None` where it cannot.
fn lock(path: &Path) -> Result<Option<File>, StoreError> {
    let Ok(handle) = File::open(path) else { return Ok(None) };
    match handle.try_lock() {
        Ok(()) => Ok(Some(handle)),
        Err(TryLockError::WouldBlock) => Err(StoreError::new("use", path, Fault::InUse)),
        Err(TryLockError::Error(_)) => Ok(None),
    }
}

/// Writes a file and removes it.
fn probe(path: &Path) -> Result<(), StoreError> {
    let mut file = WholeFile::create(&path.join(SUMMARY))?;
    let done = file.write_all(&[b' '; 4096]).and_then(|()| file.flush());
    done.map_err(|error| StoreError::io("write into", path, error))
}

/// Removes a file or link; one that is not there is fine.
fn remove(file: &Path) -> Result<(), StoreError> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io("replace", file, error)),
        _ => Ok(()),
    }
}
