//! `escalade plan`, `shard` and `merge`: one run on several machines.

use std::path::{Path, PathBuf};

use escalade::report::json;
use escalade::report::words::{counted, whole};
use escalade::results::{Recipe, Tally};
use escalade::scenario::Scenario;
use escalade::store::{OutDir, Part, PartWriter, StoreError};
use escalade::study::{Halt, Keeper, Runner, stream};
use serde::{Deserialize, Serialize};

use super::args::{ChangeArgs, MergeArgs, PlanArgs, ShardArgs, formats};
use super::exit::Exit;
use super::interrupt::on_interrupt;
use super::out::{Finished, bytes, forget, is_unfinished, named, publish, recipe, request_of, store_exit, store_fault, summary_of, tally};
use super::output::{Lost, data, fault, hint, talk};
use super::progress::Meter;
use super::run::stopped;
use super::scenario::{call_as, load, shown};
use super::targets::free;
use super::workers::workers;

/// What a part is of.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Header {
    recipe: Recipe,
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Footer {
    /// The tally, as hexadecimal digits.
    tally: String,
}

/// Lists ranges of trials for so many machines.
pub(super) fn plan(args: &PlanArgs) -> Result<Exit, Lost> {
    if load(&args.file, &args.changes, true).is_err() {
        return Ok(Exit::Input);
    }
    let ranges = ranges(args.trials, args.shards);
    let file = quoted(&args.file);
    let seed = if args.seed == 1 { String::new() } else { format!(" --seed {}", args.seed) };
    let changes = args.changes.arguments();
    let command = |index: usize, (from, to): (u64, u64)| {
        format!("escalade shard {file} --range {from}..{to}{seed}{changes} -o part-{:03}.esc", index + 1)
    };
    if args.json {
        let entries: Vec<_> = ranges
            .iter()
            .enumerate()
            .map(|(i, (from, to))| serde_json::json!({ "first": from, "end": to, "command": command(i, (*from, *to)) }))
            .collect();
        data(&json::document(&serde_json::json!({ "format": 1, "trials": args.trials, "shards": entries })))?;
        return Ok(Exit::Done);
    }
    let mut text = String::new();
    for (index, range) in ranges.iter().enumerate() {
        text.push_str(&(command(index, *range) + "\n"));
    }
    text.push_str(&format!("escalade merge part-*.esc --trials {} --out DIR\n", args.trials));
    data(&text)?;
    Ok(Exit::Done)
}

/// Ranges of about the same length, in multiples of 64 but for the last.
fn ranges(trials: u64, shards: u64) -> Vec<(u64, u64)> {
    let share = trials.div_ceil(shards.max(1)).next_multiple_of(64).max(1);
    let starts = (0..shards).map(|k| k * share).take_while(|from| *from < trials);
    starts.map(|from| (from, (from + share).min(trials))).collect()
}

fn quoted(path: &Path) -> String {
    let text = shown(path);
    let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    if plain { text } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

/// Runs a range of trials into one file.
pub(super) fn shard(args: &ShardArgs) -> Exit {
    let Some(pool) = workers(args.threads) else { return Exit::Incomplete };
    let cancel = on_interrupt(args.quiet);
    let Ok(mut scenario) = load(&args.file, &args.changes, args.quiet) else { return Exit::Input };
    if follow(&mut scenario, &args.follow).is_err() {
        return Exit::Input;
    }
    if !free(&[("--output", Some(&args.output))], std::slice::from_ref(&args.file), None) {
        return Exit::Input;
    }
    if args.output.exists() && !args.force {
        fault(&format!("`{}` is there already", shown(&args.output)));
        hint(&"give another name, or `--force` to replace it");
        return Exit::Input;
    }
    let (from, to) = args.range;
    let mut request = request_of(&Recipe { seed: args.seed, first_trial: from, ..Recipe::default() }, to - from);
    request.variant = args.changes.name();
    let recipe = recipe(&args.file, &scenario, &args.changes, &request, (&args.follow, Vec::new()));
    let header = Header { recipe };
    let stride = escalade::results::record_length(scenario.indicators.len(), scenario.metrics.len(), scenario.params.len());
    let writer = match PartWriter::create(&args.output, stride, &header) {
        Ok(writer) => writer,
        Err(error) => {
            store_fault(&error);
            return store_exit(&error).max(Exit::Incomplete);
        }
    };
    let mut keeper = Into(writer);
    let (shape, _) = named(&scenario);
    let mut total = Tally::new(&shape);
    let runner = Runner::new(&scenario, request.engine).heeding(&cancel);
    let meter = Meter::new(&scenario.id, request.trials, args.quiet);
    let result = pool.install(|| stream(&runner, (args.seed, from..to), (&mut total, &shape), &mut keeper, &meter, &cancel));
    meter.end();
    match result {
        Ok(next) if next == to => {}
        Ok(_) => {
            fault(&format!("interrupted; `{}` was not written", shown(&args.output)));
            return Exit::Interrupted;
        }
        Err(Halt::Stop(stop)) => {
            stopped(&args.file, &stop, args.seed, &args.changes);
            return Exit::Incomplete;
        }
        Err(Halt::Keeper(error)) => {
            store_fault(&error);
            return Exit::Incomplete;
        }
    }
    let done = bytes(&total).map(|bytes| Footer { tally: hex(&bytes) });
    let sealed = match done {
        Ok(footer) => keeper.0.finish(&footer),
        Err(text) => {
            fault(&text);
            return Exit::Incomplete;
        }
    };
    match sealed {
        Ok(()) => {
            if !args.quiet {
                talk(&format!("{}: {} ({from} to {})", shown(&args.output), counted(to - from, "trial"), to - 1));
            }
            Exit::Done
        }
        Err(error) => {
            store_fault(&error);
            Exit::Incomplete
        }
    }
}

/// Follows the variables that were asked for.
pub(super) fn follow(scenario: &mut Scenario, names: &[String]) -> Result<(), ()> {
    if names.is_empty() {
        return Ok(());
    }
    if names.len() > Scenario::FOLLOWED {
        fault(&format!("{} variables to follow; at most {} can be", names.len(), Scenario::FOLLOWED));
        hint(&"choose the ones that the question is about");
        return Err(());
    }
    scenario.follow(names).map_err(|name| {
        let all: Vec<&str> = scenario.variables.iter().map(|v| scenario.cells[v.cell.0 as usize].name.as_str()).collect();
        fault(&format!("there is no variable `{}` to follow", escalade::diag::clean(&name)));
        match escalade::diag::did_you_mean(&name, all.iter().copied()) {
            Some(known) => hint(&format!("did you mean `{known}`?")),
            None => hint(&"`escalade explain FILE` lists the variables"),
        }
    })
}

struct Into(PartWriter);

impl Keeper for Into {
    type Error = StoreError;
    fn wants_rows(&self) -> bool {
        true
    }
    fn rows(&mut self, numbers: &[f64]) -> Result<(), StoreError> {
        self.0.append(numbers)
    }
    fn reached(&mut self, _: &Tally, _: u64) -> Result<(), StoreError> {
        Ok(())
    }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]]).map(char::from).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(pair[0])? << 4 | digit(*pair.get(1)?)?)).collect()
}

/// A part that was opened.
struct Opened {
    path: PathBuf,
    part: Part,
    recipe: Recipe,
    tally: Tally,
}

/// Joins parts to the result of one run.
pub(super) fn merge(args: &MergeArgs) -> Exit {
    match merged(args) {
        Ok(()) => Exit::Done,
        Err((exit, text, help)) => {
            fault(&text);
            if let Some(help) = help {
                hint(&help);
            }
            exit
        }
    }
}

type Refusal = (Exit, String, Option<String>);

fn refused(error: &StoreError) -> Refusal {
    (store_exit(error), error.to_string(), error.help())
}

fn wrong(text: String, help: &str) -> Refusal {
    (Exit::Input, text, Some(help.to_owned()))
}

fn merged(args: &MergeArgs) -> Result<(), Refusal> {
    let mut parts = Vec::new();
    for path in &args.parts {
        let part = Part::open(path).map_err(|error| refused(&error))?;
        let header: Header = part.header().map_err(|error| refused(&error))?;
        let footer: Footer = part.footer().map_err(|error| refused(&error))?;
        if header.recipe.version != env!("CARGO_PKG_VERSION") {
            let text = format!("`{}` was made by escalade {}, this is {}", shown(path), header.recipe.version, env!("CARGO_PKG_VERSION"));
            return Err(wrong(text, "merge parts with the version that made them, or make them anew"));
        }
        let tally = unhex(&footer.tally).and_then(|bytes| tally(&bytes));
        let tally = tally.ok_or_else(|| wrong(format!("`{}`: its tally cannot be read", shown(path)), "make the part anew"))?;
        if tally.trials != header.recipe.trials || part.len() != header.recipe.trials {
            return Err(wrong(format!("`{}` does not hold the trials that it says", shown(path)), "make the part anew"));
        }
        parts.push(Opened { path: path.clone(), part, recipe: header.recipe, tally });
    }
    parts.sort_by_key(|p| (p.recipe.first_trial, p.recipe.trials));
    let mut recipe = joined(&parts, args.trials)?;
    recipe.formats = formats(&args.format, !args.no_report);
    // Parts are counts; which intervals they get is said where they are joined.
    recipe.intervals = args.intervals.intervals();
    let file = args.file.clone().unwrap_or_else(|| PathBuf::from(&recipe.file));
    let changes = ChangeArgs { variant: recipe.variant.clone(), set: recipe.set.clone() };
    let mut scenario = load(&file, &changes, true).map_err(|_| {
        let text = format!("the scenario of the parts cannot be read from `{}`", shown(&file));
        wrong(text, "run `merge` where the parts were made, or give the scenario by `--scenario`")
    })?;
    if scenario.sha256 != recipe.sha256 {
        let text = format!("`{}` has changed since the parts were made", shown(&file));
        return Err(wrong(text, "give the scenario that they were made of by `--scenario`"));
    }
    call_as(&mut scenario, &recipe.file);
    follow(&mut scenario, &recipe.follow)
        .map_err(|()| (Exit::Input, "the parts follow a variable that the scenario lacks".to_owned(), None))?;
    let (shape, about) = named(&scenario);
    if is_unfinished(&args.out) && !args.force {
        let text = format!("`{}` holds a run that is not finished", shown(&args.out));
        return Err(wrong(text, "give another directory, or `--force` to replace what is there"));
    }
    let dir = OutDir::prepare(&args.out, args.force).map_err(|error| refused(&error))?;
    let spool = dir.file(".merging");
    let mut rows = escalade::store::RowFile::create(&spool, parts[0].part.stride()).map_err(|error| refused(&error))?;
    let mut total = Tally::new(&shape);
    let join = || -> Result<escalade::store::Rows, Refusal> {
        for opened in parts {
            if !opened.tally.fits(&shape) {
                return Err(wrong(format!("`{}` does not fit the scenario", shown(&opened.path)), "make the part anew"));
            }
            total.merge(opened.tally);
            let mut from = opened.part.rows().map_err(|error| refused(&error))?;
            while let Some(row) = from.next_row().map_err(|error| refused(&error))? {
                rows.append(row).map_err(|error| refused(&error))?;
            }
        }
        rows.into_rows().map_err(|error| refused(&error))
    };
    let rows = join();
    let rows = match rows {
        Ok(rows) => rows,
        Err(refusal) => {
            let _ = std::fs::remove_file(&spool);
            return Err(refusal);
        }
    };
    let (summary, total) = summary_of(&scenario, &recipe, total, None);
    let done = Finished { summary: &summary, tally: &total, about: &about, shape: &shape, recipe: &recipe, scenario: &scenario };
    let written = publish(&dir, rows, &done);
    let _ = std::fs::remove_file(&spool);
    written.map_err(|error| refused(&error))?;
    forget(&args.out);
    if !args.quiet {
        talk(&format!("{}: {} from {}", shown(&args.out), counted(total.trials, "trial"), counted(args.parts.len() as u64, "part")));
    }
    Ok(())
}

/// The recipe of all parts together, which must be parts of one run, without a gap.
fn joined(parts: &[Opened], wanted: Option<u64>) -> Result<Recipe, Refusal> {
    let first = &parts[0];
    for pair in parts.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        let (an, bn) = (shown(&a.path), shown(&b.path));
        if let Some(difference) = first.recipe.difference(&b.recipe) {
            let text = format!("`{}` and `{bn}` are not parts of one run: {difference}", shown(&first.path));
            return Err(wrong(text, "merge parts that were made with the same arguments but `--range` and `-o`"));
        }
        let end = a.recipe.first_trial + a.recipe.trials;
        if end > b.recipe.first_trial {
            let text = format!(
                "`{an}` and `{bn}` overlap: trials {} to {} are in both",
                b.recipe.first_trial,
                end.min(b.recipe.first_trial + b.recipe.trials) - 1
            );
            return Err(wrong(text, "leave one of them out"));
        }
        if end < b.recipe.first_trial {
            let text = format!("there is a gap between `{an}` and `{bn}`: trials {end} to {} are missing", b.recipe.first_trial - 1);
            return Err(wrong(text, "make the missing part"));
        }
    }
    let last = &parts[parts.len() - 1].recipe;
    let trials = last.first_trial + last.trials - first.recipe.first_trial;
    if let Some(wanted) = wanted
        && (first.recipe.first_trial != 0 || trials != wanted)
    {
        let end = first.recipe.first_trial + trials;
        let text = format!(
            "the parts hold trials {} to {}, not 0 to {}",
            whole(first.recipe.first_trial),
            whole(end.saturating_sub(1)),
            whole(wanted - 1)
        );
        return Err(wrong(text, "make the missing parts, or give the number that they hold by `--trials`"));
    }
    Ok(Recipe { trials, ..first.recipe.clone() })
}
