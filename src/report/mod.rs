//! Reports: finished results in, text out. Nothing here runs a trial, reads a file or prints.
//!
//! | module | makes |
//! |---|---|
//! | [`terminal`] | the answer of `run` for a reader at a terminal, at most 80 columns |
//! | [`ensemble`] | rival theories side by side, and their pool |
//! | [`uncertainty`] | luck and ignorance apart |
//! | [`json`] | the same as data |
//! | [`trace`] | one trial day by day, in sentences |
//! | [`sweep`] | how the answer changes along inputs |
//! | [`verdicts`] | what came of the claims of a suite |
//! | [`junit`], [`sarif`], [`github`], [`verdicts_markdown`] | the same for CI: XML, SARIF 2.1.0, annotations, a job summary |
//! | [`shares`] | a share with its interval in words; never "0 %" |
//! | [`words`] | widths, wrapping, bars, numbers, styles |
//!
//! Texts carry terminal styles; whoever prints them strips these where they are not wanted.

pub mod ensemble;
pub mod github;
pub mod json;
pub mod junit;
pub mod sarif;
pub mod shares;
pub mod sweep;
pub mod terminal;
pub mod trace;
pub mod uncertainty;
pub mod verdicts;
pub mod verdicts_markdown;
pub mod words;
