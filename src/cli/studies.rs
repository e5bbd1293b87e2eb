//! Results of studies in a directory: read for reports, and shown in the report of the run that is there.

use std::fs;
use std::path::Path;

use escalade::report::html;
use escalade::results::{ScenarioRef, Studies};
use escalade::store::place::{COMPARE, DRIVERS, REPORT_HTML, REPORT_MD, SENSITIVITY, SUMMARY, SWEEP, TEST};
use escalade::store::{ResultKind, StoreError};

use super::kept::text_of;
use super::output::caution;
use super::report::{stored, write_reports};
use super::scenario::shown;

/// All studies.
const KINDS: [ResultKind; 5] = [COMPARE, SWEEP, SENSITIVITY, DRIVERS, TEST];

/// The studies that are stored in a directory, of the scenario `of` where it is given; what cannot be shown is in `left_out`.
pub(super) fn studies_in(directory: &Path, of: Option<&ScenarioRef>) -> Studies {
    let mut found = Studies::default();
    let mut first = of.cloned();
    for kind in KINDS {
        let path = directory.join(kind.main);
        if fs::symlink_metadata(&path).is_err() {
            continue;
        }
        let taken = text_of(&path, kind.main).and_then(|text| found.take(kind.main, &text, first.as_ref()));
        if let Err(why) = taken {
            found.left_out.push(why);
        }
        // Without a run all are of the scenario of the first.
        first = first.or_else(|| found.scenario().cloned());
    }
    found
}

/// Whether a directory holds the result of a study, sound or not.
pub(super) fn holds_studies(directory: &Path) -> bool {
    KINDS.iter().any(|kind| fs::symlink_metadata(directory.join(kind.main)).is_ok())
}

/// The page of a study alone: its name and its text. `None`, with a word about it, where it cannot be made.
pub(super) fn page_of(kind: ResultKind, document: &str, quiet: bool) -> Option<(&'static str, String)> {
    let mut one = Studies::default();
    match one.take(kind.main, document, None) {
        Ok(()) => Some((kind.page, html::study_page(&one)?)),
        Err(why) => {
            if !quiet {
                caution(&format!("no page to look at is made: {why}"));
            }
            None
        }
    }
}

/// The pages of studies without a run: name and text.
pub(super) fn pages(studies: &Studies) -> Vec<(&'static str, String)> {
    let none = Studies::default;
    let one = [
        (COMPARE.page, Studies { compare: studies.compare.clone(), ..none() }),
        (SWEEP.page, Studies { sweep: studies.sweep.clone(), ..none() }),
        (SENSITIVITY.page, Studies { sensitivity: studies.sensitivity.clone(), ..none() }),
        (DRIVERS.page, Studies { drivers: studies.drivers.clone(), ..none() }),
        (TEST.page, Studies { test: studies.test.clone(), ..none() }),
    ];
    one.into_iter().filter_map(|(name, one)| Some((name, html::study_page(&one)?))).collect()
}

/// Makes the reports of the run in a directory anew, so that they show what its studies found; a directory without a run, or one whose
/// run has no report, stays as it is.
pub(super) fn show_in_run(directory: &Path, quiet: bool) -> Result<(), StoreError> {
    let there = |name: &str| fs::symlink_metadata(directory.join(name)).is_ok();
    if !there(SUMMARY) || !(there(REPORT_HTML) || there(REPORT_MD)) {
        return Ok(());
    }
    match stored(directory) {
        Ok((summary, more)) => {
            let studies = studies_in(directory, Some(&summary.scenario));
            tell(directory, &studies, quiet);
            write_reports(directory, &summary, more.as_ref(), &studies)
        }
        Err(text) => {
            if !quiet {
                caution(&format!("the report in `{}` stays as it is: {text}", shown(directory)));
            }
            Ok(())
        }
    }
}

/// Says what is not shown.
pub(super) fn tell(directory: &Path, studies: &Studies, quiet: bool) {
    for why in studies.left_out.iter().filter(|_| !quiet) {
        caution(&format!("left out of the report in `{}`: {why}", shown(directory)));
    }
}
