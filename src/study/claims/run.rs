//! Claims judged on the trials of a plain run.
//!
//! The intervals of claims are confidence sequences, which hold at every number of trials at once: so they hold at the number at which
//! a run ends, also where it stops by itself or is interrupted.

use super::judge::Test;
use super::tally::Tally;
use super::{FALSE_ALARMS, MARGIN, not_run};
use crate::results::{ClaimResult, RunVerdicts, Verdict};
use crate::scenario::Scenario;
use crate::scenario::model::{Claim, Expectation};

/// The claims of a scenario that one run of it can tell.
#[derive(Debug)]
pub struct RunClaims<'s> {
    scenario: &'s Scenario,
    /// Of each claim what is counted; `None` for those that need other trials.
    claims: Vec<Option<(Test, Tally)>>,
    trials: u64,
}

impl<'s> RunClaims<'s> {
    /// Makes ready for a run of a scenario as its `variant`; `changed` says that values were changed as well. Then no claim is about what
    /// is run. Claims that compare variants need the other one too.
    #[must_use]
    pub fn new(scenario: &'s Scenario, variant: Option<&str>, changed: bool) -> Self {
        let one = |e: &Expectation| {
            let single = !matches!(e.claim, Claim::Rises(..) | Claim::Falls(..));
            (single && !changed && e.variant.as_deref() == variant).then(|| {
                let test = Test::new(&e.claim, (0, scenario), None, (e.margin, MARGIN));
                let tally = test.tally();
                (test, tally)
            })
        };
        Self { scenario, claims: scenario.expectations.iter().map(one).collect(), trials: 0 }
    }

    /// Counts a trial. Rows come in the order of trials.
    pub fn see(&mut self, row: &[f64]) {
        self.trials += 1;
        for (test, tally) in self.claims.iter_mut().flatten() {
            tally.add(test.left.1.of(row), test.right.as_ref().and_then(|right| right.1.of(row)));
        }
    }

    /// What came of it; `None` where the run tells none of the claims. Those that it does not tell have a part of the errors too, so that
    /// a verdict means the same as that of `escalade test`.
    #[must_use]
    pub fn verdicts(&self) -> Option<RunVerdicts> {
        if self.trials == 0 || self.claims.iter().all(Option::is_none) {
            return None;
        }
        #[expect(clippy::cast_precision_loss, reason = "a number of claims")]
        let each = FALSE_ALARMS / self.claims.len() as f64;
        let one = |(e, claim): (&Expectation, &Option<(Test, Tally)>)| {
            let nothing = not_run(e, self.scenario);
            let Some((test, tally)) = claim else { return nothing };
            let (holds, finding) = test.judge(tally, each);
            let verdict = holds.map_or(Verdict::Undecided, |holds| if holds { Verdict::Pass } else { Verdict::Fail });
            ClaimResult { verdict, trials: self.trials, finding: Some(finding), ..nothing }
        };
        let claims = self.scenario.expectations.iter().zip(&self.claims).map(one).collect();
        Some(RunVerdicts { trials: self.trials, false_alarms: FALSE_ALARMS, false_alarms_each: each, margin: MARGIN, claims })
    }
}
