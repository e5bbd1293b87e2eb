//! What came of the claims of a suite, for a reader at a terminal: the verdict first, then each claim.

use super::words::{ALARM, FAINT, STRONG, TENS, counted, cut, days, harmless, left, number, paint, paragraph, percent, whole};
use crate::results::{ClaimResult, FileState, Finding, Flaw, TestSummary, TestedFile, Unit, Verdict};

/// Columns of a verdict.
const VERDICT: usize = 9;
/// Columns before the lines below a claim.
const INDENT: usize = 2 + VERDICT + 2;

/// The answer in at most `columns` columns (60 or more).
#[must_use]
pub fn answer(summary: &TestSummary, columns: usize) -> String {
    let columns = columns.max(60);
    let files: Vec<&TestedFile> = summary.files.iter().filter(|f| f.state != FileState::NoClaims).collect();
    let mut sections = vec![head(summary, columns)];
    sections.extend(files.iter().map(|f| file(f, columns)));
    sections.push(foot(summary, columns));
    sections.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("\n")
}

/// The verdict on the whole suite, in a sentence.
#[must_use]
pub fn overall(summary: &TestSummary) -> String {
    let t = &summary.test;
    let tested = summary.files.iter().filter(|f| !matches!(f.state, FileState::NoClaims | FileState::Wrong)).count() as u64;
    let of = format!("{} in {}", counted(t.claims, "claim"), counted(tested, "file"));
    let some = |n: u64, word: &str| (n > 0).then(|| format!("{} {word}", whole(n)));
    let parts = [
        some(t.fail, "FAILED"),
        some(t.undecided, "UNDECIDED"),
        some(t.not_run, "NOT RUN"),
        some(t.wrong_files, if t.wrong_files == 1 { "FILE WRONG" } else { "FILES WRONG" }),
    ];
    let bad: Vec<String> = parts.into_iter().flatten().collect();
    match (t.claims, bad.is_empty()) {
        (0, true) => "NOTHING IS CLAIMED".to_owned(),
        (0, false) => bad.join(", "),
        (_, true) => format!("PASSED: {of}"),
        (_, false) => format!("{}: of {of}, {} passed", bad.join(", "), whole(t.pass)),
    }
}

/// What is wrong first with a file, in a sentence with its code, and how to mend it, where that is known.
pub(super) fn flawed(error: &str, flaw: Option<&Flaw>) -> (String, Option<String>) {
    let code = flaw.and_then(|f| f.code.as_ref()).map_or_else(String::new, |code| format!("{}: ", harmless(code)));
    (code + &harmless(error), flaw.and_then(|f| f.help.as_ref()).map(|help| harmless(help)))
}

/// The same of a file of a suite.
pub(super) fn flaw_of(file: &TestedFile) -> (String, Option<String>) {
    flawed(file.error.as_deref().unwrap_or("it cannot be read"), file.flaw.as_ref())
}

/// The same in one sentence.
pub(super) fn flaw_sentence(file: &TestedFile) -> String {
    let (error, help) = flaw_of(file);
    help.map_or_else(|| error.clone(), |help| format!("{error}; help: {help}"))
}

/// Where a file is wrong: file, line and column, the beginning of the file where that is not known.
pub(super) fn flaw_place(file: &TestedFile) -> (&str, usize, usize) {
    file.flaw.as_ref().and_then(Flaw::place).unwrap_or((&file.file, 1, 1))
}

/// Files that could not be tested, and why.
pub(super) fn wrong(summary: &TestSummary) -> impl Iterator<Item = (&'static str, &TestedFile)> {
    let word = |f: &TestedFile| match f.state {
        FileState::Wrong => Some("wrong"),
        FileState::Stopped => Some("stopped"),
        _ => None,
    };
    summary.files.iter().filter_map(move |f| Some((word(f)?, f)))
}

fn head(summary: &TestSummary, columns: usize) -> String {
    let style = if summary.test.pass == summary.test.claims && summary.test.wrong_files == 0 { STRONG } else { ALARM };
    let mut text: String = paragraph("", 0, &overall(summary), columns).lines().map(|l| paint(style, l) + "\n").collect();
    let open: Vec<(&TestedFile, &ClaimResult)> =
        summary.claims().filter(|(_, c)| matches!(c.verdict, Verdict::Fail | Verdict::Undecided)).collect();
    // A reader of one file sees them anyway.
    if summary.files.len() > 1 {
        for (what, file) in wrong(summary).take(20) {
            let error = harmless(file.error.as_deref().unwrap_or("it cannot be read"));
            text += &paragraph("  ", 4, &cut(&format!("{what} {}: {error}", harmless(&file.file)), 300), columns);
        }
        for (_, claim) in open.iter().take(20) {
            let what = format!("{} {}:{}: {}", claim.verdict.word(), harmless(&claim.file), claim.line, harmless(&claim.that));
            text += &paragraph("  ", 4, &what, columns);
        }
        if open.len() > 20 {
            text += &format!("  and {} more below\n", open.len() - 20);
        }
    }
    text
}

fn file(file: &TestedFile, columns: usize) -> String {
    let name = harmless(&file.file);
    let mut text: String = paragraph("", 2, &name, columns).lines().map(|l| paint(STRONG, l) + "\n").collect();
    let remark = match file.state {
        FileState::Wrong => Some("wrong: "),
        FileState::Stopped => Some("stopped: "),
        FileState::Interrupted => Some("interrupted"),
        FileState::Tested | FileState::NoClaims => None,
    };
    if let Some(remark) = remark {
        let words = format!("{remark}{}", harmless(file.error.as_deref().unwrap_or_default()));
        text.extend(paragraph("  ", 4, &words, columns).lines().map(|l| paint(ALARM, l) + "\n"));
    }
    text.extend(file.claims.iter().map(|c| claim(c, columns)));
    text
}

fn claim(claim: &ClaimResult, columns: usize) -> String {
    let style = match claim.verdict {
        Verdict::Pass => FAINT,
        Verdict::Fail | Verdict::Undecided => ALARM,
        Verdict::NotRun => FAINT,
    };
    // Only what wants attention shouts.
    let word = if claim.verdict == Verdict::Fail { "FAIL".to_owned() } else { claim.verdict.word().to_owned() };
    let word = if claim.verdict == Verdict::Undecided { word.to_uppercase() } else { word };
    let blank = " ".repeat(INDENT);
    let body = paragraph(&blank, INDENT, &title(claim), columns);
    let mut text = format!("  {}  {}", paint(style, &left(&word, VERDICT)), body.get(INDENT..).unwrap_or_default());
    text += &paragraph(&blank, INDENT, &told(claim), columns);
    if let Some(because) = &claim.because {
        let words = paragraph(&blank, INDENT + 2, &format!("because: {}", harmless(because)), columns);
        text.extend(words.lines().map(|l| paint(FAINT, l) + "\n"));
    }
    text
}

/// The claim as written, with its variant.
#[must_use]
pub fn title(claim: &ClaimResult) -> String {
    let variant = claim.variant.as_ref().map_or_else(String::new, |v| format!(" (variant {})", harmless(v)));
    harmless(&claim.that) + &variant
}

/// What is known, and from how many trials.
#[must_use]
pub fn told(claim: &ClaimResult) -> String {
    let place = format!("line {}", claim.line);
    let Some(finding) = &claim.finding else { return format!("no trial was run; {place}") };
    let read = match finding.read {
        n if n == claim.trials => counted(claim.trials, "trial"),
        n => format!("{}, {} of them tell it", counted(claim.trials, "trial"), whole(n)),
    };
    let how = match claim.verdict {
        Verdict::Pass | Verdict::Fail => "after",
        Verdict::Undecided | Verdict::NotRun => "still open after",
    };
    format!("{}{}; {how} {read}; {place}", known(finding), near(claim).map_or_else(String::new, |words| format!("; {words}")))
}

/// What is left open where the limit of a claim lies within the interval: then its verdict is sure up to its margin only.
#[must_use]
pub fn near(claim: &ClaimResult) -> Option<&'static str> {
    let f = claim.finding.as_ref()?;
    // A claim of one number means that number: it passes if none is left that is further off than the margin.
    if f.lower_limit.is_some() && f.lower_limit == f.upper_limit {
        return None;
    }
    let (low, high) = (f.low.unwrap_or(f64::NEG_INFINITY), f.high.unwrap_or(f64::INFINITY));
    let open = [f.lower_limit, f.upper_limit].into_iter().flatten().any(|limit| low < limit && limit < high);
    match claim.verdict {
        Verdict::Fail if open => Some("if it does hold, by less than its margin"),
        Verdict::Pass if open => Some("if it does not hold, by less than its margin"),
        _ => None,
    }
}

/// The estimate and its interval, in words: `34.9 % [33.1, 36.8]`.
#[must_use]
pub fn known(finding: &Finding) -> String {
    let Some(estimate) = finding.estimate else { return "no trial tells it".to_owned() };
    let compared = finding.left.zip(finding.right);
    let open = |end: Option<f64>, show: &dyn Fn(f64) -> String| end.map_or_else(|| "?".to_owned(), show);
    match (finding.unit, compared) {
        (Unit::Share, None) => match (finding.low, finding.high) {
            (Some(low), Some(high)) if estimate == 0.0 => format!("none seen [{}, {} %]", points(low, high, 0.0), points(high, high, 0.0)),
            (Some(low), Some(high)) if estimate == 1.0 => format!("always [{}, {} %]", points(low, 1.0, low), points(high, 1.0, low)),
            (Some(low), Some(high)) => {
                format!("{} % [{}, {}]", points(estimate, high, low), points(low, high, low), points(high, high, low))
            }
            _ => format!("{} %", points(estimate, 1.0, 0.0)),
        },
        (Unit::Share, Some((left, right))) => {
            let (low, high) = (finding.low.unwrap_or(-1.0), finding.high.unwrap_or(1.0));
            let sign = |x: f64| signed(&points(x.abs(), high, low), x);
            // No number of trials shows that something is impossible.
            let side = |x: f64| if x == 0.0 { "none".to_owned() } else { format!("{} %", points(x, high, low)) };
            let sides = format!("{} against {}", side(left), side(right));
            format!("{sides}: {} points [{}, {}]", sign(estimate), sign(low), sign(high))
        }
        (unit, compared) => {
            let show = |x: f64| if unit == Unit::Day { days(x) } else { number(x) };
            let name = |x: f64| if unit == Unit::Day { format!("day {}", days(x)) } else { number(x) };
            match (compared, finding.low.is_some() || finding.high.is_some()) {
                (None, true) => format!("{} [{}, {}]", name(estimate), open(finding.low, &show), open(finding.high, &show)),
                (None, false) => format!("{}, too few for an interval", name(estimate)),
                (Some((left, right)), _) => {
                    let sign = |x: f64| signed(&show(x.abs()), x);
                    let ends = format!("[{}, {}]", open(finding.low, &sign), open(finding.high, &sign));
                    let ends = if finding.low.is_none() && finding.high.is_none() { "(too few for an interval)".to_owned() } else { ends };
                    format!("{} against {}: {} {ends}", name(left), name(right), sign(estimate))
                }
            }
        }
    }
}

fn signed(text: &str, x: f64) -> String {
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    match x {
        _ if nothing => text.to_owned(),
        x if x < 0.0 => format!("-{text}"),
        _ => format!("+{text}"),
    }
}

/// A share in percent, with as many digits as an interval from `low` to `high` needs.
fn points(share: f64, high: f64, low: f64) -> String {
    let width = (high - low).abs() * 100.0;
    let digits = if width == 0.0 { 1 } else { (1..6).find(|d| width * TENS[*d] >= 1.0).unwrap_or(6) };
    format!("{:.digits$}", share * 100.0)
}

fn foot(summary: &TestSummary, columns: usize) -> String {
    let plan = &summary.plan;
    let mut text = String::new();
    let none: Vec<String> = summary.files.iter().filter(|f| f.state == FileState::NoClaims).map(|f| harmless(&f.file)).collect();
    if !none.is_empty() {
        let (few, more) = (none.iter().take(5).cloned().collect::<Vec<_>>().join(", "), none.len().saturating_sub(5));
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        text += &paragraph("", 2, &format!("without claims: {few}{more}"), columns);
    }
    if summary.test.claims > 0 {
        let rules = format!(
            "Chance that any verdict is wrong by more than its margin: {} % ({} % for each claim); margin {}. Intervals hold at every look, at the level of the verdicts.",
            percent(plan.false_alarms),
            number(plan.false_alarms_each * 100.0),
            match percent(plan.margin).as_str() {
                "1" => "1 point".to_owned(),
                points => format!("{points} points"),
            }
        );
        text += &paragraph("", 0, &rules, columns);
    }
    if !plan.complete {
        text += "PARTIAL: interrupted; the verdicts above are those that were settled by then.\n";
    }
    let run =
        format!("seed {}, at most {} a file, {} {}", plan.seed, counted(plan.max_trials, "trial"), summary.tool.name, summary.tool.version);
    text += &paragraph("", 2, &run, columns);
    text.lines().map(|l| paint(FAINT, l) + "\n").collect()
}

/// What does not hold, in a sentence without its place: for annotations and reports.
#[must_use]
pub fn sentence(claim: &ClaimResult) -> String {
    let verdict = match claim.verdict {
        Verdict::Pass => "holds",
        Verdict::Fail => "does not hold",
        Verdict::Undecided => "is undecided: allow more trials, or a wider margin",
        Verdict::NotRun => "was not tried",
    };
    let because = claim.because.as_ref().map_or_else(String::new, |b| format!(". The author's reason: {}", harmless(b)));
    let told = told(claim);
    let told = told.rsplit_once("; line ").map_or(told.as_str(), |t| t.0);
    format!("{} {verdict}: {told}{because}", title(claim))
}
