//! A share with its interval, small: it stands beside its words, which say all that it shows.

use super::ink::Ink;
use super::markup::{Markup, Num};

const WIDE: f64 = 132.0;
const TALL: f64 = 14.0;

/// A bar from nothing to all with the whisker of its interval, hidden from those who hear the words beside it. What was never seen has a
/// dashed whisker and no bar.
#[must_use]
pub fn strip(share: Option<f64>, interval: Option<(f64, f64)>) -> Markup {
    let at = |x: f64| 1.0 + x.clamp(0.0, 1.0) * (WIDE - 2.0);
    let middle = TALL / 2.0;
    let mut m = Markup::new();
    let view = format!("0 0 {} {}", Num(WIDE), Num(TALL));
    m.open("svg", &[("class", &"strip"), ("aria-hidden", &"true"), ("viewBox", &view), ("width", &Num(WIDE)), ("height", &Num(TALL))]);
    let ground: [(&str, &dyn std::fmt::Display); 4] = [("x", &1), ("y", &1), ("width", &Num(WIDE - 2.0)), ("height", &Num(TALL - 2.0))];
    m.shape("rect", &[&ground[..], &[("class", &"f panel"), ("fill", &Ink::Panel.plain())]].concat());
    if let Some(share) = share.filter(|share| *share > 0.0) {
        let wide = (at(share) - 1.0).max(1.0);
        m.shape(
            "rect",
            &[
                ("x", &1),
                ("y", &1),
                ("width", &Num(wide)),
                ("height", &Num(TALL - 2.0)),
                ("class", &"f s0"),
                ("fill", &Ink::Series(0).plain()),
            ],
        );
    }
    if let Some((low, high)) = interval {
        let (a, b) = (Num(at(low)), Num(at(high)));
        let d = format!("M{a} {}H{b}M{a} 4V{}M{b} 4V{}", Num(middle), Num(TALL - 4.0), Num(TALL - 4.0));
        let dash = if share.is_some() { "none" } else { "3 3" };
        let line: [(&str, &dyn std::fmt::Display); 5] =
            [("d", &d), ("class", &"l ink"), ("stroke", &Ink::Ink.plain()), ("stroke-width", &1.5), ("stroke-dasharray", &dash)];
        m.shape("path", &[&line[..], &[("fill", &"none")]].concat());
    }
    m.close();
    m
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_seen_has_no_bar() {
        let seen = strip(Some(0.5), Some((0.4, 0.6))).finish();
        assert_eq!(seen.matches("<rect").count(), 2);
        assert!(seen.contains("width=\"65\"") && seen.contains("M53 7H79"), "{seen}");
        let never = strip(None, Some((0.0, 0.01))).finish();
        assert!(never.matches("<rect").count() == 1 && never.contains("3 3"), "{never}");
        // Whatever is stored stays in the drawing.
        let odd = strip(Some(f64::NAN), Some((-3.0, f64::INFINITY))).finish();
        assert!(odd.contains("M1 7H131"), "{odd}");
    }
}
