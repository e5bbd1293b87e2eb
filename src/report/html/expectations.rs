//! 7. Expectations: what came of the claims that the author makes.

use super::figure::{Size, Table, figure, label};
use super::study::minus;
use super::{Input, Part};
use crate::chart::letters::line;
use crate::chart::{Chart, Intervals as Drawn, Limit, Markup, Row, Unit as Axis};
use crate::report::verdicts::{known, near, title};
use crate::report::words::{counted, days, number, percent, whole};
use crate::results::{ClaimResult, FileState, Finding, Intervals, ReportData, Studies, Summary, Unit, Verdict};

/// Most claims in the list, and of those that hold most that are not folded.
const LISTED: usize = 200;
const OPEN: usize = 30;
/// Most claims in a chart.
const DRAWN: usize = 40;
/// Longest claim, and longest reason, in characters.
const CLAIM: usize = 400;
const REASON: usize = 1500;
/// Shares up to here have a chart with an axis of their own, beside larger ones.
const RARE: f64 = 0.1;

/// Claims and what came of them, from whichever trials.
#[derive(Clone, Debug)]
pub(in crate::report) struct Judged<'a> {
    /// What does not hold first, then what is open, what holds, and what was not tested.
    pub(in crate::report) claims: Vec<&'a ClaimResult>,
    /// Chance that any of the verdicts is wrong.
    rate: f64,
    /// What was run.
    pub(in crate::report) basis: String,
    /// The command that makes it again; absent where the verdicts are those of a run.
    command: Option<&'a str>,
    /// The test was stopped before its end: a sentence.
    pub(in crate::report) partial: Option<String>,
}

/// Verdicts of a test that is stored; else those that the trials of the run give. `None` where nothing is claimed, or nothing known.
/// `by_hand`: the run has values that were set by hand, which the claims are not about.
pub(in crate::report) fn judged<'a>(data: Option<&'a ReportData>, studies: &'a Studies, by_hand: bool) -> Option<Judged<'a>> {
    let mut found = match (&studies.test, data.and_then(|d| d.verdicts.as_ref())) {
        (Some(test), _) => {
            let file = test.files.first()?;
            let plan = &test.plan;
            let partial = match file.state {
                FileState::Stopped => Some("the test stopped at a trial that could not be run".to_owned()),
                FileState::Interrupted => Some("the test was interrupted".to_owned()),
                _ if !plan.complete => Some("the test was interrupted".to_owned()),
                _ => None,
            };
            let most = counted(plan.max_trials, "trial");
            let about = if by_hand {
                "These verdicts are about the scenario as it is written; this run has values that were set by hand. "
            } else {
                ""
            };
            let from = format!("{about}Tested on trials of their own, as many as each claim needed: seed {}, at most {most}.", plan.seed);
            let rules = rules(plan.false_alarms_each, plan.margin);
            #[expect(clippy::cast_precision_loss, reason = "a number of claims")]
            let rate = (plan.false_alarms_each * file.claims.len() as f64).min(plan.false_alarms);
            Judged { claims: file.claims.iter().collect(), rate, basis: format!("{from} {rules}"), command: Some(&plan.command), partial }
        }
        (None, Some(run)) => {
            let from =
                format!("Judged on the {} of this run; “escalade test” runs as many as each claim needs.", counted(run.trials, "trial"));
            let rules = rules(run.false_alarms_each, run.margin);
            Judged {
                claims: run.claims.iter().collect(),
                rate: run.false_alarms,
                basis: format!("{from} {rules}"),
                command: None,
                partial: None,
            }
        }
        (None, None) => return None,
    };
    found.claims.sort_by_key(|c| order(c.verdict));
    (!found.claims.is_empty()).then_some(found)
}

/// Whether a run has values that were set by hand.
pub(in crate::report) fn by_hand(summary: &Summary) -> bool {
    !summary.plan.overrides.is_empty()
}

fn rules(each: f64, margin: f64) -> String {
    format!(
        "Each verdict is wrong by more than its margin ({1} {2}, where it has none of its own) with a chance of at most {0}\u{a0}%; a claim that is nearer to its limit than that may get either verdict.",
        number(each * 100.0),
        percent(margin),
        if margin == 0.01 { "point" } else { "points" }
    )
}

fn order(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Undecided => 1,
        Verdict::Pass => 2,
        Verdict::NotRun => 3,
    }
}

/// The sign of a verdict, and its word.
pub(in crate::report) fn mark(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Pass => ("✓", "holds"),
        Verdict::Fail => ("✗", "does not hold"),
        Verdict::Undecided => ("?", "undecided"),
        Verdict::NotRun => ("–", "not tested"),
    }
}

impl Judged<'_> {
    fn of(&self, verdict: Verdict) -> Vec<&ClaimResult> {
        self.claims.iter().copied().filter(|c| c.verdict == verdict).collect()
    }

    /// How many hold, which do not, and how sure that is.
    pub(in crate::report) fn sentence(&self) -> String {
        let [pass, fail, open, rest] = [Verdict::Pass, Verdict::Fail, Verdict::Undecided, Verdict::NotRun].map(|verdict| self.of(verdict));
        let told = pass.len() + fail.len() + open.len();
        let all = told + rest.len();
        let mut text = match (told, pass.len()) {
            (0, _) if all == 1 => "The claim of the author could not be tested.".to_owned(),
            (0, _) => format!("None of the {all} claims of the author could be tested."),
            (1, 1) => "The claim of the author that was tested holds.".to_owned(),
            (n, p) if n == p && rest.is_empty() => format!("All {n} claims of the author hold."),
            (n, p) if n == p => format!("All {n} claims of the author that were tested hold."),
            (1, 0) if open.len() == 1 => "The claim of the author that was tested is undecided.".to_owned(),
            (1, 0) => "The claim of the author that was tested does not hold.".to_owned(),
            (n, 0) if open.len() == n => format!("None of {n} claims of the author could be decided by these trials."),
            (_, 0) => format!("None of {all} claims of the author is known to hold."),
            (_, p) => format!("{p} of {all} claims of the author {}.", if p == 1 { "holds" } else { "hold" }),
        };
        for (claims, one, some) in [(&fail, "does not", "do not"), (&open, "is undecided", "are undecided")] {
            if !claims.is_empty() {
                let named: Vec<String> = claims.iter().take(3).map(|c| format!("{}{}", words(c), found(c))).collect();
                let more = claims.len().saturating_sub(3);
                let more = if more > 0 { format!("; and {more} more") } else { String::new() };
                text.push_str(&format!(" {} {}: {}{more}.", claims.len(), if claims.len() == 1 { one } else { some }, named.join("; ")));
            }
        }
        if told > open.len() {
            let any = if told == 1 { "the verdict" } else { "any of these verdicts" };
            text.push_str(&format!(
                " The chance that {any} is wrong by more than its margin is at most {}\u{a0}%.",
                number(self.rate * 100.0)
            ));
        }
        if told > 0 && !rest.is_empty() {
            let n = rest.len();
            text.push_str(&format!(" {n} {} not tested here.", if n == 1 { "was" } else { "were" }));
        }
        text
    }

    /// A warning, where the author's own claims do not hold.
    pub(in crate::report) fn warning(&self) -> Option<String> {
        let fail = self.of(Verdict::Fail).len();
        let all = self.claims.len();
        let first = (fail > 0).then(|| {
            let how = if fail == 1 { "does" } else { "do" };
            format!("{fail} of {} of the author {how} not hold (see Expectations).", counted(all as u64, "claim"))
        });
        let partial = self.partial.as_ref().map(|p| format!("Partial: {p}; claims that were open are not tested."));
        let all: Vec<String> = first.into_iter().chain(partial).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }
}

/// The claim in words; as written, where there are none.
pub(in crate::report) fn words(c: &ClaimResult) -> String {
    // A blank before a percent sign is no place for the end of a line.
    if c.says.is_empty() { line(&title(c), CLAIM) } else { line(&c.says, CLAIM).replace(" %", "\u{a0}%") }
}

/// What was found, in brackets.
fn found(c: &ClaimResult) -> String {
    let near = near(c).map_or_else(String::new, |words| format!("; {words}"));
    c.finding.as_ref().map_or_else(String::new, |f| format!(" (found: {}{near})", told(f)))
}

/// Estimate and interval.
pub(in crate::report) fn told(f: &Finding) -> String {
    let text = minus(&known(f));
    // A side that was never seen is a bound, by the trials that both sides have at least.
    let text = match Intervals::default().one(0, f.read).bound {
        Some(bound) if f.unit == Unit::Share && f.read > 0 && (f.left.is_some() || f.right.is_some()) => {
            let none = format!("never seen (below {} %)", number(bound * 100.0));
            text.replace("none against", &format!("{none} against")).replace("against none:", &format!("against {none}:"))
        }
        _ => text,
    };
    text.replace(" %", "\u{a0}%")
}

/// The limit of a claim; of a comparison that there is a difference.
pub(in crate::report) fn limit(f: &Finding) -> String {
    if f.left.is_some() || f.right.is_some() {
        return match (f.lower_limit, f.upper_limit) {
            (Some(_), _) => "a difference above 0".to_owned(),
            (None, Some(_)) => "a difference below 0".to_owned(),
            (None, None) => "–".to_owned(),
        };
    }
    let show = |x: f64| amount(f.unit, x);
    match (f.lower_limit, f.upper_limit) {
        (Some(a), Some(b)) if a == b => show(a),
        (Some(a), Some(b)) => format!("{} to {}", show(a), show(b)),
        (Some(a), None) => format!("above {}", show(a)),
        (None, Some(b)) => format!("below {}", show(b)),
        (None, None) => "–".to_owned(),
    }
}

fn amount(unit: Unit, x: f64) -> String {
    match unit {
        Unit::Share => format!("{}\u{a0}%", minus(&number(x * 100.0))),
        Unit::Day => format!("day {}", days(x)),
        Unit::Number => minus(&number(x)),
    }
}

fn trials(c: &ClaimResult) -> String {
    match &c.finding {
        Some(f) if f.read < c.trials => format!("{} of {}", whole(f.read), counted(c.trials, "trial")),
        _ => counted(c.trials, "trial"),
    }
}

pub(super) fn part(input: Input<'_>) -> Option<Part> {
    Some(part_of(&judged(input.data, input.studies, by_hand(input.summary))?))
}

/// The part, of whichever trials.
pub(super) fn part_of(found: &Judged<'_>) -> Part {
    let mut body = Markup::new();
    body.leaf("p", &[("class", &"soft")], &found.basis);
    list(&mut body, found);
    charts(&mut body, found);
    body.open("section", &[("class", &"block")]);
    body.open("details", &[("class", &"numbers")]).leaf("summary", &[], "Numbers: all claims");
    table(found).put(&mut body, "All claims");
    body.close().close();
    body.open("p", &[("class", &"soft")]).leaf("b", &[], "How it can mislead: ");
    body.say("a claim that holds says what the scenario implies, not that the scenario is right");
    body.say(if found.command.is_some() { "; and the interval of a claim is no better than it had to be." } else { "." });
    body.say(" ").leaf("b", &[], "Method: ");
    body.say("intervals are confidence sequences, which hold at every number of trials at once, each at its part of the error rate (D. A. Darling and H. Robbins, Proc. Natl. Acad. Sci. 58 (1967) 66–68; S. R. Howard et al., Annals of Statistics 49 (2021) 1055–1080).");
    body.close();
    if let Some(command) = found.command {
        body.open("details", &[("class", &"numbers")]).leaf("summary", &[], "How to make it again");
        body.open("pre", &[]).leaf("code", &[], &line(command, 4000)).close().close();
    }
    Part { id: "expectations", title: "Expectations", sentence: found.sentence(), body }
}

/// The claims, one by one; of very many that hold, all but the first ones folded.
fn list(m: &mut Markup, found: &Judged<'_>) {
    let (plain, quiet): (Vec<&ClaimResult>, Vec<&ClaimResult>) =
        found.claims.iter().partition(|c| matches!(c.verdict, Verdict::Fail | Verdict::Undecided));
    let (holds, rest): (Vec<&ClaimResult>, Vec<&ClaimResult>) = quiet.into_iter().partition(|c| c.verdict == Verdict::Pass);
    let fold = holds.len() > OPEN;
    let first: Vec<&ClaimResult> = plain.iter().chain(if fold { [].iter() } else { holds.iter() }).copied().take(LISTED).collect();
    items(m, &first);
    for (claims, what) in [(if fold { holds } else { Vec::new() }, "hold"), (rest, "were not tested here")] {
        if !claims.is_empty() {
            let what = if claims.len() == 1 { what.replace("were", "was") } else { what.to_owned() };
            m.open("details", &[("class", &"story")]);
            m.open("summary", &[]).leaf("b", &[], &counted(claims.len() as u64, "claim")).say(&format!(" that {what}")).close();
            items(m, &claims.into_iter().take(LISTED).collect::<Vec<_>>());
            m.close();
        }
    }
}

fn items(m: &mut Markup, claims: &[&ClaimResult]) {
    if claims.is_empty() {
        return;
    }
    m.open("ul", &[("class", &"claims")]);
    for c in claims {
        let (sign, word) = mark(c.verdict);
        m.open("li", &[("class", &if c.verdict == Verdict::Fail { "claim failed" } else { "claim" })]);
        m.open("p", &[]).open("span", &[("class", &"mark")]);
        m.say(sign).say(" ").say(word).say(":").close();
        m.say(" ").leaf("bdi", &[], &words(c)).close();
        m.open("p", &[("class", &"detail")]).leaf("code", &[], &line(&title(c), CLAIM));
        if let Some(f) = &c.finding {
            m.say(": ").leaf("b", &[], &told(f)).say(&format!(" in {}", trials(c)));
            if f.read < c.trials {
                m.say(", those in which its question arises");
            }
            if let Some(words) = near(c) {
                m.say("; ").say(words);
            }
        } else {
            m.say(": it needs trials of another variant, or of the scenario as written: run “escalade test”");
        }
        m.close();
        if let Some(because) = &c.because {
            m.open("p", &[("class", &"detail")]).say("Because: ").leaf("bdi", &[], &line(because, REASON)).close();
        }
        m.close();
    }
    m.close();
}

/// Shares against their limits, and differences of shares against none.
fn charts(m: &mut Markup, found: &Judged<'_>) {
    let drawable = |c: &&ClaimResult| {
        c.finding.as_ref().is_some_and(|f| f.unit == Unit::Share && f.estimate.is_some() && f.low.is_some() && f.high.is_some())
    };
    let all: Vec<&ClaimResult> = found.claims.iter().copied().filter(drawable).collect();
    let compared = |c: &&ClaimResult| c.finding.as_ref().is_some_and(|f| f.left.is_some() || f.right.is_some());
    let (differences, shares): (Vec<&ClaimResult>, Vec<&ClaimResult>) = all.into_iter().partition(|c| compared(c));
    let top = |c: &ClaimResult| {
        let f = c.finding.as_ref();
        let of = |x: Option<f64>| x.unwrap_or(0.0);
        f.map_or(0.0, |f| of(f.high).max(of(f.lower_limit)).max(of(f.upper_limit)))
    };
    let (rare, common): (Vec<&ClaimResult>, Vec<&ClaimResult>) = shares.iter().partition(|c| top(c) <= RARE);
    let both = !rare.is_empty() && !common.is_empty();
    let said = "The dot is the estimate, the line its interval. The upright mark is the limit of the claim, with its margin as a faint band; its arrows point to where the claim holds.";
    if !common.is_empty() {
        chart(m, "claims-shares", ("Shares against their limits", said), &common, (Axis::Share, Some((0.0, 1.0))));
    }
    if !rare.is_empty() {
        let said = if both { "As above, for rare things: mind the axis." } else { said };
        chart(
            m,
            "claims-rare",
            (if both { "Rare ones against their limits" } else { "Shares against their limits" }, said),
            &rare,
            (Axis::Share, Some((0.0, 0.0))),
        );
    }
    if !differences.is_empty() {
        let said =
            "Left side less right side, or variant less scenario, in percentage points. The arrow at 0 points to where the claim holds.";
        chart(m, "claims-differences", ("Differences that are claimed", said), &differences, (Axis::Points, None));
    }
}

fn chart(m: &mut Markup, id: &str, words: (&str, &str), claims: &[&ClaimResult], (unit, range): (Axis, Option<(f64, f64)>)) {
    let rows: Vec<Row> = claims.iter().take(DRAWN).filter_map(|c| row(c)).collect();
    let left_out = claims.len().saturating_sub(DRAWN);
    let more = if left_out > 0 { format!(" {left_out} more are in the table.") } else { String::new() };
    let chart = Drawn { rows, unit, bars: false, zero: unit == Axis::Points, range };
    figure(m, id, (words.0, &format!("{}{more}", words.1)), (&Chart::Intervals(chart), Size::Full), None);
}

fn row(c: &ClaimResult) -> Option<Row> {
    let f = c.finding.as_ref()?;
    let (sign, _) = mark(c.verdict);
    let series = match c.verdict {
        Verdict::Pass => 2,
        Verdict::Fail => 1,
        Verdict::Undecided | Verdict::NotRun => 6,
    };
    let comparison = f.left.is_some() || f.right.is_some();
    let told = told(f);
    let bound = |text: &str| text.trim_end_matches([']', '%', ' ', '\u{a0}']).rsplit(['[', ' ']).next().map(str::to_owned);
    // Of a comparison the difference, not both sides; of what was never or always seen the bound.
    let told = if comparison { told.rsplit_once(": ").map_or(told.clone(), |t| t.1.replace(" points", "")) } else { told };
    let told = match f.estimate {
        Some(0.0) if !comparison => bound(&told).map_or(told.clone(), |b| format!("below {b}\u{a0}%")),
        Some(1.0) if !comparison => told.split(['[', ',']).nth(1).map_or(told.clone(), |b| format!("above {b}\u{a0}%")),
        _ => told,
    };
    let ends = [(f.lower_limit, true), (f.upper_limit, false)];
    let limits = ends.into_iter().filter_map(|(at, up)| Some(Limit { at: at?, margin: f.margin, up })).collect();
    Some(Row { label: format!("{sign} {}", words(c)), value: f.estimate, interval: f.low.zip(f.high), words: told, series, limits })
}

fn table(found: &Judged<'_>) -> Table {
    let mut table = Table::of_words(&["Claim", "Verdict", "Estimate and interval", "Claimed", "Margin", "Trials", "Where it stands"]);
    for c in &found.claims {
        let (sign, word) = mark(c.verdict);
        let f = c.finding.as_ref();
        let margin = |f: &Finding| match f.unit {
            Unit::Share if f.margin == 0.01 => "1 point".to_owned(),
            Unit::Share => format!("{} points", number(f.margin * 100.0)),
            Unit::Day | Unit::Number => number(f.margin),
        };
        table.rows.push(vec![
            line(&title(c), CLAIM),
            format!("{sign} {word}"),
            f.map_or_else(|| "–".to_owned(), told),
            f.map_or_else(|| "–".to_owned(), limit),
            f.map_or_else(|| "–".to_owned(), margin),
            if f.is_some() { trials(c) } else { "–".to_owned() },
            format!("{}:{}", label(&c.file), c.line),
        ]);
    }
    table
}

/// The claims of a scenario that were not tested.
pub(super) fn untested(m: &mut Markup, input: Input<'_>, summary: &Summary) {
    let Some(data) = input.data else { return };
    let claims = &data.portrait.expectations;
    if claims.is_empty() || judged(input.data, input.studies, by_hand(input.summary)).is_some() {
        return;
    }
    m.open("section", &[("class", &"block")]).leaf("h3", &[], "What its author claims");
    let file = summary.recipe.as_ref().map_or_else(|| "FILE".to_owned(), |r| line(&r.file, 200));
    m.open("p", &[]).say("Not tested with this report. To test it: ").leaf("code", &[], &format!("escalade test {file} --out DIR"));
    m.say(", with the directory of this report.").close().open("ul", &[]);
    for e in claims.iter().take(LISTED) {
        m.open("li", &[]).leaf("bdi", &[], &line(if e.says.is_empty() { &e.that } else { &e.says }, CLAIM));
        if let Some(because) = &e.because {
            m.say(", because: ").leaf("bdi", &[], &line(because, REASON));
        }
        m.close();
    }
    m.close().close();
}
