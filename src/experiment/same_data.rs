//! Whether the data of a run is still what it was trained on: what is averaged or ranked beside it has to be of the same.

use super::Source;
use runner_data as data;
use runner_ground::error::{Error, Kind, Result};
use runner_recipe::Recipe;
use runner_results::Record;

/// Demands that the data of a run is there as it was. `with` says what else would be trained on it, for the message.
///
/// # Errors
/// When it is another one, or is not there.
pub fn same_data(recipe: &Recipe, record: &Record, source: &Source, with: &str) -> Result<()> {
    let mut context = source.context(recipe);
    context.recipe_folder = record.recipe_folder.clone().into();
    context.use_stand_in = record.data.stand_in.is_some();
    let same = match (&record.data_source, &record.data_digest) {
        (Some(known), _) => data::source(&recipe.dataset, &context)?.as_ref() == Some(known),
        // A run of an earlier version knows its samples alone.
        (None, Some(known)) if data::source(&recipe.dataset, &context)?.is_some() => {
            data::load(&recipe.dataset, &context)?.digest == *known
        }
        (None, _) => true,
    };
    if same {
        return Ok(());
    }
    let message = format!("the data of {} is not what {with} was trained on", record.data.name);
    Err(Error::new(Kind::Run, message).help("bring the data back, or begin anew"))
}
