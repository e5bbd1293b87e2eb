//! `escalade new`: a small scenario to start from.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};

use super::args::NewArgs;
use super::exit::Exit;
use super::output::{Lost, data, fault, hint, talk};
use super::scenario::shown;

/// The scenario; a test checks that it has no warnings and runs.
const STARTER: &str = include_str!("starter.toml");

/// Writes the starter, or prints it.
pub(super) fn new(args: &NewArgs) -> Result<Exit, Lost> {
    if args.file.as_os_str() == "-" {
        data(STARTER)?;
        return Ok(Exit::Done);
    }
    let file = shown(&args.file);
    let written = OpenOptions::new().write(true).create_new(true).open(&args.file).and_then(|mut f| f.write_all(STARTER.as_bytes()));
    match written {
        Ok(()) => {
            talk(&format!("wrote {file}\nnext: open it in a text editor, then\n  escalade check {file}\n  escalade run {file}"));
            Ok(Exit::Done)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            fault(&format!("{file} is there already"));
            hint(&"choose another name; nothing was changed");
            Ok(Exit::Input)
        }
        Err(error) => {
            fault(&format!("cannot write {file}: {error}"));
            Ok(Exit::Incomplete)
        }
    }
}
