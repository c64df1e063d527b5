//! The events as they are, one line of JSON each.

use std::io::Write;

use super::Progress;
use crate::train::event::Event;

/// Passes events on.
pub struct Json<W> {
    out: W,
}

impl<W: Write> Json<W> {
    /// Lines go to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Progress for Json<W> {
    fn event(&mut self, event: &Event) {
        if let Ok(mut line) = serde_json::to_string(event) {
            line.push('\n');
            // A reader that went away does not stop the training: its results are on disk.
            let _ = self.out.write_all(line.as_bytes()).and_then(|()| self.out.flush());
        }
    }
}
