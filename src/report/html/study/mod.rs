//! 5 and 6: what would change it and what it depends on, from studies that are stored beside the run.

mod compare;
mod drivers;
mod sensitivity;
mod sweep;

use super::figure::{Size, Table, figure, label, spoken};
use super::{Input, Part};
use crate::chart::letters::line;
use crate::chart::{Chart, Markup};
use crate::report::words::{counted, percent, whole};
use crate::results::{ScenarioRef, Studies, StudyPlan, ToolRef};

/// What something is called, where its label may be its id only.
pub(in crate::report) fn called(id: &str, name: &str) -> String {
    if id == name { spoken(name) } else { label(name) }
}

/// With the sign that typesetters use.
pub(in crate::report) fn minus(text: &str) -> String {
    text.replace('-', "−")
}

/// From what a study starts, and how it was run.
pub(in crate::report) fn basis(plan: &StudyPlan, each: &str) -> String {
    let from = if plan.variant == "base" {
        "the scenario as it stands".to_owned()
    } else {
        format!("variant “{}”", label(plan.variant_label.as_ref().unwrap_or(&plan.variant)))
    };
    let changed = match plan.overrides.len() {
        0 => String::new(),
        _ if plan.variant != "base" => String::new(),
        1 => " with one value changed".to_owned(),
        n => format!(" with {n} values changed"),
    };
    let total = counted(plan.trials_in_all, "trial");
    // Said once is enough.
    let in_all = if each.starts_with(&format!("{total},")) { String::new() } else { format!(", {total} in all") };
    let partial = if plan.complete { "" } else { " It was stopped early: partial." };
    format!("{each}{in_all}, seed {}, {} % intervals; it starts from {from}{changed}.{partial}", plan.seed, percent(plan.level))
}

/// A chart of a study with the table of its numbers; or the table alone.
pub(in crate::report) struct Block {
    /// Its name in the address.
    pub(super) id: String,
    /// What it shows.
    pub(in crate::report) title: String,
    /// How to read it.
    pub(in crate::report) said: String,
    /// The picture.
    pub(in crate::report) chart: Option<Chart>,
    /// The numbers.
    pub(in crate::report) table: Table,
}

/// What a report shows of one study.
pub(in crate::report) struct Section {
    /// Its name.
    pub(in crate::report) title: &'static str,
    /// What it found, in a sentence or two.
    pub(in crate::report) sentence: String,
    /// What was run.
    pub(in crate::report) basis: String,
    /// Its charts.
    pub(in crate::report) blocks: Vec<Block>,
    /// Where it misleads, in a sentence.
    pub(in crate::report) misleads: &'static str,
    /// How its numbers were made, with sources.
    pub(in crate::report) method: String,
    /// The command that makes it again.
    pub(super) command: String,
}

/// 5. What would change it.
pub(super) fn changes(input: Input<'_>) -> Option<Part> {
    part_of("changes", "What would change it", &changing(input.studies))
}

/// 6. What it depends on.
pub(super) fn depends(input: Input<'_>) -> Option<Part> {
    part_of("depends", "What it depends on", &depending(input.studies))
}

/// What would change it, study by study.
pub(in crate::report) fn changing(studies: &Studies) -> Vec<Section> {
    let compare = studies.compare.as_ref().and_then(compare::section);
    compare.into_iter().chain(studies.sweep.as_ref().and_then(sweep::section)).collect()
}

/// What it depends on, study by study.
pub(in crate::report) fn depending(studies: &Studies) -> Vec<Section> {
    let sensitivity = studies.sensitivity.as_ref().and_then(sensitivity::section);
    sensitivity.into_iter().chain(studies.drivers.as_ref().and_then(drivers::section)).collect()
}

/// A part of these sections; absent where there is none.
pub(super) fn part_of(id: &'static str, title: &'static str, sections: &[Section]) -> Option<Part> {
    if sections.is_empty() {
        return None;
    }
    let sentence = sections.iter().map(|s| s.sentence.as_str()).collect::<Vec<_>>().join(" ");
    let mut body = Markup::new();
    for section in sections {
        body.leaf("h3", &[("class", &"group")], section.title);
        body.leaf("p", &[("class", &"soft")], &section.basis);
        for block in &section.blocks {
            match &block.chart {
                Some(chart) => figure(&mut body, &block.id, (&block.title, &block.said), (chart, Size::Full), Some(&block.table)),
                None => {
                    body.open("details", &[("id", &block.id), ("class", &"numbers")]).leaf(
                        "summary",
                        &[],
                        &format!("Numbers: {}", block.title),
                    );
                    if !block.said.is_empty() {
                        body.leaf("p", &[], &block.said);
                    }
                    block.table.put(&mut body, &block.title);
                    body.close();
                }
            }
        }
        body.open("p", &[("class", &"soft")]).leaf("b", &[], "How it can mislead: ").say(section.misleads);
        body.say(" ").leaf("b", &[], "Method: ").say(&section.method).close();
        body.open("details", &[("class", &"numbers")]).leaf("summary", &[], "How to make it again");
        body.open("pre", &[]).leaf("code", &[], &line(&section.command, 4000)).close().close();
    }
    Some(Part { id, title, sentence, body })
}

/// What the thing with this id is called.
pub(super) fn of(ids: &[(&str, &str)], id: &str) -> String {
    ids.iter().find(|(x, _)| *x == id).map_or_else(|| spoken(id), |(x, name)| called(x, name))
}

/// What a page of studies alone says of them: scenario, tool, plans.
pub(super) fn plans(studies: &Studies) -> Vec<(&'static str, &ScenarioRef, &ToolRef, &StudyPlan)> {
    let mut all = Vec::new();
    all.extend(studies.compare.as_ref().map(|s| ("Comparison", &s.scenario, &s.tool, &s.plan)));
    all.extend(studies.sweep.as_ref().map(|s| ("Sweep", &s.scenario, &s.tool, &s.plan)));
    all.extend(studies.sensitivity.as_ref().map(|s| ("Sensitivity", &s.scenario, &s.tool, &s.plan)));
    all.extend(studies.drivers.as_ref().map(|s| ("Drivers", &s.scenario, &s.tool, &s.plan)));
    all
}

/// A study with fewer trials of each thing is a sketch.
const SKETCH: u64 = 1000;

/// What is thin in studies.
pub(in crate::report) fn thin(studies: &Studies) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (name, _, _, plan) in plans(studies) {
        if !plan.complete {
            all.push(format!("Partial: the {} stopped after {}.", name.to_lowercase(), counted(plan.trials_in_all, "trial")));
        }
        if plan.trials < SKETCH && name != "Sensitivity" {
            all.push(format!("{name}: only {} of each, so small changes cannot be told from noise.", whole_trials(plan.trials)));
        }
    }
    all.extend(studies.sensitivity.as_ref().and_then(sensitivity::thin));
    all.extend(studies.left_out.iter().take(8).map(|text| format!("Not shown: {}.", label(text))));
    all
}

fn whole_trials(n: u64) -> String {
    if n == 1 { "1 trial".to_owned() } else { format!("{} trials", whole(n)) }
}
