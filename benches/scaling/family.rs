//! A family of scenarios of any size: the text of a file from numbers of actors, rules and steps.
//!
//! Actors stand in a ring. Each is on one ladder and has three variables with a drift; of ten rules one is a decision with three
//! options, five are events and four reactions, and most of them read a neighbour on the ring. All trials run to their end.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// A member of the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    pub actors: usize,
    /// Events, reactions and decisions; an option is not counted.
    pub rules: usize,
    pub steps: u32,
}

/// The largest that must run.
pub const LARGEST: Member = Member { actors: 400, rules: 10_000, steps: 10 };

/// Most bytes of a file; the rest goes to used files.
const FILE: usize = 600 << 10;

impl Member {
    /// Writes the scenario to a folder; gives the file to load.
    pub fn write(self, folder: &Path) -> PathBuf {
        let mut parts = vec![String::new()];
        for rule in 0..self.rules {
            let text = self.rule(rule);
            if parts[parts.len() - 1].len() + text.len() > FILE {
                parts.push(String::new());
            }
            *parts.last_mut().expect("one at least") += &text;
        }
        let used = parts.split_off(1);
        let names: Vec<String> = (0..used.len()).map(|at| format!("rules{at}.toml")).collect();
        for (name, text) in names.iter().zip(used) {
            std::fs::write(folder.join(name), text).expect("a folder that can be written");
        }
        let path = folder.join(format!("ring-{}-{}-{}.toml", self.actors, self.rules, self.steps));
        std::fs::write(&path, self.head(&names) + &parts[0]).expect("a folder that can be written");
        path
    }

    fn head(self, used: &[String]) -> String {
        let mut text = format!("format = 1\n{}", if used.is_empty() { String::new() } else { format!("use = {used:?}\n") });
        let _ = write!(
            text,
            r#"
[about]
title = "A ring"
[clock]
step = "1 day"
horizon = "{} days"
[parameters]
resolve = {{ dist = "uniform", min = 0.6, max = 1.4 }}
friction = {{ dist = "uniform", min = 0.02, max = 0.08 }}
[ladders.crisis]
rungs = [
  {{ id = "calm", cost = 0 }},
  {{ id = "threats", cost = 0.2 }},
  {{ id = "raids", cost = 0.7 }},
  {{ id = "strikes", cost = 1.1 }},
  {{ id = "war", cost = 1.8 }},
]
[world.vars]
heat = {{ start = 0.2, min = 0, max = 10, drift = "0.01 * (sum(all_of_them, each.anger) / {n} - heat)", per = "day" }}
[groups]
all_of_them = {members:?}
[[outcomes]]
id = "hot"
when = "heat > 0.8"
[[outcomes]]
id = "cool"
otherwise = true
[[indicators]]
id = "war"
when = "ever(any(all_of_them, each.crisis == crisis.war))"
[[metrics]]
id = "last_heat"
value = "heat"
"#,
            self.steps,
            n = self.actors,
            members = (0..self.actors).map(|a| format!("a{a}")).collect::<Vec<_>>(),
        );
        for a in 0..self.actors {
            let b = (a + 1) % self.actors;
            let _ = write!(
                text,
                r#"
[actors.a{a}]
starts = {{ crisis = "threats" }}
[actors.a{a}.vars]
anger = {{ start = 0.{}, min = 0, max = 3, drift = "-0.05 * anger", per = "day" }}
force = {{ start = 1, min = 0, max = 5, drift = "0.02 * (a{b}.force - force)", per = "day" }}
doubt = {{ start = 0.5, min = 0, max = 1, drift = "0.1 * (0.5 - doubt)", per = "day" }}
"#,
                1 + a % 9,
            );
        }
        text
    }

    fn rule(self, at: usize) -> String {
        let a = at % self.actors;
        let turn = at / self.actors;
        let b = (a + 1) % self.actors;
        let c = (a + self.actors - 1) % self.actors;
        // Every actor has rules of every kind.
        match (a + turn) % 10 {
            0 => format!(
                r#"
[[decisions]]
id = "d{at}"
actor = "a{a}"
choose = "logit"
sharpness = 2
[[decisions.options]]
id = "up"
move = {{ crisis = 1 }}
utility = "resolve * anger + 0.2 * (a{b}.crisis - self.crisis) - to.crisis.cost - 0.5 * doubt"
[[decisions.options]]
id = "hold"
utility = 0.6
[[decisions.options]]
id = "down"
when = "self.crisis > crisis.calm"
move = {{ crisis = -1 }}
utility = "0.5 * doubt + 0.3 * self.crisis.cost - 0.4 * anger"
effects = ["a{b}.anger -= 0.05"]
"#
            ),
            1 => format!("[[events]]\nid = \"e{at}\"\nchance = \"friction\"\neffects = [\"a{a}.anger += 0.3\"]\n"),
            2 => format!(
                "[[events]]\nid = \"e{at}\"\nchance = 0.4\nwithin = \"14 days\"\ndraws = {{ dead = {{ dist = \"lognormal\", median = 6, sigma = 0.9 }} }}\neffects = [\"a{a}.anger += min(0.05 * dead, 0.9)\"]\n"
            ),
            3 => format!(
                "[[events]]\nid = \"e{at}\"\nwhen = \"a{b}.crisis >= crisis.raids\"\nchance = 0.1\neffects = [\"a{a}.force += 0.1 * a{b}.force\"]\n"
            ),
            4 => format!("[[events]]\nid = \"e{at}\"\nrate = 0.5\nper = \"week\"\neffects = [\"a{a}.doubt += 0.1\"]\n"),
            5 => format!(
                "[[events]]\nid = \"e{at}\"\nchance = \"0.1 * clamp(a{c}.anger - a{a}.doubt, 0, 1)\"\neffects = [\"a{a}.anger += 0.2\", \"a{a}.doubt -= 0.1\"]\n"
            ),
            6 => format!(
                "[[reactions]]\nid = \"r{at}\"\nwhen = \"a{b}.anger > 1 and a{a}.anger < 1\"\neffects = [\"a{a}.anger += 0.1 * a{b}.anger\"]\n"
            ),
            7 => format!(
                "[[reactions]]\nid = \"r{at}\"\nwhen = \"rises(a{c}.crisis >= crisis.strikes)\"\neffects = [\"a{a}.force += 0.3\", \"heat += 0.01\"]\n"
            ),
            8 => format!(
                "[[reactions]]\nid = \"r{at}\"\nwhen = \"mean(a{b}.anger, 7 days) > 0.8\"\nchance = 0.2\neffects = [\"after 2 days: a{a}.anger += 0.1\"]\n"
            ),
            _ => format!(
                "[[reactions]]\nid = \"r{at}\"\nwhen = \"a{a}.force < a{b}.force - 0.1\"\ncooldown = \"10 days\"\neffects = [\"a{a}.force += 0.05\", \"a{a}.doubt += 0.05\"]\n"
            ),
        }
    }
}
