//! Results as JSON text.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, PrettyFormatter, Serializer};

/// The value as indented JSON with a final newline: for a reader and for one document.
///
/// # Panics
/// Never for our results: their keys are texts.
#[must_use]
pub fn document(value: &impl Serialize) -> String {
    let mut bytes = Vec::new();
    value.serialize(&mut Serializer::with_formatter(&mut bytes, Indented::default())).expect("results have text keys");
    harmless(&String::from_utf8(bytes).expect("JSON is UTF-8")) + "\n"
}

/// Indented, but for lists of numbers: those stand on one line, since a curve has a hundred of them.
#[derive(Default)]
struct Indented {
    pretty: PrettyFormatter<'static>,
    /// A value of a list is about to be written; whether it is the first one.
    waiting: Option<bool>,
    /// Per open list, whether it has values on lines of their own.
    lines: Vec<bool>,
}

/// Numbers stand beside each other.
macro_rules! beside {
    ($($name:ident: $type:ty),*) => {$(
        fn $name<W: ?Sized + Write>(&mut self, writer: &mut W, value: $type) -> io::Result<()> {
            self.beside(writer)?;
            self.pretty.$name(writer, value)
        }
    )*};
}

impl Indented {
    /// Before a value: on a line of its own, as usual.
    fn on_its_own<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let Some(first) = self.waiting.take() else { return Ok(()) };
        self.lines.last_mut().into_iter().for_each(|l| *l = true);
        self.pretty.begin_array_value(writer, first)
    }

    /// Before a number: after the one before it.
    fn beside<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        match self.waiting.take() {
            Some(false) => writer.write_all(b", "),
            _ => Ok(()),
        }
    }
}

impl Formatter for Indented {
    beside!(write_u8: u8, write_u16: u16, write_u32: u32, write_u64: u64, write_u128: u128);
    beside!(write_i8: i8, write_i16: i16, write_i32: i32, write_i64: i64, write_i128: i128);
    beside!(write_f32: f32, write_f64: f64, write_bool: bool);

    fn write_null<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.beside(writer)?;
        self.pretty.write_null(writer)
    }

    fn begin_string<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.on_its_own(writer)?;
        self.pretty.begin_string(writer)
    }

    fn begin_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.on_its_own(writer)?;
        self.lines.push(false);
        self.pretty.begin_array(writer)
    }

    fn end_array<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.lines.pop();
        self.pretty.end_array(writer)
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, _: &mut W, first: bool) -> io::Result<()> {
        self.waiting = Some(first);
        Ok(())
    }

    fn end_array_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        if self.lines.last() == Some(&true) { self.pretty.end_array_value(writer) } else { Ok(()) }
    }

    fn begin_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.on_its_own(writer)?;
        self.pretty.begin_object(writer)
    }

    fn end_object<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object(writer)
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.pretty.begin_object_key(writer, first)
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.begin_object_value(writer)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.pretty.end_object_value(writer)
    }
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
/// texts only, and a terminal that shows the document must not obey them. So is the second of two `#`, by which runners of workflows know their commands.
fn harmless(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        let code = u32::from(c);
        let obeyed = (0x7f..=0x9f).contains(&code) || matches!(code, 0x200e | 0x200f | 0x061c | 0x202a..=0x202e | 0x2066..=0x2069);
        if obeyed || (c == '#' && text.ends_with('#')) {
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
    fn numbers_stand_on_one_line_and_the_rest_as_usual() {
        let same = serde_json::json!({"a": ["x", "y"], "b": [], "c": [{"d": 1}, {}], "e": {}, "f": [[], ["z"]]});
        assert_eq!(document(&same), serde_json::to_string_pretty(&same).unwrap() + "\n");
        let lists = serde_json::json!({"a": [1, 2.5, null, true], "b": [[1, 2], [3]], "c": 4});
        let text = document(&lists);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), lists);
        assert!(text.contains("\"a\": [1, 2.5, null, true],\n") && text.contains("    [1, 2],\n    [3]\n  ],"), "{text}");
    }

    #[test]
    fn texts_cannot_steer_a_terminal() {
        let json = line(&"a\u{9b}31m\u{202e}b\u{1b}");
        assert_eq!(json, "\"a\\u009b31m\\u202eb\\u001b\"\n");
        assert_eq!(serde_json::from_str::<String>(json.trim()).unwrap(), "a\u{9b}31m\u{202e}b\u{1b}");
    }
}
