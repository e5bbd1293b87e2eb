//! Operators with two operands: which types go together, and what they give.

use super::{Checker, Meaning, Typed, Want};
use crate::diag::{Code, Diagnostic, Span};
use crate::lang::ast::{Ast, BinaryOp};
use crate::lang::core::{Binary, ExprId, Node};
use crate::lang::types::Type;

impl Checker<'_> {
    pub(super) fn binary(&mut self, op: BinaryOp, a: &Ast, b: &Ast, sign: Span) -> Option<Meaning> {
        // Both sides are checked before either failure counts, so that both are reported.
        let (left, right) = (self.value(a), self.value(b));
        let (left, right) = (left?, right?);
        let (id, ty) = match op {
            BinaryOp::And | BinaryOp::Or => self.logical(op, left, right)?,
            _ if op.compares() => self.comparison(op, left, right, sign)?,
            _ => self.arithmetic(op, left, right, sign)?,
        };
        Some(Meaning::Value(id, ty))
    }

    fn node(&mut self, op: Binary, a: ExprId, b: ExprId) -> ExprId {
        self.core.pool.add(Node::Binary(op, a, b))
    }

    fn logical(&mut self, op: BinaryOp, a: Typed, b: Typed) -> Option<(ExprId, Type)> {
        let what = format!("what `{}` joins", op.sign());
        let a = self.fits(a, Want::Truth, &what);
        let b = self.fits(b, Want::Truth, &what);
        let op = if op == BinaryOp::And { Binary::And } else { Binary::Or };
        Some((self.node(op, a?.id, b?.id), Type::Truth))
    }

    fn arithmetic(&mut self, op: BinaryOp, a: Typed, b: Typed, sign: Span) -> Option<(ExprId, Type)> {
        let number = |t: Type| matches!(t, Type::Number | Type::Rung(_));
        let (x, y) = (a.id, b.id);
        let result = match (op, a.ty, b.ty) {
            (BinaryOp::Add, Type::Span, Type::Span) => (self.node(Binary::Add, x, y), Type::Span),
            (BinaryOp::Sub, Type::Span, Type::Span) => (self.node(Binary::SpanSub, x, y), Type::Span),
            (BinaryOp::Mul, Type::Span, t) if number(t) => (self.node(Binary::SpanScale, x, y), Type::Span),
            (BinaryOp::Mul, t, Type::Span) if number(t) => (self.node(Binary::SpanScale, y, x), Type::Span),
            (BinaryOp::Div, Type::Span, Type::Span) => (self.node(Binary::Div, x, y), Type::Number),
            (BinaryOp::Div, Type::Span, t) if number(t) => (self.node(Binary::SpanDiv, x, y), Type::Span),
            (_, s, t) if number(s) && number(t) => {
                let op = match op {
                    BinaryOp::Add => Binary::Add,
                    BinaryOp::Sub => Binary::Sub,
                    BinaryOp::Mul => Binary::Mul,
                    BinaryOp::Div => Binary::Div,
                    _ => Binary::Pow,
                };
                (self.node(op, x, y), Type::Number)
            }
            _ => return self.core.fail(arithmetic_error(op, a, b, sign)),
        };
        Some(result)
    }

    fn comparison(&mut self, op: BinaryOp, a: Typed, b: Typed, sign: Span) -> Option<(ExprId, Type)> {
        if a.ty != b.ty {
            return self.core.fail(comparison_error(op, a, b, sign));
        }
        let ordered = matches!(a.ty, Type::Number | Type::Span | Type::Rung(_));
        if !ordered && !matches!(op, BinaryOp::Eq | BinaryOp::Ne) {
            let message = format!("`{}` orders two values, but {} has no order", op.sign(), a.ty.words());
            return self.core.fail(
                Diagnostic::new(Code::TypeMismatch, sign, message)
                    .also(a.span, format!("this is {}", a.ty.words()))
                    .help("compare with `==` or `!=`"),
            );
        }
        if matches!(op, BinaryOp::Eq | BinaryOp::Ne) && a.ty == Type::Number {
            self.warn_float_equality(op, a, b, sign);
        }
        let span = a.ty == Type::Span;
        let (op, x, y) = match op {
            BinaryOp::Lt => (Binary::Lt, a, b),
            BinaryOp::Gt => (Binary::Lt, b, a),
            BinaryOp::Le => (if span { Binary::SpanLe } else { Binary::Le }, a, b),
            BinaryOp::Ge => (if span { Binary::SpanLe } else { Binary::Le }, b, a),
            BinaryOp::Eq => (if span { Binary::SpanEq } else { Binary::Eq }, a, b),
            _ => (if span { Binary::SpanNe } else { Binary::Ne }, a, b),
        };
        Some((self.node(op, x.id, y.id), Type::Truth))
    }

    fn warn_float_equality(&mut self, op: BinaryOp, a: Typed, b: Typed, sign: Span) {
        let whole = |id| self.scope.is_whole(id, self.core);
        if whole(a.id) && whole(b.id) {
            return;
        }
        let message = format!("`{}` between numbers that need not be whole", op.sign());
        let warning = Diagnostic::new(Code::FloatEquality, sign, message).help("compare with `<` or `>=`, or round with `floor(x + 0.5)`");
        self.core.diags.push(warning);
    }
}

fn arithmetic_error(op: BinaryOp, a: Typed, b: Typed, sign: Span) -> Diagnostic {
    let verb = match op {
        BinaryOp::Add => "add",
        BinaryOp::Sub => "subtract",
        BinaryOp::Mul => "multiply",
        BinaryOp::Div => "divide",
        _ => "raise to a power",
    };
    let message = format!("cannot {verb} {} and {}", a.ty.words(), b.ty.words());
    let help = match (a.ty, b.ty) {
        (Type::Truth, _) | (_, Type::Truth) => "count a truth value with `if(condition, 1, 0)`",
        (Type::Span, _) | (_, Type::Span) => "divide a span by a span first to get a number, for example `time(...) / 1 day`",
        _ => "states and categories are names; compare them by `==`, or read a number that belongs to them",
    };
    Diagnostic::new(Code::TypeMismatch, sign, message)
        .also(a.span, format!("this is {}", a.ty.words()))
        .also(b.span, format!("this is {}", b.ty.words()))
        .help(help)
}

fn comparison_error(op: BinaryOp, a: Typed, b: Typed, sign: Span) -> Diagnostic {
    let mixed = match (a.ty, b.ty) {
        (Type::Rung(_), Type::Rung(_)) => Some(("rungs of two ladders", "ladders")),
        (Type::State(_), Type::State(_)) => Some(("states of two regimes", "regimes")),
        (Type::Category(_), Type::Category(_)) => Some(("categories of two draws", "draws")),
        _ => None,
    };
    if let Some((what, several)) = mixed {
        return Diagnostic::new(Code::MixedLadders, sign, format!("`{}` compares {what}", op.sign()))
            .also(a.span, "")
            .also(b.span, "")
            .help(format!("names on two {several} have no common order; compare numbers that belong to them"));
    }
    let help = match (a.ty, b.ty) {
        (Type::Rung(_), Type::Number) | (Type::Number, Type::Rung(_)) => "name the rung: `ladder.rung`",
        (Type::Span, Type::Number) | (Type::Number, Type::Span) => "give the number a unit of time, for example `10 days`",
        (Type::Truth, _) | (_, Type::Truth) => "a condition needs no comparison: write it alone, or with `not`",
        _ => "compare values of one kind",
    };
    let message = format!("`{}` compares {} with {}", op.sign(), a.ty.words(), b.ty.words());
    Diagnostic::new(Code::TypeMismatch, sign, message)
        .also(a.span, format!("this is {}", a.ty.words()))
        .also(b.span, format!("this is {}", b.ty.words()))
        .help(help)
}
