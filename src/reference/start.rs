//! Step 0: parameters are drawn, numbers of rungs computed, variables put at their start.

use super::history::Track;
use super::watch::worth;
use super::{Deciding, Fired, Happening, Trial, Watch};
use crate::lang::RegimeId;
use crate::math;
use crate::results::{Stop, Undefined};
use crate::rng::{DrawKey, Points, block};
use crate::scenario::model::{CellKind, Draw, Formula, ParamKind, Scenario};
use crate::scenario::names::called;

impl<'s, 'w> Trial<'s, 'w> {
    /// A trial at its start state.
    /// `point` says under which number parameters are drawn, or at which point of a design they are.
    pub(super) fn new(
        scenario: &'s Scenario,
        seed: u64,
        trial: u64,
        (point, given): (u64, Option<&'s dyn Points>),
        watch: &'w mut dyn Watch,
    ) -> Result<Self, Stop> {
        let cells = scenario.cells.len();
        let nodes = scenario.pool.nodes().len();
        let silent = |n: usize| vec![Fired { spent: false, silent_until: f64::NEG_INFINITY }; n];
        let deciding = |options: usize| Deciding { waiting: None, silent_until: vec![f64::NEG_INFINITY; options] };
        let mut new = Self {
            scenario,
            seed,
            trial,
            drawn_as: point,
            given,
            watch,
            permit: None,
            wish: None,
            step: 0,
            params: vec![f64::NAN; scenario.params.len()],
            tables: Vec::with_capacity(scenario.tables.len()),
            cells: vec![0.0; cells],
            bounds: vec![(f64::NEG_INFINITY, f64::INFINITY); cells],
            seen: vec![f64::NAN; scenario.seen.len()],
            tracks: vec![Track::default(); scenario.pool.tracks().len()],
            rises_before: vec![0.0; scenario.rises.len()],
            rises_now: vec![0.0; scenario.rises.len()],
            pending: Vec::new(),
            events: silent(scenario.events.len()),
            reactions: silent(scenario.reactions.len()),
            decisions: scenario.decisions.iter().map(|d| deciding(d.options.len())).collect(),
            leaves: vec![None; scenario.regimes.len()],
            outcome_since: vec![None; scenario.outcomes.len()],
            indicator_since: vec![None; scenario.indicators.len()],
            clamped: Vec::new(),
            path: Vec::new(),
            stood: vec![f64::NAN; scenario.followed_places().count()],
            course: Vec::new(),
            memo: vec![0.0; nodes],
            stamps: vec![0; nodes],
            stamp: 1,
            sums: vec![0.0; cells],
            touched: Vec::new(),
            before: super::changes::Before::default(),
            many: super::changes::MANY,
            causes: Vec::new(),
        };
        new.draw_params()?;
        new.drawn_as = trial;
        new.place_all()?;
        for index in 0..scenario.regimes.len() {
            new.enter(RegimeId(u32::try_from(index).unwrap_or(u32::MAX)))?;
        }
        new.changed();
        for (index, rises) in scenario.rises.iter().enumerate() {
            let holds = new.eval(rises.condition, &[]);
            new.rises_before[index] = if holds.is_nan() { 0.0 } else { holds };
        }
        new.changed();
        let values = new.track_values()?;
        new.keep(&values);
        new.follow();
        Ok(new)
    }

    fn draw_params(&mut self) -> Result<(), Stop> {
        let scenario = self.scenario;
        let uniforms = self.copula();
        for (index, param) in scenario.params.iter().enumerate() {
            self.changed();
            let value = match &param.kind {
                ParamKind::Computed(formula) => {
                    let value = self.eval(formula.expr, &[]);
                    let never = value == f64::INFINITY && formula.ty == crate::lang::Type::Span;
                    if !value.is_finite() && !never {
                        return Err(self.stop(formula, value, format!("the parameter `{}`", param.id), &[]));
                    }
                    value
                }
                ParamKind::Drawn(draw) => match uniforms[index].or_else(|| self.given(index)) {
                    None => self.sample(draw, &[], 0)?,
                    Some(u) => self.quantile(draw, u)?,
                },
            };
            self.params[index] = value;
            if self.watch.listens() {
                let ty = match &param.kind {
                    ParamKind::Computed(f) => f.ty,
                    ParamKind::Drawn(d) => d.ty,
                };
                let label = called(param.label.as_ref(), &param.id);
                self.watch.see(Happening::Parameter { id: param.id.clone(), label, value: worth(scenario, value, ty) });
            }
        }
        self.changed();
        Ok(())
    }

    /// Uniform numbers of correlated parameters: a normal number per parameter at its own address, joined
    /// by the Cholesky factor, through the normal distribution function (Gaussian copula).
    fn copula(&self) -> Vec<Option<f64>> {
        let mut uniforms = vec![None; self.scenario.params.len()];
        for group in &self.scenario.correlations {
            let normal = |id: &crate::lang::ParamId| match &self.scenario.params[id.0 as usize].kind {
                ParamKind::Drawn(draw) => {
                    let key = DrawKey { trial: self.drawn_as, time: 0, site: draw.site, nth: 0 };
                    math::normal_quantile(self.given(id.0 as usize).unwrap_or_else(|| block(self.seed, key).unit()))
                }
                ParamKind::Computed(_) => 0.0,
            };
            let mut z: Vec<f64> = group.of.iter().map(normal).collect();
            group.factor.correlate(&mut z);
            for (id, z) in group.of.iter().zip(z) {
                // The distribution function rounds to 0 or 1 far out; quantiles need the open interval.
                let u = math::normal_cdf(z).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0);
                uniforms[id.0 as usize] = Some(u);
            }
        }
        uniforms
    }

    /// The number of a design for a drawn parameter, where there is a design.
    fn given(&self, param: usize) -> Option<f64> {
        let id = crate::lang::ParamId(u32::try_from(param).unwrap_or(u32::MAX));
        self.given.map(|points| points.unit(self.drawn_as, self.scenario.input_of(id)))
    }

    fn quantile(&mut self, draw: &Draw, u: f64) -> Result<f64, Stop> {
        let params: Vec<f64> = draw.params.iter().map(|p| self.eval(p.expr, &[])).collect();
        match draw.family.check(&params) {
            Ok(()) => Ok(draw.family.quantile(&params, u)),
            Err(error) => Err(self.undefined(format!("the draw `{}`: {error}", draw.path), f64::NAN, String::new())),
        }
    }

    fn undefined(&self, what: String, value: f64, expression: String) -> Stop {
        let date = self.scenario.clock.date(self.now());
        Stop::undefined(Undefined { what, value, trial: self.trial, step: self.step, date, expression, place: String::new() })
    }

    /// Numbers of rungs, bounds and starts; they read parameters only.
    fn place_all(&mut self) -> Result<(), Stop> {
        let scenario = self.scenario;
        for table in &scenario.tables {
            let mut rows = Vec::with_capacity(table.rows.len());
            for formula in &table.rows {
                rows.push(self.finite(formula, &[], || format!("the number `{}`", table.name))?);
            }
            self.tables.push(rows);
        }
        for variable in &scenario.variables {
            let at = variable.cell.0 as usize;
            let name = &scenario.cells[at].name;
            let end = |trial: &mut Self, bound: &Option<Formula>, open: f64, which: &str| match bound {
                None => Ok(open),
                Some(f) => trial.finite(f, &[], || format!("the {which} of `{name}`")),
            };
            let low = end(self, &variable.min, f64::NEG_INFINITY, "lower bound")?;
            let high = end(self, &variable.max, f64::INFINITY, "upper bound")?;
            if low > high {
                return Err(self.undefined(format!("the bounds of `{name}` cross: {low:?} is above {high:?}"), low, name.clone()));
            }
            self.bounds[at] = (low, high);
            let start = self.finite(&variable.start, &[], || format!("the start of `{name}`"))?;
            self.cells[at] = start.min(high).max(low);
        }
        for stand in &scenario.stands {
            let at = stand.cell.0 as usize;
            let top = f64::from(u32::try_from(scenario.ladders[stand.ladder.0 as usize].rungs.len()).unwrap_or(u32::MAX)) - 1.0;
            self.bounds[at] = (0.0, top);
            let start = self.finite(&stand.start, &[], || format!("the start of `{}`", scenario.cells[at].name))?;
            self.cells[at] = (start + 0.5).floor().min(top).max(0.0);
        }
        for regime in &scenario.regimes {
            self.cells[regime.cell.0 as usize] = f64::from(regime.start);
        }
        debug_assert!(scenario.cells.iter().all(|c| !matches!(c.kind, CellKind::Variable(usize::MAX))));
        self.changed();
        Ok(())
    }
}
