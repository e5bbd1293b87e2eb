//! Diagnostics as text, in the manner of rustc.

use annotate_snippets::{Annotation, AnnotationKind, Level, Origin, Renderer, Snippet};

use super::codes::Severity;
use super::collector::{Diagnostic, Diagnostics, Label};
use super::source::{SourceFile, Sources, floor_char_boundary};

/// The text of one diagnostic, with a final newline. `styled` adds terminal colours.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources, styled: bool) -> String {
    let level = match diagnostic.code.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(clean(&diagnostic.message).replace('\n', " ")).id(diagnostic.code.id());
    let here = diagnostic.primary.span.file;
    let near = || diagnostic.others.iter().filter(|l| l.span.file == here);
    let file = sources.get(here);
    let part = Part::around(file, near().chain([&diagnostic.primary]));
    let mut group = if file.text.is_empty() {
        // A file that could not be read has a name and no lines.
        title.element(Origin::path(clean(&file.name)))
    } else {
        let mut snippet = part.snippet().annotation(part.annotate(AnnotationKind::Primary, &diagnostic.primary));
        for label in near() {
            snippet = snippet.annotation(part.annotate(AnnotationKind::Context, label));
        }
        title.element(snippet)
    };
    for label in diagnostic.others.iter().filter(|l| l.span.file != here) {
        let part = Part::around(sources.get(label.span.file), [label]);
        group = group.element(part.snippet().annotation(part.annotate(AnnotationKind::Context, label)));
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
    let texts: Vec<String> = diagnostics.items().iter().map(|d| render(d, sources, styled)).collect();
    let mut text = texts.join("\n");
    if diagnostics.has_dropped() {
        text.push_str("\nthere is more; mend these first\n");
    }
    text
}

/// The lines of a file that a message shows. A message costs what it shows, not what the file has.
struct Part<'a> {
    file: &'a SourceFile,
    /// Bytes of the file.
    start: usize,
    end: usize,
    /// Line of the first byte, from 1.
    line: usize,
}

impl<'a> Part<'a> {
    /// The lines from the first label to the last.
    fn around<'l>(file: &'a SourceFile, labels: impl IntoIterator<Item = &'l Label>) -> Self {
        let (mut first, mut last) = (file.text.len(), 0);
        for label in labels {
            let (start, _) = shown(label, &file.text);
            first = first.min(start);
            last = last.max(start);
        }
        let (line, start) = file.line_of(first.min(last));
        let end = file.text[floor_char_boundary(&file.text, last)..].find('\n').map_or(file.text.len(), |n| last + n);
        Self { file, start, end: end.max(start), line: line + 1 }
    }

    fn snippet(&self) -> Snippet<'a, Annotation<'a>> {
        Snippet::source(clean(&self.file.text[self.start..self.end])).path(clean(&self.file.name)).line_start(self.line)
    }

    fn annotate<'l>(&self, kind: AnnotationKind, label: &'l Label) -> Annotation<'l> {
        let (start, end) = shown(label, &self.file.text);
        let annotation = kind.span(start - self.start..end - self.start);
        if label.text.is_empty() { annotation } else { annotation.label(clean(&label.text)) }
    }
}

/// The bytes that are underlined. Those of a whole table would print the whole table: its first line says
/// enough.
fn shown(label: &Label, text: &str) -> (usize, usize) {
    let start = floor_char_boundary(text, label.span.start as usize);
    let end = floor_char_boundary(text, (label.span.end as usize).max(start));
    match text[start..end].find('\n') {
        Some(line) => (start, start + text[start..start + line].trim_end().len()),
        None => (start, end),
    }
}

/// The text with control characters (terminal escapes), marks that reorder what is shown and text that nobody sees replaced
/// by spaces of the same length, so that no scenario file can write to the terminal and no offset moves.
#[must_use]
pub fn clean(text: &str) -> String {
    let harmless = |c: char| c == '\n' || c == '\t' || !(c.is_control() || reorders(c) || hides(c));
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

/// Whether `c` carries text that is not shown (tag characters), is no part of a text (a byte order mark), or ends a line for some
/// readers and not for others.
fn hides(c: char) -> bool {
    matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether `c` is a bidirectional control, which can show text in another order than it stands.
fn reorders(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}')
}
