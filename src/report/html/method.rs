//! 10. How to make it again, and how numbers were got.

use super::figure::{Table, label};
use super::{Input, Part};
use crate::chart::Markup;
use crate::chart::letters::line;
use crate::report::words::{counted, percent, whole};
use crate::results::Summary;

#[expect(clippy::unnecessary_wraps, reason = "every part has this form")]
pub(super) fn part(input: Input<'_>) -> Option<Part> {
    let s = input.summary;
    let mut body = Markup::new();
    if let Some(command) = &s.command {
        body.open("pre", &[]).leaf("code", &[], &line(command, 4000)).close();
    }
    let mut table = Table::of_words(&["What", "Value"]);
    let mut say = |name: &str, value: String| table.rows.push(vec![name.to_owned(), value]);
    say("Scenario", label(&s.scenario.id));
    say("SHA-256 of its files", line(&s.scenario.sha256, 80));
    say("Program", format!("{} {}", label(&s.tool.name), label(&s.tool.version)));
    say("Variant", label(&s.plan.variant));
    for (path, value) in s.plan.overrides.iter().take(100) {
        say("Changed", format!("{} = {}", label(path), label(value)));
    }
    say("Seed", s.plan.seed.to_string());
    let last = (s.plan.first_trial + s.plan.trials).saturating_sub(1);
    say("Trials", format!("{} ({} to {})", whole(s.plan.trials), whole(s.plan.first_trial), whole(last)));
    let intervals = &s.plan.intervals;
    let at_once = if intervals.simultaneous { ", for all outcomes at once" } else { ", each for itself" };
    say("Intervals", format!("{} at {} %{at_once}", intervals.method.name(), percent(intervals.level)));
    body.open("section", &[("class", &"block")]);
    table.put(&mut body, "What was run");
    body.close();
    body.open("section", &[("class", &"block")]).leaf("h3", &[], "Methods").open("ul", &[]);
    for text in methods(s) {
        body.leaf("li", &[], &text);
    }
    body.close().close();
    let sentence = format!(
        "The same command gives the same bytes on any machine; {} of seed {} were played.",
        counted(s.plan.trials, "trial"),
        s.plan.seed
    );
    Some(Part { id: "method", title: "How to make it again", sentence, body })
}

/// What numbers mean, with where the method comes from.
pub(in crate::report) fn methods(s: &Summary) -> Vec<String> {
    let interval = match s.plan.intervals.method.name() {
        "wilson" => "Shares carry Wilson score intervals: E. B. Wilson, “Probable inference”, J. Am. Stat. Assoc. 22 (1927) 209–212.",
        "clopper-pearson" => "Shares carry exact intervals: C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404–413.",
        "jeffreys" => "Shares carry Jeffreys intervals: L. D. Brown, T. T. Cai and A. DasGupta, Statistical Science 16 (2001) 101–133.",
        _ => "Shares carry confidence sequences, which hold at every look: H. Robbins, Ann. Math. Stat. 41 (1970) 1397–1409.",
    };
    vec![
        interval.to_owned(),
        "None of so many trials is shown as an upper bound, all of them as a lower one (Clopper and Pearson, one-sided).".to_owned(),
        "“When” is the cumulative incidence among competing ends; every trial is seen to its end, so nothing is censored.".to_owned(),
        "Random numbers are addressed by seed, trial, place in the scenario and time (Philox4x32-10: J. K. Salmon et al., SC11, 2011): results do not depend on threads or machines."
            .to_owned(),
        "Intervals tell how far the number of trials leaves a share open. What nobody knows about the crisis is in the spread of the parameters, and no interval covers a wrong rule."
            .to_owned(),
        "A typical trial is the one nearest to the middle of the first 256 with that end, by ranks of when it was settled, when it ended and its metrics.".to_owned(),
        "Paths are those of the first 10,000 trials, numbers that change those of the first 1,000.".to_owned(),
    ]
}
