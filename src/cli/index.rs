//! The index over the results of a folder: `index.html`, `index.md`, and `index.json` for what the last run of many files came to.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use escalade::report::index::{Index, IndexRow, address};
use escalade::report::{html, index_markdown, json};
use escalade::results::{Batch, BatchDocument, BatchState, ChangesSeen, ClaimsSeen, Summary, ToolRef};
use escalade::store::place::{CHANGES, INDEX, INDEX_HTML, INDEX_MD, REPORT_DATA, REPORT_HTML, SUMMARY, TEST, is_result};
use escalade::store::{StoreError, write_whole};

use super::find::{DEEPEST, MOST_FILES};
use super::kept::{document, text_of};
use super::output::caution;
use super::scenario::shown;

/// Most entries of folders that are looked at.
const MOST_ENTRIES: usize = 1_000_000;

/// A relative path with `/` between its parts, as it may be shown.
pub(super) fn slashed(path: &Path) -> String {
    let parts: Vec<String> = path.iter().map(|part| shown(Path::new(part))).collect();
    parts.join("/")
}

/// Writes what a run of several files came to, and the index over all results of the folder; gives the page.
pub(super) fn after_run(folder: &Path, batch: Batch) -> Result<PathBuf, StoreError> {
    fs::create_dir_all(folder).map_err(|error| StoreError::io("make the directory", folder, error))?;
    let document = BatchDocument { format: 1, tool: ToolRef::this(), index: batch };
    write(&folder.join(INDEX), &json::document(&document))?;
    make(folder, &gathered(folder, document.index, true))
}

/// Writes both pages; gives the one to look at.
pub(super) fn make(folder: &Path, index: &Index) -> Result<PathBuf, StoreError> {
    let page = folder.join(INDEX_HTML);
    write(&page, &html::index_page(index))?;
    write(&folder.join(INDEX_MD), &index_markdown::index(index))?;
    Ok(page)
}

fn write(path: &Path, text: &str) -> Result<(), StoreError> {
    write_whole(path, |file| file.write_all(text.as_bytes()))
}

/// The index of a folder, from what is stored in it; `None` where it holds no result and was never run into.
pub(super) fn stored(folder: &Path, quiet: bool) -> Option<Index> {
    let batch = match fs::symlink_metadata(folder.join(INDEX)).map(|_| document::<BatchDocument>(&folder.join(INDEX), INDEX)) {
        Err(_) => Batch::default(),
        Ok(Ok(document)) => document.index,
        Ok(Err(text)) => {
            caution(&format!("{text}; it is left out"));
            Batch::default()
        }
    };
    let index = gathered(folder, batch, quiet);
    (!index.rows.is_empty() || !index.files.is_empty()).then_some(index)
}

/// Directories of results below a folder, in order: parts of their paths.
pub(super) fn results_below(folder: &Path) -> (Vec<PathBuf>, u64) {
    places_below(folder, is_result)
}

/// Directories below a folder that are what is looked for, in order: parts of their paths, and how many more there are.
pub(super) fn places_below(folder: &Path, is: fn(&Path) -> bool) -> (Vec<PathBuf>, u64) {
    let (mut found, mut looked) = (Vec::new(), 0);
    walk(folder, Path::new(""), is, (0, &mut looked), &mut found);
    found.sort();
    let left_out = found.len().saturating_sub(MOST_FILES) as u64;
    found.truncate(MOST_FILES);
    (found, left_out)
}

/// Links to folders are not followed.
fn walk(folder: &Path, below: &Path, is: fn(&Path) -> bool, (depth, looked): (usize, &mut usize), found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder.join(below)) else { return };
    for entry in entries.flatten() {
        *looked += 1;
        if *looked > MOST_ENTRIES {
            return;
        }
        if !entry.file_type().is_ok_and(|kind| kind.is_dir()) || entry.file_name() == ".unfinished" {
            continue;
        }
        let path = below.join(entry.file_name());
        if is(&folder.join(&path)) {
            found.push(path.clone());
        }
        if depth < DEEPEST {
            walk(folder, &path, is, (depth + 1, looked), found);
        }
    }
}

fn gathered(folder: &Path, batch: Batch, quiet: bool) -> Index {
    let (found, left_out) = results_below(folder);
    // Verdicts of a whole suite may lie beside the results.
    let suite = text_of(&folder.join(TEST.main), TEST.main).ok();
    let mut index = Index { rows: Vec::new(), files: batch.files, gone: batch.gone, left_out };
    for path in found {
        match row(folder, &path, suite.as_deref()) {
            Ok(mut row) => {
                let failed = index.files.iter().find(|f| f.name == row.name && !matches!(f.state, BatchState::Done | BatchState::Partial));
                if let Some(file) = failed {
                    row.earlier(file);
                }
                index.rows.push(row);
            }
            Err(why) if quiet => drop(why),
            Err(why) => caution(&format!("`{}` is left out of the index: {why}", shown(&folder.join(&path)))),
        }
    }
    index
}

fn row(folder: &Path, path: &Path, suite: Option<&str>) -> Result<IndexRow, String> {
    let place = folder.join(path);
    let summary: Summary = document(&place.join(SUMMARY), SUMMARY)?;
    let tested = text_of(&place.join(TEST.main), TEST.main).ok();
    let claims = tested.as_deref().into_iter().chain(suite).find_map(|text| ClaimsSeen::of(text, &summary.scenario));
    let claims = claims.or_else(|| ClaimsSeen::of_run(&text_of(&place.join(REPORT_DATA), REPORT_DATA).ok()?));
    let changes = text_of(&place.join(CHANGES), CHANGES).ok().and_then(|text| ChangesSeen::of(&text, &summary));
    let page = fs::symlink_metadata(place.join(REPORT_HTML)).is_ok_and(|m| m.is_file());
    let parts: Vec<&[u8]> = path.iter().map(std::ffi::OsStr::as_encoded_bytes).chain([REPORT_HTML.as_bytes()]).collect();
    Ok(IndexRow::new(slashed(path), page.then(|| address(&parts)), &summary, claims, changes))
}
