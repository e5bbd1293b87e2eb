//! Which trials a report tells, and how they went.

use escalade::reference::{Heard, run_trial};
use escalade::report::trace::{assumed, scenes};
use escalade::report::turns::{Course, turns};
use escalade::results::{About, Picked, Portrait, Recipe, Scene, Summary, Tale};
use escalade::scenario::Scenario;

use crate::cli::trace::{end_of, head_of};

/// Trials of one outcome among which the typical one is sought: the first ones.
const CANDIDATES: usize = 256;
/// Trials whose parameters are kept for their distributions.
const SAMPLE: usize = 1000;
/// Longest story, in bytes of its sentences.
const LONGEST: usize = 100_000;

/// A trial that may be told.
struct Candidate {
    trial: u64,
    /// When its outcome was settled, when it ended, its metrics.
    numbers: Vec<f64>,
}

/// Looks at all rows and keeps what a report needs of them.
pub(super) struct Chooser {
    /// Outcome, by place, and why it is told.
    wanted: Vec<(usize, Picked, Vec<Candidate>)>,
    /// Values of parameters, trial by trial.
    pub(super) sample: Vec<Vec<f64>>,
    /// Where metrics and parameters begin in a row.
    metrics: usize,
    parameters: usize,
}

impl Chooser {
    /// Will look for a typical trial of the two commonest outcomes and of the rarest that was seen.
    pub(super) fn new(summary: &Summary, about: &About) -> Self {
        let mut seen: Vec<(usize, u64)> = summary.outcomes.iter().map(|o| o.count).enumerate().filter(|(_, n)| *n > 0).collect();
        seen.sort_by_key(|(at, n)| (std::cmp::Reverse(*n), *at));
        let mut wanted: Vec<(usize, Picked, Vec<Candidate>)> = Vec::new();
        for ((outcome, _), why) in seen.iter().take(2).zip([Picked::Commonest, Picked::Second]) {
            wanted.push((*outcome, why, Vec::new()));
        }
        if let Some((outcome, _)) = seen.get(2..).and_then(<[_]>::last) {
            wanted.push((*outcome, Picked::Rarest, Vec::new()));
        }
        let metrics = 3 + 2 * about.indicators.len();
        Self { wanted, sample: Vec::new(), metrics, parameters: metrics + about.metrics.len() }
    }

    /// Looks at the row of a trial.
    pub(super) fn see(&mut self, trial: u64, row: &[f64]) {
        for (outcome, _, candidates) in &mut self.wanted {
            #[expect(clippy::cast_precision_loss, reason = "few outcomes")]
            if row[0] == *outcome as f64 && candidates.len() < CANDIDATES {
                let mut numbers = vec![row[1], row[2]];
                numbers.extend_from_slice(&row[self.metrics..self.parameters]);
                candidates.push(Candidate { trial, numbers });
            }
        }
        if self.sample.len() < SAMPLE {
            self.sample.push(row[self.parameters..].to_vec());
        }
    }

    /// Tells the chosen trials; one that cannot be told is left out.
    pub(super) fn tales(&self, scenario: &Scenario, recipe: &Recipe, (about, portrait): (&About, &Portrait)) -> Vec<Tale> {
        let tale = |(outcome, picked, candidates): &(usize, Picked, Vec<Candidate>)| {
            let trial = typical(candidates)?;
            let mut heard = Heard::default();
            let row = run_trial(scenario, recipe.seed, trial, &mut heard).ok()?;
            let happenings = heard.happenings;
            let head = head_of(scenario, String::new());
            let end = end_of(scenario, &row);
            let course = Course { settled: row.established, steps: scenario.clock.steps, outcome: about.outcomes[*outcome].1.clone() };
            Some(Tale {
                trial,
                outcome: about.outcomes[*outcome].0.clone(),
                picked: *picked,
                assumes: assumed(&head, &happenings),
                turns: turns(portrait, head.dated, &happenings, &course),
                scenes: shortened(scenes(&head, &happenings)),
                holds: end.holds,
                metrics: end.metrics,
            })
        };
        self.wanted.iter().filter_map(tale).collect()
    }
}

/// The trial that is nearest to the middle of all in every number, by ranks; the first of several.
fn typical(candidates: &[Candidate]) -> Option<u64> {
    let count = candidates.len();
    let numbers = candidates.first()?.numbers.len();
    // In halves of a rank, so that they are whole numbers.
    let mut far = vec![0_usize; count];
    for number in 0..numbers {
        let of = |c: &Candidate| if c.numbers[number].is_nan() { f64::INFINITY } else { c.numbers[number] };
        for (at, candidate) in candidates.iter().enumerate() {
            let below = candidates.iter().filter(|c| of(c) < of(candidate)).count();
            let alike = candidates.iter().filter(|c| of(c) == of(candidate)).count();
            far[at] += (2 * below + alike).abs_diff(count);
        }
    }
    let best = (0..count).min_by_key(|at| (far[*at], *at))?;
    Some(candidates[best].trial)
}

/// A story of bounded length: without details, then without its middle.
fn shortened(mut scenes: Vec<Scene>) -> Vec<Scene> {
    let long = |scene: &Scene| scene.title.len() + scene.lines.iter().map(|l| l.text.len() + 20).sum::<usize>();
    let all = |scenes: &[Scene]| scenes.iter().map(long).sum::<usize>();
    if all(&scenes) > LONGEST {
        for scene in &mut scenes {
            scene.lines.retain(|line| !line.detail);
        }
    }
    if all(&scenes) <= LONGEST {
        return scenes;
    }
    let mut room = LONGEST;
    let mut ends = (0, scenes.len());
    // From both ends, so that what is left out is the middle.
    while ends.0 < ends.1 {
        let front = ends.0 <= scenes.len() - ends.1;
        let next = if front { ends.0 } else { ends.1 - 1 };
        let cost = long(&scenes[next]);
        if cost > room {
            break;
        }
        room -= cost;
        if front { ends.0 += 1 } else { ends.1 -= 1 }
    }
    let left_out = ends.1 - ends.0;
    let note = Scene { title: format!("… {left_out} days left out here"), lines: Vec::new() };
    scenes.splice(ends.0..ends.1, [note]);
    scenes
}

#[cfg(test)]
mod tests {
    use super::*;
    use escalade::results::SceneLine;

    fn candidate(trial: u64, numbers: &[f64]) -> Candidate {
        Candidate { trial, numbers: numbers.to_vec() }
    }

    #[test]
    fn the_typical_trial_is_in_the_middle_of_all_numbers() {
        let all = [candidate(3, &[1.0, 9.0]), candidate(5, &[5.0, 5.0]), candidate(8, &[9.0, f64::NAN]), candidate(9, &[5.0, 5.0])];
        assert_eq!(typical(&all), Some(5));
        assert_eq!(typical(&all[..1]), Some(3));
        assert_eq!(typical(&[]), None);
    }

    #[test]
    fn a_long_story_loses_its_details_and_then_its_middle() {
        let line = |detail| SceneLine { text: "x".repeat(980), detail };
        let scenes =
            |n: usize| (0..n).map(|day| Scene { title: format!("Day {day}"), lines: vec![line(false), line(true)] }).collect::<Vec<_>>();
        assert_eq!(shortened(scenes(10)), scenes(10));
        let some = shortened(scenes(60));
        assert!(some.len() == 60 && some.iter().all(|s| s.lines.len() == 1));
        let cut = shortened(scenes(500));
        assert!(cut.len() < 120 && cut.iter().any(|s| s.title.contains("left out")));
        assert_eq!((cut[0].title.as_str(), cut[cut.len() - 1].title.as_str()), ("Day 0", "Day 499"));
    }
}
