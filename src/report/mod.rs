//! Reports: finished results in, text out. Nothing here runs a trial, reads a file or prints.
//!
//! | module | makes |
//! |---|---|
//! | [`terminal`] | the answer of `run` for a reader at a terminal, at most 80 columns |
//! | [`ensemble`] | rival theories side by side, and their pool |
//! | [`uncertainty`] | luck and ignorance apart |
//! | [`json`] | the same as data |
//! | [`html`] | the report that people look at, one file |
//! | [`graph`] | actors, what joins them, and ladders: SVG, DOT, Mermaid |
//! | [`markdown`] | the same for a GitHub job summary |
//! | [`plain`] | shares in plain words: `about 2 in 5 (38–42 %)` |
//! | [`trace`] | one trial day by day, in sentences |
//! | [`shares`] | a share with its interval in words; never "0 %" |
//! | [`words`] | widths, wrapping, bars, numbers, styles |
//!
//! Texts carry terminal styles; whoever prints them strips these where they are not wanted.

pub mod ensemble;
pub mod graph;
pub mod html;
pub mod json;
pub mod markdown;
pub mod plain;
pub mod shares;
pub mod terminal;
pub mod trace;
pub mod uncertainty;
pub mod words;
