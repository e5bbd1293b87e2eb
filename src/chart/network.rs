//! Actors on an ellipse, and what joins them. Joints carry numbers; what each is, the table beside the chart tells.

use super::Head;
use super::canvas::{Anchor, Canvas, Page, SMALL};
use super::ink::Ink;
use super::letters::{width, wrap};
use super::markup::{Markup, short};

/// An actor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// What it is called.
    pub label: String,
    /// What sort it is: those of one sort look alike.
    pub kind: String,
}

/// What a joint is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// A relation that the scenario names.
    Relation,
    /// What one does changes the other.
    Spillover,
}

/// A joint, from one node to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// From this node.
    pub from: usize,
    /// To this one.
    pub to: usize,
    /// What it is.
    pub kind: LinkKind,
    /// Its number in the table.
    pub number: usize,
    /// In words.
    pub label: String,
}

/// Actors and what joins them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// Actors.
    pub nodes: Vec<Node>,
    /// Joints.
    pub links: Vec<Link>,
}

struct Place {
    x: f64,
    y: f64,
    half: f64,
    tall: f64,
    lines: Vec<String>,
}

impl Network {
    pub(super) fn draw(&self, head: &Head, page: Page) -> Markup {
        let mut c = Canvas::new(page);
        let wide = c.wide();
        let places = self.places(page);
        let bottom = places.iter().map(|p| p.y + p.tall / 2.0).fold(40.0, f64::max);
        for link in &self.links {
            if link.from < places.len() && link.to < places.len() && link.from != link.to {
                self.link(&mut c, link, &places);
            }
        }
        let mut kinds: Vec<&str> = Vec::new();
        for node in &self.nodes {
            if !kinds.contains(&node.kind.as_str()) {
                kinds.push(&node.kind);
            }
        }
        for (node, place) in self.nodes.iter().zip(&places) {
            let kind = kinds.iter().position(|k| *k == node.kind).unwrap_or(0);
            c.tip(&if node.kind.is_empty() { node.label.clone() } else { format!("{} ({})", node.label, node.kind) });
            let (x, y) = (place.x - place.half, place.y - place.tall / 2.0);
            c.frame((x, y), (place.half * 2.0, place.tall), (Ink::Panel, Ink::Soft));
            c.rect((x, y), (4.0, place.tall), Ink::Series(kind));
            #[expect(clippy::cast_precision_loss, reason = "few lines")]
            let mut at = place.y - (place.lines.len() as f64 - 1.0) * 7.0 + 4.0;
            for line in &place.lines {
                c.text((place.x + 2.0, at), Anchor::Middle, SMALL, "ink", line);
                at += 14.0;
            }
            c.end();
        }
        let mut y = bottom + 24.0;
        let mut x = 10.0;
        let spills = self.links.iter().any(|l| l.kind == LinkKind::Spillover);
        let relations = self.links.iter().any(|l| l.kind == LinkKind::Relation);
        let keys = [(relations, "relation", "none"), (spills, "what one does changes the other", "4 3")];
        for (_, text, dash) in keys.iter().filter(|k| k.0) {
            c.line((x, y), (x + 26.0, y), Ink::Ink, 1.6, dash);
            c.text((x + 32.0, y + 4.0), Anchor::Start, SMALL, "soft", text);
            x += 48.0 + width(text, SMALL);
        }
        for (kind, name) in kinds.iter().enumerate().filter(|(_, k)| !k.is_empty()).take(8) {
            let room = 22.0 + width(name, SMALL);
            if x + room > page.width() {
                x = 10.0;
                y += 20.0;
            }
            c.rect((x, y - 6.0), (4.0, 12.0), Ink::Series(kind));
            c.cut((x + 9.0, y + 4.0), Anchor::Start, (SMALL, if wide { 200.0 } else { 150.0 }), "soft", name);
            x += room;
        }
        c.finish(y + 14.0, head, None)
    }

    /// Nodes on an ellipse, those that are joined close to each other.
    fn places(&self, page: Page) -> Vec<Place> {
        let order = self.order();
        let wide = page == Page::Wide;
        let count = order.len().max(1);
        let room = if wide { 118.0 } else { 78.0 };
        #[expect(clippy::cast_precision_loss, reason = "few nodes")]
        let n = count as f64;
        let across = page.width() / 2.0 - room / 2.0 - 12.0;
        let high = if wide { (n * 17.0).clamp(110.0, 340.0) } else { (n * 24.0).clamp(110.0, 430.0) };
        let mut places: Vec<Option<Place>> = (0..self.nodes.len()).map(|_| None).collect();
        for (at, node) in order.into_iter().enumerate() {
            // Equal distances along the ellipse would need elliptic integrals; equal angles bent toward the flat sides will do.
            #[expect(clippy::cast_precision_loss, reason = "few nodes")]
            let turn = at as f64 / n;
            let (cos, sin) = around(turn);
            let lines = wrap(&self.nodes[node].label, SMALL, room, 3);
            let half = lines.iter().map(|l| width(l, SMALL)).fold(24.0, f64::max) / 2.0 + 9.0;
            #[expect(clippy::cast_precision_loss, reason = "few lines")]
            let tall = lines.len() as f64 * 14.0 + 10.0;
            let place = Place { x: page.width() / 2.0 + across * sin, y: high + 34.0 - high * cos, half, tall, lines };
            places[node] = Some(place);
        }
        places.into_iter().flatten().collect()
    }

    /// An order around the ellipse: each next one is the one most joined to the last ones.
    fn order(&self) -> Vec<usize> {
        let count = self.nodes.len();
        let joined = |a: usize, b: usize| self.links.iter().filter(|l| (l.from, l.to) == (a, b) || (l.from, l.to) == (b, a)).count();
        let degree = |a: usize| self.links.iter().filter(|l| l.from == a || l.to == a).count();
        let mut left: Vec<usize> = (0..count).collect();
        let mut order: Vec<usize> = Vec::new();
        while !left.is_empty() {
            let score = |node: usize| -> usize {
                order.iter().rev().take(2).zip([3, 1]).map(|(last, weight)| weight * joined(node, *last)).sum::<usize>() * 100 + degree(node)
            };
            let best = (0..left.len()).max_by_key(|at| (score(left[*at]), usize::MAX - left[*at])).unwrap_or(0);
            let next = left.remove(best);
            order.push(next);
        }
        order
    }

    fn link(&self, c: &mut Canvas, link: &Link, places: &[Place]) {
        let (a, b) = (&places[link.from], &places[link.to]);
        let middle = places.iter().map(|p| p.y).sum::<f64>() / f64::from(u32::try_from(places.len().max(1)).unwrap_or(1));
        let center = (c.page.width() / 2.0, middle);
        // Bent toward the middle; one that goes back is bent the other way, beside the first.
        let (mx, my) = (a.x.midpoint(b.x), a.y.midpoint(b.y));
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let long = (dx * dx + dy * dy).sqrt().max(1.0);
        let (nx, ny) = (-dy / long, dx / long);
        let pull = 0.28;
        let apart = if link.kind == LinkKind::Spillover { 26.0 } else { 12.0 };
        let control = (mx + (center.0 - mx) * pull + nx * apart, my + (center.1 - my) * pull + ny * apart);
        let (start, end) = (border(a, control), border(b, control));
        let d = format!(
            "M{} {}Q{} {} {} {}",
            short(start.0),
            short(start.1),
            short(control.0),
            short(control.1),
            short(end.0),
            short(end.1)
        );
        let (ink, wide, dash) = match link.kind {
            LinkKind::Relation => (Ink::Ink, 1.6, "none"),
            LinkKind::Spillover => (Ink::Soft, 1.1, "4 3"),
        };
        c.tip(&link.label);
        c.stroke(&d, ink, wide, dash);
        let (ux, uy) = unit((end.0 - control.0, end.1 - control.1));
        let (bx, by) = (end.0 - ux * 9.0, end.1 - uy * 9.0);
        let head = format!(
            "M{} {}L{} {}L{} {}Z",
            short(end.0),
            short(end.1),
            short(bx - uy * 4.0),
            short(by + ux * 4.0),
            short(bx + uy * 4.0),
            short(by - ux * 4.0)
        );
        c.area(&head, ink, 1.0);
        if link.kind == LinkKind::Relation {
            let at = (0.25 * start.0 + 0.5 * control.0 + 0.25 * end.0, 0.25 * start.1 + 0.5 * control.1 + 0.25 * end.1);
            c.dot(at, 8.5, Ink::Paper);
            c.body.shape(
                "circle",
                &[
                    ("cx", &short(at.0)),
                    ("cy", &short(at.1)),
                    ("r", &"8.5"),
                    ("fill", &"none"),
                    ("class", &"l ink"),
                    ("stroke", &Ink::Ink.plain()),
                ],
            );
            c.text((at.0, at.1 + 3.8), Anchor::Middle, 10.5, "ink", &link.number.to_string());
        }
        c.end();
    }
}

/// Cosine and sine of a part of a whole turn, from a table of thirty-seconds with straight lines between: plain arithmetic,
/// the same on every machine.
fn around(turn: f64) -> (f64, f64) {
    // sin of 0, 1, .. 8 thirty-seconds of a turn.
    const SIN: [f64; 9] = [0.0, 0.195_09, 0.382_683, 0.555_57, 0.707_107, 0.831_47, 0.923_88, 0.980_785, 1.0];
    let sin = |turn: f64| {
        let t = turn.rem_euclid(1.0) * 4.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a quarter")]
        let quarter = t as usize % 4;
        let part = t - t.floor();
        let x = if quarter % 2 == 0 { part } else { 1.0 - part } * 8.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place in the table")]
        let at = (x as usize).min(7);
        let value = SIN[at] + (SIN[at + 1] - SIN[at]) * (x - x.floor()).min(if x >= 8.0 { 0.0 } else { 1.0 });
        let value = if x >= 8.0 { 1.0 } else { value };
        if quarter < 2 { value } else { -value }
    };
    (sin(turn + 0.25), sin(turn))
}

fn unit((x, y): (f64, f64)) -> (f64, f64) {
    let long = (x * x + y * y).sqrt();
    if long > 0.0 { (x / long, y / long) } else { (1.0, 0.0) }
}

/// Where the line from a node's middle toward a point leaves its box.
fn border(place: &Place, toward: (f64, f64)) -> (f64, f64) {
    let (dx, dy) = (toward.0 - place.x, toward.1 - place.y);
    let (half, tall) = (place.half + 3.0, place.tall / 2.0 + 3.0);
    let scale = (half / dx.abs().max(1e-9)).min(tall / dy.abs().max(1e-9)).min(1.0);
    (place.x + dx * scale, place.y + dy * scale)
}
