//! Which intervals the shares of a run carry, and one such interval.

use serde::de::Error as _;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::stats::{ConfidenceSequence, Interval, IntervalMethod, clopper_pearson, simultaneous_level};

/// How an interval is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// For a number of trials that was fixed beforehand.
    Fixed(IntervalMethod),
    /// One that holds at every look: for runs that stop by what they see.
    Sequence,
}

impl Method {
    /// Its name in results: `wilson`, `clopper-pearson`, `jeffreys` or `confidence-sequence`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fixed(method) => method.name(),
            Self::Sequence => "confidence-sequence",
        }
    }
}

/// Which intervals the shares of a run carry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intervals {
    /// How they are made.
    pub method: Method,
    /// Their two-sided level, above 0.5 and below 1.
    pub level: f64,
    /// Those of all outcomes hold at once with this level. Indicators have it each for itself.
    pub simultaneous: bool,
}

impl Default for Intervals {
    /// Wilson's, at 95 %, each for itself.
    fn default() -> Self {
        Self { method: Method::Fixed(IntervalMethod::Wilson), level: 0.95, simultaneous: false }
    }
}

impl Serialize for Intervals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_struct("Intervals", 3)?;
        map.serialize_field("method", self.method.name())?;
        map.serialize_field("level", &self.level)?;
        map.serialize_field("simultaneous", &self.simultaneous)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Intervals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Plain {
            method: String,
            level: f64,
            simultaneous: bool,
        }
        let Plain { method, level, simultaneous } = Plain::deserialize(deserializer)?;
        let fixed = IntervalMethod::by_name(&method).map(Method::Fixed);
        let method = fixed.or_else(|| (method == Method::Sequence.name()).then_some(Method::Sequence));
        let method = method.ok_or_else(|| D::Error::custom("no such method of intervals"))?;
        if !(level > 0.5 && level < 1.0) {
            return Err(D::Error::custom("the level of intervals does not lie between 0.5 and 1"));
        }
        Ok(Self { method, level, simultaneous })
    }
}

impl Intervals {
    /// The default ones at another level.
    #[must_use]
    pub fn at(level: f64) -> Self {
        Self { level, ..Self::default() }
    }

    /// The interval of an outcome with `k` of `n` trials, one of so many outcomes.
    ///
    /// # Panics
    /// If `k > n`, or the level is not in (0, 1).
    #[must_use]
    pub fn outcome(&self, k: u64, n: u64, outcomes: usize) -> IntervalResult {
        if !self.simultaneous || outcomes < 2 {
            return self.one(k, n);
        }
        let each = simultaneous_level(self.level, outcomes);
        IntervalResult { simultaneous: Some(outcomes), ..self.result(k, n, each) }
    }

    /// The interval of a share that stands for itself.
    ///
    /// # Panics
    /// If `k > n`, or the level is not in (0, 1).
    #[must_use]
    pub fn one(&self, k: u64, n: u64) -> IntervalResult {
        self.result(k, n, self.level)
    }

    fn result(&self, k: u64, n: u64, each: f64) -> IntervalResult {
        let Interval { low, high } = match self.method {
            Method::Fixed(method) => method.interval(k, n, each),
            Method::Sequence => ConfidenceSequence::new(each).interval(k, n),
        };
        // A bound for a fixed number of trials does not hold where the run stopped by what it saw.
        let limit = || match self.method {
            // An end of a two-sided interval leaves half of what is missing on its side.
            Method::Fixed(_) => clopper_pearson(k, n, 2.0 * each - 1.0),
            Method::Sequence => Interval { low, high },
        };
        let bound = match k {
            _ if n == 0 || each <= 0.5 => None,
            0 => Some(limit().high),
            _ if k == n => Some(limit().low),
            _ => None,
        };
        IntervalResult { low, high, level: self.level, method: self.method.name(), simultaneous: None, bound }
    }
}

/// The name of a method: one of those that this program has.
pub type MethodName = &'static str;

/// A two-sided interval.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct IntervalResult {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Level.
    pub level: f64,
    /// Method.
    #[serde(deserialize_with = "method_name")]
    pub method: MethodName,
    /// Holds with this level at once with those of the other outcomes; how many there are, this one included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simultaneous: Option<usize>,
    /// Where there was none, or nothing else: the one-sided bound above or below which the share lies. 0 of n
    /// is never shown as "0 %".
    ///
    /// For a fixed number of trials the exact one (Clopper and Pearson), whatever the method; for a run that
    /// stopped by what it saw the end of the interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<f64>,
}

/// The methods of intervals that are read back from files.
fn method_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static str, D::Error> {
    let found = String::deserialize(deserializer)?;
    let fixed = IntervalMethod::ALL.map(IntervalMethod::name);
    let known = fixed.into_iter().chain([Method::Sequence.name(), "wilson-effective", "pooled"]);
    known.into_iter().find(|name| *name == found).ok_or_else(|| D::Error::custom("no such method of intervals"))
}

impl IntervalResult {
    /// The usual interval of `k` in `n`.
    ///
    /// # Panics
    /// If `k > n`, or the level is not in (0, 1).
    #[must_use]
    pub fn new(k: u64, n: u64, level: f64) -> Self {
        Intervals::at(level).one(k, n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn none_and_all_have_a_bound_in_every_method() {
        let methods = IntervalMethod::ALL.into_iter().map(Method::Fixed).chain([Method::Sequence]);
        for method in methods {
            for simultaneous in [false, true] {
                let intervals = Intervals { method, level: 0.95, simultaneous };
                let (none, all) = (intervals.outcome(0, 1000, 4), intervals.outcome(1000, 1000, 4));
                let (low, high) = (none.bound.unwrap(), all.bound.unwrap());
                assert!(low > 0.0 && low < 0.01 && (low - (1.0 - high)).abs() < 1e-12, "{method:?} {low} {high}");
                assert_eq!((none.low, all.high), (0.0, 1.0));
                assert_eq!(none.simultaneous, simultaneous.then_some(4));
                assert_eq!(intervals.outcome(1, 1000, 4).bound, None);
                assert_eq!(intervals.one(0, 0).bound, None);
            }
        }
        let exact = |level: f64, n: f64| 1.0 - ((1.0 - level).ln() / n).exp();
        assert!((Intervals::default().one(0, 1000).bound.unwrap() - exact(0.95, 1000.0)).abs() < 1e-12);
        let both = Intervals { simultaneous: true, ..Intervals::default() };
        assert!((both.outcome(0, 1000, 5).bound.unwrap() - exact(0.99, 1000.0)).abs() < 1e-12);
    }

    #[test]
    fn at_once_is_wider_and_one_outcome_stands_for_itself() {
        let one = Intervals::default();
        let all = Intervals { simultaneous: true, ..one };
        assert!(all.outcome(300, 1000, 5).high > one.outcome(300, 1000, 5).high);
        assert_eq!(all.outcome(300, 1000, 1), one.one(300, 1000));
        assert_eq!(all.one(300, 1000), one.one(300, 1000));
    }
}
