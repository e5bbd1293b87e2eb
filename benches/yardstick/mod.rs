//! The yardstick: the Durand Line written by hand, for that scenario alone.
//!
//! What the engine is measured against. Two programs that know nothing of scenario files:
//!
//! | file | is |
//! |---|---|
//! | `scalar` | one trial after the other, as an engineer would write it: plain structs, `if`s, a sequential generator |
//! | `priors` | its parameters |
//! | `vector` | rows of 64 trials, written for vector code, with the engine's own draws |
//! | `numbers` | numbers of rungs and states |
//! | `tally` | what it records: arrays of counts |
//!
//! **Rule:** the scenario is `scenarios/durand-line.toml`, base case. `tests/laws/yardstick_law.rs` compares every share,
//! mean and time with the engine's; when the scenario changes that law fails, and the yardstick must follow. It must stay
//! as fast as it can be written without heroic effort, and it must leave nothing out: a slow or incomplete yardstick
//! would flatter the engine.

#![allow(dead_code, missing_docs, reason = "shared by benches and a test, each of which uses a part")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "days, rungs and counts are small"
)]
#![allow(
    clippy::struct_excessive_bools,
    clippy::large_types_passed_by_value,
    clippy::large_stack_arrays,
    clippy::collapsible_match,
    clippy::wildcard_imports,
    clippy::needless_range_loop,
    clippy::inline_always,
    clippy::collapsible_else_if,
    clippy::needless_bitwise_bool,
    reason = "a trial is one plain struct; a guard cannot draw"
)]

pub mod numbers;
pub mod priors;
pub mod scalar;
pub mod tally;
pub mod vector;
