//! Where the parts of a scenario stand in its files: found again in the tree by their paths.
//!
//! The model keeps no places, since nothing that runs needs them; the linter looks them up.

use std::collections::HashMap;

use crate::diag::{FileId, Span};
use crate::scenario::tree::{Kind, Table, Value};

/// Places of keys and values by path: `events.attack.chance`.
#[derive(Debug, Default)]
pub(crate) struct Places {
    all: HashMap<String, Place>,
    /// Warnings that are accepted, and the places of the tables that accept them.
    accepted: Vec<(String, Span)>,
}

/// Where a path stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    name: Span,
    /// Nothing of an entry of a list.
    value: Option<Span>,
}

/// How many paths a table has at most.
fn count(table: &Table) -> usize {
    let of = |value: &Value| match &value.kind {
        Kind::Table(table) => 1 + count(table),
        Kind::List(items) => 1 + items.iter().filter_map(Value::as_table).map(|table| 1 + count(table)).sum::<usize>(),
        _ => 1,
    };
    table.entries.iter().map(|entry| of(&entry.value)).sum()
}

impl Places {
    /// Collects the places of a tree.
    pub(crate) fn of(tree: &Table) -> Self {
        // `check` does this for each variant: a large map that grows, and two texts a path, were a third of its time.
        let mut places = Self { all: HashMap::with_capacity(count(tree)), accepted: Vec::new() };
        places.table("", tree);
        places
    }

    fn table(&mut self, prefix: &str, table: &Table) {
        for value in table.list("allow") {
            if let Kind::Text(code) = &value.kind {
                let everything = table.entries.iter().flat_map(|e| [e.key.span, e.value.span]);
                self.accepted.extend(everything.map(|span| (code.clone(), span)));
                // A table is named by what stands before it.
                self.accepted.extend(self.all.get(prefix).map(|place| (code.clone(), place.name)));
            }
        }
        for entry in &table.entries {
            let path = if prefix.is_empty() { entry.key.text.clone() } else { format!("{prefix}.{}", entry.key.text) };
            self.value(path, entry.key.span, &entry.value);
        }
    }

    fn value(&mut self, path: String, name: Span, value: &Value) {
        let place = Place { name, value: Some(value.span) };
        match &value.kind {
            Kind::Table(table) => {
                self.all.insert(path.clone(), place);
                self.table(&path, table);
            }
            Kind::List(items) => {
                self.all.insert(path.clone(), place);
                for item in items {
                    let Some(table) = item.as_table() else { continue };
                    let name = match (table.text("id"), table.text("from"), table.text("to")) {
                        (Some(id), ..) => id.to_owned(),
                        (None, Some(from), Some(to)) => format!("{from}.{to}"),
                        _ => continue,
                    };
                    let path = format!("{path}.{name}");
                    let at = table.get("id").map_or(item.span, |v| v.span);
                    self.all.insert(path.clone(), Place { name: at, value: None });
                    self.table(&path, table);
                }
            }
            _ => {
                self.all.insert(path, place);
            }
        }
    }

    /// Whether a table that contains `span` accepts the warning `code`.
    pub(crate) fn accepts(&self, code: &str, span: Span) -> bool {
        let inside = |outer: &Span| outer.file == span.file && outer.start <= span.start && span.end <= outer.end;
        self.accepted.iter().any(|(c, outer)| c == code && inside(outer))
    }

    /// Where the value of a path stands; the path itself, or the nearest part of it that stands somewhere.
    pub(crate) fn value_at(&self, path: &str) -> Span {
        self.all.get(path).and_then(|place| place.value).unwrap_or_else(|| self.name(path))
    }

    /// Whether the path leads somewhere.
    pub(crate) fn knows(&self, path: &str) -> bool {
        self.all.contains_key(path)
    }

    /// Where the name at the end of a path stands.
    pub(crate) fn name(&self, path: &str) -> Span {
        let mut path = path;
        loop {
            if let Some(place) = self.all.get(path) {
                return place.name;
            }
            match path.rsplit_once('.') {
                Some((parent, _)) => path = parent,
                None => return Span::new(FileId(0), 0..0),
            }
        }
    }
}

/// A path without the member of a group: `events.attack@ttp` stands at `events.attack`.
pub(crate) fn plain(path: &str) -> String {
    path.split('.').map(|part| part.split('@').next().unwrap_or(part)).collect::<Vec<_>>().join(".")
}
