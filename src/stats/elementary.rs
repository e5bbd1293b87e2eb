//! Elementary effects of factors on a noisy function (Morris), and how much of them is noise.

use super::Interval;
use super::jackknife::{JACKKNIFE_GROUPS, left_out};
use super::sobol_indices::percentiles;

/// Effects of each of `k` factors along trajectories, of one output.
///
/// Along a trajectory each factor moves once; the change of the output at that move is observed `m` times, with noise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EffectSums {
    /// Per trajectory and factor: mean of the observed changes, product of two different ones, variance of the mean.
    moves: Vec<[f64; 3]>,
    factors: usize,
}

/// What is known of one factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effects {
    /// Mean effect; without bias.
    pub mu: f64,
    /// Mean of the absolute observed effects: what noise adds is in it.
    pub mu_star: f64,
    /// What `mu_star` would be on average if the factor did nothing: `sqrt(2 / pi)` times the noise of an observed effect.
    pub noise: f64,
    /// Mean of the squared effects, without the noise: without bias, perhaps below 0.
    pub mean_square: f64,
    /// Variance of the effects over the trajectories, without the noise: large where the factor acts differently at different
    /// places (curved, or with others). Without bias, perhaps below 0.
    pub variance: f64,
}

/// Intervals of [`Effects`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EffectIntervals {
    /// Of the mean effect.
    pub mu: Option<Interval>,
    /// Of the mean absolute observed effect.
    pub mu_star: Option<Interval>,
    /// Of the mean squared effect.
    pub mean_square: Option<Interval>,
}

impl EffectSums {
    /// No trajectory yet.
    #[must_use]
    pub fn new(factors: usize) -> Self {
        Self { moves: Vec::new(), factors }
    }

    /// Trajectories.
    #[must_use]
    pub fn trajectories(&self) -> usize {
        self.moves.len() / self.factors.max(1)
    }

    /// Adds the next move: factors come in their order, trajectory by trajectory. `changes` are the observed changes, one a
    /// replicate.
    #[expect(clippy::cast_precision_loss, reason = "few replicates")]
    pub fn add(&mut self, changes: &[f64]) {
        let m = changes.len() as f64;
        let sum: f64 = changes.iter().sum();
        let squares: f64 = changes.iter().map(|d| d * d).sum();
        let mean = sum / m;
        if changes.len() < 2 {
            return self.moves.push([mean, mean * mean, 0.0]);
        }
        let scatter: f64 = changes.iter().map(|d| (d - mean) * (d - mean)).sum();
        self.moves.push([mean, (sum * sum - squares) / (m * (m - 1.0)), scatter / (m - 1.0) / m]);
    }

    /// Adds the trajectories of another.
    pub fn merge(&mut self, later: Self) {
        self.moves.extend(later.moves);
    }

    /// The effects of a factor; `None` with fewer than two trajectories.
    #[must_use]
    pub fn effects(&self, factor: usize) -> Option<Effects> {
        self.over(factor, (0..self.trajectories()).map(|_| 1), self.trajectories())
    }

    /// The effects over trajectories, each so many times, `count` in all.
    #[expect(clippy::cast_precision_loss, reason = "few trajectories")]
    fn over(&self, factor: usize, times: impl Iterator<Item = u32>, count: usize) -> Option<Effects> {
        let n = count as f64;
        if n < 2.0 {
            return None;
        }
        let [mut mean, mut size, mut squares, mut product, mut noise] = [0.0; 5];
        for (moved, times) in self.moves.iter().skip(factor).step_by(self.factors).zip(times) {
            let t = f64::from(times);
            mean += t * moved[0];
            size += t * moved[0].abs();
            squares += t * moved[0] * moved[0];
            product += t * moved[1];
            noise += t * moved[2];
        }
        let mu = mean / n;
        // The square of the mean effect, by products of different trajectories.
        let square = (mean * mean - squares) / (n * (n - 1.0));
        let noise = (noise / n / std::f64::consts::FRAC_PI_2).sqrt();
        Some(Effects { mu, mu_star: size / n, noise, mean_square: product / n, variance: product / n - square })
    }

    /// The effects of a factor without each of 32 parts of the trajectories, for the jackknife; `None` with fewer than 32 trajectories.
    #[must_use]
    pub fn without_parts(&self, factor: usize) -> Option<Vec<Effects>> {
        let trajectories = self.trajectories();
        let without = |part: usize| {
            let left_out = left_out(trajectories, part);
            let kept = trajectories - left_out.len();
            self.over(factor, (0..trajectories).map(|t| u32::from(!left_out.contains(&t))), kept)
        };
        (trajectories >= JACKKNIFE_GROUPS).then(|| (0..JACKKNIFE_GROUPS).map(without).collect())?
    }

    /// Intervals at a two-sided level: percentiles over resamples of trajectories; each resample says how often it has each
    /// trajectory.
    #[must_use]
    pub fn intervals<'r>(&self, factor: usize, resamples: impl Iterator<Item = &'r [u32]>, level: f64) -> EffectIntervals {
        let found: Vec<Effects> = resamples.filter_map(|counts| self.over(factor, counts.iter().copied(), self.trajectories())).collect();
        let of = |what: fn(&Effects) -> f64| percentiles(found.iter().map(what).collect(), level);
        EffectIntervals { mu: of(|e| e.mu), mu_star: of(|e| e.mu_star), mean_square: of(|e| e.mean_square) }
    }
}
