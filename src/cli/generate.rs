//! `runner generate RUN`: texts or pictures from a run's best weights.

use std::fs;
use std::path::{Path, PathBuf};

use super::args::{GenerateArgs, ShowArgs};
use super::progress::{Show, Style};
use super::{find, output};
use runner_experiment::{Checked, ask, places};
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk;
use runner_results::folder::file;
use runner_results::{Record, RunFolder, Status};
use runner_task::{Artifact, Content, Generate};
use runner_train::job::Job;
use runner_train::{Event, origin};

/// Where pictures go unless told otherwise.
const FOLDER: &str = "generated";

/// Has a run's network make texts or pictures. Texts are printed, pictures become files. Needs no data, and leaves
/// the run as it is.
///
/// # Errors
/// When there is no such run, it has no weights yet, or its network makes nothing of this kind.
pub fn run(args: &GenerateArgs) -> Result<()> {
    let folder = find::run(&args.results.results, &args.run)?;
    let record = folder.record()?;
    has_weights(&folder, &record)?;
    let target = Target::of(args.output.as_deref(), [folder.path(), &args.results.results])?;
    let recipe = origin::recipe(&folder, &record)?;
    let request = Generate {
        count: args.count.map(|count| count as usize),
        seed: args.seed.unwrap_or(recipe.seed),
        temperature: args.temperature,
        length: args.length.map(|length| length as usize),
        prompt: args.prompt.clone(),
    };
    let checked = Checked::of(recipe, record.data.clone())?;
    let mut show = Show::new(Style::choose(&ShowArgs::default()));
    let ready = checked.ready(&mut show)?;
    if let Some(stand_in) = &record.data.stand_in {
        output::note(&format!("the network was trained on a stand-in: {}", stand_in.sentence));
    }
    match ask(ready.program, &folder, &Job::Generate { request })? {
        Event::Generated { made } => target.take(made),
        _ => Err(Error::new(Kind::Failure, "the network made nothing")),
    }
}

/// A run that is not finished has the weights of its best epoch so far, once there is one.
pub(super) fn has_weights(folder: &RunFolder, record: &Record) -> Result<()> {
    let there = folder.file(file::BEST).is_file();
    if !there {
        let message = format!("{} has no weights yet: {} is missing", folder.id(), file::BEST);
        return Err(Error::new(Kind::Run, message).help("they come with the first epoch that ends"));
    }
    if record.status != Status::Finished {
        output::note(&format!(
            "{} is not finished; these are the weights of its best epoch so far",
            folder.id()
        ));
    }
    Ok(())
}

/// Where it goes.
enum Target {
    /// What can be printed is printed.
    Usual,
    Print,
    Folder(PathBuf),
}

impl Target {
    fn of(output: Option<&Path>, results: [&Path; 2]) -> Result<Self> {
        match output {
            None => Ok(Self::Usual),
            Some(path) if path == Path::new("-") => Ok(Self::Print),
            Some(path) if results.iter().any(|folder| is_within(path, folder)) => {
                let message = format!("{} is among the results, which hold what runs left", path.display());
                Err(Error::new(Kind::Usage, message).help("name another folder with --output"))
            }
            Some(path) => Ok(Self::Folder(path.to_owned())),
        }
    }

    fn take(self, made: Vec<Artifact>) -> Result<()> {
        let texts: Option<Vec<&str>> = made.iter().map(text_of).collect();
        match (self, texts) {
            (Self::Folder(folder), _) => write(&folder, made),
            (Self::Usual | Self::Print, Some(texts)) => output::print_made(&joined(&texts)),
            (Self::Usual, None) => write(Path::new(FOLDER), made),
            (Self::Print, None) => {
                Err(Error::new(Kind::Usage, "pictures cannot be printed").help("name a folder for them with --output"))
            }
        }
    }
}

fn is_within(path: &Path, folder: &Path) -> bool {
    match (places::settled(path), places::settled(folder)) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        _ => false,
    }
}

fn text_of(made: &Artifact) -> Option<&str> {
    match &made.content {
        Content::Text(text) => Some(text),
        Content::Picture(_) => None,
    }
}

/// Several texts with a line between them; each ends with a line break.
fn joined(texts: &[&str]) -> String {
    let whole = |text: &&str| {
        if text.ends_with('\n') {
            text.to_string()
        } else {
            format!("{text}\n")
        }
    };
    texts.iter().map(whole).collect::<Vec<_>>().join("----\n")
}

/// Writes files and prints their paths. A file of the same name is replaced.
fn write(folder: &Path, made: Vec<Artifact>) -> Result<()> {
    let failed = |path: &Path, error: &std::io::Error| {
        let help = Some("--output DIR puts the files elsewhere");
        disk::failure(path, "cannot be written", error, help)
    };
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let mut paths = String::new();
    for made in made {
        let (name, bytes) = made.into_own_file()?;
        let path = folder.join(name);
        disk::replace(&path, &bytes).map_err(|error| failed(&path, &error))?;
        paths.push_str(&format!("{}\n", path.display()));
    }
    output::print(&paths)
}
