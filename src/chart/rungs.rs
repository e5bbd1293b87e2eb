//! A ladder: its rungs from below, thresholds between them, who begins where.

use super::Head;
use super::canvas::{Anchor, Canvas, Page, SIZE, SMALL};
use super::ink::Ink;
use super::markup::Markup;

/// A rung.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LadderRung {
    /// What it is called.
    pub label: String,
    /// The firebreak below it.
    pub threshold: Option<String>,
    /// Who begins there.
    pub starts: Vec<String>,
}

/// A ladder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rungs {
    /// The lowest first.
    pub rungs: Vec<LadderRung>,
}

impl Rungs {
    pub(super) fn draw(&self, head: &Head, page: Page) -> (Markup, f64) {
        let mut c = Canvas::new(page);
        let wide = c.wide();
        let count = self.rungs.len();
        let (tall, plain, broken) = (26.0, 5.0, 24.0);
        let broad = if wide { 230.0 } else { 150.0 };
        #[expect(clippy::cast_precision_loss, reason = "few rungs")]
        let lean = ((if wide { 170.0 } else { 40.0 }) / count.max(1) as f64).min(20.0);
        let mut y = 6.0;
        for (index, rung) in self.rungs.iter().enumerate().rev() {
            #[expect(clippy::cast_precision_loss, reason = "few rungs")]
            let x = 8.0 + lean * index as f64;
            let ink = Ink::rung(index, count);
            c.frame((x, y), (broad, tall), (ink, Ink::Soft));
            c.cut((x + 9.0, y + 17.5), Anchor::Start, (SIZE, broad - 16.0), ink.on(), &rung.label);
            if !rung.starts.is_empty() {
                let names = rung.starts.join(", ");
                c.dot((x + broad + 10.0, y + tall / 2.0), 3.5, Ink::Series(0));
                let room = page.width() - x - broad - 22.0;
                c.cut((x + broad + 18.0, y + 17.5), Anchor::Start, (SMALL, room), "ink", &names);
            }
            y += tall;
            if let (Some(name), true) = (&rung.threshold, index > 0) {
                let at = y + broken / 2.0;
                c.line((x - 6.0, at), (x + broad + 6.0, at), Ink::Alarm, 2.5, "7 4");
                let room = page.width() - x - broad - 14.0;
                c.cut((x + broad + 10.0, at + 4.0), Anchor::Start, (SMALL, room), "alarm", &format!("threshold: {name}"));
                y += broken;
            } else {
                y += plain;
            }
        }
        c.finish(y + 4.0, head, None)
    }
}
