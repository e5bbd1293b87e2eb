//! How the answer changes along inputs, for a reader at a terminal.

use super::shares::in_words;
use super::terminal::{foot, heading, outcome_label, remark, title};
use super::words::{ALARM, BAR, FAINT, STRONG, bar, cut, left, number, one_line, paint, paragraph, percent, right, whole, width};
use crate::results::{Sweep, SweepDesign, SweepPoint, SweepShare, SweepSummary, Swing};

/// Outcomes that are shown where none is asked for.
const SHOWN: usize = 4;
/// Columns of a share and of a value.
const SHARE: usize = 9;
const VALUE: usize = 14;
/// Rows of a table.
const ROWS: usize = 40;
/// Columns of a bar.
const BARS: usize = 12;

/// The answer in at most `columns` columns (80 or more); `of` names the outcomes to show, those that change most where it is empty.
#[must_use]
pub fn answer(summary: &SweepSummary, of: &[String], columns: usize) -> String {
    let columns = columns.max(80);
    let (s, w) = (summary, &summary.sweep);
    let mut head = String::new();
    if !s.plan.complete {
        let note = format!("PARTIAL: {} of {} points were done; everything below is about these.", w.points.len(), whole(w.points_asked));
        head += &(paint(ALARM, &note) + "\n");
    }
    head += &title(&s.scenario, columns);
    let shown: Vec<&Swing> = if of.is_empty() {
        w.swings.iter().take(SHOWN).collect()
    } else {
        of.iter().filter_map(|id| w.swings.iter().find(|swing| swing.id == *id)).collect()
    };
    let mut sections = vec![head, story(w, &shown, columns), legend(w, &shown, columns)];
    match (w.design, w.inputs.len()) {
        (SweepDesign::Grid, 1) => sections.push(along(w, &shown, columns)),
        (SweepDesign::Grid, 2) => {
            sections.extend(shown.iter().take(if of.is_empty() { 2 } else { of.len() }).map(|swing| across(w, swing, columns)));
        }
        _ => sections.push(correlated(w, &shown, columns)),
    }
    sections.push(notes(s, &shown, columns));
    sections.push(end(s, columns));
    sections.into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("\n")
}

/// `A`, `B`, and so on.
fn letter(index: usize) -> String {
    u8::try_from(index).ok().filter(|i| *i < 26).map_or_else(|| (index + 1).to_string(), |i| char::from(b'A' + i).to_string())
}

fn share_at<'p>(point: &'p SweepPoint, swing: &Swing) -> Option<&'p SweepShare> {
    point.outcomes.iter().find(|o| o.id == swing.id)
}

fn share_words(point: &SweepPoint, swing: &Swing) -> String {
    // An outcome that a point does not have cannot happen there.
    share_at(point, swing).map_or_else(|| "none".to_owned(), short)
}

/// A share in a narrow column: none of the trials is still a bound.
fn short(o: &SweepShare) -> String {
    match o.interval.bound {
        Some(limit) if o.count == 0 => format!("< {:.2} %", (limit * 1e4).ceil() / 1e2),
        Some(limit) => format!("> {:.2} %", (limit * 1e4).floor() / 1e2),
        None => format!("{:.1} %", o.share * 100.0),
    }
}

fn values(w: &Sweep, at: usize) -> String {
    let pairs = w.inputs.iter().zip(&w.points[at].values).map(|(input, value)| format!("{} = {}", one_line(&input.path), one_line(value)));
    pairs.collect::<Vec<_>>().join(", ")
}

/// The outcome that changes most, in a sentence.
fn story(w: &Sweep, shown: &[&Swing], columns: usize) -> String {
    // Swings are in the order of their widths.
    let Some(swing) = w.swings.iter().find(|swing| shown.iter().any(|s| s.id == swing.id)) else { return String::new() };
    let label = one_line(&swing.label);
    let (low, high) = (&w.points[swing.low_at], &w.points[swing.high_at]);
    let apart = match (share_at(low, swing), share_at(high, swing)) {
        (Some(low), Some(high)) => low.interval.high < high.interval.low,
        _ => true,
    };
    let text = if apart {
        let few = w.inputs.len() <= 3;
        let at = |at: usize| if few { format!(" ({})", values(w, at)) } else { String::new() };
        format!(
            "\"{label}\" changes most: from {}{} to {}{}.",
            share_words(low, swing),
            at(swing.low_at),
            share_words(high, swing),
            at(swing.high_at)
        )
    } else {
        format!("No outcome shown changes beyond the noise of {} trials at each point.", whole(w.base.trials))
    };
    paragraph("", 0, &text, columns)
}

fn legend(w: &Sweep, shown: &[&Swing], columns: usize) -> String {
    let room = columns - 2 - 3 - 2 - SHARE - 2 - 2 * SHARE - 4;
    let beside = format!("{}  lowest to highest", right("base", SHARE));
    let mut text = heading("Outcomes", room + 5, &beside);
    for (index, swing) in shown.iter().enumerate() {
        let label = cut(&outcome_label(&swing.label, swing.unresolved), room);
        let base = right(&share_words(&w.base, swing), SHARE);
        let (low, high) = (share_words(&w.points[swing.low_at], swing), share_words(&w.points[swing.high_at], swing));
        text += &format!("  {}  {}  {base}  {low} to {high}\n", right(&letter(index), 2), left(&label, room - 1));
    }
    let rest = w.swings.len() - shown.len();
    if rest > 0 {
        let more = if rest == 1 { "1 more outcome".to_owned() } else { format!("{rest} more outcomes") };
        text += &remark(&format!("{more} in `--json` and files; `--of ID` chooses"), FAINT, columns);
    }
    text
}

/// A table along one input.
fn along(w: &Sweep, shown: &[&Swing], columns: usize) -> String {
    let some = &shown[..shown.len().min((columns - VALUE - 4 - BARS) / (SHARE + 2))];
    let heads: Vec<String> = (0..some.len()).map(|index| right(&letter(index), SHARE + 2)).collect();
    let heads = heads.concat();
    let path = one_line(&w.inputs[0].path);
    let name = w.inputs[0].label.as_ref().map_or_else(|| path.clone(), |label| format!("{} ({path})", one_line(label)));
    let name = cut(&name, columns);
    let mut text = format!("{}\n{}\n", paint(STRONG, &name), paint(FAINT, &format!("  {}{heads}", left("", VALUE))));
    for (point, gap) in thinned(&w.points, ROWS) {
        if gap {
            text += &format!("  {}\n", left("...", VALUE));
        }
        let shares: Vec<String> = some.iter().map(|swing| right(&share_words(point, swing), SHARE + 2)).collect();
        let shares = shares.concat();
        let share = some.first().and_then(|swing| share_at(point, swing)).map_or(0.0, |o| o.share);
        let line = format!("  {}{shares}  {}", left(&cut(&one_line(&point.values[0]), VALUE), VALUE), paint(BAR, &bar(share, BARS)));
        text += &(line.trim_end().to_owned() + "\n");
    }
    text
}

/// At most so many of the points, evenly, the last one among them; and whether some were left out before each.
fn thinned(points: &[SweepPoint], most: usize) -> Vec<(&SweepPoint, bool)> {
    if points.len() <= most {
        return points.iter().map(|p| (p, false)).collect();
    }
    let place = |k: usize| k * (points.len() - 1) / (most - 1);
    (0..most).map(|k| (&points[place(k)], k > 0 && place(k) > place(k - 1) + 1)).collect()
}

/// A map of one outcome over two inputs.
fn across(w: &Sweep, swing: &Swing, columns: usize) -> String {
    let wide: usize = 7;
    let count = w.points.iter().take_while(|p| p.values[0] == w.points[0].values[0]).count().max(1);
    let most = (columns - 2 - VALUE) / wide;
    let pick = |n: usize, most: usize| -> Vec<usize> {
        if n <= most { (0..n).collect() } else { (0..most).map(|k| k * (n - 1) / (most - 1)).collect() }
    };
    let across = pick(count, most);
    let rows = pick(w.points.len().div_ceil(count), ROWS);
    let label = one_line(&swing.label);
    let mut text = format!("{}\n", paint(STRONG, &cut(&format!("{label}, in percent"), columns)));
    let axes = format!("down: {}; across: {}", one_line(&w.inputs[0].path), one_line(&w.inputs[1].path));
    text += &remark(&axes, FAINT, columns);
    let head: String = across.iter().map(|at| right(&cut(&one_line(&w.points[*at].values[1]), wide - 1), wide)).collect();
    text += &format!("  {}{}\n", left("", VALUE), paint(FAINT, &head));
    for row in rows {
        let cells: String = across
            .iter()
            .map(|at| match w.points.get(row * count + at) {
                None => right("", wide),
                Some(point) => share_at(point, swing).map_or_else(|| right("-", wide), |o| cell(o.share, swing, wide)),
            })
            .collect();
        let value = left(&cut(&one_line(&w.points[row * count].values[0]), VALUE), VALUE);
        text += &(format!("  {value}{cells}").trim_end().to_owned() + "\n");
    }
    let thin = count > across.len() || w.points.len().div_ceil(count) > ROWS;
    if thin {
        text += &remark("Some rows or columns are left out; `--json` and files have all.", FAINT, columns);
    }
    text
}

/// A number with a shade that grows from the lowest to the highest share.
fn cell(share: f64, swing: &Swing, wide: usize) -> String {
    const SHADES: [&str; 5] = [" ", "░", "▒", "▓", "█"];
    let way = if swing.high > swing.low { (share - swing.low) / (swing.high - swing.low) } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place among five")]
    let shade = SHADES[((way * 5.0) as usize).min(4)];
    right(&format!("{:.1}{shade}", share * 100.0), wide)
}

/// How inputs and outcomes go together over a design.
fn correlated(w: &Sweep, shown: &[&Swing], columns: usize) -> String {
    if w.correlations.is_empty() {
        return String::new();
    }
    let each = 23;
    let some = &shown[..shown.len().min((columns - 22) / each)];
    let room = columns - 4 - some.len() * each;
    let heads: String = (0..some.len()).map(|index| left(&format!("  {}", letter(index)), each)).collect();
    let mut text = heading("Rank correlation with each input", room, heads.trim_end());
    for (place, input) in w.inputs.iter().enumerate() {
        let cells: String = some
            .iter()
            .map(|swing| {
                let found = w.correlations.iter().find(|c| c.outcome == swing.id && c.input == place);
                found.map_or_else(
                    || left("  -", each),
                    |c| {
                        let clear = if c.low > 0.0 || c.high < 0.0 { "*" } else { " " };
                        left(&format!("  {:+.2}{clear} [{:+.2}, {:+.2}]", c.rho, c.low, c.high), each)
                    },
                )
            })
            .collect();
        text += &(format!("  {}{cells}", left(&tail(&one_line(&input.path), room), room)).trim_end().to_owned() + "\n");
    }
    text + &remark(
        "Spearman's; * marks those whose interval leaves out 0. They tell of rises and falls, not of ups and downs.",
        FAINT,
        columns,
    )
}

/// The end of a path, which says most.
fn tail(path: &str, columns: usize) -> String {
    if width(path) <= columns {
        return path.to_owned();
    }
    let mut rest = path;
    while width(rest) + 1 > columns {
        let Some((at, _)) = rest.char_indices().nth(1) else { break };
        rest = &rest[at..];
    }
    format!("…{rest}")
}

fn notes(s: &SweepSummary, shown: &[&Swing], columns: usize) -> String {
    let widest = s.sweep.points.iter().flat_map(|p| shown.iter().filter_map(|swing| share_at(p, swing)));
    let half = widest.map(|o| (o.interval.high - o.interval.low) / 2.0).fold(0.0, f64::max);
    let level = percent(s.plan.level);
    let shares = format!(
        "Each share is known to within ± {} points ({level} %, each for itself). All points share their luck, so that differences between them are known better.",
        number(half * 100.0)
    );
    let mut text = remark(&shares, FAINT, columns);
    if let Some(words) = against_base(s, shown) {
        text += &remark(&words, FAINT, columns);
    }
    text
}

/// Whether the points differ from the scenario as it stands.
fn against_base(s: &SweepSummary, shown: &[&Swing]) -> Option<String> {
    let swing = shown.first()?;
    let (beyond, all) = s.differing(&swing.id);
    let base = in_words(share_at(&s.sweep.base, swing)?.share, &share_at(&s.sweep.base, swing)?.interval).share;
    Some(format!(
        "base: the scenario as it stands. \"{}\" ({base} there) differs from it beyond noise at {beyond} of {all} points ({} %, all at once).",
        one_line(&swing.label),
        percent(s.plan.level)
    ))
}

fn end(s: &SweepSummary, columns: usize) -> String {
    let (points, each, all) = (whole(s.sweep.points.len() as u64), whole(s.plan.trials), whole(s.plan.trials_in_all));
    let run =
        format!("{points} points and the base x {each} trials = {all} trials, seed {}, variant {}", s.plan.seed, one_line(&s.plan.variant));
    let mut text = foot(&run, &s.scenario, &s.tool, columns);
    for (path, value) in &s.plan.overrides {
        let with = paragraph("with ", 5, &format!("{} = {}", one_line(path), one_line(value)), columns);
        text.extend(with.lines().map(|l| paint(FAINT, l) + "\n"));
    }
    text
}
