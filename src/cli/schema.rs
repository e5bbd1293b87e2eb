//! `escalade schema`: the JSON Schemas of scenario files and of summaries.

use super::args::{SchemaArgs, SchemaOf};
use super::exit::Exit;
use super::output::{Lost, data};

/// Prints a schema.
pub(super) fn schema(args: &SchemaArgs) -> Result<Exit, Lost> {
    match args.of {
        SchemaOf::Scenario => data(&escalade::scenario::schema::text())?,
        SchemaOf::Summary => data(escalade::results::SUMMARY_SCHEMA)?,
        SchemaOf::Test => data(escalade::results::TEST_SCHEMA)?,
        SchemaOf::Sweep => data(escalade::results::SWEEP_SCHEMA)?,
    }
    Ok(Exit::Done)
}
