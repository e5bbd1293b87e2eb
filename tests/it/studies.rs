//! Studies in reports: what is shown, what is left out, and that nothing in a stored study is obeyed.

use std::fs;

use escalade::report::{html, markdown};
use escalade::results::{ReportData, Studies, Summary};
use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::Place;
use crate::files::{files, refused};
use crate::report::{harmless, hostile, ours, poison, read, starter};

/// The four studies of the starter, small, into one directory.
fn studied(place: &Place, out: &str) {
    let all: [&[&str]; 4] = [
        &["compare", "starter.toml", "-n", "400"],
        &["sweep", "starter.toml", "-n", "200", "--vary", "parameters.resolve=0.1..0.9:3", "--vary", "parameters.control=0.1,0.5,0.9"],
        &["sensitivity", "starter.toml", "--points", "512", "--replicates", "8"],
        &["drivers", "starter.toml", "-n", "400"],
    ];
    for words in all {
        let said = place.run(&[words, &["-q", "--out", out, "--format", "none"]].concat());
        assert_eq!(said.code, 0, "{}", said.all());
    }
}

/// Claims that hold and that do not, some of which a run can tell; war comes with chance 1/2, under `hot` with 0.9.
const KNOWN: &str = r#"
format = 1
about = { title = "Known chances", sources = ["invented"] }
clock = { step = "1 day", horizon = "4 days" }
[parameters]
p = { dist = "uniform", min = 0.4, max = 0.6, judgement = true }
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
label = "A war"
when = "ever(war)"
[[outcomes]]
id   = "peace"
otherwise = true
[variants.hot]
label = "More heat"
set = { "parameters.p" = 0.9 }
[[expect]]
that = "P(war) > 0.3"
because = "a coin decides"
[[expect]]
that = "P(war) < 0.1"
because = "hope"
[[expect]]
that = "P(war) rises under hot"
[[expect]]
that = "P(war) between 0.3 and 0.7"
"#;

/// A part of a page, one element a line.
fn part(page: &str, id: &str) -> String {
    let start = page.find(&format!("<section id=\"{id}\"")).unwrap_or_else(|| panic!("no part {id}"));
    let rest = &page[start..];
    let end = rest[1..].find("<section id=\"").map_or(rest.len(), |at| at + 1);
    rest[..end].replace("><", ">\n<")
}

/// What each study adds to a page, for a scenario so small that it can be read.
#[test]
fn parts_of_studies_are_drawn_as_they_were() {
    let place = Place::new();
    place.write("known.toml", KNOWN);
    let all: [(&[&str], &str, i32); 5] = [
        (&["compare", "known.toml", "-n", "400", "--format", "none"], "changes", 0),
        (
            &[
                "sweep",
                "known.toml",
                "-n",
                "200",
                "--vary",
                "parameters.p=0.1,0.9",
                "--vary",
                "events.echo.chance=0.2,0.8",
                "--format",
                "none",
            ],
            "changes",
            0,
        ),
        (&["sensitivity", "known.toml", "--points", "128", "--replicates", "4", "--format", "none"], "depends", 0),
        (&["drivers", "known.toml", "-n", "400", "--format", "none"], "depends", 0),
        (&["test", "known.toml", "--max-trials", "3000"], "expectations", 1),
    ];
    for (words, id, code) in all {
        let said = place.run(&[words, &["-q", "--out", "known"]].concat());
        assert_eq!(said.code, code, "{}", said.all());
        let page = read(&place, &format!("known/{}.html", words[0]));
        assert_snapshot!(format!("part_{}", words[0]), part(&page, id));
    }
}

/// A run judges what it can; a test that is stored takes its place.
#[test]
fn claims_are_judged_by_a_run_and_by_a_test() {
    let place = Place::new();
    place.write("known.toml", KNOWN);
    let run = |out: &str, more: &[&str]| {
        let said = place.run(&[&["run", "known.toml", "-n", "2000", "-q", "--format", "none", "--out", out], more].concat());
        assert_eq!(said.code, 0, "{}", said.all());
        read(&place, &format!("{out}/report.html"))
    };
    let before = run("there", &[]);
    let text = harmless(&before, &ours(&before));
    for said in [
        "2 of 4 claims of the author hold. 1 does not: Less than 10\u{a0}% of trials end as “A war” (found: ",
        "1 was not tested here.",
        "Judged on the 2,000 trials of this run",
        "1 of 4 claims of the author does not hold (see Expectations).",
        "✗ does not hold",
        "More heat",
    ] {
        assert!(text.contains(said), "{said} in\n{text}");
    }
    assert!(before.find("does not hold").unwrap() < before.find("✓ holds").unwrap(), "what does not hold comes first");
    // The same verdicts from a test with as many trials, where that has not stopped before.
    let said = place.run(&["test", "known.toml", "-q", "--out", "there"]);
    assert_eq!(said.code, 1, "{}", said.all());
    let (after, markdown) = (read(&place, "there/report.html"), read(&place, "there/report.md"));
    let text = harmless(&after, &ours(&before));
    assert!(text.contains("3 of 4 claims of the author hold. 1 does not") && !text.contains("Judged on the"), "{text}");
    assert!(markdown.contains("## Expectations") && markdown.contains("✗ does not hold"), "{markdown}");
    assert!(read(&place, "there/test.html").contains("A war"));
    // The same from what is stored.
    let all = files(&place.path("there"));
    for name in ["report.html", "report.md", "test.html"] {
        fs::remove_file(place.path(&format!("there/{name}"))).unwrap();
    }
    assert_eq!(place.run(&["report", "there"]).code, 0);
    let mut anew = files(&place.path("there"));
    anew.insert("test.html".to_owned(), all["test.html"].clone());
    assert_eq!(all, anew);
    // Of a variant, what is claimed of it; where values were changed by hand, nothing: what is claimed is listed.
    let hot = run("hot", &["--variant", "hot"]);
    assert!(!hot.contains("id=\"expectations\"") && hot.contains("What its author claims") && hot.contains("escalade test known.toml"));
    assert!(run("set", &["--set", "parameters.p=0.2"]).contains("What its author claims"));
    // Of another scenario.
    place.write("known.toml", &KNOWN.replace("Known chances", "Other chances"));
    let said = place.run(&["run", "known.toml", "-n", "2000", "-q", "--format", "none", "--out", "there", "--force"]);
    assert_eq!(said.code, 0, "{}", said.all());
    assert!(read(&place, "there/report.html").contains("`test.json` is of another scenario"));
}

const NAMES: [&str; 4] = ["compare", "sweep", "sensitivity", "drivers"];
const TITLES: [&str; 2] = ["What would change it", "What it depends on"];

#[test]
fn a_run_and_its_studies_make_one_report() {
    let place = Place::new();
    starter(&place, "there", &["--format", "none"]);
    let before = read(&place, "there/report.html");
    assert!(TITLES.iter().all(|title| !before.contains(title)), "a part without data is absent");
    studied(&place, "there");
    let (page, text) = (read(&place, "there/report.html"), read(&place, "there/report.md"));
    harmless(&page, &ours(&before));
    for said in TITLES.iter().chain(&["Blue quietly restrains the militants", "Luck against ignorance", "switched off in turn"]) {
        assert!(page.contains(said), "{said}");
    }
    for id in ["arm-0", "map-0", "luck", "depends-0", "drivers"] {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(page.contains("Who moves where") && TITLES.iter().all(|title| text.contains(title)));
    // In their order: by which path, what would change it, what it depends on, what it can look like.
    let at = |id: &str| page.find(&format!("<section id=\"{id}\"")).unwrap();
    assert!(at("paths") < at("changes") && at("changes") < at("depends") && at("depends") < at("stories"));
    // The same from what is stored, and in whatever order it was made.
    let all = files(&place.path("there"));
    for name in ["report.html", "report.md"] {
        fs::remove_file(place.path(&format!("there/{name}"))).unwrap();
    }
    assert_eq!(place.run(&["report", "there"]).code, 0);
    assert_eq!(all, files(&place.path("there")));
    let said = place.run(&["run", "starter.toml", "-n", "300", "-q", "--out", "there", "--format", "none", "--force"]);
    assert_eq!((said.code, &all), (0, &files(&place.path("there"))), "a run made anew shows its studies");
}

#[test]
fn rerun_does_not_call_a_report_changed_that_shows_studies() {
    let place = Place::new();
    starter(&place, "there", &["--format", "none"]);
    studied(&place, "there");
    let said = place.run(&["rerun", "there", "-q"]);
    let reports = "report.html is not compared: it shows studies too\nreport.md is not compared: it shows studies too\n";
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, format!("summary.json agrees\nscenario.json agrees\nreport.json agrees\n{reports}").as_str()),
        "{}",
        said.all()
    );
    // What was changed by hand is still found.
    place.write("there/report.json", "{}");
    assert_eq!(place.run(&["rerun", "there", "-q"]).code, 1);
}

#[test]
fn a_study_alone_has_a_page_of_its_own() {
    let place = Place::new();
    starter(&place, "plain", &[]);
    let ours = ours(&read(&place, "plain/report.html"));
    studied(&place, "alone");
    let all = files(&place.path("alone"));
    let mut names: Vec<String> = NAMES.iter().flat_map(|name| [format!("{name}.html"), format!("{name}.json")]).collect();
    names.sort();
    assert_eq!(all.keys().cloned().collect::<Vec<_>>(), names);
    for name in NAMES {
        let page = read(&place, &format!("alone/{name}.html"));
        let text = harmless(&page, &ours);
        assert!(text.contains("A border crisis") && text.contains("How to make it again") && page.contains("<svg"), "{name}");
        fs::remove_file(place.path(&format!("alone/{name}.html"))).unwrap();
    }
    assert_eq!(place.run(&["report", "alone"]).code, 0);
    assert_eq!(all, files(&place.path("alone")), "made anew from what is stored");
    assert_snapshot!("studies_markdown", place.run(&["report", "alone", "--markdown"]).out);
    // Nobody asked for a page, or for another report.
    let bare = ["compare", "starter.toml", "-n", "50", "-q", "--out", "bare", "--format", "none", "--no-report"];
    assert_eq!(place.run(&bare).code, 0);
    assert_eq!(files(&place.path("bare")).keys().collect::<Vec<_>>(), ["compare.json"]);
}

#[test]
fn what_cannot_be_shown_is_named_and_the_rest_is_shown() {
    let place = Place::new();
    starter(&place, "there", &["--format", "none"]);
    studied(&place, "there");
    let text = read(&place, "there/sweep.json");
    place.write("there/sweep.json", &text[..text.len() / 2]);
    let text = read(&place, "there/drivers.json");
    place.write("there/drivers.json", &text.replacen("\"sha256\": \"", "\"sha256\": \"0", 1));
    let said = place.run(&["report", "there"]);
    assert!(
        said.code == 0 && said.err.contains("sweep.json") && said.err.contains("`drivers.json` is of another scenario"),
        "{}",
        said.all()
    );
    let page = read(&place, "there/report.html");
    assert!(page.contains("arm-0") && page.contains("depends-0") && !page.contains("map-0") && !page.contains("switched off in turn"));
    assert!(page.contains("another scenario"), "named in the report too");
    // Counts and places that no study has.
    studied(&place, "sound");
    for (name, pointer) in [
        ("compare", "/compare/arms/0/outcomes/0/trials/both"),
        ("compare", "/compare/arms/0/transitions/0/trials"),
        ("drivers", "/drivers/parts/0/outcomes/0/trials/both"),
        ("sweep", "/sweep/swings/0/low_at"),
    ] {
        let mut document: Value = serde_json::from_str(&read(&place, &format!("sound/{name}.json"))).unwrap();
        *document.pointer_mut(pointer).unwrap() = (1_u64 << 62).into();
        let error = Studies::default().take(&format!("{name}.json"), &document.to_string(), None).unwrap_err();
        assert!(error.contains("that no study has"), "{error}");
    }
    // Without a run, none that can be shown is an error.
    fs::create_dir(place.path("bad")).unwrap();
    place.write("bad/compare.json", "{}");
    refused(&place.run(&["report", "bad", "-q"]), 2, &["no study that can be shown"]);
}

/// Stored studies may come from anybody: every text in them replaced by a hostile one, names too.
#[test]
fn no_text_of_a_stored_study_is_obeyed() {
    let place = Place::new();
    starter(&place, "there", &["--format", "none"]);
    let ours = ours(&read(&place, "there/report.html"));
    studied(&place, "there");
    assert_eq!(place.run(&["test", "starter.toml", "-q", "--out", "there"]).code, 0);
    let value = |name: &str| serde_json::from_str::<Value>(&read(&place, &format!("there/{name}.json"))).unwrap();
    let summary: Summary = serde_json::from_value(value("summary")).unwrap();
    let data: ReportData = serde_json::from_value(value("report")).unwrap();
    let texts = hostile();
    for turn in 0..texts.len() {
        let mut next = turn;
        let mut studies = Studies::default();
        for name in NAMES {
            let mut document = value(name);
            poison(&mut document, &texts, &mut next);
            studies.take(&format!("{name}.json"), &document.to_string(), None).unwrap();
        }
        let mut document = value("test");
        poison(&mut document, &texts, &mut next);
        studies.take("test.json", &document.to_string(), None).unwrap();
        for page in [html::page(&summary, Some(&data), &studies), html::study_page(&studies).unwrap()] {
            harmless(&page, &ours);
            assert!(page.len() < 2_000_000, "{} bytes", page.len());
            for mark in ['\u{202e}', '\u{2066}', '\u{200f}', '\u{1b}', '\u{0}'] {
                assert!(!page.contains(mark), "{mark:?}");
            }
        }
        for text in [markdown::page(&summary, Some(&data), &studies), markdown::study_page(&studies).unwrap()] {
            assert!(text.len() < 1 << 20);
            for active in ["<script", "<img", "<svg", "<iframe", "\n# heading", "https://", "<details open"] {
                assert!(!text.contains(active), "{active}");
            }
            assert!(!text.replace("\\](", "").contains("]("));
        }
    }
}

#[test]
fn the_durand_line_with_all_studies_is_below_2_mb() {
    let place = Place::new();
    let file = format!("{}/scenarios/durand-line.toml", env!("CARGO_MANIFEST_DIR"));
    let all: [&[&str]; 5] = [
        &["run", &file, "-n", "300"],
        &["compare", &file, "-n", "200"],
        &["sweep", &file, "-n", "50", "--vary", "parameters.attack_level=2..6:4", "--vary", "parameters.attribution=0.5..0.95:4"],
        &["sensitivity", &file, "--method", "morris", "--trajectories", "4", "--replicates", "2"],
        &["drivers", &file, "-n", "100", "--only", "events"],
    ];
    for words in all {
        let said = place.run(&[words, &["-q", "--out", "there", "--format", "none"]].concat());
        assert_eq!(said.code, 0, "{}", said.all());
    }
    let said = place.run(&["test", &file, "-q", "--max-trials", "2000", "--out", "there"]);
    assert_eq!(said.code, 0, "{}", said.all());
    let page = read(&place, "there/report.html");
    assert!(page.len() < 2_000_000, "{} bytes", page.len());
    assert!(page.contains("id=\"expectations\""));
    assert!(TITLES.iter().all(|title| page.contains(title)) && page.contains("map-0"));
    harmless(&page, &ours(&page));
    assert!(read(&place, "there/report.md").len() < 1 << 20);
}
