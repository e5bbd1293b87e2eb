//! Luck and ignorance apart: blocks of trials that share their parameters.

use super::plain::{Cancel, Progress, Request, about, finish, shape};
use super::runner::Runner;
use super::stream::{Halt, Keeper, stream};
use crate::results::{Stop, Tally, UncertainShare, Uncertainty, UncertaintySummary, record_length};
use crate::scenario::Scenario;
use crate::scenario::model::ParamKind;

/// A nested design.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Design {
    /// Parameter points, 2 or more.
    pub points: u64,
    /// Trials at each point, 2 or more.
    pub trials: u64,
}

/// Counts hits per point. Rows come in the order of their trials.
struct Counter {
    /// Trials at a point.
    trials: u64,
    /// Numbers in a row.
    length: usize,
    /// Trials so far.
    seen: u64,
    /// Per outcome, hits at each point.
    outcomes: Vec<Vec<u64>>,
    /// Per indicator, hits at each point.
    indicators: Vec<Vec<u64>>,
}

impl Keeper for Counter {
    type Error = std::convert::Infallible;

    fn wants_rows(&self) -> bool {
        true
    }

    fn rows(&mut self, numbers: &[f64]) -> Result<(), Self::Error> {
        for row in numbers.chunks_exact(self.length) {
            if self.seen.is_multiple_of(self.trials) {
                self.outcomes.iter_mut().chain(&mut self.indicators).for_each(|hits| hits.push(0));
            }
            self.seen += 1;
            let add = |hits: &mut Vec<u64>| hits.last_mut().into_iter().for_each(|k| *k += 1);
            for (outcome, hits) in (0_u32..).zip(&mut self.outcomes) {
                if row[0] == f64::from(outcome) {
                    add(hits);
                }
            }
            for (indicator, hits) in self.indicators.iter_mut().enumerate() {
                if row[3 + 2 * indicator] == 1.0 {
                    add(hits);
                }
            }
        }
        Ok(())
    }

    fn reached(&mut self, _: &Tally, _: u64) -> Result<(), Self::Error> {
        Ok(())
    }
}

/// Runs a nested design; `None` where it was stopped before two points were done.
///
/// `request.trials` is ignored: there are as many as the design asks for. Where `cancel` is asked, points that are done are
/// kept, and the plan says that it is not complete.
///
/// # Errors
/// The [`Stop`] of the first trial (by number) that could not be run.
///
/// # Panics
/// If the design has fewer than two points or trials.
pub fn split(
    scenario: &Scenario,
    request: &Request,
    design: Design,
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Option<UncertaintySummary>, Stop> {
    assert!(design.points >= 2 && design.trials >= 2, "two points of two trials are needed");
    let shape = shape(scenario);
    let runner = Runner::new(scenario, request.engine).sharing(design.trials);
    let mut tally = Tally::new(&shape);
    let mut counter = Counter {
        trials: design.trials,
        length: record_length(scenario.indicators.len(), scenario.metrics.len(), scenario.params.len()),
        seen: 0,
        outcomes: vec![Vec::new(); scenario.outcomes.len()],
        indicators: vec![Vec::new(); scenario.indicators.len()],
    };
    // Points begin at multiples of their size.
    let range = 0..design.points * design.trials;
    match stream(&runner, (request.seed, range), (&mut tally, &shape), &mut counter, progress, cancel) {
        Ok(_) => {}
        Err(Halt::Stop(stop)) => return Err(stop),
        Err(Halt::Keeper(never)) => match never {},
    }
    let points = counter.seen / design.trials;
    if points < 2 {
        return Ok(None);
    }
    let complete = points == design.points;
    let about = about(scenario);
    let level = request.intervals.level;
    let drawn = scenario.params.iter().filter(|p| matches!(p.kind, ParamKind::Drawn(_))).count();
    let share = |name: (String, String, bool), hits: &[u64]| {
        let done = &hits[..usize::try_from(points).unwrap_or(hits.len())];
        let of = if drawn == 0 { UncertainShare::of_luck } else { UncertainShare::new };
        of(name, done, design.trials, level)
    };
    let outcomes = about.outcomes.iter().zip(&counter.outcomes).map(|(o, hits)| share(o.clone(), hits)).collect();
    let free = about.indicators.iter().zip(&counter.indicators).filter(|((_, _, given), _)| given.is_none());
    let indicators = free.map(|((id, label, _), hits)| share((id.clone(), label.clone(), false), hits)).collect();
    let uncertainty = Uncertainty {
        points,
        trials_per_point: design.trials,
        trials: points * design.trials,
        drawn_parameters: drawn,
        outcomes,
        indicators,
    };
    let request = Request { first: 0, ..request.clone() };
    let mut summary = finish(scenario, &request, tally, complete).summary;
    summary.plan.trials = uncertainty.trials;
    summary.plan.sharing = Some(design.trials);
    Ok(Some(UncertaintySummary { format: summary.format, tool: summary.tool, scenario: summary.scenario, plan: summary.plan, uncertainty }))
}
