//! The command line: arguments in, text out. The only place that prints.
//!
//! One file per command. Data goes to standard output, talk and progress to standard error; exit
//! codes are those of [`exit::Exit`].

mod analyses;
mod args;
mod check;
mod compare;
mod completions;
mod diff;
mod diffs;
mod drivers;
mod exit;
mod explain;
mod find;
mod gone;
mod graph;
mod index;
mod interrupt;
mod kept;
mod man;
mod names;
mod new;
mod options;
mod out;
mod output;
mod pairs;
mod progress;
mod reads;
mod report;
mod rerun;
mod run;
mod scenario;
mod schedule;
mod schema;
mod sensitivity;
mod shard;
mod studies;
mod study;
mod sweep;
mod targets;
mod test;
mod trace;
mod workers;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;

use args::{Arguments, Command};
use exit::Exit;
use output::Lost;

/// Stack of every thread that reads or runs a scenario: deeply nested formulas are legal.
const STACK: usize = 16 << 20;

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        output::bug(&format!(
            "escalade has a bug: {info}\n  please report it with the scenario and the command, at the address in `escalade --help`"
        ));
    }));
    let thread = std::thread::Builder::new().name("main".to_owned()).stack_size(STACK).spawn(begin);
    let exit = match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(exit)) => exit,
        // The hook has told it.
        Ok(Err(_)) => Exit::Incomplete,
        Err(error) => {
            output::fault(&format!("cannot start: {error}"));
            Exit::Incomplete
        }
    };
    exit.into()
}

fn begin() -> Exit {
    match Arguments::try_parse() {
        Ok(arguments) => match obey(arguments.command) {
            Ok(exit) => exit,
            Err(lost) => lost.exit(Exit::Done),
        },
        Err(error) => {
            let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            if asked {
                let text = error.render().ansi().to_string();
                return output::data(&text).map_or_else(|lost| lost.exit(Exit::Done), |()| Exit::Done);
            }
            let text = error.render().ansi().to_string();
            output::talk(&text);
            if error.kind() == ErrorKind::ArgumentConflict
                && let Some(reason) = options::reason(&text)
            {
                output::hint(&reason);
            }
            Exit::Input
        }
    }
}

fn obey(command: Command) -> Result<Exit, Lost> {
    match command {
        Command::New(args) => new::new(&args),
        Command::Check(args) => check::check(&args),
        Command::Run(args) => Ok(run::run(&args)),
        Command::Compare(args) => Ok(compare::compare(&args)),
        Command::Drivers(args) => Ok(drivers::drivers(&args)),
        Command::Rerun(args) => rerun::rerun(&args),
        Command::Sensitivity(args) => Ok(sensitivity::sensitivity(&args)),
        Command::Report(args) => report::report(&args),
        Command::Plan(args) => shard::plan(&args),
        Command::Shard(args) => Ok(shard::shard(&args)),
        Command::Merge(args) => Ok(shard::merge(&args)),
        Command::Sweep(args) => sweep::sweep(&args),
        Command::Test(args) => test::test(&args),
        Command::Trace(args) => trace::trace(&args),
        Command::Diff(args) => diff::diff(&args),
        Command::Graph(args) => graph::graph(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Schema(args) => schema::schema(&args),
        Command::Completions(args) => completions::completions(&args),
        Command::Man(args) => man::man(&args),
    }
}
