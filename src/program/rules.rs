//! Effects, draws, events and reactions.

use super::ops::{Code, Must, Narrow, Src, at_least_one, hazard};
use super::values::{Gate, Maker};
use crate::lang::{Binary, ExprId, Node, Unary};
use crate::scenario::model::{CellKind, Change, Draw, Effect, Formula, Rule, Span, Trigger};

/// What is remembered of a rule, in kept rows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    /// It has happened.
    spent: Option<usize>,
    /// It is silent before this time.
    silent: Option<usize>,
}

/// Cells that a phase may change, in the order in which they first may.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched(pub(super) Vec<usize>);

impl Touched {
    pub(super) fn add(&mut self, cell: usize) {
        if !self.0.contains(&cell) {
            self.0.push(cell);
        }
    }
}

/// Beyond this a sum of draws may overflow, and the trial is handed back.
pub(super) const HUGE: f64 = 1e300;

impl Maker<'_> {
    pub(super) fn memory(&mut self, rule: &Rule) -> Memory {
        Memory { spent: rule.once.then(|| self.keep(0.0)), silent: rule.cooldown.is_some().then(|| self.keep(f64::NEG_INFINITY)) }
    }

    /// Lets a rule look and, in the trials in which it fires, changes cells.
    pub(super) fn rule(&mut self, rule: &Rule, memory: Memory, touched: &mut Touched) {
        self.set_draws(Vec::new());
        let looks = match &rule.trigger {
            Trigger::Always(every) | Trigger::Chance(_, every) => self.if_looks(*every),
            Trigger::At(times, _) => self.if_at(times),
            Trigger::Within(..) | Trigger::Rate(..) => Gate::Always,
        };
        let mut mask = self.alive;
        self.look(&rule.rises, mask);
        if let Some(spent) = memory.spent {
            mask = self.narrow(Narrow::False, mask, Self::cell(spent), Src::NONE);
        }
        if let Some(silent) = memory.silent {
            mask = self.narrow(Narrow::Reached, mask, Self::cell(silent), Src::NONE);
        }
        let allowed = match &rule.when {
            None => Gate::Always,
            Some(when) => {
                mask = self.condition(when, mask);
                self.if_any(mask)
            }
        };
        self.fires(rule, memory, mask, touched);
        self.close(allowed);
        self.close(looks);
    }

    /// Trials of `mask` in which a condition holds.
    pub(super) fn condition(&mut self, when: &Formula, mask: Src) -> Src {
        self.must_be(Must::BeDefined, mask, when.expr);
        self.narrow_by(when.expr, mask)
    }

    /// Trials of `mask` in which an expression is true: a comparison that nothing has computed yet narrows the mask
    /// itself, and `and` narrows it twice.
    fn narrow_by(&mut self, expr: ExprId, mask: Src) -> Src {
        let known = self.is_known(expr) || self.is_fixed(expr);
        let Node::Binary(op, a, b) = *self.scenario.pool.node(expr) else {
            let holds = self.value(expr);
            return self.narrow(Narrow::True, mask, holds, Src::NONE);
        };
        let how = match op {
            Binary::And if !known => {
                let mask = self.narrow_by(a, mask);
                return self.narrow_by(b, mask);
            }
            Binary::Lt => Some(Narrow::Below),
            Binary::Le => Some(Narrow::UpTo),
            Binary::Eq => Some(Narrow::Equal),
            _ => None,
        };
        match how {
            Some(how) if !known => {
                let (a, b) = (self.value(a), self.value(b));
                self.narrow(how, mask, a, b)
            }
            _ => {
                let holds = self.value(expr);
                self.narrow(Narrow::True, mask, holds, Src::NONE)
            }
        }
    }

    /// A chance, known to lie within 0 and 1 where `mask`.
    pub(super) fn chance(&mut self, p: &Formula, mask: Src) -> Src {
        self.must_be(Must::BeChance, mask, p.expr);
        self.value(p.expr)
    }

    fn fires(&mut self, rule: &Rule, memory: Memory, mask: Src, touched: &mut Touched) {
        let none = Src::NONE;
        let one = self.constant(1.0);
        let single = rule.once || rule.cooldown.is_some();
        let (fired, n) = match &rule.trigger {
            Trigger::Always(_) | Trigger::At(_, None) => (mask, one),
            Trigger::Chance(p, _) | Trigger::At(_, Some(p)) => {
                let p = self.chance(p, mask);
                if self.constant_of(p).is_some_and(|p| p >= 1.0) {
                    // A uniform number is below 1.
                    (mask, one)
                } else {
                    let u = self.unit(rule.site, mask);
                    (self.narrow(Narrow::Below, mask, u, p), one)
                }
            }
            Trigger::Within(p, within) => {
                let p = self.chance(p, mask);
                let share = self.share_of(*within);
                let u = self.unit(rule.site, mask);
                let fired = match self.constant_of(p).filter(|p| (0.0..=1.0).contains(p)) {
                    Some(p) => {
                        let p = self.constant(at_least_one(hazard(p) * share));
                        self.narrow(Narrow::Below, mask, u, p)
                    }
                    None => self.push(Code::Within(share), [mask, p, u], &[]),
                };
                (fired, one)
            }
            Trigger::Rate(rate, per) => {
                self.must_be(Must::BeWeight, mask, rate.expr);
                let rate = self.value(rate.expr);
                let share = self.share_of(*per);
                let code = if single { Code::OccursOnce(rule.site, share) } else { Code::Occurrences(rule.site, share) };
                let n = self.push(code, [mask, rate, none], &[]);
                let zero = self.constant(0.0);
                (self.narrow(Narrow::Unequal, mask, n, zero), n)
            }
        };
        let happens = self.if_any(fired);
        if let Some(spent) = memory.spent {
            self.put(spent, fired, one);
        }
        let many = matches!(rule.trigger, Trigger::Rate(..)) && !single;
        if many {
            self.act(Code::FirstPass, [none; 3], &[]);
            let again = self.code.len();
            let pass = self.pass();
            let occurs = self.narrow(Narrow::Occurs, fired, n, none);
            self.only_for(occurs);
            self.occurrence(rule, occurs, touched);
            self.act(Code::NextPass(again), [fired, n, none], &[]);
            self.close(pass);
        } else {
            self.occurrence(rule, fired, touched);
        }
        self.count(rule.occurred.0 as usize, fired, n, touched);
        if let (Some(cooldown), Some(silent)) = (&rule.cooldown, memory.silent) {
            let minutes = self.span(cooldown, fired);
            let until = self.after(minutes);
            self.put(silent, fired, until);
        }
        self.close(happens);
    }

    fn occurrence(&mut self, rule: &Rule, mask: Src, touched: &mut Touched) {
        let wanted = self.wanted(&rule.draws, &rule.effects, &[], rule.cooldown.as_ref());
        self.sample_all(&rule.draws, &rule.marks, &wanted, mask);
        self.effects(&rule.effects, mask, touched);
        self.marks(&rule.marks, 0, mask, touched);
    }

    /// Counts and marks, where something reads them.
    pub(super) fn count(&mut self, cell: usize, mask: Src, n: Src, touched: &mut Touched) {
        if self.live[cell] {
            self.act(Code::Add(cell), [mask, n, Src::NONE], &[]);
            touched.add(cell);
        }
    }

    pub(super) fn marks(&mut self, marks: &[Option<crate::lang::CellId>], base: usize, mask: Src, touched: &mut Touched) {
        for (index, mark) in marks.iter().enumerate() {
            if let Some(cell) = mark {
                let value = self.draws[base + index];
                self.count(cell.0 as usize, mask, value, touched);
            }
        }
    }

    /// Which draws something reads; others are made only if they could stop the run.
    pub(super) fn wanted(&self, draws: &[Draw], effects: &[Effect], more: &[&Formula], span: Option<&Span>) -> Vec<bool> {
        let mut roots: Vec<ExprId> = more.iter().map(|f| f.expr).collect();
        for effect in effects {
            roots.push(effect.value.expr);
            roots.extend(effect.guard.iter().map(|f| f.expr));
            roots.extend(effect.delay.iter().map(|f| f.expr));
        }
        match span {
            Some(Span::Given(formula)) => roots.push(formula.expr),
            Some(Span::Drawn(draw)) => roots.extend(draw.params.iter().map(|p| p.expr)),
            None => {}
        }
        roots.extend(draws.iter().flat_map(|d| &d.params).map(|p| p.expr));
        let mut read = std::collections::HashSet::new();
        for root in roots {
            self.scenario.pool.each_reached(root, |_, node| {
                if let Node::Draw(d) = node {
                    read.insert(d.0 as usize);
                }
            });
        }
        let most = read.iter().max().map_or(0, |m| m + 1);
        (0..most).map(|d| read.contains(&d)).collect()
    }

    /// Makes draws; those that nothing reads and that cannot go wrong are left out.
    pub(super) fn sample_all(&mut self, draws: &[Draw], marks: &[Option<crate::lang::CellId>], wanted: &[bool], mask: Src) {
        for (index, draw) in draws.iter().enumerate() {
            let place = self.draws.len();
            let marked = marks.get(index).copied().flatten().is_some_and(|cell| self.live[cell.0 as usize]);
            let needed = marked || wanted.get(place).copied().unwrap_or(false) || !self.is_tame(draw);
            let value = if needed { self.sample(draw, mask) } else { self.constant(0.0) };
            self.push_draw(value);
        }
    }

    /// Whether a draw has constant parameters that are right, and never gives a huge number.
    fn is_tame(&self, draw: &Draw) -> bool {
        let params: Option<Vec<f64>> = draw.params.iter().map(|p| self.scenario.pool.as_constant(p.expr)).collect();
        let tame = |params: Vec<f64>| {
            let far = f64::EPSILON / 2.0;
            draw.family.check(&params).is_ok()
                && draw.family.quantile(&params, far).abs() < HUGE
                && draw.family.quantile(&params, 1.0 - far).abs() < HUGE
        };
        params.is_some_and(tame)
    }

    /// A draw where `mask`.
    pub(super) fn sample(&mut self, draw: &Draw, mask: Src) -> Src {
        let params: Vec<Src> = draw.params.iter().map(|p| self.value(p.expr)).collect();
        let known: Option<Vec<f64>> = params.iter().map(|p| self.constant_of(*p)).collect();
        let right = known.is_some_and(|p| draw.family.check(&p).is_ok()) && self.is_tame(draw);
        let code = if right { Code::SampleKnown(draw.family, draw.site) } else { Code::Sample(draw.family, draw.site) };
        self.push(code, [mask, Src::NONE, Src::NONE], &params)
    }

    /// The uniform number of a site where `mask`.
    pub(super) fn unit(&mut self, site: crate::rng::SiteId, mask: Src) -> Src {
        // All trials are drawn for at less expense without finding out which they are.
        let wanted = if mask == self.alive { Src::NONE } else { mask };
        self.push(Code::Unit(site), [wanted, Src::NONE, Src::NONE], &[])
    }

    /// A span in minutes where `mask`.
    pub(super) fn span(&mut self, span: &Span, mask: Src) -> Src {
        match span {
            Span::Given(formula) => {
                self.must_be(Must::BeDefined, mask, formula.expr);
                self.value(formula.expr)
            }
            Span::Drawn(draw) => self.sample(draw, mask),
        }
    }

    /// So many minutes after now.
    pub(super) fn after(&mut self, minutes: Src) -> Src {
        let now = self.push(Code::Now, [Src::NONE; 3], &[]);
        self.binary(Binary::Add, now, minutes)
    }

    pub(super) fn share_of(&self, minutes: u32) -> f64 {
        f64::from(self.scenario.clock.step) / f64::from(minutes)
    }

    /// Effects where `mask`: those at once are summed, delayed ones posted.
    pub(super) fn effects(&mut self, effects: &[Effect], mask: Src, touched: &mut Touched) {
        for effect in effects {
            let (mask, guarded) = match &effect.guard {
                None => (mask, Gate::Always),
                Some(guard) => {
                    let mask = self.condition(guard, mask);
                    let dear = self.is_dear(effect.value.expr);
                    (mask, if dear { self.if_any(mask) } else { Gate::Always })
                }
            };
            let target = effect.target.0 as usize;
            let mut value = self.value(effect.value.expr);
            self.must_be(Must::BeFinite, mask, effect.value.expr);
            let rung = matches!(self.scenario.cells[target].kind, CellKind::Rung(_));
            let mut change = effect.change;
            if change == Change::Subtract && (rung || effect.delay.is_some()) {
                // `-= x` is `+= -x`, also where a rung is rounded.
                value = self.push(Code::Unary(Unary::Neg), [value, Src::NONE, Src::NONE], &[]);
                change = Change::Add;
            }
            if rung {
                value = self.rounded(value);
            }
            match &effect.delay {
                None => {
                    let code = match change {
                        Change::Set => Code::Set(target),
                        Change::Add => Code::Add(target),
                        Change::Subtract => Code::Subtract(target),
                    };
                    self.act(code, [mask, value, Src::NONE], &[]);
                    touched.add(target);
                }
                Some(delay) => {
                    self.must_be(Must::BeDefined, mask, delay.expr);
                    let minutes = self.value(delay.expr);
                    self.act(Code::Post(target, effect.change == Change::Set), [mask, value, minutes], &[]);
                }
            }
            self.close(guarded);
        }
    }

    pub(super) fn rounded(&mut self, value: Src) -> Src {
        match self.constant_of(value) {
            Some(x) => self.constant(Unary::Round.apply(x)),
            None => self.push(Code::Unary(Unary::Round), [value, Src::NONE, Src::NONE], &[]),
        }
    }

    /// Applies what a phase has summed; regimes that changed enter their states.
    ///
    /// `in_order`: cells are stored in the order in which every trial would store them.
    pub(super) fn store(&mut self, touched: &mut Touched, in_order: bool) {
        let cells = std::mem::take(&mut touched.0);
        let plain = |maker: &Self, cell: usize| !matches!(maker.scenario.cells[cell].kind, CellKind::Regime(regime) if maker.leaves[regime.0 as usize].is_some());
        if cells.len() > 1 && cells.iter().all(|cell| plain(self, *cell)) {
            // Most of them have not been touched; it is found out in one go which have.
            let list: Vec<Src> = cells.iter().flat_map(|cell| [Self::cell(*cell), self.bounds[*cell].0, self.bounds[*cell].1]).collect();
            self.act(Code::StoreAll, [Src::NONE; 3], &list);
            for cell in cells {
                self.wrote_cell(cell);
            }
            return;
        }
        for cell in &cells {
            let (low, high) = self.bounds[*cell];
            let operands = [Src::NONE, low, high];
            match self.scenario.cells[*cell].kind {
                CellKind::Regime(regime) if self.leaves[regime.0 as usize].is_some() => {
                    let changed = self.push(Code::Store(*cell), operands, &[]);
                    self.wrote_cell(*cell);
                    let unsure: &[usize] = if in_order || cells.len() == 1 { &[] } else { &cells };
                    self.enter(regime.0 as usize, changed, unsure);
                }
                _ => {
                    self.act(Code::Store(*cell), operands, &[]);
                    self.wrote_cell(*cell);
                }
            }
        }
    }

    /// Whether an expression reads one of some cells, or anything that may do so.
    pub(super) fn reads(&self, expr: ExprId, cells: &[usize]) -> bool {
        let mut reads = false;
        self.scenario.pool.each_reached(expr, |_, node| {
            if let Node::Cell(c) = node {
                reads |= cells.contains(&(c.0 as usize));
            }
        });
        reads
    }
}
