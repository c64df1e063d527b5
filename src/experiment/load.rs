//! Reading a recipe, with what the command line and the environment say over it.

use std::path::{Path, PathBuf};

use super::{Source, Watcher, places};
use runner_data as data;
use runner_ground::error::Result;
use runner_recipe::{Overrides, Recipe};
use runner_results::{RunFolder, SweepFolder};
use runner_sweep::Manifest;
use runner_task as task;

/// Reads a recipe, with what the command line and the environment say over it.
///
/// # Errors
/// Every mistake of the recipe, with its place; where there are some, also those that [`Checked::new`](super::Checked::new)
/// would find in the rest.
pub fn load(path: &Path, set: &[String], source: &Source) -> Result<Recipe> {
    let recipe = Recipe::load_with(
        runner_catalog::language(),
        path,
        &Overrides::from_process(set.to_vec()),
        &moved,
        |recipe| match data::describe(&recipe.dataset, &source.context(recipe)) {
            Ok(info) => {
                let recipe = recipe.clone().fitted(info.rows[0]);
                task::check(&recipe, &info).err().unwrap_or_default()
            }
            Err(error) => error.problems().to_vec(),
        },
    )?;
    recipe.seeds()?;
    Ok(recipe)
}

/// Reads a recipe as it was read when it had this digest: keys that were added since may have meant something else
/// before. A recipe that was changed since is read as it is now.
///
/// # Errors
/// As [`load`].
pub fn load_as_of(
    path: &Path,
    set: &[String],
    source: &Source,
    digest: &str,
    watcher: &mut dyn Watcher,
) -> Result<Recipe> {
    let recipe = load(path, set, source)?;
    if recipe.digest() == digest {
        return Ok(recipe);
    }
    let overrides = Overrides::from_process(set.to_vec());
    let Some(then) = Recipe::as_of(runner_catalog::language(), path, &overrides, &moved, digest) else {
        return Ok(recipe);
    };
    let keys: Vec<String> = then.older_than(&recipe).into_iter().map(ToString::to_string).collect();
    watcher.note(&format!(
        "{}: {} mean what they did when this was made; a new training reads them anew",
        path.display(),
        keys.join(", ")
    ));
    Ok(then)
}

/// The folder that a recipe's relative paths start from: its own, or for a run's resolved recipe the one
/// that the original's started from.
pub fn folder_of(recipe: &Path) -> PathBuf {
    let folder = own_folder(recipe);
    recorded(&folder).unwrap_or(folder)
}

/// The folder that the paths of a run's recipe start from; none for other recipes, whose own folder it is.
pub fn moved(recipe: &Path) -> Option<PathBuf> {
    recorded(&own_folder(recipe))
}

fn own_folder(recipe: &Path) -> PathBuf {
    let absolute = std::path::absolute(recipe).unwrap_or_else(|_| recipe.to_owned());
    let folder = absolute.parent().map(Path::to_owned).unwrap_or_default();
    places::settled(&folder).unwrap_or(folder)
}

/// The folder that a run's or a sweep's recipe started from; none where the folder is neither's.
fn recorded(folder: &Path) -> Option<PathBuf> {
    if let Ok(sweep) = SweepFolder::open(folder) {
        return Manifest::read(&sweep).ok().map(|manifest| manifest.recipe_folder());
    }
    let record = RunFolder::open(folder).and_then(|run| run.record()).ok()?;
    Some(record.recipe_folder.into())
}
