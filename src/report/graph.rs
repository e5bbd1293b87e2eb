//! Actors, what joins them, and ladders, for other programs: SVG, the DOT language of Graphviz, Mermaid.

use std::collections::BTreeMap;

use super::html::{SPILLOVERS, ladder_chart, network, spillovers};
use crate::chart::letters::line;
use crate::chart::{Chart, Head, file};
use crate::results::{Portrait, SpilloverPart};

/// Longest label, in characters.
const LABEL: usize = 80;
/// Most pairs, beside relations, of whom one changes what belongs to the other, in a picture.
const PAIRS: usize = 24;

/// As an SVG file.
#[must_use]
pub fn svg(title: &str, portrait: &Portrait) -> String {
    let mut charts = Vec::new();
    if !portrait.actors.is_empty() {
        let desc = "Actors; arrows with a number are relations, dashed ones show who changes what belongs to another.";
        let head = Head { id: "actors".to_owned(), title: title.to_owned(), desc: desc.to_owned() };
        charts.push((head, Chart::Network(network(portrait, PAIRS).0)));
    }
    for (at, ladder) in portrait.ladders.iter().enumerate() {
        let title = format!("Ladder: {}", ladder.label);
        let desc = "Rungs from below, thresholds between them, who begins where.";
        let head = Head { id: format!("ladder-{at}"), title, desc: desc.to_owned() };
        charts.push((head, Chart::Rungs(ladder_chart(portrait, ladder))));
    }
    file(title, &charts)
}

/// Places of actors by name.
fn places(portrait: &Portrait) -> BTreeMap<&str, usize> {
    portrait.actors.iter().enumerate().map(|(at, a)| (a.id.as_str(), at)).collect()
}

/// In the DOT language.
#[must_use]
pub fn dot(title: &str, portrait: &Portrait) -> String {
    let quoted = |text: &str| format!("\"{}\"", line(text, LABEL).replace('\\', "\\\\").replace('"', "\\\""));
    let at = places(portrait);
    let mut text = format!("digraph {} {{\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n", quoted(title));
    for (at, actor) in portrait.actors.iter().enumerate() {
        text.push_str(&format!("  a{at} [label={}];\n", quoted(&actor.label)));
    }
    for r in &portrait.relations {
        if let (Some(from), Some(to)) = (at.get(r.from.as_str()), at.get(r.to.as_str())) {
            text.push_str(&format!("  a{from} -> a{to} [label={}];\n", quoted(&r.label)));
        }
    }
    for s in &portrait.spillovers {
        if let (Some(from), Some(to)) = (at.get(s.from.as_str()), at.get(s.to.as_str())) {
            text.push_str(&format!("  a{from} -> a{to} [style=dashed, tooltip={}];\n", quoted(&s.by.join("; "))));
        }
    }
    for (index, ladder) in portrait.ladders.iter().enumerate() {
        text.push_str(&format!("  subgraph cluster_{index} {{\n    label={};\n", quoted(&ladder.label)));
        for (rung, part) in ladder.rungs.iter().enumerate() {
            text.push_str(&format!("    l{index}_{rung} [label={}, shape=plain];\n", quoted(&part.label)));
            if rung > 0 {
                let style = match &part.threshold {
                    Some(name) => format!(" [label={}, color=red, style=bold]", quoted(name)),
                    None => String::new(),
                };
                text.push_str(&format!("    l{index}_{} -> l{index}_{rung}{style};\n", rung - 1));
            }
        }
        text.push_str("  }\n");
    }
    text + "}\n"
}

/// In Mermaid's language. Where ladders are not wanted, it is for a report: with as many joints as its picture has.
#[must_use]
pub fn mermaid(portrait: &Portrait, ladders: bool) -> String {
    let at = places(portrait);
    let mut text = "flowchart LR\n".to_owned();
    for (at, actor) in portrait.actors.iter().enumerate() {
        text.push_str(&format!("  a{at}[\"{}\"]\n", entities(&actor.label)));
    }
    for r in &portrait.relations {
        if let (Some(from), Some(to)) = (at.get(r.from.as_str()), at.get(r.to.as_str())) {
            text.push_str(&format!("  a{from} -->|\"{}\"| a{to}\n", entities(&r.label)));
        }
    }
    let few = spillovers(portrait).into_iter().take(SPILLOVERS).map(|(one, back)| (one, back.is_some()));
    let joints: Vec<(&SpilloverPart, bool)> =
        if ladders { portrait.spillovers.iter().map(|s| (s, false)).collect() } else { few.collect() };
    for (s, both) in joints {
        if let (Some(from), Some(to)) = (at.get(s.from.as_str()), at.get(s.to.as_str())) {
            text.push_str(&format!("  a{from} {} a{to}\n", if both { "<-.->" } else { "-.->" }));
        }
    }
    for (index, ladder) in portrait.ladders.iter().enumerate().filter(|_| ladders) {
        text.push_str(&format!("  subgraph l{index}[\"{}\"]\n    direction BT\n", entities(&ladder.label)));
        for (rung, part) in ladder.rungs.iter().enumerate() {
            text.push_str(&format!("    l{index}r{rung}[\"{}\"]\n", entities(&part.label)));
            if rung > 0 {
                let arrow = match &part.threshold {
                    Some(name) => format!("==>|\"{}\"|", entities(name)),
                    None => "-->".to_owned(),
                };
                text.push_str(&format!("    l{index}r{} {arrow} l{index}r{rung}\n", rung - 1));
            }
        }
        text.push_str("  end\n");
    }
    text
}

/// A text between double quotes in Mermaid: everything that it could obey is written by number.
fn entities(text: &str) -> String {
    let harmless = |c: char| c.is_alphanumeric() || " .,()+-/".contains(c);
    let one = |c: char| if harmless(c) { c.to_string() } else { format!("#{};", u32::from(c)) };
    line(text, LABEL).chars().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{ActorPart, LadderPart, RelationPart, RungPart, SpilloverPart};

    fn portrait() -> Portrait {
        let actor = |id: &str, label: &str| ActorPart { id: id.into(), label: label.into(), kind: None };
        let rung =
            |id: &str, threshold: Option<&str>| RungPart { id: id.into(), label: id.into(), threshold: threshold.map(str::to_owned) };
        Portrait {
            actors: vec![actor("a", "North"), actor("b", "So\"uth\\ <b>")],
            relations: vec![RelationPart { id: "r".into(), label: "rivals".into(), from: "a".into(), to: "b".into() }],
            spillovers: vec![SpilloverPart { from: "b".into(), to: "a".into(), by: vec!["shelling".into()], rules: 1 }],
            ladders: vec![LadderPart { id: "l".into(), label: "border".into(), rungs: vec![rung("calm", None), rung("war", Some("law"))] }],
            ..Portrait::default()
        }
    }

    #[test]
    fn dot_quotes_what_it_could_obey() {
        insta::assert_snapshot!(dot("T", &portrait()), @r#"
        digraph "T" {
          rankdir=LR;
          node [shape=box, fontname="sans-serif"];
          a0 [label="North"];
          a1 [label="So\"uth\\ <b>"];
          a0 -> a1 [label="rivals"];
          a1 -> a0 [style=dashed, tooltip="shelling"];
          subgraph cluster_0 {
            label="border";
            l0_0 [label="calm", shape=plain];
            l0_1 [label="war", shape=plain];
            l0_0 -> l0_1 [label="law", color=red, style=bold];
          }
        }
        "#);
    }

    #[test]
    fn mermaid_has_no_marks_of_others() {
        insta::assert_snapshot!(mermaid(&portrait(), true), @r#"
        flowchart LR
          a0["North"]
          a1["So#34;uth#92; #60;b#62;"]
          a0 -->|"rivals"| a1
          a1 -.-> a0
          subgraph l0["border"]
            direction BT
            l0r0["calm"]
            l0r1["war"]
            l0r0 ==>|"law"| l0r1
          end
        "#);
    }

    #[test]
    fn the_picture_has_all_of_it() {
        let text = svg("T", &portrait());
        for word in ["North", "rivals", "threshold: law", "Ladder: border"] {
            assert!(text.contains(word), "{word}");
        }
    }
}
