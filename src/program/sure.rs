//! What a value certainly is, so that it need not be checked at run time.
//!
//! Stored numbers are checked when they are stored, so whoever reads them knows that they are finite. Each kind
//! of number below includes those before it; an operation on numbers of one kind may lead to a lower one.

use super::ops::Must;
use super::values::Maker;
use crate::lang::{Binary, ExprId, HistoryKind, Node, Unary};
use crate::scenario::model::{CellKind, ParamKind};

/// What a value certainly is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sure {
    /// Anything.
    Nothing,
    /// Not undefined.
    Defined,
    /// Finite.
    Finite,
    /// Below 1e9 in size: sums over all steps are exact enough not to overflow.
    Small,
}

/// A number that is [`Sure::Small`].
const SMALL: f64 = 1e9;

impl Maker<'_> {
    /// Whether a value needs no check.
    pub(super) fn certainly(&mut self, must: Must, expr: ExprId) -> bool {
        match must {
            Must::BeDefined => self.sure(expr) >= Sure::Defined,
            Must::BeFinite => self.sure(expr) >= Sure::Finite,
            Must::BeChance => self.is_clamped(expr),
            Must::BeWeight | Must::BeAtMostOne => false,
        }
    }

    /// Whether an expression is `clamp(x, low, high)` with ends within 0 and 1, and x defined.
    fn is_clamped(&mut self, expr: ExprId) -> bool {
        let pool = &self.scenario.pool;
        let within = |e: ExprId| pool.as_constant(e).is_some_and(|x| (0.0..=1.0).contains(&x));
        let Node::Binary(outer, a, b) = *pool.node(expr) else { return false };
        for (inner, end) in [(a, b), (b, a)] {
            let Node::Binary(op, c, d) = *pool.node(inner) else { continue };
            let opposite = matches!((outer, op), (Binary::Max, Binary::Min) | (Binary::Min, Binary::Max));
            if !opposite || !within(end) {
                continue;
            }
            if (within(c) && self.sure(d) >= Sure::Defined) || (within(d) && self.sure(c) >= Sure::Defined) {
                return true;
            }
        }
        false
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

    fn find(&mut self, expr: ExprId) -> Sure {
        let scenario = self.scenario;
        match scenario.pool.node(expr) {
            Node::Const(x) if x.0.is_nan() => Sure::Nothing,
            Node::Const(x) if x.0.is_infinite() => Sure::Defined,
            Node::Const(x) if x.0.abs() < SMALL => Sure::Small,
            Node::Const(_) => Sure::Finite,
            Node::Param(p) => match scenario.params[p.0 as usize].kind {
                // A draw that is huge or undefined is handed back.
                ParamKind::Drawn(_) => Sure::Defined,
                ParamKind::Computed(_) => Sure::Defined,
            },
            Node::Cell(c) => match scenario.cells[c.0 as usize].kind {
                CellKind::Variable(_) | CellKind::Mark => Sure::Finite,
                CellKind::Rung(_) | CellKind::Regime(_) | CellKind::Count => Sure::Small,
            },
            Node::Lookup { at, .. } => {
                if self.sure(*at) >= Sure::Defined {
                    Sure::Finite
                } else {
                    Sure::Nothing
                }
            }
            Node::Rises(_) => Sure::Small,
            Node::Now => Sure::Small,
            // What is perceived is not checked once noise is added; a draw may stem from a family's quantile.
            Node::Seen(_) | Node::Draw(_) | Node::Bayes(..) | Node::Piecewise { .. } => Sure::Nothing,
            Node::Unary(op, a) => {
                let a = self.sure(*a);
                match op {
                    Unary::Neg | Unary::Abs => a,
                    Unary::Not => a,
                    Unary::Floor | Unary::Round => a.min(Sure::Finite),
                    Unary::Exp => a.min(Sure::Defined),
                    Unary::Logistic => {
                        if a >= Sure::Defined {
                            Sure::Small
                        } else {
                            a
                        }
                    }
                    Unary::Ln | Unary::Sqrt => Sure::Nothing,
                }
            }
            Node::Binary(op, a, b) => {
                let (x, y) = (self.sure(*a), self.sure(*b));
                let least = x.min(y);
                match op {
                    Binary::Add | Binary::Sub | Binary::Mul => match least {
                        Sure::Small => Sure::Finite,
                        Sure::Finite => Sure::Defined,
                        _ => Sure::Nothing,
                    },
                    Binary::Div => {
                        let divisor = scenario.pool.as_constant(*b).is_some_and(|k| k != 0.0 && k.is_finite());
                        if divisor { x.min(Sure::Defined) } else { Sure::Nothing }
                    }
                    Binary::Min | Binary::Max => least,
                    Binary::And
                    | Binary::Or
                    | Binary::Lt
                    | Binary::Le
                    | Binary::Eq
                    | Binary::Ne
                    | Binary::SpanLe
                    | Binary::SpanEq
                    | Binary::SpanNe => {
                        if least >= Sure::Defined {
                            Sure::Small
                        } else {
                            Sure::Nothing
                        }
                    }
                    Binary::SpanSub => least.min(Sure::Defined),
                    Binary::SpanScale | Binary::SpanDiv | Binary::Pow => Sure::Nothing,
                }
            }
            Node::If(test, yes, no) => {
                let (test, least) = (self.sure(*test), self.sure(*yes).min(self.sure(*no)));
                if test >= Sure::Defined { least } else { Sure::Nothing }
            }
            Node::History(h) => {
                let now = self.sure(scenario.pool.tracks()[h.track.0 as usize]);
                match h.kind {
                    _ if now < Sure::Defined => Sure::Nothing,
                    HistoryKind::Ever(_) | HistoryKind::Always(_) | HistoryKind::Held(_) => Sure::Small,
                    HistoryKind::Sum(_) | HistoryKind::Mean(_) => {
                        if now == Sure::Small {
                            Sure::Finite
                        } else {
                            Sure::Nothing
                        }
                    }
                    HistoryKind::Was(_) | HistoryKind::Highest(_) | HistoryKind::Lowest(_) => now,
                    HistoryKind::First | HistoryKind::Since => Sure::Defined,
                    HistoryKind::AtFirst(_) => Sure::Nothing,
                }
            }
        }
    }
}
