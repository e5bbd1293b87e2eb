//! Shipped scenarios are product: all of them check without a warning, run, and say what they must.

use std::path::{Path, PathBuf};

use escalade::reference::{Silent, run_trial};
use escalade::scenario::{Changes, Loaded, Scenario, load};

/// The repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every shipped scenario.
pub fn shipped() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("scenarios")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && path.file_name().is_some_and(|n| n != "lib") {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() >= 30, "only {} scenarios were found", found.len());
    found
}

fn clean(path: &Path, variant: Option<&str>) -> Scenario {
    let changes = Changes { variant: variant.map(str::to_owned), set: Vec::new() };
    let Loaded { scenario, sources, diags } = load(path, &changes);
    let text = escalade::diag::render_all(&diags, &sources, false);
    assert!(diags.items().is_empty(), "{} ({variant:?}):\n{text}", path.display());
    scenario.unwrap()
}

#[test]
fn every_shipped_scenario_and_variant_checks_without_a_warning_and_runs() {
    for path in shipped() {
        let base = clean(&path, None);
        let variants: Vec<String> = base.variants.iter().map(|v| v.id.clone()).collect();
        for variant in std::iter::once(None).chain(variants.iter().map(|v| Some(v.as_str()))) {
            // A variant may leave something unused, so only the base must be free of warnings.
            let changes = Changes { variant: variant.map(str::to_owned), set: Vec::new() };
            let loaded = load(&path, &changes);
            let text = escalade::diag::render_all(&loaded.diags, &loaded.sources, false);
            let scenario = loaded.scenario.unwrap_or_else(|| panic!("{} {variant:?}:\n{text}", path.display()));
            for trial in 0..5 {
                if let Err(stop) = run_trial(&scenario, 1, trial, &mut Silent) {
                    panic!("{} {variant:?}: {stop}", path.display());
                }
            }
        }
    }
}

#[test]
fn every_shipped_scenario_says_where_it_comes_from() {
    for path in shipped() {
        let about = clean(&path, None).about;
        assert!(!about.title.is_empty() && about.question.is_some(), "{} has no title or question", path.display());
        assert!(!about.sources.is_empty(), "{} names no sources (or \"invented\")", path.display());
        assert!(about.simplified.is_some(), "{} does not say what is simplified or invented", path.display());
    }
}

#[test]
fn every_parameter_of_the_durand_line_has_a_label_and_a_source_or_is_called_judgement() {
    let scenario = clean(&root().join("scenarios/durand-line.toml"), None);
    for param in &scenario.params {
        let drawn = matches!(param.kind, escalade::scenario::model::ParamKind::Drawn(_));
        if drawn {
            assert!(param.label.is_some(), "`{}` has no label", param.id);
            assert!(param.source.is_some() || param.judgement, "`{}` has neither a source nor `judgement = true`", param.id);
        }
    }
    assert!(scenario.params.len() >= 30);
    assert_eq!(scenario.clock.horizon(), 120 * 1440);
    assert_eq!(scenario.clock.start.unwrap().to_string(), "2026-03-03T00:00:00");
}

/// The rows of the coverage table in `docs/durand-line.md`: id and last cell.
fn coverage() -> Vec<(String, String)> {
    let text = std::fs::read_to_string(root().join("docs/durand-line.md")).unwrap();
    let mut rows = Vec::new();
    for line in text.lines().filter(|l| l.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let id = cells[0];
        let letter = id.chars().next().is_some_and(|c| "ARMDXOU".contains(c));
        if letter && id[1..].parse::<u32>().is_ok() && cells.len() >= 3 {
            rows.push((id.to_owned(), cells[cells.len() - 1].to_owned()));
        }
    }
    rows
}

#[test]
fn the_coverage_table_names_every_row_of_the_reading_and_places_that_exist() {
    let rows = coverage();
    let expected = [("A", 18), ("R", 16), ("M", 33), ("D", 13), ("X", 13), ("O", 14), ("U", 7)];
    for (letter, count) in expected {
        for number in 1..=count {
            let id = format!("{letter}{number}");
            let found = rows.iter().filter(|r| r.0 == id).count();
            assert_eq!(found, 1, "{id} stands {found} times in the coverage table");
        }
    }
    let file = root().join("scenarios/durand-line.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let tree: toml::Table = text.parse().unwrap();
    let mut left_out = 0;
    for (id, cell) in rows {
        if cell.starts_with("left out:") {
            left_out += 1;
            continue;
        }
        let paths: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
        assert!(!paths.is_empty(), "{id} names no place: {cell}");
        for path in paths {
            assert!(exists(&toml::Value::Table(tree.clone()), path), "{id}: `{path}` is not in the scenario");
        }
    }
    assert!(left_out <= 5, "{left_out} rows are left out");
}

/// Whether a path (list entries by id, moves by FROM.TO) leads somewhere.
fn exists(value: &toml::Value, path: &str) -> bool {
    if path.is_empty() {
        return true;
    }
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    match value {
        toml::Value::Table(table) => table.get(head).is_some_and(|v| exists(v, rest)),
        toml::Value::Array(items) => items.iter().any(|item| {
            let text = |key: &str| item.get(key).and_then(toml::Value::as_str);
            if text("id") == Some(head) {
                return exists(item, rest);
            }
            let (to, after) = rest.split_once('.').unwrap_or((rest, ""));
            text("from") == Some(head) && text("to") == Some(to) && exists(item, after)
        }),
        _ => false,
    }
}

/// The complete files in `docs/tutorial.md`.
fn tutorial_stages() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("docs/tutorial.md")).unwrap();
    let blocks = text.split("```toml\n").skip(1).filter_map(|b| b.split("```").next());
    blocks.filter(|b| b.starts_with("# first-crisis.toml, stage")).map(str::to_owned).collect()
}

#[test]
fn every_stage_of_the_tutorial_checks_and_runs() {
    let stages = tutorial_stages();
    assert!(stages.len() >= 5, "{} stages", stages.len());
    for (number, stage) in stages.iter().enumerate() {
        let loaded = escalade::scenario::load_text("first-crisis.toml", stage, &Changes::default());
        let text = escalade::diag::render_all(&loaded.diags, &loaded.sources, false);
        let scenario = loaded.scenario.unwrap_or_else(|| panic!("stage {}:\n{text}", number + 1));
        assert!(run_trial(&scenario, 1, 0, &mut Silent).is_ok());
    }
    // The last complete stage is the scenario that is shipped, but for the head of the file.
    let shipped = std::fs::read_to_string(root().join("scenarios/tutorial/first-crisis.toml")).unwrap();
    let body = |text: &str| text.split_once("format = 1").map(|p| p.1.trim().to_owned()).unwrap_or_default();
    assert_eq!(body(stages.last().unwrap()), body(&shipped));
}
