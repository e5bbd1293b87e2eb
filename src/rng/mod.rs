//! Random numbers by address: a draw is a function of (seed, trial, time, site, nth).
//!
//! Nothing is consumed, so nothing can shift: results do not depend on the number of threads, the
//! batch width, the order of work or the machine; more trials leave the old ones as they were; a
//! new event moves no other draw; and two variants on one seed share the draws they share by name.
//!
//! | part | holds |
//! |---|---|
//! | [`SiteId`] | where in the scenario: 48 bits of the SHA-256 of a path |
//! | [`DrawKey`] | which draw: trial, time, site, occurrence; packs into the 128-bit counter |
//! | [`block()`], [`block_row`] | Philox4x32-10 of one key, of a row of trials |
//! | [`Block`] | four words, and the uniform numbers made from them |
//! | [`Points`] | points of a design, in place of what is drawn at the start |
//! | [`AddressedRng`] | an endless stream from one address, behind `rand`'s core trait |
//!
//! **Promise:** equal keys and seeds give equal words in every release of one major version; a
//! change is announced as value-breaking.

mod block;
mod key;
mod philox;
mod points;
mod rows;
mod stream;

pub use block::{Block, BlockRow, block, block_row};
pub use key::{DrawKey, MAX_NTH, MAX_TIME, MAX_TRIALS, SiteId};
pub use philox::philox4x32_10;
pub use points::Points;
pub use rows::{two_units, two_units_row, unit_row, units};
pub use stream::AddressedRng;

#[cfg(test)]
mod tests;
