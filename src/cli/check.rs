//! `escalade check`: says what is wrong with scenarios, and with each of their variants.

use std::collections::BTreeSet;
use std::path::Path;

use escalade::diag::{Diagnostics, JsonDiagnostic, Sources, render_all, to_json};
use escalade::report::json;
use escalade::report::words::{and, counted};
use escalade::scenario::model::{Rule, Variant};
use escalade::scenario::{self, Changes, Scenario};
use rayon::prelude::*;
use serde::Serialize;

use super::args::CheckArgs;
use super::exit::Exit;
use super::find::{find, none};
use super::output::{Lost, coloured_talk, data, say, talk};
use super::scenario::{news, shown};

/// What was found in all files, as data.
#[derive(Serialize)]
struct Report {
    format: u32,
    files: Vec<FileReport>,
}

/// What was found in a file.
#[derive(Serialize)]
struct FileReport {
    file: String,
    ok: bool,
    errors: usize,
    warnings: usize,
    diagnostics: Vec<Found>,
}

/// A diagnostic and the variant that it belongs to.
#[derive(Serialize)]
struct Found {
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<String>,
    #[serde(flatten)]
    diagnostic: JsonDiagnostic,
}

/// Checks every file.
pub(super) fn check(args: &CheckArgs) -> Result<Exit, Lost> {
    let Some(found) = find(&args.files, args.quiet) else { return Ok(Exit::Input) };
    if found.is_empty() {
        none(&args.files);
        return Ok(Exit::Input);
    }
    let mut exit = Exit::Done;
    let mut files = Vec::new();
    for file in &found {
        let report = one(&file.path, args)?;
        if !report.ok {
            exit = Exit::Input;
        }
        files.push(report);
    }
    if args.json
        && let Err(lost) = data(&json::document(&Report { format: 1, files }))
    {
        return Ok(lost.exit(exit));
    }
    Ok(exit)
}

fn one(file: &Path, args: &CheckArgs) -> Result<FileReport, Lost> {
    let text = scenario::read(file);
    let base = text.load(&Changes::default());
    let mut report = FileReport { file: shown(file), ok: true, errors: 0, warnings: 0, diagnostics: Vec::new() };
    add(&mut report, (base.scenario.is_some(), &base.sources), &base.diags, None, args);
    let variants = base.scenario.as_ref().map_or(&[][..], |s| &s.variants);
    // Each is checked whole, so that is done on all cores; what is found is told in the order of the file. Of each only what it
    // brings is kept: all of a large file at once would take gigabytes.
    let load = |variant: &Variant| {
        let changes = Changes { variant: Some(variant.id.clone()), set: Vec::new() };
        let loaded = text.load(&changes);
        let news = news(&loaded.diags, &base.diags);
        // Without a diagnostic nobody asks for the sources.
        let sources = if news.items().is_empty() { Sources::default() } else { loaded.sources };
        (loaded.scenario.is_some(), sources, news)
    };
    let mut at = 0;
    while at < variants.len() {
        let some = &variants[at..(at + 4 * rayon::current_num_threads()).min(variants.len())];
        let found: Vec<(bool, Sources, Diagnostics)> = some.par_iter().with_max_len(1).map(load).collect();
        for (variant, (good, sources, news)) in some.iter().zip(&found) {
            add(&mut report, (*good, sources), news, Some(&variant.id), args);
        }
        at += some.len();
    }
    if !args.json && !args.quiet {
        say(&verdict(&report, base.scenario.as_ref()), false)?;
    }
    Ok(report)
}

fn add(report: &mut FileReport, (good, sources): (bool, &Sources), found: &Diagnostics, variant: Option<&str>, args: &CheckArgs) {
    report.ok &= good;
    report.errors += found.error_count();
    report.warnings += found.warning_count();
    if args.json {
        let all = to_json(found, sources).into_iter();
        report.diagnostics.extend(all.map(|diagnostic| Found { variant: variant.map(str::to_owned), diagnostic }));
        return;
    }
    if found.items().is_empty() || (args.quiet && !found.has_errors()) {
        return;
    }
    if let Some(variant) = variant {
        talk(&format!("in the variant `{variant}`:"));
    }
    let mut told = found.clone();
    if args.quiet {
        told.drop_warnings(|_| true);
    }
    talk(&(render_all(&told, sources, coloured_talk()) + "\n"));
}

fn verdict(report: &FileReport, scenario: Option<&Scenario>) -> String {
    let warnings = match report.warnings {
        0 => String::new(),
        n => format!(", {}", counted(n as u64, "warning")),
    };
    if !report.ok {
        return format!("{}: {}{warnings}\n", report.file, counted(report.errors as u64, "error"));
    }
    let Some(scenario) = scenario else { return String::new() };
    let size = |n: usize, one: &str| (n > 0).then(|| counted(n as u64, one));
    // A rule for a group is one rule, however many members the group has.
    let rules = |kind: &str, of: &[Rule]| {
        let dormant = scenario.dormant_rules.iter().filter(|r| r.path.starts_with(kind));
        of.iter().chain(dormant).map(|r| r.id.as_str()).collect::<BTreeSet<_>>().len()
    };
    let decisions = scenario.decisions.iter().chain(&scenario.dormant_decisions);
    let decisions = decisions.map(|d| d.id.as_str()).collect::<BTreeSet<_>>().len();
    let parts: Vec<String> = [
        size(scenario.params.len(), "parameter"),
        size(scenario.ladders.len(), "ladder"),
        size(scenario.regimes.len(), "regime"),
        size(scenario.actors.len(), "actor"),
        size(rules("events.", &scenario.events), "event"),
        size(decisions, "decision"),
        size(rules("reactions.", &scenario.reactions), "reaction"),
        size(scenario.outcomes.len(), "outcome"),
        size(scenario.indicators.len(), "indicator"),
        size(scenario.metrics.len(), "metric"),
        size(scenario.variants.len(), "variant"),
        size(scenario.expectations.len(), "expectation"),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("{}: good ({}){warnings}\n", report.file, and(&parts))
}
