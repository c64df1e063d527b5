//! A training in a temporary folder: what is looked at and thrown away, beside the runs and not among them.

use super::experiment::Experiment;
use super::launch::launch;
use super::places::Places;
use super::progress::Style;
use super::run::{compiled, create};
use runner_ground::error::{Error, Kind, Result};
use runner_results::{Record, RunFolder};

/// A finished training. Its folder goes with it.
pub struct Aside {
    /// Its files.
    pub folder: RunFolder,
    /// How it ended.
    pub record: Record,
    _temporary: tempfile::TempDir,
}

/// Trains a checked experiment to its end. `prepare` changes what its run.json says at the beginning.
///
/// # Errors
/// A network that cannot be compiled, a training that diverges or is stopped.
pub fn train(
    experiment: &Experiment,
    places: Places,
    style: Style,
    prepare: impl FnOnce(&mut Record),
) -> Result<Aside> {
    let temporary = temporary()?;
    let compiled = compiled(experiment, style)?;
    let folder = create(temporary.path(), experiment, places, &compiled, None)?;
    let mut record = folder.record()?;
    prepare(&mut record);
    folder.write_record(&record)?;
    let style = if style == Style::Bars { style } else { Style::Quiet };
    launch(compiled, &folder, &mut *style.consumer()).map_err(|error| match error.kind() {
        Kind::Interrupted => Error::new(Kind::Interrupted, "stopped; nothing is kept"),
        // It would name a folder that is gone.
        Kind::Failure => error.help("nothing of this training is kept"),
        _ => error,
    })?;
    Ok(Aside {
        record: folder.record()?,
        folder,
        _temporary: temporary,
    })
}

/// A folder for what does not stay.
///
/// # Errors
/// When none can be made.
pub(super) fn temporary() -> Result<tempfile::TempDir> {
    tempfile::tempdir().map_err(|error| Error::new(Kind::Failure, format!("no temporary folder can be made: {error}")))
}
