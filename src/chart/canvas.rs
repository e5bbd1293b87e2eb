//! A drawing in the making: marks, texts, and the frame around them that says what it shows.

use super::ink::Ink;
use super::letters::{cut, line, width, wrap};
use super::markup::{Markup, Num, short};

/// Size of the font of labels, and of what stands smaller.
pub(super) const SIZE: f64 = 13.0;
pub(super) const SMALL: f64 = 11.5;

/// For which page a chart is drawn: charts have two forms, since text that shrinks with a wide drawing cannot be read on a phone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// A screen or paper.
    Wide,
    /// A phone; there beside the wide form, and hidden where no style sheet shows it.
    Narrow,
    /// As for a phone, the only form: for several side by side.
    Small,
}

impl Page {
    /// Width in units; a unit is about a pixel.
    #[must_use]
    pub fn width(self) -> f64 {
        match self {
            Self::Wide => 720.0,
            Self::Narrow | Self::Small => 350.0,
        }
    }
}

/// Where a text stands beside its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// Marks.
#[derive(Debug)]
pub(super) struct Canvas {
    pub(super) page: Page,
    pub(super) body: Markup,
}

impl Canvas {
    pub(super) fn new(page: Page) -> Self {
        Self { page, body: Markup::new() }
    }

    pub(super) fn wide(&self) -> bool {
        self.page == Page::Wide
    }

    pub(super) fn rect(&mut self, (x, y): (f64, f64), (w, h): (f64, f64), ink: Ink) {
        let class = format!("f {}", ink.class());
        self.body.shape(
            "rect",
            &[
                ("x", &Num(x)),
                ("y", &Num(y)),
                ("width", &Num(w.max(0.0))),
                ("height", &Num(h.max(0.0))),
                ("class", &class),
                ("fill", &ink.plain()),
            ],
        );
    }

    /// A rectangle with a border.
    pub(super) fn frame(&mut self, (x, y): (f64, f64), (w, h): (f64, f64), (fill, border): (Ink, Ink)) {
        self.rect((x, y), (w, h), fill);
        let class = format!("l {}", border.class());
        self.body.shape(
            "rect",
            &[
                ("x", &Num(x)),
                ("y", &Num(y)),
                ("width", &Num(w)),
                ("height", &Num(h)),
                ("rx", &3),
                ("fill", &"none"),
                ("class", &class),
                ("stroke", &border.plain()),
            ],
        );
    }

    pub(super) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), ink: Ink, wide: f64, dash: &'static str) {
        let class = format!("l {}", ink.class());
        self.body.shape(
            "path",
            &[
                ("d", &format!("M{} {}L{} {}", short(x1), short(y1), short(x2), short(y2))),
                ("class", &class),
                ("stroke", &ink.plain()),
                ("stroke-width", &Num(wide)),
                ("stroke-dasharray", &dash),
            ],
        );
    }

    /// A path without a filling.
    pub(super) fn stroke(&mut self, d: &str, ink: Ink, wide: f64, dash: &'static str) {
        let class = format!("l {}", ink.class());
        self.body.shape(
            "path",
            &[
                ("d", &d),
                ("class", &class),
                ("fill", &"none"),
                ("stroke", &ink.plain()),
                ("stroke-width", &Num(wide)),
                ("stroke-dasharray", &dash),
                ("stroke-linejoin", &"round"),
            ],
        );
    }

    /// A filled path.
    pub(super) fn area(&mut self, d: &str, ink: Ink, opacity: f64) {
        let class = format!("f {}", ink.class());
        self.body.shape("path", &[("d", &d), ("class", &class), ("fill", &ink.plain()), ("fill-opacity", &format!("{opacity:.2}"))]);
    }

    pub(super) fn dot(&mut self, (x, y): (f64, f64), r: f64, ink: Ink) {
        let class = format!("f {}", ink.class());
        self.body.shape("circle", &[("cx", &Num(x)), ("cy", &Num(y)), ("r", &Num(r)), ("class", &class), ("fill", &ink.plain())]);
    }

    /// A text; `y` is its base line.
    pub(super) fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, size: f64, class: &'static str, text: &str) {
        let fill = match class.split(' ').next() {
            Some("soft") => Ink::Soft.plain(),
            Some("alarm") => Ink::Alarm.plain(),
            Some("onDark") => "#ffffff",
            _ => Ink::Ink.plain(),
        };
        self.body.leaf(
            "text",
            &[
                ("x", &Num(x)),
                ("y", &Num(y)),
                ("text-anchor", &anchor.name()),
                ("font-size", &Num(size)),
                ("class", &class),
                ("fill", &fill),
            ],
            text,
        );
    }

    /// A text that is cut to its room; the whole of it is in its title.
    pub(super) fn cut(&mut self, at: (f64, f64), anchor: Anchor, (size, room): (f64, f64), class: &'static str, text: &str) {
        let whole = line(text, 300);
        let shown = cut(&whole, size, room);
        if shown == whole {
            self.text(at, anchor, size, class, &whole);
        } else {
            self.body.open("g", &[]);
            self.body.leaf("title", &[], &whole);
            self.text(at, anchor, size, class, &shown);
            self.body.close();
        }
    }

    /// A label in lines of at most a width, the first with its base line at `y`; gives how many lines there are.
    pub(super) fn label(
        &mut self,
        (x, y): (f64, f64),
        anchor: Anchor,
        (size, room, most): (f64, f64, usize),
        class: &'static str,
        text: &str,
    ) -> usize {
        let lines = wrap(text, size, room, most);
        let whole = line(text, 300);
        let cut_off = lines.join(" ") != whole;
        if cut_off {
            self.body.open("g", &[]);
            self.body.leaf("title", &[], &whole);
        }
        let mut at = y;
        for line in &lines {
            self.text((x, at), anchor, size, class, line);
            at += size * 1.25;
        }
        if cut_off {
            self.body.close();
        }
        lines.len()
    }

    /// Begins a group that tells what it is when it is pointed at.
    pub(super) fn tip(&mut self, text: &str) {
        self.body.open("g", &[("class", &"tip")]);
        self.body.leaf("title", &[], &line(text, 400));
    }

    pub(super) fn end(&mut self) {
        self.body.close();
    }

    /// The drawing with its frame; `id` is that of the chart on its page.
    ///
    /// `plot`, of a chart over time: left and right end of the plot in units, and the days that stand there.
    pub(super) fn finish(self, height: f64, head: &super::Head, plot: Option<[f64; 4]>) -> (Markup, f64) {
        let (suffix, class) = match self.page {
            Page::Wide => ("w", "chart wide"),
            Page::Narrow => ("n", "chart narrow"),
            Page::Small => ("s", "chart small"),
        };
        let wide = self.page.width();
        let (title, desc) = (format!("{}-{suffix}t", head.id), format!("{}-{suffix}d", head.id));
        let labelled = format!("{title} {desc}");
        let view = format!("0 0 {} {}", short(wide), short(height));
        let mut m = Markup::new();
        let (w, h) = (Num(wide), Num(height));
        let mut attributes: Vec<(&'static str, &dyn std::fmt::Display)> = vec![
            ("xmlns", &"http://www.w3.org/2000/svg"),
            ("class", &class),
            ("role", &"img"),
            ("aria-labelledby", &labelled),
            ("viewBox", &view),
            ("width", &w),
            ("height", &h),
            ("font-family", &"sans-serif"),
        ];
        let plot = plot.map(|p| p.map(short).join(" "));
        if let Some(plot) = &plot {
            attributes.push(("data-plot", plot));
        }
        // Where no style sheet is allowed, the narrow form stays away.
        if self.page == Page::Narrow {
            attributes.push(("display", &"none"));
        }
        m.open("svg", &attributes);
        m.leaf("title", &[("id", &title)], &line(&head.title, 200));
        m.leaf("desc", &[("id", &desc)], &line(&head.desc, 600));
        m.put(&self.body);
        m.close();
        (m, height)
    }
}

/// Moves places apart until they are `gap` from each other, between `low` and `high`, in their order.
pub(super) fn spread(places: &mut [f64], gap: f64, low: f64, high: f64) {
    let count = places.len();
    if count == 0 {
        return;
    }
    #[expect(clippy::cast_precision_loss, reason = "a few labels")]
    let gap = gap.min((high - low) / (count.max(2) - 1) as f64).max(0.0);
    let mut least = low;
    for place in places.iter_mut() {
        *place = place.max(least);
        least = *place + gap;
    }
    let mut most = high;
    for place in places.iter_mut().rev() {
        *place = place.min(most);
        most = *place - gap;
    }
}

/// Whether a text fits into a room.
pub(super) fn fits(text: &str, size: f64, room: f64) -> bool {
    width(text, size) <= room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_moved_apart_and_stay_inside() {
        let mut places = [10.0, 11.0, 12.0, 90.0];
        spread(&mut places, 12.0, 0.0, 100.0);
        assert_eq!(places, [10.0, 22.0, 34.0, 90.0]);
        let mut low = [99.0, 99.5, 100.0];
        spread(&mut low, 12.0, 0.0, 100.0);
        assert_eq!(low, [76.0, 88.0, 100.0]);
        let mut many = [5.0; 20];
        spread(&mut many, 12.0, 0.0, 100.0);
        assert!(many.iter().all(|p| (-0.001..=100.001).contains(p)));
    }
}
