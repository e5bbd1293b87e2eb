//! `escalade run`: plays scenarios and shows how they can end.

mod baseline;
mod batch;

use std::path::Path;
use std::time::Duration;

use escalade::report::words::{and, counted, whole};
use escalade::report::{json, terminal};
use escalade::results::{Stop, StoppingResult, Why};
use escalade::store::place::REPORT_HTML;
use escalade::study::{Cancel, Outcome, Progress as _, Request};

use self::baseline::{Place, against, baseline};
use super::analyses::{Answer, analysis};
use super::args::{ChangeArgs, RunArgs};
use super::diff;
use super::exit::Exit;
use super::interrupt::on_interrupt;
use super::out::{Course, Ended, Job};
use super::output::{Lost, caution, data, fault, hint, say, talk};
use super::progress::{Meter, time_words};
use super::scenario::{Failure, load, shown};
use super::shard::follow;
use super::workers::workers;
use escalade::store::place::CHANGES_TEXT;

/// Runs one file, or many by one schedule.
pub(super) fn run(args: &RunArgs) -> Exit {
    match &args.files[..] {
        [file] if !file.is_dir() => single(args, file),
        _ => batch::run(args),
    }
}

fn single(args: &RunArgs, file: &Path) -> Exit {
    let Some(pool) = workers(args.threads) else { return Exit::Incomplete };
    let cancel = on_interrupt(args.quiet);
    let (exit, result) = analysis(args, file, None, &pool, &cancel).unwrap_or_else(|| one(args, file, &pool, &cancel));
    match result {
        Ok(answer) => {
            if let Err(lost) = say(&answer.text, args.json) {
                return unheard(lost, exit, args);
            }
            if !args.quiet && !args.json {
                talk(&speed(answer.trials, answer.took));
            }
            // Several files have an index, which is told.
            if let Some(page) = args.out.out.as_ref().map(|out| out.join(REPORT_HTML)).filter(|page| !args.out.no_report && page.exists())
                && !args.quiet
            {
                talk(&format!("report: {}", shown(&page)));
            }
        }
        Err(failure) => {
            if args.json
                && let Err(lost) = data(&failure.document())
            {
                return unheard(lost, exit, args);
            }
        }
    }
    if cancel.asked() && exit != Exit::Done { Exit::Interrupted } else { exit }
}

fn one(args: &RunArgs, file: &Path, pool: &rayon::ThreadPool, cancel: &Cancel) -> (Exit, Result<Answer, Failure>) {
    let place = args.out.out.clone().map(|out| Place { out, name: None, of: 1 });
    let mut started = match Started::new(args, file, place) {
        Ok(started) => started,
        Err((exit, failure)) => return (exit, Err(failure)),
    };
    let course = &mut started.course;
    let meter = Meter::new(&course.job().scenario.id, course.job().most(), args.quiet);
    meter.advance(course.trials());
    pool.install(|| course.go_on(&meter, cancel, &|| false));
    meter.end();
    started.end(args, false)
}

/// A file that is ready to be run, or on its way.
struct Started<'a> {
    course: Course<'a>,
    place: Option<Place>,
    baseline: Option<diff::Read>,
}

impl<'a> Started<'a> {
    /// Reads a file and makes all ready for its run.
    fn new(args: &'a RunArgs, file: &'a Path, place: Option<Place>) -> Result<Self, (Exit, Failure)> {
        let input = |failure| (Exit::Input, failure);
        let mut scenario = load(file, &args.changes, args.quiet).map_err(input)?;
        follow(&mut scenario, &args.out.follow)
            .map_err(|()| input(Failure::new(file, "there is no such variable to follow".to_owned())))?;
        let request = Request {
            seed: args.seed,
            first: 0,
            trials: args.trials,
            variant: args.changes.name(),
            intervals: args.intervals.intervals(),
            engine: args.engine.into(),
        };
        let baseline = place.as_ref().map_or(Ok(None), |place| baseline(args, &scenario.id, place));
        let baseline = baseline.map_err(|text| input(Failure::new(file, text)))?;
        let job = Job { file, scenario, changes: &args.changes, request, until: args.stop.until(), out: &args.out, quiet: args.quiet };
        let begun = Course::begin(job, place.as_ref().map(|place| place.out.as_path()));
        // What is complete already is not run again, but what changed in it counts all the same.
        if let (Err((Exit::Done, failure)), Some(baseline), Some(place)) = (&begun, &baseline, &place) {
            let mut answer = Answer { text: String::new(), trials: 0, took: Duration::ZERO, changed: None };
            let exit = against(args, baseline, place, &mut answer);
            if exit == Exit::Difference {
                caution(&format!("{}: changed against the baseline, see `{}`", shown(&place.out), shown(&place.out.join(CHANGES_TEXT))));
            }
            return Err((exit, Failure::new(file, failure.error().to_owned())));
        }
        let course = begun?;
        Ok(Self { course, place, baseline })
    }

    /// What is said of it at the end.
    fn end(self, args: &RunArgs, several: bool) -> (Exit, Result<Answer, Failure>) {
        let file = self.course.job().file;
        let (exit, done): Ended = self.course.end();
        let told = done.map(|(outcome, took)| told(args, file, &outcome, took, several));
        match (told, self.baseline, self.place) {
            (Ok(mut answer), Some(baseline), Some(place)) => {
                let exit = exit.max(against(args, &baseline, &place, &mut answer));
                (exit, Ok(answer))
            }
            (told, ..) => (exit, told),
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
fn told(args: &RunArgs, file: &Path, outcome: &Outcome, took: Duration, several: bool) -> Answer {
    if let Some(stopping) = &outcome.summary.plan.stopping
        && !stopping.reached
    {
        caution(&format!("{}: {}", shown(file), missed(stopping)));
    }
    Answer { text: answer(args, outcome, several), trials: outcome.summary.plan.trials, took, changed: None }
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

fn answer(args: &RunArgs, outcome: &Outcome, several: bool) -> String {
    match (args.json, several) {
        (false, _) => terminal::answer(&outcome.summary, terminal::COLUMNS),
        (true, false) => json::document(&outcome.summary),
        (true, true) => json::line(&outcome.summary),
    }
}

/// Says why a run stopped, with the command that shows the trial; gives the same as a failure.
pub(super) fn stopped(file: &Path, stop: &Stop, seed: u64, changes: &ChangeArgs) -> Failure {
    let seed = if seed == 1 { String::new() } else { format!(" --seed {seed}") };
    let trace = format!("escalade trace {}{seed}{}", shown(file), changes.arguments());
    fault(&format!("{}: {}", shown(file), stop.story(&trace)));
    Failure::new(file, stop.sentence()).helped(stop.help(&trace))
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
