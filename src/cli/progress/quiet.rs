//! Warnings only: stand-in data must be noticed even with `--quiet`.

use super::Progress;
use crate::output;
use runner_train::event::Event;

/// Shows notices, on standard error.
pub struct Quiet;

impl Progress for Quiet {
    fn event(&mut self, event: &Event) {
        if let Event::Notice { text } = event {
            output::note(text);
        }
    }
}
