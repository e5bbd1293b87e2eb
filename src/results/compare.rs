//! What a comparison yields: differences between arms that were run on the same trials. `docs/compare.md` lists its fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::difference::{MeanDifference, NAMES_OF_METHODS, ShareDifference, ShareOfArm};
use super::intervals::IntervalResult;
use super::study::StudyPlan;
use super::summary::{ScenarioRef, ToolRef};
use crate::stats::{PairedCounts, PairedMoments, simultaneous_level};

/// The JSON Schema of a comparison (draft 2020-12), with every field described.
pub const COMPARE_SCHEMA: &str = include_str!("../../schema/compare.schema.json");

/// A comparison.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct CompareSummary {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// Of which scenario: that of the base.
    pub scenario: ScenarioRef,
    /// What was run.
    pub plan: StudyPlan,
    /// What differs.
    pub compare: Comparison,
}

/// What differs between arms.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Comparison {
    /// The scenario of the arm, where it is another file than that of the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<ScenarioRef>,
    /// Which differences hold at once.
    pub family: Family,
    /// The arms, in the order in which they were named, without the base.
    pub arms: Vec<ArmResult>,
    /// Indicators and metrics that are not compared: only one side has them, or they have other units.
    pub not_compared: Vec<String>,
}

/// All differences of a comparison, and at which levels each is given so that all hold at once.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Family {
    /// With this chance, or about so, all intervals of differences hold at once.
    pub level: f64,
    /// Differences: those of outcomes and the others.
    pub differences: usize,
    /// Differences of outcomes, in all arms.
    pub outcomes: usize,
    /// Differences of indicators and metrics, in all arms.
    pub others: usize,
    /// Level of each interval of a difference of an outcome, and of its ratio.
    pub level_of_outcomes: f64,
    /// Level of each interval of the others; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_of_others: Option<f64>,
    /// How the levels are chosen: `bonferroni`.
    pub correction: String,
    /// How intervals of differences of shares are made.
    pub method_of_shares: String,
    /// How intervals of ratios are made.
    pub method_of_ratios: String,
    /// How intervals of differences of means are made.
    pub method_of_means: String,
}

impl Family {
    /// So many differences of outcomes and so many others, which all hold at once with chance `level`.
    ///
    /// By Bonferroni's inequality; where there are others, outcomes have half of what may go wrong and the others the other half, so
    /// that a scenario with many metrics does not blur how it ends.
    ///
    /// # Panics
    /// If the level is not in (0, 1).
    #[must_use]
    pub fn new(level: f64, outcomes: usize, others: usize) -> Self {
        let part = if others > 0 { simultaneous_level(level, 2) } else { level };
        let [shares, ratios, means] = NAMES_OF_METHODS.map(str::to_owned);
        Self {
            level,
            differences: outcomes + others,
            outcomes,
            others,
            level_of_outcomes: simultaneous_level(part, outcomes),
            level_of_others: (others > 0).then(|| simultaneous_level(part, others)),
            correction: "bonferroni".to_owned(),
            method_of_shares: shares,
            method_of_ratios: ratios,
            method_of_means: means,
        }
    }
}

/// What an arm is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ArmAbout {
    /// Its name: that of a variant, `set`, or of a file.
    pub name: String,
    /// What it is called.
    pub label: Option<String>,
    /// Paths and values that it changes.
    pub overrides: BTreeMap<String, String>,
}

/// One arm against the base.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ArmResult {
    /// Its name: that of a variant, `set`, or of the second file.
    pub name: String,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Paths and values that it changes.
    pub overrides: BTreeMap<String, String>,
    /// Trials of which anything that is read from them is another.
    pub changed: ShareOfArm,
    /// Outcomes, those of the base first.
    pub outcomes: Vec<ShareDifference>,
    /// Indicators that are conditional on nothing.
    pub indicators: Vec<ShareDifference>,
    /// Metrics.
    pub metrics: Vec<MeanDifference>,
    /// What becomes of the trials that end in each outcome of the base.
    pub transitions: Vec<TransitionsFrom>,
}

/// What becomes of the trials that end in an outcome of the base.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct TransitionsFrom {
    /// The outcome in the base.
    pub from: String,
    /// Trials that end so.
    pub trials: u64,
    /// How they end in the arm; an outcome that is not here was none of them.
    pub to: Vec<TransitionTo>,
}

/// How some of them end in the arm.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct TransitionTo {
    /// The outcome in the arm.
    pub id: String,
    /// Trials.
    pub count: u64,
    /// Share of the trials that end in the base's outcome.
    pub share: f64,
    /// Its interval, for itself.
    pub interval: IntervalResult,
}

/// What is compared with what, and how it is called: outcomes, indicators and metrics matched by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// All outcomes of all arms: id, label, unresolved.
    pub outcomes: Vec<(String, String, bool)>,
    /// Place among these of each outcome of the base.
    pub base: Vec<usize>,
    /// The arms.
    pub arms: Vec<Matched>,
    /// Indicators and metrics that are left out.
    pub not_compared: Vec<String>,
}

/// Id, label and unit of a metric.
pub type MetricName = (String, String, Option<String>);

/// How the rows of an arm are matched with those of the base. Places are those in a row, see [`super::record`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matched {
    /// What the arm is.
    pub about: ArmAbout,
    /// Place among all outcomes of each outcome of the arm.
    pub outcomes: Vec<usize>,
    /// Indicators that are conditional on nothing: id, label; place in the base's rows and in the arm's.
    pub indicators: Vec<((String, String), usize, usize)>,
    /// Metrics: id, label, unit; place in the base's rows and in the arm's.
    pub metrics: Vec<(MetricName, usize, usize)>,
    /// What else a trial's change is seen by: times, conditional indicators.
    pub others: Vec<(usize, usize)>,
}

/// Counts of a comparison; merges in any grouping to the same bits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CompareTally {
    /// Trials.
    pub trials: u64,
    arms: Vec<ArmTally>,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct ArmTally {
    /// Trials by outcome in the base and in the arm.
    moves: BTreeMap<(usize, usize), u64>,
    indicators: Vec<PairedCounts>,
    metrics: Vec<PairedMoments>,
    changed: u64,
}

impl CompareTally {
    /// Nothing counted.
    #[must_use]
    pub fn new(layout: &Layout) -> Self {
        let arm = |m: &Matched| ArmTally {
            indicators: vec![PairedCounts::default(); m.indicators.len()],
            metrics: vec![PairedMoments::default(); m.metrics.len()],
            ..ArmTally::default()
        };
        Self { trials: 0, arms: layout.arms.iter().map(arm).collect() }
    }

    /// Counts a trial of an arm, beside that of the base; both as [`super::record`] writes them.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among few outcomes")]
    pub fn add(&mut self, layout: &Layout, arm: usize, base: &[f64], row: &[f64]) {
        let (matched, tally) = (&layout.arms[arm], &mut self.arms[arm]);
        let (from, to) = (layout.base[base[0] as usize], matched.outcomes[row[0] as usize]);
        *tally.moves.entry((from, to)).or_insert(0) += 1;
        let mut changed = from != to;
        for ((_, a, b), table) in matched.indicators.iter().zip(&mut tally.indicators) {
            let (x, y) = (base[*a] == 1.0, row[*b] == 1.0);
            table.add(x, y);
            changed |= x != y;
        }
        // Missing is NaN, and the same as missing.
        let differ = |x: f64, y: f64| x != y && !(x.is_nan() && y.is_nan());
        for ((_, a, b), pairs) in matched.metrics.iter().zip(&mut tally.metrics) {
            pairs.add(base[*a], row[*b]);
            changed |= differ(base[*a], row[*b]);
        }
        changed |= matched.others.iter().any(|(a, b)| differ(base[*a], row[*b]));
        tally.changed += u64::from(changed);
    }

    /// Adds all that another tally of the same layout holds.
    pub fn merge(&mut self, other: &Self) {
        self.trials += other.trials;
        for (mine, theirs) in self.arms.iter_mut().zip(&other.arms) {
            for (pair, count) in &theirs.moves {
                *mine.moves.entry(*pair).or_insert(0) += count;
            }
            mine.indicators.iter_mut().zip(&theirs.indicators).for_each(|(a, b)| a.merge(b));
            mine.metrics.iter_mut().zip(&theirs.metrics).for_each(|(a, b)| a.merge(b));
            mine.changed += theirs.changed;
        }
    }
}

impl Comparison {
    /// What was counted, in shares and intervals; `level` for all differences at once, and for each of the other shares.
    ///
    /// # Panics
    /// If the level is not in (0, 1).
    #[must_use]
    pub fn new(tally: &CompareTally, layout: &Layout, level: f64) -> Self {
        let others = layout.arms.iter().map(|m| m.indicators.len() + m.metrics.len()).sum();
        let family = Family::new(level, layout.arms.len() * layout.outcomes.len(), others);
        let arms = layout.arms.iter().zip(&tally.arms);
        let arms = arms.map(|(matched, arm)| arm.result((matched, layout), tally.trials, level, &family)).collect();
        Self { other: None, family, arms, not_compared: layout.not_compared.clone() }
    }
}

impl ArmTally {
    fn result(&self, (matched, layout): (&Matched, &Layout), trials: u64, level: f64, family: &Family) -> ArmResult {
        let share = |k: u64, n: u64| ShareOfArm::new(k, n, level);
        let outcome = |(place, name): (usize, &(String, String, bool))| {
            let mut table = PairedCounts { neither: trials, ..PairedCounts::default() };
            for ((from, to), count) in &self.moves {
                let (base, arm) = (*from == place, *to == place);
                let cell = match (base, arm) {
                    (true, true) => &mut table.both,
                    (true, false) => &mut table.base_only,
                    (false, true) => &mut table.arm_only,
                    (false, false) => continue,
                };
                *cell += count;
                table.neither -= count;
            }
            ShareDifference::new(name.clone(), table, level, family.level_of_outcomes)
        };
        let each = family.level_of_others.unwrap_or(level);
        let indicators = matched
            .indicators
            .iter()
            .zip(&self.indicators)
            .map(|(((id, label), ..), table)| ShareDifference::new((id.clone(), label.clone(), false), *table, level, each));
        let metrics = matched.metrics.iter().zip(&self.metrics).map(|((name, ..), pairs)| MeanDifference::new(name.clone(), pairs, each));
        let mut transitions: BTreeMap<usize, Vec<(usize, u64)>> = BTreeMap::new();
        for ((from, to), count) in &self.moves {
            transitions.entry(*from).or_default().push((*to, *count));
        }
        let transitions = transitions.into_iter().map(|(from, to)| {
            let all = to.iter().map(|t| t.1).sum();
            let one = |(place, count): (usize, u64)| {
                let s = share(count, all);
                TransitionTo { id: layout.outcomes[place].0.clone(), count, share: s.share, interval: s.interval }
            };
            TransitionsFrom { from: layout.outcomes[from].0.clone(), trials: all, to: to.into_iter().map(one).collect() }
        });
        ArmResult {
            name: matched.about.name.clone(),
            label: matched.about.label.clone(),
            overrides: matched.about.overrides.clone(),
            changed: share(self.changed, trials),
            outcomes: layout.outcomes.iter().enumerate().map(outcome).collect(),
            indicators: indicators.collect(),
            metrics: metrics.collect(),
            transitions: transitions.collect(),
        }
    }
}
