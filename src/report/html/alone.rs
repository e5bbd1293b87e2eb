//! A page of studies without a run.

use super::Part;
use super::expectations::{self, judged};
use super::figure::{Table, label};
use super::page::{around, fitting, title_of};
use super::study::{changing, depending, part_of, plans, thin};
use crate::chart::Markup;
use crate::chart::letters::line;
use crate::report::shares::SIMULATED;
use crate::report::words::{percent, whole};
use crate::results::{Studies, TestSummary};

/// Studies alone as one HTML file: what they found, warnings, and how to make them again; nothing of a run. `None` where there is no
/// study. Equal inputs give equal bytes.
#[must_use]
pub fn study_page(studies: &Studies) -> Option<String> {
    let scenario = studies.scenario()?;
    let tool = plans(studies).first().map(|p| p.2).or(studies.test.as_ref().map(|t| &t.tool))?;
    let title = title_of(scenario);
    let mut head = Markup::new();
    head.open("header", &[]).open("h1", &[]).leaf("bdi", &[], &title).close();
    if let Some(question) = &scenario.question {
        head.open("p", &[("class", &"question")]).leaf("bdi", &[], &line(question, 1000)).close();
    }
    let mut warnings: Vec<String> = judged(None, studies, false).and_then(|found| found.warning()).into_iter().collect();
    warnings.extend(thin(studies));
    if !warnings.is_empty() {
        head.open("aside", &[("class", &"warnings"), ("aria-label", &"Warnings")]).open("ul", &[]);
        for warning in warnings {
            head.leaf("li", &[], &warning);
        }
        head.close().close();
    }
    head.leaf("p", &[("class", &"soft")], SIMULATED);
    head.close();
    let found =
        [part_of("changes", "What would change it", &changing(studies)), part_of("depends", "What it depends on", &depending(studies))];
    let claims = judged(None, studies, false).map(|found| expectations::part_of(&found));
    let mut parts: Vec<Part> = found.into_iter().flatten().chain(claims).collect();
    if parts.is_empty() {
        let mut body = Markup::new();
        body.leaf("p", &[("class", &"soft")], "Nothing was varied, or nothing came of it: the numbers are in the files beside this page.");
        parts.push(Part { id: "nothing", title: "Nothing to show", sentence: String::new(), body });
    }
    parts.push(made(studies));
    let mut foot = Markup::new();
    let version = format!("{} {}", label(&tool.name), label(&tool.version));
    let sha: String = scenario.sha256.chars().take(12).collect();
    foot.open("footer", &[]).leaf("p", &[], &format!("{version} · {} · sha256 {sha}", label(&scenario.id))).close();
    Some(around(&title, &head, &fitting(parts), &foot))
}

/// The same of claims.
fn tested(body: &mut Markup, test: &TestSummary) {
    body.open("section", &[("class", &"block")]).leaf("h3", &[], "Claims");
    body.open("pre", &[]).leaf("code", &[], &line(&test.plan.command, 4000)).close();
    let mut table = Table::of_words(&["What", "Value"]);
    let mut say = |name: &str, value: String| table.rows.push(vec![name.to_owned(), value]);
    if let Some(scenario) = test.files.first().and_then(|f| f.scenario.as_ref()) {
        say("Scenario", label(&scenario.id));
        say("SHA-256 of its files", line(&scenario.sha256, 80));
    }
    say("Program", format!("{} {}", label(&test.tool.name), label(&test.tool.version)));
    say("Seed", test.plan.seed.to_string());
    say("Trials, at most", whole(test.plan.max_trials));
    say("Trials that it took", whole(test.files.iter().map(|f| f.trials).max().unwrap_or(0)));
    table.put(body, "What was run");
    body.close();
}

/// What was run, and how to run it again.
fn made(studies: &Studies) -> Part {
    let mut body = Markup::new();
    for (name, scenario, tool, plan) in plans(studies) {
        body.open("section", &[("class", &"block")]).leaf("h3", &[], name);
        body.open("pre", &[]).leaf("code", &[], &line(&plan.command, 4000)).close();
        let mut table = Table::of_words(&["What", "Value"]);
        let mut say = |name: &str, value: String| table.rows.push(vec![name.to_owned(), value]);
        say("Scenario", label(&scenario.id));
        say("SHA-256 of its files", line(&scenario.sha256, 80));
        say("Program", format!("{} {}", label(&tool.name), label(&tool.version)));
        say("Starts from", label(&plan.variant));
        for (path, value) in plan.overrides.iter().take(100) {
            say("Changed", format!("{} = {}", label(path), label(value)));
        }
        say("Seed", plan.seed.to_string());
        say("Trials of each", whole(plan.trials));
        say("Trials in all", whole(plan.trials_in_all));
        say("Level of intervals", format!("{} %", percent(plan.level)));
        table.put(&mut body, "What was run");
        body.close();
    }
    if let Some(test) = &studies.test {
        tested(&mut body, test);
    }
    let sentence = "The same command gives the same bytes on any machine.".to_owned();
    Part { id: "method", title: "How to make it again", sentence, body }
}
