//! Names that nothing reads, and decisions that read the truth beside a perception of it.

use std::collections::BTreeSet;

use super::places::Places;
use super::probabilities::variable_name;
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::lang::core::Node;
use crate::lang::{CellId, ExprId, ParamId, SeenId};
use crate::scenario::model::{Decision, Formula, Scenario};
use crate::scenario::visit::each_formula;

pub(super) fn lint(scenario: &Scenario, places: &Places, diags: &mut Diagnostics) {
    let mut read = Read { scenario, params: BTreeSet::new(), cells: BTreeSet::new(), seen: BTreeSet::new(), exprs: BTreeSet::new() };
    read.everything();
    let warn = |at, what: String, help: &str| Diagnostic::new(Code::Unused, at, format!("{what} is never read")).help(help);
    for (index, param) in scenario.params.iter().enumerate() {
        let id = ParamId(u32::try_from(index).unwrap_or(u32::MAX));
        if !read.params.contains(&id) {
            let at = places.name(&format!("parameters.{}", param.id));
            diags.push(warn(at, format!("the parameter `{}`", param.id), "use it, or remove it"));
        }
    }
    for variable in &scenario.variables {
        if !read.cells.contains(&variable.cell) {
            let name = &scenario.cells[variable.cell.0 as usize].name;
            let at = variable_name(places, name);
            diags.push(warn(at, format!("the variable `{name}`"), "read it in a rule, outcome or metric, or remove it"));
        }
    }
    for derived in &scenario.derived {
        if !read.exprs.contains(&derived.value.expr) && !matches!(scenario.pool.node(derived.value.expr), Node::Const(_)) {
            let at = variable_name(places, &derived.name);
            diags.push(warn(at, format!("the derived value `{}`", derived.name), "use it, or remove it"));
        }
    }
    for (index, seen) in scenario.seen.iter().enumerate() {
        let actor = &scenario.actors[seen.actor.0 as usize].id;
        if !read.seen.contains(&SeenId(u32::try_from(index).unwrap_or(u32::MAX))) {
            let at = places.name(&format!("actors.{actor}.sees.{}", seen.name));
            diags.push(warn(
                at,
                format!("the perception `{}` of `{actor}`", seen.name),
                "read it by its bare name in a decision of this actor, or remove it",
            ));
        }
    }
    known_exactly(scenario, places, diags);
}

/// A decision that reads exactly what its actor also perceives.
fn known_exactly(scenario: &Scenario, places: &Places, diags: &mut Diagnostics) {
    for decision in &scenario.decisions {
        let own = format!("{}.", scenario.actors[decision.actor.0 as usize].id);
        let direct = direct_reads(scenario, decision, &own);
        for seen in scenario.seen.iter().filter(|s| s.actor == decision.actor && (s.noise.is_some() || s.factor.is_some())) {
            let mut behind = BTreeSet::new();
            scenario.pool.each_reached(seen.of.expr, |_, node| {
                if let Node::Cell(cell) = node {
                    behind.insert(*cell);
                }
            });
            for cell in behind.intersection(&direct) {
                // An actor knows what is its own.
                let name = &scenario.cells[cell.0 as usize].name;
                if name.starts_with(&own) {
                    continue;
                }
                let at = places.name(&super::places::plain(&decision.path));
                let message = format!("`{}` reads `{name}` exactly, which its actor perceives as `{}`", decision.id, seen.name);
                diags.push(
                    Diagnostic::new(Code::KnownExactly, at, message)
                        .help(format!("read `{}` instead, if the actor does not know the truth", seen.name)),
                );
            }
        }
    }
}

/// The cells that the options of a decision read, other than through derived values of the actor itself.
fn direct_reads(scenario: &Scenario, decision: &Decision, own: &str) -> BTreeSet<CellId> {
    let known: BTreeSet<ExprId> = scenario.derived.iter().filter(|d| d.name.starts_with(own)).map(|d| d.value.expr).collect();
    let mut cells = BTreeSet::new();
    let formulas = decision.options.iter().flat_map(|o| o.when.iter().chain(&o.value)).chain(&decision.when);
    let mut stack: Vec<ExprId> = formulas.map(|f| f.expr).collect();
    let mut visited = BTreeSet::new();
    while let Some(id) = stack.pop() {
        if known.contains(&id) || !visited.insert(id) {
            continue;
        }
        let node = scenario.pool.node(id);
        if let Node::Cell(cell) = node {
            cells.insert(*cell);
        }
        scenario.pool.each_operand(node, |e| stack.push(e));
    }
    cells
}

struct Read<'a> {
    scenario: &'a Scenario,
    params: BTreeSet<ParamId>,
    cells: BTreeSet<CellId>,
    seen: BTreeSet<SeenId>,
    exprs: BTreeSet<ExprId>,
}

impl Read<'_> {
    /// Every expression that can influence a result or is shown, those of rules that are switched off included.
    fn everything(&mut self) {
        let scenario = self.scenario;
        each_formula(scenario, true, &mut |formula, feeds| match feeds {
            Some(cell) => self.but(formula, cell),
            None => self.formula(formula),
        });
        scenario.rises.iter().for_each(|r| self.expr(r.condition));
        for decision in scenario.decisions.iter().chain(&scenario.dormant_decisions) {
            self.seen.extend(&decision.sees);
        }
    }

    fn expr(&mut self, id: ExprId) {
        let (mut params, mut cells, mut exprs) = (Vec::new(), Vec::new(), Vec::new());
        self.scenario.pool.each_reached(id, |id, node| {
            exprs.push(id);
            match node {
                Node::Param(p) => params.push(*p),
                Node::Cell(c) => cells.push(*c),
                _ => {}
            }
        });
        self.params.extend(params);
        self.cells.extend(cells);
        self.exprs.extend(exprs);
    }

    fn formula(&mut self, formula: &Formula) {
        self.expr(formula.expr);
    }

    /// A formula whose reading of one cell does not count: a variable that only feeds itself is unused.
    fn but(&mut self, formula: &Formula, cell: CellId) {
        let known = self.cells.contains(&cell);
        self.formula(formula);
        if !known {
            self.cells.remove(&cell);
        }
    }
}
