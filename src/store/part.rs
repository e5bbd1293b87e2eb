//! The result of a shard in one file.
//!
//! ```text
//! escalade part 1\n                      what it is, version of this layout
//! {"stride":12,"header":...}\n           JSON in one line: what was to be run
//! rows                                   records of `stride` numbers of 64 bits, little-endian
//! footer                                 JSON: what came of it
//! rows: u64, bytes of the footer: u64    little-endian
//! SHA-256 of all that                    32 bytes
//! ```
//!
//! `head -n 2 PART` shows what a part is of. A reader believes nothing before the checksum agrees.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::error::{Fault, StoreError, at};
use super::rows::{Rows, encode};
use super::whole::{Sealed, WholeFile, other_than_file};

/// Version of the layout.
pub const PART_VERSION: u32 = 1;
const MAGIC: &str = "escalade part ";
/// Longest first line that is looked at.
const LONGEST_MAGIC: u64 = 40;
/// Most numbers in a row.
const WIDEST: u64 = 1 << 20;
/// Bytes after the footer.
const TRAILER: u64 = 8 + 8 + 32;

#[derive(Serialize, Deserialize)]
struct Head<T> {
    stride: u64,
    header: T,
}

/// A part that is being written, beside its final name.
#[derive(Debug)]
pub struct PartWriter {
    file: WholeFile,
    hash: Sha256,
    /// Bytes that are neither hashed nor written yet.
    waiting: Vec<u8>,
    stride: usize,
    rows: u64,
}

/// A part whose checksum agrees. Keeps no file open.
#[derive(Debug)]
pub struct Part {
    path: PathBuf,
    stride: usize,
    rows: u64,
    rows_at: u64,
    bytes: u64,
    head: Vec<u8>,
    footer: Vec<u8>,
    sha256: [u8; 32],
}

fn json(path: &Path, value: &impl Serialize) -> Result<Vec<u8>, StoreError> {
    serde_json::to_vec(value).map_err(|error| StoreError::new("write", path, Fault::Unfit(error.to_string())))
}

impl PartWriter {
    /// Begins a part with rows of `stride` numbers.
    pub fn create(path: &Path, stride: usize, header: &impl Serialize) -> Result<Self, StoreError> {
        if stride == 0 || stride as u64 > WIDEST {
            return Err(StoreError::new("write", path, Fault::Unfit(format!("a row cannot have {stride} numbers"))));
        }
        let mut waiting = format!("{MAGIC}{PART_VERSION}\n").into_bytes();
        waiting.extend(json(path, &Head { stride: stride as u64, header })?);
        waiting.push(b'\n');
        Ok(Self { file: WholeFile::create(path)?, hash: Sha256::new(), waiting, stride, rows: 0 })
    }

    /// Adds rows: any number of them, one after the other.
    pub fn append(&mut self, rows: &[f64]) -> Result<(), StoreError> {
        if !rows.len().is_multiple_of(self.stride) {
            let text = format!("{} numbers are no rows of {}", rows.len(), self.stride);
            return Err(StoreError::new("write", self.file.path(), Fault::Unfit(text)));
        }
        for row in rows.chunks_exact(self.stride) {
            encode(row, &mut self.waiting);
            if self.waiting.len() >= 1 << 16 {
                self.write_waiting()?;
            }
        }
        self.rows += (rows.len() / self.stride) as u64;
        Ok(())
    }

    /// Rows so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    fn write_waiting(&mut self) -> Result<(), StoreError> {
        self.hash.update(&self.waiting);
        let done = self.file.write_all(&self.waiting);
        self.waiting.clear();
        done.map_err(|error| StoreError::io("write", self.file.path(), error))
    }

    /// Ends the part and brings it to the disk; it gets its name by [`Sealed::publish`].
    pub fn seal(mut self, footer: &impl Serialize) -> Result<Sealed, StoreError> {
        let footer = json(self.file.path(), footer)?;
        self.waiting.extend_from_slice(&footer);
        self.waiting.extend_from_slice(&self.rows.to_le_bytes());
        self.waiting.extend_from_slice(&(footer.len() as u64).to_le_bytes());
        self.write_waiting()?;
        let sum = self.hash.finalize();
        let done = self.file.write_all(&sum);
        done.map_err(|error| StoreError::io("write", self.file.path(), error))?;
        self.file.seal()
    }

    /// Ends the part and gives it its name.
    pub fn finish(self, footer: &impl Serialize) -> Result<(), StoreError> {
        self.seal(footer)?.publish()
    }
}

impl Part {
    /// Opens a part: reads it once from end to end, and refuses it unless the checksum agrees.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let wrong = |fault| StoreError::new("read", path, fault);
        let damaged = |text: &str| StoreError::new("read", path, Fault::Damaged(text.into()));
        let file = File::open(path).map_err(at("read", path))?;
        let found = file.metadata().map_err(at("read", path))?;
        if let Some(what) = other_than_file(found.file_type()) {
            return Err(wrong(Fault::NotAFile(what)));
        }
        let bytes = found.len();
        let mut input = BufReader::with_capacity(1 << 16, file);

        let mut first = Vec::new();
        input.by_ref().take(LONGEST_MAGIC).read_until(b'\n', &mut first).map_err(at("read", path))?;
        let (magic, version) = first.split_at(first.len().min(MAGIC.len()));
        if !MAGIC.as_bytes().starts_with(magic) {
            return Err(wrong(Fault::Foreign("a part of a run, as `escalade shard` writes them")));
        }
        let Some(version) = version.strip_suffix(b"\n") else { return Err(damaged("it is cut off")) };
        let version = String::from_utf8_lossy(version).into_owned();
        if version != PART_VERSION.to_string() {
            return Err(wrong(Fault::OtherVersion { found: version, known: PART_VERSION }));
        }
        let start = first.len() as u64;
        if bytes < start + TRAILER {
            return Err(damaged("it is cut off"));
        }

        let mut hash = Sha256::new();
        hash.update(&first);
        let mut left = bytes - start - 32;
        while left > 0 {
            let some = input.fill_buf().map_err(at("read", path))?;
            let take = some.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            if take == 0 {
                return Err(damaged("it is cut off"));
            }
            hash.update(&some[..take]);
            input.consume(take);
            left -= take as u64;
        }
        let mut sum = [0; 32];
        input.read_exact(&mut sum).map_err(at("read", path))?;
        if sum != <[u8; 32]>::from(hash.finalize()) {
            return Err(damaged("its checksum does not agree with what is in it"));
        }

        // From here on the file is as it was written; what does not fit was written so.
        input.seek(SeekFrom::Start(start)).map_err(at("read", path))?;
        let mut head = Vec::new();
        input.by_ref().take(bytes - start).read_until(b'\n', &mut head).map_err(at("read", path))?;
        let rows_at = start + head.len() as u64;
        let stride = serde_json::from_slice::<Head<IgnoredAny>>(&head).map_err(at("read", path))?.stride;
        let mut lengths = [0; 16];
        input.seek(SeekFrom::Start(bytes - TRAILER)).map_err(at("read", path))?;
        input.read_exact(&mut lengths).map_err(at("read", path))?;
        let number = |n: usize| lengths.as_chunks::<8>().0.get(n).map_or(0, |b| u64::from_le_bytes(*b));
        let (rows, footer_bytes) = (number(0), number(1));
        let sum_of_parts = rows
            .checked_mul(stride)
            .and_then(|n| n.checked_mul(8))
            .and_then(|n| n.checked_add(footer_bytes))
            .and_then(|n| n.checked_add(rows_at + TRAILER));
        if sum_of_parts != Some(bytes) || stride == 0 || stride > WIDEST {
            return Err(damaged("its lengths do not agree"));
        }
        let mut footer = Vec::new();
        input.seek(SeekFrom::Start(bytes - TRAILER - footer_bytes)).map_err(at("read", path))?;
        input.by_ref().take(footer_bytes).read_to_end(&mut footer).map_err(at("read", path))?;
        let stride = usize::try_from(stride).map_err(|_| damaged("its rows are too long for this machine"))?;
        Ok(Self { path: path.to_owned(), stride, rows, rows_at, bytes, head, footer, sha256: sum })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Numbers in a row.
    #[must_use]
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.rows
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// The checksum: equal for equal parts.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        self.sha256
    }

    /// What was to be run.
    pub fn header<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        Ok(serde_json::from_slice::<Head<T>>(&self.head).map_err(at("read", &self.path))?.header)
    }

    /// What came of it.
    pub fn footer<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        serde_json::from_slice(&self.footer).map_err(at("read", &self.path))
    }

    /// The rows, from the first. Opens the file again.
    pub fn rows(&self) -> Result<Rows, StoreError> {
        let mut file = File::open(&self.path).map_err(at("read", &self.path))?;
        let bytes = file.metadata().map_err(at("read", &self.path))?.len();
        if bytes != self.bytes {
            return Err(StoreError::new("read", &self.path, Fault::Damaged("it has changed since it was checked".into())));
        }
        file.seek(SeekFrom::Start(self.rows_at)).map_err(at("read", &self.path))?;
        Ok(Rows::new(file, &self.path, self.stride, self.rows))
    }
}
