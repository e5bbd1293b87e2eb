//! Reads a file that escalade has written: as text, and none that has no end.

use std::fs;
use std::path::Path;

use escalade::results::parse;
use serde::de::DeserializeOwned;

/// Largest file that is read.
const MOST: u64 = 1 << 28;

/// The text of a stored document; `name` is how errors call it. Pipes, devices and what is too large are refused: whoever hands over a
/// directory is not trusted.
pub(super) fn text_of(path: &Path, name: &str) -> Result<String, String> {
    let found = fs::metadata(path).map_err(|error| format!("cannot read `{name}`: {error}"))?;
    if !found.is_file() {
        return Err(format!("`{name}` is no file"));
    }
    if found.len() > MOST {
        return Err(format!("`{name}` is too large to be one of ours"));
    }
    fs::read_to_string(path).map_err(|error| format!("cannot read `{name}`: {error}"))
}

/// A stored document, of a format that this version reads; `name` is how errors call it.
pub(super) fn document<T: DeserializeOwned>(path: &Path, name: &str) -> Result<T, String> {
    parse(&text_of(path, name)?, name)
}
