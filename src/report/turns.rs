//! The turning points of a trial: what a reader wants of a story who has a minute.
//!
//! In the order of weight: the day since which the outcome is settled and the last day of a trial that ends early, with all that was
//! done on it; rungs that somebody reaches for the first time; orders that take time, and regimes that move; what options do when they
//! are first carried out; rungs that are reached again. Of what does not fit, the later is kept: it is nearer to the end.

use std::collections::BTreeSet;

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
}

/// The turning points, in scenes.
#[must_use]
pub fn turns(portrait: &Portrait, dated: bool, happenings: &[Happening], course: &Course) -> Vec<Scene> {
    let mut all: Vec<Turn> = Vec::new();
    let mut dates: Vec<(u32, &str)> = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut step = 0;
    let mut last = 0;
    for happening in happenings {
        if let Happening::Step { step: now, date } = happening {
            step = *now;
            last = step;
            dates.push((step, date));
        }
        if let Some((weight, text)) = turn(portrait, happening, &mut seen) {
            all.push(Turn { step, weight, text });
        }
    }
    let early = last < course.steps;
    // The days that decide are told in full, as far as sentences go.
    for (decisive, wanted) in [(course.settled, course.settled > 0), (last, early)] {
        let of_day = all.iter_mut().filter(|t| t.step == decisive && wanted);
        of_day.take(OF_A_DAY).for_each(|t| t.weight = 0);
    }
    let kept = kept(all);
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
    let end = if early { "The trial ends" } else { "The time is over" };
    say(last, format!("{end}: “{}”.", one_line(&course.outcome)));
    scenes.into_iter().map(|s| s.1).collect()
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
    let (actor, ladder_id) = name.rsplit_once('.').unwrap_or(("", name));
    let ladder = portrait.ladders.iter().find(|l| l.id == ladder_id);
    let who = portrait.actors.iter().find(|a| a.id == actor).map_or_else(|| spoken(actor), |a| one_line(&a.label));
    let on = ladder.map_or_else(|| spoken(ladder_id), |l| spoken(&l.label));
    let rung = |words: &str| ladder.and_then(|l| place(l, words)).map_or_else(|| spoken(words), |(_, label)| spoken(&label));
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
    format!("{who}, {on}: {} → {}{crossed}{by}", rung(before), rung(after))
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
    fn a_trial_in_which_nothing_happens_has_an_end() {
        let course = Course { settled: 0, steps: 2, outcome: "Peace".into() };
        assert_eq!(told(&[step(1), step(2)], &course), ["Day 2, 2026-01-02 | The time is over: “Peace”."]);
    }
}
