//! What changed between two sensitivity studies beyond noise: index by index.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{Judge, Verdict, judged};
use crate::results::{Estimated, FactorResult, OutputKind, OutputResult, SensitivityMethod, SensitivitySummary};
use crate::stats::{Jackknife, jackknife_difference, simultaneous_level};

/// What changed in what results depend on.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct SensitivityDiff {
    /// The old study; absent where the old result has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<SensitivitySide>,
    /// The new one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<SensitivitySide>,
    /// Whether both were made at the same points of the same seed, and compared point by point.
    pub paired: bool,
    /// Indices that both have.
    pub indices: Vec<IndexChange>,
    /// What could not be compared, and why.
    pub not_compared: Vec<NotCompared>,
}

/// One of two studies.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct SensitivitySide {
    /// How.
    pub method: SensitivityMethod,
    /// Base points, trajectories or trials.
    pub points: u64,
    /// Trials at each.
    pub replicates: u64,
    /// The variant.
    pub variant: String,
    /// The seed.
    pub seed: u64,
    /// Whether these are all that were asked for.
    pub complete: bool,
    /// SHA-256 of the scenario's texts.
    pub sha256: String,
}

/// Something that is in both results, or in one, and was not compared.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct NotCompared {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
}

/// An index in both studies.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct IndexChange {
    /// What depends: outcome, indicator or metric.
    pub kind: OutputKind,
    /// Its name.
    pub id: String,
    /// What it is called in the new study.
    pub label: String,
    /// Its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// On which parameter, or correlated group; absent for what is due to all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<String>,
    /// What that is called in the new study.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor_label: Option<String>,
    /// Which index: `due_to_factors`, `first`, `total`, `mu`, `mu_star`.
    pub index: &'static str,
    /// The old one.
    pub old: f64,
    /// The new one.
    pub new: f64,
    /// New less old.
    pub difference: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How it is judged.
    pub verdict: Verdict,
}

impl IndexChange {
    /// Whether it is a share, or a change of one: for these the tolerance is that of shares.
    #[must_use]
    pub fn is_share(&self) -> bool {
        self.kind != OutputKind::Metric || !self.index.starts_with("mu")
    }
}

/// Fewest standard errors by which the variance that is due to the parameters must lie above 0 for its parts to be compared: the error of
/// a quotient is known only where its divisor is.
const CLEAR: f64 = 5.0;

/// An index of both studies before it is judged.
struct Pair {
    change: IndexChange,
    old: Jackknife,
    new: Jackknife,
}

/// Two studies, matched and not yet judged.
pub(super) struct Matched {
    diff: SensitivityDiff,
    pairs: Vec<Pair>,
}

/// A study of each result: none where it has none, `Err` where it cannot be read.
pub type Study<'s> = Option<Result<&'s SensitivitySummary, String>>;

/// Matches what two studies tell; `None` where neither result has one.
pub(super) fn matched(old: Study<'_>, new: Study<'_>) -> Option<Matched> {
    let none = SensitivityDiff { old: None, new: None, paired: false, indices: Vec::new(), not_compared: Vec::new() };
    let mut found = Matched { diff: none, pairs: Vec::new() };
    let (old, new) = match (old, new) {
        (None, None) => return None,
        (Some(Ok(old)), Some(Ok(new))) => (old, new),
        (old, new) => {
            for (which, study) in [("old", &old), ("new", &new)] {
                match study {
                    None => found.not("sensitivity", &format!("the {which} result has no study")),
                    Some(Err(why)) => found.not("sensitivity", &format!("that of the {which} result cannot be read: {why}")),
                    Some(Ok(_)) => {}
                }
            }
            let side = |study: Study<'_>| study.and_then(Result::ok).map(side);
            (found.diff.old, found.diff.new) = (side(old), side(new));
            return Some(found);
        }
    };
    (found.diff.old, found.diff.new) = (Some(side(old)), Some(side(new)));
    match incomparable(old, new) {
        Some(why) => found.not("sensitivity", &why),
        None => found.outputs(old, new),
    }
    Some(found)
}

fn side(study: &SensitivitySummary) -> SensitivitySide {
    let (plan, found) = (&study.plan, &study.sensitivity);
    SensitivitySide {
        method: found.method,
        points: found.points,
        replicates: found.replicates,
        variant: plan.variant.clone(),
        seed: plan.seed,
        complete: plan.complete,
        sha256: study.scenario.sha256.clone(),
    }
}

/// Why two studies do not tell the same thing.
fn incomparable(old: &SensitivitySummary, new: &SensitivitySummary) -> Option<String> {
    let (a, b) = (&old.sensitivity, &new.sensitivity);
    let set = |names: &[String]| names.iter().cloned().collect::<BTreeSet<String>>();
    if a.method != b.method {
        return Some(format!("the old study is by {}, the new one by {}", a.method.word(), b.method.word()));
    }
    if a.method == SensitivityMethod::Sobol && set(&a.others) != set(&b.others) {
        return Some("other parameters count as luck in the one study than in the other".to_owned());
    }
    (a.step != b.step).then(|| "moves of the two studies cross different parts of a distribution".to_owned())
}

impl Matched {
    fn not(&mut self, what: &str, why: &str) {
        self.diff.not_compared.push(NotCompared { what: what.to_owned(), why: why.to_owned() });
    }

    fn outputs(&mut self, old: &SensitivitySummary, new: &SensitivitySummary) {
        let (a, b) = (&old.sensitivity, &new.sensitivity);
        self.diff.paired = (old.plan.seed, a.points, a.replicates) == (new.plan.seed, b.points, b.replicates);
        let same = |x: &OutputResult, y: &OutputResult| (x.kind, &x.id) == (y.kind, &y.id);
        let name = |o: &OutputResult| format!("{} {}", o.kind.word(), o.id);
        for (one, others, which) in [(a, b, "old"), (b, a, "new")] {
            for output in one.outputs.iter().filter(|o| !others.outputs.iter().any(|p| same(o, p))) {
                self.not(&name(output), &format!("only the {which} study looks at it"));
            }
            for factor in one.factors.iter().filter(|f| !others.factors.iter().any(|g| g.id == f.id)) {
                self.not(&format!("parameter {}", factor.id), &format!("only the {which} study varies it"));
            }
        }
        for after in &b.outputs {
            let Some(before) = a.outputs.iter().find(|o| same(o, after)) else { continue };
            match (before.constant, after.constant) {
                (true, true) => {}
                (true, false) => self.not(&name(after), "it was the same in all trials of the old study"),
                (false, true) => self.not(&name(after), "it is the same in all trials of the new study"),
                (false, false) => self.output(before, after, new, (a.replicates, b.replicates)),
            }
        }
    }

    fn output(&mut self, before: &OutputResult, after: &OutputResult, new: &SensitivitySummary, replicates: (u64, u64)) {
        let mut unknown = 0;
        let mut add = |factor: Option<&FactorResult>, index: &'static str, pair: (Option<Estimated>, Option<Estimated>)| {
            let (Some(x), Some(y)) = pair else { return };
            let (Some(old), Some(new_error)) = (x.jackknife(), y.jackknife()) else {
                unknown += 1;
                return;
            };
            let label = factor.and_then(|f| new.sensitivity.factors.iter().find(|n| n.id == f.id)).map(|n| n.label.clone());
            let change = IndexChange {
                kind: after.kind,
                id: after.id.clone(),
                label: after.label.clone(),
                unit: after.unit.clone(),
                factor: factor.map(|f| f.id.clone()),
                factor_label: label,
                index,
                old: x.estimate,
                new: y.estimate,
                difference: y.estimate - x.estimate,
                low: 0.0,
                high: 0.0,
                verdict: Verdict::Noise,
            };
            self.pairs.push(Pair { change, old, new: new_error });
        };
        add(None, "due_to_factors", (before.due_to_factors, after.due_to_factors));
        // The same numbers are the same, however little is known of them.
        let shared = (clear(before) && clear(after)) || before.factors == after.factors;
        for factor in &after.factors {
            let Some(old) = before.factors.iter().find(|f| f.id == factor.id) else { continue };
            if shared {
                add(Some(factor), "first", (old.first, factor.first));
                add(Some(factor), "total", (old.total, factor.total));
            }
            add(Some(factor), "mu", (old.mu, factor.mu));
            if replicates.0 == replicates.1 {
                add(Some(factor), "mu_star", (old.mu_star, factor.mu_star));
            }
        }
        let name = format!("{} {}", after.kind.word(), after.id);
        if !shared {
            self.not(&name, "what is due to the parameters is hardly told from nothing, so its parts are not");
        }
        if unknown > 0 {
            self.not(&name, "a study has no errors of its indices: too few points, or made by an older escalade");
        }
    }

    /// How many differences there are.
    pub(super) fn count(&self) -> usize {
        self.pairs.len()
    }

    /// Judges all differences, each at its part of a level.
    pub(super) fn judged(mut self, level: f64, judge: Judge) -> SensitivityDiff {
        let each = simultaneous_level(level, self.pairs.len().max(1));
        let paired = self.diff.paired;
        let finish = |pair: Pair| {
            let Pair { mut change, old, new } = pair;
            let interval = jackknife_difference((change.old, &old), (change.new, &new), paired, each);
            let tolerance = if change.is_share() { judge.tolerance } else { judge.relative * change.old.abs() };
            // The same number from the same points: nothing moved.
            let same = paired && change.old == change.new;
            (change.low, change.high) = (interval.low, interval.high);
            change.verdict = judged(interval, tolerance, same);
            change
        };
        self.diff.indices = self.pairs.into_iter().map(finish).collect();
        self.diff
    }
}

/// Whether parts of the variance that is due to the parameters can be compared. Other methods share out what is known well.
fn clear(output: &OutputResult) -> bool {
    let Some(variance) = output.variance_of_factors else { return true };
    variance.jackknife().is_none_or(|j| variance.estimate > CLEAR * j.standard_error())
}
