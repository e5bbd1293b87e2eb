//! The shape of a file: every key is known, required keys are there, values have the right TOML type.
//!
//! One walk over the tree, led by the tables of [`super::spec`]. After it the later stages can read
//! the tree without asking again.

use super::spec::{self, DERIVED, DISTRIBUTION, KeySpec, TableSpec, Takes, VARIABLE};
use super::tree::{Entry, Kind, Table, Value};
use crate::diag::{Code, Diagnostic, Diagnostics, Span, did_you_mean, list_of};
use crate::lang::builtins;

/// The longest id.
pub const MAX_ID: usize = 64;
/// The longest text for people.
pub const MAX_TEXT: usize = 10_000;
/// The longest list or table.
pub const MAX_ITEMS: usize = 20_000;

/// Checks `table` against `spec` and everything below it.
pub fn check_table(table: &Table, span: Span, spec: &TableSpec, diags: &mut Diagnostics) {
    for entry in &table.entries {
        if diags.is_full() {
            return;
        }
        let known = spec.keys.iter().find(|k| k.name == entry.key.text);
        match (known, spec.rest) {
            (Some(key), _) => check_value(&entry.value, key.takes, &entry.key.text, diags),
            (None, Some((takes, _))) => {
                check_id(&entry.key.text, entry.key.span, diags);
                check_value(&entry.value, takes, &entry.key.text, diags);
            }
            (None, None) => diags.push(unknown_key(entry, spec)),
        }
    }
    for key in spec.keys.iter().filter(|k| k.required && table.get(k.name).is_none()) {
        diags.push(missing_key(key, span, spec));
    }
    if table.entries.len() > MAX_ITEMS {
        diags.push(too_many(span, table.entries.len()));
    }
}

fn too_many(span: Span, found: usize) -> Diagnostic {
    Diagnostic::new(Code::TooMany, span, format!("{found} entries, more than {MAX_ITEMS}"))
        .help("a table or list of a scenario has at most 20 000 entries")
}

fn unknown_key(entry: &Entry, spec: &TableSpec) -> Diagnostic {
    let names = || spec.keys.iter().map(|k| k.name);
    let key = shown(&entry.key.text);
    let message = format!("{} has no key `{key}`", spec.name);
    let all = format!("its keys are {}", all_of(names()));
    let error = Diagnostic::new(Code::UnknownKey, entry.key.span, message);
    let close = did_you_mean(&entry.key.text, names());
    let owners = if close.is_none() { owners_of(&entry.key.text) } else { Vec::new() };
    let error = match owners.as_slice() {
        [] => error,
        [one] => error.note(format!("`{key}` is a key of {one}")),
        [head @ .., last] => error.note(format!("`{key}` is a key of {} and {last}", head.join(", "))),
    };
    error.suggest(close, all)
}

/// Names as a list without "or": "`a`, `b` and `c`".
fn all_of<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.map(|n| format!("`{n}`")).collect();
    match quoted.as_slice() {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// A text of the file as it is shown in a message: cut where it is long.
fn shown(text: &str) -> String {
    if text.chars().count() <= MAX_ID { text.to_owned() } else { text.chars().take(MAX_ID).chain("...".chars()).collect() }
}

/// The tables that have a key of this name.
fn owners_of(name: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    spec::each_table(&mut |table| {
        if table.keys.iter().any(|k| k.name == name) && !found.contains(&table.name) {
            found.push(table.name);
        }
    });
    found
}

fn missing_key(key: &KeySpec, span: Span, spec: &TableSpec) -> Diagnostic {
    let code = if key.name == "format" { Code::BadFormat } else { Code::MissingKey };
    let help = match key.name {
        "format" => "begin the file with `format = 1`".to_owned(),
        name => format!("add `{}`: {}", form_of(name, key.takes), key.doc),
    };
    Diagnostic::new(code, span, format!("{} needs the key `{}`", spec.name, key.name)).help(help)
}

/// How a key is written.
fn form_of(name: &str, takes: Takes) -> String {
    match takes {
        Takes::Table(_) => format!("[{name}]"),
        Takes::List(Takes::Table(_)) => format!("[[{name}]]"),
        Takes::List(_) => format!("{name} = [...]"),
        Takes::Overrides => format!("{name} = {{ \"path\" = value }}"),
        Takes::Id | Takes::Text | Takes::Span | Takes::Word(_) => format!("{name} = \"...\""),
        _ => format!("{name} = ..."),
    }
}

fn check_id(text: &str, span: Span, diags: &mut Diagnostics) {
    let first = text.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    let rest = text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !first || !rest || text.len() > MAX_ID {
        let plain: String = text.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(MAX_ID).collect();
        let plain = if plain.starts_with(|c: char| c.is_ascii_digit()) { format!("_{plain}") } else { plain };
        let shown: String = text.chars().take(MAX_ID).collect();
        let help = if plain.is_empty() { "give it a name".to_owned() } else { format!("for example `{plain}`") };
        diags.push(Diagnostic::new(Code::BadId, span, format!("`{shown}` is not a valid id")).help(help));
    } else if builtins::is_reserved(text) {
        let message = format!("`{text}` is a word of the rule language");
        diags.push(Diagnostic::new(Code::ReservedWord, span, message).help(format!("choose another name, for example `{text}_`")));
    }
}

fn wrong(value: &Value, key: &str, expected: &str, help: impl Into<String>, diags: &mut Diagnostics) {
    let message = format!("`{key}` takes {expected}, found {}", value.words());
    diags.push(Diagnostic::new(Code::WrongType, value.span, message).here(format!("expected {expected}")).help(help));
}

/// Whether a text begins with a date, `2026-05-15`.
fn is_like_a_date(text: &str) -> bool {
    let begins = |(at, c): (usize, char)| if at == 4 || at == 7 { c == '-' } else { c.is_ascii_digit() };
    text.len() >= 10 && text.chars().take(10).enumerate().all(begins)
}

fn check_value(value: &Value, takes: Takes, key: &str, diags: &mut Diagnostics) {
    match (takes, &value.kind) {
        (Takes::Text, Kind::Text(text)) => {
            if text.len() > MAX_TEXT {
                let message = format!("a text of {} bytes, more than {MAX_TEXT}", text.len());
                diags.push(Diagnostic::new(Code::TooMany, value.span, message).help("shorten it"));
            }
        }
        (Takes::Text, _) => wrong(value, key, "a text", "put it in quotes", diags),
        (Takes::Id, Kind::Text(text)) => check_id(text, value.span, diags),
        (Takes::Id, _) => wrong(value, key, "a name", "put it in quotes", diags),
        (Takes::Bool, Kind::Bool(_)) => {}
        (Takes::Bool, _) => wrong(value, key, "true or false", "write `true` or `false` without quotes", diags),
        (Takes::Integer(low, high), Kind::Integer(i)) if key == "format" => {
            if !(low..=high).contains(i) {
                let message = format!("format {i} is unknown");
                diags.push(Diagnostic::new(Code::BadFormat, value.span, message).help("this version of escalade reads `format = 1`"));
            }
        }
        (Takes::Integer(..), _) if key == "format" => {
            let message = format!("`format` is the number 1, found {}", value.words());
            diags.push(Diagnostic::new(Code::BadFormat, value.span, message).help("write `format = 1`"));
        }
        (Takes::Integer(low, high), Kind::Integer(i)) => {
            if !(low..=high).contains(i) {
                let message = format!("`{key}` lies between {low} and {high}, found {i}");
                diags.push(Diagnostic::new(Code::OutOfRange, value.span, message).help("use a number in that range"));
            }
        }
        (Takes::Integer(..), _) => wrong(value, key, "a whole number", "write a number without quotes or point", diags),
        (Takes::Number, Kind::Integer(_) | Kind::Float(_)) => {}
        (Takes::Number, _) => wrong(value, key, "a number", "write a number without quotes", diags),
        (Takes::Date, Kind::Date(_)) => {}
        (Takes::Date, _) => wrong(value, key, "a date", "write the date without quotes: `2026-03-03`", diags),
        (Takes::DateOrSpan, Kind::Text(text)) if is_like_a_date(text) => {
            wrong(value, key, "a date or span", format!("write the date without quotes: `{text}`"), diags);
        }
        (Takes::DateOrSpan, Kind::Date(_) | Kind::Text(_)) => {}
        (Takes::DateOrSpan, _) => wrong(value, key, "a date or span", "write `2026-03-08` or `\"5 days\"`", diags),
        (Takes::Expression, Kind::Text(_) | Kind::Integer(_) | Kind::Float(_) | Kind::Bool(_)) => {}
        (Takes::Expression, _) => wrong(value, key, "a number or an expression", "write a number, or an expression in quotes", diags),
        (Takes::Span, Kind::Text(_)) => {}
        (Takes::Span, Kind::Integer(_) | Kind::Float(_)) => {
            wrong(value, key, "a span of time", "add the unit, in quotes: `\"7 days\"`", diags);
        }
        (Takes::Span, _) => wrong(value, key, "a span of time", "write it in quotes: `\"7 days\"`", diags),
        (Takes::SpanOrDraw | Takes::Noise | Takes::Distribution, Kind::Table(t)) => {
            check_table(t, value.span, &DISTRIBUTION, diags);
        }
        (Takes::SpanOrDraw, Kind::Text(_)) => {}
        (Takes::SpanOrDraw, _) => wrong(value, key, "a span of time or a distribution", "write `\"7 days\"` or `{ dist = ... }`", diags),
        (Takes::Noise, Kind::Text(_) | Kind::Integer(_) | Kind::Float(_)) => {}
        (Takes::Noise, _) => wrong(value, key, "a standard deviation or a distribution", "write a number or `{ dist = ... }`", diags),
        (Takes::Distribution, _) => wrong(value, key, "a distribution", "write `{ dist = \"uniform\", min = 0, max = 1 }`", diags),
        (Takes::Parameter, Kind::Integer(_) | Kind::Float(_)) => {}
        (Takes::Parameter, Kind::Table(t)) => {
            let spec = if t.get("is").is_some() { &DERIVED } else { &DISTRIBUTION };
            check_table(t, value.span, spec, diags);
        }
        (Takes::Parameter, _) => {
            wrong(
                value,
                key,
                "a number, a distribution or `{ is = ... }`",
                "write a number, `{ dist = ... }` or `{ is = \"...\" }`",
                diags,
            );
        }
        (Takes::Variable, Kind::Table(t)) => {
            let spec = if t.get("is").is_some() { &DERIVED } else { &VARIABLE };
            check_table(t, value.span, spec, diags);
        }
        (Takes::Variable, _) => wrong(value, key, "a table", "write `{ start = 0.5, min = 0, max = 1 }` or `{ is = \"...\" }`", diags),
        (Takes::Word(words), Kind::Text(text)) => {
            if !words.contains(&text.as_str()) {
                let message = format!("`{key}` is one of {}, found `{}`", list_of(words.iter().copied(), 9), shown(text));
                let all = format!("use one of {}", list_of(words.iter().copied(), 9));
                diags.push(Diagnostic::new(Code::BadChoice, value.span, message).suggest(did_you_mean(text, words.iter().copied()), all));
            }
        }
        (Takes::Word(_), _) => wrong(value, key, "a word", "put it in quotes", diags),
        (Takes::List(item), Kind::List(items)) => {
            if items.len() > MAX_ITEMS {
                diags.push(too_many(value.span, items.len()));
                return;
            }
            for one in items {
                if diags.is_full() {
                    return;
                }
                check_value(one, *item, key, diags);
            }
        }
        (Takes::List(Takes::Table(spec)), Kind::Table(_)) => {
            let help = format!("a list of tables is written `[[{key}]]`, or `{key} = [{{ ... }}]`");
            wrong(value, key, &format!("a list; each entry is {}", spec.name), help, diags);
        }
        (Takes::List(Takes::Text | Takes::Id), Kind::Text(text)) if text.len() <= MAX_ID => {
            wrong(value, key, "a list", format!("write `{key} = [\"{text}\"]`"), diags);
        }
        (Takes::List(_), _) => wrong(value, key, "a list", format!("write `{key} = [...]`"), diags),
        (Takes::Table(spec), Kind::Table(t)) => check_table(t, value.span, spec, diags),
        (Takes::Table(spec), _) => {
            let help = format!("{} is a table: `{{ key = value }}`", spec.name);
            wrong(value, key, "a table", help, diags);
        }
        (Takes::Map(item), Kind::Table(t)) => {
            for entry in &t.entries {
                if diags.is_full() {
                    return;
                }
                check_id(&entry.key.text, entry.key.span, diags);
                check_value(&entry.value, *item, &entry.key.text, diags);
            }
            if t.entries.len() > MAX_ITEMS {
                diags.push(too_many(value.span, t.entries.len()));
            }
        }
        (Takes::Map(_), Kind::List(_)) => {
            wrong(value, key, "a table", format!("each entry has a name: write `[{key}.name]` instead of `[[{key}]]`"), diags);
        }
        (Takes::Map(_), _) => wrong(value, key, "a table", "write `{ name = ... }`", diags),
        (Takes::Overrides, Kind::Table(_)) => {}
        (Takes::Overrides, _) => wrong(value, key, "a table from paths to values", "write `{ \"parameters.resolve\" = 0.7 }`", diags),
    }
}
