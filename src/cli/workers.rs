//! Threads that run trials.

use super::STACK;
use super::output::fault;

/// A pool of so many threads (as many as the machine has, where none are given); `None` where the
/// machine refuses, which has then been said.
pub(super) fn workers(threads: Option<usize>) -> Option<rayon::ThreadPool> {
    let pool =
        rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0)).stack_size(STACK).thread_name(|n| format!("trials {n}")).build();
    match pool {
        Ok(pool) => Some(pool),
        Err(error) => {
            fault(&format!("cannot start threads: {error}"));
            None
        }
    }
}
