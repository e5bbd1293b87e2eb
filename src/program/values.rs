//! Expressions to operations.
//!
//! The pool holds equal expressions once, so a value that has been computed is found by its node. It stays
//! good until something that it reads is written; inside a part that may be skipped, until the end of that
//! part.

use std::collections::HashMap;

use super::ops::{Code, Must, Narrow, Op, Past, Place, Src};
use super::{Knots, TrackPlan};
use crate::lang::core::Num;
use crate::lang::{Binary, Unary};
use crate::lang::{ExprId, HistoryKind, Node, RisesId};
use crate::scenario::Scenario;

/// Stamps of the last write of everything that an expression can read.
#[derive(Default)]
struct Written {
    cells: Vec<u64>,
    seen: Vec<u64>,
    rises: Vec<u64>,
    draws: Vec<u64>,
}

/// What was known of an expression before.
type Before = Option<(Src, u64)>;

/// Values that have been computed and are still good.
#[derive(Default)]
struct Known {
    values: HashMap<ExprId, (Src, u64)>,
    /// Per open part: what to restore at its end, and the trials for which it is done, if not for all.
    scopes: Vec<(Vec<(ExprId, Before)>, Src)>,
}

/// A part that may be skipped, still open.
#[must_use]
pub(super) enum Gate {
    /// Skipped from this operation on.
    At(usize),
    /// Repeated: what it computes is not good after it.
    Pass,
    /// Always done.
    Always,
}

/// Makes the operations of a program.
pub(super) struct Maker<'s> {
    pub(super) scenario: &'s Scenario,
    pub(super) code: Vec<Op>,
    pub(super) start: Vec<Op>,
    pub(super) constants: Vec<f64>,
    constant_at: HashMap<Num, Src>,
    pub(super) lists: Vec<Src>,
    pub(super) knots: Vec<Knots>,
    pub(super) times: Vec<Vec<u32>>,
    pub(super) kept: usize,
    pub(super) first: Vec<(usize, f64)>,
    next: usize,
    known: Known,
    known_at_start: Known,
    written: Written,
    stamp: u64,
    fresh: HashMap<ExprId, (u64, u64)>,
    hoisted: HashMap<ExprId, Src>,
    fixed: HashMap<ExprId, bool>,
    pub(super) sure: HashMap<ExprId, super::sure::Sure>,
    /// Whether parameters follow a design instead of being drawn.
    pub(super) given: bool,
    /// Whether the operations of steps are being made; parameters are known then.
    pub(super) stepping: bool,
    /// Draws of the rule at hand.
    pub(super) draws: Vec<Src>,
    pub(super) alive: Src,
    pub(super) params: Vec<Src>,
    pub(super) tables: Vec<Vec<Src>>,
    pub(super) bounds: Vec<(Src, Src)>,
    pub(super) seen: Vec<Src>,
    pub(super) rises: Vec<(usize, usize)>,
    pub(super) leaves: Vec<Option<usize>>,
    pub(super) tracks: Vec<TrackPlan>,
    /// For each track, the other tracks whose value at its first true step is kept.
    pub(super) at_first: Vec<Vec<u32>>,
    pub(super) rings: usize,
    /// Names of kept rows that are not cells.
    pub(super) names: Vec<(usize, String)>,
    /// Counts and marks that something reads.
    pub(super) live: Vec<bool>,
    /// Perceptions computed in this phase: which, for whom, when.
    pub(super) perceived: Vec<(u32, Src, u64, usize)>,
}

impl<'s> Maker<'s> {
    pub(super) fn new(scenario: &'s Scenario) -> Self {
        let cells = scenario.cells.len();
        let mut new = Self {
            scenario,
            code: Vec::new(),
            start: Vec::new(),
            constants: Vec::new(),
            constant_at: HashMap::new(),
            lists: Vec::new(),
            knots: Vec::new(),
            times: Vec::new(),
            kept: cells,
            first: Vec::new(),
            next: 0,
            known: Known::default(),
            known_at_start: Known::default(),
            written: Written::default(),
            stamp: 1,
            fresh: HashMap::new(),
            hoisted: HashMap::new(),
            fixed: HashMap::new(),
            sure: HashMap::new(),
            given: false,
            stepping: false,
            draws: Vec::new(),
            alive: Src::at(Place::Kept(cells)),
            params: Vec::new(),
            tables: Vec::new(),
            bounds: Vec::new(),
            seen: Vec::new(),
            rises: Vec::new(),
            leaves: Vec::new(),
            tracks: Vec::new(),
            at_first: vec![Vec::new(); scenario.pool.tracks().len()],
            rings: 0,
            names: Vec::new(),
            live: vec![true; cells],
            perceived: Vec::new(),
        };
        let _alive = new.keep(0.0);
        new.written.cells = vec![0; cells];
        new.written.seen = vec![0; scenario.seen.len()];
        new.written.rises = vec![0; scenario.rises.len()];
        new
    }

    /// A row that is kept, with its first value.
    pub(super) fn keep(&mut self, first: f64) -> usize {
        let row = self.kept;
        self.kept += 1;
        if first != 0.0 {
            self.first.push((row, first));
        }
        row
    }

    pub(super) fn constant(&mut self, x: f64) -> Src {
        if let Some(src) = self.constant_at.get(&Num(x)) {
            return *src;
        }
        let src = Src::at(Place::Constant(self.constants.len()));
        self.constants.push(x);
        self.constant_at.insert(Num(x), src);
        src
    }

    /// The value of a row that is a constant.
    pub(super) fn constant_of(&self, src: Src) -> Option<f64> {
        match src.place() {
            Place::Constant(i) if src.is_some() => Some(self.constants[i]),
            _ => None,
        }
    }

    pub(super) fn cell(at: usize) -> Src {
        Src::at(Place::Kept(at))
    }

    fn register(&mut self) -> Src {
        self.next += 1;
        Src::at(Place::Register(self.next - 1))
    }

    fn list(&mut self, list: &[Src]) -> (u32, u32) {
        let from = self.lists.len();
        self.lists.extend_from_slice(list);
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        (place(from), place(self.lists.len()))
    }

    /// An operation with a result.
    pub(super) fn push(&mut self, code: Code, operands: [Src; 3], list: &[Src]) -> Src {
        let d = self.register();
        let list = self.list(list);
        let [a, b, c] = operands;
        self.code.push(Op { code, d, a, b, c, list });
        d
    }

    /// An operation without one.
    pub(super) fn act(&mut self, code: Code, operands: [Src; 3], list: &[Src]) {
        let list = self.list(list);
        let [a, b, c] = operands;
        self.code.push(Op { code, d: Src::NONE, a, b, c, list });
    }

    pub(super) fn binary(&mut self, op: Binary, a: Src, b: Src) -> Src {
        if let (Some(x), Some(y)) = (self.constant_of(a), self.constant_of(b)) {
            return self.constant(op.apply(x, y));
        }
        // Sums and products commute to the last bit; the engine is faster with the constant last.
        let swap = matches!(op, Binary::Add | Binary::Mul) && self.constant_of(a).is_some();
        let (a, b) = if swap { (b, a) } else { (a, b) };
        let wanted = if op == Binary::Pow { self.part() } else { Src::NONE };
        self.push(Code::Binary(op), [a, b, wanted], &[])
    }

    /// `mask and (b OP c)`.
    pub(super) fn narrow(&mut self, how: Narrow, mask: Src, b: Src, c: Src) -> Src {
        if let Some(x) = self.constant_of(b)
            && (how == Narrow::True && x == 1.0)
        {
            return mask;
        }
        self.push(Code::Narrow(how), [mask, b, c], &[])
    }

    pub(super) fn is(&mut self, mask: Src, row: Src, value: f64) -> Src {
        let value = self.constant(value);
        self.narrow(Narrow::Equal, mask, row, value)
    }

    /// Hands back trials in which `value` is not what it must be where `mask`.
    pub(super) fn must(&mut self, must: Must, mask: Src, value: Src) {
        let fine = self.constant_of(value).is_some_and(|x| match must {
            Must::BeFinite => x.is_finite(),
            Must::BeDefined => !x.is_nan(),
            Must::BeChance => (0.0..=1.0).contains(&x),
            Must::BeWeight => x >= 0.0 && x.is_finite(),
            Must::BeAtMostOne => x <= 1.0,
        });
        if !fine {
            self.act(Code::Must(must), [mask, value, Src::NONE], &[]);
        }
    }

    /// As [`Self::must`], for the value of an expression: nothing where it cannot be otherwise.
    pub(super) fn must_be(&mut self, must: Must, mask: Src, expr: ExprId) {
        if !self.certainly(must, expr) {
            let value = self.value(expr);
            self.must(must, mask, value);
        }
    }

    pub(super) fn put(&mut self, row: usize, mask: Src, value: Src) {
        self.act(Code::Keep(row), [mask, value, Src::NONE], &[]);
    }

    // Parts that may be skipped.

    fn gate(&mut self, code: Code, a: Src) -> Gate {
        self.act(code, [a, Src::NONE, Src::NONE], &[]);
        let part = if a.is_some() { a } else { self.part() };
        self.known.scopes.push((Vec::new(), part));
        Gate::At(self.code.len() - 1)
    }

    /// The trials for which the innermost part is done: what is computed in it, nobody reads in others. None
    /// stands for all.
    pub(super) fn part(&self) -> Src {
        self.known.scopes.last().map_or(Src::NONE, |scope| scope.1)
    }

    pub(super) fn if_any(&mut self, mask: Src) -> Gate {
        self.gate(Code::UnlessAny(0), mask)
    }

    pub(super) fn if_looks(&mut self, every: u32) -> Gate {
        if every <= self.scenario.clock.step {
            return Gate::Always;
        }
        self.gate(Code::UnlessLooks(every, 0), Src::NONE)
    }

    pub(super) fn if_at(&mut self, times: &[u32]) -> Gate {
        let place = self.dates(times);
        self.gate(Code::UnlessAt(place, 0), Src::NONE)
    }

    pub(super) fn dates(&mut self, times: &[u32]) -> usize {
        self.times.push(times.to_vec());
        self.times.len() - 1
    }

    /// A part that is not skipped but repeated: its values are not good after it.
    pub(super) fn pass(&mut self) -> Gate {
        let part = self.part();
        self.known.scopes.push((Vec::new(), part));
        Gate::Pass
    }

    /// From here on the innermost part is for the trials of `mask` only.
    pub(super) fn only_for(&mut self, mask: Src) {
        if let Some(scope) = self.known.scopes.last_mut() {
            scope.1 = mask;
        }
    }

    #[expect(clippy::needless_pass_by_value, reason = "a part is closed once")]
    pub(super) fn close(&mut self, gate: Gate) {
        if matches!(gate, Gate::Always) {
            return;
        }
        for (expr, before) in self.known.scopes.pop().map_or(Vec::new(), |scope| scope.0).into_iter().rev() {
            match before {
                Some(before) => self.known.values.insert(expr, before),
                None => self.known.values.remove(&expr),
            };
        }
        let depth = self.known.scopes.len();
        self.perceived.retain(|p| p.3 <= depth);
        if let Gate::At(at) = gate {
            let to = self.code.len();
            match &mut self.code[at].code {
                Code::UnlessLooks(_, target) | Code::UnlessAt(_, target) | Code::UnlessAny(target) => *target = to,
                _ => {}
            }
        }
    }

    pub(super) fn depth(&self) -> usize {
        self.known.scopes.len()
    }

    // What is written.

    pub(super) fn stamp(&self) -> u64 {
        self.stamp
    }

    pub(super) fn wrote_cell(&mut self, at: usize) {
        self.stamp += 1;
        self.written.cells[at] = self.stamp;
    }

    pub(super) fn wrote_seen(&mut self, at: usize) {
        self.stamp += 1;
        self.written.seen[at] = self.stamp;
    }

    fn wrote_rises(&mut self, at: usize) {
        self.stamp += 1;
        self.written.rises[at] = self.stamp;
    }

    /// The draws of another rule, or none yet.
    pub(super) fn set_draws(&mut self, draws: Vec<Src>) {
        self.stamp += 1;
        self.written.draws.fill(self.stamp);
        if self.written.draws.len() < draws.len() {
            self.written.draws.resize(draws.len(), self.stamp);
        }
        self.draws = draws;
    }

    pub(super) fn push_draw(&mut self, draw: Src) {
        self.stamp += 1;
        let at = self.draws.len();
        self.draws.push(draw);
        if self.written.draws.len() <= at {
            self.written.draws.resize(at + 1, self.stamp);
        }
        self.written.draws[at] = self.stamp;
    }

    /// A new step, or the first: nothing that was computed is good.
    pub(super) fn forget(&mut self) {
        self.known = Known::default();
        self.perceived.clear();
    }

    /// The stamp of the last write of anything that `expr` reads.
    pub(super) fn last_write(&mut self, expr: ExprId) -> u64 {
        if let Some((at, value)) = self.fresh.get(&expr)
            && *at == self.stamp
        {
            return *value;
        }
        let pool = &self.scenario.pool;
        let node = pool.node(expr);
        let own = match node {
            Node::Cell(c) => self.written.cells[c.0 as usize],
            Node::Seen(s) => self.written.seen[s.0 as usize],
            Node::Rises(r) => self.written.rises[r.0 as usize],
            Node::Draw(d) => self.written.draws.get(d.0 as usize).copied().unwrap_or(self.stamp),
            _ => 0,
        };
        let mut operands = Vec::new();
        pool.each_operand(node, |e| operands.push(e));
        let value = operands.into_iter().fold(own, |most, e| most.max(self.last_write(e)));
        self.fresh.insert(expr, (self.stamp, value));
        value
    }

    /// Whether a value is the same throughout a trial.
    pub(super) fn is_fixed(&mut self, expr: ExprId) -> bool {
        if let Some(known) = self.fixed.get(&expr) {
            return *known;
        }
        let pool = &self.scenario.pool;
        let node = pool.node(expr);
        let own = !matches!(node, Node::Cell(_) | Node::Seen(_) | Node::Rises(_) | Node::Draw(_) | Node::Now | Node::History(_));
        let mut operands = Vec::new();
        pool.each_operand(node, |e| operands.push(e));
        let fixed = own && operands.into_iter().all(|e| self.is_fixed(e));
        self.fixed.insert(expr, fixed);
        fixed
    }

    /// The row with the value of an expression.
    pub(super) fn value(&mut self, expr: ExprId) -> Src {
        let scenario = self.scenario;
        match scenario.pool.node(expr) {
            Node::Const(x) => return self.constant(x.0),
            Node::Param(p) => return self.params[p.0 as usize],
            Node::Cell(c) => return Self::cell(c.0 as usize),
            Node::Draw(d) => {
                // The checker lets nobody read a draw before it is made.
                let draw = self.draws.get(d.0 as usize).copied();
                return draw.unwrap_or_else(|| self.constant(f64::NAN));
            }
            Node::Seen(s) => return self.seen[s.0 as usize],
            Node::Rises(RisesId(r)) => return Src::at(Place::Kept(self.rises[*r as usize].1)),
            _ => {}
        }
        if let Some((src, stamp)) = self.known.values.get(&expr).copied()
            && stamp >= self.last_write(expr)
        {
            return src;
        }
        if self.stepping && self.is_fixed(expr) {
            return self.hoist(expr);
        }
        let src = self.compute(expr);
        let before = self.known.values.insert(expr, (src, self.stamp));
        if let Some(scope) = self.known.scopes.last_mut() {
            scope.0.push((expr, before));
        }
        src
    }

    /// Whether a value has been computed and is still good.
    pub(super) fn is_known(&mut self, expr: ExprId) -> bool {
        let stamp = self.known.values.get(&expr).map(|known| known.1);
        stamp.is_some_and(|stamp| stamp >= self.last_write(expr))
    }

    /// Whether computing a value now takes a power, an exponential or a logarithm.
    pub(super) fn is_dear(&mut self, expr: ExprId) -> bool {
        let mut seen = std::collections::HashSet::new();
        let mut open = vec![expr];
        while let Some(expr) = open.pop() {
            if !seen.insert(expr) || self.is_known(expr) || self.is_fixed(expr) {
                continue;
            }
            let node = self.scenario.pool.node(expr);
            if matches!(node, Node::Binary(Binary::Pow, ..) | Node::Unary(Unary::Exp | Unary::Ln | Unary::Logistic, _)) {
                return true;
            }
            self.scenario.pool.each_operand(node, |e| open.push(e));
        }
        false
    }

    /// Computes a value at the start of the trial and keeps it.
    fn hoist(&mut self, expr: ExprId) -> Src {
        if let Some(src) = self.hoisted.get(&expr) {
            return *src;
        }
        std::mem::swap(&mut self.code, &mut self.start);
        std::mem::swap(&mut self.known, &mut self.known_at_start);
        self.stepping = false;
        let value = self.value(expr);
        let row = self.keep(0.0);
        self.put(row, Src::NONE, value);
        self.stepping = true;
        std::mem::swap(&mut self.known, &mut self.known_at_start);
        std::mem::swap(&mut self.code, &mut self.start);
        let src = Src::at(Place::Kept(row));
        self.hoisted.insert(expr, src);
        src
    }

    fn compute(&mut self, expr: ExprId) -> Src {
        let scenario = self.scenario;
        let none = Src::NONE;
        match scenario.pool.node(expr) {
            Node::Now => self.push(Code::Now, [none; 3], &[]),
            Node::Lookup { table, at } => {
                let at = self.value(*at);
                let rows = self.tables[table.0 as usize].clone();
                self.push(Code::Lookup, [at, none, none], &rows)
            }
            Node::Unary(op, a) => {
                let a = self.value(*a);
                match self.constant_of(a) {
                    Some(x) => self.constant(op.apply(x)),
                    None => {
                        let dear = matches!(op, Unary::Exp | Unary::Ln | Unary::Logistic);
                        let wanted = if dear { self.part() } else { none };
                        self.push(Code::Unary(*op), [a, none, wanted], &[])
                    }
                }
            }
            Node::Binary(op, a, b) => {
                let (a, b) = (self.value(*a), self.value(*b));
                self.binary(*op, a, b)
            }
            Node::If(test, yes, no) => {
                let (c, a, b) = (self.value(*test), self.value(*yes), self.value(*no));
                self.push(Code::If, [a, b, c], &[])
            }
            Node::Piecewise { x, knots, values } => {
                let x = self.value(*x);
                let values: Vec<Src> = values.iter().map(|v| self.value(*v)).collect();
                self.knots.push(knots.clone());
                self.push(Code::Piecewise(self.knots.len() - 1), [x, none, none], &values)
            }
            Node::Bayes(p, l1, l0) => {
                let operands = [self.value(*p), self.value(*l1), self.value(*l0)];
                self.push(Code::Bayes, operands, &[])
            }
            Node::History(history) => self.past(history.kind, history.track.0 as usize),
            // All others have returned in `value`.
            _ => self.constant(f64::NAN),
        }
    }

    fn past(&mut self, kind: HistoryKind, track: usize) -> Src {
        let now = self.value(self.scenario.pool.tracks()[track]);
        // A window as long as the trial is no window.
        let steps = self.scenario.clock.steps;
        let cut = |k: Option<u32>| k.filter(|k| *k < steps);
        let (past, other) = match kind {
            HistoryKind::Was(k) => (Past::Was(k), Src::NONE),
            HistoryKind::Ever(k) => (Past::Ever(cut(k)), Src::NONE),
            HistoryKind::Always(k) => (Past::Always(cut(k)), Src::NONE),
            HistoryKind::Held(k) => (Past::Held(k), Src::NONE),
            HistoryKind::Sum(k) => (Past::Sum(cut(k)), Src::NONE),
            HistoryKind::Mean(k) => (Past::Mean(cut(k)), Src::NONE),
            HistoryKind::Highest(k) => (Past::Highest(cut(k)), Src::NONE),
            HistoryKind::Lowest(k) => (Past::Lowest(cut(k)), Src::NONE),
            HistoryKind::First => (Past::First, Src::NONE),
            HistoryKind::Since => (Past::Since, Src::NONE),
            HistoryKind::AtFirst(of) => {
                let value = self.value(self.scenario.pool.tracks()[of.0 as usize]);
                let place = self.at_first[track].iter().position(|t| *t == of.0).unwrap_or(0);
                (Past::AtFirst(self.tracks[track].at_first[place]), value)
            }
        };
        self.push(Code::Past(past, track), [now, other, Src::NONE], &[])
    }

    /// `rises` at the places of a rule takes its answers, for the trials in `mask`.
    pub(super) fn look(&mut self, places: &[RisesId], mask: Src) {
        for place in places {
            let at = place.0 as usize;
            let holds = self.value(self.scenario.rises[at].condition);
            self.must_be(Must::BeDefined, mask, self.scenario.rises[at].condition);
            let (before, now) = self.rises[at];
            self.act(Code::Rise(before, now), [mask, holds, Src::NONE], &[]);
            self.wrote_rises(at);
        }
    }
}
