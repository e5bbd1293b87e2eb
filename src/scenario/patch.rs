//! What-if edits of the tree: `set` of a file, variants, `--set`.
//!
//! A path names tables by key and list entries by id: `decisions.pakistan_border.options.strike.utility`.
//! Moves of a regime, which have no id, are named `FROM.TO`. The table that a path leads to must exist;
//! its last key may be new, since the shape check that follows knows which keys there are.

use super::tree::{Entry, Kind, Table, Value};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Sources, Span, did_you_mean, list_of};
use crate::lang::Word;

/// One edit.
#[derive(Clone, Debug)]
pub struct Edit {
    /// The path as written.
    pub path: String,
    /// Where the path stands.
    pub span: Span,
    /// The new value.
    pub value: Value,
}

/// The edits of a `set` table. Paths are quoted; without quotes TOML reads them as tables in tables,
/// which could mean a part or a whole, so that is an error.
pub fn edits_of(table: &Table, key: &str, diags: &mut Diagnostics) -> Vec<Edit> {
    let mut edits = Vec::new();
    for entry in table.table(key) {
        let path = &entry.key.text;
        if let (Some(inner), false) = (entry.value.as_table(), path.contains('.')) {
            let below = inner.entries.first().map_or("...", |e| e.key.text.as_str());
            let message = format!("the path `{path}.{below}` has no quotes");
            diags.push(
                Diagnostic::new(Code::SetNowhere, entry.key.span, message)
                    .help(format!("put the whole path in quotes: `\"{path}.{below}\" = ...`")),
            );
            continue;
        }
        edits.push(Edit { path: path.clone(), span: entry.key.span, value: entry.value.clone() });
    }
    edits
}

/// Reads `path=value`; the right side is a TOML value, or else a text.
pub fn parse_flag(text: &str, sources: &mut Sources, diags: &mut Diagnostics) -> Option<Edit> {
    let file = sources.add("--set", text);
    let all = Span::new(file, 0..text.len());
    let Some((path, right)) = text.split_once('=') else {
        diags.push(
            Diagnostic::new(Code::BadSet, all, "expected `path=value`")
                .help("for example `--set parameters.resolve=0.7`"),
        );
        return None;
    };
    let start = path.len() + 1;
    let path = path.trim();
    if path.is_empty() {
        diags.push(Diagnostic::new(Code::BadSet, all, "the path is empty").help("for example `--set parameters.resolve=0.7`"));
        return None;
    }
    let value = toml_value(right, file, start);
    Some(Edit { path: path.to_owned(), span: Span::new(file, 0..start - 1), value })
}

/// A TOML value from the right side of a flag; what is not one is a text (shells strip quotes).
fn toml_value(right: &str, file: FileId, start: usize) -> Value {
    let span = Span::new(file, start..start + right.len());
    let mut scratch = Sources::default();
    let id = scratch.add("--set", format!("v = {right}"));
    let mut ignored = Diagnostics::default();
    let parsed = super::tree::parse_toml(id, &scratch, &mut ignored);
    let value = parsed.filter(|t| t.entries.len() == 1).and_then(|mut t| t.entries.pop());
    let mut value = value.map_or(Value { kind: Kind::Text(right.trim().to_owned()), span }, |e| e.value);
    place(&mut value, span);
    value
}

/// Gives every part of `value` the place `span`.
fn place(value: &mut Value, span: Span) {
    value.span = span;
    match &mut value.kind {
        Kind::List(items) => items.iter_mut().for_each(|v| place(v, span)),
        Kind::Table(table) => {
            for entry in &mut table.entries {
                entry.key.span = span;
                place(&mut entry.value, span);
            }
        }
        _ => {}
    }
}

/// Applies an edit to the tree; reports a path that leads nowhere.
pub fn apply(tree: &mut Table, edit: &Edit, diags: &mut Diagnostics) -> bool {
    let parts: Vec<&str> = edit.path.split('.').collect();
    match step(tree, &parts, edit) {
        Ok(()) => true,
        Err((at, known)) => {
            let found = parts[at];
            let message = format!("`{}` leads nowhere: there is no `{found}`", edit.path);
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let all = if known.is_empty() {
                "a path ends at a value; a list entry is named by its id".to_owned()
            } else {
                format!("here stand {}", list_of(known.iter().copied(), 12))
            };
            diags.push(
                Diagnostic::new(Code::SetNowhere, edit.span, message)
                    .suggest(did_you_mean(found, known.iter().copied()), all),
            );
            false
        }
    }
}

type Nowhere = (usize, Vec<String>);

fn step(tree: &mut Table, parts: &[&str], edit: &Edit) -> Result<(), Nowhere> {
    let (last, way) = parts.split_last().expect("split gives at least one part");
    let mut here = Place::Table(tree);
    let mut at = 0;
    while at < way.len() {
        let (next, used) = here.below(&way[at..]).map_err(|known| (at, known))?;
        here = next;
        at += used;
    }
    here.put(last, edit).map_err(|known| (parts.len() - 1, known))
}

enum Place<'a> {
    Table(&'a mut Table),
    List(&'a mut Vec<Value>),
}

impl<'a> Place<'a> {
    /// The place that the first of `parts` leads to, and how many parts it took.
    fn below(self, parts: &[&str]) -> Result<(Self, usize), Vec<String>> {
        match self {
            Place::Table(table) => {
                let known: Vec<String> = table.entries.iter().map(|e| e.key.text.clone()).collect();
                let value = table.get_mut(parts[0]).ok_or(known)?;
                match &mut value.kind {
                    Kind::Table(t) => Ok((Place::Table(t), 1)),
                    Kind::List(l) => Ok((Place::List(l), 1)),
                    _ => Err(Vec::new()),
                }
            }
            Place::List(items) => {
                let (index, used) = find(items, parts)?;
                match &mut items[index].kind {
                    Kind::Table(t) => Ok((Place::Table(t), used)),
                    _ => Err(Vec::new()),
                }
            }
        }
    }

    fn put(self, last: &str, edit: &Edit) -> Result<(), Vec<String>> {
        match self {
            Place::Table(table) => {
                if let Some(value) = table.get_mut(last) {
                    *value = edit.value.clone();
                } else {
                    let key = Word { text: last.to_owned(), span: edit.span };
                    table.entries.push(Entry { key, value: edit.value.clone() });
                }
                Ok(())
            }
            Place::List(items) => {
                let (index, _) = find(items, &[last])?;
                items[index] = edit.value.clone();
                Ok(())
            }
        }
    }
}

/// The entry that `parts` names: by id, or by `from` and `to`.
fn find(items: &[Value], parts: &[&str]) -> Result<(usize, usize), Vec<String>> {
    let mut known = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let Some(table) = item.as_table() else { continue };
        if let Some(id) = table.text("id") {
            if id == parts[0] {
                return Ok((index, 1));
            }
            known.push(id.to_owned());
        } else if let (Some(from), Some(to)) = (table.text("from"), table.text("to")) {
            if parts.len() > 1 && from == parts[0] && to == parts[1] {
                return Ok((index, 2));
            }
            known.push(format!("{from}.{to}"));
        }
    }
    Err(known)
}
