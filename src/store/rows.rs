//! Rows of numbers in a file: kept while a run goes on, taken up again after a break, read one by one.
//!
//! A file is nothing but records of `stride` numbers of 64 bits, little-endian, as IEEE 754 has them. What
//! they mean, and how many of them count, is written elsewhere (a checkpoint).

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use super::error::{Fault, StoreError, at};
use super::whole::other_than_file;

/// A file of rows that grows.
///
/// No second run can use the file as long as this lives (where the system can lock files). After an error
/// it is not to be used further; what [`RowFile::sync`] has confirmed is safe.
#[derive(Debug)]
pub struct RowFile {
    out: BufWriter<File>,
    path: PathBuf,
    stride: usize,
    len: u64,
    sum: Sum,
}

/// A running sum over the numbers of rows, in order. It tells rows that were damaged from those that were written; it is no protection
/// against who forges them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sum(u64);

impl Sum {
    /// The sum of no rows.
    const NONE: Self = Self(0x9e37_79b9_7f4a_7c15);

    /// Every number changes it, and any other number in its place would have changed it otherwise.
    fn add(&mut self, bytes: [u8; 8]) {
        let mixed = (self.0.rotate_left(29) ^ u64::from_le_bytes(bytes)).wrapping_mul(0xd6e8_feb8_6659_fd93);
        self.0 = mixed ^ (mixed >> 32);
    }
}

/// Rows that are read one by one.
#[derive(Debug)]
pub struct Rows {
    input: BufReader<File>,
    path: PathBuf,
    left: u64,
    bytes: Vec<u8>,
    row: Vec<f64>,
}

fn check_stride(doing: &'static str, path: &Path, stride: usize) -> Result<(), StoreError> {
    if stride == 0 {
        return Err(StoreError::new(doing, path, Fault::Unfit("a row needs at least one number".into())));
    }
    Ok(())
}

fn lock(file: &File, path: &Path) -> Result<(), StoreError> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(StoreError::new("write", path, Fault::InUse)),
        // Locked, or on a file system that knows no locks.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(()),
    }
}

/// Appends numbers as they are kept.
pub(super) fn encode(row: &[f64], bytes: &mut Vec<u8>) {
    bytes.reserve(8 * row.len());
    for number in row {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
}

impl RowFile {
    /// Begins a file of rows of `stride` numbers. One that is there is replaced (a link itself, not what it
    /// leads to), unless another run is writing it.
    pub fn create(path: &Path, stride: usize) -> Result<Self, StoreError> {
        check_stride("write", path, stride)?;
        if let Ok(found) = fs::symlink_metadata(path) {
            if let Some(what) = other_than_file(found.file_type()) {
                return Err(StoreError::new("write", path, Fault::NotAFile(what)));
            }
            if found.is_file() {
                let old = OpenOptions::new().append(true).open(path).map_err(at("write", path))?;
                lock(&old, path)?;
            }
            fs::remove_file(path).map_err(at("replace", path))?;
        }
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(path).map_err(at("write", path))?;
        lock(&file, path)?;
        Ok(Self { out: BufWriter::with_capacity(1 << 16, file), path: path.to_owned(), stride, len: 0, sum: Sum::NONE })
    }

    /// Takes up a file again: keeps the first `keep` rows, drops what is behind them, and appends from there. Whether they are as they
    /// were written, [`Self::sum`] tells.
    pub fn open_to_resume(path: &Path, stride: usize, keep: u64) -> Result<Self, StoreError> {
        let wrong = |fault| StoreError::new("resume", path, fault);
        check_stride("resume", path, stride)?;
        let found = fs::symlink_metadata(path).map_err(at("resume", path))?.file_type();
        if found.is_symlink() {
            return Err(wrong(Fault::Link));
        }
        if let Some(what) = other_than_file(found) {
            return Err(wrong(Fault::NotAFile(what)));
        }
        let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(at("resume", path))?;
        lock(&file, path)?;
        let bytes = file.metadata().map_err(at("resume", path))?.len();
        let whole = bytes / (8 * stride as u64);
        if whole < keep {
            return Err(wrong(Fault::TooShort { found: whole, needed: keep }));
        }
        file.set_len(keep * 8 * stride as u64).map_err(at("resume", path))?;
        let mut sum = Sum::NONE;
        let mut input = BufReader::with_capacity(1 << 16, &file);
        for _ in 0..keep * stride as u64 {
            let mut number = [0; 8];
            input.read_exact(&mut number).map_err(at("resume", path))?;
            sum.add(number);
        }
        file.seek(SeekFrom::End(0)).map_err(at("resume", path))?;
        Ok(Self { out: BufWriter::with_capacity(1 << 16, file), path: path.to_owned(), stride, len: keep, sum })
    }

    /// Adds rows: any number of them, one after the other.
    pub fn append(&mut self, rows: &[f64]) -> Result<(), StoreError> {
        if !rows.len().is_multiple_of(self.stride) {
            let text = format!("{} numbers are no rows of {}", rows.len(), self.stride);
            return Err(StoreError::new("write", &self.path, Fault::Unfit(text)));
        }
        for number in rows {
            let bytes = number.to_le_bytes();
            self.out.write_all(&bytes).map_err(at("write", &self.path))?;
            self.sum.add(bytes);
        }
        self.len += (rows.len() / self.stride) as u64;
        Ok(())
    }

    /// Brings all rows to the disk: after this, a break in the power loses none of them.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        let done = self.out.flush().and_then(|()| self.out.get_ref().sync_data());
        done.map_err(at("write", &self.path))
    }

    /// Rows, written or on their way.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// A sum over all rows and their order, to be kept elsewhere: whoever takes the file up again can tell whether they are the same.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.sum.0
    }

    /// Whether there is no row yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads all rows from the first; the file stays locked meanwhile.
    pub fn into_rows(mut self) -> Result<Rows, StoreError> {
        self.out.flush().map_err(at("write", &self.path))?;
        // Nothing is left in the buffer.
        let (mut file, _) = self.out.into_parts();
        file.rewind().map_err(at("read", &self.path))?;
        Ok(Rows::new(file, &self.path, self.stride, self.len))
    }

    /// Reads a file of rows that nobody is writing.
    pub fn read(path: &Path, stride: usize) -> Result<Rows, StoreError> {
        check_stride("read", path, stride)?;
        let file = File::open(path).map_err(at("read", path))?;
        let found = file.metadata().map_err(at("read", path))?;
        if let Some(what) = other_than_file(found.file_type()) {
            return Err(StoreError::new("read", path, Fault::NotAFile(what)));
        }
        let (len, rest) = (found.len() / (8 * stride as u64), found.len() % (8 * stride as u64));
        if rest != 0 {
            return Err(StoreError::new("read", path, Fault::Damaged("its last row is incomplete".into())));
        }
        Ok(Rows::new(file, path, stride, len))
    }
}

impl Rows {
    /// `len` rows from where the file stands.
    pub(super) fn new(file: File, path: &Path, stride: usize, len: u64) -> Self {
        Self {
            input: BufReader::with_capacity(1 << 16, file),
            path: path.to_owned(),
            left: len,
            bytes: vec![0; 8 * stride],
            row: vec![0.0; stride],
        }
    }

    /// Rows that are left.
    #[must_use]
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next row, without a copy; `None` after the last.
    pub fn next_row(&mut self) -> Result<Option<&[f64]>, StoreError> {
        if self.left == 0 {
            return Ok(None);
        }
        if let Err(error) = self.input.read_exact(&mut self.bytes) {
            self.left = 0;
            let fault = match error.kind() {
                io::ErrorKind::UnexpectedEof => Fault::Damaged("it ends within its rows".into()),
                _ => Fault::from(error),
            };
            return Err(StoreError::new("read", &self.path, fault));
        }
        self.left -= 1;
        for (number, bytes) in self.row.iter_mut().zip(self.bytes.as_chunks::<8>().0) {
            *number = f64::from_le_bytes(*bytes);
        }
        Ok(Some(&self.row))
    }
}

impl Iterator for Rows {
    type Item = Result<Vec<f64>, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_row().map(|row| row.map(<[f64]>::to_vec)).transpose()
    }
}
