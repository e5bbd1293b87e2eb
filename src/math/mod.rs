//! Elementary and special functions, the same bits on every platform.
//!
//! The standard library leaves the precision of `f64::exp` and its kin to the platform, and
//! `libm` can be switched off under our feet by another crate's feature flag; so results would
//! depend on where and how the program was built. Everything here uses only `+ - * /`, `sqrt`,
//! comparisons and bit operations, which IEEE 754 fixes, and no fused multiply-add.
//!
//! One definition serves scalars and columns: a column form applies the scalar function to each
//! lane. The elementary ones are straight-line code (choices are made by selecting between two
//! computed values), so the compiler turns such a loop into vector instructions.
//!
//! Error bounds are stated in units in the last place (ulp) and tested against arbitrary
//! precision. NaN goes through every function. Coefficients come from
//! `tools/math_coefficients.py`.

// Inlining is what lets a loop over lanes become vector code, also across crates.
#![expect(clippy::inline_always, reason = "a call in the loop body would stop vectorisation")]
#![expect(
    clippy::many_single_char_names,
    clippy::float_cmp,
    reason = "formulas keep the letters of their papers; comparisons are meant exactly"
)]

mod beta_inc;
mod dd;
mod erfc;
mod exp;
mod gamma_inc;
mod inverse;
mod ln;
mod ln_gamma;
mod normal_quantile;
mod poly;
mod pow;
mod rows;
mod turn;

pub(crate) use beta_inc::{BetaShape, beta_inverse_pair, beta_pair};
pub use beta_inc::{beta_inc, beta_inc_inverse};
pub(crate) use dd::{two_prod, two_sum};
pub use erfc::{erfc, normal_cdf, normal_density};
pub use exp::{exp, exp_m1, logistic};
pub(crate) use gamma_inc::{gamma_inverse_pair, gamma_pair};
pub use gamma_inc::{gamma_p, gamma_p_inverse, gamma_q};
pub use ln::{ln, ln_1p};
pub use ln_gamma::ln_gamma;
pub use normal_quantile::normal_quantile;
pub use pow::pow;
pub use rows::{exp_row, ln_row, logistic_row, normal_quantile_row, pow_row, sin_cos_turn_row};
pub use turn::sin_cos_turn;

#[cfg(test)]
mod tests;
