//! What happens over time: rungs, moves from rung to rung, whole paths, states of regimes, variables.
//!
//! Counts of all trials, but for what cannot be counted in bounded memory: paths are those of the first
//! [`PATHS`] trials, variables those of the first [`COURSES`]. Which trials these are depends on their numbers
//! only, so the answer does not depend on threads, chunks or shards.
//!
//! A trial that has ended stays where it ended: shares over time are shares of all trials.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{COURSES, PATHS, TrialRow, stride};

/// Actors on ladders whose whole paths are counted.
pub const PATH_STANDS: usize = 32;
/// Longest path that is told apart from others, in rungs; longer ones are cut.
pub const PATH_LENGTH: usize = 16;

/// What is followed, and when it is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SeriesShape {
    /// Number of rungs of each actor and ladder that is followed, then of states of each regime.
    pub rungs: Vec<usize>,
    /// How many of these are actors on ladders: whole paths are counted of these only.
    pub ladders: usize,
    /// Number of variables that are followed.
    pub variables: usize,
    /// Number of steps.
    pub steps: u32,
}

impl SeriesShape {
    /// The steps of the grid, from 0; the last step is among them only if it falls on the grid.
    pub fn grid(&self) -> impl Iterator<Item = u32> + use<> {
        let stride = stride(self.steps);
        (0..=self.steps / stride).map(move |point| point * stride)
    }

    /// Number of times of the grid.
    #[must_use]
    pub fn points(&self) -> usize {
        (self.steps / stride(self.steps)) as usize + 1
    }
}

/// Stands of a trial that need no memory to be asked for.
const FEW_STANDS: usize = 32;

/// How many pairs of rungs are counted in a row: all of a ladder of at most 64, none of a longer one.
fn near(rungs: usize) -> usize {
    if rungs <= 64 { rungs * rungs } else { 0 }
}

/// Rungs in the order in which they were held; without memory of its own, since thousands are looked up for each run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Path {
    length: u16,
    /// Zero beyond the length.
    rungs: [u16; PATH_LENGTH],
}

impl Path {
    /// # Panics
    /// Where there are more than [`PATH_LENGTH`].
    fn new(path: &[u16]) -> Self {
        let mut rungs = [0; PATH_LENGTH];
        rungs[..path.len()].copy_from_slice(path);
        #[expect(clippy::cast_possible_truncation, reason = "at most PATH_LENGTH")]
        Self { length: path.len() as u16, rungs }
    }

    fn rungs(&self) -> &[u16] {
        &self.rungs[..usize::from(self.length)]
    }
}

/// How often each path was taken, by actor on a ladder and outcome. Looked up by hash, told in order.
#[derive(Clone, Default, PartialEq)]
struct Paths(BTreeMap<(u16, u16), HashMap<Path, u64>>);

impl Paths {
    fn add(&mut self, stand: u16, outcome: u16, path: Path, count: u64) {
        *self.0.entry((stand, outcome)).or_default().entry(path).or_insert(0) += count;
    }

    /// Those of an actor to an outcome, the commonest first, equally common ones in the order of rungs.
    fn in_order(&self, stand: u16, outcome: u16) -> Vec<(&[u16], u64)> {
        let paths = self.0.get(&(stand, outcome));
        let mut all: Vec<(&[u16], u64)> = paths.into_iter().flatten().map(|(path, n)| (path.rungs(), *n)).collect();
        all.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        all
    }

    fn merge(&mut self, other: Self) {
        for (of, paths) in other.0 {
            match self.0.entry(of) {
                Entry::Vacant(place) => drop(place.insert(paths)),
                Entry::Occupied(mut own) => {
                    let own = own.get_mut();
                    #[expect(clippy::iter_over_hash_type, reason = "sums do not mind the order")]
                    for (path, count) in paths {
                        *own.entry(path).or_insert(0) += count;
                    }
                }
            }
        }
    }
}

impl Paths {
    /// As a map with keys (actor, outcome, rungs), in order.
    fn sorted(&self) -> BTreeMap<(u16, u16, Vec<u16>), u64> {
        let each = |(of, paths): (&(u16, u16), &HashMap<Path, u64>)| {
            let of = *of;
            paths.iter().map(move |(path, n)| ((of.0, of.1, path.rungs().to_vec()), *n)).collect::<Vec<_>>()
        };
        self.0.iter().flat_map(each).collect()
    }
}

impl std::fmt::Debug for Paths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.sorted().fmt(f)
    }
}

impl Serialize for Paths {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.sorted().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Paths {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut paths = Self::default();
        for ((stand, outcome, path), count) in BTreeMap::<(u16, u16, Vec<u16>), u64>::deserialize(deserializer)? {
            if path.len() > PATH_LENGTH {
                return Err(D::Error::custom(format!("a path of {} rungs; at most {PATH_LENGTH} are kept", path.len())));
            }
            paths.add(stand, outcome, Path::new(&path), count);
        }
        Ok(paths)
    }
}

/// Counts over time.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeriesTally {
    /// Per stand, rung by rung: by how many trials the number on the rung rises at each time of the grid.
    arrivals: Vec<Vec<i64>>,
    /// Moves by stand: from, to; of ladders with few rungs.
    near: Vec<Vec<u64>>,
    /// Moves on the others: stand, from, to.
    moves: BTreeMap<(u16, u16, u16), u64>,
    /// Steps that all trials together spent on a rung, from the first step to the last of the horizon: stand, rung.
    spent: Vec<Vec<u64>>,
    /// How often each path was taken.
    paths: Paths,
    /// Trials whose paths were counted, by outcome.
    path_trials: Vec<u64>,
    /// Trials that stand on a rung at the horizon: stand, rung.
    at_horizon: Vec<Vec<u64>>,
    /// Variables by trial, time by time.
    courses: BTreeMap<u64, Vec<f64>>,
}

impl SeriesTally {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(shape: &SeriesShape, outcomes: usize) -> Self {
        let points = shape.points();
        Self {
            arrivals: shape.rungs.iter().map(|rungs| vec![0; rungs * points]).collect(),
            path_trials: vec![0; outcomes],
            near: shape.rungs.iter().map(|rungs| vec![0; near(*rungs)]).collect(),
            spent: shape.rungs.iter().map(|rungs| vec![0; *rungs]).collect(),
            at_horizon: shape.rungs.iter().map(|rungs| vec![0; *rungs]).collect(),
            ..Self::default()
        }
    }

    /// Whether this is a tally of such a shape: of one that was read from a file.
    #[must_use]
    pub fn fits(&self, shape: &SeriesShape, outcomes: usize) -> bool {
        let points = shape.points();
        let sizes = self.arrivals.iter().map(Vec::len);
        let rung = |stand: u16, rung: u16| shape.rungs.get(usize::from(stand)).is_some_and(|n| usize::from(rung) < *n);
        self.path_trials.len() == outcomes
            && sizes.eq(shape.rungs.iter().map(|rungs| rungs * points))
            && self.moves.keys().all(|(s, a, b)| rung(*s, *a) && rung(*s, *b))
            && self.near.iter().map(Vec::len).eq(shape.rungs.iter().map(|rungs| near(*rungs)))
            && [&self.spent, &self.at_horizon].iter().all(|by| by.iter().map(Vec::len).eq(shape.rungs.iter().copied()))
            && self.paths.0.iter().all(|((stand, outcome), paths)| {
                usize::from(*outcome) < outcomes && paths.keys().all(|path| path.rungs().iter().all(|r| rung(*stand, *r)))
            })
            && self.courses.values().all(|course| course.len() <= points * shape.variables)
    }

    /// Adds a trial.
    pub fn add(&mut self, row: &TrialRow, shape: &SeriesShape) {
        let (points, stride) = (shape.points(), stride(shape.steps));
        let count = shape.rungs.len();
        // Of what is followed, where it stands and since when: on the stack unless there is very much.
        let (mut few, mut many) = ([None::<(u16, u32)>; FEW_STANDS], Vec::new());
        let before: &mut [Option<(u16, u32)>] = if count <= FEW_STANDS {
            &mut few[..count]
        } else {
            many.resize(count, None);
            &mut many
        };
        for stood in &row.path {
            let stand = usize::from(stood.stand);
            let point = stood.step.div_ceil(stride) as usize;
            let arrivals = &mut self.arrivals[stand];
            if point < points {
                arrivals[usize::from(stood.rung) * points + point] += 1;
            }
            if let Some((rung, since)) = before[stand] {
                if point < points {
                    arrivals[usize::from(rung) * points + point] -= 1;
                }
                let (from, to) = (usize::from(rung), usize::from(stood.rung));
                match self.near[stand].get_mut(from * shape.rungs[stand] + to) {
                    Some(count) => *count += 1,
                    None => *self.moves.entry((stood.stand, rung, stood.rung)).or_insert(0) += 1,
                }
                self.spent[stand][from] += u64::from(stood.step - since);
            }
            before[stand] = Some((stood.rung, stood.step));
        }
        for (stand, last) in before.iter().enumerate() {
            if let Some((rung, since)) = *last {
                self.spent[stand][usize::from(rung)] += u64::from(shape.steps - since);
                self.at_horizon[stand][usize::from(rung)] += 1;
            }
        }
        if row.trial < PATHS {
            self.add_paths(row, shape.ladders.min(PATH_STANDS));
        }
        if row.trial < COURSES && shape.variables > 0 {
            self.courses.insert(row.trial, row.course.clone());
        }
    }

    fn add_paths(&mut self, row: &TrialRow, stands: usize) {
        let Ok(outcome) = u16::try_from(row.outcome) else { return };
        self.path_trials[row.outcome] += 1;
        let mut rungs = [[0_u16; PATH_LENGTH]; PATH_STANDS];
        let mut lengths = [0; PATH_STANDS];
        for stood in &row.path {
            let stand = usize::from(stood.stand);
            if stand < stands && lengths[stand] < PATH_LENGTH {
                rungs[stand][lengths[stand]] = stood.rung;
                lengths[stand] += 1;
            }
        }
        for ((stand, path), length) in (0..).zip(&rungs).zip(&lengths).take(stands) {
            self.paths.add(stand, outcome, Path::new(&path[..*length]), 1);
        }
    }

    /// Adds another tally of the same shape.
    pub fn merge(&mut self, other: Self) {
        for (a, b) in self.arrivals.iter_mut().flatten().zip(other.arrivals.iter().flatten()) {
            *a += b;
        }
        for (key, count) in other.moves {
            *self.moves.entry(key).or_insert(0) += count;
        }
        for (own, others) in [(&mut self.near, &other.near), (&mut self.spent, &other.spent), (&mut self.at_horizon, &other.at_horizon)] {
            own.iter_mut().flatten().zip(others.iter().flatten()).for_each(|(a, b)| *a += b);
        }
        self.paths.merge(other.paths);
        self.path_trials.iter_mut().zip(other.path_trials).for_each(|(a, b)| *a += b);
        // Most short runs have one chunk, whose courses are all that there are.
        if self.courses.is_empty() {
            self.courses = other.courses;
        } else {
            self.courses.extend(other.courses);
        }
    }

    /// Trials on each rung of a stand at each time of the grid: rung by rung.
    #[must_use]
    pub fn occupancy(&self, stand: usize, shape: &SeriesShape) -> Vec<Vec<u64>> {
        let sum = |arrivals: &[i64]| {
            let mut now = 0;
            let add = |x: &i64| {
                now += x;
                u64::try_from(now).unwrap_or(0)
            };
            arrivals.iter().map(add).collect()
        };
        self.arrivals[stand].chunks(shape.points()).map(sum).collect()
    }

    /// Moves of a stand from rung to rung, with how often they were made, in order.
    pub fn moves(&self, stand: u16) -> impl Iterator<Item = (u16, u16, u64)> + '_ {
        let place = usize::from(stand);
        let rungs = self.spent.get(place).map_or(1, Vec::len).max(1);
        let near = self.near.get(place).into_iter().flatten().enumerate().filter(|(_, n)| **n > 0);
        #[expect(clippy::cast_possible_truncation, reason = "ladders have few rungs")]
        let near = near.map(move |(at, n)| ((at / rungs) as u16, (at % rungs) as u16, *n));
        near.chain(self.moves.range((stand, 0, 0)..=(stand, u16::MAX, u16::MAX)).map(|((_, from, to), n)| (*from, *to, *n)))
    }

    /// Steps that all trials together spent on a rung; what follows the end of a trial counts for its last rung.
    #[must_use]
    pub fn spent(&self, stand: u16, rung: u16) -> u64 {
        self.spent.get(usize::from(stand)).and_then(|by| by.get(usize::from(rung))).copied().unwrap_or(0)
    }

    /// Trials that stand on a rung at the horizon; one that has ended stays where it ended.
    #[must_use]
    pub fn at_horizon(&self, stand: u16, rung: u16) -> u64 {
        self.at_horizon.get(usize::from(stand)).and_then(|by| by.get(usize::from(rung))).copied().unwrap_or(0)
    }

    /// Trials with an outcome whose paths were counted.
    #[must_use]
    pub fn path_trials(&self, outcome: usize) -> u64 {
        self.path_trials.get(outcome).copied().unwrap_or(0)
    }

    /// The commonest paths of a stand to an outcome, at most so many; of equally common ones the first in the
    /// order of rungs.
    #[must_use]
    pub fn commonest(&self, stand: u16, outcome: u16, most: usize) -> Vec<(&[u16], u64)> {
        let mut all = self.paths.in_order(stand, outcome);
        all.truncate(most);
        all
    }

    /// Number of trials in which variables were followed.
    #[must_use]
    pub fn courses(&self) -> usize {
        self.courses.len()
    }

    /// The numbers of a variable at a time of the grid, in rising order. A trial that has ended keeps its last number.
    #[must_use]
    pub fn values(&self, variable: usize, point: usize, shape: &SeriesShape) -> Vec<f64> {
        let width = shape.variables.max(1);
        let at = |course: &Vec<f64>| {
            let last = (course.len() / width).checked_sub(1)?;
            course.get(point.min(last) * width + variable).copied()
        };
        let mut values: Vec<f64> = self.courses.values().filter_map(at).collect();
        values.sort_by(f64::total_cmp);
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Stood;

    fn shape() -> SeriesShape {
        SeriesShape { rungs: vec![3], ladders: 1, variables: 1, steps: 240 }
    }

    fn row(trial: u64, moves: &[(u32, u16)], course: &[f64]) -> TrialRow {
        let path = moves.iter().map(|(step, rung)| Stood { step: *step, stand: 0, rung: *rung }).collect();
        TrialRow { trial, end: 240, path, course: course.to_vec(), ..TrialRow::default() }
    }

    #[test]
    fn rungs_are_counted_at_every_time_of_the_grid() {
        let shape = shape();
        assert_eq!((shape.points(), shape.grid().last()), (121, Some(240)));
        let mut tally = SeriesTally::new(&shape, 1);
        tally.add(&row(0, &[(0, 0), (3, 1), (240, 2)], &[1.0, 2.0]), &shape);
        tally.add(&row(1, &[(0, 1)], &[5.0]), &shape);
        let on = tally.occupancy(0, &shape);
        let at = |point: usize| [on[0][point], on[1][point], on[2][point]];
        // Step 3 lies between the times 2 and 4.
        assert_eq!([at(0), at(1), at(2), at(119), at(120)], [[1, 1, 0], [1, 1, 0], [0, 2, 0], [0, 2, 0], [0, 1, 1]]);
        assert_eq!(tally.moves(0).collect::<Vec<_>>(), [(0, 1, 1), (1, 2, 1)]);
        assert_eq!([tally.spent(0, 0), tally.spent(0, 1), tally.spent(0, 2)], [3, 237 + 240, 0]);
        assert_eq!(tally.commonest(0, 0, 5), [(&[0, 1, 2][..], 1), (&[1][..], 1)]);
        // A trial that has ended keeps its last number.
        assert_eq!(tally.values(0, 0, &shape), [1.0, 5.0]);
        assert_eq!(tally.values(0, 100, &shape), [2.0, 5.0]);
        assert!(tally.fits(&shape, 1) && !tally.fits(&shape, 2));
    }

    #[test]
    fn paths_are_stored_in_order_whatever_came_first() {
        let shape = SeriesShape { rungs: vec![9], ladders: 1, variables: 0, steps: 240 };
        let rows: Vec<TrialRow> = (0..40_u16).map(|k| row(u64::from(k), &[(0, k % 9), (1, k % 7), (2, k % 5)], &[])).collect();
        let stored = |rows: &mut dyn Iterator<Item = &TrialRow>| {
            let mut tally = SeriesTally::new(&shape, 1);
            rows.for_each(|row| tally.add(row, &shape));
            postcard::to_allocvec(&tally.paths).unwrap()
        };
        let bytes = stored(&mut rows.iter());
        assert_eq!(bytes, stored(&mut rows.iter().rev()));
        let told = |rows: &mut dyn Iterator<Item = &TrialRow>| {
            let mut tally = SeriesTally::new(&shape, 1);
            rows.for_each(|row| tally.add(row, &shape));
            format!("{:?}", tally.paths)
        };
        assert_eq!(told(&mut rows.iter()), told(&mut rows.iter().rev()));
        let again: Paths = postcard::from_bytes(&bytes).unwrap();
        assert_eq!(postcard::to_allocvec(&again).unwrap(), bytes);
        let long = postcard::to_allocvec(&BTreeMap::from([((0_u16, 0_u16, vec![1_u16; PATH_LENGTH + 1]), 1_u64)])).unwrap();
        assert!(postcard::from_bytes::<Paths>(&long).is_err());
    }

    #[test]
    fn tallies_merge_in_any_grouping() {
        let shape = shape();
        let rows: Vec<TrialRow> = (0..40).map(|k| row(k, &[(0, 0), (1 + u32::try_from(k).unwrap() * 5, 2)], &[0.5])).collect();
        let tally = |rows: &[TrialRow]| {
            let mut tally = SeriesTally::new(&shape, 1);
            for row in rows {
                tally.add(row, &shape);
            }
            tally
        };
        let mut parts = tally(&rows[..7]);
        parts.merge(tally(&rows[7..]));
        assert_eq!(parts, tally(&rows));
    }
}
