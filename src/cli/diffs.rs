//! `diff` of two folders of results: each with that of its name, one chance of a false alarm over all of them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use escalade::report::words::counted;
use escalade::report::{diff_folders, json, terminal};
use escalade::results::ToolRef;
use escalade::results::diff::{FoldersDiff, Judge, NotRead, ResultDiff, WHOLE};
use escalade::store::write_whole;

use super::diff::{DiffArgs, compared, read};
use super::exit::Exit;
use super::index::{results_below, slashed};
use super::out::{store_exit, store_fault};
use super::output::{Lost, caution, fault, hint, say};
use super::scenario::shown;

/// A judge whose chance of a false alarm is shared out over several comparisons.
pub(super) fn shared_out(judge: Judge, over: usize) -> Judge {
    #[expect(clippy::cast_precision_loss, reason = "few files")]
    let each = (1.0 - judge.level) / over.max(1) as f64;
    Judge { level: 1.0 - each, ..judge }
}

/// Whether a path is a folder of results, and no result.
pub(super) fn is_folder(path: &Path) -> bool {
    path.is_dir() && !escalade::store::place::is_result(path) && !results_below(path).0.is_empty()
}

/// Compares all results of two folders that have one name.
pub(super) fn diffs(args: &DiffArgs) -> Result<Exit, Lost> {
    let (old, new) = (results_below(&args.old), results_below(&args.new));
    if old.1 + new.1 > 0 {
        caution(&format!("{} are left out: these are too many", counted(old.1 + new.1, "result")));
    }
    let both: Vec<&PathBuf> = new.0.iter().filter(|name| old.0.contains(name)).collect();
    if both.is_empty() {
        fault(&format!("`{}` and `{}` have no result of one name", shown(&args.old), shown(&args.new)));
        hint(&"compare two folders that `escalade run FOLDER --out` has filled, or one result of each");
        return Ok(Exit::Input);
    }
    let judge = shared_out(args.judge.judge(), both.len());
    let only = |these: &[PathBuf], those: &[PathBuf]| -> Vec<String> {
        these.iter().filter(|name| !those.contains(name)).map(|name| slashed(name)).collect()
    };
    let (only_old, only_new) = (only(&old.0, &new.0), only(&new.0, &old.0));
    let (mut results, mut not_read, mut whole) = (Vec::new(), Vec::new(), 0);
    for name in both {
        let called = slashed(name);
        match (read(&args.old.join(name)), read(&args.new.join(name))) {
            (Ok(old), Ok(new)) => {
                let mut result = ResultDiff::new(called, compared(&old, &new, judge));
                whole += usize::from(result.changed);
                if whole > WHOLE {
                    result.document = None;
                }
                results.push(result);
            }
            (old, new) => {
                let mut why = Vec::new();
                for (text, help) in [old.err(), new.err()].into_iter().flatten() {
                    fault(&text);
                    hint(&help);
                    why.push(text);
                }
                not_read.push(NotRead { name: called, why });
            }
        }
    }
    let changed = whole > 0 || !only_old.is_empty() || !only_new.is_empty();
    let (old_folder, new_folder) = (shown(&args.old), shown(&args.new));
    let diff = FoldersDiff { format: 1, tool: ToolRef::this(), old_folder, new_folder, changed, results, not_read, only_old, only_new };
    if let Some(path) = &args.markdown
        && let Err(error) = write_whole(path, |file| file.write_all(diff_folders::markdown(&diff).as_bytes()))
    {
        store_fault(&error);
        return Ok(store_exit(&error).max(Exit::Incomplete));
    }
    say(&if args.json { json::document(&diff) } else { diff_folders::answer(&diff, terminal::COLUMNS) }, args.json)?;
    let exit = if changed { Exit::Difference } else { Exit::Done };
    Ok(if diff.not_read.is_empty() { exit } else { exit.max(Exit::Input) })
}
