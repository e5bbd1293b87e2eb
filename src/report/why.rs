//! Why one trial ended as it did, for a reader at a terminal.

use super::words::{ALARM, FAINT, STRONG, counted, one_line, paint, paragraph, whole, width};
use crate::results::{NecessaryWhole, Occurred, WhyResult};

/// The answer in at most `columns` columns.
#[must_use]
pub fn answer(why: &WhyResult, columns: usize) -> String {
    let mut text = String::from("\n");
    if !why.complete {
        text += &(paint(ALARM, "PARTIAL: interrupted; below is what was found until then.") + "\n\n");
    }
    text += &(paint(STRONG, &format!("It ended as: {}", one_line(&why.ended.label))) + "\n\n");
    text += &necessary(why, columns);
    text += &wholes(why, columns);
    text += "\n";
    text += &enough(why, columns);
    text += "\n";
    text + &notes(why, columns)
}

fn necessary(why: &WhyResult, columns: usize) -> String {
    let n = &why.necessary;
    let mut text = paint(STRONG, "What was necessary") + "\n";
    if n.occurrences.is_empty() {
        let words = match (n.tested, n.untested) {
            (0, 0) => "Nothing occurred that could be left out.".to_owned(),
            (0, _) => "Nothing was tested.".to_owned(),
            (_, 0) => "Nothing alone: without any one occurrence it would have ended in the same way.".to_owned(),
            (tested, _) => format!("Nothing among the {} that were tested.", counted(tested, "occurrence")),
        };
        return text + &paragraph("  ", 2, &words, columns);
    }
    let mut endings: Vec<&str> = Vec::new();
    for necessary in &n.occurrences {
        if !endings.contains(&necessary.without.label.as_str()) {
            endings.push(&necessary.without.label);
        }
    }
    let dates = dates(n.occurrences.iter().map(|o| &o.occurred));
    for ending in endings {
        let of: Vec<&Occurred> = n.occurrences.iter().filter(|o| o.without.label == ending).map(|o| &o.occurred).collect();
        let these = if of.len() == 1 { "this" } else { "any one of these" };
        let head = format!("Without {these}, this trial would have ended as \"{}\":", one_line(ending));
        text += &paragraph("  ", 2, &head, columns);
        for o in of {
            text += &line(o, dates, columns);
        }
    }
    text
}

/// What never occurs again, where that says more than its single days did.
fn wholes(why: &WhyResult, columns: usize) -> String {
    let n = &why.necessary;
    let known = |whole: &&NecessaryWhole| {
        whole.times == 1 && n.occurrences.iter().any(|o| o.occurred.path == whole.path && o.without == whole.without)
    };
    let told: Vec<&NecessaryWhole> = n.wholes.iter().filter(|w| !known(w)).collect();
    let mut endings: Vec<&str> = Vec::new();
    for whole in &told {
        if !endings.contains(&whole.without.label.as_str()) {
            endings.push(&whole.without.label);
        }
    }
    let mut text = String::new();
    for ending in endings {
        let of: Vec<&&NecessaryWhole> = told.iter().filter(|w| w.without.label == ending).collect();
        let these = if of.len() == 1 { "this" } else { "any one of these" };
        let head = format!("Had {these} not occurred on any day, it would have ended as \"{}\":", one_line(ending));
        text += &paragraph("  ", 2, &head, columns);
        for whole in of {
            let times = if whole.times == 1 { "once".to_owned() } else { format!("on {}", counted(whole.times, "step")) };
            text += &paragraph("    ", 6, &format!("{} ({times})", one_line(&whole.words)), columns);
        }
    }
    text
}

fn enough(why: &WhyResult, columns: usize) -> String {
    let mut text = paint(STRONG, "What was enough") + "\n";
    let set = &why.enough.occurrences;
    if set.is_empty() {
        let words = "Nothing had to occur: had nothing occurred at all, it would have ended in the same way.";
        return text + &paragraph("  ", 2, words, columns);
    }
    let head = match (set.len(), why.enough.minimal) {
        (1, true) => "Had only this occurred, and nothing else, it would have ended in the same way:".to_owned(),
        (n, true) => format!(
            "Had only these {} occurred, and nothing else, it would have ended in the same way; each is needed beside the others:",
            whole(n as u64)
        ),
        (n, false) => format!(
            "Had only these {} occurred, and nothing else, it would have ended in the same way. Fewer may do; the search was cut short:",
            whole(n as u64)
        ),
    };
    text += &paragraph("  ", 2, &head, columns);
    let dates = dates(set.iter());
    for o in set {
        text += &line(o, dates, columns);
    }
    text
}

fn dates<'o>(all: impl Iterator<Item = &'o Occurred>) -> usize {
    all.map(|o| width(&one_line(&o.date))).max().unwrap_or(0)
}

fn line(occurred: &Occurred, dates: usize, columns: usize) -> String {
    let date = one_line(&occurred.date);
    let gap = " ".repeat(dates - width(&date));
    let later = occurred.carried_out.as_ref().map_or_else(String::new, |date| format!(", carried out {}", one_line(date)));
    paragraph(&format!("  {date}{gap}  "), dates + 6, &format!("{}{later}", one_line(&occurred.words)), columns)
}

fn notes(why: &WhyResult, columns: usize) -> String {
    let n = &why.necessary;
    let mut words = format!("Of {}, ", counted(why.occurrences, "occurrence"));
    if why.inert > 0 {
        words += &format!("{} cannot have changed anything; ", whole(why.inert));
    }
    words += &format!(
        "{} left out one at a time; {} in all.",
        match n.tested {
            1 => "1 was".to_owned(),
            tested => format!("{} were", whole(tested)),
        },
        counted(why.reruns, "re-run")
    );
    if n.failed > 0 {
        words += &format!(" Without {} of them the trial cannot be run to its end.", whole(n.failed));
    }
    if why.bound_reached {
        words += &format!(" The bound of {} re-runs was reached", whole(why.most_reruns));
        if n.untested > 0 {
            words += &format!(" with {} untested", counted(n.untested, "occurrence"));
        }
        words += ": `--max-reruns` raises it.";
    }
    words += " What is left out leaves a gap: nobody acts in its place that day, and all that follows may follow otherwise. The set that was enough is one of perhaps several.";
    let text = paragraph("", 0, &words, columns);
    text.lines().map(|l| paint(FAINT, l) + "\n").collect()
}
