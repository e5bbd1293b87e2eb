//! The largest scenario that must run, 400 actors and 10,000 rules, loads, and the engine gives what the reference gives.

#[path = "../../benches/scaling/family.rs"]
mod family;

use escalade::engine::{Engine, Level};
use escalade::program::Program;
use escalade::reference::{Silent, run_trial};
use escalade::scenario::{Changes, load};
use family::{LARGEST, Member};

const SEED: u64 = 20_260_303;

#[track_caller]
fn agrees(member: Member, trials: u64) {
    let folder = tempfile::tempdir().unwrap();
    let loaded = load(&member.write(folder.path()), &Changes::default());
    let scenario = loaded.scenario.unwrap_or_else(|| panic!("{member:?}: {:?}", loaded.diags.items().first()));
    let program = Program::new(&scenario);
    let mut engine = Engine::<7>::new(&program, Level::best());
    let mut back = 0;
    let mut rows = Vec::new();
    let mut other = |trial| {
        back += 1;
        run_trial(&scenario, SEED, trial, &mut Silent)
    };
    engine.run(SEED, 0..trials, &mut other, &mut |row| rows.push(row.clone())).unwrap();
    assert_eq!(back, 0, "{member:?}: the engine runs all trials itself");
    for (trial, row) in (0..trials).zip(&rows) {
        assert_eq!(*row, run_trial(&scenario, SEED, trial, &mut Silent).unwrap(), "{member:?}, trial {trial}");
    }
    assert_eq!(rows.len() as u64, trials);
}

#[test]
fn the_largest_scenario_loads_and_runs() {
    agrees(LARGEST, 8);
}

#[test]
fn small_and_long_ones_of_the_family_run() {
    agrees(Member { actors: 4, rules: 10, steps: 1000 }, 20);
    agrees(Member { actors: 12, rules: 100, steps: 300 }, 20);
}
