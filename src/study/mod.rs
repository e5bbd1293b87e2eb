//! What to run, and how rows become results.

mod plain;

pub use plain::{Cancel, Outcome, Progress, Request, Silent, about, plain, shape};
