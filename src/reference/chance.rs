//! Draws at their addresses, probabilities, and what is done when one leaves [0, 1].

use super::Trial;
use crate::lang::Type;
use crate::math;
use crate::results::{Clamped, Stop, Undefined};
use crate::rng::{Block, DrawKey, SiteId, block};
use crate::scenario::model::{Draw, Formula, Span};

impl Trial<'_, '_> {
    /// The words of a draw in the present step.
    pub(super) fn block(&self, site: SiteId, nth: u32) -> Block {
        block(self.seed, DrawKey { trial: self.drawn_as, time: self.now(), site, nth })
    }

    /// The value of a draw; `draws` are the values of the draws before it.
    pub(super) fn sample(&mut self, draw: &Draw, draws: &[f64], nth: u32) -> Result<f64, Stop> {
        let mut params = Vec::with_capacity(draw.params.len());
        for formula in &draw.params {
            params.push(self.eval(formula.expr, draws));
        }
        if let Err(error) = draw.family.check(&params) {
            return Err(Stop::undefined(Undefined {
                what: format!("the draw `{}`: {error}", draw.path),
                value: f64::NAN,
                trial: self.trial,
                step: self.step,
                date: self.scenario.clock.date(self.now()),
                expression: self.scenario.distribution(draw, &crate::scenario::names::Context::new(self.scenario)),
                place: String::new(),
            }));
        }
        Ok(draw.family.sample(&params, self.block(draw.site, nth)))
    }

    /// The values of draws, appended to `draws`.
    pub(super) fn sample_all(&mut self, all: &[Draw], draws: &mut Vec<f64>, nth: u32) -> Result<(), Stop> {
        for draw in all {
            // Values that read an earlier draw differ from those computed for the last occurrence.
            self.changed();
            let value = self.sample(draw, draws, nth)?;
            draws.push(value);
        }
        self.changed();
        Ok(())
    }

    /// A span that is fixed, computed or drawn, in minutes.
    pub(super) fn span(&mut self, span: &Span, draws: &[f64], what: &str) -> Result<f64, Stop> {
        let minutes = match span {
            Span::Given(formula) => {
                let minutes = self.eval(formula.expr, draws);
                if minutes.is_nan() {
                    return Err(self.stop(formula, minutes, what.to_owned(), &[]));
                }
                minutes
            }
            Span::Drawn(draw) => {
                debug_assert_eq!(draw.ty, Type::Span);
                self.sample(draw, draws, 0)?
            }
        };
        Ok(minutes)
    }

    /// A probability; outside [0, 1] it is clamped and reported.
    pub(super) fn probability(&mut self, formula: &Formula, draws: &[f64], path: &str) -> Result<f64, Stop> {
        let p = self.eval(formula.expr, draws);
        if !p.is_finite() {
            return Err(self.stop(formula, p, format!("the chance of `{path}`"), &[]));
        }
        if (0.0..=1.0).contains(&p) {
            return Ok(p);
        }
        self.clamp(path, p);
        Ok(if p < 0.0 { 0.0 } else { 1.0 })
    }

    /// A rate or weight; below 0 it is taken as 0 and reported.
    pub(super) fn not_negative(&mut self, formula: &Formula, draws: &[f64], path: &str, what: &str) -> Result<f64, Stop> {
        let x = self.finite(formula, draws, || format!("the {what} of `{path}`"))?;
        if x >= 0.0 {
            return Ok(x);
        }
        self.clamp(path, x);
        Ok(0.0)
    }

    /// Reports a number that was clamped.
    pub(super) fn clamp(&mut self, path: &str, value: f64) {
        if let Some(known) = self.clamped.iter_mut().find(|c| c.path == path) {
            known.count += 1;
        } else {
            self.clamped.push(Clamped { path: path.to_owned(), count: 1, trial: self.trial, step: self.step, value });
        }
    }

    /// Length of a step as a share of `minutes`.
    pub(super) fn share_of(&self, minutes: u32) -> f64 {
        f64::from(self.scenario.clock.step) / f64::from(minutes)
    }
}

/// The constant hazard that gives probability `p` over one unit of time: -ln(1 - p); infinite at 1.
pub(super) fn hazard(p: f64) -> f64 {
    if p >= 1.0 { f64::INFINITY } else { -math::ln_1p(-p) }
}

/// The probability of at least one occurrence with an expected number of `mean`: 1 - exp(-mean).
pub(super) fn at_least_one(mean: f64) -> f64 {
    -math::exp_m1(-mean)
}

/// The first entry whose cumulative weight exceeds `point`; the last one with a weight if rounding
/// leaves the point beyond all.
pub(super) fn pick(weights: &[f64], point: f64) -> Option<usize> {
    let mut sum = 0.0;
    for (index, weight) in weights.iter().enumerate() {
        sum += weight;
        if point < sum {
            return Some(index);
        }
    }
    weights.iter().rposition(|w| *w > 0.0)
}
