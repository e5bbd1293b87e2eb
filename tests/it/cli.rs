//! The program as its users meet it: arguments in, text and exit code out.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use insta::assert_snapshot;
use tempfile::TempDir;

/// A folder with the starter in it, in which the program runs.
pub(crate) struct Place(TempDir);

/// What a command said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        assert_eq!(place.run(&["new", "starter.toml"]).code, 0);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_escalade"));
        command.args(args).current_dir(self.0.path()).env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        said(self.command(args).output().unwrap())
    }
}

pub(crate) fn said(output: Output) -> Said {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let code = output.status.code().expect("an exit code, not a signal");
    Said { code, out: text(output.stdout), err: without_times(&text(output.stderr)) }
}

/// Times differ from run to run.
fn without_times(text: &str) -> String {
    let line = |l: &str| if l.ends_with("trials a second") { "[time], [speed]".to_owned() } else { l.to_owned() };
    text.lines().map(|l| line(l) + "\n").collect()
}

impl Said {
    /// All of it, for a snapshot.
    pub(crate) fn all(&self) -> String {
        format!("exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.out, self.err)
    }

    pub(crate) fn fits(&self, columns: usize) {
        for line in self.out.lines() {
            assert!(escalade::report::words::width(line) <= columns, "more than {columns} columns: {line}");
        }
    }
}

#[test]
fn the_starter_has_no_warning_and_its_answer_fits_a_terminal() {
    let place = Place::new();
    assert_snapshot!("check_starter", place.run(&["check", "starter.toml"]).all());
    let said = place.run(&["run", "starter.toml", "--trials", "400"]);
    said.fits(80);
    assert_snapshot!("run_starter", said.all());
}

#[test]
fn a_what_if_says_what_was_changed() {
    let args = ["run", "starter.toml", "-n", "200", "--variant", "blue_restrains", "--set", "parameters.resolve=0.9", "--seed", "7"];
    let said = Place::new().run(&args);
    said.fits(80);
    assert_snapshot!("run_what_if", said.all());
}

#[test]
fn json_begins_as_documented_and_does_not_depend_on_threads() {
    let place = Place::new();
    let run = |threads: &str| place.run(&["run", "starter.toml", "-n", "300", "--json", "--quiet", "--threads", threads]);
    let one = run("1");
    assert_eq!((one.code, one.err.as_str()), (0, ""));
    assert_eq!(one.out, run("2").out);
    assert_eq!(one.out, run("8").out);
    let value: serde_json::Value = serde_json::from_str(&one.out).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().take(7).collect();
    assert_eq!(keys, ["format", "tool", "scenario", "plan", "outcomes", "indicators", "metrics"]);
    let plan: Vec<&String> = value["plan"].as_object().unwrap().keys().collect();
    assert_eq!(plan[..6], ["variant", "seed", "first_trial", "trials", "overrides", "complete"]);
    let interval: Vec<&String> = value["outcomes"][0]["interval"].as_object().unwrap().keys().take(4).collect();
    assert_eq!(interval, ["low", "high", "level", "method"]);
    assert_snapshot!("run_json", one.out);
}

#[test]
fn a_trial_is_told_day_by_day() {
    let place = Place::new();
    let story = place.run(&["trace", "starter.toml", "--trial", "3"]);
    story.fits(80);
    assert_snapshot!("trace_trial", story.all());
    let found = place.run(&["trace", "starter.toml", "--outcome", "war"]);
    assert!(found.out.contains("It ends as: War"), "{}", found.out);
    let all = place.run(&["trace", "starter.toml", "--all"]);
    all.fits(80);
    assert!(!all.out.contains("quiet") && all.out.contains("drift: red.pressure"), "{}", all.out);
    let data = place.run(&["trace", "starter.toml", "--trial", "3", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&data.out).unwrap();
    assert_eq!(value["result"]["last_step"], value["happenings"].as_array().unwrap().iter().filter(|h| h["what"] == "step").count());
}

/// Two members of a group, an order with a lead time that can be given up, a late perception, a conditional
/// indicator and a regime: all that the starter does not have.
const GROUPS: &str = r#"
format = 1
about = { title = "Groups", sources = ["invented"] }
clock = { step = "1 day", horizon = "12 days" }
[actors.north]
label = "North"
vars  = { anger = { start = 1 } }
sees  = { other = { of = "south.anger", lag = "2 days" } }
[actors.south]
label = "South"
vars  = { anger = { start = 2 } }
sees  = { other = { of = "north.anger", lag = "2 days" } }
[groups]
bands = ["north", "south"]
[regimes.season]
start  = "dry"
states = [{ id = "dry" }, { id = "wet" }]
moves  = [{ from = "dry", to = "wet", at = ["3 days"], says = "It rains" }]
[[events]]
id      = "quarrel"
for     = "bands"
at      = ["1 day", "4 days"]
effects = ["self.anger += 1"]
[[decisions]]
id     = "raid"
for    = "bands"
choose = "first"
when   = "now <= 6 days"
[[decisions.options]]
id      = "strike"
when    = "other > 0 and now > 1 day"
lead    = "2 days"
abort   = "self.anger >= 4"
effects = ["self.anger -= 1"]
[[decisions.options]]
id      = "wait"
[[outcomes]]
id        = "over"
otherwise = true
[[indicators]]
id   = "furious"
when = "north.anger > 100"
[[indicators]]
id    = "if_furious"
when  = "now > 0 days"
given = "furious"
"#;

#[test]
fn a_trace_says_who_did_what_when_it_was_ordered_and_what_was_true() {
    let place = Place::new();
    place.write("groups.toml", GROUPS);
    let said = place.run(&["trace", "groups.toml"]);
    said.fits(80);
    assert_snapshot!("trace_groups", said.all());
    let value: serde_json::Value = serde_json::from_str(&place.run(&["trace", "groups.toml", "--json"]).out).unwrap();
    assert_eq!(value["result"]["indicators"]["if_furious"], serde_json::Value::Null);
    let changed = value["happenings"].as_array().unwrap().iter().find(|h| h["what"] == "changed").unwrap();
    assert_eq!((&changed["before"], &changed["after"]), (&1.0.into(), &2.0.into()));
    assert_eq!((&changed["by"][0]["rule"], &changed["by"][0]["label"]), (&"events.quarrel@north".into(), &"North: quarrel".into()));
    // A rule for a group is one rule.
    let check = place.run(&["check", "groups.toml"]);
    assert!(check.out.contains("1 event, 1 decision"), "{}", check.all());
}

#[test]
fn an_override_is_shown_as_its_value() {
    let place = Place::new();
    let args = ["run", "starter.toml", "-n", "10", "--json", "-q", "--set", "actors.red.starts.border=\"calm\""];
    let value: serde_json::Value = serde_json::from_str(&place.run(&args).out).unwrap();
    assert_eq!(value["plan"]["overrides"]["actors.red.starts.border"], "calm");
}

#[test]
fn quiet_says_nothing_but_errors() {
    let place = Place::new();
    let text = fs::read_to_string(place.path("starter.toml")).unwrap();
    let idle = "[[events]]\nid = \"idle\"\nchance = 0\n";
    place.write("idle.toml", &format!("{text}\n{idle}"));
    assert!(place.run(&["check", "idle.toml"]).err.contains("warning["));
    place.write(
        "bad.toml",
        &format!("{text}\n{idle}").replace("\"border.war\"", "\"border.wra\"").replace("== border.war", "== border.wra"),
    );
    for command in ["check", "run", "trace"] {
        let said = place.run(&[command, "bad.toml", "-q"]);
        assert!(said.code == 2 && said.err.contains("error[") && !said.err.contains("warning"), "{}", said.all());
    }
}

#[test]
fn an_outcome_that_is_not_found_is_said() {
    let place = Place::new();
    assert_snapshot!("trace_not_an_outcome", place.run(&["trace", "starter.toml", "--outcome", "blue_strikes"]).all());
    assert_snapshot!("explain_no_such_code", place.run(&["explain", "E9999"]).all());
    fs::create_dir(place.path("folder")).unwrap();
    assert_snapshot!("check_folder", place.run(&["check", "folder"]).all());
    assert_snapshot!("trace_unknown_outcome", place.run(&["trace", "starter.toml", "--outcome", "wra"]).all());
    assert_snapshot!("trace_no_such_trial", place.run(&["trace", "starter.toml", "--outcome", "war", "--trials", "2"]).all());
}

#[test]
fn a_program_is_listed_with_the_names_of_the_scenario() {
    let place = Place::new();
    let said = place.run(&["explain", "starter.toml", "--program"]);
    assert_snapshot!("explain_program_starter", said.all());
    let data = place.run(&["explain", "starter.toml", "--program", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&data.out).unwrap();
    assert_eq!(value["program"]["size"]["each"], value["program"]["step"].as_array().unwrap().len());
}

#[test]
fn a_listing_says_what_is_compiled() {
    let place = Place::new();
    let said = place.run(&["explain", "starter.toml"]);
    said.fits(80);
    assert_snapshot!("explain_starter", said.all());
    let within = place.run(&["explain", "starter.toml", "--set", "events.attack.chance=0.3"]);
    assert!(within.out.contains("chance 0.3 within 7 days = constant hazard 0.0510 per day"), "{}", within.out);
    let data = place.run(&["explain", "starter.toml", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&data.out).unwrap();
    assert_eq!(value["sections"][0]["section"], "clock");
    assert_snapshot!("explain_code", place.run(&["explain", "E0101"]).all());
}

#[test]
fn wrong_arguments_are_exit_code_2() {
    let place = Place::new();
    let wrong: &[&[&str]] = &[
        &["run", "starter.toml", "--trials", "0"],
        &["run", "starter.toml", "--trials", "-3"],
        &["run", "starter.toml", "--trials", "many"],
        &["run", "starter.toml", "--trials", "68719476737"],
        &["run", "starter.toml", "--seed", "18446744073709551616"],
        &["run", "starter.toml", "--threads", "0"],
        &["trace", "starter.toml", "--trial", "68719476736"],
        &["trace", "starter.toml", "--trial", "1", "--outcome", "war"],
    ];
    let mut all = String::new();
    for args in wrong {
        let said = place.run(args);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{args:?}");
        let first = said.err.lines().next().unwrap_or_default().to_owned();
        all += &format!("{}\n    {first}\n", args.join(" "));
    }
    assert_snapshot!("wrong_arguments", all);
}

#[test]
fn files_that_cannot_be_read_are_errors_not_panics() {
    let place = Place::new();
    fs::create_dir(place.path("folder.toml")).unwrap();
    fs::write(place.path("binary.toml"), [0x61, 0x3d, 0xff]).unwrap();
    place.write("empty.toml", "");
    for file in ["missing.toml", "folder.toml", "binary.toml", "empty.toml"] {
        for command in ["check", "run", "trace", "explain"] {
            let said = place.run(&[command, file]);
            assert_eq!(said.code, 2, "{command} {file}: {}", said.all());
            // Of a folder, `check` and `run` take the scenarios in it: there are none.
            let folder = ["check", "run"].contains(&command) && file == "folder.toml";
            assert!((folder || said.err.contains("error[E")) && said.err.contains(file), "{}", said.all());
        }
    }
}

#[test]
fn a_folder_is_checked_as_it_is_run() {
    let place = Place::new();
    let starter = fs::read_to_string(place.path("starter.toml")).unwrap();
    fs::create_dir_all(place.path("all/deep")).unwrap();
    fs::create_dir_all(place.path("all/.hidden")).unwrap();
    place.write("all/first.toml", &starter);
    // However a scenario says what it is.
    place.write("all/deep/dotted.toml", "about.title = 3\n");
    place.write("all/indented.toml", "format = 1\n  [about]\n  title = 3\n");
    place.write("all/.hidden/other.toml", "about.title = 3\n");
    place.write("all/part.toml", "[parameters]\nq = 1\n");
    let said = place.run(&["check", "all", "--json"]);
    let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let files: Vec<(&str, bool)> =
        value["files"].as_array().unwrap().iter().map(|f| (f["file"].as_str().unwrap(), f["ok"].as_bool().unwrap())).collect();
    assert_eq!((said.code, files), (2, vec![("all/deep/dotted.toml", false), ("all/first.toml", true), ("all/indented.toml", false)]));
    assert!(said.err.contains("skipped: all/part.toml"), "{}", said.err);
    // What is named itself is checked whatever it looks like.
    let said = place.run(&["check", "all/part.toml"]);
    assert!(said.code == 2 && said.err.contains("error[E"), "{}", said.all());
    assert_eq!(place.run(&["check", "all/first.toml", "starter.toml"]).code, 0);
}

#[test]
fn one_bad_file_does_not_stop_the_others() {
    let place = Place::new();
    let said = place.run(&["run", "missing.toml", "starter.toml", "-n", "50", "--json"]);
    assert_eq!(said.code, 2);
    let lines: Vec<serde_json::Value> = said.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 2, "one line per file, in order");
    assert_eq!((&lines[0]["file"], &lines[0]["diagnostics"][0]["code"]), (&"missing.toml".into(), &"E0002".into()));
    assert!(lines[0]["error"].as_str().is_some_and(|e| e.contains("does not exist")), "{}", lines[0]);
    assert_eq!(lines[1]["plan"]["trials"], 50);
    // One file that is wrong is one document, whatever the command.
    for command in ["run", "trace", "explain"] {
        let said = place.run(&[command, "missing.toml", "--json"]);
        let value: serde_json::Value = serde_json::from_str(&said.out).unwrap();
        assert_eq!((said.code, &value["diagnostics"][0]["code"]), (2, &"E0002".into()));
    }
}

#[test]
fn a_run_that_cannot_be_completed_says_where_and_is_exit_code_3() {
    let place = Place::new();
    let args = ["run", "starter.toml", "--set", "events.attack.chance=\"0.1 + 0 / (10 - now / 1 day)\"", "-n", "100"];
    assert_snapshot!("run_stops", place.run(&args).all());
}

#[test]
fn a_check_is_data_for_editors() {
    let place = Place::new();
    let text = fs::read_to_string(place.path("starter.toml")).unwrap();
    place.write("bad.toml", &text.replace("chance  = \"0.6 * (1 - control)\"", "chance  = \"0.6 * (1 - controll)\""));
    let said = place.run(&["check", "--json", "starter.toml", "bad.toml"]);
    assert_snapshot!("check_json", said.all());
    // A variant that breaks the scenario is an error too.
    place.write("variant.toml", &text.replace("\"parameters.control\" = 0.8", "\"parameters.contrl\" = 0.8"));
    let said = place.run(&["check", "variant.toml"]);
    assert_eq!(said.code, 2, "{}", said.all());
    assert!(said.err.contains("in the variant `blue_restrains`") || said.err.contains("contrl"), "{}", said.err);
}

#[test]
fn a_file_that_exists_is_not_overwritten() {
    let place = Place::new();
    place.write("mine.toml", "precious");
    assert_snapshot!("new_exists", place.run(&["new", "mine.toml"]).all());
    assert_eq!(fs::read_to_string(place.path("mine.toml")).unwrap(), "precious");
    assert_eq!(place.run(&["new", "no/such/folder/x.toml"]).code, 3);
    assert_eq!(place.run(&["new", "-"]).out, fs::read_to_string(place.path("starter.toml")).unwrap());
}

#[test]
fn text_of_a_scenario_cannot_write_to_the_terminal() {
    let place = Place::new();
    let text = fs::read_to_string(place.path("starter.toml")).unwrap();
    let bad = "label = \"\\u001b[2JW\\u202Ear\\u0007\"";
    place.write("bad.toml", &text.replace("label = \"War\"", bad));
    for args in [&["run", "bad.toml", "-n", "50"][..], &["explain", "bad.toml"], &["trace", "bad.toml", "--outcome", "war"]] {
        let said = place.run(args);
        assert_eq!(said.code, 0, "{}", said.all());
        assert!(!said.out.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{:?}", said.out);
    }
}

#[test]
fn colours_are_for_terminals_only_and_no_color_is_heard() {
    let place = Place::new();
    let forced = place.command(&["run", "starter.toml", "-n", "10"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(String::from_utf8_lossy(&forced.stdout).contains("\u{1b}["));
    let plain = place.command(&["run", "starter.toml", "-n", "10"]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!String::from_utf8_lossy(&plain.stdout).contains("\u{1b}["));
}

#[test]
fn help_completions_and_manual_pages_are_there() {
    let place = Place::new();
    assert_snapshot!("help", place.run(&["--help"]).all());
    assert_snapshot!("help_run", place.run(&["run", "--help"]).all());
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = place.run(&["completions", shell]);
        assert!(said.code == 0 && said.out.contains("escalade"), "{shell}");
    }
    assert!(place.run(&["man"]).out.contains(".TH escalade"));
    assert_eq!(place.run(&["man", "--out", "pages"]).code, 0);
    assert!(place.path("pages/escalade-run.1").exists());
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let place = Place::new();
    for args in [&["explain", "starter.toml"][..], &["--help"]] {
        let mut child = place.command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn the_answer_of_a_run_that_nobody_reads_is_lost() {
    let place = Place::new();
    let mut child =
        place.command(&["run", "starter.toml", "-n", "50", "-q"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_snapshot!("closed_pipe", said(child.wait_with_output().unwrap()).all());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_exit_code_3() {
    let place = Place::new();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = place.command(&["run", "starter.toml", "-n", "50", "-q"]).stdout(full).output().unwrap();
    assert_snapshot!("full_disk", said(output).all());
}

#[cfg(unix)]
#[test]
fn an_interrupt_shows_what_was_finished_and_marks_it() {
    let place = Place::new();
    let args = ["run", "starter.toml", "--trials", "60000000000", "--threads", "2"];
    let child = place.command(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1500));
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let said = said(child.wait_with_output().unwrap());
    assert_eq!(said.code, 130, "{}", said.all());
    assert!(said.out.starts_with("PARTIAL: stopped after "), "{}", said.all());
}
