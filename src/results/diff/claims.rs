//! What changed in the verdicts on a scenario's claims.

use serde::Serialize;

use super::{DiffDocument, Judge, NotCompared};
use crate::results::{ClaimResult, Finding, TestedFile, Unit, Verdict};

/// What changed against earlier results, over all files of a test.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct TestDiff {
    /// Whether anything changed beyond noise and tolerance, or is there on one side only.
    pub changed: bool,
    /// The directory of earlier results.
    pub path: String,
    /// Names of earlier results whose files are not there any more.
    pub gone: Vec<String>,
    /// The files for which there are any, or something is to be said.
    pub files: Vec<FileDiff>,
}

/// What changed in a file against earlier results of it.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct FileDiff {
    /// The file, as it was found.
    pub file: String,
    /// Whether anything changed.
    pub changed: bool,
    /// Where its earlier results lie; absent where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its claims; absent where no earlier verdicts could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claims: Option<ClaimsDiff>,
    /// The same run as earlier, against that; absent where no earlier run could be compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<DiffDocument>,
    /// What could not be compared, and why.
    pub not_compared: Vec<NotCompared>,
}

/// What changed in claims.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct ClaimsDiff {
    /// Whether a claim passed and fails, or failed and passes; whether a quantity moved; whether claims came or went.
    pub changed: bool,
    /// How many claims have the verdict that they had, and quantities that cannot be told from what they were.
    pub same: u64,
    /// The others.
    pub changes: Vec<ClaimChange>,
    /// Claims that are no longer made.
    pub only_old: Vec<String>,
    /// Claims that were not made.
    pub only_new: Vec<String>,
}

/// A claim that has another verdict, or whose quantity moved.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct ClaimChange {
    /// As written.
    pub that: String,
    /// Of which variant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// What came of it.
    pub old: Verdict,
    /// What comes of it.
    pub new: Verdict,
    /// What was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_finding: Option<Finding>,
    /// What is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_finding: Option<Finding>,
    /// How the quantity is judged: by whether both intervals, which hold at every look, have a number in common.
    pub quantity: super::Verdict,
    /// Whether that counts: it passed and fails, failed and passes, or the quantity changed.
    pub changed: bool,
}

impl FileDiff {
    /// Nothing but a name.
    #[must_use]
    pub fn new(file: &str) -> Self {
        Self { file: file.to_owned(), changed: false, path: None, claims: None, run: None, not_compared: Vec::new() }
    }

    /// Adds what was not compared.
    pub fn not(&mut self, what: &str, why: &str) {
        self.not_compared.push(NotCompared { what: what.to_owned(), why: why.to_owned() });
    }
}

/// Compares the claims of a file with what came of them earlier. Claims are the same where their text and variant are; of several with the
/// same text the first is compared with the first.
///
/// An interval of a claim is a confidence sequence, at the part of the suite's false-alarm rate that was the claim's. Two that have no
/// number in common contradict each other, unless one of them is wrong: that happens with no more chance than both suites declare.
#[must_use]
pub fn compare_claims(old: &TestedFile, new: &TestedFile, judge: Judge) -> ClaimsDiff {
    let mut left: Vec<&ClaimResult> = old.claims.iter().collect();
    let mut diff = ClaimsDiff { changed: false, same: 0, changes: Vec::new(), only_old: Vec::new(), only_new: Vec::new() };
    for after in &new.claims {
        let Some(at) = left.iter().position(|b| (&b.that, &b.variant) == (&after.that, &after.variant)) else {
            diff.only_new.push(name(after));
            continue;
        };
        let before = left.remove(at);
        let quantity = moved(before.finding.as_ref(), after.finding.as_ref(), judge);
        let decided = |v: Verdict| matches!(v, Verdict::Pass | Verdict::Fail);
        let turned = before.verdict != after.verdict && decided(before.verdict) && decided(after.verdict);
        if before.verdict == after.verdict && matches!(quantity, super::Verdict::Same | super::Verdict::Noise) {
            diff.same += 1;
            continue;
        }
        diff.changes.push(ClaimChange {
            that: after.that.clone(),
            variant: after.variant.clone(),
            old: before.verdict,
            new: after.verdict,
            old_finding: before.finding.clone(),
            new_finding: after.finding.clone(),
            quantity,
            changed: turned || quantity == super::Verdict::Changed,
        });
    }
    diff.only_old = left.into_iter().map(name).collect();
    diff.changed = diff.changes.iter().any(|c| c.changed) || !diff.only_old.is_empty() || !diff.only_new.is_empty();
    diff
}

fn name(claim: &ClaimResult) -> String {
    claim.variant.as_ref().map_or_else(|| claim.that.clone(), |v| format!("{} (variant {v})", claim.that))
}

/// Whether two intervals have nothing in common, and by how much more than the tolerance they lie apart.
fn moved(old: Option<&Finding>, new: Option<&Finding>, judge: Judge) -> super::Verdict {
    let (Some(old), Some(new)) = (old, new) else { return super::Verdict::Noise };
    if old.unit != new.unit {
        return super::Verdict::Noise;
    }
    if old == new {
        return super::Verdict::Same;
    }
    let end = |end: Option<f64>, open: f64| end.unwrap_or(open);
    let (b, a) =
        ((end(old.low, f64::NEG_INFINITY), end(old.high, f64::INFINITY)), (end(new.low, f64::NEG_INFINITY), end(new.high, f64::INFINITY)));
    let gap = (a.0 - b.1).max(b.0 - a.1);
    let tolerance = if old.unit == Unit::Share { judge.tolerance } else { judge.relative * old.estimate.unwrap_or(0.0).abs() };
    match gap {
        gap if gap > tolerance => super::Verdict::Changed,
        gap if gap > 0.0 => super::Verdict::Tolerated,
        _ => super::Verdict::Noise,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::FileState;

    const JUDGE: Judge = Judge { level: 0.999, tolerance: 0.05, relative: 0.1 };

    fn claim(that: &str, verdict: Verdict, (estimate, low, high): (f64, f64, f64)) -> ClaimResult {
        let ends = (Some(low).filter(|x| x.is_finite()), Some(high).filter(|x| x.is_finite()));
        let finding = Finding {
            lower_limit: None,
            upper_limit: None,
            unit: Unit::Share,
            estimate: Some(estimate),
            low: ends.0,
            high: ends.1,
            left: None,
            right: None,
            read: 9,
            margin: 0.01,
        };
        let file = "x.toml".to_owned();
        ClaimResult {
            says: String::new(),
            id: None,
            that: that.to_owned(),
            variant: None,
            because: None,
            file,
            line: 1,
            column: 1,
            verdict,
            trials: 9,
            finding: Some(finding),
        }
    }

    fn file(claims: Vec<ClaimResult>) -> TestedFile {
        TestedFile { file: "x.toml".to_owned(), state: FileState::Tested, scenario: None, error: None, flaw: None, trials: 9, claims }
    }

    #[test]
    fn what_turns_or_moves_counts_and_what_stays_undecided_does_not() {
        use super::super::Verdict::{Changed, Noise, Tolerated};
        use Verdict::{Fail, Pass, Undecided};
        let old = file(vec![
            claim("a", Pass, (0.2, 0.1, 0.3)),
            claim("b", Pass, (0.2, 0.1, 0.3)),
            claim("c", Pass, (0.2, 0.1, 0.3)),
            claim("d", Pass, (0.2, 0.1, 0.3)),
            claim("e", Pass, (0.2, f64::NAN, f64::NAN)),
            claim("gone", Pass, (0.2, 0.1, 0.3)),
        ]);
        let new = file(vec![
            claim("d", Pass, (0.3, 0.32, 0.5)),
            claim("c", Pass, (0.5, 0.4, 0.6)),
            claim("b", Undecided, (0.25, 0.2, 0.3)),
            claim("a", Fail, (0.25, 0.2, 0.3)),
            claim("e", Pass, (0.9, 0.8, 0.95)),
            claim("new", Pass, (0.2, 0.1, 0.3)),
        ]);
        let diff = compare_claims(&old, &new, JUDGE);
        let found: Vec<(&str, super::super::Verdict, bool)> =
            diff.changes.iter().map(|c| (c.that.as_str(), c.quantity, c.changed)).collect();
        assert_eq!(found, [("d", Tolerated, false), ("c", Changed, true), ("b", Noise, false), ("a", Noise, true)]);
        assert_eq!((diff.same, diff.only_old, diff.only_new, diff.changed), (1, vec!["gone".to_owned()], vec!["new".to_owned()], true));
        let same = compare_claims(&old, &old, JUDGE);
        assert!(!same.changed && same.same == 6 && same.changes.is_empty());
    }
}
