//! `escalade schema`: the JSON Schema of scenario files.

use super::exit::Exit;
use super::output::{Lost, fault};

/// Prints the schema.
pub(super) fn schema() -> Result<Exit, Lost> {
    fault(&"not there yet");
    Ok(Exit::Incomplete)
}
