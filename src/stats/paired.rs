//! Differences between two arms that were run on the same trials.
//!
//! Trial k of the base and trial k of the arm share their luck, so a difference is one within pairs: what both have in common
//! cancels, and only the trials that changed tell anything. Differences are the arm's less the base's.
//!
//! The difference of shares has the interval of [`PairedCounts::interval`]: exact limits (Clopper and Pearson) for the share of
//! trials that only the arm has and for the share that only the base has, joined by squaring and adding. Tango's score interval,
//! the usual choice, was compared with it by exact enumeration (`tests/laws/paired.rs`): where few trials change it
//! misses up to three times as often as stated at the strict levels that many differences at once ask for, this one at most as
//! often as stated. Newcombe's (1998, method 10) joins limits of the two shares, not of what changed: where no
//! trial changed and the share is a half it ends at about z/n, which is far too short: with a difference of z/n no trial changes in
//! e^-z of all studies (2 in 100 where the level leaves 1 in 10,000).

use serde::{Deserialize, Serialize};

use super::student::student_quantile;
use super::{Interval, Moments, clopper_pearson};
use crate::math::{exp, ln, normal_quantile};

/// Trials by whether something holds in the base and in the arm: a paired 2 x 2 table.
///
/// ```
/// use escalade::stats::PairedCounts;
/// let mut table = PairedCounts::default();
/// for (base, arm) in [(true, true), (false, true), (false, true), (false, false)] {
///     table.add(base, arm);
/// }
/// assert_eq!((table.trials(), table.changed(), table.difference()), (4, 2, 0.5));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairedCounts {
    /// Trials in which it holds in both.
    pub both: u64,
    /// Trials in which it holds in the base only.
    pub base_only: u64,
    /// Trials in which it holds in the arm only.
    pub arm_only: u64,
    /// Trials in which it holds in neither.
    pub neither: u64,
}

/// A count as a float.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
fn float(n: u64) -> f64 {
    n as f64
}

impl PairedCounts {
    /// Counts a trial.
    pub fn add(&mut self, base: bool, arm: bool) {
        *match (base, arm) {
            (true, true) => &mut self.both,
            (true, false) => &mut self.base_only,
            (false, true) => &mut self.arm_only,
            (false, false) => &mut self.neither,
        } += 1;
    }

    /// Adds all that another table holds.
    pub fn merge(&mut self, other: &Self) {
        self.both += other.both;
        self.base_only += other.base_only;
        self.arm_only += other.arm_only;
        self.neither += other.neither;
    }

    /// Trials.
    #[must_use]
    pub fn trials(&self) -> u64 {
        self.both + self.base_only + self.arm_only + self.neither
    }

    /// Trials in which it holds in the base.
    #[must_use]
    pub fn base(&self) -> u64 {
        self.both + self.base_only
    }

    /// Trials in which it holds in the arm.
    #[must_use]
    pub fn arm(&self) -> u64 {
        self.both + self.arm_only
    }

    /// Trials in which it holds in one of them only.
    #[must_use]
    pub fn changed(&self) -> u64 {
        self.base_only + self.arm_only
    }

    /// Share in the arm less share in the base, in [-1, 1]: exactly 0 where as many trials were won as lost; 0 without trials.
    #[must_use]
    pub fn difference(&self) -> f64 {
        let (won, lost) = (self.arm_only, self.base_only);
        let size = float(won.abs_diff(lost)) / float(self.trials().max(1));
        if won < lost { -size } else { size }
    }

    /// Interval of [`Self::difference`] at a two-sided `level`, within [-1, 1]; without trials all of it.
    ///
    /// With `p` the share of trials that only the arm has and `q` the share that only the base has, each with its exact limits
    /// (Clopper and Pearson), and `r = -sqrt(p q / ((1 - p)(1 - q)))` their correlation, the lower end is `p - q - sqrt(u^2 + v^2 - 2 r u v)`,
    /// where `u` is the distance of `p` to its lower limit and `v` that of `q` to its upper; the upper end is its mirror
    /// image. Where no trial changed this is 0, give or take the exact upper limit of 0 in `n`.
    ///
    /// Holds the truth with chance `level` or a little more (less by fractions of a percent where nearly every one of a few dozen
    /// trials changed; see `tests/laws/paired.rs`).
    ///
    /// # Panics
    /// If `level` is not in (0, 1).
    ///
    /// # Notes
    /// The square-and-add of R. G. Newcombe (1998), "Improved confidence intervals for the difference between binomial
    /// proportions based on paired data", Statistics in Medicine 17, 2635-2650, for the shares that changed, as G. Y. Zou and
    /// A. Donner (2008), "Construction of confidence limits about effect measures: a general approach", Statistics in
    /// Medicine 27, 1693-1702, section 2, lay it out for any two estimates.
    #[must_use]
    pub fn interval(&self, level: f64) -> Interval {
        let n = self.trials();
        let (won, lost) = (clopper_pearson(self.arm_only, n, level), clopper_pearson(self.base_only, n, level));
        if n == 0 {
            return Interval { low: -1.0, high: 1.0 };
        }
        let (p, q) = (float(self.arm_only) / float(n), float(self.base_only) / float(n));
        let correlation = if self.changed() == n { -1.0 } else { -(p * q / ((1.0 - p) * (1.0 - q))).sqrt() };
        let joined = |u: f64, v: f64| (u * u + v * v - 2.0 * correlation * u * v).sqrt();
        let difference = self.difference();
        let low = difference - joined(p - won.low, lost.high - q);
        let high = difference + joined(won.high - p, q - lost.low);
        Interval { low: low.max(-1.0), high: high.min(1.0) }
    }

    /// Share in the arm over share in the base; `None` where it holds in no trial of the base.
    #[must_use]
    pub fn ratio(&self) -> Option<f64> {
        (self.base() > 0).then(|| float(self.arm()) / float(self.base()))
    }

    /// Interval of [`Self::ratio`] at a two-sided `level`; `None` where that is.
    ///
    /// The ratios that a score test for paired shares would not reject. Where the arm has none the lower end is 0.
    /// At strict levels and with a handful of trials it misses more often than stated (`tests/laws/paired.rs`): whether there is a
    /// difference at all, [`Self::interval`] tells.
    ///
    /// # Panics
    /// If `level` is not in (0, 1).
    ///
    /// # Notes
    /// J.-M. Nam and W. C. Blackwelder (2002), "Analysis of the ratio of marginal probabilities in a matched-pair setting",
    /// Statistics in Medicine 21, 689-699: their statistic with the restricted maximum likelihood estimates. It falls
    /// as the ratio grows; its roots are found by bisection.
    #[must_use]
    pub fn ratio_interval(&self, level: f64) -> Option<Interval> {
        assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
        let ratio = self.ratio()?;
        let z = -normal_quantile(0.5 * (1.0 - level));
        let low = if self.arm() == 0 { 0.0 } else { self.ratio_end(ratio, z, -1.0) };
        let start = if self.arm() == 0 { 1.0 / float(self.base()) } else { ratio };
        Some(Interval { low, high: self.ratio_end(start, -z, 1.0) })
    }

    /// The ratio at which the score is `z`, from `start` on downwards (`sign` -1) or upwards (1).
    fn ratio_end(&self, start: f64, z: f64, sign: f64) -> f64 {
        // Whether a ratio is still within: the score falls from above 0 through `start` to below 0.
        let within = |log: f64| (self.ratio_score(exp(log)) - z) * sign >= 0.0;
        let (mut near, mut step) = (ln(start), 0.125);
        let mut far = near + sign * step;
        while within(far) && step < 512.0 {
            (near, step) = (far, 2.0 * step);
            far = near + sign * step;
        }
        // 60 halvings of at most 512 leave less than rounding.
        for _ in 0..60 {
            let middle = 0.5 * (near + far);
            *(if within(middle) { &mut near } else { &mut far }) = middle;
        }
        exp(0.5 * (near + far))
    }

    /// The score statistic for a ratio.
    fn ratio_score(&self, ratio: f64) -> f64 {
        let n = float(self.trials());
        let (won, lost) = (float(self.arm_only) / n, float(self.base_only) / n);
        let (arm, base) = (float(self.arm()) / n, float(self.base()) / n);
        let off = arm - ratio * ratio * base;
        let root = (off * off + 4.0 * ratio * ratio * won * lost).sqrt();
        let only_arm = (ratio * ratio * (base + 2.0 * won) - arm + root) / (2.0 * ratio * (ratio + 1.0));
        let any = float(self.trials() - self.neither) / n;
        let only_base = (ratio * only_arm - (ratio - 1.0) * any).max(0.0);
        let variance = ratio * (only_arm.max(0.0) + only_base);
        let distance = arm - ratio * base;
        if distance == 0.0 { 0.0 } else { n.sqrt() * distance / variance.sqrt() }
    }

    /// How many times as many trials two independent runs would need to tell the difference as well: the variance of the
    /// difference between independent runs over that between paired ones; 1 where pairing gains nothing. An estimate from the counts.
    ///
    /// `None` where the paired difference has no variance: no trial changed, or all did the same way.
    ///
    /// # Notes
    /// Common random numbers: P. Glasserman and D. D. Yao (1992), "Some guidelines and guarantees for common random numbers",
    /// Management Science 38, 884-908.
    #[must_use]
    pub fn gain(&self) -> Option<f64> {
        let n = float(self.trials());
        let (base, arm) = (float(self.base()) / n, float(self.arm()) / n);
        let paired = float(self.changed()) / n - self.difference() * self.difference();
        let all = self.changed() == self.trials() && (self.arm_only == 0 || self.base_only == 0);
        (self.changed() > 0 && !all).then(|| (base * (1.0 - base) + arm * (1.0 - arm)) / paired)
    }
}

/// A number in the base and in the arm, over the trials in which both have one.
///
/// Sums are exact: bits depend on neither order nor grouping.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairedMoments {
    base: Moments,
    arm: Moments,
    difference: Moments,
    changed: u64,
}

impl PairedMoments {
    /// Adds a trial; one in which either number is missing (NaN) or infinite is left out.
    pub fn add(&mut self, base: f64, arm: f64) {
        let difference = arm - base;
        if base.is_finite() && arm.is_finite() && difference.is_finite() {
            self.base.add(base);
            self.arm.add(arm);
            self.difference.add(difference);
            self.changed += u64::from(difference != 0.0);
        }
    }

    /// Adds all that another tally holds.
    pub fn merge(&mut self, other: &Self) {
        self.base.merge(&other.base);
        self.arm.merge(&other.arm);
        self.difference.merge(&other.difference);
        self.changed += other.changed;
    }

    /// Trials in which both have a number.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.difference.count()
    }

    /// Trials of these in which the two differ.
    #[must_use]
    pub fn changed(&self) -> u64 {
        self.changed
    }

    /// Standard deviation of the differences; NaN with fewer than two trials.
    #[must_use]
    pub fn sd(&self) -> f64 {
        self.difference.sd()
    }

    /// Mean in the base, over these trials; NaN without any.
    #[must_use]
    pub fn base_mean(&self) -> f64 {
        self.base.mean()
    }

    /// Mean in the arm, over these trials; NaN without any.
    #[must_use]
    pub fn arm_mean(&self) -> f64 {
        self.arm.mean()
    }

    /// Mean of the differences, exactly 0 where no trial changed; NaN without trials.
    #[must_use]
    pub fn difference(&self) -> f64 {
        self.difference.mean()
    }

    /// Standard error of [`Self::difference`]; NaN with fewer than two trials.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        self.difference.standard_error()
    }

    /// Interval of [`Self::difference`] at a two-sided `level`; `None` with fewer than two trials, and where none of them changed: a change
    /// that was never seen may be of any size.
    ///
    /// Student's, for the mean of independent differences: near its level where the differences of many trials count, too short where
    /// a few trials with large ones do. Where all trials differ by the same it has no width.
    ///
    /// # Panics
    /// If `level` is not in (0, 1).
    ///
    /// # Notes
    /// Student (1908), "The probable error of a mean", Biometrika 6, 1-25: section on paired differences.
    #[must_use]
    pub fn interval(&self, level: f64) -> Option<Interval> {
        assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
        if self.count() < 2 || self.changed == 0 {
            return None;
        }
        let half = student_quantile(0.5 * (1.0 + level), float(self.count() - 1)) * self.standard_error();
        Some(Interval { low: self.difference() - half, high: self.difference() + half })
    }

    /// As [`PairedCounts::gain`]; `None` where the differences do not vary.
    #[must_use]
    pub fn gain(&self) -> Option<f64> {
        let square = |x: f64| x * x;
        let paired = square(self.difference.sd());
        (paired > 0.0).then(|| (square(self.base.sd()) + square(self.arm.sd())) / paired)
    }
}
