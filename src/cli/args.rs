//! The arguments of all commands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use escalade::results::REPORT;
use escalade::rng::MAX_TRIALS;
use escalade::study::MOST_RERUNS;

use super::analyses::AnalysisArgs;
use super::graph::GraphArgs;
use super::options::{IntervalArgs, StopArgs, time};
use super::report::ReportArgs;
use super::sensitivity::SensitivityArgs;

/// How a crisis can end, how often, and why
///
/// escalade reads a scenario (a text file: who is involved, what can happen, how the actors choose), plays it many
/// thousand times, each time with other luck, and counts how it ends.
#[derive(Debug, Parser)]
#[command(
    name = "escalade",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true,
    after_help = "\
Begin with:  escalade new first.toml     then:  escalade run first.toml
Exit codes:  0 done; 1 a difference was found, or a claim does not hold; 2 the input is wrong;
             3 a run or a write could not be completed; 4 too few trials to tell; 130 interrupted"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a small scenario to start from
    New(NewArgs),
    /// Read scenarios and say what is wrong, where, and what to do about it
    Check(CheckArgs),
    /// Play scenarios and show how they can end
    Run(RunArgs),
    /// Run variants on the same trials and show what they change
    Compare(super::compare::CompareArgs),
    /// Show how the answer changes along an input, along two, or over a spread of many
    Sweep(super::sweep::SweepArgs),
    /// Show which parameters a scenario's results depend on
    Sensitivity(SensitivityArgs),
    /// Switch each part of a scenario off in turn and show what that changes
    Drivers(super::drivers::DriversArgs),
    /// Tell one trial, day by day
    Trace(TraceArgs),
    /// Put the claims of scenarios to the test
    Test(super::test::TestArgs),
    /// Say what changed between two results beyond noise
    Diff(super::diff::DiffArgs),
    /// Make the reports of a result anew, or the index over the results of a folder
    Report(ReportArgs),
    /// Draw who is involved, what joins them, and the ladders
    Graph(GraphArgs),
    /// Make a result again and say whether it agrees, byte by byte
    Rerun(RerunArgs),
    /// List the commands that share a run among several machines
    Plan(PlanArgs),
    /// Run a range of trials into one file, to be merged with others
    Shard(ShardArgs),
    /// Join the files of `shard` to the result of one run
    Merge(MergeArgs),
    /// List what a scenario means: each rule, its formula, its draws
    Explain(ExplainArgs),
    /// Print the JSON Schema of scenario files, for editors, or of results
    Schema(SchemaArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write all manual pages to a folder
    Man(ManArgs),
}

#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// The file to write; it must not exist. `-` prints the scenario instead
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
}

/// What-ifs.
#[derive(Debug, Args)]
pub(super) struct ChangeArgs {
    /// Play this variant of the scenario
    #[arg(long, value_name = "NAME")]
    pub(super) variant: Option<String>,
    /// Change one value, for example `parameters.resolve=0.9`; can be repeated
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) set: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Scenario files, and folders whose scenarios are all checked: those that `run` and `test` find there
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) files: Vec<PathBuf>,
    /// Print what was found as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:  0 done; 1 something changed beyond noise against the baseline; 2 a file or an option
             is wrong; 3 a run or a write could not be completed; 130 interrupted. Of several the
             worst: 130, 3, 2, 1, 0")]
pub(super) struct RunArgs {
    /// Scenario files, and folders whose scenarios are all run
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(super) files: Vec<PathBuf>,
    /// Number of trials
    #[arg(long, short = 'n', value_name = "N", default_value = "10000", value_parser = trials, allow_negative_numbers = true)]
    pub(super) trials: u64,
    /// Seed: the same seed gives the same trials, on every machine
    #[arg(long, short, value_name = "S", default_value_t = 1, value_parser = whole, allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// Threads; as many as the machine has, where none are given. They change nothing but the time
    #[arg(long, short, value_name = "T", value_parser = threads, allow_negative_numbers = true)]
    pub(super) threads: Option<usize>,
    /// What runs the trials; the results are the same to the last bit
    #[arg(long, value_enum, value_name = "ENGINE", default_value_t = Engine::Columns)]
    pub(super) engine: Engine,
    #[command(flatten)]
    pub(super) changes: ChangeArgs,
    #[command(flatten)]
    pub(super) out: OutArgs,
    #[command(flatten)]
    pub(super) intervals: IntervalArgs,
    #[command(flatten)]
    pub(super) stop: StopArgs,
    #[command(flatten)]
    pub(super) analyses: AnalysisArgs,
    /// Print the results as JSON: one document, or one line per file where there are several files
    #[arg(long)]
    pub(super) json: bool,
    /// Say nothing but errors on standard error: no progress, no warnings but of what may be a scenario and is not read
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// Results in files.
#[derive(Debug, Args)]
pub(super) struct OutArgs {
    /// Write the results to this directory: a report to look at (`report.html`, `report.md`), `summary.json`, and tables of
    /// trials and of what happens over time. With several scenario files or a folder, to a folder in it for each, with an index
    /// (`index.html`, `index.md`)
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Files")]
    pub(super) out: Option<PathBuf>,
    /// Formats of the tables; `none` writes no tables
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        value_delimiter = ',',
        default_value = "parquet",
        requires = "out",
        help_heading = "Files"
    )]
    pub(super) format: Vec<TableFormat>,
    /// Write no `report.html`, `report.md` and `report.json`
    #[arg(long, requires = "out", help_heading = "Files")]
    pub(super) no_report: bool,
    /// Compare the result with this earlier one, as `diff` does, and end with 1 if something changed beyond noise. With several scenario
    /// files, with the folder in it for each; one that is not there is said. With a folder of scenarios, what only the earlier results
    /// have has changed too. What changed is left in `changes.txt` and `changes.json`
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, requires = "out", help_heading = "Files")]
    pub(super) baseline: Option<PathBuf>,
    /// With `--baseline`: chance that results of the same things are called different, over all files [default: 0.001]
    #[arg(long, value_name = "RATE", value_parser = super::options::alarms, requires = "baseline", allow_negative_numbers = true, help_heading = "Baseline")]
    pub(super) false_alarms: Option<f64>,
    #[command(flatten)]
    pub(super) tolerances: super::diff::TolerancesArgs,
    /// Replace a result that is there
    #[arg(long, requires = "out", help_heading = "Files")]
    pub(super) force: bool,
    /// Go on with a run that was interrupted or killed
    #[arg(long, requires = "out", help_heading = "Files")]
    pub(super) resume: bool,
    /// Time between two checkpoints from which `--resume` can go on, for example `30s`
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "10s", requires = "out", help_heading = "Files")]
    pub(super) checkpoint: std::time::Duration,
    /// Follow this variable over time, for example `pakistan.pressure`; can be repeated. The first 32 where none is given
    #[arg(long, value_name = "VARIABLE", requires = "out", help_heading = "Files")]
    pub(super) follow: Vec<String>,
}

/// Formats of tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum TableFormat {
    /// Apache Parquet
    Parquet,
    /// Comma-separated values
    Csv,
    /// No tables
    None,
}

/// Names of formats, each once, in one order; `report` where a report is wanted.
pub(super) fn formats(asked: &[TableFormat], report: bool) -> Vec<String> {
    let names = [(TableFormat::Parquet, "parquet"), (TableFormat::Csv, "csv")];
    let tables = names.into_iter().filter(|(format, _)| asked.contains(format)).map(|(_, name)| name.to_owned());
    tables.chain(report.then(|| REPORT.to_owned())).collect()
}

#[derive(Debug, Args)]
pub(super) struct RerunArgs {
    /// Directory of a result
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) directory: PathBuf,
    /// The scenario file, if it is no longer where it was
    #[arg(long = "scenario", alias = "file", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: Option<PathBuf>,
    /// Threads
    #[arg(long, short, value_name = "T", value_parser = threads, allow_negative_numbers = true)]
    pub(super) threads: Option<usize>,
    /// Say nothing but errors on standard error
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct PlanArgs {
    /// Scenario file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    /// Number of machines
    #[arg(long, value_name = "N", value_parser = shards, allow_negative_numbers = true)]
    pub(super) shards: u64,
    /// Number of trials
    #[arg(long, short = 'n', value_name = "N", default_value = "10000", value_parser = trials, allow_negative_numbers = true)]
    pub(super) trials: u64,
    /// Seed
    #[arg(long, short, value_name = "S", default_value_t = 1, value_parser = whole, allow_negative_numbers = true)]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) changes: ChangeArgs,
    /// Print the ranges as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ShardArgs {
    /// Scenario file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    /// Trials from the first number up to, but without, the second: `0..5000`
    #[arg(long, value_name = "A..B", value_parser = range)]
    pub(super) range: (u64, u64),
    /// The file to write
    #[arg(long, short, value_name = "PART", value_hint = ValueHint::FilePath)]
    pub(super) output: PathBuf,
    /// Replace a file that is there
    #[arg(long)]
    pub(super) force: bool,
    /// Seed
    #[arg(long, short, value_name = "S", default_value_t = 1, value_parser = whole, allow_negative_numbers = true)]
    pub(super) seed: u64,
    /// Threads
    #[arg(long, short, value_name = "T", value_parser = threads, allow_negative_numbers = true)]
    pub(super) threads: Option<usize>,
    #[command(flatten)]
    pub(super) changes: ChangeArgs,
    /// Follow this variable over time; can be repeated
    #[arg(long, value_name = "VARIABLE")]
    pub(super) follow: Vec<String>,
    /// Say nothing but errors on standard error
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct MergeArgs {
    /// Files that `shard` has written
    #[arg(required = true, value_name = "PART", value_hint = ValueHint::FilePath)]
    pub(super) parts: Vec<PathBuf>,
    /// Directory for the results
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) out: PathBuf,
    /// How many trials there must be in all; without it, nobody notices that the last part is missing
    #[arg(long, short = 'n', value_name = "N", value_parser = trials, allow_negative_numbers = true)]
    pub(super) trials: Option<u64>,
    /// The scenario file, if it is no longer where it was
    #[arg(long = "scenario", alias = "file", value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: Option<PathBuf>,
    /// Formats of the tables
    #[arg(long, value_enum, value_name = "FORMAT", value_delimiter = ',', default_value = "parquet")]
    pub(super) format: Vec<TableFormat>,
    /// Write no `report.html`, `report.md` and `report.json`
    #[arg(long)]
    pub(super) no_report: bool,
    #[command(flatten)]
    pub(super) intervals: IntervalArgs,
    /// Replace a result that is there
    #[arg(long)]
    pub(super) force: bool,
    /// Say nothing but errors on standard error
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// Why one trial ended as it did.
#[derive(Debug, Args)]
pub(super) struct WhyArgs {
    /// Say why it ended as it did instead: without which occurrences it would have ended otherwise, and which were enough
    #[arg(long, conflicts_with = "all")]
    pub(super) why: bool,
    /// Run the trial again so many times at most to find out why
    #[arg(long, value_name = "N", default_value_t = MOST_RERUNS, value_parser = reruns, allow_negative_numbers = true, requires = "why")]
    pub(super) max_reruns: u64,
}

#[derive(Debug, Args)]
pub(super) struct TraceArgs {
    /// Scenario file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    /// Number of the trial, from 0
    #[arg(long, short = 'k', value_name = "K", default_value_t = 0, value_parser = trial, allow_negative_numbers = true, conflicts_with = "outcome")]
    pub(super) trial: u64,
    /// The first trial that ends with this outcome
    #[arg(long, value_name = "ID")]
    pub(super) outcome: Option<String>,
    /// How many trials to search for the outcome
    #[arg(long, short = 'n', value_name = "N", default_value = "10000", value_parser = trials, allow_negative_numbers = true)]
    pub(super) trials: u64,
    /// Seed
    #[arg(long, short, value_name = "S", default_value_t = 1, value_parser = whole, allow_negative_numbers = true)]
    pub(super) seed: u64,
    #[command(flatten)]
    pub(super) changes: ChangeArgs,
    /// Tell quiet days, slow drifts and all draws too
    #[arg(long, short)]
    pub(super) all: bool,
    #[command(flatten)]
    pub(super) reasons: WhyArgs,
    /// Print the trial as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Say nothing but errors on standard error
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Scenario file, or the code of an error or warning, for example `E0101`
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) changes: ChangeArgs,
    /// List the operations that the engine runs instead, one a line
    #[arg(long)]
    pub(super) program: bool,
    /// Print the listing as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArgs {
    /// Of what
    #[arg(long, value_enum, value_name = "KIND", default_value_t = SchemaOf::Scenario)]
    pub(super) of: SchemaOf,
}

/// What there is a schema of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SchemaOf {
    /// Scenario files
    Scenario,
    /// `summary.json`, and what `run --json` prints of a run (not of `--ensemble`, `--split-uncertainty` or a file that fails)
    Summary,
    /// What `diff --json` prints
    Diff,
    /// `sweep.json`, and what `sweep --json` prints
    Sweep,
    /// What `test --json` prints
    Test,
    /// `sensitivity.json`, and what `sensitivity --json` prints
    Sensitivity,
    /// What `compare --json` prints
    Compare,
    /// What `drivers --json` prints
    Drivers,
    /// `report.json`: what reports show beside the summary
    Report,
    /// `index.json`: what a run of many files came to
    Index,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Shell
    #[arg(value_name = "SHELL")]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write one page per command to this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(super) out: Option<PathBuf>,
}

/// A whole number; `_` may stand between digits.
pub(super) fn whole(text: &str) -> Result<u64, String> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) && !text.starts_with('_');
    if !plain {
        return Err("write a whole number, for example 10000 or 10_000".to_owned());
    }
    digits.parse().map_err(|_| format!("the largest number is {}", u64::MAX))
}

pub(super) fn trials(text: &str) -> Result<u64, String> {
    match whole(text)? {
        0 => Err("there must be at least 1 trial".to_owned()),
        n if n > MAX_TRIALS => Err(format!("there are at most {MAX_TRIALS} trials")),
        n => Ok(n),
    }
}

fn trial(text: &str) -> Result<u64, String> {
    match whole(text)? {
        n if n >= MAX_TRIALS => Err(format!("trials are numbered from 0 to {}", MAX_TRIALS - 1)),
        n => Ok(n),
    }
}

fn reruns(text: &str) -> Result<u64, String> {
    match whole(text)? {
        0 => Err("there must be at least 1 re-run".to_owned()),
        n if n > 1_000_000 => Err("there are at most 1000000 re-runs".to_owned()),
        n => Ok(n),
    }
}

fn shards(text: &str) -> Result<u64, String> {
    match whole(text)? {
        0 => Err("there must be at least 1 machine".to_owned()),
        n if n > 10_000 => Err("there are at most 10000 machines".to_owned()),
        n => Ok(n),
    }
}

fn range(text: &str) -> Result<(u64, u64), String> {
    let (from, to) = text.split_once("..").ok_or("write the first number and the one after the last, for example 0..5000")?;
    let (from, to) = (whole(from)?, whole(to)?);
    if from >= to {
        return Err("the second number must be above the first: 0..5000 are the trials 0 to 4999".to_owned());
    }
    if to > MAX_TRIALS {
        return Err(format!("trials are numbered from 0 to {}", MAX_TRIALS - 1));
    }
    Ok((from, to))
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    match whole(text)? {
        0 => Err("there must be at least 1 thread".to_owned()),
        n if n > 1024 => Err("there are at most 1024 threads".to_owned()),
        n => usize::try_from(n).map_err(|_| "there are at most 1024 threads".to_owned()),
    }
}

/// What runs the trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Engine {
    /// Many trials at once, in columns
    Columns,
    /// One at a time: the plain interpreter that is the meaning of a scenario
    Reference,
}

impl From<Engine> for escalade::study::EngineKind {
    fn from(engine: Engine) -> Self {
        match engine {
            Engine::Columns => Self::Columns,
            Engine::Reference => Self::Reference,
        }
    }
}
