//! Numbers with intervals, one below the other.

use super::Head;
use super::axis::{Scale, Unit, ticks};
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
    /// Numbers that it is held against.
    pub limits: Vec<Limit>,
}

/// A number that another is held against.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limit {
    /// Where it lies.
    pub at: f64,
    /// How far to both sides it does not matter.
    pub margin: f64,
    /// The number is to be above it; else below.
    pub up: bool,
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
        let numbers = self
            .rows
            .iter()
            .flat_map(|r| r.value.into_iter().chain(r.interval.into_iter().flat_map(|(a, b)| [a, b])).chain(r.limits.iter().map(|l| l.at)));
        let zero = (self.bars || self.zero).then_some(0.0);
        let all = numbers.chain(zero).chain(self.range.into_iter().flat_map(|(a, b)| [a, b])).filter(|x| x.is_finite());
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        let room = if high > low { (high - low) * 0.03 } else { 0.5 };
        let low = if low < 0.0 || !(self.bars || self.unit == Unit::Share) { low - room } else { low };
        (low, if self.unit == Unit::Share { (high + room).min(1.0) } else { high + room })
    }

    /// The extent; of differences so far that both sides of 0 have a number below them.
    fn reach(&self, most: usize) -> (f64, f64) {
        let (mut low, mut high) = self.extent();
        if !self.zero {
            return (low, high);
        }
        // A longer axis may have wider steps.
        for _ in 0..4 {
            let (_, step) = ticks((low, high), most, self.unit);
            if low <= -step && high >= step {
                break;
            }
            (low, high) = (low.min(-step * 1.02), high.max(step * 1.02));
        }
        (low, high)
    }

    pub(super) fn draw(&self, head: &Head, page: Page) -> (Markup, f64) {
        let mut c = Canvas::new(page);
        let wide = c.wide();
        // Wide: label, plot and words side by side. Narrow: label and words above the plot.
        let (left, right) = if wide { (214.0, page.width() - 168.0) } else { (6.0, page.width() - 14.0) };
        let most = if wide { 6 } else { 4 };
        let scale = Scale::new(self.reach(most), (left, right));
        let top = 4.0;
        let mut y = top;
        let mut marks = Canvas::new(page);
        // Where lines may run up and down: on a phone not through the words above each row.
        let mut strips: Vec<(f64, f64)> = Vec::new();
        for row in &self.rows {
            marks.tip(&format!("{}: {}", row.label, row.words));
            let middle;
            if wide {
                let lines = super::letters::wrap(&row.label, SIZE, left - 24.0, 3).len();
                #[expect(clippy::cast_precision_loss, reason = "at most 3 lines")]
                let tall = (lines as f64 * SIZE * 1.25 + 10.0).max(28.0);
                middle = y + tall / 2.0;
                #[expect(clippy::cast_precision_loss, reason = "at most 3 lines")]
                let first = middle - (lines as f64 - 1.0) * SIZE * 0.625 + 4.5;
                marks.label((left - 10.0, first), Anchor::End, (SIZE, left - 24.0, 3), "ink", &row.label);
                marks.cut((right + 14.0, middle + 4.5), Anchor::Start, (SIZE, 152.0), "ink", &row.words);
                y += tall;
            } else {
                let lines = marks.label((6.0, y + 14.0), Anchor::Start, (SIZE, page.width() - 30.0, 3), "ink", &row.label);
                #[expect(clippy::cast_precision_loss, reason = "at most 3 lines")]
                let below = y + 14.0 + lines as f64 * SIZE * 1.25;
                marks.cut((6.0, below), Anchor::Start, (SMALL, page.width() - 12.0), "soft", &row.words);
                middle = below + 16.0;
                strips.push((middle - 11.0, middle + 11.0));
                y = middle + 14.0;
            }
            self.mark(&mut marks, row, middle, &scale);
            marks.end();
        }
        let bottom = y + 2.0;
        if wide {
            strips.push((top, bottom));
        }
        c.bottom_axis(&scale, &strips, bottom, most, self.unit);
        if self.zero {
            for (from, to) in &strips {
                c.line((scale.at(0.0), *from), (scale.at(0.0), *to), Ink::Soft, 1.5, "none");
            }
        }
        c.body.put(&marks.body);
        c.finish(bottom + 24.0, head, None)
    }

    fn mark(&self, c: &mut Canvas, row: &Row, middle: f64, scale: &Scale) {
        let ink = Ink::Series(row.series);
        for limit in &row.limits {
            held(c, limit, middle, scale);
        }
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
            let (lowest, highest) = scale.range();
            for (x, beyond) in [(a, if low < lowest { -1.0 } else { 0.0 }), (b, if high > highest { 1.0 } else { 0.0 })] {
                if beyond == 0.0 {
                    c.line((x, middle - 5.0), (x, middle + 5.0), whisker, 1.5, "none");
                } else {
                    // It goes on beyond the axis.
                    point(c, (x, middle), beyond, 6.0, whisker);
                }
            }
        }
        if let (Some(value), false) = (row.value, self.bars) {
            c.dot((scale.at(value), middle), 4.5, ink);
        }
    }
}

/// A limit: a mark across its row, its margin behind it, and arrows towards where numbers are to be.
fn held(c: &mut Canvas, limit: &Limit, middle: f64, scale: &Scale) {
    let x = scale.at(limit.at);
    let (a, b) = (scale.at(limit.at - limit.margin), scale.at(limit.at + limit.margin));
    c.rect((a, middle - 10.0), (b - a, 20.0), Ink::Rule);
    c.line((x, middle - 10.0), (x, middle + 10.0), Ink::Ink, 1.5, "none");
    let side = if limit.up { 1.0 } else { -1.0 };
    for y in [middle - 10.0, middle + 10.0] {
        point(c, (x + side * 7.0, y), side, 5.0, Ink::Ink);
        c.line((x, y), (x + side * 3.0, y), Ink::Ink, 1.5, "none");
    }
}

/// The head of an arrow whose tip is at a place.
fn point(c: &mut Canvas, (x, y): (f64, f64), side: f64, long: f64, ink: Ink) {
    use super::markup::short;
    let back = x - side * long;
    let d = format!("M{} {}L{} {}L{} {}Z", short(x), short(y), short(back), short(y - 0.55 * long), short(back), short(y + 0.55 * long));
    c.area(&d, ink, 1.0);
}
