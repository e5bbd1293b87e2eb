//! `report.md`: for a GitHub job summary, where neither pictures nor scripts are shown.
//!
//! Tables and Unicode bars first, details folded. Texts from the scenario are escaped: none makes a link, a mention, an
//! element or a heading.

use super::graph::mermaid;
use super::html::{
    Block, Input, Section, answer, by_hand, changing, depending, judged, limit, mark, methods, sentence_when, supposed, thin, told,
    warnings, why, words,
};
use super::shares::{SIMULATED, share_words};
use super::words::{bar, counted, number, percent, whole, with_unit};
use crate::chart::Chart;
use crate::chart::letters::line;
use crate::results::{LadderResult, ReportData, Studies, Summary};

/// GitHub refuses a summary above 1 MiB.
pub(super) const MOST: usize = (1 << 20) - 4096;
/// Longest label, in characters.
const LABEL: usize = 120;
/// Columns of a bar.
const BAR: usize = 24;
/// Most rows of a table.
const ROWS: usize = 200;
/// Most rows of a table of a study.
const STUDY: usize = 60;

/// The report as Markdown, below 1 MiB. Equal inputs give equal bytes.
#[must_use]
pub fn page(summary: &Summary, data: Option<&ReportData>, studies: &Studies) -> String {
    let input = Input { summary, data, studies };
    let parts = [
        head(input),
        outcomes(summary),
        folded("What else holds", &indicators(summary)),
        folded("In numbers", &metrics(summary)),
        folded("By which path", &paths(summary)),
        study("What would change it", &changing(studies)),
        study("What it depends on", &depending(studies)),
        claims(data, studies, by_hand(summary)),
        folded("What it can look like", &stories(input)),
        folded("Who is involved", &actors(data)),
        folded("How to make it again", &method(summary)),
    ];
    joined(&parts)
}

/// Studies alone as Markdown, as [`page`]; `None` where there is none.
#[must_use]
pub fn study_page(studies: &Studies) -> Option<String> {
    let scenario = studies.scenario()?;
    let title = if scenario.title.is_empty() { &scenario.id } else { &scenario.title };
    let mut head = format!("# {}\n\n", plain(title));
    let mut warnings: Vec<String> = judged(None, studies, false).and_then(|found| found.warning()).into_iter().collect();
    warnings.extend(thin(studies));
    head.push_str(&warned(&warnings));
    head.push_str(&format!("{SIMULATED}\n"));
    Some(joined(&[
        head,
        study("What would change it", &changing(studies)),
        study("What it depends on", &depending(studies)),
        claims(None, studies, false),
    ]))
}

/// The parts, as far as GitHub takes them.
fn joined(parts: &[String]) -> String {
    let mut text = String::new();
    for part in parts.iter().filter(|p| !p.is_empty()) {
        if text.len() + part.len() + 2 > MOST {
            text.push_str("\nThe rest is left out: it would be longer than GitHub takes.\n");
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(part);
    }
    text
}

/// A text of the scenario as it may stand in Markdown.
pub(super) fn plain(text: &str) -> String {
    let mut safe = String::new();
    for c in line(text, LABEL).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            // Neither a mention nor an address: an invisible joiner stands between.
            '@' | ':' => {
                safe.push(c);
                safe.push('\u{2060}');
            }
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            'w' if safe.ends_with("ww") => safe.push_str("\u{2060}w"),
            c => safe.push(c),
        }
    }
    safe
}

/// A sentence of ours with names of the scenario in it: only what Markdown obeys is escaped.
pub(super) fn said(text: &str) -> String {
    text.split('\n').map(plain_long).collect::<Vec<_>>().join(" ")
}

fn plain_long(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    chars.chunks(LABEL).map(|part| plain_kept(&part.iter().collect::<String>())).collect()
}

/// As [`plain`], with blanks at the ends kept.
fn plain_kept(text: &str) -> String {
    let (start, end) = (text.starts_with(' '), text.ends_with(' ') && text.len() > 1);
    format!("{}{}{}", if start { " " } else { "" }, plain(text), if end { " " } else { "" })
}

fn folded(title: &str, body: &str) -> String {
    if body.is_empty() { String::new() } else { format!("<details><summary>{title}</summary>\n\n{body}\n</details>\n") }
}

fn head(input: Input<'_>) -> String {
    let s = input.summary;
    let title = if s.scenario.title.is_empty() { &s.scenario.id } else { &s.scenario.title };
    let mut text = format!("# {}\n\n", plain(title));
    if let Some(question) = &s.scenario.question {
        text.push_str(&format!("{}\n\n", said(&line(question, 1000))));
    }
    if let Some(words) = supposed(s) {
        text.push_str(&format!("{}\n\n", said(&words)));
    }
    let warnings = warnings(input);
    text.push_str(&warned(&warnings));
    if s.plan.trials > 0 {
        text.push_str(&format!("**{}**\n", said(&answer(s))));
        text.push_str(&format!("\n{}\n", said(&sentence_when(s))));
    }
    text
}

pub(super) fn warned(warnings: &[String]) -> String {
    if warnings.is_empty() {
        return String::new();
    }
    let lines: Vec<String> = warnings.iter().map(|warning| format!("> - {}\n", said(warning))).collect();
    format!("> [!WARNING]\n{}\n", lines.concat())
}

/// What studies found: their sentences, and their tables folded.
fn study(title: &str, sections: &[Section]) -> String {
    if sections.is_empty() {
        return String::new();
    }
    let mut text = format!("## {title}\n");
    for section in sections {
        text.push_str(&format!("\n**{}**\n\n{}\n\n", said(&section.sentence), said(&section.basis)));
        let mut tables = String::new();
        for block in &section.blocks {
            tables.push_str(&format!("#### {}\n\n{}\n\n{}\n", plain(&block.title), said(&block.said), numbers(block)));
        }
        tables.push_str(&format!("How it can mislead: {} Method: {}\n", said(section.misleads), said(&section.method)));
        text.push_str(&folded(section.title, &tables));
    }
    text
}

/// What came of the author's claims: those that do not hold, all of them folded.
fn claims(data: Option<&ReportData>, studies: &Studies, by_hand: bool) -> String {
    let Some(found) = judged(data, studies, by_hand) else { return String::new() };
    let mut text = format!("## Expectations\n\n**{}**\n\n{}\n\n", said(&found.sentence()), said(&found.basis));
    let rows: Vec<Vec<String>> = found
        .claims
        .iter()
        .map(|c| {
            let (sign, word) = mark(c.verdict);
            let f = c.finding.as_ref();
            let found = f.map_or_else(|| "–".to_owned(), told);
            let claimed = f.map_or_else(|| "–".to_owned(), limit);
            vec![said(&words(c)), format!("{sign} {word}"), plain(&found), plain(&claimed), whole(c.trials)]
        })
        .collect();
    let all = table(&["Claim", "Verdict", "Estimate and interval", "Claimed", "Trials"], &rows).replacen(
        "---:|---:|---:|---:|",
        ":---|:---|:---|---:|",
        1,
    );
    text.push_str(&folded("All claims", &all));
    text
}

/// The numbers of a chart of a study, short: what is drawn as bars or dots with its bars, and other tables as they are.
fn numbers(block: &Block) -> String {
    if let Some(Chart::Intervals(chart)) = &block.chart {
        // An estimate below 0 of what cannot be is noise, and no size.
        let size = |value: f64| if chart.bars { value.max(0.0) } else { value.abs() };
        let most = chart.rows.iter().filter_map(|r| r.value).map(size).fold(0.0, f64::max);
        let drawn = |value: f64| if most > 0.0 { bar(size(value) / most, BAR) } else { String::new() };
        let rows: Vec<Vec<String>> =
            chart.rows.iter().map(|r| vec![plain(&r.label), plain(&r.words), r.value.map_or_else(String::new, drawn)]).collect();
        // Bars begin at the left, unlike numbers.
        return table(&["What", "Number and interval", "Size"], &rows).replacen("---:|---:|", "---:|:---|", 1);
    }
    let head: Vec<String> = block.table.head.iter().map(|h| plain(h)).collect();
    let head: Vec<&str> = head.iter().map(String::as_str).collect();
    let rows: Vec<Vec<String>> = block.table.rows.iter().take(STUDY).map(|r| r.iter().map(|c| plain(c)).collect()).collect();
    let more = block.table.rows.len().saturating_sub(STUDY);
    let more = if more > 0 { format!("\n{} more rows are left out.\n", whole(more as u64)) } else { String::new() };
    let all = table(&head, &rows);
    let all = if block.table.words { all.replacen("---:|", ":---|", head.len().saturating_sub(1)) } else { all };
    all + &more
}

fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = format!("| {} |\n|---|{}\n", head.join(" | "), "---:|".repeat(head.len() - 1));
    for row in rows.iter().take(ROWS) {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
    }
    if rows.len() > ROWS {
        text.push_str(&format!("\n{} more are left out.\n", whole((rows.len() - ROWS) as u64)));
    }
    text
}

fn outcomes(s: &Summary) -> String {
    let level = percent(s.plan.intervals.level);
    let mut text = format!("| Outcome | Share | {level} % interval | |\n|---|---:|---:|:---|\n");
    for o in s.outcomes.iter().take(ROWS) {
        let words = share_words(o.count, s.plan.trials, &o.interval);
        let label = super::terminal::outcome_label(&o.label, o.unresolved);
        let interval = words.interval.replace(['[', ']'], "").replace(", ", "–");
        text.push_str(&format!("| {} | {} | {interval} | {} |\n", plain(&label), words.share, bar(o.share, BAR)));
    }
    text.push_str(&format!("\n{}, seed {}. {SIMULATED}\n", counted(s.plan.trials, "trial"), s.plan.seed));
    text
}

fn indicators(s: &Summary) -> String {
    let rows: Vec<Vec<String>> = s
        .indicators
        .iter()
        .map(|i| {
            let words = share_words(i.count, i.trials, &i.interval);
            let interval = words.interval.replace(['[', ']'], "").replace(", ", "–");
            vec![plain(&i.label), words.share, interval, whole(i.trials)]
        })
        .collect();
    if rows.is_empty() { String::new() } else { table(&["What", "Share", "Interval", "Of trials"], &rows) }
}

fn metrics(s: &Summary) -> String {
    let rows: Vec<Vec<String>> = s
        .metrics
        .iter()
        .map(|m| {
            let at = |q: &str| m.quantiles.get(q).map_or_else(|| "–".to_owned(), |x| number(*x));
            let mean = m.mean.map_or_else(|| "–".to_owned(), number);
            vec![plain(&with_unit(&m.label, m.unit.as_deref())), mean, at("0.05"), at("0.5"), at("0.95")]
        })
        .collect();
    if rows.is_empty() { String::new() } else { table(&["What", "Mean", "5 %", "Median", "95 %"], &rows) }
}

fn paths(s: &Summary) -> String {
    let mut rows = Vec::new();
    for ladder in &s.ladders {
        for of in &ladder.paths {
            let Some(path) = of.commonest.first() else { continue };
            let outcome = s.outcomes.iter().find(|o| o.id == of.outcome).map_or(&of.outcome, |o| &o.label);
            let names: Vec<String> = path.rungs.iter().map(|r| plain(name(ladder, r))).collect();
            if path.count > of.trials {
                continue;
            }
            let words = share_words(path.count, of.trials, &s.plan.intervals.one(path.count, of.trials));
            let share = format!("{} {}", words.share, words.interval.replace(['[', ']'], "").replace(", ", "–"));
            rows.push(vec![plain(&ladder.label), plain(outcome), names.join(" → "), share]);
        }
    }
    if rows.is_empty() { String::new() } else { table(&["Who", "Ends as", "Commonest path", "Share of these, interval"], &rows) }
}

fn name<'a>(ladder: &'a LadderResult, rung: &'a str) -> &'a str {
    ladder.rungs.iter().find(|r| r.id == rung).map_or(rung, |r| &r.label)
}

/// The commonest end's story only, without details: a summary is read at a glance.
fn stories(input: Input<'_>) -> String {
    let Some(tale) = input.data.and_then(|d| d.stories.first()) else { return String::new() };
    let mut text = format!("Trial {}: {}.\n\n", tale.trial, why(tale, input.summary));
    let scenes = if tale.turns.is_empty() { &tale.scenes } else { &tale.turns };
    for scene in scenes.iter().filter(|s| !s.lines.is_empty()).take(80) {
        let lines: Vec<String> = scene.lines.iter().filter(|l| !l.detail).map(|l| said(&line(&l.text, 500))).collect();
        text.push_str(&format!("- **{}** {}\n", plain(&scene.title), lines.join(" · ")));
    }
    text
}

fn actors(data: Option<&ReportData>) -> String {
    let Some(data) = data.filter(|d| !d.portrait.actors.is_empty()) else { return String::new() };
    format!("```mermaid\n{}```\n", mermaid(&data.portrait, false))
}

fn method(s: &Summary) -> String {
    let mut text = String::new();
    if let Some(command) = &s.command {
        text.push_str(&format!("```sh\n{}\n```\n\n", line(command, 4000).replace("```", "")));
    }
    let sha256 = line(&s.scenario.sha256, 80);
    text.push_str(&format!(
        "- {} {}, scenario {}, sha256 {}\n",
        plain(&s.tool.name),
        plain(&s.tool.version),
        plain(&s.scenario.id),
        plain(&sha256)
    ));
    for text_of in methods(s) {
        text.push_str(&format!("- {}\n", said(&text_of)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_is_obeyed() {
        assert_eq!(plain("<b>a|b`c*d_[x](y)#"), "&lt;b&gt;a\\|b\\`c\\*d\\_\\[x\\](y)\\#");
        assert_eq!(plain("@who http://x www.y"), "@\u{2060}who http:\u{2060}//x ww\u{2060}w.y");
        assert_eq!(plain("a\n# b\u{202e}"), "a \\# b");
    }
}
