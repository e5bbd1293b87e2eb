//! Lines with bands over time, or along an input.

use super::Head;
use super::axis::{Scale, Unit};
use super::canvas::{Anchor, Canvas, Page, SIZE, SMALL, spread};
use super::ink::{Ink, dash};
use super::markup::{Markup, short};

/// Points are marked along an input with so many or fewer.
const DOTS: usize = 40;

/// A line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// What it is.
    pub label: String,
    /// Number at each time.
    pub values: Vec<f64>,
    /// Lower and upper ends of the band, at each time; empty where there is none.
    pub band: (Vec<f64>, Vec<f64>),
    /// Colour and dashes.
    pub series: usize,
}

/// What lines are drawn along, where it is not time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Along {
    /// What it is.
    pub label: String,
    /// Its values in words, one for each place.
    pub values: Vec<String>,
}

/// Lines over time, or along an input.
#[derive(Clone, Debug, PartialEq)]
pub struct Lines {
    /// Times, in days; or places along what `along` says.
    pub days: Vec<f64>,
    /// What they are drawn along; absent for time.
    pub along: Option<Along>,
    /// Lines.
    pub lines: Vec<Line>,
    /// How numbers are written.
    pub unit: Unit,
}

impl Lines {
    fn top(&self) -> f64 {
        let all = self.lines.iter().flat_map(|l| l.values.iter().chain(&l.band.1));
        let most = all.copied().filter(|x| x.is_finite()).fold(0.0, f64::max);
        if self.unit == Unit::Share { (most * 1.04).clamp(0.001, 1.0) } else { most.max(1e-9) * 1.04 }
    }

    pub(super) fn draw(&self, head: &Head, page: Page) -> (Markup, f64) {
        let mut c = Canvas::new(page);
        let wide = c.wide();
        let (left, right) = if wide { (46.0, page.width() - 190.0) } else { (42.0, page.width() - 12.0) };
        let (top, bottom) = (8.0, if wide { 300.0 } else { 228.0 });
        let span = (self.days.first().copied().unwrap_or(0.0), self.days.last().copied().unwrap_or(1.0));
        let (x, y) = (Scale::new(span, (left, right)), Scale::new((0.0, self.top()), (bottom, top)));
        c.left_axis(&y, (left, right), 5, self.unit);
        match &self.along {
            None => c.bottom_axis(&x, &[], bottom, if wide { 6 } else { 4 }, Unit::Days),
            Some(along) => self.values_below(&mut c, along, &x, (left, right, bottom)),
        }
        for line in &self.lines {
            let class = format!("series k{}", line.series);
            c.body.open("g", &[("class", &class)]);
            c.tip(&line.label);
            let ink = Ink::Series(line.series);
            let (low, high) = &line.band;
            if !low.is_empty() && low.len() == high.len() {
                let up = self.points(&x, &y, high);
                let mut back = self.points(&x, &y, low);
                back.reverse();
                c.area(&format!("M{}L{}Z", up.join("L"), back.join("L")), ink, 0.18);
            }
            let points = self.points(&x, &y, &line.values);
            if !points.is_empty() {
                c.stroke(&format!("M{}", points.join("L")), ink, 2.2, dash(line.series));
            }
            if self.along.is_some() && self.days.len() <= DOTS {
                for (day, value) in self.days.iter().zip(&line.values).filter(|(_, v)| v.is_finite()) {
                    c.dot((x.at(*day), y.at(*value)), 3.0, ink);
                }
            }
            c.end();
            c.end();
        }
        let bottom = if self.along.is_some() { bottom + 20.0 } else { bottom };
        let mut height = bottom + 24.0;
        if wide {
            self.labels_beside(&mut c, &y, right);
        } else {
            height = self.labels_below(&mut c, bottom + 34.0);
        }
        // Pointing at a chart tells a day.
        c.finish(height, head, self.along.is_none().then_some([left, right, span.0, span.1]))
    }

    /// An axis of values in words, as many as there is room for, and what they are of.
    fn values_below(&self, c: &mut Canvas, along: &Along, x: &Scale, (left, right, bottom): (f64, f64, f64)) {
        let room = along.values.iter().map(|t| super::letters::width(t, SMALL)).fold(12.0, f64::max).min(110.0) + 12.0;
        let mut free = f64::NEG_INFINITY;
        for (day, text) in self.days.iter().zip(&along.values) {
            let at = x.at(*day);
            c.line((at, bottom), (at, bottom + 4.0), Ink::Soft, 1.0, "none");
            if at >= free {
                let half = super::letters::width(text, SMALL).min(room) / 2.0;
                c.cut((at.min(c.page.width() - half - 2.0), bottom + 16.0), Anchor::Middle, (SMALL, room), "soft", text);
                free = at + room;
            }
        }
        c.line((left, bottom), (right, bottom), Ink::Soft, 1.0, "none");
        c.cut((right, bottom + 34.0), Anchor::End, (SMALL, right - left), "soft", &format!("{} →", along.label));
    }

    fn points(&self, x: &Scale, y: &Scale, values: &[f64]) -> Vec<String> {
        let mut points: Vec<(f64, f64)> =
            self.days.iter().zip(values).filter(|(_, v)| v.is_finite()).map(|(d, v)| (x.at(*d), y.at(*v))).collect();
        // What holds from a day on rises on that day.
        if self.along.is_none() && self.days.len() <= 31 {
            let mut steps: Vec<(f64, f64)> = Vec::new();
            for (x, y) in points {
                steps.extend(steps.last().map(|before| (x, before.1)));
                steps.push((x, y));
            }
            points = steps;
        }
        // What lies on a level line between two others adds nothing.
        let flat = |w: &[(f64, f64)]| short(w[0].1) == short(w[1].1) && short(w[1].1) == short(w[2].1);
        let keep: Vec<bool> = (0..points.len()).map(|i| i == 0 || i + 1 == points.len() || !flat(&points[i - 1..=i + 1])).collect();
        let mut kept = keep.iter();
        points.retain(|_| kept.next() == Some(&true));
        points.into_iter().map(|(x, y)| format!("{} {}", short(x), short(y))).collect()
    }

    /// Labels at the right end of their lines.
    fn labels_beside(&self, c: &mut Canvas, y: &Scale, right: f64) {
        let mut order: Vec<(f64, &Line)> = self.lines.iter().filter_map(|l| Some((y.at(*l.values.last()?), l))).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut places: Vec<f64> = order.iter().map(|o| o.0).collect();
        spread(&mut places, 17.0, 12.0, 300.0);
        for ((end, line), place) in order.into_iter().zip(places) {
            let class = format!("series k{}", line.series);
            c.body.open("g", &[("class", &class)]);
            c.line((right + 2.0, end), (right + 14.0, place), Ink::Series(line.series), 1.0, "none");
            c.line((right + 14.0, place), (right + 36.0, place), Ink::Series(line.series), 2.2, dash(line.series));
            c.cut((right + 41.0, place + 4.5), Anchor::Start, (SIZE, 145.0), "ink", &line.label);
            c.end();
        }
    }

    /// Labels one below the other, with their dashes; gives where they end.
    fn labels_below(&self, c: &mut Canvas, mut at: f64) -> f64 {
        let mut order: Vec<&Line> = self.lines.iter().collect();
        order.sort_by(|a, b| b.values.last().unwrap_or(&0.0).total_cmp(a.values.last().unwrap_or(&0.0)));
        for line in order {
            let class = format!("series k{}", line.series);
            c.body.open("g", &[("class", &class)]);
            c.line((8.0, at), (38.0, at), Ink::Series(line.series), 2.2, dash(line.series));
            c.cut((46.0, at + 4.0), Anchor::Start, (SMALL + 0.5, c.page.width() - 52.0), "ink", &line.label);
            c.end();
            at += 19.0;
        }
        at
    }
}
