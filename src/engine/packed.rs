//! Dear operations on few trials: those of a mask are packed together, so that vector code runs over them
//! alone.
//!
//! What happens rarely happens in few of a row's trials at a time. An exponential of all 64 for the sake of
//! two is wasted; two calls one by one cannot be vector code. So operands are gathered into packs,
//! the loop runs over packs, and results go back to their trials. What the others hold is left as it was:
//! nobody reads it.

use super::row::View;
use crate::program::Src;

/// Trials in a pack, so that no single numbers are left over after the vectors.
pub(super) const GRAIN: usize = 16;

/// The trials of a row that an operation is for.
pub(super) struct Picked<const W: usize> {
    lanes: [u16; W],
    count: usize,
    /// All trials of the row, in order.
    whole: bool,
}

/// Words of a mask's bits: of the widest row.
const WORDS: usize = 4;

/// One bit for each trial of a mask, and how many there are.
#[inline(always)]
fn bits<const W: usize>(mask: &[f64; W]) -> ([u64; WORDS], usize) {
    const { assert!(W <= 64 * WORDS, "rows are at most 256 trials wide") };
    let (mut bits, mut count) = ([0u64; WORDS], 0);
    for (word, from) in bits.iter_mut().zip((0..W).step_by(64)) {
        for lane in from..W.min(from + 64) {
            *word |= u64::from(mask[lane] != 0.0) << (lane - from);
        }
        count += word.count_ones() as usize;
    }
    (bits, count)
}

impl<const W: usize> Picked<W> {
    /// The trials of a mask; all where there are so many that packing does not pay, or no mask.
    #[inline(always)]
    pub(super) fn of(mask: Option<&[f64; W]>) -> Self {
        let whole = Self { lanes: [0; W], count: W, whole: true };
        let Some(mask) = mask else { return whole };
        let (bits, count) = bits(mask);
        // Finding a trial, fetching its numbers and putting one back costs as much as computing it does.
        if 2 * count > W { whole } else { Self::list(bits, count) }
    }

    /// The trials of a mask and no others.
    #[inline(always)]
    pub(super) fn exactly(mask: &[f64; W]) -> Self {
        let (bits, count) = bits(mask);
        Self::list(bits, count)
    }

    #[inline(always)]
    fn list(bits: [u64; WORDS], count: usize) -> Self {
        let mut picked = Self { lanes: [0; W], count, whole: false };
        let mut place = 0;
        for (mut word, from) in bits.into_iter().zip((0..W).step_by(64)) {
            while word != 0 {
                picked.lanes[place] = lane_number(from + word.trailing_zeros() as usize);
                place += 1;
                word &= word - 1;
            }
        }
        picked
    }

    /// Whether these are all trials of the row, in order.
    #[inline(always)]
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// The trials, at most [`GRAIN`] at a time.
    #[inline(always)]
    pub(super) fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        (0..self.count).step_by(GRAIN).map(|from| {
            let to = self.count.min(from + GRAIN);
            if self.whole { Part::Run(from, to - from) } else { Part::Lanes(&self.lanes[from..to]) }
        })
    }

    /// The trials one by one, where these are not all.
    #[inline(always)]
    pub(super) fn lanes(&self) -> impl Iterator<Item = usize> + '_ {
        self.lanes[..self.count].iter().map(|lane| usize::from(*lane))
    }
}

/// At least one and at most [`GRAIN`] trials of a row.
#[derive(Clone, Copy)]
pub(super) enum Part<'p> {
    /// So many trials one after the other, from one on.
    Run(usize, usize),
    /// These.
    Lanes(&'p [u16]),
}

impl Part<'_> {
    /// The numbers of these trials, filled up with the last.
    #[inline(always)]
    pub(super) fn fetch<T: Copy, const W: usize>(self, from: &[T; W]) -> [T; GRAIN] {
        match self {
            Self::Run(at, GRAIN) => {
                let mut all = [from[at]; GRAIN];
                all.copy_from_slice(&from[at..at + GRAIN]);
                all
            }
            Self::Run(at, count) => std::array::from_fn(|place| from[at + place.min(count - 1)]),
            Self::Lanes(lanes) => {
                let mut all = [from[usize::from(lanes[lanes.len() - 1])]; GRAIN];
                for (to, lane) in all.iter_mut().zip(lanes) {
                    *to = from[usize::from(*lane)];
                }
                all
            }
        }
    }

    /// The operand of these trials.
    #[inline(always)]
    pub(super) fn operand<const W: usize>(self, view: &View<'_, W>, src: Src) -> [f64; GRAIN] {
        match view.constant(src) {
            Some(k) => [k; GRAIN],
            // No room is needed for what is no constant.
            None => self.fetch(view.varying(src)),
        }
    }

    /// Puts the numbers of a pack where they belong.
    #[inline(always)]
    pub(super) fn put<const W: usize>(self, from: &[f64; GRAIN], to: &mut [f64; W]) {
        match self {
            Self::Run(at, GRAIN) => to[at..at + GRAIN].copy_from_slice(from),
            Self::Run(at, count) => to[at..at + count].copy_from_slice(&from[..count]),
            Self::Lanes(lanes) => {
                for (lane, x) in lanes.iter().zip(from) {
                    to[usize::from(*lane)] = *x;
                }
            }
        }
    }

    /// The places of the pack with their trials.
    #[inline(always)]
    pub(super) fn places(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let count = match self {
            Self::Run(_, count) => *count,
            Self::Lanes(lanes) => lanes.len(),
        };
        (0..count).map(|place| match self {
            Self::Run(at, _) => (place, at + place),
            Self::Lanes(lanes) => (place, usize::from(lanes[place])),
        })
    }
}

/// `d = f(a, ...)` in the trials of a mask, or in all. A macro, since a closure with so long a body would stay a call,
/// of code for one number.
macro_rules! packed {
    ($d:expr, $mask:expr, [$($x:ident = $a:expr),+] $f:expr) => {{
        let (d, mask): (&mut [f64; W], Option<&[f64; W]>) = ($d, $mask);
        let picked = $crate::engine::packed::Picked::of(mask);
        if picked.is_whole() {
            $(let $x = $a;)+
            for i in 0..W {
                $(let $x = $x[i];)+
                d[i] = $f;
            }
        } else {
            for part in picked.parts() {
                let mut out = [0.0; $crate::engine::packed::GRAIN];
                $(let $x = part.fetch($a);)+
                for i in 0..$crate::engine::packed::GRAIN {
                    $(let $x = $x[i];)+
                    out[i] = $f;
                }
                part.put(&out, d);
            }
        }
    }};
}
pub(super) use packed;

#[inline(always)]
#[expect(clippy::cast_possible_truncation, reason = "rows are short")]
fn lane_number(lane: usize) -> u16 {
    lane as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_trials_of_the_mask_are_written() {
        fn check<const W: usize>() {
            for every in [1, 2, 3, 7, 64, 1000] {
                let mask: [f64; W] = std::array::from_fn(|i| if i % every == 0 { 1.0 } else { 0.0 });
                let a: [f64; W] = std::array::from_fn(|i| f64::from(u32::try_from(i).unwrap()));
                let mut d = [-1.0; W];
                packed!(&mut d, Some(&mask), [x = &a] 2.0 * x);
                for i in 0..W {
                    assert!(d[i] == 2.0 * a[i] || (mask[i] == 0.0 && d[i] == -1.0), "{W} {every} {i}");
                }
                let lanes: Vec<usize> = Picked::exactly(&mask).lanes().collect();
                assert_eq!(lanes, (0..W).step_by(every).collect::<Vec<_>>());
            }
        }
        check::<1>();
        check::<7>();
        check::<64>();
        check::<256>();
    }

    #[test]
    fn an_empty_mask_writes_nothing() {
        fn check<const W: usize>() {
            let mut d = [5.0; W];
            packed!(&mut d, Some(&[0.0; W]), [a = &[1.0; W], b = &[2.0; W]] a + b);
            assert_eq!(d, [5.0; W]);
        }
        check::<7>();
        check::<64>();
    }
}
