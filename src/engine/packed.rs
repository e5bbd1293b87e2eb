//! Dear operations on few trials: those of a mask are packed together, so that vector code runs over them
//! alone.
//!
//! What happens rarely happens in few of a row's trials at a time. An exponential of all 64 for the sake of
//! two is wasted; two calls one by one cannot be vector code. So operands are gathered into packs,
//! the loop runs over packs, and results go back to their trials. What the others hold is left as it was:
//! nobody reads it.

/// Packs are filled up to a multiple of this, so that no single numbers are left over after the vectors.
pub(super) const GRAIN: usize = 16;

/// The numbers of at most [`GRAIN`] trials, filled up with the last.
#[inline(always)]
pub(super) fn part<const W: usize>(from: &[f64; W], lanes: &[u16]) -> [f64; GRAIN] {
    let last = lanes.len() - 1;
    std::array::from_fn(|place| from[usize::from(lanes[place.min(last)])])
}

/// The trials of a row that an operation is for.
pub(super) struct Picked<const W: usize> {
    lanes: [u16; W],
    count: usize,
    /// All trials of the row, in order.
    whole: bool,
}

impl<const W: usize> Picked<W> {
    /// The trials of a mask; all where there are so many that packing does not pay, or no mask.
    #[inline(always)]
    pub(super) fn of(mask: Option<&[f64; W]>) -> Self {
        let Some(mask) = mask else { return Self { lanes: [0; W], count: W, whole: true } };
        let mut picked = Self::exactly(mask);
        if 4 * picked.count > 3 * W {
            (picked.count, picked.whole) = (W, true);
        }
        picked
    }

    /// The trials of a mask and no others.
    #[inline(always)]
    pub(super) fn exactly(mask: &[f64; W]) -> Self {
        let mut picked = Self { lanes: [0; W], count: 0, whole: false };
        let mut from = 0;
        while from < W {
            let mut bits = 0u64;
            for lane in from..W.min(from + 64) {
                bits |= u64::from(mask[lane] != 0.0) << (lane - from);
            }
            while bits != 0 {
                picked.lanes[picked.count] = lane_number(from + bits.trailing_zeros() as usize);
                picked.count += 1;
                bits &= bits - 1;
            }
            from += 64;
        }
        picked.whole = picked.count == W;
        picked
    }

    /// Whether these are all trials of the row, in order.
    #[inline(always)]
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Length of a pack: what loops run over.
    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        if self.whole { W } else { self.count.next_multiple_of(GRAIN).min(W) }
    }

    /// The trials, at most [`GRAIN`] at a time.
    #[inline(always)]
    pub(super) fn parts(&self) -> impl Iterator<Item = &[u16]> + '_ {
        self.lanes[..self.count].chunks(GRAIN)
    }

    /// The numbers of these trials, filled up with the last.
    #[inline(always)]
    pub(super) fn gather<'a, T: Copy>(&self, from: &'a [T; W], room: &'a mut [T; W]) -> &'a [T] {
        if self.whole {
            return from;
        }
        self.fill(from, room);
        &room[..self.len()]
    }

    /// As [`Self::gather`], where these are not all trials.
    #[inline(always)]
    pub(super) fn fill<T: Copy>(&self, from: &[T; W], room: &mut [T; W]) {
        for place in 0..self.count {
            room[place] = from[usize::from(self.lanes[place])];
        }
        for place in self.count..self.len() {
            room[place] = room[self.count - 1];
        }
    }

    /// Puts the numbers of a pack where they belong.
    #[inline(always)]
    pub(super) fn scatter(&self, from: &[f64; W], to: &mut [f64; W]) {
        if self.whole {
            *to = *from;
        } else {
            for place in 0..self.count {
                to[usize::from(self.lanes[place])] = from[place];
            }
        }
    }

    /// The places of the pack with their trials.
    #[inline(always)]
    pub(super) fn lanes(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        (0..self.count).map(|place| (place, if self.whole { place } else { usize::from(self.lanes[place]) }))
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
                $(let $x = $crate::engine::packed::part($a, part);)+
                for i in 0..$crate::engine::packed::GRAIN {
                    $(let $x = $x[i];)+
                    out[i] = $f;
                }
                for (lane, x) in part.iter().zip(&out) {
                    d[usize::from(*lane)] = *x;
                }
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
                let lanes: Vec<usize> = Picked::exactly(&mask).lanes().map(|(_, lane)| lane).collect();
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
