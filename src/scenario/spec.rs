//! The keys of the format, as data: name, what it takes, whether it must be there, what it means.
//!
//! The shape check (`shape`), the JSON Schema (`schema`) and the reference page are
//! all made from these tables, so that none of them can drift from the others.

/// What a key takes.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// A text for people.
    Text,
    /// A name of something in the scenario, or a new one.
    Id,
    /// true or false.
    Bool,
    /// A whole number in this range.
    Integer(i64, i64),
    /// A plain number.
    Number,
    /// A date.
    Date,
    /// A date or a span of time.
    DateOrSpan,
    /// An expression: a number, true, false, or a text.
    Expression,
    /// A span of time as text, `"7 days"`.
    Span,
    /// A span of time, an expression for one, or a distribution of spans.
    SpanOrDraw,
    /// A distribution table.
    Distribution,
    /// A number or expression (the standard deviation), or a distribution.
    Noise,
    /// A parameter: a number, a distribution with a label and source, or a derived value.
    Parameter,
    /// A variable: stored, or derived.
    Variable,
    /// One of a few words.
    Word(&'static [&'static str]),
    /// A list.
    List(&'static Takes),
    /// A table with given keys.
    Table(&'static TableSpec),
    /// A table from ids to things.
    Map(&'static Takes),
    /// A table from paths to any value.
    Overrides,
}

/// A key.
#[derive(Clone, Copy, Debug)]
pub struct KeySpec {
    /// Its name.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether it must be there.
    pub required: bool,
    /// What it means (Markdown).
    pub doc: &'static str,
}

/// The keys of a table.
#[derive(Clone, Copy, Debug)]
pub struct TableSpec {
    /// What the table describes, as in "an event has no key ...".
    pub name: &'static str,
    /// What it is (Markdown).
    pub doc: &'static str,
    /// Its keys.
    pub keys: &'static [KeySpec],
    /// What any other key takes and means; `None` where there are no others.
    pub rest: Option<(Takes, &'static str)>,
}

const fn key(name: &'static str, takes: Takes, doc: &'static str) -> KeySpec {
    KeySpec { name, takes, required: false, doc }
}

const fn must(name: &'static str, takes: Takes, doc: &'static str) -> KeySpec {
    KeySpec { name, takes, required: true, doc }
}

const fn table(name: &'static str, doc: &'static str, keys: &'static [KeySpec]) -> TableSpec {
    TableSpec { name, doc, keys, rest: None }
}

const LABEL: KeySpec = key("label", Takes::Text, "what it is called in results; where it is left out, its name with blanks for `_`");
const NOTE: KeySpec = key("note", Takes::Text, "a remark for readers; display only");
const SOURCE: KeySpec = key("source", Takes::Text, "where the figure comes from; display only");
const ALLOW: KeySpec =
    key("allow", Takes::List(&Takes::Text), "codes of warnings that the author knows and accepts here, as in `[\"W0507\"]`");
const ENABLED: KeySpec =
    key("enabled", Takes::Bool, "`false` switches the rule off; its names stay readable (it never happens). Default `true`");
const SAYS: KeySpec = key("says", Takes::Text, "a sentence for traces, with `{expression}` or `{expression:.1f}`");
const DRAWS: KeySpec = key("draws", Takes::Map(&Takes::Distribution), "random numbers of this rule, by name");
const EFFECTS: KeySpec = key("effects", Takes::List(&Takes::Text), "`[after SPAN|draw :] [if condition :] target += | -= | = expression`");
const COOLDOWN: KeySpec = key("cooldown", Takes::SpanOrDraw, "not again before this span has passed");
const WHEN: KeySpec = key("when", Takes::Expression, "the condition; default true");
const CHANCE: KeySpec = key("chance", Takes::Expression, "a probability: at each look, or with `within` over that span");
const EVERY: KeySpec = key("every", Takes::Span, "how often the rule looks; default `[clock] every`");
const WITHIN: KeySpec = key("within", Takes::Span, "turns `chance` over this span into a constant hazard");
const RATE: KeySpec = key("rate", Takes::Expression, "occurrences per unit of time (Poisson); needs `per`");
const PER: KeySpec = key("per", Takes::Word(&UNITS), "the unit of time of `rate`");
const AT: KeySpec = key("at", Takes::List(&Takes::DateOrSpan), "fixed dates, or spans since the start");

/// Words for units of time.
pub const UNITS: [&str; 4] = ["minute", "hour", "day", "week"];

/// A whole scenario file.
pub const SCENARIO: TableSpec = table(
    "the scenario",
    "A scenario file.",
    &[
        must("format", Takes::Integer(1, 1), "version of the format: 1"),
        key("use", Takes::List(&Takes::Text), "files that are read first, in order; paths count from this file and stay in its folder"),
        key("set", Takes::Overrides, "values of used files (or of this one) to change, by path"),
        must("about", Takes::Table(&ABOUT), "what the scenario is"),
        must("clock", Takes::Table(&CLOCK), "time"),
        key("parameters", Takes::Map(&Takes::Parameter), "what nobody knows: drawn once per trial"),
        key("correlations", Takes::List(&Takes::Table(&CORRELATION)), "parameters that vary together"),
        key("ladders", Takes::Map(&Takes::Table(&LADDER)), "escalation ladders"),
        key("regimes", Takes::Map(&Takes::Table(&REGIME)), "outside processes in one of a few named states"),
        key("world", Takes::Table(&WORLD), "variables that belong to nobody"),
        key("actors", Takes::Map(&Takes::Table(&ACTOR)), "states, groups, publics, institutions"),
        key("groups", Takes::Map(&Takes::List(&Takes::Id)), "actors that share rules, in this order"),
        key("relations", Takes::Map(&Takes::Table(&RELATION)), "directed pairs of actors"),
        key("events", Takes::List(&Takes::Table(&EVENT)), "what happens by chance or on a date (phase 2, simultaneous)"),
        key("decisions", Takes::List(&Takes::Table(&DECISION)), "choices of actors (phase 3)"),
        key("reactions", Takes::List(&Takes::Table(&REACTION)), "consequences (phase 4, in file order)"),
        must("outcomes", Takes::List(&Takes::Table(&OUTCOME)), "how a trial is classified: the first that holds in its last state"),
        key("indicators", Takes::List(&Takes::Table(&INDICATOR)), "yes/no facts about a trial"),
        key("metrics", Takes::List(&Takes::Table(&METRIC)), "numbers about a trial"),
        key("variants", Takes::Map(&Takes::Table(&VARIANT)), "named what-ifs"),
        key("expect", Takes::List(&Takes::Table(&EXPECT)), "what the author believes the results say"),
    ],
);

const ABOUT: TableSpec = table(
    "[about]",
    "What the scenario is; display only.",
    &[
        must("title", Takes::Text, "a short title"),
        key("question", Takes::Text, "the question that the scenario answers"),
        key("author", Takes::Text, "who wrote it"),
        key("date", Takes::Date, "when"),
        key("sources", Takes::List(&Takes::Text), "where facts and figures come from"),
        key("simplified", Takes::Text, "what was left out or invented"),
        NOTE,
    ],
);

const CLOCK: TableSpec = table(
    "[clock]",
    "Time.",
    &[
        must("step", Takes::Span, "length of a step"),
        must("horizon", Takes::Span, "length of a trial"),
        key("every", Takes::Span, "how often rules look; default: the step as written in the file"),
        key("start", Takes::Date, "calendar date of time 0"),
        key(
            "decisions",
            Takes::Word(&["simultaneous", "sequential"]),
            "whether all decide on the same state, or in file order; default simultaneous",
        ),
    ],
);

const CORRELATION: TableSpec = table(
    "a correlation",
    "A Gaussian copula over some parameters.",
    &[
        must("of", Takes::List(&Takes::Id), "the parameters"),
        must(
            "rank",
            Takes::List(&Takes::List(&Takes::Number)),
            "their rank correlations (Spearman): a symmetric matrix with 1 on the diagonal",
        ),
        SOURCE,
        NOTE,
    ],
);

const LADDER: TableSpec = table(
    "a ladder",
    "An ordered list of rungs.",
    &[must("rungs", Takes::List(&Takes::Table(&RUNG)), "the rungs, lowest first"), LABEL, NOTE, SOURCE, ALLOW],
);

const RUNG: TableSpec = TableSpec {
    name: "a rung",
    doc: "A rung of a ladder.",
    keys: &[
        must("id", Takes::Id, "its name: `ladder.id` in expressions"),
        LABEL,
        key("threshold", Takes::Text, "name of the firebreak below this rung; display only"),
        NOTE,
        ALLOW,
    ],
    rest: Some((Takes::Expression, "a number of the rung (parameters may be read); every rung has the same ones")),
};

const REGIME: TableSpec = table(
    "a regime",
    "An outside process in one of a few named states.",
    &[
        must("start", Takes::Id, "state at the start"),
        must("states", Takes::List(&Takes::Table(&STATE)), "the states"),
        key("moves", Takes::List(&Takes::Table(&MOVE)), "how it moves (phase 1, at most one move a step)"),
        LABEL,
        NOTE,
        SOURCE,
        ALLOW,
    ],
);

const STATE: TableSpec = TableSpec {
    name: "a state",
    doc: "A state of a regime.",
    keys: &[
        must("id", Takes::Id, "its name: `regime.id` in expressions"),
        LABEL,
        key("dwell", Takes::SpanOrDraw, "how long it lasts, drawn at entry; its moves then have `weight`"),
        NOTE,
        ALLOW,
    ],
    rest: Some((Takes::Expression, "a number of the state (parameters may be read); every state has the same ones")),
};

const MOVE: TableSpec = table(
    "a move",
    "A move of a regime from one state to another.",
    &[
        must("from", Takes::Id, "state that it leaves"),
        must("to", Takes::Id, "state that it enters"),
        WHEN,
        CHANCE,
        EVERY,
        WITHIN,
        RATE,
        PER,
        AT,
        key("weight", Takes::Expression, "relative weight at the end of a dwell"),
        ENABLED,
        LABEL,
        SAYS,
        SOURCE,
        NOTE,
        ALLOW,
    ],
);

const WORLD: TableSpec =
    table("[world]", "What belongs to nobody.", &[key("vars", Takes::Map(&Takes::Variable), "its variables, read by their bare names")]);

const ACTOR: TableSpec = table(
    "an actor",
    "A state, group, public or institution.",
    &[
        LABEL,
        key("kind", Takes::Text, "what sort of actor; display only"),
        key("starts", Takes::Map(&Takes::Expression), "its rung at the start, for each ladder that it stands on"),
        key("vars", Takes::Map(&Takes::Variable), "its variables"),
        key("sees", Takes::Map(&Takes::Table(&SEES)), "what it perceives: readable in its decisions"),
        NOTE,
        SOURCE,
        ALLOW,
    ],
);

const SEES: TableSpec = table(
    "a perception",
    "A quantity as an actor perceives it.",
    &[
        must("of", Takes::Expression, "the truth; bias is written into it"),
        key("lag", Takes::Span, "how old the news is"),
        key("noise", Takes::Noise, "added: a standard deviation, or a distribution"),
        key("factor", Takes::Distribution, "multiplied: claim fog"),
        LABEL,
        NOTE,
        ALLOW,
    ],
);

const RELATION: TableSpec = table(
    "a relation",
    "A directed pair of actors.",
    &[
        must("from", Takes::Id, "the first actor"),
        must("to", Takes::Id, "the second actor"),
        key("vars", Takes::Map(&Takes::Variable), "its variables: `relation.variable` or `link(from, to).variable`"),
        LABEL,
        NOTE,
        SOURCE,
        ALLOW,
    ],
);

/// A stored variable.
pub const VARIABLE: TableSpec = table(
    "a variable",
    "A stored number.",
    &[
        must("start", Takes::Expression, "value at the start (parameters may be read)"),
        key("min", Takes::Expression, "lower bound (parameters may be read)"),
        key("max", Takes::Expression, "upper bound (parameters may be read)"),
        key("drift", Takes::Expression, "change per unit of time (phase 5); needs `per`"),
        key("per", Takes::Word(&UNITS), "the unit of time of `drift`"),
        LABEL,
        NOTE,
        SOURCE,
        ALLOW,
    ],
);

/// A derived value.
pub const DERIVED: TableSpec = table(
    "a derived value",
    "A value that is computed whenever it is read.",
    &[must("is", Takes::Expression, "its definition"), LABEL, NOTE, SOURCE, ALLOW],
);

/// An event.
pub const EVENT: TableSpec = table("an event", "Something that happens by chance or on a date.", &RULE);
/// A reaction.
pub const REACTION: TableSpec = table("a reaction", "A consequence: as an event, but in file order after all decisions.", &RULE);

const RULE: [KeySpec; 19] = [
    must("id", Takes::Id, "its name"),
    key("for", Takes::Id, "a group: one rule for every member, who is `self`"),
    WHEN,
    CHANCE,
    EVERY,
    WITHIN,
    RATE,
    PER,
    AT,
    DRAWS,
    EFFECTS,
    key("once", Takes::Bool, "at most once in a trial"),
    COOLDOWN,
    SAYS,
    ENABLED,
    LABEL,
    ALLOW,
    SOURCE,
    NOTE,
];

const DECISION: TableSpec = table(
    "a decision",
    "A choice of an actor.",
    &[
        must("id", Takes::Id, "its name"),
        key("actor", Takes::Id, "who decides; is `self`"),
        key("for", Takes::Id, "a group: one decision for every member, who is `self`"),
        WHEN,
        EVERY,
        must("choose", Takes::Word(&["logit", "weights", "chances", "best", "first"]), "how one option is chosen"),
        key("sharpness", Takes::Expression, "multiplies utilities in `logit`; default 1"),
        DRAWS,
        must("options", Takes::List(&Takes::Table(&OPTION)), "the options, in order"),
        ENABLED,
        LABEL,
        NOTE,
        ALLOW,
    ],
);

const OPTION: TableSpec = table(
    "an option",
    "What can be chosen.",
    &[
        must("id", Takes::Id, "its name: `decision.option` in expressions"),
        WHEN,
        key("utility", Takes::Expression, "for `logit` and `best`"),
        key("weight", Takes::Expression, "for `weights`"),
        key("chance", Takes::Expression, "for `chances`"),
        key("otherwise", Takes::Bool, "for `chances`: takes the rest"),
        key("move", Takes::Map(&Takes::Expression), "by ladder: so many rungs up (or down), or to a rung"),
        key("lead", Takes::SpanOrDraw, "time from choice to carrying out"),
        key("abort", Takes::Expression, "drops a pending option when it holds"),
        COOLDOWN,
        DRAWS,
        EFFECTS,
        SAYS,
        ENABLED,
        LABEL,
        NOTE,
        ALLOW,
    ],
);

const OUTCOME: TableSpec = table(
    "an outcome",
    "A way in which a trial can end.",
    &[
        must("id", Takes::Id, "its name"),
        LABEL,
        key("when", Takes::Expression, "read in the last state of the trial"),
        key("ends", Takes::Bool, "also read at the end of each step, and ends the trial"),
        key("unresolved", Takes::Bool, "nothing was decided"),
        key("otherwise", Takes::Bool, "the last one: takes every other trial"),
        NOTE,
        ALLOW,
    ],
);

const INDICATOR: TableSpec = table(
    "an indicator",
    "A yes/no fact about a trial.",
    &[
        must("id", Takes::Id, "its name"),
        LABEL,
        must("when", Takes::Expression, "read in the last state of the trial"),
        key("given", Takes::Id, "only among the trials on which this indicator holds"),
        NOTE,
        ALLOW,
    ],
);

const METRIC: TableSpec = table(
    "a metric",
    "A number about a trial.",
    &[
        must("id", Takes::Id, "its name"),
        LABEL,
        must("value", Takes::Expression, "read in the last state: a number, truth value (0/1) or span (in days)"),
        key("given", Takes::Id, "only among the trials on which this indicator holds"),
        key("unit", Takes::Text, "display only"),
        NOTE,
        ALLOW,
    ],
);

const VARIANT: TableSpec =
    table("a variant", "A named what-if.", &[LABEL, must("set", Takes::Overrides, "values to change, by path"), NOTE]);

const EXPECT: TableSpec = table(
    "an expectation",
    "A claim about the results.",
    &[
        key("id", Takes::Id, "its name in reports"),
        must("that", Takes::Text, "the claim, for example `P(war) < 0.1`"),
        key("variant", Takes::Id, "of this variant, not of the scenario as written"),
        key("because", Takes::Text, "why the author believes it"),
        key(
            "margin",
            Takes::Number,
            "so far from its limit either verdict of `test` will do, in the unit of the quantity (a share: 0 to 0.5)",
        ),
    ],
);

/// A distribution; which of the keys go with which `dist` is checked apart.
pub const DISTRIBUTION: TableSpec = table(
    "a distribution",
    "A distribution.",
    &[
        must("dist", Takes::Id, "its name"),
        key("value", Takes::Expression, "of `fixed`"),
        key("min", Takes::Expression, "lower end"),
        key("mode", Takes::Expression, "most likely value"),
        key("max", Takes::Expression, "upper end"),
        key("mean", Takes::Expression, "mean"),
        key("sd", Takes::Expression, "standard deviation"),
        key("median", Takes::Expression, "median"),
        key("sigma", Takes::Expression, "standard deviation of the logarithm"),
        key("alpha", Takes::Expression, "shape"),
        key("beta", Takes::Expression, "second shape"),
        key("shape", Takes::Expression, "shape"),
        key("scale", Takes::Expression, "scale"),
        key("n", Takes::Expression, "number of tries"),
        key("p", Takes::Expression, "probability"),
        key("weights", Takes::Map(&Takes::Expression), "relative weight of each category"),
        LABEL,
        SOURCE,
        key("judgement", Takes::Bool, "`true`: no source, the author's judgement; display only"),
        NOTE,
        ALLOW,
    ],
);

/// Calls `visit` once with every table of the format, the whole scenario first.
pub fn each_table(visit: &mut dyn FnMut(&'static TableSpec)) {
    let mut seen: Vec<&'static str> = Vec::new();
    below(Takes::Table(&SCENARIO), &mut seen, visit);
}

fn below(takes: Takes, seen: &mut Vec<&'static str>, visit: &mut dyn FnMut(&'static TableSpec)) {
    let tables: &[&'static TableSpec] = match takes {
        Takes::List(inner) | Takes::Map(inner) => return below(*inner, seen, visit),
        Takes::Table(spec) => &[spec],
        Takes::Variable => &[&VARIABLE, &DERIVED],
        Takes::Parameter => &[&DISTRIBUTION, &DERIVED],
        Takes::Distribution | Takes::Noise | Takes::SpanOrDraw => &[&DISTRIBUTION],
        _ => return,
    };
    for spec in tables {
        if seen.contains(&spec.name) {
            continue;
        }
        seen.push(spec.name);
        visit(spec);
        for key in spec.keys {
            below(key.takes, seen, visit);
        }
        if let Some((rest, _)) = spec.rest {
            below(rest, seen, visit);
        }
    }
}
