//! What a training writes on its way, and in which order.

use std::time::Instant;

use super::clock::Clock;
use super::state::State;
use super::trainer::Trainer;
use runner_ground::error::Result;
use runner_results::folder::file;
use runner_results::metrics;
use runner_task::Model;

impl Trainer<'_> {
    /// First what the epochs brought: a checkpoint may count them only once that is there. Then the checkpoint,
    /// from which the other files follow. Killed in between, the training makes the same files again.
    pub(super) fn save(&self, task: &dyn Model, state: &State, clock: &mut Clock) -> Result<()> {
        self.write_waiting(clock)?;
        state.save(self.folder, &self.origin, task)?;
        self.write_what_follows(task, state)?;
        clock.saved = Instant::now();
        Ok(())
    }

    /// Writes the files that follow from a checkpoint. To be called with the state that one gave as well: a
    /// kill may have come after it and before them.
    ///
    /// # Errors
    /// When one cannot be written.
    pub fn write_what_follows(&self, task: &dyn Model, state: &State) -> Result<()> {
        self.folder.write(file::LAST, &task.export().to_bytes()?)?;
        self.write_metrics(state)
    }

    pub(super) fn write_waiting(&self, clock: &mut Clock) -> Result<()> {
        while let Some((name, contents)) = clock.waiting.pop_first() {
            self.folder.write(&name, &contents)?;
        }
        Ok(())
    }

    pub(super) fn write_metrics(&self, state: &State) -> Result<()> {
        let text = metrics::to_csv(&state.rows, &self.marks);
        self.folder.write(file::METRICS, &text)?;
        match &self.events {
            Some(events) => events.write(self.folder, &state.rows),
            None => Ok(()),
        }
    }
}
