//! Reports: what is written, made anew from what is stored, and harmless whatever stands in a scenario.

use std::collections::BTreeSet;
use std::fs;

use escalade::report::{html, markdown};
use escalade::results::{REPORT_SCHEMA, ReportData, Studies, Summary};
use serde_json::Value;

use crate::cli::Place;
use crate::files::{files, refused, same};

/// What an attacker would like to have obeyed.
pub fn hostile() -> Vec<String> {
    let long = "10 kB of <b>text</b> & more; ".repeat(340);
    [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onload='alert(1)",
        "<svg/onload=alert(1)><a href=javascript:alert(1)>",
        "</style><script>alert(1)</script>",
        "</title></svg><iframe src=https://example.org>",
        "<!-- ]]> --> {{ 7*7 }} <?php ?>",
        "javascript:alert(1) https://example.org/?a=b&c=d",
        "\u{202e}gnirts\u{2066} \u{200f}abc \u{61c}",
        "| a | b |\n# heading\n```js\n[x](javascript:1) ![y](http://z) <details open>",
        "\u{1b}[31m\u{0}\u{7}\u{9b}",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([long])
    .collect()
}

/// Elements and attributes that a report has. Nothing that loads, runs or sends.
const ELEMENTS: &str = "html head meta title style body header h1 h2 h3 p bdi aside ul ol li nav a main section figure figcaption svg desc \
    g rect path circle text details summary div table thead tbody tr th td b br code small span dl dt dd pre footer script";
const ATTRIBUTES: &str = "lang charset http-equiv content name id class href aria-label aria-labelledby role tabindex scope xmlns viewBox width \
    height font-family data-plot display x y rx fill stroke stroke-width stroke-dasharray stroke-linejoin stroke-opacity fill-opacity d cx cy r \
    text-anchor font-size font-weight transform aria-hidden data-of";

/// Reads a page as a browser does, tag by tag: every element and attribute is one of ours, everything that was opened is
/// closed in order, and scripts and styles are those of an empty report. Gives the text between the tags.
pub fn harmless(page: &str, ours: &BTreeSet<String>) -> String {
    let elements: BTreeSet<&str> = ELEMENTS.split_whitespace().collect();
    let attributes: BTreeSet<&str> = ATTRIBUTES.split_whitespace().collect();
    let mut open: Vec<String> = Vec::new();
    let mut text = String::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>\n").expect("a page");
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let end = at + rest[at..].find('>').expect("a tag that ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "closed out of order");
            continue;
        }
        let alone = tag.ends_with('/');
        let mut words = tag.trim_end_matches('/').splitn(2, ' ');
        let name = words.next().unwrap();
        assert!(elements.contains(name), "<{name}> in <{tag}>");
        let mut left = words.next().unwrap_or_default();
        while let Some((key, more)) = left.split_once("=\"") {
            let (value, more) = more.split_once('"').expect("a value in quotes");
            assert!(attributes.contains(key.trim()), "{key} in <{tag}>");
            assert!(key.trim() != "href" || value.starts_with('#'), "a link to {value}");
            assert!(!value.contains('<') && !value.contains('>'), "{tag}");
            left = more;
        }
        assert_eq!(left.trim(), "", "in <{tag}>");
        if ["script", "style"].contains(&name) {
            let (inside, more) = rest.split_once(&format!("</{name}>")).unwrap();
            assert!(ours.contains(inside), "a {name} that is not ours");
            rest = more;
            continue;
        }
        if !alone && !["meta", "br"].contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert_eq!(open, Vec::<String>::new());
    text + rest
}

/// The scripts and styles of a report.
pub fn ours(page: &str) -> BTreeSet<String> {
    let inside = |name: &str| {
        let start = page.find(&format!("<{name}>")).unwrap() + name.len() + 2;
        page[start..start + page[start..].find(&format!("</{name}>")).unwrap()].to_owned()
    };
    BTreeSet::from([inside("script"), inside("style")])
}

pub fn starter(place: &Place, out: &str, more: &[&str]) {
    let said = place.run(&[&["run", "starter.toml", "-n", "300", "-q", "--out", out], more].concat());
    assert_eq!(said.code, 0, "{}", said.all());
}

pub fn read(place: &Place, name: &str) -> String {
    fs::read_to_string(place.path(name)).unwrap()
}

/// Every text of a document replaced, but for the names by which its parts refer to each other.
pub fn poison(value: &mut Value, texts: &[String], next: &mut usize) {
    match value {
        Value::String(text) => {
            text.clone_from(&texts[*next % texts.len()]);
            *next += 1;
        }
        Value::Array(all) => all.iter_mut().for_each(|v| poison(v, texts, next)),
        Value::Object(fields) => {
            for (key, field) in fields {
                let result = key == "kind" && ["outcome", "indicator", "metric"].iter().any(|kind| field == kind);
                let finding = key == "unit" && ["share", "day", "number"].iter().any(|unit| field == unit);
                let fixed = result
                    || finding
                    || ["method", "stopped", "picked", "formats", "reached", "design", "verdict", "state"].contains(&key.as_str());
                if !fixed {
                    poison(field, texts, next);
                }
            }
        }
        _ => {}
    }
}

#[test]
fn a_run_leaves_a_report_that_is_made_anew_from_what_is_stored() {
    let place = Place::new();
    starter(&place, "there", &[]);
    starter(&place, "again", &["--threads", "1"]);
    same(&place.path("there"), &place.path("again"));
    let before = files(&place.path("there"));
    for name in ["report.html", "report.md"] {
        fs::remove_file(place.path(&format!("there/{name}"))).unwrap();
    }
    fs::remove_file(place.path("starter.toml")).unwrap();
    assert_eq!(place.run(&["report", "there", "-q"]).code, 0);
    assert_eq!(before, files(&place.path("there")), "the same bytes, without the scenario");
    let printed = place.run(&["report", "there", "--markdown"]);
    assert_eq!(printed.out, read(&place, "there/report.md"));
    // Without what is beside the summary, what the summary tells is told.
    fs::remove_file(place.path("there/report.json")).unwrap();
    let said = place.run(&["report", "there"]);
    assert!(said.code == 0 && said.err.contains("report.json"), "{}", said.all());
    let page = read(&place, "there/report.html");
    assert!(page.contains("How it can end") && !page.contains("What it can look like"));
}

/// War in a tenth of the trials; what is left has no decision, and two decisions of Red have options of one name.
const OPEN: &str = r#"
format = 1
about = { title = "Open ends", question = "Is anything settled?", sources = ["invented"] }
clock = { step = "1 day", horizon = "4 days" }
[parameters]
p = { dist = "uniform", min = 0.05, max = 0.15, label = "Chance of war" }
[ladders.land]
rungs = [{ id = "calm" }, { id = "raids" }]
[ladders.sea]
rungs = [{ id = "calm" }, { id = "raids" }]
[actors.red]
starts = { land = "calm", sea = "calm" }
[[events]]
id     = "war"
when   = "now == 1 day"
chance = "p"
[[decisions]]
id     = "on_land"
actor  = "red"
choose = "weights"
options = [{ id = "go_up", weight = 1, move = { land = 1 } }, { id = "hold", weight = 1 }]
[[decisions]]
id     = "at_sea"
actor  = "red"
choose = "weights"
options = [{ id = "go_up", weight = 1, move = { sea = 1 } }, { id = "hold", weight = 1 }]
[[outcomes]]
id   = "war"
when = "ever(war)"
[[outcomes]]
id         = "no_decision"
otherwise  = true
unresolved = true
[variants.hot]
label = "War is near"
set   = { "parameters.p" = 0.5 }
"#;

#[test]
fn the_head_says_what_was_supposed_and_what_stays_open() {
    let place = Place::new();
    place.write("open.toml", OPEN);
    let report = |args: &[&str], out: &str| {
        let said = place.run(&[&["run", "open.toml", "-q", "-n", "2000", "--out", out], args].concat());
        assert_eq!(said.code, 0, "{}", said.all());
        let read = |name: &str| fs::read_to_string(place.path(&format!("{out}/{name}"))).unwrap().replace('\u{2060}', "");
        (read("report.md"), read("report.html"))
    };
    let (markdown, html) = report(&[], "plain");
    let opening = "It stays open (“no decision”) more often than in any one way: about 9 in 10 (";
    for text in [&markdown, &html] {
        assert!(text.contains(opening) && !text.contains("no_decision</") && text.contains("no decision (unresolved)"), "{text}");
        assert!(!text.contains("What if") && !text.contains("Not the scenario as it stands"), "{text}");
    }
    assert!(html.contains("a typical trial of those that stay open") && html.contains("a typical trial of the commonest end"));
    let (markdown, html) = report(&["--set", "parameters.p=0.5"], "set");
    for text in [&markdown, &html] {
        assert!(text.contains("Not the scenario as it stands: run with parameters.p = 0.5"), "{text}");
        // As often as war, as far as these trials tell.
        assert!(text.contains("It stays open (“no decision”) as often as in any one way"), "{text}");
    }
    let (markdown, html) = report(&["--variant", "hot"], "hot");
    for text in [&markdown, &html] {
        assert!(text.contains("What if: War is near (parameters.p = 0.5)"), "{text}");
    }
    // Who holds back, on land or at sea.
    let parts = place.run(&["drivers", "open.toml", "-n", "200", "-q", "--json"]).out;
    assert!(parts.contains("\"red (on land): hold\"") && parts.contains("\"red (at sea): go up\""), "{parts}");
}

#[test]
fn what_is_no_result_is_refused() {
    let place = Place::new();
    refused(&place.run(&["report", "nowhere"]), 2, &["summary.json", "--out DIR"]);
    starter(&place, "there", &[]);
    let text = read(&place, "there/report.json");
    place.write("there/report.json", &text[..text.len() / 2]);
    refused(&place.run(&["report", "there"]), 2, &["report.json", "is not what escalade"]);
    place.write("there/report.json", &text.replacen("\"sha256\": \"", "\"sha256\": \"0", 1));
    refused(&place.run(&["report", "there"]), 2, &["another scenario"]);
    place.write("there/summary.json", "{}");
    refused(&place.run(&["report", "there"]), 2, &["summary.json"]);
}

#[test]
fn a_report_can_be_left_out_and_is_made_again_by_rerun() {
    let place = Place::new();
    starter(&place, "bare", &["--no-report", "--format", "none"]);
    assert_eq!(files(&place.path("bare")).keys().collect::<Vec<_>>(), ["scenario.json", "summary.json"]);
    assert!(read(&place, "bare/summary.json").contains("--format none --no-report"));
    starter(&place, "there", &["--format", "none"]);
    assert_eq!(
        files(&place.path("there")).keys().collect::<Vec<_>>(),
        ["report.html", "report.json", "report.md", "scenario.json", "summary.json"]
    );
    let said = place.run(&["rerun", "there", "-q"]);
    assert_eq!(
        said.out,
        "summary.json agrees\nscenario.json agrees\nreport.json agrees\nreport.html agrees\nreport.md agrees\n",
        "{}",
        said.all()
    );
}

#[test]
fn its_data_fit_their_schema() {
    let place = Place::new();
    let schema: Value = serde_json::from_str(REPORT_SCHEMA).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let valid = |name: &str| {
        let document: Value = serde_json::from_str(&read(&place, name)).unwrap();
        let errors: Vec<String> = validator.iter_errors(&document).map(|e| format!("{e} at {}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
        document
    };
    starter(&place, "there", &[]);
    let document = valid("there/report.json");
    for pointer in ["", "/portrait", "/portrait/actors/0", "/over_time", "/stories/0", "/stories/0/scenes/0"] {
        let mut bad = document.clone();
        bad.pointer_mut(pointer).unwrap()["novelty"] = 1.into();
        assert!(!validator.is_valid(&bad), "{pointer}: a field more");
    }
    assert_eq!(place.run(&["schema", "--of", "report"]).out, REPORT_SCHEMA);
    assert!(document.get("verdicts").is_none(), "its claim needs a variant");
    for path in ["durand-line", "abstract/alliance-chain", "abstract/hidden-type", "abstract/outer-war", "abstract/choice-rules"] {
        let file = format!("{}/scenarios/{path}.toml", env!("CARGO_MANIFEST_DIR"));
        let said = place.run(&["run", &file, "-n", "100", "-q", "--out", path, "--format", "none"]);
        assert_eq!(said.code, 0, "{}", said.all());
        valid(&format!("{path}/report.json"));
        let page = read(&place, &format!("{path}/report.html"));
        assert!(page.len() < 2_000_000, "{path}: {} bytes", page.len());
        harmless(&page, &ours(&page));
    }
}

/// A scenario with something in every field that takes a text.
fn scenario(texts: &[String]) -> String {
    let mut next = 0;
    let mut t = || {
        next += 1;
        // As TOML: control characters cannot stand in a file as they are.
        let text: String = texts[(next - 1) % texts.len()].chars().filter(|c| !c.is_control() || *c == '\n').collect();
        serde_json::to_string(&text).unwrap()
    };
    format!(
        r#"format = 1
[about]
title = {}
question = {}
author = {}
sources = [{}, {}]
simplified = {}
[clock]
start = 2026-03-03
step = "1 day"
horizon = "20 days"
[parameters]
p = {{ dist = "beta", alpha = 2, beta = 3, label = {}, source = {} }}
q = {{ dist = "uniform", min = 0, max = 1, label = {}, judgement = true, note = {} }}
[ladders.border]
label = {}
rungs = [{{ id = "calm", label = {} }}, {{ id = "fire", label = {}, threshold = {} }}, {{ id = "war", label = {}, threshold = {} }}]
[regimes.abroad]
label = {}
start = "talks"
states = [{{ id = "talks", label = {} }}, {{ id = "war", label = {} }}]
moves = [{{ from = "talks", to = "war", rate = 0.05, per = "day", says = {} }}]
[actors.north]
label = {}
kind = {}
starts = {{ border = "calm" }}
[actors.north.vars]
anger = {{ start = "p", min = 0, max = 9, label = {}, drift = 0.1, per = "day" }}
[actors.south]
label = {}
kind = {}
starts = {{ border = "calm" }}
[actors.south.vars]
fear = {{ start = "q", min = 0, max = 9, label = {} }}
[relations.rivals]
from = "north"
to = "south"
label = {}
vars = {{ trust = {{ start = 0.5, min = 0, max = 1 }} }}
[[events]]
id = "raid"
label = {}
chance = "0.1 + 0.1 * min(1, north.anger)"
effects = ["south.fear += 0.5", "rivals.trust -= 0.01"]
says = {}
[[decisions]]
id = "answer"
label = {}
actor = "south"
choose = "logit"
[[decisions.options]]
id = "up"
label = {}
move = {{ border = 1 }}
utility = "south.fear - 2"
effects = ["north.anger += 0.2"]
says = {}
[[decisions.options]]
id = "hold"
label = {}
utility = 0
[[indicators]]
id = "shot"
label = {}
when = "ever(south.border >= border.fire)"
[[metrics]]
id = "fright"
label = {}
unit = {}
value = "south.fear"
[[outcomes]]
id = "open_war"
label = {}
when = "south.border == border.war"
ends = true
[[outcomes]]
id = "peace"
label = {}
otherwise = true
[variants.calmer]
label = {}
set = {{ "parameters.p" = 0.1 }}
[[expect]]
that = "P(open_war) < 0.9"
because = {}
[[expect]]
that = "P(open_war) falls under calmer"
because = {}
[[expect]]
that = "mean(fright) > 1000"
because = {}
"#,
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
        t(),
    )
}

#[test]
fn no_text_of_a_scenario_is_obeyed() {
    let place = Place::new();
    starter(&place, "plain", &[]);
    let ours = ours(&read(&place, "plain/report.html"));
    let texts = hostile();
    // Each field meets each text.
    for turn in 0..texts.len() {
        let mut turned = texts.clone();
        turned.rotate_left(turn);
        // Braces open a value in `says`; what is in them is no matter of reports.
        let turned: Vec<String> = turned.iter().map(|t| t.replace(['{', '}'], "")).collect();
        place.write("hostile.toml", &scenario(&turned));
        let said = place.run(&["run", "hostile.toml", "-n", "60", "-q", "--out", "bad", "--force", "--format", "none"]);
        assert_eq!(said.code, 0, "{}", said.all());
        let page = read(&place, "bad/report.html");
        let text = harmless(&page, &ours);
        assert!(page.contains("id=\"expectations\""), "with claims that its own trials tell");
        assert!(page.len() < 2_000_000, "{} bytes", page.len());
        assert!(text.contains("&lt;script&gt;alert(1)"), "the text itself is shown");
        for mark in ['\u{202e}', '\u{2066}', '\u{200f}', '\u{61c}', '\u{1b}', '\u{0}'] {
            assert!(!page.contains(mark) && !read(&place, "bad/report.md").contains(mark), "{mark:?}");
        }
        let markdown = read(&place, "bad/report.md");
        assert!(markdown.len() < 1 << 20);
        for active in ["<script", "<img", "<svg", "<iframe", "\n# heading", "https://", "<details open"] {
            assert!(!markdown.contains(active), "{active} in report.md:\n{markdown}");
        }
        // A link is a bracket that is not escaped, with an address after it.
        assert!(!markdown.replace("\\](", "").contains("]("), "{markdown}");
        let tested = place.run(&["test", "hostile.toml", "-q", "--max-trials", "1100", "--out", "bad", "--force"]);
        assert_eq!(tested.code, 1, "{}", tested.all());
        for name in ["bad/report.html", "bad/test.html"] {
            harmless(&read(&place, name), &ours);
        }
        for (language, forbidden) in [("svg", "<script"), ("dot", "\n<"), ("mermaid", "<script")] {
            let drawn = place.run(&["graph", "hostile.toml", "-q", "--format", language]);
            assert!(drawn.code == 0 && !drawn.out.contains(forbidden), "{}", drawn.all());
        }
    }
}

/// Stored results may come from anybody: every text in them replaced by a hostile one, names too.
#[test]
fn no_text_of_a_stored_result_is_obeyed() {
    let place = Place::new();
    starter(&place, "there", &[]);
    let ours = ours(&read(&place, "there/report.html"));
    let texts = hostile();
    for turn in 0..texts.len() {
        let mut next = turn;
        let (mut summary, mut data): (Value, Value) = (
            serde_json::from_str(&read(&place, "there/summary.json")).unwrap(),
            serde_json::from_str(&read(&place, "there/report.json")).unwrap(),
        );
        poison(&mut summary, &texts, &mut next);
        poison(&mut data, &texts, &mut next);
        let (summary, data): (Summary, ReportData) = (serde_json::from_value(summary).unwrap(), serde_json::from_value(data).unwrap());
        let page = html::page(&summary, Some(&data), &Studies::default());
        harmless(&page, &ours);
        assert!(page.len() < 2_000_000, "{} bytes", page.len());
        assert!(markdown::page(&summary, Some(&data), &Studies::default()).len() < 1 << 20);
    }
}
