//! The arguments of all commands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use escalade::rng::MAX_TRIALS;

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
Exit codes:  0 done; 2 the input is wrong; 3 a run or a write could not be completed; 130 interrupted"
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
    /// Tell one trial, day by day
    Trace(TraceArgs),
    /// List what a scenario means: each rule, its formula, its draws
    Explain(ExplainArgs),
    /// Print the JSON Schema of scenario files, for editors
    Schema,
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
    /// Scenario files
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) files: Vec<PathBuf>,
    /// Print what was found as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Say nothing but errors
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct RunArgs {
    /// Scenario files
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
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
    /// Print the results as JSON: one document, or one line per file where there are several files
    #[arg(long)]
    pub(super) json: bool,
    /// Say nothing but errors on standard error: no progress, no warnings
    #[arg(long, short)]
    pub(super) quiet: bool,
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
fn whole(text: &str) -> Result<u64, String> {
    let digits: String = text.chars().filter(|c| *c != '_').collect();
    let plain = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) && !text.starts_with('_');
    if !plain {
        return Err("write a whole number, for example 10000 or 10_000".to_owned());
    }
    digits.parse().map_err(|_| format!("the largest number is {}", u64::MAX))
}

fn trials(text: &str) -> Result<u64, String> {
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

fn threads(text: &str) -> Result<usize, String> {
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
