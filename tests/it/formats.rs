//! Stored documents of another format, or that say none, are refused with a clear word by whatever reads them.

use crate::cli::Place;

const TEXT: &str = r#"
format = 1
about = { title = "Stored", question = "?", sources = ["invented"] }
clock = { step = "1 day", horizon = "3 days" }
[parameters]
p = { dist = "uniform", min = 0.2, max = 0.4 }
[[events]]
id     = "war"
chance = "p"
[[outcomes]]
id   = "war"
when = "ever(war)"
[[outcomes]]
id        = "peace"
otherwise = true
"#;

const FORMATS: [(&str, &str); 5] = [
    ("\"format\": 0,", "has format 0, which is no longer read; this escalade reads format 1"),
    ("\"format\": 2,", "has format 2, which a newer escalade has written; this one reads format 1"),
    ("\"format\": \"1\",", "its `format` is no whole number"),
    ("\"format\": -1,", "its `format` is no whole number"),
    ("", "it says no `format`"),
];

fn place() -> Place {
    let place = Place::new();
    place.write("x.toml", TEXT);
    let run = |args: &[&str]| {
        let said = place.run(args);
        assert_eq!(said.code, 0, "{}", said.all());
    };
    run(&["run", "x.toml", "-q", "-n", "200", "--out", "good"]);
    run(&["run", "x.toml", "-q", "-n", "200", "--out", "r"]);
    run(&["sensitivity", "x.toml", "-q", "--method", "given", "-n", "200", "--out", "r"]);
    place
}

/// Puts another format into a document of `r`.
fn spoil(place: &Place, name: &str, format: &str) {
    let text = std::fs::read_to_string(place.path(&format!("good/{name}"))).unwrap();
    assert!(text.contains("\"format\": 1,"), "{name}");
    place.write(&format!("r/{name}"), &text.replacen("\"format\": 1,", format, 1));
}

#[test]
fn a_summary_of_another_format_is_refused_by_all_that_read_it() {
    let place = place();
    for (format, words) in FORMATS {
        spoil(&place, "summary.json", format);
        for command in
            [&["diff", "good", "r"][..], &["diff", "r/summary.json", "good"], &["report", "r"], &["rerun", "r"], &["sensitivity", "r"]]
        {
            let said = place.run(command);
            assert!(said.code == 2 && said.err.contains(words) && said.err.contains("summary.json"), "{command:?}: {}", said.all());
            assert!(said.err.contains("help:"), "{command:?}: {}", said.all());
        }
        let out = place.run(&["run", "x.toml", "-q", "-n", "200", "--out", "n", "--force", "--baseline", "r"]);
        assert!(out.code == 2 && out.err.contains(words), "{}", out.all());
    }
}

#[test]
fn what_lies_beside_a_summary_is_refused_or_left_out() {
    let place = place();
    let study = std::fs::read_to_string(place.path("r/sensitivity.json")).unwrap();
    for (format, words) in FORMATS {
        spoil(&place, "report.json", format);
        let said = place.run(&["report", "r"]);
        assert!(said.code == 2 && said.err.contains(words) && said.err.contains("report.json"), "{}", said.all());
        spoil(&place, "report.json", "\"format\": 1,");
        // A study is left out of the report, with a word.
        place.write("r/sensitivity.json", &study.replacen("\"format\": 1,", format, 1));
        let said = place.run(&["report", "r"]);
        assert!(said.code == 0 && said.err.contains(words) && said.err.contains("left out"), "{}", said.all());
    }
}

#[test]
fn parts_of_another_layout_are_refused() {
    let place = place();
    assert_eq!(place.run(&["shard", "x.toml", "--range", "0..9", "-q", "-o", "a.esc"]).code, 0);
    let part = std::fs::read(place.path("a.esc")).unwrap();
    assert!(part.starts_with(b"escalade part 1\n"));
    for version in ["0", "2", "x"] {
        let other = [format!("escalade part {version}\n").as_bytes(), &part[16..]].concat();
        std::fs::write(place.path("b.esc"), other).unwrap();
        let said = place.run(&["merge", "b.esc", "--trials", "9", "--out", "m"]);
        assert!(said.code == 2 && said.err.contains(version) && said.err.contains("help:"), "{}", said.all());
    }
}
