//! A claim in plain words, with the labels of its scenario.

use crate::scenario::Scenario;
use crate::scenario::model::{BinaryOp, Claim, Expectation, Quantity};
use crate::scenario::names::called;

/// Longest name in a sentence, in characters.
const NAME: usize = 120;

/// What a claim says, as a sentence without its full stop.
#[must_use]
pub fn in_words(e: &Expectation, scenario: &Scenario) -> String {
    let w = Words(scenario);
    let text = match &e.claim {
        Claim::Against(q, op, x) => w.against(q, &amount_words(*op), *x),
        Claim::Exactly(q, x) => w.number(q, &|unit| format!("exactly {}", unit(*x))),
        Claim::Between(q, a, b) => w.number(q, &|unit| format!("between {} and {}", unit(*a), unit(*b))),
        Claim::Approximately(q, x, d) => w.number(q, &|unit| format!("between {} and {}", unit(x - d), unit(x + d))),
        Claim::Order(a, op, b) => w.order(a, *op, b),
        Claim::Rises(q, variant) => w.moves(q, true, variant),
        Claim::Falls(q, variant) => w.moves(q, false, variant),
    };
    match &e.variant {
        None => sentence(&text),
        Some(variant) => format!("With “{}”: {text}", w.variant(variant)),
    }
}

/// With a capital.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Words for a side of a limit: of shares, of other numbers.
fn amount_words(op: BinaryOp) -> (&'static str, &'static str) {
    match op {
        BinaryOp::Gt => ("more than", "above"),
        BinaryOp::Ge => ("at least", "at least"),
        BinaryOp::Le => ("at most", "at most"),
        _ => ("less than", "below"),
    }
}

/// A number without needless digits.
fn plain(x: f64) -> String {
    let rounded = (x * 1e9).round() / 1e9;
    if rounded.is_finite() { format!("{rounded}").replace('-', "−") } else { format!("{x}") }
}

/// A share in percent; of exact answers, which have no end, four digits.
fn share(x: f64) -> String {
    let percent = x * 100.0;
    let mut unit = 1.0;
    while percent.abs() * unit < 1000.0 && unit < 1e12 {
        unit *= 10.0;
    }
    format!("{}\u{a0}%", plain((percent * unit).round() / unit))
}

/// Writes a number in the unit of its quantity.
type Show<'a> = &'a dyn Fn(f64) -> String;

struct Words<'s>(&'s Scenario);

impl Words<'_> {
    fn against(&self, q: &Quantity<String>, (of_shares, of_others): &(&str, &str), x: f64) -> String {
        let word = if matches!(q, Quantity::Share { .. }) { of_shares } else { of_others };
        self.number(q, &|unit| format!("{word} {}", unit(x)))
    }

    /// A claim about one quantity; `amount` says how much, given how a number is written.
    fn number(&self, q: &Quantity<String>, amount: &dyn Fn(Show<'_>) -> String) -> String {
        match q {
            Quantity::Share { of, given: None } if self.ends(of) => format!("{} of trials end as “{}”", amount(&share), self.name(of)),
            Quantity::Share { of, given: None } => format!("in {} of trials “{}” holds", amount(&share), self.name(of)),
            Quantity::Share { of, given: Some(given) } => {
                let how = if self.ends(of) { "end as" } else { "have" };
                format!("of the trials with “{}”, {} {how} “{}”", self.name(given), amount(&share), self.name(of))
            }
            Quantity::Mean(metric) | Quantity::Quantile(metric, _) => {
                let unit = self.0.metrics.iter().find(|m| m.id == *metric).and_then(|m| m.unit.clone()).filter(|u| !u.is_empty());
                let unit = unit.map_or_else(String::new, |u| format!(" {}", cut(&u)));
                format!("{} is {}{unit}", self.noun(q), amount(&plain))
            }
            Quantity::MeanDay(_) | Quantity::MedianDay(_) => {
                format!("{} is {}", self.noun(q), amount(&|x| format!("day {}", plain(x))))
            }
        }
    }

    fn order(&self, a: &Quantity<String>, op: BinaryOp, b: &Quantity<String>) -> String {
        let above = op == BinaryOp::Gt;
        let pick = |yes: &'static str, no: &'static str| if above { yes } else { no };
        match (a, b) {
            (Quantity::Share { of: x, given: None }, Quantity::Share { of: y, given: None }) => {
                format!("“{}” is {} than “{}”", self.name(x), pick("more frequent", "less frequent"), self.name(y))
            }
            _ if day(a) => format!("{} is {} than {}", self.noun(a), pick("later", "earlier"), self.noun(b)),
            _ => format!("{} is {} than {}", self.noun(a), pick("larger", "smaller"), self.noun(b)),
        }
    }

    fn moves(&self, q: &Quantity<String>, up: bool, variant: &str) -> String {
        let pick = |yes: &'static str, no: &'static str| if up { yes } else { no };
        let what = match q {
            Quantity::Share { of, given: None } => {
                format!("“{}” becomes {}", self.name(of), pick("more frequent", "less frequent"))
            }
            _ if day(q) => format!("{} comes {}", self.noun(q), pick("later", "earlier")),
            _ => format!("{} {}", self.noun(q), pick("rises", "falls")),
        };
        format!("{what} with “{}”", self.variant(variant))
    }

    fn noun(&self, q: &Quantity<String>) -> String {
        match q {
            Quantity::Share { of, given } => {
                let among = given.as_ref().map_or_else(String::new, |g| format!(" among those with “{}”", self.name(g)));
                format!("the share of trials with “{}”{among}", self.name(of))
            }
            Quantity::Mean(m) => format!("the mean of “{}”", self.name(m)),
            Quantity::Quantile(m, level) if *level == 0.5 => format!("the median of “{}”", self.name(m)),
            Quantity::Quantile(m, level) => format!("the {} quantile of “{}”", share(*level), self.name(m)),
            Quantity::MeanDay(x) => format!("the mean day of “{}”", self.name(x)),
            Quantity::MedianDay(x) => format!("the median day of “{}”", self.name(x)),
        }
    }

    fn ends(&self, id: &str) -> bool {
        self.0.outcomes.iter().any(|o| o.id == id)
    }

    /// The label of an outcome, an indicator or a metric; its name in words, where it has none.
    fn name(&self, id: &str) -> String {
        let s = self.0;
        let of = |found: Option<&Option<String>>| found.and_then(Clone::clone);
        let label = of(s.outcomes.iter().find(|o| o.id == id).map(|o| &o.label))
            .or_else(|| of(s.indicators.iter().find(|i| i.id == id).map(|i| &i.label)))
            .or_else(|| of(s.metrics.iter().find(|m| m.id == id).map(|m| &m.label)));
        cut(&called(label.as_ref(), id))
    }

    fn variant(&self, id: &str) -> String {
        let label = self.0.variants.iter().find(|v| v.id == id).and_then(|v| v.label.clone());
        cut(&called(label.as_ref(), id))
    }
}

fn day(q: &Quantity<String>) -> bool {
    matches!(q, Quantity::MeanDay(_) | Quantity::MedianDay(_))
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(NAME) {
        None => text.to_owned(),
        Some((at, _)) => format!("{}…", &text[..at]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Changes, load_text};

    #[test]
    fn claims_are_said_in_words() {
        let head = "format = 1\nabout = { title = \"t\", sources = [\"s\"] }\nclock = { step = \"1 day\", horizon = \"4 days\" }\n\
            [[events]]\nid = \"war\"\nchance = 0.5\nevery = \"1 day\"\n\
            [[outcomes]]\nid = \"wide\"\nlabel = \"A wide war\"\nwhen = \"ever(war)\"\n[[outcomes]]\nid = \"no_war\"\notherwise = true\n\
            [[indicators]]\nid = \"heard\"\nwhen = \"ever(war)\"\n[[metrics]]\nid = \"dead\"\nlabel = \"Killed\"\nunit = \"people\"\nvalue = \"count(war)\"\n\
            [variants.hot]\nlabel = \"More heat\"\nset = { \"events.war.chance\" = 0.9 }\n";
        for (claim, words) in [
            ("P(wide) < 0.1", "Less than 10 % of trials end as “A wide war”"),
            ("P(heard) >= 0.005", "In at least 0.5 % of trials “heard” holds"),
            ("P(no_war | heard) between 0.1 and 0.2", "Of the trials with “heard”, between 10 % and 20 % end as “no war”"),
            ("P(wide) == 1/3", "Exactly 33.33 % of trials end as “A wide war”"),
            ("P(wide) approximately 0.4 within 0.1", "Between 30 % and 50 % of trials end as “A wide war”"),
            ("P(wide) > P(no_war)", "“A wide war” is more frequent than “no war”"),
            ("P(wide) rises under hot", "“A wide war” becomes more frequent with “More heat”"),
            ("mean(dead) > 1.5", "The mean of “Killed” is above 1.5 people"),
            ("quantile(dead, 0.9) falls under hot", "The 90 % quantile of “Killed” falls with “More heat”"),
            ("median day of wide < 2", "The median day of “A wide war” is below day 2"),
            ("median day of wide < median day of heard", "The median day of “A wide war” is earlier than the median day of “heard”"),
        ] {
            let text = format!("{head}[[expect]]\nthat = \"{claim}\"\n");
            let loaded = load_text("t.toml", &text, &Changes::default());
            let scenario = loaded.scenario.unwrap_or_else(|| panic!("{}", crate::diag::render_all(&loaded.diags, &loaded.sources, false)));
            assert_eq!(in_words(&scenario.expectations[0], &scenario).replace('\u{a0}', " "), words);
        }
    }
}
