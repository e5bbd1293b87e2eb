//! The register of codes. A code is stable: once published it is never given another meaning.

/// How bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The file cannot be run.
    Error,
    /// Legal and suspicious.
    Warning,
}

macro_rules! codes {
    ($($name:ident $id:literal $title:literal $explain:literal)*) => {
        /// The kind of a diagnostic. `E` codes are errors, `W` codes warnings of the linter.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code { $(#[doc = $title] $name,)* }

        impl Code {
            /// Every code, in the order of the register.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code as printed.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// What it is, in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }

            /// Why it is a mistake and how to mend it, in a sentence or two (Markdown).
            #[must_use]
            pub fn explain(self) -> &'static str {
                match self { $(Self::$name => $explain,)* }
            }
        }
    };
}

impl Code {
    /// Error or warning, by the first letter of the code.
    #[must_use]
    pub fn severity(self) -> Severity {
        if self.id().starts_with('W') { Severity::Warning } else { Severity::Error }
    }

    /// The code with this id.
    #[must_use]
    pub fn by_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.id().eq_ignore_ascii_case(id))
    }
}

codes! {
    // Reading files.
    TomlSyntax "E0001" "not valid TOML" "The file does not follow the TOML grammar. Often a quote, a bracket or an `=` is missing, or a key is written twice."
    Unreadable "E0002" "a file cannot be read" "The file does not exist, is a folder, or may not be read by this user."
    TooLarge "E0003" "a file is too large" "A scenario file may have at most 1 MiB, and all files of one scenario together 4 MiB. Scenario files are not trusted, so reading them is bounded."
    NotUtf8 "E0004" "a file is not UTF-8 text" "TOML files are UTF-8. Save the file with that encoding."
    TooDeep "E0005" "values are nested too deeply" "Tables and lists may be nested 24 levels deep. No scenario needs as much."
    UseOutside "E0006" "`use` leaves the folder of the scenario" "A used file must lie in the folder of the scenario that uses it, or below; absolute paths, `..` and links that lead outside are refused."
    UseCycle "E0007" "`use` goes in a circle" "A file uses itself, directly or through others. Take the shared part out into a third file."
    UseTooMany "E0008" "too many used files" "A scenario may use at most 64 files, nested 8 deep with the scenario itself."
    BadFormat "E0009" "the format version is missing or unknown" "Every scenario begins with `format = 1`, so that later versions of escalade can read it as it was meant."

    // The shape of the file.
    UnknownKey "E0101" "unknown key" "The key is not part of the format, or stands in the wrong table. `escalade schema` and `docs/format.md` list all keys."
    MissingKey "E0102" "a key is missing" "The table needs this key."
    WrongType "E0103" "a value has the wrong type" "The key takes another kind of value, for example a list instead of a single text."
    Exclusive "E0104" "keys exclude each other" "Two keys say the same thing in different ways; only one of them can hold."
    NeedsKey "E0105" "a key needs another key" "The key has a meaning only together with another one."
    DuplicateId "E0106" "an id is used twice" "Ids are unique within their kind, and names that can be read in expressions are unique in the whole scenario."
    BadId "E0107" "not a valid id" "An id begins with a lower-case letter or `_` and goes on with lower-case letters, digits and `_`; at most 64 characters."
    ReservedWord "E0108" "a reserved word is used as an id" "Words of the rule language (`and`, `self`, `now`, `days`, names of functions) cannot name anything else."
    EmptyList "E0109" "a list is empty" "At least one entry is needed."
    BadChoice "E0110" "not one of the allowed words" "The key takes one of a few words."
    BadSpan "E0111" "not a span of time" "A span is a number and a unit: `\"12 hours\"`, `\"1 day\"`, `\"2 weeks\"`. There are no months or years, since their length differs."
    NotMultiple "E0112" "a span is not a multiple of the step" "Things happen at the end of steps, so every fixed span must be a whole number of steps. Change the span, or choose a shorter `[clock] step`."
    OutOfRange "E0113" "a number is out of its range" "The number must lie in the stated range."
    BadDate "E0114" "not a usable date" "A date is written `2026-03-08` (or with a time, `2026-03-08T12:00:00`), needs `[clock] start`, and must lie after it."
    DefinedTwice "E0115" "a value is given in two files" "Used files and the scenario are joined; a single value can be given only once. To change a value of a used file, write `set = { \"path\" = value }`."
    SetNowhere "E0116" "a path in `set` leads nowhere" "Paths name tables by key and list entries by id: `decisions.pakistan_border.options.strike.utility`."
    BadSet "E0117" "`--set` is not understood" "Write `--set path=value`, for example `--set parameters.resolve=0.7`."
    UnknownVariant "E0118" "unknown variant" "The scenario has no variant of this name."
    TooMany "E0119" "the scenario is too large" "Scenario files are not trusted, so the size of what they describe is bounded: 100 000 steps, 20 000 rules, 100 000 stored numbers."

    // The text of an expression.
    BadCharacter "E0201" "a character has no meaning in an expression" "Expressions are made of numbers, names, operators and brackets."
    UnexpectedToken "E0202" "unexpected word or sign" "The expression is not complete at this place, or has something too much."
    ChainedComparison "E0203" "a comparison is chained" "`a < b < c` has more than one reading. Write `a < b and b < c`."
    Unclosed "E0204" "a bracket is not closed" "Every `(` needs its `)`."
    ExpressionTooLong "E0205" "an expression is too long or too deep" "An expression may have 4 000 characters and be nested 64 deep, itself included. Give a part of it a name with a derived variable: `{ is = \"...\" }`."
    BadNumber "E0206" "not a number" "Numbers are written `2`, `0.5` or `1e-3`."
    UnknownUnit "E0207" "unknown unit of time" "Units are minute, hour, day and week (also in the plural)."
    EmptyExpression "E0208" "an expression is empty" "Something must stand between the quotes."
    BadEffect "E0209" "an effect is not understood" "An effect is `target += expression` (or `-=`, `=`), optionally after `after 7 days:` and `if condition:`."
    BadTemplate "E0210" "a sentence has a bad placeholder" "Placeholders are `{expression}` or `{expression:.1f}`; a brace itself is written `{{` or `}}`."
    BadClaim "E0211" "a claim is not understood" "A claim is for example `P(war) < 0.1`, `P(a | b) between 0.2 and 0.4`, `median day of war < 30` or `P(war) rises under variant`."

    // Names and types.
    UnknownName "E0301" "unknown name" "Nothing of this name can be read here."
    Overlap "E0302" "a name means two things" "A bare name must mean exactly one thing to every rule that can read it. Rename one of the two."
    UnknownMember "E0303" "no such part" "What stands before the dot has no part of this name."
    TypeMismatch "E0304" "types do not fit" "Numbers, spans of time, truth values, rungs, states and categories are kept apart, so that a slip is not computed with."
    MixedLadders "E0305" "rungs of two ladders (or states of two regimes) are compared" "A rung has a place only on its own ladder. Compare numbers that belong to the rungs instead."
    ArgumentCount "E0306" "wrong number of arguments" "The function takes another number of arguments."
    UnknownFunction "E0307" "unknown function" "There is no function of this name; `docs/format.md` lists all."
    NotConstant "E0308" "must be a constant" "Windows, lags and the knots of a table are fixed when the file is loaded."
    NotReadableHere "E0309" "cannot be read here" "The name exists, but has no value in this place."
    NoSelf "E0310" "`self`, `each` or `to` has no meaning here" "`self` is the actor of a rule with `actor` or `for`; `each` the member inside `sum`, `any`, `all`; `to` the rung that an option's move would reach."
    Circular "E0311" "definitions go in a circle" "A derived value, or the parameters of a draw, depend on themselves. Use `was(x, ...)` to read an earlier value."
    NoRelation "E0312" "no relation between two actors" "`link(a, b)` needs a relation from the first to the second actor."
    NoRisesHere "E0313" "`rises` cannot stand here" "`rises(c)` is true when `c` has become true since the rule last looked, so it stands in a condition, chance or utility of a rule, or inside a history function."
    KnotsNotRising "E0314" "the knots of a table do not rise" "`table(x, x1, y1, x2, y2, ...)` needs x1 < x2 < ... as constants."
    NotAnOccurrence "E0315" "not something that happens" "`count` counts occurrences: events, reactions, options, regime moves, `rises(c)`. For a condition use `time(c, T)`."
    NotAMark "E0316" "not a mark" "`total` adds up a mark: a draw of an event, reaction or option that is a number or a truth value."

    // What the parts mean together.
    UnknownReference "E0401" "something is named that does not exist" "The name must be that of an actor, ladder, rung, group, indicator ... of this scenario."
    NotOnLadder "E0402" "an actor does not stand on this ladder" "Give the actor a place with `starts = { ladder = \"rung\" }`."
    StartOutside "E0403" "a start value lies outside its bounds" "The start must lie between `min` and `max`."
    BoundsCrossed "E0404" "`min` is above `max`" "The lower bound must not be above the upper one."
    UnknownDistribution "E0405" "unknown distribution" "`docs/format.md` lists all distributions."
    BadDistribution "E0406" "a distribution has wrong parameters" "The parameters must be those of the distribution, and lie in their domain."
    BadCorrelation "E0407" "a correlation is not possible" "The matrix must be square, symmetric, with 1 on the diagonal and positive definite; each parameter may stand in one group only."
    NotAssignable "E0408" "cannot be assigned" "Effects change variables, rungs and regimes. Parameters, derived values and draws are read only."
    SetPerOccurrence "E0409" "`=` in an event that may happen several times in a step" "With `rate`, effects are applied once per occurrence, so only `+=` and `-=` have a meaning."
    Conflict "E0410" "two rules set the same thing at the same moment" "In a simultaneous phase nothing says which comes last. Use `+=`, join the rules, or switch one of them off."
    NotAProbability "E0411" "a probability lies outside [0, 1]" "The value is certainly below 0 or above 1."
    Negative "E0412" "a rate, weight or spread is negative" "The value is certainly below 0."
    MixedMoves "E0413" "chances and rates are mixed in one state" "The moves from one state are either exclusive chances or competing rates; nothing says how the two combine."
    SelfMove "E0414" "a move leads where it starts" "A regime move must lead to another state."
    OptionKeys "E0415" "an option does not fit its decision" "`logit` and `best` need `utility`, `weights` needs `weight`, `chances` needs `chance` (or `otherwise = true`), `first` none of them."
    Otherwise "E0416" "`otherwise` is missing or misplaced" "Exactly one entry takes the rest. Of the outcomes it is the last."
    DuplicateRelation "E0417" "two relations between the same actors" "There is at most one relation from one actor to another; it can have several variables."
    NumbersDiffer "E0418" "not every rung (or state) has the same numbers" "A number that can be read must exist on every rung of the ladder, or in every state of the regime."
    DelayedSet "E0419" "a delayed effect sets a changing value" "A delayed effect is `+=`, `-=`, or `=` a constant: nothing says when a changing value would be read."
    SiteCollision "E0420" "two draws have the same address" "The addresses of draws are hashes of their names; two of them are equal. Rename one of the two."
    DwellMoves "E0421" "`dwell` and moves do not fit" "A state with `dwell` is left after that time, so its moves have a `weight`; only such states do."
    NotADelay "E0422" "a draw is not a span of time" "A delay needs a span: give the distribution spans, for example `median = \"5 days\"`."
    RungMissing "E0423" "a ladder or regime is too short" "A ladder has at least two rungs; a regime at least one state."

    // Lints.
    UnreachableRung "W0501" "nobody can reach a rung" "No actor starts there, and no move or effect leads there."
    NeverFires "W0502" "a rule can never fire" "Its condition or chance is never above zero, or its dates lie beyond the horizon."
    Unused "W0503" "something is never read" "It has no influence on any result. A misspelt name elsewhere is a common reason."
    MayLeaveUnit "W0504" "a probability may leave [0, 1]" "At run time it is clamped, counted and reported. `clamp(x, 0, 1)` or `logistic(x)` says what is meant."
    WithinTooShort "W0505" "`within` is shorter than the step" "A rule with `within` happens at most once in a step, so a shorter window cannot be told apart. Use a shorter step, or a `rate`."
    DriftTooFast "W0506" "a drift overshoots" "The variable moves further in one step than its distance from rest, so the result depends on the step. Use a shorter step or a smaller factor."
    WindowAtEnd "W0507" "a window is read only at the end" "Outcomes and indicators are read once, in the last state. To ask whether it was so at any time write `ever(...)`."
    FloatEquality "W0508" "two computed numbers are compared with `==`" "They are rarely equal to the last digit. Compare with `<` or `>=`."
    KnownExactly "W0509" "a decision reads what the actor only perceives" "The actor has a perception of this quantity, and the rule reads the truth."
    BeyondHorizon "W0510" "a date lies beyond the horizon" "It is never reached."
    NeverMoved "W0511" "an actor never moves on a ladder" "It stands where it starts, in every trial: no option, event or reaction moves it. A decision with a `move` is missing, or the ladder does not belong in its `starts`."
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_ordered_within_their_stage() {
        let ids: Vec<&str> = Code::ALL.iter().map(|c| c.id()).collect();
        let unique: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(unique.len(), ids.len());
        let mut sorted = ids.clone();
        sorted.sort_by_key(|id| (id.as_bytes()[0], *id));
        assert_eq!(sorted, ids);
    }
}
