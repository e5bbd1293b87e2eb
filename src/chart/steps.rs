//! Paths over the rungs of a ladder, as stairs: one row for each.

use super::Head;
use super::canvas::{Anchor, Canvas, Page, SIZE, SMALL};
use super::ink::Ink;
use super::markup::{Markup, short};

/// A path.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// What it leads to.
    pub label: String,
    /// How common it is, in words.
    pub note: String,
    /// Rungs in the order in which they were held, counted from the lowest.
    pub rungs: Vec<usize>,
    /// Colour.
    pub series: usize,
}

/// Paths on one ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Steps {
    /// What the rungs are called, the lowest first.
    pub rungs: Vec<String>,
    /// Paths.
    pub paths: Vec<Path>,
}

impl Steps {
    pub(super) fn draw(&self, head: &Head, page: Page) -> (Markup, f64) {
        let mut c = Canvas::new(page);
        let wide = c.wide();
        let count = self.rungs.len().max(2);
        #[expect(clippy::cast_precision_loss, reason = "few rungs")]
        let (stairs, top) = ((count as f64 * 7.0).clamp(36.0, 84.0), (count - 1) as f64);
        let left = if wide { 186.0 } else { 8.0 };
        let right = page.width() - 12.0;
        let longest = self.paths.iter().map(|p| p.rungs.len()).max().unwrap_or(1).max(4);
        #[expect(clippy::cast_precision_loss, reason = "at most 16")]
        let step = (right - left) / longest as f64;
        let mut y = 14.0;
        for path in &self.paths {
            c.tip(&self.words(path));
            if wide {
                c.label((left - 12.0, y + stairs / 2.0 - 4.0), Anchor::End, (SIZE, left - 16.0, 2), "ink", &path.label);
                c.cut((left - 12.0, y + stairs / 2.0 + 14.0 + 2.0), Anchor::End, (SMALL, left - 16.0), "soft", &path.note);
            } else {
                c.cut((8.0, y + 12.0), Anchor::Start, (SIZE, page.width() - 14.0), "ink", &path.label);
                c.cut((8.0, y + 28.0), Anchor::Start, (SMALL, page.width() - 14.0), "soft", &path.note);
                y += 36.0;
            }
            let (floor, roof) = (y + stairs, y + 4.0);
            c.line((left, floor), (right, floor), Ink::Rule, 1.0, "none");
            let mut x = left;
            let mut before: Option<f64> = None;
            for rung in &path.rungs {
                let rung = (*rung).min(count - 1);
                #[expect(clippy::cast_precision_loss, reason = "few rungs")]
                let at = floor - 5.0 - (floor - 5.0 - roof) * (rung as f64 / top);
                c.rect((x, at), (step - 1.5, floor - at), Ink::rung(rung, count));
                let d = before.map_or_else(
                    || format!("M{} {}H{}", short(x), short(at), short(x + step - 1.5)),
                    |b| format!("M{} {}V{}H{}", short(x - 0.75), short(b), short(at), short(x + step - 1.5)),
                );
                c.stroke(&d, Ink::Ink, 1.4, "none");
                before = Some(at);
                let name = self.rungs.get(rung).map_or("", String::as_str);
                if wide && step > 40.0 {
                    // Above the step where there is room, else in it.
                    let lines = super::letters::wrap(name, 10.5, step - 6.0, 2).len();
                    let over = at - if lines > 1 { 18.0 } else { 4.0 } > y - 2.0;
                    let class = if over { "soft" } else { Ink::rung(rung, count).on() };
                    let first = if over { at - if lines > 1 { 16.5 } else { 4.0 } } else { at + 12.0 };
                    c.label((x + 3.0, first), Anchor::Start, (10.5, step - 6.0, 2), class, name);
                }
                x += step;
            }
            y = floor + 14.0;
            if !wide {
                let names: Vec<&str> = path.rungs.iter().map(|r| self.rungs.get(*r).map_or("?", String::as_str)).collect();
                let lines = c.label((8.0, floor + 16.0), Anchor::Start, (SMALL, page.width() - 16.0, 5), "soft", &names.join(" → "));
                #[expect(clippy::cast_precision_loss, reason = "at most 5")]
                let tall = lines as f64 * SMALL * 1.25;
                y = floor + tall + 18.0;
            }
            c.end();
        }
        c.finish(y + 2.0, head, None)
    }

    fn words(&self, path: &Path) -> String {
        let names: Vec<&str> = path.rungs.iter().map(|r| self.rungs.get(*r).map_or("?", String::as_str)).collect();
        format!("{} ({}): {}", path.label, path.note, names.join(" → "))
    }
}
