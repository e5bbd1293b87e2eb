//! The turning points of a trial: what a reader wants of a story who has a minute.
//!
//! In the order of weight: the day since which the outcome is settled and the last day of a trial that ends early, with all that was
//! done on it; rungs that somebody reaches for the first time; orders that take time, and regimes that move; what options do when they
//! are first carried out; rungs that are reached again. Of what does not fit, the later is kept: it is nearer to the end. Where moves
//! between two that are told are left out, the later one says since when it stood where it begins, so that no story contradicts itself.

use std::collections::{BTreeMap, BTreeSet};

use super::words::{and, days, one_line};
use crate::results::{Happening, LadderPart, Portrait, Scene, SceneLine, Worth};

/// Most sentences.
const MOST: usize = 24;
/// Most of one day that is told for its own sake.
const OF_A_DAY: usize = 6;

/// How a trial went, beside what happened in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// Step since which its outcome is settled.
    pub settled: u32,
    /// Last step that a trial can have.
    pub steps: u32,
    /// What its outcome is called.
    pub outcome: String,
}

/// A sentence that may be told.
struct Turn {
    step: u32,
    /// 0 is told in any case.
    weight: u8,
    text: String,
    /// The move on a ladder that it tells.
    step_on: Option<Step>,
}

/// A move of somebody on a ladder.
#[derive(Clone, Debug)]
struct Step {
    /// Whose place, on which ladder.
    name: String,
    /// Both in words.
    who: String,
    before: String,
    after: String,
    /// Step in which the place before was reached, and whether it had been held before that.
    since: Option<(u32, bool)>,
}

/// Where everybody stands on each ladder: rung, since which step, and what was held before.
#[derive(Debug, Default)]
struct Stands {
    now: BTreeMap<String, (Step, u32)>,
    held: BTreeSet<(String, String)>,
}

impl Stands {
    /// Notes a move.
    fn go(&mut self, portrait: &Portrait, happening: &Happening, at: u32) -> Option<Step> {
        let Happening::Changed { name, before, after, rung: true, .. } = happening else { return None };
        let (ladder, who) = owner(portrait, name);
        let called = |worth: &Worth| rung_called(ladder, &words(worth));
        let mut step = Step { name: name.clone(), who, before: called(before), after: called(after), since: None };
        let last = self.now.get(name);
        self.held.insert((name.clone(), step.before.clone()));
        step.since = last.map(|(last, day)| (*day, last.since.is_some_and(|s| s.1)));
        let again = !self.held.insert((name.clone(), step.after.clone()));
        // What is kept is whether the place where it goes was held before.
        let kept = Step { since: Some((at, again)), ..step.clone() };
        self.now.insert(name.clone(), (kept, at));
        Some(step)
    }
}

/// The turning points, in scenes.
#[must_use]
pub fn turns(portrait: &Portrait, dated: bool, happenings: &[Happening], course: &Course) -> Vec<Scene> {
    let mut all: Vec<Turn> = Vec::new();
    let mut dates: Vec<(u32, &str)> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut step = 0;
    let mut last = 0;
    let mut stands = Stands::default();
    for happening in happenings {
        if let Happening::Step { step: now, date } = happening {
            step = *now;
            last = step;
            dates.push((step, date));
        }
        if let Some((weight, text)) = turn(portrait, happening, &mut seen) {
            let step_on = stands.go(portrait, happening, step);
            all.push(Turn { step, weight, text, step_on });
        }
    }
    let early = last < course.steps;
    // The days that decide are told in full, as far as sentences go.
    for (decisive, wanted) in [(course.settled, course.settled > 0), (last, early)] {
        let of_day = all.iter_mut().filter(|t| t.step == decisive && wanted);
        of_day.take(OF_A_DAY).for_each(|t| t.weight = 0);
    }
    let mut kept = kept(all);
    let left = joined(&mut kept, &stands, portrait.step_days);
    let mut scenes: Vec<(u32, Scene)> = Vec::new();
    let title = |step: u32| {
        let name = days(f64::from(step) * portrait.step_days);
        let date = dates.iter().find(|d| d.0 == step).map_or("", |d| d.1);
        if dated && !date.is_empty() { format!("Day {name}, {date}") } else { format!("Day {name}") }
    };
    let mut say = |step: u32, text: String| {
        if scenes.last().is_none_or(|s| s.0 != step) {
            scenes.push((step, Scene { title: title(step), lines: Vec::new() }));
        }
        if let Some((_, scene)) = scenes.last_mut() {
            scene.lines.push(SceneLine { text, detail: false });
        }
    };
    let settled = (course.settled > 0 && course.settled < last).then(|| format!("From here on it is “{}”.", one_line(&course.outcome)));
    let mut told = false;
    for turn in kept {
        if let Some(text) = settled.as_ref().filter(|_| !told && turn.step > course.settled) {
            say(course.settled, text.clone());
            told = true;
        }
        say(turn.step, turn.text);
    }
    if let Some(text) = settled.filter(|_| !told) {
        say(course.settled, text);
    }
    for text in left {
        say(last, text);
    }
    let end = if early { "The trial ends" } else { "The time is over" };
    say(last, format!("{end}: “{}”.", one_line(&course.outcome)));
    scenes.into_iter().map(|s| s.1).collect()
}

/// Says of each move that is told how its place before was reached, where that is not told; gives where those of whom something is told
/// stand at the end, where it is not told how they came there.
fn joined(kept: &mut [Turn], stands: &Stands, step_days: f64) -> Vec<String> {
    let day = |step: u32| days(f64::from(step) * step_days);
    let mut told: BTreeMap<String, String> = BTreeMap::new();
    for turn in kept {
        let Some(on) = &turn.step_on else { continue };
        let known = told.insert(on.name.clone(), on.after.clone());
        if let Some((since, again)) = on.since
            && known.as_ref() != Some(&on.before)
        {
            let come = if again { "having come back" } else { "having come" };
            turn.text.push_str(&format!(", {come} to “{}” on day {}", on.before, day(since)));
        }
    }
    let mut left: Vec<String> = Vec::new();
    for (name, after) in told {
        if let Some((on, since)) = stands.now.get(&name)
            && on.after != after
        {
            left.push(format!("{}: on “{}” since day {}", on.who, on.after, day(*since)));
        }
    }
    left.truncate(OF_A_DAY);
    left
}

/// As many as may be told, the weightiest, in their order.
fn kept(all: Vec<Turn>) -> Vec<Turn> {
    let mut order: Vec<usize> = (0..all.len()).collect();
    order.sort_by_key(|at| (all[*at].weight, std::cmp::Reverse(*at)));
    order.truncate(MOST);
    let chosen: BTreeSet<usize> = order.into_iter().collect();
    all.into_iter().enumerate().filter(|(at, _)| chosen.contains(at)).map(|(_, turn)| turn).collect()
}

/// A happening as a turning point, if it may be one; `seen` are rungs and options that there were before.
fn turn(portrait: &Portrait, happening: &Happening, seen: &mut BTreeSet<String>) -> Option<(u8, String)> {
    match happening {
        Happening::Changed { name, before, after, rung: true, by, .. } => {
            let (before, after) = (words(before), words(after));
            // Where somebody begins is no news.
            seen.insert(format!("{name} {before}"));
            let first = seen.insert(format!("{name} {after}"));
            let by: Vec<String> = by.iter().map(|c| one_line(&c.label)).collect();
            Some((if first { 1 } else { 4 }, moved(portrait, name, (&before, &after), &by)))
        }
        Happening::RegimeMoved { regime, from, to, says } => {
            let moved = format!("{}: {} → {}", spoken(regime), spoken(from), spoken(to));
            Some((2, says.as_ref().map_or(moved, |s| one_line(s))))
        }
        Happening::Dropped { actor, label, .. } => Some((2, format!("{} gives up: {}", one_line(actor), one_line(label)))),
        Happening::Ordered { actor, label, .. } => {
            Some((2, format!("{} decides, to be carried out later: {}", one_line(actor), one_line(label))))
        }
        Happening::CarriedOut { option, says: Some(says), .. } => {
            let first = seen.insert(option.clone());
            Some((if first { 3 } else { 5 }, one_line(says)))
        }
        // Told only on a day that decides.
        Happening::Happened { says: Some(says), .. } => Some((5, one_line(says))),
        _ => None,
    }
}

/// A move on a ladder, with the threshold that it crosses and its causes.
fn moved(portrait: &Portrait, name: &str, (before, after): (&str, &str), by: &[String]) -> String {
    let (ladder, who_on) = owner(portrait, name);
    let who = who_of(portrait, name);
    let crossed: Vec<String> = match (ladder, ladder.and_then(|l| Some((place(l, before)?.0, place(l, after)?.0)))) {
        (Some(l), Some((from, to))) if to > from => {
            l.rungs[from + 1..=to].iter().filter_map(|r| r.threshold.as_deref()).map(|t| format!("“{}”", one_line(t))).collect()
        }
        _ => Vec::new(),
    };
    let crossed = match crossed.len() {
        0 => String::new(),
        1 => format!(", across the threshold {}", crossed.join("")),
        _ => format!(", across the thresholds {}", and(&crossed)),
    };
    let own = format!("{who}: ");
    let by: Vec<String> = by.iter().map(|b| b.strip_prefix(&own).unwrap_or(b).to_owned()).collect();
    let by = if by.is_empty() { String::new() } else { format!(" ({})", and(&by)) };
    format!("{who_on}: {} → {}{crossed}{by}", rung_called(ladder, before), rung_called(ladder, after))
}

/// Whose rung this is, in words.
fn who_of(portrait: &Portrait, name: &str) -> String {
    let actor = name.rsplit_once('.').map_or("", |(actor, _)| actor);
    portrait.actors.iter().find(|a| a.id == actor).map_or_else(|| spoken(actor), |a| one_line(&a.label))
}

/// The ladder of a rung, and whose it is on which, in words.
fn owner<'a>(portrait: &'a Portrait, name: &str) -> (Option<&'a LadderPart>, String) {
    let id = name.rsplit_once('.').map_or(name, |(_, id)| id);
    let ladder = portrait.ladders.iter().find(|l| l.id == id);
    let on = ladder.map_or_else(|| spoken(id), |l| spoken(&l.label));
    (ladder, format!("{}, {on}", who_of(portrait, name)))
}

/// What a rung is called, by its name or label.
fn rung_called(ladder: Option<&LadderPart>, words: &str) -> String {
    ladder.and_then(|l| place(l, words)).map_or_else(|| spoken(words), |(_, label)| spoken(&label))
}

/// A rung's place and label, by its name or label.
fn place(ladder: &LadderPart, words: &str) -> Option<(usize, String)> {
    let at = ladder.rungs.iter().position(|r| r.id == words || r.label == words)?;
    Some((at, ladder.rungs[at].label.clone()))
}

fn words(worth: &Worth) -> String {
    match worth {
        Worth::Words(words) => one_line(words),
        Worth::Number(x) => super::words::number(*x),
    }
}

fn spoken(name: &str) -> String {
    one_line(name).replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{ActorPart, Cause, RungPart};

    fn portrait() -> Portrait {
        let rung =
            |id: &str, threshold: Option<&str>| RungPart { id: id.into(), label: id.into(), threshold: threshold.map(str::to_owned) };
        Portrait {
            step_days: 1.0,
            actors: vec![ActorPart { id: "red".into(), label: "The Reds".into(), kind: None }],
            ladders: vec![LadderPart {
                id: "border".into(),
                label: "border".into(),
                rungs: vec![rung("calm", None), rung("fire", Some("blood")), rung("open_war", Some("war"))],
            }],
            ..Portrait::default()
        }
    }

    fn step(step: u32) -> Happening {
        Happening::Step { step, date: format!("2026-01-{step:02}") }
    }

    fn goes(before: &str, after: &str) -> Happening {
        Happening::Changed {
            name: "red.border".into(),
            before: Worth::Words(before.into()),
            after: Worth::Words(after.into()),
            phase: "decision",
            rung: true,
            by: vec![Cause { rule: "d".into(), label: "The Reds: attack".into() }],
        }
    }

    fn says(text: &str) -> Happening {
        Happening::Happened { rule: "e".into(), label: "e".into(), member: None, says: Some(text.into()), draws: Vec::new() }
    }

    fn told(happenings: &[Happening], course: &Course) -> Vec<String> {
        let scenes = turns(&portrait(), true, happenings, course);
        scenes.iter().flat_map(|s| s.lines.iter().map(|l| format!("{} | {}", s.title, l.text))).collect()
    }

    #[test]
    fn moves_thresholds_and_what_decides_are_told() {
        let what = [step(1), says("A shot"), step(2), goes("calm", "open_war"), step(3), says("A bomb"), step(4), says("Nothing")];
        let course = Course { settled: 3, steps: 4, outcome: "War".into() };
        assert_eq!(
            told(&what, &course),
            [
                "Day 1, 2026-01-01 | A shot",
                "Day 2, 2026-01-02 | The Reds, border: calm → open war, across the thresholds “blood” and “war” (attack)",
                "Day 3, 2026-01-03 | A bomb",
                "Day 3, 2026-01-03 | From here on it is “War”.",
                "Day 4, 2026-01-04 | Nothing",
                "Day 4, 2026-01-04 | The time is over: “War”.",
            ]
        );
        let course = Course { settled: 4, steps: 9, outcome: "War".into() };
        assert_eq!(told(&what, &course).last().unwrap(), "Day 4, 2026-01-04 | The trial ends: “War”.");
    }

    #[test]
    fn of_a_long_trial_the_first_moves_and_the_end_are_kept() {
        let mut what = vec![step(1), goes("calm", "fire")];
        for day in 2..90 {
            what.extend([step(day), goes("fire", "calm"), says("A shot"), goes("calm", "fire")]);
        }
        let lines = told(&what, &Course { settled: 50, steps: 89, outcome: "Fire".into() });
        assert!(lines.len() <= MOST + 2, "{}", lines.len());
        assert!(lines[0].starts_with("Day 1,") && lines.iter().any(|l| l.starts_with("Day 50,") && l.contains("A shot")));
        assert!(lines.contains(&"Day 50, 2026-01-50 | From here on it is “Fire”.".to_owned()));
    }

    #[test]
    fn moves_that_are_told_fit_together() {
        let mut what = vec![step(1), goes("calm", "fire")];
        for day in 2..40 {
            what.extend([step(day), goes("fire", "calm"), goes("calm", "fire")]);
        }
        what.extend([step(40), goes("fire", "open_war"), step(41), goes("open_war", "calm")]);
        for day in 42..90 {
            what.extend([step(day), goes("calm", "fire"), goes("fire", "calm")]);
        }
        let lines = told(&what, &Course { settled: 0, steps: 89, outcome: "Fire".into() });
        let mut stands: Option<String> = None;
        for line in lines.iter().filter(|l| l.contains(" → ")) {
            let (from, to) = line.split_once(": ").and_then(|(_, x)| x.split_once(" → ")).unwrap();
            let back = line.contains(&format!("having come back to “{from}” on day "));
            assert!(stands.is_none_or(|s| s == from) || back, "{line}");
            stands = Some(to.split([',', ' ']).next().unwrap().replace("open", "open war"));
        }
        assert!(lines.iter().any(|l| l.ends_with(", having come back to “calm” on day 78")), "{lines:#?}");
        // What is not told at the end is said.
        let few = [step(1), goes("calm", "fire"), step(2), goes("fire", "calm")];
        let mut many = few.to_vec();
        many.extend((3..40).flat_map(|day| {
            [step(day), Happening::RegimeMoved { regime: "rain".into(), from: "dry".into(), to: "wet".into(), says: None }]
        }));
        let lines = told(&many, &Course { settled: 0, steps: 39, outcome: "Calm".into() });
        let goes: Vec<&String> = lines.iter().filter(|l| l.contains("border")).collect();
        assert!(goes.last().is_some_and(|l| l.ends_with("fire → calm (attack)") || l.ends_with("on “calm” since day 2")), "{goes:?}");
    }

    #[test]
    fn a_trial_in_which_nothing_happens_has_an_end() {
        let course = Course { settled: 0, steps: 2, outcome: "Peace".into() };
        assert_eq!(told(&[step(1), step(2)], &course), ["Day 2, 2026-01-02 | The time is over: “Peace”."]);
    }
}
