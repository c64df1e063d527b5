//! What a run's process needs before it can do anything: the recipe, the data, the threads, the memory.

use std::path::PathBuf;

use super::origin;
use runner_data as data;
use runner_data::{DataContext, Dataset};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::tensors::Tensors;
use runner_ground::text::format;
use runner_kernel::team::Team;
use runner_recipe::{Approach, Recipe};
use runner_results::CHECKPOINT_CAP;
use runner_results::folder::file;
use runner_results::{Record, RunFolder};
use runner_task as task;
use runner_task::Program;

/// The run's recipe and data; the record learns the data's digest, where it has none yet.
///
/// # Errors
/// When they are not what the run began with.
pub(super) fn load(folder: &RunFolder, record: &mut Record) -> Result<(Recipe, Dataset)> {
    let recipe = origin::recipe(folder, record)?;
    let dataset = data_of(&recipe, record)?;
    Ok((recipe, dataset))
}

/// The run's recipe, its best weights, and what is known of its data, which need not be there.
///
/// # Errors
/// When the recipe is not what the run began with, or the weights are missing or damaged.
pub(super) fn best(folder: &RunFolder, record: &Record) -> Result<(Recipe, Dataset, Tensors)> {
    let recipe = origin::recipe(folder, record)?;
    let weights = Tensors::from_bytes(&folder.read(file::BEST, CHECKPOINT_CAP)?, &folder.file(file::BEST))?;
    let (inputs, targets) = task::scales(&weights)?;
    let dataset = Dataset::without_samples(record.data.clone(), inputs, targets);
    Ok((recipe, dataset, weights))
}

/// The run's threads, which what is installed in them computes with.
///
/// # Errors
/// When they cannot be started.
pub(super) fn team(record: &Record) -> Result<Team> {
    Team::new(record.threads).map_err(|error| {
        let message = format!("{} threads cannot be started: {error}", record.threads);
        Error::new(Kind::Failure, message)
    })
}

fn data_of(recipe: &Recipe, record: &mut Record) -> Result<Dataset> {
    let context = DataContext {
        folder: PathBuf::from(&record.data_folder),
        recipe_folder: PathBuf::from(&record.recipe_folder),
        seed: recipe.seed,
        offline: true,
        use_stand_in: record.data.stand_in.is_some(),
    };
    let source = data::source(&recipe.dataset, &context)?;
    let mut dataset = data::load(&recipe.dataset, &context)?;
    if recipe.approach == Approach::Model {
        dataset = task::unscaled(dataset);
    }
    let other = |with: &str| {
        let error = Error::new(
            Kind::Run,
            format!("the data of {} is not what {with} began with", record.data.name),
        );
        Err(error.help("bring the data back, or start a new run"))
    };
    match (&record.data_digest, &record.data_source) {
        (Some(digest), _) if *digest != dataset.digest => other("the run"),
        // What a run that has not begun is told of its data is that of the runs that it is one of.
        (None, Some(_)) if record.data_source != source => other("its other seeds or trials"),
        _ => {
            record.data_digest = Some(dataset.digest.clone());
            record.data_source = source;
            Ok(dataset)
        }
    }
}

/// Asks for the training's memory as a whole and gives it back, so that a process that may not have so much ends
/// with a message rather than in the middle of its work.
pub(super) fn reserve(bytes: u64, program: Program) -> Result<()> {
    let mut whole = Vec::<u8>::new();
    let there = usize::try_from(bytes).is_ok_and(|bytes| whole.try_reserve_exact(bytes).is_ok());
    if there {
        return Ok(());
    }
    let message = format!(
        "there is no room for the {} of memory that this training needs",
        format::bytes(bytes)
    );
    Err(Error::new(Kind::Failure, message).help(program.narrower()))
}
