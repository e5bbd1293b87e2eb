//! Effects: `after 7 days: if condition: target += expression`.

use super::scope::Frame;
use super::{Place, World};
use crate::diag::{Code, Diagnostic, Span};
use crate::lang::ast::Ast;
use crate::lang::check::{Core, Meaning, Typed, Want, check, read};
use crate::lang::core::Node;
use crate::lang::parser::{Parsed, Parser};
use crate::lang::{CellId, ExprId, Pool, Type};
use crate::scenario::model::{CellKind, Change, Effect, Formula};
use crate::scenario::tree::{Kind, Table, Value};

/// An effect as written.
struct Parts {
    delay: Option<Ast>,
    guard: Option<Ast>,
    target: Ast,
    change: Change,
    sign: Span,
    value: Ast,
}

impl<'a> World<'a> {
    /// Compiles the effects of a rule or option. `many`: applied once per occurrence, so nothing can be set.
    pub(super) fn effects(&mut self, table: &Table, many: bool, place: &mut Place<'a>, core: &mut Core) -> Vec<Effect> {
        table.list("effects").filter_map(|value| self.effect(value, many, place, core)).collect()
    }

    fn effect(&mut self, value: &Value, many: bool, place: &mut Place<'a>, core: &mut Core) -> Option<Effect> {
        let Kind::Text(text) = &value.kind else { return None };
        core.spend(1 + text.len() / 4, value.span)?;
        let parts = match parts(text, value, self) {
            Ok(parts) => parts,
            Err(error) => return core.fail(*error),
        };
        let at = self.place_of(value.span);
        let mut formula = |world: &mut Self, ast: &Ast, want: Want, what: &str, core: &mut Core| {
            let typed = check(ast, want, what, &mut Frame { world, place }, core)?;
            Some(Formula { expr: typed.id, ty: typed.ty, text: String::new(), at: at.clone() })
        };
        let delay = match &parts.delay {
            None => None,
            Some(ast) => {
                let delay = formula(self, ast, Want::Span, "the delay", core)?;
                self.whole_steps(&delay, ast.span, "delay", core)?;
                Some(delay)
            }
        };
        let guard = match &parts.guard {
            None => None,
            Some(ast) => Some(formula(self, ast, Want::Truth, "the condition", core)?),
        };
        let (target, kind) = self.target(&parts.target, place, core)?;
        let want = match (kind, parts.change) {
            (CellKind::Rung(stand), Change::Set) => Want::Exactly(Type::Rung(self.built.stands[stand].ladder)),
            (CellKind::Regime(id), Change::Set) => Want::Exactly(Type::State(id)),
            (CellKind::Regime(_), _) => {
                let message = "a regime cannot be moved by a number";
                return core
                    .fail(Diagnostic::new(Code::NotAssignable, parts.sign, message).help("set it to a state: `regime = regime.state`"));
            }
            _ => Want::Number,
        };
        let typed = check(&parts.value, want, "the value", &mut Frame { world: self, place }, core)?;
        self.allowed(&parts, typed, delay.is_some(), many, core)?;
        Some(Effect {
            delay,
            guard,
            target,
            change: parts.change,
            value: Formula { expr: typed.id, ty: typed.ty, text: String::new(), at },
            text: text.clone(),
        })
    }

    fn allowed(&self, parts: &Parts, value: Typed, delayed: bool, many: bool, core: &mut Core) -> Option<()> {
        if parts.change != Change::Set {
            return Some(());
        }
        if many {
            let message = "`=` in an event with a `rate`, whose effects are applied once per occurrence";
            return core.fail(
                Diagnostic::new(Code::SetPerOccurrence, parts.sign, message).help("use `+=` or `-=`, or a `chance` instead of the `rate`"),
            );
        }
        if delayed && !is_fixed(&core.pool, value.id) {
            let message = "a delayed effect sets a value that changes during the trial";
            return core.fail(Diagnostic::new(Code::DelayedSet, value.span, message).help("set a constant, or use `+=` or `-=`"));
        }
        Some(())
    }

    /// The cell that a target names.
    fn target(&mut self, ast: &Ast, place: &mut Place<'a>, core: &mut Core) -> Option<(CellId, CellKind)> {
        let meaning = read(ast, &mut Frame { world: self, place }, core)?;
        if let Meaning::Value(id, _) = meaning
            && let Node::Cell(cell) = core.pool.node(id)
        {
            let (cell, kind) = (*cell, self.built.cells[cell.0 as usize].kind);
            if matches!(kind, CellKind::Variable(_) | CellKind::Rung(_) | CellKind::Regime(_)) {
                return Some((cell, kind));
            }
        }
        let what = match &ast.kind {
            crate::lang::AstKind::Path(words) => self.symbols.get(&words[0].text).map(|s| s.0.words()),
            _ => None,
        };
        let message = match (&ast.kind, what) {
            (crate::lang::AstKind::Path(words), Some(what)) if words.len() == 1 && what == "a variable of the world" => {
                format!("`{}` is a derived value and cannot be changed", words[0].text)
            }
            (crate::lang::AstKind::Path(words), Some(what)) if words.len() == 1 => {
                format!("`{}` is {what} and cannot be changed", words[0].text)
            }
            _ => "this cannot be changed".to_owned(),
        };
        core.fail(
            Diagnostic::new(Code::NotAssignable, ast.span, message)
                .help("effects change stored variables, rungs (`actor.ladder`) and regimes"),
        )
    }
}

/// Whether an expression has one value for the whole trial.
fn is_fixed(pool: &Pool, id: ExprId) -> bool {
    let mut fixed = true;
    pool.each_reached(id, |_, node| {
        if matches!(node, Node::Cell(_) | Node::Draw(_) | Node::Seen(_) | Node::Now | Node::History(_) | Node::Rises(_)) {
            fixed = false;
        }
    });
    fixed
}

fn parts(text: &str, value: &Value, world: &World<'_>) -> Parsed<Parts> {
    let map = value.text_map(world.sources);
    let mut p = Parser::new(text, &map)?;
    let colon = |p: &mut Parser, what: &str| match p.take_sign(":") {
        Some(_) => Ok(()),
        None => Err(Box::new(
            Diagnostic::new(Code::BadEffect, p.peek().span, format!("expected `:` after the {what}"))
                .help("for example `after 7 days: if calm: pressure -= 0.1`"),
        )),
    };
    let mut delay = None;
    if p.take_word("after").is_some() {
        delay = Some(p.expression()?);
        colon(&mut p, "delay")?;
    }
    let mut guard = None;
    if p.take_word("if").is_some() {
        guard = Some(p.expression()?);
        colon(&mut p, "condition")?;
    }
    let target = p.name()?;
    let signs = [("+=", Change::Add), ("-=", Change::Subtract), ("=", Change::Set)];
    let found = signs.iter().find_map(|(s, c)| p.take_sign(s).map(|span| (span, *c)));
    let Some((sign, change)) = found else {
        return Err(Box::new(
            Diagnostic::new(Code::BadEffect, p.peek().span, "expected `=`, `+=` or `-=` after the target")
                .help("an effect is `target += expression`"),
        ));
    };
    let value = p.expression()?;
    p.expect_end()?;
    Ok(Parts { delay, guard, target, change, sign, value })
}
