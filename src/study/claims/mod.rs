//! Claims of a scenario, put to the test on one growing run.
//!
//! All claims of a file look at the same trials, those on variants at the same trials of two arms. The run grows from look to
//! look at numbers of trials that are fixed beforehand; a claim that is settled is done with, an arm that no open claim reads
//! is dropped, and when all are settled the run ends. What comes out depends on the file, the seed and the rules, on no thread.

mod judge;
mod reading;
mod run;
mod tally;
mod words;

pub use run::RunClaims;
pub use words::in_words;

use self::judge::Test;
use self::tally::Tally;
use super::paired::{ArmStop, Gather, Rows, paired};
use super::plain::{Cancel, Progress};
use super::runner::{EngineKind, Runner};
use super::stopping::next_look;
use crate::results::{ClaimResult, Finding, Verdict};
use crate::scenario::Scenario;
use crate::scenario::model::{Claim, Expectation};

/// Chance that any claim gets a wrong verdict, where nothing else is said.
pub const FALSE_ALARMS: f64 = 0.001;
/// Margin of claims that have none of their own, where nothing else is said.
pub const MARGIN: f64 = 0.01;

/// How claims are decided.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// The seed.
    pub seed: u64,
    /// Most trials.
    pub max_trials: u64,
    /// Chance of a wrong verdict of one claim.
    pub rate: f64,
    /// The margin of claims that have none of their own: of shares, and as a part of the limit of other quantities.
    pub margin: f64,
}

/// The first looks, before they come as those of a run with `--precision`.
const EARLY: [u64; 2] = [256, 512];

/// The look after the one at `n`.
fn look_after(n: u64, most: u64) -> u64 {
    EARLY
        .into_iter()
        .find(|look| *look > n)
        .map_or_else(|| if n == 512 { next_look(0, most) } else { next_look(n, most) }, |look| look.min(most))
}

/// The variants that the claims of a scenario speak of; `None` is the scenario as written.
#[must_use]
pub fn variants(expectations: &[Expectation]) -> Vec<Option<String>> {
    let mut found: Vec<Option<String>> = Vec::new();
    let mut see = |variant: Option<String>| {
        if !found.contains(&variant) {
            found.push(variant);
        }
    };
    for expectation in expectations {
        see(expectation.variant.clone());
        if let Claim::Rises(_, variant) | Claim::Falls(_, variant) = &expectation.claim {
            see(Some(variant.clone()));
        }
    }
    found
}

/// The claims of a file under test.
#[derive(Debug)]
pub struct Claims<'s> {
    base: &'s Scenario,
    runners: Vec<Runner<'s>>,
    claims: Vec<Open>,
    rules: Rules,
    at: u64,
}

#[derive(Debug)]
struct Open {
    test: Test,
    tally: Tally,
    settled: Option<(bool, u64, Finding)>,
}

impl<'s> Claims<'s> {
    /// Makes ready the claims of a scenario; `arms` are the scenarios of [`variants`], in that order.
    ///
    /// # Panics
    /// If there is not an arm for each of these.
    #[must_use]
    pub fn new(base: &'s Scenario, arms: &[&'s Scenario], rules: Rules, cancel: &'s Cancel) -> Self {
        let names = variants(&base.expectations);
        assert_eq!(names.len(), arms.len(), "an arm for each variant");
        let arm = |variant: &Option<String>| {
            let at = names.iter().position(|n| n == variant).expect("every variant was seen");
            (at, arms[at])
        };
        let open = |e: &Expectation| {
            let variant = match &e.claim {
                Claim::Rises(_, variant) | Claim::Falls(_, variant) => Some(arm(&Some(variant.clone()))),
                _ => None,
            };
            let test = Test::new(&e.claim, arm(&e.variant), variant, (e.margin, rules.margin));
            Open { tally: test.tally(), test, settled: None }
        };
        let claims = base.expectations.iter().map(open).collect();
        let runners = arms.iter().map(|s| Runner::new(s, EngineKind::Columns).heeding(cancel)).collect();
        Self { base, runners, claims, rules, at: 0 }
    }

    /// Whether all claims are settled, or no more trials are allowed.
    #[must_use]
    pub fn done(&self) -> bool {
        self.at >= self.rules.max_trials || self.claims.iter().all(|c| c.settled.is_some())
    }

    /// Claims that are settled.
    #[must_use]
    pub fn settled(&self) -> usize {
        self.claims.iter().filter(|c| c.settled.is_some()).count()
    }

    /// Trials so far.
    #[must_use]
    pub fn trials(&self) -> u64 {
        self.at
    }

    /// Runs to the next look, and looks.
    ///
    /// # Errors
    /// The first trial that could not be run, with its arm by its place among [`variants`]. What was found before stays.
    ///
    /// # Panics
    /// If a trial does: that is a bug of ours.
    pub fn look(&mut self, progress: &dyn Progress, cancel: &Cancel) -> Result<(), ArmStop> {
        let next = look_after(self.at, self.rules.max_trials);
        let mut arms: Vec<usize> = self.claims.iter().filter(|c| c.settled.is_none()).flat_map(|c| c.test.arms()).collect();
        arms.sort_unstable();
        arms.dedup();
        let open: Vec<(usize, &Test)> =
            self.claims.iter().enumerate().filter(|(_, c)| c.settled.is_none()).map(|(at, c)| (at, &c.test)).collect();
        let runners: Vec<Runner<'_>> = arms.iter().map(|arm| self.runners[*arm].clone()).collect();
        let empty = || Counting { arms: &arms, open: &open, tallies: open.iter().map(|(_, test)| test.tally()).collect() };
        let (counted, reached) = paired(&runners, (self.rules.seed, self.at..next, 1), empty, progress, cancel)
            .map_err(|stop| ArmStop { arm: arms[stop.arm], stop: stop.stop })?;
        let places: Vec<usize> = open.iter().map(|o| o.0).collect();
        let tallies = counted.tallies;
        self.at = reached;
        for (place, more) in places.into_iter().zip(tallies) {
            let claim = &mut self.claims[place];
            claim.tally.merge(&more);
            if let (Some(holds), finding) = claim.test.judge(&claim.tally, self.rules.rate) {
                claim.settled = Some((holds, reached, finding));
            }
        }
        Ok(())
    }

    /// What came of each claim; those that are open are undecided, or not run where `cut_short` says that there was no more to come.
    #[must_use]
    pub fn results(&self, cut_short: bool) -> Vec<ClaimResult> {
        let one = |(e, c): (&Expectation, &Open)| {
            let (verdict, trials, finding) = match &c.settled {
                Some((holds, trials, finding)) => (if *holds { Verdict::Pass } else { Verdict::Fail }, *trials, Some(finding.clone())),
                None => {
                    let finding = (self.at > 0).then(|| c.test.judge(&c.tally, self.rules.rate).1);
                    (if cut_short { Verdict::NotRun } else { Verdict::Undecided }, self.at, finding)
                }
            };
            ClaimResult { verdict, trials, finding, ..not_run(e, self.base) }
        };
        self.base.expectations.iter().zip(&self.claims).map(one).collect()
    }
}

/// A claim of a scenario of which nothing came.
#[must_use]
pub fn not_run(e: &Expectation, scenario: &Scenario) -> ClaimResult {
    ClaimResult {
        id: e.id.clone(),
        that: e.text.clone(),
        says: in_words(e, scenario),
        variant: e.variant.clone(),
        because: e.because.clone(),
        file: e.file.clone(),
        line: e.line,
        column: e.column,
        verdict: Verdict::NotRun,
        trials: 0,
        finding: None,
    }
}

/// What the open claims count in a block of trials.
struct Counting<'t> {
    /// The arms that are run.
    arms: &'t [usize],
    open: &'t [(usize, &'t Test)],
    tallies: Vec<Tally>,
}

impl Gather for Counting<'_> {
    fn add(&mut self, _: u64, rows: &[Rows]) {
        let of = |arm: usize| rows[self.arms.iter().position(|a| *a == arm).expect("an arm that is run")].iter();
        for ((_, test), tally) in self.open.iter().zip(&mut self.tallies) {
            let left = of(test.left.0).map(|row| test.left.1.of(row));
            match &test.right {
                None => left.for_each(|x| tally.add(x, None)),
                Some((arm, reading)) => left.zip(of(*arm)).for_each(|(x, row)| tally.add(x, reading.of(row))),
            }
        }
    }

    fn merge(&mut self, later: Self) {
        for (tally, more) in self.tallies.iter_mut().zip(&later.tallies) {
            tally.merge(more);
        }
    }
}

#[cfg(test)]
mod tests;
