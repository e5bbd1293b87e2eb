//! Which intervals a run shows, when it stops by itself, and what happens by when.

use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::{Place, Said};

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.all()))
}

/// An outcome that never happens, and one that always does.
const SURE: &str = r#"
format = 1
about = { title = "Sure", sources = ["invented"] }
clock = { step = "1 day", horizon = "3 days" }
[[events]]
id     = "quarrel"
chance = 0.5
[[outcomes]]
id   = "war"
when = "count(quarrel) > 5"
[[outcomes]]
id        = "peace"
otherwise = true
[[indicators]]
id   = "quarrelled"
when = "ever(quarrel)"
"#;

#[test]
fn intervals_say_how_they_are_made() {
    let place = Place::new();
    let said = place.run(&["run", "starter.toml", "-n", "400", "--interval", "clopper-pearson", "--level", "0.999", "--simultaneous"]);
    said.fits(80);
    assert_snapshot!("run_intervals", said.all());
    let shares = |args: &[&str]| {
        let all = [&["run", "starter.toml", "-n", "400", "--json", "-q"], args].concat();
        json(&place.run(&all))
    };
    for method in ["wilson", "clopper-pearson", "jeffreys"] {
        let value = shares(&["--interval", method, "--level", "0.9"]);
        assert_eq!(value["plan"]["intervals"]["method"], method);
        for part in ["outcomes", "indicators"] {
            for share in value[part].as_array().unwrap() {
                let interval = &share["interval"];
                assert_eq!((&interval["method"], &interval["level"]), (&method.into(), &0.9.into()), "{share}");
                assert!(interval["low"].as_f64() < share["share"].as_f64() && interval.get("simultaneous").is_none());
            }
        }
    }
    let (each, all) = (shares(&[]), shares(&["--simultaneous"]));
    let high = |v: &Value, part: &str| v[part][0]["interval"]["high"].as_f64().unwrap();
    assert!(high(&all, "outcomes") > high(&each, "outcomes") && high(&all, "indicators") == high(&each, "indicators"));
    assert_eq!(all["outcomes"][0]["interval"]["simultaneous"], 4);
}

#[test]
fn never_and_always_are_bounds_in_every_method() {
    let place = Place::new();
    place.write("sure.toml", SURE);
    let methods = [
        &["--interval", "wilson", "-n", "1024"][..],
        &["--interval", "clopper-pearson", "-n", "1024"],
        &["--interval", "jeffreys", "-n", "1024"],
    ];
    let mut all = String::new();
    for args in methods.into_iter().chain([&["--precision", "0.1", "--max-trials", "1024"][..]]) {
        let said = place.run(&[&["run", "sure.toml", "-q"], args].concat());
        let rows: Vec<&str> = said.out.lines().filter(|l| l.contains("below") || l.contains("above")).collect();
        all += &format!("{}\n{}\n", args.join(" "), rows.join("\n"));
        assert!(!said.out.contains(" 0.0 %") && !said.out.contains("100.0 %"), "{}", said.all());
    }
    assert_snapshot!("never_and_always", all);
}

#[test]
fn a_run_stops_at_its_precision_whatever_the_threads() {
    let place = Place::new();
    let args = |threads| ["run", "starter.toml", "--precision", "0.02", "--json", "-q", "--threads", threads];
    let one = place.run(&args("1"));
    assert_eq!((one.code, one.err.as_str()), (0, ""));
    assert_eq!(one.out, place.run(&args("2")).out);
    assert_eq!(one.out, place.run(&args("5")).out);
    let value = json(&one);
    let stopping = &value["plan"]["stopping"];
    assert_eq!(
        (&stopping["stopped"], &stopping["reached"], &stopping["missed"]),
        (&"precision".into(), &true.into(), &Value::Array(vec![]))
    );
    assert_eq!((&value["plan"]["complete"], &value["plan"]["intervals"]["method"]), (&true.into(), &"confidence-sequence".into()));
    let half = |o: &Value| 0.5 * (o["interval"]["high"].as_f64().unwrap() - o["interval"]["low"].as_f64().unwrap());
    let widest = value["outcomes"].as_array().unwrap().iter().map(half).fold(0.0, f64::max);
    assert!(widest <= 0.02 && stopping["half_width"].as_f64() == Some(widest), "{widest}");
    assert_eq!(value["indicators"][0]["interval"]["method"], "confidence-sequence");
    // The same trials as those of a run of so many.
    let trials = value["plan"]["trials"].to_string();
    let plain = json(&place.run(&["run", "starter.toml", "-n", &trials, "--json", "-q"]));
    let counts = |v: &Value| v["outcomes"].as_array().unwrap().iter().map(|o| o["count"].clone()).collect::<Vec<_>>();
    assert_eq!(counts(&value), counts(&plain));
    let said = place.run(&["run", "starter.toml", "--precision", "0.02"]);
    said.fits(80);
    assert_snapshot!("run_precision", said.all());
}

#[test]
fn a_precision_that_is_not_reached_is_said() {
    let place = Place::new();
    place.write("sure.toml", SURE);
    // What never happens has no relative precision.
    let said = place.run(&["run", "sure.toml", "--relative-precision", "0.1", "--max-trials", "3000"]);
    said.fits(80);
    assert_snapshot!("precision_not_reached", said.all());
    let stopping =
        &json(&place.run(&["run", "sure.toml", "--relative-precision", "0.1", "--max-trials", "3000", "--json"]))["plan"]["stopping"];
    assert_eq!((&stopping["stopped"], &stopping["reached"], &stopping["missed"][0]), (&"max-trials".into(), &false.into(), &"war".into()));
    // With an absolute one beside it, each outcome needs one of the two.
    let both = json(&place.run(&["run", "sure.toml", "--relative-precision", "0.1", "--precision", "0.01", "--json"]));
    assert_eq!((&both["plan"]["stopping"]["stopped"], &both["plan"]["trials"]), (&"precision".into(), &1024.into()));
    let late = place.run(&["run", "starter.toml", "--precision", "0.00001", "--max-time", "0.2s", "--json", "--threads", "1"]);
    assert_eq!(late.code, 0);
    let stopping = &json(&late)["plan"]["stopping"];
    assert_eq!((&stopping["stopped"], &stopping["max_seconds"]), (&"max-time".into(), &0.2.into()));
    assert!(late.err.contains("precision not reached: the run stopped when its time was over"), "{}", late.err);
}

#[test]
fn wrong_precisions_and_intervals_say_what_to_write() {
    let place = Place::new();
    let wrong: &[&[&str]] = &[
        &["--level", "95%"],
        &["--level", "95"],
        &["--level", "0.5"],
        &["--level", "1"],
        &["--level", "0.9999999"],
        &["--interval", "wald"],
        &["--precision", "1%"],
        &["--precision", "0"],
        &["--precision", "nan"],
        &["--relative-precision", "10"],
        &["--precision", "0.01", "--trials", "100"],
        &["--precision", "0.01", "--interval", "jeffreys"],
        &["--max-trials", "100"],
        &["--max-time", "3s"],
        &["--precision", "0.01", "--max-time", "30"],
        &["--precision", "0.01", "--max-time", "5m"],
        &["--precision", "0.01", "--max-trials", "0"],
    ];
    let mut all = String::new();
    for args in wrong {
        let said = place.run(&[&["run", "starter.toml"], *args].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        let lines = said.err.lines().filter(|l| l.starts_with("error") || l.starts_with("help") || l.starts_with("  <"));
        all += &format!("{}\n    {}\n", args.join(" "), lines.collect::<Vec<_>>().join("\n    "));
    }
    assert_snapshot!("wrong_precisions", all);
}

#[test]
fn curves_over_time_end_in_the_shares() {
    let place = Place::new();
    let value = json(&place.run(&["run", "starter.toml", "-n", "2000", "--json", "-q"]));
    let number = |v: &Value| v.as_f64().unwrap();
    let mut lost = 0.0;
    let outcomes = value["outcomes"].as_array().unwrap();
    for (is_outcome, share) in outcomes.iter().map(|o| (true, o)).chain(value["indicators"].as_array().unwrap().iter().map(|i| (false, i)))
    {
        let curve = |name: &str| share["incidence"][name].as_array().unwrap().iter().map(number).collect::<Vec<_>>();
        let (day, shares, low, high) = (curve("day"), curve("share"), curve("low"), curve("high"));
        assert_eq!((day.len(), shares.len(), low.len(), high.len()), (91, 91, 91, 91));
        assert!(shares.is_sorted() && day.is_sorted() && day[0] == 0.0 && day[90] == 90.0);
        let end = [number(&share["share"]), number(&share["interval"]["low"]), number(&share["interval"]["high"])];
        assert_eq!([shares[90], low[90], high[90]], end, "{share}");
        // The area under the curve, and the first day on which it is high enough.
        let area: f64 = shares[..90].iter().sum();
        assert!((area - number(&share["mean_days_after"])).abs() < 1e-9, "{area}, {}", share["mean_days_after"]);
        for (level, q) in [("0.05", 0.05), ("0.5", 0.5), ("0.95", 0.95)] {
            let first = shares.iter().position(|s| *s >= q).map_or(Value::Null, |i| day[i].into());
            assert_eq!(share["reached"][level], first);
        }
        if is_outcome {
            lost += area;
        }
    }
    // Every trial has one outcome: the days before it was settled and those after it are all days.
    assert!((lost + number(&value["settled"]["mean"]) - 90.0).abs() < 1e-9);
}
