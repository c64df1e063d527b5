//! How a run's folder is made: whole, with its first files, or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::folder::RunFolder;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk::{ELSEWHERE, Sync, TEMPORARY, elsewhere, is_temporary, temporary};

/// A folder without its name for so long was left by a process that was killed.
const LEFT: Duration = Duration::from_secs(3600);

impl RunFolder {
    /// Makes `results/<name>/<timestamp>/`, a new one even when two start in the same second. `first` writes the
    /// first files; the folder gets its name only after them, and is removed where they fail.
    ///
    /// # Errors
    /// When the folder cannot be made or written to, and those of `first`.
    pub fn create(results: &Path, name: &str, first: impl FnOnce(&Self) -> Result<()>) -> Result<Self> {
        let path = new_folder(results, name, |path| {
            begin(
                &Self {
                    path: path.to_owned(),
                    sync: Sync::Yes,
                },
                first,
            )
        })?;
        Ok(Self { path, sync: Sync::Yes })
    }

    /// Makes a trial's folder of this very path, or opens the one that is there. As in [`RunFolder::create`] it gets
    /// its name only with its first files. The caller makes no other folder of this path at the same time.
    ///
    /// # Errors
    /// As [`RunFolder::create`].
    pub fn create_trial(path: &Path, first: impl FnOnce(&Self) -> Result<()>) -> Result<Self> {
        let run = Self {
            path: path.to_owned(),
            sync: Sync::No,
        };
        if Self::is_at(path).unwrap_or(false) {
            return Ok(run);
        }
        let (parent, name) = (
            path.parent().unwrap_or(path),
            path.file_name().unwrap_or_default().to_string_lossy(),
        );
        let failed = |error: std::io::Error| elsewhere(parent, "cannot take a new run", &error);
        let nameless = Self {
            path: parent.join(format!("{TEMPORARY}{name}")),
            sync: Sync::No,
        };
        // What a process that was killed here left.
        let _ = fs::remove_dir_all(nameless.path());
        fs::create_dir(nameless.path()).map_err(failed)?;
        begin(&nameless, first)?;
        fs::rename(nameless.path(), path).map_err(failed)?;
        Ok(run)
    }

    /// Whether runs of this name can be kept in a folder, found out before there is anything to keep. Folders that
    /// it makes for that are removed again: the start may be refused for something else.
    ///
    /// # Errors
    /// As [`RunFolder::create`].
    pub fn probe(results: &Path, name: &str) -> Result<()> {
        // Another process that probes at the same time may remove the folder that it made under this one.
        attempt(results, name).or_else(|_| attempt(results, name))
    }
}

/// The first files of a run in its folder.
fn begin(run: &RunFolder, first: impl FnOnce(&RunFolder) -> Result<()>) -> Result<()> {
    let checkpoint = run.file("checkpoint");
    fs::create_dir(&checkpoint).map_err(|error| elsewhere(&checkpoint, "cannot be made", &error))?;
    first(run)
}

/// Makes `results/<name>/<timestamp>/`, a new one even when two start in the same second. It gets its name only after
/// `first`, and is removed where that fails.
///
/// # Errors
/// When the folder cannot be made, and those of `first`.
pub fn new_folder(results: &Path, name: &str, first: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let parent = results.join(name);
    let failed = |error: std::io::Error| elsewhere(&parent, "cannot take a new run", &error);
    fs::create_dir_all(&parent).map_err(failed)?;
    [results, &parent].into_iter().for_each(sweep);
    let stamp = jiff::ZonedDateTime::now().strftime("%Y-%m-%d_%H-%M-%S").to_string();
    let ids = (1..1000).map(|attempt| match attempt {
        1 => stamp.clone(),
        _ => format!("{stamp}-{attempt}"),
    });
    for id in ids {
        let (nameless, path) = (parent.join(format!("{TEMPORARY}{id}")), parent.join(id));
        // The process that makes the nameless folder has the name.
        match fs::create_dir(&nameless) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            made => made.map_err(failed)?,
        }
        if path.exists() {
            let _ = fs::remove_dir(&nameless);
            continue;
        }
        let named = first(&nameless)
            .map_err(|error| unfit(&parent, error))
            .and_then(|()| fs::rename(&nameless, &path).map_err(failed))
            .and_then(|()| {
                fs::File::open(&parent)
                    .and_then(|parent| parent.sync_all())
                    .map_err(failed)
            });
        if named.is_err() {
            // What cannot be removed holds no run: the error that led here is the one to report.
            let _ = fs::remove_dir_all(&nameless);
        }
        return named.map(|()| path);
    }
    Err(Error::new(
        Kind::Failure,
        format!("{}: no free name for a run", parent.display()),
    ))
}

fn attempt(results: &Path, name: &str) -> Result<()> {
    let parent = results.join(name);
    let probed = if parent.exists() { parent.as_path() } else { results };
    let named = results.ancestors().filter(|folder| !folder.as_os_str().is_empty());
    let made: Vec<&Path> = named.take_while(|folder| !folder.exists()).collect();
    let tried = fs::create_dir_all(results)
        .map_err(|error| elsewhere(results, "cannot be made", &error))
        .and_then(|()| {
            let written = temporary(probed).map(drop);
            written.map_err(|error| elsewhere(probed, "cannot be written to", &error))
        });
    for folder in made {
        // One that holds something by now is not empty, and stays.
        let _ = fs::remove_dir(folder);
    }
    tried
}

/// The folder that the error speaks of is gone when it is read.
fn unfit(parent: &Path, error: Error) -> Error {
    let context = format!("{}: cannot take a new run", parent.display());
    error.context(context).help(ELSEWHERE)
}

/// Removes what killed processes left before it had a name.
fn sweep(parent: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let age = entry.metadata().and_then(|found| found.modified()).ok();
        let old = age.and_then(|time| time.elapsed().ok()).is_some_and(|age| age > LEFT);
        if is_temporary(&entry) && old {
            // What cannot be removed now will be the next time.
            let path = entry.path();
            let _ = fs::remove_file(&path).or_else(|_| fs::remove_dir_all(&path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(run: &RunFolder) -> Result<()> {
        run.write("recipe.yaml", b"task: classification")
    }

    #[test]
    fn a_probe_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let results = root.path().join("results");
        let left = |folder: &Path| fs::read_dir(folder).unwrap().count();
        RunFolder::probe(&results, "demo").unwrap();
        RunFolder::probe(&results.join("a/b"), "demo").unwrap();
        assert_eq!(left(root.path()), 0);
        fs::create_dir(&results).unwrap();
        RunFolder::probe(&results, "demo").unwrap();
        assert_eq!(left(&results), 0, "the folder itself was there before");
        RunFolder::create(&results, "demo", first).unwrap();
        RunFolder::probe(&results, "demo").unwrap();
        assert_eq!(left(&results.join("demo")), 1);
        fs::write(results.join("file"), "").unwrap();
        for (folder, name) in [(&results, "file"), (&results.join("file"), "demo")] {
            let error = RunFolder::probe(folder, name).unwrap_err().to_string();
            assert!(error.contains("--results DIR"), "{error}");
        }
    }

    #[test]
    fn runs_of_one_second_get_names_of_their_own() {
        let root = tempfile::tempdir().unwrap();
        let runs: Vec<_> = (0..5)
            .map(|_| RunFolder::create(root.path(), "demo", first).unwrap())
            .collect();
        let mut paths: Vec<_> = runs.iter().map(|run| run.path().to_owned()).collect();
        paths.dedup();
        assert_eq!(paths.len(), 5);
        assert!(runs[0].id().starts_with("demo/"));
    }

    #[test]
    fn a_run_that_cannot_begin_leaves_nothing() {
        let root = tempfile::tempdir().unwrap();
        let parent = root.path().join("demo");
        let fails = |_: &RunFolder| Err(Error::new(Kind::Failure, "the disk is full"));
        assert!(RunFolder::create(root.path(), "demo", fails).is_err());
        assert_eq!(fs::read_dir(&parent).unwrap().count(), 0);
    }

    #[test]
    fn a_folder_has_its_name_only_with_its_first_files() {
        let root = tempfile::tempdir().unwrap();
        let named = || {
            fs::read_dir(root.path().join("demo"))
                .unwrap()
                .flatten()
                .filter(|entry| !is_temporary(entry))
        };
        let run = RunFolder::create(root.path(), "demo", |run| {
            assert_eq!(named().count(), 0);
            first(run)
        });
        assert_eq!(run.unwrap().read("recipe.yaml", 100).unwrap(), b"task: classification");
        assert_eq!(named().count(), 1);
    }

    #[test]
    fn only_old_leftovers_go() {
        let root = tempfile::tempdir().unwrap();
        let [old, new, file] = ["old", "new", "file"].map(|name| root.path().join(format!("{TEMPORARY}{name}")));
        fs::create_dir(&old).unwrap();
        fs::create_dir(&new).unwrap();
        fs::write(&file, "half").unwrap();
        let then = std::time::SystemTime::now() - 2 * LEFT;
        for path in [&old, &file] {
            fs::File::open(path).unwrap().set_modified(then).unwrap();
        }
        sweep(root.path());
        assert!(!old.exists() && !file.exists() && new.exists());
    }
}
