//! Moves and dwell times of regimes.

use super::rules::Timing;
use super::{Place, World};
use crate::diag::{Code, Diagnostic};
use crate::lang::RegimeId;
use crate::lang::check::{Core, Want};
use crate::scenario::model::{Move, MoveTrigger};
use crate::scenario::tree::{Kind, Table};

impl World<'_> {
    /// Compiles the states and moves of all regimes.
    pub(super) fn regimes(&mut self, core: &mut Core) {
        for (index, entry) in self.tree.table("regimes").enumerate() {
            let Some(table) = entry.value.as_table() else { continue };
            let id = RegimeId(u32::try_from(index).unwrap_or(u32::MAX));
            let name = &entry.key.text;
            let plain = format!("regimes.{name}");
            self.site(&plain, entry.key.span, core);
            self.site(&format!("{plain}:at"), entry.key.span, core);
            for (at, (state, _)) in table.tables("states").enumerate() {
                let Some(value) = state.get("dwell") else { continue };
                let path = format!("{plain}.{}:dwell", state.text("id").unwrap_or_default());
                let mut place = Place::parameters(path.clone());
                let dwell = self.span_or_draw(value, "dwell", &path, &mut place, core);
                if let Some(state) = self.built.regimes[index].states.get_mut(at) {
                    state.dwell = dwell;
                }
            }
            for (moved, span) in table.tables("moves") {
                let built = self.regime_move(id, &plain, moved, span, core);
                if let Some(built) = built
                    && moved.flag("enabled", true)
                {
                    self.built.regimes[index].moves.push(built);
                }
            }
            self.one_kind_of_move(index, table, core);
        }
    }

    fn regime_move(&mut self, id: RegimeId, plain: &str, table: &Table, span: crate::diag::Span, core: &mut Core) -> Option<Move> {
        let (from, to) = (table.text("from")?, table.text("to")?);
        if from == to {
            return core.fail(
                Diagnostic::new(Code::SelfMove, span, format!("a move from `{from}` to itself")).help("remove it: staying needs no move"),
            );
        }
        let states = &self.built.regimes[id.0 as usize].states;
        let index = |name: &str| states.iter().position(|s| s.id == name).and_then(|i| u32::try_from(i).ok());
        let (from_index, to_index) = (index(from)?, index(to)?);
        let dwells = states[from_index as usize].dwell.is_some();
        let occurred = *self.move_cells.get(&(id, from.to_owned(), to.to_owned()))?;
        let path = format!("{plain}.{from}.{to}");
        let mut place = Place::new(path.clone());
        place.rises = Some(Vec::new());
        let when = table.get("when").map(|v| self.formula(v, Want::Truth, "the condition", &mut place, core));
        let trigger = if let Some(value) = table.get("weight") {
            let others = ["chance", "every", "within", "rate", "per", "at"];
            if let Some(other) = table.entries.iter().find(|e| others.contains(&e.key.text.as_str())) {
                let message = format!("`weight` and `{}` exclude each other", other.key.text);
                core.diags
                    .push(Diagnostic::new(Code::Exclusive, other.key.span, message).help("a state with `dwell` is left by `weight` only"));
            }
            Some(MoveTrigger::Weight(self.formula(value, Want::Number, "the weight", &mut place, core)?))
        } else {
            match self.timing(table, span, &mut place, core)? {
                Timing::Always(every) => {
                    let expr = core.pool.constant(1.0);
                    let certain =
                        crate::scenario::model::Formula { expr, ty: crate::lang::Type::Number, text: "1".to_owned(), at: String::new() };
                    Some(MoveTrigger::Chance(certain, every))
                }
                Timing::Chance(p, every) => Some(MoveTrigger::Chance(p, every)),
                Timing::Within(p, within) => Some(MoveTrigger::Within(p, within)),
                Timing::Rate(rate, per) => Some(MoveTrigger::Rate(rate, per)),
                Timing::At(times, p) => Some(MoveTrigger::At(times, p)),
            }
        }?;
        let weighted = matches!(trigger, MoveTrigger::Weight(_));
        if weighted != dwells && !matches!(trigger, MoveTrigger::At(..)) {
            let message = if dwells {
                format!("`{from}` has a `dwell`, so its moves have a `weight`")
            } else {
                format!("`{from}` has no `dwell`, so `weight` has no meaning")
            };
            core.diags.push(
                Diagnostic::new(Code::DwellMoves, span, message).help("give the state a `dwell` and its moves a `weight`, or neither"),
            );
        }
        let rises = place.rises.take().unwrap_or_default();
        let says = table.get("says").and_then(|v| self.template(v, &mut place, core));
        Some(Move {
            from: from_index,
            to: to_index,
            when: match when {
                None => None,
                Some(when) => Some(when?),
            },
            trigger,
            occurred,
            rises,
            says,
            path,
        })
    }

    /// Chances and rates from one state are not mixed.
    fn one_kind_of_move(&self, index: usize, table: &Table, core: &mut Core) {
        let regime = &self.built.regimes[index];
        let mut kinds = vec![(false, false); regime.states.len()];
        for moved in &regime.moves {
            let kind = &mut kinds[moved.from as usize];
            kind.0 |= matches!(moved.trigger, MoveTrigger::Chance(..));
            kind.1 |= matches!(moved.trigger, MoveTrigger::Rate(..) | MoveTrigger::Within(..));
        }
        for (entry, kind) in regime.states.iter().zip(&kinds) {
            if *kind == (true, true) {
                let span = table.get("moves").map_or(self.symbols[&regime.id].1, |v| match &v.kind {
                    Kind::List(items) => {
                        items.iter().find(|i| i.as_table().and_then(|t| t.text("from")) == Some(&entry.id)).map_or(v.span, |i| i.span)
                    }
                    _ => v.span,
                });
                let message = format!("the moves from `{}` mix chances at looks with rates", entry.id);
                core.diags.push(
                    Diagnostic::new(Code::MixedMoves, span, message)
                        .help("write all of them with `rate` and `per` (or `chance` and `within`), or all with plain `chance`"),
                );
            }
        }
    }
}
