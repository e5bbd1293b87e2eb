//! From a claim to what must be counted for it, and from the counts to a verdict.

use super::reading::Reading;
use super::tally::{One, Tally};
use crate::results::{Finding, Unit};
use crate::scenario::Scenario;
use crate::scenario::model::{BinaryOp, Claim, Quantity};
use crate::stats::{
    ConfidenceSequence, Interval, MeanSequence, Moments, PairedCounts, PairedMoments, Region, apart, difference_sequence,
    quantile_sequence, share_margin,
};

/// A claim made ready.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Test {
    /// What is read, and from which arm.
    pub(super) left: (usize, Reading),
    /// What it is compared with.
    pub(super) right: Option<(usize, Reading)>,
    rule: Rule,
    empty: Tally,
}

#[derive(Clone, Debug, PartialEq)]
enum Rule {
    /// A number in a region.
    Number(Region, f64),
    /// A quantile between edges.
    Quantile(Vec<QuantileEdge>, Region, f64),
    /// The left side is above the right one, or below.
    Order { above: bool, own_margin: Option<f64>, margin: f64 },
}

/// An edge of a claim about a quantile, as claims about the share of values short of a number.
///
/// The quantile of level q lies above `c` where the share of values up to `c` is below q, and below `c` where the share below `c`
/// is at least q.
#[derive(Clone, Copy, Debug, PartialEq)]
struct QuantileEdge {
    lower: bool,
    /// Whether values at the cut count among those short of it.
    up_to: bool,
    /// Where the claim is shown, and by how much of a share to spare.
    shown: (f64, f64),
    /// Where it is refuted.
    refuted: (f64, f64),
}

impl Test {
    /// A claim on arms: its own, and of a claim on a variant that variant.
    pub(super) fn new(
        claim: &Claim<String>,
        own: (usize, &Scenario),
        variant: Option<(usize, &Scenario)>,
        margins: (Option<f64>, f64),
    ) -> Self {
        let read = |quantity: &Quantity<String>, (arm, scenario): (usize, &Scenario)| (arm, Reading::new(quantity, scenario));
        let order = |above: bool| Rule::Order { above, own_margin: margins.0, margin: margins.1 };
        let (left, right, rule) = match claim {
            Claim::Order(a, op, b) => (read(a, own), Some(read(b, own)), order(*op == BinaryOp::Gt)),
            Claim::Rises(q, _) => (read(q, variant.unwrap_or(own)), Some(read(q, own)), order(true)),
            Claim::Falls(q, _) => (read(q, variant.unwrap_or(own)), Some(read(q, own)), order(false)),
            Claim::Against(q, ..) | Claim::Exactly(q, _) | Claim::Between(q, ..) | Claim::Approximately(q, ..) => {
                let left = read(q, own);
                let rule = rule(claim, &left.1, margins);
                (left, None, rule)
            }
        };
        let cuts: Vec<f64> = match &rule {
            Rule::Quantile(edges, ..) => edges.iter().flat_map(|e| [e.shown.0, e.refuted.0]).collect(),
            _ => Vec::new(),
        };
        let empty = match &right {
            None => Tally::One(One::new(&left.1, &cuts)),
            Some(right) if left.1.is_plain_share() && right.1.is_plain_share() => Tally::Pairs(PairedCounts::default()),
            Some(right) if left.1.is_mean() && right.1.is_mean() => {
                Tally::Means(Box::new((Moments::new(), Moments::new(), PairedMoments::default(), 0)))
            }
            Some(right) => Tally::Apart(One::new(&left.1, &[]), One::new(&right.1, &[])),
        };
        Self { left, right, rule, empty }
    }

    /// Nothing counted yet.
    pub(super) fn tally(&self) -> Tally {
        self.empty.clone()
    }

    /// The arms that it reads.
    pub(super) fn arms(&self) -> impl Iterator<Item = usize> + '_ {
        std::iter::once(self.left.0).chain(self.right.as_ref().map(|r| r.0))
    }

    /// What is known, and whether the claim is shown or refuted at this rate of errors.
    pub(super) fn judge(&self, tally: &Tally, rate: f64) -> (Option<bool>, Finding) {
        match (&self.rule, tally) {
            (Rule::Number(region, margin), Tally::One(one)) => {
                let known = Known::of(one, self.left.1.level, rate);
                (known.judged(region), self.finding(&known, None, one.count(), (region, *margin)))
            }
            (Rule::Quantile(edges, region, margin), Tally::One(one)) => {
                let known = Known::of(one, self.left.1.level, rate);
                let verdict = quantile_verdict(edges, region, one, (self.left.1.level.unwrap_or(0.5), rate), known.estimate);
                (verdict, self.finding(&known, None, one.count(), (region, *margin)))
            }
            (Rule::Order { above, own_margin, margin }, _) => {
                let (known, sides, read) = compared(tally, (self.left.1.level, self.right.as_ref().and_then(|r| r.1.level)), rate);
                let margin = own_margin.unwrap_or_else(|| order_margin(self.left.1.unit, sides, *margin));
                let region = if *above { Region::strictly_above(0.0, margin) } else { Region::strictly_below(0.0, margin) };
                (known.judged(&region), self.finding(&known, sides, read, (&region, margin)))
            }
            _ => unreachable!("one claim is counted in one way"),
        }
    }

    fn finding(&self, known: &Known, sides: Option<(f64, f64)>, read: u64, (region, margin): (&Region, f64)) -> Finding {
        let finite = |x: f64| Some(x).filter(|x| x.is_finite());
        Finding {
            unit: self.left.1.unit,
            estimate: known.estimate.and_then(finite),
            low: known.interval.and_then(|i| finite(i.low)),
            high: known.interval.and_then(|i| finite(i.high)),
            left: sides.and_then(|s| finite(s.0)),
            right: sides.and_then(|s| finite(s.1)),
            read,
            lower_limit: region.lower.and_then(|e| finite(e.limit)),
            upper_limit: region.upper.and_then(|e| finite(e.limit)),
            margin,
        }
    }
}

/// The margin of a comparison that has none of its own: of shares the usual one, but at most half the larger of them and at
/// least a tenth of the usual one, so that rare things can be compared; of other quantities that part of the right side.
fn order_margin(unit: Unit, sides: Option<(f64, f64)>, margin: f64) -> f64 {
    match (unit, sides) {
        (Unit::Share, Some((left, right))) => margin.min((0.5 * left.max(right)).max(0.1 * margin)),
        (Unit::Share, None) => margin,
        (_, Some((_, right))) if right.is_finite() => margin * right.abs(),
        _ => 0.0,
    }
}

/// What is claimed of one number.
fn rule(claim: &Claim<String>, reading: &Reading, (own, margin): (Option<f64>, f64)) -> Rule {
    let share = reading.unit == Unit::Share;
    let at = |limit: f64| own.unwrap_or_else(|| if share { share_margin(limit, margin) } else { margin * limit.abs() });
    let region = match *claim {
        Claim::Against(_, op, x) => match op {
            // Beyond "none" and short of "all" there is no room for a margin on the other side.
            BinaryOp::Gt if share && x == 0.0 => Region::strictly_above(x, at(x)),
            BinaryOp::Lt if share && x == 1.0 => Region::strictly_below(x, at(x)),
            BinaryOp::Le if share && x == 0.0 => Region::exactly(x, at(x)),
            BinaryOp::Ge if share && x == 1.0 => Region::exactly(x, at(x)),
            BinaryOp::Gt => Region::above(x, false, at(x)),
            BinaryOp::Ge => Region::above(x, true, at(x)),
            BinaryOp::Le => Region::below(x, true, at(x)),
            _ => Region::below(x, false, at(x)),
        },
        Claim::Exactly(_, x) => Region::exactly(x, at(x)),
        Claim::Between(_, low, high) => Region::between((low, high), (at(low), at(high))),
        Claim::Approximately(_, x, distance) => Region::between((x - distance, x + distance), (at(x - distance), at(x + distance))),
        Claim::Order(..) | Claim::Rises(..) | Claim::Falls(..) => unreachable!("comparisons have a rule of their own"),
    };
    let told = match *claim {
        Claim::Between(_, low, high) => at(low).max(at(high)).min(0.25 * (high - low).max(0.0)),
        Claim::Approximately(_, x, distance) => at(x - distance).max(at(x + distance)).min(0.5 * distance.max(0.0)),
        Claim::Against(_, _, x) | Claim::Exactly(_, x) => at(x),
        Claim::Order(..) | Claim::Rises(..) | Claim::Falls(..) => 0.0,
    };
    match reading.level {
        None => Rule::Number(region, told),
        Some(q) => {
            let exact = matches!(claim, Claim::Exactly(..));
            let room = share_margin(q, margin);
            Rule::Quantile(quantile_edges(&region, q, own, exact, room), region, own.unwrap_or(room))
        }
    }
}

/// The edges of a claim about a quantile. A margin of its own moves the cuts; else the share of values has the margin.
fn quantile_edges(region: &Region, q: f64, own: Option<f64>, exact: bool, room: f64) -> Vec<QuantileEdge> {
    let slack = if own.is_some() { 0.0 } else { room };
    let edge = |lower: bool, limit: f64, closed: bool| {
        let off = own.unwrap_or(0.0) * if lower { 1.0 } else { -1.0 };
        // At the ends one value on the wrong side tells all.
        let tells = if lower { q >= 1.0 } else { q <= 0.0 };
        let refutes = exact || if lower { q <= 0.0 } else { q >= 1.0 };
        QuantileEdge {
            lower,
            up_to: lower != closed,
            shown: (limit - off, if tells { 0.0 } else { slack }),
            refuted: (if exact { limit } else { limit + off }, if refutes { 0.0 } else { slack }),
        }
    };
    let lower = region.lower.map(|e| edge(true, e.limit, e.closed));
    lower.into_iter().chain(region.upper.map(|e| edge(false, e.limit, e.closed))).collect()
}

fn quantile_verdict(edges: &[QuantileEdge], region: &Region, one: &One, (q, rate): (f64, f64), estimate: Option<f64>) -> Option<bool> {
    let One::Spread(values, cuts) = one else { unreachable!("a quantile is counted by values") };
    #[expect(clippy::cast_precision_loss, reason = "one or two")]
    let sequence = ConfidenceSequence::with_rate(rate / edges.len().max(1) as f64);
    let at = |index: usize, up_to: bool| {
        let (_, below, through) = cuts[index];
        share_interval(sequence, if up_to { through } else { below }, values.count())
    };
    let (mut shown, mut refuted) = (true, false);
    for (index, edge) in edges.iter().enumerate() {
        let (first, second) = (at(2 * index, edge.up_to), at(2 * index + 1, edge.up_to));
        if edge.lower {
            shown &= first.high < q + edge.shown.1;
            refuted |= second.low > q - edge.refuted.1;
        } else {
            shown &= first.low > q - edge.shown.1;
            refuted |= second.high < q + edge.refuted.1;
        }
    }
    match (shown, refuted) {
        (true, true) => Some(estimate.is_some_and(|x| region.holds(x))),
        (true, false) => Some(true),
        (false, true) => Some(false),
        (false, false) => None,
    }
}

/// A number as far as it is known.
struct Known {
    estimate: Option<f64>,
    /// Holds at every look with chance 1 - rate.
    interval: Option<Interval>,
}

impl Known {
    fn of(one: &One, level: Option<f64>, rate: f64) -> Self {
        match one {
            One::Share(_, 0) => Self { estimate: None, interval: None },
            One::Share(k, n) => {
                Self { estimate: Some(part(*k, *n)), interval: Some(share_interval(ConfidenceSequence::with_rate(rate), *k, *n)) }
            }
            One::Mean(moments) => Self::of_mean(moments, rate),
            One::Spread(values, _) => {
                let found = quantile_sequence(values, level.unwrap_or(0.5), rate);
                Self { estimate: found.map(|f| f.0), interval: found.map(|f| f.1) }
            }
        }
    }

    fn of_mean(moments: &Moments, rate: f64) -> Self {
        let estimate = Some(moments.mean()).filter(|x| x.is_finite());
        Self { estimate, interval: MeanSequence::with_rate(rate).interval(moments.count(), moments.mean(), moments.sd()) }
    }

    fn judged(&self, region: &Region) -> Option<bool> {
        region.judge(self.estimate?, self.interval?)
    }

    /// Less another one.
    fn less(&self, other: &Self) -> Self {
        let estimate = self.estimate.zip(other.estimate).map(|(a, b)| a - b);
        Self { estimate, interval: self.interval.zip(other.interval).map(|(a, b)| apart(a, b)) }
    }
}

/// The difference of two quantities, both, and the trials that tell them.
fn compared(tally: &Tally, levels: (Option<f64>, Option<f64>), rate: f64) -> (Known, Option<(f64, f64)>, u64) {
    match tally {
        Tally::Pairs(pairs) => {
            let n = pairs.trials();
            let some = n > 0;
            let known = Known { estimate: some.then(|| pairs.difference()), interval: some.then(|| difference_sequence(pairs, rate)) };
            (known, some.then(|| (part(pairs.arm(), n), part(pairs.base(), n))), n)
        }
        Tally::Means(means) => {
            let (left, right, both, single) = &**means;
            let sides = Some((left.mean(), right.mean()));
            // Two ways, of which the counts choose one: each has half the errors.
            if *single == 0 {
                let sequence = MeanSequence::with_rate(0.5 * rate);
                let estimate = Some(both.difference()).filter(|x| x.is_finite());
                let interval = sequence.interval(both.count(), both.difference(), both.sd());
                return (Known { estimate, interval }, sides, both.count());
            }
            let of = |moments| Known::of_mean(moments, 0.25 * rate);
            (of(left).less(&of(right)), sides, left.count().min(right.count()))
        }
        Tally::Apart(first, second) => {
            let (left, right) = (Known::of(first, levels.0, 0.5 * rate), Known::of(second, levels.1, 0.5 * rate));
            let sides = left.estimate.zip(right.estimate);
            (left.less(&right), sides, first.count().min(second.count()))
        }
        Tally::One(_) => unreachable!("a comparison has two sides"),
    }
}

/// The interval of a share: one hit rules out 0 and one miss 1, also where rounding would hide it.
fn share_interval(sequence: ConfidenceSequence, k: u64, n: u64) -> Interval {
    let Interval { low, high } = sequence.interval(k, n);
    Interval {
        low: if k > 0 { low.max(f64::MIN_POSITIVE) } else { low },
        high: if k < n { high.min(1.0 - 0.5 * f64::EPSILON) } else { high },
    }
}

#[expect(clippy::cast_precision_loss, reason = "fewer than 2^53 trials")]
fn part(k: u64, n: u64) -> f64 {
    k as f64 / n as f64
}
