//! Colours: as classes that a style sheet can set, and as plain attributes for where no style sheet is allowed.
//!
//! Series have the colours of Okabe and Ito ("Color Universal Design", 2008), which people with any colour vision tell apart;
//! rungs a ramp from cool and light to warm and dark, whose lightness alone orders it. No chart needs them: what
//! they tell is also told by place, dash, pattern or label.

/// What something is painted with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Text and marks.
    Ink,
    /// What matters less.
    Soft,
    /// Lines that help the eye.
    Rule,
    /// The ground.
    Paper,
    /// A faint ground.
    Panel,
    /// What needs attention.
    Alarm,
    /// One of several series.
    Series(usize),
    /// A place between lowest (0) and highest (8).
    Ramp(usize),
    /// A number between lowest (0) and highest (8): colours that mean no rung.
    Heat(usize),
}

/// Number of colours of series.
pub const SERIES: usize = 8;
/// Number of steps of the ramp.
pub const RAMP: usize = 9;

const SERIES_LIGHT: [&str; SERIES] = ["#0072b2", "#c44e00", "#00805c", "#a8528a", "#a06c00", "#2b87bd", "#5f5f5f", "#7a6f00"];
const RAMP_LIGHT: [&str; RAMP] = ["#e4ecf2", "#c5dbe9", "#a3c6dc", "#e3b778", "#d9944f", "#c8682f", "#a8431f", "#7d2416", "#4f0f10"];

const HEAT_LIGHT: [&str; RAMP] = ["#f0eef6", "#dcd8ea", "#c5bfdd", "#b0a8d2", "#9c92c6", "#7565aa", "#5f5098", "#483783", "#321f69"];

impl Ink {
    /// The class that a style sheet knows.
    #[must_use]
    pub fn class(self) -> &'static str {
        const F: [&str; SERIES] = ["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"];
        const R: [&str; RAMP] = ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"];
        const H: [&str; RAMP] = ["h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8"];
        match self {
            Self::Ink => "ink",
            Self::Soft => "soft",
            Self::Rule => "rule",
            Self::Paper => "paper",
            Self::Panel => "panel",
            Self::Alarm => "alarm",
            Self::Series(i) => F[i % SERIES],
            Self::Ramp(i) => R[i.min(RAMP - 1)],
            Self::Heat(i) => H[i.min(RAMP - 1)],
        }
    }

    /// The colour where there is no style sheet.
    #[must_use]
    pub fn plain(self) -> &'static str {
        match self {
            Self::Ink => "#1b1f24",
            Self::Soft => "#57606a",
            Self::Rule => "#d0d7de",
            Self::Paper => "#ffffff",
            Self::Panel => "#f3f5f7",
            Self::Alarm => "#b42318",
            Self::Series(i) => SERIES_LIGHT[i % SERIES],
            Self::Ramp(i) => RAMP_LIGHT[i.min(RAMP - 1)],
            Self::Heat(i) => HEAT_LIGHT[i.min(RAMP - 1)],
        }
    }

    /// The step of the ramp for place `at` of `count`.
    #[must_use]
    pub fn rung(at: usize, count: usize) -> Self {
        if count < 2 { Self::Ramp(0) } else { Self::Ramp((at * (RAMP - 1) + (count - 1) / 2) / (count - 1)) }
    }

    /// What is read on it.
    #[must_use]
    pub fn on(self) -> &'static str {
        match self {
            Self::Ramp(i) | Self::Heat(i) if i >= 5 => "onDark",
            Self::Ramp(_) | Self::Heat(_) => "onLight",
            _ => "ink",
        }
    }
}

/// Dashes of a line by its place among others.
#[must_use]
pub fn dash(series: usize) -> &'static str {
    ["none", "7 3", "2 3", "9 3 2 3", "4 2", "12 4", "1 4", "6 2 1 2 1 2"][series % SERIES]
}

/// The style sheet of charts, light and dark. `:root` holds the colours; a class sets the paint of marks by `--c`.
pub const STYLE: &str = include_str!("chart.css");
