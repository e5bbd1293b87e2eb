//! Ctrl-C: the first one asks to stop and to show what is finished, the second one ends the program. So does the
//! first where no trial has begun.

use std::sync::Arc;

use escalade::study::Cancel;

use super::exit::Exit;
use super::output::talk;

/// A wish to stop that Ctrl-C expresses.
pub(super) fn on_interrupt(quiet: bool) -> Arc<Cancel> {
    let cancel = Arc::new(Cancel::default());
    let asked = Arc::clone(&cancel);
    let handler = move || {
        if asked.asked() || !asked.heeded() {
            #[expect(clippy::exit, reason = "nothing is lost before the first trial; the second Ctrl-C ends the program at once")]
            std::process::exit(i32::from(Exit::Interrupted.number()));
        }
        asked.ask();
        if !quiet {
            talk("stopping; Ctrl-C again ends at once");
        }
    };
    // Where no handler can be set, Ctrl-C ends the program as it always does.
    let _ = ctrlc::set_handler(handler);
    cancel
}
