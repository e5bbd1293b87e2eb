//! `escalade completions`: a completion script for a shell.

use clap::CommandFactory as _;

use super::args::{Arguments, CompletionsArgs};
use super::exit::Exit;
use super::output::{Lost, data};

/// Prints the script.
pub(super) fn completions(args: &CompletionsArgs) -> Result<Exit, Lost> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "escalade", &mut script);
    data(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
