//! The value of an expression in the present state.

use super::Trial;
use crate::lang::core::{bayes, piecewise};
use crate::lang::{Binary, ExprId, Node};

impl Trial<'_, '_> {
    /// The state has changed: what was computed is no longer true.
    pub(super) fn changed(&mut self) {
        self.stamp = self.stamp.wrapping_add(1);
        if self.stamp == 0 {
            self.stamps.fill(u32::MAX);
            self.stamp = 1;
        }
    }

    /// The value of a node; `draws` are those of the rule at hand.
    ///
    /// Whoever changes the state, a perception or the draws calls [`Self::changed`]. Values are kept
    /// until then: expressions share nodes, and a tree of shared nodes can be exponentially larger than
    /// the nodes themselves.
    pub(super) fn eval(&mut self, id: ExprId, draws: &[f64]) -> f64 {
        let at = id.0 as usize;
        if self.stamps[at] == self.stamp {
            return self.memo[at];
        }
        let value = self.compute(id, draws);
        self.memo[at] = value;
        self.stamps[at] = self.stamp;
        value
    }

    fn compute(&mut self, id: ExprId, draws: &[f64]) -> f64 {
        let scenario = self.scenario;
        match scenario.pool.node(id) {
            Node::Const(x) => x.0,
            Node::Param(p) => self.params[p.0 as usize],
            Node::Cell(c) => self.cells[c.0 as usize],
            Node::Draw(d) => draws[d.0 as usize],
            Node::Seen(s) => self.seen[s.0 as usize],
            Node::Now => f64::from(self.now()),
            Node::Lookup { table, at } => {
                let row = self.eval(*at, draws);
                if row.is_nan() {
                    // The rung that a move would reach, where the move is undefined.
                    return row;
                }
                // Rungs and states are always whole and in range.
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in a list")]
                let row = row as usize;
                self.tables[table.0 as usize][row]
            }
            Node::Unary(op, a) => op.apply(self.eval(*a, draws)),
            Node::Binary(op, a, b) => {
                let left = self.eval(*a, draws);
                // The second operand is computed only where it is used, so that deep chains of
                // conditions stay cheap; its value would be the same.
                let decided = (*op == Binary::And && left == 0.0) || (*op == Binary::Or && left == 1.0);
                if decided { left } else { op.apply(left, self.eval(*b, draws)) }
            }
            Node::If(test, yes, no) => {
                let test = self.eval(*test, draws);
                if test.is_nan() {
                    test
                } else if test == 1.0 {
                    self.eval(*yes, draws)
                } else {
                    self.eval(*no, draws)
                }
            }
            Node::Piecewise { x, knots, values } => {
                let x = self.eval(*x, draws);
                let values: Vec<f64> = values.iter().map(|v| self.eval(*v, draws)).collect();
                piecewise(x, knots, |i| values[i])
            }
            Node::Bayes(p, l1, l0) => {
                let (p, l1, l0) = (self.eval(*p, draws), self.eval(*l1, draws), self.eval(*l0, draws));
                bayes(p, l1, l0)
            }
            Node::History(history) => self.past(*history),
            Node::Rises(r) => self.rises_now[r.0 as usize],
        }
    }
}
