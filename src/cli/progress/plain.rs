//! One line an epoch, without escape codes: for files, pipes and logs.

use std::io::Write;

use super::{Progress, epoch_line};
use crate::output;
use runner_results::row::EPOCH;
use runner_train::event::Event;

/// Shows finished epochs as lines; notes go to standard error.
pub struct Plain<W> {
    out: W,
    epochs: u64,
    /// What gives a line.
    pass: String,
}

impl<W: Write> Plain<W> {
    /// Lines go to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            epochs: 0,
            pass: EPOCH.to_owned(),
        }
    }
}

impl<W: Write> Progress for Plain<W> {
    fn event(&mut self, event: &Event) {
        match event {
            Event::Started { epochs, row, .. } => {
                self.epochs = *epochs;
                self.pass.clone_from(row);
            }
            Event::Notice { text } => output::note(text),
            Event::EarlyStopped { epoch, reason } => {
                output::note(&format!("stopped early after epoch {epoch}: {reason}"))
            }
            Event::Epoch { row, best } => {
                // Of a model that is fitted at once there is nothing to choose from.
                let chosen = *best && (self.epochs > 1 || self.pass == EPOCH);
                let parts = epoch_line(row, &self.pass, self.epochs, chosen.then_some("*"));
                // A reader that went away does not stop the training: its results are on disk.
                let _ = writeln!(self.out, "{}", parts.join("  ")).and_then(|()| self.out.flush());
            }
            _ => {}
        }
    }
}
