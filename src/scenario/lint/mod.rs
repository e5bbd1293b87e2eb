//! The linter: what is legal and suspicious, and what can be proved wrong from ranges.
//!
//! Two of its findings are errors: a probability that is certainly outside [0, 1], a rate or weight that
//! is certainly negative. The rest are warnings.

mod ladders;
mod places;
mod probabilities;
mod unused;
mod windows;

use super::model::Scenario;
use crate::diag::Diagnostics;

pub(crate) use places::Places;

/// Reports everything that the linter finds.
pub(crate) fn lint(scenario: &Scenario, places: &Places, diags: &mut Diagnostics) {
    probabilities::lint(scenario, places, diags);
    ladders::lint(scenario, places, diags);
    unused::lint(scenario, places, diags);
    windows::lint(scenario, places, diags);
    diags.drop_warnings(|d| places.accepts(d.code.id(), d.primary.span));
}
