//! Reading the files of a scenario: the file itself and those that it uses, within bounds.
//!
//! A scenario file is not trusted. What it uses must lie in its own folder or below, sizes and numbers
//! are limited, and nothing is read that is not a plain file.

use std::path::{Path, PathBuf};

use super::tree::{Entry, Kind, Table, Value, parse_toml};
use crate::diag::{Code, Diagnostic, Diagnostics, Sources, Span};

/// Largest file, in bytes.
pub const MAX_FILE: u64 = 1 << 20;
/// Largest sum of all files of a scenario, in bytes.
pub const MAX_TOTAL: u64 = 4 << 20;
/// Most used files.
pub const MAX_FILES: usize = 64;
/// Deepest chain of used files.
pub const MAX_USE_DEPTH: usize = 8;

/// Reads `path` and everything that it uses into one table.
///
/// Used files come first, in order and depth first; lists are joined, tables are merged, a value that
/// is given twice is an error.
pub fn read(path: &Path, sources: &mut Sources, diags: &mut Diagnostics) -> Option<Table> {
    let root = path.parent().map(|p| if p.as_os_str().is_empty() { Path::new(".") } else { p });
    let root = root.unwrap_or(Path::new(".")).canonicalize().ok();
    let mut reader = Reader { root, sources, diags, chain: Vec::new(), files: 0, bytes: 0 };
    reader.file(path, None)
}

/// Reads a text that does not come from a file (a test, a buffer of an editor); it can use nothing.
pub fn read_text(name: &str, text: &str, sources: &mut Sources, diags: &mut Diagnostics) -> Option<Table> {
    let file = sources.add(name, text);
    if text.len() as u64 > MAX_FILE {
        diags.push(too_large(Span::new(file, 0..0), text.len() as u64, MAX_FILE));
        return None;
    }
    let mut reader = Reader { root: None, sources, diags, chain: Vec::new(), files: 1, bytes: 0 };
    let table = parse_toml(file, reader.sources, reader.diags)?;
    reader.resolve(table, Path::new("."))
}

struct Reader<'a> {
    /// The folder that nothing leaves; `None` where nothing can be used.
    root: Option<PathBuf>,
    sources: &'a mut Sources,
    diags: &'a mut Diagnostics,
    chain: Vec<PathBuf>,
    files: usize,
    bytes: u64,
}

fn too_large(span: Span, found: u64, limit: u64) -> Diagnostic {
    Diagnostic::new(Code::TooLarge, span, format!("{found} bytes, more than {limit}"))
        .help("split the scenario, or leave out what it does not need")
}

impl Reader<'_> {
    fn file(&mut self, path: &Path, used_at: Option<Span>) -> Option<Table> {
        let name = path.display().to_string();
        let text = match self.text_of(path) {
            Ok(text) => text,
            Err((code, message)) => {
                let span = used_at.unwrap_or_else(|| Span::new(self.sources.add(name.clone(), ""), 0..0));
                let help = match code {
                    Code::NotUtf8 => "save the file as UTF-8",
                    Code::TooLarge => "split the scenario, or leave out what it does not need",
                    _ => "check the path; `escalade new NAME` writes a starter",
                };
                self.diags.push(Diagnostic::new(code, span, format!("`{name}`: {message}")).help(help));
                return None;
            }
        };
        let file = self.sources.add(name, text);
        let table = parse_toml(file, self.sources, self.diags)?;
        let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        self.chain.push(real);
        let table = self.resolve(table, path.parent().unwrap_or(Path::new(".")));
        self.chain.pop();
        table
    }

    fn text_of(&mut self, path: &Path) -> Result<String, (Code, String)> {
        use std::io::Read as _;
        let unreadable = |e: std::io::Error| (Code::Unreadable, describe(&e));
        let meta = std::fs::metadata(path).map_err(unreadable)?;
        if !meta.is_file() {
            return Err((Code::Unreadable, "is not a file".to_owned()));
        }
        let limit = MAX_FILE.min(MAX_TOTAL - self.bytes);
        let mut bytes = Vec::new();
        // The limit is on what is read, not on what the file system says: a file can grow.
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > limit {
            let message = format!("more than {MAX_FILE} bytes, or more than {MAX_TOTAL} in all files");
            return Err((Code::TooLarge, message));
        }
        self.bytes += bytes.len() as u64;
        String::from_utf8(bytes).map_err(|e| (Code::NotUtf8, format!("byte {} is not UTF-8", e.utf8_error().valid_up_to())))
    }

    /// Replaces `use` by what it names.
    fn resolve(&mut self, mut table: Table, folder: &Path) -> Option<Table> {
        let Some(at) = table.entries.iter().position(|e| e.key.text == "use") else { return Some(table) };
        let used = table.entries.remove(at);
        let Kind::List(paths) = &used.value.kind else {
            let message = format!("`use` is a list of paths, found {}", used.value.words());
            self.diags.push(Diagnostic::new(Code::WrongType, used.value.span, message).help("write `use = [\"lib/ladder.toml\"]`"));
            return None;
        };
        let mut joined = Table::default();
        let mut complete = true;
        for path in paths {
            let Kind::Text(text) = &path.kind else {
                let message = format!("a used path is a text, found {}", path.words());
                self.diags.push(Diagnostic::new(Code::WrongType, path.span, message).help("write the path in quotes"));
                complete = false;
                continue;
            };
            match self.used(text, folder, path.span) {
                Some(part) => self.merge(&mut joined, part),
                None => complete = false,
            }
        }
        self.merge(&mut joined, table);
        if complete { Some(joined) } else { None }
    }

    fn used(&mut self, text: &str, folder: &Path, span: Span) -> Option<Table> {
        let fail = |r: &mut Self, code, message: String, help: &str| {
            r.diags.push(Diagnostic::new(code, span, message).help(help));
            None
        };
        self.files += 1;
        if self.files > MAX_FILES || self.chain.len() >= MAX_USE_DEPTH {
            let message = format!("more than {MAX_FILES} files, or more than {MAX_USE_DEPTH} deep");
            return fail(self, Code::UseTooMany, message, "join some of the files");
        }
        let path = folder.join(text);
        let outside = "use files in the folder of the scenario or below it";
        let relative = Path::new(text).components().all(|c| matches!(c, std::path::Component::Normal(_) | std::path::Component::CurDir));
        let Some(root) = self.root.clone() else {
            return fail(self, Code::UseOutside, format!("`{text}` cannot be used from here"), outside);
        };
        if !relative {
            return fail(self, Code::UseOutside, format!("`{text}` leaves the folder of the scenario"), outside);
        }
        let real = match path.canonicalize() {
            Ok(real) => real,
            Err(e) => {
                let message = format!("`{text}`: {}", describe(&e));
                return fail(self, Code::Unreadable, message, "the path counts from the folder of this file");
            }
        };
        if !real.starts_with(&root) {
            return fail(self, Code::UseOutside, format!("`{text}` leads outside the folder of the scenario"), outside);
        }
        if self.chain.contains(&real) {
            return fail(self, Code::UseCycle, format!("`{text}` uses itself"), "take the shared part out into a third file");
        }
        self.file(&path, Some(span))
    }

    /// Joins `part` into `whole`: tables are merged, lists joined, anything else must be new.
    fn merge(&mut self, whole: &mut Table, part: Table) {
        for entry in part.entries {
            // Every file has its own format line; the scenario's own is the last.
            let repeated = entry.key.text == "format" || entry.key.text == "about";
            match whole.get_mut(&entry.key.text) {
                None => whole.entries.push(entry),
                Some(present) if repeated => *present = entry.value,
                Some(present) => self.merge_value(present, entry),
            }
        }
    }

    fn merge_value(&mut self, present: &mut Value, entry: Entry) {
        match (&mut present.kind, entry.value.kind) {
            (Kind::Table(a), Kind::Table(b)) => self.merge(a, b),
            (Kind::List(a), Kind::List(b)) => a.extend(b),
            _ => {
                let message = format!("`{}` is already given in a used file", entry.key.text);
                self.diags.push(
                    Diagnostic::new(Code::DefinedTwice, entry.key.span, message)
                        .also(present.span, "given here first")
                        .help("to change a value of a used file write `set = { \"path\" = value }`"),
                );
            }
        }
    }
}

/// An input or output error in a few words, without the operating system's number.
fn describe(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "does not exist".to_owned(),
        std::io::ErrorKind::PermissionDenied => "may not be read".to_owned(),
        _ => error.to_string(),
    }
}
