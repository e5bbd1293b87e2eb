//! Actors on an ellipse, and what joins them. Joints carry numbers; what each is, the table beside the chart tells.

use super::Head;
use super::canvas::{Anchor, Canvas, Page, SMALL};
use super::ink::Ink;
use super::letters::{width, wrap};
use super::markup::{Markup, short};

/// Rounds in which pairs of nodes change places.
const SWEEPS: usize = 12;

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
    /// It goes both ways.
    pub both: bool,
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
    pub(super) fn draw(&self, head: &Head, page: Page) -> (Markup, f64) {
        let c = Canvas::new(page);
        let wide = c.wide();
        // On a phone there is room for relations only; the table has the rest.
        let all = wide || !self.links.iter().any(|l| l.kind == LinkKind::Relation);
        let shown =
            Self { nodes: self.nodes.clone(), links: self.links.iter().filter(|l| all || l.kind == LinkKind::Relation).cloned().collect() };
        shown.put(c, head)
    }

    fn put(&self, mut c: Canvas, head: &Head) -> (Markup, f64) {
        let (page, wide) = (c.page, c.wide());
        let places = self.places(page);
        let bottom = places.iter().map(|p| p.y + p.tall / 2.0).fold(40.0, f64::max);
        let ring: Vec<&Place> = self.order().into_iter().map(|n| &places[n]).collect();
        let low = ring.iter().map(|p| p.y).fold(0.0, f64::max);
        let middle = (page.width() / 2.0, low / 2.0);
        let drawn: Vec<&Link> = self.links.iter().filter(|l| l.from < places.len() && l.to < places.len() && l.from != l.to).collect();
        let bends: Vec<Bend> = drawn.iter().map(|link| bend(link, &places, middle)).collect();
        for (link, bend) in drawn.iter().zip(&bends) {
            stroke(&mut c, link, bend);
        }
        let badges = numbers(&drawn, &bends, &places);
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
        for (at, number) in badges {
            badge(&mut c, at, number);
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

    /// Nodes on an ellipse, so that no joint runs through a node; those without joints in rows below.
    fn places(&self, page: Page) -> Vec<Place> {
        let wide = page == Page::Wide;
        let room = if wide { 112.0 } else { 84.0 };
        let joined: Vec<usize> = self.order();
        let mut places: Vec<Place> = self.nodes.iter().map(|node| place(node, room)).collect();
        #[expect(clippy::cast_precision_loss, reason = "few nodes")]
        let n = joined.len() as f64;
        let tall = if wide { (n * 34.0).clamp(150.0, 560.0) } else { (n * 44.0).clamp(170.0, 760.0) };
        let area = (page.width(), tall);
        let half = joined.iter().map(|n| places[*n].half).fold(0.0, f64::max) + 6.0;
        for (i, node) in joined.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "few nodes")]
            let (cos, sin) = around(i as f64 / n.max(1.0));
            (places[*node].x, places[*node].y) = (area.0 / 2.0 + (area.0 / 2.0 - half) * sin, area.1 / 2.0 - (area.1 / 2.0 - 24.0) * cos);
        }
        apart(&mut places, &joined, area);
        let bottom = joined.iter().map(|n| places[*n].y + places[*n].tall / 2.0).fold(8.0, f64::max);
        let mut x = 10.0;
        let mut y = bottom + if joined.is_empty() { 0.0 } else { 34.0 };
        for node in (0..self.nodes.len()).filter(|n| !joined.contains(n)) {
            let place = &mut places[node];
            if x + place.half * 2.0 > page.width() - 6.0 && x > 10.0 {
                x = 10.0;
                y += 48.0;
            }
            (place.x, place.y) = (x + place.half, y + 14.0);
            x += place.half * 2.0 + 10.0;
        }
        places
    }

    /// The nodes that are joined, in an order around the ellipse: each next one is the one most joined to the last ones; then pairs change
    /// places as long as that leaves fewer crossings, or shorter joints.
    fn order(&self) -> Vec<usize> {
        let joined = |a: usize, b: usize| self.links.iter().filter(|l| (l.from, l.to) == (a, b) || (l.from, l.to) == (b, a)).count();
        let degree = |a: usize| self.links.iter().filter(|l| l.from == a || l.to == a).count();
        let mut left: Vec<usize> = (0..self.nodes.len()).filter(|n| degree(*n) > 0).collect();
        let mut order: Vec<usize> = Vec::new();
        while !left.is_empty() {
            let score = |node: usize| -> usize {
                order.iter().rev().take(2).zip([3, 1]).map(|(last, weight)| weight * joined(node, *last)).sum::<usize>() * 100
                    + degree(node)
            };
            let best = (0..left.len()).max_by_key(|at| (score(left[*at]), usize::MAX - left[*at])).unwrap_or(0);
            let next = left.remove(best);
            order.push(next);
        }
        let mut least = self.tangle(&order);
        for _ in 0..SWEEPS {
            let before = least;
            for a in 0..order.len() {
                for b in a + 1..order.len() {
                    order.swap(a, b);
                    let now = self.tangle(&order);
                    if now < least {
                        least = now;
                    } else {
                        order.swap(a, b);
                    }
                }
            }
            if least == before {
                break;
            }
        }
        order
    }

    /// Crossings of joints, and then how far they reach, with the nodes in this order around the ellipse.
    fn tangle(&self, order: &[usize]) -> usize {
        let count = order.len();
        let place = |node: usize| order.iter().position(|n| *n == node);
        let ends = |l: &Link| Some((place(l.from)?.min(place(l.to)?), place(l.from)?.max(place(l.to)?)));
        let all: Vec<(usize, usize)> = self.links.iter().filter_map(ends).filter(|(a, b)| a != b).collect();
        let cross = |(a, b): (usize, usize), (c, d): (usize, usize)| (a < c && c < b && b < d) || (c < a && a < d && d < b);
        let crossings: usize = all.iter().enumerate().map(|(i, x)| all[..i].iter().filter(|y| cross(*x, **y)).count()).sum();
        crossings * 4 + all.iter().map(|(a, b)| (b - a).min(count - (b - a))).sum::<usize>()
    }
}

/// A joint as it is drawn: where it begins, what it bends towards, where it ends.
#[derive(Clone, Copy, Debug)]
struct Bend {
    start: (f64, f64),
    control: (f64, f64),
    end: (f64, f64),
}

impl Bend {
    /// The place after a part of the way.
    fn on(&self, t: f64) -> (f64, f64) {
        let (a, b, c) = ((1.0 - t) * (1.0 - t), 2.0 * t * (1.0 - t), t * t);
        (a * self.start.0 + b * self.control.0 + c * self.end.0, a * self.start.1 + b * self.control.1 + c * self.end.1)
    }
}

/// Ways to bend a joint, tried in turn: how far aside, and how much towards the middle.
const WAYS: [(f64, f64); 11] = [
    (0.0, 0.35),
    (0.0, 0.6),
    (20.0, 0.35),
    (-24.0, 0.35),
    (44.0, 0.35),
    (-48.0, 0.35),
    (0.0, 0.9),
    (70.0, 0.2),
    (-70.0, 0.2),
    (100.0, 0.2),
    (-100.0, 0.2),
];

/// The way of a joint that runs behind as few boxes as can be had.
fn bend(link: &Link, places: &[Place], middle: (f64, f64)) -> Bend {
    let (a, b) = (&places[link.from], &places[link.to]);
    // Bent to the left as seen from where it begins, so that one that goes back lies beside it.
    let (mx, my) = (a.x.midpoint(b.x), a.y.midpoint(b.y));
    let (dx, dy) = (b.x - a.x, b.y - a.y);
    let long = (dx * dx + dy * dy).sqrt().max(1.0);
    let (nx, ny) = (-dy / long, dx / long);
    let apart = if link.both { 0.0 } else { 12.0 };
    let way = |aside: f64, pull: f64| {
        // Towards the middle of all, where there is room.
        let pull = pull * (long / 260.0).min(1.0);
        let control = (mx + nx * (apart + aside) + (middle.0 - mx) * pull, my + ny * (apart + aside) + (middle.1 - my) * pull);
        Bend { start: border(a, control), control, end: border(b, control) }
    };
    let others = || places.iter().enumerate().filter(|(at, _)| *at != link.from && *at != link.to).map(|(_, p)| p);
    let behind = |bend: &Bend| {
        let on = (1..24).map(|step| bend.on(f64::from(step) / 24.0));
        on.filter(|at| others().any(|p| (p.x - at.0).abs() < p.half + 4.0 && (p.y - at.1).abs() < p.tall / 2.0 + 4.0)).count()
    };
    let mut best = way(WAYS[0].0, WAYS[0].1);
    let mut least = behind(&best);
    for (aside, pull) in WAYS {
        let other = way(aside, pull);
        let count = behind(&other);
        if count < least {
            (best, least) = (other, count);
        }
    }
    best
}

fn stroke(c: &mut Canvas, link: &Link, bend: &Bend) {
    let Bend { start, control, end } = *bend;
    let d = format!("M{} {}Q{} {} {} {}", short(start.0), short(start.1), short(control.0), short(control.1), short(end.0), short(end.1));
    let (ink, wide, dash) = match link.kind {
        LinkKind::Relation => (Ink::Ink, 1.6, "none"),
        LinkKind::Spillover => (Ink::Soft, 1.1, "4 3"),
    };
    c.tip(&link.label);
    c.stroke(&d, ink, wide, dash);
    tip(c, control, end, ink);
    if link.both {
        tip(c, control, start, ink);
    }
    c.end();
}

/// Where the numbers of relations stand: off each other, off boxes and off the heads of all arrows, as far as there is room.
fn numbers(links: &[&Link], bends: &[Bend], places: &[Place]) -> Vec<Badge> {
    let mut badges: Vec<Badge> = Vec::new();
    let far = |a: (f64, f64), b: (f64, f64), least: f64| (a.0 - b.0) * (a.0 - b.0) + (a.1 - b.1) * (a.1 - b.1) > least * least;
    for (link, bend) in links.iter().zip(bends).filter(|(l, _)| l.kind == LinkKind::Relation) {
        let off_others = |at: &(f64, f64)| badges.iter().all(|b| far(b.0, *at, 19.0));
        let off_boxes =
            |at: &(f64, f64)| places.iter().all(|p| (p.x - at.0).abs() > p.half + 9.0 || (p.y - at.1).abs() > p.tall / 2.0 + 9.0);
        let off_heads =
            |at: &(f64, f64)| links.iter().zip(bends).all(|(l, b)| far(b.end, *at, 17.0) && (!l.both || far(b.start, *at, 17.0)));
        let some = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74].map(|t| bend.on(t));
        let best = some.iter().find(|at| off_others(at) && off_boxes(at) && off_heads(at));
        let best = best.or_else(|| some.iter().find(|at| off_others(at) && off_boxes(at)));
        badges.push((best.copied().unwrap_or_else(|| bend.on(0.5)), link.number));
    }
    badges
}

/// The head of an arrow that comes from a place.
fn tip(c: &mut Canvas, from: (f64, f64), end: (f64, f64), ink: Ink) {
    let (ux, uy) = unit((end.0 - from.0, end.1 - from.1));
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
}

/// Where the number of a relation stands, and the number.
type Badge = ((f64, f64), usize);

/// The number of a relation, over everything else.
fn badge(c: &mut Canvas, at: (f64, f64), number: usize) {
    c.dot(at, 8.5, Ink::Paper);
    c.body.shape(
        "circle",
        &[("cx", &short(at.0)), ("cy", &short(at.1)), ("r", &"8.5"), ("fill", &"none"), ("class", &"l ink"), ("stroke", &Ink::Ink.plain())],
    );
    c.text((at.0, at.1 + 3.8), Anchor::Middle, 10.5, "ink", &number.to_string());
}

/// A box around a label.
fn place(node: &Node, room: f64) -> Place {
    let lines = wrap(&node.label, SMALL, room, 3);
    let half = lines.iter().map(|l| width(l, SMALL)).fold(24.0, f64::max) / 2.0 + 9.0;
    #[expect(clippy::cast_precision_loss, reason = "few lines")]
    let tall = lines.len() as f64 * 14.0 + 10.0;
    Place { x: 0.0, y: 0.0, half, tall, lines }
}

/// Moves boxes that cover each other apart.
fn apart(places: &mut [Place], joined: &[usize], (wide, _): (f64, f64)) {
    const GAP: f64 = 16.0;
    for _ in 0..200 {
        let mut still = true;
        for (i, a) in joined.iter().enumerate() {
            for b in &joined[..i] {
                let (dx, dy) = (places[*a].x - places[*b].x, places[*a].y - places[*b].y);
                let over_x = places[*a].half + places[*b].half + GAP - dx.abs();
                let over_y = places[*a].tall.midpoint(places[*b].tall) + GAP - dy.abs();
                if over_x <= 0.0 || over_y <= 0.0 {
                    continue;
                }
                still = false;
                // The shorter way out; up and down costs nothing, since the drawing can grow.
                if over_y < over_x * 1.5 {
                    let step = over_y / 2.0 * if dy < 0.0 { -1.0 } else { 1.0 };
                    places[*a].y += step;
                    places[*b].y -= step;
                } else {
                    let step = over_x / 2.0 * if dx < 0.0 { -1.0 } else { 1.0 };
                    places[*a].x += step;
                    places[*b].x -= step;
                }
            }
        }
        for node in joined {
            let place = &mut places[*node];
            place.x = place.x.clamp(place.half + 4.0, (wide - place.half - 4.0).max(place.half + 4.0));
            place.y = place.y.max(place.tall / 2.0 + 4.0);
        }
        if still {
            break;
        }
    }
}

/// Cosine and sine of a part of a whole turn, from a table of thirty-seconds with straight lines between: plain arithmetic,
/// the same on every machine.
fn around(turn: f64) -> (f64, f64) {
    // sin of 0, 1, .. 8 thirty-seconds of a turn.
    const SIN: [f64; 9] = [0.0, 0.195_09, 0.382_683, 0.555_57, std::f64::consts::FRAC_1_SQRT_2, 0.831_47, 0.923_88, 0.980_785, 1.0];
    let sin = |turn: f64| {
        let t = turn.rem_euclid(1.0) * 4.0;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a quarter")]
        let quarter = t as usize % 4;
        let part = t - t.floor();
        let x = if quarter.is_multiple_of(2) { part } else { 1.0 - part } * 8.0;
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
