//! Results as JSON text.

use serde::Serialize;

/// The value as indented JSON with a final newline: for a reader and for one document.
///
/// # Panics
/// Never for our results: their keys are texts.
#[must_use]
pub fn document(value: &impl Serialize) -> String {
    harmless(&serde_json::to_string_pretty(value).expect("results have text keys")) + "\n"
}

/// The value as one line of JSON: several of them make a JSON Lines stream.
///
/// # Panics
/// Never for our results: their keys are texts.
#[must_use]
pub fn line(value: &impl Serialize) -> String {
    harmless(&serde_json::to_string(value).expect("results have text keys")) + "\n"
}

/// The document with control characters and marks that reorder text written as `\u....`: they can stand in
/// texts only, and a terminal that shows the document must not obey them.
fn harmless(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        let code = u32::from(c);
        let obeyed = (0x7f..=0x9f).contains(&code) || matches!(code, 0x200e | 0x200f | 0x061c | 0x202a..=0x202e | 0x2066..=0x2069);
        if obeyed {
            text.push_str(&format!("\\u{code:04x}"));
        } else {
            text.push(c);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_cannot_steer_a_terminal() {
        let json = line(&"a\u{9b}31m\u{202e}b\u{1b}");
        assert_eq!(json, "\"a\\u009b31m\\u202eb\\u001b\"\n");
        assert_eq!(serde_json::from_str::<String>(json.trim()).unwrap(), "a\u{9b}31m\u{202e}b\u{1b}");
    }
}
