//! Decisions and their options.

use super::rules::declare_draws;
use super::{Place, World};
use crate::diag::{Code, Diagnostic};
use crate::lang::check::{ActorId, Core, Want};
use crate::lang::core::{Binary, Node, Unary};
use crate::lang::{ExprId, LadderId};
use crate::scenario::model::{Choose, Decision, DecisionOption, Formula, LadderMove, MoveTo};
use crate::scenario::tree::{Kind, Table, Value};

impl<'a> World<'a> {
    /// Compiles all decisions.
    pub(super) fn decisions(&mut self, core: &mut Core) {
        for index in 0..self.decisions.len() {
            let enabled = self.decisions[index].table.flag("enabled", true);
            self.one_otherwise(index, core);
            for member in 0..self.decisions[index].members.len() {
                let Some(decision) = self.decision(index, member, core) else { continue };
                let list = if enabled { &mut self.built.decisions } else { &mut self.built.dormant_decisions };
                list.push(decision);
            }
        }
    }

    fn choose_of(table: &Table) -> Choose {
        match table.text("choose") {
            Some("weights") => Choose::Weights,
            Some("chances") => Choose::Chances,
            Some("best") => Choose::Best,
            Some("first") => Choose::First,
            _ => Choose::Logit,
        }
    }

    /// `chances` needs exactly one option that takes the rest.
    fn one_otherwise(&self, index: usize, core: &mut Core) {
        let decl = &self.decisions[index];
        let live = |o: &&super::OptionDecl<'_>| o.table.flag("otherwise", false) && o.table.flag("enabled", true);
        let rest: Vec<_> = decl.options.iter().filter(live).collect();
        let chances = Self::choose_of(decl.table) == Choose::Chances;
        if chances && rest.len() != 1 {
            let span = rest.get(1).map_or(decl.span, |o| o.span);
            let message = format!("`{}` chooses by chances and has {} options with `otherwise`", decl.id, rest.len());
            core.diags.push(Diagnostic::new(Code::Otherwise, span, message).help("exactly one option takes the rest: `otherwise = true`"));
        }
        if let (false, Some(option)) = (chances, rest.first()) {
            let message = "`otherwise` has a meaning only with `choose = \"chances\"`";
            core.diags.push(
                Diagnostic::new(Code::Otherwise, option.span, message)
                    .help("with `first`, an option without `when` comes last; else remove it"),
            );
        }
    }

    fn decision(&mut self, index: usize, member: usize, core: &mut Core) -> Option<Decision> {
        let decl = &self.decisions[index];
        let (table, id, actor, span, count) = (decl.table, decl.id, decl.members[member], decl.span, decl.options.len());
        let plain = format!("decisions.{id}");
        let mut place = self.rule_place(&plain, Some(actor));
        if !decl.grouped {
            place.path.clone_from(&plain);
        }
        place.sees = true;
        place.rises = Some(Vec::new());
        let path = place.path.clone();
        declare_draws(&mut place, table, &path, &plain);
        let site = self.site(&path, span, core);
        let choose = Self::choose_of(table);
        let when = table.get("when").map(|v| self.formula(v, Want::Truth, "the condition", &mut place, core));
        let sharpness = table.get("sharpness").map(|v| self.formula(v, Want::Number, "the sharpness", &mut place, core));
        if let (Some(entry), true) = (table.entry("sharpness"), choose != Choose::Logit) {
            let message = "`sharpness` has a meaning only with `choose = \"logit\"`";
            core.diags.push(Diagnostic::new(Code::OptionKeys, entry.key.span, message).help("remove it"));
        }
        let every = match table.get("every") {
            Some(value) => self.multiple(value, "`every`", core),
            None => Some(self.clock.every),
        };
        let draws = self.all_draws(0, &mut place, core);
        let mut options = Vec::new();
        let mut complete = true;
        for option in 0..count {
            let built = self.option(index, option, member, choose, &mut place, core);
            let enabled = self.decisions[index].options[option].table.flag("enabled", true);
            match built {
                Some(built) if enabled => options.push(built),
                Some(_) => {}
                None => complete = false,
            }
        }
        let rises = place.rises.take().unwrap_or_default();
        if !complete {
            return None;
        }
        Some(Decision {
            id: id.to_owned(),
            path,
            label: table.text("label").map(str::to_owned),
            actor,
            when: match when {
                None => None,
                Some(when) => Some(when?),
            },
            every: every?,
            choose,
            sharpness: match sharpness {
                None => None,
                Some(s) => Some(s?),
            },
            draws,
            options,
            site,
            rises,
            sees: place.seen,
        })
    }

    fn option(
        &mut self,
        index: usize,
        option: usize,
        member: usize,
        choose: Choose,
        place: &mut Place<'a>,
        core: &mut Core,
    ) -> Option<DecisionOption> {
        let decl = &self.decisions[index].options[option];
        let (table, id) = (decl.table, decl.id);
        let happened = decl.happened[member].clone();
        let path = format!("{}.options.{id}", place.path);
        let plain = format!("{}.options.{id}", place.plain_path);
        self.option_keys(table, choose, decl.span, core);
        let actor = place.owner?;
        // Moves and effects are computed when the option is carried out, so they can read its draws;
        // what decides the choice cannot, since then they have not been drawn.
        let base = place.drawn.len();
        let declared = place.draws.len();
        declare_draws(place, table, &path, &plain);
        for at in declared..place.draws.len() {
            let name = place.draws[at].name;
            if place.draws[..declared].iter().any(|d| d.name == name) {
                let message = format!("`{name}` is a draw of the decision and of its option");
                core.diags.push(Diagnostic::new(Code::Overlap, place.draws[at].span, message).help("rename one of the two"));
            }
        }
        let moves = self.moves(table, actor, base, place, core);
        let own = place.draws.split_off(declared);
        let when = table.get("when").map(|v| self.formula(v, Want::Truth, "the condition", place, core));
        let key = match choose {
            Choose::Logit | Choose::Best => "utility",
            Choose::Weights => "weight",
            Choose::Chances | Choose::First => "chance",
        };
        let value = table.get(key).map(|v| self.formula(v, Want::Number, &format!("the {key}"), place, core));
        // What follows is read when the option is carried out: it has no looks of its own.
        let looks = place.rises.take();
        let abort = table.get("abort").map(|v| self.formula(v, Want::Truth, "`abort`", place, core));
        if let (Some(entry), None) = (table.entry("abort"), table.get("lead")) {
            core.diags.push(
                Diagnostic::new(Code::NeedsKey, entry.key.span, "`abort` needs `lead`").help("without a lead time nothing is pending"),
            );
        }
        let lead = table.get("lead").map(|v| self.span_or_draw(v, "lead", &format!("{path}:lead"), place, core));
        place.draws.extend(own);
        let effects = self.effects(table, false, place, core);
        let cooldown = table.get("cooldown").map(|v| self.span_or_draw(v, "cooldown", &format!("{path}:cooldown"), place, core));
        let says = table.get("says").map(|v| self.template(v, place, core));
        let draws = self.all_draws(base, place, core);
        place.draws.truncate(declared);
        place.drawn.truncate(base);
        place.rises = looks;
        place.to.clear();
        let marks = draws.iter().map(|d| happened.marks.get(&d.name).copied().flatten()).collect();
        Some(DecisionOption {
            id: id.to_owned(),
            path,
            label: table.text("label").map(str::to_owned),
            when: flat(when)?,
            value: flat(value)?,
            otherwise: table.flag("otherwise", false),
            moves: moves?,
            lead: flat(lead)?,
            abort: flat(abort)?,
            cooldown: flat(cooldown)?,
            draws,
            effects,
            says: flat(says)?,
            occurred: happened.count?,
            marks,
        })
    }

    fn option_keys(&self, table: &Table, choose: Choose, span: crate::diag::Span, core: &mut Core) {
        let (needed, word) = match choose {
            Choose::Logit => (Some("utility"), "logit"),
            Choose::Best => (Some("utility"), "best"),
            Choose::Weights => (Some("weight"), "weights"),
            Choose::Chances => (Some("chance"), "chances"),
            Choose::First => (None, "first"),
        };
        let rest = table.flag("otherwise", false) && choose == Choose::Chances;
        for key in ["utility", "weight", "chance"] {
            if let Some(entry) = table.entry(key)
                && (needed != Some(key) || rest)
            {
                let message = if rest {
                    format!("this option takes the rest, so it has no `{key}`")
                } else {
                    format!("`{key}` does not go with `choose = \"{word}\"`")
                };
                let help =
                    needed.map_or("remove it; conditions stand in `when`".to_owned(), |n| format!("use `{n}`, or another way to choose"));
                core.diags.push(Diagnostic::new(Code::OptionKeys, entry.key.span, message).help(help));
            }
        }
        if let Some(key) = needed
            && table.get(key).is_none()
            && !rest
        {
            let message = format!("an option of a decision by `{word}` needs `{key}`");
            core.diags.push(Diagnostic::new(Code::OptionKeys, span, message).help(format!("add `{key} = ...`")));
        }
    }

    /// `base`: index of the option's own draws; a move that reads them leads to a rung that is not known
    /// when the choice is made, so `to` does not name it.
    fn moves(&mut self, table: &Table, actor: ActorId, base: usize, place: &mut Place<'a>, core: &mut Core) -> Option<Vec<LadderMove>> {
        let mut moves = Vec::new();
        let mut complete = true;
        for entry in table.table("move") {
            let stand = self.stand(actor, &entry.key.text).map(|s| &self.built.stands[s]);
            let Some((ladder, cell)) = stand.map(|s| (s.ladder, s.cell)) else {
                let name = self.actor_name(actor);
                if self.built.ladders.iter().any(|l| l.id == entry.key.text) {
                    let message = format!("`{name}` does not stand on the ladder `{}`", entry.key.text);
                    let help = format!("add `{} = \"...\"` to `starts` of `[actors.{name}]`", entry.key.text);
                    core.diags.push(Diagnostic::new(Code::NotOnLadder, entry.key.span, message).help(help));
                } else {
                    self.not_a::<()>("ladder", &entry.key.text, entry.key.span, core);
                }
                complete = false;
                continue;
            };
            let Some(to) = self.move_to(ladder, &entry.value, place, core) else {
                complete = false;
                continue;
            };
            let reached = self.reached(ladder, cell, &to, core);
            let mut known = true;
            core.pool.each_reached(reached, |_, node| {
                known &= !matches!(node, Node::Draw(d) if d.0 as usize >= base);
            });
            if known {
                place.to.push((ladder, reached));
            }
            moves.push(LadderMove { target: cell, to });
        }
        complete.then_some(moves)
    }

    fn move_to(&mut self, ladder: LadderId, value: &Value, place: &mut Place<'a>, core: &mut Core) -> Option<MoveTo> {
        if let Kind::Text(text) = &value.kind {
            let rungs = &self.built.ladders[ladder.0 as usize].rungs;
            if let Some(rung) = rungs.iter().position(|r| r.id == *text) {
                return u32::try_from(rung).ok().map(MoveTo::Rung);
            }
            let word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !text.starts_with(|c: char| c.is_ascii_digit());
            if word && !self.symbols.contains_key(text) && !place.draws.iter().any(|d| d.name == *text) {
                super::declare::unknown("rung", text, rungs.iter().map(|r| r.id.as_str()), value.span, core);
                return None;
            }
        }
        self.formula(value, Want::Number, "the move", place, core).map(MoveTo::By)
    }

    /// The rung that a move would reach, as an expression.
    fn reached(&self, ladder: LadderId, cell: crate::lang::CellId, to: &MoveTo, core: &mut Core) -> ExprId {
        match to {
            MoveTo::Rung(rung) => core.pool.constant(f64::from(*rung)),
            MoveTo::By(Formula { expr, .. }) => {
                let pool = &mut core.pool;
                let here = pool.add(Node::Cell(cell));
                let by = pool.add(Node::Unary(Unary::Round, *expr));
                let sum = pool.add(Node::Binary(Binary::Add, here, by));
                #[expect(clippy::cast_precision_loss, reason = "places in short lists")]
                let top = pool.constant(self.built.ladders[ladder.0 as usize].rungs.len() as f64 - 1.0);
                let bottom = pool.constant(0.0);
                let capped = pool.add(Node::Binary(Binary::Min, sum, top));
                pool.add(Node::Binary(Binary::Max, capped, bottom))
            }
        }
    }
}

/// A key that is absent, or present and compiled; `None` where it is present and wrong.
#[expect(clippy::option_option, reason = "the two levels are absence and failure")]
fn flat<T>(value: Option<Option<T>>) -> Option<Option<T>> {
    match value {
        None => Some(None),
        Some(inner) => inner.map(Some),
    }
}
