//! Loads a scenario for a command, and says what is wrong with it.

use std::path::Path;

use escalade::diag::{Code, Diagnostic, Diagnostics, JsonDiagnostic, Severity, Sources, Span, clean, render_all, to_json};
use escalade::report::json;
use escalade::report::words::counted;
use escalade::results::Flaw;
use escalade::scenario::{self, Changes, Loaded, Scenario};
use serde::Serialize;

use super::args::ChangeArgs;
use super::exit::Exit;
use super::output::{caution, coloured_talk, data, talk};

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
        let quoted = |text: &String| format!("'{}'", text.replace('\'', "'\\''"));
        let variant = self.variant.iter().map(|v| format!(" --variant {v}"));
        variant.chain(self.set.iter().map(|s| format!(" --set {}", quoted(s)))).collect()
    }

    /// The variant's name in results.
    pub(super) fn name(&self) -> String {
        self.variant.clone().unwrap_or_else(|| BASE.to_owned())
    }
}

/// Calls a scenario as the file is called from which results were made: it may lie elsewhere now.
pub(super) fn call_as(scenario: &mut Scenario, file: &str) {
    if let Some(name) = Path::new(file).file_stem() {
        scenario.id = name.to_string_lossy().into_owned();
    }
}

/// The path as it may be shown.
pub(super) fn shown(path: &Path) -> String {
    clean(&path.to_string_lossy())
}

/// Why a command has no answer for a file, as data: what stands in place of the answer under `--json`.
#[derive(Serialize)]
pub(super) struct Failure {
    format: u32,
    file: String,
    error: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<String>,
    diagnostics: Vec<JsonDiagnostic>,
}

impl Failure {
    /// A failure that belongs to no place in a file.
    pub(super) fn new(path: &Path, error: String) -> Self {
        Self { format: 1, file: shown(path), error, help: None, diagnostics: Vec::new() }
    }

    /// With one way to mend it.
    pub(super) fn helped(self, help: String) -> Self {
        Self { help: Some(help), ..self }
    }

    /// What is wrong, in a sentence.
    pub(super) fn error(&self) -> &str {
        &self.error
    }

    /// Where that is, and how to mend it.
    pub(super) fn flaw(&self) -> Option<Flaw> {
        let of = |d: &JsonDiagnostic| Flaw {
            code: Some(d.code.to_owned()),
            file: Some(d.place.file.clone()),
            line: Some(d.place.line),
            column: Some(d.place.column),
            help: d.help.clone(),
        };
        let first = self.diagnostics.iter().find(|d| d.severity == "error");
        first.map(of).or_else(|| self.help.clone().map(Flaw::of_help))
    }

    /// As one document.
    pub(super) fn document(&self) -> String {
        json::document(self)
    }

    /// As a line of several.
    pub(super) fn line(&self) -> String {
        json::line(self)
    }

    /// Ends a command whose input is wrong.
    pub(super) fn answer(&self, as_data: bool) -> Exit {
        match as_data.then(|| data(&self.document())) {
            Some(Err(lost)) => lost.exit(Exit::Input),
            _ => Exit::Input,
        }
    }
}

/// Reads a scenario; a folder in its place gets a message of its own.
pub(super) fn read(path: &Path, changes: &Changes) -> Loaded {
    if !path.is_dir() {
        return scenario::load(path, changes);
    }
    let (mut sources, mut diags) = (Sources::default(), Diagnostics::default());
    let name = path.display().to_string();
    let span = Span::new(sources.add(name.clone(), ""), 0..0);
    let message = format!("`{name}`: this is a folder");
    diags.push(Diagnostic::new(Code::Unreadable, span, message).help("name the scenario file in it, for example `first.toml`"));
    Loaded { scenario: None, sources, diags }
}

/// Loads. Errors are told, and warnings that the changes bring; of the file's own warnings only how many
/// there are, since `check` shows them.
pub(super) fn load(path: &Path, changes: &ChangeArgs, quiet: bool) -> Result<Scenario, Failure> {
    let changes = changes.changes();
    let Loaded { scenario, sources, mut diags } = read(path, &changes);
    let Some(scenario) = scenario else {
        let failure =
            Failure { format: 1, file: shown(path), error: first_error(&diags), help: None, diagnostics: to_json(&diags, &sources) };
        if quiet {
            diags.drop_warnings(|_| true);
        }
        talk(&(render_all(&diags, &sources, coloured_talk()) + "\n"));
        return Err(failure);
    };
    if diags.warning_count() > 0 && !quiet {
        let plain = changes.variant.is_none() && changes.set.is_empty();
        let base = if plain { None } else { Some(scenario::load(path, &Changes::default()).diags) };
        let new = base.as_ref().map_or_else(Diagnostics::default, |base| news(&diags, base));
        // What `check` shows: the file's own.
        let old = base.as_ref().map_or(diags.warning_count(), |base| diags.items().iter().filter(|d| is_known(d, base)).count());
        if old > 0 {
            let file = shown(path);
            caution(&format!("{} in {file}; `escalade check {file}` shows them", counted(old as u64, "warning")));
        }
        if !new.items().is_empty() {
            talk(&(render_all(&new, &sources, coloured_talk()) + "\n"));
        }
    }
    Ok(scenario)
}

/// The first error and how many there are.
fn first_error(diags: &Diagnostics) -> String {
    let first = diags.items().iter().find(|d| d.code.severity() == Severity::Error).map_or("", |d| d.message.as_str());
    match diags.error_count() {
        0 | 1 => first.to_owned(),
        n => format!("{first} (the first of {n} errors)"),
    }
}

/// Whether the same has been found already.
fn is_known(found: &Diagnostic, known: &Diagnostics) -> bool {
    let same = |k: &Diagnostic| k.code == found.code && k.primary.span == found.primary.span && k.message == found.message;
    known.items().iter().any(same)
}

/// What changes add to what is known. That a what-if leaves a rung, rule or parameter without use is its
/// point (it switches things off), so it is not news.
pub(super) fn news(found: &Diagnostics, known: &Diagnostics) -> Diagnostics {
    let mut news = Diagnostics::default();
    let idle = |d: &&Diagnostic| matches!(d.code, Code::UnreachableRung | Code::NeverFires | Code::Unused);
    for item in found.items().iter().filter(|d| !idle(d) && !is_known(d, known)) {
        news.push(item.clone());
    }
    news
}
