//! Text to tokens.

use crate::diag::{Code, Diagnostic, Span, TextMap};

/// The longest expression, in bytes.
pub const MAX_LENGTH: usize = 4_000;

/// One token.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands in the file.
    pub span: Span,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// A number.
    Number(f64),
    /// A name or word.
    Word(String),
    /// A date: the text after `@`.
    Date(String),
    /// An operator, bracket, comma, dot or colon.
    Sign(&'static str),
    /// The end of the text.
    End,
}

impl TokenKind {
    /// The token as it is named in messages.
    #[must_use]
    pub fn describe(&self) -> String {
        match self {
            Self::Number(x) => format!("the number {x}"),
            Self::Word(w) => format!("`{w}`"),
            Self::Date(d) => format!("the date `@{d}`"),
            Self::Sign(s) => format!("`{s}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Longest first, so that `<=` is not read as `<`.
const SIGNS: [&str; 21] = ["<=", ">=", "==", "!=", "+=", "-=", "+", "-", "*", "/", "^", "<", ">", "(", ")", ",", ".", ":", "=", "|", "%"];

/// Splits `text` into tokens; the last one is [`TokenKind::End`].
///
/// # Errors
/// The first character that has no meaning, a malformed number, or a text that is too long or empty.
pub fn tokens(text: &str, map: &TextMap) -> Result<Vec<Token>, Box<Diagnostic>> {
    if text.len() > MAX_LENGTH {
        let message = format!("expression of {} characters, more than {MAX_LENGTH}", text.len());
        return Err(Box::new(
            Diagnostic::new(Code::ExpressionTooLong, map.all(), message)
                .help("give a part of it a name with a derived variable, `{ is = \"...\" }`"),
        ));
    }
    if text.trim().is_empty() {
        let message = "expected an expression, found nothing";
        return Err(Box::new(Diagnostic::new(Code::EmptyExpression, map.all(), message).help("write an expression, or leave the key out")));
    }
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else { break };
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (kind, width) = one(rest, first).map_err(|wrong| {
            let span = map.span(at..at + wrong.width);
            Box::new(Diagnostic::new(wrong.code, span, wrong.message).help(wrong.help))
        })?;
        out.push(Token { kind, span: map.span(at..at + width) });
        at += width;
    }
    out.push(Token { kind: TokenKind::End, span: map.span(text.len()..text.len()) });
    Ok(out)
}

struct Wrong {
    code: Code,
    width: usize,
    message: String,
    help: String,
}

fn one(rest: &str, first: char) -> Result<(TokenKind, usize), Wrong> {
    if first.is_ascii_digit() {
        return number(rest);
    }
    if first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) {
        return Err(Wrong {
            code: Code::BadNumber,
            width: 1,
            message: "a number does not begin with a point".into(),
            help: format!("write `0{}`", word_of(rest, |c| c.is_ascii_digit() || c == '.')),
        });
    }
    if first.is_ascii_alphabetic() || first == '_' {
        let word = word_of(rest, |c| c.is_ascii_alphanumeric() || c == '_');
        return Ok((TokenKind::Word(word.to_owned()), word.len()));
    }
    if first == '@' {
        let date = word_of(&rest[1..], |c| c.is_ascii_alphanumeric() || c == '-' || c == ':');
        return Ok((TokenKind::Date(date.to_owned()), date.len() + 1));
    }
    if let Some(sign) = SIGNS.iter().find(|s| rest.starts_with(**s)) {
        return Ok((TokenKind::Sign(sign), sign.len()));
    }
    let help = match first {
        '&' => "write `and`",
        '!' => "write `not`",
        '"' | '\'' => "texts have no place in expressions; rungs and states are written `ladder.rung`",
        '≤' => "write `<=`",
        '≥' => "write `>=`",
        '−' | '–' => "write `-`",
        '×' | '·' => "write `*`",
        _ => "expressions are made of numbers, names, operators and brackets",
    };
    Err(Wrong {
        code: Code::BadCharacter,
        width: first.len_utf8(),
        message: format!("`{first}` has no meaning in an expression"),
        help: help.into(),
    })
}

fn word_of(rest: &str, part: impl Fn(char) -> bool) -> &str {
    let end = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
    &rest[..end]
}

fn number(rest: &str) -> Result<(TokenKind, usize), Wrong> {
    let bytes = rest.as_bytes();
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(|b| b.is_ascii_digit() || *b == b'_') {
            at += 1;
        }
        at
    };
    let mut end = digits(0);
    if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
        end = digits(end + 1);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1 + sign);
        }
    }
    // `5days` and `3x` are slips; a blank makes the first one right.
    let tail = word_of(&rest[end..], |c| c.is_ascii_alphanumeric() || c == '_');
    let wrong = |message: String, help: String| Wrong { code: Code::BadNumber, width: end + tail.len(), message, help };
    if !tail.is_empty() {
        let known = super::types::Unit::by_word(tail).is_some();
        let short = ["d", "h", "w", "m", "min"].contains(&tail);
        let help = match (known, short) {
            (true, _) => format!("leave a blank: `{} {tail}`", &rest[..end]),
            (_, true) => format!("write the unit in full: `{} days`", &rest[..end]),
            _ => format!("write the product with a sign: `{} * {tail}`", &rest[..end]),
        };
        return Err(wrong(format!("`{}{tail}` is not a number", &rest[..end]), help));
    }
    match rest[..end].replace('_', "").parse::<f64>() {
        Ok(x) if x.is_finite() => Ok((TokenKind::Number(x), end)),
        _ => Err(wrong(format!("`{}` is too large for a number", &rest[..end]), "numbers go up to about 1e308".into())),
    }
}
