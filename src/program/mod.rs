//! The checked scenario as a flat program: lists of typed operations over rows of trials.
//!
//! A row holds one number of many trials. An operation is applied to a whole row, so that finding out
//! what to do is paid once for all of its trials, and its body is vector code. There are no branches per
//! trial: conditions are rows of 0 and 1 (*masks*), and what a trial does not do is masked out.
//!
//! | file | does |
//! |---|---|
//! | `ops` | the operations |
//! | `values` | expressions to operations: each value once, and what depends on parameters only at the start |
//! | `sure` | what a value certainly is, so that it need not be checked |
//! | `rules` | effects, events, reactions |
//! | `regimes`, `decide` | regimes; perceptions and decisions |
//! | `build` | the start, the phases of a step, the record |
//! | `registers` | which register holds which value, so that a result never lies on an operand |
//!
//! All trials of a row are in the same step; so what depends on time alone (who looks, how long a window
//! is, which place of a ring is next) is the same for all and costs nothing.

mod build;
mod decide;
mod listing;
mod ops;
mod regimes;
mod registers;
mod rules;
mod sure;
mod values;

pub use crate::lang::core::{Binary, Unary, bayes, piecewise};
pub use listing::{Line, Listing, Size};
pub use ops::{Code, Extreme, Knots, Must, Narrow, Op, Past, Place, Src, TrackPlan, at_least_one, hazard};

use crate::rng::SiteId;
use crate::scenario::Scenario;

/// A program: everything that the engine needs to run trials of one scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    /// Length of a step in minutes.
    pub step: u32,
    /// Number of steps.
    pub steps: u32,
    /// Operations of the start.
    pub start: Vec<Op>,
    /// Operations of each step.
    pub each: Vec<Op>,
    /// Constants.
    pub constants: Vec<f64>,
    /// Operands of operations that have many.
    pub lists: Vec<Src>,
    /// Knots of interpolations.
    pub knots: Vec<Knots>,
    /// Lists of times in minutes.
    pub times: Vec<Vec<u32>>,
    /// Rows that are kept from step to step; the first are the cells, then [`Self::alive`].
    pub kept: usize,
    /// What kept rows hold at first, where that is not 0.
    pub first: Vec<(usize, f64)>,
    /// The kept row that is 1 for trials under way.
    pub alive: usize,
    /// Registers.
    pub registers: usize,
    /// Rows of all rings.
    pub rings: usize,
    /// Number of cells.
    pub cells: usize,
    /// Lowest and highest value of each cell.
    pub bounds: Vec<(Src, Src)>,
    /// Cells whose change has consequences of its own: a trial in which one arrives late is handed back.
    pub special: Vec<bool>,
    /// Tracks.
    pub tracks: Vec<TrackPlan>,
    /// How trials end.
    pub ending: Ending,
    /// Cells of rungs, then of states of regimes, that are followed over time.
    pub stands: Vec<usize>,
    /// Cells of variables that are followed over time.
    pub followed: Vec<usize>,
    /// Sites of the parameters' draws, sorted: trials that share parameters share these.
    pub parameter_sites: Vec<SiteId>,
    /// Names of kept rows that are not cells.
    pub names: Vec<(usize, String)>,
}

/// The layout of the list of [`Code::Finish`]: per outcome and per indicator whether it holds and since
/// when, then the metrics, then the parameters.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ending {
    /// Number of outcomes.
    pub outcomes: usize,
    /// Number of indicators.
    pub indicators: usize,
    /// Number of parameters.
    pub parameters: usize,
    /// Per metric: the indicator without which it is not read, and whether it is a span.
    pub metrics: Vec<(Option<usize>, bool)>,
}

impl Program {
    /// Lowers a scenario. This cannot fail: whatever the operations do not cover is handed back at run time,
    /// trial by trial, to be run by the reference.
    #[must_use]
    pub fn new(scenario: &Scenario) -> Self {
        build::program(scenario, false)
    }

    /// As [`Self::new`], for trials whose parameters follow a design, which the engine must be given.
    #[must_use]
    pub fn for_points(scenario: &Scenario) -> Self {
        build::program(scenario, true)
    }

    /// Whether an operation draws a parameter.
    #[must_use]
    pub fn is_parameter(&self, code: Code) -> bool {
        match code {
            Code::Unit(site) | Code::Sample(_, site) | Code::SampleKnown(_, site) => self.parameter_sites.binary_search(&site).is_ok(),
            _ => false,
        }
    }

    /// Whether any operation draws something that is no parameter: where none does, parameters decide all.
    #[must_use]
    pub fn has_luck(&self) -> bool {
        let draws = |op: &Op| {
            let any =
                matches!(op.code, Code::Unit(_) | Code::Sample(..) | Code::SampleKnown(..) | Code::Occurrences(..) | Code::OccursOnce(..));
            any && !self.is_parameter(op.code)
        };
        self.start.iter().chain(&self.each).any(draws)
    }
}
