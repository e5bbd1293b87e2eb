//! What the program and its shipped files promise: one module per promise.

mod cli;
mod determinism;
mod diagnostics;
mod engines_agree;
mod precision;
mod reference_pages;
mod robustness;
mod rulings;
mod scaling;
mod scenarios;
mod stops;
mod tidy;
