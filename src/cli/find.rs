//! Which files many are: paths as they are named, and all scenarios of folders.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use escalade::report::words::and;

use super::output::{caution, fault, hint};
use super::scenario::shown;

/// Most files.
pub(super) const MOST_FILES: usize = 10_000;
/// Deepest nesting of folders.
pub(super) const DEEPEST: usize = 32;
/// Largest file that is looked into; larger ones are refused when they are read.
const LARGEST: u64 = 1 << 20;

/// A file that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Its path: as given, or below the folder as given.
    pub(super) path: PathBuf,
    /// How many parts of the path lie below the folder that was named; none where the file was named itself.
    pub(super) below: Option<usize>,
}

/// What a file looks like, before it is read as a scenario.
#[derive(Default)]
struct Look {
    /// It says what it is, or how its trials end: a scenario, or meant to be one.
    scenario: bool,
    /// It says what it is.
    about: bool,
    /// Files that it uses.
    uses: Vec<PathBuf>,
}

/// The scenarios among paths: files as they are named, folders with all that is below them. What is wrong has been said.
pub(super) fn find(paths: &[PathBuf], quiet: bool) -> Option<Vec<Found>> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut walk = Walk { root: real(path), found: Vec::new(), passed: Vec::new(), missed: Vec::new() };
            if !walk.folder(path, 0) {
                return None;
            }
            let Walk { found: mut below, mut passed, missed, .. } = walk;
            // A scenario that is not run must not look like one that is not there, whoever is to be quiet.
            if quiet {
                passed.clear();
            }
            passed.extend(missed);
            if !passed.is_empty() {
                passed.sort();
                caution(&format!("not read: {}", some(passed)));
            }
            below.sort();
            let parts = path.components().count();
            let depth = |path: &Path| path.components().count() - parts;
            found.extend(below.into_iter().map(|path| Found { below: Some(depth(&path)), path }));
        } else {
            found.push(Found { path: path.clone(), below: None });
        }
        if found.len() > MOST_FILES {
            fault(&format!("more than {MOST_FILES} files"));
            hint(&"give fewer folders at a time");
            return None;
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|f| seen.insert(real(&f.path)));
    if found.iter().all(|f| f.below.is_none()) {
        return Some(found);
    }
    let looks: Vec<Look> = found.iter().map(|f| look(&f.path)).collect();
    let used: BTreeSet<PathBuf> = looks.iter().flat_map(|l| l.uses.clone()).collect();
    let (mut scenarios, mut others) = (Vec::new(), Vec::new());
    for (file, look) in found.into_iter().zip(looks) {
        let part = !look.scenario || (used.contains(&real(&file.path)) && !look.about);
        if part && file.below.is_some() { others.push(shown(&file.path)) } else { scenarios.push(file) }
    }
    if !others.is_empty() && !quiet {
        caution(&format!("no scenarios by themselves, and skipped: {}", some(others)));
    }
    Some(scenarios)
}

/// Says that there is no scenario in folders.
pub(super) fn none(paths: &[PathBuf]) {
    let all: Vec<String> = paths.iter().map(|path| format!("`{}`", shown(path))).collect();
    fault(&format!("there is no scenario in {}", all.join(", ")));
    hint(&"a scenario is a file that ends in `.toml` and has `[about]` or `[[outcomes]]`");
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The first few of many.
fn some(mut all: Vec<String>) -> String {
    let more = all.len().saturating_sub(5);
    all.truncate(5);
    if more > 0 {
        all.push(format!("{more} more"));
    }
    and(&all)
}

/// A way through a folder.
struct Walk {
    /// The folder, as the system calls it.
    root: PathBuf,
    /// Files that end in `.toml`.
    found: Vec<PathBuf>,
    /// What is not read and holds no scenario that would be missed, with the reason.
    passed: Vec<String>,
    /// What is not read and is a scenario, or may hold some, with the reason.
    missed: Vec<String>,
}

/// Most entries of a folder behind a link that are looked at, and how deep.
const PEEKED: usize = 1000;
const PEEKED_DEEP: usize = 4;

/// Whether a file below a folder has a name that scenarios have; where there is too much to look at it may.
fn may_hold(folder: &Path, depth: usize, left: &mut usize) -> bool {
    let Ok(entries) = fs::read_dir(folder) else { return false };
    for entry in entries.flatten() {
        *left = left.saturating_sub(1);
        let Ok(kind) = entry.file_type() else { continue };
        let holds = if kind.is_dir() {
            depth < PEEKED_DEEP && !hidden(&entry.file_name()) && may_hold(&entry.path(), depth + 1, left)
        } else {
            is_toml(&entry.path())
        };
        if holds || *left == 0 {
            return true;
        }
    }
    false
}

fn hidden(name: &OsStr) -> bool {
    name.to_string_lossy().starts_with('.')
}

fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "toml")
}

impl Walk {
    /// Adds all files below a folder that end in `.toml`. Links to folders are not followed, nor links to files that lie outside: a
    /// scenario reads nothing outside its folder. Hidden folders are left out, and not spoken of: they are those of other programs.
    fn folder(&mut self, folder: &Path, depth: usize) -> bool {
        let wrong = |error: std::io::Error| {
            fault(&format!("{}: cannot be read: {error}", shown(folder)));
            hint(&"check the path, and who may read it");
            false
        };
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return wrong(error),
        };
        if depth > DEEPEST {
            fault(&format!("{}: folders are nested more than {DEEPEST} deep", shown(folder)));
            hint(&"name the inner folder itself");
            return false;
        }
        for entry in entries {
            let (path, name, kind) = match entry.and_then(|entry| Ok((entry.path(), entry.file_name(), entry.file_type()?))) {
                Ok(all) => all,
                Err(error) => return wrong(error),
            };
            if kind.is_dir() {
                if !hidden(&name) && !self.folder(&path, depth + 1) {
                    return false;
                }
            } else if kind.is_symlink() && path.is_dir() {
                if !hidden(&name) {
                    self.linked(&path);
                }
            } else if is_toml(&path) && self.found.len() <= MOST_FILES {
                let (pass, missed) = if kind.is_symlink() && !path.exists() {
                    ("a link to nothing", true)
                } else if !path.is_file() {
                    ("no file with an end", false)
                } else if kind.is_symlink() && !real(&path).starts_with(&self.root) {
                    ("a link out of the folder", true)
                } else {
                    self.found.push(path);
                    continue;
                };
                let place = if missed { &mut self.missed } else { &mut self.passed };
                place.push(format!("{} ({pass})", shown(&path)));
            }
        }
        true
    }

    /// Notes a link to a folder. What it leads to is missed, unless it lies in the folder that was named and is read there.
    fn linked(&mut self, path: &Path) {
        let end = real(path);
        let read = end.strip_prefix(&self.root).is_ok_and(|below| !below.iter().any(hidden));
        if !read && may_hold(&end, 0, &mut PEEKED.clone()) {
            self.missed.push(format!("{} (a link to a folder, which may hold scenarios)", shown(path)));
        } else {
            self.passed.push(format!("{} (a link to a folder)", shown(path)));
        }
    }
}

/// Looks into a file. What is no TOML is taken for a scenario, so that its errors are told.
fn look(path: &Path) -> Look {
    let unclear = || Look { scenario: true, about: true, uses: Vec::new() };
    // A pipe or a device has no end, or none soon: like what is too large, it is left to the loader to refuse.
    if fs::metadata(path).map_or(true, |m| !m.is_file() || m.len() > LARGEST) {
        return unclear();
    }
    let Some(table) = fs::read_to_string(path).ok().and_then(|text| text.parse::<toml::Table>().ok()) else { return unclear() };
    let about = table.contains_key("about");
    let folder = path.parent().unwrap_or(Path::new("."));
    let uses = table.get("use").and_then(toml::Value::as_array).into_iter().flatten().filter_map(toml::Value::as_str);
    Look { scenario: about || table.contains_key("outcomes"), about, uses: uses.map(|u| real(&folder.join(u))).collect() }
}
