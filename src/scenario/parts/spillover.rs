//! What a regime or a theatre does to all else, taken away: all else sees it as it stood at the start.
//!
//! *It* is the state of the regime and the counts of its moves, or the places of all actors on the ladder. What changes it
//! (its own moves; rules and decisions one of whose effects or moves changes it) goes on seeing it as it is: a truce is not
//! agreed anew on each day because nobody sees that it holds. All other rules, decisions, moves of regimes and drifts, and what
//! these perceive, read it as it stood at the start. Outcomes, indicators and metrics read what is true.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::What;
use crate::lang::{Binary, CellId, ExprId, History, HistoryKind, Node, Pool, RisesId, SeenId, Unary};
use crate::scenario::model::{Decision, Draw, Effect, Formula, MoveTo, MoveTrigger, Rule, Scenario, Span, Trigger};

/// Whose formula it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Owner {
    Event(usize),
    Reaction(usize),
    Decision(usize),
    /// A move of this regime.
    Regime(usize),
    Drift,
}

impl Scenario {
    /// Of each regime or theatre, whether something else reads it.
    pub(super) fn felt(&self, all: &[What]) -> Vec<bool> {
        let mut part_of = HashMap::new();
        let mut own = HashSet::new();
        for (at, what) in all.iter().enumerate() {
            part_of.extend(self.cells_of(what).into_iter().map(|cell| (cell, at)));
        }
        self.each_change(&mut |owner, cell| own.extend(part_of.get(&cell).map(|at| (owner, *at))));
        let (part_of, mut outside) = (part_of, Vec::new());
        each_formula(&mut self.clone(), &mut |owner, expr| outside.push((owner, *expr)));
        outside.sort_unstable_by_key(|(owner, expr)| (*expr, *owner));
        outside.dedup();
        let through: Vec<BTreeSet<usize>> = self
            .seen
            .iter()
            .map(|seen| {
                let draws = seen.noise.iter().chain(&seen.factor).flat_map(|d| &d.params);
                let mut found = BTreeSet::new();
                for formula in std::iter::once(&seen.of).chain(draws) {
                    self.pool.each_reached(formula.expr, |_, node| {
                        if let Node::Cell(cell) = node {
                            found.extend(part_of.get(cell));
                        }
                    });
                }
                found
            })
            .collect();
        let mut felt = vec![false; all.len()];
        for (owner, expr) in outside {
            let mut reads = |at: usize| felt[at] |= !own.contains(&(owner, at));
            self.pool.each_reached(expr, |_, node| match node {
                Node::Cell(cell) => part_of.get(cell).copied().into_iter().for_each(&mut reads),
                Node::Seen(id) => through[id.0 as usize].iter().copied().for_each(&mut reads),
                _ => {}
            });
        }
        felt
    }

    /// Visits what changes, by whom.
    fn each_change(&self, visit: &mut dyn FnMut(Owner, CellId)) {
        for (index, rule) in self.events.iter().enumerate() {
            rule.effects.iter().for_each(|e| visit(Owner::Event(index), e.target));
        }
        for (index, rule) in self.reactions.iter().enumerate() {
            rule.effects.iter().for_each(|e| visit(Owner::Reaction(index), e.target));
        }
        for (index, decision) in self.decisions.iter().enumerate() {
            for option in &decision.options {
                option.effects.iter().for_each(|e| visit(Owner::Decision(index), e.target));
                option.moves.iter().for_each(|m| visit(Owner::Decision(index), m.target));
            }
        }
        for (index, regime) in self.regimes.iter().enumerate() {
            visit(Owner::Regime(index), regime.cell);
        }
    }

    /// Lets all else see it as it stood at the start.
    pub(super) fn freeze(&mut self, what: &What) {
        let own = self.owners(what);
        let mut swaps = self.at_start(what);
        let renewed = self.renew_perceptions(&mut swaps);
        for (index, decision) in self.decisions.iter_mut().enumerate() {
            if !own.contains(&Owner::Decision(index)) {
                decision.sees.iter_mut().for_each(|id| *id = renewed.get(id).copied().unwrap_or(*id));
            }
        }
        let mut roots = BTreeSet::new();
        each_formula(self, &mut |owner, expr| {
            if !own.contains(&owner) {
                roots.insert(*expr);
            }
        });
        let map = substitute(&mut self.pool, &roots, &swaps);
        each_formula(self, &mut |owner, expr| {
            if !own.contains(&owner) {
                *expr = map.get(expr).copied().unwrap_or(*expr);
            }
        });
    }

    /// What it is made of.
    fn cells_of(&self, what: &What) -> BTreeSet<CellId> {
        match what {
            What::Regime(id) => {
                let regime = &self.regimes[id.0 as usize];
                regime.moves.iter().map(|m| m.occurred).chain([regime.cell]).collect()
            }
            What::Theatre(id) => self.stands.iter().filter(|s| s.ladder == *id).map(|s| s.cell).collect(),
            _ => BTreeSet::new(),
        }
    }

    /// What changes it.
    fn owners(&self, what: &What) -> BTreeSet<Owner> {
        let cells = self.cells_of(what);
        let mut own = BTreeSet::new();
        self.each_change(&mut |owner, cell| {
            if cells.contains(&cell) {
                own.insert(owner);
            }
        });
        own
    }

    /// What it was at the start, for each of its cells.
    fn at_start(&mut self, what: &What) -> HashMap<Node, ExprId> {
        let mut swaps = HashMap::new();
        match what {
            What::Regime(id) => {
                let regime = &self.regimes[id.0 as usize];
                swaps.insert(Node::Cell(regime.cell), self.pool.constant(f64::from(regime.start)));
                for moved in &regime.moves {
                    swaps.insert(Node::Cell(moved.occurred), self.pool.constant(0.0));
                }
            }
            What::Theatre(id) => {
                let top = self.ladders[id.0 as usize].rungs.len() - 1;
                for stand in self.stands.iter().filter(|s| s.ladder == *id) {
                    // As the rung at the start is found: rounded, then clamped.
                    let pool = &mut self.pool;
                    let rung = pool.add(Node::Unary(Unary::Round, stand.start.expr));
                    let top = pool.constant(f64::from(u32::try_from(top).unwrap_or(u32::MAX)));
                    let bottom = pool.constant(0.0);
                    let capped = pool.add(Node::Binary(Binary::Min, rung, top));
                    swaps.insert(Node::Cell(stand.cell), pool.add(Node::Binary(Binary::Max, capped, bottom)));
                }
            }
            _ => {}
        }
        swaps
    }

    /// Perceptions of it become others, at the same addresses; what changes it keeps the old ones.
    fn renew_perceptions(&mut self, swaps: &mut HashMap<Node, ExprId>) -> BTreeMap<SeenId, SeenId> {
        let mut renewed = BTreeMap::new();
        for index in 0..self.seen.len() {
            let mut seen = self.seen[index].clone();
            let mut roots = BTreeSet::from([seen.of.expr]);
            let draws = |seen: &crate::scenario::model::Seen| -> Vec<ExprId> {
                seen.noise.iter().chain(&seen.factor).flat_map(|d| &d.params).map(|f| f.expr).collect()
            };
            roots.extend(draws(&seen));
            let map = substitute(&mut self.pool, &roots, swaps);
            if map.iter().all(|(old, new)| old == new) {
                continue;
            }
            let swap = |expr: &mut ExprId| *expr = map[expr];
            swap(&mut seen.of.expr);
            seen.noise.iter_mut().chain(&mut seen.factor).flat_map(|d| &mut d.params).for_each(|f| swap(&mut f.expr));
            let (Ok(old), Ok(new)) = (u32::try_from(index), u32::try_from(self.seen.len())) else { break };
            self.seen.push(seen);
            renewed.insert(SeenId(old), SeenId(new));
        }
        for (old, new) in &renewed {
            swaps.insert(Node::Seen(*old), self.pool.add(Node::Seen(*new)));
        }
        renewed
    }
}

/// New expressions for `roots`, in which `swaps` have taken place.
fn substitute(pool: &mut Pool, roots: &BTreeSet<ExprId>, swaps: &HashMap<Node, ExprId>) -> HashMap<ExprId, ExprId> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<ExprId> = roots.iter().copied().collect();
    while let Some(id) = open.pop() {
        if reached.insert(id) {
            pool.each_operand(pool.node(id), |e| open.push(e));
        }
    }
    // The operands of a node stand before it.
    let mut map: HashMap<ExprId, ExprId> = HashMap::with_capacity(reached.len());
    for id in reached {
        let node = pool.node(id).clone();
        let new = match swaps.get(&node) {
            Some(new) => *new,
            None => {
                let node = rebuilt(pool, node, &map);
                pool.add(node)
            }
        };
        map.insert(id, new);
    }
    map
}

fn rebuilt(pool: &mut Pool, node: Node, map: &HashMap<ExprId, ExprId>) -> Node {
    let new = |e: ExprId| map[&e];
    match node {
        Node::Const(_) | Node::Param(_) | Node::Cell(_) | Node::Draw(_) | Node::Seen(_) | Node::Now | Node::Rises(_) => node,
        Node::Lookup { table, at } => Node::Lookup { table, at: new(at) },
        Node::Unary(op, a) => Node::Unary(op, new(a)),
        Node::Binary(op, a, b) => Node::Binary(op, new(a), new(b)),
        Node::If(a, b, c) => Node::If(new(a), new(b), new(c)),
        Node::Piecewise { x, knots, values } => Node::Piecewise { x: new(x), knots, values: values.iter().map(|v| new(*v)).collect() },
        Node::Bayes(a, b, c) => Node::Bayes(new(a), new(b), new(c)),
        Node::History(h) => {
            let mut track = |old: crate::lang::TrackId| {
                let of = map[&pool.tracks()[old.0 as usize]];
                let track = pool.track(of);
                if pool.span_tracks()[old.0 as usize] {
                    pool.holds_spans(track);
                }
                track
            };
            let kind = match h.kind {
                HistoryKind::AtFirst(of) => HistoryKind::AtFirst(track(of)),
                kind => kind,
            };
            Node::History(History { kind, track: track(h.track) })
        }
    }
}

/// Visits every formula that makes something happen, with whose it is; not those of perceptions.
fn each_formula(scenario: &mut Scenario, visit: &mut dyn FnMut(Owner, &mut ExprId)) {
    let rises = &mut scenario.rises;
    let mut look = |owner: Owner, places: &[RisesId], visit: &mut dyn FnMut(Owner, &mut ExprId)| {
        for place in places {
            visit(owner, &mut rises[place.0 as usize].condition);
        }
    };
    for (index, rule) in scenario.events.iter_mut().enumerate() {
        look(Owner::Event(index), &rule.rises, visit);
        of_rule(rule, &mut |expr| visit(Owner::Event(index), expr));
    }
    for (index, rule) in scenario.reactions.iter_mut().enumerate() {
        look(Owner::Reaction(index), &rule.rises, visit);
        of_rule(rule, &mut |expr| visit(Owner::Reaction(index), expr));
    }
    for (index, decision) in scenario.decisions.iter_mut().enumerate() {
        look(Owner::Decision(index), &decision.rises, visit);
        of_decision(decision, &mut |expr| visit(Owner::Decision(index), expr));
    }
    for (index, regime) in scenario.regimes.iter_mut().enumerate() {
        for moved in &mut regime.moves {
            look(Owner::Regime(index), &moved.rises, visit);
            moved.when.iter_mut().for_each(|f| visit(Owner::Regime(index), &mut f.expr));
            match &mut moved.trigger {
                MoveTrigger::Chance(f, _) | MoveTrigger::Rate(f, _) | MoveTrigger::Within(f, _) | MoveTrigger::Weight(f) => {
                    visit(Owner::Regime(index), &mut f.expr);
                }
                MoveTrigger::At(_, f) => f.iter_mut().for_each(|f| visit(Owner::Regime(index), &mut f.expr)),
            }
        }
    }
    for variable in &mut scenario.variables {
        variable.drift.iter_mut().for_each(|(f, _)| visit(Owner::Drift, &mut f.expr));
    }
}

type Each<'v> = &'v mut dyn FnMut(&mut ExprId);

fn of_rule(rule: &mut Rule, visit: Each<'_>) {
    of_some(rule.when.as_mut(), visit);
    match &mut rule.trigger {
        Trigger::Always(_) => {}
        Trigger::Chance(f, _) | Trigger::Within(f, _) | Trigger::Rate(f, _) => visit(&mut f.expr),
        Trigger::At(_, f) => of_some(f.as_mut(), visit),
    }
    rule.draws.iter_mut().for_each(|d| of_draw(d, visit));
    rule.effects.iter_mut().for_each(|e| of_effect(e, visit));
    rule.cooldown.iter_mut().for_each(|c| of_span(c, visit));
}

fn of_decision(decision: &mut Decision, visit: Each<'_>) {
    of_some(decision.when.as_mut(), visit);
    of_some(decision.sharpness.as_mut(), visit);
    decision.draws.iter_mut().for_each(|d| of_draw(d, visit));
    for option in &mut decision.options {
        for formula in [&mut option.when, &mut option.value, &mut option.abort] {
            of_some(formula.as_mut(), visit);
        }
        option.draws.iter_mut().for_each(|d| of_draw(d, visit));
        option.effects.iter_mut().for_each(|e| of_effect(e, visit));
        option.lead.iter_mut().chain(&mut option.cooldown).for_each(|s| of_span(s, visit));
        for moved in &mut option.moves {
            if let MoveTo::By(f) = &mut moved.to {
                visit(&mut f.expr);
            }
        }
    }
}

fn of_some(formula: Option<&mut Formula>, visit: Each<'_>) {
    if let Some(formula) = formula {
        visit(&mut formula.expr);
    }
}

fn of_draw(draw: &mut Draw, visit: Each<'_>) {
    draw.params.iter_mut().for_each(|f| visit(&mut f.expr));
}

fn of_span(span: &mut Span, visit: Each<'_>) {
    match span {
        Span::Given(f) => visit(&mut f.expr),
        Span::Drawn(d) => of_draw(d, visit),
    }
}

fn of_effect(effect: &mut Effect, visit: Each<'_>) {
    of_some(effect.delay.as_mut(), visit);
    of_some(effect.guard.as_mut(), visit);
    visit(&mut effect.value.expr);
}
