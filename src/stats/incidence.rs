//! Which outcome by when: cumulative incidence under competing outcomes, trials lost from view allowed.

use super::interval::wilson_of_reals;
use super::{Interval, StepHistogram};

/// Cumulative incidence of each of several causes that exclude each other: the chance that cause `j` has
/// happened by step `t`, for all `t`.
///
/// The Aalen-Johansen estimator. With `Y(s)` trials in view before step `s`, of which `d_j(s)` have cause `j`
/// at `s`, and `S(s-)` the estimated chance that nothing has happened before `s`,
///
/// ```text
/// F_j(t) = sum over s <= t of S(s-) d_j(s) / Y(s),     S(t) = product over s <= t of 1 - d(s) / Y(s)
/// ```
///
/// A trial censored at `s` was in view at `s`, and is out of view after it. Trials that are in no histogram
/// stay in view to the end. Censoring must tell nothing about what would have come.
///
/// **Exactness.** The ratio `S(s-) / Y(s)` changes at censorings only (B. Efron 1967: a censored trial hands
/// its weight on to those still in view). So counts are added as integers between censorings, and before
/// the first one `F_j(t)` is the correctly rounded quotient of the count up to `t` and `n`.
///
/// # Notes
/// O. O. Aalen, S. Johansen (1978), "An empirical transition matrix for non-homogeneous Markov chains based
/// on censored observations", Scandinavian Journal of Statistics 5, 141-150. P. K. Andersen, O. Borgan, R. D.
/// Gill, N. Keiding (1993), "Statistical models based on counting processes", section IV.4. J. D. Kalbfleisch,
/// R. L. Prentice (2002), "The statistical analysis of failure time data", section 8.2.
///
/// ```
/// use escalade::stats::{CumulativeIncidence, StepHistogram};
/// let mut war = StepHistogram::new();
/// war.add_many(3, 20);
/// let mut truce = StepHistogram::new();
/// truce.add_many(5, 30);
/// let incidence = CumulativeIncidence::new(&[war, truce], None, 100);
/// assert_eq!(incidence.at(0, 4).share, 0.2);
/// assert_eq!(incidence.first_reaching(1, 0.3), Some(5));
/// assert_eq!(incidence.first_reaching(1, 0.31), None);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CumulativeIncidence {
    /// Points of each cause at all steps on which anything happened or was censored, rising.
    causes: Vec<Vec<Incidence>>,
    /// Stretches between censorings.
    stretches: Vec<Stretch>,
    trials: u64,
}

/// A cumulative incidence at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Incidence {
    /// From this step on.
    pub step: u32,
    /// The estimated chance that the cause has happened by then.
    pub share: f64,
    /// Its variance: the Greenwood type estimator, which is `share (1 - share) / n` without censoring.
    pub variance: f64,
    /// Number of uncensored trials that would tell as much; `n` without censoring.
    pub effective: f64,
    /// Hits in `effective` trials; an integer without censoring.
    hits: f64,
}

impl Incidence {
    /// Pointwise interval at a two-sided `level`: Wilson's for `effective` trials.
    ///
    /// Without censoring this is [`wilson`](super::wilson) of the count, bit for bit, so that the curve ends
    /// in the interval of the outcome's share. With censoring it is the interval of K. J. Rothman (1978),
    /// "Estimation of confidence limits for the cumulative probability of survival in life table analysis",
    /// Journal of Chronic Diseases 31, 557-560. It needs no special case for 0 and 1, where bands on the
    /// scale `ln(-ln)` do not exist. Pointwise: the whole curve leaves its band more often than that.
    ///
    /// # Panics
    /// If `level` is not in (0, 1).
    #[must_use]
    pub fn interval(&self, level: f64) -> Interval {
        assert!(level > 0.0 && level < 1.0, "a level must be between 0 and 1, found {level}");
        if self.effective == 0.0 {
            return Interval::EVERYTHING;
        }
        wilson_of_reals(self.hits, self.effective - self.hits, level)
    }
}

/// A stretch of steps without censoring, but for its last step.
#[derive(Clone, Debug, PartialEq)]
struct Stretch {
    /// Censoring was at this step, and the stretch begins with the next; without meaning in the first.
    after: u32,
    /// `Y / S`: one trial in view counts `1 / weight` of the whole.
    weight: f64,
    /// Per cause: steps and counts within the stretch.
    counts: Vec<Vec<(u32, u64)>>,
}

/// Covariances of the estimates of `S` and of one `F`.
#[derive(Clone, Copy, Default)]
struct Scatter {
    ss: f64,
    sf: f64,
    ff: f64,
}

impl Scatter {
    /// Those of shares of `n` trials.
    fn multinomial(s: f64, f: f64, n: f64) -> Self {
        Self { ss: s * (1.0 - s) / n, sf: -s * f / n, ff: f * (1.0 - f) / n }
    }

    /// After a step at which `a` of `y` trials in view have any cause and `b` this one, as shares; `s` before it.
    ///
    /// The recursion of Andersen et al. (1993), section IV.4, for these two states.
    fn step(self, s: f64, a: f64, b: f64, y: f64) -> Self {
        let (stay, noise) = (1.0 - a, s * s / y);
        Self {
            ss: stay * stay * self.ss + noise * a * stay,
            sf: stay * (self.sf + b * self.ss) - noise * b * stay,
            ff: self.ff + b * (2.0 * self.sf + b * self.ss) + noise * b * (1.0 - b),
        }
    }
}

/// What happened at one step.
struct Event {
    step: u32,
    /// Any cause.
    any: u64,
    censored: u64,
}

impl CumulativeIncidence {
    /// Estimates the incidence of each cause from the steps at which it happened, and those at which trials
    /// were censored, among `n` trials.
    ///
    /// # Panics
    /// If the histograms hold more than `n` trials.
    #[must_use]
    pub fn new(causes: &[StepHistogram], censored: Option<&StepHistogram>, n: u64) -> Self {
        let counted: u64 = causes.iter().chain(censored).map(StepHistogram::count).sum();
        assert!(counted <= n, "{counted} trials in histograms of {n} trials");
        let events = events(causes, censored);
        let stretches = stretches(causes, &events, n);
        let causes = causes.iter().map(|h| curve(h, &events, &stretches, n));
        Self { causes: causes.collect(), stretches, trials: n }
    }

    /// Number of causes.
    #[must_use]
    pub fn causes(&self) -> usize {
        self.causes.len()
    }

    /// Number of trials.
    #[must_use]
    pub fn trials(&self) -> u64 {
        self.trials
    }

    /// The curve of a cause: a point at each step on which anything was counted, in rising order. It is 0
    /// before the first point and flat between points.
    ///
    /// # Panics
    /// If there is no such cause.
    #[must_use]
    pub fn curve(&self, cause: usize) -> &[Incidence] {
        &self.causes[cause]
    }

    /// Incidence of a cause by the end of a step.
    ///
    /// # Panics
    /// If there is no such cause.
    #[must_use]
    pub fn at(&self, cause: usize, step: u32) -> Incidence {
        let points = &self.causes[cause];
        match points.partition_point(|p| p.step <= step) {
            0 => {
                let trials = float(self.trials);
                Incidence { step, share: 0.0, variance: 0.0, effective: trials, hits: 0.0 }
            }
            place => Incidence { step, ..points[place - 1] },
        }
    }

    /// First step by which the incidence of a cause is `q` or more; `None` if it never gets there.
    ///
    /// The quantile of the time of the cause, trials without it counting as never; not the quantile among the
    /// trials that have it.
    ///
    /// # Panics
    /// If there is no such cause.
    #[must_use]
    pub fn first_reaching(&self, cause: usize, q: f64) -> Option<u32> {
        self.causes[cause].iter().find(|p| p.share >= q).map(|p| p.step)
    }

    /// Mean number of steps, of those up to `horizon`, that were lost to a cause: the area under its incidence
    /// from 0 to `horizon`, `E[(horizon - T)^+; cause]`.
    ///
    /// P. K. Andersen (2013), "Decomposition of number of life years lost according to causes of death",
    /// Statistics in Medicine 32, 5278-5285. Over all causes they add up to `horizon` less
    /// [`mean_time_without`](Self::mean_time_without). NaN without trials.
    ///
    /// # Panics
    /// If there is no such cause.
    #[must_use]
    pub fn mean_time_lost(&self, cause: usize, horizon: u32) -> f64 {
        self.sum(cause, |step| horizon.saturating_sub(step))
    }

    /// Mean number of steps, of those up to `horizon`, on which none of the causes had happened: the restricted
    /// mean time to any cause, the area under `S` from 0 to `horizon`.
    #[must_use]
    pub fn mean_time_without(&self, horizon: u32) -> f64 {
        let lost: f64 = (0..self.causes()).map(|cause| self.mean_time_lost(cause, horizon)).sum();
        f64::from(horizon) - lost
    }

    /// Mean step of a cause among the trials that have it within what was seen; `None` if none has.
    ///
    /// Without censoring the mean of the histogram. It says nothing of how often the cause happens, and
    /// moves when another cause that comes early or late takes trials away.
    ///
    /// # Panics
    /// If there is no such cause.
    #[must_use]
    pub fn mean_given(&self, cause: usize) -> Option<f64> {
        if self.stretches.len() == 1 {
            // One quotient of integers.
            let (count, sum) = totals(&self.stretches[0].counts[cause], |step| step);
            return (count > 0).then(|| wide(sum) / float(count));
        }
        let share = self.sum(cause, |_| 1);
        (share > 0.0).then(|| self.sum(cause, |step| step) / share)
    }

    /// Sum over the jumps of a curve, each times what a function gives for its step.
    fn sum(&self, cause: usize, value: impl Fn(u32) -> u32 + Copy) -> f64 {
        self.stretches.iter().map(|s| wide(totals(&s.counts[cause], value).1) / s.weight).sum()
    }
}

/// Count, and sum of a value per step.
fn totals(counts: &[(u32, u64)], value: impl Fn(u32) -> u32) -> (u64, u128) {
    counts.iter().fold((0, 0), |(count, sum), &(step, times)| (count + times, sum + u128::from(value(step)) * u128::from(times)))
}

/// All steps on which anything was counted, rising.
fn events(causes: &[StepHistogram], censored: Option<&StepHistogram>) -> Vec<Event> {
    let mut any = StepHistogram::new();
    for histogram in causes {
        any.merge(histogram);
    }
    let mut all = any.clone();
    if let Some(histogram) = censored {
        all.merge(histogram);
    }
    all.iter().map(|(step, _)| Event { step, any: any.count_of(step), censored: censored.map_or(0, |h| h.count_of(step)) }).collect()
}

/// Cuts at censorings.
fn stretches(causes: &[StepHistogram], events: &[Event], n: u64) -> Vec<Stretch> {
    let fresh = |after, weight| Stretch { after, weight, counts: vec![Vec::new(); causes.len()] };
    let mut found = vec![fresh(0, float(n))];
    let mut in_view = n;
    for event in events {
        let stretch = found.last_mut().expect("one at least");
        for (cause, histogram) in causes.iter().enumerate() {
            let times = histogram.count_of(event.step);
            if times > 0 {
                stretch.counts[cause].push((event.step, times));
            }
        }
        in_view -= event.any;
        let left = in_view - event.censored;
        // When the last trials in view are censored, nothing can happen any more.
        if event.censored > 0 && left > 0 {
            let weight = stretch.weight * (float(left) / float(in_view));
            found.push(fresh(event.step, weight));
        }
        in_view = left;
    }
    found
}

/// The curve of one cause.
fn curve(histogram: &StepHistogram, events: &[Event], stretches: &[Stretch], n: u64) -> Vec<Incidence> {
    let mut stretch = 0;
    // Shares at the start of the stretch, and integers counted within it.
    let (mut base_share, mut base_survival) = (0.0, 1.0);
    let (mut own, mut any) = (0, 0);
    let mut in_view = n;
    let mut scatter = Scatter::default();
    let mut points = Vec::with_capacity(events.len());
    for event in events {
        if stretches.get(stretch + 1).is_some_and(|next| next.after < event.step) {
            base_share += float(own) / stretches[stretch].weight;
            base_survival -= float(any) / stretches[stretch].weight;
            (own, any) = (0, 0);
            stretch += 1;
        }
        let weight = stretches[stretch].weight;
        let before = base_survival - float(any) / weight;
        let times = histogram.count_of(event.step);
        own += times;
        any += event.any;
        let share = base_share + float(own) / weight;
        let point = if stretch == 0 {
            // Nobody is censored yet: shares of n.
            scatter = Scatter::multinomial(1.0 - float(any) / weight, share, weight);
            Incidence { step: event.step, share, variance: scatter.ff, effective: weight, hits: float(own) }
        } else {
            let y = float(in_view);
            scatter = scatter.step(before, float(event.any) / y, float(times) / y, y);
            let variance = scatter.ff;
            // Near 0 and 1 the quotient tends to the number that a trial in view stands for.
            let effective = if share > 0.0 && share < 1.0 && variance > 0.0 { share * (1.0 - share) / variance } else { weight };
            let share = share.min(1.0);
            Incidence { step: event.step, share, variance, effective, hits: share * effective }
        };
        points.push(point);
        in_view -= event.any + event.censored;
    }
    points
}

/// A count as a float.
#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
fn float(n: u64) -> f64 {
    n as f64
}

/// A sum of counts as a float, rounded once.
#[expect(clippy::cast_precision_loss, reason = "rounded, as documented")]
fn wide(n: u128) -> f64 {
    n as f64
}
