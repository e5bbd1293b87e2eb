//! A scope without names: for expressions that can only be constant.

use crate::diag::{Code, Diagnostic, Span};
use crate::lang::ast::Word;
use crate::lang::check::{ActorId, Core, Link, Look, Meaning, Scope};
use crate::lang::{ExprId, RisesId};

/// Knows no name at all; the step is one day.
#[derive(Clone, Copy, Debug, Default)]
pub struct Constants {}

impl Constants {
    fn fail<T>(word: &str, span: Span, core: &mut Core) -> Option<T> {
        let message = format!("`{word}` cannot be read here: a constant is expected");
        core.fail(Diagnostic::new(Code::NotConstant, span, message).help("write a number, or a number with a unit of time"))
    }
}

impl Scope for Constants {
    fn path(&mut self, words: &[Word], _: Look, core: &mut Core) -> Option<Meaning> {
        Self::fail(&words[0].text, words[0].span, core)
    }
    fn link(&mut self, call: &Link<'_>, _: Look, core: &mut Core) -> Option<Meaning> {
        Self::fail("link", call.span, core)
    }
    fn group(&mut self, word: &Word, core: &mut Core) -> Option<Vec<ActorId>> {
        Self::fail(&word.text, word.span, core)
    }
    fn date(&mut self, text: &str, span: Span, core: &mut Core) -> Option<f64> {
        Self::fail(text, span, core)
    }
    fn rises(&mut self, _: ExprId, span: Span, core: &mut Core) -> Option<RisesId> {
        Self::fail("rises", span, core)
    }
    fn is_whole(&self, id: ExprId, core: &Core) -> bool {
        core.pool.as_constant(id).is_some_and(|x| x.fract() == 0.0)
    }
    fn step(&self) -> u32 {
        1440
    }
    fn horizon(&self) -> u32 {
        0
    }
}
