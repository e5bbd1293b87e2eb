//! Verdicts as annotations of GitHub's workflows: lines that the runner shows beside the claim.
//!
//! The form is `::error file=F,line=L,col=C,title=T::message`; `%`, carriage return and line feed are escaped in messages, and
//! colons and commas in properties as well (`actions/toolkit`, `packages/core/src/command.ts`).

use super::test_diff::brief;
use super::verdicts::{flaw_place, flaw_sentence, sentence};
use super::words::{harmless, one_line, whole};
use crate::results::diff::TestDiff;
use crate::results::{FileState, TestSummary, Verdict};

/// Results that are gone and have a line each.
const MOST: usize = 20;

/// One line for each claim that does not hold or is undecided, for each file that is wrong, and for each that changed against earlier
/// results or is gone.
#[must_use]
pub fn annotations(summary: &TestSummary, changes: Option<&TestDiff>) -> String {
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
    text + &changes.map_or_else(String::new, changed)
}

/// What changed against earlier results: as an error, since it ends with 1.
fn changed(diff: &TestDiff) -> String {
    let mut text = String::new();
    let title = "Changed against the baseline";
    for file in diff.files.iter().filter(|f| f.changed) {
        text += &format!("::error file={},line=1,col=1,title={title}::{}\n", property(&file.file), message(&harmless(&brief(file))));
    }
    // A file that is wrong has its line already.
    for file in diff.files.iter().filter(|f| !f.changed) {
        for not in file.not_compared.iter().filter(|not| not.what != "file") {
            let words = format!("{}: {}", not.what, not.why);
            let at = property(&file.file);
            text += &format!("::warning file={at},line=1,col=1,title=Not compared with the baseline::{}\n", message(&harmless(&words)));
        }
    }
    for name in diff.gone.iter().take(MOST) {
        let words = format!("{} has results of {name}, whose scenario is not there any more", diff.path);
        text += &format!("::error title={title}::{}\n", message(&harmless(&words)));
    }
    if diff.gone.len() > MOST {
        let words = format!("{} more of its scenarios are not there any more", whole((diff.gone.len() - MOST) as u64));
        text += &format!("::error title={title}::{words}\n");
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
