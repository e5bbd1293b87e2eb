//! What can go wrong with a file: which one, what was tried, what was found, how to mend it.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Something could not be done with a file or directory.
///
/// Its text is one sentence that names the path; [`StoreError::help`] is the way to mend it.
#[derive(Debug, Error)]
#[error("cannot {doing} `{}`: {fault}", path.display())]
pub struct StoreError {
    /// What was tried, as a verb: `write`, `read`, `use`.
    pub doing: &'static str,
    /// With which file or directory.
    pub path: PathBuf,
    /// What was found. Part of the text above, so it is not told again as its source.
    pub fault: Fault,
}

/// What was found.
#[derive(Debug, Error)]
pub enum Fault {
    /// There is a file where a directory is needed.
    #[error("it is not a directory")]
    NotADirectory,
    /// There is a directory, device, pipe or socket where a file is needed.
    #[error("it is {0}, not a file")]
    NotAFile(&'static str),
    /// A symbolic link that leads nowhere.
    #[error("it is a symbolic link to something that does not exist")]
    DanglingLink,
    /// A symbolic link where none is followed.
    #[error("it is a symbolic link")]
    Link,
    /// Nothing is there.
    #[error("it does not exist")]
    Missing,
    /// It holds results already.
    #[error("it holds a result already ({})", .0.join(", "))]
    Occupied(Vec<String>),
    /// Another process is writing there.
    #[error("another run is writing there")]
    InUse,
    /// The user may not do that.
    #[error("permission denied")]
    NoPermission,
    /// The file system takes no writes.
    #[error("the file system is read-only")]
    ReadOnly,
    /// No space is left, or the quota is used up.
    #[error("{0}")]
    Full(&'static str),
    /// The reader of a pipe has gone.
    #[error("the reader has closed it")]
    Closed,
    /// The name cannot be that of a file.
    #[error("such a name is not possible: {0}")]
    BadName(String),
    /// A file of another kind.
    #[error("it is not {0}")]
    Foreign(&'static str),
    /// A file of this kind in a version that this program does not read.
    #[error("it has format version {found}; this program reads version {known}")]
    OtherVersion {
        /// The version of the file.
        found: String,
        /// The version that is read.
        known: u32,
    },
    /// A file of this kind that is not as it was written.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// Fewer records than should have been kept.
    #[error("it has {found} records where at least {needed} were expected")]
    TooShort {
        /// Whole records in the file.
        found: u64,
        /// Records that were to be there.
        needed: u64,
    },
    /// What was handed over does not fit the file: a bug of the caller.
    #[error("{0}")]
    Unfit(String),
    /// Anything else that the system reports.
    #[error("{0}")]
    Other(io::Error),
}

impl StoreError {
    /// An error without a cause in the system.
    #[must_use]
    pub fn new(doing: &'static str, path: &Path, fault: Fault) -> Self {
        Self { doing, path: path.to_owned(), fault }
    }

    /// An error of the system.
    #[must_use]
    pub fn io(doing: &'static str, path: &Path, error: io::Error) -> Self {
        Self::new(doing, path, Fault::from(error))
    }

    /// One way to mend it; `None` where there is nothing that the user could do.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let path = self.path.display();
        Some(match &self.fault {
            Fault::NotADirectory => "give the name of a directory; one that does not exist is made".into(),
            Fault::NotAFile(_) => "give the name of a file".into(),
            Fault::DanglingLink => format!("remove the link, or make what it leads to: `rm {path}`"),
            Fault::Link => "give the file itself; links are not followed here".into(),
            Fault::Missing => "look at the spelling of the path".into(),
            Fault::Occupied(_) => "give another directory, or `--force` to replace that result".into(),
            Fault::InUse => "wait until the other run has ended, or give another path".into(),
            Fault::NoPermission => {
                format!("give a place of your own, or ask for permission: `ls -ld {path}` says who has it")
            }
            Fault::ReadOnly => "give a place on a disk that can be written".into(),
            Fault::Full(_) => "make room, or give a place on another disk".into(),
            Fault::BadName(_) => "give a shorter name of ordinary characters".into(),
            Fault::Foreign(_) => "look whether this is the file that you meant".into(),
            Fault::OtherVersion { .. } => "use the version of escalade that wrote it, or make it anew".into(),
            Fault::Damaged(_) | Fault::TooShort { .. } => "copy it again from where it was made, or make it anew".into(),
            Fault::Closed | Fault::Unfit(_) | Fault::Other(_) => return None,
        })
    }

    /// Whether the reader of a pipe has had enough (`| head`), which is no failure.
    #[must_use]
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self.fault, Fault::Closed)
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        use io::ErrorKind as K;
        match error.kind() {
            K::NotFound => Self::Missing,
            K::PermissionDenied => Self::NoPermission,
            K::ReadOnlyFilesystem => Self::ReadOnly,
            K::StorageFull | K::WriteZero => Self::Full("no space is left on the disk"),
            K::QuotaExceeded => Self::Full("your share of the disk (quota) is used up"),
            K::FileTooLarge => Self::Full("the file is larger than this file system allows"),
            K::BrokenPipe => Self::Closed,
            K::NotADirectory => Self::NotADirectory,
            K::IsADirectory => Self::NotAFile("a directory"),
            K::InvalidFilename => Self::BadName(error.to_string()),
            _ => Self::Other(error),
        }
    }
}

impl From<parquet::errors::ParquetError> for Fault {
    fn from(error: parquet::errors::ParquetError) -> Self {
        match error {
            // A full disk comes back in a wrapping.
            parquet::errors::ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(io) => Self::from(*io),
                Err(other) => Self::Other(io::Error::other(other)),
            },
            other => Self::Other(io::Error::other(other)),
        }
    }
}

impl From<csv::Error> for Fault {
    fn from(error: csv::Error) -> Self {
        match error.into_kind() {
            csv::ErrorKind::Io(io) => Self::from(io),
            other => Self::Other(io::Error::other(format!("{other:?}"))),
        }
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() { Self::from(io::Error::from(error)) } else { Self::Damaged(error.to_string()) }
    }
}

/// Shorthand for `map_err`: an error of the system, or of a library that passes one on.
pub(super) fn at<E: Into<Fault>>(doing: &'static str, path: &Path) -> impl FnOnce(E) -> StoreError {
    move |error| StoreError::new(doing, path, error.into())
}
