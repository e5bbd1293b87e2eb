//! Operations as they stand in the program: those that do much, or happen rarely.

use super::draws::{self, Address};
use super::kernels::{any, binary, map, must, truth, unary, update, zip, zip3};
use super::lookup::{self, index};
use super::packed::packed;
use super::past::{self, Clock};
use super::row::{Row, View, apart};
use super::state::{Group, due};
use super::step::{Scratch, Work, asked, choose_by, grow};
use super::{choice, finish};
use crate::math;
use crate::program::{Code, Narrow, Op, Place, Program, Src, at_least_one, bayes, hazard, piecewise};

/// An operation as it stands in the program; which one comes next.
#[inline(always)]
pub(super) fn rare<const W: usize>(work: &mut Work<'_, W>, group: &mut Group<W>, code: &[Op], mut at: usize, clock: Clock) -> usize {
    let program = work.program;
    let op = &code[at - 1];
    let list = &program.lists[op.list.0 as usize..op.list.1 as usize];
    if op.d.is_some() && !matches!(op.code, Code::Store(_)) {
        value(work, group, op, list, clock);
        return at;
    }
    match op.code {
        Code::UnlessLooks(every, to) => {
            if !clock.now.is_multiple_of(every) {
                at = to;
            }
        }
        Code::UnlessAt(times, to) => {
            if !program.times[times].contains(&clock.now) {
                at = to;
            }
        }
        Code::UnlessAny(to) => {
            let view = group.view(program);
            if !any(view.row(op.a, &mut work.scratch.rooms[0].0)) {
                at = to;
            }
        }
        Code::FirstPass => work.scratch.nth = 0,
        Code::NextPass(to) => {
            let view = group.view(program);
            let [Row(room_a), Row(room_b), ..] = &mut work.scratch.rooms;
            let (mask, n) = (view.row(op.a, room_a), view.row(op.b, room_b));
            work.scratch.nth += 1;
            let next = f64::from(work.scratch.nth);
            let mut more = 0;
            for i in 0..W {
                more |= u64::from((mask[i] != 0.0) & (n[i] > next));
            }
            // A step in which much happens takes seconds; what is given up is thrown away.
            if more != 0 && !work.given_up() {
                at = to;
            } else {
                work.scratch.nth = 0;
            }
        }
        _ => act(work, group, op, list, clock),
    }
    at
}

/// Operations that have a result.
#[inline(always)]
fn value<const W: usize>(work: &mut Work<'_, W>, group: &mut Group<W>, op: &Op, list: &[Src], clock: Clock) {
    let program = work.program;
    let scratch = &mut work.scratch;
    let (kept, registers) = group.rows.split_at_mut(program.kept);
    let kept = &*kept;
    let (d, view) = View::split(kept, registers, &program.constants, op.d);
    let [Row(room_a), Row(room_b), Row(room_c)] = &mut scratch.rooms;
    macro_rules! a {
        () => {
            view.row(op.a, room_a)
        };
    }
    macro_rules! b {
        () => {
            view.row(op.b, room_b)
        };
    }
    macro_rules! c {
        () => {
            view.row(op.c, room_c)
        };
    }
    macro_rules! wanted {
        ($mask:expr, $room:expr) => {
            $mask.is_some().then(|| view.row($mask, $room))
        };
    }
    let bad = &mut scratch.bad.0;
    let shared = clock.step == 0 && work.sharing > 1 && program.is_parameter(op.code);
    let trials = if shared { &group.points } else { &group.trials };
    let address = Address { seed: work.seed, trials, clock, nth: scratch.nth };
    match op.code {
        Code::Unary(unary_op) => unary(unary_op, d, a!(), wanted!(op.c, room_c)),
        Code::Binary(binary_op) => binary(binary_op, d, a!(), b!(), wanted!(op.c, room_c)),
        Code::MulAdd => zip3(d, a!(), b!(), c!(), |a, b, c| a * b + c),
        Code::If => zip3(d, a!(), b!(), c!(), choose_by),
        Code::Lookup => lookup::lookup(d, a!(), &view, list),
        Code::Piecewise(knots) => {
            let x = a!();
            for i in 0..W {
                d[i] = piecewise(x[i], &program.knots[knots], |k| view.one(list[k], i));
            }
        }
        Code::Bayes => zip3(d, a!(), b!(), c!(), bayes),
        Code::Now => *d = [f64::from(clock.now); W],
        Code::Looks(every) => *d = [truth(clock.now.is_multiple_of(every)); W],
        Code::OnDate(times) => *d = [truth(program.times[times].contains(&clock.now)); W],
        Code::Past(function, track) => {
            let other = if op.b.is_some() { b!() } else { a!() };
            let now = view.row(op.a, room_c);
            past::past(d, now, other, function, &program.tracks[track], (kept, &group.rings), clock);
        }
        Code::NormalQuantile => {
            let a = a!();
            for i in 0..W {
                d[i] = math::normal_quantile(a[i]);
            }
        }
        Code::Given(input) => {
            // Lanes without a trial have a point, too.
            if let Some(given) = work.given {
                for i in 0..W {
                    d[i] = given.unit(group.points[i], input);
                }
            }
        }
        Code::NormalCdf => {
            let a = a!();
            for i in 0..W {
                d[i] = math::normal_cdf(a[i]).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0);
            }
        }
        Code::Narrow(how) => {
            let (a, b) = (a!(), b!());
            let (now, step, nth) = (f64::from(clock.now), f64::from(clock.step), f64::from(scratch.nth));
            match how {
                Narrow::True => zip(d, a, b, |m, x| truth((m != 0.0) & (x == 1.0))),
                Narrow::False => zip(d, a, b, |m, x| truth((m != 0.0) & (x != 1.0))),
                Narrow::Equal => zip3(d, a, b, c!(), |m, x, y| truth((m != 0.0) & (x == y))),
                Narrow::Unequal => zip3(d, a, b, c!(), |m, x, y| truth((m != 0.0) & (x != y))),
                Narrow::Below => zip3(d, a, b, c!(), |m, x, y| truth((m != 0.0) & (x < y))),
                Narrow::UpTo => zip3(d, a, b, c!(), |m, x, y| truth((m != 0.0) & (x <= y))),
                Narrow::Reached => zip(d, a, b, |m, x| truth((m != 0.0) & (now >= x))),
                Narrow::StepReached => zip(d, a, b, |m, x| truth((m != 0.0) & (step >= x))),
                Narrow::Occurs => zip(d, a, b, |m, x| truth((m != 0.0) & (x > nth))),
            }
        }
        Code::Either => zip(d, a!(), b!(), |a, b| truth((a != 0.0) | (b != 0.0))),
        Code::Guard => zip(d, a!(), b!(), |m, x| if m != 0.0 { x } else { 0.0 }),
        Code::Choose => zip3(d, a!(), b!(), c!(), |m, x, y| if m != 0.0 { x } else { y }),
        Code::Unit(site) => draws::units(d, wanted!(op.a, room_a), site, address),
        Code::Sample(family, site) | Code::SampleKnown(family, site) => {
            let known = matches!(op.code, Code::SampleKnown(..));
            draws::sample(d, bad, a!(), (family, site, known), (&view, list), address);
        }
        Code::Quantile(family) => draws::quantile(d, bad, (a!(), b!()), family, (&view, list)),
        Code::Within(share) => draws::within(d, a!(), b!(), c!(), share),
        // Numbers of occurrences can take milliseconds a row, and a step can have thousands; what is given up is thrown away.
        Code::Occurrences(..) | Code::OccursOnce(..) if asked(work.wish) => d.fill(0.0),
        Code::Occurrences(site, share) => draws::occurrences(d, bad, (a!(), b!(), share), (site, false), address),
        Code::OccursOnce(site, share) => draws::occurrences(d, bad, (a!(), b!(), share), (site, true), address),
        Code::Hazard(share) => packed!(d, wanted!(op.c, room_c), [p = a!()] hazard(p) * share),
        Code::AtLeastOne => packed!(d, wanted!(op.c, room_c), [total = a!()] at_least_one(total)),
        Code::Sum => sum(d, &view, list),
        Code::Rescale => zip(d, a!(), b!(), |w, total| if total > 1.0 { w / total } else { w }),
        Code::AnyInfinite => {
            *d = [0.0; W];
            for src in list {
                let x = view.row(*src, room_b);
                for i in 0..W {
                    d[i] = if x[i] == f64::INFINITY { 1.0 } else { d[i] };
                }
            }
        }
        Code::PickShare => choice::pick(d, (a!(), b!()), &view, list, true),
        Code::PickBelow => choice::pick(d, (a!(), b!()), &view, list, false),
        Code::FirstOf => {
            *d = [-1.0; W];
            let mask = a!();
            for (place, src) in list.iter().enumerate().rev() {
                let place = index(place);
                update(d, mask, view.row(*src, room_b), |d, m, x| if (m != 0.0) & (x != 0.0) { place } else { d });
            }
        }
        Code::Best => {
            *d = [f64::NEG_INFINITY; W];
            for pair in list.chunks_exact(2) {
                let (x, ready) = (view.row(pair[0], room_a), view.row(pair[1], room_b));
                update(d, x, ready, |d, x, m| if (m != 0.0) & (x > d) { x } else { d });
            }
        }
        Code::Logit => choice::logit(d, &mut scratch.weights, (a!(), b!(), op.c), (&view, list)),
        Code::Due(least) => map(d, a!(), |minutes| due(minutes, least, clock)),
        _ => {}
    }
}

#[inline(always)]
fn sum<const W: usize>(d: &mut [f64; W], view: &View<'_, W>, list: &[Src]) {
    let mut room = [0.0; W];
    *d = [0.0; W];
    for src in list {
        let x = view.row(*src, &mut room);
        for i in 0..W {
            d[i] += x[i];
        }
    }
}

/// Operations that change the state.
#[inline(always)]
fn act<const W: usize>(work: &mut Work<'_, W>, group: &mut Group<W>, op: &Op, list: &[Src], clock: Clock) {
    let program = work.program;
    let scratch = &mut work.scratch;
    let (kept, registers) = group.rows.split_at_mut(program.kept);
    let view = View::all(kept, registers, &program.constants);
    let [Row(room_a), Row(room_b), Row(room_c)] = &mut scratch.rooms;
    macro_rules! a {
        () => {
            view.row(op.a, room_a)
        };
    }
    macro_rules! b {
        () => {
            view.row(op.b, room_b)
        };
    }
    match op.code {
        Code::Must(what) => must(what, &mut scratch.bad.0, a!(), b!()),
        Code::HandBack => {
            let mask = a!();
            update(&mut scratch.bad.0, mask, mask, |bad, m, _| if m != 0.0 { 1.0 } else { bad });
        }
        Code::Keep(row) => {
            let from = (&*kept, &*registers, &program.constants[..]);
            let value = apart(from, op.b, room_b);
            if op.a.is_some() {
                let mask = apart(from, op.a, room_a);
                update(&mut kept[row].0, mask, value, |old, m, x| if m != 0.0 { x } else { old });
            } else {
                kept[row].0 = *value;
            }
        }
        Code::Rise(before, now) => {
            let from = (&*kept, &*registers, &program.constants[..]);
            let (mask, holds) = (apart(from, op.a, room_a), apart(from, op.b, room_b));
            let old = kept[before].0;
            zip(room_c, holds, &old, |holds, old| truth((holds == 1.0) & (old == 0.0)));
            update(&mut kept[now].0, mask, room_c, |old, m, x| if m != 0.0 { x } else { old });
            update(&mut kept[before].0, mask, holds, |old, m, x| if m != 0.0 { x } else { old });
        }
        Code::Add(cell) | Code::Subtract(cell) => {
            let sign = if matches!(op.code, Code::Add(_)) { 1.0 } else { -1.0 };
            let (mask, x) = (a!(), b!());
            let (sums, touched) = (&mut scratch.sums, &mut scratch.touched);
            grow((&mut sums[cell].0, &mut touched[cell]), mask, |i| sign * x[i]);
        }
        Code::Set(cell) => {
            let (mask, x) = (a!(), b!());
            if scratch.touched[cell] & 2 == 0 {
                scratch.bases[cell] = kept[cell];
            }
            update(&mut scratch.bases[cell].0, mask, x, |old, m, x| if m != 0.0 { x } else { old });
            if scratch.touched[cell] & 1 != 0 {
                update(&mut scratch.sums[cell].0, mask, x, |sum, m, _| if m != 0.0 { 0.0 } else { sum });
            }
            scratch.touched[cell] |= 2;
        }
        Code::Store(cell) => store(scratch, group, (op.d, op.b, op.c), cell, program),
        Code::StoreAll => {
            for triple in list.chunks_exact(3) {
                if let Place::Kept(cell) = triple[0].place()
                    && scratch.touched[cell] != 0
                {
                    store(scratch, group, (Src::NONE, triple[1], triple[2]), cell, program);
                }
            }
        }
        Code::Drift(cell, share) => {
            let from = (&*kept, &*registers, &program.constants[..]);
            let ends = (view.constant(op.b), view.constant(op.c));
            let rate = apart(from, op.a, room_a);
            if let (Some(low), Some(high)) = ends {
                let cell = &mut kept[cell].0;
                keep_sum(cell, rate, &mut scratch.bad.0, |cell, rate, _| cell + rate * share, (|_| low, |_| high));
            } else {
                let (low, high) = (apart(from, op.b, room_b), apart(from, op.c, room_c));
                let cell = &mut kept[cell].0;
                keep_sum(cell, rate, &mut scratch.bad.0, |cell, rate, _| cell + rate * share, (|i| low[i], |i| high[i]));
            }
        }
        Code::Post(cell, set) => {
            let (mask, value) = (*a!(), *b!());
            let minutes = *view.row(op.c, room_c);
            group.post((cell, set), (&mask, &mut scratch.bad.0), &value, &minutes, clock);
        }
        Code::Arrive => {
            if !group.calendar[clock.step as usize].is_empty() {
                group.arrive(&mut scratch.bad.0, program, clock);
            }
        }
        Code::Clear(cell) => kept[cell] = Row::of(0.0),
        Code::Track(track) => {
            let from = (&*kept, &*registers, &program.constants[..]);
            let value = apart(from, op.a, room_a);
            // Few tracks have any.
            let mut others: Vec<[f64; W]> = Vec::new();
            for src in list {
                others.push(*view.row(*src, room_b));
            }
            past::record(value, &program.tracks[track], kept, &mut group.rings, clock.step, |i| &others[i]);
        }
        Code::Since(row) => {
            let from = (&*kept, &*registers, &program.constants[..]);
            let held = apart(from, op.a, room_a);
            let step = f64::from(clock.step);
            let since = &mut kept[row].0;
            for i in 0..W {
                let begun = if since[i] == 0.0 { step } else { since[i] };
                since[i] = if held[i] == 1.0 { begun } else { 0.0 };
            }
        }
        Code::Finish => {
            let mask = *a!();
            finish::finish(work, group, &mask, list, clock);
        }
        _ => {}
    }
}

/// A kept row becomes what `sum` gives, within its ends; where that is not finite, the trial is noted.
#[inline(always)]
fn keep_sum<const W: usize>(
    cell: &mut [f64; W],
    x: &[f64; W],
    bad: &mut [f64; W],
    sum: impl Fn(f64, f64, usize) -> f64,
    (low, high): (impl Fn(usize) -> f64, impl Fn(usize) -> f64),
) {
    let mut wrong = 0;
    for i in 0..W {
        let sum = sum(cell[i], x[i], i);
        let fine = sum.abs() < f64::INFINITY;
        wrong |= u64::from(!fine);
        let (low, high) = (low(i), high(i));
        let x = if sum > high { high } else { sum };
        let x = if x < low { low } else { x };
        // Nobody reads the cell of a trial that is handed back.
        cell[i] = if fine { x } else { f64::NAN };
    }
    if wrong != 0 {
        for i in 0..W {
            bad[i] = if cell[i].is_nan() { 1.0 } else { bad[i] };
        }
    }
}

#[inline(always)]
fn store<const W: usize>(scratch: &mut Scratch<W>, group: &mut Group<W>, (d, low, high): (Src, Src, Src), cell: usize, program: &Program) {
    let touched = std::mem::take(&mut scratch.touched[cell]);
    let changes = match d.place() {
        Place::Register(at) if d.is_some() => Some(at),
        _ => None,
    };
    let (kept, registers) = group.rows.split_at_mut(program.kept);
    let constants = &program.constants[..];
    if touched == 0 {
        if let Some(d) = changes {
            registers[d] = Row::of(0.0);
        }
        return;
    }
    let [Row(room_b), Row(room_c), ..] = &mut scratch.rooms;
    let ends = (constant(low, constants), constant(high, constants));
    let before = changes.map(|_| kept[cell]);
    let bad = &mut scratch.bad.0;
    if let (1, (Some(low), Some(high))) = (touched, ends) {
        // By far the most: something was added, between ends that are written in the file.
        let sums = &scratch.sums[cell].0;
        keep_sum(&mut kept[cell].0, sums, bad, |base, sum, _| base + sum, (|_| low, |_| high));
    } else {
        let from = (&*kept, &*registers, constants);
        let (low, high) = (apart(from, low, room_b), apart(from, high, room_c));
        if touched & 1 == 0 {
            scratch.sums[cell] = Row::of(-0.0);
        }
        if touched & 2 == 0 {
            scratch.bases[cell] = kept[cell];
        }
        let (bases, sums) = (&scratch.bases[cell].0, &scratch.sums[cell].0);
        keep_sum(&mut kept[cell].0, sums, bad, |_, sum, i| bases[i] + sum, (|i| low[i], |i| high[i]));
    }
    if let (Some(d), Some(before)) = (changes, before) {
        zip(&mut registers[d].0, &before.0, &kept[cell].0, |before, now| truth(before != now));
    }
}

/// A constant operand.
#[inline(always)]
fn constant(src: Src, constants: &[f64]) -> Option<f64> {
    match src.place() {
        Place::Constant(i) if src.is_some() => Some(constants[i]),
        _ => None,
    }
}
