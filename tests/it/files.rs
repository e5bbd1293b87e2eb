//! Results in directories: what is left there, what is refused, what `rerun` says, what a disk that is full does.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::cli::{Place, Said, said};

/// All that lies in a directory, hidden names and folders too.
pub fn listing(directory: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().expect("UTF-8")).collect();
    names.sort();
    names
}

/// The files of a directory; folders are left out.
pub fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let plain = |name: &String| directory.join(name).is_file();
    listing(directory).into_iter().filter(plain).map(|name| (name.clone(), fs::read(directory.join(&name)).unwrap())).collect()
}

/// Two results are the same to the last byte.
pub fn same(a: &Path, b: &Path) {
    let (a_files, b_files) = (files(a), files(b));
    assert_eq!(a_files.keys().collect::<Vec<_>>(), b_files.keys().collect::<Vec<_>>());
    let differs: Vec<&String> = a_files.iter().filter(|(name, bytes)| b_files[*name] != **bytes).map(|(name, _)| name).collect();
    assert!(differs.is_empty(), "{} and {}: {differs:?} differ", a.display(), b.display());
}

/// It was refused with this exit code, and said all this.
pub fn refused(said: &Said, code: i32, words: &[&str]) {
    assert_eq!((said.code, said.out.as_str()), (code, ""), "{}", said.all());
    for word in words {
        assert!(said.err.contains(word), "`{word}` is not said: {}", said.all());
    }
    assert!(!said.err.contains("bug"), "{}", said.all());
}

pub const ALL: [&str; 11] = [
    "report.html",
    "report.json",
    "report.md",
    "scenario.json",
    "series.csv",
    "series.csv-metadata.json",
    "series.parquet",
    "summary.json",
    "trials.csv",
    "trials.csv-metadata.json",
    "trials.parquet",
];

const SMALL: [&str; 7] = ["run", "starter.toml", "-n", "700", "-q", "--format", "parquet,csv"];

fn with<'a>(base: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    base.iter().chain(more).copied().collect()
}

fn document(bytes: &[u8]) -> serde_json::Value {
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn a_result_does_not_depend_on_threads_or_engine() {
    let place = Place::new();
    for (name, more) in [("one", ["--threads", "1"]), ("eight", ["--threads", "8"]), ("plain", ["--engine", "reference"])] {
        let said = place.run(&with(&SMALL, &with(&["--out", name], &more)));
        assert_eq!(said.code, 0, "{}", said.all());
        assert_eq!(listing(&place.path(name)), ALL, "and nothing else is left");
        same(&place.path("one"), &place.path(name));
    }
}

#[test]
fn the_summary_is_what_json_prints_and_how_to_make_it_again() {
    let place = Place::new();
    let printed = place.run(&with(&SMALL, &["--out", "there", "--json"]));
    assert_eq!(printed.out.as_bytes(), fs::read(place.path("there/summary.json")).unwrap());
    let mut there = document(printed.out.as_bytes());
    let recipe = there.as_object_mut().unwrap().shift_remove("recipe").unwrap();
    let command = there.as_object_mut().unwrap().shift_remove("command").unwrap();
    assert!(command.as_str().unwrap().starts_with("escalade run starter.toml --trials 700 --seed 1"), "{command}");
    let plain = place.run(&["run", "starter.toml", "-n", "700", "-q", "--json"]);
    assert_eq!(there, document(plain.out.as_bytes()));
    assert_eq!((&recipe["file"], &recipe["trials"], &recipe["seed"]), (&"starter.toml".into(), &700.into(), &1.into()));
    assert_eq!(recipe["sha256"], there["scenario"]["sha256"]);
    assert_eq!(recipe["formats"], serde_json::json!(["parquet", "csv", "report"]));
}

#[test]
fn the_rows_of_trials_add_up_to_the_summary() {
    let place = Place::new();
    assert_eq!(place.run(&with(&SMALL, &["--out", "there"])).code, 0);
    let summary = document(&fs::read(place.path("there/summary.json")).unwrap());
    let mut reader = csv::Reader::from_path(place.path("there/trials.csv")).unwrap();
    let head = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let column = |name: &str| head.iter().position(|h| h == name).unwrap_or_else(|| panic!("no column {name}: {head:?}"));
    assert!(rows.iter().enumerate().all(|(k, row)| row[0] == k.to_string()), "trials are in order");
    for outcome in summary["outcomes"].as_array().unwrap() {
        let count = rows.iter().filter(|row| row[1] == *outcome["id"].as_str().unwrap()).count();
        assert_eq!(outcome["count"], count, "{}", outcome["id"]);
    }
    for indicator in summary["indicators"].as_array().unwrap() {
        let at = column(&format!("indicator.{}", indicator["id"].as_str().unwrap()));
        assert_eq!(indicator["count"], rows.iter().filter(|row| &row[at] == "true").count());
        assert_eq!(indicator["trials"], rows.iter().filter(|row| !row[at].is_empty()).count());
        assert!(rows.iter().all(|row| (&row[at] == "true") != row[at + 1].is_empty()), "since when it holds, where it does");
    }
    for metric in summary["metrics"].as_array().unwrap() {
        let at = column(&format!("metric.{}", metric["id"].as_str().unwrap()));
        let values: Vec<f64> = rows.iter().filter(|row| !row[at].is_empty()).map(|row| row[at].parse().unwrap()).collect();
        assert_eq!(metric["trials"], values.len());
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!((metric["mean"].as_f64().unwrap() - mean).abs() < 1e-9 * (1.0 + mean.abs()), "{}", metric["id"]);
    }
}

#[test]
fn formats_are_those_that_were_asked_for() {
    let place = Place::new();
    for (format, names) in [
        ("none", &["scenario.json", "summary.json"][..]),
        ("parquet", &["scenario.json", "series.parquet", "summary.json", "trials.parquet"]),
    ] {
        assert_eq!(place.run(&["run", "starter.toml", "-n", "64", "-q", "--out", format, "--format", format, "--no-report"]).code, 0);
        assert_eq!(listing(&place.path(format)), names);
    }
}

#[test]
fn several_scenarios_get_a_folder_each() {
    let place = Place::new();
    fs::copy(place.path("starter.toml"), place.path("other.toml")).unwrap();
    assert_eq!(place.run(&["run", "starter.toml", "other.toml", "-n", "64", "-q", "--out", "all"]).code, 0);
    assert_eq!(listing(&place.path("all")), ["index.html", "index.json", "index.md", "other", "starter"]);
    assert!(place.path("all/other/summary.json").is_file());
    // Two of one name would replace each other: more of their paths tells them apart, or they are refused.
    fs::create_dir(place.path("sub")).unwrap();
    fs::copy(place.path("starter.toml"), place.path("sub/starter.toml")).unwrap();
    assert_eq!(place.run(&["run", "starter.toml", "sub/starter.toml", "-n", "64", "-q", "--out", "both"]).code, 0);
    assert!(place.path("both/starter/summary.json").is_file() && place.path("both/sub/starter/summary.json").is_file());
    fs::copy(place.path("starter.toml"), place.path("starter.txt")).unwrap();
    let said = place.run(&["run", "starter.toml", "starter.txt", "-n", "64", "--out", "clash", "--force"]);
    refused(&said, 2, &["`starter.toml`", "`starter.txt`", "one folder"]);
    assert!(!place.path("clash").exists());
}

#[test]
fn a_result_is_replaced_only_when_forced_and_files_of_others_stay() {
    let place = Place::new();
    assert_eq!(place.run(&with(&SMALL, &["--out", "there"])).code, 0);
    place.write("there/notes.txt", "mine");
    let before = files(&place.path("there"));
    let again = ["run", "starter.toml", "-n", "300", "--out", "there"];
    refused(&place.run(&again), 2, &["`there`", "holds a result already", "--force"]);
    assert_eq!(files(&place.path("there")), before);
    assert_eq!(place.run(&with(&again, &["--force", "-q"])).code, 0);
    // What has no successor goes away; what is somebody else's stays.
    assert_eq!(
        listing(&place.path("there")),
        ["notes.txt", "report.html", "report.json", "report.md", "scenario.json", "series.parquet", "summary.json", "trials.parquet"]
    );
    assert_eq!(fs::read_to_string(place.path("there/notes.txt")).unwrap(), "mine");
    // A run that fails leaves the earlier result as it was.
    let before = files(&place.path("there"));
    let stops = ["--set", "events.attack.chance=\"0.1 + 0 / (10 - now / 1 day)\""];
    let said = place.run(&with(&again, &with(&["--force", "-q"], &stops)));
    assert_eq!(said.code, 3, "{}", said.all());
    assert_eq!(files(&place.path("there")), before);
    assert_eq!(listing(&place.path("there")).len(), before.len(), "nothing half-written is left");
}

#[test]
fn a_place_that_cannot_be_written_is_said_before_the_run() {
    let place = Place::new();
    place.write("file", "mine");
    // So many trials that a run that began would not end.
    let run = |out: &str| place.run(&["run", "starter.toml", "-n", "60000000000", "-q", "--out", out]);
    refused(&run("file"), 3, &["`file`", "not a directory", "help"]);
    refused(&run("file/below/it"), 3, &["`file`", "not a directory"]);
    fs::create_dir_all(place.path("odd/trials.parquet")).unwrap();
    refused(&place.run(&["run", "starter.toml", "--out", "odd", "--force"]), 3, &["trials.parquet", "directory"]);
    if cfg!(target_os = "linux") {
        refused(&run("/proc/escalade-result"), 3, &["/proc/escalade-result"]);
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", place.path("link")).unwrap();
        refused(&run("link"), 3, &["`link`", "symbolic link"]);
    }
    assert_eq!(fs::read_to_string(place.path("file")).unwrap(), "mine");
    // The option needs a directory.
    assert_eq!(place.run(&["run", "starter.toml", "--force"]).code, 2);
}

#[test]
fn a_variable_to_follow_that_is_not_there_gets_a_suggestion() {
    let place = Place::new();
    let run = |name: &str| place.run(&["run", "starter.toml", "-n", "64", "-q", "--format", "csv", "--out", "there", "--follow", name]);
    refused(&run("red.presure"), 2, &["`red.presure`", "did you mean `red.pressure`"]);
    assert!(!place.path("there").exists());
    assert_eq!(run("red.pressure").code, 0);
    let series = fs::read_to_string(place.path("there/series.csv")).unwrap();
    let followed: Vec<&str> = series.lines().filter(|l| l.starts_with("quantile,")).map(|l| l.split(',').nth(1).unwrap()).collect();
    assert!(!followed.is_empty() && followed.iter().all(|name| *name == "red.pressure"), "{followed:?}");
    assert_eq!(place.run(&["rerun", "there", "-q"]).code, 0);
}

#[test]
fn a_rerun_agrees_and_says_which_file_does_not() {
    let place = Place::new();
    let more =
        ["--out", "there", "--seed", "9", "--variant", "blue_restrains", "--set", "parameters.resolve=0.9", "--follow", "red.pressure"];
    assert_eq!(place.run(&with(&SMALL, &more)).code, 0);
    let names = [
        "summary.json",
        "scenario.json",
        "trials.parquet",
        "trials.csv",
        "trials.csv-metadata.json",
        "series.parquet",
        "series.csv",
        "series.csv-metadata.json",
        "report.json",
        "report.html",
        "report.md",
    ];
    let agrees = names.join(" agrees\n") + " agrees\n";
    let said = place.run(&["rerun", "there", "-q"]);
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, agrees.as_str(), ""));

    for name in ["trials.parquet", "series.csv"] {
        let path = place.path("there").join(name);
        let good = fs::read(&path).unwrap();
        let mut bad = good.clone();
        bad[good.len() / 2] ^= 1;
        fs::write(&path, &bad).unwrap();
        let said = place.run(&["rerun", "there", "-q"]);
        assert_eq!((said.code, said.out), (1, agrees.replace(&format!("{name} agrees"), &format!("{name} differs"))));
        fs::remove_file(&path).unwrap();
        let said = place.run(&["rerun", "there", "-q"]);
        assert!(said.code == 1 && said.out.contains(&format!("{name} is missing")), "{}", said.all());
        fs::write(&path, good).unwrap();
    }

    // The scenario has changed, has gone, and is given by hand.
    let text = fs::read_to_string(place.path("starter.toml")).unwrap();
    place.write("starter.toml", &format!("{text}# more\n"));
    refused(&place.run(&["rerun", "there"]), 2, &["`starter.toml`", "`there`", "sha256", "--scenario"]);
    fs::rename(place.path("starter.toml"), place.path("moved.toml")).unwrap();
    refused(&place.run(&["rerun", "there"]), 2, &["starter.toml", "does not exist", "--scenario"]);
    place.write("moved.toml", &text);
    assert_eq!(place.run(&["rerun", "there", "--file", "moved.toml", "-q"]).code, 0);

    // Another version, another document, nothing at all.
    let summary = fs::read_to_string(place.path("there/summary.json")).unwrap();
    let version = env!("CARGO_PKG_VERSION");
    place.write("there/summary.json", &summary.replace(&format!("\"version\": \"{version}\""), "\"version\": \"0.0.1\""));
    refused(&place.run(&["rerun", "there"]), 2, &["0.0.1", version, "install that version", "escalade run starter.toml"]);
    place.write("there/summary.json", "{}");
    refused(&place.run(&["rerun", "there"]), 2, &["`there`", "summary.json"]);
    refused(&place.run(&["rerun", "nowhere"]), 2, &["`nowhere`", "--out"]);
}

/// A limit on the size of files stands for a full disk: what the system says has another number, the program's way is the same.
#[cfg(unix)]
#[test]
fn a_file_that_cannot_grow_is_exit_code_3_and_the_earlier_result_stays() {
    let place = Place::new();
    assert_eq!(place.run(&["run", "starter.toml", "-n", "64", "-q", "--out", "there"]).code, 0);
    let before = files(&place.path("there"));
    let command =
        format!("trap '' XFSZ; ulimit -f 64; exec '{}' run starter.toml -n 60000 -q --force --out there", env!("CARGO_BIN_EXE_escalade"));
    let output = std::process::Command::new("sh").args(["-c", &command]).current_dir(place.path(".")).output().unwrap();
    refused(&said(output), 3, &["cannot write", "there", "file system allows", "help"]);
    assert_eq!(files(&place.path("there")), before);
    assert_eq!(listing(&place.path("there")).len(), before.len(), "nothing half-written is left: {:?}", listing(&place.path("there")));
}

/// A small file system of its own, which goes away at the end.
#[cfg(target_os = "linux")]
struct Disk(std::path::PathBuf);

#[cfg(target_os = "linux")]
impl Drop for Disk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).stderr(Stdio::null()).status();
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_exit_code_3_and_the_earlier_result_stays() {
    let place = Place::new();
    let path = place.path("disk");
    fs::create_dir(&path).unwrap();
    let mount =
        std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "size=512k", "tmpfs"]).arg(&path).stderr(Stdio::null()).status();
    if !mount.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no file system can be mounted here");
        return;
    }
    let _disk = Disk(path);
    assert_eq!(place.run(&["run", "starter.toml", "-n", "64", "-q", "--out", "disk/there"]).code, 0);
    let before = files(&place.path("disk/there"));
    let full = place.run(&["run", "starter.toml", "-n", "60000", "-q", "--out", "disk/there", "--force"]);
    refused(&full, 3, &["disk/there", "no space is left on the disk", "make room"]);
    assert_eq!(files(&place.path("disk/there")), before);
    assert_eq!(listing(&place.path("disk/there")).len(), before.len(), "nothing half-written is left");
    let part = place.run(&["shard", "starter.toml", "--range", "0..60000", "-o", "disk/part", "-q"]);
    refused(&part, 3, &["disk/part", "no space is left on the disk"]);
    assert_eq!(listing(&place.path("disk")), ["there"]);
    assert_eq!(place.run(&["rerun", "disk/there", "-q"]).code, 0);
}

#[test]
fn a_closed_pipe_does_not_hinder_the_files() {
    let place = Place::new();
    let mut child = place.command(&with(&SMALL, &["--out", "there"])).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let said = said(child.wait_with_output().unwrap());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    assert_eq!(listing(&place.path("there")), ALL);
    let mut child = place.command(&["rerun", "there", "-q"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
