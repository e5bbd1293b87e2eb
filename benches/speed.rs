//! Nanoseconds per trial and step of reference and engine, and the counts behind them; a quick look, not a measurement.

#![allow(clippy::print_stdout, clippy::cast_precision_loss, missing_docs, reason = "a bench prints what it measured")]

use std::time::Instant;

use escalade::engine::{Engine, Level, WIDTH};
use escalade::program::Program;
use escalade::reference::{Silent, run_trial};
use escalade::scenario::{Changes, load};

fn main() {
    let only = std::env::args().nth(1).filter(|a| !a.starts_with('-'));
    for (name, trials, slow) in
        [("durand-line", 10_240, 200), ("abstract/gamblers-ruin", 409_600, 4000), ("abstract/tit-for-tat", 409_600, 4000)]
    {
        if only.as_ref().is_some_and(|o| !name.contains(o.as_str())) {
            continue;
        }
        let path = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let begun = Instant::now();
        let scenario = load(path.as_ref(), &Changes::default()).scenario.expect("a shipped scenario");
        let loaded = begun.elapsed();
        let begun = Instant::now();
        let program = Program::new(&scenario);
        println!("{name}: load {loaded:?}, lower {:?}, {:?}", begun.elapsed(), program.size());
        let begun = Instant::now();
        let mut steps = 0;
        for trial in 0..slow {
            steps += u64::from(run_trial(&scenario, 1, trial, &mut Silent).expect("it runs").end);
        }
        let reference = begun.elapsed().as_secs_f64() / slow as f64;
        println!("  reference  {:9.2} us/trial, {:.1} steps", reference * 1e6, steps as f64 / slow as f64);
        let levels = if std::env::var_os("ESCALADE_CPU").is_some() { vec![Level::best()] } else { Level::available() };
        for level in levels {
            let mut best = f64::INFINITY;
            for _ in 0..3 {
                let mut engine = Engine::<WIDTH>::new(&program, level);
                let begun = Instant::now();
                let mut other = |trial| run_trial(&scenario, 1, trial, &mut Silent);
                engine.run(1, 0..trials, &mut other, &mut |_| ()).expect("it runs");
                best = begun.elapsed().as_secs_f64().min(best);
            }
            let per = best / trials as f64;
            println!("  {level:?}  {:9.3} us/trial, {:.0} trials/s, 1/{:.0}", per * 1e6, 1.0 / per, reference / per);
        }
    }
}
