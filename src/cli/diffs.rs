//! `diff` of two folders of results: each with that of its name, one chance of a false alarm over all of them.

use std::path::{Path, PathBuf};

use escalade::report::diff::{answer, short};
use escalade::report::terminal;
use escalade::report::words::{counted, one_line, paragraph, whole};
use escalade::results::diff::Judge;

use super::diff::{DiffArgs, compared, read};
use super::exit::Exit;
use super::index::{results_below, slashed};
use super::output::{Lost, caution, data, fault, hint};
use super::scenario::shown;

/// Names that are listed in a sentence.
const NAMES: usize = 20;

/// Many results against earlier ones: how many were compared, which changed.
#[derive(Default)]
pub(super) struct Tally {
    compared: u64,
    changed: Vec<String>,
}

impl Tally {
    /// Takes note of a comparison.
    pub(super) fn add(&mut self, name: &str, changed: bool) {
        self.compared += 1;
        if changed {
            self.changed.push(name.to_owned());
        }
    }

    /// The whole in a sentence: `1 of 34 changed: first-crisis; 1 file wrong: broken.toml`. What else is to be told comes with its names.
    pub(super) fn sentence(&self, also: &[(String, Vec<String>)]) -> String {
        let list = |names: &[String]| {
            let few: Vec<String> = names.iter().take(NAMES).map(|name| one_line(name)).collect();
            let more = names.len().saturating_sub(NAMES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            format!(": {}{more}", few.join(", "))
        };
        let names = if self.changed.is_empty() { String::new() } else { list(&self.changed) };
        let mut text = format!("{} of {} changed{names}", whole(self.changed.len() as u64), whole(self.compared));
        for (what, names) in also.iter().filter(|(_, names)| !names.is_empty()) {
            text += &format!("; {what}{}", list(names));
        }
        paragraph("", 2, &text, terminal::COLUMNS)
    }
}

/// A judge whose chance of a false alarm is shared out over several comparisons.
pub(super) fn shared_out(judge: Judge, over: usize) -> Judge {
    #[expect(clippy::cast_precision_loss, reason = "few files")]
    let each = (1.0 - judge.level) / over.max(1) as f64;
    Judge { level: 1.0 - each, ..judge }
}

/// Whether a path is a folder of results, and no result.
pub(super) fn is_folder(path: &Path) -> bool {
    path.is_dir() && !escalade::store::place::is_result(path) && !results_below(path).0.is_empty()
}

/// Compares all results of two folders that have one name.
pub(super) fn diffs(args: &DiffArgs) -> Result<Exit, Lost> {
    if args.json || args.markdown.is_some() {
        fault(&format!("`{}` and `{}` are folders of many results, of which only a text is made", shown(&args.old), shown(&args.new)));
        hint(&"name one result of each, as OLD/NAME and NEW/NAME, or leave `--json` and `--markdown` out");
        return Ok(Exit::Input);
    }
    let (old, new) = (results_below(&args.old), results_below(&args.new));
    if old.1 + new.1 > 0 {
        caution(&format!("{} are left out: these are too many", counted(old.1 + new.1, "result")));
    }
    let both: Vec<&PathBuf> = new.0.iter().filter(|name| old.0.contains(name)).collect();
    if both.is_empty() {
        fault(&format!("`{}` and `{}` have no result of one name", shown(&args.old), shown(&args.new)));
        hint(&"compare two folders that `escalade run FOLDER --out` has filled, or one result of each");
        return Ok(Exit::Input);
    }
    let judge = shared_out(args.judge.judge(), both.len());
    let (mut tally, mut exit, mut wrong, mut text) = (Tally::default(), Exit::Done, Vec::new(), String::new());
    for name in both {
        let called = slashed(name);
        match (read(&args.old.join(name)), read(&args.new.join(name))) {
            (Ok(old), Ok(new)) => {
                let found = compared(&old, &new, judge);
                tally.add(&called, found.diff.changed);
                text += &if found.diff.changed {
                    format!("\n{}\n", answer(&found, terminal::COLUMNS))
                } else {
                    paragraph("", 2, &format!("{called}: {}", short(&found)), terminal::COLUMNS)
                };
            }
            (old, new) => {
                for (why, help) in [old.err(), new.err()].into_iter().flatten() {
                    fault(&why);
                    hint(&help);
                }
                wrong.push(called);
                exit = Exit::Input;
            }
        }
    }
    let only = |these: &[PathBuf], those: &[PathBuf]| -> Vec<String> {
        these.iter().filter(|name| !those.contains(name)).map(|name| slashed(name)).collect()
    };
    let (gone, come) = (only(&old.0, &new.0), only(&new.0, &old.0));
    if !(tally.changed.is_empty() && gone.is_empty() && come.is_empty()) {
        exit = exit.max(Exit::Difference);
    }
    let also = [
        (format!("{} cannot be read", wrong.len()), wrong),
        (format!("only in {}", shown(&args.old)), gone),
        (format!("only in {}", shown(&args.new)), come),
    ];
    data(&format!("{text}\n{}", tally.sentence(&also)))?;
    Ok(exit)
}
