//! `escalade report`: makes the reports of a stored result anew.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use escalade::report::index::Index;
use escalade::report::{html, index_markdown, markdown};
use escalade::results::{ReportData, Studies, Summary};
use escalade::store::place::{INDEX_HTML, REPORT_DATA, REPORT_HTML, REPORT_MD, SUMMARY, is_result};
use escalade::store::{StoreError, write_whole};
use serde::de::DeserializeOwned;

use super::exit::Exit;
use super::index;
use super::kept::document;
use super::out::{store_exit, store_fault};
use super::output::{Lost, caution, data, fault, hint, talk};
use super::scenario::shown;
use super::studies::{holds_studies, pages, studies_in, tell};

/// What to make.
#[derive(Debug, Args)]
pub(super) struct ReportArgs {
    /// Directory of a result; or a folder of results, whose index (`index.html`, `index.md`) is made anew
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    directory: PathBuf,
    /// Of a folder of results: make the reports of each anew as well
    #[arg(long)]
    all: bool,
    /// Print the report in Markdown instead of writing files, for example into `$GITHUB_STEP_SUMMARY`
    #[arg(long)]
    markdown: bool,
    /// Say nothing but errors on standard error
    #[arg(long, short)]
    quiet: bool,
}

/// Reads what is stored and writes `report.html` and `report.md`, or the pages of studies where there is no run. The scenario file is not
/// needed.
pub(super) fn report(args: &ReportArgs) -> Result<Exit, Lost> {
    let place = &args.directory;
    if !is_result(place) {
        // Verdicts of a whole suite may lie in a folder of results, which is one all the same.
        if let Some(found) = index::stored(place, args.quiet) {
            return over_all(args, found);
        }
        if holds_studies(place) {
            return alone(args);
        }
    }
    let (summary, more) = match stored(place) {
        Ok(both) => both,
        Err(text) => {
            fault(&format!("`{}`: {text}", shown(place)));
            hint(&"give a directory that `escalade run --out DIR` has filled, or a folder of such");
            return Ok(Exit::Input);
        }
    };
    if more.is_none() && !args.quiet {
        caution(&format!("`{}` holds no `{REPORT_DATA}`: parts that need it are left out", shown(place)));
    }
    let studies = studies_in(place, Some(&summary.scenario));
    tell(place, &studies, args.quiet);
    if args.markdown {
        data(&markdown::page(&summary, more.as_ref(), &studies))?;
        return Ok(Exit::Done);
    }
    let exit = written(write_reports(place, &summary, more.as_ref(), &studies));
    made(args, exit, &place.join(REPORT_HTML));
    Ok(exit)
}

/// Says where the page is to look at.
fn made(args: &ReportArgs, exit: Exit, page: &Path) {
    if exit == Exit::Done && !args.quiet {
        talk(&format!("report: {}", shown(page)));
    }
}

/// The index over the results of a folder, and their reports where that is asked for.
fn over_all(args: &ReportArgs, mut index: Index) -> Result<Exit, Lost> {
    let folder = &args.directory;
    let mut exit = Exit::Done;
    if args.all {
        for below in index::results_below(folder).0 {
            let place = folder.join(below);
            match stored(&place) {
                Ok((summary, more)) => {
                    let studies = studies_in(&place, Some(&summary.scenario));
                    tell(&place, &studies, args.quiet);
                    exit = exit.max(written(write_reports(&place, &summary, more.as_ref(), &studies)));
                }
                Err(text) => {
                    fault(&format!("`{}`: {text}", shown(&place)));
                    exit = exit.max(Exit::Input);
                }
            }
        }
        // Now each has a page to lead to.
        index = index::stored(folder, true).unwrap_or(index);
    }
    if args.markdown {
        data(&index_markdown::index(&index))?;
        return Ok(exit);
    }
    let exit = exit.max(written(index::make(folder, &index).map(|_| ())));
    made(args, exit, &folder.join(INDEX_HTML));
    Ok(exit)
}

/// The reports of a directory with studies and without a run: a page for each of them.
fn alone(args: &ReportArgs) -> Result<Exit, Lost> {
    let place = &args.directory;
    let studies = studies_in(place, None);
    tell(place, &studies, args.quiet);
    if studies.is_empty() {
        fault(&format!("`{}` holds no study that can be shown", shown(place)));
        hint(&"make it anew, or give a directory that `escalade run --out DIR` has filled");
        return Ok(Exit::Input);
    }
    if args.markdown {
        data(&markdown::study_page(&studies).unwrap_or_default())?;
        return Ok(Exit::Done);
    }
    for (name, page) in pages(&studies) {
        if let Err(error) = write(&place.join(name), &page) {
            return Ok(written(Err(error)));
        }
        made(args, Exit::Done, &place.join(name));
    }
    Ok(Exit::Done)
}

fn written(result: Result<(), StoreError>) -> Exit {
    result.map_or_else(
        |error| {
            store_fault(&error);
            store_exit(&error).max(Exit::Incomplete)
        },
        |()| Exit::Done,
    )
}

/// Writes both reports of a run.
pub(super) fn write_reports(directory: &Path, summary: &Summary, more: Option<&ReportData>, studies: &Studies) -> Result<(), StoreError> {
    write(&directory.join(REPORT_HTML), &html::page(summary, more, studies))?;
    write(&directory.join(REPORT_MD), &markdown::page(summary, more, studies))
}

fn write(path: &Path, text: &str) -> Result<(), StoreError> {
    write_whole(path, |file| file.write_all(text.as_bytes()))
}

/// The summary of a result, and what its report needs beside it, where that is there.
pub(super) fn stored(directory: &Path) -> Result<(Summary, Option<ReportData>), String> {
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
    document(&directory.join(name), name)
}
