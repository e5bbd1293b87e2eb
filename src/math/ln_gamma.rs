//! Logarithm of the gamma function, and the two pieces that keep densities precise.
//!
//! `exp(a ln x - x - ln Gamma(a + 1))` loses as many digits as its terms are large. C. Loader
//! (2000), "Fast and accurate computation of binomial probabilities", writes the same density with
//! two small terms instead: Stirling's error and the deviance.

use super::poly::horner;
use super::{ln, ln_1p};

/// `ln(2 pi) / 2`.
const HALF_LN_TAU: f64 = 0.918_938_533_204_672_7;

/// `ln Gamma(2 + z) / z`, `|z| <= 0.5`.
#[rustfmt::skip]
const LN_GAMMA_2: [f64; 19] = [
    0.422_784_335_098_467_13,
    0.322_467_033_424_113_26,
    -0.067_352_301_053_198_1,
    0.020_580_808_427_780_38,
    -0.007_385_551_028_671_998_6,
    0.002_890_510_331_034_267,
    -0.001_192_753_911_842_815_6,
    0.000_509_669_515_411_545_8,
    -0.000_223_154_754_005_205_07,
    9.945_767_355_819_498e-05,
    -4.492_631_337_915_57e-05,
    2.050_559_075_583_345_4e-05,
    -9.438_715_099_211_532e-06,
    4.384_704_404_598_36e-06,
    -2.043_904_810_702_990_7e-06,
    9.200_527_894_968_101e-07,
    -4.325_239_344_560_481_4e-07,
    2.787_408_052_113_59e-07,
    -1.321_994_566_611_787_4e-07,
];

/// Stirling's series: `B(2k) / (2k (2k - 1))`, the factors of `1 / x^(2k - 1)`.
const STIRLING: [f64; 9] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
    -3617.0 / 122_400.0,
    43_867.0 / 244_188.0,
];

/// Logarithm of the gamma function for `x > 0`; NaN otherwise.
///
/// Error below `4e-16 max(1, |ln Gamma(x)|)`, and relatively precise also near the zeros at 1 and 2.
///
/// ```
/// use escalade::math::{exp, ln_gamma};
/// assert!((exp(ln_gamma(5.0)) - 24.0).abs() < 1e-13);
/// ```
///
/// # Notes
/// Stirling's series from 10 on (Abramowitz and Stegun 6.1.41), below it the recurrence
/// `Gamma(x + 1) = x Gamma(x)` down to a polynomial on `[1.5, 2.5]`.
#[must_use]
pub fn ln_gamma(x: f64) -> f64 {
    let shifted = |z: f64| z * horner(&LN_GAMMA_2, z);
    if x.is_nan() || x <= 0.0 {
        f64::NAN
    } else if x < 0.5 {
        shifted(x) - ln_1p(x) - ln(x)
    } else if x <= 1.5 {
        shifted(x - 1.0) - ln_1p(x - 1.0)
    } else if x < 10.0 {
        let mut top = 1.0;
        let mut z = x - 2.0;
        while z > 0.5 {
            top *= z + 1.0;
            z -= 1.0;
        }
        // Each step took Gamma(z + 2) = (z + 1) Gamma(z + 1).
        shifted(z) + ln(top)
    } else if x < 1e17 {
        let main = (x - 0.5) * (ln(x) - 1.0) + (HALF_LN_TAU - 0.5);
        main + stirling_series(x)
    } else {
        x * (ln(x) - 1.0)
    }
}

/// Stirling's series at `x >= 8`.
fn stirling_series(x: f64) -> f64 {
    let inverse = 1.0 / x;
    inverse * horner(&STIRLING, inverse * inverse)
}

/// Error of Stirling's formula, `ln(x!) - (x + 1/2) ln x + x - ln(2 pi) / 2`, for `x > 0`.
///
/// Absolute error below 1e-15 for `x >= 1`; it enters densities as an exponent.
#[must_use]
pub(crate) fn stirling_error(x: f64) -> f64 {
    if x < 1.0 {
        return ln_gamma(x + 1.0) - (x + 0.5) * ln(x) + x - HALF_LN_TAU;
    }
    let mut sum = 0.0;
    let mut n = x;
    while n < 10.0 {
        // error(n) = error(n + 1) + (n + 1/2) ln(1 + 1/n) - 1
        sum += (n + 0.5) * ln_1p(1.0 / n) - 1.0;
        n += 1.0;
    }
    sum + stirling_series(n)
}

/// Deviance `x ln(x / m) + m - x`, without cancellation near `x = m`; both positive.
#[must_use]
pub(crate) fn deviance(x: f64, m: f64) -> f64 {
    deviances(x, [m])[0]
}

/// [`deviance`] of one `x` and several `m`; each as if it stood alone.
#[inline(always)]
#[must_use]
pub(crate) fn deviances<const N: usize>(x: f64, m: [f64; N]) -> [f64; N] {
    let (mut sum, mut term, mut square, mut near) = ([0.0; N], [0.0; N], [0.0; N], [0.0; N]);
    for i in 0..N {
        let apart = x - m[i];
        near[i] = if apart.abs() < 0.1 * (x + m[i]) { 1.0 } else { 0.0 };
        // Where the series is not used it is fed a harmless number, also in place of an undefined one.
        let d = if near[i] == 1.0 { apart } else { 0.0 };
        let v = if near[i] == 1.0 { d / (x + m[i]) } else { 0.0 };
        square[i] = v * v;
        sum[i] = d * v;
        term[i] = 2.0 * x * v;
    }
    let mut odd = 1.0;
    loop {
        odd += 2.0;
        let mut more = 0;
        for i in 0..N {
            term[i] *= square[i];
            // Terms only become smaller: a sum that stands is not moved by those that follow for the sake of others.
            let next = sum[i] + term[i] / odd;
            more |= u64::from(next != sum[i]);
            sum[i] = next;
        }
        if more == 0 {
            break;
        }
    }
    for i in 0..N {
        let far = x * ln(x / m[i]) + m[i] - x;
        sum[i] = if near[i] == 1.0 { sum[i] } else { far };
    }
    sum
}

/// `x^a exp(-x) / Gamma(a + 1)`, the Poisson mass at `a` for mean `x`, for any real `a > 0`.
///
/// Holds what depends on `a` alone, since inverses ask for many `x`.
pub(crate) struct PoissonKernel {
    a: f64,
    error: f64,
    root: f64,
}

impl PoissonKernel {
    /// The kernel for one `a`.
    #[must_use]
    pub(crate) fn new(a: f64) -> Self {
        let root = (std::f64::consts::TAU * a).sqrt();
        Self { a, error: stirling_error(a), root }
    }

    /// Its value at `x > 0`.
    #[must_use]
    pub(crate) fn at(&self, x: f64) -> f64 {
        super::exp(-self.error - deviance(self.a, x)) / self.root
    }
}

/// `Gamma(n + 1) / (Gamma(a + 1) Gamma(b + 1)) x^a y^b` with `n = a + b`: the binomial mass at `a` of
/// `n`, for any real `a, b > 0` and `x + y = 1`.
///
/// Holds what depends on `a` and `b` alone.
pub(crate) struct BinomialKernel {
    a: f64,
    b: f64,
    errors: f64,
    root: f64,
}

impl BinomialKernel {
    /// The kernel for one `a` and `b`.
    #[must_use]
    pub(crate) fn new(a: f64, b: f64) -> Self {
        let n = a + b;
        let errors = stirling_error(n) - stirling_error(a) - stirling_error(b);
        let root = (n / (std::f64::consts::TAU * a * b)).sqrt();
        Self { a, b, errors, root }
    }

    /// Its value at `x` and `y = 1 - x`, both above 0.
    #[must_use]
    pub(crate) fn at(&self, x: f64, y: f64) -> f64 {
        self.at_each([x], [y])[0]
    }

    /// [`Self::at`] in several places; each as if it stood alone.
    #[inline(always)]
    #[must_use]
    pub(crate) fn at_each<const N: usize>(&self, x: [f64; N], y: [f64; N]) -> [f64; N] {
        let n = self.a + self.b;
        let (mut mean, mut rest, mut mass) = ([0.0; N], [0.0; N], [0.0; N]);
        for i in 0..N {
            (mean[i], rest[i]) = (n * x[i], n * y[i]);
        }
        let (one, other) = (deviances(self.a, mean), deviances(self.b, rest));
        for i in 0..N {
            mass[i] = super::exp(self.errors - (one[i] + other[i])) * self.root;
        }
        mass
    }
}

/// `ln(Gamma(a + b + 1) / (Gamma(a + 1) Gamma(b + 1)))` for `a, b > 0`, without the cancellation of
/// the three logarithms when one is large.
#[must_use]
pub(crate) fn ln_choose(a: f64, b: f64) -> f64 {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    let n = a + b;
    let errors = stirling_error(n) - stirling_error(a) - stirling_error(b);
    let main = small * ln(n / small) + large * ln_1p(small / large);
    errors + main + 0.5 * ln(n / (std::f64::consts::TAU * a * b))
}
