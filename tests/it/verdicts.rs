//! Claims under test, as CI meets them: exit codes, files, and outputs into which no text of a scenario can inject.

use std::fs;
use std::path::Path;
use std::time::Duration;

use escalade::results::TEST_SCHEMA;
use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::{Place, Said, said};

/// War comes with chance 1/2; under `hot` with 0.9, under `same` as before.
const KNOWN: &str = r#"
format = 1
about = { title = "Known chances", question = "How often war?", sources = ["invented"] }
clock = { step = "1 day", horizon = "4 days" }
[parameters]
p = 0.5
[[events]]
id     = "war"
when   = "now == 1 day"
chance = "p"
[[events]]
id     = "echo"
chance = 0.5
every  = "1 day"
[[outcomes]]
id   = "war"
when = "ever(war)"
[[outcomes]]
id   = "peace"
otherwise = true
[[indicators]]
id   = "echoed"
when = "ever(echo)"
[[metrics]]
id    = "echoes"
value = "count(echo)"
[variants.hot]
set = { "parameters.p" = 0.9 }
[variants.same]
set = { "parameters.p" = 0.5 }
"#;

const HOLDS: &str = "[[expect]]\nid = \"often\"\nthat = \"P(war) > 0.3\"\nbecause = \"a coin decides\"\n";
const FAILS: &str = "[[expect]]\nid = \"seldom\"\nthat = \"P(war) < 0.3\"\nbecause = \"hope\"\n";
/// Its margin is far too small for the trials that are allowed.
const OPEN: &str = "[[expect]]\nthat = \"P(war) > 0.5\"\nmargin = 0.00001\n";

fn place(files: &[(&str, &str)]) -> Place {
    let place = Place::new();
    fs::remove_file(place.path("starter.toml")).unwrap();
    for (name, claims) in files {
        let path = place.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{KNOWN}{claims}")).unwrap();
    }
    place
}

fn test(place: &Place, args: &[&str]) -> Said {
    place.run(&[&["test", "-q", "--max-trials", "3000"], args].concat())
}

fn place_of(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

fn json(place: &Place, args: &[&str]) -> Value {
    let said = test(place, &[&["--json"], args].concat());
    serde_json::from_str(&said.out).unwrap_or_else(|e| panic!("{e}: {}", said.all()))
}

#[test]
fn exit_codes_tell_the_worst() {
    let place = place(&[
        ("holds.toml", HOLDS),
        ("fails.toml", FAILS),
        ("open.toml", OPEN),
        ("none.toml", ""),
        ("names.toml", "[[expect]]\nthat = \"P(win) > 0.3\"\n"),
        ("stops.toml", &format!("[world.vars]\nz = {{ start = 0 }}\nx = {{ start = 1, drift = \"1 / z\", per = \"day\" }}\n{HOLDS}")),
    ]);
    for (files, code) in [
        ("holds", 0),
        ("holds none", 0),
        ("open", 4),
        ("holds open", 4),
        ("open fails holds", 1),
        // A file in which a claim names nothing; a suite that claims nothing; a file that is not there.
        ("names", 2),
        ("holds fails names", 2),
        ("none", 2),
        ("missing", 2),
        ("stops", 3),
        ("stops names fails holds", 3),
    ] {
        let files: Vec<String> = files.split(' ').map(|f| format!("{f}.toml")).collect();
        let args: Vec<&str> = files.iter().map(String::as_str).collect();
        let said = test(&place, &args);
        assert_eq!(said.code, code, "{files:?}: {}", said.all());
    }
    let none = test(&place, &["none.toml"]);
    assert!(none.err.contains("nothing is claimed: there is no `[[expect]]` in 1 file") && none.err.contains("help:"), "{}", none.err);
    let stops = test(&place, &["stops.toml"]);
    assert!(stops.err.contains("escalade trace stops.toml --trial 0"), "{}", stops.err);
    // One bad file does not stop the others.
    let value = json(&place, &["stops.toml", "names.toml", "fails.toml", "holds.toml"]);
    let states: Vec<&str> = value["files"].as_array().unwrap().iter().map(|f| f["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["stopped", "wrong", "tested", "tested"]);
    assert_eq!(value["test"], serde_json::json!({"claims": 3, "pass": 1, "fail": 1, "undecided": 0, "not_run": 1, "wrong_files": 1}));
}

#[test]
fn options_that_make_no_sense_are_refused() {
    let place = place(&[("holds.toml", HOLDS), ("bad.toml", "[[expect]]\nthat = \"P(war) > 0.3\"\nmargin = 0.7\n")]);
    for args in [
        &["holds.toml", "--false-alarms", "0"][..],
        &["holds.toml", "--false-alarms", "0.9"],
        &["holds.toml", "--margin", "-1"],
        &["holds.toml", "--margin", "5"],
        &["holds.toml", "--github", "--json"],
        &[],
        &["bad.toml"],
    ] {
        assert_eq!(test(&place, args).code, 2, "{args:?}");
    }
    assert!(test(&place, &["bad.toml"]).err.contains("at most 0.5"));
    // Said before anything is run.
    let said = test(&place, &["holds.toml", "--junit", "no/such/folder/x.xml"]);
    assert_eq!((said.code, said.out.as_str()), (3, ""), "{}", said.all());
}

#[test]
fn a_file_that_is_named_takes_the_place_of_no_other() {
    let place = place(&[("holds.toml", HOLDS), ("other.toml", HOLDS)]);
    let before = fs::read(place.path("holds.toml")).unwrap();
    assert_eq!(test(&place, &["holds.toml", "--out", "kept"]).code, 0);
    let page = fs::read(place.path("kept/test.html")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("holds.toml", place.path("link")).unwrap();
    for args in [
        &["holds.toml", "--junit", "holds.toml"][..],
        &["holds.toml", "--sarif", "./holds.toml"],
        &["holds.toml", "--markdown", "other.toml"],
        &["holds.toml", "--junit", "x", "--sarif", "./x"],
        &["holds.toml", "--out", "kept", "--force", "--junit", "kept/test.html"],
        &["holds.toml", "--out", "new", "--junit", "new/test.json"],
        #[cfg(unix)]
        &["holds.toml", "--markdown", "link"],
    ] {
        let said = test(&place, args);
        assert!(said.code == 2 && said.out.is_empty() && said.err.contains("help: give another name"), "{args:?}: {}", said.all());
    }
    let place_of = place.run(&["shard", "holds.toml", "--range", "0..10", "-o", "other.toml", "--force", "-q"]);
    assert_eq!(place_of.code, 2, "{}", place_of.all());
    assert_eq!((fs::read(place.path("holds.toml")).unwrap(), fs::read(place.path("kept/test.html")).unwrap()), (before, page));
    assert!(!place.path("x").exists() && !place.path("new").exists());
    // In the directory of the verdicts is room for a name of its own.
    assert_eq!(test(&place, &["holds.toml", "--out", "new", "--junit", "new/junit.xml"]).code, 0);
    assert!(place.path("new/junit.xml").exists() && place.path("new/test.json").exists());
}

#[test]
fn folders_are_searched_and_parts_of_scenarios_skipped() {
    let place = place(&[("suite/a.toml", HOLDS), ("suite/deep/er/b.toml", FAILS), ("suite/.hidden/c.toml", FAILS), ("suite/d.toml", "")]);
    place.write("suite/lib.toml", "[parameters]\nq = 0.3\n");
    place.write("suite/Cargo.toml", "[package]\nname = \"x\"\n");
    place.write("suite/notes.txt", "not a scenario");
    let used = format!("use = [\"ends.toml\"]\n{}", KNOWN.split("[[outcomes]]").next().unwrap());
    place.write("suite/uses.toml", &format!("{used}{HOLDS}"));
    place.write("suite/ends.toml", &format!("[[outcomes]]{}", KNOWN.split_once("[[outcomes]]").unwrap().1));
    let said = place.run(&["test", "suite", "suite/a.toml", "--max-trials", "3000", "--json"]);
    assert_eq!(said.code, 1, "{}", said.all());
    let value: Value = serde_json::from_str(&said.out).unwrap();
    let files: Vec<(&str, &str)> =
        value["files"].as_array().unwrap().iter().map(|f| (f["file"].as_str().unwrap(), f["state"].as_str().unwrap())).collect();
    let expected =
        [("suite/a.toml", "tested"), ("suite/d.toml", "no_claims"), ("suite/deep/er/b.toml", "tested"), ("suite/uses.toml", "tested")];
    assert_eq!(files, expected);
    assert!(said.err.contains("skipped: suite/Cargo.toml, suite/ends.toml and suite/lib.toml"), "{}", said.err);
    assert_eq!(place.run(&["test", "suite/.hidden", "-q"]).code, 1);
    fs::create_dir(place.path("empty")).unwrap();
    assert_eq!(place.run(&["test", "empty", "-q"]).code, 2);
}

/// A suite with every kind of verdict.
fn mixed() -> Place {
    let more = r#"
[[expect]]
that = "P(war | echoed) between 0.4 and 0.6"
[[expect]]
that = "P(war) rises under hot"
because = "nine of ten"
[[expect]]
that = "P(war) rises under same"
[[expect]]
that = "median day of echoed < 3"
[[expect]]
that = "mean(echoes) > 1.5"
[[expect]]
that    = "P(war) > 0.8"
variant = "hot"
[[expect]]
that = "P(echoed) > P(war)"
"#;
    place(&[("a.toml", &format!("{HOLDS}{FAILS}{OPEN}{more}")), ("b.toml", HOLDS), ("wrong.toml", "[[expect]]\nthat = \"P(win) > 0.3\"\n")])
}

#[test]
fn the_answer_has_the_verdict_first_and_fits_a_terminal() {
    let place = mixed();
    let said = test(&place, &["a.toml", "b.toml", "wrong.toml"]);
    said.fits(80);
    assert_snapshot!("test_text", said.all());
    let one = test(&place, &["b.toml"]);
    one.fits(80);
    assert!(one.out.starts_with("PASSED: 1 claim in 1 file\n"), "{}", one.out);
}

#[test]
fn verdicts_do_not_depend_on_threads_and_fit_their_schema() {
    let place = mixed();
    let with = |threads: &str| test(&place, &["a.toml", "b.toml", "wrong.toml", "--json", "--threads", threads]).out;
    let one = with("1");
    for threads in ["2", "3", "8"] {
        assert_eq!(one, with(threads), "{threads} threads");
    }
    let schema: Value = serde_json::from_str(TEST_SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let value: Value = serde_json::from_str(&one).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let mut wrong = value.clone();
    wrong["files"][0]["claims"][0]["verdict"] = "perhaps".into();
    assert!(!validator.is_valid(&wrong));
    assert_eq!(place.run(&["schema", "--of", "test"]).out, TEST_SCHEMA);
    // Every field is documented.
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/testing.md")).unwrap();
    for name in ["plan", "finding", "file", "claim"] {
        let part = if name == "plan" { &schema["properties"][name] } else { &schema["$defs"][name] };
        for key in part["properties"].as_object().unwrap().keys() {
            assert!(page.contains(&format!("`{key}`")), "docs/testing.md does not tell `{key}` of {name}");
        }
    }
    let claim = &value["files"][0]["claims"][1];
    let text = fs::read_to_string(place.path("a.toml")).unwrap();
    let line = text.lines().nth(place_of(&claim["line"]) - 1).unwrap();
    assert_eq!(&line[place_of(&claim["column"]) - 1..], "\"P(war) < 0.3\"");
    assert_eq!((&claim["verdict"], &claim["trials"]), (&"fail".into(), &256.into()));
}

#[test]
fn another_suite_size_shares_the_rate_out() {
    let place = mixed();
    let each = |files: &[&str]| json(&place, files)["plan"]["false_alarms_each"].as_f64().unwrap();
    assert_eq!((each(&["b.toml"]), each(&["a.toml", "b.toml"])), (0.001, 0.001 / 11.0));
}

#[test]
fn junit_is_xml_with_a_case_for_each_claim() {
    let place = mixed();
    let said = test(&place, &["a.toml", "b.toml", "wrong.toml", "--junit", "verdicts.xml"]);
    assert_eq!(said.code, 2, "{}", said.all());
    let text = fs::read_to_string(place.path("verdicts.xml")).unwrap();
    let xml = roxmltree::Document::parse(&text).unwrap();
    let root = xml.root_element();
    assert_eq!((root.tag_name().name(), root.attribute("name")), ("testsuites", Some("escalade")));
    let count = |name: &str| xml.descendants().filter(|n| n.has_tag_name(name)).count().to_string();
    assert_eq!([count("testsuite"), count("testcase"), count("failure"), count("error"), count("skipped")], ["3", "12", "2", "2", "0"]);
    for (attribute, tag) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")] {
        assert_eq!(root.attribute(attribute), Some(count(tag).as_str()), "{attribute}");
        let sum: usize = xml
            .descendants()
            .filter(|n| n.has_tag_name("testsuite"))
            .map(|n| n.attribute(attribute).unwrap().parse::<usize>().unwrap())
            .sum();
        assert_eq!(sum.to_string(), count(tag), "{attribute}");
    }
    let failed = xml.descendants().find(|n| n.has_tag_name("failure")).unwrap();
    let case = failed.parent().unwrap();
    assert_eq!((case.attribute("name"), case.attribute("classname")), (Some("seldom: P(war) < 0.3"), Some("a.toml")));
    assert!(failed.attribute("message").unwrap().starts_with("P(war) < 0.3 does not hold: "), "{failed:?}");
    assert!(failed.text().unwrap().starts_with("a.toml:"), "{failed:?}");
    for case in xml.descendants().filter(|n| n.has_tag_name("testcase")) {
        assert!(["name", "classname"].iter().all(|a| case.attribute(*a).is_some_and(|v| !v.is_empty())));
    }
}

#[test]
fn sarif_has_what_the_standard_asks_for() {
    let place = mixed();
    test(&place, &["a.toml", "b.toml", "wrong.toml", "--sarif", "verdicts.sarif"]);
    let log: Value = serde_json::from_str(&fs::read_to_string(place.path("verdicts.sarif")).unwrap()).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    assert_eq!(run["tool"]["driver"]["name"], "escalade");
    let rules: Vec<&str> = run["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    for result in results {
        let id = result["ruleId"].as_str().unwrap();
        assert_eq!(rules[place_of(&result["ruleIndex"])], id);
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert!(place["artifactLocation"]["uri"].as_str().unwrap().contains(".toml"));
        assert!(place["region"]["startLine"].as_u64() > Some(1), "{result}");
    }
    let of = |id: &str| results.iter().filter(|r| r["ruleId"] == id).count();
    assert_eq!([of("claim-fails"), of("claim-undecided"), of("scenario-wrong")], [2, 1, 1]);
}

#[test]
fn annotations_stand_beside_the_claim() {
    let place = mixed();
    let said = test(&place, &["a.toml", "wrong.toml", "--github"]);
    let lines: Vec<&str> = said.out.lines().filter(|l| l.starts_with("::")).collect();
    assert_eq!(lines.len(), 4, "{}", said.out);
    assert!(
        lines[0].starts_with("::error file=a.toml,line=37,col=8,title=A claim does not hold::P(war) < 0.3 does not hold: "),
        "{}",
        lines[0]
    );
    assert!(lines[0].contains(" %25 ["), "{}", lines[0]);
    assert!(lines[1].starts_with("::warning file=a.toml,"), "{}", lines[1]);
    assert!(lines[3].starts_with("::error file=wrong.toml,line=32,col=11,title=The scenario is wrong::E0"), "{}", lines[3]);
}

/// A suite with a file that is wrong, one that stops, one that claims nothing and one that cannot be read.
fn faulty() -> Place {
    let stops = format!("[world.vars]\nz = {{ start = 0 }}\nx = {{ start = 1, drift = \"1 / z\", per = \"day\" }}\n{HOLDS}");
    let place = place(&[
        ("suite/holds.toml", HOLDS),
        ("suite/none.toml", ""),
        ("suite/stops.toml", &stops),
        ("suite/wrong.toml", "[[expect]]\nthat = \"P(wat) > 0.3\"\n"),
    ]);
    place.write("suite/broken.toml", "format = 1\n[about\n");
    place
}

#[test]
fn what_is_wrong_is_told_with_its_line_code_and_mend_wherever_ci_reads() {
    let place = faulty();
    let said = test(&place, &["suite", "--github", "--junit", "v.xml", "--sarif", "v.sarif", "--markdown", "v.md"]);
    assert_eq!(said.code, 3, "{}", said.all());
    let document = json(&place, &["suite"]);
    let of =
        |name: &str| document["files"].as_array().unwrap().iter().find(|f| f["file"].as_str().unwrap().contains(name)).unwrap().clone();
    let check: Value = serde_json::from_str(&place.run(&["check", "suite/wrong.toml", "--json"]).out).unwrap();
    let first = &check["files"][0]["diagnostics"].as_array().unwrap().iter().find(|d| d["severity"] == "error").unwrap().clone();
    let flaw = &of("wrong")["flaw"];
    assert_eq!((&flaw["code"], &flaw["line"], &flaw["column"]), (&first["code"], &first["place"]["line"], &first["place"]["column"]));
    let (line, column, code) = (&flaw["line"], &flaw["column"], flaw["code"].as_str().unwrap());
    let help = first["help"].as_str().unwrap();
    assert_eq!(flaw["help"], help);
    // What stopped has no line, and says by which command it can be looked at.
    let stop = of("stops");
    let error = stop["error"].as_str().unwrap();
    assert!(error.contains("; the expression is ") && !error.contains('\n') && !error.contains("help"), "{error}");
    assert!(stop["flaw"]["help"].as_str().unwrap().contains("`escalade trace suite/stops.toml --trial 0`"), "{stop}");
    assert!(!said.all().contains("trace FILE"), "{}", said.all());
    let annotations: Vec<&str> = said.out.lines().filter(|l| l.starts_with("::")).collect();
    let beside = format!("::error file=suite/wrong.toml,line={line},col={column},title=The scenario is wrong::{code}: ");
    assert!(annotations.iter().any(|l| l.starts_with(&beside) && l.contains("; help: ")), "{annotations:?}");
    assert!(annotations.iter().any(|l| l.starts_with("::error file=suite/stops.toml,line=1,col=1,")), "{annotations:?}");
    let text = fs::read_to_string(place.path("v.xml")).unwrap();
    let xml = roxmltree::Document::parse(&text).unwrap();
    let bodies: Vec<&str> = xml.descendants().filter(|n| n.has_tag_name("error")).filter_map(|n| n.text()).collect();
    assert_eq!(bodies.len(), 3, "{text}");
    let beside = format!("suite/wrong.toml:{line}:{column}: {code}: ");
    assert!(bodies.iter().any(|b| b.starts_with(&beside) && b.contains("\nhelp: ")), "{bodies:?}");
    // What claims nothing is a case that was skipped.
    let suite = xml.descendants().find(|n| n.attribute("name") == Some("suite/none.toml")).unwrap();
    assert!(suite.attribute("skipped") == Some("1") && suite.descendants().any(|n| n.has_tag_name("skipped")), "{text}");
    let log: Value = serde_json::from_str(&fs::read_to_string(place.path("v.sarif")).unwrap()).unwrap();
    let region = |id: &str, file: &str| {
        let results = log["runs"][0]["results"].as_array().unwrap().iter();
        let of = |r: &&Value| r["ruleId"] == id && r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == file;
        results.clone().find(of).unwrap()["locations"][0]["physicalLocation"]["region"].clone()
    };
    assert_eq!(
        (&region("scenario-wrong", "suite/wrong.toml")["startLine"], &region("scenario-stopped", "suite/stops.toml")["startLine"]),
        (line, &1.into())
    );
    let markdown = fs::read_to_string(place.path("v.md")).unwrap();
    assert!(
        markdown.contains(&format!("<li>❌ wrong suite/wrong.toml:{line}:{column}: {code}")) && markdown.contains("<br>help: "),
        "{markdown}"
    );
    assert!(markdown.contains("<p>Without claims: <code>suite/none.toml</code></p>"), "{markdown}");
    // The index of a run has the same.
    assert_eq!(place.run(&["run", "suite", "-n", "50", "-q", "--format", "none", "--out", "all"]).code, 3);
    let index: Value = serde_json::from_str(&fs::read_to_string(place.path("all/index.json")).unwrap()).unwrap();
    let wrong = index["index"]["files"].as_array().unwrap().iter().find(|f| f["name"] == "wrong").unwrap();
    assert_eq!(&wrong["flaw"], flaw);
    for page in ["all/index.md", "all/index.html"] {
        let text = fs::read_to_string(place.path(page)).unwrap().replace('\u{2060}', "");
        assert!(
            text.contains(&format!("suite/wrong.toml:{line}:{column}")) && text.contains(code) && text.contains("help: "),
            "{page}: {text}"
        );
    }
}

#[test]
fn a_summary_in_markdown_is_bounded() {
    let place = mixed();
    test(&place, &["a.toml", "b.toml", "wrong.toml", "--markdown", "summary.md"]);
    assert_snapshot!("test_markdown", fs::read_to_string(place.path("summary.md")).unwrap());
    let long = "because = \"".to_owned() + &"<b>".repeat(3_000) + "\"\n";
    let claims = format!("[[expect]]\nthat = \"P(war) < 0.3\"\n{long}").repeat(400);
    // A file has at most a mebibyte: four of them.
    let parts: Vec<String> = claims.as_bytes().chunks(claims.len() / 4).map(|c| String::from_utf8(c.to_vec()).unwrap()).collect();
    let names: Vec<String> = (0..4).map(|n| format!("long{n}.toml")).collect();
    for (name, part) in names.iter().zip(&parts) {
        place.write(name, &format!("{KNOWN}{part}"));
    }
    let args: Vec<&str> = names.iter().map(String::as_str).chain(["--markdown", "summary.md"]).collect();
    assert_eq!(test(&place, &args).code, 1);
    let text = fs::read_to_string(place.path("summary.md")).unwrap();
    assert!(text.len() < 1 << 20 && text.len() > 300_000, "{} bytes", text.len());
    assert!(text.contains("rows more left out") && !text.contains("<b>"));
    for tag in ["table", "details", "tr", "td", "code"] {
        assert_eq!(text.matches(&format!("<{tag}>")).count(), text.matches(&format!("</{tag}>")).count(), "{tag}");
    }
}

/// Texts that would be commands, markup or control characters, if they were not only texts.
#[test]
fn nothing_in_a_scenario_injects_into_any_output() {
    const HOSTILE: &str = "]]>\\u0000\\u001b[31m</td><script>alert(1)</script> &amp; ::error::gone\\n::add-mask::x\\n##[error]y %0A::set-env name=A::b\\r\\n\
        | ` ``` ** [a](javascript:x) @team https://evil.example \\u202e \\ufffe \\U0001F600 \\u2028";
    let claims = format!(
        "[[expect]]\nthat = \"P(war)  <  0.3 \\n\\t\"\nbecause = \"{}\"\n{OPEN}because = \"{}\"\n{HOLDS}",
        HOSTILE.replace("\\u0000", ""),
        HOSTILE.replace("\\u0000", "")
    );
    let place = place(&[]);
    let file = if cfg!(windows) { "plain.toml" } else { "a,b;c%0A::error::<x>'&`|.toml" };
    place.write(file, &format!("{}{claims}", KNOWN.replace("Known chances", "::error::<b>x</b>")));
    let said = test(&place, &[file, "--github", "--junit", "v.xml", "--sarif", "v.sarif", "--markdown", "v.md"]);
    assert_eq!(said.code, 1, "{}", said.all());
    let read = |name: &str| fs::read_to_string(place.path(name)).unwrap();
    // Commands of the runner: ours and no others, and each with its own file and message.
    let commands: Vec<&str> = said.out.lines().filter(|l| l.trim_start().starts_with("::")).collect();
    assert_eq!(commands.len(), 2, "{}", said.out);
    for command in &commands {
        let (head, message) = command[2..].split_once("::").unwrap();
        assert!(head.starts_with("error file=") || head.starts_with("warning file="), "{head}");
        assert_eq!(head.matches(',').count(), 3, "{head}");
        assert!(!message.contains("::") && !message.contains("%0A"), "{message}");
    }
    assert!(!said.out.contains("##[") && said.out.matches("::").count() == 4, "{}", said.out);
    let odd = |c: char| c.is_control() && c != '\n';
    for (name, text) in [("text", said.out.clone()), ("markdown", read("v.md")), ("junit", read("v.xml"))] {
        assert!(!text.contains(odd) && !text.contains('\u{202e}'), "{name}: {text:?}");
    }
    said.fits_but_commands();
    let text = read("v.xml");
    let xml = roxmltree::Document::parse(&text).unwrap();
    let tags: std::collections::BTreeSet<&str> =
        xml.descendants().filter(roxmltree::Node::is_element).map(|n| n.tag_name().name()).collect();
    assert_eq!(tags.into_iter().collect::<Vec<_>>(), ["error", "failure", "testcase", "testsuite", "testsuites"]);
    assert!(!text.contains('\u{fffe}'));
    let text = read("v.md");
    for bad in ["<script", "<b>", "](", "@team", "://", "::", "```", "| `"] {
        assert!(!text.contains(bad), "{bad:?} in {text}");
    }
    let log: Value = serde_json::from_str(&read("v.sarif")).unwrap();
    let message = log["runs"][0]["results"][0]["message"]["text"].as_str().unwrap();
    assert!(message.contains("\\[a\\](javascript"), "{message}");
    let uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%".contains(&b)), "{uri}");
}

impl Said {
    /// As [`Said::fits`], but for lines that are commands of a runner.
    fn fits_but_commands(&self) {
        for line in self.out.lines().filter(|l| !l.starts_with("::")) {
            assert!(escalade::report::words::width(line) <= 80, "{line}");
        }
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_keeps_the_verdicts_so_far() {
    let place = place(&[("a.toml", &format!("{HOLDS}{OPEN}")), ("b.toml", &format!("{OPEN}{FAILS}"))]);
    let mut command = place.command(&["test", "a.toml", "b.toml", "--json", "--max-trials", "60000000000", "-q", "--threads", "2"]);
    let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_secs(3));
    assert!(std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let said = said(child.wait_with_output().unwrap());
    assert_eq!(said.code, 130, "{}", said.all());
    let value: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(value["plan"]["complete"], false);
    let verdicts: Vec<&str> = value["files"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|f| f["claims"].as_array().unwrap())
        .map(|c| c["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["pass", "not_run", "not_run", "fail"]);
}

/// False-alarm rate: that of the suites themselves, 0.001 each.
#[test]
fn what_the_shipped_scenarios_claim_holds() {
    let root = crate::scenarios::root();
    let suites: &[&str] = if cfg!(debug_assertions) { &["scenarios/tutorial"] } else { &["scenarios"] };
    for suite in suites {
        let path = root.join(suite);
        let said = Place::new().run(&["test", path.to_str().unwrap(), "-q"]);
        assert_eq!(said.code, 0, "{}", said.out.lines().take(40).collect::<Vec<_>>().join("\n"));
    }
}

#[cfg(unix)]
#[test]
fn what_has_no_end_is_refused_and_not_read() {
    let place = place(&[]);
    let said = place.run(&["test", "/dev/zero"]);
    assert!(said.code == 2 && said.err.contains("is not a file"), "{}", said.all());
}

#[test]
fn verdicts_are_stored_for_each_file() {
    let place = place(&[
        ("holds.toml", HOLDS),
        ("fails.toml", FAILS),
        ("none.toml", ""),
        ("wrong.toml", "[[expect]]\nthat = \"P(win) > 0\"\n"),
        ("deep/holds.toml", HOLDS),
    ]);
    let validator = jsonschema::validator_for(&serde_json::from_str::<Value>(TEST_SCHEMA).unwrap()).unwrap();
    let stored = |name: &str| {
        let value: Value = serde_json::from_str(&fs::read_to_string(place.path(name)).unwrap()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&value).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
        value
    };
    // A single file: in the directory itself, the document that `--json` prints.
    let printed = json(&place, &["holds.toml", "--out", "one"]);
    assert_eq!(stored("one/test.json"), printed);
    assert!(place.path("one/test.html").exists());
    // Nothing is overwritten unasked, and that is said before anything is run.
    let said = test(&place, &["holds.toml", "--out", "one"]);
    assert!(said.code == 2 && said.out.is_empty() && said.err.contains("test.json"), "{}", said.all());
    assert_eq!(test(&place, &["holds.toml", "--out", "one", "--force"]).code, 0);
    // Several: a folder for each, also for those that are wrong or claim nothing.
    let said = test(&place, &["holds.toml", "fails.toml", "none.toml", "wrong.toml", "--out", "many"]);
    assert_eq!(said.code, 2, "{}", said.all());
    let part = |name: &str| stored(&format!("many/{name}/test.json"));
    assert_eq!(
        part("holds")["test"],
        serde_json::json!({"claims": 1, "pass": 1, "fail": 0, "undecided": 0, "not_run": 0, "wrong_files": 0})
    );
    assert_eq!(
        (&part("fails")["test"]["fail"], &part("none")["files"][0]["state"], &part("wrong")["test"]["wrong_files"]),
        (&1.into(), &"no_claims".into(), &1.into())
    );
    assert!(place.path("many/fails/test.html").exists() && !place.path("many/wrong/test.html").exists());
    // Two with one name get more of their paths, as the results of a run do.
    let said = test(&place, &["holds.toml", "deep/holds.toml", "--out", "two"]);
    assert_eq!(said.code, 0, "{}", said.all());
    assert_eq!(
        (&stored("two/holds/test.json")["test"]["pass"], &stored("two/deep/holds/test.json")["test"]["pass"]),
        (&1.into(), &1.into())
    );
    // The index over the runs of a folder is made anew with them.
    assert_eq!(place.run(&["run", "holds.toml", "deep/holds.toml", "-n", "100", "-q", "--out", "three", "--format", "none"]).code, 0);
    let before = fs::read_to_string(place.path("three/index.md")).unwrap();
    assert_eq!(test(&place, &["holds.toml", "deep/holds.toml", "--out", "three"]).code, 0);
    let after = fs::read_to_string(place.path("three/index.md")).unwrap();
    // A hundred trials do not settle what a test does.
    assert!(before.contains("1 undecided") && after.contains("1 holds") && !after.contains("undecided"), "{before}{after}");
    // No page, and the report of a run stays as it is.
    let run = place.run(&["run", "holds.toml", "-n", "100", "-q", "--out", "bare", "--format", "none"]);
    assert_eq!(run.code, 0, "{}", run.all());
    let before = fs::read(place.path("bare/report.html")).unwrap();
    assert_eq!(test(&place, &["holds.toml", "--out", "bare", "--no-report"]).code, 0);
    assert!(!place.path("bare/test.html").exists() && before == fs::read(place.path("bare/report.html")).unwrap());
}

#[test]
fn a_wrong_file_is_listed_first_and_its_document_may_be_replaced() {
    let place = Place::new();
    let good = "about = { title = \"G\", question = \"Q?\", sources = [\"s\"] }\nclock = { step = \"1 day\", horizon = \"2 days\" }\n[[events]]\nid = \"war\"\nchance = 0.5\n[[outcomes]]\nid = \"war\"\nwhen = \"ever(war)\"\n[[outcomes]]\nid = \"peace\"\notherwise = true\n[[expect]]\nthat = \"P(war) > 0.1\"\n";
    let good = format!("format = 1\n{good}");
    fs::create_dir_all(place.path("all")).unwrap();
    place.write("all/good.toml", &good);
    place.write("all/broken.toml", &good.replace("ever(war)", "ever(wart)"));
    let said = place.run(&["test", "all", "-q", "--markdown", "s.md"]);
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!((said.code, lines[0]), (2, "1 FILE WRONG: of 1 claim in 1 file, 1 passed"), "{}", said.all());
    assert!(lines[1].starts_with("  wrong all/broken.toml: "), "{}", said.out);
    let markdown = fs::read_to_string(place.path("s.md")).unwrap();
    assert!(markdown.lines().nth(3).unwrap().starts_with("<li>❌ wrong all/broken"), "{markdown}");
    // Alone, and then mended.
    let alone = |more: &[&str]| place.run(&[&["test", "all/broken.toml", "--out", "kept"], more].concat());
    let said = alone(&["-q"]);
    assert!(said.code == 2 && said.out.starts_with("1 FILE WRONG\n"), "{}", said.all());
    place.write("all/broken.toml", &good);
    let said = alone(&[]);
    assert!(said.code == 0 && said.err.contains("verdicts to look at: kept/test.html"), "{}", said.all());
    // What holds verdicts is not replaced unasked.
    assert_eq!(alone(&["-q"]).code, 2);
}
