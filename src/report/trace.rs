//! One trial told day by day, in sentences.

use std::collections::BTreeSet;

use super::words::{FAINT, JOINT, STRONG, and, days, left, number, one_line, paint, paragraph, width, wrap};
use crate::results::{Cause, Considered, Happening, Late, Scene, SceneLine, WhyResult, Worth};

/// What is told about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// Title of the scenario.
    pub title: String,
    /// Which trial, in words.
    pub trial: String,
    /// Paths and values that were changed.
    pub overrides: Vec<(String, String)>,
    /// Length of a step in days.
    pub step_days: f64,
    /// The clock has a start date.
    pub dated: bool,
    /// Names of the parameters that what is switched on reads.
    pub reads: BTreeSet<String>,
}

/// What is known when it is over, in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct End {
    /// Indicators that hold.
    pub holds: Vec<String>,
    /// Metrics: label and value.
    pub metrics: Vec<(String, String)>,
}

/// How to tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Telling {
    /// Columns.
    pub columns: usize,
    /// Tells quiet days, drifts and draws too.
    pub all: bool,
    /// The last step of which anything is known, where that is not all.
    pub cut: Option<u32>,
}

/// The story. `end` is missing where the trial could not be finished.
#[must_use]
pub fn story(head: &Head, happenings: &[Happening], end: Option<&End>, telling: Telling) -> String {
    let teller = Teller { head, telling };
    let mut text = teller.head();
    let first = happenings.iter().position(|h| matches!(h, Happening::Step { .. })).unwrap_or(happenings.len());
    text.push_str(&teller.parameters(&happenings[..first]));
    let mut quiet: Vec<Day<'_>> = Vec::new();
    for day in split(&happenings[first..]) {
        if !telling.all && day.quiet() {
            quiet.push(day);
            continue;
        }
        text.push_str(&teller.fold(&quiet));
        quiet.clear();
        text.push_str(&teller.day(&day));
    }
    text.push_str(&teller.fold(&quiet));
    if let Some(step) = telling.cut {
        let note = format!(
            "The telling is cut here, on day {}: more happens in this trial than can be kept. It goes on, and ends as told below.",
            teller.name(step)
        );
        text.push('\n');
        text.push_str(&paragraph("", 2, &note, telling.columns));
    }
    text.push_str(&teller.end(happenings, end));
    text
}

/// Why it ended as it did, under the same head.
#[must_use]
pub fn reasons(head: &Head, why: &WhyResult, columns: usize) -> String {
    let teller = Teller { head, telling: Telling { columns, all: false, cut: None } };
    teller.head() + &super::why::answer(why, columns)
}

/// The story in scenes, without parameters and end: for a page that sets its own lines.
#[must_use]
pub fn scenes(head: &Head, happenings: &[Happening]) -> Vec<Scene> {
    // Wider than any sentence: each stands on one line.
    let teller = Teller { head, telling: Telling { columns: 1 << 20, all: false, cut: None } };
    let first = happenings.iter().position(|h| matches!(h, Happening::Step { .. })).unwrap_or(happenings.len());
    let mut all = Vec::new();
    let mut quiet: Vec<Day<'_>> = Vec::new();
    for day in split(&happenings[first..]) {
        if day.quiet() {
            quiet.push(day);
            continue;
        }
        all.extend(quiet_scene(&teller.fold(&quiet)));
        quiet.clear();
        let line = |(text, detail): (String, bool)| SceneLine { text: plain(&text), detail };
        all.push(Scene { title: teller.title(&day), lines: teller.sentences(&day).into_iter().map(line).collect() });
    }
    all.extend(quiet_scene(&teller.fold(&quiet)));
    all
}

/// What a trial assumes: the parameters that it reads, with their values.
#[must_use]
pub fn assumed(head: &Head, happenings: &[Happening]) -> Vec<(String, String)> {
    let read = |h: &Happening| match h {
        Happening::Parameter { id, label, value } if head.reads.contains(id) => Some((one_line(label), amount(value))),
        _ => None,
    };
    happenings.iter().filter_map(read).collect()
}

/// Several quiet days.
fn quiet_scene(text: &str) -> Option<Scene> {
    let title = plain(text);
    (!title.is_empty()).then(|| Scene { title, lines: Vec::new() })
}

/// A text for a terminal as a sentence of a page.
fn plain(text: &str) -> String {
    let text = anstream::adapter::strip_str(text).to_string().replace(JOINT, " ").replace(" <-", " ←");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What happened in one step.
struct Day<'a> {
    step: u32,
    date: &'a str,
    what: Vec<&'a Happening>,
}

fn split(happenings: &[Happening]) -> Vec<Day<'_>> {
    let mut all: Vec<Day<'_>> = Vec::new();
    for happening in happenings {
        match happening {
            Happening::Step { step, date } => all.push(Day { step: *step, date, what: Vec::new() }),
            other => {
                if let Some(day) = all.last_mut() {
                    day.what.push(other);
                }
            }
        }
    }
    all
}

impl Day<'_> {
    /// Nobody did or suffered anything: at most choices that changed nothing.
    fn quiet(&self) -> bool {
        self.what.iter().all(|h| match h {
            // How the trial ends is told apart.
            Happening::Perceived { .. } | Happening::Decided { .. } | Happening::Ended { .. } => true,
            Happening::CarriedOut { says, ordered, .. } => says.is_none() && ordered.is_none(),
            Happening::Changed { phase, .. } => *phase == "drift",
            _ => false,
        })
    }

    /// Whether an option of this decision is carried out today.
    fn carried_out(&self, decision: &str, option: &str) -> bool {
        self.what.iter().any(|h| matches!(h, Happening::CarriedOut { option: path, .. } if is_option(path, decision, option)))
    }

    /// Step at which the option that is ordered today is due; `Some(None)` beyond the end.
    fn ordered(&self, decision: &str, option: &str) -> Option<Option<u32>> {
        self.what.iter().find_map(|h| match h {
            Happening::Ordered { option: path, due, .. } if is_option(path, decision, option) => Some(*due),
            _ => None,
        })
    }
}

/// Whether `path` is that of the decision's option: `decisions.d@member.options.o`.
fn is_option(path: &str, decision: &str, option: &str) -> bool {
    path.strip_prefix(decision).and_then(|rest| rest.strip_prefix(".options.")) == Some(option)
}

/// Whether a rule or option was written for a group.
fn of_group(path: &str) -> bool {
    path.contains('@')
}

struct Teller<'a> {
    head: &'a Head,
    telling: Telling,
}

impl Teller<'_> {
    fn head(&self) -> String {
        let mut text = paragraph("", 0, &one_line(&self.head.title), self.telling.columns);
        text = text.lines().map(|l| paint(STRONG, l) + "\n").collect();
        text.push_str(&paragraph("", 0, &one_line(&self.head.trial), self.telling.columns));
        for (path, value) in &self.head.overrides {
            let line = format!("{} = {}", one_line(path), one_line(value));
            text.push_str(&paragraph("with ", 5, &line, self.telling.columns));
        }
        text
    }

    fn parameters(&self, happenings: &[Happening]) -> String {
        let drawn: Vec<(String, String)> = happenings
            .iter()
            .filter_map(|h| match h {
                Happening::Parameter { id, label, value } if self.telling.all || self.head.reads.contains(id) => {
                    Some((one_line(label), amount(value)))
                }
                _ => None,
            })
            .collect();
        if drawn.is_empty() {
            return String::new();
        }
        let mut text = format!("\n{}\n", paint(STRONG, "What this trial assumes"));
        let values = drawn.iter().map(|(_, v)| width(v)).max().unwrap_or(0).min(24);
        let room = self.telling.columns.saturating_sub(2 + 2 + values).max(20);
        let widest = drawn.iter().map(|(l, _)| width(l)).max().unwrap_or(0).min(room);
        for (label, value) in drawn {
            for (index, line) in wrap(&label, widest).iter().enumerate() {
                let line = if index == 0 { format!("  {}  {value}", left(line, widest)) } else { format!("  {line}") };
                text.push_str(line.trim_end());
                text.push('\n');
            }
        }
        text
    }

    fn name(&self, step: u32) -> String {
        days(f64::from(step) * self.head.step_days)
    }

    fn title(&self, day: &Day<'_>) -> String {
        let name = self.name(day.step);
        if self.head.dated { format!("Day {name}, {}", day.date) } else { format!("Day {name}") }
    }

    fn day(&self, day: &Day<'_>) -> String {
        let title = self.title(day);
        let sentences = self.sentences(day);
        let mut text = format!("\n{}\n", paint(STRONG, &title));
        for (line, _) in &sentences {
            text.push_str(line);
        }
        if sentences.is_empty() {
            text.push_str("  quiet\n");
        }
        text
    }

    /// The sentences of a day, and whether each is a detail: what somebody saw, which numbers changed.
    fn sentences(&self, day: &Day<'_>) -> Vec<(String, bool)> {
        let mut all: Vec<(String, bool)> = Vec::new();
        let mut told = BTreeSet::new();
        let mut index = 0;
        while index < day.what.len() {
            let (line, used) = self.tell(day, index);
            let seen = matches!(day.what[index], Happening::Perceived { .. });
            // Two decisions of an actor see the same thing.
            if !line.is_empty() && (told.insert(line.clone()) || !seen) {
                all.push((line, seen || matches!(day.what[index], Happening::Changed { .. })));
            }
            index += used.max(1);
        }
        all
    }

    /// The sentence that begins at a happening, and how many happenings it tells.
    fn tell(&self, day: &Day<'_>, index: usize) -> (String, usize) {
        match day.what[index] {
            Happening::Perceived { actor, .. } => self.perceived(day, index, actor),
            Happening::Changed { .. } => self.changed(day, index),
            Happening::RegimeMoved { regime, from, to, says } => {
                let moved = format!("{}: {} -> {}", one_line(regime), one_line(from), one_line(to));
                let text = says.as_ref().map_or(moved.clone(), |s| format!("{} ({moved})", one_line(s)));
                (self.sentence(&text), 1)
            }
            Happening::Happened { label, member, says, draws, .. } => {
                let said = self.said(says.as_ref(), label, draws);
                (self.sentence(&with_name(member.as_deref(), said)), 1)
            }
            Happening::Decided { actor, decision, label, options, chosen } => {
                (self.decided(day, actor, decision, label, options, chosen.as_deref()), 1)
            }
            Happening::CarriedOut { actor, option, label, ordered, says, draws } => {
                if says.is_none() && draws.is_empty() && ordered.is_none() {
                    return (String::new(), 1);
                }
                let said = self.said(says.as_ref(), &format!("{}: {}", one_line(actor), one_line(label)), draws);
                let said = with_name(of_group(option).then_some(actor.as_str()), said);
                let late = ordered.map_or_else(String::new, |step| format!(" (ordered on day {})", self.name(step)));
                (self.sentence(&format!("{said}{late}")), 1)
            }
            Happening::Dropped { actor, label, ordered, because, .. } => {
                let (when, why) = (self.name(*ordered), one_line(because));
                let text = format!("{} gives up: {} (ordered on day {when}), because: {why}", one_line(actor), one_line(label));
                (self.sentence(&text), 1)
            }
            // Told with the choice.
            Happening::Ordered { .. } | Happening::Ended { .. } | Happening::Parameter { .. } | Happening::Step { .. } => {
                (String::new(), 1)
            }
        }
    }

    fn sentence(&self, text: &str) -> String {
        paragraph("  ", 4, text, self.telling.columns)
    }

    /// A rule's own sentence, or its label with its draws.
    fn said(&self, says: Option<&String>, label: &str, draws: &[(String, Worth)]) -> String {
        let words = draws.iter().map(|(name, value)| format!("{} {}", one_line(name), amount(value)));
        let words = words.collect::<Vec<_>>().join(", ");
        match says {
            Some(says) if !self.telling.all || words.is_empty() => one_line(says),
            Some(says) => format!("{} ({words})", one_line(says)),
            None if words.is_empty() => one_line(label),
            None => format!("{} ({words})", one_line(label)),
        }
    }

    /// All that one actor sees in a row.
    fn perceived(&self, day: &Day<'_>, index: usize, who: &str) -> (String, usize) {
        let mut parts: Vec<String> = Vec::new();
        let mut used = 0;
        for happening in &day.what[index..] {
            match happening {
                Happening::Perceived { actor, name, truth, value, late } if actor == who => {
                    used += 1;
                    let part = format!("{} {} ({})", one_line(name), number(*value), self.truth(*truth, late.as_ref()));
                    // Two decisions of one actor look at the same picture.
                    if !parts.contains(&part) {
                        parts.push(part);
                    }
                }
                _ => break,
            }
        }
        let line = format!("{} sees {}", one_line(who), parts.join(", "));
        (self.sentence(&line), used)
    }

    /// What is behind a perception.
    fn truth(&self, truth: f64, late: Option<&Late>) -> String {
        match late {
            None => format!("truth {}", number(truth)),
            Some(late) => {
                let lag = self.name(late.steps);
                let unit = if lag == "1" { "day" } else { "days" };
                format!("{} {lag} {unit} ago; now {}", number(truth), number(late.now))
            }
        }
    }

    fn decided(&self, day: &Day<'_>, actor: &str, decision: &str, label: &str, options: &[Considered], chosen: Option<&str>) -> String {
        let mut open = options.iter().filter(|o| o.available);
        if let (Some(only), None, false) = (open.next(), open.next(), self.telling.all)
            && chosen == Some(only.option.as_str())
            && day.carried_out(decision, &only.option)
        {
            // No choice: worth a word only where it may have changed something.
            let acts = day.what.iter().any(|h| matches!(h, Happening::Changed { phase, .. } if *phase == "decision"));
            let line = format!("{} can only ({}): {}", one_line(actor), one_line(label), one_line(&only.label));
            return if acts { self.sentence(&line) } else { String::new() };
        }
        let mut parts: Vec<String> = Vec::new();
        for option in options.iter().filter(|o| o.available) {
            let arrow = if chosen == Some(option.option.as_str()) { format!("{JOINT}<-") } else { String::new() };
            parts.push(format!("{} {}{arrow}", one_line(&option.label), percent(option.probability)));
        }
        let closed: Vec<String> = options.iter().filter(|o| !o.available).map(|o| one_line(&o.label)).collect();
        let mut line = format!("{} chooses ({}): ", one_line(actor), one_line(label));
        line += &if parts.is_empty() { "no option is open".to_owned() } else { parts.join(", ") };
        if !closed.is_empty() && !parts.is_empty() {
            line += &format!("; not open: {}", and(&closed));
        }
        match chosen {
            None if !parts.is_empty() => line += "; nothing is done",
            None => {}
            Some(option) => match day.ordered(decision, option) {
                None => {}
                Some(Some(due)) => line += &format!("; to be carried out on day {}", self.name(due)),
                Some(None) => line += "; to be carried out after the last day",
            },
        }
        self.sentence(&line)
    }

    /// All changes of one phase, together where they have the same cause.
    fn changed(&self, day: &Day<'_>, index: usize) -> (String, usize) {
        let Happening::Changed { phase: of, .. } = day.what[index] else { return (String::new(), 1) };
        let mut used = 0;
        let mut groups: Vec<(&[Cause], Vec<String>)> = Vec::new();
        for happening in &day.what[index..] {
            let Happening::Changed { name, before, after, phase, by, .. } = happening else { break };
            if phase != of {
                break;
            }
            used += 1;
            let part = format!("{}: {} -> {}", one_line(name), amount(before), amount(after));
            match groups.iter_mut().find(|g| g.0 == by.as_slice()) {
                Some(group) => group.1.push(part),
                None => groups.push((by, vec![part])),
            }
        }
        // Moves of regimes have been told.
        if *of == "regime" || (*of == "drift" && !self.telling.all) {
            return (String::new(), used);
        }
        // Whose change it is needs no word where that was told just before.
        let clear = match (groups.as_slice(), index.checked_sub(1).map(|i| day.what[i])) {
            ([(by, _)], Some(Happening::Happened { rule: path, .. } | Happening::CarriedOut { option: path, .. })) => {
                by.len() == 1 && by[0].rule == *path
            }
            _ => false,
        };
        let mut text = String::new();
        for (by, parts) in groups {
            let names: Vec<String> = by.iter().map(|c| one_line(&c.label)).collect();
            let by = if clear || names.is_empty() { String::new() } else { format!(" (by {})", and(&names)) };
            let what = format!("{}{by}", parts.join("; "));
            text.push_str(&paragraph(&format!("    {of}: "), 6, &what, self.telling.columns));
        }
        (text.lines().map(|l| paint(FAINT, l) + "\n").collect(), used)
    }

    /// Quiet days in one line.
    fn fold(&self, quiet: &[Day<'_>]) -> String {
        let (Some(first), Some(last)) = (quiet.first(), quiet.last()) else { return String::new() };
        let mut chosen: Vec<String> = Vec::new();
        for happening in quiet.iter().flat_map(|d| &d.what) {
            if let Happening::Decided { actor, decision, label: of, options, chosen: Some(id) } = happening {
                let label = options.iter().find(|o| o.option == *id).map_or(id.as_str(), |o| &o.label);
                // The same words for two decisions would say neither.
                let another = |d: &Happening| {
                    matches!(d, Happening::Decided { actor: who, decision: other, options, .. }
                        if who == actor && other != decision && options.iter().any(|o| o.label == label))
                };
                let which =
                    if quiet.iter().flat_map(|d| &d.what).any(|d| another(d)) { format!(" ({})", one_line(of)) } else { String::new() };
                let words = format!("{}{which}: {}", one_line(actor), one_line(label));
                if !chosen.contains(&words) {
                    chosen.push(words);
                }
            }
        }
        let (from, to) = (self.name(first.step), self.name(last.step));
        let when = if first.step == last.step { format!("Day {from}") } else { format!("Days {from}-{to}") };
        let what = if chosen.is_empty() { String::new() } else { format!(" ({})", chosen.join("; ")) };
        let text = paragraph("", 2, &format!("{when}: quiet{what}"), self.telling.columns);
        format!("\n{}", text.lines().map(|l| paint(FAINT, l) + "\n").collect::<String>())
    }

    fn end(&self, happenings: &[Happening], end: Option<&End>) -> String {
        let mut text = String::from("\n");
        for happening in happenings {
            if let Happening::Ended { label, .. } = happening {
                text.push_str(&paint(STRONG, &format!("It ends as: {}", one_line(label))));
                text.push('\n');
            }
        }
        let Some(end) = end else { return text };
        if !end.holds.is_empty() {
            let holds: Vec<String> = end.holds.iter().map(|h| one_line(h)).collect();
            text.push_str(&paragraph("Also: ", 6, &holds.join("; "), self.telling.columns));
        }
        for (label, value) in &end.metrics {
            text.push_str(&paragraph("  ", 4, &format!("{}: {}", one_line(label), one_line(value)), self.telling.columns));
        }
        text
    }
}

/// A value in words, numbers with three digits.
fn amount(value: &Worth) -> String {
    match value {
        Worth::Number(x) => number(*x),
        Worth::Words(words) => one_line(words),
    }
}

/// The sentence with the name of the member before it, unless it begins with it.
fn with_name(member: Option<&str>, said: String) -> String {
    match member.map(one_line) {
        Some(name) if !said.starts_with(&name) => format!("{name}: {said}"),
        _ => said,
    }
}

/// A probability in words; what can happen is never "0 %", what can fail never "100 %".
fn percent(p: f64) -> String {
    let percent = p * 100.0;
    if p > 0.0 && percent < 0.5 {
        return format!("below{JOINT}1{JOINT}%");
    }
    if p < 1.0 && percent > 99.5 {
        return format!("above{JOINT}99{JOINT}%");
    }
    format!("{percent:.0}{JOINT}%")
}
