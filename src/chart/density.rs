//! The curve of a distribution, small: it stands in a row of a table.

use super::Head;
use super::axis::Scale;
use super::canvas::Page;
use super::ink::Ink;
use super::letters::line;
use super::markup::{Markup, Num, short};

/// A possible value and how likely it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bar {
    /// The value in words.
    pub label: String,
    /// Its share.
    pub share: f64,
}

/// What a distribution looks like.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A density: places and heights.
    Curve(Vec<(f64, f64)>),
    /// A few values.
    Bars(Vec<Bar>),
}

/// A distribution.
#[derive(Clone, Debug, PartialEq)]
pub struct Density {
    /// Its shape.
    pub shape: Shape,
    /// Where the middle is marked.
    pub middle: Option<f64>,
}

const WIDE: f64 = 132.0;
const TALL: f64 = 34.0;

impl Density {
    /// One drawing serves all pages.
    pub(super) fn draw(&self, head: &Head, _: Page) -> (Markup, f64) {
        let mut m = Markup::new();
        let (title, view) = (format!("{}-t", head.id), format!("0 0 {} {}", short(WIDE), short(TALL)));
        m.open(
            "svg",
            &[
                ("xmlns", &"http://www.w3.org/2000/svg"),
                ("class", &"density"),
                ("role", &"img"),
                ("aria-labelledby", &title),
                ("viewBox", &view),
                ("width", &Num(WIDE)),
                ("height", &Num(TALL)),
                ("font-family", &"sans-serif"),
            ],
        );
        m.leaf("title", &[("id", &title)], &line(&format!("{}. {}", head.title, head.desc), 400));
        let floor = TALL - 4.0;
        let ink = Ink::Series(0);
        match &self.shape {
            Shape::Curve(points) if points.len() > 1 => {
                let top = points.iter().map(|p| p.1).filter(|h| h.is_finite()).fold(0.0, f64::max).max(1e-300);
                let x = Scale::new((points[0].0, points[points.len() - 1].0), (3.0, WIDE - 3.0));
                let y = Scale::new((0.0, top), (floor, 3.0));
                let at: Vec<String> = points.iter().map(|p| format!("{} {}", short(x.at(p.0)), short(y.at(p.1)))).collect();
                let d = format!("M{} {}L{}L{} {}Z", short(x.at(points[0].0)), short(floor), at.join("L"), short(WIDE - 3.0), short(floor));
                m.shape("path", &[("d", &d), ("class", &"f s0"), ("fill", &ink.plain()), ("fill-opacity", &0.3)]);
                let edge = format!("M{}", at.join("L"));
                m.shape("path", &[("d", &edge), ("class", &"l s0"), ("stroke", &ink.plain()), ("fill", &"none"), ("stroke-width", &1.6)]);
                if let Some(middle) = self.middle {
                    let d = format!("M{} {}V3", short(x.at(middle)), short(floor));
                    let dash = "2 2";
                    m.shape("path", &[("d", &d), ("class", &"l ink"), ("stroke", &Ink::Ink.plain()), ("stroke-dasharray", &dash)]);
                }
            }
            Shape::Curve(_) => {}
            Shape::Bars(bars) => {
                let top = bars.iter().map(|b| b.share).filter(|h| h.is_finite()).fold(0.0, f64::max).max(1e-300);
                #[expect(clippy::cast_precision_loss, reason = "few values")]
                let step = (WIDE - 6.0) / bars.len().max(1) as f64;
                let mut x = 3.0;
                for bar in bars {
                    let tall = (floor - 3.0) * (bar.share / top).clamp(0.0, 1.0);
                    m.open("g", &[("class", &"tip")]);
                    m.leaf("title", &[], &line(&format!("{}: {:.0} %", bar.label, bar.share * 100.0), 200));
                    let gap = if step > 4.0 { 2.0 } else { 0.0 };
                    m.shape(
                        "rect",
                        &[
                            ("x", &Num(x)),
                            ("y", &Num(floor - tall)),
                            ("width", &Num(step - gap)),
                            ("height", &Num(tall)),
                            ("class", &"f s0"),
                            ("fill", &ink.plain()),
                        ],
                    );
                    m.close();
                    x += step;
                }
            }
        }
        let d = format!("M0 {}H{}", short(floor), short(WIDE));
        m.shape("path", &[("d", &d), ("class", &"l soft"), ("stroke", &Ink::Soft.plain())]);
        m.close();
        (m, TALL)
    }
}
