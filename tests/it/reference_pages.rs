//! Pages and the schema that are made from the program's own tables are up to date.
//!
//! `UPDATE=1 cargo test --test it reference_pages` writes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use escalade::scenario::reference_page::{Example, errors_page, format_page};
use escalade::scenario::schema;

fn up_to_date(path: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, text).expect("the file can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    let line = found.lines().zip(text.lines()).position(|(a, b)| a != b);
    assert!(found == text, "{} is stale (first difference in line {line:?}); UPDATE=1 writes it", path.display());
}

/// The first bad file of each code: its text is the example of the page.
fn examples() -> BTreeMap<String, Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut files: Vec<_> = fs::read_dir(folder).expect("tests/bad is there").map(|e| e.expect("readable").path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "toml"));
    files.sort();
    let mut examples = BTreeMap::new();
    for path in files {
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let code = stem.split('-').next().unwrap_or_default().to_owned();
        let read = |path: &Path| fs::read_to_string(path).unwrap_or_default();
        examples.entry(code).or_insert_with(|| Example { file: read(&path), text: read(&path.with_extension("txt")) });
    }
    examples
}

#[test]
fn the_page_of_the_format_is_up_to_date() {
    let page = format_page();
    assert!(!page.contains("<!-- t") && !page.contains("<!-- f"), "a part was not filled in");
    up_to_date("docs/format.md", &page);
}

#[test]
fn the_page_of_errors_is_up_to_date() {
    up_to_date("docs/errors.md", &errors_page(&examples()));
}

#[test]
fn the_schema_is_up_to_date() {
    up_to_date("schema/escalade.schema.json", &schema::text());
}

/// A TOML value as an editor shows it to the schema: dates are texts.
fn as_json(value: &toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.iter().map(as_json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect(),
        other => serde_json::to_value(other).expect("a plain value"),
    }
}

fn fits(validator: &jsonschema::Validator, text: &str) -> bool {
    let table: toml::Table = text.parse().expect("it is TOML");
    validator.is_valid(&as_json(&toml::Value::Table(table)))
}

#[test]
fn the_schema_refuses_what_check_refuses_and_no_scenario() {
    let validator = jsonschema::validator_for(&schema::schema()).expect("it is a JSON Schema");
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            let text = fs::read_to_string(&path).unwrap_or_default();
            if path.is_dir() {
                folders.push(path);
            } else if text.contains("[about]") {
                assert!(fits(&validator, &text), "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 10, "only {seen} scenarios");
    let whole = "format = 1\nabout.title = \"x\"\nclock = { step = \"1 day\", horizon = \"1 week + 3 days\" }\n\
                 [[outcomes]]\nid = \"rest\"\notherwise = true\n[[events]]\nid = \"e\"\nrate = 0.5\nper = \"day\"\n\
                 [world.vars]\nx = { start = 1, drift = \"-x\", per = \"day\" }\n[[reactions]]\nid = \"r\"\nchance = 0.5\nwithin = \"2 days\"\n\
                 [[decisions]]\nid = \"d\"\nactor = \"a\"\nchoose = \"first\"\noptions = [{ id = \"o\", lead = \"2 days\", abort = \"true\" }]\n";
    assert!(fits(&validator, whole));
    for (part, bad) in [
        ("rate = 0.5\nper = \"day\"", "rate = 0.5"),
        (", per = \"day\" }", " }"),
        ("chance = 0.5\nwithin", "within"),
        ("lead = \"2 days\", ", ""),
        ("actor = \"a\"\n", ""),
        ("actor = \"a\"\n", "actor = \"a\"\nfor = \"g\"\n"),
        ("\"1 day\"", "\"1\""),
        ("\"2 days\"\n[[dec", "\"2 months\"\n[[dec"),
    ] {
        assert_eq!(whole.matches(part).count(), 1, "{part}");
        assert!(!fits(&validator, &whole.replace(part, bad)), "{bad}");
    }
}
