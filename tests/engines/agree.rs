//! The engine gives what the reference gives, trial by trial, bit for bit.
//!
//! On every shipped scenario and all of its variants, and on scenarios made at random: for rows of 1, 7, 64, 128 and 256 trials
//! with every kind of vector code that this machine has, and on 1, 2 and 8 threads.

#[path = "random_scenario.rs"]
mod random_scenario;

use std::path::{Path, PathBuf};

use escalade::engine::{Engine, Level, WIDTH};
use escalade::program::Program;
use escalade::reference::{Silent, run_trial};
use escalade::results::{Intervals, Stop, TrialRow};
use escalade::scenario::{Changes, Scenario, load};

const SEED: u64 = 20_260_303;

fn scenarios() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "toml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// A scenario as it stands and with each of its variants, those of them that load.
fn with_variants(path: &Path) -> Vec<(String, Scenario)> {
    let Some(base) = load(path, &Changes::default()).scenario else { return Vec::new() };
    let name = base.id.clone();
    let variants: Vec<String> = base.variants.iter().map(|v| v.id.clone()).collect();
    let mut all = vec![(name.clone(), base)];
    for variant in variants {
        let changes = Changes { variant: Some(variant.clone()), ..Changes::default() };
        all.push((format!("{name}, {variant}"), load(path, &changes).scenario.unwrap()));
    }
    all
}

fn reference(scenario: &Scenario, trials: u64) -> Vec<Result<TrialRow, Stop>> {
    (0..trials).map(|trial| run_trial(scenario, SEED, trial, &mut Silent)).collect()
}

/// Rows of the engine, and how many trials it handed back. A trial that stops gives a row that nothing equals.
fn rows<const W: usize>(
    scenario: &Scenario,
    program: &Program,
    seed: u64,
    trials: u64,
    level: Level,
) -> (Vec<Result<TrialRow, Stop>>, u64) {
    let mut engine = Engine::<W>::new(program, level);
    let mut rows = Vec::new();
    let mut handed_back = 0;
    let mut from = 0;
    while from < trials {
        let mut done = Vec::new();
        let mut other = |trial| {
            handed_back += 1;
            run_trial(scenario, seed, trial, &mut Silent)
        };
        let stopped = engine.run(seed, from..trials, &mut other, &mut |row| done.push(Ok(row.clone())));
        from += done.len() as u64;
        rows.extend(done);
        if let Err(stop) = stopped {
            rows.push(Err(stop));
            from += 1;
        }
    }
    (rows, handed_back)
}

#[track_caller]
fn same(name: &str, how: &str, expected: &[Result<TrialRow, Stop>], found: &[Result<TrialRow, Stop>]) {
    assert_eq!(expected.len(), found.len(), "{name} {how}");
    for (expected, found) in expected.iter().zip(found) {
        // An undefined value is not equal to itself, but its words are.
        let same = expected == found || format!("{expected:?}") == format!("{found:?}");
        assert!(same, "{name}, {how}\nreference {expected:#?}\nengine {found:#?}");
    }
}

#[test]
fn on_every_shipped_scenario_and_variant() {
    for path in scenarios() {
        for (name, scenario) in with_variants(&path) {
            let program = Program::new(&scenario);
            let trials = if name.starts_with("durand") { 300 } else { 320 };
            let expected = reference(&scenario, trials);
            let mut report = String::new();
            for level in Level::available() {
                let (found, back) = rows::<WIDTH>(&scenario, &program, SEED, trials, level);
                same(&name, &format!("{level:?}"), &expected, &found);
                report = format!("{back} of {trials} handed back");
                on_other_widths(&name, &scenario, &program, &expected, level);
            }
            println!("{name}: {report}, {:?}", program.size());
        }
    }
}

/// Rows of 1, 7, 64 and 256 trials, the narrow ones on fewer trials: they are slow.
fn on_other_widths(name: &str, scenario: &Scenario, program: &Program, expected: &[Result<TrialRow, Stop>], level: Level) {
    let first = |trials: usize| &expected[..trials.min(expected.len())];
    let count = |trials: usize| first(trials).len() as u64;
    same(name, &format!("width 1, {level:?}"), first(9), &rows::<1>(scenario, program, SEED, count(9), level).0);
    same(name, &format!("width 7, {level:?}"), first(65), &rows::<7>(scenario, program, SEED, count(65), level).0);
    same(name, &format!("width 64, {level:?}"), expected, &rows::<64>(scenario, program, SEED, expected.len() as u64, level).0);
    same(name, &format!("width 256, {level:?}"), expected, &rows::<256>(scenario, program, SEED, expected.len() as u64, level).0);
}

/// Compares on a generated scenario; whether it loads.
fn generated(seed: u64, daring: bool) -> Option<(u64, u64)> {
    let text = random_scenario::scenario(seed, daring);
    let loaded = escalade::scenario::load_text("generated.toml", &text, &Changes::default());
    let scenario = loaded.scenario?;
    let program = Program::new(&scenario);
    let trials = 70;
    let expected: Vec<_> = (0..trials).map(|trial| run_trial(&scenario, SEED, trial, &mut Silent)).collect();
    let stopped = expected.iter().filter(|r| r.is_err()).count() as u64;
    let name = format!("generated {seed} {daring}\n{text}");
    let mut back = 0;
    for level in Level::available() {
        let (found, handed) = rows::<WIDTH>(&scenario, &program, SEED, trials, level);
        back = handed;
        same(&name, &format!("{level:?}"), &expected, &found);
        // One kind of vector code each: what matters to it does not depend on the scenario.
        if Level::available().iter().zip(0..).find(|(_, n)| *n == seed % 3).is_none_or(|(l, _)| *l == level) {
            on_other_widths(&name, &scenario, &program, &expected[..40], level);
        }
    }
    Some((back, stopped))
}

/// Operations, draws and rows do not jitter as times do: a slower lowering is noticed here.
#[test]
fn programs_have_their_sizes() {
    let mut table =
        String::from("scenario: operations at the start, operations and draws of a step, registers, kept rows, rows of rings\n");
    for path in scenarios() {
        let scenario = load(&path, &Changes::default()).scenario.unwrap();
        let size = Program::new(&scenario).size();
        let numbers = [size.start, size.each, size.draws, size.registers, size.kept, size.rings].map(|n| format!("{n:6}")).concat();
        table.push_str(&format!("{:28}{numbers}\n", scenario.id));
    }
    insta::assert_snapshot!("program_sizes", table);
}

/// A window's length costs rows, but no operations.
#[test]
fn windows_cost_the_same_whatever_their_length() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/abstract/windows.toml");
    let text = std::fs::read_to_string(path).unwrap();
    let size = |days: &str| {
        let text = text.replace("highest(count(strike, 5 days))", &format!("highest(count(strike, 5 days), {days} days)"));
        let scenario = escalade::scenario::load_text("windows.toml", &text, &Changes::default()).scenario.unwrap();
        Program::new(&scenario).size()
    };
    let (short, long) = (size("3"), size("15"));
    assert_eq!((short.each, short.rings + 12), (long.each, long.rings));
}

#[test]
fn on_generated_scenarios() {
    let count: u64 = std::env::var("GENERATED").ok().and_then(|n| n.parse().ok()).unwrap_or(100);
    for daring in [false, true] {
        let done: Vec<_> = (0..count).filter_map(|seed| generated(seed, daring)).collect();
        let back: u64 = done.iter().map(|d| d.0).sum();
        let stopped: u64 = done.iter().map(|d| d.1).sum();
        println!("daring {daring}: {} of {count} load; {back} trials handed back, {stopped} stop, of {}", done.len(), 70 * done.len());
        assert!(done.len() as u64 * 2 > count, "too few generated scenarios load: {}", done.len());
    }
}

proptest::proptest! {
    #![proptest_config(proptest::test_runner::Config { cases: 24, failure_persistence: None, ..Default::default() })]
    #[test]
    fn on_scenarios_generated_anew(seed in proptest::prelude::any::<u64>(), daring in proptest::prelude::any::<bool>()) {
        let _ = generated(seed, daring);
    }
}

#[test]
fn on_any_number_of_threads() {
    use escalade::study::{Cancel, EngineKind, Request, Silent, plain};
    let shipped = scenarios().into_iter().map(|path| load(&path, &Changes::default()).scenario.unwrap());
    let generated = (0..6).filter_map(|seed| {
        let text = random_scenario::scenario(seed, false);
        escalade::scenario::load_text("generated.toml", &text, &Changes::default()).scenario
    });
    for scenario in shipped.chain(generated) {
        let run = |engine, threads| {
            let request = Request { seed: 5, first: 3, trials: 300, variant: "base".to_owned(), intervals: Intervals::default(), engine };
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| plain(&scenario, &request, &Silent, &Cancel::default()))
        };
        let expected = run(EngineKind::Reference, 2);
        for threads in [1, 2, 8] {
            let found = run(EngineKind::Columns, threads);
            assert_eq!(format!("{found:?}"), format!("{expected:?}"), "{} on {threads} threads", scenario.id);
        }
    }
}

/// Points as a design would give them, far from what is drawn.
#[derive(Debug)]
struct Lattice;

impl escalade::rng::Points for Lattice {
    fn unit(&self, point: u64, input: usize) -> f64 {
        let golden = 0.618_033_988_749_894_9;
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let (point, input) = (point as f64, input as f64);
        (0.5 + golden * (point + 1.0) * (input + 1.0)).fract().clamp(1e-9, 1.0 - 1e-9)
    }
}

#[test]
fn trials_at_the_points_of_a_design_agree_too() {
    let mut shipped = Vec::new();
    for path in scenarios() {
        shipped.extend(load(&path, &Changes::default()).scenario);
    }
    let generated = (0..30).filter_map(|seed| {
        let text = random_scenario::scenario(seed, false);
        escalade::scenario::load_text("generated.toml", &text, &Changes::default()).scenario
    });
    for scenario in shipped.into_iter().chain(generated) {
        let program = Program::for_points(&scenario);
        let mut engine = Engine::<64>::new(&program, Level::best());
        engine.share_parameters(3);
        engine.follow_points(&Lattice);
        let mut other = |trial| escalade::reference::run_trial_given(&scenario, SEED, trial, (&Lattice, trial / 3), &mut Silent);
        let mut rows = Vec::new();
        let stopped = engine.run(SEED, 9..80, &mut other, &mut |row| rows.push(row.clone())).err();
        for row in &rows {
            assert_eq!(*row, other(row.trial).unwrap(), "{}", scenario.id);
        }
        assert!(stopped.is_some() || rows.len() == 71, "{}", scenario.id);
    }
}

#[test]
fn trials_that_share_parameters_agree_too() {
    for name in ["durand-line", "abstract/gamblers-ruin"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name).with_extension("toml");
        let scenario = load(&path, &Changes::default()).scenario.unwrap();
        let program = Program::new(&scenario);
        let mut engine = Engine::<64>::new(&program, Level::best());
        engine.share_parameters(10);
        let mut rows = Vec::new();
        let mut other = |trial| escalade::reference::run_trial_at(&scenario, SEED, trial, trial / 10, &mut Silent);
        engine.run(SEED, 20..190, &mut other, &mut |row| rows.push(row.clone())).unwrap();
        for row in &rows {
            let expected = other(row.trial).unwrap();
            assert_eq!(*row, expected, "{name}");
            // Parameters are those of the block, and luck is the trial's own.
            let alone = run_trial(&scenario, SEED, row.trial / 10, &mut Silent).unwrap();
            assert_eq!(row.parameters, alone.parameters, "{name}");
        }
        if name == "durand-line" {
            assert!((0..9).any(|k| rows[k].path != rows[k + 1].path), "the same luck everywhere");
        }
    }
}
