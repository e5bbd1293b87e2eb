//! Names and types: tree to core nodes.
//!
//! Every mistake is reported where it is found; a part that failed is `None`, and what contains it
//! stays silent, so that one slip does not breed ten errors.

mod calls;
mod operators;

use super::ast::{Ast, AstKind, UnaryOp, Word};
use super::core::{ExprId, Node, Pool, RisesId, Unary};
use super::types::Type;
use crate::diag::{Code, Diagnostic, Diagnostics, Span};

/// What is being built: nodes and the list of mistakes.
#[derive(Debug, Default)]
pub struct Core {
    /// All nodes of the scenario.
    pub pool: Pool,
    /// All mistakes so far.
    pub diags: Diagnostics,
    /// Parts of expressions that have been checked, once for each member of a group.
    work: u64,
    /// Parts that are being checked, one inside the other.
    depth: u32,
    /// Something too deep has been reported: what is built on it fails without a word.
    too_deep: bool,
}

/// Most parts of expressions of a scenario, counted once for each member of a group: rules for groups,
/// effects and nested sums multiply, so that a small file can mean very much.
pub const MAX_WORK: u64 = 2_000_000;
/// Deepest nesting of parts, the definitions that they read included (where those are not known yet).
pub const MAX_OPEN: u32 = 2_000;

impl Core {
    /// Reports a mistake and returns `None`, for `return core.fail(..)`.
    pub fn fail<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.diags.push(diagnostic);
        None
    }

    /// Counts `parts` that are to be read at `span`; `None` (reported once) where it becomes too much.
    ///
    /// # Notes
    /// A text of n bytes counts n / 4 parts, for reading it.
    pub fn spend(&mut self, parts: usize, span: Span) -> Option<()> {
        let before = self.work;
        self.work = before.saturating_add(parts as u64);
        if self.work <= MAX_WORK {
            return Some(());
        }
        if before <= MAX_WORK {
            self.diags.push(
                Diagnostic::new(Code::TooMany, span, format!("the rules expand to more than {MAX_WORK} parts of expressions"))
                    .help("make groups smaller, do not nest sums over groups, and give shared parts a name with `{ is = \"...\" }`"),
            );
        }
        None
    }
}

/// An actor, as an index of the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActorId(pub u32);

/// What a name means.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// A value.
    Value(ExprId, Type),
    /// Something that happens: how often in this step so far.
    Occurrence(ExprId),
    /// A mark of what happens: its sum over this step so far.
    Mark(ExprId),
}

/// Where a name is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Look {
    /// The member that `each` means.
    pub each: Option<ActorId>,
    /// Inside a function of the past, where draws and perceptions have no value.
    pub history: bool,
}

/// What the names of a text mean: implemented by the scenario.
pub trait Scope {
    /// The meaning of a path; reports the mistake if it has none.
    fn path(&mut self, words: &[Word], look: Look, core: &mut Core) -> Option<Meaning>;
    /// The meaning of `link(from, to).tail`.
    fn link(&mut self, call: &Link<'_>, look: Look, core: &mut Core) -> Option<Meaning>;
    /// The members of a group, in listed order.
    fn group(&mut self, word: &Word, core: &mut Core) -> Option<Vec<ActorId>>;
    /// Minutes from the start to a date.
    fn date(&mut self, text: &str, span: Span, core: &mut Core) -> Option<f64>;
    /// A memory for `rises(c)` at this place; `None` (reported) where a rule has no looks.
    fn rises(&mut self, condition: ExprId, span: Span, core: &mut Core) -> Option<RisesId>;
    /// Whether the node can only be a whole number, as far as the scenario knows.
    fn is_whole(&self, id: ExprId, core: &Core) -> bool;
    /// Whether `at_first` may stand here (metrics).
    fn allows_at_first(&self) -> bool {
        false
    }
    /// Whether time passes here: `now` and functions of the past have no meaning before the trial begins.
    fn has_past(&self) -> bool {
        true
    }
    /// Length of a step in minutes.
    fn step(&self) -> u32;
    /// Length of the whole run in minutes.
    fn horizon(&self) -> u32;
}

/// A call of `link(from, to).tail`.
#[derive(Clone, Copy, Debug)]
pub struct Link<'a> {
    /// First actor.
    pub from: &'a Word,
    /// Second actor.
    pub to: &'a Word,
    /// Words after the bracket.
    pub tail: &'a [Word],
    /// The whole call.
    pub span: Span,
}

/// A checked part.
#[derive(Clone, Copy, Debug)]
pub struct Typed {
    /// The node.
    pub id: ExprId,
    /// Its type.
    pub ty: Type,
    /// Where it stands.
    pub span: Span,
}

/// What a place in the format takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// A number (rungs count from 0).
    Number,
    /// A truth value.
    Truth,
    /// A span of time.
    Span,
    /// Exactly this type.
    Exactly(Type),
    /// Anything.
    Any,
}

/// Checks one expression against what its place takes.
///
/// Returns the node and its type, or `None` after reporting what is wrong. `what` names the place in
/// messages ("the chance", "the condition").
pub fn check(ast: &Ast, want: Want, what: &str, scope: &mut dyn Scope, core: &mut Core) -> Option<Typed> {
    let mut checker = Checker { scope, core, look: Look::default() };
    let typed = checker.value(ast)?;
    checker.fits(typed, want, what)
}

/// The meaning of an expression, whatever it is: a value, an occurrence or a mark.
pub fn read(ast: &Ast, scope: &mut dyn Scope, core: &mut Core) -> Option<Meaning> {
    Checker { scope, core, look: Look::default() }.meaning(ast)
}

pub(super) struct Checker<'a> {
    pub(super) scope: &'a mut dyn Scope,
    pub(super) core: &'a mut Core,
    pub(super) look: Look,
}

impl Checker<'_> {
    pub(super) fn fits(&mut self, typed: Typed, want: Want, what: &str) -> Option<Typed> {
        let fits = match want {
            Want::Any => true,
            Want::Number => matches!(typed.ty, Type::Number | Type::Rung(_)),
            Want::Truth => typed.ty == Type::Truth,
            Want::Span => typed.ty == Type::Span,
            Want::Exactly(ty) => typed.ty == ty,
        };
        if fits {
            return Some(typed);
        }
        let expected = match want {
            Want::Number | Want::Any => "a number",
            Want::Truth => "a truth value",
            Want::Span => "a span of time",
            Want::Exactly(ty) => ty.words(),
        };
        let message = format!("{what} must be {expected}, found {}", typed.ty.words());
        let error = Diagnostic::new(Code::TypeMismatch, typed.span, message)
            .here(format!("this is {}", typed.ty.words()))
            .help(conversion_help(typed.ty, want));
        self.core.fail(error)
    }

    /// A part that is read as a value; an occurrence means "happened in this step".
    pub(super) fn value(&mut self, ast: &Ast) -> Option<Typed> {
        self.core.spend(1, ast.span)?;
        if self.core.depth >= MAX_OPEN {
            return self.too_deep(ast.span, MAX_OPEN);
        }
        self.core.depth += 1;
        let meaning = self.meaning(ast);
        self.core.depth -= 1;
        let meaning = meaning?;
        let (id, ty) = match meaning {
            Meaning::Value(id, ty) => (id, ty),
            Meaning::Mark(id) => (id, Type::Number),
            Meaning::Occurrence(n) => {
                let zero = self.core.pool.constant(0.0);
                let node = Node::Binary(super::Binary::Lt, zero, n);
                (self.core.pool.add(node), Type::Truth)
            }
        };
        if self.core.pool.is_too_deep() {
            return self.too_deep(ast.span, Pool::MAX_DEPTH);
        }
        Some(Typed { id, ty, span: ast.span })
    }

    fn too_deep<T>(&mut self, span: Span, limit: u32) -> Option<T> {
        if std::mem::replace(&mut self.core.too_deep, true) {
            return None;
        }
        let message = format!("values built on values, more than {limit} deep");
        self.core.fail(
            Diagnostic::new(Code::ExpressionTooLong, span, message)
                .help("store an intermediate result in a variable, or define values before those that read them"),
        )
    }

    pub(super) fn meaning(&mut self, ast: &Ast) -> Option<Meaning> {
        let constant = |core: &mut Core, x, ty| Some(Meaning::Value(core.pool.constant(x), ty));
        match &ast.kind {
            AstKind::Number(x) => constant(self.core, *x, Type::Number),
            AstKind::Span(minutes) => constant(self.core, *minutes, Type::Span),
            AstKind::Truth(t) => constant(self.core, f64::from(u8::from(*t)), Type::Truth),
            AstKind::Date(text) => {
                let minutes = self.scope.date(text, ast.span, self.core)?;
                constant(self.core, minutes, Type::Span)
            }
            AstKind::Path(words) => self.path(words),
            AstKind::Call { name, args, tail } => self.call(name, args, tail, ast.span),
            AstKind::Unary(op, inner) => self.unary(*op, inner),
            AstKind::Binary(op, a, b, sign) => self.binary(*op, a, b, *sign),
        }
    }

    fn path(&mut self, words: &[Word]) -> Option<Meaning> {
        if let [word] = words {
            if word.text == "now" && !self.scope.has_past() {
                return self.timeless(word.span);
            }
            let pool = &mut self.core.pool;
            let simple = match word.text.as_str() {
                "now" => Some((pool.add(Node::Now), Type::Span)),
                "never" => Some((pool.constant(f64::INFINITY), Type::Span)),
                "horizon" => {
                    let minutes = f64::from(self.scope.horizon());
                    Some((self.core.pool.constant(minutes), Type::Span))
                }
                _ => None,
            };
            if let Some((id, ty)) = simple {
                return Some(Meaning::Value(id, ty));
            }
        }
        self.scope.path(words, self.look, self.core)
    }

    pub(super) fn timeless<T>(&mut self, span: Span) -> Option<T> {
        self.core.fail(
            Diagnostic::new(Code::NotReadableHere, span, "this is computed before the trial begins, where no time has passed")
                .help("use numbers and parameters only"),
        )
    }

    fn unary(&mut self, op: UnaryOp, inner: &Ast) -> Option<Meaning> {
        let typed = self.value(inner)?;
        match op {
            UnaryOp::Not => {
                let typed = self.fits(typed, Want::Truth, "what `not` denies")?;
                let id = self.core.pool.add(Node::Unary(Unary::Not, typed.id));
                Some(Meaning::Value(id, Type::Truth))
            }
            UnaryOp::Neg if typed.ty == Type::Span => {
                let zero = self.core.pool.constant(0.0);
                let node = Node::Binary(super::Binary::SpanSub, zero, typed.id);
                Some(Meaning::Value(self.core.pool.add(node), Type::Span))
            }
            UnaryOp::Neg => {
                let typed = self.fits(typed, Want::Number, "what `-` turns around")?;
                let id = self.core.pool.add(Node::Unary(Unary::Neg, typed.id));
                Some(Meaning::Value(id, Type::Number))
            }
        }
    }
}

/// How to turn one type into another, in words.
fn conversion_help(found: Type, want: Want) -> &'static str {
    match (found, want) {
        (Type::Truth, Want::Number) => "count a truth value with `if(condition, 1, 0)`",
        (Type::Span, Want::Number) => "divide the span by a span, for example `/ 1 day`, to get a number",
        (Type::Number | Type::Rung(_), Want::Truth) => "compare it with something, for example `> 0`",
        (Type::Number, Want::Span) => "give it a unit of time, for example `7 days` or `x * 1 day`",
        (Type::Span, Want::Truth) => "compare the span with another one, for example `>= 10 days`",
        (Type::State(_) | Type::Category(_), _) => "compare it by `==`, or read a number that belongs to it",
        (_, Want::Exactly(Type::Rung(_))) => "name a rung of the ladder: `ladder.rung`",
        (_, Want::Exactly(Type::State(_))) => "name a state of the regime: `regime.state`",
        _ => "use a value of the expected kind",
    }
}
