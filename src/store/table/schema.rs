//! What the columns of a table are, and their description for those who read it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::super::error::Fault;

/// Most rows of a group.
const MOST_ROWS: usize = 65_536;
/// Most bytes of a group while it is collected (texts guessed).
const MOST_BYTES: usize = 16 << 20;

/// How a file can be made again: names and values, in the order in which they are to be told.
pub type Recipe<'a> = &'a [(String, String)];

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schema {
    /// The name of the file without its ending.
    pub name: String,
    /// Its columns.
    pub columns: Vec<Column>,
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its name, unique in the table.
    pub name: String,
    /// What is in it.
    pub kind: Kind,
    /// One sentence about it.
    pub about: String,
}

/// What is in a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole number from 0 to 2^63 - 1.
    Count,
    /// The same, or missing.
    OptionalCount,
    /// A finite number, or missing.
    Number,
    /// Any text.
    Text,
    /// True or false.
    Truth,
    /// True, false or missing.
    OptionalTruth,
    /// One of a few texts, by its place among them.
    Category(Vec<String>),
}

/// A value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Of [`Kind::Count`] and [`Kind::OptionalCount`].
    Count(u64),
    /// Of [`Kind::Number`]; must be finite.
    Number(f64),
    /// Of [`Kind::Text`].
    Text(&'a str),
    /// Of [`Kind::Truth`] and [`Kind::OptionalTruth`].
    Truth(bool),
    /// Of [`Kind::Category`]: the place of the text.
    Category(u32),
    /// No value, where the column allows that.
    Missing,
}

impl From<Option<f64>> for Cell<'_> {
    fn from(value: Option<f64>) -> Self {
        value.map_or(Self::Missing, Self::Number)
    }
}

impl From<Option<u64>> for Cell<'_> {
    fn from(value: Option<u64>) -> Self {
        value.map_or(Self::Missing, Self::Count)
    }
}

impl From<Option<bool>> for Cell<'_> {
    fn from(value: Option<bool>) -> Self {
        value.map_or(Self::Missing, Self::Truth)
    }
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Apache Parquet: columns with types, compressed, with the recipe in the footer.
    Parquet,
    /// Comma-separated values, with the recipe in a JSON file beside it.
    Csv,
}

impl Format {
    /// The file of a table: `trials.parquet`.
    #[must_use]
    pub fn file(self, table: &str) -> String {
        match self {
            Self::Parquet => format!("{table}.parquet"),
            Self::Csv => format!("{table}.csv"),
        }
    }

    /// The file that describes a CSV table: `trials.csv-metadata.json`.
    #[must_use]
    pub fn csv_metadata_file(table: &str) -> String {
        format!("{table}.csv-metadata.json")
    }
}

impl Column {
    /// A column.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: Kind, about: impl Into<String>) -> Self {
        Self { name: name.into(), kind, about: about.into() }
    }
}

impl Kind {
    /// Whether a value may be missing.
    #[must_use]
    pub fn optional(&self) -> bool {
        matches!(self, Self::OptionalCount | Self::Number | Self::OptionalTruth)
    }

    /// Bytes that a value takes while a group of rows is collected, texts guessed.
    fn bytes(&self) -> usize {
        match self {
            Self::Count => 8,
            Self::OptionalCount | Self::Number => 10,
            Self::Text => 64,
            Self::Truth => 1,
            Self::OptionalTruth => 3,
            Self::Category(_) => 32,
        }
    }
}

impl Schema {
    /// A table has columns, and their names differ. Else no reader could tell them apart.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let names: BTreeSet<&str> = self.columns.iter().map(|c| c.name.as_str()).collect();
        if self.columns.is_empty() || names.len() != self.columns.len() || names.contains("") {
            return Err(Fault::Unfit("the columns of a table need names that differ".into()));
        }
        Ok(())
    }

    /// Rows that are collected in memory before they are written as a group of a Parquet file: a power of two,
    /// so few that a group stays below about 16 MB.
    #[must_use]
    pub fn group_rows(&self) -> usize {
        let row: usize = self.columns.iter().map(|c| c.kind.bytes()).sum();
        let mut rows = MOST_ROWS;
        while rows > 1024 && rows * row > MOST_BYTES {
            rows /= 2;
        }
        rows
    }

    /// The columns in words, as JSON: `name`, `about`, and `values` for a category. In the footer of Parquet.
    #[must_use]
    pub fn about_columns(&self) -> String {
        let one = |c: &Column| {
            let mut object = Map::new();
            object.insert("name".into(), json!(c.name));
            object.insert("about".into(), json!(c.about));
            if let Kind::Category(names) = &c.kind {
                object.insert("values".into(), json!(names));
            }
            Value::Object(object)
        };
        Value::Array(self.columns.iter().map(one).collect()).to_string()
    }

    /// The description of a CSV file by "CSV on the Web" (W3C, Metadata Vocabulary for Tabular Data, 2015):
    /// what the columns are, and how the file can be made again.
    #[must_use]
    pub fn csv_metadata(&self, file: &str, recipe: Recipe<'_>) -> String {
        let column = |c: &Column| {
            let datatype = match &c.kind {
                Kind::Count | Kind::OptionalCount => "nonNegativeInteger",
                Kind::Number => "double",
                Kind::Text | Kind::Category(_) => "string",
                Kind::Truth | Kind::OptionalTruth => "boolean",
            };
            let mut object = Map::new();
            object.insert("name".into(), json!(web_name(&c.name)));
            object.insert("titles".into(), json!(c.name));
            object.insert("dc:description".into(), json!(c.about));
            object.insert("datatype".into(), json!(datatype));
            object.insert("required".into(), json!(!c.kind.optional() && c.kind != Kind::Text));
            Value::Object(object)
        };
        let recipe: Map<String, Value> = recipe.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
        let values: Map<String, Value> = self
            .columns
            .iter()
            .filter_map(|c| if let Kind::Category(names) = &c.kind { Some((c.name.clone(), json!(names))) } else { None })
            .collect();
        let mut notes = vec![json!({ "recipe": recipe })];
        if !values.is_empty() {
            notes.push(json!({ "values": values }));
        }
        let document = json!({
            "@context": "http://www.w3.org/ns/csvw",
            "url": file,
            "dialect": { "encoding": "utf-8", "delimiter": ",", "quoteChar": "\"", "doubleQuote": true, "header": true, "lineTerminators": ["\n"] },
            "tableSchema": { "columns": self.columns.iter().map(column).collect::<Vec<_>>() },
            "notes": notes,
        });
        // Maps with text keys can be written.
        let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// A name as the standard wants it (a variable of a URI template): other characters by their bytes.
fn web_name(name: &str) -> String {
    let mut text = String::new();
    for (place, byte) in name.bytes().enumerate() {
        if byte.is_ascii_alphanumeric() || (place > 0 && matches!(byte, b'_' | b'.')) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}
