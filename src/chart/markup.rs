//! Markup that cannot be broken by what is in it: names of elements and attributes are ours, everything else is escaped.

use std::fmt::Display;

use crate::diag::clean;

/// HTML or SVG in the making. Every text and every value of an attribute goes through [`escape`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    text: String,
    open: Vec<&'static str>,
}

/// Attributes: a name of ours and any value.
pub type Attributes<'a> = &'a [(&'static str, &'a dyn Display)];

/// A number in an attribute: at most two digits after the point, so that equal charts are equal bytes and short ones.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Num(pub f64);

impl Display for Num {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&short(self.0))
    }
}

/// A number for a place on a page: one digit after the point, none where it is 0.
#[must_use]
pub fn short(x: f64) -> String {
    if !x.is_finite() {
        return "0".to_owned();
    }
    let text = format!("{x:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The text as it may stand in an element or between double quotes: no control characters, no marks that reorder what is
/// shown, nothing that markup obeys.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // Runners of workflows obey `##[` and `##vso[` also in a picture that is printed.
            '#' if safe.ends_with('#') => safe.push_str("&#35;"),
            // Not allowed in XML; they show nothing.
            '\u{fffe}' | '\u{ffff}' => {}
            c => safe.push(c),
        }
    }
    safe
}

/// With a blank that does not break after each number that a percent sign follows.
fn joint(text: &str) -> String {
    let mut parts = text.split(" %");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = out.ends_with(|c: char| c.is_ascii_digit());
        out.push_str(if number { "\u{a0}%" } else { " %" });
        out.push_str(part);
    }
    out
}

impl Markup {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn tag(&mut self, tag: &'static str, attributes: Attributes<'_>) {
        self.text.push('<');
        self.text.push_str(tag);
        for (name, value) in attributes {
            self.text.push(' ');
            self.text.push_str(name);
            self.text.push_str("=\"");
            self.text.push_str(&escape(&value.to_string()));
            self.text.push('"');
        }
    }

    /// Begins an element; [`Self::close`] ends it.
    pub fn open(&mut self, tag: &'static str, attributes: Attributes<'_>) -> &mut Self {
        self.tag(tag, attributes);
        self.text.push('>');
        self.open.push(tag);
        self
    }

    /// Ends the element that was begun last.
    ///
    /// # Panics
    /// If none is open: that is a bug of ours.
    pub fn close(&mut self) -> &mut Self {
        let tag = self.open.pop().expect("an element is open");
        self.text.push_str("</");
        self.text.push_str(tag);
        self.text.push('>');
        self
    }

    /// An element of SVG without contents.
    pub fn shape(&mut self, tag: &'static str, attributes: Attributes<'_>) -> &mut Self {
        self.tag(tag, attributes);
        self.text.push_str("/>");
        self
    }

    /// An element of HTML that has no end.
    pub fn void(&mut self, tag: &'static str, attributes: Attributes<'_>) -> &mut Self {
        self.tag(tag, attributes);
        self.text.push('>');
        self
    }

    /// Text.
    pub fn say(&mut self, text: &str) -> &mut Self {
        let safe = escape(text);
        // No line ends between a number and its percent sign; what may be copied into a shell stays as it is.
        if self.open.contains(&"code") || !safe.contains(" %") {
            self.text.push_str(&safe);
        } else {
            self.text.push_str(&joint(&safe));
        }
        self
    }

    /// An element with a text in it.
    pub fn leaf(&mut self, tag: &'static str, attributes: Attributes<'_>, text: &str) -> &mut Self {
        self.open(tag, attributes).say(text).close()
    }

    /// What was made before, which must have no open element.
    ///
    /// # Panics
    /// If it has: that is a bug of ours.
    pub fn put(&mut self, other: &Self) -> &mut Self {
        assert!(other.open.is_empty(), "an element is open: {:?}", other.open);
        self.text.push_str(&other.text);
        self
    }

    /// A text of our own that is markup, style or script already. Never one from a scenario.
    pub fn trusted(&mut self, text: &'static str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Length in bytes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text.
    ///
    /// # Panics
    /// If an element is open: that is a bug of ours.
    #[must_use]
    pub fn finish(self) -> String {
        assert!(self.open.is_empty(), "an element is open: {:?}", self.open);
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_obeyed() {
        let mut m = Markup::new();
        m.leaf("p", &[("title", &"\"><script>alert(1)</script>")], "<svg onload='x'>&\u{202e}\u{0}");
        let text = m.finish();
        assert_eq!(text, "<p title=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;\">&lt;svg onload=&#39;x&#39;&gt;&amp;    </p>");
    }

    #[test]
    fn no_line_ends_before_a_percent_sign() {
        let mut m = Markup::new();
        m.leaf("p", &[], "48 %, a % b").leaf("code", &[], "x 5 % 3");
        assert_eq!(m.finish(), "<p>48\u{a0}%, a % b</p><code>x 5 % 3</code>");
    }

    #[test]
    fn numbers_are_short() {
        for (x, text) in [(1.0, "1"), (0.04, "0"), (-0.04, "0"), (2.25, "2.2"), (1e3, "1000"), (f64::NAN, "0")] {
            assert_eq!(short(x), text, "{x}");
        }
    }
}
