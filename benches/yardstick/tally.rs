//! What a trial yields, and what is recorded of many.

/// Steps of a trial: days.
pub const DAYS: usize = 120;

pub const OUTCOMES: [&str; 6] = ["wider_war", "sustained_campaign", "mediated_pause", "one_off_warning", "limited_exchange", "unresolved"];

pub const INDICATORS: [&str; 12] = [
    "renewed",
    "coercion_worked",
    "coercion_failed",
    "restraint_missed",
    "ceasefire_reached",
    "mass_casualty_attack",
    "spillover",
    "sectarian_unrest",
    "regional_widening",
    "embassy_breached",
    "movement_split",
    "iran_campaign",
];

pub const RENEWED: usize = 0;
pub const CEASEFIRE: usize = 4;

/// Metrics, each with the indicator that it is conditional on.
pub const METRICS: [(&str, Option<usize>); 20] = [
    ("strike_days", None),
    ("rounds", None),
    ("first_renewal", None),
    ("top_rung", None),
    ("answer_days", Some(RENEWED)),
    ("answers", None),
    ("kabul_top_rung", None),
    ("ttp_attacks", None),
    ("worst_fortnight", None),
    ("burst", None),
    ("killed_in_pakistan", None),
    ("afghan_civilians", None),
    ("civilians_per_strike_day", Some(RENEWED)),
    ("belief_end", None),
    ("polarization_end", None),
    ("alignment_balance", None),
    ("late_tension", None),
    ("truce_days", Some(CEASEFIRE)),
    ("deadly_protests", None),
    ("boldest_watcher", None),
];

/// The result of one trial.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    pub outcome: u8,
    /// Day on which the outcome was established.
    pub established: u8,
    /// The last day.
    pub end: u8,
    /// Day since which each indicator holds; 0 where it does not.
    pub since: [u8; INDICATORS.len()],
    /// Metrics; infinite where there is none.
    pub metrics: [f64; METRICS.len()],
}

/// Sums and values of a metric.
#[derive(Clone, Debug, Default)]
pub struct MetricTally {
    pub missing: u64,
    pub sum: f64,
    pub squares: f64,
    /// All of them, for quantiles.
    pub values: Vec<f64>,
}

/// The record of many trials.
#[derive(Clone, Debug)]
pub struct Tally {
    pub trials: u64,
    pub outcomes: [u64; OUTCOMES.len()],
    pub outcome_days: [[u32; DAYS + 1]; OUTCOMES.len()],
    pub ends: [u32; DAYS + 1],
    pub indicators: [u64; INDICATORS.len()],
    pub indicator_days: [[u32; DAYS + 1]; INDICATORS.len()],
    /// Per indicator, trials with each outcome on which it holds.
    pub joint: [[u64; OUTCOMES.len()]; INDICATORS.len()],
    pub metrics: [MetricTally; METRICS.len()],
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            trials: 0,
            outcomes: [0; OUTCOMES.len()],
            outcome_days: [[0; DAYS + 1]; OUTCOMES.len()],
            ends: [0; DAYS + 1],
            indicators: [0; INDICATORS.len()],
            indicator_days: [[0; DAYS + 1]; INDICATORS.len()],
            joint: [[0; OUTCOMES.len()]; INDICATORS.len()],
            metrics: std::array::from_fn(|_| MetricTally::default()),
        }
    }
}

impl Tally {
    pub fn add(&mut self, row: &Row) {
        let outcome = usize::from(row.outcome);
        self.trials += 1;
        self.outcomes[outcome] += 1;
        self.outcome_days[outcome][usize::from(row.established)] += 1;
        self.ends[usize::from(row.end)] += 1;
        for (index, since) in row.since.iter().enumerate() {
            if *since > 0 {
                self.indicators[index] += 1;
                self.indicator_days[index][usize::from(*since)] += 1;
                self.joint[index][outcome] += 1;
            }
        }
        for ((tally, value), (_, given)) in self.metrics.iter_mut().zip(row.metrics).zip(METRICS) {
            if given.is_some_and(|g| row.since[g] == 0) {
                continue;
            }
            if value.is_finite() {
                tally.sum += value;
                tally.squares += value * value;
                tally.values.push(value);
            } else {
                tally.missing += 1;
            }
        }
    }
}
