//! Why one trial ended as it did: scenarios whose causes are known by construction.

use std::collections::BTreeSet;

use escalade::reference::{Occurrence, Silent, run_trial, run_trial_permitting};
use escalade::results::WhyResult;
use escalade::scenario::{Changes, Scenario, load, load_text};
use escalade::study::{self, Cancel, MOST_RERUNS};

use crate::scenarios::root;

const HEAD: &str = r#"
format = 1
about = { title = "Causes", sources = ["invented"] }
clock = { step = "1 day", horizon = "10 days" }
"#;

fn scenario(body: &str) -> Scenario {
    let loaded = load_text("t.toml", &format!("{HEAD}{body}"), &Changes::default());
    let errors = escalade::diag::render_all(&loaded.diags, &loaded.sources, false);
    loaded.scenario.unwrap_or_else(|| panic!("{errors}"))
}

fn why(scenario: &Scenario, trial: u64) -> WhyResult {
    study::why(scenario, (1, trial), MOST_RERUNS, &study::Silent, &Cancel::default()).expect("it runs")
}

/// What was necessary: step, path, and how it ends without.
fn necessary(why: &WhyResult) -> Vec<(u32, &str, &str)> {
    why.necessary.occurrences.iter().map(|n| (n.occurred.step, n.occurred.path.as_str(), n.without.id.as_str())).collect()
}

fn enough(why: &WhyResult) -> Vec<(u32, &str)> {
    why.enough.occurrences.iter().map(|o| (o.step, o.path.as_str())).collect()
}

#[test]
fn one_cause_among_bystanders_is_necessary_and_enough() {
    let scenario = scenario(
        r#"
[[events]]
id = "shot"
at = ["3 days"]
[[events]]
id      = "rain"
every   = "1 day"
effects = ["wet += 1"]
[world.vars]
wet = { start = 0 }
[[outcomes]]
id   = "war"
when = "ever(shot)"
[[outcomes]]
id        = "peace"
otherwise = true
[[metrics]]
id    = "wetness"
value = "wet"
"#,
    );
    let why = why(&scenario, 0);
    assert_eq!(necessary(&why), [(3, "events.shot", "peace")]);
    assert_eq!(enough(&why), [(3, "events.shot")]);
    assert!(why.enough.minimal && why.complete && !why.bound_reached);
    assert_eq!((why.occurrences, why.inert, why.necessary.tested), (11, 0, 11));
}

#[test]
fn of_two_causes_each_of_which_would_do_neither_is_necessary_and_one_is_enough() {
    let scenario = scenario(
        r#"
[[events]]
id = "shot"
at = ["3 days"]
[[events]]
id = "bomb"
at = ["3 days"]
[[outcomes]]
id   = "war"
when = "ever(shot) or ever(bomb)"
[[outcomes]]
id        = "peace"
otherwise = true
"#,
    );
    let why = why(&scenario, 0);
    assert!(necessary(&why).is_empty());
    assert_eq!(enough(&why).len(), 1);
    assert!(why.enough.minimal);
}

#[test]
fn of_a_chain_every_link_is_necessary_and_all_together_are_enough() {
    let scenario = scenario(
        r#"
[ladders.border]
rungs = [{ id = "calm" }, { id = "fire" }]
[actors.red]
starts = { border = "calm" }
[[events]]
id = "insult"
at = ["2 days"]
[[decisions]]
id     = "answer"
actor  = "red"
choose = "first"
[[decisions.options]]
id   = "fire"
when = "insult"
lead = "2 days"
move = { border = "fire" }
[[decisions.options]]
id = "wait"
[[reactions]]
id   = "war"
when = "rises(red.border == border.fire)"
[[outcomes]]
id   = "war"
when = "ever(war)"
[[outcomes]]
id        = "peace"
otherwise = true
"#,
    );
    let why = why(&scenario, 0);
    let chain = [(2, "events.insult"), (2, "decisions.answer.options.fire"), (4, "reactions.war")];
    assert_eq!(enough(&why), chain);
    assert_eq!(necessary(&why), chain.map(|(step, path)| (step, path, "peace")));
    // Waiting leaves no trace: the first day, and the seven after the order was carried out, are not even tried.
    assert_eq!((why.occurrences, why.inert), (10, 7));
    let order = &why.enough.occurrences[1];
    assert_eq!(order.carried_out.as_deref(), Some("day 4"));
}

#[test]
fn what_prevents_is_necessary_and_nothing_is_enough_where_nothing_had_to_occur() {
    let scenario = scenario(
        r#"
[regimes.truce]
start  = "none"
states = [{ id = "none" }, { id = "holding" }]
moves  = [{ from = "none", to = "holding", at = ["3 days"] }]
[[events]]
id   = "war"
when = "truce == truce.none"
at   = ["5 days"]
[[outcomes]]
id   = "war"
when = "ever(war)"
[[outcomes]]
id        = "peace"
otherwise = true
"#,
    );
    let why = why(&scenario, 0);
    assert_eq!(necessary(&why), [(3, "regimes.truce.none.holding", "war")]);
    assert!(enough(&why).is_empty() && why.enough.minimal);
}

#[test]
fn an_error_of_perception_can_be_the_cause() {
    let scenario = scenario(
        r#"
[actors.red]
[actors.red.sees]
threat = { of = "0", noise = { dist = "fixed", value = 1 } }
[[decisions]]
id     = "answer"
actor  = "red"
choose = "first"
every  = "4 days"
[[decisions.options]]
id   = "fire"
when = "threat > 0.5 and now == 4 days"
[[outcomes]]
id   = "war"
when = "ever(answer.fire)"
[[outcomes]]
id        = "peace"
otherwise = true
"#,
    );
    let why = why(&scenario, 0);
    let both = [(4, "actors.red.sees.threat"), (4, "decisions.answer.options.fire")];
    assert_eq!(enough(&why), both);
    assert_eq!(necessary(&why), both.map(|(step, path)| (step, path, "peace")));
    assert_eq!(why.enough.occurrences[0].words, "red sees threat as 1.00, not 0.00");
}

#[test]
fn a_state_whose_end_is_left_out_lasts() {
    let scenario = scenario(
        r#"
[regimes.truce]
start  = "holding"
states = [{ id = "none" }, { id = "holding", dwell = "4 days" }]
moves  = [{ from = "holding", to = "none", weight = 1 }]
[[outcomes]]
id   = "war"
when = "truce == truce.none"
[[outcomes]]
id        = "peace"
otherwise = true
"#,
    );
    let why = why(&scenario, 0);
    assert_eq!(necessary(&why), [(4, "regimes.truce.holding.none", "peace")]);
    assert_eq!(enough(&why), [(4, "regimes.truce.holding.none")]);
}

#[test]
fn what_would_come_the_next_day_is_not_necessary() {
    let body = |once: &str| {
        format!(
            r#"
[[events]]
id   = "war"
when = "now >= 3 days"
{once}
[[outcomes]]
id   = "war"
when = "ever(war)"
[[outcomes]]
id        = "peace"
otherwise = true
"#
        )
    };
    let often = why(&scenario(&body("")), 0);
    assert!(necessary(&often).is_empty());
    // What is left of eight days is the first: the latest are tried first.
    assert_eq!(enough(&often), [(3, "events.war")]);
    let whole = |why: &WhyResult| -> Vec<(String, u64, String)> {
        why.necessary.wholes.iter().map(|w| (w.path.clone(), w.times, w.without.id.clone())).collect()
    };
    assert_eq!(whole(&often), [("events.war".to_owned(), 8, "peace".to_owned())], "but that it comes at all is");
    let once = why(&scenario(&body("once = true")), 0);
    assert_eq!(whole(&once), [("events.war".to_owned(), 1, "peace".to_owned())]);
    assert!(necessary(&once).is_empty(), "without it on day 3 it comes on day 4");
    assert_eq!(enough(&once), [(3, "events.war")]);
}

#[test]
fn two_of_three_are_enough_and_none_is_necessary() {
    let scenario = scenario(
        r#"
[[events]]
id = "a"
at = ["2 days"]
[[events]]
id = "b"
at = ["3 days"]
[[events]]
id = "c"
at = ["4 days"]
[[outcomes]]
id   = "war"
when = "count(a) + count(b) + count(c) >= 2"
[[outcomes]]
id        = "peace"
otherwise = true
"#,
    );
    let why = why(&scenario, 0);
    assert!(necessary(&why).is_empty());
    assert_eq!(enough(&why).len(), 2);
    assert!(why.enough.minimal);
    assert!(why.necessary.wholes.is_empty(), "nor is any rule");
}

/// Asks to stop as soon as anything is done.
struct Early<'c>(&'c Cancel);

impl study::Progress for Early<'_> {
    fn advance(&self, _: u64) {
        self.0.ask();
    }
}

#[test]
fn the_work_is_bounded_and_the_bound_is_told() {
    let scenario = load(&root().join("scenarios/durand-line.toml"), &Changes::default()).scenario.unwrap();
    for most in [1, 30, 200] {
        let why = study::why(&scenario, (1, 3), most, &study::Silent, &Cancel::default()).unwrap();
        assert!(why.reruns <= most && why.bound_reached && why.complete, "{most}");
        assert_eq!(why.necessary.tested, most - most / 3);
        assert!(why.necessary.untested > 0 && why.necessary.untested_wholes > 0 && !why.enough.minimal);
        assert_eq!(why.necessary.tested + why.necessary.untested + why.inert, why.occurrences);
    }
    let asked = Cancel::default();
    let why = study::why(&scenario, (1, 3), MOST_RERUNS, &Early(&asked), &asked).unwrap();
    assert!(!why.complete && !why.bound_reached && why.reruns < MOST_RERUNS && !why.enough.minimal);
    // Before the trial has ended there is nothing to tell.
    assert_eq!(study::why(&scenario, (1, 3), MOST_RERUNS, &study::Silent, &asked), Err(study::WhyNot::GivenUp));
}

#[test]
fn what_is_found_in_a_large_scenario_is_what_is_meant() {
    let scenario = load(&root().join("scenarios/durand-line.toml"), &Changes::default()).scenario.unwrap();
    let mut with_necessary = 0;
    for trial in 0..6 {
        let row = run_trial(&scenario, 1, trial, &mut Silent).unwrap();
        let mut all: Vec<Occurrence> = Vec::new();
        let mut note = |o: Occurrence| {
            all.push(o);
            true
        };
        let noted = run_trial_permitting(&scenario, (1, trial), &mut note, &mut Silent).unwrap();
        assert!(noted == row, "to be asked changes nothing");
        let only =
            |set: &BTreeSet<Occurrence>| run_trial_permitting(&scenario, (1, trial), &mut |o: Occurrence| set.contains(&o), &mut Silent);
        let all: BTreeSet<Occurrence> = all.into_iter().collect();
        assert!(only(&all).unwrap() == row, "with all that occurred it is the same trial");
        let why = why(&scenario, trial);
        assert_eq!(why.occurrences, all.len() as u64);
        with_necessary += usize::from(!why.necessary.occurrences.is_empty());
        // The set that was enough, found again by its names.
        let at = |o: &Occurrence, step: u32, path: &str| {
            use escalade::reference::Source;
            o.step == step
                && path
                    == match o.of {
                        Source::Event(i) => scenario.events[i].path.clone(),
                        Source::Reaction(i) => scenario.reactions[i].path.clone(),
                        Source::Option(d, i) => scenario.decisions[d].options[i].path.clone(),
                        Source::Move(r, i) => scenario.regimes[r].moves[i].path.clone(),
                        Source::Perception(i) => {
                            let seen = &scenario.seen[i];
                            format!("actors.{}.sees.{}", scenario.actors[seen.actor.0 as usize].id, seen.name)
                        }
                    }
        };
        let set: BTreeSet<Occurrence> =
            why.enough.occurrences.iter().map(|e| *all.iter().find(|o| at(o, e.step, &e.path)).expect("it occurred")).collect();
        assert!(why.enough.minimal);
        assert_eq!(only(&set).unwrap().outcome, row.outcome, "trial {trial}");
        for gone in &set {
            let mut rest = set.clone();
            rest.remove(gone);
            assert!(only(&rest).map(|r| r.outcome) != Ok(row.outcome), "trial {trial} without {gone:?}");
        }
    }
    assert!(with_necessary > 0);
}

const REDUNDANT: &str = r#"
[[events]]
id   = "shot"
at   = ["3 days"]
says = "A shot is fired"
[[events]]
id    = "bomb"
label = "A bomb"
at    = ["4 days"]
[[events]]
id   = "fog"
when = "now == 2 days"
[[outcomes]]
id    = "war"
label = "Open war"
when  = "ever(shot) or ever(bomb)"
[[outcomes]]
id        = "peace"
otherwise = true
"#;

#[test]
fn the_answer_in_words_and_as_data() {
    let place = crate::cli::Place::new();
    place.write("redundant.toml", &format!("{HEAD}{REDUNDANT}"));
    let said = place.run(&["trace", "redundant.toml", "--why"]);
    said.fits(80);
    insta::assert_snapshot!("trace_why_redundant", said.all());
    let one = place.run(&["trace", "redundant.toml", "--why", "--set", "events.bomb.enabled=false"]);
    one.fits(80);
    insta::assert_snapshot!("trace_why_one", one.all());
    let data = place.run(&["trace", "redundant.toml", "--why", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&data.out).unwrap();
    let why: WhyResult = serde_json::from_value(document["why"].clone()).unwrap();
    assert_eq!((why.ended.id.as_str(), why.inert, why.enough.occurrences.len()), ("war", 1, 1));
    assert!(document["happenings"].is_array());
    let without = place.run(&["trace", "redundant.toml", "--json"]);
    assert!(serde_json::from_str::<serde_json::Value>(&without.out).unwrap().get("why").is_none());
    let bounded = place.run(&["trace", "redundant.toml", "--why", "--max-reruns", "1"]);
    assert!(bounded.out.contains("The bound of 1 re-runs was reached with 1 occurrence untested"), "{}", bounded.out);
    assert_eq!(place.run(&["trace", "redundant.toml", "--max-reruns", "5"]).code, 2, "only with --why");
    assert_eq!(place.run(&["trace", "redundant.toml", "--why", "--max-reruns", "0"]).code, 2);
    // The search for a trial and the question why go together.
    let said = place.run(&["trace", "redundant.toml", "--why", "--outcome", "war"]);
    assert_eq!(said.code, 0, "{}", said.err);
}
