//! The scenario as a report shows it: who there is, what joins them, what is uncertain.

use std::collections::{BTreeMap, BTreeSet};

use super::claims;
use crate::lang::{CellId, ExprId, Node, Type};
use crate::results::{
    ActorPart, BarPart, DistributionPart, ExpectPart, LadderPart, ParameterPart, Portrait, RelationPart, RungPart, SpilloverPart,
    StandPart, VariantPart,
};
use crate::scenario::Scenario;
use crate::scenario::model::{Draw, Effect, Formula, Param, ParamKind, Rule, Trigger};
use crate::scenario::names::{Context, called};

/// Longest label and longest text that a portrait holds, in characters.
const LABEL: usize = 300;
const TEXT: usize = 3000;
/// Most things of one kind.
const MANY: usize = 400;
/// Names of rules that are told of one spillover.
const NAMED: usize = 6;
/// Points of a curve.
const POINTS: u32 = 48;

/// The portrait. `sample` has the values of parameters in some trials, trial by trial: for parameters whose distribution
/// depends on others.
#[must_use]
pub fn portrait(scenario: &Scenario, sample: &[Vec<f64>]) -> Portrait {
    let about = &scenario.about;
    let clock = &scenario.clock;
    Portrait {
        author: about.author.as_deref().map(|t| cut(t, LABEL)),
        date: about.date.as_deref().map(|t| cut(t, LABEL)),
        sources: about.sources.iter().take(MANY).map(|t| cut(t, TEXT)).collect(),
        simplified: about.simplified.as_deref().map(|t| cut(t, TEXT)),
        start: clock.start.map(|_| clock.date(0)),
        step_days: f64::from(clock.step) / 1440.0,
        steps: clock.steps,
        actors: scenario
            .actors
            .iter()
            .take(MANY)
            .map(|a| ActorPart { id: a.id.clone(), label: name(a.label.as_ref(), &a.id), kind: a.kind.as_deref().map(|k| cut(k, LABEL)) })
            .collect(),
        relations: scenario
            .relations
            .iter()
            .take(MANY)
            .map(|r| RelationPart {
                id: r.id.clone(),
                label: name(r.label.as_ref(), &r.id),
                from: scenario.actors[r.from.0 as usize].id.clone(),
                to: scenario.actors[r.to.0 as usize].id.clone(),
            })
            .collect(),
        spillovers: spillovers(scenario),
        ladders: scenario
            .ladders
            .iter()
            .take(MANY)
            .map(|l| LadderPart {
                id: l.id.clone(),
                label: name(l.label.as_ref(), &l.id),
                rungs: l
                    .rungs
                    .iter()
                    .take(MANY)
                    .map(|r| RungPart {
                        id: r.id.clone(),
                        label: name(r.label.as_ref(), &r.id),
                        threshold: r.threshold.as_deref().map(|t| cut(t, LABEL)),
                    })
                    .collect(),
            })
            .collect(),
        stands: scenario
            .followed_stands()
            .iter()
            .map(|s| StandPart {
                actor: scenario.actors[s.actor.0 as usize].id.clone(),
                ladder: scenario.ladders[s.ladder.0 as usize].id.clone(),
                rung: start_rung(scenario, &s.start, scenario.ladders[s.ladder.0 as usize].rungs.len()),
            })
            .collect(),
        regimes: scenario
            .followed_regimes()
            .iter()
            .map(|r| LadderPart {
                id: r.id.clone(),
                label: name(r.label.as_ref(), &r.id),
                rungs: r
                    .states
                    .iter()
                    .map(|s| RungPart { id: s.id.clone(), label: name(s.label.as_ref(), &s.id), threshold: None })
                    .collect(),
            })
            .collect(),
        parameters: scenario.params.iter().take(MANY).enumerate().map(|(at, p)| parameter(scenario, p, at, sample)).collect(),
        variants: scenario
            .variants
            .iter()
            .take(MANY)
            .map(|v| VariantPart {
                id: v.id.clone(),
                label: name(v.label.as_ref(), &v.id),
                set: v.set.iter().take(MANY).map(|(path, value)| cut(&format!("{path} = {value}"), LABEL)).collect(),
            })
            .collect(),
        expectations: scenario
            .expectations
            .iter()
            .take(MANY)
            .map(|e| ExpectPart {
                that: cut(&e.text, LABEL),
                says: cut(&claims::in_words(e, scenario), TEXT),
                variant: e.variant.clone(),
                because: e.because.as_deref().map(|t| cut(t, TEXT)),
            })
            .collect(),
    }
}

/// The text, cut to so many characters.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
    }
}

fn name(label: Option<&String>, id: &str) -> String {
    cut(&called(label, id), LABEL)
}

/// The rung at the start, where it does not depend on the trial.
fn start_rung(scenario: &Scenario, start: &Formula, rungs: usize) -> Option<usize> {
    let at = scenario.pool.as_constant(start.expr).filter(|x| x.is_finite())?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rungs are few, and never below 0")]
    let rung = at.round().max(0.0) as usize;
    Some(rung.min(rungs.saturating_sub(1)))
}

fn parameter(scenario: &Scenario, param: &Param, at: usize, sample: &[Vec<f64>]) -> ParameterPart {
    let ty = match &param.kind {
        ParamKind::Drawn(draw) => draw.ty,
        ParamKind::Computed(formula) => formula.ty,
    };
    let distribution = match &param.kind {
        ParamKind::Drawn(draw) => scenario.distribution(draw, &Context::new(scenario)),
        ParamKind::Computed(formula) => match scenario.pool.as_constant(formula.expr) {
            Some(value) => scenario.value(value, ty),
            None => Context::new(scenario).formula(formula),
        },
    };
    let shape = match &param.kind {
        ParamKind::Drawn(draw) => known(scenario, draw).or_else(|| seen(scenario, ty, at, sample)),
        ParamKind::Computed(formula) if scenario.pool.as_constant(formula.expr).is_some() => None,
        ParamKind::Computed(_) => seen(scenario, ty, at, sample),
    };
    ParameterPart {
        id: param.id.clone(),
        label: name(param.label.as_ref(), &param.id),
        distribution: cut(&distribution, LABEL),
        source: param.source.as_deref().map(|t| cut(t, TEXT)),
        judgement: param.judgement,
        unit: (ty == Type::Span).then(|| "days".to_owned()),
        shape,
    }
}

/// A time in minutes as days; any other number as it is.
fn in_days(x: f64, ty: Type) -> f64 {
    if ty == Type::Span { x / 1440.0 } else { x }
}

/// The shape of a distribution whose parameters are constants.
fn known(scenario: &Scenario, draw: &Draw) -> Option<DistributionPart> {
    use std::iter::successors;
    let constants: Option<Vec<f64>> = draw.params.iter().map(|f| scenario.pool.as_constant(f.expr)).collect();
    let params = constants?;
    let family = draw.family;
    family.check(&params).ok()?;
    let quantile = |p: f64| family.quantile(&params, p);
    let (low, high) = (quantile(0.002), quantile(0.998));
    if !(low.is_finite() && high.is_finite()) {
        return None;
    }
    let whole = family.spec().gives != crate::dist::Gives::Real;
    if whole && high - low <= 40.0 {
        let values = successors(Some(low.floor()), |x| (*x + 1.0 <= high).then_some(x + 1.0));
        let share = |x: f64| family.cdf(&params, x) - family.cdf(&params, x - 0.5);
        let bars = values.map(|x| BarPart { value: cut(&scenario.value(x, draw.ty), 60), share: share(x) });
        return Some(DistributionPart::Bars(bars.collect()));
    }
    if high <= low {
        return None;
    }
    // Of a density with an infinite end only what is not in the tails is drawn.
    let step = (high - low) / f64::from(POINTS);
    let at: Vec<f64> = (0..=POINTS).map(|i| low + step * f64::from(i)).collect();
    let edge = |x: f64| family.cdf(&params, x);
    let height: Vec<f64> = at.iter().map(|x| (edge((x + step / 2.0).min(high)) - edge((x - step / 2.0).max(low))).max(0.0)).collect();
    // The first and the last are cut in half.
    let last = height.len() - 1;
    let height = height.iter().enumerate().map(|(i, h)| digits(if i == 0 || i == last { h * 2.0 } else { *h }, 5));
    Some(DistributionPart::Curve {
        height: height.collect(),
        at: at.into_iter().map(|x| digits(in_days(x, draw.ty), 6)).collect(),
        quantiles: [0.05, 0.5, 0.95].map(|p| in_days(quantile(p), draw.ty)),
        trials: None,
    })
}

/// The shape of what was seen in some trials.
fn seen(scenario: &Scenario, ty: Type, at: usize, sample: &[Vec<f64>]) -> Option<DistributionPart> {
    let mut values: Vec<f64> = sample.iter().filter_map(|row| row.get(at).copied()).filter(|x| x.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (*values.first()?, *values.last()?);
    if values.len() < 20 || high <= low {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "few trials")]
    let share = |n: usize| n as f64 / values.len() as f64;
    let few: BTreeSet<u64> = values.iter().map(|x| x.to_bits()).collect();
    if matches!(ty, Type::Truth | Type::Category(_) | Type::Rung(_) | Type::State(_)) || few.len() <= 8 {
        let mut counts: Vec<(f64, usize)> = Vec::new();
        for x in &values {
            match counts.last_mut() {
                Some(last) if last.0 == *x => last.1 += 1,
                _ => counts.push((*x, 1)),
            }
        }
        let bars = counts.iter().take(40).map(|(x, n)| BarPart { value: cut(&scenario.value(*x, ty), 60), share: digits(share(*n), 4) });
        return Some(DistributionPart::Bars(bars.collect()));
    }
    let bins: u32 = 16;
    let step = (high - low) / f64::from(bins);
    let count = |i: u32| values.iter().filter(|x| bin(**x, low, step, bins) == i).count();
    let quantile = |p: f64| {
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
        let rank = (p * (values.len() - 1) as f64).round() as usize;
        in_days(values[rank], ty)
    };
    Some(DistributionPart::Curve {
        at: (0..bins).map(|i| digits(in_days(low + step * (f64::from(i) + 0.5), ty), 6)).collect(),
        height: (0..bins).map(|i| digits(share(count(i)), 5)).collect(),
        quantiles: [0.05, 0.5, 0.95].map(quantile),
        trials: Some(values.len()),
    })
}

/// In which of `bins` a number lies.
fn bin(x: f64, low: f64, step: f64, bins: u32) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
    let at = ((x - low) / step) as u32;
    at.min(bins - 1)
}

/// A number with so many digits after the point, or with six significant ones where it is small.
fn digits(x: f64, digits: usize) -> f64 {
    let text = if x.abs() >= 0.01 || x == 0.0 { format!("{x:.digits$}") } else { format!("{x:.5e}") };
    text.parse().unwrap_or(x)
}

/// Rules and options by which an actor changes what belongs to another one.
fn spillovers(scenario: &Scenario) -> Vec<SpilloverPart> {
    let owners = Owners::new(scenario);
    let mut found: BTreeMap<(usize, usize), (BTreeSet<String>, usize)> = BTreeMap::new();
    let mut note = |from: &BTreeSet<usize>, effects: &[Effect], label: &str| {
        let to: BTreeSet<usize> = effects.iter().filter_map(|e| owners.of(e.target)).collect();
        for a in from {
            for b in to.iter().filter(|b| *b != a) {
                let entry = found.entry((*a, *b)).or_default();
                entry.0.insert(cut(label, 120));
                entry.1 += 1;
            }
        }
    };
    for decision in &scenario.decisions {
        let by = BTreeSet::from([decision.actor.0 as usize]);
        for option in &decision.options {
            note(&by, &option.effects, &called(option.label.as_ref(), &option.id));
        }
    }
    for rule in scenario.events.iter().chain(&scenario.reactions) {
        note(&owners.readers(scenario, rule), &rule.effects, &called(rule.label.as_ref(), &rule.id));
    }
    let part = |((a, b), (by, rules)): ((usize, usize), (BTreeSet<String>, usize))| SpilloverPart {
        from: scenario.actors[a].id.clone(),
        to: scenario.actors[b].id.clone(),
        by: by.into_iter().take(NAMED).collect(),
        rules,
    };
    let mut parts: Vec<SpilloverPart> = found.into_iter().map(part).collect();
    parts.sort_by_key(|p| std::cmp::Reverse(p.rules));
    parts.truncate(MANY);
    parts
}

/// Whose what is.
struct Owners {
    /// Actor by cell.
    of: Vec<Option<usize>>,
}

impl Owners {
    fn new(scenario: &Scenario) -> Self {
        let actors: BTreeMap<&str, usize> = scenario.actors.iter().enumerate().map(|(at, a)| (a.id.as_str(), at)).collect();
        let owner = |name: &str| actors.get(name.split('.').next().unwrap_or_default()).copied();
        Self { of: scenario.cells.iter().map(|c| owner(&c.name)).collect() }
    }

    fn of(&self, cell: CellId) -> Option<usize> {
        self.of.get(cell.0 as usize).copied().flatten()
    }

    /// Whose state makes a rule fire: the actor that it is written for, else those whose numbers its condition and chance read.
    fn readers(&self, scenario: &Scenario, rule: &Rule) -> BTreeSet<usize> {
        if let Some(member) = rule.member {
            return BTreeSet::from([member.0 as usize]);
        }
        let mut readers = BTreeSet::new();
        let mut read = |id: ExprId| {
            scenario.pool.each_reached(id, |_, node| {
                if let Node::Cell(cell) = node {
                    readers.extend(self.of(*cell));
                }
            });
        };
        rule.when.iter().for_each(|f| read(f.expr));
        match &rule.trigger {
            Trigger::Chance(f, _) | Trigger::Within(f, _) | Trigger::Rate(f, _) => read(f.expr),
            Trigger::Always(_) | Trigger::At(..) => {}
        }
        readers
    }
}
