//! Runs that are gone on with: their data where it is now, and the program that they have by now.

use std::path::{Path, PathBuf};

use super::Watcher;
use runner_compiler::Executable;
use runner_data as data;
use runner_data::DataContext;
use runner_recipe::Recipe;
use runner_results::Record;
use runner_train::identity;

/// Notes in run.json which program trains the run from now on.
pub fn bring_up(record: &mut Record, program: &Executable) {
    if record.program_digest != program.digest {
        record.program_digest.clone_from(&program.digest);
        record.build = identity::ID.to_owned();
        record.rustc = identity::RUSTC_VERSION.to_owned();
    }
}

/// The folder that `RUNNER_DATA` names, where it has the data and the folder that the run knows has it no more.
pub fn data_elsewhere(recipe: &Recipe, record: &Record, watcher: &mut dyn Watcher) -> Option<PathBuf> {
    let named = std::env::var_os("RUNNER_DATA").filter(|named| !named.is_empty());
    let (before, now) = (Path::new(&record.data_folder), PathBuf::from(named?));
    let wanted = data::is_downloaded(&recipe.dataset) && record.data.stand_in.is_none();
    if !wanted || is_in(recipe, before) || !is_in(recipe, &now) {
        return None;
    }
    let (name, before, found) = (&record.data.name, before.display(), now.display());
    watcher.note(&format!("{name} is not in {before}; taken from RUNNER_DATA, {found}"));
    Some(now)
}

/// Whether the files of a recipe's data are all in a folder; looks at sizes only.
fn is_in(recipe: &Recipe, folder: &Path) -> bool {
    let mut context = DataContext::new("", recipe.seed);
    context.folder = folder.to_owned();
    let all = data::status(&context);
    all.iter()
        .any(|status| status.name == recipe.dataset.name && status.ready())
}
