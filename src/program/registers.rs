//! Registers: which one holds which value.
//!
//! Every operation first gets a register of its own; here those whose values are no longer needed are used
//! again. A result never lies on one of its operands, so that every loop over a row is vector code without
//! a check for overlap. A value that is used in a part that is repeated lives to the end of that part.

use super::ops::{Code, Op, Place, Src};
use super::{Program, build};
use crate::lang::Binary;

/// Assigns registers, after joining products with the sums that take them.
pub(super) fn assign(program: &mut Program) {
    let Program { start, each, lists, registers, .. } = program;
    let mut most = 0;
    for code in [start, each] {
        join_products(code, lists);
        drop_unread(code, lists);
        take_out(code);
        most = most.max(assign_list(code, lists));
    }
    *registers = most;
}

fn register(src: Src) -> Option<usize> {
    match src.place() {
        Place::Register(r) if src.is_some() => Some(r),
        _ => None,
    }
}

/// Registers that an operation reads.
fn read(op: &Op, lists: &[Src]) -> Vec<usize> {
    let list = &lists[op.list.0 as usize..op.list.1 as usize];
    [op.a, op.b, op.c].iter().chain(list).filter_map(|s| register(*s)).collect()
}

/// `a * b + c` in one go (rounded twice, as apart) where nothing else reads the product.
fn join_products(code: &mut [Op], lists: &[Src]) {
    let mut uses = std::collections::BTreeMap::<usize, u32>::new();
    for op in code.iter() {
        for r in read(op, lists) {
            *uses.entry(r).or_default() += 1;
        }
    }
    // Products made since the last operation that writes a kept row or may be skipped or repeated.
    let mut products = std::collections::BTreeMap::<usize, usize>::new();
    for at in 0..code.len() {
        let op = code[at];
        if build::writes(&op) {
            products.clear();
            continue;
        }
        if op.code == Code::Binary(Binary::Mul) {
            products.extend(register(op.d).map(|d| (d, at)));
        }
        if op.code != Code::Binary(Binary::Add) {
            continue;
        }
        for (product, other) in [(op.a, op.b), (op.b, op.a)] {
            let Some(d) = register(product) else { continue };
            if let Some(made) = products.get(&d).copied()
                && uses.get(&d) == Some(&1)
            {
                let mul = code[made];
                code[at] = Op { code: Code::MulAdd, a: mul.a, b: mul.b, c: other, ..op };
                code[made].code = Code::Nothing;
                code[made].d = Src::NONE;
                (code[made].a, code[made].b) = (Src::NONE, Src::NONE);
                break;
            }
        }
    }
}

/// Whether an operation does nothing but give its result: it draws nothing that could be wrong, and notes nothing.
fn only_computes(code: Code) -> bool {
    matches!(
        code,
        Code::Unary(_)
            | Code::Binary(_)
            | Code::MulAdd
            | Code::If
            | Code::Lookup
            | Code::Piecewise(_)
            | Code::Bayes
            | Code::Now
            | Code::Looks(_)
            | Code::OnDate(_)
            | Code::Past(..)
            | Code::NormalQuantile
            | Code::NormalCdf
            | Code::Given(_)
            | Code::Narrow(_)
            | Code::Either
            | Code::Guard
            | Code::Choose
            | Code::Unit(_)
            | Code::SampleKnown(..)
            | Code::Within(_)
            | Code::Hazard(_)
            | Code::AtLeastOne
            | Code::Sum
            | Code::Rescale
            | Code::AnyInfinite
            | Code::PickShare
            | Code::PickBelow
            | Code::FirstOf
            | Code::Best
            | Code::Logit
            | Code::Due(_)
    )
}

/// Drops operations whose results nobody reads, and then those that only they have read.
fn drop_unread(code: &mut [Op], lists: &[Src]) {
    let mut uses = std::collections::BTreeMap::<usize, u32>::new();
    for op in code.iter() {
        for r in read(op, lists) {
            *uses.entry(r).or_default() += 1;
        }
    }
    for op in code.iter_mut().rev() {
        let unread = register(op.d).is_some_and(|d| uses.get(&d).is_none_or(|n| *n == 0));
        if unread && only_computes(op.code) {
            for r in read(op, lists) {
                uses.entry(r).and_modify(|n| *n -= 1);
            }
            *op = Op { code: Code::Nothing, d: Src::NONE, a: Src::NONE, b: Src::NONE, c: Src::NONE, list: (0, 0) };
        }
    }
}

/// Takes out operations that do nothing.
fn take_out(code: &mut Vec<Op>) {
    let mut moved = Vec::with_capacity(code.len() + 1);
    let mut kept = 0;
    for op in code.iter() {
        moved.push(kept);
        kept += usize::from(op.code != Code::Nothing);
    }
    moved.push(kept);
    code.retain(|op| op.code != Code::Nothing);
    for op in code {
        match &mut op.code {
            Code::UnlessLooks(_, to) | Code::UnlessAt(_, to) | Code::UnlessAny(to) | Code::NextPass(to) => *to = moved[*to],
            _ => {}
        }
    }
}

fn assign_list(code: &mut [Op], lists: &mut [Src]) -> usize {
    let mut last = std::collections::BTreeMap::<usize, usize>::new();
    let mut made = std::collections::BTreeMap::<usize, usize>::new();
    for (at, op) in code.iter().enumerate() {
        for r in read(op, lists) {
            last.insert(r, at);
        }
        if let Some(d) = register(op.d) {
            made.entry(d).or_insert(at);
            let end = last.entry(d).or_insert(at);
            *end = (*end).max(at);
        }
    }
    for (end, op) in code.iter().enumerate() {
        if let Code::NextPass(begin) = op.code {
            // Only what the pass touches can be used last within it: many short passes cost no more than one long one.
            for inner in &code[begin..end] {
                for r in read(inner, lists).into_iter().chain(register(inner.d)) {
                    if made.get(&r).is_some_and(|m| *m < begin)
                        && let Some(used) = last.get_mut(&r)
                        && (begin..end).contains(used)
                    {
                        *used = end;
                    }
                }
            }
        }
    }
    let mut dies: Vec<Vec<usize>> = vec![Vec::new(); code.len()];
    for (r, at) in &last {
        dies[*at].push(*r);
    }
    let mut place = std::collections::BTreeMap::<usize, usize>::new();
    let mut free: Vec<usize> = Vec::new();
    let mut most = 0;
    for at in 0..code.len() {
        let (from, to) = code[at].list;
        for src in &mut lists[from as usize..to as usize] {
            rename(src, &place);
        }
        let op = &mut code[at];
        for src in [&mut op.a, &mut op.b, &mut op.c] {
            rename(src, &place);
        }
        if let Some(d) = register(op.d) {
            let slot = *place.entry(d).or_insert_with(|| {
                free.pop().unwrap_or_else(|| {
                    most += 1;
                    most - 1
                })
            });
            op.d = Src::at(Place::Register(slot));
        }
        dies[at].sort_unstable();
        for r in &dies[at] {
            free.extend(place.remove(r));
        }
    }
    most
}

fn rename(src: &mut Src, place: &std::collections::BTreeMap<usize, usize>) {
    if let Some(r) = register(*src)
        && let Some(slot) = place.get(&r)
    {
        *src = Src::at(Place::Register(*slot));
    }
}
