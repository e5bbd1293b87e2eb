//! How the answer changes along inputs.

use serde::{Deserialize, Serialize};

use super::intervals::IntervalResult;
use super::study::StudyPlan;
use super::summary::{About, ScenarioRef, ToolRef};
use crate::stats::{PairedCounts, simultaneous_level};

/// JSON Schema of [`SweepSummary`].
pub const SWEEP_SCHEMA: &str = include_str!("../../schema/sweep.schema.json");

/// What a sweep yields.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct SweepSummary {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// Of which scenario.
    pub scenario: ScenarioRef,
    /// What was run.
    pub plan: StudyPlan,
    /// The sweep.
    pub sweep: Sweep,
}

impl SweepSummary {
    /// With the names of a scenario.
    #[must_use]
    pub fn new(about: &About, plan: StudyPlan, sweep: Sweep) -> Self {
        Self { format: 1, tool: ToolRef::this(), scenario: about.scenario.clone().unwrap_or_default(), plan, sweep }
    }
}

/// How the points of a sweep were chosen.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum SweepDesign {
    /// All values of the inputs with each other.
    Grid,
    /// A Latin hypercube.
    Lhs,
    /// Scrambled Sobol points.
    Sobol,
}

/// A sweep.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Sweep {
    /// How the points were chosen.
    pub design: SweepDesign,
    /// What was varied, in the order of the values of each point.
    pub inputs: Vec<SweepInput>,
    /// Points that were asked for; all that were done are in `points`.
    pub points_asked: u64,
    /// The scenario as it stands, on the same trials.
    pub base: SweepPoint,
    /// The points, in the order of the grid (last input fastest) or of the design.
    pub points: Vec<SweepPoint>,
    /// Per outcome: where it was lowest and highest, the outcome that changes most first.
    pub swings: Vec<Swing>,
    /// Rank correlations of inputs with shares; of designs only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub correlations: Vec<RankCorrelation>,
}

/// What was varied.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct SweepInput {
    /// As `--set` takes it.
    pub path: String,
    /// What it is called; absent where it has no label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// First value, or all of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<f64>,
    /// Last value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// Unit of both.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Equal ratios instead of equal distances.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub log: bool,
    /// The values, where they were listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub list: Vec<String>,
}

impl SweepInput {
    /// What it is called: its label, else its path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.path)
    }
}

/// What came of one point.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct SweepPoint {
    /// Value of each input, as written after `--set PATH=`; empty for the base.
    pub values: Vec<String>,
    /// The same as numbers, where they are numbers; true is 1, false is 0.
    pub numbers: Vec<Option<f64>>,
    /// Trials.
    pub trials: u64,
    /// Outcomes.
    pub outcomes: Vec<SweepShare>,
    /// Indicators that are conditional on nothing.
    pub indicators: Vec<SweepShare>,
    /// Metrics that are conditional on nothing.
    pub metrics: Vec<SweepMean>,
}

/// A share at one point.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct SweepShare {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Trials.
    pub count: u64,
    /// Share of the point's trials.
    pub share: f64,
    /// Its interval, for itself alone.
    pub interval: IntervalResult,
    /// Against the scenario as it stands, on the same trials; outcomes only, and absent for the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<SweepDifference>,
}

/// A paired difference of shares.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct SweepDifference {
    /// Share at the point minus share of the base.
    pub difference: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Trials that end so at the point only.
    pub gained: u64,
    /// Trials that end so in the base only.
    pub lost: u64,
}

impl SweepSummary {
    /// At how many points an outcome's share differs from the base beyond noise, and at how many it was compared.
    ///
    /// All intervals hold at once (Bonferroni): points share the luck of the one base, so that their errors come together, and intervals that
    /// hold each for itself would at times leave out 0 at half of the points where nothing differs.
    #[must_use]
    pub fn differing(&self, outcome: &str) -> (usize, usize) {
        let level = simultaneous_level(self.plan.level, self.sweep.points.len());
        let share = |p: &SweepPoint| p.outcomes.iter().find(|o| o.id == outcome).and_then(|o| p.differs(o, level));
        let found: Vec<bool> = self.sweep.points.iter().filter_map(share).collect();
        (found.iter().filter(|d| **d).count(), found.len())
    }
}

impl SweepPoint {
    /// Whether a share of this point differs from the base beyond noise: whether its paired interval at this level leaves out 0. `None` where
    /// it was not compared.
    fn differs(&self, share: &SweepShare, level: f64) -> Option<bool> {
        let found = share.difference.as_ref()?;
        let both = share.count.checked_sub(found.gained)?;
        let neither = self.trials.checked_sub(both + found.gained + found.lost)?;
        let interval = PairedCounts { both, base_only: found.lost, arm_only: found.gained, neither }.interval(level);
        Some(interval.low > 0.0 || interval.high < 0.0)
    }
}

/// The mean of a metric at one point.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct SweepMean {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Its unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Trials on which it has a value.
    pub trials: u64,
    /// Mean; absent where there is no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Standard error of the mean; absent with fewer than two values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard_error: Option<f64>,
}

/// How far an outcome's share goes over the points.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Swing {
    /// The outcome.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Nothing was decided.
    pub unresolved: bool,
    /// Lowest share.
    pub low: f64,
    /// The point with it, by place; the first of several.
    pub low_at: usize,
    /// Highest share.
    pub high: f64,
    /// The point with it, by place; the first of several.
    pub high_at: usize,
}

/// Spearman's rank correlation of an input with the share of an outcome, over the points of a design.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct RankCorrelation {
    /// The outcome.
    pub outcome: String,
    /// The input, by place.
    pub input: usize,
    /// The correlation, from -1 to 1.
    pub rho: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{SweepDesign, ToolRef};

    /// Points of which each gained so many trials of 1,000 against a base of 500.
    fn sweep(gained: &[u64]) -> SweepSummary {
        let interval = IntervalResult::new(500, 1000, 0.95);
        let point = |gained: u64| {
            let pairs = PairedCounts { both: 500, base_only: 0, arm_only: gained, neither: 500 - gained };
            let i = pairs.interval(0.95);
            let difference = SweepDifference { difference: pairs.difference(), low: i.low, high: i.high, gained, lost: 0 };
            let count = 500 + gained;
            let share = SweepShare {
                id: "x".into(),
                label: "x".into(),
                count,
                share: 0.5,
                interval: interval.clone(),
                difference: Some(difference),
            };
            let (values, numbers, indicators, metrics) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
            SweepPoint { values, numbers, trials: 1000, outcomes: vec![share], indicators, metrics }
        };
        SweepSummary {
            format: 1,
            tool: ToolRef::this(),
            scenario: ScenarioRef::default(),
            plan: StudyPlan {
                variant: "base".into(),
                variant_label: None,
                overrides: std::collections::BTreeMap::new(),
                seed: 1,
                trials: 1000,
                trials_in_all: 1000,
                level: 0.95,
                complete: true,
                command: String::new(),
            },
            sweep: Sweep {
                design: SweepDesign::Grid,
                inputs: Vec::new(),
                points_asked: gained.len() as u64,
                base: point(0),
                points: gained.iter().map(|g| point(*g)).collect(),
                swings: Vec::new(),
                correlations: Vec::new(),
            },
        }
    }

    #[test]
    fn points_are_counted_by_intervals_that_hold_at_once() {
        // Six trials that all go one way: P = 2^-5 alone is told from none at 95 %, but not among twenty.
        let alone = sweep(&[8]);
        let among = sweep(&[8; 20]);
        assert_eq!(alone.differing("x"), (1, 1));
        assert_eq!(among.differing("x"), (0, 20));
        assert_eq!(sweep(&[40; 20]).differing("x"), (20, 20));
        assert_eq!(among.differing("y"), (0, 0));
    }
}
