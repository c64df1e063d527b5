//! Weights that a training begins with, where they are another run's: found, read, and told apart by their digest.

use std::path::{Path, PathBuf};

use runner_declare::{KeyPath, Problem, Value};
use runner_ground::error::{Error, Result};
use runner_ground::files::disk::{read_capped, sha256};
use runner_ground::files::tensors::{Numbers, Tensors};
use runner_ground::text::format::count;
use runner_recipe::Recipe;
use runner_results::folder::file;
use runner_results::{CHECKPOINT_CAP, InitialWeights, RunFolder};

use super::{Checked, places};

/// The weights that a recipe names; its relative paths start from this folder.
///
/// # Errors
/// At the recipe's key, when they are not there, or no weights.
pub fn initial(recipe: &Recipe, folder: &Path) -> Result<Option<InitialWeights>> {
    let Some((path, bytes)) = read(recipe, folder)? else {
        return Ok(None);
    };
    let digest = sha256(&bytes);
    let path = places::absolute(&path)?;
    Ok(Some(InitialWeights { path, digest }))
}

fn read(recipe: &Recipe, folder: &Path) -> Result<Option<(PathBuf, Vec<u8>)>> {
    let Some(named) = &recipe.trainer.init_from else {
        return Ok(None);
    };
    let named = folder.join(named);
    let path = match RunFolder::open(&named) {
        Ok(run) if named.is_dir() => run.file(file::BEST),
        _ => named.clone(),
    };
    let what = "the folder of a run, or a safetensors file; a relative path starts from the recipe's folder";
    if !path.is_file() {
        let message = if path == named {
            format!("{} is neither a run nor a file", named.display())
        } else {
            format!("{} has no weights yet", named.display())
        };
        return Err(refused(recipe, message, what));
    }
    let bytes = read_capped(&path, CHECKPOINT_CAP).map_err(|error| refused(recipe, error.to_string(), what))?;
    Ok(Some((path, bytes)))
}

fn refused(recipe: &Recipe, message: String, help: &str) -> Error {
    recipe.report(vec![Problem::new(place(), message).help(help)])
}

fn place() -> KeyPath {
    KeyPath::from("trainer.init_from")
}

impl Checked {
    /// Refuses initial weights of another network, as far as it can be told before that is compiled, and warns of those
    /// that were learnt for something else.
    ///
    /// # Errors
    /// At the recipe's key.
    pub(super) fn with_initial(mut self, folder: &Path) -> Result<Self> {
        let Some((path, bytes)) = read(&self.recipe, folder)? else {
            return Ok(self);
        };
        let what = "these must be the weights of a network with the same layers";
        let weights = Tensors::from_bytes(&bytes, &path);
        let weights = weights.map_err(|error| refused(&self.recipe, error.to_string(), what))?;
        let (there, wanted) = (trainable(&weights), self.network_record().parameters);
        if there != wanted {
            let (there, wanted) = (count(there), count(wanted));
            let message = format!(
                "{} has {there} trainable numbers, this network {wanted}",
                path.display()
            );
            return Err(refused(&self.recipe, message, what));
        }
        let about: Value = serde_json::from_str(&weights.about).unwrap_or_default();
        let names = |key: &str| about["target"][key].as_array().cloned();
        if let (Some(theirs), Some(ours)) = (names("classes"), self.info.classes())
            && !theirs
                .iter()
                .map(Value::as_str)
                .eq(ours.iter().map(|class| Some(class.as_str())))
        {
            let theirs: Vec<&str> = theirs.iter().filter_map(Value::as_str).take(10).collect();
            let message = format!(
                "these weights tell other classes apart, or in another order: {}",
                theirs.join(", ")
            );
            let told = Problem::new(place(), message);
            self.plan
                .warnings
                .push(told.help("their last layer has to learn the new ones"));
        }
        Ok(self)
    }
}

/// Trainable numbers among weights; what batch norm keeps of batches is not.
fn trainable(weights: &Tensors) -> u64 {
    let kept = |name: &str| name.ends_with("running_mean") || name.ends_with("running_var");
    let numbers = weights
        .iter()
        .filter(|(name, _)| !kept(name))
        .map(|(_, tensor)| match &tensor.numbers {
            Numbers::F32(values) => values.len() as u64,
            _ => 0,
        });
    numbers.sum()
}
