//! A run that stops by itself when its outcomes are known well enough.
//!
//! It looks at the intervals at trial numbers that are fixed beforehand, so that threads and speed do not
//! decide how many trials there are, and uses confidence sequences, which hold at every look.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::plain::{Cancel, Outcome, Progress, Request, finish, shape};
use super::runner::Runner;
use super::stream::{Halt, Keeper, stream};
use super::turn::Turn;
use crate::results::{Intervals, Method, StoppingResult, Tally, Why};
use crate::scenario::Scenario;
use crate::stats::{ConfidenceSequence, Interval, Precision};

/// The first look, in trials.
const FIRST: u64 = 1024;

/// When to stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Until {
    /// Half the length of every outcome's interval is at most this.
    pub precision: Option<f64>,
    /// Half the length is at most this times the share. Where both are given, an outcome needs one of them.
    pub relative: Option<f64>,
    /// Most trials.
    pub max_trials: u64,
    /// Most time.
    pub max_time: Option<Duration>,
}

/// What a look found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Trials so far.
    pub trials: u64,
    /// About how many there will be.
    pub expected: u64,
    /// Half the length of the longest interval of an outcome.
    pub half_width: f64,
}

/// The number of trials at the look after the one at `n`: an eighth more, in whole rows of 64.
#[must_use]
pub fn next_look(n: u64, most: u64) -> u64 {
    let next = if n == 0 { FIRST } else { (n + n / 8).next_multiple_of(64) };
    next.min(most)
}

/// Runs trials until every outcome is known as precisely as `until` says, or a limit is reached.
///
/// `request.trials` is ignored, and so are the method of its intervals and whether they are simultaneous: the
/// intervals are confidence sequences that hold at every look, for all outcomes at once, with the level of the
/// request. How many trials are run depends on the scenario, the seed and the rule only, but where the time is
/// limited.
///
/// The run begins with a tally of the first trials of the request: an empty one, or one that was made before.
///
/// # Errors
/// That of the first trial (by number) that could not be run, or what the keeper says.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn until<K: Keeper>(
    scenario: &Scenario,
    request: &Request,
    until: &Until,
    (keeper, mut tally): (&mut K, Tally),
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Outcome, Halt<K::Error>> {
    let turn = Turn::whole(progress, cancel);
    let why = until_turn(scenario, request, (until, until.max_time), (keeper, &mut tally), turn)?;
    // A turn that nobody cuts short ends for a reason.
    Ok(conclude(scenario, request, until, tally, why.unwrap_or(Why::Interrupted)))
}

/// As much of [`until`] as one turn has; `left` is the time that the run still has. Says why the run has stopped, or nothing where it
/// was left: it goes on with the same tally, to the same end.
///
/// # Errors
/// As for [`until`]; `tally` then holds the trials before.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn until_turn<K: Keeper>(
    scenario: &Scenario,
    request: &Request,
    (until, left): (&Until, Option<Duration>),
    (keeper, tally): (&mut K, &mut Tally),
    turn: Turn<'_>,
) -> Result<Option<Why>, Halt<K::Error>> {
    let _ = turn.cancel.flag();
    // A time beyond what clocks count is no limit.
    let deadline = left.and_then(|time| Instant::now().checked_add(time));
    let gone = Alarm::default();
    std::thread::scope(|threads| {
        if let Some(deadline) = deadline {
            let grace = GRACE.max(left.unwrap_or_default() / 10);
            let (gone, cancel) = (&gone, turn.cancel);
            threads.spawn(move || gone.watch(cancel, deadline.checked_add(grace)));
        }
        let heeded = if deadline.is_some() { &gone.wish } else { turn.cancel };
        let why = looks(scenario, request, (until, deadline), (keeper, tally), (turn, heeded));
        gone.off();
        why
    })
}

/// Runs from look to look.
fn looks<K: Keeper>(
    scenario: &Scenario,
    request: &Request,
    (until, deadline): (&Until, Option<Instant>),
    (keeper, tally): (&mut K, &mut Tally),
    (turn, heeded): (Turn<'_>, &Cancel),
) -> Result<Option<Why>, Halt<K::Error>> {
    let shape = shape(scenario);
    let runner = Runner::new(scenario, request.engine).heeding(heeded);
    // Where a tally was made before, the run goes on between the same looks.
    let (mut at, _) = looks_until(tally.trials, until.max_trials);
    let mut looked = at > 0 && at == tally.trials;
    loop {
        let late = Cancel::default();
        if !looked {
            at = next_look(at, until.max_trials);
            let range = request.first + tally.trials..request.first + at;
            let watch = Watch { turn, late: &late, deadline };
            // However short the time is, there is something to show.
            if tally.trials > 0 || heeded.asked() {
                watch.pass_on();
            }
            stream(&runner, (request.seed, range), (tally, &shape), keeper, &watch, &late)?;
        }
        looked = false;
        let found = Found::new(until, request.intervals.level, tally);
        turn.progress.look(&Look { trials: tally.trials, expected: found.expected.min(until.max_trials), half_width: found.half_width });
        if found.missed.is_empty() && tally.trials == at {
            return Ok(Some(Why::Precision));
        }
        if tally.trials >= until.max_trials {
            return Ok(Some(Why::MaxTrials));
        }
        if turn.cancel.asked() {
            return Ok(Some(Why::Interrupted));
        }
        if deadline.is_some_and(|d| Instant::now() >= d) {
            return Ok(Some(Why::MaxTime));
        }
        if (turn.leave)() {
            return Ok(None);
        }
    }
}

/// What trials that are under way when the time is over still have at least, or a tenth of the time where that is more: most are done
/// soon, and however short the time is, there is something to show.
const GRACE: Duration = Duration::from_secs(1);

/// Time between two looks at whether somebody wishes to stop.
const LOOK: Duration = Duration::from_millis(20);

/// Gives up trials that take much longer than the time of a run.
#[derive(Default)]
struct Alarm {
    wish: Cancel,
    off: Mutex<bool>,
    changed: Condvar,
}

impl Alarm {
    /// Waits until the time is over, somebody else wishes to stop, or it is not needed any more.
    fn watch(&self, cancel: &Cancel, over: Option<Instant>) {
        let mut off = self.off.lock().unwrap_or_else(PoisonError::into_inner);
        while !*off {
            if cancel.asked() || over.is_some_and(|over| Instant::now() >= over) {
                self.wish.ask();
                return;
            }
            off = self.changed.wait_timeout(off, LOOK).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    fn off(&self) {
        *self.off.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}

/// The last look at or before so many trials, and how many looks that makes.
fn looks_until(trials: u64, most: u64) -> (u64, u32) {
    let (mut at, mut looks) = (0, 0);
    while at < most && next_look(at, most) <= trials {
        at = next_look(at, most);
        looks += 1;
    }
    (at, looks)
}

/// The results of a run that has stopped by itself, and why it did.
#[must_use]
pub fn conclude(scenario: &Scenario, request: &Request, until: &Until, tally: Tally, why: Why) -> Outcome {
    let intervals = Intervals { method: Method::Sequence, simultaneous: true, ..request.intervals };
    let found = Found::new(until, intervals.level, &tally);
    let (at, mut looks) = looks_until(tally.trials, until.max_trials);
    // A run that was stopped between two looks was looked at where it stopped.
    looks += u32::from(at != tally.trials);
    let request = Request { intervals, trials: tally.trials, ..request.clone() };
    let mut outcome = finish(scenario, &request, tally, why != Why::Interrupted);
    outcome.summary.plan.stopping = Some(StoppingResult {
        precision: until.precision,
        relative_precision: until.relative,
        max_trials: until.max_trials,
        max_seconds: until.max_time.map(|t| t.as_secs_f64()),
        looks,
        stopped: why,
        reached: found.missed.is_empty(),
        missed: found.missed.iter().map(|o| scenario.outcomes[*o].id.clone()).collect(),
        half_width: found.half_width,
    });
    outcome
}

/// Hands progress on, and wishes to stop: those of others and that of the clock.
struct Watch<'a> {
    turn: Turn<'a>,
    late: &'a Cancel,
    deadline: Option<Instant>,
}

impl Watch<'_> {
    fn pass_on(&self) {
        if self.turn.ends() || self.deadline.is_some_and(|d| Instant::now() >= d) {
            self.late.ask();
        }
    }
}

impl Progress for Watch<'_> {
    fn advance(&self, trials: u64) {
        self.turn.progress.advance(trials);
        self.pass_on();
    }
}

/// What the intervals say.
struct Found {
    /// Outcomes that are not known well enough.
    missed: Vec<usize>,
    half_width: f64,
    expected: u64,
}

impl Found {
    fn new(until: &Until, level: f64, tally: &Tally) -> Self {
        let n = tally.trials;
        let sequence = ConfidenceSequence::simultaneous(level, tally.outcomes.len());
        let rules = [until.precision.map(Precision::Absolute), until.relative.map(Precision::Relative)];
        let mut found = Self { missed: Vec::new(), half_width: 0.0, expected: n };
        for (outcome, &k) in tally.outcomes.iter().enumerate() {
            let interval = sequence.interval(k, n);
            found.half_width = found.half_width.max(0.5 * interval.width());
            if !rules.iter().flatten().any(|rule| rule.reached(k, n, interval)) {
                found.missed.push(outcome);
                let needed = rules.iter().flatten().map(|rule| needed(*rule, k, n, interval)).fold(f64::INFINITY, f64::min);
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "an estimate; the cast ends at the largest number"
                )]
                let needed = needed as u64;
                found.expected = found.expected.max(needed);
            }
        }
        found
    }
}

/// About how many trials make an interval short enough: lengths fall with the root of the number, and near 0 hits
/// with the number itself.
#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn needed(rule: Precision, k: u64, n: u64, interval: Interval) -> f64 {
    let limit = match rule {
        Precision::Absolute(limit) => limit,
        Precision::Relative(limit) => limit * (k as f64 / (n as f64).max(1.0)),
    };
    let times = 0.5 * interval.width() / limit;
    if k == 0 || k == n { n as f64 * times } else { n as f64 * times * times }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_grow_by_an_eighth_and_end_at_the_limit() {
        let mut looks = vec![];
        let mut n = 0;
        while n < 10_000_000 {
            n = next_look(n, 10_000_000);
            looks.push(n);
        }
        assert_eq!(looks[..4], [1024, 1152, 1344, 1536]);
        assert!(looks.len() < 85 && looks.is_sorted_by(|a, b| a < b), "{}", looks.len());
        assert_eq!(next_look(0, 10), 10);
        assert_eq!(next_look(9_999_999, 10_000_000), 10_000_000);
    }
}
