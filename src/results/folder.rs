//! The folder of one run: `results/<recipe>/<run>/`.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::record::Record;
use super::samples;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk::{Sync, TEMPORARY, failure, is_absent, is_temporary, read_capped, remedy, write_whole};
use runner_ground::files::lock::Lock;

/// Names of files in a run's folder.
pub mod file {
    /// The resolved recipe.
    pub const RECIPE: &str = "recipe.yaml";
    /// The lock: what the run was made from and how it ended.
    pub const RECORD: &str = "run.json";
    /// One row an epoch.
    pub const METRICS: &str = "metrics.csv";
    /// Predictions on the test part.
    pub const PREDICTIONS: &str = "predictions.csv";
    /// What the test part showed of the best weights: confusion, worst mistakes.
    pub const FINDINGS: &str = "findings.json";
    /// The page for people.
    pub const REPORT: &str = "report.html";
    /// Weights after the last epoch.
    pub const LAST: &str = "checkpoint/last.safetensors";
    /// Weights of the best epoch.
    pub const BEST: &str = "checkpoint/best.safetensors";
    /// Everything that resuming needs.
    pub const TRAINER: &str = "checkpoint/trainer.safetensors";
}

/// An existing run's folder.
#[derive(Clone, Debug)]
pub struct RunFolder {
    pub(super) path: PathBuf,
    pub(super) sync: Sync,
}

impl RunFolder {
    /// A run that is there already.
    ///
    /// # Errors
    /// When the folder holds no run, or cannot be looked into.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        let unreadable = |error| Error::new(Kind::Run, format!("{}: {error}", path.join(file::RECORD).display()));
        if Self::is_at(&path).map_err(unreadable)? {
            return Ok(Self { path, sync: Sync::Yes });
        }
        let error = Error::new(
            Kind::Run,
            format!("{}: no run here ({} is missing)", path.display(), file::RECORD),
        );
        Err(error.help("`runner list` shows the runs"))
    }

    /// Whether a folder holds a run.
    ///
    /// # Errors
    /// When it cannot be looked into.
    pub fn is_at(path: &Path) -> std::io::Result<bool> {
        match fs::metadata(path.join(file::RECORD)) {
            Ok(found) => Ok(found.is_file()),
            Err(error) if is_absent(&error) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The same folder as one of a sweep's trials: what is written in it outlives its process, but maybe not the
    /// machine. After a machine's death a trial whose files are damaged is begun again. Syncing each file would take
    /// longer than training a small network.
    #[must_use]
    pub fn of_trial(self) -> Self {
        Self { sync: Sync::No, ..self }
    }

    /// Whether it is a trial's: there is no page then until `runner report` is asked for it.
    pub fn is_trial(&self) -> bool {
        self.sync == Sync::No
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The run's name: `<recipe>/<run>`.
    pub fn id(&self) -> String {
        // A run may have been named by `.`, which says nothing.
        let path = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
        let parts: Vec<_> = path.components().rev().take(2).collect();
        let names: Vec<_> = parts
            .iter()
            .rev()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect();
        names.join("/")
    }

    /// Takes the run for this process alone, until the lock is dropped or the process ends, however it ends.
    ///
    /// # Errors
    /// When another process holds it.
    pub fn lock(&self) -> Result<Lock> {
        let lock = Lock::take(&self.path.join(".lock"))?;
        self.remove_leftovers();
        Ok(lock)
    }

    /// Whether a process is working on it now.
    pub fn is_locked(&self) -> bool {
        Lock::is_held(&self.path.join(".lock"))
    }

    /// Writes a file so that its name always means a whole file.
    ///
    /// # Errors
    /// When the disk is full or the folder read-only; the old contents stay then.
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<()> {
        let target = self.path.join(name);
        let folder = target.parent().unwrap_or(&self.path);
        let make = || -> std::io::Result<()> {
            // Few runs have samples: their folder is made for the first one.
            if folder == self.path.join(samples::FOLDER) && !folder.exists() {
                fs::create_dir(folder)?;
            }
            Ok(())
        };
        make().map_err(|error| failure(&target, "cannot be written", &error, remedy(&error)))?;
        write_whole(&target, contents, self.sync)
    }

    /// [`RunFolder::write`] for a file that grows while others read it: what is there already stays in its place, and
    /// the rest is added. A file that holds anything else, such as one that a kill cut off within a line, is replaced.
    ///
    /// # Errors
    /// As [`RunFolder::write`]; what was added may then be there in part.
    pub fn write_growing(&self, name: &str, contents: &[u8]) -> Result<()> {
        let target = self.path.join(name);
        let there = fs::read(&target).unwrap_or_default();
        let rest = contents.strip_prefix(&there[..]).filter(|_| !there.is_empty());
        let Some(rest) = rest else {
            return self.write(name, contents);
        };
        let add = || -> std::io::Result<()> {
            let mut file = fs::OpenOptions::new().append(true).open(&target)?;
            file.write_all(rest)?;
            match self.sync {
                Sync::Yes => file.sync_all(),
                Sync::No => Ok(()),
            }
        };
        if rest.is_empty() {
            return Ok(());
        }
        add().map_err(|error| failure(&target, "cannot be written", &error, remedy(&error)))
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is not there, cannot be read, or is larger than `cap` bytes.
    pub fn read(&self, name: &str, cap: u64) -> Result<Vec<u8>> {
        read_capped(&self.path.join(name), cap)
    }

    /// run.json.
    ///
    /// # Errors
    /// When it is missing or not what this version writes.
    pub fn record(&self) -> Result<Record> {
        let bytes = self.read(file::RECORD, 64 << 20)?;
        let wrong = |what: &dyn std::fmt::Display| {
            Error::new(Kind::Run, format!("{}: {what}", self.file(file::RECORD).display()))
                .help("the file was changed or comes from another version of runner")
        };
        // The format first: what is in another one may be anything.
        let Format { format } = serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?;
        if format != Record::FORMAT {
            let message = format!("it has the format {format}, this version reads {}", Record::FORMAT);
            return Err(wrong(&message));
        }
        serde_json::from_slice(&bytes).map_err(|error| wrong(&error))
    }

    /// Removes a trial's run that cannot be gone on with. It is renamed first, so that what is half removed is no run.
    ///
    /// # Errors
    /// When it cannot be removed.
    pub fn remove(&self) -> Result<()> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let gone = self.path.with_file_name(format!("{TEMPORARY}gone-{name}"));
        let removed = match fs::remove_dir_all(&gone) {
            Err(error) if !is_absent(&error) => Err(error),
            _ => fs::rename(&self.path, &gone).and_then(|()| fs::remove_dir_all(&gone)),
        };
        removed.map_err(|error| failure(&self.path, "cannot be removed", &error, remedy(&error)))
    }

    /// Writes run.json.
    ///
    /// # Errors
    /// As [`RunFolder::write`].
    pub fn write_record(&self, record: &Record) -> Result<()> {
        let mut text = serde_json::to_string_pretty(record)
            .map_err(|error| Error::new(Kind::Failure, format!("{}: {error}", file::RECORD)))?;
        text.push('\n');
        self.write(file::RECORD, text.as_bytes())
    }

    fn remove_leftovers(&self) {
        for folder in ["", "checkpoint", samples::FOLDER].map(|name| self.path.join(name)) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if is_temporary(&entry) {
                    // A leftover that cannot be removed does no harm: nothing ever reads it.
                    let _ = fs::remove_file(entry.path());
                }
            }
        }
    }
}

/// The one field of a record that every version has.
#[derive(serde::Deserialize)]
struct Format {
    format: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_leftovers_go() {
        let root = tempfile::tempdir().unwrap();
        let run = RunFolder::create(root.path(), "demo", |_| Ok(())).unwrap();
        run.write("a.txt", b"first").unwrap();
        run.write("a.txt", b"second").unwrap();
        assert_eq!(run.read("a.txt", 100).unwrap(), b"second");
        assert!(run.read("a.txt", 3).is_err(), "the cap holds");
        fs::write(run.file(".tmp-left"), b"half").unwrap();
        let _lock = run.lock().unwrap();
        assert!(!run.file(".tmp-left").exists());
    }

    #[test]
    fn a_growing_file_keeps_its_place_or_is_replaced() {
        let root = tempfile::tempdir().unwrap();
        let run = RunFolder::create(root.path(), "demo", |_| Ok(())).unwrap();
        run.write_growing("log", b"one ").unwrap();
        let reader = fs::File::open(run.file("log")).unwrap();
        run.write_growing("log", b"one two ").unwrap();
        assert_eq!(std::io::read_to_string(&reader).unwrap(), "one two ", "the same file");
        fs::write(run.file("log"), "one tw").unwrap();
        for whole in ["one two three", "one", "other"] {
            run.write_growing("log", whole.as_bytes()).unwrap();
            assert_eq!(run.read("log", 100).unwrap(), whole.as_bytes());
        }
    }

    #[test]
    fn what_cannot_be_written_is_told_by_its_own_name() {
        let root = tempfile::tempdir().unwrap();
        let run = RunFolder::create(root.path(), "demo", |_| Ok(())).unwrap();
        fs::remove_dir(run.file("checkpoint")).unwrap();
        let message = run.write(file::BEST, b"weights").unwrap_err().to_string();
        let expected = format!("{}: cannot be written: No such file", run.file(file::BEST).display());
        assert!(message.starts_with(&expected), "{message}");
        assert!(
            !message.contains(TEMPORARY) && !message.contains("--results"),
            "{message}"
        );
    }

    #[test]
    fn a_lock_is_held_by_one() {
        let root = tempfile::tempdir().unwrap();
        let run = RunFolder::create(root.path(), "demo", |_| Ok(())).unwrap();
        assert!(!run.is_locked());
        let lock = run.lock().unwrap();
        assert!(run.is_locked());
        assert!(run.lock().is_err());
        drop(lock);
        assert!(run.lock().is_ok());
    }
}
