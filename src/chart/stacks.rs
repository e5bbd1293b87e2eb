//! Shares that make up a whole, over time.

use super::Head;
use super::axis::{Scale, Unit};
use super::canvas::{Anchor, Canvas, Page, SMALL, spread};
use super::ink::Ink;
use super::markup::{Markup, short};

/// One part of the whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layer {
    /// What it is.
    pub label: String,
    /// Share at each time.
    pub shares: Vec<f64>,
    /// The firebreak below it.
    pub threshold: Option<String>,
}

/// Parts over time, the lowest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Stacks {
    /// Times, in days.
    pub days: Vec<f64>,
    /// Parts.
    pub layers: Vec<Layer>,
    /// Whether the parts are ordered, as rungs are; else they are names side by side.
    pub ordered: bool,
}

/// A part that never is larger is not labelled.
const SEEN: f64 = 0.004;

impl Stacks {
    fn ink(&self, at: usize) -> Ink {
        if self.ordered { Ink::rung(at, self.layers.len()) } else { Ink::Series(at) }
    }

    pub(super) fn draw(&self, head: &Head, page: Page) -> (Markup, f64) {
        let mut c = Canvas::new(page);
        let wide = c.wide();
        let (left, right) = if wide { (46.0, page.width() - 190.0) } else { (42.0, page.width() - 30.0) };
        let (top, bottom) = (8.0, if wide { 232.0 } else { 190.0 });
        let span = (self.days.first().copied().unwrap_or(0.0), self.days.last().copied().unwrap_or(1.0));
        let (x, y) = (Scale::new(span, (left, right)), Scale::new((0.0, 1.0), (bottom, top)));
        let times = self.layers.iter().map(|l| l.shares.len()).min().unwrap_or(0).min(self.days.len());
        let mut floor = vec![0.0; times];
        let mut labels: Vec<(f64, usize)> = Vec::new();
        let mut lines = Canvas::new(page);
        for (at, layer) in self.layers.iter().enumerate() {
            let share = |i: usize| if layer.shares[i].is_finite() { layer.shares[i].clamp(0.0, 1.0) } else { 0.0 };
            let roof: Vec<f64> = (0..times).map(|i| floor[i] + share(i)).collect();
            let most = (0..times).map(share).fold(0.0, f64::max);
            if most >= SEEN / 8.0 {
                let mut back = self.points(&x, &y, &floor);
                let edge = back.join("L");
                back.reverse();
                let up = self.points(&x, &y, &roof).join("L");
                let last = times.saturating_sub(1);
                c.tip(&layer.label);
                c.area(&format!("M{up}L{}Z", back.join("L")), self.ink(at), 1.0);
                if at % 2 == 1 {
                    // Every other part is hatched too: neighbours differ without colour.
                    self.hatch(&mut c, (&floor, &roof), (&x, &y));
                }
                c.end();
                if at > 0 {
                    let (wide, dash) = if layer.threshold.is_some() { (2.0, "5 3") } else { (1.0, "none") };
                    let ink = if layer.threshold.is_some() { Ink::Ink } else { Ink::Paper };
                    lines.stroke(&format!("M{edge}"), ink, wide, dash);
                }
                if most >= SEEN {
                    labels.push((y.at(floor[last].midpoint(roof[last])), at));
                }
            }
            floor = roof;
        }
        c.body.put(&lines.body);
        c.left_ticks(&y, left);
        c.bottom_axis(&x, &[], bottom, if wide { 6 } else { 3 }, Unit::Days);
        let mut height = bottom + 24.0;
        if wide {
            self.labels(&mut c, labels, (right, bottom), times);
        } else {
            height = self.labels_below(&mut c, labels, (right, bottom), times);
        }
        c.finish(height, head, Some([left, right, span.0, span.1]))
    }

    fn points(&self, x: &Scale, y: &Scale, values: &[f64]) -> Vec<String> {
        let at = |i: usize| (short(x.at(self.days[i])), short(y.at(values[i])));
        let mut points: Vec<String> = Vec::new();
        for i in 0..values.len() {
            let flat = i > 0 && i + 1 < values.len() && at(i - 1).1 == at(i).1 && at(i).1 == at(i + 1).1;
            if !flat {
                let (x, y) = at(i);
                points.push(format!("{x} {y}"));
            }
        }
        points
    }

    fn hatch(&self, c: &mut Canvas, (floor, roof): (&[f64], &[f64]), (x, y): (&Scale, &Scale)) {
        let mut d = String::new();
        for i in (0..floor.len()).step_by((floor.len() / 40).max(1)) {
            let (a, b) = (y.at(floor[i]), y.at(roof[i]));
            if a - b > 2.0 {
                d.push_str(&format!("M{} {}V{}", short(x.at(self.days[i])), short(a), short(b)));
            }
        }
        if !d.is_empty() {
            c.body.shape(
                "path",
                &[
                    ("d", &d),
                    ("class", &"l paper hatch"),
                    ("stroke", &Ink::Paper.plain()),
                    ("stroke-width", &0.7),
                    ("stroke-opacity", &0.45),
                ],
            );
        }
    }

    fn labels(&self, c: &mut Canvas, mut labels: Vec<(f64, usize)>, (right, bottom): (f64, f64), times: usize) {
        labels.reverse();
        let mut places: Vec<f64> = labels.iter().map(|l| l.0).collect();
        spread(&mut places, 15.0, 12.0, bottom - 2.0);
        let room = c.page.width() - right - 34.0;
        for ((end, at), place) in labels.into_iter().zip(places) {
            let layer = &self.layers[at];
            c.line((right + 1.0, end), (right + 12.0, place), Ink::Soft, 0.8, "none");
            c.frame((right + 13.0, place - 5.0), (10.0, 10.0), (self.ink(at), Ink::Soft));
            let share = layer.shares.get(times.wrapping_sub(1)).copied().unwrap_or(0.0);
            let share = format!(" {}", percent(share));
            let size = SMALL;
            let label = super::letters::cut(&layer.label, size, room - super::letters::width(&share, size));
            c.tip(&layer.label);
            c.text((right + 28.0, place + 4.0), Anchor::Start, size, "ink", &format!("{label}{share}"));
            c.end();
        }
    }
}

impl Stacks {
    /// Numbers at the right end, and what they stand for below; gives where that ends.
    fn labels_below(&self, c: &mut Canvas, mut labels: Vec<(f64, usize)>, (right, bottom): (f64, f64), times: usize) -> f64 {
        labels.reverse();
        let mut places: Vec<f64> = labels.iter().map(|l| l.0).collect();
        spread(&mut places, 13.0, 12.0, bottom - 2.0);
        let mut y = bottom + 36.0;
        for ((end, at), place) in labels.into_iter().zip(places) {
            let layer = &self.layers[at];
            c.line((right + 1.0, end), (right + 9.0, place), Ink::Soft, 0.8, "none");
            c.text((right + 12.0, place + 4.0), Anchor::Start, SMALL, "ink", &(at + 1).to_string());
            let share = percent(layer.shares.get(times.wrapping_sub(1)).copied().unwrap_or(0.0));
            c.text((26.0, y + 4.0), Anchor::End, SMALL, "ink", &(at + 1).to_string());
            c.frame((32.0, y - 6.0), (12.0, 12.0), (self.ink(at), Ink::Soft));
            c.cut((52.0, y + 4.0), Anchor::Start, (SMALL, c.page.width() - 104.0), "ink", &layer.label);
            c.text((c.page.width() - 6.0, y + 4.0), Anchor::End, SMALL, "soft", &share);
            y += 18.0;
        }
        y - 2.0
    }
}

/// A share as it stands beside a layer.
fn percent(share: f64) -> String {
    if share > 0.0 && share < 0.005 { "<1 %".to_owned() } else { format!("{:.0} %", share * 100.0) }
}

impl Canvas {
    /// Numbers of shares at the left, without lines.
    fn left_ticks(&mut self, y: &Scale, left: f64) {
        for tick in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let text = format!("{:.0} %", tick * 100.0);
            self.text((left - 6.0, y.at(tick) + 4.0), Anchor::End, SMALL, "soft", &text);
        }
    }
}
