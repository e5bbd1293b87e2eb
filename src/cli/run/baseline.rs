//! `run --baseline`: what changed against an earlier result.

use std::io::Write as _;
use std::path::PathBuf;

use escalade::report::words::{paragraph, quiet};
use escalade::report::{diff as difference, json, terminal};
use escalade::store::place::{CHANGES, CHANGES_TEXT, SUMMARY};
use escalade::store::write_whole;

use super::super::analyses::Answer;
use super::super::args::RunArgs;
use super::super::diff;
use super::super::diffs::shared_out;
use super::super::exit::Exit;
use super::super::index::slashed;
use super::super::out::{store_exit, store_fault};
use super::super::output::{caution, fault, hint, talk};
use super::super::scenario::shown;

/// Where the results of a file go, and where they lie in the baseline.
pub(super) struct Place {
    /// Where they go.
    pub(super) out: PathBuf,
    /// What they are called among those of several files; none where there is one file.
    pub(super) name: Option<PathBuf>,
    /// Among how many.
    pub(super) of: usize,
}

/// Reads what the result of a file is to be compared with, before anything is run. A file among several that has no earlier result is
/// new, and said to be.
pub(super) fn baseline(args: &RunArgs, id: &str, place: &Place) -> Result<Option<diff::Read>, String> {
    let Some(all) = &args.out.baseline else { return Ok(None) };
    // That the folder of several is not there at all is said once, and not for each.
    if place.name.is_some() && !all.exists() {
        return Ok(None);
    }
    let there = place.name.as_ref().map_or_else(|| all.clone(), |name| all.join(name));
    if there.canonicalize().ok().is_some_and(|there| place.out.canonicalize().is_ok_and(|out| out == there)) {
        let text = format!("the baseline `{}` is where the result is to go", shown(&there));
        fault(&text);
        hint(&"give another directory after `--out`");
        return Err(text);
    }
    match diff::read(&there) {
        Ok(read) => Ok(Some(read)),
        // Where a file was wrong then, its folder may hold verdicts that say so, and no run.
        Err(_) if place.name.is_some() && there.join(SUMMARY).symlink_metadata().is_err() => {
            if !args.quiet {
                caution(&format!("`{}` is not there: nothing to compare `{id}` with", shown(&there)));
            }
            Ok(None)
        }
        Err((text, help)) => {
            fault(&text);
            hint(&help);
            Err(text)
        }
    }
}

/// Compares a result with its baseline and leaves what changed beside it. Under `--json` the differences are those of `diff --json`, which
/// the reader can ask for; here it is told whether there are any. Of several files those that did not change have a line each.
pub(super) fn against(args: &RunArgs, baseline: &diff::Read, place: &Place, answer: &mut Answer) -> Exit {
    let out = place.out.as_path();
    let judge = args.out.tolerances.judge(args.out.false_alarms.unwrap_or(diff::FALSE_ALARMS));
    let document = match diff::read(out) {
        Ok(new) => diff::compared(baseline, &new, shared_out(judge, place.of)),
        Err((text, help)) => {
            fault(&text);
            hint(&help);
            return Exit::Incomplete;
        }
    };
    let words = quiet(&difference::answer(&document, terminal::COLUMNS));
    if args.json {
        let verdict = if document.diff.changed { "changed" } else { "no change beyond noise" };
        talk(&format!("{}: {verdict} against {}", shown(out), document.old.path));
    } else if let Some(name) = place.name.as_ref().filter(|_| !document.diff.changed) {
        answer.text = paragraph("", 2, &format!("{}: {}", slashed(name), difference::short(&document)), terminal::COLUMNS);
    } else {
        answer.text.push('\n');
        answer.text.push_str(&words);
    }
    answer.changed = Some(document.diff.changed);
    let mut exit = if document.diff.changed { Exit::Difference } else { Exit::Done };
    let plain = anstream::adapter::strip_str(&words).to_string();
    for (name, text) in [(CHANGES, json::document(&document)), (CHANGES_TEXT, plain)] {
        if let Err(error) = write_whole(&out.join(name), |file| file.write_all(text.as_bytes())) {
            store_fault(&error);
            exit = exit.max(store_exit(&error)).max(Exit::Incomplete);
        }
    }
    exit
}
