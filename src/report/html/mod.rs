//! `report.html`: one file that needs no network, no script and no style sheet to be right.
//!
//! Every chart is drawn by [`crate::chart`] and has the table of its numbers beside it; the script adds hover, sorting and
//! switching series off, and nothing else. Every text goes through [`Markup`], which escapes it.
//!
//! | module | part |
//! |---|---|
//! | `answer` | 1 how it can end, what else holds, in numbers |
//! | `when` | 2 when |
//! | `unfold` | 3 how it unfolds |
//! | `paths` | 4 by which path |
//! | `study` | 5 what would change it, 6 what it depends on |
//! | `expectations` | 7 claims and what came of them |
//! | `alone` | a page of studies without a run |
//! | `stories` | 8 trials told |
//! | `scenario` | 9 the scenario |
//! | `method` | 10 how to make it again |
//! | `warnings` | what is thin, before all others |
//! | `index` | one page over the results of many scenarios |
//! | `page`, `figure` | the page around them; a chart with its table |
//!
//! A part without data is absent.

mod alone;
mod answer;
mod expectations;
mod figure;
mod index;
mod method;
mod page;
mod paths;
mod scenario;
mod stories;
mod study;
mod unfold;
mod warnings;
mod when;

use crate::chart::Markup;
use crate::results::{ReportData, Studies, Summary};

pub use alone::study_page;
pub(super) use answer::{answer, outcome_label, supposed};
pub(super) use expectations::{by_hand, judged, limit, mark, told, words};
pub use index::index_page;
pub(super) use method::methods;
pub use page::page;
pub(super) use scenario::{SPILLOVERS, ladder_chart, network, spillovers};
pub(super) use stories::why;
pub(super) use study::{Block, Section, changing, depending, thin};
pub(super) use warnings::warnings;
pub(super) use when::sentence as sentence_when;

/// What a report is made of. Parts whose data are absent are absent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a> {
    /// The summary of the run.
    pub(super) summary: &'a Summary,
    /// What a summary does not hold.
    pub(super) data: Option<&'a ReportData>,
    /// Studies of the same scenario.
    pub(super) studies: &'a Studies,
}

/// A part of the report.
pub(super) struct Part {
    /// Its name in the address, its number and its title.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// One sentence or two in plain words.
    pub(super) sentence: String,
    /// The rest.
    pub(super) body: Markup,
}

/// Makes a part.
type Maker = fn(Input<'_>) -> Option<Part>;

/// All parts in their order.
const PARTS: [Maker; 10] = [
    answer::part,
    when::part,
    unfold::part,
    paths::part,
    study::changes,
    study::depends,
    expectations::part,
    stories::part,
    scenario::part,
    method::part,
];
