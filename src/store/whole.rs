//! A file that appears under its name when it is complete, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::error::{Fault, StoreError, at};

/// How the names of files that are being written end. They begin with a dot and lie beside the final one.
const UNFINISHED: &str = ".escalade-part";

/// A file that is being written beside its final name. Dropped before [`WholeFile::seal`], it goes away.
#[derive(Debug)]
pub struct WholeFile {
    /// `None` once sealed.
    out: Option<BufWriter<File>>,
    temporary: PathBuf,
    path: PathBuf,
}

/// A file that is complete on the disk and waits for its name. Dropped, it goes away.
#[derive(Debug)]
pub struct Sealed {
    temporary: Option<PathBuf>,
    path: PathBuf,
    /// Kept open: closing it ends the lock.
    _file: Option<File>,
}

/// The folder of a path.
pub(super) fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    }
}

/// What is no file and no link, in words.
pub(super) fn other_than_file(kind: fs::FileType) -> Option<&'static str> {
    if kind.is_file() || kind.is_symlink() {
        None
    } else if kind.is_dir() {
        Some("a directory")
    } else {
        Some("a device, pipe or socket")
    }
}

/// Removes what killed runs have left half-written in a folder: what nobody holds open.
pub(super) fn remove_unfinished(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let ours = name.to_str().is_some_and(|n| n.starts_with('.') && n.ends_with(UNFINISHED));
        if ours
            && entry.file_type().is_ok_and(|t| t.is_file())
            && let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Renames are on the disk when their folder is. Not every file system can be asked for that; those that
/// cannot need no asking.
pub(super) fn sync_folder(folder: &Path) {
    if cfg!(unix)
        && let Ok(handle) = File::open(folder)
    {
        let _ = handle.sync_all();
    }
}

impl WholeFile {
    /// Begins a file that will be at `path`. What is there now stays until the new one takes its place.
    ///
    /// A link at `path` is replaced, not followed; a directory, a device and a pipe are refused.
    pub fn create(path: &Path) -> Result<Self, StoreError> {
        // Follows links: `/dev/stdout` leads to a pipe, and must not become a file.
        if let Ok(found) = fs::metadata(path)
            && let Some(what) = other_than_file(found.file_type())
        {
            return Err(StoreError::new("write", path, Fault::NotAFile(what)));
        }
        if path.file_name().is_none() {
            return Err(StoreError::new("write", path, Fault::NotAFile("a directory")));
        }
        let folder = folder(path);
        let me = std::process::id();
        let mut last = None;
        for n in 0..1000 {
            let temporary = folder.join(format!(".{me}-{n}{UNFINISHED}"));
            match OpenOptions::new().write(true).create_new(true).open(&temporary) {
                Ok(file) => {
                    // Tells `remove_unfinished` that it is being written.
                    let _ = file.try_lock();
                    return Ok(Self { out: Some(BufWriter::with_capacity(1 << 16, file)), temporary, path: path.to_owned() });
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => last = Some(error),
                // The folder is missing, is a file, cannot be written: that is what has to be mended.
                Err(error) => return Err(StoreError::io("write into", folder, error)),
            }
        }
        Err(StoreError::io("write into", folder, last.unwrap_or_else(|| io::Error::other("no free name"))))
    }

    /// Where it will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Brings everything to the disk. The file has its name after [`Sealed::publish`].
    pub fn seal(mut self) -> Result<Sealed, StoreError> {
        let mut kept = None;
        if let Some(mut out) = self.out.take() {
            let done = out.flush().and_then(|()| out.get_ref().sync_all());
            // What a failed flush has left in the buffer is not tried again.
            let (file, _) = out.into_parts();
            if let Err(error) = done {
                let _ = fs::remove_file(&self.temporary);
                return Err(StoreError::io("write", &self.path, error));
            }
            kept = Some(file);
        }
        Ok(Sealed { temporary: Some(std::mem::take(&mut self.temporary)), path: self.path.clone(), _file: kept })
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.as_mut().map_or_else(|| Err(io::Error::other("already sealed")), |o| o.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(out) = self.out.take() {
            // The bytes are not wanted any more.
            drop(out.into_parts());
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

impl Sealed {
    /// Where it will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its name, in one step, in place of what has it now.
    pub fn publish(self) -> Result<(), StoreError> {
        let path = self.path.clone();
        self.rename()?;
        sync_folder(folder(&path));
        Ok(())
    }

    /// As [`Sealed::publish`], but the folder is not yet brought to the disk.
    pub(super) fn rename(mut self) -> Result<(), StoreError> {
        if let Some(temporary) = self.temporary.take()
            && let Err(error) = fs::rename(&temporary, &self.path)
        {
            let _ = fs::remove_file(&temporary);
            return Err(StoreError::io("write", &self.path, error));
        }
        Ok(())
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        if let Some(temporary) = self.temporary.take() {
            let _ = fs::remove_file(temporary);
        }
    }
}

/// Writes a whole file: `fill` writes beside the final name; what it has written gets the name when it is
/// complete and on the disk. After an error nothing has changed.
pub fn write_whole(path: &Path, fill: impl FnOnce(&mut WholeFile) -> io::Result<()>) -> Result<(), StoreError> {
    let mut file = WholeFile::create(path)?;
    fill(&mut file).map_err(at("write", path))?;
    file.seal()?.publish()
}
