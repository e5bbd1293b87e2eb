//! Points of a design in place of drawn numbers.

/// Uniform numbers from a design: where a study says at which points the parameters are, instead of drawing them.
///
/// Inputs are the scenario's drawn parameters, in its order of evaluation, those that are correlated too: their numbers are
/// joined as drawn ones are.
pub trait Points: Sync + std::fmt::Debug {
    /// The number of an input at a point, above 0 and below 1. Equal arguments give equal numbers.
    fn unit(&self, point: u64, input: usize) -> f64;
}
