//! The studies of one scenario that are stored side by side, as a report shows them.

use super::compare::CompareSummary;
use super::drivers::DriversSummary;
use super::format::parse;
use super::sensitivity::SensitivitySummary;
use super::summary::ScenarioRef;
use super::sweep::SweepSummary;
use super::verdicts::TestSummary;
use crate::stats::PairedCounts;

/// Studies; those that were not made are absent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Studies {
    /// Arms against a base.
    pub compare: Option<CompareSummary>,
    /// The answer along inputs.
    pub sweep: Option<SweepSummary>,
    /// What results depend on.
    pub sensitivity: Option<SensitivitySummary>,
    /// Each part switched off in turn.
    pub drivers: Option<DriversSummary>,
    /// What came of the scenario's claims: of one file.
    pub test: Option<TestSummary>,
    /// What is stored but not shown, and why, in sentences.
    pub left_out: Vec<String>,
}

/// More trials than anybody can run; sums of a few such numbers do not overflow.
const MOST: u64 = 1 << 53;

impl Studies {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.compare.is_none() && self.sweep.is_none() && self.sensitivity.is_none() && self.drivers.is_none() && self.test.is_none()
    }

    /// Of which scenario the first of them is.
    #[must_use]
    pub fn scenario(&self) -> Option<&ScenarioRef> {
        let all = [
            self.compare.as_ref().map(|s| &s.scenario),
            self.sweep.as_ref().map(|s| &s.scenario),
            self.sensitivity.as_ref().map(|s| &s.scenario),
            self.drivers.as_ref().map(|s| &s.scenario),
            self.test.as_ref().and_then(|s| s.files.first()?.scenario.as_ref()),
        ];
        all.into_iter().flatten().next()
    }

    /// Takes in a study from its JSON, by the name of its file. `of`, where it is given, is the scenario that it must be of.
    ///
    /// # Errors
    /// In words, where the text is no such study, has counts that no study has, or is one of another scenario; nothing is taken in.
    pub fn take(&mut self, name: &str, json: &str, of: Option<&ScenarioRef>) -> Result<(), String> {
        let mut one = Self::default();
        match name {
            "compare.json" => one.compare = Some(parse(json, name)?),
            "sweep.json" => one.sweep = Some(parse(json, name)?),
            "sensitivity.json" => one.sensitivity = Some(parse(json, name)?),
            "drivers.json" => one.drivers = Some(parse(json, name)?),
            "test.json" => one.test = Some(parse(json, name)?),
            _ => return Err(format!("`{name}` is no study")),
        }
        if !one.sound() {
            return Err(format!("`{name}` has counts of trials or places of points that no study has"));
        }
        if let Some(test) = &one.test {
            match test.files.as_slice() {
                [file] if file.scenario.is_some() => {}
                [_] => return Err(format!("`{name}` has no verdicts: the scenario was wrong when it was tested")),
                _ => return Err(format!("`{name}` is not of one scenario")),
            }
        }
        let same = |a: &ScenarioRef, b: &ScenarioRef| a.id == b.id && a.sha256 == b.sha256;
        if let (Some(of), Some(found)) = (of, one.scenario())
            && !same(of, found)
        {
            return Err(format!("`{name}` is of another scenario, or of another version of it"));
        }
        self.compare = one.compare.or(self.compare.take());
        self.sweep = one.sweep.or(self.sweep.take());
        self.sensitivity = one.sensitivity.or(self.sensitivity.take());
        self.drivers = one.drivers.or(self.drivers.take());
        self.test = one.test.or(self.test.take());
        Ok(())
    }

    /// Whether counts can be added and places of points exist.
    fn sound(&self) -> bool {
        let counts = |c: &PairedCounts| [c.both, c.base_only, c.arm_only, c.neither].iter().all(|n| *n < MOST);
        let compare = self.compare.as_ref().is_none_or(|s| {
            let tables = s.compare.arms.iter().flat_map(|a| a.outcomes.iter().chain(&a.indicators)).map(|d| &d.trials);
            let moves = s.compare.arms.iter().flat_map(|a| &a.transitions);
            tables.into_iter().all(counts) && moves.into_iter().all(|t| t.trials < MOST)
        });
        let drivers = self.drivers.as_ref().is_none_or(|s| {
            let changes = s.drivers.parts.iter().flat_map(|p| p.outcomes.iter().chain(&p.indicators));
            changes.into_iter().all(|c| counts(&c.trials))
        });
        let sweep = self.sweep.as_ref().is_none_or(|s| {
            let points = &s.sweep.points;
            let inputs = s.sweep.inputs.len();
            let full = points.iter().all(|p| p.values.len() == inputs && p.numbers.len() == inputs);
            let there = s.sweep.swings.iter().all(|w| w.low_at < points.len() && w.high_at < points.len());
            full && there && s.sweep.correlations.iter().all(|c| c.input < inputs)
        });
        let test =
            self.test.as_ref().is_none_or(|s| s.claims().all(|(_, c)| c.trials < MOST && c.finding.as_ref().is_none_or(|f| f.read < MOST)));
        compare && drivers && sweep && test
    }
}
