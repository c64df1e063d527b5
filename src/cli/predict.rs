//! `runner predict RUN --input PATH`: what a run's best weights say of new inputs.

use std::fs;
use std::path::Path;

use super::args::{PredictArgs, ShowArgs};
use super::generate::has_weights;
use super::progress::{Show, Style};
use super::{find, output};
use runner_experiment::{Checked, ask};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk;
use runner_ground::text::{format, some_of};
use runner_train::job::Job;
use runner_train::predict::{Predict, is_there};
use runner_train::{Event, origin};

/// Writes a CSV file with a row for each input. Needs no data, and leaves the run as it is.
///
/// # Errors
/// When there is no such run, it has no weights yet, the output is there already, or an input is not what its network
/// takes. Pictures that cannot be read are an error at the end, when the others are predicted.
pub fn run(args: &PredictArgs) -> Result<()> {
    let folder = find::run(&args.results.results, &args.run)?;
    let record = folder.record()?;
    has_weights(&folder, &record)?;
    is_there(&args.input)?;
    let recipe = origin::recipe(&folder, &record)?;
    let checked = Checked::of(recipe, record.data.clone())?;
    let printed = args.output == Path::new("-");
    if !printed {
        nothing_lost(args)?;
    }
    let parent = args
        .output
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty() && !printed);
    let place = match (printed, parent) {
        (true, _) => std::env::temp_dir(),
        (false, parent) => parent.unwrap_or(Path::new(".")).to_owned(),
    };
    let failed = |error: std::io::Error| {
        let help = Some("--output FILE puts it elsewhere");
        disk::failure(&args.output, "cannot be written", &error, help)
    };
    let temporary = disk::temporary(&place).map_err(failed)?;
    let mut show = Show::new(Style::choose(&ShowArgs::default()));
    let ready = checked.ready(&mut show)?;
    if let Some(stand_in) = &record.data.stand_in {
        output::note(&format!("the network was trained on a stand-in: {}", stand_in.sentence));
    }
    let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let request = Predict {
        input: args.input.clone(),
        output: absolute(temporary.path()),
    };
    let Event::Predicted { rows, notes, unread } = ask(ready.program, &folder, &Job::Predict { request })? else {
        return Err(Error::new(Kind::Failure, "the network predicted nothing"));
    };
    notes.iter().for_each(|note| output::note(note));
    if printed {
        output::print(&fs::read_to_string(temporary.path()).map_err(failed)?)?;
    } else {
        temporary.persist(&args.output).map_err(|error| failed(error.error))?;
        let rows = format::plural(rows, "prediction", "predictions");
        output::say(&format!("{rows} in {}", args.output.display()));
    }
    complete(&unread)
}

/// Nothing is predicted of files that cannot be read; who goes on with the predictions must notice.
fn complete(unread: &[String]) -> Result<()> {
    if unread.is_empty() {
        return Ok(());
    }
    let what = format::plural(unread.len(), "input cannot", "inputs cannot");
    let message = format!("{what} be read{}", some_of(unread));
    Err(Error::new(Kind::Data, message).help("all others are predicted; mend or convert these"))
}

/// Refuses an output that is the input, or that is there and may not be replaced.
fn nothing_lost(args: &PredictArgs) -> Result<()> {
    let Ok(there) = args.output.canonicalize() else {
        return Ok(());
    };
    let output = args.output.display();
    let elsewhere = "name another file with --output";
    if args
        .input
        .canonicalize()
        .is_ok_and(|input| input == there || there.starts_with(&input))
    {
        let message = format!("{output} is among the inputs; predictions would replace it");
        return Err(Error::new(Kind::Usage, message).help(elsewhere));
    }
    if args.force {
        return Ok(());
    }
    let message = format!("{output} is there already");
    Err(Error::new(Kind::Usage, message).help(format!("--force replaces it; or {elsewhere}")))
}
