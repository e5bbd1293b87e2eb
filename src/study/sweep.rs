//! Inputs of a sweep, and the points at which it runs.

use crate::rng::Points;

/// What a sweep varies: something that `--set` can change, and the values that it takes.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// The path, as `--set` takes it.
    pub path: String,
    /// Its values.
    pub values: Values,
}

/// Values of an input.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers between two ends.
    Range(Range),
    /// These, as they would be written after `--set PATH=`.
    List(Vec<String>),
}

/// Numbers between two ends, both included.
#[derive(Clone, Debug, PartialEq)]
pub struct Range {
    /// First.
    pub from: f64,
    /// Last.
    pub to: f64,
    /// Unit of both, for example `days`; empty for pure numbers.
    pub unit: String,
    /// In equal ratios instead of equal distances; both ends are above 0.
    pub log: bool,
    /// How many on a grid; `None` where only a design can vary it.
    pub count: Option<usize>,
}

/// A point of a sweep: for each input its value, as text and as number if it is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// As written after `--set PATH=`.
    pub texts: Vec<String>,
    /// Of ranges, in their unit, and of lists whose entries are all plain numbers or truth values (true is 1).
    pub numbers: Vec<Option<f64>>,
}

/// As it is written after `--vary PATH=`.
impl std::fmt::Display for Values {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::List(values) => f.write_str(&values.join(",")),
            Self::Range(range) => {
                write!(f, "{}..{}", range.text(range.from), range.text(range.to))?;
                if let Some(count) = range.count {
                    write!(f, ":{count}")?;
                }
                f.write_str(if range.log { ":log" } else { "" })
            }
        }
    }
}

impl Range {
    /// The value at `share` of the way, from 0 to 1.
    #[must_use]
    pub fn at(&self, share: f64) -> f64 {
        // The ends are what was written; between them, no more digits than a reader needs: no 0.30000000000000004.
        match share {
            0.0 => self.from,
            1.0 => self.to,
            _ if self.log => {
                let (from, to) = (crate::math::ln(self.from), crate::math::ln(self.to));
                let value = crate::math::exp(from + (to - from) * share);
                format!("{value:.5e}").parse().unwrap_or(value)
            }
            _ => {
                let value = self.from + (self.to - self.from) * share;
                let width = format!("{:e}", (self.to - self.from).abs());
                let exponent: i32 = width.rsplit('e').next().and_then(|e| e.parse().ok()).unwrap_or(0);
                let digits = (5 - exponent).clamp(0, 300);
                format!("{value:.0$}", usize::try_from(digits).unwrap_or(0)).parse().unwrap_or(value)
            }
        }
    }

    fn text(&self, value: f64) -> String {
        if self.unit.is_empty() { format!("{value}") } else { format!("{value} {}", self.unit) }
    }
}

impl Input {
    /// Number of values on a grid; `None` where no number was given.
    #[must_use]
    pub fn count(&self) -> Option<usize> {
        match &self.values {
            Values::Range(range) => range.count,
            Values::List(values) => Some(values.len()),
        }
    }

    /// The value in place `index` of a grid.
    fn nth(&self, index: usize) -> (String, Option<f64>) {
        match &self.values {
            Values::Range(range) => {
                #[expect(clippy::cast_precision_loss, reason = "few values")]
                let share = index as f64 / (range.count.unwrap_or(2).max(2) - 1) as f64;
                let value = range.at(share);
                (range.text(value), Some(value))
            }
            Values::List(values) => (values[index].clone(), self.number(index)),
        }
    }

    /// The value at `share` of the way: lists in equal parts.
    fn along(&self, share: f64) -> (String, Option<f64>) {
        match &self.values {
            Values::Range(range) => {
                let value = range.at(share);
                (range.text(value), Some(value))
            }
            Values::List(values) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    clippy::cast_precision_loss,
                    reason = "a place in a short list"
                )]
                let index = ((share * values.len() as f64) as usize).min(values.len() - 1);
                (values[index].clone(), self.number(index))
            }
        }
    }

    fn number(&self, index: usize) -> Option<f64> {
        let Values::List(values) = &self.values else { return None };
        let number = |text: &String| match text.as_str() {
            "true" => Some(1.0),
            "false" => Some(0.0),
            digits => digits.parse().ok().filter(|x: &f64| x.is_finite()),
        };
        let numbers: Option<Vec<f64>> = values.iter().map(number).collect();
        numbers.map(|numbers| numbers[index])
    }

    /// The first and the last value, or all of a list: what is tried before anything is run.
    #[must_use]
    pub fn ends(&self) -> Vec<String> {
        match &self.values {
            Values::Range(range) => vec![range.text(range.from), range.text(range.to)],
            Values::List(values) => values.clone(),
        }
    }
}

/// All points of a grid, the last input fastest. `None` where an input has no number of values.
#[must_use]
pub fn grid(inputs: &[Input]) -> Option<Vec<Point>> {
    let counts: Option<Vec<usize>> = inputs.iter().map(Input::count).collect();
    let counts = counts?;
    let all: usize = counts.iter().product();
    let point = |index: usize| {
        let mut rest = index;
        let mut places = vec![0; inputs.len()];
        for (place, count) in places.iter_mut().zip(&counts).rev() {
            *place = rest % count;
            rest /= count;
        }
        let values = inputs.iter().zip(places).map(|(input, place)| input.nth(place));
        let (texts, numbers) = values.unzip();
        Point { texts, numbers }
    };
    Some((0..all).map(point).collect())
}

/// The points of a design.
#[must_use]
pub fn designed(inputs: &[Input], design: &dyn Points, points: u64) -> Vec<Point> {
    let point = |index: u64| {
        let values = inputs.iter().enumerate().map(|(place, input)| input.along(design.unit(index, place)));
        let (texts, numbers) = values.unzip();
        Point { texts, numbers }
    };
    (0..points).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: f64, to: f64, count: usize) -> Input {
        let values = Values::Range(Range { from, to, unit: String::new(), log: false, count: Some(count) });
        Input { path: "p".to_owned(), values }
    }

    #[test]
    fn a_grid_has_round_numbers_and_both_ends() {
        let points = grid(&[range(0.1, 0.7, 7)]).unwrap();
        let texts: Vec<&str> = points.iter().map(|p| p.texts[0].as_str()).collect();
        assert_eq!(texts, ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7"]);
    }

    #[test]
    fn the_last_input_moves_fastest() {
        let list = Input { path: "q".to_owned(), values: Values::List(vec!["true".into(), "false".into()]) };
        let points = grid(&[range(1.0, 3.0, 3), list]).unwrap();
        let texts: Vec<String> = points.iter().map(|p| p.texts.join(" ")).collect();
        assert_eq!(texts, ["1 true", "1 false", "2 true", "2 false", "3 true", "3 false"]);
        assert_eq!(points[1].numbers, [Some(1.0), Some(0.0)]);
    }

    #[test]
    fn equal_ratios_and_units() {
        let values = Values::Range(Range { from: 1.0, to: 100.0, unit: "days".to_owned(), log: true, count: Some(3) });
        let points = grid(&[Input { path: "p".to_owned(), values }]).unwrap();
        let texts: Vec<&str> = points.iter().map(|p| p.texts[0].as_str()).collect();
        assert_eq!(texts, ["1 days", "10 days", "100 days"]);
    }

    #[derive(Debug)]
    struct Middle;
    impl Points for Middle {
        fn unit(&self, point: u64, input: usize) -> f64 {
            match (input, point) {
                (0, 0) => 0.25,
                (0, _) => 0.75,
                _ => 0.99,
            }
        }
    }

    #[test]
    fn a_design_stays_within_its_ranges_and_lists() {
        let list = Input { path: "q".to_owned(), values: Values::List(vec!["a".into(), "b".into(), "c".into()]) };
        let points = designed(&[range(0.0, 2.0, 2), list], &Middle, 2);
        assert_eq!(points[0].texts, ["0.5", "c"]);
        assert_eq!(points[1].texts, ["1.5", "c"]);
    }
}
