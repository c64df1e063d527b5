//! Runs that are gone on with: their data where it is now, and the program that they have by now.

use std::path::{Path, PathBuf};

use super::{Checked, Source, Watcher, places, train};
use runner_compiler::Executable;
use runner_data as data;
use runner_data::DataContext;
use runner_ground::error::Result;
use runner_recipe::Recipe;
use runner_results::{Record, RunFolder};
use runner_train::{identity, origin};

/// Goes on with a run that is not finished, with its data in a folder that is named or where it was. A `watcher` sees
/// what happens.
///
/// # Errors
/// When the run is being worked on, or its data, its recipe or its network is wrong; as [`train`].
pub fn go_on(folder: &RunFolder, named: Option<&Path>, offline: bool, watcher: &mut dyn Watcher) -> Result<()> {
    let lock = folder.lock()?;
    let mut record = folder.record()?;
    let before = record.clone();
    let recipe = origin::recipe(folder, &record)?;
    let data = named.map(Path::to_owned);
    if let Some(data) = data.or_else(|| data_elsewhere(&recipe, &record, watcher)) {
        record.data_folder = places::absolute(&data)?;
    }
    let source = Source {
        data: record.data_folder.clone().into(),
        offline,
    };
    let checked = Checked::again(recipe, &record, &source, watcher)?;
    if record.build != identity::ID {
        watcher.note(&format!(
            "this run began with another build of runner ({}, now {}); \
             its last bits may differ from those of an uninterrupted run",
            record.build,
            identity::ID
        ));
    }
    let ready = checked.ready(watcher)?;
    bring_up(&mut record, &ready.program);
    if record != before {
        folder.write_record(&record)?;
    }
    // From here on the trainer holds the lock; a process that takes it in between is refused there.
    drop(lock);
    train(ready.program, folder, watcher)
}

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
