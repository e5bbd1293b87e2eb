//! First-order and total Sobol indices: a Saltelli design with replicates of luck.

use rayon::prelude::*;

use super::{Evaluations, Question, resamples};
use crate::results::{Estimated, FactorResult, OutputKind, OutputResult, Sensitivity, SensitivityMethod};
use crate::rng::{DrawKey, Points, SiteId, block};
use crate::scenario::Scenario;
use crate::stats::{Interval, Jackknife, SobolIndices, SobolSums};
use crate::study::design::{ScrambledSobol, TooLarge};
use crate::study::paired::{ArmStop, Gather, Rows, paired};
use crate::study::plain::{Cancel, Progress};
use crate::study::runner::{EngineKind, Runner};

/// Groups of base points that are resampled.
const GROUPS: u64 = 512;

/// A row of every base point: which inputs come from B.
#[derive(Clone, Debug)]
pub struct Saltelli {
    points: ScrambledSobol,
    others: Others,
    replicates: u64,
    /// Per input: its factor, and its place among the factors' inputs; `None`: drawn anew in each trial.
    inputs: Vec<Option<(usize, usize)>>,
    /// Inputs of all factors.
    width: usize,
    row: Row,
}

/// Which row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    A,
    B,
    /// A, with this factor from B.
    Exchanged(usize),
}

/// The rows of a Saltelli design: A, B, then for each factor A with that factor from B.
///
/// A and B are the two halves of one scrambled Sobol point. Inputs that belong to no factor are drawn anew in each trial, the
/// same in all rows.
///
/// # Errors
/// [`TooLarge`] for more points or factors than such points have.
pub fn saltelli(question: &Question, inputs: usize, (points, replicates): (u64, u64)) -> Result<Vec<Saltelli>, TooLarge> {
    let mut width = 0;
    let mut place = |factor: Option<usize>| {
        factor.map(|f| {
            width += 1;
            (f, width - 1)
        })
    };
    let inputs: Vec<_> = question.membership(inputs).into_iter().map(&mut place).collect();
    let design = ScrambledSobol::new(question.seed, points, 2 * width)?;
    let rows = [Row::A, Row::B].into_iter().chain((0..question.factors.len()).map(Row::Exchanged));
    let others = Others::new(question.seed);
    let one = |row| Saltelli { points: design.clone(), others, replicates, inputs: inputs.clone(), width, row };
    Ok(rows.map(one).collect())
}

/// Parameters that are no factor: drawn anew in each trial, the same wherever trials are compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Others {
    seed: u64,
    site: SiteId,
}

impl Others {
    pub(super) fn new(seed: u64) -> Self {
        Self { seed, site: SiteId::of_path("sensitivity.others") }
    }

    pub(super) fn unit(self, trial: u64, input: usize) -> f64 {
        let nth = u32::try_from(input).unwrap_or(u32::MAX);
        block(self.seed, DrawKey { trial, time: 0, site: self.site, nth }).unit()
    }
}

impl Points for Saltelli {
    fn unit(&self, trial: u64, input: usize) -> f64 {
        let Some((factor, place)) = self.inputs[input] else { return self.others.unit(trial, input) };
        let from_b = match self.row {
            Row::A => false,
            Row::B => true,
            Row::Exchanged(f) => f == factor,
        };
        self.points.unit(trial / self.replicates, if from_b { self.width + place } else { place })
    }
}

/// What is gathered at base points.
struct Sums<'q> {
    question: &'q Question,
    replicates: usize,
    /// Base points of a group.
    group: u64,
    /// Per group and output, where groups are joined; else per point and output.
    points: Vec<Vec<SobolSums>>,
    done: u64,
    seen: Vec<Seen>,
    kept: Vec<f64>,
}

/// What was seen of an output.
#[derive(Clone)]
struct Seen {
    /// It had no value in a trial.
    missing: bool,
    /// The first value and whether all were the same.
    first: Option<f64>,
    constant: bool,
    /// Per factor, whether exchanging it ever changed a trial.
    moved: Vec<bool>,
}

impl Seen {
    fn look(&mut self, rows: &[f64], replicates: usize) {
        let first = *self.first.get_or_insert(rows[0]);
        self.missing |= rows.iter().any(|y| y.is_nan());
        self.constant &= rows.iter().all(|y| *y == first);
        for (moved, row) in self.moved.iter_mut().zip(rows.chunks_exact(replicates).skip(2)) {
            *moved |= row != &rows[..replicates];
        }
    }

    fn merge(&mut self, later: &Self) {
        self.missing |= later.missing;
        self.constant &= later.constant && (self.first.is_none() || self.first == later.first);
        self.first = self.first.or(later.first);
        self.moved.iter_mut().zip(&later.moved).for_each(|(a, b)| *a |= b);
    }
}

impl<'q> Sums<'q> {
    fn new(question: &'q Question, replicates: usize, group: u64) -> Self {
        let seen = Seen { missing: false, first: None, constant: true, moved: vec![false; question.factors.len()] };
        let seen = vec![seen; question.outputs.len()];
        Self { question, replicates, group, points: Vec::new(), done: 0, seen, kept: Vec::new() }
    }
}

impl Gather for Sums<'_> {
    fn add(&mut self, _: u64, arms: &[Rows]) {
        let m = self.replicates;
        let arms: Vec<Vec<&[f64]>> = arms.iter().map(|rows| rows.iter().collect()).collect();
        let places = if self.question.keep { self.question.parameter_places() } else { Vec::new() };
        let mut observed = vec![0.0; arms.len() * m];
        for point in 0..arms[0].len() / m {
            let mut sums = vec![SobolSums::new(self.question.factors.len(), m); self.question.outputs.len()];
            let trials = |arm: usize| &arms[arm][point * m..(point + 1) * m];
            for ((output, sums), seen) in self.question.outputs.iter().zip(&mut sums).zip(&mut self.seen) {
                for (arm, values) in observed.chunks_exact_mut(m).enumerate() {
                    values.iter_mut().zip(trials(arm)).for_each(|(v, row)| *v = output.value(row));
                }
                seen.look(&observed, m);
                sums.add(&observed);
            }
            for arm in 0..if self.question.keep { arms.len() } else { 0 } {
                keep(&mut self.kept, &places, self.question, trials(arm));
            }
            self.points.push(sums);
        }
    }

    fn merge(&mut self, later: Self) {
        // Point by point, so that sums do not depend on how trials were cut into blocks.
        for point in later.points {
            if self.done.is_multiple_of(self.group) {
                self.points.push(point);
            } else {
                let group = self.points.last_mut().into_iter().flatten();
                group.zip(&point).for_each(|(a, b)| a.merge(b));
            }
            self.done += 1;
        }
        self.seen.iter_mut().zip(&later.seen).for_each(|(a, b)| a.merge(b));
        self.kept.extend(later.kept);
    }
}

/// Appends a row of a design: values of parameters, means of outputs over the trials.
#[expect(clippy::cast_precision_loss, reason = "few replicates")]
pub(super) fn keep(kept: &mut Vec<f64>, places: &[usize], question: &Question, trials: &[&[f64]]) {
    kept.extend(places.iter().map(|at| trials[0][*at]));
    for output in &question.outputs {
        kept.push(trials.iter().map(|row| output.value(row)).sum::<f64>() / trials.len() as f64);
    }
}

/// Runs a Saltelli design of `points` base points, a power of 2 best, with `replicates` trials at each of its rows, on all threads
/// of the present rayon pool; `None` where it was stopped before two base points were done.
///
/// `rows` are those of [`saltelli`]. Memory: 512 groups x outputs x (6 + 4 factors) numbers, and the rows where they are kept.
///
/// # Errors
/// A row and the first trial of it that could not be run.
///
/// # Panics
/// If a trial does: that is a bug of ours.
pub fn sobol(
    scenario: &Scenario,
    question: &Question,
    rows: &[Saltelli],
    (points, replicates, luck): (u64, u64, bool),
    progress: &dyn Progress,
    cancel: &Cancel,
) -> Result<Option<(Sensitivity, Evaluations)>, ArmStop> {
    let base = Runner::at_points(scenario, EngineKind::Columns, &rows[0]).heeding(cancel);
    let arms: Vec<Runner<'_>> = rows.iter().map(|row| base.at_other_points(row)).collect();
    let group = points.div_ceil(GROUPS).max(1);
    let m = usize::try_from(replicates).unwrap_or(usize::MAX);
    let empty = || Sums::new(question, m, group);
    let (sums, _) = paired(&arms, (question.seed, 0..points * replicates, replicates), empty, progress, cancel)?;
    if sums.done < 2 {
        return Ok(None);
    }
    let resamples = resamples(question.seed, sums.points.len());
    let result = |at: usize| output_result(question, at, &sums, &resamples);
    let results: Vec<Option<OutputResult>> = (0..question.outputs.len()).into_par_iter().map(result).collect();
    let mut found = question.found(SensitivityMethod::Sobol, (sums.done, replicates), Some(luck));
    for (output, result) in question.outputs.iter().zip(results) {
        match result {
            Some(result) => found.outputs.push(result),
            None => found.left_out.push(Question::valueless(output)),
        }
    }
    let stride = question.parameter_places().len() + question.outputs.len();
    Ok(Some((found, Evaluations { stride, rows: rows.len(), numbers: sums.kept })))
}

/// What was found of an output; `None` where it has no value in some trial.
fn output_result(question: &Question, at: usize, sums: &Sums<'_>, resamples: &[Vec<u32>]) -> Option<OutputResult> {
    let seen = &sums.seen[at];
    if seen.missing {
        return None;
    }
    let groups: Vec<SobolSums> = sums.points.iter().map(|p| p[at].clone()).collect();
    let mut all = SobolSums::new(question.factors.len(), sums.replicates);
    for group in &groups {
        all.merge(group);
    }
    let indices = all.indices()?;
    let mut result = question.outputs[at].result(indices.mean);
    result.variance = Some(if seen.constant { 0.0 } else { indices.whole });
    if seen.constant {
        result.constant = true;
        return Some(result);
    }
    let intervals = SobolSums::intervals(&groups, resamples.iter().map(Vec::as_slice), question.level);
    let without = SobolSums::without_parts(&groups);
    let apart = |of: &dyn Fn(&SobolIndices) -> f64| without.as_ref().and_then(|all| jackknife(all, of));
    let ends = intervals.as_ref();
    result.variance_of_factors = Estimated::new(indices.variance, ends.and_then(|i| i.variance), apart(&|i| i.variance));
    result.due_to_factors = Estimated::new(indices.variance / indices.whole, ends.and_then(|i| i.share), apart(&|i| i.variance / i.whole));
    for (f, factor) in question.factors.iter().enumerate() {
        let mut one = FactorResult::new(&factor.name.id);
        one.inert = !seen.moved[f];
        one.first = Estimated::new(indices.first[f], ends.and_then(|i| i.first[f]), apart(&|i| i.first[f]));
        let total = if all.total_unseen(f) && !one.inert {
            // No base point told anything: a bound where there is one, and no interval of a metric.
            let bound = (question.outputs[at].kind != OutputKind::Metric).then(|| all.unseen(question.level)).flatten();
            bound.map(|high| Interval { low: 0.0, high })
        } else {
            ends.and_then(|i| i.total[f])
        };
        one.total = Estimated::new(indices.total[f], total, apart(&|i| i.total[f]));
        result.factors.push(one);
    }
    Some(result)
}

/// One number of each estimate without a part of the points.
pub(super) fn jackknife<E>(without: &[E], of: &dyn Fn(&E) -> f64) -> Option<Jackknife> {
    let numbers: Vec<f64> = without.iter().map(of).collect();
    Jackknife::new(&numbers.try_into().ok()?)
}
