//! What changed between two results beyond noise.

mod claims;
mod folders;
mod sensitivity;
mod stored;

use std::collections::BTreeMap;

use serde::Serialize;

pub use claims::{ClaimChange, ClaimsDiff, FileDiff, TestDiff, compare_claims};
pub use folders::{FoldersDiff, NotRead, ResultDiff, WHOLE};
pub use sensitivity::{IndexChange, NotCompared, SensitivityDiff, SensitivitySide, Study};
pub use stored::{Stored, StoredCurve, StoredMean, StoredPlan, StoredScenario, StoredShare, StoredTool};

use super::summary::ToolRef;
use crate::stats::{Interval, PairedCounts, PairedMoments, difference_interval, normal_interval, simultaneous_level};

/// JSON Schema of [`DiffDocument`] and [`FoldersDiff`].
pub const DIFF_SCHEMA: &str = include_str!("../../schema/diff.schema.json");

/// What trials that are the same in both results tell.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pairs {
    /// Trials that both have.
    pub trials: u64,
    /// Per kind (`outcome`, `indicator`) and name: at the end, then by each day of [`days`]; trials in which it is known in both.
    pub shares: BTreeMap<(&'static str, String), Vec<PairedCounts>>,
    /// Per name of a metric: trials on which it has a value in both.
    pub metrics: BTreeMap<String, PairedMoments>,
}

/// How to judge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judge {
    /// Two-sided level at which all intervals hold at once.
    pub level: f64,
    /// Changes of shares up to this are accepted, in [0, 1).
    pub tolerance: f64,
    /// Changes of means up to this part of the old mean are accepted.
    pub relative: f64,
}

/// Two results compared.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct DiffDocument {
    /// Version of this format: 1.
    pub format: u32,
    /// What made it.
    pub tool: ToolRef,
    /// The old result.
    pub old: Side,
    /// The new one.
    pub new: Side,
    /// What changed.
    pub diff: Diff,
}

/// One of two results.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Side {
    /// Where it lies, as it was named.
    pub path: String,
    /// What made it.
    pub tool: StoredTool,
    /// Of which scenario.
    pub scenario: StoredScenario,
    /// What was run.
    pub plan: StoredPlan,
}

/// What changed.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct Diff {
    /// Whether anything changed beyond noise and tolerance, or is there in one result only.
    pub changed: bool,
    /// Trials that were compared one by one; 0 where the results share none, or their tables are not there.
    pub paired_trials: u64,
    /// Why trials were not compared one by one; absent where they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_paired: Option<&'static str>,
    /// Two-sided level at which all intervals hold at once.
    pub level: f64,
    /// How many intervals that are (Bonferroni).
    pub family: usize,
    /// Changes of shares up to this are accepted.
    pub tolerance: f64,
    /// Changes of means up to this part of the old mean are accepted.
    pub relative_tolerance: f64,
    /// Outcomes and indicators: at the end, and by some days.
    pub shares: Vec<ShareChange>,
    /// Metrics.
    pub means: Vec<MeanChange>,
    /// Names of outcomes, indicators and metrics that only the old result has.
    pub only_old: Vec<String>,
    /// And only the new one.
    pub only_new: Vec<String>,
    /// What the results depend on; absent where neither holds a sensitivity study.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<SensitivityDiff>,
    /// What differs in the scenario; absent where a result does not hold its scenario.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entries: Option<Vec<EntryChange>>,
}

/// How a difference is judged.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No trial changed, or not a digit.
    Same,
    /// Not told apart from no change.
    Noise,
    /// Beyond noise, but not beyond the tolerance.
    Tolerated,
    /// Beyond both.
    Changed,
}

/// A share in both results.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct ShareChange {
    /// `outcome` or `indicator`.
    pub kind: &'static str,
    /// Its name.
    pub id: String,
    /// What it is called in the new result.
    pub label: String,
    /// By this day; absent for the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<f64>,
    /// Share in the old result.
    pub old: f64,
    /// Share in the new one.
    pub new: f64,
    /// New less old.
    pub difference: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How it is judged.
    pub verdict: Verdict,
    /// Trial by trial, where both have the same trials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<PairedCounts>,
}

/// A mean in both results.
#[derive(Clone, Debug, Serialize, PartialEq)]
pub struct MeanChange {
    /// Its name.
    pub id: String,
    /// What it is called in the new result.
    pub label: String,
    /// Its unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Mean in the old result.
    pub old: f64,
    /// Mean in the new one.
    pub new: f64,
    /// New less old.
    pub difference: f64,
    /// Lower end of its interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How it is judged.
    pub verdict: Verdict,
    /// Whether it was compared trial by trial.
    pub paired: bool,
}

/// An entry of the scenario that differs.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct EntryChange {
    /// Its path.
    pub path: String,
    /// `input`, `rule`, `structure` or `text`.
    pub kind: &'static str,
    /// What it was; absent where it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<String>,
    /// What it is; absent where it is no longer there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<String>,
}

/// Something compared, before the level of each interval is known.
enum Numbers {
    /// Hits and trials on both sides.
    Apart((u64, u64), (u64, u64)),
    /// Trial by trial.
    Pairs(PairedCounts),
}

impl Numbers {
    fn interval(&self, level: f64) -> Interval {
        match self {
            Self::Apart(old, new) => difference_interval(*old, *new, level),
            Self::Pairs(counts) => counts.interval(level),
        }
    }

    fn shares(&self) -> (f64, f64) {
        match self {
            Self::Apart(old, new) => (part(*old), part(*new)),
            Self::Pairs(counts) => (part((counts.base(), counts.trials())), part((counts.arm(), counts.trials()))),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
fn part((k, n): (u64, u64)) -> f64 {
    k as f64 / n.max(1) as f64
}

/// Days by which shares are compared: quarters of the horizon.
const QUARTERS: [usize; 3] = [1, 2, 3];

/// What is known of two results beside their summaries.
#[derive(Clone, Debug, Default)]
pub struct Beside<'s> {
    /// The trials that both have, if their tables were read.
    pub pairs: Option<&'s Pairs>,
    /// Why not, if not: the end of a sentence.
    pub not_paired: Option<&'static str>,
    /// Sensitivity studies: of the old result and of the new one.
    pub studies: (Study<'s>, Study<'s>),
    /// What differs in the scenario.
    pub entries: Option<Vec<EntryChange>>,
}

/// Compares two results.
///
/// All intervals hold at once at the level of `judge`: half of what is left is shared out among figures of the run, the other half among
/// indices of sensitivity studies, where there are any.
#[must_use]
pub fn compare(old: &Stored, new: &Stored, beside: Beside<'_>, judge: Judge) -> Diff {
    let Beside { pairs, not_paired, studies, entries } = beside;
    let mut shares = Vec::new();
    for (kind, old_shares, new_shares) in [("outcome", &old.outcomes, &new.outcomes), ("indicator", &old.indicators, &new.indicators)] {
        for after in new_shares {
            let Some(before) = old_shares.iter().find(|s| s.id == after.id && s.given == after.given) else { continue };
            let (n, m) = (before.trials.unwrap_or(old.plan.trials), after.trials.unwrap_or(new.plan.trials));
            // What is conditional may be read in other trials of the one than of the other: then these are no pairs.
            let all = |counts: &&Vec<PairedCounts>| counts.iter().all(|c| c.trials() == n && n == m);
            let known = pairs.and_then(|p| p.shares.get(&(kind, after.id.clone()))).filter(all);
            let pair = |place: usize, apart: Numbers| known.and_then(|k| k.get(place)).map_or(apart, |counts| Numbers::Pairs(*counts));
            shares.push((kind, after, None, pair(0, Numbers::Apart((before.count, n), (after.count, m)))));
            for (place, (day, x, y)) in (1..).zip(by_days(before, after)) {
                shares.push((kind, after, Some(day), pair(place, Numbers::Apart((hits(x, n), n), (hits(y, m), m)))));
            }
        }
    }
    let means: Vec<(&StoredMean, &StoredMean)> =
        new.metrics.iter().filter_map(|after| Some((old.metrics.iter().find(|m| m.id == after.id && m.mean.is_some())?, after))).collect();
    let family = shares.len() + means.iter().filter(|(_, after)| after.mean.is_some()).count();
    let matched = sensitivity::matched(studies.0, studies.1);
    let indices = matched.as_ref().map_or(0, sensitivity::Matched::count);
    // So that a thousand indices do not blunt what is said of a dozen outcomes.
    let level = if indices > 0 { 0.5 + 0.5 * judge.level } else { judge.level };
    let each = simultaneous_level(level, family.max(1));
    let sensitivity = matched.map(|m| m.judged(level, judge));
    let shares: Vec<ShareChange> =
        shares.into_iter().map(|(kind, share, day, numbers)| share_change(kind, share, day, &numbers, each, judge)).collect();
    let means: Vec<MeanChange> = means.into_iter().filter_map(|(before, after)| mean_change(before, after, pairs, each, judge)).collect();
    let (only_old, only_new) = (missing(old, new), missing(new, old));
    let changed = shares.iter().any(|s| s.verdict == Verdict::Changed)
        || means.iter().any(|m| m.verdict == Verdict::Changed)
        || sensitivity.iter().flat_map(|s| &s.indices).any(|i| i.verdict == Verdict::Changed)
        || !only_old.is_empty()
        || !only_new.is_empty();
    Diff {
        changed,
        paired_trials: pairs.map_or(0, |p| p.trials),
        not_paired: if pairs.is_some() { None } else { not_paired },
        level: judge.level,
        family: family + indices,
        tolerance: judge.tolerance,
        relative_tolerance: judge.relative,
        shares,
        means,
        only_old,
        only_new,
        sensitivity,
        entries,
    }
}

/// A count from its share.
#[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of trials")]
fn hits(share: f64, trials: u64) -> u64 {
    ((share * trials as f64).round() as u64).min(trials)
}

/// The days by which something is compared, beside the end.
#[must_use]
pub fn days(old: &StoredShare, new: &StoredShare) -> Vec<f64> {
    by_days(old, new).into_iter().map(|d| d.0).collect()
}

/// Shares by some days, where both curves have these days.
fn by_days(old: &StoredShare, new: &StoredShare) -> Vec<(f64, f64, f64)> {
    let (Some(a), Some(b)) = (&old.incidence, &new.incidence) else { return Vec::new() };
    let last = b.day.len().saturating_sub(1);
    let mut found: Vec<(f64, f64, f64)> = Vec::new();
    for quarter in QUARTERS {
        let at = last * quarter / 4;
        let there = b.day.get(at).and_then(|day| Some((*day, a.day.iter().position(|d| d == day)?)));
        if let Some((day, before)) = there
            && day > 0.0
            && found.iter().all(|f| f.0 != day)
            && let (Some(x), Some(y)) = (a.share.get(before), b.share.get(at))
        {
            found.push((day, *x, *y));
        }
    }
    found
}

fn share_change(kind: &'static str, share: &StoredShare, day: Option<f64>, numbers: &Numbers, each: f64, judge: Judge) -> ShareChange {
    let interval = numbers.interval(each);
    let (old, new) = numbers.shares();
    let pairs = match numbers {
        Numbers::Pairs(counts) => Some(*counts),
        Numbers::Apart(..) => None,
    };
    let same = pairs.is_some_and(|p| p.changed() == 0);
    ShareChange {
        kind,
        id: share.id.clone(),
        label: share.label.clone(),
        day,
        old,
        new,
        difference: pairs.map_or(new - old, |p| p.difference()),
        low: interval.low,
        high: interval.high,
        verdict: judged(interval, judge.tolerance, same),
        pairs,
    }
}

/// Fewest trials on which a mean must be read to be compared with one of other trials.
const FEWEST_READ: u64 = 30;

fn mean_change(before: &StoredMean, after: &StoredMean, pairs: Option<&Pairs>, each: f64, judge: Judge) -> Option<MeanChange> {
    let (old, new) = (before.mean?, after.mean?);
    let moments = pairs.and_then(|p| p.metrics.get(&after.id)).filter(|m| m.count() >= 2 && m.count() == before.trials.min(after.trials));
    let (old, new, difference, interval) = match moments {
        // No trial changed: that is the same result, and says nothing of other trials.
        Some(m) => (m.base_mean(), m.arm_mean(), m.difference(), m.interval(each).unwrap_or(Interval { low: 0.0, high: 0.0 })),
        // Of few numbers the error is not known, and the normal interval does not hold.
        None if before.trials.min(after.trials) < FEWEST_READ => return None,
        None => {
            let error = |m: &StoredMean| m.standard_error.unwrap_or(0.0);
            let both = (error(before) * error(before) + error(after) * error(after)).sqrt();
            let Interval { low, high } = normal_interval(new - old, both, each);
            // Of a number that is the same in all trials, each mean is its own rounding.
            let rounding = 8.0 * f64::EPSILON * old.abs().max(new.abs());
            (old, new, new - old, Interval { low: low - rounding, high: high + rounding })
        }
    };
    let same = moments.is_some_and(|m| m.changed() == 0);
    Some(MeanChange {
        id: after.id.clone(),
        label: after.label.clone(),
        unit: after.unit.clone(),
        old,
        new,
        difference,
        low: interval.low,
        high: interval.high,
        verdict: judged(interval, judge.relative * old.abs(), same),
        paired: moments.is_some(),
    })
}

fn judged(interval: Interval, tolerance: f64, same: bool) -> Verdict {
    if same || (interval.low == 0.0 && interval.high == 0.0) {
        Verdict::Same
    } else if interval.contains(0.0) {
        Verdict::Noise
    } else if interval.low > tolerance || interval.high < -tolerance {
        Verdict::Changed
    } else {
        Verdict::Tolerated
    }
}

/// What only `one` has.
fn missing(one: &Stored, other: &Stored) -> Vec<String> {
    let names = |s: &Stored| -> Vec<String> {
        let shares = s.outcomes.iter().map(|o| format!("outcome {}", o.id));
        let indicators = s.indicators.iter().map(|i| format!("indicator {}", i.id));
        shares.chain(indicators).chain(s.metrics.iter().map(|m| format!("metric {}", m.id))).collect()
    };
    let others = names(other);
    names(one).into_iter().filter(|name| !others.contains(name)).collect()
}

/// What differs between two scenarios, told entry by entry.
#[must_use]
pub fn changed_entries(old: &[(String, String)], new: &[(String, String)]) -> Vec<EntryChange> {
    let map = |all: &[(String, String)]| -> BTreeMap<String, String> { all.iter().cloned().collect() };
    let (b, a) = (map(old), map(new));
    let paths = new.iter().map(|e| &e.0).chain(old.iter().map(|e| &e.0).filter(|path| !a.contains_key(*path)));
    let mut changes = Vec::new();
    for path in paths {
        let (old, new) = (b.get(path).cloned(), a.get(path).cloned());
        if old != new {
            changes.push(EntryChange { path: path.clone(), kind: kind_of(path), old, new });
        }
    }
    changes
}

/// What an entry is about, by its path.
fn kind_of(path: &str) -> &'static str {
    const TEXTS: [&str; 11] =
        ["label", "says", "because", "title", "question", "author", "date", "sources", "source", "simplified", "judgement"];
    let last = path.rsplit('.').next().unwrap_or(path);
    let first = path.split('.').next().unwrap_or(path);
    match first {
        _ if TEXTS.contains(&last) => "text",
        "about" => "text",
        "parameters" | "correlations" => "input",
        "events" | "decisions" | "reactions" | "outcomes" | "indicators" | "metrics" | "expect" => "rule",
        "regimes" if path.contains(".moves.") => "rule",
        _ => "structure",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_of_equal_numbers_may_round_otherwise() {
        let mean = |x: f64, trials: u64| StoredMean {
            id: "m".to_owned(),
            label: "M".to_owned(),
            unit: None,
            trials,
            mean: Some(x),
            standard_error: Some(0.0),
        };
        let judge = Judge { level: 0.999, tolerance: 0.0, relative: 0.0 };
        let verdict = |x: f64| mean_change(&mean(0.1, 500), &mean(x, 500), None, 0.999, judge).expect("both have a mean").verdict;
        assert!(mean_change(&mean(0.1, 29), &mean(0.4, 500), None, 0.999, judge).is_none());
        assert_eq!([verdict(0.1_f64.next_up()), verdict(0.1 + 1e-14)], [Verdict::Noise, Verdict::Changed]);
    }
}
