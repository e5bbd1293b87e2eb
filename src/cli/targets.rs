//! Single files that a user names to be written: none takes the place of what is read, of a file of a result, or of another of them.

use std::path::{Path, PathBuf};

use escalade::store::place::{CHANGES, CHANGES_TEXT, INDEX, INDEX_HTML, INDEX_MD, RESULT_FILES, RESULT_KINDS, is_result};

use super::output::{fault, hint};
use super::scenario::shown;

/// Whether all targets, each with its option, may be written; what stands in the way has been said.
///
/// `inputs` are files that the command reads; `out` is the directory in which it leaves a result.
pub(super) fn free(targets: &[(&str, Option<&Path>)], inputs: &[PathBuf], out: Option<&Path>) -> bool {
    let named: Vec<(&str, &Path, PathBuf)> = targets.iter().filter_map(|(option, path)| path.map(|p| (*option, p, resolved(p)))).collect();
    let out = out.map(resolved);
    for (at, (option, path, place)) in named.iter().enumerate() {
        let refuse = |why: &str| {
            fault(&format!("`{option} {}` {why}", shown(path)));
            hint(&"give another name");
            false
        };
        if let Some((other, ..)) = named[..at].iter().find(|(.., before)| before == place) {
            return refuse(&format!("is the file that `{other}` names"));
        }
        // A link that leads to an input would be replaced, and the name that a user knows would be lost.
        let there = path.canonicalize().unwrap_or_else(|_| place.clone());
        if inputs
            .iter()
            .any(|input| [&resolved(input), &input.canonicalize().unwrap_or_default()].iter().any(|i| **i == *place || **i == there))
        {
            return refuse("would take the place of a file that is read");
        }
        let scenario = |p: &Path| p.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
        if path.symlink_metadata().is_ok() && (scenario(path) || scenario(&there)) {
            return refuse("would take the place of a scenario file");
        }
        let folder = place.parent().unwrap_or(place);
        let kept = path.file_name().and_then(|n| n.to_str()).is_some_and(is_kept);
        if kept && (out.as_deref() == Some(folder) || is_result(folder)) {
            return refuse("would take the place of a file of the result there");
        }
    }
    true
}

/// Whether a file of a result is called so.
fn is_kept(name: &str) -> bool {
    let around = [CHANGES, CHANGES_TEXT, INDEX, INDEX_HTML, INDEX_MD];
    RESULT_FILES.contains(&name) || around.contains(&name) || RESULT_KINDS.iter().any(|kind| kind.files.contains(&name))
}

/// Where a file lies or will lie, whatever way its name goes.
fn resolved(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => std::path::absolute(path).unwrap_or_else(|_| path.to_owned()),
    }
}
