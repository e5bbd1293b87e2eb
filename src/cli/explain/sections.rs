//! The sections of a listing.

use escalade::scenario::Scenario;
use escalade::scenario::model::{Choose, Decision, DecisionOption, ParamKind, Rule};

use super::listing::{Item, Section};
use super::words::{Words, per_words, span};

/// Every section, in the order of a scenario file; some may be empty.
pub(super) fn sections(s: &Scenario) -> Vec<Section> {
    vec![
        section("clock", "", vec![clock(s)]),
        section("parameters", "Drawn once per trial.", parameters(s)),
        section("correlations", "Parameters that vary together (Gaussian copula).", correlations(s)),
        section("ladders", "Rungs from the lowest; in arithmetic they count from 0.", ladders(s)),
        section("regimes", "Phase 1 of a step. All regimes look at the state of its start.", regimes(s)),
        section("actors", "", actors(s)),
        section("variables", "Stored numbers. Drift is phase 5: an Euler step of all variables on one state.", variables(s)),
        section("derived values", "Names for formulas; they store nothing.", derived(s)),
        section("perceptions", "What an actor believes: truth (with its lag) times factor plus noise, drawn once a step.", seen(s)),
        section(
            "events",
            "Phase 2. All events look at the state of its start; their effects are summed, then clamped.",
            rules(s, &s.events),
        ),
        section("decisions", if s.clock.sequential { SEQUENTIAL } else { SIMULTANEOUS }, decisions(s)),
        section("reactions", "Phase 4, in this order; each sees what the last one did.", rules(s, &s.reactions)),
        section("outcomes", "Exactly one per trial: the first that holds in the last state.", outcomes(s)),
        section("indicators", "Read in the last state.", indicators(s)),
        section("metrics", "Read in the last state; spans in days.", metrics(s)),
        section("variants", "", variants(s)),
        section("expectations", "", expectations(s)),
    ]
}

const SIMULTANEOUS: &str = "Phase 3. All decisions look at one state; their effects are summed, then clamped.";
const SEQUENTIAL: &str = "Phase 3, in this order; each sees what the last one did.";

fn section(section: &'static str, reads: &'static str, items: Vec<Item>) -> Section {
    Section { section, reads, items }
}

fn clock(s: &Scenario) -> Item {
    let clock = &s.clock;
    Item::new("clock", None)
        .fact("step", format!("{}; {} of them", span(clock.step), clock.steps))
        .fact("horizon", span(clock.horizon()))
        .fact("rules look every", span(clock.every))
        .maybe("start", clock.start.map(|_| clock.date(0)))
}

fn parameters(s: &Scenario) -> Vec<Item> {
    let words = Words::plain(s);
    let one = |p: &escalade::scenario::model::Param| {
        let item = Item::new(&p.id, p.label.as_ref());
        let item = match &p.kind {
            ParamKind::Drawn(draw) => item.fact("draw", words.draw(draw)),
            ParamKind::Computed(formula) => item.fact("=", words.formula(formula)),
        };
        item.maybe("source", p.source.clone()).maybe("source", p.judgement.then(|| "the author's judgement".to_owned()))
    };
    s.params.iter().map(one).collect()
}

fn correlations(s: &Scenario) -> Vec<Item> {
    let one = |c: &escalade::scenario::model::Correlation| {
        let names: Vec<&str> = c.of.iter().map(|p| s.params[p.0 as usize].id.as_str()).collect();
        let rows = c.rank.iter().map(|r| r.iter().map(f64::to_string).collect::<Vec<_>>().join(" "));
        Item::new(names.join(", "), None).each("rank correlations", rows)
    };
    s.correlations.iter().map(one).collect()
}

/// The numbers of one rung or state: `cost_up 0.1, cost_down 0`.
fn numbers(s: &Scenario, numbers: &[(String, escalade::lang::TableId)], row: usize) -> String {
    let words = Words::plain(s);
    let one = |(name, table): &(String, escalade::lang::TableId)| {
        s.tables[table.0 as usize].rows.get(row).map(|f| format!("{name} {}", words.formula(f)))
    };
    numbers.iter().filter_map(one).collect::<Vec<_>>().join(", ")
}

fn ladders(s: &Scenario) -> Vec<Item> {
    let one = |l: &escalade::scenario::model::Ladder| {
        let mut item = Item::new(&l.id, l.label.as_ref());
        for (index, rung) in l.rungs.iter().enumerate() {
            let threshold = rung.threshold.as_ref().map_or_else(String::new, |t| format!(" [threshold: {t}]"));
            let text = format!("{}{threshold} {}", rung.id, numbers(s, &l.numbers, index));
            item = item.fact("rung", format!("{index} {text}"));
        }
        item
    };
    s.ladders.iter().map(one).collect()
}

fn regimes(s: &Scenario) -> Vec<Item> {
    let words = Words::plain(s);
    let one = |r: &escalade::scenario::model::Regime| {
        let mut item = Item::new(&r.id, r.label.as_ref()).fact("starts in", &r.states[r.start as usize].id);
        for (index, state) in r.states.iter().enumerate() {
            let dwell = state.dwell.as_ref().map_or_else(String::new, |d| format!("; lasts {}", words.span(d)));
            item = item.fact("state", format!("{} {}{dwell}", state.id, numbers(s, &r.numbers, index)));
        }
        for m in &r.moves {
            let name = format!("{} -> {}", r.states[m.from as usize].id, r.states[m.to as usize].id);
            let part = Item::new(name, None)
                .fact("happens", words.move_trigger(&m.trigger))
                .maybe("when", m.when.as_ref().map(|w| words.both(w)))
                .maybe("says", m.says.as_ref().map(|t| words.sentence(t)));
            item.parts.push(part);
        }
        if r.moves.is_empty() { item } else { item.fact("draw", format!("address regimes.{}", r.id)) }
    };
    s.regimes.iter().map(one).collect()
}

fn actors(s: &Scenario) -> Vec<Item> {
    let words = Words::plain(s);
    let mut items = Vec::new();
    for (index, actor) in s.actors.iter().enumerate() {
        let stands = s.stands.iter().filter(|p| p.actor.0 as usize == index);
        let starts = stands.map(|p| format!("{} at {}", s.ladders[p.ladder.0 as usize].id, words.formula(&p.start)));
        items.push(Item::new(&actor.id, actor.label.as_ref()).maybe("kind", actor.kind.clone()).each("starts on", starts));
    }
    items
}

fn variables(s: &Scenario) -> Vec<Item> {
    let words = Words::plain(s);
    let one = |v: &escalade::scenario::model::Variable| {
        let low = v.min.as_ref().map(|f| words.formula(f));
        let high = v.max.as_ref().map(|f| words.formula(f));
        let bounds = match (low, high) {
            (None, None) => None,
            (low, high) => Some(format!("{} to {}", low.as_deref().unwrap_or("no end"), high.as_deref().unwrap_or("no end"))),
        };
        Item::new(&s.cells[v.cell.0 as usize].name, v.label.as_ref())
            .fact("start", words.formula(&v.start))
            .maybe("bounds", bounds)
            .maybe("drift", v.drift.as_ref().map(|(f, per)| format!("{} per {}", words.formula(f), per_words(*per))))
    };
    s.variables.iter().map(one).collect()
}

fn derived(s: &Scenario) -> Vec<Item> {
    let words = Words::plain(s);
    s.derived.iter().map(|d| Item::new(&d.name, None).fact("=", words.both(&d.value))).collect()
}

fn seen(s: &Scenario) -> Vec<Item> {
    let words = Words::plain(s);
    let one = |seen: &escalade::scenario::model::Seen| {
        let actor = &s.actors[seen.actor.0 as usize].id;
        // Names of perceptions may carry the actor already.
        let name = if seen.name.contains('.') { seen.name.clone() } else { format!("{actor}.{}", seen.name) };
        Item::new(name, seen.label.as_ref())
            .fact("of", words.both(&seen.of))
            .maybe("factor", seen.factor.as_ref().map(|d| words.draw(d)))
            .maybe("noise", seen.noise.as_ref().map(|d| words.draw(d)))
    };
    s.seen.iter().map(one).collect()
}

fn rules(s: &Scenario, rules: &[Rule]) -> Vec<Item> {
    rules.iter().map(|r| rule(s, r)).collect()
}

fn rule(s: &Scenario, r: &Rule) -> Item {
    use escalade::scenario::model::Trigger;
    let words = Words::with(s, &r.draws);
    let drawn = !matches!(r.trigger, Trigger::Always(_) | Trigger::At(_, None));
    let address = if drawn { format!("; address {}", r.path) } else { String::new() };
    Item::new(&r.path, r.label.as_ref())
        .fact("happens", words.trigger(&r.trigger) + &address)
        .maybe("when", r.when.as_ref().map(|f| words.both(f)))
        .maybe("at most", r.once.then(|| "once in a trial".to_owned()))
        .maybe("cooldown", r.cooldown.as_ref().map(|c| words.span(c)))
        .each("draw", r.draws.iter().map(|d| words.draw(d)))
        .each("effect", r.effects.iter().map(|e| words.effect(e)))
        .maybe("says", r.says.as_ref().map(|t| words.sentence(t)))
}

fn decisions(s: &Scenario) -> Vec<Item> {
    let one = |d: &Decision| {
        let words = Words::with(s, &d.draws);
        let rule = match d.choose {
            Choose::Logit => {
                let sharpness = d.sharpness.as_ref().map_or_else(|| "1".to_owned(), |f| words.formula(f));
                format!("logit: P(option) in proportion to exp({sharpness} * utility)")
            }
            Choose::Weights => "weights: P(option) in proportion to its weight".to_owned(),
            Choose::Chances => "chances: each option with its chance, one takes the rest".to_owned(),
            Choose::Best => "best: the largest utility, ties to the first".to_owned(),
            Choose::First => "first: the first option that is open".to_owned(),
        };
        let sees = d.sees.iter().map(|id| s.seen[id.0 as usize].name.clone());
        let mut item = Item::new(&d.path, d.label.as_ref())
            .fact("actor", &s.actors[d.actor.0 as usize].id)
            .fact("every", span(d.every))
            .maybe("when", d.when.as_ref().map(|f| words.both(f)))
            .fact("choice by", format!("{rule}; address {}", d.path))
            .each("sees", sees)
            .each("draw", d.draws.iter().map(|x| words.draw(x)));
        item.parts = d.options.iter().map(|o| option(s, d, o)).collect();
        item
    };
    s.decisions.iter().map(one).collect()
}

fn option(s: &Scenario, d: &Decision, o: &DecisionOption) -> Item {
    let words = Words::option(s, d, &o.draws);
    let key = match d.choose {
        Choose::Logit | Choose::Best => "utility",
        Choose::Weights => "weight",
        Choose::Chances | Choose::First => "chance",
    };
    Item::new(&o.id, o.label.as_ref())
        .maybe("open when", o.when.as_ref().map(|f| words.both(f)))
        .maybe(key, o.value.as_ref().map(|f| words.both(f)))
        .maybe(key, o.otherwise.then(|| "the rest".to_owned()))
        .maybe("carried out after", o.lead.as_ref().map(|l| words.span(l)))
        .maybe("given up if", o.abort.as_ref().map(|f| words.both(f)))
        .maybe("cooldown", o.cooldown.as_ref().map(|c| words.span(c)))
        .each("draw", o.draws.iter().map(|x| words.draw(x)))
        .each("move", o.moves.iter().map(|m| words.ladder_move(m)))
        .each("effect", o.effects.iter().map(|e| words.effect(e)))
        .maybe("says", o.says.as_ref().map(|t| words.sentence(t)))
}

fn outcomes(s: &Scenario) -> Vec<Item> {
    let words = Words::plain(s);
    let one = |o: &escalade::scenario::model::Outcome| {
        Item::new(&o.id, o.label.as_ref())
            .fact("when", o.when.as_ref().map_or_else(|| "otherwise".to_owned(), |f| words.both(f)))
            .maybe("ends", o.ends.then(|| "the trial, when it holds at the end of a step".to_owned()))
            .maybe("means", o.unresolved.then(|| "nothing was decided".to_owned()))
    };
    s.outcomes.iter().map(one).collect()
}

fn given(s: &Scenario, at: Option<usize>) -> Option<String> {
    at.map(|g| format!("{} (other trials are left out)", s.indicators[g].id))
}

fn indicators(s: &Scenario) -> Vec<Item> {
    let words = Words::plain(s);
    let one = |i: &escalade::scenario::model::Indicator| {
        Item::new(&i.id, i.label.as_ref()).fact("when", words.both(&i.when)).maybe("given", given(s, i.given))
    };
    s.indicators.iter().map(one).collect()
}

fn metrics(s: &Scenario) -> Vec<Item> {
    let words = Words::plain(s);
    let one = |m: &escalade::scenario::model::Metric| {
        Item::new(&m.id, m.label.as_ref())
            .fact("value", words.both(&m.value))
            .maybe("unit", m.unit.clone())
            .maybe("given", given(s, m.given))
    };
    s.metrics.iter().map(one).collect()
}

fn variants(s: &Scenario) -> Vec<Item> {
    let one = |v: &escalade::scenario::model::Variant| {
        Item::new(&v.id, v.label.as_ref()).each("set", v.set.iter().map(|(path, value)| format!("{path} = {value}")))
    };
    s.variants.iter().map(one).collect()
}

fn expectations(s: &Scenario) -> Vec<Item> {
    let one = |e: &escalade::scenario::model::Expectation| {
        Item::new(&e.text, None)
            .maybe("variant", e.variant.clone())
            .maybe("margin", e.margin.map(|m| m.to_string()))
            .maybe("because", e.because.clone())
    };
    s.expectations.iter().map(one).collect()
}
