//! The checked scenario: every name resolved, every rule instantiated, nothing left to interpret.
//!
//! This is the border between the front end and everything that runs. A rule with `for = "group"` has
//! become one rule per member. Numbers that a trial stores have become *cells*; expressions read cells,
//! parameters, draws and *tracks* (values recorded at the end of every step) through the nodes of one
//! [`Pool`].

use crate::dist::Family;
use crate::dist::copula::Cholesky;
use crate::lang::check::ActorId;
use crate::lang::template::Piece;
use crate::lang::{CellId, ExprId, LadderId, ParamId, Pool, RegimeId, RisesId, SeenId, TableId, Type};
use crate::rng::SiteId;

/// What claims are made of.
pub use crate::lang::BinaryOp;
pub use crate::lang::claim::{Claim, Quantity};

/// A checked scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Short name: the file's name without its ending.
    pub id: String,
    /// What the scenario is.
    pub about: About,
    /// SHA-256 (hex) of the texts of the scenario and of all files that it uses, in reading order.
    pub sha256: String,
    /// What was changed by `--variant` and `--set`: path and value as text, in order.
    pub overrides: Vec<(String, String)>,
    /// The scenario as written, entry by entry, after all changes: what two scenarios are compared by.
    pub entries: Vec<crate::scenario::entries::Entry>,
    /// Time.
    pub clock: Clock,
    /// All expressions.
    pub pool: Pool,
    /// Which tracks are recorded: those that something not switched off reads.
    pub live_tracks: Vec<bool>,
    /// Lists of category names.
    pub categories: Vec<Vec<String>>,
    /// Parameters, in evaluation order.
    pub params: Vec<Param>,
    /// Groups of parameters that vary together.
    pub correlations: Vec<Correlation>,
    /// Numbers of rungs and states.
    pub tables: Vec<NumberTable>,
    /// Everything that a trial stores.
    pub cells: Vec<Cell>,
    /// Stored variables.
    pub variables: Vec<Variable>,
    /// Derived values.
    pub derived: Vec<Derived>,
    /// Ladders.
    pub ladders: Vec<Ladder>,
    /// Places of actors on ladders.
    pub stands: Vec<Stand>,
    /// Regimes.
    pub regimes: Vec<Regime>,
    /// Actors.
    pub actors: Vec<Actor>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Relations.
    pub relations: Vec<Relation>,
    /// Perceived quantities.
    pub seen: Vec<Seen>,
    /// Places where `rises` stands.
    pub rises: Vec<Rises>,
    /// Events that are enabled, instantiated, in file order.
    pub events: Vec<Rule>,
    /// Decisions that are enabled, instantiated, in file order.
    pub decisions: Vec<Decision>,
    /// Reactions that are enabled, instantiated, in file order.
    pub reactions: Vec<Rule>,
    /// Events and reactions that are switched off: they never happen, but what they read is in use.
    pub dormant_rules: Vec<Rule>,
    /// Decisions that are switched off.
    pub dormant_decisions: Vec<Decision>,
    /// Outcomes, by priority; the last one takes the rest.
    pub outcomes: Vec<Outcome>,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Metrics.
    pub metrics: Vec<Metric>,
    /// Named what-ifs.
    pub variants: Vec<Variant>,
    /// Claims.
    pub expectations: Vec<Expectation>,
    /// Which variables are followed over time, by place; where nothing is said, the first ones.
    pub followed: Option<Vec<usize>>,
    /// Ranges of all nodes, found when they are first asked for.
    pub(super) ranges: std::sync::OnceLock<Vec<(crate::lang::range::Range, bool)>>,
}

impl Scenario {
    /// Most actors and ladders whose rungs are followed over time, and most rungs of all of these.
    pub const STANDS: usize = 256;
    const RUNGS: usize = 4096;
    /// Most variables that are followed over time.
    pub const FOLLOWED: usize = 32;

    /// The actors on ladders whose rungs are followed over time: all, or the first of very many.
    #[must_use]
    pub fn followed_stands(&self) -> &[Stand] {
        let mut rungs = 0;
        let fits = |stand: &&Stand| {
            rungs += self.ladders[stand.ladder.0 as usize].rungs.len();
            rungs <= Self::RUNGS
        };
        let count = self.stands.iter().take(Self::STANDS).take_while(fits).count();
        &self.stands[..count]
    }

    /// What is followed over time by its whole numbers: the rungs of actors, then the states of regimes. Each with how many there
    /// are.
    pub fn followed_places(&self) -> impl Iterator<Item = (CellId, usize)> + '_ {
        let stands = self.followed_stands().iter().map(|s| (s.cell, self.ladders[s.ladder.0 as usize].rungs.len()));
        stands.chain(self.followed_regimes().iter().map(|r| (r.cell, r.states.len())))
    }

    /// The regimes whose states are followed over time: all, or the first of very many.
    #[must_use]
    pub fn followed_regimes(&self) -> &[Regime] {
        let mut states = 0;
        let fits = |regime: &&Regime| {
            states += regime.states.len();
            states <= Self::RUNGS
        };
        let count = self.regimes.iter().take(Self::STANDS).take_while(fits).count();
        &self.regimes[..count]
    }

    /// The variables that are followed over time.
    pub fn followed_variables(&self) -> impl Iterator<Item = &Variable> {
        let chosen = |chosen: &Vec<usize>| chosen.clone();
        let places = self.followed.as_ref().map_or_else(|| (0..self.variables.len().min(Self::FOLLOWED)).collect(), chosen);
        places.into_iter().filter_map(|at| self.variables.get(at))
    }

    /// An actor.
    #[must_use]
    pub fn actor(&self, id: ActorId) -> &Actor {
        &self.actors[id.0 as usize]
    }

    /// The parameters that are drawn, in order of evaluation: the inputs of a design.
    pub fn drawn_parameters(&self) -> impl Iterator<Item = &Param> {
        self.params.iter().filter(|p| matches!(p.kind, ParamKind::Drawn(_)))
    }

    /// The place of a drawn parameter among those that are drawn.
    #[must_use]
    pub fn input_of(&self, id: crate::lang::ParamId) -> usize {
        let before = self.params.iter().take(id.0 as usize);
        before.filter(|p| matches!(p.kind, ParamKind::Drawn(_))).count()
    }

    /// Follows these variables (by their paths) over time, instead of the first ones.
    ///
    /// # Errors
    /// The name that is no variable.
    pub fn follow(&mut self, names: &[String]) -> Result<(), String> {
        let find = |name: &String| {
            let at = self.variables.iter().position(|v| self.cells[v.cell.0 as usize].name == *name);
            at.ok_or_else(|| name.clone())
        };
        self.followed = Some(names.iter().map(find).collect::<Result<_, _>>()?);
        Ok(())
    }
}

/// What the scenario is; display only.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct About {
    /// Title.
    pub title: String,
    /// The question that it answers.
    pub question: Option<String>,
    /// Who wrote it.
    pub author: Option<String>,
    /// When.
    pub date: Option<String>,
    /// Where facts come from.
    pub sources: Vec<String>,
    /// What was left out or invented.
    pub simplified: Option<String>,
}

/// Time.
#[derive(Clone, Debug, PartialEq)]
pub struct Clock {
    /// Length of a step in minutes.
    pub step: u32,
    /// Number of steps.
    pub steps: u32,
    /// How often rules look by default, in minutes.
    pub every: u32,
    /// Calendar date and time of time 0.
    pub start: Option<jiff::civil::DateTime>,
    /// Whether decisions are taken in file order instead of all on one state.
    pub sequential: bool,
}

impl Clock {
    /// Length of a trial in minutes.
    #[must_use]
    pub fn horizon(&self) -> u32 {
        self.step * self.steps
    }

    /// The calendar date of a time in minutes, or "day 3" where there is no start date.
    #[must_use]
    pub fn date(&self, minutes: u32) -> String {
        let whole_days = self.step.is_multiple_of(1440);
        match self.start {
            Some(start) => {
                let at = start.checked_add(jiff::Span::new().minutes(i64::from(minutes)));
                let at = at.unwrap_or(start);
                if whole_days { at.strftime("%Y-%m-%d").to_string() } else { at.strftime("%Y-%m-%d %H:%M").to_string() }
            }
            None if whole_days => format!("day {}", minutes / 1440),
            None => crate::lang::types::span_words(f64::from(minutes)),
        }
    }
}

/// An expression with the text it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Formula {
    /// The node.
    pub expr: ExprId,
    /// Its type.
    pub ty: Type,
    /// The text as written; empty where it is part of a longer one, or nobody wrote it.
    pub text: String,
    /// Where it stands, for example `crisis.toml:12`; empty where nobody wrote it.
    pub at: String,
}

/// A stored number.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Its path, for example `pakistan.pressure`.
    pub name: String,
    /// What it is.
    pub kind: CellKind,
}

/// What a cell holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// A variable: index into [`Scenario::variables`].
    Variable(usize),
    /// The rung of an actor: index into [`Scenario::stands`].
    Rung(usize),
    /// The state of a regime.
    Regime(RegimeId),
    /// How often something has happened in this step so far.
    Count,
    /// Sum of a mark over this step's occurrences so far.
    Mark,
}

/// A random number at an address.
#[derive(Clone, Debug, PartialEq)]
pub struct Draw {
    /// Its name in the rule.
    pub name: String,
    /// Its path in the scenario.
    pub path: String,
    /// The hash of the path.
    pub site: SiteId,
    /// Its distribution.
    pub family: Family,
    /// The distribution's parameters, all of them, in the family's order.
    pub params: Vec<Formula>,
    /// Type of the result.
    pub ty: Type,
}

/// How a parameter gets its value.
#[derive(Clone, Debug, PartialEq)]
pub enum ParamKind {
    /// Drawn.
    Drawn(Draw),
    /// Given or computed from other parameters.
    Computed(Formula),
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Param {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// Where it comes from.
    pub source: Option<String>,
    /// Whether it is the author's judgement.
    pub judgement: bool,
    /// How it gets its value.
    pub kind: ParamKind,
}

/// Parameters that vary together.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    /// The parameters.
    pub of: Vec<ParamId>,
    /// Cholesky factor of the matrix of normal correlations.
    pub factor: Cholesky,
    /// The rank correlations as written.
    pub rank: Vec<Vec<f64>>,
}

/// A number that every rung of a ladder (or state of a regime) has.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberTable {
    /// `border.cost_up`.
    pub name: String,
    /// Value on each rung; reads parameters only.
    pub rows: Vec<Formula>,
}

/// A stored variable.
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// Where it is stored.
    pub cell: CellId,
    /// What it is called.
    pub label: Option<String>,
    /// Value at the start.
    pub start: Formula,
    /// Lower bound.
    pub min: Option<Formula>,
    /// Upper bound.
    pub max: Option<Formula>,
    /// Change per unit of time, and that unit in minutes.
    pub drift: Option<(Formula, u32)>,
}

/// A derived value.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// Its path.
    pub name: String,
    /// Its definition.
    pub value: Formula,
}

/// A ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// Its rungs, lowest first.
    pub rungs: Vec<Rung>,
    /// Its numbers.
    pub numbers: Vec<(String, TableId)>,
}

/// A rung.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// The firebreak below it.
    pub threshold: Option<String>,
}

/// An actor's place on a ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct Stand {
    /// Who.
    pub actor: ActorId,
    /// On which ladder.
    pub ladder: LadderId,
    /// Where it is stored.
    pub cell: CellId,
    /// Rung at the start (rounded, clamped).
    pub start: Formula,
}

/// A regime.
#[derive(Clone, Debug, PartialEq)]
pub struct Regime {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// Where its state is stored.
    pub cell: CellId,
    /// State at the start.
    pub start: u32,
    /// Its states.
    pub states: Vec<State>,
    /// Its moves that are enabled.
    pub moves: Vec<Move>,
    /// Its numbers.
    pub numbers: Vec<(String, TableId)>,
    /// Address of the draw that chooses a move.
    pub site: SiteId,
    /// Address of the draw of moves on fixed dates.
    pub at_site: SiteId,
}

/// A state of a regime.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// How long it lasts, drawn at entry.
    pub dwell: Option<Span>,
}

/// A move of a regime.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// State that it leaves.
    pub from: u32,
    /// State that it enters.
    pub to: u32,
    /// Condition.
    pub when: Option<Formula>,
    /// How it comes about.
    pub trigger: MoveTrigger,
    /// Counts it.
    pub occurred: CellId,
    /// Places of `rises` in it.
    pub rises: Vec<RisesId>,
    /// Its sentence.
    pub says: Option<Template>,
    /// Its path, for messages.
    pub path: String,
}

/// How a move of a regime comes about.
#[derive(Clone, Debug, PartialEq)]
pub enum MoveTrigger {
    /// One of the exclusive chances at looks every so many minutes.
    Chance(Formula, u32),
    /// A competing rate per so many minutes.
    Rate(Formula, u32),
    /// A competing chance over so many minutes.
    Within(Formula, u32),
    /// At these times (minutes), with this chance (default: certain).
    At(Vec<u32>, Option<Formula>),
    /// By weight at the end of the state's dwell.
    Weight(Formula),
}

/// A span that is fixed, computed or drawn, in minutes.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// Fixed or computed.
    Given(Formula),
    /// Drawn.
    Drawn(Draw),
}

/// A sentence with values in it.
pub type Template = Vec<Piece<Formula>>;

/// An actor.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// What sort.
    pub kind: Option<String>,
}

/// A group of actors.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its name.
    pub id: String,
    /// Its members, in listed order.
    pub members: Vec<ActorId>,
}

/// A directed pair of actors.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// First actor.
    pub from: ActorId,
    /// Second actor.
    pub to: ActorId,
}

/// A perceived quantity: `value(of, t - lag) * factor + noise`.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Who perceives.
    pub actor: ActorId,
    /// Its name.
    pub name: String,
    /// What it is called.
    pub label: Option<String>,
    /// The truth, with the lag already in it.
    pub of: Formula,
    /// Whether a lag was given.
    pub lagged: bool,
    /// Added error.
    pub noise: Option<Draw>,
    /// Multiplied error.
    pub factor: Option<Draw>,
}

/// A place where `rises(c)` stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Rises {
    /// What it watches.
    pub condition: ExprId,
}

/// When a rule may fire.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// At each look, every so many minutes.
    Always(u32),
    /// With this probability at each look, every so many minutes.
    Chance(Formula, u32),
    /// With a constant hazard that gives this probability over so many minutes.
    Within(Formula, u32),
    /// A Poisson number of times, with this rate per so many minutes.
    Rate(Formula, u32),
    /// At these times (minutes), with this chance (default: certain).
    At(Vec<u32>, Option<Formula>),
}

/// An event or reaction, for one member if it was written for a group.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its name.
    pub id: String,
    /// Its path with the member: `events.attack@ttp`.
    pub path: String,
    /// What it is called.
    pub label: Option<String>,
    /// `self`.
    pub member: Option<ActorId>,
    /// Condition.
    pub when: Option<Formula>,
    /// Chance.
    pub trigger: Trigger,
    /// Address of the chance.
    pub site: SiteId,
    /// Random numbers, in evaluation order.
    pub draws: Vec<Draw>,
    /// Consequences.
    pub effects: Vec<Effect>,
    /// At most once in a trial.
    pub once: bool,
    /// Not again before this has passed.
    pub cooldown: Option<Span>,
    /// Its sentence.
    pub says: Option<Template>,
    /// Counts it.
    pub occurred: CellId,
    /// Sum of each draw, in the order of `draws`; `None` for a draw that cannot be summed.
    pub marks: Vec<Option<CellId>>,
    /// Places of `rises` in it.
    pub rises: Vec<RisesId>,
}

/// How an effect changes its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Becomes the value.
    Set,
    /// Grows by the value.
    Add,
    /// Shrinks by the value.
    Subtract,
}

/// A consequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Span after which it arrives; `None`: at once.
    pub delay: Option<Formula>,
    /// Condition, read when the rule fires.
    pub guard: Option<Formula>,
    /// What it changes.
    pub target: CellId,
    /// How.
    pub change: Change,
    /// By or to what; read when the rule fires.
    pub value: Formula,
    /// As written.
    pub text: String,
}

/// How one option is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choose {
    /// Quantal response: P(i) proportional to exp(sharpness * utility).
    Logit,
    /// In proportion to weights.
    Weights,
    /// By plain chances; one option takes the rest.
    Chances,
    /// The largest utility; ties to the first.
    Best,
    /// The first that is available.
    First,
}

/// A choice of an actor.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// Its name.
    pub id: String,
    /// Its path with the member.
    pub path: String,
    /// What it is called.
    pub label: Option<String>,
    /// Who decides.
    pub actor: ActorId,
    /// Condition.
    pub when: Option<Formula>,
    /// How often it looks, in minutes.
    pub every: u32,
    /// How it chooses.
    pub choose: Choose,
    /// Multiplies utilities in a logit.
    pub sharpness: Option<Formula>,
    /// Random numbers, in evaluation order; options can read them.
    pub draws: Vec<Draw>,
    /// The options that are enabled, in order.
    pub options: Vec<DecisionOption>,
    /// Address of the choice.
    pub site: SiteId,
    /// Places of `rises` in it and in its options.
    pub rises: Vec<RisesId>,
    /// Perceptions that it reads.
    pub sees: Vec<SeenId>,
}

/// What can be chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct DecisionOption {
    /// Its name.
    pub id: String,
    /// Its path with the member.
    pub path: String,
    /// What it is called.
    pub label: Option<String>,
    /// Condition.
    pub when: Option<Formula>,
    /// Utility, weight or chance.
    pub value: Option<Formula>,
    /// Takes the rest of the chances.
    pub otherwise: bool,
    /// Moves on ladders.
    pub moves: Vec<LadderMove>,
    /// Time from choice to carrying out.
    pub lead: Option<Span>,
    /// Drops it while pending.
    pub abort: Option<Formula>,
    /// Not again before this has passed since it was carried out.
    pub cooldown: Option<Span>,
    /// Random numbers of carrying out; their indices follow those of the decision.
    pub draws: Vec<Draw>,
    /// Consequences.
    pub effects: Vec<Effect>,
    /// Its sentence.
    pub says: Option<Template>,
    /// Counts it.
    pub occurred: CellId,
    /// Sum of each draw, in the order of `draws`.
    pub marks: Vec<Option<CellId>>,
}

/// A move of the deciding actor on a ladder.
#[derive(Clone, Debug, PartialEq)]
pub struct LadderMove {
    /// Where its rung is stored.
    pub target: CellId,
    /// How.
    pub to: MoveTo,
}

/// Where a move on a ladder leads.
#[derive(Clone, Debug, PartialEq)]
pub enum MoveTo {
    /// So many rungs up (or down); rounded.
    By(Formula),
    /// To this rung.
    Rung(u32),
}

/// A way in which a trial can end.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// Condition; `None` for the one that takes the rest.
    pub when: Option<Formula>,
    /// Ends the trial when it holds at the end of a step.
    pub ends: bool,
    /// Nothing was decided.
    pub unresolved: bool,
}

/// A yes/no fact about a trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Indicator {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// Condition.
    pub when: Formula,
    /// Only among trials on which this indicator holds.
    pub given: Option<usize>,
}

/// A number about a trial.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// Value: a number, truth or span.
    pub value: Formula,
    /// Only among trials on which this indicator holds.
    pub given: Option<usize>,
    /// An infinite value means that it is missing: a span that is `never`, or `at_first` of what never was.
    pub may_miss: bool,
    /// Display only.
    pub unit: Option<String>,
}

/// A named what-if.
#[derive(Clone, Debug, PartialEq)]
pub struct Variant {
    /// Its name.
    pub id: String,
    /// What it is called.
    pub label: Option<String>,
    /// Paths and values as written.
    pub set: Vec<(String, String)>,
}

/// A claim about the results.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Its name.
    pub id: Option<String>,
    /// As written.
    pub text: String,
    /// The claim, by names.
    pub claim: Claim<String>,
    /// Of which variant.
    pub variant: Option<String>,
    /// Why.
    pub because: Option<String>,
    /// So far from its limit either verdict will do, in the unit of the quantity; `None` where the author does not say.
    pub margin: Option<f64>,
    /// The file in which it stands, as it was named.
    pub file: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// Column in the line, from 1, in characters.
    pub column: usize,
}
