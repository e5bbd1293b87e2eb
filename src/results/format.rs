//! Versions of the format of stored documents: which are read, and what is said of others.

use std::ops::RangeInclusive;

use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Formats of documents that are read.
pub const READ_FORMATS: RangeInclusive<u32> = 1..=1;

/// Reads a stored document; `name` is how errors call it.
///
/// # Errors
/// In words: where the text is no JSON, has no format or one that is not read (older or newer), or lacks something.
pub fn parse<T: DeserializeOwned>(text: &str, name: &str) -> Result<T, String> {
    #[derive(Deserialize)]
    struct Head {
        format: Option<serde_json::Value>,
    }
    let not_ours = |why: &dyn std::fmt::Display| format!("`{name}` is not what escalade writes: {why}");
    let head: Head = serde_json::from_str(text).map_err(|error| not_ours(&error))?;
    let (first, last) = (*READ_FORMATS.start(), *READ_FORMATS.end());
    let range = if first == last { format!("{last}") } else { format!("{first} to {last}") };
    let Some(format) = head.format else { return Err(not_ours(&"it says no `format`")) };
    match format.as_u64() {
        Some(f) if f > u64::from(last) => {
            return Err(format!("`{name}` has format {f}, which a newer escalade has written; this one reads format {range}"));
        }
        Some(f) if f < u64::from(first) => {
            return Err(format!("`{name}` has format {f}, which is no longer read; this escalade reads format {range}"));
        }
        Some(_) => {}
        // Whatever stands there may be long, or made to be obeyed by a terminal.
        None => return Err(not_ours(&"its `format` is no whole number")),
    }
    serde_json::from_str(text).map_err(|error| not_ours(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formats_are_refused_with_a_word_on_which_they_are() {
        let of = |text: &str| parse::<serde_json::Value>(text, "x.json").map_err(|e| e.replace("`x.json` ", ""));
        assert!(of(r#"{ "format": 1, "more": 2 }"#).is_ok());
        let said = [
            (r#"{ "format": 0 }"#, "has format 0, which is no longer read; this escalade reads format 1"),
            (r#"{ "format": 2 }"#, "has format 2, which a newer escalade has written; this one reads format 1"),
            (r#"{ "format": "1" }"#, "is not what escalade writes: its `format` is no whole number"),
            (r#"{ "format": 1.5 }"#, "is not what escalade writes: its `format` is no whole number"),
            (r#"{ "format": null }"#, "is not what escalade writes: it says no `format`"),
            (r#"{ "tool": "x" }"#, "is not what escalade writes: it says no `format`"),
            ("", "is not what escalade writes: EOF while parsing a value at line 1 column 0"),
        ];
        for (text, words) in said {
            assert_eq!(of(text).unwrap_err(), words);
        }
    }
}
