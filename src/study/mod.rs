//! What to run, and how rows become results.

mod paired;
mod plain;
mod portrait;
mod runner;
mod split;
mod stopping;
mod stream;

pub use paired::{ArmStop, Gather, Rows, estimate, paired};
pub use plain::{Cancel, Outcome, Progress, Request, Silent, about, finish, plain, shape};
pub use portrait::portrait;
pub use runner::{EngineKind, Runner, Worker};
pub use split::{Design, split};
pub use stopping::{Look, Until, conclude, next_look, until};
pub use stream::{Halt, Keeper, Nothing, stream};
