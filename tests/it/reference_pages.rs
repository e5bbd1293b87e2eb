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
