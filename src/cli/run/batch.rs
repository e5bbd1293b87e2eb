//! `run` on many files: one schedule, one progress display, answers in the order of files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use escalade::report::words::{counted, one_line, paragraph, whole};
use escalade::report::{diff_folders, terminal};
use escalade::results::{BatchFile, BatchState, Flaw};
use escalade::store::place::is_result;
use escalade::study::{Cancel, Look, Progress};

use super::super::analyses::{Answer, analysis};
use super::super::args::RunArgs;
use super::super::exit::Exit;
use super::super::find::{find, none};
use super::super::gone::{Present, gone};
use super::super::index;
use super::super::interrupt::on_interrupt;
use super::super::names::names;
use super::super::out::{store_exit, store_fault};
use super::super::output::{Lost, caution, fault, hint, overheard, say, talk};
use super::super::progress::Meter;
use super::super::scenario::{Failure, shown};
use super::super::schedule::{self, Leave, Work};
use super::super::workers::workers;
use super::{Place, Started, speed, unheard};

/// A file and what its results are called.
struct Case {
    file: PathBuf,
    name: PathBuf,
}

/// Runs all files; one that cannot be run does not keep the others from it.
pub(super) fn run(args: &RunArgs) -> Exit {
    let Some(cases) = cases(args) else { return Exit::Input };
    if let Some(all) = args.out.baseline.as_ref().filter(|all| !all.exists())
        && !args.quiet
    {
        caution(&format!("`{}` is not there: there is nothing to compare with", shown(all)));
    }
    let gone = missing(args, &cases);
    let cancel = on_interrupt(args.quiet);
    let count = cases.len() as u64;
    let by_files = args.stop.until().is_some();
    let meter = match args.analyses.trials(args.trials).unwrap_or(args.trials) {
        _ if by_files => Meter::of("scenarios", "done", count, args.quiet),
        each => Meter::new(&counted(count, "scenario"), each.saturating_mul(count), args.quiet),
    };
    let began = Instant::now();
    let batch = Batch { args, cancel: &cancel, meter: &meter, by_files, said: Mutex::default(), cases: &cases };
    let done = if args.analyses.trials(1).is_some() {
        batch.analyses()
    } else {
        schedule::run(&batch, &(0..cases.len()).collect::<Vec<_>>(), args.threads, &cancel)
    };
    meter.end();
    if done.is_none() {
        return Exit::Incomplete;
    }
    let mut said = batch.finish();
    said.gone = gone;
    said.exit(args, &cases, began.elapsed(), &cancel)
}

/// The files; `None` where there are none, or two cannot be told apart, which has been said.
fn cases(args: &RunArgs) -> Option<Vec<Case>> {
    let found = find(&args.files, args.quiet)?;
    if found.is_empty() {
        none(&args.files);
        return None;
    }
    match names(&found) {
        Ok(names) => Some(found.into_iter().zip(names).map(|(found, name)| Case { file: found.path, name }).collect()),
        Err((a, b)) if args.out.out.is_some() => {
            fault(&format!("`{}` and `{}` have one name: their results would go to one folder", shown(&a), shown(&b)));
            hint(&"run them one by one, each with a directory of its own");
            None
        }
        Err(_) => Some(found.into_iter().map(|found| Case { name: found.path.clone(), file: found.path }).collect()),
    }
}

/// Names of results that only the baseline has.
fn missing(args: &RunArgs, cases: &[Case]) -> Vec<String> {
    let Some(baseline) = &args.out.baseline else { return Vec::new() };
    let names: Vec<PathBuf> = cases.iter().map(|case| case.name.clone()).collect();
    gone(baseline, &Present { named: &args.files, names: &names, out: args.out.out.as_deref() }, is_result)
}

/// What came of a file.
struct Ended {
    exit: Exit,
    result: Result<Answer, Failure>,
    /// What was said of it.
    talk: String,
}

/// Why a file has no result.
struct Why {
    error: String,
    flaw: Option<Flaw>,
}

/// What was said so far.
#[derive(Default)]
struct Said {
    /// The place of the file that is told next.
    next: usize,
    /// Files that ended before their turn.
    waiting: BTreeMap<usize, Ended>,
    worst: Exit,
    trials: u64,
    /// What was told last, if anything: an answer of many lines, which has space around it, or a line.
    told_before: Option<bool>,
    /// What was compared with a baseline, and whether it changed.
    changes: Vec<(String, bool)>,
    /// Results that only the baseline has.
    gone: Vec<String>,
    /// Nobody reads what is said.
    lost: Option<Lost>,
    /// By place.
    states: BTreeMap<usize, (BatchState, Option<Why>)>,
}

struct Batch<'a> {
    args: &'a RunArgs,
    cancel: &'a Cancel,
    meter: &'a Meter,
    /// The meter counts files: how many trials there will be is not known.
    by_files: bool,
    said: Mutex<Said>,
    cases: &'a [Case],
}

/// A file on its way, with what was said of it.
struct Job<'a> {
    started: Result<Started<'a>, (Exit, Failure)>,
    talk: String,
}

impl<'a> Work for Batch<'a> {
    /// A place among the cases, which outlive the schedule.
    type Case = usize;
    type Job = Job<'a>;

    fn begin(&self, place: &usize) -> Job<'a> {
        let (args, case) = (self.args, &self.cases[*place]);
        let place =
            args.out.out.as_ref().map(|out| Place { out: out.join(&case.name), name: Some(case.name.clone()), of: self.cases.len() });
        let (started, talk) = overheard(|| Started::new(args, &case.file, place));
        if let Ok(started) = &started {
            self.advance(started.course.trials());
        }
        Job { started, talk }
    }

    fn go_on(&self, job: &mut Job<'a>, leave: Leave<'_>) -> bool {
        let Ok(started) = &mut job.started else { return true };
        let (ended, talk) = overheard(|| started.course.go_on(self, self.cancel, leave));
        job.talk.push_str(&talk);
        ended
    }

    fn end(&self, place: usize, job: Job<'a>) {
        let done = job.started.as_ref().map_or(0, |started| started.course.trials());
        let ((exit, result), talk) = overheard(|| match job.started {
            Ok(started) => started.end(self.args, true),
            Err((exit, failure)) => (exit, Err(failure)),
        });
        if self.by_files {
            self.meter.advance(1);
        } else {
            // What will not come any more is no longer waited for.
            self.meter.advance(self.args.trials.saturating_sub(done));
        }
        self.ended(place, Ended { exit, result, talk: job.talk + &talk });
    }
}

impl Progress for Batch<'_> {
    fn advance(&self, trials: u64) {
        if !self.by_files {
            self.meter.advance(trials);
        }
    }

    fn look(&self, _: &Look) {}
}

impl Batch<'_> {
    /// Other questions than plain runs: file by file, each on all threads.
    fn analyses(&self) -> Option<()> {
        let pool = workers(self.args.threads)?;
        for (place, case) in self.cases.iter().enumerate() {
            if self.cancel.asked() {
                break;
            }
            let (done, talk) = overheard(|| analysis(self.args, &case.file, Some(self.meter), &pool, self.cancel));
            let (exit, result) = done?;
            self.ended(place, Ended { exit, result, talk });
        }
        Some(())
    }

    fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of what came of a file, and tells all whose turn it is.
    fn ended(&self, place: usize, ended: Ended) {
        let mut said = self.said();
        said.waiting.insert(place, ended);
        loop {
            let next = said.next;
            let Some(ended) = said.waiting.remove(&next) else { break };
            said.next += 1;
            self.meter.aside(|| said.tell(self.args, (next, &index::slashed(&self.cases[next].name)), ended));
        }
        // Without files and without a reader there is nothing to go on for.
        if said.lost.is_some() && self.args.out.out.is_none() {
            self.cancel.ask();
        }
    }

    /// Tells the rest: those after files that were not begun.
    fn finish(self) -> Said {
        let mut said = self.said.into_inner().unwrap_or_else(PoisonError::into_inner);
        for (place, case) in self.cases.iter().enumerate() {
            if let Some(ended) = said.waiting.remove(&place) {
                said.tell(self.args, (place, &index::slashed(&case.name)), ended);
            } else if !said.states.contains_key(&place) {
                let failure = Failure::new(&case.file, "interrupted before it was begun".to_owned());
                said.not_begun(self.args, place, &failure);
            }
        }
        said
    }
}

impl Said {
    fn write(&mut self, text: &str, document: bool) {
        if self.lost.is_none()
            && let Err(lost) = say(text, document)
        {
            self.lost = Some(lost);
        }
    }

    fn tell(&mut self, args: &RunArgs, (place, name): (usize, &str), ended: Ended) {
        if !ended.talk.is_empty() {
            talk(&ended.talk);
        }
        self.worst = self.worst.max(ended.exit);
        let state = match ended.result {
            Ok(answer) => {
                let long = answer.changed != Some(false);
                let gap = if self.told_before.is_some_and(|before| before || long) && !args.json { "\n\n" } else { "" };
                if let Some(changed) = answer.changed {
                    self.changes.push((name.to_owned(), changed));
                }
                self.write(&format!("{gap}{}", answer.text), args.json);
                self.told_before = Some(long);
                self.trials += answer.trials;
                match ended.exit {
                    Exit::Interrupted | Exit::Incomplete => (BatchState::Partial, None),
                    _ => (BatchState::Done, None),
                }
            }
            Err(failure) => {
                if args.json {
                    self.write(&failure.line(), args.json);
                }
                let state = match ended.exit {
                    // It was complete before, and is gone on with by `--resume`.
                    Exit::Done | Exit::Difference => BatchState::Done,
                    Exit::Incomplete => BatchState::Stopped,
                    Exit::Interrupted => BatchState::Interrupted,
                    _ => BatchState::Wrong,
                };
                (state, (state != BatchState::Done).then(|| Why { error: failure.error().to_owned(), flaw: failure.flaw() }))
            }
        };
        self.states.insert(place, state);
    }

    fn not_begun(&mut self, args: &RunArgs, place: usize, failure: &Failure) {
        if args.json {
            self.write(&failure.line(), args.json);
        }
        self.states.insert(place, (BatchState::NotBegun, None));
    }

    /// Makes the index, and says how it ended.
    fn exit(mut self, args: &RunArgs, cases: &[Case], took: Duration, cancel: &Cancel) -> Exit {
        let not_begun = self.states.values().filter(|s| s.0 == BatchState::NotBegun).count() as u64;
        if let Some(out) = &args.out.out {
            self.worst = self.worst.max(self.index(out, cases, args.quiet));
        }
        if !self.gone.is_empty() {
            self.worst = self.worst.max(Exit::Difference);
        }
        if let Some(all) = args.out.baseline.as_ref().filter(|all| all.exists()) {
            let summary = self.summary(cases, all);
            if !args.json {
                self.write(&summary, false);
            } else if !self.gone.is_empty() {
                talk(summary.trim_start());
            }
        }
        if let Some(lost) = self.lost
            && (args.out.out.is_none() || lost == Lost::Failed)
        {
            return unheard(lost, self.worst, args);
        }
        if not_begun > 0 && !args.quiet {
            caution(&format!("interrupted: {} of {} were not begun", whole(not_begun), counted(cases.len() as u64, "scenario")));
        }
        if !args.quiet && !args.json {
            talk(&format!("{}, {}", counted(cases.len() as u64, "scenario"), speed(self.trials, took)));
        }
        if cancel.asked() && (self.worst != Exit::Done || not_begun > 0) { Exit::Interrupted } else { self.worst }
    }

    /// What changed, and what could not be compared, in a sentence.
    fn summary(&self, cases: &[Case], baseline: &Path) -> String {
        let those = |wanted: &[BatchState]| -> Vec<String> {
            let some = cases.iter().zip(self.states.values()).filter(|(_, (state, _))| wanted.contains(state));
            some.map(|(case, _)| case.file.file_name().map_or_else(|| shown(&case.file), |name| shown(Path::new(name)))).collect()
        };
        let wrong = those(&[BatchState::Wrong]);
        let stopped = those(&[BatchState::Stopped, BatchState::Interrupted, BatchState::NotBegun]);
        let many = counted(wrong.len() as u64, "file");
        let gap = if self.told_before.is_some() { "\n" } else { "" };
        let changed: Vec<&str> = self.changes.iter().filter(|(_, changed)| *changed).map(|(name, _)| name.as_str()).collect();
        let also = [
            (format!("{many} wrong"), wrong.iter().map(String::as_str).collect()),
            ("not run to the end".to_owned(), stopped.iter().map(String::as_str).collect()),
            (format!("only in {}", one_line(&shown(baseline))), self.gone.iter().map(String::as_str).collect()),
        ];
        gap.to_owned() + &paragraph("", 2, &diff_folders::sentence(&changed, self.changes.len(), &also), terminal::COLUMNS)
    }

    fn index(&self, out: &Path, cases: &[Case], quiet: bool) -> Exit {
        let files = cases.iter().zip(self.states.values()).map(|(case, (state, why))| BatchFile {
            file: shown(&case.file),
            name: index::slashed(&case.name),
            state: *state,
            error: why.as_ref().map(|why| why.error.clone()),
            flaw: why.as_ref().and_then(|why| why.flaw.clone()),
        });
        match index::after_run(out, escalade::results::Batch { files: files.collect(), gone: self.gone.clone() }) {
            Ok(page) => {
                if !quiet {
                    talk(&format!("index of all results: {}", shown(&page)));
                }
                Exit::Done
            }
            Err(error) => {
                store_fault(&error);
                store_exit(&error).max(Exit::Incomplete)
            }
        }
    }
}
