//! What can be wrong with parameters, and the checks the families share.

use std::fmt;

use thiserror::Error;

/// What a parameter must be.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Must {
    /// Neither NaN nor infinite.
    BeFinite,
    /// A number or an infinity, not NaN.
    BeANumber,
    /// Greater than this.
    Exceed(f64),
    /// This or greater.
    BeAtLeast(f64),
    /// This or less.
    BeAtMost(f64),
    /// A whole number.
    BeWhole,
}

impl fmt::Display for Must {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeFinite => f.write_str("be finite"),
            Self::BeANumber => f.write_str("be a number"),
            Self::Exceed(bound) => write!(f, "be above {bound}"),
            Self::BeAtLeast(bound) => write!(f, "be at least {bound}"),
            Self::BeAtMost(bound) => write!(f, "be at most {bound}"),
            Self::BeWhole => f.write_str("be a whole number"),
        }
    }
}

/// Why a slice of numbers is no parameter set of a family.
#[derive(Clone, Copy, PartialEq, Debug, Error)]
pub enum ParamError {
    /// Too few or too many numbers.
    #[error("`{family}` takes {expected} numbers, found {found}")]
    Count {
        /// Name of the family.
        family: &'static str,
        /// How many it takes (at least, if the last repeats).
        expected: usize,
        /// How many there were.
        found: usize,
    },
    /// One number is outside its domain.
    #[error("`{name}` must {must}, found {found}")]
    Domain {
        /// Name of the parameter.
        name: &'static str,
        /// Its value.
        found: f64,
        /// What it must be.
        must: Must,
    },
    /// Two numbers are in the wrong order.
    #[error("`{low}` must not exceed `{high}`, found {low_found} and {high_found}")]
    Order {
        /// Name of the one that must be the lower.
        low: &'static str,
        /// Name of the one that must be the higher.
        high: &'static str,
        /// Value of the first.
        low_found: f64,
        /// Value of the second.
        high_found: f64,
    },
    /// No category can be chosen.
    #[error("at least one of the weights must be above 0")]
    NoWeight,
    /// A truncated normal is cut where the whole curve has almost nothing.
    #[error("a normal of mean {mean} and sd {sd} has almost no mass between `min` {min} and `max` {max}")]
    NoMass {
        /// Mean of the whole curve.
        mean: f64,
        /// Standard deviation of the whole curve.
        sd: f64,
        /// Lower end.
        min: f64,
        /// Upper end.
        max: f64,
    },
}

/// Rejects NaN and infinities.
pub(super) fn finite(name: &'static str, found: f64) -> Result<(), ParamError> {
    require(found.is_finite(), name, found, Must::BeFinite)
}

/// Rejects what is not finite or below `bound`.
pub(super) fn at_least(bound: f64, name: &'static str, found: f64) -> Result<(), ParamError> {
    finite(name, found)?;
    require(found >= bound, name, found, Must::BeAtLeast(bound))
}

/// Rejects what is not finite or above `bound`.
pub(super) fn at_most(bound: f64, name: &'static str, found: f64) -> Result<(), ParamError> {
    finite(name, found)?;
    require(found <= bound, name, found, Must::BeAtMost(bound))
}

/// Rejects what is not finite or not above 0.
pub(super) fn positive(name: &'static str, found: f64) -> Result<(), ParamError> {
    finite(name, found)?;
    require(found > 0.0, name, found, Must::Exceed(0.0))
}

/// Rejects what is no chance.
pub(super) fn chance(name: &'static str, found: f64) -> Result<(), ParamError> {
    at_least(0.0, name, found)?;
    at_most(1.0, name, found)
}

/// Rejects what has a fractional part.
pub(super) fn whole(name: &'static str, found: f64) -> Result<(), ParamError> {
    finite(name, found)?;
    require(found.floor() == found, name, found, Must::BeWhole)
}

/// Rejects two finite ends in the wrong order, or too far apart for their difference.
pub(super) fn ordered(low: (&'static str, f64), high: (&'static str, f64)) -> Result<(), ParamError> {
    if low.1 > high.1 {
        return Err(ParamError::Order { low: low.0, high: high.0, low_found: low.1, high_found: high.1 });
    }
    let width = high.1 - low.1;
    require(width.is_finite(), high.0, high.1, Must::BeAtMost(low.1 + f64::MAX))
}

/// Fails unless a condition on one parameter holds.
fn require(holds: bool, name: &'static str, found: f64, must: Must) -> Result<(), ParamError> {
    if holds { Ok(()) } else { Err(ParamError::Domain { name, found, must }) }
}
