//! `escalade explain`: what a scenario means, as compiled; or what a code means.

mod listing;
mod sections;
mod words;

use std::path::Path;

use escalade::diag::{Code, did_you_mean};
use escalade::program::{self, Program};
use escalade::report::words::paragraph;
use escalade::report::{json, terminal};
use escalade::results::ScenarioRef;
use escalade::scenario::Scenario;
use escalade::study;
use serde::Serialize;

use super::args::ExplainArgs;
use super::exit::Exit;
use super::output::{Lost, data, fault, hint, say};
use super::scenario::load;
use listing::Section;

/// A listing as data.
#[derive(Serialize)]
struct Listing {
    format: u32,
    scenario: Option<ScenarioRef>,
    sections: Vec<Section>,
}

/// A program as data.
#[derive(Serialize)]
struct Compiled {
    format: u32,
    scenario: Option<ScenarioRef>,
    program: program::Listing,
}

/// What a code means, as data.
#[derive(Serialize)]
struct Explained {
    format: u32,
    code: &'static str,
    title: &'static str,
    explanation: &'static str,
}

/// Lists the compiled scenario, or explains a code.
pub(super) fn explain(args: &ExplainArgs) -> Result<Exit, Lost> {
    if let Some(code) = code(&args.file) {
        let text = if args.json {
            json::document(&Explained { format: 1, code: code.id(), title: code.title(), explanation: code.explain() })
        } else {
            format!("{}: {}\n\n{}", code.id(), code.title(), paragraph("", 0, code.explain(), terminal::COLUMNS))
        };
        data(&text)?;
        return Ok(Exit::Done);
    }
    if let Some(id) = unknown_code(&args.file) {
        fault(&format!("no such code: `{id}`"));
        match did_you_mean(&id, Code::ALL.iter().map(|c| c.id())) {
            Some(close) => hint(&format!("did you mean `{close}`? docs/errors.md lists all codes")),
            None => hint(&"docs/errors.md lists all codes"),
        }
        return Ok(Exit::Input);
    }
    let scenario = match load(&args.file, &args.changes, true) {
        Ok(scenario) => scenario,
        Err(failure) => return Ok(failure.answer(args.json)),
    };
    if args.program {
        say(&program(&scenario, args.json), args.json)?;
        return Ok(Exit::Done);
    }
    let sections = sections::sections(&scenario);
    let text = if args.json {
        let scenario = study::about(&scenario).scenario;
        json::document(&Listing { format: 1, scenario, sections: sections.into_iter().filter(|s| !s.items.is_empty()).collect() })
    } else {
        let title = if scenario.about.title.is_empty() { &scenario.id } else { &scenario.about.title };
        listing::text(title, &sections, terminal::COLUMNS)
    };
    say(&text, args.json)?;
    Ok(Exit::Done)
}

/// The operations that the engine runs.
fn program(scenario: &Scenario, as_json: bool) -> String {
    let program = Program::new(scenario).listing(scenario);
    if as_json {
        return json::document(&Compiled { format: 1, scenario: study::about(scenario).scenario, program });
    }
    let size = program.size;
    let head = format!(
        "{}: {} operations at the start of a trial, {} a step with {} draws, {} registers, {} kept rows, {} rows of rings",
        scenario.id, size.start, size.each, size.draws, size.registers, size.kept, size.rings
    );
    paragraph("", 0, &head, terminal::COLUMNS) + &program.text()
}

/// The name, where it looks like a code (`E9999`) and is neither a code nor a file.
fn unknown_code(path: &Path) -> Option<String> {
    let name = path.to_str()?.to_ascii_uppercase();
    let digits = name.strip_prefix(['E', 'W'])?;
    let looks = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit());
    (looks && !path.exists()).then_some(name)
}

/// The code that is meant, unless a file has that name.
fn code(path: &Path) -> Option<Code> {
    let code = Code::by_id(path.to_str()?)?;
    (!path.exists()).then_some(code)
}
