//! How the answer changes along inputs: points are runs, they are paired, and what is wrong is said before anything is run.

use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::{Place, Said};

/// War comes with chance `p`, exactly; what else happens has no part in it.
const KNOWN: &str = r#"
format = 1
about = { title = "Known chances", question = "How often war?", sources = ["invented"] }
clock = { step = "1 day", horizon = "4 days" }
[parameters]
p    = 0.5
wait = { is = "1 day" }
luck = { dist = "uniform", min = 0, max = 1 }
[[events]]
id     = "war"
when   = "now == 1 day"
chance = "p"
[[events]]
id     = "noise"
chance = "luck"
every  = "1 day"
[[events]]
id     = "late"
when   = "now >= wait + 1 day"
[[outcomes]]
id    = "war"
label = "Open war"
when  = "ever(war)"
[[outcomes]]
id   = "peace"
otherwise = true
[[indicators]]
id   = "noisy"
when = "ever(noise)"
[[metrics]]
id    = "lates"
value = "count(late)"
[variants.hot]
set = { "parameters.p" = 0.9 }
"#;

fn place() -> Place {
    let place = Place::new();
    place.write("known.toml", KNOWN);
    place
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.all()))
}

fn sweep(place: &Place, args: &[&str]) -> Value {
    let said = place.run(&[&["sweep", "known.toml", "--json", "-q"], args].concat());
    assert_eq!((said.code, said.err.as_str()), (0, ""), "{args:?}");
    json(&said)
}

fn count(point: &Value, outcome: &str) -> u64 {
    let found = point["outcomes"].as_array().unwrap().iter().find(|o| o["id"] == outcome);
    found.unwrap()["count"].as_u64().unwrap()
}

/// False-alarm rate: 9 shares, each beyond 5 standard errors with chance 6e-7: 5e-6 in all.
#[test]
fn shares_are_the_chances_that_were_set() {
    let value = sweep(&place(), &["--vary", "parameters.p=0.1..0.9:9", "-n", "20000"]);
    for (point, tenth) in value["sweep"]["points"].as_array().unwrap().iter().zip(1..) {
        let (p, n) = (f64::from(tenth) / 10.0, 20_000.0);
        assert_eq!(point["values"][0], format!("0.{tenth}"));
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let z = (count(point, "war") as f64 / n - p) / (p * (1.0 - p) / n).sqrt();
        assert!(z.abs() < 5.0, "{p}: {z}");
    }
}

#[test]
fn points_share_their_luck() {
    let value = sweep(&place(), &["--vary", "parameters.p=0.3,0.5,0.7", "-n", "5000"]);
    let points = value["sweep"]["points"].as_array().unwrap();
    let of = |at: usize| points[at]["outcomes"][0]["difference"].clone();
    // One uniform number decides: a higher chance only adds wars, a lower one only takes some away.
    assert!(of(0)["gained"] == 0 && of(0)["lost"].as_u64() > Some(800));
    assert!(of(2)["lost"] == 0 && of(2)["gained"].as_u64() > Some(800));
    // What is set to what it is: no trial changes.
    assert_eq!((&of(1)["gained"], &of(1)["lost"], &of(1)["difference"]), (&0.into(), &0.into(), &0.0.into()));
    assert_eq!(points[1]["outcomes"][0]["count"], value["sweep"]["base"]["outcomes"][0]["count"]);
    // And what has no part in it stays as it was at every point.
    assert!(points.iter().all(|p| p["indicators"] == value["sweep"]["base"]["indicators"]));
}

#[test]
fn a_point_is_a_run_with_set() {
    let place = place();
    let value = sweep(
        &place,
        &[
            "--vary",
            "parameters.wait.is=1 day..3 days:3",
            "--vary",
            "events.noise.enabled=true,false",
            "-n",
            "700",
            "--variant",
            "hot",
            "--seed",
            "9",
        ],
    );
    let points = value["sweep"]["points"].as_array().unwrap();
    assert_eq!(points.len(), 6);
    for point in points {
        let (wait, enabled) = (point["values"][0].as_str().unwrap(), point["values"][1].as_str().unwrap());
        let sets = [format!("parameters.wait.is={wait}"), format!("events.noise.enabled={enabled}")];
        let args =
            ["run", "known.toml", "-n", "700", "--variant", "hot", "--seed", "9", "--json", "-q", "--set", &sets[0], "--set", &sets[1]];
        let run = json(&place.run(&args));
        for (a, b) in point["outcomes"].as_array().unwrap().iter().zip(run["outcomes"].as_array().unwrap()) {
            assert_eq!((&a["id"], &a["count"], &a["interval"]), (&b["id"], &b["count"], &b["interval"]));
        }
        assert_eq!(point["indicators"][0]["count"], run["indicators"][0]["count"]);
        assert_eq!(point["metrics"][0]["mean"], run["metrics"][0]["mean"]);
    }
    assert_eq!(value["plan"]["trials_in_all"], 4900);
    // The command makes the same again.
    let command = value["plan"]["command"].as_str().unwrap().to_owned();
    assert!(command.contains("--vary 'parameters.wait.is=1 days..3 days:3'") && command.contains("--variant hot"), "{command}");
}

#[test]
fn threads_change_nothing() {
    let place = place();
    let with = |threads: &str| {
        let args = ["sweep", "known.toml", "--vary", "parameters.p=0.2..0.8:4", "-n", "3000", "--json", "-q", "--threads", threads];
        place.run(&args).out
    };
    let one = with("1");
    assert!(one == with("2") && one == with("8"));
}

#[test]
fn a_sweep_is_told_in_words() {
    let place = place();
    let along = place.run(&["sweep", "known.toml", "--vary", "parameters.p=0..1:5", "-n", "2000", "-q"]);
    along.fits(80);
    assert_snapshot!("sweep_along", along.all());
    let across = place.run(&[
        "sweep",
        "known.toml",
        "-n",
        "500",
        "-q",
        "--vary",
        "parameters.p=0.1..0.9:20",
        "--vary",
        "events.noise.enabled=true,false",
    ]);
    across.fits(80);
    assert_snapshot!("sweep_across", across.all());
    let designed = place.run(&[
        "sweep",
        "known.toml",
        "-n",
        "500",
        "-q",
        "--design",
        "lhs",
        "--points",
        "30",
        "--vary",
        "parameters.p=0..1",
        "--vary",
        "parameters.luck=0.1..0.9",
        "--vary",
        "events.noise.enabled=true,false",
    ]);
    designed.fits(80);
    assert_snapshot!("sweep_design", designed.all());
    let nothing = place.run(&["sweep", "known.toml", "--vary", "parameters.luck=0.1..0.9:3", "-n", "500", "-q", "--of", "peace"]);
    assert!(nothing.out.contains("No outcome shown changes"), "{}", nothing.out);
}

#[test]
fn designs_visit_every_slice_once() {
    let place = place();
    for design in ["lhs", "sobol"] {
        let args = ["--design", design, "--points", "32", "--vary", "parameters.p=0..1", "--vary", "parameters.luck=0.2..0.8", "-n", "20"];
        let value = sweep(&place, &args);
        for (input, from, width) in [(0, 0.0, 1.0), (1, 0.2, 0.6)] {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place from 0 to 31")]
            let slice = |p: &Value| ((p["numbers"][input].as_f64().unwrap() - from) / width * 32.0) as usize;
            let mut slices: Vec<usize> = value["sweep"]["points"].as_array().unwrap().iter().map(slice).collect();
            slices.sort_unstable();
            assert_eq!(slices, (0..32).collect::<Vec<_>>(), "{design}");
        }
        assert_eq!(value, sweep(&place, &args));
    }
}

#[test]
fn files_hold_a_row_for_each_point_and_number() {
    let place = place();
    let args = ["sweep", "known.toml", "--vary", "parameters.p=0.2..0.8:4", "-n", "300", "-q", "--out", "out", "--format", "csv,parquet"];
    assert_eq!(place.run(&args).code, 0);
    let text = std::fs::read_to_string(place.path("out/sweep.csv")).unwrap();
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("point,parameters.p,kind,id,trials,count,value,low,high"));
    // Base and 4 points; 2 outcomes, an indicator and a metric each.
    assert_eq!(lines.clone().count(), 5 * 4);
    assert!(lines.any(|l| l.starts_with("2,0.4,outcome,war,300,")), "{text}");
    let document: Value = serde_json::from_str(&std::fs::read_to_string(place.path("out/sweep.json")).unwrap()).unwrap();
    assert_eq!(document["plan"]["complete"], true);
    assert!(place.path("out/sweep.parquet").is_file());
    // Not overwritten unasked; a run may share the directory.
    let again = place.run(&args);
    assert_eq!(again.code, 2, "{}", again.all());
    assert_eq!(place.run(&[&args[..], &["--force"]].concat()).code, 0);
    assert_eq!(place.run(&["run", "known.toml", "-n", "100", "-q", "--out", "out"]).code, 0);
    assert!(place.path("out/sweep.json").is_file() && place.path("out/summary.json").is_file());
}

#[test]
fn documents_fit_the_schema() {
    let place = place();
    let schema: Value = serde_json::from_str(&place.run(&["schema", "--of", "sweep"]).out).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for args in [
        &["--vary", "parameters.p=0..1:3", "-n", "50"][..],
        &["--vary", "parameters.wait.is=1 day..3 days:2:log", "--set", "parameters.p=0.3", "-n", "50"],
        &["--vary", "parameters.p=0..1", "--vary", "events.noise.enabled=true,false", "--design", "lhs", "--points", "8", "-n", "50"],
    ] {
        let document = sweep(&place, args);
        let errors: Vec<String> = validator.iter_errors(&document).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}", errors.join("\n"));
    }
}

#[test]
fn what_is_wrong_is_said_before_anything_is_run() {
    let place = place();
    let wrong: &[&[&str]] = &[
        &[],
        &["--vary", "parameters.p=0.1..0.9"],
        &["--vary", "parameters.q=0.1..0.9:3"],
        &["--vary", "parameters.p=0.1..0.9:1"],
        &["--vary", "parameters.wait.is=1..3:3"],
        &["--vary", "parameters.p=0..1:3", "--vary", "parameters.p=0..1:3"],
        &["--vary", "parameters.p=0..1:3", "--vary", "parameters.luck=0..1:3", "--vary", "events.noise.enabled=true,false"],
        &["--vary", "parameters.p=0..1:1000", "--vary", "parameters.luck=0..1:1000"],
        &["--vary", "parameters.p=0..1", "--design", "lhs"],
        &["--vary", "parameters.p=0..1", "--design", "lhs", "--points", "1"],
        &["--vary", "parameters.p=0..1", "--design", "sobol", "--points", "100000"],
        &["--vary", "parameters.p=0..1:3", "--of", "wr"],
        &["--vary", "parameters.p=0..1:3", "--format", "csv"],
        &["--vary", "clock.step=1 day,0 days"],
    ];
    let mut all = String::new();
    for args in wrong {
        let said = place.run(&[&["sweep", "known.toml"], *args].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        let lines = said.err.lines().filter(|l| l.starts_with("error") || l.contains("help"));
        all += &format!("{}\n    {}\n", args.join(" "), lines.collect::<Vec<_>>().join("\n    "));
    }
    assert_snapshot!("wrong_sweeps", all);
}

#[test]
fn a_point_that_cannot_be_run_ends_the_sweep_but_loses_nothing() {
    let place = place();
    place.write("odd.toml", &KNOWN.replace("value = \"count(late)\"", "value = \"1 / (p - 0.5) + count(late)\""));
    let said = place.run(&[
        "sweep",
        "odd.toml",
        "--set",
        "parameters.p=0.1",
        "--vary",
        "parameters.p=0.3,0.4,0.5,0.6",
        "-n",
        "100",
        "--json",
        "-q",
    ]);
    assert_eq!(said.code, 3, "{}", said.all());
    assert!(said.err.contains("parameters.p=0.5") && said.err.contains("lates"), "{}", said.err);
    let value = json(&said);
    assert_eq!((&value["plan"]["complete"], value["sweep"]["points"].as_array().unwrap().len()), (&false.into(), 2));
}
