//! `run` on many files: one schedule, answers in order, results apart; nothing depends on threads or on the other files.

use std::fs;

use serde_json::Value;

use crate::cli::{Place, Said};
use crate::files::{files, listing, same};

/// A scenario that ends in a step; its text tells it from others.
fn quick(title: &str, chance: f64) -> String {
    format!(
        "format = 1\n[about]\ntitle = \"{title}\"\n[clock]\nstep = \"1 day\"\nhorizon = \"5 days\"\n[parameters]\np = {{ dist = \"uniform\", min = 0, max = 1 }}\n\
         [world.vars]\nraids = {{ start = 0, min = 0, max = 99 }}\n[[events]]\nid = \"raid\"\nchance = \"{chance} * p\"\nwithin = \"1 day\"\neffects = [\"raids += 1\"]\n\
         [[outcomes]]\nid = \"raided\"\nwhen = \"raids > 0\"\n[[outcomes]]\nid = \"calm\"\notherwise = true\n"
    )
}

/// A folder with scenarios, one of them deeper, one that is wrong, and a part of another.
fn place() -> Place {
    let place = Place::new();
    fs::create_dir_all(place.path("crises/deep")).unwrap();
    for (name, chance) in [("a", 0.1), ("c", 0.2), ("d", 0.3), ("deep/a", 0.4), ("deep/b", 0.5)] {
        place.write(&format!("crises/{name}.toml"), &quick(name, chance));
    }
    place.write("crises/b.toml", "format = 1\n[about]\ntitle = 3\n");
    place.write("crises/part.toml", "[parameters]\nq = 1\n");
    place
}

fn run(place: &Place, args: &[&str]) -> Said {
    place.run(&[&["run", "crises", "-n", "700"], args].concat())
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_folder_is_run_as_many_single_runs_whatever_the_threads() {
    let place = place();
    let first = run(&place, &["--threads", "1", "--out", "one"]);
    assert_eq!(first.code, 2, "the worst of all: {}", first.all());
    for threads in ["2", "3", "8"] {
        let again = run(&place, &["--threads", threads, "--out", "again", "--force"]);
        // What is said is in the order of files too.
        assert_eq!((again.code, &again.out, again.err.replace("again", "one")), (first.code, &first.out, first.err.clone()), "{threads}");
        for name in ["a", "c", "d", "deep/a", "deep/b"] {
            same(&place.path(&format!("one/{name}")), &place.path(&format!("again/{name}")));
        }
        assert_eq!(files(&place.path("one"))["index.html"], files(&place.path("again"))["index.html"]);
    }
    assert!(first.err.contains("crises/part.toml") && first.err.contains("b.toml:3"), "{}", first.all());
    assert_eq!(listing(&place.path("one")), ["a", "c", "d", "deep", "index.html", "index.json", "index.md"]);
    // The others of the schedule change nothing: the same bytes as alone.
    for name in ["c", "deep/b"] {
        let file = format!("crises/{name}.toml");
        assert_eq!(place.run(&["run", &file, "-n", "700", "-q", "--out", "alone", "--force"]).code, 0);
        same(&place.path(&format!("one/{name}")), &place.path("alone"));
    }
    // Nor do chunks: more trials than one thread takes at a time, left and gone on with by all.
    let many = ["--threads", "2", "-q", "--format", "none", "--force"];
    let long = |out: &str, threads: &str| {
        place.run(&[&["run", "crises/a.toml", "crises/c.toml", "-n", "150000", "--out", out], &many[2..], &["--threads", threads]].concat())
    };
    assert_eq!((long("long1", "1").code, long("long3", "3").code), (0, 0));
    same(&place.path("long1/a"), &place.path("long3/a"));
    same(&place.path("long1/c"), &place.path("long3/c"));
}

#[test]
fn answers_come_in_the_order_of_files_and_an_error_has_its_line() {
    let place = place();
    let said = run(&place, &["--json", "-q"]);
    let all = lines(&said.out);
    let titles: Vec<&str> = all.iter().filter_map(|v| v.pointer("/scenario/title").and_then(Value::as_str)).collect();
    assert_eq!((said.code, titles), (2, vec!["a", "c", "d", "deep/a", "deep/b"]));
    assert_eq!((all.len(), all[1]["file"].as_str()), (6, Some("crises/b.toml")));
    assert!(all[1]["error"].as_str().is_some() && all[1]["diagnostics"].as_array().is_some_and(|d| !d.is_empty()), "{}", all[1]);
    // In words: a gap between answers, one line about all.
    let said = run(&place, &[]);
    assert_eq!(said.out.matches("How it can end").count(), 5);
    assert_eq!(said.err.matches("trials a second").count() + said.err.matches("[speed]").count(), 1, "{}", said.err);
    // Runs that stop by themselves do so side by side as alone.
    let precise = ["--precision", "0.02", "--json", "-q"];
    let all = lines(&place.run(&[&["run", "crises/a.toml", "crises/d.toml", "--threads", "2"], &precise[..]].concat()).out);
    for (document, file) in all.iter().zip(["crises/a.toml", "crises/d.toml"]) {
        let alone: Value = serde_json::from_str(&place.run(&[&["run", file], &precise[..]].concat()).out).unwrap();
        assert_eq!(document, &alone, "{file}");
    }
    // Other questions are asked of each file in turn.
    let said = place.run(&["run", "crises/deep", "--split-uncertainty", "20x5", "--json", "-q"]);
    assert_eq!((said.code, lines(&said.out).len()), (0, 2), "{}", said.all());
}

#[test]
fn a_folder_without_scenarios_is_refused() {
    let place = Place::new();
    fs::create_dir(place.path("empty")).unwrap();
    let said = place.run(&["run", "empty", "--out", "none"]);
    assert!(said.code == 2 && said.err.contains("no scenario in `empty`"), "{}", said.all());
    assert!(!place.path("none").exists());
}

#[test]
fn what_is_there_stays_and_what_is_missing_is_made_by_resume() {
    let place = place();
    fs::remove_file(place.path("crises/b.toml")).unwrap();
    assert_eq!(run(&place, &["--out", "all", "-q"]).code, 0);
    let before = files(&place.path("all"));
    let again = run(&place, &["--out", "all", "-q"]);
    assert!(again.code == 2 && again.err.contains("holds a result already"), "{}", again.all());
    fs::remove_dir_all(place.path("all/c")).unwrap();
    let resumed = run(&place, &["--out", "all", "--resume"]);
    assert!(resumed.code == 0 && resumed.err.matches("complete already").count() == 4, "{}", resumed.all());
    assert_eq!(files(&place.path("all")), before);
}

#[cfg(unix)]
#[test]
fn what_is_finished_is_shown_and_written_when_the_run_is_interrupted() {
    use std::process::Stdio;
    use std::time::{Duration, Instant};
    let place = Place::new();
    fs::create_dir(place.path("crises")).unwrap();
    place.write("crises/a.toml", &quick("first", 0.1));
    // So long that it does not end by itself before it is interrupted.
    place.write("crises/b.toml", &quick("second", 0.1).replace("5 days", "90000 days"));
    place.write("crises/c.toml", &quick("third", 0.1));
    let args = ["run", "crises", "-n", "60000", "--threads", "1", "--json", "--out", "all", "--format", "none"];
    let child = place.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let began = Instant::now();
    while !place.path("all/a/summary.json").is_file() {
        assert!(began.elapsed() < Duration::from_mins(1), "the first did not end");
        std::thread::sleep(Duration::from_millis(2));
    }
    std::thread::sleep(Duration::from_millis(300));
    assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let said = crate::cli::said(child.wait_with_output().unwrap());
    assert_eq!(said.code, 130, "{}", said.all());
    let all = lines(&said.out);
    assert_eq!((all.len(), &all[0]["plan"]["complete"]), (3, &true.into()), "{}", said.all());
    assert_eq!(all[2]["error"], "interrupted before it was begun");
    let index: Value = serde_json::from_slice(&files(&place.path("all"))["index.json"]).unwrap();
    let states: Vec<&str> = index["index"]["files"].as_array().unwrap().iter().filter_map(|f| f["state"].as_str()).collect();
    assert!(states[0] == "done" && ["partial", "interrupted"].contains(&states[1]) && states[2] == "not_begun", "{states:?}");
    assert!(said.err.contains("1 of 3 scenarios were not begun"), "{}", said.err);
}

#[test]
fn what_changed_against_a_baseline_lies_beside_each_result() {
    let place = place();
    fs::remove_file(place.path("crises/b.toml")).unwrap();
    assert_eq!(run(&place, &["--out", "old", "-q"]).code, 0);
    place.write("crises/c.toml", &quick("c", 0.9));
    place.write("crises/new.toml", &quick("new", 0.9));
    let said = run(&place, &["--out", "next", "--baseline", "old"]);
    assert!(said.code == 1 && said.err.contains("nothing to compare `new` with"), "{}", said.all());
    // What did not change has a line, and the whole a sentence at the end.
    assert!(said.out.starts_with("a: unchanged (") && said.out.contains("\ndeep/a: unchanged ("), "{}", said.out);
    assert!(said.out.ends_with("\n1 of 5 changed: c\n"), "{}", said.out);
    // All six together have the chance of one false alarm.
    let document: Value = serde_json::from_slice(&files(&place.path("next/c"))["changes.json"]).unwrap();
    assert!((document["diff"]["level"].as_f64().unwrap() - (1.0 - 0.001 / 6.0)).abs() < 1e-12, "{document}");
    place.write("crises/wrong.toml", "about = 1");
    fs::create_dir_all(place.path("old/wrong")).unwrap();
    let wrong = run(&place, &["--out", "third", "--baseline", "old", "--false-alarms", "0.01", "-q"]);
    assert!(wrong.code == 2 && wrong.out.ends_with("\n1 of 5 changed: c; 1 file wrong: wrong.toml\n"), "{}", wrong.all());
    // What was wrong then, and left a folder without a run, has nothing to be compared with.
    place.write("crises/wrong.toml", &quick("wrong", 0.9));
    let mended = run(&place, &["--out", "fourth", "--baseline", "old"]);
    assert!(mended.code == 1 && mended.err.contains("nothing to compare `wrong` with"), "{}", mended.all());
    fs::remove_file(place.path("crises/wrong.toml")).unwrap();
    // Two folders are compared result by result.
    let said = place.run(&["diff", "old", "next"]);
    assert!(said.code == 1 && said.out.contains("a: unchanged (") && said.out.contains("figures changed beyond noise"), "{}", said.all());
    assert!(said.out.ends_with("\n1 of 5 changed: c; only in next: new\n"), "{}", said.out);
    assert_eq!(place.run(&["diff", "next", "next"]).code, 0);
    let said = place.run(&["diff", "old", "next", "--json", "--markdown", "changes.md"]);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    let schema: Value = serde_json::from_str(&place.run(&["schema", "--of", "diff"]).out).unwrap();
    let errors: Vec<String> = jsonschema::validator_for(&schema).unwrap().iter_errors(&document).map(|e| e.to_string()).collect();
    assert!(said.code == 1 && errors.is_empty(), "{errors:?}");
    let results: Vec<_> =
        document["results"].as_array().unwrap().iter().map(|r| (&r["name"], &r["changed"], r.get("document").is_some())).collect();
    assert_eq!(results.len(), 5);
    assert!(results.iter().all(|(name, changed, whole)| (*name == "c") == **changed && **changed == *whole), "{results:?}");
    assert_eq!(document["only_new"], serde_json::json!(["new"]));
    let summary = fs::read_to_string(place.path("changes.md")).unwrap();
    assert!(summary.starts_with("## ❌ What changed\n\n<p>1 of 5 changed") && summary.contains("<summary><code>c</code>"), "{summary}");
    // What cannot be read on one side is told, and the others are compared.
    let kept = fs::read(place.path("next/a/summary.json")).unwrap();
    fs::write(place.path("next/a/summary.json"), "{ \"format\": 1").unwrap();
    let said = place.run(&["diff", "old", "next", "--json"]);
    let document: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!((said.code, &document["not_read"][0]["name"]), (2, &"a".into()), "{}", said.err);
    fs::write(place.path("next/a/summary.json"), kept).unwrap();
    let changed = |name: &str| {
        let document: Value = serde_json::from_slice(&files(&place.path(&format!("next/{name}")))["changes.json"]).unwrap();
        document["diff"]["changed"].as_bool().unwrap()
    };
    assert_eq!((changed("a"), changed("c"), changed("deep/a")), (false, true, false));
    assert!(!place.path("next/new/changes.json").exists());
    let words = fs::read_to_string(place.path("next/c/changes.txt")).unwrap();
    assert!(words.contains("changed beyond noise") && !words.contains('\u{1b}'), "{words}");
    let index = fs::read_to_string(place.path("next/index.md")).unwrap();
    assert!(index.contains("1 scenario changed beyond noise: c") || index.contains("changed beyond noise:\u{2060} c"), "{index}");
    // They go away with the result that they are about; made again, it agrees.
    assert_eq!(place.run(&["rerun", "next/c", "-q"]).code, 0);
    assert_eq!(run(&place, &["--out", "next", "--force", "-q"]).code, 0);
    assert!(!place.path("next/c/changes.json").exists() && !place.path("next/c/changes.txt").exists());
    // A baseline that is not there at all is said once.
    let said = run(&place, &["--out", "next", "--force", "--baseline", "nowhere"]);
    assert!(said.code == 0 && said.err.matches("nowhere").count() == 1, "{}", said.all());
}

#[test]
fn names_of_results_do_not_stand_in_each_others_way() {
    let place = Place::new();
    fs::create_dir_all(place.path("odd/x")).unwrap();
    for name in ["x", "x/.unfinished", "x/report.html", "index.json"] {
        place.write(&format!("odd/{name}.toml"), &quick("odd", 0.2));
    }
    let said = place.run(&["run", "odd", "-n", "100", "-q", "--format", "none", "--out", "all"]);
    assert_eq!(said.code, 0, "{}", said.all());
    for name in ["x", "x/_.unfinished", "x/report.html_", "index.json_"] {
        assert!(place.path(&format!("all/{name}/summary.json")).is_file(), "{name}");
    }
    assert!(place.path("all/index.json").is_file() && !place.path("all/x/.unfinished").exists());
}

#[cfg(unix)]
#[test]
fn links_do_not_lead_out_of_a_folder_and_what_is_not_read_is_said() {
    use std::os::unix::fs::symlink;
    let place = Place::new();
    fs::create_dir_all(place.path("crises")).unwrap();
    place.write("crises/a.toml", &quick("a", 0.2));
    place.write("secret.txt", "nobody is to read this\n");
    symlink(place.path("secret.txt"), place.path("crises/out.toml")).unwrap();
    symlink(place.path("nowhere"), place.path("crises/gone.toml")).unwrap();
    symlink(place.path("crises/a.toml"), place.path("crises/same.toml")).unwrap();
    let said = place.run(&["run", "crises", "-n", "100"]);
    assert!(said.code == 0 && !said.all().contains("nobody is to read this"), "{}", said.all());
    assert!(said.err.contains("a link out of the folder") && said.err.contains("a link to nothing"), "{}", said.err);
    // Deeper than is looked: an error, not a silence.
    let deep = format!("crises/{}", ["d"; 34].join("/"));
    fs::create_dir_all(place.path(&deep)).unwrap();
    let said = place.run(&["test", "crises"]);
    assert!(said.code == 2 && said.err.contains("nested more than 32 deep"), "{}", said.all());
}

#[test]
fn what_is_passed_over_by_resume_is_compared_all_the_same() {
    let place = Place::new();
    fs::create_dir_all(place.path("crises")).unwrap();
    place.write("crises/a.toml", &quick("a", 0.2));
    place.write("crises/b.toml", &quick("b", 0.2));
    assert_eq!(run(&place, &["-q", "--out", "old"]).code, 0);
    place.write("crises/b.toml", &quick("b", 0.9));
    assert_eq!(run(&place, &["-q", "--out", "new"]).code, 0);
    let said = run(&place, &["--out", "new", "--resume", "--baseline", "old"]);
    assert!(said.code == 1 && said.all().contains("changed against the baseline"), "{}", said.all());
    assert!(place.path("new/b/changes.txt").is_file());
}

#[test]
fn no_text_of_a_scenario_is_a_command_to_a_runner() {
    let place = Place::new();
    place.write("inj.toml", &quick("::error title=x::obeyed", 0.2));
    for args in [&["run", "inj.toml", "-n", "100"][..], &["explain", "inj.toml"], &["trace", "inj.toml"]] {
        let said = place.run(args);
        assert!(said.code == 0 && said.out.contains("obeyed"), "{}", said.all());
        assert!(!said.all().lines().any(|line| line.trim_start().starts_with("::")), "{}", said.all());
    }
}
