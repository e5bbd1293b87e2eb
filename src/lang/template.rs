//! Sentences with placeholders: `says = "An attack kills {killed:.0f}"`.

use super::ast::Ast;
use super::parser::parse;
use crate::diag::{Code, Diagnostic, TextMap};

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece<E> {
    /// Text as it stands.
    Text(String),
    /// A value with this many digits after the point; `None`: as short as it can be.
    Value(E, Option<usize>),
}

/// Splits a sentence into pieces.
///
/// # Errors
/// A brace that is not closed, a format that is not `.Nf`, or an expression that does not parse.
pub fn parse_template(text: &str, map: &TextMap) -> Result<Vec<Piece<Ast>>, Box<Diagnostic>> {
    let wrong = |range: std::ops::Range<usize>, message: &str| {
        Box::new(
            Diagnostic::new(Code::BadTemplate, map.span(range), message)
                .help("write `{expression}` or `{expression:.1f}`; a brace itself is `{{` or `}}`"),
        )
    };
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            plain.push(c);
            at += 2;
        } else if c == '}' {
            return Err(wrong(at..at + 1, "this brace closes nothing"));
        } else if c == '{' {
            let Some(length) = rest.find('}') else {
                return Err(wrong(at..at + 1, "this brace is never closed"));
            };
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            let inside = &text[at + 1..at + length];
            let (expression, digits) = match inside.rfind(':') {
                None => (inside, None),
                Some(colon) => {
                    let format = inside[colon + 1..].trim();
                    let digits = format
                        .strip_prefix('.')
                        .and_then(|f| f.strip_suffix('f'))
                        .and_then(|n| n.parse::<usize>().ok())
                        .filter(|n| *n <= 9);
                    let start = at + 1 + colon + 1;
                    let Some(digits) = digits else {
                        return Err(wrong(start..at + length, "a format is `.0f` to `.9f`"));
                    };
                    (&inside[..colon], Some(digits))
                }
            };
            let part = SubMap { map, base: at + 1, length: expression.len() };
            pieces.push(Piece::Value(part.parse(expression)?, digits));
            at += length + 1;
        } else {
            plain.push(c);
            at += c.len_utf8();
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

struct SubMap<'a> {
    map: &'a TextMap,
    base: usize,
    length: usize,
}

impl SubMap<'_> {
    fn parse(&self, text: &str) -> Result<Ast, Box<Diagnostic>> {
        parse(text, &self.map.part(self.base..self.base + self.length))
    }
}
