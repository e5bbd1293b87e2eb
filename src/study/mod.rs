//! What to run, and how rows become results.

mod plain;
mod runner;
mod stopping;

pub use plain::{Cancel, Outcome, Progress, Request, Silent, about, plain, shape};
pub use runner::{EngineKind, Runner, Worker};
pub use stopping::{Look, Until, next_look, until};
