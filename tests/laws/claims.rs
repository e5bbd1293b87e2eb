//! Claims of `[[expect]]` evaluated on rows of trials.

use escalade::engine::{Engine, Level};
use escalade::lang::claim::Quantity;
use escalade::program::Program;
use escalade::reference::{Silent, run_trial};
use escalade::results::TrialRow;
use escalade::scenario::{Changes, Scenario, load};
use rayon::prelude::*;
use std::path::Path;

/// The seed of all law tests of scenarios.
pub const SEED: u64 = 20_261_122;

/// Loads a scenario that must be right, with a variant and settings.
pub fn scenario(path: &Path, variant: Option<&str>, set: &[String]) -> Scenario {
    let changes = Changes { variant: variant.map(str::to_owned), set: set.to_vec() };
    let loaded = load(path, &changes);
    let text = escalade::diag::render_all(&loaded.diags, &loaded.sources, false);
    loaded.scenario.unwrap_or_else(|| panic!("{} ({variant:?}):\n{text}", path.display()))
}

/// The rows of trials `0..n`, by the engine; that it gives what the reference gives is tested apart, bit for bit.
pub fn rows(scenario: &Scenario, n: u64) -> Vec<TrialRow> {
    const CHUNK: u64 = 1_024;
    let program = Program::new(scenario);
    let chunk = |index: u64| {
        let mut rows = Vec::new();
        let mut engine: Engine<'_> = Engine::new(&program, Level::best());
        let range = index * CHUNK..((index + 1) * CHUNK).min(n);
        let mut reference = |trial| run_trial(scenario, SEED, trial, &mut Silent);
        if let Err(stop) = engine.run(SEED, range, &mut reference, &mut |row| rows.push(row.clone())) {
            panic!("{}: {stop}", scenario.id);
        }
        rows
    };
    (0..n.div_ceil(CHUNK)).into_par_iter().flat_map_iter(chunk).collect()
}

/// Whether an outcome or indicator of this name holds in a row.
pub fn holds(scenario: &Scenario, name: &str, row: &TrialRow) -> bool {
    if let Some(outcome) = scenario.outcomes.iter().position(|o| o.id == name) {
        return row.outcome == outcome;
    }
    let index = scenario.indicators.iter().position(|i| i.id == name).expect("claims are checked");
    row.indicators[index]
}

/// The sample that a quantity is read from: one value per trial on which it is read.
pub fn sample(scenario: &Scenario, quantity: &Quantity<String>, rows: &[TrialRow]) -> Vec<f64> {
    let truth = |b: bool| f64::from(u8::from(b));
    let day = |step: u32| f64::from(step * scenario.clock.step) / 1440.0;
    let given_of = |name: &str| scenario.indicators.iter().find(|i| i.id == name).and_then(|i| i.given);
    match quantity {
        Quantity::Share { of, given } => {
            let own = given_of(of);
            let read = |row: &&TrialRow| given.as_ref().is_none_or(|g| holds(scenario, g, row)) && own.is_none_or(|g| row.indicators[g]);
            rows.iter().filter(read).map(|row| truth(holds(scenario, of, row))).collect()
        }
        Quantity::Mean(metric) | Quantity::Quantile(metric, _) => {
            let index = scenario.metrics.iter().position(|m| m.id == *metric).expect("claims are checked");
            rows.iter().filter_map(|row| row.metrics[index]).collect()
        }
        Quantity::MeanDay(name) | Quantity::MedianDay(name) => {
            let indicator = scenario.indicators.iter().position(|i| i.id == *name);
            let at = |row: &TrialRow| match indicator {
                Some(i) => row.indicator_since[i],
                None => holds(scenario, name, row).then_some(row.established),
            };
            rows.iter().filter_map(at).map(day).collect()
        }
    }
}
