//! A scenario as a list of entries, so that two of them can be compared: which inputs, rules and texts differ.

use super::tree::{Kind, Table, Value};

/// An entry: a path as `--set` takes it, and its value as text.
pub type Entry = (String, String);

/// All entries of a scenario, after `use`, `set`, variant and `--set`, in the order of the file.
///
/// Lists whose items have ids (or, moves of a regime, both ends) are told item by item; other lists and empty tables are one value.
#[must_use]
pub fn entries(tree: &Table) -> Vec<Entry> {
    let mut all = Vec::new();
    table("", tree, &mut all);
    all
}

fn table(path: &str, table: &Table, all: &mut Vec<Entry>) {
    for entry in &table.entries {
        let here = if path.is_empty() { entry.key.text.clone() } else { format!("{path}.{}", entry.key.text) };
        value(here, &entry.value, all);
    }
}

fn value(path: String, value: &Value, all: &mut Vec<Entry>) {
    match &value.kind {
        Kind::Table(inner) if !inner.entries.is_empty() => table(&path, inner, all),
        Kind::List(items) if !items.is_empty() && items.iter().all(|item| name(item).is_some()) => {
            for item in items {
                let (Some(name), Some(inner)) = (name(item), item.as_table()) else { continue };
                table(&format!("{path}.{name}"), inner, all);
            }
        }
        _ => all.push((path, text(value))),
    }
}

/// What an item of a list is called in a path.
fn name(item: &Value) -> Option<String> {
    let table = item.as_table()?;
    let ends = || Some(format!("{}.{}", table.text("from")?, table.text("to")?));
    table.text("id").map(str::to_owned).or_else(ends)
}

/// A value on one line, much as TOML writes it; a text without quotes where it is a value of its own.
fn text(value: &Value) -> String {
    match &value.kind {
        Kind::Text(text) => text.clone(),
        _ => inline(value),
    }
}

fn inline(value: &Value) -> String {
    match &value.kind {
        Kind::Text(text) => format!("{text:?}"),
        Kind::Integer(i) => i.to_string(),
        Kind::Float(x) => format!("{x}"),
        Kind::Bool(truth) => truth.to_string(),
        Kind::Date(date) => date.clone(),
        Kind::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Kind::Table(table) => {
            let pairs = table.entries.iter().map(|e| format!("{} = {}", e.key.text, inline(&e.value)));
            format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Changes, load_text};

    const TEXT: &str = r#"
format = 1
about = { title = "A", question = "Q?", sources = ["x", "y"] }
clock = { step = "1 day", horizon = "3 days" }
[parameters]
p = { dist = "beta", alpha = 2, beta = 3.5 }
[regimes.war]
start = "off"
states = [{ id = "off" }, { id = "on" }]
moves = [{ from = "off", to = "on", chance = "p" }]
[[events]]
id = "raid"
chance = 0.2
[[outcomes]]
id = "end"
when = "ever(raid) or war == war.on"
[[outcomes]]
id = "rest"
otherwise = true
[variants.calm]
set = { "events.raid.chance" = 0.1 }
"#;

    #[test]
    fn entries_have_the_paths_that_set_takes() {
        let changes = Changes { variant: Some("calm".to_owned()), set: vec!["parameters.p.alpha=4".to_owned()] };
        let loaded = load_text("a.toml", TEXT, &changes);
        let entries = &loaded.scenario.expect("the text is right").entries;
        let value = |path: &str| entries.iter().find(|e| e.0 == path).map(|e| e.1.as_str());
        assert_eq!(value("parameters.p.alpha"), Some("4"));
        assert_eq!(value("parameters.p.beta"), Some("3.5"));
        assert_eq!(value("regimes.war.moves.off.on.chance"), Some("p"));
        assert_eq!(value("events.raid.chance"), Some("0.1"));
        assert_eq!(value("about.sources"), Some("[\"x\", \"y\"]"));
        assert_eq!(value("outcomes.rest.otherwise"), Some("true"));
        assert_eq!(value("variants.calm.set.events.raid.chance"), Some("0.1"));
        assert_eq!(entries[0], ("format".to_owned(), "1".to_owned()));
    }
}
