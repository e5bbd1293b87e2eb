//! Scenario files: read, shaped, changed by what-ifs, checked, linted.
//!
//! | stage | from | to | module |
//! |---|---|---|---|
//! | read | files | one tree with places | `files`, `tree` |
//! | shape | tree | the same, every key known and of the right type | `spec`, `shape` |
//! | patch | tree, variant, `--set` | changed tree | `patch` |
//! | check | tree | [`Scenario`]: names resolved, rules instantiated | `check` |
//! | lint | [`Scenario`] | warnings | `lint` |
//!
//! A scenario file is not trusted: sizes, nesting and numbers of everything are bounded, and nothing
//! outside the folder of the file is read.

mod check;
mod constants;
pub mod entries;
mod files;
pub mod lint;
pub mod model;
pub mod names;
pub mod parts;
mod patch;
pub mod reference_page;
pub mod schema;
mod shape;
mod slips;
pub mod spec;
mod tree;
pub mod visit;

use std::path::Path;

use sha2::{Digest as _, Sha256};

pub use constants::Constants;
pub use model::Scenario;

use crate::diag::{Code, Diagnostic, Diagnostics, Sources, Span, did_you_mean, list_of};
use crate::lang::check::Core;
use tree::Table;

/// What-if changes, applied in this order: variant, then each `--set`.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// A variant of the scenario.
    pub variant: Option<String>,
    /// `path=value`.
    pub set: Vec<String>,
}

/// The result of loading: a scenario unless there were errors, and everything that was found.
#[derive(Debug)]
pub struct Loaded {
    /// The scenario; `None` if there were errors.
    pub scenario: Option<Scenario>,
    /// The texts, for messages.
    pub sources: Sources,
    /// Errors and warnings.
    pub diags: Diagnostics,
}

/// Loads a scenario file with changes.
///
/// `path` is named in messages as given. Every mistake of a stage is reported; a stage with errors is
/// the last one.
#[must_use]
pub fn load(path: &Path, changes: &Changes) -> Loaded {
    let Read { tree, sources, diags, id } = read(path);
    finish(tree, sources, diags, changes, &id)
}

/// The files of a scenario, read and not yet checked: what all what-ifs of it have in common.
#[derive(Clone, Debug)]
pub struct Read {
    /// `None` where they could not be read.
    tree: Option<Table>,
    sources: Sources,
    diags: Diagnostics,
    id: String,
}

/// Reads the files of a scenario, to load it several times with other changes.
#[must_use]
pub fn read(path: &Path) -> Read {
    let mut sources = Sources::default();
    let mut diags = Diagnostics::default();
    let tree = files::read(path, &mut sources, &mut diags);
    let id = path.file_stem().map_or_else(|| "scenario".to_owned(), |s| s.to_string_lossy().into_owned());
    Read { tree, sources, diags, id }
}

impl Read {
    /// The same as [`load`] of the same files.
    #[must_use]
    pub fn load(&self, changes: &Changes) -> Loaded {
        let Self { tree, sources, diags, id } = self.clone();
        finish(tree, sources, diags, changes, &id)
    }
}

/// Loads a scenario from a text; `name` stands for the path. Such a scenario can `use` nothing.
#[must_use]
pub fn load_text(name: &str, text: &str, changes: &Changes) -> Loaded {
    let mut sources = Sources::default();
    let mut diags = Diagnostics::default();
    let tree = files::read_text(name, text, &mut sources, &mut diags);
    let id = Path::new(name).file_stem().map_or_else(|| name.to_owned(), |s| s.to_string_lossy().into_owned());
    finish(tree, sources, diags, changes, &id)
}

/// Stack of the thread that checks, in bytes. Definitions are compiled when they are first read, one inside the
/// other, to a depth that is bounded ([`crate::lang::check::MAX_OPEN`]) but can be more than a thread usually
/// has room for.
const STACK: usize = 64 << 20;

fn finish(tree: Option<Table>, sources: Sources, diags: Diagnostics, changes: &Changes, id: &str) -> Loaded {
    std::thread::scope(|scope| {
        let work = || check_and_lint(tree, sources, diags, changes, id);
        let thread = std::thread::Builder::new().name("load".to_owned()).stack_size(STACK).spawn_scoped(scope, work);
        let result = thread.expect("the system can start a thread").join();
        result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn check_and_lint(tree: Option<Table>, mut sources: Sources, diags: Diagnostics, changes: &Changes, id: &str) -> Loaded {
    let sha256 = hash(&sources);
    let mut core = Core::default();
    core.diags = diags;
    let built = tree.and_then(|tree| build(tree, &mut sources, &mut core, changes, id));
    let scenario = built.map(|(scenario, places)| {
        lint::lint(&scenario, &places, &mut core.diags);
        Scenario { sha256, ..scenario }
    });
    let scenario = scenario.filter(|_| !core.diags.has_errors());
    Loaded { scenario, sources, diags: core.diags }
}

fn build(mut tree: Table, sources: &mut Sources, core: &mut Core, changes: &Changes, id: &str) -> Option<(Scenario, lint::Places)> {
    if core.diags.has_errors() {
        return None;
    }
    shape_check(&tree, sources, &mut core.diags)?;
    let file_every = clock_step(&tree, sources);
    let mut overrides = Vec::new();
    let own = patch::edits_of(&tree, "set", &mut core.diags);
    let changed = apply(&mut tree, &own, &mut core.diags);
    if changes.variant.is_none() && changes.set.is_empty() {
        check_variants(&tree, sources, &mut core.diags);
    }
    let edits = edits(&tree, sources, &mut core.diags, changes)?;
    let changed = apply(&mut tree, &edits, &mut core.diags) || changed;
    for edit in &edits {
        let value = match &edit.value.kind {
            tree::Kind::Text(text) => text.as_str(),
            _ => sources.get(edit.value.span.file).text.get(edit.value.span.range()).unwrap_or_default(),
        };
        overrides.push((edit.path.clone(), value.trim().to_owned()));
    }
    if core.diags.has_errors() {
        return None;
    }
    if changed {
        shape_check(&tree, sources, &mut core.diags)?;
    }
    let scenario = check::compile(&tree, sources, file_every, core, id)?;
    Some((Scenario { overrides, entries: entries::entries(&tree), ..scenario }, lint::Places::of(&tree)))
}

fn shape_check(tree: &Table, sources: &Sources, diags: &mut Diagnostics) -> Option<()> {
    // The main file is the first that was read.
    let file = sources.files().first().map(|_| crate::diag::FileId(0))?;
    shape::check_table(tree, Span::new(file, 0..0), &spec::SCENARIO, diags);
    if diags.has_errors() { None } else { Some(()) }
}

/// Most variants of a scenario: `check` loads each.
pub const MAX_VARIANTS: usize = 100;

/// Every variant changes something that is there, into something of the right shape, whether it is used
/// in this load or not.
fn check_variants(tree: &Table, sources: &Sources, diags: &mut Diagnostics) {
    let bytes: usize = sources.files().iter().map(|f| f.text.len()).sum();
    // Each copy costs time: all are checked in a file of usual size, only some in the largest.
    let copies = ((8 << 20) / bytes.max(1)).clamp(1, 64);
    let mut total = 0;
    for (index, entry) in tree.table("variants").enumerate() {
        let Some(variant) = entry.value.as_table() else { continue };
        if entry.key.text == "base" {
            diags.push(
                Diagnostic::new(Code::ReservedWord, entry.key.span, "`base` is the scenario without a variant").help("choose another name"),
            );
        }
        if index == MAX_VARIANTS {
            let message = format!("more than {MAX_VARIANTS} variants");
            diags.push(Diagnostic::new(Code::TooMany, entry.key.span, message).help("write fewer variants; `--set` needs none"));
            return;
        }
        let edits = patch::edits_of(variant, "set", diags);
        total += edits.len();
        if diags.is_full() || total > patch::MAX_EDITS {
            let message = format!("the variants change more than {} values", patch::MAX_EDITS);
            diags.push(Diagnostic::new(Code::TooMany, entry.key.span, message).help("write fewer or smaller variants"));
            return;
        }
        if index < copies {
            let mut copy = tree.clone();
            // Every path is tried, also after one that failed.
            let mut fine = true;
            for edit in &edits {
                fine &= patch::apply(&mut copy, edit, diags);
            }
            if fine {
                shape::check_table(&copy, entry.key.span, &spec::SCENARIO, diags);
            }
        } else {
            for edit in &edits {
                let _ = patch::locate(tree, edit, diags);
            }
        }
    }
}

fn apply(tree: &mut Table, edits: &[patch::Edit], diags: &mut Diagnostics) -> bool {
    let mut changed = false;
    for edit in edits {
        changed |= patch::apply(tree, edit, diags);
    }
    changed
}

fn edits(tree: &Table, sources: &mut Sources, diags: &mut Diagnostics, changes: &Changes) -> Option<Vec<patch::Edit>> {
    let mut edits = Vec::new();
    if let Some(name) = &changes.variant {
        let found = tree.table("variants").find(|e| e.key.text == *name).and_then(|e| e.value.as_table());
        let Some(variant) = found else {
            let known: Vec<&str> = tree.table("variants").map(|e| e.key.text.as_str()).collect();
            let file = sources.add("--variant", name.as_str());
            let all = format!("its variants are {}", list_of(known.iter().copied(), 20));
            diags.push(
                Diagnostic::new(Code::UnknownVariant, Span::new(file, 0..name.len()), format!("the scenario has no variant `{name}`"))
                    .suggest(did_you_mean(name, known.iter().copied()), all),
            );
            return None;
        };
        edits.extend(patch::edits_of(variant, "set", diags));
    }
    for text in &changes.set {
        edits.extend(patch::parse_flag(text, sources, diags));
    }
    if diags.has_errors() { None } else { Some(edits) }
}

/// The step as written in the file, in minutes; `None` where it is wrong (reported later).
fn clock_step(tree: &Table, sources: &Sources) -> Option<u32> {
    let value = tree.get("clock")?.as_table()?.get("step")?;
    check::minutes(value, sources, &mut Diagnostics::default())
}

/// SHA-256 over the texts, each with its length before it.
fn hash(sources: &Sources) -> String {
    let mut hasher = Sha256::new();
    for file in sources.files() {
        hasher.update((file.text.len() as u64).to_le_bytes());
        hasher.update(file.text.as_bytes());
    }
    hasher.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
