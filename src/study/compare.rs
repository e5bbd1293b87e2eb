//! Several arms against a base, trial by trial.

use std::ops::Range;

use super::paired::{ArmStop, Gather, Rows, paired};
use super::plain::{Cancel, Progress};
use super::runner::Runner;
use crate::results::{ArmAbout, CompareTally, Layout, Matched};
use crate::scenario::Scenario;
use crate::scenario::names::called;

/// What is compared with what: the first scenario is the base, each other one an arm.
///
/// Outcomes, indicators and metrics are matched by name. An outcome that one side lacks is one that never happens there. Indicators that are
/// conditional, and what only one side has or has in other units, are left out.
#[must_use]
pub fn layout(base: &Scenario, arms: &[(&Scenario, ArmAbout)]) -> Layout {
    let mut layout = Layout::default();
    let mut place = |scenario: &Scenario| -> Vec<usize> {
        let one = |o: &crate::scenario::model::Outcome| {
            let known = layout.outcomes.iter().position(|(id, ..)| *id == o.id);
            known.unwrap_or_else(|| {
                layout.outcomes.push((o.id.clone(), called(o.label.as_ref(), &o.id), o.unresolved));
                layout.outcomes.len() - 1
            })
        };
        scenario.outcomes.iter().map(one).collect()
    };
    let first = place(base);
    let outcomes: Vec<Vec<usize>> = arms.iter().map(|(scenario, _)| place(scenario)).collect();
    layout.base = first;
    for ((scenario, about), outcomes) in arms.iter().zip(outcomes) {
        layout.arms.push(matched(base, scenario, about.clone(), outcomes, &mut layout.not_compared));
    }
    layout.not_compared.sort();
    layout.not_compared.dedup();
    layout
}

fn matched(base: &Scenario, arm: &Scenario, about: ArmAbout, outcomes: Vec<usize>, left_out: &mut Vec<String>) -> Matched {
    let mut matched = Matched { about, outcomes, ..Matched::default() };
    // Since when the outcome holds, and the end; in steps, so only where steps are as long.
    if base.clock.step == arm.clock.step {
        matched.others.extend([(1, 1), (2, 2)]);
    }
    for (a, mine) in base.indicators.iter().enumerate() {
        let Some(b) = arm.indicators.iter().position(|i| i.id == mine.id) else {
            left_out.push(mine.id.clone());
            continue;
        };
        let (x, y) = (3 + 2 * a, 3 + 2 * b);
        if base.clock.step == arm.clock.step {
            matched.others.push((x + 1, y + 1));
        }
        if mine.given.is_none() && arm.indicators[b].given.is_none() {
            matched.indicators.push(((mine.id.clone(), called(mine.label.as_ref(), &mine.id)), x, y));
        } else {
            matched.others.push((x, y));
        }
    }
    for (a, mine) in base.metrics.iter().enumerate() {
        let Some(b) = arm.metrics.iter().position(|m| m.id == mine.id && m.unit == mine.unit) else {
            left_out.push(mine.id.clone());
            continue;
        };
        let name = (mine.id.clone(), called(mine.label.as_ref(), &mine.id), mine.unit.clone());
        matched.metrics.push((name, 3 + 2 * base.indicators.len() + a, 3 + 2 * arm.indicators.len() + b));
    }
    let there = |id: &String| base.indicators.iter().any(|i| i.id == *id) || base.metrics.iter().any(|m| m.id == *id);
    let names = arm.indicators.iter().map(|i| &i.id).chain(arm.metrics.iter().map(|m| &m.id));
    left_out.extend(names.filter(|id| !there(id)).cloned());
    matched
}

/// Counts while trials are run.
struct Counter<'l> {
    layout: &'l Layout,
    tally: CompareTally,
}

impl Gather for Counter<'_> {
    fn add(&mut self, _: u64, arms: &[Rows]) {
        let Some((base, others)) = arms.split_first() else { return };
        for (arm, rows) in others.iter().enumerate() {
            for (mine, theirs) in base.iter().zip(rows) {
                self.tally.add(self.layout, arm, mine, theirs);
            }
        }
        self.tally.trials += base.iter().len() as u64;
    }

    fn merge(&mut self, later: Self) {
        self.tally.merge(&later.tally);
    }
}

/// Runs the base (the first) and its arms on the same trials and counts what differs; on all threads of the present rayon pool.
///
/// Where `cancel` is asked, what was counted are the first trials, in every arm.
///
/// # Errors
/// The first arm that could not run a trial; 0 is the base.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn compare(
    runners: &[Runner<'_>],
    layout: &Layout,
    (seed, trials): (u64, Range<u64>),
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<CompareTally, ArmStop> {
    let empty = || Counter { layout, tally: CompareTally::new(layout) };
    paired(runners, (seed, trials, 1), empty, progress, cancel).map(|(counter, _)| counter.tally)
}
