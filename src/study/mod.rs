//! What to run, and how rows become results.

mod compare;
mod drivers;
mod paired;
mod plain;
mod runner;
mod split;
mod stopping;
mod stream;
mod why;

pub use compare::{compare, layout};
pub use drivers::{DriversTally, MOST_PARTS, drivers, finds_room};
pub use paired::{ArmStop, Gather, Rows, estimate, paired};
pub use plain::{Cancel, Outcome, Progress, Request, Silent, about, finish, plain, shape};
pub use runner::{EngineKind, Runner, Worker};
pub use split::{Design, split};
pub use stopping::{Look, Until, conclude, next_look, until};
pub use stream::{Halt, Keeper, Nothing, stream};
pub use why::{MOST_RERUNS, why};
