//! The parts of a scenario that can be switched off: what `drivers` takes away, one at a time.
//!
//! | part | switched off |
//! |---|---|
//! | event, reaction | it never happens: `enabled = false` |
//! | option of a decision | it is never available: `enabled = false` |
//! | move of a regime | it never takes place: `enabled = false` |
//! | noise, factor or lag of a perception | the actor sees the truth without it |
//! | spillover of a regime or theatre | all else sees it as it stood at the start |
//!
//! A part is all that one table of the file describes: a rule with `for` is one part, however many members its group has.
//! Draws have addresses, so all that is left keeps its luck.
//!
//! What is left of a decision without an option is the rest: the others share what it would have had, in the way in which the
//! decision chooses. Without the option that is `otherwise`, and where none is left, nothing is chosen. The moves that are left
//! of a regime keep their own chances and rates; at the end of a dwell the rest share by their weights, and where none is
//! left, or none is open, the state stays.

mod spillover;

use std::collections::BTreeSet;

use super::model::{Decision, DecisionOption, Regime, Rule, Scenario};
use super::names::called;
use super::visit::live_tracks;
use crate::lang::{HistoryKind, LadderId, Node, RegimeId, SeenId};

/// What kind of part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartKind {
    /// An event.
    Event,
    /// An option of a decision.
    Option,
    /// A reaction.
    Reaction,
    /// A move of a regime.
    Move,
    /// What a regime or a theatre does to all else.
    Spillover,
    /// Noise, factor or lag of a perception.
    Perception,
}

impl PartKind {
    /// All kinds with their names, one and many.
    pub const NAMES: [(Self, &'static str, &'static str); 6] = [
        (Self::Event, "event", "events"),
        (Self::Option, "option", "options"),
        (Self::Reaction, "reaction", "reactions"),
        (Self::Move, "move", "moves"),
        (Self::Spillover, "spillover", "spillovers"),
        (Self::Perception, "perception", "perceptions"),
    ];

    /// Its name: `event`.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].1
    }
}

/// A part of a scenario that can be switched off.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What kind.
    pub kind: PartKind,
    /// Its path, as `--set` names it; for one member of a group with `@` and the member behind the rule's name.
    pub path: String,
    /// What it is called, with who does it.
    pub label: String,
    what: What,
}

/// What is to be switched off.
#[derive(Clone, Debug, PartialEq)]
enum What {
    /// An event, reaction or option: what has this path, whatever its member, or this member's.
    Rule,
    /// A move of a regime: which one.
    Move(usize, usize),
    Noise(SeenId),
    Factor(SeenId),
    Lag(SeenId),
    Regime(RegimeId),
    Theatre(LadderId),
}

impl Scenario {
    /// Everything that can be switched off and is on, in the order of kinds, then of the file.
    #[must_use]
    pub fn parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        self.rule_parts(PartKind::Event, &self.events, &mut parts);
        for decision in &self.decisions {
            for option in &decision.options {
                let label = format!("{}: {}", self.who(decision, option, false), called(option.label.as_ref(), &option.id));
                push(&mut parts, Part { kind: PartKind::Option, path: without_member(&option.path), label, what: What::Rule });
            }
        }
        self.rule_parts(PartKind::Reaction, &self.reactions, &mut parts);
        for (index, regime) in self.regimes.iter().enumerate() {
            for (at, moved) in regime.moves.iter().enumerate() {
                let state = |s: u32| &regime.states[s as usize];
                let name = |s: u32| called(state(s).label.as_ref(), &state(s).id);
                let label = format!("{}: {} to {}", regime_name(regime), name(moved.from), name(moved.to));
                let path = format!("regimes.{}.moves.{}.{}", regime.id, state(moved.from).id, state(moved.to).id);
                parts.push(Part { kind: PartKind::Move, path, label, what: What::Move(index, at) });
            }
        }
        self.spillover_parts(&mut parts);
        self.perception_parts(&mut parts);
        parts
    }

    /// The parts of single members: those of rules and options that are written for a group.
    #[must_use]
    pub fn member_parts(&self) -> Vec<Part> {
        let mut parts = Vec::new();
        for (kind, rules) in [(PartKind::Event, &self.events), (PartKind::Reaction, &self.reactions)] {
            for rule in rules.iter().filter(|r| is_of_member(&r.path)) {
                let who = rule.member.map_or_else(String::new, |m| format!("{}: ", self.name_of_actor(m)));
                let label = who + &called(rule.label.as_ref(), &rule.id);
                parts.push(Part { kind, path: rule.path.clone(), label, what: What::Rule });
            }
        }
        for decision in self.decisions.iter().filter(|d| is_of_member(&d.path)) {
            for option in &decision.options {
                let label = format!("{}: {}", self.who(decision, option, true), called(option.label.as_ref(), &option.id));
                parts.push(Part { kind: PartKind::Option, path: option.path.clone(), label, what: What::Rule });
            }
        }
        parts.sort_by_key(|p| p.kind);
        parts
    }

    /// The same scenario with a part switched off. `None` only where the formulas would become too deep to be read.
    #[must_use]
    pub fn without(&self, part: &Part) -> Option<Self> {
        let mut new = self.clone();
        new.ranges = std::sync::OnceLock::new();
        match &part.what {
            What::Rule => new.drop_rule(&part.path),
            What::Move(regime, at) => {
                new.regimes[*regime].moves.remove(*at);
            }
            What::Noise(id) => new.seen[id.0 as usize].noise = None,
            What::Factor(id) => new.seen[id.0 as usize].factor = None,
            What::Lag(id) => {
                let of = &mut new.seen[id.0 as usize].of;
                if let Node::History(h) = new.pool.node(of.expr)
                    && matches!(h.kind, HistoryKind::Was(_))
                {
                    of.expr = new.pool.tracks()[h.track.0 as usize];
                }
            }
            What::Regime(_) | What::Theatre(_) => new.freeze(&part.what),
        }
        new.live_tracks = live_tracks(&new);
        (!new.pool.is_too_deep()).then_some(new)
    }

    fn drop_rule(&mut self, path: &str) {
        let is = |other: &str| other == path || (!is_of_member(path) && without_member(other) == path);
        for rules in [&mut self.events, &mut self.reactions] {
            let (off, on): (Vec<Rule>, Vec<Rule>) = std::mem::take(rules).into_iter().partition(|r| is(&r.path));
            *rules = on;
            self.dormant_rules.extend(off);
        }
        for decision in &mut self.decisions {
            decision.options.retain(|o| !is(&o.path));
        }
    }

    fn rule_parts(&self, kind: PartKind, rules: &[Rule], parts: &mut Vec<Part>) {
        for rule in rules {
            let label = called(rule.label.as_ref(), &rule.id);
            push(parts, Part { kind, path: without_member(&rule.path), label, what: What::Rule });
        }
    }

    fn spillover_parts(&self, parts: &mut Vec<Part>) {
        let regimes = (0..).map(RegimeId).zip(&self.regimes).map(|(id, regime)| {
            let (path, name) = (format!("regimes.{}", regime.id), regime_name(regime));
            (What::Regime(id), path, name)
        });
        let theatres = self.theatres().into_iter().map(|id| {
            let ladder = &self.ladders[id.0 as usize];
            (What::Theatre(id), format!("ladders.{}", ladder.id), called(ladder.label.as_ref(), &ladder.id))
        });
        let (all, words): (Vec<What>, Vec<(String, String)>) = regimes.chain(theatres).map(|(w, path, name)| (w, (path, name))).unzip();
        let felt = self.felt(&all);
        for ((what, (path, name)), _) in all.into_iter().zip(words).zip(felt).filter(|(_, felt)| *felt) {
            parts.push(Part { kind: PartKind::Spillover, path, label: format!("{name}, felt elsewhere"), what });
        }
    }

    fn perception_parts(&self, parts: &mut Vec<Part>) {
        let read: BTreeSet<SeenId> = self.decisions.iter().flat_map(|d| d.sees.iter().copied()).collect();
        for id in read {
            let seen = &self.seen[id.0 as usize];
            let actor = &self.actors[seen.actor.0 as usize];
            let lag = matches!(self.pool.node(seen.of.expr), Node::History(h) if matches!(h.kind, HistoryKind::Was(_)) && seen.lagged);
            let all = [
                ("noise", seen.noise.is_some(), What::Noise(id)),
                ("factor", seen.factor.is_some(), What::Factor(id)),
                ("lag", lag, What::Lag(id)),
            ];
            for (word, there, what) in all {
                if there {
                    let path = format!("actors.{}.sees.{}.{word}", actor.id, seen.name);
                    let name = called(seen.label.as_ref(), &seen.name);
                    let label = format!("{}: {word} of {name}", called(actor.label.as_ref(), &actor.id));
                    parts.push(Part { kind: PartKind::Perception, path, label, what });
                }
            }
        }
    }

    /// Ladders on which two actors or more stand, where there are two such ladders or more: else there is no elsewhere.
    fn theatres(&self) -> Vec<LadderId> {
        let contested = |id: &LadderId| self.stands.iter().filter(|s| s.ladder == *id).count() > 1;
        let ids: Vec<LadderId> = (0..).map(LadderId).take(self.ladders.len()).filter(contested).collect();
        if ids.len() > 1 { ids } else { Vec::new() }
    }

    fn name_of_actor(&self, id: crate::lang::check::ActorId) -> String {
        let actor = &self.actors[id.0 as usize];
        called(actor.label.as_ref(), &actor.id)
    }

    /// Who decides: the member, or what the decision of a group is called.
    fn who(&self, decision: &Decision, option: &DecisionOption, member: bool) -> String {
        if is_of_member(&decision.path) && !member { called(decision.label.as_ref(), &decision.id) } else { self.chooser(decision, option) }
    }
}

/// Adds a part unless it is that of another member of the same group.
fn push(parts: &mut Vec<Part>, part: Part) {
    if !parts.iter().rev().take_while(|p| p.kind == part.kind).any(|p| p.path == part.path) {
        parts.push(part);
    }
}

fn regime_name(regime: &Regime) -> String {
    called(regime.label.as_ref(), &regime.id)
}

fn is_of_member(path: &str) -> bool {
    path.contains('@')
}

/// `decisions.watch@turkey.options.wait` is `decisions.watch.options.wait`.
fn without_member(path: &str) -> String {
    match path.split_once('@') {
        None => path.to_owned(),
        Some((before, rest)) => before.to_owned() + rest.find('.').map_or("", |at| &rest[at..]),
    }
}
