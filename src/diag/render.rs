//! Diagnostics as text, in the manner of rustc.

use annotate_snippets::{Annotation, AnnotationKind, Level, Renderer, Snippet};

use super::codes::Severity;
use super::collector::{Diagnostic, Diagnostics, Label};
use super::source::{Sources, floor_char_boundary};

/// The text of one diagnostic, with a final newline. `styled` adds terminal colours.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources, styled: bool) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(clean(&diagnostic.message)).id(diagnostic.code.id());
    let file = sources.get(diagnostic.primary.span.file);
    let mut snippet = Snippet::source(clean(&file.text)).path(clean(&file.name)).annotation(annotate(
        AnnotationKind::Primary,
        &diagnostic.primary,
        &file.text,
    ));
    let here = diagnostic.primary.span.file;
    for label in diagnostic.others.iter().filter(|l| l.span.file == here) {
        snippet = snippet.annotation(annotate(AnnotationKind::Context, label, &file.text));
    }
    let mut group = title.element(snippet);
    for label in diagnostic.others.iter().filter(|l| l.span.file != here) {
        let other = sources.get(label.span.file);
        group = group.element(
            Snippet::source(clean(&other.text))
                .path(clean(&other.name))
                .annotation(annotate(AnnotationKind::Context, label, &other.text)),
        );
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(clean(note)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(clean(help)));
    }
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let mut text = renderer.render(&[group]);
    text.push('\n');
    text
}

/// All diagnostics, errors and warnings in the order in which they were found, a blank line between.
#[must_use]
pub fn render_all(diagnostics: &Diagnostics, sources: &Sources, styled: bool) -> String {
    let texts: Vec<String> =
        diagnostics.items().iter().map(|d| render(d, sources, styled)).collect();
    let mut text = texts.join("\n");
    if diagnostics.has_dropped() {
        text.push_str("\nthere is more; mend these first\n");
    }
    text
}

fn annotate<'a>(kind: AnnotationKind, label: &'a Label, text: &str) -> Annotation<'a> {
    let start = floor_char_boundary(text, label.span.start as usize);
    let mut end = floor_char_boundary(text, (label.span.end as usize).max(start));
    // An annotation over a whole table would print the whole table: its first line says enough.
    if let Some(line) = text[start..end].find('\n') {
        end = start + text[start..start + line].trim_end().len();
    }
    let annotation = kind.span(start..end);
    if label.text.is_empty() { annotation } else { annotation.label(clean(&label.text)) }
}

/// The text with control characters (terminal escapes) and marks that reorder what is shown replaced
/// by spaces of the same length, so that no scenario file can write to the terminal and no offset moves.
#[must_use]
pub fn clean(text: &str) -> String {
    let harmless = |c: char| c == '\n' || c == '\t' || !(c.is_control() || reorders(c));
    if text.chars().all(harmless) {
        return text.to_owned();
    }
    text.chars()
        .flat_map(|c| {
            let n = if harmless(c) { 1 } else { c.len_utf8() };
            std::iter::repeat_n(if harmless(c) { c } else { ' ' }, n)
        })
        .collect()
}

/// Whether `c` is a bidirectional control, which can show text in another order than it stands.
fn reorders(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}
