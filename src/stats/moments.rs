//! Count, mean and standard deviation, mergeable in any grouping.

use super::ExactSum;
use crate::math::{two_prod, two_sum};

/// Count, sum and sum of squares of the numbers added, all exact.
///
/// Bits do not depend on the order or grouping, and large means do not spoil the standard deviation:
/// the difference it needs is taken before anything is rounded to 53 bits. NaN and infinities are
/// counted apart.
///
/// ```
/// use escalade::stats::Moments;
/// let mut m = Moments::default();
/// for x in [1e9, 1e9 + 2.0] {
///     m.add(x);
/// }
/// assert_eq!((m.count(), m.mean(), m.sd()), (2, 1e9 + 1.0, 2.0_f64.sqrt()));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Moments {
    count: u64,
    sum: ExactSum,
    squares: ExactSum,
}

impl Moments {
    /// No numbers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one number; NaN and infinities are only counted, by [`not_finite`](Self::not_finite).
    pub fn add(&mut self, x: f64) {
        if self.sum.add(x) {
            self.squares.add_square(x);
            self.count += 1;
        }
    }

    /// Adds all that another tally holds.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum.merge(&other.sum);
        self.squares.merge(&other.squares);
    }

    /// How many finite numbers were added.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many NaN and infinities were offered.
    #[must_use]
    pub fn not_finite(&self) -> u64 {
        self.sum.not_finite()
    }

    /// The sum, rounded once.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.sum.value()
    }

    /// Arithmetic mean, within 1 ulp; NaN without numbers.
    #[must_use]
    pub fn mean(&self) -> f64 {
        let Some(exponent) = self.sum.exponent() else {
            return if self.count == 0 { f64::NAN } else { 0.0 };
        };
        // A sum beyond the range of f64 still has a mean within: scale it down and up again.
        let shift = if exponent > 1000 { 100 } else { 0 };
        let scaled = self.sum.rounded(shift).0 / float(self.count);
        if shift == 0 { scaled } else { scaled * f64::from_bits((1023 + 100) << 52) }
    }

    /// Sample standard deviation (divisor `n - 1`); NaN with fewer than two numbers.
    ///
    /// Relative error below 1e-15 while it is above `1e-14 |mean|`; exactly 0 when all numbers are
    /// equal.
    #[must_use]
    pub fn sd(&self) -> f64 {
        if self.count < 2 {
            return f64::NAN;
        }
        let Some(exponent) = self.squares.exponent() else {
            return 0.0;
        };
        // In units of about the root mean square, so that no product leaves the range of f64.
        let shift = exponent.div_euclid(2);
        let squares = Pair::from(self.squares.rounded(2 * shift));
        let sum = Pair::from(self.sum.rounded(shift));
        let n = float(self.count);
        // (n sum(x^2) - sum(x)^2) / (n (n - 1))
        let scatter = squares.times(Pair(n, 0.0)).minus(sum.times(sum));
        let variance = (scatter.0 + scatter.1).max(0.0) / n / (n - 1.0);
        scale(variance.sqrt(), shift)
    }

    /// Standard error of the mean, `sd / sqrt(n)`; NaN with fewer than two numbers.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.sd() / float(self.count).sqrt()
    }
}

/// A count as a float.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 numbers")]
fn float(n: u64) -> f64 {
    n as f64
}

/// `x * 2^e` in two steps, for `|e|` up to about 1100.
fn scale(x: f64, e: i32) -> f64 {
    let power = |e: i32| f64::from_bits(u64::try_from(e + 1023).expect("a normal power") << 52);
    let half = e / 2;
    x * power(half) * power(e - half)
}

/// An unevaluated sum of two floats.
#[derive(Clone, Copy)]
struct Pair(f64, f64);

impl From<(f64, f64)> for Pair {
    fn from((high, low): (f64, f64)) -> Self {
        Self(high, low)
    }
}

impl Pair {
    /// Product, within 2^-100 relatively.
    fn times(self, other: Self) -> Self {
        let (high, low) = two_prod(self.0, other.0);
        let low = low + (self.0 * other.1 + self.1 * other.0);
        Self(high + low, low - ((high + low) - high))
    }

    /// Difference, within 2^-100 of the larger operand.
    fn minus(self, other: Self) -> Self {
        let (difference, lost) = two_sum(self.0, -other.0);
        Self(difference, lost + (self.1 - other.1))
    }
}
