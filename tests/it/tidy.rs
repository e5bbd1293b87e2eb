//! The layout of the source: who may use whom, file lengths, module docs.
//!
//! The table is that of the crate documentation (`src/lib.rs`). A new edge needs a written reason there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Module, and the modules of ours that it may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("diag", &[]),
    ("math", &[]),
    ("rng", &[]),
    ("stats", &["math"]),
    ("dist", &["rng", "math"]),
    ("lang", &["diag", "math"]),
    ("scenario", &["lang", "dist", "diag", "rng"]),
    ("results", &["stats"]),
    ("reference", &["scenario", "lang", "dist", "rng", "math", "results"]),
    ("program", &["scenario", "lang", "dist", "rng", "math"]),
    ("engine", &["program", "dist", "rng", "math", "results"]),
    ("study", &["engine", "program", "reference", "scenario", "lang", "dist", "rng", "math", "results", "stats"]),
    ("store", &["results"]),
    ("chart", &["diag"]),
    ("report", &["results", "chart", "diag"]),
    ("cli", &["diag", "dist", "lang", "math", "rng", "scenario", "stats", "results", "reference", "study", "store", "report"]),
];

/// Longest source file, tests not counted.
const MOST_LINES: usize = 600;

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                // Unit tests in a folder of their own may use oracles that the program may not.
                if path.file_name().is_some_and(|n| n != "tests") {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

/// The code before the unit tests of a file.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod tests").next().unwrap_or(text)
}

fn module(path: &Path) -> String {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn modules_use_only_what_the_table_allows() {
    let layers: BTreeMap<&str, &[&str]> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = module(&path);
        if own == "lib" || own == "main" || path.ends_with("tests.rs") {
            continue;
        }
        let allowed = layers.get(own.as_str()).unwrap_or_else(|| panic!("the module `{own}` is not in the table"));
        for (number, line) in code(&text).lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            // `use crate::{a::x, b::y}` would hide its modules from this test.
            if line.contains("crate::{") {
                wrong.push(format!("{}:{}: name one module per `use crate::`", path.display(), number + 1));
            }
            for part in line.split("crate::").skip(1) {
                let name: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if layers.contains_key(name.as_str()) && name != own && !allowed.contains(&name.as_str()) {
                    wrong.push(format!("{}:{}: `{own}` uses `{name}`", path.display(), number + 1));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_says_what_it_is_and_is_not_too_long() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        if !text.starts_with("//!") {
            wrong.push(format!("{} does not begin with `//!`", path.display()));
        }
        let lines = code(&text).lines().filter(|l| !l.trim().is_empty() && !l.trim_start().starts_with("//")).count();
        let table = text.contains("@generated");
        if lines > MOST_LINES && !table {
            wrong.push(format!("{} has {lines} lines of code, more than {MOST_LINES}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn transcendental_functions_come_from_one_place() {
    // The platform's exp, ln and friends differ between machines; `src/math` has the only ones.
    let banned =
        [".exp()", ".ln()", ".powf(", ".powi(", ".sin()", ".cos()", ".tan()", ".exp_m1()", ".ln_1p()", ".log10()", ".log2()", ".mul_add("];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (number, line) in code(&text).lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            if banned.iter().any(|b| line.contains(b)) {
                wrong.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_draws_from_a_generator_without_an_address() {
    let banned = ["thread_rng", "from_entropy", "OsRng", "SmallRng", "StdRng", "rand::rng(", "SystemTime::now"];
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        for (number, line) in code(&text).lines().enumerate() {
            let line = line.split("//").next().unwrap_or_default();
            if banned.iter().any(|b| line.contains(b)) {
                wrong.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_script_leaves_a_pipe_before_its_writer_is_done() {
    // `program | head`, `program | grep -q`: under `pipefail` the writer ends by SIGPIPE, or not, by chance.
    let leaves = |line: &str| {
        line.replace("||", ";").split('|').skip(1).any(|reader| {
            let mut words = reader.split_whitespace();
            match words.next() {
                Some("head") => true,
                Some("grep" | "egrep" | "fgrep") => words.take_while(|word| word.starts_with('-') && *word != "--").any(|word| {
                    !word.starts_with("--") && word.contains(['q', 'm']) || ["--quiet", "--silent", "--max-count"].contains(&word)
                }),
                _ => false,
            }
        })
    };
    assert!(leaves("a | grep -q b") && leaves("a | tee b | head -3") && leaves("a | grep -Fq b") && !leaves("grep -q a b || head -n 3 b"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    let mut seen = 0;
    for folder in [
        ".ci",
        "ci",
        "ci/github",
        "benches",
        "tests/browser",
        "tests/ci",
        "tests/files",
        "tests/schema",
        "tests/sensitivity",
        "tests/verdicts",
    ] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let script = |text: &str| text.starts_with("#!") && text.lines().next().is_some_and(|first| first.ends_with("sh"));
            let job = path.extension().is_some_and(|e| e == "yml") || path.ends_with("Jenkinsfile");
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            if !job && !script(&text) {
                continue;
            }
            seen += 1;
            for (number, line) in text.lines().enumerate() {
                if !line.trim_start().starts_with('#') && leaves(line) {
                    wrong.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
                }
            }
        }
    }
    assert!(seen >= 12, "only {seen} scripts found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
