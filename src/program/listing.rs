//! A program as text, for `explain --program` and for tests that pin its size.

use std::fmt::Write as _;

use super::Program;
use super::ops::{Code, Op, Place, Src};

/// How large a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Operations of the start.
    pub start: usize,
    /// Operations of a step.
    pub each: usize,
    /// Of these, draws.
    pub draws: usize,
    /// Registers.
    pub registers: usize,
    /// Kept rows.
    pub kept: usize,
    /// Rows of rings.
    pub rings: usize,
}

impl Program {
    /// How large it is.
    #[must_use]
    pub fn size(&self) -> Size {
        let draws = |op: &&Op| {
            matches!(op.code, Code::Unit(_) | Code::Sample(..) | Code::SampleKnown(..) | Code::Occurrences(..) | Code::OccursOnce(..))
        };
        Size {
            start: self.start.len(),
            each: self.each.len(),
            draws: self.each.iter().filter(draws).count(),
            registers: self.registers,
            kept: self.kept,
            rings: self.rings,
        }
    }

    /// All operations, one a line.
    #[must_use]
    pub fn listing(&self) -> String {
        let mut text = String::new();
        for (name, code) in [("start", &self.start), ("step", &self.each)] {
            let _ = writeln!(text, "{name}:");
            for (at, op) in code.iter().enumerate() {
                let _ = write!(text, "{at:5}  {:6}", self.word(op.d));
                let _ = write!(text, " {:?}", op.code);
                let list = &self.lists[op.list.0 as usize..op.list.1 as usize];
                for src in [op.a, op.b, op.c].iter().chain(list).filter(|s| s.is_some()) {
                    let _ = write!(text, " {}", self.word(*src));
                }
                text.push('\n');
            }
        }
        text
    }

    fn word(&self, src: Src) -> String {
        if !src.is_some() {
            return String::new();
        }
        match src.place() {
            Place::Kept(i) => format!("k{i}"),
            Place::Register(i) => format!("r{i}"),
            Place::Constant(i) => format!("{}", self.constants[i]),
        }
    }
}
