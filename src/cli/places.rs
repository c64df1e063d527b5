//! The absolute paths by which a run finds its recipe and its data again, from any folder.

use std::path::Path;

use super::args::SourceArgs;
use super::experiment;
use crate::error::{Error, Kind, Result};
use crate::recipe::Recipe;

/// What run.json says of where things are.
pub struct Places {
    /// The recipe's file.
    pub recipe: String,
    /// The folder that the recipe's relative paths start from.
    pub recipe_folder: String,
    /// The folder of data files.
    pub data_folder: String,
}

impl Places {
    /// Those of a recipe and its data.
    ///
    /// # Errors
    /// When run.json, which is UTF-8, could not name one of them.
    pub fn of(recipe: &Recipe, source: &SourceArgs) -> Result<Self> {
        Ok(Self {
            recipe: absolute(&recipe.path)?,
            recipe_folder: absolute(&experiment::folder_of(&recipe.path))?,
            data_folder: absolute(&source.folder.path)?,
        })
    }
}

/// A path as run.json has it.
///
/// # Errors
/// As [`Places::of`].
pub fn absolute(path: &Path) -> Result<String> {
    let absolute =
        std::path::absolute(path).map_err(|error| Error::new(Kind::Failure, format!("{}: {error}", path.display())))?;
    match absolute.into_os_string().into_string() {
        Ok(text) => Ok(text),
        Err(other) => {
            let message = format!(
                "{}: this path is not UTF-8, so a run could not name it",
                Path::new(&other).display()
            );
            Err(Error::new(Kind::Usage, message).help("rename the folder or the file"))
        }
    }
}
