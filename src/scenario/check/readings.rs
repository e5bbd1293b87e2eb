//! What is read from a trial: outcomes, indicators, metrics; variants and claims.

use std::collections::{BTreeMap, BTreeSet};

use super::declare::{Ids, unknown};
use super::{Place, World};
use crate::diag::{Code, Diagnostic};
use crate::lang::ast::Word;
use crate::lang::check::{Core, Want};
use crate::lang::claim::{Claim, NameKind, Quantity, parse_claim};
use crate::lang::{HistoryKind, Node, Type};
use crate::scenario::model::{Expectation, Indicator, Metric, Outcome, Variant};
use crate::scenario::tree::{Kind, Table, Value};

impl<'a> World<'a> {
    /// Compiles everything that is read from a trial.
    pub(super) fn readings(&mut self, core: &mut Core) {
        let mut ids = Ids::default();
        self.outcomes(&mut ids, core);
        self.indicators(&mut ids, core);
        self.metrics(core);
        self.variants();
        self.expectations(core);
    }

    fn outcomes(&mut self, ids: &mut Ids<'a>, core: &mut Core) {
        let count = self.tree.tables("outcomes").count();
        if count == 0 {
            let span = self.tree.get("outcomes").map_or_else(|| crate::diag::Span::new(crate::diag::FileId(0), 0..0), |v| v.span);
            core.diags.push(Diagnostic::new(Code::EmptyList, span, "a scenario needs at least one outcome").help("add `[[outcomes]]`"));
        }
        for (index, (table, span)) in self.tree.tables("outcomes").enumerate() {
            let Some(id) = table.text("id") else { continue };
            ids.add(id, "an outcome", table.get("id").map_or(span, |v| v.span), core);
            let otherwise = table.flag("otherwise", false);
            let last = index + 1 == count;
            if otherwise != last {
                let message =
                    if last { "the last outcome must take every other trial" } else { "`otherwise` can only be the last outcome" };
                core.diags
                    .push(Diagnostic::new(Code::Otherwise, span, message).help("end the list with an outcome that has `otherwise = true`"));
            }
            if let (Some(entry), true) = (table.entry("when"), otherwise) {
                core.diags.push(
                    Diagnostic::new(Code::Exclusive, entry.key.span, "`when` and `otherwise` exclude each other")
                        .help("keep one of the two"),
                );
            }
            if table.get("when").is_none() && !otherwise && !last {
                core.diags
                    .push(Diagnostic::new(Code::MissingKey, span, format!("the outcome `{id}` needs `when`")).help("add `when = \"...\"`"));
            }
            let mut place = Place::new(format!("outcomes.{id}"));
            let when = table.get("when").and_then(|v| self.formula(v, Want::Truth, "the condition", &mut place, core));
            self.built.outcomes.push(Outcome {
                id: id.to_owned(),
                label: table.text("label").map(str::to_owned),
                when,
                ends: table.flag("ends", false),
                unresolved: table.flag("unresolved", false),
            });
        }
    }

    fn indicators(&mut self, ids: &mut Ids<'a>, core: &mut Core) {
        let places = self.indicator_places();
        for (table, span) in self.tree.tables("indicators") {
            let Some(id) = table.text("id") else { continue };
            ids.add(id, "an indicator", table.get("id").map_or(span, |v| v.span), core);
            let mut place = Place::new(format!("indicators.{id}"));
            let when = table.get("when").and_then(|v| self.formula(v, Want::Truth, "the condition", &mut place, core));
            let given = given(table, self.tree, &places, core);
            let Some(when) = when else { continue };
            self.built.indicators.push(Indicator { id: id.to_owned(), label: table.text("label").map(str::to_owned), when, given });
        }
    }

    /// All indicators of the file with their places in its list.
    fn indicator_places(&self) -> BTreeMap<&'a str, usize> {
        let ids = self.tree.tables("indicators").filter_map(|(t, _)| t.text("id"));
        ids.enumerate().map(|(at, id)| (id, at)).collect()
    }

    fn metrics(&mut self, core: &mut Core) {
        let places = self.indicator_places();
        let mut ids = Ids::default();
        for (table, span) in self.tree.tables("metrics") {
            let Some(id) = table.text("id") else { continue };
            ids.add(id, "a metric", table.get("id").map_or(span, |v| v.span), core);
            let mut place = Place::new(format!("metrics.{id}"));
            place.metrics = true;
            let Some(at) = table.get("value") else { continue };
            let Some(value) = self.formula(at, Want::Any, "the value", &mut place, core) else { continue };
            if matches!(value.ty, Type::State(_) | Type::Category(_)) {
                let message = format!("a metric is a number, truth value or span, found {}", value.ty.words());
                core.diags.push(
                    Diagnostic::new(Code::TypeMismatch, at.span, message).help("read a number that belongs to it, or compare it by `==`"),
                );
            }
            let unit = table.text("unit").map(str::to_owned);
            let unit = unit.or_else(|| (value.ty == Type::Span).then(|| "days".to_owned()));
            let given = given(table, self.tree, &places, core);
            let at_first = |node: &Node| matches!(node, Node::History(h) if matches!(h.kind, HistoryKind::AtFirst(_)));
            let whole = at_first(core.pool.node(value.expr));
            let mut part = false;
            core.pool.each_reached(value.expr, |id, node| part |= id != value.expr && at_first(node));
            if part {
                let message = "`at_first` may be missing, so it stands alone";
                core.diags.push(
                    Diagnostic::new(Code::NotReadableHere, at.span, message)
                        .help("put what is computed inside: `at_first(x / 2, c)`; or give the metric a `given`"),
                );
            }
            let may_miss = whole || value.ty == Type::Span;
            self.built.metrics.push(Metric {
                may_miss,
                id: id.to_owned(),
                label: table.text("label").map(str::to_owned),
                value,
                given,
                unit,
            });
        }
    }

    fn variants(&mut self) {
        for entry in self.tree.table("variants") {
            let Some(table) = entry.value.as_table() else { continue };
            let set = table.table("set").map(|e| (e.key.text.clone(), self.written(&e.value))).collect();
            self.built.variants.push(Variant { id: entry.key.text.clone(), label: table.text("label").map(str::to_owned), set });
        }
    }

    /// A value as it stands in its file.
    fn written(&self, value: &Value) -> String {
        self.sources.get(value.span.file).text.get(value.span.range()).unwrap_or_default().to_owned()
    }

    fn expectations(&mut self, core: &mut Core) {
        let mut ids = Ids::default();
        let readings = self.built.outcomes.iter().map(|o| o.id.clone()).chain(self.built.indicators.iter().map(|i| i.id.clone()));
        let readings: BTreeSet<String> = readings.collect();
        let metrics: BTreeSet<String> = self.built.metrics.iter().map(|m| m.id.clone()).collect();
        for (table, span) in self.tree.tables("expect") {
            if let Some(id) = table.text("id") {
                ids.add(id, "an expectation", table.get("id").map_or(span, |v| v.span), core);
            }
            let Some(value) = table.get("that") else { continue };
            let Kind::Text(text) = &value.kind else { continue };
            let variant = table.text("variant").map(str::to_owned);
            if let (Some(name), Some(at)) = (&variant, table.get("variant")) {
                self.known_variant(name, at.span, core);
            }
            let claim = match parse_claim(text, &value.text_map(self.sources)) {
                Ok(claim) => claim,
                Err(error) => {
                    core.diags.push(*error);
                    continue;
                }
            };
            for (word, kind) in claim.names() {
                self.known_name(word, kind, (&readings, &metrics), core);
            }
            let (line, column) = self.sources.line_and_column(value.span);
            let margin = margin(table, &claim, core);
            self.built.expectations.push(Expectation {
                id: table.text("id").map(str::to_owned),
                text: text.clone(),
                claim: plain_claim(claim),
                variant,
                because: table.text("because").map(str::to_owned),
                margin,
                file: self.sources.get(value.span.file).name.clone(),
                line,
                column,
            });
        }
    }

    fn known_variant(&self, name: &str, span: crate::diag::Span, core: &mut Core) {
        if !self.built.variants.iter().any(|v| v.id == name) {
            unknown("variant", name, self.built.variants.iter().map(|v| v.id.as_str()), span, core);
        }
    }

    fn known_name(&self, word: &Word, kind: NameKind, known: (&BTreeSet<String>, &BTreeSet<String>), core: &mut Core) {
        let (readings, metrics) = known;
        match kind {
            NameKind::Reading if !readings.contains(&word.text) => {
                unknown("outcome or indicator", &word.text, readings.iter().map(String::as_str), word.span, core);
            }
            NameKind::Metric if !metrics.contains(&word.text) => {
                unknown("metric", &word.text, metrics.iter().map(String::as_str), word.span, core);
            }
            NameKind::Variant => self.known_variant(&word.text, word.span, core),
            _ => {}
        }
    }
}

/// The indicator named by `given`.
fn given(table: &Table, tree: &Table, places: &BTreeMap<&str, usize>, core: &mut Core) -> Option<usize> {
    let value = table.get("given")?;
    let Kind::Text(name) = &value.kind else { return None };
    let found = places.get(name.as_str()).copied();
    if found.is_none() {
        unknown("indicator", name, places.keys().copied(), value.span, core);
    }
    let conditional = |t: &Table| t.text("id") == Some(name.as_str()) && t.get("given").is_some();
    if tree.tables("indicators").any(|(t, _)| conditional(t)) {
        let message = format!("`{name}` is itself read only under a condition");
        core.diags
            .push(Diagnostic::new(Code::Exclusive, value.span, message).help("write an indicator that joins both conditions by `and`"));
    }
    found
}

/// The margin of a claim: above 0, and of a share at most a half.
fn margin(table: &Table, claim: &Claim<Word>, core: &mut Core) -> Option<f64> {
    let value = table.get("margin")?;
    let margin = value.as_number()?;
    let most = if claim.is_of_shares() { 0.5 } else { f64::MAX };
    if !(margin > 0.0 && margin <= most) {
        let range = if most < 1.0 { "above 0 and at most 0.5, since it is one of shares" } else { "above 0" };
        let message = format!("the margin of a claim is {range}; found {margin}");
        core.diags.push(Diagnostic::new(Code::OutOfRange, value.span, message).help("write for example `margin = 0.02`"));
    }
    Some(margin)
}

/// The claim with plain names.
fn plain_claim(claim: Claim<Word>) -> Claim<String> {
    let q = plain_quantity;
    match claim {
        Claim::Against(a, op, x) => Claim::Against(q(a), op, x),
        Claim::Exactly(a, x) => Claim::Exactly(q(a), x),
        Claim::Between(a, x, y) => Claim::Between(q(a), x, y),
        Claim::Approximately(a, x, y) => Claim::Approximately(q(a), x, y),
        Claim::Order(a, op, b) => Claim::Order(q(a), op, q(b)),
        Claim::Rises(a, v) => Claim::Rises(q(a), v.text),
        Claim::Falls(a, v) => Claim::Falls(q(a), v.text),
    }
}

fn plain_quantity(quantity: Quantity<Word>) -> Quantity<String> {
    match quantity {
        Quantity::Share { of, given } => Quantity::Share { of: of.text, given: given.map(|g| g.text) },
        Quantity::Mean(of) => Quantity::Mean(of.text),
        Quantity::Quantile(of, level) => Quantity::Quantile(of.text, level),
        Quantity::MeanDay(of) => Quantity::MeanDay(of.text),
        Quantity::MedianDay(of) => Quantity::MedianDay(of.text),
    }
}
