//! What a scenario of a few kilobytes asks for is bounded: the memory of what is told, the time until a wish to stop is heeded.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use escalade::reference::{Happening, Heard, Silent, Watch, permitting, run_trial, run_trial_heeding};
use escalade::results::record;
use escalade::scenario::{Changes, Scenario, load_text};
use escalade::study::{self, Cancel, EngineKind, MOST_OCCURRENCES, Runner, WhyNot};

use crate::cli::Place;
use crate::files::{refused, same};

const HEAD: &str = "format = 1\n[about]\ntitle = \"t\"\n[clock]\nstep = \"1 day\"\n";
const ENDS: &str = "[[outcomes]]\nid = \"more\"\nwhen = \"x > 5\"\n[[outcomes]]\nid = \"rest\"\notherwise = true\n";

fn scenario(text: &str) -> Scenario {
    let loaded = load_text("t.toml", text, &Changes::default());
    let errors = escalade::diag::render_all(&loaded.diags, &loaded.sources, false);
    loaded.scenario.unwrap_or_else(|| panic!("{errors}\n{text}"))
}

/// Many events a day, for so many days.
fn busy(events: usize, days: usize) -> String {
    let mut text = format!("{HEAD}horizon = \"{days} days\"\n[world.vars]\nx = {{ start = 0 }}\n");
    for k in 0..events {
        text += &format!("[[events]]\nid = \"o{k}\"\nchance = 0.9\neffects = [\"x += 1\"]\n");
    }
    text + ENDS
}

/// One event that happens thousands of times a day, for so many days.
fn often(days: usize) -> String {
    let event = "[[events]]\nid = \"o\"\nrate = 9000\nper = \"day\"\ndraws = { d = { dist = \"gamma\", shape = 2, scale = 1 } }\neffects = [\"x += d\"]\n";
    format!("{HEAD}horizon = \"{days} days\"\n[world.vars]\nx = {{ start = 0 }}\n{event}{ENDS}")
}

#[test]
fn what_is_heard_of_a_trial_is_bounded_and_says_where_it_ends() {
    let scenario = scenario(&busy(20, 50));
    let mut all: Vec<Happening> = Vec::new();
    let row = run_trial(&scenario, 1, 0, &mut all).unwrap();
    let bytes = |all: &[Happening]| all.iter().map(Happening::size).sum::<usize>();
    let half = bytes(&all) / 2;
    let mut heard = Heard::within(half);
    assert_eq!(run_trial(&scenario, 1, 0, &mut heard).unwrap(), row);
    let count = heard.happenings.len();
    assert_eq!(heard.happenings, all[..count]);
    assert!(bytes(&heard.happenings) <= half && bytes(&all[..=count]) > half);
    let step = heard.happenings.iter().rev().find_map(|h| if let Happening::Step { step, .. } = h { Some(*step) } else { None });
    assert!(step.is_some_and(|s| s > 10 && s < 40) && heard.cut() == step, "{step:?}");
    let mut heard = Heard::within(2 * half + 1);
    run_trial(&scenario, 1, 0, &mut heard).unwrap();
    assert_eq!((heard.cut(), heard.happenings), (None, all));
}

#[test]
fn a_trial_with_too_many_happenings_is_told_in_part() {
    let place = Place::new();
    place.write("busy.toml", &busy(200, 4000));
    let said = place.run(&["trace", "busy.toml"]);
    assert_eq!(said.code, 0);
    let tail: String = said.out.lines().rev().take(8).map(|l| l.to_owned() + "\n").collect();
    assert!(said.out.contains("The telling is cut here, on day ") && said.out.contains("It ends as: "), "{tail}");
    assert!(said.out.len() < 200 << 20);
    let said = place.run(&["trace", "busy.toml", "--json"]);
    let all: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let step = all["cut_at_step"].as_u64().unwrap();
    assert!(said.code == 0 && step > 0 && step < 4000);
    assert_eq!(
        (&all["happenings"].as_array().unwrap().last().unwrap()["what"], &all["result"]["last_step"]),
        (&"ended".into(), &4000.into())
    );
    refused(&place.run(&["trace", "busy.toml", "--why", "-q"]), 3, &["things occur in trial 0, too many", "help: `--why` takes 200,000"]);
}

#[test]
fn a_trial_with_too_many_occurrences_is_not_asked_why() {
    let scenario = scenario(&busy(200, 2000));
    let why = study::why(&scenario, (1, 0), 10, &study::Silent, &Cancel::default());
    assert!(matches!(why, Err(WhyNot::TooMany(n)) if n > MOST_OCCURRENCES as u64), "{why:?}");
}

/// Wishes to stop as soon as anything happens, and counts what happens.
struct Stopping<'w>(&'w AtomicBool, u32);

impl Watch for Stopping<'_> {
    fn listens(&self) -> bool {
        true
    }
    fn see(&mut self, happening: Happening) {
        if matches!(happening, Happening::Happened { .. }) {
            self.1 += 1;
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

#[test]
fn a_wish_to_stop_is_heeded_within_a_step_of_the_reference() {
    let scenario = scenario(&often(3));
    let wish = AtomicBool::new(false);
    let mut watch = Stopping(&wish, 0);
    let row = run_trial_heeding(&scenario, (1, 0), (None, 0), Some(&wish), &mut watch);
    assert_eq!(row, Ok(None));
    assert!(watch.1 <= 2000, "{} occurrences", watch.1);
    wish.store(false, Ordering::Relaxed);
    let mut watch = Stopping(&wish, 0);
    assert_eq!(permitting(&scenario, (1, 0), &mut |_| true, &wish, &mut watch), Ok(None));
    assert!(watch.1 <= 2000, "{} occurrences", watch.1);
    wish.store(false, Ordering::Relaxed);
    let row = run_trial_heeding(&scenario, (1, 0), (None, 0), Some(&wish), &mut Silent);
    assert_eq!(row.unwrap(), Some(run_trial(&scenario, 1, 0, &mut Silent).unwrap()));
}

#[test]
fn a_run_ends_when_its_time_is_over_however_long_a_trial_takes() {
    let place = Place::new();
    // Hours a trial.
    place.write("often.toml", &often(100_000));
    for engine in ["columns", "reference"] {
        let args = ["run", "often.toml", "--precision", "0.01", "--max-time", "1s", "--engine", engine, "--threads", "2", "-q"];
        refused(&place.run(&args), 3, &["the time was over before the first trials were done", "--max-time"]);
    }
}

#[test]
fn many_changes_in_a_step_give_the_same_bits_as_one_by_one() {
    let mut text = format!("{HEAD}horizon = \"2 days\"\n[world.vars]\nx = {{ start = 0 }}\ny = {{ start = 1 }}\n");
    for k in 0..3 {
        text += &format!(
            "[[events]]\nid = \"o{k}\"\nrate = 30000\nper = \"day\"\ndraws = {{ d = {{ dist = \"normal\", mean = 0.1, sd = 1 }} }}\n\
             effects = [\"x += d\", \"y += d * {k}.3\"]\n"
        );
    }
    text += ENDS;
    text += "[[metrics]]\nid = \"x\"\nvalue = \"x\"\n[[metrics]]\nid = \"y\"\nvalue = \"y\"\n";
    let scenario = scenario(&text);
    let rows = |kind| {
        let runner = Runner::new(&scenario, kind);
        let mut numbers = Vec::new();
        assert!(runner.worker().run(1, 0..2, &mut |row| record(row, &mut numbers)).unwrap());
        numbers.into_iter().map(f64::to_bits).collect::<Vec<_>>()
    };
    assert_eq!(rows(EngineKind::Columns), rows(EngineKind::Reference));
    // Who made the changes is told as before.
    let mut heard = Heard::within(1 << 30);
    run_trial(&scenario, 1, 0, &mut heard).unwrap();
    let by = |h: &Happening| {
        if let Happening::Changed { by, .. } = h { Some(by.iter().map(|c| c.rule.clone()).collect::<Vec<_>>()) } else { None }
    };
    let by: Vec<Vec<String>> = heard.happenings.iter().filter_map(by).collect();
    assert_eq!(by, vec![["events.o0", "events.o1", "events.o2"].map(str::to_owned).to_vec(); 4]);
}

#[test]
fn a_run_that_cannot_go_on_keeps_the_trials_before_for_every_engine_and_number_of_threads() {
    let place = Place::new();
    let text = format!(
        "{HEAD}horizon = \"5 days\"\n[parameters]\nr = {{ dist = \"uniform\", min = 0, max = 1 }}\n[world.vars]\nx = {{ start = 0 }}\n\
         [[events]]\nid = \"e\"\neffects = [\"x += if(r > 0.999, 1/0, 1)\"]\n{ENDS}"
    );
    place.write("late.toml", &text);
    let mut kept = None;
    for (name, more) in [("one", ["--threads", "1"]), ("seven", ["--threads", "7"]), ("plain", ["--engine", "reference"])] {
        let said = place.run(&["run", "late.toml", "-n", "20000", "-q", "--out", name, more[0], more[1]]);
        assert_eq!(said.code, 3, "{}", said.all());
        let failed: u64 = said.err.split("in trial ").nth(1).unwrap().split(',').next().unwrap().parse().unwrap();
        let summary: serde_json::Value = serde_json::from_slice(&fs::read(place.path(name).join("summary.json")).unwrap()).unwrap();
        assert_eq!((&summary["plan"]["trials"], &summary["plan"]["complete"]), (&failed.into(), &false.into()));
        let _ = fs::remove_dir_all(place.path(name).join(".unfinished"));
        kept.get_or_insert(failed);
        assert_eq!(kept, Some(failed));
        same(&place.path("one"), &place.path(name));
    }
    assert!(kept.is_some_and(|n| n > 0 && n < 20_000 && n % 64 != 0), "{kept:?}");
}

#[test]
fn a_result_whose_counts_no_run_has_is_not_made_again() {
    let place = Place::new();
    assert_eq!(place.run(&["run", "starter.toml", "-n", "200", "-q", "--out", "there", "--no-report"]).code, 0);
    let path = place.path("there/summary.json");
    let good = fs::read_to_string(&path).unwrap();
    let mut wrong: serde_json::Value = serde_json::from_str(&good).unwrap();
    for (plan, recipe) in [(1_u64 << 40, 200), (1_u64 << 40, 1_u64 << 40), (100, 200), (0, 200)] {
        wrong["plan"]["trials"] = plan.into();
        wrong["recipe"]["trials"] = recipe.into();
        fs::write(&path, wrong.to_string()).unwrap();
        refused(&place.run(&["rerun", "there", "-q"]), 2, &["`there`", "has counts of trials that no run has"]);
    }
    fs::write(&path, good).unwrap();
    assert_eq!(place.run(&["rerun", "there", "-q"]).code, 0);
}

#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_check_does_not_grow_with_the_number_of_variants() {
    let place = Place::new();
    let mut text = format!("{HEAD}horizon = \"10 days\"\n[world.vars]\nx = {{ start = 0 }}\n");
    for k in 0..8000 {
        text += &format!("[[events]]\nid = \"o{k}\"\nchance = 0.1\neffects = [\"x += 1\"]\n");
    }
    text += ENDS;
    place.write("few.toml", &text);
    for k in 0..40 {
        text += &format!("[variants.v{k}]\nset = {{ \"events.o{k}.chance\" = 0.2 }}\n");
    }
    place.write("many.toml", &text);
    // The peak that the shell's only child had, in kilobytes.
    let peak = |file: &str| {
        let mut command = place.command(&["check", file, "-q"]);
        command.env("RAYON_NUM_THREADS", "2");
        let mut child = command.spawn().unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        loop {
            let done = child.try_wait().unwrap();
            let told = fs::read_to_string(&status).unwrap_or_default();
            let line = told.lines().find_map(|l| l.strip_prefix("VmHWM:")).and_then(|l| l.trim().strip_suffix(" kB"));
            peak = peak.max(line.and_then(|kb| kb.trim().parse().ok()).unwrap_or(0_u64));
            if let Some(status) = done {
                assert!(status.success());
                return peak;
            }
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    };
    let (few, many) = (peak("few.toml"), peak("many.toml"));
    assert!(many < 6 * few, "{few} kB without variants, {many} kB with forty");
}
