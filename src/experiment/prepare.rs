//! Where data is, and having it there before anything is compiled for it.

use std::path::PathBuf;

use super::{Checked, Watcher, folder_of};
use runner_data as data;
use runner_data::DataContext;
use runner_ground::error::{Error, Kind, Result};
use runner_recipe::Recipe;
use runner_results::Record;

/// Where data is, and whether it may be fetched.
#[derive(Clone, Debug)]
pub struct Source {
    /// The folder of data files.
    pub data: PathBuf,
    /// Download nothing.
    pub offline: bool,
}

impl Source {
    /// Where the data of a recipe is looked for.
    pub fn context(&self, recipe: &Recipe) -> DataContext {
        DataContext {
            folder: self.data.clone(),
            recipe_folder: folder_of(&recipe.path),
            seed: recipe.seed,
            offline: self.offline,
            use_stand_in: false,
        }
    }
}

impl Checked {
    /// Checks the recipe against the data that it will really see: the real one where it is there or can be
    /// downloaded, else its stand-in.
    ///
    /// # Errors
    /// Every mistake of the recipe, with its place; data that is missing or wrong.
    pub fn prepare(recipe: Recipe, source: &Source, watcher: &mut dyn Watcher) -> Result<Self> {
        let context = source.context(&recipe);
        Self::distinct_files(&recipe, &context)?;
        if data::is_downloaded(&recipe.dataset) {
            // What can be said without the data is said before any download.
            Self::new(recipe.clone(), &context)?;
        }
        let prepared = prepared(&recipe, &context, watcher).map_err(|error| recipe.place(error))?;
        if let Some(sentence) = &prepared.use_stand_in {
            watcher.note(sentence);
        }
        Self::of(recipe, prepared.info)?.with_initial(&context.recipe_folder)
    }

    /// The experiment of a run as it was: the run's own recipe, the same data or stand-in.
    ///
    /// # Errors
    /// As [`Checked::prepare`]; when the run began with real data that is no longer there.
    pub fn again(recipe: Recipe, record: &Record, source: &Source, watcher: &mut dyn Watcher) -> Result<Self> {
        let mut context = source.context(&recipe);
        context.recipe_folder = record.recipe_folder.clone().into();
        context.use_stand_in = record.data.stand_in.is_some();
        if let Some(stand_in) = &record.data.stand_in {
            watcher.note(&stand_in.sentence);
        }
        if data::is_downloaded(&recipe.dataset)
            && !context.use_stand_in
            && prepared(&recipe, &context, watcher)?.use_stand_in.is_some()
        {
            let (name, folder) = (&record.data.name, source.data.display());
            let message = format!("the real {name}, with which the run began, is not in {folder}");
            return Err(Error::new(Kind::Data, message).help("pass --data DIR, the folder where it is now"));
        }
        Self::new(recipe, &context)
    }
}

/// Has the data of a recipe there, as [`data::prepare`]; what is done for that is reported to `watcher`.
///
/// # Errors
/// When it is missing or wrong.
pub fn prepared(recipe: &Recipe, context: &DataContext, watcher: &mut dyn Watcher) -> Result<data::Prepared> {
    let prepared = data::prepare(&recipe.dataset, context, &mut |step| watcher.download(&step));
    watcher.downloaded();
    prepared
}
