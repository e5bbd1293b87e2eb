//! Which interval: a choice by name.

use std::fmt;

use super::{Interval, clopper_pearson, jeffreys, wilson};

/// An interval for a share of `k` hits in `n` trials, to be chosen by name.
///
/// | name | what it promises | for |
/// |---|---|---|
/// | `wilson` | close to its level on average over shares | reports |
/// | `clopper-pearson` | at least its level for every share; too wide on average | guarantees |
/// | `jeffreys` | holds the share with the chance `level` a posteriori, prior beta(1/2, 1/2) | a Bayesian reading |
///
/// ```
/// use escalade::stats::IntervalMethod;
/// let method = IntervalMethod::by_name("clopper-pearson").unwrap();
/// assert!(method.interval(0, 10, 0.95).high > IntervalMethod::Wilson.interval(0, 10, 0.95).high);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum IntervalMethod {
    /// Wilson's score interval: [`wilson`].
    #[default]
    Wilson,
    /// The exact interval of Clopper and Pearson: [`clopper_pearson`].
    ClopperPearson,
    /// The interval of Jeffreys' prior: [`jeffreys`].
    Jeffreys,
}

impl IntervalMethod {
    /// All methods, in the order in which they should be listed.
    pub const ALL: [Self; 3] = [Self::Wilson, Self::ClopperPearson, Self::Jeffreys];

    /// Its name: `wilson`, `clopper-pearson`, `jeffreys`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Wilson => "wilson",
            Self::ClopperPearson => "clopper-pearson",
            Self::Jeffreys => "jeffreys",
        }
    }

    /// The method of this name; `None` if there is none.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.name() == name)
    }

    /// The interval for `k` hits in `n` trials at a two-sided `level`.
    ///
    /// `n == 0` gives `[0, 1]`; `k == 0` gives `low` 0, `k == n` gives `high` 1, both exactly.
    ///
    /// # Panics
    /// If `k > n`, or `level` is not in (0, 1).
    #[must_use]
    pub fn interval(self, k: u64, n: u64, level: f64) -> Interval {
        match self {
            Self::Wilson => wilson(k, n, level),
            Self::ClopperPearson => clopper_pearson(k, n, level),
            Self::Jeffreys => jeffreys(k, n, level),
        }
    }
}

impl fmt::Display for IntervalMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
