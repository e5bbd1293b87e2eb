//! Types of expressions, and units of time.

/// Index of a ladder of the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LadderId(pub u32);

/// Index of a regime of the scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegimeId(pub u32);

/// Index of a list of category names (of a categorical draw or parameter).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CategoriesId(pub u32);

/// The type of an expression. At run time every value is an `f64`; the type says how it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A plain number.
    Number,
    /// A truth value: 0 or 1.
    Truth,
    /// A span of time, in minutes; `never` is infinite.
    Span,
    /// A rung of this ladder, counted from 0.
    Rung(LadderId),
    /// A state of this regime, counted from 0.
    State(RegimeId),
    /// One of these categories, counted from 0.
    Category(CategoriesId),
}

impl Type {
    /// The type in words, with its article.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Number => "a number",
            Self::Truth => "a truth value",
            Self::Span => "a span of time",
            Self::Rung(_) => "a rung",
            Self::State(_) => "a state",
            Self::Category(_) => "a category",
        }
    }
}

/// Units of time. There is no month and no year: their length differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// 1 minute, the smallest span.
    Minute,
    /// 60 minutes.
    Hour,
    /// 1440 minutes.
    Day,
    /// 10080 minutes.
    Week,
}

impl Unit {
    /// All units with the words that name them.
    pub const WORDS: [(&'static str, &'static str, Self); 4] =
        [("minute", "minutes", Self::Minute), ("hour", "hours", Self::Hour), ("day", "days", Self::Day), ("week", "weeks", Self::Week)];

    /// The unit named by a word, singular or plural.
    #[must_use]
    pub fn by_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(one, many, _)| word == *one || word == *many).map(|w| w.2)
    }

    /// Whether a word after a number is likely meant as a unit: a slip of one, or one that there is not.
    #[must_use]
    pub fn is_like(word: &str) -> bool {
        let others = ["second", "seconds", "month", "months", "quarter", "quarters", "year", "years", "min", "d", "h", "w", "m", "y"];
        let units = Self::WORDS.iter().flat_map(|w| [w.0, w.1]);
        others.contains(&word) || crate::diag::did_you_mean(word, units).is_some()
    }

    /// Length in minutes.
    #[must_use]
    pub fn minutes(self) -> u32 {
        match self {
            Self::Minute => 1,
            Self::Hour => 60,
            Self::Day => 1440,
            Self::Week => 10_080,
        }
    }

    /// The singular word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }
}

/// A span in minutes as people write it: the largest unit that divides it, for example "7 days".
#[must_use]
pub fn span_words(minutes: f64) -> String {
    if minutes.is_nan() {
        return "undefined".to_owned();
    }
    if minutes.is_infinite() {
        return "never".to_owned();
    }
    // Weeks are not used: people compare "14 days" with "30 days".
    let units = [Unit::Day, Unit::Hour, Unit::Minute];
    let fits = |u: &&Unit| (minutes / f64::from(u.minutes())).fract() == 0.0;
    let unit = units.iter().find(fits).copied().unwrap_or(Unit::Minute);
    let amount = minutes / f64::from(unit.minutes());
    let plural = if amount == 1.0 { "" } else { "s" };
    format!("{amount} {}{plural}", unit.word())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_written_in_the_largest_unit_that_divides_them() {
        assert_eq!(span_words(1440.0), "1 day");
        assert_eq!(span_words(10_080.0), "7 days");
        assert_eq!(span_words(90.0), "90 minutes");
        assert_eq!(span_words(f64::INFINITY), "never");
    }
}
