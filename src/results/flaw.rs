//! What is wrong first in a file: where, and how to mend it.

use serde::{Deserialize, Serialize};

/// What is known of the first thing that is wrong with a file, beside the sentence that says it: for CI, which shows it beside the line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flaw {
    /// Stable code of the error; absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The file in which it stands: the scenario's, or one that it uses; absent, as line and column, where it has no place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// Line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Column, from 1, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// One way to mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

impl Flaw {
    /// Without a place.
    #[must_use]
    pub fn of_help(help: String) -> Self {
        Self { help: Some(help), ..Self::default() }
    }

    /// File, line and column, where they are known.
    #[must_use]
    pub fn place(&self) -> Option<(&str, usize, usize)> {
        Some((self.file.as_deref()?, self.line?, self.column?))
    }
}
