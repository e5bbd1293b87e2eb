//! The reference pages: `docs/format.md` and `docs/errors.md`, made from the tables that the program uses.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::spec::{DERIVED, DISTRIBUTION, SCENARIO, TableSpec, Takes, VARIABLE};
use super::{check, files, patch, shape, tree};
use crate::diag::{Code, Severity};
use crate::dist::{Family, Gives};
use crate::lang::{Pool, Unit, builtins, lexer, parser};

const TEMPLATE: &str = include_str!("reference_page.md");

/// The text of `docs/format.md`.
#[must_use]
pub fn format_page() -> String {
    let units: Vec<String> = Unit::WORDS.iter().map(|u| format!("`{}`", u.0)).collect();
    TEMPLATE
        .replace(
            "<!-- Made by `escalade::scenario::reference_page` from the tables that the loader itself uses:\n     UPDATE=1 cargo test --test it reference_pages. Edit src/scenario/reference_page.md, not this file. -->",
            "<!-- Generated: UPDATE=1 cargo test --test it reference_pages. Edit src/scenario/reference_page.md, not this file. -->",
        )
        .replace("<!-- units -->", &units.join(", "))
        .replace("<!-- tables -->", tables().trim_end())
        .replace("<!-- functions -->", functions().trim_end())
        .replace("<!-- distributions -->", distributions().trim_end())
        .replace("<!-- limits -->", limits().trim_end())
}

/// A text in a cell of a Markdown table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn tables() -> String {
    let mut page = String::new();
    let mut seen: Vec<&str> = Vec::new();
    section(&SCENARIO, "the file", &mut seen, &mut page);
    page
}

/// One table and, after it, the tables inside.
fn section(spec: &'static TableSpec, path: &str, seen: &mut Vec<&'static str>, page: &mut String) {
    if seen.contains(&spec.name) {
        return;
    }
    seen.push(spec.name);
    let place = if path == "the file" { "the whole file".to_owned() } else { format!("`{path}`") };
    let _ = write!(page, "### {}\n\n{} Stands at: {place}.\n\n| key | takes | meaning |\n|---|---|---|\n", capital(spec.name), spec.doc);
    for key in spec.keys {
        let name = if key.required { format!("**`{}`**", key.name) } else { format!("`{}`", key.name) };
        let _ = writeln!(page, "| {name} | {} | {} |", cell(&takes_words(key.takes)), cell(key.doc));
    }
    if let Some((takes, doc)) = spec.rest {
        let _ = writeln!(page, "| any other ID | {} | {} |", cell(&takes_words(takes)), cell(doc));
    }
    page.push('\n');
    for key in spec.keys {
        let below = if path == "the file" { key.name.to_owned() } else { format!("{path}.{}", key.name) };
        inside(key.takes, &below, seen, page);
    }
}

fn inside(takes: Takes, path: &str, seen: &mut Vec<&'static str>, page: &mut String) {
    match takes {
        Takes::Table(spec) => section(spec, path, seen, page),
        Takes::List(item) => inside(*item, &format!("{path}[]"), seen, page),
        Takes::Map(item) => inside(*item, &format!("{path}.ID"), seen, page),
        Takes::Variable => {
            section(&VARIABLE, path, seen, page);
            section(&DERIVED, path, seen, page);
        }
        _ => {}
    }
}

fn capital(name: &str) -> String {
    if name.starts_with('[') {
        return format!("`{name}`");
    }
    let mut chars = name.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// The anchor that Markdown viewers give to a heading.
fn anchor(name: &str) -> String {
    name.trim_matches(['[', ']']).to_lowercase().replace(' ', "-")
}

fn takes_words(takes: Takes) -> String {
    match takes {
        Takes::Text => "text".to_owned(),
        Takes::Id => "ID".to_owned(),
        Takes::Bool => "`true` or `false`".to_owned(),
        Takes::Integer(low, high) if low == high => format!("`{low}`"),
        Takes::Integer(low, high) => format!("whole number, {low} to {high}"),
        Takes::Number => "number".to_owned(),
        Takes::Date => "date".to_owned(),
        Takes::DateOrSpan => "date or span".to_owned(),
        Takes::Expression => "[expression](#expressions)".to_owned(),
        Takes::Span => "span".to_owned(),
        Takes::SpanOrDraw => "span, expression for one, or [distribution](#distributions) of spans".to_owned(),
        Takes::Distribution => "[distribution](#distributions)".to_owned(),
        Takes::Noise => "number, expression or [distribution](#distributions)".to_owned(),
        Takes::Parameter => "number, [distribution](#distributions) or [a derived value](#a-derived-value)".to_owned(),
        Takes::Variable => "[a variable](#a-variable) or [a derived value](#a-derived-value)".to_owned(),
        Takes::Word(words) => words.iter().map(|w| format!("`\"{w}\"`")).collect::<Vec<_>>().join(" | "),
        Takes::List(item) => format!("list, each {}", takes_words(*item)),
        Takes::Table(spec) => format!("[{}](#{})", spec.name.trim_matches(['[', ']']), anchor(spec.name)),
        Takes::Map(item) => format!("table by ID, each {}", takes_words(*item)),
        Takes::Overrides => "table of `\"path\"` = value".to_owned(),
    }
}

fn functions() -> String {
    let mut page = String::from("| function | meaning | examples |\n|---|---|---|\n");
    for builtin in builtins::ALL {
        let examples: Vec<String> = builtin.examples.iter().map(|(text, value)| format!("`{text}` is {value}")).collect();
        let _ = writeln!(page, "| `{}` | {} | {} |", cell(builtin.usage), cell(builtin.summary), cell(&examples.join("; ")));
    }
    let words: Vec<String> = builtins::WORDS.iter().map(|w| format!("`{w}`")).collect();
    let _ = write!(page, "\nReserved words, which can name nothing: the functions above, and {}.\n", words.join(", "));
    page
}

fn distributions() -> String {
    let mut page = String::new();
    for family in Family::ALL {
        let spec = family.spec();
        let gives = match spec.gives {
            Gives::Real => "a number, or a span where its parameters are spans",
            Gives::Integer => "a whole number",
            Gives::Truth => "a truth value",
            Gives::Category => "a category",
        };
        let _ = write!(page, "### `{}`\n\n{}. Gives {gives}. Formula: {}.\n\n", spec.name, capital(spec.summary), spec.formula);
        page.push_str("| parameter | carries the unit | meaning |\n|---|---|---|\n");
        for param in spec.params {
            let name = if param.optional { format!("`{}`", param.name) } else { format!("**`{}`**", param.name) };
            let unit = if param.role.carries_unit() { "yes" } else { "" };
            let _ = writeln!(page, "| {name} | {unit} | {} |", cell(param.summary));
        }
        let _ = write!(page, "\nSource: {}.\n\n", spec.source);
    }
    let others: Vec<&str> = DISTRIBUTION.keys.iter().filter(|k| super::schema::is_display(k)).map(|k| k.name).collect();
    let _ = writeln!(page, "For readers, on each: `{}`.", others.join("`, `"));
    page
}

fn limits() -> String {
    let rows: [(&str, String); 18] = [
        ("one file", format!("{} KiB", files::MAX_FILE >> 10)),
        ("all files of a scenario", format!("{} KiB", files::MAX_TOTAL >> 10)),
        ("used files", files::MAX_FILES.to_string()),
        ("depth of `use`, the scenario included", files::MAX_USE_DEPTH.to_string()),
        ("nesting of tables and lists", tree::MAX_NESTING.to_string()),
        ("entries of one table or list", shape::MAX_ITEMS.to_string()),
        ("a text for people", format!("{} bytes", shape::MAX_TEXT)),
        ("an id", format!("{} characters", shape::MAX_ID)),
        ("values changed by `set` and variants", patch::MAX_EDITS.to_string()),
        ("variants", super::MAX_VARIANTS.to_string()),
        ("an expression", format!("{} characters", lexer::MAX_LENGTH)),
        ("nesting of an expression, itself included", parser::MAX_DEPTH.to_string()),
        ("values built on values", format!("{} deep", Pool::MAX_DEPTH)),
        ("parts of all expressions, once per member of a group", crate::lang::check::MAX_WORK.to_string()),
        ("steps of a trial", check::MAX_STEPS.to_string()),
        ("rules and options, once per member of a group", check::MAX_RULES.to_string()),
        ("stored numbers", check::MAX_CELLS.to_string()),
        ("length of a trial", format!("{} minutes", check::MAX_MINUTES)),
    ];
    let mut page = String::from("| what | at most |\n|---|---|\n");
    for (what, most) in rows {
        let _ = writeln!(page, "| {what} | {most} |");
    }
    page
}

/// An example of a diagnostic: the file as written, and its whole text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The bad file.
    pub file: String,
    /// What is said about it.
    pub text: String,
}

/// The text of `docs/errors.md`; `examples` by code.
#[must_use]
pub fn errors_page(examples: &BTreeMap<String, Example>) -> String {
    let mut page = String::from(
        "# Errors and warnings\n\n\
         <!-- Generated: UPDATE=1 cargo test --test it reference_pages. -->\n\n\
         A code is stable: it is never given another meaning. `escalade check FILE` shows every mistake of a stage at once;\n\
         `escalade check --json FILE` gives the same as data; a folder in place of a file stands for all scenarios in it. Errors (`E`) keep a scenario from running, warnings (`W`) do not.\n\
         Each code that one small file can show has its smallest bad file in `tests/bad`.\n",
    );
    let mut stage = "";
    for code in Code::ALL {
        let title = stage_of(*code);
        if title != stage {
            let _ = write!(page, "\n## {title}\n");
            stage = title;
        }
        let _ = write!(page, "\n### {}: {}\n\n{}\n", code.id(), code.title(), code.explain());
        if let Some(example) = examples.get(code.id()) {
            let _ = write!(page, "\n```text\n{}\n```\n", example.text.trim_end());
        }
    }
    page
}

fn stage_of(code: Code) -> &'static str {
    if code.severity() == Severity::Warning {
        return "Warnings";
    }
    match code.id().as_bytes().get(2) {
        Some(b'0') => "Reading files",
        Some(b'1') => "The shape of the file",
        Some(b'2') => "The text of an expression",
        Some(b'3') => "Names and types",
        _ => "What the parts mean together",
    }
}
