//! `escalade graph`: the structure of a scenario as a picture, or for other programs that draw.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use escalade::report::graph;
use escalade::study::portrait;

use super::args::ChangeArgs;
use super::exit::Exit;
use super::output::{Lost, data};
use super::scenario::load;

/// What to draw.
#[derive(Debug, Args)]
pub(super) struct GraphArgs {
    /// Scenario file
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Language of the picture
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Language::Svg)]
    format: Language,
    #[command(flatten)]
    changes: ChangeArgs,
    /// Say nothing but errors on standard error
    #[arg(long, short)]
    quiet: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Language {
    /// A picture that browsers and word processors show
    Svg,
    /// For Graphviz
    Dot,
    /// For Markdown on GitHub and elsewhere
    Mermaid,
}

/// Prints the picture.
pub(super) fn graph(args: &GraphArgs) -> Result<Exit, Lost> {
    let scenario = match load(&args.file, &args.changes, args.quiet) {
        Ok(scenario) => scenario,
        Err(failure) => return Ok(failure.answer(false)),
    };
    let looks = portrait(&scenario, &[]);
    let title = if scenario.about.title.is_empty() { &scenario.id } else { &scenario.about.title };
    let text = match args.format {
        Language::Svg => graph::svg(title, &looks),
        Language::Dot => graph::dot(title, &looks),
        Language::Mermaid => graph::mermaid(&looks, true),
    };
    data(&text)?;
    Ok(Exit::Done)
}
