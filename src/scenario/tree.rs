//! The file as written: TOML values with the place of every key and value, in file order.

use super::slips;
use crate::diag::{Code, Diagnostic, Diagnostics, FileId, Sources, Span, TextMap};
use crate::lang::Word;

/// The deepest nesting of tables and lists.
pub const MAX_NESTING: usize = 24;

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// Where it stands.
    pub span: Span,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a point.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// A date or time, as written.
    Date(String),
    /// A list.
    List(Vec<Value>),
    /// A table.
    Table(Table),
}

/// Keys and values in file order.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// The entries; keys are unique.
    pub entries: Vec<Entry>,
}

/// One key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: Word,
    /// The value.
    pub value: Value,
}

impl Table {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entry(key).map(|e| &e.value)
    }

    /// The entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.key.text == key)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Value> {
        self.entries.iter_mut().find(|e| e.key.text == key).map(|e| &mut e.value)
    }

    /// The text of a key.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth of a key; absent means `otherwise`.
    #[must_use]
    pub fn flag(&self, key: &str, otherwise: bool) -> bool {
        match self.get(key).map(|v| &v.kind) {
            Some(Kind::Bool(b)) => *b,
            _ => otherwise,
        }
    }

    /// The entries of a key that holds a table; none where it is absent.
    pub fn table(&self, key: &str) -> impl Iterator<Item = &Entry> {
        let table = match self.get(key).map(|v| &v.kind) {
            Some(Kind::Table(t)) => t.entries.as_slice(),
            _ => &[],
        };
        table.iter()
    }

    /// The items of a key that holds a list; none where it is absent.
    pub fn list(&self, key: &str) -> impl Iterator<Item = &Value> {
        let list = match self.get(key).map(|v| &v.kind) {
            Some(Kind::List(items)) => items.as_slice(),
            _ => &[],
        };
        list.iter()
    }

    /// The tables of a key that holds a list of tables, each with its place.
    pub fn tables(&self, key: &str) -> impl Iterator<Item = (&Table, Span)> {
        self.list(key).filter_map(|v| v.as_table().map(|t| (t, v.span)))
    }
}

impl Value {
    /// The table, if it is one.
    #[must_use]
    pub fn as_table(&self) -> Option<&Table> {
        match &self.kind {
            Kind::Table(t) => Some(t),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match &self.kind {
            #[expect(clippy::cast_precision_loss, reason = "numbers in files are read as f64")]
            Kind::Integer(i) => Some(*i as f64),
            Kind::Float(x) => Some(*x),
            _ => None,
        }
    }

    /// What it is, in words.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self.kind {
            Kind::Text(_) => "a text",
            Kind::Integer(_) => "a whole number",
            Kind::Float(_) => "a number",
            Kind::Bool(_) => "true or false",
            Kind::Date(_) => "a date",
            Kind::List(_) => "a list",
            Kind::Table(_) => "a table",
        }
    }

    /// The map from places in the text of this value to places in the file.
    #[must_use]
    pub fn text_map(&self, sources: &Sources) -> TextMap {
        match &self.kind {
            Kind::Text(text) => TextMap::of_string(&sources.get(self.span.file).text, self.span, text),
            _ => TextMap::whole(self.span),
        }
    }
}

/// Parses a TOML text; reports every syntax error.
pub fn parse_toml(file: FileId, sources: &Sources, diags: &mut Diagnostics) -> Option<Table> {
    let text = &sources.get(file).text;
    let (document, errors) = toml::de::DeTable::parse_recoverable(text);
    let mut last_line = None;
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        // One slip makes the parser stumble several times in its line.
        let line = text.get(..range.start).map(|before| before.matches('\n').count());
        if line.is_some() && std::mem::replace(&mut last_line, line) == line {
            continue;
        }
        let start = text.get(..range.start).and_then(|b| b.rfind('\n')).map_or(0, |n| n + 1);
        let found = text.get(range.clone()).unwrap_or_default();
        let value = found.lines().next().unwrap_or_default().trim();
        if let Some(slip) = slips::in_line(text, start).or_else(|| slips::in_value(value, range.clone())) {
            diags.push(Diagnostic::new(Code::TomlSyntax, Span::new(file, slip.at), slip.message).help(slip.help));
            continue;
        }
        if is_unclosed(error.message())
            && let Some((slip, open)) = slips::unclosed(text, range.start)
        {
            let error = Diagnostic::new(Code::TomlSyntax, Span::new(file, slip.at), slip.message);
            diags.push(error.also(Span::new(file, open), "opened here").help(slip.help));
            // What follows is read as if it stood in the bracket: no word about it can be trusted.
            break;
        }
        let (code, message, help) = toml_error(error.message(), found);
        // Of what is nested too deeply the parser does not say where it is.
        let range = if code == Code::TooDeep { too_deep(text).unwrap_or(range) } else { range };
        diags.push(Diagnostic::new(code, Span::new(file, range), message).help(help));
        if diags.is_full() {
            break;
        }
    }
    if !errors.is_empty() {
        return None;
    }
    let mut reader = Reader { file, diags };
    let table = reader.table(document.get_ref(), 0);
    if diags.has_errors() { None } else { Some(table) }
}

/// Whether the TOML parser stumbled in an inline table or list, or at its end.
fn is_unclosed(message: &str) -> bool {
    ["key-value pairs", "inline table", "array"].iter().any(|part| message.contains(part))
}

/// The place where brackets and the dots of a key first nest too deeply.
fn too_deep(text: &str) -> Option<std::ops::Range<usize>> {
    let (mut open, mut dots) = (0_usize, 0);
    let (mut quote, mut comment) = (None, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\n' => (dots, quote, comment) = (0, None, false),
            _ if comment => {}
            b'"' | b'\'' if quote == Some(byte) => quote = None,
            _ if quote.is_some() => {}
            b'"' | b'\'' => quote = Some(byte),
            b'#' => comment = true,
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            b'=' | b',' => dots = 0,
            b'.' => dots += 1,
            _ => {}
        }
        if open + dots > MAX_NESTING {
            return Some(at..at + 1);
        }
    }
    None
}

/// The words of the TOML parser in ours: code, message, help. `found` is the text at the place.
fn toml_error(message: &str, found: &str) -> (Code, String, String) {
    let line = found.lines().next().unwrap_or_default().trim();
    let syntax = |message: String, help: &str| (Code::TomlSyntax, message, help.to_owned());
    if message.contains("recurs") {
        let message = format!("nested more than {MAX_NESTING} deep");
        return (Code::TooDeep, message, "nest fewer tables and lists".to_owned());
    }
    match message.trim() {
        "duplicate key" => syntax(
            format!("`{line}` is written twice"),
            "write each key once in a table, and open each `[table]` once; entries of a list begin with `[[list]]`",
        ),
        m if m.starts_with("string values must be quoted") && line.is_empty() => {
            syntax("there is no value after `=`".to_owned(), "write `key = value`, or remove the line")
        }
        m if m.starts_with("string values must be quoted") => {
            let help = format!("put texts in quotes: `\"{line}\"`");
            (Code::TomlSyntax, format!("`{line}` is not a value"), help)
        }
        m if m.starts_with("invalid basic string") || m.starts_with("invalid literal string") => syntax(
            format!("this text is not well formed: {}", m.replace('\n', ", ")),
            "a text stands between two `\"` on one line; a `\"` inside is written `\\\"`",
        ),
        m => syntax(
            m.replace('\n', ", "),
            "keys are written `key = value`, texts in quotes, tables as `[table]` and lists of tables as `[[list]]`",
        ),
    }
}

struct Reader<'a> {
    file: FileId,
    diags: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn table(&mut self, table: &toml::de::DeTable<'_>, depth: usize) -> Table {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let key = Word { text: key.get_ref().to_string(), span: Span::new(self.file, key.span()) };
            let value = self.value(value.get_ref(), value.span(), depth + 1);
            entries.push(Entry { key, value });
        }
        // The map sorts by name; the file's own order is the one that has a meaning.
        entries.sort_by_key(|e| e.key.span.start);
        Table { entries }
    }

    fn value(&mut self, value: &toml::de::DeValue<'_>, range: std::ops::Range<usize>, depth: usize) -> Value {
        use toml::de::DeValue;
        let span = Span::new(self.file, range);
        let wrong = |message: String, help: &str| Diagnostic::new(Code::OutOfRange, span, message).help(help);
        if depth > MAX_NESTING {
            let message = format!("nested more than {MAX_NESTING} deep");
            self.diags.push(Diagnostic::new(Code::TooDeep, span, message).help("nest fewer tables and lists"));
            return Value { kind: Kind::Bool(false), span };
        }
        let kind = match value {
            DeValue::String(text) => Kind::Text(text.to_string()),
            DeValue::Boolean(b) => Kind::Bool(*b),
            DeValue::Datetime(date) => Kind::Date(date.to_string()),
            DeValue::Array(items) => Kind::List(items.iter().map(|v| self.value(v.get_ref(), v.span(), depth + 1)).collect()),
            DeValue::Table(table) => Kind::Table(self.table(table, depth)),
            DeValue::Integer(i) => match i64::from_str_radix(i.as_str(), i.radix()) {
                Ok(i) => Kind::Integer(i),
                Err(_) => {
                    self.diags
                        .push(wrong(format!("`{i}` is too large for a whole number"), "write it with a point or an exponent: `1e20`"));
                    Kind::Integer(0)
                }
            },
            DeValue::Float(x) => match x.as_str().parse::<f64>() {
                Ok(x) if x.is_finite() => Kind::Float(x),
                _ => {
                    self.diags.push(wrong(format!("`{x}` is not a finite number"), "write a finite number, at most about 1e308"));
                    Kind::Float(0.0)
                }
            },
        };
        Value { kind, span }
    }
}
