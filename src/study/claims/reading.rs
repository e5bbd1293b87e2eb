//! What a claim reads from the row of a trial.

use crate::results::Unit;
use crate::scenario::Scenario;
use crate::scenario::model::Quantity;

/// An outcome or indicator, as it stands in a row.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// The trial ended so.
    Outcome(f64),
    /// Place in the row of whether it holds; since when follows.
    Indicator(usize),
    /// The scenario does not have it.
    Nowhere,
}

impl Place {
    fn holds(self, row: &[f64]) -> bool {
        match self {
            Self::Outcome(place) => row[0] == place,
            Self::Indicator(at) => row[at] == 1.0,
            Self::Nowhere => false,
        }
    }

    /// The step since which it holds; what holds from the start, or is not dated, counts at the end, as in summaries.
    fn since(self, row: &[f64]) -> f64 {
        match self {
            Self::Indicator(at) if row[at + 1] > 0.0 => row[at + 1],
            Self::Outcome(_) => row[1],
            _ => row[2],
        }
    }
}

/// A quantity, as it is read from a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reading {
    what: What,
    /// Read only where all of these hold.
    given: Vec<Place>,
    /// For quantiles their level.
    pub(super) level: Option<f64>,
    /// In what it is told.
    pub(super) unit: Unit,
}

#[derive(Clone, Debug, PartialEq)]
enum What {
    Truth(Place),
    /// Place in the row.
    Number(usize),
    /// Step, and the length of one in days.
    Day(Place, f64),
}

impl Reading {
    /// Of a quantity in a scenario.
    pub(super) fn new(quantity: &Quantity<String>, scenario: &Scenario) -> Self {
        let of = |what, given, level, unit| Self { what, given, level, unit };
        let day = f64::from(scenario.clock.step) / 1440.0;
        let metric = |name: &String| {
            let first = 3 + 2 * scenario.indicators.len();
            // A row ends with parameters; beyond it nothing is read.
            What::Number(scenario.metrics.iter().position(|m| m.id == *name).map_or(usize::MAX, |at| first + at))
        };
        let dated = |name: &String, level| {
            let (place, own) = place(name, scenario);
            of(What::Day(place, day), std::iter::once(place).chain(own).collect(), level, Unit::Day)
        };
        match quantity {
            Quantity::Share { of: name, given } => {
                let (place_of, own) = place(name, scenario);
                let mut all: Vec<Place> = own.into_iter().collect();
                if let Some(given) = given {
                    let (place_given, own) = place(given, scenario);
                    all.push(place_given);
                    all.extend(own);
                }
                of(What::Truth(place_of), all, None, Unit::Share)
            }
            Quantity::Mean(name) => of(metric(name), Vec::new(), None, Unit::Number),
            Quantity::Quantile(name, level) => of(metric(name), Vec::new(), Some(*level), Unit::Number),
            Quantity::MeanDay(name) => dated(name, None),
            Quantity::MedianDay(name) => dated(name, Some(0.5)),
        }
    }

    /// Whether it is a share of all trials.
    pub(super) fn is_plain_share(&self) -> bool {
        matches!(self.what, What::Truth(_)) && self.given.is_empty()
    }

    /// Whether it is a mean.
    pub(super) fn is_mean(&self) -> bool {
        !matches!(self.what, What::Truth(_)) && self.level.is_none()
    }

    /// The number of a trial, truth as 1 and 0; `None` where it is not read.
    pub(super) fn of(&self, row: &[f64]) -> Option<f64> {
        if !self.given.iter().all(|g| g.holds(row)) {
            return None;
        }
        match self.what {
            What::Truth(place) => Some(f64::from(u8::from(place.holds(row)))),
            What::Number(at) => row.get(at).copied().filter(|x| x.is_finite()),
            What::Day(place, day) => Some(place.since(row) * day),
        }
    }
}

/// Where a name stands, and what it is itself read under.
fn place(name: &str, scenario: &Scenario) -> (Place, Option<Place>) {
    let at = |index: usize| Place::Indicator(3 + 2 * index);
    if let Some(index) = scenario.outcomes.iter().position(|o| o.id == name) {
        #[expect(clippy::cast_precision_loss, reason = "few outcomes")]
        return (Place::Outcome(index as f64), None);
    }
    match scenario.indicators.iter().position(|i| i.id == name) {
        Some(index) => (at(index), scenario.indicators[index].given.map(at)),
        None => (Place::Nowhere, None),
    }
}
