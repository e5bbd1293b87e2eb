//! The JSON Schema of scenario files, for completion and hints in editors.
//!
//! Made from the tables of [`super::spec`], the distributions of [`crate::dist`] and the units of the
//! language, so it knows exactly the keys that the loader knows. What a schema cannot say (names, types of
//! expressions) `escalade check` says.

use serde_json::{Map, Value, json};

use super::spec::{DERIVED, DISTRIBUTION, KeySpec, SCENARIO, TableSpec, Takes, VARIABLE};
use crate::dist::{Family, FamilySpec, ParamRole, ParamSpec};

/// Keys that need another key beside them, in every table that has both.
const NEEDS: [(&str, &str); 4] = [("rate", "per"), ("drift", "per"), ("within", "chance"), ("abort", "lead")];

/// Ids as the loader takes them.
const ID: &str = "^[a-z_][a-z0-9_]{0,63}$";

/// The schema of a scenario file (JSON Schema, draft 2020-12).
#[must_use]
pub fn schema() -> Value {
    let mut defs = Map::new();
    let root = table(&SCENARIO, &mut defs);
    let mut all = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "escalade scenario",
        "x-tombi-toml-version": "v1.1.0",
    });
    if let (Some(all), Value::Object(root)) = (all.as_object_mut(), root) {
        all.extend(root.into_iter().filter(|(key, _)| key != "title"));
        defs.sort_keys();
        all.insert("$defs".to_owned(), Value::Object(defs));
    }
    all
}

/// The schema as a file: indented, with a final newline.
#[must_use]
pub fn text() -> String {
    let mut text = serde_json::to_string_pretty(&schema()).unwrap_or_default();
    text.push('\n');
    text
}

/// A table with given keys.
fn table(spec: &'static TableSpec, defs: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for key in spec.keys {
        properties.insert(key.name.to_owned(), described(key, defs));
    }
    let required: Vec<&str> = spec.keys.iter().filter(|k| k.required).map(|k| k.name).collect();
    let mut object = json!({
        "type": "object",
        "title": spec.name,
        "description": spec.doc,
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    let has = |name: &str| spec.keys.iter().any(|k| k.name == name);
    let needs: Map<String, Value> =
        NEEDS.iter().filter(|(key, needed)| has(key) && has(needed)).map(|(key, needed)| ((*key).to_owned(), json!([needed]))).collect();
    if let (false, Some(object)) = (needs.is_empty(), object.as_object_mut()) {
        object.insert("dependentRequired".to_owned(), Value::Object(needs));
    }
    if let (true, Some(object)) = (has("actor") && has("for"), object.as_object_mut()) {
        object.insert("oneOf".to_owned(), json!([{ "required": ["actor"] }, { "required": ["for"] }]));
    }
    if let (Some((takes, doc)), Some(object)) = (spec.rest, object.as_object_mut()) {
        let rest = with_description(value(takes, defs), doc);
        // Not `patternProperties`: the pattern would match the given keys too.
        object.insert("additionalProperties".to_owned(), rest);
        object.insert("propertyNames".to_owned(), json!({ "pattern": ID }));
    }
    object
}

fn described(key: &KeySpec, defs: &mut Map<String, Value>) -> Value {
    let mut schema = with_description(value(key.takes, defs), key.doc);
    if let (Some(default), Some(object)) = (default_of(key.doc), schema.as_object_mut()) {
        object.insert("default".to_owned(), default);
    }
    schema
}

/// The default that a description names at its end: "default true", "Default `true`", "default 1".
fn default_of(doc: &str) -> Option<Value> {
    let (_, after) = doc.rsplit_once("efault ")?;
    let word = after.trim_matches('`');
    match word {
        "true" => Some(json!(true)),
        "false" => Some(json!(false)),
        word => word.parse::<u32>().map(|n| json!(n)).ok().or_else(|| (word == "simultaneous").then(|| json!(word))),
    }
}

/// A schema with a description beside it.
fn with_description(schema: Value, doc: &str) -> Value {
    match schema {
        Value::Object(mut object) => {
            object.insert("description".to_owned(), json!(doc));
            Value::Object(object)
        }
        other => other,
    }
}

fn value(takes: Takes, defs: &mut Map<String, Value>) -> Value {
    match takes {
        Takes::Text => json!({ "type": "string" }),
        Takes::Id => json!({ "type": "string", "pattern": ID }),
        Takes::Bool => json!({ "type": "boolean" }),
        Takes::Integer(low, high) => json!({ "type": "integer", "minimum": low, "maximum": high }),
        Takes::Number => json!({ "type": "number" }),
        Takes::Date => date(),
        Takes::DateOrSpan => json!({ "anyOf": [date(), constant_span()] }),
        Takes::Expression => expression(),
        Takes::Span => constant_span(),
        Takes::SpanOrDraw => json!({ "anyOf": [span(), distribution(defs)] }),
        Takes::Distribution => distribution(defs),
        Takes::Noise => json!({ "anyOf": [number_or_text(&json!({ "type": "number", "minimum": 0 })), distribution(defs)] }),
        Takes::Parameter => json!({ "anyOf": [{ "type": "number" }, distribution(defs), named(&DERIVED, defs)] }),
        Takes::Variable => json!({ "anyOf": [named(&VARIABLE, defs), named(&DERIVED, defs)] }),
        Takes::Word(words) => json!({ "type": "string", "enum": words }),
        Takes::List(item) => json!({ "type": "array", "items": value(*item, defs) }),
        Takes::Table(spec) => named(spec, defs),
        Takes::Map(item) => json!({
            "type": "object",
            "patternProperties": { ID: value(*item, defs) },
            "additionalProperties": false,
        }),
        Takes::Overrides => json!({ "type": "object", "additionalProperties": true }),
    }
}

fn date() -> Value {
    json!({ "anyOf": [{ "type": "string", "format": "date" }, { "type": "string", "format": "local-date" }, { "type": "string", "format": "local-date-time" }] })
}

/// A span that reads nothing names a unit of time.
fn constant_span() -> Value {
    let units: Vec<&str> = crate::lang::types::Unit::WORDS.iter().map(|w| w.0).collect();
    json!({ "type": "string", "pattern": units.join("|"), "maxLength": crate::lang::lexer::MAX_LENGTH })
}

/// A span that may be computed.
fn span() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": crate::lang::lexer::MAX_LENGTH })
}

fn expression() -> Value {
    json!({ "type": ["string", "number", "boolean"] })
}

fn number_or_text(number: &Value) -> Value {
    json!({ "anyOf": [number, { "type": "string", "minLength": 1, "maxLength": crate::lang::lexer::MAX_LENGTH }] })
}

/// A reference to a table, which is defined once.
fn named(spec: &'static TableSpec, defs: &mut Map<String, Value>) -> Value {
    let name = slug(spec.name);
    if !defs.contains_key(&name) {
        defs.insert(name.clone(), Value::Null);
        let schema = table(spec, defs);
        defs.insert(name.clone(), schema);
    }
    json!({ "$ref": format!("#/$defs/{name}") })
}

/// "an event" -> "event", "[clock]" -> "clock".
fn slug(name: &str) -> String {
    let plain = name.trim_matches(['[', ']']);
    let plain = ["an ", "a ", "the "].iter().find_map(|article| plain.strip_prefix(article)).unwrap_or(plain);
    plain.replace(' ', "_")
}

/// A reference to the distributions: one branch for each, with its own parameters.
fn distribution(defs: &mut Map<String, Value>) -> Value {
    if !defs.contains_key("distribution") {
        let branches: Vec<Value> = Family::ALL.iter().map(|f| json!({ "$ref": format!("#/$defs/dist_{}", f.spec().name) })).collect();
        defs.insert("distribution".to_owned(), json!({ "title": "a distribution", "oneOf": branches }));
        for family in Family::ALL {
            let spec = family.spec();
            let schema = branch(spec, defs);
            defs.insert(format!("dist_{}", spec.name), schema);
        }
    }
    json!({ "$ref": "#/$defs/distribution" })
}

fn branch(spec: &FamilySpec, defs: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    properties.insert("dist".to_owned(), json!({ "type": "string", "const": spec.name, "description": spec.summary }));
    let mut required = vec!["dist"];
    for param in spec.params {
        properties.insert(param.name.to_owned(), with_description(parameter(param, spec.variadic), param.summary));
        if !param.optional {
            required.push(param.name);
        }
    }
    for key in DISTRIBUTION.keys.iter().filter(|k| is_display(k)) {
        properties.insert(key.name.to_owned(), described(key, defs));
    }
    json!({
        "type": "object",
        "title": spec.name,
        "description": format!("{}: {}", spec.name, spec.summary),
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn parameter(param: &ParamSpec, variadic: bool) -> Value {
    if variadic {
        return json!({ "type": "object", "minProperties": 1, "patternProperties": { ID: expression() }, "additionalProperties": false });
    }
    match param.role {
        ParamRole::Probability => number_or_text(&json!({ "type": "number", "minimum": 0, "maximum": 1 })),
        ParamRole::Scale | ParamRole::Shape | ParamRole::Count => number_or_text(&json!({ "type": "number", "minimum": 0 })),
        ParamRole::Location => number_or_text(&json!({ "type": "number" })),
    }
}

/// Keys of a distribution table that every distribution may have: they are for display.
pub(super) fn is_display(key: &KeySpec) -> bool {
    !key.required && !Family::ALL.iter().any(|f| f.spec().params.iter().any(|p| p.name == key.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_format_is_in_the_schema() {
        let text = text();
        super::super::spec::each_table(&mut |spec| {
            for key in spec.keys {
                assert!(text.contains(&format!("\"{}\"", key.name)), "{} of {}", key.name, spec.name);
            }
        });
    }

    #[test]
    fn the_keys_of_the_distribution_table_are_those_of_the_families() {
        // The shape check knows one table for all; each of its keys must belong to some family or to all.
        let shown: Vec<&str> = DISTRIBUTION.keys.iter().filter(|k| is_display(k)).map(|k| k.name).collect();
        assert!(shown.starts_with(&["label", "source", "judgement", "note"]), "{shown:?}");
        for family in Family::ALL {
            for param in family.spec().params {
                assert!(DISTRIBUTION.keys.iter().any(|k| k.name == param.name), "{}", param.name);
            }
        }
    }

    #[test]
    fn defaults_are_read_from_the_descriptions() {
        assert_eq!(default_of("the condition; default true"), Some(json!(true)));
        assert_eq!(default_of("multiplies utilities in `logit`; default 1"), Some(json!(1)));
        assert_eq!(default_of("how often the rule looks; default `[clock] every`"), None);
        assert_eq!(default_of("the condition"), None);
    }
}
