//! Parameters, numbers of rungs and states, variables, starts, perceptions.

use super::scope::param_id;
use super::{Lazy, Owner, Place, VarKind, World};
use crate::diag::{Code, Diagnostic, Span};
use crate::dist::copula::Cholesky;
use crate::lang::check::{Core, Want};
use crate::lang::core::{History, HistoryKind, Node};
use crate::lang::{CellId, ExprId, LadderId, ParamId, TableId, Type};
use crate::scenario::model::{self, CellKind, Formula, ParamKind};
use crate::scenario::tree::{Kind, Table, Value};

impl<'a> World<'a> {
    /// Compiles everything that is not a rule.
    pub(super) fn quantities(&mut self, core: &mut Core) {
        for index in 0..self.params.len() {
            let span = self.params[index].span;
            self.parameter(index, span, core);
        }
        self.correlations(core);
        self.numbers(core);
        for index in 0..self.vars.len() {
            match self.vars[index].kind {
                VarKind::Stored(cell) => self.variable(index, cell, core),
                VarKind::Derived(_) => {
                    let span = self.vars[index].span;
                    self.derived(index, span, core);
                }
            }
        }
        self.starts(core);
        self.perceptions(core);
    }

    /// The parameter with this place in the file, compiled if it has not been yet.
    pub(super) fn parameter(&mut self, index: usize, read_at: Span, core: &mut Core) -> Option<(ParamId, Type)> {
        match self.params[index].state {
            Lazy::Done(done) => return Some(done),
            Lazy::Failed => return None,
            Lazy::Doing => {
                let message = format!("the parameter `{}` depends on itself", self.params[index].id);
                let at = self.params[index].span;
                return core.fail(
                    Diagnostic::new(Code::Circular, read_at, message)
                        .also(at, "defined here")
                        .help("a parameter may read others only if they do not lead back to it"),
                );
            }
            Lazy::Todo => {}
        }
        self.params[index].state = Lazy::Doing;
        let built = self.build_parameter(index, core);
        let Some((param, ty)) = built else {
            self.params[index].state = Lazy::Failed;
            return None;
        };
        let id = param_id(self.built.params.len());
        self.built.params.push(param);
        self.params[index].state = Lazy::Done((id, ty));
        Some((id, ty))
    }

    fn build_parameter(&mut self, index: usize, core: &mut Core) -> Option<(model::Param, Type)> {
        let (id, value) = (self.params[index].id, self.params[index].value);
        let path = format!("parameters.{id}");
        let mut place = Place::parameters(path.clone());
        let (kind, ty, table) = match &value.kind {
            Kind::Table(table) if table.get("is").is_some() => {
                let formula = self.formula(table.get("is")?, Want::Any, "a parameter", &mut place, core)?;
                (ParamKind::Computed(formula.clone()), formula.ty, Some(table))
            }
            Kind::Table(table) => {
                let draw = self.distribution(table, value.span, id, &path, &path, &mut place, core)?;
                let ty = draw.ty;
                (ParamKind::Drawn(draw), ty, Some(table))
            }
            _ => {
                let formula = self.formula(value, Want::Number, "a parameter", &mut place, core)?;
                (ParamKind::Computed(formula), Type::Number, None)
            }
        };
        let text = |key: &str| table.and_then(|t| t.text(key)).map(str::to_owned);
        let judgement = table.is_some_and(|t| t.flag("judgement", false));
        Some((model::Param { id: id.to_owned(), label: text("label"), source: text("source"), judgement, kind }, ty))
    }

    fn correlations(&mut self, core: &mut Core) {
        let mut used: Vec<ParamId> = Vec::new();
        for (table, span) in self.tree.tables("correlations") {
            let mut of = Vec::new();
            for value in table.list("of") {
                let Kind::Text(name) = &value.kind else { continue };
                let found = self.built.params.iter().position(|p| p.id == *name).map(param_id);
                let Some(id) = found else {
                    super::declare::unknown("parameter", name, self.params.iter().map(|p| p.id), value.span, core);
                    continue;
                };
                let drawn = matches!(&self.built.params[id.0 as usize].kind, ParamKind::Drawn(d) if d.ty != Type::Truth && !matches!(d.ty, Type::Category(_)));
                if !drawn || used.contains(&id) {
                    let message = if drawn {
                        format!("`{name}` stands in two correlations")
                    } else {
                        format!("`{name}` is not a number that is drawn")
                    };
                    core.diags.push(
                        Diagnostic::new(Code::BadCorrelation, value.span, message)
                            .help("correlate parameters with a `dist` that gives numbers, each in one group at most"),
                    );
                }
                used.push(id);
                of.push(id);
            }
            let rank: Vec<Vec<f64>> = table
                .list("rank")
                .map(|row| match &row.kind {
                    Kind::List(items) => items.iter().filter_map(Value::as_number).collect(),
                    _ => Vec::new(),
                })
                .collect();
            let at = table.get("rank").map_or(span, |v| v.span);
            if rank.len() != of.len() || rank.iter().any(|r| r.len() != of.len()) {
                let message = format!("the matrix must have {} rows of {} numbers", of.len(), of.len());
                core.diags
                    .push(Diagnostic::new(Code::BadCorrelation, at, message).help("one row and one column for each parameter in `of`"));
                continue;
            }
            match Cholesky::from_spearman(&rank) {
                Ok(factor) => self.built.correlations.push(model::Correlation { of, factor, rank }),
                Err(error) => core.diags.push(
                    Diagnostic::new(Code::BadCorrelation, at, error.to_string())
                        .help("lower the correlations until they can hold together"),
                ),
            }
        }
    }

    fn numbers(&mut self, core: &mut Core) {
        for (list, items) in [("ladders", "rungs"), ("regimes", "states")] {
            for (index, entry) in self.tree.table(list).enumerate() {
                let Some(table) = entry.value.as_table() else { continue };
                let numbers: Vec<(String, TableId)> = if list == "ladders" {
                    self.built.ladders.get(index).map(|l| l.numbers.clone()).unwrap_or_default()
                } else {
                    self.built.regimes.get(index).map(|r| r.numbers.clone()).unwrap_or_default()
                };
                for (name, id) in numbers {
                    for (item, _) in table.tables(items) {
                        let Some(value) = item.get(&name) else { continue };
                        let mut place = Place::parameters(format!("{list}.{}.{name}", entry.key.text));
                        if let Some(formula) = self.formula(value, Want::Number, "a number of a rung or state", &mut place, core) {
                            self.built.tables[id.0 as usize].rows.push(formula);
                        }
                    }
                }
            }
        }
    }

    fn variable(&mut self, index: usize, cell: CellId, core: &mut Core) {
        let (owner, name, value) = (self.vars[index].owner, self.vars[index].name, self.vars[index].value);
        let Some(table) = value.as_table() else { return };
        let mut fixed = Place::parameters(name);
        let mut number = |world: &mut Self, key: &str, core: &mut Core| {
            let value = table.get(key)?;
            let want = Want::Number;
            world.formula(value, want, &format!("`{key}`"), &mut fixed, core).map(|f| (f, value.span))
        };
        let start = number(self, "start", core);
        let min = number(self, "min", core);
        let max = number(self, "max", core);
        check_bounds(name, start.as_ref(), min.as_ref(), max.as_ref(), core);
        let drift = self.drift(table, owner, name, core);
        let Some((start, _)) = start else { return };
        self.built.cells[cell.0 as usize].kind = CellKind::Variable(self.built.variables.len());
        self.built.variables.push(model::Variable {
            cell,
            label: table.text("label").map(str::to_owned),
            start,
            min: min.map(|m| m.0),
            max: max.map(|m| m.0),
            drift,
        });
    }

    fn drift(&mut self, table: &Table, owner: Owner, name: &str, core: &mut Core) -> Option<(Formula, u32)> {
        let value = match (table.get("drift"), table.entry("per")) {
            (Some(value), Some(_)) => value,
            (Some(value), None) => {
                let message = "`drift` needs `per`: change per which unit of time?";
                core.diags.push(Diagnostic::new(Code::NeedsKey, value.span, message).help("add `per = \"day\"`"));
                return None;
            }
            (None, Some(per)) => {
                core.diags.push(
                    Diagnostic::new(Code::NeedsKey, per.key.span, "`per` needs `drift`").help("add `drift = \"...\"`, or remove `per`"),
                );
                return None;
            }
            (None, None) => return None,
        };
        let mut place = Place::new(name);
        place.owner = owner_actor(owner);
        let formula = self.formula(value, Want::Number, "the drift", &mut place, core)?;
        Some((formula, Self::per(table)?))
    }

    /// The derived value with this index, compiled if it has not been yet.
    pub(super) fn derived(&mut self, index: usize, read_at: Span, core: &mut Core) -> Option<(ExprId, Type)> {
        let VarKind::Derived(state) = self.vars[index].kind else { return None };
        match state {
            Lazy::Done(done) => return Some(done),
            Lazy::Failed => return None,
            Lazy::Doing => {
                let message = format!("the derived value `{}` depends on itself", self.vars[index].name);
                let at = self.vars[index].span;
                return core.fail(
                    Diagnostic::new(Code::Circular, read_at, message)
                        .also(at, "defined here")
                        .help("read an earlier value with `was(x, 1 day)`, or store it in a variable"),
                );
            }
            Lazy::Todo => {}
        }
        self.vars[index].kind = VarKind::Derived(Lazy::Doing);
        let (owner, name, value) = (self.vars[index].owner, self.vars[index].name, self.vars[index].value);
        let mut place = Place::new(name);
        place.owner = owner_actor(owner);
        let formula =
            value.as_table().and_then(|t| t.get("is")).and_then(|is| self.formula(is, Want::Any, "a derived value", &mut place, core));
        let Some(formula) = formula else {
            self.vars[index].kind = VarKind::Derived(Lazy::Failed);
            return None;
        };
        let done = (formula.expr, formula.ty);
        let prefix = match owner {
            Owner::World => String::new(),
            Owner::Actor(a) => format!("{}.", self.actor_name(a)),
            Owner::Relation(r) => format!("{}.", self.built.relations[r].id),
        };
        self.built.derived.push(model::Derived { name: format!("{prefix}{name}"), value: formula });
        self.vars[index].kind = VarKind::Derived(Lazy::Done(done));
        Some(done)
    }

    /// Rungs at the start.
    fn starts(&mut self, core: &mut Core) {
        let mut stand = 0;
        for entry in self.tree.table("actors") {
            let Some(table) = entry.value.as_table() else { continue };
            for start in table.table("starts") {
                let Some(ladder) = self.built.stands.get(stand).map(|s| s.ladder) else { return };
                if self.built.ladders[ladder.0 as usize].id != start.key.text {
                    continue;
                }
                if let Some(formula) = self.start_rung(ladder, &start.value, core) {
                    self.built.stands[stand].start = formula;
                }
                stand += 1;
            }
        }
    }

    fn start_rung(&mut self, ladder: LadderId, value: &Value, core: &mut Core) -> Option<Formula> {
        let entry = &self.built.ladders[ladder.0 as usize];
        if let Kind::Text(text) = &value.kind {
            if let Some(rung) = entry.rungs.iter().position(|r| r.id == *text) {
                #[expect(clippy::cast_precision_loss, reason = "places in short lists")]
                let expr = core.pool.constant(rung as f64);
                return Some(Formula { expr, ty: Type::Rung(ladder), text: text.clone(), at: self.place_of(value.span) });
            }
            if text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !self.symbols.contains_key(text) {
                super::declare::unknown("rung", text, entry.rungs.iter().map(|r| r.id.as_str()), value.span, core);
                return None;
            }
        }
        let mut place = Place::parameters("starts");
        self.formula(value, Want::Number, "the rung at the start", &mut place, core)
    }

    fn perceptions(&mut self, core: &mut Core) {
        for index in 0..self.seen.len() {
            let (actor, name, table) = (self.seen[index].actor, self.seen[index].name, self.seen[index].table);
            let path = format!("actors.{}.sees.{name}", self.actor_name(actor));
            let mut place = Place::new(path.clone());
            place.owner = Some(actor);
            let Some(value) = table.get("of") else { continue };
            let Some(of) = self.formula(value, Want::Number, "what is perceived", &mut place, core) else { continue };
            let plain = of.expr;
            let of = self.lagged(of, table, core);
            let lagged = of.expr != plain;
            let factor = table.get("factor").and_then(|v| {
                let path = format!("{path}:factor");
                self.distribution(v.as_table()?, v.span, "factor", &path, &path, &mut place, core)
            });
            let noise = table.get("noise").and_then(|v| self.noise(v, &format!("{path}:noise"), &mut place, core));
            for draw in factor.iter().chain(&noise) {
                if draw.ty != Type::Number {
                    let message = format!("noise must be a number, found {}", draw.ty.words());
                    core.diags
                        .push(Diagnostic::new(Code::TypeMismatch, self.seen[index].span, message).help("use a distribution of numbers"));
                }
            }
            self.seen[index].ty = Some(Type::Number);
            self.built.seen.push(model::Seen {
                actor,
                name: name.to_owned(),
                label: table.text("label").map(str::to_owned),
                of,
                lagged,
                noise,
                factor,
            });
        }
    }

    fn lagged(&mut self, of: Formula, table: &Table, core: &mut Core) -> Formula {
        let Some(value) = table.get("lag") else { return of };
        // "0 days" is allowed: it says that there is none.
        if let Kind::Text(text) = &value.kind
            && text.trim_start().starts_with('0')
            && text.split_whitespace().next() == Some("0")
        {
            return of;
        }
        let Some(lag) = self.multiple(value, "the lag", core) else { return of };
        let track = core.pool.track(of.expr);
        let node = Node::History(History { kind: HistoryKind::Was(lag / self.clock.step), track });
        Formula { expr: core.pool.add(node), ..of }
    }

    /// A standard deviation means a normal error of mean 0.
    fn noise(&mut self, value: &Value, path: &str, place: &mut Place<'a>, core: &mut Core) -> Option<model::Draw> {
        if let Some(table) = value.as_table() {
            return self.distribution(table, value.span, "noise", path, path, place, core);
        }
        let sd = self.formula(value, Want::Number, "the standard deviation", place, core)?;
        if let Some(x) = core.pool.as_constant(sd.expr)
            && x < 0.0
        {
            return core.fail(
                Diagnostic::new(Code::Negative, value.span, format!("a standard deviation of {x}"))
                    .help("use a number that is not below 0"),
            );
        }
        let mut constant = |x: f64| Formula { expr: core.pool.constant(x), ty: Type::Number, text: String::new(), at: String::new() };
        let params = vec![constant(0.0), sd, constant(f64::NEG_INFINITY), constant(f64::INFINITY)];
        let site = self.site(path, value.span, core);
        Some(model::Draw {
            name: "noise".to_owned(),
            path: path.to_owned(),
            site,
            family: crate::dist::Family::Normal,
            params,
            ty: Type::Number,
        })
    }
}

fn owner_actor(owner: Owner) -> Option<crate::lang::check::ActorId> {
    match owner {
        Owner::Actor(a) => Some(a),
        Owner::World | Owner::Relation(_) => None,
    }
}

fn check_bounds(
    name: &str,
    start: Option<&(Formula, Span)>,
    min: Option<&(Formula, Span)>,
    max: Option<&(Formula, Span)>,
    core: &mut Core,
) {
    let value = |f: Option<&(Formula, Span)>| f.and_then(|(f, _)| core.pool.as_constant(f.expr));
    let (s, low, high) = (value(start), value(min), value(max));
    if let (Some(low), Some(high), Some(max)) = (low, high, max)
        && low > high
    {
        let message = format!("`min` of `{name}` is {low}, above `max`, {high}");
        let error = Diagnostic::new(Code::BoundsCrossed, max.1, message).help("swap the two");
        core.diags.push(match min {
            Some(min) => error.also(min.1, "the lower bound"),
            None => error,
        });
        return;
    }
    if let (Some(s), Some(at)) = (s, start)
        && (low.is_some_and(|l| s < l) || high.is_some_and(|h| s > h))
    {
        let (bound, word) = if low.is_some_and(|l| s < l) { (low, "below `min`,") } else { (high, "above `max`,") };
        let message = format!("`{name}` starts at {s}, {word} {}", bound.unwrap_or_default());
        core.diags.push(Diagnostic::new(Code::StartOutside, at.1, message).help("move the start, or widen the bounds"));
    }
}
