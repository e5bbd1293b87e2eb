//! The whole program: the start of a trial, the phases of a step, the record.

use super::ops::{Code, Extreme, Must, Narrow, Op, Place, Src, TrackPlan};
use super::rules::Touched;
use super::values::Maker;
use super::{Ending, Program, registers};
use crate::lang::{Binary, HistoryKind, Node, ParamId, Type};
use crate::scenario::Scenario;
use crate::scenario::model::{CellKind, ParamKind};

/// Lowers a scenario; `given`: the drawn parameters follow a design.
pub(super) fn program(scenario: &Scenario, given: bool) -> Program {
    let mut maker = Maker::new(scenario);
    maker.given = given;
    maker.plan();
    maker.begin();
    let start = std::mem::take(&mut maker.code);
    maker.start = start;
    maker.forget();
    maker.stepping = true;
    let events: Vec<_> = scenario.events.iter().map(|r| maker.memory(r)).collect();
    let reactions: Vec<_> = scenario.reactions.iter().map(|r| maker.memory(r)).collect();
    let decisions: Vec<_> = scenario.decisions.iter().map(|d| maker.deciding(d)).collect();
    maker.arrive();
    maker.regimes();
    let mut touched = Touched::default();
    for (rule, memory) in scenario.events.iter().zip(events) {
        maker.rule(rule, memory, &mut touched);
    }
    maker.store(&mut touched, false);
    maker.decide(&decisions);
    for (rule, memory) in scenario.reactions.iter().zip(reactions) {
        maker.rule(rule, memory, &mut touched);
        maker.store(&mut touched, false);
    }
    maker.drift();
    let ending = maker.record();
    finish(maker, ending)
}

fn finish(maker: Maker<'_>, ending: Ending) -> Program {
    let Maker { scenario, code, start, constants, lists, knots, times, kept, first, alive, bounds, tracks, rings, leaves, names, .. } =
        maker;
    let special = |kind: &CellKind| matches!(kind, CellKind::Regime(r) if leaves[r.0 as usize].is_some());
    let mut program = Program {
        step: scenario.clock.step,
        steps: scenario.clock.steps,
        start,
        each: code,
        constants,
        lists,
        knots,
        times,
        kept,
        first,
        alive: match alive.place() {
            Place::Kept(row) => row,
            _ => 0,
        },
        registers: 0,
        rings,
        cells: scenario.cells.len(),
        bounds,
        special: scenario.cells.iter().map(|c| special(&c.kind)).collect(),
        tracks,
        ending,
        stands: scenario.followed_places().map(|(cell, _)| cell.0 as usize).collect(),
        followed: scenario.followed_variables().map(|v| v.cell.0 as usize).collect(),
        parameter_sites: parameter_sites(scenario),
        names,
    };
    registers::assign(&mut program);
    program
}

fn parameter_sites(scenario: &Scenario) -> Vec<crate::rng::SiteId> {
    let mut sites: Vec<_> =
        scenario.params.iter().filter_map(|p| if let ParamKind::Drawn(draw) = &p.kind { Some(draw.site) } else { None }).collect();
    sites.sort_unstable();
    sites
}

impl Maker<'_> {
    /// What is remembered of each track, and which counts and marks something reads.
    fn plan(&mut self) {
        let scenario = self.scenario;
        let mut tracks = vec![TrackPlan::default(); scenario.pool.tracks().len()];
        let mut read = vec![false; scenario.cells.len()];
        for node in scenario.pool.nodes() {
            match node {
                Node::Cell(c) => read[c.0 as usize] = true,
                Node::History(h) => {
                    let at = h.track.0 as usize;
                    let track = &mut tracks[at];
                    let longest = |ring: &mut (usize, usize), k: u32| ring.1 = ring.1.max(k as usize);
                    match h.kind {
                        HistoryKind::Was(k) => longest(&mut track.values, k.min(scenario.clock.steps).max(1)),
                        HistoryKind::Ever(k) | HistoryKind::Always(k) | HistoryKind::Sum(k) | HistoryKind::Mean(k) => {
                            track.sum = Some(0);
                            if let Some(k) = k.filter(|k| *k < scenario.clock.steps) {
                                longest(&mut track.sums, k);
                            }
                        }
                        HistoryKind::Held(k) => {
                            track.sum = Some(0);
                            longest(&mut track.sums, k.min(scenario.clock.steps));
                        }
                        // A window of one sample holds the present one only.
                        HistoryKind::Highest(Some(k)) | HistoryKind::Lowest(Some(k)) if k < 2 => {}
                        HistoryKind::Highest(Some(k)) | HistoryKind::Lowest(Some(k)) if k < scenario.clock.steps => {
                            let highest = matches!(h.kind, HistoryKind::Highest(_));
                            if !track.extremes.iter().any(|e| (e.window, e.highest) == (k, highest)) {
                                track.extremes.push(Extreme { window: k, highest, ring: 0, block: 0 });
                            }
                        }
                        HistoryKind::Highest(_) => track.highest = Some(0),
                        HistoryKind::Lowest(_) => track.lowest = Some(0),
                        HistoryKind::First => track.first = Some(0),
                        HistoryKind::Since => track.last = Some(0),
                        HistoryKind::AtFirst(of) => {
                            track.first = Some(0);
                            if !self.at_first[at].contains(&of.0) {
                                self.at_first[at].push(of.0);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        for (at, track) in tracks.iter_mut().enumerate() {
            for ring in [&mut track.values, &mut track.sums] {
                ring.0 = self.rings;
                self.rings += ring.1;
            }
            for extreme in &mut track.extremes {
                extreme.ring = self.rings;
                self.rings += extreme.window as usize - 1;
                extreme.block = self.keep(0.0);
            }
            for row in [&mut track.sum, &mut track.highest, &mut track.lowest] {
                *row = row.map(|_| self.keep(0.0));
            }
            for row in [&mut track.first, &mut track.last] {
                *row = row.map(|_| self.keep(f64::INFINITY));
            }
            track.at_first = self.at_first[at].clone().iter().map(|_| self.keep(0.0)).collect();
        }
        self.tracks = tracks;
        for (at, cell) in scenario.cells.iter().enumerate() {
            let counts = matches!(cell.kind, CellKind::Count | CellKind::Mark);
            self.live[at] = read[at] || !counts;
        }
    }

    fn begin(&mut self) {
        let scenario = self.scenario;
        let none = Src::NONE;
        let open = (self.constant(f64::NEG_INFINITY), self.constant(f64::INFINITY));
        self.bounds = vec![open; scenario.cells.len()];
        self.set_draws(Vec::new());
        self.parameters();
        for table in &scenario.tables {
            let mut rows = Vec::with_capacity(table.rows.len());
            for formula in &table.rows {
                let value = self.value(formula.expr);
                self.must(Must::BeFinite, self.alive, value);
                rows.push(self.lasting(value));
            }
            self.tables.push(rows);
        }
        self.variables();
        for stand in &scenario.stands {
            let at = stand.cell.0 as usize;
            let top = scenario.ladders[stand.ladder.0 as usize].rungs.len();
            let top = self.constant(f64::from(u32::try_from(top).unwrap_or(u32::MAX)) - 1.0);
            let zero = self.constant(0.0);
            self.bounds[at] = (zero, top);
            let start = self.value(stand.start.expr);
            self.must(Must::BeFinite, self.alive, start);
            let start = self.rounded(start);
            let start = self.binary(Binary::Min, start, top);
            let start = self.binary(Binary::Max, start, zero);
            self.put(at, none, start);
            self.wrote_cell(at);
        }
        for regime in &scenario.regimes {
            let start = self.constant(f64::from(regime.start));
            self.put(regime.cell.0 as usize, none, start);
            self.wrote_cell(regime.cell.0 as usize);
        }
        for _ in &scenario.seen {
            let row = self.keep(f64::NAN);
            self.seen.push(Self::cell(row));
        }
        for _ in &scenario.rises {
            let rows = (self.keep(0.0), self.keep(0.0));
            self.rises.push(rows);
        }
        for regime in &scenario.regimes {
            let dwells = regime.states.iter().any(|s| s.dwell.is_some());
            let row = dwells.then(|| self.keep(f64::INFINITY));
            self.leaves.push(row);
        }
        for index in 0..scenario.regimes.len() {
            let mask = self.alive;
            self.enter(index, mask, &[]);
        }
        for (index, rises) in scenario.rises.iter().enumerate() {
            let holds = self.value(rises.condition);
            let zero = self.constant(0.0);
            // An undefined condition counts as false: it is not equal to itself.
            let defined = self.narrow(Narrow::Equal, self.alive, holds, holds);
            let before = self.push(Code::Choose, [defined, holds, zero], &[]);
            self.put(self.rises[index].0, none, before);
        }
        self.tracks_now();
    }

    /// A row that stays as it is throughout the trial.
    fn lasting(&mut self, value: Src) -> Src {
        if !matches!(value.place(), Place::Register(_)) {
            return value;
        }
        let row = self.keep(0.0);
        self.put(row, Src::NONE, value);
        Self::cell(row)
    }

    fn parameters(&mut self) {
        let scenario = self.scenario;
        let none = Src::NONE;
        let mut uniforms = vec![None; scenario.params.len()];
        for group in &scenario.correlations {
            let normal = |maker: &mut Self, id: &ParamId| match &scenario.params[id.0 as usize].kind {
                ParamKind::Drawn(draw) => {
                    let code = if maker.given { Code::Given(scenario.input_of(*id)) } else { Code::Unit(draw.site) };
                    let u = maker.push(code, [none; 3], &[]);
                    maker.push(Code::NormalQuantile, [u, none, none], &[])
                }
                ParamKind::Computed(_) => maker.constant(0.0),
            };
            let z: Vec<Src> = group.of.iter().map(|id| normal(self, id)).collect();
            // Column j of the factor is what it makes of the j-th unit vector.
            let columns: Vec<Vec<f64>> = (0..z.len())
                .map(|j| {
                    let mut unit = vec![0.0; z.len()];
                    unit[j] = 1.0;
                    group.factor.correlate(&mut unit);
                    unit
                })
                .collect();
            for (i, id) in group.of.iter().enumerate() {
                let mut sum = self.constant(0.0);
                for j in 0..=i {
                    let factor = self.constant(columns[j][i]);
                    let part = self.binary(Binary::Mul, z[j], factor);
                    sum = self.binary(Binary::Add, sum, part);
                }
                uniforms[id.0 as usize] = Some(self.push(Code::NormalCdf, [sum, none, none], &[]));
            }
        }
        for (index, param) in scenario.params.iter().enumerate() {
            let value = match &param.kind {
                ParamKind::Computed(formula) => {
                    let value = self.value(formula.expr);
                    let must = if formula.ty == Type::Span { Must::BeDefined } else { Must::BeFinite };
                    self.must(must, self.alive, value);
                    self.not_minus_infinite(self.alive, value);
                    value
                }
                ParamKind::Drawn(draw) => {
                    let id = ParamId(u32::try_from(index).unwrap_or(u32::MAX));
                    let given = |maker: &mut Self| maker.push(Code::Given(scenario.input_of(id)), [none; 3], &[]);
                    match uniforms[index].or_else(|| self.given.then(|| given(self))) {
                        None => self.sample(draw, self.alive),
                        Some(u) => {
                            let params: Vec<Src> = draw.params.iter().map(|p| self.value(p.expr)).collect();
                            self.push(Code::Quantile(draw.family), [self.alive, u, none], &params)
                        }
                    }
                }
            };
            let row = self.lasting(value);
            if let Place::Kept(at) = row.place() {
                self.names.push((at, format!("parameters.{}", param.id)));
            }
            self.params.push(row);
        }
    }

    fn variables(&mut self) {
        let scenario = self.scenario;
        let none = Src::NONE;
        for variable in &scenario.variables {
            let at = variable.cell.0 as usize;
            let (mut low, mut high) = self.bounds[at];
            for (bound, row) in [(&variable.min, &mut low), (&variable.max, &mut high)] {
                if let Some(formula) = bound {
                    let value = self.value(formula.expr);
                    self.must(Must::BeFinite, self.alive, value);
                    *row = self.lasting(value);
                }
            }
            let crossed = match (self.constant_of(low), self.constant_of(high)) {
                (Some(low), Some(high)) => low > high,
                _ => true,
            };
            if crossed {
                let crossed = self.narrow(Narrow::Below, self.alive, high, low);
                self.act(Code::HandBack, [crossed, none, none], &[]);
            }
            self.bounds[at] = (low, high);
            let start = self.value(variable.start.expr);
            self.must(Must::BeFinite, self.alive, start);
            let start = self.binary(Binary::Min, start, high);
            let start = self.binary(Binary::Max, start, low);
            self.put(at, none, start);
            self.wrote_cell(at);
        }
    }

    /// What happened in the last step is forgotten; phase 0.
    fn arrive(&mut self) {
        let scenario = self.scenario;
        let none = Src::NONE;
        for (at, cell) in scenario.cells.iter().enumerate() {
            if matches!(cell.kind, CellKind::Count | CellKind::Mark) && self.live[at] {
                self.act(Code::Clear(at), [none; 3], &[]);
                self.wrote_cell(at);
            }
        }
        let rules = scenario.events.iter().chain(&scenario.reactions).flat_map(|r| &r.effects);
        let options = scenario.decisions.iter().flat_map(|d| &d.options).flat_map(|o| &o.effects);
        let late: Vec<usize> = rules.chain(options).filter(|e| e.delay.is_some()).map(|e| e.target.0 as usize).collect();
        if !late.is_empty() {
            self.act(Code::Arrive, [none; 3], &[]);
            for at in late {
                self.wrote_cell(at);
            }
        }
    }

    /// Phase 5.
    fn drift(&mut self) {
        let scenario = self.scenario;
        let mut rates = Vec::new();
        for variable in &scenario.variables {
            let Some((drift, per)) = &variable.drift else { continue };
            let rate = self.value(drift.expr);
            self.must_be(Must::BeFinite, self.alive, drift.expr);
            let share = self.share_of(*per);
            rates.push((variable.cell.0 as usize, rate, share));
        }
        // A rate that is itself a stored number must be read before that number drifts.
        for rate in &mut rates {
            if matches!(rate.1.place(), Place::Kept(row) if row < scenario.cells.len()) {
                let nothing = self.constant(-0.0);
                rate.1 = self.push(Code::Binary(Binary::Add), [rate.1, nothing, Src::NONE], &[]);
            }
        }
        for (at, rate, share) in rates {
            let (low, high) = self.bounds[at];
            self.act(Code::Drift(at, share), [rate, low, high], &[]);
            self.wrote_cell(at);
        }
    }

    /// Records the value of every track.
    fn tracks_now(&mut self) -> Vec<Src> {
        let scenario = self.scenario;
        let mut values = Vec::new();
        let tracks = scenario.pool.tracks().iter().zip(scenario.pool.span_tracks());
        for ((expr, spans), live) in tracks.zip(&scenario.live_tracks) {
            if !live {
                // Only a rule that is switched off reads it.
                values.push(self.constant(0.0));
                continue;
            }
            let value = self.value(*expr);
            let must = if *spans { Must::BeDefined } else { Must::BeFinite };
            self.must_be(must, self.alive, *expr);
            values.push(value);
        }
        if !self.stepping {
            self.keep_tracks(&values);
        }
        values
    }

    fn keep_tracks(&mut self, values: &[Src]) {
        for (track, value) in values.iter().enumerate() {
            let plan = &self.tracks[track];
            let idle = plan.values.1 == 0 && plan.sum.is_none() && plan.first.is_none() && plan.last.is_none();
            if idle && plan.highest.is_none() && plan.lowest.is_none() && plan.extremes.is_empty() {
                continue;
            }
            let others: Vec<Src> = self.at_first[track].iter().map(|of| values[*of as usize]).collect();
            self.act(Code::Track(track), [*value, Src::NONE, Src::NONE], &others);
        }
    }

    /// Never is plus infinity; minus infinity is handed back.
    fn not_minus_infinite(&mut self, mask: Src, value: Src) {
        if self.constant_of(value).is_none_or(|x| x == f64::NEG_INFINITY) {
            let wrong = self.is(mask, value, f64::NEG_INFINITY);
            self.act(Code::HandBack, [wrong, Src::NONE, Src::NONE], &[]);
        }
    }

    /// Phase 6.
    fn record(&mut self) -> Ending {
        let scenario = self.scenario;
        let none = Src::NONE;
        let one = self.constant(1.0);
        let mask = self.alive;
        let tracks = self.tracks_now();
        let steps = self.constant(f64::from(scenario.clock.steps));
        let mut ended = self.narrow(Narrow::StepReached, mask, steps, none);
        let mut list = Vec::new();
        for outcome in &scenario.outcomes {
            let (held, since) = match &outcome.when {
                None => (one, none),
                Some(when) => self.holds(when.expr),
            };
            if let Some(when) = &outcome.when
                && outcome.ends
            {
                self.must_be(Must::BeDefined, mask, when.expr);
            }
            if outcome.ends {
                let held = self.narrow(Narrow::True, mask, held, none);
                ended = self.push(Code::Either, [ended, held, none], &[]);
            }
            list.extend([held, since]);
        }
        for indicator in &scenario.indicators {
            let (held, since) = self.holds(indicator.when.expr);
            list.extend([held, since]);
        }
        let gate = self.if_any(ended);
        // In the last state, what is read must be defined: outcomes before the first that holds, indicators.
        let mut open = ended;
        for (place, outcome) in scenario.outcomes.iter().enumerate() {
            if let Some(when) = &outcome.when {
                self.must_be(Must::BeDefined, open, when.expr);
                open = self.narrow(Narrow::False, open, list[2 * place], none);
            }
        }
        let first = 2 * scenario.outcomes.len();
        let mut given = Vec::new();
        for (place, indicator) in scenario.indicators.iter().enumerate() {
            let read = match indicator.given {
                None => ended,
                Some(g) => self.narrow(Narrow::True, ended, list[first + 2 * g], none),
            };
            self.must_be(Must::BeDefined, read, indicator.when.expr);
            if indicator.given.is_some() {
                let held = self.narrow(Narrow::True, read, list[first + 2 * place], none);
                given.push((first + 2 * place, held));
            }
        }
        for (place, held) in given {
            list[place] = held;
        }
        let mut metrics = Vec::new();
        for metric in &scenario.metrics {
            let mut read = ended;
            if let Some(given) = metric.given {
                let held = list[2 * (scenario.outcomes.len() + given)];
                read = self.narrow(Narrow::True, ended, held, none);
            }
            let value = self.value(metric.value.expr);
            let must = if metric.may_miss { Must::BeDefined } else { Must::BeFinite };
            self.must_be(must, read, metric.value.expr);
            if metric.may_miss {
                self.not_minus_infinite(read, value);
            }
            list.push(value);
            metrics.push((metric.given, metric.value.ty == Type::Span));
        }
        list.extend(&self.params);
        self.act(Code::Finish, [ended, none, none], &list);
        self.close(gate);
        self.keep_tracks(&tracks);
        Ending { outcomes: scenario.outcomes.len(), indicators: scenario.indicators.len(), parameters: scenario.params.len(), metrics }
    }

    /// Whether a condition holds, and the row with the step since which it does.
    fn holds(&mut self, when: crate::lang::ExprId) -> (Src, Src) {
        let held = self.value(when);
        let row = self.keep(0.0);
        self.act(Code::Since(row), [held, Src::NONE, Src::NONE], &[]);
        (held, Self::cell(row))
    }
}

/// Whether an operation writes a kept row, and so may not be moved across.
pub(super) fn writes(op: &Op) -> bool {
    !op.d.is_some() || matches!(op.code, Code::Store(_))
}
