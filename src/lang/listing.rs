//! Core nodes as text, for `explain`, traces and run-time errors.

use std::cell::Cell;

use super::core::{Binary, CellId, DrawIx, ExprId, HistoryKind, Node, ParamId, Pool, RisesId, SeenId, TableId, TrackId, Unary};
use super::types::{Type, span_words};

/// Names of what nodes refer to: implemented by the scenario.
pub trait Names {
    /// Name of a parameter.
    fn param(&self, id: ParamId) -> String;
    /// Name of a stored number.
    fn cell(&self, id: CellId) -> String;
    /// Name of a draw of the rule at hand.
    fn draw(&self, id: DrawIx) -> String;
    /// Name of a perceived quantity.
    fn seen(&self, id: SeenId) -> String;
    /// Name of a number of rungs or states.
    fn table(&self, id: TableId) -> String;
    /// The condition that `rises` watches.
    fn rises(&self, id: RisesId) -> ExprId;
    /// Length of a step in minutes.
    fn step(&self) -> u32;
    /// Name of a rung or state that a cell can hold.
    fn place(&self, cell: CellId, value: f64) -> Option<String>;
    /// Name of a derived value that this expression is.
    fn derived(&self, id: ExprId) -> Option<String>;
}

/// A value as people read it.
#[must_use]
pub fn value_words(value: f64, ty: Type) -> String {
    match ty {
        _ if value.is_nan() => "undefined".to_owned(),
        Type::Truth => if value == 1.0 { "true" } else { "false" }.to_owned(),
        Type::Span => span_words(value),
        _ => number_words(value),
    }
}

/// A number with at most six significant digits after the point, without trailing zeros.
#[must_use]
pub fn number_words(value: f64) -> String {
    if value == value.trunc() && value.abs() < 1e15 {
        return format!("{value:.0}");
    }
    if value.abs() >= 1e6 || value.abs() < 1e-4 {
        return format!("{value:.4e}");
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The expression as text, with as few brackets as the grammar allows.
///
/// Derived values inside are named, not spelt out; a text that still grows beyond [`MAX_LISTING`] ends
/// in dots, since shared parts can make a tree far larger than its nodes.
#[must_use]
pub fn listing(pool: &Pool, id: ExprId, names: &dyn Names) -> String {
    Lister { pool, names, root: id, left: Cell::new(MAX_LISTING) }.text(id, 0)
}

/// Most nodes that a listing spells out.
pub const MAX_LISTING: usize = 400;

struct Lister<'a> {
    pool: &'a Pool,
    names: &'a dyn Names,
    root: ExprId,
    left: Cell<usize>,
}

impl Lister<'_> {
    /// The text of a node; in brackets where it binds less tightly than `level`.
    fn text(&self, id: ExprId, level: u8) -> String {
        if self.left.get() == 0 {
            return "...".to_owned();
        }
        self.left.set(self.left.get() - 1);
        if id != self.root
            && let Some(name) = self.names.derived(id)
        {
            return name;
        }
        match self.pool.node(id) {
            Node::Const(x) => number_words(x.0),
            Node::Param(p) => self.names.param(*p),
            Node::Cell(c) => self.names.cell(*c),
            Node::Draw(d) => self.names.draw(*d),
            Node::Seen(s) => self.names.seen(*s),
            Node::Now => "now".to_owned(),
            Node::Lookup { table, at } => format!("{}[{}]", self.names.table(*table), self.text(*at, 0)),
            Node::Unary(op, a) => self.unary(*op, *a, level),
            Node::Binary(op, a, b) => self.binary(*op, *a, *b, level),
            Node::If(c, a, b) => self.call("if", &[*c, *a, *b]),
            Node::Bayes(p, a, b) => self.call("bayes", &[*p, *a, *b]),
            Node::Piecewise { x, knots, values } => {
                let mut text = format!("table({}", self.text(*x, 0));
                for (knot, value) in knots.iter().zip(values) {
                    text += &format!(", {}, {}", number_words(knot.0), self.text(*value, 0));
                }
                text + ")"
            }
            Node::History(h) => self.history(h.kind, h.track),
            Node::Rises(r) => self.call("rises", &[self.names.rises(*r)]),
        }
    }

    fn call(&self, name: &str, args: &[ExprId]) -> String {
        let args: Vec<String> = args.iter().map(|a| self.text(*a, 0)).collect();
        format!("{name}({})", args.join(", "))
    }

    fn unary(&self, op: Unary, a: ExprId, level: u8) -> String {
        let name = match op {
            Unary::Neg => return bracket(format!("-{}", self.text(a, 7)), 6 < level),
            Unary::Not => return bracket(format!("not {}", self.text(a, 3)), 3 < level),
            Unary::Abs => "abs",
            Unary::Floor => "floor",
            Unary::Exp => "exp",
            Unary::Ln => "ln",
            Unary::Sqrt => "sqrt",
            Unary::Logistic => "logistic",
            Unary::Round => "round",
        };
        self.call(name, &[a])
    }

    /// Whether a node is a span of time, as far as its form says; minutes are then written with a unit.
    fn is_span(&self, id: ExprId, depth: u8) -> bool {
        // Shared parts would be visited again and again; a few levels are enough to see a unit.
        if depth == 0 {
            return false;
        }
        let is_span = |e: ExprId| self.is_span(e, depth - 1);
        match self.pool.node(id) {
            Node::Now => true,
            Node::History(h) => match h.kind {
                HistoryKind::First | HistoryKind::Since => true,
                HistoryKind::Was(_) | HistoryKind::Highest(_) | HistoryKind::Lowest(_) => is_span(self.pool.tracks()[h.track.0 as usize]),
                _ => false,
            },
            Node::Binary(Binary::SpanSub | Binary::SpanScale | Binary::SpanDiv, ..) => true,
            Node::Binary(Binary::Mul, a, b) => self.is_time(*a, *b),
            Node::Binary(Binary::Add | Binary::Min | Binary::Max, a, b) => is_span(*a) || is_span(*b),
            Node::If(_, a, b) => is_span(*a) || is_span(*b),
            _ => false,
        }
    }

    /// Whether a product is `time(c, T)`, which is lowered to a number of samples times the step.
    fn is_time(&self, a: ExprId, b: ExprId) -> bool {
        let sum = matches!(self.pool.node(a), Node::History(h) if matches!(h.kind, HistoryKind::Sum(_)));
        sum && self.pool.as_constant(b) == Some(f64::from(self.names.step()))
    }

    /// The text of `time(c, T)`, if that is what the product means.
    fn time(&self, a: ExprId, b: ExprId) -> Option<String> {
        let Node::History(h) = self.pool.node(a) else { return None };
        let HistoryKind::Sum(window) = h.kind else { return None };
        if !self.is_time(a, b) {
            return None;
        }
        let of = self.text(self.pool.tracks()[h.track.0 as usize], 0);
        let window = window.map_or(String::new(), |k| format!(", {}", span_words(f64::from(k) * f64::from(self.names.step()))));
        Some(format!("time({of}{window})"))
    }

    /// A comparison of a rung, state or constant: names for places, the constant on the right.
    fn comparison(&self, op: Binary, a: ExprId, b: ExprId) -> Option<String> {
        let (sign, turned) = match op {
            Binary::Lt => ("<", ">"),
            Binary::Le | Binary::SpanLe => ("<=", ">="),
            Binary::Eq | Binary::SpanEq => ("==", "=="),
            Binary::Ne | Binary::SpanNe => ("!=", "!="),
            _ => return None,
        };
        let (x, value, sign) = match (self.pool.as_constant(a), self.pool.as_constant(b)) {
            (Some(value), None) => (b, value, turned),
            (None, Some(value)) => (a, value, sign),
            _ => return None,
        };
        let place = match self.pool.node(x) {
            Node::Cell(cell) => self.names.place(*cell, value),
            _ => None,
        };
        // `attack` means that it happened: `attack.n > 0`.
        let spans = matches!(op, Binary::SpanLe | Binary::SpanEq | Binary::SpanNe) || self.is_span(x, 4);
        let value = place.unwrap_or_else(|| if spans { span_words(value) } else { number_words(value) });
        Some(format!("{} {sign} {value}", self.text(x, 5)))
    }

    /// A node of which is known that it is a span.
    fn span(&self, id: ExprId, level: u8) -> String {
        self.pool.as_constant(id).map_or_else(|| self.text(id, level), span_words)
    }

    fn binary(&self, op: Binary, a: ExprId, b: ExprId, level: u8) -> String {
        if let (Binary::Mul, Some(time)) = (op, self.time(a, b)) {
            return time;
        }
        if let Some(text) = self.comparison(op, a, b) {
            return bracket(text, 4 < level);
        }
        let (spans, second) = match op {
            Binary::SpanLe | Binary::SpanEq | Binary::SpanNe | Binary::SpanSub => (true, true),
            Binary::SpanScale | Binary::SpanDiv => (true, false),
            Binary::Lt | Binary::Add | Binary::Div | Binary::Min | Binary::Max => {
                let any = self.is_span(a, 4) || self.is_span(b, 4);
                (any, any && (op != Binary::Div || self.pool.as_constant(b).is_some_and(|x| x >= 60.0)))
            }
            _ => (false, false),
        };
        let left_text = |level| if spans { self.span(a, level) } else { self.text(a, level) };
        let right_text = |level| if second { self.span(b, level) } else { self.text(b, level) };
        let (sign, own) = match op {
            Binary::Min => return format!("min({}, {})", left_text(0), right_text(0)),
            Binary::Max => return format!("max({}, {})", left_text(0), right_text(0)),
            Binary::Or => ("or", 1),
            Binary::And => ("and", 2),
            Binary::Lt => ("<", 4),
            Binary::Le | Binary::SpanLe => ("<=", 4),
            Binary::Eq | Binary::SpanEq => ("==", 4),
            Binary::Ne | Binary::SpanNe => ("!=", 4),
            Binary::Add => ("+", 5),
            Binary::Sub | Binary::SpanSub => ("-", 5),
            Binary::Mul | Binary::SpanScale => ("*", 6),
            Binary::Div | Binary::SpanDiv => ("/", 6),
            Binary::Pow => ("^", 8),
        };
        let (left, right) = (if own == 4 || own == 8 { own + 1 } else { own }, own + 1);
        bracket(format!("{} {sign} {}", left_text(left), right_text(right)), own < level)
    }

    fn history(&self, kind: HistoryKind, track: TrackId) -> String {
        let value = self.text(self.pool.tracks()[track.0 as usize], 0);
        let span = |k: u32| span_words(f64::from(k) * f64::from(self.names.step()));
        let window = |k: Option<u32>| k.map_or(String::new(), |k| format!(", {}", span(k)));
        match kind {
            HistoryKind::Was(k) => format!("was({value}, {})", span(k)),
            HistoryKind::Ever(k) => format!("ever({value}{})", window(k)),
            HistoryKind::Always(k) => format!("always({value}{})", window(k)),
            HistoryKind::Held(k) => format!("held({value}, {})", span(k)),
            HistoryKind::Sum(k) => format!("total({value}{})", window(k)),
            HistoryKind::Mean(k) => format!("mean({value}{})", window(k)),
            HistoryKind::Highest(k) => format!("highest({value}{})", window(k)),
            HistoryKind::Lowest(k) => format!("lowest({value}{})", window(k)),
            HistoryKind::First => format!("first({value})"),
            HistoryKind::Since => format!("since({value})"),
            HistoryKind::AtFirst(x) => {
                let x = self.text(self.pool.tracks()[x.0 as usize], 0);
                format!("at_first({x}, {value})")
            }
        }
    }
}

fn bracket(text: String, needed: bool) -> String {
    if needed { format!("({text})") } else { text }
}
