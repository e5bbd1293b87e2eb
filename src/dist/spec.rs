//! What is known about a family before any number is drawn, and the calls that all families answer.

use super::{Family, ParamError};
use crate::rng::Block;

/// What a parameter does, which decides its unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum ParamRole {
    /// A value the draw may take or lie beside; carries the unit of the draw (a span, if that is one).
    Location,
    /// A positive width or size; carries the unit of the draw.
    Scale,
    /// A pure number that bends the curve.
    Shape,
    /// A chance in `[0, 1]`.
    Probability,
    /// A number of things; no unit.
    Count,
}

impl ParamRole {
    /// Whether the parameter has the unit of the draw, so that `"5 days"` there gives days.
    #[must_use]
    pub fn carries_unit(self) -> bool {
        matches!(self, Self::Location | Self::Scale)
    }
}

/// One parameter of a family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ParamSpec {
    /// Its key in a scenario file.
    pub name: &'static str,
    /// What it does, and whether it has a unit.
    pub role: ParamRole,
    /// Whether it may be left out.
    pub optional: bool,
    /// Meaning and domain, in a few words.
    pub summary: &'static str,
}

impl ParamSpec {
    /// A parameter that must be given.
    pub(super) const fn new(name: &'static str, role: ParamRole, summary: &'static str) -> Self {
        Self { name, role, optional: false, summary }
    }

    /// A parameter that may be left out.
    pub(super) const fn optional(name: &'static str, role: ParamRole, summary: &'static str) -> Self {
        Self { name, role, optional: true, summary }
    }
}

/// What kind of value a draw is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Gives {
    /// A real number.
    Real,
    /// A whole number.
    Integer,
    /// 0 for false, 1 for true.
    Truth,
    /// The index of a category, from 0.
    Category,
}

/// The description of a family, for the checker, `escalade explain` and the reference page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FamilySpec {
    /// Which family this describes.
    pub family: Family,
    /// Its name in a scenario file.
    pub name: &'static str,
    /// What it is and when to use it.
    pub summary: &'static str,
    /// Density or probability mass, as text.
    pub formula: &'static str,
    /// Where the definition or the method comes from.
    pub source: &'static str,
    /// Parameters, in the order of the slices that [`Family`]'s functions take.
    pub params: &'static [ParamSpec],
    /// Whether the last parameter stands for one or more numbers, such as weights.
    pub variadic: bool,
    /// What kind of value a draw is.
    pub gives: Gives,
}

/// The functions of a family; each file of a distribution exports one `LAW`.
///
/// What each must do is documented at the method of [`Family`] of the same name.
pub(super) struct Law {
    pub(super) spec: FamilySpec,
    pub(super) check: fn(&[f64]) -> Result<(), ParamError>,
    pub(super) sample: fn(&[f64], Block) -> f64,
    pub(super) quantile: fn(&[f64], f64) -> f64,
    pub(super) cdf: fn(&[f64], f64) -> f64,
    pub(super) mean: fn(&[f64]) -> f64,
    pub(super) sd: fn(&[f64]) -> f64,
    pub(super) support: fn(&[f64]) -> (f64, f64),
}

impl Family {
    /// The description of this family.
    #[must_use]
    pub fn spec(self) -> &'static FamilySpec {
        &self.law().spec
    }

    /// The family with this name in scenario files, if there is one.
    ///
    /// ```
    /// use escalade::dist::Family;
    /// assert_eq!(Family::by_name("uniform_int"), Some(Family::UniformInt));
    /// assert_eq!(Family::by_name("Normal"), None);
    /// ```
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|f| f.spec().name == name)
    }

    /// Whether these are parameters of this family.
    ///
    /// `params` follows [`FamilySpec::params`]. A normal always has four: without `min` the third is
    /// minus infinity, without `max` the fourth is infinity. Degenerate cases that have a meaning are
    /// accepted: no spread (`sd = 0`, `min = max`, `sigma = 0`), a mean of 0, a chance of 0 or 1.
    ///
    /// # Errors
    /// The first thing wrong: how many there are, a NaN or infinity, a number outside its domain,
    /// ends in the wrong order.
    pub fn check(self, params: &[f64]) -> Result<(), ParamError> {
        let spec = self.spec();
        let enough = params.len() >= spec.params.len();
        if !enough || (!spec.variadic && params.len() > spec.params.len()) {
            return Err(ParamError::Count { family: spec.name, expected: spec.params.len(), found: params.len() });
        }
        (self.law().check)(params)
    }

    /// One draw, from one block. Parameters must have passed [`check`](Self::check).
    ///
    /// Equal to `quantile(params, block.unit())` for every family except the untruncated normal and
    /// the lognormal, which use Box-Muller (the cosine branch). Integers, truth values and categories
    /// come as whole numbers.
    #[inline]
    #[must_use]
    pub fn sample(self, params: &[f64], block: Block) -> f64 {
        (self.law().sample)(params, block)
    }

    /// Inverse distribution function: the smallest `x` with `cdf(x) >= p`, for `p` in (0, 1).
    ///
    /// At 0 and 1, the ends of the support; NaN outside. Nondecreasing in `p`, up to rounding.
    #[must_use]
    pub fn quantile(self, params: &[f64], p: f64) -> f64 {
        if !(0.0..=1.0).contains(&p) {
            return f64::NAN;
        }
        let law = self.law();
        if p == 0.0 {
            (law.support)(params).0
        } else if p == 1.0 {
            (law.support)(params).1
        } else {
            (law.quantile)(params, p)
        }
    }

    /// Distribution function: the chance that a draw is at most `x`. NaN for NaN.
    #[must_use]
    pub fn cdf(self, params: &[f64], x: f64) -> f64 {
        let law = self.law();
        let (low, high) = (law.support)(params);
        if x.is_nan() {
            x
        } else if x < low {
            0.0
        } else if x >= high {
            1.0
        } else {
            (law.cdf)(params, x)
        }
    }

    /// Mean; infinite where it does not exist (Pareto with `alpha <= 1`). Of a category: of its index.
    #[must_use]
    pub fn mean(self, params: &[f64]) -> f64 {
        (self.law().mean)(params)
    }

    /// Standard deviation; infinite where it does not exist (Pareto with `alpha <= 2`).
    #[must_use]
    pub fn sd(self, params: &[f64]) -> f64 {
        (self.law().sd)(params)
    }

    /// Smallest and largest value; infinite where there is none.
    #[must_use]
    pub fn support(self, params: &[f64]) -> (f64, f64) {
        (self.law().support)(params)
    }
}
