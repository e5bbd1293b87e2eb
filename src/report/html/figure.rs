//! A chart with the table of its numbers.

use crate::chart::letters::line;
use crate::chart::{Chart, Head, Markup, Page};

/// Most rows of a table.
const ROWS: usize = 500;
/// Longest label in a table, in characters.
pub(super) const LABEL: usize = 160;

/// Numbers as a table: the first column says what they are of.
#[derive(Clone, Debug, Default)]
pub(in crate::report) struct Table {
    /// Names of columns.
    pub(in crate::report) head: Vec<String>,
    /// Rows.
    pub(in crate::report) rows: Vec<Vec<String>>,
    /// Words rather than numbers.
    pub(in crate::report) words: bool,
}

/// A label that may be an id, where nothing better was given: `iran_war` is "iran war".
pub(super) fn spoken(text: &str) -> String {
    label(text).replace('_', " ")
}

/// A label of the scenario as it is shown in a table or sentence.
pub(super) fn label(text: &str) -> String {
    line(text, LABEL)
}

impl Table {
    pub(super) fn new(head: &[&str]) -> Self {
        Self { head: head.iter().map(|h| (*h).to_owned()).collect(), rows: Vec::new(), words: false }
    }

    /// Of words rather than numbers.
    pub(super) fn of_words(head: &[&str]) -> Self {
        Self { words: true, ..Self::new(head) }
    }

    /// As markup; `of` says what it is a table of.
    pub(super) fn put(&self, m: &mut Markup, of: &str) {
        m.open("div", &[("class", &"scroll"), ("role", &"region"), ("tabindex", &0), ("aria-label", &line(of, 120))]);
        let class = if self.words { "words" } else { "figures" };
        m.open("table", &[("class", &class)]).open("thead", &[]).open("tr", &[]);
        for head in &self.head {
            m.leaf("th", &[("scope", &"col")], &line(head, LABEL));
        }
        m.close().close().open("tbody", &[]);
        for row in self.rows.iter().take(ROWS) {
            m.open("tr", &[]);
            for (at, cell) in row.iter().enumerate() {
                if at == 0 {
                    m.open("th", &[("scope", &"row")]).leaf("bdi", &[], cell).close();
                } else {
                    m.leaf("td", &[], cell);
                }
            }
            m.close();
        }
        m.close().close();
        let more = self.rows.len().saturating_sub(ROWS);
        if more > 0 {
            m.leaf("p", &[("class", &"soft")], &format!("{more} more rows are left out here; the files beside this page have all."));
        }
        m.close();
    }

    /// Folded away until somebody asks; the answer's and the claims' are unfolded on paper.
    pub(super) fn fold(&self, m: &mut Markup, of: &str) {
        m.open("details", &[("class", &"numbers")]);
        m.leaf("summary", &[], "Numbers");
        self.put(m, of);
        m.close();
    }
}

/// How large a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// As wide as the page.
    Full,
    /// One of several side by side.
    Small,
}

/// A chart under its title, with its table folded below it.
pub(super) fn figure(m: &mut Markup, id: &str, (title, sentence): (&str, &str), (chart, size): (&Chart, Size), table: Option<&Table>) {
    let head = Head { id: id.to_owned(), title: line(title, 200), desc: sentence.to_owned() };
    let class = if size == Size::Small { "small" } else { "full" };
    m.open("figure", &[("id", &id), ("class", &class)]);
    m.open("figcaption", &[]);
    m.open("h3", &[]).leaf("bdi", &[], &line(title, 200)).close();
    if !sentence.is_empty() {
        m.leaf("p", &[], sentence);
    }
    m.close();
    if size == Size::Small {
        m.put(&chart.draw(&head, Page::Small));
    } else {
        m.put(&chart.draw(&head, Page::Wide));
        m.put(&chart.draw(&head, Page::Narrow));
    }
    if let Some(table) = table {
        table.fold(m, title);
    }
    m.close();
}
