//! `runner resume RUN`: goes on from the last checkpoint.

use super::args::{DataFolder, ResumeArgs, SourceArgs};
use super::experiment::{self, Experiment};
use super::progress::Style;
use super::run::{compiled, train};
use super::{find, output, places};
use crate::build;
use crate::data;
use crate::error::{Error, Kind, Result};
use crate::store::{Record, RunFolder, Status};
use crate::train::origin;

/// Resumes a run.
///
/// # Errors
/// When there is no such run, it is being worked on, its data or recipe changed, or as for `run`.
pub fn run(args: &ResumeArgs) -> Result<()> {
    let style = Style::choose(&args.show);
    let folder = find::run(&args.results.results, &args.run)?;
    let lock = folder.lock()?;
    let mut record = folder.record()?;
    if record.status == Status::Finished {
        output::say(&format!("{} is finished; there is nothing to resume", folder.id()));
        return Ok(());
    }
    let before = record.clone();
    if let Some(data) = &args.data {
        record.data_folder = places::absolute(data)?;
    }
    let source = SourceArgs {
        folder: DataFolder {
            path: record.data_folder.clone().into(),
        },
        offline: args.offline,
    };
    let experiment = stored(&folder, &record, &source)?;
    if record.build != build::ID {
        output::note(&format!(
            "this run began with another build of runner ({}, now {}); \
             its last bits may differ from those of an uninterrupted run",
            record.build,
            build::ID
        ));
    }
    let compiled = compiled(&experiment, style)?;
    if record.program_digest != compiled.digest {
        record.program_digest.clone_from(&compiled.digest);
        record.build = build::ID.to_owned();
        record.rustc = build::RUSTC_VERSION.to_owned();
    }
    if record != before {
        folder.write_record(&record)?;
    }
    // The trainer takes it now; whoever comes in between, it is refused there.
    drop(lock);
    train(&folder, compiled, &source.folder.path, style)
}

/// The experiment as it was: the resolved recipe, the same data or stand-in.
fn stored(folder: &RunFolder, record: &Record, source: &SourceArgs) -> Result<Experiment> {
    let recipe = origin::recipe(folder, record)?;
    let mut context = experiment::context(&recipe, source);
    context.recipe_folder = record.recipe_folder.clone().into();
    context.use_stand_in = record.data.stand_in.is_some();
    if let Some(stand_in) = &record.data.stand_in {
        output::note(&stand_in.sentence);
    }
    if data::is_downloaded(&recipe.dataset) && !context.use_stand_in {
        let prepared = data::prepare(&recipe.dataset, &context, &mut |_| {})?;
        if prepared.use_stand_in.is_some() {
            let (name, folder) = (&record.data.name, source.folder.path.display());
            let message = format!("the real {name}, with which the run began, is not in {folder}");
            return Err(Error::new(Kind::Data, message).help("pass --data DIR, the folder where it is now"));
        }
    }
    Experiment::new(recipe, &context)
}
