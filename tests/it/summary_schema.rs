//! The schema of summaries fits what is really written, knows every field of it, and the documentation tells each.

use std::collections::BTreeSet;
use std::fs;

use escalade::report::json;
use escalade::results::{Intervals, SUMMARY_SCHEMA};
use escalade::scenario::{Changes, load};
use escalade::study::{Cancel, EngineKind, Request, Silent, plain};
use serde_json::Value;

use crate::cli::Place;
use crate::scenarios::{root, shipped};

fn schema() -> Value {
    serde_json::from_str(SUMMARY_SCHEMA).unwrap()
}

/// The summary of a few trials, as it is printed.
fn summary(path: &std::path::Path, variant: Option<&str>, trials: u64) -> Option<Value> {
    let changes = Changes { variant: variant.map(str::to_owned), set: Vec::new() };
    let scenario = load(path, &changes).scenario?;
    let request = Request {
        seed: 1,
        first: 0,
        trials,
        variant: variant.unwrap_or("base").to_owned(),
        intervals: Intervals::default(),
        engine: EngineKind::Columns,
    };
    let outcome = plain(&scenario, &request, &Silent, &Cancel::default()).unwrap();
    Some(serde_json::from_str(&json::document(&outcome.summary)).unwrap())
}

fn validate(validator: &jsonschema::Validator, document: &Value, name: &str) {
    let errors: Vec<String> = validator.iter_errors(document).map(|e| format!("{} at {}", e, e.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: schema/summary.schema.json does not fit:\n{}", errors.join("\n"));
}

/// What a validator must see at least once, for the test to mean something.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "each of them was seen or not")]
struct Seen {
    never: bool,
    always: bool,
    given: bool,
    unread: bool,
    missing: bool,
    undated: bool,
    dated: bool,
    overrides: bool,
    clamped: bool,
    paths: bool,
}

impl Seen {
    fn look(&mut self, document: &Value) {
        let list = |key: &str| document[key].as_array().unwrap().clone();
        for outcome in list("outcomes") {
            self.never |= outcome["count"] == 0;
            self.always |= outcome["count"] == document["plan"]["trials"];
            self.dated |= outcome["time"].get("median_date").is_some();
            self.undated |= outcome.get("time").is_some_and(|t| t.get("median_date").is_none());
        }
        for indicator in list("indicators") {
            self.given |= indicator.get("given").is_some();
            self.unread |= indicator.get("share").is_none();
        }
        self.missing |= list("metrics").iter().any(|m| m["missing"] != 0);
        self.overrides |= document["plan"]["overrides"].as_object().is_some_and(|o| !o.is_empty());
        self.clamped |= !list("clamped").is_empty();
        self.paths |= list("ladders").iter().any(|l| l["paths"].as_array().is_some_and(|p| !p.is_empty()));
    }
}

/// An indicator that is never read, and a weight that leaves its range.
const ODD: &str = r#"
format = 1
about = { title = "Odd", question = "What is odd?", sources = ["invented"] }
clock = { start = 2026-03-03, step = "1 day", horizon = "5 days" }
world = { vars = { heat = { start = 0.5 } } }
[[events]]
id      = "warming"
chance  = "heat"
[[events]]
id      = "heating"
at      = ["1 day"]
effects = ["heat += 3"]
[[indicators]]
id   = "frozen"
when = "heat < 0"
[[indicators]]
id    = "thawed"
when  = "heat >= 0"
given = "frozen"
[[outcomes]]
id   = "cold"
when = "heat < 0"
[[outcomes]]
id        = "over"
otherwise = true
"#;

#[test]
fn every_summary_fits_the_schema() {
    let schema = schema();
    assert!(jsonschema::meta::is_valid(&schema), "it is no JSON Schema");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut seen = Seen::default();
    let mut check = |document: &Value, name: &str| {
        seen.look(document);
        validate(&validator, document, name);
    };
    for path in shipped() {
        let name = path.display().to_string();
        let Some(document) = summary(&path, None, 60) else { panic!("{name} does not load") };
        check(&document, &name);
        let variants: Vec<String> =
            load(&path, &Changes::default()).scenario.unwrap().variants.iter().map(|v| v.id.clone()).take(2).collect();
        for variant in variants {
            check(&summary(&path, Some(&variant), 20).unwrap(), &format!("{name}, {variant}"));
        }
    }
    let place = Place::new();
    place.write("odd.toml", ODD);
    let said = place.run(&["run", "odd.toml", "-n", "50", "-q", "--json"]);
    check(&serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.all())), "odd");
    // With all that can stand in a recipe.
    let args = ["run", "starter.toml", "-n", "64", "-q", "--out", "there", "--variant", "blue_restrains"];
    let more = ["--set", "parameters.resolve=0.9", "--follow", "red.pressure", "--format", "csv"];
    assert_eq!(place.run(&[&args[..], &more].concat()).code, 0);
    let there: Value = serde_json::from_slice(&fs::read(place.path("there/summary.json")).unwrap()).unwrap();
    for field in ["variant", "set", "follow"] {
        assert!(there["recipe"].get(field).is_some(), "{field}");
    }
    check(&there, "summary.json");
    // Intervals of other kinds, and runs that stop by themselves, whatever stops them.
    for options in [
        &["--simultaneous", "--interval", "jeffreys", "--trials", "100"][..],
        &["--precision", "0.05"],
        &["--relative-precision", "0.001", "--max-trials", "2000"],
        &["--precision", "0.0001", "--max-time", "1s"],
    ] {
        let said = place.run(&[&["run", "starter.toml", "-q", "--json"], options].concat());
        check(&serde_json::from_str(&said.out).unwrap_or_else(|_| panic!("{}", said.all())), &options.join(" "));
    }
    assert_eq!(place.run(&["run", "starter.toml", "-q", "--out", "until", "--precision", "0.05"]).code, 0);
    let until: Value = serde_json::from_slice(&fs::read(place.path("until/summary.json")).unwrap()).unwrap();
    assert!(until["recipe"]["until"].is_object(), "{}", until["recipe"]);
    check(&until, "until");
    let Seen { never, always, given, unread, missing, undated, dated, overrides, clamped, paths } = seen;
    assert_eq!([never, always, given, unread, missing, undated, dated, overrides, clamped, paths], [true; 10]);
}

#[test]
fn a_field_that_the_schema_lacks_is_noticed() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let good = summary(&root().join("scenarios/abstract/gamblers-ruin.toml"), None, 60).unwrap();
    validate(&validator, &good, "gamblers-ruin");
    for pointer in [
        "",
        "/tool",
        "/scenario",
        "/plan",
        "/outcomes/0",
        "/outcomes/0/interval",
        "/metrics/0",
        "/duration",
        "/ladders/0",
        "/ladders/0/rungs/0",
    ] {
        let mut bad = good.clone();
        bad.pointer_mut(pointer).unwrap()["novelty"] = 1.into();
        assert!(!validator.is_valid(&bad), "{pointer}: a field more");
        let mut bad = good.clone();
        let object = bad.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        let first = object.keys().next().unwrap().clone();
        object.remove(&first);
        assert!(!validator.is_valid(&bad), "{pointer}: `{first}` is missing");
    }
    let mut bad = good;
    bad["outcomes"][0]["share"] = 1.5.into();
    assert!(!validator.is_valid(&bad));
}

/// All fields, with where they stand; each must be described.
fn fields(schema: &Value, place: &str, found: &mut BTreeSet<String>) {
    let Some(object) = schema.as_object() else { return };
    if let Some(properties) = object.get("properties").and_then(Value::as_object) {
        for (name, field) in properties {
            let about = field.get("description").and_then(Value::as_str).unwrap_or_default();
            // What is described where it is defined need not be described again.
            assert!(field.get("$ref").is_some() || about.ends_with('.'), "{place}.{name} has no description that ends in a full stop");
            found.insert(name.clone());
            fields(field, &format!("{place}.{name}"), found);
        }
    }
    for key in ["items", "additionalProperties"] {
        if let Some(inner) = object.get(key) {
            fields(inner, place, found);
        }
    }
    for (name, inner) in object.get("$defs").and_then(Value::as_object).into_iter().flatten() {
        assert!(inner.get("description").is_some(), "{name} has no description");
        fields(inner, name, found);
    }
}

/// The fields of a schema that a page does not tell.
pub fn told_in(schema: &Value, name: &str, page: &str) -> Vec<String> {
    let mut names = BTreeSet::new();
    fields(schema, name, &mut names);
    let page = fs::read_to_string(root().join(page)).unwrap();
    // Names stand in backquotes, alone or in a path: `count`, `.count`, `plan.trials`, `outcomes[]`.
    let mut told = BTreeSet::new();
    for quoted in page.split('`').skip(1).step_by(2) {
        told.extend(quoted.split('.').map(|part| part.trim_end_matches("[]").to_owned()));
    }
    // Levels of quantiles are told as numbers.
    names.into_iter().filter(|name| !(told.contains(name) || name.starts_with("0.") && page.contains(name))).collect()
}

#[test]
fn every_field_is_described_in_the_schema_and_told_in_the_documentation() {
    let mut names = BTreeSet::new();
    fields(&schema(), "summary", &mut names);
    assert!(names.len() > 50, "{names:?}");
    let missing = told_in(&schema(), "summary", "docs/results.md");
    assert!(missing.is_empty(), "docs/results.md does not tell {missing:?}");
}

#[test]
fn the_program_prints_both_schemas() {
    let place = Place::new();
    let of = |kind: &str| place.run(&["schema", "--of", kind]).out;
    assert_eq!(of("summary"), SUMMARY_SCHEMA);
    assert_eq!(of("scenario"), place.run(&["schema"]).out);
    assert_ne!(of("scenario"), of("summary"));
    assert_eq!(place.run(&["schema", "--of", "trial"]).code, 2);
}
