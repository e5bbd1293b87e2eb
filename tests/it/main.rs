//! What the program and its shipped files promise: one module per promise.

mod analyses;
mod cli;
mod determinism;
mod diagnostics;
mod files;
mod interruption;
mod over_time;
mod precision;
mod reference_pages;
mod robustness;
mod rulings;
mod scaling;
mod scenarios;
mod shards;
mod stops;
mod summary_schema;
mod sweep;
mod tidy;
mod verdicts;
