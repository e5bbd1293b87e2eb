//! The answer of a run for a reader at a terminal.
//!
//! The planner's questions first: what was asked, how it can end, when, what else happens, in numbers.
//! What was run stands at the end, so that it can be run again.

use super::shares::{of_trials, share_words};
use super::words::{
    ALARM, BAR, FAINT, STRONG, and, bar, counted, cut, days, left, number, one_line, outside, paint, paragraph, percent, right, whole,
    width, with_unit, wrap,
};
use crate::results::{IndicatorResult, Intervals, MetricResult, OutcomeResult, ScenarioRef, Summary, TimeResult, ToolRef};

/// Columns of the answer where nothing else is known.
pub const COLUMNS: usize = 80;
/// Columns before the text of a row.
const INDENT: usize = 2;
/// Columns of a share and of its interval.
const SHARE: usize = 8;
const INTERVAL: usize = 14;
const LABEL: usize = 29;
/// Lines that a label can take.
const LABEL_LINES: usize = 3;

/// The answer in at most `columns` columns (60 or more).
#[must_use]
pub fn answer(summary: &Summary, columns: usize) -> String {
    let page = Page { summary, columns: columns.max(60) };
    let sections = [page.head(), page.outcomes(), page.times(), page.indicators(), page.metrics(), page.clamped(), page.foot()];
    sections.iter().filter(|s| !s.is_empty()).map(String::as_str).collect::<Vec<_>>().join("\n")
}

struct Page<'a> {
    summary: &'a Summary,
    columns: usize,
}

/// A table row: its label, then what stands beside the label's first line and in the others.
pub(super) fn row(label: &str, columns: usize, beside: &str) -> String {
    let mut lines = wrap(&one_line(label), columns - INDENT);
    if lines.len() > LABEL_LINES {
        lines.truncate(LABEL_LINES);
        let last = lines.pop().unwrap_or_default();
        lines.push(cut(&(last + " …"), columns - INDENT));
    }
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        if index == 0 {
            let label = left(line, columns - INDENT);
            let full = format!("{}{label}  {beside}", " ".repeat(INDENT));
            text.push_str(full.trim_end());
        } else {
            text.push_str(&format!("{}{line}", " ".repeat(INDENT * 2)));
        }
        text.push('\n');
    }
    text
}

pub(super) fn heading(text: &str, columns: usize, beside: &str) -> String {
    let text = left(text, columns);
    format!("{}  {}\n", paint(STRONG, &text), paint(FAINT, beside)).replace(" \n", "\n")
}

/// Title and question of a scenario.
pub(super) fn title(scenario: &ScenarioRef, columns: usize) -> String {
    let title = if scenario.title.is_empty() { &scenario.id } else { &scenario.title };
    let mut text: String = wrap(&one_line(title), columns).iter().map(|line| paint(STRONG, line) + "\n").collect();
    if let Some(question) = &scenario.question {
        text.push_str(&paragraph("", 0, &one_line(question), columns));
    }
    text
}

/// A remark under a table.
pub(super) fn remark(text: &str, style: anstyle::Style, columns: usize) -> String {
    paragraph("  ", 2, text, columns).lines().map(|l| paint(style, l) + "\n").collect()
}

/// What was run, by whom: the last lines.
pub(super) fn foot(run: &str, scenario: &ScenarioRef, tool: &ToolRef, columns: usize) -> String {
    let sha256 = scenario.sha256.get(..12).unwrap_or(&scenario.sha256);
    let of = format!("{}, sha256 {sha256}, {} {}", one_line(&scenario.id), tool.name, tool.version);
    let text = paragraph("", 2, run, columns) + &paragraph("", 2, &of, columns);
    text.lines().map(|l| paint(FAINT, l) + "\n").collect()
}

impl Page<'_> {
    fn head(&self) -> String {
        let s = self.summary;
        let mut text = String::new();
        if !s.plan.complete {
            let note = format!("PARTIAL: stopped after {}; everything below is about these.", counted(s.plan.trials, "trial"));
            text.push_str(&paint(ALARM, &note));
            text.push('\n');
        }
        text.push_str(&title(&s.scenario, self.columns));
        if s.plan.variant != "base" {
            text.push_str(&paragraph("What if: ", 9, &one_line(s.plan.variant_label.as_ref().unwrap_or(&s.plan.variant)), self.columns));
        }
        text
    }

    /// Share and interval side by side, or a bound over both.
    fn share(count: u64, trials: u64, interval: &crate::results::IntervalResult) -> String {
        let words = share_words(count, trials, interval);
        if words.interval.is_empty() {
            return left(&format!(" {}", words.share), SHARE + 2 + INTERVAL);
        }
        format!("{}  {}", right(&words.share, SHARE), left(&words.interval, INTERVAL))
    }

    fn outcomes(&self) -> String {
        let beside = format!("{}  {}{}", right("share", SHARE), self.level(), self.method());
        let mut text = heading("How it can end", LABEL, &beside);
        let room = self.columns.saturating_sub(LABEL + 2 + SHARE + 2 + INTERVAL + 2);
        for outcome in &self.summary.outcomes {
            let share = Self::share(outcome.count, self.summary.plan.trials, &outcome.interval);
            let bar = paint(BAR, &bar(outcome.share, room));
            text.push_str(&row(&Self::outcome_label(outcome), LABEL, &format!("{share}  {bar}")));
        }
        text + &self.remarks()
    }

    /// `95 % interval`.
    fn level(&self) -> String {
        format!("{} % interval", percent(self.summary.plan.intervals.level))
    }

    /// How intervals are made, where it is not the usual way.
    fn method(&self) -> String {
        let intervals = &self.summary.plan.intervals;
        if intervals.method == Intervals::default().method { String::new() } else { format!(" ({})", intervals.method.name()) }
    }

    /// What is special about the intervals of outcomes.
    fn remarks(&self) -> String {
        let plan = &self.summary.plan;
        let mut remarks = Vec::new();
        if let Some(stopping) = &plan.stopping {
            let looks = counted(stopping.looks.into(), "time");
            remarks.push(format!("The run looked at its intervals {looks}; they hold at every look, for all outcomes at once."));
            if !stopping.reached {
                let labels = self.summary.outcomes.iter().filter(|o| stopping.missed.contains(&o.id)).map(|o| one_line(&o.label));
                remarks.push(format!("PRECISION NOT REACHED for {}.", and(&labels.collect::<Vec<_>>())));
            }
        } else if plan.intervals.simultaneous && self.summary.outcomes.len() > 1 {
            remarks.push(format!("The intervals hold for all {} outcomes at once.", self.summary.outcomes.len()));
        }
        let style = |r: &String| if r.starts_with("PRECISION") { ALARM } else { FAINT };
        remarks.iter().map(|r| remark(r, style(r), self.columns)).collect()
    }

    fn outcome_label(outcome: &OutcomeResult) -> String {
        outcome_label(&outcome.label, outcome.unresolved)
    }

    fn times(&self) -> String {
        let timed: Vec<_> = self.summary.outcomes.iter().filter_map(|o| Some((o, o.time.as_ref()?))).collect();
        // Where there is only what takes the rest, no time is known.
        if timed.iter().all(|(o, _)| self.summary.outcomes.last().is_some_and(|l| l.id == o.id)) {
            return String::new();
        }
        let dated = timed.iter().any(|(_, t)| t.median_date.is_some());
        let date = |t: &str| if dated { left(t, 18) } else { String::new() };
        let beside = format!("{}  {}{}", right("median", 10), date("on"), "5 % to 95 %");
        let mut text = heading("Since when it holds", LABEL, &beside);
        // The last outcome takes the rest: it is settled on the last day, and so is what never holds earlier.
        let last = self.summary.outcomes.last();
        let end = last.and_then(|o| o.time.as_ref()?.quantiles.get("0.5")).copied();
        for (outcome, time) in timed {
            let early = time.quantiles.get("0.05").copied();
            if last.is_some_and(|l| l.id == outcome.id) || (early.is_some() && early == end) {
                text.push_str(&row(&one_line(&outcome.label), LABEL, &right("-", 10)));
                continue;
            }
            let median = right(&format!("day {}", quantile(time, "0.5")), 10);
            let on = date(time.median_date.as_deref().unwrap_or(""));
            let beside = format!("{median}  {on}day {} to {}", quantile(time, "0.05"), quantile(time, "0.95"));
            text.push_str(&row(&one_line(&outcome.label), LABEL, &beside));
        }
        text
    }

    fn indicators(&self) -> String {
        if self.summary.indicators.is_empty() {
            return String::new();
        }
        let level = self.level();
        let level = if width(&level) > INTERVAL + 1 { level.trim_end_matches(" interval") } else { &level };
        let beside = format!("{}  {}since day (5 % to 95 %)", right("share", SHARE), left(level, INTERVAL + 2));
        let mut text = heading("What else holds", LABEL, &beside);
        for indicator in &self.summary.indicators {
            text.push_str(&self.indicator(indicator));
        }
        text
    }

    fn indicator(&self, indicator: &IndicatorResult) -> String {
        let share = Self::share(indicator.count, indicator.trials, &indicator.interval);
        let since = indicator
            .time
            .as_ref()
            .map_or_else(String::new, |t| format!("{} ({} to {})", quantile(t, "0.5"), quantile(t, "0.05"), quantile(t, "0.95")));
        let mut text = row(&indicator.label, LABEL, &format!("{share}  {since}"));
        if let Some(given) = &indicator.given {
            text.push_str(&self.given(given, indicator.trials));
        }
        text
    }

    /// The line under a conditional reading.
    fn given(&self, id: &str, trials: u64) -> String {
        let label = self.summary.indicators.iter().find(|i| i.id == id).map_or(id, |i| &i.label);
        let note = format!("given \"{}\" ({})", one_line(label), of_trials(trials, self.summary.plan.trials));
        let lines = paragraph(&" ".repeat(INDENT * 2), INDENT * 2, &note, self.columns);
        lines.lines().map(|l| paint(FAINT, l) + "\n").collect()
    }

    fn metrics(&self) -> String {
        if self.summary.metrics.is_empty() {
            return String::new();
        }
        let label = self.columns - 44;
        let beside = format!("{}{}   5 % to 95 %", right("mean", 10), right("median", 12));
        let mut text = heading("In numbers", label, &beside);
        for metric in &self.summary.metrics {
            text.push_str(&self.metric(metric, label));
        }
        text
    }

    fn metric(&self, metric: &MetricResult, columns: usize) -> String {
        let name = with_unit(&metric.label, metric.unit.as_deref());
        let beside = match (metric.mean, metric.quantiles.get("0.5")) {
            (Some(mean), Some(median)) => {
                let at = |q: &str| metric.quantiles.get(q).map_or_else(String::new, |x| number(*x));
                format!("{}{}   {} to {}", right(&number(mean), 10), right(&number(*median), 12), at("0.05"), at("0.95"))
            }
            _ => right("no value", 10),
        };
        let mut text = row(&name, columns, &beside);
        if let Some(given) = &metric.given {
            text.push_str(&self.given(given, metric.trials + metric.missing));
        }
        if metric.missing > 0 {
            let read = metric.trials + metric.missing;
            let note = format!("    it never happens in {}; they are left out", of_trials(metric.missing, read));
            text.push_str(&paint(FAINT, &cut(&note, self.columns)));
            text.push('\n');
        }
        text
    }

    fn clamped(&self) -> String {
        let clamped = &self.summary.clamped;
        if clamped.is_empty() {
            return String::new();
        }
        let mut text = paint(ALARM, "Warning: chances, rates or weights left their range and were cut off") + "\n";
        for c in clamped {
            let story = format!(
                "{}: {} in {}; the first was {}, on {} in trial {}",
                one_line(&c.path),
                counted(c.count, "time"),
                counted(c.trials, "trial"),
                outside(c.first_value),
                c.first_date,
                c.first_trial
            );
            text.push_str(&paragraph("  ", 4, &story, self.columns));
        }
        text
    }

    fn foot(&self) -> String {
        let s = self.summary;
        let plan = &s.plan;
        let last = (plan.first_trial + plan.trials).saturating_sub(1);
        let range = if plan.trials == 0 { String::new() } else { format!(" ({} to {})", whole(plan.first_trial), whole(last)) };
        let run = format!("{}{range}, seed {}, variant {}", counted(plan.trials, "trial"), plan.seed, one_line(&plan.variant));
        let mut text = foot(&run, &s.scenario, &s.tool, self.columns);
        for (path, value) in &plan.overrides {
            let with = paragraph("with ", 5, &format!("{} = {}", one_line(path), one_line(value)), self.columns);
            text.extend(with.lines().map(|l| paint(FAINT, l) + "\n"));
        }
        text
    }
}

/// An outcome's label, which says that nothing was decided.
pub(super) fn outcome_label(label: &str, unresolved: bool) -> String {
    let label = one_line(label);
    let says_so = label.to_lowercase().contains("unresolved") || label.to_lowercase().contains("undecided");
    if unresolved && !says_so { format!("{label} (unresolved)") } else { label }
}

fn quantile(time: &TimeResult, level: &str) -> String {
    time.quantiles.get(level).map_or_else(|| "?".to_owned(), |x| days(*x))
}

/// Whether every line of a text fits, styles not counted.
#[must_use]
pub fn fits(text: &str, columns: usize) -> bool {
    anstream::adapter::strip_str(text).to_string().lines().all(|l| width(l) <= columns)
}
