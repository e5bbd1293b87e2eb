//! The distributions of the scenario format: one file each, one line in the table below.
//!
//! A draw takes the four words of one [`Block`](crate::rng::Block) and no more. All families but
//! one use the inverse distribution function of a single uniform number, so that a draw is coupled:
//! it moves monotonically with the number and with most parameters, and two variants of a scenario
//! that share a seed differ only where they must. The untruncated normal and the lognormal use
//! Box-Muller, which is cheaper and still a function of the four words.
//!
//! Parameters are a slice in the order of [`FamilySpec::params`]. [`Family::check`] must have accepted
//! them before anything else is asked; what the other functions do with rejected parameters is
//! unspecified (but no panic, and no endless loop).
//!
//! | family | file | parameters | gives |
//! |---|---|---|---|
//! | fixed | `fixed.rs` | value | real |
//! | uniform | `uniform.rs` | min max | real |
//! | triangular | `triangular.rs` | min mode max | real |
//! | pert | `pert.rs` | min mode max | real |
//! | normal | `normal.rs` | mean sd min max | real |
//! | lognormal | `lognormal.rs` | median sigma | real |
//! | beta | `beta.rs` | alpha beta | real |
//! | gamma | `gamma.rs` | shape scale | real |
//! | exponential | `exponential.rs` | mean | real |
//! | weibull | `weibull.rs` | shape scale | real |
//! | pareto | `pareto.rs` | min alpha | real |
//! | poisson | `poisson.rs` | mean | integer |
//! | binomial | `binomial.rs` | n p | integer |
//! | bernoulli | `bernoulli.rs` | p | truth |
//! | categorical | `categorical.rs` | one weight per category | category |
//! | `uniform_int` | `uniform_int.rs` | min max | integer |

#![expect(
    clippy::many_single_char_names,
    clippy::float_cmp,
    reason = "formulas keep the letters of their papers; comparisons are meant exactly"
)]

#[macro_use]
mod table;

pub mod copula;
pub(crate) mod counting;
mod params;
mod spec;

pub use params::{Must, ParamError};
pub use spec::{FamilySpec, Gives, ParamRole, ParamSpec};

families! {
    Fixed: fixed, "a number that does not vary";
    Uniform: uniform, "all values between two ends alike";
    Triangular: triangular, "a density that rises to a mode and falls again in straight lines";
    Pert: pert, "a smooth density given by its ends and mode";
    Normal: normal, "the bell curve, whole or cut off";
    Lognormal: lognormal, "the exponential of a normal number";
    Beta: beta, "a share between 0 and 1";
    Gamma: gamma, "a waiting time made of several steps";
    Exponential: exponential, "a waiting time without memory";
    Weibull: weibull, "a waiting time whose rate rises or falls with age";
    Pareto: pareto, "a power-law tail above a minimum";
    Poisson: poisson, "a number of independent occurrences";
    Binomial: binomial, "a number of successes in `n` tries";
    Bernoulli: bernoulli, "true with a given chance";
    Categorical: categorical, "one of several categories, by weight";
    UniformInt: uniform_int, "all integers between two ends alike";
}

#[cfg(test)]
mod tests;
