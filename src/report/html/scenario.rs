//! 9. The scenario itself.

use super::expectations::untested;
use super::figure::{Size, Table, figure, label, spoken};
use super::{Input, Part};
use crate::chart::letters::line;
use crate::chart::{Bar, Chart, Density, Head, LadderRung, Link, LinkKind, Markup, Network, Node, Page, Rungs, Shape};
use crate::report::words::{and, counted, number};
use crate::results::{DistributionPart, LadderPart, ParameterPart, Portrait, SpilloverPart};

/// Most actors in a picture, most relations and most spillovers.
const ACTORS: usize = 30;
const RELATIONS: usize = 40;
pub(in crate::report) const SPILLOVERS: usize = 8;

pub(super) fn part(input: Input<'_>) -> Option<Part> {
    let p = &input.data?.portrait;
    let mut body = Markup::new();
    actors(&mut body, p);
    ladders(&mut body, p);
    regimes(&mut body, p);
    parameters(&mut body, p);
    untested(&mut body, input, input.summary);
    sources(&mut body, p);
    let judged = p.parameters.iter().filter(|x| x.judgement).count();
    let drawn = p.parameters.iter().filter(|x| x.shape.is_some()).count();
    let unknown =
        if drawn == 1 { "number that nobody knows".to_owned() } else { "numbers that nobody knows and each trial draws anew".to_owned() };
    let counts = [(p.actors.len(), "actor"), (p.ladders.len(), "ladder")];
    let mut said: Vec<String> = counts.iter().filter(|c| c.0 > 0).map(|c| counted(c.0 as u64, c.1)).collect();
    said.extend((drawn > 0).then(|| format!("{drawn} {unknown}")));
    if said.is_empty() {
        said.push("Events, numbers and rules without actors".to_owned());
    }
    let mut sentence = and(&said);
    if judged > 0 {
        let how = if judged == 1 { "rests" } else { "rest" };
        sentence.push_str(&format!("; {judged} of these {how} on the author’s judgement alone"));
    }
    sentence.push('.');
    Some(Part { id: "scenario", title: "The scenario", sentence, body })
}

fn called(p: &Portrait, id: &str) -> String {
    p.actors.iter().find(|a| a.id == id).map_or_else(|| label(id), |a| label(&a.label))
}

/// Actors and what joins them: those with most joints, where there are very many.
pub(in crate::report) fn network(p: &Portrait, pairs: usize) -> (Network, usize) {
    let joints = |id: &str| {
        let relations = p.relations.iter().filter(|r| r.from == id || r.to == id).count();
        relations * 3 + p.spillovers.iter().filter(|s| s.from == id || s.to == id).count()
    };
    let mut order: Vec<usize> = (0..p.actors.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(joints(&p.actors[*at].id)), *at));
    order.truncate(ACTORS);
    order.sort_unstable();
    let place = |id: &str| order.iter().position(|at| p.actors[*at].id == id);
    let node = |at: &usize| Node { label: label(&p.actors[*at].label), kind: p.actors[*at].kind.as_deref().map(label).unwrap_or_default() };
    let mut network = Network { nodes: order.iter().map(node).collect(), links: Vec::new() };
    for (at, r) in p.relations.iter().take(RELATIONS).enumerate() {
        if let (Some(from), Some(to)) = (place(&r.from), place(&r.to)) {
            let words = format!("{}: {} → {}", label(&r.label), called(p, &r.from), called(p, &r.to));
            network.links.push(Link { from, to, kind: LinkKind::Relation, both: false, number: at + 1, label: words });
        }
    }
    for (one, back) in spillovers(p).into_iter().take(pairs) {
        if let (Some(from), Some(to)) = (place(&one.from), place(&one.to)) {
            let by: Vec<&str> = one.by.iter().chain(back.into_iter().flat_map(|b| &b.by)).map(String::as_str).collect();
            let how = if back.is_some() { "and" } else { "changes" };
            let back_too = if back.is_some() { " change each other" } else { "" };
            let words = format!("{} {how} {}{back_too}: {}", called(p, &one.from), called(p, &one.to), by.join("; "));
            network.links.push(Link { from, to, kind: LinkKind::Spillover, both: back.is_some(), number: 0, label: words });
        }
    }
    (network, p.actors.len() - order.len())
}

/// Who changes what belongs to another, both ways together, those with most rules first. One beside a relation would hide it; the table
/// has all.
pub(in crate::report) fn spillovers(p: &Portrait) -> Vec<(&SpilloverPart, Option<&SpilloverPart>)> {
    let joins = |a: (&String, &String), b: (&String, &String)| a == b || a == (b.1, b.0);
    let related = |s: &SpilloverPart| p.relations.iter().any(|r| joins((&r.from, &r.to), (&s.from, &s.to)));
    let mut pairs: Vec<(&SpilloverPart, Option<&SpilloverPart>)> = Vec::new();
    for s in p.spillovers.iter().filter(|s| !related(s)) {
        match pairs.iter_mut().find(|(one, back)| back.is_none() && (&one.from, &one.to) == (&s.to, &s.from)) {
            Some(pair) => pair.1 = Some(s),
            None => pairs.push((s, None)),
        }
    }
    pairs.sort_by_key(|(one, back)| std::cmp::Reverse(one.rules.saturating_add(back.map_or(0, |b| b.rules))));
    pairs
}

fn actors(m: &mut Markup, p: &Portrait) {
    if p.actors.is_empty() {
        return;
    }
    let (network, hidden) = network(p, SPILLOVERS);
    if network.links.is_empty() {
        let names: Vec<String> = p.actors.iter().take(60).map(|a| label(&a.label)).collect();
        m.open("section", &[("class", &"block")]).leaf("h3", &[], "Who is involved");
        m.leaf("p", &[], &format!("{}.", and(&names))).close();
        return;
    }
    let mut table = Table::of_words(&["What", "From", "To"]);
    for (at, r) in p.relations.iter().enumerate() {
        table.rows.push(vec![format!("{} {}", at + 1, label(&r.label)), called(p, &r.from), called(p, &r.to)]);
    }
    for s in &p.spillovers {
        let by: Vec<String> = s.by.iter().map(|b| label(b)).collect();
        let more = s.rules.saturating_sub(s.by.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        table.rows.push(vec![format!("changes by: {}{more}", by.join("; ")), called(p, &s.from), called(p, &s.to)]);
    }
    let dashed = network.links.iter().any(|l| l.kind == LinkKind::Spillover);
    let pairs = spillovers(p).len();
    let relations = network.links.iter().any(|l| l.kind == LinkKind::Relation);
    let mut said = match (relations, dashed) {
        (true, true) => "Arrows with a number are relations of the scenario; dashed ones show whose choices and rules change what belongs to another, where no relation says so. On a phone there is room for the numbered ones only; the table has all.".to_owned(),
        (true, false) => "Arrows are relations of the scenario; the table has them by number.".to_owned(),
        (false, _) => "Dashed arrows show whose choices and rules change what belongs to another.".to_owned(),
    };
    if pairs > SPILLOVERS {
        said.push_str(&format!(" Of {pairs} such pairs the {SPILLOVERS} with most rules are drawn; the table has all."));
    }
    if hidden > 0 {
        said.push_str(&format!(" {} with few joints are left out of the picture.", counted(hidden as u64, "actor")));
    }
    let table = (!table.rows.is_empty()).then_some(&table);
    figure(m, "actors", ("Who is involved", &said), (&Chart::Network(network), Size::Full), table);
}

/// A ladder, with who begins where.
pub(in crate::report) fn ladder_chart(p: &Portrait, ladder: &LadderPart) -> Rungs {
    let starts = |at: usize| {
        let here = p.stands.iter().filter(move |s| s.ladder == ladder.id && s.rung == Some(at));
        here.map(|s| called(p, &s.actor)).collect::<Vec<_>>()
    };
    let rung = |(at, r): (usize, &crate::results::RungPart)| LadderRung {
        label: spoken(&r.label),
        threshold: r.threshold.clone(),
        starts: starts(at),
    };
    Rungs { rungs: ladder.rungs.iter().enumerate().map(rung).collect() }
}

fn ladders(m: &mut Markup, p: &Portrait) {
    for (at, ladder) in p.ladders.iter().take(12).enumerate() {
        let thresholds: Vec<String> =
            ladder.rungs.iter().filter_map(|r| r.threshold.as_deref()).map(|t| format!("“{}”", label(t))).collect();
        let said = match thresholds.len() {
            0 => "No threshold between its rungs.".to_owned(),
            1 => format!("One threshold that is hard to cross: {}.", thresholds.join("")),
            n => format!("{n} thresholds that are hard to cross: {}.", and(&thresholds)),
        };
        let title = format!("Ladder: {}", spoken(&ladder.label));
        let chart = Chart::Rungs(ladder_chart(p, ladder));
        let mut table = Table::of_words(&["Rung, from the top", "Threshold below it", "Who begins here"]);
        let drawn = ladder_chart(p, ladder);
        for r in drawn.rungs.iter().rev() {
            table.rows.push(vec![r.label.clone(), r.threshold.as_deref().map(label).unwrap_or_default(), r.starts.join(", ")]);
        }
        figure(m, &format!("ladder-{at}"), (&title, &said), (&chart, Size::Full), Some(&table));
    }
}

fn regimes(m: &mut Markup, p: &Portrait) {
    if p.regimes.is_empty() {
        return;
    }
    m.open("section", &[("class", &"block")]).leaf("h3", &[], "Outside states of affairs");
    let mut table = Table::of_words(&["What", "States"]);
    for r in &p.regimes {
        let states: Vec<String> = r.rungs.iter().map(|s| spoken(&s.label)).collect();
        table.rows.push(vec![spoken(&r.label), states.join("; ")]);
    }
    table.put(m, "Outside states of affairs");
    m.close();
}

fn parameters(m: &mut Markup, p: &Portrait) {
    if p.parameters.is_empty() {
        return;
    }
    let drawn = p.parameters.iter().any(|x| x.shape.is_some());
    let title = if drawn { "What is uncertain" } else { "Given numbers" };
    m.open("section", &[("class", &"block")]).leaf("h3", &[], title);
    if drawn {
        m.leaf("p", &[], "Each trial draws these anew, from the distributions shown. The dashed line is the median.");
    }
    m.open("div", &[("class", &"scroll"), ("role", &"region"), ("tabindex", &0), ("aria-label", &"Parameters")]);
    m.open("table", &[("class", &"parameters")]).open("thead", &[]).open("tr", &[]);
    for head in ["Parameter", "Distribution", "5 %", "Median", "95 %", "Where it comes from"] {
        m.leaf("th", &[("scope", &"col")], head);
    }
    m.close().close().open("tbody", &[]);
    for (at, parameter) in p.parameters.iter().enumerate() {
        row(m, at, parameter);
    }
    m.close().close().close().close();
}

fn row(m: &mut Markup, at: usize, parameter: &ParameterPart) {
    m.open("tr", &[]);
    m.open("th", &[("scope", &"row")]).leaf("bdi", &[], &label(&parameter.label));
    if parameter.label != parameter.id {
        m.void("br", &[]).leaf("code", &[], &line(&parameter.id, 80));
    }
    m.close().open("td", &[]);
    let unit = parameter.unit.as_deref().map_or_else(String::new, |u| format!(" {u}"));
    let mut quantiles = [const { String::new() }; 3];
    if let Some(shape) = &parameter.shape {
        let (density, words) = density(shape);
        if let DistributionPart::Curve { quantiles: q, .. } = shape {
            quantiles = q.map(|x| format!("{}{unit}", number(x)));
        }
        let head = Head { id: format!("density-{at}"), title: label(&parameter.label), desc: words };
        m.put(&Chart::Density(density).draw(&head, Page::Wide)).void("br", &[]);
    }
    m.leaf("small", &[], &line(&parameter.distribution, 120)).close();
    for q in &quantiles {
        m.leaf("td", &[], q);
    }
    m.open("td", &[("class", &"words")]);
    if parameter.judgement {
        m.leaf("span", &[("class", &"judgement")], "judgement");
    }
    if let Some(source) = &parameter.source {
        m.say(if parameter.judgement { " " } else { "" }).leaf("bdi", &[], &line(source, 400));
    }
    m.close().close();
}

fn density(shape: &DistributionPart) -> (Density, String) {
    match shape {
        DistributionPart::Curve { at, height, quantiles, .. } => {
            let points = at.iter().copied().zip(height.iter().copied()).collect();
            let words =
                format!("Nine tenths between {} and {}, median {}.", number(quantiles[0]), number(quantiles[2]), number(quantiles[1]));
            (Density { shape: Shape::Curve(points), middle: Some(quantiles[1]) }, words)
        }
        DistributionPart::Bars(bars) => {
            let some: Vec<Bar> = bars.iter().take(60).map(|b| Bar { label: label(&b.value), share: b.share }).collect();
            let words: Vec<String> = some.iter().take(6).map(|b| format!("{} {:.0} %", b.label, b.share * 100.0)).collect();
            (Density { shape: Shape::Bars(some), middle: None }, format!("{}.", words.join(", ")))
        }
    }
}

fn sources(m: &mut Markup, p: &Portrait) {
    let facts = [("Author", &p.author), ("Written", &p.date), ("First day", &p.start), ("Simplified", &p.simplified)];
    if p.sources.is_empty() && facts.iter().all(|f| f.1.is_none()) {
        return;
    }
    m.open("section", &[("class", &"block")]).leaf("h3", &[], "Where it comes from");
    m.open("dl", &[]);
    for (name, text) in facts {
        if let Some(text) = text {
            m.leaf("dt", &[], name).leaf("dd", &[], &line(text, 3000));
        }
    }
    m.close();
    if !p.sources.is_empty() {
        m.leaf("p", &[], "Sources that the scenario names:").open("ul", &[]);
        for source in &p.sources {
            m.open("li", &[]).leaf("bdi", &[], &line(source, 2000)).close();
        }
        m.close();
    }
    m.close();
}
