//! `escalade test`: puts the claims of scenarios to the test.

mod baseline;
mod cases;
mod places;
mod reading;

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use escalade::report::words::counted;
use escalade::report::{github, json, junit, sarif, terminal, test_diff, verdicts as words, verdicts_markdown};
use escalade::results::diff::TestDiff;
use escalade::results::{FileState, TestPlan, TestSummary, TestedFile, Verdict, quoted};
use escalade::store::{StoreError, WholeFile};
use escalade::study::Cancel;
use escalade::study::claims::{FALSE_ALARMS, MARGIN, Rules, variants};
use serde::Serialize;

use self::baseline::{Baseline, BaselineArgs, Now};
use self::cases::{Case, Claiming, Tested};
use self::places::Places;
use self::reading::Reading;
use super::args::{ChangeArgs, threads, trials, whole};
use super::exit::Exit;
use super::find::{Found, find};
use super::interrupt::on_interrupt;
use super::out::{store_exit, store_fault};
use super::output::{Lost, data, fault, hint, talk};
use super::progress::{Meter, time_words};
use super::run::stopped;
use super::scenario::shown;
use super::schedule;
use super::targets::free;

/// Most trials where nothing else is said.
const MAX_TRIALS: &str = "1000000";

#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:  0 every claim holds; 1 a claim does not, or something changed against the baseline;
             2 a file is wrong, or nothing is claimed; 3 a run or a write could not be completed;
             4 none fails, but some are undecided; 130 interrupted. Of several the worst: 130, 3,
             2, 1, 4, 0")]
pub(super) struct TestArgs {
    /// Scenario files, and folders whose scenarios are all tested
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    paths: Vec<PathBuf>,
    /// Chance that any claim of all these files gets a verdict that is wrong by more than its margin; each claim has its part
    #[arg(long, value_name = "RATE", default_value_t = FALSE_ALARMS, value_parser = rate, allow_negative_numbers = true)]
    false_alarms: f64,
    /// So near to its limit either verdict will do: of shares (0.01 is one percentage point), of other quantities as a part of
    /// the limit. A claim can have a `margin` of its own
    #[arg(long, value_name = "SHARE", default_value_t = MARGIN, value_parser = margin, allow_negative_numbers = true)]
    margin: f64,
    /// Most trials of a file; what is not settled by then is undecided
    #[arg(long, value_name = "N", default_value = MAX_TRIALS, value_parser = trials, allow_negative_numbers = true)]
    max_trials: u64,
    /// Seed: the same seed gives the same trials, on every machine
    #[arg(long, short, value_name = "S", default_value_t = 1, value_parser = whole, allow_negative_numbers = true)]
    seed: u64,
    /// Threads; as many as the machine has, where none are given. They change nothing but the time
    #[arg(long, short, value_name = "T", value_parser = threads, allow_negative_numbers = true)]
    threads: Option<usize>,
    #[command(flatten)]
    files: FileArgs,
    #[command(flatten)]
    baseline: BaselineArgs,
    /// Print the verdicts as annotations of GitHub's workflows as well
    #[arg(long, conflicts_with = "json")]
    github: bool,
    /// Print the verdicts as JSON
    #[arg(long)]
    json: bool,
    /// Say nothing but errors on standard error: no progress, no warnings but of what may be a scenario and is not read
    #[arg(long, short)]
    quiet: bool,
}

/// Verdicts in files, each replaced if it is there, but for those in a directory.
#[derive(Debug, Args)]
struct FileArgs {
    /// Write the verdicts of each file as JSON and as a page to look at: to this directory, or of several files to DIR/NAME. The report
    /// of a run of the same scenario there shows them too
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Files")]
    out: Option<PathBuf>,
    /// Write no page to look at, and leave the report of a run in the directory as it is
    #[arg(long, requires = "out", help_heading = "Files")]
    no_report: bool,
    /// Replace verdicts that are in the directory
    #[arg(long, requires = "out", help_heading = "Files")]
    force: bool,
    /// Write the verdicts to this file as JUnit XML
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Files")]
    junit: Option<PathBuf>,
    /// Write what does not hold to this file as SARIF 2.1.0
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Files")]
    sarif: Option<PathBuf>,
    /// Write the verdicts to this file as Markdown, for a job summary
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Files")]
    markdown: Option<PathBuf>,
}

fn number(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| "write a number, for example 0.01".to_owned())
}

fn rate(text: &str) -> Result<f64, String> {
    match number(text)? {
        x if (1e-9..=0.5).contains(&x) => Ok(x),
        _ => Err("a false-alarm rate lies between 1e-9 and 0.5, for example 0.001".to_owned()),
    }
}

fn margin(text: &str) -> Result<f64, String> {
    match number(text)? {
        x if (1e-6..=0.5).contains(&x) => Ok(x),
        x if x > 0.5 && x <= 50.0 => Err(format!("a margin is a share: {x} percentage points are written {}", x / 100.0)),
        _ => Err("a margin lies between 1e-6 and 0.5, for example 0.01".to_owned()),
    }
}

/// Tests all claims of all files.
#[expect(clippy::unnecessary_wraps, reason = "every command has this form")]
pub(super) fn test(args: &TestArgs) -> Result<Exit, Lost> {
    let Some(found) = find(&args.paths, args.quiet) else { return Ok(Exit::Input) };
    let paths: Vec<PathBuf> = found.iter().map(|f| f.path.clone()).collect();
    let single = matches!(&args.paths[..], [path] if !path.is_dir());
    let Some(places) = Places::of(&found, args.files.out.as_deref(), single) else { return Ok(Exit::Input) };
    let files = &args.files;
    let targets = [("--junit", files.junit.as_deref()), ("--sarif", files.sarif.as_deref()), ("--markdown", files.markdown.as_deref())];
    if !free(&targets, &paths, files.out.as_deref()) {
        return Ok(Exit::Input);
    }
    // Directories first: a file of verdicts may be named in one of them.
    let outputs = match places.check(files.force).and_then(|()| Outputs::prepare(files)) {
        Ok(outputs) => outputs,
        Err(error) => {
            store_fault(&error);
            return Ok(store_exit(&error));
        }
    };
    let baseline = match Baseline::read(&args.baseline, (&args.paths, &found), args.false_alarms, args.quiet) {
        Ok(baseline) => baseline,
        Err(exit) => return Ok(exit),
    };
    let began = std::time::Instant::now();
    let cancel = on_interrupt(args.quiet);
    let mut suite = Suite { args, files: Vec::new(), cases: Vec::new() };
    if suite.read(&found, &cancel).is_none() {
        return Ok(Exit::Incomplete);
    }
    let Some((summary, exit)) = suite.run(&cancel) else { return Ok(Exit::Incomplete) };
    let now = Now { summary: &summary, paths: &paths, max_trials: args.max_trials, threads: args.threads, quiet: args.quiet };
    let (changes, compared) = baseline.map(|b| b.compare(&now, &cancel)).unzip();
    let changed = if changes.as_ref().is_some_and(|c| c.changed) { Exit::Difference } else { Exit::Done };
    let exit = exit.max(changed).max(compared.unwrap_or(Exit::Done));
    let exit = exit.max(outputs.write(&summary, changes.as_ref())).max(places.write(&summary, &args.files, args.quiet));
    let text = if args.json {
        json::document(&Document { summary: &summary, baseline: changes.as_ref() })
    } else {
        let annotations = if args.github { github::annotations(&summary, changes.as_ref()) } else { String::new() };
        let changes = changes
            .as_ref()
            .map_or_else(String::new, |c| format!("{}\n", test_diff::answer(c, &words::overall(&summary), terminal::COLUMNS)));
        changes + &words::answer(&summary, terminal::COLUMNS) + &annotations
    };
    if let Err(lost) = data(&text) {
        if lost == Lost::Closed {
            fault(&"the verdicts could not be written: whoever was to read them has closed the pipe");
        }
        return Ok(exit.max(Exit::Incomplete));
    }
    if summary.test.claims == 0 && summary.test.wrong_files == 0 {
        fault(&format!("nothing is claimed: there is no `[[expect]]` in {}", counted(summary.files.len() as u64, "file")));
        hint(&"write for example `[[expect]]` and below it `that = \"P(war) < 0.1\"` into a scenario, or check the path");
    }
    if !args.quiet && !args.json {
        talk(&time_words(began.elapsed().as_secs_f64()));
    }
    if let Some(page) = places.page().filter(|_| !args.quiet && !args.files.no_report) {
        talk(&page);
    }
    Ok(exit)
}

/// What is printed as JSON.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    summary: &'a TestSummary,
    /// What changed against earlier results, where there are any.
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<&'a TestDiff>,
}

/// Files and what comes of them.
struct Suite<'a> {
    args: &'a TestArgs,
    files: Vec<TestedFile>,
    cases: Vec<Case>,
}

impl Suite<'_> {
    /// Reads all files, side by side.
    fn read(&mut self, found: &[Found], cancel: &Cancel) -> Option<()> {
        let paths: Vec<&Path> = found.iter().map(|f| f.path.as_path()).collect();
        let reading = Reading::new(self.args.quiet);
        schedule::run(&&reading, &paths, self.args.threads, cancel)?;
        for (place, read) in reading.into_read() {
            if !read.talk.is_empty() {
                talk(&read.talk);
            }
            if let Some((base, arms)) = read.claiming {
                self.cases.push(Case { place, arms, base });
            }
            self.files.push(read.file);
        }
        Some(())
    }

    fn run(self, cancel: &Cancel) -> Option<(TestSummary, Exit)> {
        let Self { args, mut files, cases } = self;
        let claims: usize = cases.iter().map(|c| c.base.expectations.len()).sum();
        #[expect(clippy::cast_precision_loss, reason = "a number of claims")]
        let each = args.false_alarms / claims.max(1) as f64;
        let rules = Rules { seed: args.seed, max_trials: args.max_trials, rate: each, margin: args.margin };
        let meter = Meter::of("claims", "settled", claims as u64, args.quiet);
        let claiming = Claiming::new(&cases, rules, &meter, cancel);
        let done = schedule::run(&claiming, &(0..cases.len()).collect::<Vec<_>>(), args.threads, cancel);
        meter.end();
        done?;
        let names = |place: usize| cases.iter().find(|c| c.place == place).map(|c| variants(&c.base.expectations)).unwrap_or_default();
        for tested in claiming.into_tested() {
            record(&mut files[tested.place], &tested, &names(tested.place), args.seed);
        }
        let plan = TestPlan {
            seed: args.seed,
            max_trials: args.max_trials,
            false_alarms: args.false_alarms,
            false_alarms_each: each,
            margin: args.margin,
            complete: files.iter().all(|f| f.state != FileState::Interrupted),
            command: args.command(),
        };
        let summary = TestSummary::new(plan, files);
        let exit = exit_of(&summary);
        Some((summary, exit))
    }
}

/// Writes down what came of a file, and says why it stopped.
fn record(file: &mut TestedFile, tested: &Tested<'_>, variants: &[Option<String>], seed: u64) {
    let done = tested.claims.done();
    file.state = match (&tested.stop, done) {
        (Some(_), _) => FileState::Stopped,
        (None, true) => FileState::Tested,
        (None, false) => FileState::Interrupted,
    };
    file.trials = tested.claims.trials();
    file.claims = tested.claims.results(file.state != FileState::Tested);
    if let Some(stop) = &tested.stop {
        let changes = ChangeArgs { variant: variants.get(stop.arm).cloned().flatten(), set: Vec::new() };
        let failure = stopped(Path::new(&file.file), &stop.stop, seed, &changes);
        file.error = Some(failure.error().to_owned());
        file.flaw = failure.flaw();
    }
}

/// The worst of what came to pass.
fn exit_of(summary: &TestSummary) -> Exit {
    let any = |state: FileState| summary.files.iter().any(|f| f.state == state);
    let some = |verdict: Verdict| summary.claims().any(|(_, c)| c.verdict == verdict);
    let nothing = summary.test.claims == 0;
    let found = [
        (some(Verdict::Undecided), Exit::Undecided),
        (some(Verdict::Fail), Exit::Difference),
        (any(FileState::Wrong) || nothing, Exit::Input),
        (any(FileState::Stopped), Exit::Incomplete),
        (any(FileState::Interrupted), Exit::Interrupted),
    ];
    found.into_iter().filter(|f| f.0).map(|f| f.1).max().unwrap_or(Exit::Done)
}

impl TestArgs {
    /// The command that makes the same again.
    fn command(&self) -> String {
        let mut text = "escalade test".to_owned();
        for path in &self.paths {
            text.push_str(&format!(" {}", quoted(&shown(path))));
        }
        text + &format!(
            " --false-alarms {} --margin {} --max-trials {} --seed {}",
            self.false_alarms, self.margin, self.max_trials, self.seed
        )
    }
}

/// Turns verdicts, and what changed, into a document.
type Writer = fn(&TestSummary, Option<&TestDiff>) -> String;

/// Files for the verdicts, begun before anything is run: a path that cannot be written is told in the first second.
struct Outputs {
    files: Vec<(WholeFile, Writer)>,
}

impl Outputs {
    fn prepare(args: &FileArgs) -> Result<Self, StoreError> {
        let summary: Writer = |s, changes| verdicts_markdown::document_after(s, &changes.map_or_else(String::new, test_diff::markdown));
        let all: [(&Option<PathBuf>, Writer); 3] =
            [(&args.junit, |s, _| junit::document(s)), (&args.sarif, |s, _| sarif::document(s)), (&args.markdown, summary)];
        let asked = all.into_iter().filter_map(|(path, write)| Some((path.as_ref()?, write)));
        let files = asked.map(|(path, write)| Ok((WholeFile::create(path)?, write))).collect::<Result<_, _>>()?;
        Ok(Self { files })
    }

    fn write(self, summary: &TestSummary, changes: Option<&TestDiff>) -> Exit {
        let mut exit = Exit::Done;
        for (mut file, write) in self.files {
            let path = file.path().to_owned();
            let text = write(summary, changes);
            let done = file.write_all(text.as_bytes()).map_err(|error| StoreError::io("write", &path, error));
            if let Err(error) = done.and_then(|()| file.seal()?.publish()) {
                store_fault(&error);
                exit = exit.max(store_exit(&error)).max(Exit::Incomplete);
            }
        }
        exit
    }
}
