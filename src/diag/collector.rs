//! One diagnostic, and the list that a stage collects.

use std::collections::HashSet;

use super::codes::{Code, Severity};
use super::source::Span;

/// A place with a few words under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The words; may be empty.
    pub text: String,
}

/// A mistake (or a suspicion) with its place, what was found, and one way to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What kind of mistake.
    pub code: Code,
    /// The message: a fragment in lower case with no final period; names stand in backticks.
    pub message: String,
    /// Where.
    pub primary: Label,
    /// Other places that belong to the story.
    pub others: Vec<Label>,
    /// One step that mends it.
    pub help: Option<String>,
    /// Facts worth knowing.
    pub notes: Vec<String>,
}

impl Diagnostic {
    /// A diagnostic of kind `code` at `span`.
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            primary: Label { span, text: String::new() },
            others: Vec::new(),
            help: None,
            notes: Vec::new(),
        }
    }

    /// Words under the primary place.
    #[must_use]
    pub fn here(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// A further place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.others.push(Label { span, text: text.into() });
        self
    }

    /// One way to mend it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// "did you mean" where there is a close name, else `otherwise`.
    #[must_use]
    pub fn suggest(self, close: Option<&str>, otherwise: impl Into<String>) -> Self {
        match close {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self.help(otherwise),
        }
    }

    /// A fact worth knowing.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }
}

/// Everything that a load has found, in the order in which it was found.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics {
    items: Vec<Diagnostic>,
    known: HashSet<(Code, Span)>,
    errors: usize,
    warnings: usize,
}

impl Diagnostics {
    /// After this many errors the rest are dropped: nobody reads them.
    pub const MOST_ERRORS: usize = 50;
    /// After this many warnings the rest are dropped.
    pub const MOST_WARNINGS: usize = 200;

    /// Adds one; a second report of the same kind at the same place is dropped.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        let error = diagnostic.code.severity() == Severity::Error;
        let (count, most) = if error { (&mut self.errors, Self::MOST_ERRORS) } else { (&mut self.warnings, Self::MOST_WARNINGS) };
        if *count > most || !self.known.insert((diagnostic.code, diagnostic.primary.span)) {
            return;
        }
        *count += 1;
        if *count <= most {
            self.items.push(diagnostic);
        }
    }

    /// Whether further errors are dropped: then the search for them can stop.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.errors > Self::MOST_ERRORS
    }

    /// Whether there were more errors or warnings than are kept.
    #[must_use]
    pub fn has_dropped(&self) -> bool {
        self.is_full() || self.warnings > Self::MOST_WARNINGS
    }

    /// Drops the warnings for which `drop` says so.
    pub fn drop_warnings(&mut self, drop: impl Fn(&Diagnostic) -> bool) {
        let before = self.items.len();
        self.items.retain(|d| d.code.severity() == Severity::Error || !drop(d));
        self.warnings -= before - self.items.len();
    }

    /// Whether an error (not only warnings) has been found.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// How many errors are kept.
    #[must_use]
    pub fn error_count(&self) -> usize {
        self.errors.min(Self::MOST_ERRORS)
    }

    /// How many warnings are kept.
    #[must_use]
    pub fn warning_count(&self) -> usize {
        self.warnings.min(Self::MOST_WARNINGS)
    }

    /// The diagnostics.
    #[must_use]
    pub fn items(&self) -> &[Diagnostic] {
        &self.items
    }
}
