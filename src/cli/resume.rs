//! `runner resume RUN`: goes on from the last checkpoint.

use super::args::ResumeArgs;
use super::progress::{Show, Style};
use super::run::tell;
use super::{find, output, seeds};
use runner_experiment as experiment;
use runner_ground::error::Result;
use runner_ground::text::format;
use runner_results::Status;
use runner_results::folder::file;
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
        if origin::recipe(&folder, &record).is_err() {
            let path = folder.file(file::RECIPE);
            output::note(&format!(
                "{} was changed since: a finished run stays what it is",
                path.display()
            ));
        }
        if record.model.is_none() {
            let path = folder
                .path()
                .canonicalize()
                .unwrap_or_else(|_| folder.path().to_owned());
            let [recipe, run] =
                [&record.recipe_path, &path.to_string_lossy().into_owned()].map(|path| format::shell(path));
            output::say(&format!(
                "  `runner {recipe} --set trainer.init_from={run}` trains on from its best weights"
            ));
        }
        return Ok(());
    }
    let mut show = Show::new(style);
    experiment::go_on(&folder, args.data.as_deref(), args.offline, &mut show)?;
    tell(&folder, style)
}
