//! Arms on the same trials: the same rows as runs of each, in order, for any number of threads.

use std::sync::atomic::{AtomicU64, Ordering};

use escalade::reference::{Silent as Unwatched, run_trial, run_trial_given};
use escalade::results::record;
use escalade::rng::Points;
use escalade::scenario::{Changes, Scenario, load};
use escalade::study::{Cancel, EngineKind, Gather, Progress, Rows, Runner, Silent, paired};

use crate::scenarios::root;

fn durand(variant: Option<&str>) -> Scenario {
    let changes = Changes { variant: variant.map(str::to_owned), set: Vec::new() };
    load(&root().join("scenarios/durand-line.toml"), &changes).scenario.unwrap()
}

/// All rows, and where blocks began.
#[derive(Default)]
struct All {
    rows: Vec<Vec<f64>>,
    firsts: Vec<u64>,
}

impl Gather for All {
    fn add(&mut self, first: u64, arms: &[Rows]) {
        self.firsts.push(first);
        self.rows.resize(arms.len(), Vec::new());
        for (all, rows) in self.rows.iter_mut().zip(arms) {
            all.extend(rows.iter().flatten());
        }
    }

    fn merge(&mut self, later: Self) {
        self.firsts.extend(later.firsts);
        self.rows.resize(later.rows.len().max(self.rows.len()), Vec::new());
        for (all, rows) in self.rows.iter_mut().zip(later.rows) {
            all.extend(rows);
        }
    }
}

fn bits(rows: &[f64]) -> Vec<u64> {
    rows.iter().map(|x| x.to_bits()).collect()
}

fn gather(arms: &[Runner<'_>], range: std::ops::Range<u64>, grain: u64, threads: usize) -> All {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let end = range.end;
    let (all, next) = pool.install(|| paired(arms, (7, range, grain), All::default, &Silent, &Cancel::default())).unwrap();
    assert_eq!(next, end);
    all
}

#[test]
fn arms_are_runs_whatever_the_threads() {
    let base = durand(None);
    let name = base.variants[0].id.clone();
    let other = durand(Some(&name));
    let arms = [&base, &other, &base].map(|scenario| Runner::new(scenario, EngineKind::Columns));
    let one = gather(&arms, 3..700, 1, 1);
    let two = gather(&arms, 3..700, 1, 2);
    let eight = gather(&arms, 3..700, 1, 8);
    // What is missing is not equal to itself, but its bits are.
    let all = |found: &All| -> Vec<Vec<u64>> { found.rows.iter().map(|rows| bits(rows)).collect() };
    assert!(all(&one) == all(&two) && all(&one) == all(&eight));
    assert!(all(&one)[0] == all(&one)[2] && all(&one)[0] != all(&one)[1]);
    for (scenario, rows) in [(&base, &one.rows[0]), (&other, &one.rows[1])] {
        let mut expected = Vec::new();
        (3..60).for_each(|trial| record(&run_trial(scenario, 7, trial, &mut Unwatched).unwrap(), &mut expected));
        assert_eq!(bits(&rows[..expected.len()]), bits(&expected));
    }
}

/// Two inputs that are far from what is drawn, the others in the middle.
#[derive(Debug)]
struct Corners;

impl Points for Corners {
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    fn unit(&self, point: u64, input: usize) -> f64 {
        match input {
            0 => 0.05 + 0.9 * (point % 2) as f64,
            1 => 0.95 - 0.9 * (point % 3 / 2) as f64,
            _ => 0.5,
        }
    }
}

#[test]
fn arms_at_points_share_their_luck_and_their_parameters() {
    let scenario = durand(None);
    let runner = Runner::at_points(&scenario, EngineKind::Columns, &Corners).sharing(5);
    let all = gather(std::slice::from_ref(&runner), 10..210, 5, 2);
    assert!(all.firsts.iter().all(|first| first % 5 == 0), "{:?}", all.firsts);
    let mut expected = Vec::new();
    for trial in 10..210 {
        record(&run_trial_given(&scenario, 7, trial, (&Corners, trial / 5), &mut Unwatched).unwrap(), &mut expected);
    }
    assert_eq!(bits(&all.rows[0]), bits(&expected));
}

/// Asks to stop after so many trials.
struct Impatient<'c>(&'c Cancel, AtomicU64, u64);

impl Progress for Impatient<'_> {
    fn advance(&self, trials: u64) {
        if self.1.fetch_add(trials, Ordering::Relaxed) + trials >= self.2 {
            self.0.ask();
        }
    }
}

#[test]
fn what_is_done_when_it_is_stopped_are_the_first_trials_without_a_gap() {
    let scenario = durand(None);
    let cancel = Cancel::default();
    let arms = [Runner::new(&scenario, EngineKind::Columns), Runner::new(&scenario, EngineKind::Columns)];
    let progress = Impatient(&cancel, AtomicU64::new(0), 3_000);
    let (all, next) = paired(&arms, (7, 0..100_000, 1), All::default, &progress, &cancel).unwrap();
    assert!(next < 100_000, "it was not stopped");
    assert_eq!(all.rows.first().map_or(0, Vec::len), all.rows.get(1).map_or(0, Vec::len));
    let whole = gather(&arms[..1], 0..next, 1, 2);
    assert!(next == 0 || bits(&whole.rows[0]) == bits(&all.rows[0]));
}
