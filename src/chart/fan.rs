//! Quantiles of a number over time.

use super::Head;
use super::axis::{Scale, Unit};
use super::canvas::{Anchor, Canvas, Page, SMALL};
use super::ink::Ink;
use super::markup::{Markup, short};

/// Quantiles 0.05, 0.25, 0.5, 0.75 and 0.95 of a number at each time.
#[derive(Clone, Debug, PartialEq)]
pub struct Fan {
    /// Times, in days.
    pub days: Vec<f64>,
    /// Quantiles, the lowest first.
    pub quantiles: [Vec<f64>; 5],
    /// Colour.
    pub series: usize,
}

impl Fan {
    pub(super) fn draw(&self, head: &Head, page: Page) -> (Markup, f64) {
        let mut c = Canvas::new(page);
        let wide = c.wide();
        let (left, right) = if wide { (56.0, page.width() - 190.0) } else { (52.0, page.width() - 12.0) };
        let (top, bottom) = (8.0, if wide { 172.0 } else { 150.0 });
        let all = self.quantiles.iter().flatten().copied().filter(|x| x.is_finite());
        let (low, high) = all.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)));
        let room = if high > low { (high - low) * 0.04 } else { 0.0 };
        // Shares and the like are seen against their whole range.
        let low = if low >= 0.0 && low - room < high * 0.3 { 0.0 } else { low - room };
        let span = (self.days.first().copied().unwrap_or(0.0), self.days.last().copied().unwrap_or(1.0));
        let (x, y) = (Scale::new(span, (left, right)), Scale::new((low, high + room), (bottom, top)));
        c.left_axis(&y, (left, right), 4, Unit::Number);
        c.bottom_axis(&x, &[], bottom, if wide { 6 } else { 4 }, Unit::Days);
        let ink = Ink::Series(self.series);
        for (a, b, opacity) in [(0, 4, 0.2), (1, 3, 0.35)] {
            let up = self.points(&x, &y, b);
            let mut back = self.points(&x, &y, a);
            back.reverse();
            if !up.is_empty() {
                c.area(&format!("M{}L{}Z", up.join("L"), back.join("L")), ink, opacity);
            }
        }
        let middle = self.points(&x, &y, 2);
        if !middle.is_empty() {
            c.stroke(&format!("M{}", middle.join("L")), ink, 2.2, "none");
        }
        if wide {
            self.key(&mut c, &y, right);
        }
        c.finish(bottom + 24.0, head, Some([left, right, span.0, span.1]))
    }

    /// What the bands are, at their right end.
    fn key(&self, c: &mut Canvas, y: &Scale, right: f64) {
        let mut places: Vec<f64> = (0..5).map(|i| self.quantiles[i].last().map_or(0.0, |v| y.at(*v)) + 4.0).rev().collect();
        super::canvas::spread(&mut places, 13.0, 12.0, 178.0);
        for (place, text) in places.into_iter().zip(["95 % of trials below", "75 %", "half of the trials", "25 %", "5 %"]) {
            c.text((right + 8.0, place), Anchor::Start, SMALL, "soft", text);
        }
    }

    fn points(&self, x: &Scale, y: &Scale, level: usize) -> Vec<String> {
        let pairs = self.days.iter().zip(&self.quantiles[level]).filter(|(_, v)| v.is_finite());
        pairs.map(|(d, v)| format!("{} {}", short(x.at(*d)), short(y.at(*v)))).collect()
    }
}
