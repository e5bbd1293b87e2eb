//! `escalade diff`: what changed between two results beyond noise.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use escalade::report::words::one_line;
use escalade::report::{diff as words, diff_markdown, json, terminal};
use escalade::results::diff::{Beside, DiffDocument, EntryChange, Judge, Side, Stored, Study, changed_entries, compare};
use escalade::results::{SensitivitySummary, ToolRef};
use escalade::store::place::{SCENARIO, SENSITIVITY, SUMMARY};
use escalade::store::write_whole;
use serde::Deserialize;

use super::diffs::{diffs, is_folder};
use super::exit::Exit;
use super::kept::{document, text_of};
use super::options::{alarms, tolerance};
use super::out::{store_exit, store_fault};
use super::output::{Lost, fault, hint, say};
use super::scenario::shown;
use super::targets::free;

#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:  0 nothing changed beyond noise and tolerance; 1 something did; 2 what was named is
             no result; 3 a file could not be written")]
pub(super) struct DiffArgs {
    /// The old result: a directory that `run --out` has written, or a summary; or a folder of many results, each of which is compared
    /// with that of its name
    #[arg(value_name = "OLD", value_hint = ValueHint::AnyPath)]
    pub(super) old: PathBuf,
    /// The new result
    #[arg(value_name = "NEW", value_hint = ValueHint::AnyPath)]
    pub(super) new: PathBuf,
    #[command(flatten)]
    pub(super) judge: JudgeArgs,
    /// Write what changed to this file as Markdown, for a job summary: of two results, or result by result of two folders
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(super) markdown: Option<PathBuf>,
    /// Print the differences as JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// How differences are judged.
#[derive(Clone, Debug, Args)]
pub(super) struct JudgeArgs {
    /// Chance that two results of the same thing are called different, over all that is compared
    #[arg(long, value_name = "RATE", default_value = "0.001", value_parser = alarms, allow_negative_numbers = true)]
    false_alarms: f64,
    /// Accept changes of shares up to this, for example 0.01 for one percentage point
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = tolerance, allow_negative_numbers = true)]
    tolerance: f64,
    /// Accept changes of means up to this part of the old mean
    #[arg(long, value_name = "PART", default_value = "0", value_parser = tolerance, allow_negative_numbers = true)]
    relative_tolerance: f64,
}

impl JudgeArgs {
    pub(super) fn judge(&self) -> Judge {
        Judge { level: 1.0 - self.false_alarms, tolerance: self.tolerance, relative: self.relative_tolerance }
    }
}

/// Earlier results to compare with in one go.
#[derive(Clone, Debug, Args)]
pub(super) struct TolerancesArgs {
    /// With `--baseline`: accept changes of shares up to this, for example 0.01 for one percentage point [default: 0]
    #[arg(long, value_name = "SHARE", value_parser = tolerance, requires = "baseline", allow_negative_numbers = true, help_heading = "Baseline")]
    tolerance: Option<f64>,
    /// With `--baseline`: accept changes of means up to this part of the old mean [default: 0]
    #[arg(long, value_name = "PART", value_parser = tolerance, requires = "baseline", allow_negative_numbers = true, help_heading = "Baseline")]
    relative_tolerance: Option<f64>,
}

impl TolerancesArgs {
    /// With a chance of false alarms.
    pub(super) fn judge(&self, false_alarms: f64) -> Judge {
        let some = |x: Option<f64>| x.unwrap_or(0.0);
        Judge { level: 1.0 - false_alarms, tolerance: some(self.tolerance), relative: some(self.relative_tolerance) }
    }
}

/// Chance of a false alarm in a comparison where nothing is said.
pub(super) const FALSE_ALARMS: f64 = 0.001;

/// A result that was read.
pub(super) struct Read {
    stored: Stored,
    side: Side,
    entries: Option<Vec<(String, String)>>,
    study: Option<Result<SensitivitySummary, String>>,
    directory: Option<PathBuf>,
}

/// Compares two results.
pub(super) fn diff(args: &DiffArgs) -> Result<Exit, Lost> {
    if !free(&[("--markdown", args.markdown.as_deref())], &[args.old.clone(), args.new.clone()], None) {
        return Ok(Exit::Input);
    }
    if is_folder(&args.old) && is_folder(&args.new) {
        return diffs(args);
    }
    let (old, new) = match (read(&args.old), read(&args.new)) {
        (Ok(old), Ok(new)) => (old, new),
        (old, new) => {
            for (text, help) in [old.err(), new.err()].into_iter().flatten() {
                fault(&text);
                hint(&help);
            }
            return Ok(Exit::Input);
        }
    };
    let found = compared(&old, &new, args.judge.judge());
    if found.diff.family == 0 && old.side.scenario.id != new.side.scenario.id {
        let (a, b) = (&old.side.scenario.id, &new.side.scenario.id);
        fault(&format!("these results have nothing in common: one is of `{}`, the other of `{}`", one_line(a), one_line(b)));
        hint(&"compare two results of one scenario");
        return Ok(Exit::Input);
    }
    if let Some(path) = &args.markdown
        && let Err(error) = write_whole(path, |file| file.write_all(diff_markdown::document(&found).as_bytes()))
    {
        store_fault(&error);
        return Ok(store_exit(&error).max(Exit::Incomplete));
    }
    say(&if args.json { json::document(&found) } else { words::answer(&found, terminal::COLUMNS) }, args.json)?;
    Ok(if found.diff.changed { Exit::Difference } else { Exit::Done })
}

/// Two results as a document.
pub(super) fn compared(old: &Read, new: &Read, judge: Judge) -> DiffDocument {
    fn study(read: &Read) -> Study<'_> {
        read.study.as_ref().map(|s| s.as_ref().map_err(Clone::clone))
    }
    compared_with(old, new, (study(old), study(new)), judge)
}

/// The same of a run that was just made, beside which no study can lie.
pub(super) fn compared_without_studies(old: &Read, new: &Read, judge: Judge) -> DiffDocument {
    compared_with(old, new, (None, None), judge)
}

fn compared_with(old: &Read, new: &Read, studies: (Study<'_>, Study<'_>), judge: Judge) -> DiffDocument {
    let pairs = super::pairs::pairs(old, new);
    let entries: Option<Vec<EntryChange>> = match (&old.entries, &new.entries) {
        (Some(old), Some(new)) => Some(changed_entries(old, new)),
        _ => None,
    };
    let beside = Beside { pairs: pairs.as_ref().ok(), not_paired: pairs.as_ref().err().copied(), studies, entries };
    let diff = compare(&old.stored, &new.stored, beside, judge);
    DiffDocument { format: 1, tool: ToolRef::this(), old: old.side.clone(), new: new.side.clone(), diff }
}

/// Reads a result; the error has a way to mend it.
pub(super) fn read(path: &Path) -> Result<Read, (String, String)> {
    let directory = path.is_dir().then(|| path.to_owned());
    let file = if path.is_dir() { path.join(SUMMARY) } else { path.to_owned() };
    let name = shown(&file);
    let stored: Stored = document(&file, &name).map_err(mended)?;
    if !stored.sound() {
        return Err((format!("`{name}` has counts of trials that no run has"), HELP.to_owned()));
    }
    let side = Side { path: shown(path), tool: stored.tool.clone(), scenario: stored.scenario.clone(), plan: stored.plan.clone() };
    let entries = directory.as_deref().and_then(entries_of);
    let study = directory.as_deref().and_then(study_of);
    Ok(Read { stored, side, entries, study, directory })
}

/// How to mend a wrong name.
const HELP: &str = "name a directory that `escalade run --out` has written, or its `summary.json`";

/// With the way to mend it.
fn mended(text: String) -> (String, String) {
    let help = if text.contains(" has format ") { "make the result anew, or compare it with the escalade that made it" } else { HELP };
    (text, help.to_owned())
}

/// The scenario as it was stored; none where it was not, or cannot be read.
fn entries_of(directory: &Path) -> Option<Vec<(String, String)>> {
    #[derive(Deserialize)]
    struct Whole {
        entries: Vec<(String, String)>,
    }
    let text = text_of(&directory.join(SCENARIO), SCENARIO).ok()?;
    serde_json::from_str::<Whole>(&text).ok().map(|whole| whole.entries)
}

/// The sensitivity study that lies beside a result.
fn study_of(directory: &Path) -> Option<Result<SensitivitySummary, String>> {
    let file = directory.join(SENSITIVITY.main);
    file.symlink_metadata().is_ok().then(|| document(&file, SENSITIVITY.main))
}

impl Read {
    /// As it is to be called.
    pub(super) fn called(mut self, path: &Path) -> Self {
        self.side.path = shown(path);
        self
    }

    /// Its directory, where it has one.
    pub(super) fn directory(&self) -> Option<&Path> {
        self.directory.as_deref()
    }

    /// What was read.
    pub(super) fn stored(&self) -> &Stored {
        &self.stored
    }
}
