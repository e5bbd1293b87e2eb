//! The functions of the rule language, as data: name, usage, meaning, examples.
//!
//! The reference page is generated from this table and the examples run as tests, so that neither can
//! drift from what the checker does ([`super::check`] lowers each to core nodes).

/// A function.
#[derive(Clone, Copy, Debug)]
pub struct Builtin {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// Fewest arguments.
    pub least: usize,
    /// Most arguments.
    pub most: usize,
    /// What it is, with its formula (Markdown; x_t is the value now, x_0 the start state).
    pub summary: &'static str,
    /// Constant expressions and their values; empty where the function needs a running trial.
    pub examples: &'static [(&'static str, &'static str)],
}

impl Builtin {
    /// The number of arguments in words.
    #[must_use]
    pub fn arity_words(&self) -> String {
        let plural = |n: usize| if n == 1 { "argument" } else { "arguments" };
        if self.least == self.most {
            format!("{} {}", self.least, plural(self.least))
        } else if self.most == usize::MAX {
            format!("at least {} arguments", self.least)
        } else {
            format!("{} or {} arguments", self.least, self.most)
        }
    }
}

const fn of(
    name: &'static str,
    usage: &'static str,
    arity: (usize, usize),
    summary: &'static str,
    examples: &'static [(&'static str, &'static str)],
) -> Builtin {
    Builtin { name, usage, least: arity.0, most: arity.1, summary, examples }
}

const MANY: usize = usize::MAX;

/// All functions.
pub const ALL: &[Builtin] = &[
    of(
        "if",
        "if(condition, a, b)",
        (3, 3),
        "`a` where the condition is true, else `b`; the other is not used",
        &[("if(1 < 2, 10, 20)", "10"), ("if(false, 1/0, 3)", "3")],
    ),
    of("min", "min(a, b, ...)", (2, MANY), "smallest; undefined if one of them is", &[("min(3, 1, 2)", "1")]),
    of(
        "max",
        "max(a, b, ...)",
        (2, MANY),
        "largest; undefined if one of them is",
        &[("max(3, 1, 2)", "3"), ("max(2 days, 36 hours)", "2 days")],
    ),
    of(
        "clamp",
        "clamp(x, low, high)",
        (3, 3),
        "`x` limited to the band: max(low, min(x, high))",
        &[("clamp(7, 0, 5)", "5"), ("clamp(-1, 0, 5)", "0")],
    ),
    of("abs", "abs(x)", (1, 1), "absolute value", &[("abs(-2)", "2")]),
    of(
        "floor",
        "floor(x)",
        (1, 1),
        "largest whole number not above `x`; `floor(x + 0.5)` rounds",
        &[("floor(2.7)", "2"), ("floor(-0.5)", "-1")],
    ),
    of("exp", "exp(x)", (1, 1), "e to the power `x`", &[("exp(0)", "1")]),
    of("ln", "ln(x)", (1, 1), "natural logarithm; undefined for x <= 0", &[("ln(1)", "0"), ("ln(0)", "undefined")]),
    of("sqrt", "sqrt(x)", (1, 1), "square root; undefined for x < 0", &[("sqrt(9)", "3"), ("sqrt(-1)", "undefined")]),
    of("logistic", "logistic(x)", (1, 1), "1 / (1 + exp(-x)): any number to a probability", &[("logistic(0)", "0.5")]),
    of(
        "table",
        "table(x, x1, y1, x2, y2, ...)",
        (3, MANY),
        "piecewise linear through the points, flat outside; the knots x1 < x2 < ... are constants",
        &[],
    ),
    of(
        "bayes",
        "bayes(p, l1, l0)",
        (3, 3),
        "Bayes' rule: p l1 / (p l1 + (1 - p) l0), the probability of a hypothesis with prior `p` after an observation of likelihood `l1` under it and `l0` otherwise; `p` where both products are 0",
        &[("bayes(0.5, 0.9, 0.1)", "0.9"), ("bayes(0.25, 0, 0)", "0.25")],
    ),
    of("was", "was(x, T)", (2, 2), "the value a span `T` ago: x_{t-T}, the start value before the start", &[]),
    of(
        "ever",
        "ever(c [, T])",
        (1, 2),
        "whether `c` held on some sample of the window; step 0 never counts, an empty window is false",
        &[],
    ),
    of(
        "always",
        "always(c [, T])",
        (1, 2),
        "whether `c` held on every sample of the window (cut at the start); an empty window is true",
        &[],
    ),
    of("held", "held(c, T)", (2, 2), "whether `c` held on all T/step samples ending now; false while there are fewer", &[]),
    of("time", "time(c [, T])", (1, 2), "number of samples in the window on which `c` held, times the step: a span", &[]),
    of(
        "count",
        "count(o [, T])",
        (1, 2),
        "occurrences in the window, those of this step so far included; `o` is an event, reaction, option, regime move or `rises(c)`",
        &[],
    ),
    of("total", "total(o.mark [, T])", (1, 2), "sum of a mark over the occurrences in the window", &[]),
    of("mean", "mean(x [, T])", (1, 2), "mean over the window (cut at the start); at step 0 the start value", &[]),
    of("highest", "highest(x [, T])", (1, 2), "largest value over the window; at step 0 the start value", &[]),
    of("lowest", "lowest(x [, T])", (1, 2), "smallest value over the window; at step 0 the start value", &[]),
    of("first", "first(c)", (1, 1), "time of the end of the first step >= 1 on which `c` held; `never` if none", &[]),
    of("since", "since(c)", (1, 1), "time since the end of the last step on which `c` held; `never` if none", &[]),
    of("at_first", "at_first(x, c)", (2, 2), "in metrics: `x` on the step of `first(c)`; missing if never", &[]),
    of(
        "rises",
        "rises(c)",
        (1, 1),
        "`c` holds now and did not when this place was last looked at (first look: in the start state); inside a function of the past: not in the step before",
        &[],
    ),
    of("sum", "sum(group, x)", (2, 2), "sum of `x` over the members, `each` being the member; 0 for none", &[]),
    of("any", "any(group, c)", (2, 2), "whether `c` holds for some member; false for none", &[]),
    of("all", "all(group, c)", (2, 2), "whether `c` holds for every member; true for none", &[]),
    of("link", "link(a, b).variable", (2, 2), "the variable of the one relation from `a` to `b`", &[]),
];

/// The function of this name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Builtin> {
    ALL.iter().find(|b| b.name == name)
}

/// Words that name nothing else than themselves.
pub const WORDS: &[&str] = &[
    "and", "or", "not", "true", "false", "self", "each", "to", "now", "never", "horizon", "after", "minute", "minutes", "hour", "hours",
    "day", "days", "week", "weeks",
];

/// Whether `word` can name nothing of a scenario.
#[must_use]
pub fn is_reserved(word: &str) -> bool {
    WORDS.contains(&word) || by_name(word).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::{Sources, Span, TextMap};
    use crate::lang::check::{Core, Want, check};
    use crate::lang::listing::value_words;
    use crate::lang::parser::parse;
    use crate::scenario::Constants;

    #[test]
    fn the_examples_are_true() {
        for builtin in ALL {
            for (text, expected) in builtin.examples {
                let mut sources = Sources::default();
                let file = sources.add("example", *text);
                let map = TextMap::whole(Span::new(file, 0..text.len()));
                let ast = parse(text, &map).unwrap();
                let mut core = Core::default();
                let typed = check(&ast, Want::Any, "it", &mut Constants::default(), &mut core).unwrap();
                let value = core.pool.as_constant(typed.id).expect("examples are constants");
                assert_eq!(value_words(value, typed.ty), *expected, "{text}");
            }
        }
    }
}
