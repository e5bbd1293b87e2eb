//! What the program and its shipped files promise: one module per promise.

mod analyses;
mod cli;
mod compare;
mod determinism;
mod diagnostics;
mod diff;
mod drivers;
mod files;
mod interruption;
mod over_time;
mod paired;
mod parts;
mod precision;
mod reference_pages;
mod report;
mod robustness;
mod rulings;
mod scaling;
mod scenarios;
mod sensitivity;
mod shards;
mod stops;
mod summary_schema;
mod sweep;
mod tidy;
mod why;
