//! Windows that are read only in the last state.
//!
//! `time(striking, 30 days) >= 10 days` as an outcome asks about the last 30 days only, which is seldom
//! what is meant; inside `ever(...)` it asks whether it was so at any time.

use super::places::Places;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::lang::core::{HistoryKind, Node};
use crate::lang::{ExprId, Pool};
use crate::scenario::model::Scenario;

pub(super) fn lint(scenario: &Scenario, places: &Places, diags: &mut Diagnostics) {
    // An outcome that ends the trial is read at every step, so its windows are too.
    let outcomes = scenario.outcomes.iter().filter(|o| !o.ends).filter_map(|o| Some((&o.id, "outcomes", o.when.as_ref()?)));
    let indicators = scenario.indicators.iter().map(|i| (&i.id, "indicators", &i.when));
    for (id, list, when) in outcomes.chain(indicators) {
        if windowed(&scenario.pool, when.expr) {
            let at = places.value_at(&format!("{list}.{id}.when"));
            diags.push(
                Diagnostic::new(Code::WindowAtEnd, at, format!("`{id}` looks at a window before the end of the trial only"))
                    .help("write `ever(...)`, without a window of its own, around it to ask whether it was so at any time; if the end is meant, say `allow = [\"W0507\"]`"),
            );
        }
    }
}

/// Whether a window is read outside of `ever`, `always`, `first`, `since` and other functions of the whole past.
fn windowed(pool: &Pool, id: ExprId) -> bool {
    let mut found = false;
    let mut stack = vec![id];
    let mut seen = std::collections::HashSet::new();
    while let Some(id) = stack.pop() {
        if !seen.insert(id) {
            continue;
        }
        let node = pool.node(id);
        match node {
            Node::History(h) => {
                let window = match h.kind {
                    HistoryKind::Sum(k) | HistoryKind::Ever(k) | HistoryKind::Always(k) => k,
                    HistoryKind::Held(k) => Some(k),
                    _ => None,
                };
                found |= window.is_some_and(|k| k > 1);
            }
            _ => pool.each_operand(node, |e| stack.push(e)),
        }
    }
    found
}
