//! `escalade explain`: what a scenario means, as compiled; or what a code means.

mod listing;
mod sections;
mod words;

use std::path::Path;

use escalade::diag::Code;
use escalade::report::{json, terminal};
use escalade::report::words::paragraph;
use escalade::results::ScenarioRef;
use escalade::study;
use serde::Serialize;

use super::args::ExplainArgs;
use super::exit::Exit;
use super::output::{Lost, data};
use super::scenario::load;
use listing::Section;

/// A listing as data.
#[derive(Serialize)]
struct Listing {
    format: u32,
    scenario: Option<ScenarioRef>,
    sections: Vec<Section>,
}

/// Lists the compiled scenario, or explains a code.
pub(super) fn explain(args: &ExplainArgs) -> Result<Exit, Lost> {
    if let Some(code) = code(&args.file) {
        let text = format!("{}: {}\n\n{}", code.id(), code.title(), paragraph("", 0, code.explain(), terminal::COLUMNS));
        data(&text)?;
        return Ok(Exit::Done);
    }
    let Some(scenario) = load(&args.file, &args.changes, true) else { return Ok(Exit::Input) };
    let sections = sections::sections(&scenario);
    let text = if args.json {
        let scenario = study::about(&scenario).scenario;
        json::document(&Listing { format: 1, scenario, sections: sections.into_iter().filter(|s| !s.items.is_empty()).collect() })
    } else {
        let title = if scenario.about.title.is_empty() { &scenario.id } else { &scenario.about.title };
        listing::text(title, &sections, terminal::COLUMNS)
    };
    data(&text)?;
    Ok(Exit::Done)
}

/// The code that is meant, unless a file has that name.
fn code(path: &Path) -> Option<Code> {
    let code = Code::by_id(path.to_str()?)?;
    (!path.exists()).then_some(code)
}
