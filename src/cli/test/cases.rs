//! Files with claims, as work of the schedule.

use std::sync::Mutex;

use escalade::scenario::Scenario;
use escalade::study::claims::{Claims, Rules};
use escalade::study::{ArmStop, Cancel, Progress as _, Silent};

use crate::cli::progress::Meter;
use crate::cli::schedule::{Leave, Work};

/// A file that is ready to be tested.
pub(super) struct Case {
    /// Its place among the files.
    pub(super) place: usize,
    /// The variants of which it claims something; `None` stands for the scenario as written.
    pub(super) arms: Vec<Option<Scenario>>,
    /// The scenario as written, which has the claims.
    pub(super) base: Scenario,
}

/// A file that was tested.
pub(super) struct Tested<'s> {
    /// Its place among the files.
    pub(super) place: usize,
    /// Its claims.
    pub(super) claims: Claims<'s>,
    /// Why it could not be run.
    pub(super) stop: Option<ArmStop>,
}

/// Puts claims to the test.
pub(super) struct Claiming<'s> {
    cases: &'s [Case],
    rules: Rules,
    meter: &'s Meter,
    cancel: &'s Cancel,
    done: Mutex<Vec<Tested<'s>>>,
}

impl<'s> Claiming<'s> {
    pub(super) fn new(cases: &'s [Case], rules: Rules, meter: &'s Meter, cancel: &'s Cancel) -> Self {
        Self { cases, rules, meter, cancel, done: Mutex::default() }
    }

    /// What was tested, in the order of files.
    pub(super) fn into_tested(self) -> Vec<Tested<'s>> {
        let mut done = self.done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        done.sort_by_key(|t| t.place);
        done
    }
}

impl<'s> Work for Claiming<'s> {
    /// A place among the cases, which outlive the schedule.
    type Case = usize;
    type Job = Tested<'s>;

    fn begin(&self, at: &usize) -> Tested<'s> {
        let case = &self.cases[*at];
        let arms: Vec<&Scenario> = case.arms.iter().map(|arm| arm.as_ref().unwrap_or(&case.base)).collect();
        Tested { place: case.place, claims: Claims::new(&case.base, &arms, self.rules, self.cancel), stop: None }
    }

    /// Looks until all is settled, or there is a reason to leave it.
    fn go_on(&self, tested: &mut Tested<'s>, leave: Leave<'_>) -> bool {
        while tested.stop.is_none() && !tested.claims.done() && !self.cancel.asked() {
            if leave() {
                return false;
            }
            let before = tested.claims.settled();
            tested.stop = tested.claims.look(&Silent, self.cancel).err();
            self.meter.advance((tested.claims.settled() - before) as u64);
        }
        true
    }

    fn end(&self, _: usize, tested: Tested<'s>) {
        if let Ok(mut done) = self.done.lock() {
            done.push(tested);
        }
    }
}
