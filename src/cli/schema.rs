//! `escalade schema`: the JSON Schemas of scenario files and of results.

use super::args::{SchemaArgs, SchemaOf};
use super::exit::Exit;
use super::output::{Lost, data};

/// Prints a schema.
pub(super) fn schema(args: &SchemaArgs) -> Result<Exit, Lost> {
    match args.of {
        SchemaOf::Scenario => data(&escalade::scenario::schema::text())?,
        SchemaOf::Compare => data(escalade::results::COMPARE_SCHEMA)?,
        SchemaOf::Drivers => data(escalade::results::DRIVERS_SCHEMA)?,
        SchemaOf::Report => data(escalade::results::REPORT_SCHEMA)?,
        SchemaOf::Summary => data(escalade::results::SUMMARY_SCHEMA)?,
        SchemaOf::Index => data(escalade::results::INDEX_SCHEMA)?,
        SchemaOf::Test => data(escalade::results::TEST_SCHEMA)?,
        SchemaOf::Diff => data(escalade::results::diff::DIFF_SCHEMA)?,
        SchemaOf::Sweep => data(escalade::results::SWEEP_SCHEMA)?,
        SchemaOf::Sensitivity => data(escalade::results::SENSITIVITY_SCHEMA)?,
    }
    Ok(Exit::Done)
}
