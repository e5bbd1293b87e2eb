//! Where text goes: data to standard output, talk to standard error.
//!
//! Styles are stripped where the stream is no terminal or `NO_COLOR` is set. Talk that cannot be
//! written is lost; data that cannot be written ends the command.

use std::cell::RefCell;
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal as _, Write as _};

use anstream::ColorChoice;
use escalade::report::words::{ALARM, STRONG, paint, quiet};

use super::exit::Exit;

/// Why data could not be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The reader has read enough (`| head`).
    Closed,
    /// The disk is full, or the like; it has been said.
    Failed,
}

impl Lost {
    /// What the caller is told: a reader that has enough is no failure.
    pub(super) fn exit(self, so_far: Exit) -> Exit {
        match self {
            Self::Closed => so_far,
            Self::Failed => so_far.max(Exit::Incomplete),
        }
    }
}

/// Writes an answer to standard output: as [`data`] where it is a document, and in words with nothing that a CI runner would obey.
pub(super) fn say(text: &str, document: bool) -> Result<(), Lost> {
    if document { data(text) } else { data(&quiet(text)) }
}

/// Writes data to standard output, all of it or an error.
pub(super) fn data(text: &str) -> Result<(), Lost> {
    let mut out = anstream::stdout().lock();
    let done = out.write_all(text.as_bytes()).and_then(|()| out.flush());
    match done {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Lost::Closed),
        Err(error) => {
            fault(&format!("cannot write the answer: {error}"));
            Err(Lost::Failed)
        }
    }
}

thread_local! {
    /// What is said while somebody listens.
    static HEARD: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What work says on this thread is kept and given back, so that the talk of several files can be told in their order.
pub(super) fn overheard<T>(work: impl FnOnce() -> T) -> (T, String) {
    let before = HEARD.replace(Some(String::new()));
    let result = work();
    (result, HEARD.replace(before).unwrap_or_default())
}

/// Says something on standard error.
pub(super) fn talk(text: &str) {
    let kept = HEARD.with_borrow_mut(|heard| {
        let Some(heard) = heard else { return false };
        heard.push_str(text.strip_suffix('\n').unwrap_or(text));
        heard.push('\n');
        true
    });
    if !kept {
        talk_now(text);
    }
}

/// Says something on standard error, whoever listens.
pub(super) fn talk_now(text: &str) {
    let mut err = anstream::stderr().lock();
    // There is nobody left to tell where this fails.
    let _ = writeln!(err, "{}", quiet(text.strip_suffix('\n').unwrap_or(text)));
}

/// An error that belongs to no place in a file.
pub(super) fn fault(text: &impl Display) {
    let red = anstyle::AnsiColor::Red.on_default().bold();
    talk(&format!("{}: {text}", paint(red, "error")));
}

/// A bug of ours: said at once, whoever listens.
pub(super) fn bug(text: &impl Display) {
    let red = anstyle::AnsiColor::Red.on_default().bold();
    talk_now(&format!("{}: {text}", paint(red, "error")));
}

/// A remark that wants attention.
pub(super) fn caution(text: &impl Display) {
    talk(&format!("{}: {text}", paint(ALARM, "warning")));
}

/// A remark that says what to do.
pub(super) fn hint(text: &impl Display) {
    talk(&format!("{}: {text}", paint(STRONG, "help")));
}

/// Whether standard error takes colours.
pub(super) fn coloured_talk() -> bool {
    !matches!(anstream::AutoStream::choice(&std::io::stderr()), ColorChoice::Never)
}

/// Whether somebody watches standard error.
pub(super) fn watched() -> bool {
    std::io::stderr().is_terminal()
}
