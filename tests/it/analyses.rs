//! Rival theories and their pool; luck and ignorance apart.

use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::{Place, Said};

/// Whether there is war depends on a parameter, on a theory, and on luck.
const RIVALS: &str = r#"
format = 1
about = { title = "Rival theories", question = "Does a strike lead to war?", sources = ["invented"] }
clock = { step = "1 day", horizon = "5 days" }
[parameters]
resolve = { dist = "beta", alpha = 2, beta = 3, label = "Resolve" }
[[events]]
id     = "strike"
at     = ["2 days"]
[[events]]
id     = "war"
when   = "now == 3 days"
chance = "resolve"
[[outcomes]]
id    = "war"
label = "Open war"
when  = "ever(war)"
[[outcomes]]
id    = "collapse"
label = "Collapse of everything"
when  = "count(strike) > 1"
[[outcomes]]
id         = "peace"
otherwise  = true
unresolved = true
[[indicators]]
id   = "struck"
when = "ever(strike)"
[[indicators]]
id    = "war_if_struck"
when  = "ever(war)"
given = "struck"
[variants.deterrence]
label = "Strikes deter"
set   = { "events.war.chance" = "0.5 * resolve" }
[variants.spiral]
label = "Strikes beget strikes"
set   = { "events.war.chance" = "1 - (1 - resolve)^2" }
[variants.doves]
set   = { "events.war.chance" = 0 }
[variants.hawks]
set   = { "events.war.chance" = 1 }
"#;

fn place() -> Place {
    let place = Place::new();
    place.write("rivals.toml", RIVALS);
    place
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.all()))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn theories_stand_side_by_side_with_their_pool() {
    let place = place();
    let two = place.run(&["run", "rivals.toml", "-n", "2000", "--ensemble", "base=3,spiral=1"]);
    two.fits(80);
    assert_snapshot!("ensemble_of_two", two.all());
    let all = place.run(&["run", "rivals.toml", "-n", "2000", "--ensemble", "base,deterrence,spiral,doves,hawks"]);
    all.fits(80);
    assert_snapshot!("ensemble_of_five", all.all());
}

#[test]
fn a_pool_is_the_weighted_mean_of_runs_on_the_same_trials() {
    let place = place();
    let value = json(&place.run(&["run", "rivals.toml", "-n", "2000", "--ensemble", "base=3,spiral=1", "--json", "-q"]));
    let base = json(&place.run(&["run", "rivals.toml", "-n", "2000", "--json", "-q"]));
    let spiral = json(&place.run(&["run", "rivals.toml", "-n", "2000", "--variant", "spiral", "--json", "-q"]));
    assert_eq!((&value["plan"]["variant"], &value["plan"]["trials"]), (&"base+spiral".into(), &2000.into()));
    let members = value["ensemble"].as_array().unwrap();
    assert_eq!((&members[0]["variant"], &members[0]["weight"]), (&"base".into(), &0.75.into()));
    assert_eq!((&members[0]["outcomes"], &members[1]["outcomes"]), (&base["outcomes"], &spiral["outcomes"]));
    assert_eq!(members[1]["overrides"]["events.war.chance"], "1 - (1 - resolve)^2");
    for (index, pooled) in value["pooled"]["outcomes"].as_array().unwrap().iter().enumerate() {
        let of = |run: &Value, name: &str| number(&run["outcomes"][index]["interval"][name]);
        let share = 0.75 * number(&base["outcomes"][index]["share"]) + 0.25 * number(&spiral["outcomes"][index]["share"]);
        assert!((number(&pooled["share"]) - share).abs() < 1e-12);
        for end in ["low", "high"] {
            let mean = 0.75 * of(&base, end) + 0.25 * of(&spiral, end);
            assert!((number(&pooled["interval"][end]) - mean).abs() < 1e-12, "{pooled}");
        }
        assert_eq!(pooled["interval"]["method"], "pooled");
        assert_eq!(pooled["interval"].get("bound").is_some(), pooled["id"] == "collapse");
    }
    // What is conditional has no pool.
    assert_eq!(value["pooled"]["indicators"].as_array().unwrap().len(), 1);
    // One theory twice as good as none: the same, whatever the weights add up to.
    let scaled = json(&place.run(&["run", "rivals.toml", "-n", "2000", "--ensemble", "base=0.3,spiral=0.1", "--json", "-q"]));
    assert!((number(&scaled["ensemble"][0]["weight"]) - 0.75).abs() < 1e-12);
    let changed =
        json(&place.run(&["run", "rivals.toml", "-n", "50", "--ensemble", "base,spiral", "--set", "parameters.resolve=1", "--json", "-q"]));
    assert_eq!(changed["pooled"]["outcomes"][0]["share"], 1.0);
}

#[test]
fn luck_and_ignorance_are_told_apart() {
    let place = place();
    let said = place.run(&["run", "rivals.toml", "--split-uncertainty", "200x30"]);
    said.fits(80);
    assert_snapshot!("split_uncertainty", said.all());
    let args = |threads, engine| {
        let args = ["run", "rivals.toml", "--split-uncertainty", "200x30", "--json", "-q", "--threads", threads, "--engine", engine];
        place.run(&args)
    };
    let one = args("1", "columns");
    assert_eq!((one.code, one.err.as_str()), (0, ""));
    assert_eq!(one.out, args("3", "columns").out);
    assert_eq!(one.out, args("2", "reference").out);
    let value = json(&one);
    assert_eq!((&value["plan"]["trials"], &value["plan"]["sharing"]), (&6000.into(), &30.into()));
    let split = &value["uncertainty"];
    assert_eq!((&split["points"], &split["trials_per_point"], &split["trials"]), (&200.into(), &30.into(), &6000.into()));
    // P(war | resolve) = resolve ~ beta(2, 3): 1 / (2 + 3 + 1) of the variance is about the parameter.
    let war = &split["outcomes"][0];
    let due = &war["due_to_parameters"];
    assert!(number(&due["low"]) < 1.0 / 6.0 && 1.0 / 6.0 < number(&due["high"]), "{due}");
    // Trials that share parameters tell less than as many that do not.
    let plain = json(&place.run(&["run", "rivals.toml", "-n", "6000", "--json", "-q"]));
    let width = |i: &Value| number(&i["high"]) - number(&i["low"]);
    assert!(width(&war["interval"]) > 1.5 * width(&plain["outcomes"][0]["interval"]), "{war}");
    // What never happened: no share of variance, and each point counts as one trial.
    let never = &split["outcomes"][1];
    assert!(
        never.get("due_to_parameters").is_none()
            && (number(&never["interval"]["bound"]) - (1.0 - 0.05_f64.powf(1.0 / 200.0))).abs() < 1e-12
    );
    // 500 points of 20 trials where nothing is said; all is luck where no parameter is drawn.
    let usual = json(&place.run(&["run", "rivals.toml", "--json", "-q", "--split-uncertainty"]));
    assert_eq!((&usual["uncertainty"]["points"], &usual["plan"]["trials"]), (&500.into(), &10_000.into()));
    let luck = place.run(&["run", "rivals.toml", "--set", "parameters.resolve=0.4", "--split-uncertainty", "50x20"]);
    assert!(luck.out.contains("all of its uncertainty is luck") && !luck.out.contains("in 90 of 100"), "{}", luck.all());
    let luck = json(&place.run(&["run", "rivals.toml", "--set", "parameters.resolve=0.4", "--split-uncertainty", "50x20", "--json", "-q"]));
    for outcome in luck["uncertainty"]["outcomes"].as_array().unwrap() {
        assert!(outcome.get("due_to_parameters").is_none() && outcome["given_parameters"]["reliability"] == 0.0, "{outcome}");
    }
}

#[test]
fn wrong_theories_and_designs_say_what_to_write() {
    let place = place();
    let wrong: &[&[&str]] = &[
        &["--ensemble", "base"],
        &["--ensemble", "base,base"],
        &["--ensemble", "base=0.5,hawks"],
        &["--ensemble", "base=0,hawks=1"],
        &["--ensemble", "base=-1,hawks=1"],
        &["--ensemble", "base=half,hawks=1"],
        &["--ensemble", "base,"],
        &["--ensemble", "base,hawks", "--variant", "doves"],
        &["--ensemble", "base,hawks", "--precision", "0.01"],
        &["--ensemble", "base,hawks", "--out", "x"],
        &["--split-uncertainty", "500"],
        &["--split-uncertainty", "4x20"],
        &["--split-uncertainty", "500x1"],
        &["--split-uncertainty", "99999999999x99999999999"],
        &["--split-uncertainty", "500x20", "--trials", "10"],
        &["--split-uncertainty", "500x20", "--ensemble", "base,hawks"],
    ];
    let mut all = String::new();
    for args in wrong {
        let said = place.run(&[&["run", "rivals.toml"], *args].concat());
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        let lines = said.err.lines().filter(|l| l.starts_with("error") || l.starts_with("help"));
        all += &format!("{}\n    {}\n", args.join(" "), lines.collect::<Vec<_>>().join("\n    "));
    }
    assert_snapshot!("wrong_analyses", all);
    // A name that is close to a variant.
    let said = place.run(&["run", "rivals.toml", "--ensemble", "base,hawk"]);
    assert!(said.code == 2 && said.err.contains("hawks"), "{}", said.all());
}
