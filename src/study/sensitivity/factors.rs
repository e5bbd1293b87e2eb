//! Which parameters are varied, and which results are read.

use crate::results::{FactorName, LeftOut, OutputKind, OutputResult, record_length};
use crate::scenario::Scenario;
use crate::scenario::names::called;
use crate::study::runner::Runner;

/// A parameter, or correlated ones that are varied together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Factor {
    /// Its name.
    pub name: FactorName,
    /// Places among the drawn parameters.
    pub inputs: Vec<usize>,
    /// Places of their values in a trial as [`crate::results::record`] writes it.
    pub places: Vec<usize>,
}

/// A result that is read from trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// What it is.
    pub kind: OutputKind,
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Unit of a metric.
    pub unit: Option<String>,
    /// An outcome's place, or the place of the number in a row.
    at: usize,
}

/// What was asked for is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactorError {
    /// No such parameter.
    #[error("`{0}` is no parameter of this scenario")]
    NoParameter(String),
    /// A parameter that is not drawn.
    #[error("the parameter `{0}` is not drawn: it is always the same")]
    NotDrawn(String),
    /// No such outcome, indicator or metric.
    #[error("`{0}` is no outcome, indicator or metric of this scenario")]
    NoOutput(String),
    /// An indicator or metric that is not read in all trials.
    #[error("`{0}` is only read where `{1}` holds: it has no value in the other trials")]
    Conditional(String, String),
}

impl Output {
    /// An output: `at` is an outcome's place, or the place of the number in a row.
    #[must_use]
    pub fn new(kind: OutputKind, id: &str, label: &str, at: usize) -> Self {
        Self { kind, id: id.to_owned(), label: label.to_owned(), unit: None, at }
    }

    /// Its value in a trial: 1 or 0, or a number; NaN where a metric has none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "few outcomes")]
    pub fn value(&self, row: &[f64]) -> f64 {
        match self.kind {
            OutputKind::Outcome => f64::from(u8::from(row[0] == self.at as f64)),
            OutputKind::Indicator | OutputKind::Metric => row[self.at],
        }
    }

    /// A result of its own, with nothing in it yet.
    pub(super) fn result(&self, mean: f64) -> OutputResult {
        OutputResult {
            kind: self.kind,
            id: self.id.clone(),
            label: self.label.clone(),
            unit: self.unit.clone(),
            mean,
            constant: false,
            variance: None,
            variance_of_factors: None,
            due_to_factors: None,
            factors: Vec::new(),
        }
    }
}

/// The factors of a scenario: its drawn parameters, correlated ones as one.
///
/// With `chosen`, those only; a member stands for its whole group. With `together` false, correlated parameters are factors each for
/// itself.
///
/// # Errors
/// A name that is no drawn parameter.
pub fn factors(scenario: &Scenario, chosen: &[String], together: bool) -> Result<Vec<Factor>, FactorError> {
    let drawn: Vec<&str> = scenario.drawn_parameters().map(|p| p.id.as_str()).collect();
    for name in chosen {
        if !scenario.params.iter().any(|p| p.id == *name) {
            return Err(FactorError::NoParameter(name.clone()));
        }
        if !drawn.contains(&name.as_str()) {
            return Err(FactorError::NotDrawn(name.clone()));
        }
    }
    let values = record_length(scenario.indicators.len(), scenario.metrics.len(), 0);
    let mut seen = vec![false; scenario.params.len()];
    let mut found = Vec::new();
    for param in scenario.drawn_parameters() {
        let Some(own) = scenario.params.iter().position(|p| p.id == param.id) else { continue };
        if seen[own] {
            continue;
        }
        let group = scenario.correlations.iter().find(|c| together && c.of.iter().any(|id| id.0 as usize == own));
        let members: Vec<usize> = group.map_or_else(|| vec![own], |c| c.of.iter().map(|id| id.0 as usize).collect());
        for member in &members {
            seen[*member] = true;
        }
        let ids: Vec<String> = members.iter().map(|m| scenario.params[*m].id.clone()).collect();
        if !chosen.is_empty() && !ids.iter().any(|id| chosen.contains(id)) {
            continue;
        }
        let labels: Vec<String> = members.iter().map(|m| called(scenario.params[*m].label.as_ref(), &scenario.params[*m].id)).collect();
        let inputs = ids.iter().filter_map(|id| drawn.iter().position(|d| d == id)).collect();
        let places = members.iter().map(|m| values + m).collect();
        found.push(Factor { name: FactorName { id: ids.join("+"), label: labels.join(" + "), parameters: ids }, inputs, places });
    }
    Ok(found)
}

/// Whether trials can differ whose factors agree: whether the scenario has luck, or draws parameters that are read (`read`) and
/// are no factor.
pub fn luck(runner: &Runner<'_>, others: &[String], read: impl Fn(&str) -> bool) -> bool {
    runner.has_luck() || others.iter().any(|id| read(id))
}

/// The outcomes, and the indicators and metrics that are read in all trials; and those that are not. With `chosen`, those only.
///
/// # Errors
/// A name that is no such thing.
pub fn outputs(scenario: &Scenario, chosen: &[String]) -> Result<(Vec<Output>, Vec<LeftOut>), FactorError> {
    let (mut found, mut left_out) = (Vec::new(), Vec::new());
    let plain = |kind, id: &String, label: Option<&String>, at| Output { kind, id: id.clone(), label: called(label, id), unit: None, at };
    for (at, o) in scenario.outcomes.iter().enumerate() {
        found.push(plain(OutputKind::Outcome, &o.id, o.label.as_ref(), at));
    }
    let mut add = |output: Output, given: Option<usize>| match given {
        None => found.push(output),
        Some(g) => {
            let why = format!("it is only read where `{}` holds", scenario.indicators[g].id);
            left_out.push((LeftOut { kind: output.kind, id: output.id, why }, g));
        }
    };
    for (at, i) in scenario.indicators.iter().enumerate() {
        add(plain(OutputKind::Indicator, &i.id, i.label.as_ref(), 3 + 2 * at), i.given);
    }
    for (at, m) in scenario.metrics.iter().enumerate() {
        let at = record_length(scenario.indicators.len(), 0, 0) + at;
        add(Output { unit: m.unit.clone(), ..plain(OutputKind::Metric, &m.id, m.label.as_ref(), at) }, m.given);
    }
    if chosen.is_empty() {
        return Ok((found, left_out.into_iter().map(|l| l.0).collect()));
    }
    for name in chosen {
        if let Some((_, g)) = left_out.iter().find(|l| l.0.id == *name) {
            return Err(FactorError::Conditional(name.clone(), scenario.indicators[*g].id.clone()));
        }
        if !found.iter().any(|o| o.id == *name) {
            return Err(FactorError::NoOutput(name.clone()));
        }
    }
    found.retain(|o| chosen.contains(&o.id));
    Ok((found, Vec::new()))
}

/// Takes the factors away that nothing reads; gives the names of their parameters.
pub fn unread(factors: &mut Vec<Factor>, read: impl Fn(&str) -> bool) -> Vec<String> {
    let idle = |f: &Factor| !f.name.parameters.iter().any(|p| read(p));
    let names = factors.iter().filter(|f| idle(f)).flat_map(|f| f.name.parameters.clone()).collect();
    factors.retain(|f| !idle(f));
    names
}
