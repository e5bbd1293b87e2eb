//! `escalade compare`: variants, or another file, on the same trials as a base.

use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use escalade::report::words::{counted, whole};
use escalade::report::{compare as text, json, terminal};
use escalade::results::{ArmAbout, CompareSummary, Comparison, FORMAT, Layout, StudyPlan, ToolRef, quoted};
use escalade::scenario::Scenario;
use escalade::store::compare::{compare_rows, compare_schema};
use escalade::store::place::COMPARE;
use escalade::study::{self, EngineKind, Runner};

use super::args::{ChangeArgs, Engine, trials};
use super::exit::Exit;
use super::output::{caution, fault, hint};
use super::progress::Meter;
use super::scenario::{BASE, Failure, load, shown};
use super::study::{Answer, StudyArgs, Table, arm_stopped, nothing_done};

/// Most arms.
const MOST_ARMS: usize = 50;

#[derive(Debug, Args)]
#[command(after_help = "\
Which arms:
  compare FILE                         every variant of the file
  compare FILE --variants a,b          these variants; `base` is the scenario as it stands
  compare FILE --base a --variants b   variant b against variant a
  compare FILE --set x=1               one arm, `set`: the scenario with these changes
  compare FILE --variants a --set x=1  these variants, base and all with these changes
  compare FILE FILE2                   the second file (with the changes of --set in both)")]
pub(super) struct CompareArgs {
    /// Scenario file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Another scenario file, to be compared with the first; outcomes are matched by their names
    #[arg(value_name = "FILE2", value_hint = ValueHint::FilePath, conflicts_with_all = ["variants", "base"])]
    second: Option<PathBuf>,
    /// Compare these variants [default: all, unless --set or FILE2 is given]
    #[arg(long, value_name = "NAME,..", value_delimiter = ',')]
    variants: Vec<String>,
    /// Compare them with this variant instead of the scenario as it stands
    #[arg(long, value_name = "NAME")]
    base: Option<String>,
    /// Change one value, for example `parameters.resolve=0.9`; can be repeated. Alone it makes an arm; beside --variants or FILE2 it
    /// changes the base and every arm
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Number of trials of each arm
    #[arg(long, short = 'n', value_name = "N", default_value = "10000", value_parser = trials, allow_negative_numbers = true)]
    trials: u64,
    /// What runs the trials; the results are the same to the last bit
    #[arg(long, value_enum, value_name = "ENGINE", default_value_t = Engine::Columns)]
    engine: Engine,
    #[command(flatten)]
    study: StudyArgs,
}

/// A thing that is run.
struct Arm<'a> {
    about: ArmAbout,
    file: &'a Path,
    changes: ChangeArgs,
    scenario: Scenario,
}

/// Compares.
pub(super) fn compare(args: &CompareArgs) -> Exit {
    let arms = match arms(args) {
        Ok(arms) => arms,
        Err(failure) => return failure.answer(args.study.json),
    };
    let desk = match args.study.desk(COMPARE) {
        Ok(desk) => desk,
        Err(exit) => return exit,
    };
    let kind: EngineKind = args.engine.into();
    let runners: Vec<Runner<'_>> = arms.iter().map(|arm| Runner::new(&arm.scenario, kind).heeding(&desk.cancel)).collect();
    let all = args.trials * arms.len() as u64;
    let what = format!("the base and {} x {}", counted(arms.len() as u64 - 1, "arm"), counted(args.trials, "trial"));
    args.study.tell_cost(&desk, &what, &runners[0], all);
    let others: Vec<(&Scenario, ArmAbout)> = arms[1..].iter().map(|arm| (&arm.scenario, arm.about.clone())).collect();
    let layout = study::layout(&arms[0].scenario, &others);
    let meter = Meter::new(&arms[0].scenario.id, all, args.study.quiet);
    let run = || study::compare(&runners, &layout, (args.study.seed, 0..args.trials), &meter, &desk.cancel);
    let result = desk.pool.install(run);
    meter.end();
    let tally = match result {
        Ok(tally) => tally,
        Err(stop) => {
            let arm = &arms[stop.arm];
            return arm_stopped(arm.file, &stop, args.study.seed, &arm.changes);
        }
    };
    if tally.trials == 0 {
        return nothing_done(&args.file, "the first trials of every arm were done");
    }
    let summary = summary(args, &arms, &layout, &tally);
    let answer = Answer {
        text: text::answer(&summary, terminal::COLUMNS),
        document: json::document(&summary),
        table: Table { schema: compare_schema(), rows: compare_rows(&summary.compare) },
        complete: summary.plan.complete,
        recipe: recipe(&summary),
    };
    drop(runners);
    args.study.deliver(desk, &answer)
}

/// How it was made, for those who read the table alone.
fn recipe(summary: &CompareSummary) -> Vec<(String, String)> {
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

fn summary(args: &CompareArgs, arms: &[Arm<'_>], layout: &Layout, tally: &escalade::results::CompareTally) -> CompareSummary {
    let about = |scenario: &Scenario| study::about(scenario).scenario.expect("a scenario that was loaded has a name");
    let base = &arms[0];
    let mut compare = Comparison::new(tally, layout, args.study.level);
    compare.other = args.second.as_ref().map(|_| about(&arms[1].scenario));
    CompareSummary {
        format: FORMAT,
        tool: ToolRef::this(),
        scenario: about(&base.scenario),
        plan: StudyPlan {
            variant: base.about.name.clone(),
            variant_label: base.scenario.variant_label(&base.about.name),
            overrides: base.about.overrides.clone(),
            seed: args.study.seed,
            trials: tally.trials,
            trials_in_all: tally.trials * arms.len() as u64,
            level: args.study.level,
            complete: tally.trials == args.trials,
            command: command(args),
        },
        compare,
    }
}

/// The command that makes it again.
fn command(args: &CompareArgs) -> String {
    let mut words = format!("escalade compare {}", quoted(&shown(&args.file)));
    words.extend(args.second.iter().map(|file| format!(" {}", quoted(&shown(file)))));
    if !args.variants.is_empty() {
        words += &format!(" --variants {}", quoted(&args.variants.join(",")));
    }
    words.extend(args.base.iter().map(|base| format!(" --base {}", quoted(base))));
    words.extend(args.set.iter().map(|set| format!(" --set {}", quoted(set))));
    words + &format!(" --trials {}", args.trials) + &args.study.arguments()
}

/// The base and its arms, loaded.
fn arms(args: &CompareArgs) -> Result<Vec<Arm<'_>>, Failure> {
    let named = !args.variants.is_empty() || args.second.is_some();
    // By hand: the changes are the arm, and the base is without them.
    let by_hand = !args.set.is_empty() && !named;
    let everywhere = if by_hand { Vec::new() } else { args.set.clone() };
    let changes = |variant: Option<String>, set: &[String]| ChangeArgs { variant, set: set.to_vec() };
    let base = one(args, &args.file, args.base.clone().unwrap_or_else(|| BASE.to_owned()), changes(args.base.clone(), &everywhere), false)?;
    let mut arms = vec![base];
    if let Some(second) = &args.second {
        let mut arm = one(args, second, String::new(), changes(None, &everywhere), false)?;
        arm.about.name = if arm.scenario.id == arms[0].scenario.id { shown(second) } else { arm.scenario.id.clone() };
        arm.about.label = Some(arm.scenario.about.title.clone()).filter(|t| !t.is_empty());
        if arm.scenario.clock.step != arms[0].scenario.clock.step && !args.study.quiet {
            caution(&"the two files have steps of other length: little luck is shared, and times are not compared");
        }
        arms.push(arm);
    } else if by_hand {
        arms.push(one(args, &args.file, "set".to_owned(), changes(args.base.clone(), &args.set), true)?);
    } else {
        for name in variants(args, &arms[0])? {
            arms.push(one(args, &args.file, name.clone(), changes(Some(name), &everywhere), true)?);
        }
    }
    Ok(arms)
}

/// The variants that are compared, each once.
fn variants(args: &CompareArgs, base: &Arm<'_>) -> Result<Vec<String>, Failure> {
    let wrong = |error: String, help: &str| {
        fault(&format!("{}: {error}", shown(&args.file)));
        hint(&help);
        Failure::new(&args.file, error)
    };
    let all = base.scenario.variants.iter().map(|v| v.id.clone());
    let asked = args.variants.iter().map(|name| name.trim().to_owned());
    let names: Vec<String> = if args.variants.is_empty() { all.filter(|v| *v != base.about.name).collect() } else { asked.collect() };
    if names.is_empty() {
        let what = if args.base.is_some() { "other variants" } else { "variants" };
        return Err(wrong(format!("there are no {what} to compare"), "change a value by --set PATH=VALUE, or name a second file"));
    }
    if names.len() > MOST_ARMS {
        let error = format!("{} variants are more than the {MOST_ARMS} that can be compared at once", whole(names.len() as u64));
        return Err(wrong(error, "choose some of them: --variants a,b"));
    }
    if let Some((_, name)) = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)) {
        return Err(wrong(format!("`{name}` stands twice in --variants"), "name each variant once"));
    }
    if names.contains(&base.about.name) {
        return Err(wrong(
            format!("`{}` is compared with itself", base.about.name),
            "leave it out of --variants, or choose another --base",
        ));
    }
    Ok(names)
}

fn one<'a>(args: &CompareArgs, file: &'a Path, name: String, changes: ChangeArgs, again: bool) -> Result<Arm<'a>, Failure> {
    let scenario = load(file, &changes, args.study.quiet || again)?;
    let label = match name.as_str() {
        BASE => Some("the scenario as it stands".to_owned()),
        // An id in words would stand beside the id.
        _ => scenario.variants.iter().find(|v| v.id == name).and_then(|v| v.label.clone()),
    };
    let overrides = scenario.overrides.iter().cloned().collect();
    Ok(Arm { about: ArmAbout { name, label, overrides }, file, changes, scenario })
}
