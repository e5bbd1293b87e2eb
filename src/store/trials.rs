//! The trials of a run, read back from `trials.parquet` or `trials.csv`.

use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::column::reader::ColumnReader;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, RowGroupReader, SerializedFileReader};

use super::error::{Fault, StoreError, at};
use super::table::{Kind, Schema};

/// The table of trials of a directory: the Parquet file, or else the CSV.
#[must_use]
pub fn trials_file(directory: &Path) -> Option<PathBuf> {
    ["trials.parquet", "trials.csv"].into_iter().map(|name| directory.join(name)).find(|path| path.is_file())
}

/// Reads a table of trials row by row; gives how many there were.
///
/// `schema` is that of the scenario ([`super::result::trials_schema`]); a table with other columns is refused. A row has the numbers
/// after that of the trial, in the order of the columns: categories by place, truth as 1 or 0, what is missing as NaN. Memory: a group
/// of rows.
pub fn read_trials(path: &Path, schema: &Schema, sink: &mut dyn FnMut(&[f64])) -> Result<u64, StoreError> {
    let file = File::open(path).map_err(at("read", path))?;
    let done = if path.extension().is_some_and(|e| e == "csv") { from_csv(file, schema, sink) } else { from_parquet(file, schema, sink) };
    done.map_err(|fault| StoreError::new("read", path, fault))
}

fn damaged(what: impl Into<String>) -> Fault {
    Fault::Damaged(what.into())
}

fn of_parquet(error: ParquetError) -> Fault {
    match error {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(cause) => Fault::from(*cause),
            Err(cause) => damaged(cause.to_string()),
        },
        other => damaged(other.to_string()),
    }
}

/// Whether the columns are those of the scenario.
fn same_columns<'a>(found: impl Iterator<Item = &'a str>, schema: &Schema) -> Result<(), Fault> {
    if found.eq(schema.columns.iter().map(|c| c.name.as_str())) {
        Ok(())
    } else {
        Err(damaged("its columns are not those of this scenario's trials"))
    }
}

/// A text as a number, by the kind of its column.
fn number(text: &str, kind: &Kind) -> Result<f64, Fault> {
    let wrong = || damaged(format!("`{text}` stands where something else was written"));
    #[expect(clippy::cast_precision_loss, reason = "a place in a short list")]
    match kind {
        Kind::Category(names) => names.iter().position(|n| n == text).map(|p| p as f64).ok_or_else(wrong),
        _ if text.is_empty() => Ok(f64::NAN),
        Kind::Truth | Kind::OptionalTruth => match text {
            "true" => Ok(1.0),
            "false" => Ok(0.0),
            _ => Err(wrong()),
        },
        _ => text.parse().map_err(|_| wrong()),
    }
}

fn from_csv(file: File, schema: &Schema, sink: &mut dyn FnMut(&[f64])) -> Result<u64, Fault> {
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(file);
    let wrong = |error: csv::Error| damaged(error.to_string());
    same_columns(reader.headers().map_err(wrong)?.iter(), schema)?;
    let (mut record, mut row, mut count) = (csv::StringRecord::new(), Vec::new(), 0);
    while reader.read_record(&mut record).map_err(wrong)? {
        row.clear();
        for (text, column) in record.iter().zip(&schema.columns).skip(1) {
            row.push(number(text, &column.kind)?);
        }
        sink(&row);
        count += 1;
    }
    Ok(count)
}

fn from_parquet(file: File, schema: &Schema, sink: &mut dyn FnMut(&[f64])) -> Result<u64, Fault> {
    let reader = SerializedFileReader::new(file).map_err(of_parquet)?;
    let columns = reader.metadata().file_metadata().schema_descr().columns().to_vec();
    same_columns(columns.iter().map(|c| c.name()), schema)?;
    let mut count = 0;
    for group in 0..reader.num_row_groups() {
        let group = reader.get_row_group(group).map_err(of_parquet)?;
        let rows = usize::try_from(group.metadata().num_rows()).map_err(|_| damaged("a number of rows below 0"))?;
        let columns: Vec<Vec<f64>> =
            (1..schema.columns.len()).map(|at| column(group.as_ref(), at, rows, &schema.columns[at].kind)).collect::<Result<_, _>>()?;
        let mut row = vec![0.0; columns.len()];
        for place in 0..rows {
            row.iter_mut().zip(&columns).for_each(|(number, column)| *number = column[place]);
            sink(&row);
        }
        count += rows as u64;
    }
    Ok(count)
}

/// A column of a group of rows.
fn column(group: &dyn RowGroupReader, at: usize, rows: usize, kind: &Kind) -> Result<Vec<f64>, Fault> {
    /// Values, and of optional columns where they stand.
    macro_rules! values {
        ($reader:expr, $number:expr) => {{
            let (mut values, mut there) = (Vec::new(), Vec::new());
            let mut reader = $reader;
            let mut left = rows;
            while left > 0 {
                let (read, _, _) = reader.read_records(left, Some(&mut there), None, &mut values).map_err(of_parquet)?;
                if read == 0 {
                    return Err(damaged("it ends within its rows"));
                }
                left -= read;
            }
            let numbers = values.iter().map($number).collect::<Result<Vec<f64>, Fault>>()?;
            (numbers, there)
        }};
    }
    #[expect(clippy::cast_precision_loss, reason = "whole numbers far below 2^53")]
    let (numbers, there) = match group.get_column_reader(at).map_err(of_parquet)? {
        ColumnReader::BoolColumnReader(reader) => values!(reader, |b: &bool| Ok(f64::from(u8::from(*b)))),
        ColumnReader::Int64ColumnReader(reader) => values!(reader, |n: &i64| Ok(*n as f64)),
        ColumnReader::DoubleColumnReader(reader) => values!(reader, |x: &f64| Ok(*x)),
        ColumnReader::ByteArrayColumnReader(reader) => {
            values!(reader, |b: &parquet::data_type::ByteArray| number(b.as_utf8().map_err(of_parquet)?, kind))
        }
        _ => return Err(damaged("a column of another type than was written")),
    };
    if there.is_empty() {
        return if numbers.len() == rows { Ok(numbers) } else { Err(damaged("a column is too short")) };
    }
    let mut numbers = numbers.into_iter();
    let all = there.iter().map(|t| if *t > 0 { numbers.next().ok_or_else(|| damaged("a column is too short")) } else { Ok(f64::NAN) });
    let all = all.collect::<Result<Vec<f64>, Fault>>()?;
    if all.len() == rows { Ok(all) } else { Err(damaged("a column is too short")) }
}

/// The names of the columns of a table of trials.
pub fn trials_columns(path: &Path) -> Result<Vec<String>, StoreError> {
    let file = File::open(path).map_err(at("read", path))?;
    let names = if path.extension().is_some_and(|e| e == "csv") {
        let mut reader = csv::Reader::from_reader(file);
        let header = reader.headers().map_err(|error| damaged(error.to_string()));
        header.map(|names| names.iter().map(str::to_owned).collect())
    } else {
        SerializedFileReader::new(file)
            .map(|reader| reader.metadata().file_metadata().schema_descr().columns().iter().map(|c| c.name().to_owned()).collect())
            .map_err(of_parquet)
    };
    names.map_err(|fault| StoreError::new("read", path, fault))
}
