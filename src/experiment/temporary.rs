//! Trainings in a temporary folder: what is looked at and thrown away, beside the runs and not among them.

use super::{Checked, Places, Watcher, ask, train};
use runner_ground::error::{Error, Kind, Result};
use runner_results::{Record, RunFolder};
use runner_train::Event;
use runner_train::job::Job;

/// A finished training whose folder goes with it.
pub struct TempRun {
    /// Its files.
    pub folder: RunFolder,
    /// How it ended.
    pub record: Record,
    _temporary: tempfile::TempDir,
}

impl Checked {
    /// Trains a checked experiment to its end. `change` changes what its run.json says at the beginning.
    ///
    /// # Errors
    /// A network that cannot be compiled, a training that diverges or is stopped.
    pub fn train_aside(
        self,
        places: Places,
        watcher: &mut dyn Watcher,
        change: impl FnOnce(&mut Record),
    ) -> Result<TempRun> {
        let temporary = temporary()?;
        let ready = self.ready(watcher)?;
        let folder = ready.create(temporary.path(), places, None)?;
        let mut record = folder.record()?;
        change(&mut record);
        folder.write_record(&record)?;
        train(ready.program, &folder, watcher).map_err(|error| match error.kind() {
            Kind::Interrupted => Error::new(Kind::Interrupted, "stopped; nothing is kept"),
            // It would name a folder that is gone.
            Kind::Failure => error.help("nothing of this training is kept"),
            _ => error,
        })?;
        Ok(TempRun {
            record: folder.record()?,
            folder,
            _temporary: temporary,
        })
    }

    /// What the experiment's network says to a job. The run that it needs for that is made in a temporary folder.
    ///
    /// # Errors
    /// A network that cannot be compiled, and those of the job.
    pub fn ask_aside(self, places: Places, job: &Job, watcher: &mut dyn Watcher) -> Result<Event> {
        let ready = self.ready(watcher)?;
        let temporary = temporary()?;
        let folder = ready.create(temporary.path(), places, None)?;
        ask(ready.program, &folder, job)
    }
}

/// A folder for what does not stay.
///
/// # Errors
/// When none can be made.
pub fn temporary() -> Result<tempfile::TempDir> {
    tempfile::tempdir().map_err(|error| Error::new(Kind::Failure, format!("no temporary folder can be made: {error}")))
}
