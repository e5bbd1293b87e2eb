//! Options of `run` that say which intervals, and when to stop; and how their values are read.

use std::time::Duration;

use clap::{ArgGroup, Args};
use escalade::results::{Intervals, Method};
use escalade::stats::IntervalMethod;
use escalade::study::Until;

use super::args::trials;

/// Most trials of a run that looks for a precision.
const MAX_TRIALS: u64 = 10_000_000;
/// Levels beyond this ask for what no run can tell.
const HIGHEST_LEVEL: f64 = 0.999_999;

/// Which intervals.
#[derive(Debug, Args)]
pub(super) struct IntervalArgs {
    /// How intervals are made
    #[arg(long, value_enum, value_name = "METHOD", default_value_t = MethodName::Wilson)]
    interval: MethodName,
    /// Level of intervals: of a hundred runs with other seeds, this share holds the truth
    #[arg(long, value_name = "LEVEL", default_value = "0.95", value_parser = level, allow_negative_numbers = true)]
    level: f64,
    /// Make the intervals of all outcomes hold at once: wider, but none may be picked out
    #[arg(long)]
    simultaneous: bool,
}

impl IntervalArgs {
    /// As a study wants it.
    pub(super) fn intervals(&self) -> Intervals {
        Intervals { method: Method::Fixed(self.interval.into()), level: self.level, simultaneous: self.simultaneous }
    }
}

/// When to stop.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("rule").args(["precision", "relative_precision"]).multiple(true)))]
pub(super) struct StopArgs {
    /// Run until every outcome's interval is this share or less to either side, for example 0.01. The intervals are then
    /// confidence sequences: right although the run looked at them and stopped by them, and about twice as long as others
    #[arg(long, value_name = "WIDTH", value_parser = width, allow_negative_numbers = true, conflicts_with_all = ["trials", "interval"])]
    precision: Option<f64>,
    /// Run until every outcome's interval is this part of its share or less to either side, for example 0.1. An outcome that never
    /// happens never gets there: limit the trials, or give --precision as well; each outcome then needs one of the two
    #[arg(long, value_name = "PART", value_parser = part, allow_negative_numbers = true, conflicts_with_all = ["trials", "interval"])]
    relative_precision: Option<f64>,
    /// Most trials of a run that looks for a precision [default: 10000000]
    #[arg(long, value_name = "N", value_parser = trials, allow_negative_numbers = true, requires = "rule")]
    max_trials: Option<u64>,
    /// Most time of a run that looks for a precision, for example 30s, 5min or 2h. The number of trials then depends on the
    /// machine, and the results say so
    #[arg(long, value_name = "TIME", value_parser = time, allow_negative_numbers = true, requires = "rule")]
    max_time: Option<Duration>,
}

impl StopArgs {
    /// The rule; `None` where the number of trials is fixed.
    pub(super) fn until(&self) -> Option<Until> {
        let (precision, relative) = (self.precision, self.relative_precision);
        let max_trials = self.max_trials.unwrap_or(MAX_TRIALS);
        (precision.is_some() || relative.is_some()).then_some(Until { precision, relative, max_trials, max_time: self.max_time })
    }
}

/// What clap says of two options that exclude each other needs a reason.
pub(super) fn reason(conflict: &str) -> Option<&'static str> {
    if conflict.contains("--split-uncertainty") && conflict.contains("--trials") {
        return Some("--split-uncertainty 500x20 says how many trials: 500 parameter points, 20 trials at each");
    }
    if conflict.contains("--out") && (conflict.contains("--ensemble") || conflict.contains("--split-uncertainty")) {
        return Some("print the answer as JSON instead: --json > answer.json");
    }
    if conflict.contains("--ensemble") && conflict.contains("--variant") {
        return Some("--ensemble names the variants itself, for example base,hawks");
    }
    if !conflict.contains("precision") {
        return None;
    }
    if conflict.contains("--trials") {
        Some("--trials fixes the number of trials, a precision lets the run find it; --max-trials limits it")
    } else if conflict.contains("--interval") {
        Some("a run that stops by what it sees needs intervals that hold at every look: confidence sequences, and no others")
    } else {
        None
    }
}

/// How intervals are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum MethodName {
    /// Close to its level on average
    Wilson,
    /// Its level or more, whatever the share is; wider
    ClopperPearson,
    /// To be read as a chance about the share, by Jeffreys' prior
    Jeffreys,
}

impl From<MethodName> for IntervalMethod {
    fn from(name: MethodName) -> Self {
        match name {
            MethodName::Wilson => Self::Wilson,
            MethodName::ClopperPearson => Self::ClopperPearson,
            MethodName::Jeffreys => Self::Jeffreys,
        }
    }
}

/// A number; a percentage is explained.
fn number(text: &str, example: f64) -> Result<f64, String> {
    let trimmed = text.trim();
    if let Some(percent) = trimmed.strip_suffix('%') {
        let meant = percent.trim().parse::<f64>().ok().filter(|p| p.is_finite()).map(|p| shortest(p / 100.0));
        return Err(meant.map_or_else(|| format!("write a share, for example {example}"), |m| format!("write {m}, without a percent sign")));
    }
    let plain = !trimmed.is_empty() && trimmed.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E'));
    trimmed.parse().ok().filter(|_| plain).ok_or_else(|| format!("write a number, for example {example}"))
}

/// A false-alarm rate.
pub(super) fn alarms(text: &str) -> Result<f64, String> {
    match number(text, 0.001)? {
        x if (1e-9..=0.2).contains(&x) => Ok(x),
        x if x > 0.2 && x < 100.0 => {
            Err(format!("a false-alarm rate lies between 1e-9 and 0.2, for example 0.001 for 1 in 1,000; found {x}"))
        }
        _ => Err("a false-alarm rate lies between 1e-9 and 0.2, for example 0.001 for 1 in 1,000".to_owned()),
    }
}

/// A tolerance.
pub(super) fn tolerance(text: &str) -> Result<f64, String> {
    match number(text, 0.01)? {
        x if (0.0..1.0).contains(&x) => Ok(x),
        _ => Err("a tolerance lies between 0 and 1, for example 0.01 for 1 percentage point".to_owned()),
    }
}

/// A share without the noise of a division by 100.
fn shortest(x: f64) -> f64 {
    format!("{x:.12}").parse().unwrap_or(x)
}

pub(super) fn level(text: &str) -> Result<f64, String> {
    match number(text, 0.95)? {
        x if x > 50.0 && x < 100.0 => Err(format!("a level is a share: {x} % is written {}", shortest(x / 100.0))),
        x if x > HIGHEST_LEVEL && x < 1.0 => Err(format!("the highest level is {HIGHEST_LEVEL}")),
        x if x > 0.5 && x < 1.0 => Ok(x),
        _ => Err("a level lies between 0.5 and 1, for example 0.95".to_owned()),
    }
}

fn width(text: &str) -> Result<f64, String> {
    match number(text, 0.01)? {
        x if x > 0.0 && x < 0.5 => Ok(x),
        x if (0.5..100.0).contains(&x) => {
            Err(format!("a precision is a share below 0.5: {x} percentage points are written {}", shortest(x / 100.0)))
        }
        _ => Err("a precision lies between 0 and 0.5, for example 0.01 for 1 percentage point".to_owned()),
    }
}

fn part(text: &str) -> Result<f64, String> {
    match number(text, 0.1)? {
        x if x > 0.0 && x < 1.0 => Ok(x),
        x if (1.0..100.0).contains(&x) => Err(format!("a relative precision is a part below 1: {x} % is written {}", shortest(x / 100.0))),
        _ => Err("a relative precision lies between 0 and 1, for example 0.1 for a tenth of each share".to_owned()),
    }
}

/// `500ms`, `30s`, `5 min`, `2 hours`.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    const EXAMPLE: &str = "write a time with its unit: 30s, 5min or 2h";
    let text = text.trim();
    let digits = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (amount, unit) = text.split_at(digits);
    let seconds = match unit.trim() {
        "ms" => 0.001,
        "s" | "sec" | "second" | "seconds" => 1.0,
        "m" => return Err("write min for minutes, for example 5min".to_owned()),
        "min" | "minute" | "minutes" => 60.0,
        "h" | "hour" | "hours" => 3600.0,
        "day" | "days" => 86_400.0,
        _ => return Err(EXAMPLE.to_owned()),
    };
    let amount: f64 = amount.parse().map_err(|_| EXAMPLE.to_owned())?;
    match Duration::try_from_secs_f64(amount * seconds) {
        Ok(time) if !time.is_zero() => Ok(time),
        Ok(_) => Err("the time must be more than 0".to_owned()),
        Err(_) => Err("the time is too long".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_unit() {
        assert_eq!(time("30s"), Ok(Duration::from_secs(30)));
        assert_eq!(time("1.5 min"), Ok(Duration::from_secs(90)));
        assert_eq!(time("2 hours"), Ok(Duration::from_hours(2)));
        for wrong in ["", "30", "s", "-3s", "1..2s", "5m", "0s", "1e400s", "99999999999999999999h", "three min"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn percentages_are_explained() {
        assert_eq!(level("95%").unwrap_err(), "write 0.95, without a percent sign");
        assert_eq!(level("95").unwrap_err(), "a level is a share: 95 % is written 0.95");
        assert_eq!(width("1 %").unwrap_err(), "write 0.01, without a percent sign");
        assert_eq!(level("0.9"), Ok(0.9));
        for wrong in ["0.5", "1", "nan", "inf", "-0.9", "", "0.9999999", "0,95"] {
            assert!(level(wrong).is_err(), "{wrong}");
        }
        for wrong in ["0", "0.5", "-1", "1000", "nan", ""] {
            assert!(width(wrong).is_err(), "{wrong}");
        }
    }
}
