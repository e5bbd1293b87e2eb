//! Which values can only be whole numbers: those may be compared by `==`.

use super::scope::Frame;
use crate::lang::check::Core;
use crate::lang::core::{Binary, History, HistoryKind, Node};
use crate::lang::{ExprId, Unary};
use crate::scenario::model::{self, CellKind};

impl Frame<'_, '_> {
    /// Whether the node can only be a whole number; looks at `left` nodes at most.
    pub(super) fn whole(&self, id: ExprId, core: &Core, left: &mut u32) -> bool {
        let Some(next) = left.checked_sub(1) else { return false };
        *left = next;
        match core.pool.node(id) {
            Node::Const(x) => x.0.fract() == 0.0,
            Node::Cell(c) => {
                let kind = self.world.built.cells[c.0 as usize].kind;
                !matches!(kind, CellKind::Variable(_) | CellKind::Mark) || self.world.whole.contains(c)
            }
            Node::Unary(Unary::Floor | Unary::Round, _) => true,
            Node::Unary(Unary::Neg | Unary::Abs, a) => self.whole(*a, core, left),
            Node::Binary(Binary::Add | Binary::Sub | Binary::Mul | Binary::Min | Binary::Max, a, b) => {
                self.whole(*a, core, left) && self.whole(*b, core, left)
            }
            Node::If(_, a, b) => self.whole(*a, core, left) && self.whole(*b, core, left),
            Node::History(History { kind, track }) => {
                let of = core.pool.tracks()[track.0 as usize];
                match kind {
                    HistoryKind::Mean(_) => false,
                    HistoryKind::Ever(_) | HistoryKind::Always(_) | HistoryKind::Held(_) => true,
                    _ => self.whole(of, core, left),
                }
            }
            // A truth value that is summed.
            Node::Binary(Binary::Lt | Binary::Le | Binary::Eq | Binary::Ne | Binary::And | Binary::Or, ..) => true,
            Node::Draw(d) => self.place.drawn.get(d.0 as usize).is_some_and(|d| d.family.spec().gives != crate::dist::Gives::Real),
            Node::Param(p) => match &self.world.built.params[p.0 as usize].kind {
                model::ParamKind::Drawn(d) => d.family.spec().gives != crate::dist::Gives::Real,
                model::ParamKind::Computed(f) => self.whole(f.expr, core, left),
            },
            _ => false,
        }
    }
}
