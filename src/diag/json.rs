//! Diagnostics as data, for editors and CI.

use serde::Serialize;

use super::codes::Severity;
use super::collector::{Diagnostic, Diagnostics};
use super::source::{Sources, Span};

/// A place as data; lines and columns count from 1, columns in characters, bytes from 0.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct JsonPlace {
    /// The file as named in messages.
    pub file: String,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Line of the end.
    pub end_line: usize,
    /// Column one past the end.
    pub end_column: usize,
    /// First byte.
    pub byte_start: u32,
    /// One past the last byte.
    pub byte_end: u32,
    /// Words that belong to the place.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub label: String,
}

/// A diagnostic as data.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct JsonDiagnostic {
    /// Stable code, for example `E0101`.
    pub code: &'static str,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// What was found and what was expected.
    pub message: String,
    /// Where.
    pub place: JsonPlace,
    /// Further places.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<JsonPlace>,
    /// One way to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Facts worth knowing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

/// All diagnostics as data, in order.
#[must_use]
pub fn to_json(diagnostics: &Diagnostics, sources: &Sources) -> Vec<JsonDiagnostic> {
    diagnostics.items().iter().map(|d| one(d, sources)).collect()
}

fn one(d: &Diagnostic, sources: &Sources) -> JsonDiagnostic {
    JsonDiagnostic {
        code: d.code.id(),
        severity: match d.code.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: d.message.clone(),
        place: place(d.primary.span, &d.primary.text, sources),
        related: d.others.iter().map(|l| place(l.span, &l.text, sources)).collect(),
        help: d.help.clone(),
        notes: d.notes.clone(),
    }
}

fn place(span: Span, label: &str, sources: &Sources) -> JsonPlace {
    let (line, column) = sources.line_and_column(span);
    let end = Span { start: span.end, ..span };
    let (end_line, end_column) = sources.line_and_column(end);
    JsonPlace {
        file: sources.get(span.file).name.clone(),
        line,
        column,
        end_line,
        end_column,
        byte_start: span.start,
        byte_end: span.end,
        label: label.to_owned(),
    }
}
