//! Labels that are written where an id belongs.

use super::World;
use crate::scenario::tree::Table;

/// The sections whose entries have an id and may have a label.
const SECTIONS: [&str; 8] = ["actors", "ladders", "regimes", "relations", "parameters", "events", "decisions", "reactions"];

/// A label as an id would be written.
fn plain(label: &str) -> String {
    label.to_lowercase().replace([' ', '-'], "_")
}

impl World<'_> {
    /// The help for an unknown name that is the label of something.
    pub(super) fn labelled(&self, name: &str) -> Option<String> {
        SECTIONS.iter().find_map(|section| self.labelled_in(section, name))
    }

    /// The same for the entries of one section, `actors`.
    pub(super) fn labelled_in(&self, section: &str, name: &str) -> Option<String> {
        let wanted = plain(name);
        let matches = |table: &Table| table.text("label").filter(|l| plain(l) == wanted).map(str::to_owned);
        let help = |id: &str, label: String| format!("did you mean `{id}`, labelled `{label}`?");
        for entry in self.tree.table(section) {
            let Some(table) = entry.value.as_table() else { continue };
            if let Some(label) = matches(table) {
                return Some(help(&entry.key.text, label));
            }
            for (part, _) in table.tables("rungs").chain(table.tables("states")) {
                if let (Some(label), Some(id)) = (matches(part), part.text("id")) {
                    return Some(help(&format!("{}.{id}", entry.key.text), label));
                }
            }
        }
        self.tree.tables(section).find_map(|(table, _)| Some(help(table.text("id")?, matches(table)?)))
    }
}
