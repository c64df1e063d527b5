//! The folder of one sweep: `results/<sweep>/<time>/`.

use std::fs;
use std::path::{Path, PathBuf};

use super::create::new_folder;
use super::journal::Journal;
use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk::{Sync, is_absent, read_capped, write_whole};
use runner_ground::files::lock::Lock;

/// Names of files in a sweep's folder.
pub mod file {
    /// What the sweep is: its space, its recipe, where its data is.
    pub const MANIFEST: &str = "sweep.json";
    /// The recipe that all trials begin with.
    pub const RECIPE: &str = "recipe.yaml";
    /// What happened, a line each.
    pub const JOURNAL: &str = "journal.jsonl";
    /// One row a trial.
    pub const TRIALS: &str = "trials.csv";
    /// The best trial's recipe.
    pub const BEST: &str = "best.yaml";
    /// The page for people.
    pub const REPORT: &str = "report.html";
}

/// Folder of the trials' runs.
const TRIALS: &str = "trials";
/// Between a trial's number and its seed, where it has several.
const OF_SEED: &str = "-seed-";
/// Folder of the workers' signs of life.
const WORKERS: &str = "workers";
/// A manifest is not larger than this.
const CAP: u64 = 64 << 20;

/// An existing sweep's folder.
#[derive(Clone, Debug)]
pub struct SweepFolder {
    path: PathBuf,
}

impl SweepFolder {
    /// Makes `results/<name>/<timestamp>/` with these first files, whole or not at all.
    ///
    /// # Errors
    /// When it cannot be made or written to.
    pub fn create(results: &Path, name: &str, first: &[(&str, &[u8])]) -> Result<Self> {
        let path = new_folder(results, name, |folder| {
            for inner in [TRIALS, WORKERS] {
                let inner = folder.join(inner);
                fs::create_dir(&inner)
                    .map_err(|error| runner_ground::files::disk::elsewhere(&inner, "cannot be made", &error))?;
            }
            let mut files = first.iter();
            files.try_for_each(|(name, contents)| write_whole(&folder.join(name), contents, Sync::Yes))
        })?;
        Ok(Self { path })
    }

    /// A sweep that is there already.
    ///
    /// # Errors
    /// When the folder holds none.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        match fs::metadata(path.join(file::MANIFEST)) {
            Ok(found) if found.is_file() => Ok(Self { path }),
            Err(error) if !is_absent(&error) => {
                let message = format!("{}: {error}", path.join(file::MANIFEST).display());
                Err(Error::new(Kind::Run, message))
            }
            _ => {
                let message = format!("{}: no sweep here ({} is missing)", path.display(), file::MANIFEST);
                Err(Error::new(Kind::Run, message)
                    .help("name the sweep's folder, such as results/NAME/2026-01-31_12-00-00"))
            }
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file in it.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The folder of a trial's run.
    pub fn trial(&self, index: u64) -> PathBuf {
        self.path.join(TRIALS).join(format!("{index:04}"))
    }

    /// The folder of a trial's run with one of several seeds.
    pub fn trial_of_seed(&self, index: u64, seed: u64) -> PathBuf {
        self.path.join(TRIALS).join(format!("{index:04}{OF_SEED}{seed}"))
    }

    /// The folders of a trial's runs, as many as there are.
    pub fn runs_of(&self, index: u64) -> Vec<PathBuf> {
        let alone = self.trial(index);
        if alone.is_dir() {
            return vec![alone];
        }
        let begins = format!("{index:04}{OF_SEED}");
        let entries = fs::read_dir(self.path.join(TRIALS)).into_iter().flatten().flatten();
        let mut runs: Vec<PathBuf> = entries
            .filter(|entry| entry.file_name().to_string_lossy().starts_with(&begins))
            .map(|entry| entry.path())
            .collect();
        runs.sort();
        runs
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is not there or cannot be read.
    pub fn read(&self, name: &str) -> Result<Vec<u8>> {
        read_capped(&self.path.join(name), CAP)
    }

    /// Writes a file so that its name always means a whole one.
    ///
    /// # Errors
    /// When the disk is full or the folder read-only.
    pub fn write(&self, name: &str, contents: &[u8]) -> Result<()> {
        write_whole(&self.path.join(name), contents, Sync::Yes)
    }

    /// Its journal.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn journal(&self) -> Result<Journal> {
        Journal::open(self.path.join(file::JOURNAL), self.path.join(".journal.lock"))
    }

    /// The lock under which the closing files are written.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub fn closing(&self) -> Result<Lock> {
        let path = self.path.join(".closing.lock");
        Lock::wait(&path).map_err(|error| runner_ground::files::disk::failure(&path, "cannot be locked", &error, None))
    }

    /// Takes a worker's name: it lives as long as the lock.
    ///
    /// # Errors
    /// When its file cannot be made.
    pub fn enlist(&self, worker: &str) -> Result<Lock> {
        Lock::take(&self.worker(worker))
    }

    /// Whether a worker's process holds its lock; says something of workers on this machine only.
    pub fn is_enlisted(&self, worker: &str) -> bool {
        Lock::is_held(&self.worker(worker))
    }

    /// A sign of life.
    pub fn beat(&self, worker: &str, count: u64) {
        // Where it cannot be written, other machines will think that the worker is dead: the safe side.
        let _ = fs::write(self.worker(worker).with_extension("beat"), count.to_string());
    }

    /// A worker's last sign of life.
    pub fn last_beat(&self, worker: &str) -> Option<String> {
        fs::read_to_string(self.worker(worker).with_extension("beat")).ok()
    }

    fn worker(&self, worker: &str) -> PathBuf {
        self.path.join(WORKERS).join(worker)
    }
}
