//! Runs of one recipe over several seeds: each an ordinary run that knows which others belong to it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use runner_ground::error::{Error, Kind, Result};
use runner_ground::files::disk::failure;
use runner_ground::files::lock::Lock;

/// The group that a run belongs to, as run.json has it. All members lie in the folder of their recipe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What its members have in common and no other run has.
    pub id: String,
    /// The seed of this run.
    pub seed: u64,
    /// The seeds of all members, in the order in which they are trained. Members that have not begun are not there.
    pub seeds: Vec<u64>,
}

impl Group {
    /// A new group, before its first member.
    #[must_use]
    pub fn new(seeds: &[u64]) -> Self {
        let now = jiff::ZonedDateTime::now().strftime("%Y-%m-%d_%H-%M-%S").to_string();
        Self {
            // Two that start in one second are two processes.
            id: format!("{now}-{}", std::process::id()),
            seed: seeds.first().copied().unwrap_or(0),
            seeds: seeds.to_vec(),
        }
    }

    /// The group as the member of this seed has it.
    #[must_use]
    pub fn member(&self, seed: u64) -> Self {
        Self { seed, ..self.clone() }
    }

    /// Which of the group it is, from 1.
    #[must_use]
    pub fn place(&self) -> usize {
        self.seeds
            .iter()
            .position(|&seed| seed == self.seed)
            .map_or(0, |place| place + 1)
    }

    /// Takes the group for this process alone, so that no member is begun twice. `folder` is that of the recipe.
    ///
    /// # Errors
    /// When another process holds it, or the folder cannot be written to.
    pub fn lock(&self, folder: &Path) -> Result<Lock> {
        let failed = |error: std::io::Error| failure(folder, "cannot be written to", &error, None);
        std::fs::create_dir_all(folder).map_err(failed)?;
        match Lock::try_take(&self.lock_path(folder)).map_err(failed)? {
            Some(lock) => Ok(lock),
            None => {
                let message = format!("{}: another process is training these seeds", folder.display());
                Err(Error::new(Kind::Run, message))
            }
        }
    }

    /// Removes the lock's file once all members are done: a process that waits for it then finds nothing to do.
    pub fn done(&self, folder: &Path, lock: Lock) {
        // An empty file that stays does no harm.
        let _ = std::fs::remove_file(self.lock_path(folder));
        drop(lock);
    }

    fn lock_path(&self, folder: &Path) -> std::path::PathBuf {
        folder.join(format!(".seeds-{}", self.id))
    }
}
