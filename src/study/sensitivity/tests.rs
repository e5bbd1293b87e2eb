//! Tests of sensitivities.

use super::*;
use crate::results::{FactorResult, OutputKind, OutputResult};
use crate::rng::Points as _;
use crate::scenario::{Changes, Scenario, load};
use crate::study::{Cancel, Silent};

/// Luck, a pair of correlated parameters, a category, a number of dice, one that does nothing and one that nothing reads.
const MIXED: &str = r#"
format = 1
about = { title = "Mixed", question = "What does it depend on?", sources = ["invented"] }
clock = { step = "1 day", horizon = "3 days" }
[parameters]
red    = { dist = "uniform", min = 0, max = 1 }
blue   = { dist = "uniform", min = 0, max = 1 }
mood   = { dist = "categorical", weights = { calm = 2, tense = 1, wild = 1 } }
dice   = { dist = "uniform_int", min = 1, max = 6 }
strain = { is = "red + blue" }
idle   = { dist = "normal", mean = 0, sd = 1 }
unread = { dist = "normal", mean = 0, sd = 1 }
[[correlations]]
of   = ["red", "blue"]
rank = [[1, 0.6], [0.6, 1]]
[[events]]
id     = "war"
chance = "0.1 * strain"
[[outcomes]]
id   = "war"
when = "ever(war)"
[[outcomes]]
id        = "peace"
otherwise = true
[[indicators]]
id   = "wild"
when = "mood == mood.wild"
[[indicators]]
id    = "late"
when  = "was(war, 1 day)"
given = "wild"
[[metrics]]
id    = "score"
value = "if(mood == mood.calm, 0, if(mood == mood.tense, 1, 3)) + dice + 0 * idle"
[[metrics]]
id    = "first_war"
value = "first(war)"
"#;

fn scenario() -> Scenario {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mixed.toml");
    std::fs::write(&path, MIXED).unwrap();
    let loaded = load(&path, &Changes::default());
    let text = crate::diag::render_all(&loaded.diags, &loaded.sources, false);
    loaded.scenario.unwrap_or_else(|| panic!("{text}"))
}

fn question(scenario: &Scenario, parameters: &[&str], together: bool) -> Question {
    let names: Vec<String> = parameters.iter().map(|p| (*p).to_owned()).collect();
    let mut factors = factors(scenario, &names, together).unwrap();
    let unread = unread(&mut factors, |id| id != "unread");
    let (outputs, left_out) = outputs(scenario, &[]).unwrap();
    Question { factors, outputs, left_out, others: Vec::new(), unread, seed: 7, level: 0.95, keep: false }
}

fn run_sobol(scenario: &Scenario, question: &Question, (points, replicates): (u64, u64)) -> (Sensitivity, Evaluations) {
    let rows = saltelli(question, scenario.drawn_parameters().count(), (points, replicates)).unwrap();
    sobol(scenario, question, &rows, (points, replicates, true), &Silent, &Cancel::default()).unwrap().unwrap()
}

fn of<'s>(found: &'s Sensitivity, kind: OutputKind, id: &str) -> &'s OutputResult {
    found.outputs.iter().find(|o| o.kind == kind && o.id == id).unwrap()
}

fn factor<'o>(output: &'o OutputResult, id: &str) -> &'o FactorResult {
    output.factors.iter().find(|f| f.id == id).unwrap()
}

fn near(estimate: Option<crate::results::Estimated>, truth: f64, by: f64) {
    let e = estimate.unwrap();
    assert!((e.estimate - truth).abs() < by, "{e:?}, expected {truth}");
    assert!(e.low.unwrap() <= e.high.unwrap());
}

#[test]
fn groups_categories_and_whole_numbers_are_factors() {
    let scenario = scenario();
    let question = question(&scenario, &[], true);
    let ids: Vec<&str> = question.factors.iter().map(|f| f.name.id.as_str()).collect();
    assert_eq!(ids, ["red+blue", "mood", "dice", "idle"]);
    assert_eq!(question.unread, ["unread"]);
    let (found, _) = run_sobol(&scenario, &question, (1024, 8));
    // The category's numbers have variance 1/2 * 0 + 1/4 * 1 + 1/4 * 9 - 1 = 1.5, the die 35/12; nothing else, no luck. Seed 7; with
    // 1,024 scrambled points an error of 0.03 is some six standard errors.
    let score = of(&found, OutputKind::Metric, "score");
    let whole = 1.5 + 35.0 / 12.0;
    near(score.due_to_factors, 1.0, 1e-12);
    near(factor(score, "mood").first, 1.5 / whole, 0.03);
    near(factor(score, "mood").total, 1.5 / whole, 0.03);
    near(factor(score, "dice").first, 35.0 / 12.0 / whole, 0.03);
    assert!(factor(score, "idle").inert && factor(score, "red+blue").inert && !factor(score, "dice").inert);
    assert_eq!(factor(score, "idle").total.unwrap().estimate, 0.0);
    // War depends on the pair as one, and on nothing else.
    let war = of(&found, OutputKind::Outcome, "war");
    near(factor(war, "red+blue").first, 1.0, 0.25);
    near(factor(war, "red+blue").total, 1.0, 0.25);
    assert!(factor(war, "mood").inert && factor(war, "dice").inert);
    let due = war.due_to_factors.unwrap();
    assert!(due.low.unwrap() > 0.0 && due.high.unwrap() < 0.2, "{due:?}");
    // What has no value in some trials is left out, and what is the same in all has nothing to explain.
    let left: Vec<&str> = found.left_out.iter().map(|l| l.id.as_str()).collect();
    assert_eq!(left, ["late", "first_war"]);
}

#[test]
fn members_of_a_group_are_exchanged_together() {
    let scenario = scenario();
    let question = question(&scenario, &["blue"], true);
    assert_eq!(question.factors.len(), 1);
    let rows = saltelli(&question, scenario.drawn_parameters().count(), (64, 4)).unwrap();
    for trial in 0..256 {
        for input in 0..2 {
            // A with the whole group from B is B.
            assert_eq!(rows[2].unit(trial, input), rows[1].unit(trial, input));
            assert_ne!(rows[0].unit(trial, input), rows[1].unit(trial, input));
            assert_eq!(rows[0].unit(trial, input), rows[0].unit(trial / 4 * 4, input));
        }
        // The others are drawn anew in each trial, the same in all rows.
        assert_eq!(rows[0].unit(trial, 2), rows[2].unit(trial, 2));
        assert_ne!(rows[0].unit(trial, 2), rows[0].unit(trial + 1, 2));
    }
}

#[test]
fn results_do_not_depend_on_threads() {
    let scenario = scenario();
    let mut question = question(&scenario, &[], true);
    question.keep = true;
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let points = morris_points(&question, scenario.drawn_parameters().count(), (50, 3));
            let effects = morris(&scenario, &question, &points, (50, 3, true), &Silent, &Cancel::default()).unwrap();
            // 700 points: two to a group, the last group with one block's end in its middle.
            let indices = run_sobol(&scenario, &question, (700, 3));
            // As texts, for what is missing is not equal to itself.
            (format!("{indices:?} {effects:?}"), indices.1)
        })
    };
    let (text, kept) = with(1);
    assert!(text == with(2).0 && text == with(5).0);
    assert_eq!(kept.numbers.len(), 700 * kept.rows * kept.stride);
    // Row A of a point, then B; a parameter's value comes first, and outcomes are shares.
    assert!(kept.numbers.chunks_exact(kept.stride).all(|row| (row[5] + row[6] - 1.0).abs() < 1e-12));
}

#[test]
fn each_factor_moves_once_along_a_trajectory() {
    let scenario = scenario();
    let question = question(&scenario, &[], true);
    let inputs = scenario.drawn_parameters().count();
    let points = morris_points(&question, inputs, (30, 2));
    assert_eq!(points.len(), 5);
    let mut orders = std::collections::BTreeSet::new();
    for trajectory in 0..30_u64 {
        let mut moved = Vec::new();
        for pair in points.windows(2) {
            let changed: Vec<usize> =
                (0..inputs).filter(|i| *i != 5 && pair[0].unit(2 * trajectory, *i) != pair[1].unit(2 * trajectory, *i)).collect();
            let who = question.factors.iter().position(|f| f.inputs == changed).expect("one factor moves");
            for input in changed {
                assert_eq!((pair[0].unit(2 * trajectory, input) - pair[1].unit(2 * trajectory, input)).abs(), 0.5);
            }
            moved.push(who);
        }
        orders.insert(moved.clone());
        moved.sort_unstable();
        assert_eq!(moved, [0, 1, 2, 3]);
    }
    // 30 random orders of 4 factors: fewer than 10 different ones have a chance far below 1e-9.
    assert!(orders.len() >= 10);
    let (found, _) = morris(&scenario, &question, &points, (30, 2, true), &Silent, &Cancel::default()).unwrap().unwrap();
    let score = of(&found, OutputKind::Metric, "score");
    // Half of the levels of a die (1/8, 3/8, 5/8, 7/8): 1 to 4, 3 to 6.
    let dice = factor(score, "dice");
    near(dice.mu, 3.0, 1e-12);
    near(dice.mu_star, 3.0, 1e-12);
    assert!(dice.noise.unwrap() == 0.0 && dice.sigma.unwrap() < 1e-6);
    assert!(factor(score, "idle").inert && factor(score, "red+blue").mu.is_none());
}

#[test]
fn ordinary_trials_tell_what_parameters_do_alone() {
    let scenario = scenario();
    let question = question(&scenario, &[], false);
    let found = given(&scenario, &question, 40_000, &Silent, &Cancel::default()).unwrap().unwrap();
    let score = of(&found, OutputKind::Metric, "score");
    let whole = 1.5 + 35.0 / 12.0;
    // 40,000 trials: 0.03 is beyond six standard errors.
    near(factor(score, "mood").first, 1.5 / whole, 0.03);
    near(factor(score, "dice").first, 35.0 / 12.0 / whole, 0.03);
    assert_eq!((factor(score, "mood").bins, factor(score, "dice").bins, factor(score, "idle").bins), (Some(3), Some(6), Some(32)));
    let idle = factor(score, "idle").first.unwrap();
    assert!(idle.estimate.abs() < 0.01 && idle.low.unwrap() < 0.0);
    let war = of(&found, OutputKind::Outcome, "war");
    assert!(factor(war, "red").told() && !factor(war, "dice").told());
}

#[test]
fn a_wish_to_stop_leaves_what_is_done() {
    struct Early<'c>(&'c Cancel);
    impl crate::study::Progress for Early<'_> {
        fn advance(&self, _: u64) {
            self.0.ask();
        }
    }
    let scenario = scenario();
    let question = question(&scenario, &[], true);
    let cancel = Cancel::default();
    let rows = saltelli(&question, scenario.drawn_parameters().count(), (4096, 8)).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let done = pool.install(|| sobol(&scenario, &question, &rows, (4096, 8, true), &Early(&cancel), &cancel).unwrap());
    assert!(done.is_none_or(|(found, _)| found.points < 4096));
    assert!(factors(&scenario, &["nobody".to_owned()], true).is_err() && factors(&scenario, &["strain".to_owned()], true).is_err());
    assert!(outputs(&scenario, &["late".to_owned()]).is_err() && outputs(&scenario, &["nothing".to_owned()]).is_err());
}
