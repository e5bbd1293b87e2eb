//! `escalade man`: manual pages.

use std::io;
use std::path::Path;

use clap::CommandFactory as _;

use super::args::{Arguments, ManArgs};
use super::exit::Exit;
use super::output::{Lost, data, fault, talk};
use super::scenario::shown;

/// Prints the main page, or writes all pages to a folder.
pub(super) fn man(args: &ManArgs) -> Result<Exit, Lost> {
    let command = Arguments::command();
    let Some(folder) = &args.out else {
        let mut page = Vec::new();
        // Writing to memory does not fail.
        let _ = clap_mangen::Man::new(command).render(&mut page);
        data(&String::from_utf8_lossy(&page))?;
        return Ok(Exit::Done);
    };
    match write(command, folder) {
        Ok(()) => {
            talk(&format!("wrote manual pages to {}", shown(folder)));
            Ok(Exit::Done)
        }
        Err(error) => {
            fault(&format!("cannot write manual pages to {}: {error}", shown(folder)));
            Ok(Exit::Incomplete)
        }
    }
}

fn write(command: clap::Command, folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(command, folder)
}
