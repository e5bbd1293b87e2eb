//! Elementary effects: each factor moved once along every trajectory.

use rayon::prelude::*;

use super::sobol::{Others, jackknife, keep};
use super::{Evaluations, Question, resamples};
use crate::results::{Estimated, FactorResult, OutputResult, Sensitivity, SensitivityMethod};
use crate::rng::{AddressedRng, DrawKey, Points, SiteId, block};
use crate::scenario::Scenario;
use crate::stats::{EffectSums, Effects, Moments};
use crate::study::paired::{ArmStop, Gather, Rows, paired};
use crate::study::plain::{Cancel, Progress};
use crate::study::runner::{EngineKind, Runner};
use rand::Rng as _;

/// Levels of each parameter: the middles of so many equal parts of its distribution. A move crosses half of them.
pub const LEVELS: u32 = 4;

/// The points of all trajectories after so many moves.
#[derive(Clone, Debug)]
pub struct Trajectories {
    seed: u64,
    /// Where starts are drawn.
    site: SiteId,
    others: Others,
    replicates: u64,
    /// Per input, the factor that it belongs to.
    factors: Vec<Option<usize>>,
    /// `turn[trajectory * factors + factor]`: at which move it is the factor's turn.
    turn: std::sync::Arc<Vec<u32>>,
    count: usize,
    moves: usize,
}

/// The points of trajectories before any move, after the first, and so on.
///
/// Of each trajectory the start is drawn at random among the levels, and so is the order in which factors move. A move takes a
/// parameter from the lower half of its levels into the upper half, or the other way; those of a group move together.
///
/// # Notes
/// M. D. Morris (1991), "Factorial sampling plans for preliminary computational experiments", Technometrics 33, 161-174.
#[must_use]
pub fn morris_points(question: &Question, inputs: usize, (trajectories, replicates): (u64, u64)) -> Vec<Trajectories> {
    let count = question.factors.len();
    let site = SiteId::of_path("sensitivity.morris.order");
    let mut turn = Vec::new();
    for trial in 0..trajectories {
        let first = turn.len();
        turn.extend((0..).take(count));
        let mut words = AddressedRng::new(question.seed, DrawKey { trial, time: 0, site, nth: 0 });
        for last in (1..count).rev() {
            #[expect(clippy::cast_possible_truncation, reason = "at most `last`")]
            let pick = ((u128::from(words.next_u64()) * (last as u128 + 1)) >> 64) as usize;
            turn.swap(first + last, first + pick);
        }
    }
    let turn = std::sync::Arc::new(turn);
    let factors = question.membership(inputs);
    let (seed, others, site) = (question.seed, Others::new(question.seed), SiteId::of_path("sensitivity.morris.start"));
    let one = |moves| Trajectories { seed, site, others, replicates, factors: factors.clone(), turn: turn.clone(), count, moves };
    (0..=count).map(one).collect()
}

impl Trajectories {
    /// The factor that makes the move before these points, in a trajectory.
    fn mover(&self, trajectory: usize) -> Option<usize> {
        let turns = &self.turn[trajectory * self.count..(trajectory + 1) * self.count];
        turns.iter().position(|t| *t as usize + 1 == self.moves)
    }
}

impl Points for Trajectories {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "places in short lists, few levels")]
    fn unit(&self, trial: u64, input: usize) -> f64 {
        let Some(factor) = self.factors[input] else { return self.others.unit(trial, input) };
        let trajectory = trial / self.replicates;
        let nth = input as u32;
        let start = block(self.seed, DrawKey { trial: trajectory, time: 0, site: self.site, nth }).unit();
        let level = (start * f64::from(LEVELS)) as u32;
        let moved = (self.turn[trajectory as usize * self.count + factor] as usize) < self.moves;
        let level = if moved { (level + LEVELS / 2) % LEVELS } else { level };
        (f64::from(level) + 0.5) / f64::from(LEVELS)
    }
}

/// What is gathered along trajectories.
struct Moves<'q> {
    question: &'q Question,
    points: &'q [Trajectories],
    effects: Vec<EffectSums>,
    seen: Vec<Seen>,
    trajectories: u64,
    kept: Vec<f64>,
}

/// What was seen of an output.
#[derive(Clone)]
struct Seen {
    missing: bool,
    /// Of the means of trajectories; the same in whatever order they are added.
    means: Moments,
    first: Option<f64>,
    constant: bool,
    moved: Vec<bool>,
}

impl<'q> Moves<'q> {
    fn new(question: &'q Question, points: &'q [Trajectories]) -> Self {
        let factors = question.factors.len();
        let seen = Seen { missing: false, means: Moments::new(), first: None, constant: true, moved: vec![false; factors] };
        Self {
            question,
            points,
            effects: vec![EffectSums::new(factors); question.outputs.len()],
            seen: vec![seen; question.outputs.len()],
            trajectories: 0,
            kept: Vec::new(),
        }
    }
}

impl Gather for Moves<'_> {
    fn add(&mut self, first: u64, arms: &[Rows]) {
        let replicates = self.points[0].replicates;
        let m = usize::try_from(replicates).unwrap_or(usize::MAX);
        let arms: Vec<Vec<&[f64]>> = arms.iter().map(|rows| rows.iter().collect()).collect();
        let places = if self.question.keep { self.question.parameter_places() } else { Vec::new() };
        let factors = self.question.factors.len();
        let mut observed = vec![0.0; arms.len() * m];
        let mut changes = vec![0.0; factors * m];
        for here in 0..arms[0].len() / m {
            let trajectory = usize::try_from(first / replicates).unwrap_or(usize::MAX) + here;
            let trials = |arm: usize| &arms[arm][here * m..(here + 1) * m];
            for (at, output) in self.question.outputs.iter().enumerate() {
                for (arm, values) in observed.chunks_exact_mut(m).enumerate() {
                    values.iter_mut().zip(trials(arm)).for_each(|(v, row)| *v = output.value(row));
                }
                let seen = &mut self.seen[at];
                let start = *seen.first.get_or_insert(observed[0]);
                seen.missing |= observed.iter().any(|y| y.is_nan());
                seen.constant &= observed.iter().all(|y| *y == start);
                #[expect(clippy::cast_precision_loss, reason = "a mean")]
                let mean = observed.iter().sum::<f64>() / observed.len() as f64;
                seen.means.add(mean);
                for (arm, point) in self.points.iter().enumerate().skip(1) {
                    let Some(factor) = point.mover(trajectory) else { continue };
                    // Upwards is the direction of a lone parameter; members of a group each have their own.
                    let input = self.question.factors[factor].inputs[0];
                    let trial = trajectory as u64 * replicates;
                    let up = if point.unit(trial, input) > 0.5 { 1.0 } else { -1.0 };
                    let (before, after) = (&observed[(arm - 1) * m..arm * m], &observed[arm * m..(arm + 1) * m]);
                    let change = &mut changes[factor * m..(factor + 1) * m];
                    change.iter_mut().zip(after.iter().zip(before)).for_each(|(c, (a, b))| *c = up * (a - b));
                    seen.moved[factor] |= change.iter().any(|c| *c != 0.0);
                }
                changes.chunks_exact(m).for_each(|c| self.effects[at].add(c));
            }
            for arm in 0..if self.question.keep { arms.len() } else { 0 } {
                keep(&mut self.kept, &places, self.question, trials(arm));
            }
            self.trajectories += 1;
        }
    }

    fn merge(&mut self, later: Self) {
        self.effects.iter_mut().zip(later.effects).for_each(|(a, b)| a.merge(b));
        for (a, b) in self.seen.iter_mut().zip(&later.seen) {
            a.missing |= b.missing;
            a.constant &= b.constant && (a.first.is_none() || a.first == b.first);
            a.first = a.first.or(b.first);
            a.means.merge(&b.means);
            a.moved.iter_mut().zip(&b.moved).for_each(|(a, b)| *a |= b);
        }
        self.trajectories += later.trajectories;
        self.kept.extend(later.kept);
    }
}

/// Runs so many trajectories with `replicates` trials at each of their points, on all threads of the present rayon pool; `None`
/// where it was stopped before two were done. `points` are those of [`morris_points`].
///
/// Memory: trajectories x factors x outputs x 3 numbers, and the rows where they are kept.
///
/// # Errors
/// A step of the trajectories and the first trial there that could not be run.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn morris(
    scenario: &Scenario,
    question: &Question,
    points: &[Trajectories],
    (trajectories, replicates, luck): (u64, u64, bool),
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Option<(Sensitivity, Evaluations)>, ArmStop> {
    let base = Runner::at_points(scenario, EngineKind::Columns, &points[0]).heeding(cancel);
    let arms: Vec<Runner<'_>> = points.iter().map(|p| base.at_other_points(p)).collect();
    let empty = || Moves::new(question, points);
    let (moves, _) = paired(&arms, (question.seed, 0..trajectories * replicates, replicates), empty, progress, cancel)?;
    if moves.trajectories < 2 {
        return Ok(None);
    }
    let resamples = resamples(question.seed, usize::try_from(moves.trajectories).unwrap_or(usize::MAX));
    let result = |at: usize| output_result(question, at, &moves, &resamples);
    let results: Vec<Option<OutputResult>> = (0..question.outputs.len()).into_par_iter().map(result).collect();
    let mut found = question.found(SensitivityMethod::Morris, (moves.trajectories, replicates), Some(luck));
    found.step = Some(0.5);
    for (output, result) in question.outputs.iter().zip(results) {
        match result {
            Some(result) => found.outputs.push(result),
            None => found.left_out.push(Question::valueless(output)),
        }
    }
    let stride = question.parameter_places().len() + question.outputs.len();
    Ok(Some((found, Evaluations { stride, rows: points.len(), numbers: moves.kept })))
}

/// What was found of an output; `None` where it has no value in some trial.
fn output_result(question: &Question, at: usize, moves: &Moves<'_>, resamples: &[Vec<u32>]) -> Option<OutputResult> {
    let (seen, effects) = (&moves.seen[at], &moves.effects[at]);
    if seen.missing {
        return None;
    }
    let mut result = question.outputs[at].result(seen.means.mean());
    if seen.constant {
        result.constant = true;
        return Some(result);
    }
    for (f, factor) in question.factors.iter().enumerate() {
        let found = effects.effects(f)?;
        let intervals = effects.intervals(f, resamples.iter().map(Vec::as_slice), question.level);
        let mut one = FactorResult::new(&factor.name.id);
        one.inert = !seen.moved[f];
        // The direction of a group means nothing.
        let without = effects.without_parts(f);
        let apart = |of: &dyn Fn(&Effects) -> f64| without.as_ref().and_then(|all| jackknife(all, of));
        let mu = || Estimated::new(found.mu, intervals.mu, apart(&|e| e.mu));
        one.mu = if factor.inputs.len() == 1 { mu() } else { None };
        one.mu_star = Estimated::new(found.mu_star, intervals.mu_star, apart(&|e| e.mu_star));
        one.noise = Some(found.noise);
        one.mean_square = Estimated::new(found.mean_square, intervals.mean_square, apart(&|e| e.mean_square));
        one.sigma = (found.variance >= 0.0 && factor.inputs.len() == 1).then(|| found.variance.sqrt());
        result.factors.push(one);
    }
    Some(result)
}
