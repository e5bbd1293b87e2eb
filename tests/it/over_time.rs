//! What is told of rungs, moves and paths agrees with itself, and both engines tell it alike.

use escalade::report::json;
use escalade::results::{Intervals, Shape, Summary, Tally};
use escalade::scenario::{Changes, Scenario, load};
use escalade::study::{Cancel, EngineKind, Request, Silent, plain, shape};

use crate::scenarios::root;

fn scenario(file: &str, set: &[&str]) -> Scenario {
    let changes = Changes { variant: None, set: set.iter().map(|s| (*s).to_owned()).collect() };
    load(&root().join(file), &changes).scenario.expect("it loads")
}

fn run(scenario: &Scenario, trials: u64, engine: EngineKind) -> (Summary, Tally) {
    let request = Request { seed: 5, first: 0, trials, variant: "base".to_owned(), intervals: Intervals::default(), engine };
    let outcome = plain(scenario, &request, &Silent, &Cancel::default()).unwrap();
    (outcome.summary, outcome.tally)
}

/// Every statement about rungs that must follow from the others. Gives how many ladders there were.
fn agrees(scenario: &Scenario, trials: u64) -> usize {
    let (summary, tally) = run(scenario, trials, EngineKind::Columns);
    let Shape { series, .. } = shape(scenario);
    let steps: Vec<u32> = series.grid().collect();
    let exact = |share: f64| {
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let count = share * trials as f64;
        assert!((count - count.round()).abs() < 1e-6, "{share} of {trials}");
        #[expect(clippy::cast_possible_truncation, reason = "a small count")]
        let count = count.round() as i64;
        count
    };
    for (stand, ladder) in summary.ladders.iter().enumerate() {
        let id = &ladder.id;
        let on = tally.series.occupancy(stand, &series);
        assert_eq!(on.len(), ladder.rungs.len(), "{id}");
        for point in 0..steps.len() {
            assert_eq!(on.iter().map(|rung| rung[point]).sum::<u64>(), trials, "{id}, step {}", steps[point]);
        }
        let days: f64 = ladder.rungs.iter().map(|rung| rung.mean_days).sum();
        let horizon = f64::from(series.steps) * escalade::study::about(scenario).step_days;
        assert!((days - horizon).abs() < 1e-9 * horizon, "{id}: {days} days of {horizon}");
        let moves = |pick: &dyn Fn(&(u16, u16, u64)) -> bool| -> i64 {
            let stand = u16::try_from(stand).unwrap();
            tally.series.moves(stand).filter(pick).map(|(_, _, n)| i64::try_from(n).unwrap()).sum()
        };
        for (place, rung) in (0_u16..).zip(&ladder.rungs) {
            let counts = &on[usize::from(place)];
            let at_end = exact(rung.share_at_horizon);
            // The last step may lie between two times of the grid.
            if steps.last() == Some(&series.steps) {
                assert_eq!(i64::try_from(*counts.last().unwrap()).unwrap(), at_end, "{id}.{}", rung.id);
            }
            let flow = moves(&|m| m.1 == place) - moves(&|m| m.0 == place);
            assert_eq!(i64::try_from(counts[0]).unwrap() + flow, at_end, "{id}.{}: what came and what went", rung.id);
        }
        for (outcome, result) in summary.outcomes.iter().enumerate() {
            let place = (u16::try_from(stand).unwrap(), u16::try_from(outcome).unwrap());
            let all: u64 = tally.series.commonest(place.0, place.1, usize::MAX).iter().map(|(_, n)| n).sum();
            assert_eq!(all, tally.series.path_trials(outcome), "{id} to {}", result.id);
            assert_eq!(all, result.count, "{trials} trials are few enough that all paths are counted");
        }
        for paths in &ladder.paths {
            let told: u64 = paths.commonest.iter().map(|p| p.count).sum();
            assert!(told <= paths.trials && paths.commonest.is_sorted_by(|a, b| a.count >= b.count), "{id}: {paths:?}");
            assert!(paths.commonest.iter().all(|p| p.rungs.windows(2).all(|w| w[0] != w[1])), "a path has no rung twice in a row");
        }
    }
    summary.ladders.len()
}

#[test]
fn rungs_moves_and_paths_agree_on_the_durand_line() {
    assert!(agrees(&scenario("scenarios/durand-line.toml", &[]), 400) > 3);
}

#[test]
fn rungs_moves_and_paths_agree_where_the_horizon_is_not_on_the_grid() {
    for set in [&[][..], &["clock.horizon=\"131 days\""], &["clock.horizon=\"1000 days\""]] {
        assert_eq!(agrees(&scenario("scenarios/abstract/gamblers-ruin.toml", set), 2000), 1);
    }
    assert_eq!(agrees(&scenario("scenarios/abstract/tit-for-tat.toml", &[]), 2000), 2);
}

#[test]
fn the_reference_gives_the_same_summary() {
    for (file, trials) in [("scenarios/durand-line.toml", 130), ("scenarios/abstract/alliance-chain.toml", 700)] {
        let scenario = scenario(file, &[]);
        let ((a, _), (b, _)) = (run(&scenario, trials, EngineKind::Columns), run(&scenario, trials, EngineKind::Reference));
        assert!(json::document(&a) == json::document(&b), "{file}");
        assert!(!a.ladders.is_empty());
    }
}
