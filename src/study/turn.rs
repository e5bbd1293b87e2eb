//! A run in turns: left between two chunks of trials and gone on with later, on other threads, to the same end.
//!
//! Many runs share the threads of a machine so: each has one thread while there are more runs than threads, and whoever is left at the
//! end has all of them. Tallies are counts and exact sums and rows come in order, so turns change no bit.

use super::plain::{Cancel, Progress, Request, shape};
use super::runner::Runner;
use super::stream::{Halt, Keeper, stream};
use crate::results::Tally;
use crate::scenario::Scenario;

/// What a turn heeds.
#[derive(Clone, Copy)]
pub struct Turn<'a> {
    /// Is told how far the run is.
    pub progress: &'a dyn Progress,
    /// The wish to stop for good, also in the middle of a chunk.
    pub cancel: &'a Cancel,
    /// Whether to leave the rest for another turn; asked after each chunk, from several threads.
    pub leave: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Turn<'a> {
    /// A turn that lasts until the run ends.
    #[must_use]
    pub fn whole(progress: &'a dyn Progress, cancel: &'a Cancel) -> Self {
        Self { progress, cancel, leave: &|| false }
    }

    /// Whether to stop or to leave.
    pub(super) fn ends(&self) -> bool {
        self.cancel.asked() || (self.leave)()
    }
}

/// Runs as many of the trials of a request that are not in `tally` yet as one turn has. The run is done when `tally` has all of them.
///
/// # Errors
/// That of the first trial (by number) that could not be run, or what the keeper says. `tally` then holds the trials before.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn plain_turn<K: Keeper>(
    scenario: &Scenario,
    request: &Request,
    (keeper, tally): (&mut K, &mut Tally),
    turn: Turn<'_>,
) -> Result<(), Halt<K::Error>> {
    let shape = shape(scenario);
    let runner = Runner::new(scenario, request.engine).heeding(turn.cancel);
    let range = request.first + tally.trials..request.first + request.trials;
    let enough = Cancel::default();
    let watch = Watch { turn, enough: &enough };
    stream(&runner, (request.seed, range), (tally, &shape), keeper, &watch, &enough).map(|_| ())
}

/// Hands progress on, and ends the turn.
struct Watch<'a> {
    turn: Turn<'a>,
    enough: &'a Cancel,
}

impl Progress for Watch<'_> {
    fn advance(&self, trials: u64) {
        self.turn.progress.advance(trials);
        if self.turn.ends() {
            self.enough.ask();
        }
    }
}
