//! One run on several machines: parts merge to the bytes of one run, and what does not fit is refused by name.

use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::cli::{Place, Said};
use crate::files::{refused, same};
use crate::interruption::Luck;

/// More than the 1,000 trials of which variables are followed and the 10,000 whose paths are counted.
const TRIALS: u64 = 12_000;
const SEED: u64 = 20_260_402;

fn shard(place: &Place, (from, to): (u64, u64), part: &str, more: &[&str]) {
    let range = format!("{from}..{to}");
    let args = ["shard", "starter.toml", "--range", &range, "-o", part, "-q"];
    let said = place.run(&args.iter().chain(more).copied().collect::<Vec<_>>());
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "", ""), "{}", said.all());
}

fn merge(place: &Place, parts: &[&str], more: &[&str]) -> Said {
    let words = ["merge", "-q", "--out", "merged"];
    place.run(&words.iter().chain(more).chain(parts).copied().collect::<Vec<_>>())
}

/// Refused, and nothing was made.
fn no_merge(place: &Place, parts: &[&str], more: &[&str], words: &[&str]) {
    refused(&merge(place, parts, more), 2, words);
    assert!(!place.path("merged").exists(), "a refused merge leaves nothing");
}

#[test]
fn any_split_merges_to_the_bytes_of_one_run() {
    let place = Place::new();
    let count = TRIALS.to_string();
    let whole = ["run", "starter.toml", "-n", &count, "-q", "--out", "whole", "--format", "parquet,csv"];
    assert_eq!(place.run(&whole).code, 0);
    let mut luck = Luck(SEED);
    println!("seed {SEED}");
    for split in 0..3 {
        let mut cuts: Vec<u64> = (0..=luck.below(6)).map(|_| 1 + luck.below(TRIALS - 1)).collect();
        cuts.extend([0, TRIALS]);
        cuts.sort_unstable();
        cuts.dedup();
        println!("split {split}: {cuts:?}");
        let mut parts = Vec::new();
        for (index, pair) in cuts.windows(2).enumerate() {
            let name = format!("part-{split}-{index}");
            let threads = (1 + luck.below(8)).to_string();
            shard(&place, (pair[0], pair[1]), &name, &["--threads", &threads]);
            parts.insert(usize::try_from(luck.below(1 + parts.len() as u64)).unwrap(), name);
        }
        let names: Vec<&str> = parts.iter().map(String::as_str).collect();
        let said = merge(&place, &names, &["--trials", &count, "--format", "parquet,csv", "--force"]);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.all());
        same(&place.path("whole"), &place.path("merged"));
    }
    assert_eq!(place.run(&["rerun", "merged", "-q"]).code, 0);
    // Which intervals the shares get is said where parts are joined.
    let intervals = ["--interval", "jeffreys", "--level", "0.9", "--simultaneous"];
    let mut other = vec!["run", "starter.toml", "-n", &count, "-q", "--out", "other"];
    other.extend(intervals);
    assert_eq!(place.run(&other).code, 0);
    shard(&place, (0, TRIALS), "all", &[]);
    let said = merge(&place, &["all"], &[&intervals[..], &["--force"]].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{}", said.all());
    same(&place.path("other"), &place.path("merged"));
    assert_eq!(place.run(&["rerun", "other", "-q"]).code, 0);
}

#[test]
fn parts_that_are_not_of_one_run_are_refused_by_name() {
    let place = Place::new();
    shard(&place, (0, 500), "a", &[]);
    shard(&place, (500, 1000), "b", &[]);
    shard(&place, (1100, 1500), "late", &[]);
    shard(&place, (900, 1500), "early", &[]);
    no_merge(&place, &["a", "b", "late"], &[], &["gap", "`b`", "`late`", "1000 to 1099"]);
    no_merge(&place, &["early", "b", "a"], &[], &["overlap", "`b`", "`early`", "900 to 999"]);
    no_merge(&place, &["a", "b", "a"], &[], &["overlap", "`a`", "0 to 499"]);
    fs::copy(place.path("b"), place.path("copy")).unwrap();
    no_merge(&place, &["a", "b", "copy"], &[], &["overlap", "`b`", "`copy`"]);

    shard(&place, (1000, 1200), "seed", &["--seed", "2"]);
    no_merge(&place, &["a", "b", "seed"], &[], &["`a`", "`seed`", "seed `1` and `2`"]);
    shard(&place, (1000, 1200), "set", &["--set", "parameters.resolve=0.9"]);
    no_merge(&place, &["a", "b", "set"], &[], &["`a`", "`set`", "parameters.resolve=0.9"]);
    shard(&place, (1000, 1200), "variant", &["--variant", "blue_restrains"]);
    no_merge(&place, &["a", "b", "variant"], &[], &["`a`", "`variant`", "blue_restrains"]);
    shard(&place, (1000, 1200), "follow", &["--follow", "red.pressure"]);
    no_merge(&place, &["a", "b", "follow"], &[], &["`a`", "`follow`", "red.pressure"]);

    // Nobody but `--trials` can know that the last part is missing.
    no_merge(&place, &["a", "b"], &["--trials", "1500"], &["0 to 999", "0 to 1,499", "make the missing parts"]);
    no_merge(&place, &["b"], &["--trials", "1000"], &["500 to 999"]);
    assert_eq!(merge(&place, &["b"], &[]).code, 0, "a range is a result, too");
    fs::remove_dir_all(place.path("merged")).unwrap();

    // The scenario has changed since.
    let text = fs::read_to_string(place.path("starter.toml")).unwrap();
    place.write("starter.toml", &format!("{text}# more\n"));
    shard(&place, (1000, 1200), "other", &[]);
    no_merge(&place, &["a", "b", "other"], &[], &["`a`", "`other`", "sha256"]);
    no_merge(&place, &["a", "b"], &[], &["`starter.toml` has changed", "--scenario"]);
    place.write("old.toml", &text);
    assert_eq!(merge(&place, &["a", "b"], &["--file", "old.toml"]).code, 0);
    place.write("starter.toml", &text);
    assert_eq!(place.run(&["run", "starter.toml", "-n", "1000", "-q", "--out", "whole"]).code, 0);
    same(&place.path("whole"), &place.path("merged"));
    // A result that is there stays.
    refused(&merge(&place, &["a", "b"], &["--file", "old.toml"]), 2, &["`merged`", "holds a result already", "--force"]);
}

/// Writes a part with something else in its head, and a checksum that agrees.
fn patched(from: &Path, to: &Path, old: &str, new: &str) {
    let mut bytes = fs::read(from).unwrap();
    let at = bytes.windows(old.len()).position(|w| w == old.as_bytes()).unwrap_or_else(|| panic!("no `{old}`"));
    bytes.splice(at..at + old.len(), new.bytes());
    let end = bytes.len() - 32;
    let sum = Sha256::digest(&bytes[..end]);
    bytes[end..].copy_from_slice(&sum);
    fs::write(to, bytes).unwrap();
}

#[test]
fn parts_of_another_version_are_refused() {
    let place = Place::new();
    shard(&place, (0, 500), "a", &[]);
    shard(&place, (500, 1000), "b", &[]);
    let version = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    patched(&place.path("a"), &place.path("older"), &version, "\"version\":\"0.0.1\"");
    no_merge(&place, &["older"], &[], &["`older`", "escalade 0.0.1", env!("CARGO_PKG_VERSION")]);
    no_merge(&place, &["b", "older"], &[], &["`older`", "escalade 0.0.1"]);
    patched(&place.path("a"), &place.path("layout"), "escalade part 1\n", "escalade part 7\n");
    no_merge(&place, &["layout", "b"], &[], &["`layout`", "version 7"]);
    // A head that promises something else than what is in the part.
    patched(&place.path("a"), &place.path("short"), "\"trials\":500", "\"trials\":400");
    no_merge(&place, &["short"], &[], &["`short`", "does not hold the trials"]);
    patched(&place.path("a"), &place.path("wide"), "\"stride\":", "\"stride\":1");
    no_merge(&place, &["wide", "b"], &[], &["`wide`", "damaged"]);
}

#[test]
fn damaged_and_foreign_parts_are_refused_by_name() {
    let place = Place::new();
    shard(&place, (0, 500), "good", &[]);
    shard(&place, (500, 1000), "bad", &[]);
    let bytes = fs::read(place.path("bad")).unwrap();
    let mut luck = Luck(SEED);
    println!("seed {SEED}");
    let mut places: Vec<usize> = (0..10).map(|_| usize::try_from(luck.below(bytes.len() as u64)).unwrap()).collect();
    places.extend([20, bytes.len() - 1, bytes.len() - 33, bytes.len() - 45]);
    for at in places {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1;
        fs::write(place.path("bad"), flipped).unwrap();
        no_merge(&place, &["good", "bad"], &[], &["`bad`"]);
    }
    for length in [0, 5, 16, 100, bytes.len() / 2, bytes.len() - 1] {
        fs::write(place.path("bad"), &bytes[..length]).unwrap();
        no_merge(&place, &["good", "bad"], &[], &["`bad`", "damaged", "make it anew"]);
    }
    fs::write(place.path("bad"), [&bytes[..], b"more"].concat()).unwrap();
    no_merge(&place, &["good", "bad"], &[], &["`bad`", "damaged"]);
    no_merge(&place, &["good", "starter.toml"], &[], &["`starter.toml`", "not a part"]);
    no_merge(&place, &["good", "nowhere"], &[], &["`nowhere`", "does not exist"]);
    fs::create_dir(place.path("folder")).unwrap();
    no_merge(&place, &["folder"], &[], &["`folder`"]);
    fs::write(place.path("bad"), bytes).unwrap();
    assert_eq!(merge(&place, &["good", "bad"], &[]).code, 0);
}

#[test]
fn a_part_that_is_there_is_not_overwritten_unasked() {
    let place = Place::new();
    place.write("part", "mine");
    refused(&place.run(&["shard", "starter.toml", "--range", "0..64", "-o", "part"]), 2, &["`part` is there already", "--force"]);
    assert_eq!(fs::read_to_string(place.path("part")).unwrap(), "mine");
    shard(&place, (0, 64), "part", &["--force"]);
    refused(&place.run(&["shard", "starter.toml", "--range", "0..64", "-o", "part/x"]), 3, &["`part`", "not a directory"]);
    for range in ["5..5", "9..2", "0-64", "0..", "0..68719476737"] {
        assert_eq!(place.run(&["shard", "starter.toml", "--range", range, "-o", "x"]).code, 2, "{range}");
    }
    refused(&place.run(&["shard", "starter.toml", "--range", "0..64", "-o", "x", "--follow", "red.presure"]), 2, &["red.pressure"]);
}

/// What `plan` prints is pasted into a shell as it is.
#[cfg(unix)]
#[test]
fn the_commands_of_a_plan_work_as_they_are_printed() {
    let place = Place::new();
    let file = "our crisis's.toml";
    fs::rename(place.path("starter.toml"), place.path(file)).unwrap();
    let what = ["-n", "1000", "--seed", "3", "--variant", "blue_restrains", "--set", "about.title='A b'"];
    let plan = place.run(&["plan", file, "--shards", "4"].iter().chain(&what).copied().collect::<Vec<_>>());
    assert_eq!((plan.code, plan.err.as_str()), (0, ""), "{}", plan.all());
    assert_eq!(plan.out.lines().count(), 5, "{}", plan.out);
    let bin = Path::new(env!("CARGO_BIN_EXE_escalade")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let script = format!("set -e\n{}", plan.out);
    let output = std::process::Command::new("sh").args(["-c", &script]).current_dir(place.path(".")).env("PATH", path).output().unwrap();
    assert!(output.status.success(), "{}\n{}", plan.out, String::from_utf8_lossy(&output.stderr));
    let whole = place.run(&["run", file, "-q", "--out", "whole"].iter().chain(&what).copied().collect::<Vec<_>>());
    assert_eq!(whole.code, 0, "{}", whole.all());
    same(&place.path("whole"), &place.path("DIR"));

    // The same as data; ranges follow one another without a gap.
    let plan = place.run(&["plan", file, "--shards", "7", "-n", "100000", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&plan.out).unwrap();
    let mut next = 0;
    for shard in value["shards"].as_array().unwrap() {
        assert_eq!(shard["first"], next);
        next = shard["end"].as_u64().unwrap();
        assert!(shard["command"].as_str().unwrap().starts_with("escalade shard "));
    }
    assert_eq!(next, 100_000);
    assert_eq!(place.run(&["plan", "nowhere.toml", "--shards", "2"]).code, 2);
}
