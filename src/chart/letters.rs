//! How wide a text is, in a font that is not known: good enough to wrap labels and keep them apart.

use unicode_width::UnicodeWidthChar as _;

use crate::diag::clean;

/// Width of a character, in parts of the size of the font: those of Helvetica, a little more for what others have wider.
fn letter(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '\'' | '|' | '.' | ',' | ':' | ';' | '!' => 0.28,
        ' ' | 'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '/' | 'I' | '"' => 0.36,
        'm' | 'M' | '%' | '@' => 0.9,
        'w' | 'W' | '—' | '…' => 0.85,
        'A'..='Z' | '&' | '+' | '=' | '<' | '>' => 0.7,
        c if c.is_ascii() => 0.57,
        #[expect(clippy::cast_precision_loss, reason = "0, 1 or 2")]
        c => c.width().unwrap_or(0) as f64 * if c.width() == Some(2) { 0.52 } else { 0.62 },
    }
}

/// Width of a text in a font of this size.
#[must_use]
pub fn width(text: &str, size: f64) -> f64 {
    text.chars().map(letter).sum::<f64>() * size
}

/// The text as one line without control characters, of at most so many characters.
#[must_use]
pub fn line(text: &str, most: usize) -> String {
    let mut text = clean(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = text.char_indices().nth(most) {
        text.truncate(at);
        text.truncate(text.trim_end().len());
        text.push('…');
    }
    text
}

/// The text cut to a width, with `…` where something is missing.
#[must_use]
pub fn cut(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = letter('…') * size;
    for c in text.chars() {
        used += letter(c) * size;
        if used > room {
            break;
        }
        short.push(c);
    }
    short.truncate(short.trim_end().len());
    short + "…"
}

/// Lines of at most a width, broken between words; what does not fit into `most` lines is cut.
#[must_use]
pub fn wrap(text: &str, size: f64, room: f64, most: usize) -> Vec<String> {
    let text = line(text, 400);
    let mut lines: Vec<String> = Vec::new();
    let mut now = String::new();
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.peek() {
        let longer = if now.is_empty() { (*word).to_owned() } else { format!("{now} {word}") };
        if width(&longer, size) <= room || now.is_empty() {
            now = longer;
            words.next();
        } else if lines.len() + 1 < most {
            lines.push(std::mem::take(&mut now));
        } else {
            break;
        }
    }
    let rest: Vec<&str> = words.collect();
    if !rest.is_empty() {
        now = format!("{now} {}", rest.join(" "));
    }
    lines.push(now);
    lines.iter().map(|l| cut(l, size, room)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_wrapped_and_cut_to_their_room() {
        let lines = wrap("A rather long label of an outcome that nobody can fit", 12.0, 100.0, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'), "{lines:?}");
        assert!(lines.iter().all(|l| width(l, 12.0) <= 100.0), "{lines:?}");
        assert_eq!(wrap("short", 12.0, 100.0, 2), ["short"]);
        assert_eq!(wrap(&"x".repeat(10_000), 12.0, 60.0, 3).len(), 1);
        assert_eq!(wrap("", 12.0, 60.0, 3), [""]);
        assert_eq!(line("a\u{202e}\n b", 9), "a b");
        assert_eq!(line("abcdef", 3), "abc…");
    }
}
