//! `escalade sensitivity`: which parameters the results depend on.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use escalade::report::sensitivity as report;
use escalade::report::words::{counted, whole};
use escalade::report::{json, terminal};
use escalade::results::{ScenarioRef, Sensitivity, SensitivitySummary, StudyPlan, ToolRef};
use escalade::rng::MAX_TRIALS;
use escalade::scenario::Scenario;
use escalade::store::place::SENSITIVITY;
use escalade::store::result::trials_schema;
use escalade::store::trials::{read_trials, trials_file};
use escalade::study::design::ScrambledSobol;
use escalade::study::sensitivity::{
    Evaluations, GivenRows, MOST_NUMBERS, Question, factors, given, luck, morris, morris_points, outputs, saltelli, sobol, unread,
};
use escalade::study::{EngineKind, Runner, about};

use super::args::{ChangeArgs, trials, whole as whole_number};
use super::exit::Exit;
use super::out::{recipe_of, store_exit, store_fault};
use super::output::{fault, hint};
use super::progress::Meter;
use super::reads;
use super::run::stopped;
use super::scenario::{Failure, call_as, load, shown};
use super::study::{Answer, Desk, StudyArgs, arm_stopped, nothing_done};

mod tables;

/// Base points of `sobol`.
const POINTS: u64 = 512;
/// Trials at each point, where there is luck.
const REPLICATES: u64 = 8;
/// Trajectories of `morris`.
const TRAJECTORIES: u64 = 64;
/// Trials of `given`.
const TRIALS: u64 = 20_000;
/// Most trials at a point.
const MOST_REPLICATES: u64 = 1000;

/// How.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum MethodName {
    /// Sobol indices: the share of each parameter alone and with others. Dear, and the full answer
    Sobol,
    /// Morris screening: which parameters do anything. Cheaper where there are many
    Morris,
    /// From ordinary trials: the share of each parameter alone. Cheap; costs nothing more where a run has been kept
    Given,
}

#[derive(Debug, Args)]
pub(super) struct SensitivityArgs {
    /// Scenario file; or the directory of a run, whose trials are then read and nothing is run (method `given`)
    #[arg(value_name = "FILE|DIR", value_hint = ValueHint::AnyPath)]
    file: PathBuf,
    /// How; `sobol` for a scenario, `given` for a directory
    #[arg(long, value_enum, value_name = "METHOD")]
    method: Option<MethodName>,
    /// Base points of `sobol`, best a power of 2; each costs a row of trials for every parameter and two more [default: 512]
    #[arg(long, value_name = "N", value_parser = whole_number, allow_negative_numbers = true)]
    points: Option<u64>,
    /// Trajectories of `morris`; each moves every parameter once [default: 64]
    #[arg(long, value_name = "R", value_parser = whole_number, allow_negative_numbers = true)]
    trajectories: Option<u64>,
    /// Trials at each point of `sobol` and `morris`, so that luck can be told from parameters [default: 8, or 1 without luck]
    #[arg(long, value_name = "M", value_parser = whole_number, allow_negative_numbers = true)]
    replicates: Option<u64>,
    /// Trials of `given` [default: 20000]
    #[arg(long, short = 'n', value_name = "N", value_parser = trials, allow_negative_numbers = true)]
    trials: Option<u64>,
    /// Only this outcome, indicator or metric, and all its parameters; can be repeated
    #[arg(long, value_name = "ID")]
    of: Vec<String>,
    /// Only these parameters; the others are drawn anew in each trial and count as luck
    #[arg(long, value_name = "A,B,...", value_delimiter = ',')]
    parameters: Vec<String>,
    /// With `--out`: keep what came out at each point of `sobol` and `morris` as well, in `sensitivity_points`
    #[arg(long, requires = "out")]
    evaluations: bool,
    /// The scenario of a directory, if it is no longer where it was
    #[arg(long, alias = "file", value_name = "FILE", value_hint = ValueHint::FilePath)]
    scenario: Option<PathBuf>,
    #[command(flatten)]
    changes: ChangeArgs,
    #[command(flatten)]
    study: StudyArgs,
}

/// What is run.
#[derive(Clone, Copy)]
enum Plan {
    Sobol { points: u64, replicates: u64, luck: bool },
    Morris { trajectories: u64, replicates: u64, luck: bool },
    Given { trials: u64 },
}

/// The trials of a run that was kept.
struct Kept {
    table: PathBuf,
    scenario: PathBuf,
    changes: ChangeArgs,
    seed: u64,
    trials: u64,
    sha256: String,
    complete: bool,
    file: String,
}

/// Says what is wrong and how to mend it.
fn refuse(what: &str, mend: &str) -> Exit {
    fault(&what);
    hint(&mend);
    Exit::Input
}

/// Runs the study, or reads the trials of a run.
pub(super) fn sensitivity(args: &SensitivityArgs) -> Exit {
    match begin(args) {
        Ok(exit) | Err(exit) => exit,
    }
}

fn begin(args: &SensitivityArgs) -> Result<Exit, Exit> {
    let kept = if args.file.is_dir() { Some(args.kept()?) } else { None };
    let method = args.method(kept.is_some())?;
    let (file, changes) = kept.as_ref().map_or((&args.file, &args.changes), |k| (&k.scenario, &k.changes));
    let mut scenario = load(file, changes, args.study.quiet).map_err(|failure| {
        if kept.is_some() {
            hint(&"give the scenario of the result by `--scenario`");
        }
        failure.answer(args.study.json)
    })?;
    if let Some(kept) = &kept {
        if scenario.sha256 != kept.sha256 {
            let what = format!("`{}` is not the scenario that `{}` was made of: its sha256 differs", shown(file), shown(&args.file));
            return Err(refuse(&what, "give that scenario by `--scenario`"));
        }
        call_as(&mut scenario, &kept.file);
    }
    let question = args.question(&scenario, method).map_err(|error| {
        fault(&format!("{}: {error}", shown(&args.file)));
        let failure = Failure::new(&args.file, error);
        failure.answer(args.study.json)
    })?;
    let desk = args.study.desk(SENSITIVITY)?;
    if let Some(kept) = &kept {
        return read(args, &scenario, &question, kept, desk);
    }
    let plan = args.plan(&scenario, &question, method, &desk)?;
    run(args, &scenario, &question, plan, desk)
}

impl SensitivityArgs {
    /// Which method; options that belong to another are refused.
    fn method(&self, kept: bool) -> Result<MethodName, Exit> {
        use MethodName::{Given, Morris, Sobol};
        let method = self.method.unwrap_or(if kept { Given } else { Sobol });
        if kept && method != Given {
            return Err(refuse(
                "from the trials of a run only `--method given` can be had",
                "give the scenario file instead of the directory",
            ));
        }
        if kept && (self.changes.variant.is_some() || !self.changes.set.is_empty()) {
            return Err(refuse(
                "the trials of a run cannot be changed by `--variant` or `--set`",
                "give the scenario file instead of the directory",
            ));
        }
        let given = [
            (self.points.is_some(), "--points", &[Sobol][..]),
            (self.trajectories.is_some(), "--trajectories", &[Morris]),
            (self.replicates.is_some(), "--replicates", &[Sobol, Morris]),
            (self.evaluations, "--evaluations", &[Sobol, Morris]),
            (self.trials.is_some() && !kept, "--trials", &[Given]),
            (self.trials.is_some() && kept, "--trials", &[]),
        ];
        if let Some((_, option, of)) = given.iter().find(|(there, _, of)| *there && !of.contains(&method)) {
            let names: Vec<String> = of.iter().map(|m| format!("`--method {}`", name_of(*m))).collect();
            let mend = if names.is_empty() {
                "leave it out: all trials of the run are read".to_owned()
            } else {
                format!("leave it out, or take {}", names.join(" or "))
            };
            return Err(refuse(
                &format!(
                    "`{option}` means nothing to {}",
                    if kept { "the directory of a run".to_owned() } else { format!("`--method {}`", name_of(method)) }
                ),
                &mend,
            ));
        }
        Ok(method)
    }

    /// The run in a directory.
    fn kept(&self) -> Result<Kept, Exit> {
        let name = shown(&self.file);
        let told = recipe_of(&self.file).map_err(|text| {
            refuse(&format!("`{name}`: {text}"), "give a scenario file, or a directory that `escalade run --out DIR` has filled")
        })?;
        let table = trials_file(&self.file)
            .ok_or_else(|| refuse(&format!("`{name}` holds no table of trials"), "run it again with `--format parquet`"))?;
        let recipe = told.recipe;
        let changes = ChangeArgs { variant: recipe.variant.clone(), set: recipe.set.clone() };
        let scenario = self.scenario.clone().unwrap_or_else(|| PathBuf::from(&recipe.file));
        let (seed, file, sha256) = (recipe.seed, recipe.file.clone(), recipe.sha256.clone());
        Ok(Kept { table, scenario, changes, seed, trials: told.trials, sha256, complete: told.complete, file })
    }

    fn question(&self, scenario: &Scenario, method: MethodName) -> Result<Question, String> {
        let names = |error: &dyn std::fmt::Display, from: Vec<String>| format!("{error}; there are {}", from.join(", "));
        let all = || scenario.drawn_parameters().map(|p| p.id.clone()).collect::<Vec<_>>();
        let parameters: Vec<String> = self.parameters.iter().map(|p| p.trim().to_owned()).collect();
        let together = method != MethodName::Given;
        if let Some(twice) = parameters.iter().enumerate().find(|(at, p)| parameters[..*at].contains(p)) {
            return Err(format!("`{}` stands twice in --parameters", twice.1));
        }
        let mut factors = factors(scenario, &parameters, together).map_err(|e| names(&e, all()))?;
        let read = reads::params(scenario);
        let unread = unread(&mut factors, |id| read.contains(id));
        let (outputs, left_out) = outputs(scenario, &self.of).map_err(|e| {
            let all = outputs(scenario, &[]).map_or_else(|_| Vec::new(), |o| o.0.iter().map(|o| o.id.clone()).collect());
            names(&e, all)
        })?;
        let varied: Vec<&String> = factors.iter().flat_map(|f| &f.name.parameters).collect();
        let others = all().into_iter().filter(|p| !varied.contains(&p) && !unread.contains(p)).collect();
        Ok(Question { factors, outputs, left_out, others, unread, seed: self.study.seed, level: self.study.level, keep: self.evaluations })
    }

    /// How many of what, within what memory and addresses hold; tells the cost.
    fn plan(&self, scenario: &Scenario, question: &Question, method: MethodName, desk: &Desk) -> Result<Plan, Exit> {
        let runner = Runner::new(scenario, EngineKind::Columns);
        if question.factors.is_empty() {
            return Err(refuse(
                &format!("{}: no drawn parameter is left to vary", shown(&self.file)),
                "give parameters a distribution, or choose others by `--parameters`",
            ));
        }
        let read = reads::params(scenario);
        let luck = luck(&runner, &question.others, |id| read.contains(id));
        let k = question.factors.len() as u64;
        let (plan, rows, points) = match method {
            MethodName::Given => {
                let trials = self.trials.unwrap_or(TRIALS);
                self.study.tell_cost(desk, &format!("{} of the scenario", counted(trials, "trial")), &runner, trials);
                if trials < 2 {
                    return Err(refuse(
                        "one trial tells nothing of what depends on what",
                        "allow two or more by `--trials`, better 10,000",
                    ));
                }
                return Ok(Plan::Given { trials });
            }
            MethodName::Sobol => {
                let points = self.points.unwrap_or(POINTS);
                (Plan::Sobol { points, replicates: self.replicates(luck)?, luck }, k + 2, points)
            }
            MethodName::Morris => {
                let trajectories = self.trajectories.unwrap_or(TRAJECTORIES);
                (Plan::Morris { trajectories, replicates: self.replicates(luck)?, luck }, k + 1, trajectories)
            }
        };
        let replicates = self.replicates(luck)?;
        if points < 2 {
            return Err(refuse("there must be at least 2 points or trajectories", "take 64 or more: intervals are made of their scatter"));
        }
        self.fits(question, method, points)?;
        let outputs = question.outputs.len() as u64;
        let kept = if question.keep { points.saturating_mul(rows).saturating_mul(k + outputs) } else { 0 };
        let sums = match method {
            MethodName::Morris => points.saturating_mul(k).saturating_mul(outputs * 3 + 1),
            _ => points.min(1024).saturating_mul(outputs).saturating_mul(6 + 4 * k),
        };
        // Trials of one base point are in memory at once, for each thread.
        let width = (scenario.params.len() + scenario.metrics.len() + 2 * scenario.indicators.len() + 3) as u64;
        let threads = desk.pool.current_num_threads() as u64;
        let rows_at_once = (replicates + 128).saturating_mul(rows).saturating_mul(width).saturating_mul(threads);
        if kept.saturating_add(sums).saturating_add(rows_at_once) > MOST_NUMBERS {
            let mend =
                "take fewer points or replicates, fewer results by `--of`, fewer parameters by `--parameters`, or no `--evaluations`";
            return Err(refuse("this would take more than half a gigabyte of memory", mend));
        }
        let all = points.checked_mul(replicates).filter(|n| *n <= MAX_TRIALS).and_then(|n| n.checked_mul(rows));
        let Some(all) = all else { return Err(refuse("these are more trials than can be told apart", "take fewer points or replicates")) };
        let what = match method {
            MethodName::Morris => format!("{} trajectories x {rows} points x {}", whole(points), counted(replicates, "trial")),
            _ => format!("{} base points x {rows} rows x {}", whole(points), counted(replicates, "trial")),
        };
        self.study.tell_cost(desk, &what, &runner, all);
        Ok(plan)
    }

    /// Whether there are so many Sobol points.
    fn fits(&self, question: &Question, method: MethodName, points: u64) -> Result<(), Exit> {
        let inputs: usize = question.factors.iter().map(|f| f.inputs.len()).sum();
        if method == MethodName::Sobol && points > ScrambledSobol::MOST_POINTS {
            let what = format!("there are at most {} base points, found {}", whole(ScrambledSobol::MOST_POINTS), whole(points));
            return Err(refuse(&what, "more replicates, or studies with other seeds, tell more than so many points can"));
        }
        if method == MethodName::Sobol && 2 * inputs > ScrambledSobol::MOST_INPUTS {
            let what = format!("a base point has room for {} parameters, found {inputs}", ScrambledSobol::MOST_INPUTS / 2);
            return Err(refuse(&what, "choose some by `--parameters`, or begin with `--method morris`"));
        }
        Ok(())
    }

    fn replicates(&self, luck: bool) -> Result<u64, Exit> {
        match self.replicates {
            None => Ok(if luck { REPLICATES } else { 1 }),
            Some(0) => Err(refuse("there must be at least 1 trial at each point", "leave `--replicates` out")),
            Some(1) if luck => Err(refuse("one trial at each point cannot tell luck from parameters", "take `--replicates 2` or more")),
            Some(m) if m > MOST_REPLICATES => Err(refuse(
                &format!("there are at most {MOST_REPLICATES} trials at each point"),
                "more points tell more than more replicates",
            )),
            Some(m) => Ok(m),
        }
    }

    /// The command that makes it again.
    fn command(&self, plan: Option<Plan>) -> String {
        let mut text = format!("escalade sensitivity {}", shown(&self.file));
        match plan {
            Some(Plan::Sobol { points, replicates, .. }) => text += &format!(" --method sobol --points {points} --replicates {replicates}"),
            Some(Plan::Morris { trajectories, replicates, .. }) => {
                text += &format!(" --method morris --trajectories {trajectories} --replicates {replicates}");
            }
            Some(Plan::Given { trials }) => text += &format!(" --method given --trials {trials}"),
            None => text += " --method given",
        }
        self.of.iter().for_each(|id| text += &format!(" --of {id}"));
        if !self.parameters.is_empty() {
            text += &format!(" --parameters {}", self.parameters.join(","));
        }
        text + &self.changes.arguments() + &self.study.arguments()
    }

    fn document(&self, scenario: &Scenario, plan: StudyPlan, sensitivity: Sensitivity) -> SensitivitySummary {
        SensitivitySummary {
            format: 1,
            tool: ToolRef { name: "escalade".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            scenario: ScenarioRef {
                id: scenario.id.clone(),
                title: scenario.about.title.clone(),
                question: scenario.about.question.clone(),
                sha256: scenario.sha256.clone(),
            },
            plan,
            sensitivity,
        }
    }

    fn deliver(&self, desk: Desk, summary: &SensitivitySummary, kept: Option<&Evaluations>, question: &Question) -> Exit {
        let recipe = vec![
            ("command".to_owned(), summary.plan.command.clone()),
            ("scenario_sha256".to_owned(), summary.scenario.sha256.clone()),
            ("version".to_owned(), summary.tool.version.clone()),
        ];
        let answer = Answer {
            text: report::answer(summary, !self.of.is_empty(), terminal::COLUMNS),
            document: json::document(summary),
            table: tables::indices(summary),
            complete: summary.plan.complete,
            recipe,
        };
        match kept {
            None => self.study.deliver(desk, &answer),
            Some(kept) => self.study.deliver_with(desk, &answer, &[tables::points(summary, question, kept)]),
        }
    }
}

fn name_of(method: MethodName) -> &'static str {
    match method {
        MethodName::Sobol => "sobol",
        MethodName::Morris => "morris",
        MethodName::Given => "given",
    }
}

/// From the trials of a run.
fn read(args: &SensitivityArgs, scenario: &Scenario, question: &Question, kept: &Kept, desk: Desk) -> Result<Exit, Exit> {
    let mut rows = GivenRows::new(question, kept.trials);
    let schema = trials_schema(&about(scenario));
    let count = read_trials(&kept.table, &schema, &mut |row| rows.add(row)).map_err(|error| {
        store_fault(&error);
        store_exit(&error)
    })?;
    let Some(found) = rows.finish() else { return Err(refuse("the run has too few trials", "run more of them")) };
    let plan = StudyPlan {
        variant: kept.changes.name(),
        variant_label: scenario.variant_label(&kept.changes.name()),
        overrides: scenario.overrides.iter().cloned().collect(),
        seed: kept.seed,
        trials: count,
        trials_in_all: count,
        level: args.study.level,
        complete: kept.complete,
        command: args.command(None),
    };
    let summary = args.document(scenario, plan, found);
    // What the run had done is all there is: this study is done with it.
    let exit = args.deliver(desk, &summary, None, question);
    Ok(if kept.complete {
        exit
    } else if exit == Exit::Interrupted {
        Exit::Done
    } else {
        exit
    })
}

fn run(args: &SensitivityArgs, scenario: &Scenario, question: &Question, plan: Plan, desk: Desk) -> Result<Exit, Exit> {
    let inputs = scenario.drawn_parameters().count();
    let k = question.factors.len() as u64;
    let quiet = args.study.quiet;
    let meter = |trials: u64| Meter::new(&scenario.id, trials, quiet);
    let failed = |stop: &escalade::study::ArmStop| arm_stopped(&args.file, stop, args.study.seed, &args.changes);
    let cancel = &desk.cancel;
    let (found, rows, wanted) = match plan {
        Plan::Sobol { points, replicates, luck } => {
            let design = saltelli(question, inputs, (points, replicates))
                .map_err(|error| refuse(&error.to_string(), "choose some parameters by `--parameters`, or take `--method morris`"))?;
            let meter = meter(points * replicates * (k + 2));
            let done = desk.pool.install(|| sobol(scenario, question, &design, (points, replicates, luck), &meter, cancel));
            meter.end();
            (done.map_err(|stop| failed(&stop))?, k + 2, points)
        }
        Plan::Morris { trajectories, replicates, luck } => {
            let points = morris_points(question, inputs, (trajectories, replicates));
            let meter = meter(trajectories * replicates * (k + 1));
            let done = desk.pool.install(|| morris(scenario, question, &points, (trajectories, replicates, luck), &meter, cancel));
            meter.end();
            (done.map_err(|stop| failed(&stop))?, k + 1, trajectories)
        }
        Plan::Given { trials } => {
            let meter = meter(trials);
            let done = desk.pool.install(|| given(scenario, question, trials, &meter, cancel));
            meter.end();
            let done = done.map_err(|stop| {
                stopped(&args.file, &stop, args.study.seed, &args.changes);
                Exit::Incomplete
            })?;
            (done.map(|found| (found, Evaluations::default())), 1, trials)
        }
    };
    let Some((found, kept)) = found else { return Err(nothing_done(&args.file, "two points were done")) };
    let trials = found.points * found.replicates;
    let plan = StudyPlan {
        variant: args.changes.name(),
        variant_label: scenario.variant_label(&args.changes.name()),
        overrides: scenario.overrides.iter().cloned().collect(),
        seed: args.study.seed,
        trials,
        trials_in_all: trials * rows,
        level: args.study.level,
        complete: found.points == wanted,
        command: args.command(Some(plan)),
    };
    let summary = args.document(scenario, plan, found);
    Ok(args.deliver(desk, &summary, args.evaluations.then_some(&kept), question))
}
