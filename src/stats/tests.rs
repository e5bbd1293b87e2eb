//! Tests of intervals and tallies.

#![expect(clippy::float_cmp, reason = "exact results are expected")]

mod intervals;
mod tallies;
