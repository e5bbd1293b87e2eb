//! 8. Trials told as stories.

use super::answer::called;
use super::figure::{Table, label, spoken};
use super::{Input, Part};
use crate::chart::Markup;
use crate::chart::letters::line;
use crate::report::words::{and, counted};
use crate::results::{OutcomeResult, Picked, Scene, Summary, Tale};

/// Longest sentence of a story, in characters.
const SENTENCE: usize = 1500;

pub(super) fn part(input: Input<'_>) -> Option<Part> {
    let tales = &input.data?.stories;
    if tales.is_empty() {
        return None;
    }
    let mut body = Markup::new();
    for tale in tales.iter().take(3) {
        tell(&mut body, tale, input.summary);
    }
    let said: Vec<String> = tales.iter().take(3).map(|t| format!("trial {} (“{}”)", t.trial, name(t, input.summary))).collect();
    let mut sentence = format!("{}: one history each, chosen by rule, not by hand: {}.", counted(said.len() as u64, "trial"), and(&said));
    if tales.iter().take(3).any(|t| !t.turns.is_empty()) {
        sentence.push_str(" Only turning points are told here: every step is in the days that are folded below each.");
    }
    Some(Part { id: "stories", title: "What it can look like", sentence, body })
}

fn outcome<'a>(tale: &Tale, s: &'a Summary) -> Option<&'a OutcomeResult> {
    s.outcomes.iter().find(|o| o.id == tale.outcome)
}

fn name(tale: &Tale, s: &Summary) -> String {
    outcome(tale, s).map_or_else(|| label(&tale.outcome), called)
}

/// Why a trial is told.
pub(in crate::report) fn why(tale: &Tale, s: &Summary) -> &'static str {
    let told = outcome(tale, s);
    if told.is_some_and(|o| o.unresolved) {
        return "a typical trial of those that stay open";
    }
    // What stays open may come before all ends.
    let most = s.outcomes.iter().filter(|o| !o.unresolved).map(|o| o.count).max();
    if told.map(|o| o.count) == most {
        return "a typical trial of the commonest end";
    }
    match tale.picked {
        Picked::Commonest => "a typical trial of the commonest end",
        Picked::Second => "a typical trial of the end that comes next",
        Picked::Rarest => "a typical trial of the rarest end that was seen",
    }
}

fn tell(m: &mut Markup, tale: &Tale, s: &Summary) {
    // Older results have no turning points.
    let short = !tale.turns.is_empty();
    m.open(if short { "section" } else { "details" }, &[("class", &"story")]);
    m.open(if short { "p" } else { "summary" }, &[("class", &"told")]).leaf("b", &[], &format!("Trial {}", tale.trial));
    m.say(&format!(": “{}”, {}", name(tale, s), why(tale, s))).close();
    if short {
        days(m, "days turns", &tale.turns);
        end(m, tale, s);
    }
    if !tale.assumes.is_empty() {
        // Neither this nor the days are unfolded on paper.
        m.open("details", &[("class", &"whole")]);
        m.leaf("summary", &[], "What this trial assumes");
        let mut table = Table::of_words(&["Parameter", "Value"]);
        table.rows = tale.assumes.iter().map(|(name, value)| vec![label(name), label(value)]).collect();
        table.put(m, "What this trial assumes");
        m.close();
    }
    if short {
        m.open("details", &[("class", &"whole")]).leaf("summary", &[], "Day by day: all choices with their chances, all changes");
        days(m, "days", &tale.scenes);
        m.close();
    } else {
        days(m, "days", &tale.scenes);
        end(m, tale, s);
    }
    m.close();
}

fn days(m: &mut Markup, class: &'static str, scenes: &[Scene]) {
    m.open("ol", &[("class", &class)]);
    for scene in scenes {
        if scene.lines.is_empty() {
            m.leaf("li", &[("class", &"quiet")], &line(&scene.title, SENTENCE));
            continue;
        }
        m.open("li", &[]).leaf("b", &[], &line(&scene.title, 200));
        for sentence in &scene.lines {
            let class = if sentence.detail { "detail" } else { "said" };
            m.leaf("p", &[("class", &class)], &line(&sentence.text, SENTENCE));
        }
        m.close();
    }
    m.close();
}

fn end(m: &mut Markup, tale: &Tale, s: &Summary) {
    m.open("p", &[]).leaf("b", &[], &format!("It ends as “{}”.", name(tale, s)));
    if !tale.holds.is_empty() {
        let holds: Vec<String> = tale.holds.iter().map(|h| spoken(h)).collect();
        m.say(&format!(" Also: {}.", holds.join("; ")));
    }
    m.close();
}
