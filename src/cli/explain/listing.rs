//! A listing: sections of items of lines, as text or as data.

use escalade::report::words::{FAINT, STRONG, one_line, paint, paragraph};
use serde::Serialize;

/// A part of a scenario.
#[derive(Serialize)]
pub(super) struct Section {
    /// Its name.
    pub(super) section: &'static str,
    /// How to read it.
    pub(super) reads: &'static str,
    /// What is in it.
    pub(super) items: Vec<Item>,
}

/// One construct.
#[derive(Serialize)]
pub(super) struct Item {
    /// Its path or name.
    pub(super) name: String,
    /// What it is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) label: Option<String>,
    /// Facts about it.
    pub(super) facts: Vec<Fact>,
    /// What belongs to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) parts: Vec<Item>,
}

/// A key and what is said about it.
#[derive(Serialize)]
pub(super) struct Fact {
    key: &'static str,
    text: String,
}

impl Item {
    /// An item without facts.
    pub(super) fn new(name: impl Into<String>, label: Option<&String>) -> Self {
        Self { name: name.into(), label: label.cloned(), facts: Vec::new(), parts: Vec::new() }
    }

    /// With one more fact.
    pub(super) fn fact(mut self, key: &'static str, text: impl Into<String>) -> Self {
        self.facts.push(Fact { key, text: text.into() });
        self
    }

    /// With one more fact, if there is one.
    pub(super) fn maybe(self, key: &'static str, text: Option<String>) -> Self {
        match text {
            Some(text) => self.fact(key, text),
            None => self,
        }
    }

    /// With several facts of one kind.
    pub(super) fn each(mut self, key: &'static str, texts: impl IntoIterator<Item = String>) -> Self {
        self.facts.extend(texts.into_iter().map(|text| Fact { key, text }));
        self
    }

    fn text(&self, indent: usize, columns: usize) -> String {
        let name = one_line(&self.name);
        let blanks = " ".repeat(indent);
        let label = self.label.as_deref().map(one_line).filter(|l| *l != name);
        let mut text = match label {
            None => format!("{blanks}{}\n", paint(STRONG, &name)),
            Some(label) => {
                let plain = paragraph(&blanks, indent + 2, &format!("{name}: {label}"), columns);
                plain.replacen(&name, &paint(STRONG, &name), 1)
            }
        };
        for fact in &self.facts {
            let key = format!("{blanks}  {} ", fact.key);
            let plain = paragraph(&key, indent + 6, &one_line(&fact.text), columns);
            text.push_str(&plain.replacen(fact.key, &paint(FAINT, fact.key), 1));
        }
        for part in &self.parts {
            text.push_str(&part.text(indent + 2, columns));
        }
        text
    }
}

/// All sections as text.
pub(super) fn text(title: &str, sections: &[Section], columns: usize) -> String {
    let mut text = paint(STRONG, &one_line(title)) + "\n";
    for section in sections.iter().filter(|s| !s.items.is_empty()) {
        let head = section.section.to_uppercase();
        text.push_str(&format!("\n{}\n", paint(STRONG, &head)));
        if !section.reads.is_empty() {
            let reads = paragraph("", 0, section.reads, columns);
            text.extend(reads.lines().map(|l| paint(FAINT, l) + "\n"));
        }
        for item in &section.items {
            text.push_str(&item.text(2, columns));
        }
    }
    text
}
