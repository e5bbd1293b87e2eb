//! `sensitivity`: what it prints and writes, what it refuses, and that its schema fits.

use std::collections::BTreeSet;
use std::fs;

use escalade::report::json;
use escalade::results::{SENSITIVITY_SCHEMA, SensitivitySummary};
use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::{Place, Said};
use crate::scenarios::root;

/// Whether there is war depends on two parameters, one of them by category, and on luck; a third parameter does nothing.
const WAR: &str = r#"
format = 1
about = { title = "War", question = "What does war depend on?", sources = ["invented"] }
clock = { step = "1 day", horizon = "3 days" }
[parameters]
resolve = { dist = "beta", alpha = 2, beta = 3, label = "Resolve" }
mood    = { dist = "categorical", weights = { calm = 2, tense = 1 }, label = "Mood of the day" }
idle    = { dist = "normal", mean = 0, sd = 1 }
[[events]]
id     = "war"
chance = "0.4 * resolve * if(mood == mood.tense, 1, 0.2) + 0 * idle"
[[outcomes]]
id    = "war"
label = "Open war"
when  = "ever(war)"
[[outcomes]]
id        = "peace"
otherwise = true
[[indicators]]
id   = "five_wars"
when = "count(war) > 5"
[[metrics]]
id    = "wars"
value = "count(war)"
[[metrics]]
id    = "first_day"
value = "first(war)"
"#;

fn place() -> Place {
    let place = Place::new();
    place.write("war.toml", WAR);
    place
}

fn json_of(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.all()))
}

#[test]
fn answers_at_a_terminal() {
    let place = place();
    let sobol = place.run(&["sensitivity", "war.toml", "--points", "256"]);
    sobol.fits(80);
    assert_snapshot!("sensitivity_sobol", sobol.all().replace(&took(&sobol.err), "TIME"));
    let chosen = place.run(&["sensitivity", "war.toml", "--quiet", "--points", "256", "--of", "wars", "--parameters", "resolve"]);
    chosen.fits(80);
    assert_snapshot!("sensitivity_chosen", chosen.all());
    let morris = place.run(&["sensitivity", "war.toml", "--quiet", "--method", "morris"]);
    morris.fits(80);
    assert_snapshot!("sensitivity_morris", morris.all());
    let given = place.run(&["sensitivity", "war.toml", "--quiet", "--method", "given"]);
    given.fits(80);
    assert_snapshot!("sensitivity_given", given.all());
}

/// What depends on the machine in what was told in advance.
fn took(told: &str) -> String {
    let line = told.lines().find(|l| l.contains("trials in all")).unwrap_or_default();
    line.split_once("in all").map_or("nothing", |(_, rest)| rest).to_owned()
}

#[test]
fn what_is_wrong_is_refused() {
    let place = place();
    place.write("sure.toml", &WAR.replace("{ dist = \"beta\", alpha = 2, beta = 3, label = \"Resolve\" }", "0.5"));
    let mut text = String::new();
    for args in [
        &["war.toml", "--method", "morris", "--points", "8"][..],
        &["war.toml", "--method", "given", "--replicates", "8"],
        &["war.toml", "--parameters", "resolv"],
        &["war.toml", "--of", "peaceful"],
        &["sure.toml", "--parameters", "resolve"],
        &["war.toml", "--parameters", "idle", "--replicates", "1"],
        &["war.toml", "--points", "1"],
        &["war.toml", "--points", "100000"],
        &["war.toml", "--replicates", "5000"],
        &["war.toml", "--evaluations"],
        &["war.toml", "--method", "morris", "--trajectories", "100000000"],
        &["."],
    ] {
        let said = place.run(&[&["sensitivity"], args].concat());
        assert_eq!(said.code, 2, "{args:?}: {}", said.all());
        text += &format!("$ escalade sensitivity {}\n{}\n", args.join(" "), said.err);
    }
    assert_snapshot!("sensitivity_refusals", text);
}

#[test]
fn a_run_that_was_kept_is_read_and_nothing_is_run() {
    let place = place();
    let run = place.run(&["run", "war.toml", "-n", "3000", "--seed", "5", "--out", "kept", "--format", "parquet,csv", "--quiet"]);
    assert_eq!(run.code, 0, "{}", run.all());
    let ran = place.run(&["sensitivity", "war.toml", "--method", "given", "-n", "3000", "--seed", "5", "--json", "--quiet"]);
    let read = place.run(&["sensitivity", "kept", "--json", "--quiet"]);
    let (mut ran, mut read) = (json_of(&ran), json_of(&read));
    assert_eq!(read["plan"]["command"], "escalade sensitivity kept --method given --seed 1");
    ran["plan"]["command"] = Value::Null;
    read["plan"]["command"] = Value::Null;
    assert_eq!(ran, read);
    // From the CSV the same, where there is no Parquet.
    fs::remove_file(place.path("kept/trials.parquet")).unwrap();
    let mut from_csv = json_of(&place.run(&["sensitivity", "kept", "--json", "--quiet"]));
    from_csv["plan"]["command"] = Value::Null;
    assert_eq!(from_csv, read);
    for (args, about) in [
        (&["kept", "--method", "sobol"][..], "only `--method given`"),
        (&["kept", "--trials", "5"], "leave it out"),
        (&["kept", "--set", "parameters.resolve=0.5"], "cannot be changed"),
        (&["kept", "--scenario", "other.toml"], "sha256 differs"),
    ] {
        place.write("other.toml", &WAR.replace("0.4", "0.3"));
        let said = place.run(&[&["sensitivity"], args].concat());
        assert!(said.code == 2 && said.err.contains(about), "{args:?}: {}", said.all());
    }
    fs::write(place.path("kept/trials.csv"), "trial,outcome\n0,war\n").unwrap();
    let said = place.run(&["sensitivity", "kept"]);
    assert!(said.code != 0 && said.err.contains("its columns"), "{}", said.all());
}

#[test]
fn files_hold_what_is_printed() {
    let place = place();
    let args = ["sensitivity", "war.toml", "--points", "64", "--quiet", "--json", "--evaluations", "--out", "kept", "--format", "csv"];
    let said = place.run(&args);
    assert_eq!(said.code, 0, "{}", said.all());
    assert_eq!(fs::read_to_string(place.path("kept/sensitivity.json")).unwrap(), said.out);
    let table = fs::read_to_string(place.path("kept/sensitivity.csv")).unwrap();
    let total = json_of(&said)["sensitivity"]["outputs"][0]["factors"][0]["total"]["estimate"].as_f64().unwrap();
    assert!(table.contains(&format!("outcome,war,resolve,total,{total},")), "{table}");
    let points = fs::read_to_string(place.path("kept/sensitivity_points.csv")).unwrap();
    assert_eq!(points.lines().count(), 1 + 64 * 5);
    assert!(points.starts_with("point,row,parameter.resolve,parameter.mood,parameter.idle,outcome.war,outcome.peace,indicator.five_wars,"));
    assert_eq!(place.run(&args).code, 2, "a result is not overwritten");
    // The same bytes for any number of threads.
    for threads in ["1", "3"] {
        let again = place.run(&["sensitivity", "war.toml", "--points", "64", "--quiet", "--json", "--threads", threads]);
        assert_eq!(again.out, said.out);
    }
}

#[test]
fn documents_fit_the_schema_and_use_all_of_it() {
    let schema: Value = serde_json::from_str(SENSITIVITY_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let place = place();
    let mut used = BTreeSet::new();
    for args in [
        &["war.toml", "--points", "128"][..],
        &["war.toml", "--points", "64", "--parameters", "resolve", "--set", "parameters.idle=0"],
        &["war.toml", "--method", "morris", "--trajectories", "16"],
        &["war.toml", "--method", "given", "--trials", "500"],
        &["war.toml", "--method", "given", "--trials", "20"],
        &["correlated-parameters.toml", "--points", "64"],
        &["correlated-parameters.toml", "--method", "morris"],
        &["units.toml", "--points", "64"],
        &["units.toml", "--points", "64", "--variant", "idle"],
    ] {
        let odd = WAR
            .replace("id    = \"wars\"", "id    = \"wars\"\nunit  = \"days\"")
            .replacen("[[outcomes]]", "[variants.idle]\nlabel = \"Nothing idles\"\nset = { \"parameters.idle\" = 0.5 }\n[[outcomes]]", 1)
            .replace("idle    = {", "unread = { dist = \"normal\", mean = 0, sd = 1 }\nidle    = {");
        place.write("units.toml", &odd);
        let shipped = fs::read_to_string(root().join("scenarios/abstract/correlated-parameters.toml")).unwrap();
        place.write("correlated-parameters.toml", &shipped);
        let said = place.run(&[&["sensitivity"], args, &["--json", "--quiet"]].concat());
        assert_eq!(said.code, 0, "{args:?}: {}", said.all());
        let document = json_of(&said);
        let errors: Vec<String> = validator.iter_errors(&document).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(errors.is_empty(), "{args:?}: {}", errors.join("\n"));
        names(&document, &mut used);
        // It can be read back, for reports that are made later.
        let read: SensitivitySummary = serde_json::from_value(document).unwrap();
        assert_eq!(json::document(&read), said.out);
    }
    let mut known = BTreeSet::new();
    properties(&schema, &mut known);
    let unseen: Vec<&String> = known.difference(&used).collect();
    assert!(unseen.is_empty(), "the schema has fields that no document has: {unseen:?}");
    let page = fs::read_to_string(root().join("docs/sensitivity.md")).unwrap();
    let untold: Vec<&String> = known.iter().filter(|name| !page.contains(&format!("`{name}`"))).collect();
    assert!(untold.is_empty(), "docs/sensitivity.md does not tell {untold:?}");
}

/// Names of all fields of a document.
fn names(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| {
            found.insert(name.clone());
            names(value, found);
        }),
        Value::Array(list) => list.iter().for_each(|v| names(v, found)),
        _ => {}
    }
}

/// Names of all properties that a schema knows.
fn properties(schema: &Value, found: &mut BTreeSet<String>) {
    if let Some(map) = schema.get("properties").and_then(Value::as_object) {
        found.extend(map.keys().cloned());
    }
    match schema {
        Value::Object(map) => map.values().for_each(|v| properties(v, found)),
        Value::Array(list) => list.iter().for_each(|v| properties(v, found)),
        _ => {}
    }
}
