//! Which parameters a scenario reads in what is switched on: the others are of no interest in a trace.

use std::collections::BTreeSet;

use escalade::lang::template::Piece;
use escalade::lang::{ExprId, Node, RisesId};
use escalade::scenario::Scenario;
use escalade::scenario::model::{Draw, Effect, Formula, MoveTo, MoveTrigger, ParamKind, Span, Template, Trigger};

/// Names of the parameters that can make a difference.
pub(super) fn params(scenario: &Scenario) -> BTreeSet<String> {
    let mut reads = Reads { scenario, stack: Vec::new() };
    reads.state();
    reads.rules();
    reads.decisions();
    reads.results();
    reads.follow()
}

struct Reads<'a> {
    scenario: &'a Scenario,
    /// Expressions that are still to be looked at.
    stack: Vec<ExprId>,
}

impl Reads<'_> {
    fn state(&mut self) {
        let s = self.scenario;
        for v in &s.variables {
            self.stack.push(v.start.expr);
            self.formulas(v.min.iter().chain(&v.max).chain(v.drift.as_ref().map(|(f, _)| f)));
        }
        self.formulas(s.stands.iter().map(|p| &p.start));
        for regime in &s.regimes {
            regime.states.iter().filter_map(|st| st.dwell.as_ref()).for_each(|d| self.span(d));
            for m in &regime.moves {
                self.formulas(&m.when);
                match &m.trigger {
                    MoveTrigger::Chance(f, _) | MoveTrigger::Rate(f, _) | MoveTrigger::Within(f, _) | MoveTrigger::Weight(f) => {
                        self.stack.push(f.expr);
                    }
                    MoveTrigger::At(_, f) => self.formulas(f),
                }
                self.rises(&m.rises);
                self.template(m.says.as_ref());
            }
        }
    }

    fn rules(&mut self) {
        for rule in self.scenario.events.iter().chain(&self.scenario.reactions) {
            self.formulas(&rule.when);
            match &rule.trigger {
                Trigger::Always(_) => {}
                Trigger::Chance(f, _) | Trigger::Within(f, _) | Trigger::Rate(f, _) => self.stack.push(f.expr),
                Trigger::At(_, f) => self.formulas(f),
            }
            rule.draws.iter().for_each(|d| self.draw(d));
            rule.effects.iter().for_each(|e| self.effect(e));
            rule.cooldown.iter().for_each(|c| self.span(c));
            self.rises(&rule.rises);
            self.template(rule.says.as_ref());
        }
    }

    fn decisions(&mut self) {
        for d in &self.scenario.decisions {
            self.formulas(d.when.iter().chain(&d.sharpness));
            d.draws.iter().for_each(|x| self.draw(x));
            for id in &d.sees {
                let seen = &self.scenario.seen[id.0 as usize];
                self.stack.push(seen.of.expr);
                seen.noise.iter().chain(&seen.factor).for_each(|x| self.draw(x));
            }
            self.rises(&d.rises);
            for o in &d.options {
                self.formulas(o.when.iter().chain(&o.value).chain(&o.abort));
                self.formulas(o.moves.iter().filter_map(|m| match &m.to {
                    MoveTo::By(f) => Some(f),
                    MoveTo::Rung(_) => None,
                }));
                o.draws.iter().for_each(|x| self.draw(x));
                o.effects.iter().for_each(|e| self.effect(e));
                o.lead.iter().chain(&o.cooldown).for_each(|x| self.span(x));
                self.template(o.says.as_ref());
            }
        }
    }

    fn results(&mut self) {
        let s = self.scenario;
        self.formulas(s.outcomes.iter().filter_map(|o| o.when.as_ref()));
        self.formulas(s.indicators.iter().map(|i| &i.when));
        self.formulas(s.metrics.iter().map(|m| &m.value));
    }

    fn formulas<'f>(&mut self, all: impl IntoIterator<Item = &'f Formula>) {
        self.stack.extend(all.into_iter().map(|f| f.expr));
    }

    fn draw(&mut self, draw: &Draw) {
        self.formulas(&draw.params);
    }

    fn span(&mut self, span: &Span) {
        match span {
            Span::Given(f) => self.stack.push(f.expr),
            Span::Drawn(d) => self.draw(d),
        }
    }

    fn effect(&mut self, effect: &Effect) {
        self.formulas(effect.delay.iter().chain(&effect.guard).chain([&effect.value]));
    }

    fn rises(&mut self, places: &[RisesId]) {
        self.stack.extend(places.iter().map(|r| self.scenario.rises[r.0 as usize].condition));
    }

    fn template(&mut self, template: Option<&Template>) {
        for piece in template.into_iter().flatten() {
            if let Piece::Value(f, _) = piece {
                self.stack.push(f.expr);
            }
        }
    }

    /// All that is reached, through numbers of rungs and computed parameters too.
    fn follow(&mut self) -> BTreeSet<String> {
        let s = self.scenario;
        let (mut visited, mut found) = (BTreeSet::new(), BTreeSet::new());
        while let Some(id) = self.stack.pop() {
            if !visited.insert(id) {
                continue;
            }
            let node = s.pool.node(id);
            match node {
                Node::Param(p) => {
                    let param = &s.params[p.0 as usize];
                    found.insert(param.id.clone());
                    match &param.kind {
                        ParamKind::Drawn(draw) => self.draw(draw),
                        ParamKind::Computed(f) => self.stack.push(f.expr),
                    }
                }
                Node::Lookup { table, .. } => self.formulas(&s.tables[table.0 as usize].rows),
                _ => {}
            }
            s.pool.each_operand(node, |e| self.stack.push(e));
        }
        found
    }
}
