//! Tables: read back by the crates' own readers here, by others' programs in `tests/files`.

use std::fs;
use std::path::Path;

use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;

use super::super::{Cell, Column, Fault, Format, Kind, OutDir, Schema, TableFile, TableWriter};

fn schema() -> Schema {
    let outcomes = vec!["peace".to_owned(), "=war".to_owned(), "a, \"b\"\nc".to_owned()];
    Schema {
        name: "trials".into(),
        columns: vec![
            Column::new("trial", Kind::Count, "Number of the trial."),
            Column::new("outcome", Kind::Category(outcomes), "How it ended."),
            Column::new("established", Kind::OptionalCount, "Step since which that is so."),
            Column::new("metric.cost", Kind::Number, "A metric."),
            Column::new("indicator.mobilised", Kind::Truth, "An indicator."),
            Column::new("indicator.given", Kind::OptionalTruth, "An indicator that is not always read."),
            Column::new("path", Kind::Text, "A text."),
        ],
    }
}

fn recipe() -> Vec<(String, String)> {
    vec![("seed".into(), "7".into()), ("command".into(), "escalade run \"x y.toml\" --seed 7".into())]
}

/// A number that differs from row to row, of every size.
fn number(n: u64) -> f64 {
    let bits = n.wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(17);
    let x = f64::from_bits(bits);
    if x.is_finite() { x } else { -0.0 }
}

fn text(n: u64) -> String {
    match n % 7 {
        0 => format!("=SUM(A{n})"),
        1 => "@x".into(),
        2 => "-1".into(),
        3 => String::new(),
        4 => "zwei\r\nZeilen, \"so\"".into(),
        5 => "ünï→codé".into(),
        _ => format!("path {n}"),
    }
}

fn cells(n: u64, text: &str) -> [Cell<'_>; 7] {
    [
        Cell::Count(n),
        Cell::Category((n % 3) as u32),
        Cell::from((!n.is_multiple_of(4)).then_some(n % 90)),
        Cell::from((!n.is_multiple_of(5)).then(|| number(n))),
        Cell::Truth(n.is_multiple_of(2)),
        Cell::from((!n.is_multiple_of(3)).then_some(n.is_multiple_of(6))),
        Cell::Text(text),
    ]
}

fn bytes(format: Format, rows: u64) -> Vec<u8> {
    let mut table = TableWriter::new(format, Vec::new(), "t".as_ref(), &schema(), &recipe()).unwrap();
    for n in 0..rows {
        table.row(&cells(n, &text(n))).unwrap();
    }
    assert_eq!(table.rows(), rows);
    table.finish().unwrap()
}

#[test]
fn parquet_is_read_back() {
    for rows in [0, 1, 65_536, 70_000] {
        let file = SerializedFileReader::new(bytes::Bytes::from(bytes(Format::Parquet, rows))).unwrap();
        let about = file.metadata().file_metadata();
        assert_eq!(about.num_rows(), i64::try_from(rows).unwrap());
        assert_eq!(about.created_by(), Some(concat!("escalade ", env!("CARGO_PKG_VERSION"))));
        let notes = about.key_value_metadata().unwrap();
        assert_eq!((notes[0].key.as_str(), notes[0].value.as_deref()), ("seed", Some("7")));
        assert!(notes.iter().any(|n| n.key == "columns" && n.value.as_deref().unwrap().contains("How it ended.")));
        assert_eq!(file.num_row_groups() as u64, rows.div_ceil(65_536));
        let mut count = 0;
        for (n, row) in (0..).zip(file.get_row_iter(None).unwrap()) {
            let row = row.unwrap();
            let fields: Vec<&Field> = row.get_column_iter().map(|(_, f)| f).collect();
            let text = text(n);
            for (field, cell) in fields.iter().zip(cells(n, &text)) {
                let same = match (field, cell) {
                    (Field::Long(a), Cell::Count(b)) => a.cast_unsigned() == b,
                    (Field::Double(a), Cell::Number(b)) => a.to_bits() == b.to_bits(),
                    (Field::Bool(a), Cell::Truth(b)) => *a == b,
                    (Field::Str(a), Cell::Text(b)) => a == b,
                    (Field::Str(a), Cell::Category(b)) => *a == ["peace", "=war", "a, \"b\"\nc"][b as usize],
                    (Field::Null, Cell::Missing) => true,
                    _ => false,
                };
                assert!(same, "row {n}: {field} is not {cell:?}");
            }
            count += 1;
        }
        assert_eq!(count, rows);
    }
}

#[test]
fn csv_is_read_back() {
    let bytes = bytes(Format::Csv, 2000);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(names, schema().columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>());
    let mut count = 0;
    for (n, record) in (0..).zip(reader.records()) {
        let record = record.unwrap();
        let text = text(n);
        for (field, cell) in record.iter().zip(cells(n, &text)) {
            let same = match cell {
                Cell::Count(b) => field.parse() == Ok(b),
                Cell::Number(b) => field.parse::<f64>().unwrap().to_bits() == b.to_bits(),
                Cell::Truth(b) => field == b.to_string(),
                Cell::Text(b) => field == b || (b.starts_with(['=', '@', '-']) && field == format!("'{b}")),
                Cell::Category(b) => field == ["peace", "'=war", "a, \"b\"\nc"][b as usize],
                Cell::Missing => field.is_empty(),
            };
            assert!(same, "row {n}: `{field}` is not {cell:?}");
        }
        count += 1;
    }
    assert_eq!(count, 2000);
}

#[test]
fn csv_looks_as_promised() {
    let bytes = String::from_utf8(bytes(Format::Csv, 4)).unwrap();
    let expected = "trial,outcome,established,metric.cost,indicator.mobilised,indicator.given,path\n\
                    0,peace,,,true,,'=SUM(A0)\n";
    assert!(bytes.starts_with(expected), "{bytes}");
    // Nothing that a spreadsheet would run.
    for field in csv::Reader::from_reader(bytes.as_bytes()).records().flat_map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>())
    {
        assert!(!field.starts_with(['=', '+', '@', '\t', '\r']), "{field}");
        assert!(!field.starts_with('-') || field.parse::<f64>().is_ok(), "{field}");
    }
}

#[test]
fn the_description_of_a_csv_file() {
    let text = schema().csv_metadata("trials.csv", &recipe());
    let document: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["@context"], "http://www.w3.org/ns/csvw");
    assert_eq!(document["url"], "trials.csv");
    assert_eq!(document["tableSchema"]["columns"][3]["titles"], "metric.cost");
    assert_eq!(document["tableSchema"]["columns"][3]["datatype"], "double");
    assert_eq!(document["notes"][0]["recipe"]["seed"], "7");
    assert_eq!(document["notes"][1]["values"]["outcome"][0], "peace");
}

#[test]
fn equal_rows_give_equal_bytes() {
    for format in [Format::Parquet, Format::Csv] {
        assert_eq!(bytes(format, 70_000), bytes(format, 70_000));
    }
}

#[test]
fn a_row_that_does_not_fit_is_refused() {
    let schema = schema();
    for format in [Format::Parquet, Format::Csv] {
        for (place, cell) in [
            (0, Cell::Missing),
            (0, Cell::Count(u64::MAX)),
            (1, Cell::Category(3)),
            (1, Cell::Text("peace")),
            (3, Cell::Number(f64::NAN)),
            (3, Cell::Number(f64::INFINITY)),
            (3, Cell::Count(1)),
            (4, Cell::Missing),
        ] {
            let mut table = TableWriter::new(format, Vec::new(), "t".as_ref(), &schema, &[]).unwrap();
            let mut row = cells(1, "x");
            row[place] = cell;
            let error = table.row(&row).unwrap_err();
            assert!(matches!(&error.fault, Fault::Unfit(text) if text.contains(&schema.columns[place].name)), "{error}");
        }
        let mut table = TableWriter::new(format, Vec::new(), "t".as_ref(), &schema, &[]).unwrap();
        assert!(table.row(&[]).is_err());
    }
    let mut twice = schema.clone();
    twice.columns[1].name = "trial".into();
    assert!(TableWriter::csv(Vec::new(), "t".as_ref(), &twice).is_err());
}

/// A disk with room for `left` bytes.
struct Small {
    left: usize,
}

impl std::io::Write for Small {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if bytes.len() > self.left {
            return Err(std::io::Error::from(std::io::ErrorKind::StorageFull));
        }
        self.left -= bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_called_that_wherever_it_strikes() {
    for format in [Format::Parquet, Format::Csv] {
        let whole = bytes(format, 66_000).len();
        for left in [0, 3, 4, 100, whole / 3, whole - 10_000, whole - 5, whole - 1] {
            let fill = || -> Result<(), super::super::StoreError> {
                let mut table = TableWriter::new(format, Small { left }, "out/t".as_ref(), &schema(), &recipe())?;
                for n in 0..66_000 {
                    table.row(&cells(n, &text(n)))?;
                }
                table.finish().map(drop)
            };
            let error = fill().unwrap_err();
            assert!(matches!(error.fault, Fault::Full(_)), "{format:?}, {left} bytes: {error}");
        }
    }
}

#[test]
fn groups_of_wide_tables_are_smaller() {
    let wide = |n: usize| Schema { name: "t".into(), columns: (0..n).map(|i| Column::new(format!("c{i}"), Kind::Number, "")).collect() };
    assert_eq!(wide(1).group_rows(), 65_536);
    assert_eq!(wide(25).group_rows(), 65_536);
    assert_eq!(wide(30).group_rows(), 32_768);
    assert_eq!(wide(100_000).group_rows(), 1024);
}

fn write_tables(directory: &Path, rows: u64) {
    let out = OutDir::prepare(directory, true).unwrap();
    let mut sealed = Vec::new();
    for name in ["trials", "series"] {
        for format in [Format::Parquet, Format::Csv] {
            let schema = Schema { name: name.into(), ..schema() };
            let mut table = TableFile::create(out.path(), format, &schema, &recipe()).unwrap();
            for n in 0..rows {
                table.row(&cells(n, &text(n))).unwrap();
            }
            sealed.extend(table.seal().unwrap());
        }
    }
    for name in ["scenario.json", "summary.json"] {
        let mut file = out.create(name).unwrap();
        std::io::Write::write_all(&mut file, b"{}\n").unwrap();
        sealed.push(file.seal().unwrap());
    }
    out.publish(sealed).unwrap();
}

#[test]
fn a_directory_of_tables() {
    let home = tempfile::tempdir().unwrap();
    write_tables(home.path(), 10);
    let mut found = super::super::place::result_files(home.path());
    found.sort();
    let mut all = super::super::place::RESULT_FILES.to_vec();
    all.retain(|name| !name.starts_with("report."));
    all.sort_unstable();
    assert_eq!(found, all);
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), all.len());
    assert_eq!(fs::read(home.path().join("trials.parquet")).unwrap(), {
        let mut table = TableWriter::parquet(Vec::new(), "t".as_ref(), &schema(), &recipe()).unwrap();
        (0..10).for_each(|n| table.row(&cells(n, &text(n))).unwrap());
        table.finish().unwrap()
    });
}

/// Files for `tests/files/check.sh`, in the directory that `SAMPLE` names.
#[test]
#[ignore = "writes where it is told to"]
fn sample() {
    let Some(directory) = std::env::var_os("SAMPLE") else { return };
    write_tables(directory.as_ref(), 70_000);
}
