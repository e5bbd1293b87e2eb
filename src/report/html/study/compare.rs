//! Paired differences per variant as forest plots, and who moves where.

use super::super::figure::{Table, label};
use super::{Block, Section, basis, called, minus};
use crate::chart::{Chart, Intervals, Row, Unit};
use crate::report::compare::mean_label;
use crate::report::difference::{mean_difference, ratio_words, share_difference, short_share};
use crate::report::shares::in_words;
use crate::report::terminal::outcome_label;
use crate::report::words::{counted, number, percent, whole};
use crate::results::{ArmResult, CompareSummary, ShareDifference};

/// Arms with a picture of their own: those that move most.
const ARMS: usize = 6;
/// Other arms that have tables of their own.
const FOLDED: usize = 24;
/// Rows of the picture of all arms.
const ROWS: usize = 50;
/// Outcomes in a picture; of many arms fewer.
const OUTCOMES: usize = 6;
const FEW: usize = 4;
/// Outcomes in a table of transitions.
const WIDE: usize = 12;
const TALL: usize = 60;

/// `−16.7  [−18.1, −15.3]`.
fn beside(d: &ShareDifference) -> String {
    let words = share_difference(d);
    minus(&format!("{}  {}", words.difference, words.interval))
}

fn name(arm: &ArmResult) -> String {
    arm.label.as_ref().map_or_else(|| called(&arm.name, &arm.name), |label| called(&arm.name, label))
}

fn outcome(d: &ShareDifference) -> String {
    outcome_label(&called(&d.id, &d.label), d.unresolved)
}

/// The outcomes of an arm, those that move most first: what is told from nothing before what is not.
fn ranked(arm: &ArmResult) -> Vec<&ShareDifference> {
    let mut all: Vec<&ShareDifference> = arm.outcomes.iter().collect();
    all.sort_by(|a, b| b.beyond_noise.cmp(&a.beyond_noise).then(b.difference.abs().total_cmp(&a.difference.abs())));
    all
}

pub(super) fn section(s: &CompareSummary) -> Option<Section> {
    let arms: Vec<&ArmResult> = s.compare.arms.iter().filter(|a| !a.outcomes.is_empty()).collect();
    if arms.is_empty() || s.plan.trials == 0 {
        return None;
    }
    let mut blocks = Vec::new();
    // Those that move most have pictures; in the order in which they were named.
    let moving: Vec<usize> = (0..arms.len()).filter(|at| arms[*at].changed.count > 0).collect();
    let mut chosen = moving.clone();
    let largest = |at: usize| arms[at].outcomes.iter().map(|o| o.difference.abs()).fold(0.0, f64::max);
    chosen.sort_by(|a, b| largest(*b).total_cmp(&largest(*a)));
    chosen.truncate(ARMS);
    chosen.sort_unstable();
    // The others have their numbers, folded.
    let rest: Vec<usize> = moving.iter().copied().filter(|at| !chosen.contains(at)).collect();
    if arms.len() > 1 {
        blocks.push(overview(s, &arms, &left_out(arms.len(), moving.len(), chosen.len())));
    }
    for at in chosen {
        blocks.push(forest(s, at, arms[at]));
        blocks.extend(transitions(at, arms[at]));
    }
    for at in rest.into_iter().take(FOLDED) {
        let mut block = forest(s, at, arms[at]);
        block.chart = None;
        blocks.push(block);
        blocks.extend(transitions(at, arms[at]));
    }
    let f = &s.compare.family;
    let method = format!(
        "differences are paired, trial by trial, with square-and-add intervals that hold for all {} differences at once in {} of 100 studies (Newcombe 1998; Bonferroni).",
        whole(f.differences as u64),
        percent(f.level)
    );
    let other = s.compare.other.as_ref().map_or_else(String::new, |o| format!(" Compared with “{}”.", called(&o.id, &o.title)));
    Some(Section {
        title: "Variants on the same trials",
        sentence: sentence(&arms),
        basis: basis(&s.plan, &format!("{} of the base and of {}", counted(s.plan.trials, "trial"), counted(arms.len() as u64, "arm")))
            + &other,
        blocks,
        misleads: "a difference says what the rules imply if the change is made and nothing else happens; it is sharp because both arms share their luck, and no interval covers a wrong rule.",
        method,
        command: s.plan.command.clone(),
    })
}

/// Which arms have a picture of their own, and where the others are.
fn left_out(all: usize, moving: usize, drawn: usize) -> String {
    let mut text = String::new();
    let still = all - moving;
    if still > 0 {
        text.push_str(&format!(
            " {} nothing in any trial.",
            if still == 1 { "1 arm changes".to_owned() } else { format!("{still} arms change") }
        ));
    }
    let rest = moving - drawn;
    if rest > 0 {
        let folded = rest.min(FOLDED);
        text.push_str(&format!(" Of the {moving} that change something, the {drawn} that move an end most have pictures below; "));
        text.push_str(&if folded == 1 {
            "the numbers of the other one, and who moves where, are folded after them.".to_owned()
        } else {
            format!("the numbers of {folded} more, and who moves where, are folded after them.")
        });
        if rest > folded {
            text.push_str(&format!(
                " {} in compare.json only.",
                if rest - folded == 1 { "1 more is".to_owned() } else { format!("{} more are", rest - folded) }
            ));
        }
    }
    text
}

/// The largest change in a sentence.
fn sentence(arms: &[&ArmResult]) -> String {
    let beyond = |arm: &&&ArmResult| arm.outcomes.iter().any(|o| o.beyond_noise);
    let moved = arms.iter().filter(beyond).count();
    let all = arms.iter().flat_map(|arm| arm.outcomes.iter().map(move |o| (*arm, o)));
    let most = all.filter(|(_, o)| o.beyond_noise).max_by(|a, b| a.1.difference.abs().total_cmp(&b.1.difference.abs()));
    let Some((arm, o)) = most else {
        let ends = arms.iter().flat_map(|a| &a.outcomes).map(|o| o.low.abs().max(o.high.abs())).fold(0.0, f64::max);
        let who = if arms.len() == 1 {
            format!("“{}” does not change", name(arms[0]))
        } else {
            format!("None of {} arms changes", arms.len())
        };
        return format!("{who} how it ends beyond noise: any change of a share is below {:.1} points.", ends * 100.0);
    };
    let words = share_difference(o);
    let size = words.difference.trim_start_matches(['-', '+']);
    let (low, high) = if o.difference < 0.0 { (-o.high, -o.low) } else { (o.low, o.high) };
    let how = if o.difference < 0.0 { "rarer" } else { "more frequent" };
    let ends = format!("{:.1} to {:.1}", low * 100.0, high * 100.0);
    let from = in_words(o.base.share, &o.base.interval).share;
    let to = in_words(o.arm.share, &o.arm.interval).share;
    let largest = format!(
        "with “{}”, “{}” becomes {how} by {size} points ({ends}), from {from} to {to} of trials",
        name(arm),
        called(&o.id, &o.label)
    );
    if arms.len() == 1 {
        return format!("The largest change: {largest}.");
    }
    let verb = if moved == 1 { "changes" } else { "change" };
    format!("{moved} of {} arms {verb} how it ends beyond noise; the largest change: {largest}.", arms.len())
}

fn row(label: String, d: &ShareDifference, series: usize) -> Row {
    Row { label, value: Some(d.difference), interval: Some((d.low, d.high)), words: beside(d), series, limits: Vec::new() }
}

fn forest_of(rows: Vec<Row>) -> Chart {
    Chart::Intervals(Intervals { rows, unit: Unit::Points, bars: false, zero: true, range: None })
}

/// Of each arm the outcome that changed most.
fn overview(s: &CompareSummary, arms: &[&ArmResult], left_out: &str) -> Block {
    let level = percent(s.compare.family.level);
    let mut table =
        Table::new(&["Arm and outcome", "Base", "Here", "Difference (points)", &format!("{level} % at once"), "Ratio", "Beyond noise"]);
    let mut rows = Vec::new();
    for arm in arms {
        if let Some(most) = ranked(arm).first() {
            rows.push(row(format!("{}: {}", name(arm), outcome(most)), most, 0));
        }
        for o in &arm.outcomes {
            table.rows.push(share_cells(format!("{}: {}", name(arm), outcome(o)), o));
        }
    }
    let more = rows.len().saturating_sub(ROWS);
    let more = if more > 0 { format!(" The first {ROWS} are drawn, {more} more are in the table.") } else { String::new() };
    rows.truncate(ROWS);
    Block {
        id: "variants".to_owned(),
        title: "What each changes most".to_owned(),
        said: format!(
            "Of each arm the end whose share moves most, in percentage points: right of 0 it is more frequent than in the base, left of 0 rarer; what touches the line of 0 is not told from no change. The table has all ends.{more}{left_out}"
        ),
        chart: Some(forest_of(rows)),
        table,
    }
}

fn share_cells(name: String, o: &ShareDifference) -> Vec<String> {
    let words = share_difference(o);
    let beyond = if o.beyond_noise { "yes" } else { "no" };
    let (difference, interval) = (minus(&words.difference), minus(&words.interval));
    vec![name, short_share(&o.base), short_share(&o.arm), difference, interval, ratio_words(o).replace('-', "–"), beyond.to_owned()]
}

fn forest(s: &CompareSummary, at: usize, arm: &ArmResult) -> Block {
    let level = percent(s.compare.family.level);
    let mut table = Table::new(&["What", "Base", "Here", "Difference", &format!("{level} % at once"), "Ratio", "Beyond noise"]);
    let ranked = ranked(arm);
    let most = if s.compare.arms.len() > FEW { FEW } else { OUTCOMES };
    let rows = ranked.iter().take(most).map(|o| row(outcome(o), o, 0)).collect();
    table.rows.extend(ranked.iter().map(|o| share_cells(outcome(o), o)));
    table.rows.extend(arm.indicators.iter().map(|o| share_cells(called(&o.id, &o.label), o)));
    for m in &arm.metrics {
        let (Some(words), Some(base), Some(here)) = (mean_difference(m), m.base, m.arm) else { continue };
        let beyond = if m.beyond_noise { "yes" } else { "no" };
        let name = label(&mean_label(m, s.plan.trials));
        let (difference, interval) = (minus(&words.difference), minus(&words.interval));
        table.rows.push(vec![name, number(base), number(here), difference, interval, "–".to_owned(), beyond.to_owned()]);
    }
    let changed = in_words(arm.changed.share, &arm.changed.interval);
    let set: Vec<String> = arm.overrides.iter().take(4).map(|(path, value)| format!("{path} = {value}")).collect();
    let set = if set.is_empty() {
        String::new()
    } else {
        format!(" It sets {}{}.", set.join(", "), if arm.overrides.len() > 4 { ", …" } else { "" })
    };
    let more = arm.outcomes.len().saturating_sub(most);
    let more = match more {
        0 => String::new(),
        1 => " 1 more end is in the table.".to_owned(),
        n => format!(" {n} more ends are in the table."),
    };
    Block {
        id: format!("arm-{at}"),
        title: name(arm),
        said: format!(
            "Right of 0 an end is more frequent than in the base, left of 0 rarer, in percentage points. {} {} of the trials come out otherwise than in the base in at least one number.{set}{more}",
            changed.share, changed.interval
        )
        .replace("  ", " "),
        chart: Some(forest_of(rows)),
        table,
    }
}

/// What becomes of the trials that end in each outcome of the base.
fn transitions(at: usize, arm: &ArmResult) -> Option<Block> {
    let moves = arm.transitions.iter().any(|from| from.to.iter().any(|to| to.id != from.from));
    if !moves {
        return None;
    }
    let names: Vec<(&str, String)> = arm.outcomes.iter().map(|o| (o.id.as_str(), called(&o.id, &o.label))).collect();
    let named = |id: &str| names.iter().find(|(x, _)| *x == id).map_or_else(|| called(id, id), |(_, name)| name.clone());
    let into: Vec<&(&str, String)> =
        names.iter().filter(|(id, _)| arm.transitions.iter().any(|f| f.to.iter().any(|t| t.id == *id))).collect();
    let more = into.len().saturating_sub(WIDE) + arm.transitions.len().saturating_sub(TALL);
    let more = match more {
        0 => String::new(),
        n => format!(" {n} rows or columns are left out here; compare.json has all."),
    };
    let into = &into[..into.len().min(WIDE)];
    let mut table = Table::new(&["Ends in the base as", "Trials"]);
    table.head.extend(into.iter().map(|(_, name)| format!("here: {name}")));
    for from in arm.transitions.iter().take(TALL) {
        let mut cells = vec![named(&from.from), whole(from.trials)];
        for (id, _) in into {
            let to = from.to.iter().find(|t| t.id == *id);
            cells.push(to.map_or_else(|| "–".to_owned(), |t| in_words(t.share, &t.interval).share));
        }
        table.rows.push(cells);
    }
    Some(Block {
        id: format!("moves-{at}"),
        title: format!("Who moves where: {}", name(arm)),
        said: format!("Of the trials that end so in the base, the shares that end so here, on the same luck.{more}"),
        chart: None,
        table,
    })
}
