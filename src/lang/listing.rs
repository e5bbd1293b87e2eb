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

    fn binary(&self, op: Binary, a: ExprId, b: ExprId, level: u8) -> String {
        let (sign, own) = match op {
            Binary::Min => return self.call("min", &[a, b]),
            Binary::Max => return self.call("max", &[a, b]),
            Binary::Or => ("or", 1),
            Binary::And => ("and", 2),
            Binary::Lt => ("<", 4),
            Binary::Le | Binary::SpanLe => ("<=", 4),
            Binary::Eq | Binary::SpanEq => ("==", 4),
            Binary::Ne | Binary::SpanNe => ("!=", 4),
            Binary::Add => ("+", 5),
            Binary::Sub | Binary::SpanSub => ("-", 5),
            Binary::Mul | Binary::SpanScale => ("*", 6),
            Binary::Div => ("/", 6),
            Binary::Pow => ("^", 8),
        };
        let (left, right) = (if own == 4 || own == 8 { own + 1 } else { own }, own + 1);
        bracket(format!("{} {sign} {}", self.text(a, left), self.text(b, right)), own < level)
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
