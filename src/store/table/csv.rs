//! Comma-separated values by RFC 4180, with `\n`, in UTF-8.

use std::borrow::Cow;
use std::io::{self, Write};

use super::super::error::Fault;
use super::schema::{Cell, Kind, Schema};

/// Lines on their way out.
pub(super) struct Lines<W: Write> {
    out: csv::Writer<W>,
    /// A field, made anew for each number.
    field: Vec<u8>,
    /// The texts of categories, made harmless; empty for other columns.
    categories: Vec<Vec<String>>,
}

impl<W: Write> std::fmt::Debug for Lines<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Lines")
    }
}

/// A text that a spreadsheet would take for a formula gets an apostrophe in front, which shows it as text:
/// names and labels come from scenario files of others.
fn harmless(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

impl<W: Write> Lines<W> {
    pub(super) fn new(out: W, schema: &Schema) -> Result<Self, Fault> {
        let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).buffer_capacity(1 << 16).from_writer(out);
        for column in &schema.columns {
            out.write_field(harmless(&column.name).as_bytes())?;
        }
        out.write_record(None::<&[u8]>)?;
        let texts = |kind: &Kind| match kind {
            Kind::Category(names) => names.iter().map(|n| harmless(n).into_owned()).collect(),
            _ => Vec::new(),
        };
        Ok(Self { out, field: Vec::new(), categories: schema.columns.iter().map(|c| texts(&c.kind)).collect() })
    }

    pub(super) fn row(&mut self, schema: &Schema, cells: &[Cell<'_>]) -> Result<(), Fault> {
        debug_assert_eq!(schema.columns.len(), cells.len());
        for (place, cell) in cells.iter().enumerate() {
            match cell {
                Cell::Missing => self.out.write_field(b"")?,
                Cell::Truth(truth) => self.out.write_field(if *truth { "true" } else { "false" })?,
                Cell::Text(text) => self.out.write_field(harmless(text).as_bytes())?,
                Cell::Category(n) => {
                    let text = self.categories.get(place).and_then(|c| c.get(*n as usize)).map_or("", String::as_str);
                    self.out.write_field(text)?;
                }
                Cell::Count(n) => {
                    self.field.clear();
                    write!(self.field, "{n}").map_err(Fault::from)?;
                    self.out.write_field(&self.field)?;
                }
                Cell::Number(x) => {
                    self.field.clear();
                    // The shortest text that gives the same number again; `1.0` and not `1`, so that readers
                    // that guess types by the first lines do not take a column of numbers for whole ones.
                    write!(self.field, "{x:?}").map_err(Fault::from)?;
                    self.out.write_field(&self.field)?;
                }
            }
        }
        self.out.write_record(None::<&[u8]>)?;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<W, Fault> {
        self.out.flush().map_err(Fault::from)?;
        // Flushed: nothing is left that could fail.
        self.out.into_inner().map_err(|e| Fault::from(io::Error::from(e.error().kind())))
    }
}
