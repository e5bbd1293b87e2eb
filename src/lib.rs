//! escalade: Monte Carlo simulation of escalation.

pub mod diag;
pub mod dist;
pub mod lang;
pub mod math;
pub mod reference;
pub mod report;
pub mod results;
pub mod rng;
pub mod scenario;
pub mod stats;
pub mod study;
