//! The tree of an expression, with a place on every part.

use crate::diag::Span;

/// A name as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The name.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-x`
    Neg,
    /// `not x`
    Not,
}

/// Operators with two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `^`
    Pow,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `and`
    And,
    /// `or`
    Or,
}

impl BinaryOp {
    /// The sign or word as written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::Pow => "^",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::And => "and",
            Self::Or => "or",
        }
    }

    /// Whether it compares two values.
    #[must_use]
    pub fn compares(self) -> bool {
        matches!(self, Self::Lt | Self::Le | Self::Gt | Self::Ge | Self::Eq | Self::Ne)
    }
}

/// One part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Ast {
    /// What it is.
    pub kind: AstKind,
    /// Where it stands.
    pub span: Span,
}

/// What a part of an expression is.
#[derive(Clone, Debug, PartialEq)]
pub enum AstKind {
    /// `0.5`
    Number(f64),
    /// `30 days`, in minutes
    Span(f64),
    /// `@2026-03-21`: the text after the `@`
    Date(String),
    /// `true`, `false`
    Truth(bool),
    /// `a.b.c`
    Path(Vec<Word>),
    /// `f(a, b)`, or `link(a, b).v` with the words after the bracket
    Call {
        /// Name of the function.
        name: Word,
        /// Arguments.
        args: Vec<Ast>,
        /// Words after the closing bracket.
        tail: Vec<Word>,
    },
    /// `-x`, `not x`
    Unary(UnaryOp, Box<Ast>),
    /// `x + y`; the span is that of the sign
    Binary(BinaryOp, Box<Ast>, Box<Ast>, Span),
}
