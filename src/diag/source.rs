//! Source texts and places in them.

use std::ops::Range;
use std::sync::OnceLock;

/// Which source text: an index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// A place in a source text: bytes `start..end` of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `range` of `file`. Files are limited to far less than 4 GiB, so the cast is exact.
    #[must_use]
    pub fn new(file: FileId, range: Range<usize>) -> Self {
        let limit = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { file, start: limit(range.start), end: limit(range.end) }
    }

    /// The smallest span that covers `self` and `other`, which lie in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The span as a range of bytes.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// One source text: a scenario file, or a value given on the command line.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// How the text is named in messages: the path as the user gave it, or the flag.
    pub name: String,
    /// The text itself.
    pub text: String,
    /// First byte of each line, found when it is first asked for.
    lines: OnceLock<Vec<usize>>,
}

impl SourceFile {
    /// The first byte of each line.
    fn lines(&self) -> &[usize] {
        let next = || self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        self.lines.get_or_init(|| std::iter::once(0).chain(next()).collect())
    }

    /// The line in which byte `at` stands, from 0, and the first byte of that line.
    #[must_use]
    pub fn line_of(&self, at: usize) -> (usize, usize) {
        let lines = self.lines();
        let line = lines.partition_point(|start| *start <= at).saturating_sub(1);
        (line, lines[line])
    }
}

/// All source texts of one scenario, in the order in which they were read.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Adds a text and returns its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(SourceFile { name: name.into(), text: text.into(), lines: OnceLock::new() });
        id
    }

    /// The text with this id.
    #[must_use]
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All texts in reading order.
    #[must_use]
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// Line and column of the first character of `span`, both counted from 1; columns are characters.
    #[must_use]
    pub fn line_and_column(&self, span: Span) -> (usize, usize) {
        let file = self.get(span.file);
        let at = floor_char_boundary(&file.text, span.start as usize);
        let (line, start) = file.line_of(at);
        (line + 1, file.text[start..at].chars().count() + 1)
    }
}

/// The largest character boundary of `text` that is not after `at`.
pub(crate) fn floor_char_boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Maps places in the *value* of a TOML string to places in the file.
///
/// A rule such as `when = "a > b"` is parsed from the value of the string; its errors must point into
/// the file. Where the string has no escapes the two differ by a constant; where it has some, the
/// map walks the raw text once.
#[derive(Clone, Debug)]
pub struct TextMap {
    whole: Span,
    /// File offset of each byte of the value, and of its end.
    offsets: Vec<u32>,
}

impl TextMap {
    /// The map of a string whose raw text (quotes included) stands at `span` of `source`.
    #[must_use]
    pub fn of_string(source: &str, span: Span, value: &str) -> Self {
        let raw = source.get(span.range()).unwrap_or_default();
        let offsets = walk_raw(raw, value, span.start);
        Self { whole: span, offsets }
    }

    /// A map in which every place is the whole of `span`: for texts that did not come from a string.
    #[must_use]
    pub fn whole(span: Span) -> Self {
        Self { whole: span, offsets: Vec::new() }
    }

    /// The place in the file of the bytes `range` of the value.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        match (self.offsets.get(range.start), self.offsets.get(range.end)) {
            (Some(&start), Some(&end)) => Span { file: self.whole.file, start, end: end.max(start) },
            _ => self.whole,
        }
    }

    /// The map of a part of the value, which is then a text of its own.
    #[must_use]
    pub fn part(&self, range: Range<usize>) -> Self {
        let offsets = self.offsets.get(range.start..=range.end).unwrap_or_default().to_vec();
        Self { whole: self.span(range), offsets }
    }

    /// The place of the whole string.
    #[must_use]
    pub fn all(&self) -> Span {
        self.whole
    }
}

/// File offset of each byte of `value` and of its end; empty where raw text and value do not match.
fn walk_raw(raw: &str, value: &str, base: u32) -> Vec<u32> {
    let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|q| raw.starts_with(q));
    let Some(quote) = quotes else { return Vec::new() };
    let literal = quote.starts_with('\'');
    let mut at = quote.len();
    if quote.len() == 3 {
        // A newline right after the opening quotes is not part of the value.
        at += ["\r\n", "\n"].into_iter().find(|n| raw[at..].starts_with(n)).map_or(0, str::len);
    }
    let offset = |at: usize| base.saturating_add(u32::try_from(at).unwrap_or(u32::MAX));
    let mut offsets = Vec::with_capacity(value.len() + 1);
    for c in value.chars() {
        if !literal {
            at = skip_line_continuation(raw, at);
        }
        let Some(rest) = raw.get(at..) else { return Vec::new() };
        let width = if !literal && rest.starts_with('\\') { escape_width(rest) } else { c.len_utf8() };
        for _ in 0..c.len_utf8() {
            offsets.push(offset(at));
        }
        at += width;
    }
    offsets.push(offset(at));
    offsets
}

/// Skips `\` + newline + white space, which a multi-line string leaves out of its value.
fn skip_line_continuation(raw: &str, mut at: usize) -> usize {
    while let Some(rest) = raw.get(at..).and_then(|r| r.strip_prefix('\\')) {
        let blank = rest.trim_start_matches([' ', '\t']);
        if !(blank.starts_with('\n') || blank.starts_with("\r\n")) {
            break;
        }
        at = raw.len() - rest.trim_start().len();
    }
    at
}

/// Bytes of the escape sequence that `rest` begins with.
fn escape_width(rest: &str) -> usize {
    match rest.as_bytes().get(1) {
        Some(b'x') => 4,
        Some(b'u') => 6,
        Some(b'U') => 10,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(raw: &str, value: &str, part: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("t", raw);
        let map = TextMap::of_string(raw, Span::new(file, 0..raw.len()), value);
        let at = value.find(part).unwrap();
        let span = map.span(at..at + part.len());
        raw[span.range()].to_owned()
    }

    #[test]
    fn a_place_in_a_plain_string_is_shifted_by_its_quote() {
        assert_eq!(place("\"a > b\"", "a > b", "b"), "b");
        assert_eq!(place("'a > b'", "a > b", ">"), ">");
    }

    #[test]
    fn escapes_and_line_continuations_are_walked() {
        assert_eq!(place(r#""a\tb > c""#, "a\tb > c", "c"), "c");
        assert_eq!(place(r#""\u00e9 > c""#, "é > c", "c"), "c");
        assert_eq!(place("\"\"\"\na \\\n   > c\"\"\"", "a > c", "> c"), "> c");
    }
}
