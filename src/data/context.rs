//! Where data is looked for, and with which seed it is split.

use std::path::{Path, PathBuf};

/// Where data is looked for and how.
#[derive(Clone, Debug)]
pub struct DataContext {
    /// The folder of data files: `data/`, or `RUNNER_DATA`.
    pub folder: PathBuf,
    /// The folder that relative paths in a recipe start from: the recipe's own.
    pub recipe_folder: PathBuf,
    /// The recipe's seed: splits and made data follow from it.
    pub seed: u64,
    /// No download is tried.
    pub offline: bool,
    /// Whether the recipe's stand-in was chosen (decided once, by [`super::prepare`], before the run starts).
    pub use_stand_in: bool,
}

impl DataContext {
    /// A context for a recipe in this folder: data under `RUNNER_DATA` or `data/`, downloads allowed,
    /// no stand-in.
    ///
    /// ```
    /// let context = runner_data::DataContext::new("recipes", 42);
    /// assert!(!context.offline && !context.use_stand_in);
    /// ```
    pub fn new(recipe_folder: impl AsRef<Path>, seed: u64) -> Self {
        let folder = std::env::var_os("RUNNER_DATA").filter(|v| !v.is_empty());
        Self {
            folder: folder.map_or_else(|| PathBuf::from("data"), PathBuf::from),
            recipe_folder: recipe_folder.as_ref().to_owned(),
            seed,
            offline: false,
            use_stand_in: false,
        }
    }

    /// A path of a recipe, from the recipe's folder.
    pub fn resolve(&self, path: &str) -> PathBuf {
        self.recipe_folder.join(path)
    }
}
