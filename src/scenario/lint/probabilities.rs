//! Ranges of probabilities, rates and weights; conditions that can never hold; windows and drifts that
//! do not fit the step.

use super::places::{Places, plain};
use crate::diag::{Code, Diagnostic, Diagnostics};
use crate::lang::core::Node;
use crate::lang::range::Range;
use crate::lang::{Binary, CellId, ExprId, Pool, Unary};
use crate::scenario::model::{Choose, Draw, Formula, MoveTrigger, Rule, Scenario, Trigger};
use crate::scenario::names::{Context, minutes_words};

pub(super) fn lint(scenario: &Scenario, places: &Places, diags: &mut Diagnostics) {
    let mut look = Look { scenario, places, diags };
    for rule in scenario.events.iter().chain(&scenario.reactions) {
        look.rule(rule);
    }
    for regime in &scenario.regimes {
        for moved in &regime.moves {
            look.condition(moved.when.as_ref(), &moved.path, "move", &[]);
            match &moved.trigger {
                MoveTrigger::Chance(p, _) | MoveTrigger::At(_, Some(p)) => look.chance(p, &moved.path, &[]),
                MoveTrigger::Within(p, within) => {
                    look.chance(p, &moved.path, &[]);
                    look.within(*within, &moved.path);
                }
                MoveTrigger::Rate(rate, _) => look.positive(rate, &moved.path, "rate", &[]),
                MoveTrigger::Weight(w) => look.positive(w, &moved.path, "weight", &[]),
                MoveTrigger::At(_, None) => {}
            }
        }
    }
    for decision in &scenario.decisions {
        look.condition(decision.when.as_ref(), &decision.path, "decision", &decision.draws);
        for option in &decision.options {
            look.condition(option.when.as_ref(), &option.path, "option", &decision.draws);
            match (&option.value, decision.choose) {
                (Some(p), Choose::Chances) => look.chance(p, &option.path, &decision.draws),
                (Some(w), Choose::Weights) => look.positive(w, &option.path, "weight", &decision.draws),
                _ => {}
            }
        }
    }
    look.drifts();
}

struct Look<'a> {
    scenario: &'a Scenario,
    places: &'a Places,
    diags: &'a mut Diagnostics,
}

impl Look<'_> {
    fn rule(&mut self, rule: &Rule) {
        self.condition(rule.when.as_ref(), &rule.path, "rule", &[]);
        match &rule.trigger {
            Trigger::Chance(p, _) | Trigger::At(_, Some(p)) => self.chance(p, &rule.path, &[]),
            Trigger::Within(p, within) => {
                self.chance(p, &rule.path, &[]);
                self.within(*within, &rule.path);
            }
            Trigger::Rate(rate, _) => self.positive(rate, &rule.path, "rate", &[]),
            Trigger::Always(_) | Trigger::At(_, None) => {}
        }
        if let Trigger::At(times, _) = &rule.trigger
            && times.iter().all(|t| *t > self.scenario.clock.horizon())
        {
            self.never(&rule.path, "all its dates lie beyond the horizon", "rule");
        }
    }

    fn range(&self, formula: &Formula, draws: &[Draw]) -> Range {
        Context::with(self.scenario, draws).range(formula.expr)
    }

    fn never(&mut self, path: &str, why: &str, what: &str) {
        let at = self.places.name(&plain(path));
        self.diags.push(
            Diagnostic::new(Code::NeverFires, at, format!("this {what} can never happen: {why}"))
                .help("correct its condition, or switch it off with `enabled = false`"),
        );
    }

    fn condition(&mut self, when: Option<&Formula>, path: &str, what: &str, draws: &[Draw]) {
        if let Some(when) = when
            && self.range(when, draws).high == 0.0
        {
            self.never(path, "its condition is always false", what);
        }
    }

    fn chance(&mut self, p: &Formula, path: &str, draws: &[Draw]) {
        let range = self.range(p, draws);
        let at = self.places.value_at(&format!("{}.chance", plain(path)));
        let found = span_of(range);
        if range.high < -1e-9 || range.low > 1.0 + 1e-9 {
            self.diags.push(
                Diagnostic::new(Code::NotAProbability, at, format!("a probability lies between 0 and 1, this is {found}"))
                    .help("write 5 % as `0.05`"),
            );
        } else if range.high == 0.0 {
            self.never(path, "its chance is 0", "rule");
        } else if range.low < -1e-9 || range.high > 1.0 + 1e-9 {
            self.diags.push(
                Diagnostic::new(Code::MayLeaveUnit, at, format!("this probability may be {}: it lies {found}", beyond(range)))
                    .help("limit it with `clamp(x, 0, 1)`, or use `logistic(x)`; a variable in it may lack `min` and `max`"),
            );
        }
    }

    fn positive(&mut self, x: &Formula, path: &str, key: &str, draws: &[Draw]) {
        let range = self.range(x, draws);
        let at = self.places.value_at(&format!("{}.{key}", plain(path)));
        if range.high < 0.0 {
            let message = format!("a {key} is not below 0, this is {}", span_of(range));
            self.diags.push(Diagnostic::new(Code::Negative, at, message).help("turn the sign, or limit it with `max(x, 0)`"));
        } else if range.high == 0.0 && key == "rate" {
            self.never(path, "its rate is 0", "rule");
        } else if range.low < -1e-9 {
            let message = format!("this {key} may be below 0: it lies {}", span_of(range));
            self.diags.push(
                Diagnostic::new(Code::MayLeaveUnit, at, message).help("limit it with `max(x, 0)`; a variable in it may lack a `min`"),
            );
        }
    }

    fn within(&mut self, within: u32, path: &str) {
        if within < self.scenario.clock.step {
            let at = self.places.value_at(&format!("{}.within", plain(path)));
            let message =
                format!("`within` of {} is shorter than the step {}", minutes_words(within), minutes_words(self.scenario.clock.step));
            self.diags.push(Diagnostic::new(Code::WithinTooShort, at, message).help("use a shorter `[clock] step`, or a `rate`"));
        }
    }

    /// A drift that is linear in its own variable must not overshoot in one step.
    fn drifts(&mut self) {
        for variable in &self.scenario.variables {
            let Some((drift, per)) = &variable.drift else { continue };
            let slope = slope(&self.scenario.pool, drift.expr, variable.cell, &Context::new(self.scenario));
            let share = f64::from(self.scenario.clock.step) / f64::from(*per);
            if let Some(slope) = slope
                && slope.low * share < -1.0 - 1e-9
            {
                let name = &self.scenario.cells[variable.cell.0 as usize].name;
                let at = self.places.value_at(&format!("{}.drift", variable_path(self.places, name)));
                let message = format!("`{name}` moves {:.2} times its distance from rest in one step", -slope.low * share);
                self.diags.push(Diagnostic::new(Code::DriftTooFast, at, message).help("use a shorter step, or a smaller factor"));
            }
        }
    }
}

/// The path of a variable, by the name of its cell.
fn variable_path(places: &Places, name: &str) -> String {
    match name.split_once('.') {
        None => format!("world.vars.{name}"),
        Some((owner, var)) => {
            let actor = format!("actors.{owner}.vars.{var}");
            if places.knows(&actor) { actor } else { format!("relations.{owner}.vars.{var}") }
        }
    }
}

/// Where the name of a variable stands.
pub(super) fn variable_name(places: &Places, name: &str) -> crate::diag::Span {
    places.name(&variable_path(places, name))
}

/// On which side a probability may leave [0, 1].
fn beyond(range: Range) -> &'static str {
    match (range.low < -1e-9, range.high > 1.0 + 1e-9) {
        (true, true) => "below 0 or above 1",
        (true, false) => "below 0",
        _ => "above 1",
    }
}

fn span_of(range: Range) -> String {
    let number = |x: f64| if x.is_infinite() { "any number".to_owned() } else { crate::lang::listing::number_words(x) };
    match (range.low == range.high, range.low.is_infinite(), range.high.is_infinite()) {
        (true, ..) => number(range.low),
        (_, true, true) => "anywhere, as far as is known".to_owned(),
        (_, true, false) => format!("anywhere below {}", number(range.high)),
        (_, false, true) => format!("anywhere above {}", number(range.low)),
        _ => format!("between {} and {}", number(range.low), number(range.high)),
    }
}

/// The slope of an expression in one cell, where the expression is linear in it; `None` where it is not.
fn slope(pool: &Pool, id: ExprId, cell: CellId, context: &Context<'_>) -> Option<Range> {
    let zero = Range::point(0.0);
    let mut reads = false;
    pool.each_reached(id, |_, node| reads |= *node == Node::Cell(cell));
    if !reads {
        return Some(zero);
    }
    let of = |e: ExprId| slope(pool, e, cell, context);
    let scaled = |s: Range, by: Range| {
        let ends = [s.low * by.low, s.low * by.high, s.high * by.low, s.high * by.high];
        Range::new(ends.iter().copied().fold(f64::INFINITY, f64::min), ends.iter().copied().fold(f64::NEG_INFINITY, f64::max))
    };
    match pool.node(id) {
        Node::Cell(_) => Some(Range::point(1.0)),
        Node::Unary(Unary::Neg, a) => of(*a).map(|s| Range::new(-s.high, -s.low)),
        Node::Binary(Binary::Add, a, b) => Some(Range::new(of(*a)?.low + of(*b)?.low, of(*a)?.high + of(*b)?.high)),
        Node::Binary(Binary::Sub, a, b) => Some(Range::new(of(*a)?.low - of(*b)?.high, of(*a)?.high - of(*b)?.low)),
        Node::Binary(Binary::Mul, a, b) => match (of(*a)?, of(*b)?) {
            (s, t) if t == zero => Some(scaled(s, context.range(*b))),
            (s, t) if s == zero => Some(scaled(t, context.range(*a))),
            _ => None,
        },
        Node::Binary(Binary::Div, a, b) if of(*b)? == zero => {
            let by = context.range(*b);
            if by.low > 0.0 || by.high < 0.0 { Some(scaled(of(*a)?, Range::new(1.0 / by.high, 1.0 / by.low))) } else { None }
        }
        _ => None,
    }
}
