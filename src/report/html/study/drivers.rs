//! The strongest drivers as a forest plot.

use super::super::figure::{Table, label};
use super::{Block, Section, basis, minus, of};
use crate::chart::{Chart, Intervals, Row, Unit};
use crate::report::difference::share_change;
use crate::report::shares::in_words;
use crate::report::words::{counted, percent, whole};
use crate::results::{DriversSummary, PartResult, ShareChange};

/// Parts in the picture.
const PARTS: usize = 12;

pub(super) fn section(s: &DriversSummary) -> Option<Section> {
    if s.drivers.parts.is_empty() || s.plan.trials == 0 {
        return None;
    }
    let moving: Vec<&PartResult> = s.drivers.parts.iter().filter(|p| p.moves_outcomes).collect();
    let rows: Vec<Row> = moving.iter().take(PARTS).filter_map(|p| row(s, p)).collect();
    let left = moving.len().saturating_sub(rows.len());
    let more = if left > 0 {
        format!(" {} in the table.", if left == 1 { "1 more is".to_owned() } else { format!("{} more are", whole(left as u64)) })
    } else {
        String::new()
    };
    let chart = Chart::Intervals(Intervals { rows, unit: Unit::Points, bars: false, zero: true, range: None });
    let block = Block {
        id: "drivers".to_owned(),
        title: "Without it, how it ends changes most".to_owned(),
        said: format!(
            "Each part switched off alone, and the end that this changes most, in percentage points: right of 0 that end is more frequent without the part than with it, left of 0 rarer.{more}"
        ),
        chart: (!moving.is_empty()).then_some(chart),
        table: table(s),
    };
    let d = &s.drivers;
    Some(Section {
        title: "Parts of the scenario, switched off in turn",
        sentence: sentence(s, moving.len()),
        basis: basis(
            &s.plan,
            &format!("{} of the scenario and without each of {}", counted(s.plan.trials, "trial"), counted(d.parts.len() as u64, "part")),
        ),
        blocks: vec![block],
        misleads: "changes do not add up, and a part for which another makes up seems to do nothing.",
        method: format!(
            "paired differences with square-and-add intervals, all {} at once in {} of 100 studies (Newcombe 1998; Bonferroni).",
            whole(d.family.differences as u64),
            percent(d.family.level)
        ),
        command: s.plan.command.clone(),
    })
}

fn outcome(s: &DriversSummary, change: &ShareChange) -> String {
    let names: Vec<(&str, &str)> =
        s.drivers.base.outcomes.iter().chain(&s.drivers.base.indicators).map(|o| (o.id.as_str(), o.label.as_str())).collect();
    of(&names, &change.id)
}

fn row(s: &DriversSummary, p: &PartResult) -> Option<Row> {
    let most = p.most()?;
    let words = share_change(most);
    let words = minus(&format!("{}  {}", words.difference, words.interval));
    let name = format!("{} → {}", label(&p.part.label), outcome(s, most));
    Some(Row { label: name, value: Some(most.difference), interval: Some((most.low, most.high)), words, ..Row::default() })
}

fn sentence(s: &DriversSummary, moving: usize) -> String {
    let parts = s.drivers.parts.len();
    let first = s.drivers.parts.first().filter(|p| p.moves_outcomes).and_then(|p| Some((p, p.most()?)));
    let Some((part, most)) = first else {
        return format!("None of {} alone moves how it ends beyond noise.", counted(parts as u64, "part"));
    };
    let words = share_change(most);
    let size = words.difference.trim_start_matches(['+', '-']);
    let how = if most.difference < 0.0 { "falls" } else { "rises" };
    let verb = if moving == 1 { "moves" } else { "move" };
    let (low, high) = if most.difference < 0.0 { (-most.high, -most.low) } else { (most.low, most.high) };
    format!(
        "{moving} of {} {verb} how it ends beyond noise; without “{}”, the strongest, “{}” {how} by {size} points ({:.1} to {:.1}).",
        counted(parts as u64, "part"),
        label(&part.part.label),
        outcome(s, most),
        low * 100.0,
        high * 100.0
    )
}

/// All parts; of each the changes beyond noise, or the largest.
fn table(s: &DriversSummary) -> Table {
    let level = percent(s.drivers.family.level);
    let mut table = Table::new(&["Without", "Kind", "What changes", "Points", &format!("{level} % at once"), "Trials that end otherwise"]);
    for p in &s.drivers.parts {
        let otherwise = in_words(p.ends_otherwise.share, &p.ends_otherwise.interval).share;
        let mut changes: Vec<&ShareChange> = p.outcomes.iter().chain(&p.indicators).filter(|c| c.beyond_noise).collect();
        if changes.is_empty() {
            changes.extend(p.outcomes.iter().max_by(|a, b| a.difference.abs().total_cmp(&b.difference.abs())));
        }
        for c in changes.into_iter().take(20) {
            let words = share_change(c);
            let what = if c.beyond_noise { outcome(s, c) } else { format!("{} (not told from no change)", outcome(s, c)) };
            let cells =
                [label(&p.part.label), label(&p.part.kind), what, minus(&words.difference), minus(&words.interval), otherwise.clone()];
            table.rows.push(cells.to_vec());
        }
    }
    for p in s.drivers.not_run.iter().take(40) {
        let dash = || "–".to_owned();
        table.rows.push(vec![
            label(&p.part.label),
            label(&p.part.kind),
            format!("could not be run: {}", label(&p.because)),
            dash(),
            dash(),
            dash(),
        ]);
    }
    table
}
