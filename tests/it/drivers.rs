//! Parts switched off in turn: known answers, what has no effect, what cannot be run, and the form of the results.

use insta::assert_snapshot;
use serde_json::Value;

use escalade::results::DRIVERS_SCHEMA;
use escalade::scenario::{Changes, load};
use escalade::study::{self, Cancel, EngineKind, Progress, Runner};

use crate::cli::Place;
use crate::scenarios::root;

/// War needs a spark (0.5), fuel (0.4) and no rain (0.25). Exactly: P(war) = 0.5 x 0.4 x 0.75 = 0.15.
const KNOWN: &str = r#"
format = 1
about = { title = "Spark and fuel", question = "Will it burn?", sources = ["invented"] }
clock = { step = "1 day", horizon = "4 days" }
[world.vars]
divisor = { start = 0 }
[[events]]
id     = "spark"
label  = "A spark"
at     = ["1 day"]
chance = 0.5
[[events]]
id     = "fuel"
at     = ["1 day"]
chance = 0.4
[[events]]
id     = "rain"
at     = ["2 days"]
chance = 0.25
[[events]]
id     = "bird"
at     = ["1 day"]
chance = 0.5
[[events]]
id      = "opening"
at      = ["1 day"]
effects = ["divisor = 1"]
[[reactions]]
id   = "war"
when = "ever(spark) and ever(fuel) and not ever(rain) and now == 3 days and 1 / divisor > 0"
[[outcomes]]
id    = "war"
label = "Open war"
when  = "ever(war)"
[[outcomes]]
id        = "peace"
otherwise = true
[[indicators]]
id    = "wet"
label = "It rained"
when  = "ever(rain)"
[[indicators]]
id    = "wet_war"
when  = "ever(rain)"
given = "wet"
"#;

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

fn part<'v>(document: &'v Value, path: &str) -> &'v Value {
    let parts = document["drivers"]["parts"].as_array().unwrap();
    parts.iter().find(|p| p["path"] == path).unwrap_or_else(|| panic!("no {path} in {parts:?}"))
}

fn change<'v>(document: &'v Value, path: &str, id: &str) -> &'v Value {
    let part = part(document, path);
    let mut all = part["outcomes"].as_array().unwrap().iter().chain(part["indicators"].as_array().unwrap());
    all.find(|c| c["id"] == id).unwrap()
}

#[test]
fn known_answers_are_found_and_ranked_and_the_answer_is_as_it_was() {
    let place = Place::new();
    place.write("known.toml", KNOWN);
    let said = place.run(&["drivers", "known.toml", "--trials", "4000", "--quiet"]);
    said.fits(80);
    // Without the opening, the first number to be read is 1 / 0.
    assert_eq!(said.code, 3);
    assert_snapshot!("drivers_known", said.all());
    let document = json(&place.run(&["drivers", "known.toml", "--trials", "4000", "--quiet", "--json"]).out);
    // Without spark or fuel no war; without rain 0.5 x 0.4. The intervals hold at once in 95 of 100 seeds.
    for (path, truth) in [("events.spark", -0.15), ("events.fuel", -0.15), ("events.rain", 0.05), ("reactions.war", -0.15)] {
        let war = change(&document, path, "war");
        let (low, high) = (war["low"].as_f64().unwrap(), war["high"].as_f64().unwrap());
        assert!(low < truth && truth < high && war["beyond_noise"] == true, "{path}: {war}");
        let peace = change(&document, path, "peace");
        assert_eq!(peace["difference"].as_f64().unwrap(), -war["difference"].as_f64().unwrap());
    }
    // Without the spark exactly those trials change that were at war.
    let war = &change(&document, "events.spark", "war")["trials"];
    let base = document["drivers"]["base"]["outcomes"][0]["count"].clone();
    assert_eq!((&war["base_only"], war["both"].as_u64(), war["arm_only"].as_u64()), (&base, Some(0), Some(0)));
    assert_eq!(part(&document, "events.spark")["ends_otherwise"]["count"], base);
    let bird = part(&document, "events.bird");
    assert_eq!((bird["changed"].as_u64(), bird["largest"].as_f64()), (Some(0), Some(0.0)));
    let order: Vec<&str> = document["drivers"]["parts"].as_array().unwrap().iter().map(|p| p["path"].as_str().unwrap()).collect();
    assert_eq!(order, ["events.spark", "events.fuel", "reactions.war", "events.rain", "events.bird"]);
    let not_run = &document["drivers"]["not_run"];
    assert_eq!(not_run[0]["path"], "events.opening");
    assert!(not_run[0]["because"].as_str().unwrap().contains("trial"), "{not_run}");
    // Five parts that could be run, two outcomes and the one indicator without a condition.
    assert_eq!(document["drivers"]["family"]["differences"], 15);
}

#[test]
fn a_part_is_switched_off_as_by_hand_and_results_depend_on_neither_threads_nor_engine() {
    let place = Place::new();
    let file = root().join("scenarios/durand-line.toml");
    let file = file.to_str().unwrap();
    let base = ["drivers", file, "--trials", "300", "--quiet", "--json", "--part", "events.ttp_attack", "--part", "regimes.truce"];
    let run = |more: &[&str]| place.run(&[&base[..], more].concat());
    let one = run(&["--threads", "1"]);
    assert_eq!(one.code, 0, "{}", one.err);
    assert_eq!(one.out, run(&["--threads", "2"]).out);
    assert_eq!(one.out, run(&["--engine", "reference"]).out);
    let document = json(&one.out);
    let by_hand = place.run(&["compare", file, "--trials", "300", "--quiet", "--json", "--set", "events.ttp_attack.enabled=false"]);
    let by_hand = json(&by_hand.out);
    for outcome in by_hand["compare"]["arms"][0]["outcomes"].as_array().unwrap() {
        let mine = change(&document, "events.ttp_attack", outcome["id"].as_str().unwrap());
        assert_eq!(mine["trials"], outcome["trials"]);
    }
    // Only the parts that were asked for: an exact path is that part and not what lies below it.
    assert_eq!(document["drivers"]["parts"].as_array().unwrap().len(), 2);
}

#[test]
fn the_schema_fits_what_is_written_and_is_given() {
    let place = Place::new();
    place.write("known.toml", KNOWN);
    let schema: Value = json(DRIVERS_SCHEMA);
    jsonschema::meta::validate(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let file = root().join("scenarios/durand-line.toml");
    let calls: [&[&str]; 3] = [
        &["drivers", "known.toml", "--trials", "50"],
        &["drivers", "starter.toml", "--trials", "50", "--members"],
        &["drivers", file.to_str().unwrap(), "--trials", "20", "--members", "--variant", "gulf_mediation"],
    ];
    for call in calls {
        let said = place.run(&[call, &["--json", "--quiet"][..]].concat());
        let document = json(&said.out);
        let errors: Vec<String> = validator.iter_errors(&document).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{call:?}: {}", errors.join("\n"));
        let read: escalade::results::DriversSummary = serde_json::from_str(&said.out).unwrap();
        assert_eq!(escalade::report::json::document(&read), said.out, "read back and written again");
    }
    assert_eq!(json(&place.run(&["schema", "--of", "drivers"]).out), schema);
}

#[test]
fn files_hold_a_row_for_each_part_and_what_it_changes() {
    let place = Place::new();
    place.write("known.toml", KNOWN);
    let said = place.run(&["drivers", "known.toml", "--trials", "50", "--quiet", "--out", "d", "--format", "csv,parquet"]);
    assert_eq!(said.code, 3, "{}", said.err);
    for file in ["drivers.json", "drivers.csv", "drivers.parquet", "drivers.csv-metadata.json"] {
        assert!(place.path("d").join(file).is_file(), "{file}");
    }
    let table = std::fs::read_to_string(place.path("d/drivers.csv")).unwrap();
    assert_eq!(table.lines().count(), 1 + 5 * 3);
    assert!(table.lines().next().unwrap().starts_with("rank,part_kind,part,"), "{table}");
}

#[test]
fn parts_are_chosen_by_kind_and_path() {
    let place = Place::new();
    let file = root().join("scenarios/durand-line.toml");
    let file = file.to_str().unwrap();
    let paths = |args: &[&str]| -> Vec<String> {
        let said = place.run(&[&["drivers", file, "--trials", "1", "--json", "--quiet"], args].concat());
        let document = json(&said.out);
        let parts = document["drivers"]["parts"].as_array().unwrap_or_else(|| panic!("{}", said.err)).clone();
        parts.iter().map(|p| p["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths(&["--only", "spillovers"]).len(), 7);
    assert_eq!(paths(&["--only", "perceptions,moves"]).len(), 6 + 10);
    assert_eq!(paths(&["--part", "decisions.pakistan_border"]).len(), 7);
    assert_eq!(paths(&["--part", "events.militant_attack@iskp"]), ["events.militant_attack@iskp"]);
    let mut four = paths(&["--only", "events", "--members"]);
    four.retain(|p| p.starts_with("events.militant_attack"));
    assert_eq!(four.len(), 4);
}

#[test]
fn what_is_no_part_is_refused_with_a_way_to_mend_it() {
    let place = Place::new();
    place.write("known.toml", KNOWN);
    let said = place.run(&["drivers", "known.toml", "--part", "events.sparc"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("there is no part `events.sparc`") && said.err.contains("did you mean `events.spark`?"), "{}", said.err);
    let said = place.run(&["drivers", "known.toml", "--only", "moves", "--json"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("there is no part to switch off"), "{}", said.err);
    assert!(json(&said.out).get("error").is_some() || said.out.contains("no part"), "{}", said.out);
    assert_eq!(place.run(&["drivers", "known.toml", "--only", "weather"]).code, 2);
    let many: Vec<String> = (0..501).map(|n| format!("[[events]]\nid = \"e{n}\"\nat = [\"1 day\"]\n")).collect();
    let many = many.concat();
    let last = "[[outcomes]]\nid = \"rest\"\notherwise = true\n";
    let head = "format = 1\nabout = { title = \"Many\", sources = [\"invented\"] }\nclock = { step = \"1 day\", horizon = \"2 days\" }\n";
    place.write("many.toml", &format!("{head}{many}{last}"));
    let said = place.run(&["drivers", "many.toml", "--quiet"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("501 parts are more than the 500"), "{}", said.err);
}

#[test]
fn the_cost_is_told_before() {
    let place = Place::new();
    place.write("known.toml", KNOWN);
    let said = place.run(&["drivers", "known.toml", "--trials", "10", "--part", "events.spark"]);
    assert_eq!(said.code, 0);
    assert!(said.err.contains("the scenario and 1 part x 10 trials: 20 trials in all"), "{}", said.err);
}

/// Asks to stop when so many trials are done.
struct StopAt<'c> {
    done: std::sync::atomic::AtomicU64,
    at: u64,
    cancel: &'c Cancel,
}

impl Progress for StopAt<'_> {
    fn advance(&self, trials: u64) {
        if self.done.fetch_add(trials, std::sync::atomic::Ordering::Relaxed) + trials >= self.at {
            self.cancel.ask();
        }
    }
}

#[test]
fn what_is_done_before_an_interruption_are_the_first_trials_of_every_part() {
    let scenario = load(&root().join("scenarios/durand-line.toml"), &Changes::default()).scenario.unwrap();
    let parts: Vec<_> = scenario.parts().into_iter().take(3).collect();
    let without: Vec<_> = parts.iter().map(|p| scenario.without(p).unwrap()).collect();
    let count = |trials: u64, at: u64| {
        let cancel = Cancel::default();
        let runners: Vec<Runner<'_>> = without.iter().map(|s| Runner::new(s, EngineKind::Columns).heeding(&cancel)).collect();
        let base = Runner::new(&scenario, EngineKind::Columns).heeding(&cancel);
        let progress = StopAt { done: 0.into(), at, cancel: &cancel };
        study::drivers(&scenario, (&base, &runners), (1, 0..trials), &progress, &cancel).unwrap()
    };
    let part = count(20_000, 8_000);
    assert!(part.trials > 0 && part.trials < 20_000, "{}", part.trials);
    assert_eq!(part.parts.len(), 3);
    assert_eq!(part, count(part.trials, u64::MAX));
}
