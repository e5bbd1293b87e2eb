//! Formulas, chances, effects and draws in words.

use escalade::lang::Type;
use escalade::lang::listing::number_words;
use escalade::lang::template::Piece;
use escalade::lang::types::span_words;
use escalade::math;
use escalade::report::words::TENS;
use escalade::scenario::model::{
    Change, Decision, Draw, Effect, Formula, LadderMove, MoveTo, MoveTrigger, Scenario, Span, Template, Trigger,
};
use escalade::scenario::names::Context;

/// Says what parts of one rule mean: it knows the draws that they read.
pub(super) struct Words<'a> {
    scenario: &'a Scenario,
    context: Context<'a>,
}

impl<'a> Words<'a> {
    /// For what reads no draws.
    pub(super) fn plain(scenario: &'a Scenario) -> Self {
        Self { scenario, context: Context::new(scenario) }
    }

    /// For a rule with draws.
    pub(super) fn with(scenario: &'a Scenario, draws: &'a [Draw]) -> Self {
        Self { scenario, context: Context::with(scenario, draws) }
    }

    /// For an option of a decision.
    pub(super) fn option(scenario: &'a Scenario, decision: &'a Decision, more: &'a [Draw]) -> Self {
        Self { scenario, context: Context { scenario, draws: &decision.draws, more } }
    }

    /// A formula as compiled, with the type of its value.
    pub(super) fn formula(&self, formula: &Formula) -> String {
        let text = self.context.formula(formula);
        match formula.ty {
            Type::Span if self.scenario.pool.as_constant(formula.expr).is_none() => format!("{text} (a span, in minutes)"),
            _ => text,
        }
    }

    /// A formula as written and, where that looks different, as compiled.
    pub(super) fn both(&self, formula: &Formula) -> String {
        let compiled = self.formula(formula);
        let bare = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != '(' && *c != ')').collect::<String>();
        if bare(&formula.text) == bare(&compiled) || formula.text.trim().is_empty() {
            return compiled;
        }
        format!("{}  =>  {compiled}", formula.text)
    }

    fn constant(&self, formula: &Formula) -> Option<f64> {
        self.scenario.pool.as_constant(formula.expr)
    }

    /// A draw with its address.
    pub(super) fn draw(&self, draw: &Draw) -> String {
        let unit = if draw.ty == Type::Span { ", a span" } else { "" };
        format!("{} = {}{unit}; address {}", draw.name, self.scenario.distribution(draw, &self.context), draw.path)
    }

    /// A span that is fixed, computed or drawn.
    pub(super) fn span(&self, span: &Span) -> String {
        match span {
            Span::Given(formula) => self.formula(formula),
            Span::Drawn(draw) => format!("{}; address {}", self.scenario.distribution(draw, &self.context), draw.path),
        }
    }

    /// When and how often a rule fires.
    pub(super) fn trigger(&self, trigger: &Trigger) -> String {
        match trigger {
            Trigger::Always(every) => format!("whenever it looks, every {}", span(*every)),
            Trigger::Chance(p, every) => self.chance(p, *every),
            Trigger::Within(p, window) => self.within(p, *window),
            Trigger::Rate(rate, per) => self.rate(rate, *per),
            Trigger::At(times, p) => self.at(times, p.as_ref()),
        }
    }

    /// How a move of a regime comes about.
    pub(super) fn move_trigger(&self, trigger: &MoveTrigger) -> String {
        match trigger {
            MoveTrigger::Chance(p, every) => format!("{}; the moves from one state exclude each other", self.chance(p, *every)),
            MoveTrigger::Rate(rate, per) => {
                format!(
                    "hazard {} per {}; the moves from one state compete{}",
                    self.formula(rate),
                    per_words(*per),
                    self.step_chance(self.constant(rate).map(|r| r / f64::from(*per)))
                )
            }
            MoveTrigger::Within(p, window) => format!("{}; the moves from one state compete", self.within(p, *window)),
            MoveTrigger::At(times, p) => self.at(times, p.as_ref()),
            MoveTrigger::Weight(w) => format!("weight {} when the state's dwell is over", self.formula(w)),
        }
    }

    fn chance(&self, p: &Formula, every: u32) -> String {
        format!("chance {} at each look, every {}", self.formula(p), span(every))
    }

    fn within(&self, p: &Formula, window: u32) -> String {
        let head = format!("chance {} within {}", self.formula(p), span(window));
        match self.constant(p) {
            Some(p) if (0.0..1.0).contains(&p) => {
                let per_minute = -math::ln_1p(-p) / f64::from(window);
                format!("{head} = constant hazard {} per day{}", significant(per_minute * 1440.0), self.step_chance(Some(per_minute)))
            }
            Some(_) => format!("{head} = certain at once"),
            None => format!("{head} = constant hazard -ln(1 - p) / {}, at most once in a step of {}", span(window), self.step()),
        }
    }

    fn rate(&self, rate: &Formula, per: u32) -> String {
        let share = f64::from(self.scenario.clock.step) / f64::from(per);
        let mean = match self.constant(rate) {
            Some(r) => significant(r * share),
            None if share == 1.0 => "this rate".to_owned(),
            None => format!("{} times this rate", significant(share)),
        };
        format!("rate {} per {} = a Poisson number in each step of {}, with mean {mean}", self.formula(rate), per_words(per), self.step())
    }

    fn at(&self, times: &[u32], p: Option<&Formula>) -> String {
        let times: Vec<String> = times.iter().map(|t| self.time(*t)).collect();
        let chance = p.map_or_else(|| "certain".to_owned(), |p| format!("with chance {}", self.formula(p)));
        format!("{chance} at {}", times.join(", "))
    }

    fn time(&self, minutes: u32) -> String {
        let clock = &self.scenario.clock;
        let span = span(minutes);
        if clock.start.is_some() { format!("{} (after {span})", clock.date(minutes)) } else { span }
    }

    fn step(&self) -> String {
        span(self.scenario.clock.step)
    }

    /// The probability in one step of a constant hazard per minute.
    fn step_chance(&self, per_minute: Option<f64>) -> String {
        let Some(hazard) = per_minute else { return String::new() };
        let p = -math::exp_m1(-hazard * f64::from(self.scenario.clock.step));
        format!(", {} in a step of {}", significant(p), self.step())
    }

    /// A consequence.
    pub(super) fn effect(&self, effect: &Effect) -> String {
        let target = &self.scenario.cells[effect.target.0 as usize].name;
        let sign = match effect.change {
            Change::Set => "=",
            Change::Add => "+=",
            Change::Subtract => "-=",
        };
        let delay = effect.delay.as_ref().map_or_else(String::new, |d| format!("after {}: ", self.formula(d)));
        let guard = effect.guard.as_ref().map_or_else(String::new, |g| format!("if {}: ", self.formula(g)));
        format!("{delay}{guard}{target} {sign} {}", self.formula(&effect.value))
    }

    /// A move on a ladder.
    pub(super) fn ladder_move(&self, step: &LadderMove) -> String {
        let target = &self.scenario.cells[step.target.0 as usize].name;
        match &step.to {
            MoveTo::Rung(rung) => {
                let ty = self.scenario.cell_type(step.target);
                format!("{target} = {}", self.scenario.value(f64::from(*rung), ty))
            }
            MoveTo::By(formula) => format!("{target} += {} (rounded, within the ladder)", self.formula(formula)),
        }
    }

    /// A sentence with its places.
    pub(super) fn sentence(&self, template: &Template) -> String {
        let piece = |p: &Piece<Formula>| match p {
            Piece::Text(text) => text.clone(),
            Piece::Value(formula, None) => format!("{{{}}}", self.context.formula(formula)),
            Piece::Value(formula, Some(digits)) => format!("{{{}:.{digits}f}}", self.context.formula(formula)),
        };
        template.iter().map(piece).collect()
    }
}

/// A span of minutes in words.
pub(super) fn span(minutes: u32) -> String {
    span_words(f64::from(minutes))
}

/// `day` for "per day", `7 days` for "per 7 days".
pub(super) fn per_words(minutes: u32) -> String {
    let words = span(minutes);
    words.strip_prefix("1 ").map_or(words.clone(), str::to_owned)
}

/// Three significant digits.
fn significant(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return number_words(x);
    }
    let digits = TENS.iter().position(|ten| x.abs() * ten >= 100.0).unwrap_or(12);
    format!("{x:.digits$}")
}
