//! A small scenario in rows of 1 and 7 trials, at every level: small enough for an interpreter that looks for
//! undefined behaviour (`just miri`).

use super::{Engine, Level};
use crate::program::Program;
use crate::reference::{Silent, run_trial};
use crate::scenario::{Changes, Scenario, load_text};

const TEXT: &str = r#"
format = 1
[about]
title = "Two"
[clock]
step = "1 day"
horizon = "20 days"
[parameters]
resolve = { dist = "uniform", min = 0.6, max = 1.4 }
[ladders.crisis]
rungs = [{ id = "calm", cost = 0 }, { id = "raids", cost = 0.5 }, { id = "war", cost = 1 }]
[actors.red]
starts = { crisis = "calm" }
vars = { anger = { start = 0.5, min = 0, max = 3, drift = "-0.05 * anger", per = "day" } }
[actors.blue]
starts = { crisis = "raids" }
vars = { anger = { start = 0.4, min = 0, max = 3, drift = "-0.05 * anger", per = "day" } }
[[events]]
id = "incident"
chance = 0.5
draws = { dead = { dist = "lognormal", median = 6, sigma = 0.9 } }
effects = ["red.anger += min(0.05 * dead, 0.9)", "after 2 days: blue.anger += 0.2"]
[[events]]
id = "leak"
rate = 2
per = "week"
effects = ["blue.anger += 0.1"]
[[decisions]]
id = "red_move"
actor = "red"
choose = "logit"
[[decisions.options]]
id = "up"
move = { crisis = 1 }
utility = "resolve * anger - to.crisis.cost"
[[decisions.options]]
id = "down"
move = { crisis = -1 }
utility = "0.3 * self.crisis.cost"
[[reactions]]
id = "answer"
when = "mean(red.anger, 3 days) > 0.6 and rises(red.crisis == crisis.war)"
effects = ["blue.crisis += 1"]
[[outcomes]]
id = "both"
when = "blue.crisis == crisis.war and red.anger > 1"
ends = true
[[outcomes]]
id = "rest"
otherwise = true
[[metrics]]
id = "peak"
value = "highest(red.anger, 5 days)"
"#;

fn same<const W: usize>(scenario: &Scenario, trials: u64) {
    let program = Program::new(scenario);
    for level in Level::available() {
        let mut engine = Engine::<W>::new(&program, level);
        let mut rows = Vec::new();
        let mut other = |trial| run_trial(scenario, 1, trial, &mut Silent);
        assert!(engine.run(1, 0..trials, &mut other, &mut |row| rows.push(row.clone())).unwrap());
        for (trial, row) in (0..trials).zip(&rows) {
            assert_eq!(*row, run_trial(scenario, 1, trial, &mut Silent).unwrap(), "{level:?}, width {W}");
        }
    }
}

#[test]
fn a_small_scenario_in_narrow_rows() {
    let loaded = load_text("two.toml", TEXT, &Changes::default());
    let scenario = loaded.scenario.unwrap_or_else(|| panic!("{:?}", loaded.diags.items().first()));
    same::<1>(&scenario, 3);
    same::<7>(&scenario, 17);
}

#[test]
fn a_wish_to_stop_ends_a_run_in_the_middle() {
    let loaded = load_text("two.toml", TEXT, &Changes::default());
    let scenario = loaded.scenario.unwrap_or_else(|| panic!("{:?}", loaded.diags.items().first()));
    let program = Program::new(&scenario);
    let wish = std::sync::atomic::AtomicBool::new(true);
    let mut engine = Engine::<7>::new(&program, Level::Baseline);
    engine.heed(&wish);
    let mut rows = 0;
    let all = engine.run(1, 0..7, &mut |trial| run_trial(&scenario, 1, trial, &mut Silent), &mut |_| rows += 1).unwrap();
    assert!(!all && rows == 0);
    wish.store(false, std::sync::atomic::Ordering::Relaxed);
    let all = engine.run(1, 0..7, &mut |trial| run_trial(&scenario, 1, trial, &mut Silent), &mut |_| rows += 1).unwrap();
    assert!(all && rows == 7, "what was given up leaves nothing behind");
}

#[test]
#[cfg_attr(miri, ignore = "long: nothing in it is unsafe")]
fn what_remembers_too_much_is_left_to_the_reference() {
    let mut text = TEXT.replace("20 days", "10000 days");
    let remembering = |text: &str| {
        let loaded = load_text("two.toml", text, &Changes::default());
        let scenario = loaded.scenario.expect("a scenario that checks");
        let program = Program::new(&scenario);
        (program.rings, super::fits(&program))
    };
    assert!(remembering(&text).1);
    // Each remembers nearly ten thousand numbers, of every trial of a row.
    for k in 0..20 {
        text += &format!("[[metrics]]\nid = \"m{k}\"\nvalue = \"was(red.anger + {k}.5, 9998 days)\"\n");
    }
    let (rows, fits) = remembering(&text);
    assert!(rows > 150_000 && !fits, "{rows} rows");
}
