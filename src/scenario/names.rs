//! Names and ranges of what core nodes refer to.

use super::model::{CellKind, Decision, DecisionOption, Draw, Formula, ParamKind, Scenario};
use crate::dist::Family;
use crate::lang::listing::{Names, listing, value_words};
use crate::lang::range::{Bounds, Of, Range, range_of, ranges_of};
use crate::lang::types::span_words;
use crate::lang::{CellId, DrawIx, ExprId, Node, ParamId, Pool, RisesId, SeenId, TableId, Type};

/// A scenario together with the draws that a rule can read.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Draws of the decision (or of the rule).
    pub draws: &'a [Draw],
    /// Draws of the option; their indices follow.
    pub more: &'a [Draw],
}

impl<'a> Context<'a> {
    /// Without draws.
    #[must_use]
    pub fn new(scenario: &'a Scenario) -> Self {
        Self { scenario, draws: &[], more: &[] }
    }

    /// With the draws of a rule.
    #[must_use]
    pub fn with(scenario: &'a Scenario, draws: &'a [Draw]) -> Self {
        Self { scenario, draws, more: &[] }
    }

    fn drawn(&self, id: DrawIx) -> Option<&Draw> {
        let at = id.0 as usize;
        self.draws.get(at).or_else(|| self.more.get(at.checked_sub(self.draws.len())?))
    }

    /// An expression as text.
    #[must_use]
    pub fn text(&self, expr: ExprId) -> String {
        listing(&self.scenario.pool, expr, self)
    }

    /// A formula as text, constants in the words of their type.
    #[must_use]
    pub fn formula(&self, formula: &Formula) -> String {
        match self.scenario.pool.as_constant(formula.expr) {
            Some(x) => self.scenario.value(x, formula.ty),
            None => self.text(formula.expr),
        }
    }

    /// Between which numbers an expression certainly lies.
    #[must_use]
    pub fn range(&self, expr: ExprId) -> Range {
        range_of(&self.scenario.pool, expr, self)
    }
}

impl Scenario {
    /// A value in the words of its type: rungs, states and categories by name.
    #[must_use]
    pub fn value(&self, value: f64, ty: Type) -> String {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places in short lists")]
        let at = value as usize;
        let name = match ty {
            Type::Rung(l) => self.ladders[l.0 as usize].rungs.get(at).map(|r| r.id.as_str()),
            Type::State(r) => self.regimes[r.0 as usize].states.get(at).map(|s| s.id.as_str()),
            Type::Category(c) => self.categories[c.0 as usize].get(at).map(String::as_str),
            _ => None,
        };
        name.map_or_else(|| value_words(value, ty), str::to_owned)
    }

    /// The type of what a cell holds.
    #[must_use]
    pub fn cell_type(&self, id: CellId) -> Type {
        match self.cells[id.0 as usize].kind {
            CellKind::Rung(stand) => Type::Rung(self.stands[stand].ladder),
            CellKind::Regime(regime) => Type::State(regime),
            _ => Type::Number,
        }
    }

    /// A distribution as text: `lognormal(median 6, sigma 0.9)`.
    #[must_use]
    pub fn distribution(&self, draw: &Draw, context: &Context<'_>) -> String {
        let spec = draw.family.spec();
        let infinite = |f: &Formula| self.pool.as_constant(f.expr).is_some_and(f64::is_infinite);
        let mut parts = Vec::new();
        for (index, param) in draw.params.iter().enumerate().filter(|(_, p)| !infinite(p)) {
            let name = match draw.ty {
                Type::Category(list) => self.categories[list.0 as usize].get(index).map_or("?", String::as_str),
                _ => spec.params.get(index).map_or("?", |p| p.name),
            };
            parts.push(format!("{name} {}", context.formula(param)));
        }
        format!("{}({})", spec.name, parts.join(", "))
    }
}

impl Names for Context<'_> {
    fn param(&self, id: ParamId) -> String {
        self.scenario.params[id.0 as usize].id.clone()
    }
    fn cell(&self, id: CellId) -> String {
        self.scenario.cells[id.0 as usize].name.clone()
    }
    fn draw(&self, id: DrawIx) -> String {
        self.drawn(id).map_or_else(|| format!("draw {}", id.0), |d| d.name.clone())
    }
    fn seen(&self, id: SeenId) -> String {
        self.scenario.seen[id.0 as usize].name.clone()
    }
    fn table(&self, id: TableId) -> String {
        self.scenario.tables[id.0 as usize].name.clone()
    }
    fn rises(&self, id: RisesId) -> ExprId {
        self.scenario.rises[id.0 as usize].condition
    }
    fn step(&self) -> u32 {
        self.scenario.clock.step
    }
    fn place(&self, cell: CellId, value: f64) -> Option<String> {
        let ty = self.scenario.cell_type(cell);
        let list = match ty {
            Type::Rung(l) => &self.scenario.ladders[l.0 as usize].id,
            Type::State(r) => &self.scenario.regimes[r.0 as usize].id,
            _ => return None,
        };
        Some(format!("{list}.{}", self.scenario.value(value, ty)))
    }
    fn derived(&self, id: ExprId) -> Option<String> {
        // Plain reads and constants are shorter than a name.
        let plain = matches!(self.scenario.pool.node(id), Node::Const(_) | Node::Param(_) | Node::Cell(_) | Node::Now);
        if plain {
            return None;
        }
        self.scenario.derived.iter().find(|d| d.value.expr == id).map(|d| d.name.clone())
    }
}

impl Scenario {
    /// The ranges of all nodes, and whether each depends on a draw of a rule; found once.
    fn ranges(&self) -> &[(Range, bool)] {
        self.ranges.get_or_init(|| {
            // Parameters first: bounds of variables and numbers of rungs read nothing else.
            let first = ranges_of(&self.pool, &Pass { scenario: self, before: &[] });
            ranges_of(&self.pool, &Pass { scenario: self, before: &first })
        })
    }

    fn cell_range(&self, id: CellId, of: &mut Of<'_>) -> Range {
        let top = |n: usize| Range::new(0.0, f64::from(u32::try_from(n).unwrap_or(u32::MAX)) - 1.0);
        match self.cells[id.0 as usize].kind {
            CellKind::Rung(stand) => top(self.ladders[self.stands[stand].ladder.0 as usize].rungs.len()),
            CellKind::Regime(regime) => top(self.regimes[regime.0 as usize].states.len()),
            CellKind::Count => Range::POSITIVE,
            CellKind::Mark => Range::ALL,
            CellKind::Variable(index) => match self.variables.get(index) {
                None => Range::ALL,
                Some(variable) => {
                    let low = variable.min.as_ref().map_or(f64::NEG_INFINITY, |f| of(f.expr).low);
                    let high = variable.max.as_ref().map_or(f64::INFINITY, |f| of(f.expr).high);
                    Range::new(low, high)
                }
            },
        }
    }

    fn param_range(&self, id: ParamId, of: &mut Of<'_>) -> Range {
        match &self.params[id.0 as usize].kind {
            ParamKind::Drawn(draw) => draw_range(draw, &self.pool, of),
            ParamKind::Computed(f) => of(f.expr),
        }
    }

    fn seen_range(&self, id: SeenId, of: &mut Of<'_>) -> Range {
        let seen = &self.seen[id.0 as usize];
        match (&seen.noise, &seen.factor) {
            (None, None) => of(seen.of.expr),
            _ => Range::ALL,
        }
    }

    fn table_range(&self, id: TableId, of: &mut Of<'_>) -> Range {
        let ranges = self.tables[id.0 as usize].rows.iter().map(|f| of(f.expr));
        ranges.reduce(Range::union).unwrap_or(Range::ALL)
    }
}

/// One pass over all nodes; `before` are the results of the pass before, if there was one.
struct Pass<'a> {
    scenario: &'a Scenario,
    before: &'a [(Range, bool)],
}

impl Pass<'_> {
    fn earlier(&self, id: ExprId) -> Range {
        self.before.get(id.0 as usize).map_or(Range::ALL, |r| r.0)
    }
}

impl Bounds for Pass<'_> {
    fn param(&self, id: ParamId, of: &mut Of<'_>) -> Range {
        self.scenario.param_range(id, of)
    }
    fn cell(&self, id: CellId, _: &mut Of<'_>) -> Range {
        self.scenario.cell_range(id, &mut |e| self.earlier(e))
    }
    fn draw(&self, _: DrawIx, _: &mut Of<'_>) -> Range {
        Range::ALL
    }
    fn seen(&self, id: SeenId, of: &mut Of<'_>) -> Range {
        self.scenario.seen_range(id, of)
    }
    fn table(&self, id: TableId, _: &mut Of<'_>) -> Range {
        self.scenario.table_range(id, &mut |e| self.earlier(e))
    }
    fn horizon(&self) -> f64 {
        f64::from(self.scenario.clock.horizon())
    }
}

impl Bounds for Context<'_> {
    fn param(&self, id: ParamId, of: &mut Of<'_>) -> Range {
        self.scenario.param_range(id, of)
    }
    fn cell(&self, id: CellId, of: &mut Of<'_>) -> Range {
        self.scenario.cell_range(id, of)
    }
    fn draw(&self, id: DrawIx, of: &mut Of<'_>) -> Range {
        self.drawn(id).map_or(Range::ALL, |d| draw_range(d, &self.scenario.pool, of))
    }
    fn seen(&self, id: SeenId, of: &mut Of<'_>) -> Range {
        self.scenario.seen_range(id, of)
    }
    fn table(&self, id: TableId, of: &mut Of<'_>) -> Range {
        self.scenario.table_range(id, of)
    }
    fn horizon(&self) -> f64 {
        f64::from(self.scenario.clock.horizon())
    }
    fn known(&self, id: ExprId) -> Option<Range> {
        let (range, drawn) = *self.scenario.ranges().get(id.0 as usize)?;
        (!drawn).then_some(range)
    }
}

/// The support of a distribution, as far as it is known before the run.
fn draw_range(draw: &Draw, pool: &Pool, of: &mut Of<'_>) -> Range {
    let constants: Option<Vec<f64>> = draw.params.iter().map(|p| pool.as_constant(p.expr)).collect();
    if let Some(values) = constants
        && draw.family.check(&values).is_ok()
    {
        let (low, high) = draw.family.support(&values);
        return Range::new(low, high);
    }
    let mut param = |i: usize| of(draw.params[i].expr);
    match draw.family {
        Family::Bernoulli | Family::Beta => Range::TRUTH,
        Family::Categorical => Range::new(0.0, f64::from(u32::try_from(draw.params.len()).unwrap_or(u32::MAX)) - 1.0),
        Family::Fixed => param(0),
        Family::Uniform | Family::UniformInt => Range::new(param(0).low, param(1).high),
        Family::Triangular | Family::Pert => Range::new(param(0).low, param(2).high),
        Family::Normal => Range::new(param(2).low, param(3).high),
        Family::Pareto => Range::new(param(0).low, f64::INFINITY),
        Family::Binomial => Range::new(0.0, param(0).high),
        Family::Lognormal | Family::Gamma | Family::Exponential | Family::Weibull | Family::Poisson => Range::POSITIVE,
    }
}

/// A span in words, where it is known before the run.
#[must_use]
pub fn minutes_words(minutes: u32) -> String {
    span_words(f64::from(minutes))
}

impl Scenario {
    /// What a variant is called; `None` for a name that is none of its variants, such as `base`.
    #[must_use]
    pub fn variant_label(&self, id: &str) -> Option<String> {
        self.variants.iter().find(|v| v.id == id).map(|v| called(v.label.as_ref(), id))
    }
}

impl Scenario {
    /// Who chooses, as a choice is told: the actor, and by which decision where another one of that actor has an option of the same name.
    #[must_use]
    pub fn chooser(&self, decision: &Decision, option: &DecisionOption) -> String {
        let actor = &self.actors[decision.actor.0 as usize];
        let who = called(actor.label.as_ref(), &actor.id);
        let name = |o: &DecisionOption| called(o.label.as_ref(), &o.id);
        let mut others = self.decisions.iter().filter(|d| d.actor == decision.actor && d.path != decision.path);
        if others.any(|d| d.options.iter().any(|o| name(o) == name(option))) {
            format!("{who} ({})", called(decision.label.as_ref(), &decision.id))
        } else {
            who
        }
    }
}

/// An id as it is spoken: `let_pass` is "let pass".
#[must_use]
pub fn spoken(id: &str) -> String {
    id.replace('_', " ")
}

/// What something is called: its label, or its id as it is spoken where it has none.
#[must_use]
pub fn called(label: Option<&String>, id: &str) -> String {
    label.cloned().unwrap_or_else(|| spoken(id))
}
