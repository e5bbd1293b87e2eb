//! The operations of a program: a small closed set, each over a whole row of trials.

use crate::dist::Family;
use crate::lang::core::Num;
use crate::lang::{Binary, Unary};
use crate::math;
use crate::rng::SiteId;

/// A row: kept from step to step, good within a step, or a constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Src(u32);

/// Where a row lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Kept from step to step.
    Kept(usize),
    /// A register, good within one step.
    Register(usize),
    /// A constant, by its place in [`super::Program::constants`].
    Constant(usize),
}

const KIND: u32 = 30;
const INDEX: u32 = (1 << KIND) - 1;

impl Src {
    /// No row.
    pub const NONE: Self = Self(u32::MAX);

    /// The row in a place.
    #[must_use]
    pub(super) fn at(place: Place) -> Self {
        let (kind, index) = match place {
            Place::Kept(i) => (0, i),
            Place::Register(i) => (1, i),
            Place::Constant(i) => (2, i),
        };
        Self(kind << KIND | u32::try_from(index).unwrap_or(INDEX) & INDEX)
    }

    /// Where it lies.
    #[inline(always)]
    #[must_use]
    pub fn place(self) -> Place {
        let index = (self.0 & INDEX) as usize;
        match self.0 >> KIND {
            0 => Place::Kept(index),
            1 => Place::Register(index),
            _ => Place::Constant(index),
        }
    }

    /// Whether there is a row.
    #[inline(always)]
    #[must_use]
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }
}

/// Narrows a mask: `d = a and (b OP c)`, 0 or 1. Undefined operands give 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Narrow {
    /// b is 1.
    True,
    /// b is not 1.
    False,
    /// b = c
    Equal,
    /// b != c
    Unequal,
    /// b < c
    Below,
    /// b <= c
    UpTo,
    /// The time now is at or after b.
    Reached,
    /// The step now is at or after b.
    StepReached,
    /// b (a number of occurrences) is above the number of the present pass.
    Occurs,
}

/// What a number must be where the mask is 1; a trial in which it is not is handed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Must {
    /// Neither undefined nor infinite.
    BeFinite,
    /// Not undefined.
    BeDefined,
    /// Within 0 and 1.
    BeChance,
    /// Finite and 0 or above.
    BeWeight,
    /// Not above 1, but for rounding.
    BeAtMostOne,
}

/// Functions of the past that are read from a track.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Past {
    /// The value so many steps ago.
    Was(u32),
    /// Some sample is true.
    Ever(Option<u32>),
    /// All are.
    Always(Option<u32>),
    /// All of so many are.
    Held(u32),
    /// Sum.
    Sum(Option<u32>),
    /// Mean.
    Mean(Option<u32>),
    /// Largest.
    Highest(Option<u32>),
    /// Smallest.
    Lowest(Option<u32>),
    /// Time of the first true step.
    First,
    /// Time since the last one.
    Since,
    /// Value of another track on the first true step: the row that keeps it; `b` is that track's value now.
    AtFirst(usize),
}

/// What an operation does. `d` is the result, `a` (mostly the mask), `b`, `c` and the list its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Code {
    /// `d = op(a)`
    Unary(Unary),
    /// `d = op(a, b)`
    Binary(Binary),
    /// `d = a * b + c`, rounded twice.
    MulAdd,
    /// `d = a where c is 1, b where it is not, undefined where c is`
    If,
    /// `d = list[a]`
    Lookup,
    /// `d = ` interpolation at `a` through knots (by place) and the list.
    Piecewise(usize),
    /// Bayes' rule of `a`, `b`, `c`.
    Bayes,
    /// The time now in minutes.
    Now,
    /// Whether rules that look every so many minutes look now.
    Looks(u32),
    /// Whether the present time is on a list (by place).
    OnDate(usize),
    /// The value so far of the past of a track; `a` is its value now.
    Past(Past, usize),
    /// `d = normal quantile of a`
    NormalQuantile,
    /// `d = normal distribution function of a`, kept off 0 and 1.
    NormalCdf,
    /// The number of a design for this input (the place among the drawn parameters).
    Given(usize),

    /// Narrows the mask `a`.
    Narrow(Narrow),
    /// `d = a or b` (masks).
    Either,
    /// `d = b where a, else 0`
    Guard,
    /// `d = b where a, else c`
    Choose,
    /// Notes trials in which `b` is not what it must be where `a`.
    Must(Must),
    /// Hands back the trials in `a`.
    HandBack,

    /// `d = ` the uniform number at a site.
    Unit(SiteId),
    /// `d = ` a draw where `a`, from the parameters in the list.
    Sample(Family, SiteId),
    /// The same, its parameters known to be right.
    SampleKnown(Family, SiteId),
    /// `d = ` the quantile of `b` where `a`.
    Quantile(Family),
    /// `d = a and u < 1 - exp(hazard(b) * share)`, u = `c`.
    Within(f64),
    /// `d = ` the number of occurrences where `a`, with rate `b`, times the share.
    Occurrences(SiteId, f64),
    /// The same, at most one.
    OccursOnce(SiteId, f64),
    /// `d = -ln(1 - a) * share`
    Hazard(f64),
    /// `d = 1 - exp(-a)`
    AtLeastOne,

    /// `d = ` sum of the list.
    Sum,
    /// `d = a / b where b > 1, else a`
    Rescale,
    /// `d = ` sum of whether each of the list is infinite.
    AnyInfinite,
    /// The entry of the list in which `b * total` (`Share`) lies; -1 for none.
    PickShare,
    /// The entry in which `b` lies, -1 beyond the total.
    PickBelow,
    /// The first of the list that is not 0, or -1.
    FirstOf,
    /// Largest of the list of pairs (value, mask).
    Best,
    /// The option that a logit choice takes where `a`, at the point `b`, with sharpness `c`, of pairs (utility,
    /// mask); -1 for none.
    Logit,
    /// The step that `a` minutes lead to: at least so many from now; infinite beyond the horizon.
    Due(f64),

    /// Kept row = `b` where `a` (everywhere without `a`).
    Keep(usize),
    /// `rises`: kept rows (before, now), condition `b` where `a`.
    Rise(usize, usize),
    /// Sum of a cell grows by `b` where `a`.
    Add(usize),
    /// Shrinks.
    Subtract(usize),
    /// A cell becomes `b` where `a`.
    Set(usize),
    /// Stores what a cell has become, within `b` and `c`; `d`, if any, tells where it changed.
    Store(usize),
    /// Stores what cells have become: triples of a cell and its ends.
    StoreAll,
    /// A cell drifts by `a` times a share, within `b` and `c`.
    Drift(usize, f64),
    /// A change (cell, set) of `b` where `a`, in `c` minutes.
    Post(usize, bool),
    /// What is due now arrives.
    Arrive,
    /// A cell becomes 0.
    Clear(usize),
    /// Records `a` as a track's value of this step.
    Track(usize),
    /// The step since which `a` holds, in a kept row: 0 for none.
    Since(usize),
    /// Ends the trials in `a`; the list is laid out as [`super::Ending`] says.
    Finish,

    /// Unless rules that look every so many minutes look now, goes on at an operation.
    UnlessLooks(u32, usize),
    /// Unless the present time is on a list (by place).
    UnlessAt(usize, usize),
    /// Unless some trial is in `a`.
    UnlessAny(usize),
    /// Nothing; taken out before the program is done.
    Nothing,
    /// First pass.
    FirstPass,
    /// Next pass while some number in `b` is higher where `a`: back to an operation.
    NextPass(usize),
}

/// An operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Op {
    /// What it does.
    pub code: Code,
    /// Result.
    pub d: Src,
    /// First operand.
    pub a: Src,
    /// Second operand.
    pub b: Src,
    /// Third operand.
    pub c: Src,
    /// Further operands: start and end in [`super::Program::lists`].
    pub list: (u32, u32),
}

/// What is remembered of a track.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrackPlan {
    /// Ring of values: first row and length (0: none).
    pub values: (usize, usize),
    /// Kept row of the running sum.
    pub sum: Option<usize>,
    /// Ring of running sums.
    pub sums: (usize, usize),
    /// Kept rows: first and last true step (infinite: none).
    pub first: Option<usize>,
    /// Last true step.
    pub last: Option<usize>,
    /// Highest and lowest so far.
    pub highest: Option<usize>,
    /// Lowest so far.
    pub lowest: Option<usize>,
    /// Kept rows of other tracks' values at the first true step, in the order of the operation's list.
    pub at_first: Vec<usize>,
    /// Extremes over windows.
    pub extremes: Vec<Extreme>,
}

/// What is remembered of the extreme of a track over a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extreme {
    /// Number of samples in the window, that of the present step among them; at least 2.
    pub window: u32,
    /// The highest, not the lowest.
    pub highest: bool,
    /// First row of a ring of one row fewer: the samples of the present block, then what is left of the block
    /// before, as extremes from each sample to its end.
    pub ring: usize,
    /// Kept row: the extreme of the present block so far.
    pub block: usize,
}

/// Knots of an interpolation.
pub type Knots = Box<[Num]>;

/// The constant hazard that gives probability `p` over one unit of time: -ln(1 - p); infinite at 1.
#[inline(always)]
#[must_use]
pub fn hazard(p: f64) -> f64 {
    if p >= 1.0 { f64::INFINITY } else { -math::ln_1p(-p) }
}

/// The probability of at least one occurrence with an expected number of `mean`: 1 - exp(-mean).
#[inline(always)]
#[must_use]
pub fn at_least_one(mean: f64) -> f64 {
    -math::exp_m1(-mean)
}
