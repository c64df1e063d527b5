//! What a run is made from. Nothing goes on with a run whose recipe or data is no longer what it began with.

use runner_ground::error::{Error, Kind, Result};
use runner_recipe::Recipe;
use runner_results::folder::file;
use runner_results::{Record, RunFolder};

/// What a run is made from: a checkpoint of another recipe or other data is refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Origin {
    /// SHA-256 of the resolved recipe.
    pub recipe: String,
    /// SHA-256 of the data.
    pub data: String,
}

/// The run's own recipe.
///
/// # Errors
/// [`Kind::Run`] when it is missing, cannot be read, or was changed since the run began.
pub fn recipe(folder: &RunFolder, record: &Record) -> Result<Recipe> {
    let path = folder.file(file::RECIPE);
    let wrong = |what: &str| {
        let error = Error::new(Kind::Run, format!("{}: {what}", path.display()));
        error.help("bring it back as it was, or start a new run for a new recipe")
    };
    if !path.is_file() {
        return Err(wrong("is missing"));
    }
    let recipe = Recipe::kept(runner_catalog::language(), &path);
    let recipe = recipe.map_err(|error| wrong(&format!("changed since the run began: {error}")))?;
    if recipe.digest() == record.recipe_digest {
        Ok(recipe)
    } else {
        Err(wrong("changed since the run began"))
    }
}
