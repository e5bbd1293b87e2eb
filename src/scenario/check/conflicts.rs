//! Two rules that set the same thing at the same moment.
//!
//! In a simultaneous phase nothing says which of two settings comes last, so an absolute setting
//! together with any other change of the same target is an error between rules that are enabled.
//! Options of one decision exclude each other and may set the same thing.

use std::collections::BTreeMap;

use super::World;
use crate::diag::{Code, Diagnostic, Span};
use crate::lang::CellId;
use crate::lang::check::Core;
use crate::scenario::model::{Change, DecisionOption, Effect, MoveTo};

/// One change of a cell in a phase.
struct Touch {
    rule: usize,
    option: Option<usize>,
    absolute: bool,
    span: Span,
    text: String,
}

impl World<'_> {
    /// Reports conflicts of the simultaneous phases.
    pub(super) fn conflicts(&self, core: &mut Core) {
        let mut events: BTreeMap<CellId, Vec<Touch>> = BTreeMap::new();
        let places: BTreeMap<&str, Span> = self.rules.iter().map(|r| (r.id, r.span)).collect();
        for (index, rule) in self.built.events.iter().enumerate() {
            let span = places.get(rule.id.as_str()).copied().unwrap_or_else(unplaced);
            touch(&mut events, index, None, &rule.effects, span);
        }
        report(&events, core);
        if self.clock.sequential {
            return;
        }
        let mut decisions: BTreeMap<CellId, Vec<Touch>> = BTreeMap::new();
        let options = self.decisions.iter().flat_map(|d| d.options.iter().map(|o| ((d.id, o.id), o.span)));
        let places: BTreeMap<(&str, &str), Span> = options.collect();
        for (index, decision) in self.built.decisions.iter().enumerate() {
            for (o, option) in decision.options.iter().enumerate() {
                let span = places.get(&(decision.id.as_str(), option.id.as_str())).copied().unwrap_or_else(unplaced);
                touch(&mut decisions, index, Some(o), &option.effects, span);
                moves(&mut decisions, index, o, option, span);
            }
        }
        report(&decisions, core);
    }
}

fn unplaced() -> Span {
    Span::new(crate::diag::FileId(0), 0..0)
}

fn touch(all: &mut BTreeMap<CellId, Vec<Touch>>, rule: usize, option: Option<usize>, effects: &[Effect], span: Span) {
    // Delayed effects arrive in a phase of their own, in the order in which they were fired.
    for effect in effects.iter().filter(|e| e.delay.is_none()) {
        let absolute = effect.change == Change::Set;
        all.entry(effect.target).or_default().push(Touch { rule, option, absolute, span, text: effect.text.clone() });
    }
}

fn moves(all: &mut BTreeMap<CellId, Vec<Touch>>, rule: usize, o: usize, option: &DecisionOption, span: Span) {
    for step in &option.moves {
        let absolute = matches!(step.to, MoveTo::Rung(_));
        let text = "its move".to_owned();
        all.entry(step.target).or_default().push(Touch { rule, option: Some(o), absolute, span, text });
    }
}

fn report(all: &BTreeMap<CellId, Vec<Touch>>, core: &mut Core) {
    for touches in all.values() {
        // One report for a target: the first setting that meets something.
        let pair = touches.iter().enumerate().filter(|(_, a)| a.absolute).find_map(|(i, a)| {
            let meets = |(j, b): &(usize, &Touch)| *j != i && (a.rule != b.rule || a.option == b.option);
            touches.iter().enumerate().find(meets).map(|(j, b)| if i < j { (a, b) } else { (b, a) })
        });
        if let Some((a, b)) = pair {
            {
                let message = format!("`{}` and `{}` meet on one target in one phase", a.text, b.text);
                let error = Diagnostic::new(Code::Conflict, b.span, message)
                    .help("use `+=`, join the two, move one into a reaction, or switch one off with `enabled = false`");
                core.diags.push(if a.span == b.span { error } else { error.also(a.span, "the other one") });
            }
        }
    }
}
