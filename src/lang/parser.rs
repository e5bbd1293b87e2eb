//! Tokens to tree: precedence climbing, one error a text.
//!
//! From loosest to tightest: `or`; `and`; `not`; one comparison; `+ -`; `* /`; unary `-`; `^` (to the
//! right). A number followed by a unit of time is a span.

use super::ast::{Ast, AstKind, BinaryOp, UnaryOp, Word};
use super::lexer::{Token, TokenKind, tokens};
use super::listing::number_words;
use super::types::Unit;
use crate::diag::{Code, Diagnostic, Span, TextMap, did_you_mean};

/// The deepest nesting of an expression.
pub const MAX_DEPTH: u32 = 64;

/// A parser over the tokens of one text. Kept public within the crate's language so that effects,
/// claims and placeholders read their expressions with the same rules.
pub struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
}

/// Result of parsing; the error is boxed because it is large and rare.
pub type Parsed<T> = Result<T, Box<Diagnostic>>;

/// Parses a whole expression.
///
/// # Errors
/// The first thing that does not fit, with its place in the file.
pub fn parse(text: &str, map: &TextMap) -> Parsed<Ast> {
    let mut parser = Parser::new(text, map)?;
    let ast = parser.expression()?;
    parser.expect_end()?;
    Ok(ast)
}

impl Parser {
    /// Starts on a text.
    ///
    /// # Errors
    /// What [`tokens`] finds.
    pub fn new(text: &str, map: &TextMap) -> Parsed<Self> {
        Ok(Self { tokens: tokens(text, map)?, at: 0, depth: 0 })
    }

    /// The token to come.
    #[must_use]
    pub fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    /// The token after the one to come.
    fn peek_second(&self) -> &TokenKind {
        &self.tokens[(self.at + 1).min(self.tokens.len() - 1)].kind
    }

    /// Takes the token to come.
    pub fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.at = (self.at + 1).min(self.tokens.len() - 1);
        token
    }

    /// Takes the token if it is this sign.
    pub fn take_sign(&mut self, sign: &str) -> Option<Span> {
        match &self.peek().kind {
            TokenKind::Sign(s) if *s == sign => Some(self.take().span),
            _ => None,
        }
    }

    /// Takes the token if it is this word.
    pub fn take_word(&mut self, word: &str) -> Option<Span> {
        match &self.peek().kind {
            TokenKind::Word(w) if w == word => Some(self.take().span),
            _ => None,
        }
    }

    /// The error that something else was expected here.
    #[must_use]
    pub fn unexpected(&self, expected: &str) -> Box<Diagnostic> {
        let token = self.peek();
        let found = token.kind.describe();
        let error = Diagnostic::new(Code::UnexpectedToken, token.span, format!("expected {expected}, found {found}"));
        let help = match &token.kind {
            TokenKind::Sign("=") => "compare with `==`".to_owned(),
            TokenKind::Sign("|") => "write `or`".to_owned(),
            TokenKind::Sign("%") => self.percent_help(),
            TokenKind::Word(w) if w == "AND" || w == "OR" || w == "NOT" => {
                format!("write `{}`", w.to_lowercase())
            }
            TokenKind::End => "the text stops too early; complete it".to_owned(),
            _ => "join two values by an operator such as `+`, `*`, `and`".to_owned(),
        };
        Box::new(error.here(format!("expected {expected}")).help(help))
    }

    /// How to mend a percent sign.
    pub(super) fn percent_help(&self) -> String {
        let share = match self.at.checked_sub(1).map(|before| &self.tokens[before].kind) {
            Some(TokenKind::Number(x)) => number_words(x / 100.0),
            _ => return "there is no `%`; write shares as numbers: 5 % is `0.05`".to_owned(),
        };
        format!("there is no `%`; write the share: `{share}`")
    }

    /// Demands the end of the text.
    ///
    /// # Errors
    /// Something is left over.
    pub fn expect_end(&self) -> Parsed<()> {
        if self.peek().kind == TokenKind::End { Ok(()) } else { Err(self.leftover()) }
    }

    fn leftover(&self) -> Box<Diagnostic> {
        if let (TokenKind::Word(word), Some(before)) = (&self.peek().kind, self.at.checked_sub(1)) {
            let number = matches!(self.tokens[before].kind, TokenKind::Number(_));
            if number && Unit::is_like(word) {
                let units = Unit::WORDS.iter().flat_map(|w| [w.0, w.1]);
                let message = format!("`{word}` is not a unit of time");
                return Box::new(
                    Diagnostic::new(Code::UnknownUnit, self.peek().span, message)
                        .suggest(did_you_mean(word, units), "units are minute, hour, day and week; the length of months and years differs"),
                );
            }
        }
        self.unexpected("an operator or the end")
    }

    /// An expression.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn expression(&mut self) -> Parsed<Ast> {
        self.nested(|p| {
            let mut left = p.conjunction()?;
            while let Some(sign) = p.take_word("or") {
                let right = p.conjunction()?;
                left = binary(BinaryOp::Or, left, right, sign);
            }
            Ok(left)
        })
    }

    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let span = self.peek().span;
            let message = format!("expression nested more than {MAX_DEPTH} deep");
            return Err(Box::new(
                Diagnostic::new(Code::ExpressionTooLong, span, message)
                    .help("give a part of it a name with a derived variable, `{ is = \"...\" }`"),
            ));
        }
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn conjunction(&mut self) -> Parsed<Ast> {
        let mut left = self.negation()?;
        while let Some(sign) = self.take_word("and") {
            let right = self.negation()?;
            left = binary(BinaryOp::And, left, right, sign);
        }
        Ok(left)
    }

    fn negation(&mut self) -> Parsed<Ast> {
        if let Some(sign) = self.take_word("not") {
            let inner = self.nested(Self::negation)?;
            let span = sign.to(inner.span);
            return Ok(Ast { kind: AstKind::Unary(UnaryOp::Not, Box::new(inner)), span });
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Parsed<Ast> {
        let left = self.sum()?;
        let Some((op, sign)) = self.take_comparison() else { return Ok(left) };
        let right = self.sum()?;
        if let Some((_, second)) = self.take_comparison() {
            return Err(Box::new(
                Diagnostic::new(Code::ChainedComparison, second, "comparisons cannot be chained")
                    .also(sign, "the first comparison")
                    .help("write two comparisons joined by `and`: `a < b and b < c`"),
            ));
        }
        Ok(binary(op, left, right, sign))
    }

    fn take_comparison(&mut self) -> Option<(BinaryOp, Span)> {
        let op = match &self.peek().kind {
            TokenKind::Sign("<") => BinaryOp::Lt,
            TokenKind::Sign("<=") => BinaryOp::Le,
            TokenKind::Sign(">") => BinaryOp::Gt,
            TokenKind::Sign(">=") => BinaryOp::Ge,
            TokenKind::Sign("==") => BinaryOp::Eq,
            TokenKind::Sign("!=") => BinaryOp::Ne,
            _ => return None,
        };
        Some((op, self.take().span))
    }

    /// A sum, without comparisons: the limit of a claim.
    ///
    /// # Errors
    /// What stands here is no such thing.
    pub fn sum_of_numbers(&mut self) -> Parsed<Ast> {
        self.nested(Self::sum)
    }

    fn sum(&mut self) -> Parsed<Ast> {
        let mut left = self.product()?;
        loop {
            let (op, sign) = match self.peek().kind {
                TokenKind::Sign("+") => (BinaryOp::Add, self.take().span),
                TokenKind::Sign("-") => (BinaryOp::Sub, self.take().span),
                _ => return Ok(left),
            };
            left = binary(op, left, self.product()?, sign);
        }
    }

    fn product(&mut self) -> Parsed<Ast> {
        let mut left = self.signed()?;
        loop {
            let (op, sign) = match self.peek().kind {
                TokenKind::Sign("*") => (BinaryOp::Mul, self.take().span),
                TokenKind::Sign("/") => (BinaryOp::Div, self.take().span),
                _ => return Ok(left),
            };
            left = binary(op, left, self.signed()?, sign);
        }
    }

    fn signed(&mut self) -> Parsed<Ast> {
        if let Some(sign) = self.take_sign("-") {
            let inner = self.nested(Self::signed)?;
            let span = sign.to(inner.span);
            return Ok(Ast { kind: AstKind::Unary(UnaryOp::Neg, Box::new(inner)), span });
        }
        self.power()
    }

    fn power(&mut self) -> Parsed<Ast> {
        let base = self.primary()?;
        let Some(sign) = self.take_sign("^") else { return Ok(base) };
        let exponent = self.nested(Self::signed)?;
        Ok(binary(BinaryOp::Pow, base, exponent, sign))
    }

    fn primary(&mut self) -> Parsed<Ast> {
        let token = self.peek().clone();
        match token.kind {
            TokenKind::Number(x) => {
                self.take();
                Ok(self.number_or_span(x, token.span))
            }
            TokenKind::Date(text) => {
                self.take();
                Ok(Ast { kind: AstKind::Date(text), span: token.span })
            }
            TokenKind::Sign("(") => {
                self.take();
                let inner = self.expression()?;
                let close = self.close(token.span)?;
                Ok(Ast { kind: inner.kind, span: token.span.to(close) })
            }
            TokenKind::Word(word) if word == "true" || word == "false" => {
                self.take();
                Ok(Ast { kind: AstKind::Truth(word == "true"), span: token.span })
            }
            TokenKind::Word(word) if !["and", "or", "not"].contains(&word.as_str()) => self.name(),
            _ => Err(self.unexpected("a value")),
        }
    }

    fn number_or_span(&mut self, x: f64, span: Span) -> Ast {
        let unit = match &self.peek().kind {
            TokenKind::Word(word) => Unit::by_word(word),
            _ => None,
        };
        match unit {
            // `3 day.x` would be a path; a unit never has a dot behind it.
            Some(unit) if *self.peek_second() != TokenKind::Sign(".") => {
                let end = self.take().span;
                let kind = AstKind::Span(x * f64::from(unit.minutes()));
                Ast { kind, span: span.to(end) }
            }
            _ => Ast { kind: AstKind::Number(x), span },
        }
    }

    /// A path, or a call with an optional tail.
    ///
    /// # Errors
    /// What stands here is neither.
    pub fn name(&mut self) -> Parsed<Ast> {
        let first = self.word("a name")?;
        let Some(open) = self.take_sign("(") else {
            let words = self.dotted(first)?;
            let span = words[0].span.to(words[words.len() - 1].span);
            return Ok(Ast { kind: AstKind::Path(words), span });
        };
        let mut args = Vec::new();
        if !matches!(self.peek().kind, TokenKind::Sign(")")) {
            loop {
                args.push(self.expression()?);
                if self.take_sign(",").is_none() {
                    break;
                }
            }
        }
        let mut end = self.close(open)?;
        let mut tail = Vec::new();
        while self.take_sign(".").is_some() {
            let word = self.word("a name after the point")?;
            end = word.span;
            tail.push(word);
        }
        let span = first.span.to(end);
        Ok(Ast { kind: AstKind::Call { name: first, args, tail }, span })
    }

    fn close(&mut self, open: Span) -> Parsed<Span> {
        if let Some(span) = self.take_sign(")") {
            return Ok(span);
        }
        if self.peek().kind == TokenKind::End {
            return Err(Box::new(
                Diagnostic::new(Code::Unclosed, open, "this bracket is never closed").help("add a `)` where the part in brackets ends"),
            ));
        }
        Err(self.leftover())
    }

    fn dotted(&mut self, first: Word) -> Parsed<Vec<Word>> {
        let mut words = vec![first];
        while self.take_sign(".").is_some() {
            words.push(self.word("a name after the point")?);
        }
        Ok(words)
    }

    /// A word.
    ///
    /// # Errors
    /// Something else stands here.
    pub fn word(&mut self, expected: &str) -> Parsed<Word> {
        match self.peek().kind.clone() {
            TokenKind::Word(text) => Ok(Word { text, span: self.take().span }),
            _ => Err(self.unexpected(expected)),
        }
    }
}

fn binary(op: BinaryOp, left: Ast, right: Ast, sign: Span) -> Ast {
    let span = left.span.to(right.span);
    Ast { kind: AstKind::Binary(op, Box::new(left), Box::new(right), sign), span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sources;

    /// The tree as text, every operator in brackets.
    fn tree(ast: &Ast) -> String {
        match &ast.kind {
            AstKind::Number(x) => x.to_string(),
            AstKind::Span(m) => format!("{m}min"),
            AstKind::Date(d) => format!("@{d}"),
            AstKind::Truth(t) => t.to_string(),
            AstKind::Path(words) => join(words),
            AstKind::Call { name, args, tail } => {
                let args: Vec<String> = args.iter().map(tree).collect();
                let tail = tail.iter().fold(String::new(), |s, w| s + "." + &w.text);
                format!("{}({}){tail}", name.text, args.join(", "))
            }
            AstKind::Unary(UnaryOp::Neg, x) => format!("(-{})", tree(x)),
            AstKind::Unary(UnaryOp::Not, x) => format!("(not {})", tree(x)),
            AstKind::Binary(op, a, b, _) => format!("({} {} {})", tree(a), op.sign(), tree(b)),
        }
    }

    fn join(words: &[Word]) -> String {
        words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(".")
    }

    fn parsed(text: &str) -> Result<String, Code> {
        let mut sources = Sources::default();
        let file = sources.add("t", text);
        let map = TextMap::whole(Span::new(file, 0..text.len()));
        parse(text, &map).map(|ast| tree(&ast)).map_err(|d| d.code)
    }

    #[test]
    fn precedence_is_that_of_mathematics() {
        assert_eq!(parsed("1 + 2 * 3 ^ 2 ^ 2").unwrap(), "(1 + (2 * (3 ^ (2 ^ 2))))");
        assert_eq!(parsed("-2 ^ 2").unwrap(), "(-(2 ^ 2))");
        assert_eq!(parsed("2 ^ -1").unwrap(), "(2 ^ (-1))");
        assert_eq!(parsed("1 - 2 - 3").unwrap(), "((1 - 2) - 3)");
        assert_eq!(parsed("a or b and not c < d").unwrap(), "(a or (b and (not (c < d))))");
    }

    #[test]
    fn spans_dates_calls_and_tails_are_read() {
        let text = "time(a.b >= c.d, 30 days) >= 1.5 hours";
        assert_eq!(parsed(text).unwrap(), "(time((a.b >= c.d), 43200min) >= 90min)");
        assert_eq!(parsed("now < @2026-03-21").unwrap(), "(now < @2026-03-21)");
        assert_eq!(parsed("link(a, self).control * 2").unwrap(), "(link(a, self).control * 2)");
    }

    #[test]
    fn slips_have_their_own_codes() {
        assert_eq!(parsed("a < b < c"), Err(Code::ChainedComparison));
        assert_eq!(parsed("(a + b"), Err(Code::Unclosed));
        assert_eq!(parsed("a + "), Err(Code::UnexpectedToken));
        assert_eq!(parsed("a b"), Err(Code::UnexpectedToken));
        assert_eq!(parsed("3 months"), Err(Code::UnknownUnit));
        assert_eq!(parsed("3days"), Err(Code::BadNumber));
        assert_eq!(parsed("a && b"), Err(Code::BadCharacter));
        assert_eq!(parsed(" "), Err(Code::EmptyExpression));
        assert_eq!(parsed(&"(".repeat(100)), Err(Code::ExpressionTooLong));
        assert_eq!(parsed(&"-".repeat(3000)), Err(Code::ExpressionTooLong));
        assert_eq!(parsed(&format!("a{}", " + a".repeat(2000))), Err(Code::ExpressionTooLong));
    }
}
