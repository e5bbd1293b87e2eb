//! Events and reactions: one construct in two phases.

use super::{DrawDecl, Lazy, Place, World};
use crate::diag::{Code, Diagnostic, Span};
use crate::lang::check::{Core, Want};
use crate::scenario::model::{self, Rule, Trigger};
use crate::scenario::tree::{Kind, Table, Value};

/// When something may fire, before it is known what: shared by rules and moves of regimes.
pub(super) enum Timing {
    Always(u32),
    Chance(model::Formula, u32),
    Within(model::Formula, u32),
    Rate(model::Formula, u32),
    At(Vec<u32>, Option<model::Formula>),
}

impl<'a> World<'a> {
    /// Compiles all events and reactions.
    pub(super) fn rules(&mut self, core: &mut Core) {
        for index in 0..self.rules.len() {
            let table = self.rules[index].table;
            let enabled = table.flag("enabled", true);
            for member in 0..self.rules[index].members.len() {
                let Some(rule) = self.rule(index, member, core) else { continue };
                match (enabled, self.rules[index].reaction) {
                    (false, _) => self.built.dormant_rules.push(rule),
                    (true, true) => self.built.reactions.push(rule),
                    (true, false) => self.built.events.push(rule),
                }
            }
        }
    }

    fn rule(&mut self, index: usize, member: usize, core: &mut Core) -> Option<Rule> {
        let decl = &self.rules[index];
        let (table, id, owner) = (decl.table, decl.id, decl.members[member]);
        let happened = decl.happened[member].clone();
        let list = if decl.reaction { "reactions" } else { "events" };
        let span = decl.span;
        let mut place = self.rule_place(&format!("{list}.{id}"), owner);
        let path = place.path.clone();
        declare_draws(&mut place, table, &path, &format!("{list}.{id}"));
        let site = self.site(&path, span, core);
        place.rises = Some(Vec::new());
        place.undrawn = true;
        let when = table.get("when").map(|v| self.formula(v, Want::Truth, "the condition", &mut place, core));
        let timing = self.timing(table, span, &mut place, core);
        place.undrawn = false;
        let rises = place.rises.take().unwrap_or_default();
        let many = matches!(timing, Some(Timing::Rate(..)));
        let effects = self.effects(table, many, &mut place, core);
        let cooldown = table.get("cooldown").and_then(|v| self.span_or_draw(v, "cooldown", &format!("{path}:cooldown"), &mut place, core));
        let says = table.get("says").and_then(|v| self.template(v, &mut place, core));
        let draws = self.all_draws(0, &mut place, core);
        let trigger = match timing? {
            Timing::Always(every) => Trigger::Always(every),
            Timing::Chance(p, every) => Trigger::Chance(p, every),
            Timing::Within(p, within) => Trigger::Within(p, within),
            Timing::Rate(rate, per) => Trigger::Rate(rate, per),
            Timing::At(times, p) => Trigger::At(times, p),
        };
        let marks = draws.iter().map(|d| happened.marks.get(&d.name).copied().flatten()).collect();
        Some(Rule {
            id: id.to_owned(),
            path,
            label: table.text("label").map(str::to_owned),
            member: owner,
            when: match when {
                None => None,
                Some(when) => Some(when?),
            },
            trigger,
            site,
            draws,
            effects,
            once: table.flag("once", false),
            cooldown,
            says,
            occurred: happened.count?,
            marks,
            rises,
        })
    }

    /// A place for a rule of a member.
    pub(super) fn rule_place(&self, plain: &str, owner: Option<crate::lang::check::ActorId>) -> Place<'a> {
        let path = match owner {
            Some(actor) => format!("{plain}@{}", self.actor_name(actor)),
            None => plain.to_owned(),
        };
        let mut place = Place::new(path);
        plain.clone_into(&mut place.plain_path);
        place.owner = owner;
        place
    }

    /// `chance`, `every`, `within`, `rate`, `per`, `at`: which go together.
    pub(super) fn timing(&mut self, table: &Table, span: Span, place: &mut Place<'a>, core: &mut Core) -> Option<Timing> {
        exclusive(table, &["rate", "chance"], core);
        exclusive(table, &["rate", "at"], core);
        exclusive(table, &["within", "every"], core);
        exclusive(table, &["rate", "every"], core);
        exclusive(table, &["rate", "within"], core);
        exclusive(table, &["at", "every"], core);
        exclusive(table, &["at", "within"], core);
        needs(table, "within", "chance", core);
        needs(table, "rate", "per", core);
        needs(table, "per", "rate", core);
        let chance = table.get("chance").map(|v| self.formula(v, Want::Number, "the chance", place, core));
        if let Some(value) = table.get("rate") {
            let rate = self.formula(value, Want::Number, "the rate", place, core)?;
            return Some(Timing::Rate(rate, Self::per(table)?));
        }
        if let Some(value) = table.get("at") {
            let times = self.times(value, core);
            return Some(Timing::At(
                times,
                match chance {
                    None => None,
                    Some(p) => Some(p?),
                },
            ));
        }
        if let Some(value) = table.get("within") {
            let within = self.span(value, core);
            return Some(Timing::Within(chance??, within?));
        }
        let every = match table.get("every") {
            Some(value) => self.multiple(value, "`every`", core)?,
            None => self.clock.every,
        };
        let _ = span;
        Some(match chance {
            None => Timing::Always(every),
            Some(p) => Timing::Chance(p?, every),
        })
    }

    /// Fixed times in minutes, rising.
    fn times(&self, value: &Value, core: &mut Core) -> Vec<u32> {
        let mut times = Vec::new();
        let Kind::List(items) = &value.kind else { return times };
        if items.is_empty() {
            core.diags.push(
                Diagnostic::new(Code::EmptyList, value.span, "`at` names no time").help("write `at = [2026-03-08]` or `at = [\"5 days\"]`"),
            );
        }
        for item in items {
            let minutes = match &item.kind {
                Kind::Date(text) => super::values::date_minutes(&self.clock, text, item.span, core),
                _ => self.span(item, core),
            };
            let Some(minutes) = minutes else { continue };
            if minutes == 0 {
                core.diags.push(Diagnostic::new(Code::BadDate, item.span, "nothing happens at the start itself").help("use a later time"));
            } else if !minutes.is_multiple_of(self.clock.step) {
                let step = crate::lang::types::span_words(f64::from(self.clock.step));
                let message = format!("this time is not a whole number of steps of {step} after the start");
                core.diags.push(
                    Diagnostic::new(Code::NotMultiple, item.span, message).help("choose the end of a step, or a shorter `[clock] step`"),
                );
            } else if minutes > self.clock.horizon() {
                let horizon = crate::lang::types::span_words(f64::from(self.clock.horizon()));
                let message = format!("this time lies beyond the horizon of {horizon}");
                core.diags.push(
                    Diagnostic::new(Code::BeyondHorizon, item.span, message).help("choose an earlier time, or a longer `[clock] horizon`"),
                );
            }
            times.push(minutes);
        }
        times.sort_unstable();
        times.dedup();
        times
    }
}

/// Declares the draws of a table, to be compiled when they are read.
pub(super) fn declare_draws<'a>(place: &mut Place<'a>, table: &'a Table, path: &str, plain: &str) {
    for entry in table.table("draws") {
        place.draws.push(DrawDecl {
            name: &entry.key.text,
            value: &entry.value,
            span: entry.key.span,
            path: format!("{path}.{}", entry.key.text),
            plain_path: format!("{plain}.{}", entry.key.text),
            state: Lazy::Todo,
        });
    }
}

fn exclusive(table: &Table, keys: &[&str; 2], core: &mut Core) {
    if let (Some(a), Some(b)) = (table.entry(keys[0]), table.entry(keys[1])) {
        let message = format!("`{}` and `{}` exclude each other", keys[0], keys[1]);
        core.diags.push(
            Diagnostic::new(Code::Exclusive, b.key.span, message).also(a.key.span, "the other one").help("keep the one that you mean"),
        );
    }
}

fn needs(table: &Table, key: &str, needed: &str, core: &mut Core) {
    if let (Some(entry), None) = (table.entry(key), table.entry(needed)) {
        let message = format!("`{key}` needs `{needed}`");
        let help = match needed {
            "per" => "add `per = \"day\"`",
            "chance" => "add `chance = ...`: the probability over this span",
            _ => "add `rate = ...`",
        };
        core.diags.push(Diagnostic::new(Code::NeedsKey, entry.key.span, message).help(help));
    }
}
