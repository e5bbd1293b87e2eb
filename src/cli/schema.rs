//! `escalade schema`: the JSON Schema of scenario files.

use super::exit::Exit;
use super::output::{Lost, data};

/// Prints the schema.
pub(super) fn schema() -> Result<Exit, Lost> {
    data(&escalade::scenario::schema::text())?;
    Ok(Exit::Done)
}
