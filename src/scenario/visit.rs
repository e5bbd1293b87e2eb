//! Every formula of a scenario, with what it is for: one walk for the linter and for what must be recorded.

use super::model::{Decision, Draw, Effect, Formula, MoveTo, MoveTrigger, ParamKind, Rule, Scenario, Span, Template, Trigger};
use crate::lang::core::{HistoryKind, Node};
use crate::lang::template::Piece;
use crate::lang::{CellId, ExprId, TrackId};
use std::collections::HashSet;

/// Is called with a formula, and with the cell that the formula changes, if it is a drift or an effect.
pub type Visit<'v> = &'v mut dyn FnMut(&Formula, Option<CellId>);

/// Visits every formula; `dormant` says whether those of rules that are switched off are visited too.
pub fn each_formula(scenario: &Scenario, dormant: bool, visit: Visit<'_>) {
    for param in &scenario.params {
        match &param.kind {
            ParamKind::Drawn(draw) => of_draw(draw, visit),
            ParamKind::Computed(formula) => visit(formula, None),
        }
    }
    scenario.tables.iter().flat_map(|t| &t.rows).for_each(|f| visit(f, None));
    for variable in &scenario.variables {
        visit(&variable.start, None);
        variable.min.iter().chain(&variable.max).for_each(|f| visit(f, None));
        if let Some((drift, _)) = &variable.drift {
            visit(drift, Some(variable.cell));
        }
    }
    scenario.stands.iter().for_each(|s| visit(&s.start, None));
    for seen in &scenario.seen {
        visit(&seen.of, None);
        seen.noise.iter().chain(&seen.factor).for_each(|d| of_draw(d, visit));
    }
    of_regimes(scenario, visit);
    let rules = scenario.events.iter().chain(&scenario.reactions);
    rules.for_each(|r| of_rule(r, visit));
    scenario.decisions.iter().for_each(|d| of_decision(d, visit));
    if dormant {
        scenario.dormant_rules.iter().for_each(|r| of_rule(r, visit));
        scenario.dormant_decisions.iter().for_each(|d| of_decision(d, visit));
    }
    scenario.outcomes.iter().filter_map(|o| o.when.as_ref()).for_each(|f| visit(f, None));
    scenario.indicators.iter().for_each(|i| visit(&i.when, None));
    scenario.metrics.iter().for_each(|m| visit(&m.value, None));
}

/// Which tracks are read by something that is not switched off: those are recorded.
#[must_use]
pub fn live_tracks(scenario: &Scenario) -> Vec<bool> {
    let mut live = vec![false; scenario.pool.tracks().len()];
    let mut mark = |id| {
        scenario.pool.each_reached(id, |_, node| {
            if let Node::History(h) = node {
                live[h.track.0 as usize] = true;
                if let HistoryKind::AtFirst(TrackId(of)) = h.kind {
                    live[of as usize] = true;
                }
            }
        });
    };
    each_formula(scenario, false, &mut |formula, _| mark(formula.expr));
    // A place of `rises` belongs to a rule; which one does not matter here, only whether that rule is live.
    let places = scenario.events.iter().chain(&scenario.reactions).flat_map(|r| &r.rises);
    let places = places.chain(scenario.decisions.iter().flat_map(|d| &d.rises));
    let places = places.chain(scenario.regimes.iter().flat_map(|r| r.moves.iter().flat_map(|m| &m.rises)));
    places.for_each(|place| mark(scenario.rises[place.0 as usize].condition));
    live
}

/// The stored numbers that anything reads that is not switched off, and that outcomes, indicators and metrics read.
#[must_use]
pub fn read_cells(scenario: &Scenario) -> HashSet<CellId> {
    let mut open: Vec<ExprId> = scenario.rises.iter().map(|r| r.condition).collect();
    each_formula(scenario, false, &mut |formula, _| open.push(formula.expr));
    // Tracks too, read or not: what is undefined in one stops the trial.
    open.extend(scenario.pool.tracks());
    let mut seen: HashSet<ExprId> = HashSet::new();
    let mut read = HashSet::new();
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            let node = scenario.pool.node(id);
            if let Node::Cell(cell) = node {
                read.insert(*cell);
            }
            scenario.pool.each_operand(node, |e| open.push(e));
        }
    }
    read
}

fn of_regimes(scenario: &Scenario, visit: Visit<'_>) {
    for regime in &scenario.regimes {
        regime.states.iter().filter_map(|s| s.dwell.as_ref()).for_each(|d| of_span(d, visit));
        for moved in &regime.moves {
            moved.when.iter().for_each(|f| visit(f, None));
            match &moved.trigger {
                MoveTrigger::Chance(f, _) | MoveTrigger::Rate(f, _) | MoveTrigger::Within(f, _) | MoveTrigger::Weight(f) => visit(f, None),
                MoveTrigger::At(_, f) => f.iter().for_each(|f| visit(f, None)),
            }
            moved.says.iter().for_each(|t| of_template(t, visit));
        }
    }
}

fn of_rule(rule: &Rule, visit: Visit<'_>) {
    rule.when.iter().for_each(|f| visit(f, None));
    match &rule.trigger {
        Trigger::Always(_) => {}
        Trigger::Chance(f, _) | Trigger::Within(f, _) | Trigger::Rate(f, _) => visit(f, None),
        Trigger::At(_, f) => f.iter().for_each(|f| visit(f, None)),
    }
    rule.draws.iter().for_each(|d| of_draw(d, visit));
    rule.effects.iter().for_each(|e| of_effect(e, visit));
    rule.cooldown.iter().for_each(|c| of_span(c, visit));
    rule.says.iter().for_each(|t| of_template(t, visit));
}

fn of_decision(decision: &Decision, visit: Visit<'_>) {
    decision.when.iter().chain(&decision.sharpness).for_each(|f| visit(f, None));
    decision.draws.iter().for_each(|d| of_draw(d, visit));
    for option in &decision.options {
        option.when.iter().chain(&option.value).chain(&option.abort).for_each(|f| visit(f, None));
        option.draws.iter().for_each(|d| of_draw(d, visit));
        option.effects.iter().for_each(|e| of_effect(e, visit));
        option.lead.iter().chain(&option.cooldown).for_each(|s| of_span(s, visit));
        option.says.iter().for_each(|t| of_template(t, visit));
        for step in &option.moves {
            if let MoveTo::By(f) = &step.to {
                visit(f, None);
            }
        }
    }
}

fn of_draw(draw: &Draw, visit: Visit<'_>) {
    draw.params.iter().for_each(|f| visit(f, None));
}

fn of_span(span: &Span, visit: Visit<'_>) {
    match span {
        Span::Given(f) => visit(f, None),
        Span::Drawn(d) => of_draw(d, visit),
    }
}

fn of_effect(effect: &Effect, visit: Visit<'_>) {
    effect.delay.iter().chain(&effect.guard).for_each(|f| visit(f, None));
    visit(&effect.value, Some(effect.target));
}

fn of_template(template: &Template, visit: Visit<'_>) {
    for piece in template {
        if let Piece::Value(f, _) = piece {
            visit(f, None);
        }
    }
}
