//! Statistical tests: sampled results against exact answers and independent oracles.
//!
//! Heavy, so they are compiled in release only: `cargo test --release --test laws`. Every comparison
//! states the chance with which a correct program would fail it; seeds are fixed and printed, and a law
//! that fails is never mended by another seed or a wider band.

#![cfg(not(debug_assertions))]

mod claims;
mod distributions;
mod durand_line;
mod estimates;
mod exact_answers;
mod expectations;
mod intervals;
mod paired;
mod sensitivities;
mod small_yardstick;
#[path = "../../benches/yardstick/mod.rs"]
mod yardstick;
mod yardstick_law;
