//! `runner resume RUN`: goes on from the last checkpoint.

use std::path::PathBuf;

use super::experiment::{self, DataOptions, Experiment};
use super::launch::launch;
use super::progress::{self, Style};
use super::run::compiled;
use crate::build;
use crate::data;
use crate::error::{Error, Kind, Result};
use crate::recipe::{Overrides, Recipe};
use crate::store::folder::file;
use crate::store::{Record, RunFolder, Status};
use crate::train::event::Event;

/// What `resume` is asked for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The run's folder.
    pub run: PathBuf,
    /// The folder of data.
    pub data: DataOptions,
    /// How to show what happens.
    pub style: Style,
}

/// Resumes a run.
///
/// # Errors
/// When there is no such run, it is being worked on, its data or recipe changed, or as for `run`.
pub fn resume(options: &Options) -> Result<()> {
    let folder = RunFolder::open(&options.run)?;
    let mut record = folder.record()?;
    let mut progress = progress::choose(options.style);
    if record.status == Status::Finished {
        let text = format!("{} is finished; there is nothing to resume", folder.id());
        progress.event(&Event::Notice { text });
        return Ok(());
    }
    if folder.is_locked() {
        return Err(Error::new(Kind::Run, format!("{}: another process is working on it", folder.path().display())));
    }
    let experiment = stored(&folder, &record, &options.data)?;
    if record.build != build::ID {
        let text = format!(
            "this run began with another build of runner ({}, now {}): its last bits may differ from an uninterrupted one",
            record.build,
            build::ID
        );
        progress.warning(&text);
    }
    let compiled = compiled(&experiment, &mut *progress)?;
    if record.program_digest != compiled.digest {
        record.program_digest = compiled.digest.clone();
        record.build = build::ID.to_owned();
        record.rustc = build::RUSTC_VERSION.to_owned();
        folder.write_record(&record)?;
    }
    progress.begin(&record.name, folder.path());
    let summary = launch(&compiled.program, folder.path(), &options.data.folder, &mut *progress)?;
    progress.summary(&folder, &folder.record()?, &summary);
    Ok(())
}

/// The experiment as it was: the resolved recipe, the same data or stand-in.
fn stored(folder: &RunFolder, record: &Record, options: &DataOptions) -> Result<Experiment> {
    let recipe = Recipe::load(&folder.file(file::RECIPE), &Overrides::default())?;
    let mut context = experiment::context(&recipe, options);
    context.recipe_folder = experiment::folder_of(record.recipe_path.as_ref());
    context.use_stand_in = record.data.stand_in.is_some();
    if !context.use_stand_in {
        let prepared = data::prepare(&recipe.dataset, &context, &mut |_| {})?;
        if let Some(reason) = prepared.use_stand_in {
            let error = Error::new(Kind::Data, format!("the run began with the real {}: {reason}", record.data.name));
            return Err(error.help("bring the data back, or start a new run"));
        }
    }
    Experiment::new(recipe, &context)
}
