//! Functions of the past.
//!
//! A track records the value of one expression at the end of every step. In step t the samples 0..t-1
//! are recorded and sample t is the value *now*. Sums over a window are differences of running sums
//! P_t = P_{t-1} + x_t with P_0 = 0, so that they cost the same for every window and every engine
//! rounds alike; counts and spans are whole numbers and exact.

use std::collections::VecDeque;

use super::Trial;
use crate::lang::{ExprId, History, HistoryKind};
use crate::results::Stop;

/// The past of one expression.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    /// x_0 .. x_{t-1}
    values: Vec<f64>,
    /// P_0 .. P_{t-1}
    sums: Vec<f64>,
    /// First and last step >= 1 whose sample was true (1).
    first: Option<u32>,
    last: Option<u32>,
    highest: f64,
    lowest: f64,
    /// Extremes over windows that have been asked for.
    windows: Vec<Window>,
}

/// The extreme of the last samples, as they are asked for step by step.
#[derive(Clone, Debug)]
struct Window {
    /// Number of samples, the present one among them.
    length: u32,
    highest: bool,
    /// Samples that are or may yet become the extreme (step and value), each better than or equal to those after it.
    /// Every sample enters and leaves once, so that a step costs the same whatever the length.
    candidates: VecDeque<(u32, f64)>,
    /// The first step whose sample has not been taken in.
    next: u32,
}

impl Track {
    /// The best of the samples max(1, t-k+1)..t-1, the earliest of equal ones.
    fn extreme(&mut self, length: u32, highest: bool, t: u32) -> Option<f64> {
        let at = self.windows.iter().position(|w| (w.length, w.highest) == (length, highest)).unwrap_or_else(|| {
            self.windows.push(Window { length, highest, candidates: VecDeque::new(), next: 1 });
            self.windows.len() - 1
        });
        let window = &mut self.windows[at];
        while window.next < t {
            let value = self.values[window.next as usize];
            let better = |than: f64| if highest { value > than } else { value < than };
            while window.candidates.back().is_some_and(|last| better(last.1)) {
                window.candidates.pop_back();
            }
            window.candidates.push_back((window.next, value));
            window.next += 1;
        }
        let from = (t + 1).saturating_sub(length);
        while window.candidates.front().is_some_and(|first| first.0 < from) {
            window.candidates.pop_front();
        }
        window.candidates.front().map(|first| first.1)
    }

    fn push(&mut self, value: f64, step: u32) {
        if step == 0 {
            self.sums.push(0.0);
        } else {
            self.sums.push(self.sums[self.sums.len() - 1] + value);
            if value == 1.0 {
                self.first = self.first.or(Some(step));
                self.last = Some(step);
            }
            let begins = step == 1;
            self.highest = if begins || value > self.highest { value } else { self.highest };
            self.lowest = if begins || value < self.lowest { value } else { self.lowest };
        }
        self.values.push(value);
    }
}

impl Trial<'_, '_> {
    /// The values of all tracks now.
    pub(super) fn track_values(&mut self) -> Result<Vec<f64>, Stop> {
        let scenario = self.scenario;
        let mut values = Vec::with_capacity(scenario.pool.tracks().len());
        let tracks = scenario.pool.tracks().iter().zip(scenario.pool.span_tracks());
        for ((expr, spans), live) in tracks.zip(&scenario.live_tracks) {
            if !live {
                // Only a rule that is switched off reads it.
                values.push(0.0);
                continue;
            }
            let value = self.eval(*expr, &[]);
            if value.is_nan() || (value.is_infinite() && !spans) {
                return Err(self.stop_at(*expr, value, "a value recorded for a function of the past".to_owned(), &[]));
            }
            values.push(value);
        }
        Ok(values)
    }

    /// Records the values of this step.
    pub(super) fn keep(&mut self, values: &[f64]) {
        for (track, value) in self.tracks.iter_mut().zip(values) {
            track.push(*value, self.step);
        }
    }

    /// The value of a function of the past, now.
    pub(super) fn past(&mut self, history: History) -> f64 {
        let at = history.track.0 as usize;
        let now = self.eval(self.scenario.pool.tracks()[at], &[]);
        if now.is_nan() {
            return now;
        }
        let t = self.step;
        let truth = |b: bool| f64::from(u8::from(b));
        match history.kind {
            HistoryKind::Was(k) => {
                if t == 0 {
                    now
                } else {
                    self.tracks[at].values[t.saturating_sub(k) as usize]
                }
            }
            HistoryKind::Sum(k) => self.window_sum(at, k, now),
            HistoryKind::Ever(k) => truth(self.window_sum(at, k, now) > 0.0),
            HistoryKind::Always(k) => truth(self.window_sum(at, k, now) == f64::from(samples(t, k))),
            HistoryKind::Held(k) => truth(t >= k && self.window_sum(at, Some(k), now) == f64::from(k)),
            HistoryKind::Mean(_) if t == 0 => now,
            HistoryKind::Mean(k) => self.window_sum(at, k, now) / f64::from(samples(t, k)),
            HistoryKind::Highest(k) => self.extreme(at, k, now, true),
            HistoryKind::Lowest(k) => self.extreme(at, k, now, false),
            HistoryKind::First => match self.first_true(at, now) {
                Some(step) => self.minutes(step),
                None => f64::INFINITY,
            },
            HistoryKind::Since if t > 0 && now == 1.0 => 0.0,
            HistoryKind::Since => match self.tracks[at].last {
                Some(step) => self.minutes(t) - self.minutes(step),
                None => f64::INFINITY,
            },
            HistoryKind::AtFirst(of) => {
                let expr: ExprId = self.scenario.pool.tracks()[of.0 as usize];
                match self.first_true(at, now) {
                    Some(step) if step == t => self.eval(expr, &[]),
                    Some(step) => self.tracks[of.0 as usize].values[step as usize],
                    None => f64::INFINITY,
                }
            }
        }
    }

    fn minutes(&self, step: u32) -> f64 {
        f64::from(step) * f64::from(self.scenario.clock.step)
    }

    fn first_true(&self, track: usize, now: f64) -> Option<u32> {
        self.tracks[track].first.or((self.step > 0 && now == 1.0).then_some(self.step))
    }

    /// Sum over samples max(1, t-k+1)..t.
    fn window_sum(&self, track: usize, window: Option<u32>, now: f64) -> f64 {
        let t = self.step;
        if t == 0 {
            return 0.0;
        }
        let sums = &self.tracks[track].sums;
        let total = sums[t as usize - 1] + now;
        let before = window.map_or(0, |k| t.saturating_sub(k));
        total - if before == t { total } else { sums[before as usize] }
    }

    fn extreme(&mut self, track: usize, window: Option<u32>, now: f64, highest: bool) -> f64 {
        let t = self.step;
        let past = &mut self.tracks[track];
        let end = match window {
            _ if t < 2 => None,
            Some(k) => past.extreme(k, highest, t),
            None => Some(if highest { past.highest } else { past.lowest }),
        };
        let better = |a: f64| if highest { a > now } else { a < now };
        end.filter(|end| better(*end)).unwrap_or(now)
    }
}

/// Number of samples in a window that is cut at the start.
fn samples(t: u32, window: Option<u32>) -> u32 {
    window.map_or(t, |k| t.min(k))
}
