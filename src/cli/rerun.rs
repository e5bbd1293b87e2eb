//! `escalade rerun`: makes a result again and says whether the bytes agree.

use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use escalade::results::{Recipe, Why};
use escalade::scenario::Scenario;
use escalade::store::StoreError;
use escalade::store::place::{REPORT_HTML, REPORT_MD, result_files};
use escalade::study::{Cancel, Halt, Runner, stream};

use super::args::{ChangeArgs, RerunArgs};
use super::exit::Exit;
use super::interrupt::on_interrupt;
use super::out::{Begin, Finished, Spool, named, recipe_of, store_exit, store_fault, summary_of};
use super::output::{Lost, data, fault, hint};
use super::progress::Meter;
use super::run::stopped;
use super::scenario::{call_as, load, shown};
use super::shard::follow;
use super::studies::holds_studies;
use super::workers::workers;

/// Runs again what a directory holds, beside it, and compares.
pub(super) fn rerun(args: &RerunArgs) -> Result<Exit, Lost> {
    let name = shown(&args.directory);
    let told = match recipe_of(&args.directory) {
        Ok(told) => told,
        Err(text) => {
            fault(&format!("`{name}`: {text}"));
            hint(&"give a directory that `escalade run --out DIR` has filled, as it was written");
            return Ok(Exit::Input);
        }
    };
    let recipe = told.recipe;
    if recipe.version != env!("CARGO_PKG_VERSION") {
        fault(&format!("`{name}` was made by escalade {}, this is {}", recipe.version, env!("CARGO_PKG_VERSION")));
        hint(&format!("install that version, or make it anew: {}", recipe.command()));
        return Ok(Exit::Input);
    }
    let file = args.file.clone().unwrap_or_else(|| PathBuf::from(&recipe.file));
    let changes = ChangeArgs { variant: recipe.variant.clone(), set: recipe.set.clone() };
    let Ok(mut scenario) = load(&file, &changes, args.quiet) else {
        hint(&"run `rerun` where the result was made, or give the scenario by `--scenario`");
        return Ok(Exit::Input);
    };
    if scenario.sha256 != recipe.sha256 {
        fault(&format!("`{}` is not the scenario that `{name}` was made of: its sha256 differs", shown(&file)));
        hint(&"give that scenario by `--scenario`");
        return Ok(Exit::Input);
    }
    call_as(&mut scenario, &recipe.file);
    if follow(&mut scenario, &recipe.follow).is_err() {
        return Ok(Exit::Input);
    }
    let Some(pool) = workers(args.threads) else { return Ok(Exit::Incomplete) };
    let cancel = on_interrupt(args.quiet);
    let place = match tempfile::tempdir() {
        Ok(place) => place,
        Err(error) => {
            fault(&format!("no temporary directory can be made: {error}"));
            return Ok(Exit::Incomplete);
        }
    };
    let dir = place.path().join("result");
    let how = Again { file: &file, changes: &changes, why: told.why, quiet: args.quiet };
    if let Err(exit) = again(&scenario, &recipe, told.trials, &dir, &how, (&pool, &cancel)) {
        return Ok(exit);
    }
    compare(&args.directory, &dir)
}

/// How a result is made again.
pub(super) struct Again<'a> {
    /// The scenario's file, and what is changed in it, for what is said.
    pub(super) file: &'a Path,
    /// What is changed.
    pub(super) changes: &'a ChangeArgs,
    /// Why the run stopped, where it stopped by itself.
    pub(super) why: Option<Why>,
    /// Say nothing but errors.
    pub(super) quiet: bool,
}

/// Runs so many trials of a recipe into a directory that does not exist. What went wrong has been said.
pub(super) fn again(
    scenario: &Scenario,
    recipe: &Recipe,
    trials: u64,
    dir: &Path,
    how: &Again<'_>,
    (pool, cancel): (&rayon::ThreadPool, &Cancel),
) -> Result<(), Exit> {
    let begin = Begin { every: std::time::Duration::MAX, ..Begin::default() };
    let mut spool = Spool::begin(dir, recipe.clone(), scenario, begin).map_err(|refused| refused.exit(how.quiet, dir))?;
    let (shape, about) = named(scenario);
    let (mut tally, first) = spool.take();
    // Of an interrupted run, the trials that it had come to.
    let end = first + trials;
    let runner = Runner::new(scenario, escalade::study::EngineKind::Columns).heeding(cancel);
    let meter = Meter::new(&scenario.id, trials, how.quiet);
    let result = pool.install(|| stream(&runner, (recipe.seed, first..end), (&mut tally, &shape), &mut spool, &meter, cancel));
    meter.end();
    let lost = |error: &StoreError| {
        store_fault(error);
        store_exit(error).max(Exit::Incomplete)
    };
    match result {
        Ok(next) if next == end => {}
        Ok(_) => return Err(Exit::Interrupted),
        Err(Halt::Stop(stop)) => {
            stopped(how.file, &stop, recipe.seed, how.changes);
            return Err(Exit::Incomplete);
        }
        Err(Halt::Keeper(error)) => return Err(lost(&error)),
    }
    let (summary, tally) = summary_of(scenario, recipe, tally, how.why);
    let done = Finished { summary: &summary, tally: &tally, about: &about, shape: &shape, recipe, scenario };
    spool.finish(&done).map_err(|error| lost(&error))
}

/// Says of each file of a result whether it agrees.
fn compare(there: &Path, again: &Path) -> Result<Exit, Lost> {
    let (mut all, made) = (result_files(there), result_files(again));
    all.extend(made.into_iter().filter(|name| !there.join(name).exists()).collect::<Vec<_>>());
    let mut exit = Exit::Done;
    let mut text = String::new();
    // Reports show studies too, and these are not made again.
    let studied = holds_studies(there);
    for name in all {
        if studied && [REPORT_HTML, REPORT_MD].contains(&name.as_str()) {
            text.push_str(&format!("{name} is not compared: it shows studies too\n"));
            continue;
        }
        let verdict = match (read(&there.join(&name)), read(&again.join(&name))) {
            (Some(a), Some(b)) if a == b => "agrees",
            (Some(_), Some(_)) => "differs",
            (None, _) => "is missing",
            (_, None) => "is not made again",
        };
        if verdict != "agrees" {
            exit = Exit::Difference;
        }
        text.push_str(&format!("{name} {verdict}\n"));
    }
    data(&text)?;
    Ok(exit)
}

/// Whether two files hold the same is found by their hashes, so that large ones need no memory.
fn read(path: &Path) -> Option<Vec<u8>> {
    use sha2::Digest as _;
    let mut file = fs::File::open(path).ok()?;
    let mut hash = sha2::Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).ok()? {
            0 => return Some(hash.finalize().to_vec()),
            n => hash.update(&buffer[..n]),
        }
    }
}
