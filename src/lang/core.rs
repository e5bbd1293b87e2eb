//! Core nodes: what an expression means, with every name resolved.
//!
//! A [`Pool`] holds the nodes of all expressions of a scenario. Equal nodes are stored once, so a
//! node's index identifies its meaning; constants are folded while nodes are made, by the very
//! functions that the interpreter uses.
//!
//! Every value is an `f64`: numbers; truth as 0 or 1; spans in minutes; rungs, states and categories
//! as their place in the list. *Undefined* is NaN. It is born where mathematics has no answer
//! (division by zero, the root or logarithm of a negative number) and handed on by every operation,
//! `min` and comparisons included; only `and`, `or` and `if` may leave it aside, where they do not
//! need the operand. It stops the run where it is stored or decides something.

use std::collections::HashMap;

use crate::math;

/// Index of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExprId(pub u32);

/// Index of a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ParamId(pub u32);

/// Index of a number that a trial stores: a variable, a rung, a regime, an occurrence, a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellId(pub u32);

/// Index of a draw among those that the rule at hand can read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DrawIx(pub u32);

/// Index of a quantity that an actor perceives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SeenId(pub u32);

/// Index of a table of numbers that belong to rungs or states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableId(pub u32);

/// Index of a track: a value recorded at the end of every step, for history functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TrackId(pub u32);

/// Index of a place where `rises(c)` stands, with its memory of the last look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RisesId(pub u32);

/// A number that can be compared and hashed, by its bits.
#[derive(Clone, Copy, Debug)]
pub struct Num(pub f64);

impl PartialEq for Num {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}
impl Eq for Num {}
impl std::hash::Hash for Num {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.to_bits().hash(state);
    }
}

/// Operations on one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `-x`
    Neg,
    /// truth: 1 - x
    Not,
    /// absolute value
    Abs,
    /// largest whole number not above
    Floor,
    /// e^x
    Exp,
    /// natural logarithm; undefined for x <= 0
    Ln,
    /// square root; undefined for x < 0
    Sqrt,
    /// 1 / (1 + e^-x)
    Logistic,
    /// nearest whole number, halves up: floor(x + 0.5)
    Round,
}

/// Operations on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// sum
    Add,
    /// difference
    Sub,
    /// product
    Mul,
    /// quotient; undefined for divisor 0
    Div,
    /// power
    Pow,
    /// smaller of two
    Min,
    /// larger of two
    Max,
    /// both: the second is used only where the first is true
    And,
    /// either: the second is used only where the first is false
    Or,
    /// below
    Lt,
    /// not above
    Le,
    /// equal
    Eq,
    /// unequal
    Ne,
    /// difference of spans; `never` on either side gives `never`
    SpanSub,
    /// span times number; `never` stays `never` for a factor above 0 and is undefined else
    SpanScale,
    /// span divided by a number; `never` stays `never` for a divisor above 0; undefined for 0
    SpanDiv,
    /// not later; two nevers: false
    SpanLe,
    /// equal spans; two nevers: false
    SpanEq,
    /// unequal spans; two nevers: true
    SpanNe,
}

/// Functions of the past. Windows are counted in steps; `None` is "since step 1".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HistoryKind {
    /// The value so many steps ago (the start value before that).
    Was(u32),
    /// Some sample of the window is true.
    Ever(Option<u32>),
    /// Every sample of the window is true.
    Always(Option<u32>),
    /// True on so many samples ending now; false while there are fewer.
    Held(u32),
    /// Sum over the window.
    Sum(Option<u32>),
    /// Mean over the window; at step 0 the start value.
    Mean(Option<u32>),
    /// Largest over the window; at step 0 the start value.
    Highest(Option<u32>),
    /// Smallest over the window; at step 0 the start value.
    Lowest(Option<u32>),
    /// End time of the first step that is true; `never` if none.
    First,
    /// Time since the end of the last step that was true; `never` if none.
    Since,
    /// The value of another track on the first true step; undefined if none.
    AtFirst(TrackId),
}

/// A function of the past of one track.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct History {
    /// Which function.
    pub kind: HistoryKind,
    /// Of what.
    pub track: TrackId,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A constant.
    Const(Num),
    /// A parameter of the trial.
    Param(ParamId),
    /// A stored number of the trial, as it is now.
    Cell(CellId),
    /// A draw of the rule at hand.
    Draw(DrawIx),
    /// A perceived quantity.
    Seen(SeenId),
    /// Minutes from the start to the end of this step.
    Now,
    /// The number of a rung or state: row `at` of a table.
    Lookup {
        /// Which table.
        table: TableId,
        /// Which row.
        at: ExprId,
    },
    /// An operation on one value.
    Unary(Unary, ExprId),
    /// An operation on two values.
    Binary(Binary, ExprId, ExprId),
    /// The second where the first is true, else the third.
    If(ExprId, ExprId, ExprId),
    /// Piecewise linear interpolation, flat outside.
    Piecewise {
        /// Where.
        x: ExprId,
        /// Knots, rising.
        knots: Box<[Num]>,
        /// Value at each knot.
        values: Box<[ExprId]>,
    },
    /// p l1 / (p l1 + (1-p) l0), or p where both products are 0.
    Bayes(ExprId, ExprId, ExprId),
    /// A function of the past.
    History(History),
    /// Whether a condition has become true since the rule last looked.
    Rises(RisesId),
}

/// What is wrong with a pool that grows too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooDeep;

/// All nodes of a scenario.
#[derive(Clone, Debug, Default)]
pub struct Pool {
    nodes: Vec<Node>,
    depths: Vec<u32>,
    index: HashMap<Node, ExprId>,
    tracks: Vec<ExprId>,
    /// Whether a track holds spans, which may be `never`.
    span_tracks: Vec<bool>,
    track_index: HashMap<ExprId, TrackId>,
    too_deep: bool,
}

impl Pool {
    /// The deepest tree of nodes. Values that are derived from derived values pile up; the interpreter
    /// descends by recursion, so the depth is bounded.
    pub const MAX_DEPTH: u32 = 2_000;
    /// The longest list that is joined one after the other.
    pub const ROW: usize = 64;

    /// The node with this index.
    #[must_use]
    pub fn node(&self, id: ExprId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// All nodes; the operands of a node stand before it.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The expressions that are recorded at the end of every step.
    #[must_use]
    pub fn tracks(&self) -> &[ExprId] {
        &self.tracks
    }

    /// Whether some expression has become deeper than [`Self::MAX_DEPTH`].
    #[must_use]
    pub fn is_too_deep(&self) -> bool {
        self.too_deep
    }

    /// The track that records `expr`.
    pub fn track(&mut self, expr: ExprId) -> TrackId {
        if let Some(&track) = self.track_index.get(&expr) {
            return track;
        }
        let track = TrackId(u32::try_from(self.tracks.len()).unwrap_or(u32::MAX));
        self.tracks.push(expr);
        self.span_tracks.push(false);
        self.track_index.insert(expr, track);
        track
    }

    /// Says that a track holds spans: they may be `never`, where a number must be finite.
    pub fn holds_spans(&mut self, track: TrackId) {
        self.span_tracks[track.0 as usize] = true;
    }

    /// Whether each track holds spans.
    #[must_use]
    pub fn span_tracks(&self) -> &[bool] {
        &self.span_tracks
    }

    /// A constant.
    pub fn constant(&mut self, x: f64) -> ExprId {
        self.add(Node::Const(Num(x)))
    }

    /// The value of a constant node.
    #[must_use]
    pub fn as_constant(&self, id: ExprId) -> Option<f64> {
        match self.node(id) {
            Node::Const(x) => Some(x.0),
            _ => None,
        }
    }

    /// Adds a node, or finds the equal one; folds constants.
    pub fn add(&mut self, node: Node) -> ExprId {
        let node = self.fold(node);
        if let Some(&id) = self.index.get(&node) {
            return id;
        }
        let mut depth = 0;
        self.each_operand(&node, |e| depth = depth.max(self.depths[e.0 as usize] + 1));
        if depth > Self::MAX_DEPTH {
            self.too_deep = true;
        }
        let id = ExprId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(node.clone());
        self.depths.push(depth);
        self.index.insert(node, id);
        id
    }

    /// Joins a list from left to right: up to [`Self::ROW`] one after the other; longer lists in rows of that
    /// length, whose results are then joined, so that the tree stays shallow. `None` for none.
    pub fn fold_list(&mut self, op: Binary, list: &[ExprId]) -> Option<ExprId> {
        if list.len() > Self::ROW {
            let rows: Vec<ExprId> = list.chunks(Self::ROW).filter_map(|row| self.fold_list(op, row)).collect();
            return self.fold_list(op, &rows);
        }
        list.iter().copied().reduce(|so_far, next| self.add(Node::Binary(op, so_far, next)))
    }

    /// Calls `visit` with each operand of `node`, the expressions of its tracks included.
    pub fn each_operand(&self, node: &Node, mut visit: impl FnMut(ExprId)) {
        match node {
            Node::Const(_) | Node::Param(_) | Node::Cell(_) | Node::Draw(_) | Node::Seen(_) | Node::Now | Node::Rises(_) => {}
            Node::Lookup { at, .. } => visit(*at),
            Node::Unary(_, a) => visit(*a),
            Node::Binary(_, a, b) => [*a, *b].into_iter().for_each(visit),
            Node::If(a, b, c) | Node::Bayes(a, b, c) => [*a, *b, *c].into_iter().for_each(visit),
            Node::Piecewise { x, values, .. } => {
                visit(*x);
                values.iter().copied().for_each(visit);
            }
            Node::History(h) => {
                visit(self.tracks[h.track.0 as usize]);
                if let HistoryKind::AtFirst(track) = h.kind {
                    visit(self.tracks[track.0 as usize]);
                }
            }
        }
    }

    /// Calls `visit` once with every node that `root` reaches, itself included.
    pub fn each_reached(&self, root: ExprId, mut visit: impl FnMut(ExprId, &Node)) {
        let mut seen = std::collections::HashSet::new();
        let mut stack = vec![root];
        while let Some(id) = stack.pop() {
            if seen.insert(id) {
                let node = self.node(id);
                visit(id, node);
                self.each_operand(node, |e| stack.push(e));
            }
        }
    }

    fn fold(&self, node: Node) -> Node {
        let c = |e: ExprId| self.as_constant(e);
        let value = match &node {
            Node::Unary(op, a) => c(*a).map(|a| op.apply(a)),
            Node::Binary(op, a, b) => match (c(*a), c(*b)) {
                (Some(a), Some(b)) => Some(op.apply(a, b)),
                // The usual written exponents need no logarithm, and lose less to rounding.
                (None, Some(1.0)) if *op == Binary::Pow => return self.node(*a).clone(),
                (None, Some(2.0)) if *op == Binary::Pow => return Node::Binary(Binary::Mul, *a, *a),
                (None, Some(0.5)) if *op == Binary::Pow => return Node::Unary(Unary::Sqrt, *a),
                _ => None,
            },
            Node::If(test, yes, no) => match c(*test) {
                Some(1.0) => return self.node(*yes).clone(),
                Some(0.0) => return self.node(*no).clone(),
                _ => None,
            },
            Node::Bayes(p, l1, l0) => match (c(*p), c(*l1), c(*l0)) {
                (Some(p), Some(l1), Some(l0)) => Some(bayes(p, l1, l0)),
                _ => None,
            },
            _ => None,
        };
        value.map_or(node, |x| Node::Const(Num(x)))
    }
}

impl Unary {
    /// The value.
    #[must_use]
    pub fn apply(self, x: f64) -> f64 {
        match self {
            Self::Neg => -x,
            Self::Not => 1.0 - x,
            Self::Abs => x.abs(),
            Self::Floor => x.floor(),
            Self::Exp => math::exp(x),
            Self::Ln => math::ln(x),
            Self::Sqrt => x.sqrt(),
            Self::Logistic => math::logistic(x),
            Self::Round => (x + 0.5).floor(),
        }
    }
}

impl Binary {
    /// The value.
    #[must_use]
    pub fn apply(self, a: f64, b: f64) -> f64 {
        let nan = a.is_nan() || b.is_nan();
        let truth = |t: bool| if nan { f64::NAN } else { f64::from(u8::from(t)) };
        let never = a == f64::INFINITY || b == f64::INFINITY;
        let both = a == f64::INFINITY && b == f64::INFINITY;
        match self {
            Self::Add => a + b,
            Self::Sub => a - b,
            Self::Mul => a * b,
            Self::Div if b == 0.0 => f64::NAN,
            Self::Div => a / b,
            Self::Pow => math::pow(a, b),
            Self::Min if nan => f64::NAN,
            Self::Min => {
                if b < a {
                    b
                } else {
                    a
                }
            }
            Self::Max if nan => f64::NAN,
            Self::Max => {
                if b > a {
                    b
                } else {
                    a
                }
            }
            Self::And => {
                if a == 0.0 {
                    0.0
                } else if a.is_nan() {
                    a
                } else {
                    b
                }
            }
            Self::Or => {
                if a == 1.0 {
                    1.0
                } else if a.is_nan() {
                    a
                } else {
                    b
                }
            }
            Self::Lt => truth(a < b),
            Self::Le => truth(a <= b),
            Self::Eq => truth(a == b),
            Self::Ne => truth(a != b),
            Self::SpanSub if nan => f64::NAN,
            Self::SpanSub => {
                if never {
                    f64::INFINITY
                } else {
                    a - b
                }
            }
            Self::SpanScale if a == f64::INFINITY => {
                if b > 0.0 {
                    f64::INFINITY
                } else {
                    f64::NAN
                }
            }
            Self::SpanScale => a * b,
            Self::SpanDiv if b == 0.0 => f64::NAN,
            Self::SpanDiv if a == f64::INFINITY => {
                if b > 0.0 {
                    f64::INFINITY
                } else {
                    f64::NAN
                }
            }
            Self::SpanDiv => a / b,
            Self::SpanLe => truth(a <= b && !both),
            Self::SpanEq => truth(a == b && !both),
            Self::SpanNe => truth(a != b || both),
        }
    }
}

/// Bayes' rule: the probability of a hypothesis with prior `p` after an observation that has the
/// likelihoods `l1` under it and `l0` under its contrary; `p` where both products are 0.
#[must_use]
pub fn bayes(p: f64, l1: f64, l0: f64) -> f64 {
    let yes = p * l1;
    let no = (1.0 - p) * l0;
    if yes == 0.0 && no == 0.0 { p } else { yes / (yes + no) }
}

/// Piecewise linear interpolation through `(knots[i], values(i))`, flat outside the knots.
///
/// `values` is asked for at most two knots. NaN in `x` gives NaN.
#[must_use]
pub fn piecewise(x: f64, knots: &[Num], values: impl Fn(usize) -> f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    let after = knots.iter().position(|k| k.0 > x);
    match after {
        Some(0) => values(0),
        None => values(knots.len() - 1),
        Some(i) => {
            let (x0, x1) = (knots[i - 1].0, knots[i].0);
            let y0 = values(i - 1);
            if x == x0 {
                return y0;
            }
            let y1 = values(i);
            y0 + (y1 - y0) * ((x - x0) / (x1 - x0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: f64 = f64::INFINITY;

    #[test]
    fn equal_nodes_are_stored_once_and_constants_folded() {
        let mut pool = Pool::default();
        let (a, b) = (pool.constant(2.0), pool.constant(3.0));
        let sum = pool.add(Node::Binary(Binary::Add, a, b));
        assert_eq!(pool.as_constant(sum), Some(5.0));
        let x = pool.add(Node::Cell(CellId(0)));
        let one = pool.add(Node::Binary(Binary::Mul, x, b));
        let two = pool.add(Node::Binary(Binary::Mul, x, b));
        assert_eq!(one, two);
    }

    #[test]
    fn two_nevers_compare_false_in_every_way_but_unequal() {
        assert_eq!(Binary::SpanLe.apply(NEVER, NEVER), 0.0);
        assert_eq!(Binary::Lt.apply(NEVER, NEVER), 0.0);
        assert_eq!(Binary::SpanEq.apply(NEVER, NEVER), 0.0);
        assert_eq!(Binary::SpanNe.apply(NEVER, NEVER), 1.0);
        assert_eq!(Binary::SpanLe.apply(5.0, NEVER), 1.0);
        assert_eq!(Binary::SpanSub.apply(5.0, NEVER), NEVER);
        assert_eq!(Binary::SpanSub.apply(NEVER, NEVER), NEVER);
    }

    #[test]
    fn the_undefined_is_handed_on_unless_it_is_not_needed() {
        let nan = f64::NAN;
        for op in [Binary::Min, Binary::Max, Binary::Lt, Binary::Eq, Binary::SpanNe, Binary::SpanSub] {
            assert!(op.apply(nan, 1.0).is_nan() && op.apply(1.0, nan).is_nan(), "{op:?}");
        }
        assert_eq!(Binary::And.apply(0.0, nan), 0.0);
        assert_eq!(Binary::Or.apply(1.0, nan), 1.0);
        assert!(Binary::And.apply(1.0, nan).is_nan() && Binary::And.apply(nan, 0.0).is_nan());
        assert!(Binary::Div.apply(1.0, 0.0).is_nan());
    }

    #[test]
    fn tables_interpolate_and_are_flat_outside() {
        let knots = [Num(0.0), Num(1.0), Num(3.0)];
        let at = |x: f64| piecewise(x, &knots, |i| [10.0, 20.0, 0.0][i]);
        assert_eq!([at(-1.0), at(0.0), at(0.5), at(1.0), at(2.0), at(9.0)], [10.0, 10.0, 15.0, 20.0, 10.0, 0.0]);
    }

    #[test]
    fn bayes_keeps_the_prior_where_the_observation_was_impossible() {
        assert_eq!(bayes(0.3, 0.0, 0.0), 0.3);
        assert_eq!(bayes(0.5, 0.9, 0.1), 0.9);
    }
}
