//! One share from several runs: the linear opinion pool.

use super::{Interval, wilson};

/// What one run adds to a pool: its weight, and `hits` in `trials`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Opinion {
    /// How much this run counts, relative to the others; 0 or more.
    pub weight: f64,
    /// Hits.
    pub hits: u64,
    /// Trials, at least one if the weight is above 0.
    pub trials: u64,
}

/// A share pooled from several runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pooled {
    /// Weighted mean of the shares.
    pub share: f64,
    /// `sum of w^2 p (1 - p) / n`: what the finite number of trials adds. 0 if every share is 0 or 1;
    /// use the interval.
    pub variance: f64,
    /// Standard deviation of the shares about the pooled share, by weight: how much the runs disagree.
    pub disagreement: f64,
    /// Interval of the share, for finite numbers of trials only.
    pub interval: Interval,
}

/// Pools shares: `sum of w p` with the weights scaled to add up to 1.
///
/// `None` if no weight is above 0. `level` is that of the two-sided interval, which combines Wilson's
/// intervals `[l, u]` of the runs by recovered variances:
///
/// ```text
/// low  = share - sqrt(sum of w^2 (p - l)^2),     high = share + sqrt(sum of w^2 (u - p)^2)
/// ```
///
/// With one run it is Wilson's; it never leaves `[0, 1]`; and if all shares are 0 (or 1), `low` is 0
/// (`high` 1) and the other end is a proper bound, where a normal interval has no length.
///
/// The interval says how far more trials would move the pooled share. That the runs disagree is no part
/// of it: see [`Pooled::disagreement`].
///
/// # Panics
/// If a weight is negative or not finite, a run has more hits than trials, a run with a weight has no
/// trials, or `level` is not in (0, 1).
///
/// # Notes
/// M. Stone (1961), "The opinion pool", Annals of Mathematical Statistics 32, 1339-1342. G. Y. Zou, W. Huang, X.
/// Zhang (2009), "A note on confidence interval estimation for a linear function of binomial proportions",
/// Computational Statistics and Data Analysis 53, 1080-1085.
///
/// ```
/// use escalade::stats::{Opinion, pool};
/// let runs = [Opinion { weight: 3.0, hits: 10, trials: 100 }, Opinion { weight: 1.0, hits: 50, trials: 100 }];
/// let pooled = pool(&runs, 0.95).unwrap();
/// assert!((pooled.share - 0.2).abs() < 1e-15);
/// assert!((pooled.disagreement - 0.03_f64.sqrt()).abs() < 1e-15);
/// ```
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
pub fn pool(runs: &[Opinion], level: f64) -> Option<Pooled> {
    for run in runs {
        assert!(run.weight >= 0.0 && run.weight < f64::INFINITY, "a weight must be 0 or more, found {}", run.weight);
        assert!(run.weight == 0.0 || run.trials > 0, "a run without trials has no share");
    }
    // Scaled first, so that the sum of large weights is finite.
    let largest = runs.iter().map(|r| r.weight).fold(0.0, f64::max);
    if largest == 0.0 {
        return None;
    }
    let total: f64 = runs.iter().map(|r| r.weight / largest).sum();
    let parts: Vec<(f64, f64, &Opinion)> =
        runs.iter().filter(|r| r.weight > 0.0).map(|r| (r.weight / largest / total, r.hits as f64 / r.trials as f64, r)).collect();
    if let [(_, share, run)] = parts[..] {
        let variance = share * (1.0 - share) / run.trials as f64;
        return Some(Pooled { share, variance, disagreement: 0.0, interval: wilson(run.hits, run.trials, level) });
    }
    let share = parts.iter().map(|(w, p, _)| w * p).sum::<f64>().min(1.0);
    let (mut variance, mut below, mut above, mut between) = (0.0, 0.0, 0.0, 0.0);
    for &(w, p, run) in &parts {
        let own = wilson(run.hits, run.trials, level);
        let square = |x: f64| x * x;
        variance += w * w * p * (1.0 - p) / run.trials as f64;
        below += square(w * (p - own.low));
        above += square(w * (own.high - p));
        between += w * square(p - share);
    }
    // No misses anywhere: exactly 1, whatever the weights round to.
    let all = parts.iter().all(|&(_, p, _)| p == 1.0);
    let share = if all { 1.0 } else { share };
    let interval = Interval { low: (share - below.sqrt()).max(0.0), high: (share + above.sqrt()).min(1.0) };
    Some(Pooled { share, variance, disagreement: between.sqrt(), interval })
}
