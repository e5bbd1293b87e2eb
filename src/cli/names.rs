//! What the results of several files are called: each has a directory of its own.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use escalade::store::place::{CHANGES, CHANGES_TEXT, INDEX, INDEX_HTML, INDEX_MD, RESULT_FILES, RESULT_KINDS};

use super::find::Found;

/// The name of a file's results: as many parts of its path as tell it from all others.
struct Name {
    /// The parts of its path, without the ending.
    parts: Vec<OsString>,
    /// How many of them are used, from the end.
    used: usize,
}

impl Name {
    fn new(found: &Found) -> Self {
        let mut parts: Vec<OsString> = found
            .path
            .parent()
            .unwrap_or(Path::new(""))
            .components()
            .filter_map(|part| if let Component::Normal(part) = part { Some(part.to_owned()) } else { None })
            .collect();
        parts.extend(found.path.file_stem().map(std::ffi::OsStr::to_owned));
        let used = found.below.unwrap_or(1).clamp(1, parts.len().max(1));
        Self { parts, used }
    }

    fn path(&self) -> PathBuf {
        self.parts[self.parts.len().saturating_sub(self.used)..].iter().map(|part| free(part)).collect()
    }

    /// As a file system sees it that does not tell `A` from `a`.
    fn key(&self) -> String {
        self.path().to_string_lossy().to_lowercase()
    }
}

/// A part of a name that does not stand in the way of what results are made of: hidden names are kept for runs that are under way, and
/// files of results have names of their own.
fn free(part: &OsStr) -> OsString {
    let name = part.to_string_lossy().to_lowercase();
    let ours = RESULT_FILES.iter().chain(&[INDEX, INDEX_HTML, INDEX_MD, CHANGES, CHANGES_TEXT]).any(|file| *file == name)
        || RESULT_KINDS.iter().any(|kind| kind.files.contains(&name.as_str()));
    let mut free = OsString::new();
    if name.starts_with('.') {
        free.push("_");
    }
    free.push(part);
    if ours {
        free.push("_");
    }
    free
}

/// A name for each file: its stem, or its path below the folder that was named; where two would be the same, with more of the path before
/// it. The error are two files that cannot be told apart so.
pub(super) fn names(found: &[Found]) -> Result<Vec<PathBuf>, (PathBuf, PathBuf)> {
    let mut names: Vec<Name> = found.iter().map(Name::new).collect();
    loop {
        let mut same: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, name) in names.iter().enumerate() {
            same.entry(name.key()).or_default().push(place);
        }
        let mut longer = false;
        for places in same.values().filter(|places| places.len() > 1) {
            for place in places {
                let name = &mut names[*place];
                if name.used < name.parts.len() {
                    name.used += 1;
                    longer = true;
                }
            }
        }
        if !longer {
            // Where two names differ in case only and nothing more can be told of them, their files stand side by side: the system tells
            // them apart.
            let paths: Vec<PathBuf> = names.iter().map(Name::path).collect();
            let mut first: BTreeMap<&Path, usize> = BTreeMap::new();
            for (place, path) in paths.iter().enumerate() {
                if let Some(other) = first.insert(path, place) {
                    return Err((found[other].path.clone(), found[place].path.clone()));
                }
            }
            return Ok(paths);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(files: &[(&str, Option<usize>)]) -> Result<Vec<String>, (PathBuf, PathBuf)> {
        let found: Vec<Found> = files.iter().map(|(path, below)| Found { path: PathBuf::from(path), below: *below }).collect();
        names(&found).map(|all| all.iter().map(|name| name.to_string_lossy().replace('\\', "/")).collect())
    }

    #[test]
    fn files_are_called_by_their_stem_and_those_of_folders_by_their_path_in_it() {
        assert_eq!(named(&[("a/x.toml", None), ("b/y.toml", None)]), Ok(vec!["x".into(), "y".into()]));
        assert_eq!(named(&[("s/x.toml", Some(1)), ("s/deep/x.toml", Some(2))]), Ok(vec!["x".into(), "deep/x".into()]));
    }

    #[test]
    fn what_would_have_one_name_gets_more_of_its_path() {
        assert_eq!(named(&[("a/x.toml", None), ("b/x.toml", None), ("y.toml", None)]), Ok(vec!["a/x".into(), "b/x".into(), "y".into()]));
        assert_eq!(named(&[("x.toml", None), ("sub/X.toml", None)]), Ok(vec!["x".into(), "sub/X".into()]));
        assert_eq!(named(&[("/p/a/x.toml", None), ("/q/a/x.toml", None)]), Ok(vec!["p/a/x".into(), "q/a/x".into()]));
        assert_eq!(named(&[("one/x.toml", Some(1)), ("two/x.toml", Some(1))]), Ok(vec!["one/x".into(), "two/x".into()]));
        // Nothing of a path leads out of the folder for results.
        assert_eq!(named(&[("../x.toml", None), ("../../b/x.toml", None)]), Ok(vec!["x".into(), "b/x".into()]));
    }

    #[test]
    fn names_of_results_stay_free() {
        let files =
            [("s/x.toml", Some(1)), ("s/x/.unfinished.toml", Some(2)), ("s/x/Report.html.toml", Some(2)), ("s/index.json.toml", Some(1))];
        assert_eq!(named(&files), Ok(vec!["x".into(), "x/_.unfinished".into(), "x/Report.html_".into(), "index.json_".into()]));
        assert_eq!(
            named(&[("s/test.json.toml", Some(1)), ("s/compare.html.toml", Some(1))]),
            Ok(vec!["test.json_".into(), "compare.html_".into()])
        );
    }

    #[test]
    fn what_the_system_tells_apart_is_told_apart() {
        assert_eq!(named(&[("x.toml", None), ("X.toml", None)]), Ok(vec!["x".into(), "X".into()]));
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused() {
        assert!(named(&[("a/x.toml", None), ("a/x.txt", None)]).is_err());
        assert!(named(&[("../x.toml", None), ("x.toml", None)]).is_err());
    }
}
