//! `escalade schema`: the JSON Schemas of scenario files and of results.

use super::args::{SchemaArgs, SchemaOf};
use super::exit::Exit;
use super::output::{Lost, data};

/// Prints a schema.
pub(super) fn schema(args: &SchemaArgs) -> Result<Exit, Lost> {
    match args.of {
        SchemaOf::Scenario => data(&escalade::scenario::schema::text())?,
        SchemaOf::Report => data(escalade::results::REPORT_SCHEMA)?,
        SchemaOf::Summary => data(escalade::results::SUMMARY_SCHEMA)?,
    }
    Ok(Exit::Done)
}
