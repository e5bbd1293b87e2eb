//! Interval analysis: between which numbers a value certainly lies.
//!
//! Sound and cheap, not tight: each operand is taken to range on its own. It finds probabilities that
//! certainly (an error) or possibly (a lint) leave [0, 1], and conditions that can never hold.

use std::collections::HashMap;

use super::core::{Binary, CellId, DrawIx, ExprId, HistoryKind, Node, ParamId, Pool, SeenId, TableId, Unary};
use crate::math;

/// A closed interval that contains every value; ends may be infinite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Range {
    /// Everything.
    pub const ALL: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY };
    /// A truth value.
    pub const TRUTH: Self = Self { low: 0.0, high: 1.0 };
    /// Zero and above.
    pub const POSITIVE: Self = Self { low: 0.0, high: f64::INFINITY };

    /// One point.
    #[must_use]
    pub fn point(x: f64) -> Self {
        if x.is_nan() { Self::ALL } else { Self { low: x, high: x } }
    }

    /// The interval between two numbers; NaN ends become infinite.
    #[must_use]
    pub fn new(low: f64, high: f64) -> Self {
        Self { low: if low.is_nan() { f64::NEG_INFINITY } else { low }, high: if high.is_nan() { f64::INFINITY } else { high } }
    }

    /// The smallest interval that contains both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    fn of(points: &[f64]) -> Self {
        let low = points.iter().copied().fold(f64::INFINITY, f64::min);
        let high = points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if points.iter().any(|x| x.is_nan()) { Self::ALL } else { Self { low, high } }
    }
}

/// The range of another expression, on which the range of a thing depends.
pub type Of<'a> = dyn FnMut(ExprId) -> Range + 'a;

/// Ranges of what nodes refer to: implemented by the scenario.
pub trait Bounds {
    /// Range of a parameter.
    fn param(&self, id: ParamId, of: &mut Of<'_>) -> Range;
    /// Range of a stored number.
    fn cell(&self, id: CellId, of: &mut Of<'_>) -> Range;
    /// Range of a draw of the rule at hand.
    fn draw(&self, id: DrawIx, of: &mut Of<'_>) -> Range;
    /// Range of a perceived quantity.
    fn seen(&self, id: SeenId, of: &mut Of<'_>) -> Range;
    /// Range of a number of rungs or states.
    fn table(&self, id: TableId, of: &mut Of<'_>) -> Range;
    /// Length of the run in minutes.
    fn horizon(&self) -> f64;
    /// The range of an expression where it has been found before.
    fn known(&self, _: ExprId) -> Option<Range> {
        None
    }
}

/// The range of an expression.
#[must_use]
pub fn range_of(pool: &Pool, id: ExprId, bounds: &dyn Bounds) -> Range {
    Analysis { pool, bounds, memo: HashMap::new() }.range(id)
}

/// The ranges of all nodes of a pool, and whether each depends on a draw of some rule (whose range is
/// then not known here). One pass, since operands stand before their nodes.
#[must_use]
pub fn ranges_of(pool: &Pool, bounds: &dyn Bounds) -> Vec<(Range, bool)> {
    let mut memo: Vec<(Range, bool)> = Vec::with_capacity(pool.nodes().len());
    for (index, node) in pool.nodes().iter().enumerate() {
        let mut drawn = matches!(node, Node::Draw(_));
        pool.each_operand(node, |e| drawn |= memo[e.0 as usize].1);
        let known = &memo;
        let range = {
            let id = ExprId(u32::try_from(index).unwrap_or(u32::MAX));
            Known { pool, bounds, known }.compute(id)
        };
        memo.push((range, drawn));
    }
    memo
}

/// Computes the range of one node from those of its operands.
trait Compute<'b> {
    fn pool(&self) -> &Pool;
    fn bounds(&self) -> &'b dyn Bounds;
    fn range(&mut self, id: ExprId) -> Range;

    fn compute(&mut self, id: ExprId) -> Range {
        let bounds = self.bounds();
        match self.pool().node(id).clone() {
            Node::Const(x) => Range::point(x.0),
            Node::Param(p) => bounds.param(p, &mut |e| self.range(e)),
            Node::Cell(c) => bounds.cell(c, &mut |e| self.range(e)),
            Node::Draw(d) => bounds.draw(d, &mut |e| self.range(e)),
            Node::Seen(s) => bounds.seen(s, &mut |e| self.range(e)),
            Node::Now => Range::new(0.0, bounds.horizon()),
            Node::Lookup { table, .. } => bounds.table(table, &mut |e| self.range(e)),
            Node::Unary(op, a) => unary(op, self.range(a)),
            Node::Binary(op, a, b) => binary(op, self.range(a), self.range(b), a == b),
            Node::If(c, a, b) => match self.range(c) {
                Range { low: 1.0, .. } => self.range(a),
                Range { high: 0.0, .. } => self.range(b),
                _ => self.range(a).union(self.range(b)),
            },
            Node::Bayes(p, ..) => {
                let _ = self.range(p);
                Range::TRUTH
            }
            Node::Piecewise { values, .. } => {
                let first = self.range(values[0]);
                values.iter().fold(first, |r, v| r.union(self.range(*v)))
            }
            Node::History(h) => {
                let value = self.range(self.pool().tracks()[h.track.0 as usize]);
                match h.kind {
                    HistoryKind::Was(_) | HistoryKind::Mean(_) | HistoryKind::Highest(_) | HistoryKind::Lowest(_) => value,
                    // Always of an empty window is true, ever of one is false.
                    HistoryKind::Ever(_) | HistoryKind::Held(_) => Range::new(0.0, value.high),
                    HistoryKind::Always(_) => Range::TRUTH,
                    HistoryKind::First | HistoryKind::Since => Range::POSITIVE,
                    HistoryKind::Sum(_) => sum(value, bounds.horizon()),
                    HistoryKind::AtFirst(x) => self.range(self.pool().tracks()[x.0 as usize]),
                }
            }
            Node::Rises(_) => Range::TRUTH,
        }
    }
}

struct Analysis<'a> {
    pool: &'a Pool,
    bounds: &'a dyn Bounds,
    memo: HashMap<ExprId, Range>,
}

impl<'b> Compute<'b> for Analysis<'b> {
    fn pool(&self) -> &Pool {
        self.pool
    }
    fn bounds(&self) -> &'b dyn Bounds {
        self.bounds
    }
    fn range(&mut self, id: ExprId) -> Range {
        if let Some(range) = self.bounds.known(id).or_else(|| self.memo.get(&id).copied()) {
            return range;
        }
        let range = self.compute(id);
        self.memo.insert(id, range);
        range
    }
}

struct Known<'a> {
    pool: &'a Pool,
    bounds: &'a dyn Bounds,
    known: &'a [(Range, bool)],
}

impl<'b> Compute<'b> for Known<'b> {
    fn pool(&self) -> &Pool {
        self.pool
    }
    fn bounds(&self) -> &'b dyn Bounds {
        self.bounds
    }
    fn range(&mut self, id: ExprId) -> Range {
        self.known.get(id.0 as usize).map_or(Range::ALL, |k| k.0)
    }
}

/// A sum of up to `most` samples (a step is at least a minute).
fn sum(value: Range, most: f64) -> Range {
    let end = |x: f64| if x == 0.0 { 0.0 } else { x * most };
    Range::new(end(value.low.min(0.0)), end(value.high.max(0.0)))
}

fn unary(op: Unary, a: Range) -> Range {
    match op {
        Unary::Neg => Range::new(-a.high, -a.low),
        Unary::Not => Range::new(1.0 - a.high, 1.0 - a.low),
        Unary::Abs if a.low >= 0.0 => a,
        Unary::Abs => Range::new(0.0, a.low.abs().max(a.high.abs()).max(0.0)),
        Unary::Floor => Range::new(a.low.floor(), a.high.floor()),
        Unary::Round => Range::new((a.low + 0.5).floor(), (a.high + 0.5).floor()),
        Unary::Exp => Range::new(math::exp(a.low), math::exp(a.high)),
        Unary::Logistic => Range::new(math::logistic(a.low), math::logistic(a.high)),
        Unary::Ln if a.low > 0.0 => Range::new(math::ln(a.low), math::ln(a.high)),
        Unary::Ln => Range::new(f64::NEG_INFINITY, if a.high > 0.0 { math::ln(a.high) } else { f64::INFINITY }),
        Unary::Sqrt => Range::new(a.low.max(0.0).sqrt(), a.high.max(0.0).sqrt()),
    }
}

fn binary(op: Binary, a: Range, b: Range, same: bool) -> Range {
    match op {
        Binary::Add => Range::new(a.low + b.low, a.high + b.high),
        Binary::Sub if same => Range::point(0.0),
        // A difference with `never` is `never`, later than everything.
        Binary::SpanSub if a.high == f64::INFINITY || b.high == f64::INFINITY => {
            Range::new((a.low - b.high).min(a.low - b.low), f64::INFINITY)
        }
        Binary::Sub | Binary::SpanSub => Range::new(a.low - b.high, a.high - b.low),
        Binary::Mul | Binary::SpanScale => {
            let product = |x: f64, y: f64| if x == 0.0 || y == 0.0 { 0.0 } else { x * y };
            let square = same && a.low < 0.0 && a.high > 0.0;
            let ends = [product(a.low, b.low), product(a.low, b.high), product(a.high, b.low), product(a.high, b.high)];
            let range = Range::of(&ends);
            if square { Range::new(0.0, range.high) } else { range }
        }
        Binary::SpanDiv => {
            if a.low >= 0.0 && b.low > 0.0 {
                Range::POSITIVE
            } else {
                Range::ALL
            }
        }
        Binary::Div if b.low > 0.0 || b.high < 0.0 => {
            let quotient = |x: f64, y: f64| if y.is_infinite() { 0.0 } else { x / y };
            Range::of(&[quotient(a.low, b.low), quotient(a.low, b.high), quotient(a.high, b.low), quotient(a.high, b.high)])
        }
        // An edge at 0 leaves the sign known: x / y with x, y >= 0 is not negative.
        Binary::Div if b.low >= 0.0 && a.low >= 0.0 => Range::POSITIVE,
        Binary::Div => Range::ALL,
        Binary::Pow if a.low >= 0.0 => power(a, b),
        Binary::Pow if b == Range::point(2.0) => Range::new(0.0, (a.low * a.low).max(a.high * a.high)),
        Binary::Pow => Range::ALL,
        Binary::Min => Range::new(a.low.min(b.low), a.high.min(b.high)),
        Binary::Max => Range::new(a.low.max(b.low), a.high.max(b.high)),
        Binary::And => Range::new(a.low.min(b.low), a.high.min(b.high)),
        Binary::Or => Range::new(a.low.max(b.low), a.high.max(b.high)),
        Binary::Lt => decided(a.high < b.low, a.low >= b.high),
        Binary::Le | Binary::SpanLe => decided(op == Binary::Le && a.high <= b.low, a.low > b.high),
        Binary::Eq | Binary::SpanEq => decided(false, a.high < b.low || a.low > b.high),
        Binary::Ne | Binary::SpanNe => decided(a.high < b.low || a.low > b.high, false),
    }
}

fn power(a: Range, b: Range) -> Range {
    let ends = [math::pow(a.low, b.low), math::pow(a.low, b.high), math::pow(a.high, b.low), math::pow(a.high, b.high)];
    let range = Range::of(&ends);
    // x^y is monotone in each argument, with the turn at x = 1 and y = 0 covered by the ends.
    if range == Range::ALL { Range::POSITIVE } else { range }
}

fn decided(yes: bool, no: bool) -> Range {
    match (yes, no) {
        (true, _) => Range::point(1.0),
        (_, true) => Range::point(0.0),
        _ => Range::TRUTH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_contain_their_values() {
        let (a, b) = (Range::new(-2.0, 3.0), Range::new(0.5, 4.0));
        let ops =
            [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div, Binary::Min, Binary::Max, Binary::Lt, Binary::Le, Binary::Eq, Binary::Ne];
        for op in ops {
            let range = binary(op, a, b, false);
            for i in 0..=20 {
                for j in 0..=20 {
                    let x = a.low + (a.high - a.low) * f64::from(i) / 20.0;
                    let y = b.low + (b.high - b.low) * f64::from(j) / 20.0;
                    let v = op.apply(x, y);
                    assert!(range.low <= v && v <= range.high, "{op:?} {x} {y} {v} {range:?}");
                }
            }
        }
    }

    #[test]
    fn a_square_is_not_negative() {
        assert_eq!(binary(Binary::Mul, Range::new(-1.0, 2.0), Range::new(-1.0, 2.0), true).low, 0.0);
    }
}
