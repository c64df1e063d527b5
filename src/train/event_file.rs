//! Where a run's metrics go for TensorBoard.

use runner_ground::error::Result;
use runner_recipe::{Log, Recipe};
use runner_results::row::Row;
use runner_results::{Record, RunFolder, event_file};

/// The event file of a run.
pub struct EventFile {
    name: String,
    created: f64,
    stand_in: Option<String>,
}

impl EventFile {
    /// That of a run whose recipe asks for one. Everything about it follows from run.json, so that a resumed training
    /// goes on with the same file.
    pub fn of(recipe: &Recipe, record: &Record) -> Option<Self> {
        let created = record
            .created
            .parse::<jiff::Timestamp>()
            .map_or(0.0, |time| time.as_second() as f64);
        recipe.logging.contains(&Log::Tensorboard).then(|| Self {
            name: event_file::name(created),
            created,
            stand_in: record.data.stand_in.as_ref().map(|stand_in| stand_in.sentence.clone()),
        })
    }

    /// Brings the file to these rows. TensorBoard may be reading it: rows are added where they can be.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, folder: &RunFolder, rows: &[Row]) -> Result<()> {
        let events = event_file::to_events(rows, self.created, self.stand_in.as_deref());
        folder.write_growing(&self.name, &events)
    }
}
