//! What is kept of a run that is not finished: how far it is, and the tally so far.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use escalade::results::{Recipe, Tally};
use escalade::store::{Fault, StoreError, write_whole};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// First line of the file.
const MAGIC: &str = "escalade state 2\n";
/// Most bytes that are read: a tally takes some tens of megabytes at most.
const MOST: u64 = 1 << 30;

/// How far a run is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::cli) struct State {
    /// What is run.
    pub(in crate::cli) recipe: Recipe,
    /// The first trial that is not in the tally.
    pub(in crate::cli) next: u64,
    /// The sum over the rows of the trials before.
    pub(in crate::cli) rows: u64,
    /// The trials before.
    #[serde(skip)]
    pub(in crate::cli) tally: Tally,
}

impl State {
    /// Writes it, whole or not at all.
    pub(in crate::cli) fn write(&self, path: &Path) -> Result<(), StoreError> {
        let head = serde_json::to_vec(self).map_err(|e| StoreError::new("write", path, Fault::Unfit(e.to_string())))?;
        let body = bytes(&self.tally).map_err(|text| StoreError::new("write", path, Fault::Unfit(text)))?;
        let sum = Sha256::new().chain_update(&head).chain_update(&body).finalize();
        write_whole(path, |file| {
            file.write_all(MAGIC.as_bytes())?;
            file.write_all(&(head.len() as u64).to_le_bytes())?;
            file.write_all(&head)?;
            file.write_all(&body)?;
            file.write_all(&sum)
        })
    }

    /// Reads it, if its checksum agrees.
    pub(in crate::cli) fn read(path: &Path) -> Result<Self, StoreError> {
        let damaged = |text: &str| StoreError::new("read", path, Fault::Damaged(text.to_owned()));
        let size = fs::metadata(path).map_err(|e| StoreError::io("read", path, e))?.len();
        if size > MOST {
            return Err(damaged("it is far too large"));
        }
        let all = fs::read(path).map_err(|e| StoreError::io("read", path, e))?;
        let rest = all.strip_prefix(MAGIC.as_bytes()).ok_or_else(|| damaged("it does not begin as a state does"))?;
        let (length, rest) = rest.split_first_chunk::<8>().ok_or_else(|| damaged("it ends early"))?;
        let (rest, sum) = rest.split_last_chunk::<32>().ok_or_else(|| damaged("it ends early"))?;
        let length = usize::try_from(u64::from_le_bytes(*length)).unwrap_or(usize::MAX);
        if length > rest.len() || Sha256::digest(rest).as_slice() != sum {
            return Err(damaged("its checksum is wrong"));
        }
        let (head, body) = rest.split_at(length);
        let mut state: Self = serde_json::from_slice(head).map_err(|e| damaged(&e.to_string()))?;
        state.tally = tally(body).ok_or_else(|| damaged("its tally cannot be read"))?;
        Ok(state)
    }
}

/// A tally as bytes.
pub(in crate::cli) fn bytes(tally: &Tally) -> Result<Vec<u8>, String> {
    postcard::to_allocvec(tally).map_err(|e| e.to_string())
}

/// A tally from bytes.
pub(in crate::cli) fn tally(bytes: &[u8]) -> Option<Tally> {
    postcard::from_bytes(bytes).ok()
}
