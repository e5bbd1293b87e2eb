//! Luck and ignorance: how much of an outcome's uncertainty is in the parameters.

use super::Interval;
use super::interval::wilson_of_reals;
use super::student::student_quantile;
use crate::math::{exp, ln, normal_quantile};

/// A nested design: at each of `R` parameter points, drawn at random, `m` trials that share the parameters
/// and nothing else; `k_i` of them with the outcome.
///
/// The chance `P` of the outcome given the parameters varies from point to point (ignorance); what a trial does
/// at given `P` is luck. One-way random effects analysis of variance, with `p_i = k_i / m` and mean `p`:
///
/// ```text
/// between = m sum (p_i - p)^2 / (R - 1)            expectation  within + m Var(P)
/// within  = m sum p_i (1 - p_i) / (R (m - 1))      expectation  E[P (1 - P)]
/// ```
///
/// All sums are of integers, so the results do not depend on the order of the points.
///
/// # Notes
/// S. R. Searle, G. Casella, C. E. McCulloch (1992), "Variance components", chapter 3
/// (balanced data).
///
/// ```
/// use escalade::stats::NestedShares;
/// // Ten points on which half of the trials have the outcome, ten on which none has.
/// let hits: Vec<u64> = (0..20).map(|i| if i % 2 == 0 { 50 } else { 0 }).collect();
/// let nested = NestedShares::new(&hits, 100);
/// assert!(nested.explained().unwrap().raw > 0.3);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NestedShares {
    /// Hits per point, in rising order.
    hits: Vec<u64>,
    /// Trials per point.
    trials: u64,
    sums: Sums,
}

/// Sums over points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sums {
    points: u64,
    hits: u128,
    squares: u128,
}

/// The mean squares of a design.
#[derive(Clone, Copy)]
struct Squares {
    between: f64,
    within: f64,
}

/// A number that an estimator may put outside of where it can be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// As estimated: unbiased, or nearly so, and perhaps below 0.
    pub raw: f64,
    /// Moved into its range. On average too large where the true number is near 0.
    pub clamped: f64,
}

impl Sums {
    fn of(hits: &[u64]) -> Self {
        let sum = |f: fn(u128) -> u128| hits.iter().map(|&k| f(u128::from(k))).sum();
        Self { points: hits.len() as u64, hits: sum(|k| k), squares: sum(|k| k * k) }
    }

    fn without(self, k: u64) -> Self {
        let k = u128::from(k);
        Self { points: self.points - 1, hits: self.hits - k, squares: self.squares - k * k }
    }

    /// Mean squares; numerators are exact.
    #[expect(clippy::cast_precision_loss, reason = "quotients of exact integers, rounded")]
    fn mean_squares(self, trials: u64) -> Squares {
        let (r, m) = (u128::from(self.points), u128::from(trials));
        let between = (r * self.squares - self.hits * self.hits) as f64 / (m * r * (r - 1)) as f64;
        let within = (m * self.hits - self.squares) as f64 / (m * r * (m - 1)) as f64;
        Squares { between, within }
    }
}

impl Squares {
    /// Share of the variance of one trial that is between points.
    fn explained(self, m: f64) -> Option<f64> {
        let parameters = (self.between - self.within) / m;
        let whole = parameters + self.within;
        (self.between > 0.0 || self.within > 0.0).then(|| parameters / whole)
    }

    /// Logarithm of the quotient of mean squares; `None` if one of them is 0.
    fn ln_quotient(self) -> Option<f64> {
        (self.between > 0.0 && self.within > 0.0).then(|| ln(self.between / self.within))
    }
}

impl NestedShares {
    /// A design of `trials` trials at each point; `hits` has one count per point.
    ///
    /// # Panics
    /// With fewer than two points, or two trials per point, or more hits than trials.
    #[must_use]
    pub fn new(hits: &[u64], trials: u64) -> Self {
        assert!(hits.len() >= 2 && trials >= 2, "{} points of {trials} trials: two of each are needed", hits.len());
        let mut hits = hits.to_vec();
        hits.sort_unstable();
        let most = hits[hits.len() - 1];
        assert!(most <= trials, "{most} hits in {trials} trials");
        let sums = Sums::of(&hits);
        Self { hits, trials, sums }
    }

    /// Share of all trials with the outcome.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a quotient of counts, rounded")]
    pub fn share(&self) -> f64 {
        self.sums.hits as f64 / (u128::from(self.sums.points) * u128::from(self.trials)) as f64
    }

    /// Standard error of [`share`](Self::share), trials of one point being alike: `sqrt(between / (R m))`.
    #[must_use]
    pub fn standard_error(&self) -> f64 {
        (self.mean_squares().between / (self.points() * self.m())).sqrt()
    }

    /// Interval of the share at a two-sided `level`: Wilson's for the number of independent trials that would tell
    /// as much as these, which share parameters.
    ///
    /// That number is `p (1 - p) / se^2`, but no less than one per point and no more than there are trials; it is
    /// reduced by `(z / t)^2`, Student's `t` with `R - 1` degrees, since `se` is estimated from `R` points. Where all
    /// trials ended alike, one per point.
    ///
    /// # Panics
    /// If `level` is not in (0, 1).
    ///
    /// # Notes
    /// E. L. Korn, B. I. Graubard (1998), "Confidence intervals for proportions with small expected number of
    /// positive counts estimated from survey data", Survey Methodology 24, 193-201.
    #[must_use]
    pub fn share_interval(&self, level: f64) -> Interval {
        assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
        let tail = 0.5 * (1.0 - level);
        let share = self.share();
        let effective = self.effective();
        let ratio = normal_quantile(tail) / student_quantile(tail, self.points() - 1.0);
        let trials = effective * ratio * ratio;
        wilson_of_reals(share * trials, trials - share * trials, level)
    }

    /// Number of independent trials that would tell as much about the share.
    #[must_use]
    pub fn effective(&self) -> f64 {
        let share = self.share();
        let square = self.mean_squares().between / (self.points() * self.m());
        if square > 0.0 { (share * (1.0 - share) / square).clamp(self.points(), self.points() * self.m()) } else { self.points() }
    }

    /// Variance of `P(outcome | parameters)`: unbiased for every distribution of `P`.
    #[must_use]
    pub fn variance(&self) -> Estimate {
        let squares = self.mean_squares();
        let raw = (squares.between - squares.within) / self.m();
        Estimate { raw, clamped: raw.max(0.0) }
    }

    /// Share of the outcome's variance that is due to the parameters, all together: `Var(P) / (E[P] (1 - E[P]))`,
    /// the first-order Sobol index of the set of all parameters. 0: all is luck. 1: the parameters decide.
    ///
    /// Quotient of two unbiased estimates (intraclass correlation). `None` if all trials ended alike.
    #[must_use]
    pub fn explained(&self) -> Option<Estimate> {
        let raw = self.mean_squares().explained(self.m())?;
        Some(Estimate { raw, clamped: raw.clamp(0.0, 1.0) })
    }

    /// Interval of [`explained`](Self::explained) at a two-sided `level`: delete-one jackknife over the points of
    /// `ln(between / within)`, with Student's t.
    ///
    /// On the logarithm the estimate is nearly normal for few points already. The jackknife repeats itself, where
    /// a bootstrap would need random numbers, and costs as much as one look at each point. `None` with fewer than
    /// five points, or if `between` or `within` is 0 for all points or for all but one: too little is known, as
    /// with an outcome that happened at a single point. Ends are clamped to `[0, 1]`.
    ///
    /// # Panics
    /// If `level` is not in (0, 1).
    ///
    /// # Notes
    /// J. N. Arvesen, T. H. Schmitz (1970), "Robust procedures for variance component problems using the
    /// jackknife", Biometrics 26, 677-686.
    #[must_use]
    pub fn explained_interval(&self, level: f64) -> Option<Interval> {
        assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
        let points = self.points();
        if points < 5.0 {
            return None;
        }
        let whole = self.mean_squares().ln_quotient()?;
        // Points with equal hits have equal values.
        let mut values: Vec<(f64, f64)> = Vec::new();
        for same in self.hits.chunk_by(|a, b| a == b) {
            let left = self.sums.without(same[0]).mean_squares(self.trials).ln_quotient()?;
            #[expect(clippy::cast_precision_loss, reason = "a number of points")]
            values.push((points * whole - (points - 1.0) * left, same.len() as f64));
        }
        let mean = values.iter().map(|(v, times)| v * times).sum::<f64>() / points;
        let scatter: f64 = values.iter().map(|(v, times)| (v - mean) * (v - mean) * times).sum();
        let error = (scatter / (points - 1.0) / points).sqrt();
        let reach = -student_quantile(0.5 * (1.0 - level), points - 1.0) * error;
        // (F - 1) / (F - 1 + m), from the quotient F of mean squares.
        let end = |g: f64| {
            let above = exp(g) - 1.0;
            if above.is_finite() { (above / (above + self.m())).clamp(0.0, 1.0) } else { 1.0 }
        };
        Some(Interval { low: end(mean - reach), high: end(mean + reach) })
    }

    /// How much of the scatter of the `p_i` is that of `P`, the rest being noise of `m` trials:
    /// `Var(P) / Var(p_i)`, in `[0, 1]`; 0 if they do not scatter.
    ///
    /// The smaller, the less [`quantile`](Self::quantile) knows of the shape of the distribution of `P`. Ask for 0.8.
    #[must_use]
    pub fn reliability(&self) -> f64 {
        let squares = self.mean_squares();
        if squares.between > 0.0 { (1.0 - squares.within / squares.between).max(0.0) } else { 0.0 }
    }

    /// Estimated quantile of `P(outcome | parameters)` over parameter points; NaN for `q` outside `[0, 1]`.
    ///
    /// The shares `p_i` scatter more than `P` does, by the noise of `m` trials, so their own quantiles lie too
    /// far out. Each is pulled toward the mean,
    ///
    /// ```text
    /// p_i*  =  p + sqrt(reliability) (p_i - p)
    /// ```
    ///
    /// so that their variance is the unbiased estimate of `Var(P)`, and then they are ranked (interpolated,
    /// definition 7 of Hyndman and Fan 1996). Never outside `[0, 1]`. Any shape is kept that the `p_i` show,
    /// two heaps for instance, which a fitted beta distribution would smooth over; but where the reliability is
    /// low, the shape is that of the noise.
    ///
    /// # Notes
    /// T. A. Louis (1984), "Estimating a population of parameter values using Bayes and empirical Bayes
    /// methods", Journal of the American Statistical Association 79, 393-398; M. Ghosh (1992), "Constrained Bayes
    /// estimation with applications", ibid. 87, 533-540.
    #[must_use]
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "ranks of few points")]
    pub fn quantile(&self, q: f64) -> f64 {
        if !(0.0..=1.0).contains(&q) {
            return f64::NAN;
        }
        let place = q * (self.hits.len() - 1) as f64;
        let below = place as usize;
        let above = (below + 1).min(self.hits.len() - 1);
        let value = |i: usize| self.hits[i] as f64 / self.m();
        let naive = value(below) + (value(above) - value(below)) * (place - below as f64);
        let mean = self.share();
        (mean + self.reliability().sqrt() * (naive - mean)).clamp(0.0, 1.0)
    }

    /// The central part of the distribution of `P(outcome | parameters)` that holds this much: `mass` 0.9 gives
    /// the band from the 5 % to the 95 % quantile. Not an interval of confidence.
    ///
    /// # Panics
    /// If `mass` is not in (0, 1).
    #[must_use]
    pub fn band(&self, mass: f64) -> Interval {
        assert!(mass > 0.0 && mass < 1.0, "a mass must be between 0 and 1, found {mass}");
        let tail = 0.5 * (1.0 - mass);
        Interval { low: self.quantile(tail), high: self.quantile(1.0 - tail) }
    }

    fn mean_squares(&self) -> Squares {
        self.sums.mean_squares(self.trials)
    }

    #[expect(clippy::cast_precision_loss, reason = "few points")]
    fn points(&self) -> f64 {
        self.sums.points as f64
    }

    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
    fn m(&self) -> f64 {
        self.trials as f64
    }
}
