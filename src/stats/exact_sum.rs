//! A sum of floats without rounding.

use std::collections::BTreeMap;

/// Width in bits of the part of the exponent range that shares one bin.
const SPAN: i32 = 16;

/// The exact sum of any number of floats: the same bits in every order and grouping.
///
/// A float is an integer times a power of two. Bin `b` holds the sum of those integers, in units of
/// `2^(16 b)`, that have exponents from `16 b` to `16 b + 15`; 69 bits each, so an `i128` has room for
/// 2^58 of them. NaN and infinities are not added but counted.
///
/// Two sums of the same numbers are equal (`==`), however they were grouped. Equal values from different
/// numbers need not be.
///
/// ```
/// use escalade::stats::ExactSum;
/// let mut sum = ExactSum::default();
/// for x in [1e300, 1.0, -1e300] {
///     sum.add(x);
/// }
/// assert_eq!(sum.value(), 1.0);
/// ```
///
/// # Notes
/// After the superaccumulators of R. M. Neal (2015), "Fast exact summation using small and large
/// superaccumulators", arXiv:1505.05571, with sparse bins instead of carries.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ExactSum {
    /// Sum of integers per span of exponents; see the type.
    bins: BTreeMap<i16, i128>,
    /// How many NaN and infinities were offered.
    not_finite: u64,
}

impl ExactSum {
    /// The sum of nothing: 0.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one number; NaN and infinities are counted instead. Returns whether it was added.
    pub fn add(&mut self, x: f64) -> bool {
        if !x.is_finite() {
            self.not_finite += 1;
            return false;
        }
        let (mantissa, exponent) = integer_times_power(x);
        self.add_scaled(i128::from(mantissa), exponent);
        true
    }

    /// Adds the square of a number, without rounding; NaN and infinities are counted instead.
    ///
    /// Cannot overflow or underflow inside; [`value`](Self::value) may.
    pub fn add_square(&mut self, x: f64) -> bool {
        if !x.is_finite() {
            self.not_finite += 1;
            return false;
        }
        let (mantissa, exponent) = integer_times_power(x);
        let square = i128::from(mantissa) * i128::from(mantissa);
        // 106 bits and a shift of 15 would leave too little room to add up: two halves of 53 bits.
        self.add_scaled(square & ((1 << 53) - 1), 2 * exponent);
        self.add_scaled(square >> 53, 2 * exponent + 53);
        true
    }

    /// Adds `integer * 2^exponent`, for integers of at most 53 bits.
    fn add_scaled(&mut self, integer: i128, exponent: i32) {
        if integer != 0 {
            let bin = i16::try_from(exponent.div_euclid(SPAN)).expect("exponents of doubles are small");
            *self.bins.entry(bin).or_insert(0) += integer << exponent.rem_euclid(SPAN);
        }
    }

    /// Adds all that another sum holds.
    pub fn merge(&mut self, other: &Self) {
        for (&bin, &sum) in &other.bins {
            *self.bins.entry(bin).or_insert(0) += sum;
        }
        self.not_finite += other.not_finite;
    }

    /// How many NaN and infinities were offered; they are not part of the value.
    #[must_use]
    pub fn not_finite(&self) -> u64 {
        self.not_finite
    }

    /// The sum, rounded once, to nearest (ties to even); infinite beyond the range of `f64`.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.rounded(0).0
    }

    /// The sum times `2^-shift`, rounded, and what rounding took away, rounded again: together within
    /// 2^-106 of the sum, relatively (if neither is subnormal).
    pub(super) fn rounded(&self, shift: i32) -> (f64, f64) {
        let digits = Digits::of(&self.bins);
        let high = digits.to_f64(shift);
        if !high.is_finite() || high == 0.0 {
            return (high, 0.0);
        }
        let (mantissa, exponent) = integer_times_power(high);
        let mut rest = self.clone();
        rest.add_scaled(-i128::from(mantissa), exponent + shift);
        (high, Digits::of(&rest.bins).to_f64(shift))
    }

    /// The exponent `e` with `2^e <= |sum| < 2^(e + 1)`; `None` for 0.
    pub(super) fn exponent(&self) -> Option<i32> {
        Digits::of(&self.bins).top()
    }
}

/// A finite float as `integer * 2^exponent`.
fn integer_times_power(x: f64) -> (i64, i32) {
    let bits = x.to_bits();
    let fraction = i64::try_from(bits & 0x000f_ffff_ffff_ffff).expect("52 bits");
    let biased = i32::try_from(bits >> 52 & 0x7ff).expect("11 bits");
    let (size, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    (if x < 0.0 { -size } else { size }, exponent)
}

/// A number as sign and base-2^16 digits, lowest first.
struct Digits {
    /// Whether the number is below 0.
    negative: bool,
    /// Digits of its size.
    places: Vec<u16>,
    /// Exponent of the lowest bit of the first digit.
    lowest: i32,
}

impl Digits {
    /// Carries through the bins, once for the sign and once for the digits.
    fn of(bins: &BTreeMap<i16, i128>) -> Self {
        let (places, lowest, carry) = Self::carried(bins, 1);
        if carry >= 0 {
            return Self { negative: false, places, lowest };
        }
        let (places, lowest, _) = Self::carried(bins, -1);
        Self { negative: true, places, lowest }
    }

    /// Digits of `sign` times the sum; the last carry is negative if that is below 0.
    #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "the low 16 bits are what is meant")]
    fn carried(bins: &BTreeMap<i16, i128>, sign: i128) -> (Vec<u16>, i32, i128) {
        let (Some((&first, _)), Some((&last, _))) = (bins.first_key_value(), bins.last_key_value()) else {
            return (Vec::new(), 0, 0);
        };
        let mut digits = Vec::new();
        let mut carry = 0;
        let mut bin = first;
        // Beyond the last bin until only the sign is left.
        while bin <= last || !(carry == 0 || carry == -1) {
            let sum = carry + sign * bins.get(&bin).copied().unwrap_or(0);
            digits.push(sum as u16);
            carry = sum >> SPAN;
            bin += 1;
        }
        (digits, i32::from(first) * SPAN, carry)
    }

    /// The exponent of the highest bit that is set.
    fn top(&self) -> Option<i32> {
        let place = self.places.iter().rposition(|&d| d != 0)?;
        let bit = 15 - i32::try_from(self.places[place].leading_zeros()).expect("at most 15");
        Some(self.lowest + i32::try_from(place).expect("few digits") * SPAN + bit)
    }

    /// The bit with this exponent.
    fn bit(&self, exponent: i32) -> bool {
        let offset = exponent - self.lowest;
        let place = usize::try_from(offset.div_euclid(SPAN)).ok();
        let digit = place.and_then(|p| self.places.get(p)).copied().unwrap_or(0);
        digit >> offset.rem_euclid(SPAN) & 1 == 1
    }

    /// Whether any bit below this exponent is set.
    fn any_below(&self, exponent: i32) -> bool {
        self.places.iter().enumerate().any(|(place, &digit)| {
            let base = self.lowest + i32::try_from(place).expect("few digits") * SPAN;
            let bits = (exponent - base).clamp(0, SPAN);
            u32::from(digit) & ((1 << bits) - 1) != 0
        })
    }

    /// The number times `2^-shift`, rounded to nearest, ties to even.
    fn to_f64(&self, shift: i32) -> f64 {
        let Some(top) = self.top() else {
            return 0.0;
        };
        // The lowest bit that a double of this size has.
        let low = (top - 52).max(shift - 1074);
        let mut mantissa: u64 = 0;
        for exponent in (low..=top).rev() {
            mantissa = mantissa << 1 | u64::from(self.bit(exponent));
        }
        let half = self.bit(low - 1);
        if half && (self.any_below(low - 1) || mantissa & 1 == 1) {
            mantissa += 1;
        }
        #[expect(clippy::cast_precision_loss, reason = "at most 2^53")]
        let size = times_power(mantissa as f64, low - shift);
        if self.negative { -size } else { size }
    }
}

/// `x * 2^e`, exact unless it overflows, for `x` of at most 53 bits and `e >= -1074`.
fn times_power(x: f64, e: i32) -> f64 {
    let power = |e: i32| f64::from_bits(u64::try_from(e + 1023).expect("a normal power") << 52);
    if e > 1023 {
        f64::INFINITY
    } else if e < -1022 {
        x * power(e + 60) * power(-60)
    } else {
        x * power(e)
    }
}
