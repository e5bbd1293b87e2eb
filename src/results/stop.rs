//! Why a run had to stop.

use std::fmt;

/// A number that is stored or decides something is undefined or infinite.
#[derive(Clone, Debug, PartialEq)]
pub struct Undefined {
    /// What the number was for.
    pub what: String,
    /// NaN or an infinity.
    pub value: f64,
    /// In which trial.
    pub trial: u64,
    /// In which step.
    pub step: u32,
    /// The end of that step as a date.
    pub date: String,
    /// The expression as written; as it was compiled where nobody wrote it so.
    pub expression: String,
    /// Where it stands in a file; empty where that is not known.
    pub place: String,
}

/// A rule that happened more often in one step than can be counted.
#[derive(Clone, Debug, PartialEq)]
pub struct TooOften {
    /// The rule.
    pub rule: String,
    /// The expected number.
    pub mean: f64,
    /// In which trial.
    pub trial: u64,
    /// When.
    pub date: String,
}

/// More delayed effects on their way than are kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Crowded {
    /// The rule that fired one too many.
    pub rule: String,
    /// How many are kept.
    pub most: usize,
    /// In which trial.
    pub trial: u64,
    /// When.
    pub date: String,
}

/// Why a run had to stop: the scenario asks for a number that does not exist.
#[derive(Clone, Debug, PartialEq)]
pub enum Stop {
    /// An undefined number.
    Undefined(Box<Undefined>),
    /// Too many occurrences.
    TooOften(TooOften),
    /// Too many delayed effects on their way.
    Crowded(Crowded),
}

impl Stop {
    /// An undefined number.
    #[must_use]
    pub(crate) fn undefined(of: Undefined) -> Self {
        Self::Undefined(Box::new(of))
    }

    /// The same, of an expression that is part of these words.
    #[must_use]
    pub(crate) fn in_words(mut self, words: &str) -> Self {
        if let Self::Undefined(undefined) = &mut self {
            words.clone_into(&mut undefined.expression);
        }
        self
    }

    /// The trial in which it happened.
    #[must_use]
    pub fn trial(&self) -> u64 {
        match self {
            Self::Undefined(u) => u.trial,
            Self::TooOften(t) => t.trial,
            Self::Crowded(c) => c.trial,
        }
    }

    /// What happened, and where, in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self.expression() {
            Some(expression) => format!("{}; the expression is {}{}", self.what(), short(expression), self.place()),
            None => self.what(),
        }
    }

    /// What happened, and where, without the expression.
    #[must_use]
    pub fn what(&self) -> String {
        match self {
            Self::Undefined(u) => {
                let value = if u.value.is_nan() { "undefined" } else { "infinite" };
                format!("{} is {value} in trial {}, {} (step {})", u.what, u.trial, u.date, u.step)
            }
            Self::Crowded(c) => {
                format!("more than {} delayed effects are on their way, the last by `{}`, in trial {}, {}", c.most, c.rule, c.trial, c.date)
            }
            Self::TooOften(t) => {
                format!("`{}` would happen about {} times in one step, in trial {}, {}", t.rule, about(t.mean), t.trial, t.date)
            }
        }
    }

    fn expression(&self) -> Option<&str> {
        match self {
            Self::Undefined(u) if !u.expression.is_empty() => Some(&u.expression),
            _ => None,
        }
    }

    /// ` (file:line)`, where that is known.
    fn place(&self) -> String {
        match self {
            Self::Undefined(u) if !u.place.is_empty() => format!(" ({})", u.place),
            _ => String::new(),
        }
    }

    /// One way to mend it; `trace` is the command that tells a trial, but for the trial.
    #[must_use]
    pub fn help(&self, trace: &str) -> String {
        match self {
            Self::Undefined(u) => {
                let help = if u.value.is_nan() {
                    "a number is undefined after a division by zero, or the root or logarithm of a negative number; guard it with \
                     `if(...)` or `max(...)`"
                } else {
                    "a number is infinite where it grows beyond 1.8e308, or where the time of something that never happens is \
                     counted with; bound it with `min(...)`, or ask with `if(...)` first"
                };
                format!("{help}, and look at the trial with `{trace} --trial {}`", u.trial)
            }
            Self::Crowded(_) => "let fewer occurrences have delayed effects, or shorten the delay".to_owned(),
            Self::TooOften(_) => "lower its rate, or use a shorter step".to_owned(),
        }
    }

    /// As an error with lines of its own; `trace` as for [`Self::help`].
    #[must_use]
    pub fn story(&self, trace: &str) -> String {
        let expression = self.expression().map_or_else(String::new, |e| format!("\n  expression: {}", short(e)));
        let place = match self {
            Self::Undefined(u) if !u.place.is_empty() => format!("\n  place: {}", u.place),
            _ => String::new(),
        };
        format!("{}{expression}{place}\n  help: {}", self.what(), self.help(trace))
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.story("escalade trace FILE"))
    }
}

/// An expression on one line, and not longer than some lines of a terminal.
fn short(expression: &str) -> String {
    const MOST: usize = 200;
    let line = expression.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// About how many, in few digits.
fn about(mean: f64) -> String {
    if mean < 1e15 { format!("{mean:.0}") } else { format!("{mean:.1e}") }
}

impl std::error::Error for Stop {}
