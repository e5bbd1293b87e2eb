//! First-order indices from the trials of an ordinary run.

use super::Interval;
use super::jackknife::{JACKKNIFE_GROUPS as GROUPS, Jackknife};
use super::student::student_quantile;

/// Trials that are looked at before values are sorted into bins.
const HEAD: usize = 1 << 14;
/// Most bins.
const MOST: usize = 32;
/// Fewest bins, where there are as many values.
const LEAST: usize = 5;

/// Shares of the variance of outputs that single inputs explain, from trials in which all inputs were drawn.
///
/// The values of an input are sorted into bins of equal counts (a bin for each value where there are few), and the variance
/// between the means of the bins is compared with that within them. Of `N` trials in `B` bins, with `SSB`, `SSW` and `SST` the sums
/// of squares between, within and in all:
///
/// ```text
/// S = (SSB - (B - 1) SSW / (N - B)) / SST
/// ```
///
/// The subtracted part is what chance alone puts between bins (Kelley's epsilon squared): an input that does nothing has 0 on
/// average, and about half of the time less. What an input does within a bin is not seen, so that S is a little too low: by
/// about 1 part in `B^2` for a straight line.
///
/// Memory: the first 16,384 trials, then counts. Bins are cut by these trials; the later ones may fill them less evenly.
///
/// # Notes
/// E. Plischke, E. Borgonovo, C. L. Smith (2013), "Global sensitivity measures from given data", Eur. J. Oper. Res. 226, 536-550.
/// T. L. Kelley (1935), "An unbiased correlation ratio measure", PNAS 21, 554-559.
#[derive(Clone, Debug, PartialEq)]
pub struct GivenData {
    inputs: usize,
    outputs: usize,
    bins: usize,
    trials: u64,
    /// Inputs and outputs of the first trials, until there are enough to cut bins.
    head: Vec<f64>,
    /// Per input: upper ends of its bins, but for the last; `None` until they are cut.
    cuts: Option<Vec<Vec<f64>>>,
    /// Per input, bin and group: number of trials; then, per output, sum and sum of squares of what is above `origin`.
    sums: Vec<f64>,
    /// Per output: its first value, so that squares keep their digits.
    origin: Vec<f64>,
}

/// A share of variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GivenShare {
    /// As estimated, perhaps below 0.
    pub raw: f64,
    /// Delete-one-group jackknife over 32 groups of trials, with Student's t; `None` where a group decides whether there is any
    /// variance.
    pub interval: Option<Interval>,
    /// The same groups left out.
    pub jackknife: Option<Jackknife>,
    /// Bins.
    pub bins: usize,
}

/// Sums of one bin.
#[derive(Clone, Copy, Default)]
struct Bin {
    n: f64,
    sum: f64,
    squares: f64,
}

impl GivenData {
    /// No trial yet. `expected` is how many there will be, about: the number of bins is its cube root, from 5 to 32.
    #[must_use]
    pub fn new(inputs: usize, outputs: usize, expected: u64) -> Self {
        let bins = (1..=MOST).take_while(|b| (*b as u64).pow(3) <= expected).count().clamp(LEAST, MOST);
        Self { inputs, outputs, bins, trials: 0, head: Vec::new(), cuts: None, sums: Vec::new(), origin: Vec::new() }
    }

    /// Trials.
    #[must_use]
    pub fn trials(&self) -> u64 {
        self.trials
    }

    /// Adds a trial. Outputs are finite; inputs are numbers, infinity among them.
    ///
    /// # Panics
    /// If there are not as many inputs and outputs as there should be.
    pub fn add(&mut self, inputs: &[f64], outputs: &[f64]) {
        assert_eq!((inputs.len(), outputs.len()), (self.inputs, self.outputs), "inputs and outputs of a trial");
        if self.trials == 0 {
            self.origin = outputs.to_vec();
        }
        if self.cuts.is_some() {
            self.count(inputs, outputs);
        } else {
            self.head.extend(inputs.iter().chain(outputs));
            self.trials += 1;
            if self.trials == HEAD as u64 {
                self.cut();
            }
        }
    }

    /// Cuts bins by the trials so far, and sorts these in.
    fn cut(&mut self) {
        let stride = (self.inputs + self.outputs).max(1);
        let head = std::mem::take(&mut self.head);
        let cuts = |input: usize| {
            let mut values: Vec<f64> = head.iter().skip(input).step_by(stride).copied().collect();
            values.sort_unstable_by(f64::total_cmp);
            let n = values.len();
            let mut distinct = values.clone();
            distinct.dedup();
            if distinct.len() <= self.bins {
                // A bin for each value, those between two values with the upper one.
                distinct.pop();
                return distinct;
            }
            let mut ends: Vec<f64> = (1..self.bins).map(|b| values[(b * n / self.bins).max(1) - 1]).collect();
            ends.dedup();
            if ends.last() == values.last() {
                ends.pop();
            }
            ends
        };
        let cuts: Vec<Vec<f64>> = (0..self.inputs).map(cuts).collect();
        self.cuts = Some(cuts);
        self.sums = vec![0.0; self.inputs * self.bins * GROUPS * (1 + 2 * self.outputs)];
        self.trials = 0;
        for row in head.chunks_exact(stride) {
            let (inputs, outputs) = row.split_at(self.inputs);
            self.count(inputs, outputs);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "below 32")]
    fn count(&mut self, inputs: &[f64], outputs: &[f64]) {
        let group = (self.trials % GROUPS as u64) as usize;
        self.trials += 1;
        let Some(cuts) = &self.cuts else { return };
        let stride = 1 + 2 * self.outputs;
        for (input, (value, cuts)) in inputs.iter().zip(cuts).enumerate() {
            let bin = cuts.partition_point(|end| end < value);
            let place = ((input * self.bins + bin) * GROUPS + group) * stride;
            let sums = &mut self.sums[place..place + stride];
            sums[0] += 1.0;
            for ((pair, y), origin) in sums[1..].chunks_exact_mut(2).zip(outputs).zip(&self.origin) {
                let y = y - origin;
                pair[0] += y;
                pair[1] += y * y;
            }
        }
    }

    /// What is known, for each output and input, at a two-sided level. `None` where the output never differs, or there are fewer
    /// than four trials for each of 32 groups.
    ///
    /// # Panics
    /// If the level is not in (0, 1).
    #[must_use]
    pub fn shares(&mut self, level: f64) -> Vec<Vec<Option<GivenShare>>> {
        assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
        if self.cuts.is_none() {
            self.cut();
        }
        (0..self.outputs).map(|output| (0..self.inputs).map(|input| self.share(input, output, level)).collect()).collect()
    }

    #[expect(clippy::cast_precision_loss, reason = "32 groups")]
    fn share(&self, input: usize, output: usize, level: f64) -> Option<GivenShare> {
        if self.trials < 4 * GROUPS as u64 {
            return None;
        }
        let stride = 1 + 2 * self.outputs;
        let of = |bin: usize, group: usize| {
            let place = ((input * self.bins + bin) * GROUPS + group) * stride;
            Bin { n: self.sums[place], sum: self.sums[place + 1 + 2 * output], squares: self.sums[place + 2 + 2 * output] }
        };
        let without = |left_out: Option<usize>| {
            let bin = |bin: usize| {
                let groups = (0..GROUPS).filter(|g| Some(*g) != left_out).map(|g| of(bin, g));
                groups.fold(Bin::default(), |a, b| Bin { n: a.n + b.n, sum: a.sum + b.sum, squares: a.squares + b.squares })
            };
            epsilon_squared(&(0..self.bins).map(bin).filter(|b| b.n > 0.0).collect::<Vec<_>>())
        };
        let raw = without(None)?;
        let mut left = [f64::NAN; GROUPS];
        left.iter_mut().enumerate().for_each(|(g, value)| *value = without(Some(g)).unwrap_or(f64::NAN));
        let jackknife = Jackknife::new(&left);
        let interval = jackknife.map(|j| {
            let reach = -student_quantile(0.5 * (1.0 - level), GROUPS as f64 - 1.0) * j.standard_error();
            Interval { low: raw - reach, high: raw + reach }
        });
        let bins = self.cuts.as_ref().map_or(0, |c| c[input].len() + 1);
        Some(GivenShare { raw, interval, jackknife, bins })
    }
}

/// Share of variance between bins, less what chance puts there; `None` where nothing differs, or there is one trial a bin.
#[expect(clippy::cast_precision_loss, reason = "few bins")]
fn epsilon_squared(bins: &[Bin]) -> Option<f64> {
    let (n, sum, squares) = bins.iter().fold((0.0, 0.0, 0.0), |(n, s, q), b| (n + b.n, s + b.sum, q + b.squares));
    let all = squares - sum * sum / n;
    let between: f64 = bins.iter().map(|b| b.sum * b.sum / b.n).sum::<f64>() - sum * sum / n;
    let count = bins.len() as f64;
    if n <= count || all <= squares * 1e-14 {
        return None;
    }
    Some((between - (count - 1.0) * (all - between) / (n - count)) / all)
}
