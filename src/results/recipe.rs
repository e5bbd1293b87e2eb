//! How results can be made again.

use serde::{Deserialize, Serialize};

use super::Intervals;

/// Everything that results depend on, and the command that makes them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Version of escalade.
    pub version: String,
    /// The scenario file, as it was given.
    pub file: String,
    /// SHA-256 of the texts of the scenario and of all files that it uses.
    pub sha256: String,
    /// The variant; absent for the scenario as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Changes, `path=value`, in their order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub set: Vec<String>,
    /// The seed.
    pub seed: u64,
    /// First trial.
    pub first_trial: u64,
    /// Number of trials that were asked for; the most, where the run stops by itself.
    pub trials: u64,
    /// Variables that are followed over time, where they were chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub follow: Vec<String>,
    /// Which intervals the shares carry.
    pub intervals: Intervals,
    /// When the run stops by itself; absent where the number of trials is fixed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Rule>,
    /// Formats of the tables (`parquet`, `csv`), and `report` where a report is written.
    pub formats: Vec<String>,
}

/// When a run stops by itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Half the length of every outcome's interval.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// The same as a part of the share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relative_precision: Option<f64>,
    /// Most time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_seconds: Option<f64>,
}

/// The name of a report among the formats.
pub const REPORT: &str = "report";

impl Recipe {
    /// Whether a report is written.
    #[must_use]
    pub fn wants_report(&self) -> bool {
        self.formats.iter().any(|f| f == REPORT)
    }

    /// The command, for a shell. Where to write is left to the reader.
    #[must_use]
    pub fn command(&self) -> String {
        let mut words = vec!["escalade".to_owned(), "run".to_owned(), quoted(&self.file)];
        let most = if self.until.is_some() { "--max-trials" } else { "--trials" };
        words.extend([format!("{most} {}", self.trials), format!("--seed {}", self.seed)]);
        words.extend(self.variant.iter().map(|variant| format!("--variant {}", quoted(variant))));
        words.extend(self.set.iter().map(|set| format!("--set {}", quoted(set))));
        words.extend(self.follow.iter().map(|name| format!("--follow {}", quoted(name))));
        words.extend(self.options());
        let tables: Vec<&str> = self.formats.iter().map(String::as_str).filter(|f| *f != REPORT).collect();
        words.push(format!("--format {}", if tables.is_empty() { "none".to_owned() } else { tables.join(",") }));
        if !self.wants_report() {
            words.push("--no-report".to_owned());
        }
        words.push("--out DIR".to_owned());
        words.join(" ")
    }

    /// Options that are not what they are by default.
    fn options(&self) -> Vec<String> {
        let (own, usual) = (&self.intervals, Intervals::default());
        let mut words = Vec::new();
        if self.until.is_none() && own.method != usual.method {
            words.push(format!("--interval {}", own.method.name()));
        }
        if own.level != usual.level {
            words.push(format!("--level {}", own.level));
        }
        if own.simultaneous {
            words.push("--simultaneous".to_owned());
        }
        if let Some(rule) = &self.until {
            words.extend(rule.precision.map(|x| format!("--precision {x}")));
            words.extend(rule.relative_precision.map(|x| format!("--relative-precision {x}")));
            words.extend(rule.max_seconds.map(|x| format!("--max-time {x}s")));
        }
        words
    }

    /// Names and values for those who read a file without this program.
    #[must_use]
    pub fn pairs(&self, done: u64) -> Vec<(String, String)> {
        let range = format!("{}..{}", self.first_trial, self.first_trial + done);
        let pairs = [
            ("escalade", self.version.clone()),
            ("scenario", self.file.clone()),
            ("scenario_sha256", self.sha256.clone()),
            ("seed", self.seed.to_string()),
            ("trials", range),
            ("command", self.command()),
        ];
        pairs.map(|(name, value)| (name.to_owned(), value)).to_vec()
    }

    /// What differs in another recipe, apart from the range of trials, in words.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Option<String> {
        let words = |name: &str, a: &str, b: &str| (a != b).then(|| format!("{name} `{a}` and `{b}`"));
        let list = |x: &[String]| x.join(" ");
        let base = || "base".to_owned();
        None.or_else(|| words("escalade", &self.version, &other.version))
            .or_else(|| words("scenario with sha256", &self.sha256, &other.sha256))
            .or_else(|| words("scenario file", &self.file, &other.file))
            .or_else(|| words("seed", &self.seed.to_string(), &other.seed.to_string()))
            .or_else(|| words("variant", &self.variant.clone().unwrap_or_else(base), &other.variant.clone().unwrap_or_else(base)))
            .or_else(|| words("changes", &list(&self.set), &list(&other.set)))
            .or_else(|| words("followed variables", &list(&self.follow), &list(&other.follow)))
            .or_else(|| words("options", &list(&self.options()), &list(&other.options())))
            .or_else(|| words("formats", &list(&self.formats), &list(&other.formats)))
    }
}

/// A word for a shell.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_can_be_pasted() {
        let recipe = Recipe {
            file: "my crisis.toml".into(),
            trials: 500,
            seed: 2,
            set: vec!["parameters.x='a b'".into()],
            formats: vec!["parquet".into()],
            ..Recipe::default()
        };
        let command =
            r"escalade run 'my crisis.toml' --trials 500 --seed 2 --set 'parameters.x='\''a b'\''' --format parquet --no-report --out DIR";
        assert_eq!(recipe.command(), command);
    }

    #[test]
    fn what_differs_is_named() {
        let a = Recipe { seed: 1, ..Recipe::default() };
        assert_eq!(a.difference(&Recipe { seed: 2, ..Recipe::default() }).unwrap(), "seed `1` and `2`");
        assert_eq!(a.difference(&Recipe { seed: 1, first_trial: 9, trials: 7, ..Recipe::default() }), None);
    }
}
