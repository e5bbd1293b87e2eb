//! Tree to model: names are declared, then every expression is compiled in its place.
//!
//! The order follows what can be read where: clock, names and cells first; then parameters and the
//! numbers of rungs and states; then variables and perceptions; then rules; then what is read from a
//! trial. Derived values and draws are compiled when they are first read, which finds circles.

mod conflicts;
mod decisions;
mod declare;
mod effects;
mod labels;
mod quantities;
mod readings;
mod regimes;
mod rules;
mod scope;
mod values;
mod whole;

use std::collections::{BTreeMap, HashMap, HashSet};

pub(super) use values::minutes;

use super::model::{self, Scenario};
use super::tree::{Table, Value};
use crate::diag::{Code, Diagnostic, Sources, Span};
use crate::lang::check::{ActorId, Core};
use crate::lang::{CategoriesId, CellId, ExprId, LadderId, ParamId, RegimeId, RisesId, SeenId, TableId, Type};
use crate::rng::SiteId;

/// Most steps of a trial.
pub const MAX_STEPS: u32 = 100_000;
/// Most rules (instantiated) of a scenario.
pub const MAX_RULES: usize = 20_000;
/// Most stored numbers of a trial.
pub const MAX_CELLS: usize = 100_000;
/// Most values that functions of the past record in a trial (tracks times steps): they are kept in memory.
pub const MAX_RECORDED: u64 = 5_000_000;
/// Longest trial in minutes: times are part of a draw's address.
pub const MAX_MINUTES: u32 = crate::rng::MAX_TIME - 1;

/// What a global name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symbol {
    Param(usize),
    World(usize),
    Regime(RegimeId),
    Ladder(LadderId),
    Actor(ActorId),
    Relation(usize),
    Group(usize),
    Rule(usize),
    Decision(usize),
}

impl Symbol {
    /// What it is, in words.
    fn words(self) -> &'static str {
        match self {
            Self::Param(_) => "a parameter",
            Self::World(_) => "a variable of the world",
            Self::Regime(_) => "a regime",
            Self::Ladder(_) => "a ladder",
            Self::Actor(_) => "an actor",
            Self::Relation(_) => "a relation",
            Self::Group(_) => "a group",
            Self::Rule(_) => "an event or reaction",
            Self::Decision(_) => "a decision",
        }
    }
}

/// Who a variable belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    World,
    Actor(ActorId),
    Relation(usize),
}

/// Something that is compiled when it is first read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lazy<T> {
    Todo,
    Doing,
    Done(T),
    Failed,
}

/// A parameter as declared.
struct ParamDecl<'a> {
    id: &'a str,
    value: &'a Value,
    span: Span,
    /// Its place in evaluation order and its type.
    state: Lazy<(ParamId, Type)>,
}

/// A variable as declared.
struct VarDecl<'a> {
    owner: Owner,
    name: &'a str,
    value: &'a Value,
    span: Span,
    kind: VarKind,
}

#[derive(Clone, Copy)]
enum VarKind {
    Stored(CellId),
    Derived(Lazy<(ExprId, Type)>),
}

/// A perception as declared.
struct SeenDecl<'a> {
    actor: ActorId,
    name: &'a str,
    table: &'a Table,
    span: Span,
    ty: Option<Type>,
}

/// An event or reaction as declared.
struct RuleDecl<'a> {
    reaction: bool,
    table: &'a Table,
    span: Span,
    id: &'a str,
    members: Vec<Option<ActorId>>,
    happened: Vec<Happened>,
}

/// A decision as declared.
struct DecisionDecl<'a> {
    table: &'a Table,
    span: Span,
    id: &'a str,
    members: Vec<ActorId>,
    grouped: bool,
    options: Vec<OptionDecl<'a>>,
}

struct OptionDecl<'a> {
    id: &'a str,
    table: &'a Table,
    span: Span,
    happened: Vec<Happened>,
}

/// The cells that say what happened, for one member.
#[derive(Clone, Default)]
struct Happened {
    count: Option<CellId>,
    /// Cell of each mark; `None` for a draw that cannot be summed.
    marks: BTreeMap<String, Option<CellId>>,
}

/// Everything known so far.
struct World<'a> {
    tree: &'a Table,
    sources: &'a Sources,
    clock: model::Clock,
    symbols: BTreeMap<String, (Symbol, Span)>,
    params: Vec<ParamDecl<'a>>,
    vars: Vec<VarDecl<'a>>,
    var_index: HashMap<(u8, u32, String), usize>,
    seen: Vec<SeenDecl<'a>>,
    rules: Vec<RuleDecl<'a>>,
    decisions: Vec<DecisionDecl<'a>>,
    move_cells: HashMap<(RegimeId, String, String), CellId>,
    relation_index: HashMap<(ActorId, ActorId), usize>,
    stand_index: HashMap<(ActorId, LadderId), usize>,
    seen_index: HashMap<(ActorId, String), usize>,
    category_index: HashMap<String, CategoriesId>,
    sites: HashMap<SiteId, String>,
    /// Cells that can only hold whole numbers, as far as their declarations say.
    whole: HashSet<CellId>,
    built: Scenario,
}

/// Where an expression stands: what it can read.
#[expect(clippy::struct_excessive_bools, reason = "each says of one thing whether it can be read")]
struct Place<'a> {
    /// `self`.
    owner: Option<ActorId>,
    /// Only parameters can be read.
    parameters_only: bool,
    /// Perceptions of `self` can be read.
    sees: bool,
    /// `at_first` can be used.
    metrics: bool,
    /// The draws have no values yet: what decides whether they are made cannot read them.
    undrawn: bool,
    /// Draws that can be read, and those that have been compiled.
    draws: Vec<DrawDecl<'a>>,
    drawn: Vec<model::Draw>,
    /// Path that addresses of draws begin with.
    path: String,
    /// The same without the member, for names of categories.
    plain_path: String,
    /// Memories of `rises` so far; `None` where it cannot stand.
    rises: Option<Vec<RisesId>>,
    /// The rung that an option's move would reach, by ladder.
    to: Vec<(LadderId, ExprId)>,
    /// Perceptions that were read.
    seen: Vec<SeenId>,
}

struct DrawDecl<'a> {
    name: &'a str,
    value: &'a Value,
    span: Span,
    /// Path of its address.
    path: String,
    plain_path: String,
    state: Lazy<(u32, Type)>,
}

impl Place<'_> {
    fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        Self {
            owner: None,
            parameters_only: false,
            sees: false,
            metrics: false,
            undrawn: false,
            draws: Vec::new(),
            drawn: Vec::new(),
            plain_path: path.clone(),
            path,
            rises: None,
            to: Vec::new(),
            seen: Vec::new(),
        }
    }

    /// A place where only parameters can be read.
    fn parameters(path: impl Into<String>) -> Self {
        Self { parameters_only: true, ..Self::new(path) }
    }
}

/// Compiles a tree of the right shape.
///
/// `file_every` is the step as written in the file, in minutes: the default of `[clock] every`, which
/// an override of the step does not move. Returns `None` after reporting what is wrong.
pub fn compile(tree: &Table, sources: &Sources, file_every: Option<u32>, core: &mut Core, id: &str) -> Option<Scenario> {
    let clock = values::clock(tree, sources, file_every, core)?;
    let mut world = World::new(tree, sources, clock, id);
    world.declare(core);
    if core.diags.has_errors() {
        // Names that failed to be declared would make every expression that reads them an error.
        return None;
    }
    world.quantities(core);
    world.regimes(core);
    world.rules(core);
    world.decisions(core);
    world.readings(core);
    if !core.diags.has_errors() {
        world.conflicts(core);
    }
    if core.diags.has_errors() {
        return None;
    }
    let recorded = core.pool.tracks().len() as u64 * u64::from(world.clock.steps);
    if recorded > MAX_RECORDED {
        let span = tree.get("clock").map_or_else(|| Span::new(crate::diag::FileId(0), 0..0), |v| v.span);
        let message = format!("functions of the past record {} values over {} steps", core.pool.tracks().len(), world.clock.steps);
        return core.fail(
            Diagnostic::new(Code::TooMany, span, message)
                .help("use a longer step, a shorter horizon, or fewer functions of the past in sums over groups"),
        );
    }
    world.built.pool = std::mem::take(&mut core.pool);
    world.built.live_tracks = super::visit::live_tracks(&world.built);
    Some(world.built)
}

impl<'a> World<'a> {
    fn new(tree: &'a Table, sources: &'a Sources, clock: model::Clock, id: &str) -> Self {
        let built = Scenario {
            id: id.to_owned(),
            about: values::about(tree),
            sha256: String::new(),
            overrides: Vec::new(),
            entries: Vec::new(),
            clock: clock.clone(),
            pool: crate::lang::Pool::default(),
            live_tracks: Vec::new(),
            categories: Vec::new(),
            params: Vec::new(),
            correlations: Vec::new(),
            tables: Vec::new(),
            cells: Vec::new(),
            variables: Vec::new(),
            derived: Vec::new(),
            ladders: Vec::new(),
            stands: Vec::new(),
            regimes: Vec::new(),
            actors: Vec::new(),
            groups: Vec::new(),
            relations: Vec::new(),
            seen: Vec::new(),
            rises: Vec::new(),
            events: Vec::new(),
            decisions: Vec::new(),
            reactions: Vec::new(),
            dormant_rules: Vec::new(),
            dormant_decisions: Vec::new(),
            outcomes: Vec::new(),
            indicators: Vec::new(),
            metrics: Vec::new(),
            variants: Vec::new(),
            expectations: Vec::new(),
            followed: None,
            ranges: std::sync::OnceLock::new(),
        };
        Self {
            tree,
            sources,
            clock,
            symbols: BTreeMap::new(),
            params: Vec::new(),
            vars: Vec::new(),
            var_index: HashMap::new(),
            seen: Vec::new(),
            rules: Vec::new(),
            decisions: Vec::new(),
            move_cells: HashMap::new(),
            relation_index: HashMap::new(),
            stand_index: HashMap::new(),
            seen_index: HashMap::new(),
            category_index: HashMap::new(),
            sites: HashMap::new(),
            whole: HashSet::new(),
            built,
        }
    }

    /// A new stored number.
    fn cell(&mut self, name: String, kind: model::CellKind) -> CellId {
        let id = CellId(u32::try_from(self.built.cells.len()).unwrap_or(u32::MAX));
        self.built.cells.push(model::Cell { name, kind });
        id
    }

    /// A new table of numbers.
    fn number_table(&mut self, name: String) -> TableId {
        let id = TableId(u32::try_from(self.built.tables.len()).unwrap_or(u32::MAX));
        self.built.tables.push(model::NumberTable { name, rows: Vec::new() });
        id
    }

    /// The address of a path; two paths with one address are an error.
    fn site(&mut self, path: &str, span: Span, core: &mut Core) -> SiteId {
        let site = SiteId::of_path(path);
        if let Some(other) = self.sites.get(&site)
            && other != path
        {
            let message = format!("the draws `{path}` and `{other}` have the same address");
            core.diags.push(Diagnostic::new(Code::SiteCollision, span, message).help("rename one of the two"));
        }
        self.sites.insert(site, path.to_owned());
        site
    }

    fn actor_name(&self, id: ActorId) -> &str {
        &self.built.actors[id.0 as usize].id
    }

    fn var(&self, owner: Owner, name: &str) -> Option<usize> {
        let (kind, index) = owner_key(owner);
        // The key owns its name; names are short and this is not the run.
        self.var_index.get(&(kind, index, name.to_owned())).copied()
    }
}

fn owner_key(owner: Owner) -> (u8, u32) {
    match owner {
        Owner::World => (0, 0),
        Owner::Actor(a) => (1, a.0),
        Owner::Relation(r) => (2, u32::try_from(r).unwrap_or(u32::MAX)),
    }
}
