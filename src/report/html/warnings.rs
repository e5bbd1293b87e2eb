//! What is thin: told before everything else.

use super::Input;
use super::answer::called;
use super::expectations::{by_hand, judged};
use super::figure::label;
use super::study::thin;
use crate::report::words::{and, counted, outside};

/// An outcome with fewer trials says little about when and how.
const FEW: u64 = 30;
/// A run with fewer trials is a sketch.
const SKETCH: u64 = 1000;

/// Warnings, the gravest first.
pub(in crate::report) fn warnings(input: Input<'_>) -> Vec<String> {
    let s = input.summary;
    let n = s.plan.trials;
    let mut all = Vec::new();
    if !s.plan.complete {
        all.push(format!("Partial: the run stopped after {}; everything here is about these.", counted(n, "trial")));
    }
    if let Some(stopping) = s.plan.stopping.as_ref().filter(|x| !x.reached) {
        let named: Vec<String> = stopping.missed.iter().take(5).map(|id| outcome(input, id)).collect();
        all.push(format!("The precision that was asked for was not reached for {}.", and(&named)));
    }
    for c in s.clamped.iter().take(8) {
        let first = format!("the first was {}, on {} in trial {}", outside(c.first_value), label(&c.first_date), c.first_trial);
        let times = format!("{} in {}", counted(c.count, "time"), counted(c.trials, "trial"));
        all.push(format!("A chance, rate or weight left its range and was cut off: {}, {times} ({first}).", label(&c.path)));
    }
    if n < SKETCH {
        all.push(format!("Only {}: shares are rough, and rare ends may not have been seen.", counted(n, "trial")));
    }
    let few: Vec<String> = s
        .outcomes
        .iter()
        .filter(|o| o.count > 0 && o.count < FEW)
        .map(|o| format!("“{}” ({})", called(o), counted(o.count, "trial")))
        .collect();
    if !few.is_empty() {
        all.push(format!("Seen in few trials only: {}. When and by which path that comes about is not known well.", and(&few)));
    }
    if let Some(p) = input.data.map(|d| &d.portrait) {
        let drawn = p.parameters.iter().filter(|x| x.shape.is_some()).count();
        let judged = p.parameters.iter().filter(|x| x.shape.is_some() && x.judgement).count();
        if judged > 0 {
            let of = format!("{judged} of {}", counted(drawn as u64, "uncertain number"));
            all.push(format!(
                "Not a forecast: {of} {} the author’s judgement. Shares say what these assumptions imply.",
                if judged == 1 { "is" } else { "are" }
            ));
        }
    }
    all.extend(judged(input.data, input.studies, by_hand(input.summary)).and_then(|found| found.warning()));
    all.extend(thin(input.studies));
    all
}

fn outcome(input: Input<'_>, id: &str) -> String {
    let found = input.summary.outcomes.iter().find(|o| o.id == id);
    format!("“{}”", label(found.map_or(id, |o| &o.label)))
}
