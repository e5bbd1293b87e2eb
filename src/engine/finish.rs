//! The end of a trial: its row.

use super::Answer;
use super::row::View;
use super::state::Group;
use super::step::Work;
use crate::program::Src;
use crate::results::TrialRow;

/// Puts an answer in its place.
pub(super) fn answer<const W: usize>(work: &mut Work<'_, W>, trial: u64, answer: Answer) {
    let place = usize::try_from(trial - work.first).unwrap_or(usize::MAX);
    if let Some(slot) = work.answers.get_mut(place) {
        *slot = Some(answer);
    }
}

/// Ends the trials of `mask`, but for those that are handed back.
#[inline(never)]
pub(super) fn finish<const W: usize>(work: &mut Work<'_, W>, group: &mut Group<W>, mask: &[f64; W], list: &[Src], step: u32) {
    let program = work.program;
    for lane in 0..W {
        if mask[lane] == 0.0 || group.kept[program.alive].0[lane] == 0.0 || work.scratch.bad.0[lane] != 0.0 {
            continue;
        }
        let view = View::all(&group.kept, &work.scratch.registers, &program.constants);
        let row = trial_row(&view, work, group.trials[lane], lane, list, step);
        answer(work, group.trials[lane], Answer::Row(row));
        group.kept[program.alive].0[lane] = 0.0;
        group.alive -= 1;
    }
}

fn trial_row<const W: usize>(view: &View<'_, W>, work: &Work<'_, W>, trial: u64, lane: usize, list: &[Src], step: u32) -> TrialRow {
    let ending = &work.program.ending;
    let (outcomes, rest) = list.split_at(2 * ending.outcomes);
    let (indicators, metrics) = rest.split_at(2 * ending.indicators);
    let holds = |pair: &[Src]| view.one(pair[0], lane) == 1.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a step of the trial")]
    let since = |pair: &[Src]| {
        let since = view.one(pair[1], lane);
        (since > 0.0).then_some(since as u32)
    };
    // The last outcome takes the rest.
    let outcome = outcomes.chunks_exact(2).position(holds).unwrap_or(ending.outcomes.saturating_sub(1));
    let pair = &outcomes[2 * outcome..2 * outcome + 2];
    let established = if pair[1].is_some() { since(pair).unwrap_or(step) } else { step };
    let held: Vec<bool> = indicators.chunks_exact(2).map(holds).collect();
    let metric = |(src, (given, span)): (&Src, &(Option<usize>, bool))| {
        if given.is_some_and(|g| !held[g]) {
            return None;
        }
        let value = view.one(*src, lane);
        let value = if *span { value / 1440.0 } else { value };
        value.is_finite().then_some(value)
    };
    TrialRow {
        trial,
        outcome,
        established,
        end: step,
        indicator_since: indicators.chunks_exact(2).map(since).collect(),
        metrics: metrics.iter().zip(&ending.metrics).map(metric).collect(),
        indicators: held,
        clamped: Vec::new(),
    }
}
