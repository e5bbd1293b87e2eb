//! Rival theories side by side, and their pool, for a reader at a terminal.

use super::shares::{ShareWords, in_words};
use super::terminal::{foot, heading, outcome_label, remark, row, title};
use super::words::{ALARM, FAINT, STRONG, counted, left, number, one_line, paint, paragraph, percent, right, whole};
use crate::results::{EnsembleSummary, PooledShare, Theory};

const LABEL: usize = 24;
/// Columns of a theory's share, with the gap before it.
const SHARE: usize = 10;
const INTERVAL: usize = 14;
/// Theories that stand beside their pool, and in a table of their own.
const BESIDE_POOL: usize = 3;
const A_TABLE: usize = 5;

/// The answer in at most `columns` columns (80 or more).
#[must_use]
pub fn answer(summary: &EnsembleSummary, columns: usize) -> String {
    let columns = columns.max(80);
    let s = summary;
    let mut head = String::new();
    if !s.plan.complete {
        head += &format!("{}\n", paint(ALARM, "PARTIAL: stopped before all trials were done; everything below is about those that were."));
    }
    head += &title(&s.scenario, columns);
    let mut sections = vec![head, legend(s, columns)];
    let few = s.ensemble.len() <= BESIDE_POOL;
    let beside: Vec<usize> = if few { (0..s.ensemble.len()).collect() } else { Vec::new() };
    let mut outcomes = table(s, "How it can end", &s.pooled.outcomes, share_of_outcome, &beside, true);
    let remarks = [
        "The pool is the weighted mean of the theories. Its interval says only how far more trials would move it; that the theories differ is \
         not in it.",
    ];
    outcomes += &remarks.iter().map(|r| remark(r, FAINT, columns)).collect::<String>();
    sections.push(outcomes);
    if !s.pooled.indicators.is_empty() {
        sections.push(table(s, "What else holds", &s.pooled.indicators, share_of_indicator, &beside, true));
    }
    if !few {
        let all: Vec<usize> = (0..s.ensemble.len()).collect();
        for some in all.chunks(A_TABLE) {
            sections.push(table(s, "Each theory", &s.pooled.outcomes, share_of_outcome, some, false));
        }
    }
    let clamped: Vec<&str> = s.ensemble.iter().filter(|t| !t.clamped.is_empty()).map(|t| t.variant.as_str()).collect();
    if !clamped.is_empty() {
        let text = format!(
            "Warning: chances, rates or weights left their range and were cut off in {}; `run --variant` shows which",
            clamped.join(", ")
        );
        sections.push(remark(&text, ALARM, columns));
    }
    let last = s.plan.first_trial + s.plan.trials.max(1) - 1;
    let trials = counted(s.plan.trials, "trial");
    let run = format!("{trials} of each theory ({} to {}), the same for all, seed {}", whole(s.plan.first_trial), whole(last), s.plan.seed);
    sections.push(foot(&run, &s.scenario, &s.tool, columns));
    sections.join("\n")
}

/// `A`, `B`, and so on.
fn letter(index: usize) -> String {
    u8::try_from(index).ok().filter(|i| *i < 26).map_or_else(|| (index + 1).to_string(), |i| char::from(b'A' + i).to_string())
}

fn legend(s: &EnsembleSummary, columns: usize) -> String {
    let mut text = paint(STRONG, "Theories and their weights") + "\n";
    for (index, theory) in s.ensemble.iter().enumerate() {
        let weight = format!("{} %", number(theory.weight * 100.0));
        let first = format!("  {}  {}  ", right(&letter(index), 2), right(&weight, 6));
        text += &paragraph(&first, 14, &one_line(&theory.variant), columns);
    }
    text
}

fn share_of_outcome(theory: &Theory, id: &str) -> Option<ShareWords> {
    let outcome = theory.outcomes.iter().find(|o| o.id == id)?;
    Some(in_words(outcome.share, &outcome.interval))
}

fn share_of_indicator(theory: &Theory, id: &str) -> Option<ShareWords> {
    let indicator = theory.indicators.iter().find(|i| i.id == id)?;
    Some(in_words(indicator.share?, &indicator.interval))
}

/// A share in nine columns: `<0.03 %` for "below 0.03 %".
fn short(words: Option<ShareWords>) -> String {
    words.map_or_else(|| "-".to_owned(), |w| w.share.replace("below ", "<").replace("above ", ">"))
}

fn table(
    s: &EnsembleSummary,
    name: &str,
    shares: &[PooledShare],
    share: impl Fn(&Theory, &str) -> Option<ShareWords>,
    theories: &[usize],
    with_pool: bool,
) -> String {
    // `row` and `heading` leave two columns before what is beside the label; a share needs one of them at most.
    let columns: String = theories.iter().map(|t| right(&letter(*t), SHARE)).collect();
    let level = percent(s.plan.intervals.level);
    let at_once = if s.plan.intervals.simultaneous { " at once" } else { "" };
    let pool = if with_pool { format!("{}  {level} % interval{at_once}", right("pool", SHARE)) } else { String::new() };
    let mut text = heading(name, LABEL - 2, &(columns + &pool));
    for pooled in shares {
        let columns: String = theories.iter().map(|t| right(&short(share(&s.ensemble[*t], &pooled.id)), SHARE)).collect();
        let pool = if with_pool {
            let words = in_words(pooled.share, &pooled.interval);
            let interval = left(&words.interval, INTERVAL);
            format!("{}  {interval}", right(&short(Some(words)), SHARE))
        } else {
            String::new()
        };
        text += &row(&outcome_label(&pooled.label, pooled.unresolved), LABEL - 2, (columns + &pool).trim_end());
    }
    text
}
