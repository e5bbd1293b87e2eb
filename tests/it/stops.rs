//! Numbers that do not exist stop the run and say where; numbers out of range are clamped and reported.

use escalade::reference::{Silent, run_trial};
use escalade::results::{Stop, TrialRow};
use escalade::scenario::{Changes, load_text};

fn run(parts: &str) -> Result<TrialRow, Stop> {
    let text = format!(
        "format = 1\n[about]\ntitle = \"t\"\n[clock]\nstep = \"1 day\"\nhorizon = \"10 days\"\nstart = 2026-03-03\n{parts}\n\
         [[outcomes]]\nid = \"rest\"\notherwise = true\n"
    );
    let loaded = load_text("t.toml", &text, &Changes::default());
    let errors = escalade::diag::render_all(&loaded.diags, &loaded.sources, false);
    let scenario = loaded.scenario.unwrap_or_else(|| panic!("{errors}\n{text}"));
    run_trial(&scenario, 1, 0, &mut Silent)
}

/// The message of the stop that `parts` must cause.
fn stop(parts: &str) -> String {
    match run(parts) {
        Err(stop) => stop.to_string(),
        Ok(row) => panic!("it ran: {row:?}"),
    }
}

#[test]
fn an_undefined_number_names_the_variable_the_trial_the_day_and_the_expression() {
    let message = stop("[world.vars]\ncalm = { start = 1 }\nx = { start = 0, drift = \"1 / (calm - 1)\", per = \"day\" }\n");
    for part in ["the drift of `x` is undefined", "trial 0", "2026-03-04", "step 1", "expression: 1 / (calm - 1)", "--trial 0"] {
        assert!(message.contains(part), "{part:?} is missing in\n{message}");
    }
}

#[test]
fn the_undefined_stops_wherever_it_is_stored_or_decides() {
    let vars = "[world.vars]\nzero = { start = 0 }\nx = { start = 1 }\n";
    let event = |keys: &str| format!("{vars}[[events]]\nid = \"e\"\n{keys}\n");
    let decide = |choose: &str, key: &str| {
        format!(
            "{vars}[actors.a]\n[[decisions]]\nid = \"d\"\nactor = \"a\"\nchoose = \"{choose}\"\n[[decisions.options]]\nid = \"o\"\n{key} = \"1 / zero\"\n"
        )
    };
    let cases = [
        (event("effects = [\"x += 1 / zero\"]"), "`x`, by an effect of `events.e`"),
        (event("effects = [\"if 1 / zero > 2: x += 1\"]"), "the condition of an effect of `events.e`"),
        (event("when = \"ln(zero) > 1\""), "the condition of `events.e`"),
        (event("chance = \"sqrt(zero - 1)\""), "the chance of `events.e`"),
        (event("rate = \"1 / zero\"\nper = \"day\""), "the rate of `events.e`"),
        (event("cooldown = \"1 day * (1 / zero)\""), "the cooldown of `events.e`"),
        (event("effects = [\"after 1 day * (1 / zero): x += 1\"]"), "the delay of an effect of `events.e`"),
        (event("draws = { d = { dist = \"normal\", mean = 0, sd = \"0 - x\" } }"), "the draw `events.e.d`"),
        (decide("logit", "utility"), "the utility of `decisions.d.options.o`"),
        (decide("weights", "weight"), "the weight of `decisions.d.options.o`"),
        (format!("{vars}[[metrics]]\nid = \"m\"\nvalue = \"x / zero\"\n"), "the metric `m`"),
        (format!("{vars}[[indicators]]\nid = \"i\"\nwhen = \"ever(x / zero > 1)\"\n"), "a value recorded for a function of the past"),
        (format!("{vars}[[indicators]]\nid = \"i\"\nwhen = \"x / zero > 1\"\n"), "the condition of the indicator `i`"),
    ];
    for (parts, what) in cases {
        let message = stop(&parts);
        assert!(message.starts_with(what), "expected {what:?}, found\n{message}");
    }
}

#[test]
fn a_stop_shows_what_was_written_and_where() {
    // Folded, `1/0` is no number.
    let message = stop("[world.vars]\nx = { start = 0 }\n[[events]]\nid = \"e\"\neffects = [\"x += if(now > 2 days, 1/0, 1)\"]\n");
    for part in [
        "`x`, by an effect of `events.e` is undefined",
        "expression: x += if(now > 2 days, 1/0, 1)\n",
        "place: t.toml:12\n",
        "division by zero",
    ] {
        assert!(message.contains(part), "{part:?} is missing in\n{message}");
    }
    let message = stop("[world.vars]\nx = { start = 1, drift = \"x * exp(1000)\", per = \"day\" }\n");
    for part in ["is infinite", "expression: x * exp(1000)\n", "place: t.toml:9\n", "grows beyond 1.8e308", "--trial 0"] {
        assert!(message.contains(part), "{part:?} is missing in\n{message}");
    }
    assert!(!message.contains("division by zero"), "{message}");
    // No number takes lines.
    let message = stop("[world.vars]\nx = { start = 1e308 }\n[[events]]\nid = \"e\"\neffects = [\"x += x\"]\n");
    assert!(message.contains("expression: 1e308 + 1e308\n"), "{message}");
    let long = format!("1{}", " + x / zero".repeat(200));
    let message = stop(&format!("[world.vars]\nzero = {{ start = 0 }}\nx = {{ start = 1, drift = \"{long}\", per = \"day\" }}\n"));
    assert!(message.contains('…') && message.len() < 800, "{message}");
}

#[test]
fn an_overflow_stops_and_never_is_no_stored_number() {
    let growth = "[world.vars]\nx = { start = 1e200, drift = \"x * x\", per = \"day\" }\n";
    assert!(stop(growth).contains("the drift of `x` is infinite"));
    let never = "[world.vars]\nx = { start = 0, drift = \"first(x > 5) / 1 day\", per = \"day\" }\n";
    assert!(stop(never).contains("is infinite"));
}

#[test]
fn what_is_not_used_may_be_undefined() {
    let parts = "[world.vars]\nzero = { start = 0 }\nx = { start = 1 }\n\
        [[events]]\nid = \"e\"\nwhen = \"zero != 0 and 1 / zero > 1\"\neffects = [\"x += 1\"]\n\
        [[metrics]]\nid = \"m\"\nvalue = \"if(zero == 0, x, x / zero)\"\n\
        [[metrics]]\nid = \"n\"\nvalue = \"first(x > 5)\"\n";
    let row = run(parts).unwrap();
    assert_eq!(row.metrics, [Some(1.0), None]);
}

#[test]
fn too_many_occurrences_stop() {
    let parts = "[world.vars]\nx = { start = 1e5 }\n[[events]]\nid = \"e\"\nrate = \"x\"\nper = \"day\"\n";
    let message = stop(parts);
    assert!(message.starts_with("`events.e` would happen about 100000 times in one step"), "{message}");
}

#[test]
fn a_probability_out_of_range_is_clamped_counted_and_reported() {
    let parts = "[world.vars]\nx = { start = 0, drift = 0.25, per = \"day\" }\n[[events]]\nid = \"e\"\nchance = \"x\"\n";
    let row = run(parts).unwrap();
    let [clamped] = row.clamped.as_slice() else { panic!("{:?}", row.clamped) };
    assert_eq!(clamped.path, "events.e");
    // x is 0, 0.25, .. 1 in steps 1..5 and above 1 in steps 6..10.
    assert_eq!((clamped.count, clamped.trial, clamped.step, clamped.value), (5, 0, 6, 1.25));
}

#[test]
fn exclusive_chances_that_exceed_one_are_rescaled_and_reported() {
    let parts = "[world.vars]\nx = { start = 0.8, min = 0, max = 1 }\n[actors.a]\n\
        [[decisions]]\nid = \"d\"\nactor = \"a\"\nchoose = \"chances\"\n\
        [[decisions.options]]\nid = \"o\"\nchance = \"x\"\n[[decisions.options]]\nid = \"p\"\nchance = \"x\"\n\
        [[decisions.options]]\nid = \"q\"\notherwise = true\n\
        [[metrics]]\nid = \"rest\"\nvalue = \"count(d.q)\"\n";
    let row = run(parts).unwrap();
    assert_eq!(row.metrics, [Some(0.0)]);
    assert_eq!(row.clamped.len(), 1);
    assert_eq!(row.clamped[0].count, 10);
}
