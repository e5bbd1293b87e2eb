//! `escalade run`: plays scenarios and shows how they can end.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use escalade::report::words::{and, counted, whole};
use escalade::report::{diff as difference, json, terminal};
use escalade::results::{Stop, StoppingResult, Tally, Why};
use escalade::study::{self, Cancel, Halt, Nothing, Outcome, Request};

use super::analyses::{Answer, analysis};
use super::args::{ChangeArgs, RunArgs};
use super::diff;
use super::exit::Exit;
use super::interrupt::on_interrupt;
use super::out::{Job, directory, run_into};
use super::output::{Lost, caution, data, fault, hint, talk};
use super::progress::{Meter, time_words};
use super::scenario::{Failure, load, shown};
use super::shard::follow;
use super::workers::workers;

/// Runs every file; one that cannot be run does not keep the others from it.
pub(super) fn run(args: &RunArgs) -> Exit {
    if args.out.out.is_some()
        && let Some((a, b)) = namesakes(&args.files)
    {
        fault(&format!("`{}` and `{}` have one name: their results would go to one folder", shown(a), shown(b)));
        hint(&"run them one by one, each with a directory of its own");
        return Exit::Input;
    }
    let Some(pool) = workers(args.threads) else { return Exit::Incomplete };
    let cancel = on_interrupt(args.quiet);
    let mut worst = Exit::Done;
    let mut shown_before = false;
    for file in &args.files {
        let result = analysis(args, file, &pool, &cancel).unwrap_or_else(|| one(args, file, &pool, &cancel));
        match result {
            (exit, Ok(answer)) => {
                worst = worst.max(exit);
                let gap = if shown_before && !args.json { "\n\n" } else { "" };
                if let Err(lost) = data(&format!("{gap}{}", answer.text)) {
                    return unheard(lost, worst, args);
                }
                shown_before = true;
                if !args.quiet && !args.json {
                    talk(&speed(answer.trials, answer.took));
                }
            }
            (exit, Err(failure)) => {
                worst = worst.max(exit);
                let text = if args.files.len() == 1 { failure.document() } else { failure.line() };
                if args.json
                    && let Err(lost) = data(&text)
                {
                    return unheard(lost, worst, args);
                }
            }
        }
        if cancel.asked() {
            return if worst == Exit::Done && args.files.last() == Some(file) { worst } else { Exit::Interrupted };
        }
    }
    worst
}

/// Reads what the result of a file is to be compared with, before anything is run. A file among several that has no earlier result is
/// new, and said to be.
fn baseline(args: &RunArgs, id: &str, out: &Path) -> Result<Option<diff::Read>, String> {
    let Some(all) = &args.out.baseline else { return Ok(None) };
    let several = args.files.len() > 1;
    let there = directory(all, id, several);
    if there.canonicalize().ok().is_some_and(|there| out.canonicalize().is_ok_and(|out| out == there)) {
        let text = format!("the baseline `{}` is where the result is to go", shown(&there));
        fault(&text);
        hint(&"give another directory after `--out`");
        return Err(text);
    }
    match diff::read(&there) {
        Ok(read) => Ok(Some(read)),
        Err(_) if several && !there.exists() => {
            caution(&format!("`{}` is not there: nothing to compare `{id}` with", shown(&there)));
            Ok(None)
        }
        Err((text, help)) => {
            fault(&text);
            hint(&help);
            Err(text)
        }
    }
}

/// Compares a result with its baseline. Under `--json` the differences are those of `diff --json`, which the reader can ask for; here
/// it is told whether there are any.
fn against(args: &RunArgs, baseline: &diff::Read, out: &Path, answer: &mut Answer) -> Exit {
    let document = match diff::read(out) {
        Ok(new) => diff::compared(baseline, &new, args.out.tolerances.judge(diff::FALSE_ALARMS)),
        Err((text, help)) => {
            fault(&text);
            hint(&help);
            return Exit::Incomplete;
        }
    };
    if args.json {
        let verdict = if document.diff.changed { "changed" } else { "no change beyond noise" };
        talk(&format!("{}: {verdict} against {}", shown(out), document.old.path));
    } else {
        answer.text.push('\n');
        answer.text.push_str(&difference::answer(&document, terminal::COLUMNS));
    }
    if document.diff.changed { Exit::Difference } else { Exit::Done }
}

/// Two files whose results would go to the same folder.
fn namesakes(files: &[PathBuf]) -> Option<(&Path, &Path)> {
    files.iter().enumerate().find_map(|(at, file)| {
        let before = files[..at].iter().find(|before| before.file_stem() == file.file_stem());
        before.map(|before| (before.as_path(), file.as_path()))
    })
}

fn one(args: &RunArgs, file: &Path, pool: &rayon::ThreadPool, cancel: &Cancel) -> (Exit, Result<Answer, Failure>) {
    let mut scenario = match load(file, &args.changes, args.quiet) {
        Ok(scenario) => scenario,
        Err(failure) => return (Exit::Input, Err(failure)),
    };
    if follow(&mut scenario, &args.out.follow).is_err() {
        return (Exit::Input, Err(Failure::new(file, "there is no such variable to follow".to_owned())));
    }
    let request = Request {
        seed: args.seed,
        first: 0,
        trials: args.trials,
        variant: args.changes.name(),
        intervals: args.intervals.intervals(),
        engine: args.engine.into(),
    };
    let until = args.stop.until();
    if let Some(out) = &args.out.out {
        let job = Job {
            file,
            scenario: &scenario,
            changes: &args.changes,
            request: &request,
            until: until.as_ref(),
            out: &args.out,
            quiet: args.quiet,
        };
        let directory = directory(out, &scenario.id, args.files.len() > 1);
        let baseline = match baseline(args, &scenario.id, &directory) {
            Ok(baseline) => baseline,
            Err(text) => return (Exit::Input, Err(Failure::new(file, text))),
        };
        let (exit, done) = run_into(&job, &directory, pool, cancel);
        return match (done, baseline) {
            (Ok((outcome, took)), Some(baseline)) => {
                let mut answer = told(args, file, &outcome, took);
                let exit = exit.max(against(args, &baseline, &directory, &mut answer));
                (exit, Ok(answer))
            }
            (done, _) => (exit, done.map(|(outcome, took)| told(args, file, &outcome, took))),
        };
    }
    let meter = Meter::new(&scenario.id, until.map_or(args.trials, |u| u.max_trials), args.quiet);
    let began = Instant::now();
    let result = pool.install(|| match &until {
        Some(until) => study::until(&scenario, &request, until, (&mut Nothing, Tally::new(&study::shape(&scenario))), &meter, cancel)
            .map_err(|halt| match halt {
                Halt::Stop(stop) => stop,
                Halt::Keeper(never) => match never {},
            }),
        None => study::plain(&scenario, &request, &meter, cancel),
    });
    let took = began.elapsed();
    meter.end();
    match result {
        Err(stop) => {
            stopped(file, &stop, args.seed, &args.changes);
            (Exit::Incomplete, Err(Failure::new(file, stop.to_string())))
        }
        Ok(outcome) if outcome.summary.plan.trials == 0 => {
            let error = "interrupted before the first trials were done".to_owned();
            fault(&format!("{}: {error}", shown(file)));
            (Exit::Interrupted, Err(Failure::new(file, error)))
        }
        Ok(outcome) => {
            let exit = if outcome.summary.plan.complete { Exit::Done } else { Exit::Interrupted };
            (exit, Ok(told(args, file, &outcome, took)))
        }
    }
}

/// An answer that nobody could read is lost, unless it is in files.
fn unheard(lost: Lost, worst: Exit, args: &RunArgs) -> Exit {
    if lost == Lost::Closed && args.out.out.is_none() {
        fault(&"the answer could not be written: whoever was to read it has closed the pipe");
        hint(&"let the reader read to the end, or keep the results in files by `--out DIR`");
        return worst.max(Exit::Incomplete);
    }
    lost.exit(worst)
}

/// What is said of a run.
fn told(args: &RunArgs, file: &Path, outcome: &Outcome, took: Duration) -> Answer {
    if let Some(stopping) = &outcome.summary.plan.stopping
        && !stopping.reached
    {
        caution(&format!("{}: {}", shown(file), missed(stopping)));
    }
    Answer { text: answer(args, outcome), trials: outcome.summary.plan.trials, took }
}

/// That a run did not get as far as was asked for.
fn missed(stopping: &StoppingResult) -> String {
    let by = match stopping.stopped {
        Why::MaxTrials => format!("after {}, the most that were allowed", counted(stopping.max_trials, "trial")),
        Why::MaxTime => "when its time was over".to_owned(),
        Why::Interrupted | Why::Precision => "when it was interrupted".to_owned(),
    };
    let few = stopping.missed.iter().take(5).map(|o| format!("`{o}`"));
    let rest = stopping.missed.len().saturating_sub(5);
    let names: Vec<String> = few.chain((rest > 0).then(|| format!("{rest} more"))).collect();
    format!("precision not reached: the run stopped {by}; not known well enough: {}", and(&names))
}

fn answer(args: &RunArgs, outcome: &Outcome) -> String {
    match (args.json, args.files.len()) {
        (false, _) => terminal::answer(&outcome.summary, terminal::COLUMNS),
        (true, 1) => json::document(&outcome.summary),
        (true, _) => json::line(&outcome.summary),
    }
}

/// Says why a run stopped, with the command that shows the trial.
pub(super) fn stopped(file: &Path, stop: &Stop, seed: u64, changes: &ChangeArgs) {
    let file = shown(file);
    let seed = if seed == 1 { String::new() } else { format!(" --seed {seed}") };
    let story = stop.to_string().replace("escalade trace FILE", &format!("escalade trace {file}{seed}{}", changes.arguments()));
    fault(&format!("{file}: {story}"));
}

fn speed(trials: u64, took: Duration) -> String {
    let seconds = took.as_secs_f64();
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "shown to two digits")]
    let rate = (trials as f64 / seconds.max(1e-9)).round() as u64;
    format!("{}, {} trials a second", time_words(seconds), whole(rounded(rate)))
}

/// Two significant digits.
fn rounded(n: u64) -> u64 {
    let unit = 10_u64.pow(n.checked_ilog10().unwrap_or(0).saturating_sub(1));
    (n + unit / 2) / unit * unit
}
