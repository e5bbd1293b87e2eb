//! What a name means in a place: the language's questions answered by the scenario.

use super::{Lazy, Owner, Place, Symbol, VarKind, World};
use crate::diag::{Code, Diagnostic, Span, did_you_mean, list_of};
use crate::lang::ast::Word;
use crate::lang::check::{ActorId, Core, Link, Look, Meaning, Scope};
use crate::lang::core::{Binary, DrawIx, Node};
use crate::lang::{CellId, ExprId, LadderId, ParamId, RegimeId, RisesId, SeenId, Type};
use crate::scenario::model;

/// Where a perception can be read, and how it is kept for other places.
fn own_decisions(name: &str) -> String {
    format!(
        "what an actor perceives can be read in its own decisions only; an option of theirs can store it in a variable: \
         `effects = [\"believed = {name}\"]`"
    )
}

/// A place together with the world that it stands in.
pub(super) struct Frame<'f, 'a> {
    pub(super) world: &'f mut World<'a>,
    pub(super) place: &'f mut Place<'a>,
}

impl Scope for Frame<'_, '_> {
    fn path(&mut self, words: &[Word], look: Look, core: &mut Core) -> Option<Meaning> {
        let first = words[0].text.as_str();
        if first == "self" || first == "each" {
            let actor = if first == "self" { self.place.owner } else { look.each };
            let Some(actor) = actor else { return self.no_self(&words[0], core) };
            if words.len() == 1 {
                return self.needs_part(&words[0], "an actor", "`self.pressure`, `self.border`", core);
            }
            return self.of_actor(actor, &words[1..], look, core);
        }
        if first == "to" {
            return self.reached_number(words, core);
        }
        if self.place.draws.iter().any(|d| d.name == first) {
            return self.draw(words, look, core);
        }
        if let (Some(owner), [word]) = (self.place.owner, words) {
            if let Some(meaning) = self.perceived(owner, word, look, core) {
                return meaning;
            }
            if let Some(var) = self.world.var(Owner::Actor(owner), first) {
                return self.variable(var, word.span, core);
            }
        }
        match self.world.symbols.get(first).map(|s| s.0) {
            None => self.unknown(&words[0], core),
            Some(Symbol::Param(index)) => self.parameter(index, words, core),
            Some(Symbol::World(var)) => {
                self.nothing_after(words, 1, core)?;
                self.variable(var, words[0].span, core)
            }
            Some(Symbol::Regime(id)) => self.regime(id, words, core),
            Some(Symbol::Ladder(id)) => self.rung(id, words, core),
            Some(Symbol::Actor(_)) if words.len() == 1 => {
                let help = format!("one of its variables, or its rung on a ladder, as in `{first}.ladder`");
                self.needs_part(&words[0], "an actor", &help, core)
            }
            Some(Symbol::Actor(id)) => self.of_actor(id, &words[1..], look, core),
            Some(Symbol::Relation(index)) => {
                if words.len() == 1 {
                    return self.needs_part(&words[0], "a relation", &format!("one of its variables, as in `{first}.variable`"), core);
                }
                self.of_relation(index, &words[1..], core)
            }
            Some(Symbol::Group(_)) => {
                self.needs_part(&words[0], "a group", &format!("its members by a function, as in `sum({first}, each.x)`"), core)
            }
            Some(Symbol::Rule(index)) => self.rule(index, None, words, core),
            Some(Symbol::Decision(index)) => self.option(index, None, words, core),
        }
    }

    fn link(&mut self, call: &Link<'_>, look: Look, core: &mut Core) -> Option<Meaning> {
        let from = self.link_end(call.from, look, core)?;
        let to = self.link_end(call.to, look, core)?;
        let Some(&index) = self.world.relation_index.get(&(from, to)) else {
            let (a, b) = (self.world.actor_name(from).to_owned(), self.world.actor_name(to).to_owned());
            let message = format!("there is no relation from `{a}` to `{b}`");
            return core.fail(
                Diagnostic::new(Code::NoRelation, call.span, message)
                    .help(format!("add `[relations.{a}_{b}]` with `from = \"{a}\"`, `to = \"{b}\"`")),
            );
        };
        if call.tail.is_empty() {
            return core.fail(
                Diagnostic::new(Code::NotReadableHere, call.span, "a relation alone has no value")
                    .help("name one of its variables: `link(a, b).control`"),
            );
        }
        self.of_relation(index, call.tail, core)
    }

    fn group(&mut self, word: &Word, core: &mut Core) -> Option<Vec<ActorId>> {
        match self.world.symbols.get(&word.text) {
            Some(&(Symbol::Group(g), _)) => Some(self.world.built.groups[g].members.clone()),
            _ => self.world.not_a("group", &word.text, word.span, core),
        }
    }

    fn date(&mut self, text: &str, span: Span, core: &mut Core) -> Option<f64> {
        super::values::date_minutes(&self.world.clock, text, span, core).map(f64::from)
    }

    fn rises(&mut self, condition: ExprId, span: Span, core: &mut Core) -> Option<RisesId> {
        let mut passing = false;
        core.pool.each_reached(condition, |_, node| passing |= matches!(node, Node::Draw(_) | Node::Seen(_)));
        if passing {
            return core.fail(
                Diagnostic::new(Code::NoRisesHere, span, "`rises` watches a draw or a perception, which has no past")
                    .help("watch what it is drawn or seen of, or compare the draw itself"),
            );
        }
        let Some(memories) = &mut self.place.rises else {
            return core.fail(
                Diagnostic::new(Code::NoRisesHere, span, "`rises` has no looks to compare here")
                    .help("use it in `when` of a rule, or count it: `count(rises(c), 7 days)`"),
            );
        };
        let id = RisesId(u32::try_from(self.world.built.rises.len()).unwrap_or(u32::MAX));
        self.world.built.rises.push(model::Rises { condition });
        memories.push(id);
        Some(id)
    }

    fn is_whole(&self, id: ExprId, core: &Core) -> bool {
        // Shared parts can make a tree far larger than its nodes: what is too large is not whole.
        self.whole(id, core, &mut 1_000)
    }

    fn allows_at_first(&self) -> bool {
        self.place.metrics
    }

    fn has_past(&self) -> bool {
        !self.place.parameters_only
    }

    fn step(&self) -> u32 {
        self.world.clock.step
    }

    fn horizon(&self) -> u32 {
        self.world.clock.horizon()
    }
}

impl Frame<'_, '_> {
    fn no_self(&mut self, word: &Word, core: &mut Core) -> Option<Meaning> {
        let help = if word.text == "self" {
            "name the actor, or give the rule `for = \"group\"`"
        } else {
            "`each` is the member inside `sum(group, ...)`, `any` and `all`"
        };
        core.fail(Diagnostic::new(Code::NoSelf, word.span, format!("`{}` is nobody here", word.text)).help(help))
    }

    fn needs_part(&mut self, word: &Word, what: &str, help: &str, core: &mut Core) -> Option<Meaning> {
        let message = format!("`{}` is {what} and has no value by itself", word.text);
        core.fail(Diagnostic::new(Code::NotReadableHere, word.span, message).help(format!("read {help}")))
    }

    fn nothing_after(&mut self, words: &[Word], used: usize, core: &mut Core) -> Option<()> {
        match words.get(used) {
            None => Some(()),
            Some(word) => {
                let whole: Vec<&str> = words[..used].iter().map(|w| w.text.as_str()).collect();
                let message = format!("`{}` has no part `{}`", whole.join("."), word.text);
                core.fail(Diagnostic::new(Code::UnknownMember, word.span, message).help("remove what stands after the point"))
            }
        }
    }

    fn unknown(&mut self, word: &Word, core: &mut Core) -> Option<Meaning> {
        if core.diags.is_full() {
            return None;
        }
        let mut known: Vec<&str> = self.world.symbols.keys().map(String::as_str).collect();
        known.extend(self.place.draws.iter().map(|d| d.name));
        if let Some(owner) = self.place.owner {
            let own = self.world.vars.iter().filter(|v| v.owner == Owner::Actor(owner)).map(|v| v.name);
            known.extend(own);
            known.extend(self.world.seen.iter().filter(|s| s.actor == owner && self.place.sees).map(|s| s.name));
        }
        let error = Diagnostic::new(Code::UnknownName, word.span, format!("nothing is called `{}` here", word.text));
        // A variable of somebody is the commonest thing that is named without its owner.
        let holders: Vec<String> = self
            .world
            .vars
            .iter()
            .filter(|v| v.name == word.text)
            .filter_map(|v| match v.owner {
                Owner::Actor(a) => Some(format!("{}.{}", self.world.actor_name(a), v.name)),
                Owner::Relation(r) => Some(format!("{}.{}", self.world.built.relations[r].id, v.name)),
                Owner::World => None,
            })
            .collect();
        if !holders.is_empty() {
            let list = list_of(holders.iter().map(String::as_str), 4);
            return core.fail(error.help(format!("name its owner: {list}")));
        }
        if self.world.seen.iter().any(|s| s.name == word.text) {
            return core.fail(error.help(own_decisions(&word.text)));
        }
        // Rungs and states are named with their ladder or regime.
        let rungs = self.world.built.ladders.iter().flat_map(|l| l.rungs.iter().map(move |r| (&l.id, &r.id)));
        let states = self.world.built.regimes.iter().flat_map(|r| r.states.iter().map(move |s| (&r.id, &s.id)));
        if let Some((list, _)) = rungs.chain(states).find(|(_, id)| **id == word.text) {
            return core.fail(error.help(format!("did you mean `{list}.{}`?", word.text)));
        }
        if let Some(help) = self.world.labelled(&word.text) {
            return core.fail(error.help(help));
        }
        let help = "declare it, for example under `[parameters]`, or correct the name";
        core.fail(error.suggest(did_you_mean(&word.text, known), help))
    }

    fn unknown_part<'n>(&self, word: &Word, of: &str, known: impl IntoIterator<Item = &'n str>, core: &mut Core) -> Option<Meaning> {
        if core.diags.is_full() {
            return None;
        }
        let known: Vec<&str> = known.into_iter().collect();
        let message = format!("{of} has no part `{}`", word.text);
        let all = format!("it has {}", list_of(known.iter().copied(), 12));
        core.fail(Diagnostic::new(Code::UnknownMember, word.span, message).suggest(did_you_mean(&word.text, known.iter().copied()), all))
    }

    fn only_parameters(&self, word: &Word, core: &mut Core) -> Option<()> {
        if !self.place.parameters_only {
            return Some(());
        }
        let message = format!("`{}` changes during a trial; here only parameters can be read", word.text);
        core.fail(Diagnostic::new(Code::NotReadableHere, word.span, message).help("use a parameter, or a number"))
    }

    fn parameter(&mut self, index: usize, words: &[Word], core: &mut Core) -> Option<Meaning> {
        let (id, ty) = self.world.parameter(index, words[0].span, core)?;
        if let Type::Category(list) = ty
            && words.len() > 1
        {
            return self.category(list, words, core);
        }
        self.nothing_after(words, 1, core)?;
        Some(Meaning::Value(core.pool.add(Node::Param(id)), ty))
    }

    fn category(&mut self, list: crate::lang::CategoriesId, words: &[Word], core: &mut Core) -> Option<Meaning> {
        let names = self.world.built.categories[list.0 as usize].clone();
        let found = names.iter().position(|n| *n == words[1].text);
        let Some(found) = found else {
            let of = format!("`{}`", words[0].text);
            return self.unknown_part(&words[1], &of, names.iter().map(String::as_str), core);
        };
        self.nothing_after(words, 2, core)?;
        Some(Meaning::Value(constant(found, core), Type::Category(list)))
    }

    fn draw(&mut self, words: &[Word], look: Look, core: &mut Core) -> Option<Meaning> {
        let (index, ty) = self.draw_named(&words[0], core)?;
        if let Type::Category(list) = ty
            && words.len() > 1
        {
            return self.category(list, words, core);
        }
        self.nothing_after(words, 1, core)?;
        if self.place.undrawn {
            let message = format!("the draw `{}` has no value yet: it is made when the rule happens", words[0].text);
            return core.fail(
                Diagnostic::new(Code::NotReadableHere, words[0].span, message)
                    .help("read it in effects, as `if draw > 3: ...`; what decides whether the rule happens is its `chance`"),
            );
        }
        if look.history {
            let message = format!("the draw `{}` has no past", words[0].text);
            return core.fail(
                Diagnostic::new(Code::NotReadableHere, words[0].span, message)
                    .help("add up a mark of past occurrences with `total(event.mark, T)`"),
            );
        }
        Some(Meaning::Value(core.pool.add(Node::Draw(DrawIx(index))), ty))
    }

    /// The draw of this name, compiled if it has not been yet.
    pub(super) fn draw_named(&mut self, word: &Word, core: &mut Core) -> Option<(u32, Type)> {
        let at = self.place.draws.iter().position(|d| d.name == word.text)?;
        match self.place.draws[at].state {
            Lazy::Done(done) => return Some(done),
            Lazy::Failed => return None,
            Lazy::Doing => {
                let message = format!("the draw `{}` depends on itself", word.text);
                let at = self.place.draws[at].span;
                return core.fail(
                    Diagnostic::new(Code::Circular, word.span, message)
                        .also(at, "drawn here")
                        .help("a draw may read others only if they do not lead back to it"),
                );
            }
            Lazy::Todo => {}
        }
        self.place.draws[at].state = Lazy::Doing;
        let (value, path, plain) = {
            let d = &self.place.draws[at];
            (d.value, d.path.clone(), d.plain_path.clone())
        };
        let draw = value.as_table().and_then(|t| self.world.distribution(t, value.span, &word.text, &path, &plain, self.place, core));
        let Some(draw) = draw else {
            self.place.draws[at].state = Lazy::Failed;
            return None;
        };
        let done = (u32::try_from(self.place.drawn.len()).unwrap_or(u32::MAX), draw.ty);
        self.place.drawn.push(draw);
        self.place.draws[at].state = Lazy::Done(done);
        Some(done)
    }

    fn perceived(&mut self, owner: ActorId, word: &Word, look: Look, core: &mut Core) -> Option<Option<Meaning>> {
        if self.world.seen_index.is_empty() {
            return None;
        }
        let index = *self.world.seen_index.get(&(owner, word.text.clone()))?;
        if !self.place.sees || look.history {
            let message = format!("the perception `{}` cannot be read here", word.text);
            let help = if look.history {
                "put the window into its `of`: `of = \"mean(x, 7 days)\"`".to_owned()
            } else {
                own_decisions(&word.text)
            };
            return Some(core.fail(Diagnostic::new(Code::NotReadableHere, word.span, message).help(help)));
        }
        let id = SeenId(u32::try_from(index).unwrap_or(u32::MAX));
        let Some(ty) = self.world.seen[index].ty else { return Some(None) };
        if !self.place.seen.contains(&id) {
            self.place.seen.push(id);
        }
        Some(Some(Meaning::Value(core.pool.add(Node::Seen(id)), ty)))
    }

    fn variable(&mut self, index: usize, span: Span, core: &mut Core) -> Option<Meaning> {
        let name = self.world.vars[index].name;
        self.only_parameters(&Word { text: name.to_owned(), span }, core)?;
        match self.world.vars[index].kind {
            VarKind::Stored(cell) => Some(Meaning::Value(core.pool.add(Node::Cell(cell)), Type::Number)),
            VarKind::Derived(_) => {
                let (id, ty) = self.world.derived(index, span, core)?;
                Some(Meaning::Value(id, ty))
            }
        }
    }

    fn regime(&mut self, id: RegimeId, words: &[Word], core: &mut Core) -> Option<Meaning> {
        let regime = &self.world.built.regimes[id.0 as usize];
        let cell = regime.cell;
        let Some(part) = words.get(1) else {
            self.only_parameters(&words[0], core)?;
            return Some(Meaning::Value(core.pool.add(Node::Cell(cell)), Type::State(id)));
        };
        let state = regime.states.iter().position(|s| s.id == part.text);
        let number = regime.numbers.iter().find(|n| n.0 == part.text).map(|n| n.1);
        if let (Some(_), Some(to)) = (state, words.get(2)) {
            let key = (id, part.text.clone(), to.text.clone());
            let Some(&moved) = self.world.move_cells.get(&key) else {
                let message = format!("`{}` has no move from `{}` to `{}`", words[0].text, part.text, to.text);
                return core.fail(
                    Diagnostic::new(Code::UnknownMember, to.span, message)
                        .help("to count entries whatever their origin use `count(rises(regime == regime.state))`"),
                );
            };
            self.only_parameters(&words[0], core)?;
            return self.occurrence(&[moved], &std::collections::BTreeMap::default(), &words[2..], core);
        }
        if let Some(state) = state {
            return Some(Meaning::Value(constant(state, core), Type::State(id)));
        }
        if let Some(table) = number {
            self.only_parameters(&words[0], core)?;
            self.nothing_after(words, 2, core)?;
            let at = core.pool.add(Node::Cell(cell));
            return Some(Meaning::Value(core.pool.add(Node::Lookup { table, at }), Type::Number));
        }
        let known: Vec<String> = regime.states.iter().map(|s| s.id.clone()).chain(regime.numbers.iter().map(|n| n.0.clone())).collect();
        let of = format!("the regime `{}`", words[0].text);
        self.unknown_part(part, &of, known.iter().map(String::as_str), core)
    }

    fn rung(&mut self, id: LadderId, words: &[Word], core: &mut Core) -> Option<Meaning> {
        let ladder = &self.world.built.ladders[id.0 as usize];
        let Some(part) = words.get(1) else {
            let help = format!("a rung of it, as in `{0}.rung`, or an actor's place on it, as in `actor.{0}`", words[0].text);
            return self.needs_part(&words[0], "a ladder", &help, core);
        };
        if let Some(rung) = ladder.rungs.iter().position(|r| r.id == part.text) {
            self.nothing_after(words, 2, core)?;
            return Some(Meaning::Value(constant(rung, core), Type::Rung(id)));
        }
        if ladder.numbers.iter().any(|n| n.0 == part.text) {
            let message = format!("`{}` is a number of rungs: it needs somebody who stands on one", part.text);
            let help = format!("write `actor.{}.{}`, or `self.{}.{}`", words[0].text, part.text, words[0].text, part.text);
            return core.fail(Diagnostic::new(Code::UnknownMember, part.span, message).help(help));
        }
        let known: Vec<String> = ladder.rungs.iter().map(|r| r.id.clone()).collect();
        let of = format!("the ladder `{}`", words[0].text);
        self.unknown_part(part, &of, known.iter().map(String::as_str), core)
    }

    fn of_actor(&mut self, actor: ActorId, words: &[Word], look: Look, core: &mut Core) -> Option<Meaning> {
        let part = &words[0];
        if let Some(var) = self.world.var(Owner::Actor(actor), &part.text) {
            self.nothing_after(words, 1, core)?;
            return self.variable(var, part.span, core);
        }
        match self.world.symbols.get(&part.text).map(|s| s.0) {
            Some(Symbol::Ladder(ladder)) => {
                return self.standing(actor, ladder, words, core);
            }
            Some(Symbol::Rule(index)) => return self.rule(index, Some(actor), words, core),
            Some(Symbol::Decision(index)) => return self.option(index, Some(actor), words, core),
            _ => {}
        }
        if self.place.owner == Some(actor)
            && let Some(meaning) = self.perceived(actor, part, look, core)
        {
            return meaning;
        }
        let name = self.world.actor_name(actor).to_owned();
        if self.world.seen.iter().any(|s| s.actor == actor && s.name == part.text) {
            let message = format!("`{}` is a perception of `{name}`", part.text);
            return core.fail(Diagnostic::new(Code::NotReadableHere, part.span, message).help(own_decisions(&part.text)));
        }
        let vars = self.world.vars.iter().filter(|v| v.owner == Owner::Actor(actor)).map(|v| v.name.to_owned());
        let ladders = self.world.built.stands.iter().filter(|s| s.actor == actor);
        let ladders = ladders.map(|s| self.world.built.ladders[s.ladder.0 as usize].id.clone());
        let known: Vec<String> = vars.chain(ladders).collect();
        self.unknown_part(part, &format!("`{name}`"), known.iter().map(String::as_str), core)
    }

    fn standing(&mut self, actor: ActorId, ladder: LadderId, words: &[Word], core: &mut Core) -> Option<Meaning> {
        self.only_parameters(&words[0], core)?;
        let stand = self.world.stand_index.get(&(actor, ladder));
        let Some(cell) = stand.map(|s| self.world.built.stands[*s].cell) else {
            let name = self.world.actor_name(actor);
            let message = format!("`{name}` does not stand on the ladder `{}`", words[0].text);
            let help = format!("add `{} = \"...\"` to `starts` of `[actors.{name}]`", words[0].text);
            return core.fail(Diagnostic::new(Code::NotOnLadder, words[0].span, message).help(help));
        };
        let at = core.pool.add(Node::Cell(cell));
        let Some(part) = words.get(1) else { return Some(Meaning::Value(at, Type::Rung(ladder))) };
        self.nothing_after(words, 2, core)?;
        self.rung_number(ladder, part, at, core)
    }

    fn rung_number(&mut self, ladder: LadderId, part: &Word, at: ExprId, core: &mut Core) -> Option<Meaning> {
        let entry = &self.world.built.ladders[ladder.0 as usize];
        if let Some(&(_, table)) = entry.numbers.iter().find(|n| n.0 == part.text) {
            return Some(Meaning::Value(core.pool.add(Node::Lookup { table, at }), Type::Number));
        }
        let known: Vec<String> = entry.numbers.iter().map(|n| n.0.clone()).collect();
        let of = format!("a rung of `{}`", entry.id);
        self.unknown_part(part, &of, known.iter().map(String::as_str), core)
    }

    /// `to.ladder.number`: a number of the rung that the option's move would reach.
    fn reached_number(&mut self, words: &[Word], core: &mut Core) -> Option<Meaning> {
        let named = words.get(1).and_then(|w| match self.world.symbols.get(&w.text) {
            Some(&(Symbol::Ladder(id), _)) => self.place.to.iter().find(|t| t.0 == id).copied(),
            _ => None,
        });
        let Some((ladder, at)) = named else {
            let message = "`to` is the rung that this option's move would reach, and no such move is known here";
            return core.fail(
                Diagnostic::new(Code::NoSelf, words[0].span, message)
                    .help("write `to.ladder.number` in an option that has `move = { ladder = ... }`"),
            );
        };
        let Some(part) = words.get(2) else { return Some(Meaning::Value(at, Type::Rung(ladder))) };
        self.nothing_after(words, 3, core)?;
        self.rung_number(ladder, part, at, core)
    }

    fn of_relation(&mut self, index: usize, words: &[Word], core: &mut Core) -> Option<Meaning> {
        let Some(var) = self.world.var(Owner::Relation(index), &words[0].text) else {
            let of = format!("the relation `{}`", self.world.built.relations[index].id);
            let known: Vec<String> =
                self.world.vars.iter().filter(|v| v.owner == Owner::Relation(index)).map(|v| v.name.to_owned()).collect();
            return self.unknown_part(&words[0], &of, known.iter().map(String::as_str), core);
        };
        self.nothing_after(words, 1, core)?;
        self.variable(var, words[0].span, core)
    }

    fn link_end(&mut self, word: &Word, look: Look, core: &mut Core) -> Option<ActorId> {
        let actor = match word.text.as_str() {
            "self" => self.place.owner,
            "each" => look.each,
            name => return self.world.actor(name, word.span, core),
        };
        if actor.is_none() {
            self.no_self(word, core);
        }
        actor
    }

    /// An event or reaction, of one member or of all together.
    fn rule(&mut self, index: usize, member: Option<ActorId>, words: &[Word], core: &mut Core) -> Option<Meaning> {
        self.only_parameters(&words[0], core)?;
        let rule = &self.world.rules[index];
        let chosen: Vec<usize> = match member {
            None => (0..rule.members.len()).collect(),
            Some(_) => rule.members.iter().positions(member),
        };
        if chosen.is_empty() && member.is_some() {
            return self.not_of(&words[0], member, core);
        }
        let happened: Vec<_> = chosen.iter().map(|i| rule.happened[*i].clone()).collect();
        let counts: Vec<CellId> = happened.iter().filter_map(|h| h.count).collect();
        let mut marks = join_marks(&happened);
        if happened.is_empty() {
            // A rule for nobody has its marks all the same: they add up to nothing.
            marks.extend(rule.table.table("draws").map(|e| (e.key.text.clone(), Some(Vec::new()))));
        }
        self.occurrence(&counts, &marks, words, core)
    }

    /// An option of a decision, of one member or of all together.
    fn option(&mut self, index: usize, member: Option<ActorId>, words: &[Word], core: &mut Core) -> Option<Meaning> {
        self.only_parameters(&words[0], core)?;
        let decision = &self.world.decisions[index];
        let Some(word) = words.get(1) else {
            let help = format!("one of its options, as in `{}.option`", words[0].text);
            return self.needs_part(&words[0], "a decision", &help, core);
        };
        let Some(option) = decision.options.iter().find(|o| o.id == word.text) else {
            let known: Vec<String> = decision.options.iter().map(|o| o.id.to_owned()).collect();
            let of = format!("the decision `{}`", decision.id);
            return self.unknown_part(word, &of, known.iter().map(String::as_str), core);
        };
        let chosen: Vec<usize> = match member {
            None => (0..decision.members.len()).collect(),
            Some(m) => decision.members.iter().enumerate().filter(|(_, a)| **a == m).map(|(i, _)| i).collect(),
        };
        if chosen.is_empty() && member.is_some() {
            return self.not_of(&words[0], member, core);
        }
        let happened: Vec<_> = chosen.iter().map(|i| option.happened[*i].clone()).collect();
        let counts: Vec<CellId> = happened.iter().filter_map(|h| h.count).collect();
        let marks = join_marks(&happened);
        self.occurrence(&counts, &marks, &words[1..], core)
    }

    fn not_of(&mut self, word: &Word, member: Option<ActorId>, core: &mut Core) -> Option<Meaning> {
        let name = member.map_or("", |m| self.world.actor_name(m));
        let message = format!("`{}` is not a rule for `{name}`", word.text);
        core.fail(
            Diagnostic::new(Code::UnknownMember, word.span, message)
                .help("read it without the actor, or add the actor to the rule's group"),
        )
    }

    /// `words[0]` happened; `words[1]` is `n` or a mark.
    fn occurrence(
        &mut self,
        counts: &[CellId],
        marks: &std::collections::BTreeMap<String, Option<Vec<CellId>>>,
        words: &[Word],
        core: &mut Core,
    ) -> Option<Meaning> {
        let n = sum_of_cells(counts, words[0].span, core)?;
        let Some(part) = words.get(1) else { return Some(Meaning::Occurrence(n)) };
        self.nothing_after(words, 2, core)?;
        if part.text == "n" {
            return Some(Meaning::Value(n, Type::Number));
        }
        match marks.get(&part.text) {
            Some(Some(cells)) => sum_of_cells(cells, part.span, core).map(Meaning::Mark),
            Some(None) => {
                let message = format!("`{}` is a category and cannot be added up", part.text);
                core.fail(
                    Diagnostic::new(Code::NotAMark, part.span, message)
                        .help("draw a truth value beside it, or give each category a rule of its own"),
                )
            }
            None => {
                let known: Vec<&str> = marks.keys().map(String::as_str).chain(["n"]).collect();
                self.unknown_part(part, &format!("`{}`", words[0].text), known, core)
            }
        }
    }
}

trait Positions {
    fn positions(self, member: Option<ActorId>) -> Vec<usize>;
}
impl<'i, I: Iterator<Item = &'i Option<ActorId>>> Positions for I {
    fn positions(self, member: Option<ActorId>) -> Vec<usize> {
        self.enumerate().filter(|(_, m)| **m == member).map(|(i, _)| i).collect()
    }
}

fn join_marks(happened: &[super::Happened]) -> std::collections::BTreeMap<String, Option<Vec<CellId>>> {
    let mut joined: std::collections::BTreeMap<String, Option<Vec<CellId>>> = std::collections::BTreeMap::new();
    for one in happened {
        for (name, cell) in &one.marks {
            match cell {
                None => {
                    joined.insert(name.clone(), None);
                }
                Some(cell) => {
                    if let Some(list) = joined.entry(name.clone()).or_insert_with(|| Some(Vec::new())) {
                        list.push(*cell);
                    }
                }
            }
        }
    }
    joined
}

fn sum_of_cells(cells: &[CellId], span: Span, core: &mut Core) -> Option<ExprId> {
    core.spend(1 + cells.len() / 8, span)?;
    let nodes: Vec<ExprId> = cells.iter().map(|cell| core.pool.add(Node::Cell(*cell))).collect();
    let sum = core.pool.fold_list(Binary::Add, &nodes);
    Some(sum.unwrap_or_else(|| core.pool.constant(0.0)))
}

fn constant(index: usize, core: &mut Core) -> ExprId {
    #[expect(clippy::cast_precision_loss, reason = "places in short lists")]
    core.pool.constant(index as f64)
}

/// Identifies a parameter in evaluation order.
pub(super) fn param_id(index: usize) -> ParamId {
    ParamId(u32::try_from(index).unwrap_or(u32::MAX))
}
