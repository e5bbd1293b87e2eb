//! Many files on all threads: each file by one thread while there are enough files, by all threads when there are not.
//!
//! Which thread runs what changes nothing but the time.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use escalade::scenario::Scenario;
use escalade::study::claims::{Claims, Rules};
use escalade::study::{ArmStop, Cancel, Silent};

use super::super::progress::Meter;
use super::super::workers::workers;
use escalade::study::Progress as _;

/// A file that is ready to be tested.
pub(super) struct Case {
    /// Its place among the files.
    pub(super) place: usize,
    /// The variants of which it claims something; `None` stands for the scenario as written.
    pub(super) arms: Vec<Option<Scenario>>,
    /// The scenario as written, which has the claims.
    pub(super) base: Scenario,
}

/// A file that was tested.
pub(super) struct Tested<'s> {
    /// Its place among the files.
    pub(super) place: usize,
    /// Its claims.
    pub(super) claims: Claims<'s>,
    /// Why it could not be run.
    pub(super) stop: Option<ArmStop>,
}

/// Tests all cases; `None` where the machine refuses threads, which has been said. Those that were not begun before a wish to stop are left out.
pub(super) fn run<'s>(
    cases: &'s [Case],
    rules: Rules,
    threads: Option<usize>,
    meter: &Meter,
    cancel: &'s Cancel,
) -> Option<Vec<Tested<'s>>> {
    let pool = workers(threads)?;
    let count = pool.current_num_threads();
    let waiting: Mutex<VecDeque<&Case>> = Mutex::new(cases.iter().collect());
    let idle = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    if count > 1 && cases.len() > 1 {
        let singles: Vec<rayon::ThreadPool> = (0..count).map(|_| workers(Some(1))).collect::<Option<_>>()?;
        std::thread::scope(|scope| {
            for single in &singles {
                let (waiting, idle, done) = (&waiting, &idle, &done);
                scope.spawn(move || {
                    loop {
                        let next = waiting.lock().ok().and_then(|mut w| w.pop_front());
                        let Some(case) = next.filter(|_| !cancel.asked()) else { break };
                        let mut tested = begin(case, rules, cancel);
                        // A thread that has nothing to do could help: the rest is done by all together.
                        single.install(|| go_on(&mut tested, meter, cancel, || idle.load(Ordering::Relaxed) > 0));
                        if let Ok(mut done) = done.lock() {
                            done.push(tested);
                        }
                    }
                    idle.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
    }
    let mut done: Vec<Tested<'s>> = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_by_key(|t| t.place);
    for tested in &mut done {
        pool.install(|| go_on(tested, meter, cancel, || false));
    }
    for case in waiting.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        if cancel.asked() {
            break;
        }
        let mut tested = begin(case, rules, cancel);
        pool.install(|| go_on(&mut tested, meter, cancel, || false));
        done.push(tested);
    }
    done.sort_by_key(|t| t.place);
    Some(done)
}

fn begin<'s>(case: &'s Case, rules: Rules, cancel: &'s Cancel) -> Tested<'s> {
    let arms: Vec<&Scenario> = case.arms.iter().map(|arm| arm.as_ref().unwrap_or(&case.base)).collect();
    Tested { place: case.place, claims: Claims::new(&case.base, &arms, rules, cancel), stop: None }
}

/// Looks until all is settled, or there is a reason to leave it.
fn go_on(tested: &mut Tested<'_>, meter: &Meter, cancel: &Cancel, leave: impl Fn() -> bool) {
    while tested.stop.is_none() && !tested.claims.done() && !cancel.asked() && !leave() {
        let before = tested.claims.settled();
        tested.stop = tested.claims.look(&Silent, cancel).err();
        meter.advance((tested.claims.settled() - before) as u64);
    }
}
