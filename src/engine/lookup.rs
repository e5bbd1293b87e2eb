//! Tables by rung.

use super::kernels::update;
use super::row::View;
use crate::program::Src;

/// A place in a list as a number.
#[inline(always)]
#[expect(clippy::cast_precision_loss, reason = "lists are short")]
pub(super) fn index(place: usize) -> f64 {
    place as f64
}

/// `d = list[at]`, undefined where the rung is.
#[inline(always)]
pub(super) fn lookup<const W: usize>(d: &mut [f64; W], at: &[f64; W], view: &View<'_, W>, list: &[Src]) {
    // One way through the row where all are constants, for the usual lengths.
    macro_rules! short {
        ($($n:literal)*) => {
            match list.len() {
                $($n => {
                    if let Some(rungs) = constants::<$n, W>(view, list) {
                        rung(d, at, rungs);
                        return;
                    }
                })*
                _ => {}
            }
        };
    }
    short!(2 3 4 5 6 7 8 9 10);
    let last = list.len() - 1;
    // As many comparisons as rungs are faster than a gather for the usual lengths.
    let mut room = [0.0; W];
    *d = *view.row(list[last], &mut room);
    let mut rest = &list[..last];
    // Two at a time: half as often through the row.
    while let [more @ .., first, second] = rest {
        let (Some(k), Some(l)) = (view.constant(*first), view.constant(*second)) else { break };
        let (here, next) = (index(more.len()), index(more.len() + 1));
        update(d, at, at, |d, at, _| {
            let x = if at <= next { l } else { d };
            if at <= here { k } else { x }
        });
        rest = more;
    }
    for (place, src) in rest.iter().enumerate().rev() {
        let place = index(place);
        match view.constant(*src) {
            Some(k) => update(d, at, at, |d, at, _| if at <= place { k } else { d }),
            None => update(d, at, view.row(*src, &mut room), |d, at, x| if at <= place { x } else { d }),
        }
    }
    for i in 0..W {
        d[i] = if at[i].is_nan() { at[i] } else { d[i] };
    }
}

/// The entries of a list, if all of them are constants.
#[inline(always)]
fn constants<const N: usize, const W: usize>(view: &View<'_, W>, list: &[Src]) -> Option<[f64; N]> {
    let mut all = [0.0; N];
    for (to, src) in all.iter_mut().zip(list) {
        *to = view.constant(*src)?;
    }
    Some(all)
}

#[inline(always)]
fn rung<const N: usize, const W: usize>(d: &mut [f64; W], at: &[f64; W], rungs: [f64; N]) {
    for i in 0..W {
        let mut x = rungs[N - 1];
        for place in (0..N - 1).rev() {
            x = if at[i] <= index(place) { rungs[place] } else { x };
        }
        d[i] = if at[i].is_nan() { at[i] } else { x };
    }
}
