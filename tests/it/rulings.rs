//! Edges on which a reading of the rules once failed: each has a smallest scenario here.

use escalade::diag::Code;
use escalade::engine::{Engine, Level};
use escalade::program::Program;
use escalade::reference::{Silent, run_trial};
use escalade::results::{Stop, TrialRow};
use escalade::scenario::{Changes, Loaded, load_text};

const HEAD: &str = "format = 1\n[about]\ntitle = \"t\"\n[clock]\nstep = \"1 day\"\nhorizon = \"10 days\"\n";
const OUT: &str = "\n[[outcomes]]\nid = \"rest\"\notherwise = true\n";

fn loaded(parts: &str) -> Loaded {
    load_text("t.toml", &format!("{HEAD}{parts}{OUT}"), &Changes::default())
}

fn first_error(parts: &str) -> Option<Code> {
    let loaded = loaded(parts);
    loaded.diags.items().iter().map(|d| d.code).find(|c| c.id().starts_with('E'))
}

fn run(parts: &str) -> Result<TrialRow, Stop> {
    let loaded = loaded(parts);
    let errors = escalade::diag::render_all(&loaded.diags, &loaded.sources, false);
    let scenario = loaded.scenario.unwrap_or_else(|| panic!("{errors}"));
    let row = run_trial(&scenario, 1, 0, &mut Silent);
    // The engine must find the same, or hand the trial back.
    let program = Program::new(&scenario);
    let mut engine: Engine<'_> = Engine::new(&program, Level::best());
    let mut rows = Vec::new();
    let answer = engine.run(1, 0..1, &mut |trial| run_trial(&scenario, 1, trial, &mut Silent), &mut |row| rows.push(row.clone()));
    // As text: an undefined number is not equal to itself.
    assert_eq!(format!("{:?}", answer.map(|_| rows.remove(0))), format!("{row:?}"));
    row
}

fn metric(parts: &str) -> Option<f64> {
    run(parts).unwrap().metrics[0]
}

#[test]
fn a_draw_is_not_read_by_what_decides_whether_it_is_made() {
    for key in ["when = \"d > 3\"", "chance = \"d\"", "rate = \"d\"\nper = \"day\""] {
        let parts = format!(
            "[world.vars]\nx = {{ start = 0 }}\n[[events]]\nid = \"e\"\n{key}\ndraws.d = {{ dist = \"fixed\", value = 1 }}\neffects = [\"x += d\"]\n"
        );
        assert_eq!(first_error(&parts), Some(Code::NotReadableHere), "{key}");
    }
}

#[test]
fn rises_watches_no_draw() {
    let parts = "[world.vars]\nx = { start = 0 }\n[actors.a]\n[[decisions]]\nid = \"c\"\nactor = \"a\"\nchoose = \"first\"\n\
        when = \"rises(d > 0.5)\"\ndraws.d = { dist = \"uniform\", min = 0, max = 1 }\noptions = [{ id = \"go\", effects = [\"x += 1\"] }]\n";
    assert_eq!(first_error(parts), Some(Code::NoRisesHere));
}

#[test]
fn memory_of_a_trial_is_bounded() {
    let many = "rate = 60000\nper = \"day\"\neffects = [\"after 5 days: x += 1\"]";
    let parts = format!("[world.vars]\nx = {{ start = 0 }}\n[[events]]\nid = \"e\"\n{many}\n");
    assert!(matches!(run(&parts), Err(Stop::Crowded(_))));
    let terms: Vec<String> = (1..60).map(|k| format!("mean(x * {k}, 7 days)")).collect();
    let text = format!(
        "format = 1\n[about]\ntitle = \"t\"\n[clock]\nstep = \"1 day\"\nhorizon = \"100000 days\"\n[world.vars]\nx = {{ start = 0 }}\n\
         [[metrics]]\nid = \"m\"\nvalue = \"{}\"\n{OUT}",
        terms.join(" + ")
    );
    let loaded = load_text("t.toml", &text, &Changes::default());
    assert!(loaded.diags.items().iter().any(|d| d.code == Code::TooMany));
}

#[test]
fn a_negative_sharpness_is_taken_as_none_and_reported() {
    let parts = "[parameters]\ns = { dist = \"uniform\", min = -101, max = -99 }\n[actors.a]\n[[decisions]]\nid = \"c\"\nactor = \"a\"\nchoose = \"logit\"\nsharpness = \"s\"\n\
        options = [{ id = \"p\", utility = 0 }, { id = \"q\", utility = 20 }]\n[[metrics]]\nid = \"m\"\nvalue = \"count(c.p)\"\n";
    let row = run(parts).unwrap();
    assert_eq!(row.clamped[0].count, 10);
    // With weight 1 each, ten fair choices are all alike in 2 of 1,024 seeds; this one is fixed.
    assert!((1.0..10.0).contains(&row.metrics[0].unwrap()));
}

#[test]
fn what_never_was_is_missing_and_nothing_is_computed_from_it() {
    let vars = "[world.vars]\nx = { start = 1 }\n[[metrics]]\nid = \"m\"\n";
    assert_eq!(metric(&format!("{vars}value = \"at_first(x, x > 5)\"\n")), None);
    assert_eq!(first_error(&format!("{vars}value = \"min(at_first(x, x > 5), 10)\"\n")), Some(Code::NotReadableHere));
}

#[test]
fn the_undefined_does_not_hide_behind_a_rung() {
    let parts = "[ladders.l]\nrungs = [{ id = \"r0\", cost = 1 }, { id = \"r1\", cost = 5 }]\n[world.vars]\nz = { start = 0 }\nx = { start = 0 }\n\
        [actors.a]\nstarts.l = \"r1\"\n[[decisions]]\nid = \"c\"\nactor = \"a\"\nchoose = \"best\"\n\
        options = [{ id = \"go\", utility = \"-to.l.cost\", move = { l = \"1 / z\" } }, { id = \"no\", utility = 0, effects = [\"x += 1\"] }]\n";
    assert!(matches!(run(parts), Err(Stop::Undefined(_))));
}

#[test]
fn infinite_numbers_stop_where_they_decide_or_are_stored() {
    let vars = "[world.vars]\nx = { start = 1000 }\n";
    for parts in [
        format!("{vars}[[events]]\nid = \"e\"\nchance = \"exp(x)\"\n"),
        format!("{vars}[[metrics]]\nid = \"m\"\nvalue = \"exp(x)\"\n"),
        format!("{vars}[[metrics]]\nid = \"m\"\nvalue = \"mean(exp(x), 2 days)\"\n"),
        "[parameters]\np = { is = \"exp(1000)\" }\n[[metrics]]\nid = \"m\"\nvalue = \"if(p > 3, 1, 0)\"\n".to_owned(),
    ] {
        assert!(matches!(run(&parts), Err(Stop::Undefined(_))), "{parts}");
    }
    assert_eq!(metric(&format!("{vars}[[metrics]]\nid = \"m\"\nvalue = \"highest(since(x < 0), 2 days)\"\n")), None);
}

#[test]
fn outcomes_and_indicators_are_read_in_the_last_state_only() {
    let parts = "[world.vars]\ns = { start = 0 }\n[[events]]\nid = \"e\"\nat = [\"5 days\"]\neffects = [\"s += 2\"]\n\
        [[indicators]]\nid = \"struck\"\nwhen = \"s > 100\"\n[[indicators]]\nid = \"hard\"\nwhen = \"1 / (s - 2) < 3\"\ngiven = \"struck\"\n\
        [[outcomes]]\nid = \"bad\"\nwhen = \"1 / s < 3\"\n";
    let row = run(parts).unwrap();
    assert_eq!((row.outcome, row.established), (0, 5));
    assert_eq!(row.indicators, [false, false]);
}

#[test]
fn a_rule_that_is_switched_off_stops_nothing() {
    let parts = "[world.vars]\nz = { start = 0 }\n[[events]]\nid = \"e\"\nenabled = false\nwhen = \"ever(1 / z > 3)\"\n";
    assert!(run(parts).is_ok());
}

#[test]
fn an_otherwise_that_is_switched_off_does_not_count() {
    let decide = |first: &str, second: &str| {
        format!(
            "[actors.a]\n[[decisions]]\nid = \"c\"\nactor = \"a\"\nchoose = \"chances\"\n\
             options = [{{ id = \"o\", chance = 0.1 }}, {{ id = \"p\", otherwise = true{first} }}{second}]\n"
        )
    };
    assert_eq!(first_error(&decide(", enabled = false", ", { id = \"q\", otherwise = true }")), None);
    assert_eq!(first_error(&decide(", enabled = false", "")), Some(Code::Otherwise));
}

#[test]
fn never_is_later_than_every_time_in_the_analysis_too() {
    let parts = "[world.vars]\nx = { start = 0 }\n[[events]]\nid = \"e\"\nchance = \"if(10 days - since(x > 5) > 10 days, 0.5, 1.5)\"\n";
    assert_eq!(first_error(parts), None);
    let divided = "[world.vars]\nx = { start = 0 }\n[[metrics]]\nid = \"m\"\nvalue = \"if(first(x > 5) / -2 < 1 day, 1, 0)\"\n";
    assert!(matches!(run(divided), Err(Stop::Undefined(_))));
}

#[test]
fn names_that_would_hide_others_are_refused() {
    let hidden = "[world.vars]\nx = { start = 0 }\ny = { start = 1 }\n[actors.a]\nsees.p = { of = \"y\" }\n[[decisions]]\nid = \"c\"\nactor = \"a\"\nchoose = \"first\"\n\
        draws.p = { dist = \"fixed\", value = 50 }\noptions = [{ id = \"o\", effects = [\"x += p\"] }]\n";
    assert_eq!(first_error(hidden), Some(Code::Overlap));
    let counted = "[[events]]\nid = \"e\"\ndraws.n = { dist = \"fixed\", value = 1 }\n";
    assert_eq!(first_error(counted), Some(Code::Overlap));
    assert_eq!(first_error("[variants.base]\nset = { \"clock.horizon\" = \"5 days\" }\n"), Some(Code::ReservedWord));
}

#[test]
fn a_condition_has_no_condition_of_its_own() {
    let parts = "[world.vars]\nx = { start = 0 }\n[[indicators]]\nid = \"a\"\nwhen = \"x > 1\"\n[[indicators]]\nid = \"b\"\nwhen = \"x > 0\"\ngiven = \"a\"\n\
        [[indicators]]\nid = \"c\"\nwhen = \"x > 0\"\ngiven = \"b\"\n";
    assert_eq!(first_error(parts), Some(Code::Exclusive));
}

#[test]
fn nothing_of_the_past_is_read_before_the_trial_begins() {
    for text in ["now / 1 day + 3", "mean(p, 7 days)"] {
        let parts = format!("[parameters]\np = 1\nq = {{ is = \"{text}\" }}\n");
        assert_eq!(first_error(&parts), Some(Code::NotReadableHere), "{text}");
    }
}

#[test]
fn an_empty_group_adds_up_to_nothing() {
    let parts = "[actors.a]\n[groups]\ng = []\n[[events]]\nid = \"e\"\nfor = \"g\"\ndraws.k = { dist = \"fixed\", value = 1 }\n\
        [[metrics]]\nid = \"m\"\nvalue = \"total(e.k) + count(e)\"\n";
    assert_eq!(metric(parts), Some(0.0));
}

#[test]
fn a_table_at_a_knot_reads_that_knot_only() {
    let parts =
        "[world.vars]\nz = { start = 0 }\none = { start = 1 }\n[[metrics]]\nid = \"m\"\nvalue = \"table(one, 0, 5, 1, 7, 2, 1 / z)\"\n";
    assert_eq!(metric(parts), Some(7.0));
}
