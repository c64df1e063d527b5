//! `runner resume RUN`: goes on from the last checkpoint.

use std::path::{Path, PathBuf};

use super::args::{DataFolder, ResumeArgs, SourceArgs};
use super::experiment::{self, Experiment};
use super::progress::{Download, Style};
use super::run::{compiled, learn, tell};
use super::{find, output, places, seeds};
use runner_data as data;
use runner_data::DataContext;
use runner_ground::error::{Error, Kind, Result};
use runner_recipe::Recipe;
use runner_results::{Record, RunFolder, Status};
use runner_train::identity;
use runner_train::origin;

/// Resumes a run; one of several over seeds, all that are not at their end.
///
/// # Errors
/// When there is no such run, it is being worked on, its data or recipe changed, or as for `run`.
pub fn run(args: &ResumeArgs) -> Result<()> {
    let style = Style::choose(&args.show);
    let folder = find::run(&args.results.results, &args.run)?;
    let record = folder.record()?;
    if let Some(group) = &record.group {
        return seeds::go_on(args, &folder, &record, group);
    }
    if record.status == Status::Finished {
        output::say(&format!("{} is finished; there is nothing to resume", folder.id()));
        return Ok(());
    }
    one(args, &folder, style)?;
    tell(&folder, style)
}

/// Resumes a run that is not finished.
///
/// # Errors
/// As [`run`].
pub(super) fn one(args: &ResumeArgs, folder: &RunFolder, style: Style) -> Result<()> {
    let lock = folder.lock()?;
    let mut record = folder.record()?;
    let before = record.clone();
    let recipe = origin::recipe(folder, &record)?;
    if let Some(data) = args.data.clone().or_else(|| data_elsewhere(&recipe, &record)) {
        record.data_folder = places::absolute(&data)?;
    }
    let source = SourceArgs {
        folder: DataFolder {
            path: record.data_folder.clone().into(),
        },
        offline: args.offline,
    };
    let experiment = stored(recipe, &record, &source, style)?;
    if record.build != identity::ID {
        output::note(&format!(
            "this run began with another build of runner ({}, now {}); \
             its last bits may differ from those of an uninterrupted run",
            record.build,
            identity::ID
        ));
    }
    let compiled = compiled(&experiment, style)?;
    if record.program_digest != compiled.digest {
        record.program_digest.clone_from(&compiled.digest);
        record.build = identity::ID.to_owned();
        record.rustc = identity::RUSTC_VERSION.to_owned();
    }
    if record != before {
        folder.write_record(&record)?;
    }
    // The trainer takes it now; whoever comes in between, it is refused there.
    drop(lock);
    learn(folder, compiled, style)
}

/// The folder that `RUNNER_DATA` names, where it has the data and the folder that the run knows has it no more.
pub(super) fn data_elsewhere(recipe: &Recipe, record: &Record) -> Option<PathBuf> {
    let named = std::env::var_os("RUNNER_DATA").filter(|named| !named.is_empty());
    let (before, now) = (Path::new(&record.data_folder), PathBuf::from(named?));
    let wanted = data::is_downloaded(&recipe.dataset) && record.data.stand_in.is_none();
    if !wanted || is_in(recipe, before) || !is_in(recipe, &now) {
        return None;
    }
    let (name, before, found) = (&record.data.name, before.display(), now.display());
    output::note(&format!("{name} is not in {before}; taken from RUNNER_DATA, {found}"));
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

/// The experiment as it was: the run's own recipe, the same data or stand-in.
pub(super) fn stored(recipe: Recipe, record: &Record, source: &SourceArgs, style: Style) -> Result<Experiment> {
    let mut context = experiment::context(&recipe, source);
    context.recipe_folder = record.recipe_folder.clone().into();
    context.use_stand_in = record.data.stand_in.is_some();
    if let Some(stand_in) = &record.data.stand_in {
        output::note(&stand_in.sentence);
    }
    if data::is_downloaded(&recipe.dataset) && !context.use_stand_in {
        let mut download = Download::new(style);
        let prepared = data::prepare(&recipe.dataset, &context, &mut |step| download.step(&step));
        drop(download);
        if prepared?.use_stand_in.is_some() {
            let (name, folder) = (&record.data.name, source.folder.path.display());
            let message = format!("the real {name}, with which the run began, is not in {folder}");
            return Err(Error::new(Kind::Data, message).help("pass --data DIR, the folder where it is now"));
        }
    }
    Experiment::new(recipe, &context)
}
