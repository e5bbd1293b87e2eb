//! Claims of `[[expect]]`: `P(war) < 0.1`, `median day of war < 30`, `P(war) rises under calm`.

use super::ast::{BinaryOp, Word};
use super::lexer::TokenKind;
use super::parser::{Parsed, Parser};
use crate::diag::{Code, Diagnostic, Span, TextMap};

/// A quantity of a result that a claim speaks of.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity<N> {
    /// `P(x)` or `P(x | given)`: share of trials, of an outcome or indicator.
    Share {
        /// Of what.
        of: N,
        /// Among the trials on which this holds.
        given: Option<N>,
    },
    /// `mean(metric)`.
    Mean(N),
    /// `quantile(metric, q)`; `median(metric)` is q = 0.5.
    Quantile(N, f64),
    /// `mean day of x`: time at which an outcome or indicator was established, in days.
    MeanDay(N),
    /// `median day of x`.
    MedianDay(N),
}

/// What is claimed of a quantity.
#[derive(Clone, Debug, PartialEq)]
pub enum Claim<N> {
    /// Compared with a number: `<`, `<=`, `>`, `>=`.
    Against(Quantity<N>, BinaryOp, f64),
    /// Equal to a number exactly (a known answer).
    Exactly(Quantity<N>, f64),
    /// Between two numbers.
    Between(Quantity<N>, f64, f64),
    /// Within a distance of a number.
    Approximately(Quantity<N>, f64, f64),
    /// Compared with another quantity: `<` or `>`.
    Order(Quantity<N>, BinaryOp, Quantity<N>),
    /// Larger under a variant than without.
    Rises(Quantity<N>, N),
    /// Smaller under a variant than without.
    Falls(Quantity<N>, N),
}

/// Parses a claim; names are not looked up.
///
/// # Errors
/// The first thing that does not fit.
pub fn parse_claim(text: &str, map: &TextMap) -> Parsed<Claim<Word>> {
    let mut parser = Parser::new(text, map)?;
    let claim = claim(&mut parser).map_err(|error| match error.code {
        Code::UnexpectedToken => wrong(error.primary.span, &error.message),
        _ => error,
    })?;
    if parser.peek().kind != TokenKind::End {
        return Err(wrong(parser.peek().span, "the claim should end here"));
    }
    Ok(claim)
}

fn wrong(span: Span, message: &str) -> Box<Diagnostic> {
    let help = "write for example `P(war) < 0.1`, `P(a | b) between 0.2 and 0.4`, \
                `P(a) approximately 0.3 within 0.05`, `mean(metric) > 2`, `median day of war < 30`, \
                `P(war) rises under variant`";
    Box::new(Diagnostic::new(Code::BadClaim, span, message).help(help))
}

fn claim(p: &mut Parser) -> Parsed<Claim<Word>> {
    let left = quantity(p)?;
    if p.take_word("between").is_some() {
        let low = limit(p, &left)?;
        if p.take_word("and").is_none() {
            return Err(wrong(p.peek().span, "expected `and` and the upper limit"));
        }
        let span = p.peek().span;
        let high = limit(p, &left)?;
        if high < low {
            return Err(wrong(span, &format!("no number is between {low} and {high}: the lower limit stands first")));
        }
        return Ok(Claim::Between(left, low, high));
    }
    if p.take_word("approximately").is_some() {
        let middle = limit(p, &left)?;
        let span = p.peek().span;
        if p.take_word("within").is_none() {
            return Err(wrong(span, "expected `within` and a distance"));
        }
        let span = p.peek().span;
        let distance = limit(p, &left)?;
        if distance < 0.0 {
            return Err(wrong(span, "no number is nearer than that: a distance is 0 or above"));
        }
        return Ok(Claim::Approximately(left, middle, distance));
    }
    for (verb, rises) in [("rises", true), ("falls", false)] {
        if p.take_word(verb).is_some() {
            if p.take_word("under").is_none() {
                return Err(wrong(p.peek().span, "expected `under` and the name of a variant"));
            }
            let variant = p.word("the name of a variant")?;
            return Ok(if rises { Claim::Rises(left, variant) } else { Claim::Falls(left, variant) });
        }
    }
    let (op, sign) = comparison(p)?;
    if is_quantity(p) {
        let span = p.peek().span;
        let right = quantity(p)?;
        if plain(&left) == plain(&right) {
            return Err(wrong(span, "a quantity is compared with itself"));
        }
        return match op {
            BinaryOp::Lt | BinaryOp::Gt => Ok(Claim::Order(left, op, right)),
            _ => Err(wrong(sign, "two shares are compared by `<` or `>`")),
        };
    }
    let limit = limit(p, &left)?;
    Ok(if op == BinaryOp::Eq { Claim::Exactly(left, limit) } else { Claim::Against(left, op, limit) })
}

fn comparison(p: &mut Parser) -> Parsed<(BinaryOp, Span)> {
    for (sign, op) in [("<", BinaryOp::Lt), ("<=", BinaryOp::Le), (">", BinaryOp::Gt), (">=", BinaryOp::Ge), ("==", BinaryOp::Eq)] {
        if let Some(span) = p.take_sign(sign) {
            return Ok((op, span));
        }
    }
    Err(wrong(p.peek().span, "expected a comparison, `between`, `approximately`, `rises` or `falls`"))
}

fn is_quantity(p: &Parser) -> bool {
    let words = ["P", "mean", "median", "quantile"];
    matches!(&p.peek().kind, TokenKind::Word(w) if words.contains(&w.as_str()))
}

fn quantity(p: &mut Parser) -> Parsed<Quantity<Word>> {
    if !is_quantity(p) {
        return Err(wrong(p.peek().span, "expected `P(...)`, `mean(...)`, `median(...)` or `median day of ...`"));
    }
    let head = p.word("a quantity")?;
    if p.take_word("day").is_some() {
        if p.take_word("of").is_none() {
            return Err(wrong(p.peek().span, "expected `of` and an outcome or indicator"));
        }
        let of = p.word("an outcome or indicator")?;
        return match head.text.as_str() {
            "mean" => Ok(Quantity::MeanDay(of)),
            "median" => Ok(Quantity::MedianDay(of)),
            _ => Err(wrong(head.span, "days have `median day of` and `mean day of`")),
        };
    }
    if p.take_sign("(").is_none() {
        return Err(wrong(p.peek().span, "expected `(`"));
    }
    let of = p.word("the name of an outcome, indicator or metric")?;
    let quantity = match head.text.as_str() {
        "P" => {
            let given = if p.take_sign("|").is_some() { Some(p.word("a condition")?) } else { None };
            Quantity::Share { of, given }
        }
        "mean" => Quantity::Mean(of),
        "median" => Quantity::Quantile(of, 0.5),
        _ => {
            if p.take_sign(",").is_none() {
                return Err(wrong(p.peek().span, "expected `,` and the level, for example `0.9`"));
            }
            let span = p.peek().span;
            let level = number(p)?;
            if !(0.0..=1.0).contains(&level) {
                return Err(wrong(span, "the level of a quantile lies between 0 and 1"));
            }
            Quantity::Quantile(of, level)
        }
    };
    if p.take_sign(")").is_none() {
        return Err(wrong(p.peek().span, "expected `)`"));
    }
    Ok(quantity)
}

/// A constant: numbers joined by `+ - * / ^` and brackets, so that `3/8` can be written as it is known.
fn number(p: &mut Parser) -> Parsed<f64> {
    let span = p.peek().span;
    let ast = p.sum_of_numbers()?;
    if p.peek().kind == TokenKind::Sign("%") {
        let error = Diagnostic::new(Code::BadClaim, p.peek().span, "a limit has no percent sign");
        return Err(Box::new(error.help(p.percent_help())));
    }
    constant(&ast).ok_or_else(|| wrong(span.to(ast.span), "a limit is a constant number"))
}

/// A number with which a quantity is compared. A share lies between 0 and 1, and a claim of 5 % that is written 5 would hold whatever comes.
fn limit(p: &mut Parser, of: &Quantity<Word>) -> Parsed<f64> {
    let span = p.peek().span;
    let x = number(p)?;
    if matches!(of, Quantity::Share { .. }) && !(0.0..=1.0).contains(&x) {
        let message = format!("a share lies between 0 and 1, this is {x}");
        let help =
            if x > 1.0 && x <= 100.0 { format!("{x} % is written `{}`", x / 100.0) } else { "write for example `P(war) < 0.1`".to_owned() };
        return Err(Box::new(Diagnostic::new(Code::BadClaim, span, message).help(help)));
    }
    Ok(x)
}

/// Without places, to be compared.
fn plain(quantity: &Quantity<Word>) -> Quantity<&str> {
    match quantity {
        Quantity::Share { of, given } => Quantity::Share { of: &of.text, given: given.as_ref().map(|g| g.text.as_str()) },
        Quantity::Mean(of) => Quantity::Mean(&of.text),
        Quantity::Quantile(of, level) => Quantity::Quantile(&of.text, *level),
        Quantity::MeanDay(of) => Quantity::MeanDay(&of.text),
        Quantity::MedianDay(of) => Quantity::MedianDay(&of.text),
    }
}

fn constant(ast: &super::Ast) -> Option<f64> {
    use super::ast::{AstKind, UnaryOp};
    match &ast.kind {
        AstKind::Number(x) => Some(*x),
        AstKind::Unary(UnaryOp::Neg, x) => Some(-constant(x)?),
        AstKind::Binary(op, a, b, _) => {
            let op = match op {
                BinaryOp::Add => super::Binary::Add,
                BinaryOp::Sub => super::Binary::Sub,
                BinaryOp::Mul => super::Binary::Mul,
                BinaryOp::Div => super::Binary::Div,
                BinaryOp::Pow => super::Binary::Pow,
                _ => return None,
            };
            Some(op.apply(constant(a)?, constant(b)?)).filter(|x| x.is_finite())
        }
        _ => None,
    }
}

impl<N> Claim<N> {
    /// Its quantities: two where it compares two.
    #[must_use]
    pub fn quantities(&self) -> Vec<&Quantity<N>> {
        match self {
            Self::Against(q, ..)
            | Self::Exactly(q, _)
            | Self::Between(q, ..)
            | Self::Approximately(q, ..)
            | Self::Rises(q, _)
            | Self::Falls(q, _) => vec![q],
            Self::Order(a, _, b) => vec![a, b],
        }
    }

    /// Whether all its quantities are shares.
    #[must_use]
    pub fn is_of_shares(&self) -> bool {
        self.quantities().iter().all(|q| matches!(q, Quantity::Share { .. }))
    }
}

impl Claim<Word> {
    /// Every name of the claim, with what it must be.
    #[must_use]
    pub fn names(&self) -> Vec<(&Word, NameKind)> {
        let mut names = Vec::new();
        for q in self.quantities() {
            match q {
                Quantity::Share { of, given } => {
                    names.push((of, NameKind::Reading));
                    names.extend(given.iter().map(|g| (g, NameKind::Reading)));
                }
                Quantity::MeanDay(of) | Quantity::MedianDay(of) => names.push((of, NameKind::Reading)),
                Quantity::Mean(of) | Quantity::Quantile(of, _) => names.push((of, NameKind::Metric)),
            }
        }
        if let Self::Rises(_, variant) | Self::Falls(_, variant) = self {
            names.push((variant, NameKind::Variant));
        }
        names
    }
}

/// What a name in a claim must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// An outcome or indicator.
    Reading,
    /// A metric.
    Metric,
    /// A variant.
    Variant,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Sources;

    fn read(text: &str) -> Result<String, Code> {
        let mut sources = Sources::default();
        let file = sources.add("t", text);
        let map = TextMap::whole(Span::new(file, 0..text.len()));
        parse_claim(text, &map).map(|c| shape(&c)).map_err(|d| d.code)
    }

    fn shape(claim: &Claim<Word>) -> String {
        let names: Vec<&str> = claim.names().iter().map(|n| n.0.text.as_str()).collect();
        let kind = match claim {
            Claim::Against(_, op, x) => format!("{} {x}", op.sign()),
            Claim::Exactly(_, x) => format!("== {x}"),
            Claim::Between(_, a, b) => format!("{a}..{b}"),
            Claim::Approximately(_, a, b) => format!("{a} +- {b}"),
            Claim::Order(_, op, _) => op.sign().to_owned(),
            Claim::Rises(..) => "rises".to_owned(),
            Claim::Falls(..) => "falls".to_owned(),
        };
        format!("{} {kind}", names.join(","))
    }

    #[test]
    fn every_form_is_read() {
        assert_eq!(read("P(war) > 0.3").unwrap(), "war > 0.3");
        assert_eq!(read("P(war) == 3/8").unwrap(), "war == 0.375");
        assert_eq!(read("P(war | ceasefire) between 0.2 and 0.4").unwrap(), "war,ceasefire 0.2..0.4");
        assert_eq!(read("mean(days) approximately 3 within 0.5").unwrap(), "days 3 +- 0.5");
        assert_eq!(read("P(a) > P(b)").unwrap(), "a,b >");
        assert_eq!(read("P(a) rises under calm").unwrap(), "a,calm rises");
        assert_eq!(read("median day of war < 30").unwrap(), "war < 30");
        assert_eq!(read("quantile(days, 0.9) < 30").unwrap(), "days < 30");
    }

    #[test]
    fn percents_are_told_as_shares() {
        for (text, share) in
            [("P(war) < 5%", "`0.05`"), ("P(war) between 12.5 % and 20 %", "`0.125`"), ("P(war) approximately 0.3 within 2%", "`0.02`")]
        {
            let mut sources = Sources::default();
            let file = sources.add("t", text);
            let error = parse_claim(text, &TextMap::whole(Span::new(file, 0..text.len()))).unwrap_err();
            assert!(error.help.as_deref().is_some_and(|h| h.contains(share)), "{text}: {:?}", error.help);
        }
    }

    #[test]
    fn what_is_not_a_claim_is_refused() {
        for text in [
            "P(war) < 5",
            "P(war) > -1",
            "P(war) == 30",
            "P(war) between 3 and 5",
            "P(war) between 0.9 and 0.1",
            "P(war) approximately 0.3 within 5",
            "mean(d) approximately 3 within -1",
            "P(a) > P(a)",
            "mean(d) < mean(d)",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(["P(a) >= 0", "P(a) <= 1", "P(a | b) > P(a)", "mean(d) > 5"].iter().all(|text| read(text).is_ok()));
        for text in ["war > 0.3", "P(war)", "P(war) > x", "P(war) between 1", "P(war) rises", "quantile(d, 2) < 1"] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
