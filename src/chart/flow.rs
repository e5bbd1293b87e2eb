//! Moves from rung to rung: a ladder with an arrow for each kind of move, the wider the commoner.

use super::Head;
use super::canvas::{Anchor, Canvas, Page, SIZE, SMALL};
use super::ink::Ink;
use super::markup::{Markup, short};

/// A rung.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlowRung {
    /// What it is called.
    pub label: String,
    /// What is told beside it: mean days on it.
    pub note: String,
    /// The firebreak below it.
    pub threshold: Option<String>,
}

/// Moves between two rungs.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FlowMove {
    /// From this rung, counted from the lowest.
    pub from: usize,
    /// To this one.
    pub to: usize,
    /// How often in a trial, on the mean.
    pub per_trial: f64,
}

/// Moves on a ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// Rungs, the lowest first.
    pub rungs: Vec<FlowRung>,
    /// Moves.
    pub moves: Vec<FlowMove>,
}

/// Most moves that are drawn for their own sake; the rest stands in the table.
const MOST: usize = 14;
/// What is rarer than this part of the commonest move is drawn only where a rung would be without an arrow.
const FAINT: f64 = 0.004;

impl Flow {
    /// The moves that are drawn, the commonest first: the commonest of all, and of each rung the commonest into it and out of it.
    fn drawn(&self) -> Vec<&FlowMove> {
        let count = self.rungs.len();
        let mut all: Vec<&FlowMove> = self.moves.iter().filter(|m| m.from < count && m.to < count && m.per_trial > 0.0).collect();
        all.sort_by(|a, b| b.per_trial.total_cmp(&a.per_trial));
        let most = all.first().map_or(0.0, |m| m.per_trial);
        let (mut into, mut out) = (vec![false; count], vec![false; count]);
        let mut chosen = Vec::new();
        for (at, step) in all.into_iter().enumerate() {
            let needed = !into[step.to] || !out[step.from];
            if needed || (at < MOST && step.per_trial >= most * FAINT) {
                chosen.push(step);
            }
            (into[step.to], out[step.from]) = (true, true);
        }
        chosen
    }

    /// How many moves are not drawn.
    #[must_use]
    pub fn left_out(&self) -> usize {
        self.moves.len().saturating_sub(self.drawn().len())
    }

    pub(super) fn draw(&self, head: &Head, page: Page) -> (Markup, f64) {
        let mut c = Canvas::new(page);
        let wide = c.wide();
        let (tall, gap) = (30.0, 16.0);
        let center = page.width() / 2.0;
        let half = if wide { 118.0 } else { 72.0 };
        let count = self.rungs.len();
        #[expect(clippy::cast_precision_loss, reason = "few rungs")]
        let middle = |rung: usize| 26.0 + tall / 2.0 + (count - 1 - rung.min(count - 1)) as f64 * (tall + gap);
        let moves = self.drawn();
        let most = moves.first().map_or(1e-12, |m| m.per_trial);
        let (down, up) =
            if wide { ("moves down, per 100 trials", "moves up, per 100 trials") } else { ("down per 100 trials", "up per 100 trials") };
        if wide {
            c.text((center - half - 8.0, 14.0), Anchor::End, SMALL, "soft", down);
            c.text((center + half + 8.0, 14.0), Anchor::Start, SMALL, "soft", up);
        } else {
            c.text((2.0, 14.0), Anchor::Start, SMALL, "soft", down);
            c.text((page.width() - 2.0, 14.0), Anchor::End, SMALL, "soft", up);
        }
        let mut numbers = Vec::new();
        for step in &moves {
            numbers.push(self.arrow(&mut c, step, (center, half), (middle(step.from), middle(step.to)), most));
        }
        self.numbers(&mut c, numbers);
        for (rung, about) in self.rungs.iter().enumerate() {
            let y = middle(rung);
            let ink = Ink::rung(rung, count);
            c.tip(&format!("{}: {}", about.label, about.note));
            c.frame((center - half, y - tall / 2.0), (half * 2.0, tall), (ink, Ink::Soft));
            let note = super::letters::width(&about.note, SMALL);
            let on = ink.on();
            let room = half * 2.0 - 20.0 - note;
            if wide {
                c.cut((center - half + 8.0, y + 4.5), Anchor::Start, (SIZE, room), on, &about.label);
            } else {
                let up = if super::canvas::fits(&about.label, SMALL, room) { 4.5 } else { -2.5 };
                c.label((center - half + 7.0, y + up), Anchor::Start, (SMALL, room, 2), on, &about.label);
            }
            c.text((center + half - 8.0, y + 4.5), Anchor::End, SMALL, on, &about.note);
            c.end();
            if let (Some(name), true) = (&about.threshold, rung > 0) {
                let line = y + tall / 2.0 + gap / 2.0;
                c.line((center - half, line), (center + half, line), Ink::Alarm, 2.0, "5 3");
                c.tip(&format!("threshold: {name}"));
                c.end();
            }
        }
        #[expect(clippy::cast_precision_loss, reason = "few rungs")]
        let height = 26.0 + count as f64 * (tall + gap);
        c.finish(height, head, None)
    }

    /// A curved arrow beside the rungs: up on the right, down on the left.
    fn arrow(&self, c: &mut Canvas, step: &FlowMove, (center, half): (f64, f64), (from, to): (f64, f64), most: f64) -> Number {
        let up = step.to > step.from;
        let side = if up { 1.0 } else { -1.0 };
        #[expect(clippy::cast_precision_loss, reason = "few rungs")]
        let far = step.to.abs_diff(step.from) as f64;
        let wide = 1.2 + 9.0 * (step.per_trial / most).sqrt();
        let edge = center + side * (half + 1.0);
        let most_far = c.page.width() / 2.0 - half - if c.wide() { 74.0 } else { 44.0 };
        let bend = (24.0 + (far - 1.0) * 26.0).min(most_far);
        let out = edge + side * bend * 1.33;
        // Arrows leave and reach a rung a little apart from each other.
        let (start, end) = if up { (from - 5.0, to + 5.0) } else { (from + 5.0, to - 5.0) };
        let tip = edge + side * 8.0;
        let names = (&self.rungs[step.from].label, &self.rungs[step.to].label);
        let number = hundred(step.per_trial);
        c.tip(&format!("{} → {}: {number} per 100 trials", names.0, names.1));
        let ink = if up { Ink::Series(1) } else { Ink::Series(0) };
        let class = format!("l {}", ink.class());
        let d = format!(
            "M{} {}C{} {} {} {} {} {}",
            short(edge),
            short(start),
            short(out),
            short(start),
            short(out),
            short(end),
            short(tip),
            short(end)
        );
        c.body.shape(
            "path",
            &[
                ("d", &d),
                ("fill", &"none"),
                ("class", &class),
                ("stroke", &ink.plain()),
                ("stroke-width", &short(wide)),
                ("stroke-opacity", &0.6),
            ],
        );
        let size = 5.0 + wide / 2.0;
        let head = format!("M{} {}L{} {}L{} {}Z", short(edge), short(end), short(tip), short(end - size), short(tip), short(end + size));
        c.area(&head, ink, 0.9);
        c.end();
        Number { x: edge + side * (bend + wide / 2.0 + 3.0), y: from.midpoint(to) + 4.0, up, text: number }
    }

    /// Numbers of moves beside their arrows, apart from each other.
    fn numbers(&self, c: &mut Canvas, numbers: Vec<Number>) {
        let mut put: Vec<Number> = Vec::new();
        for mut number in numbers {
            let covers = |a: &Number, b: &Number| a.up == b.up && (a.y - b.y).abs() < 12.0 && (a.x - b.x).abs() < 24.0;
            for way in [0.0, 13.0, -13.0, 26.0, -26.0, 39.0, -39.0, 52.0, -52.0, 65.0, -65.0] {
                let moved = Number { y: number.y + way, ..number.clone() };
                if put.iter().all(|p| !covers(p, &moved)) {
                    number = moved;
                    break;
                }
            }
            put.push(number);
        }
        for number in put {
            let anchor = if number.up { Anchor::Start } else { Anchor::End };
            c.text((number.x, number.y), anchor, SMALL, "ink halo", &number.text);
        }
    }
}

/// Where a number stands.
#[derive(Clone, Debug)]
struct Number {
    x: f64,
    y: f64,
    up: bool,
    text: String,
}

/// How often in a hundred trials.
fn hundred(per_trial: f64) -> String {
    let x = per_trial * 100.0;
    if x >= 9.95 {
        format!("{x:.0}")
    } else if x >= 0.095 {
        format!("{x:.1}")
    } else {
        "<0.1".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rung_has_its_commonest_arrows() {
        let step = |from, to, per_trial| FlowMove { from, to, per_trial };
        // Rung 5 is reached hardly ever, from rung 0 oftener than from rung 4.
        let mut moves: Vec<FlowMove> = (0..5).flat_map(|a| (0..5).filter(move |b| *b != a).map(move |b| step(a, b, 10.0))).collect();
        moves.extend([step(4, 5, 0.000_1), step(0, 5, 0.000_2), step(5, 0, 0.000_1)]);
        let flow = Flow { rungs: vec![FlowRung::default(); 6], moves };
        let drawn = flow.drawn();
        assert!(drawn.contains(&&step(0, 5, 0.000_2)) && drawn.contains(&&step(5, 0, 0.000_1)) && !drawn.contains(&&step(4, 5, 0.000_1)));
        for rung in 0..6 {
            assert!(drawn.iter().any(|m| m.to == rung) && drawn.iter().any(|m| m.from == rung), "{rung}");
        }
        assert_eq!(flow.left_out(), flow.moves.len() - drawn.len());
    }
}
