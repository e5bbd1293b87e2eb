//! What results depend on, for a reader at a terminal.

use super::terminal::{foot, heading, remark, row, title};
use super::words::{ALARM, FAINT, and, counted, left, number, one_line, paint, paragraph, percent, right, whole};
use crate::results::{Estimated, FactorResult, OutputKind, OutputResult, Sensitivity, SensitivityMethod, SensitivitySummary};

const LABEL: usize = 32;
const VALUE: usize = 7;
const INTERVAL: usize = 14;

/// Factors of an outcome that are shown where nothing was chosen.
const MOST: usize = 5;

/// The answer in at most `columns` columns (80 or more). Of outcomes the five factors that matter most, and of indicators and metrics
/// their names; or, where results were `chosen`, all of these and all factors that can be told from nothing.
#[must_use]
pub fn answer(summary: &SensitivitySummary, chosen: bool, columns: usize) -> String {
    let columns = columns.max(80);
    let page = Page { summary, found: &summary.sensitivity, chosen, columns };
    let mut sections = vec![page.head()];
    let shown = page.found.outputs.iter().filter(|o| !o.constant && page.shows(o));
    sections.extend(shown.map(|o| page.output(o)));
    sections.push(page.notes());
    sections.push(page.foot());
    sections.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("\n")
}

struct Page<'a> {
    summary: &'a SensitivitySummary,
    found: &'a Sensitivity,
    chosen: bool,
    columns: usize,
}

/// Hundredths: `12 %`, `0.4 %`, `-0.03 %`, `1e-5 %`.
pub(super) fn hundredths(share: f64) -> String {
    let size = share.abs();
    let digits = match size {
        _ if size >= 0.0995 => 0,
        _ if size >= 0.000_95 => 1,
        _ if size >= 0.000_095 => 2,
        _ if size >= 0.000_009_5 => 3,
        _ if size >= 0.000_000_95 => 4,
        _ if size > 1e-9 => return format!("{:.0e} %", share * 100.0),
        _ => return "0 %".to_owned(),
    };
    format!("{:.digits$} %", share * 100.0)
}

/// The ends of an interval in words.
pub(super) fn ends(estimate: &Estimated, show: impl Fn(f64) -> String) -> String {
    match (estimate.low, estimate.high) {
        (Some(low), Some(high)) => format!("{} to {}", show(low).trim_end_matches(" %"), show(high).trim_end_matches(" %")),
        _ => "unknown".to_owned(),
    }
}

impl Page<'_> {
    fn head(&self) -> String {
        let s = self.summary;
        let mut text = String::new();
        if !s.plan.complete {
            let note = format!("PARTIAL: stopped after {}; everything below is about these.", self.points());
            text += &(paint(ALARM, &note) + "\n");
        }
        text += &title(&s.scenario, self.columns);
        if s.plan.variant != "base" {
            text += &paragraph("What if: ", 9, &one_line(s.plan.variant_label.as_ref().unwrap_or(&s.plan.variant)), self.columns);
        }
        if self.found.factors.is_empty() {
            text += &paragraph("", 0, "No parameter is drawn that anything reads: there is nothing to vary.", self.columns);
        }
        text
    }

    /// Whether a result is shown with its factors.
    fn shows(&self, output: &OutputResult) -> bool {
        self.chosen || output.kind == OutputKind::Outcome
    }

    fn points(&self) -> String {
        let what = match self.found.method {
            SensitivityMethod::Sobol => "base point",
            SensitivityMethod::Morris => "trajectory",
            SensitivityMethod::Given => "trial",
        };
        if what == "trajectory" && self.found.points != 1 {
            return format!("{} trajectories", whole(self.found.points));
        }
        counted(self.found.points, what)
    }

    /// One result.
    fn output(&self, output: &OutputResult) -> String {
        let label = one_line(&output.label);
        let unit = output.unit.as_deref().map_or_else(String::new, |u| format!(" {}", one_line(u)));
        let (mean, over) = match (output.kind, self.found.method) {
            (OutputKind::Metric, SensitivityMethod::Morris) => (number(output.mean) + &unit, " on average over the grid"),
            (OutputKind::Metric, _) => (number(output.mean) + &unit, " on average"),
            (_, SensitivityMethod::Morris) => (hundredths(output.mean), " of trials on the grid"),
            _ => (hundredths(output.mean), " of trials"),
        };
        let mut text = paragraph("", 0, &format!("{label}: {mean}{over}").replace(" %", "\u{a0}%"), self.columns);
        text = text.lines().map(|l| paint(super::words::STRONG, l) + "\n").collect();
        if let Some(due) = &output.due_to_factors {
            let share = format!("{} ({})", hundredths(due.estimate), ends(due, hundredths)).replace(' ', "\u{a0}");
            let told = due.low.is_some_and(|low| low > 0.0);
            let story = match (self.found.luck, told) {
                (Some(false), _) => "There is no luck: the parameters decide all.".to_owned(),
                (_, true) => format!("{share} of its uncertainty is about these parameters, the rest is luck."),
                (_, false) => format!(
                    "How much of its uncertainty is about these parameters cannot be told from nothing: {share}. More --points or --replicates would tell."
                ),
            };
            text += &remark(&story, if told { FAINT } else { ALARM }, self.columns);
            if !told && self.found.luck != Some(false) {
                return text;
            }
        }
        text + &self.table(output)
    }

    fn table(&self, output: &OutputResult) -> String {
        let level = format!("{} % interval", percent(self.summary.plan.level));
        let level = left(&level, INTERVAL);
        let beside = match self.found.method {
            SensitivityMethod::Sobol => {
                format!("{} {level}  {} {}", right("alone", VALUE), right("in all", VALUE), level.trim_end())
            }
            SensitivityMethod::Given => format!("{} {}", right("share", VALUE), level.trim_end()),
            SensitivityMethod::Morris => format!("{} {level} {}  {}", right("moves", VALUE), right("noise", VALUE), "direction"),
        };
        let mut ranked: Vec<&FactorResult> = output.factors.iter().collect();
        ranked.sort_by(|a, b| b.told().cmp(&a.told()).then(b.weight().total_cmp(&a.weight())));
        let told = ranked.iter().filter(|f| f.told()).count();
        let show = told.min(if self.chosen { usize::MAX } else { MOST });
        let mut text = if show > 0 { heading("  depends on", LABEL, &beside) } else { String::new() };
        for factor in &ranked[..show] {
            let named = self.found.factors.iter().find(|f| f.id == factor.id).map_or(&factor.id, |f| &f.label);
            text += &row(named, LABEL, &self.line(output, factor));
        }
        text + &self.rest(output, &ranked[show..], told > show)
    }

    fn line(&self, output: &OutputResult, factor: &FactorResult) -> String {
        let share = |e: &Option<Estimated>| {
            e.as_ref()
                .map_or_else(String::new, |e| format!("{} {}", right(&hundredths(e.estimate), VALUE), left(&ends(e, hundredths), INTERVAL)))
        };
        match self.found.method {
            SensitivityMethod::Sobol => format!("{}  {}", share(&factor.first), share(&factor.total)),
            SensitivityMethod::Given => share(&factor.first),
            SensitivityMethod::Morris => {
                let show = |x: f64| if output.kind == OutputKind::Metric { number(x) } else { hundredths(x) };
                let Some(size) = &factor.mu_star else { return String::new() };
                let direction = factor.mu.map_or_else(|| "a group".to_owned(), |mu| direction(&mu, factor, show));
                let noise = right(&show(factor.noise.unwrap_or(0.0)), VALUE);
                format!("{} {} {noise}  {direction}", right(&show(size.estimate), VALUE), left(&ends(size, show), INTERVAL))
            }
        }
    }

    /// What the other factors do, in a sentence.
    fn rest(&self, output: &OutputResult, rest: &[&FactorResult], more: bool) -> String {
        if rest.is_empty() {
            return String::new();
        }
        let inert = rest.iter().filter(|f| f.inert).count();
        let upper = |f: &&FactorResult| f.total.or(f.mu_star).or(f.first).and_then(|e| e.high);
        // Where the end of one is not known, nothing bounds them all.
        let uppers: Option<Vec<f64>> = rest.iter().filter(|f| !f.inert).map(upper).collect();
        let highest = uppers.into_iter().flatten().max_by(f64::total_cmp);
        let share = output.kind != OutputKind::Metric || self.found.method != SensitivityMethod::Morris;
        let show = |x: f64| (if share { hundredths(x) } else { number(x) }).replace(' ', "\u{a0}");
        let mut parts = Vec::new();
        let others = rest.len() - inert;
        if others > 0 {
            let bound = highest.map_or_else(String::new, |h| format!(", none above {}", show(h)));
            let what = if more { "not shown" } else { "not told from nothing" };
            parts.push(match (others, rest.len() == output.factors.len()) {
                (1, true) => format!("1 parameter is {what}{bound}"),
                (n, true) => format!("none of {n} parameters is told from nothing{bound}"),
                (1, false) => format!("1 other is {what}{bound}"),
                (n, false) => format!("{n} others are {what}{bound}"),
            });
        }
        if inert > 0 {
            parts.push(format!("{inert} changed nothing in any trial"));
        }
        remark(&(parts.join("; ") + "."), FAINT, self.columns)
    }

    fn notes(&self) -> String {
        let mut notes = Vec::new();
        notes.push(match self.found.method {
            SensitivityMethod::Sobol => "alone: share of what the parameters explain that would go if this one were known (first-order index). in all: share that would stay if all others were known (total index); the two differ where parameters act together.",
            SensitivityMethod::Given => "share: part of the whole uncertainty, luck included, that would go if this parameter were known (first-order index). What parameters do only together is not seen.",
            SensitivityMethod::Morris => "moves: mean size of the change when the parameter alone moves by half of its distribution, from many places (mu*); noise: what that would be by luck alone; direction: mean change upwards (mu), `varies` where its spread (sigma) is larger.",
        }.to_owned());
        notes.push("Each interval holds for itself, not all at once; an estimate below 0 is noise about a small one.".to_owned());
        if self.found.factors.iter().any(|f| f.parameters.len() > 1) {
            notes.push("Parameters joined by + are correlated and are varied as one.".to_owned());
        }
        if !self.found.others.is_empty() && self.found.method != SensitivityMethod::Given {
            let (count, verb) = (self.found.others.len() as u64, if self.found.others.len() == 1 { "is" } else { "are" });
            let count = counted(count, "other parameter");
            notes.push(format!("{count} {verb} drawn anew in each trial: what they do counts as luck here."));
        }
        if !self.found.unread.is_empty() {
            notes.push(format!("Nothing reads {}.", and(&self.found.unread)));
        }
        let silent = self.found.outputs.iter().filter(|o| !o.constant && !self.shows(o)).map(|o| o.id.clone()).collect::<Vec<_>>();
        if !silent.is_empty() {
            notes.push(format!("Found as well, shown by `--of ID` or `--json`: {}.", and(&silent)));
        }
        let constant: Vec<String> =
            self.found.outputs.iter().filter(|o| o.constant).map(|o| format!("\"{}\"", one_line(&o.label))).collect();
        if !constant.is_empty() {
            notes.push(format!("The same in all trials: {}.", and(&constant)));
        }
        if !self.found.left_out.is_empty() {
            let out: Vec<String> = self.found.left_out.iter().map(|l| l.id.clone()).collect();
            notes.push(format!("Left out, for they have no value in some trials: {}.", and(&out)));
        }
        notes.iter().map(|n| remark(n, FAINT, self.columns)).collect()
    }

    fn foot(&self) -> String {
        let (s, found) = (self.summary, self.found);
        let rows = found.factors.len() as u64;
        let all = format!("{} trials, seed {}, variant {}", whole(s.plan.trials_in_all), s.plan.seed, one_line(&s.plan.variant));
        let run = match found.method {
            SensitivityMethod::Sobol => {
                format!("{} x {} rows x {} = {all}", self.points(), whole(rows + 2), counted(found.replicates, "trial"))
            }
            SensitivityMethod::Morris => {
                format!("{} x {} points x {} = {all}", self.points(), whole(rows + 1), counted(found.replicates, "trial"))
            }
            SensitivityMethod::Given => all,
        };
        let mut text = foot(&run, &s.scenario, &s.tool, self.columns);
        for (path, value) in &s.plan.overrides {
            let with = paragraph("with ", 5, &format!("{} = {}", one_line(path), one_line(value)), self.columns);
            text.extend(with.lines().map(|l| paint(FAINT, l) + "\n"));
        }
        text
    }
}

/// Up or down on average, and whether that differs from place to place.
fn direction(mu: &Estimated, factor: &FactorResult, show: impl Fn(f64) -> String) -> String {
    let sign = if mu.estimate > 0.0 { "+" } else { "" };
    let known = mu.low.zip(mu.high).is_some_and(|(low, high)| low > 0.0 || high < 0.0);
    let varies = factor.sigma.is_some_and(|s| s > mu.estimate.abs()) && factor.told();
    let text = if known { format!("{sign}{}", show(mu.estimate)) } else { "either way".to_owned() };
    if varies && known { format!("{text}, varies") } else { text }
}
