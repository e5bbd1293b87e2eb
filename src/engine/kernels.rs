//! Loops over rows: one for each operation, straight-line so that the compiler makes vector code of it.

use super::packed::packed;
use crate::math;
use crate::program::{Binary, Must, Unary};

/// 1 for true, 0 for false.
#[inline(always)]
pub(super) fn truth(t: bool) -> f64 {
    if t { 1.0 } else { 0.0 }
}

#[inline(always)]
pub(super) fn map<const W: usize>(d: &mut [f64; W], a: &[f64; W], f: impl Fn(f64) -> f64) {
    for i in 0..W {
        d[i] = f(a[i]);
    }
}

#[inline(always)]
pub(super) fn zip<const W: usize>(d: &mut [f64; W], a: &[f64; W], b: &[f64; W], f: impl Fn(f64, f64) -> f64) {
    for i in 0..W {
        d[i] = f(a[i], b[i]);
    }
}

#[inline(always)]
pub(super) fn zip3<const W: usize>(d: &mut [f64; W], a: &[f64; W], b: &[f64; W], c: &[f64; W], f: impl Fn(f64, f64, f64) -> f64) {
    for i in 0..W {
        d[i] = f(a[i], b[i], c[i]);
    }
}

/// Changes a row in place.
#[inline(always)]
pub(super) fn update<const W: usize>(d: &mut [f64; W], a: &[f64; W], b: &[f64; W], f: impl Fn(f64, f64, f64) -> f64) {
    for i in 0..W {
        d[i] = f(d[i], a[i], b[i]);
    }
}

/// Whether some number is not 0.
#[inline(always)]
pub(super) fn any<const W: usize>(a: &[f64; W]) -> bool {
    let mut bits = 0;
    for x in a {
        bits |= x.to_bits();
    }
    bits != 0
}

/// `mask`: the trials that need it, for dear operations; all where there is none.
#[inline(always)]
pub(super) fn unary<const W: usize>(op: Unary, d: &mut [f64; W], a: &[f64; W], mask: Option<&[f64; W]>) {
    match op {
        Unary::Neg => map(d, a, |x| -x),
        Unary::Not => map(d, a, |x| 1.0 - x),
        Unary::Abs => map(d, a, f64::abs),
        Unary::Floor => map(d, a, f64::floor),
        Unary::Exp => packed!(d, mask, [x = a] math::exp(x)),
        Unary::Ln => packed!(d, mask, [x = a] math::ln(x)),
        Unary::Sqrt => map(d, a, f64::sqrt),
        Unary::Logistic => packed!(d, mask, [x = a] math::logistic(x)),
        Unary::Round => map(d, a, |x| (x + 0.5).floor()),
    }
}

/// The value of a comparison: undefined where an operand is.
#[inline(always)]
fn known(a: f64, b: f64, t: bool) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { truth(t) }
}

/// [`Binary::apply`] without a branch.
#[inline(always)]
pub(super) fn scalar(op: Binary, a: f64, b: f64) -> f64 {
    let both = (a == f64::INFINITY) & (b == f64::INFINITY);
    match op {
        Binary::Add => a + b,
        Binary::Sub => a - b,
        Binary::Mul => a * b,
        Binary::Div => {
            let q = a / b;
            if b == 0.0 { f64::NAN } else { q }
        }
        // Not used: powers are dear.
        Binary::Pow => f64::NAN,
        Binary::Min => {
            let m = if b < a { b } else { a };
            if b.is_nan() { f64::NAN } else { m }
        }
        Binary::Max => {
            let m = if b > a { b } else { a };
            if b.is_nan() { f64::NAN } else { m }
        }
        Binary::And => {
            let r = if a.is_nan() { a } else { b };
            if a == 0.0 { 0.0 } else { r }
        }
        Binary::Or => {
            let r = if a.is_nan() { a } else { b };
            if a == 1.0 { 1.0 } else { r }
        }
        Binary::Lt => known(a, b, a < b),
        Binary::Le => known(a, b, a <= b),
        Binary::Eq => known(a, b, a == b),
        Binary::Ne => known(a, b, a != b),
        Binary::SpanSub => {
            let never = (a == f64::INFINITY) | (b == f64::INFINITY);
            let r = if never { f64::INFINITY } else { a - b };
            if a.is_nan() || b.is_nan() { f64::NAN } else { r }
        }
        Binary::SpanScale => {
            let never = if b > 0.0 { f64::INFINITY } else { f64::NAN };
            if a == f64::INFINITY { never } else { a * b }
        }
        Binary::SpanDiv => {
            let never = if b > 0.0 { f64::INFINITY } else { f64::NAN };
            let q = if a == f64::INFINITY { never } else { a / b };
            if b == 0.0 { f64::NAN } else { q }
        }
        Binary::SpanLe => known(a, b, (a <= b) & !both),
        Binary::SpanEq => known(a, b, (a == b) & !both),
        Binary::SpanNe => known(a, b, (a != b) | both),
    }
}

macro_rules! each_binary {
    ($op:expr, $f:ident!($($rest:tt)*)) => {
        match $op {
            Binary::Add => $f!(Binary::Add, $($rest)*),
            Binary::Sub => $f!(Binary::Sub, $($rest)*),
            Binary::Mul => $f!(Binary::Mul, $($rest)*),
            Binary::Div => $f!(Binary::Div, $($rest)*),
            Binary::Pow => $f!(Binary::Pow, $($rest)*),
            Binary::Min => $f!(Binary::Min, $($rest)*),
            Binary::Max => $f!(Binary::Max, $($rest)*),
            Binary::And => $f!(Binary::And, $($rest)*),
            Binary::Or => $f!(Binary::Or, $($rest)*),
            Binary::Lt => $f!(Binary::Lt, $($rest)*),
            Binary::Le => $f!(Binary::Le, $($rest)*),
            Binary::Eq => $f!(Binary::Eq, $($rest)*),
            Binary::Ne => $f!(Binary::Ne, $($rest)*),
            Binary::SpanSub => $f!(Binary::SpanSub, $($rest)*),
            Binary::SpanScale => $f!(Binary::SpanScale, $($rest)*),
            Binary::SpanDiv => $f!(Binary::SpanDiv, $($rest)*),
            Binary::SpanLe => $f!(Binary::SpanLe, $($rest)*),
            Binary::SpanEq => $f!(Binary::SpanEq, $($rest)*),
            Binary::SpanNe => $f!(Binary::SpanNe, $($rest)*),
        }
    };
}

/// `mask` as in [`unary`].
#[inline(always)]
pub(super) fn binary<const W: usize>(op: Binary, d: &mut [f64; W], a: &[f64; W], b: &[f64; W], mask: Option<&[f64; W]>) {
    macro_rules! with {
        ($op:expr, $d:expr) => {
            zip($d, a, b, |x, y| scalar($op, x, y))
        };
    }
    match op {
        Binary::Pow => packed!(d, mask, [x = a, y = b] math::pow(x, y)),
        _ => each_binary!(op, with!(d)),
    }
}

/// Notes in `bad` where the mask is 1 and the value is not what it must be.
#[inline(always)]
pub(super) fn must<const W: usize>(must: Must, bad: &mut [f64; W], mask: &[f64; W], x: &[f64; W]) {
    match must {
        Must::BeFinite => note(bad, mask, |i| x[i].abs() < f64::INFINITY),
        Must::BeDefined => note(bad, mask, |i| x[i] == x[i]),
        Must::BeChance => note(bad, mask, |i| (x[i] >= 0.0) & (x[i] <= 1.0)),
        Must::BeWeight => note(bad, mask, |i| (x[i] >= 0.0) & (x[i] < f64::INFINITY)),
        Must::BeAtMostOne => note(bad, mask, |i| x[i] <= 1.0 + 1e-12),
    }
}

/// Notes in `bad` where the mask is 1 and something is not fine. Nearly always all is fine, so that is found
/// out first.
#[inline(always)]
pub(super) fn note<const W: usize>(bad: &mut [f64; W], mask: &[f64; W], fine: impl Fn(usize) -> bool) {
    let mut wrong = 0;
    for i in 0..W {
        wrong |= u64::from(!fine(i)) & u64::from(mask[i] != 0.0);
    }
    if wrong != 0 {
        for i in 0..W {
            let now = if mask[i] == 0.0 { bad[i] } else { 1.0 };
            bad[i] = if fine(i) { bad[i] } else { now };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_without_branches_equal_those_of_the_language() {
        let numbers = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -2.5, 3.0, 1e300, -1e300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 5e-324];
        let ops = [
            Binary::Add,
            Binary::Sub,
            Binary::Mul,
            Binary::Div,
            Binary::Pow,
            Binary::Min,
            Binary::Max,
            Binary::And,
            Binary::Or,
            Binary::Lt,
            Binary::Le,
            Binary::Eq,
            Binary::Ne,
            Binary::SpanSub,
            Binary::SpanScale,
            Binary::SpanDiv,
            Binary::SpanLe,
            Binary::SpanEq,
            Binary::SpanNe,
        ];
        for op in ops {
            for a in numbers {
                for b in numbers {
                    let mut row = [0.0];
                    binary(op, &mut row, &[a], &[b], None);
                    let (got, expected) = (row[0], op.apply(a, b));
                    let same = got.to_bits() == expected.to_bits() || (got.is_nan() && expected.is_nan());
                    assert!(same, "{op:?} {a} {b}: {got} {expected}");
                }
            }
        }
        for op in [Unary::Neg, Unary::Not, Unary::Abs, Unary::Floor, Unary::Exp, Unary::Ln, Unary::Sqrt, Unary::Logistic, Unary::Round] {
            for a in numbers {
                let mut row = [0.0];
                unary(op, &mut row, &[a], None);
                let expected = op.apply(a);
                assert!(row[0].to_bits() == expected.to_bits() || (row[0].is_nan() && expected.is_nan()), "{op:?} {a}");
            }
        }
    }
}
