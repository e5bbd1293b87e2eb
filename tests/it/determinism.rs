//! What is promised of draws: results depend on the scenario, the seed and the trial number only.

use escalade::reference::{Happening, Silent, run_trial};
use escalade::results::Intervals;
use escalade::scenario::{Changes, Scenario, load, load_text};
use escalade::study::{Cancel, EngineKind, Request, plain};

use crate::scenarios::root;

fn durand_line(set: &[&str]) -> Scenario {
    let changes = Changes { variant: None, set: set.iter().map(|s| (*s).to_owned()).collect() };
    load(&root().join("scenarios/durand-line.toml"), &changes).scenario.expect("it loads")
}

fn text_scenario(text: &str) -> Scenario {
    let loaded = load_text("t.toml", text, &Changes::default());
    let errors = escalade::diag::render_all(&loaded.diags, &loaded.sources, false);
    loaded.scenario.unwrap_or_else(|| panic!("{errors}"))
}

fn request(first: u64, trials: u64) -> Request {
    Request { seed: 7, first, trials, variant: "base".to_owned(), intervals: Intervals::default(), engine: EngineKind::Columns }
}

#[test]
fn results_are_the_same_for_one_two_and_eight_threads() {
    let scenario = durand_line(&[]);
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(16 << 20).build().unwrap();
        let done = pool.install(|| plain(&scenario, &request(0, 300), &escalade::study::Silent, &Cancel::default())).unwrap();
        serde_json::to_string(&done.summary).unwrap()
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, run(8));
}

#[test]
fn asking_for_more_trials_leaves_the_old_ones_as_they_were() {
    let scenario = durand_line(&[]);
    let whole = plain(&scenario, &request(0, 200), &escalade::study::Silent, &Cancel::default()).unwrap();
    let mut joined = plain(&scenario, &request(0, 77), &escalade::study::Silent, &Cancel::default()).unwrap().tally;
    joined.merge(plain(&scenario, &request(77, 123), &escalade::study::Silent, &Cancel::default()).unwrap().tally);
    assert_eq!(whole.tally, joined);
}

#[test]
fn a_seed_and_a_trial_number_change_the_draws() {
    let scenario = durand_line(&[]);
    let row = |seed, trial| run_trial(&scenario, seed, trial, &mut Silent).unwrap().metrics;
    assert_ne!(row(1, 0), row(2, 0));
    assert_ne!(row(1, 0), row(1, 1));
    assert_eq!(row(1, 5), row(1, 5));
}

const INERT: &str = r#"
[[events]]
id     = "comet"
chance = 0.5
draws  = { brightness = { dist = "normal", mean = 0, sd = 1 } }
"#;

#[test]
fn an_event_that_does_nothing_changes_nothing_else() {
    for name in ["scenarios/durand-line.toml", "scenarios/tutorial/first-crisis.toml"] {
        let text = std::fs::read_to_string(root().join(name)).unwrap();
        let (plain, more) = (text_scenario(&text), text_scenario(&(text.clone() + INERT)));
        for trial in 0..40 {
            let a = run_trial(&plain, 3, trial, &mut Silent).unwrap();
            let b = run_trial(&more, 3, trial, &mut Silent).unwrap();
            assert_eq!(a, b, "{name}, trial {trial}");
        }
    }
}

#[test]
fn a_variant_that_changes_nothing_gives_the_same_trials() {
    let base = durand_line(&[]);
    let same = durand_line(&["about.title=Another title"]);
    for trial in 0..40 {
        assert_eq!(run_trial(&base, 3, trial, &mut Silent).unwrap(), run_trial(&same, 3, trial, &mut Silent).unwrap());
    }
}

#[test]
fn a_changed_parameter_moves_no_other_parameter() {
    let base = durand_line(&[]);
    let first = base.params.iter().find(|p| matches!(p.kind, escalade::scenario::model::ParamKind::Drawn(_))).unwrap().id.clone();
    let changed = durand_line(&[&format!("parameters.{first}=0.5")]);
    let drawn = |scenario: &Scenario| {
        let mut seen: Vec<Happening> = Vec::new();
        run_trial(scenario, 9, 4, &mut seen).unwrap();
        let values = seen.into_iter().filter_map(|h| match h {
            Happening::Parameter { id, value, .. } if id != first => Some((id, value)),
            _ => None,
        });
        values.collect::<std::collections::BTreeMap<_, _>>()
    };
    let (a, b) = (drawn(&base), drawn(&changed));
    // Values computed from the changed parameter may differ; draws may not.
    let computed: Vec<&str> =
        base.params.iter().filter(|p| matches!(p.kind, escalade::scenario::model::ParamKind::Computed(_))).map(|p| p.id.as_str()).collect();
    for (id, value) in a.iter().filter(|(id, _)| !computed.contains(&id.as_str())) {
        assert_eq!(Some(value), b.get(id), "{id}");
    }
}

#[test]
fn a_watched_trial_is_the_same_trial() {
    let scenario = durand_line(&[]);
    for trial in 0..10 {
        let mut seen: Vec<Happening> = Vec::new();
        let watched = run_trial(&scenario, 1, trial, &mut seen).unwrap();
        assert_eq!(watched, run_trial(&scenario, 1, trial, &mut Silent).unwrap());
        assert!(matches!(seen.last(), Some(Happening::Ended { .. })));
    }
}

/// A changed draw is a value-breaking change and must be noticed: parameters, events, choices and times of
/// the Durand Line under a fixed seed, to the last bit.
#[test]
fn the_first_trials_are_pinned() {
    let scenario = durand_line(&[]);
    let mut lines = String::new();
    for trial in 0..6 {
        let row = run_trial(&scenario, 1, trial, &mut Silent).unwrap();
        let metrics: Vec<String> = row.metrics.iter().map(|m| m.map_or("-".to_owned(), |x| format!("{:016x}", x.to_bits()))).collect();
        lines += &format!("{trial}: {} {} {}\n{}\n", scenario.outcomes[row.outcome].id, row.established, row.end, metrics.join(" "));
    }
    insta::assert_snapshot!(lines);
}
