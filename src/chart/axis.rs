//! Scales and ticks.

use super::canvas::{Anchor, Canvas, SMALL};
use super::ink::Ink;

/// How numbers along an axis are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Shares of the whole, in percent.
    Share,
    /// Differences of shares, in percentage points, with their sign.
    Points,
    /// Days since the start.
    Days,
    /// Plain numbers.
    Number,
}

/// A linear scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    from: (f64, f64),
    to: (f64, f64),
}

impl Scale {
    /// From numbers to places; an empty range of numbers is made wider.
    pub(super) fn new(from: (f64, f64), to: (f64, f64)) -> Self {
        let (low, high) = from;
        let ok = low.is_finite() && high.is_finite();
        let from = match ok {
            true if high > low => from,
            true => (low - 0.5, low + 0.5),
            false => (0.0, 1.0),
        };
        Self { from, to }
    }

    pub(super) fn at(&self, x: f64) -> f64 {
        let part = (x - self.from.0) / (self.from.1 - self.from.0);
        self.to.0 + part.clamp(0.0, 1.0) * (self.to.1 - self.to.0)
    }

    pub(super) fn range(&self) -> (f64, f64) {
        self.from
    }
}

/// Round numbers in a range, about `most` of them or fewer, and their distance.
pub(super) fn ticks((low, high): (f64, f64), most: usize, unit: Unit) -> (Vec<f64>, f64) {
    const STEPS: [f64; 3] = [1.0, 2.0, 5.0];
    // Weeks and months.
    const DAYS: [f64; 12] = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 90.0, 180.0, 360.0, 720.0, 1800.0];
    #[expect(clippy::cast_precision_loss, reason = "a few ticks")]
    let least = (high - low) / most.max(1) as f64;
    let step = if unit == Unit::Days && least > 0.5 && least < 1800.0 {
        DAYS.into_iter().find(|s| *s >= least).unwrap_or(1800.0)
    } else {
        let mut power = 1e-12;
        let mut step = 0.0;
        while step < least * 0.999_999 && power < 1e18 {
            step = STEPS.iter().map(|s| s * power).find(|s| *s >= least * 0.999_999).unwrap_or(0.0);
            power *= 10.0;
        }
        step
    };
    if !(step > 0.0 && step.is_finite()) {
        return (vec![low], 1.0);
    }
    let mut all = Vec::new();
    let mut k = (low / step - 1e-9).ceil();
    while k * step <= high + step * 1e-9 && all.len() < 50 {
        all.push(k * step);
        k += 1.0;
    }
    (all, step)
}

/// The text of a tick; ticks are `step` apart.
pub(super) fn tick_text(x: f64, step: f64, unit: Unit) -> String {
    let (x, step) = match unit {
        Unit::Share | Unit::Points => (x * 100.0, step * 100.0),
        _ => (x, step),
    };
    let mut digits = 0;
    let mut grown = step;
    while digits < 6 && (grown - grown.round()).abs() > 1e-6 * grown.abs() {
        grown *= 10.0;
        digits += 1;
    }
    let text = if x.abs() >= 1e6 { format!("{x:.1e}") } else { format!("{x:.digits$}") };
    let text = if text.trim_start_matches(['-', '0', '.']).is_empty() { "0".to_owned() } else { text };
    match unit {
        Unit::Share => format!("{text} %"),
        Unit::Points if x > 0.0 => format!("+{text}"),
        _ => text.replace('-', "−"),
    }
}

impl Canvas {
    /// An axis at the bottom, with lines up through these strips of the plot.
    pub(super) fn bottom_axis(&mut self, scale: &Scale, strips: &[(f64, f64)], bottom: f64, most: usize, unit: Unit) {
        let (ticks, step) = ticks(scale.range(), most, unit);
        let (left, right) = scale.to;
        for (index, tick) in ticks.iter().enumerate() {
            let x = scale.at(*tick);
            for (from, to) in strips {
                self.line((x, *from), (x, *to), Ink::Rule, 1.0, "none");
            }
            let mut text = tick_text(*tick, step, unit);
            if unit == Unit::Days && index == 0 {
                text = format!("day {text}");
            }
            let anchor = if x - left < 12.0 && self.page.width() < 400.0 && left < 16.0 {
                Anchor::Start
            } else if self.page.width() - x < 16.0 && right - x < 12.0 {
                Anchor::End
            } else {
                Anchor::Middle
            };
            self.text((x, bottom + 15.0), anchor, SMALL, "soft", &text);
        }
        self.line((left, bottom), (right, bottom), Ink::Soft, 1.0, "none");
    }

    /// An axis at the left, with lines through the plot.
    pub(super) fn left_axis(&mut self, scale: &Scale, (left, right): (f64, f64), most: usize, unit: Unit) {
        let (ticks, step) = ticks(scale.range(), most, unit);
        for tick in ticks {
            let y = scale.at(tick);
            self.line((left, y), (right, y), Ink::Rule, 1.0, "none");
            self.text((left - 6.0, y + 4.0), Anchor::End, SMALL, "soft", &tick_text(tick, step, unit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        assert_eq!(ticks((0.0, 120.0), 5, Unit::Days).0, [0.0, 30.0, 60.0, 90.0, 120.0]);
        let (shares, step) = ticks((0.0, 0.43), 5, Unit::Share);
        assert_eq!(shares.iter().map(|s| tick_text(*s, step, Unit::Share)).collect::<Vec<_>>(), ["0 %", "10 %", "20 %", "30 %", "40 %"]);
        let (points, step) = ticks((-0.05, 0.1), 3, Unit::Points);
        assert_eq!(points.iter().map(|s| tick_text(*s, step, Unit::Points)).collect::<Vec<_>>(), ["−5", "0", "+5", "+10"]);
        assert!(ticks((0.0, 0.0), 5, Unit::Number).0.len() < 3);
        assert!(ticks((-1e300, 1e300), 5, Unit::Number).0.len() < 60);
        assert_eq!(tick_text(0.25, 0.05, Unit::Number), "0.25");
    }

    #[test]
    fn a_scale_keeps_what_lies_outside_at_its_ends() {
        let scale = Scale::new((0.0, 1.0), (10.0, 20.0));
        assert_eq!((scale.at(0.5), scale.at(-3.0), scale.at(3.0)), (15.0, 10.0, 20.0));
        assert_eq!(Scale::new((2.0, 2.0), (0.0, 10.0)).at(2.0), 5.0);
        assert_eq!(Scale::new((f64::NAN, 2.0), (0.0, 10.0)).at(0.5), 5.0);
    }
}
