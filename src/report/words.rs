//! Widths, wrapping, bars, numbers and styles of terminal text.

use anstyle::{AnsiColor, Style};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::diag::clean;

/// Headings, and what a reader looks for.
pub const STRONG: Style = Style::new().bold();
/// What can be skipped.
pub const FAINT: Style = Style::new().dimmed();
/// What needs attention.
pub const ALARM: Style = AnsiColor::Yellow.on_default().bold();
/// Bars.
pub const BAR: Style = AnsiColor::Cyan.on_default();

/// The text in a style. Measure and pad before.
#[must_use]
pub fn paint(style: Style, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{style}{text}{style:#}") }
}

/// A whole text in lines that no runner takes for commands, whatever words of a scenario they hold: GitHub's obeys what begins with two
/// colons, and others `##[` or `##vso[` wherever it stands. Everything that is printed in words goes through it; see [`harmless`] for what goes elsewhere.
#[must_use]
pub fn quiet(text: &str) -> String {
    if !text.contains("::") && !text.contains("##") {
        return text.to_owned();
    }
    let line = |line: &str| {
        let obeyed = anstream::adapter::strip_str(line).to_string().trim_start().starts_with("::");
        let line = if obeyed { line.replacen("::", ": :", 1) } else { line.to_owned() };
        unmarked(&line)
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

/// A text of a scenario as one line that is harmless wherever in a line or a file it comes to stand (annotations, JUnit, a job summary), also
/// where somebody takes each line for a command (`::error::`, `##[error]`): two colons do not stand beside each other.
#[must_use]
pub fn harmless(text: &str) -> String {
    let mut out = String::new();
    for c in unmarked(&one_line(text)).chars() {
        if c == ':' && out.ends_with(':') {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// With a blank between the two marks of what runners take for a command in the middle of a line: `##[error]`, `##vso[task...]`,
/// `##teamcity[...]`.
fn unmarked(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("##") {
        let (before, marks) = rest.split_at(at + 1);
        out.push_str(before);
        let obeyed = marks[1..].trim_start_matches(|c: char| c.is_alphanumeric() || "_-.".contains(c)).starts_with('[');
        if obeyed {
            out.push(' ');
        }
        rest = marks;
    }
    out + rest
}

/// Columns that a text takes on a terminal.
#[must_use]
pub fn width(text: &str) -> usize {
    text.width()
}

/// A text of a scenario as one harmless line: no control characters, no marks that reorder what is
/// shown, white space as single blanks.
#[must_use]
pub fn one_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text cut to so many columns, with `…` where something is missing.
#[must_use]
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > columns {
            break;
        }
        short.push(c);
    }
    if columns == 0 { short } else { short.trim_end().to_owned() + "…" }
}

/// The text with blanks after it, up to so many columns.
#[must_use]
pub fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// The text with blanks before it, up to so many columns.
#[must_use]
pub fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// Lines of at most so many columns, broken between words; a longer word is broken where it must be.
#[must_use]
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\n', '\t']).filter(|w| !w.is_empty()) {
        for part in parts(word, columns) {
            let gap = usize::from(!line.is_empty());
            if width(&line) + gap + width(&part) > columns && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&part);
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines.into_iter().map(|l| l.replace(JOINT, " ")).collect()
}

/// A blank at which no line is broken: `41 %`.
pub const JOINT: char = '\u{a0}';

/// A word in parts of at most so many columns.
fn parts(word: &str, columns: usize) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut used = 0;
    for c in word.chars() {
        let wide = c.width().unwrap_or(0);
        if used + wide > columns && used > 0 {
            parts.push(String::new());
            used = 0;
        }
        used += wide;
        parts.last_mut().expect("there is always a part").push(c);
    }
    parts
}

/// A paragraph: wrapped, the first line after `first`, the others after as many blanks as `hang`.
#[must_use]
pub fn paragraph(first: &str, hang: usize, text: &str, columns: usize) -> String {
    let room = columns.saturating_sub(hang.max(width(first))).max(20);
    let mut out = String::new();
    for (index, line) in wrap(text, room).iter().enumerate() {
        if index == 0 {
            out.push_str(first);
        } else {
            out.push_str(&" ".repeat(hang));
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// A bar for a share of the whole, in eighths of a column. A share above 0 is always seen.
#[must_use]
pub fn bar(share: f64, columns: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    #[expect(clippy::cast_precision_loss, reason = "a few dozen columns")]
    let all = columns as f64 * 8.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and `all`")]
    let mut eighths = (share.clamp(0.0, 1.0) * all).round() as usize;
    if share > 0.0 {
        eighths = eighths.max(1);
    }
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

/// A whole number with commas: 10,000.
#[must_use]
pub fn whole(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 trial`, `2 trials`.
#[must_use]
pub fn counted(n: u64, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{} {one}s", whole(n)) }
}

/// A number with three significant digits or, from 1000 on, as a whole number.
#[must_use]
pub fn number(x: f64) -> String {
    if !x.is_finite() {
        return if x.is_nan() { "undefined" } else { "infinite" }.to_owned();
    }
    let size = x.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-4) {
        return format!("{x:.2e}");
    }
    if size >= 999.5 || x == x.trunc() {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 1e15")]
        let text = whole(size.round() as u64);
        return if x <= -0.5 { format!("-{text}") } else { text };
    }
    let digits = if size >= 100.0 {
        0
    } else if size >= 10.0 {
        1
    } else if size >= 1.0 {
        2
    } else {
        leading(size) + 2
    };
    trim(&format!("{x:.digits$}"))
}

/// A number that left [0, 1], with as many digits as it takes to see that it did: 1.0018 is not "1".
#[must_use]
pub fn outside(x: f64) -> String {
    let is_seen = |text: &str| text.parse::<f64>().is_ok_and(|shown| !(0.0..=1.0).contains(&shown));
    let short = number(x);
    if !(-2.0..2.0).contains(&x) || (0.0..=1.0).contains(&x) || is_seen(&short) {
        return short;
    }
    let digits = (1..17).find(|digits| is_seen(&format!("{x:.digits$}"))).unwrap_or(17) + 1;
    trim(&format!("{x:.digits$}"))
}

/// Zeros after the point, and one more.
fn leading(size: f64) -> usize {
    (1..=4).find(|n| size * TENS[*n] >= 1.0).unwrap_or(5)
}

/// Powers of ten from 1.
pub const TENS: [f64; 13] = [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

/// Without zeros at the end of a fraction.
fn trim(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// The label with its unit after it, unless the label says it already.
#[must_use]
pub fn with_unit(label: &str, unit: Option<&str>) -> String {
    let (label, unit) = (one_line(label), unit.map(one_line).unwrap_or_default());
    if unit.is_empty() || label.to_lowercase().contains(&unit.to_lowercase()) { label } else { format!("{label} ({unit})") }
}

/// A share such as a level in percent, with no more digits than it has: `95`, `99.9`.
#[must_use]
pub fn percent(share: f64) -> String {
    trim(&format!("{:.6}", share * 100.0))
}

/// A time in days: whole or with two digits.
#[must_use]
pub fn days(x: f64) -> String {
    trim(&format!("{x:.2}"))
}

/// Words in a row: `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn and(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runners_find_no_commands() {
        let painted = paint(STRONG, "::error::x");
        assert_eq!(quiet("a::b\n  ::error::x\n##[error]y\n"), "a::b\n  : :error::x\n# #[error]y\n");
        assert!(!quiet(&painted).contains("::error"));
        for text in ["a ##vso[task.x]b", "a ###teamcity[b", "##[group]", "## [a", "## Title [a]", "#1 [b]"] {
            let safe = ["a # #vso[task.x]b", "a ## #teamcity[b", "# #[group]", "## [a", "## Title [a]", "#1 [b]"];
            assert!(safe.contains(&quiet(text).as_str()), "{}", quiet(text));
            assert_eq!(quiet(text), harmless(text));
        }
    }

    #[test]
    fn what_left_its_range_is_seen_to_have_left_it() {
        let shown = [1.0018, 1.000_012_34, 1.5, -0.004, 27.3].map(outside);
        assert_eq!(shown, ["1.0018", "1.000012", "1.5", "-0.004", "27.3"]);
    }

    #[test]
    fn texts_are_cut_and_padded_by_columns_not_characters() {
        assert_eq!(width("日本"), 4);
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(left("日", 4), "日  ");
        assert_eq!(right("é", 3), "  é");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcd", 0), "");
    }

    #[test]
    fn lines_break_between_words_and_long_words_where_they_must() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 5), [""]);
    }

    #[test]
    fn control_characters_and_bidirectional_marks_do_not_reach_the_terminal() {
        assert_eq!(one_line("a\u{1b}[31mb\u{202e}c\nd"), "a [31mb c d");
    }

    #[test]
    fn numbers_have_three_digits() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1234.6, "1,235"),
            (-1234.6, "-1,235"),
            (999.6, "1,000"),
            (12.345, "12.3"),
            (1.5, "1.5"),
            (0.012_34, "0.0123"),
            (-0.4, "-0.4"),
            (0.000_01, "1.00e-5"),
        ] {
            assert_eq!(number(x), text, "{x}");
        }
    }

    #[test]
    fn a_share_above_nothing_is_seen_in_its_bar() {
        assert_eq!(bar(0.0, 10), "");
        assert_eq!(bar(1e-9, 10), "▏");
        assert_eq!(bar(1.0, 3), "███");
        assert_eq!(bar(0.5, 3), "█▌");
    }
}
