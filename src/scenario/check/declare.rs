//! Declaring names and cells: who is there, before anything is compiled.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    DecisionDecl, Happened, Lazy, MAX_CELLS, MAX_RULES, OptionDecl, Owner, ParamDecl, RuleDecl, SeenDecl, Symbol, VarDecl, VarKind, World,
    owner_key,
};
use crate::diag::{Code, Diagnostic, Span, did_you_mean, list_of};
use crate::dist::{Family, Gives};
use crate::lang::check::{ActorId, Core};
use crate::lang::{LadderId, RegimeId};
use crate::scenario::model::{self, CellKind};
use crate::scenario::tree::{Entry, Kind, Table};

fn id32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

impl<'a> World<'a> {
    /// Declares everything that has a name.
    pub(super) fn declare(&mut self, core: &mut Core) {
        let tree = self.tree;
        for entry in tree.table("parameters") {
            self.name(&entry.key.text, Symbol::Param(self.params.len()), entry.key.span, core);
            self.params.push(ParamDecl { id: &entry.key.text, value: &entry.value, span: entry.key.span, state: Lazy::Todo });
        }
        self.ladders(core);
        self.declare_regimes(core);
        self.declare_actors(core);
        self.groups(core);
        self.relations(core);
        if let Some(world) = tree.get("world").and_then(|v| v.as_table()) {
            for entry in world.table("vars") {
                self.name(&entry.key.text, Symbol::World(self.vars.len()), entry.key.span, core);
                self.declare_var(Owner::World, entry);
            }
        }
        self.declare_rules("events", false, core);
        self.declare_decisions(core);
        self.declare_rules("reactions", true, core);
        self.overlaps(core);
        self.limits(core);
    }

    /// Registers a global name; a second one is an error.
    fn name(&mut self, name: &str, symbol: Symbol, span: Span, core: &mut Core) {
        if let Some((_, first)) = self.symbols.get(name) {
            core.diags.push(
                Diagnostic::new(Code::DuplicateId, span, format!("`{name}` is already the name of something"))
                    .also(*first, "named here first")
                    .help("names are unique in the whole scenario; rename one of the two"),
            );
            return;
        }
        self.symbols.insert(name.to_owned(), (symbol, span));
    }

    fn ladders(&mut self, core: &mut Core) {
        for entry in self.tree.table("ladders") {
            let id = LadderId(id32(self.built.ladders.len()));
            self.name(&entry.key.text, Symbol::Ladder(id), entry.key.span, core);
            let Some(table) = entry.value.as_table() else { continue };
            let mut rungs = Vec::new();
            let mut ids = Ids::default();
            for (rung, span) in table.tables("rungs") {
                let Some(name) = rung.text("id") else { continue };
                ids.add(name, "a rung of this ladder", rung.get("id").map_or(span, |v| v.span), core);
                rungs.push(model::Rung {
                    id: name.to_owned(),
                    label: rung.text("label").map(str::to_owned),
                    threshold: rung.text("threshold").map(str::to_owned),
                });
            }
            if rungs.len() < 2 {
                let message = format!("a ladder needs at least two rungs, `{}` has {}", entry.key.text, rungs.len());
                core.diags.push(Diagnostic::new(Code::RungMissing, entry.key.span, message).help("add a rung"));
            }
            let numbers = self.number_names(&entry.key.text, table, "rungs", &["id", "label", "threshold", "note", "allow"], core);
            self.built.ladders.push(model::Ladder {
                id: entry.key.text.clone(),
                label: table.text("label").map(str::to_owned),
                rungs,
                numbers,
            });
        }
    }

    /// The numbers of rungs or states: all must have the same ones.
    fn number_names(
        &mut self,
        owner: &str,
        table: &Table,
        list: &str,
        plain: &[&str],
        core: &mut Core,
    ) -> Vec<(String, crate::lang::TableId)> {
        let mut names: Vec<(String, Span)> = Vec::new();
        let mut known: BTreeSet<&str> = BTreeSet::new();
        for (item, _) in table.tables(list) {
            for entry in item.entries.iter().filter(|e| !plain.contains(&e.key.text.as_str())) {
                if known.insert(&entry.key.text) {
                    names.push((entry.key.text.clone(), entry.key.span));
                }
            }
        }
        // A number that only some have and that is nearly a key of the format is a slip of that key.
        let holders = |name: &str| table.tables(list).filter(|(t, _)| t.get(name).is_some()).count();
        let count = table.tables(list).count();
        names.retain(|(name, span)| {
            let close = if holders(name) < count { did_you_mean(name, plain.iter().copied()) } else { None };
            if let Some(close) = close {
                let message = format!("`{name}` is neither a key nor a number that all have");
                core.diags.push(Diagnostic::new(Code::UnknownKey, *span, message).help(format!("did you mean `{close}`?")));
            }
            close.is_none()
        });
        for (item, span) in table.tables(list) {
            let own: BTreeSet<&str> = item.entries.iter().map(|e| e.key.text.as_str()).collect();
            for (name, first) in names.iter().filter(|(n, _)| !own.contains(n.as_str())) {
                if core.diags.is_full() {
                    return Vec::new();
                }
                let id = item.text("id").unwrap_or("?");
                core.diags.push(
                    Diagnostic::new(Code::NumbersDiffer, span, format!("`{id}` has no number `{name}`"))
                        .also(*first, "given here")
                        .help(format!("add `{name} = ...`, or remove it from the others")),
                );
            }
        }
        let ids = table.tables(list).filter_map(|(t, _)| t.text("id")).collect::<BTreeSet<_>>();
        for (name, span) in &names {
            if ids.contains(&name.as_str()) {
                let message = format!("`{owner}.{name}` would be both a number and a name in the list");
                core.diags.push(Diagnostic::new(Code::Overlap, *span, message).help("rename the number"));
            }
        }
        names
            .into_iter()
            .map(|(n, _)| {
                let t = self.number_table(format!("{owner}.{n}"));
                (n, t)
            })
            .collect()
    }

    fn declare_regimes(&mut self, core: &mut Core) {
        for entry in self.tree.table("regimes") {
            let id = RegimeId(id32(self.built.regimes.len()));
            self.name(&entry.key.text, Symbol::Regime(id), entry.key.span, core);
            let Some(table) = entry.value.as_table() else { continue };
            let mut states: Vec<model::State> = Vec::new();
            let mut ids = Ids::default();
            for (state, span) in table.tables("states") {
                let Some(name) = state.text("id") else { continue };
                ids.add(name, "a state of this regime", state.get("id").map_or(span, |v| v.span), core);
                states.push(model::State { id: name.to_owned(), label: state.text("label").map(str::to_owned), dwell: None });
            }
            if states.is_empty() {
                let message = format!("a regime needs at least one state, `{}` has none", entry.key.text);
                core.diags.push(Diagnostic::new(Code::RungMissing, entry.key.span, message).help("add a state"));
            }
            let start = table.text("start").unwrap_or_default();
            let index = states.iter().position(|s| s.id == start);
            if index.is_none() && !states.is_empty() {
                let span = table.get("start").map_or(entry.key.span, |v| v.span);
                unknown("state", start, states.iter().map(|s| s.id.as_str()), span, core);
            }
            let numbers = self.number_names(&entry.key.text, table, "states", &["id", "label", "dwell", "note", "allow"], core);
            let cell = self.cell(entry.key.text.clone(), CellKind::Regime(id));
            for (tab, span) in table.tables("moves") {
                let (Some(from), Some(to)) = (tab.text("from"), tab.text("to")) else { continue };
                for (key, end) in [("from", from), ("to", to)] {
                    if !ids.has(end) {
                        let at = tab.get(key).map_or(span, |v| v.span);
                        unknown("state", end, states.iter().map(|s| s.id.as_str()), at, core);
                    }
                }
                let cell = self.cell(format!("{}.{from}.{to}", entry.key.text), CellKind::Count);
                if self.move_cells.insert((id, from.to_owned(), to.to_owned()), cell).is_some() {
                    let message = format!("a second move from `{from}` to `{to}`");
                    core.diags
                        .push(Diagnostic::new(Code::DuplicateId, span, message).help("join the two, for example by adding their chances"));
                }
            }
            self.built.regimes.push(model::Regime {
                id: entry.key.text.clone(),
                label: table.text("label").map(str::to_owned),
                cell,
                start: id32(index.unwrap_or(0)),
                states,
                moves: Vec::new(),
                numbers,
                site: crate::rng::SiteId::of_path(&format!("regimes.{}", entry.key.text)),
                at_site: crate::rng::SiteId::of_path(&format!("regimes.{}:at", entry.key.text)),
            });
        }
    }

    fn declare_actors(&mut self, core: &mut Core) {
        for entry in self.tree.table("actors") {
            let id = ActorId(id32(self.built.actors.len()));
            self.name(&entry.key.text, Symbol::Actor(id), entry.key.span, core);
            let Some(table) = entry.value.as_table() else { continue };
            self.built.actors.push(model::Actor {
                id: entry.key.text.clone(),
                label: table.text("label").map(str::to_owned),
                kind: table.text("kind").map(str::to_owned),
            });
            for start in table.table("starts") {
                let Some(&(Symbol::Ladder(ladder), _)) = self.symbols.get(&start.key.text) else {
                    self.not_a::<()>("ladder", &start.key.text, start.key.span, core);
                    continue;
                };
                let name = format!("{}.{}", entry.key.text, start.key.text);
                let cell = self.cell(name, CellKind::Rung(self.built.stands.len()));
                self.stand_index.insert((id, ladder), self.built.stands.len());
                // The start is compiled later; a placeholder keeps the order of stands.
                let start =
                    model::Formula { expr: core.pool.constant(0.0), ty: crate::lang::Type::Number, text: String::new(), at: String::new() };
                self.built.stands.push(model::Stand { actor: id, ladder, cell, start });
            }
            for var in table.table("vars") {
                self.declare_var(Owner::Actor(id), var);
            }
            for seen in table.table("sees") {
                let Some(inner) = seen.value.as_table() else { continue };
                self.seen_index.insert((id, seen.key.text.clone()), self.seen.len());
                self.seen.push(SeenDecl { actor: id, name: &seen.key.text, table: inner, span: seen.key.span, ty: None });
            }
        }
    }

    fn declare_var(&mut self, owner: Owner, entry: &'a Entry) {
        let stored = entry.value.as_table().is_some_and(|t| t.get("is").is_none());
        let kind = if stored {
            let prefix = match owner {
                Owner::World => String::new(),
                Owner::Actor(a) => format!("{}.", self.actor_name(a)),
                Owner::Relation(r) => format!("{}.", self.built.relations[r].id),
            };
            let cell = self.cell(format!("{prefix}{}", entry.key.text), CellKind::Variable(usize::MAX));
            // A counter: it starts at a whole number and does not drift.
            let table = entry.value.as_table();
            let counter =
                table.is_some_and(|t| matches!(t.get("start").map(|v| &v.kind), Some(Kind::Integer(_))) && t.get("drift").is_none());
            if counter {
                self.whole.insert(cell);
            }
            VarKind::Stored(cell)
        } else {
            VarKind::Derived(Lazy::Todo)
        };
        let (k, i) = owner_key(owner);
        self.var_index.insert((k, i, entry.key.text.clone()), self.vars.len());
        self.vars.push(VarDecl { owner, name: &entry.key.text, value: &entry.value, span: entry.key.span, kind });
    }

    fn groups(&mut self, core: &mut Core) {
        for entry in self.tree.table("groups") {
            self.name(&entry.key.text, Symbol::Group(self.built.groups.len()), entry.key.span, core);
            let mut members = Vec::new();
            let mut ids = Ids::default();
            let Kind::List(items) = &entry.value.kind else { continue };
            for item in items {
                let Kind::Text(name) = &item.kind else { continue };
                let Some(actor) = self.actor(name, item.span, core) else { continue };
                ids.add(name, "a member of this group", item.span, core);
                members.push(actor);
            }
            self.built.groups.push(model::Group { id: entry.key.text.clone(), members });
        }
    }

    /// The actor of this name.
    pub(super) fn actor(&self, name: &str, span: Span, core: &mut Core) -> Option<ActorId> {
        match self.symbols.get(name) {
            Some(&(Symbol::Actor(id), _)) => Some(id),
            _ => self.not_a("actor", name, span, core),
        }
    }

    /// Reports that `name` is not of the kind that is needed: `actor`, `group` or `ladder`.
    pub(super) fn not_a<T>(&self, what: &str, name: &str, span: Span, core: &mut Core) -> Option<T> {
        if core.diags.is_full() {
            return None;
        }
        let Some((symbol, first)) = self.symbols.get(name) else {
            if let Some(help) = self.labelled_in(&format!("{what}s"), name) {
                return core.fail(Diagnostic::new(Code::UnknownReference, span, format!("there is no {what} `{name}`")).help(help));
            }
            match what {
                "actor" => unknown(what, name, self.built.actors.iter().map(|a| a.id.as_str()), span, core),
                "group" => unknown(what, name, self.built.groups.iter().map(|g| g.id.as_str()), span, core),
                _ => unknown(what, name, self.built.ladders.iter().map(|l| l.id.as_str()), span, core),
            }
            return None;
        };
        let article = if what == "actor" { "an" } else { "a" };
        let message = format!("`{name}` is {}, not {article} {what}", symbol.words());
        let help = match (what, symbol) {
            ("actor", Symbol::Group(_)) => "groups hold actors only: name the actors one by one".to_owned(),
            ("group", Symbol::Actor(_)) => format!("make a group of one, `groups.x = [\"{name}\"]`, or name the actor where it is read"),
            _ => format!("name {article} {what} of this scenario"),
        };
        core.fail(Diagnostic::new(Code::UnknownReference, span, message).also(*first, "named here").help(help))
    }

    fn relations(&mut self, core: &mut Core) {
        for entry in self.tree.table("relations") {
            let index = self.built.relations.len();
            self.name(&entry.key.text, Symbol::Relation(index), entry.key.span, core);
            let Some(table) = entry.value.as_table() else { continue };
            let mut end = |key: &str| {
                let value = table.get(key)?;
                match &value.kind {
                    Kind::Text(name) => self.actor(name, value.span, core),
                    _ => None,
                }
            };
            let (from, to) = (end("from"), end("to"));
            let (Some(from), Some(to)) = (from, to) else { continue };
            if let Some(first) = self.relation_index.insert((from, to), index) {
                let message = format!("a second relation from `{}` to `{}`", self.actor_name(from), self.actor_name(to));
                let first = self.symbols.get(&self.built.relations[first].id).map_or(entry.key.span, |s| s.1);
                core.diags.push(
                    Diagnostic::new(Code::DuplicateRelation, entry.key.span, message)
                        .also(first, "the first one")
                        .help("move its variables into the first one"),
                );
            }
            self.built.relations.push(model::Relation {
                id: entry.key.text.clone(),
                label: table.text("label").map(str::to_owned),
                from,
                to,
            });
            for var in table.table("vars") {
                self.declare_var(Owner::Relation(index), var);
            }
        }
    }

    fn group_members(&self, table: &Table, core: &mut Core) -> Option<Vec<ActorId>> {
        let value = table.get("for")?;
        let Kind::Text(name) = &value.kind else { return None };
        match self.symbols.get(name) {
            Some(&(Symbol::Group(g), _)) => Some(self.built.groups[g].members.clone()),
            _ => self.not_a("group", name, value.span, core),
        }
    }

    fn declare_rules(&mut self, list: &str, reaction: bool, core: &mut Core) {
        for (table, span) in self.tree.tables(list) {
            let Some(id) = table.text("id") else { continue };
            let at = table.get("id").map_or(span, |v| v.span);
            self.name(id, Symbol::Rule(self.rules.len()), at, core);
            let grouped = table.get("for").is_some();
            let members: Vec<Option<ActorId>> =
                if grouped { self.group_members(table, core).unwrap_or_default().into_iter().map(Some).collect() } else { vec![None] };
            let happened = members.iter().map(|m| self.happened(id, *m, table)).collect();
            self.rules.push(RuleDecl { reaction, table, span: at, id, members, happened });
        }
    }

    fn happened(&mut self, id: &str, member: Option<ActorId>, table: &Table) -> Happened {
        let name = member.map_or(id.to_owned(), |m| format!("{}.{id}", self.actor_name(m)));
        let count = Some(self.cell(format!("{name}.n"), CellKind::Count));
        let mut marks = BTreeMap::new();
        for draw in table.table("draws") {
            let family = draw.value.as_table().and_then(|t| t.text("dist")).and_then(Family::by_name);
            let summable = family.is_some_and(|f| f.spec().gives != Gives::Category);
            let cell = summable.then(|| self.cell(format!("{name}.{}", draw.key.text), CellKind::Mark));
            if family.is_some_and(|f| f.spec().gives != Gives::Real) {
                self.whole.extend(cell);
            }
            marks.insert(draw.key.text.clone(), cell);
        }
        Happened { count, marks }
    }

    fn declare_decisions(&mut self, core: &mut Core) {
        for (table, span) in self.tree.tables("decisions") {
            let Some(id) = table.text("id") else { continue };
            let at = table.get("id").map_or(span, |v| v.span);
            self.name(id, Symbol::Decision(self.decisions.len()), at, core);
            let (actor, group) = (table.get("actor"), table.get("for"));
            let members = match (actor, group) {
                (Some(value), None) => {
                    let Kind::Text(name) = &value.kind else { continue };
                    self.actor(name, value.span, core).into_iter().collect()
                }
                (None, Some(_)) => self.group_members(table, core).unwrap_or_default(),
                (Some(_), Some(group)) => {
                    let message = "a decision has an `actor` or is `for` a group, not both";
                    let actor = table.get("actor").map_or(at, |v| v.span);
                    core.diags.push(
                        Diagnostic::new(Code::Exclusive, group.span, message)
                            .also(actor, "the other one")
                            .help("keep the one that you mean"),
                    );
                    Vec::new()
                }
                (None, None) => {
                    let message = format!("`{id}` does not say who decides");
                    core.diags.push(Diagnostic::new(Code::MissingKey, at, message).help("add `actor = \"...\"`, or `for = \"group\"`"));
                    Vec::new()
                }
            };
            let mut options: Vec<OptionDecl<'a>> = Vec::new();
            let mut ids = Ids::default();
            for (option, span) in table.tables("options") {
                let Some(name) = option.text("id") else { continue };
                let span = option.get("id").map_or(span, |v| v.span);
                ids.add(name, "an option of this decision", span, core);
                let happened = members.iter().map(|m| self.happened(&format!("{id}.{name}"), Some(*m), option)).collect();
                options.push(OptionDecl { id: name, table: option, span, happened });
            }
            if options.is_empty() {
                let message = format!("`{id}` has no options");
                core.diags.push(Diagnostic::new(Code::EmptyList, at, message).help("add `[[decisions.options]]`"));
            }
            let grouped = group.is_some();
            self.decisions.push(DecisionDecl { table, span: at, id, members, grouped, options });
        }
    }

    /// Parts of an actor must not share names with each other, nor bare names with the world.
    fn overlaps(&self, core: &mut Core) {
        for var in &self.vars {
            let Owner::Actor(actor) = var.owner else { continue };
            if let Some((symbol, span)) = self.symbols.get(var.name) {
                let message = format!("`{}` is a variable of `{}` and also {}", var.name, self.actor_name(actor), symbol.words());
                core.diags.push(
                    Diagnostic::new(Code::Overlap, var.span, message)
                        .also(*span, "the other one")
                        .help("rename one of the two: a bare name must mean one thing"),
                );
            }
        }
        self.draw_overlaps(core);
        for seen in &self.seen {
            let var = self.var(Owner::Actor(seen.actor), seen.name).map(|v| self.vars[v].span);
            let other = var.or_else(|| self.symbols.get(seen.name).map(|(_, span)| *span));
            if let Some(span) = other {
                let message = format!("`{}` is a perception of `{}` and also something else", seen.name, self.actor_name(seen.actor));
                core.diags.push(
                    Diagnostic::new(Code::Overlap, seen.span, message)
                        .also(span, "the other one")
                        .help("rename the perception, for example by adding `_seen`"),
                );
            }
        }
    }

    /// A draw that bears the name of something else would hide it.
    fn draw_overlaps(&self, core: &mut Core) {
        let rules = self.rules.iter().map(|r| (r.table, r.members.iter().flatten().copied().collect::<Vec<_>>()));
        let decisions = self.decisions.iter().map(|d| (d.table, d.members.clone()));
        let options = self.decisions.iter().flat_map(|d| d.options.iter().map(|o| (o.table, d.members.clone())));
        for (table, members) in rules.chain(decisions).chain(options) {
            for draw in table.table("draws") {
                let name = draw.key.text.as_str();
                let global = self.symbols.get(name).map(|(symbol, span)| (symbol.words(), *span));
                let var = || members.iter().find_map(|m| self.var(Owner::Actor(*m), name));
                let seen = || self.seen.iter().find(|s| s.name == name && members.contains(&s.actor));
                let other = global
                    .or_else(|| var().map(|v| ("a variable of its actor", self.vars[v].span)))
                    .or_else(|| seen().map(|s| ("a perception of its actor", s.span)));
                if name == "n" {
                    let message = "the draw `n` could not be read: `rule.n` is how often it happened";
                    core.diags.push(Diagnostic::new(Code::Overlap, draw.key.span, message).help("rename the draw"));
                }
                if let Some((what, span)) = other {
                    let message = format!("the draw `{name}` has the name of {what}");
                    core.diags
                        .push(Diagnostic::new(Code::Overlap, draw.key.span, message).also(span, "the other one").help("rename the draw"));
                }
            }
        }
    }

    /// An actor's place on a ladder, as an index of stands.
    pub(super) fn stand(&self, actor: ActorId, ladder: &str) -> Option<usize> {
        match self.symbols.get(ladder) {
            Some(&(Symbol::Ladder(id), _)) => self.stand_index.get(&(actor, id)).copied(),
            _ => None,
        }
    }

    fn limits(&self, core: &mut Core) {
        let rules: usize = self.rules.iter().map(|r| r.members.len()).sum::<usize>()
            + self.decisions.iter().map(|d| d.members.len() * d.options.len()).sum::<usize>();
        let span = self.tree.entries.first().map_or_else(|| Span::new(crate::diag::FileId(0), 0..0), |e| e.key.span);
        for (found, most, what) in [(rules, MAX_RULES, "rules and options"), (self.built.cells.len(), MAX_CELLS, "stored numbers")] {
            if found > most {
                let message = format!("{found} {what}, more than {most}");
                core.diags.push(Diagnostic::new(Code::TooMany, span, message).help("make groups smaller, or split the scenario"));
            }
        }
    }
}

/// The ids of a list, with their places.
#[derive(Default)]
pub(super) struct Ids<'n> {
    known: BTreeMap<&'n str, (Span, &'static str)>,
}

impl<'n> Ids<'n> {
    /// Takes the id of `what`; reports it if it is already there.
    pub(super) fn add(&mut self, name: &'n str, what: &'static str, span: Span, core: &mut Core) {
        let (first, is) = *self.known.entry(name).or_insert((span, what));
        if first != span {
            let message = format!("`{name}` is already {is}");
            core.diags.push(
                Diagnostic::new(Code::DuplicateId, span, message).also(first, "first here").help("every entry needs a name of its own"),
            );
        }
    }

    /// Whether an id is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.known.contains_key(name)
    }
}

/// Reports a name that does not exist.
pub(super) fn unknown<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str>, span: Span, core: &mut Core) {
    if core.diags.is_full() {
        return;
    }
    let known: Vec<&str> = known.collect();
    let message = format!("there is no {what} `{name}`");
    let all = match known.len() {
        0 => format!("the scenario has no {what}"),
        _ => format!("there is {}", list_of(known.iter().copied(), 12)),
    };
    core.diags.push(Diagnostic::new(Code::UnknownReference, span, message).suggest(did_you_mean(name, known.iter().copied()), all));
}
