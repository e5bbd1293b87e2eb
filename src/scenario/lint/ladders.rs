//! Rungs that nobody can reach, and actors that never leave the rung on which they start.

use super::places::Places;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::lang::CellId;
use crate::scenario::model::{Change, Effect, MoveTo, Scenario, Stand};
use crate::scenario::names::Context;

pub(super) fn lint(scenario: &Scenario, places: &Places, diags: &mut Diagnostics) {
    for (index, ladder) in scenario.ladders.iter().enumerate() {
        let stands: Vec<_> = scenario.stands.iter().filter(|s| s.ladder.0 as usize == index).collect();
        if stands.is_empty() {
            let at = places.name(&format!("ladders.{}", ladder.id));
            let message = format!("no actor stands on the ladder `{}`", ladder.id);
            diags.push(Diagnostic::new(Code::Unused, at, message).help("give an actor a place with `starts`, or remove the ladder"));
            continue;
        }
        let (moved, still): (Vec<&Stand>, Vec<&Stand>) = stands.into_iter().partition(|s| is_moved(scenario, s.cell));
        for stand in still {
            let actor = &scenario.actors[stand.actor.0 as usize].id;
            let at = places.name(&format!("actors.{actor}.starts.{}", ladder.id));
            let message = format!("`{actor}` stands on `{}` and nothing moves it there", ladder.id);
            diags.push(
                Diagnostic::new(Code::NeverMoved, at, message)
                    .help(format!("add a decision with `move = {{ {} = 1 }}`, or leave the ladder out of its `starts`", ladder.id)),
            );
        }
        if moved.is_empty() {
            // That the other rungs are not reached says the same once more.
            continue;
        }
        let mut reached = vec![false; ladder.rungs.len()];
        for stand in scenario.stands.iter().filter(|s| s.ladder.0 as usize == index) {
            reach(scenario, stand.cell, stand.start.expr, &mut reached);
        }
        for (rung, _) in ladder.rungs.iter().zip(&reached).filter(|(_, r)| !**r) {
            let at = places.name(&format!("ladders.{}.rungs.{}", ladder.id, rung.id));
            diags.push(
                Diagnostic::new(Code::UnreachableRung, at, format!("nobody can reach the rung `{}`", rung.id))
                    .help("add a move or effect that leads there, or remove the rung"),
            );
        }
    }
}

/// Whether some rule moves what stands on a rung; rules that are switched off count, since a variant may switch them on.
fn is_moved(scenario: &Scenario, cell: CellId) -> bool {
    let rules = scenario.events.iter().chain(&scenario.reactions).chain(&scenario.dormant_rules);
    let mut options = scenario.decisions.iter().chain(&scenario.dormant_decisions).flat_map(|d| &d.options);
    rules.flat_map(|r| &r.effects).any(|e| e.target == cell)
        || options.any(|o| o.moves.iter().any(|m| m.target == cell) || o.effects.iter().any(|e| e.target == cell))
}

/// Marks the rungs that one actor can reach: its start, every rung that is set, and whatever lies in the
/// direction of a relative move.
fn reach(scenario: &Scenario, cell: CellId, start: crate::lang::ExprId, reached: &mut [bool]) {
    let context = Context::new(scenario);
    let top = reached.len() - 1;
    let place = |x: f64| {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a place in the list")]
        let at = (x + 0.5).floor().clamp(0.0, f64::from(u32::try_from(top).unwrap_or(u32::MAX))) as usize;
        at
    };
    let first = context.range(start);
    let (mut low, mut high) = (place(first.low), place(first.high));
    let (mut up, mut down) = (false, false);
    let mut set = Vec::new();
    let mut relative = |low: f64, high: f64| {
        up |= high > 0.0;
        down |= low < 0.0;
    };
    for (effect, draws) in effects(scenario).filter(|(e, _)| e.target == cell) {
        let range = Context::with(scenario, draws).range(effect.value.expr);
        match effect.change {
            Change::Set => set.push((place(range.low), place(range.high))),
            Change::Add => relative(range.low, range.high),
            Change::Subtract => relative(-range.high, -range.low),
        }
    }
    for option in scenario.decisions.iter().flat_map(|d| &d.options) {
        for step in option.moves.iter().filter(|m| m.target == cell) {
            match &step.to {
                MoveTo::Rung(rung) => set.push((*rung as usize, *rung as usize)),
                // Draws of an option are not known here: such a move may lead anywhere.
                MoveTo::By(by) => {
                    let range = context.range(by.expr);
                    relative(range.low, range.high);
                }
            }
        }
    }
    let spans: Vec<(usize, usize)> = std::iter::once((low, high)).chain(set).collect();
    if up {
        high = top;
        low = spans.iter().map(|s| s.0).min().unwrap_or(low);
    }
    if down {
        low = 0;
        high = if up { top } else { spans.iter().map(|s| s.1).max().unwrap_or(high) };
    }
    for (at, r) in reached.iter_mut().enumerate() {
        *r |= (low..=high).contains(&at) || spans.iter().any(|s| (s.0..=s.1).contains(&at));
    }
}

/// All effects with the draws that they read.
pub(super) fn effects(scenario: &Scenario) -> impl Iterator<Item = (&Effect, &[crate::scenario::model::Draw])> {
    let rules = scenario.events.iter().chain(&scenario.reactions);
    let of_rules = rules.flat_map(|r| r.effects.iter().map(|e| (e, r.draws.as_slice())));
    // The draws of an option follow those of its decision; without them ranges are only wider.
    let options = scenario.decisions.iter().flat_map(|d| &d.options);
    of_rules.chain(options.flat_map(|o| o.effects.iter().map(|e| (e, [].as_slice()))))
}
