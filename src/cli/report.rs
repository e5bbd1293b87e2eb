//! `escalade report`: makes the reports of a stored result anew.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use escalade::report::{html, markdown};
use escalade::results::{ReportData, Summary};
use escalade::store::place::{REPORT_DATA, REPORT_HTML, REPORT_MD, SUMMARY};
use escalade::store::{StoreError, write_whole};
use serde::de::DeserializeOwned;

use super::exit::Exit;
use super::out::{store_exit, store_fault};
use super::output::{Lost, caution, data, fault, hint};
use super::scenario::shown;

/// Largest file that is read.
const MOST: u64 = 1 << 28;

/// What to make.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Directory of a result
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: PathBuf,
    /// Print the report in Markdown instead of writing files, for example into `$GITHUB_STEP_SUMMARY`
    #[arg(long)]
    markdown: bool,
    /// Say nothing but errors on standard error
    #[arg(long, short)]
    quiet: bool,
}

/// Reads what is stored and writes `report.html` and `report.md`. The scenario file is not needed.
pub(super) fn report(args: &ReportArgs) -> Result<Exit, Lost> {
    let (summary, more) = match stored(&args.directory) {
        Ok(both) => both,
        Err(text) => {
            fault(&format!("`{}`: {text}", shown(&args.directory)));
            hint(&"give a directory that `escalade run --out DIR` has filled");
            return Ok(Exit::Input);
        }
    };
    if more.is_none() && !args.quiet {
        caution(&format!("`{}` holds no `{REPORT_DATA}`: parts that need it are left out", shown(&args.directory)));
    }
    if args.markdown {
        data(&markdown::page(&summary, more.as_ref()))?;
        return Ok(Exit::Done);
    }
    let files = [(REPORT_HTML, html::page(&summary, more.as_ref())), (REPORT_MD, markdown::page(&summary, more.as_ref()))];
    for (name, text) in files {
        let path = args.directory.join(name);
        if let Err(error) = write(&path, &text) {
            store_fault(&error);
            return Ok(store_exit(&error).max(Exit::Incomplete));
        }
    }
    Ok(Exit::Done)
}

fn write(path: &Path, text: &str) -> Result<(), StoreError> {
    write_whole(path, |file| file.write_all(text.as_bytes()))
}

/// The summary of a result, and what its report needs beside it, where that is there.
fn stored(directory: &Path) -> Result<(Summary, Option<ReportData>), String> {
    let summary: Summary = read(directory, SUMMARY)?;
    if !directory.join(REPORT_DATA).exists() {
        return Ok((summary, None));
    }
    let data: ReportData = read(directory, REPORT_DATA)?;
    if data.scenario != summary.scenario {
        return Err(format!("`{REPORT_DATA}` is of another scenario than `{SUMMARY}`"));
    }
    Ok((summary, Some(data)))
}

fn read<T: DeserializeOwned>(directory: &Path, name: &str) -> Result<T, String> {
    let path = directory.join(name);
    let size = fs::metadata(&path).map_err(|error| format!("cannot read `{name}`: {error}"))?.len();
    if size > MOST {
        return Err(format!("`{name}` is too large to be one of ours"));
    }
    let text = fs::read_to_string(&path).map_err(|error| format!("cannot read `{name}`: {error}"))?;
    serde_json::from_str(&text).map_err(|error| format!("`{name}` is not what escalade {} writes: {error}", env!("CARGO_PKG_VERSION")))
}
