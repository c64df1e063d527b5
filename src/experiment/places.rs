//! The absolute paths by which a run finds its recipe and its data again, from any folder.

use std::io;
use std::path::{Path, PathBuf};

use super::{Source, folder_of};
use runner_ground::error::{Error, Kind, Result};
use runner_recipe::Recipe;

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
    pub fn of(recipe: &Recipe, source: &Source) -> Result<Self> {
        Ok(Self {
            recipe: text(file(&recipe.path), &recipe.path)?,
            recipe_folder: absolute(&folder_of(&recipe.path))?,
            data_folder: absolute(&source.data)?,
        })
    }
}

/// A folder as run.json has it.
///
/// # Errors
/// As [`Places::of`].
pub fn absolute(folder: &Path) -> Result<String> {
    text(settled(folder), folder)
}

/// A folder's absolute path, without `..` and links as far as it is there: what led to it may be gone when a
/// run is resumed.
///
/// # Errors
/// Where the folder that runner was called in is gone.
pub fn settled(folder: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(folder)?;
    let there = absolute
        .ancestors()
        .find_map(|part| Some((part, part.canonicalize().ok()?)));
    let rest = there.and_then(|(part, found)| Some((absolute.strip_prefix(part).ok()?, found)));
    Ok(match rest {
        Some((rest, found)) if rest.as_os_str().is_empty() => found,
        Some((rest, found)) => found.join(rest),
        None => absolute,
    })
}

/// A file's path: its folder's, and its own name even where that is a link.
fn file(path: &Path) -> io::Result<PathBuf> {
    let absolute = std::path::absolute(path)?;
    match (absolute.parent(), absolute.file_name()) {
        (Some(folder), Some(name)) => Ok(settled(folder)?.join(name)),
        _ => Ok(absolute),
    }
}

fn text(found: io::Result<PathBuf>, path: &Path) -> Result<String> {
    let found = found.map_err(|error| Error::new(Kind::Failure, format!("{}: {error}", path.display())))?;
    match found.into_os_string().into_string() {
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
