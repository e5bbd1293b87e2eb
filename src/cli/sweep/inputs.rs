//! `--vary PATH=VALUES`: what it means.

use escalade::study::sweep::{Input, Range, Values};

/// Most values of one input.
pub(super) const MOST_VALUES: usize = 1_000;

const EXAMPLE: &str = "write PATH=FROM..TO:HOW_MANY, for example parameters.resolve=0.1..0.9:9, or PATH=ONE,OTHER";

/// Reads one `--vary`.
pub(super) fn vary(text: &str) -> Result<Input, String> {
    let (path, values) = text.split_once('=').ok_or(EXAMPLE)?;
    let (path, values) = (path.trim(), values.trim());
    if path.is_empty() || values.is_empty() {
        return Err(EXAMPLE.to_owned());
    }
    let values = match values.split_once("..") {
        Some((from, rest)) => Values::Range(range(from.trim(), rest.trim())?),
        None => Values::List(list(values)?),
    };
    Ok(Input { path: path.to_owned(), values })
}

fn list(text: &str) -> Result<Vec<String>, String> {
    let values: Vec<String> = text.split(',').map(|v| v.trim().to_owned()).collect();
    if values.iter().any(String::is_empty) {
        return Err("a value of the list is empty".to_owned());
    }
    if let Some(twice) = values.iter().enumerate().find(|(at, v)| values[..*at].contains(v)) {
        return Err(format!("`{}` stands twice in the list", twice.1));
    }
    match values.len() {
        1 => Err(format!("one value leaves nothing to vary; {EXAMPLE}")),
        n if n > MOST_VALUES => Err(format!("there are at most {MOST_VALUES} values")),
        _ => Ok(values),
    }
}

fn range(from: &str, rest: &str) -> Result<Range, String> {
    let mut parts = rest.split(':').map(str::trim);
    let to = parts.next().unwrap_or_default();
    let (mut count, mut log) = (None, false);
    for part in parts {
        match part {
            "log" if !log => log = true,
            digits if count.is_none() && !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit()) => {
                count = Some(digits.parse::<usize>().unwrap_or(usize::MAX));
            }
            other => return Err(format!("found `:{other}` after the range; {EXAMPLE}; `:log` makes the ratios equal")),
        }
    }
    match count {
        Some(0 | 1) => return Err("a range needs at least 2 values".to_owned()),
        Some(n) if n > MOST_VALUES => return Err(format!("there are at most {MOST_VALUES} values")),
        _ => {}
    }
    let ((from, unit_from), (to, unit)) = (number(from)?, number(to)?);
    // `1 day..3 days`.
    let alike = |a: &str, b: &str| a.trim_end_matches('s') == b.trim_end_matches('s');
    if !unit_from.is_empty() && !alike(&unit_from, &unit) {
        return Err(format!("both ends need the same unit, found `{unit_from}` and `{unit}`"));
    }
    if from == to {
        return Err("both ends are the same".to_owned());
    }
    if log && (from <= 0.0 || to <= 0.0) {
        return Err("equal ratios need both ends above 0".to_owned());
    }
    Ok(Range { from, to, unit, log, count })
}

/// `0.3`, or `5 days`.
fn number(text: &str) -> Result<(f64, String), String> {
    // An exponent is part of a number, not a unit.
    let end = (1..=text.len()).rev().filter(|end| text.is_char_boundary(*end)).find(|end| text[..*end].trim().parse::<f64>().is_ok());
    let end = end.ok_or_else(|| format!("`{text}` is no number; {EXAMPLE}"))?;
    let (digits, unit) = text.split_at(end);
    let value: f64 = digits.trim().parse().map_err(|_| EXAMPLE.to_owned())?;
    let unit = unit.trim();
    if !value.is_finite() || !unit.chars().all(|c| c.is_ascii_alphabetic()) {
        return Err(format!("`{text}` is no number; {EXAMPLE}"));
    }
    Ok((value, unit.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_range(text: &str) -> Range {
        match vary(text).unwrap().values {
            Values::Range(range) => range,
            Values::List(list) => panic!("{list:?}"),
        }
    }

    #[test]
    fn ranges_and_lists_are_read() {
        assert_eq!(a_range("p=0.1..0.9:9"), Range { from: 0.1, to: 0.9, unit: String::new(), log: false, count: Some(9) });
        assert_eq!(a_range("p = -2 .. 2"), Range { from: -2.0, to: 2.0, unit: String::new(), log: false, count: None });
        assert_eq!(a_range("p=1e-3..1:4:log"), Range { from: 1e-3, to: 1.0, unit: String::new(), log: true, count: Some(4) });
        assert_eq!(a_range("p=2 days..20 days:3").unit, "days");
        assert_eq!(a_range("p=2..20 days:3").unit, "days");
        assert_eq!(vary("e.enabled=true,false").unwrap().values, Values::List(vec!["true".into(), "false".into()]));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, says) in [
            ("p", "write PATH="),
            ("=1..2:3", "write PATH="),
            ("p=1..x:3", "`x` is no number"),
            ("p=1..2:1", "at least 2"),
            ("p=1..2:9999999999999999999999", "at most"),
            ("p=1..2:3:4", "found `:4`"),
            ("p=1..2:lin", "found `:lin`"),
            ("p=1..1:3", "both ends are the same"),
            ("p=0..1:3:log", "above 0"),
            ("p=1 day..2 weeks:3", "same unit"),
            ("p=inf..2:3", "no number"),
            ("p=a", "one value"),
            ("p=a,a", "twice"),
            ("p=a,,b", "empty"),
        ] {
            let error = vary(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
