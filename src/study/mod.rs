//! What to run, and how rows become results.

pub mod claims;
pub mod design;
mod observe;
mod paired;
mod plain;
mod runner;
mod split;
mod stopping;
mod stream;
pub mod sweep;
pub mod swept;

pub use observe::Observed;
pub use paired::{ArmStop, Gather, Rows, estimate, paired};
pub use plain::{Cancel, Outcome, Progress, Request, Silent, about, finish, plain, shape};
pub use runner::{EngineKind, Runner, Worker};
pub use split::{Design, split};
pub use stopping::{Look, Until, conclude, next_look, until};
pub use stream::{Halt, Keeper, Nothing, stream};
