//! Slips of TOML that are common enough to be named: what the parser says of them helps nobody.

use std::ops::Range;

/// A slip: where it is, what it is and how to mend it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slip {
    /// The place in the text.
    pub at: Range<usize>,
    /// What was found.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

/// Quotes of a word processor.
const CURLY: [char; 9] = ['“', '”', '„', '‟', '‘', '’', '‚', '«', '»'];

/// The slip in the line of a syntax error, if it is a known one. `start` is where the line begins.
pub(super) fn in_line(text: &str, start: usize) -> Option<Slip> {
    let line = text[start..].lines().next().unwrap_or_default();
    if let Some(slip) = decimal_comma(line) {
        let number = &line[slip.clone()];
        let message = format!("`{number}` has a comma where a number has a point");
        let help = format!("write `{}`", number.replace(',', "."));
        return Some(Slip { at: start + slip.start..start + slip.end, message, help });
    }
    None
}

/// The slip in a value that is none: curly quotes, a percent sign.
pub(super) fn in_value(value: &str, at: Range<usize>) -> Option<Slip> {
    if value.starts_with(CURLY) {
        let plain = value.trim_matches(CURLY);
        return Some(Slip {
            at,
            message: format!("`{value}` is not a value: curly quotes are not quotes"),
            help: format!("write straight quotes: `\"{plain}\"`"),
        });
    }
    let number = value.strip_suffix('%')?.trim_end();
    let share: f64 = number.parse().ok()?;
    let shown = crate::lang::listing::number_words(share / 100.0);
    Some(Slip { at, message: format!("`{value}` is not a number: there is no `%`"), help: format!("write the share: `{shown}`") })
}

/// A bracket that is still open where the parser found a new line with something else in it.
///
/// The slip stands at the end of what came before; with it comes the place of the open bracket.
pub(super) fn unclosed(text: &str, at: usize) -> Option<(Slip, Range<usize>)> {
    let mut line = text.get(..at)?.rfind('\n').map_or(0, |n| n + 1);
    let before = text[line..at].trim();
    let is_key = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if text[at..].trim().is_empty() {
        line = at;
    } else if !(before.is_empty() || before.chars().all(is_key) && text[at..].starts_with('=')) {
        return None;
    }
    let (open, bracket, end) = open_bracket(&text[..line])?;
    let (what, close) = if bracket == b'{' { ("table", '}') } else { ("list", ']') };
    let help = format!("close it with `{close}`; if it goes on in the next line, its entries are parted by commas");
    let slip = Slip { at: end - 1..end, message: format!("this {what} is not closed"), help };
    Some((slip, open..open + 1))
}

/// The innermost bracket that is open at the end of a text, and the end of the last thing that is no comment.
fn open_bracket(text: &str) -> Option<(usize, u8, usize)> {
    let bytes = text.as_bytes();
    let mut open = Vec::new();
    let (mut at, mut end) = (0, 0);
    while at < bytes.len() {
        let from = at;
        match bytes[at] {
            b'#' => {
                at += text[at..].find('\n').unwrap_or(text.len() - at);
                continue;
            }
            quote @ (b'"' | b'\'') => at += string_length(&bytes[at..], quote) - 1,
            b'{' | b'[' => open.push((at, bytes[at])),
            b'}' | b']' => {
                open.pop();
            }
            _ => {}
        }
        at += 1;
        if !bytes[from].is_ascii_whitespace() {
            end = at;
        }
    }
    let (place, bracket) = open.pop()?;
    text.is_char_boundary(end - 1).then_some((place, bracket, end))
}

/// The length of a string with its quotes; up to the end of its line where it is not closed.
fn string_length(bytes: &[u8], quote: u8) -> usize {
    let long = bytes.starts_with(&[quote; 3]);
    let close = if long { 3 } else { 1 };
    let mut at = close;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 1,
            b'\n' if !long => return at,
            _ if bytes[at..].starts_with(&[quote; 3][..close]) => return at + close,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// The place of a number written with a decimal comma, `= 1,5`, if the line has one.
fn decimal_comma(line: &str) -> Option<Range<usize>> {
    let at = line.find('=')? + 1;
    let start = at + line[at..].len() - line[at..].trim_start().len();
    let digits = |from: usize| line[from..].bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(start);
    let comma = start + whole;
    if whole == 0 || !line[comma..].starts_with(',') {
        return None;
    }
    let fraction = digits(comma + 1);
    let rest = line[comma + 1 + fraction..].trim_start();
    (fraction > 0 && (rest.is_empty() || rest.starts_with('#'))).then_some(start..comma + 1 + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_bracket_is_found_behind_strings_and_comments() {
        for (text, place) in [
            ("a = { b = 1\n", Some(4)),
            ("a = { b = \"}\" # }\n", Some(4)),
            ("a = '{'\n", None),
            ("a = [1, { b = 2 }\n", Some(4)),
            ("a = \"\"\"\n{\"\"\"\n", None),
            ("a = \"\\\"{\"\n[t]\n", None),
        ] {
            assert_eq!(open_bracket(text).map(|o| o.0), place, "{text}");
        }
    }

    #[test]
    fn what_is_not_closed_ends_where_the_next_key_stands() {
        let found = |text: &str, at: usize| unclosed(text, at).map(|(slip, open)| (slip.at.start, open.start));
        assert_eq!(found("a = { b = 1\nc = 2\n", 12), Some((10, 4)));
        assert_eq!(found("a = [1,\nc = 2\n", 10), Some((6, 4)));
        assert_eq!(found("a = { b = 1\n", 11), Some((10, 4)));
        assert_eq!(found("a = { b = 1 c = 2 }\n", 12), None);
    }

    #[test]
    fn values_that_are_none_are_named() {
        let help = |value: &str| in_value(value, 0..1).map(|s| s.help);
        assert_eq!(help("“Essequibo”").unwrap(), "write straight quotes: `\"Essequibo\"`");
        assert_eq!(help("15 %").unwrap(), "write the share: `0.15`");
        assert_eq!(help("7.1%").unwrap(), "write the share: `0.071`");
        assert_eq!(help("calm"), None);
    }
}
