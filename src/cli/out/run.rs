//! A run on its way, whose results go to a directory or to nobody but the reader.

use std::path::Path;
use std::time::{Duration, Instant};

use escalade::results::{Recipe, Rule, Summary, Tally, Why};
use escalade::scenario::Scenario;
use escalade::study::{
    Cancel, EngineKind, Halt, Keeper, Nothing, Outcome, Progress, Request, Turn, Until, conclude, finish as summarise, plain_turn, shape,
    until_turn,
};

use super::{Begin, Finished, Refused, Spool, named, store_exit, store_fault};
use crate::cli::args::{ChangeArgs, OutArgs, formats};
use crate::cli::exit::Exit;
use crate::cli::output::{caution, fault, hint};
use crate::cli::run::stopped;
use crate::cli::scenario::{Failure, shown};

/// What to run, and how.
pub(in crate::cli) struct Job<'a> {
    /// The scenario's file.
    pub(in crate::cli) file: &'a Path,
    /// The scenario.
    pub(in crate::cli) scenario: Scenario,
    /// What was changed.
    pub(in crate::cli) changes: &'a ChangeArgs,
    /// What to run.
    pub(in crate::cli) request: Request,
    /// When to stop, where the run stops by itself.
    pub(in crate::cli) until: Option<Until>,
    /// How results are kept.
    pub(in crate::cli) out: &'a OutArgs,
    /// Say nothing but errors.
    pub(in crate::cli) quiet: bool,
}

impl Job<'_> {
    /// How the results can be made again.
    fn recipe(&self) -> Recipe {
        let mut recipe = recipe(
            self.file,
            &self.scenario,
            self.changes,
            &self.request,
            (&self.out.follow, formats(&self.out.format, !self.out.no_report)),
        );
        if let Some(until) = &self.until {
            recipe.trials = until.max_trials;
            recipe.until = Some(Rule {
                precision: until.precision,
                relative_precision: until.relative,
                max_seconds: until.max_time.map(|time| time.as_secs_f64()),
            });
        }
        recipe
    }

    /// Most trials that there will be.
    pub(in crate::cli) fn most(&self) -> u64 {
        self.until.map_or(self.request.trials, |until| until.max_trials)
    }

    /// One turn; whether the run has come to its end, and why, where it stops by itself.
    fn turn<K: Keeper>(
        &self,
        (keeper, tally): (&mut K, &mut Tally),
        used: Duration,
        turn: Turn<'_>,
    ) -> Result<(bool, Option<Why>), Halt<K::Error>> {
        match &self.until {
            None => {
                plain_turn(&self.scenario, &self.request, (keeper, tally), turn)?;
                Ok((tally.trials == self.request.trials || turn.cancel.asked(), None))
            }
            Some(until) => {
                let left = until.max_time.map(|time| time.saturating_sub(used));
                let why = until_turn(&self.scenario, &self.request, (until, left), (keeper, tally), turn)?;
                Ok((why.is_some(), why))
            }
        }
    }
}

/// How the results of a run can be made again.
pub(in crate::cli) fn recipe(
    file: &Path,
    scenario: &Scenario,
    changes: &ChangeArgs,
    request: &Request,
    (follow, formats): (&[String], Vec<String>),
) -> Recipe {
    Recipe {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        file: file.to_string_lossy().into_owned(),
        sha256: scenario.sha256.clone(),
        variant: changes.changes().variant,
        set: changes.set.clone(),
        seed: request.seed,
        first_trial: request.first,
        trials: request.trials,
        follow: follow.to_vec(),
        intervals: request.intervals,
        until: None,
        formats,
    }
}

/// A run on its way. It can be left between two chunks of trials and gone on with on other threads.
pub(in crate::cli) struct Course<'a> {
    job: Job<'a>,
    /// Where rows and checkpoints go; none where nothing is kept.
    spool: Option<Spool>,
    tally: Tally,
    used: Duration,
    why: Option<Why>,
    halt: Option<Halt<escalade::store::StoreError>>,
}

/// What a run has come to: its exit code, and its results with the time that they took, or why there are none.
pub(in crate::cli) type Ended = (Exit, Result<(Outcome, Duration), Failure>);

impl<'a> Course<'a> {
    /// Makes ready: tries the directory, or takes up what is there.
    pub(in crate::cli) fn begin(job: Job<'a>, directory: Option<&Path>) -> Result<Self, (Exit, Failure)> {
        let (mut spool, mut tally) = (None, Tally::new(&shape(&job.scenario)));
        if let Some(directory) = directory {
            let how = Begin { force: job.out.force, resume: job.out.resume, every: job.out.checkpoint, quiet: job.quiet };
            let mut begun = match Spool::begin(directory, job.recipe(), &job.scenario, how) {
                Ok(begun) => begun,
                Err(refused) => {
                    let exit = refused.exit(job.quiet, directory);
                    let text = match refused {
                        Refused::Store(error) => error.to_string(),
                        Refused::Words(text, _) => text,
                        Refused::Done => "complete already".to_owned(),
                    };
                    return Err((exit, Failure::new(job.file, text)));
                }
            };
            tally = begun.take().0;
            spool = Some(begun);
        }
        Ok(Self { job, spool, tally, used: Duration::ZERO, why: None, halt: None })
    }

    /// What is run.
    pub(in crate::cli) fn job(&self) -> &Job<'a> {
        &self.job
    }

    /// Trials that are done.
    pub(in crate::cli) fn trials(&self) -> u64 {
        self.tally.trials
    }

    /// One turn on all threads of the present pool: until the run ends, or `leave` says so. Whether it has ended.
    pub(in crate::cli) fn go_on(&mut self, progress: &dyn Progress, cancel: &Cancel, leave: &(dyn Fn() -> bool + Sync)) -> bool {
        let began = Instant::now();
        let turn = Turn { progress, cancel, leave };
        let result = match &mut self.spool {
            Some(spool) => self.job.turn((spool, &mut self.tally), self.used, turn),
            None => self.job.turn((&mut Nothing, &mut self.tally), self.used, turn).map_err(|halt| match halt {
                Halt::Stop(stop) => Halt::Stop(stop),
                Halt::Keeper(never) => match never {},
            }),
        };
        self.used += began.elapsed();
        match result {
            Ok((ended, why)) => {
                self.why = why;
                ended
            }
            Err(halt) => {
                self.halt = Some(halt);
                true
            }
        }
    }

    /// The end: what is done when the run was interrupted, or a trial cannot be run, is marked as partial; in a directory, it is written.
    pub(in crate::cli) fn end(mut self) -> Ended {
        let job = &self.job;
        let mut exit = Exit::Done;
        match self.halt.take() {
            Some(Halt::Stop(stop)) => {
                let failure = stopped(job.file, &stop, job.request.seed, job.changes);
                // What was done before is not lost. What a run that stops by itself has come to is known where it stops only.
                if self.spool.is_none() || job.until.is_some() || self.tally.trials == 0 {
                    return self.given_up(Exit::Incomplete, failure);
                }
                exit = Exit::Incomplete;
            }
            Some(Halt::Keeper(error)) => {
                store_fault(&error);
                return self.failed(store_exit(&error).max(Exit::Incomplete), error.to_string());
            }
            None => {}
        }
        if self.tally.trials == 0 {
            let late = self.why == Some(Why::MaxTime);
            let (error, exit) = if late {
                ("the time was over before the first trials were done", Exit::Incomplete)
            } else {
                ("interrupted before the first trials were done", Exit::Interrupted)
            };
            fault(&format!("{}: {error}", shown(job.file)));
            if late {
                hint(&"give it more with `--max-time`, or let fewer things happen: a longer `step`, lower rates");
            }
            return self.failed(exit, error.to_owned());
        }
        let tally = std::mem::take(&mut self.tally);
        let outcome = match &job.until {
            Some(until) => conclude(&job.scenario, &job.request, until, tally, self.why.unwrap_or(Why::Interrupted)),
            None => {
                let complete = tally.trials == job.request.trials;
                summarise(&job.scenario, &job.request, tally, complete)
            }
        };
        if !outcome.summary.plan.complete && exit == Exit::Done {
            exit = Exit::Interrupted;
        }
        match self.spool.take() {
            Some(spool) => keep(job, spool, outcome, exit, self.used),
            None => (exit, Ok((outcome, self.used))),
        }
    }

    fn failed(self, exit: Exit, text: String) -> Ended {
        let failure = Failure::new(self.job.file, text);
        self.given_up(exit, failure)
    }

    fn given_up(self, exit: Exit, failure: Failure) -> Ended {
        if let Some(spool) = self.spool {
            spool.give_up();
        }
        (exit, Err(failure))
    }
}

/// Writes a result.
fn keep(job: &Job<'_>, mut spool: Spool, mut outcome: Outcome, mut exit: Exit, used: Duration) -> Ended {
    let began = Instant::now();
    if !outcome.summary.plan.complete
        && let Err(error) = spool.checkpoint(&outcome.tally, job.request.first + outcome.tally.trials)
    {
        store_fault(&error);
        exit = exit.max(Exit::Incomplete);
    }
    if !outcome.summary.plan.complete && spool.holds_complete() {
        caution(&format!(
            "{}: the earlier result stays as it is; `--resume --force` with the same arguments goes on with this run",
            shown(spool.place())
        ));
        return (exit, Ok((outcome, used)));
    }
    let recipe = spool.recipe().clone();
    let (shape, about) = named(&job.scenario);
    outcome.summary.made_by(&recipe);
    let done = Finished {
        summary: &outcome.summary,
        tally: &outcome.tally,
        about: &about,
        shape: &shape,
        recipe: &recipe,
        scenario: &job.scenario,
    };
    if let Err(error) = spool.finish(&done) {
        store_fault(&error);
        return (store_exit(&error).max(Exit::Incomplete), Err(Failure::new(job.file, error.to_string())));
    }
    (exit, Ok((outcome, used + began.elapsed())))
}

/// The request for trials that were made before, from the recipe of their result.
pub(in crate::cli) fn request_of(recipe: &Recipe, trials: u64) -> Request {
    Request {
        seed: recipe.seed,
        first: recipe.first_trial,
        trials,
        variant: recipe.variant.clone().unwrap_or_else(|| crate::cli::scenario::BASE.to_owned()),
        intervals: recipe.intervals,
        engine: EngineKind::Columns,
    }
}

/// The summary of what a recipe makes, of which the tally's trials were done; `why` a run that stops by itself did so.
pub(in crate::cli) fn summary_of(scenario: &Scenario, recipe: &Recipe, tally: Tally, why: Option<Why>) -> (Summary, Tally) {
    let request = request_of(recipe, tally.trials);
    let rule = recipe.until.as_ref().zip(why);
    let complete = tally.trials == recipe.trials;
    let outcome = match rule {
        None => summarise(scenario, &request, tally, complete),
        Some((rule, why)) => {
            let until = Until {
                precision: rule.precision,
                relative: rule.relative_precision,
                max_trials: recipe.trials,
                max_time: rule.max_seconds.and_then(|s| Duration::try_from_secs_f64(s).ok()),
            };
            conclude(scenario, &request, &until, tally, why)
        }
    };
    let mut summary = outcome.summary;
    summary.made_by(recipe);
    (summary, outcome.tally)
}
