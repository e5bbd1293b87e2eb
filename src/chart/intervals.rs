//! Numbers with intervals, one below the other.

use super::Head;
use super::axis::{Scale, Unit};
use super::canvas::{Anchor, Canvas, Page, SIZE, SMALL};
use super::ink::Ink;
use super::markup::Markup;

/// A number with its interval.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// What it is.
    pub label: String,
    /// The number; absent where only a bound is known.
    pub value: Option<f64>,
    /// Ends of its interval.
    pub interval: Option<(f64, f64)>,
    /// Number and interval in words.
    pub words: String,
    /// Colour.
    pub series: usize,
}

/// Numbers with intervals.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervals {
    /// From top to bottom.
    pub rows: Vec<Row>,
    /// How numbers are written.
    pub unit: Unit,
    /// Bars from 0; else dots.
    pub bars: bool,
    /// The axis has 0 in it, marked: for differences.
    pub zero: bool,
    /// Lowest and highest number that the axis has in any case.
    pub range: Option<(f64, f64)>,
}

impl Intervals {
    fn extent(&self) -> (f64, f64) {
        let numbers = self.rows.iter().flat_map(|r| r.value.into_iter().chain(r.interval.into_iter().flat_map(|(a, b)| [a, b])));
        let zero = (self.bars || self.zero).then_some(0.0);
        let all = numbers.chain(zero).chain(self.range.into_iter().flat_map(|(a, b)| [a, b])).filter(|x| x.is_finite());
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        let room = if high > low { (high - low) * 0.03 } else { 0.5 };
        let low = if low < 0.0 || !(self.bars || self.unit == Unit::Share) { low - room } else { low };
        (low, if self.unit == Unit::Share { (high + room).min(1.0) } else { high + room })
    }

    pub(super) fn draw(&self, head: &Head, page: Page) -> (Markup, f64) {
        let mut c = Canvas::new(page);
        let wide = c.wide();
        // Wide: label, plot and words side by side. Narrow: label and words above the plot.
        let (left, right) = if wide { (214.0, page.width() - 168.0) } else { (6.0, page.width() - 14.0) };
        let scale = Scale::new(self.extent(), (left, right));
        let top = 4.0;
        let mut y = top;
        let mut marks = Canvas::new(page);
        for row in &self.rows {
            marks.tip(&format!("{}: {}", row.label, row.words));
            let middle;
            if wide {
                let lines = super::letters::wrap(&row.label, SIZE, left - 14.0, 3).len();
                #[expect(clippy::cast_precision_loss, reason = "at most 3 lines")]
                let tall = (lines as f64 * SIZE * 1.25 + 10.0).max(28.0);
                middle = y + tall / 2.0;
                #[expect(clippy::cast_precision_loss, reason = "at most 3 lines")]
                let first = middle - (lines as f64 - 1.0) * SIZE * 0.625 + 4.5;
                marks.label((left - 10.0, first), Anchor::End, (SIZE, left - 14.0, 3), "ink", &row.label);
                marks.cut((right + 14.0, middle + 4.5), Anchor::Start, (SIZE, 152.0), "ink", &row.words);
                y += tall;
            } else {
                let lines = marks.label((6.0, y + 14.0), Anchor::Start, (SIZE, page.width() - 30.0, 3), "ink", &row.label);
                #[expect(clippy::cast_precision_loss, reason = "at most 3 lines")]
                let below = y + 14.0 + lines as f64 * SIZE * 1.25;
                marks.cut((6.0, below), Anchor::Start, (SMALL, page.width() - 12.0), "soft", &row.words);
                middle = below + 16.0;
                y = middle + 14.0;
            }
            self.mark(&mut marks, row, middle, &scale);
            marks.end();
        }
        let bottom = y + 2.0;
        c.bottom_axis(&scale, (top, bottom), if wide { 6 } else { 4 }, self.unit);
        if self.zero {
            c.line((scale.at(0.0), top), (scale.at(0.0), bottom), Ink::Soft, 1.5, "none");
        }
        c.body.put(&marks.body);
        c.finish(bottom + 24.0, head, None)
    }

    fn mark(&self, c: &mut Canvas, row: &Row, middle: f64, scale: &Scale) {
        let ink = Ink::Series(row.series);
        let start = scale.at(0.0);
        if let (Some(value), true) = (row.value, self.bars) {
            let end = scale.at(value);
            c.rect((start.min(end), middle - 8.0), ((end - start).abs().max(if value == 0.0 { 0.0 } else { 1.5 }), 16.0), ink);
        }
        if let Some((low, high)) = row.interval {
            let (a, b) = (scale.at(low), scale.at(high));
            let whisker = if self.bars { Ink::Ink } else { ink };
            // A bound alone is a dashed line from nothing.
            let dash = if row.value.is_none() { "3 3" } else { "none" };
            c.line((a, middle), (b, middle), whisker, if self.bars { 1.5 } else { 2.5 }, dash);
            for x in [a, b] {
                c.line((x, middle - 5.0), (x, middle + 5.0), whisker, 1.5, "none");
            }
        }
        if let (Some(value), false) = (row.value, self.bars) {
            c.dot((scale.at(value), middle), 4.5, ink);
        }
    }
}
