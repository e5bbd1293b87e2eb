//! `test --baseline`: what changed against earlier results, of a test and of a run.

use std::fs;
use std::path::{Component, Path, PathBuf};

use clap::{Args, ValueHint};
use escalade::results::diff::{FileDiff, Judge, TestDiff, compare_claims};
use escalade::results::{FileState, TestSummary, TestedFile};
use escalade::store::place::{SUMMARY, TEST};
use escalade::store::trials_file;
use escalade::study::Cancel;

use super::super::args::ChangeArgs;
use super::super::diff::{self, TolerancesArgs};
use super::super::exit::Exit;
use super::super::find::Found;
use super::super::gone::{Present, gone};
use super::super::kept::document;
use super::super::names::names;
use super::super::out::{recipe, recipe_of, request_of};
use super::super::output::{caution, fault, hint};
use super::super::rerun::{Again, again};
use super::super::scenario::{load, shown};
use super::super::workers::workers;

/// Earlier results.
#[derive(Clone, Debug, Args)]
pub(super) struct BaselineArgs {
    /// Say what changed beyond noise against earlier results, and end with 1 if something did: a directory that `test --out` or
    /// `run --out` has written, or both. Claims are compared with the verdicts that are stored there; a run that is stored there is made
    /// again with the scenario as it is now, and compared as by `diff`. Of several files each with its folder in the directory; with a
    /// folder of scenarios, what only the earlier results have has changed too
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, help_heading = "Baseline")]
    baseline: Option<PathBuf>,
    #[command(flatten)]
    tolerances: TolerancesArgs,
}

/// Earlier results of a file.
struct Earlier {
    /// Where they lie.
    path: PathBuf,
    /// Its verdicts.
    test: Option<Result<TestSummary, String>>,
    /// Its run.
    run: Option<Result<diff::Read, String>>,
}

/// Earlier results of all files, in their order.
pub(super) struct Baseline {
    path: PathBuf,
    earlier: Vec<Option<Earlier>>,
    gone: Vec<String>,
    judge: Judge,
}

/// What the comparison needs to know.
pub(super) struct Now<'a> {
    pub(super) summary: &'a TestSummary,
    pub(super) paths: &'a [PathBuf],
    pub(super) max_trials: u64,
    pub(super) threads: Option<usize>,
    pub(super) quiet: bool,
}

impl Baseline {
    /// Reads earlier results, before anything is run, and before new ones may take their place. `Ok(None)` where none were asked for.
    pub(super) fn read(
        args: &BaselineArgs,
        (named, files): (&[PathBuf], &[Found]),
        false_alarms: f64,
        quiet: bool,
    ) -> Result<Option<Self>, Exit> {
        let Some(path) = &args.baseline else { return Ok(None) };
        if !path.is_dir() {
            let text = format!("the baseline `{}` is no directory, or not there", shown(path));
            // The first time there is nothing yet to compare many files with.
            if files.len() > 1 && !path.exists() {
                caution(&format!("{text}: nothing is compared"));
                return Ok(None);
            }
            fault(&text);
            hint(&"name a directory that `escalade test --out` or `escalade run --out` has written");
            return Err(Exit::Input);
        }
        // Files of a folder are called as their results are; one that is named itself is looked for.
        let names = names(files).unwrap_or_default();
        let place = |(at, file): (usize, &Found)| match (file.below, names.get(at)) {
            (Some(_), Some(name)) => Some(path.join(name)).filter(|place| holds_results(place)),
            _ => find(path, &file.path, files.len() > 1),
        };
        let places: Vec<Option<PathBuf>> = files.iter().enumerate().map(place).collect();
        let earlier: Vec<Option<Earlier>> = places.iter().map(|place| place.as_deref().map(earlier)).collect();
        if earlier.iter().all(Option::is_none) {
            fault(&format!(
                "the baseline `{}` has no earlier results of {}",
                shown(path),
                if files.len() > 1 { "these files" } else { "this file" }
            ));
            hint(&format!(
                "name a directory in which there are `{}` or `{SUMMARY}`, or folders with them that have the names of the files",
                TEST.main
            ));
            return Err(Exit::Input);
        }
        for (file, _) in files.iter().zip(&earlier).filter(|(_, earlier)| earlier.is_none() && !quiet) {
            caution(&format!("`{}` has no earlier results of `{}`: nothing to compare with", shown(path), shown(&file.path)));
        }
        // A file that was named beside a folder may have its results elsewhere than under its own name.
        let used = places.iter().flatten().filter_map(|place| place.strip_prefix(path).ok().map(Path::to_owned));
        let all: Vec<PathBuf> = names.iter().cloned().chain(used).collect();
        let gone = if names.is_empty() { Vec::new() } else { gone(path, &Present { named, names: &all, out: None }, holds_results) };
        #[expect(clippy::cast_precision_loss, reason = "few files")]
        let judge = args.tolerances.judge(false_alarms / files.len().max(1) as f64);
        Ok(Some(Self { path: path.clone(), earlier, gone, judge }))
    }

    /// Compares all files; the exit code is that of runs that could not be made again.
    pub(super) fn compare(&self, now: &Now<'_>, cancel: &Cancel) -> (TestDiff, Exit) {
        let mut all = TestDiff { changed: !self.gone.is_empty(), path: shown(&self.path), gone: self.gone.clone(), files: Vec::new() };
        let mut exit = Exit::Done;
        for ((file, path), earlier) in now.summary.files.iter().zip(now.paths).zip(&self.earlier) {
            let Some(earlier) = earlier else { continue };
            if cancel.asked() {
                continue;
            }
            let mut found = FileDiff { path: Some(shown(&earlier.path)), ..FileDiff::new(&file.file) };
            if file.state == FileState::Wrong {
                found.not("file", "it is wrong as it is now");
                all.files.push(found);
                continue;
            }
            // What cannot be read is no proof that nothing changed.
            exit = exit.max(self.claims(earlier, file, &mut found));
            exit = exit.max(self.run(earlier, path, now, &mut found, cancel));
            found.changed = found.claims.as_ref().is_some_and(|c| c.changed) || found.run.as_ref().is_some_and(|r| r.diff.changed);
            all.changed |= found.changed;
            all.files.push(found);
        }
        (all, if all_done(exit, cancel) { exit } else { Exit::Interrupted })
    }

    fn claims(&self, earlier: &Earlier, file: &TestedFile, found: &mut FileDiff) -> Exit {
        match &earlier.test {
            None => {}
            Some(Err(why)) => {
                found.not("claims", why);
                return Exit::Input;
            }
            Some(Ok(test)) => match test.files.as_slice() {
                [old] if old.scenario.as_ref().is_some_and(|s| file.scenario.as_ref().is_none_or(|now| now.id != s.id)) => {
                    found.not("claims", "the earlier verdicts are of another scenario");
                }
                [old] if matches!(old.state, FileState::Tested | FileState::NoClaims) && file.state != FileState::Interrupted => {
                    found.claims = Some(compare_claims(old, file, self.judge));
                }
                [_] => found.not("claims", "they were not all tested"),
                _ => found.not("claims", "the earlier verdicts are not of one scenario"),
            },
        }
        Exit::Done
    }

    /// Makes the earlier run again with the scenario as it is now.
    fn run(&self, earlier: &Earlier, path: &Path, now: &Now<'_>, found: &mut FileDiff, cancel: &Cancel) -> Exit {
        let old = match &earlier.run {
            None => return Exit::Done,
            Some(Err(why)) => {
                found.not("run", why);
                return Exit::Input;
            }
            Some(Ok(old)) => old,
        };
        let plan = &old.stored().plan;
        let told = match recipe_of(&earlier.path) {
            Ok(told) if plan.sharing.is_none() && plan.trials > 0 && told.recipe.first_trial == plan.first_trial => told,
            Ok(_) => {
                found.not("run", "its trials share their parameters, or there are none");
                return Exit::Done;
            }
            Err(why) => {
                found.not("run", &why);
                return Exit::Input;
            }
        };
        let changes = ChangeArgs { variant: told.recipe.variant.clone(), set: told.recipe.set.clone() };
        let Ok(scenario) = load(path, &changes, true) else {
            found.not("run", "the variant or the changes of the earlier run do not fit the scenario as it is now");
            return Exit::Done;
        };
        if scenario.id != old.stored().scenario.id {
            found.not("run", "the earlier run is of another scenario");
            return Exit::Done;
        }
        // Whoever wrote the baseline is not to decide how long this takes.
        let trials = told.trials.min(now.max_trials);
        let request = request_of(&told.recipe, trials);
        let formats = if trials_file(&earlier.path).is_some() { vec!["parquet".to_owned()] } else { Vec::new() };
        let recipe = recipe(path, &scenario, &changes, &request, (&[], formats));
        let (Some(pool), Ok(place)) = (workers(now.threads), tempfile::tempdir()) else {
            found.not("run", "no threads, or no room in the temporary directory");
            return Exit::Incomplete;
        };
        let dir = place.path().join("result");
        let how = Again { file: path, changes: &changes, why: None, quiet: now.quiet };
        if let Err(exit) = again(&scenario, &recipe, trials, &dir, &how, (&pool, cancel)) {
            found.not("run", "it could not be made again");
            return exit;
        }
        match diff::read(&dir) {
            Ok(new) => {
                found.run = Some(diff::compared_without_studies(old, &new.called(path), self.judge));
                Exit::Done
            }
            Err((why, _)) => {
                found.not("run", &why);
                Exit::Incomplete
            }
        }
    }
}

fn all_done(exit: Exit, cancel: &Cancel) -> bool {
    exit != Exit::Done || !cancel.asked()
}

/// Whether something lies there that is called as results are; what it is shows when it is read.
fn holds_results(place: &Path) -> bool {
    [TEST.main, SUMMARY].iter().any(|name| fs::symlink_metadata(place.join(name)).is_ok())
}

/// Where earlier results of a file that was named lie: in the directory itself where there is one file, else in the folder with its name,
/// or with as many folders of its path before it as are there.
fn find(all: &Path, file: &Path, several: bool) -> Option<PathBuf> {
    let stem = file.with_extension("");
    let parts: Vec<_> = stem.components().filter_map(|part| if let Component::Normal(part) = part { Some(part) } else { None }).collect();
    let below = (0..parts.len()).map(|from| all.join(parts[from..].iter().collect::<PathBuf>()));
    let itself = (!several).then(|| all.to_owned());
    itself.into_iter().chain(below).find(|path| holds_results(path))
}

fn earlier(place: &Path) -> Earlier {
    let (test, summary) = (place.join(TEST.main), place.join(SUMMARY));
    let there = |path: &Path| fs::symlink_metadata(path).is_ok();
    let verdicts = there(&test).then(|| document(&test, &shown(&test)));
    let run = there(&summary).then(|| diff::read(place).map_err(|(why, _)| why));
    Earlier { path: place.to_owned(), test: verdicts, run }
}
