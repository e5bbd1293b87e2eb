//! Verdicts as annotations of GitHub's workflows: lines that the runner shows beside the claim.
//!
//! The form is `::error file=F,line=L,col=C,title=T::message`; `%`, carriage return and line feed are escaped in messages, and
//! colons and commas in properties as well (`actions/toolkit`, `packages/core/src/command.ts`).

use super::verdicts::{flaw_place, flaw_sentence, sentence};
use super::words::one_line;
use crate::results::{FileState, TestSummary, Verdict};

/// One line for each claim that does not hold or is undecided, and for each file that is wrong.
#[must_use]
pub fn annotations(summary: &TestSummary) -> String {
    let mut text = String::new();
    for file in &summary.files {
        if matches!(file.state, FileState::Wrong | FileState::Stopped) {
            let title = if file.state == FileState::Wrong { "The scenario is wrong" } else { "The scenario could not be run" };
            let (at, line, column) = flaw_place(file);
            text += &format!("::error file={},line={line},col={column},title={title}::{}\n", property(at), message(&flaw_sentence(file)));
        }
        for claim in &file.claims {
            let (kind, title) = match claim.verdict {
                Verdict::Fail => ("error", "A claim does not hold"),
                Verdict::Undecided => ("warning", "A claim is undecided"),
                Verdict::Pass | Verdict::NotRun => continue,
            };
            let (at, line, column) = (property(&claim.file), claim.line, claim.column);
            text += &format!("::{kind} file={at},line={line},col={column},title={title}::{}\n", message(&sentence(claim)));
        }
    }
    text
}

fn message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    message(&one_line(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_and_messages_are_escaped_as_the_runner_asks() {
        assert_eq!(property("a,b:c%\r\nd"), "a%2Cb%3Ac%25 d");
        assert_eq!(message("100 %\r\n::error::x"), "100 %25%0D%0A::error::x");
    }
}
