//! What there is: for `runner data list`, `fetch` and `verify`.

use std::path::PathBuf;

use super::context::DataContext;
use super::download::{Limits, Progress, download, mirrors_of};
use super::files::{Collection, Found, RemoteFile, Wanted, size_of};
use super::{DATASETS, Origin, find};
use runner_declare::Problem;
use runner_ground::error::{Error, Kind, Result};

/// A dataset and where its samples are.
#[derive(Clone, Debug)]
pub struct Status {
    /// Its name in recipes.
    pub name: &'static str,
    /// The first line of its doc.
    pub doc: &'static str,
    /// Where its samples come from.
    pub origin: Origin,
    /// Its files, where it has any of its own.
    pub files: Vec<FileStatus>,
    /// Whether the files that are there do, where some of them are enough.
    pub suffices: bool,
}

impl Status {
    /// Whether a run can start without a download.
    pub fn ready(&self) -> bool {
        let wrong = self.files.iter().any(|file| matches!(file.state, FileState::Wrong(_)));
        self.complete() || (self.suffices && !wrong)
    }

    /// Whether all files are there.
    pub fn complete(&self) -> bool {
        self.files
            .iter()
            .all(|file| matches!(file.state, FileState::Present | FileState::Unpacked))
    }

    /// Whether there is anything of its files, be it damaged or a part.
    pub fn begun(&self) -> bool {
        self.files.iter().any(|file| file.state != FileState::Missing)
    }
}

/// A file in the data folder.
#[derive(Clone, Debug)]
pub struct FileStatus {
    /// Where it is or would be.
    pub path: PathBuf,
    /// Its size when complete.
    pub bytes: u64,
    /// Whether it is there, judged by its size alone; [`verify`] also hashes.
    pub state: FileState,
}

/// Whether a file is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Complete, by its size.
    Present,
    /// There without its `.gz`, complete by its size.
    Unpacked,
    /// This many bytes of a download that was broken off; the next goes on with them.
    Partial(u64),
    /// There with this many bytes, which is the wrong number.
    Wrong(u64),
    /// Not there.
    Missing,
}

/// Every dataset, in the order of the registry. Looks at sizes only.
pub fn status(context: &DataContext) -> Vec<Status> {
    DATASETS
        .iter()
        .map(|def| Status {
            name: def.section.name,
            doc: def.section.doc.lines().next().unwrap_or_default(),
            origin: def.origin,
            files: match def.origin {
                Origin::Download(files) => files
                    .files
                    .iter()
                    .map(|file| file_status(files, file, context))
                    .collect(),
                _ => Vec::new(),
            },
            suffices: match def.origin {
                Origin::Download(files) => files.suffices(&context.folder),
                _ => true,
            },
        })
        .collect()
}

/// Downloads what is missing of a dataset, and what is there but wrong.
///
/// # Errors
/// When the name is unknown or the dataset has no files to download ([`Kind::Usage`]); when they cannot be downloaded.
pub fn fetch(name: &str, context: &DataContext, progress: &mut dyn FnMut(Progress)) -> Result<()> {
    let files = collection(name)?;
    let wanted = Wanted::MissingOrWrong;
    if context.offline {
        let missing = files.wanted(&context.folder, wanted)?.len();
        return match missing {
            0 => Ok(()),
            _ => Err(Error::new(
                Kind::Data,
                format!("{missing} files of {name} are missing or wrong, and --offline allows no download"),
            )),
        };
    }
    let (mirrors, limits) = (mirrors_of(files), Limits::default());
    download(files, wanted, &context.folder, &mirrors, limits, progress)
}

/// Hashes every file of a dataset that is there; gives the number of files verified.
///
/// # Errors
/// When the name is unknown or the dataset has no files ([`Kind::Usage`]); when a file is missing or wrong.
pub fn verify(name: &str, context: &DataContext) -> Result<usize> {
    let files = collection(name)?;
    files.verify_found(&context.folder)?;
    let missing = files.wanted(&context.folder, Wanted::Missing)?;
    let missing: Vec<&str> = missing.iter().map(|file| file.name).collect();
    if missing.is_empty() || files.suffices(&context.folder) {
        return Ok(files.files.len() - missing.len());
    }
    let message = format!(
        "{} of {name} is missing from {}",
        missing.join(", "),
        files.place(&context.folder).display()
    );
    Err(Error::new(Kind::Data, message).help(format!("run 'runner data fetch {name}'")))
}

fn collection(name: &str) -> Result<&'static Collection> {
    let def = find(name).map_err(|error| match error.problems() {
        // No key of a recipe is wrong here, but a word on the command line.
        [Problem { message, help, .. }] => {
            let error = Error::new(Kind::Usage, message);
            help.iter().fold(error, |error, help| error.help(help))
        }
        _ => error,
    })?;
    match def.origin {
        Origin::Download(files) => Ok(files),
        _ => Err(Error::new(Kind::Usage, format!("{name} has no files to download"))),
    }
}

fn file_status(files: &Collection, file: &RemoteFile, context: &DataContext) -> FileStatus {
    let place = files.place(&context.folder);
    let part = file.part(&place);
    let (path, bytes, state) = match file.find(&place) {
        Some(found) => {
            let (bytes, _) = file.published(&found);
            let complete = match found {
                Found::Packed(_) => FileState::Present,
                Found::Unpacked(_) => FileState::Unpacked,
            };
            let path = found.path().to_owned();
            (path.clone(), bytes, state(size_of(&path), bytes, complete))
        }
        None if part.exists() => (part.clone(), file.bytes, FileState::Partial(size_of(&part))),
        None => (place.join(file.name), file.bytes, FileState::Missing),
    };
    FileStatus { path, bytes, state }
}

fn state(actual: u64, expected: u64, complete: FileState) -> FileState {
    if actual == expected {
        complete
    } else {
        FileState::Wrong(actual)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_every_dataset_and_the_state_of_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let context = DataContext {
            folder: folder.path().into(),
            ..DataContext::new(".", 0)
        };
        let place = folder.path().join("mnist");
        std::fs::create_dir(&place).unwrap();
        std::fs::write(place.join("t10k-labels-idx1-ubyte.gz"), vec![0; 4542]).unwrap();
        std::fs::write(place.join("train-labels-idx1-ubyte"), vec![0; 9]).unwrap();
        std::fs::write(place.join("train-images-idx3-ubyte.gz.part"), vec![0; 7]).unwrap();
        let all = status(&context);
        assert_eq!(all.len(), DATASETS.len());
        let mnist = all.iter().find(|s| s.name == "mnist").unwrap();
        let states: Vec<FileState> = mnist.files.iter().map(|f| f.state).collect();
        assert_eq!(
            states,
            [
                FileState::Present,
                FileState::Wrong(9),
                FileState::Missing,
                FileState::Partial(7)
            ]
        );
        assert!(!mnist.ready() && mnist.begun());
        assert!(!all.iter().find(|s| s.name == "fashion_mnist").unwrap().begun());
        assert!(all.iter().find(|s| s.name == "iris").unwrap().ready());
        assert!(
            verify("mnist", &context)
                .unwrap_err()
                .to_string()
                .contains("not the published file")
        );
    }

    /// What is there is kept until there is something better.
    #[test]
    fn fetching_offline_takes_nothing_away() {
        let folder = tempfile::tempdir().unwrap();
        let context = DataContext {
            folder: folder.path().into(),
            offline: true,
            ..DataContext::new(".", 0)
        };
        let place = folder.path().join("fashion_mnist");
        std::fs::create_dir(&place).unwrap();
        std::fs::write(place.join("train-labels-idx1-ubyte.gz"), "mine").unwrap();
        let error = fetch("fashion_mnist", &context, &mut |_| {}).unwrap_err().to_string();
        assert!(
            error.contains("4 files of fashion_mnist are missing or wrong"),
            "{error}"
        );
        assert_eq!(
            std::fs::read(place.join("train-labels-idx1-ubyte.gz")).unwrap(),
            b"mine"
        );
        std::fs::create_dir(place.join("t10k-labels-idx1-ubyte.gz")).unwrap();
        let error = fetch("fashion_mnist", &context, &mut |_| {}).unwrap_err().to_string();
        assert!(error.contains("t10k-labels-idx1-ubyte.gz is not a file"), "{error}");
    }

    #[test]
    fn only_datasets_with_files_can_be_fetched() {
        let context = DataContext::new(".", 0);
        assert_eq!(fetch("iris", &context, &mut |_| {}).unwrap_err().kind(), Kind::Usage);
        assert_eq!(verify("mnits", &context).unwrap_err().kind(), Kind::Usage);
    }
}
