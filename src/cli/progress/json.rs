//! The events as they are, one line of JSON each.

use std::io::Write;

use serde::Serialize;

use super::Progress;
use runner_train::event::Event;

/// Passes events on.
pub struct Json<W> {
    out: W,
}

impl<W: Write> Json<W> {
    /// Lines go to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// One value as a line.
    pub fn line(&mut self, value: &impl Serialize) {
        if let Ok(mut line) = serde_json::to_string(value) {
            line.push('\n');
            // A reader that went away does not stop the work: its results are on disk.
            let _ = self.out.write_all(line.as_bytes()).and_then(|()| self.out.flush());
        }
    }
}

impl<W: Write> Progress for Json<W> {
    fn event(&mut self, event: &Event) {
        self.line(event);
    }
}
