//! `run --out`: a run whose results go to a directory.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use escalade::results::{Recipe, Rule, Summary, Tally, Why};
use escalade::scenario::Scenario;
use escalade::study::{self, Cancel, EngineKind, Halt, Outcome, Request, Runner, Until, conclude, finish as summarise, stream};

use super::{Begin, Finished, Refused, Spool, named, store_exit, store_fault};
use crate::cli::args::{ChangeArgs, OutArgs, formats};
use crate::cli::exit::Exit;
use crate::cli::output::fault;
use crate::cli::progress::Meter;
use crate::cli::run::stopped;
use crate::cli::scenario::{Failure, shown};

/// What to run, and how.
pub(in crate::cli) struct Job<'a> {
    /// The scenario's file.
    pub(in crate::cli) file: &'a Path,
    /// The scenario.
    pub(in crate::cli) scenario: &'a Scenario,
    /// What was changed.
    pub(in crate::cli) changes: &'a ChangeArgs,
    /// What to run.
    pub(in crate::cli) request: &'a Request,
    /// When to stop, where the run stops by itself.
    pub(in crate::cli) until: Option<&'a Until>,
    /// Where results go.
    pub(in crate::cli) out: &'a OutArgs,
    /// Say nothing but errors.
    pub(in crate::cli) quiet: bool,
}

impl Job<'_> {
    /// How the results can be made again.
    pub(in crate::cli) fn recipe(&self) -> Recipe {
        let mut recipe = recipe(
            self.file,
            self.scenario,
            self.changes,
            self.request,
            (&self.out.follow, formats(&self.out.format, !self.out.no_report)),
        );
        if let Some(until) = self.until {
            recipe.trials = until.max_trials;
            recipe.until = Some(Rule {
                precision: until.precision,
                relative_precision: until.relative,
                max_seconds: until.max_time.map(|time| time.as_secs_f64()),
            });
        }
        recipe
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

/// Runs into a directory. What is done when the run is interrupted or a trial cannot be run is written, and marked as partial.
pub(in crate::cli) fn run_into(
    job: &Job<'_>,
    directory: &Path,
    pool: &rayon::ThreadPool,
    cancel: &Cancel,
) -> (Exit, Result<(Outcome, Duration), Failure>) {
    let began = Instant::now();
    let failed = |exit: Exit, text: String| (exit, Err(Failure::new(job.file, text)));
    let how = Begin { force: job.out.force, resume: job.out.resume, every: job.out.checkpoint };
    let mut spool = match Spool::begin(directory, job.recipe(), job.scenario, how) {
        Ok(spool) => spool,
        Err(refused) => {
            let exit = refused.exit(job.quiet, directory);
            let text = match refused {
                Refused::Store(error) => error.to_string(),
                Refused::Words(text, _) => text,
                Refused::Done => "complete already".to_owned(),
            };
            return failed(exit, text);
        }
    };
    let (shape, about) = named(job.scenario);
    let (tally, next) = spool.take();
    let request = job.request;
    let recipe = spool.recipe().clone();
    let meter = Meter::new(&job.scenario.id, recipe.trials, job.quiet);
    study::Progress::advance(&meter, next - request.first);
    let mut exit = Exit::Done;
    let end = request.first + request.trials;
    let ran = pool.install(|| match job.until {
        // What a run that stops by itself has come to is known where it stops only.
        Some(until) => study::until(job.scenario, request, until, (&mut spool, tally), &meter, cancel),
        None => {
            let runner = Runner::new(job.scenario, request.engine).heeding(cancel);
            let mut total = tally;
            let streamed = stream(&runner, (request.seed, next..end), (&mut total, &shape), &mut spool, &meter, cancel);
            match streamed {
                Err(Halt::Stop(stop)) if total.trials > 0 => {
                    // What was done before is not lost.
                    stopped(job.file, &stop, request.seed, job.changes);
                    exit = Exit::Incomplete;
                    Ok(summarise(job.scenario, request, total, false))
                }
                Err(halt) => Err(halt),
                Ok(_) => {
                    let complete = total.trials == request.trials;
                    Ok(summarise(job.scenario, request, total, complete))
                }
            }
        }
    });
    meter.end();
    let mut outcome = match ran {
        Ok(outcome) => outcome,
        Err(Halt::Stop(stop)) => {
            stopped(job.file, &stop, request.seed, job.changes);
            spool.give_up();
            return failed(Exit::Incomplete, stop.to_string());
        }
        Err(Halt::Keeper(error)) => {
            store_fault(&error);
            spool.give_up();
            return failed(store_exit(&error).max(Exit::Incomplete), error.to_string());
        }
    };
    let complete = outcome.summary.plan.complete;
    if outcome.tally.trials == 0 {
        let error = "interrupted before the first trials were done".to_owned();
        fault(&format!("{}: {error}", shown(job.file)));
        spool.give_up();
        return failed(Exit::Interrupted, error);
    }
    if !complete {
        exit = exit.max(if exit == Exit::Done { Exit::Interrupted } else { exit });
        if let Err(error) = spool.checkpoint(&outcome.tally, request.first + outcome.tally.trials) {
            store_fault(&error);
            exit = exit.max(Exit::Incomplete);
        }
    }
    outcome.summary.made_by(&recipe);
    let done = Finished {
        summary: &outcome.summary,
        tally: &outcome.tally,
        about: &about,
        shape: &shape,
        recipe: &recipe,
        scenario: job.scenario,
    };
    if let Err(error) = spool.finish(&done) {
        store_fault(&error);
        return failed(store_exit(&error).max(Exit::Incomplete), error.to_string());
    }
    (exit, Ok((outcome, began.elapsed())))
}

/// The directory of a file's results: the one that was given, or a folder in it for each of several files.
pub(in crate::cli) fn directory(out: &Path, id: &str, several: bool) -> PathBuf {
    if several { out.join(id) } else { out.to_owned() }
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
