//! What a person did wrong, and where: spans, codes, diagnostics, their text.
//!
//! Three kinds of failure are kept apart in escalade. A *diagnostic* is a mistake in a file that a
//! person wrote; it has a code, a place and a way to mend it. A *typed error* is a library call that
//! can fail. A *panic* is a bug of ours. This module holds the first kind and uses nothing of ours.

mod codes;
mod collector;
mod json;
mod render;
mod source;
mod suggest;

pub use codes::{Code, Severity};
pub use collector::{Diagnostic, Diagnostics, Label};
pub use json::{JsonDiagnostic, JsonPlace, to_json};
pub use render::{clean, render, render_all};
pub use source::{FileId, SourceFile, Sources, Span, TextMap};
pub use suggest::{did_you_mean, list_of};
