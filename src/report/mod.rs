//! Reports: finished results in, text out. Nothing here runs a trial, reads a file or prints.
//!
//! | module | makes |
//! |---|---|
//! | [`terminal`] | the answer of `run` for a reader at a terminal, at most 80 columns |
//! | [`diff`] | what changed between two results |
//! | [`diff_markdown`] | the same for a job summary |
//! | [`diff_folders`] | what changed between two folders of results, for both |
//! | [`ensemble`] | rival theories side by side, and their pool |
//! | [`compare`] | arms against a base on the same trials |
//! | [`difference`] | a difference with its interval in words |
//! | [`uncertainty`] | luck and ignorance apart |
//! | [`sensitivity`] | what results depend on |
//! | [`json`] | the same as data |
//! | [`html`] | the report that people look at, one file |
//! | [`index`], [`index_markdown`] | one page over many results: what is shown of each, and as Markdown |
//! | [`graph`] | actors, what joins them, and ladders: SVG, DOT, Mermaid |
//! | [`markdown`] | the same for a GitHub job summary |
//! | [`plain`] | shares in plain words: `about 2 in 5 (38–42 %)` |
//! | [`trace`] | one trial day by day, in sentences |
//! | [`sweep`] | how the answer changes along inputs |
//! | [`verdicts`] | what came of the claims of a suite |
//! | [`test_diff`] | what changed in a test against earlier results |
//! | [`junit`], [`sarif`], [`github`], [`verdicts_markdown`] | the same for CI: XML, SARIF 2.1.0, annotations, a job summary |
//! | [`shares`] | a share with its interval in words; never "0 %" |
//! | [`words`] | widths, wrapping, bars, numbers, styles |
//!
//! Texts carry terminal styles; whoever prints them strips these where they are not wanted.

pub mod compare;
pub mod diff;
pub mod diff_folders;
pub mod diff_markdown;
pub mod difference;
pub mod drivers;
pub mod ensemble;
pub mod github;
pub mod graph;
pub mod html;
pub mod index;
pub mod index_markdown;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod plain;
pub mod sarif;
pub mod sensitivity;
pub mod shares;
pub mod sweep;
pub mod terminal;
pub mod test_diff;
pub mod trace;
pub mod turns;
pub mod uncertainty;
pub mod verdicts;
pub mod verdicts_markdown;
pub mod why;
pub mod words;
