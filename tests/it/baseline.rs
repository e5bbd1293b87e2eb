//! `test --baseline`: verdicts as always, and what changed against earlier results of a test and of a run.

use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::{Place, Said};

const TEXT: &str = r#"
format = 1
about = { title = "Claimed", question = "How often war?", sources = ["invented"] }
clock = { step = "1 day", horizon = "8 days" }
[parameters]
p = 0.5
[[events]]
id     = "war"
chance = "p / 8"
[[outcomes]]
id    = "war"
label = "Open war :: ##[error]"
when  = "ever(war)"
ends  = true
[[outcomes]]
id   = "peace"
otherwise = true
[[metrics]]
id    = "wars"
value = "count(war)"
[[expect]]
that = "P(war) < 0.5"
[[expect]]
that = "P(war) between 0.1 and 0.9"
[[expect]]
that = "P(peace) > 0.01"
"#;

fn place() -> Place {
    let place = Place::new();
    place.write("one.toml", TEXT);
    place
}

fn changed() -> String {
    TEXT.replace("p = 0.5", "p = 0.8").replace("P(peace) > 0.01", "P(peace) > 0.02")
}

fn stored(place: &Place, out: &str) {
    let said = place.run(&["run", "one.toml", "-q", "-n", "2000", "--out", out, "--no-report"]);
    assert_eq!(said.code, 0, "{}", said.all());
    let said = place.run(&["test", "one.toml", "-q", "--out", out, "--no-report"]);
    assert_eq!(said.code, 0, "{}", said.all());
}

fn test(place: &Place, args: &[&str]) -> Said {
    place.run(&[&["test", "one.toml", "-q", "--baseline", "old"], args].concat())
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.all()))
}

#[test]
fn nothing_changed_is_told_and_no_failure() {
    let place = place();
    stored(&place, "old");
    let said = test(&place, &[]);
    assert!(said.code == 0 && said.out.contains("PASSED") && said.out.contains("UNCHANGED against old: 1 file"), "{}", said.all());
    let value = json(&test(&place, &["--json"]));
    let file = &value["baseline"]["files"][0];
    assert_eq!((&file["claims"]["same"], &file["run"]["diff"]["paired_trials"]), (&3.into(), &2000.into()), "{file}");
    // Another seed of the test is noise to the claims; the run is made again with its own.
    assert_eq!(test(&place, &["--seed", "5"]).code, 0);
}

#[test]
fn what_changed_is_told_beside_the_verdicts() {
    let place = place();
    stored(&place, "old");
    place.write("one.toml", &changed());
    let said = test(&place, &["--markdown", "summary.md", "--github"]);
    assert_eq!(said.code, 1, "{}", said.all());
    let ours = |line: &&str| !line.starts_with("::error ");
    assert!(said.out.lines().filter(ours).all(|l| !l.contains("::") && !l.contains("##[")), "{}", said.out);
    // Beside the file for whoever reads the log, and what was edited in the job summary.
    let beside: Vec<&str> = said.out.lines().filter(|l| l.contains("title=Changed against the baseline::")).collect();
    assert!(
        beside.len() == 1 && beside[0].starts_with("::error file=one.toml,line=1,col=1,") && beside[0].contains("pass -> FAIL"),
        "{beside:?}"
    );
    let text: Vec<&str> = said.out.lines().take_while(|l| !l.starts_with("Chance that")).filter(ours).collect();
    // What changed comes before the verdicts, and the first line says both.
    assert!(text[0].starts_with("1 FAILED: of 3 claims in 1 file, 2 passed; CHANGED against old"), "{}", text[0]);
    assert_snapshot!("test_against_a_baseline", text.join("\n"));
    assert!(text.iter().all(|l| l.chars().count() <= 80));
    let markdown = std::fs::read_to_string(place.path("summary.md")).unwrap();
    assert!(markdown.replace('\u{2060}', "").contains("<li>in the scenario: parameters.p: 0.5 → 0.8</li>"), "{markdown}");
    assert_snapshot!("test_against_a_baseline_in_a_summary", markdown.split("## ❌ Claims").next().unwrap());
    let value = json(&test(&place, &["--json"]));
    let claims = &value["baseline"]["files"][0]["claims"];
    assert_eq!((&claims["changes"][0]["old"], &claims["changes"][0]["new"]), (&"pass".into(), &"fail".into()));
    for (kind, document) in [("test", &value), ("diff", &value["baseline"]["files"][0]["run"])] {
        let schema: Value = serde_json::from_str(&place.run(&["schema", "--of", kind]).out).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let errors: Vec<String> = validator.iter_errors(document).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{kind}: {}", errors.join("\n"));
    }
}

#[test]
fn tolerances_accept_and_a_green_suite_can_have_changed() {
    let place = place();
    stored(&place, "old");
    place.write("one.toml", &TEXT.replace("p = 0.5", "p = 0.56"));
    let said = test(&place, &[]);
    assert!(said.code == 1 && said.out.contains("PASSED: 3 claims") && said.out.contains("CHANGED against old"), "{}", said.all());
    let said = test(&place, &["--tolerance", "0.1", "--relative-tolerance", "0.5"]);
    assert!(said.code == 0 && said.out.contains("UNCHANGED"), "{}", said.all());
    assert_eq!(place.run(&["test", "one.toml", "--tolerance", "0.1"]).code, 2, "a tolerance of nothing");
}

#[test]
fn either_kind_of_earlier_result_will_do_and_none_is_an_error() {
    let place = place();
    let run = |args: &[&str]| place.run(&[args, &["-q", "--no-report"]].concat());
    assert_eq!(run(&["run", "one.toml", "-n", "500", "--out", "ran"]).code, 0);
    assert_eq!(run(&["test", "one.toml", "--out", "tested"]).code, 0);
    let of =
        |baseline: &str| json(&place.run(&["test", "one.toml", "-q", "--json", "--baseline", baseline]))["baseline"]["files"][0].clone();
    let (ran, tested) = (of("ran"), of("tested"));
    assert!(ran.get("claims").is_none() && ran.get("run").is_some(), "{ran}");
    assert!(tested.get("claims").is_some() && tested.get("run").is_none(), "{tested}");
    // Damaged, of another format, of another scenario, or with numbers that no run has: said, and not compared.
    place.write("tested/test.json", r#"{ "format": 0 }"#);
    let summary = std::fs::read_to_string(place.path("ran/summary.json")).unwrap();
    for (file, text, words) in [
        ("tested/test.json", r#"{ "format": 0 }"#.to_owned(), "has format 0, which is no longer read"),
        ("tested/summary.json", summary.replace("\"one\"", "\"other\""), "of another scenario"),
        ("tested/summary.json", summary.replace("\"count\": ", "\"count\": 9"), "counts of trials that no run has"),
        ("tested/summary.json", summary.replace("\"trials\": 500", "\"trials\": 5000000000000000000"), "counts of trials that no run has"),
    ] {
        place.write(file, &text);
        let file = of("tested");
        assert!(file["not_compared"].to_string().contains(words) && file["changed"] == false, "{words}: {file}");
    }
    std::fs::create_dir(place.path("empty")).unwrap();
    for baseline in ["nowhere", "empty", "one.toml"] {
        let said = place.run(&["test", "one.toml", "--baseline", baseline]);
        assert!(said.code == 2 && said.out.is_empty() && said.err.contains("help:"), "{}", said.all());
    }
}

#[test]
fn of_a_folder_each_file_has_its_own_and_a_new_one_is_said_to_be_new() {
    let place = place();
    std::fs::create_dir(place.path("all")).unwrap();
    place.write("all/one.toml", TEXT);
    place.write("all/two.toml", TEXT);
    let said = place.run(&["test", "all", "-q", "--out", "old"]);
    assert_eq!(said.code, 0, "{}", said.all());
    place.write("all/three.toml", TEXT);
    let said = place.run(&["test", "all", "--baseline", "old"]);
    assert!(said.code == 0 && said.err.contains("no earlier results of `all/three.toml`"), "{}", said.all());
    assert!(said.out.contains("UNCHANGED against old: 2 files"), "{}", said.out);
    // The first time there is nothing to compare with.
    let said = place.run(&["test", "all", "--baseline", "nowhere"]);
    assert!(said.code == 0 && said.err.contains("nothing is compared"), "{}", said.all());
}

#[test]
fn a_scenario_that_is_gone_is_a_change() {
    let place = place();
    std::fs::create_dir_all(place.path("all/deep")).unwrap();
    for name in ["one", "two", "deep/three"] {
        place.write(&format!("all/{name}.toml"), TEXT);
    }
    assert_eq!(place.run(&["test", "all", "-q", "--out", "old", "--no-report"]).code, 0);
    std::fs::remove_file(place.path("all/deep/three.toml")).unwrap();
    let said = place.run(&["test", "all", "-q", "--baseline", "old", "--github", "--markdown", "s.md"]);
    let first: Vec<&str> = said.out.split_whitespace().take(20).collect();
    assert!(said.code == 1 && first.join(" ").contains("CHANGED against old: 0 of 2 files; only in old: deep/three"), "{}", said.all());
    let line = "::error title=Changed against the baseline::old has results of deep/three, whose scenario is not there any more";
    assert!(said.out.lines().any(|l| l == line), "{}", said.out);
    let markdown = std::fs::read_to_string(place.path("s.md")).unwrap().replace('\u{2060}', "");
    assert!(markdown.starts_with("## ❌ CHANGED against old: 0 of 2 files; only in old: deep/three\n"), "{markdown}");
    let value = json(&place.run(&["test", "all", "-q", "--baseline", "old", "--json"]));
    assert_eq!((&value["baseline"]["changed"], &value["baseline"]["gone"]), (&true.into(), &serde_json::json!(["deep/three"])));
    // Whoever names files means these.
    for files in [&["all/one.toml"][..], &["all/one.toml", "all/two.toml"]] {
        let said = place.run(&[&["test", "-q", "--baseline", "old"], files].concat());
        assert!(said.code == 0 && said.out.contains("UNCHANGED"), "{}", said.all());
    }
    // A file that is named beside a folder is not gone, wherever its results lie.
    std::fs::create_dir(place.path("deep")).unwrap();
    place.write("deep/three.toml", TEXT);
    let said = place.run(&["test", "all", "deep/three.toml", "-q", "--baseline", "old"]);
    assert!(said.code == 0 && said.out.contains("UNCHANGED against old: 3 files"), "{}", said.all());
}

#[test]
fn what_cannot_be_read_is_not_called_unchanged() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("crises/new")).unwrap();
    place.write("crises/a.toml", TEXT);
    place.write("crises/b.toml", TEXT);
    assert_eq!(place.run(&["run", "crises", "-n", "300", "-q", "--out", "old"]).code, 0);
    assert_eq!(place.run(&["test", "crises", "-q", "--out", "old"]).code, 0);
    // A new file of an old name is new.
    place.write("crises/new/a.toml", &TEXT.replace("p = 0.5", "p = 0.3"));
    let said = place.run(&["test", "crises", "--baseline", "old"]);
    assert!(said.code == 0 && said.err.contains("no earlier results of `crises/new/a.toml`"), "{}", said.all());
    for garbage in ["garbage", "{\"format\": 2}", ""] {
        place.write("old/a/test.json", garbage);
        place.write("old/a/summary.json", garbage);
        let said = place.run(&["test", "crises", "--baseline", "old"]);
        // The sentence may be wrapped anywhere.
        let words = said.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.code == 2 && words.contains("2 files, 1 of them not compared"), "{}", said.all());
    }
}
