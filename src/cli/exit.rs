//! What the program tells its caller.

use std::process::ExitCode;

/// How a command ended, from the best to the worst.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Exit {
    /// It did what was asked.
    #[default]
    Done,
    /// Too few trials to tell.
    Undecided,
    /// A difference was found, or a claim does not hold.
    Difference,
    /// The input is wrong.
    Input,
    /// A run or a write could not be completed.
    Incomplete,
    /// Interrupted; what was finished was shown.
    Interrupted,
}

impl Exit {
    /// The number that the shell sees.
    pub(super) fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Undecided => 4,
            Self::Difference => 1,
            Self::Input => 2,
            Self::Incomplete => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.number())
    }
}
