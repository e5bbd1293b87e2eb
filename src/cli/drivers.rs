//! `escalade drivers`: parts of a scenario switched off, one at a time, on the same trials.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueHint};
use escalade::diag::did_you_mean;
use escalade::report::words::{counted, whole};
use escalade::report::{drivers as text, json, terminal};
use escalade::results::{Drivers, DriversSummary, FORMAT, PartName, PartNotRun, StudyPlan, ToolRef, quoted};
use escalade::scenario::Scenario;
use escalade::scenario::parts::{Part, PartKind};
use escalade::store::drivers::{drivers_rows, drivers_schema};
use escalade::store::place::DRIVERS;
use escalade::study::{self, DriversTally, EngineKind, MOST_PARTS, Runner};

use super::args::{ChangeArgs, Engine, trials, whole as whole_number};
use super::exit::Exit;
use super::output::{fault, hint};
use super::progress::Meter;
use super::run::stopped;
use super::scenario::{Failure, load, shown};
use super::study::{Answer, StudyArgs, Table, nothing_done};

#[derive(Debug, Args)]
#[command(after_help = "\
Kinds of parts:
  events, options, reactions, moves   what a table of the file describes: as with `enabled = false`
  spillovers                          what a regime, or a ladder on which two or more stand, does to all else
  perceptions                         noise, factor and lag of what actors see")]
pub(super) struct DriversArgs {
    /// Scenario file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Only parts of these kinds
    #[arg(long, value_name = "KIND,..", value_delimiter = ',', value_parser = PossibleValuesParser::new(PartKind::NAMES.map(|k| k.2)), conflicts_with = "part")]
    only: Vec<String>,
    /// Only this part, for example `events.attack`, or all below a path, for example `decisions.red_border`; can be repeated
    #[arg(long, value_name = "PATH")]
    part: Vec<String>,
    /// Single members of groups too: `events.attack@iskp`
    #[arg(long)]
    members: bool,
    /// Number of trials of each part
    #[arg(long, short = 'n', value_name = "N", default_value = "5000", value_parser = trials, allow_negative_numbers = true)]
    trials: u64,
    /// How many parts are told in full; the others in a line each
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = whole_number, allow_negative_numbers = true)]
    top: u64,
    #[command(flatten)]
    changes: ChangeArgs,
    /// What runs the trials; the results are the same to the last bit
    #[arg(long, value_enum, value_name = "ENGINE", default_value_t = Engine::Columns)]
    engine: Engine,
    #[command(flatten)]
    study: StudyArgs,
}

/// Switches parts off.
pub(super) fn drivers(args: &DriversArgs) -> Exit {
    let (scenario, parts) = match load(&args.file, &args.changes, args.study.quiet).and_then(|s| chosen(args, &s).map(|parts| (s, parts))) {
        Ok(both) => both,
        Err(failure) => return failure.answer(args.study.json),
    };
    let desk = match args.study.desk(DRIVERS) {
        Ok(desk) => desk,
        Err(exit) => return exit,
    };
    let kind: EngineKind = args.engine.into();
    let mut without = Vec::with_capacity(parts.len());
    for part in &parts {
        match scenario.without(part) {
            Some(scenario) => without.push(scenario),
            None => {
                return wrong(args, &format!("without `{}` the formulas are too deep to be read", part.path), "leave it out by --part")
                    .answer(args.study.json);
            }
        }
    }
    let base = Runner::new(&scenario, kind).heeding(&desk.cancel);
    let runners: Vec<Runner<'_>> = without.iter().map(|s| Runner::new(s, kind).heeding(&desk.cancel)).collect();
    let all = args.trials * (parts.len() as u64 + 1);
    let what = format!("the scenario and {} x {}", counted(parts.len() as u64, "part"), counted(args.trials, "trial"));
    args.study.tell_cost(&desk, &what, &base, all);
    let meter = Meter::new(&scenario.id, all, args.study.quiet);
    let run = || study::drivers(&scenario, (&base, &runners), (args.study.seed, 0..args.trials), &meter, &desk.cancel);
    let result = desk.pool.install(run);
    meter.end();
    let tally = match result {
        Ok(tally) => tally,
        Err(stop) => {
            stopped(&args.file, &stop, args.study.seed, &args.changes);
            return Exit::Incomplete;
        }
    };
    if tally.trials == 0 {
        return nothing_done(&args.file, "the first trials of every part were done");
    }
    let summary = summary(args, &scenario, &parts, &tally);
    let top = usize::try_from(args.top).unwrap_or(usize::MAX);
    let answer = Answer {
        text: text::answer(&summary, top, terminal::COLUMNS),
        document: json::document(&summary),
        table: Table { schema: drivers_schema(), rows: drivers_rows(&summary.drivers) },
        complete: summary.plan.complete,
        recipe: recipe(&summary),
    };
    drop(runners);
    let exit = args.study.deliver(desk, &answer);
    if summary.drivers.not_run.is_empty() { exit } else { exit.max(Exit::Incomplete) }
}

/// The parts that were asked for.
fn chosen(args: &DriversArgs, scenario: &Scenario) -> Result<Vec<Part>, Failure> {
    let mut all = scenario.parts();
    if args.members || args.part.iter().any(|path| path.contains('@')) {
        all.extend(scenario.member_parts());
    }
    let mut parts: Vec<Part> = Vec::new();
    for path in &args.part {
        let exact: Vec<&Part> = all.iter().filter(|p| p.path == *path).collect();
        let below = || all.iter().filter(|p| p.path.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('.'))).collect();
        let found = if exact.is_empty() { below() } else { exact };
        if found.is_empty() {
            let help = match did_you_mean(path, all.iter().map(|p| p.path.as_str())) {
                Some(close) => format!("did you mean `{close}`?"),
                None => "parts are named by their path, for example `events.attack`; what is switched off already is none".to_owned(),
            };
            return Err(wrong(args, &format!("there is no part `{path}`"), &help));
        }
        parts.extend(found.into_iter().filter(|p| !parts.contains(p)).cloned().collect::<Vec<_>>());
    }
    if args.part.is_empty() {
        parts = all;
        let name = |kind: PartKind| PartKind::NAMES.iter().find(|k| k.0 == kind).map_or("", |k| k.2);
        parts.retain(|p| args.only.is_empty() || args.only.iter().any(|o| o == name(p.kind)));
    }
    if parts.is_empty() {
        return Err(wrong(args, "there is no part to switch off", "ask for other kinds, or leave out --only"));
    }
    if parts.len() > MOST_PARTS {
        let error = format!(
            "{} are more than the {} that can be switched off in one study",
            counted(parts.len() as u64, "part"),
            whole(MOST_PARTS as u64)
        );
        return Err(wrong(args, &error, "choose some by --only KIND or --part PATH"));
    }
    if !study::finds_room(scenario, parts.len()) {
        let error = format!("{} copies of a scenario of this size do not find room", whole(parts.len() as u64));
        return Err(wrong(args, &error, "choose fewer parts by --only KIND or --part PATH"));
    }
    Ok(parts)
}

fn wrong(args: &DriversArgs, error: &str, help: &str) -> Failure {
    fault(&format!("{}: {error}", shown(&args.file)));
    hint(&help);
    Failure::new(&args.file, error.to_owned())
}

fn summary(args: &DriversArgs, scenario: &Scenario, parts: &[Part], tally: &DriversTally) -> DriversSummary {
    let name = |at: usize| {
        let part = &parts[at];
        PartName { kind: part.kind.name().to_owned(), path: part.path.clone(), label: part.label.clone() }
    };
    let about = study::about(scenario);
    let counted: Vec<_> = tally.parts.iter().map(|(at, counts)| (name(*at), counts.clone())).collect();
    let not_run = tally.stopped.iter().map(|(at, stop)| PartNotRun { part: name(*at), because: because(stop) });
    let drivers = Drivers::new(&about, (tally.trials, &tally.base), &counted, not_run.collect(), args.study.level);
    DriversSummary {
        format: FORMAT,
        tool: ToolRef::this(),
        scenario: about.scenario.expect("a scenario that was loaded has a name"),
        plan: StudyPlan {
            variant: args.changes.name(),
            variant_label: scenario.variant_label(&args.changes.name()),
            overrides: scenario.overrides.iter().cloned().collect(),
            seed: args.study.seed,
            trials: tally.trials,
            trials_in_all: tally.trials * (counted.len() as u64 + 1),
            level: args.study.level,
            complete: tally.trials == args.trials,
            command: command(args),
        },
        drivers,
    }
}

/// Why a part could not be run: without the hint at a trace, which would be of the scenario as it stands.
fn because(stop: &escalade::results::Stop) -> String {
    stop.what()
}

/// The command that makes it again.
fn command(args: &DriversArgs) -> String {
    let mut words = format!("escalade drivers {}{}", quoted(&shown(&args.file)), args.changes.arguments());
    if !args.only.is_empty() {
        words += &format!(" --only {}", args.only.join(","));
    }
    words.extend(args.part.iter().map(|path| format!(" --part {}", quoted(path))));
    if args.members {
        words += " --members";
    }
    words + &format!(" --trials {}", args.trials) + &args.study.arguments()
}

/// How it was made, for those who read the table alone.
fn recipe(summary: &DriversSummary) -> Vec<(String, String)> {
    let pairs = [
        ("escalade", summary.tool.version.clone()),
        ("scenario_sha256", summary.scenario.sha256.clone()),
        ("seed", summary.plan.seed.to_string()),
        ("trials", format!("0..{}", summary.plan.trials)),
        ("level", summary.plan.level.to_string()),
        ("command", summary.plan.command.clone()),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
}
