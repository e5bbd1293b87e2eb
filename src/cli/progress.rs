//! How far a run is: a bar with the time left on a terminal, else a plain line every ten seconds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use escalade::report::words::{TENS, whole};
use escalade::study::{Look, Progress};
use indicatif::{ProgressBar, ProgressStyle};

use super::output::{coloured_talk, talk_now, watched};

/// Time between plain lines.
const EVERY: Duration = Duration::from_secs(10);

/// Shows progress on standard error.
pub(super) enum Meter {
    /// A bar.
    Bar(ProgressBar, String),
    /// Lines.
    Lines(Lines),
    /// Nothing.
    Hidden,
}

/// Progress as plain lines.
pub(super) struct Lines {
    name: String,
    /// What is counted.
    what: &'static str,
    /// How many there will be; an estimate where the run stops by itself.
    trials: AtomicU64,
    /// Half the length of the longest interval, in units of 1e-9; 0 where nobody looks.
    half_width: AtomicU64,
    done: AtomicU64,
    began: Instant,
    last: Mutex<Instant>,
}

impl Meter {
    /// A meter for so many trials of a scenario.
    pub(super) fn new(name: &str, trials: u64, quiet: bool) -> Self {
        Self::of("trials", name, trials, quiet)
    }

    /// A meter for so many of something.
    pub(super) fn of(what: &'static str, name: &str, trials: u64, quiet: bool) -> Self {
        if quiet {
            return Self::Hidden;
        }
        if !watched() {
            let now = Instant::now();
            return Self::Lines(Lines {
                name: name.to_owned(),
                what,
                trials: AtomicU64::new(trials),
                half_width: AtomicU64::new(0),
                done: AtomicU64::new(0),
                began: now,
                last: Mutex::new(now),
            });
        }
        let bar = ProgressBar::new(trials);
        let colour = if coloured_talk() { ".cyan" } else { "" };
        let template = format!("{{msg}} [{{bar:30{colour}}}] {{percent}} %, {{eta}} left");
        let style = ProgressStyle::with_template(&template).unwrap_or_else(|_| ProgressStyle::default_bar());
        bar.set_style(style.progress_chars("=> "));
        bar.set_message(name.to_owned());
        bar.enable_steady_tick(Duration::from_millis(200));
        Self::Bar(bar, name.to_owned())
    }

    /// Does something that writes, without the bar in its way.
    pub(super) fn aside<T>(&self, work: impl FnOnce() -> T) -> T {
        match self {
            Self::Bar(bar, _) => bar.suspend(work),
            _ => work(),
        }
    }

    /// Takes the bar away.
    pub(super) fn end(&self) {
        if let Self::Bar(bar, _) = self {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Meter {
    fn advance(&self, trials: u64) {
        match self {
            Self::Bar(bar, _) => bar.inc(trials),
            Self::Lines(lines) => lines.advance(trials),
            Self::Hidden => {}
        }
    }

    fn look(&self, look: &Look) {
        match self {
            Self::Bar(bar, name) => {
                bar.set_length(look.expected.max(look.trials));
                bar.set_message(format!("{name}, ± {}", points(look.half_width)));
            }
            Self::Lines(lines) => {
                lines.trials.store(look.expected, Ordering::Relaxed);
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 1e9")]
                lines.half_width.store((look.half_width * 1e9) as u64, Ordering::Relaxed);
            }
            Self::Hidden => {}
        }
    }
}

/// Percentage points with two digits.
fn points(share: f64) -> String {
    let percent = share * 100.0;
    let digits = (0..6).find(|d| percent * TENS[*d] >= 9.95).unwrap_or(6);
    format!("{percent:.digits$} %")
}

impl Lines {
    fn advance(&self, trials: u64) {
        let done = self.done.fetch_add(trials, Ordering::Relaxed) + trials;
        let trials = self.trials.load(Ordering::Relaxed);
        // Whoever finds the clock taken leaves the line to the other thread.
        let Ok(mut last) = self.last.try_lock() else { return };
        if last.elapsed() < EVERY || done >= trials {
            return;
        }
        *last = Instant::now();
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let share = done as f64 / trials as f64;
        let left = self.began.elapsed().as_secs_f64() * (1.0 - share) / share;
        let (of, percent) = (whole(trials), share * 100.0);
        let half_width = self.half_width.load(Ordering::Relaxed);
        #[expect(clippy::cast_precision_loss, reason = "at most 1e9")]
        let (about, width) = match half_width {
            0 => ("", String::new()),
            w => ("about ", format!(", intervals ± {}", points(w as f64 * 1e-9))),
        };
        talk_now(&format!(
            "{}: {} of {about}{of} {} ({percent:.0} %){width}, about {} left",
            self.name,
            whole(done),
            self.what,
            time_words(left)
        ));
    }
}

/// A time in words: `0.03 s`, `4.2 s`, `3 min 20 s`, `2 h 5 min`.
pub(super) fn time_words(seconds: f64) -> String {
    if seconds < 0.995 {
        return format!("{seconds:.2} s");
    }
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a time that people wait")]
    let seconds = seconds.round() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s} s"),
        (0, m, s) => format!("{m} min {s} s"),
        (h, m, _) => format!("{h} h {m} min"),
    }
}
