//! Where actors stood: days on each rung, moves from rung to rung, the commonest paths to each outcome.

use serde::{Deserialize, Serialize};

use super::{About, Tally};

/// Paths that are told of each outcome.
const COMMONEST: usize = 3;

/// An actor on a ladder, as a summary calls it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StandName {
    /// Actor and ladder: `pakistan.border`.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Rungs, lowest first: id and label.
    pub rungs: Vec<(String, String)>,
}

/// An actor on a ladder.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct LadderResult {
    /// Actor and ladder: `pakistan.border`.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Its rungs, lowest first.
    pub rungs: Vec<RungResult>,
    /// Moves from rung to rung, in all trials together; a rung that was left and taken again within one step counts as not
    /// left.
    pub moves: Vec<MoveResult>,
    /// The commonest paths to each outcome, in the first trials (`trials`: how many of them ended so).
    pub paths: Vec<PathsResult>,
}

/// A rung.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct RungResult {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Mean number of days on it, over all trials; after its end a trial stays where it ended.
    pub mean_days: f64,
    /// Share of trials that are on it at the horizon.
    pub share_at_horizon: f64,
}

/// Moves from one rung to another.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq, Eq)]
pub struct MoveResult {
    /// From this rung.
    pub from: String,
    /// To this one.
    pub to: String,
    /// How often, in all trials.
    pub count: u64,
}

/// The commonest paths to an outcome.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct PathsResult {
    /// The outcome.
    pub outcome: String,
    /// Trials with that outcome whose paths were counted.
    pub trials: u64,
    /// The commonest first.
    pub commonest: Vec<PathResult>,
}

/// A path: the rungs in the order in which they were held.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct PathResult {
    /// Rungs; the first is that of the start. Cut after 16.
    pub rungs: Vec<String>,
    /// Trials that took it.
    pub count: u64,
    /// Share of the trials with that outcome whose paths were counted.
    pub share: f64,
}

/// Where actors stood.
#[must_use]
#[expect(clippy::cast_precision_loss, reason = "counts of trials are far below 2^53")]
pub fn ladders(tally: &Tally, about: &About) -> Vec<LadderResult> {
    let trials = tally.trials.max(1) as f64;
    let mut all = Vec::new();
    for (stand, name) in (0_u16..).zip(&about.stands) {
        let rungs = (0_u16..).zip(&name.rungs).map(|(rung, (id, label))| RungResult {
            id: id.clone(),
            label: label.clone(),
            mean_days: tally.series.spent(stand, rung) as f64 / trials * about.step_days,
            share_at_horizon: tally.series.at_horizon(stand, rung) as f64 / trials,
        });
        let called = |rung: u16| name.rungs.get(usize::from(rung)).map_or_else(String::new, |r| r.0.clone());
        let moves = tally.series.moves(stand).map(|(from, to, count)| MoveResult { from: called(from), to: called(to), count });
        let mut paths = Vec::new();
        for (outcome, (id, ..)) in (0_u16..).zip(&about.outcomes) {
            let counted = tally.series.path_trials(usize::from(outcome));
            let commonest = tally.series.commonest(stand, outcome, COMMONEST).into_iter().map(|(path, count)| PathResult {
                rungs: path.iter().map(|rung| called(*rung)).collect(),
                count,
                share: count as f64 / counted.max(1) as f64,
            });
            let commonest: Vec<PathResult> = commonest.collect();
            if !commonest.is_empty() {
                paths.push(PathsResult { outcome: id.clone(), trials: counted, commonest });
            }
        }
        all.push(LadderResult { id: name.id.clone(), label: name.label.clone(), rungs: rungs.collect(), moves: moves.collect(), paths });
    }
    all
}
