//! Verdicts as JUnit XML: a suite for each file, a case for each claim.
//!
//! A claim that does not hold is a failure; one that is undecided an error of type `undecided`, so that it is not taken for a
//! success; one that was not tried is skipped. A file that is wrong is a suite with one error,
//! one that claims nothing a suite with one case that is skipped.
//!
//! What is written fits the schema of the Jenkins plugin xUnit (`junit-10.xsd`), the strictest of those that are in use: a case has no
//! `file` and `line` there, so that the place of a claim stands in the text of its failure.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::verdicts::{flaw_of, flaw_place, sentence, title};
use super::words::harmless;
use crate::results::{ClaimResult, FileState, TestSummary, TestedFile, Verdict};

/// The document.
///
/// # Panics
/// Never: it is written to memory.
#[must_use]
pub fn document(summary: &TestSummary) -> String {
    let mut report = Report::new("escalade");
    report.add_test_suites(summary.files.iter().map(suite));
    let mut bytes = Vec::new();
    report.serialize(&mut bytes).expect("memory can be written");
    let mut text = without_skipped(String::from_utf8(bytes).expect("XML is UTF-8"));
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The sum of cases that were skipped, which the schema knows of a suite and not of all together, taken out of the root.
fn without_skipped(mut text: String) -> String {
    let root = text.find("<testsuites ").and_then(|from| Some(from..from + text[from..].find('>')?));
    let place = root.and_then(|root| {
        let from = root.start + text[root.clone()].find(" skipped=\"")?;
        let value = from + " skipped=\"".len();
        Some(from..value + text[value..root.end].find('"')? + 1)
    });
    if let Some(place) = place {
        text.replace_range(place, "");
    }
    text
}

/// A text that XML 1.0 can hold; what terminals must not obey is gone already.
fn plain(text: &str) -> String {
    text.chars().map(|c| if matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c }).collect()
}

fn suite(file: &TestedFile) -> TestSuite {
    let name = plain(&harmless(&file.file));
    let mut suite = TestSuite::new(name.clone());
    suite.extra.insert("file".into(), name.clone().into());
    if matches!(file.state, FileState::Wrong | FileState::Stopped) {
        let what = if file.state == FileState::Wrong { "wrong" } else { "stopped" };
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        let ((error, help), (at, line, column)) = (flaw_of(file), flaw_place(file));
        let help = help.map_or_else(String::new, |help| format!("\nhelp: {help}"));
        status.set_message(plain(&error)).set_type(what);
        status.set_description(plain(&format!("{}:{line}:{column}: {error}", harmless(at))) + &plain(&help));
        let mut case = TestCase::new("the scenario can be run", status);
        case.set_classname(name.clone());
        suite.add_test_case(case);
    }
    if file.state == FileState::NoClaims {
        let mut status = TestCaseStatus::skipped();
        status.set_message("the scenario claims nothing");
        let mut case = TestCase::new("the scenario makes claims", status);
        case.set_classname(name.clone());
        suite.add_test_case(case);
    }
    suite.add_test_cases(file.claims.iter().map(|c| case(c, &name)));
    suite
}

fn case(claim: &ClaimResult, class: &str) -> TestCase {
    let not = |kind, type_: &str| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(plain(&sentence(claim))).set_type(type_);
        status.set_description(plain(&format!("{}:{}", harmless(&claim.file), claim.line)));
        status
    };
    let status = match claim.verdict {
        Verdict::Pass => TestCaseStatus::success(),
        Verdict::Fail => not(NonSuccessKind::Failure, "claim"),
        Verdict::Undecided => not(NonSuccessKind::Error, "undecided"),
        Verdict::NotRun => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("not tried");
            status
        }
    };
    let name = claim.id.as_ref().map_or_else(|| title(claim), |id| format!("{}: {}", harmless(id), title(claim)));
    let mut case = TestCase::new(plain(&name), status);
    case.set_classname(class);
    case
}
