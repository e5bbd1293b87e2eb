//! Two results compared: noise is no change, a change is found, and what is not a result is refused.

use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::{Place, Said};

const TEXT: &str = r#"
format = 1
about = { title = "Two results", question = "How often war?", sources = ["invented"] }
clock = { step = "1 day", horizon = "8 days" }
[parameters]
p    = 0.5
luck = { dist = "uniform", min = 0, max = 1, label = "Luck" }
[[events]]
id     = "war"
chance = "p / 8"
[[events]]
id     = "noise"
chance = "luck / 4"
says   = "Something happens"
[[outcomes]]
id    = "war"
label = "Open war"
when  = "ever(war)"
ends  = true
[[outcomes]]
id   = "peace"
otherwise = true
[[indicators]]
id   = "noisy"
when = "ever(noise)"
[[indicators]]
id    = "noisy_war"
when  = "ever(noise)"
given = "war_came"
[[indicators]]
id   = "war_came"
when = "ever(war)"
[[metrics]]
id    = "noises"
value = "count(noise)"
"#;

fn place() -> Place {
    let place = Place::new();
    place.write("two.toml", TEXT);
    place
}

fn run(place: &Place, out: &str, args: &[&str]) {
    let said = place.run(&[&["run", "two.toml", "-q", "-n", "2000", "--out", out], args].concat());
    assert_eq!(said.code, 0, "{}", said.all());
}

fn diff(place: &Place, args: &[&str]) -> (i32, Value) {
    let said = place.run(&[&["diff", "--json"], args].concat());
    (said.code, serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.all())))
}

fn share<'v>(value: &'v Value, id: &str) -> &'v Value {
    let all = value["diff"]["shares"].as_array().unwrap();
    all.iter().find(|s| s["id"] == id && s.get("day").is_none()).unwrap()
}

#[test]
fn the_same_result_is_the_same() {
    let place = place();
    run(&place, "a", &[]);
    run(&place, "b", &["--threads", "1"]);
    let (code, value) = diff(&place, &["a", "b"]);
    let d = &value["diff"];
    assert_eq!((code, &d["changed"], &d["paired_trials"]), (0, &false.into(), &2000.into()));
    let verdicts = |list: &str| d[list].as_array().unwrap().iter().map(|s| s["verdict"].clone()).collect::<Vec<_>>();
    assert!(verdicts("shares").iter().chain(&verdicts("means")).all(|v| v == "same"), "{d}");
    assert_eq!(d["entries"], Value::Array(Vec::new()));
    // Tables may be CSV on one side; without any, the same numbers are not told apart.
    run(&place, "c", &["--format", "csv"]);
    assert_eq!(diff(&place, &["a", "c"]).1["diff"]["paired_trials"], 2000);
    run(&place, "d", &["--format", "none"]);
    let (code, value) = diff(&place, &["a/summary.json", "d"]);
    assert_eq!((code, &value["diff"]["paired_trials"]), (0, &0.into()));
    assert_eq!(share(&value, "war")["verdict"], "noise");
}

/// False-alarm rate: 20 comparisons at 1 in 1,000 each: 2 in 100 that one of them calls noise a change; the seeds are fixed.
#[test]
fn another_seed_is_noise() {
    let place = place();
    run(&place, "a", &["--seed", "100"]);
    for seed in 101..121 {
        let out = format!("s{seed}");
        run(&place, &out, &["--seed", &seed.to_string(), "--format", "none"]);
        let (code, value) = diff(&place, &["a", &out]);
        assert_eq!((code, &value["diff"]["paired_trials"]), (0, &0.into()), "seed {seed}: {value}");
    }
}

#[test]
fn a_change_is_found_and_its_cause_is_named() {
    let place = place();
    run(&place, "old", &[]);
    place.write(
        "two.toml",
        &TEXT.replace("p    = 0.5", "p    = 0.6").replace("Something happens", "Something stirs").replace("luck / 4", "luck / 4 + 0.0"),
    );
    run(&place, "new", &[]);
    let said = place.run(&["diff", "old", "new"]);
    said.fits(80);
    let shown = said
        .all()
        .lines()
        .map(|l| if l.contains("sha256") || l.contains("escalade 0") { "[side]".to_owned() } else { l.to_owned() })
        .collect::<Vec<_>>();
    assert_snapshot!("diff_of_a_change", shown.join("\n"));
    let (code, value) = diff(&place, &["old", "new"]);
    assert_eq!(code, 1);
    let war = share(&value, "war");
    // The same uniform numbers against a higher chance: wars only come.
    assert_eq!((&war["verdict"], &war["pairs"]["base_only"]), (&"changed".into(), &0.into()));
    let entries: Vec<(&str, &str)> =
        value["diff"]["entries"].as_array().unwrap().iter().map(|e| (e["kind"].as_str().unwrap(), e["path"].as_str().unwrap())).collect();
    assert_eq!(entries, [("input", "parameters.p"), ("rule", "events.noise.chance"), ("text", "events.noise.says")]);
    // What is conditional is read in other trials now.
    assert!(share(&value, "noisy_war").get("pairs").is_none());
    // A tolerance accepts it.
    let (code, value) = diff(&place, &["old", "new", "--tolerance", "0.2", "--relative-tolerance", "0.5"]);
    assert_eq!((code, &share(&value, "war")["verdict"]), (0, &"tolerated".into()));
}

#[test]
fn a_job_summary_holds_texts_only() {
    let place = place();
    run(&place, "old", &[]);
    place.write("two.toml", &TEXT.replace("p    = 0.5", "p    = 0.7").replace("Open war", "<script>x</script> [a](b) | @team"));
    run(&place, "new", &["--seed", "2"]);
    let said = place.run(&["diff", "old", "new", "--markdown", "summary.md"]);
    assert_eq!(said.code, 1, "{}", said.all());
    let text = std::fs::read_to_string(place.path("summary.md")).unwrap();
    for bad in ["<script", "](", "@team", "::"] {
        assert!(!text.contains(bad), "{bad}: {text}");
    }
    assert!(text.contains("their seeds differ") && text.contains("<td>input</td><td><code>parameters.p</code>"), "{text}");
    assert_eq!(place.run(&["diff", "old", "new", "--markdown", "nowhere/summary.md"]).code, 3);
    let other = place.run(&["diff", "old", "new", "--json"]);
    assert!(!place.path("nowhere").exists() && other.code == 1);
}

#[test]
fn what_was_not_run_alike_is_said() {
    let place = place();
    run(&place, "a", &[]);
    run(&place, "seed", &["--seed", "2"]);
    assert_eq!(place.run(&["run", "two.toml", "-q", "-n", "500", "--out", "few"]).code, 0);
    run(&place, "set", &["--set", "parameters.p=0.9"]);
    run(&place, "bare", &["--format", "none"]);
    for (other, words) in [
        ("seed", "share nothing: their seeds differ."),
        ("few", "share nothing: they have not the same trials."),
        ("set", "Not run alike: other entries were set by hand: parameters.p (not set, now 0.9)."),
        ("bare", "share nothing: the new result has no table of trials beside it."),
    ] {
        let said = place.run(&["diff", "a", other]);
        said.fits(80);
        assert!(said.out.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{words}: {}", said.all());
    }
    std::fs::create_dir(place.path("two")).unwrap();
    place.write(
        "two/summary.json",
        &std::fs::read_to_string(place.path("a/summary.json")).unwrap().replace("\"complete\": true", "\"complete\": false"),
    );
    assert!(place.run(&["diff", "a", "two"]).out.contains("Not run alike: the new run is PARTIAL."));
    // Of another scenario with other outcomes there is nothing to compare.
    place.write("three.toml", &TEXT.replace("war", "row").replace("peace", "calm").replace("nois", "sound"));
    assert_eq!(place.run(&["run", "three.toml", "-q", "-n", "200", "--out", "three"]).code, 0);
    let said = place.run(&["diff", "a", "three"]);
    assert!(said.code == 2 && said.err.contains("nothing in common: one is of `two`, the other of `three`"), "{}", said.all());
}

#[test]
fn numbers_that_no_run_has_are_refused_and_no_panic() {
    let place = place();
    run(&place, "a", &[]);
    let text = std::fs::read_to_string(place.path("a/summary.json")).unwrap();
    for (old, new) in [
        ("\"count\": ", "\"count\": 9"),
        ("\"trials\": 2000", "\"trials\": 18446744073709551615"),
        ("\"first_trial\": 0", "\"first_trial\": 18446744073709551615"),
        ("\"standard_error\": ", "\"standard_error\": -"),
    ] {
        assert!(text.contains(old), "{old}");
        place.write("bad.json", &text.replace(old, new));
        let said = place.run(&["diff", "a", "bad.json"]);
        assert!(said.code == 2 && said.err.contains("counts of trials that no run has"), "{new}: {}", said.all());
    }
}

#[test]
fn what_only_one_result_has_is_a_change() {
    let place = place();
    run(&place, "old", &[]);
    place.write("two.toml", &TEXT.replace("id    = \"noises\"", "id    = \"sounds\""));
    run(&place, "new", &[]);
    let (code, value) = diff(&place, &["old", "new"]);
    assert_eq!((code, &value["diff"]["only_old"][0], &value["diff"]["only_new"][0]), (1, &"metric noises".into(), &"metric sounds".into()));
}

#[test]
fn documents_fit_the_schema() {
    let place = place();
    run(&place, "a", &[]);
    run(&place, "b", &["--set", "parameters.p=0.8", "--seed", "2", "--format", "none"]);
    let schema: Value = serde_json::from_str(&place.run(&["schema", "--of", "diff"]).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for pair in [["a", "a"], ["a", "b"]] {
        let document = diff(&place, &pair).1;
        let errors: Vec<String> = validator.iter_errors(&document).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}

#[test]
fn what_is_no_result_is_refused() {
    let place = place();
    run(&place, "a", &[]);
    place.write("newer.json", r#"{ "format": 2 }"#);
    place.write("older.json", r#"{ "format": 0 }"#);
    place.write("text.json", r#"{ "format": "1" }"#);
    place.write("other.json", r#"{ "some": "thing" }"#);
    place.write("cut.json", r#"{ "format": 1, "tool""#);
    place.write("half.json", r#"{ "format": 1, "tool": { "name": "escalade", "version": "0" } }"#);
    let mut all = String::new();
    for args in [
        &["a", "nowhere"][..],
        &["a", "newer.json"],
        &["older.json", "text.json"],
        &["a", "other.json"],
        &["cut.json", "half.json"],
        &["a", "two.toml"],
        &["a", "a", "--false-alarms", "0.5"],
        &["a", "a", "--tolerance", "5 %"],
        &["a"],
    ] {
        let said: Said = place.run(&[&["diff"], args].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        let lines = said.err.lines().filter(|l| l.starts_with("error") || l.starts_with("help"));
        all += &format!("{}\n    {}\n", args.join(" "), lines.collect::<Vec<_>>().join("\n    "));
    }
    assert_snapshot!("wrong_diffs", all);
}

#[test]
fn a_run_is_compared_with_its_baseline_in_one_go() {
    let place = place();
    run(&place, "old", &[]);
    let again = |args: &[&str]| place.run(&[&["run", "two.toml", "-q", "-n", "2000", "--baseline", "old"], args].concat());
    let same = again(&["--out", "same"]);
    assert!(same.code == 0 && same.out.contains("Nothing changed: all"), "{}", same.all());
    let other = again(&["--out", "other", "--set", "parameters.p=0.8"]);
    assert!(
        other.code == 1 && other.out.contains("figures changed beyond noise") && other.out.contains("How it can end"),
        "{}",
        other.all()
    );
    let data = again(&["--out", "data", "--set", "parameters.p=0.8", "--json"]);
    assert!(data.code == 1 && data.err.contains("changed against old"), "{}", data.all());
    let document: Value = serde_json::from_str(&data.out).unwrap();
    assert_eq!(document["plan"]["trials"], 2000);
    // Where the result would replace what it is compared with, and where there is nothing to compare it with.
    assert_eq!(again(&["--out", "old", "--force"]).code, 2);
    assert_eq!(place.run(&["run", "two.toml", "-q", "--out", "new", "--baseline", "nowhere"]).code, 2);
    assert!(!place.path("new/summary.json").exists());
    assert_eq!(place.run(&["run", "two.toml", "-q", "-n", "9", "--baseline", "old"]).code, 2);
    // Several files have a folder each; one that is new is said to be.
    place.write("three.toml", TEXT);
    let all = |out: &str, more: &[&str]| place.run(&[&["run", "two.toml", "three.toml", "-n", "500", "--out", out], more].concat());
    assert_eq!(all("first", &[]).code, 0);
    std::fs::remove_dir_all(place.path("first/three")).unwrap();
    let second = all("second", &["--baseline", "first"]);
    assert!(second.code == 0 && second.err.contains("nothing to compare `three` with"), "{}", second.all());
}

#[cfg(unix)]
#[test]
fn what_has_no_end_is_refused_and_not_read() {
    let place = place();
    run(&place, "a", &[]);
    let said = place.run(&["diff", "a", "/dev/zero"]);
    assert!(said.code == 2 && said.err.contains("is no file"), "{}", said.all());
    std::fs::remove_file(place.path("a/summary.json")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", place.path("a/summary.json")).unwrap();
    for command in ["report", "rerun"] {
        assert_eq!(place.run(&[command, "a"]).code, 2, "{command}");
    }
}

#[test]
fn a_damaged_table_leaves_the_summaries_to_be_compared() {
    let place = place();
    run(&place, "a", &[]);
    run(&place, "b", &[]);
    place.write("b/trials.parquet", "no table");
    let (code, value) = diff(&place, &["a", "b"]);
    assert_eq!((code, &value["diff"]["paired_trials"]), (0, &0.into()));
}

/// What war depends on, by so many trials; a second seed or another rule makes another study.
fn studied(place: &Place, out: &str, args: &[&str]) {
    run(place, out, &[]);
    let said = place.run(&[&["sensitivity", "two.toml", "-q", "--format", "none", "--out", out], args].concat());
    assert_eq!(said.code, 0, "{}", said.all());
}

fn indices(value: &Value) -> Vec<(String, String)> {
    let all = value["diff"]["sensitivity"]["indices"].as_array().unwrap();
    let changed = all.iter().filter(|i| i["verdict"] == "changed");
    changed.map(|i| (i["id"].as_str().unwrap().to_owned(), i["index"].as_str().unwrap().to_owned())).collect()
}

#[test]
fn what_it_depends_on_is_compared_index_by_index() {
    let place = place();
    for (method, args) in [("sobol", &["--points", "256"][..]), ("morris", &[]), ("given", &["-n", "4000"])] {
        let args = [&["--method", method], args].concat();
        let name = |part: &str| format!("{method}-{part}");
        place.write("two.toml", TEXT);
        studied(&place, &name("old"), &args);
        studied(&place, &name("again"), &[&args[..], &["--threads", "1"]].concat());
        // The same study: the same numbers.
        let (code, value) = diff(&place, &[&name("old"), &name("again")]);
        let found = &value["diff"]["sensitivity"];
        let all = found["indices"].as_array().unwrap();
        assert_eq!((code, &found["paired"], &found["not_compared"]), (0, &true.into(), &Value::Array(Vec::new())), "{method}");
        assert!(!all.is_empty() && all.iter().all(|i| i["verdict"] == "same"), "{method}: {found}");
        assert_eq!(value["diff"]["family"], all.len() + figures(&value), "{method}");
        // Luck matters five times less for the noise, and shares follow.
        place.write("two.toml", &TEXT.replace("luck / 4", "0.1 + luck / 20"));
        studied(&place, &name("new"), &args);
        let (code, value) = diff(&place, &[&name("old"), &name("new")]);
        let changed = indices(&value);
        assert!(
            code == 1 && changed.iter().any(|i| i.0 == "noisy") && changed.iter().all(|i| i.0.contains("nois")),
            "{method}: {changed:?}"
        );
    }
    let said = place.run(&["diff", "morris-old", "morris-new"]);
    said.fits(80);
    let shown: Vec<&str> = said.out.lines().skip_while(|l| !l.contains("depends on")).take_while(|l| !l.starts_with("In the")).collect();
    assert_snapshot!("diff_of_sensitivities", shown.join("\n"));
    // Two ways of asking, or one study alone, are not compared, and that is no change.
    place.write("two.toml", TEXT);
    run(&place, "alone", &[]);
    for (other, words) in [("morris-old", "the old study is by sobol, the new one by morris"), ("alone", "the new result has no study")] {
        let (code, value) = diff(&place, &["sobol-old", other]);
        assert_eq!((code, &value["diff"]["sensitivity"]["not_compared"][0]["why"]), (0, &words.into()));
        let said = place.run(&["diff", "sobol-old", other]);
        said.fits(80);
        assert!(said.out.replace("\n  ", " ").contains(words), "{}", said.all());
    }
    // Of another format: the runs are compared, and it is said why the studies are not.
    place.write("alone/sensitivity.json", r#"{ "format": 7 }"#);
    let (code, value) = diff(&place, &["sobol-old", "alone"]);
    let why = value["diff"]["sensitivity"]["not_compared"][0]["why"].as_str().unwrap();
    assert!(code == 0 && why.contains("has format 7, which a newer escalade has written"), "{why}");
    let schema: Value = serde_json::from_str(&place.run(&["schema", "--of", "diff"]).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for other in ["sobol-new", "morris-old", "alone"] {
        let document = diff(&place, &["sobol-old", other]).1;
        let errors: Vec<String> = validator.iter_errors(&document).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}

fn figures(value: &Value) -> usize {
    value["diff"]["shares"].as_array().unwrap().len() + value["diff"]["means"].as_array().unwrap().len()
}

/// False-alarm rate: 12 comparisons at 1 in 1,000 each: 12 in 1,000 that one of them calls noise a change; the seeds are fixed.
#[test]
fn a_study_of_another_seed_is_noise() {
    let place = place();
    let methods = [["sobol", "--points", "128"], ["morris", "--trajectories", "64"], ["given", "--trials", "4000"]];
    for [method, size, number] in methods {
        let study = |seed: &str| {
            let out = format!("{method}-{seed}");
            studied(&place, &out, &["--method", method, size, number, "--seed", seed]);
            out
        };
        let first = study("200");
        for seed in ["201", "202", "203", "204"] {
            let (code, value) = diff(&place, &[&first, &study(seed)]);
            assert_eq!((code, &value["diff"]["sensitivity"]["paired"]), (0, &false.into()), "{method}, seed {seed}: {value}");
        }
    }
}
