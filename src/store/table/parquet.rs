//! Apache Parquet, by the column writers of the `parquet` crate.
//!
//! Rows are collected by column until a group is full. How many rows that is follows from the schema alone.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, Encoding, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{ColumnPath, Type};

use super::super::error::Fault;
use super::schema::{Cell, Kind, Recipe, Schema};

/// Groups of rows on their way out.
pub(super) struct Groups<W: Write + Send> {
    out: SerializedFileWriter<Lent<W>>,
    columns: Vec<Collected>,
    /// Rows in the group that is being collected.
    rows: usize,
    /// Rows of a full group.
    full: usize,
}

impl<W: Write + Send> std::fmt::Debug for Groups<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Groups").field("rows", &self.rows).finish_non_exhaustive()
    }
}

/// What is written to, until it is taken back. (The crate's own way of giving it back forgets which error of
/// the system it met.)
struct Lent<W>(Option<W>);

impl<W: Write> Write for Lent<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.as_mut().map_or_else(|| Err(io::Error::other("already finished")), |w| w.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_mut().map_or(Ok(()), Write::flush)
    }
}

/// The values of one column in the group that is being collected.
struct Collected {
    values: Values,
    /// For optional columns: 1 where there is a value, 0 where it is missing.
    there: Option<Vec<i16>>,
}

enum Values {
    Whole(Vec<i64>),
    Real(Vec<f64>),
    Truth(Vec<bool>),
    Text(Vec<ByteArray>),
    /// The texts, and those of the rows (which share their bytes).
    Category(Vec<ByteArray>, Vec<ByteArray>),
}

fn parquet_type(schema: &Schema) -> Result<Type, Fault> {
    let mut fields = Vec::new();
    for column in &schema.columns {
        let (physical, logical) = match column.kind {
            Kind::Count | Kind::OptionalCount => (Physical::INT64, None),
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Truth | Kind::OptionalTruth => (Physical::BOOLEAN, None),
            Kind::Text | Kind::Category(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        };
        let repetition = if column.kind.optional() { Repetition::OPTIONAL } else { Repetition::REQUIRED };
        let field = Type::primitive_type_builder(&column.name, physical).with_repetition(repetition).with_logical_type(logical).build()?;
        fields.push(Arc::new(field));
    }
    Ok(Type::group_type_builder(&schema.name).with_fields(fields).build()?)
}

fn properties(schema: &Schema, recipe: Recipe<'_>) -> WriterProperties {
    let mut notes: Vec<KeyValue> = recipe.iter().map(|(k, v)| KeyValue::new(k.clone(), v.clone())).collect();
    notes.push(KeyValue::new("columns".to_owned(), schema.about_columns()));
    let mut properties = WriterProperties::builder()
        .set_created_by(format!("escalade {}", env!("CARGO_PKG_VERSION")))
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::Chunk)
        // Indexes of pages would be kept in memory until the end of the file.
        .set_offset_index_disabled(true)
        .set_key_value_metadata(Some(notes));
    for column in &schema.columns {
        let path = ColumnPath::from(vec![column.name.clone()]);
        if matches!(column.kind, Kind::Count | Kind::OptionalCount) {
            // Trial numbers rise, steps are small: differences take a few bits.
            properties =
                properties.set_column_dictionary_enabled(path.clone(), false).set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
        }
    }
    properties.build()
}

impl<W: Write + Send> Groups<W> {
    pub(super) fn new(out: W, schema: &Schema, recipe: Recipe<'_>) -> Result<Self, Fault> {
        let out = SerializedFileWriter::new(Lent(Some(out)), Arc::new(parquet_type(schema)?), Arc::new(properties(schema, recipe)))?;
        let columns = schema.columns.iter().map(|c| Collected::new(&c.kind)).collect();
        Ok(Self { out, columns, rows: 0, full: schema.group_rows() })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), Fault> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.add(cell);
        }
        self.rows += 1;
        if self.rows == self.full { self.write_group() } else { Ok(()) }
    }

    fn write_group(&mut self) -> Result<(), Fault> {
        let mut group = self.out.next_row_group()?;
        for column in &mut self.columns {
            column.write(&mut group)?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<W, Fault> {
        if self.rows > 0 {
            self.write_group()?;
        }
        self.out.finish()?;
        self.out.inner_mut().0.take().ok_or_else(|| Fault::Unfit("finished twice".into()))
    }
}

impl Collected {
    fn new(kind: &Kind) -> Self {
        let values = match kind {
            Kind::Count | Kind::OptionalCount => Values::Whole(Vec::new()),
            Kind::Number => Values::Real(Vec::new()),
            Kind::Truth | Kind::OptionalTruth => Values::Truth(Vec::new()),
            Kind::Text => Values::Text(Vec::new()),
            Kind::Category(names) => Values::Category(names.iter().map(|n| ByteArray::from(n.as_str())).collect(), Vec::new()),
        };
        Self { values, there: kind.optional().then(Vec::new) }
    }

    /// Adds a cell, which has been found to belong here.
    fn add(&mut self, cell: &Cell<'_>) {
        if let Some(there) = &mut self.there {
            there.push(i16::from(*cell != Cell::Missing));
        }
        match (&mut self.values, cell) {
            (Values::Whole(values), Cell::Count(n)) => values.push(n.cast_signed()),
            (Values::Real(values), Cell::Number(x)) => values.push(*x),
            (Values::Truth(values), Cell::Truth(t)) => values.push(*t),
            (Values::Text(values), Cell::Text(t)) => values.push(ByteArray::from(*t)),
            (Values::Category(names, values), Cell::Category(n)) => values.extend(names.get(*n as usize).cloned()),
            _ => {}
        }
    }

    fn write<W: Write + Send>(&mut self, group: &mut SerializedRowGroupWriter<'_, W>) -> Result<(), Fault> {
        let there = self.there.as_deref();
        match &mut self.values {
            Values::Whole(values) => write_column::<Int64Type, W>(group, values, there)?,
            Values::Real(values) => write_column::<DoubleType, W>(group, values, there)?,
            Values::Truth(values) => write_column::<BoolType, W>(group, values, there)?,
            Values::Text(values) | Values::Category(_, values) => write_column::<ByteArrayType, W>(group, values, there)?,
        }
        if let Some(there) = &mut self.there {
            there.clear();
        }
        Ok(())
    }
}

fn write_column<T: DataType, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    values: &mut Vec<T::T>,
    there: Option<&[i16]>,
) -> Result<(), Fault> {
    let Some(mut column) = group.next_column()? else { return Err(Fault::Unfit("more columns than the schema has".into())) };
    column.typed::<T>().write_batch(values, there, None)?;
    column.close()?;
    values.clear();
    Ok(())
}
