//! Files: where results are put, how they are written, how they are read back.
//!
//! Knows no scenario and no study: tables of cells, rows of numbers, bytes; `result` lays out those of a run. Every file appears whole
//! under its final name or not at all, and equal contents give equal bytes.
//!
//! | item | for |
//! |---|---|
//! | [`OutDir`] | tries a directory before a run, guards what is in it, puts finished files in place together |
//! | [`WholeFile`], [`write_whole`] | one file, written aside and moved to its name when it is complete |
//! | [`Schema`], [`TableFile`], [`TableWriter`] | rows of cells as Parquet or CSV, in bounded memory |
//! | [`RowFile`] | rows of numbers kept while a run goes on, and taken up again after a break |
//! | [`read_trials`] | the trials of a run, read back |
//! | [`PartWriter`], [`Part`] | the result of a shard in one file with a checksum |
//! | [`StoreError`], [`Fault`] | which file, what was tried, what was found, how to mend it |

// Every function that touches a file can fail in the ways of `Fault`, and says so by its type.
#![allow(clippy::missing_errors_doc)]

pub mod compare;
pub mod drivers;
mod error;
pub mod part;
pub mod place;
pub mod result;
pub mod rows;
pub mod table;
pub mod trials;
mod whole;

pub use error::{Fault, StoreError};
pub use part::{Part, PartWriter};
pub use place::{OutDir, ResultKind};
pub use rows::{RowFile, Rows};
pub use table::{Cell, Column, Format, Kind, Recipe, Schema, TableFile, TableWriter};
pub use trials::{read_trials, trials_columns, trials_file};
pub use whole::{Sealed, WholeFile, write_whole};

#[cfg(test)]
mod tests;
