//! Sobol indices of a noisy function, from a Saltelli design with replicates.

use super::Interval;
use super::jackknife::{JACKKNIFE_GROUPS, left_out};

/// Sums over base points of a Saltelli design, of one output, from which [`SobolIndices`] follow.
///
/// A base point has `k + 2` rows: `A`, `B`, and for each factor `i` the row `AB_i`, which is `A` with factor `i` from `B`. On each
/// row the output is observed `m` times: `Y_r(A) = f(A) + noise`, `r = 1..m`. Replicate `r` may have the same noise on all rows of
/// its base point (common random numbers); different replicates and different base points must be independent of each other. What
/// is wanted is about `f`, not about the noise:
///
/// ```text
/// V    = Var f(X)                                   all factors together
/// V_i  = Var E[f(X) | X_i]     = E[f(B) (f(AB_i) - f(A))]
/// VT_i = E Var[f(X) | X_-i]    = E[(f(A) - f(AB_i))^2] / 2
/// ```
///
/// Products of `f` at two rows of a base point are estimated by products of different replicates,
/// `P(x, y) = sum over r != s of x_r y_s / (m (m - 1))`, which have no noise in their expectation whatever the noise of a
/// replicate has in common; from products of two means over base points the part is taken off that is noise common to both,
/// `M(x, y) = mean x mean y - sum of cov_r(x, y) / m / N^2`. With `D_i = Y(AB_i) - Y(A)`, `C = (Y(A) + Y(B)) / 2`, and `G` the mean
/// of all rows:
///
/// ```text
/// V    = mean (P(A, A) + P(B, B)) / 2 - M(C, C)
/// V_i  = mean P(B, D_i) - M(G, D_i)
/// VT_i = mean P(D_i, D_i) / 2
/// ```
///
/// Subtracting `G` changes no expectation and makes `V_i` steadier. Where there is no noise (all replicates alike, or `m = 1`, then
/// `P(x, y) = x y`) these are the estimators of Saltelli et al. and Jansen to rounding.
///
/// # Notes
/// A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto, S. Tarantola (2010), "Variance based sensitivity analysis of model
/// output. Design and estimator for the total sensitivity index", Comput. Phys. Commun. 181, 259-270, table 2 (b) and (f). M. J. W.
/// Jansen (1999), "Analysis of variance designs for model output", Comput. Phys. Commun. 117, 35-43. Noise: G. Mazo (2021), "A
/// trade-off between explorations and repetitions for estimators of two global sensitivity indices in stochastic models induced by
/// probability measures", SIAM/ASA J. Uncertain. Quantif. 9, 1673-1713.
#[derive(Clone, Debug, PartialEq)]
pub struct SobolSums {
    factors: usize,
    replicates: usize,
    /// As the constants below say; four for each factor after them.
    sums: Vec<f64>,
}

/// Base points.
const POINTS: usize = 0;
/// `(P(A, A) + P(B, B)) / 2`.
const SQUARE: usize = 1;
/// `C`.
const CENTRE: usize = 2;
/// Variance of the mean of `C` over replicates that is noise.
const CENTRE_NOISE: usize = 3;
/// `G`.
const ALL: usize = 4;
/// `(Y(A)^2 + Y(B)^2) / 2`, noise and all.
const WHOLE: usize = 5;
/// Where the factors begin.
const FACTORS: usize = 6;
/// Of each factor: `P(B, D)`, `D`, noise that `G` and `D` have in common, `P(D, D) / 2`.
const EACH: usize = 4;

/// Estimated indices of one output. None is moved to where it can be: one below 0 is noise about a small one.
#[derive(Clone, Debug, PartialEq)]
pub struct SobolIndices {
    /// Mean of the output.
    pub mean: f64,
    /// Variance of one observation, noise and all.
    pub whole: f64,
    /// `V`, the variance that is due to the factors.
    pub variance: f64,
    /// `V_i / V`, the first-order index of each factor.
    pub first: Vec<f64>,
    /// `VT_i / V`, the total index of each factor.
    pub total: Vec<f64>,
}

/// Intervals of [`SobolIndices`]. `None`: too little is known for one.
#[derive(Clone, Debug, PartialEq)]
pub struct SobolIntervals {
    /// Of the mean.
    pub mean: Option<Interval>,
    /// Of the variance that is due to the factors.
    pub variance: Option<Interval>,
    /// Of its share of the whole.
    pub share: Option<Interval>,
    /// Of first-order indices.
    pub first: Vec<Option<Interval>>,
    /// Of total indices.
    pub total: Vec<Option<Interval>>,
}

/// Product of two observed numbers by different replicates.
#[expect(clippy::cast_precision_loss, reason = "few replicates")]
fn product(x: impl Iterator<Item = f64>, y: impl Iterator<Item = f64>, m: usize) -> f64 {
    let (mut of_x, mut of_y, mut of_both) = (0.0, 0.0, 0.0);
    for (x, y) in x.zip(y) {
        of_x += x;
        of_y += y;
        of_both += x * y;
    }
    if m == 1 { of_both } else { (of_x * of_y - of_both) / (m * (m - 1)) as f64 }
}

/// Covariance of two means over replicates that is noise.
#[expect(clippy::cast_precision_loss, reason = "few replicates")]
fn common_noise(x: &[f64], y: &[f64]) -> f64 {
    let m = x.len() as f64;
    if x.len() < 2 {
        return 0.0;
    }
    let (mean_x, mean_y) = (x.iter().sum::<f64>() / m, y.iter().sum::<f64>() / m);
    x.iter().zip(y).map(|(x, y)| (x - mean_x) * (y - mean_y)).sum::<f64>() / (m - 1.0) / m
}

impl SobolSums {
    /// No base point yet.
    ///
    /// # Panics
    /// Without a factor or a replicate.
    #[must_use]
    pub fn new(factors: usize, replicates: usize) -> Self {
        assert!(factors > 0 && replicates > 0, "a design has factors and replicates");
        Self { factors, replicates, sums: vec![0.0; FACTORS + EACH * factors] }
    }

    /// Base points.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
    pub fn points(&self) -> u64 {
        self.sums[POINTS] as u64
    }

    /// Adds a base point: `rows[row * m + r]` is replicate `r` of a row, in the order A, B, AB_1, ..., AB_k.
    ///
    /// # Panics
    /// If these are not as many numbers as the design has.
    #[expect(clippy::cast_precision_loss, reason = "few replicates and rows")]
    pub fn add(&mut self, rows: &[f64]) {
        let m = self.replicates;
        assert_eq!(rows.len(), (self.factors + 2) * m, "a base point has k + 2 rows of m numbers");
        let row = |at: usize| &rows[at * m..(at + 1) * m];
        let (a, b) = (row(0), row(1));
        let mean = |x: &[f64]| x.iter().sum::<f64>() / m as f64;
        let itself = |x: &[f64]| product(x.iter().copied(), x.iter().copied(), m);
        let centre: Vec<f64> = a.iter().zip(b).map(|(a, b)| 0.5 * (a + b)).collect();
        let all: Vec<f64> = (0..m).map(|r| rows[r..].iter().step_by(m).sum::<f64>() / (self.factors + 2) as f64).collect();
        self.sums[POINTS] += 1.0;
        self.sums[SQUARE] += 0.5 * (itself(a) + itself(b));
        self.sums[CENTRE] += mean(&centre);
        self.sums[CENTRE_NOISE] += common_noise(&centre, &centre);
        self.sums[ALL] += mean(&all);
        self.sums[WHOLE] += 0.5 * a.iter().chain(b).map(|y| y * y).sum::<f64>() / m as f64;
        let mut difference = vec![0.0; m];
        for (factor, sums) in self.sums[FACTORS..].chunks_exact_mut(EACH).enumerate() {
            difference.iter_mut().zip(row(2 + factor).iter().zip(a)).for_each(|(d, (ab, a))| *d = ab - a);
            sums[0] += product(b.iter().copied(), difference.iter().copied(), m);
            sums[1] += mean(&difference);
            sums[2] += common_noise(&all, &difference);
            sums[3] += 0.5 * itself(&difference);
        }
    }

    /// Adds the base points of another, of the same design.
    pub fn merge(&mut self, other: &Self) {
        self.merge_times(other, 1.0);
    }

    /// Adds the base points of another so many times.
    fn merge_times(&mut self, other: &Self, times: f64) {
        self.sums.iter_mut().zip(&other.sums).for_each(|(s, o)| *s += times * o);
    }

    /// The indices; `None` with fewer than two base points.
    #[must_use]
    pub fn indices(&self) -> Option<SobolIndices> {
        let n = self.sums[POINTS];
        if n < 2.0 {
            return None;
        }
        let of = |place: usize| self.sums[place] / n;
        let mean = of(CENTRE);
        let square = mean * mean - self.sums[CENTRE_NOISE] / (n * n);
        let variance = of(SQUARE) - square;
        let each = || self.sums[FACTORS..].chunks_exact(EACH);
        let first = each().map(|s| (s[0] / n - (of(ALL) * s[1] / n - s[2] / (n * n))) / variance).collect();
        let total = each().map(|s| s[3] / n / variance).collect();
        Some(SobolIndices { mean, whole: of(WHOLE) - square, variance, first, total })
    }

    /// Whether no two replicates of any base point changed with this factor, so that its total is estimated as exactly 0.
    ///
    /// Resamples of nothing are nothing: their percentiles would be an interval without a width. See [`SobolSums::unseen`].
    ///
    /// # Panics
    /// Without such a factor.
    #[must_use]
    pub fn total_unseen(&self, factor: usize) -> bool {
        self.sums[FACTORS + EACH * factor + 3] == 0.0
    }

    /// Upper end of the interval of a total that is estimated as 0 because no base point told anything ([`SobolSums::total_unseen`]), for
    /// outputs in [0, 1]; its lower end is 0. `None` where no variance is due to the factors.
    ///
    /// `P(D, D)` is at most 1 then, and was 0 at all N base points: with the error probability a = (1 - level) / 2 it is not 0 in at most
    /// 1 - a^(1/N) of them (Clopper and Pearson 1934), and `VT_i` is at most half of that.
    #[must_use]
    pub fn unseen(&self, level: f64) -> Option<f64> {
        let variance = self.indices()?.variance;
        let share = super::clopper_pearson(0, self.points(), level).high;
        (variance > 0.0).then(|| 0.5 * share / variance)
    }

    /// The indices without each of 32 parts of `groups` of base points, for the jackknife; `None` with fewer than 64 groups.
    ///
    /// Parts are neighbours in the order of groups. Base points of a low-discrepancy design are spread more evenly all together than in
    /// their parts, so that standard errors are too large rather than too small.
    #[must_use]
    pub fn without_parts(groups: &[Self]) -> Option<Vec<SobolIndices>> {
        let one = groups.first().filter(|_| groups.len() >= 2 * JACKKNIFE_GROUPS)?;
        let without = |part: usize| {
            let left_out = left_out(groups.len(), part);
            let mut sums = Self::new(one.factors, one.replicates);
            for (_, group) in groups.iter().enumerate().filter(|(at, _)| !left_out.contains(at)) {
                sums.merge(group);
            }
            sums.indices()
        };
        (0..JACKKNIFE_GROUPS).map(without).collect()
    }

    /// Intervals at a two-sided level: percentiles over resamples of `groups` of base points (bootstrap).
    ///
    /// `resamples` yields, for each resample, how often it has each group: as many numbers as there are groups, which add up to
    /// as many. Groups should be alike in size, and 30 or more. Base points of a low-discrepancy design are treated as if drawn
    /// at random, which makes intervals too long rather than too short. `None` where a resample cannot be computed (no variance).
    ///
    /// # Panics
    /// If the level is not in (0, 1), or groups are of different designs.
    ///
    /// # Notes
    /// G. E. B. Archer, A. Saltelli, I. M. Sobol' (1997), "Sensitivity measures, ANOVA-like techniques and the use of bootstrap",
    /// J. Stat. Comput. Simul. 58, 99-120.
    #[must_use]
    pub fn intervals<'r>(groups: &[Self], resamples: impl Iterator<Item = &'r [u32]>, level: f64) -> Option<SobolIntervals> {
        let one = groups.first()?;
        let (k, mut found) = (one.factors, Vec::new());
        let mut sums = Self::new(k, one.replicates);
        for counts in resamples {
            sums.sums.fill(0.0);
            for (group, times) in groups.iter().zip(counts).filter(|(_, times)| **times > 0) {
                sums.merge_times(group, f64::from(*times));
            }
            let Some(i) = sums.indices() else { continue };
            found.extend([i.mean, i.variance, i.variance / i.whole]);
            found.extend(&i.first);
            found.extend(&i.total);
        }
        let stride = 3 + 2 * k;
        let mut of = |place: usize| percentiles(found.iter().skip(place).step_by(stride).copied().collect(), level);
        let (mean, variance, share) = (of(0), of(1), of(2));
        let first = (3..3 + k).map(&mut of).collect();
        let total = (3 + k..stride).map(&mut of).collect();
        Some(SobolIntervals { mean, variance, share, first, total })
    }
}

/// The middle part of numbers, at a two-sided level; `None` where there are fewer than 40 or one is not finite.
///
/// # Panics
/// If the level is not in (0, 1).
pub(super) fn percentiles(mut values: Vec<f64>, level: f64) -> Option<Interval> {
    assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
    if values.len() < 40 || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    values.sort_unstable_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the list")]
    let at = |q: f64| {
        let place = q * (values.len() - 1) as f64;
        let low = place.floor() as usize;
        let above = values[(low + 1).min(values.len() - 1)];
        values[low] + (place - place.floor()) * (above - values[low])
    };
    let tail = 0.5 * (1.0 - level);
    Some(Interval { low: at(tail), high: at(1.0 - tail) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_of_which_nothing_was_told_has_a_bound() {
        // Factor 0 decides; factor 1 changed one replicate at a time, so that no pair of replicates tells of it.
        let mut sums = SobolSums::new(2, 2);
        for at in 0..100 {
            let (a, b) = (f64::from(at % 2), f64::from((at / 2) % 2));
            let once = if at == 7 { 1.0 - a } else { a };
            sums.add(&[a, a, b, b, b, b, once, a]);
        }
        let indices = sums.indices().unwrap();
        assert!(!sums.total_unseen(0) && sums.total_unseen(1) && indices.total[1] == 0.0);
        let most = sums.unseen(0.95).unwrap();
        let share = 1.0 - 0.025_f64.powf(0.01);
        assert!((most - 0.5 * share / indices.variance).abs() < 1e-12, "{most}");
    }
}
