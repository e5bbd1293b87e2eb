//! Quantiles from counts in bins of relative width.

use std::collections::BTreeMap;

/// Bits of a float that its bin ignores: all but sign, exponent and the first 8 of the mantissa.
const IGNORED: u32 = 52 - 8;

/// Bins that lie together: a quarter of a factor of two.
const PAGE: usize = 64;
#[expect(clippy::cast_possible_wrap, clippy::cast_possible_truncation, reason = "64")]
const STRIDE: i32 = PAGE as i32;

/// What one bin knows of the numbers in it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Bin {
    count: u64,
    min: f64,
    max: f64,
}

/// Quantiles of any number of floats in bounded memory, mergeable in any grouping with the same bits.
///
/// A bin holds the numbers that share sign, exponent and the first 8 bits after the point, so its ends
/// are 1 part in 256 apart or less; each bin keeps its count and its exact smallest and largest
/// number. Consequences:
///
/// * the smallest and the largest number, and any quantile that falls into a bin of equal numbers
///   (truth values, whole numbers up to 512, times that repeat), are exact;
/// * any other quantile is off by less than 2^-8 of its size, and mostly by much less, since it is
///   interpolated within the bin;
/// * at most 2^20 bins, and 256 per factor of two that the numbers span.
///
/// For sizes below 2^-1022 the error is absolute, below 2^-1030. NaN and infinities are counted apart;
/// -0 counts as 0.
///
/// ```
/// use escalade::stats::QuantileSketch;
/// let mut q = QuantileSketch::default();
/// for day in 1..=100 {
///     q.add(f64::from(day));
/// }
/// assert_eq!(q.quantile(0.5), Some(50.0));
/// ```
///
/// # Notes
/// The bins are those of `HdrHistogram` (G. Tene) rather than of `DDSketch` (C. Masson, J. E. Rim,
/// H. K. Lee 2019, Proc. VLDB 12, 2195-2205): by bits, so that no logarithm is needed.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(from = "Plain", into = "Plain")]
pub struct QuantileSketch {
    /// Bins by their place in the order of numbers, in pages: a number mostly falls into one of few.
    pages: BTreeMap<i32, Box<[Bin; PAGE]>>,
    count: u64,
    not_finite: u64,
}

/// A sketch as it is written to files: the bins with numbers in them, with their places.
#[derive(serde::Serialize, serde::Deserialize)]
struct Plain {
    bins: Vec<(i32, u64, f64, f64)>,
    not_finite: u64,
}

impl From<QuantileSketch> for Plain {
    fn from(sketch: QuantileSketch) -> Self {
        let bins = sketch.each_bin().map(|(place, bin)| (place, bin.count, bin.min, bin.max)).collect();
        Self { bins, not_finite: sketch.not_finite }
    }
}

impl From<Plain> for QuantileSketch {
    fn from(plain: Plain) -> Self {
        let mut sketch = Self { not_finite: plain.not_finite, ..Self::default() };
        for (place, count, min, max) in plain.bins {
            sketch.bin(place).add(&Bin { count, min, max });
            sketch.count += count;
        }
        sketch
    }
}

impl QuantileSketch {
    /// No numbers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one number; NaN and infinities are only counted, by [`not_finite`](Self::not_finite).
    pub fn add(&mut self, x: f64) {
        if !x.is_finite() {
            self.not_finite += 1;
            return;
        }
        let x = x + 0.0; // -0 becomes 0
        self.count += 1;
        self.bin(place(x)).add(&Bin { count: 1, min: x, max: x });
    }

    /// The bin at a place.
    fn bin(&mut self, place: i32) -> &mut Bin {
        let (page, at) = (place.div_euclid(STRIDE), place.rem_euclid(STRIDE));
        let page = self.pages.entry(page).or_insert_with(|| Box::new([Bin::default(); PAGE]));
        &mut page[at.unsigned_abs() as usize]
    }

    /// Bins with numbers in them, in rising order, with their places.
    fn each_bin(&self) -> impl DoubleEndedIterator<Item = (i32, &Bin)> {
        let places = |page: &i32| page * STRIDE..(page + 1) * STRIDE;
        self.pages.iter().flat_map(move |(page, bins)| places(page).zip(bins.iter())).filter(|(_, bin)| bin.count > 0)
    }

    /// Adds all that another sketch holds.
    pub fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.not_finite += other.not_finite;
        for (place, theirs) in other.each_bin() {
            self.bin(place).add(theirs);
        }
    }

    /// How many finite numbers were added.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// How many NaN and infinities were offered.
    #[must_use]
    pub fn not_finite(&self) -> u64 {
        self.not_finite
    }

    /// Smallest number added, exact.
    #[must_use]
    pub fn min(&self) -> Option<f64> {
        self.each_bin().next().map(|(_, bin)| bin.min)
    }

    /// Largest number added, exact.
    #[must_use]
    pub fn max(&self) -> Option<f64> {
        self.each_bin().next_back().map(|(_, bin)| bin.max)
    }

    /// Number of bins in use.
    #[must_use]
    pub fn bins(&self) -> usize {
        self.each_bin().count()
    }

    /// The number of rank `ceil(q n)` (at least 1) among the `n` numbers in rising order: the smallest
    /// that at least the share `q` does not exceed (definition 1 of Hyndman and Fan 1996, The American
    /// Statistician 50, 361-365).
    ///
    /// `None` without numbers, or for `q` outside `[0, 1]`. The first and the last number of a bin are
    /// exact; between them the answer is interpolated by rank.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<f64> {
        if self.count == 0 || !(0.0..=1.0).contains(&q) {
            return None;
        }
        let rank = rank(q, self.count);
        let mut before = 0;
        for (_, bin) in self.each_bin() {
            if rank <= before + bin.count {
                return Some(within(bin, rank - before));
            }
            before += bin.count;
        }
        self.max()
    }
}

impl Bin {
    /// Adds the numbers of another bin of the same place.
    fn add(&mut self, other: &Self) {
        let first = self.count == 0;
        self.min = if first { other.min } else { self.min.min(other.min) };
        self.max = if first { other.max } else { self.max.max(other.max) };
        self.count += other.count;
    }
}

/// `ceil(q n)`, from 1 to `n`.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and n, which is below 2^53"
)]
pub(super) fn rank(q: f64, n: u64) -> u64 {
    ((q * n as f64).ceil() as u64).clamp(1, n)
}

/// The number of this rank (from 1) in a bin, if the others lie evenly between its ends.
#[expect(clippy::cast_precision_loss, reason = "a share of counts; its last bits do not matter")]
fn within(bin: &Bin, rank: u64) -> f64 {
    if rank == bin.count {
        return bin.max;
    }
    let share = (rank - 1) as f64 / (bin.count - 1) as f64;
    (bin.min + (bin.max - bin.min) * share).min(bin.max)
}

/// Place of a finite number's bin in the order of numbers.
fn place(x: f64) -> i32 {
    let high = i32::try_from((x.to_bits() & !(1 << 63)) >> IGNORED).expect("19 bits");
    // Negative numbers rise as their size falls; -1 - place keeps them below 0.
    if x < 0.0 { -1 - high } else { high }
}
