//! `escalade sweep`: how the answer changes along one or two inputs, or over a designed sample of many.

mod inputs;
mod table;

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use escalade::report::words::{counted, whole};
use escalade::report::{json, sweep as words, terminal};
use escalade::results::{About, StudyPlan, Sweep, SweepDesign, SweepPoint, SweepSummary, quoted};
use escalade::scenario::Scenario;
use escalade::store::place;
use escalade::study::design::{LatinHypercube, ScrambledSobol};
use escalade::study::sweep::{Input, Point, designed, grid};
use escalade::study::{self, ArmStop, EngineKind, Observed, Runner, swept};

use self::inputs::vary;
use super::args::{ChangeArgs, trials, whole as whole_number};
use super::exit::Exit;
use super::output::{Lost, fault, hint};
use super::progress::Meter;
use super::scenario::{load, shown};
use super::study::{Answer, Desk, StudyArgs, arm_stopped, nothing_done};

/// Most points.
const MOST_POINTS: usize = 10_000;
/// Most trials of a point: what each ended as is kept.
const MOST_TRIALS: u64 = 10_000_000;
/// Most inputs.
const MOST_INPUTS: usize = 100;
/// Up to so many points are all read before anything is run.
const READ_BEFORE: usize = 100;

#[derive(Debug, Args)]
pub(super) struct SweepArgs {
    /// Scenario file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// What to vary, and how: `parameters.resolve=0.1..0.9:9` (nine values from 0.1 to 0.9), `...=0.01..10:7:log` (equal ratios),
    /// `...=2 days..14 days:4`, or a list such as `events.raid.enabled=true,false`; anything that `--set` can change. One or two on a grid, more with
    /// `--design`, where ranges need no number of values
    #[arg(long = "vary", value_name = "PATH=VALUES", required = true, value_parser = vary)]
    vary: Vec<Input>,
    /// Points spread over all ranges instead of a grid
    #[arg(long, value_enum, value_name = "DESIGN", requires = "points")]
    design: Option<DesignName>,
    /// Number of points of the design
    #[arg(long, value_name = "N", requires = "design", value_parser = points, allow_negative_numbers = true)]
    points: Option<usize>,
    /// Trials at each point, the same for all
    #[arg(long, short = 'n', value_name = "N", default_value = "4000", value_parser = few_trials, allow_negative_numbers = true)]
    trials: u64,
    /// Show these outcomes; those that change most where none is named. Files and JSON hold all
    #[arg(long = "of", value_name = "OUTCOME")]
    of: Vec<String>,
    #[command(flatten)]
    changes: ChangeArgs,
    #[command(flatten)]
    study: StudyArgs,
}

/// Designs of points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum DesignName {
    /// Latin hypercube: each of N equal slices of every range once
    Lhs,
    /// Sobol points, scrambled as Owen does: evenly spread in all ranges together; best with a power of 2
    Sobol,
}

fn points(text: &str) -> Result<usize, String> {
    match usize::try_from(whole_number(text)?) {
        Ok(0 | 1) => Err("a design needs at least 2 points".to_owned()),
        Ok(n) if n <= MOST_POINTS => Ok(n),
        _ => Err(format!("there are at most {MOST_POINTS} points")),
    }
}

fn few_trials(text: &str) -> Result<u64, String> {
    match trials(text)? {
        n if n > MOST_TRIALS => Err(format!("a sweep has at most {MOST_TRIALS} trials at each point")),
        n => Ok(n),
    }
}

/// Runs a sweep.
#[expect(clippy::unnecessary_wraps, reason = "every command has this form")]
pub(super) fn sweep(args: &SweepArgs) -> Result<Exit, Lost> {
    let points = match args.points_asked() {
        Ok(points) => points,
        Err((text, help)) => {
            fault(&text);
            hint(&help);
            return Ok(Exit::Input);
        }
    };
    let base = match load(&args.file, &args.changes, args.study.quiet) {
        Ok(scenario) => scenario,
        Err(failure) => return Ok(failure.answer(args.study.json)),
    };
    if let Err(exit) = args.outcomes_exist(&base).and_then(|()| args.try_points(&points)) {
        return Ok(exit);
    }
    let desk = match args.study.desk(place::SWEEP) {
        Ok(desk) => desk,
        Err(exit) => return Ok(exit),
    };
    Ok(args.run(desk, &base, &points))
}

impl SweepArgs {
    fn points_asked(&self) -> Result<Vec<Point>, (String, String)> {
        let say = |text: String, help: &str| Err((text, help.to_owned()));
        if let Some(twice) = self.vary.iter().enumerate().find(|(at, i)| self.vary[..*at].iter().any(|o| o.path == i.path)) {
            return say(format!("`{}` is varied twice", twice.1.path), "give each input once");
        }
        if let (Some(name), Some(points)) = (self.design, self.points) {
            if self.vary.len() > MOST_INPUTS {
                return say(format!("there are at most {MOST_INPUTS} inputs"), "leave out what matters least");
            }
            let count = points as u64;
            let (seed, inputs) = (self.study.seed, self.vary.len());
            let points = match name {
                DesignName::Lhs => LatinHypercube::new(seed, count, inputs).map(|d| designed(&self.vary, &d, count)),
                DesignName::Sobol => ScrambledSobol::new(seed, count, inputs).map(|d| designed(&self.vary, &d, count)),
            };
            return points.or_else(|error| say(error.to_string(), "take fewer points or inputs"));
        }
        if self.vary.len() > 2 {
            let help = "add `--design lhs --points N` or `--design sobol --points N` to spread points over all of them";
            return say(format!("a grid has one or two inputs, found {}", self.vary.len()), help);
        }
        let all: usize = self.vary.iter().filter_map(Input::count).product();
        if all > MOST_POINTS {
            return say(format!("the grid has {} points; there are at most {MOST_POINTS}", whole(all as u64)), "take fewer values");
        }
        let open = self.vary.iter().find(|i| i.count().is_none());
        match (grid(&self.vary), open) {
            (Some(points), None) => Ok(points),
            (_, open) => {
                let path = open.map_or("", |i| i.path.as_str());
                say(
                    format!("how many values `{path}` takes is missing"),
                    "write it after the range: `FROM..TO:9`; or spread points by `--design`",
                )
            }
        }
    }

    fn outcomes_exist(&self, scenario: &Scenario) -> Result<(), Exit> {
        let known = || scenario.outcomes.iter().map(|o| o.id.as_str());
        let Some(wrong) = self.of.iter().find(|id| known().all(|k| k != id.as_str())) else { return Ok(()) };
        fault(&format!("{}: there is no outcome `{wrong}`", shown(&self.file)));
        match escalade::diag::did_you_mean(wrong, known()) {
            Some(close) => hint(&format!("did you mean `{close}`?")),
            None => hint(&format!("its outcomes are {}", escalade::diag::list_of(known(), 20))),
        }
        Err(Exit::Input)
    }

    /// The changes of a point: the scenario's own, then its values.
    fn changes_at(&self, texts: &[String]) -> ChangeArgs {
        let own = self.vary.iter().zip(texts).map(|(input, text)| format!("{}={text}", input.path));
        ChangeArgs { variant: self.changes.variant.clone(), set: self.changes.set.iter().cloned().chain(own).collect() }
    }

    /// Reads the scenario at all points, or where there are many at the ends of every input, so that a mistake is found before
    /// anything is run.
    fn try_points(&self, points: &[Point]) -> Result<(), Exit> {
        let some: Vec<Vec<String>> = if points.len() <= READ_BEFORE {
            points.iter().map(|p| p.texts.clone()).collect()
        } else {
            let first = points[0].texts.clone();
            let at = |(place, input): (usize, &Input)| {
                let first = first.clone();
                let change = move |text: String| {
                    let mut texts = first.clone();
                    texts[place] = text;
                    texts
                };
                input.ends().into_iter().map(change).collect::<Vec<_>>()
            };
            self.vary.iter().enumerate().flat_map(at).collect()
        };
        some.iter().try_for_each(|texts| load(&self.file, &self.changes_at(texts), true).map(|_| ()).map_err(|_| Exit::Input))
    }

    fn run(&self, desk: Desk, base: &Scenario, points: &[Point]) -> Exit {
        let about = study::about(base);
        let runner = Runner::new(base, EngineKind::Columns).heeding(&desk.cancel);
        let all = self.trials * (points.len() as u64 + 1);
        let what = format!("{} and the scenario as it stands x {}", counted(points.len() as u64, "point"), counted(self.trials, "trial"));
        self.study.tell_cost(&desk, &what, &runner, all);
        let meter = Meter::new(&base.id, all, self.study.quiet);
        let observe = |scenario: &Scenario, runner: &Runner<'_>| {
            let shape = study::shape(scenario);
            let arms = std::slice::from_ref(runner);
            let run = || study::paired(arms, (self.study.seed, 0..self.trials, 1), || Observed::new(&shape), &meter, &desk.cancel);
            desk.pool.install(run).map(|(seen, _)| seen)
        };
        let stopped = |stop: &ArmStop, texts: &[String]| {
            meter.end();
            arm_stopped(&self.file, stop, self.study.seed, &self.changes_at(texts))
        };
        let seen = match observe(base, &runner) {
            Ok(seen) => seen,
            Err(stop) => return stopped(&stop, &[]),
        };
        let mut done = Vec::new();
        let mut exit = Exit::Done;
        // Nothing can be compared with a base that is not complete.
        for point in points.iter().filter(|_| seen.trials == self.trials) {
            if desk.cancel.asked() {
                break;
            }
            let Ok(scenario) = load(&self.file, &self.changes_at(&point.texts), true) else {
                exit = Exit::Input;
                break;
            };
            match observe(&scenario, &Runner::new(&scenario, EngineKind::Columns).heeding(&desk.cancel)) {
                Ok(there) if there.trials == self.trials => {
                    let about_there = study::about(&scenario);
                    done.push(swept::observed_at(Some(point), &about_there, &there, Some((&about, &seen)), self.study.level));
                }
                Ok(_) => break,
                Err(stop) => {
                    exit = stopped(&stop, &point.texts);
                    break;
                }
            }
        }
        meter.end();
        if done.is_empty() {
            return if exit == Exit::Done { nothing_done(&self.file, "the first point was done") } else { exit };
        }
        let at_base = swept::observed_at(None, &about, &seen, None, self.study.level);
        let summary = self.summary(base, &about, (at_base, done), points.len());
        let answer = Answer {
            text: words::answer(&summary, &self.of, terminal::COLUMNS),
            document: json::document(&summary),
            table: table::table(&summary),
            complete: summary.plan.complete,
            recipe: vec![("command".to_owned(), summary.plan.command.clone())],
        };
        let told = self.study.deliver(desk, &answer);
        if exit == Exit::Done { told } else { exit.max(told.min(Exit::Incomplete)) }
    }

    fn summary(&self, base: &Scenario, about: &About, (at_base, points): (SweepPoint, Vec<SweepPoint>), asked: usize) -> SweepSummary {
        let swings = swept::swings(&points, about);
        let level = self.study.level;
        let correlations = if self.design.is_some() { swept::correlations(&points, &swings, self.vary.len(), level) } else { Vec::new() };
        let plan = StudyPlan {
            variant: self.changes.name(),
            variant_label: base.variant_label(&self.changes.name()),
            overrides: base.overrides.iter().cloned().collect(),
            seed: self.study.seed,
            trials: self.trials,
            trials_in_all: self.trials * (points.len() as u64 + 1),
            level,
            complete: points.len() == asked,
            command: self.command(),
        };
        let sweep = Sweep {
            design: match self.design {
                None => SweepDesign::Grid,
                Some(DesignName::Lhs) => SweepDesign::Lhs,
                Some(DesignName::Sobol) => SweepDesign::Sobol,
            },
            inputs: self.vary.iter().map(|input| swept::described(input, base)).collect(),
            points_asked: asked as u64,
            base: at_base,
            points,
            swings,
            correlations,
        };
        SweepSummary::new(about, plan, sweep)
    }

    /// The command that makes the same again.
    fn command(&self) -> String {
        let mut text = format!("escalade sweep {}", quoted(&shown(&self.file)));
        for input in &self.vary {
            text.push_str(&format!(" --vary {}", quoted(&format!("{}={}", input.path, input.values))));
        }
        if let (Some(design), Some(points)) = (self.design, self.points) {
            let name = design.to_possible_value().map(|v| v.get_name().to_owned()).unwrap_or_default();
            text.push_str(&format!(" --design {name} --points {points}"));
        }
        text + &format!(" --trials {}", self.trials) + &self.changes.arguments() + &self.study.arguments()
    }
}
