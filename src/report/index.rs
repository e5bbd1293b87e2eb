//! What an index over many results shows of each, in words.

use super::difference::points_beyond;
use super::html::{Input, outcome_label, warnings};
use super::plain::about;
use super::shares::in_words;
use super::words::{JOINT, and, counted, whole};
use crate::chart::letters::line;
use crate::results::{BatchFile, BatchState, ChangesSeen, ClaimsSeen, Edited, Flaw, OutcomeResult, Studies, Summary};

/// Outcomes that are shown of each scenario: the commonest.
const ENDS: usize = 3;
/// Failing claims and changes that are named of each.
const NAMED: usize = 3;
/// Longest name, title or claim, in characters.
const LONG: usize = 160;
/// Longest value of an entry of a scenario, in characters.
const VALUE: usize = 60;
/// Longest question or error, in characters.
const LONGEST: usize = 300;

/// Results of many files.
#[derive(Clone, Debug, Default)]
pub struct Index {
    /// One for each result, in the order of their names.
    pub rows: Vec<IndexRow>,
    /// What the last run of several files came to.
    pub files: Vec<BatchFile>,
    /// Names of results that only the baseline of that run has.
    pub gone: Vec<String>,
    /// Results that were found and are not listed.
    pub left_out: u64,
}

/// A result.
#[derive(Clone, Debug, PartialEq)]
pub struct IndexRow {
    /// Where it lies below the folder, with `/` between parts.
    pub name: String,
    /// The address of its page, relative and percent-encoded; absent where there is none.
    pub link: Option<String>,
    pub(super) title: String,
    pub(super) question: Option<String>,
    pub(super) plan: String,
    pub(super) ends: Vec<End>,
    /// Outcomes that were seen and are not among `ends`.
    pub(super) more: usize,
    pub(super) warnings: Vec<String>,
    pub(super) partial: bool,
    pub(super) claims: Option<ClaimsSeen>,
    pub(super) changes: Option<ChangesSeen>,
    /// Why there is no newer result.
    pub(super) error: Option<String>,
}

/// How often a scenario ended so.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct End {
    pub(super) label: String,
    pub(super) share: Option<f64>,
    pub(super) interval: Option<(f64, f64)>,
    /// `about 2 in 5 (38–42 %)`.
    pub(super) words: String,
    /// `41.3 %`.
    pub(super) short: String,
}

impl IndexRow {
    /// What is shown of a result that lies at `name`.
    #[must_use]
    pub fn new(name: String, link: Option<String>, s: &Summary, claims: Option<ClaimsSeen>, changes: Option<ChangesSeen>) -> Self {
        let mut seen: Vec<&OutcomeResult> = s.outcomes.iter().filter(|o| o.count > 0).collect();
        seen.sort_by_key(|o| std::cmp::Reverse(o.count));
        let end = |o: &&OutcomeResult| End {
            label: outcome_label(o),
            share: Some(o.share),
            interval: Some((o.interval.low, o.interval.high)),
            words: about(o.share, &o.interval).replace(JOINT, " "),
            short: in_words(o.share, &o.interval).share,
        };
        let studies = Studies::default();
        let title = if s.scenario.title.is_empty() { &s.scenario.id } else { &s.scenario.title };
        let variant = if s.plan.variant == "base" { String::new() } else { format!(", what if: {}", line(&s.plan.variant, 80)) };
        let set: Vec<String> = s.plan.overrides.iter().take(NAMED).map(|(path, value)| line(&format!("{path} = {value}"), 80)).collect();
        let set = if set.is_empty() { String::new() } else { format!(", set by hand: {}", and(&set)) };
        // Claims are about the scenario as it is written.
        let claims = claims.filter(|_| s.plan.overrides.is_empty());
        Self {
            name,
            link,
            title: line(title, LONG),
            question: s.scenario.question.as_ref().map(|q| line(q, LONGEST)),
            plan: format!("{}, seed {}{variant}{set}", counted(s.plan.trials, "trial"), s.plan.seed),
            ends: seen.iter().take(ENDS).map(end).collect(),
            more: seen.len().saturating_sub(ENDS),
            warnings: warnings(Input { summary: s, data: None, studies: &studies }),
            partial: !s.plan.complete,
            claims,
            changes,
            error: None,
        }
    }

    /// Notes that the last run had no result for the file.
    pub fn earlier(&mut self, file: &BatchFile) {
        self.error = Some(format!("{}: {}", file.state.words(), reason(file)));
    }

    /// Its claims in a few words.
    pub(super) fn claims_words(&self) -> String {
        let Some(seen) = &self.claims else { return String::new() };
        let parts = [
            (seen.fail.len() as u64, if seen.fail.len() == 1 { "fails" } else { "fail" }),
            (seen.undecided, "undecided"),
            (seen.not_run, "not run"),
            (seen.pass, if seen.pass == 1 { "holds" } else { "hold" }),
        ];
        let said: Vec<String> = parts.into_iter().filter(|p| p.0 > 0).map(|(n, word)| format!("{} {word}", whole(n))).collect();
        let text = if said.is_empty() { "none are made".to_owned() } else { said.join(", ") };
        if seen.stale { format!("{text} (of another version of the file)") } else { text }
    }

    /// The claims that fail, the first of them.
    pub(super) fn failing(&self) -> Vec<String> {
        let Some(seen) = &self.claims else { return Vec::new() };
        let mut named: Vec<String> = seen.fail.iter().take(NAMED).map(|that| line(that, LONG)).collect();
        if seen.fail.len() > NAMED {
            named.push(format!("and {} more", whole((seen.fail.len() - NAMED) as u64)));
        }
        named
    }

    /// What changed, in a few words.
    pub(super) fn changes_words(&self) -> String {
        match &self.changes {
            None => String::new(),
            Some(seen) if seen.changed => "changed beyond noise".to_owned(),
            Some(_) => "nothing beyond noise".to_owned(),
        }
    }

    /// What changed, each with its interval.
    pub(super) fn changed(&self) -> Vec<String> {
        let Some(seen) = &self.changes else { return Vec::new() };
        let mut named: Vec<String> = seen
            .shares
            .iter()
            .take(NAMED)
            .map(|m| {
                let share = |x: f64| if x > 0.0 { format!("{:.1} %", x * 100.0) } else { "none".to_owned() };
                let (old, new) = (share(m.shares.0), share(m.shares.1));
                let [_, low, high] = points_beyond(1, [0.0, m.interval.0, m.interval.1]);
                format!("“{}”: {old} → {new} ({low} to {high} points)", line(&m.label, LONG))
            })
            .collect();
        let others = seen.others + seen.shares.len().saturating_sub(NAMED) as u64;
        if others > 0 {
            named.push(format!("{} changed", counted(others, "other figure")));
        }
        let edited = |e: &Edited| edit(&e.path, e.old.as_deref(), e.new.as_deref(), VALUE);
        named.extend(seen.entries.iter().take(NAMED).map(edited));
        match seen.entries.len().saturating_sub(NAMED) {
            0 => {}
            1 => named.push("1 other entry of the scenario differs".to_owned()),
            n => named.push(format!("{} other entries of the scenario differ", whole(n as u64))),
        }
        named
    }
}

impl Index {
    /// Files that have no result of the last run.
    pub(super) fn wrong(&self) -> impl Iterator<Item = &BatchFile> {
        self.files.iter().filter(|f| !matches!(f.state, BatchState::Done | BatchState::Partial))
    }

    fn named(&self, wanted: impl Fn(&IndexRow) -> bool) -> (u64, String) {
        let found: Vec<&IndexRow> = self.rows.iter().filter(|r| wanted(r)).collect();
        (found.len() as u64, listed(&found.iter().map(|r| &r.name).collect::<Vec<_>>()))
    }

    /// What needs a look, the gravest first.
    pub(super) fn warnings(&self) -> Vec<String> {
        let mut all = Vec::new();
        let wrong = self.wrong().count() as u64;
        if wrong > 0 {
            all.push(format!("{} could not be run: see below the results.", counted(wrong, "file")));
        }
        let (n, names) = self.named(|r| r.claims.as_ref().is_some_and(|c| !c.fail.is_empty()));
        if n > 0 {
            all.push(format!("Claims fail in {}: {names}.", counted(n, "scenario")));
        }
        let (n, names) = self.named(|r| r.changes.as_ref().is_some_and(|c| c.changed));
        if n > 0 {
            all.push(format!("{} changed beyond noise: {names}.", counted(n, "scenario")));
        }
        if !self.gone.is_empty() {
            let of = counted(self.gone.len() as u64, "scenario");
            all.push(format!("{of} of the baseline {} gone: {}.", if self.gone.len() == 1 { "is" } else { "are" }, listed(&self.gone)));
        }
        let (n, names) = self.named(|r| r.partial);
        if n > 0 {
            all.push(format!("{} partial: {names}.", if n == 1 { "1 result is".to_owned() } else { format!("{} results are", whole(n)) }));
        }
        all
    }

    /// How many, in a sentence.
    pub(super) fn sentence(&self) -> String {
        let mut text = format!("{} of simulated histories", counted(self.rows.len() as u64 + self.left_out, "result"));
        let sum = |of: fn(&ClaimsSeen) -> u64| self.rows.iter().filter_map(|r| r.claims.as_ref()).map(of).sum::<u64>();
        let (pass, fail) = (sum(|c| c.pass), sum(|c| c.fail.len() as u64));
        let open = sum(|c| c.undecided + c.not_run);
        let claims = pass + fail + open;
        if claims > 0 {
            let many = |n: u64, one: &str, more: &str| format!("{} {}", whole(n), if n == 1 { one } else { more });
            let (pass, fail) = (many(pass, "holds", "hold"), many(fail, "fails", "fail"));
            text.push_str(&format!("; of {} {pass}, {fail}", counted(claims, "claim")));
            if open > 0 {
                text.push_str(&format!(", {}", many(open, "is open", "are open")));
            }
        }
        let compared = self.rows.iter().filter(|r| r.changes.is_some()).count() as u64;
        if compared > 0 {
            let changed = self.rows.iter().filter(|r| r.changes.as_ref().is_some_and(|c| c.changed)).count() as u64;
            text.push_str(&format!("; {} of {} that were compared changed beyond noise", whole(changed), whole(compared)));
        }
        text + "."
    }
}

/// The first ten names.
fn listed<S: AsRef<str>>(all: &[S]) -> String {
    let mut names: Vec<String> = all.iter().take(10).map(|name| line(name.as_ref(), 80)).collect();
    if all.len() > 10 {
        names.push(format!("and {} more", whole((all.len() - 10) as u64)));
    }
    names.join(", ")
}

/// Where a file is wrong, as it may be shown: with line and column where they are known.
pub(super) fn place(file: &BatchFile) -> String {
    match file.flaw.as_ref().and_then(Flaw::place) {
        Some((at, row, column)) => format!("{}:{row}:{column}", shown(at)),
        None => shown(&file.file),
    }
}

/// How to mend a file that has no result, as it may be shown.
pub(super) fn mend(file: &BatchFile) -> Option<String> {
    Some(line(file.flaw.as_ref()?.help.as_ref()?, LONGEST))
}

/// Why a file has no result, as it may be shown, with its code.
pub(super) fn reason(file: &BatchFile) -> String {
    let error = file.error.as_deref().unwrap_or(match file.state {
        BatchState::NotBegun => "the run was interrupted before it was begun",
        _ => "no reason is known",
    });
    let code = file.flaw.as_ref().and_then(|f| f.code.as_ref()).map_or_else(String::new, |code| format!("{code}: "));
    line(&(code + error), LONGEST)
}

/// An entry of a scenario that differs, in one line: its path and what it was and is, each of at most `most` characters.
pub(super) fn edit(path: &str, old: Option<&str>, new: Option<&str>, most: usize) -> String {
    let value = |v: Option<&str>| v.map_or_else(|| "(not there)".to_owned(), |v| line(v, most));
    format!("in the scenario: {}: {} → {}", line(path, LONG), value(old), value(new))
}

/// A name or a path as it may be shown.
pub(super) fn shown(text: &str) -> String {
    line(text, LONG)
}

/// A path below a folder as a relative address: what is not plainly a letter, digit or one of `-._~` is percent-encoded, so that nothing
/// in a name is obeyed.
#[must_use]
pub fn address(parts: &[&[u8]]) -> String {
    let mut text = ".".to_owned();
    for part in parts {
        text.push('/');
        for byte in *part {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(char::from(*byte)),
                byte => text.push_str(&format!("%{byte:02X}")),
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_below_the_folder_whatever_a_name_is() {
        assert_eq!(address(&[b"abstract", b"choice-rules", b"report.html"]), "./abstract/choice-rules/report.html");
        assert_eq!(address(&[b"javascript:alert(1)"]), "./javascript%3Aalert%281%29");
        assert_eq!(address(&[b"a/b", b"?x#y&\"<'"]), "./a%2Fb/%3Fx%23y%26%22%3C%27");
        assert_eq!(address(&["Ä b".as_bytes()]), "./%C3%84%20b");
    }
}
