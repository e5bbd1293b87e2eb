//! Programs written by hand for one scenario say the same as the engine.
//!
//! A yardstick that computed something else would measure nothing. The two draw independently, so the difference of
//! two shares or means, divided by its standard error, is nearly normal at this number of trials.

#[path = "../../benches/yardstick/small_scalar.rs"]
mod small_scalar;

use std::path::Path;

use crate::claims::{SEED, rows, scenario};
use escalade::math::normal_quantile;
use escalade::stats::laws::smallest_visible_bias;

const TRIALS: u64 = 400_000;
/// Chance with which a right program fails one comparison.
const FAIL: f64 = 1e-9;

/// A sample's size, sum and sum of squares.
#[derive(Clone, Copy, Default)]
struct Sums {
    n: f64,
    sum: f64,
    squares: f64,
}

impl Sums {
    fn of(values: impl Iterator<Item = f64>) -> Self {
        values.fold(Self::default(), |s, x| Self { n: s.n + 1.0, sum: s.sum + x, squares: s.squares + x * x })
    }

    /// So many of all.
    fn hits(hits: u64, all: u64) -> Self {
        Self { n: all as f64, sum: hits as f64, squares: hits as f64 }
    }

    /// Days that were counted.
    fn days(days: &[u64]) -> Self {
        days.iter().enumerate().fold(Self::default(), |s, (day, &n)| {
            let (day, n) = (day as f64, n as f64);
            Self { n: s.n + n, sum: s.sum + n * day, squares: s.squares + n * day * day }
        })
    }

    fn mean(self) -> f64 {
        self.sum / self.n
    }

    /// Variance of the mean.
    fn error(self) -> f64 {
        (self.squares / self.n - self.mean() * self.mean()) / self.n
    }
}

/// Standard errors between two means; 0 where neither varies and they are equal.
fn distance(a: Sums, b: Sums) -> f64 {
    let apart = a.mean() - b.mean();
    if apart == 0.0 { 0.0 } else { apart / (a.error() + b.error()).sqrt() }
}

#[test]
fn the_small_yardstick_gives_the_shares_and_means_of_the_engine() {
    let scenario = scenario(&Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/small.toml"), None, &[]);
    let rows = rows(&scenario, TRIALS);
    let hand = small_scalar::run(SEED, TRIALS);

    let mut pairs: Vec<(String, Sums, Sums)> = Vec::new();
    let truth = |b: bool| f64::from(u8::from(b));
    assert_eq!(scenario.outcomes.iter().map(|o| &o.id).collect::<Vec<_>>(), small_scalar::OUTCOMES);
    for (at, name) in small_scalar::OUTCOMES.iter().enumerate() {
        let engine = Sums::of(rows.iter().map(|r| truth(r.outcome == at)));
        pairs.push((format!("share of {name}"), engine, Sums::hits(hand.outcomes[at], hand.trials)));
        let engine = Sums::of(rows.iter().filter(|r| r.outcome == at).map(|r| f64::from(r.established)));
        pairs.push((format!("day of {name}"), engine, Sums::days(&hand.established[at])));
    }
    assert_eq!(scenario.indicators.iter().map(|i| &i.id).collect::<Vec<_>>(), small_scalar::INDICATORS);
    for (at, name) in small_scalar::INDICATORS.iter().enumerate() {
        let engine = Sums::of(rows.iter().map(|r| truth(r.indicators[at])));
        pairs.push((format!("share of {name}"), engine, Sums::hits(hand.indicators[at], hand.trials)));
        let engine = Sums::of(rows.iter().filter_map(|r| r.indicator_since[at]).map(f64::from));
        pairs.push((format!("day of {name}"), engine, Sums::days(&hand.since[at])));
    }
    assert_eq!(scenario.metrics.iter().map(|m| &m.id).collect::<Vec<_>>(), small_scalar::METRICS);
    for (at, name) in small_scalar::METRICS.iter().enumerate() {
        let engine = Sums::of(rows.iter().filter_map(|r| r.metrics[at]));
        let by_hand = Sums { n: hand.trials as f64, sum: hand.sums[at], squares: hand.squares[at] };
        pairs.push((format!("mean of {name}"), engine, by_hand));
    }
    let engine = Sums::of(rows.iter().map(|r| f64::from(r.end)));
    pairs.push(("last day".to_owned(), engine, Sums::days(&hand.ends)));

    let bar = normal_quantile(1.0 - FAIL / 2.0);
    println!(
        "seed {SEED}, {TRIALS} trials each, false alarm {FAIL:e} per comparison (|z| {bar:.2}); shares apart by {:.4} are seen",
        smallest_visible_bias(TRIALS / 2, FAIL, FAIL)
    );
    let mut wrong = Vec::new();
    for (name, engine, hand) in &pairs {
        let z = distance(*engine, *hand);
        let line = format!("{name}: engine {:.5}, by hand {:.5}, z {z:.2}", engine.mean(), hand.mean());
        println!("{line}");
        if !(z.abs() <= bar) {
            wrong.push(line);
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), pairs.len(), wrong.join("\n"));
}
