//! The program as it is run: the most frequent operations on rows, made ready.
//!
//! Most operations do little: a row of 128 products takes some twenty cycles. So it must cost less than that to find out what
//! to do: which kind of operation, where its operands lie, which of them are constants. All that is found out
//! once, here. Operations that do much, or happen rarely, stay what they are ([`Kind::Rare`]).

use super::row::Row;
use crate::program::{Binary, Code, Must, Narrow, Op, Place, Program, Src, Unary};

/// What an operation that is ready does. `K` in a name: that operand is [`Ready::k`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Kind {
    /// Anything else: see the program.
    Rare,
    Add,
    AddK,
    Sub,
    SubK,
    KSub,
    Mul,
    MulK,
    Div,
    DivK,
    KDiv,
    Min,
    MinK,
    Max,
    MaxK,
    And,
    Or,
    Lt,
    LtK,
    KLt,
    Le,
    LeK,
    KLe,
    Eq,
    EqK,
    Ne,
    NeK,
    Not,
    Neg,
    /// `d = a * b + c`
    MulAdd,
    /// `d = a * k + c`
    MulKAdd,
    /// `d = a where c is 1, b where it is not`
    If,
    /// `d = k where c is 1, b where it is not`
    IfK,
    /// `d = a where c is 1, k where it is not`
    IfElseK,
    True,
    False,
    Equal,
    EqualK,
    Unequal,
    UnequalK,
    Below,
    BelowK,
    KBelow,
    UpTo,
    UpToK,
    KUpTo,
    Reached,
    StepReached,
    Occurs,
    Either,
    Guard,
    GuardK,
    Choose,
    UnlessAny,
    UnlessLooks,
    /// The sum of cell `c` grows by `b` where `a`.
    Grow,
    GrowK,
    Shrink,
    ShrinkK,
    BeFinite,
    BeDefined,
    BeChance,
    BeWeight,
    /// Row `d` = `b` where `a`.
    Keep,
    KeepK,
    /// Row `d` = `b`.
    Copy,
    Clear,
    /// The step since which `a` holds, in row `d`.
    Since,
}

/// An operation with everything that it needs; rows by their place among all rows, kept ones first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ready {
    pub(super) kind: Kind,
    pub(super) d: u32,
    pub(super) a: u32,
    pub(super) b: u32,
    pub(super) c: u32,
    pub(super) k: f64,
}

/// The start and the steps of a program.
#[derive(Clone, Debug)]
pub(super) struct Readied {
    pub(super) start: Vec<Ready>,
    pub(super) each: Vec<Ready>,
}

impl Readied {
    pub(super) fn new(program: &Program) -> Self {
        let all = |code: &[Op]| code.iter().map(|op| ready(program, op)).collect();
        Self { start: all(&program.start), each: all(&program.each) }
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// Makes an operation ready, if it is one of those that are.
fn ready(program: &Program, op: &Op) -> Ready {
    let rare = Ready { kind: Kind::Rare, d: 0, a: 0, b: 0, c: 0, k: 0.0 };
    let place = |src: Src| match src.place() {
        _ if !src.is_some() => None,
        Place::Kept(i) => Some(number(i)),
        Place::Register(i) => Some(number(program.kept + i)),
        Place::Constant(_) => None,
    };
    let constant = |src: Src| match src.place() {
        Place::Constant(i) if src.is_some() => Some(program.constants[i]),
        _ => None,
    };
    let d = place(op.d);
    let (a, b, c) = (place(op.a), place(op.b), place(op.c));
    let (ka, kb, kc) = (constant(op.a), constant(op.b), constant(op.c));
    // Rows and a constant; which of them, the kind tells.
    let some = |kind, d: Option<u32>, rows: [Option<u32>; 3], k: f64| {
        let [a, b, c] = rows.map(|row| row.unwrap_or(0));
        Ready { kind, d: d.unwrap_or(0), a, b, c, k }
    };
    let three = |kind| some(kind, d, [a, b, c], 0.0);
    match op.code {
        Code::Binary(binary) if d.is_some() => {
            let (rows, last, first) = match binary {
                Binary::Add => (Kind::Add, Kind::AddK, Kind::Rare),
                Binary::Sub => (Kind::Sub, Kind::SubK, Kind::KSub),
                Binary::Mul => (Kind::Mul, Kind::MulK, Kind::Rare),
                Binary::Div => (Kind::Div, Kind::DivK, Kind::KDiv),
                Binary::Min => (Kind::Min, Kind::MinK, Kind::Rare),
                Binary::Max => (Kind::Max, Kind::MaxK, Kind::Rare),
                Binary::And => (Kind::And, Kind::Rare, Kind::Rare),
                Binary::Or => (Kind::Or, Kind::Rare, Kind::Rare),
                Binary::Lt => (Kind::Lt, Kind::LtK, Kind::KLt),
                Binary::Le => (Kind::Le, Kind::LeK, Kind::KLe),
                Binary::Eq => (Kind::Eq, Kind::EqK, Kind::Rare),
                Binary::Ne => (Kind::Ne, Kind::NeK, Kind::Rare),
                _ => return rare,
            };
            match (a, b, ka, kb) {
                (Some(_), Some(_), ..) => some(rows, d, [a, b, None], 0.0),
                (Some(_), None, _, Some(k)) => some(last, d, [a, None, None], k),
                (None, Some(_), Some(k), _) => some(first, d, [None, b, None], k),
                _ => rare,
            }
        }
        Code::Unary(Unary::Not) if d.is_some() && a.is_some() => some(Kind::Not, d, [a, None, None], 0.0),
        Code::Unary(Unary::Neg) if d.is_some() && a.is_some() => some(Kind::Neg, d, [a, None, None], 0.0),
        Code::MulAdd => match (a, b, c, kb) {
            (Some(_), Some(_), Some(_), _) => three(Kind::MulAdd),
            (Some(_), None, Some(_), Some(k)) => some(Kind::MulKAdd, d, [a, None, c], k),
            _ => rare,
        },
        Code::If => match (a, b, c, ka, kb) {
            (Some(_), Some(_), Some(_), ..) => three(Kind::If),
            (None, Some(_), Some(_), Some(k), _) => some(Kind::IfK, d, [None, b, c], k),
            (Some(_), None, Some(_), _, Some(k)) => some(Kind::IfElseK, d, [a, None, c], k),
            _ => rare,
        },
        Code::Narrow(how) if a.is_some() => {
            let (rows, last, first) = match how {
                Narrow::True | Narrow::False | Narrow::Reached | Narrow::StepReached | Narrow::Occurs if b.is_some() => {
                    let kind = match how {
                        Narrow::True => Kind::True,
                        Narrow::False => Kind::False,
                        Narrow::Reached => Kind::Reached,
                        Narrow::StepReached => Kind::StepReached,
                        _ => Kind::Occurs,
                    };
                    return some(kind, d, [a, b, None], 0.0);
                }
                Narrow::Equal => (Kind::Equal, Kind::EqualK, Kind::Rare),
                Narrow::Unequal => (Kind::Unequal, Kind::UnequalK, Kind::Rare),
                Narrow::Below => (Kind::Below, Kind::BelowK, Kind::KBelow),
                Narrow::UpTo => (Kind::UpTo, Kind::UpToK, Kind::KUpTo),
                _ => return rare,
            };
            match (b, c, kb, kc) {
                (Some(_), Some(_), ..) => three(rows),
                (Some(_), None, _, Some(k)) => some(last, d, [a, b, None], k),
                (None, Some(_), Some(k), _) => some(first, d, [a, None, c], k),
                _ => rare,
            }
        }
        Code::Either if a.is_some() && b.is_some() => three(Kind::Either),
        Code::Guard => match (a, b, kb) {
            (Some(_), Some(_), _) => three(Kind::Guard),
            (Some(_), None, Some(k)) => some(Kind::GuardK, d, [a, None, None], k),
            _ => rare,
        },
        Code::Choose if a.is_some() && b.is_some() && c.is_some() => three(Kind::Choose),
        Code::UnlessAny(to) if a.is_some() => some(Kind::UnlessAny, None, [a, None, Some(number(to))], 0.0),
        Code::UnlessLooks(every, to) => some(Kind::UnlessLooks, None, [Some(every), None, Some(number(to))], 0.0),
        Code::Add(cell) | Code::Subtract(cell) if a.is_some() => {
            let grows = matches!(op.code, Code::Add(_));
            let (rows, last) = if grows { (Kind::Grow, Kind::GrowK) } else { (Kind::Shrink, Kind::ShrinkK) };
            match (b, kb) {
                (Some(_), _) => some(rows, None, [a, b, Some(number(cell))], 0.0),
                (None, Some(k)) => some(last, None, [a, None, Some(number(cell))], if grows { k } else { -k }),
                _ => rare,
            }
        }
        Code::Must(what) if a.is_some() && b.is_some() => match what {
            Must::BeFinite => three(Kind::BeFinite),
            Must::BeDefined => three(Kind::BeDefined),
            Must::BeChance => three(Kind::BeChance),
            Must::BeWeight => three(Kind::BeWeight),
            Must::BeAtMostOne => rare,
        },
        Code::Keep(row) => {
            let target = number(row);
            match (op.a.is_some(), a, b, kb) {
                (true, Some(a), Some(b), _) if a != target && b != target => some(Kind::Keep, Some(target), [Some(a), Some(b), None], 0.0),
                (true, Some(a), None, Some(k)) if a != target => some(Kind::KeepK, Some(target), [Some(a), None, None], k),
                (false, _, Some(b), _) if b != target => some(Kind::Copy, Some(target), [None, Some(b), None], 0.0),
                _ => rare,
            }
        }
        Code::Clear(cell) => some(Kind::Clear, Some(number(cell)), [None; 3], 0.0),
        Code::Since(row) if a.is_some_and(|a| a != number(row)) => some(Kind::Since, Some(number(row)), [a, None, None], 0.0),
        _ => rare,
    }
}

/// The row `d` to be written, and rows to be read.
///
/// # Panics
/// Where one of those is `d`, or there is no such row: lowering has made something wrong.
#[inline(always)]
pub(super) fn apart<const W: usize, const N: usize>(rows: &mut [Row<W>], d: u32, read: [u32; N]) -> (&mut [f64; W], [&[f64; W]; N]) {
    let (d, count) = (d as usize, rows.len());
    let mut fine = d < count;
    for at in read {
        fine &= ((at as usize) < count) & (at as usize != d);
    }
    assert!(fine, "an operation writes one of its operands");
    let base = rows.as_mut_ptr();
    // SAFETY: all places lie within the rows, and none of those that are read is the one that is written; so the only
    // exclusive reference is to a row to which there is no other, and all live as long as the borrow of the rows.
    #[expect(unsafe_code, reason = "one row written, others read: two slices cost a branch for each operand of each operation")]
    unsafe {
        (&mut (*base.add(d)).0, read.map(|at| &(*base.add(at as usize)).0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_written_while_others_are_read() {
        let mut rows: Vec<Row<3>> = (0..4).map(|i| Row::of(f64::from(i))).collect();
        let (d, [a, b]) = apart(&mut rows, 1, [3, 3]);
        for i in 0..3 {
            d[i] = a[i] * b[i];
        }
        assert_eq!(rows[1].0, [9.0; 3]);
    }

    #[test]
    #[should_panic(expected = "writes one of its operands")]
    fn a_row_is_not_read_while_it_is_written() {
        let mut rows = vec![Row::<3>::of(0.0); 4];
        let _ = apart(&mut rows, 1, [2, 1]);
    }

    #[test]
    #[should_panic(expected = "writes one of its operands")]
    fn there_is_no_row_beyond_the_last() {
        let mut rows = vec![Row::<3>::of(0.0); 4];
        let _ = apart(&mut rows, 1, [4]);
    }
}
