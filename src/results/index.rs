//! Results of many files: what a run of them came to, and what an index page shows of each.

use serde::{Deserialize, Serialize};

use super::flaw::Flaw;
use super::format::parse;
use super::summary::{Plan, ScenarioRef, Summary, ToolRef};

/// JSON Schema of [`BatchDocument`].
pub const INDEX_SCHEMA: &str = include_str!("../../schema/index.schema.json");

/// What the last run of several files came to: what `run` leaves as `index.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchDocument {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// The files.
    pub index: Batch,
}

/// Files that were run together.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// In the order in which they were found.
    pub files: Vec<BatchFile>,
    /// Names of results that only the baseline has, where the run was compared with one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<String>,
}

/// A file of several.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BatchFile {
    /// Its path, as it was found.
    pub file: String,
    /// Where its result lies below the folder, with `/` between parts.
    pub name: String,
    /// What came of it.
    pub state: BatchState,
    /// Why there is no result.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Where that is, and how to mend it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaw: Option<Flaw>,
}

/// What came of a file of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// It has a result.
    Done,
    /// It has a result of the trials that were done.
    Partial,
    /// It is wrong, cannot be read, or an earlier result was not to be replaced.
    Wrong,
    /// A trial could not be run, or a result could not be written.
    Stopped,
    /// The run was interrupted before its first trials were done.
    Interrupted,
    /// The run was interrupted before it was begun.
    NotBegun,
}

impl BatchState {
    /// In words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Partial => "partial",
            Self::Wrong => "wrong",
            Self::Stopped => "stopped",
            Self::Interrupted => "interrupted",
            Self::NotBegun => "not begun",
        }
    }
}

/// What a stored test says of the claims of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClaimsSeen {
    /// Shown.
    pub pass: u64,
    /// Refuted, each as it is written.
    pub fail: Vec<String>,
    /// Neither.
    pub undecided: u64,
    /// Not tried.
    pub not_run: u64,
    /// The test is of another version of the file.
    pub stale: bool,
}

impl ClaimsSeen {
    /// What a document of `test` says of a scenario; `None` where it says nothing of it, or is none.
    #[must_use]
    pub fn of(text: &str, scenario: &ScenarioRef) -> Option<Self> {
        #[derive(Deserialize)]
        struct Document {
            files: Vec<File>,
        }
        #[derive(Deserialize)]
        struct File {
            scenario: Option<ScenarioRef>,
            #[serde(default)]
            claims: Vec<Claim>,
        }
        let document: Document = parse(text, "").ok()?;
        let of = |exact: bool| {
            document
                .files
                .iter()
                .find(|f| f.scenario.as_ref().is_some_and(|s| if exact { s.sha256 == scenario.sha256 } else { s.id == scenario.id }))
        };
        let (file, stale) = of(true).map(|f| (f, false)).or_else(|| of(false).map(|f| (f, true)))?;
        Some(Self { stale, ..Self::counted(&file.claims) })
    }

    /// What a run has judged on its own trials, from its `report.json`; `None` where it judged nothing, or this is none.
    #[must_use]
    pub fn of_run(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Document {
            verdicts: Option<Judged>,
        }
        #[derive(Deserialize)]
        struct Judged {
            claims: Vec<Claim>,
        }
        let document: Document = parse(text, "").ok()?;
        document.verdicts.map(|judged| Self::counted(&judged.claims))
    }

    fn counted(claims: &[Claim]) -> Self {
        let mut seen = Self::default();
        for claim in claims {
            match claim.verdict.as_str() {
                "pass" => seen.pass += 1,
                "fail" => seen.fail.push(claim.that.clone()),
                "undecided" => seen.undecided += 1,
                _ => seen.not_run += 1,
            }
        }
        seen
    }
}

/// A claim as far as it is counted.
#[derive(Deserialize)]
struct Claim {
    that: String,
    verdict: String,
}

/// What changed against an earlier result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChangesSeen {
    /// Something changed beyond noise and tolerance, or is there in one result only.
    pub changed: bool,
    /// Shares at the end that changed.
    pub shares: Vec<Moved>,
    /// How many other figures changed.
    pub others: u64,
    /// Entries of the scenario that differ.
    pub entries: Vec<Edited>,
}

/// An entry of the scenario that differs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Edited {
    /// Its path.
    pub path: String,
    /// What it was; absent where it was not there.
    pub old: Option<String>,
    /// What it is; absent where it is no longer there.
    pub new: Option<String>,
}

/// A share that changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Moved {
    /// What it is called.
    pub label: String,
    /// Old and new share.
    pub shares: (f64, f64),
    /// Interval of new less old.
    pub interval: (f64, f64),
}

impl ChangesSeen {
    /// What a document of `diff` says of a result; `None` where its new side is another result, or it is none.
    #[must_use]
    pub fn of(text: &str, summary: &Summary) -> Option<Self> {
        #[derive(Deserialize)]
        struct Document {
            new: Side,
            diff: Diff,
        }
        #[derive(Deserialize)]
        struct Side {
            scenario: ScenarioRef,
            plan: PlanPart,
        }
        #[derive(Deserialize)]
        struct PlanPart {
            variant: String,
            seed: u64,
            first_trial: u64,
            trials: u64,
        }
        #[derive(Deserialize)]
        struct Diff {
            changed: bool,
            #[serde(default)]
            shares: Vec<Share>,
            #[serde(default)]
            means: Vec<Mean>,
            #[serde(default)]
            only_old: Vec<String>,
            #[serde(default)]
            only_new: Vec<String>,
            #[serde(default)]
            entries: Vec<Edited>,
        }
        #[derive(Deserialize)]
        struct Share {
            label: String,
            day: Option<f64>,
            old: f64,
            new: f64,
            low: f64,
            high: f64,
            verdict: String,
        }
        #[derive(Deserialize)]
        struct Mean {
            verdict: String,
        }
        let Document { new, diff } = parse(text, "").ok()?;
        let same =
            |a: &PlanPart, b: &Plan| a.variant == b.variant && a.seed == b.seed && a.first_trial == b.first_trial && a.trials == b.trials;
        if new.scenario.sha256 != summary.scenario.sha256 || !same(&new.plan, &summary.plan) {
            return None;
        }
        let (shares, later): (Vec<Share>, Vec<Share>) =
            diff.shares.into_iter().filter(|s| s.verdict == "changed").partition(|s| s.day.is_none());
        let others = later.len() + diff.means.iter().filter(|m| m.verdict == "changed").count() + diff.only_old.len() + diff.only_new.len();
        let moved = |s: Share| Moved { label: s.label, shares: (s.old, s.new), interval: (s.low, s.high) };
        Some(Self { changed: diff.changed, shares: shares.into_iter().map(moved).collect(), others: others as u64, entries: diff.entries })
    }
}
