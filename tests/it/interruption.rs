//! Runs that are killed, interrupted and taken up again end in the bytes of a run that was not.

use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::cli::{Place, said};
use crate::files::{files, listing, refused, same};
use crate::scenarios::root;

/// A shipped scenario with indicators, metrics and drawn parameters.
const SCENARIO: &str = "scenarios/abstract/false-alarm.toml";
const SEED: u64 = 20_260_401;

/// Numbers that look random, from a seed.
pub struct Luck(pub u64);

impl Luck {
    /// One number below `end` (SplitMix64).
    pub fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

fn place() -> Place {
    let place = Place::new();
    fs::copy(root().join(SCENARIO), place.path("crisis.toml")).unwrap();
    place
}

fn args<'a>(trials: &'a str, out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let all = ["run", "crisis.toml", "-n", trials, "--checkpoint", "50ms", "--threads", "2", "-q", "--out", out];
    all.iter().chain(more).copied().collect()
}

fn start(place: &Place, args: &[&str]) -> Child {
    place.command(args).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Waits for a child, but not longer than so.
fn ended(child: &mut Child, within: Duration) -> bool {
    let began = Instant::now();
    while began.elapsed() < within {
        if child.try_wait().unwrap().is_some() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    false
}

/// Starts a run that does not end by itself soon, and interrupts it as soon as it has a state to go on from.
#[cfg(unix)]
fn interrupted(place: &Place, args: &[&str], out: &Path) -> (crate::cli::Said, Duration) {
    let child = start(place, args);
    let began = Instant::now();
    while !out.join(".unfinished/state").is_file() {
        assert!(began.elapsed() < Duration::from_mins(1), "no checkpoint was written");
        std::thread::sleep(Duration::from_millis(2));
    }
    let asked = Instant::now();
    let kill = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let said = said(child.wait_with_output().unwrap());
    (said, asked.elapsed())
}

#[test]
fn a_run_that_is_killed_twenty_times_ends_in_the_same_bytes() {
    const TRIALS: &str = "250000";
    let place = place();
    let (whole, broken) = (place.path("whole"), place.path("broken"));
    let began = Instant::now();
    assert_eq!(place.run(&args(TRIALS, "whole", &[])).code, 0);
    let took = began.elapsed();
    let expected = files(&whole);
    let mut luck = Luck(SEED);
    println!("seed {SEED}; without a break it takes {} ms", took.as_millis());
    let (mut kills, mut taken_up) = (0, 0);
    while kills < 20 {
        let _ = fs::remove_dir_all(&broken);
        let mut here = 0;
        loop {
            taken_up += u32::from(broken.join(".unfinished/state").is_file());
            let mut child = start(&place, &args(TRIALS, "broken", &["--resume"]));
            // At most five times in a row, so that it comes to an end.
            let after = Duration::from_micros(luck.below(u64::try_from(took.as_micros()).unwrap()));
            if here == 5 || kills == 20 || ended(&mut child, after) {
                let said = said(child.wait_with_output().unwrap());
                assert_eq!(said.code, 0, "{}", said.all());
                break;
            }
            child.kill().unwrap();
            child.wait().unwrap();
            println!("killed after {} ms", after.as_millis());
            (kills, here) = (kills + 1, here + 1);
            // No name of a result ever stands for half a file.
            if broken.is_dir() {
                for (name, bytes) in files(&broken).iter().filter(|(name, _)| !name.starts_with('.')) {
                    assert!(expected[name] == *bytes, "{name} is half-written");
                }
            }
        }
        same(&whole, &broken);
        assert_eq!(listing(&broken), listing(&whole), "nothing else is left");
    }
    println!("{taken_up} times with a checkpoint to go on from");
    assert!(taken_up > 0, "no run got as far as a checkpoint");
}

#[test]
fn a_run_that_stops_by_itself_can_be_taken_up_too() {
    let place = place();
    let args =
        |out| ["run", "crisis.toml", "--precision", "0.003", "--checkpoint", "20ms", "--threads", "2", "-q", "--resume", "--out", out];
    assert_eq!(place.run(&args("whole")).code, 0);
    let mut kills = 0;
    for _ in 0..3 {
        let mut child = start(&place, &args("broken"));
        let began = Instant::now();
        let state = place.path("broken/.unfinished/state");
        let before = fs::read(&state).ok();
        // Until it is further than before.
        while fs::read(&state).ok() == before && child.try_wait().unwrap().is_none() && began.elapsed() < Duration::from_mins(1) {
            std::thread::sleep(Duration::from_millis(1));
        }
        kills += u32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(kills > 0, "it was over too soon");
    let said = place.run(&args("broken"));
    assert_eq!(said.code, 0, "{}", said.all());
    same(&place.path("whole"), &place.path("broken"));
    assert_eq!(place.run(&["rerun", "broken", "-q"]).code, 0);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_is_marked_and_can_be_completed() {
    // The test ends it long before: the time that it takes is that of the part that is done.
    const TRIALS: &str = "600000";
    let place = place();
    let out = place.path("broken");
    let (said, took) = interrupted(&place, &args(TRIALS, "broken", &[]), &out);
    println!("stopped {} ms after the interrupt", took.as_millis());
    assert_eq!(said.code, 130, "{}", said.all());
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(
        listing(&out),
        [".unfinished", "report.html", "report.json", "report.md", "scenario.json", "series.parquet", "summary.json", "trials.parquet"]
    );
    let summary: serde_json::Value = serde_json::from_slice(&fs::read(out.join("summary.json")).unwrap()).unwrap();
    let done = summary["plan"]["trials"].as_u64().unwrap();
    assert_eq!(summary["plan"]["complete"], false);
    assert_eq!(summary["recipe"]["trials"], 600_000);
    assert!(done > 0 && done < 600_000, "{done}");
    // What is done can be made again, too.
    let rerun = place.run(&["rerun", "broken", "-q"]);
    assert_eq!(rerun.code, 0, "{}", rerun.all());

    // Neither a new run nor one with other arguments takes it by accident.
    refused(&place.run(&args(TRIALS, "broken", &[])), 2, &["`broken`", "not finished", "--resume", "--force"]);
    let before = files(&out);
    for (more, word) in
        [(&["--seed", "2"][..], "seed `1` and `2`"), (&["--format", "csv"], "formats"), (&["--set", "clock.horizon=\"9 days\""], "changes")]
    {
        refused(&place.run(&args(TRIALS, "broken", &[&["--resume"], more].concat())), 2, &["`broken`", "another run", word]);
    }
    refused(&place.run(&args("500", "broken", &["--resume"])), 2, &["600000 and 500 trials"]);
    assert_eq!(files(&out), before);

    // A state that is not as it was written is noticed.
    let state = out.join(".unfinished/state");
    let good = fs::read(&state).unwrap();
    for at in [0, 20, good.len() / 2, good.len() - 1] {
        let mut bad = good.clone();
        bad[at] ^= 4;
        fs::write(&state, bad).unwrap();
        refused(&place.run(&args(TRIALS, "broken", &["--resume"])), 2, &["`broken` cannot be taken up", "damaged", "--force"]);
    }
    fs::write(&state, &good[..good.len() / 2]).unwrap();
    refused(&place.run(&args(TRIALS, "broken", &["--resume"])), 2, &["damaged"]);
    fs::write(&state, &good).unwrap();
    let rows = out.join(".unfinished/rows");
    let kept = fs::read(&rows).unwrap();
    fs::write(&rows, &kept[..kept.len() / 2]).unwrap();
    refused(&place.run(&args(TRIALS, "broken", &["--resume"])), 2, &["`broken` cannot be taken up", "records", "--force"]);
    // Rows that are not as they were written are noticed, wherever it is, in the last ones too.
    for at in [3, kept.len() / 2, kept.len() - 5] {
        let mut bad = kept.clone();
        bad[at] ^= 1;
        fs::write(&rows, bad).unwrap();
        refused(&place.run(&args(TRIALS, "broken", &["--resume"])), 2, &["`broken` cannot be taken up", "damaged", "--force"]);
    }
    fs::remove_file(&rows).unwrap();
    refused(&place.run(&args(TRIALS, "broken", &["--resume"])), 2, &["`broken` cannot be taken up", "--force"]);
    fs::write(&rows, &kept).unwrap();

    let resumed = place.run(&args(TRIALS, "broken", &["--resume"]));
    assert_eq!(resumed.code, 0, "{}", resumed.all());
    assert_eq!(place.run(&args(TRIALS, "whole", &[])).code, 0);
    same(&out, &place.path("whole"));
    assert_eq!(listing(&out), listing(&place.path("whole")));

    // What is complete stays as it is.
    let mut again = args(TRIALS, "broken", &["--resume"]);
    again.retain(|word| *word != "-q");
    let said = place.run(&again);
    assert!(
        said.code == 0 && said.err.contains("`broken`: complete already") | said.err.contains("broken: complete already"),
        "{}",
        said.all()
    );
    refused(&place.run(&args(TRIALS, "broken", &["--resume", "--seed", "2"])), 2, &["result of another run", "seed `1` and `2`"]);
    same(&out, &place.path("whole"));
}

#[test]
fn a_run_that_was_killed_before_its_state_was_written_begins_anew_and_says_so() {
    let place = place();
    let state = place.path("broken/.unfinished/state");
    fs::create_dir_all(&state).unwrap();
    fs::write(place.path("broken/.unfinished/rows"), [7; 640]).unwrap();
    refused(&place.run(&args("500", "broken", &["--resume"])), 2, &["`.unfinished/state` is not a file", "--force"]);
    fs::remove_dir(&state).unwrap();
    let mut loud = args("500", "broken", &["--resume"]);
    loud.retain(|word| *word != "-q");
    let said = place.run(&loud);
    assert!(said.code == 0 && said.err.contains("`.unfinished/state` is missing") && said.err.contains("begins anew"), "{}", said.all());
    assert_eq!(place.run(&args("500", "whole", &["--resume"])).code, 0);
    same(&place.path("whole"), &place.path("broken"));
    // What is in the place of a state is replaced where that is asked for.
    fs::create_dir_all(place.path("forced/.unfinished/state/deep")).unwrap();
    assert_eq!(place.run(&args("500", "forced", &["--resume", "--force"])).code, 0);
    same(&place.path("whole"), &place.path("forced"));
}

#[cfg(unix)]
#[test]
fn a_run_can_begin_anew_where_another_was_interrupted() {
    let place = place();
    let out = place.path("broken");
    let (said, _) = interrupted(&place, &args("60000000000", "broken", &["--format", "none"]), &out);
    assert_eq!(said.code, 130, "{}", said.all());
    assert_eq!(place.run(&["shard", "crisis.toml", "--range", "0..500", "-o", "part", "-q"]).code, 0);
    refused(&place.run(&["merge", "part", "--out", "broken"]), 2, &["`broken`", "not finished", "--force"]);
    assert_eq!(place.run(&["merge", "part", "--out", "merged", "-q"]).code, 0);
    assert_eq!(place.run(&["merge", "part", "--out", "broken", "--force", "-q"]).code, 0);
    same(&out, &place.path("merged"));
    assert_eq!(listing(&out), listing(&place.path("merged")), "the old run cannot be taken up any more");
    let (said, _) = interrupted(&place, &args("60000000000", "broken", &["--force"]), &out);
    assert_eq!(said.code, 130, "{}", said.all());
    assert_eq!(place.run(&args("500", "broken", &["--force"])).code, 0);
    assert_eq!(place.run(&args("500", "whole", &[])).code, 0);
    same(&out, &place.path("whole"));
    assert_eq!(listing(&out), listing(&place.path("whole")));
}

#[cfg(unix)]
#[test]
fn a_complete_result_stays_until_the_one_that_replaces_it_is_complete() {
    // The test ends it long before.
    const TRIALS: &str = "400000";
    let place = place();
    let out = place.path("kept");
    assert_eq!(place.run(&args("500", "kept", &[])).code, 0);
    let without_state = || files(&out).into_iter().filter(|(name, _)| !name.starts_with(".unfinished")).collect::<Vec<_>>();
    let before = without_state();
    let (said, _) = interrupted(&place, &args(TRIALS, "kept", &["--force"]), &out);
    assert!(said.code == 130 && said.err.contains("--resume"), "{}", said.all());
    assert_eq!(without_state(), before);
    // Another run does not take it by accident; the same one goes on.
    refused(&place.run(&args("500", "kept", &["--resume", "--seed", "2"])), 2, &["`kept`", "another run"]);
    let resumed = place.run(&args(TRIALS, "kept", &["--resume", "--force"]));
    assert_eq!(resumed.code, 0, "{}", resumed.all());
    assert_eq!(place.run(&args(TRIALS, "whole", &[])).code, 0);
    same(&out, &place.path("whole"));
    // With --force, what is of another run is replaced, and what is complete passed over.
    assert_eq!(place.run(&args("500", "kept", &["--resume", "--force"])).code, 0);
    assert_eq!(place.run(&args("500", "small", &[])).code, 0);
    same(&out, &place.path("small"));
}

#[cfg(unix)]
#[test]
fn an_interrupted_shard_leaves_nothing() {
    let place = place();
    let child = start(&place, &["shard", "crisis.toml", "--range", "0..60000000000", "-o", "part"]);
    std::thread::sleep(Duration::from_millis(700));
    assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let said = said(child.wait_with_output().unwrap());
    refused(&said, 130, &["`part` was not written"]);
    assert_eq!(listing(&place.path(".")), ["crisis.toml", "starter.toml"]);
}
