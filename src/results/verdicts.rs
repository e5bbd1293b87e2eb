//! Claims of scenarios and what came of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::flaw::Flaw;
use super::summary::{ScenarioRef, ToolRef};

/// JSON Schema of [`TestSummary`].
pub const TEST_SCHEMA: &str = include_str!("../../schema/test.schema.json");

/// What came of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Shown.
    Pass,
    /// Refuted.
    Fail,
    /// Neither, within the trials that were allowed.
    Undecided,
    /// Its file could not be run, or the test was interrupted before.
    NotRun,
}

impl Verdict {
    /// All, with their words.
    pub const WORDS: [(Self, &'static str); 4] =
        [(Self::Pass, "pass"), (Self::Fail, "fail"), (Self::Undecided, "undecided"), (Self::NotRun, "not run")];

    /// In a word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|w| w.0 == self).map_or("", |w| w.1)
    }
}

/// In what a number is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share, from 0 to 1; a difference of shares, from -1 to 1.
    Share,
    /// Days since the start, or days of difference.
    Day,
    /// A number in the unit of its metric.
    Number,
}

/// What is known of the quantity of a claim when it was settled, or at the end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// In what it is told.
    pub unit: Unit,
    /// Estimate of the quantity; of a comparison the difference, left less right or variant less base. `None` where no trial tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub estimate: Option<f64>,
    /// Lower end of the confidence sequence; `None` where it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// Upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// Of a comparison: the left side, or the variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left: Option<f64>,
    /// Of a comparison: the right side, or the base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub right: Option<f64>,
    /// Trials (pairs of trials, of a comparison) in which the quantity is read; the fewer, where its two sides differ.
    pub read: u64,
    /// The claim holds from here on up; of a comparison 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lower_limit: Option<f64>,
    /// The claim holds up to here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upper_limit: Option<f64>,
    /// Margin, in the same unit; of quantiles without a margin of their own a share of trials.
    pub margin: f64,
}

/// A claim and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClaimResult {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// As written.
    pub that: String,
    /// The same in plain words, with the labels of the scenario.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// Of which variant; absent: of the scenario as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Why its author believes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    /// The file in which it stands: the scenario's, or one that it uses.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// What came of it.
    pub verdict: Verdict,
    /// Trials (of each arm) when it was settled, or in all.
    pub trials: u64,
    /// What is known; absent where nothing was run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
}

/// What the trials of a run say of the claims of its scenario: those that need no other variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunVerdicts {
    /// The trials.
    pub trials: u64,
    /// Chance that any of these verdicts is wrong.
    pub false_alarms: f64,
    /// The same for each claim.
    pub false_alarms_each: f64,
    /// Margin of claims that have none of their own.
    pub margin: f64,
    /// All claims, in file order; those that need other trials are not run.
    pub claims: Vec<ClaimResult>,
}

/// What came of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileState {
    /// Every claim was tried.
    Tested,
    /// It makes no claims.
    NoClaims,
    /// It cannot be read, or is wrong.
    Wrong,
    /// A trial could not be run.
    Stopped,
    /// The test was interrupted before it was done.
    Interrupted,
}

/// A file of the suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestedFile {
    /// Its path, as it was found.
    pub file: String,
    /// What came of it.
    pub state: FileState,
    /// The scenario; absent where it is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scenario: Option<ScenarioRef>,
    /// What is wrong, or why it stopped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Where that is, and how to mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaw: Option<Flaw>,
    /// Trials of the arm that ran longest.
    pub trials: u64,
    /// Its claims, in file order.
    pub claims: Vec<ClaimResult>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestPlan {
    /// The seed.
    pub seed: u64,
    /// Most trials of a file.
    pub max_trials: u64,
    /// Chance that any claim of the suite gets a wrong verdict.
    pub false_alarms: f64,
    /// The same for each claim: its part.
    pub false_alarms_each: f64,
    /// Margin of claims that have none of their own.
    pub margin: f64,
    /// Whether all that was asked for was done.
    pub complete: bool,
    /// The command that makes it again.
    pub command: String,
}

/// How many claims came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestCounts {
    /// All claims.
    pub claims: u64,
    /// Shown.
    pub pass: u64,
    /// Refuted.
    pub fail: u64,
    /// Neither.
    pub undecided: u64,
    /// Not tried.
    pub not_run: u64,
    /// Files that are wrong.
    pub wrong_files: u64,
}

/// What a suite of claims yields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TestSummary {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// What was asked for.
    pub plan: TestPlan,
    /// How many claims came to what.
    pub test: TestCounts,
    /// The files, in the order in which they were found.
    pub files: Vec<TestedFile>,
}

impl TestSummary {
    /// With the counts of these files.
    #[must_use]
    pub fn new(plan: TestPlan, files: Vec<TestedFile>) -> Self {
        let mut counts: BTreeMap<Verdict, u64> = BTreeMap::new();
        for claim in files.iter().flat_map(|f| &f.claims) {
            *counts.entry(claim.verdict).or_default() += 1;
        }
        let of = |verdict| counts.get(&verdict).copied().unwrap_or(0);
        let test = TestCounts {
            claims: counts.values().sum(),
            pass: of(Verdict::Pass),
            fail: of(Verdict::Fail),
            undecided: of(Verdict::Undecided),
            not_run: of(Verdict::NotRun),
            wrong_files: files.iter().filter(|f| f.state == FileState::Wrong).count() as u64,
        };
        Self { format: 1, tool: ToolRef::this(), plan, test, files }
    }

    /// The document of each file alone, as `escalade test --out` stores it: the plan is that of the suite, complete where this file is.
    pub fn each(&self) -> impl Iterator<Item = Self> + '_ {
        self.files.iter().map(|file| {
            let complete = file.state != FileState::Interrupted;
            Self { tool: self.tool.clone(), ..Self::new(TestPlan { complete, ..self.plan.clone() }, vec![file.clone()]) }
        })
    }

    /// All claims with their files, in order.
    pub fn claims(&self) -> impl Iterator<Item = (&TestedFile, &ClaimResult)> {
        self.files.iter().flat_map(|f| f.claims.iter().map(move |c| (f, c)))
    }
}
