//! Results that only a baseline has: of scenarios that were deleted, moved or renamed since.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::index::{places_below, slashed};
use super::output::caution;
use super::scenario::shown;

/// What is known of the files as they are now.
pub(super) struct Present<'a> {
    /// The paths that were named on the command line.
    pub(super) named: &'a [PathBuf],
    /// What the results of the files are called.
    pub(super) names: &'a [PathBuf],
    /// Where new results go.
    pub(super) out: Option<&'a Path>,
}

/// Names of the results in a baseline that `is` takes for such and that no file has any more.
///
/// Only whoever names a folder means all that is in it: of files that were named one by one nothing is gone. Nor is anything where the
/// baseline is plainly that of a folder above, in which the files that were found have their results one level down.
pub(super) fn gone(baseline: &Path, present: &Present<'_>, is: fn(&Path) -> bool) -> Vec<String> {
    if !present.named.iter().any(|path| path.is_dir()) {
        return Vec::new();
    }
    let ours = present.out.and_then(|out| out.canonicalize().ok()).zip(baseline.canonicalize().ok());
    let ours = ours.and_then(|(out, all)| out.strip_prefix(all).ok().map(Path::to_owned)).filter(|ours| !ours.as_os_str().is_empty());
    let there = places_below(baseline, is).0.into_iter().filter(|name| ours.as_ref().is_none_or(|ours| !name.starts_with(ours)));
    let there: BTreeSet<PathBuf> = there.collect();
    let names: BTreeSet<&Path> = present.names.iter().map(PathBuf::as_path).collect();
    if let Some(inner) = present.named.iter().filter(|path| path.is_dir()).find_map(|path| above(path, &names, &there)) {
        let inner = shown(&baseline.join(inner));
        caution(&format!(
            "`{}` holds results of a folder above; what it has besides is not looked at. Name `{inner}` to compare with",
            shown(baseline)
        ));
        return Vec::new();
    }
    there.iter().filter(|name| !names.contains(name.as_path())).map(|name| slashed(name)).collect()
}

/// The part of a baseline that a folder has, where the baseline is that of a folder above.
fn above(folder: &Path, names: &BTreeSet<&Path>, there: &BTreeSet<PathBuf>) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let parts: Vec<_> = folder.components().filter_map(|part| if let Component::Normal(part) = part { Some(part) } else { None }).collect();
    let below = |inner: &Path, name: &Path| {
        let name = inner.join(name);
        there.contains(&name) && !names.contains(name.as_path())
    };
    (0..parts.len()).rev().map(|from| parts[from..].iter().collect::<PathBuf>()).find(|inner| {
        // What has its name in both places is there by chance.
        names.iter().any(|name| below(inner, name)) && names.iter().filter(|name| there.contains(**name)).all(|name| below(inner, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(folder: &str, now: &[&str], old: &[&str]) -> Vec<String> {
        let place = tempfile::tempdir().unwrap();
        let (named, baseline) = (place.path().join(folder), place.path().join("old"));
        std::fs::create_dir_all(&named).unwrap();
        for name in old {
            std::fs::create_dir_all(baseline.join(name)).unwrap();
            std::fs::write(baseline.join(name).join("summary.json"), "").unwrap();
        }
        let names: Vec<PathBuf> = now.iter().map(PathBuf::from).collect();
        let out = baseline.join("new");
        gone(&baseline, &Present { named: &[named], names: &names, out: Some(&out) }, escalade::store::place::is_result)
    }

    #[test]
    fn what_only_the_baseline_has_is_gone() {
        assert_eq!(found("all", &["a", "deep/b"], &["a", "deep/b", "c", "deep/d"]), ["c", "deep/d"]);
        assert_eq!(found("all", &["a", "moved/c"], &["a", "c"]), ["c"]);
        // All were renamed; results of this run are none of the baseline.
        assert_eq!(found("all", &["b"], &["a", "new/b"]), ["a"]);
        assert!(found("all", &["a", "b"], &["a"]).is_empty());
    }

    #[test]
    fn of_a_folder_within_that_of_the_baseline_nothing_is_gone() {
        assert!(found("all/deep", &["b"], &["a", "deep/b", "deep/c"]).is_empty());
        // A name of the folder above that is the same by chance, and a new file.
        assert!(found("all/deep", &["a", "b"], &["a", "deep/a", "c"]).is_empty());
        assert!(found("all/deep/er", &["b"], &["a", "deep/er/b"]).is_empty());
        // A folder that has the name of one in it.
        assert_eq!(found("deep", &["a", "deep/a"], &["a", "deep/a", "c"]), ["c"]);
    }
}
