//! What a value certainly is, so that it need not be checked at run time.
//!
//! Arithmetic with intervals: each value lies between two ends, and either may be undefined or not. Sums, products and
//! quotients of doubles are rounded, but rounding keeps order, so that ends computed with the same rounding hold
//! exactly. Stored numbers are checked when they are stored, so whoever reads them knows that they are finite;
//! variables with ends that are written in the file stay within them, and draws within the support of their
//! family.

use super::ops::Must;
use super::rules::HUGE;
use super::values::Maker;
use crate::dist::Family;
use crate::lang::{Binary, ExprId, HistoryKind, Node, Unary};
use crate::math;
use crate::scenario::model::{CellKind, Draw, ParamKind};

/// What a value certainly is: at least `low`, at most `high`, and undefined only if `defined` is false (then the ends
/// mean nothing).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sure {
    defined: bool,
    low: f64,
    high: f64,
}

/// Nothing is known.
const NOTHING: Sure = Sure { defined: false, low: f64::NEG_INFINITY, high: f64::INFINITY };
/// Not undefined.
const DEFINED: Sure = Sure { defined: true, ..NOTHING };
/// Finite.
const FINITE: Sure = between(f64::MIN, f64::MAX);
/// A truth value.
const TRUTH: Sure = between(0.0, 1.0);

const fn between(low: f64, high: f64) -> Sure {
    Sure { defined: true, low, high }
}

impl Sure {
    fn is_finite(self) -> bool {
        self.defined && self.low > f64::NEG_INFINITY && self.high < f64::INFINITY
    }

    /// Both.
    fn and(self, other: Self) -> Self {
        Self { defined: self.defined || other.defined, low: self.low.max(other.low), high: self.high.min(other.high) }
    }

    /// Either.
    fn or(self, other: Self) -> Self {
        if self.defined && other.defined { between(self.low.min(other.low), self.high.max(other.high)) } else { NOTHING }
    }

    /// The ends of a monotone function that is not rounded correctly.
    fn wider(self) -> Self {
        let margin = |x: f64| 1e-9 * x.abs() + f64::MIN_POSITIVE;
        Self { low: self.low - margin(self.low), high: self.high + margin(self.high), ..self }
    }
}

/// Of the values at the corners.
fn corners(a: Sure, b: Sure, f: impl Fn(f64, f64) -> f64) -> Sure {
    let all = [f(a.low, b.low), f(a.low, b.high), f(a.high, b.low), f(a.high, b.high)];
    between(all.into_iter().fold(f64::INFINITY, f64::min), all.into_iter().fold(f64::NEG_INFINITY, f64::max))
}

impl Maker<'_> {
    /// Whether a value needs no check.
    pub(super) fn certainly(&mut self, must: Must, expr: ExprId) -> bool {
        let sure = self.sure(expr);
        match must {
            Must::BeDefined => sure.defined,
            Must::BeFinite => sure.is_finite(),
            Must::BeChance => sure.defined && sure.low >= 0.0 && sure.high <= 1.0,
            Must::BeWeight => sure.is_finite() && sure.low >= 0.0,
            Must::BeAtMostOne => sure.defined && sure.high <= 1.0,
        }
    }

    /// What the value of an expression certainly is.
    pub(super) fn sure(&mut self, expr: ExprId) -> Sure {
        if let Some(known) = self.sure.get(&expr) {
            return *known;
        }
        let sure = self.find(expr);
        self.sure.insert(expr, sure);
        sure
    }

    /// What a parameter's draw can give; what is huge is handed back.
    fn drawn(&self, draw: &Draw) -> Sure {
        let huge = between(-HUGE, HUGE);
        let params: Option<Vec<f64>> = draw.params.iter().map(|p| self.scenario.pool.as_constant(p.expr)).collect();
        let Some(params) = params.filter(|p| draw.family.check(p).is_ok()) else { return huge };
        let (low, high) = draw.family.support(&params);
        let sure = between(low, high);
        let exact = matches!(draw.family, Family::Beta | Family::Uniform | Family::Bernoulli);
        huge.and(if exact { sure } else { between(low - 1e-9 * (low.abs() + high.abs()), high + 1e-9 * (low.abs() + high.abs())) })
    }

    fn stored(&self, kind: &CellKind) -> Sure {
        let scenario = self.scenario;
        match kind {
            CellKind::Variable(v) => {
                let variable = &scenario.variables[*v];
                let end = |f: &Option<crate::scenario::model::Formula>| f.as_ref().and_then(|f| scenario.pool.as_constant(f.expr));
                // A low end that is above the high one is handed back.
                FINITE.and(Sure {
                    defined: true,
                    low: end(&variable.min).unwrap_or(f64::NEG_INFINITY),
                    high: end(&variable.max).unwrap_or(f64::INFINITY),
                })
            }
            CellKind::Mark => FINITE,
            CellKind::Rung(_) | CellKind::Regime(_) | CellKind::Count => between(0.0, 1e9),
        }
    }

    fn find(&mut self, expr: ExprId) -> Sure {
        let scenario = self.scenario;
        match scenario.pool.node(expr) {
            Node::Const(x) if x.0.is_nan() => NOTHING,
            Node::Const(x) => between(x.0, x.0),
            Node::Param(p) => match &scenario.params[p.0 as usize].kind {
                ParamKind::Drawn(draw) => self.drawn(draw),
                ParamKind::Computed(formula) => {
                    let checked = if formula.ty == crate::lang::Type::Span { DEFINED } else { FINITE };
                    checked.and(self.sure(formula.expr))
                }
            },
            Node::Cell(c) => self.stored(&scenario.cells[c.0 as usize].kind),
            Node::Lookup { table, at } => {
                if !self.sure(*at).defined {
                    return NOTHING;
                }
                // Rows were checked when the trial began.
                let rows = &scenario.tables[table.0 as usize].rows;
                let values: Vec<Sure> = rows.iter().map(|row| FINITE.and(self.sure(row.expr))).collect();
                values.into_iter().reduce(Sure::or).unwrap_or(NOTHING)
            }
            Node::Rises(_) => TRUTH,
            Node::Now => between(0.0, f64::from(scenario.clock.step) * f64::from(scenario.clock.steps)),
            // What is perceived is not checked once noise is added; a draw may not have been made.
            Node::Seen(_) | Node::Draw(_) | Node::Bayes(..) | Node::Piecewise { .. } => NOTHING,
            Node::Unary(op, a) => {
                let a = self.sure(*a);
                if a.defined { of_one(*op, a) } else { NOTHING }
            }
            Node::Binary(op, a, b) => {
                let (a, b) = (self.sure(*a), self.sure(*b));
                if a.defined && b.defined { of_two(*op, a, b) } else { NOTHING }
            }
            Node::If(test, yes, no) => {
                let either = self.sure(*yes).or(self.sure(*no));
                if self.sure(*test).defined { either } else { NOTHING }
            }
            Node::History(h) => {
                let now = self.sure(scenario.pool.tracks()[h.track.0 as usize]);
                if !now.defined {
                    return NOTHING;
                }
                match h.kind {
                    HistoryKind::Ever(_) | HistoryKind::Always(_) | HistoryKind::Held(_) => TRUTH,
                    HistoryKind::Sum(_) | HistoryKind::Mean(_) => {
                        // Differences of running sums, with their rounding; sums of what is never negative do not fall.
                        let most = 4.0 * (f64::from(scenario.clock.steps) + 1.0) * now.low.abs().max(now.high.abs());
                        match most < f64::INFINITY {
                            true if now.low >= 0.0 => between(0.0, most),
                            true => between(-most, most),
                            false => NOTHING,
                        }
                    }
                    HistoryKind::Was(_) | HistoryKind::Highest(_) | HistoryKind::Lowest(_) => now,
                    HistoryKind::First | HistoryKind::Since => DEFINED,
                    HistoryKind::AtFirst(_) => NOTHING,
                }
            }
        }
    }
}

fn of_one(op: Unary, a: Sure) -> Sure {
    match op {
        Unary::Neg => between(-a.high, -a.low),
        Unary::Not => between(1.0 - a.high, 1.0 - a.low),
        Unary::Abs if a.low >= 0.0 => a,
        Unary::Abs => between(0.0, a.low.abs().max(a.high.abs())),
        Unary::Floor => between(a.low.floor(), a.high.floor()),
        Unary::Round => between((a.low + 0.5).floor(), (a.high + 0.5).floor()),
        Unary::Exp => between(math::exp(a.low), math::exp(a.high)).wider().and(between(0.0, f64::INFINITY)),
        Unary::Logistic => TRUTH,
        Unary::Ln if a.low > 0.0 && a.high < f64::INFINITY => between(math::ln(a.low) - 1e-9, math::ln(a.high) + 1e-9).wider(),
        Unary::Sqrt if a.low >= 0.0 => between(a.low.sqrt(), a.high.sqrt()),
        Unary::Ln | Unary::Sqrt => NOTHING,
    }
}

fn of_two(op: Binary, a: Sure, b: Sure) -> Sure {
    let finite = a.is_finite() && b.is_finite();
    match op {
        Binary::Add if finite => between(a.low + b.low, a.high + b.high),
        Binary::Sub if finite => between(a.low - b.high, a.high - b.low),
        Binary::Mul if finite => corners(a, b, |a, b| a * b),
        Binary::Div if finite && (b.low > 0.0 || b.high < 0.0) => corners(a, b, |a, b| a / b),
        Binary::Pow if finite && a.low >= 0.0 && b.low >= 0.0 => {
            between(0.0, math::pow(a.high.max(1.0), b.high)).wider().and(between(0.0, f64::INFINITY))
        }
        Binary::Min => between(a.low.min(b.low), a.high.min(b.high)),
        Binary::Max => between(a.low.max(b.low), a.high.max(b.high)),
        Binary::And | Binary::Or => TRUTH.or(a).or(b),
        Binary::Lt | Binary::Le | Binary::Eq | Binary::Ne | Binary::SpanLe | Binary::SpanEq | Binary::SpanNe => TRUTH,
        Binary::SpanSub => DEFINED,
        _ => NOTHING,
    }
}
