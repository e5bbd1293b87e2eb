//! What the program and its shipped files promise: one module per promise.

mod analyses;
mod cli;
mod determinism;
mod diagnostics;
mod engines_agree;
mod precision;
mod reference_pages;
mod robustness;
mod rulings;
mod scenarios;
mod stops;
mod tidy;
