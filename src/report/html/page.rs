//! The page around the parts.

use sha2::{Digest as _, Sha256};

use super::answer::{answer, supposed};
use super::figure::label;
use super::warnings::warnings;
use super::{Input, PARTS, Part};
use crate::chart::Markup;
use crate::chart::ink;
use crate::chart::letters::line;
use crate::report::shares::SIMULATED;
use crate::report::words::{counted, whole};
use crate::results::{ReportData, ScenarioRef, Studies, Summary};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The report as one HTML file.
///
/// `data` is what a summary does not hold, `studies` are those of the same scenario; without them the parts that need them are absent.
/// Equal inputs give equal bytes.
#[must_use]
pub fn page(summary: &Summary, data: Option<&ReportData>, studies: &Studies) -> String {
    let input = Input { summary, data, studies };
    let parts = fitting(PARTS.iter().filter_map(|make| make(input)).collect());
    let title = title_of(&summary.scenario);
    let (mut top, mut end) = (Markup::new(), Markup::new());
    head(&mut top, input, &title);
    foot(&mut end, summary);
    around(&title, &top, &parts, &end)
}

/// What a scenario is called.
pub(super) fn title_of(scenario: &ScenarioRef) -> String {
    if scenario.title.is_empty() { label(&scenario.id) } else { line(&scenario.title, 300) }
}

/// A page: what stands above its parts, the parts, and what stands below.
pub(super) fn around(title: &str, head: &Markup, parts: &[Part], foot: &Markup) -> String {
    styled(title, head, parts, foot, "")
}

/// The same, with rules of its own after the common style.
pub(super) fn styled(title: &str, head: &Markup, parts: &[Part], foot: &Markup, more: &'static str) -> String {
    let style = [ink::STYLE, STYLE, more].concat();
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
        hash(&style),
        hash(SCRIPT)
    );
    let mut m = Markup::new();
    m.trusted("<!DOCTYPE html>\n");
    m.open("html", &[("lang", &"en")]).open("head", &[]);
    m.void("meta", &[("charset", &"utf-8")]);
    m.void("meta", &[("http-equiv", &"Content-Security-Policy"), ("content", &policy)]);
    m.void("meta", &[("name", &"viewport"), ("content", &"width=device-width, initial-scale=1")]);
    m.void("meta", &[("name", &"referrer"), ("content", &"no-referrer")]);
    m.void("meta", &[("name", &"color-scheme"), ("content", &"light dark")]);
    m.leaf("title", &[], title);
    m.open("style", &[]).trusted(ink::STYLE).trusted(STYLE).trusted(more).close();
    m.close().open("body", &[]);
    m.put(head);
    if parts.len() > 1 {
        m.open("nav", &[("aria-label", &"Parts")]).open("ul", &[]);
        for part in parts {
            m.open("li", &[]).leaf("a", &[("href", &format!("#{}", part.id))], part.title).close();
        }
        m.close().close();
    }
    m.open("main", &[]);
    for part in parts {
        m.open("section", &[("id", &part.id), ("class", &"part"), ("aria-labelledby", &format!("{}-title", part.id))]);
        m.leaf("h2", &[("id", &format!("{}-title", part.id))], part.title);
        // The answer stands at the head of the page already.
        if part.id != "answer" {
            m.leaf("p", &[("class", &"sentence")], &part.sentence);
        }
        m.put(&part.body).close();
    }
    m.close();
    m.put(foot);
    m.open("script", &[]).trusted(SCRIPT).close();
    m.close().close();
    m.finish() + "\n"
}

/// What all parts together may take, so that the page stays below 2 MB.
const ROOM: usize = 1_900_000;

/// The parts; where they are too long, the longest ones without their pictures.
pub(super) fn fitting(mut parts: Vec<Part>) -> Vec<Part> {
    while parts.iter().map(|p| p.body.len()).sum::<usize>() > ROOM {
        let Some(longest) = parts.iter_mut().max_by_key(|p| p.body.len()) else { break };
        let mut note = Markup::new();
        note.leaf("p", &[("class", &"soft")], "Too much to show on one page: the numbers are in the tables beside this report.");
        longest.body = note;
    }
    parts
}

fn head(m: &mut Markup, input: Input<'_>, title: &str) {
    let s = input.summary;
    m.open("header", &[]);
    m.open("h1", &[]).leaf("bdi", &[], title).close();
    if let Some(question) = &s.scenario.question {
        m.open("p", &[("class", &"question")]).leaf("bdi", &[], &line(question, 1000)).close();
    }
    if let Some(words) = supposed(s) {
        m.leaf("p", &[("class", &"variant")], &words);
    }
    let warnings = warnings(input);
    if !warnings.is_empty() {
        m.open("aside", &[("class", &"warnings"), ("aria-label", &"Warnings")]).open("ul", &[]);
        for warning in warnings {
            m.leaf("li", &[], &warning);
        }
        m.close().close();
    }
    if s.plan.trials > 0 {
        m.leaf("p", &[("class", &"verdict")], &answer(s));
        let at = format!("{} of one scenario, seed {}. {SIMULATED}", counted(s.plan.trials, "trial"), s.plan.seed);
        m.leaf("p", &[("class", &"soft")], &at);
    }
    m.close();
}

fn foot(m: &mut Markup, s: &Summary) {
    let text = format!(
        "{} {} · {} · sha256 {} · seed {} · {} trials",
        label(&s.tool.name),
        label(&s.tool.version),
        label(&s.scenario.id),
        s.scenario.sha256.chars().take(12).collect::<String>(),
        s.plan.seed,
        whole(s.plan.trials)
    );
    m.open("footer", &[]).leaf("p", &[], &text).close();
}

/// SHA-256 in base64, as a policy writes it.
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bytes = Sha256::digest(text.as_bytes());
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0_u32, |w, b| w << 8 | u32::from(*b)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let digit = (word >> (18 - 6 * place)) & 63;
            out.push(if place <= chunk.len() { char::from(DIGITS[digit as usize]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn hashes_are_written_as_a_policy_wants_them() {
        // From the specification of SHA-256: that of the empty text.
        assert_eq!(super::hash(""), "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
        assert_eq!(super::hash("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }
}
