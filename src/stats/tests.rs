//! Tests of intervals and tallies.

#![expect(clippy::float_cmp, reason = "exact results are expected")]

mod incidences;
mod intervals;
mod methods;
mod nests;
mod pairs;
#[expect(clippy::unreadable_literal, reason = "generated")]
mod reference;
mod tallies;
