//! Many files on all threads: each file by one thread while there are enough files, by all threads when there are not.
//!
//! Which thread runs what changes nothing but the time.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use escalade::study::Cancel;

use super::workers::workers;

/// Whether to leave the rest to others.
pub(super) type Leave<'a> = &'a (dyn Fn() -> bool + Sync);

/// What is done with each of many files.
pub(super) trait Work: Sync {
    /// A file that is waiting.
    type Case: Sync;
    /// A file that is on its way. It can be left and gone on with.
    type Job: Send;
    /// Takes a file up.
    fn begin(&self, case: &Self::Case) -> Self::Job;
    /// Goes on with it on all threads of the present pool until it is done, or `leave` says so; whether it has ended.
    fn go_on(&self, job: &mut Self::Job, leave: Leave<'_>) -> bool;
    /// Takes note of what has ended, by its place among the cases.
    fn end(&self, place: usize, job: Self::Job);
}

/// Works on all cases; `None` where the machine refuses threads, which has been said. Those that were not begun before a wish to stop are
/// left out.
pub(super) fn run<W: Work>(work: &W, cases: &[W::Case], threads: Option<usize>, cancel: &Cancel) -> Option<()> {
    let pool = workers(threads)?;
    let count = pool.current_num_threads();
    let waiting: Mutex<VecDeque<(usize, &W::Case)>> = Mutex::new(cases.iter().enumerate().collect());
    let left: Mutex<Vec<(usize, W::Job)>> = Mutex::new(Vec::new());
    if count > 1 && cases.len() > 1 {
        let idle = AtomicUsize::new(0);
        // As long as more than half of the threads have a file of their own, splitting files up costs more than it saves.
        let leave = || 2 * idle.load(Ordering::Relaxed) >= count;
        let singles: Vec<rayon::ThreadPool> = (0..count.min(cases.len())).map(|_| workers(Some(1))).collect::<Option<_>>()?;
        idle.store(count - singles.len(), Ordering::Relaxed);
        std::thread::scope(|scope| {
            for single in &singles {
                let (waiting, idle, left, leave) = (&waiting, &idle, &left, &leave);
                scope.spawn(move || {
                    loop {
                        let next = waiting.lock().ok().and_then(|mut w| if cancel.asked() { None } else { w.pop_front() });
                        let Some((place, case)) = next else { break };
                        let still = single.install(|| {
                            let mut job = work.begin(case);
                            if work.go_on(&mut job, leave) {
                                work.end(place, job);
                                return None;
                            }
                            Some(job)
                        });
                        if let (Some(job), Ok(mut left)) = (still, left.lock()) {
                            left.push((place, job));
                        }
                    }
                    idle.fetch_add(1, Ordering::Relaxed);
                });
            }
        });
    }
    let alone = |place: usize, mut job: W::Job| {
        while !work.go_on(&mut job, &|| false) {}
        work.end(place, job);
    };
    let mut left = left.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    left.sort_by_key(|l| l.0);
    for (place, job) in left {
        pool.install(|| alone(place, job));
    }
    for (place, case) in waiting.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        if cancel.asked() {
            break;
        }
        pool.install(|| alone(place, work.begin(case)));
    }
    Some(())
}
