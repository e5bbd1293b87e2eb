//! A number over two inputs: a cell for each pair, with the number written in it.

use super::Head;
use super::canvas::{Anchor, Canvas, Page, SMALL, fits};
use super::ink::{Ink, RAMP};
use super::markup::Markup;

/// A heat map.
#[derive(Clone, Debug, PartialEq)]
pub struct Heat {
    /// What the columns are.
    pub x_label: String,
    /// What the rows are.
    pub y_label: String,
    /// Values of the columns, in words.
    pub x: Vec<String>,
    /// Values of the rows, the lowest first.
    pub y: Vec<String>,
    /// Numbers by row, then column; absent where there is none.
    pub cells: Vec<Vec<Option<f64>>>,
    /// The same in words.
    pub words: Vec<Vec<String>>,
}

impl Heat {
    pub(super) fn draw(&self, head: &Head, page: Page) -> (Markup, f64) {
        let mut c = Canvas::new(page);
        let wide = c.wide();
        let left = if wide { 92.0 } else { 58.0 };
        let (columns, rows) = (self.x.len().max(1), self.y.len().max(1));
        #[expect(clippy::cast_precision_loss, reason = "few columns")]
        let broad = (page.width() - left - 8.0) / columns as f64;
        let tall = if wide { 30.0 } else { 26.0 };
        let all = self.cells.iter().flatten().flatten().copied().filter(|x| x.is_finite());
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        c.cut((8.0, 14.0), Anchor::Start, (SMALL, page.width() - 16.0), "soft", &format!("↑ {}", self.y_label));
        let mut y = 22.0;
        for row in (0..rows).rev() {
            let name = self.y.get(row).map_or("", String::as_str);
            c.cut((left - 6.0, y + tall / 2.0 + 4.0), Anchor::End, (SMALL, left - 12.0), "ink", name);
            let mut x = left;
            for column in 0..columns {
                let value = self.cells.get(row).and_then(|r| r.get(column)).copied().flatten().filter(|v| v.is_finite());
                let words = self.words.get(row).and_then(|r| r.get(column)).map_or("", String::as_str);
                let ink = value.map_or(Ink::Panel, |v| Ink::Heat(step(v, low, high)));
                let at = self.x.get(column).map_or("", String::as_str);
                c.tip(&format!("{} {at}, {} {name}: {words}", self.x_label, self.y_label));
                c.rect((x + 0.5, y + 0.5), (broad - 1.0, tall - 1.0), ink);
                if fits(words, SMALL, broad - 4.0) {
                    c.text((x + broad / 2.0, y + tall / 2.0 + 4.0), Anchor::Middle, SMALL, ink.on(), words);
                }
                c.end();
                x += broad;
            }
            y += tall;
        }
        // Every so many columns have their value below, as there is room.
        let widest = self.x.iter().map(|t| super::letters::width(t, SMALL)).fold(8.0, f64::max).min(90.0) + 8.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few columns")]
        let every = ((widest / broad).ceil() as usize).max(1);
        for (column, text) in self.x.iter().enumerate().step_by(every) {
            #[expect(clippy::cast_precision_loss, reason = "few columns")]
            let x = left + broad * (column as f64 + 0.5);
            c.cut((x, y + 15.0), Anchor::Middle, (SMALL, widest), "ink", text);
        }
        c.cut((page.width() - 8.0, y + 32.0), Anchor::End, (SMALL, page.width() - 16.0), "soft", &format!("{} →", self.x_label));
        c.finish(y + 40.0, head, None)
    }
}

/// The step of the ramp for a number.
fn step(x: f64, low: f64, high: f64) -> usize {
    if high <= low {
        return RAMP / 2;
    }
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a step of the ramp")]
    let step = ((x - low) / (high - low) * (RAMP - 1) as f64).round() as usize;
    step.min(RAMP - 1)
}
