//! Rows, and how an operation gets at its operands while it writes its result.

use crate::program::{Place, Src};

/// One number of each of `W` trials; on a cache line, so that vectors never straddle two.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Row<const W: usize>(pub(super) [f64; W]);

impl<const W: usize> Row<W> {
    pub(super) const fn of(x: f64) -> Self {
        Self([x; W])
    }
}

/// Everything that an operation can read, but for the register that it writes.
pub(super) struct View<'r, const W: usize> {
    kept: &'r [Row<W>],
    before: &'r [Row<W>],
    after: &'r [Row<W>],
    constants: &'r [f64],
}

impl<'r, const W: usize> View<'r, W> {
    /// All registers can be read.
    #[inline(always)]
    pub(super) fn all(kept: &'r [Row<W>], registers: &'r [Row<W>], constants: &'r [f64]) -> Self {
        Self { kept, before: registers, after: &[], constants }
    }

    /// The register `d` to be written, and the rest to be read.
    #[inline(always)]
    pub(super) fn split(kept: &'r [Row<W>], registers: &'r mut [Row<W>], constants: &'r [f64], d: Src) -> (&'r mut [f64; W], Self) {
        let at = match d.place() {
            Place::Register(at) => at,
            _ => 0,
        };
        let (before, rest) = registers.split_at_mut(at);
        // Registers are assigned below the number that there is.
        let (d, after) = rest.split_first_mut().expect("a register of this number");
        (&mut d.0, Self { kept, before, after, constants })
    }

    /// A constant operand.
    #[inline(always)]
    pub(super) fn constant(&self, src: Src) -> Option<f64> {
        match src.place() {
            Place::Constant(i) if src.is_some() => Some(self.constants[i]),
            _ => None,
        }
    }

    /// An operand that is no constant; for a constant, any row.
    #[inline(always)]
    pub(super) fn varying(&self, src: Src) -> &[f64; W] {
        match src.place() {
            Place::Kept(i) => &self.kept[i].0,
            Place::Register(i) if i >= self.before.len() => &self.after[i - self.before.len() - 1].0,
            Place::Register(i) => &self.before[i].0,
            Place::Constant(_) => &self.kept[0].0,
        }
    }

    /// An operand; constants are spread over `room`.
    #[inline(always)]
    pub(super) fn row<'a>(&'a self, src: Src, room: &'a mut [f64; W]) -> &'a [f64; W] {
        match src.place() {
            Place::Kept(i) => &self.kept[i].0,
            Place::Register(i) if i < self.before.len() => &self.before[i].0,
            Place::Register(i) => &self.after[i - self.before.len() - 1].0,
            Place::Constant(i) => {
                *room = [self.constants[i]; W];
                room
            }
        }
    }

    /// One number of an operand.
    #[inline(always)]
    pub(super) fn one(&self, src: Src, lane: usize) -> f64 {
        match src.place() {
            Place::Kept(i) => self.kept[i].0[lane],
            Place::Register(i) if i < self.before.len() => self.before[i].0[lane],
            Place::Register(i) => self.after[i - self.before.len() - 1].0[lane],
            Place::Constant(i) => self.constants[i],
        }
    }
}

/// An operand that stays readable while kept rows are written: those are copied to `room`.
#[inline(always)]
pub(super) fn apart<'a, const W: usize>(
    (kept, registers, constants): (&[Row<W>], &'a [Row<W>], &[f64]),
    src: Src,
    room: &'a mut [f64; W],
) -> &'a [f64; W] {
    match src.place() {
        Place::Register(i) => &registers[i].0,
        Place::Kept(i) => {
            *room = kept[i].0;
            room
        }
        Place::Constant(i) => {
            *room = [constants[i]; W];
            room
        }
    }
}
