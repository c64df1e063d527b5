//! Before a run: are the files there, can they be had, or does the stand-in take their place? Decided
//! once, so that the process that trains does not decide again.

use super::context::DataContext;
use super::download::{Limits, Progress, download, mirrors_of};
use super::files::{Collection, Wanted};
use super::table::DataInfo;
use super::{Origin, describe, find, mnist, stand_in};
use crate::error::{Error, Kind, Result};
use crate::spec::Chosen;

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
    let use_stand_in = match find(&chosen.name)?.origin {
        Origin::Download(files) => bring(files, chosen, context, progress)?,
        Origin::Embedded | Origin::Generated | Origin::File => None,
    };
    let decided = DataContext {
        use_stand_in: use_stand_in.is_some(),
        ..context.clone()
    };
    Ok(Prepared {
        info: describe(chosen, &decided)?,
        use_stand_in,
    })
}

/// The sentence on the stand-in, or `None` when all files are there.
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
    if let Some(sentence) = stand_in::sentence(chosen) {
        let reason = error.to_string();
        let reason = reason.lines().next().unwrap_or_default().trim_end_matches(':');
        return Ok(Some(format!("{sentence} ({reason})")));
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
