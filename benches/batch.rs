//! Many small scenarios against one of the same total work, for `run` and `test`; and how long `check` takes on the largest shipped one.
//!
//! The program itself runs, start-up included, on as many threads as the machine has. Both sides take turns; the figures are medians, and
//! ratios are within one run, so that a busy machine slows both. Of the same trials, many files are more work than one: each is read and
//! compiled, and each run follows variables in its first 1,000 trials and paths in its first 10,000, which one long run does once. So three
//! ratios are told: of times at the same trials, of the processor time that they take, and of times at the same processor time, which is
//! how well many files fill the cores.
//!
//! `cargo bench --bench batch`; `-- --quick` for a look.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, missing_docs, reason = "a bench prints what it measured")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Files.
const FILES: u64 = 200;
/// Trials of each.
const TRIALS: u64 = 10_000;

fn program(args: &[String]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_escalade"));
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Seconds that the program takes; it must end with one of these codes.
fn seconds(args: &[String], codes: &[i32]) -> f64 {
    let begun = Instant::now();
    let status = program(args).status().expect("the program starts");
    let took = begun.elapsed().as_secs_f64();
    assert!(status.code().is_some_and(|code| codes.contains(&code)), "{args:?}: {status}");
    took
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Processor time of children so far, user and system, in seconds; only Linux tells it here.
fn processor() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    // Fields 16 and 17 of proc(5), in ticks of 10 ms; the first two stand before the bracket.
    let ticks = fields.get(13)?.parse::<f64>().ok()? + fields.get(14)?.parse::<f64>().ok()?;
    Some(ticks * 0.01)
}

fn words(text: &[&str]) -> Vec<String> {
    text.iter().map(|word| (*word).to_owned()).collect()
}

/// Medians of many and one, in turns.
fn against(name: &str, rounds: usize, many: &[String], one: &[String], codes: &[i32]) {
    let mut ratios: [Vec<f64>; 3] = Default::default();
    let (mut all, mut single) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let before = processor();
        let times = (seconds(many, codes), processor(), seconds(one, codes), processor());
        ratios[0].push(times.0 / times.2);
        if let (Some(a), Some(b), Some(c)) = (before, times.1, times.3) {
            let work = (b - a) / (c - b);
            ratios[1].push(work);
            ratios[2].push(times.0 / times.2 / work);
        }
        all.push(times.0);
        single.push(times.2);
    }
    println!("{name}: {FILES} files of {TRIALS} trials {:.2} s, one of {} {:.2} s", median(all), FILES * TRIALS, median(single));
    for (what, ratios) in ["times", "processor times", "times at the same processor time"].iter().zip(ratios) {
        if !ratios.is_empty() {
            println!("  ratio of {what}: {:.2}", median(ratios));
        }
    }
}

/// Writes the files; gives the folder and the one.
fn files(folder: &Path) -> (PathBuf, PathBuf) {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/small.toml")).expect("benches/small.toml is there");
    // A claim that is too near to the truth to be settled, so that all trials are run.
    let text = text + "\n[[expect]]\nthat = \"P(calm) > 0.375\"\nmargin = 1e-6\n";
    let many = folder.join("many");
    fs::create_dir(&many).expect("a temporary directory can be written");
    for n in 0..FILES {
        fs::write(many.join(format!("crisis-{n}.toml")), &text).expect("a temporary directory can be written");
    }
    let one = folder.join("one.toml");
    fs::write(&one, &text).expect("a temporary directory can be written");
    (many, one)
}

fn main() {
    let quick = std::env::args().any(|arg| arg == "--quick");
    let rounds = if quick { 1 } else { 5 };
    let folder = tempfile::tempdir().expect("a temporary directory");
    let (many, one) = files(folder.path());
    let (many, one) = (many.to_string_lossy().into_owned(), one.to_string_lossy().into_owned());
    let total = (FILES * TRIALS).to_string();
    let each = TRIALS.to_string();
    let run = |path: &str, trials: &str| words(&["run", path, "-n", trials, "--json", "-q"]);
    against("run", rounds, &run(&many, &each), &run(&one, &total), &[0]);
    let test = |path: &str, trials: &str| words(&["test", path, "--max-trials", trials, "--json", "-q"]);
    against("test", rounds, &test(&many, &each), &test(&one, &total), &[4]);

    let largest = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/durand-line.toml").to_string_lossy().into_owned();
    let check = words(&["check", &largest, "-q"]);
    let before = processor();
    let times: Vec<f64> = (0..20).map(|_| seconds(&check, &[0])).collect();
    let used = before.zip(processor()).map_or_else(String::new, |(a, b)| format!(", {:.1} ms of processor time", (b - a) * 1000.0 / 20.0));
    println!("check of the largest shipped scenario, 20 runs: median {:.1} ms{used}", median(times) * 1000.0);
}
