//! What-if edits of the tree: `set` of a file, variants, `--set`.
//!
//! A path names tables by key and list entries by id: `decisions.pakistan_border.options.strike.utility`.
//! Moves of a regime, which have no id, are named `FROM.TO`. An edit changes what is there, or gives an
//! optional key of a table; it adds no parameter, actor or other named thing, so that a misspelt name is
//! an error and not a new thing that nobody reads.

use super::spec::{DERIVED, DISTRIBUTION, SCENARIO, TableSpec, Takes, VARIABLE};
use super::tree::{Entry, Kind, Table, Value};
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Sources, Span, did_you_mean, list_of};
use crate::lang::Word;

/// Most edits that a scenario's `set` and variants hold together.
pub const MAX_EDITS: usize = 5_000;

/// Keys of the file itself, which are read before anything can be changed.
const FIXED: [&str; 4] = ["format", "use", "set", "variants"];

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
        if edits.len() >= MAX_EDITS {
            let message = format!("more than {MAX_EDITS} values are changed");
            diags.push(Diagnostic::new(Code::TooMany, entry.key.span, message).help("write the values where they belong"));
            break;
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
        diags.push(Diagnostic::new(Code::BadSet, all, "expected `path=value`").help("for example `--set parameters.resolve=0.7`"));
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
    let Some(hops) = locate(tree, edit, diags) else { return false };
    let mut here = Spot::Table(tree);
    for hop in hops {
        here = match (here, hop) {
            (Spot::Table(table), Hop::New) => {
                let last = edit.path.rsplit('.').next().unwrap_or_default().to_owned();
                table.entries.push(Entry { key: Word { text: last, span: edit.span }, value: edit.value.clone() });
                return true;
            }
            (Spot::Table(table), Hop::Entry(at)) => Spot::Value(&mut table.entries[at].value),
            (Spot::Value(Value { kind: Kind::Table(table), .. }), Hop::New) => {
                let last = edit.path.rsplit('.').next().unwrap_or_default().to_owned();
                table.entries.push(Entry { key: Word { text: last, span: edit.span }, value: edit.value.clone() });
                return true;
            }
            (Spot::Value(Value { kind: Kind::Table(table), .. }), Hop::Entry(at)) => Spot::Value(&mut table.entries[at].value),
            (Spot::Value(Value { kind: Kind::List(items), .. }), Hop::Item(at)) => Spot::Value(&mut items[at]),
            _ => unreachable!("hops were found in this tree"),
        };
    }
    if let Spot::Value(value) = here {
        *value = edit.value.clone();
    }
    true
}

enum Spot<'a> {
    Table(&'a mut Table),
    Value(&'a mut Value),
}

/// One step of a path.
pub enum Hop {
    /// Into this entry of a table.
    Entry(usize),
    /// Into this item of a list.
    Item(usize),
    /// To a key that a table may have and has not.
    New,
}

/// The way to what an edit names; reports a path that leads nowhere.
pub fn locate(tree: &Table, edit: &Edit, diags: &mut Diagnostics) -> Option<Vec<Hop>> {
    let parts: Vec<&str> = edit.path.split('.').collect();
    let (at, known) = match way(tree, &parts) {
        Ok(hops) => return Some(hops),
        Err(nowhere) => nowhere,
    };
    let found = parts[at];
    let message = if at == 0 {
        format!("`{found}` is nothing that can be set")
    } else {
        format!("there is no `{found}` in `{}`", parts[..at].join("."))
    };
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let all = if known.is_empty() {
        "a path ends at a value; an entry of a list is named by its id".to_owned()
    } else {
        format!("here stand {}", list_of(known.iter().copied(), 12))
    };
    // The commonest slip is to leave out what stands before: `resolve` for `parameters.resolve`.
    let whole = longer_path(tree, &parts[at..]);
    let close = whole.as_deref().or_else(|| did_you_mean(found, known.iter().copied()));
    diags.push(Diagnostic::new(Code::SetNowhere, edit.span, message).suggest(close, all));
    None
}

/// A path that exists and ends in `parts`, with one or two more names before: a parameter, a rule, a variable.
fn longer_path(tree: &Table, parts: &[&str]) -> Option<String> {
    let end = parts.join(".");
    let exists = |path: &str| way(tree, &path.split('.').collect::<Vec<_>>()).is_ok_and(|hops| !matches!(hops.last(), Some(Hop::New)));
    let lists = ["parameters", "events", "decisions", "reactions", "ladders", "regimes", "actors", "relations", "world.vars", "clock"];
    let short = lists.iter().map(|list| format!("{list}.{end}"));
    let owned = ["actors", "relations"].iter().flat_map(|list| {
        let names: Vec<String> = tree.table(list).map(|e| e.key.text.clone()).collect();
        let (end, only) = (end.clone(), parts.len() == 1);
        names.into_iter().filter(move |_| only).map(move |name| format!("{list}.{name}.vars.{end}"))
    });
    short.chain(owned).find(|path| exists(path))
}

/// The part of a path that leads nowhere, and what stands at its place.
type Nowhere = (usize, Vec<String>);

enum Here<'a> {
    Table(&'a Table, Takes),
    List(&'a [Value], Takes),
    Value,
}

fn way(tree: &Table, parts: &[&str]) -> Result<Vec<Hop>, Nowhere> {
    let mut hops = Vec::new();
    let mut here = Here::Table(tree, Takes::Table(&SCENARIO));
    let mut at = 0;
    while at < parts.len() {
        match here {
            Here::Table(table, takes) => {
                let spec = keys_of(takes, table);
                let fixed = at == 0 && FIXED.contains(&parts[0]);
                let place = table.entries.iter().position(|e| e.key.text == parts[at]).filter(|_| !fixed);
                let last = at + 1 == parts.len();
                let optional = spec.and_then(|s| s.keys.iter().find(|k| k.name == parts[at]));
                match (place, optional) {
                    (Some(index), _) => {
                        let value = &table.entries[index].value;
                        here = into(value, inside(takes, table, parts[at]));
                        hops.push(Hop::Entry(index));
                    }
                    (None, Some(_)) if last && !fixed => {
                        hops.push(Hop::New);
                        return Ok(hops);
                    }
                    _ => {
                        let mut known: Vec<String> = table.entries.iter().map(|e| e.key.text.clone()).collect();
                        let more = spec.filter(|_| last).into_iter().flat_map(|s| s.keys).map(|k| k.name.to_owned());
                        known.extend(more);
                        known.retain(|k| at > 0 || !FIXED.contains(&k.as_str()));
                        known.dedup();
                        return Err((at, known));
                    }
                }
                at += 1;
            }
            Here::List(items, takes) => {
                let (index, used) = find(items, &parts[at..]).map_err(|known| (at, known))?;
                hops.push(Hop::Item(index));
                here = into(&items[index], takes);
                at += used;
            }
            Here::Value => return Err((at, Vec::new())),
        }
    }
    Ok(hops)
}

/// What a value that is `takes` offers to the next part of a path.
fn into(value: &Value, takes: Takes) -> Here<'_> {
    match (&value.kind, takes) {
        (Kind::Table(table), _) => Here::Table(table, takes),
        (Kind::List(items), Takes::List(item)) => Here::List(items, *item),
        _ => Here::Value,
    }
}

/// The keys of a table that stands where `takes` is taken; `None` for a table of names.
fn keys_of(takes: Takes, table: &Table) -> Option<&'static TableSpec> {
    let derived = table.get("is").is_some();
    match takes {
        Takes::Table(spec) => Some(spec),
        Takes::Parameter | Takes::Variable if derived => Some(&DERIVED),
        Takes::Variable => Some(&VARIABLE),
        Takes::Parameter | Takes::Distribution | Takes::Noise | Takes::SpanOrDraw => Some(&DISTRIBUTION),
        _ => None,
    }
}

/// What the key `name` of such a table takes.
fn inside(takes: Takes, table: &Table, name: &str) -> Takes {
    if let Takes::Map(item) = takes {
        return *item;
    }
    let spec = keys_of(takes, table);
    let key = spec.and_then(|s| s.keys.iter().find(|k| k.name == name)).map(|k| k.takes);
    key.or_else(|| spec.and_then(|s| s.rest).map(|r| r.0)).unwrap_or(Takes::Overrides)
}

/// The entry that `parts` names: by id, or by `from` and `to`; and how many parts that took.
fn find(items: &[Value], parts: &[&str]) -> Result<(usize, usize), Vec<String>> {
    let text = |item: &'_ Value, key: &str| item.as_table().and_then(|t| t.text(key)).map(str::to_owned);
    let named = |item: &Value| item.as_table().and_then(|t| t.text("id")) == Some(parts[0]);
    if let Some(index) = items.iter().position(named) {
        return Ok((index, 1));
    }
    let moved = |item: &Value| {
        let table = item.as_table();
        let end = |key| table.and_then(|t| t.text(key));
        end("from") == Some(parts[0]) && parts.len() > 1 && end("to") == Some(parts[1])
    };
    if let Some(index) = items.iter().position(moved) {
        return Ok((index, 2));
    }
    let name = |item: &Value| text(item, "id").or_else(|| Some(format!("{}.{}", text(item, "from")?, text(item, "to")?)));
    Err(items.iter().filter_map(name).collect())
}
