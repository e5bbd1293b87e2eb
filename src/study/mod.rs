//! What to run, and how rows become results.

pub mod claims;
mod compare;
pub mod design;
mod drivers;
mod observe;
mod paired;
mod plain;
mod portrait;
mod runner;
pub mod sensitivity;
mod split;
mod stopping;
mod stream;
pub mod sweep;
pub mod swept;
mod turn;
mod why;

pub use compare::{compare, layout};
pub use drivers::{DriversTally, MOST_PARTS, drivers, finds_room};
pub use observe::Observed;
pub use paired::{ArmStop, Gather, Rows, estimate, paired};
pub use plain::{Cancel, Outcome, Progress, Request, Silent, about, finish, plain, shape};
pub use portrait::portrait;
pub use runner::{EngineKind, Runner, Worker};
pub use split::{Design, split};
pub use stopping::{Look, Until, conclude, next_look, until, until_turn};
pub use stream::{Halt, Keeper, Nothing, stream};
pub use turn::{Turn, plain_turn};
pub use why::{MOST_OCCURRENCES, MOST_RERUNS, WhyNot, why};
