//! Loads a scenario for a command, and says what is wrong with it.

use std::path::Path;

use escalade::diag::{Code, Diagnostic, Diagnostics, clean, render_all};
use escalade::report::words::counted;
use escalade::scenario::{self, Changes, Loaded, Scenario};

use super::args::ChangeArgs;
use super::output::{caution, coloured_talk, talk};

/// The name of what is run without a variant.
pub(super) const BASE: &str = "base";

impl ChangeArgs {
    /// The changes that were asked for.
    pub(super) fn changes(&self) -> Changes {
        // A scenario cannot have a variant of this name without confusing its readers, so it is ours.
        let variant = self.variant.clone().filter(|v| v != BASE);
        Changes { variant, set: self.set.clone() }
    }

    /// The changes as arguments of another command, with a blank before each.
    pub(super) fn arguments(&self) -> String {
        let variant = self.variant.iter().map(|v| format!(" --variant {v}"));
        variant.chain(self.set.iter().map(|s| format!(" --set '{s}'"))).collect()
    }

    /// The variant's name in results.
    pub(super) fn name(&self) -> String {
        self.variant.clone().unwrap_or_else(|| BASE.to_owned())
    }
}

/// The path as it may be shown.
pub(super) fn shown(path: &Path) -> String {
    clean(&path.to_string_lossy())
}

/// Loads. Errors are told, and warnings that the changes bring; of the file's own warnings only how many
/// there are, since `check` shows them. `None` after errors.
pub(super) fn load(path: &Path, changes: &ChangeArgs, quiet: bool) -> Option<Scenario> {
    let changes = changes.changes();
    let Loaded { scenario, sources, diags } = scenario::load(path, &changes);
    let warnings = diags.warning_count();
    if scenario.is_none() {
        talk(&(render_all(&diags, &sources, coloured_talk()) + "\n"));
    } else if warnings > 0 && !quiet {
        let plain = changes.variant.is_none() && changes.set.is_empty();
        let new = if plain { Diagnostics::default() } else { news(&diags, &scenario::load(path, &Changes::default()).diags) };
        let old = warnings - new.warning_count();
        if old > 0 {
            let file = shown(path);
            caution(&format!("{} in {file}; `escalade check {file}` shows them", counted(old as u64, "warning")));
        }
        if !new.items().is_empty() {
            talk(&(render_all(&new, &sources, coloured_talk()) + "\n"));
        }
    }
    scenario
}

/// What changes add to what is known. That a what-if leaves a rung, rule or parameter without use is its
/// point (it switches things off), so it is not news.
pub(super) fn news(found: &Diagnostics, known: &Diagnostics) -> Diagnostics {
    let same = |a: &Diagnostic, b: &Diagnostic| a.code == b.code && a.primary.span == b.primary.span && a.message == b.message;
    let mut news = Diagnostics::default();
    let idle = |d: &&Diagnostic| matches!(d.code, Code::UnreachableRung | Code::NeverFires | Code::Unused);
    for item in found.items().iter().filter(|d| !idle(d) && !known.items().iter().any(|k| same(k, d))) {
        news.push(item.clone());
    }
    news
}
