//! Results as JSON text.

use serde::Serialize;

/// The value as indented JSON with a final newline: for a reader and for one document.
///
/// # Panics
/// Never for our results: their keys are texts.
#[must_use]
pub fn document(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("results have text keys") + "\n"
}

/// The value as one line of JSON: several of them make a JSON Lines stream.
///
/// # Panics
/// Never for our results: their keys are texts.
#[must_use]
pub fn line(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("results have text keys") + "\n"
}
