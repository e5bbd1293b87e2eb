//! Why one trial ended as it did: the occurrences without which it would have ended otherwise, and a set of them that was enough.
//!
//! *Necessary*: the trial is run again, with the same luck, without this one occurrence; all that follows may follow otherwise. It ends
//! otherwise: the occurrence was a but-for cause (Hart & Honoré, *Causation in the Law*, 1985, ch. V). *Enough*: the trial is run
//! again and only these are let occur, nothing else, old or new; it ends as it did. Each member of a minimal set is a necessary
//! element of a sufficient set (Wright 1985, "Causation in tort law", the NESS test; Mackie 1965, "Causes and conditions":
//! an INUS condition). The starting state, parameters and drifts are the field in which all this takes place; they are
//! never taken away.
//!
//! The minimal set is found by delta debugging (Zeller & Hildebrandt 2002, "Simplifying and isolating failure-inducing input", IEEE
//! TSE 28(2)), whole rules first (Misherghi & Su 2006, "HDD: hierarchical delta debugging", ICSE). It is minimal in that none of its
//! members can be left out alone; it need not be the smallest, and there may be others.

mod inert;
mod told;

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::plain::{Cancel, Progress};
use crate::reference::{Heard, Occurrence, Source, outcome_permitting, permitting};
use crate::results::{Ending, EnoughResult, Necessary, NecessaryResult, NecessaryWhole, Stop, WhyResult};
use crate::scenario::Scenario;
use crate::scenario::names::called;
use told::Teller;

/// Most re-runs of a trial, unless others are wanted.
pub const MOST_RERUNS: u64 = 2_000;

/// Most occurrences of a trial that is asked why: each may be left out alone, and all of them are kept.
pub const MOST_OCCURRENCES: usize = 200_000;

/// Why a trial is not asked why it ended so.
#[derive(Clone, Debug, PartialEq)]
pub enum WhyNot {
    /// It cannot be run to its end.
    Stop(Stop),
    /// So many things occur in it, more than [`MOST_OCCURRENCES`].
    TooMany(u64),
    /// It was interrupted before its end.
    GivenUp,
}

/// Re-runs between two looks at whether to stop.
const BLOCK: usize = 64;

/// Finds out why trial number `trial` of `seed` ended as it did; runs it again `most` times at most, on the threads of the present
/// rayon pool. What is found depends on neither threads nor time.
///
/// Two thirds of the re-runs go to what was necessary at most, so that there are some left for what was enough.
///
/// # Errors
/// The [`Stop`] of the trial itself, or that it is not asked why.
pub fn why(
    scenario: &Scenario,
    (seed, trial): (u64, u64),
    most: u64,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<WhyResult, WhyNot> {
    let mut occurred: Vec<Occurrence> = Vec::new();
    let mut heard = Heard::default();
    let mut asked: u64 = 0;
    let mut note = |occurrence: Occurrence| {
        asked += 1;
        if occurred.len() < MOST_OCCURRENCES {
            occurred.push(occurrence);
        }
        true
    };
    let row = permitting(scenario, (seed, trial), &mut note, cancel.flag(), &mut heard).map_err(WhyNot::Stop)?;
    let row = row.ok_or(WhyNot::GivenUp)?;
    if asked > MOST_OCCURRENCES as u64 {
        return Err(WhyNot::TooMany(asked));
    }
    occurred.sort_unstable();
    occurred.dedup();
    let all = occurred.len() as u64;
    let inert = inert::Inert::new(scenario);
    occurred.retain(|o| !inert.holds(o.of));
    let mut search = Search { scenario, key: (seed, trial), outcome: row.outcome, most, reruns: 0, progress, cancel };
    let teller = Teller::new(scenario, &heard.happenings);
    let share = most - most / 3;
    let (mut necessary, found) = search.necessary(&occurred, share, &teller);
    search.wholes(&occurred, share, &teller, &mut necessary);
    let enough = search.enough(&occurred, &found);
    let complete = !cancel.asked();
    let bound_reached = complete && (necessary.untested + necessary.untested_wholes > 0 || !enough.1);
    Ok(WhyResult {
        ended: ending(scenario, row.outcome),
        occurrences: all,
        inert: all - occurred.len() as u64,
        reruns: search.reruns,
        most_reruns: most,
        bound_reached,
        complete,
        necessary,
        enough: EnoughResult { minimal: enough.1, occurrences: enough.0.into_iter().map(|o| teller.tell(o)).collect() },
    })
}

fn ending(scenario: &Scenario, outcome: usize) -> Ending {
    let outcome = &scenario.outcomes[outcome];
    Ending { id: outcome.id.clone(), label: called(outcome.label.as_ref(), &outcome.id) }
}

/// Runs a trial again and again.
struct Search<'s> {
    scenario: &'s Scenario,
    /// Seed and trial.
    key: (u64, u64),
    /// How it ended.
    outcome: usize,
    most: u64,
    reruns: u64,
    progress: &'s dyn Progress,
    cancel: &'s Cancel,
}

impl Search<'_> {
    /// Leaves out each occurrence alone, at most `share` of them; also gives those that were necessary.
    fn necessary(&mut self, occurred: &[Occurrence], share: u64, teller: &Teller<'_>) -> (NecessaryResult, Vec<Occurrence>) {
        let all = occurred.len();
        let most = usize::try_from(share).unwrap_or(usize::MAX).min(all);
        let mut result =
            NecessaryResult { tested: 0, untested: 0, failed: 0, occurrences: Vec::new(), wholes: Vec::new(), untested_wholes: 0 };
        let mut found = Vec::new();
        for block in occurred[..most].chunks(BLOCK) {
            if self.cancel.asked() {
                break;
            }
            let wish = self.cancel.flag();
            let without = |gone: &Occurrence| outcome_permitting(self.scenario, self.key, &mut |o: Occurrence| o != *gone, wish);
            let ends: Vec<Result<Option<usize>, Stop>> = block.par_iter().map(without).collect();
            // Some of them were given up.
            if ends.contains(&Ok(None)) {
                break;
            }
            self.progress.advance(block.len() as u64);
            self.reruns += block.len() as u64;
            result.tested += block.len() as u64;
            for (gone, end) in block.iter().zip(ends) {
                match end {
                    Err(_) => result.failed += 1,
                    Ok(None) => {}
                    Ok(Some(end)) if end == self.outcome => {}
                    Ok(Some(end)) => {
                        found.push(*gone);
                        result.occurrences.push(Necessary { occurred: teller.tell(*gone), without: ending(self.scenario, end) });
                    }
                }
            }
        }
        result.untested = all as u64 - result.tested;
        (result, found)
    }

    /// Leaves out all that each source did, as long as fewer than `share` re-runs have been made.
    fn wholes(&mut self, occurred: &[Occurrence], share: u64, teller: &Teller<'_>, result: &mut NecessaryResult) {
        let mut sources: Vec<(Source, u64)> = Vec::new();
        for occurrence in occurred {
            match sources.iter_mut().find(|s| s.0 == occurrence.of) {
                Some((_, times)) => *times += 1,
                None => sources.push((occurrence.of, 1)),
            }
        }
        for (gone, times) in sources {
            if self.reruns >= share || self.cancel.asked() {
                result.untested_wholes += 1;
                continue;
            }
            self.reruns += 1;
            self.progress.advance(1);
            match outcome_permitting(self.scenario, self.key, &mut |o: Occurrence| o.of != gone, self.cancel.flag()) {
                Err(_) => result.failed += 1,
                Ok(None) => result.untested_wholes += 1,
                Ok(Some(end)) if end == self.outcome => {}
                Ok(Some(end)) => {
                    let (kind, path, words) = teller.source(gone);
                    let without = ending(self.scenario, end);
                    result.wholes.push(NecessaryWhole { kind: kind.to_owned(), path, words, times, without });
                }
            }
        }
    }

    /// Occurrences that alone give the same end, and whether none of them can be left out.
    fn enough(&mut self, occurred: &[Occurrence], necessary: &[Occurrence]) -> (Vec<Occurrence>, bool) {
        match self.suffices(&[]) {
            Some(true) => return (Vec::new(), true),
            Some(false) => {}
            None => return (occurred.to_vec(), false),
        }
        // Often those that were necessary are enough; if not, all are: then nothing is left out.
        let start = if !necessary.is_empty() && self.suffices(necessary) == Some(true) { necessary } else { occurred };
        let mut set = start.to_vec();
        set.sort_unstable_by_key(|o| (rank(o.of), o.of, std::cmp::Reverse(o.step)));
        let minimal = self.shrink(&mut set);
        set.sort_unstable();
        (set, minimal)
    }

    /// Leaves out what can be left out: whole sources, then ever smaller pieces, then one at a time until none can; whether it came
    /// to that.
    fn shrink(&mut self, set: &mut Vec<Occurrence>) -> bool {
        let mut groups: BTreeMap<(u8, Source), Vec<Occurrence>> = BTreeMap::new();
        for occurrence in set.iter() {
            groups.entry((rank(occurrence.of), occurrence.of)).or_default().push(*occurrence);
        }
        for (source, _) in groups {
            let rest: Vec<Occurrence> = set.iter().copied().filter(|o| o.of != source.1).collect();
            match self.suffices(&rest) {
                Some(true) => *set = rest,
                Some(false) => {}
                None => return false,
            }
        }
        let mut size = set.len().div_ceil(2).max(1);
        loop {
            let before = set.len();
            let mut at = 0;
            while at < set.len() {
                let mut rest = set.clone();
                rest.drain(at..(at + size).min(set.len()));
                match self.suffices(&rest) {
                    Some(true) => *set = rest,
                    Some(false) => at += size,
                    None => return false,
                }
            }
            if size == 1 && (set.len() == before || set.is_empty()) {
                return true;
            }
            size = size.div_ceil(2).min(set.len().max(1));
        }
    }

    /// Whether the trial ends as it did where only these occur; `None` where it is not to be run again.
    fn suffices(&mut self, set: &[Occurrence]) -> Option<bool> {
        if self.reruns >= self.most || self.cancel.asked() {
            return None;
        }
        self.reruns += 1;
        self.progress.advance(1);
        let set: HashSet<Occurrence> = set.iter().copied().collect();
        match outcome_permitting(self.scenario, self.key, &mut |o: Occurrence| set.contains(&o), self.cancel.flag()) {
            Ok(None) => None,
            end => Some(end == Ok(Some(self.outcome))),
        }
    }
}

/// What is tried first, to be left out: errors of perception, then what is outside, then what chance brings, what is chosen, what
/// follows.
fn rank(source: Source) -> u8 {
    match source {
        Source::Perception(_) => 0,
        Source::Move(..) => 1,
        Source::Event(_) => 2,
        Source::Option(..) => 3,
        Source::Reaction(_) => 4,
    }
}
