//! What each part of a scenario does to how it ends: trials with and without it. `docs/drivers.md` lists its fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::compare::Family;
use super::difference::{NAMES_OF_METHODS, ShareOfArm};
use super::study::StudyPlan;
use super::summary::{About, ScenarioRef, ToolRef};
use crate::stats::PairedCounts;

/// The JSON Schema of such a study (draft 2020-12), with every field described.
pub const DRIVERS_SCHEMA: &str = include_str!("../../schema/drivers.schema.json");

/// Each part switched off in turn.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct DriversSummary {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// Of which scenario.
    pub scenario: ScenarioRef,
    /// What was run.
    pub plan: StudyPlan,
    /// What each part does.
    pub drivers: Drivers,
}

/// What each part does.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Drivers {
    /// Which differences hold at once.
    pub family: DriversFamily,
    /// The scenario as it stands.
    pub base: BaseShares,
    /// The parts: first those without which the change of some outcome is told apart from none, then those that change an indicator
    /// so, then those that change something in some trial, then those that change nothing; each by the size of the largest
    /// change.
    pub parts: Vec<PartResult>,
    /// Parts without which some trial could not be run.
    pub not_run: Vec<PartNotRun>,
}

/// All differences, and at which levels each is given so that all hold at once.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct DriversFamily {
    /// With this chance, or about so, all intervals of differences hold at once.
    pub level: f64,
    /// Differences: those of outcomes and of indicators, of all parts.
    pub differences: usize,
    /// Level of each interval of a difference of an outcome.
    pub level_of_outcomes: f64,
    /// Level of each interval of a difference of an indicator; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level_of_indicators: Option<f64>,
    /// How the levels are chosen: `bonferroni`.
    pub correction: String,
    /// How the intervals of differences are made.
    pub method: String,
}

/// How the scenario ends as it stands.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct BaseShares {
    /// Outcomes.
    pub outcomes: Vec<NamedShare>,
    /// Indicators that are conditional on nothing.
    pub indicators: Vec<NamedShare>,
}

/// A share with its name.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct NamedShare {
    /// The name of the outcome or indicator.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Nothing was decided.
    pub unresolved: bool,
    /// The share.
    #[serde(flatten)]
    pub share: ShareOfArm,
}

/// A part, by name.
#[derive(Clone, Debug, Default, Serialize, Deserialize, PartialEq)]
pub struct PartName {
    /// `event`, `option`, `reaction`, `move`, `spillover` or `perception`.
    pub kind: String,
    /// Its path; for one member of a group with `@` and the member behind the rule's name.
    pub path: String,
    /// What it is called.
    pub label: String,
}

/// What changes without a part.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct PartResult {
    /// The part that is switched off.
    #[serde(flatten)]
    pub part: PartName,
    /// Trials of which anything that is read from them is another; none: the part has no effect on any trial.
    pub changed: u64,
    /// Trials that end otherwise, with their share of all.
    pub ends_otherwise: ShareOfArm,
    /// Size of the largest change, as a share, by which parts are ranked: of the outcomes that are told apart from no change; where there is
    /// none, of the indicators that are; where there is none either, of all outcomes.
    pub largest: f64,
    /// Half the sum of the sizes of the changes of all outcomes: the total variation distance between how it ends with and without. Noise
    /// makes it larger, never smaller.
    pub distance: f64,
    /// Whether the change of some outcome is told apart from none.
    pub moves_outcomes: bool,
    /// Whether that of some indicator is.
    pub moves_indicators: bool,
    /// Change of each outcome.
    pub outcomes: Vec<ShareChange>,
    /// Change of each indicator that is conditional on nothing.
    pub indicators: Vec<ShareChange>,
}

/// The change of a share: without the part, less as it stands.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct ShareChange {
    /// The name of the outcome or indicator.
    pub id: String,
    /// Share without the part, less share as it stands.
    pub difference: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Whether the interval leaves out 0.
    pub beyond_noise: bool,
    /// Trials by whether it holds as it stands (`base`) and without the part (`arm`).
    pub trials: PairedCounts,
}

/// A part without which some trial could not be run.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct PartNotRun {
    /// The part.
    #[serde(flatten)]
    pub part: PartName,
    /// Why.
    pub because: String,
}

/// Counts of one part; merges in any grouping to the same bits.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PartTally {
    /// Trials by outcome as it stands and without.
    ends: BTreeMap<(usize, usize), u64>,
    indicators: Vec<PairedCounts>,
    changed: u64,
}

impl PartTally {
    /// Counts a trial; both rows as [`super::record`] writes them. `indicators` are the places of those that count.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among few outcomes")]
    pub fn add(&mut self, base: &[f64], row: &[f64], indicators: &[usize]) {
        *self.ends.entry((base[0] as usize, row[0] as usize)).or_insert(0) += 1;
        self.indicators.resize(indicators.len(), PairedCounts::default());
        for (at, table) in indicators.iter().zip(&mut self.indicators) {
            table.add(base[3 + 2 * at] == 1.0, row[3 + 2 * at] == 1.0);
        }
        self.changed += u64::from(base.iter().zip(row).any(|(a, b)| a.to_bits() != b.to_bits()));
    }

    /// Adds all that another tally of the same part holds.
    pub fn merge(&mut self, other: &Self) {
        for (pair, count) in &other.ends {
            *self.ends.entry(*pair).or_insert(0) += count;
        }
        self.indicators.resize(self.indicators.len().max(other.indicators.len()), PairedCounts::default());
        self.indicators.iter_mut().zip(&other.indicators).for_each(|(a, b)| a.merge(b));
        self.changed += other.changed;
    }

    fn outcome(&self, place: usize) -> PairedCounts {
        let mut table = PairedCounts::default();
        for ((base, arm), count) in &self.ends {
            *match (*base == place, *arm == place) {
                (true, true) => &mut table.both,
                (true, false) => &mut table.base_only,
                (false, true) => &mut table.arm_only,
                (false, false) => &mut table.neither,
            } += count;
        }
        table
    }
}

impl Drivers {
    /// From the counts of all parts that were run; `level` for all differences at once, and for each share for itself.
    ///
    /// `base` holds how often each outcome and each indicator occurred in `trials` trials of the scenario as it stands.
    ///
    /// # Panics
    /// If the level is not in (0, 1).
    #[must_use]
    pub fn new(
        about: &About,
        (trials, base): (u64, &[Vec<u64>; 2]),
        parts: &[(PartName, PartTally)],
        not_run: Vec<PartNotRun>,
        level: f64,
    ) -> Self {
        let free: Vec<(String, String)> =
            about.indicators.iter().filter(|(_, _, given)| given.is_none()).map(|(id, label, _)| (id.clone(), label.clone())).collect();
        let family = Family::new(level, parts.len() * about.outcomes.len(), parts.len() * free.len());
        let family = DriversFamily {
            level,
            differences: family.differences,
            level_of_outcomes: family.level_of_outcomes,
            level_of_indicators: family.level_of_others,
            correction: family.correction,
            method: NAMES_OF_METHODS[0].to_owned(),
        };
        let named = |id: &String, label: &String, unresolved: bool, count: u64| NamedShare {
            id: id.clone(),
            label: label.clone(),
            unresolved,
            share: ShareOfArm::new(count, trials, level),
        };
        let shares = BaseShares {
            outcomes: about.outcomes.iter().zip(&base[0]).map(|((id, label, open), k)| named(id, label, *open, *k)).collect(),
            indicators: free.iter().zip(&base[1]).map(|((id, label), k)| named(id, label, false, *k)).collect(),
        };
        let one = |(part, tally): &(PartName, PartTally)| {
            let outcomes: Vec<ShareChange> = about
                .outcomes
                .iter()
                .enumerate()
                .map(|(at, (id, ..))| ShareChange::new(id, tally.outcome(at), family.level_of_outcomes))
                .collect();
            let each = family.level_of_indicators.unwrap_or(level);
            let indicators: Vec<ShareChange> =
                free.iter().zip(&tally.indicators).map(|((id, _), table)| ShareChange::new(id, *table, each)).collect();
            let beyond = |all: &[ShareChange]| all.iter().filter(|c| c.beyond_noise).map(|c| c.difference.abs()).reduce(f64::max);
            let any = || outcomes.iter().map(|c| c.difference.abs()).fold(0.0, f64::max);
            let otherwise = tally.ends.iter().filter(|((a, b), _)| a != b).map(|(_, count)| count).sum();
            PartResult {
                part: part.clone(),
                changed: tally.changed,
                ends_otherwise: ShareOfArm::new(otherwise, trials, level),
                largest: beyond(&outcomes).or_else(|| beyond(&indicators)).unwrap_or_else(any),
                distance: 0.5 * outcomes.iter().map(|c| c.difference.abs()).sum::<f64>(),
                moves_outcomes: outcomes.iter().any(|c| c.beyond_noise),
                moves_indicators: indicators.iter().any(|c| c.beyond_noise),
                outcomes,
                indicators,
            }
        };
        let mut parts: Vec<PartResult> = parts.iter().map(one).collect();
        // Parts of one size stay in the order of the file.
        parts.sort_by(|a, b| b.group().cmp(&a.group()).then(b.largest.total_cmp(&a.largest)));
        Self { family, base: shares, parts, not_run }
    }
}

impl PartResult {
    /// What is told of it; later ones are told first.
    fn group(&self) -> u8 {
        match (self.moves_outcomes, self.moves_indicators, self.changed) {
            (true, ..) => 3,
            (_, true, _) => 2,
            (_, _, 1..) => 1,
            (_, _, 0) => 0,
        }
    }

    /// The largest change that is told apart from none: of an outcome, or else of an indicator.
    #[must_use]
    pub fn most(&self) -> Option<&ShareChange> {
        let all = if self.moves_outcomes { &self.outcomes } else { &self.indicators };
        // The first of equals.
        all.iter().filter(|c| c.beyond_noise).rev().max_by(|a, b| a.difference.abs().total_cmp(&b.difference.abs()))
    }
}

impl ShareChange {
    fn new(id: &str, table: PairedCounts, level: f64) -> Self {
        let interval = table.interval(level);
        Self {
            id: id.to_owned(),
            difference: table.difference(),
            low: interval.low,
            high: interval.high,
            beyond_noise: !interval.contains(0.0),
            trials: table,
        }
    }
}
