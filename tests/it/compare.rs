//! `escalade compare`: differences on the same trials; nothing where nothing changes; known answers.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use escalade::results::{ArmAbout, ArmResult, COMPARE_SCHEMA, CompareSummary, Comparison};
use escalade::scenario::{Changes, Scenario, load};
use escalade::stats::laws::assert_share;
use escalade::study::{Cancel, EngineKind, Runner, Silent, compare, layout};
use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::{Place, Said, said};
use crate::scenarios::{root, shipped};
use crate::summary_schema::told_in;

const SEED: u64 = 20_261_122;
/// False-alarm rate of each comparison with a known share.
const FAIL: f64 = 1e-9;

/// One uniform number decides about war in every arm, so that the pairs are known, too.
const KNOWN: &str = r#"
format = 1
about = { title = "One throw", question = "What does a higher chance change?", sources = ["invented"] }
clock = { step = "1 day", horizon = "3 days" }
[parameters]
heat = { dist = "uniform", min = 0, max = 1, label = "Heat" }
[[events]]
id     = "war"
at     = ["1 day"]
chance = 0.3
[[events]]
id     = "talks"
at     = ["2 days"]
when   = "not ever(war)"
chance = 0.4
[[outcomes]]
id    = "war"
label = "Open war"
when  = "ever(war)"
[[outcomes]]
id    = "talks"
label = "Talks"
when  = "ever(talks)"
[[outcomes]]
id    = "collapse"
label = "Collapse of everything"
when  = "count(war) > 1"
[[outcomes]]
id         = "nothing"
label      = "Nothing"
otherwise  = true
unresolved = true
[[indicators]]
id    = "quiet"
label = "No war"
when  = "not ever(war)"
[[indicators]]
id    = "talks_if_quiet"
when  = "ever(talks)"
given = "quiet"
[[metrics]]
id    = "warmth"
label = "Warmth"
unit  = "degrees"
value = "10 * heat"
[variants.hawks]
label = "War is likelier"
set   = { "events.war.chance" = 0.5 }
[variants.warmer]
label = "It is warmer"
set   = { "metrics.warmth.value" = "10 * heat + 2" }
[variants.nothing]
label = "What is changed is not read"
set   = { "about.title" = "Another title" }
"#;

fn place() -> Place {
    let place = Place::new();
    place.write("known.toml", KNOWN);
    place
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.all()))
}

fn loaded(path: &Path, variant: Option<&str>) -> Scenario {
    let changes = Changes { variant: variant.map(str::to_owned), set: Vec::new() };
    let found = load(path, &changes);
    let text = escalade::diag::render_all(&found.diags, &found.sources, false);
    found.scenario.unwrap_or_else(|| panic!("{} {variant:?}:\n{text}", path.display()))
}

fn against(base: &Scenario, arm: &Scenario, trials: u64) -> ArmResult {
    let layout = layout(base, &[(arm, ArmAbout::default())]);
    let runners = [Runner::new(base, EngineKind::Columns), Runner::new(arm, EngineKind::Columns)];
    let tally = compare(&runners, &layout, (SEED, 0..trials), &Silent, &Cancel::default());
    let tally = tally.unwrap_or_else(|stop| panic!("{} arm {}: {}", base.id, stop.arm, stop.stop));
    assert_eq!(tally.trials, trials);
    Comparison::new(&tally, &layout, 0.95).arms.remove(0)
}

/// Every difference is exactly 0, and no trial changed.
fn assert_nothing(arm: &ArmResult, what: &str) {
    assert_eq!(arm.changed.count, 0, "{what}, seed {SEED}");
    for d in arm.outcomes.iter().chain(&arm.indicators) {
        assert!(d.difference == 0.0 && d.difference.is_sign_positive() && !d.beyond_noise, "{what}: {d:?}");
        assert_eq!((d.trials.changed(), d.pairing_gain), (0, None), "{what}: {d:?}");
        // Not a certain zero: what was not seen has a bound.
        assert!(d.low < 0.0 && d.high > 0.0 && d.low == -d.high, "{what}: {d:?}");
    }
    for m in &arm.metrics {
        assert!(m.changed == 0 && m.difference.unwrap_or(0.0) == 0.0 && !m.beyond_noise, "{what}: {m:?}");
    }
    assert!(arm.transitions.iter().all(|from| from.to.len() == 1 && from.to[0].id == from.from), "{what}");
}

/// Events that do nothing: one never has a chance, one never looks, one happens and nothing follows; and variants that change
/// only these, or a title.
const INERT: &str = r#"

[[events]]
id     = "inert_without_chance"
chance = 0
[[events]]
id     = "inert_without_reason"
when   = "false"
chance = 0.5
[[events]]
id     = "inert_without_effect"
chance = 0.5
[variants.changes_nothing]
set = { "about.title" = "Another title" }
[variants.changes_what_is_inert]
set = { "events.inert_without_effect.chance" = 0.9, "events.inert_without_reason.chance" = 1 }
"#;

#[test]
fn what_changes_nothing_differs_by_exactly_nothing_in_every_shipped_scenario() {
    const TRIALS: u64 = 200;
    let folder = tempfile::tempdir().unwrap();
    let mut all = 0;
    for path in shipped() {
        let name = path.display().to_string();
        let base = loaded(&path, None);
        // The same name, so that nothing but the event is another.
        let copy: PathBuf = folder.path().join(path.file_name().unwrap());
        std::fs::write(&copy, std::fs::read_to_string(&path).unwrap() + INERT).unwrap();
        let with_event = loaded(&copy, None);
        assert_eq!(with_event.events.len(), base.events.len() + 3, "{name}");
        assert_nothing(&against(&base, &base, TRIALS), &format!("{name} and itself"));
        assert_nothing(&against(&base, &with_event, TRIALS), &format!("{name} with inert events"));
        for variant in ["changes_nothing", "changes_what_is_inert"] {
            let arm = loaded(&copy, Some(variant));
            assert!(!arm.overrides.is_empty());
            assert_nothing(&against(&with_event, &arm, TRIALS), &format!("{name}, {variant}"));
        }
        all += 1;
    }
    assert!(all >= 30, "{all} scenarios");
}

#[test]
fn most_variants_of_shipped_scenarios_change_something() {
    // Else the test above could pass for a comparison that sees nothing.
    let mut changed = 0;
    let mut all = 0;
    for path in shipped() {
        let base = loaded(&path, None);
        for variant in base.variants.iter().take(3) {
            all += 1;
            changed += usize::from(against(&base, &loaded(&path, Some(&variant.id)), 200).changed.count > 0);
        }
    }
    assert!(changed * 10 >= all * 9, "{changed} of {all} variants change a trial, seed {SEED}");
}

#[test]
fn shares_pairs_and_gain_are_known_where_one_throw_decides() {
    const N: u64 = 100_000;
    let place = place();
    let (base, hawks) = (loaded(&place.path("known.toml"), None), loaded(&place.path("known.toml"), Some("hawks")));
    let arm = against(&base, &hawks, N);
    let war = &arm.outcomes[0];
    // War at u < 0.3 in the base and at u < 0.5 in the arm, with the same u.
    let what = |name: &str| format!("{name}, seed {SEED}");
    assert_eq!(war.trials.base_only, 0);
    assert_share(war.trials.both, N, 0.3, FAIL, &what("both"));
    assert_share(war.trials.arm_only, N, 0.2, FAIL, &what("arm only"));
    // Talks, of those without war in the base: 0.4, and of these 2 in 7 are lost to war.
    let talks = &arm.outcomes[1];
    assert_eq!(talks.trials.arm_only, 0);
    assert_share(talks.trials.base_only, N, 0.4 * 0.2, FAIL, &what("talks lost"));
    assert_share(talks.trials.both, N, 0.4 * 0.5, FAIL, &what("talks kept"));
    // Variance 0.3 0.7 + 0.5 0.5 unpaired, 0.2 - 0.2^2 paired; at 100,000 trials within some percent.
    assert!((war.pairing_gain.unwrap() / (0.46 / 0.16) - 1.0).abs() < 0.05, "{war:?}");
    assert!((war.ratio.unwrap().ratio - 0.5 / 0.3).abs() < 0.05 && war.beyond_noise);
    // The interval is that of the normal approximation, at the strict level.
    let (d, z) = (war.difference, 3.29);
    let half = z * ((0.2 - d * d) / 1e5).sqrt();
    assert!(war.low > d - 1.2 * half && war.low < d - 0.7 * half, "{war:?}");
    let collapse = &arm.outcomes[2];
    assert_eq!((collapse.trials.changed(), collapse.difference, collapse.ratio), (0, 0.0, None));
    // Of the base's talks 2 in 7 become war.
    let from = arm.transitions.iter().find(|t| t.from == "talks").unwrap();
    assert_eq!(from.trials, talks.base.count);
    let to = from.to.iter().find(|t| t.id == "war").unwrap();
    assert_share(to.count, from.trials, 2.0 / 7.0, FAIL, &what("talks that become war"));
    assert_eq!(from.to.iter().map(|t| t.count).sum::<u64>(), from.trials);
    // Nothing but a metric changes, by the same in every trial.
    let warmer = against(&base, &loaded(&place.path("known.toml"), Some("warmer")), 500);
    let warmth = &warmer.metrics[0];
    assert_eq!((warmer.changed.count, warmth.changed), (500, 500));
    assert!((warmth.difference.unwrap() - 2.0).abs() < 1e-12 && warmth.beyond_noise, "{warmth:?}");
    assert!(warmer.outcomes.iter().all(|o| o.difference == 0.0));
    // A conditional indicator is not compared.
    assert_eq!(warmer.indicators.len(), 1);
}

#[test]
fn the_answer_at_a_terminal() {
    let place = place();
    let all = place.run(&["compare", "known.toml", "-q"]);
    all.fits(80);
    assert_snapshot!("compare_variants", all.all());
    let set = place.run(&["compare", "known.toml", "--set", "events.war.chance=0.31", "-n", "500", "-q"]);
    set.fits(80);
    assert_snapshot!("compare_set", set.all());
    assert_snapshot!("help_compare", place.run(&["compare", "--help"]).all());
    let durand = root().join("scenarios/durand-line.toml");
    place.run(&["compare", &durand.to_string_lossy(), "-n", "300", "-q"]).fits(80);
}

#[test]
fn arms_are_chosen_as_the_help_says() {
    let place = place();
    let value = |args: &[&str]| json(&place.run(&[&["compare", "known.toml", "-n", "200", "-q", "--json"], args].concat()));
    let names =
        |v: &Value| v["compare"]["arms"].as_array().unwrap().iter().map(|a| a["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let all = value(&[]);
    assert_eq!(names(&all), ["hawks", "warmer", "nothing"]);
    assert_eq!((&all["plan"]["variant"], &all["plan"]["trials_in_all"]), (&"base".into(), &800.into()));
    assert_eq!(names(&value(&["--variants", "nothing,hawks"])), ["nothing", "hawks"]);
    assert_eq!(names(&value(&["--base", "hawks"])), ["warmer", "nothing"]);
    let back = value(&["--base", "hawks", "--variants", "base"]);
    assert_eq!((&back["plan"]["variant"], back["plan"]["overrides"]["events.war.chance"].as_str()), (&"hawks".into(), Some("0.5")));
    // The other way round, the same with the other sign.
    let there = value(&["--variants", "hawks"]);
    let of = |v: &Value| v["compare"]["arms"][0]["outcomes"][0]["difference"].as_f64().unwrap();
    assert!(of(&there) > 0.0 && of(&there) == -of(&back));
    // By hand: an arm of its own; with variants: everywhere.
    let set = value(&["--set", "events.war.chance=1"]);
    assert_eq!((names(&set), &set["plan"]["overrides"]), (vec!["set".to_owned()], &serde_json::json!({})));
    assert_eq!(set["compare"]["arms"][0]["outcomes"][0]["arm"]["share"], 1.0);
    let both = value(&["--variants", "warmer", "--set", "events.war.chance=1"]);
    assert_eq!(both["compare"]["arms"][0]["outcomes"][0]["base"]["share"], 1.0);
    assert_eq!(both["plan"]["overrides"]["events.war.chance"], "1");
    // The command makes it again.
    let command = both["plan"]["command"].as_str().unwrap();
    assert_eq!(command, "escalade compare known.toml --variants warmer --set events.war.chance=1 --trials 200 --seed 1");
}

#[test]
fn two_files_are_matched_by_names() {
    let place = place();
    let other = KNOWN
        .replace("id    = \"collapse\"", "id    = \"ruin\"")
        .replace("chance = 0.3", "chance = 0.5")
        .replace("unit  = \"degrees\"", "unit  = \"kelvin\"")
        .replace("id    = \"quiet\"", "id    = \"still\"")
        .replace("given = \"quiet\"", "given = \"still\"");
    place.write("other.toml", &other);
    let said = place.run(&["compare", "known.toml", "other.toml", "-n", "1000", "-q", "--json"]);
    let value = json(&said);
    let arm = &value["compare"]["arms"][0];
    assert_eq!((&arm["name"], &value["compare"]["other"]["id"]), (&"other".into(), &"other".into()));
    let ids: Vec<&str> = arm["outcomes"].as_array().unwrap().iter().map(|o| o["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["war", "talks", "collapse", "nothing", "ruin"]);
    assert_eq!(value["compare"]["not_compared"], serde_json::json!(["quiet", "still", "warmth"]));
    // Rules with equal paths share their draws: the same numbers as the variant that changes the same.
    let variant = json(&place.run(&["compare", "known.toml", "--variants", "hawks", "-n", "1000", "-q", "--json"]));
    assert_eq!(arm["outcomes"][0]["trials"], variant["compare"]["arms"][0]["outcomes"][0]["trials"]);
    let text = place.run(&["compare", "known.toml", "other.toml", "-n", "1000", "-q"]);
    text.fits(80);
    assert_snapshot!("compare_files", text.all());
    // Steps of other length are told.
    place.write("slow.toml", &KNOWN.replace("step = \"1 day\"", "step = \"12 hours\""));
    let slow = place.run(&["compare", "known.toml", "slow.toml", "-n", "50"]);
    assert!(slow.code == 0 && slow.err.contains("steps of other length"), "{}", slow.all());
}

#[test]
fn results_depend_on_neither_threads_nor_engine() {
    let place = place();
    let run = |threads: &str, engine: &str| {
        let args = ["compare", "starter.toml", "--set", "parameters.resolve=0.9", "-n", "3000", "-q", "--json"];
        place.run(&[&args[..], &["--threads", threads, "--engine", engine]].concat())
    };
    let one = run("1", "columns");
    assert_eq!((one.code, one.err.as_str()), (0, ""));
    assert_eq!(one.out, run("3", "columns").out);
    assert_eq!(one.out, run("2", "reference").out);
}

#[test]
fn files_hold_the_same_and_leave_those_of_a_run() {
    let place = place();
    assert_eq!(place.run(&["run", "known.toml", "-n", "100", "-q", "--out", "there"]).code, 0);
    let args = ["compare", "known.toml", "-n", "400", "-q", "--json", "--out", "there", "--format", "csv,parquet"];
    let printed = place.run(&args);
    assert_eq!(printed.code, 0, "{}", printed.all());
    let read = |name: &str| std::fs::read_to_string(place.path(&format!("there/{name}"))).unwrap();
    assert_eq!(read("compare.json"), printed.out);
    let csv = read("compare.csv");
    // Three arms of four outcomes, an indicator and a metric.
    assert_eq!(csv.lines().count(), 1 + 3 * 6, "{csv}");
    assert!(csv.starts_with("arm,kind,id,label,trials,changed,base_count,"), "{csv}");
    for name in ["summary.json", "trials.parquet", "compare.parquet", "compare.csv-metadata.json"] {
        assert!(place.path(&format!("there/{name}")).is_file(), "{name}");
    }
    // Not overwritten unasked.
    let again = place.run(&args);
    assert!(again.code != 0 && again.err.contains("--force"), "{}", again.all());
    assert_eq!(place.run(&[&args[..], &["--force"]].concat()).code, 0);
}

#[test]
fn wrong_comparisons_say_what_to_write() {
    let place = place();
    place.write("plain.toml", KNOWN.split("[variants.hawks]").next().unwrap());
    let variant = |i: u32| format!("[variants.v{i}]\nset = {{ \"events.war.chance\" = 0.{:02} }}\n", i + 1);
    let many = (0..51).map(variant).collect::<Vec<_>>().concat();
    place.write("many.toml", &(KNOWN.split("[variants.hawks]").next().unwrap().to_owned() + &many));
    let mut all = String::new();
    for args in [
        &["compare", "plain.toml"][..],
        &["compare", "many.toml"],
        &["compare", "known.toml", "--variants", "doves"],
        &["compare", "known.toml", "--variants", "hawks,hawks"],
        &["compare", "known.toml", "--variants", "hawks", "--base", "hawks"],
        &["compare", "known.toml", "--set", "events.peace.chance=1"],
        &["compare", "known.toml", "plain.toml", "--variants", "hawks"],
        &["compare", "known.toml", "missing.toml"],
        &["compare", "known.toml", "--level", "1"],
        &["compare", "known.toml", "--variants", ""],
        &["compare", "known.toml", "-n", "0"],
    ] {
        let said = place.run(args);
        assert_eq!(said.code, 2, "{args:?}: {}", said.all());
        all += &format!("$ escalade {}\n{}\n", args.join(" "), said.all());
    }
    assert_snapshot!("wrong_comparisons", all);
    // As data, too.
    let data = place.run(&["compare", "plain.toml", "--json"]);
    assert_eq!((data.code, json(&data)["error"].as_str()), (2, Some("there are no variants to compare")));
    // A trial that cannot be run: of which arm.
    let stops = KNOWN.replace("value = \"10 * heat\"", "value = \"if(ever(war), 1 / (count(talks) * 1.0), 0)\"");
    place.write("stops.toml", &stops);
    let said = place.run(&["compare", "stops.toml", "--variants", "hawks", "-q"]);
    assert_eq!(said.code, 3, "{}", said.all());
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_is_done() {
    let place = place();
    let args = ["compare", "known.toml", "-n", "2000000000", "-q", "--json", "--out", "partly"];
    let child = place.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(3));
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let said = said(child.wait_with_output().unwrap());
    assert_eq!(said.code, 130, "{}", said.err);
    let value = json(&said);
    let trials = value["plan"]["trials"].as_u64().unwrap();
    assert!(trials > 0 && trials < 2_000_000_000 && value["plan"]["complete"] == false, "{trials}");
    assert_eq!(std::fs::read_to_string(place.path("partly/compare.json")).unwrap(), said.out);
    // The first trials, and nothing else.
    let same = json(&place.run(&["compare", "known.toml", "-n", &trials.to_string(), "-q", "--json"]));
    assert_eq!(same["compare"], value["compare"]);
}

#[test]
fn every_comparison_fits_the_schema_and_can_be_read_back() {
    let schema: Value = serde_json::from_str(COMPARE_SCHEMA).unwrap();
    assert!(jsonschema::meta::is_valid(&schema), "it is no JSON Schema");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let place = place();
    assert_eq!(place.run(&["schema", "--of", "compare"]).out, COMPARE_SCHEMA);
    place.write("other.toml", &KNOWN.replace("id    = \"collapse\"", "id    = \"ruin\""));
    let check = |args: &[&str]| {
        let said = place.run(&[&["compare"], args, &["-q", "--json"]].concat());
        let value = json(&said);
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{args:?}: schema/compare.schema.json does not fit:\n{}", errors.join("\n"));
        let back: CompareSummary = serde_json::from_str(&said.out).unwrap();
        assert_eq!(escalade::report::json::document(&back), said.out, "{args:?}");
        value
    };
    let value = check(&["known.toml"]);
    check(&["known.toml", "-n", "1"]);
    check(&["known.toml", "--level", "0.6", "--base", "hawks"]);
    check(&["known.toml", "other.toml"]);
    check(&["starter.toml", "--set", "parameters.resolve=0.9", "-n", "64"]);
    for path in shipped() {
        if !loaded(&path, None).variants.is_empty() {
            check(&[&path.to_string_lossy(), "-n", "40"]);
        }
    }
    // A field too much or too few is seen.
    for pointer in
        ["", "/plan", "/compare", "/compare/family", "/compare/arms/0", "/compare/arms/0/outcomes/0", "/compare/arms/0/metrics/0"]
    {
        let mut bad = value.clone();
        bad.pointer_mut(pointer).unwrap()["novelty"] = 1.into();
        assert!(!validator.is_valid(&bad), "{pointer}: a field more");
        let mut bad = value.clone();
        let object = bad.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        let first = object.keys().next().unwrap().clone();
        object.remove(&first);
        assert!(!validator.is_valid(&bad), "{pointer}: `{first}` is missing");
    }
    let missing = told_in(&schema, "compare", "docs/compare.md");
    assert!(missing.is_empty(), "docs/compare.md does not tell {missing:?}");
}
