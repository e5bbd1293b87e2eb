//! How cost grows: a family of scenarios (`scaling/family.rs`) from 4 to 400 actors, 10 to 10,000 rules, 10 to 10,000 steps.
//!
//! One number varies at a time; last come the largest scenario and a long one. Time per operation and step should be flat. All members of a
//! series take turns, round by round, and the figures are minima: machines are shared. One thread.
//!
//! `cargo bench --bench scaling`; `-- --quick` for a look; `-- --write DIR` only writes the largest scenario and prints its path.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, missing_docs, reason = "a bench prints what it measured")]

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use escalade::engine::{Engine, Level, chunk};
use escalade::program::Program;
use escalade::reference::{Silent, run_trial};
use escalade::scenario::{Changes, load};

#[path = "scaling/family.rs"]
mod family;

use family::{LARGEST, Member};

/// What was measured of a member.
struct Measured {
    member: Member,
    load: f64,
    lower: f64,
    program: Program,
    scenario: escalade::scenario::Scenario,
    trials: u64,
    /// Seconds of all trials.
    run: f64,
    back: u64,
}

fn seconds<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let begun = Instant::now();
    let result = black_box(run());
    (begun.elapsed().as_secs_f64(), result)
}

impl Measured {
    fn new(member: Member, folder: &Path) -> Self {
        let path = member.write(folder);
        let (load_time, loaded) = seconds(|| load(&path, &Changes::default()));
        let scenario = loaded.scenario.unwrap_or_else(|| panic!("{member:?} does not load:\n{:?}", loaded.diags));
        let (lower, program) = seconds(|| Program::new(&scenario));
        Self { member, load: load_time, lower, program, scenario, trials: 64, run: f64::INFINITY, back: 0 }
    }

    /// Trials for about so many seconds.
    fn plan(&mut self, wanted: f64) {
        self.run();
        let more = (wanted / self.run).clamp(1.0, 64.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 64")]
        let more = more as u64;
        self.trials = 64 * more;
        self.run = f64::INFINITY;
    }

    fn run(&mut self) {
        let mut engine = Engine::<64>::new(&self.program, Level::best());
        let mut back = 0;
        let mut other = |trial| {
            back += 1;
            run_trial(&self.scenario, 1, trial, &mut Silent)
        };
        let mut rows = |row: &escalade::results::TrialRow| {
            black_box(row.outcome);
        };
        // What a thread asks for once is not counted.
        engine.run(1, 0..64, &mut other, &mut rows).expect("it runs");
        let (time, result) = seconds(|| engine.run(1, 0..self.trials, &mut other, &mut rows));
        result.expect("it runs");
        self.run = self.run.min(time);
        self.back = back;
    }

    fn per_step(&self) -> f64 {
        self.run / self.trials as f64 / f64::from(self.member.steps)
    }

    fn per_op(&self) -> f64 {
        self.per_step() / self.program.size().each as f64
    }
}

fn ratio(values: impl Iterator<Item = f64> + Clone) -> f64 {
    values.clone().fold(0.0, f64::max) / values.fold(f64::INFINITY, f64::min)
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|a| a == "--write") {
        println!("{}", LARGEST.write(args.get(at + 1).expect("a folder").as_ref()).display());
        return;
    }
    let quick = args.iter().any(|a| a == "--quick");
    let (rounds, wanted) = if quick { (2, 0.02) } else { (7, 0.1) };
    let folder = tempfile::tempdir().expect("a folder");
    let member = |actors, rules, steps| Member { actors, rules, steps };
    let series: [(&str, Vec<Member>); 4] = [
        ("actors", [4, 12, 40, 120, 400].map(|actors| member(actors, 1_000, 100)).to_vec()),
        ("rules", [10, 100, 1_000, 10_000].map(|rules| member(40, rules, 100)).to_vec()),
        ("steps", [10, 100, 1_000, 10_000].map(|steps| member(12, 100, steps)).to_vec()),
        ("both", [(4, 100), (40, 1_000), (400, 10_000)].map(|(actors, rules)| member(actors, rules, 10)).to_vec()),
    ];
    println!("{:?}, minima of {rounds} rounds, 1 thread; times a step and an operation are those of one trial", Level::best());
    for (name, members) in series {
        println!(
            "\n{name:<7} {:>6} {:>6} {:>6} {:>9} {:>9} {:>9} {:>9} {:>9} {:>11} {:>6} {:>5}",
            "actors", "rules", "steps", "load ms", "lower ms", "ops/step", "ns/op", "us/step", "us/trial", "kept", "back"
        );
        let mut all: Vec<Measured> = members.into_iter().map(|m| Measured::new(m, folder.path())).collect();
        all.iter_mut().for_each(|m| m.plan(wanted));
        for _ in 0..rounds {
            all.iter_mut().for_each(Measured::run);
        }
        for m in &all {
            let size = m.program.size();
            println!(
                "{:<7} {:>6} {:>6} {:>6} {:>9.2} {:>9.2} {:>9} {:>9.3} {:>9.3} {:>11.1} {:>6} {:>5.2}",
                "",
                m.member.actors,
                m.member.rules,
                m.member.steps,
                m.load * 1e3,
                m.lower * 1e3,
                size.each,
                m.per_op() * 1e9,
                m.per_step() * 1e6,
                m.run / m.trials as f64 * 1e6,
                size.kept + size.rings,
                m.back as f64 / (m.trials + 64) as f64,
            );
        }
        let per_op = ratio(all.iter().map(Measured::per_op));
        let load = ratio(all.iter().map(|m| m.load / (3 * m.member.actors + m.member.rules) as f64));
        let lower = ratio(all.iter().map(|m| m.lower / m.program.size().each as f64));
        println!(
            "largest to smallest: time per operation and step {per_op:.2}; loading per part {load:.2}; lowering per operation {lower:.2}"
        );
        println!("trials of a chunk: {:?}", all.iter().map(|m| chunk(&m.program)).collect::<Vec<_>>());
    }
}
