//! escalade simulates escalation: it reads a scenario, runs many thousand trials of it, and says how the
//! crisis can end.
//!
//! # The way of a scenario
//!
//! ```text
//! file --scenario::load--> Scenario --study::plain--> results::Summary --report--> text, JSON
//!          (lang, dist)               (program, engine, reference)
//! ```
//!
//! Four calls from file to answer:
//!
//! ```no_run
//! use escalade::{scenario, study};
//! let loaded = scenario::load("crisis.toml".as_ref(), &scenario::Changes::default());
//! let scenario = loaded.scenario.expect("the file is right");
//! let request = study::Request { seed: 1, first: 0, trials: 1000, variant: "base".into(), intervals: escalade::results::Intervals::default(), engine: study::EngineKind::Columns };
//! let done = study::plain(&scenario, &request, &study::Silent, &study::Cancel::default()).unwrap();
//! println!("{:?}", done.summary.outcomes);
//! ```
//!
//! # Modules, in pipeline order, and what each may use
//!
//! | module | what | may use |
//! |---|---|---|
//! | [`diag`] | spans, codes, diagnostics, their text | nothing of ours |
//! | [`math`] | elementary and special functions, one definition each | nothing of ours |
//! | [`rng`] | addresses of draws, the counter-based generator | nothing of ours |
//! | [`stats`] | intervals, exact sums, mergeable quantiles | `math` |
//! | [`dist`] | the distributions | `rng`, `math` |
//! | [`lang`] | the rule language: text to typed core nodes | `diag`, `math` |
//! | [`scenario`] | files to a checked scenario | `lang`, `dist`, `diag`, `rng` |
//! | [`results`] | rows, tallies, summary: the border between running and reporting | `stats` |
//! | [`mod@reference`] | the interpreter that is the meaning of a scenario | `scenario`, `lang`, `dist`, `rng`, `math`, `results` |
//! | [`program`] | the checked scenario lowered to flat operations over rows of trials | `scenario`, `lang`, `dist`, `rng`, `math` |
//! | [`engine`] | runs programs: the same bits as `reference`, faster | `program`, `dist`, `rng`, `math`, `results` |
//! | [`study`] | what to run, and how rows become results | `engine`, `program`, `reference`, `scenario`, `lang`, `dist`, `rng`, `results`, `stats` |
//! | [`store`] | files: tables, rows, parts, and the directory they are put in | `results` |
//! | [`chart`] | charts as SVG, and markup that cannot be broken | `diag` |
//! | [`report`] | results in; text, pages and pictures out | `results`, `chart`, `diag` |
//!
//! `study` reads formulas and distributions (`lang`, `dist`) for one thing only: the portrait of a scenario that a report shows.
//!
//! `math` stands apart from `dist` because expressions, distributions and intervals must compute `exp` and
//! `ln` by the same instructions: results are promised to be equal on every platform, and the platform's own
//! functions are not.

pub mod chart;
pub mod diag;
pub mod dist;
pub mod engine;
pub mod lang;
pub mod math;
pub mod program;
pub mod reference;
pub mod report;
pub mod results;
pub mod rng;
pub mod scenario;
pub mod stats;
pub mod store;
pub mod study;
