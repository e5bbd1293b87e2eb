//! The index over the results of a folder: made by `run` and anew by `report`, bounded, and harmless whatever names and texts are.

use std::fs;

use escalade::report::index::{Index, IndexRow};
use escalade::report::{html, index_markdown};
use escalade::results::{BatchFile, BatchState, ChangesSeen, ClaimsSeen, Flaw, INDEX_SCHEMA, Summary};
use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::Place;
use crate::files::files;
use crate::report::{harmless, hostile, ours, poison, read};

/// Three scenarios with claims and a wrong file, run against an earlier run of two of them, and tested.
fn place() -> Place {
    let place = Place::new();
    fs::create_dir_all(place.path("crises/deep")).unwrap();
    let starter = read(&place, "starter.toml");
    let claims = "\n[[expect]]\nthat = \"P(contained) < 0.6\"\n";
    place.write("crises/first.toml", &(starter.clone() + claims));
    place.write("crises/deep/second.toml", &starter);
    place.write("crises/wrong.toml", "format = 1\n[about]\ntitle = 3\n");
    assert_eq!(run(&place, "old", &[]), 2);
    place.write("crises/deep/second.toml", &starter.replacen("0.6", "0.9", 1));
    place.write("crises/third.toml", &starter);
    assert_eq!(run(&place, "all", &["--baseline", "old"]), 2);
    let tested = place.run(&["test", "crises", "--json", "-q"]);
    place.write("all/test.json", &tested.out);
    assert_eq!(place.run(&["report", "all"]).code, 0);
    place
}

fn run(place: &Place, out: &str, more: &[&str]) -> i32 {
    place.run(&[&["run", "crises", "-n", "500", "-q", "--format", "none", "--out", out], more].concat()).code
}

/// Links to results, which an index has, made into such as a report may have; all others stay and are found.
fn without_links(page: &str) -> String {
    let mut text = String::new();
    for (at, part) in page.split("href=\"./").enumerate() {
        if at == 0 {
            text.push_str(part);
            continue;
        }
        let (link, rest) = part.split_once('"').unwrap();
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
        assert!(link.chars().all(plain) && !link.contains("//") && link.ends_with("/report.html"), "a link to {link}");
        text.push_str(&format!("href=\"#\"{rest}"));
    }
    text
}

/// What is between the tags of the body, and the tags, without styles and scripts.
fn body(page: &str) -> String {
    let start = page.find("<body>").unwrap();
    let end = page.find("<script>").unwrap();
    page[start..end].replace("><", ">\n<").replace(env!("CARGO_PKG_VERSION"), "[version]")
}

#[test]
fn an_index_is_left_by_run_and_made_anew_by_report() {
    let place = place();
    let page = read(&place, "all/index.html");
    assert_snapshot!("index_html", body(&page));
    assert_snapshot!("index_md", read(&place, "all/index.md"));
    harmless(&without_links(&page), &ours(&page));
    let before = files(&place.path("all"));
    fs::remove_file(place.path("all/index.html")).unwrap();
    fs::remove_file(place.path("all/index.md")).unwrap();
    assert_eq!(place.run(&["report", "all", "-q"]).code, 0);
    assert_eq!(files(&place.path("all")), before);
    assert_eq!(place.run(&["report", "all", "--markdown"]).out, read(&place, "all/index.md"));
    // Reports on demand; without them there is nothing to lead to.
    for name in ["report.html", "report.md"] {
        fs::remove_file(place.path(&format!("all/first/{name}"))).unwrap();
    }
    assert_eq!(place.run(&["report", "all", "-q"]).code, 0);
    assert!(!read(&place, "all/index.html").contains("./first/report.html"));
    assert_eq!(place.run(&["report", "all", "--all", "-q"]).code, 0);
    assert_eq!(files(&place.path("all")), before);
    // Not all that lies there must be sound.
    place.write("all/index.json", "{");
    place.write("all/third/summary.json", "{}");
    let said = place.run(&["report", "all"]);
    assert!(said.code == 0 && said.err.contains("index.json") && said.err.contains("all/third"), "{}", said.all());
    let page = read(&place, "all/index.html");
    assert!(page.contains("./first/report.html") && !page.contains("third") && !page.contains("wrong.toml"));
}

#[test]
fn verdicts_of_another_version_are_told_from_those_of_this_one() {
    let place = place();
    let page = read(&place, "all/index.md");
    assert!(page.contains("1 fails, 1 holds") && !page.contains("another version"), "{page}");
    let first = read(&place, "crises/first.toml");
    place.write("crises/first.toml", &(first + "# later\n"));
    assert_eq!(run(&place, "all", &["--force"]), 2);
    assert!(read(&place, "all/index.md").contains("of another version of the file"));
    // A result may have verdicts of its own.
    let tested = place.run(&["test", "crises/first.toml", "--json", "-q"]);
    place.write("all/first/test.json", &tested.out);
    assert_eq!(place.run(&["report", "all"]).code, 0);
    assert!(!read(&place, "all/index.md").contains("of another version of the file"));
}

#[test]
fn what_a_run_came_to_fits_its_schema() {
    let place = place();
    let schema: Value = serde_json::from_str(INDEX_SCHEMA).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document: Value = serde_json::from_str(&read(&place, "all/index.json")).unwrap();
    assert!(validator.is_valid(&document), "{document}");
    for pointer in ["", "/tool", "/index", "/index/files/0"] {
        let mut bad = document.clone();
        bad.pointer_mut(pointer).unwrap()["novelty"] = 1.into();
        assert!(!validator.is_valid(&bad), "{pointer}: a field more");
    }
    assert_eq!(place.run(&["schema", "--of", "index"]).out, INDEX_SCHEMA);
}

/// Names of files and texts of stored results may come from anybody.
#[test]
fn neither_names_nor_texts_are_obeyed() {
    let place = place();
    let starter = read(&place, "starter.toml");
    let mut names =
        vec!["<img src=x onerror=alert(1)>", "\"' onclick='alert(1)", "a&b#c?d%2e", "javascript:alert(1)", "[x](y) `z` | $(id)", "~"];
    if cfg!(target_os = "linux") {
        names.extend(["\u{202e}gnirts", "two\nlines\t\u{7}"]);
    }
    for (at, name) in names.iter().enumerate() {
        // As files are found, and as folders on the way.
        fs::create_dir_all(place.path(&format!("crises/{name}"))).unwrap();
        place.write(&format!("crises/{name}.toml"), if at % 2 == 0 { &starter } else { "[about]\n" });
        place.write(&format!("crises/{name}/inner.toml"), &starter);
    }
    assert_eq!(run(&place, "bad", &[]), 2);
    let page = read(&place, "bad/index.html");
    let ours = ours(&page);
    harmless(&without_links(&page), &ours);
    // Every link leads to a report.
    for part in page.split("href=\"./").skip(1) {
        let link = part.split_once('"').unwrap().0;
        let mut bytes = Vec::new();
        let mut rest = link.as_bytes().iter();
        while let Some(byte) = rest.next() {
            let hex = |a: u8, b: u8| u8::from_str_radix(std::str::from_utf8(&[a, b]).unwrap(), 16).unwrap();
            bytes.push(if *byte == b'%' { hex(*rest.next().unwrap(), *rest.next().unwrap()) } else { *byte });
        }
        let file = place.path("bad").join(String::from_utf8(bytes).unwrap());
        assert!(file.is_file(), "{link} leads nowhere");
    }
    let markdown = read(&place, "bad/index.md");
    for active in ["<img", "](", "\u{202e}", "\u{7}"] {
        assert!(!markdown.replace("\\](", "").contains(active) && !page.contains("\u{202e}"), "{active:?} in\n{markdown}");
    }
    // Texts of what is stored.
    let texts = hostile();
    let tested: Value = serde_json::from_str(&read(&place, "all/test.json")).unwrap();
    let summary: Value = serde_json::from_str(&read(&place, "all/deep/second/summary.json")).unwrap();
    let changes: Value = serde_json::from_str(&read(&place, "all/deep/second/changes.json")).unwrap();
    for turn in 0..texts.len() {
        let mut next = turn;
        let mut poisoned = summary.clone();
        poison(&mut poisoned, &texts, &mut next);
        let summary: Summary = serde_json::from_value(poisoned).unwrap();
        let text = |at: usize| texts[(turn + at) % texts.len()].clone();
        let (mut tested, mut changes) = (tested.clone(), changes.clone());
        for file in tested["files"].as_array_mut().unwrap() {
            file["scenario"] = serde_json::to_value(&summary.scenario).unwrap();
            for claim in file["claims"].as_array_mut().unwrap() {
                claim["that"] = text(1).into();
            }
        }
        changes["new"]["scenario"]["sha256"] = summary.scenario.sha256.clone().into();
        changes["new"]["plan"]["variant"] = summary.plan.variant.clone().into();
        for share in changes["diff"]["shares"].as_array_mut().unwrap() {
            share["label"] = text(2).into();
            share["verdict"] = "changed".into();
        }
        let claims = ClaimsSeen::of(&tested.to_string(), &summary.scenario);
        let changes = ChangesSeen::of(&changes.to_string(), &summary);
        assert!(claims.is_some() && changes.as_ref().is_some_and(|c| !c.shares.is_empty()));
        let mut row = IndexRow::new(text(3), Some("./x/report.html".to_owned()), &summary, claims, changes);
        let flaw = Flaw { code: Some(text(6)), file: Some(text(7)), line: Some(3), column: Some(4), help: Some(text(8)) };
        let file = BatchFile { file: text(4), name: text(3), state: BatchState::Wrong, error: Some(text(5)), flaw: Some(flaw) };
        row.earlier(&file);
        let index = Index { rows: vec![row], files: vec![file], ..Index::default() };
        let page = html::index_page(&index);
        let text = harmless(&without_links(&page), &ours);
        assert!(page.len() < 200_000 && text.contains("&lt;"), "{} bytes", page.len());
        let markdown = index_markdown::index(&index);
        for active in ["<script", "<img", "<svg", "<iframe", "\n# heading", "https://", "<details open"] {
            assert!(!markdown.contains(active), "{active} in\n{markdown}");
        }
        assert!(!markdown.replace("\\](", "").contains("]("), "{markdown}");
    }
}

#[test]
fn an_index_of_very_many_results_is_bounded() {
    let place = place();
    let summary: Summary = serde_json::from_str(&read(&place, "all/deep/second/summary.json")).unwrap();
    let row = |n: usize| IndexRow::new(format!("deep/{n}"), Some(format!("./deep/{n}/report.html")), &summary, None, None);
    let file = |n: usize| BatchFile {
        file: format!("{n}.toml"),
        name: n.to_string(),
        state: BatchState::Wrong,
        error: Some("x".repeat(5000)),
        flaw: Some(Flaw::of_help("y".repeat(5000))),
    };
    let index = Index { rows: (0..10_000).map(row).collect(), files: (0..10_000).map(file).collect(), left_out: 5, ..Index::default() };
    let (page, markdown) = (html::index_page(&index), index_markdown::index(&index));
    assert!(page.len() < 2_000_000 && page.matches("<tr>").count() > 1000, "{} bytes, {}", page.len(), page.matches("<tr>").count());
    assert!(markdown.len() < 1 << 20, "{} bytes", markdown.len());
    for text in [&page, &markdown] {
        assert!(text.contains("10,005 results") && text.to_lowercase().contains("not listed"), "what is left out is counted");
    }
    harmless(&without_links(&page), &ours(&page));
}
