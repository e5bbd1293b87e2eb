//! A program in words, for `explain --program` and for tests that pin its size.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde::Serialize;

use super::Program;
use super::ops::{Code, Op, Place, Src};
use crate::rng::SiteId;
use crate::scenario::Scenario;
use crate::scenario::model::{Draw, MoveTrigger, ParamKind, Rule, Span};

/// How large a program is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Size {
    /// Operations of the start.
    pub start: usize,
    /// Operations of a step.
    pub each: usize,
    /// Of these, draws.
    pub draws: usize,
    /// Registers.
    pub registers: usize,
    /// Kept rows.
    pub kept: usize,
    /// Rows of rings.
    pub rings: usize,
}

/// An operation in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Line {
    /// Its place in the list; jumps name it.
    pub at: usize,
    /// Where its result goes, if it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// What it does.
    pub does: String,
    /// What it reads.
    pub operands: Vec<String>,
}

/// All operations in words.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listing {
    /// How large the program is.
    pub size: Size,
    /// Operations of the start of a trial.
    pub start: Vec<Line>,
    /// Operations of each step.
    pub step: Vec<Line>,
}

impl Listing {
    /// One operation a line.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (name, lines) in [("start", &self.start), ("step", &self.step)] {
            let _ = writeln!(text, "{name}: {} operations", lines.len());
            for line in lines {
                let _ = write!(text, "{:5}  ", line.at);
                if let Some(result) = &line.result {
                    let _ = write!(text, "{result} = ");
                }
                text.push_str(&line.does);
                for (place, operand) in line.operands.iter().enumerate() {
                    let _ = write!(text, "{}{operand}", if place == 0 { " " } else { ", " });
                }
                text.push('\n');
            }
        }
        text
    }
}

impl Program {
    /// How large it is.
    #[must_use]
    pub fn size(&self) -> Size {
        let draws = |op: &&Op| {
            matches!(op.code, Code::Unit(_) | Code::Sample(..) | Code::SampleKnown(..) | Code::Occurrences(..) | Code::OccursOnce(..))
        };
        Size {
            start: self.start.len(),
            each: self.each.len(),
            draws: self.each.iter().filter(draws).count(),
            registers: self.registers,
            kept: self.kept,
            rings: self.rings,
        }
    }

    /// All operations, with the names that the scenario gives to what they read and write.
    #[must_use]
    pub fn listing(&self, scenario: &Scenario) -> Listing {
        let names = Names::of(self, scenario);
        let lines = |code: &[Op]| code.iter().enumerate().map(|(at, op)| names.line(self, at, op)).collect();
        Listing { size: self.size(), start: lines(&self.start), step: lines(&self.each) }
    }
}

/// Names of kept rows and addresses.
struct Names {
    rows: HashMap<usize, String>,
    sites: HashMap<SiteId, String>,
}

impl Names {
    fn of(program: &Program, scenario: &Scenario) -> Self {
        let mut rows: HashMap<usize, String> = program.names.iter().cloned().collect();
        rows.extend(scenario.cells.iter().enumerate().map(|(at, cell)| (at, cell.name.clone())));
        rows.insert(program.alive, "alive".to_owned());
        let mut names = Self { rows, sites: HashMap::new() };
        for param in &scenario.params {
            if let ParamKind::Drawn(draw) = &param.kind {
                names.draw(draw);
            }
        }
        for regime in &scenario.regimes {
            names.sites.insert(regime.site, format!("regimes.{}", regime.id));
            if regime.moves.iter().any(|m| matches!(m.trigger, MoveTrigger::At(..))) {
                names.sites.insert(regime.at_site, format!("regimes.{} on dates", regime.id));
            }
            regime.states.iter().for_each(|state| names.span(state.dwell.as_ref()));
        }
        for seen in &scenario.seen {
            [&seen.factor, &seen.noise].into_iter().flatten().for_each(|draw| names.draw(draw));
        }
        scenario.events.iter().chain(&scenario.reactions).for_each(|rule| names.rule(rule));
        for decision in &scenario.decisions {
            names.sites.insert(decision.site, decision.path.clone());
            decision.draws.iter().for_each(|draw| names.draw(draw));
            for option in &decision.options {
                option.draws.iter().for_each(|draw| names.draw(draw));
                names.span(option.lead.as_ref());
                names.span(option.cooldown.as_ref());
            }
        }
        names
    }

    fn draw(&mut self, draw: &Draw) {
        self.sites.insert(draw.site, draw.path.clone());
    }

    fn span(&mut self, span: Option<&Span>) {
        if let Some(Span::Drawn(draw)) = span {
            self.draw(draw);
        }
    }

    fn rule(&mut self, rule: &Rule) {
        self.sites.insert(rule.site, rule.path.clone());
        rule.draws.iter().for_each(|draw| self.draw(draw));
        self.span(rule.cooldown.as_ref());
    }

    fn line(&self, program: &Program, at: usize, op: &Op) -> Line {
        let list = &program.lists[op.list.0 as usize..op.list.1 as usize];
        let operands = [op.a, op.b, op.c].iter().chain(list).filter(|s| s.is_some()).map(|s| self.word(program, *s)).collect();
        let result = op.d.is_some().then(|| self.word(program, op.d));
        Line { at, result, does: self.code(op.code), operands }
    }

    fn word(&self, program: &Program, src: Src) -> String {
        match src.place() {
            Place::Kept(row) => self.row(row),
            Place::Register(i) => format!("r{i}"),
            Place::Constant(i) => format!("{}", program.constants[i]),
        }
    }

    fn row(&self, row: usize) -> String {
        self.rows.get(&row).cloned().unwrap_or_else(|| format!("k{row}"))
    }

    fn code(&self, code: Code) -> String {
        let site = |site: SiteId| self.sites.get(&site).cloned().unwrap_or_else(|| "?".to_owned());
        match code {
            Code::Unary(op) => format!("{op:?}"),
            Code::Binary(op) => format!("{op:?}"),
            Code::Narrow(how) => format!("Narrow{how:?}"),
            Code::Must(must) => format!("Must{must:?}"),
            Code::Past(past, track) => format!("Past{past:?} of track {track}"),
            Code::Unit(at) => format!("Unit [{}]", site(at)),
            Code::Sample(family, at) => format!("Sample{family:?} [{}]", site(at)),
            Code::SampleKnown(family, at) => format!("SampleKnown{family:?} [{}]", site(at)),
            Code::Occurrences(at, share) => format!("Occurrences({share}) [{}]", site(at)),
            Code::OccursOnce(at, share) => format!("OccursOnce({share}) [{}]", site(at)),
            Code::Keep(row) => format!("Keep in {}:", self.row(row)),
            Code::Rise(before, now) => format!("Rise in {}, {}:", self.row(before), self.row(now)),
            Code::Add(cell) => format!("Add to {}:", self.row(cell)),
            Code::Subtract(cell) => format!("Subtract from {}:", self.row(cell)),
            Code::Set(cell) => format!("Set {}:", self.row(cell)),
            Code::Store(cell) => format!("Store {}:", self.row(cell)),
            Code::Drift(cell, share) => format!("Drift {} ({share}):", self.row(cell)),
            Code::Post(cell, set) => format!("Post to {} ({}):", self.row(cell), if set { "set" } else { "add" }),
            Code::Clear(cell) => format!("Clear {}", self.row(cell)),
            Code::Since(row) => format!("Since in {}:", self.row(row)),
            Code::UnlessLooks(every, to) => format!("UnlessLooks({every}) goto {to}"),
            Code::UnlessAt(times, to) => format!("UnlessAt({times}) goto {to}"),
            Code::UnlessAny(to) => format!("UnlessAny goto {to}:"),
            Code::NextPass(to) => format!("NextPass goto {to}:"),
            other => format!("{other:?}"),
        }
    }
}
