//! Before a run: are the files there, can they be downloaded, or does the stand-in take their place?
//! Decided once, so that the process that trains does not decide again.

use super::context::DataContext;
use super::download::{Limits, Progress, download, mirrors_of};
use super::files::{Collection, Wanted};
use super::schema::DataInfo;
use super::{Origin, describe, find, mnist};
use runner_declare::Chosen;
use runner_ground::error::{Error, Kind, Result};

/// What was decided about the data of a run.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Why and by what the data is replaced, in a sentence for the user; `None` for the real data. A
    /// run then sets [`DataContext::use_stand_in`].
    pub use_stand_in: Option<String>,
    /// Shapes, names and sizes of what will be trained on.
    pub info: DataInfo,
}

/// Sees to it that [`super::load`] will find its files: verifies those that are there, downloads what
/// is missing (unless offline), and falls back on the stand-in where the recipe allows one.
///
/// # Errors
/// When a file is there but wrong (it is never replaced silently), or when files are missing, cannot be
/// downloaded, and the recipe allows no stand-in; the message says what to do.
pub fn prepare(chosen: &Chosen, context: &DataContext, progress: &mut dyn FnMut(Progress)) -> Result<Prepared> {
    let reason = match find(&chosen.name)?.origin {
        Origin::Download(files) => bring(files, chosen, context, progress)?,
        Origin::Embedded | Origin::Generated | Origin::File => None,
    };
    let decided = DataContext {
        use_stand_in: reason.is_some(),
        ..context.clone()
    };
    let info = describe(chosen, &decided)?;
    let sentence = info.stand_in.as_ref().map(|stand_in| stand_in.sentence.clone());
    let use_stand_in = reason.map(|reason| format!("{} ({reason})", sentence.unwrap_or_default()));
    Ok(Prepared { use_stand_in, info })
}

/// Why a stand-in is needed, or `None` when all files are there.
fn bring(
    files: &Collection,
    chosen: &Chosen,
    context: &DataContext,
    progress: &mut dyn FnMut(Progress),
) -> Result<Option<String>> {
    files.verify_found(&context.folder)?;
    // Who has some of the files that do by themselves gets no large download unasked.
    if files.suffices(&context.folder) {
        return Ok(None);
    }
    let Err(error) = complete(files, context, progress) else {
        return Ok(None);
    };
    if chosen.settings.get("stand_in").is_some_and(|name| name.is_string()) {
        let reason = error.to_string();
        let reason = reason.lines().next().unwrap_or_default().trim_end_matches(':');
        return Ok(Some(reason.to_owned()));
    }
    Err(Error::new(error.kind(), error.to_string()).help(mnist::missing_help(files, context)))
}

/// Downloads what is missing.
fn complete(files: &Collection, context: &DataContext, progress: &mut dyn FnMut(Progress)) -> Result<()> {
    let missing = files.wanted(&context.folder, Wanted::Missing)?;
    if missing.is_empty() {
        return Ok(());
    }
    if context.offline {
        let place = files.place(&context.folder);
        let message = format!(
            "{} of {} files are missing from {}, and --offline allows no download",
            missing.len(),
            files.files.len(),
            place.display()
        );
        return Err(Error::new(Kind::Data, message));
    }
    let (mirrors, limits) = (mirrors_of(files), Limits::default());
    download(files, Wanted::Missing, &context.folder, &mirrors, limits, progress)
}
