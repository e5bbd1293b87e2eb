//! What to run, and how rows become results.

mod plain;
mod runner;

pub use plain::{Cancel, Outcome, Progress, Request, Silent, about, plain, shape};
pub use runner::{EngineKind, Runner, Worker};
