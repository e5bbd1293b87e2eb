//! What a report shows and a summary does not hold: the scenario as it looks, shares over time, trials told as stories.
//!
//! Stored beside the summary as `report.json`, so that a report can be made anew where the scenario file is gone.
//! Every text is one from the scenario, cut to a bounded length; every list is bounded.

use serde::{Deserialize, Serialize};

use super::summary::LEVELS;
use super::summary::{ScenarioRef, ToolRef};
use super::verdicts::RunVerdicts;
use super::{About, Tally};

/// The JSON Schema of this document (draft 2020-12), with every field described.
pub const REPORT_SCHEMA: &str = include_str!("../../schema/report.schema.json");

/// The document.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ReportData {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// Of which scenario.
    pub scenario: ScenarioRef,
    /// The scenario as it looks.
    pub portrait: Portrait,
    /// Shares and quantiles over time.
    pub over_time: OverTime,
    /// Trials told day by day.
    pub stories: Vec<Tale>,
    /// What these trials say of the scenario's claims; absent where it makes none that they can tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdicts: Option<RunVerdicts>,
}

/// A scenario as it looks.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
pub struct Portrait {
    /// Who wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Where facts come from.
    pub sources: Vec<String>,
    /// What was left out or invented.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simplified: Option<String>,
    /// Calendar date of the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<String>,
    /// Length of a step, in days.
    pub step_days: f64,
    /// Number of steps.
    pub steps: u32,
    /// Actors.
    pub actors: Vec<ActorPart>,
    /// Relations.
    pub relations: Vec<RelationPart>,
    /// Who changes what belongs to another.
    pub spillovers: Vec<SpilloverPart>,
    /// Ladders.
    pub ladders: Vec<LadderPart>,
    /// Who stands where at the start.
    pub stands: Vec<StandPart>,
    /// Regimes: their states are written as the rungs of a ladder.
    pub regimes: Vec<LadderPart>,
    /// Parameters.
    pub parameters: Vec<ParameterPart>,
    /// Named what-ifs.
    pub variants: Vec<VariantPart>,
    /// Claims of the scenario about its results.
    pub expectations: Vec<ExpectPart>,
}

/// An actor.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct ActorPart {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What sort.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// A relation.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct RelationPart {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// First actor, by name.
    pub from: String,
    /// Second actor.
    pub to: String,
}

/// Options and rules of one actor that change what belongs to another.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct SpilloverPart {
    /// Whose options, or whose state a rule reads.
    pub from: String,
    /// Whose variables or rungs are changed.
    pub to: String,
    /// What these rules and options are called, the first few.
    pub by: Vec<String>,
    /// How many there are.
    pub rules: usize,
}

/// A ladder, or a regime.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct LadderPart {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// The lowest first.
    pub rungs: Vec<RungPart>,
}

/// A rung, or a state.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct RungPart {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// The firebreak below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<String>,
}

/// An actor's place on a ladder at the start.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct StandPart {
    /// Who.
    pub actor: String,
    /// On which ladder.
    pub ladder: String,
    /// The rung, where it is the same in all trials.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rung: Option<usize>,
}

/// A parameter.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
pub struct ParameterPart {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Its distribution or formula in words.
    pub distribution: String,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Whether it is the author's judgement.
    pub judgement: bool,
    /// Its unit where it has one: `days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// What the distribution looks like; absent of a number that does not vary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<DistributionPart>,
}

/// What a distribution looks like.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum DistributionPart {
    /// A density.
    Curve {
        /// Places.
        at: Vec<f64>,
        /// Heights; only their ratios mean something.
        height: Vec<f64>,
        /// Quantiles 0.05, 0.5 and 0.95.
        quantiles: [f64; 3],
        /// Of so many trials, where the distribution itself is not known before the run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trials: Option<usize>,
    },
    /// A few values.
    Bars(Vec<BarPart>),
}

/// A value and its share.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct BarPart {
    /// The value in words.
    pub value: String,
    /// Its share.
    pub share: f64,
}

/// A named what-if.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct VariantPart {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What it changes, `path = value`.
    pub set: Vec<String>,
}

/// A claim of the scenario.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct ExpectPart {
    /// As written.
    pub that: String,
    /// The same in plain words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// Of which variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// What is shown over time: at no more than 61 times, to five digits after the point.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
pub struct OverTime {
    /// Times, in days since the start.
    pub day: Vec<f64>,
    /// Of each actor on a ladder: shares of trials on its rungs.
    pub rungs: Vec<OverShares>,
    /// Of each regime: shares of trials in its states.
    pub regimes: Vec<OverShares>,
    /// Of each variable that is followed: quantiles 0.05, 0.25, 0.5, 0.75, 0.95 in the first trials.
    pub variables: Vec<OverShares>,
    /// In how many trials variables were followed.
    pub variable_trials: usize,
}

/// Several numbers over time.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
pub struct OverShares {
    /// Of whom.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What the numbers are of: rungs, states, levels.
    pub of: Vec<String>,
    /// Number by what it is of, then by time.
    pub values: Vec<Vec<f64>>,
}

/// A trial told day by day.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
pub struct Tale {
    /// Its number.
    pub trial: u64,
    /// How it ended.
    pub outcome: String,
    /// Why this one.
    pub picked: Picked,
    /// What this trial assumes: parameters and their values.
    pub assumes: Vec<(String, String)>,
    /// Its turning points; absent in results of older versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub turns: Vec<Scene>,
    /// What happened.
    pub scenes: Vec<Scene>,
    /// What else holds at its end.
    pub holds: Vec<String>,
    /// Metrics and their values.
    pub metrics: Vec<(String, String)>,
}

/// Why a trial is told.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Picked {
    /// A typical one of the commonest outcome.
    #[default]
    Commonest,
    /// A typical one of the outcome that comes next.
    Second,
    /// A typical one of the rarest outcome that was seen.
    Rarest,
}

/// A day, or several quiet ones.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct Scene {
    /// When.
    pub title: String,
    /// What happened; nothing on quiet days.
    pub lines: Vec<SceneLine>,
}

/// A sentence of a story.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq, Eq)]
pub struct SceneLine {
    /// The sentence.
    pub text: String,
    /// A detail: which numbers changed.
    pub detail: bool,
}

/// Most times of [`OverTime`].
const TIMES: usize = 61;
/// Most trials that a variable's quantiles are of.
const MOST: usize = 400;

/// Which of `count` times are shown: evenly spread, the first and the last among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thinned {
    count: usize,
    every: usize,
}

/// At most 61 of so many times.
#[must_use]
pub fn thinned(count: usize) -> Thinned {
    Thinned { count, every: count.saturating_sub(1).div_ceil(TIMES - 1).max(1) }
}

impl Thinned {
    /// The places of the times that are shown.
    pub fn places(self) -> impl Iterator<Item = usize> {
        let last = self.count.saturating_sub(1);
        let on_grid = (0..self.count).step_by(self.every);
        on_grid.chain((!last.is_multiple_of(self.every)).then_some(last))
    }
}

/// What is shown over time, of a tally.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
pub fn over_time(tally: &Tally, about: &About) -> OverTime {
    let shape = &about.series;
    let grid: Vec<u32> = shape.grid().collect();
    let thin = thinned(grid.len());
    let trials = tally.trials.max(1) as f64;
    let shares = |(stand, name): (usize, &super::StandName)| {
        let counts = tally.series.occupancy(stand, shape);
        let values = counts.iter().map(|rung| thin.places().map(|at| rounded(rung[at] as f64 / trials)).collect());
        OverShares {
            id: name.id.clone(),
            label: name.label.clone(),
            of: name.rungs.iter().map(|r| r.1.clone()).collect(),
            values: values.collect(),
        }
    };
    let rungs = about.stands.iter().enumerate().map(shares).collect();
    let first = about.stands.len();
    let regimes = about.regimes.iter().enumerate().map(|(at, name)| shares((first + at, name))).collect();
    let variable = |(at, (id, label)): (usize, &(String, String))| {
        let sorted: Vec<Vec<f64>> = thin.places().map(|point| tally.series.values(at, point, shape)).collect();
        let quantile = |level: f64| sorted.iter().map(|values| rounded(rank(values, level))).collect();
        let values = LEVELS.iter().map(|(_, level)| quantile(*level)).collect();
        OverShares { id: id.clone(), label: label.clone(), of: LEVELS.iter().map(|l| l.0.to_owned()).collect(), values }
    };
    OverTime {
        day: thin.places().map(|at| rounded(f64::from(grid[at]) * about.step_days)).collect(),
        rungs,
        regimes,
        variables: if tally.series.courses() == 0 {
            Vec::new()
        } else {
            about.variables.iter().take(MOST).enumerate().map(variable).collect()
        },
        variable_trials: tally.series.courses(),
    }
}

/// The number of rank `ceil(q n)` among sorted ones; 0 of none.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
fn rank(sorted: &[f64], q: f64) -> f64 {
    let rank = ((q * sorted.len() as f64).ceil() as usize).clamp(1, sorted.len().max(1));
    sorted.get(rank - 1).copied().unwrap_or(0.0)
}

/// Five digits after the point of small numbers, fewer of large ones: more is not seen in a chart.
fn rounded(x: f64) -> f64 {
    if x.is_finite() { format!("{x:.5}").parse().unwrap_or(x) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_times_are_shown_and_both_ends_among_them() {
        for count in [1, 2, 60, 61, 62, 121, 122, 1000] {
            let places: Vec<usize> = thinned(count).places().collect();
            assert!(places.len() <= TIMES + 1 && places[0] == 0 && places.last() == Some(&(count - 1)), "{count}: {places:?}");
            assert!(places.is_sorted_by(|a, b| a < b));
        }
        assert_eq!(thinned(0).places().count(), 0);
    }

    #[test]
    fn numbers_are_rounded_for_the_eye() {
        assert_eq!((rounded(1.0 / 3.0), rounded(2.0), rounded(f64::NAN)), (0.33333, 2.0, 0.0));
    }
}
