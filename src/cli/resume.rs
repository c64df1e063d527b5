//! `runner resume RUN`: goes on from the last checkpoint.

use super::args::ResumeArgs;
use super::progress::{Show, Style};
use super::run::tell;
use super::{find, output, seeds};
use runner_experiment as experiment;
use runner_experiment::{Checked, Source, Watcher, places};
use runner_ground::error::Result;
use runner_results::{RunFolder, Status};
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
    let mut show = Show::new(style);
    let elsewhere = || experiment::data_elsewhere(&recipe, &record, &mut show);
    if let Some(data) = args.data.clone().or_else(elsewhere) {
        record.data_folder = places::absolute(&data)?;
    }
    let source = Source {
        data: record.data_folder.clone().into(),
        offline: args.offline,
    };
    let checked = Checked::again(recipe, &record, &source, &mut show)?;
    if record.build != identity::ID {
        show.note(&format!(
            "this run began with another build of runner ({}, now {}); \
             its last bits may differ from those of an uninterrupted run",
            record.build,
            identity::ID
        ));
    }
    let ready = checked.ready(&mut show)?;
    experiment::bring_up(&mut record, &ready.program);
    if record != before {
        folder.write_record(&record)?;
    }
    // The trainer takes it now; whoever comes in between, it is refused there.
    drop(lock);
    experiment::train(ready.program, folder, &mut show)
}
