//! Every diagnostic code has a smallest bad file with its whole text, in `tests/bad`.
//!
//! `UPDATE=1 cargo test --test it diagnostics` writes the texts; review the difference.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use escalade::diag::{Code, Diagnostics, Severity, Sources, render_all};
use escalade::scenario::{Changes, Loaded, load};

/// Files that are allowed more than three errors, with the reason.
const MANY: &[(&str, &str)] = &[];

/// Codes without a file of their own, with the test below that makes what they need.
const MADE: &[(Code, &str)] = &[
    (Code::Unreadable, "a_missing_file_and_a_folder_cannot_be_read"),
    (Code::TooLarge, "a_file_beyond_the_limit_is_not_read"),
    (Code::NotUtf8, "bytes_that_are_no_text_are_refused"),
    (Code::UseOutside, "use_never_leaves_its_root"),
    (Code::UseCycle, "a_circle_of_files_is_found"),
    (Code::UseTooMany, "used_files_are_counted"),
    (Code::DefinedTwice, "a_value_is_given_in_one_file_only"),
    (Code::BadSet, "a_flag_is_read_or_explained"),
    (Code::UnknownVariant, "a_variant_is_known_or_explained"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad")
}

fn bad_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .expect("tests/bad is there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|e| e == "toml"))
        .collect();
    files.sort();
    files
}

fn stem(path: &Path) -> String {
    path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default()
}

fn text_of(diags: &Diagnostics, sources: &Sources) -> String {
    render_all(diags, sources, false)
}

/// The rendered text with the folder taken out of the paths.
fn relative(loaded: &Loaded, folder: &Path) -> String {
    let text = text_of(&loaded.diags, &loaded.sources);
    text.replace(&format!("{}/", folder.display()), "")
}

#[test]
fn every_bad_file_gives_its_text() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in bad_files() {
        let loaded = load(&path, &Changes::default());
        let found = relative(&loaded, &folder());
        let name = stem(&path);
        let code = name.split('-').next().unwrap_or_default();
        let first = loaded.diags.items().first().map(|d| d.code.id());
        if first != Some(code) {
            wrong.push(format!("{name}: the first diagnostic is {first:?}"));
        }
        let errors = loaded.diags.error_count();
        if errors > 3 && !MANY.iter().any(|(n, _)| *n == name) {
            wrong.push(format!("{name}: {errors} errors from one mistake"));
        }
        let is_error = code.starts_with('E');
        if is_error == loaded.scenario.is_some() {
            wrong.push(format!("{name}: loaded {}", loaded.scenario.is_some()));
        }
        let expected = path.with_extension("txt");
        if update {
            fs::write(&expected, &found).expect("the text can be written");
        } else if fs::read_to_string(&expected).unwrap_or_default() != found {
            wrong.push(format!("{name}: the text differs (UPDATE=1 writes it):\n{found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_bad_file() {
    let files: BTreeSet<String> = bad_files().iter().map(|p| stem(p).split('-').next().unwrap_or_default().to_owned()).collect();
    let missing: Vec<&str> =
        Code::ALL.iter().filter(|c| !files.contains(c.id()) && !MADE.iter().any(|(m, _)| m == *c)).map(|c| c.id()).collect();
    assert!(missing.is_empty(), "no file in tests/bad for {missing:?}");
    let known: BTreeSet<&str> = Code::ALL.iter().map(|c| c.id()).collect();
    let strangers: Vec<&String> = files.iter().filter(|f| !known.contains(f.as_str())).collect();
    assert!(strangers.is_empty(), "no such code: {strangers:?}");
}

#[test]
fn every_text_has_a_place_and_a_way_to_mend_it() {
    for path in bad_files() {
        let loaded = load(&path, &Changes::default());
        for d in loaded.diags.items() {
            let name = stem(&path);
            assert!(d.help.is_some(), "{name}: {} has no help", d.code.id());
            assert!(!d.message.ends_with('.') && !d.message.contains('\n'), "{name}: {}", d.message);
            assert!(d.primary.span.end as usize <= loaded.sources.get(d.primary.span.file).text.len(), "{name}");
        }
    }
}

const REST: &str =
    "[about]\ntitle = \"smallest\"\n[clock]\nstep = \"1 day\"\nhorizon = \"10 days\"\n[[outcomes]]\nid = \"rest\"\notherwise = true\n";

fn scenario(head: &str) -> String {
    format!("format = 1\n{head}\n{REST}")
}

/// A folder with these files; the first one is the scenario.
struct Made {
    dir: tempfile::TempDir,
    main: PathBuf,
}

fn made(files: &[(&str, &[u8])]) -> Made {
    let dir = tempfile::tempdir().expect("a folder for the test");
    for (name, bytes) in files {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().expect("below the folder")).expect("a folder for the file");
        fs::write(path, bytes).expect("the file can be written");
    }
    let main = dir.path().join(files[0].0);
    Made { dir, main }
}

impl Made {
    fn load(&self, changes: &Changes) -> (Vec<Code>, String) {
        let loaded = load(&self.main, changes);
        let codes = loaded.diags.items().iter().filter(|d| d.code.severity() == Severity::Error).map(|d| d.code).collect();
        (codes, relative(&loaded, self.dir.path()))
    }

    fn plain(&self) -> (Vec<Code>, String) {
        self.load(&Changes::default())
    }
}

#[test]
fn a_missing_file_and_a_folder_cannot_be_read() {
    let here = made(&[("s.toml", scenario("").as_bytes())]);
    for (name, words) in [("absent.toml", "does not exist"), (".", "is not a file")] {
        let loaded = load(&here.dir.path().join(name), &Changes::default());
        let text = relative(&loaded, here.dir.path());
        assert_eq!(loaded.diags.items()[0].code, Code::Unreadable);
        assert!(text.contains(words), "{text}");
    }
    let uses = made(&[("s.toml", scenario("use = [\"lib/absent.toml\"]").as_bytes())]);
    let (codes, text) = uses.plain();
    assert_eq!(codes, [Code::Unreadable]);
    insta::assert_snapshot!(text, @r#"
    error[E0002]: `lib/absent.toml`: does not exist
     --> s.toml:2:8
      |
    2 | use = ["lib/absent.toml"]
      |        ^^^^^^^^^^^^^^^^^
      |
      = help: the path counts from the folder of this file
    "#);
}

#[test]
fn a_file_beyond_the_limit_is_not_read() {
    let large = format!("{}#{}", scenario(""), "x".repeat(1 << 20));
    let here = made(&[("s.toml", large.as_bytes())]);
    let (codes, text) = here.plain();
    assert_eq!(codes, [Code::TooLarge]);
    assert!(text.contains("1048576 bytes"), "{text}");
    // Many files of a permitted size are bounded together.
    let part = format!("#{}", "x".repeat((1 << 20) - 2));
    let names: Vec<String> = (0..6).map(|i| format!("p{i}.toml")).collect();
    let uses: Vec<String> = names.iter().map(|n| format!("\"{n}\"")).collect();
    let main = scenario(&format!("use = [{}]", uses.join(", ")));
    let mut files: Vec<(&str, &[u8])> = vec![("s.toml", main.as_bytes())];
    files.extend(names.iter().map(|n| (n.as_str(), part.as_bytes())));
    let (codes, _) = made(&files).plain();
    assert_eq!(codes[0], Code::TooLarge);
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    let here = made(&[("s.toml", b"format = 1\n# \xff\n")]);
    let (codes, text) = here.plain();
    assert_eq!(codes, [Code::NotUtf8]);
    assert!(text.contains("byte 13 is not UTF-8"), "{text}");
}

#[test]
fn use_never_leaves_its_root() {
    for path in ["../other.toml", "/etc/passwd", "lib/../../other.toml"] {
        let here = made(&[("in/s.toml", scenario(&format!("use = [\"{path}\"]")).as_bytes()), ("other.toml", b"x = 1")]);
        let (codes, text) = here.plain();
        assert_eq!(codes, [Code::UseOutside], "{text}");
    }
    insta::assert_snapshot!(
        made(&[("in/s.toml", scenario("use = [\"../other.toml\"]").as_bytes()), ("other.toml", b"x = 1")]).plain().1,
        @r#"
    error[E0006]: `../other.toml` leaves the folder of the scenario
     --> in/s.toml:2:8
      |
    2 | use = ["../other.toml"]
      |        ^^^^^^^^^^^^^^^
      |
      = help: use files in the folder of the scenario or below it
    "#
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_outside_is_refused() {
    let here = made(&[("in/s.toml", scenario("use = [\"link.toml\"]").as_bytes()), ("other.toml", b"x = 1")]);
    std::os::unix::fs::symlink(here.dir.path().join("other.toml"), here.dir.path().join("in/link.toml")).expect("a link");
    let (codes, text) = here.plain();
    assert_eq!(codes, [Code::UseOutside], "{text}");
    assert!(!text.contains("x = 1"), "{text}");
}

#[test]
fn a_circle_of_files_is_found() {
    let here = made(&[
        ("s.toml", scenario("use = [\"a.toml\"]").as_bytes()),
        ("a.toml", b"use = [\"b.toml\"]"),
        ("b.toml", b"use = [\"a.toml\"]"),
    ]);
    let (codes, text) = here.plain();
    assert_eq!(codes, [Code::UseCycle]);
    insta::assert_snapshot!(text, @r#"
    error[E0007]: `a.toml` uses itself
     --> b.toml:1:8
      |
    1 | use = ["a.toml"]
      |        ^^^^^^^^
      |
      = help: take the shared part out into a third file
    "#);
}

#[test]
fn used_files_are_counted() {
    let again: Vec<&str> = vec!["\"a.toml\""; 70];
    let here = made(&[("s.toml", scenario(&format!("use = [{}]", again.join(", "))).as_bytes()), ("a.toml", b"# nothing")]);
    let (codes, text) = here.plain();
    assert_eq!(codes[0], Code::UseTooMany, "{text}");
    let mut files: Vec<(String, String)> = vec![("s.toml".into(), scenario("use = [\"f0.toml\"]"))];
    files.extend((0..12).map(|i| (format!("f{i}.toml"), format!("use = [\"f{}.toml\"]", i + 1))));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(n, t)| (n.as_str(), t.as_bytes())).collect();
    let (codes, text) = made(&files).plain();
    assert_eq!(codes, [Code::UseTooMany], "{text}");
}

#[test]
fn a_value_is_given_in_one_file_only() {
    let main = scenario("use = [\"lib.toml\"]\nparameters.p = 2");
    let here = made(&[("s.toml", main.as_bytes()), ("lib.toml", b"parameters.p = 1")]);
    let (codes, text) = here.plain();
    assert_eq!(codes, [Code::DefinedTwice]);
    insta::assert_snapshot!(text, @r#"
    error[E0115]: `p` is already given in a used file
     --> s.toml:3:12
      |
    3 | parameters.p = 2
      |            ^
      |
     ::: lib.toml:1:16
      |
    1 | parameters.p = 1
      |                - given here first
      |
      = help: to change a value of a used file write `set = { "path" = value }`
    "#);
}

fn with_set(set: &[&str]) -> Changes {
    Changes { variant: None, set: set.iter().map(|s| (*s).to_owned()).collect() }
}

#[test]
fn a_flag_is_read_or_explained() {
    let here = made(&[("s.toml", scenario("parameters.p = 1").as_bytes())]);
    for (flag, code) in [
        ("parameters.p", Code::BadSet),
        ("=3", Code::BadSet),
        ("parameters.q=3", Code::SetNowhere),
        ("parameters.p=[1", Code::WrongType),
        ("format=2", Code::SetNowhere),
        ("parameters.p.x.y=2", Code::SetNowhere),
        ("", Code::BadSet),
    ] {
        let (codes, text) = here.load(&with_set(&[flag]));
        assert_eq!(codes, [code], "{flag}\n{text}");
    }
    let (codes, text) = here.load(&with_set(&["parameters.p = 0.5", "clock.start=2026-03-03", "events=[]"]));
    assert!(codes.is_empty(), "{text}");
    insta::assert_snapshot!(here.load(&with_set(&["parameters.pp=3"])).1, @r#"
    error[E0116]: there is no `pp` in `parameters`
     --> --set:1:1
      |
    1 | parameters.pp=3
      | ^^^^^^^^^^^^^
      |
      = help: did you mean `p`?
    "#);
}

#[test]
fn a_variant_is_known_or_explained() {
    let here = made(&[("s.toml", scenario("variants.calm.set = {}").as_bytes())]);
    let (codes, text) = here.load(&Changes { variant: Some("clam".into()), set: Vec::new() });
    assert_eq!(codes, [Code::UnknownVariant]);
    insta::assert_snapshot!(text, @r#"
    error[E0118]: the scenario has no variant `clam`
     --> --variant:1:1
      |
    1 | clam
      | ^^^^
      |
      = help: did you mean `calm`?
    "#);
}

#[test]
fn all_errors_of_a_stage_are_reported_at_once() {
    let text = scenario(
        "[[indicators]]\nid = \"a\"\nwhen = \"nothing > 1\"\n[[indicators]]\nid = \"b\"\nwhen = \"now\"\n[[metrics]]\nid = \"c\"\nvalue = \"1 +\"",
    );
    let (codes, text) = made(&[("s.toml", text.as_bytes())]).plain();
    assert_eq!(codes, [Code::UnknownName, Code::TypeMismatch, Code::UnexpectedToken], "{text}");
}

#[test]
fn no_file_can_write_to_the_terminal() {
    let text = scenario("[[indicators]]\nid = \"a\"\nwhen = \"x\" # \u{202e}\u{7}");
    let (_, text) = made(&[("s.toml", text.as_bytes())]).plain();
    assert!(!text.chars().any(|c| c == '\u{7}' || c == '\u{202e}' || c == '\u{1b}'), "{text:?}");
}
