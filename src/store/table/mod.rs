//! Tables: rows of cells, written as Parquet or CSV while they come.
//!
//! Memory is bounded by one group of rows. Equal rows give equal bytes: groups depend on row numbers only,
//! and nothing of the place or the time of writing is in a file.

mod csv;
mod parquet;
mod schema;

use std::io::Write;
use std::path::{Path, PathBuf};

use super::error::{Fault, StoreError};
use super::whole::{Sealed, WholeFile};
pub use schema::{Cell, Column, Format, Kind, Recipe, Schema};

/// Writes rows of cells to anything that takes bytes.
#[derive(Debug)]
pub struct TableWriter<W: Write + Send> {
    way: Way<W>,
    schema: Schema,
    rows: u64,
    path: PathBuf,
}

#[derive(Debug)]
enum Way<W: Write + Send> {
    Parquet(Box<parquet::Groups<W>>),
    Csv(Box<csv::Lines<W>>),
}

impl<W: Write + Send> TableWriter<W> {
    /// Begins a table. `path` is the name by which errors call it; the recipe goes into the footer of Parquet,
    /// and for CSV into a file of its own, see [`Schema::csv_metadata`].
    pub fn new(format: Format, out: W, path: &Path, schema: &Schema, recipe: Recipe<'_>) -> Result<Self, StoreError> {
        let wrong = |fault| StoreError::new("write", path, fault);
        schema.check().map_err(wrong)?;
        let way = match format {
            Format::Parquet => Way::Parquet(Box::new(parquet::Groups::new(out, schema, recipe).map_err(wrong)?)),
            Format::Csv => Way::Csv(Box::new(csv::Lines::new(out, schema).map_err(wrong)?)),
        };
        Ok(Self { way, schema: schema.clone(), rows: 0, path: path.to_owned() })
    }

    /// Begins a Parquet table.
    pub fn parquet(out: W, path: &Path, schema: &Schema, recipe: Recipe<'_>) -> Result<Self, StoreError> {
        Self::new(Format::Parquet, out, path, schema, recipe)
    }

    /// Begins a CSV table.
    pub fn csv(out: W, path: &Path, schema: &Schema) -> Result<Self, StoreError> {
        Self::new(Format::Csv, out, path, schema, &[])
    }

    /// Rows so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds a row: one cell for each column, in their order.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        let done = fits(&self.schema, cells, self.rows).and_then(|()| match &mut self.way {
            Way::Parquet(groups) => groups.row(cells),
            Way::Csv(lines) => lines.row(&self.schema, cells),
        });
        self.rows += 1;
        done.map_err(|fault| StoreError::new("write", &self.path, fault))
    }

    /// Ends the table, and gives back what it was written to.
    pub fn finish(self) -> Result<W, StoreError> {
        let done = match self.way {
            Way::Parquet(groups) => groups.finish(),
            Way::Csv(lines) => lines.finish(),
        };
        done.map_err(|fault| StoreError::new("write", &self.path, fault))
    }
}

/// Whether a row is one of the schema: a mistake here is one of the caller, and must not reach a file.
fn fits(schema: &Schema, cells: &[Cell<'_>], row: u64) -> Result<(), Fault> {
    if cells.len() != schema.columns.len() {
        return Err(Fault::Unfit(format!("row {row} has {} cells for {} columns", cells.len(), schema.columns.len())));
    }
    for (column, cell) in schema.columns.iter().zip(cells) {
        let right = match (&column.kind, cell) {
            // Parquet has signed numbers.
            (Kind::Count | Kind::OptionalCount, Cell::Count(n)) => i64::try_from(*n).is_ok(),
            (Kind::Number, Cell::Number(x)) => x.is_finite(),
            (Kind::Text, Cell::Text(_)) | (Kind::Truth | Kind::OptionalTruth, Cell::Truth(_)) => true,
            (Kind::Category(names), Cell::Category(n)) => (*n as usize) < names.len(),
            (Kind::OptionalCount | Kind::Number | Kind::OptionalTruth, Cell::Missing) => true,
            _ => false,
        };
        if !right {
            return Err(Fault::Unfit(format!("{cell:?} in row {row} does not belong in the column `{}`", column.name)));
        }
    }
    Ok(())
}

/// A table that is being written beside its final name, with its description where the format has no room for it.
#[derive(Debug)]
pub struct TableFile {
    table: TableWriter<WholeFile>,
    /// For CSV: where the description goes, and what it says.
    description: Option<(PathBuf, String)>,
}

impl TableFile {
    /// Begins the table `schema.name` in a directory, as `trials.parquet` or `trials.csv`.
    pub fn create(directory: &Path, format: Format, schema: &Schema, recipe: Recipe<'_>) -> Result<Self, StoreError> {
        let name = format.file(&schema.name);
        let path = directory.join(&name);
        let description =
            (format == Format::Csv).then(|| (directory.join(Format::csv_metadata_file(&schema.name)), schema.csv_metadata(&name, recipe)));
        let table = TableWriter::new(format, WholeFile::create(&path)?, &path, schema, recipe)?;
        Ok(Self { table, description })
    }

    /// Rows so far.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.table.rows()
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        self.table.row(cells)
    }

    /// Ends the table and brings it to the disk: one file, or two with a description.
    /// They get their names by [`super::OutDir::publish`] or [`Sealed::publish`].
    pub fn seal(self) -> Result<Vec<Sealed>, StoreError> {
        let mut sealed = vec![self.table.finish()?.seal()?];
        if let Some((path, text)) = self.description {
            let mut file = WholeFile::create(&path)?;
            file.write_all(text.as_bytes()).map_err(|error| StoreError::io("write", &path, error))?;
            sealed.push(file.seal()?);
        }
        Ok(sealed)
    }
}
