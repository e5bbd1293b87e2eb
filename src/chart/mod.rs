//! Charts, drawn as SVG: numbers and names in, markup out.
//!
//! A chart is drawn twice, for a wide page and for a phone ([`Page`]); each drawing says what it shows (`role="img"`, title,
//! description), keeps text as text, and needs no style sheet, script or font. Nothing depends on colour alone. Equal charts
//! give equal bytes.
//!
//! Written here and not taken from a library: `kuva`, the only one that has most of these forms, writes colours and sizes into
//! its output, so that one drawing cannot serve light, dark, print and a phone, and gives neither roles nor room to long labels.
//! [`Chart`] is the border: another library could stand behind it.
//!
//! | module | draws |
//! |---|---|
//! | `intervals` | bars or dots with intervals, one below the other: shares, paired differences (forest plot), sensitivity |
//! | `lines` | lines with bands over time: cumulative incidence; or along an input |
//! | `stacks` | shares that make up a whole, over time: rungs, states of regimes |
//! | `fan` | quantiles of a number over time |
//! | `flow` | moves from rung to rung |
//! | `steps` | paths over the rungs of a ladder |
//! | `rungs` | a ladder with its thresholds |
//! | `network` | actors and what joins them |
//! | `density` | the curve of a distribution |
//! | [`strip`] | a share with its interval, small, beside its words |
//! | `heat` | a number over two inputs |
//! | `canvas`, `axis`, `letters`, [`ink`], [`markup`] | marks and frame, scales, widths of texts, colours, escaping |

mod axis;
mod canvas;
mod density;
mod fan;
mod flow;
mod heat;
pub mod ink;
mod intervals;
pub mod letters;
mod lines;
pub mod markup;
mod network;
mod rungs;
mod stacks;
mod steps;
pub mod strip;

pub use axis::Unit;
pub use canvas::Page;
pub use density::{Bar, Density, Shape};
pub use fan::Fan;
pub use flow::{Flow, FlowMove, FlowRung};
pub use heat::Heat;
pub use intervals::{Intervals, Limit, Row};
pub use lines::{Along, Line, Lines};
pub use markup::Markup;
pub use network::{Link, LinkKind, Network, Node};
pub use rungs::{LadderRung, Rungs};
pub use stacks::{Layer, Stacks};
pub use steps::{Path, Steps};

/// What a drawing says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Its name on the page: letters, digits and `-`.
    pub id: String,
    /// What it shows, in a few words.
    pub title: String,
    /// What is to be seen in it, in a sentence.
    pub desc: String,
}

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub enum Chart {
    /// Bars or dots with intervals.
    Intervals(Intervals),
    /// Lines with bands.
    Lines(Lines),
    /// Shares that make up a whole.
    Stacks(Stacks),
    /// Quantiles over time.
    Fan(Fan),
    /// Moves from rung to rung.
    Flow(Flow),
    /// Paths over rungs.
    Steps(Steps),
    /// A ladder.
    Rungs(Rungs),
    /// Actors and what joins them.
    Network(Network),
    /// A distribution.
    Density(Density),
    /// A number over two inputs.
    Heat(Heat),
}

impl Chart {
    /// The drawing for one page, as an `svg` element.
    #[must_use]
    pub fn draw(&self, head: &Head, page: Page) -> Markup {
        self.drawn(head, page).0
    }

    /// The drawing and its height.
    fn drawn(&self, head: &Head, page: Page) -> (Markup, f64) {
        match self {
            Self::Intervals(chart) => chart.draw(head, page),
            Self::Lines(chart) => chart.draw(head, page),
            Self::Stacks(chart) => chart.draw(head, page),
            Self::Fan(chart) => chart.draw(head, page),
            Self::Flow(chart) => chart.draw(head, page),
            Self::Steps(chart) => chart.draw(head, page),
            Self::Rungs(chart) => chart.draw(head, page),
            Self::Network(chart) => chart.draw(head, page),
            Self::Density(chart) => chart.draw(head, page),
            Self::Heat(chart) => chart.draw(head, page),
        }
    }
}

/// Several drawings, one below the other under their titles, as a file of its own with its colours in it.
#[must_use]
pub fn file(title: &str, charts: &[(Head, Chart)]) -> String {
    let mut body = Markup::new();
    let mut y = 0.0;
    for (head, chart) in charts {
        let (drawn, tall) = chart.drawn(head, Page::Wide);
        body.leaf(
            "text",
            &[("x", &8), ("y", &markup::Num(y + 24.0)), ("font-size", &15), ("font-weight", &600), ("fill", &ink::Ink::Ink.plain())],
            &letters::line(&head.title, 90),
        );
        body.open("g", &[("transform", &format!("translate(0 {})", markup::short(y + 38.0)))]).put(&drawn).close();
        y += tall + 56.0;
    }
    let wide = Page::Wide.width();
    let mut m = Markup::new();
    let view = format!("-12 0 {} {}", markup::short(wide + 24.0), markup::short(y));
    m.open(
        "svg",
        &[
            ("xmlns", &"http://www.w3.org/2000/svg"),
            ("role", &"img"),
            ("viewBox", &view),
            ("width", &markup::Num(wide + 24.0)),
            ("height", &markup::Num(y)),
            ("font-family", &"sans-serif"),
        ],
    );
    m.leaf("title", &[], &letters::line(title, 200));
    m.open("style", &[]).trusted(ink::STYLE).close();
    m.shape(
        "rect",
        &[("x", &-12), ("y", &0), ("width", &"100%"), ("height", &"100%"), ("class", &"f paper"), ("fill", &ink::Ink::Paper.plain())],
    );
    m.put(&body).close();
    m.finish() + "\n"
}

#[cfg(test)]
mod tests;
